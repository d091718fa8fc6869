//! The extract stage: what people entered, into the log and out of it, and where every cell stands.

use super::{RunError, StageReport, StageState, Workspace, complete, many};
use crate::extract::{
    Cell, CellKey, Context, Entry, ExtractError, Finding, Severity, Standing, check_cell,
    check_study, exchange, reconcile,
};
use crate::ledger::event::RowRef;
use crate::ledger::{Body, Via};
use crate::model::{Clock, Digest, RecordId, Role, StudyId, time};
use crate::screen::people::{acting, by, require};
use crate::screen::{ScreenError, decide, studies};
use crate::search::SearchError;
use crate::search::replay::Wave;
use crate::store::read::CellEntry;
use crate::store::{Reader, StoreError, Writer};
use crate::workflow::Workflow;
use std::collections::BTreeMap;

/// Why a value is not taken. Nothing of its file was saved.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// The file cannot be read, or a value of it is impossible.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The person, study or report is not there.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an import of extractions did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Entered {
    /// Cells written.
    pub written: u64,
    /// Cells that the same person had entered so before.
    pub known: u64,
    /// Warnings that stay with cells.
    pub warnings: u64,
}

/// What the checks must know of the workflow.
pub fn context(workflow: &Workflow) -> Context<'_> {
    Context {
        outcomes: &workflow.outcomes,
        intervention_drugs: &workflow.extraction.intervention_drugs,
    }
}

/// Reads a file of extractions into the log, whole or not at all. Rows that name nobody are
/// `person`'s.
pub fn import(
    writer: &mut Writer<'_>,
    workflow: &Workflow,
    (path, bytes): (&str, &[u8]),
    person: Option<&str>,
    clock: &dyn Clock,
    via: Via,
) -> Result<Entered, EnterError> {
    let digest = Digest::of(bytes);
    let mut out = Entered::default();
    for line in exchange::read(path, bytes)? {
        let from = Some(RowRef {
            digest,
            line: line.line,
        });
        let row = |error: ScreenError| {
            EnterError::Extract(ExtractError::Row {
                path: path.to_owned(),
                line: line.line,
                reason: error.to_string(),
            })
        };
        let mut entry = line.entry;
        if !entry.at.is_empty() {
            let at = time::utc(&entry.at).map_err(|error| row(error.into()))?;
            clock.set(&at);
        }
        if entry.extractor.is_empty() {
            let name = person.ok_or_else(|| {
                row(ScreenError::UnknownPerson(
                    "(the row names no extractor)".into(),
                ))
            })?;
            name.clone_into(&mut entry.extractor);
        }
        enter(writer, workflow, &entry, from, &clock.now(), via)
            .map_err(|error| match error {
                EnterError::Screen(error) => row(error),
                EnterError::Extract(ExtractError::Field { column, reason, .. }) => {
                    EnterError::Extract(ExtractError::Field {
                        path: path.to_owned(),
                        line: line.line,
                        column,
                        reason,
                    })
                }
                other => other,
            })
            .map(|(written, warnings)| {
                out.written += u64::from(written);
                out.known += u64::from(!written);
                out.warnings += warnings;
            })?;
    }
    Ok(out)
}

/// Enters one value; says whether it was written and how many warnings stay with it.
pub fn enter(
    writer: &mut Writer<'_>,
    workflow: &Workflow,
    entry: &Entry,
    from: Option<RowRef>,
    at: &str,
    via: Via,
) -> Result<(bool, u64), EnterError> {
    let person = acting(writer.read(), &entry.extractor)?;
    require(&person, "extract data", &[Role::Extractor, Role::Lead])?;
    let key = &entry.cell.key;
    let study = studies::find_study(writer.read(), &key.study)?
        .ok_or_else(|| ScreenError::UnknownStudy(key.study.clone()))?;
    let report = match key.report.as_str() {
        "" => None,
        text => {
            let report = decide::find(writer.read(), text)?.id;
            if !writer.read().studies_of(report)?.contains(&study) {
                return Err(ScreenError::NotLinked {
                    report,
                    study: key.study.clone(),
                }
                .into());
            }
            Some(report)
        }
    };
    let found = check_cell(&entry.cell, &context(workflow));
    if let Some(refused) = found
        .iter()
        .find(|finding| finding.severity() == Severity::Refuse)
    {
        return Err(ExtractError::Field {
            path: key.to_string(),
            line: 0,
            column: refused.column.unwrap_or("value").to_owned(),
            reason: refused.message.clone(),
        }
        .into());
    }
    let json = |value| serde_json::to_value(value);
    let value = json(&entry.cell.value).map_err(|e| StoreError::Value(e.to_string()))?;
    let provenance = serde_json::to_value(&entry.cell.provenance)
        .map_err(|e| StoreError::Value(e.to_string()))?;
    let address = [
        &key.arm,
        &key.outcome,
        &key.population,
        &key.grade,
        &key.time,
    ];
    let last = writer.read().last_cell(person.id, study, report, address)?;
    let known = last.is_some_and(|(v, p)| {
        (v, p) == (value.to_string(), provenance.to_string()) && !entry.reconciles
    });
    if known {
        return Ok((false, 0));
    }
    let findings: Vec<String> = found
        .iter()
        .map(|f| format!("{}: {}", f.code.as_str(), f.message))
        .collect();
    let warnings = findings.len() as u64;
    let body = Body::CellExtracted {
        study,
        report,
        arm: key.arm.clone(),
        outcome: key.outcome.clone(),
        population: key.population.clone(),
        grade: key.grade.clone(),
        time: key.time.clone(),
        value,
        provenance,
        findings,
        reconciles: entry.reconciles,
        from,
    };
    writer.append(&by(&person, at.to_owned(), via, body))?;
    Ok((true, warnings))
}

/// Takes the trial data of a wave that were not taken, and sums up.
pub fn run(
    workspace: &mut Workspace,
    wave: Option<&Wave>,
    clock: &dyn Clock,
) -> Result<StageReport, RunError> {
    let mut changed = false;
    if let Some(wave) = wave {
        let task = format!("replay/{}/extraction", wave.name);
        if let Some(table) = &wave.extraction
            && !workspace.store.snapshot()?.read().is_done(&task)?
        {
            let kept = workspace
                .archive
                .keep(&table.bytes)
                .map_err(SearchError::from)?;
            let workflow = &workspace.workflow;
            workspace.store.write(|writer| {
                writer.put_archive(&kept, &table.path)?;
                let file = (table.path.as_str(), table.bytes.as_slice());
                import(writer, workflow, file, None, clock, Via::Import)?;
                writer.mark_done(&task)?;
                Ok::<_, EnterError>(())
            })?;
            changed = true;
        }
        let task = complete(&wave.name);
        workspace.store.write(|writer| writer.mark_done(&task))?;
    }
    Ok(summary(
        workspace.store.snapshot()?.read(),
        &workspace.workflow,
        changed,
    )?)
}

/// Everything that is in force of what people entered, in log order. Studies and reports stand by
/// their ids, people by theirs.
pub fn entries(reader: Reader<'_>) -> Result<Vec<(CellEntry, Entry)>, StoreError> {
    let fault = |error: serde_json::Error| StoreError::Value(error.to_string());
    reader
        .cell_entries()?
        .into_iter()
        .map(|row| {
            let [arm, outcome, population, grade, time] = row.address.clone();
            let key = CellKey {
                study: row.study.to_string(),
                report: row
                    .report
                    .map(|report| report.to_string())
                    .unwrap_or_default(),
                arm,
                outcome,
                population,
                grade,
                time,
            };
            let cell = Cell {
                key,
                value: serde_json::from_str(&row.value).map_err(fault)?,
                provenance: serde_json::from_str(&row.provenance).map_err(fault)?,
            };
            let entry = Entry {
                cell,
                extractor: row.person.to_string(),
                at: row.at.clone(),
                reconciles: row.reconciles,
            };
            Ok((row, entry))
        })
        .collect()
}

/// Where every cell stands, by its address.
pub fn standings(
    reader: Reader<'_>,
    workflow: &Workflow,
) -> Result<BTreeMap<CellKey, Standing>, StoreError> {
    let entries: Vec<Entry> = entries(reader)?
        .into_iter()
        .map(|(_, entry)| entry)
        .collect();
    let out = reconcile::reconcile(&entries, workflow.extraction.extractors);
    Ok(out
        .into_iter()
        .map(|(key, standing)| (key.clone(), standing))
        .collect())
}

/// The values that hold.
pub fn held(reader: Reader<'_>, workflow: &Workflow) -> Result<Vec<Cell>, StoreError> {
    let all = standings(reader, workflow)?;
    Ok(all.values().filter_map(Standing::cell).cloned().collect())
}

/// What the checks find between the cells of each study.
pub fn findings(cells: &[Cell], workflow: &Workflow) -> Vec<Finding> {
    let mut by_study: BTreeMap<&str, Vec<Cell>> = BTreeMap::new();
    for cell in cells {
        by_study
            .entry(&cell.key.study)
            .or_default()
            .push(cell.clone());
    }
    by_study
        .values()
        .flat_map(|cells| check_study(cells, &context(workflow)))
        .collect()
}

/// What the stage says.
pub fn summary(
    reader: Reader<'_>,
    workflow: &Workflow,
    changed: bool,
) -> Result<StageReport, StoreError> {
    let all = standings(reader, workflow)?;
    let held = all
        .values()
        .filter(|standing| standing.cell().is_some())
        .count() as u64;
    let open = all.len() as u64 - held;
    let studies: std::collections::BTreeSet<&str> =
        all.keys().map(|key| key.study.as_str()).collect();
    let mut text = if all.is_empty() {
        "no trial data entered yet".to_owned()
    } else {
        format!(
            "{} of {}",
            many(held, "value", "values"),
            many(studies.len() as u64, "study", "studies")
        )
    };
    if open > 0 {
        text.push_str(&format!(", {open} not yet agreed"));
    }
    let warned = reader
        .cell_entries()?
        .iter()
        .filter(|entry| entry.findings != "[]")
        .count();
    if warned > 0 {
        text.push_str(&format!(", {}", many(warned as u64, "warning", "warnings")));
    }
    Ok(StageReport {
        stage: "extract",
        state: if open > 0 {
            StageState::Waiting
        } else {
            StageState::Done
        },
        text,
        count: Some(held),
        changed,
        seconds: 0.0,
    })
}

/// A study's id from the key of a held cell.
pub fn study_of(key: &CellKey) -> Option<StudyId> {
    key.study.parse().ok()
}

/// A report's id from the key of a held cell.
pub fn report_of(key: &CellKey) -> Option<RecordId> {
    key.report.parse().ok()
}
