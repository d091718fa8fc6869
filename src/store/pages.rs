//! Writing what live searches still have to ask for. Operational: outside the chain.

use super::{StoreError, Writer};
use rusqlite::params;

fn json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Value(error.to_string()))
}

impl Writer<'_> {
    /// Opens a live search with its pages: purpose and ids of each.
    pub fn put_plan(
        &self,
        run: u64,
        source: &str,
        body: &str,
        pages: &[(&str, Vec<String>)],
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO search_plan (run, source, state, body) VALUES (?1, ?2, 'open', ?3)",
            params![run, source, body],
        )?;
        let mut add = self.connection().prepare_cached(
            "INSERT INTO search_page (run, n, purpose, ids, state, requests, answers, missing)
             VALUES (?1, ?2, ?3, ?4, 'open', 0, '[]', '[]')",
        )?;
        for (n, (purpose, ids)) in (1_u64..).zip(pages) {
            add.execute(params![run, n, purpose, json(ids)?])?;
        }
        Ok(())
    }

    /// Adds a page behind those that are there.
    pub fn put_page(
        &self,
        run: u64,
        n: u64,
        purpose: &str,
        ids: &[String],
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO search_page (run, n, purpose, ids, state, requests, answers, missing)
             VALUES (?1, ?2, ?3, ?4, 'open', 0, '[]', '[]')",
            params![run, n, purpose, json(&ids)?],
        )?;
        Ok(())
    }

    /// Closes a page: its records are in the store.
    pub fn close_page(
        &self,
        (run, n): (u64, u64),
        requests: u64,
        answers: &str,
        missing: &[String],
    ) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE search_page SET state = 'done', requests = requests + ?3, answers = ?4,
                   missing = ?5, fault = NULL WHERE run = ?1 AND n = ?2",
            )?
            .execute(params![run, n, requests, answers, json(&missing)?])?;
        Ok(())
    }

    /// Notes what stopped a page.
    pub fn note_fault(
        &self,
        (run, n): (u64, u64),
        requests: u64,
        fault: &str,
    ) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE search_page SET requests = requests + ?3, fault = ?4 WHERE run = ?1 AND n = ?2",
            params![run, n, requests, fault],
        )?;
        Ok(())
    }

    /// Closes a live search.
    pub fn close_plan(&self, run: u64) -> Result<(), StoreError> {
        self.connection().execute(
            "UPDATE search_plan SET state = 'done' WHERE run = ?1",
            [run],
        )?;
        Ok(())
    }
}
