//! A file of PubMed XML that does not fit in memory: read twice, archived and taken piece by piece.
//!
//! The first reading checks the file as any import is checked; the second, of the archived bytes,
//! stores its records, in one transaction like any import, with one event for each 5,000 records.

use super::super::SearchError;
use super::super::receive::{ReadFile, Received, Receiver};
use super::{Accepted, Counts, Imported, Search, check};
use crate::formats::{self, ParsedRecord, Scanned, Streamed};
use crate::ledger::Stamp;
use crate::ledger::event::FileRef;
use crate::store::{Archive, Store};
use crate::workflow::Source;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Bytes from which a file is looked at piece by piece.
pub const LARGE: u64 = 16 << 20;
/// Records in one event.
const BATCH: u64 = 5_000;

/// A large file that was looked through, and what it held.
#[derive(Debug)]
pub struct LargeFile {
    /// Where it is.
    pub path: PathBuf,
    /// Its name for people.
    pub shown: String,
    /// What is known of it without its records.
    pub scanned: Scanned,
}

/// Looks a file through; nothing where it has less than `least` bytes, or is no PubMed XML in UTF-8.
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
    let read = formats::stream(file, &mut |_| Ok(())).map_err(unreadable)?;
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
    store: &mut Store,
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
    if store.read().was_received(&source.name, stored.digest)? {
        imported.repeated.push(large.shown.clone());
        return Ok(imported);
    }
    let bytes =
        flate2::read::GzDecoder::new(File::open(archive.path(stored.digest)).map_err(unreadable)?);
    imported.received = store.write(|writer| {
        let run = writer.read().next_run()?;
        writer.put_archive(&stored, &large.shown)?;
        let mut file = ReadFile {
            path: large.shown.clone(),
            role: "export",
            digest: stored.digest,
            parsed: scanned.parsed.clone(),
        };
        let mut total = Received::default();
        let mut failed: Option<SearchError> = None;
        let mut receiver = Receiver::new(writer, &source.name)?;
        let mut taken = 0;
        let mut take = |record: &ParsedRecord| {
            receiver.take(writer, record)?;
            taken += 1;
            if taken % BATCH == 0 && taken < scanned.records {
                total.add(receiver.flush(writer, stamp, run, &file)?);
                // The problems stand with the first event.
                file.parsed.problems.clear();
            }
            Ok::<_, SearchError>(())
        };
        let read = formats::stream(bytes, &mut |record| {
            take(&record).map_err(|error| {
                failed = Some(error);
                std::io::ErrorKind::Other.into()
            })
        });
        if let Some(error) = failed {
            return Err(error);
        }
        if !matches!(read.map_err(unreadable)?, Ok(Streamed::Read(..))) {
            return Err(SearchError::Damaged {
                path: large.shown.clone(),
                first: "it was changed while it was read".to_owned(),
                line: None,
                problems: 1,
            });
        }
        total.add(receiver.finish(writer, stamp, run, &file)?);
        let mut counts = Counts::of(source);
        let read = scanned.records - total.withdrawn.min(scanned.records);
        counts.add(scanned.parsed.declared, read);
        let search = Search {
            run,
            query,
            counts,
            stated: scanned.parsed.query.clone(),
            responses: vec![file.response()],
        };
        search.complete(writer, source, accepted, stamp)?;
        Ok::<_, SearchError>(total)
    })?;
    Ok(imported)
}
