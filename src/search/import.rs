//! `import`: an export file that a person brought from a database, a register or a list.
//!
//! A file is read whole before anything of it is written: a damaged one leaves the log as it was.
//! Up to [`PART`] records are one transaction and one event for each file; more come in parts
//! (`import/parts.rs`), so that nobody who decides meanwhile has to wait.

mod large;
mod parts;
mod whose;

pub use large::{LARGE, LargeFile, import_large, scan};
pub use parts::{Finished, PART, finish};
pub use whose::Evidence;

use super::receive::{Received, Receiver};
use super::{SearchError, say};
use crate::formats::{self, Parsed, ParsedRecord, Scanned};
use crate::ledger::Stamp;
use crate::ledger::event::FileRef;
use crate::model::Digest;
use crate::store::archive::Stored;
use crate::store::{Archive, Store};
use crate::workflow::{Access, Source};
use parts::{Plan, PlannedFile};

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// How many records were new, revised, known.
    pub received: Received,
    /// Files that this source had given before, byte for byte.
    pub repeated: Vec<String>,
}

impl Imported {
    /// What two imports did, together.
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
    /// Why the counts differ, or why the file comes from this source after all.
    pub reason: Option<String>,
    /// The day of the search, `YYYY-MM-DD`.
    pub searched: Option<String>,
    /// The hits that the database reported for this search.
    pub hits: Option<u64>,
}

/// The three counts of one search: hits typed from the database's page, records that the files
/// declare, records read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Hits that the source reported.
    pub hits: Option<u64>,
    /// Records that the files declare.
    pub declared: Option<u64>,
    /// Records that were read from the files.
    pub retrieved: u64,
}

impl Counts {
    /// The hits that somebody typed for this search, else for the source.
    pub fn of(source: &Source, typed: Option<u64>) -> Self {
        let hits = typed.or(match &source.access {
            Access::File { hits, .. } => *hits,
            Access::Eutils { .. } | Access::Pages { .. } => None,
        });
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

/// Imports files of one source as one search run: the bytes are archived while the records are read.
///
/// Files that the same source gave before, byte for byte, are left out; where all were, nothing
/// is written. Nothing is written either where a file is damaged or the counts differ and the
/// person has not accepted that. `seen` is shown every file that was read.
pub fn import(
    store: &Store,
    archive: &Archive,
    (source, query): (&Source, Option<FileRef>),
    files: Vec<(String, Vec<u8>)>,
    accepted: &Accepted,
    stamp: &Stamp,
    seen: &mut dyn FnMut(&str, &Scanned),
) -> Result<Imported, SearchError> {
    let mut imported = Imported::default();
    let mut plan = Plan::new(source, query, accepted, stamp);
    let mut first: Vec<ParsedRecord> = Vec::new();
    let mut stored: Vec<Stored> = Vec::new();
    for (path, bytes) in files {
        let digest = Digest::of(&bytes);
        // The same bytes under two names of one command are one file too.
        let given = plan.files().iter().any(|file| file.digest() == digest);
        if given
            || store
                .snapshot()?
                .read()
                .was_received(&source.name, digest)?
        {
            imported.repeated.push(path);
            continue;
        }
        let mut evidence = Evidence::default();
        let (scanned, kept) = std::thread::scope(|scope| {
            let keep = scope.spawn(|| archive.keep(&bytes));
            let scanned = scanned(&path, &bytes, &mut |record| {
                evidence.add(&record.record);
                // More are not needed here: they are read again, from the archive.
                if first.len() <= PART {
                    first.push(record);
                }
            })?;
            seen(&path, &scanned);
            check(&path, &scanned.parsed, accepted.damage)?;
            if scanned.records == 0 {
                return Err(SearchError::NoRecords { path: path.clone() });
            }
            let kept = match keep.join() {
                Ok(kept) => kept?,
                Err(panic) => std::panic::resume_unwind(panic),
            };
            Ok::<_, SearchError>((scanned, kept))
        })?;
        drop(bytes);
        let before = store
            .snapshot()?
            .read()
            .received_from(digest, &source.name)?;
        let doubt = evidence.doubt(source, &scanned.parsed, before);
        plan.doubt(ask(&path, source, doubt, accepted)?);
        stored.push(kept);
        plan.add(PlannedFile::new(path, digest, &scanned, false));
    }
    if stored.is_empty() {
        return Ok(imported);
    }
    plan.agree()?;
    imported.received = if first.len() > PART {
        drop(first);
        plan.carry_out(store, archive, &stored, stamp)?
    } else {
        at_once(store, &plan, &stored, first, stamp)?
    };
    Ok(imported)
}

/// Writes a small import in one transaction.
fn at_once(
    store: &Store,
    plan: &Plan,
    stored: &[Stored],
    records: Vec<ParsedRecord>,
    stamp: &Stamp,
) -> Result<Received, SearchError> {
    store.write(|writer| {
        let run = writer.read().next_run()?;
        let mut total = Received::default();
        let mut records = records.into_iter();
        for (file, kept) in plan.files().iter().zip(stored) {
            let mut receiver = Receiver::new(writer, plan.source(), run)?;
            for record in records.by_ref().take(file.count()) {
                receiver.take(writer, &record)?;
            }
            writer.put_archive(kept, file.path())?;
            total.add(receiver.finish(writer, stamp, run, &file.seen())?);
        }
        plan.complete(writer, run, stamp)?;
        Ok::<_, SearchError>(total)
    })
}

/// Refuses a file that looks like another source's; where a person has said why it is this one's,
/// gives what the log says of it.
fn ask(
    path: &str,
    source: &Source,
    doubt: Option<String>,
    accepted: &Accepted,
) -> Result<Option<String>, SearchError> {
    let Some(doubt) = doubt else {
        return Ok(None);
    };
    let Some(reason) = &accepted.reason else {
        return Err(SearchError::OtherSource {
            path: path.to_owned(),
            source_name: source.name.clone(),
            doubt,
        });
    };
    Ok(Some(format!(
        "{path} {doubt}; imported from {} because: {reason}",
        source.name
    )))
}

/// Reads a file record by record.
fn scanned(
    path: &str,
    bytes: &[u8],
    take: &mut dyn FnMut(ParsedRecord),
) -> Result<Scanned, SearchError> {
    formats::scan(bytes, None, take).map_err(|source| SearchError::Format {
        path: path.to_owned(),
        source,
    })
}
