//! Web of Science tagged text: `.ciw` and the "plain text file" of its export page.
//!
//! `FN` and `VR` open the file, `PT` a record, `ER` ends it, `EF` ends the file (often without a
//! line end). A continuation is indented by three blanks; under the tags of lists it is one more
//! value. Some files have no `FN`.

use super::tagged::Fields;
use super::text::{Line, count_lines, lines};
use super::values::{filled, page_range, year};
use super::{
    Entry, EntryKind, Format, LineClass, Lines, Native, Own, Parsed, ParsedRecord, Problem,
    ProblemKind,
};
use crate::model::{Doi, Pmid, Record};

/// Tags whose continuations are further values.
const LISTS: [&str; 9] = ["AU", "AF", "BA", "BF", "BE", "GP", "CA", "CR", "C1"];
/// Tags in which trial numbers are looked for.
const NUMBERED: [&str; 6] = ["DE", "ID", "UT", "N1", "C2", "AN"];

/// Whether a text begins as Web of Science text does.
pub(super) fn is_header(text: &str) -> bool {
    let mut first = text
        .lines()
        .map(str::trim_end)
        .filter(|l| !l.trim().is_empty())
        .take(40);
    let tags: Vec<_> = first.by_ref().map(split_tag).collect();
    match tags.first() {
        Some(Some(("FN", _))) => true,
        Some(Some(("VR" | "PT", _))) => {
            let known = |tag: &str| tags.iter().flatten().any(|(t, _)| *t == tag);
            known("PT") && (known("AU") || known("TI") || known("SO"))
        }
        _ => false,
    }
}

/// Whether the first lines of a text are `FN` and `VR` and a record follows.
pub(super) fn has_version(text: &str) -> bool {
    let mut next = text.lines().filter(|l| !l.trim().is_empty()).skip(1);
    let version = next.next().and_then(split_tag);
    matches!(version, Some(("VR", _))) && is_header(text)
}

/// Two capitals or digits at the start of the line, then one blank or the end.
fn split_tag(line: &str) -> Option<(&str, &str)> {
    let tag = line.get(..2)?;
    let [first, second] = tag.as_bytes() else {
        return None;
    };
    let fits =
        first.is_ascii_uppercase() && (second.is_ascii_uppercase() || second.is_ascii_digit());
    let rest = line.get(2..)?;
    (fits && (rest.is_empty() || rest.starts_with(' '))).then(|| (tag, rest.trim()))
}

/// Reads one file.
pub(super) fn read(text: &str) -> Parsed {
    let mut file = File::default();
    file.lines.total = count_lines(text);
    let mut ended = true;
    for line in lines(text) {
        let class = file.line(line);
        file.lines.add(class);
        ended = line.ended;
    }
    file.end(ended);
    file.problems.sort_by_key(|p| p.line);
    Parsed {
        account: super::Account::default(),
        format: Format::Wos,
        dialect: "web of science",
        records: file.records,
        problems: file.problems,
        lines: file.lines,
        declared: None,
        query: None,
    }
}

#[derive(Default)]
struct File<'a> {
    open: Option<Fields<'a>>,
    records: Vec<ParsedRecord>,
    headed: bool,
    closed: bool,
    lines: Lines,
    problems: Vec<Problem>,
}

impl<'a> File<'a> {
    fn line(&mut self, line: Line<'a>) -> LineClass {
        let text = line.text.trim_start_matches('\u{feff}').trim_end();
        if text.is_empty() {
            return LineClass::Blank;
        }
        match split_tag(text) {
            Some(("EF", "")) => {
                self.close_open("the end of the file");
                self.closed = true;
                LineClass::Wrapper
            }
            Some(("FN" | "VR", _)) if self.open.is_none() => {
                self.headed = true;
                self.closed = false;
                LineClass::Wrapper
            }
            Some(("PT", value)) => {
                self.close_open("the next PT");
                let mut fields = Fields::new(self.records.len() as u64 + 1, line.n);
                fields.push("PT", line.n, value, &mut self.problems);
                self.open = Some(fields);
                LineClass::Tag
            }
            Some(("ER", "")) if self.open.is_some() => {
                self.close();
                LineClass::Tag
            }
            Some((tag, value)) if tag != "ER" && self.open.is_some() => {
                if let Some(fields) = &mut self.open {
                    fields.push(tag, line.n, value, &mut self.problems);
                }
                LineClass::Tag
            }
            _ => self.bare(line, text),
        }
    }

    fn bare(&mut self, line: Line<'a>, text: &'a str) -> LineClass {
        let shown = || text.trim().chars().take(120).collect::<String>();
        let Some(fields) = &mut self.open else {
            let message = format!("not understood: {}", shown());
            self.problems
                .push(Problem::line(line.n, ProblemKind::StrayLine, message));
            return LineClass::Problem;
        };
        if !text.starts_with([' ', '\t']) {
            let message = format!(
                "neither tag nor indented; kept with the field above: {}",
                shown()
            );
            let problem = Problem::at(line.n, fields.n, ProblemKind::StrayLine, message);
            self.problems.push(problem);
        }
        match fields.last_tag() {
            Some(tag) if LISTS.contains(&tag) => {
                fields.push(tag, line.n, text, &mut self.problems);
                LineClass::ListItem
            }
            _ => {
                fields.extend(line.n, text, &mut self.problems);
                LineClass::Continuation
            }
        }
    }

    /// Closes a record that has no `ER`.
    fn close_open(&mut self, before: &str) {
        if let Some(fields) = &self.open {
            let text = format!("no ER before {before}");
            let problem = Problem::at(fields.line, fields.n, ProblemKind::MissingEr, text);
            self.problems.push(problem);
        }
        self.close();
    }

    fn close(&mut self) {
        if let Some(fields) = self.open.take() {
            self.records.push(build(fields, &mut self.problems));
        }
    }

    fn end(&mut self, ended: bool) {
        if let Some(fields) = &self.open {
            let (kind, text) = if ended && !self.headed {
                (ProblemKind::MissingEr, "no ER before the end of the file")
            } else {
                let text = "the file ends inside this record; what is there is kept";
                (ProblemKind::TruncatedRecord, text)
            };
            self.problems
                .push(Problem::at(fields.line, fields.n, kind, text));
            self.close();
        } else if self.headed && !self.closed && !self.records.is_empty() {
            let text = "no EF at the end: records may be missing";
            self.problems
                .push(Problem::file(ProblemKind::TruncatedFile, text));
        }
    }
}

fn build(mut fields: Fields<'_>, out: &mut Vec<Problem>) -> ParsedRecord {
    let (n, line) = (fields.n, fields.line);
    let doi = fields.doi(&["DI"], out);
    let pmid = fields.pmid("PM");
    let (start, end) = (fields.first(&["BP"]), fields.first(&["EP"]));
    let article_number = fields.first(&["AR"]);
    let mut published = fields.year(&["PY"], out);
    if published.is_none() {
        published = fields.of(&["EA"]).find_map(|f| year(&f.value));
    }
    let entry = Entry {
        n,
        line,
        kind: EntryKind::One(fields.first(&["PT"])),
        title: fields.first(&["TI"]),
        authors: fields.all(&["AU"]),
        authors_truncated: false,
        year: published,
        journal: fields.first(&["SO"]),
        volume: fields.first(&["VL"]),
        issue: fields.first(&["IS"]),
        pages: page_range(start.as_deref(), end.as_deref()).or(article_number),
        doi: doi.as_ref().map(|d| d.as_str().to_owned()),
        pmid: pmid.as_ref().map(|p| p.as_str().to_owned()),
        abstract_text: fields.first(&["AB"]),
        own: Own::Wos {
            doctype: fields.first(&["DT"]),
            wos_id: fields.first(&["UT"]),
        },
    };
    let record = record(fields, &entry, doi, pmid);
    ParsedRecord {
        n,
        line: Some(line),
        record,
        native: Native::Entry(Box::new(entry)),
    }
}

fn record(mut fields: Fields<'_>, entry: &Entry, doi: Option<Doi>, pmid: Option<Pmid>) -> Record {
    let registry = fields.trial_numbers(&NUMBERED);
    let keywords = split_list(&fields.all(&["DE"]));
    let headings = split_list(&fields.all(&["ID"]));
    let (doctype, wos_id) = match &entry.own {
        Own::Wos { doctype, wos_id } => (doctype.clone(), wos_id.clone()),
        Own::Ris {}
        | Own::Nbib { .. }
        | Own::Csv { .. }
        | Own::Bib { .. }
        | Own::Enw {}
        | Own::EndnoteXml { .. }
        | Own::Crossref { .. }
        | Own::EuropePmc { .. } => (None, None),
    };
    let retracted = doctype
        .as_deref()
        .is_some_and(|d| d.contains("Retracted Publication"));
    let mut authors = entry.authors.clone();
    authors.extend(fields.all(&["CA"]));
    let record = Record {
        source_id: wos_id,
        title: entry.title.clone(),
        other_titles: fields.all(&["FT"]),
        authors,
        year: entry.year,
        journal: entry.journal.clone(),
        volume: entry.volume.clone(),
        issue: entry.issue.clone(),
        pages: entry.pages.clone(),
        issn: fields.all(&["SN", "EI", "BN"]),
        doi,
        pmid,
        registry,
        abstract_text: entry.abstract_text.clone(),
        publication_types: split_list(doctype.as_slice()),
        keywords,
        headings,
        language: fields.first(&["LA"]),
        retracted,
        extra: fields.rest(),
        ..Record::default()
    };
    let publication = match &entry.kind {
        EntryKind::One(one) => one.as_deref(),
        EntryKind::Many(_) => None,
    };
    let said = super::kind::wos(publication, &record.publication_types);
    super::kind::settled(record, said)
}

fn split_list(values: &[String]) -> Vec<String> {
    let parts = values.iter().flat_map(|value| value.split(';'));
    parts.filter_map(filled).collect()
}
