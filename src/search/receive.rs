//! One file of records into the store: who is new, who is revised, who is known.
//!
//! A record is known by the id that its source gives it; one without an id by its content and how
//! often that content came before in the run, so that two equal rows of a file are two records.

mod occurrence;

use super::{SearchError, say};
use crate::formats::{Native, Parsed, ParsedRecord};
use crate::ledger::event::{FileRef, ReceivedRecord, ResponseRef, WithdrawnRef};
use crate::ledger::{Body, LedgerError, Stamp, canonical};
use crate::model::{Digest, Record, RecordId, RecordKind};
use crate::store::{StoreError, Writer};
pub(super) use occurrence::Occurrences;
use std::collections::BTreeMap;

/// A file that was archived and parsed.
#[derive(Debug)]
pub struct ReadFile {
    /// Its name for people.
    pub path: String,
    /// `esearch`, `efetch`, `page` or `export`.
    pub role: &'static str,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// What was read from it.
    pub parsed: Parsed,
}

impl ReadFile {
    /// How the log names it.
    pub fn response(&self) -> ResponseRef {
        ResponseRef {
            role: self.role.into(),
            path: self.path.clone(),
            digest: self.digest,
        }
    }
}

/// How many records of a file were what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Received {
    /// Never seen before in this source.
    pub new: u64,
    /// Seen before, with other content.
    pub revised: u64,
    /// Seen before, unchanged.
    pub known: u64,
    /// Named by the file as withdrawn by the source; no records of it.
    pub withdrawn: u64,
}

impl Received {
    /// Adds the numbers of another file.
    pub fn add(&mut self, other: Self) {
        self.new += other.new;
        self.revised += other.revised;
        self.known += other.known;
        self.withdrawn += other.withdrawn;
    }
}

/// Appends the event of one file.
pub fn receive(
    writer: &mut Writer<'_>,
    stamp: &Stamp,
    source: &str,
    run: u64,
    file: &ReadFile,
) -> Result<Received, SearchError> {
    let mut receiver = Receiver::new(writer, source, run)?;
    for record in &file.parsed.records {
        receiver.take(writer, record)?;
    }
    let problems: Vec<String> = file.parsed.problems.iter().map(say).collect();
    let seen = SeenFile {
        path: &file.path,
        digest: file.digest,
        format: file.parsed.format.as_str(),
        problems: &problems,
        part: None,
    };
    receiver.finish(writer, stamp, run, &seen)
}

/// What an event says of the file behind it.
#[derive(Debug, Clone, Copy)]
pub struct SeenFile<'a> {
    /// Its name for people.
    pub path: &'a str,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// The format that it was read as.
    pub format: &'a str,
    /// Its problems, as the log says them.
    pub problems: &'a [String],
    /// The number of the event among the parts of its run.
    pub part: Option<u64>,
}

/// A record that is ready to be stored: all that is costly is done outside of the transaction.
#[derive(Debug)]
pub struct Prepared {
    body: String,
    hash: Digest,
    /// The id under which it is kept; without one, its content and occurrence are its name.
    key: Option<String>,
    n: u64,
    line: Option<u64>,
    /// Whether it says that the source withdrew a record.
    withdraws: bool,
}

/// Takes the records of one file, one by one.
#[derive(Debug)]
pub struct Receiver {
    source: String,
    next: u32,
    new: Vec<ReceivedRecord>,
    revised: Vec<ReceivedRecord>,
    known: Vec<RecordId>,
    withdrawn: Vec<WithdrawnRef>,
    /// Keys of this event that are not in the store yet, with the hash they came with last.
    fresh: BTreeMap<String, (RecordId, Digest)>,
    keys: Keys,
    /// How often each content without an id came in this run.
    occurrences: Occurrences,
}

/// The contents that came under each id in one file.
#[derive(Debug, Default)]
pub struct Keys(BTreeMap<String, (Digest, Vec<Digest>)>);

impl Receiver {
    /// For a file of `source` in this run.
    pub fn new(writer: &Writer<'_>, source: &str, run: u64) -> Result<Self, SearchError> {
        Self::going_on(writer, source, Occurrences::new(source, run))
    }

    /// For the next part of a run, of which `occurrences` knows what came before.
    pub(super) fn going_on(
        writer: &Writer<'_>,
        source: &str,
        occurrences: Occurrences,
    ) -> Result<Self, SearchError> {
        Ok(Self {
            occurrences,
            source: source.to_owned(),
            next: writer.next_record()?,
            new: Vec::new(),
            revised: Vec::new(),
            known: Vec::new(),
            withdrawn: Vec::new(),
            fresh: BTreeMap::new(),
            keys: Keys::default(),
        })
    }

    /// Keeps one record and finds out whether it is new.
    pub fn take(&mut self, writer: &Writer<'_>, parsed: &ParsedRecord) -> Result<(), SearchError> {
        let prepared = self.keys.prepare(parsed)?;
        self.add(writer, prepared)
    }

    /// The same for a record that was prepared.
    pub fn add(&mut self, writer: &Writer<'_>, record: Prepared) -> Result<(), SearchError> {
        let Prepared {
            body,
            hash,
            key,
            n,
            line,
            withdraws,
        } = record;
        if withdraws {
            return self.withdraw(writer, key);
        }
        writer.put_content(hash, &body)?;
        let key = match key {
            Some(key) => key,
            None => self.occurrences.key(writer.read(), hash, &self.fresh)?,
        };
        let entry = |record, key: &str| ReceivedRecord {
            record,
            key: key.to_owned(),
            hash,
            n,
            line,
        };
        let before = match self.fresh.get(&key) {
            Some(found) => Some(*found),
            None => writer.known(&self.source, &key)?,
        };
        match before {
            Some((id, last)) if last == hash => self.known.push(id),
            Some((id, _)) => {
                self.revised.push(entry(id, &key));
                self.fresh.insert(key, (id, hash));
            }
            None => {
                let id = RecordId(self.next);
                self.next += 1;
                self.new.push(entry(id, &key));
                self.fresh.insert(key, (id, hash));
            }
        }
        Ok(())
    }
}

impl Keys {
    /// Does for a record what needs no store.
    pub fn prepare(&mut self, parsed: &ParsedRecord) -> Result<Prepared, SearchError> {
        let body = canonical(&parsed.record)
            .map_err(LedgerError::from)
            .map_err(StoreError::from)?;
        let hash = Digest::of(body.as_bytes());
        let withdraws = parsed.record.kind == RecordKind::Deleted;
        Ok(Prepared {
            body,
            hash,
            key: match (withdraws, given_id(&parsed.record)) {
                (true, id) => id.map(str::to_owned),
                (false, id) => id.map(|id| self.key(parsed, id, hash)),
            },
            n: parsed.n,
            line: parsed.line,
            withdraws,
        })
    }

    /// The id under which the record is kept. Where one file gives an id to two records (the
    /// numbers of two libraries that were joined), they stay two: the second is `17#2`. PubMed's
    /// ids are the record's own, and a second content is a newer version of it.
    fn key(&mut self, parsed: &ParsedRecord, id: &str, hash: Digest) -> String {
        let key = id.to_owned();
        let own = match parsed.native {
            Native::PubmedXml(_) | Native::Deleted(_) => true,
            Native::Ictrp(_) | Native::Ctgov(_) | Native::Entry(_) => false,
        };
        let (first, others) = self.0.entry(key.clone()).or_insert((hash, Vec::new()));
        let mut all = std::iter::once(&*first).chain(&*others);
        let place = all.position(|content| *content == hash);
        let place = place.unwrap_or_else(|| {
            others.push(hash);
            others.len()
        });
        match place {
            0 => key,
            _ if own => key,
            n => format!("{key}#{}", n + 1),
        }
    }
}

impl Receiver {
    /// Notes that the source withdrew a record: that it says so is not a record, so nothing is
    /// identified or screened, and what people decided on the record stays.
    fn withdraw(&mut self, writer: &Writer<'_>, key: Option<String>) -> Result<(), SearchError> {
        let Some(key) = key else {
            return Ok(());
        };
        let known = writer.known(&self.source, &key)?;
        let fresh = self.fresh.get(&key).map(|(id, _)| *id);
        let record = fresh.or(known.map(|(id, _)| id));
        self.withdrawn.push(WithdrawnRef { key, record });
        Ok(())
    }

    /// What is known of the contents of the run, for its next part.
    pub(super) fn pass_on(&mut self) -> Occurrences {
        std::mem::replace(&mut self.occurrences, Occurrences::new("", 0))
    }

    /// Appends the event of the file.
    pub fn finish(
        self,
        writer: &mut Writer<'_>,
        stamp: &Stamp,
        run: u64,
        file: &SeenFile<'_>,
    ) -> Result<Received, SearchError> {
        let received = Received {
            new: self.new.len() as u64,
            revised: self.revised.len() as u64,
            known: self.known.len() as u64,
            withdrawn: self.withdrawn.len() as u64,
        };
        drop((self.fresh, self.keys));
        writer.append(&stamp.draft(Body::RecordsReceived {
            source: self.source,
            run,
            file: FileRef {
                path: file.path.to_owned(),
                digest: file.digest,
            },
            format: file.format.to_owned(),
            parser: format!("{}/{}", file.format, crate::formats::PARSER_VERSION),
            new: self.new,
            revised: self.revised,
            known: self.known,
            withdrawn: self.withdrawn,
            problems: file.problems.to_vec(),
            part: file.part,
        }))?;
        Ok(received)
    }
}

/// The id that the source gives.
fn given_id(record: &Record) -> Option<&str> {
    let id = record.source_id.as_deref().map(str::trim);
    id.filter(|id| !id.is_empty())
}
