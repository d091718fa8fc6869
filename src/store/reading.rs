//! Opening a database only to read it, also where nothing can be written.
//!
//! SQLite reads a write-ahead log through a shared index beside the database, which it must be able
//! to make. On a medium where it cannot, a database without changes in its log is read as one that
//! nobody changes (<https://sqlite.org/uri.html#uriimmutable>).

use super::pool::{self, Access};
use super::{StoreError, migrate, prepare};
use rusqlite::{Connection, ErrorCode};
use std::path::Path;

/// Opens the file, and says how.
pub(super) fn open(path: &Path) -> Result<(Connection, Access), StoreError> {
    match attempt(path, Access::ReadOnly) {
        Ok(conn) => Ok((conn, Access::ReadOnly)),
        Err(StoreError::Sqlite(error)) if cannot_open(&error) => unwritable(path),
        Err(StoreError::ReadOnly(_)) => unwritable(path),
        Err(error) => Err(error),
    }
}

fn unwritable(path: &Path) -> Result<(Connection, Access), StoreError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        return Err(StoreError::Unread(path.to_owned()));
    }
    Ok((attempt(path, Access::Immutable)?, Access::Immutable))
}

/// Opens and reads: only then is it known whether it can be read.
fn attempt(path: &Path, access: Access) -> Result<Connection, StoreError> {
    let conn = pool::open(path, access)?;
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(conn)
}

fn cannot_open(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::CannotOpen)
}

/// A copy in memory with this program's schema.
pub(super) fn upgraded(from: &Connection) -> Result<Connection, StoreError> {
    let mut copy = Connection::open_in_memory()?;
    copy_whole(from, &mut copy)?;
    prepare(&mut copy)?;
    migrate::migrate(&mut copy)?;
    Ok(copy)
}

/// Copies a database in one step: in several, SQLite would begin again whenever somebody writes.
pub(super) fn copy_whole(from: &Connection, to: &mut Connection) -> Result<(), StoreError> {
    use rusqlite::backup::{Backup, StepResult};
    match Backup::new(from, to)?.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(StoreError::Busy),
    }
}
