//! One file of records into the store: who is new, who is revised, who is known.

use super::{SearchError, say};
use crate::formats::{Native, Parsed, ParsedRecord};
use crate::ledger::event::{FileRef, ReceivedRecord, ResponseRef, WithdrawnRef};
use crate::ledger::{Body, Stamp};
use crate::model::{Digest, Record, RecordId, RecordKind};
use crate::store::Writer;
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
    let mut receiver = Receiver::new(writer, source)?;
    for record in &file.parsed.records {
        receiver.take(writer, record)?;
    }
    receiver.finish(writer, stamp, run, file)
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
    /// Keys of this file that are not in the store yet, with the hash they came with last.
    fresh: BTreeMap<String, (RecordId, Digest)>,
    /// The contents that came under each id in this file.
    seen: BTreeMap<String, Vec<Digest>>,
}

impl Receiver {
    /// For a file of `source`.
    pub fn new(writer: &Writer<'_>, source: &str) -> Result<Self, SearchError> {
        Ok(Self {
            source: source.to_owned(),
            next: writer.next_record()?,
            new: Vec::new(),
            revised: Vec::new(),
            known: Vec::new(),
            withdrawn: Vec::new(),
            fresh: BTreeMap::new(),
            seen: BTreeMap::new(),
        })
    }

    /// Keeps one record and finds out whether it is new.
    pub fn take(&mut self, writer: &Writer<'_>, parsed: &ParsedRecord) -> Result<(), SearchError> {
        if parsed.record.kind == RecordKind::Deleted {
            return self.withdraw(writer, &parsed.record);
        }
        let hash = writer.put_record(&parsed.record)?;
        let key = self.key(parsed, hash);
        let entry = |record, key: &str| ReceivedRecord {
            record,
            key: key.to_owned(),
            hash,
            n: parsed.n,
            line: parsed.line,
        };
        let before = match self.fresh.get(&key) {
            Some(found) => Some(*found),
            None => writer
                .read()
                .record_by_key(&self.source, &key)?
                .map(|row| (row.id, row.hash)),
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

    /// Notes that the source withdrew a record: that it says so is no record, so nothing is
    /// identified or screened, and what people decided on the record stays.
    fn withdraw(&mut self, writer: &Writer<'_>, record: &Record) -> Result<(), SearchError> {
        let Some(key) = record.source_id.clone() else {
            return Ok(());
        };
        let known = writer.read().record_by_key(&self.source, &key)?;
        let fresh = self.fresh.get(&key).map(|(id, _)| *id);
        let record = fresh.or(known.map(|row| row.id));
        self.withdrawn.push(WithdrawnRef { key, record });
        Ok(())
    }

    /// How many records the file names as withdrawn.
    pub fn withdrawn(&self) -> u64 {
        self.withdrawn.len() as u64
    }

    /// The id under which the record is kept. Where one file gives an id to two records (the
    /// numbers of two libraries that were joined), they stay two: the second is `17#2`. PubMed's
    /// ids are the record's own, and a second content is a newer version of it.
    fn key(&mut self, parsed: &ParsedRecord, hash: Digest) -> String {
        let key = key(&parsed.record, hash);
        let own = match parsed.native {
            Native::PubmedXml(_) | Native::Deleted(_) => true,
            Native::Ictrp(_) | Native::Ctgov(_) | Native::Entry(_) => false,
        };
        let contents = self.seen.entry(key.clone()).or_default();
        let place = contents.iter().position(|content| *content == hash);
        let place = place.unwrap_or_else(|| {
            contents.push(hash);
            contents.len() - 1
        });
        match place {
            0 => key,
            _ if own => key,
            n => format!("{key}#{}", n + 1),
        }
    }

    /// Appends the event of the records so far, and goes on with the next.
    pub fn flush(
        &mut self,
        writer: &mut Writer<'_>,
        stamp: &Stamp,
        run: u64,
        file: &ReadFile,
    ) -> Result<Received, SearchError> {
        let full = Self {
            source: self.source.clone(),
            next: self.next,
            new: std::mem::take(&mut self.new),
            revised: std::mem::take(&mut self.revised),
            known: std::mem::take(&mut self.known),
            withdrawn: std::mem::take(&mut self.withdrawn),
            fresh: std::mem::take(&mut self.fresh),
            seen: std::mem::take(&mut self.seen),
        };
        full.finish(writer, stamp, run, file)
    }

    /// Appends the event of the file.
    pub fn finish(
        self,
        writer: &mut Writer<'_>,
        stamp: &Stamp,
        run: u64,
        file: &ReadFile,
    ) -> Result<Received, SearchError> {
        let received = Received {
            new: self.new.len() as u64,
            revised: self.revised.len() as u64,
            known: self.known.len() as u64,
            withdrawn: self.withdrawn.len() as u64,
        };
        drop((self.fresh, self.seen));
        let format = file.parsed.format.as_str();
        writer.append(&stamp.draft(Body::RecordsReceived {
            source: self.source,
            run,
            file: FileRef {
                path: file.path.clone(),
                digest: file.digest,
            },
            format: format.to_owned(),
            parser: format!("{format}/{}", crate::formats::PARSER_VERSION),
            new: self.new,
            revised: self.revised,
            known: self.known,
            withdrawn: self.withdrawn,
            problems: file.parsed.problems.iter().map(say).collect(),
        }))?;
        Ok(received)
    }
}

/// The id that the source gives, else the hash of the content.
fn key(record: &Record, hash: Digest) -> String {
    match &record.source_id {
        Some(id) if !id.trim().is_empty() => id.trim().to_owned(),
        _ => format!("sha256:{hash}"),
    }
}
