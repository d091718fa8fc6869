//! The content in force of a record: what its source said last, with what people corrected of it.

use super::super::StoreError;
use crate::ledger::canonical;
use crate::model::correction::Field;
use crate::model::{Digest, EventSeq, Record, RecordId};
use rusqlite::{Connection, OptionalExtension, params};
use std::borrow::Cow;

/// Takes the last revision that is left of a record into its columns and identifiers.
pub(super) fn show_last(conn: &Connection, seq: EventSeq, id: RecordId) -> Result<(), StoreError> {
    let hash: String = conn
        .prepare_cached("SELECT hash FROM main.revision WHERE record = ?1 ORDER BY n DESC LIMIT 1")?
        .query_row([id.0], |row| row.get(0))?;
    show(conn, seq, id, &hash)
}

/// Takes a content, with what people corrected of it, into a record's columns and identifiers.
pub(super) fn show(
    conn: &Connection,
    seq: EventSeq,
    id: RecordId,
    hash: &str,
) -> Result<(), StoreError> {
    let body: Option<String> = conn
        .prepare_cached("SELECT body FROM content WHERE hash = ?1")?
        .query_row([hash], |row| row.get(0))
        .optional()?;
    let body = body.ok_or_else(|| StoreError::Projection {
        seq: seq.0,
        reason: format!("the content {hash} of record {id} is missing"),
    })?;
    let (hash, record) = match over(conn, id, &body)? {
        Some((hash, record)) => (Cow::Owned(hash), record),
        None => {
            let shown: Shown = serde_json::from_str(&body)
                .map_err(|error| StoreError::Value(error.to_string()))?;
            (Cow::Borrowed(hash), shown.record())
        }
    };
    conn.prepare_cached(
        "UPDATE main.record SET hash = ?2, title = ?3, first_author = ?4, year = ?5, journal = ?6,
           doi = ?7, pmid = ?8, completeness = ?9 WHERE id = ?1",
    )?
    .execute(params![
        id.0,
        hash,
        record.title,
        record.first_author(),
        record.year,
        record.journal,
        record.doi.as_ref().map(crate::model::Doi::as_str),
        record.pmid.as_ref().map(crate::model::Pmid::as_str),
        record.completeness(),
    ])?;
    index(conn, id, &record)
}

/// The fields of a record that have columns of their own; the other fields are not read again.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Shown {
    title: Option<String>,
    authors: Vec<String>,
    year: Option<u16>,
    journal: Option<String>,
    pages: Option<serde::de::IgnoredAny>,
    doi: Option<crate::model::Doi>,
    pmid: Option<crate::model::Pmid>,
    registry: Vec<crate::model::RegistryId>,
    #[serde(rename = "abstract")]
    abstract_text: Option<serde::de::IgnoredAny>,
}

impl Shown {
    /// A record that answers as the whole one would.
    fn record(self) -> Record {
        Record {
            title: self.title,
            authors: self.authors,
            year: self.year,
            journal: self.journal,
            pages: self.pages.map(|_| String::new()),
            doi: self.doi,
            pmid: self.pmid,
            registry: self.registry,
            abstract_text: self.abstract_text.map(|_| String::new()),
            ..Record::default()
        }
    }
}

/// The identifiers by which a record can be named and studies be linked.
fn index(conn: &Connection, id: RecordId, record: &Record) -> Result<(), StoreError> {
    conn.prepare_cached("DELETE FROM main.identifier WHERE record = ?1")?
        .execute([id.0])?;
    let mut add = conn.prepare_cached(
        "INSERT OR IGNORE INTO main.identifier (scheme, value, record) VALUES (?1, ?2, ?3)",
    )?;
    if let Some(doi) = &record.doi {
        add.execute(params!["doi", doi.as_str(), id.0])?;
    }
    if let Some(pmid) = &record.pmid {
        add.execute(params!["pmid", pmid.as_str(), id.0])?;
    }
    for number in &record.registry {
        add.execute(params!["registry", number.as_str(), id.0])?;
    }
    Ok(())
}

/// The content of a record with what people corrected of it, where they did.
fn over(
    conn: &Connection,
    id: RecordId,
    body: &str,
) -> Result<Option<(String, Record)>, StoreError> {
    let mut last = conn.prepare_cached(
        "SELECT field, value FROM correction WHERE record = ?1 AND undone = 0 ORDER BY seq",
    )?;
    let corrections = last
        .query_map([id.0], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    if corrections.is_empty() {
        return Ok(None);
    }
    let value = |error: &dyn std::fmt::Display| StoreError::Value(error.to_string());
    let mut record: Record = serde_json::from_str(body).map_err(|error| value(&error))?;
    for (field, text) in corrections {
        let field = Field::parse(&field).map_err(|error| value(&error))?;
        field
            .set(&mut record, &text)
            .map_err(|error| value(&error))?;
    }
    let body = canonical(&record).map_err(crate::ledger::LedgerError::from)?;
    let hash = Digest::of(body.as_bytes()).to_string();
    let kept: bool = conn
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM content WHERE hash = ?1)")?
        .query_row([&hash], |row| row.get(0))?;
    if !kept {
        conn.prepare_cached("INSERT INTO main.content (hash, body) VALUES (?1, ?2)")?
            .execute(params![hash, body])?;
    }
    Ok(Some((hash, record)))
}
