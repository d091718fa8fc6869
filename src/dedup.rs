//! Deduplication: which records are one publication, which are related, and what people must see.
//!
//! Takes records (new ones and those already clustered into reports) and people's verdicts; gives
//! the joins that build the clusters, relations that are not duplicates (an erratum and its paper,
//! versions, a conference abstract and its paper) and a short queue of uncertain pairs. Pure: no
//! clock, no store, and the order of the input changes nothing.
//!
//! The order of work is the order of the modules: `normalise` prepares each record once,
//! `block` finds candidate pairs, `compare` says what agrees, is unknown or conflicts,
//! `decide` applies named vetoes and rules, `cluster` joins the strongest first while testing
//! every veto between all members, `relate` links what must not be merged.
//!
//! The costs are not symmetric (Bramer 2016, doi 10.3163/1536-5050.104.3.014; Hair 2023, doi
//! 10.1186/s12915-023-01686-z): a wrongly merged record is a trial lost to the review, a missed
//! copy costs a reviewer a minute. Only duplicates are merged; PRISMA 2020 counts them once.

mod block;
mod cluster;
mod compare;
mod decide;
mod explain;
mod normalise;
mod parallel;
mod pool;
mod relate;
#[cfg(test)]
mod tests;

use crate::model::{Record, RecordId};
use cluster::{Clusters, Refused};
use decide::Decision;
use normalise::Prepared;
use std::collections::{BTreeMap, BTreeSet};

pub use block::{Key, Keys};
pub use explain::{Explanation, Field, Judgement, Mended, explain};
pub use pool::Pool;

/// The version of rules and vetoes, logged with every decision.
pub const RULES_VERSION: &str = "3";

/// One record in the pool.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// Its permanent id.
    pub id: RecordId,
    /// What the source returned.
    pub record: &'a Record,
    /// The source it came from; an issue column that is a running number is known by source.
    pub source: &'a str,
    /// Not yet deduplicated: pairs of two old records are never compared.
    pub new: bool,
}

/// What a person decided on two records; outranks every rule. The last one on a pair counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// One record of the pair.
    pub a: RecordId,
    /// The other record of the pair.
    pub b: RecordId,
    /// Whether they are one publication.
    pub same: bool,
}

/// A step in building the clusters, in the order applied.
#[derive(Debug, Clone, PartialEq)]
pub struct Join {
    /// The record with the lower id.
    pub a: RecordId,
    /// The other record of the pair.
    pub b: RecordId,
    /// The rule that accepted, or `verdict`.
    pub rule: &'static str,
    /// How much agrees, 0 to 1.
    pub score: f64,
}

/// How two publications that are not one are related.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationKind {
    /// Versions of one work: a Cochrane update, a preprint and its article.
    Version,
    /// An erratum, comment, reply, retraction or expression of concern and its paper.
    NoticeOf,
    /// A conference abstract and the paper on the same study; a protocol and what came of it.
    ReportOf,
    /// Two reports of one study: they name the same number of a trial register.
    SameStudy,
}

impl RelationKind {
    /// The word of the log and of JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Version => "version",
            Self::NoticeOf => "notice-of",
            Self::ReportOf => "report-of",
            Self::SameStudy => "same-study",
        }
    }
}

/// A link between two publications that stay apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// The notice, the later version, the abstract.
    pub from: RecordId,
    /// The paper; the earlier version.
    pub to: RecordId,
    /// How they are related.
    pub kind: RelationKind,
    /// What says so, for people.
    pub why: String,
}

/// A pair that a person should look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Uncertain {
    /// The record with the lower id.
    pub a: RecordId,
    /// The other record of the pair.
    pub b: RecordId,
    /// How much agrees, 0 to 1.
    pub score: f64,
    /// What kept the rules from deciding.
    pub why: String,
}

/// What deduplication found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Exactly the edges that build the clusters, in the order applied.
    pub joins: Vec<Join>,
    /// Links between publications that stay apart.
    pub relations: Vec<Relation>,
    /// Pairs for people, the likeliest first.
    pub queue: Vec<Uncertain>,
}

/// What two records say of each other in one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Both have a value and the values agree.
    Agree,
    /// A value is missing, or the values cannot be compared.
    Unknown,
    /// Both have a value and the values differ.
    Conflict,
}

impl Sign {
    /// The word of the log and of JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Unknown => "unknown",
            Self::Conflict => "conflict",
        }
    }
}

/// Finds duplicates, relations and uncertain pairs.
///
/// `clusters` is the present report of each old record, so that vetoes are tested between all
/// members when clusters join.
///
/// ```
/// use perennial::dedup::{Entry, deduplicate};
/// use perennial::model::{Pmid, Record, RecordId};
/// let record = Record {
///     title: Some("Daratumumab plus lenalidomide and dexamethasone".into()),
///     pmid: Pmid::parse("32001798").ok(),
///     ..Record::default()
/// };
/// let entry = |id| Entry { id: RecordId(id), record: &record, source: "pubmed", new: true };
/// let outcome = deduplicate(&[entry(1), entry(2)], &Default::default(), &[]);
/// assert_eq!(outcome.joins[0].rule, "same-pmid");
/// ```
pub fn deduplicate(
    entries: &[Entry<'_>],
    clusters: &BTreeMap<RecordId, RecordId>,
    verdicts: &[Verdict],
) -> Outcome {
    let mut pool = Pool::default();
    pool.add(entries);
    pool.deduplicate(clusters, verdicts)
}

/// A candidate pair that a rule accepted or a person should see.
struct Pair {
    rank: usize,
    score: f64,
    places: (usize, usize),
    rule: &'static str,
    /// The two members whose veto refused the join of their clusters.
    between: Option<(usize, usize)>,
}

/// What the comparison of one candidate pair leads to.
enum Step {
    Pair(Pair),
    Related(relate::Found),
}

/// One deduplication at work; records are known by their place in the order of ids.
struct Run {
    ids: Vec<RecordId>,
    new: Vec<bool>,
    records: Vec<Prepared>,
    clusters: Clusters,
    outcome: Outcome,
    queue: Vec<Pair>,
}

impl Run {
    fn new(pool: Pool, reports: &BTreeMap<RecordId, RecordId>, verdicts: &[Verdict]) -> Self {
        let Pool {
            ids, new, records, ..
        } = pool;
        let place = |id: RecordId| ids.binary_search(&id).ok();
        let mut last: BTreeMap<(usize, usize), bool> = BTreeMap::new();
        for verdict in verdicts {
            if let (Some(a), Some(b)) = (place(verdict.a), place(verdict.b)) {
                last.insert((a.min(b), a.max(b)), verdict.same);
            }
        }
        let apart: BTreeSet<_> = last
            .iter()
            .filter(|(_, same)| !**same)
            .map(|(p, _)| *p)
            .collect();
        let mut run = Self {
            clusters: Clusters::new(ids.len(), apart),
            ids,
            new,
            records,
            outcome: Outcome::default(),
            queue: Vec::new(),
        };
        let classes = run.records.iter().map(Prepared::class).collect();
        run.clusters.classify(classes);
        run.keep_reports(reports);
        for ((a, b), _) in last.iter().filter(|(_, same)| **same) {
            run.obey(*a, *b);
        }
        run
    }

    /// Old records stay in their reports.
    fn keep_reports(&mut self, reports: &BTreeMap<RecordId, RecordId>) {
        let mut first: BTreeMap<RecordId, usize> = BTreeMap::new();
        if reports.is_empty() {
            return;
        }
        for place in 0..self.ids.len() {
            let Some(report) = self.ids.get(place).and_then(|id| reports.get(id)) else {
                continue;
            };
            match first.get(report) {
                Some(other) => self.clusters.unite(*other, place),
                None => {
                    first.insert(*report, place);
                }
            }
        }
    }

    /// A person said that two records are one; only another person's "not the same" stops it.
    fn obey(&mut self, a: usize, b: usize) {
        match self.clusters.join(a, b, |_, _| None) {
            Ok(()) => self.joined(a, b, "verdict", 1.0),
            Err(Refused::Together) => {}
            Err(Refused::Verdict | Refused::Veto(..)) => self.queue.push(Pair {
                rank: 0,
                score: 1.0,
                places: (a, b),
                rule: "verdicts contradict each other",
                between: None,
            }),
        }
    }

    fn joined(&mut self, a: usize, b: usize, rule: &'static str, score: f64) {
        if let (Some(x), Some(y)) = (self.ids.get(a), self.ids.get(b)) {
            self.outcome.joins.push(Join {
                a: *x.min(y),
                b: *x.max(y),
                rule,
                score,
            });
        }
    }

    fn finish(mut self) -> Outcome {
        let steps = self.steps();
        let mut accepted = Vec::new();
        let mut found = Vec::new();
        for step in steps {
            match step {
                Step::Related(relation) => found.push(relation),
                Step::Pair(pair) if pair.rank == usize::MAX => self.queue.push(pair),
                Step::Pair(pair) => accepted.push(pair),
            }
        }
        self.join_all(accepted);
        self.fill_queue();
        self.outcome.relations = relate::relations(
            &self.ids,
            &self.new,
            &self.records,
            found,
            &mut self.clusters,
        );
        let of_one_study = relate::of_one_study(
            &self.ids,
            &self.new,
            &self.records,
            &self.outcome.relations,
            &mut self.clusters,
        );
        self.outcome.relations.extend(of_one_study);
        self.outcome
    }

    /// The old records that anything comes of.
    fn touched(mut self) -> BTreeSet<RecordId> {
        let steps = self.steps();
        let mut places = BTreeSet::new();
        let mut found = Vec::new();
        for step in steps {
            match step {
                Step::Pair(pair) => places.extend([pair.places.0, pair.places.1]),
                Step::Related(relation) => found.push(relation),
            }
        }
        let ids: Vec<RecordId> = places
            .iter()
            .filter_map(|at| self.ids.get(*at).copied())
            .collect();
        let related = relate::relations(
            &self.ids,
            &self.new,
            &self.records,
            found,
            &mut self.clusters,
        );
        let linked = related.iter().flat_map(|r| [r.from, r.to]);
        let old = |id: &RecordId| {
            let place = self.ids.binary_search(id).ok();
            place.is_some_and(|at| self.new.get(at) == Some(&false))
        };
        ids.into_iter().chain(linked).filter(old).collect()
    }

    /// Compares all candidate pairs.
    fn steps(&self) -> Vec<Step> {
        let candidates = block::candidates(&self.records, &self.new);
        parallel::chunks(&candidates, |part| {
            part.iter().filter_map(|pair| self.step(*pair)).collect()
        })
    }

    /// Compares one candidate pair.
    fn step(&self, (a, b): (u32, u32)) -> Option<Step> {
        let (a, b) = (usize::try_from(a).ok()?, usize::try_from(b).ok()?);
        let (x, y) = (self.records.get(a)?, self.records.get(b)?);
        let evidence = compare::compare(x, y);
        let decision = decide::decide(&evidence);
        let (rank, rule) = match decision {
            Decision::Same { rank, rule } => (rank, rule),
            Decision::Ask(_) | Decision::Vetoed(_) | Decision::Apart => {
                if let Some(relation) = relate::between((a, x), (b, y), &evidence) {
                    return Some(Step::Related(relation));
                }
                let Decision::Ask(why) = decision else {
                    return None;
                };
                (usize::MAX, why)
            }
        };
        Some(Step::Pair(Pair {
            rank,
            score: decide::score(&evidence),
            places: (a, b),
            rule,
            between: None,
        }))
    }

    /// Of two pairs as strong the content decides, not the order in which records came.
    fn content(&self, pair: &Pair) -> (u64, u64) {
        let of = |at: usize| self.records.get(at).map_or(0, |r| r.identity);
        let (a, b) = (of(pair.places.0), of(pair.places.1));
        (a.min(b), a.max(b))
    }

    fn join_all(&mut self, mut accepted: Vec<Pair>) {
        accepted.sort_by(|p, q| {
            p.rank
                .cmp(&q.rank)
                .then(q.score.total_cmp(&p.score))
                .then_with(|| self.content(p).cmp(&self.content(q)))
                .then(p.places.cmp(&q.places))
        });
        for pair in accepted {
            let (a, b) = pair.places;
            let records = &self.records;
            let veto = |x: usize, y: usize| {
                let (x, y) = (records.get(x)?, records.get(y)?);
                decide::veto_between(&compare::compare(x, y))
            };
            match self.clusters.join(a, b, veto) {
                Ok(()) => self.joined(a, b, pair.rule, pair.score),
                Err(Refused::Together | Refused::Verdict) => {}
                Err(Refused::Veto(x, y, name)) => self.queue.push(Pair {
                    rule: name,
                    between: Some((x.min(y), x.max(y))),
                    ..pair
                }),
            }
        }
    }

    /// One question per two clusters, the likeliest pair first.
    fn fill_queue(&mut self) {
        let mut queue = std::mem::take(&mut self.queue);
        queue.sort_by(|p, q| {
            q.score
                .total_cmp(&p.score)
                .then_with(|| self.content(p).cmp(&self.content(q)))
                .then_with(|| p.rule.cmp(q.rule))
                .then(p.places.cmp(&q.places))
        });
        let mut asked = BTreeSet::new();
        for pair in queue {
            let (a, b) = pair.places;
            let (x, y) = (self.clusters.root(a), self.clusters.root(b));
            let contradiction = pair.rule.starts_with("verdicts");
            if x == y
                || (self.clusters.held_apart(a, b) && !contradiction)
                || !asked.insert((x.min(y), x.max(y)))
            {
                continue;
            }
            if let (Some(x), Some(y)) = (self.ids.get(a), self.ids.get(b)) {
                let id = |place: usize| self.ids.get(place);
                let why = match pair.between.map(|(x, y)| (id(x), id(y))) {
                    Some((Some(x), Some(y))) => format!("{}, between {x} and {y}", pair.rule),
                    _ => pair.rule.to_owned(),
                };
                self.outcome.queue.push(Uncertain {
                    a: *x.min(y),
                    b: *x.max(y),
                    score: pair.score,
                    why,
                });
            }
        }
    }
}
