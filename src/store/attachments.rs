//! Full texts and supplements: `db/attachments/ab/abcdef…`, named by the SHA-256 of their bytes.
//!
//! They lie as they came, so that a page can serve them and any program can open them. A file is
//! whole and durable before the event that names it is written, and goes only after the event that
//! removes it.

use super::ArchiveError;
use super::archive::write_durably;
use crate::model::Digest;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The folder of the attachments, below that of the workspace.
pub const ATTACHMENTS: &str = "db/attachments";

/// A file that a backup without full texts leaves in their place.
pub const LEFT_OUT: &str = "left-out";

/// The attachments of one workspace.
#[derive(Debug, Clone)]
pub struct Attachments {
    root: PathBuf,
}

impl Attachments {
    /// The attachments of the workspace at `root`.
    pub fn of(root: &Path) -> Self {
        Self {
            root: root.join(ATTACHMENTS),
        }
    }

    /// Where the bytes with this digest lie.
    pub fn path(&self, digest: Digest) -> PathBuf {
        self.root.join(Self::name(digest))
    }

    /// The same below the folder of the attachments.
    pub fn name(digest: Digest) -> String {
        let name = digest.to_string();
        let folder: String = name.chars().take(2).collect();
        format!("{folder}/{name}")
    }

    /// Whether a backup without full texts was restored here.
    pub fn left_out(&self) -> bool {
        self.root.join(LEFT_OUT).is_file()
    }

    /// Keeps `bytes`, durably; the same bytes twice are one file.
    pub fn keep(&self, bytes: &[u8]) -> Result<Digest, ArchiveError> {
        let digest = Digest::of(bytes);
        let path = self.path(digest);
        if std::fs::read(&path).is_ok_and(|there| there == bytes) {
            return Ok(digest);
        }
        write_durably(&path, bytes).map_err(|source| ArchiveError::Io {
            action: "write",
            path,
            source,
        })?;
        Ok(digest)
    }

    /// Gives the bytes back, checked against their name.
    pub fn get(&self, digest: Digest) -> Result<Vec<u8>, ArchiveError> {
        let path = self.path(digest);
        let bytes = std::fs::read(&path).map_err(|source| ArchiveError::Io {
            action: "read",
            path: path.clone(),
            source,
        })?;
        let found = Digest::of(&bytes);
        if found == digest {
            Ok(bytes)
        } else {
            Err(ArchiveError::Changed {
                path,
                found,
                expected: digest,
            })
        }
    }

    /// Whether there is a file under this digest.
    pub fn has(&self, digest: Digest) -> bool {
        self.path(digest).is_file()
    }

    /// Removes the bytes; that they are gone already is as good.
    pub fn remove(&self, digest: Digest) -> Result<(), ArchiveError> {
        let path = self.path(digest);
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => Err(ArchiveError::Io {
                action: "remove",
                path,
                source,
            }),
            _ => Ok(()),
        }
    }

    /// The digests that files here are named by.
    pub fn files(&self) -> BTreeSet<Digest> {
        let folders = std::fs::read_dir(&self.root)
            .into_iter()
            .flatten()
            .flatten();
        folders
            .filter_map(|folder| std::fs::read_dir(folder.path()).ok())
            .flatten()
            .flatten()
            .filter_map(|file| file.file_name().to_str()?.parse().ok())
            .collect()
    }
}
