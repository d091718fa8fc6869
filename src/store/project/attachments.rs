//! Full texts and supplements of reports.

use super::super::StoreError;
use crate::ledger::{Actor, Body, Event};
use crate::model::{Digest, EventSeq};
use rusqlite::{Connection, params};

pub(super) fn add(conn: &Connection, event: &Event, body: &Body) -> Result<(), StoreError> {
    let Body::AttachmentAdded {
        report,
        digest,
        name,
        kind,
        bytes,
    } = body
    else {
        return Ok(());
    };
    let person = match event.actor() {
        Ok(Actor::Person(person)) => Some(person.0),
        Ok(Actor::Program) | Err(_) => None,
    };
    conn.prepare_cached(
        "INSERT INTO attachment (seq, report, digest, name, type, bytes, person, at, removed, reason)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, NULL)",
    )?
    .execute(params![
        event.seq.0,
        report.0,
        digest.to_string(),
        name,
        kind,
        bytes,
        person,
        event.at
    ])?;
    Ok(())
}

/// Takes the bytes away from every report that has them.
pub(super) fn remove(
    conn: &Connection,
    seq: EventSeq,
    digest: Digest,
    reason: &str,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "UPDATE attachment SET removed = ?1, reason = ?3 WHERE digest = ?2 AND removed = 0",
    )?
    .execute(params![seq.0, digest.to_string(), reason])?;
    Ok(())
}
