//! Decisions in and out: the CSV of `screen import` and `screen export`.
//!
//! Columns `report,phase,reviewer,decision,reason,note,at,settles`; report is an id, a PMID, a DOI
//! or `source:id`. A file is taken whole or not at all.

use super::decide::{Ballot, cast, settle};
use super::{Acting, ScreenError};
use crate::ledger::Via;
use crate::ledger::event::RowRef;
use crate::model::cell::guard;
use crate::model::{Choice, Clock, Digest, Phase, Progress, RecordId, time};
use crate::store::read::Person;
use crate::store::{Reader, Writer};
use crate::table::{Picked, picked};
use std::collections::HashMap;

/// The columns, in the order they are written.
pub const COLUMNS: [&str; 8] = [
    "report", "phase", "reviewer", "decision", "reason", "note", "at", "settles",
];

/// The rows of a file by the columns asked for, or what is wrong with it, with its place.
pub(super) fn rows(path: &str, bytes: &[u8], columns: &[&str]) -> Result<Vec<Picked>, ScreenError> {
    picked(bytes, columns).map_err(|error| ScreenError::Row {
        path: path.to_owned(),
        line: error.line().unwrap_or(1),
        reason: error.reason().to_owned(),
    })
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
    /// Decisions that were not in the log before.
    pub written: u64,
    /// Decisions that were there already.
    pub known: u64,
    /// Reports that a rule had removed and a decision brought back.
    pub restored: u64,
    /// Rows without a decision, passed over.
    pub blank: u64,
}

impl ImportedDecisions {
    /// Counts what came of one decision.
    pub(super) fn add(&mut self, outcome: &super::Outcome) {
        self.written += u64::from(outcome.changed);
        self.known += u64::from(!outcome.changed);
        self.restored += u64::from(outcome.restored);
    }
}

/// The time that a file gives to a decision, where the log does not take it as its own: a clock that
/// is of an archive goes with it. A time that is still to come is refused. `last` is the time of the
/// last event, before which the log takes none.
pub fn made(at: &str, clock: &dyn Clock, last: &str) -> Result<Option<String>, ScreenError> {
    clock.set(at);
    let now = clock.now();
    if *at > *now {
        return Err(ScreenError::Future(at.to_owned()));
    }
    let taken = now.as_str().max(last);
    Ok((*taken != *at).then(|| at.to_owned()))
}

/// Refuses a file that a person imports under their name where its answer could depend on votes that
/// are not settled: rows of others, two rows of one open report, a row of a phase that its report has
/// not reached. Each row that is left is answered as it would be alone.
pub fn check_own(
    reader: Reader<'_>,
    (path, bytes): (&str, &[u8]),
    person: &Person,
) -> Result<(), ScreenError> {
    let mut seen = std::collections::BTreeSet::new();
    for row in &rows(path, bytes, &COLUMNS)? {
        let [report, phase, reviewer, decision, ..] = row.cells.as_slice() else {
            continue;
        };
        let refuse = |reason: String| ScreenError::Row {
            path: path.to_owned(),
            line: row.line,
            reason,
        };
        if decision.is_empty() {
            continue;
        }
        let own = reviewer.is_empty() || reader.person(reviewer)?.map(|p| p.id) == Some(person.id);
        if !own {
            let name = person.display();
            return Err(refuse(format!(
                "it is a decision of {reviewer}: under {name}'s name only {name}'s own are read"
            )));
        }
        let (Ok(found), Ok(phase)) = (super::decide::find(reader, report), phase.parse::<Phase>())
        else {
            continue;
        };
        let now = found.place.phase().unwrap_or(Phase::TitleAbstract);
        if phase > now {
            return Err(refuse(format!("{} is not in {phase}", found.id)));
        }
        if phase == now && !seen.insert(found.id) {
            return Err(refuse(format!(
                "{} is decided twice in this file",
                found.id
            )));
        }
    }
    Ok(())
}

/// Reads a file of decisions into the log. Rows that name nobody are `person`'s.
pub fn import(
    writer: &mut Writer<'_>,
    (path, bytes): (&str, &[u8]),
    person: Option<&str>,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<ImportedDecisions, ScreenError> {
    let table = rows(path, bytes, &COLUMNS)?;
    let digest = Digest::of(bytes);
    let mut out = ImportedDecisions::default();
    let mut undated: HashMap<[String; 4], (Choice, u64)> = HashMap::new();
    progress.begin("decisions", table.len() as u64);
    for row in &table {
        progress.advance(1);
        let wrong = |error: ScreenError| row_error(path, row.line, &error);
        let [report, phase, reviewer, decision, reason, note, at, settles] = row.cells.as_slice()
        else {
            continue;
        };
        let some = |text: &String| (!text.is_empty()).then(|| text.clone());
        if decision.is_empty() && reason.is_empty() && note.is_empty() && settles.is_empty() {
            out.blank += 1;
            continue;
        }
        let reviewer = match (reviewer.as_str(), person) {
            ("", Some(person)) => person,
            (named, _) => named,
        };
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
            made: match at.as_str() {
                "" => None,
                at => {
                    let at = time::utc(at).map_err(|error| wrong(error.into()))?;
                    made(&at, clock, writer.last_at()).map_err(wrong)?
                }
            },
        };
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
        if at.is_empty() {
            // Of two decisions without a time nothing tells the later one.
            let whose = [report.as_str(), phase.as_str(), reviewer, settles.as_str()];
            let whose = whose.map(str::to_owned);
            match undated.get(&whose) {
                Some((before, line)) if *before != choice => {
                    let reason = format!(
                        "line {line} has another decision of {reviewer} on {report}, and neither says when"
                    );
                    return Err(ScreenError::Row {
                        path: path.to_owned(),
                        line: row.line,
                        reason,
                    });
                }
                _ => undated.insert(whose, (choice, row.line)),
            };
        }
        let acting = Acting::named(writer.read(), reviewer, clock.now(), Via::Import);
        let acting = acting.map_err(wrong)?;
        let outcome = if settling {
            settle(writer, &acting, &ballot)
        } else {
            cast(writer, &acting, &ballot)
        }
        .map_err(wrong)?;
        out.add(&outcome);
    }
    progress.end();
    Ok(out)
}

/// Open reports as rows without decisions, with their titles to read by.
pub fn template(rows: &[(RecordId, Phase, String)], person: &str) -> Result<String, ScreenError> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let fault = |error: csv::Error| ScreenError::Row {
        path: "template".into(),
        line: 0,
        reason: error.to_string(),
    };
    let columns = COLUMNS.into_iter().chain(["title"]);
    out.write_record(columns).map_err(fault)?;
    for (report, phase, title) in rows {
        let report = report.to_string();
        let (person, title) = (guard(person), guard(title));
        let cells = [
            report.as_str(),
            phase.as_str(),
            person.as_ref(),
            "",
            "",
            "",
            "",
            "",
            title.as_ref(),
        ];
        out.write_record(cells).map_err(fault)?;
    }
    let bytes = out.into_inner().unwrap_or_default();
    Ok(String::from_utf8(bytes).unwrap_or_default())
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
                for vote in reader.unblinded().votes_in_force(report.id, *phase)? {
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
