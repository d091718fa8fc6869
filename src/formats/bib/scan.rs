//! Where the entries of a BibTeX file begin and end, and what fields they hold.
//!
//! A value is one piece or several joined by `#`; a bare word among them is a macro that `@string`
//! has defined. Entries take what they lack from the one that `crossref` names (BibTeX, "Tame the
//! BeaST", 2.5 and 3).

use std::borrow::Cow;
use std::collections::BTreeMap;

/// A piece of a value: a macro's name or a number, or what stands in braces or quotes.
#[derive(Debug, Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    bare: bool,
}

/// A field: its name in lower case and its value without the outer braces or quotes.
#[derive(Debug, Clone)]
pub(super) struct RawField<'a> {
    pub(super) name: String,
    pub(super) value: Cow<'a, str>,
    pieces: Vec<Piece<'a>>,
    at: usize,
    /// A macro in it that nothing defines.
    pub(super) undefined: Option<String>,
}

impl RawField<'_> {
    /// Puts the macros' texts for their names, and the pieces together.
    fn expand(&mut self, macros: &BTreeMap<String, String>) {
        let known = |piece: &Piece<'_>| {
            let name = piece.text.trim().to_ascii_lowercase();
            macros.get(&name).filter(|_| piece.bare)
        };
        let missing = self
            .pieces
            .iter()
            .find(|piece| piece.bare && known(piece).is_none() && is_macro(piece.text.trim()));
        self.undefined = missing.map(|piece| piece.text.trim().to_owned());
        if self.pieces.len() > 1 || self.pieces.iter().any(|piece| known(piece).is_some()) {
            let texts = self.pieces.iter().map(|piece| match known(piece) {
                Some(text) => text.as_str(),
                None if piece.bare => piece.text.trim(),
                None => piece.text,
            });
            self.value = Cow::Owned(texts.collect());
        }
    }
}

/// Whether a bare word must be a macro: no number, and no month, which every style defines.
fn is_macro(word: &str) -> bool {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let lower = word.to_ascii_lowercase();
    word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_:.+".contains(c))
        && !MONTHS.iter().any(|month| lower.starts_with(month))
}

/// An entry as written.
#[derive(Debug)]
pub(super) struct Raw<'a> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) text: &'a str,
    /// Its type in lower case.
    pub(super) kind: String,
    pub(super) key: &'a str,
    pub(super) fields: Vec<RawField<'a>>,
    /// Whether its closing brace was found.
    pub(super) ended: bool,
    /// Whether it breaks off inside a field.
    pub(super) torn: bool,
    /// Whether the file ends inside it.
    pub(super) at_end: bool,
}

impl Raw<'_> {
    /// The first field of this name, as written.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        fields
            .find(|field| field.name == name)
            .map(|field| field.value.as_ref())
    }
}

/// A piece of the file between `@` and its end.
#[derive(Debug)]
pub(super) enum Found<'a> {
    /// An entry with its fields, not yet read.
    Entry(Raw<'a>),
    /// `@comment`, `@preamble`, `@string` with its macros.
    Other {
        start: usize,
        end: usize,
        macros: Vec<RawField<'a>>,
    },
}

impl Found<'_> {
    pub(super) fn span(&self) -> (usize, usize) {
        match self {
            Self::Entry(raw) => (raw.start, raw.end),
            Self::Other { start, end, .. } => (*start, *end),
        }
    }

    /// Byte offsets at which it and its fields begin.
    pub(super) fn starts(&self) -> Vec<usize> {
        match self {
            Self::Entry(raw) => {
                let fields = raw.fields.iter().map(|field| field.at);
                std::iter::once(raw.start).chain(fields).collect()
            }
            Self::Other { start, .. } => vec![*start],
        }
    }
}

/// Whether a text begins with `@word{` or `@word(`.
pub(super) fn opens_entry(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('@') else {
        return false;
    };
    let word = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    word.len() < rest.len() && word.trim_start_matches([' ', '\t']).starts_with(['{', '('])
}

/// Finds every entry.
pub(super) fn entries(text: &str) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(hit) = text.get(at..).and_then(|rest| rest.find('@')) {
        let start = at + hit;
        let rest = text.get(start..).unwrap_or_default();
        let before = text.get(..start).and_then(|head| head.chars().next_back());
        let inside_word = before.is_some_and(char::is_alphanumeric);
        if !opens_entry(rest) || inside_word {
            at = start + 1;
            continue;
        }
        let one = Scanner::new(text, start).entry();
        at = one.span().1.max(start + 1);
        found.push(one);
    }
    expand(&mut found);
    found
}

/// Expands macros as BibTeX does, in file order; one that is defined further on counts too.
fn expand(found: &mut [Found<'_>]) {
    let mut macros = BTreeMap::new();
    for pass in [false, true] {
        for one in &mut *found {
            match one {
                Found::Other {
                    macros: defined, ..
                } => {
                    for field in defined {
                        field.expand(&macros);
                        macros.insert(field.name.clone(), field.value.to_string());
                    }
                }
                Found::Entry(raw) if pass => {
                    raw.fields
                        .iter_mut()
                        .for_each(|field| field.expand(&macros));
                }
                Found::Entry(_) => {}
            }
        }
    }
}

/// Fields that an entry takes from the one that its `crossref` names.
const INHERITED: [&str; 14] = [
    "year",
    "date",
    "journal",
    "journaltitle",
    "booktitle",
    "volume",
    "number",
    "publisher",
    "editor",
    "series",
    "issn",
    "isbn",
    "month",
    "address",
];

/// Gives entries what they lack and the entry that their `crossref` names has; the title of a
/// whole volume is the book title of its parts.
pub(super) fn inherit(found: &mut [Found<'_>]) {
    let refers = |one: &Found<'_>| match one {
        Found::Entry(raw) => raw.get("crossref").is_some(),
        Found::Other { .. } => false,
    };
    if !found.iter().any(refers) {
        return;
    }
    let mut parents = BTreeMap::new();
    for one in &*found {
        if let Found::Entry(raw) = one
            && !raw.key.is_empty()
        {
            parents
                .entry(raw.key.to_lowercase())
                .or_insert_with(|| raw.fields.clone());
        }
    }
    for one in found {
        let Found::Entry(raw) = one else { continue };
        let parent = raw.get("crossref").map(|key| key.trim().to_lowercase());
        let Some(fields) = parent.and_then(|key| parents.get(&key)) else {
            continue;
        };
        let mut more: Vec<_> = fields
            .iter()
            .filter(|field| INHERITED.contains(&field.name.as_str()))
            .filter(|field| raw.get(&field.name).is_none())
            .cloned()
            .collect();
        let titled = raw.get("booktitle").is_some() || more.iter().any(|f| f.name == "booktitle");
        if let Some(title) = fields.iter().find(|f| f.name == "title" && !titled) {
            more.push(RawField {
                name: "booktitle".to_owned(),
                ..title.clone()
            });
        }
        raw.fields.extend(more);
    }
}

struct Scanner<'a> {
    text: &'a str,
    start: usize,
    at: usize,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, start: usize) -> Self {
        Self {
            text,
            start,
            at: start + 1,
        }
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip(&mut self, what: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let tail = rest.trim_start_matches(what);
        self.at += rest.len() - tail.len();
        rest.get(..rest.len() - tail.len()).unwrap_or_default()
    }

    fn entry(mut self) -> Found<'a> {
        let kind = self.skip(|c| c.is_ascii_alphabetic()).to_ascii_lowercase();
        self.skip(char::is_whitespace);
        let close = if self.peek() == Some(b'(') {
            b')'
        } else {
            b'}'
        };
        self.at += 1;
        if matches!(kind.as_str(), "comment" | "preamble" | "string") {
            // An unclosed one ends with its line.
            let line = self
                .rest()
                .find('\n')
                .map_or(self.text.len(), |end| self.at + end);
            let inside = self.at;
            let end = self.balanced(close).map_or(line, |end| end + 1);
            self.at = inside;
            let macros = if kind == "string" {
                self.macros(end, close)
            } else {
                Vec::new()
            };
            return Found::Other {
                start: self.start,
                end,
                macros,
            };
        }
        let key = self.key(close);
        let mut raw = Raw {
            start: self.start,
            end: self.start,
            text: "",
            kind,
            key,
            fields: Vec::new(),
            ended: false,
            torn: false,
            at_end: false,
        };
        loop {
            self.skip(|c| c.is_whitespace() || c == ',');
            match self.peek() {
                None => break,
                Some(byte) if byte == close => {
                    self.at += 1;
                    raw.ended = true;
                    break;
                }
                Some(b'@') if self.next_entry() => break,
                Some(_) => {
                    let before = self.at;
                    match self.field(close) {
                        Some(field) => raw.fields.push(field),
                        None => {
                            raw.torn = true;
                            if self.at <= before {
                                self.at =
                                    before + self.rest().chars().next().map_or(1, char::len_utf8);
                            }
                            break;
                        }
                    }
                }
            }
        }
        self.at = self.at.min(self.text.len());
        raw.at_end = !raw.ended && self.rest().trim().is_empty();
        raw.end = self.at;
        raw.text = self
            .text
            .get(raw.start..raw.end)
            .unwrap_or_default()
            .trim_end();
        Found::Entry(raw)
    }

    /// What a `@string` defines up to its end.
    fn macros(&self, end: usize, close: u8) -> Vec<RawField<'a>> {
        let mut inside = Scanner {
            text: self.text.get(..end).unwrap_or_default(),
            start: self.start,
            at: self.at,
        };
        let mut macros = Vec::new();
        loop {
            inside.skip(|c| c.is_whitespace() || c == ',');
            if inside.peek().is_none_or(|byte| byte == close) {
                return macros;
            }
            let before = inside.at;
            match inside.field(close) {
                Some(field) if inside.at > before => macros.push(field),
                _ => return macros,
            }
        }
    }

    /// Whether an entry begins here, at the start of a line.
    fn next_entry(&self) -> bool {
        let before = self.text.get(self.start..self.at).unwrap_or_default();
        let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
        before.len() > line.len() && line.trim().is_empty() && opens_entry(self.rest())
    }

    /// The key up to its comma; an entry without one begins with a field.
    fn key(&mut self, close: u8) -> &'a str {
        let rest = self.rest();
        let end = rest
            .bytes()
            .position(|b| b == b',' || b == b'=' || b == b'\n' || b == close);
        let end = end.unwrap_or(rest.len());
        let key = rest.get(..end).unwrap_or_default();
        match rest.as_bytes().get(end) {
            Some(b'=') => "",
            Some(b'\n') if key.trim().is_empty() => "",
            _ => {
                self.at += end;
                key.trim()
            }
        }
    }

    /// `name = value`; nothing where it breaks off. `at` then stands where the entry ends.
    fn field(&mut self, close: u8) -> Option<RawField<'a>> {
        let at = self.at;
        let rest = self.rest();
        let end = rest
            .bytes()
            .position(|b| b == b'=' || b == b',' || b == b'\n' || b == close)?;
        let name = rest.get(..end).unwrap_or_default().trim();
        self.at += end;
        if rest.as_bytes().get(end) != Some(&b'=') {
            // A word without a value: kept as a field of its own, so it is not lost.
            return Some(RawField {
                name: "unnamed".to_owned(),
                value: Cow::Borrowed(name),
                pieces: Vec::new(),
                at,
                undefined: None,
            });
        }
        self.at += 1;
        let pieces = self.value(close)?;
        Some(RawField {
            name: name.to_ascii_lowercase(),
            value: Cow::Borrowed(pieces.first().map_or("", |piece| piece.text)),
            pieces,
            undefined: None,
            at,
        })
    }

    /// A value: braces, quotes, a bare word, or several of them joined by `#`.
    fn value(&mut self, close: u8) -> Option<Vec<Piece<'a>>> {
        self.skip(char::is_whitespace);
        let mut pieces = Vec::new();
        loop {
            let opener = self.peek()?;
            let inner;
            match opener {
                b'{' => {
                    self.at += 1;
                    let from = self.at;
                    let end = self.balanced(b'}')?;
                    inner = (from, end);
                    self.at = end + 1;
                }
                b'"' => {
                    self.at += 1;
                    let from = self.at;
                    let end = self.balanced(b'"')?;
                    inner = (from, end);
                    self.at = end + 1;
                }
                _ => {
                    let from = self.at;
                    let rest = self.rest();
                    let end = rest
                        .bytes()
                        .position(|b| matches!(b, b',' | b'#' | b'\n') || b == close);
                    self.at += end?;
                    inner = (from, self.at);
                }
            }
            pieces.push(Piece {
                text: self.text.get(inner.0..inner.1)?,
                bare: !matches!(opener, b'{' | b'"'),
            });
            let behind = self.at;
            self.skip(char::is_whitespace);
            if self.peek() == Some(b'#') {
                self.at += 1;
                self.skip(char::is_whitespace);
                continue;
            }
            self.at = behind;
            return Some(pieces);
        }
    }

    /// The offset of the byte that closes what was just opened. Where the next entry begins
    /// before that, or the file ends, there is none, and `at` stands there.
    fn balanced(&mut self, close: u8) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut depth = 0_usize;
        let mut at = self.at;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => at += 1,
                _ if *byte == close && depth == 0 => return Some(at),
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                b'@' => {
                    let here = self.at;
                    self.at = at;
                    if self.next_entry() {
                        return None;
                    }
                    self.at = here;
                }
                _ => {}
            }
            at += 1;
        }
        self.at = bytes.len();
        None
    }
}
