//! The pause between requests: of this process, and of all processes of the user together.
//!
//! NCBI counts requests by address and by key, whatever program sends them. A request waits until
//! the gap since the answer to the last one began has passed; measured there, requests cannot
//! arrive closer together than the gap, however long each was on its way. Other processes of the
//! user keep the same gap by a lock file whose time of change is that moment; the file system's
//! own clock writes and compares it, so that no process needs to trust another's.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Seek as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often the lock of another process is looked at.
const LOOK: Duration = Duration::from_millis(15);
/// File times are as coarse as the system's tick.
const TICK: Duration = Duration::from_millis(10);

/// Keeps requests apart.
#[derive(Debug)]
pub(super) struct Pace {
    gap: Duration,
    last: Option<Instant>,
    shared: Option<File>,
}

impl Pace {
    /// A pace with `gap`; `shared` is the file of the user's processes. Where it cannot be used,
    /// this process keeps the pace alone.
    pub(super) fn new(gap: Duration, shared: Option<&Path>) -> Self {
        let shared = shared.and_then(|path| {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).ok()?;
            }
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            options.open(path).ok()
        });
        Self {
            gap,
            last: None,
            shared,
        }
    }

    /// Waits for the next turn and holds it until [`Pace::answered`].
    pub(super) async fn turn(&mut self) {
        if let Some(last) = self.last {
            tokio::time::sleep(self.gap.saturating_sub(last.elapsed())).await;
        }
        let Some(file) = &mut self.shared else { return };
        while matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            tokio::time::sleep(LOOK).await;
        }
        let since = |file: &mut File| {
            let meta = file.metadata().ok()?;
            let before = meta.modified().ok()?;
            let used = meta.len() > 0;
            touch(file).ok()?;
            let now = file.metadata().ok()?.modified().ok()?;
            used.then(|| now.duration_since(before).unwrap_or_default())
        };
        if let Some(passed) = since(file) {
            let rest = (self.gap + TICK).saturating_sub(passed);
            tokio::time::sleep(rest).await;
        }
    }

    /// The answer has begun or failed: the gap starts here.
    pub(super) fn answered(&mut self) {
        self.last = Some(Instant::now());
        if let Some(file) = &mut self.shared {
            // A file that cannot be written keeps no pace with others; this process keeps its own.
            let _ = touch(file);
            let _ = file.unlock();
        }
    }
}

/// Changes the file, so that its time is now.
fn touch(file: &mut File) -> std::io::Result<()> {
    file.rewind()?;
    file.write_all(b"perennial\n")
}
