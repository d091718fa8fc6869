//! The database file itself: what SQLite finds wrong in it, and whether its tables, indexes and
//! triggers are those that this program makes.
//!
//! An index that lost an entry gives wrong answers without an error, and a trigger that is gone
//! guards nothing; neither shows in any row. SQLite compares every index with its table, and every
//! page with the lists of pages (<https://sqlite.org/pragma.html#pragma_integrity_check>).

use super::super::{StoreError, migrate, reading};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;

/// What was found of the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FileState {
    /// What SQLite's own check says.
    pub damage: Vec<String>,
    /// How the schema differs from what this program makes.
    pub schema: Vec<String>,
    /// Whether every table is there as one, so that the rest can be read.
    pub readable: bool,
    /// How many tables, indexes and triggers there are.
    pub parts: u64,
}

/// How many lines SQLite gives at most.
const LINES: u32 = 1_000;

/// Looks at a database file.
pub fn examine(path: &Path) -> Result<FileState, StoreError> {
    let look = || -> Result<FileState, StoreError> {
        let (conn, _) = reading::open(path)?;
        conn.execute_batch("BEGIN")?;
        let version = migrate::version(&conn)?;
        let found = schema(&conn)?;
        let (differences, readable) = compare(&expected(version)?, &found);
        Ok(FileState {
            damage: damage(&conn)?,
            schema: differences,
            readable,
            parts: found.len() as u64,
        })
    };
    look().map_err(|error| error.refined(path))
}

fn damage(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let mut check = conn.prepare(&format!("PRAGMA main.integrity_check({LINES})"))?;
    let rows = check.query_map([], |row| row.get::<_, String>(0))?;
    let mut out = Vec::new();
    for row in rows {
        match row {
            Ok(line) if line == "ok" => {}
            Ok(line) => out.extend(line.lines().map(|line| format!("SQLite: {line}"))),
            Err(error) => {
                out.push(format!("SQLite: {error}"));
                break;
            }
        }
    }
    Ok(out)
}

type Schema = BTreeMap<(String, String), (String, String)>;

/// Everything that SQLite did not make for itself: type and name, table and text.
fn schema(conn: &Connection) -> Result<Schema, StoreError> {
    let mut all =
        conn.prepare("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema")?;
    let rows = all.query_map([], |row| {
        Ok((
            (row.get::<_, String>(0)?, row.get::<_, String>(1)?),
            (row.get::<_, String>(2)?, row.get::<_, String>(3)?),
        ))
    })?;
    let mut out = Schema::new();
    for row in rows {
        let ((kind, name), of) = row?;
        if !name.starts_with("sqlite_") {
            out.insert((kind, name), of);
        }
    }
    Ok(out)
}

fn expected(version: i64) -> Result<Schema, StoreError> {
    let mut fresh = Connection::open_in_memory()?;
    migrate::migrate_to(&mut fresh, version)?;
    schema(&fresh)
}

fn compare(expected: &Schema, found: &Schema) -> (Vec<String>, bool) {
    let mut out = Vec::new();
    let mut readable = true;
    for (part, of) in expected {
        let (kind, name) = part;
        match found.get(part) {
            Some(there) if there == of => {}
            Some(_) => out.push(format!("the {kind} {name} is not as this program makes it")),
            None => {
                readable &= kind != "table";
                out.push(format!("the {kind} {name} is not there"));
            }
        }
    }
    for (kind, name) in found.keys().filter(|part| !expected.contains_key(*part)) {
        // What a view of a table's name gives is no table, and may never end.
        readable &= kind != "view";
        out.push(format!("the {kind} {name} is none of this program's"));
    }
    (out, readable)
}

/// Whether a database has parts and none of them is this program's: it is somebody else's.
pub(in crate::store) fn is_foreign(conn: &Connection) -> Result<bool, StoreError> {
    Ok(conn.query_row(
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!')
            AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration')
             OR EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'view')",
        [],
        |row| row.get(0),
    )?)
}
