//! One work of Crossref's REST API, or of CSL-JSON, which has the same names and tells no database.

use super::{items, rest, text_at, texts};
use crate::formats::values::{
    add_once, doi_of, filled, is_power, pmid_in_note, trial_numbers, year,
};
use crate::formats::{Entry, EntryKind, Native, Own, ParsedRecord, Problem};
use crate::model::{Doi, Link, Pmcid, Pmid, Record, RecordKind, RegistryId};
use serde_json::Value;
use std::collections::BTreeMap;

/// Paths whose values have found their place in the record; cited references are not kept.
const PLACED: [&str; 17] = [
    "subtitle",
    "PMID",
    "PMCID",
    "DOI",
    "title",
    "author",
    "container-title",
    "volume",
    "issue",
    "page",
    "abstract",
    "type",
    "ISSN",
    "ISBN",
    "language",
    "URL",
    "reference",
];

/// Builds one record; nothing where the value is not a work.
pub(super) fn build(
    work: &Value,
    n: u64,
    line: u64,
    out: &mut Vec<Problem>,
) -> Option<ParsedRecord> {
    // Crossref's titles are lists, those of CSL-JSON texts.
    let csl = work.get("title").is_some_and(Value::is_string);
    let title = text_at(work, &["title"]).map(|title| whole_title(title, work));
    let written = text_at(work, &["DOI"]);
    if title.is_none() && written.is_none() {
        return None;
    }
    let found = doi_of(written.as_deref());
    let problem = found.problem;
    out.extend(problem.map(|(kind, text)| Problem::at(line, n, kind, text)));
    let doi = found.doi;
    let entry = Entry {
        n,
        line,
        kind: EntryKind::One(text_at(work, &["type"])),
        title,
        authors: items(work, &["author"]).iter().filter_map(author).collect(),
        authors_truncated: false,
        year: year_of(work),
        journal: text_at(work, &["container-title"]),
        volume: text_at(work, &["volume"]),
        issue: text_at(work, &["issue"]),
        pages: text_at(work, &["page"]),
        doi: doi.as_ref().map(|d| d.as_str().to_owned()),
        pmid: pmid(work).map(|p| p.as_str().to_owned()),
        abstract_text: text_at(work, &["abstract"]).and_then(|text| plain(&text)),
        own: if csl {
            Own::Ris {}
        } else {
            Own::Crossref {
                update_to: items(work, &["update-to"]).to_vec(),
            }
        },
    };
    let mut record = record(work, &entry, doi);
    if csl {
        record.source_id = text_at(work, &["id"]);
        record.pmcid = text_at(work, &["PMCID"]).and_then(|id| Pmcid::parse(&id).ok());
        let keywords = text_at(work, &["keyword"]).unwrap_or_default();
        record.keywords = keywords.split([',', ';']).filter_map(filled).collect();
    }
    Some(ParsedRecord {
        n,
        line: Some(line),
        record,
        native: Native::Entry(Box::new(entry)),
    })
}

/// A title with its subtitle, where it does not end with it.
fn whole_title(title: String, work: &Value) -> String {
    let Some(subtitle) = text_at(work, &["subtitle"]) else {
        return title;
    };
    if title.to_lowercase().contains(&subtitle.to_lowercase()) {
        return title;
    }
    let join = if title.ends_with([':', '?', '!']) {
        " "
    } else {
        ": "
    };
    format!("{title}{join}{subtitle}")
}

/// `PMID` of CSL-JSON, or the one that its note states.
fn pmid(work: &Value) -> Option<Pmid> {
    let stated = text_at(work, &["PMID"]).and_then(|text| Pmid::parse(&text).ok());
    stated.or_else(|| pmid_in_note(&text_at(work, &["note"])?))
}

/// `Family, Given`, or the name of a group.
fn author(value: &Value) -> Option<String> {
    let particle = text_at(value, &["non-dropping-particle"]);
    let particle = particle.or_else(|| text_at(value, &["dropping-particle"]));
    let family = text_at(value, &["family"]);
    let family = match (particle, family) {
        (Some(particle), Some(family)) => Some(format!("{particle} {family}")),
        (_, family) => family,
    };
    let given = text_at(value, &["given"]);
    match (family, given) {
        (Some(family), Some(given)) => Some(format!("{family}, {given}")),
        (Some(name), None) | (None, Some(name)) => Some(name),
        (None, None) => text_at(value, &["name"]).or_else(|| text_at(value, &["literal"])),
    }
}

/// The year of `issued`, else of print, online or posted publication.
fn year_of(work: &Value) -> Option<u16> {
    let dates = [
        "issued",
        "published",
        "published-print",
        "published-online",
        "posted",
    ];
    dates.iter().find_map(|key| {
        let parts = items(work, &[key, "date-parts"]).first();
        // CSL-JSON has numbers, texts, or the date as a person wrote it.
        let first = parts.and_then(|parts| text_at(parts.get(0)?, &[]));
        let written = || text_at(work, &[key, "raw"]).or_else(|| text_at(work, &[key, "literal"]));
        year(&first.or_else(written)?)
    })
}

/// The text of JATS markup.
pub(super) fn plain(markup: &str) -> Option<String> {
    let mut out = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some((before, tail)) = rest.split_once('<') {
        out.push_str(before);
        let is_tag = tail.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        match tail.split_once('>') {
            Some((tag, behind)) if is_tag => {
                // A block ends a word; italics inside a word do not.
                let name = tag.trim_start_matches('/').trim_start_matches("jats:");
                if name == "sup" && !tag.starts_with('/') && is_power(&out, behind) {
                    out.push('^');
                }
                if ["p", "title", "sec", "h4"].contains(&name) {
                    out.push(' ');
                }
                rest = behind;
            }
            Some(_) | None => {
                out.push('<');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    filled(&out)
}

fn record(work: &Value, entry: &Entry, doi: Option<Doi>) -> Record {
    let mut registry: Vec<RegistryId> = Vec::new();
    for trial in items(work, &["clinical-trial-number"]) {
        let number = text_at(trial, &["clinical-trial-number"]).unwrap_or_default();
        let number = number.to_uppercase();
        for id in trial_numbers(&number) {
            add_once(&mut registry, id);
        }
    }
    let updates = items(work, &["update-to"]).iter();
    let links = updates.filter_map(|update| {
        let kind = text_at(update, &["type"])?;
        Some(Link { kind, pmid: None })
    });
    let mut issn = texts(work, &["ISSN"]);
    issn.extend(texts(work, &["ISBN"]));
    let mut extra = BTreeMap::new();
    rest(work, "", &PLACED, &mut extra);
    let (kind, types) = match &entry.kind {
        EntryKind::One(Some(kind)) if kind.contains("book") => {
            (RecordKind::Book, vec![kind.clone()])
        }
        EntryKind::One(Some(kind)) => (RecordKind::Article, vec![kind.clone()]),
        EntryKind::One(None) | EntryKind::Many(_) => (RecordKind::Article, Vec::new()),
    };
    Record {
        kind,
        source_id: entry.doi.clone(),
        title: entry.title.clone(),
        other_titles: texts(work, &["original-title"]),
        authors: entry.authors.clone(),
        year: entry.year,
        journal: entry.journal.clone(),
        volume: entry.volume.clone(),
        issue: entry.issue.clone(),
        pages: entry
            .pages
            .clone()
            .or_else(|| text_at(work, &["article-number"])),
        issn,
        doi,
        pmid: pmid(work),
        registry,
        abstract_text: entry.abstract_text.clone(),
        publication_types: types,
        language: text_at(work, &["language"]),
        url: text_at(work, &["URL"]),
        links: links.collect(),
        extra,
        ..Record::default()
    }
}
