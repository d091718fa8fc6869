//! Records without an id of their source: the content, and its occurrence within the run.
//!
//! Two equal rows of an export are two hits of the search and count as two, one of them a duplicate
//! (PRISMA 2020, item 16a: records identified). The same rows in a later run are the same records
//! again. The first occurrence is known as `sha256:HASH`, the second as `sha256:HASH#2`.
//!
//! Ledgers of before knew equal rows of one run as one record; where such a run is imported again,
//! they stay one, so that nothing new is said to have come.

use super::SearchError;
use crate::model::{Digest, RecordId};
use crate::store::Reader;
use std::collections::BTreeMap;

/// How often each content came in one run.
#[derive(Debug, Clone)]
pub(in crate::search) struct Occurrences {
    source: String,
    run: u64,
    /// Nothing until the first record without an id: most sources give ids.
    count: Option<BTreeMap<Digest, u64>>,
    /// How often one run of before gave each record, read where it is needed.
    earlier: Option<BTreeMap<RecordId, u64>>,
}

impl Occurrences {
    pub(in crate::search) fn new(source: &str, run: u64) -> Self {
        Self {
            source: source.to_owned(),
            run,
            count: None,
            earlier: None,
        }
    }

    /// The key of the next record with this content; `fresh` are keys that are not stored yet.
    pub(super) fn key(
        &mut self,
        reader: Reader<'_>,
        hash: Digest,
        fresh: &BTreeMap<String, (RecordId, Digest)>,
    ) -> Result<String, SearchError> {
        let count = match &mut self.count {
            Some(count) => count,
            // Other files of the run, or the part before an interruption.
            none => none.insert(reader.contents_of_run(&self.source, self.run)?),
        };
        let n = count.entry(hash).or_default();
        *n += 1;
        let n = *n;
        let first = format!("sha256:{hash}");
        if n == 1 {
            return Ok(first);
        }
        let key = format!("{first}#{n}");
        if fresh.contains_key(&first) || reader.record_by_key(&self.source, &key)?.is_some() {
            return Ok(key);
        }
        let Some(record) = reader.record_by_key(&self.source, &first)? else {
            return Ok(key);
        };
        let earlier = match &self.earlier {
            Some(earlier) => earlier,
            None => self
                .earlier
                .insert(reader.given_at_once(&self.source, self.run)?),
        };
        let as_one = earlier.get(&record.id).is_some_and(|times| *times >= n);
        Ok(if as_one { first } else { key })
    }
}
