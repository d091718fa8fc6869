//! Casting a vote, settling a disagreement.

use super::people::require;
use super::{Acting, ScreenError, studies};
use crate::ledger::Body;
use crate::ledger::event::RowRef;
use crate::model::{Choice, Digest, EventSeq, Lane, Phase, Place, RecordId, Role};
use crate::store::read::{Person, ReportRow, VoteRow};
use crate::store::{Reader, Writer};

/// What a person wants to say about a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ballot {
    /// The report, as named: `r17`, a PMID, a DOI, `source:id`.
    pub report: String,
    /// In which phase.
    pub phase: Phase,
    /// The decision; each phase allows its own.
    pub choice: Choice,
    /// The code of the reason in the workflow; absent where none was given.
    pub reason: Option<String>,
    /// What the person notes; absent where they note nothing.
    pub note: Option<String>,
    /// The row of a file it was read from.
    pub from: Option<RowRef>,
    /// When it was made, where that is before it comes into the log.
    pub made: Option<String>,
}

impl Ballot {
    /// The file and line it was read from.
    fn row(&self) -> Option<(Digest, u64)> {
        self.from.as_ref().map(|row| (row.digest, row.line))
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The report that was meant.
    pub report: RecordId,
    /// Where it is now.
    pub place: Place,
    /// Whether anything was written.
    pub changed: bool,
    /// Whether a report that a rule had removed came back by it.
    pub restored: bool,
}

/// The one report that `text` names.
pub fn find(reader: Reader<'_>, text: &str) -> Result<ReportRow, ScreenError> {
    let unknown = || ScreenError::UnknownReport(text.to_owned());
    let found = reader.find_reports(text)?;
    match found.as_slice() {
        [] => Err(unknown()),
        [one] => reader.report(*one)?.ok_or_else(unknown),
        several => Err(ScreenError::Ambiguous {
            text: text.to_owned(),
            reports: several
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", "),
        }),
    }
}

/// Casts the vote of the person who acts.
pub fn cast(
    writer: &mut Writer<'_>,
    acting: &Acting,
    ballot: &Ballot,
) -> Result<Outcome, ScreenError> {
    let person = acting.present(writer.read())?;
    require(&person, "decide on reports", &[Role::Reviewer, Role::Lead])?;
    let mut report = find(writer.read(), &ballot.report)?;
    check_choice(writer.read(), ballot)?;
    let mut mine = writer.read().own_vote(report.id, ballot.phase, person.id)?;
    // Where the disagreement was given back, whoever says the same once more says something.
    let talk = super::discuss::latest(writer.read(), report.id, ballot.phase)?;
    if let Some(talk) = talk.filter(|talk| talk.people.contains(&person.id)) {
        mine = mine.filter(|vote| vote.round >= talk.seq.0 || vote.later);
    }
    if mine
        .as_ref()
        .is_some_and(|vote| says_the_same(vote, ballot))
    {
        return Ok(Outcome {
            report: report.id,
            place: report.place,
            changed: false,
            restored: false,
        });
    }
    let restored = report.place == Place::Removed && ballot.phase == Phase::TitleAbstract;
    if restored {
        let body = Body::RemovalReversed {
            report: report.id,
            salt: Some(writer.salt(ballot.row())?),
        };
        writer.append(&acting.draft(body))?;
        report = find(writer.read(), &report.id.to_string())?;
    }
    check_place(&report, ballot.phase)?;
    write(writer, acting, &report, ballot, false)?;
    let place = after(writer, report.id, &acting.at)?;
    Ok(Outcome {
        report: report.id,
        place,
        changed: true,
        restored,
    })
}

/// Settles a disagreement of others.
pub fn settle(
    writer: &mut Writer<'_>,
    acting: &Acting,
    ballot: &Ballot,
) -> Result<Outcome, ScreenError> {
    let person = acting.present(writer.read())?;
    let roles = writer.read().adjudicator_roles()?;
    require(&person, "settle disagreements", &roles)?;
    let report = find(writer.read(), &ballot.report)?;
    check_choice(writer.read(), ballot)?;
    let votes = writer
        .read()
        .unblinded()
        .votes_in_force(report.id, ballot.phase)?;
    let same =
        |vote: &VoteRow| vote.settles && vote.person == person.id && says_the_same(vote, ballot);
    if votes.iter().any(same) {
        return Ok(Outcome {
            report: report.id,
            place: report.place,
            changed: false,
            restored: false,
        });
    }
    asked_first(writer.read(), &person, &report, ballot.phase)?;
    if !matches!(ballot.choice, Choice::Include | Choice::Exclude) {
        return Err(ScreenError::Choice {
            choice: ballot.choice.as_str(),
            phase: ballot.phase,
        });
    }
    write(writer, acting, &report, ballot, true)?;
    let place = after(writer, report.id, &acting.at)?;
    Ok(Outcome {
        report: report.id,
        place,
        changed: true,
        restored: false,
    })
}

/// Whether a person may settle a disagreement, or give it back, in a phase.
pub(super) fn may_settle(
    reader: Reader<'_>,
    acting: &Acting,
    report: &ReportRow,
    phase: Phase,
) -> Result<(), ScreenError> {
    let person = acting.present(reader)?;
    let roles = reader.adjudicator_roles()?;
    require(&person, "settle disagreements", &roles)?;
    asked_first(reader, &person, report, phase)
}

/// Refuses whoever voted, and what is no conflict.
fn asked_first(
    reader: Reader<'_>,
    person: &Person,
    report: &ReportRow,
    phase: Phase,
) -> Result<(), ScreenError> {
    // Asked first: whoever voted is not told whether the others did.
    let all = reader.unblinded().votes(report.id)?;
    let own = |vote: &VoteRow| vote.person == person.id && vote.phase == phase;
    let closed = settled_beyond(report, phase);
    let stands = |vote: &VoteRow| own(vote) && !vote.settles && !vote.undone;
    if !closed && all.iter().any(|vote| stands(vote) && !vote.let_go) {
        return Err(ScreenError::OwnVote {
            person: person.display(),
            report: report.id,
        });
    }
    // Who voted and took it back is answered as if the votes were missing.
    let held = all.iter().any(|vote| stands(vote) && vote.let_go);
    let conflict = report.place.is_conflict() && report.place.phase() == Some(phase)
        || report.lane == Lane::Baseline;
    if held || !conflict {
        return Err(ScreenError::NoConflict {
            report: report.id,
            phase,
        });
    }
    Ok(())
}

fn says_the_same(vote: &VoteRow, ballot: &Ballot) -> bool {
    vote.choice == ballot.choice && vote.reason == ballot.reason && vote.note == ballot.note
}

fn check_choice(reader: Reader<'_>, ballot: &Ballot) -> Result<(), ScreenError> {
    if !ballot.phase.allows(ballot.choice) {
        return Err(ScreenError::Choice {
            choice: ballot.choice.as_str(),
            phase: ballot.phase,
        });
    }
    let reasons = reader.reasons()?;
    let known = || {
        reasons
            .iter()
            .map(|r| r.code.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    match &ballot.reason {
        Some(reason) if !reasons.iter().any(|r| r.code == *reason) => {
            Err(ScreenError::UnknownReason {
                reason: reason.clone(),
                known: known(),
            })
        }
        None if ballot.phase == Phase::FullText && ballot.choice == Choice::Exclude => {
            Err(ScreenError::ReasonMissing(known()))
        }
        _ => Ok(()),
    }
}

/// Whether a vote in `phase` can be cast on a report where it is.
fn check_place(report: &ReportRow, phase: Phase) -> Result<(), ScreenError> {
    // What a published review included stands, and may be judged anew in any phase: only an exclusion on
    // the full text changes it.
    if report.lane == Lane::Baseline {
        return Ok(());
    }
    let ready = match phase {
        Phase::TitleAbstract => {
            matches!(report.place, Place::TitleOpen | Place::TitleConflict)
        }
        Phase::Retrieval => report.place == Place::RetrievalOpen,
        Phase::FullText => matches!(report.place, Place::FulltextOpen | Place::FulltextConflict),
    };
    if ready {
        return Ok(());
    }
    let beyond = report.place.phase().is_some_and(|now| now >= phase);
    Err(if beyond {
        ScreenError::Settled {
            report: report.id,
            phase,
        }
    } else {
        ScreenError::Phase {
            report: report.id,
            phase,
            place: report.place,
        }
    })
}

fn write(
    writer: &mut Writer<'_>,
    acting: &Acting,
    report: &ReportRow,
    ballot: &Ballot,
    settles: bool,
) -> Result<EventSeq, ScreenError> {
    let body = Body::DecisionMade {
        report: report.id,
        phase: ballot.phase,
        choice: ballot.choice,
        reason: ballot.reason.clone(),
        note: ballot.note.clone(),
        settles,
        from: ballot.from.clone(),
        made: ballot.made.clone(),
        salt: Some(writer.salt(ballot.row())?),
    };
    Ok(writer.append(&acting.draft(body))?)
}

/// What follows from a decision: an included report belongs to a study.
pub(super) fn after(
    writer: &mut Writer<'_>,
    report: RecordId,
    at: &str,
) -> Result<Place, ScreenError> {
    let place = place_of(writer.read(), report)?;
    if place == Place::Included {
        studies::by_registry(writer, report, at)?;
    }
    Ok(place)
}

fn place_of(reader: Reader<'_>, report: RecordId) -> Result<Place, ScreenError> {
    let row = reader
        .report(report)?
        .ok_or_else(|| ScreenError::UnknownReport(report.to_string()))?;
    Ok(row.place)
}

/// Whether the report is settled in `phase` (or a later one has begun).
pub(super) fn settled_beyond(report: &ReportRow, phase: Phase) -> bool {
    match report.place.phase() {
        None => false,
        Some(now) if now > phase => true,
        Some(now) => now == phase && !report.place.is_open(),
    }
}
