//! EndNote's tagged text (`.enw`, "Refer/BibIX"): a per cent sign, one character, a value.
//!
//! A record begins with `%0`, or behind a blank line: some writers have no `%0`, or put it below
//! the title. What stands behind a blank line and is not a record of its own (no `%0`, and either no
//! title or the title that the record lacks) goes on with the record before it. Under the tags of
//! lists EndNote writes further values as bare lines.

use super::tagged::Fields;
use super::text::{Line, count_lines, lines};
use super::values::{doi_in_address, is_et_al};
use super::{
    Entry, EntryKind, Format, LineClass, Lines, Native, Own, Parsed, ParsedRecord, Problem,
    ProblemKind,
};
use crate::model::{Doi, Pmcid, Pmid, Record, RecordKind};

/// Tags under which a bare line is one more value.
const LISTS: [&str; 6] = ["%A", "%E", "%K", "%@", "%U", "%Y"];

/// A tag line: `%`, one character, and a blank or the end.
pub(super) fn split_tag(line: &str) -> Option<(&str, &str)> {
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    let tag = line.get(..2)?;
    let name = tag.strip_prefix('%')?;
    let named = name.bytes().all(|b| b.is_ascii_graphic() && b != b'%');
    let rest = line.get(2..)?;
    (named && (rest.is_empty() || rest.starts_with([' ', '\t']))).then(|| (tag, rest.trim()))
}

/// Reads one file.
pub(super) fn read(text: &str) -> Parsed {
    let mut file = File {
        typed: opens_with_type(text),
        ..File::default()
    };
    file.lines.total = count_lines(text);
    let mut last = None;
    for line in lines(text) {
        let class = file.line(line);
        file.lines.add(class);
        last = Some(line);
    }
    if let (Some(fields), Some(line)) = (&file.open, last)
        && !line.ended
        && (file.before.is_some() || !file.records.is_empty())
        && file.blank_between
        && torn(line)
    {
        let text = "the file ends inside this record; what is there is kept";
        let kind = ProblemKind::TruncatedRecord;
        file.problems
            .push(Problem::at(fields.line, fields.n, kind, text));
    }
    file.end_block();
    file.close();
    file.problems.sort_by_key(|p| p.line);
    Parsed {
        account: super::Account::default(),
        format: Format::Enw,
        dialect: "endnote",
        records: file.records,
        problems: file.problems,
        lines: file.lines,
        declared: None,
        query: None,
    }
}

/// Whether `%0` opens records: at the start of the file or behind a blank line.
fn opens_with_type(text: &str) -> bool {
    let mut outside = true;
    lines(text).any(|line| {
        let tag = split_tag(line.text);
        let opens = outside && tag.is_some_and(|(tag, _)| tag == "%0");
        outside = line.text.trim().is_empty() || (outside && tag.is_none());
        opens
    })
}

#[derive(Default)]
struct File<'a> {
    /// Whether the file opens its records with `%0`.
    typed: bool,
    /// The record before, which tags behind a blank line may belong to.
    before: Option<Fields<'a>>,
    open: Option<Fields<'a>>,
    after_blank: bool,
    blank_between: bool,
    records: Vec<ParsedRecord>,
    lines: Lines,
    problems: Vec<Problem>,
}

impl<'a> File<'a> {
    fn line(&mut self, line: Line<'a>) -> LineClass {
        let text = line.text.trim_start_matches('\u{feff}');
        if text.trim().is_empty() {
            self.after_blank = true;
            return LineClass::Blank;
        }
        let after_blank = std::mem::take(&mut self.after_blank);
        if let Some((tag, value)) = split_tag(text) {
            let twice = self.open.as_ref().is_some_and(|f| f.has("%0"));
            let begins = after_blank || (tag == "%0" && (self.typed || twice));
            if begins && self.open.is_some() {
                self.blank_between |= after_blank;
                self.end_block();
            }
            let n = self.records.len() as u64 + 1 + u64::from(self.before.is_some());
            let fields = self.open.get_or_insert_with(|| Fields::new(n, line.n));
            fields.push(tag, line.n, value, &mut self.problems);
            return LineClass::Tag;
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
        let shown: String = text.trim().chars().take(120).collect();
        let message = format!("not understood: {shown}");
        self.problems
            .push(Problem::line(line.n, ProblemKind::StrayLine, message));
        LineClass::Problem
    }

    /// A block between blank lines is a record, or goes on with the one before it.
    fn end_block(&mut self) {
        let Some(block) = self.open.take() else {
            return;
        };
        if let Some(before) = self
            .before
            .as_mut()
            .filter(|before| goes_on(before, &block))
        {
            before.append(block);
            return;
        }
        self.close();
        if self.typed && !block.has("%0") {
            let text = "no %0 line at the start of this record";
            let problem = Problem::at(block.line, block.n, ProblemKind::MissingTy, text);
            self.problems.push(problem);
        }
        self.before = Some(block);
    }

    fn close(&mut self) {
        if let Some(fields) = self.before.take() {
            self.records.push(build(fields, &mut self.problems));
        }
    }
}

/// Whether tags behind a blank line belong to the record above it.
fn goes_on(before: &Fields<'_>, block: &Fields<'_>) -> bool {
    // A record has each of these once.
    let once = ["%T", "%D", "%J", "%B", "%V", "%X", "%R"];
    let both = once.iter().any(|tag| before.has(tag) && block.has(tag));
    let authors = before.has("%A") && block.has("%A");
    !block.has("%0") && !both && !authors
}

/// Whether the last line breaks off in a tag.
fn torn(line: Line<'_>) -> bool {
    split_tag(line.text).is_none_or(|(_, value)| value.is_empty())
}

fn build(mut fields: Fields<'_>, out: &mut Vec<Problem>) -> ParsedRecord {
    let (n, line) = (fields.n, fields.line);
    let mut authors = fields.all(&["%A"]);
    let authors_truncated = authors.last().is_some_and(|a| is_et_al(a));
    if authors_truncated {
        authors.pop();
    }
    let doi = doi(&mut fields);
    let entry = Entry {
        n,
        line,
        kind: EntryKind::One(fields.first(&["%0"])),
        title: fields.first(&["%T"]),
        authors,
        authors_truncated,
        year: fields.year(&["%D", "%8"], &mut Vec::new()),
        journal: fields.first(&["%J", "%B"]),
        volume: fields.first(&["%V"]),
        issue: fields.first(&["%N"]),
        pages: fields.first(&["%P"]),
        doi: doi.as_ref().map(|d| d.as_str().to_owned()),
        pmid: None,
        abstract_text: fields.first(&["%X"]),
        own: Own::Enw {},
    };
    if entry.year.is_none()
        && let Some(field) = fields
            .of(&["%D"])
            .find(|f| f.value.bytes().any(|b| b.is_ascii_digit()))
    {
        let text = format!("no year in `{}`", field.value);
        out.push(Problem::at(field.line, n, ProblemKind::BadDate, text));
    }
    let record = record(fields, &entry, doi);
    ParsedRecord {
        n,
        line: Some(line),
        record,
        native: Native::Entry(Box::new(entry)),
    }
}

/// `%R`, else a doi.org address; EndNote writes any number of an electronic resource under `%R`.
fn doi(fields: &mut Fields<'_>) -> Option<Doi> {
    let found = fields.doi(&["%R"], &mut Vec::new());
    found.or_else(|| fields.of(&["%U"]).find_map(|f| doi_in_address(&f.value)))
}

fn record(mut fields: Fields<'_>, entry: &Entry, doi: Option<Doi>) -> Record {
    let registry = fields.trial_numbers(&["%K", "%Z", "%M", "%L"]);
    let from_pubmed = fields.of(&["%~", "%W"]).any(|f| {
        let name = f.value.to_lowercase();
        name.contains("pubmed") || name.contains("medline") || name == "nlm"
    });
    let accession = fields.first(&["%M"]);
    let pmid = accession.as_deref().filter(|_| from_pubmed);
    let central = fields.of(&["%2"]).find_map(|f| {
        f.value
            .starts_with("PMC")
            .then(|| Pmcid::parse(&f.value).ok())?
    });
    let kind = match &entry.kind {
        EntryKind::One(Some(kind)) if kind.contains("Book") => RecordKind::Book,
        EntryKind::One(_) | EntryKind::Many(_) => RecordKind::Article,
    };
    let types = match &entry.kind {
        EntryKind::One(one) => fields.first(&["%9"]).or_else(|| one.clone()),
        EntryKind::Many(_) => None,
    };
    let record = Record {
        kind,
        title: entry.title.clone(),
        other_titles: fields.all(&["%Q", "%!"]),
        authors: entry.authors.clone(),
        authors_truncated: entry.authors_truncated,
        year: entry.year,
        journal: entry.journal.clone(),
        volume: entry.volume.clone(),
        issue: entry.issue.clone(),
        pages: entry.pages.clone(),
        issn: fields.all(&["%@"]),
        doi,
        pmid: pmid.and_then(|text| Pmid::parse(text).ok()),
        pmcid: central,
        registry,
        source_id: accession,
        abstract_text: entry.abstract_text.clone(),
        publication_types: types.into_iter().collect(),
        keywords: fields.all(&["%K"]),
        language: fields.first(&["%G"]),
        url: fields.first(&["%U"]),
        extra: fields.rest(),
        ..Record::default()
    };
    let said = match &entry.kind {
        EntryKind::One(Some(name)) => super::kind::endnote(name),
        EntryKind::One(None) | EntryKind::Many(_) => None,
    };
    super::kind::settled(record, said)
}
