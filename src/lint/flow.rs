//! What the rules of the flow share: sums over boxes, and the identities of the PRISMA2020 template.

use super::paper::{Boxes, Paper};
use super::rule::Found;
use crate::model::finding::{Finding, Severity};

/// The sum of the boxes whose name begins so; nothing where there is none.
pub(super) fn parts(boxes: &Boxes<'_>, start: &str) -> Option<(i64, Vec<i64>)> {
    let parts: Vec<i64> = boxes
        .iter()
        .filter(|(name, _)| {
            name.strip_prefix(start)
                .is_some_and(|rest| !rest.is_empty())
        })
        .map(|(_, n)| *n)
        .collect();
    (!parts.is_empty()).then(|| (parts.iter().sum(), parts))
}

/// The parts as a sum: `6 + 1 + 3`.
pub(super) fn sum(parts: &[i64]) -> String {
    parts
        .iter()
        .map(i64::to_string)
        .collect::<Vec<_>>()
        .join(" + ")
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
            found.look(rule);
            if let Some(fault) = check.fault() {
                let identity = check.identity();
                found.add(
                    Finding::new(
                        rule,
                        Severity::Error,
                        column.clone(),
                        format!("Inconsistent as printed: {fault}"),
                    )
                    .number("left", identity.left)
                    .number("right", identity.right),
                );
            }
        }
    }
}
