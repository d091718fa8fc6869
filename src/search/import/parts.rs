//! An import of more records than one short transaction takes: part by part, each one event.
//!
//! Parts are sized by count, never by a clock, so that the same files give the same log on every
//! machine. What they hold counts nowhere until the run is complete (`store::hidden`). Before the
//! first part the plan is written down; a process that ends in between leaves it, and the next
//! command that holds the pipeline lock goes on from the archived bytes ([`finish`]).

use super::super::receive::{Keys, Occurrences, Prepared, Received, Receiver, SeenFile};
use super::super::{SearchError, say};
use super::{Accepted, Counts};
use crate::formats::{self, ParsedRecord, Scanned, Streamed};
use crate::ledger::event::{FileRef, ResponseRef};
use crate::ledger::{Actor, Body, Stamp, Via};
use crate::model::{Clock, Digest};
use crate::store::archive::Stored;
use crate::store::parts::OpenImport;
use crate::store::{Archive, Store, StoreError, Writer};
use crate::workflow::Source;
use serde::{Deserialize, Serialize};

/// Records in one transaction and one event: some 20 ms of writing, so that a vote in between waits
/// no longer than a person notices.
pub const PART: usize = 500;

/// One file of an import that was read and found whole.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PlannedFile {
    path: String,
    digest: Digest,
    format: String,
    records: u64,
    /// How many of them only say that the source withdrew a record.
    #[serde(default)]
    withdrawn: u64,
    declared: Option<u64>,
    stated: Option<String>,
    problems: Vec<String>,
    /// Whether it is read piece by piece, as it may not fit in memory.
    streamed: bool,
}

impl PlannedFile {
    pub(super) fn new(path: String, digest: Digest, scanned: &Scanned, streamed: bool) -> Self {
        let parsed = &scanned.parsed;
        Self {
            path,
            digest,
            format: parsed.format.as_str().to_owned(),
            records: scanned.records,
            withdrawn: parsed.account.withdrawn,
            declared: parsed.declared,
            stated: parsed.query.clone(),
            problems: parsed.problems.iter().map(say).collect(),
            streamed,
        }
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn digest(&self) -> Digest {
        self.digest
    }

    pub(super) fn count(&self) -> usize {
        usize::try_from(self.records).unwrap_or(usize::MAX)
    }

    /// How the event of the whole file names it.
    pub(super) fn seen(&self) -> SeenFile<'_> {
        SeenFile {
            path: &self.path,
            digest: self.digest,
            format: &self.format,
            problems: &self.problems,
            part: None,
        }
    }

    /// Gives every record of the archived bytes to `take`, in order, until one cannot be taken.
    pub(super) fn read(
        &self,
        archive: &Archive,
        take: &mut dyn FnMut(&ParsedRecord) -> Result<(), SearchError>,
    ) -> Result<(), SearchError> {
        let mut failed: Option<SearchError> = None;
        if self.streamed {
            let bytes = archive.open(self.digest)?;
            let read = formats::stream_records(bytes, &mut |record| {
                take(&record).map_err(|error| {
                    failed = Some(error);
                    std::io::ErrorKind::Other.into()
                })
            });
            if let Some(error) = failed {
                return Err(error);
            }
            let read = read.map_err(|source| SearchError::Read {
                path: archive.path(self.digest),
                source,
            })?;
            return match read {
                Ok(Streamed::Read(..)) => Ok(()),
                Ok(Streamed::Other) => Err(self.changed()),
                Err(source) => Err(self.unreadable(source)),
            };
        }
        let bytes = archive.get(self.digest)?;
        let read = formats::scan(&bytes, None, &mut |record| {
            if failed.is_none() {
                failed = take(&record).err();
            }
        });
        match (failed, read) {
            (Some(error), _) => Err(error),
            (None, Ok(_)) => Ok(()),
            (None, Err(source)) => Err(self.unreadable(source)),
        }
    }

    fn unreadable(&self, source: formats::FormatError) -> SearchError {
        SearchError::Format {
            path: self.path.clone(),
            source,
        }
    }

    fn changed(&self) -> SearchError {
        SearchError::Damaged {
            path: self.path.clone(),
            first: "it was changed while it was read".to_owned(),
            line: None,
            problems: 1,
        }
    }
}

/// One search run of files: everything that is known before anything is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Plan {
    source: String,
    query: Option<FileRef>,
    reason: Option<String>,
    hits: Option<u64>,
    /// The day of the search, as a person gave it.
    #[serde(default)]
    searched: Option<String>,
    /// Files that looked like another source's, and why they were taken.
    #[serde(default)]
    doubts: Vec<String>,
    actor: String,
    via: String,
    files: Vec<PlannedFile>,
}

impl Plan {
    pub(super) fn new(
        source: &Source,
        query: Option<FileRef>,
        accepted: &Accepted,
        stamp: &Stamp,
    ) -> Self {
        Self {
            source: source.name.clone(),
            query,
            reason: accepted.reason.clone(),
            hits: Counts::of(source, accepted.hits).hits,
            searched: accepted.searched.clone(),
            doubts: Vec::new(),
            actor: stamp.actor.to_string(),
            via: stamp.via.as_str().to_owned(),
            files: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, file: PlannedFile) {
        self.files.push(file);
    }

    /// Notes why a file that looked like another source's was taken all the same.
    pub(super) fn doubt(&mut self, doubt: Option<String>) {
        self.doubts.extend(doubt);
    }

    pub(super) fn files(&self) -> &[PlannedFile] {
        &self.files
    }

    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// The counts of the search.
    fn counts(&self) -> Counts {
        let mut counts = Counts {
            hits: self.hits,
            ..Counts::default()
        };
        for file in &self.files {
            counts.add(
                file.declared,
                file.records - file.withdrawn.min(file.records),
            );
        }
        counts
    }

    /// Refuses counts that differ where nobody gave a reason.
    pub(super) fn agree(&self) -> Result<(), SearchError> {
        let counts = self.counts();
        if counts.agree() || self.reason.is_some() {
            return Ok(());
        }
        Err(SearchError::Counts {
            source_name: self.source.clone(),
            counts,
        })
    }

    /// Appends the end of the run.
    pub(super) fn complete(
        &self,
        writer: &mut Writer<'_>,
        run: u64,
        stamp: &Stamp,
    ) -> Result<(), SearchError> {
        let counts = self.counts();
        let response = |file: &PlannedFile| ResponseRef {
            role: "export".into(),
            path: file.path.clone(),
            digest: file.digest,
        };
        writer.append(&stamp.draft(Body::SearchCompleted {
            run,
            source: self.source.clone(),
            interface: "file".to_owned(),
            query: self.query.clone(),
            searched: self.searched.clone(),
            hits: counts.hits,
            declared: counts.declared,
            retrieved: counts.retrieved,
            known: 0,
            translation: None,
            stated: self.files.iter().find_map(|file| file.stated.clone()),
            warnings: self.doubts.clone(),
            responses: self.files.iter().map(response).collect(),
        }))?;
        if let (false, Some(reason)) = (counts.agree(), &self.reason) {
            writer.append(&stamp.draft(Body::CountsAccepted {
                run,
                source: self.source.clone(),
                hits: counts.hits,
                declared: counts.declared,
                retrieved: counts.retrieved,
                reason: reason.clone(),
            }))?;
        }
        Ok(())
    }

    /// Writes the plan down and carries it out.
    pub(super) fn carry_out(
        &self,
        store: &Store,
        archive: &Archive,
        stored: &[Stored],
        stamp: &Stamp,
    ) -> Result<Received, SearchError> {
        let body =
            serde_json::to_string(self).map_err(|error| StoreError::Value(error.to_string()))?;
        let run = store.write(|writer| {
            let run = writer.read().next_run()?;
            for (file, kept) in self.files.iter().zip(stored) {
                writer.put_archive(kept, &file.path)?;
            }
            writer.open_import(run, &self.source, &body)?;
            Ok::<_, SearchError>(run)
        })?;
        self.go_on(store, archive, stamp, run, (0, 0))
    }

    /// Writes the parts after the first `done`, which hold `taken` records, and the end.
    fn go_on(
        &self,
        store: &Store,
        archive: &Archive,
        stamp: &Stamp,
        run: u64,
        (done, mut taken): (u64, u64),
    ) -> Result<Received, SearchError> {
        let mut parts = Parts {
            store,
            stamp,
            source: &self.source,
            run,
            done,
            received: Received::default(),
            occurrences: Occurrences::new(&self.source, run),
        };
        for file in &self.files {
            // What is in the store was taken in whole parts; it is read again for its keys only.
            let skip = taken.min(file.records);
            taken -= skip;
            if skip == file.records {
                continue;
            }
            parts.file(archive, file, skip)?;
        }
        let received = parts.received;
        store.write(|writer| {
            self.complete(writer, run, stamp)?;
            writer.close_import(run)?;
            Ok::<_, SearchError>(())
        })?;
        store.optimize();
        Ok(received)
    }
}

/// The parts of a run as they are written.
struct Parts<'a> {
    store: &'a Store,
    stamp: &'a Stamp,
    source: &'a str,
    run: u64,
    done: u64,
    received: Received,
    /// How often each content without an id came in the parts so far.
    occurrences: Occurrences,
}

impl Parts<'_> {
    fn file(
        &mut self,
        archive: &Archive,
        file: &PlannedFile,
        skip: u64,
    ) -> Result<(), SearchError> {
        let mut keys = Keys::default();
        let mut part = Vec::with_capacity(PART);
        let mut read = 0;
        file.read(archive, &mut |record| {
            read += 1;
            let prepared = keys.prepare(record)?;
            if read > skip {
                part.push(prepared);
            }
            if part.len() == PART {
                // The problems stand with the first event of the file.
                let first = read <= skip + PART as u64 && skip == 0;
                self.write(file, first, &mut part)?;
            }
            Ok(())
        })?;
        if read != file.records {
            return Err(file.changed());
        }
        if !part.is_empty() {
            let first = skip == 0 && file.count() <= PART;
            self.write(file, first, &mut part)?;
        }
        Ok(())
    }

    fn write(
        &mut self,
        file: &PlannedFile,
        first: bool,
        part: &mut Vec<Prepared>,
    ) -> Result<(), SearchError> {
        let seen = SeenFile {
            problems: if first { &file.problems } else { &[] },
            part: Some(self.done + 1),
            ..file.seen()
        };
        let nothing = Occurrences::new(self.source, self.run);
        let before = std::mem::replace(&mut self.occurrences, nothing);
        let (gave, occurrences) = self.store.write(|writer| {
            let mut receiver = Receiver::going_on(writer, self.source, before)?;
            for record in part.drain(..) {
                receiver.add(writer, record)?;
            }
            let occurrences = receiver.pass_on();
            let gave = receiver.finish(writer, self.stamp, self.run, &seen)?;
            // Entries that were read are counted to find the place to go on from.
            let known = gave.known + gave.withdrawn;
            writer.count_part(self.run, [gave.new, gave.revised, known])?;
            Ok::<_, SearchError>((gave, occurrences))
        })?;
        self.occurrences = occurrences;
        self.received.add(gave);
        self.done += 1;
        Ok(())
    }
}

/// An import that a process which ended had left, and that is complete now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The source's name.
    pub source: String,
    /// Its files, in the order in which they are read.
    pub files: Vec<FileRef>,
    /// What all its parts gave.
    pub received: Received,
}

/// Completes the imports that processes which ended had left.
pub fn finish(
    store: &Store,
    archive: &Archive,
    clock: &dyn Clock,
) -> Result<Vec<Finished>, SearchError> {
    let open = store.snapshot()?.read().open_imports()?;
    open.iter()
        .map(|open| finish_one(store, archive, open, clock))
        .collect()
}

fn finish_one(
    store: &Store,
    archive: &Archive,
    open: &OpenImport,
    clock: &dyn Clock,
) -> Result<Finished, SearchError> {
    let fault = |error: String| StoreError::Value(format!("the plan of run {}: {error}", open.run));
    let plan: Plan = serde_json::from_str(&open.body).map_err(|error| fault(error.to_string()))?;
    let actor: Actor = plan
        .actor
        .parse()
        .map_err(|error: crate::model::IdError| fault(error.to_string()))?;
    let stamp = Stamp {
        at: clock.now(),
        actor,
        via: Via::ALL
            .into_iter()
            .find(|via| via.as_str() == plan.via)
            .unwrap_or(Via::Cli),
    };
    let done = (open.parts, open.records());
    let mut received = plan.go_on(store, archive, &stamp, open.run, done)?;
    received.add(Received {
        new: open.new,
        revised: open.revised,
        known: open.known,
        // Counted with the known ones; the events name each.
        withdrawn: 0,
    });
    let files = plan.files.into_iter().map(|file| FileRef {
        path: file.path,
        digest: file.digest,
    });
    Ok(Finished {
        source: plan.source,
        files: files.collect(),
        received,
    })
}
