//! Text as every field is read: mojibake repaired, entities and tags gone, letters folded.
//!
//! Databases export the same title as `TNF-α`, `TNF-&alpha;`, `TNF-<sup>α</sup>`, `TNF-Î±` and
//! `TNF-alpha`; all of them come out of [`fold`] as `tnf-alpha`.

use std::borrow::Cow;
use unicode_normalization::char::decompose_compatible;

/// The characters that Windows-1252 puts at the bytes 0x80 to 0x9F, in order; `\0` = unassigned.
const WINDOWS_1252: [char; 32] = [
    '€', '\0', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\0', 'Ž', '\0', '\0', '‘',
    '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\0', 'ž', 'Ÿ',
];

pub(crate) const GREEK: [&str; 25] = [
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi",
    "chi", "psi", "omega",
];

const ENTITIES: [(&str, &str); 12] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ndash", "-"),
    ("mdash", "-"),
    ("rsquo", "'"),
    ("lsquo", "'"),
    ("szlig", "ss"),
    ("oslash", "o"),
];

/// The text with mojibake, character entities (twice escaped too) and tags resolved.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let mut out = Cow::Borrowed(text);
    let ascii = text.is_ascii();
    if ascii && !text.bytes().any(|b| matches!(b, b'&' | b'<')) {
        return out;
    }
    if !ascii && out.chars().any(|c| ('Â'..='ô').contains(&c)) {
        out = Cow::Owned(repair(&out));
    }
    for _ in 0..2 {
        if out.contains('&') {
            out = Cow::Owned(unescape(&out));
        }
    }
    if out.contains('<') {
        out = Cow::Owned(without_tags(&out));
    }
    out
}

/// The byte that Windows-1252 (or Latin-1) gives a character.
fn byte_of(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return Some(byte);
    }
    let place = WINDOWS_1252.iter().position(|&w| w == c)?;
    u8::try_from(place).ok().map(|p| p + 0x80)
}

/// UTF-8 that was read as Windows-1252 becomes the characters meant: `Ã¼` is `ü`.
fn repair(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let lead = byte_of(c).unwrap_or(0);
        let more = match lead {
            0xC2..=0xDF => 1,
            0xE0..=0xEF => 2,
            0xF0..=0xF4 => 3,
            _ => 0,
        };
        let mut bytes = vec![lead];
        bytes.extend(
            rest.clone()
                .take(more)
                .map_while(byte_of)
                .filter(|b| (0x80..0xC0).contains(b)),
        );
        match std::str::from_utf8(&bytes) {
            Ok(meant) if more > 0 && bytes.len() == more + 1 => {
                out.push_str(meant);
                rest.nth(more - 1);
            }
            _ => out.push(c),
        }
    }
    out
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        rest = after;
        let entity = after.split_once(';').filter(|(name, _)| name.len() <= 10);
        match entity.and_then(|(name, tail)| Some((entity_text(name)?, tail))) {
            Some((meant, tail)) => {
                out.push_str(&meant);
                rest = tail;
            }
            None => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

fn entity_text(name: &str) -> Option<String> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).map(String::from);
    }
    if let Some((_, meant)) = ENTITIES.iter().find(|(n, _)| *n == name) {
        return Some((*meant).to_owned());
    }
    let lower = name.to_ascii_lowercase();
    if GREEK.contains(&lower.as_str()) {
        return Some(lower);
    }
    // &eacute; &Uuml; &ccedil;: the letter and the name of its mark.
    let marks = [
        "acute", "grave", "uml", "circ", "tilde", "cedil", "ring", "caron",
    ];
    let mut chars = name.chars();
    let letter = chars.next().filter(char::is_ascii_alphabetic)?;
    marks
        .contains(&chars.as_str())
        .then(|| String::from(letter))
}

fn without_tags(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        rest = after;
        let tag = after.split_once('>').filter(|(name, _)| {
            name.len() <= 60 && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        });
        match tag {
            Some((name, tail)) => {
                let name = name.trim_start_matches('/').to_ascii_lowercase();
                if ["p", "br", "title", "sec", "jats"]
                    .iter()
                    .any(|t| name.starts_with(t))
                {
                    out.push(' ');
                }
                rest = tail;
            }
            None => out.push('<'),
        }
    }
    out.push_str(rest);
    out
}

/// The text in lower case without marks; Greek letters by name, dashes and quotes as in ASCII.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else {
            decompose_compatible(c, |d| fold_char(d, &mut out));
        }
    }
    out
}

fn fold_char(c: char, out: &mut String) {
    match c {
        '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{feff}' => {}
        '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
        '\u{2018}'..='\u{201b}' | '\u{2032}' => out.push('\''),
        '·' | '\u{2219}' | '\u{22c5}' => out.push('.'),
        'ß' => out.push_str("ss"),
        'ø' | 'Ø' => out.push('o'),
        'æ' | 'Æ' => out.push_str("ae"),
        'œ' | 'Œ' => out.push_str("oe"),
        'ł' | 'Ł' => out.push('l'),
        'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
        'þ' | 'Þ' => out.push_str("th"),
        'ı' => out.push('i'),
        'ϕ' => out.push_str("phi"),
        'ϵ' => out.push_str("epsilon"),
        _ => {
            for lower in c.to_lowercase() {
                let greek = u32::from(lower)
                    .checked_sub(u32::from('α'))
                    .and_then(|place| usize::try_from(place).ok())
                    .and_then(|place| GREEK.get(place));
                match greek {
                    Some(name) => out.push_str(name),
                    None => out.push(lower),
                }
            }
        }
    }
}

/// A 64-bit hash that is the same on every machine (FNV-1a with a final mix).
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let sum = bytes.iter().fold(start, |h, b| {
        (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3)
    });
    mix(sum)
}

/// Spreads the bits of a number.
pub(crate) fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    value ^ (value >> 32)
}

/// A 32-bit hash of a word.
pub(crate) fn hash32(word: &str) -> u32 {
    u32::try_from(hash(word.as_bytes()) >> 32).unwrap_or(0)
}

/// The value of a lower-case Roman numeral below 40.
pub(crate) fn roman(word: &str) -> Option<u32> {
    let (tens, ones) = match word.find(|c| c != 'x') {
        Some(at) => word.split_at_checked(at)?,
        None => (word, ""),
    };
    let ones = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"]
        .iter()
        .position(|r| *r == ones)?;
    let value = u32::try_from(tens.len() * 10 + ones).ok()?;
    (tens.len() <= 3 && value > 0).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_greek_letter_is_one() {
        for text in [
            "TNF-α",
            "TNF-&alpha;",
            "TNF-&amp;alpha;",
            "TNF-<sup>α</sup>",
            "TNF-Î±",
            "TNF-&#945;",
            "TNF‐alpha",
        ] {
            assert_eq!(fold(&clean(text)), "tnf-alpha", "{text}");
        }
    }

    #[test]
    fn mojibake_is_repaired_and_good_text_is_left_alone() {
        assert_eq!(clean("MÃ¼ller â€“ Sjögren"), "Müller – Sjögren");
        assert_eq!(clean("Åsa Ângström é à"), "Åsa Ângström é à");
        assert_eq!(fold("Łódź Straße Ærø"), "lodz strasse aero");
    }

    #[test]
    fn comparisons_are_not_tags() {
        assert_eq!(clean("p<0.05 and x > 3"), "p<0.05 and x > 3");
        assert_eq!(clean("H<inf>2</inf>O &unknown; x"), "H2O &unknown; x");
    }

    #[test]
    fn roman_numerals_are_read() {
        assert_eq!(roman("xiv"), Some(14));
        assert_eq!(roman("iii"), Some(3));
        assert_eq!(roman("x"), Some(10));
        assert_eq!(roman("in"), None);
        assert_eq!(roman(""), None);
    }
}
