//! Waiting until something changes, whoever changed it.
//!
//! A commit of this process wakes those who wait at once; one of another process shows in
//! `PRAGMA data_version`, which a connection is asked for a few times a second
//! (<https://sqlite.org/pragma.html#pragma_data_version>).

use super::pool::{self, Access};
use super::{Store, StoreError};
use rusqlite::Connection;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

/// How often other processes are asked after.
const ASK: Duration = Duration::from_millis(200);

/// The commits of this process.
#[derive(Debug, Default)]
pub(super) struct Commits {
    count: Mutex<u64>,
    more: Condvar,
}

impl Commits {
    /// Wakes those who wait.
    pub(super) fn tell(&self) {
        *self
            .count
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) += 1;
        self.more.notify_all();
    }

    fn count(&self) -> u64 {
        *self
            .count
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Waits for a commit after `seen`, no longer than `time`.
    fn wait(&self, seen: u64, time: Duration) -> u64 {
        let count = self
            .count
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let waited = self
            .more
            .wait_timeout_while(count, time, |count| *count == seen);
        *waited.unwrap_or_else(std::sync::PoisonError::into_inner).0
    }
}

/// Sees what is committed from when it was made, by this process and by others.
#[derive(Debug)]
pub struct Changes<'a> {
    store: &'a Store,
    /// None for a store in memory, which no other process can reach.
    conn: Option<Connection>,
    own: u64,
    version: i64,
}

impl<'a> Changes<'a> {
    pub(super) fn new(store: &'a Store) -> Result<Self, StoreError> {
        let conn = match store.pool.access() {
            Access::Alone => None,
            access => Some(pool::open(&store.path, access)?),
        };
        let own = store.commits.count();
        let mut changes = Self {
            store,
            conn,
            own,
            version: 0,
        };
        changes.version = changes.version()?;
        Ok(changes)
    }

    fn version(&self) -> Result<i64, StoreError> {
        match &self.conn {
            None => Ok(0),
            Some(conn) => Ok(conn.query_row("PRAGMA data_version", [], |row| row.get(0))?),
        }
    }

    /// Whether something was committed since this was last asked, without waiting.
    pub fn seen(&mut self) -> Result<bool, StoreError> {
        let (own, version) = (self.store.commits.count(), self.version()?);
        let changed = own != self.own || version != self.version;
        (self.own, self.version) = (own, version);
        Ok(changed)
    }

    /// Waits until something is committed; `false` where nothing was in that time.
    pub fn wait(&mut self, time: Duration) -> Result<bool, StoreError> {
        let until = Instant::now() + time;
        loop {
            if self.seen()? {
                return Ok(true);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            self.store.commits.wait(self.own, left.min(ASK));
        }
    }
}
