//! `import`: an export file that a person brought from a database, a register or a list.

mod large;

pub use large::{LARGE, LargeFile, import_large, scan};

use super::receive::{ReadFile, Received, Receiver};
use super::{SearchError, say};
use crate::formats::{self, Parsed, ParsedRecord, Scanned};
use crate::ledger::Body;
use crate::ledger::Stamp;
use crate::ledger::event::{FileRef, ResponseRef};
use crate::model::Digest;
use crate::store::{Archive, Store, Writer};
use crate::workflow::{Access, Source};

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// How many records were new, revised, known.
    pub received: Received,
    /// Files that this source had given before, byte for byte.
    pub repeated: Vec<String>,
}

impl Imported {
    /// Both together.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.received.add(other.received);
        self.repeated.extend(other.repeated);
        self
    }
}

/// Reads one file and checks it: a damaged file is refused unless `accept_damaged`.
pub fn read(path: &str, bytes: &[u8], accept_damaged: bool) -> Result<Parsed, SearchError> {
    let parsed = formats::read(bytes, None).map_err(|source| SearchError::Format {
        path: path.to_owned(),
        source,
    })?;
    check(path, &parsed, accept_damaged)?;
    Ok(parsed)
}

/// Refuses a file that was not read whole.
pub fn check(path: &str, parsed: &Parsed, accept_damaged: bool) -> Result<(), SearchError> {
    let damage: Vec<_> = parsed
        .problems
        .iter()
        .filter(|p| p.kind.is_damage())
        .collect();
    if let Some(first) = damage.first()
        && !accept_damaged
    {
        return Err(SearchError::Damaged {
            path: path.to_owned(),
            first: say(first),
            line: first.line,
            problems: damage.len(),
        });
    }
    if !parsed.lines.closes() {
        return Err(SearchError::Damaged {
            path: path.to_owned(),
            first: "not every line could be accounted for".to_owned(),
            line: None,
            problems: 1,
        });
    }
    Ok(())
}

/// What a person decided before an import.
#[derive(Debug, Clone, Default)]
pub struct Accepted {
    /// Take what could be read of a damaged file.
    pub damage: bool,
    /// Why the counts differ.
    pub reason: Option<String>,
}

/// The three counts of one search: hits typed from the database's page, records that the files
/// declare, records read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Hits that the source reported.
    pub hits: Option<u64>,
    /// Records that the files declare.
    pub declared: Option<u64>,
    /// Records read.
    pub retrieved: u64,
}

impl Counts {
    /// The hits that somebody typed for a source.
    pub fn of(source: &Source) -> Self {
        let hits = match &source.access {
            Access::File { hits, .. } => *hits,
            Access::Eutils { .. } | Access::Pages { .. } => None,
        };
        Self {
            hits,
            ..Self::default()
        }
    }

    /// Adds one file of the search.
    pub fn add(&mut self, declared: Option<u64>, retrieved: u64) {
        self.declared = match (self.declared, declared) {
            (Some(a), Some(b)) => Some(a + b),
            (a, b) => a.or(b),
        };
        self.retrieved += retrieved;
    }

    /// Whether every count there is says the same.
    pub fn agree(&self) -> bool {
        let same = |count: Option<u64>| count.is_none_or(|n| n == self.retrieved);
        same(self.hits) && same(self.declared)
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(hits) = self.hits {
            write!(f, "the database reported {hits}, ")?;
        }
        if let Some(declared) = self.declared {
            write!(f, "the file declares {declared}, ")?;
        }
        write!(f, "{} read", self.retrieved)
    }
}

/// Imports files of one source as one search run, in one transaction: the bytes are archived while
/// the records are read.
///
/// Files that the same source gave before, byte for byte, are left out; where all were, nothing
/// is written. Nothing is written either where a file is damaged or the counts differ and the
/// person has not accepted that. `seen` is shown every file that was read.
pub fn import(
    store: &mut Store,
    archive: &Archive,
    (source, query): (&Source, Option<FileRef>),
    files: Vec<(String, Vec<u8>)>,
    accepted: &Accepted,
    stamp: &Stamp,
    seen: &mut dyn FnMut(&str, &Scanned),
) -> Result<Imported, SearchError> {
    let mut imported = Imported::default();
    let mut fresh = Vec::new();
    for (path, bytes) in files {
        let digest = Digest::of(&bytes);
        if store.read().was_received(&source.name, digest)? {
            imported.repeated.push(path);
        } else {
            fresh.push((path, bytes, digest));
        }
    }
    if fresh.is_empty() {
        return Ok(imported);
    }
    imported.received = store.write(|writer| {
        let run = writer.read().next_run()?;
        let mut total = Received::default();
        let mut counts = Counts::of(source);
        let (mut responses, mut stated) = (Vec::new(), None);
        for (path, bytes, digest) in fresh {
            let mut receiver = Receiver::new(writer, &source.name)?;
            let (scanned, stored) = std::thread::scope(|scope| {
                let keep = scope.spawn(|| archive.keep(&bytes));
                let scanned = scanned(&path, &bytes, &mut |record| receiver.take(writer, &record))?;
                seen(&path, &scanned);
                check(&path, &scanned.parsed, accepted.damage)?;
                if scanned.records == 0 {
                    return Err(SearchError::NoRecords { path: path.clone() });
                }
                let stored = match keep.join() {
                    Ok(stored) => stored?,
                    Err(panic) => std::panic::resume_unwind(panic),
                };
                Ok::<_, SearchError>((scanned, stored))
            })?;
            drop(bytes);
            writer.put_archive(&stored, &path)?;
            let file = ReadFile {
                path,
                role: "export",
                digest,
                parsed: scanned.parsed,
            };
            let read = scanned.records - receiver.withdrawn().min(scanned.records);
            total.add(receiver.finish(writer, stamp, run, &file)?);
            counts.add(file.parsed.declared, read);
            responses.push(file.response());
            stated = stated.or(file.parsed.query);
        }
        let search = Search {
            run,
            query,
            counts,
            stated,
            responses,
        };
        search.complete(writer, source, accepted, stamp)?;
        Ok::<_, SearchError>(total)
    })?;
    Ok(imported)
}

/// What one search run of files gave.
struct Search {
    run: u64,
    query: Option<FileRef>,
    counts: Counts,
    stated: Option<String>,
    responses: Vec<ResponseRef>,
}

impl Search {
    /// Appends the end of the run; counts that differ need a reason.
    fn complete(
        self,
        writer: &mut Writer<'_>,
        source: &Source,
        accepted: &Accepted,
        stamp: &Stamp,
    ) -> Result<(), SearchError> {
        let counts = self.counts;
        if !counts.agree() && accepted.reason.is_none() {
            return Err(SearchError::Counts {
                source_name: source.name.clone(),
                counts,
            });
        }
        writer.append(&stamp.draft(Body::SearchCompleted {
            run: self.run,
            source: source.name.clone(),
            interface: "file".to_owned(),
            query: self.query,
            hits: counts.hits,
            declared: counts.declared,
            retrieved: counts.retrieved,
            known: 0,
            translation: None,
            stated: self.stated,
            warnings: Vec::new(),
            responses: self.responses,
        }))?;
        if let (false, Some(reason)) = (counts.agree(), &accepted.reason) {
            writer.append(&stamp.draft(Body::CountsAccepted {
                run: self.run,
                source: source.name.clone(),
                hits: counts.hits,
                declared: counts.declared,
                retrieved: counts.retrieved,
                reason: reason.clone(),
            }))?;
        }
        Ok(())
    }
}

/// Reads a file record by record, up to the first that could not be taken.
fn scanned(
    path: &str,
    bytes: &[u8],
    take: &mut dyn FnMut(ParsedRecord) -> Result<(), SearchError>,
) -> Result<Scanned, SearchError> {
    let mut failed = None;
    let scanned = formats::scan(bytes, None, &mut |record| {
        if failed.is_none() {
            failed = take(record).err();
        }
    });
    if let Some(error) = failed {
        return Err(error);
    }
    scanned.map_err(|source| SearchError::Format {
        path: path.to_owned(),
        source,
    })
}
