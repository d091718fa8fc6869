//! A backup in one file, and the way back from it.
//!
//! The file is a tar archive, which every system can read: `workflow.toml`, the query files, the
//! database as it was at one moment, the archive, and the full texts. It is written under another
//! name and has its own only when it is whole. To restore is to unpack it into a new folder, to write
//! the files of the published versions again from the archive, and to audit what is there.

use super::audit::{Audit, audit};
use crate::living::publish;
use crate::model::{Digest, EventSeq};
use crate::store::archive::{DurableFile, sweep_leftovers};
use crate::store::attachments::{ATTACHMENTS, Attachments, LEFT_OUT};
use crate::store::{Store, StoreError};
use crate::workspace::{DATABASE, OpenError, WORKFLOW, Workspace, load};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Component, Path, PathBuf};

/// Why a backup cannot be made or taken up.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file could not be read or written.
    #[error("cannot {action} {path}")]
    Io {
        /// What was being done.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// The file is no backup, or holds what none does.
    #[error("{path} is not a backup that can be restored: {reason}")]
    NotOne {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The folder is there and not empty.
    #[error("{0} is there already and not empty; nothing was restored")]
    Taken(PathBuf),
    /// The workspace cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The last event in it.
    pub event: EventSeq,
    /// Files of the archive.
    pub archived: u64,
    /// Full texts.
    pub full_texts: u64,
    /// Files that the log names and that are not here: the backup is without them.
    pub lost: u64,
}

/// What was put into a backup.
#[derive(Debug, Clone, Copy, Default)]
struct Packed {
    archived: u64,
    texts: u64,
    lost: u64,
}

/// The entry with the hashes of what no event vouches for: the protocol as it lies in the folder.
const SUMS: &str = "queries.sha256";

/// The folder of the archive, and that of the full texts.
const ARCHIVE: &str = "db/archive";
const FULL_TEXTS: &str = ATTACHMENTS;
/// A file in a backup is at most this large: 64 GB.
const LARGEST: u64 = 1 << 36;

fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> BackupError {
    let path = path.to_owned();
    move |source| BackupError::Io {
        action,
        path,
        source,
    }
}

/// Writes a backup of the workspace to `to`, while others read and write. With `keep`, a file that is
/// there becomes `NAME.1`, that one `NAME.2`, and so on, `keep` of them.
pub fn make(
    workspace: &Workspace,
    to: &Path,
    keep: Option<u32>,
    full_texts: bool,
) -> Result<Made, BackupError> {
    sweep_leftovers(to);
    // Named as what a killed process leaves is, so that the next backup sweeps it.
    let mut database = to.as_os_str().to_owned();
    database.push(format!(".{}-{}.tmp", std::process::id(), u32::MAX));
    let database = PathBuf::from(database);
    let event = workspace.store.backup(&database)?;
    let made = pack(workspace, to, &database, full_texts);
    // The copy is in the backup, or of no use.
    let removed = std::fs::remove_file(&database);
    let (file, packed) = made?;
    removed.map_err(io("remove", &database))?;
    if let Some(keep) = keep {
        rotate(to, keep)?;
    }
    file.finish_as(to).map_err(io("write", to))?;
    Ok(Made {
        event,
        archived: packed.archived,
        full_texts: packed.texts,
        lost: packed.lost,
    })
}

fn pack(
    workspace: &Workspace,
    to: &Path,
    database: &Path,
    full_texts: bool,
) -> Result<(DurableFile, Packed), BackupError> {
    let file = DurableFile::create(to).map_err(io("write", to))?;
    let mut tar = tar::Builder::new(file);
    let root = &workspace.root;
    let mut names: Vec<&str> = workspace.workflow.query_files();
    names.push(WORKFLOW);
    names.sort_unstable();
    names.dedup();
    let mut sums = String::new();
    for name in names {
        let path = root.join(name);
        let bytes = std::fs::read(&path).map_err(io("read", &path))?;
        sums.push_str(&format!("{}  {name}\n", Digest::of(&bytes)));
        tar.append_data(&mut header(bytes.len() as u64), name, bytes.as_slice())
            .map_err(io("write", to))?;
    }
    tar.append_data(&mut header(sums.len() as u64), SUMS, sums.as_bytes())
        .map_err(io("write", to))?;
    let mut add = |name: &str, path: &Path| -> Result<(), BackupError> {
        let mut file = File::open(path).map_err(io("read", path))?;
        let size = file.metadata().map_err(io("read", path))?.len();
        // What grows while it is read is taken as long as it was.
        let mut whole = (&mut file).take(size);
        tar.append_data(&mut header(size), name, &mut whole)
            .map_err(io("write", to))
    };
    add(DATABASE, database)?;
    // What others archive meanwhile belongs to events that are not in the copy.
    let copy = Store::open_reading(database, workspace.store.review())?;
    let wanted = super::audit::archived_names(copy.snapshot()?.read(), copy.review());
    let attached = copy.snapshot()?.read().all_attachments()?;
    drop(copy);
    let mut packed = Packed::default();
    let mut left = wanted.clone();
    for name in files(&root.join(ARCHIVE)) {
        let digest = digest_of(&name);
        if let Some(digest) = digest.filter(|digest| wanted.contains(digest)) {
            left.remove(&digest);
            add(
                &format!("{ARCHIVE}/{name}"),
                &root.join(ARCHIVE).join(&name),
            )?;
            packed.archived += 1;
        }
    }
    packed.lost = left.len() as u64;
    let kept = Attachments::of(root);
    let digests: BTreeSet<Digest> = attached.iter().map(|row| row.digest).collect();
    for digest in digests.iter().filter(|_| full_texts) {
        if kept.has(*digest) {
            let name = format!("{FULL_TEXTS}/{}", Attachments::name(*digest));
            add(&name, &kept.path(*digest))?;
            packed.texts += 1;
        } else if !kept.left_out() {
            packed.lost += 1;
        }
    }
    if !digests.is_empty() && (!full_texts || kept.left_out()) {
        let text = b"This workspace was restored from a backup without full texts.\n";
        tar.append_data(
            &mut header(text.len() as u64),
            format!("{FULL_TEXTS}/{LEFT_OUT}"),
            text.as_slice(),
        )
        .map_err(io("write", to))?;
    }
    let mut file = tar.into_inner().map_err(io("write", to))?;
    file.flush().map_err(io("write", to))?;
    Ok((file, packed))
}

/// The head of an entry: the same for the same bytes, wherever and whenever.
fn header(size: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Regular);
    header.set_size(size);
    header.set_mode(0o644);
    header.set_mtime(0);
    header
}

/// The hash that a file of the archive is named by.
fn digest_of(name: &str) -> Option<Digest> {
    let file = name.rsplit('/').next()?;
    file.strip_suffix(".gz")?.parse().ok()
}

/// The files below a folder of folders, in order; what a write left half is none.
fn files(root: &Path) -> Vec<String> {
    let list = |folder: &Path| -> Vec<(String, bool)> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut all: Vec<(String, bool)> = entries
            .filter_map(|entry| {
                let kind = entry.file_type().ok()?;
                let name = entry.file_name().into_string().ok()?;
                (kind.is_dir() || kind.is_file()).then_some((name, kind.is_dir()))
            })
            .collect();
        all.sort();
        all
    };
    let mut out = Vec::new();
    for (name, is_folder) in list(root) {
        if is_folder {
            let inside = list(&root.join(&name)).into_iter();
            let inside = inside.filter(|(_, is_folder)| !is_folder);
            out.extend(inside.map(|(file, _)| format!("{name}/{file}")));
        } else {
            out.push(name);
        }
    }
    let left = |name: &str| {
        Path::new(name).extension().is_some_and(|end| end == "tmp") || name.contains("incoming.")
    };
    out.retain(|name| !left(name));
    out
}

/// `NAME` becomes `NAME.1`, `NAME.1` becomes `NAME.2`; what is beyond `keep` goes.
fn rotate(to: &Path, keep: u32) -> Result<(), BackupError> {
    if !to.exists() {
        return Ok(());
    }
    let numbered = |n: u32| {
        let mut name = to.as_os_str().to_owned();
        name.push(format!(".{n}"));
        PathBuf::from(name)
    };
    for n in (1..=keep).rev() {
        let from = if n == 1 {
            to.to_owned()
        } else {
            numbered(n - 1)
        };
        if from.exists() {
            std::fs::rename(&from, numbered(n)).map_err(io("rename", &from))?;
        }
    }
    Ok(())
}

/// Makes a workspace of a backup in a new folder, and audits it.
pub fn restore(from: &Path, to: &Path) -> Result<Audit, BackupError> {
    let empty = match std::fs::read_dir(to) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(_) => false,
    };
    if !empty {
        return Err(BackupError::Taken(to.to_owned()));
    }
    let wrong = |reason: String| BackupError::NotOne {
        path: from.to_owned(),
        reason,
    };
    check(from)?;
    std::fs::create_dir_all(to).map_err(io("make the folder", to))?;
    let file = File::open(from).map_err(io("read", from))?;
    let mut tar = tar::Archive::new(file);
    for entry in tar.entries().map_err(io("read", from))? {
        let mut entry = entry.map_err(|error| wrong(error.to_string()))?;
        let name = entry.path().map_err(|error| wrong(error.to_string()))?;
        let path = to.join(&name);
        let mut file = DurableFile::create(&path).map_err(io("write", &path))?;
        std::io::copy(&mut entry, &mut file).map_err(io("write", &path))?;
        file.finish_as(&path).map_err(io("write", &path))?;
    }
    same(to).map_err(wrong)?;
    load(to, false)?;
    if let Ok(workspace) = Workspace::open_reading(to) {
        let snapshot = workspace.store.snapshot()?;
        // What the archive lacks is for the audit to say.
        let _ = publish::complete(&workspace, snapshot.read());
    }
    Ok(audit(to, None)?)
}

/// Refuses a protocol that is not the one that was packed: of workflow.toml and the query files as they
/// lay in the folder no event tells. Backups of before have no hashes of them.
fn same(folder: &Path) -> Result<(), String> {
    let path = folder.join(SUMS);
    let Ok(sums) = std::fs::read_to_string(&path) else {
        return Ok(());
    };
    for line in sums.lines() {
        let Some((sum, name)) = line.split_once("  ") else {
            return Err(format!("its {SUMS} is damaged"));
        };
        let bytes = std::fs::read(folder.join(name)).unwrap_or_default();
        if Digest::of(&bytes).to_string() != sum {
            return Err(format!(
                "`{name}` in it is not what was packed; what could be unpacked lies in the folder"
            ));
        }
    }
    std::fs::remove_file(&path).map_err(|error| format!("{SUMS}: {error}"))
}

/// Refuses a file that is no backup before anything of it is written.
fn check(from: &Path) -> Result<(), BackupError> {
    let wrong = |reason: &str| BackupError::NotOne {
        path: from.to_owned(),
        reason: reason.to_owned(),
    };
    let mut begin = [0; 16];
    let mut file = File::open(from).map_err(io("read", from))?;
    let read = file.read(&mut begin).map_err(io("read", from))?;
    if begin
        .get(..read)
        .is_some_and(|begin| begin.starts_with(b"SQLite format 3"))
    {
        return Err(wrong(
            "it is a database alone, as programs before 0.2 copied it: put it into db/ as \
             review.sqlite, beside its db/archive",
        ));
    }
    let file = File::open(from).map_err(io("read", from))?;
    let mut tar = tar::Archive::new(file);
    let mut found = [false; 2];
    for entry in tar.entries().map_err(io("read", from))? {
        let entry = entry.map_err(|error| wrong(&error.to_string()))?;
        let name = entry.path().map_err(|error| wrong(&error.to_string()))?;
        let shown = name.display().to_string();
        let plain = name
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let known = name.starts_with("queries")
            || name.starts_with(ARCHIVE)
            || name.starts_with(FULL_TEXTS)
            || shown == WORKFLOW
            || shown == DATABASE
            || shown == SUMS
            || entry_is_query(&name);
        if !plain || !known {
            return Err(wrong(&format!("it holds `{shown}`, which no backup does")));
        }
        if !entry.header().entry_type().is_file() {
            return Err(wrong(&format!("`{shown}` in it is a link or no file")));
        }
        if entry.header().size().unwrap_or(u64::MAX) > LARGEST {
            return Err(wrong(&format!("`{shown}` in it is too large")));
        }
        found = [found[0] || shown == WORKFLOW, found[1] || shown == DATABASE];
    }
    if found == [true, true] {
        Ok(())
    } else {
        Err(wrong("it has no workflow.toml or no database"))
    }
}

/// Query files may lie where the workflow says: a text below the workspace, outside of `db`.
fn entry_is_query(name: &Path) -> bool {
    let first = name.components().next();
    let inside = |folder: &str| first == Some(Component::Normal(folder.as_ref()));
    !inside("db") && !inside("reports") && name.extension().is_some_and(|ending| ending == "txt")
}
