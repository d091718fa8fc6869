//! What people correct of records.

use super::super::StoreError;
use super::{reports, shown};
use crate::ledger::Event;
use crate::model::correction::Field;
use crate::model::{EventSeq, RecordId};
use rusqlite::{Connection, OptionalExtension, params};

/// What a person said of a field of a record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Said<'a> {
    pub(super) record: RecordId,
    pub(super) field: Field,
    pub(super) value: &'a str,
    pub(super) why: &'a str,
}

/// Notes a correction and shows the record with it.
pub(super) fn correct(conn: &Connection, event: &Event, said: Said<'_>) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO correction (seq, record, field, value, why, person, at, undone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)",
    )?
    .execute(params![
        event.seq.0,
        said.record.0,
        said.field.as_str(),
        said.value,
        said.why,
        event.actor,
        event.at
    ])?;
    look_again(conn, event.seq, said.record)
}

/// Takes a correction back (`mark` is the event that does), or puts it in force again (0).
pub(super) fn undo(
    conn: &Connection,
    seq: EventSeq,
    (target, record): (EventSeq, RecordId),
    mark: u64,
) -> Result<(), StoreError> {
    conn.execute(
        "UPDATE correction SET undone = ?1 WHERE seq = ?2",
        params![mark, target.0],
    )?;
    look_again(conn, seq, record)
}

/// Shows the record anew. A report on which nobody decided and which nobody brought back is looked at
/// by the filter rules again.
fn look_again(conn: &Connection, seq: EventSeq, record: RecordId) -> Result<(), StoreError> {
    let there: Option<u32> = conn
        .prepare_cached("SELECT report FROM main.record WHERE id = ?1")?
        .query_row([record.0], |row| row.get(0))
        .optional()?;
    // A record that left with its import has no content to show.
    let Some(head) = there else {
        return Ok(());
    };
    shown::show_last(conn, seq, record)?;
    let touched: bool = conn
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM decision d JOIN main.record r ON r.id = d.report
                            WHERE r.report = ?1 AND d.undone = 0)
                 OR EXISTS (SELECT 1 FROM removal WHERE report = ?1 AND restored > 0)",
        )?
        .query_row([head], |row| row.get(0))?;
    if !touched {
        conn.execute("DELETE FROM removal WHERE report = ?1", [head])?;
        conn.execute("UPDATE main.record SET looked = 0 WHERE id = ?1", [head])?;
    }
    reports::place(conn, head)
}
