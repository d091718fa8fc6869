//! Disagreements that were given back to those who voted, and which votes count since.

use super::super::StoreError;
use super::reports::place_record;
use crate::ledger::{Actor, Body, Event};
use crate::model::{EventSeq, RecordId};
use rusqlite::{Connection, params};

pub(super) fn give_back(conn: &Connection, event: &Event, body: &Body) -> Result<(), StoreError> {
    let Body::ConflictReturned {
        report,
        phase,
        people,
        note,
        ..
    } = body
    else {
        return Ok(());
    };
    let Ok(Actor::Person(person)) = event.actor() else {
        return Err(StoreError::Projection {
            seq: event.seq.0,
            reason: "a disagreement is given back by a person".into(),
        });
    };
    let people: Vec<String> = people.iter().map(|one| one.0.to_string()).collect();
    conn.prepare_cached(
        "INSERT INTO discussion (seq, report, phase, people, note, person, at, undone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
    )?
    .execute(params![
        event.seq.0,
        report.0,
        phase.as_str(),
        people.join(" "),
        note,
        person.0,
        event.at
    ])?;
    place_record(conn, *report)
}

/// Takes a discussion back by event `by`, or opens it again with 0.
pub(super) fn undo(
    conn: &Connection,
    target: EventSeq,
    by: u64,
    report: RecordId,
) -> Result<(), StoreError> {
    conn.prepare_cached("UPDATE discussion SET undone = ?1 WHERE seq = ?2")?
        .execute(params![by, target.0])?;
    place_record(conn, report)
}
