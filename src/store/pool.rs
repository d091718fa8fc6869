//! The connections of one store: one writer behind a lock, and readers that each hold a snapshot.
//!
//! SQLite lets one connection write while others read what was committed before they began
//! (write-ahead log). A reader therefore begins a transaction, keeps it for a whole command, page
//! or report, and meanwhile sees no commit of anybody: every number in it is of one moment. A
//! store in memory has one connection, so it is written or read, never both at once.

use super::{Reader, StoreError, hidden, prepare};
use rusqlite::{Connection, OpenFlags};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, TryLockError};
use std::time::{Duration, Instant};

/// How long one waits for a lock before it is called busy.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// Readers at once; one more waits for the first that ends.
const READERS: usize = 8;

/// How the database is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// A file that is written and read.
    Shared,
    /// A file that is only read.
    ReadOnly,
    /// A file on a medium that nobody can write: no lock is taken and none is needed.
    Immutable,
    /// Memory: one connection for everything.
    Alone,
}

/// The connections of one store.
#[derive(Debug)]
pub(super) struct Pool {
    path: PathBuf,
    access: Access,
    writer: OnceLock<Mutex<Connection>>,
    readers: [OnceLock<Mutex<Connection>>; READERS],
}

impl Pool {
    /// Around the connection that opened the database: the writer of a shared file, else a reader.
    pub(super) fn new(path: &Path, access: Access, first: Connection) -> Result<Self, StoreError> {
        let pool = Self {
            path: path.to_owned(),
            access,
            writer: OnceLock::new(),
            readers: Default::default(),
        };
        hidden::hide(&first)?;
        let place = match access {
            Access::Shared | Access::Alone => Some(&pool.writer),
            Access::ReadOnly | Access::Immutable => pool.readers.first(),
        };
        if let Some(place) = place {
            let _ = place.set(Mutex::new(first));
        }
        Ok(pool)
    }

    pub(super) fn access(&self) -> Access {
        self.access
    }

    /// The writer, when nobody else in this process has it.
    pub(super) fn writer(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        match (self.access, self.writer.get()) {
            (Access::Shared, Some(writer)) => Ok(writer
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)),
            (Access::Alone, Some(writer)) => patiently(writer),
            _ => Err(StoreError::ReadOnly(self.path.clone())),
        }
    }

    /// A reader that nobody uses.
    fn reader(&self) -> Result<MutexGuard<'_, Connection>, StoreError> {
        if let (Access::Alone, Some(only)) = (self.access, self.writer.get()) {
            return patiently(only);
        }
        let until = Instant::now() + PATIENCE;
        loop {
            for place in &self.readers {
                let connection = match place.get() {
                    Some(there) => there,
                    None => {
                        let made = open(&self.path, self.access)?;
                        hidden::hide(&made)?;
                        // Where another thread was faster, its connection is used.
                        place.get_or_init(|| Mutex::new(made))
                    }
                };
                if let Some(free) = free(connection) {
                    return Ok(free);
                }
            }
            if Instant::now() > until {
                return Err(StoreError::Busy);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Begins to read: everything read through it is of this moment.
    pub(super) fn snapshot(&self) -> Result<Snapshot<'_>, StoreError> {
        let conn = self.reader()?;
        conn.execute_batch("BEGIN")?;
        let snapshot = Snapshot { conn };
        // The moment is that of the first reading.
        snapshot
            .conn
            .prepare_cached("SELECT count(*) FROM main.meta WHERE key = 'review'")?
            .query_row([], |_| Ok(()))?;
        Ok(snapshot)
    }
}

fn free(connection: &Mutex<Connection>) -> Option<MutexGuard<'_, Connection>> {
    match connection.try_lock() {
        Ok(guard) => Some(guard),
        // A thread that panicked ended its transaction when it unwound.
        Err(TryLockError::Poisoned(held)) => Some(held.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// Waits for the only connection, and gives up where the waiting thread may hold it itself.
fn patiently(only: &Mutex<Connection>) -> Result<MutexGuard<'_, Connection>, StoreError> {
    let until = Instant::now() + PATIENCE;
    loop {
        if let Some(guard) = free(only) {
            return Ok(guard);
        }
        if Instant::now() > until {
            return Err(StoreError::Busy);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The review at one moment. Others go on writing; what they do is not in it.
///
/// It costs a connection while it lives: a command, a page or a report takes one and reads all it
/// shows from it.
#[derive(Debug)]
pub struct Snapshot<'a> {
    conn: MutexGuard<'a, Connection>,
}

impl Snapshot<'_> {
    /// Reads of this moment.
    pub fn read(&self) -> Reader<'_> {
        Reader::new(&self.conn)
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        // A transaction that only read has nothing to lose.
        let _ = self.conn.execute_batch("COMMIT");
    }
}

/// Opens one more connection of a file.
pub(super) fn open(path: &Path, access: Access) -> Result<Connection, StoreError> {
    let flags = match access {
        Access::Shared => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::ReadOnly | Access::Immutable | Access::Alone => OpenFlags::SQLITE_OPEN_READ_ONLY,
    };
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let mut conn = Connection::open_with_flags(uri(path, access), flags)?;
    prepare(&mut conn)?;
    Ok(conn)
}

/// A path as SQLite's URI: every byte that has a meaning in one is escaped.
pub(super) fn uri(path: &Path, access: Access) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    let mut out = String::from("file:");
    let bytes = path.as_os_str().as_bytes();
    if bytes.starts_with(b"/") {
        // An empty authority, so that a path of two slashes is not a host.
        out.push_str("//");
    }
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(*byte));
            }
            other => {
                let _ = write!(out, "%{other:02x}");
            }
        }
    }
    out.push_str(match access {
        Access::Shared => "?mode=rw",
        Access::ReadOnly | Access::Alone => "?mode=ro",
        Access::Immutable => "?immutable=1",
    });
    out
}
