//! What the rules of the flow share: sums over boxes, and the identities of the PRISMA2020 template.

use super::paper::{Boxes, Paper};
use super::rule::Found;
use crate::model::finding::{Finding, Severity};
use crate::prisma::identities::Relation;

/// The sum of the boxes whose name begins so; nothing where there is none.
pub(super) fn parts(boxes: &Boxes<'_>, start: &str) -> Option<(i64, Vec<i64>)> {
    let parts: Vec<i64> = boxes
        .iter()
        .filter(|(name, _)| {
            // The boxes of a lane are no sources.
            (start != "other_" || !of_lane(name))
                && name
                    .strip_prefix(start)
                    .is_some_and(|rest| !rest.is_empty())
        })
        .map(|(_, n)| *n)
        .collect();
    (!parts.is_empty()).then(|| (parts.iter().sum(), parts))
}

/// The boxes of a lane of other methods, beside the count of its sources.
pub(super) const LANE: [&str; 4] = [
    "other_sought",
    "other_notret",
    "other_assessed",
    "other_ft_excl",
];

/// Whether a box is of the lane of other methods, and no source of it.
fn of_lane(name: &str) -> bool {
    LANE.contains(&name) || name.starts_with("other_ft_r")
}

/// Reports of other sources that are not among the records that are screened: they may join the flow
/// where reports are sought, assessed or included. Nothing where the flow counts them among the records.
pub(super) fn beside(boxes: &Boxes<'_>) -> i64 {
    let get = |name: &str| boxes.get(name).copied();
    let total =
        |total: &str, start: &str| get(total).or_else(|| parts(boxes, start).map(|(sum, _)| sum));
    let Some(other) = total("other", "other_") else {
        return get("other_sought")
            .or_else(|| get("other_assessed"))
            .unwrap_or(0);
    };
    if boxes.keys().any(|name| of_lane(name)) {
        return other;
    }
    let sources = [total("db", "db_"), total("reg", "reg_")];
    let removed: i64 = ["dup", "auto", "removed"]
        .iter()
        .filter_map(|n| get(n))
        .sum();
    let left = get("after_dup").or_else(|| get("screened"));
    let without: i64 = sources.iter().flatten().sum::<i64>() - removed;
    if sources[0].is_some() && left == Some(without) {
        other
    } else {
        0
    }
}

/// What the lane of other methods brings to the reports included, where it is counted to its end.
pub(super) fn brought(boxes: &Boxes<'_>) -> Option<i64> {
    let get = |name: &str| boxes.get(name).copied();
    let assessed = get("other_assessed").or_else(|| {
        Some(get("other_sought").or_else(|| get("other"))? - get("other_notret").unwrap_or(0))
    });
    if !boxes.keys().any(|name| of_lane(name)) {
        return None;
    }
    let excluded = get("other_ft_excl").or_else(|| parts(boxes, "other_ft_r").map(|(sum, _)| sum));
    Some(assessed? - excluded.unwrap_or(0))
}

/// The parts as a sum: `6 + 1 + 3`.
pub(super) fn sum(parts: &[i64]) -> String {
    parts
        .iter()
        .map(i64::to_string)
        .collect::<Vec<_>>()
        .join(" + ")
}

/// What would fit, as far as a count can be: `21 assessed, or 112 excluded`.
pub(super) fn fits(left: i64, name: &str, other: i64, what: &str) -> String {
    match (left >= 0, other >= 0) {
        (true, true) => format!("{left} {name}, or {other} {what}"),
        (true, false) => format!("{left} {name}"),
        (false, true) => format!("{other} {what}"),
        (false, false) => "other counts".to_owned(),
    }
}

/// Reasons of exclusion: `excl_r1`, `excl_r2` and so on.
pub(super) fn screening_reasons(boxes: &Boxes<'_>) -> Option<(i64, Vec<i64>)> {
    parts(boxes, "excl_r")
}

/// Reasons at full text.
pub(super) fn full_text_reasons(boxes: &Boxes<'_>) -> Option<(i64, Vec<i64>)> {
    parts(boxes, "ft_r")
}

/// Records excluded at screening, with the words of the sum: the box itself, else titles and
/// abstracts, else the reasons. A second removal of duplicates counts beside them.
pub(super) fn excluded(boxes: &Boxes<'_>) -> Option<(i64, Vec<i64>)> {
    let get = |name: &str| boxes.get(name).copied();
    let mut terms: Vec<i64> = match get("excl") {
        Some(n) => vec![n],
        None => {
            let staged: Vec<i64> = ["excl_title", "excl_abstract"]
                .iter()
                .filter_map(|n| get(n))
                .collect();
            if staged.is_empty() {
                screening_reasons(boxes)?.1
            } else {
                staged
            }
        }
    };
    terms.extend(get("excl_dup2"));
    Some((terms.iter().sum(), terms))
}

/// The identities of every column of a PRISMA2020 file that carry one of `ids`.
pub(super) fn of_template(paper: &Paper, found: &mut Found, rule: &'static str, ids: &[&str]) {
    for (column, counts) in &paper.flows {
        for check in counts
            .checks()
            .iter()
            .filter(|check| ids.contains(&check.id))
        {
            let identity = check.identity();
            // A template that is not filled in says nothing.
            if identity.left == 0 && identity.right == 0 && check.holds() {
                continue;
            }
            found.look(rule);
            if let Some(fault) = check.fault() {
                let fault = fault
                    .strip_prefix(&format!("{} does not hold: ", check.id))
                    .unwrap_or(&fault)
                    .to_owned();
                let mut finding = Finding::new(
                    rule,
                    Severity::Error,
                    column.clone(),
                    format!("Inconsistent as printed: {fault}"),
                )
                .number("left", identity.left)
                .number("right", identity.right);
                // The count of a box that stands alone on its side.
                if let ([only], Relation::Equal) = (check.left.as_slice(), check.relation)
                    && identity.right >= 0
                {
                    finding = finding.fits(format!("{} {}", only.label, identity.right));
                } else if let ([only], Relation::Equal) = (check.right.as_slice(), check.relation)
                    && identity.left >= 0
                {
                    finding = finding.fits(format!("{} {}", only.label, identity.left));
                }
                found.add(finding);
            }
        }
    }
}
