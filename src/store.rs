//! SQLite: open, migrate, write, read, project. The only module with SQL.
//!
//! An event and its effect on the tables are one transaction ([`Writer::append`]); readers
//! ([`Reader`]) see projections; [`audit`] rebuilds the projections from event 1 and compares. The
//! decisions are in `docs/design/0003-store.md`.

pub mod archive;
pub mod audit;
pub mod flow;
pub mod lock;
mod migrate;
mod project;
pub mod read;
pub mod write;

pub use archive::{Archive, ArchiveError};
pub use lock::PipelineLock;
pub use read::Reader;
pub use write::Writer;

use crate::ledger::{ChainError, LedgerError};
use crate::model::EventSeq;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why the store cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite said no.
    #[error("cannot use the database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The disk, or the size a file may have, is used up.
    #[error("no space left for the database; nothing of this step was saved")]
    Full,
    /// The database or its folder cannot be written.
    #[error("the database {0} cannot be written: it is read-only")]
    ReadOnly(PathBuf),
    /// Another process holds the database longer than the busy timeout.
    #[error("the database is held by another process; nothing of this step was saved")]
    Busy,
    /// The database was written by a newer program.
    #[error(
        "the database has schema version {found}, this program knows versions up to {known}; use a newer perennial"
    )]
    Newer {
        /// Its version.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// A migration that was applied is not the one this program carries.
    #[error(
        "migration {version} of the database differs from this program's; it was changed after release"
    )]
    MigrationChanged {
        /// Its number.
        version: i64,
    },
    /// The database belongs to another review.
    #[error("the database belongs to the review `{found}`, workflow.toml says `{expected}`")]
    OtherReview {
        /// The id in the database.
        found: String,
        /// The id in the workflow.
        expected: String,
    },
    /// Not a database, or a damaged one.
    #[error("{path} is not a usable database: {reason}")]
    Damaged {
        /// Where it is.
        path: PathBuf,
        /// What SQLite said.
        reason: String,
    },
    /// The folder lies on a file system on which SQLite's log does not work.
    #[error("{path} lies on a network file system ({name}); the store needs a local disk")]
    NetworkFileSystem {
        /// The folder.
        path: PathBuf,
        /// Its kind.
        name: &'static str,
    },
    /// A file or folder could not be used.
    #[error("cannot {action} {path}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// An event cannot be written or read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The chain does not hold.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The log and the tables do not fit together.
    #[error("event {seq} cannot be applied: {reason}")]
    Projection {
        /// The event.
        seq: u64,
        /// Why.
        reason: String,
    },
    /// A stored text is not of its type.
    #[error("the database holds a value that is not of its type: {0}")]
    Value(String),
}

impl StoreError {
    /// Gives SQLite's own word for a full disk, a lock and a read-only file its meaning here.
    fn refined(self, path: &Path) -> Self {
        let Self::Sqlite(rusqlite::Error::SqliteFailure(code, ref text)) = self else {
            return self;
        };
        let reason = text.clone().unwrap_or_else(|| code.to_string());
        match code.code {
            // A file that may not grow (quota, size limit) fails as an I/O error on write.
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::SystemIoFailure if is_write_failure(code.extended_code) => Self::Full,
            ErrorCode::ReadOnly => Self::ReadOnly(path.to_owned()),
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
            ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => Self::Damaged {
                path: path.to_owned(),
                reason,
            },
            _ => self,
        }
    }
}

/// `SQLITE_IOERR_WRITE`, `_FSYNC`, `_TRUNCATE` and `_SHMSIZE`: all that a file which may not grow gives.
fn is_write_failure(extended: i32) -> bool {
    matches!(extended & 0xff00, 0x0300 | 0x0400 | 0x0600 | 0x1300)
}

/// The open store of one workspace.
#[derive(Debug)]
pub struct Store {
    conn: Connection,
    path: PathBuf,
    review: String,
}

impl Store {
    /// Opens the database of review `review`, and makes it where there is none.
    pub fn open(path: &Path, review: &str) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| StoreError::Io {
                action: "make the folder",
                path: folder.to_owned(),
                source,
            })?;
            lock::refuse_network(folder)?;
        }
        Self::connect(path, review).map_err(|error| error.refined(path))
    }

    fn connect(path: &Path, review: &str) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut conn = Connection::open_with_flags(path, flags)?;
        prepare(&conn)?;
        conn.pragma_update(None, "journal_mode", "wal")?;
        conn.pragma_update(None, "synchronous", "full")?;
        migrate::migrate(&mut conn)?;
        let found = migrate::review(&mut conn, review)?;
        if found != review {
            return Err(StoreError::OtherReview {
                found,
                expected: review.to_owned(),
            });
        }
        Ok(Self {
            conn,
            path: path.to_owned(),
            review: found,
        })
    }

    /// A store in memory, for rebuilding and for tests.
    pub fn in_memory(review: &str) -> Result<Self, StoreError> {
        let mut conn = Connection::open_in_memory()?;
        prepare(&conn)?;
        migrate::migrate(&mut conn)?;
        let review = migrate::review(&mut conn, review)?;
        Ok(Self {
            conn,
            path: PathBuf::from(":memory:"),
            review,
        })
    }

    /// The id of the review.
    pub fn review(&self) -> &str {
        &self.review
    }

    /// Reads what is committed.
    pub fn read(&self) -> Reader<'_> {
        Reader::new(&self.conn)
    }

    /// Runs `act` in one transaction: all of it is saved when it returns, or nothing.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        act: impl FnOnce(&mut Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let path = self.path.clone();
        let refine = |error: rusqlite::Error| E::from(StoreError::from(error).refined(&path));
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(refine)?;
        let mut writer = Writer::new(tx, &self.review).map_err(|e| E::from(e.refined(&path)))?;
        let value = act(&mut writer)?;
        writer.commit().map_err(refine)?;
        Ok(value)
    }

    /// Copies the database into a new file, consistently, while others read and write.
    pub fn backup(&self, to: &Path) -> Result<EventSeq, StoreError> {
        let copy = || -> Result<EventSeq, StoreError> {
            let mut target = Connection::open(to)?;
            {
                let backup = rusqlite::backup::Backup::new(&self.conn, &mut target)?;
                backup.run_to_completion(256, Duration::ZERO, None)?;
            }
            target.pragma_update(None, "journal_mode", "delete")?;
            Ok(Reader::new(&target).head(&self.review)?.0)
        };
        copy().map_err(|error| error.refined(to))
    }

    /// Gives a full disk its name, for errors that came out of [`Store::write`].
    pub fn refine(&self, error: StoreError) -> StoreError {
        error.refined(&self.path)
    }
}

/// What every connection needs, whatever it does.
fn prepare(conn: &Connection) -> Result<(), rusqlite::Error> {
    conn.busy_timeout(Duration::from_secs(10))?;
    conn.set_prepared_statement_cache_capacity(128);
    Ok(())
}
