//! One article of Europe PMC's REST search (`resultType=core`): MEDLINE, PubMed Central, preprints.

use super::crossref::plain;
use super::{at, items, rest, text_at, texts};
use crate::formats::values::{add_once, doi_of, filled, trial_numbers, year};
use crate::formats::{Entry, EntryKind, Native, Own, ParsedRecord, Problem, ProblemKind};
use crate::model::{Doi, Link, Pmcid, Pmid, Record, RecordKind, RegistryId};
use serde_json::Value;
use std::collections::BTreeMap;

/// Paths whose values have found their place in the record; addresses of full texts and the
/// authors' affiliations are not kept.
const PLACED: [&str; 18] = [
    "id",
    "source",
    "pmid",
    "pmcid",
    "doi",
    "title",
    "authorString",
    "authorList",
    "journalInfo",
    "pubYear",
    "pageInfo",
    "abstractText",
    "pubTypeList",
    "keywordList",
    "meshHeadingList",
    "language",
    "commentCorrectionList",
    "fullTextUrlList",
];

/// Builds one record; nothing where the value is not an article.
pub(super) fn build(
    article: &Value,
    n: u64,
    line: u64,
    out: &mut Vec<Problem>,
) -> Option<ParsedRecord> {
    let text = |path: &[&str]| text_at(article, path);
    let title = text(&["title"]).and_then(|text| plain(&text));
    let id = text(&["id"]);
    if title.is_none() && id.is_none() {
        return None;
    }
    let found = doi_of(text(&["doi"]).as_deref());
    let problem = found.problem;
    out.extend(problem.map(|(kind, text)| Problem::at(line, n, kind, text)));
    let doi = found.doi;
    let mut bad = |error: String| {
        let kind = ProblemKind::BadIdentifier;
        out.push(Problem::at(line, n, kind, error));
    };
    let pmid = text(&["pmid"]).and_then(|written| {
        let parsed = Pmid::parse(&written);
        parsed.map_err(|error| bad(error.to_string())).ok()
    });
    let pmcid = text(&["pmcid"]).and_then(|written| {
        let parsed = Pmcid::parse(&written);
        parsed.map_err(|error| bad(error.to_string())).ok()
    });
    let (authors, authors_truncated) = authors(article);
    let entry = Entry {
        n,
        line,
        kind: EntryKind::Many(texts(article, &["pubTypeList", "pubType"])),
        title,
        authors,
        authors_truncated,
        year: text(&["pubYear"])
            .or_else(|| text(&["journalInfo", "yearOfPublication"]))
            .as_deref()
            .and_then(year),
        journal: text(&["journalInfo", "journal", "title"])
            .or_else(|| text(&["bookOrReportDetails", "publisher"])),
        volume: text(&["journalInfo", "volume"]),
        issue: text(&["journalInfo", "issue"]),
        pages: text(&["pageInfo"]),
        doi: doi.as_ref().map(|d| d.as_str().to_owned()),
        pmid: pmid.as_ref().map(ToString::to_string),
        abstract_text: text(&["abstractText"]).and_then(|text| plain(&text)),
        own: Own::EuropePmc {
            source: text(&["source"]),
            id,
            pmcid: pmcid.as_ref().map(ToString::to_string),
            language: text(&["language"]),
        },
    };
    let record = record(article, &entry, (doi, pmid, pmcid));
    Some(ParsedRecord {
        n,
        line: Some(line),
        record,
        native: Native::Entry(Box::new(entry)),
    })
}

/// The authors in order, and whether the list was cut.
fn authors(article: &Value) -> (Vec<String>, bool) {
    let list = items(article, &["authorList", "author"]).iter();
    let listed: Vec<String> = list.filter_map(author).collect();
    if !listed.is_empty() {
        return (listed, false);
    }
    let string = text_at(article, &["authorString"]).unwrap_or_default();
    let names = string.trim_end_matches('.').split(',');
    let names: Vec<String> = names.filter_map(filled).collect();
    let cut = |name: &String| name.to_lowercase().starts_with("et al");
    let truncated = names.iter().any(cut);
    (
        names.into_iter().filter(|name| !cut(name)).collect(),
        truncated,
    )
}

/// `Family, Given`, or the name of a group.
fn author(value: &Value) -> Option<String> {
    let part = |key: &str| text_at(value, &[key]);
    let given = part("firstName").or_else(|| part("initials"));
    match (part("lastName"), given) {
        (Some(family), Some(given)) => Some(format!("{family}, {given}")),
        (Some(family), None) => Some(family),
        (None, _) => part("collectiveName").or_else(|| part("fullName")),
    }
}

/// `Erratum in` as PubMed writes it: `ErratumIn`.
fn joined(words: &str) -> String {
    let mut out = String::new();
    for word in words.split_whitespace() {
        let mut letters = word.chars();
        match letters.next() {
            Some(first) if word != "and" => out.extend(first.to_uppercase()),
            Some(first) => out.push(first),
            None => {}
        }
        out.push_str(letters.as_str());
    }
    out
}

type Ids = (Option<Doi>, Option<Pmid>, Option<Pmcid>);

fn record(article: &Value, entry: &Entry, (doi, pmid, pmcid): Ids) -> Record {
    let text = |path: &[&str]| text_at(article, path);
    let mut registry: Vec<RegistryId> = Vec::new();
    for words in [&entry.title, &entry.abstract_text].into_iter().flatten() {
        for id in trial_numbers(words) {
            add_once(&mut registry, id);
        }
    }
    // There is no field for it. A text that names one trial is of that trial; one that names
    // several may be about them.
    if registry.len() > 1 {
        registry.clear();
    }
    let journal = ["journalInfo", "journal"];
    let issn = ["issn", "essn"];
    let issn = issn
        .iter()
        .filter_map(|key| text(&[&journal[..], &[key]].concat()));
    let mut headings = Vec::new();
    for heading in items(article, &["meshHeadingList", "meshHeading"]) {
        headings.extend(text_at(heading, &["descriptorName"]));
    }
    let corrections = items(article, &["commentCorrectionList", "commentCorrection"]).iter();
    let links = corrections.filter_map(|link| {
        let medline = text_at(link, &["source"]).as_deref() == Some("MED");
        let id = text_at(link, &["id"]).filter(|_| medline);
        Some(Link {
            kind: joined(&text_at(link, &["type"])?),
            pmid: id.and_then(|id| Pmid::parse(&id).ok()),
        })
    });
    let publication_types = match &entry.kind {
        EntryKind::Many(types) => types.clone(),
        EntryKind::One(one) => one.iter().cloned().collect(),
    };
    let retracted = publication_types
        .iter()
        .any(|kind| kind.eq_ignore_ascii_case("retracted publication"));
    let book = at(article, &["bookOrReportDetails"]).is_some();
    let (source, id) = (text(&["source"]), text(&["id"]));
    let mut extra = BTreeMap::new();
    rest(article, "", &PLACED, &mut extra);
    Record {
        kind: if book {
            RecordKind::Book
        } else {
            RecordKind::Article
        },
        source_id: match (&source, &id) {
            (Some(source), Some(id)) => Some(format!("{source}:{id}")),
            _ => id.clone(),
        },
        title: entry.title.clone(),
        authors: entry.authors.clone(),
        authors_truncated: entry.authors_truncated,
        year: entry.year,
        journal: entry.journal.clone(),
        volume: entry.volume.clone(),
        issue: entry.issue.clone(),
        pages: entry.pages.clone(),
        issn: issn.collect(),
        doi,
        pmid,
        pmcid,
        registry,
        abstract_text: entry.abstract_text.clone(),
        publication_types,
        keywords: texts(article, &["keywordList", "keyword"]),
        headings,
        language: text(&["language"]),
        url: source
            .zip(id)
            .map(|(source, id)| format!("https://europepmc.org/article/{source}/{id}")),
        links: links.collect(),
        retracted,
        extra,
        ..Record::default()
    }
}
