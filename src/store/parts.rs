//! Imports that come in parts: what is still to be done, and what their parts gave so far.

use super::read::value;
use super::{Reader, StoreError, Writer};
use crate::model::{Digest, RecordId};
use rusqlite::{OptionalExtension, params};

/// An import whose run is not complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenImport {
    /// The number of its search run, from 1.
    pub run: u64,
    /// The source's name.
    pub source: String,
    /// What `import` has to know to go on, JSON.
    pub body: String,
    /// Parts written so far.
    pub parts: u64,
    /// Records of them that the source never gave before.
    pub new: u64,
    /// Records of them with other content than before.
    pub revised: u64,
    /// Records of them that were known.
    pub known: u64,
}

impl OpenImport {
    /// How many records are in.
    pub fn records(&self) -> u64 {
        self.new + self.revised + self.known
    }
}

impl Writer<'_> {
    /// Opens an import in parts.
    pub fn open_import(&self, run: u64, source: &str, body: &str) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO import_plan (run, source, body, parts, new, revised, known)
             VALUES (?1, ?2, ?3, 0, 0, 0, 0)",
            params![run, source, body],
        )?;
        Ok(())
    }

    /// Notes what one more part gave: new, revised, known.
    pub fn count_part(&self, run: u64, gave: [u64; 3]) -> Result<(), StoreError> {
        let [new, revised, known] = gave;
        self.connection()
            .prepare_cached(
                "UPDATE import_plan SET parts = parts + 1, new = new + ?2, revised = revised + ?3,
                   known = known + ?4 WHERE run = ?1",
            )?
            .execute(params![run, new, revised, known])?;
        Ok(())
    }

    /// Closes an import: nothing of it is to be done any more.
    pub fn close_import(&self, run: u64) -> Result<(), StoreError> {
        self.connection()
            .execute("DELETE FROM import_plan WHERE run = ?1", [run])?;
        Ok(())
    }

    /// The record that `source` knows by `key` and the hash of its last content, with what came in
    /// parts of a run that is not complete.
    pub fn known(&self, source: &str, key: &str) -> Result<Option<(RecordId, Digest)>, StoreError> {
        let found: Option<(u32, String)> = self
            .connection()
            .prepare_cached(
                "SELECT r.id, coalesce((SELECT w.hash FROM arriving_revision w WHERE w.record = r.id
                                        ORDER BY w.seq DESC, w.ord DESC LIMIT 1),
                                (SELECT v.hash FROM main.revision v WHERE v.record = r.id
                                 ORDER BY v.n DESC LIMIT 1))
                 FROM main.record r WHERE r.source = ?1 AND r.key = ?2",
            )?
            .query_row([source, key], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        found
            .map(|(id, hash)| Ok((RecordId(id), value(&hash)?)))
            .transpose()
    }
}

impl Reader<'_> {
    /// Imports in parts that are not complete, in order.
    pub fn open_imports(&self) -> Result<Vec<OpenImport>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT run, source, body, parts, new, revised, known FROM import_plan ORDER BY run",
        )?;
        let rows = all.query_map([], |row| {
            Ok(OpenImport {
                run: row.get(0)?,
                source: row.get(1)?,
                body: row.get(2)?,
                parts: row.get(3)?,
                new: row.get(4)?,
                revised: row.get(5)?,
                known: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
