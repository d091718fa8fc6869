//! RIS, in the dialect of whoever wrote it.
//!
//! A tag is two characters, one or two blanks and a dash (`IL-6` at the start of a wrapped line is
//! text). A record begins with `TY`, in files without one with the first tag behind an `ER`, and
//! ends with `ER`, the next `TY` or the file. Tags behind an `ER` belong to the record before it
//! (Ovid writes `NL` there), unless they begin a record of their own: they hold a title, or an
//! `ER` ends them. Any other line goes on with the value above it, except under the tags
//! whose values EndNote writes as bare lines: there it is one more value. Between records stand
//! what vendors write around them, which is known, and strays, which are reported with their text.

mod dialect;
mod record;

use self::dialect::{Dialect, Votes};
use super::tagged::{Field, Fields};
use super::text::{Line, count_lines, lines};
use super::wrapper::{self, Wrapper};
use super::{Format, LineClass, Lines, Parsed, Problem, ProblemKind, Sink};

/// Tags under which a bare line is one more value.
const LISTS: [&str; 17] = [
    "KW", "AU", "A1", "A2", "A3", "A4", "SN", "DB", "UR", "N1", "AD", "M1", "L1", "L2", "C3", "ID",
    "LK",
];

/// A tag line: up to three blanks, the tag, one or two blanks, a dash, a blank or the end.
pub(super) fn split_tag(line: &str) -> Option<(&str, &str)> {
    let bytes = line.as_bytes();
    let indent = bytes.iter().take(3).take_while(|b| **b == b' ').count();
    let rest = line.get(indent..)?;
    if matches!(rest.as_bytes().get(2), Some(b'A'..=b'Z')) {
        return split_long(rest);
    }
    let tag = rest.get(..2)?;
    let [first, second] = tag.as_bytes() else {
        return None;
    };
    if !first.is_ascii_uppercase() || !(second.is_ascii_uppercase() || second.is_ascii_digit()) {
        return None;
    }
    let rest = rest.get(2..)?.strip_prefix(' ')?;
    let rest = rest.strip_prefix(' ').unwrap_or(rest).strip_prefix('-')?;
    (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| (tag, rest.trim()))
}

/// Tags of more than two letters that writers of RIS add to it, each with a blank behind it.
const LONG: [&str; 6] = ["PMID", "PMCID", "PMC", "DOI", "ISSN", "ISBN"];

fn split_long(line: &str) -> Option<(&str, &str)> {
    LONG.iter().find_map(|tag| {
        let rest = line.strip_prefix(tag)?.strip_prefix(' ')?;
        let rest = rest.strip_prefix(' ').unwrap_or(rest).strip_prefix('-')?;
        (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| (*tag, rest.trim()))
    })
}

/// Whether these tags are a record of their own and no part of the one before.
fn is_own(block: &Fields<'_>, before: Option<&Done<'_>>) -> bool {
    let authors = |fields: &Fields<'_>| fields.has("AU") || fields.has("A1");
    let twice = || before.is_some_and(|done| authors(&done.fields) && authors(block));
    block.of(&["TI", "T1"]).next().is_some() || twice()
}

/// Reads one file.
pub(super) fn read(text: &str, sink: &mut Sink<'_>) -> Parsed {
    let mut file = File {
        sink,
        open: None,
        has_type: false,
        before_type: None,
        behind: false,
        leading: false,
        listing: false,
        last: None,
        waiting: Vec::new(),
        room: Vec::new(),
        closed: 0,
        votes: Votes::default(),
        all_ended: false,
        seen: false,
        lines: Lines::default(),
        problems: Vec::new(),
        declared: None,
        wrapper: None,
    };
    file.lines.total = count_lines(text);
    let mut last = None;
    for line in lines(text) {
        let class = file.line(line);
        file.lines.add(class);
        last = Some(line);
    }
    file.end(last);
    file.finish()
}

/// A record whose last line has been read.
struct Done<'a> {
    fields: Fields<'a>,
    dialect: Option<Dialect>,
    /// It had its type and its end: tags behind it may be its own.
    whole: bool,
}

/// So many records are held back until it shows whose file it is; the others are handed on.
const HELD_BACK: usize = 1000;

#[expect(
    clippy::struct_excessive_bools,
    reason = "what was seen of the record so far, each on its own"
)]
struct File<'a, 's, 'e> {
    sink: &'s mut Sink<'e>,
    open: Option<Fields<'a>>,
    has_type: bool,
    /// How many tags stood before the type line of the open record.
    before_type: Option<usize>,
    /// The open tags stand behind the `ER` of a record and may belong to it.
    behind: bool,
    /// The file writes tags before the type line of their record.
    leading: bool,
    /// Inside the listing of a search strategy.
    listing: bool,
    /// The record that was closed last.
    last: Option<Done<'a>>,
    /// Records that wait for the evidence of others.
    waiting: Vec<Done<'a>>,
    /// The room of a record that is done, for the next.
    room: Vec<Field<'a>>,
    /// How many records were closed.
    closed: u64,
    votes: Votes,
    all_ended: bool,
    seen: bool,
    lines: Lines,
    problems: Vec<Problem>,
    declared: Option<u64>,
    wrapper: Option<Dialect>,
}

impl<'a> File<'a, '_, '_> {
    fn line(&mut self, line: Line<'a>) -> LineClass {
        let text = line.text.trim_start_matches('\u{feff}');
        let text = text.strip_prefix("<pre>").unwrap_or(text);
        if text
            .trim_matches(|c: char| c.is_whitespace() || c == '\0')
            .is_empty()
        {
            self.end_small_block();
            return LineClass::Blank;
        }
        match split_tag(text) {
            Some(("ER", "")) => self.end_record(line),
            // Some write the type in words; inside a record such a line is wrapped text.
            Some(("TY", value))
                if !value.contains(' ') || (self.open.is_none() && value.len() <= 40) =>
            {
                self.type_line(line, value);
                LineClass::Tag
            }
            Some((tag, value)) if tag != "ER" && tag != "TY" => {
                self.tag_line(line, tag, value);
                LineClass::Tag
            }
            _ => self.bare(line, text),
        }
    }

    fn next_number(&self) -> u64 {
        self.closed + 1
    }

    fn tag_line(&mut self, line: Line<'a>, tag: &'a str, value: &'a str) {
        self.listing = false;
        if self.open.is_none() {
            self.has_type = false;
            self.before_type = None;
            self.behind = !self.leading && self.last.as_ref().is_some_and(|done| done.whole);
        }
        if self.before_type.is_some() && matches!(tag, "TI" | "T1") {
            self.part(value);
        }
        let n = self.next_number();
        let room = &mut self.room;
        let begin = || Fields::in_room(n, line.n, std::mem::take(room));
        let fields = self.open.get_or_insert_with(begin);
        fields.push(tag, line.n, value, &mut self.problems);
    }

    fn type_line(&mut self, line: Line<'a>, value: &'a str) {
        self.listing = false;
        self.end_block();
        if let Some(fields) = &self.open {
            if self.has_type {
                let (at, n) = (fields.line, fields.n);
                self.report(at, n, ProblemKind::MissingEr, "no ER before the next TY");
                self.close(false);
            } else {
                self.before_type = Some(fields.len());
            }
        }
        self.has_type = true;
        self.behind = false;
        let n = self.next_number();
        let room = &mut self.room;
        let begin = || Fields::in_room(n, line.n, std::mem::take(room));
        let fields = self.open.get_or_insert_with(begin);
        fields.push("TY", line.n, value, &mut self.problems);
    }

    /// Tags with a title stood before the type line, and behind it comes another title: they were
    /// a record without its type and its end.
    fn part(&mut self, title: &str) {
        let Some((count, mut fields)) = self.before_type.zip(self.open.take()) else {
            return;
        };
        let mut front = fields.all_fields().iter().take(count);
        let before = front.find(|f| matches!(f.tag, "TI" | "T1") && !f.value.is_empty());
        if before.is_none_or(|f| f.value.eq_ignore_ascii_case(title.trim())) {
            self.open = Some(fields);
            return;
        }
        let own = fields.take_front(count);
        let (at, n) = (own.line, own.n);
        self.report(at, n, ProblemKind::MissingEr, "no ER before the next TY");
        self.before_type = None;
        self.has_type = false;
        self.open = Some(own);
        self.close(false);
        self.has_type = true;
        fields.n = self.next_number();
        self.open = Some(fields);
    }

    /// Tags behind an `ER` go to the record before it, unless they are a record of their own.
    fn end_block(&mut self) {
        if !self.behind
            || self
                .open
                .as_ref()
                .is_some_and(|b| is_own(b, self.last.as_ref()))
        {
            return;
        }
        self.behind = false;
        if let Some((block, done)) = self.open.take().zip(self.last.as_mut()) {
            done.fields.append(block);
        }
    }

    /// At a blank line, tags that no record begins with are done.
    fn end_small_block(&mut self) {
        const HEADS: [&str; 6] = ["AU", "A1", "TI", "T1", "PY", "Y1"];
        if self.behind
            && let Some(block) = &self.open
            && block.of(&HEADS).next().is_none()
        {
            self.end_block();
        }
    }

    fn end_record(&mut self, line: Line<'a>) -> LineClass {
        self.listing = false;
        if self.open.is_none() {
            let text = "an ER outside every record";
            self.problems
                .push(Problem::line(line.n, ProblemKind::StrayLine, text));
            return LineClass::Problem;
        }
        self.close(true);
        LineClass::Tag
    }

    /// A line without a tag.
    fn bare(&mut self, line: Line<'a>, text: &'a str) -> LineClass {
        if let Some(total) = dialect::record_header(text) {
            self.end_block();
            if let Some(fields) = &self.open {
                let (at, n) = (fields.line, fields.n);
                self.report(
                    at,
                    n,
                    ProblemKind::MissingEr,
                    "no ER before the next record header",
                );
                self.close(false);
            }
            self.declared = Some(total);
            self.wrapper = Some(Dialect::Cochrane);
            return LineClass::Wrapper;
        }
        let known = if self.open.is_none() || self.behind {
            wrapper::of(text)
        } else {
            None
        };
        if known.is_some() {
            self.end_block();
        }
        if let Some(fields) = &mut self.open {
            return match fields.last_tag() {
                Some(tag) if LISTS.contains(&tag) => {
                    fields.push(tag, line.n, text, &mut self.problems);
                    LineClass::ListItem
                }
                _ => {
                    fields.extend(line.n, text, &mut self.problems);
                    LineClass::Continuation
                }
            };
        }
        if known == Some(Wrapper::Ovid) && self.wrapper.is_none() {
            self.wrapper = Some(Dialect::Ovid);
        }
        self.listing |= known == Some(Wrapper::Listing);
        if known.is_some() || self.listing {
            return LineClass::Wrapper;
        }
        let shown: String = text.trim().chars().take(120).collect();
        let message = format!("not understood: {shown}");
        self.problems
            .push(Problem::line(line.n, ProblemKind::StrayLine, message));
        LineClass::Problem
    }

    fn report(&mut self, line: u64, record: u64, kind: ProblemKind, text: &str) {
        self.problems.push(Problem::at(line, record, kind, text));
    }

    fn close(&mut self, ended: bool) {
        let Some(fields) = self.open.take() else {
            return;
        };
        self.all_ended = ended && (self.all_ended || !self.seen);
        self.seen = true;
        if !self.has_type {
            self.report(fields.line, fields.n, ProblemKind::MissingTy, "no TY line");
        }
        if self.before_type.take().is_some() {
            let text = "tags stand before the TY of their record; they are its own";
            self.report(fields.line, fields.n, ProblemKind::TagsBeforeTy, text);
            self.leading |= self.closed == 0;
        }
        let whole = ended && self.has_type;
        self.has_type = false;
        self.behind = false;
        let dialect = dialect::of(&fields);
        self.votes.add(dialect);
        self.closed += 1;
        let done = Done {
            fields,
            dialect,
            whole,
        };
        if let Some(before) = self.last.replace(done) {
            self.pass(before);
        }
    }

    /// Hands a record on, or holds it back until it shows whose file it is.
    fn pass(&mut self, done: Done<'a>) {
        match usize::try_from(self.closed) {
            Ok(closed) if closed < HELD_BACK => self.waiting.push(done),
            _ => {
                self.release();
                self.build(done);
            }
        }
    }

    /// Whose file it is, by what has been read of it.
    fn of_file(&self) -> Option<Dialect> {
        self.wrapper.or_else(|| self.votes.most())
    }

    fn release(&mut self) {
        for done in std::mem::take(&mut self.waiting) {
            self.build(done);
        }
    }

    fn build(&mut self, mut done: Done<'a>) {
        let dialect = done.dialect.or_else(|| self.of_file());
        let dialect = dialect.unwrap_or(Dialect::Generic);
        let native = self.sink.native;
        let record = record::build(&mut done.fields, dialect, native, &mut self.problems);
        self.room = done.fields.room();
        self.sink.push(record);
    }

    /// A record still open at the end: cut off, or without its ER like others before it.
    fn end(&mut self, last: Option<Line<'_>>) {
        self.end_block();
        let Some(fields) = &self.open else { return };
        let (at, n) = (fields.line, fields.n);
        let torn = last.is_some_and(|l| !l.ended);
        let filled = last.is_some_and(|l| !l.text.trim().is_empty());
        if torn || (filled && self.seen && self.all_ended) {
            let text = "the file ends inside this record; what is there is kept";
            self.report(at, n, ProblemKind::TruncatedRecord, text);
        } else {
            self.report(
                at,
                n,
                ProblemKind::MissingEr,
                "no ER before the end of the file",
            );
        }
        self.close(false);
    }

    fn finish(mut self) -> Parsed {
        self.release();
        if let Some(last) = self.last.take() {
            self.build(last);
        }
        self.problems.sort_by_key(|p| p.line);
        Parsed {
            account: super::Account::default(),
            format: Format::Ris,
            dialect: self.of_file().unwrap_or(Dialect::Generic).as_str(),
            records: Vec::new(),
            problems: self.problems,
            lines: self.lines,
            declared: self.declared,
            query: None,
        }
    }
}
