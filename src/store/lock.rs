//! The pipeline lock, and the refusal of network file systems.

use super::StoreError;
use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

/// Held by `run`, `update`, `search`, `import`, `dedup` and `filter`: one pipeline at a time in a
/// workspace. It ends with the process, however that ends.
#[derive(Debug)]
pub struct PipelineLock {
    _file: File,
}

/// Why the lock cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error("the workspace is locked by {holder}; nothing was changed")]
    Held {
        /// Who, as far as the lock file tells.
        holder: String,
    },
    /// The lock file cannot be used.
    #[error("cannot use the lock file {path}")]
    Io {
        /// The lock file.
        path: PathBuf,
        /// What the operating system answered.
        source: std::io::Error,
    },
}

impl PipelineLock {
    /// Takes the lock at `path`, or says who holds it. `command` is told to others.
    pub fn take(path: &Path, command: &str) -> Result<Self, LockError> {
        let io = |source| LockError::Io {
            path: path.to_owned(),
            source,
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(io)?;
        }
        let mut file = super::inside::open_own(path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Who holds it is a help, not a need.
                let _ = (&mut file).take(200).read_to_string(&mut holder);
                let holder = holder.trim();
                let holder = if holder.is_empty() {
                    "another process"
                } else {
                    holder
                };
                return Err(LockError::Held {
                    holder: holder.to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        let write = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            write!(
                file,
                "`perennial {command}` (process {})",
                std::process::id()
            )
        };
        write(&mut file).map_err(io)?;
        Ok(Self { _file: file })
    }
}

/// Refuses a folder on a network file system, where SQLite's write-ahead log is not safe.
pub(super) fn refuse_network(folder: &Path) -> Result<(), StoreError> {
    // Numbers of Linux's statfs(2); a file system not in the list is taken as local.
    const NETWORK: [(i64, &str); 7] = [
        (0x6969, "NFS"),
        (0x517b, "SMB"),
        (0xff53_4d42, "CIFS"),
        (0xfe53_4d42, "SMB2"),
        (0x0102_1997, "9P"),
        (0x00c3_6400, "Ceph"),
        (0x5346_414f, "AFS"),
    ];
    // The folder of a bare file name is the one that we are in.
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let stat = rustix::fs::statfs(folder).map_err(|error| StoreError::Io {
        action: "look at the file system of",
        path: folder.to_owned(),
        source: error.into(),
    })?;
    #[expect(
        clippy::useless_conversion,
        reason = "the field's type differs between platforms"
    )]
    let kind = i64::from(stat.f_type);
    match NETWORK.iter().find(|(number, _)| *number == kind) {
        Some((_, name)) => Err(StoreError::NetworkFileSystem {
            path: folder.to_owned(),
            name,
        }),
        None => Ok(()),
    }
}
