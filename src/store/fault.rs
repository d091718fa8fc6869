//! Faults of the database, the archive and the lock.

use super::lock::LockError;
use super::{ArchiveError, StoreError};
use crate::model::fault::{FREE_SPACE, Fault, FaultKind, is_full};

impl From<&StoreError> for Fault {
    fn from(error: &StoreError) -> Self {
        let (kind, help) = match error {
            StoreError::Missing(_) => (FaultKind::Missing, None),
            StoreError::Full => (FaultKind::Io, Some(FREE_SPACE)),
            StoreError::ReadOnly(_) => (
                FaultKind::Io,
                Some("commands that only read work here; copy the workspace to change it"),
            ),
            StoreError::Unread(_) => (
                FaultKind::Io,
                Some("copy the workspace with all files of db/ to where it can be written"),
            ),
            StoreError::Sqlite(_)
            | StoreError::Random(_)
            | StoreError::Newer { .. }
            | StoreError::NetworkFileSystem { .. }
            | StoreError::Io { .. } => (FaultKind::Io, None),
            StoreError::Busy => (
                FaultKind::Locked,
                Some("wait for the other process, then give the command again"),
            ),
            StoreError::Moved { .. } => (FaultKind::Locked, Some("give the command again")),
            StoreError::Clock(_) => (FaultKind::Io, Some("set the clock of this machine right")),
            StoreError::Foreign(_) => (
                FaultKind::Integrity,
                Some("move it away, or restore db/ from a backup: `perennial restore FILE DIR`"),
            ),
            StoreError::Damaged { .. } => (FaultKind::Integrity, Some("restore db/ from a backup")),
            StoreError::MigrationChanged { .. }
            | StoreError::Ledger(_)
            | StoreError::Chain(_)
            | StoreError::Projection { .. }
            | StoreError::Value(_) => (FaultKind::Integrity, None),
            StoreError::OtherReview { .. } => (
                FaultKind::Config,
                Some("set `[review] id` back, or move db/ away to begin a new log"),
            ),
        };
        let mut fault = Self::of(kind, error);
        fault.help.extend(help.map(str::to_owned));
        fault
    }
}

impl From<&LockError> for Fault {
    fn from(error: &LockError) -> Self {
        match error {
            LockError::Held { .. } => Self::of(FaultKind::Locked, error)
                .help("wait until it has ended, then give the command again"),
            LockError::Io { .. } => Self::of(FaultKind::Io, error),
        }
    }
}

impl From<&ArchiveError> for Fault {
    fn from(error: &ArchiveError) -> Self {
        match error {
            ArchiveError::Changed { .. } => Self::of(FaultKind::Integrity, error),
            ArchiveError::Io { source, .. } if is_full(source) => Self::new(
                FaultKind::Io,
                "no space left for the archive; nothing of this step was saved",
            )
            .help(FREE_SPACE),
            ArchiveError::Io { .. } => Self::of(FaultKind::Io, error),
        }
    }
}
