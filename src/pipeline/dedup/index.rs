//! The key index: what lets a new batch find its candidates without reading what is old.

use super::super::RunError;
use crate::dedup::{Entry, Keys, Pool, RULES_VERSION};
use crate::model::{Digest, Record, RecordId};
use crate::store::read::RecordRow;
use crate::store::{Reader, Store, StoreError, Writer};
use std::collections::BTreeSet;

/// So many contents are read at a time.
const PART: usize = 5_000;

/// What the index is to gain of one record.
pub(super) struct Indexed {
    id: RecordId,
    source: String,
    hash: Digest,
    issue: Option<u64>,
    keys: Keys,
}

fn signed(value: u64) -> i64 {
    i64::from_be_bytes(value.to_be_bytes())
}

fn unsigned(value: i64) -> u64 {
    u64::from_be_bytes(value.to_be_bytes())
}

/// The content in force of a record.
pub(super) fn content(reader: Reader<'_>, row: &RecordRow) -> Result<Record, StoreError> {
    reader
        .content(row.hash)?
        .ok_or_else(|| StoreError::Value(format!("the content of record {} is missing", row.id)))
}

/// Adds the records of these rows to a pool, a part at a time; gives what the index needs of them.
pub(super) fn fill(
    pool: &mut Pool,
    reader: Reader<'_>,
    rows: &[RecordRow],
    new: bool,
) -> Result<Vec<Indexed>, StoreError> {
    let mut indexed = Vec::with_capacity(rows.len());
    for part in rows.chunks(PART) {
        let records: Vec<Record> = part
            .iter()
            .map(|row| content(reader, row))
            .collect::<Result<_, _>>()?;
        let entries: Vec<Entry<'_>> = part
            .iter()
            .zip(&records)
            .map(|(row, record)| Entry {
                id: row.id,
                record,
                source: &row.source,
                new,
            })
            .collect();
        pool.add(&entries);
        indexed.extend(part.iter().zip(&records).map(|(row, record)| Indexed {
            id: row.id,
            source: row.source.clone(),
            hash: row.hash,
            issue: record.issue.as_deref().map(Pool::issue_hash),
            keys: Keys::default(),
        }));
    }
    Ok(indexed)
}

/// The keys of records that a pool holds, beside what else the index needs.
pub(super) fn keyed(pool: &Pool, mut indexed: Vec<Indexed>) -> Vec<Indexed> {
    for ((_, keys), entry) in pool.keys().into_iter().zip(&mut indexed) {
        entry.keys = keys;
    }
    indexed
}

/// Writes keys in the order of the table, which is the fast one.
pub(super) fn write(writer: &Writer<'_>, indexed: &[Indexed]) -> Result<(), StoreError> {
    let mut keys = Vec::new();
    for entry in indexed {
        let near = signed(entry.keys.near >> 1);
        let all = entry.keys.keys.iter();
        keys.extend(all.map(|key| (signed(key.0), near, entry.id)));
        writer.put_indexed(entry.id, entry.hash, entry.issue.map(signed))?;
    }
    keys.sort_unstable();
    writer.put_keys(&keys)
}

/// Brings the index up to date: after an upgrade of the rules, or for revised records.
pub(super) fn refresh(store: &mut Store) -> Result<(), RunError> {
    if store.snapshot()?.read().index_version()?.as_deref() != Some(RULES_VERSION) {
        store.write(|writer| writer.clear_index(RULES_VERSION))?;
    }
    let missing = store.snapshot()?.read().not_indexed()?;
    for part in missing.chunks(PART) {
        let mut pool = Pool::default();
        let indexed = fill(&mut pool, store.snapshot()?.read(), part, false)?;
        let indexed = keyed(&pool, indexed);
        store.write(|writer| write(writer, &indexed))?;
    }
    Ok(())
}

/// The old records that share a key with any of these, as one run over everything would pair them.
pub(super) fn candidates(
    reader: Reader<'_>,
    indexed: &[Indexed],
) -> Result<BTreeSet<RecordId>, StoreError> {
    let mut found = BTreeSet::new();
    for entry in indexed {
        let near = signed(entry.keys.near >> 1);
        for key in &entry.keys.keys {
            let (whole, window) = key.reach();
            found.extend(reader.sharing_key(signed(key.0), near, whole, window)?);
        }
    }
    Ok(found)
}

/// Tells a pool what all records of each source have in their issue column, old and fresh: a pool
/// with some of the old ones could not see that they are running numbers.
pub(super) fn note_issues(
    pool: &mut Pool,
    reader: Reader<'_>,
    fresh: &[Indexed],
) -> Result<(), StoreError> {
    pool.forget_issues();
    for entry in fresh {
        if let Some(issue) = entry.issue {
            pool.note_issue(&entry.source, issue, 1);
        }
    }
    for (source, issue, times) in reader.issues()? {
        let times = usize::try_from(times).unwrap_or(usize::MAX);
        pool.note_issue(&source, unsigned(issue), times);
    }
    Ok(())
}
