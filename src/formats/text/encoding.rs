//! Which encoding bytes have that are not UTF-8, and their text without a byte lost.
//!
//! Exports come in the encodings of their databases and of the computers of those who saved them:
//! GB 18030, Big5, Shift_JIS, EUC-JP and EUC-KR, the Windows code pages, and what old programs on
//! a Mac (Mac OS Roman) and under DOS (code page 850) wrote. `chardetng` tells them apart by how
//! often letters follow each other; it does not know the last two, which are tried where its
//! reading has capitals, quotes or signs inside words. Bytes that an encoding does not have stay
//! in the text as `\x81` and are counted.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, GBK, MACINTOSH, SHIFT_JIS, WINDOWS_1252};
use encoding_rs::{DecoderResult, Encoding};
use std::fmt::Write as _;

/// Bytes of lines that are not ASCII by which the encoding is judged.
const JUDGED: usize = 1 << 20;

/// Code page 850 from 0x80 on (IBM, "Code Page 850").
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// An encoding that is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Legacy {
    /// One of the WHATWG's.
    Known(&'static Encoding),
    /// Code page 850 of DOS.
    Dos,
}

/// Text, and how many of its bytes the encoding does not have.
pub(super) struct Read {
    pub(super) text: String,
    pub(super) wrong: u64,
}

impl Legacy {
    /// The name by which it is told to people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Known(encoding) if encoding == MACINTOSH => "Mac OS Roman",
            Self::Known(encoding) if encoding == GB18030 || encoding == GBK => "GB18030",
            Self::Known(encoding) if encoding == WINDOWS_1252 => "windows-1252",
            Self::Known(encoding) => encoding.name(),
            Self::Dos => "code page 850",
        }
    }

    /// Whether a character takes several bytes in it.
    pub(super) fn is_wide(self) -> bool {
        let wide = [GBK, GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR];
        matches!(self, Self::Known(encoding) if wide.contains(&encoding))
    }

    /// The text of bytes; what the encoding does not have stays visible.
    pub(super) fn read(self, bytes: &[u8]) -> Read {
        let mut read = Read {
            text: String::with_capacity(bytes.len() + bytes.len() / 2),
            wrong: 0,
        };
        match self {
            Self::Dos => {
                let table: Vec<char> = CP850.chars().collect();
                for byte in bytes {
                    let high = usize::from(*byte).checked_sub(0x80);
                    let c = high.and_then(|at| table.get(at).copied());
                    read.text.push(c.unwrap_or(char::from(*byte)));
                }
            }
            Self::Known(encoding) => read.decode(encoding, bytes),
        }
        read
    }
}

impl Read {
    fn decode(&mut self, encoding: &'static Encoding, bytes: &[u8]) {
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut at = 0;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let room = decoder.max_utf8_buffer_length_without_replacement(rest.len());
            self.text.reserve(room.unwrap_or(rest.len() * 3).max(16));
            let start = self.text.len();
            let (result, taken) =
                decoder.decode_to_string_without_replacement(rest, &mut self.text, true);
            self.show_controls(start);
            at += taken;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(length, behind) => {
                    let end = at.saturating_sub(usize::from(behind));
                    let start = end.saturating_sub(usize::from(length));
                    for byte in bytes.get(start..end).unwrap_or_default() {
                        self.show(u32::from(*byte));
                    }
                }
            }
        }
    }

    /// The controls that single-byte encodings have where they have no character.
    fn show_controls(&mut self, start: usize) {
        let is_gap = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
        let new = self.text.get(start..).unwrap_or_default();
        if !new.contains(is_gap) {
            return;
        }
        let new = self.text.split_off(start);
        for c in new.chars() {
            if is_gap(c) {
                self.show(u32::from(c));
            } else {
                self.text.push(c);
            }
        }
    }

    fn show(&mut self, byte: u32) {
        self.wrong += 1;
        // Writing into a text cannot fail.
        let _ = write!(self.text, "\\x{byte:02X}");
    }
}

/// The encoding of lines that are not UTF-8.
pub(super) fn guess<'b>(lines: impl Iterator<Item = &'b [u8]>) -> Legacy {
    let mut sample = Vec::new();
    for line in lines.filter(|line| !line.is_ascii()) {
        sample.extend_from_slice(line);
        sample.push(b'\n');
        if sample.len() > JUDGED {
            break;
        }
    }
    let likely = detect(&sample);
    let likely = damaged(&sample)
        .filter(|_| !Legacy::Known(likely).is_wide())
        .unwrap_or(likely);
    let western = Legacy::Known(WINDOWS_1252);
    let mut best = Legacy::Known(likely);
    let is_script = [
        "windows-1251",
        "KOI8-U",
        "ISO-8859-5",
        "IBM866",
        "x-mac-cyrillic",
    ]
    .contains(&likely.name());
    if !best.is_wide() && !is_script && likely != WINDOWS_1252 && !inside_words(likely, &sample) {
        best = western;
    }
    let mut least = oddness(&best.read(&sample).text);
    for other in [western, Legacy::Known(MACINTOSH), Legacy::Dos] {
        if least == 0 {
            break;
        }
        let odd = oddness(&other.read(&sample).text);
        if odd * 2 < least || (odd < least && best.is_wide()) {
            (best, least) = (other, odd);
        }
    }
    best
}

fn detect(sample: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    let likely = detector.guess(None, chardetng::Utf8Detection::Deny);
    // GB 18030 holds all of GBK.
    if likely == GBK { GB18030 } else { likely }
}

/// The encoding of East Asian text in which a few bytes are wrong: one wrong byte makes the detector
/// give the encoding up, so that it is asked again without them.
fn damaged(sample: &[u8]) -> Option<&'static Encoding> {
    let high = |b: &u8| !b.is_ascii();
    let bytes = sample.iter().filter(|b| high(b)).count();
    let pairs = sample
        .windows(2)
        .filter(|pair| pair.iter().all(high))
        .count();
    // The letters of Latin text that are not ASCII stand alone.
    if bytes < 8 || pairs * 2 < bytes {
        return None;
    }
    [GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR]
        .into_iter()
        .find(|encoding| {
            let read = Legacy::Known(encoding).read(sample);
            let few = read.wrong > 0 && read.wrong.saturating_mul(10) < bytes as u64;
            few && {
                let mut text = String::with_capacity(read.text.len());
                let mut rest = read.text.as_str();
                while let Some((before, tail)) = rest.split_once("\\x") {
                    text.push_str(before);
                    rest = tail.get(2..).unwrap_or_default();
                }
                text.push_str(rest);
                detect(&encoding.encode(&text).0) == *encoding
            }
        })
}

/// Whether an encoding has a letter inside a word where Windows-1252 has another character.
fn inside_words(encoding: &'static Encoding, sample: &[u8]) -> bool {
    let own: Vec<char> = Legacy::Known(encoding).read(sample).text.chars().collect();
    let western: Vec<char> = Legacy::Known(WINDOWS_1252)
        .read(sample)
        .text
        .chars()
        .collect();
    own.windows(3)
        .zip(western.windows(3))
        .any(|(own, western)| own.iter().all(|c| c.is_alphabetic()) && own.get(1) != western.get(1))
}

/// How often a reading has what no language writes: capitals behind small letters, quotes and
/// signs inside words, single ideographs between Latin letters, bytes without a character.
fn oddness(text: &str) -> usize {
    let mut odd = 0;
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        if c == '\\' && next == 'x' {
            odd += 3;
        } else if !c.is_ascii() {
            odd += weight(before, c, next);
        }
        before = c;
    }
    odd
}

fn weight(before: char, c: char, next: char) -> usize {
    let latin = |c: char| c.is_alphabetic() && c < '\u{250}';
    let inside = latin(before) && latin(next);
    match c {
        '\u{2500}'..='\u{25ff}' => 3,
        '’' | '‐' | '–' | '—' | '·' | '\u{ad}' | '®' | '™' | '©' | '\u{a0}' => 0,
        'ƒ' | '¤' => 2,
        // Opening quotes of German stand before a word.
        '‚' | '„' => 2 * usize::from(latin(before)),
        '\u{3000}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{ff00}'..='\u{ffef}' => {
            2 * usize::from(before.is_ascii_alphabetic() || next.is_ascii_alphabetic())
        }
        // `JosŽ`, and `MÅller`.
        c if latin(c) && c.is_uppercase() => {
            2 * usize::from(before.is_lowercase())
                + usize::from(before.is_uppercase() && next.is_lowercase())
        }
        c if latin(c) => 0,
        c if c.is_alphabetic() => 0,
        _ => 2 * usize::from(inside),
    }
}
