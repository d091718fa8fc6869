//! Where the trial data stand: what was entered, what holds, what the checks say, what is open.

use super::enter::context;
use super::{
    Cell, CellKey, Entry, Finding, Open, Severity, Spellings, Standing, check_cell, check_study,
    reconcile,
};
use crate::model::{EventSeq, PersonId, Place, Role};
use crate::screen::{ScreenError, Work};
use crate::store::read::{CellEntry, Person};
use crate::store::{Reader, StoreError};
use crate::workflow::{OutcomeType, Workflow};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that is in force of what people entered, in log order. Studies and reports stand by
/// their ids, people by theirs, arms by their first spelling in the study.
pub fn entries(reader: Reader<'_>) -> Result<Vec<(CellEntry, Entry)>, StoreError> {
    read(reader.cell_entries()?)
}

pub(super) fn read(rows: Vec<CellEntry>) -> Result<Vec<(CellEntry, Entry)>, StoreError> {
    let fault = |error: serde_json::Error| StoreError::Value(error.to_string());
    let mut arms = Spellings::default();
    rows.into_iter()
        .map(|row| {
            let [arm, outcome, population, grade, time] = row.address.clone();
            let study = row.study.to_string();
            let arm = arms.of(&study, &arm);
            let key = CellKey {
                study,
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

/// A value that a version was published with.
struct Before {
    cell: Cell,
    /// How many people had entered it then.
    people: usize,
    /// The last event of the last version in which nothing of it was open.
    told: EventSeq,
}

/// Where every cell stands, and up to which event what was entered for it may be told.
pub(super) struct Standings {
    /// By address.
    pub(super) now: BTreeMap<CellKey, Standing>,
    told: BTreeMap<CellKey, EventSeq>,
}

impl Standings {
    /// A value that a version was published with stands until another one is agreed or settled,
    /// whatever one person enters or takes back, and however many people the protocol asks for since.
    pub(super) fn of(reader: Reader<'_>, workflow: &Workflow) -> Result<Self, StoreError> {
        let now = &workflow.extraction;
        let mut published: BTreeMap<CellKey, Before> = BTreeMap::new();
        for version in reader.versions()? {
            let rules = workflow.published.get(&version.n).unwrap_or(now);
            let then = own(read(reader.cell_entries_at(version.upto)?)?);
            let people = people(&then);
            for (key, standing) in over(&then, &published, rules.extractors) {
                let Some(cell) = standing.cell() else {
                    continue;
                };
                let told = match (standing.open(), published.get(&key)) {
                    (None, _) => version.upto,
                    (Some(_), Some(before)) => before.told,
                    (Some(_), None) => EventSeq(0),
                };
                let before = Before {
                    cell: cell.clone(),
                    people: people.get(&key).map_or(0, BTreeSet::len),
                    told,
                };
                published.insert(key, before);
            }
        }
        let rows = read(reader.cell_entries()?)?;
        let mut told: BTreeMap<CellKey, EventSeq> = BTreeMap::new();
        for (key, before) in &published {
            told.insert(key.clone(), before.told);
        }
        for (row, entry) in &rows {
            if entry.reconciles {
                let last = told.entry(entry.cell.key.clone()).or_insert(row.seq);
                *last = row.seq.max(*last);
            }
        }
        let now = over(&own(rows), &published, now.extractors);
        Ok(Self { now, told })
    }

    /// The last event up to which what was entered for a cell may be told though it is open.
    pub(super) fn told(&self, key: &CellKey) -> EventSeq {
        self.told.get(key).copied().unwrap_or(EventSeq(0))
    }
}

/// Where every cell stands, by its address. A value that a version was published with stands until
/// another one is agreed or settled.
pub fn standings(
    reader: Reader<'_>,
    workflow: &Workflow,
) -> Result<BTreeMap<CellKey, Standing>, StoreError> {
    Ok(Standings::of(reader, workflow)?.now)
}

pub(super) fn own(rows: Vec<(CellEntry, Entry)>) -> Vec<Entry> {
    rows.into_iter().map(|(_, entry)| entry).collect()
}

/// Who entered each cell.
pub(super) fn people(entries: &[Entry]) -> BTreeMap<CellKey, BTreeSet<&str>> {
    let mut out: BTreeMap<CellKey, BTreeSet<&str>> = BTreeMap::new();
    for entry in entries {
        let of = out.entry(entry.cell.key.clone()).or_default();
        of.insert(&entry.extractor);
    }
    out
}

fn over(
    entries: &[Entry],
    published: &BTreeMap<CellKey, Before>,
    need: u8,
) -> BTreeMap<CellKey, Standing> {
    let mut out: BTreeMap<CellKey, Standing> = BTreeMap::new();
    let last: BTreeMap<&CellKey, &Entry> = entries.iter().map(|e| (&e.cell.key, e)).collect();
    for (key, standing) in reconcile::reconcile(entries, need) {
        let standing = match published.get(key) {
            Some(before) if as_published(&standing, before, last.get(key).copied()) => {
                Standing::Agreed(before.cell.clone())
            }
            Some(before) => standing.over(&before.cell),
            None => standing,
        };
        out.insert(key.clone(), standing);
    }
    for (key, before) in published {
        if !out.contains_key(key) {
            let nobody = Standing::Awaiting {
                have: 0,
                need: usize::from(need),
            };
            out.insert(key.clone(), nobody.over(&before.cell));
        }
    }
    out
}

/// Whether a cell waits for no other reason than that the protocol asks for more people than it did when
/// the value was published: as many as then have entered it, and none of them anything else.
fn as_published(standing: &Standing, before: &Before, last: Option<&Entry>) -> bool {
    let Standing::Awaiting { have, .. } = standing else {
        return false;
    };
    // Where a cell waits, those who entered it agree: one entry stands for all of them.
    *have >= before.people
        && last.is_some_and(|last| {
            let differ = before.cell.value.differences(&last.cell.value);
            differ.is_empty()
        })
}

/// The values that hold.
pub fn held(reader: Reader<'_>, workflow: &Workflow) -> Result<Vec<Cell>, StoreError> {
    Ok(values(&standings(reader, workflow)?))
}

/// The values that hold, of cells whose standing is known.
pub fn values(standings: &BTreeMap<CellKey, Standing>) -> Vec<Cell> {
    let held = standings.values().filter_map(Standing::cell);
    held.cloned().collect()
}

/// What the checks find in values: in each by itself, and between those of a study.
pub fn findings(cells: &[Cell], workflow: &Workflow) -> Vec<Finding> {
    let mut by_study: BTreeMap<&str, Vec<Cell>> = BTreeMap::new();
    for cell in cells {
        by_study
            .entry(&cell.key.study)
            .or_default()
            .push(cell.clone());
    }
    let context = context(workflow);
    let mut out: Vec<Finding> = by_study
        .values()
        .flat_map(|cells| check_study(cells, &context))
        .collect();
    for cell in cells {
        let alone = check_cell(cell, &context);
        out.extend(alone.into_iter().filter(|f| f.severity() == Severity::Warn));
    }
    out
}

/// What waits for people in the extraction of data.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct OpenData {
    /// Included studies of which nobody entered anything about an outcome, by id and label; an included
    /// report that belongs to no study yet stands by itself.
    pub studies: Vec<(String, String)>,
    /// Values that too few people have entered.
    pub values: u64,
    /// Values that differ between people, or from what was published or settled.
    pub differing: u64,
}

impl OpenData {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.studies.is_empty() && self.values == 0 && self.differing == 0
    }

    /// "1 study without data, 3 values not agreed": whether a value is missing or differs is not told.
    pub fn words(&self) -> String {
        let parts = [
            (
                self.studies.len() as u64,
                "study without data",
                "studies without data",
            ),
            (
                self.values + self.differing,
                "value not agreed",
                "values not agreed",
            ),
        ];
        let said = parts.into_iter().filter(|(n, ..)| *n > 0);
        said.map(|(n, one, several)| crate::model::many(n, one, several))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// What waits in the extraction of data, over all people.
pub fn open(reader: Reader<'_>, workflow: &Workflow) -> Result<OpenData, StoreError> {
    let standings = standings(reader, workflow)?;
    Ok(OpenData {
        studies: without_data(reader, workflow, &standings)?,
        values: count(&standings, |open| matches!(open, Open::Awaiting { .. })),
        differing: count(&standings, |open| matches!(open, Open::Differ(_))),
    })
}

fn count(standings: &BTreeMap<CellKey, Standing>, which: impl Fn(&Open) -> bool) -> u64 {
    let open = standings.values().filter_map(Standing::open);
    open.filter(|open| which(open)).count() as u64
}

/// Included studies without a cell for any outcome that the workflow pools or tells; none where the
/// workflow has no outcomes, since then nothing is to be extracted.
fn without_data(
    reader: Reader<'_>,
    workflow: &Workflow,
    standings: &BTreeMap<CellKey, Standing>,
) -> Result<Vec<(String, String)>, StoreError> {
    let codes: BTreeSet<&str> = workflow
        .outcomes
        .iter()
        .filter(|outcome| outcome.kind != OutcomeType::Characteristic)
        .map(|outcome| outcome.code.as_str())
        .collect();
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let told: BTreeSet<&str> = standings
        .keys()
        .filter(|key| codes.contains(key.outcome.as_str()))
        .map(|key| key.study.as_str())
        .collect();
    let mut out = Vec::new();
    let mut linked = BTreeSet::new();
    for entry in reader.study_reports()? {
        linked.extend(entry.reports.iter().map(|(report, _)| report.id));
        let included =
            |(report, _): &(crate::store::read::ReportRow, String)| report.place == Place::Included;
        if entry.reports.iter().any(included) && !told.contains(entry.study.id.to_string().as_str())
        {
            out.push((entry.study.id.to_string(), entry.study.label.clone()));
        }
    }
    for report in reader.reports_in(Place::Included)? {
        if !linked.contains(&report.id) {
            out.push((report.id.to_string(), report.citation));
        }
    }
    Ok(out)
}

/// What waits for each person who still acts: pairs, screening and the extraction of data.
pub fn work(reader: Reader<'_>, workflow: &Workflow) -> Result<Vec<Work>, ScreenError> {
    let mut work = crate::screen::work(reader)?;
    add_work(reader, workflow, &mut work)?;
    Ok(work)
}

/// Adds what waits for each person in the extraction of data to `work`, which is of the same people
/// in the same order.
///
/// Extractors enter; a lead is asked only where nobody is an extractor. What differs waits for those
/// who did not enter it: adjudicators, else leads, else extractors.
fn add_work(reader: Reader<'_>, workflow: &Workflow, work: &mut [Work]) -> Result<(), StoreError> {
    let standings = standings(reader, workflow)?;
    let without = without_data(reader, workflow, &standings)?.len() as u64;
    let mut by_cell: BTreeMap<CellKey, BTreeSet<PersonId>> = BTreeMap::new();
    for (row, entry) in entries(reader)? {
        if !entry.reconciles {
            by_cell
                .entry(entry.cell.key)
                .or_default()
                .insert(row.person);
        }
    }
    let people: Vec<Person> = reader.people()?.into_iter().filter(|p| p.enabled).collect();
    let has = |role| people.iter().any(|person| person.is(role));
    let enters = if has(Role::Extractor) {
        Role::Extractor
    } else {
        Role::Lead
    };
    let nobody = BTreeSet::new();
    for (person, work) in people.iter().zip(work) {
        if person.is(enters) {
            work.studies = without;
        }
        for (key, standing) in &standings {
            let entered = by_cell.get(key).unwrap_or(&nobody);
            match standing.open() {
                Some(Open::Awaiting { .. }) => {
                    work.values += u64::from(person.is(enters) && !entered.contains(&person.id));
                }
                Some(Open::Differ(_)) => {
                    let settles = settlers(&people, entered, workflow.extraction.settle_own);
                    work.differing += u64::from(settles.contains(&person.id));
                }
                None => {}
            }
        }
    }
    Ok(())
}

/// Who is asked to settle a value that these people entered.
pub(super) fn settlers(
    people: &[Person],
    entered: &BTreeSet<PersonId>,
    own: bool,
) -> BTreeSet<PersonId> {
    for role in [Role::Adjudicator, Role::Lead, Role::Extractor] {
        let may: BTreeSet<PersonId> = people
            .iter()
            .filter(|person| person.is(role) && (own || !entered.contains(&person.id)))
            .map(|person| person.id)
            .collect();
        if !may.is_empty() {
            return may;
        }
    }
    BTreeSet::new()
}
