//! One file of records into the store: who is new, who is revised, who is known.

use super::{SearchError, say};
use crate::formats::Parsed;
use crate::ledger::event::{FileRef, ReceivedRecord, ResponseRef};
use crate::ledger::{Body, Stamp};
use crate::model::{Digest, Record, RecordId};
use crate::store::Writer;
use std::collections::BTreeMap;

/// A file that was archived and parsed.
#[derive(Debug)]
pub struct ReadFile {
    /// Its name for people.
    pub path: String,
    /// `esearch`, `efetch` or `export`.
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
}

impl Received {
    /// Adds the numbers of another file.
    pub fn add(&mut self, other: Self) {
        self.new += other.new;
        self.revised += other.revised;
        self.known += other.known;
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
    let mut next = writer.next_record()?;
    let mut new: Vec<ReceivedRecord> = Vec::new();
    let mut revised: Vec<ReceivedRecord> = Vec::new();
    let mut known: Vec<RecordId> = Vec::new();
    // Keys of this file that are not in the store yet, with the hash they came with last.
    let mut fresh: BTreeMap<String, (RecordId, Digest)> = BTreeMap::new();
    for parsed in &file.parsed.records {
        let hash = writer.put_record(&parsed.record)?;
        let key = key(&parsed.record, hash);
        let entry = |record| ReceivedRecord {
            record,
            key: key.clone(),
            hash,
            n: parsed.n,
            line: parsed.line,
        };
        let before = match fresh.get(&key) {
            Some(found) => Some(*found),
            None => writer
                .read()
                .record_by_key(source, &key)?
                .map(|row| (row.id, row.hash)),
        };
        match before {
            Some((id, last)) if last == hash => known.push(id),
            Some((id, _)) => {
                revised.push(entry(id));
                fresh.insert(key, (id, hash));
            }
            None => {
                let id = RecordId(next);
                next += 1;
                new.push(entry(id));
                fresh.insert(key, (id, hash));
            }
        }
    }
    let received = Received {
        new: new.len() as u64,
        revised: revised.len() as u64,
        known: known.len() as u64,
    };
    writer.append(&stamp.draft(Body::RecordsReceived {
        source: source.to_owned(),
        run,
        file: FileRef {
            path: file.path.clone(),
            digest: file.digest,
        },
        format: file.parsed.format.as_str().to_owned(),
        parser: format!(
            "{}/{}",
            file.parsed.format.as_str(),
            crate::formats::PARSER_VERSION
        ),
        new,
        revised,
        known,
        problems: file.parsed.problems.iter().map(say).collect(),
    }))?;
    Ok(received)
}

/// The id that the source gives, else the hash of the content.
fn key(record: &Record, hash: Digest) -> String {
    match &record.source_id {
        Some(id) if !id.trim().is_empty() => id.trim().to_owned(),
        _ => format!("sha256:{hash}"),
    }
}
