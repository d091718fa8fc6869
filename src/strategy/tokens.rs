//! A step of a strategy cut into brackets, words, phrases and square brackets.
//!
//! What a word means is the platform's business; here only what cannot be meant anywhere is
//! found: typographic marks, quotation marks and square brackets that are never closed.

use super::check::{Checker, Code};
use super::lines::Line;
use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    /// `{…}`, on platforms that have it.
    Brace,
    /// `[…]`.
    Square,
    Word,
    /// Words in quotation marks, with them.
    Phrase,
}

/// A token with its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
    pub(super) text: &'a str,
    /// Whether no white space stands before it.
    pub(super) glued: bool,
}

impl<'a> Token<'a> {
    /// The text without its quotation marks.
    pub(super) fn bare(&self) -> &'a str {
        if self.kind == Kind::Phrase {
            self.text.trim_matches(MARKS)
        } else {
            self.text
        }
    }

    /// Where [`Token::bare`] begins.
    pub(super) fn bare_start(&self) -> usize {
        let behind = if self.kind == Kind::Phrase {
            self.text.trim_start_matches(MARKS)
        } else {
            self.text
        };
        self.span.end - behind.len()
    }
}

/// Every mark around a phrase.
const MARKS: [char; 11] = ['"', '\'', '“', '”', '„', '‟', '«', '»', '‘', '’', '＂'];

/// What differs between platforms.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Style {
    /// Phrases in `'`.
    pub(super) single: bool,
    /// `{or #1-#3}`.
    pub(super) braces: bool,
}

/// Whether a mark is a quotation mark that no keyboard has.
fn is_typographic(c: char) -> bool {
    "“”„‟«»‘’‚′″＂".contains(c)
}

fn is_asterisk(c: char) -> bool {
    "∗＊⁎✱٭﹡✻".contains(c)
}

/// The mark that closes a phrase, where `c` opens one.
fn closing(c: char, style: Style) -> Option<&'static str> {
    match c {
        '"' | '“' | '”' | '„' | '＂' => Some("\"“”‟＂"),
        '\'' | '‘' | '’' if style.single => Some("'‘’"),
        _ => None,
    }
}

/// The tokens of a step.
pub(super) fn tokens<'a>(checker: &mut Checker<'a>, line: &Line, style: Style) -> Vec<Token<'a>> {
    let text = checker.text;
    let mut out = Vec::new();
    for part in &line.parts {
        let body = text.get(part.clone()).unwrap_or_default();
        let mut cutter = Cutter {
            checker,
            body,
            from: part.start,
            at: 0,
            style,
        };
        while let Some(token) = cutter.next() {
            out.push(token);
        }
    }
    out
}

struct Cutter<'c, 'a> {
    checker: &'c mut Checker<'a>,
    body: &'a str,
    from: usize,
    at: usize,
    style: Style,
}

impl<'a> Cutter<'_, 'a> {
    fn rest(&self) -> &'a str {
        self.body.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let before = self.rest();
        let rest = before.trim_start();
        let glued = self.at > 0 && rest.len() == before.len();
        self.at = self.body.len() - rest.len();
        let c = rest.chars().next()?;
        let (kind, length) = match c {
            '(' => (Kind::Open, 1),
            ')' => (Kind::Close, 1),
            '[' => self.enclosed(rest, ']', Kind::Square),
            '{' if self.style.braces => self.enclosed(rest, '}', Kind::Brace),
            c if closing(c, self.style).is_some() => self.phrase(rest, c),
            _ => (Kind::Word, self.word(rest)),
        };
        let span = self.from + self.at..self.from + self.at + length;
        self.at += length;
        let text = rest.get(..length).unwrap_or_default();
        if kind != Kind::Open && kind != Kind::Close {
            self.odd(text, span.start);
        }
        Some(Token {
            kind,
            span,
            text,
            glued,
        })
    }

    /// A token up to `close`, which may hold quotation marks; a word of one sign where it never
    /// comes.
    fn enclosed(&mut self, rest: &str, close: char, kind: Kind) -> (Kind, usize) {
        if let Some(end) = rest.find(close) {
            return (kind, end + close.len_utf8());
        }
        let open = rest.chars().next().map_or(1, char::len_utf8);
        let here = self.from + self.at;
        self.checker.add(
            Code::Unbalanced,
            here..here + open,
            "a bracket is never closed",
            "opened here",
            &format!("close it with `{close}`"),
        );
        (Kind::Word, open)
    }

    fn phrase(&mut self, rest: &str, open: char) -> (Kind, usize) {
        let marks = closing(open, self.style).unwrap_or_default();
        let single = marks.contains('\'');
        let inner = rest.char_indices().skip(1);
        let end = inner.into_iter().find(|(at, c)| {
            let after = rest.get(at + c.len_utf8()..).unwrap_or_default();
            // An apostrophe in a word closes nothing.
            marks.contains(*c) && !(single && after.starts_with(char::is_alphanumeric))
        });
        if let Some((at, c)) = end {
            return (Kind::Phrase, at + c.len_utf8());
        }
        let here = self.from + self.at;
        self.checker.add(
            Code::Unbalanced,
            here..here + open.len_utf8(),
            "a quotation mark is never closed",
            "opened here",
            "close the phrase on the same line",
        );
        (Kind::Phrase, rest.len())
    }

    fn word(&self, rest: &str) -> usize {
        let braces = self.style.braces;
        let ends = |c: char| c.is_whitespace() || "()[\"“”".contains(c) || (braces && c == '{');
        let mut signs = rest.char_indices().skip(1);
        signs
            .find(|(_, c)| ends(*c))
            .map_or(rest.len(), |(at, _)| at)
    }

    fn odd(&mut self, text: &str, start: usize) {
        for (at, c) in text.char_indices() {
            let span = start + at..start + at + c.len_utf8();
            if is_typographic(c) {
                let right = if self.style.single {
                    "`'` or `\"`"
                } else {
                    "`\"`"
                };
                self.checker.add(
                    Code::Quote,
                    span,
                    &format!("`{c}` is a typographic mark"),
                    "word processors put it in place of the keyboard's",
                    &format!("write {right} around a phrase, `'` inside a word"),
                );
            } else if is_asterisk(c) {
                self.checker.add(
                    Code::Asterisk,
                    span,
                    &format!("`{c}` is no asterisk of the keyboard"),
                    "it is taken for no wildcard",
                    "write `*`",
                );
            } else if "（）［］".contains(c) {
                self.checker.add(
                    Code::Unbalanced,
                    span,
                    &format!("`{c}` is no bracket of the keyboard"),
                    "it groups nothing",
                    "write `(`, `)`, `[` or `]`",
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::Platform;
    use super::super::lines::lines;
    use super::*;

    fn cut(text: &str, style: Style) -> (Vec<(Kind, String)>, Vec<&'static str>) {
        let mut checker = Checker::new(Platform::Embase, text, "q");
        let line = lines(text, |_| false).remove(0);
        let tokens = tokens(&mut checker, &line, style);
        let codes = checker.found.iter().map(|f| f.code.as_str()).collect();
        (
            tokens.iter().map(|t| (t.kind, t.text.to_owned())).collect(),
            codes,
        )
    }

    #[test]
    fn apostrophes_stay_in_words_and_phrases() {
        let single = Style {
            single: true,
            ..Style::default()
        };
        let (tokens, codes) = cut("'crohn's disease':ti OR crohn's", single);
        let texts: Vec<&str> = tokens.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(texts, ["'crohn's disease'", ":ti", "OR", "crohn's"]);
        assert!(codes.is_empty());
    }

    #[test]
    fn typographic_quotes_still_hold_a_phrase() {
        let (tokens, codes) = cut("“heart failure” OR myelom∗", Style::default());
        assert_eq!(tokens[0], (Kind::Phrase, "“heart failure”".to_owned()));
        assert_eq!(
            codes,
            [
                "typographic-quote",
                "typographic-quote",
                "typographic-asterisk"
            ]
        );
    }

    #[test]
    fn what_is_never_closed_is_said_once() {
        assert_eq!(cut("\"a b", Style::default()).1, ["unbalanced"]);
        assert_eq!(cut("[mh a", Style::default()).1, ["unbalanced"]);
    }
}
