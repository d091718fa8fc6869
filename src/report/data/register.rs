//! The register: every report with its records, joins, removal and settled decisions.

use super::{CastVote, Citation, RecordEntry, RemovalEntry, Report, Settled, Standing};
use crate::model::{EventSeq, Phase, Place, RecordId, StudyId};
use crate::store::read::{Reason, RecordRow, ReportRow, StudyRow};
use crate::store::{Reader, StoreError};
use std::collections::BTreeMap;

/// What is looked up for every report.
pub(super) struct Lookup {
    /// Times of the events that received records or applied the rules.
    pub(super) times: BTreeMap<EventSeq, String>,
    /// Reasons in force.
    pub(super) reasons: Vec<Reason>,
    /// Every study.
    pub(super) studies: BTreeMap<StudyId, StudyRow>,
    /// Removals in force.
    pub(super) removals: BTreeMap<RecordId, RemovalEntry>,
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

/// Every report, in order.
pub(super) fn reports(reader: Reader<'_>, lookup: &Lookup) -> Result<Vec<Report>, StoreError> {
    let mut records: BTreeMap<RecordId, Vec<RecordRow>> = BTreeMap::new();
    for row in reader.records()? {
        records.entry(row.report).or_default().push(row);
    }
    let mut out = Vec::new();
    for row in reader.reports()? {
        let own = records.remove(&row.id).unwrap_or_default();
        out.push(report(reader, lookup, row, &own)?);
    }
    Ok(out)
}

fn report(
    reader: Reader<'_>,
    lookup: &Lookup,
    row: ReportRow,
    rows: &[RecordRow],
) -> Result<Report, StoreError> {
    let records = rows
        .iter()
        .map(|row| record(reader, lookup, row))
        .collect::<Result<Vec<_>, _>>()?;
    let primary = records.iter().find(|record| record.id == row.primary);
    let mut citation = primary
        .map(|record| record.citation.clone())
        .unwrap_or_default();
    for record in &records {
        citation.fill(&record.citation);
    }
    let joins = if records.len() > 1 {
        reader.joins_of(row.id)?
    } else {
        Vec::new()
    };
    let studies = reader.studies_of(row.id)?;
    let removal = match row.place {
        Place::Removed => lookup.removals.get(&row.id).cloned(),
        _ => None,
    };
    Ok(Report {
        id: row.id,
        citation,
        label: row.citation,
        lane: row.lane,
        standing: Standing::of(row.place),
        reason: row.reason.as_deref().map(|code| lookup.reason(code)),
        reopened: row.reopened,
        joins,
        removal,
        phases: phases(reader, lookup, row.id, row.place)?,
        studies: studies
            .iter()
            .filter_map(|id| lookup.studies.get(id).cloned())
            .collect(),
        records,
    })
}

fn record(reader: Reader<'_>, lookup: &Lookup, row: &RecordRow) -> Result<RecordEntry, StoreError> {
    let revisions = reader.revisions(row.id)?;
    let last = revisions.last();
    let content = reader.content(row.hash)?;
    Ok(RecordEntry {
        id: row.id,
        source: row.source.clone(),
        key: row.key.clone(),
        run: row.run,
        seq: row.seq,
        at: lookup.at(row.seq),
        archive: last.map(|revision| revision.archive),
        n: last.map_or(0, |revision| revision.file_n),
        revisions: revisions.len(),
        citation: content
            .as_ref()
            .map_or_else(|| Citation::of_row(row), Citation::of),
    })
}

/// The settled phases of a report, each with its votes. Nothing of any other phase is read out.
fn phases(
    reader: Reader<'_>,
    lookup: &Lookup,
    report: RecordId,
    place: Place,
) -> Result<Vec<Settled>, StoreError> {
    let Some(now) = place.phase() else {
        return Ok(Vec::new());
    };
    let settled = |phase: Phase| phase < now || (phase == now && !place.is_open());
    let went_on = |phase: Phase| phase < now || place == Place::Included;
    if !settled(Phase::TitleAbstract) {
        return Ok(Vec::new());
    }
    let votes = reader.votes(report)?;
    let mut out = Vec::new();
    for phase in Phase::ALL.iter().copied().filter(|phase| settled(*phase)) {
        let cast: Vec<CastVote> = votes
            .iter()
            .filter(|vote| vote.phase == phase)
            .map(|vote| CastVote {
                seq: vote.seq,
                at: vote.at.clone(),
                person: vote.person,
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
    Ok(out)
}
