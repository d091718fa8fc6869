//! The table that extractors fill: a row for each study, arm and outcome that the workflow names.
//!
//! Arms that somebody entered stand by their names, without what was entered for them, and the one that
//! is agreed to be experimental first; of a study without them two placeholders stand, which the import
//! refuses until they are named. Only the columns
//! that the outcomes need are written. Cochrane Handbook 5.4.1: a form made for the review.

use super::state::entries;
use super::view::hidden;
use super::{ArmRole, CellKey, Scope};
use crate::model::{PersonId, Place, cell::guard};
use crate::store::{Reader, StoreError};
use crate::workflow::{Outcome, OutcomeType, Workflow};
use std::collections::{BTreeMap, BTreeSet};

const ADDRESS: [&str; 7] = [
    "study",
    "report",
    "arm",
    "outcome",
    "population",
    "grade",
    "time",
];
const BINARY: [&str; 2] = ["events", "n"];
const CONTINUOUS: [&str; 4] = ["n", "mean", "sd", "unit"];
const EFFECT: [&str; 5] = ["measure", "effect", "ci_low", "ci_high", "ci_level"];
const END: [&str; 6] = [
    "text",
    "not_reported",
    "quote",
    "page",
    "confidence",
    "note",
];

/// What stands for arms that nobody has named.
const UNNAMED: [&str; 2] = ["<experimental arm>", "<control arm>"];

/// The table as CSV: of one study, one outcome, or of all; with `person` only what this person has not
/// entered.
pub fn template(
    reader: Reader<'_>,
    workflow: &Workflow,
    (study, outcome): (Option<&str>, Option<&str>),
    person: Option<PersonId>,
) -> Result<String, StoreError> {
    let outcomes: Vec<&Outcome> = workflow
        .outcomes
        .iter()
        .filter(|one| outcome.is_none_or(|code| code == one.code))
        .collect();
    let columns = columns(&outcomes);
    let mut done: BTreeSet<CellKey> = BTreeSet::new();
    let mut arms: BTreeMap<String, Vec<(String, Option<ArmRole>)>> = BTreeMap::new();
    let mut compared: BTreeMap<String, (String, String)> = BTreeMap::new();
    let hidden = hidden(reader, workflow)?;
    for (row, entry) in entries(reader)? {
        let key = &entry.cell.key;
        if let Scope::Comparison(first, second) = key.scope() {
            let known = arms.entry(key.study.clone()).or_default();
            for arm in [first, second] {
                if known.iter().all(|(name, _)| name != arm) {
                    known.push((arm.to_owned(), None));
                }
            }
            let pair = (first.to_owned(), second.to_owned());
            compared.entry(key.study.clone()).or_insert(pair);
        }
        if let Scope::Arm(arm) = key.scope() {
            let known = arms.entry(key.study.clone()).or_default();
            let role = entry.cell.value.text.as_deref().and_then(ArmRole::parse);
            // Which role another gave an arm is theirs to know until both agree.
            let told = Some(row.person) == person || !hidden.contains(&row.seq);
            let role = role.filter(|_| key.outcome == "role" && told);
            match known.iter_mut().find(|(name, _)| name == arm) {
                Some((_, of)) => *of = of.or(role),
                None => known.push((arm.to_owned(), role)),
            }
        }
        if Some(row.person) == person {
            done.insert(entry.cell.key);
        }
    }
    let mut out = csv::Writer::from_writer(Vec::new());
    let fault = |error: csv::Error| StoreError::Value(error.to_string());
    out.write_record(&columns).map_err(fault)?;
    for entry in reader.study_reports()? {
        let id = entry.study.id.to_string();
        let mut reports = entry.reports.iter();
        let Some((report, _)) = reports.find(|(report, _)| report.place == Place::Included) else {
            continue;
        };
        if study.is_some_and(|wanted| wanted != id) {
            continue;
        }
        let named = arms.remove(&id).unwrap_or_default();
        let pair = compared.remove(&id);
        for row in rows(&outcomes, (named, pair), outcome.is_none()) {
            let key = CellKey {
                study: id.clone(),
                report: report.id.to_string(),
                ..row.key
            };
            if done.contains(&key) {
                continue;
            }
            let label = guard(&entry.study.label);
            let cells = columns.iter().map(|column| match *column {
                "study" => label.as_ref(),
                "report" => key.report.as_str(),
                "arm" => key.arm.as_str(),
                "outcome" => key.outcome.as_str(),
                "population" => key.population.as_str(),
                "grade" => key.grade.as_str(),
                "measure" => row.measure,
                "ci_level" if !row.measure.is_empty() => "95",
                "text" => row.text,
                "confidence" => "verified",
                _ => "",
            });
            out.write_record(cells).map_err(fault)?;
        }
    }
    let bytes = out.into_inner().unwrap_or_default();
    Ok(String::from_utf8(bytes).unwrap_or_default())
}

/// The columns that these outcomes need.
fn columns(outcomes: &[&Outcome]) -> Vec<&'static str> {
    let mut columns = ADDRESS.to_vec();
    let mut add = |more: &[&'static str]| {
        for column in more {
            if !columns.contains(column) {
                columns.push(column);
            }
        }
    };
    for (kind, needed) in [
        (OutcomeType::Binary, BINARY.as_slice()),
        (OutcomeType::Continuous, &CONTINUOUS),
        (OutcomeType::TimeToEvent, &EFFECT),
    ] {
        if outcomes.iter().any(|outcome| outcome.kind == kind) {
            add(needed);
        }
    }
    add(&END);
    columns
}

/// A row before its study is known.
struct Blank {
    key: CellKey,
    measure: &'static str,
    text: &'static str,
}

/// The rows of one study: the roles of its arms, then its outcomes.
fn rows(
    outcomes: &[&Outcome],
    (named, compared): (Vec<(String, Option<ArmRole>)>, Option<(String, String)>),
    with_roles: bool,
) -> Vec<Blank> {
    let mut arms = named;
    if arms.is_empty() {
        let roles = [ArmRole::Experimental, ArmRole::Control];
        let unnamed = UNNAMED.into_iter().zip(roles);
        arms = unnamed
            .map(|(arm, role)| (arm.to_owned(), Some(role)))
            .collect();
    }
    arms.sort_by_key(|(_, role)| role.map_or(2, |role| role as u8));
    let mut out = Vec::new();
    if with_roles {
        // What another person entered for a named arm is not told.
        let unnamed = |arm: &str| UNNAMED.contains(&arm);
        for (arm, role) in &arms {
            let role = role.filter(|_| unnamed(arm));
            out.push(blank(arm, "role", ("", role.map_or("", ArmRole::as_str))));
        }
    }
    let of = |wanted: ArmRole| {
        let found = arms.iter().find(|(_, role)| *role == Some(wanted));
        found.map(|(arm, _)| arm.clone())
    };
    let pair = of(ArmRole::Experimental).zip(of(ArmRole::Control));
    let pair = pair.or(compared);
    for outcome in outcomes {
        let mut scopes: Vec<(String, &'static str)> = match (outcome.kind, &pair) {
            (OutcomeType::Characteristic, _) => vec![(String::new(), "")],
            (OutcomeType::TimeToEvent, Some((first, second))) => {
                vec![(format!("{first} vs {second}"), "HR")]
            }
            (OutcomeType::TimeToEvent, None) => vec![(UNNAMED.join(" vs "), "HR")],
            (OutcomeType::Binary | OutcomeType::Continuous, _) => {
                arms.iter().map(|(arm, _)| (arm.clone(), "")).collect()
            }
        };
        let or_none = |list: &[String]| -> Vec<String> {
            if list.is_empty() {
                vec![String::new()]
            } else {
                list.to_vec()
            }
        };
        for (arm, measure) in scopes.drain(..) {
            for population in or_none(&outcome.populations) {
                for grade in or_none(&outcome.grades) {
                    let mut row = blank(&arm, &outcome.code, (measure, ""));
                    row.key.population.clone_from(&population);
                    row.key.grade = grade;
                    out.push(row);
                }
            }
        }
    }
    out
}

fn blank(arm: &str, outcome: &str, (measure, text): (&'static str, &'static str)) -> Blank {
    Blank {
        key: CellKey {
            arm: arm.to_owned(),
            outcome: outcome.to_owned(),
            ..CellKey::default()
        },
        measure,
        text,
    }
}
