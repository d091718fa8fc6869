//! What deduplication asks: candidates by key, what a record is connected with, the rules in force.

use super::super::StoreError;
use super::Reader;
use super::records::{self, RecordRow};
use crate::model::{EventSeq, RecordId};
use rusqlite::{OptionalExtension, params};
use std::collections::BTreeSet;

impl Reader<'_> {
    /// Records that were compared and whose present content has no keys in the index.
    pub fn not_indexed(&self) -> Result<Vec<RecordRow>, StoreError> {
        self.rows(
            "compared > 0 AND NOT EXISTS
             (SELECT 1 FROM dedup_indexed d WHERE d.record = record.id AND d.hash = record.hash)",
        )
    }

    /// Records that were not compared yet, in order.
    pub fn not_compared(&self) -> Result<Vec<RecordRow>, StoreError> {
        self.rows("compared = 0")
    }

    /// The records for which a condition holds, in order, in one question.
    fn rows(self, condition: &str) -> Result<Vec<RecordRow>, StoreError> {
        let sql = format!("{} WHERE {condition} ORDER BY id", records::RECORD);
        let mut all = self.conn.prepare(&sql)?;
        all.query_map([], records::row)?
            .map(|row| records::built(row?))
            .collect()
    }

    /// Records that share a key: all of a block up to `whole`, the nearest by title of a larger one.
    pub fn sharing_key(
        &self,
        key: i64,
        near: i64,
        whole: usize,
        window: usize,
    ) -> Result<Vec<RecordId>, StoreError> {
        let mut all = self
            .conn
            .prepare_cached("SELECT record FROM dedup_key WHERE key = ?1 LIMIT ?2")?;
        let ids = all.query_map(params![key, whole + 1], |row| Ok(RecordId(row.get(0)?)))?;
        let found = ids.collect::<Result<Vec<_>, _>>()?;
        if found.len() <= whole {
            return Ok(found);
        }
        let mut found = Vec::with_capacity(2 * window);
        for side in [
            "SELECT record FROM dedup_key WHERE key = ?1 AND near >= ?2 ORDER BY near LIMIT ?3",
            "SELECT record FROM dedup_key WHERE key = ?1 AND near < ?2 ORDER BY near DESC LIMIT ?3",
        ] {
            let mut some = self.conn.prepare_cached(side)?;
            let ids =
                some.query_map(params![key, near, window], |row| Ok(RecordId(row.get(0)?)))?;
            found.extend(ids.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(found)
    }

    /// Everything that reports, joins, verdicts or open questions connect with these records.
    pub fn connected(&self, with: &BTreeSet<RecordId>) -> Result<BTreeSet<RecordId>, StoreError> {
        let mut near = self.conn.prepare_cached(
            "SELECT b FROM join_edge WHERE a = ?1 UNION SELECT a FROM join_edge WHERE b = ?1
             UNION SELECT b FROM verdict WHERE a = ?1 UNION SELECT a FROM verdict WHERE b = ?1
             UNION SELECT b FROM uncertain WHERE a = ?1 UNION SELECT a FROM uncertain WHERE b = ?1
             UNION SELECT id FROM record WHERE report = (SELECT report FROM record WHERE id = ?1)",
        )?;
        let mut members = with.clone();
        let mut open: Vec<RecordId> = with.iter().copied().collect();
        while let Some(id) = open.pop() {
            let found = near
                .query_map([id.0], |row| Ok(RecordId(row.get(0)?)))?
                .collect::<Result<Vec<_>, _>>()?;
            open.extend(found.into_iter().filter(|other| members.insert(*other)));
        }
        Ok(members)
    }

    /// The program's joins that touch a record, in log order.
    pub fn edges_of(&self, id: RecordId) -> Result<Vec<(RecordId, RecordId)>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT a, b FROM join_edge WHERE a = ?1 OR b = ?1 ORDER BY seq, ord",
        )?;
        let rows = all.query_map([id.0], |row| {
            Ok((RecordId(row.get(0)?), RecordId(row.get(1)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The program's joins in force.
    pub fn edges(&self) -> Result<Vec<(RecordId, RecordId)>, StoreError> {
        let mut all = self
            .conn
            .prepare("SELECT a, b FROM join_edge ORDER BY a, b")?;
        let rows = all.query_map([], |row| Ok((RecordId(row.get(0)?), RecordId(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The questions that were asked after an event, answered or not.
    pub fn asked_since(&self, seq: EventSeq) -> Result<Vec<(RecordId, RecordId)>, StoreError> {
        let mut all = self
            .conn
            .prepare("SELECT a, b FROM uncertain WHERE seq > ?1 ORDER BY a, b")?;
        let rows = all.query_map([seq.0], |row| {
            Ok((RecordId(row.get(0)?), RecordId(row.get(1)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether this question stands in the store, answered or not.
    pub fn was_asked(&self, a: RecordId, b: RecordId) -> Result<bool, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM uncertain WHERE a = ?1 AND b = ?2)")?
            .query_row([a.0, b.0], |row| row.get(0))?)
    }

    /// Whether the reports of two records are linked by this word already.
    pub fn is_related(&self, a: RecordId, b: RecordId, word: &str) -> Result<bool, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM record x, record y, record p, record q, relation t
                 WHERE x.id = ?1 AND y.id = ?2 AND p.report = x.report AND q.report = y.report
                   AND t.relation = ?3
                   AND ((t.a = p.id AND t.b = q.id) OR (t.a = q.id AND t.b = p.id)))",
            )?
            .query_row(params![a.0, b.0, word], |row| row.get(0))?)
    }

    /// What each source wrote into its issue column: the source, the hash, how often.
    pub fn issues(&self) -> Result<Vec<(String, i64, u64)>, StoreError> {
        let mut all = self.conn.prepare(
            "SELECT r.source, d.issue, count(*) FROM dedup_indexed d JOIN record r ON r.id = d.record
             WHERE d.issue IS NOT NULL AND r.compared > 0 GROUP BY r.source, d.issue",
        )?;
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The version of the rules that the clusters follow: the first, or the last one accepted.
    pub fn rules_in_force(&self) -> Result<Option<String>, StoreError> {
        let mut accepted = self.conn.prepare_cached(
            "SELECT json_extract(body, '$.rules') FROM event
             WHERE kind = 'clusters_revised' AND json_extract(body, '$.from') IS NOT NULL
             ORDER BY seq DESC LIMIT 1",
        )?;
        let found = accepted.query_row([], |row| row.get(0)).optional()?;
        if found.is_some() {
            return Ok(found);
        }
        let mut first = self.conn.prepare_cached(
            "SELECT json_extract(body, '$.rules') FROM event
             WHERE kind = 'records_clustered' ORDER BY seq LIMIT 1",
        )?;
        Ok(first.query_row([], |row| row.get(0)).optional()?)
    }

    /// The version of the rules that the key index was made by.
    pub fn index_version(&self) -> Result<Option<String>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached("SELECT value FROM meta WHERE key = 'dedup_index'")?;
        Ok(find.query_row([], |row| row.get(0)).optional()?)
    }
}
