//! BibTeX as databases export it, read leniently.
//!
//! Real exports have a preamble, field names with blanks, repeated fields and entries that never
//! end; strict readers refuse the whole file for one of these. An entry that does not end is
//! ended by the next entry at the start of a line, and reported; what stands between entries is
//! commentary to BibTeX and is reported unless it is a known preamble.

mod latex;
mod scan;

use self::latex::{plain, split_names, without_braces};
use self::scan::{Found, Raw};
use super::text::{LineCounter, count_lines, lines};
use super::values::{
    add_once, author_line, doi_in_address, doi_of, is_et_al, is_nothing, pmid_in_note,
    trial_numbers, typed_pages, year,
};
use super::{
    Entry, EntryKind, Format, LineClass, Lines, Native, Own, Parsed, ParsedRecord, Problem,
    ProblemKind,
};
use crate::model::{Doi, Pmcid, Pmid, Record, RecordKind};
use std::collections::BTreeMap;

/// Whether a line opens an entry: `@article{`.
pub(super) fn opens_entry(line: &str) -> bool {
    scan::opens_entry(line.trim_start_matches(['\u{feff}', ' ', '\t']))
}

/// Reads one file.
pub(super) fn read(text: &str) -> Parsed {
    let mut found = scan::entries(text);
    let mut problems = Vec::new();
    let ledger = lines_of(text, &found, &mut problems);
    let dialect = dialect(&found);
    scan::inherit(&mut found);
    let mut counter = LineCounter::new(text);
    let (mut records, mut n) = (Vec::new(), 0);
    for raw in &found {
        let Found::Entry(raw) = raw else { continue };
        n += 1;
        let line = counter.line_at(raw.start);
        for field in &raw.fields {
            if let Some(name) = &field.undefined {
                let text = format!(
                    "no @string defines `{name}`: its name stands in `{}` instead of its text",
                    field.name
                );
                problems.push(Problem::at(line, n, ProblemKind::UndefinedMacro, text));
            }
        }
        if !raw.ended {
            let next = if raw.at_end {
                "the file"
            } else {
                "the next entry"
            };
            let shown: String = raw.text.chars().take(120).collect();
            let kind = if raw.at_end && raw.torn {
                ProblemKind::TruncatedRecord
            } else {
                ProblemKind::UnclosedEntry
            };
            let text = if raw.torn && !raw.at_end {
                format!("not ended before {next}, so it is not read: {shown}")
            } else {
                format!("not ended before {next}; its whole fields are kept")
            };
            problems.push(Problem::at(line, n, kind, text));
            if raw.torn && (!raw.at_end || raw.fields.is_empty()) {
                continue;
            }
        }
        records.push(build(raw, n, line, &mut problems));
    }
    problems.sort_by_key(|p| p.line);
    Parsed {
        account: super::Account::default(),
        format: Format::Bib,
        dialect,
        records,
        problems,
        lines: ledger,
        declared: None,
        query: None,
    }
}

/// Gives every physical line its class.
fn lines_of(text: &str, found: &[Found<'_>], out: &mut Vec<Problem>) -> Lines {
    let mut ledger = Lines {
        total: count_lines(text),
        ..Lines::default()
    };
    let mut spans = found.iter().map(Found::span).peekable();
    let starts = found.iter().flat_map(Found::starts);
    let mut starts = starts.peekable();
    for line in lines(text) {
        let end = line.at + line.text.len();
        while spans.peek().is_some_and(|(_, stop)| *stop <= line.at) {
            spans.next();
        }
        let mut opens = false;
        while starts.peek().is_some_and(|at| *at < end) {
            opens |= starts.next().is_some_and(|at| at >= line.at);
        }
        let inside = spans.peek().is_some_and(|(start, _)| *start < end);
        let bare = line
            .text
            .trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        ledger.add(if bare.is_empty() {
            LineClass::Blank
        } else if inside && opens {
            LineClass::Tag
        } else if inside {
            LineClass::Continuation
        } else if is_preamble(bare) {
            LineClass::Wrapper
        } else {
            let shown: String = bare.chars().take(120).collect();
            let text = format!("between the entries: {shown}");
            out.push(Problem::line(line.n, ProblemKind::StrayLine, text));
            LineClass::Problem
        });
    }
    ledger
}

/// Scopus' two lines, and comments.
fn is_preamble(line: &str) -> bool {
    line == "Scopus" || line.starts_with("EXPORT DATE") || line.starts_with('%')
}

fn dialect(found: &[Found<'_>]) -> &'static str {
    let first = found.iter().find_map(|found| match found {
        Found::Entry(raw) => Some(raw),
        Found::Other { .. } => None,
    });
    let Some(first) = first else { return "generic" };
    let has = |name: &str| first.get(name).is_some();
    let holds = |name: &str, part: &str| first.get(name).is_some_and(|v| v.contains(part));
    if holds("source", "Scopus") || holds("url", "scopus.com") {
        "scopus"
    } else if first.key.starts_with("WOS:") || first.key.starts_with("ISI:") || has("unique-id") {
        "web of science"
    } else if holds("url", "onlinelibrary.wiley.com") {
        "wiley"
    } else if holds("url", "ebscohost.com") {
        "ebsco"
    } else if has("mendeley-groups") || has("mendeley-tags") {
        "mendeley"
    } else if has("urldate") && has("file") {
        "zotero"
    } else {
        "generic"
    }
}

/// Reads an entry's fields, and keeps count of which have found their place.
struct Fields<'r, 'a> {
    raw: &'r Raw<'a>,
    used: Vec<bool>,
}

impl<'r> Fields<'r, '_> {
    /// The value of the first of these fields that has one, as written.
    fn raw(&mut self, names: &[&str]) -> Option<&'r str> {
        let all = &self.raw.fields;
        names.iter().find_map(|name| {
            let mut fields = all.iter().zip(&mut self.used);
            fields.find_map(|(field, used)| {
                let filled = field.name == *name && !field.value.trim().is_empty();
                *used |= filled;
                filled.then_some(field.value.as_ref())
            })
        })
    }

    /// The same as plain text.
    fn first(&mut self, names: &[&str]) -> Option<String> {
        plain(self.raw(names)?)
    }

    /// The parts of a list: split at `;`, else at `,`.
    fn list(&mut self, names: &[&str]) -> Vec<String> {
        let mut all = Vec::new();
        for name in names {
            let Some(value) = self.raw(&[name]) else {
                continue;
            };
            let separator = if value.contains(';') { ';' } else { ',' };
            all.extend(value.split(separator).filter_map(plain));
        }
        all
    }

    fn rest(self) -> BTreeMap<String, Vec<String>> {
        let mut rest: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let unused = self.raw.fields.iter().zip(&self.used);
        for (field, _) in unused.filter(|(_, used)| !**used) {
            if let Some(value) = plain(&field.value) {
                rest.entry(field.name.clone()).or_default().push(value);
            }
        }
        rest
    }
}

fn build(raw: &Raw<'_>, n: u64, line: u64, out: &mut Vec<Problem>) -> ParsedRecord {
    let used = vec![false; raw.fields.len()];
    let mut fields = Fields { raw, used };
    let names = fields.raw(&["author"]).unwrap_or_default();
    let mut authors: Vec<_> = split_names(names).into_iter().filter_map(plain).collect();
    if let ([line], false) = (authors.as_slice(), names.trim().starts_with('{')) {
        authors = author_line(line).unwrap_or(authors);
    }
    let last = authors.last().map(String::as_str);
    let authors_truncated = last.is_some_and(|a| is_et_al(a) || a == "others");
    if authors_truncated {
        authors.pop();
    }
    let written = raw.get("doi").map(without_braces);
    let found = doi_of(written.as_deref());
    match found.problem {
        Some((kind, text)) => out.push(Problem::at(line, n, kind, text)),
        None => drop(fields.raw(&["doi"])),
    }
    let doi = found
        .doi
        .or_else(|| raw.get("url").and_then(doi_in_address));
    let pmid = pmid(&mut fields);
    let dated = fields.first(&["year", "date"]);
    let dated = dated.filter(|text| !is_nothing(text));
    let published = dated.as_deref().and_then(year);
    if let (None, Some(text)) = (published, &dated) {
        let text = format!("no year in `{text}`");
        out.push(Problem::at(line, n, ProblemKind::BadDate, text));
    }
    let pages = fields.first(&["pages"]);
    let pages = pages.as_deref().and_then(typed_pages);
    let number = [
        "art_number",
        "article-number",
        "article_number",
        "eid",
        "articleno",
    ];
    let pages = pages.or_else(|| fields.first(&number));
    let entry = Entry {
        n,
        line,
        kind: EntryKind::One(Some(raw.kind.clone())),
        title: fields.first(&["title"]),
        authors,
        authors_truncated,
        year: published,
        journal: fields.first(&["journal", "journaltitle", "booktitle"]),
        volume: fields.first(&["volume"]),
        issue: fields.first(&["number", "issue"]),
        pages,
        doi: doi.as_ref().map(|d| d.as_str().to_owned()),
        pmid: pmid.as_ref().map(|p| p.as_str().to_owned()),
        abstract_text: fields.first(&["abstract"]),
        own: Own::Bib {
            key: raw.key.to_owned(),
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

/// `pubmed_id`, `pmid`, or an `eprint` of PubMed.
fn pmid(fields: &mut Fields<'_, '_>) -> Option<Pmid> {
    let named = ["pubmed_id", "pmid", "pubmed-id", "pubmedid"];
    if let Some(value) = fields.raw(&named) {
        return Pmid::parse(&without_braces(value)).ok();
    }
    let from_pubmed = ["eprinttype", "archiveprefix"].iter().any(|name| {
        let value = fields.raw.get(name).unwrap_or_default();
        value.eq_ignore_ascii_case("pubmed") || value.eq_ignore_ascii_case("pmid")
    });
    let eprint = fields.raw.get("eprint").filter(|_| from_pubmed);
    if let Some(stated) = eprint.and_then(|eprint| Pmid::parse(eprint).ok()) {
        return Some(stated);
    }
    let notes = ["note", "notes", "annote", "annotation", "extra"];
    notes
        .iter()
        .find_map(|name| pmid_in_note(&plain(fields.raw.get(name)?)?))
}

fn record(
    mut fields: Fields<'_, '_>,
    entry: &Entry,
    doi: Option<Doi>,
    pmid: Option<Pmid>,
) -> Record {
    let raw = fields.raw;
    let keywords = fields.list(&["author_keywords", "keywords"]);
    let headings = fields.list(&["keywords-plus"]);
    let mut registry = Vec::new();
    let notes = [
        "note",
        "notes",
        "annote",
        "clinical_trial",
        "number-of-trial",
    ];
    let notes = notes.iter().filter_map(|name| raw.get(name));
    for text in keywords.iter().map(String::as_str).chain(notes) {
        for id in trial_numbers(text) {
            add_once(&mut registry, id);
        }
    }
    let eid = raw.get("url").and_then(|url| {
        let (_, tail) = url.split_once("eid=")?;
        tail.split('&').next().map(str::to_owned)
    });
    let accession = raw.key.contains(':').then(|| raw.key.to_owned());
    let accession = accession.filter(|key| key.starts_with("WOS:") || key.starts_with("ISI:"));
    let source_id = fields.first(&["unique-id"]).or(accession).or(eid);
    let document = fields.first(&["document_type", "type"]);
    let kind = document.or_else(|| Some(raw.kind.clone()));
    let is_book = matches!(
        raw.kind.as_str(),
        "book" | "inbook" | "incollection" | "collection"
    );
    let central = fields.raw(&["pmcid", "pmc"]);
    let mut issn = fields.list(&["issn", "eissn"]);
    issn.extend(fields.list(&["isbn"]));
    let record = Record {
        kind: if is_book {
            RecordKind::Book
        } else {
            RecordKind::Article
        },
        source_id,
        title: entry.title.clone(),
        other_titles: fields
            .first(&["shorttitle", "original_title"])
            .into_iter()
            .collect(),
        authors: entry.authors.clone(),
        authors_truncated: entry.authors_truncated,
        year: entry.year,
        journal: entry.journal.clone(),
        volume: entry.volume.clone(),
        issue: entry.issue.clone(),
        pages: entry.pages.clone(),
        issn,
        doi,
        pmid,
        pmcid: central.and_then(|text| Pmcid::parse(&without_braces(text)).ok()),
        registry,
        abstract_text: entry.abstract_text.clone(),
        publication_types: kind.into_iter().collect(),
        keywords,
        headings,
        language: fields.first(&["language", "langid"]),
        url: fields.raw(&["url"]).map(without_braces),
        extra: {
            let mut extra = fields.rest();
            if !raw.key.is_empty() {
                extra.insert("key".to_owned(), vec![raw.key.to_owned()]);
            }
            extra
        },
        ..Record::default()
    };
    let said = super::kind::bibtex(&raw.kind, &record.publication_types);
    super::kind::settled(record, said)
}
