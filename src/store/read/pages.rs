//! What live searches still have to ask for, and what a source knows already.

use super::super::StoreError;
use super::Reader;
use crate::model::{Place, RecordId};
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};

/// A live search that is not complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPlan {
    /// The number of its search run, from 1.
    pub run: u64,
    /// What `search` knows of it, JSON.
    pub body: String,
}

/// One page of a live search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRow {
    /// Its number in the run, from 1.
    pub n: u64,
    /// `new`, `revised` or `sweep`.
    pub purpose: String,
    /// The ids to ask for.
    pub ids: Vec<String>,
    /// Whether its records are in the store.
    pub done: bool,
    /// Requests sent for it.
    pub requests: u64,
    /// Its answers, JSON.
    pub answers: String,
    /// Ids that were not returned.
    pub missing: Vec<String>,
}

fn list(json: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(json).map_err(|error| StoreError::Value(error.to_string()))
}

impl Reader<'_> {
    /// The live search of a source that is not complete.
    pub fn open_plan(&self, source: &str) -> Result<Option<OpenPlan>, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT run, body FROM search_plan WHERE source = ?1 AND state = 'open' ORDER BY run",
            )?
            .query_row([source], |row| {
                Ok(OpenPlan {
                    run: row.get(0)?,
                    body: row.get(1)?,
                })
            })
            .optional()?)
    }

    /// The pages of a run, in order.
    pub fn pages(&self, run: u64) -> Result<Vec<PageRow>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT n, purpose, ids, state, requests, answers, missing FROM search_page
             WHERE run = ?1 ORDER BY n",
        )?;
        let mut rows = all.query([run])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push(PageRow {
                n: row.get(0)?,
                purpose: row.get(1)?,
                ids: list(&row.get::<_, String>(2)?)?,
                done: row.get::<_, String>(3)? == "done",
                requests: row.get(4)?,
                answers: row.get(5)?,
                missing: list(&row.get::<_, String>(6)?)?,
            });
        }
        Ok(out)
    }

    /// Sources whose live search is not complete: name, pages in the store, pages in all.
    pub fn open_searches(&self) -> Result<Vec<(String, u64, u64)>, StoreError> {
        let mut all = self.conn.prepare(
            "SELECT p.source, count(CASE g.state WHEN 'done' THEN 1 END), count(g.n)
             FROM search_plan p LEFT JOIN search_page g ON g.run = p.run
             WHERE p.state = 'open' GROUP BY p.run ORDER BY p.run",
        )?;
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every id that the source gave a record for.
    pub fn keys(&self, source: &str) -> Result<BTreeMap<String, RecordId>, StoreError> {
        let mut all = self
            .conn
            .prepare_cached("SELECT key, id FROM record WHERE source = ?1")?;
        let rows = all.query_map([source], |row| Ok((row.get(0)?, RecordId(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The records of a source that its strategy returned no more when it last ran.
    pub fn left(&self, source: &str) -> Result<BTreeSet<RecordId>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT l.record FROM record_left l JOIN record r ON r.id = l.record WHERE r.source = ?1",
        )?;
        let rows = all.query_map([source], |row| row.get(0).map(RecordId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether it is in the log that `source` found this id and never returned it.
    pub fn is_not_returned(&self, source: &str, key: &str) -> Result<bool, StoreError> {
        Ok(self.conn.query_row(
            "SELECT EXISTS (SELECT 1 FROM not_returned WHERE source = ?1 AND key = ?2)",
            [source, key],
            |row| row.get(0),
        )?)
    }

    /// The ids of a source's records in reports that are included or in full text.
    pub fn keys_in_use(&self, source: &str) -> Result<BTreeSet<String>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT r.key FROM record r JOIN report p ON p.id = r.report
             WHERE r.source = ?1 AND p.place = ?2",
        )?;
        let mut out = BTreeSet::new();
        for place in Place::IN_USE {
            let rows = all.query_map(params![source, place.as_str()], |row| row.get(0))?;
            for key in rows {
                out.insert(key?);
            }
        }
        Ok(out)
    }

    /// When a person last decided on a report: the event, 0 where nobody did.
    pub fn last_decision_on(&self, report: RecordId) -> Result<u64, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT coalesce(max(d.seq), 0) FROM decision d JOIN record r ON r.id = d.report
                 WHERE r.report = ?1",
            )?
            .query_row([report.0], |row| row.get(0))?)
    }
}
