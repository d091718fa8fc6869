//! Where the entries of a BibTeX file begin and end, and what fields they hold.

/// A field as written: its name in lower case and its value without the outer braces or quotes.
#[derive(Debug)]
pub(super) struct RawField<'a> {
    pub(super) name: String,
    pub(super) value: &'a str,
    at: usize,
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

impl<'a> Raw<'a> {
    /// The first field of this name, as written.
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        let mut fields = self.fields.iter();
        fields
            .find(|field| field.name == name)
            .map(|field| field.value)
    }
}

/// A piece of the file between `@` and its end.
#[derive(Debug)]
pub(super) enum Found<'a> {
    /// An entry.
    Entry(Raw<'a>),
    /// `@comment`, `@preamble`, `@string`.
    Other { start: usize, end: usize },
}

impl Found<'_> {
    pub(super) fn span(&self) -> (usize, usize) {
        match self {
            Self::Entry(raw) => (raw.start, raw.end),
            Self::Other { start, end } => (*start, *end),
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
    found
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
            let end = self.balanced(close).map_or(line, |end| end + 1);
            return Found::Other {
                start: self.start,
                end,
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
                value: name,
                at,
            });
        }
        self.at += 1;
        let value = self.value(close)?;
        Some(RawField {
            name: name.to_ascii_lowercase(),
            value,
            at,
        })
    }

    /// A value: braces, quotes, a bare word, or several of them joined by `#`.
    fn value(&mut self, close: u8) -> Option<&'a str> {
        self.skip(char::is_whitespace);
        let start = self.at;
        let mut parts = 0;
        let mut inner;
        loop {
            match self.peek()? {
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
            parts += 1;
            let behind = self.at;
            self.skip(char::is_whitespace);
            if self.peek() == Some(b'#') {
                self.at += 1;
                self.skip(char::is_whitespace);
                continue;
            }
            self.at = behind;
            let whole = if parts == 1 { inner } else { (start, behind) };
            return self.text.get(whole.0..whole.1);
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
