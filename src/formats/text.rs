//! From bytes to text, and from text to physical lines.
//!
//! Encodings are tried in the order of their evidence: a byte order mark, UTF-16 by the pattern
//! of its NUL bytes, UTF-8, and what the bytes look like ([`encoding`]), which is reported. A file
//! that is UTF-8 on some lines and not on others (two exports joined) is decoded line by line.

mod encoding;
pub(super) mod gzip;

use super::{FormatError, Problem, ProblemKind};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::borrow::Cow;
use std::io::Read;

/// No export is larger than this when unpacked; what is, is a decompression bomb.
const LARGEST: u64 = 4 << 30;

/// Text and what had to be guessed to get it.
pub(super) struct Decoded<'a> {
    /// The text, without a byte order mark at its start.
    pub(super) text: Cow<'a, str>,
    /// Guesses, each a problem of the whole file.
    pub(super) problems: Vec<Problem>,
}

/// Unpacks gzip; the second value says why the data break off, where they do.
pub(super) fn unpack(bytes: &[u8]) -> Result<(Cow<'_, [u8]>, Option<String>), FormatError> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok((Cow::Borrowed(bytes), None));
    }
    let mut out = Vec::new();
    let read = gzip::Unpacked::new(bytes)
        .take(LARGEST)
        .read_to_end(&mut out);
    match read {
        Err(error) if gzip::is_bomb(&error) => Err(FormatError::Gzip(error.to_string())),
        Ok(_) if out.len() as u64 >= LARGEST => Err(FormatError::Gzip(
            "more than 4 GiB when unpacked".to_owned(),
        )),
        Ok(_) => Ok((Cow::Owned(out), None)),
        Err(error) if out.is_empty() => Err(FormatError::Gzip(error.to_string())),
        Err(error) => Ok((Cow::Owned(out), Some(error.to_string()))),
    }
}

/// The longest line of a file in lines, and the longest value of XML or JSON: no record of any source
/// is as large.
const LONGEST: usize = 16 << 20;

/// Refuses a file with a line, or a value, that no export has.
fn check_lengths(bytes: &[u8]) -> Result<(), FormatError> {
    if bytes.len() <= LONGEST {
        return Ok(());
    }
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = body.iter().find(|b| !b.is_ascii_whitespace());
    // XML and JSON may stand on one line: in them it is the stretch without a tag or a quote.
    let (long, error): (_, fn(u64) -> FormatError) = match first {
        Some(b'<') => (
            long(body, LONGEST, |window| memchr::memrchr(b'<', window)),
            FormatError::LongValue,
        ),
        Some(b'{' | b'[') => (
            long(body, LONGEST, |window| memchr::memrchr(b'"', window)),
            FormatError::LongValue,
        ),
        _ => (
            long(body, LONGEST, |window| {
                memchr::memrchr2(b'\n', b'\r', window)
            }),
            FormatError::LongLine,
        ),
    };
    match long.and_then(|at| body.get(..at)) {
        Some(before) => Err(error(memchr::memchr_iter(b'\n', before).count() as u64 + 1)),
        None => Ok(()),
    }
}

/// Where the first stretch between ends that is too long begins; `last_end` finds the last end in a
/// window.
///
/// A window one byte longer than the longest stretch holds an end, or a stretch that is too long;
/// what stands before its last end is short enough. So a file is looked at once per window, not
/// once per line.
fn long(bytes: &[u8], longest: usize, last_end: impl Fn(&[u8]) -> Option<usize>) -> Option<usize> {
    let mut at = 0;
    while let Some(window) = bytes.get(at..=at + longest) {
        match last_end(window) {
            Some(end) => at += end + 1,
            None => return Some(at),
        }
    }
    None
}

/// Decodes a whole file.
pub(super) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, FormatError> {
    if bytes.iter().all(|b| b.is_ascii_whitespace() || *b == 0) {
        return Err(FormatError::Empty);
    }
    let wide_text = is_wide(bytes);
    if !wide_text {
        check_lengths(bytes)?;
    }
    let (text, mut problems) = if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let body = bytes.get(length..).unwrap_or_default();
        if encoding == UTF_8 {
            decode_utf8(body)
        } else {
            wide(encoding, body)
        }
    } else if let Some(encoding) = utf16_without_bom(bytes) {
        let text = format!("no byte order mark; read as {}", encoding.name());
        let problem = Problem::file(ProblemKind::EncodingGuessed, text);
        let (decoded, mut problems) = wide(encoding, bytes);
        problems.insert(0, problem);
        (decoded, problems)
    } else {
        if is_binary(bytes) {
            return Err(FormatError::Binary);
        }
        decode_utf8(bytes)
    };
    if wide_text {
        check_lengths(text.as_bytes())?;
    }
    if text.trim_matches(is_filler).is_empty() {
        return Err(FormatError::Empty);
    }
    problems.extend(mojibake(&text));
    Ok(Decoded { text, problems })
}

fn is_filler(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}' || c == '\0'
}

/// Whether the bytes are text of two bytes a character, in which ends of lines are no single bytes.
fn is_wide(bytes: &[u8]) -> bool {
    match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding != UTF_8,
        None => utf16_without_bom(bytes).is_some(),
    }
}

/// UTF-16 shows as NULs on every other byte of mostly Latin text.
fn utf16_without_bom(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..4096).unwrap_or(bytes);
    let pairs = head.len() / 2;
    if pairs < 2 {
        return None;
    }
    let nul = |offset: usize| {
        head.iter()
            .skip(offset)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (nul(0), nul(1));
    if odd * 2 > pairs && even * 10 < odd {
        Some(UTF_16LE)
    } else if even * 2 > pairs && odd * 10 < even {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Whether too much of the head is control bytes for any text.
fn is_binary(bytes: &[u8]) -> bool {
    let head = bytes.get(..4096).unwrap_or(bytes);
    let control = head
        .iter()
        .filter(|b| **b < 0x20 && !b.is_ascii_whitespace() && **b != 0x0b && **b != 0x1a);
    let control = control.count();
    control > 4 && control * 20 > head.len()
}

fn decode_utf8(bytes: &[u8]) -> (Cow<'_, str>, Vec<Problem>) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (Cow::Borrowed(text), Vec::new());
    }
    let lines = || bytes.split_inclusive(|b| *b == b'\n');
    let is_wrong = |line: &&[u8]| std::str::from_utf8(line).is_err();
    let good = lines().filter(|l| !l.is_ascii() && !is_wrong(l)).count();
    let bad = lines().filter(is_wrong).count();
    let legacy = encoding::guess(lines().filter(is_wrong));
    // A few short words of Chinese are UTF-8 by chance.
    let mixed = good > 0 && !(legacy.is_wide() && good * 20 < bad);
    if !mixed {
        let read = legacy.read(bytes);
        let text = format!("not UTF-8; read as {}", legacy.name());
        let mut problems = vec![Problem::file(ProblemKind::EncodingGuessed, text)];
        problems.extend(undecodable(read.wrong, legacy.name()));
        return (Cow::Owned(read.text), problems);
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 16);
    let mut wrong = Vec::new();
    let mut lost = 0;
    for (line, number) in lines().zip(1_u64..) {
        if let Ok(good) = std::str::from_utf8(line) {
            text.push_str(good);
        } else {
            wrong.push(number.to_string());
            let read = legacy.read(line);
            lost += read.wrong;
            text.push_str(&read.text);
        }
    }
    let shown = wrong
        .iter()
        .take(10)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    let more = wrong.len().saturating_sub(10);
    let more = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more")
    };
    let name = legacy.name();
    let message = format!("not UTF-8 on line {shown}{more}; these lines are read as {name}");
    let mut problems = vec![Problem::file(ProblemKind::InvalidUtf8InRecord, message)];
    problems.extend(undecodable(lost, name));
    (Cow::Owned(text), problems)
}

/// UTF-16; half a character is kept as U+FFFD and reported.
fn wide<'b>(encoding: &'static Encoding, bytes: &'b [u8]) -> (Cow<'b, str>, Vec<Problem>) {
    let (text, wrong) = encoding.decode_without_bom_handling(bytes);
    let lost = || text.matches('\u{fffd}').count() as u64;
    let lost = if wrong { lost().max(1) } else { 0 };
    (
        text,
        undecodable(lost, encoding.name()).into_iter().collect(),
    )
}

/// Bytes that are not a character of the encoding.
fn undecodable(count: u64, name: &str) -> Option<Problem> {
    let bytes = crate::model::many(count, "byte is", "bytes are");
    let text = format!(
        "{bytes} no character of {name}, kept in the text as written (`\\x81`): the file is damaged \
         or has another encoding; export it as UTF-8"
    );
    (count > 0).then(|| Problem::file(ProblemKind::UndecodableBytes, text))
}

/// UTF-8 that was once read as Windows-1252 and saved again: `Ã©`, `â€™`, `Î²`.
fn mojibake(text: &str) -> Option<Problem> {
    Some(garbled_problem(garbled(text)?))
}

/// The problem of text that was decoded wrongly before.
pub(super) fn garbled_problem(found: Garbled) -> Problem {
    let Garbled { word, line, count } = found;
    let message = format!("`{word}` on line {line}, {count} such in all: decoded wrongly before?");
    Problem::file(ProblemKind::MojibakeSuspected, message)
}

/// Signs of text that was decoded wrongly before.
pub(super) struct Garbled {
    /// The first of them.
    pub(super) word: String,
    /// The line on which it stands, from 1.
    pub(super) line: u64,
    /// How many there are.
    pub(super) count: u64,
}

/// Looks for signs of text that was decoded wrongly before.
pub(super) fn garbled(text: &str) -> Option<Garbled> {
    // The first two bytes of `Ã`, `â` and `Î`; one fold over all pairs, which the compiler
    // vectorises, spares most files the search for each.
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.iter().skip(1));
    let pair = |a: u8, b: u8| {
        let latin = u8::from(a == 0xc3) & (u8::from(b == 0x83) | u8::from(b == 0xa2));
        latin | (u8::from(a == 0xce) & u8::from(b == 0x8e))
    };
    if pairs.fold(0, |any, (a, b)| any | pair(*a, *b)) == 0 {
        return None;
    }
    let tail =
        |c: char| ('\u{80}'..='\u{bf}').contains(&c) || "€™œžŸš‚ƒ„…†‡ˆ‰‹‘’“”•–—˜›".contains(c);
    let mut count = 0_u64;
    let mut example = None;
    for (lead, second) in [("Ã", None), ("â€", Some(())), ("Î", None)] {
        for (at, _) in text.match_indices(lead) {
            let next = text.get(at + lead.len()..).and_then(|t| t.chars().next());
            let hit = match (second, next) {
                (_, None) => false,
                (None, Some(c)) => tail(c) && c != '\u{a0}' && c != '–' && c != '’' && c != '”',
                (Some(()), Some(c)) => tail(c) || c == '\u{9d}',
            };
            if hit {
                count += 1;
                example = example.or(Some(at));
            }
        }
    }
    let start = example?;
    let word: String = text.get(start..)?.chars().take(3).collect();
    let line = text.get(..start)?.matches('\n').count() as u64 + 1;
    Some(Garbled { word, line, count })
}

/// One physical line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Its number, from 1.
    pub(super) n: u64,
    /// Byte offset of its start.
    pub(super) at: usize,
    /// Its text without the line end.
    pub(super) text: &'a str,
    /// Whether a line end stands behind it.
    pub(super) ended: bool,
}

/// The physical lines of a text: ended by LF, CRLF or CR.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let bytes = text.as_bytes();
    let (mut at, mut n) = (0, 0);
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        n += 1;
        let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        let start = at;
        let end = start + length;
        let width = match (bytes.get(end), bytes.get(end + 1)) {
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(_), _) => 1,
            (None, _) => 0,
        };
        at = end + width;
        Some(Line {
            n,
            at: start,
            text: text.get(start..end)?,
            ended: width > 0,
        })
    })
}

/// Line feeds; a piece's count fits a byte, which lets the compiler add many at once.
fn feeds(bytes: &[u8]) -> usize {
    let of_piece = |piece: &[u8]| {
        let ones = piece.iter().map(|b| u8::from(*b == b'\n'));
        usize::from(ones.fold(0_u8, u8::wrapping_add))
    };
    bytes.chunks(192).map(of_piece).sum()
}

/// How many physical lines a text has, counted by line ends alone.
pub(super) fn count_lines(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let feeds = feeds(bytes);
    let returns = if memchr::memchr(b'\r', bytes).is_some() {
        let alone = |pair: &&[u8]| pair.first() == Some(&b'\r') && pair.last() != Some(&b'\n');
        bytes.windows(2).filter(alone).count() + usize::from(bytes.ends_with(b"\r"))
    } else {
        0
    };
    let open = !text.is_empty() && !text.ends_with(['\n', '\r']);
    (feeds + returns + usize::from(open)) as u64
}

/// Numbers the line of growing byte offsets without starting over.
pub(super) struct LineCounter<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl<'a> LineCounter<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
        }
    }

    /// The line on which the byte at `offset` stands; the end of the text is on its last line.
    pub(super) fn line_at(&mut self, offset: usize) -> u64 {
        let offset = offset.min(self.text.len().saturating_sub(1));
        if let Some(between) = self.text.as_bytes().get(self.at..offset) {
            self.line += ends_in(between, self.text.as_bytes().get(offset));
            self.at = offset;
        }
        self.line
    }
}

/// Line ends in a piece; a CR at its end counts unless an LF follows.
fn ends_in(piece: &[u8], next: Option<&u8>) -> u64 {
    let feeds = feeds(piece);
    let mut returns = 0;
    if piece.contains(&b'\r') {
        let follower = piece.iter().skip(1).chain(next);
        let mut follower = follower.map(Some).chain(std::iter::once(None));
        for byte in piece {
            let after = follower.next().flatten();
            returns += usize::from(*byte == b'\r' && after != Some(&b'\n'));
        }
    }
    (feeds + returns) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_or_a_value_that_no_export_has_is_refused() {
        let long = "a".repeat(LONGEST + 1);
        let line = |text: &str| decode(text.as_bytes()).map(|_| ()).unwrap_err().line();
        assert_eq!(
            line(&format!("TY  - JOUR\nTI  - {long}\nER  - \n")),
            Some(2)
        );
        assert_eq!(line(&format!("\u{feff}id,title\n1,{long}\n")), Some(2));
        assert_eq!(
            line(&format!("{{\"studies\": [\n{{\"a\": \"{long}\"}}]}}")),
            Some(2)
        );
        assert_eq!(line(&format!("<a>\n<b>{long}</b></a>")), Some(2));
        let wide: Vec<u8> = format!("\u{feff}id,title\n1,{long}\n")
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(matches!(decode(&wide), Err(FormatError::LongLine(2))));
        // As long in all, in pieces that an export may have.
        let short = format!("{}\r", "a".repeat(1 << 20));
        assert!(decode(short.repeat(17).as_bytes()).is_ok());
        let one_line = format!("<a>{}</a>", "<b>text</b>".repeat(2 << 20));
        assert!(decode(one_line.as_bytes()).is_ok());
    }

    #[test]
    fn the_first_long_stretch_is_found_wherever_it_stands() {
        // Every text of two letters up to eleven places, against the stretches themselves.
        for length in 0..12_u32 {
            for bits in 0..1_u32 << length {
                let text: Vec<u8> = (0..length)
                    .map(|i| if bits >> i & 1 == 1 { b'\n' } else { b'a' })
                    .collect();
                let mut at = 0;
                let mut expected = None;
                for piece in text.split(|b| *b == b'\n') {
                    if piece.len() > 3 {
                        expected = expected.or(Some(at));
                    }
                    at += piece.len() + 1;
                }
                let found = super::long(&text, 3, |window| memchr::memrchr(b'\n', window));
                assert_eq!(found, expected, "{text:?}");
            }
        }
    }
}
