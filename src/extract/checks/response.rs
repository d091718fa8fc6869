//! Response algebra: a complete response is a very good partial response or better, and that is a
//! response (IMWG criteria, Kumar 2016), so CR ≤ VGPR ≤ ORR, and ORR = VGPR or better + PR.
//!
//! The cells of one report, arm, population and time are held together. The codes are `orr`,
//! `vgpr` and `cr` for "or better", and `pr` for partial responses alone. A cell with a percentage
//! only counts with the range of counts that its rounding allows.

use super::percent::range;
use super::{Code, Finding};
use crate::extract::{Cell, Scope};
use std::collections::BTreeMap;

/// From the deepest response to the shallowest.
const DEEPENING: [&str; 3] = ["cr", "vgpr", "orr"];

pub(super) fn check(cells: &[Cell]) -> Vec<Finding> {
    let mut groups: BTreeMap<[&str; 4], BTreeMap<&str, &Cell>> = BTreeMap::new();
    for cell in cells {
        let key = &cell.key;
        let code = key.outcome.as_str();
        let Scope::Arm(arm) = key.scope() else {
            continue;
        };
        if DEEPENING.contains(&code) || code == "pr" {
            groups
                .entry([&key.report, arm, &key.population, &key.time])
                .or_default()
                .entry(code)
                .or_insert(cell);
        }
    }
    groups
        .values()
        .flat_map(|group| order(group).into_iter().chain(sum(group)))
        .collect()
}

/// Every response with its range of counts, deepest first.
fn order(group: &BTreeMap<&str, &Cell>) -> Vec<Finding> {
    let known: Vec<(&Cell, (u64, u64))> = DEEPENING
        .iter()
        .filter_map(|code| group.get(code))
        .filter_map(|cell| Some((*cell, range(cell)?)))
        .collect();
    let pairs = known.iter().zip(known.iter().skip(1));
    pairs
        .filter(|((_, deep), (_, shallow))| deep.0 > shallow.1)
        .map(|((deep, _), (shallow, _))| {
            Finding::across(
                Code::ResponseOrder,
                [&deep.key, &shallow.key],
                format!(
                    "{}: {} of `{}` is more than {} of `{}`, which includes it",
                    deep.key.arm,
                    said(deep),
                    deep.key.outcome,
                    said(shallow),
                    shallow.key.outcome
                ),
            )
        })
        .collect()
}

fn sum(group: &BTreeMap<&str, &Cell>) -> Option<Finding> {
    let [whole, deep, partial] = ["orr", "vgpr", "pr"].map(|code| group.get(code).copied());
    let (whole, deep, partial) = (whole?, deep?, partial?);
    let (all, very_good, part) = (range(whole)?, range(deep)?, range(partial)?);
    let parts = (
        very_good.0.saturating_add(part.0),
        very_good.1.saturating_add(part.1),
    );
    (parts.0 > all.1 || parts.1 < all.0).then(|| {
        Finding::across(
            Code::ResponseSum,
            [&whole.key, &deep.key, &partial.key],
            format!(
                "{}: {} of `vgpr` and {} of `pr` do not make {} of `orr`",
                whole.key.arm,
                said(deep),
                said(partial),
                said(whole)
            ),
        )
    })
}

/// The count or the percentage as it stands in the cell.
fn said(cell: &Cell) -> String {
    let value = &cell.value;
    match (value.events, value.n, &value.percent) {
        (Some(events), ..) => events.to_string(),
        (None, Some(n), Some(percent)) => format!("{percent} % of {n}"),
        (None, _, _) => "an unknown number".to_owned(),
    }
}
