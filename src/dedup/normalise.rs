//! A record prepared once, so that comparing two of them is cheap and needs no text work.

pub(super) mod author;
pub(super) mod journal;
pub(super) mod notice;
pub(super) mod numbers;
pub(super) mod text;
pub(super) mod title;

use crate::model::{Record, RecordKind, RegistryId};
use author::Authors;
use journal::Journal;
use notice::{Citation, Notice, citation, subject};
use numbers::{Number, Pages};
use std::sync::Arc;
use text::{clean, fold, hash, hash32, mix};
use title::Title;

/// How many bytes of an abstract are read: copies differ at the end, not at the beginning.
const ABSTRACT: usize = 1500;

/// A record, ready to compare.
#[derive(Debug, Clone, Default)]
pub(super) struct Prepared {
    pub(super) kind: RecordKind,
    /// The title and further titles; empty where the record has none.
    pub(super) titles: Vec<Title>,
    pub(super) notice: Notice,
    pub(super) authors: Authors,
    pub(super) year: Option<u16>,
    pub(super) journal: Arc<Journal>,
    pub(super) issn: Box<[u64]>,
    pub(super) volume: Number,
    pub(super) issue: Number,
    pub(super) pages: Pages,
    pub(super) doi: Option<Box<str>>,
    pub(super) pmid: Option<Box<str>>,
    pub(super) registry: Box<[u64]>,
    /// A trial entry's own ClinicalTrials.gov number.
    pub(super) nct: Option<u64>,
    /// Hashes of the longer words at the start of the abstract, sorted, each once.
    pub(super) words: Box<[u32]>,
    /// The abstract of a meeting rather than a paper.
    pub(super) meeting: bool,
    /// In a supplement: often the abstracts of a meeting, sometimes papers.
    pub(super) supplement: bool,
    /// On a preprint server.
    pub(super) preprint: bool,
    /// Links to other publications that the source states.
    pub(super) links: Box<[Stated]>,
    /// The paper that the title of a correction cites.
    pub(super) cites: Option<Citation>,
    /// A hash over everything a record says of itself, but for the issue.
    pub(super) identity: u64,
}

/// A link that the source states, to a publication with a PMID.
#[derive(Debug, Clone)]
pub(super) struct Stated {
    pub(super) kind: Box<str>,
    pub(super) pmid: Box<str>,
}

/// Prepares a record of this journal.
pub(super) fn prepare(record: &Record, journal: &Arc<Journal>) -> Prepared {
    let titles = titles(record);
    let notice = notice(record, &titles);
    let authors = Authors::read(&record.authors);
    let volume = Number::volume(record.volume.as_deref());
    let issue = Number::issue(record.issue.as_deref());
    let mut pages = Pages::read(record.pages.as_deref());
    if pages.start == Some(1) && volume.value.is_none() {
        pages = Pages::default(); // "1-12" of an early view counts the document's own pages
    }
    let doi = record.doi.as_ref().map(|d| bare_doi(d.as_str()));
    let supplement = volume.supplement || issue.supplement || pages.letter == Some('s');
    let types = || record.publication_types.iter().map(|t| t.to_lowercase());
    let meeting = journal.meeting
        || types().any(|t| t.contains("meeting abstract") || t.contains("conference abstract"))
        || [&record.issue, &record.volume]
            .into_iter()
            .flatten()
            .any(|t| t.to_lowercase().contains("meeting"))
        || (supplement
            && pages.start.is_some()
            && pages.end.is_none_or(|e| Some(e) == pages.start));
    let preprint = journal.preprint
        || types().any(|t| t == "preprint")
        || (record.journal.is_none() && doi.as_deref().is_some_and(preprint_doi));
    let number = |id: &RegistryId| hash(id.as_str().as_bytes());
    let own = record
        .source_id
        .as_deref()
        .and_then(|id| RegistryId::parse(id).ok());
    let own = own.filter(|_| record.kind == RecordKind::Trial);
    let mut registry: Vec<u64> = record.registry.iter().chain(&own).map(number).collect();
    registry.sort_unstable();
    registry.dedup();
    let mut prepared = Prepared {
        kind: record.kind,
        notice,
        year: record.year,
        issn: issns(&record.issn),
        pmid: record.pmid.as_ref().map(|p| p.as_str().into()),
        registry: registry.into(),
        nct: own.as_ref().filter(|id| id.is_nct()).map(number),
        words: abstract_words(record.abstract_text.as_deref().unwrap_or_default()),
        titles,
        authors,
        journal: Arc::clone(journal),
        volume,
        issue,
        pages,
        doi,
        meeting,
        supplement,
        preprint,
        links: record
            .links
            .iter()
            .filter_map(|link| {
                Some(Stated {
                    kind: link.kind.as_str().into(),
                    pmid: link.pmid.as_ref()?.as_str().into(),
                })
            })
            .collect(),
        cites: record.title.as_deref().and_then(citation),
        identity: 0,
    };
    prepared.identity = identity(&prepared, record);
    prepared
}

/// The title, its further lines, the other titles and the title joined with its subtitle.
fn titles(record: &Record) -> Vec<Title> {
    let mut titles: Vec<Title> = Vec::new();
    let main = record.title.as_deref().unwrap_or_default();
    for line in main.split('\n') {
        push_title(&mut titles, line);
    }
    let notice = titles.iter().any(|t| t.notice != Notice::None);
    let mut add = |text: &str| push_title(&mut titles, text);
    if (notice || main.contains(';'))
        && let Some(subject) = subject(main)
    {
        add(&subject);
    }
    for other in &record.other_titles {
        add(&format!("{main} {other}"));
        add(other);
    }
    titles
}

fn push_title(titles: &mut Vec<Title>, text: &str) {
    let title = Title::read(text);
    if !title.key.is_empty() && titles.iter().all(|t| t.key != title.key) && titles.len() < 5 {
        titles.push(title);
    }
}

/// What the titles say, else what the source's publication types say.
fn notice(record: &Record, titles: &[Title]) -> Notice {
    let said = titles.iter().map(|t| t.notice).max().unwrap_or_default();
    if said != Notice::None {
        return said;
    }
    let has = |word: &str| {
        record
            .publication_types
            .iter()
            .any(|t| t.to_lowercase().contains(word))
    };
    let cites = record
        .title
        .as_deref()
        .is_some_and(|t| citation(t).is_some());
    if has("erratum") || has("correction") || cites {
        Notice::Erratum
    } else if has("retraction of publication") || has("retraction notice") {
        Notice::Retraction
    } else if has("expression of concern") {
        Notice::Concern
    } else {
        Notice::None
    }
}

/// A DOI without the suffix of a figure (`.g001`) or table.
fn bare_doi(doi: &str) -> Box<str> {
    if let Some((head, tail)) = doi.rsplit_once('.') {
        let figure = tail
            .strip_prefix(['g', 't'])
            .is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()));
        if figure && head.contains("journal.p") {
            return head.into();
        }
    }
    doi.into()
}

fn preprint_doi(doi: &str) -> bool {
    [
        "10.1101/",
        "10.21203/rs",
        "10.2139/ssrn",
        "10.48550/",
        "10.20944/preprints",
        "10.31234/",
    ]
    .iter()
    .any(|p| doi.starts_with(p))
}

/// ISSNs without hyphens and remarks.
fn issns(raw: &[String]) -> Box<[u64]> {
    let mut out: Vec<u64> = raw
        .iter()
        .flat_map(|text| text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')))
        .map(|part| part.replace('-', "").to_ascii_lowercase())
        .filter(|part| {
            matches!(part.len(), 8 | 10 | 13) && part.starts_with(|c: char| c.is_ascii_digit())
        })
        .map(|part| hash(part.as_bytes()))
        .collect();
    out.sort_unstable();
    out.dedup();
    out.into()
}

/// The longer words at the beginning of an abstract, hashed.
fn abstract_words(text: &str) -> Box<[u32]> {
    let mut end = text.len().min(ABSTRACT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let folded = fold(&clean(text.get(..end).unwrap_or_default()));
    let mut words: Vec<u32> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 3)
        .map(hash32)
        .collect();
    words.sort_unstable();
    words.dedup();
    words.into()
}

fn identity(p: &Prepared, record: &Record) -> u64 {
    let Some(title) = p.titles.first() else {
        return 0;
    };
    let text = |t: &Option<String>| hash(t.as_deref().unwrap_or_default().trim().as_bytes());
    let id = |t: &Option<Box<str>>| hash(t.as_deref().unwrap_or_default().as_bytes());
    let parts = [
        hash(title.key.as_bytes()),
        u64::from(p.kind == RecordKind::Trial),
        hash(p.authors.first.as_bytes()),
        u64::from(p.year.unwrap_or(0)),
        hash(p.journal.first().as_bytes()),
        text(&record.volume),
        text(&record.pages),
        id(&p.doi),
        id(&p.pmid),
    ];
    let words = p
        .authors
        .names
        .iter()
        .chain(&p.words)
        .map(|w| u64::from(*w));
    parts
        .into_iter()
        .chain(words)
        .fold(1, |sum, part| mix(sum ^ part))
}
