//! Machine-readable exports of the store: records, studies, the log.

use crate::formats::{self, COLUMNS, Label, Labelled};
use crate::ledger::{Body, Event};
use crate::model::cell::guard;
use crate::model::{EventSeq, Phase, Place};
use crate::screen::hidden::is_hidden;
use crate::store::{Reader, StoreError};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The log, one event per line, in order.
///
/// A decision on a report that is not settled in its phase keeps seq, kind and hashes and shows
/// nothing else: neither the vote nor who cast it when; so do an event that `blind` says the same of,
/// and what goes with either.
pub fn events_jsonl(
    reader: Reader<'_>,
    blind: Option<&BTreeSet<EventSeq>>,
) -> Result<String, StoreError> {
    let mut blanked: BTreeSet<EventSeq> = blind.cloned().unwrap_or_default();
    let mut out = String::new();
    reader.events(EventSeq(0), |event| {
        if blind.is_some() && (is_hidden(reader, &event)? || takes_back(&event, &blanked)?) {
            blanked.insert(event.seq);
        }
        let line = if blanked.contains(&event.seq) {
            json!({
                "seq": event.seq, "at": null, "actor": null, "via": null, "kind": event.kind,
                "body": null, "prev": event.prev, "hash": event.hash,
            })
        } else {
            let body: serde_json::Value = serde_json::from_str(&event.body)
                .map_err(|error| StoreError::Value(error.to_string()))?;
            json!({
                "seq": event.seq, "at": event.at, "actor": event.actor, "via": event.via,
                "kind": event.kind, "body": body, "prev": event.prev, "hash": event.hash,
            })
        };
        out.push_str(&line.to_string());
        out.push('\n');
        Ok(())
    })?;
    Ok(out)
}

/// Whether the event takes one of the `blanked` events before it back; that a settled report was opened
/// again is told.
fn takes_back(event: &Event, blanked: &BTreeSet<EventSeq>) -> Result<bool, StoreError> {
    if event.kind != "event_undone" {
        return Ok(false);
    }
    Ok(match event.body()? {
        Body::EventUndone {
            event: target,
            reopens: false,
            ..
        } => blanked.contains(&target),
        _ => false,
    })
}

/// Whether a report at `place` is settled in `phase`.
pub fn is_settled(place: Place, phase: Phase) -> bool {
    place.is_settled(phase)
}

fn fault(error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Value(error.to_string())
}

fn table(header: &[&str], rows: Vec<Vec<String>>) -> Result<String, StoreError> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(header).map_err(|error| fault(&error))?;
    for row in rows {
        out.write_record(row.iter().map(|cell| guard(cell).into_owned()))
            .map_err(|error| fault(&error))?;
    }
    let bytes = out.into_inner().map_err(|error| fault(&error))?;
    String::from_utf8(bytes).map_err(|error| fault(&error))
}

/// Columns of a written table that stand behind the review's own.
const MORE: [&str; 10] = [
    "pmcid",
    "abstract",
    "type",
    "keywords",
    "issn",
    "language",
    "url",
    "reference_type",
    "database",
    "headings",
];
/// Where the authors and the registry numbers stand among a table's cells.
const AUTHORS: usize = 2;
const REGISTRY: usize = 11;

/// Every record with its report and place.
pub fn records_csv(reader: Reader<'_>) -> Result<String, StoreError> {
    let places: BTreeMap<_, _> = reader
        .reports()?
        .into_iter()
        .map(|report| (report.id, report.place))
        .collect();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let more: Vec<usize> = MORE
        .iter()
        .filter_map(|name| COLUMNS.iter().position(|c| c == name))
        .collect();
    let mut rows = Vec::new();
    for row in reader.records()? {
        let record = reader.content(row.hash)?.unwrap_or_default();
        let place = places
            .get(&row.report)
            .map_or("", |place| place.told().as_str());
        let common = formats::cells(&record, Some(&row.source));
        let cell = |at: usize| common.get(at).cloned().unwrap_or_default();
        let mut cells = vec![
            row.id.to_string(),
            row.report.to_string(),
            row.source.clone(),
            row.key.clone(),
            text(&record.title),
            cell(AUTHORS),
            record.year.map(|year| year.to_string()).unwrap_or_default(),
            text(&record.journal),
            text(&record.volume),
            text(&record.issue),
            text(&record.pages),
            text(&row.doi),
            text(&row.pmid),
            cell(REGISTRY),
            place.to_owned(),
        ];
        cells.extend(more.iter().map(|at| cell(*at)));
        rows.push(cells);
    }
    let mut header = vec![
        "id", "report", "source", "key", "title", "authors", "year", "journal", "volume", "issue",
        "pages", "doi", "pmid", "registry", "place",
    ];
    header.extend(MORE);
    table(&header, rows)
}

/// Every record as canonical JSON with its ids, one per line.
pub fn records_jsonl(reader: Reader<'_>) -> Result<String, StoreError> {
    let mut out = String::new();
    for row in reader.records()? {
        let record = reader.content(row.hash)?.unwrap_or_default();
        let line = json!({
            "id": row.id, "report": row.report, "source": row.source, "key": row.key,
            "hash": row.hash, "record": record,
        });
        out.push_str(&line.to_string());
        out.push('\n');
    }
    Ok(out)
}

/// Studies and their reports.
pub fn studies_csv(reader: Reader<'_>) -> Result<String, StoreError> {
    let mut rows = Vec::new();
    for entry in reader.study_reports()? {
        for (report, basis) in &entry.reports {
            rows.push(vec![
                entry.study.id.to_string(),
                entry.study.label.clone(),
                entry.study.registry.join("; "),
                report.id.to_string(),
                report.citation.clone(),
                report.title.clone().unwrap_or_default(),
                report.place.told().as_str().to_owned(),
                basis.clone(),
            ]);
        }
    }
    let header = [
        "study", "label", "registry", "report", "citation", "title", "place", "basis",
    ];
    table(&header, rows)
}

/// Which records an export with decisions holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Every record that a source gave.
    Records,
    /// The fullest record of every report that went to screening.
    Screened,
}

/// Records with what was decided on their report. A report that is not settled says nothing of
/// its votes.
pub fn labelled(reader: Reader<'_>, extent: Extent) -> Result<Vec<Labelled>, StoreError> {
    let mut out = Vec::new();
    let reports: BTreeMap<_, _> = reader
        .reports()?
        .into_iter()
        .map(|report| (report.id, report))
        .collect();
    for row in reader.records()? {
        let Some(report) = reports.get(&row.report) else {
            continue;
        };
        if extent == Extent::Screened
            && (report.primary != row.id || report.place.phase().is_none())
        {
            continue;
        }
        let id = match extent {
            Extent::Records => row.id,
            Extent::Screened => report.id,
        };
        // That votes disagree is nobody's to know before it is settled.
        let place = if report.place.is_open() {
            "open"
        } else {
            report.place.as_str()
        };
        let mut notes = vec![place.to_owned()];
        notes.extend(
            report
                .reason
                .as_ref()
                .map(|reason| format!("reason {reason}")),
        );
        out.push(Labelled {
            id: id.to_string(),
            label: label(report.place),
            notes,
            source: row.source.clone(),
            record: reader.content(row.hash)?.unwrap_or_default(),
        });
    }
    Ok(out)
}

/// What a place says about relevance: whoever went past title and abstract was relevant there.
fn label(place: Place) -> Label {
    match place {
        Place::Compare
        | Place::Filter
        | Place::Removed
        | Place::TitleOpen
        | Place::TitleConflict => Label::NotSeen,
        Place::TitleExcluded | Place::FulltextExcluded => Label::Irrelevant,
        Place::RetrievalOpen
        | Place::NotRetrieved
        | Place::FulltextOpen
        | Place::FulltextConflict
        | Place::Included => Label::Relevant,
    }
}
