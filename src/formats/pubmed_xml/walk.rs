//! A walk over XML that keeps its depth: every element opened is closed or the walk fails.
//!
//! The text of an element is its text, CDATA, references and the text of nested tags together
//! (quick-xml gives each as an event of its own; reading only one kind loses `&lt;` and `<i>`).
//! References that XML itself does not define are never resolved, whatever a document type says:
//! they stay in the text as written and are reported.

use crate::formats::values::{collapse, is_power};
use memchr::{memchr, memchr2, memchr3};
use quick_xml::Reader;
use quick_xml::errors::IllFormedError;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use std::borrow::Cow;
use std::io::BufRead as _;

/// Why a walk stopped before the end of its element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Damage {
    /// The text ends inside an element.
    Cut,
    /// The markup is not well formed.
    Broken(String),
}

impl From<quick_xml::Error> for Damage {
    fn from(error: quick_xml::Error) -> Self {
        match error {
            quick_xml::Error::Syntax(_) => Self::Cut,
            other => Self::Broken(other.to_string()),
        }
    }
}

impl From<quick_xml::events::attributes::AttrError> for Damage {
    fn from(error: quick_xml::events::attributes::AttrError) -> Self {
        Self::Broken(error.to_string())
    }
}

/// The result of a walk.
pub(super) type Walked<T> = Result<T, Damage>;

/// The reader, with what it could not resolve.
pub(super) struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    /// The elements open inside one that is passed over.
    open: Vec<&'a [u8]>,
    /// Whether plain text and tags are passed without an event each; a test compares both ways.
    pub(super) glances: bool,
    raw: String,
    /// The last text with its exponents marked (10^6), where it has any.
    readable: Option<String>,
    /// Where in `raw` an exponent begins.
    powers: Vec<usize>,
    /// References left as written: byte offset and text.
    pub(super) unresolved: Vec<(usize, String)>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self {
            reader,
            text,
            open: Vec::new(),
            glances: true,
            raw: String::new(),
            readable: None,
            powers: Vec::new(),
            unresolved: Vec::new(),
        }
    }

    /// A walk over a piece of a file: the end of a set that an earlier piece opened is not a fault.
    pub(super) fn piece(text: &'a str) -> Self {
        let mut walk = Self::new(text);
        walk.reader.config_mut().allow_unmatched_ends = true;
        walk
    }

    /// Byte offset behind the last event.
    pub(super) fn at(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// Byte offset of the last error.
    pub(super) fn error_at(&self) -> usize {
        usize::try_from(self.reader.error_position()).unwrap_or(usize::MAX)
    }

    /// The next event.
    pub(super) fn event(&mut self) -> Walked<Event<'a>> {
        Ok(self.reader.read_event()?)
    }

    /// What no event has told yet.
    fn rest(&self) -> &'a [u8] {
        self.reader.get_ref()
    }

    /// Goes on `n` bytes without an event, which [`Walk::rest`] showed to hold plain text.
    fn pass(&mut self, n: usize) {
        self.reader.stream().consume(n);
    }

    /// Whether what stands behind the tag just opened is inside its element: of one written `<a/>`
    /// the end is the next event, whatever stands behind it.
    fn looks_inside(&self) -> bool {
        let read = self.text.len() - self.rest().len();
        let read = self.text.as_bytes().get(..read);
        self.glances && read.is_some_and(|read| !read.ends_with(b"/>"))
    }

    /// Passes the white space between two tags, which nobody asks for.
    fn pass_blanks(&mut self) {
        if !self.glances {
            return;
        }
        let rest = self.rest();
        let blanks = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        if blanks > 0 && rest.get(blanks) == Some(&b'<') {
            self.pass(blanks);
        }
    }

    /// Calls `on` for each child of the element just opened; `on` closes the child.
    pub(super) fn children(
        &mut self,
        mut on: impl FnMut(&mut Self, &BytesStart<'a>) -> Walked<()>,
    ) -> Walked<()> {
        if self.looks_inside() {
            self.pass_blanks();
        }
        loop {
            match self.reader.read_event()? {
                Event::Start(start) => {
                    on(self, &start)?;
                    self.pass_blanks();
                }
                Event::End(_) => return Ok(()),
                Event::Eof => return Err(Damage::Cut),
                Event::Empty(_)
                | Event::Text(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_)
                | Event::GeneralRef(_) => {}
            }
        }
    }

    /// Closes the element just opened without looking at it.
    pub(super) fn skip(&mut self) -> Walked<()> {
        if self.looks_inside()
            && let Some(inside) = plain_inside(self.rest(), &mut self.open)
        {
            self.pass(inside);
        }
        let mut depth = 0_usize;
        loop {
            match self.reader.read_event()? {
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => return Ok(()),
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(Damage::Cut),
                Event::Empty(_)
                | Event::Text(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_)
                | Event::GeneralRef(_) => {}
            }
        }
    }

    /// The text of the element just opened, white space collapsed; nothing where it is empty.
    pub(super) fn text(&mut self) -> Walked<Option<String>> {
        self.readable = None;
        // Nearly every element holds one run of text, which needs no copy to be put together, and
        // no event of its own where nothing in it is to be resolved.
        if self.looks_inside() {
            let rest = self.rest();
            if let Some(end) = memchr2(b'<', b'&', rest)
                && rest.get(end..end + 2) == Some(b"</")
                && let Some(only) = self.text.get(self.text.len() - rest.len()..)
                && let Some(only) = only.get(..end)
            {
                self.pass(end);
                let next = self.reader.read_event()?;
                if matches!(next, Event::End(_)) {
                    return Ok(owned(only));
                }
                self.raw.clear();
                self.raw.push_str(only);
                return self.mixed(next);
            }
        }
        let first = self.reader.read_event()?;
        let Event::Text(only) = first else {
            self.raw.clear();
            return self.mixed(first);
        };
        if only.as_bytes().contains(&b'&') {
            self.unresolved.push((self.at(), "&".to_owned()));
        }
        let next = self.reader.read_event()?;
        if matches!(next, Event::End(_)) {
            return Ok(owned(&only));
        }
        self.raw.clear();
        self.raw.push_str(&only);
        self.mixed(next)
    }

    /// The text from `event` on to the end of the element, behind what is collected.
    fn mixed(&mut self, mut event: Event<'a>) -> Walked<Option<String>> {
        let mut depth = 0_usize;
        loop {
            match event {
                Event::Text(text) => {
                    if text.contains('&') {
                        self.unresolved.push((self.at(), "&".to_owned()));
                    }
                    self.raw.push_str(&text);
                }
                Event::CData(text) => self.raw.push_str(&text),
                Event::GeneralRef(name) => {
                    if let Ok(Some(c)) = name.resolve_char_ref() {
                        self.raw.push(c);
                    } else if let Some(value) = resolve_xml_entity(&name) {
                        self.raw.push_str(value);
                    } else {
                        let written = format!("&{};", &*name);
                        self.raw.push_str(&written);
                        self.unresolved.push((self.at(), written));
                    }
                }
                Event::Start(start) => {
                    depth += 1;
                    if start.name().as_ref() == "sup" {
                        self.powers.push(self.raw.len());
                    }
                }
                Event::End(_) if depth == 0 => {
                    self.mark_powers();
                    return Ok(owned(&self.raw));
                }
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(Damage::Cut),
                Event::Empty(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_) => {}
            }
            event = self.reader.read_event()?;
        }
    }

    /// Puts a mark before each exponent into a copy of the text.
    fn mark_powers(&mut self) {
        for at in self.powers.drain(..).rev() {
            let text = self.readable.as_ref().unwrap_or(&self.raw);
            if let Some((before, raised)) = text.split_at_checked(at)
                && is_power(before, raised)
            {
                self.readable = Some(format!("{before}^{raised}"));
            }
        }
    }

    /// The text read last with its exponents marked, where it has any.
    pub(super) fn take_readable(&mut self) -> Option<String> {
        let readable = self.readable.take()?;
        owned(&readable)
    }

    /// Sets `place` to the text of the element, unless an earlier element filled it.
    pub(super) fn first_text(&mut self, place: &mut Option<String>) -> Walked<()> {
        let text = self.text()?;
        if place.is_none() {
            *place = text;
        }
        Ok(())
    }

    /// Adds the text of the element to a list, unless it is empty.
    pub(super) fn add_text(&mut self, list: &mut Vec<String>) -> Walked<()> {
        list.extend(self.text()?);
        Ok(())
    }
}

/// How many bytes the element just opened holds before its own end, where they are well-formed tags
/// and text alone; nothing where they are anything else, which the walk then reads event by event
/// and judges.
fn plain_inside<'a>(rest: &'a [u8], open: &mut Vec<&'a [u8]>) -> Option<usize> {
    open.clear();
    let mut at = 0;
    loop {
        at += memchr(b'<', rest.get(at..)?)?;
        let tag = rest.get(at + 1..)?;
        if tag.first() == Some(&b'/') {
            let Some(name) = open.pop() else {
                return Some(at);
            };
            let closed = tag.get(1..)?.strip_prefix(name)?;
            if closed.first() != Some(&b'>') {
                return None;
            }
            at += name.len() + 3;
            continue;
        }
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
        let length = tag.iter().position(|b| !is_name(b))?;
        let behind = tag.get(length..)?;
        let ends = behind.starts_with(b">") || behind.starts_with(b"/>");
        if length == 0 || !(ends || behind.first()?.is_ascii_whitespace()) {
            return None;
        }
        let mut end = length;
        loop {
            end += memchr3(b'>', b'"', b'\'', tag.get(end..)?)?;
            match *tag.get(end)? {
                b'>' => break,
                quote => end += 2 + memchr(quote, tag.get(end + 1..)?)?,
            }
        }
        if tag.get(end - 1) != Some(&b'/') {
            open.push(tag.get(..length)?);
        }
        at += end + 2;
    }
}

/// Refuses the end of an element that is not the one open, as the reader does where it knows it: of
/// a piece it knows only what was opened in it.
pub(super) fn closes(open: Option<String>, found: &str) -> Walked<()> {
    let found = found.to_owned();
    let fault = match open {
        Some(expected) if expected == found => return Ok(()),
        Some(expected) => IllFormedError::MismatchedEndTag { expected, found },
        None => IllFormedError::UnmatchedEndTag(found),
    };
    Err(quick_xml::Error::IllFormed(fault).into())
}

/// White space collapsed; nothing where nothing is left.
fn owned(text: &str) -> Option<String> {
    let text = collapse(text);
    (!text.is_empty()).then(|| text.into_owned())
}

/// The value of an attribute, references resolved, ends trimmed; nothing where it is empty.
pub(super) fn attribute(start: &BytesStart<'_>, name: &str) -> Walked<Option<String>> {
    let found = written(start, name)?;
    Ok(
        found.and_then(|value| match quick_xml::escape::unescape(&value) {
            Ok(resolved) => owned(&resolved),
            Err(_) => owned(&value),
        }),
    )
}

/// Whether an attribute has exactly this value.
pub(super) fn attribute_is(start: &BytesStart<'_>, name: &str, value: &str) -> Walked<bool> {
    Ok(written(start, name)?.is_some_and(|found| found == value))
}

/// The value of an attribute as it is written; of one that is given twice the first.
pub(super) fn written<'s>(start: &'s BytesStart<'_>, name: &str) -> Walked<Option<Cow<'s, str>>> {
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute?;
        if attribute.key.as_ref() == name {
            return Ok(Some(attribute.value));
        }
    }
    Ok(None)
}
