//! A record prepared once, so that comparing two of them is cheap and needs no text work.

pub(super) mod author;
pub(super) mod journal;
pub(super) mod notice;
pub(super) mod numbers;
pub(super) mod registry;
pub(crate) mod repair;
pub(super) mod text;
pub(super) mod title;

use crate::model::{Publication, Record, RecordKind};
use author::Authors;
use journal::Journal;
use notice::{Citation, Notice, citation, subject};
use numbers::{Number, Pages};
use repair::{Fields, Repair};
use std::sync::Arc;
use text::{clean, fold, hash, hash32, mix};
use title::{Title, without_remarks};

/// How many bytes of an abstract are read: copies differ at the end, not at the beginning.
const ABSTRACT: usize = 1500;

/// A record, ready to compare.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a finding of its own; no two of them form a state"
)]
pub(super) struct Prepared {
    pub(super) kind: RecordKind,
    /// The title and further titles; empty where the record has none.
    pub(super) titles: Vec<Title>,
    pub(super) notice: Notice,
    /// Only a citation in the title makes it a notice.
    pub(super) cited: bool,
    pub(super) authors: Authors,
    pub(super) year: Option<u16>,
    pub(super) journal: Arc<Journal>,
    pub(super) issn: Box<[u64]>,
    pub(super) volume: Number,
    pub(super) issue: Number,
    pub(super) pages: Pages,
    pub(super) doi: Option<Box<str>>,
    pub(super) pmid: Option<Box<str>>,
    /// Trial numbers, each with its register.
    pub(super) registry: Box<[u64]>,
    /// The number under which an entry of a register stands there.
    pub(super) own: Option<u64>,
    /// Hashes of the longer words at the start of the abstract, sorted, each once.
    pub(super) words: Box<[u32]>,
    /// The abstract of a meeting rather than a paper.
    pub(super) meeting: bool,
    /// In a supplement: often the abstracts of a meeting, sometimes papers.
    pub(super) supplement: bool,
    /// On a preprint server.
    pub(super) preprint: bool,
    /// A thesis or dissertation.
    pub(super) thesis: bool,
    /// A hash over everything a record says of itself, but for the issue.
    pub(super) identity: u64,
    /// What few records have.
    rare: Option<Box<Rare>>,
}

/// What few records have, apart: a million of them must fit into memory.
#[derive(Debug, Clone, Default)]
struct Rare {
    links: Box<[Stated]>,
    cites: Option<Citation>,
    repairs: Box<[Repair]>,
}

impl Prepared {
    /// Links to other publications that the source states.
    pub(super) fn links(&self) -> &[Stated] {
        self.rare.as_deref().map_or(&[], |rare| &rare.links)
    }

    /// The paper that the title of a correction cites.
    pub(super) fn cites(&self) -> Option<Citation> {
        self.rare.as_deref()?.cites
    }

    /// What was mended before anything was compared.
    pub(super) fn repairs(&self) -> &[Repair] {
        self.rare.as_deref().map_or(&[], |rare| &rare.repairs)
    }

    /// One number for everything that is compared; 0 for a record without a title.
    pub(super) fn class(&self) -> u64 {
        if self.identity == 0 {
            return 0;
        }
        let flags = [
            self.issue.value.map_or(0, |n| mix(n ^ 1)),
            u64::from(self.issue.supplement),
            u64::from(self.meeting),
            u64::from(self.supplement),
            u64::from(self.preprint),
            u64::from(self.thesis),
            u64::from(self.cited),
            hash(self.notice.as_str().as_bytes()),
        ];
        let titles = self.titles.iter().map(|title| hash(title.text.as_bytes()));
        let sum = |sum: u64, part: u64| mix(sum ^ part);
        flags
            .into_iter()
            .chain(titles)
            .chain(self.issn.iter().copied())
            .fold(self.identity, sum)
            .max(1)
    }
}

impl Rare {
    /// Nothing where there is nothing.
    fn filled(self) -> Option<Box<Self>> {
        let empty = self.links.is_empty() && self.cites.is_none() && self.repairs.is_empty();
        (!empty).then(|| Box::new(self))
    }
}

/// A link that the source states, to a publication with a PMID.
#[derive(Debug, Clone)]
pub(super) struct Stated {
    pub(super) kind: Box<str>,
    pub(super) pmid: Box<str>,
}

/// Prepares a record of this journal.
pub(super) fn prepare(record: &Record, journal: &Arc<Journal>) -> Prepared {
    let fields = Fields::read(record);
    let titles = titles(record);
    let (notice, cited) = notice(record, &titles);
    let authors = Authors::read(&record.authors);
    let volume = Number::volume(fields.volume.as_deref());
    let issue = Number::issue(fields.issue.as_deref());
    let mut pages = Pages::read(fields.pages.as_deref());
    if pages.start == Some(1) && volume.value.is_none() {
        pages = Pages::default(); // "1-12" of an early view counts the document's own pages
    }
    let doi = fields.doi;
    let supplement = volume.supplement || issue.supplement || pages.letter == Some('s');
    let types = || record.publication_types.iter().map(|t| t.to_lowercase());
    let meeting = journal.meeting
        || types().any(|t| t.contains("meeting abstract") || t.contains("conference abstract"))
        || [&fields.issue, &fields.volume]
            .into_iter()
            .flatten()
            .any(|t| t.to_lowercase().contains("meeting"))
        || (supplement
            && pages.start.is_some()
            && pages.end.is_none_or(|e| Some(e) == pages.start));
    let preprint = journal.preprint
        || types().any(|t| t == "preprint")
        || (record.journal.is_none() && doi.as_deref().is_some_and(preprint_doi));
    let thesis = record.publication == Some(Publication::Thesis)
        || types().any(|t| t.contains("thesis") || t.contains("dissertation"));
    let registry = registry::read(record);
    let mut repairs = fields.repairs;
    if authors.glued {
        repairs.push(Repair {
            field: "authors",
            what: "names that were run together were parted",
        });
    }
    let rare = Rare {
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
        cites: record
            .title
            .as_deref()
            .and_then(|title| citation(without_remarks(title))),
        repairs: repairs.into(),
    };
    let mut prepared = Prepared {
        kind: if registry.entry {
            RecordKind::Trial
        } else {
            record.kind
        },
        notice,
        cited,
        year: fields.year,
        issn: issns(&record.issn),
        pmid: record.pmid.as_ref().map(|p| p.as_str().into()),
        registry: registry.numbers,
        own: registry.own,
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
        thesis,
        rare: rare.filled(),
        identity: 0,
    };
    prepared.identity = identity(&prepared);
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
    let whole = without_remarks(main);
    if (notice || whole.contains(';'))
        && let Some(subject) = subject(whole)
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
/// With it, whether only a citation says so.
fn notice(record: &Record, titles: &[Title]) -> (Notice, bool) {
    let said = titles.iter().map(|t| t.notice).max().unwrap_or_default();
    if said != Notice::None {
        return (said, false);
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
        .is_some_and(|t| citation(without_remarks(t)).is_some());
    let typed = if has("erratum") || has("correction") {
        Notice::Erratum
    } else if has("retraction of publication") || has("retraction notice") {
        Notice::Retraction
    } else if has("expression of concern") {
        Notice::Concern
    } else {
        Notice::None
    };
    if typed == Notice::None && cites {
        (Notice::Erratum, true)
    } else {
        (typed, false)
    }
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

fn identity(p: &Prepared) -> u64 {
    let Some(title) = p.titles.first() else {
        return 0;
    };
    let id = |t: &Option<Box<str>>| hash(t.as_deref().unwrap_or_default().as_bytes());
    let number = |n: Option<u64>| n.map_or(0, |n| mix(n ^ 1));
    let page = |n: Option<u32>| number(n.map(u64::from));
    let parts = [
        hash(title.text.as_bytes()),
        number(title.letter.map(u64::from)),
        u64::from(p.kind == RecordKind::Trial),
        hash(p.authors.first.as_bytes()),
        u64::from(p.year.unwrap_or(0)),
        hash(p.journal.first().as_bytes()),
        number(p.volume.value),
        u64::from(p.volume.supplement),
        page(p.pages.start),
        page(p.pages.end),
        number(p.pages.letter.map(|c| u64::from(u32::from(c)))),
        number(p.pages.locator),
        u64::from(p.pages.dated),
        id(&p.doi),
        id(&p.pmid),
        number(p.own),
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
        .chain(p.registry.iter().copied())
        .chain(title.signs.numbers())
        .fold(1, |sum, part| mix(sum ^ part))
}
