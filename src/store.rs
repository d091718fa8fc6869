//! SQLite: open, migrate, write, read, project. The only module with SQL.
//!
//! An event and its effect on the tables are one transaction ([`Writer::append`]); readers
//! ([`Reader`]) see projections at one moment ([`Store::snapshot`]); [`audit`] rebuilds the
//! projections from event 1 and compares. The decisions are in `docs/design/0003-store.md` and, on
//! who waits for whom, in `docs/design/0010-concurrency.md`.

pub mod accounts;
pub mod archive;
pub mod attachments;
pub mod audit;
mod changes;
mod fault;
pub mod flow;
mod hidden;
pub mod inside;
pub mod lock;
mod migrate;
mod pages;
pub mod parts;
#[cfg(test)]
mod plans;
mod pool;
mod project;
pub mod read;
mod reading;
pub mod write;

pub use archive::{Archive, ArchiveError};
pub use attachments::Attachments;
pub use changes::Changes;
pub use lock::PipelineLock;
pub use pool::Snapshot;
pub use read::Reader;
pub use write::Writer;

use crate::ledger::{ChainError, LedgerError};
use crate::model::EventSeq;
use pool::{Access, PATIENCE, Pool};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Why the store cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused for a reason that has no name here.
    #[error("cannot use the database: {0}")]
    Sqlite(rusqlite::Error),
    /// There is no database yet.
    #[error("there is no database {} yet: nothing was imported or run here", shown(.0))]
    Missing(PathBuf),
    /// The log went on while something was made of it: not damage, but not now.
    #[error(
        "the log went on from event {from} to {to} while the report was made; nothing of this step was saved"
    )]
    Moved {
        /// The event that the work stood on.
        from: EventSeq,
        /// The event at which the log is.
        to: EventSeq,
    },
    /// The disk, or the size a file may have, is used up.
    #[error("no space left for the database; nothing of this step was saved")]
    Full,
    /// The database or its folder cannot be written.
    #[error("the database {0} cannot be written: it is read-only")]
    ReadOnly(PathBuf),
    /// Changes wait in the write-ahead log, which cannot be read where nothing can be written.
    #[error(
        "the database {0} has changes in its log beside it that a read-only folder does not let be read"
    )]
    Unread(PathBuf),
    /// The clock stands beyond every time that the log can write.
    #[error("the clock says {0}, which no event can carry; nothing of this step was saved")]
    Clock(String),
    /// The system gives no random bits.
    #[error("the system gives no random bits: {0}")]
    Random(String),
    /// Another process holds the database longer than the busy timeout.
    #[error("the database is held by another process; nothing of this step was saved")]
    Busy,
    /// The database was written by a newer program.
    #[error(
        "the database has schema version {found}, this program knows versions up to {known}; use a newer perennial"
    )]
    Newer {
        /// The version of its schema.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// A migration that was applied is not the one this program carries.
    #[error(
        "migration {version} of the database differs from this program's; it was changed after release"
    )]
    MigrationChanged {
        /// The number of the migration.
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
    /// A database of another program, or one to which something was added that this program never
    /// makes.
    #[error("{0} is not a database of this program")]
    Foreign(PathBuf),
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
        /// The folder that was to hold the database.
        path: PathBuf,
        /// What the system calls this file system.
        name: &'static str,
    },
    /// A file or folder could not be used.
    #[error("cannot {action} {path}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// The file or folder that it was to be done to.
        path: PathBuf,
        /// What the operating system answered.
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
        /// The number of the event.
        seq: u64,
        /// The reason, as the end of a sentence.
        reason: String,
    },
    /// A stored text is not of its type.
    #[error("the database holds a value that is not of its type: {0}")]
    Value(String),
}

/// Where the database of a workspace lies, for errors that come out of a transaction.
const USUAL: &str = "db/review.sqlite";

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error).refined(Path::new(USUAL))
    }
}

/// The end of a path that names a database in its workspace.
fn shown(path: &Path) -> String {
    let mut parts: Vec<_> = path
        .iter()
        .rev()
        .take(2)
        .map(|part| part.to_string_lossy())
        .collect();
    parts.reverse();
    parts.join("/")
}

impl StoreError {
    /// Gives SQLite's own word for a full disk, a lock and a read-only file its meaning here.
    fn refined(self, path: &Path) -> Self {
        match self {
            Self::ReadOnly(ref usual) if usual == Path::new(USUAL) => {
                return Self::ReadOnly(path.to_owned());
            }
            Self::Damaged {
                path: ref usual,
                ref reason,
            } if usual == Path::new(USUAL) => {
                return Self::Damaged {
                    path: path.to_owned(),
                    reason: reason.clone(),
                };
            }
            _ => {}
        }
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

/// The open store of one workspace. Threads share it: one of them writes at a time, the others read.
#[derive(Debug)]
pub struct Store {
    pool: Pool,
    commits: changes::Commits,
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
        prepare(&mut conn)?;
        if audit::is_foreign(&conn)? {
            return Err(StoreError::Foreign(path.to_owned()));
        }
        conn.pragma_update(None, "journal_mode", "wal")?;
        conn.pragma_update(None, "synchronous", "full")?;
        migrate::migrate(&mut conn)?;
        let found = migrate::review(&mut conn, review)?;
        Self::around(path, Access::Shared, conn, (found, review))
    }

    /// Opens the database of review `review` to read it: it is neither made nor migrated, and may
    /// lie where nobody can write.
    ///
    /// A database of an older program is read from a copy in memory, brought up to date there.
    pub fn open_reading(path: &Path, review: &str) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::Missing(path.to_owned()));
        }
        if let Some(folder) = path.parent() {
            lock::refuse_network(folder)?;
        }
        Self::connect_reading(path, review).map_err(|error| error.refined(path))
    }

    fn connect_reading(path: &Path, review: &str) -> Result<Self, StoreError> {
        let (mut conn, mut access) = reading::open(path)?;
        if audit::is_foreign(&conn)? {
            return Err(StoreError::Foreign(path.to_owned()));
        }
        if !migrate::is_current(&conn)? {
            conn = reading::upgraded(&conn)?;
            access = Access::Alone;
        }
        let found = migrate::found_review(&conn)?.unwrap_or_else(|| review.to_owned());
        Self::around(path, access, conn, (found, review))
    }

    fn around(
        path: &Path,
        access: Access,
        conn: Connection,
        (found, expected): (String, &str),
    ) -> Result<Self, StoreError> {
        if found != expected {
            return Err(StoreError::OtherReview {
                found,
                expected: expected.to_owned(),
            });
        }
        Ok(Self {
            pool: Pool::new(path, access, conn)?,
            commits: changes::Commits::default(),
            path: path.to_owned(),
            review: found,
        })
    }

    /// A store in memory, for rebuilding and for tests. It has one connection: while a snapshot of
    /// it lives, a write waits and is then refused.
    pub fn in_memory(review: &str) -> Result<Self, StoreError> {
        let mut conn = Connection::open_in_memory()?;
        prepare(&mut conn)?;
        migrate::migrate(&mut conn)?;
        let review = migrate::review(&mut conn, review)?;
        Self::alone(conn, &review)
    }

    fn alone(conn: Connection, review: &str) -> Result<Self, StoreError> {
        let found = (review.to_owned(), review);
        Self::around(Path::new(":memory:"), Access::Alone, conn, found)
    }

    /// The id of the review.
    pub fn review(&self) -> &str {
        &self.review
    }

    /// The review at this moment: the only way to read. What others commit while it lives is not in
    /// it, so that all that one command, page or report shows is of one moment.
    pub fn snapshot(&self) -> Result<Snapshot<'_>, StoreError> {
        self.pool
            .snapshot()
            .map_err(|error| error.refined(&self.path))
    }

    /// Runs `act` in one transaction: all of it is saved when it returns, or nothing. Other threads
    /// and processes wait; the transaction is to be short.
    pub fn write<T, E: From<StoreError>>(
        &self,
        act: impl FnOnce(&mut Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let refine = |error: StoreError| E::from(error.refined(&self.path));
        let mut conn = self.pool.writer().map_err(refine)?;
        let tx = conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| refine(error.into()))?;
        let mut writer = Writer::new(tx, &self.review).map_err(refine)?;
        let value = act(&mut writer)?;
        writer.commit().map_err(|error| refine(error.into()))?;
        drop(conn);
        self.commits.tell();
        Ok(value)
    }

    /// Gathers what SQLite wants to know of the tables before it chooses how to read them; after
    /// much was written. Where it cannot be done, nothing is lost.
    pub fn optimize(&self) {
        if let Ok(conn) = self.pool.writer() {
            let _ = conn.execute_batch("PRAGMA optimize(0x10002)");
        }
    }

    /// For those who wait until something changes.
    pub fn changes(&self) -> Result<Changes<'_>, StoreError> {
        Changes::new(self).map_err(|error| error.refined(&self.path))
    }

    /// Copies the database into a new file, as it is at this moment, while others read and write.
    pub fn backup(&self, to: &Path) -> Result<EventSeq, StoreError> {
        let copy = |temporary: &Path| -> Result<EventSeq, StoreError> {
            let snapshot = self.snapshot()?;
            let mut target = Connection::open(temporary)?;
            reading::copy_whole(snapshot.read().conn, &mut target)?;
            target.pragma_update(None, "journal_mode", "delete")?;
            let (seq, _) = Reader::new(&target).head(&self.review)?;
            target.close().map_err(|(_, error)| error)?;
            Ok(seq)
        };
        let mut temporary = to.as_os_str().to_owned();
        temporary.push(archive::temporary_ending());
        let temporary = PathBuf::from(temporary);
        let io = |source| StoreError::Io {
            action: "write",
            path: to.to_owned(),
            source,
        };
        archive::sweep_leftovers(to);
        let done = copy(&temporary)
            .map_err(|error| error.refined(to))
            .and_then(|seq| {
                archive::name_durably(&temporary, to).map_err(io)?;
                Ok(seq)
            });
        if done.is_err() {
            // What is left of a failed copy is of no use; that it cannot be removed is not news.
            let _ = std::fs::remove_file(&temporary);
        }
        done
    }
}

/// What every connection needs, whatever it does.
fn prepare(conn: &mut Connection) -> Result<(), rusqlite::Error> {
    conn.busy_handler(Some(wait))?;
    // In KiB: contents stand in the order of their hashes, so a large import touches pages
    // all over the file, and with SQLite's own 2 MB it writes each of them many times.
    conn.pragma_update(None, "cache_size", -65_536)?;
    conn.set_prepared_statement_cache_capacity(128);
    // A plan does not depend on the values bound to it: with this off, SQLite prepares some
    // statements again whenever a value changes, a quarter of the time of a large import.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

/// Whether to ask once more for a lock that another process holds, after a short wait. SQLite's own
/// waits grow to a tenth of a second, in which the pauses of a busy writer are missed.
fn wait(asked: i32) -> bool {
    let (pause, asks) = (Duration::from_millis(2), PATIENCE.as_millis() / 2);
    std::thread::sleep(pause);
    u128::try_from(asked).is_ok_and(|asked| asked < asks)
}
