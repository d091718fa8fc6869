//! Writing: one transaction that appends events and everything that follows from them.

use super::archive::Stored;
use super::{Reader, StoreError, project};
use crate::ledger::{CanonicalError, Draft, LedgerError, canonical, genesis};
use crate::model::time::LAST_DAY;
use crate::model::{Digest, EventSeq, PersonId, Record, RecordId, Salt};
use rusqlite::{OptionalExtension, Transaction, params};

/// An open write transaction. Dropped without `commit`, nothing of it is saved.
#[derive(Debug)]
pub struct Writer<'a> {
    tx: Transaction<'a>,
    seq: EventSeq,
    head: Digest,
    /// The time of the last event.
    at: String,
    review: String,
    /// Whether salts are those of the lines of a file that anybody may have.
    replays: bool,
}

impl<'a> Writer<'a> {
    pub(super) fn new(tx: Transaction<'a>, review: &str) -> Result<Self, StoreError> {
        let (seq, head) = Reader::new(&tx).head(review)?;
        let at = Reader::new(&tx).last_at()?.unwrap_or_default();
        Ok(Self {
            tx,
            seq,
            head,
            at,
            review: review.to_owned(),
            replays: false,
        })
    }

    pub(super) fn commit(self) -> Result<(), rusqlite::Error> {
        self.tx.commit()
    }

    /// The connection, for writers in files of their own.
    pub(super) fn connection(&self) -> &rusqlite::Connection {
        &self.tx
    }

    /// Reads, including what this transaction wrote.
    pub fn read(&self) -> Reader<'_> {
        Reader::new(&self.tx)
    }

    /// The time of the last event: no event is earlier than the one before.
    pub fn last_at(&self) -> &str {
        &self.at
    }

    /// Takes salts from the lines of files, so that a replay gives the same log.
    pub fn replays(&mut self) {
        self.replays = true;
    }

    /// The salt of an event that may have to be hidden, which was read from `row` of a file.
    pub fn salt(&self, row: Option<(Digest, u64)>) -> Result<Salt, StoreError> {
        if let (true, Some((file, line))) = (self.replays, row) {
            return Ok(Salt::derived(&self.review, file, line));
        }
        let mut bits = [0; 16];
        getrandom::fill(&mut bits).map_err(|error| StoreError::Random(error.to_string()))?;
        Ok(Salt(bits))
    }

    /// Appends one event and applies it to the projections. Its time is the draft's, or that of the
    /// event before where the clock went back.
    pub fn append(&mut self, draft: &Draft) -> Result<EventSeq, StoreError> {
        let seq = EventSeq(self.seq.0 + 1);
        let mut event = draft.seal(seq, self.head)?;
        if event.at.as_str() >= LAST_DAY {
            return Err(StoreError::Clock(event.at));
        }
        if event.at < self.at {
            event.at.clone_from(&self.at);
            event.hash = crate::ledger::chain::hash(&event);
        }
        self.tx
            .prepare_cached(
                "INSERT INTO event (seq, at, actor, via, kind, body, prev, hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                seq.0,
                event.at,
                event.actor,
                event.via,
                event.kind,
                event.body,
                event.prev.to_string(),
                event.hash.to_string()
            ])?;
        project::apply(&self.tx, &event, &draft.body)?;
        self.seq = seq;
        self.head = event.hash;
        self.at = event.at;
        Ok(seq)
    }

    /// Keeps a canonical record by its hash.
    pub fn put_record(&self, record: &Record) -> Result<Digest, StoreError> {
        let body = canonical(record).map_err(LedgerError::from)?;
        let hash = Digest::of(body.as_bytes());
        self.put_content(hash, &body)?;
        Ok(hash)
    }

    /// Keeps the canonical form of a record, whose hash is known.
    pub fn put_content(&self, hash: Digest, body: &str) -> Result<(), StoreError> {
        self.tx
            .prepare_cached("INSERT OR IGNORE INTO content (hash, body) VALUES (?1, ?2)")?
            .execute(params![hash.to_string(), body])?;
        Ok(())
    }

    /// Notes what the archive holds.
    pub fn put_archive(&self, stored: &Stored, path: &str) -> Result<(), StoreError> {
        self.tx
            .prepare_cached(
                "INSERT OR IGNORE INTO archive (digest, stored, bytes, stored_bytes, path)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                stored.digest.to_string(),
                stored.stored.to_string(),
                stored.bytes,
                stored.stored_bytes,
                path
            ])?;
        Ok(())
    }

    /// Begins the index of keys anew, for this version of the rules.
    pub fn clear_index(&self, version: &str) -> Result<(), StoreError> {
        self.tx
            .execute_batch("DELETE FROM dedup_key; DELETE FROM dedup_indexed;")?;
        self.tx.execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES ('dedup_index', ?1)",
            [version],
        )?;
        Ok(())
    }

    /// Notes keys of records: key, the beginning of the title, record.
    pub fn put_keys(&self, keys: &[(i64, i64, RecordId)]) -> Result<(), StoreError> {
        let mut add = self.tx.prepare_cached(
            "INSERT OR IGNORE INTO dedup_key (key, near, record) VALUES (?1, ?2, ?3)",
        )?;
        for (key, near, record) in keys {
            add.execute(params![key, near, record.0])?;
        }
        Ok(())
    }

    /// Takes records that are no longer there out of the index of keys.
    pub fn forget_keys(&self) -> Result<(), StoreError> {
        for table in ["dedup_key", "dedup_indexed"] {
            self.tx.execute(
                &format!(
                    "DELETE FROM {table} WHERE record IN (SELECT record FROM record_withdrawn)"
                ),
                [],
            )?;
        }
        Ok(())
    }

    /// Notes that the keys of a record are those of this content.
    pub fn put_indexed(
        &self,
        record: RecordId,
        hash: Digest,
        issue: Option<i64>,
    ) -> Result<(), StoreError> {
        self.tx
            .prepare_cached(
                "INSERT OR REPLACE INTO dedup_indexed (record, hash, issue) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![record.0, hash.to_string(), issue])?;
        Ok(())
    }

    /// Gives a person a name, in the erasable table.
    pub fn name_person(&self, person: PersonId, name: &str, salt: Salt) -> Result<(), StoreError> {
        self.tx.execute(
            "INSERT INTO person_name (person, name, salt) VALUES (?1, ?2, ?3)",
            params![person.0, name, salt.to_string()],
        )?;
        Ok(())
    }

    /// Gives a person another name, in the erasable table.
    pub fn rename_person(
        &self,
        person: PersonId,
        name: &str,
        salt: Salt,
    ) -> Result<(), StoreError> {
        self.tx.execute_batch("PRAGMA secure_delete = ON")?;
        self.tx.execute(
            "UPDATE person_name SET name = ?2, salt = ?3 WHERE person = ?1",
            params![person.0, name, salt.to_string()],
        )?;
        Ok(())
    }

    /// Takes a person's name out of the erasable table, and its bytes out of the file.
    pub fn forget_person(&self, person: PersonId) -> Result<(), StoreError> {
        self.tx.execute_batch("PRAGMA secure_delete = ON")?;
        self.tx
            .execute("DELETE FROM person_name WHERE person = ?1", [person.0])?;
        self.forget_account(person)
    }

    /// Marks a step of the pipeline as done, outside the chain.
    pub fn mark_done(&self, task: &str) -> Result<(), StoreError> {
        self.tx
            .prepare_cached("INSERT OR REPLACE INTO task (name, seq) VALUES (?1, ?2)")?
            .execute(params![task, self.seq.0])?;
        Ok(())
    }

    /// The next number of a study.
    pub fn next_study(&self) -> Result<u32, StoreError> {
        self.next("SELECT max(id) FROM study")
    }

    /// The next number of a record.
    pub fn next_record(&self) -> Result<u32, StoreError> {
        // The number of a record that left with its import is not given again.
        self.next(
            "SELECT max(id) FROM (SELECT id FROM main.record UNION ALL
               SELECT record FROM record_withdrawn)",
        )
    }

    /// The next number of a person.
    pub fn next_person(&self) -> Result<u32, StoreError> {
        self.next("SELECT max(id) FROM person")
    }

    fn next(&self, sql: &str) -> Result<u32, StoreError> {
        let last: Option<u32> = self
            .tx
            .query_row(sql, [], |row| row.get(0))
            .optional()?
            .flatten();
        Ok(last.unwrap_or(0) + 1)
    }
}

/// The hash of a record's canonical form.
pub fn record_hash(record: &Record) -> Result<Digest, CanonicalError> {
    Ok(Digest::of(canonical(record)?.as_bytes()))
}

/// What stands as `prev` before the first event.
pub(super) fn first_prev(review: &str) -> Digest {
    genesis(review)
}
