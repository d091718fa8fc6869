//! Arms: their sums, their denominators, and what they are given.

use super::{Code, Context, Finding};
use crate::extract::characteristic::{self, ArmRole, roles};
use crate::extract::{Cell, CellKey, Scope};
use std::collections::BTreeMap;

/// The population in which everybody who was randomised counts.
const RANDOMISED: &str = "ITT";

/// The number that a cell of `randomised` states: its n, else its count.
fn number(cell: &Cell) -> Option<u64> {
    cell.value.n.or(cell.value.events)
}

/// Whether the arms that were randomised sum to the total, in every report that states both.
pub(super) fn sums(cells: &[Cell]) -> Vec<Finding> {
    let mut found = Vec::new();
    let randomised = || cells.iter().filter(|cell| cell.key.outcome == "randomised");
    for whole in randomised().filter(|cell| cell.key.scope() == Scope::Study) {
        let arms: Vec<(&CellKey, u64)> = randomised()
            .filter(|cell| cell.key.report == whole.key.report && cell.key.single_arm().is_some())
            .filter_map(|cell| Some((&cell.key, number(cell)?)))
            .collect();
        let sum: u64 = arms.iter().map(|(_, n)| *n).sum();
        let Some(total) = number(whole).filter(|total| arms.len() > 1 && *total != sum) else {
            continue;
        };
        let parts: Vec<String> = arms.iter().map(|(_, n)| n.to_string()).collect();
        let message = format!("{} is {sum}, the total is {total}", parts.join(" + "));
        let keys = std::iter::once(&whole.key).chain(arms.iter().map(|(key, _)| *key));
        found.push(Finding::across(Code::ArmSum, keys, message));
    }
    found
}

/// Denominators that differ from their population: in ITT from the number randomised, otherwise
/// from the denominator of most cells of the report and arm. A note on the cell is a reason.
pub(super) fn denominators(cells: &[Cell]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut groups: BTreeMap<[&str; 3], Vec<(&Cell, u64)>> = BTreeMap::new();
    for cell in cells {
        let key = &cell.key;
        let (Some(arm), Some(n)) = (key.single_arm(), cell.value.n) else {
            continue;
        };
        if key.population.is_empty() || key.outcome == "randomised" {
            continue;
        }
        if key.population.eq_ignore_ascii_case(RANDOMISED) {
            let randomised = cells
                .iter()
                .find(|one| one.key.outcome == "randomised" && one.key.single_arm() == Some(arm));
            if let Some((of, total)) = randomised.and_then(|one| Some((one, number(one)?)))
                && total != n
                && cell.provenance.note.is_none()
            {
                let message = format!(
                    "{arm}: `{}` counts {n} in {RANDOMISED}, {total} were randomised; a note must \
                     say why",
                    key.outcome
                );
                found.push(Finding::across(Code::Denominator, [key, &of.key], message));
            }
        } else {
            let group = [key.report.as_str(), arm, key.population.as_str()];
            groups.entry(group).or_default().push((cell, n));
        }
    }
    for ([_, arm, population], group) in groups {
        let Some(usual) = most_frequent(&group) else {
            continue;
        };
        for (cell, n) in &group {
            if *n == usual || cell.provenance.note.is_some() {
                continue;
            }
            let message = format!(
                "{arm}: `{}` counts {n} in {population}, most outcomes {usual}; a note must say why",
                cell.key.outcome
            );
            found.push(Finding::across(Code::Denominator, [&cell.key], message));
        }
    }
    found
}

/// The denominator of most cells; the larger one where two are as frequent.
fn most_frequent(group: &[(&Cell, u64)]) -> Option<u64> {
    let mut times: BTreeMap<u64, usize> = BTreeMap::new();
    for (_, n) in group {
        *times.entry(*n).or_default() += 1;
    }
    let best = times.into_iter().max_by_key(|(n, times)| (*times, *n));
    best.map(|(n, _)| n)
}

/// Control arms that are given a drug of the review's intervention.
pub(super) fn intervention_in_control(cells: &[Cell], context: &Context) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some(study) = cells.first().map(|cell| cell.key.study.as_str()) else {
        return found;
    };
    for (arm, role, _) in roles(cells, study) {
        if role != ArmRole::Control {
            continue;
        }
        let Some(cell) = characteristic::find(cells, study, Some(arm), "drugs") else {
            continue;
        };
        let drugs = cell.value.text.as_deref().unwrap_or_default();
        let given = drugs.split(';').map(str::trim).find(|drug| {
            let mut listed = context.intervention_drugs.iter();
            listed.any(|one| one.eq_ignore_ascii_case(drug))
        });
        if let Some(drug) = given {
            let message =
                format!("the control arm {arm} is given {drug}, which the review is about");
            found.push(Finding::across(
                Code::InterventionInControl,
                [&cell.key],
                message,
            ));
        }
    }
    found
}
