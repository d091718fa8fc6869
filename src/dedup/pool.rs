//! The records of one run, prepared as they come: the strings of a record may go once it is here.

use super::normalise::journal::Journal;
use super::normalise::text::hash;
use super::normalise::{self, Prepared, repair};
use super::{Entry, Keys, Outcome, Run, Verdict, parallel};
use crate::model::RecordId;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Records to deduplicate. A file of a million records is read in parts, each part added and let
/// go; some six hundred bytes of a record stay.
///
/// ```
/// use perennial::dedup::{Entry, Pool};
/// use perennial::model::{Record, RecordId};
/// let mut pool = Pool::default();
/// for id in 1..=2 {
///     let record = Record {
///         title: Some("Daratumumab plus lenalidomide and dexamethasone".into()),
///         year: Some(2020),
///         ..Record::default()
///     };
///     pool.add(&[Entry { id: RecordId(id), record: &record, source: "a", new: true }]);
/// }
/// let outcome = pool.deduplicate(&Default::default(), &[]);
/// assert_eq!(outcome.joins.len(), 1);
/// ```
#[derive(Debug, Default)]
pub struct Pool {
    pub(super) ids: Vec<RecordId>,
    pub(super) new: Vec<bool>,
    pub(super) records: Vec<Prepared>,
    /// The source of each record, by its place in `issues`.
    sources: Vec<u32>,
    names: BTreeMap<String, u32>,
    issues: Vec<Issues>,
    /// A review names the same journals again and again: each is read once.
    journals: HashMap<Box<str>, Arc<Journal>>,
}

/// What one source writes into its issue column.
#[derive(Debug, Default)]
struct Issues {
    filled: usize,
    distinct: HashSet<u64>,
}

impl Issues {
    /// Whether the column is a running number: hardly a value comes twice.
    fn running(&self) -> bool {
        self.filled >= 40 && self.distinct.len() * 2 >= self.filled
    }
}

impl Pool {
    /// Adds records; several at a time are prepared on all cores.
    pub fn add(&mut self, entries: &[Entry<'_>]) {
        let mut work = Vec::with_capacity(entries.len());
        for entry in entries {
            self.ids.push(entry.id);
            self.new.push(entry.new);
            let source = self.source(entry.source);
            if let Some(issue) = entry.record.issue.as_deref()
                && let Some(issues) = usize::try_from(source)
                    .ok()
                    .and_then(|at| self.issues.get_mut(at))
            {
                issues.filled += 1;
                issues.distinct.insert(Self::issue_hash(issue));
            }
            self.sources.push(source);
            work.push((entry.record, self.journal(entry.record.journal.as_deref())));
        }
        let prepared = parallel::chunks(&work, |part| {
            part.iter()
                .map(|(record, journal)| normalise::prepare(record, journal))
                .collect()
        });
        self.records.extend(prepared);
    }

    fn source(&mut self, name: &str) -> u32 {
        if let Some(place) = self.names.get(name) {
            return *place;
        }
        let place = u32::try_from(self.issues.len()).unwrap_or(u32::MAX);
        self.names.insert(name.to_owned(), place);
        self.issues.push(Issues::default());
        place
    }

    fn journal(&mut self, name: Option<&str>) -> Arc<Journal> {
        let name = repair::journal_name(name.unwrap_or_default());
        if let Some(journal) = self.journals.get(name) {
            return Arc::clone(journal);
        }
        let journal = Arc::new(Journal::read(Some(name)));
        self.journals.insert(name.into(), Arc::clone(&journal));
        journal
    }

    /// Whether the issue column of a source is a running number, which does not count.
    pub fn numbers_its_records(&self, source: &str) -> bool {
        let place = self
            .names
            .get(source)
            .and_then(|n| usize::try_from(*n).ok());
        place
            .and_then(|at| self.issues.get(at))
            .is_some_and(Issues::running)
    }

    /// What the record at a place, in the order of adding, says of itself, in one number.
    pub fn identity(&self, place: usize) -> u64 {
        self.records.get(place).map_or(0, |record| record.identity)
    }

    /// Gives the records other ids, in the order of adding.
    pub fn number(&mut self, ids: Vec<RecordId>) {
        if ids.len() == self.ids.len() {
            self.ids = ids;
        }
    }

    /// How many records were added.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether none was added.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Finds duplicates, relations and uncertain pairs; see [`super::deduplicate`].
    pub fn deduplicate(
        mut self,
        clusters: &BTreeMap<RecordId, RecordId>,
        verdicts: &[Verdict],
    ) -> Outcome {
        self.settle();
        Run::new(self, clusters, verdicts).finish()
    }

    /// The keys by which later records will find each record, in the order of adding.
    pub fn keys(&self) -> Vec<(RecordId, Keys)> {
        let ids = self.ids.iter().copied();
        ids.zip(self.records.iter().map(Keys::of)).collect()
    }

    /// How an issue is known to [`Pool::note_issue`].
    pub fn issue_hash(issue: &str) -> u64 {
        hash(issue.as_bytes())
    }

    /// Forgets what the records so far have in their issue columns, to be told of all of them.
    pub fn forget_issues(&mut self) {
        self.issues
            .iter_mut()
            .for_each(|issues| *issues = Issues::default());
    }

    /// What records of a source, in the pool or not, have in their issue column.
    pub fn note_issue(&mut self, source: &str, issue: u64, times: usize) {
        let source = self.source(source);
        let place = usize::try_from(source).ok();
        if let Some(issues) = place.and_then(|at| self.issues.get_mut(at)) {
            issues.filled += times;
            issues.distinct.insert(issue);
        }
    }

    /// The old records that a new one is a copy of, may be, or is linked with.
    pub fn touched(mut self) -> BTreeSet<RecordId> {
        self.settle();
        let run = Run::new(self, &BTreeMap::new(), &[]);
        run.touched()
    }

    /// Brings the records into the order of their ids and drops issues that are running numbers.
    pub(super) fn settle(&mut self) {
        self.journals = HashMap::new();
        for (record, source) in self.records.iter_mut().zip(&self.sources) {
            let issues = usize::try_from(*source)
                .ok()
                .and_then(|at| self.issues.get(at));
            if issues.is_some_and(Issues::running) {
                record.issue = normalise::numbers::Number::default();
            }
        }
        if self.ids.is_sorted_by(|a, b| a < b) {
            return;
        }
        // In place: a second copy of a million records would not fit.
        let mut from: Vec<usize> = (0..self.ids.len()).collect();
        from.sort_by_key(|place| self.ids.get(*place));
        for start in 0..from.len() {
            let mut at = start;
            while let Some(slot) = from.get_mut(at) {
                let source = std::mem::replace(slot, at);
                if source == start || source == at {
                    break;
                }
                self.ids.swap(at, source);
                self.new.swap(at, source);
                self.records.swap(at, source);
                at = source;
            }
        }
        let mut kept = 0;
        for at in 0..self.ids.len() {
            if kept > 0 && self.ids.get(at) == self.ids.get(kept - 1) {
                continue;
            }
            self.ids.swap(kept, at);
            self.new.swap(kept, at);
            self.records.swap(kept, at);
            kept += 1;
        }
        self.ids.truncate(kept);
        self.new.truncate(kept);
        self.records.truncate(kept);
    }
}
