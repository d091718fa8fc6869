//! What a report is made of: every value that its pages, tables and files show.
//!
//! Takes the store's reader and a [`ReportInput`] (the workflow, its strategies, what waits for
//! whom); gives one value, from which the same bytes are made every time. Outside `waiting` it
//! holds no person's name, and of a phase that is not settled it holds neither votes nor who cast
//! them: "awaiting" does not tell a missing vote from a conflict ([`Standing`]).

mod agreement;
mod bias;
mod citation;
mod gather;
mod register;
mod searches;

pub use crate::workspace::Strategy;
pub use agreement::{AgreementView, BetweenView, StratumView};
pub use citation::Citation;
pub use gather::gather;

use crate::ledger::event::FileRef;
use crate::model::{Choice, Digest, EventSeq, Lane, PersonId, Phase, Place, RecordId, SourceKind};
use crate::prisma::Counts;
use crate::store::flow::Unit;
use crate::store::read::StudyRow;
use crate::workflow::{Criteria, Living, RemovalBox, Review, Workflow};
use std::collections::BTreeMap;

/// What a report needs beside the store.
#[derive(Debug, Clone)]
pub struct ReportInput<'a> {
    /// The workflow in force.
    pub workflow: &'a Workflow,
    /// The strategies of its sources.
    pub strategies: Vec<Strategy>,
    /// What waits for whom.
    pub waiting: Vec<Waiting>,
    /// The id of the review.
    pub review: &'a str,
    /// Trial data and results.
    pub results: super::Results,
    /// The name under which this report is published, while it is.
    pub publication: Option<String>,
    /// What is published, and what changed since.
    pub history: super::History,
}

/// Everything a report shows.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportData {
    /// What the review is.
    pub review: Review,
    /// What makes a report eligible.
    pub criteria: Criteria,
    /// How the review is kept up to date.
    pub living: Living,
    /// The last event that may be told, and its hash: no vote that is open came before it.
    pub head: (EventSeq, Digest),
    /// The time of that event.
    pub last_at: Option<String>,
    /// The protocol in force.
    pub protocol: Option<Protocol>,
    /// The counts of the flow.
    pub counts: Counts,
    /// Every count with its set, in the order of the flow.
    pub sets: Vec<CountSet>,
    /// What every study is called, by its number.
    pub study_labels: BTreeMap<u32, String>,
    /// The search runs, in order.
    pub searches: Vec<Search>,
    /// Declared sources that no run has searched.
    pub unsearched: Vec<SourceFacts>,
    /// Removals before screening, by rule.
    pub removals: Vec<RuleRemovals>,
    /// Reports excluded at full text, in the order of the reasons.
    pub excluded: Vec<Excluded>,
    /// Included studies; reports of no study yet stand last, each under `None`.
    pub studies: Vec<IncludedStudy>,
    /// Reports whose full text could not be had.
    pub not_retrieved: Vec<RecordId>,
    /// How many relations of each word link reports that are not the same.
    pub relations: Vec<(String, u64)>,
    /// What waits for whom.
    pub waiting: Vec<Waiting>,
    /// Pairs of records that wait for a person.
    pub pairs: Vec<Pair>,
    /// The traffic light of every result whose risk of bias is assessed.
    pub bias: Vec<crate::plot::Rob>,
    /// How far people agreed, over what is settled.
    pub agreement: AgreementView,
    /// Who looked at votes that were not settled, in order.
    pub unblinded: Vec<Unblinding>,
    /// Every report with its trail, in order.
    pub reports: Vec<Report>,
    /// Trial data and results.
    pub results: super::Results,
    /// The name under which this report is published, while it is.
    pub publication: Option<String>,
    /// What is published, and what changed since.
    pub history: super::History,
}

/// Somebody looked at votes that were not settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unblinding {
    /// The number of the event that says so.
    pub seq: EventSeq,
    /// When the log took it: UTC with milliseconds.
    pub at: String,
    /// The person's number.
    pub who: String,
    /// The command that showed them.
    pub command: String,
}

/// The workflow and query files in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protocol {
    /// The event that adopted them.
    pub seq: EventSeq,
    /// When the log took it: UTC with milliseconds.
    pub at: String,
    /// `workflow.toml`.
    pub workflow: FileRef,
    /// The query files.
    pub queries: Vec<FileRef>,
    /// How many protocols were adopted so far.
    pub adopted: u64,
}

/// A count and its set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountSet {
    /// The path that `explain` knows.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// How it is counted.
    pub rule: &'static str,
    /// The count: the size of the set.
    pub n: u64,
    /// The set: what each member is, and its number.
    pub members: Vec<(Unit, u32)>,
}

/// A source as the search appendix names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFacts {
    /// The source, as the workflow names it.
    pub name: String,
    /// Its kind, unless no workflow declares it.
    pub kind: Option<SourceKind>,
    /// The platform it is searched on.
    pub platform: Option<String>,
    /// What the workflow says of it.
    pub note: Option<String>,
}

/// One run of one strategy (PRISMA-S, items 1, 8, 13 and 15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The event that completed it.
    pub seq: EventSeq,
    /// When it was completed: for an export, when it was imported.
    pub at: String,
    /// The day of the search (PRISMA-S, item 13).
    pub day: String,
    /// The number of the run, from 1.
    pub run: u64,
    /// Why a person took records whose number differs from what the source reported.
    pub accepted: Option<String>,
    /// The source that was searched.
    pub source: SourceFacts,
    /// `eutils`, `ctgov`, `europepmc` or `file`.
    pub interface: String,
    /// The query file, where there is one.
    pub query: Option<FileRef>,
    /// The strategy as sent, where its bytes are at hand.
    pub strategy: Option<String>,
    /// The source's translation of the strategy.
    pub translation: Option<String>,
    /// The source's warnings.
    pub warnings: Vec<String>,
    /// Hits that the source reported.
    pub hits: Option<u64>,
    /// Records that the file itself declares.
    pub declared: Option<u64>,
    /// Records read from the answers.
    pub retrieved: u64,
    /// Ids the source returned that the store already had, not fetched again.
    pub skipped: u64,
    /// Records the source never gave before.
    pub new: u64,
    /// Records the source gave before, with other content.
    pub revised: u64,
    /// Records the source gave before, unchanged.
    pub known: u64,
    /// Problems of its files.
    pub problems: Vec<String>,
    /// Its archived answers, in the order in which they came.
    pub files: Vec<SearchFile>,
}

/// One archived answer of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchFile {
    /// `esearch`, `efetch` or `export`.
    pub role: String,
    /// The name of the answer or file.
    pub path: String,
    /// SHA-256 of its bytes, by which the archive knows it.
    pub digest: Digest,
    /// The reader and its version, where records were read from it.
    pub parser: Option<String>,
}

/// What one rule removed before screening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRemovals {
    /// The name of the rule in the workflow.
    pub rule: String,
    /// The box of the flow.
    pub to: RemovalBox,
    /// What it is for, in the words of the workflow.
    pub description: Option<String>,
    /// The reports with the evidence that matched.
    pub reports: Vec<(RecordId, String)>,
}

/// A report excluded at full text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excluded {
    /// The report that was excluded.
    pub report: RecordId,
    /// The lane it was found in.
    pub lane: Lane,
    /// The primary reason as people read it.
    pub reason: String,
    /// The code of that reason; empty where none was given.
    pub code: String,
}

/// A study with its included reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncludedStudy {
    /// The study; absent for an included report that belongs to none yet.
    pub study: Option<StudyRow>,
    /// Its included reports.
    pub reports: Vec<RecordId>,
}

/// What waits for one person, by kind of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The person, by name.
    pub who: String,
    /// What, and how much of it.
    pub what: Vec<(String, u64)>,
}

impl From<crate::screen::Work> for Waiting {
    /// Only what there is of it, in the order of the flow, and nothing that follows from votes or
    /// values that are not settled: a report is read by those who vote.
    fn from(work: crate::screen::Work) -> Self {
        let all = [
            (work.pairs, "uncertain pair", "uncertain pairs"),
            (work.retrieval, "report to retrieve", "reports to retrieve"),
        ];
        let some = all.into_iter().filter(|(n, ..)| *n > 0);
        Self {
            who: work.person,
            what: some
                .map(|(n, one, several)| (if n == 1 { one } else { several }.to_owned(), n))
                .collect(),
        }
    }
}

/// Two records of which a person must say whether they are one report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The earlier record and its report.
    pub a: (RecordId, RecordId),
    /// The later record and its report.
    pub b: (RecordId, RecordId),
    /// Their titles, in the same order.
    pub titles: (String, String),
    /// The score, a decimal.
    pub score: String,
    /// What stopped the rules.
    pub why: String,
}

/// A report with its trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The id by which people and `explain` name it.
    pub id: RecordId,
    /// "Attal 2019".
    pub label: String,
    /// What its primary record says of it, and what that lacks from its other records.
    pub citation: Citation,
    /// The lane it counts in.
    pub lane: Lane,
    /// Where it is, as far as it may be told.
    pub standing: Standing,
    /// The reason of its exclusion at full text, as people read it.
    pub reason: Option<String>,
    /// Whether the lead reopened a settled phase.
    pub reopened: bool,
    /// Its records, in order.
    pub records: Vec<RecordEntry>,
    /// The joins that made them one report: earlier, later, rule, score.
    pub joins: Vec<(RecordId, RecordId, String, String)>,
    /// Its removal before screening.
    pub removal: Option<RemovalEntry>,
    /// The settled phases.
    pub phases: Vec<Settled>,
    /// The studies that it belongs to; empty before it is included.
    pub studies: Vec<StudyRow>,
}

impl Report {
    /// The title, or that there is none.
    pub fn title(&self) -> &str {
        self.citation.title()
    }

    /// What people noted when they included it on its full text, each note once.
    pub fn inclusion_notes(&self) -> Vec<&str> {
        let mut notes = Vec::new();
        let full_text = self
            .phases
            .iter()
            .filter(|settled| settled.phase == Phase::FullText);
        for vote in full_text.flat_map(|settled| &settled.votes) {
            if let (false, Choice::Include, Some(note)) = (vote.undone, vote.choice, &vote.note)
                && !notes.contains(&note.as_str())
            {
                notes.push(note);
            }
        }
        notes
    }
}

/// A record of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordEntry {
    /// The number that it keeps for ever.
    pub id: RecordId,
    /// The source that gave it.
    pub source: String,
    /// The id the source gives.
    pub key: String,
    /// The run that found it.
    pub run: u64,
    /// The event that received it, and when.
    pub seq: EventSeq,
    /// When the log took it: UTC with milliseconds.
    pub at: String,
    /// The archived bytes of its content in force.
    pub archive: Option<Digest>,
    /// Its number in them.
    pub n: u64,
    /// How many contents the source gave for it.
    pub revisions: usize,
    /// What it says.
    pub citation: Citation,
}

/// How a report was removed before screening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemovalEntry {
    /// The name of the rule in the workflow.
    pub rule: String,
    /// The evidence that matched.
    pub evidence: String,
    /// The number of the event that says so.
    pub seq: EventSeq,
    /// When the log took it: UTC with milliseconds.
    pub at: String,
}

/// A phase that is settled, with its votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The phase that is settled.
    pub phase: Phase,
    /// Whether the report went on.
    pub forward: bool,
    /// The votes, in log order.
    pub votes: Vec<CastVote>,
}

impl Settled {
    /// How many people's votes are in force.
    pub fn people(&self) -> usize {
        let people = self.votes.iter().filter(|vote| !vote.undone);
        people
            .map(|vote| vote.person)
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    }
}

/// A vote in a settled phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CastVote {
    /// The number of the event that says so.
    pub seq: EventSeq,
    /// When the log took it: UTC with milliseconds.
    pub at: String,
    /// By whom, a pseudonymous id.
    pub person: PersonId,
    /// What the person is called; the id where the name was erased.
    pub name: String,
    /// The decision.
    pub choice: Choice,
    /// The reason as people read it.
    pub reason: Option<String>,
    /// What the person noted.
    pub note: Option<String>,
    /// Whether it settled a disagreement.
    pub settles: bool,
    /// Whether it was taken back.
    pub undone: bool,
}

/// Where a report is, as far as it may be told: [`Place`] without what unsettled votes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Not yet compared, or not yet looked at by the rules.
    BeforeScreening,
    /// Removed before screening.
    Removed,
    /// Title and abstract are not settled.
    TitleAbstract,
    /// Excluded on title and abstract.
    TitleExcluded,
    /// Awaits retrieval.
    Retrieval,
    /// Not retrieved.
    NotRetrieved,
    /// The full text is not settled.
    FullText,
    /// Excluded at full text.
    FullTextExcluded,
    /// Included.
    Included,
}

impl Standing {
    /// What may be told of a place.
    pub fn of(place: Place) -> Self {
        match place {
            Place::Compare | Place::Filter => Self::BeforeScreening,
            Place::Removed => Self::Removed,
            Place::TitleOpen | Place::TitleConflict => Self::TitleAbstract,
            Place::TitleExcluded => Self::TitleExcluded,
            Place::RetrievalOpen => Self::Retrieval,
            Place::NotRetrieved => Self::NotRetrieved,
            Place::FulltextOpen | Place::FulltextConflict => Self::FullText,
            Place::FulltextExcluded => Self::FullTextExcluded,
            Place::Included => Self::Included,
        }
    }

    /// What people read.
    pub fn words(self) -> &'static str {
        match self {
            Self::BeforeScreening => "Awaiting screening",
            Self::Removed => "Removed before screening",
            Self::TitleAbstract => "Awaiting title and abstract decisions",
            Self::TitleExcluded => "Excluded on title and abstract",
            Self::Retrieval => "Awaiting retrieval",
            Self::NotRetrieved => "Not retrieved",
            Self::FullText => "Awaiting full-text decisions",
            Self::FullTextExcluded => "Excluded at full text",
            Self::Included => "Included",
        }
    }

    /// The word of tables and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::BeforeScreening => "before-screening",
            Self::Removed => "removed",
            Self::TitleAbstract => "title-abstract-pending",
            Self::TitleExcluded => "title-abstract-excluded",
            Self::Retrieval => "retrieval-pending",
            Self::NotRetrieved => "not-retrieved",
            Self::FullText => "full-text-pending",
            Self::FullTextExcluded => "full-text-excluded",
            Self::Included => "included",
        }
    }
}

impl ReportData {
    /// The report with this id.
    pub fn report(&self, id: RecordId) -> Option<&Report> {
        let at = self.reports.binary_search_by_key(&id, |report| report.id);
        at.ok().and_then(|at| self.reports.get(at))
    }

    /// Whether people's work is open: in the flow, a pair that may be one report, or trial data.
    pub fn is_provisional(&self) -> bool {
        self.counts.provisional || !self.pairs.is_empty() || self.results.waits.is_some()
    }

    /// The day of the last search.
    pub fn searched_to(&self) -> Option<&str> {
        self.searches.iter().map(|search| search.day.as_str()).max()
    }
}

/// The day of a point in time as the log writes it.
pub fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

impl ReportData {
    /// Leaves out the numbers of events after the last that may be told: they tell how many votes
    /// came between. 0 stands for a number that is not told.
    pub(super) fn hide_numbers(mut self) -> Self {
        let last = self.head.0;
        let hide = |seq: &mut EventSeq| {
            if *seq > last {
                *seq = EventSeq(0);
            }
        };
        for report in &mut self.reports {
            report.records.iter_mut().for_each(|x| hide(&mut x.seq));
            report.removal.iter_mut().for_each(|x| hide(&mut x.seq));
            let votes = report.phases.iter_mut().flat_map(|phase| &mut phase.votes);
            votes.for_each(|x| hide(&mut x.seq));
        }
        self.searches.iter_mut().for_each(|x| hide(&mut x.seq));
        self.protocol.iter_mut().for_each(|x| hide(&mut x.seq));
        self.unblinded.iter_mut().for_each(|x| hide(&mut x.seq));
        for doubt in &mut self.history.doubts {
            if doubt.seq > last.0 {
                doubt.seq = 0;
            }
        }
        self
    }
}

/// A point in time to the minute: `2025-07-01 09:00Z`.
pub fn minute(at: &str) -> String {
    match (at.get(..10), at.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time}Z"),
        _ => at.to_owned(),
    }
}
