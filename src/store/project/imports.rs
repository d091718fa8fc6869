//! An import that was taken back: its records leave every table, the log and the bytes stay.

use super::super::StoreError;
use super::{clusters, reports, shown};
use crate::ledger::event::{KeptRef, PairRef};
use crate::model::{EventSeq, RecordId};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// Everything that knows a record by its number, as a condition on `?1`.
const OF_RECORD: [(&str, &str); 9] = [
    ("join_edge", "a = ?1 OR b = ?1"),
    ("verdict", "a = ?1 OR b = ?1"),
    ("relation", "a = ?1 OR b = ?1"),
    ("uncertain", "a = ?1 OR b = ?1"),
    ("identifier", "record = ?1"),
    ("revision", "record = ?1"),
    ("removal", "report = ?1"),
    ("study_link", "report = ?1"),
    ("record_left", "record = ?1"),
];

/// Takes the import of a run back: `gone` leave, `kept` are again what others gave.
pub(super) fn undo(
    conn: &Connection,
    seq: EventSeq,
    run: u64,
    gone: &[RecordId],
    kept: &[KeptRef],
    asked: &[PairRef],
) -> Result<(), StoreError> {
    conn.execute(
        "UPDATE search_run SET withdrawn = ?1 WHERE run = ?2",
        params![seq.0, run],
    )?;
    let mut touched = BTreeSet::new();
    for record in gone {
        if !touched.contains(&record.0) {
            touched.extend(clusters::component(conn, &[record.0])?);
        }
    }
    for entry in kept {
        keep(conn, entry)?;
    }
    let mut withdraw = conn.prepare("DELETE FROM uncertain WHERE a = ?1 AND b = ?2")?;
    for pair in asked {
        withdraw.execute(params![pair.a.0, pair.b.0])?;
    }
    for (table, of) in OF_RECORD {
        let mut drop = conn.prepare(&format!("DELETE FROM main.{table} WHERE {of}"))?;
        for record in gone {
            drop.execute([record.0])?;
        }
    }
    let mut note = conn.prepare("INSERT INTO record_withdrawn (record, seq) VALUES (?1, ?2)")?;
    let mut report = conn.prepare("DELETE FROM main.report WHERE id = ?1")?;
    let mut drop = conn.prepare("DELETE FROM main.record WHERE id = ?1")?;
    for record in gone {
        note.execute(params![record.0, seq.0])?;
        report.execute([record.0])?;
        drop.execute([record.0])?;
        touched.remove(&record.0);
    }
    let rest: Vec<u32> = touched.into_iter().collect();
    clusters::recluster(conn, &rest, &mut BTreeSet::new())?;
    for entry in kept {
        reports::place_record(conn, entry.record)?;
    }
    Ok(())
}

/// A record as the other imports gave it.
fn keep(conn: &Connection, entry: &KeptRef) -> Result<(), StoreError> {
    let id = entry.record.0;
    conn.prepare_cached("UPDATE main.record SET run = ?2, seq = ?3 WHERE id = ?1")?
        .execute(params![id, entry.run, entry.event.0])?;
    let mut drop = conn.prepare_cached("DELETE FROM main.revision WHERE record = ?1 AND n = ?2")?;
    for n in &entry.withdrawn {
        drop.execute(params![id, n])?;
    }
    shown::show_last(conn, entry.event, entry.record)
}
