//! Decisions in and out: the CSV of `screen import` and `screen export`.
//!
//! Columns `report,phase,reviewer,decision,reason,note,at,settles`; report is an id, a PMID, a DOI
//! or `source:id`. A file is taken whole or not at all.

use super::decide::{Ballot, cast, settle};
use super::{ScreenError, people};
use crate::ledger::Via;
use crate::ledger::event::RowRef;
use crate::model::cell::{guard, unguard};
use crate::model::{Choice, Clock, Digest, Phase, Progress, time};
use crate::store::{Reader, Writer};

/// The columns, in the order they are written.
pub const COLUMNS: [&str; 8] = [
    "report", "phase", "reviewer", "decision", "reason", "note", "at", "settles",
];

/// A CSV table with the columns asked for, in that order.
#[derive(Debug)]
pub struct Table {
    /// Its rows.
    pub rows: Vec<TableRow>,
}

/// One row.
#[derive(Debug)]
pub struct TableRow {
    /// Line on which it starts, from 1.
    pub line: u64,
    /// The cells of the columns asked for, trimmed, without the guard against formulas.
    pub cells: Vec<String>,
}

impl Table {
    /// Reads UTF-8 CSV with a header; every column asked for must be there.
    pub fn read(path: &str, bytes: &[u8], columns: &[&str]) -> Result<Self, ScreenError> {
        let fault = |line: u64, reason: String| ScreenError::Row {
            path: path.to_owned(),
            line,
            reason,
        };
        let text = std::str::from_utf8(bytes)
            .map_err(|error| fault(line_at(bytes, error.valid_up_to()), "not UTF-8".into()))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader = csv::ReaderBuilder::new()
            .flexible(true)
            .from_reader(text.as_bytes());
        let header = reader
            .headers()
            .map_err(|error| fault(1, format!("the header cannot be read: {error}")))?
            .clone();
        let mut places = Vec::with_capacity(columns.len());
        for column in columns {
            let at = header
                .iter()
                .position(|name| name.trim().eq_ignore_ascii_case(column));
            places.push(at.ok_or_else(|| {
                fault(
                    1,
                    format!(
                        "the column `{column}` is missing; it needs {}",
                        columns.join(",")
                    ),
                )
            })?);
        }
        let mut rows = Vec::new();
        for row in reader.records() {
            let row = row.map_err(|error| {
                let line = error.position().map_or(1, csv::Position::line);
                fault(line, format!("the row cannot be read: {error}"))
            })?;
            let line = row.position().map_or(1, csv::Position::line);
            if row.len() != header.len() {
                let reason = format!(
                    "the row has {} cells, the header {}",
                    row.len(),
                    header.len()
                );
                return Err(fault(line, reason));
            }
            let cells = places
                .iter()
                .map(|at| unguard(row.get(*at).unwrap_or_default().trim()).to_owned());
            rows.push(TableRow {
                line,
                cells: cells.collect(),
            });
        }
        Ok(Self { rows })
    }
}

fn line_at(bytes: &[u8], offset: usize) -> u64 {
    let before = bytes.get(..offset).unwrap_or(bytes);
    before
        .iter()
        .map(|byte| u64::from(*byte == b'\n'))
        .sum::<u64>()
        + 1
}

/// Says what is wrong with a row, with its place.
pub fn row_error(path: &str, line: u64, error: &ScreenError) -> ScreenError {
    ScreenError::Row {
        path: path.to_owned(),
        line,
        reason: error.to_string(),
    }
}

/// What an import of decisions did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportedDecisions {
    /// Decisions written.
    pub written: u64,
    /// Decisions that were there already.
    pub known: u64,
    /// Reports that a rule had removed and a decision brought back.
    pub restored: u64,
}

/// Reads a file of decisions into the log.
pub fn import(
    writer: &mut Writer<'_>,
    path: &str,
    bytes: &[u8],
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<ImportedDecisions, ScreenError> {
    let table = Table::read(path, bytes, &COLUMNS)?;
    let digest = Digest::of(bytes);
    let mut out = ImportedDecisions::default();
    progress.begin("decisions", table.rows.len() as u64);
    for row in &table.rows {
        progress.advance(1);
        let wrong = |error: ScreenError| row_error(path, row.line, &error);
        let [report, phase, reviewer, decision, reason, note, at, settles] = row.cells.as_slice()
        else {
            continue;
        };
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        let phase: Phase = phase
            .parse()
            .map_err(|error| wrong(ScreenError::Value(error)))?;
        let choice: Choice = decision
            .parse()
            .map_err(|error| wrong(ScreenError::Value(error)))?;
        let ballot = Ballot {
            report: report.clone(),
            phase,
            choice,
            reason: some(reason),
            note: some(note),
            from: Some(RowRef {
                digest,
                line: row.line,
            }),
        };
        if !at.is_empty() {
            clock.set(&time::utc(at).map_err(|error| wrong(error.into()))?);
        }
        let settling = match settles.to_ascii_lowercase().as_str() {
            "" | "no" => false,
            "yes" => true,
            other => {
                let reason = format!("`{other}` stands in settles; it takes yes or nothing");
                return Err(ScreenError::Row {
                    path: path.to_owned(),
                    line: row.line,
                    reason,
                });
            }
        };
        let now = clock.now();
        let outcome = if settling {
            settle(writer, reviewer, &ballot, &now, Via::Import)
        } else {
            cast(writer, reviewer, &ballot, &now, Via::Import)
        }
        .map_err(wrong)?;
        out.written += u64::from(outcome.changed);
        out.known += u64::from(!outcome.changed);
        out.restored += u64::from(outcome.restored);
    }
    progress.end();
    Ok(out)
}

/// The decisions in force as CSV. Votes on reports that are not settled in the phase are left out
/// unless `unblind`.
pub fn export(reader: Reader<'_>, unblind: bool) -> Result<String, ScreenError> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let fault = |error: csv::Error| ScreenError::Row {
        path: "export".into(),
        line: 0,
        reason: error.to_string(),
    };
    out.write_record(COLUMNS).map_err(fault)?;
    let mut rows = Vec::new();
    for report in reader.reports()? {
        for phase in Phase::ALL {
            let settled = match report.place.phase() {
                None => false,
                Some(now) => now > *phase || (now == *phase && !report.place.is_open()),
            };
            if settled || unblind {
                for vote in reader.votes_in_force(report.id, *phase)? {
                    rows.push((vote.seq, report.id, vote));
                }
            }
        }
    }
    rows.sort_by_key(|(seq, ..)| *seq);
    for (_, report, vote) in rows {
        let person = reader
            .person_by_id(vote.person)?
            .map_or_else(|| vote.person.to_string(), |person| person.display());
        out.write_record([
            report.to_string().as_str(),
            vote.phase.as_str(),
            guard(&person).as_ref(),
            vote.choice.as_str(),
            guard(vote.reason.as_deref().unwrap_or_default()).as_ref(),
            guard(vote.note.as_deref().unwrap_or_default()).as_ref(),
            vote.at.as_str(),
            if vote.settles { "yes" } else { "" },
        ])
        .map_err(fault)?;
    }
    let bytes = out.into_inner().unwrap_or_default();
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

/// The person that a row names, for callers that check before they write.
pub fn person_exists(reader: Reader<'_>, name: &str) -> Result<(), ScreenError> {
    people::acting(reader, name).map(|_| ())
}
