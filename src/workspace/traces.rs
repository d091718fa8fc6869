//! The files beside the database: the archive, the published versions, the report; and whether they
//! are of one age with the log.

use super::against::{Mark, marks};
use crate::ledger::event::FileRef;
use crate::model::{Digest, EventSeq, many};
use crate::store::audit::Log;
use crate::store::{Archive, ArchiveError};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The folder of the published versions, in the folder of the report.
pub const VERSIONS: &str = "versions";

/// A version as its event froze it.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) name: String,
    pub(crate) seq: EventSeq,
    pub(crate) upto: EventSeq,
    pub(crate) head: Digest,
    pub(crate) files: Vec<FileRef>,
}

/// What stands beside the database.
#[derive(Debug)]
pub(crate) struct Traces {
    archive: BTreeSet<Digest>,
    versions: BTreeSet<String>,
    /// The moments of the log that the report says it is of.
    report: Vec<Mark>,
}

/// The folder of the published versions.
pub(crate) fn folder(root: &Path) -> PathBuf {
    root.join("reports").join(VERSIONS)
}

impl Traces {
    /// Looks at the folder of a workspace.
    pub(crate) fn look(root: &Path) -> Self {
        let archive = Archive::new(root.join("db/archive"));
        let versions = names(&folder(root)).into_iter();
        let report = std::fs::read(root.join("reports/index.html")).unwrap_or_default();
        Self {
            archive: archive.files(),
            versions: versions.filter(|name| !is_left(name)).collect(),
            report: marks(&String::from_utf8_lossy(&report)),
        }
    }

    /// What it means that there is no database, where something says that there was one.
    pub(crate) fn without_database(&self) -> Option<String> {
        let mut there = Vec::new();
        if !self.archive.is_empty() {
            there.push(format!(
                "db/archive holds {}",
                many(self.archive.len() as u64, "file", "files")
            ));
        }
        if !self.versions.is_empty() {
            there.push(format!("reports/{VERSIONS} holds {}", list(&self.versions)));
        }
        (!there.is_empty()).then(|| {
            format!(
                "db/review.sqlite is not there, and {}: it was lost. The way back: put it back from \
                 a backup (`perennial restore FILE DIR`)",
                there.join(" and ")
            )
        })
    }

    /// How many files the archive has.
    pub(crate) fn archived(&self) -> u64 {
        self.archive.len() as u64
    }

    /// Files of the archive that do not hold what their names say.
    pub(crate) fn damaged(&self, archive: &Archive) -> Vec<String> {
        let checked = self.archive.iter().map(|digest| archive.check(*digest));
        checked
            .filter_map(Result::err)
            .map(|error| with_cause(&error))
            .collect()
    }

    /// How many files of the archive nothing names.
    pub(crate) fn unknown(&self, named: &BTreeMap<Digest, String>) -> u64 {
        let unknown = self.archive.iter();
        unknown
            .filter(|digest| !named.contains_key(*digest))
            .count() as u64
    }

    /// What is newer than the log. `expected` files of the archive may be older than the first event.
    pub(crate) fn ages(&self, log: &Log, published: &[Published], expected: usize) -> Vec<String> {
        let mut out = Vec::new();
        let back = "the database is older than it, or another's: put the newer one back from a \
                    backup (`perennial restore FILE DIR`)";
        for name in &self.versions {
            if !published.iter().any(|version| version.name == *name) {
                out.push(format!(
                    "reports/{VERSIONS}/{name} was published and no event of the log says so: {back}"
                ));
            }
        }
        if log.events == 0 && self.archive.len() > expected {
            out.push(format!(
                "the log is empty, and db/archive holds {}: {back}",
                many(self.archive.len() as u64, "file", "files")
            ));
        }
        let last = log.head.map_or(EventSeq(0), |(seq, _)| seq);
        for mark in &self.report {
            let held = log.hashes.iter().any(|(_, hash)| mark.is(*hash));
            if !held && mark.seq.is_none_or(|seq| seq > last) && log.faults.is_empty() {
                let at = mark
                    .seq
                    .map_or_else(String::new, |seq| format!(" at event {seq}"));
                out.push(format!(
                    "reports/index.html was made of the log{at}, which ends at event {last}: {back}"
                ));
            }
        }
        out
    }
}

/// Whether each version is what its event froze: the moment of the log, and the files.
pub(crate) fn versions(root: &Path, log: &Log, published: &[Published]) -> Vec<String> {
    let mut out = Vec::new();
    for version in published {
        let name = &version.name;
        if version.upto >= version.seq {
            out.push(format!(
                "version {name} was published by event {} and says it includes event {}",
                version.seq, version.upto
            ));
        }
        match log.hash_at(version.upto) {
            Some(hash) if hash == version.head => {}
            Some(hash) => out.push(format!(
                "version {name} froze event {} with the hash {}, and the log has {hash} there: the \
                 log was written anew",
                version.upto, version.head
            )),
            None => out.push(format!(
                "version {name} froze event {}, which is not there",
                version.upto
            )),
        }
        let folder = folder(root).join(name);
        let shown = format!("reports/{VERSIONS}/{name}");
        let mut left: BTreeSet<String> = names(&folder).into_iter().collect();
        let mut missing = 0_u64;
        for file in &version.files {
            left.remove(&file.path);
            match std::fs::read(folder.join(&file.path)) {
                Ok(bytes) if Digest::of(&bytes) == file.digest => {}
                Ok(_) => out.push(format!(
                    "{shown}/{} is not what was published; remove it, and `perennial report` \
                     writes it again from the archive",
                    file.path
                )),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => missing += 1,
                Err(error) => out.push(format!("{shown}/{}: {error}", file.path)),
            }
        }
        if missing > 0 {
            out.push(format!(
                "{shown}: {} not there; `perennial report` writes them again from the archive",
                many(missing, "published file is", "published files are")
            ));
        }
        for name in left.iter().filter(|name| !is_left(name)) {
            out.push(format!("{shown}/{name} was not published"));
        }
    }
    out
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

/// Whether an interrupted write may have left it.
fn is_left(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|end| end == "tmp")
}

fn list(names: &BTreeSet<String>) -> String {
    let shown: Vec<&str> = names.iter().map(String::as_str).collect();
    format!("version {}", shown.join(", "))
}

/// An error of the archive with what the system said.
pub(crate) fn with_cause(error: &ArchiveError) -> String {
    match error {
        ArchiveError::Io { source, .. } => format!("{error}: {source}"),
        ArchiveError::Changed { .. } => error.to_string(),
    }
}
