//! A review published before it came here: its reports and studies, and the version that they are.

use super::super::StoreError;
use super::{reports, sources, versions};
use crate::ledger::Event;
use crate::ledger::event::{BaselineStudyRef, FileRef, ReceivedRecord};
use rusqlite::{Connection, params};

/// Adds what the published review included, and freezes it as what came before.
pub(super) fn set(
    conn: &Connection,
    event: &Event,
    (version, file): (&str, &FileRef),
    records: &[ReceivedRecord],
    studies: &[BaselineStudyRef],
) -> Result<(), StoreError> {
    let seq = event.seq;
    let mut add = conn.prepare_cached(
        "INSERT INTO main.record (id, source, kind, key, run, seq, report, compared, looked, hash, completeness)
         VALUES (?1, ?2, 'baseline', ?3, 0, ?4, ?1, ?4, ?4, ?5, 0)",
    )?;
    let source = format!("baseline {version}");
    for entry in records {
        let hash = entry.hash.to_string();
        add.execute(params![entry.record.0, source, entry.key, seq.0, hash])?;
        sources::revise(conn, seq, file.digest, entry)?;
        reports::place(conn, entry.record.0)?;
    }
    for of in studies {
        reports::study(conn, seq, of.study, &of.registry, &of.label)?;
        for report in &of.reports {
            reports::link(conn, seq, *report, of.study, "baseline")?;
        }
    }
    versions::publish(conn, event, version, seq)?;
    conn.execute("UPDATE version SET baseline = 1 WHERE seq = ?1", [seq.0])?;
    Ok(())
}
