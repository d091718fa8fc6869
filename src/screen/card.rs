//! What a person reads before deciding: one report, the criteria, and what they may see of votes.
//!
//! A reviewer sees the record and their own earlier decision. An adjudicator, who did not vote on
//! the report, sees the disagreeing votes as A and B with reasons and notes; the order is drawn
//! from the report, so that it names nobody (MECIR C39: two people work independently).

use super::ScreenError;
use super::desk::{Desk, Learning, Order};
use super::discuss::{self, Talk};
use crate::model::{Choice, Digest, EventSeq, Phase, Place, Record, RecordId, Role};
use crate::store::Reader;
use crate::store::read::{Discussion, Person, VoteRow};
use serde::Serialize;

/// One report as a person may see it before deciding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Card {
    /// The report on the card.
    pub report: RecordId,
    /// The phase whose decision is due, or was the last; absent before screening.
    pub phase: Option<Phase>,
    /// What this person can do with it now.
    pub state: State,
    /// The record that speaks for the report, as its source returned it.
    pub record: Record,
    /// The sources that returned it, each with the id that it gives the record.
    pub sources: Vec<Origin>,
    /// The person's own decisions that stand, the phases in order.
    pub own: Vec<Said>,
    /// The disagreeing votes, shown to the adjudicator alone; the order names nobody.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub votes: Vec<Said>,
    /// What people said when the votes were in already, shown to the adjudicator alone: it counts
    /// nowhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub later: Vec<Said>,
    /// The votes that disagree, where they were given back to those who voted and this person is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discussion: Option<Talk>,
    /// Other reports of the same study.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
}

/// What a person can do with a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The person's vote is asked for.
    ToDo,
    /// The person has decided, and the report is not settled.
    Decided,
    /// The disagreement was given back, and the person votes once more.
    ToDiscuss,
    /// The votes disagree and the person settles them.
    ToSettle,
    /// The report is settled in this phase.
    Settled,
    /// Nothing is asked of this person.
    Nothing,
}

/// A source that returned a record of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// Name of the source.
    pub source: String,
    /// The id that the source gives the record, else a key made of its content.
    pub key: String,
}

/// A decision that a person may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// In which phase.
    pub phase: Phase,
    /// What was decided.
    pub decision: Choice,
    /// The code of the reason in the workflow; absent where none was given.
    pub reason: Option<String>,
    /// What the person noted; absent where they noted nothing.
    pub note: Option<String>,
}

/// Another report of the same study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Related {
    /// The report on the card.
    pub report: RecordId,
    /// First author and year.
    pub citation: String,
    /// Its title; absent where no source gives one.
    pub title: Option<String>,
}

/// The report that `text` names, as `person` may see it; without a person nothing of any vote.
pub fn card(reader: Reader<'_>, text: &str, person: Option<&Person>) -> Result<Card, ScreenError> {
    let report = super::decide::find(reader, text)?;
    let rows = reader.records_of(report.id)?;
    let primary = rows.iter().find(|row| row.id == report.primary);
    let record = match primary.or(rows.first()) {
        Some(row) => reader.content(row.hash)?.unwrap_or_default(),
        None => Record::default(),
    };
    let phase = report.place.phase();
    let (mut own, mut votes, mut later) = (Vec::new(), Vec::new(), Vec::new());
    let mut state = State::Nothing;
    let mut discussion = None;
    if let Some(person) = person {
        for &phase in Phase::ALL {
            own.extend(
                reader
                    .own_vote(report.id, phase, person.id)?
                    .as_ref()
                    .map(Said::of),
            );
            let settled = reader.unblinded().votes_in_force(report.id, phase)?;
            let settled = settled
                .iter()
                .filter(|vote| vote.person == person.id && vote.settles);
            own.extend(settled.map(Said::of));
        }
        if let Some(phase) = phase {
            let all = reader.unblinded().votes(report.id)?;
            let cast: Vec<&VoteRow> = all.iter().filter(|vote| vote.phase == phase).collect();
            let talk = discuss::latest(reader, report.id, phase)?;
            state = standing(reader, person, report.place, &cast, talk.as_ref())?;
            discussion = discuss::talk(reader, person, report.id, phase)?;
            if state == State::ToSettle {
                let cast = reader.unblinded().votes_in_force(report.id, phase)?;
                votes = cast
                    .iter()
                    .filter(|vote| !vote.settles)
                    .map(Said::of)
                    .collect();
                if drawn(report.id) {
                    votes.reverse();
                }
                let late = all
                    .iter()
                    .filter(|vote| vote.phase == phase && vote.later && !vote.undone);
                later = late.map(Said::of).collect();
            }
        }
    }
    let related = if report.place.is_settled(Phase::FullText) {
        related(reader, report.id)?
    } else {
        Vec::new()
    };
    Ok(Card {
        report: report.id,
        phase,
        state,
        record,
        sources: rows
            .into_iter()
            .map(|row| Origin {
                source: row.source,
                key: row.key,
            })
            .collect(),
        own,
        votes,
        later,
        discussion,
        related,
    })
}

/// The next report that waits for `person`, in the order of the queue: what the person settles
/// comes before what they vote on, as it holds others up. Titles come in the order that the person
/// keeps.
pub fn next(
    reader: Reader<'_>,
    person: &Person,
    phase: Option<Phase>,
    learning: Learning<'_>,
) -> Result<Option<Card>, ScreenError> {
    let (mut first, mut settle) = (None, None);
    let mut talks = reader.discussed()?;
    for report in reader.reports()? {
        let Some(now) = report.place.phase() else {
            continue;
        };
        if !report.place.is_open() || phase.is_some_and(|phase| phase != now) {
            continue;
        }
        let cast = reader.unblinded().votes(report.id)?;
        let cast: Vec<&VoteRow> = cast.iter().filter(|vote| vote.phase == now).collect();
        let talk = talks.iter().position(|talk| talk.report == report.id);
        let talk = talk.map(|at| talks.swap_remove(at));
        match standing(reader, person, report.place, &cast, talk.as_ref())? {
            State::ToSettle | State::ToDiscuss => {
                settle = Some(report.id);
                break;
            }
            State::ToDo if first.is_none() => first = Some((report.id, now)),
            State::ToDo | State::Decided | State::Settled | State::Nothing => {}
        }
    }
    let order = Order::kept(reader, person)?;
    let first = match first {
        Some((_, Phase::TitleAbstract)) if settle.is_none() && order != Order::Found => {
            let desk = Desk::of(reader, person, Phase::TitleAbstract, &order, learning)?;
            let mut all = desk.to_decide.into_iter().chain(desk.skipped);
            all.next()
        }
        first => first.map(|(report, _)| report),
    };
    settle
        .or(first)
        .map(|report| card(reader, &report.to_string(), Some(person)))
        .transpose()
}

/// What `person` can do with a report at `place`, given every vote ever cast in its phase.
///
/// Whether others' votes are missing or disagree is not told to who may not settle.
fn standing(
    reader: Reader<'_>,
    person: &Person,
    place: Place,
    cast: &[&VoteRow],
    talk: Option<&Discussion>,
) -> Result<State, ScreenError> {
    if !place.is_open() {
        return Ok(State::Settled);
    }
    if let Some(talk) = talk.filter(|talk| talk.people.contains(&person.id)) {
        let votes: Vec<VoteRow> = cast.iter().map(|vote| (*vote).clone()).collect();
        return Ok(if talk.has_spoken(person.id, &votes) {
            State::Decided
        } else {
            State::ToDiscuss
        });
    }
    let own = |vote: &&&VoteRow| vote.person == person.id && !vote.settles && !vote.undone;
    if cast.iter().filter(own).any(|vote| !vote.let_go) {
        return Ok(State::Decided);
    }
    // Who voted, and took it back, is not told whether the others did.
    if place.is_conflict() && cast.iter().find(own).is_none() {
        let roles = reader.adjudicator_roles()?;
        if roles.iter().any(|role| person.is(*role)) {
            return Ok(State::ToSettle);
        }
    }
    let anyone = reader.people()?;
    let reviewers = anyone.iter().any(|p| p.enabled && p.is(Role::Reviewer));
    let votes = person.is(Role::Reviewer) || (!reviewers && person.is(Role::Lead));
    Ok(if votes { State::ToDo } else { State::Nothing })
}

/// One attempt to retrieve a report: by one person, blind to nobody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tried {
    /// The event that says so.
    #[serde(skip)]
    pub seq: EventSeq,
    /// When: UTC with milliseconds.
    pub at: String,
    /// What came of it.
    pub outcome: Choice,
    /// How it was tried.
    pub note: Option<String>,
    /// Who tried it.
    pub by: String,
}

/// How the retrieval of a report went.
pub fn retrieval(reader: Reader<'_>, report: RecordId) -> Result<Vec<Tried>, ScreenError> {
    let mut out = Vec::new();
    for vote in reader
        .unblinded()
        .votes_in_force(report, Phase::Retrieval)?
    {
        let by = reader.person_by_id(vote.person)?;
        out.push(Tried {
            seq: vote.seq,
            at: vote.at,
            outcome: vote.choice,
            note: vote.note,
            by: by.map_or_else(|| vote.person.to_string(), |person| person.display()),
        });
    }
    Ok(out)
}

impl Said {
    /// What a vote says.
    pub(super) fn of(vote: &VoteRow) -> Self {
        Self {
            phase: vote.phase,
            decision: vote.choice,
            reason: vote.reason.clone(),
            note: vote.note.clone(),
        }
    }
}

/// Whether the second vote is shown first: one bit of the report's own hash, the same for all who
/// look and on every machine.
pub(super) fn drawn(report: RecordId) -> bool {
    let hash = Digest::of(format!("order of votes on {report}").as_bytes()).to_string();
    hash.bytes().next_back().is_some_and(|last| last % 2 == 1)
}

fn related(reader: Reader<'_>, report: RecordId) -> Result<Vec<Related>, ScreenError> {
    let mut out: Vec<Related> = Vec::new();
    let studies = reader.studies_of(report)?;
    for entry in reader.study_reports()? {
        if !studies.contains(&entry.study.id) {
            continue;
        }
        for (other, _) in entry.reports {
            if other.id != report && !out.iter().any(|known| known.report == other.id) {
                out.push(Related {
                    report: other.id,
                    citation: other.citation,
                    title: other.title,
                });
            }
        }
    }
    Ok(out)
}
