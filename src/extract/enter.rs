//! What people enter, into the log: one value or a file of them, checked, by whoever may.

use super::state::entries;
use super::{
    Cell, CellKey, Context, Entry, ExtractError, Finding, Severity, Spellings, Standing,
    check_cell, check_study, exchange,
};
use crate::ledger::event::RowRef;
use crate::ledger::{Body, Via};
use crate::model::{Clock, Digest, PersonId, RecordId, Role, StudyId, time};
use crate::screen::people::require;
use crate::screen::{Acting, ScreenError, decide, studies};
use crate::store::read::Person;
use crate::store::{Reader, StoreError, Writer};
use crate::workflow::Workflow;
use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};

/// Why a value is not taken. Nothing of its file was saved.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// The file cannot be read, or a value of it is impossible.
    #[error(transparent)]
    Extract(#[from] ExtractError),
    /// The person, study or report is not there.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an import of extractions did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entered {
    /// Values that were not in the log before.
    pub written: u64,
    /// Cells that the same person had entered so before.
    pub known: u64,
    /// Rows that say nothing beside the address of their cell.
    pub blank: u64,
    /// Arms that are new in a study which had others before, with those: a new arm or a slip.
    pub new_arms: Vec<NewArm>,
    /// What the checks say of the cells written: each by itself, and beside what the same person
    /// entered for the study.
    pub findings: Vec<Finding>,
}

/// An arm that nobody entered before, of a study with other arms.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct NewArm {
    /// The study.
    pub study: String,
    /// The arm.
    pub arm: String,
    /// The arms that the study had.
    pub others: Vec<String>,
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
    let mut touched: BTreeSet<(String, CellKey)> = BTreeSet::new();
    let mut before: BTreeMap<StudyId, Vec<String>> = BTreeMap::new();
    let (lines, blank) = exchange::read_whole(path, bytes)?;
    if let (true, Some(line)) = (lines.is_empty(), blank.first()) {
        return Err(ExtractError::Row {
            path: path.to_owned(),
            line: *line,
            reason: "the row has no value; write yes in `not_reported` where the report does not \
                     say it"
                .to_owned(),
        }
        .into());
    }
    out.blank = blank.len() as u64;
    for line in lines {
        // The options of a command are no file that could be kept.
        let from = (via != Via::Cli).then_some(RowRef {
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
        let mut made = None;
        if !entry.at.is_empty() {
            let at = time::utc(&entry.at).map_err(|error| row(error.into()))?;
            made = crate::screen::exchange::made(&at, clock, writer.last_at()).map_err(row)?;
        }
        if entry.extractor.is_empty() {
            let name = person.ok_or_else(|| ExtractError::Row {
                path: path.to_owned(),
                line: line.line,
                reason: "the row names nobody in `extractor`: `--as NAME` says whose it is".into(),
            })?;
            name.clone_into(&mut entry.extractor);
        }
        if let Some(person) = person {
            own_rows(writer.read(), person, &entry.extractor).map_err(row)?;
        }
        let study = studies::find_study(writer.read(), &entry.cell.key.study).map_err(row)?;
        if let Some(study) = study
            && let Slot::Vacant(place) = before.entry(study)
        {
            place.insert(writer.read().arms_of(study)?);
        }
        let acting =
            Acting::named(writer.read(), &entry.extractor, clock.now(), via).map_err(row)?;
        let done =
            enter(writer, workflow, &entry, (from, made), &acting).map_err(
                |error| match error {
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
                },
            )?;
        out.written += u64::from(done.written);
        out.known += u64::from(!done.written);
        if done.written {
            out.findings.extend(done.findings);
            let arms = study.and_then(|study| before.get(&study));
            note_arm(&mut out.new_arms, &done.key, arms);
            touched.insert((done.person, done.key));
        }
    }
    out.findings
        .extend(between(writer.read(), workflow, &touched)?);
    Ok(out)
}

/// Refuses a row of somebody else in the file of a person who is no lead: two people enter a value
/// each by themselves, or they are not two.
fn own_rows(reader: Reader<'_>, person: &str, named: &str) -> Result<(), ScreenError> {
    let (Some(person), Some(named)) = (reader.person(person)?, reader.person(named)?) else {
        return Ok(());
    };
    if person.id == named.id || person.is(Role::Lead) {
        return Ok(());
    }
    Err(ScreenError::RowOfAnother(named.display()))
}

/// Notes an arm that the study did not have, where it had any.
fn note_arm(new: &mut Vec<NewArm>, key: &CellKey, before: Option<&Vec<String>>) {
    let single = |arm: &&String| !arm.is_empty() && !arm.contains(" vs ");
    let (Some(arm), Some(before)) = (key.single_arm(), before) else {
        return;
    };
    let others: Vec<String> = before.iter().filter(single).cloned().collect();
    let known = others
        .iter()
        .any(|other| crate::extract::same_arm(other, arm));
    let told = new
        .iter()
        .any(|one| one.study == key.study && one.arm == arm);
    if !others.is_empty() && !known && !told {
        new.push(NewArm {
            study: key.study.clone(),
            arm: arm.to_owned(),
            others,
        });
    }
}

/// What the checks find between values that the same person entered for a study, where one of them
/// was entered just now; nothing of what others entered.
fn between(
    reader: Reader<'_>,
    workflow: &Workflow,
    touched: &BTreeSet<(String, CellKey)>,
) -> Result<Vec<Finding>, StoreError> {
    if touched.is_empty() {
        return Ok(Vec::new());
    }
    let mut own: BTreeMap<(String, String), BTreeMap<CellKey, Cell>> = BTreeMap::new();
    for (_, entry) in entries(reader)? {
        let of = (entry.extractor, entry.cell.key.study.clone());
        own.entry(of)
            .or_default()
            .insert(entry.cell.key.clone(), entry.cell);
    }
    let mut out = Vec::new();
    for ((person, _), cells) in own {
        let cells: Vec<Cell> = cells.into_values().collect();
        for finding in check_study(&cells, &context(workflow)) {
            let new = |key: &CellKey| touched.contains(&(person.clone(), key.clone()));
            if finding.cells.iter().any(new) {
                out.push(finding);
            }
        }
    }
    Ok(out)
}

/// What entering one value did.
struct Done {
    written: bool,
    person: String,
    key: CellKey,
    findings: Vec<Finding>,
}

/// Enters one value.
fn enter(
    writer: &mut Writer<'_>,
    workflow: &Workflow,
    entry: &Entry,
    (from, made): (Option<RowRef>, Option<String>),
    acting: &Acting,
) -> Result<Done, EnterError> {
    let person = acting.present(writer.read())?;
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
    let mut cell = entry.cell.clone();
    spell(writer.read(), workflow, study, &mut cell.key)?;
    let found = check_cell(&cell, &context(workflow));
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
    let value = json(&cell.value).map_err(|e| StoreError::Value(e.to_string()))?;
    let provenance =
        serde_json::to_value(&cell.provenance).map_err(|e| StoreError::Value(e.to_string()))?;
    let key = &cell.key;
    let address = [
        &key.arm,
        &key.outcome,
        &key.population,
        &key.grade,
        &key.time,
    ];
    let others = writer.read().cell_people(study, report, address)?;
    may_enter(workflow, &person, entry.reconciles, &others)?;
    if entry.reconciles && others.len() > 1 {
        differing(writer.read(), workflow, (study, report, key))?;
    }
    let last = writer.read().last_cell(person.id, study, report, address)?;
    let mut done = Done {
        written: true,
        person: person.id.to_string(),
        key: CellKey {
            study: study.to_string(),
            report: report.map(|report| report.to_string()).unwrap_or_default(),
            ..key.clone()
        },
        findings: found,
    };
    let same = (value.to_string(), provenance.to_string(), entry.reconciles);
    if last.is_some_and(|last| last == same) {
        done.written = false;
        return Ok(done);
    }
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
        findings: done
            .findings
            .iter()
            .map(|f| format!("{}: {}", f.code.as_str(), f.message))
            .collect(),
        reconciles: entry.reconciles,
        salt: Some(writer.salt(from.as_ref().map(|row| (row.digest, row.line)))?),
        from,
        made,
    };
    writer.append(&acting.draft(body))?;
    Ok(done)
}

/// Who may enter a value: an extractor or a lead; who may settle one: those and adjudicators, but
/// nobody who entered it, unless the workflow says so. `others` are the people who entered it.
pub(super) fn may_enter(
    workflow: &Workflow,
    person: &Person,
    reconciles: bool,
    others: &[PersonId],
) -> Result<(), ScreenError> {
    if !reconciles {
        return require(person, "extract data", &[Role::Extractor, Role::Lead]);
    }
    require(
        person,
        "settle values",
        &[Role::Extractor, Role::Adjudicator, Role::Lead],
    )?;
    if others.is_empty() {
        return Err(ScreenError::NoValue);
    }
    if others.contains(&person.id) && !workflow.extraction.settle_own {
        return Err(ScreenError::OwnValue(person.display()));
    }
    Ok(())
}

/// Refuses to settle a value on which everybody agrees: whoever finds another enters it, and then
/// there is something to settle.
fn differing(
    reader: Reader<'_>,
    workflow: &Workflow,
    (study, report, key): (StudyId, Option<RecordId>, &CellKey),
) -> Result<(), EnterError> {
    let key = CellKey {
        study: study.to_string(),
        report: report.map(|report| report.to_string()).unwrap_or_default(),
        ..key.clone()
    };
    let all = super::state::standings(reader, workflow)?;
    match all.get(&key) {
        Some(Standing::Agreed(_)) => Err(ScreenError::Agreed(key.to_string()).into()),
        _ => Ok(()),
    }
}

/// Gives arm, population and grade the spelling that they have in the study and in the workflow.
fn spell(
    reader: Reader<'_>,
    workflow: &Workflow,
    study: StudyId,
    key: &mut CellKey,
) -> Result<(), StoreError> {
    let mut arms = Spellings::default();
    for arm in reader.arms_of(study)? {
        arms.of("", &arm);
    }
    key.arm = arms.of("", &key.arm);
    if let Some(outcome) = workflow.outcomes.iter().find(|o| o.code == key.outcome) {
        for (word, declared) in [
            (&mut key.population, &outcome.populations),
            (&mut key.grade, &outcome.grades),
        ] {
            let fold = word.to_lowercase();
            if let Some(known) = declared.iter().find(|one| one.to_lowercase() == fold) {
                word.clone_from(known);
            }
        }
    }
    Ok(())
}
