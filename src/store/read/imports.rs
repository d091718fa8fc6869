//! What an import gave, what others gave too, and what people did with it since.

use super::super::StoreError;
use super::{Reader, digest};
use crate::ledger::Body;
use crate::ledger::event::KeptRef;
use crate::model::{Digest, EventSeq, PersonId, Phase, Place, RecordId};
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeMap, BTreeSet};

/// A search run that files gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The event that completed it.
    pub event: EventSeq,
    /// The number of its search run, from 1.
    pub run: u64,
    /// The source's name.
    pub source: String,
    /// `file` for an import.
    pub interface: String,
    /// The files' names.
    pub files: Vec<String>,
    /// Who imported: `perennial` or a person's id.
    pub actor: String,
    /// The event that took it back.
    pub withdrawn: Option<EventSeq>,
}

/// What of the store is an import's alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Share {
    /// Records that no other import of the source gave.
    pub gone: Vec<RecordId>,
    /// Records that others gave too, where something of them was this import's alone.
    pub kept: Vec<KeptRef>,
    /// The first event of the import that gave each of these records.
    pub since: BTreeMap<RecordId, EventSeq>,
}

/// What a person did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActKind {
    /// A decision.
    Decision,
    /// A merge, split or relation.
    Cluster,
    /// A removal reversed.
    Restored,
    /// A link to a study.
    Link,
    /// A correction of what the source says.
    Corrected,
    /// An extracted value.
    Cell,
}

/// Something that a person did with a report and that is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Act {
    /// The report, as it stands now.
    pub report: RecordId,
    /// The number of the event that says so.
    pub event: EventSeq,
    /// What it was.
    pub kind: ActKind,
    /// Whose vote it is while the report is open in that phase: nobody else may be told.
    pub vote_of: Option<PersonId>,
}

/// One revision of a record and the runs that gave it.
struct Given {
    n: u64,
    by: Vec<(EventSeq, u64)>,
}

impl Reader<'_> {
    /// The search runs that were taken back: the event that completed each, the event that did.
    pub(super) fn withdrawn_runs(self) -> Result<BTreeMap<EventSeq, EventSeq>, StoreError> {
        let mut all = self
            .conn
            .prepare_cached("SELECT seq, withdrawn FROM search_run WHERE withdrawn > 0")?;
        let rows = all.query_map([], |row| Ok((EventSeq(row.get(0)?), EventSeq(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The run that an event belongs to: its end, or a file of it.
    pub fn import(&self, event: EventSeq) -> Result<Option<Import>, StoreError> {
        let Some(found) = self.event(event)? else {
            return Ok(None);
        };
        let (Body::SearchCompleted { run, .. } | Body::RecordsReceived { run, .. }) =
            found.body()?
        else {
            return Ok(None);
        };
        let end: Option<(u64, u64)> = self
            .conn
            .prepare_cached("SELECT seq, withdrawn FROM search_run WHERE run = ?1")?
            .query_row([run], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((seq, withdrawn)) = end else {
            return Ok(None);
        };
        let Some(end) = self.event(EventSeq(seq))? else {
            return Ok(None);
        };
        let Body::SearchCompleted {
            source,
            interface,
            responses,
            ..
        } = end.body()?
        else {
            return Ok(None);
        };
        Ok(Some(Import {
            event: end.seq,
            run,
            source,
            interface,
            files: responses.into_iter().map(|file| file.path).collect(),
            actor: end.actor,
            withdrawn: (withdrawn > 0).then_some(EventSeq(withdrawn)),
        }))
    }

    /// The last import of files that stands.
    pub fn last_import(&self) -> Result<Option<Import>, StoreError> {
        for run in self.search_runs()?.into_iter().rev() {
            if let Some(import) = self.import(run.seq)?
                && import.interface == "file"
            {
                return Ok(Some(import));
            }
        }
        Ok(None)
    }

    /// The event that took the record back with its import.
    pub fn record_withdrawn(&self, id: RecordId) -> Result<Option<EventSeq>, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT seq FROM record_withdrawn WHERE record = ?1")?
            .query_row([id.0], |row| row.get(0).map(EventSeq))
            .optional()?)
    }

    /// How often each content that came without an id of its source stands in the files of a run so far.
    pub fn contents_of_run(
        &self,
        source: &str,
        run: u64,
    ) -> Result<BTreeMap<Digest, u64>, StoreError> {
        // A source has one run at a time: what came before its last run ended is of other runs.
        let since: Option<u64> = self
            .conn
            .prepare_cached("SELECT max(seq) FROM search_run WHERE source = ?1")?
            .query_row([source], |row| row.get(0))?;
        let mut out = BTreeMap::new();
        let mut find = self.conn.prepare_cached(
            "SELECT seq FROM event WHERE kind = 'records_received' AND seq > ?1 ORDER BY seq",
        )?;
        let seqs = find.query_map([since.unwrap_or(0)], |row| row.get(0))?;
        for seq in seqs.collect::<Result<Vec<u64>, _>>()? {
            for record in self.given(EventSeq(seq), source, |of| of == run)? {
                let key: String = self
                    .conn
                    .prepare_cached("SELECT key FROM main.record WHERE id = ?1")?
                    .query_row([record.0], |row| row.get(0))?;
                let hash = key.strip_prefix("sha256:").map(|rest| {
                    let end = rest.find('#').unwrap_or(rest.len());
                    digest(rest.get(..end).unwrap_or_default())
                });
                if let Some(hash) = hash {
                    *out.entry(hash?).or_default() += 1;
                }
            }
        }
        Ok(out)
    }

    /// How often one run of a source, other than `run`, gave each record that it gave more than
    /// once: ledgers of before knew equal rows without an id as one record.
    pub fn given_at_once(
        &self,
        source: &str,
        run: u64,
    ) -> Result<BTreeMap<RecordId, u64>, StoreError> {
        let withdrawn: BTreeSet<u64> = self
            .conn
            .prepare("SELECT run FROM search_run WHERE withdrawn > 0")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut times: BTreeMap<(u64, RecordId), u64> = BTreeMap::new();
        for event in self.events_of("records_received")? {
            let Body::RecordsReceived { run: of, .. } = event.body()? else {
                continue;
            };
            if of == run || withdrawn.contains(&of) {
                continue;
            }
            for record in self.given(event.seq, source, |_| true)? {
                *times.entry((of, record)).or_default() += 1;
            }
        }
        let mut out: BTreeMap<RecordId, u64> = BTreeMap::new();
        for ((_, record), n) in times.into_iter().filter(|(_, n)| *n > 1) {
            let most = out.entry(record).or_default();
            *most = (*most).max(n);
        }
        Ok(out)
    }

    /// The records that one event received from a source, each as often as it came.
    fn given(
        self,
        seq: EventSeq,
        source: &str,
        wanted: impl Fn(u64) -> bool,
    ) -> Result<Vec<RecordId>, StoreError> {
        let Some(event) = self.event(seq)? else {
            return Ok(Vec::new());
        };
        let Body::RecordsReceived {
            source: of,
            run,
            new,
            revised,
            known,
            ..
        } = event.body()?
        else {
            return Ok(Vec::new());
        };
        if of != source || !wanted(run) {
            return Ok(Vec::new());
        }
        let entries = new.into_iter().chain(revised).map(|entry| entry.record);
        Ok(entries.chain(known).collect())
    }

    /// What would leave the review with this import. A record leaves where no import that stands
    /// gave it too; a revision leaves where no other gave that content or found it unchanged.
    pub fn share_of(&self, import: &Import) -> Result<Share, StoreError> {
        let mut since = BTreeMap::new();
        let mut received = Vec::new();
        for event in self.events_of("records_received")? {
            let body = event.body()?;
            if let Body::RecordsReceived {
                source,
                run,
                new,
                revised,
                known,
                ..
            } = body
                && source == import.source
            {
                if run == import.run {
                    let all = new.iter().chain(&revised).map(|entry| entry.record);
                    for record in all.chain(known.iter().copied()) {
                        since.entry(record).or_insert(event.seq);
                    }
                }
                let given = new.into_iter().chain(revised).map(|entry| entry.record);
                received.push((event.seq, run, given.collect::<Vec<_>>(), known));
            }
        }
        let mut undone = Vec::new();
        for event in self.events_of("import_undone")? {
            if let Body::ImportUndone {
                run, gone, kept, ..
            } = event.body()?
            {
                undone.push((event.seq, run, gone, kept));
            }
        }
        let mut fallen: BTreeSet<u64> = undone.iter().map(|(_, run, ..)| *run).collect();
        fallen.insert(import.run);
        let mut undone = undone.into_iter().peekable();
        let mut records: BTreeMap<RecordId, Vec<Given>> = BTreeMap::new();
        for (seq, run, given, known) in received {
            while let Some((_, _, gone, kept)) = undone.next_if(|(at, ..)| *at < seq) {
                take_back(&mut records, &gone, &kept);
            }
            let confirm = |records: &mut BTreeMap<RecordId, Vec<Given>>| {
                for record in &known {
                    let last = records.get_mut(record).and_then(|all| all.last_mut());
                    if let Some(last) = last {
                        last.by.push((seq, run));
                    }
                }
            };
            confirm(&mut records);
            for record in given {
                if since.contains_key(&record) {
                    let all = records.entry(record).or_default();
                    let n = all.last().map_or(1, |last| last.n + 1);
                    all.push(Given {
                        n,
                        by: vec![(seq, run)],
                    });
                }
            }
            confirm(&mut records);
        }
        for (_, _, gone, kept) in undone {
            take_back(&mut records, &gone, &kept);
        }
        self.split(records, &fallen, since)
    }

    /// Parts the records of an import into those that leave and those that others gave.
    fn split(
        self,
        records: BTreeMap<RecordId, Vec<Given>>,
        fallen: &BTreeSet<u64>,
        mut since: BTreeMap<RecordId, EventSeq>,
    ) -> Result<Share, StoreError> {
        let mut share = Share::default();
        for (record, all) in records {
            let standing = |given: &Given| {
                let by = given.by.iter().filter(|(_, run)| !fallen.contains(run));
                by.min().copied()
            };
            let Some((event, run)) = all.iter().filter_map(standing).min() else {
                share.gone.push(record);
                continue;
            };
            let withdrawn: Vec<u64> = all
                .iter()
                .filter(|given| standing(given).is_none())
                .map(|given| given.n)
                .collect();
            let first = self.record(record)?.map(|row| (row.seq, row.run));
            if withdrawn.is_empty() {
                // Nothing of its content was this import's alone.
                since.remove(&record);
            }
            if !withdrawn.is_empty() || first != Some((event, run)) {
                share.kept.push(KeptRef {
                    record,
                    run,
                    event,
                    withdrawn,
                });
            }
        }
        share.since = since;
        Ok(share)
    }

    /// Whether nothing but this import was received, and no newer rules accepted, since an event.
    pub fn is_last_since(&self, import: &Import, event: EventSeq) -> Result<bool, StoreError> {
        for found in self.events_of("records_received")? {
            if found.seq >= event
                && let Body::RecordsReceived { run, .. } = found.body()?
                && run != import.run
            {
                return Ok(false);
            }
        }
        for found in self.events_of("clusters_revised")? {
            if found.seq >= event
                && let Body::ClustersRevised { from: Some(_), .. } = found.body()?
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What people did with these records after the import gave them, in force now.
    pub fn acts_since(&self, share: &Share) -> Result<Vec<Act>, StoreError> {
        let mut out = BTreeSet::new();
        for (record, since) in &share.since {
            let gone = share.gone.binary_search(record).is_ok();
            let Some(report) = self.record(*record)?.map(|row| row.report) else {
                continue;
            };
            self.votes_after(report, *since, &mut out)?;
            for (sql, kind, only_gone) in ACTS {
                if *only_gone && !gone {
                    continue;
                }
                let of = if *only_gone { *record } else { report };
                let mut find = self.conn.prepare_cached(sql)?;
                let rows = find.query_map(params![of.0, since.0], |row| row.get(0))?;
                for event in rows {
                    out.insert(Act {
                        report,
                        event: EventSeq(event?),
                        kind: *kind,
                        vote_of: None,
                    });
                }
            }
        }
        Ok(out.into_iter().collect())
    }

    fn votes_after(
        self,
        report: RecordId,
        since: EventSeq,
        out: &mut BTreeSet<Act>,
    ) -> Result<(), StoreError> {
        let mut find = self.conn.prepare_cached(
            "SELECT d.seq, d.phase, d.person, p.place FROM decision d
             JOIN record r ON r.id = d.report JOIN report p ON p.id = r.report
             WHERE r.report = ?1 AND d.seq > ?2 AND d.undone = 0
               AND (d.let_go = 0 OR p.place NOT IN ('title-open', 'title-conflict',
                                                    'fulltext-open', 'fulltext-conflict'))",
        )?;
        let rows = find.query_map(params![report.0, since.0], |row| {
            Ok((
                EventSeq(row.get(0)?),
                row.get::<_, String>(1)?,
                PersonId(row.get(2)?),
                row.get::<_, String>(3)?,
            ))
        })?;
        for row in rows {
            let (event, phase, person, place) = row?;
            let phase: Phase = super::value(&phase)?;
            let place = Place::parse(&place).ok_or(StoreError::Value(place))?;
            out.insert(Act {
                report,
                event,
                kind: ActKind::Decision,
                vote_of: (!place.is_settled(phase)).then_some(person),
            });
        }
        Ok(())
    }

    /// The versions that count one of these records among their included reports.
    pub fn versions_with(&self, records: &[RecordId]) -> Result<Vec<String>, StoreError> {
        let mut find = self.conn.prepare_cached(
            "SELECT DISTINCT v.name FROM version v JOIN version_member m ON m.version = v.n
             WHERE m.unit IN ('report', 'ungrouped') AND m.id = ?1",
        )?;
        let mut out = BTreeSet::new();
        for record in records {
            let rows = find.query_map([record.0], |row| row.get::<_, String>(0))?;
            out.extend(rows.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(out.into_iter().collect())
    }
}

/// The events of people on a record or its report after `?2`; whether they only matter where the
/// record itself leaves.
const ACTS: &[(&str, ActKind, bool)] = &[
    (
        "SELECT seq FROM correction WHERE record = ?1 AND undone = 0 AND seq > ?2",
        ActKind::Corrected,
        true,
    ),
    (
        "SELECT seq FROM verdict WHERE (a = ?1 OR b = ?1) AND undone = 0 AND seq > ?2",
        ActKind::Cluster,
        true,
    ),
    (
        "SELECT restored FROM removal WHERE report = ?1 AND restored > ?2",
        ActKind::Restored,
        false,
    ),
    (
        "SELECT seq FROM study_link WHERE report = ?1 AND basis = 'person' AND seq > ?2",
        ActKind::Link,
        true,
    ),
    (
        "SELECT seq FROM cell_entry WHERE report = ?1 AND undone = 0 AND seq > ?2",
        ActKind::Cell,
        true,
    ),
];

/// What an earlier undo took away.
fn take_back(records: &mut BTreeMap<RecordId, Vec<Given>>, gone: &[RecordId], kept: &[KeptRef]) {
    for record in gone {
        records.remove(record);
    }
    for entry in kept {
        if let Some(all) = records.get_mut(&entry.record) {
            all.retain(|given| !entry.withdrawn.contains(&given.n));
        }
    }
}
