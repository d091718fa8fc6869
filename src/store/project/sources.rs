//! Sources, search runs, and records as they come in.
//!
//! What a part of an open run gives is in the tables and hidden ([`super::super::hidden`]): new
//! records by their run, new contents of older records by waiting in `arriving_revision`.

use super::super::StoreError;
use super::{reports, shown};
use crate::ledger::event::{FileRef, ReceivedRecord, SourceRef};
use crate::model::{Digest, EventSeq, RecordId};
use rusqlite::{Connection, OptionalExtension, params};

pub(super) fn adopt(
    conn: &Connection,
    workflow: &FileRef,
    queries: &[FileRef],
    sources: &[SourceRef],
) -> Result<(), StoreError> {
    let mut set = conn.prepare("INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)")?;
    set.execute(params!["workflow", workflow.digest.to_string()])?;
    conn.execute("DELETE FROM setting WHERE key LIKE 'query:%'", [])?;
    for query in queries {
        set.execute(params![
            format!("query:{}", query.path),
            query.digest.to_string()
        ])?;
    }
    conn.execute("DELETE FROM source", [])?;
    let mut add = conn.prepare("INSERT INTO source (name, kind, ord) VALUES (?1, ?2, ?3)")?;
    for (ord, source) in sources.iter().enumerate() {
        add.execute(params![source.name, source.kind.as_str(), ord])?;
        // A source that the protocol now puts in another box takes its records with it.
        let moved = conn.execute(
            "UPDATE main.record SET kind = ?2 WHERE source = ?1 AND kind <> ?2",
            params![source.name, source.kind.as_str()],
        )?;
        if moved > 0 {
            let heads = conn
                .prepare(
                    "SELECT DISTINCT report FROM main.record WHERE source = ?1 ORDER BY report",
                )?
                .query_map([&source.name], |row| row.get(0))?
                .collect::<Result<Vec<u32>, _>>()?;
            for head in heads {
                reports::place(conn, head)?;
            }
        }
    }
    Ok(())
}

/// One event of records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// The number of the event that received it.
    pub(super) seq: EventSeq,
    /// The number of its search run, from 1.
    pub(super) run: u64,
    /// The bytes that the records were read from.
    pub(super) archive: Digest,
    /// Whether they count only once the run is complete.
    pub(super) arriving: bool,
}

/// Ends a run. What came in parts counts from now on.
pub(super) fn complete(
    conn: &Connection,
    seq: EventSeq,
    run: u64,
    source: &str,
) -> Result<(), StoreError> {
    conn.execute(
        "INSERT INTO search_run (run, source, seq) VALUES (?1, ?2, ?3)",
        params![run, source, seq.0],
    )?;
    if conn.execute("DELETE FROM arriving WHERE run = ?1", [run])? == 0 {
        return Ok(());
    }
    let mut waiting = conn.prepare(
        "SELECT seq, archive, record, hash, file_n, line FROM arriving_revision
         WHERE run = ?1 ORDER BY seq, ord",
    )?;
    let mut rows = waiting.query([run])?;
    while let Some(row) = rows.next()? {
        let value = |text: String| {
            let parsed = text.parse::<Digest>();
            parsed.map_err(|error| StoreError::Value(error.to_string()))
        };
        let entry = ReceivedRecord {
            record: RecordId(row.get(2)?),
            key: String::new(),
            hash: value(row.get(3)?)?,
            n: row.get(4)?,
            line: row.get(5)?,
        };
        revise(conn, EventSeq(row.get(0)?), value(row.get(1)?)?, &entry)?;
        reports::place_record(conn, entry.record)?;
    }
    conn.execute("DELETE FROM arriving_revision WHERE run = ?1", [run])?;
    Ok(())
}

/// Notes which known records a source returns no more, and which ids it never returned.
pub(super) fn sweep(
    conn: &Connection,
    seq: EventSeq,
    source: &str,
    left: &[RecordId],
    back: &[RecordId],
    missing: &[String],
) -> Result<(), StoreError> {
    let mut leave =
        conn.prepare_cached("INSERT OR IGNORE INTO record_left (record, seq) VALUES (?1, ?2)")?;
    for record in left {
        leave.execute(params![record.0, seq.0])?;
    }
    let mut come = conn.prepare_cached("DELETE FROM record_left WHERE record = ?1")?;
    for record in back {
        come.execute([record.0])?;
    }
    let mut miss = conn.prepare_cached(
        "INSERT OR IGNORE INTO not_returned (source, key, seq) VALUES (?1, ?2, ?3)",
    )?;
    for key in missing {
        miss.execute(params![source, key, seq.0])?;
    }
    Ok(())
}

pub(super) fn receive(
    conn: &Connection,
    part: &Part,
    source: &str,
    new: &[ReceivedRecord],
    revised: &[ReceivedRecord],
) -> Result<(), StoreError> {
    let Part { seq, run, .. } = *part;
    if part.arriving {
        conn.prepare_cached(
            "INSERT OR IGNORE INTO arriving (run, source, seq) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![run, source, seq.0])?;
    }
    let kind: String = conn
        .query_row("SELECT kind FROM source WHERE name = ?1", [source], |row| {
            row.get(0)
        })
        .optional()?
        .ok_or_else(|| StoreError::Projection {
            seq: seq.0,
            reason: format!("the source `{source}` was never declared"),
        })?;
    let mut add = conn.prepare_cached(
        "INSERT INTO main.record (id, source, kind, key, run, seq, report, compared, looked, hash, completeness)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?1, 0, 0, ?7, 0)",
    )?;
    for entry in new {
        let id = entry.record.0;
        add.execute(params![
            id,
            source,
            kind,
            entry.key,
            run,
            seq.0,
            entry.hash.to_string()
        ])?;
        revise(conn, seq, part.archive, entry)?;
        reports::place(conn, id)?;
    }
    for (ord, entry) in (1_u64..).zip(revised) {
        if part.arriving {
            wait(conn, part, ord, entry)?;
        } else {
            revise(conn, seq, part.archive, entry)?;
            reports::place_record(conn, entry.record)?;
        }
    }
    Ok(())
}

/// Keeps a new content of an older record until its run is complete.
fn wait(
    conn: &Connection,
    part: &Part,
    ord: u64,
    entry: &ReceivedRecord,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO arriving_revision (run, seq, ord, record, hash, archive, file_n, line)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        part.run,
        part.seq.0,
        ord,
        entry.record.0,
        entry.hash.to_string(),
        part.archive.to_string(),
        entry.n,
        entry.line
    ])?;
    Ok(())
}

/// Takes the content of one revision into the record's columns and identifiers.
pub(super) fn revise(
    conn: &Connection,
    seq: EventSeq,
    archive: Digest,
    entry: &ReceivedRecord,
) -> Result<(), StoreError> {
    let id = entry.record.0;
    let hash = entry.hash.to_string();
    conn.prepare_cached(
        "INSERT INTO main.revision (record, n, seq, hash, archive, file_n, line)
         VALUES (?1, (SELECT coalesce(max(n), 0) + 1 FROM main.revision WHERE record = ?1), ?2, ?3, ?4,
                 ?5, ?6)",
    )?
    .execute(params![
        id,
        seq.0,
        hash,
        archive.to_string(),
        entry.n,
        entry.line
    ])?;
    shown::show(conn, seq, entry.record, &hash)
}
