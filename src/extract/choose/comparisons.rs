//! What of a trial is compared: its two arms, or what the workflow says of a trial with more.
//!
//! Three ways out of counting participants twice (Cochrane Handbook 23.3.4): one pair of arms; several
//! arms combined into one group (6.5.2.10, table 6.5.a); several comparisons that divide the group
//! they share. A group is divided evenly: its events and participants by the number of comparisons,
//! while means and standard deviations stay as they are. Effects as printed are neither combined nor
//! divided.

use super::{Cell, Row, RowData, StudyReports, row_of};
use crate::extract::characteristic::{ArmRole, roles};
use crate::extract::same_arm;
use crate::workflow::{Analysis, Arms};

/// The two groups that a row compares, each of one arm or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Groups<'a> {
    /// The experimental arms.
    pub(super) experimental: Vec<&'a str>,
    /// The control arms.
    pub(super) control: Vec<&'a str>,
}

/// The rows of one study, or why it has none; `cells` are all of this study.
pub(super) fn rows_of(
    cells: &[Cell],
    analysis: &Analysis,
    study: &StudyReports,
) -> Result<Vec<Row>, String> {
    let stated: Vec<&Arms> = analysis
        .arms
        .iter()
        .filter(|arms| arms.study == study.study)
        .collect();
    if stated.is_empty() {
        let arms = by_role(cells, analysis, study)?;
        return Ok(vec![row_of(cells, analysis, study, &arms)?]);
    }
    let mut groups = Vec::new();
    for arms in &stated {
        let compared = Groups {
            experimental: known(cells, &arms.experimental)?,
            control: known(cells, &arms.control)?,
        };
        once(&compared)?;
        as_roles(cells, &study.study, &compared)?;
        groups.push(compared);
    }
    // What a comparison without data would share is not divided.
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for (arms, groups) in stated.iter().zip(&groups) {
        match row_of(cells, analysis, study, groups) {
            Ok(row) => found.push((*arms, groups, row)),
            Err(reason) => missing.push(format!("{}: {reason}", said(groups))),
        }
    }
    if found.is_empty() {
        return Err(missing.join("; "));
    }
    let sides: Vec<&Vec<&str>> = found
        .iter()
        .flat_map(|(_, groups, _)| [&groups.experimental, &groups.control])
        .collect();
    let mut rows = Vec::new();
    for (arms, groups, row) in &found {
        let mut row = row.clone();
        row.arms = Some(said(groups));
        for (place, group) in [&groups.experimental, &groups.control]
            .into_iter()
            .enumerate()
        {
            let shared = shares(&sides, group)?;
            if shared == 1 {
                continue;
            }
            if !arms.split {
                return Err(format!(
                    "{} stands in {shared} comparisons and its participants would count {shared} \
                     times: `split = true` divides them, or one comparison combines the arms",
                    joined(group)
                ));
            }
            if matches!(row.data, RowData::Effect { .. }) {
                return Err(format!(
                    "{} stands in {shared} comparisons, and an effect as printed cannot be divided: \
                     choose one comparison",
                    joined(group)
                ));
            }
            if let Some(divisor) = row.split.get_mut(place) {
                *divisor = shared;
            }
            row.derived.push(format!(
                "{} divided evenly between {shared} comparisons (Handbook 23.3.4)",
                joined(group)
            ));
        }
        row.derived
            .extend(missing.iter().map(|why| format!("no row for {why}")));
        rows.push(row);
    }
    Ok(rows)
}

/// Refuses a comparison that names an arm twice: its participants would count twice.
fn once(groups: &Groups<'_>) -> Result<(), String> {
    let mut seen: Vec<&str> = Vec::new();
    for arm in groups.experimental.iter().chain(&groups.control) {
        if seen.contains(arm) {
            return Err(format!(
                "`arms` names `{arm}` twice in one comparison: its participants would count twice"
            ));
        }
        seen.push(arm);
    }
    Ok(())
}

/// Refuses a comparison the other way round than the roles of the arms say: the direction of every
/// effect follows from them.
fn as_roles(cells: &[Cell], study: &str, groups: &Groups<'_>) -> Result<(), String> {
    let roles = roles(cells, study);
    let of = |side: &[&str], wanted: ArmRole| {
        let mut found = roles.iter();
        let found = found.find(|(arm, role, _)| *role == wanted && side.contains(arm));
        found.map(|(arm, ..)| (*arm).to_owned())
    };
    let turned = (
        of(&groups.experimental, ArmRole::Control),
        of(&groups.control, ArmRole::Experimental),
    );
    match turned {
        (Some(control), Some(experimental)) => Err(format!(
            "`arms` compares `{control}` with `{experimental}`, but `role` says that `{control}` is \
             the control arm and `{experimental}` the experimental one: one of them is the wrong way round"
        )),
        _ => Ok(()),
    }
}

/// The arms of a study whose roles say which one is compared with which.
fn by_role<'a>(
    cells: &'a [Cell],
    analysis: &Analysis,
    study: &StudyReports,
) -> Result<Groups<'a>, String> {
    let speaks = cells.iter().any(|cell| {
        let of = study
            .reports
            .iter()
            .any(|report| report.report == cell.key.report);
        cell.key.outcome == analysis.outcome && of
    });
    if !speaks {
        // No report says anything of the outcome: that is the reason, not the roles.
        return Ok(Groups {
            experimental: Vec::new(),
            control: Vec::new(),
        });
    }
    let known = roles(cells, &study.study);
    let of = |wanted: ArmRole| {
        let arms: Vec<&str> = known
            .iter()
            .filter(|(_, role, _)| *role == wanted)
            .map(|(arm, ..)| *arm)
            .collect();
        match arms.as_slice() {
            [_] => Ok(arms),
            [] => Err(format!(
                "no arm has the role {}; a cell of `role` must say which one it is",
                wanted.as_str()
            )),
            several => Err(format!(
                "{} all have the role {}: `[[analysis.arms]]` in workflow.toml chooses a comparison, \
                 combines arms or divides the one they share",
                several.join(" and "),
                wanted.as_str()
            )),
        }
    };
    Ok(Groups {
        experimental: of(ArmRole::Experimental)?,
        control: of(ArmRole::Control)?,
    })
}

/// The arms as the cells spell them.
fn known<'a>(cells: &'a [Cell], arms: &[String]) -> Result<Vec<&'a str>, String> {
    let mut all: Vec<&str> = Vec::new();
    for cell in cells {
        if let Some(arm) = cell.key.single_arm()
            && !all.contains(&arm)
        {
            all.push(arm);
        }
        if let crate::extract::Scope::Comparison(first, second) = cell.key.scope() {
            for arm in [first, second] {
                if !all.contains(&arm) {
                    all.push(arm);
                }
            }
        }
    }
    let mut out = Vec::new();
    for arm in arms {
        match all.iter().find(|known| same_arm(known, arm)) {
            Some(known) => out.push(*known),
            None if all.is_empty() => return Err("no data are entered".to_owned()),
            None => {
                return Err(format!(
                    "the study has no arm `{arm}`; it has {}",
                    all.join(", ")
                ));
            }
        }
    }
    Ok(out)
}

/// In how many places a group stands; an error where a part of it stands in another group.
fn shares(sides: &[&Vec<&str>], group: &[&str]) -> Result<u32, String> {
    let mut n = 0;
    for side in sides {
        let common = group.iter().filter(|arm| side.contains(arm)).count();
        if common == group.len() && side.len() == group.len() {
            n += 1;
        } else if common > 0 {
            return Err(format!(
                "{} and {} have arms in common: their participants would count twice",
                joined(group),
                joined(side)
            ));
        }
    }
    Ok(n)
}

/// Several arms in one word.
pub(super) fn joined(group: &[&str]) -> String {
    group.join(" + ")
}

fn said(groups: &Groups<'_>) -> String {
    format!(
        "{} vs {}",
        joined(&groups.experimental),
        joined(&groups.control)
    )
}

/// Mean, standard deviation and participants of several groups taken as one (Handbook table 6.5.a).
///
/// ```text
/// N = N1 + N2, M = (N1 M1 + N2 M2) / N,
/// SD² = ((N1 − 1) SD1² + (N2 − 1) SD2² + N1 N2 / N (M1 − M2)²) / (N − 1)
/// ```
#[expect(
    clippy::cast_precision_loss,
    reason = "people in a trial are far below 2^53"
)]
pub(super) fn combined(groups: &[(f64, f64, u64)]) -> Option<(f64, f64, u64)> {
    let (first, rest) = groups.split_first()?;
    let mut all = *first;
    for (mean, sd, people) in rest {
        let (m1, sd1, n1) = all;
        let total = n1.checked_add(*people)?;
        let (a, b, n) = (n1 as f64, *people as f64, total as f64);
        if n <= 1.0 {
            return None;
        }
        let between = a * b / n * (m1 - mean) * (m1 - mean);
        let square = ((a - 1.0) * sd1 * sd1 + (b - 1.0) * sd * sd + between) / (n - 1.0);
        all = ((a * m1 + b * mean) / n, square.sqrt(), total);
    }
    Some(all)
}
