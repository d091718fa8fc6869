//! The register: every report with its records, joins, removal and settled decisions.

use super::{CastVote, Citation, RecordEntry, RemovalEntry, Report, Settled, Standing};
use crate::model::{Digest, EventSeq, Phase, Place, RecordId, StudyId};
use crate::report::names::Names;
use crate::store::read::{Found, Join, LastRevision, Reason, ReportRow, StudyRow, VoteRow};
use crate::store::{Reader, StoreError};
use std::collections::{BTreeMap, HashMap};

/// What is looked up for every report.
pub(super) struct Lookup {
    /// Times of the events that received records or applied the rules.
    pub(super) times: BTreeMap<EventSeq, String>,
    /// Reasons in force.
    pub(super) reasons: Vec<Reason>,
    /// Every study by its number.
    pub(super) studies: BTreeMap<StudyId, StudyRow>,
    /// Removals in force.
    pub(super) removals: BTreeMap<RecordId, RemovalEntry>,
    /// What everybody is called.
    pub(super) names: Names,
}

impl Lookup {
    /// The text of a reason, or its code where no workflow explains it.
    pub(super) fn reason(&self, code: &str) -> String {
        let known = self.reasons.iter().find(|reason| reason.code == code);
        known.map_or_else(|| code.to_owned(), |reason| reason.text.clone())
    }

    pub(super) fn at(&self, seq: EventSeq) -> String {
        self.times.get(&seq).cloned().unwrap_or_default()
    }
}

/// What is known of all reports together, asked once each.
struct All {
    records: BTreeMap<RecordId, Vec<Found>>,
    citations: HashMap<RecordId, Citation>,
    revisions: BTreeMap<RecordId, LastRevision>,
    joins: BTreeMap<RecordId, Vec<Join>>,
    studies: BTreeMap<RecordId, Vec<StudyId>>,
    votes: BTreeMap<RecordId, Vec<VoteRow>>,
}

impl All {
    fn of(reader: Reader<'_>) -> Result<Self, StoreError> {
        let rows = reader.found()?;
        let mut by_hash: HashMap<Digest, Vec<RecordId>> = HashMap::with_capacity(rows.len());
        for row in &rows {
            by_hash.entry(row.hash).or_default().push(row.id);
        }
        let mut citations = HashMap::with_capacity(rows.len());
        reader.bodies(|hash, body| {
            for id in by_hash.get(&hash).into_iter().flatten() {
                citations.insert(*id, Citation::of_body(body)?);
            }
            Ok(())
        })?;
        let mut records: BTreeMap<RecordId, Vec<Found>> = BTreeMap::new();
        for row in rows {
            // What every content said is there; a damaged store may lack one.
            if !citations.contains_key(&row.id)
                && let Some(known) = reader.record(row.id)?
            {
                citations.insert(row.id, Citation::of_row(&known));
            }
            records.entry(row.report).or_default().push(row);
        }
        Ok(Self {
            records,
            citations,
            revisions: reader.last_revisions()?,
            joins: reader.joins()?,
            studies: reader.studies_by_report()?,
            votes: reader.unblinded().votes_by_report()?,
        })
    }
}

/// Every report, in order.
pub(super) fn reports(reader: Reader<'_>, lookup: &Lookup) -> Result<Vec<Report>, StoreError> {
    let mut all = All::of(reader)?;
    let rows = reader.reports()?.into_iter();
    Ok(rows.map(|row| report(&mut all, lookup, row)).collect())
}

fn report(all: &mut All, lookup: &Lookup, row: ReportRow) -> Report {
    let rows = all.records.remove(&row.id).unwrap_or_default();
    let records: Vec<RecordEntry> = rows
        .into_iter()
        .map(|row| record(all, lookup, row))
        .collect();
    let primary = records.iter().find(|record| record.id == row.primary);
    let mut citation = primary
        .map(|record| record.citation.clone())
        .unwrap_or_default();
    for record in &records {
        citation.fill(&record.citation);
    }
    let studies = all.studies.remove(&row.id).unwrap_or_default();
    let removal = match row.place {
        Place::Removed => lookup.removals.get(&row.id).cloned(),
        _ => None,
    };
    let votes = all.votes.remove(&row.id).unwrap_or_default();
    Report {
        id: row.id,
        citation,
        label: row.citation,
        lane: row.lane,
        standing: Standing::of(row.place),
        reason: row.reason.as_deref().map(|code| lookup.reason(code)),
        reopened: row.reopened,
        joins: all.joins.remove(&row.id).unwrap_or_default(),
        removal,
        phases: phases(lookup, &votes, row.place),
        studies: studies
            .iter()
            .filter_map(|id| lookup.studies.get(id).cloned())
            .collect(),
        records,
    }
}

fn record(all: &mut All, lookup: &Lookup, row: Found) -> RecordEntry {
    let last = all.revisions.get(&row.id);
    let citation = all.citations.remove(&row.id);
    RecordEntry {
        id: row.id,
        run: row.run,
        seq: row.seq,
        at: lookup.at(row.seq),
        archive: last.map(|revision| revision.archive),
        n: last.map_or(0, |revision| revision.file_n),
        revisions: last.map_or(0, |revision| revision.revisions),
        citation: citation.unwrap_or_default(),
        source: row.source,
        key: row.key,
    }
}

/// The settled phases of a report, each with its votes. Nothing of any other phase is read out.
fn phases(lookup: &Lookup, votes: &[VoteRow], place: Place) -> Vec<Settled> {
    let Some(now) = place.phase() else {
        return Vec::new();
    };
    let settled = |phase: Phase| phase < now || (phase == now && !place.is_open());
    let went_on = |phase: Phase| phase < now || place == Place::Included;
    if !settled(Phase::TitleAbstract) {
        return Vec::new();
    }
    let mut out = Vec::new();
    for phase in Phase::ALL.iter().copied().filter(|phase| settled(*phase)) {
        let cast: Vec<CastVote> = votes
            .iter()
            .filter(|vote| vote.phase == phase && !vote.later)
            .map(|vote| CastVote {
                seq: vote.seq,
                at: vote.at.clone(),
                person: vote.person,
                name: lookup.names.of(vote.person),
                choice: vote.choice,
                reason: vote.reason.as_deref().map(|code| lookup.reason(code)),
                note: vote.note.clone(),
                settles: vote.settles,
                undone: vote.undone,
            })
            .collect();
        out.push(Settled {
            phase,
            forward: went_on(phase),
            votes: cast,
        });
    }
    out
}
