//! Records of XML files whose record element repeats: EndNote's `<record>`, ICTRP's `<Trial>`.
//!
//! The records are cut out of the text first and parsed one by one, so a damaged one is reported
//! with its number and line and costs no other. References that XML itself does not define stay
//! in the text as written and are reported.

use super::text::{LineCounter, count_lines, lines};
use super::values::collapse;
use super::{FormatError, LineClass, Lines, Problem, ProblemKind};
use quick_xml::Reader;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// Deeper elements are read as the text of the element at this depth.
const DEEPEST: usize = 32;

/// One element of a record.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    nodes: Vec<Node>,
}

#[derive(Debug, Clone, PartialEq)]
enum Node {
    Text(String),
    Element(Element),
}

impl Element {
    /// The child elements.
    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first child of this name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children().find(|child| child.name == name)
    }

    /// The elements at the end of a path, in document order.
    pub(super) fn at<'s>(&'s self, path: &[&str]) -> Vec<&'s Self> {
        let mut found = vec![self];
        for step in path {
            let children = found.into_iter().flat_map(Self::children);
            found = children.filter(|child| child.name == *step).collect();
        }
        found
    }

    /// The text of the first filled element at the end of a path.
    pub(super) fn first(&self, path: &[&str]) -> Option<String> {
        self.at(path).into_iter().find_map(Self::text)
    }

    /// The texts of all elements at the end of a path.
    pub(super) fn all(&self, path: &[&str]) -> Vec<String> {
        self.at(path).into_iter().filter_map(Self::text).collect()
    }

    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let (_, value) = self.attributes.iter().find(|(key, _)| key == name)?;
        super::values::filled(value)
    }

    /// All text in it, white space collapsed; nothing where there is none.
    pub(super) fn text(&self) -> Option<String> {
        let mut raw = String::new();
        self.add_text(&mut raw);
        let text = collapse(&raw);
        (!text.is_empty()).then(|| text.into_owned())
    }

    fn add_text(&self, out: &mut String) {
        for node in &self.nodes {
            match node {
                Node::Text(text) => out.push_str(text),
                Node::Element(element) => element.add_text(out),
            }
        }
    }

    /// The texts of the leaves that no path in `placed` names, by their path.
    pub(super) fn rest(&self, placed: &[&str]) -> BTreeMap<String, Vec<String>> {
        let mut rest = BTreeMap::new();
        self.add_rest("", placed, &mut rest);
        rest
    }

    fn add_rest(&self, above: &str, placed: &[&str], out: &mut BTreeMap<String, Vec<String>>) {
        for child in self.children() {
            let path = match above {
                "" => child.name.clone(),
                _ => format!("{above}/{}", child.name),
            };
            if placed.contains(&path.as_str()) {
                continue;
            }
            if child.children().all(|inner| inner.name == "style") {
                if let Some(text) = child.text() {
                    out.entry(path).or_default().push(text);
                }
            } else {
                child.add_rest(&path, placed, out);
            }
        }
    }
}

/// One record with its place.
pub(super) struct Cut {
    pub(super) n: u64,
    pub(super) line: u64,
    pub(super) element: Element,
}

/// What a file held.
pub(super) struct Records {
    pub(super) list: Vec<Cut>,
    pub(super) problems: Vec<Problem>,
    pub(super) lines: Lines,
}

/// Cuts a file into its `<name>` elements; without one complete record it is not a file at all.
pub(super) fn records(text: &str, name: &str) -> Result<Records, FormatError> {
    let mut ledger = Lines {
        total: count_lines(text),
        ..Lines::default()
    };
    ledger.add_many(LineClass::Markup, lines(text).count() as u64);
    let mut file = File {
        counter: LineCounter::new(text),
        records: Vec::new(),
        problems: Vec::new(),
        n: 0,
    };
    let close = format!("</{name}>");
    let (mut at, mut cut) = (0, false);
    while let Some(start) = opening(text, name, at) {
        file.between(text, at, start);
        let next = opening(text, name, start + 1).unwrap_or(text.len());
        let inside = text.get(start..).unwrap_or_default();
        let end = inside.find(&close).map(|end| start + end + close.len());
        let whole = end.filter(|end| *end <= next || next == text.len());
        file.n += 1;
        match whole {
            Some(end) => {
                file.record(text.get(start..end).unwrap_or_default(), start);
                at = end;
            }
            None if next < text.len() => {
                file.damaged(start, "the record has no end");
                at = next;
            }
            None => {
                let line = file.counter.line_at(start);
                let (n, kind) = (file.n, ProblemKind::TruncatedFile);
                let text = match n {
                    1 => "the file ends inside its first record; nothing of it is kept".to_owned(),
                    n => format!("the file ends inside record {n}; the records before it are kept"),
                };
                file.problems.push(Problem::at(line, n, kind, text));
                cut = true;
                break;
            }
        }
    }
    if !cut {
        let tail = text.get(at..).unwrap_or_default();
        file.between(text, at, text.len());
        if !tail.contains("</") && file.n > 0 && root_is_open(text, name) {
            let text = "the root element never ends: records may be missing";
            file.problems
                .push(Problem::file(ProblemKind::TruncatedFile, text));
        }
    }
    if file.records.is_empty() && !file.problems.is_empty() {
        let first = file.problems.first();
        let why = first.map(|p| p.text.clone()).unwrap_or_default();
        let line = first.and_then(|p| p.line).unwrap_or(1);
        let byte = text.find(&format!("<{name}")).unwrap_or(text.len()) as u64;
        return Err(FormatError::DamagedXml { byte, line, why });
    }
    Ok(Records {
        list: file.records,
        problems: file.problems,
        lines: ledger,
    })
}

/// The next `<name>` or `<name …>` from `from` on.
fn opening(text: &str, name: &str, from: usize) -> Option<usize> {
    let open = format!("<{name}");
    let mut hits = text.get(from..)?.match_indices(&open);
    hits.find_map(|(at, _)| {
        let after = text.as_bytes().get(from + at + open.len())?;
        (*after == b'>' || after.is_ascii_whitespace()).then_some(from + at)
    })
}

/// Whether something stands around the records that must be closed.
fn root_is_open(text: &str, name: &str) -> bool {
    let head = opening(text, name, 0).and_then(|at| text.get(..at));
    head.is_some_and(|head| {
        let mut tags = head
            .match_indices('<')
            .filter_map(|(at, _)| head.get(at + 1..));
        tags.any(|tag| tag.starts_with(|c: char| c.is_alphabetic()))
    })
}

struct File<'a> {
    counter: LineCounter<'a>,
    records: Vec<Cut>,
    problems: Vec<Problem>,
    n: u64,
}

impl File<'_> {
    /// Text between records that is not markup.
    fn between(&mut self, text: &str, start: usize, end: usize) {
        let gap = text.get(start..end).unwrap_or_default();
        let (mut at, mut depth) = (start, 0_u32);
        for piece in gap.split_inclusive(['<', '>']) {
            let (words, mark) =
                piece.split_at(piece.len() - usize::from(piece.ends_with(['<', '>'])));
            let bare = words.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
            if depth == 0 && !bare.is_empty() {
                let line = self.counter.line_at(at);
                let shown: String = bare.chars().take(120).collect();
                let message = format!("text outside the records: {shown}");
                self.problems
                    .push(Problem::line(line, ProblemKind::StrayLine, message));
            }
            depth = u32::from(mark == "<");
            at += piece.len();
        }
    }

    fn damaged(&mut self, start: usize, why: &str) {
        let line = self.counter.line_at(start);
        let text = format!("{why}; the record is not read");
        self.problems
            .push(Problem::at(line, self.n, ProblemKind::DamagedMarkup, text));
    }

    fn record(&mut self, text: &str, start: usize) {
        let line = self.counter.line_at(start);
        match element(text) {
            Err(why) => self.damaged(start, &why),
            Ok((element, unresolved)) => {
                if let Some((offset, written)) = unresolved.first() {
                    let line = self.counter.line_at(start + offset);
                    let more = match unresolved.len() {
                        1 => String::new(),
                        n => format!(", and {} more in this record", n - 1),
                    };
                    let text = format!("`{written}` is no entity of XML; left as written{more}");
                    self.problems.push(Problem::at(
                        line,
                        self.n,
                        ProblemKind::UndeclaredEntity,
                        text,
                    ));
                }
                let n = self.n;
                self.records.push(Cut { n, line, element });
            }
        }
    }
}

/// Parses one record into its tree, with the references that were left as written.
fn element(text: &str) -> Result<(Element, Vec<(usize, String)>), String> {
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.allow_dangling_amp = true;
    let mut unresolved = Vec::new();
    let mut stack: Vec<Element> = Vec::new();
    let mut deeper = 0_usize;
    loop {
        let before = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let piece = match event {
            Event::Start(_) if stack.len() >= DEEPEST => {
                deeper += 1;
                continue;
            }
            Event::Start(start) => {
                stack.push(opened(&start)?);
                continue;
            }
            Event::End(_) if deeper > 0 => {
                deeper -= 1;
                continue;
            }
            Event::End(_) => {
                let done = stack.pop().unwrap_or_default();
                match stack.last_mut() {
                    None => return Ok((done, unresolved)),
                    Some(parent) => parent.nodes.push(Node::Element(done)),
                }
                continue;
            }
            Event::Text(text) => {
                if text.contains('&') {
                    unresolved.push((before, "&".to_owned()));
                }
                text.to_string()
            }
            Event::CData(text) => text.to_string(),
            Event::GeneralRef(name) => match name.resolve_char_ref() {
                Ok(Some(c)) => c.to_string(),
                Ok(None) | Err(_) => match resolve_xml_entity(&name) {
                    Some(value) => value.to_owned(),
                    None => {
                        let written = format!("&{};", &*name);
                        unresolved.push((before, written.clone()));
                        written
                    }
                },
            },
            Event::Eof => return Err("the record ends inside an element".to_owned()),
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => continue,
        };
        if let Some(open) = stack.last_mut() {
            match open.nodes.last_mut() {
                Some(Node::Text(text)) => text.push_str(&piece),
                Some(Node::Element(_)) | None => open.nodes.push(Node::Text(piece)),
            }
        }
    }
}

fn opened(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = quick_xml::escape::unescape(&attribute.value);
        let value = value.map_or_else(|_| attribute.value.to_string(), |v| v.to_string());
        attributes.push((attribute.key.as_ref().to_owned(), value));
    }
    Ok(Element {
        name: start.name().as_ref().to_owned(),
        attributes,
        nodes: Vec::new(),
    })
}
