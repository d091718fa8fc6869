//! How far people agreed, before they saw each other's votes.
//!
//! Taken from reports that are settled in a phase, so that nothing of an open vote is told; of each of
//! them the votes that settled it or made it a conflict, never an adjudicator's. A report that a lead
//! reopened was judged by people who may have seen more than the report, and is left out. "Unsure" goes forward
//! as "include" does, and counts as one. By phase, over the whole review and for each version: a report is
//! of the version whose state was frozen first after it was settled.
//!
//! The [Cochrane Handbook](https://training.cochrane.org/handbook) (version 5.1, 7.2.6) does not ask for
//! κ; it is most use in a pilot, and why people differ says more than how often.

mod shown;
pub mod statistics;
mod value;

pub use shown::percent;
pub use statistics::{Kappa, LEAST, Pair, Several};
pub use value::value;

use crate::model::{Choice, EventSeq, PersonId, Phase, RecordId};
use crate::store::read::{Version, VoteRow};
use crate::store::{Reader, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// The agreement in a review.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Agreement {
    /// By phase; in each the whole review first, then its versions where it has more than one part.
    pub strata: Vec<Stratum>,
    /// Settled reports that are left out because a lead reopened them.
    pub reopened: u64,
}

/// What is compared at once.
#[derive(Debug, Clone, PartialEq)]
pub struct Stratum {
    /// Title and abstract, or full text.
    pub phase: Phase,
    /// Which part of the review.
    pub part: Part,
    /// Settled reports that at least two people voted on.
    pub reports: u64,
    /// Every two people who voted on the same reports, in the order of their numbers.
    pub pairs: Vec<Between>,
    /// All people together, where more than two voted.
    pub several: Option<Several>,
}

/// A part of the review.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// All of it.
    Whole,
    /// What was settled for a version.
    Version(String),
    /// What was settled since the last one.
    Since,
}

/// Two people, over the reports that both voted on.
#[derive(Debug, Clone, PartialEq)]
pub struct Between {
    /// Who stands in the rows, and who in the columns.
    pub people: [PersonId; 2],
    /// Include and exclude; unsure is include.
    pub pair: Pair,
    /// Include, unsure and exclude, where somebody was unsure.
    pub three: Option<Pair>,
    /// Of the reports that both exclude, how often each reason was given, where reasons are.
    pub reasons: Vec<Reason>,
    /// The reports on which one is for and the other against, as they were found.
    pub differ: Vec<Differing>,
}

/// A report on which two people differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// The report.
    pub report: RecordId,
    /// What each of the two said.
    pub decisions: [Choice; 2],
}

/// How often two people gave a reason, of the reports that both exclude.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Its code.
    pub code: String,
    /// The first person.
    pub first: u32,
    /// The second person.
    pub second: u32,
    /// Both, on the same report.
    pub both: u32,
}

impl Reason {
    /// The share of what either gave that both gave: 2·both / (first + second).
    pub fn same(&self) -> f64 {
        2.0 * f64::from(self.both) / (f64::from(self.first) + f64::from(self.second))
    }
}

impl Between {
    /// What the coefficients say and what they cannot, in one sentence.
    pub fn sentence(&self) -> String {
        let pair = &self.pair;
        let cell = |i: usize| pair.table.get(i).and_then(|row| row.get(i)).copied();
        let (Some(observed), Some(expected)) = (pair.observed, pair.expected) else {
            return "No report was judged by both.".into();
        };
        if pair.n < LEAST {
            return format!(
                "{} judged by both: too few for a coefficient, which needs {LEAST}.",
                crate::model::many(pair.n.into(), "report", "reports")
            );
        }
        let Some(kappa) = pair.kappa else {
            return "Both chose one decision throughout: κ is not defined.".into();
        };
        let chance = percent(expected);
        if expected < SKEWED || kappa.value >= HIGH {
            return format!("Two people guessing at these rates would agree on {chance}.");
        }
        let (included, excluded) = (cell(0).unwrap_or(0), cell(1).unwrap_or(0));
        let (word, n) = if included < excluded {
            ("included", included)
        } else {
            ("excluded", excluded)
        };
        format!(
            "Few are {word} ({n} of {} by both): two people guessing at these rates would agree on {chance}, \
             so κ stays modest while {} agree. AC1 is the fairer guide.",
            pair.n,
            percent(observed)
        )
    }
}

/// From this expected agreement on, κ is low whatever people do.
const SKEWED: f64 = 0.75;

/// A κ that is high all the same ("excellent" in the Handbook).
const HIGH: f64 = 0.75;

/// The votes of one settled report.
struct Judged {
    report: RecordId,
    part: usize,
    votes: Vec<VoteRow>,
}

/// The agreement in the review as the reader sees it.
pub fn agreement(reader: Reader<'_>) -> Result<Agreement, StoreError> {
    let versions = reader.versions()?;
    let mut votes = votes(reader)?;
    let mut out = Agreement::default();
    let mut by_phase: BTreeMap<Phase, Vec<Judged>> = BTreeMap::new();
    let mut reopened = BTreeSet::new();
    for report in reader.reports()? {
        let all = votes.remove(&report.id).unwrap_or_default();
        for phase in [Phase::TitleAbstract, Phase::FullText] {
            if !report.place.is_settled(phase) {
                continue;
            }
            let now: Vec<VoteRow> = all.iter().filter(|v| v.phase == phase).cloned().collect();
            let settled = now.iter().map(|vote| vote.seq).max();
            let first: Vec<VoteRow> = now.into_iter().filter(|vote| !vote.settles).collect();
            let (Some(settled), true) = (settled, first.len() > 1) else {
                continue;
            };
            if report.reopened {
                reopened.insert(report.id);
                continue;
            }
            let judged = Judged {
                report: report.id,
                part: part_of(&versions, settled),
                votes: first,
            };
            by_phase.entry(phase).or_default().push(judged);
        }
    }
    out.reopened = reopened.len() as u64;
    for (phase, judged) in by_phase {
        let all: Vec<&Judged> = judged.iter().collect();
        out.strata.push(stratum(phase, Part::Whole, &all));
        let parts: BTreeSet<usize> = judged.iter().map(|one| one.part).collect();
        if parts.len() < 2 {
            continue;
        }
        for part in parts {
            let these: Vec<&Judged> = judged.iter().filter(|one| one.part == part).collect();
            let name = versions.get(part).map(|version| version.name.clone());
            let name = name.map_or(Part::Since, Part::Version);
            out.strata.push(stratum(phase, name, &these));
        }
    }
    Ok(out)
}

/// The votes in force, by report.
fn votes(reader: Reader<'_>) -> Result<BTreeMap<RecordId, Vec<VoteRow>>, StoreError> {
    let mut all = reader.unblinded().votes_by_report()?;
    for votes in all.values_mut() {
        let mut last: Vec<VoteRow> = Vec::new();
        for vote in votes
            .drain(..)
            .filter(|vote| vote.counts() && vote.round == 0)
        {
            last.retain(|known| {
                let same = known.person == vote.person && known.phase == vote.phase;
                !same || known.settles != vote.settles
            });
            last.push(vote);
        }
        *votes = last;
    }
    Ok(all)
}

/// The place of the version that a report belongs to which was settled by this event; behind the last
/// one for what was settled since.
fn part_of(versions: &[Version], settled: EventSeq) -> usize {
    let found = versions.iter().position(|version| settled <= version.upto);
    found.unwrap_or(versions.len())
}

/// The decision as a category: include, unsure, exclude.
fn category(choice: Choice) -> usize {
    match choice {
        Choice::Include | Choice::Retrieved => 0,
        Choice::Unsure => 1,
        Choice::Exclude | Choice::NotRetrieved => 2,
    }
}

fn stratum(phase: Phase, part: Part, judged: &[&Judged]) -> Stratum {
    let mut between: BTreeMap<[PersonId; 2], Vec<(&VoteRow, &VoteRow)>> = BTreeMap::new();
    let mut differ: BTreeMap<[PersonId; 2], Vec<Differing>> = BTreeMap::new();
    let mut people = BTreeSet::new();
    let mut rows = Vec::new();
    for of in judged {
        let mut row = vec![0_u32; 2];
        for vote in &of.votes {
            people.insert(vote.person);
            // Unsure goes forward.
            if let Some(cell) = row.get_mut(usize::from(category(vote.choice) == 2)) {
                *cell += 1;
            }
        }
        rows.push(row);
        for a in &of.votes {
            for b in of.votes.iter().filter(|b| b.person > a.person) {
                let people = [a.person, b.person];
                between.entry(people).or_default().push((a, b));
                let decisions = [a.choice, b.choice];
                let [one, other] = decisions.map(|choice| category(choice) == 2);
                if one != other {
                    differ.entry(people).or_default().push(Differing {
                        report: of.report,
                        decisions,
                    });
                }
            }
        }
    }
    let several = people.len() > 2;
    let people = u32::try_from(people.len()).unwrap_or(u32::MAX);
    Stratum {
        phase,
        part,
        reports: judged.len() as u64,
        pairs: between
            .into_iter()
            .map(|(people, votes)| Between {
                differ: differ.remove(&people).unwrap_or_default(),
                ..compared(people, &votes)
            })
            .collect(),
        several: several.then(|| Several::of(people, &rows)),
    }
}

fn compared(people: [PersonId; 2], votes: &[(&VoteRow, &VoteRow)]) -> Between {
    let categories = || {
        let all = votes.iter();
        all.map(|(a, b)| (category(a.choice), category(b.choice)))
    };
    let forward = |k: usize| usize::from(k == 2);
    let unsure = categories().any(|(a, b)| a == 1 || b == 1);
    let mut reasons: BTreeMap<&str, [u32; 3]> = BTreeMap::new();
    let excluded = |vote: &VoteRow| vote.choice == Choice::Exclude;
    for (a, b) in votes.iter().filter(|(a, b)| excluded(a) && excluded(b)) {
        for (vote, place) in [(a, 0), (b, 1)] {
            let Some(reason) = &vote.reason else { continue };
            let counts = reasons.entry(reason).or_default();
            if let Some(count) = counts.get_mut(place) {
                *count += 1;
            }
            let [_, _, both] = counts;
            *both += u32::from(place == 0 && a.reason == b.reason);
        }
    }
    Between {
        people,
        pair: Pair::rated(2, categories().map(|(a, b)| (forward(a), forward(b)))),
        three: unsure.then(|| Pair::rated(3, categories())),
        reasons: reasons
            .into_iter()
            .map(|(code, [first, second, both])| Reason {
                code: code.to_owned(),
                first,
                second,
                both,
            })
            .collect(),
        differ: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn between(table: [[u32; 2]; 2]) -> Between {
        Between {
            people: [PersonId(1), PersonId(2)],
            pair: Pair::of(table.iter().map(|row| row.to_vec()).collect()),
            three: None,
            reasons: Vec::new(),
            differ: Vec::new(),
        }
    }

    #[test]
    fn the_sentence_says_what_chance_would_do() {
        assert_eq!(
            between([[5, 3], [2, 135]]).sentence(),
            "Few are included (5 of 145 by both): two people guessing at these rates would agree on 90.2 %, \
             so κ stays modest while 96.6 % agree. AC1 is the fairer guide."
        );
        assert!(
            between([[135, 3], [2, 5]])
                .sentence()
                .starts_with("Few are excluded (5 of 145")
        );
        assert_eq!(
            between([[20, 5], [10, 15]]).sentence(),
            "Two people guessing at these rates would agree on 50.0 %."
        );
        assert_eq!(
            between([[1, 0], [0, 0]]).sentence(),
            "1 report judged by both: too few for a coefficient, which needs 10."
        );
        assert_eq!(
            between([[0, 0], [0, 30]]).sentence(),
            "Both chose one decision throughout: κ is not defined."
        );
        assert_eq!(
            between([[0, 0], [0, 0]]).sentence(),
            "No report was judged by both."
        );
    }

    #[test]
    fn reasons_are_compared_on_what_both_exclude() {
        let vote = |person, choice, reason: &str| VoteRow {
            seq: EventSeq(1),
            at: String::new(),
            phase: Phase::FullText,
            person: PersonId(person),
            choice,
            reason: (!reason.is_empty()).then(|| reason.to_owned()),
            note: None,
            settles: false,
            undone: false,
            later: false,
            let_go: false,
            round: 0,
        };
        let pairs = [
            (
                vote(1, Choice::Exclude, "design"),
                vote(2, Choice::Exclude, "design"),
            ),
            (
                vote(1, Choice::Exclude, "design"),
                vote(2, Choice::Exclude, "comparator"),
            ),
            (
                vote(1, Choice::Include, ""),
                vote(2, Choice::Exclude, "design"),
            ),
            (vote(1, Choice::Unsure, ""), vote(2, Choice::Include, "")),
        ];
        let votes: Vec<(&VoteRow, &VoteRow)> = pairs.iter().map(|(a, b)| (a, b)).collect();
        let found = compared([PersonId(1), PersonId(2)], &votes);
        assert_eq!(found.pair.table, [[1, 1], [0, 2]]);
        assert_eq!(found.three.as_ref().map(|three| three.n), Some(4));
        let counts: Vec<(&str, u32, u32, u32)> = found
            .reasons
            .iter()
            .map(|one| (one.code.as_str(), one.first, one.second, one.both))
            .collect();
        assert_eq!(counts, [("comparator", 0, 1, 0), ("design", 2, 1, 1)]);
        assert!((found.reasons[1].same() - 2.0 / 3.0).abs() < 1e-12);
    }
}
