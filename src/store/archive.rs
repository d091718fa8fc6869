//! Raw bytes, kept for ever: `db/archive/ab/abcdef….gz`, named by the SHA-256 of the raw bytes.
//!
//! Bytes are archived before they are parsed: written under a temporary name, synced, renamed,
//! and the folder synced. A crash leaves at most a file that nothing refers to yet. The compressed
//! form is deterministic (no name, no time), so that two clones hold the same files.

use crate::model::Digest;
use flate2::{Compression, GzBuilder, read::GzDecoder};
use sha2::Digest as _;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

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
        /// What the operating system answered.
        source: std::io::Error,
    },
    /// The bytes are not the bytes that were archived.
    #[error("{path} was changed: its content gives {found}, its name says {expected}")]
    Changed {
        /// The file, by its whole path.
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

    /// Keeps what `input` gives, in little memory whatever its size.
    pub fn keep_from(&self, input: &mut dyn std::io::Read) -> Result<Stored, ArchiveError> {
        let temporary = self.root.join("incoming");
        let io = |action| {
            let path = temporary.clone();
            move |source| ArchiveError::Io {
                action,
                path,
                source,
            }
        };
        let file = DurableFile::create(&temporary).map_err(io("make"))?;
        let mut packed = Hashed::new(file);
        let mut encoder = GzBuilder::new()
            .mtime(0)
            .write(&mut packed, Compression::new(6));
        let mut raw = Hashed::new(&mut encoder);
        std::io::copy(input, &mut raw).map_err(io("write"))?;
        let (digest, bytes) = raw.done();
        encoder.finish().map_err(io("write"))?;
        let file = packed.inner;
        let (stored, stored_bytes) = (Digest(packed.hash.finalize().into()), packed.bytes);
        let stored = Stored {
            digest,
            stored,
            bytes,
            stored_bytes,
        };
        let path = self.path(digest);
        if let Some(folder) = path.parent() {
            make_folder(folder).map_err(io("make the folder of"))?;
        }
        file.finish_as(&path).map_err(io("write"))?;
        Ok(stored)
    }

    /// Removes what processes that were killed while they wrote have left in the archive.
    pub fn sweep(&self) {
        sweep_folder(&self.root, None);
        for entry in std::fs::read_dir(&self.root)
            .into_iter()
            .flatten()
            .flatten()
        {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                sweep_folder(&entry.path(), None);
            }
        }
    }

    /// The raw bytes, unpacked as they are read; they are not checked against their name.
    pub fn open(&self, digest: Digest) -> Result<impl std::io::Read + use<>, ArchiveError> {
        let path = self.path(digest);
        let file = File::open(&path).map_err(|source| ArchiveError::Io {
            action: "read",
            path,
            source,
        })?;
        Ok(GzDecoder::new(std::io::BufReader::with_capacity(
            1 << 16,
            file,
        )))
    }

    /// Reads a file to its end and checks it against its name, in little memory; gives the hash of
    /// the compressed file.
    pub fn check(&self, digest: Digest) -> Result<Digest, ArchiveError> {
        let path = self.path(digest);
        let io = |source| ArchiveError::Io {
            action: "read",
            path: path.clone(),
            source,
        };
        let packed = File::open(&path).map_err(io)?;
        let mut packed = Hashing::new(packed);
        let mut raw = Hashing::new(GzDecoder::new(std::io::BufReader::with_capacity(
            1 << 16,
            &mut packed,
        )));
        std::io::copy(&mut raw, &mut std::io::sink()).map_err(io)?;
        let found = Digest(raw.hash.finalize().into());
        // What stands behind the packed bytes belongs to the file as well.
        std::io::copy(&mut packed, &mut std::io::sink()).map_err(io)?;
        if found != digest {
            return Err(ArchiveError::Changed {
                path,
                found,
                expected: digest,
            });
        }
        Ok(Digest(packed.hash.finalize().into()))
    }

    /// The hashes that the files of the archive are named by.
    pub fn files(&self) -> BTreeSet<Digest> {
        let folders = std::fs::read_dir(&self.root)
            .into_iter()
            .flatten()
            .flatten();
        let files = folders
            .filter_map(|folder| std::fs::read_dir(folder.path()).ok())
            .flatten()
            .flatten();
        files
            .filter_map(|file| file.file_name().to_str()?.strip_suffix(".gz")?.parse().ok())
            .collect()
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

/// A writer that hashes and counts what goes through it.
struct Hashed<W> {
    inner: W,
    hash: sha2::Sha256,
    bytes: u64,
}

impl<W> Hashed<W> {
    fn new(inner: W) -> Self {
        Self {
            inner,
            hash: sha2::Sha256::new(),
            bytes: 0,
        }
    }

    fn done(self) -> (Digest, u64) {
        (Digest(self.hash.finalize().into()), self.bytes)
    }
}

impl<W: std::io::Write> std::io::Write for Hashed<W> {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        let n = self.inner.write(part)?;
        self.hash.update(part.get(..n).unwrap_or_default());
        self.bytes += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// A reader that hashes what goes through it.
struct Hashing<R> {
    inner: R,
    hash: sha2::Sha256,
}

impl<R> Hashing<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            hash: sha2::Sha256::new(),
        }
    }
}

impl<R: std::io::Read> std::io::Read for Hashing<R> {
    fn read(&mut self, part: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(part)?;
        self.hash.update(part.get(..n).unwrap_or_default());
        Ok(n)
    }
}

/// A file that is written piece by piece and has its name only when it is whole and durable.
#[derive(Debug)]
pub struct DurableFile {
    file: std::io::BufWriter<File>,
    temporary: PathBuf,
}

impl DurableFile {
    /// Begins the file that will be `path`.
    pub fn create(path: &Path) -> std::io::Result<Self> {
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        make_folder(folder)?;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(temporary_ending());
        let temporary = folder.join(name);
        let file = std::io::BufWriter::with_capacity(1 << 17, File::create(&temporary)?);
        Ok(Self { file, temporary })
    }

    /// Gives the file its name.
    pub fn finish_as(mut self, path: &Path) -> std::io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        std::fs::rename(&self.temporary, path)?;
        sync_folder_of(path)
    }
}

impl std::io::Write for DurableFile {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        self.file.write(part)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

impl Drop for DurableFile {
    fn drop(&mut self) {
        // After `finish_as` there is nothing under this name.
        let _ = std::fs::remove_file(&self.temporary);
    }
}

/// Writes `bytes` so that `path` holds all of them or nothing, also after a crash.
pub fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    make_folder(folder)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(temporary_ending());
    let temporary = folder.join(name);
    let write = || {
        let mut file = File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)?;
        sync_folder_of(path)
    };
    write().inspect_err(|_| {
        // What is left of a failed write is of no use; that it cannot be removed either is not news.
        let _ = std::fs::remove_file(&temporary);
    })
}

/// Removes what processes that were killed while they wrote `path` have left beside it.
///
/// A file of a process that still runs is left alone; where that cannot be told, all are.
pub fn sweep_leftovers(path: &Path) {
    let Some((folder, name)) = path.parent().zip(path.file_name().and_then(|n| n.to_str())) else {
        return;
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    sweep_folder(folder, Some(name));
}

/// Removes temporary files of dead processes; of one file, where it is named.
fn sweep_folder(folder: &Path, name: Option<&str>) {
    let processes = Path::new("/proc");
    if !processes.join("self").exists() {
        return;
    }
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let found = entry.file_name();
        let Some((of, process)) = found.to_str().and_then(written_by) else {
            continue;
        };
        if name.is_none_or(|name| name == of) && !processes.join(process).exists() {
            // That it cannot be removed is not a reason to write nothing.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// The file that a temporary name stands for, and the process that writes it: `NAME.PID-N.tmp`, or
/// `NAME.PID.tmp` and `incoming.PID` as programs up to 0.1 wrote them.
fn written_by(name: &str) -> Option<(&str, &str)> {
    let (of, process) = match name.strip_suffix(".tmp") {
        Some(rest) => rest.rsplit_once('.')?,
        None => ("incoming", name.strip_prefix("incoming.")?),
    };
    let process = process
        .split_once('-')
        .map_or(process, |(process, _)| process);
    let is_number = !process.is_empty() && process.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some((of, process))
}

/// How a temporary name ends: with the process and a number that it gives once, so that neither
/// two processes nor two threads write the same file.
pub(super) fn temporary_ending() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    format!(".{}-{n}.tmp", std::process::id())
}

/// Gives a whole file its name, durably.
pub(super) fn name_durably(temporary: &Path, path: &Path) -> std::io::Result<()> {
    File::open(temporary)?.sync_all()?;
    std::fs::rename(temporary, path)?;
    sync_folder_of(path)
}

/// Makes a folder, and makes durable that it is there.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        make_folder(above)?;
    }
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => sync_folder_of(folder),
    }
}

/// Makes durable that a name is in its folder.
fn sync_folder_of(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    File::open(folder.unwrap_or_else(|| Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_is_swept_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        // No process has so high a number.
        let dead = "index.html.4194999.tmp";
        let own = format!("index.html.{}-7.tmp", std::process::id());
        let numbered = "index.html.4194999-12.tmp";
        for name in [
            dead,
            numbered,
            own.as_str(),
            "index.html",
            "index.html.old.tmp",
            "notes.4194999.tmp",
        ] {
            std::fs::write(at(name), b"x").unwrap();
        }
        sweep_leftovers(&at("index.html"));
        assert!(!at(dead).exists() && !at(numbered).exists());
        for name in [
            own.as_str(),
            "index.html",
            "index.html.old.tmp",
            "notes.4194999.tmp",
        ] {
            assert!(at(name).exists(), "{name}");
        }
    }

    #[test]
    fn two_threads_that_keep_at_once_keep_both() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::new(folder.path().to_owned());
        let texts: Vec<Vec<u8>> = (0..8_u8).map(|n| vec![b'a' + n; 100_000]).collect();
        let kept: Vec<Stored> = std::thread::scope(|scope| {
            let keep = |bytes: &Vec<u8>| archive.keep_from(&mut bytes.as_slice()).unwrap();
            let all: Vec<_> = texts
                .iter()
                .map(|bytes| scope.spawn(move || keep(bytes)))
                .collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        for (stored, bytes) in kept.iter().zip(&texts) {
            assert_eq!(archive.get(stored.digest).unwrap(), *bytes);
        }
    }

    #[test]
    fn the_whole_archive_is_swept_of_what_killed_processes_left() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::new(folder.path().to_owned());
        let stored = archive.keep(b"TY  - JOUR").unwrap();
        let beside = archive
            .path(stored.digest)
            .with_extension("gz.4194999-0.tmp");
        let incoming = folder.path().join("incoming.4194999");
        let again = folder.path().join("incoming.4194999-3.tmp");
        for left in [&beside, &incoming, &again] {
            std::fs::write(left, b"half").unwrap();
        }
        archive.sweep();
        for left in [&beside, &incoming, &again] {
            assert!(!left.exists(), "{}", left.display());
        }
        assert_eq!(archive.get(stored.digest).unwrap(), b"TY  - JOUR");
    }

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
