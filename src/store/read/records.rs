//! Records, their content and the ways to name them.

use super::super::StoreError;
use super::{Reader, digest};
use crate::model::{Digest, Doi, EventSeq, Pmid, Record, RecordId};
use rusqlite::{OptionalExtension, Row, params};

/// A record's place in the store, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordRow {
    /// The number that it keeps for ever.
    pub id: RecordId,
    /// The source it came from.
    pub source: String,
    /// `database`, `register` or `other`.
    pub kind: String,
    /// The id that the source gives, or the hash of its first content.
    pub key: String,
    /// The search run that found it.
    pub run: u64,
    /// The event that received it.
    pub seq: EventSeq,
    /// The report it belongs to.
    pub report: RecordId,
    /// Whether it was compared with the others.
    pub compared: bool,
    /// Hash of its content in force.
    pub hash: Digest,
    /// Its title; absent where the source gives none.
    pub title: Option<String>,
    /// First author's surname.
    pub first_author: Option<String>,
    /// The year of publication; absent where no source gives one.
    pub year: Option<u16>,
    /// The journal as the source names it; absent where it names none.
    pub journal: Option<String>,
    /// The DOI without its address, in lower case; absent where no source gives one.
    pub doi: Option<String>,
    /// The PMID, digits only; absent where no source gives one.
    pub pmid: Option<String>,
}

impl RecordRow {
    /// "Attal 2019", else the title's start.
    pub fn short_citation(&self) -> String {
        Record {
            title: self.title.clone(),
            // Already a surname: a comma keeps it whole.
            authors: self
                .first_author
                .iter()
                .map(|author| format!("{author},"))
                .collect(),
            year: self.year,
            ..Record::default()
        }
        .short_citation()
    }
}

/// One content that a source gave for a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// From 1.
    pub n: u32,
    /// The event that received it.
    pub seq: EventSeq,
    /// Hash of the canonical record.
    pub hash: Digest,
    /// The bytes it was read from.
    pub archive: Digest,
    /// Number of the record in them.
    pub file_n: u64,
    /// Line on which it starts.
    pub line: Option<u64>,
}

pub(super) const RECORD: &str =
    "SELECT id, source, kind, key, run, seq, report, compared, hash, title,
    first_author, year, journal, doi, pmid FROM record";

pub(super) fn row(row: &Row<'_>) -> rusqlite::Result<(RecordRow, String)> {
    let hash: String = row.get(8)?;
    Ok((
        RecordRow {
            id: RecordId(row.get(0)?),
            source: row.get(1)?,
            kind: row.get(2)?,
            key: row.get(3)?,
            run: row.get(4)?,
            seq: EventSeq(row.get(5)?),
            report: RecordId(row.get(6)?),
            compared: row.get::<_, u64>(7)? > 0,
            hash: Digest([0; 32]),
            title: row.get(9)?,
            first_author: row.get(10)?,
            year: row.get(11)?,
            journal: row.get(12)?,
            doi: row.get(13)?,
            pmid: row.get(14)?,
        },
        hash,
    ))
}

pub(super) fn built((mut row, hash): (RecordRow, String)) -> Result<RecordRow, StoreError> {
    row.hash = digest(&hash)?;
    Ok(row)
}

impl Reader<'_> {
    /// How many records there are.
    pub fn record_count(&self) -> Result<u64, StoreError> {
        Ok(self
            .conn
            .query_row("SELECT count(*) FROM record", [], |row| row.get(0))?)
    }

    /// The record with this number; absent where none has it, or it left with its import.
    pub fn record(&self, id: RecordId) -> Result<Option<RecordRow>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached(&format!("{RECORD} WHERE id = ?1"))?;
        find.query_row([id.0], row)
            .optional()?
            .map(built)
            .transpose()
    }

    /// Every record, in order.
    pub fn records(&self) -> Result<Vec<RecordRow>, StoreError> {
        let mut all = self.conn.prepare(&format!("{RECORD} ORDER BY id"))?;
        all.query_map([], row)?.map(|r| built(r?)).collect()
    }

    /// The records whose source knows them by a key that begins so, in order.
    pub fn records_keyed(&self, beginning: &str) -> Result<Vec<RecordRow>, StoreError> {
        let mut all = self.conn.prepare_cached(&format!(
            // A range, so that the index of keys is used; no character stands behind U+10FFFF.
            "{RECORD} WHERE key >= ?1 AND key < ?1 || char(1114111) ORDER BY id"
        ))?;
        all.query_map([beginning], row)?
            .map(|r| built(r?))
            .collect()
    }

    /// The records of one report, in order.
    pub fn records_of(&self, report: RecordId) -> Result<Vec<RecordRow>, StoreError> {
        let mut all = self
            .conn
            .prepare_cached(&format!("{RECORD} WHERE report = ?1 ORDER BY id"))?;
        all.query_map([report.0], row)?.map(|r| built(r?)).collect()
    }

    /// The record that `source` knows by `key`.
    pub fn record_by_key(&self, source: &str, key: &str) -> Result<Option<RecordRow>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached(&format!("{RECORD} WHERE source = ?1 AND key = ?2"))?;
        find.query_row([source, key], row)
            .optional()?
            .map(built)
            .transpose()
    }

    /// The canonical record with this hash.
    pub fn content(&self, hash: Digest) -> Result<Option<Record>, StoreError> {
        let body: Option<String> = self
            .conn
            .prepare_cached("SELECT body FROM content WHERE hash = ?1")?
            .query_row([hash.to_string()], |row| row.get(0))
            .optional()?;
        body.map(|body| {
            serde_json::from_str(&body).map_err(|error| StoreError::Value(error.to_string()))
        })
        .transpose()
    }

    /// Every content a source gave for a record, in order.
    pub fn revisions(&self, id: RecordId) -> Result<Vec<Revision>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT n, seq, hash, archive, file_n, line FROM revision WHERE record = ?1 ORDER BY n",
        )?;
        let rows = all.query_map([id.0], |row| {
            Ok((
                row.get::<_, u32>(0)?,
                row.get::<_, u64>(1)?,
                row.get::<_, String>(2)?,
                row.get::<_, String>(3)?,
                row.get::<_, u64>(4)?,
                row.get::<_, Option<u64>>(5)?,
            ))
        })?;
        rows.map(|row| {
            let (n, seq, hash, archive, file_n, line) = row?;
            Ok(Revision {
                n,
                seq: EventSeq(seq),
                hash: digest(&hash)?,
                archive: digest(&archive)?,
                file_n,
                line,
            })
        })
        .collect()
    }

    /// The reports that `text` names: an id `r17`, a PMID, a DOI, or `source:id`. More than one
    /// where an identifier stands on records that are not one report.
    pub fn find_reports(&self, text: &str) -> Result<Vec<RecordId>, StoreError> {
        let text = text.trim();
        if let Ok(id) = text.parse::<RecordId>() {
            return Ok(self
                .record(id)?
                .map(|record| record.report)
                .into_iter()
                .collect());
        }
        if let Some((source, key)) = text.split_once(':')
            && let Some(record) = self.record_by_key(source.trim(), key.trim())?
        {
            return Ok(vec![record.report]);
        }
        let mut out = Vec::new();
        if let Ok(pmid) = Pmid::parse(text) {
            out = self.by_identifier("pmid", pmid.as_str())?;
        } else if let Ok(doi) = Doi::parse(text) {
            out = self.by_identifier("doi", doi.as_str())?;
        }
        Ok(out)
    }

    /// The reports with a record that has this identifier, in order.
    pub fn by_identifier(&self, scheme: &str, value: &str) -> Result<Vec<RecordId>, StoreError> {
        let mut find = self.conn.prepare_cached(
            "SELECT DISTINCT r.report FROM identifier i JOIN record r ON r.id = i.record
             WHERE i.scheme = ?1 AND i.value = ?2 ORDER BY r.report",
        )?;
        let rows = find.query_map(params![scheme, value], |row| row.get(0).map(RecordId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The identifiers of one scheme on the records of a report, sorted.
    pub fn identifiers(&self, scheme: &str, report: RecordId) -> Result<Vec<String>, StoreError> {
        let mut find = self.conn.prepare_cached(
            "SELECT DISTINCT i.value FROM identifier i JOIN record r ON r.id = i.record
             WHERE i.scheme = ?1 AND r.report = ?2 ORDER BY i.value",
        )?;
        let rows = find.query_map(params![scheme, report.0], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
