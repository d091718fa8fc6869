//! Raw bytes, kept for ever: `db/archive/ab/abcdef….gz`, named by the SHA-256 of the raw bytes.
//!
//! Bytes are archived before they are parsed: written under a temporary name, synced, renamed,
//! and the folder synced. A crash leaves at most a file that nothing refers to yet. The compressed
//! form is deterministic (no name, no time), so that two clones hold the same files.

use crate::model::Digest;
use flate2::{Compression, GzBuilder, read::GzDecoder};
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The archive of one workspace.
#[derive(Debug, Clone)]
pub struct Archive {
    root: PathBuf,
}

/// Bytes as the archive holds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the raw bytes.
    pub digest: Digest,
    /// SHA-256 of the compressed file.
    pub stored: Digest,
    /// Length of the raw bytes.
    pub bytes: u64,
    /// Length of the compressed file.
    pub stored_bytes: u64,
}

/// Why bytes cannot be kept or given back.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A file could not be written or read.
    #[error("cannot {action} {path} in the archive")]
    Io {
        /// What was being done.
        action: &'static str,
        /// To which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The bytes are not the bytes that were archived.
    #[error("{path} was changed: its content gives {found}, its name says {expected}")]
    Changed {
        /// The file.
        path: PathBuf,
        /// The hash of what it holds.
        found: Digest,
        /// The hash it is named by.
        expected: Digest,
    },
}

impl Archive {
    /// The archive below `root`, made on first use.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Where the bytes with this digest lie.
    pub fn path(&self, digest: Digest) -> PathBuf {
        let name = digest.to_string();
        let folder: String = name.chars().take(2).collect();
        self.root.join(folder).join(format!("{name}.gz"))
    }

    /// Keeps `bytes`; the same bytes twice are one file.
    pub fn keep(&self, bytes: &[u8]) -> Result<Stored, ArchiveError> {
        let digest = Digest::of(bytes);
        let path = self.path(digest);
        let io = |action| {
            let path = path.clone();
            move |source| ArchiveError::Io {
                action,
                path,
                source,
            }
        };
        let mut encoder = GzBuilder::new()
            .mtime(0)
            .write(Vec::new(), Compression::new(6));
        encoder.write_all(bytes).map_err(io("compress"))?;
        let packed = encoder.finish().map_err(io("compress"))?;
        let stored = Stored {
            digest,
            stored: Digest::of(&packed),
            bytes: bytes.len() as u64,
            stored_bytes: packed.len() as u64,
        };
        if std::fs::read(&path).is_ok_and(|there| there == packed) {
            return Ok(stored);
        }
        write_durably(&path, &packed).map_err(io("write"))?;
        Ok(stored)
    }

    /// Gives the raw bytes back, checked against their name.
    pub fn get(&self, digest: Digest) -> Result<Vec<u8>, ArchiveError> {
        let path = self.path(digest);
        let io = |source| ArchiveError::Io {
            action: "read",
            path: path.clone(),
            source,
        };
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(io)?;
        GzDecoder::new(file).read_to_end(&mut bytes).map_err(io)?;
        let found = Digest::of(&bytes);
        if found != digest {
            return Err(ArchiveError::Changed {
                path,
                found,
                expected: digest,
            });
        }
        Ok(bytes)
    }
}

/// Writes `bytes` so that `path` holds all of them or nothing, also after a crash.
pub fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = folder.join(name);
    let write = || {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)?;
        File::open(folder)?.sync_all()
    };
    write().inspect_err(|_| {
        // What is left of a failed write is of no use; that it cannot be removed either is not news.
        let _ = std::fs::remove_file(&temporary);
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back_and_a_change_shows() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::new(folder.path().to_owned());
        let stored = archive.keep(b"TY  - JOUR").unwrap();
        assert_eq!(archive.keep(b"TY  - JOUR").unwrap(), stored);
        assert_eq!(archive.get(stored.digest).unwrap(), b"TY  - JOUR");

        let other = archive.keep(b"something else").unwrap();
        std::fs::copy(archive.path(other.digest), archive.path(stored.digest)).unwrap();
        assert!(matches!(
            archive.get(stored.digest),
            Err(ArchiveError::Changed { .. })
        ));
        assert!(archive.get(Digest::of(b"never kept")).is_err());
    }
}
