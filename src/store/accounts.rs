//! Accounts, sign-ins and what else is personal: erasable tables outside the log.
//!
//! Tokens are kept as their SHA-256 only. Times are the log's spelling, so that they compare as
//! texts. Nothing here is rebuilt from events, and nothing of it is in an export.

use super::{Reader, StoreError, Writer};
use crate::model::{Digest, PersonId, Phase, RecordId};
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};

/// Who signed in, or a token for scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// Its number, by which it is ended.
    pub id: i64,
    /// Whose it is.
    pub person: PersonId,
    /// Whether it is a token for scripts rather than a browser's.
    pub script: bool,
    /// What a script's token is for.
    pub label: String,
    /// When it was made.
    pub made: String,
    /// When it was last used, to the minute.
    pub seen: String,
    /// When it ends at the latest.
    pub ends: String,
}

const SIGN_IN: &str = "SELECT id, person, kind, label, made, seen, ends FROM sign_in";

fn sign_in(row: &rusqlite::Row<'_>) -> rusqlite::Result<SignIn> {
    Ok(SignIn {
        id: row.get(0)?,
        person: PersonId(row.get(1)?),
        script: row.get::<_, String>(2)? == "script",
        label: row.get(3)?,
        made: row.get(4)?,
        seen: row.get(5)?,
        ends: row.get(6)?,
    })
}

impl Reader<'_> {
    /// The password hash of a person who has one.
    pub fn password(&self, person: PersonId) -> Result<Option<String>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached("SELECT password FROM account WHERE person = ?1")?;
        Ok(find.query_row([person.0], |row| row.get(0)).optional()?)
    }

    /// The people who have a password.
    pub fn with_password(&self) -> Result<BTreeSet<PersonId>, StoreError> {
        let mut all = self.conn.prepare("SELECT person FROM account")?;
        let rows = all.query_map([], |row| row.get(0).map(PersonId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The sign-in of a token, whether it is still valid or not.
    pub fn sign_in(&self, token: Digest) -> Result<Option<SignIn>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached(&format!("{SIGN_IN} WHERE token = ?1"))?;
        Ok(find.query_row([token.to_string()], sign_in).optional()?)
    }

    /// Every sign-in and token that has not ended, the latest first.
    pub fn sign_ins(&self, now: &str) -> Result<Vec<SignIn>, StoreError> {
        let mut all = self
            .conn
            .prepare(&format!("{SIGN_IN} WHERE ends > ?1 ORDER BY id DESC"))?;
        let rows = all.query_map([now], sign_in)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whom an invitation that has not ended is for, and when it ends.
    pub fn invited(
        &self,
        token: Digest,
        now: &str,
    ) -> Result<Option<(PersonId, String)>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached("SELECT person, ends FROM invitation WHERE token = ?1 AND ends > ?2")?;
        let found = find.query_row(params![token.to_string(), now], |row| {
            Ok((PersonId(row.get(0)?), row.get(1)?))
        });
        Ok(found.optional()?)
    }

    /// Who has an invitation that was not used, and when it ends.
    pub fn invitations(&self, now: &str) -> Result<BTreeMap<PersonId, String>, StoreError> {
        let mut all = self
            .conn
            .prepare("SELECT person, max(ends) FROM invitation WHERE ends > ?1 GROUP BY person")?;
        let rows = all.query_map([now], |row| Ok((PersonId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The day on which each person was last seen by the server.
    pub fn last_seen(&self) -> Result<BTreeMap<PersonId, String>, StoreError> {
        let mut all = self
            .conn
            .prepare("SELECT person, value FROM preference WHERE key = 'seen'")?;
        let rows = all.query_map([], |row| Ok((PersonId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How a post with this key was answered.
    pub fn posted(&self, person: PersonId, key: &str) -> Result<Option<String>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached("SELECT answer FROM posted WHERE person = ?1 AND key = ?2")?;
        Ok(find
            .query_row(params![person.0, key], |row| row.get(0))
            .optional()?)
    }

    /// The reports that a person put off in a phase.
    pub fn skipped(
        &self,
        person: PersonId,
        phase: Phase,
    ) -> Result<BTreeSet<RecordId>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT DISTINCT r.report FROM skipped s JOIN record r ON r.id = s.report
             WHERE s.person = ?1 AND s.phase = ?2",
        )?;
        let rows = all.query_map(params![person.0, phase.as_str()], |row| {
            row.get(0).map(RecordId)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How a person likes something.
    pub fn preference(&self, person: PersonId, key: &str) -> Result<Option<String>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached("SELECT value FROM preference WHERE person = ?1 AND key = ?2")?;
        Ok(find
            .query_row(params![person.0, key], |row| row.get(0))
            .optional()?)
    }
}

impl Writer<'_> {
    /// Gives a person a password; whoever was signed in as that person is so no more.
    pub fn set_password(&self, person: PersonId, hash: &str, at: &str) -> Result<(), StoreError> {
        self.connection().execute(
            "INSERT INTO account (person, password, changed) VALUES (?1, ?2, ?3)
             ON CONFLICT (person) DO UPDATE SET password = ?2, changed = ?3",
            params![person.0, hash, at],
        )?;
        self.end_sign_ins(person)
    }

    /// Begins a sign-in; `script` names what a token for scripts is for.
    pub fn add_sign_in(
        &self,
        token: Digest,
        person: PersonId,
        script: Option<&str>,
        (at, ends): (&str, &str),
    ) -> Result<(), StoreError> {
        let kind = if script.is_some() {
            "script"
        } else {
            "browser"
        };
        self.connection().execute(
            "INSERT INTO sign_in (token, person, kind, label, made, seen, ends)
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)",
            params![
                token.to_string(),
                person.0,
                kind,
                script.unwrap_or_default(),
                at,
                ends
            ],
        )?;
        // What ended long ago is of no use to anybody.
        self.connection()
            .execute("DELETE FROM sign_in WHERE ends <= ?1", [at])?;
        self.connection()
            .execute("DELETE FROM invitation WHERE ends <= ?1", [at])?;
        Ok(())
    }

    /// Notes that a sign-in was used.
    pub fn see_sign_in(&self, id: i64, person: PersonId, at: &str) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE sign_in SET seen = ?2 WHERE id = ?1")?
            .execute(params![id, at])?;
        self.prefer(person, "seen", at.get(..10).unwrap_or(at))
    }

    /// Ends one sign-in; of `person` where one is given. Says whether there was one.
    pub fn end_sign_in(&self, id: i64, person: Option<PersonId>) -> Result<bool, StoreError> {
        let whose = person.map(|person| person.0);
        Ok(self.connection().execute(
            "DELETE FROM sign_in WHERE id = ?1 AND (?2 IS NULL OR person = ?2)",
            params![id, whose],
        )? > 0)
    }

    /// Ends every token for scripts of a person and says how many there were.
    pub fn end_tokens(&self, person: PersonId) -> Result<usize, StoreError> {
        Ok(self.connection().execute(
            "DELETE FROM sign_in WHERE person = ?1 AND kind = 'script'",
            [person.0],
        )?)
    }

    /// Ends every sign-in, token and invitation of a person.
    pub fn end_sign_ins(&self, person: PersonId) -> Result<(), StoreError> {
        for table in ["sign_in", "invitation"] {
            self.connection().execute(
                &format!("DELETE FROM {table} WHERE person = ?1"),
                [person.0],
            )?;
        }
        Ok(())
    }

    /// Invites a person by a one-time token; an earlier invitation ends.
    pub fn invite(
        &self,
        token: Digest,
        person: PersonId,
        (at, ends): (&str, &str),
    ) -> Result<(), StoreError> {
        self.withdraw_invitation(person)?;
        self.connection().execute(
            "INSERT INTO invitation (token, person, made, ends) VALUES (?1, ?2, ?3, ?4)",
            params![token.to_string(), person.0, at, ends],
        )?;
        Ok(())
    }

    /// Withdraws an invitation and says whether there was one.
    pub fn withdraw_invitation(&self, person: PersonId) -> Result<bool, StoreError> {
        Ok(self
            .connection()
            .execute("DELETE FROM invitation WHERE person = ?1", [person.0])?
            > 0)
    }

    /// Keeps how a post was answered.
    pub fn keep_posted(
        &self,
        person: PersonId,
        key: &str,
        at: &str,
        answer: &str,
    ) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT OR REPLACE INTO posted (person, key, at, answer) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![person.0, key, at, answer])?;
        Ok(())
    }

    /// Forgets the answers to posts before a point in time.
    pub fn forget_posted(&self, before: &str) -> Result<usize, StoreError> {
        Ok(self
            .connection()
            .execute("DELETE FROM posted WHERE at < ?1", [before])?)
    }

    /// Puts a report off for a person, or takes it up again.
    pub fn skip(
        &self,
        person: PersonId,
        phase: Phase,
        report: RecordId,
        at: Option<&str>,
    ) -> Result<(), StoreError> {
        match at {
            Some(at) => self
                .connection()
                .prepare_cached(
                    "INSERT OR IGNORE INTO skipped (person, report, phase, at)
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![person.0, report.0, phase.as_str(), at])?,
            None => self
                .connection()
                .prepare_cached(
                    "DELETE FROM skipped WHERE person = ?1 AND phase = ?2 AND report IN
                       (SELECT x.id FROM record x WHERE x.report = ?3)",
                )?
                .execute(params![person.0, phase.as_str(), report.0])?,
        };
        Ok(())
    }

    /// Keeps how a person likes something; empty forgets it.
    pub fn prefer(&self, person: PersonId, key: &str, value: &str) -> Result<(), StoreError> {
        let conn = self.connection();
        if value.is_empty() {
            conn.execute(
                "DELETE FROM preference WHERE person = ?1 AND key = ?2",
                params![person.0, key],
            )?;
        } else {
            conn.prepare_cached(
                "INSERT OR REPLACE INTO preference (person, key, value) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![person.0, key, value])?;
        }
        Ok(())
    }

    /// Takes everything personal about somebody out of these tables.
    pub(super) fn forget_account(&self, person: PersonId) -> Result<(), StoreError> {
        let tables = [
            "account",
            "sign_in",
            "invitation",
            "posted",
            "skipped",
            "preference",
        ];
        for table in tables {
            self.connection().execute(
                &format!("DELETE FROM {table} WHERE person = ?1"),
                [person.0],
            )?;
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// Whether anybody acted through a page, a token or the command line since the archive was
    /// replayed: then the log is not the one that every machine gets.
    pub fn was_lived(&self) -> Result<bool, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM event WHERE via IN ('web', 'token', 'cli'))",
            )?
            .query_row([], |row| row.get(0))?)
    }
}
