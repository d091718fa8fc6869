//! A file of PubMed XML that does not fit in memory: read twice, archived and taken piece by piece.
//!
//! The first reading checks the file as any import is checked; the second, of the archived bytes,
//! stores its records in parts.

use super::super::SearchError;
use super::parts::{PART, Plan, PlannedFile};
use super::{Accepted, Evidence, Imported, ask, at_once, check};
use crate::formats::{self, Scanned, Streamed};
use crate::ledger::Stamp;
use crate::ledger::event::FileRef;
use crate::store::{Archive, Store};
use crate::workflow::Source;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Bytes from which a file is looked at piece by piece.
pub const LARGE: u64 = 16 << 20;

/// A large file that was looked through, and what it held.
#[derive(Debug)]
pub struct LargeFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its name for people and the log.
    pub shown: String,
    /// What is known of it without its records.
    pub scanned: Scanned,
}

/// Looks a file through; nothing where it has less than `least` bytes, or is not PubMed XML in UTF-8.
pub fn scan(path: &Path, least: u64) -> Result<Option<LargeFile>, SearchError> {
    let shown = path.display().to_string();
    let unreadable = |source| SearchError::Read {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.len() < least {
        return Ok(None);
    }
    let read = formats::stream_records(file, &mut |_| Ok(())).map_err(unreadable)?;
    match read {
        Ok(Streamed::Read(parsed, records)) => Ok(Some(LargeFile {
            path: path.to_owned(),
            shown,
            scanned: Scanned { parsed, records },
        })),
        Ok(Streamed::Other) => Ok(None),
        Err(source) => Err(SearchError::Format {
            path: shown,
            source,
        }),
    }
}

/// Imports a file that [`scan`] looked through, as one search run.
pub fn import_large(
    store: &Store,
    archive: &Archive,
    (source, query): (&Source, Option<FileRef>),
    large: &LargeFile,
    accepted: &Accepted,
    stamp: &Stamp,
) -> Result<Imported, SearchError> {
    let unreadable = |source| SearchError::Read {
        path: large.path.clone(),
        source,
    };
    let scanned = &large.scanned;
    check(&large.shown, &scanned.parsed, accepted.damage)?;
    if scanned.records == 0 {
        return Err(SearchError::NoRecords {
            path: large.shown.clone(),
        });
    }
    let stored = archive.keep_from(&mut File::open(&large.path).map_err(unreadable)?)?;
    let mut imported = Imported::default();
    if store
        .snapshot()?
        .read()
        .was_received(&source.name, stored.digest)?
    {
        imported.repeated.push(large.shown.clone());
        return Ok(imported);
    }
    let before = store
        .snapshot()?
        .read()
        .received_from(stored.digest, &source.name)?;
    let doubt = Evidence::default().doubt(source, &scanned.parsed, before);
    let mut plan = Plan::new(source, query, accepted, stamp);
    plan.doubt(ask(&large.shown, source, doubt, accepted)?);
    let shown = large.shown.clone();
    plan.add(PlannedFile::new(shown, stored.digest, scanned, true));
    plan.agree()?;
    imported.received = if scanned.records <= PART as u64 {
        let mut records = Vec::new();
        for file in plan.files() {
            file.read(archive, &mut |record| {
                records.push(record.clone());
                Ok(())
            })?;
        }
        at_once(store, &plan, &[stored], records, stamp)?
    } else {
        plan.carry_out(store, archive, &[stored], stamp)?
    };
    Ok(imported)
}
