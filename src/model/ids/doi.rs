//! Where a DOI begins and where it ends in a text.
//!
//! A DOI is `10.`, a registrant of at least four digits, a slash, and a suffix of any printable
//! characters (ISO 26324; DOI Handbook, 2.2). The suffix has no end mark, and exports put much
//! behind it: punctuation, `[doi]`, a note, a second DOI, a query string, the page of a
//! publisher's site. What is cut here is what no registered DOI ends in; blanks are never deleted
//! out of one. The suffixes of older journals hold `<>;#` (Serial Item and Contribution
//! Identifiers, ANSI/NISO Z39.56) and are known by their `CO;2`. Where blanks or dots have
//! damaged the number itself, nothing is read: half a DOI names another work.

use super::{Doi, IdError, id_error};
use std::borrow::Cow;

impl Doi {
    /// Reads the first DOI of a text: a bare value, a `doi:` label, a resolver's or publisher's
    /// address.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        Self::read(text).map(|(first, _)| first)
    }

    /// Reads the first DOI of a text and every other one that differs from it.
    ///
    /// ```
    /// use perennial::model::Doi;
    /// let (first, others) = Doi::read("10.1000/en.1; 10.1000/en.2.").unwrap();
    /// assert_eq!(first.as_str(), "10.1000/en.1");
    /// assert_eq!(others[0].as_str(), "10.1000/en.2");
    /// ```
    pub fn read(text: &str) -> Result<(Self, Vec<Self>), IdError> {
        let plain = plain(text);
        let mut found = Scan::new(&plain);
        let Some(Some(first)) = found.next() else {
            return Err(id_error(text, "a DOI"));
        };
        let first = Self(first);
        let mut others: Vec<Self> = Vec::new();
        for other in found.flatten().map(Self) {
            if other != first && !others.contains(&other) {
                others.push(other);
            }
        }
        Ok((first, others))
    }

    /// Reads a DOI from a free field in which it stands alone or behind its label at the start,
    /// and which names no other: a reference list or an erratum's note is not the record's own.
    ///
    /// ```
    /// use perennial::model::Doi;
    /// assert!(Doi::alone("doi: 10.1000/184. Epub 2019 Jan 3.").is_some());
    /// assert!(Doi::alone("Erratum in: doi: 10.1000/185").is_none());
    /// ```
    pub fn alone(text: &str) -> Option<Self> {
        let plain = plain(text);
        let at = Scan::new(&plain).start()?;
        let head = plain.get(..at)?.to_lowercase();
        let head = head.trim_matches(|c: char| !c.is_alphanumeric());
        let words = head.split(|c: char| !c.is_alphanumeric());
        let label = [
            "", "doi", "dx", "org", "https", "http", "info", "urn", "hdl",
        ];
        if !words.into_iter().all(|word| label.contains(&word)) {
            return None;
        }
        let mut scan = Scan::new(&plain);
        let first = scan.next()??;
        let rest = plain.get(scan.at..).unwrap_or_default();
        if scan.flatten().any(|other| other != first) {
            return None;
        }
        let bare = head.is_empty() && rest.chars().any(char::is_alphanumeric);
        let noted = rest.trim().starts_with(['[', '(']) || rest.contains(&first);
        (!bare || noted).then_some(Self(first))
    }

    /// A value of an earlier version stays as it was stored, so that what was hashed still is.
    pub(super) fn stored(text: &str) -> Result<Self, IdError> {
        let canonical = text.starts_with("10.")
            && text.contains('/')
            && !text.chars().any(|c| c.is_whitespace() || c.is_uppercase());
        if canonical {
            return Ok(Self(text.to_owned()));
        }
        Self::parse(text)
    }
}

/// The text with each percent escape and entity decoded once, and the characters that stand for
/// plain ones (full width, typographic hyphens) as those; what is invisible is taken out.
fn plain(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if text.contains('%') {
        text = Cow::Owned(percent_decoded(&text));
    }
    if text.contains('&') {
        text = Cow::Owned(entities_decoded(&text));
    }
    if !text.is_ascii() {
        text = Cow::Owned(text.chars().filter_map(ascii_twin).collect());
    }
    if text.contains('\\') {
        // `\_` and `\%` of LaTeX, which reference managers leave in other formats too.
        let mut out = text.into_owned();
        for (escaped, mark) in [("\\_", "_"), ("\\&", "&"), ("\\%", "%"), ("\\#", "#")] {
            out = out.replace(escaped, mark);
        }
        text = Cow::Owned(out);
    }
    text
}

/// Decodes `%3C`; what decodes to no text stays as it is.
fn percent_decoded(text: &str) -> String {
    let hex = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let pair = hex(bytes.get(at + 1)).zip(hex(bytes.get(at + 2)));
        match pair.filter(|_| *byte == b'%') {
            Some((high, low)) => {
                out.extend(u8::try_from(high * 16 + low));
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Decodes the entities that stand for marks a DOI can hold or end at.
fn entities_decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('&') {
        out.push_str(before);
        let named = tail
            .split_once(';')
            .filter(|(name, _)| name.len() <= 8)
            .and_then(|(name, after)| Some((entity(name)?, after)));
        match named {
            Some((c, after)) => {
                out.push(c);
                rest = after;
            }
            None => {
                out.push('&');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    let number = name.strip_prefix('#');
    let hex = number.and_then(|n| n.strip_prefix(['x', 'X']));
    if let Some(hex) = hex {
        return u32::from_str_radix(hex, 16).ok().and_then(char::from_u32);
    }
    if let Some(number) = number {
        return number.parse().ok().and_then(char::from_u32);
    }
    match name.to_ascii_lowercase().as_str() {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => None,
    }
}

/// The ASCII character that a typographic one stands for; nothing for an invisible one.
fn ascii_twin(c: char) -> Option<char> {
    match c {
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => None,
        '\u{2010}'..='\u{2013}' | '\u{2212}' | '\u{fe63}' => Some('-'),
        // A full-width comma ends a phrase; it stands for no comma of an identifier.
        '，' => Some('、'),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        other => Some(other),
    }
}

/// Walks over the DOIs of a decoded text; `None` inside is one that is damaged.
struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scan<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    /// The offset of the next `10.` that begins a DOI.
    fn start(&self) -> Option<usize> {
        let rest = self.text.get(self.at..)?;
        let mut at = rest.match_indices("10.").map(|(at, _)| self.at + at);
        at.find(|at| begins(self.text, *at))
    }
}

impl Iterator for Scan<'_> {
    type Item = Option<String>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.start()?;
        let before = self.text.get(..start)?;
        let tail = self.text.get(start..)?;
        let slash = prefix(tail)?;
        let word = before.rsplit(char::is_whitespace).next();
        let address = word.is_some_and(|word| {
            word.contains("://") || word.contains("doi.org/") || word.contains("www.")
        });
        let token = token(tail);
        let cut = suffix(token.get(slash..)?, address);
        self.at = start + cut.map_or(token.len(), |cut| slash + cut);
        let Some(cut) = cut else { return Some(None) };
        Some(finish(tail, slash, slash + cut))
    }
}

/// Whether a DOI can begin at this `10.`: not inside a number or a word, but behind its label.
fn begins(text: &str, at: usize) -> bool {
    let (Some(before), Some(tail)) = (text.get(..at), text.get(at..)) else {
        return false;
    };
    let inside = match before.chars().next_back() {
        None => false,
        Some('.') => before
            .trim_end_matches('.')
            .ends_with(|c: char| c.is_ascii_digit()),
        Some(c) if c.is_ascii_alphanumeric() => {
            let label = before.len().checked_sub(3).and_then(|at| before.get(at..));
            !label.is_some_and(|l| l.eq_ignore_ascii_case("doi") || l.eq_ignore_ascii_case("org"))
        }
        Some(_) => false,
    };
    !inside && prefix(tail).is_some()
}

/// The length of `10.1000/` at the start of a text: four to nine digits, then further numbers.
fn prefix(tail: &str) -> Option<usize> {
    let (registrant, _) = tail.strip_prefix("10.")?.split_once('/')?;
    let mut numbers = registrant.split('.');
    let digits = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
    let first = numbers.next()?;
    ((4..=9).contains(&first.len()) && digits(first) && numbers.all(digits))
        .then_some("10.".len() + registrant.len() + 1)
}

/// Up to what never stands inside a DOI: white space, quotation marks, bars, backslashes.
fn token(tail: &str) -> &str {
    let ends = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '"' | '|' | '\\' | '\u{2014}' | '\u{2015}' | '\u{fffd}')
            || matches!(c, '“' | '”' | '„' | '«' | '»' | '。' | '、' | '【' | '】')
    };
    tail.split(ends).next().unwrap_or(tail)
}

/// Words that begin something else when a colon or an address follows at once.
const LABELS: [&str; 7] = [
    "doi:", "pmid:", "pmcid:", "http://", "https://", "www.", "doi.org/",
];

/// How much of a token is the suffix; nothing where a contribution identifier is cut off.
fn suffix(token: &str, address: bool) -> Option<usize> {
    let lower = token.to_ascii_lowercase();
    if let Some(at) = lower.find("co;2").map(|at| at + 4) {
        return Some(at + check_character(token.get(at..)?));
    }
    if lower.starts_with("(sici)") {
        return None;
    }
    let mut open = Vec::new();
    for (at, c) in token.char_indices() {
        let (head, rest) = (token.get(..at)?, token.get(at..)?);
        let next = rest.chars().nth(1);
        let cut = match c {
            '<' | '>' | ';' => true,
            '(' | '[' | '{' => {
                open.push(at);
                let mark = lower.get(at..)?;
                mark.starts_with("[doi") || mark.starts_with("[pii")
            }
            ')' | ']' | '}' => {
                let balanced = open.pop().is_some();
                !balanced && (c == '}' || !next.is_some_and(char::is_alphanumeric))
            }
            '?' | '#' | '&' => address || is_parameter(rest) || landing(head).len() < head.len(),
            ',' => begins(token, at + 1),
            'd' | 'D' | 'h' | 'H' | 'i' | 'I' | 'p' | 'P' | 'w' | 'W' => {
                let mark = lower.get(at..)?;
                at > 0 && LABELS.iter().any(|label| mark.starts_with(label))
            }
            _ => false,
        };
        if cut {
            return Some(at);
        }
    }
    Some(token.len())
}

/// The `-4` behind `CO;2`: any one character, but no mark that ends a sentence or a bracket.
fn check_character(tail: &str) -> usize {
    let mut chars = tail.chars();
    if chars.next() != Some('-') {
        return 0;
    }
    match chars.next() {
        Some(c) if !".,;:)]}>\"'<".contains(c) => 1 + c.len_utf8(),
        _ => 0,
    }
}

/// `?via=ihub`: a name and an equals sign.
fn is_parameter(rest: &str) -> bool {
    let name = rest.get(1..).and_then(|rest| rest.split_once('='));
    name.is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || "_-.".contains(c))
    })
}

/// The DOI in its canonical spelling, or nothing where its number is damaged. `tail` begins with
/// it and goes on behind it, `end` is where its syntax ends.
fn finish(tail: &str, slash: usize, end: usize) -> Option<String> {
    let (value, rest) = tail.split_at_checked(end)?;
    if value.ends_with("...") || value.ends_with('…') {
        return None;
    }
    let value = once(value, slash)?;
    if value.to_ascii_lowercase().contains("co;2") {
        return Some(value.to_lowercase());
    }
    let suffix = tidy(closed(value, rest)?.get(slash..)?, rest);
    let value = unversioned(value.get(..slash + suffix.len())?);
    let damaged = suffix.is_empty() || broken(suffix, tail.get(value.len()..)?);
    (!damaged).then(|| value.to_lowercase())
}

/// A DOI that stands twice without anything between, once; another behind the first one without
/// a mark between them leaves the end of the first uncertain.
fn once(value: &str, slash: usize) -> Option<&str> {
    let prefix = value.get(..slash)?;
    let again = value.get(slash..)?.find(prefix).map(|at| slash + at);
    let Some(at) = again.filter(|at| *at > slash) else {
        return Some(value);
    };
    let (first, second) = value.split_at_checked(at)?;
    if first.ends_with('/') {
        return Some(value);
    }
    let bare = |text: &str| trimmed(text).to_lowercase();
    let second = once(second, slash)?;
    (bare(first) == bare(second)).then_some(first)
}

/// Cut at a bracket that opens a note and is not closed before the blank: `(Article in press)`.
fn closed<'v>(value: &'v str, rest: &str) -> Option<&'v str> {
    let mut open = Vec::new();
    for (at, c) in value.char_indices() {
        match c {
            '(' | '[' | '{' => open.push(at),
            ')' | ']' | '}' => {
                open.pop();
            }
            _ => {}
        }
    }
    match open.first() {
        Some(at) if !rest.is_empty() => {
            let note = value.get(at + 1..)?;
            let is_number = note.starts_with(|c: char| c.is_ascii_digit());
            (!is_number).then(|| value.get(..*at))?
        }
        _ => Some(value),
    }
}

/// Without the marks of the sentence around it.
fn trimmed(value: &str) -> &str {
    value.trim_end_matches([
        '.', ',', ';', ':', '\'', '`', '’', '‘', '?', '!', '/', '(', '[', '{',
    ])
}

/// A suffix without the marks and the pages of sites behind it.
fn tidy<'s>(suffix: &'s str, rest: &str) -> &'s str {
    let mut suffix = suffix;
    loop {
        let mut shorter = trimmed(suffix);
        if rest.starts_with(char::is_whitespace) {
            shorter = shorter.trim_end_matches(['-', '_', '=']);
        }
        shorter = landing(shorter);
        if shorter.len() == suffix.len() {
            return suffix;
        }
        suffix = shorter;
    }
}

/// What the addresses of publishers' pages put behind a DOI.
const PAGES: [&str; 20] = [
    "/full/html",
    "/full/pdf",
    "/full/epub",
    "/full",
    "/fulltext",
    "/full-text",
    "/abstract",
    "/summary",
    "/pdfdirect",
    "/epdf",
    "/pdf",
    "/html",
    "/meta",
    ".pdf+html",
    ".full.pdf",
    ".full-text",
    ".full",
    ".abstract",
    ".pdf",
    "/references",
];

/// A suffix without the page of a publisher's site; what remains must still hold a number.
fn landing(suffix: &str) -> &str {
    let lower = suffix.to_ascii_lowercase();
    let page = PAGES.iter().find_map(|page| lower.strip_suffix(page));
    let head = page.and_then(|head| suffix.get(..head.len()));
    let numbered = head.filter(|head| head.bytes().any(|b| b.is_ascii_digit()));
    numbered.unwrap_or(suffix)
}

/// bioRxiv's and medRxiv's pages add `v2` to the DOI of the preprint, which has no version.
fn unversioned(value: &str) -> &str {
    let preprint = ["10.1101/", "10.64898/"]
        .iter()
        .find_map(|prefix| value.strip_prefix(prefix));
    let number = preprint.and_then(|suffix| suffix.rsplit_once(['v', 'V']));
    match number {
        Some((number, version))
            if !version.is_empty()
                && version.bytes().all(|b| b.is_ascii_digit())
                && number.len() >= 6
                && number.bytes().all(|b| b.is_ascii_digit() || b == b'.') =>
        {
            value
                .get(..value.len() - version.len() - 1)
                .unwrap_or(value)
        }
        _ => value,
    }
}

/// Whether a blank stands inside the DOI, so that what stands before it is another number.
/// `behind` begins with the marks that were cut off.
fn broken(suffix: &str, behind: &str) -> bool {
    let marks = behind.split(char::is_whitespace).next().unwrap_or_default();
    let words = behind.get(marks.len()..).unwrap_or_default();
    let next = words.split_whitespace().next().unwrap_or_default();
    let digit = |c: char| c.is_ascii_digit();
    let foreign = !marks.chars().all(|c| ".-_/".contains(c));
    if foreign || !next.contains(digit) || holds_one(next) || is_year(next) {
        return false;
    }
    if !suffix.contains(digit) {
        return true;
    }
    let mut chars = next.chars();
    let (first, second) = (chars.next(), chars.next());
    let number_next = first.is_some_and(digit);
    let joined = first.is_some_and(|c| "-./_:".contains(c)) && second.is_some_and(digit);
    let after_mark = match marks.chars().next_back() {
        Some('.') => number_next,
        Some(_) => first.is_some_and(char::is_alphanumeric),
        None => false,
    };
    // `S0140-6736(19) 32556-5` and `S0140-6736 (19)32556-5`.
    let bracket = |text: &str| {
        let (number, tail) = text.strip_prefix('(')?.split_once(')')?;
        number.chars().all(digit).then(|| tail.starts_with(digit))
    };
    let last = suffix.rfind('(').and_then(|at| suffix.get(at..));
    let after_bracket = number_next && suffix.ends_with(')') && last.and_then(bracket).is_some();
    joined || after_mark || after_bracket || bracket(next) == Some(true)
}

fn is_year(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    word.len() == 4 && (word.starts_with("19") || word.starts_with("20"))
}

/// Whether a word holds a DOI of its own.
fn holds_one(word: &str) -> bool {
    word.match_indices("10.").any(|(at, _)| begins(word, at))
}

#[cfg(test)]
mod tests;
