//! The audit: rebuild every projection from event 1 and compare it, row by row, by value.

mod file;
mod log;

pub use file::{FileState, examine};
pub use log::Log;

pub(super) use file::is_foreign;

use super::pool::{self, Access};
use super::{Reader, Store, StoreError, project, write};
use crate::ledger::chain;
use crate::model::{Digest, EventSeq, PersonId, Salt};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeSet;

/// The tables that the log alone determines.
pub const PROJECTIONS: [&str; 33] = [
    "setting",
    "source",
    "reason",
    "person",
    "search_run",
    "arriving",
    "arriving_revision",
    "record",
    "revision",
    "identifier",
    "join_edge",
    "verdict",
    "relation",
    "uncertain",
    "correction",
    "removal",
    "decision",
    "report",
    "study",
    "study_registry",
    "study_link",
    "cell_entry",
    "rob_entry",
    "attachment",
    "discussion",
    "analysis",
    "record_left",
    "record_withdrawn",
    "not_returned",
    "version",
    "published",
    "version_member",
    "date_kept",
];

/// One difference between what the log gives and what is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The table in which the row stands.
    pub table: String,
    /// The row that the log gives, if any.
    pub expected: Option<String>,
    /// The row that is stored, if any.
    pub found: Option<String>,
}

impl Store {
    /// Rebuilds the projections from the log and names every row that differs.
    pub fn rebuild_and_compare(&self) -> Result<Vec<Difference>, StoreError> {
        self.differences(self.snapshot()?.read())
    }

    /// The same for what `reader` sees.
    pub fn differences(&self, reader: Reader<'_>) -> Result<Vec<Difference>, StoreError> {
        let rebuilt = self.rebuild(reader, None)?;
        let mut out = Vec::new();
        for table in tables() {
            compare(
                table,
                &rows(&rebuilt, table)?,
                &rows(reader.conn, table)?,
                &mut out,
            );
        }
        Ok(out)
    }

    /// What differs, in words, as far as log and tables can be read: a fault does not end it.
    pub fn projection_faults(&self, reader: Reader<'_>) -> Vec<String> {
        let mut faults = Vec::new();
        let rebuilt = match self.begin_rebuild(reader) {
            Ok(fresh) => fresh,
            Err(error) => return vec![error.to_string()],
        };
        let applied = reader.events(EventSeq(0), |event| {
            insert_event(&rebuilt, &event)?;
            let body = event.body()?;
            project::apply(&rebuilt, &event, &body)
        });
        if let Err(error) = applied.and_then(|()| Ok(rebuilt.execute_batch("COMMIT")?)) {
            return vec![format!("they cannot be rebuilt: {error}")];
        }
        for table in tables() {
            let mut found = Vec::new();
            match (rows(&rebuilt, table), rows(reader.conn, table)) {
                (Ok(expected), Ok(stored)) => compare(table, &expected, &stored, &mut found),
                (Err(error), _) | (_, Err(error)) => {
                    faults.push(format!("table {table} cannot be read: {error}"));
                }
            }
            faults.extend(found.into_iter().map(|difference| difference.to_string()));
        }
        faults
    }

    /// Every row of every projection, table by table: for comparing two states by value.
    pub fn dump(&self) -> Result<Vec<(String, Vec<String>)>, StoreError> {
        dump(self.snapshot()?.read().conn)
    }

    /// The same after rebuilding from event 1 up to `last`.
    pub fn dump_rebuilt(&self, last: EventSeq) -> Result<Vec<(String, Vec<String>)>, StoreError> {
        let snapshot = self.snapshot()?;
        dump(&self.rebuild(snapshot.read(), Some(last))?)
    }

    /// The review as it was after an event that `reader` sees, in memory: for what changed since.
    pub fn as_of(&self, reader: Reader<'_>, last: EventSeq) -> Result<Self, StoreError> {
        Self::alone(self.rebuild(reader, Some(last))?, &self.review)
    }

    /// A fresh database in memory with the projections of the log, up to `last` if given.
    fn rebuild(
        &self,
        reader: Reader<'_>,
        last: Option<EventSeq>,
    ) -> Result<Connection, StoreError> {
        let fresh = self.begin_rebuild(reader)?;
        let mut prev = write::first_prev(&self.review);
        let mut seq = EventSeq(0);
        reader.events(EventSeq(0), |event| {
            if last.is_some_and(|last| event.seq > last) {
                return Ok(());
            }
            seq = EventSeq(seq.0 + 1);
            chain::follows(&event, prev, seq)?;
            prev = event.hash;
            insert_event(&fresh, &event)?;
            let body = event.body()?;
            project::apply(&fresh, &event, &body)
        })?;
        fresh.execute_batch("COMMIT")?;
        Ok(fresh)
    }

    /// An empty database in memory that finds the contents of this one, in a transaction.
    fn begin_rebuild(&self, reader: Reader<'_>) -> Result<Connection, StoreError> {
        let fresh = match self.pool.access() {
            Access::Alone => {
                let fresh = fresh(&self.review)?;
                copy_contents(reader.conn, &fresh)?;
                fresh
            }
            access => {
                let fresh = fresh(&self.review)?;
                let access = match access {
                    Access::Immutable => access,
                    Access::Shared | Access::ReadOnly | Access::Alone => Access::ReadOnly,
                };
                let uri = pool::uri(&self.path, access);
                fresh.execute("ATTACH DATABASE ?1 AS stored", [uri])?;
                // Contents are checked by hash elsewhere; the projections read them where they are.
                fresh.execute_batch("CREATE TEMP VIEW content AS SELECT * FROM stored.content")?;
                fresh
            }
        };
        fresh.execute_batch("BEGIN")?;
        Ok(fresh)
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let or_nothing = |row: &Option<String>| row.clone().unwrap_or_else(|| "nothing".to_owned());
        write!(
            f,
            "table {}: the log gives {}, stored is {}",
            self.table,
            or_nothing(&self.expected),
            or_nothing(&self.found)
        )
    }
}

impl Reader<'_> {
    /// Every content: the hash it stands under, and the hash that it gives, where it is a text.
    pub fn contents(&self, mut see: impl FnMut(&str, Option<Digest>)) -> Result<(), StoreError> {
        let mut all = self.conn.prepare("SELECT hash, body FROM main.content")?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let hash = lossy(row.get_ref(0)?);
            let body = match row.get_ref(1)? {
                ValueRef::Text(bytes) => Some(Digest::of(bytes)),
                _ => None,
            };
            see(&hash, body);
        }
        Ok(())
    }

    /// The names of people, as the erasable table has them, each with the salt of its hash.
    pub fn names(&self) -> Result<Vec<(PersonId, String, Option<Salt>)>, StoreError> {
        let mut all = self
            .conn
            .prepare("SELECT person, name, salt FROM main.person_name ORDER BY person")?;
        let mut rows = all.query([])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            let salt: Option<String> = row.get(2)?;
            let salt = salt.and_then(|salt| salt.parse().ok());
            out.push((PersonId(row.get(0)?), row.get(1)?, salt));
        }
        Ok(out)
    }
}

fn lossy(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => format!("{other:?}"),
    }
}

/// A new database in memory that can attach another by its URI.
fn fresh(review: &str) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let mut conn = Connection::open_with_flags(":memory:", flags)?;
    super::prepare(&mut conn)?;
    super::migrate::migrate(&mut conn)?;
    super::migrate::review(&mut conn, review)?;
    Ok(conn)
}

fn copy_contents(from: &Connection, to: &Connection) -> Result<(), StoreError> {
    let mut all = from.prepare("SELECT hash, body FROM content")?;
    let mut rows = all.query([])?;
    let mut add = to.prepare("INSERT INTO content (hash, body) VALUES (?1, ?2)")?;
    while let Some(row) = rows.next()? {
        add.execute([row.get::<_, String>(0)?, row.get::<_, String>(1)?])?;
    }
    Ok(())
}

/// Undo reads the events it names, so a rebuilt database has them too.
fn insert_event(conn: &Connection, event: &crate::ledger::Event) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO event (seq, at, actor, via, kind, body, prev, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(rusqlite::params![
        event.seq.0,
        event.at,
        event.actor,
        event.via,
        event.kind,
        event.body,
        event.prev.to_string(),
        event.hash.to_string()
    ])?;
    Ok(())
}

fn tables() -> impl Iterator<Item = &'static str> {
    PROJECTIONS.into_iter()
}

fn dump(conn: &Connection) -> Result<Vec<(String, Vec<String>)>, StoreError> {
    tables()
        .map(|table| Ok((table.to_owned(), rows(conn, table)?.into_iter().collect())))
        .collect()
}

/// Every row of a table as text, sorted.
fn rows(conn: &Connection, table: &str) -> Result<BTreeSet<String>, StoreError> {
    let mut all = conn.prepare(&format!("SELECT * FROM main.{table}"))?;
    let names: Vec<String> = all.column_names().map(str::to_owned).collect();
    let mut rows = all.query([])?;
    let mut out = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let mut text = Vec::with_capacity(names.len());
        for (n, name) in names.iter().enumerate() {
            let value = match row.get_ref(n)? {
                ValueRef::Null => "null".to_owned(),
                ValueRef::Integer(value) => value.to_string(),
                ValueRef::Real(value) => value.to_string(),
                ValueRef::Text(value) => format!("{:?}", String::from_utf8_lossy(value)),
                ValueRef::Blob(value) => format!("{} bytes", value.len()),
            };
            text.push(format!("{name}={value}"));
        }
        out.insert(text.join(" "));
    }
    Ok(out)
}

fn compare(
    table: &str,
    expected: &BTreeSet<String>,
    found: &BTreeSet<String>,
    out: &mut Vec<Difference>,
) {
    let key = |row: &str| row.split(' ').next().unwrap_or_default().to_owned();
    let mut missing: Vec<&String> = expected.difference(found).collect();
    for row in found.difference(expected) {
        let partner = missing.iter().position(|other| key(other) == key(row));
        let partner = partner.map(|n| missing.remove(n).clone());
        out.push(Difference {
            table: table.to_owned(),
            expected: partner,
            found: Some(row.clone()),
        });
    }
    for row in missing {
        out.push(Difference {
            table: table.to_owned(),
            expected: Some(row.clone()),
            found: None,
        });
    }
}
