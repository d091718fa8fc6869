//! Labelled text: what Ovid, the Cochrane Library and NoteExpress call text.
//!
//! A record stands under its number (`<3. >`, `<3>`, `3.`, `Record #3 of 81`) or begins with the
//! first field of the file again. Fields are `TI  - value`, a label with the value on the lines
//! below, `TI: value` or `{Title}: value`; every other line goes on with the value above it. Ovid
//! saves such files as `.cgi`, `.ovd` or `.txt`, often behind the listing of the search.

mod labels;
mod record;
mod source;

use self::labels::{Style, style};
use super::tagged::Fields;
use super::text::{Line, count_lines, lines};
use super::wrapper::{self, Wrapper};
use super::{Format, LineClass, Lines, Parsed, ParsedRecord, Problem, ProblemKind};

/// Tags under which each further line is a value of its own.
const LISTS: [&str; 9] = ["MH", "SH", "KW", "PT", "IS", "RN", "IN", "CN", "SI"];
/// So many lines without a head are looked at before a text is called something else.
const NEAR: usize = 4;

/// Whether a text that begins with this line begins a record.
pub(super) fn begins(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let line = text.lines().next().unwrap_or_default();
    if line.starts_with("{Reference Type}") {
        return true;
    }
    if matches!(super::ris::split_tag(line), Some(("VN", value)) if value.starts_with("Ovid")) {
        return true;
    }
    let head = line.starts_with('<') && wrapper::number(line).is_some();
    let cochrane = total(line).is_some();
    if !head && !cochrane {
        return false;
    }
    let filled = text.lines().skip(1).filter(|l| !l.trim().is_empty());
    match filled.take(NEAR).find_map(style) {
        Some(Style::Cochrane) => cochrane,
        Some(Style::Tags | Style::Labels) => head,
        Some(Style::Braces) | None => false,
    }
}

/// Reads one file.
pub(super) fn read(text: &str) -> Parsed {
    let all: Vec<Line<'_>> = lines(text).collect();
    let mut file = File {
        style: style_of(&all),
        numbered: all.iter().any(|line| {
            let text = line.text.trim_start_matches('\u{feff}');
            total(text).is_some() || (text.starts_with('<') && wrapper::number(text).is_some())
        }),
        ..File::default()
    };
    file.lines.total = count_lines(text);
    for (place, line) in all.iter().enumerate() {
        let rest = all.get(place + 1..).unwrap_or_default();
        let class = file.line(*line, rest);
        file.lines.add(class);
    }
    if let (Some(fields), Some(line)) = (&file.open, all.last())
        && !line.ended
        && fields
            .all_fields()
            .last()
            .is_some_and(|f| f.value.is_empty())
    {
        let text = "the file ends inside this record; what is there is kept";
        let kind = ProblemKind::TruncatedRecord;
        file.problems
            .push(Problem::at(fields.line, fields.n, kind, text));
    }
    file.close();
    file.problems.sort_by_key(|p| p.line);
    Parsed {
        format: Format::Text,
        dialect: file.style.map_or("ovid", Style::as_str),
        records: file.records,
        problems: file.problems,
        lines: file.lines,
        declared: file.declared,
        query: None,
        account: super::Account::default(),
    }
}

/// How the file writes its fields: by the first line that shows it behind a record's number.
fn style_of(all: &[Line<'_>]) -> Option<Style> {
    let text = |line: &Line<'_>| line.text.trim_start_matches('\u{feff}').to_owned();
    if all.iter().any(|l| text(l).starts_with("{Reference Type}")) {
        return Some(Style::Braces);
    }
    let is_head = |line: &Line<'_>| {
        let text = text(line);
        wrapper::number(&text).is_some() || text.starts_with("Record #")
    };
    let behind = all.iter().skip_while(|line| !is_head(line)).skip(1);
    let found = behind.take(100).find_map(|line| style(&text(line)));
    found.or_else(|| all.iter().find_map(|line| style(&text(line))))
}

#[derive(Default)]
struct File<'a> {
    style: Option<Style>,
    open: Option<Fields<'a>>,
    /// The tag with which the first record without a number began.
    leader: Option<&'a str>,
    /// Records stand under their numbers.
    numbered: bool,
    after_blank: bool,
    listing: bool,
    /// The database that the head of the file names.
    database: Option<&'a str>,
    declared: Option<u64>,
    records: Vec<ParsedRecord>,
    lines: Lines,
    problems: Vec<Problem>,
}

impl<'a> File<'a> {
    fn line(&mut self, line: Line<'a>, rest: &[Line<'a>]) -> LineClass {
        let text = line.text.trim_start_matches('\u{feff}').trim_end();
        if text.trim().is_empty() {
            self.after_blank = true;
            return LineClass::Blank;
        }
        let after_blank = std::mem::take(&mut self.after_blank);
        if self.is_head(text, rest) {
            self.close();
            self.numbered = true;
            self.listing = false;
            self.declared = total(text).or(self.declared);
            let n = self.records.len() as u64 + 1;
            self.open = Some(Fields::new(n, line.n));
            return LineClass::Wrapper;
        }
        let opener = self.style.and_then(|style| style.opener(text));
        let opener = opener.or_else(|| self.unknown_label(text, rest));
        if let Some((tag, value)) = opener
            && (self.open.is_some() || !self.numbered)
        {
            self.field(line, tag, value, after_blank);
            return LineClass::Tag;
        }
        self.bare(line, text, after_blank)
    }

    /// A record's number, with a field below it.
    fn is_head(&self, text: &str, rest: &[Line<'_>]) -> bool {
        let cochrane = self.style == Some(Style::Cochrane) && total(text).is_some();
        if cochrane {
            return true;
        }
        let below = rest.iter().filter(|l| !l.text.trim().is_empty());
        let field = |line: &Line<'_>| self.style.is_some_and(|s| s.opener(line.text).is_some());
        wrapper::number(text).is_some()
            && (text.starts_with('<') || below.take(1).any(field))
            && self.style != Some(Style::Braces)
    }

    /// A label that is not known: a short line, with its value indented below it.
    fn unknown_label(&self, text: &'a str, rest: &[Line<'_>]) -> Option<(&'a str, &'a str)> {
        let open = self.style == Some(Style::Labels) && self.open.is_some();
        let short = (3..=40).contains(&text.len()) && !text.ends_with(['.', ',', ';']);
        let named = text.starts_with(|c: char| c.is_ascii_uppercase());
        let indented = |line: &Line<'_>| line.text.starts_with([' ', '\t']);
        let first = self.open.as_ref().is_some_and(|f| f.len() > 0);
        (open && short && named && first && rest.first().is_some_and(indented))
            .then_some((text.trim_end_matches(':'), ""))
    }

    fn field(&mut self, line: Line<'a>, tag: &'a str, value: &'a str, after_blank: bool) {
        if !self.numbered {
            let again = self.leader == Some(tag)
                && self.open.as_ref().is_some_and(|f| f.has(tag))
                && (after_blank || matches!(tag, "VN" | "UI"));
            if again {
                self.close();
            }
            self.leader.get_or_insert(tag);
        }
        self.listing = false;
        let n = self.records.len() as u64 + 1;
        let fields = self.open.get_or_insert_with(|| Fields::new(n, line.n));
        fields.push(tag, line.n, value, &mut self.problems);
    }

    fn bare(&mut self, line: Line<'a>, text: &'a str, after_blank: bool) -> LineClass {
        let known = wrapper::of(text);
        let link = text.starts_with("Link to the ");
        if after_blank && known == Some(Wrapper::Listing) || self.open.is_none() {
            self.listing |= known == Some(Wrapper::Listing);
            if known == Some(Wrapper::Listing) {
                self.close();
            }
            if let Some((head, name)) = text.split_once(':')
                && head.trim().eq_ignore_ascii_case("database")
            {
                self.database = Some(name.trim());
            }
            if known.is_some() || self.listing {
                return LineClass::Wrapper;
            }
            let shown: String = text.trim().chars().take(120).collect();
            let message = format!("not understood: {shown}");
            self.problems
                .push(Problem::line(line.n, ProblemKind::StrayLine, message));
            return LineClass::Problem;
        }
        let Some(fields) = self.open.as_mut().filter(|_| !link) else {
            return LineClass::Wrapper;
        };
        let Some(last) = fields.all_fields().last() else {
            // A line between the number and the first field.
            fields.push("HD", line.n, text, &mut self.problems);
            return LineClass::Tag;
        };
        let indented = text.starts_with([' ', '\t']) || self.style == Some(Style::Labels);
        let joined = last.value.ends_with([';', ',']) || last.value.contains(';');
        let list = LISTS.contains(&last.tag) || (last.tag == "AU" && !joined);
        if list && indented && !last.value.is_empty() {
            fields.push(last.tag, line.n, text, &mut self.problems);
            return LineClass::ListItem;
        }
        fields.extend(line.n, text, &mut self.problems);
        LineClass::Continuation
    }

    fn close(&mut self) {
        let Some(fields) = self.open.take() else {
            return;
        };
        let style = self.style.unwrap_or(Style::Tags);
        if fields.all_fields().iter().all(|f| f.value.is_empty()) {
            let text = "nothing stands under this number";
            let kind = ProblemKind::EmptyRecord;
            self.problems.push(Problem::line(fields.line, kind, text));
            return;
        }
        let built = record::build(fields, style, self.database, &mut self.problems);
        self.records.push(built);
    }
}

/// `Record #3 of 81`: the number the search found.
fn total(line: &str) -> Option<u64> {
    let (number, total) = line.trim().strip_prefix("Record #")?.split_once(" of ")?;
    number.parse::<u64>().ok()?;
    total.trim().parse().ok()
}
