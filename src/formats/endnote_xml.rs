//! EndNote XML, as EndNote, Zotero and Mendeley write it.
//!
//! Values stand inside runs of `<style>`, and a whole library often stands on one line. A PMID is
//! not a field of the format: where the record says that it came from PubMed, its accession
//! number is one.

use super::values::{add_once, doi_in_address, doi_of, is_nothing, trial_numbers, year};
use super::xml::{Cut, Element, records};
use super::{
    Entry, EntryKind, Format, FormatError, Native, Own, Parsed, ParsedRecord, Problem, ProblemKind,
};
use crate::model::{Doi, Pmcid, Pmid, Record, RecordKind};

/// Paths whose values have found their place in the record.
const PLACED: [&str; 24] = [
    "ref-type",
    "contributors/authors/author",
    "titles/title",
    "titles/secondary-title",
    "titles/short-title",
    "titles/translated-title",
    "periodical/full-title",
    "volume",
    "number",
    "pages",
    "electronic-resource-num",
    "accession-num",
    "abstract",
    "isbn",
    "keywords/keyword",
    "language",
    "dates/year",
    "custom2",
    "database",
    "source-app",
    "rec-number",
    "foreign-keys/key",
    "foreign-keys",
    "work-type",
];

/// Reads one file.
pub(super) fn read(text: &str) -> Result<Parsed, FormatError> {
    let found = records(text, "record")?;
    let mut problems = found.problems;
    let dialect = dialect(found.list.first());
    let built = found.list.iter().map(|cut| build(cut, &mut problems));
    let built = built.collect();
    problems.sort_by_key(|p| (p.line, p.record));
    Ok(Parsed {
        account: super::Account::default(),
        format: Format::EndnoteXml,
        dialect,
        records: built,
        problems,
        lines: found.lines,
        declared: None,
        query: None,
    })
}

fn dialect(first: Option<&Cut>) -> &'static str {
    let app = first.and_then(|cut| cut.element.first(&["source-app"]));
    let app = app.unwrap_or_default().to_lowercase();
    let known = ["zotero", "mendeley", "rayyan", "covidence", "endnote"];
    let found = known.into_iter().find(|name| app.contains(name));
    found.unwrap_or("generic")
}

fn build(cut: &Cut, out: &mut Vec<Problem>) -> ParsedRecord {
    let (n, line, element) = (cut.n, cut.line, &cut.element);
    let doi = doi(cut, out);
    let mut authors = element.all(&["contributors", "authors", "author"]);
    let authors_truncated = authors.last().is_some_and(|a| super::values::is_et_al(a));
    if authors_truncated {
        authors.pop();
    }
    let dates = [
        element.first(&["dates", "year"]),
        element.first(&["dates", "pub-dates", "date"]),
    ];
    let published = dates.iter().flatten().find_map(|text| year(text));
    if let (None, Some(text)) = (published, &dates[0])
        && !is_nothing(text)
    {
        let text = format!("no year in `{text}`");
        out.push(Problem::at(line, n, ProblemKind::BadDate, text));
    }
    let accession = element.first(&["accession-num"]);
    let entry = Entry {
        n,
        line,
        kind: EntryKind::One(kind(element)),
        title: element.first(&["titles", "title"]),
        authors,
        authors_truncated,
        year: published,
        journal: journal(element),
        volume: element.first(&["volume"]),
        issue: element.first(&["number"]),
        pages: element.first(&["pages"]),
        doi: doi.as_ref().map(|d| d.as_str().to_owned()),
        pmid: None,
        abstract_text: element.first(&["abstract"]),
        own: Own::EndnoteXml {
            accession: accession.clone(),
        },
    };
    let record = record(element, &entry, doi, accession.as_ref());
    ParsedRecord {
        n,
        line: Some(line),
        record,
        native: Native::Entry(Box::new(entry)),
    }
}

fn kind(element: &Element) -> Option<String> {
    let kind = element.child("ref-type")?;
    let named = kind.attribute("name");
    named.or_else(|| {
        let number = kind.text()?;
        Some(super::kind::endnote_name(&number).map_or(number, str::to_owned))
    })
}

fn journal(element: &Element) -> Option<String> {
    let own = element.first(&["titles", "secondary-title"]);
    own.or_else(|| element.first(&["periodical", "full-title"]))
}

/// The abbreviation, where a record has no other name of its journal.
fn other_journal(element: &Element) -> Option<String> {
    let paths: [&[&str]; 3] = [
        &["titles", "alt-title"],
        &["alt-periodical", "full-title"],
        &["periodical", "abbr-1"],
    ];
    paths.iter().find_map(|path| element.first(path))
}

/// The number of the electronic resource, else a doi.org address.
fn doi(cut: &Cut, out: &mut Vec<Problem>) -> Option<Doi> {
    let numbers = cut.element.all(&["electronic-resource-num"]);
    let found = doi_of(numbers.iter().map(String::as_str));
    let problem = found.problem;
    out.extend(problem.map(|(kind, text)| Problem::at(cut.line, cut.n, kind, text)));
    if found.doi.is_some() {
        return found.doi;
    }
    let urls = cut.element.all(&["urls", "related-urls", "url"]);
    urls.iter().find_map(|url| doi_in_address(url))
}

fn record(
    element: &Element,
    entry: &Entry,
    doi: Option<Doi>,
    accession: Option<&String>,
) -> Record {
    let from = ["remote-database-name", "remote-database-provider"];
    let from: Vec<_> = from
        .iter()
        .filter_map(|name| element.first(&[name]))
        .collect();
    let is_pubmed = from.iter().any(|name| {
        let name = name.to_lowercase();
        name.contains("pubmed") || name.contains("medline") || name == "nlm"
    });
    let digits = |text: &&String| text.len() <= 8 && text.bytes().all(|b| b.is_ascii_digit());
    let pmid = accession.filter(|text| digits(text)).filter(|_| is_pubmed);
    let keywords = element.all(&["keywords", "keyword"]);
    let mut registry = Vec::new();
    let notes = element.first(&["notes"]);
    let numbered = keywords.iter().chain(&notes).chain(accession);
    for text in numbered {
        for id in trial_numbers(text) {
            add_once(&mut registry, id);
        }
    }
    let mut other_titles = element.all(&["titles", "translated-title"]);
    other_titles.extend(element.all(&["titles", "short-title"]));
    let kind = match &entry.kind {
        EntryKind::One(Some(kind)) if kind.contains("Book") => RecordKind::Book,
        EntryKind::One(_) | EntryKind::Many(_) => RecordKind::Article,
    };
    let types = match &entry.kind {
        EntryKind::One(one) => element.first(&["work-type"]).or_else(|| one.clone()),
        EntryKind::Many(_) => None,
    };
    let central = element.first(&["custom2"]);
    let central_id = central.as_deref().filter(|t| t.starts_with("PMC"));
    let mut extra = element.rest(&PLACED);
    let numbers = element.all(&["electronic-resource-num"]);
    if doi_of(numbers.iter().map(String::as_str)).problem.is_some() {
        extra.insert("electronic-resource-num".to_owned(), numbers);
    }
    if let Some(custom) = central.as_ref().filter(|_| central_id.is_none()) {
        extra.insert("custom2".to_owned(), vec![custom.clone()]);
    }
    let record = Record {
        kind,
        source_id: accession.cloned(),
        title: entry.title.clone(),
        other_titles,
        authors: entry.authors.clone(),
        authors_truncated: entry.authors_truncated,
        year: entry.year,
        journal: entry.journal.clone().or_else(|| other_journal(element)),
        volume: entry.volume.clone(),
        issue: entry.issue.clone(),
        pages: entry.pages.clone(),
        issn: element.all(&["isbn"]),
        doi,
        pmid: pmid.and_then(|text| Pmid::parse(text).ok()),
        pmcid: central_id.and_then(|text| Pmcid::parse(text).ok()),
        registry,
        abstract_text: entry.abstract_text.clone(),
        publication_types: types.into_iter().collect(),
        keywords,
        language: element.first(&["language"]),
        url: element.first(&["urls", "related-urls", "url"]),
        extra,
        ..Record::default()
    };
    let said = match &entry.kind {
        EntryKind::One(Some(name)) => super::kind::endnote(name),
        EntryKind::One(None) | EntryKind::Many(_) => None,
    };
    super::kind::settled(record, said)
}
