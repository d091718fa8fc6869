//! Disagreements to settle: which wait for a person, and what that person may see of each.
//!
//! Until it is settled the two sides are A and B, in an order drawn from the report; who is who is told
//! with the settlement (MECIR C39: disagreements are resolved by discussion or by a third person).

use super::card::{Card, Said, State, card, drawn};
use super::{ScreenError, discuss};
use crate::model::{Choice, Phase, RecordId};
use crate::store::Reader;
use crate::store::read::{Person, VoteRow};
use serde::Serialize;

/// A disagreement that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The report.
    pub report: RecordId,
    /// In which phase its votes disagree.
    pub phase: Phase,
    /// Its title.
    pub title: Option<String>,
    /// Whether the person voted on it, and is asked to vote once more.
    pub discusses: bool,
}

/// A disagreement as one who may settle it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The report to be read.
    pub card: Card,
    /// In which phase the votes disagree, or disagreed.
    pub phase: Phase,
    /// The votes in the drawn order.
    pub sides: Vec<Side>,
    /// What was said when all votes were in: it counts nowhere.
    pub later: Vec<Said>,
    /// How it was settled; absent while it waits.
    pub settled: Option<Side>,
    /// Whether this person voted and is asked to vote once more, knowing the other votes.
    pub discusses: bool,
    /// What those who voted are asked, where this person is one of them.
    pub asked: Option<String>,
    /// Whether it was given back to those who voted, who have not all voted once more.
    pub given_back: bool,
    /// Votes and settlements so far, whatever became of them.
    pub acts: usize,
}

/// What one person said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Who it is; absent until the disagreement is settled.
    pub name: Option<String>,
    /// What they said.
    #[serde(flatten)]
    pub said: Said,
}

impl Conflict {
    /// Whether all exclude, and only the reasons differ.
    pub fn of_reasons(&self) -> bool {
        self.sides.len() > 1
            && self
                .sides
                .iter()
                .all(|side| side.said.decision == Choice::Exclude)
    }
}

/// Whether a person may settle disagreements.
pub fn may_settle(reader: Reader<'_>, person: &Person) -> Result<bool, ScreenError> {
    let roles = reader.adjudicator_roles()?;
    Ok(person.enabled && roles.iter().any(|role| person.is(*role)))
}

/// What was given back to a person who voted, then the disagreements that they may settle, title and
/// abstract first, as they were found.
pub fn waiting(reader: Reader<'_>, person: &Person) -> Result<Vec<Waiting>, ScreenError> {
    use crate::model::Place;
    let mut out = Vec::new();
    for (report, phase) in discuss::waiting(reader, person)? {
        let title = reader.report(report)?.and_then(|row| row.title);
        out.push(Waiting {
            report,
            phase,
            title,
            discusses: true,
        });
    }
    if !may_settle(reader, person)? {
        return Ok(out);
    }
    for (phase, place) in [
        (Phase::TitleAbstract, Place::TitleConflict),
        (Phase::FullText, Place::FulltextConflict),
    ] {
        // Who voted, be it taken back, is not told whether the others did.
        let own = reader.voted_on(person.id, phase)?;
        for row in reader.reports_in(place)? {
            if !own.contains(&row.id) {
                out.push(Waiting {
                    report: row.id,
                    phase,
                    title: row.title,
                    discusses: false,
                });
            }
        }
    }
    Ok(out)
}

/// One disagreement; nothing where there is none that this person may know of.
pub fn show(
    reader: Reader<'_>,
    report: RecordId,
    person: &Person,
) -> Result<Option<Conflict>, ScreenError> {
    let card = card(reader, &report.to_string(), Some(person))?;
    let all = reader.unblinded().votes(report)?;
    let acts = |phase| all.iter().filter(|vote| vote.phase == phase).count();
    if let (State::ToDiscuss, Some(phase), Some(talk)) = (card.state, card.phase, &card.discussion)
    {
        let voices = talk.votes.iter().map(|voice| Side {
            name: Some(voice.person.clone()),
            said: voice.said.clone(),
        });
        return Ok(Some(Conflict {
            sides: voices.collect(),
            later: Vec::new(),
            phase,
            settled: None,
            discusses: true,
            asked: talk.note.clone(),
            given_back: true,
            acts: acts(phase),
            card,
        }));
    }
    if let (State::ToSettle, Some(phase)) = (card.state, card.phase) {
        let hidden = |said: &Said| Side {
            name: None,
            said: said.clone(),
        };
        return Ok(Some(Conflict {
            sides: card.votes.iter().map(hidden).collect(),
            later: card.later.clone(),
            phase,
            settled: None,
            discusses: false,
            asked: None,
            given_back: discuss::latest(reader, report, phase)?
                .is_some_and(|talk| talk.is_open(&all)),
            acts: acts(phase),
            card,
        }));
    }
    let place = reader.report(report)?.map(|row| row.place);
    for phase in [Phase::FullText, Phase::TitleAbstract] {
        if !place.is_some_and(|place| place.is_settled(phase)) {
            continue;
        }
        let votes = reader.unblinded().votes_in_force(report, phase)?;
        let Some(settled) = votes.iter().rev().find(|vote| vote.settles) else {
            continue;
        };
        let named = |vote: &VoteRow| -> Result<Side, ScreenError> {
            let person = reader.person_by_id(vote.person)?;
            Ok(Side {
                name: person.map(|person| person.display()),
                said: Said::of(vote),
            })
        };
        let first = votes.iter().filter(|vote| !vote.settles);
        let mut sides = first.map(named).collect::<Result<Vec<_>, _>>()?;
        if drawn(report) {
            sides.reverse();
        }
        return Ok(Some(Conflict {
            sides,
            later: Vec::new(),
            phase,
            settled: Some(named(settled)?),
            discusses: false,
            asked: None,
            given_back: false,
            acts: acts(phase),
            card,
        }));
    }
    Ok(None)
}
