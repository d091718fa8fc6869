//! A file of PubMed XML that does not fit in memory: read twice, archived and taken piece by piece.
//!
//! The first reading checks the file as any import is checked; the second, of the archived bytes,
//! stores its records, in one transaction like any import, with one event for each 5,000 records.

use super::super::SearchError;
use super::super::receive::{ReadFile, Received, receive};
use super::Imported;
use crate::formats::{self, Parsed, ParsedRecord, Streamed};
use crate::ledger::event::FileRef;
use crate::ledger::{Body, Stamp};
use crate::store::{Archive, Store};
use crate::workflow::Source;
use std::fs::File;
use std::path::Path;

/// Bytes from which a file is looked at piece by piece.
const LARGE: u64 = 16 << 20;
/// Records in one event.
const BATCH: usize = 5_000;

/// A large file that was looked through: what is known of it without its records, and their number.
#[derive(Debug)]
pub struct Scanned {
    /// Its name for people.
    pub path: String,
    /// Everything but the records.
    pub parsed: Parsed,
    /// How many records it holds.
    pub records: u64,
}

/// Looks a file through; nothing where it is small, or no PubMed XML in UTF-8.
pub fn scan(path: &Path) -> Result<Option<Scanned>, SearchError> {
    let shown = path.display().to_string();
    let unreadable = |source| SearchError::Read {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.len() < LARGE {
        return Ok(None);
    }
    let read = formats::stream(file, &mut |_| Ok(())).map_err(unreadable)?;
    match read {
        Ok(Streamed::Read(parsed, records)) => Ok(Some(Scanned {
            path: shown,
            parsed,
            records,
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
    source: &Source,
    query: Option<FileRef>,
    (path, scanned): (&Path, &Scanned),
    stamp: &Stamp,
) -> Result<Imported, SearchError> {
    let unreadable = |source| SearchError::Read {
        path: path.to_owned(),
        source,
    };
    let stored = archive.keep_from(&mut File::open(path).map_err(unreadable)?)?;
    let mut imported = Imported::default();
    if store.read().was_received(&source.name, stored.digest)? {
        imported.repeated.push(scanned.path.clone());
        return Ok(imported);
    }
    let bytes =
        flate2::read::GzDecoder::new(File::open(archive.path(stored.digest)).map_err(unreadable)?);
    imported.received = store.write(|writer| {
        let run = writer.read().next_run()?;
        writer.put_archive(&stored, &scanned.path)?;
        let mut file = ReadFile {
            path: scanned.path.clone(),
            role: "export",
            digest: stored.digest,
            parsed: scanned.parsed.clone(),
        };
        let mut total = Received::default();
        let mut failed: Option<SearchError> = None;
        let mut take = |file: &mut ReadFile| {
            let received = receive(writer, stamp, &source.name, run, file)?;
            file.parsed.records.clear();
            // Its problems stand with the first event.
            file.parsed.problems.clear();
            Ok::<_, SearchError>(received)
        };
        let mut each = |record: ParsedRecord| {
            file.parsed.records.push(record);
            if file.parsed.records.len() >= BATCH {
                match take(&mut file) {
                    Ok(received) => total.add(received),
                    Err(error) => {
                        failed = Some(error);
                        return Err(std::io::ErrorKind::Other.into());
                    }
                }
            }
            Ok(())
        };
        let read = formats::stream(bytes, &mut each);
        if let Some(error) = failed {
            return Err(error);
        }
        if !matches!(read.map_err(unreadable)?, Ok(Streamed::Read(..))) {
            return Err(SearchError::Damaged {
                path: scanned.path.clone(),
                first: "it was changed while it was read".to_owned(),
                line: None,
                problems: 1,
            });
        }
        if !file.parsed.records.is_empty() || total == Received::default() {
            let received = receive(writer, stamp, &source.name, run, &file)?;
            total.add(received);
        }
        writer.append(&stamp.draft(Body::SearchCompleted {
            run,
            source: source.name.clone(),
            interface: "file".to_owned(),
            query,
            hits: None,
            declared: None,
            retrieved: scanned.records,
            known: 0,
            translation: None,
            warnings: Vec::new(),
            responses: vec![file.response()],
        }))?;
        Ok::<_, SearchError>(total)
    })?;
    Ok(imported)
}
