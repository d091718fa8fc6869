//! What waits for whom, and what a reviewer may see.

use super::ScreenError;
use crate::model::{Choice, Phase, Place, RecordId, Role};
use crate::store::Reader;
use crate::store::read::{Cast, Person};

/// What waits for one person.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Work {
    /// The person, by name.
    pub person: String,
    /// Titles and abstracts without this person's vote.
    pub title_abstract: u64,
    /// Reports to retrieve.
    pub retrieval: u64,
    /// Full texts without this person's vote.
    pub full_text: u64,
    /// Disagreements that were given back, on which this person votes once more.
    pub discussions: u64,
    /// Disagreements that this person may settle.
    pub conflicts: u64,
    /// Uncertain pairs that this person may decide.
    pub pairs: u64,
    /// Included studies of which nobody entered data; counted by the extract stage.
    pub studies: u64,
    /// Values that others entered and this person has to enter too.
    pub values: u64,
    /// Values that differ, which this person may settle.
    pub differing: u64,
}

impl Work {
    /// Everything that waits.
    pub fn total(&self) -> u64 {
        self.screening() + self.pairs + self.extraction()
    }

    /// Every kind of work in the order of the flow: how much waits, and what one and several are
    /// called.
    pub fn parts(&self) -> [(u64, &'static str, &'static str); 9] {
        [
            (self.pairs, "uncertain pair", "uncertain pairs"),
            (
                self.title_abstract,
                "title and abstract",
                "titles and abstracts",
            ),
            (self.retrieval, "report to retrieve", "reports to retrieve"),
            (self.full_text, "full text", "full texts"),
            (
                self.discussions,
                "report to vote on once more",
                "reports to vote on once more",
            ),
            (
                self.conflicts,
                "disagreement to settle",
                "disagreements to settle",
            ),
            (
                self.studies,
                "study to extract data of",
                "studies to extract data of",
            ),
            (
                self.values,
                "value to enter a second time",
                "values to enter a second time",
            ),
            (
                self.differing,
                "value that differs to settle",
                "values that differ to settle",
            ),
        ]
    }

    /// What waits in screening.
    pub fn screening(&self) -> u64 {
        self.title_abstract + self.retrieval + self.full_text + self.discussions + self.conflicts
    }

    /// What waits in the extraction of data.
    pub fn extraction(&self) -> u64 {
        self.studies + self.values + self.differing
    }
}

/// What waits for each person who still acts, but for the extraction of data.
///
/// Reviewers share title, full-text and retrieval work; a lead is asked to vote only where nobody
/// is a reviewer. Uncertain pairs wait for leads, else for reviewers.
pub fn work(reader: Reader<'_>) -> Result<Vec<Work>, ScreenError> {
    let people: Vec<Person> = reader.people()?.into_iter().filter(|p| p.enabled).collect();
    let has = |role| people.iter().any(|person| person.is(role));
    let voter = if has(Role::Reviewer) {
        Role::Reviewer
    } else {
        Role::Lead
    };
    let pair_judge = if has(Role::Lead) {
        Role::Lead
    } else {
        Role::Reviewer
    };
    let adjudicators = reader.adjudicator_roles()?;
    let dedicated = people.iter().any(|p| p.is(Role::Adjudicator));
    let pairs = reader.open_pairs()?.len() as u64;
    let title = reader.unblinded().cast_at(
        &[Place::TitleOpen, Place::TitleConflict],
        Phase::TitleAbstract,
        false,
    )?;
    let full = reader.unblinded().cast_at(
        &[Place::FulltextOpen, Place::FulltextConflict],
        Phase::FullText,
        false,
    )?;
    // Who voted, and let the vote go, does not settle.
    let disagree = [
        reader
            .unblinded()
            .cast_at(&[Place::TitleConflict], Phase::TitleAbstract, true)?,
        reader
            .unblinded()
            .cast_at(&[Place::FulltextConflict], Phase::FullText, true)?,
    ];
    let retrieval = reader.reports_in(Place::RetrievalOpen)?.len() as u64;
    let mut out = Vec::new();
    for person in &people {
        let votes = person.is(voter);
        let may_settle = if dedicated {
            person.is(Role::Adjudicator)
        } else {
            adjudicators.iter().any(|role| person.is(*role))
        };
        let missing = |list: &[Cast]| {
            // Whether the others have voted is nobody's to know: it moves no number of this person.
            let own = list.iter().filter(|cast| !cast.people.contains(&person.id));
            own.count() as u64
        };
        let conflicts = |list: &[Cast]| {
            list.iter()
                .filter(|cast| cast.place.is_conflict() && !cast.people.contains(&person.id))
                .count() as u64
        };
        out.push(Work {
            person: person.display(),
            title_abstract: if votes { missing(&title) } else { 0 },
            retrieval: if votes { retrieval } else { 0 },
            full_text: if votes { missing(&full) } else { 0 },
            discussions: super::discuss::waiting(reader, person)?.len() as u64,
            conflicts: if may_settle {
                disagree.iter().map(|list| conflicts(list)).sum()
            } else {
                0
            },
            pairs: if person.is(pair_judge) { pairs } else { 0 },
            studies: 0,
            values: 0,
            differing: 0,
        });
    }
    Ok(out)
}

/// How a report stands, as one reviewer may know it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mine {
    /// This person has not decided.
    ToDo,
    /// This person has decided and the report is not settled: a vote is missing, or the votes
    /// disagree; which of the two is not told.
    Decided(Choice),
    /// The disagreement was given back, and this person votes once more.
    ToDiscuss,
    /// The votes disagree, and this person, who did not vote, may settle it.
    ToSettle,
    /// Settled.
    Settled,
}

/// What one reviewer may see of the screening. It has no way to another's open vote, nor to
/// anything derived from one.
#[derive(Debug, Clone)]
pub struct ReviewerView<'a> {
    reader: Reader<'a>,
    person: Person,
}

impl<'a> ReviewerView<'a> {
    /// The view of `person`.
    pub fn new(reader: Reader<'a>, person: Person) -> Self {
        Self { reader, person }
    }

    /// The reports of a phase that this person has to do with, in order.
    pub fn reports(&self, phase: Phase) -> Result<Vec<(RecordId, String, Mine)>, ScreenError> {
        let mut out = Vec::new();
        let votes = self.person.is(Role::Reviewer) || self.person.is(Role::Lead);
        let roles = self.reader.adjudicator_roles()?;
        let settles = roles.iter().any(|role| self.person.is(*role));
        let own = self.reader.own_votes(self.person.id, phase)?;
        let cast = self.reader.voted_on(self.person.id, phase)?;
        let talks = super::discuss::waiting(self.reader, &self.person)?;
        for report in self.reader.reports()? {
            let Some(now) = report.place.phase() else {
                continue;
            };
            if now < phase {
                continue;
            }
            let settled = now > phase || !report.place.is_open();
            let mine = if settled {
                Mine::Settled
            } else if talks.binary_search(&(report.id, phase)).is_ok() {
                Mine::ToDiscuss
            } else {
                match own.get(&report.id) {
                    Some(choice) => Mine::Decided(*choice),
                    None if report.place.is_conflict() && settles && !cast.contains(&report.id) => {
                        Mine::ToSettle
                    }
                    // This person casts none; whether the others' are in is not told.
                    None if !votes => continue,
                    None => Mine::ToDo,
                }
            };
            let title = report
                .title
                .clone()
                .unwrap_or_else(|| "(no title)".to_owned());
            out.push((report.id, title, mine));
        }
        Ok(out)
    }
}
