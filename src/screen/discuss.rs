//! A disagreement that is given back: those who voted see each other's votes and reasons on it, and each
//! votes once more.
//!
//! It is the one exception to blindness. Until all of them have voted once more the report stays in
//! conflict, so that whoever may settle it still can; then their new votes settle it as any others would,
//! or it is in conflict again. The votes of before stand in the agreement, those of the discussion do not.

use super::card::Said;
use super::decide::{find, may_settle};
use super::{Acting, ScreenError};
use crate::ledger::Body;
use crate::model::{PersonId, Phase, RecordId};
use crate::store::read::{Discussion, Person, VoteRow};
use crate::store::{Reader, Writer};
use serde::Serialize;
use std::collections::BTreeSet;

/// What one who takes part in a discussion sees of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Talk {
    /// What they are asked.
    pub note: Option<String>,
    /// The votes that disagree, each with whose it is, in the order of the people's numbers.
    pub votes: Vec<Voice>,
}

/// A vote and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Voice {
    /// Who.
    pub person: String,
    /// What was decided.
    #[serde(flatten)]
    pub said: Said,
}

/// What came of giving a disagreement back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// The report that was meant.
    pub report: RecordId,
    /// In which phase.
    pub phase: Phase,
    /// Those who are asked, by name.
    pub people: Vec<String>,
}

/// Gives a disagreement back to those who voted.
pub fn give_back(
    writer: &mut Writer<'_>,
    acting: &Acting,
    report: &str,
    phase: Option<Phase>,
    note: Option<String>,
) -> Result<Returned, ScreenError> {
    let row = find(writer.read(), report)?;
    let phase = phase
        .or_else(|| row.place.phase())
        .unwrap_or(Phase::TitleAbstract);
    may_settle(writer.read(), acting, &row, phase)?;
    let report = row.id;
    let votes = writer.read().unblinded().votes(report)?;
    if let Some(talk) = latest(writer.read(), report, phase)?
        && talk.is_open(&votes)
    {
        return Err(ScreenError::Discussed { report, phase });
    }
    let people: BTreeSet<PersonId> = writer
        .read()
        .unblinded()
        .votes_in_force(report, phase)?
        .iter()
        .filter(|vote| !vote.settles)
        .map(|vote| vote.person)
        .collect();
    // What a person settles without votes has nobody to give it back to.
    if people.len() < 2 {
        return Err(ScreenError::NoConflict { report, phase });
    }
    let mut names = Vec::new();
    for id in &people {
        match writer.read().person_by_id(*id)? {
            Some(person) if person.enabled => names.push(person.display()),
            other => {
                let person = other.map_or_else(|| id.to_string(), |person| person.display());
                return Err(ScreenError::Gone { report, person });
            }
        }
    }
    let note = note
        .map(|note| note.trim().to_owned())
        .filter(|note| !note.is_empty());
    let body = Body::ConflictReturned {
        report,
        phase,
        people: people.into_iter().collect(),
        note,
        salt: Some(writer.salt(None)?),
    };
    writer.append(&acting.draft(body))?;
    Ok(Returned {
        report,
        phase,
        people: names,
    })
}

/// The last discussion on a report in a phase that was not taken back.
pub(super) fn latest(
    reader: Reader<'_>,
    report: RecordId,
    phase: Phase,
) -> Result<Option<Discussion>, ScreenError> {
    let mut all = reader.discussions(report)?.into_iter();
    Ok(all.rfind(|talk| talk.phase == phase && !talk.undone))
}

/// The reports in conflict on which a person is asked to vote once more, with the phase of each.
pub fn waiting(reader: Reader<'_>, person: &Person) -> Result<Vec<(RecordId, Phase)>, ScreenError> {
    let mut out = Vec::new();
    for talk in reader.discussed()? {
        if !talk.people.contains(&person.id) {
            continue;
        }
        let votes = reader.unblinded().votes(talk.report)?;
        if talk.is_open(&votes) && !talk.has_spoken(person.id, &votes) {
            out.push((talk.report, talk.phase));
        }
    }
    out.sort_unstable();
    Ok(out)
}

/// What a person sees of the last discussion on a report, where they take part in it.
pub(super) fn talk(
    reader: Reader<'_>,
    person: &Person,
    report: RecordId,
    phase: Phase,
) -> Result<Option<Talk>, ScreenError> {
    let Some(talk) = latest(reader, report, phase)? else {
        return Ok(None);
    };
    if !talk.people.contains(&person.id) {
        return Ok(None);
    }
    let all = reader.unblinded().votes(report)?;
    let mut votes = Vec::new();
    for id in &talk.people {
        let before = |vote: &&VoteRow| {
            vote.phase == phase
                && vote.person == *id
                && vote.seq < talk.seq
                && !vote.settles
                && vote.counts()
        };
        let Some(vote) = all.iter().rfind(before) else {
            continue;
        };
        let name = reader.person_by_id(*id)?;
        votes.push(Voice {
            person: name.map_or_else(|| id.to_string(), |person| person.display()),
            said: Said::of(vote),
        });
    }
    Ok(Some(Talk {
        note: talk.note,
        votes,
    }))
}
