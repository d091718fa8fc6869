//! Planned dates that are past, the updates that were begun, and what was received in between.

use super::Reader;
use crate::model::EventSeq;
use crate::store::{StoreError, Writer};
use rusqlite::params;
use serde::Serialize;

/// A planned date that is past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeptDate {
    /// The step: `search`.
    pub step: String,
    /// The source, where it is searched on dates of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The planned day.
    pub due: String,
    /// The word of its outcome.
    pub outcome: String,
    /// The event that says so.
    pub seq: EventSeq,
    /// When the log took it.
    pub at: String,
}

impl KeptDate {
    /// `search`, `search of Embase`.
    pub fn name(&self) -> String {
        match &self.source {
            Some(source) => format!("{} of {source}", self.step),
            None => self.step.clone(),
        }
    }
}

/// An update that was begun. Operational: not part of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// When it began.
    pub began: String,
    /// When it ended; absent while it runs, and where it was killed.
    pub ended: Option<String>,
    /// What began it: `watch`, `update` or `run`.
    pub command: String,
    /// `done`, `nothing new` or `failed`.
    pub outcome: Option<String>,
    /// What it found, or what stopped it.
    pub text: Option<String>,
}

impl Reader<'_> {
    /// Every planned date that is past, the earliest first.
    pub fn dates_kept(&self) -> Result<Vec<KeptDate>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT step, source, due, outcome, seq, at FROM date_kept ORDER BY due, seq",
        )?;
        let rows = all.query_map([], |row| {
            let source: String = row.get(1)?;
            Ok(KeptDate {
                step: row.get(0)?,
                source: (!source.is_empty()).then_some(source),
                due: row.get(2)?,
                outcome: row.get(3)?,
                seq: EventSeq(row.get(4)?),
                at: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The updates that began at or after a moment, the earliest first.
    pub fn attempts_since(&self, at: &str) -> Result<Vec<Attempt>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT began, ended, command, outcome, text FROM update_attempt
             WHERE began >= ?1 ORDER BY id",
        )?;
        let rows = all.query_map([at], |row| {
            Ok(Attempt {
                began: row.get(0)?,
                ended: row.get(1)?,
                command: row.get(2)?,
                outcome: row.get(3)?,
                text: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether a record, or a changed copy of one, came in after one event and up to another.
    pub fn received_between(&self, after: EventSeq, upto: EventSeq) -> Result<bool, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM event e WHERE e.kind = 'records_received'
                   AND e.seq > ?1 AND e.seq <= ?2
                   AND json_array_length(e.body, '$.new') + json_array_length(e.body, '$.revised') > 0)",
            )?
            .query_row(params![after.0, upto.0], |row| row.get(0))?)
    }
}

impl Writer<'_> {
    /// Notes that an update begins; gives its number. Outside the chain.
    pub fn begin_attempt(&self, began: &str, command: &str) -> Result<i64, StoreError> {
        let conn = self.connection();
        conn.prepare_cached("INSERT INTO update_attempt (began, command) VALUES (?1, ?2)")?
            .execute(params![began, command])?;
        Ok(conn.last_insert_rowid())
    }

    /// Notes how an update ended.
    pub fn end_attempt(
        &self,
        id: i64,
        ended: &str,
        outcome: &str,
        text: &str,
    ) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE update_attempt SET ended = ?2, outcome = ?3, text = ?4 WHERE id = ?1",
            )?
            .execute(params![id, ended, outcome, text])?;
        Ok(())
    }
}
