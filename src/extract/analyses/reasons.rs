//! Why a study is not in an analysis, where its data wait for people.
//!
//! The choice of rows sees only values that hold, and says of a study whose values differ that it has
//! no numbers. Here the reason is put right: what is entered and waits is named as that.

use crate::extract::{CellKey, Chosen, Standing};
use std::collections::BTreeMap;

/// Puts the reasons right of studies that were left out while values of theirs wait.
pub(super) fn put_right(
    chosen: &mut Chosen,
    standings: &BTreeMap<CellKey, Standing>,
    outcome: &str,
) {
    for left in chosen.left_out.iter_mut().filter(|left| !left.excluded) {
        if let Some(reason) = waits(standings, &left.study, outcome) {
            left.reason = reason;
        }
    }
}

/// What waits of a study for one outcome, or of the roles of its arms, without a value that holds.
fn waits(standings: &BTreeMap<CellKey, Standing>, study: &str, outcome: &str) -> Option<String> {
    let mut said: Vec<String> = Vec::new();
    let mut more = 0_u64;
    for (key, standing) in standings {
        let of = key.study == study && (key.outcome == outcome || key.outcome == "role");
        if !of || standing.open().is_none() || standing.cell().is_some() {
            continue;
        }
        if said.len() == SHOWN {
            more += 1;
            continue;
        }
        let parts = [&key.outcome, &key.arm, &key.population, &key.time];
        let parts: Vec<&str> = parts
            .into_iter()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        // Whether a value is missing or differs is not told before the cell holds.
        said.push(format!("`{}` is not agreed", parts.join(", ")));
    }
    if more > 0 {
        said.push(format!("and {more} more"));
    }
    (!said.is_empty()).then(|| said.join("; "))
}

/// How many cells are named one by one.
const SHOWN: usize = 3;
