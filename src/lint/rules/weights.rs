//! STAT-WEIGHTS: the weights of a figure sum to 100 %.

use crate::lint::arithmetic;
use crate::lint::groups::Groups;
use crate::lint::paper::{Paper, StudyRow, grouped, same, tables};
use crate::lint::printed::{Printed, Span, short};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-WEIGHTS",
    checks: "the weights of a figure sum to 100 %.",
    why: "A weight that is off says that a row was changed or is missing.",
    formula: "Σ weights = 100 ± half of the last digit for each row, for the whole table or within each subgroup. A warning: a table may be printed in part, and weights change no result.",
    source: "Cochrane Handbook, chapter 10.4.4",
    fires: r#"[[study]]
table = "Fig 2"
study = "A"
weight = 36.7
[[study]]
table = "Fig 2"
study = "B"
weight = 20.4
[[study]]
table = "Fig 2"
study = "C"
weight = 22.1"#,
    silent: r#"[[study]]
table = "Fig 2"
study = "A"
weight = 36.7
[[study]]
table = "Fig 2"
study = "B"
weight = 20.4
[[study]]
table = "Fig 2"
study = "C"
weight = 42.8"#,
    run,
};

fn run(paper: &Paper, groups: &Groups<'_>, found: &mut Found) {
    for (table, rows) in tables(&paper.studies) {
        let subgroups = grouped(rows.iter().copied(), |row| &row.subgroup);
        let sum = |rows: &[&StudyRow]| -> Option<Span> {
            let weights: Vec<Span> = rows
                .iter()
                .filter_map(|row| row.weight.as_ref().map(Printed::either))
                .collect();
            // A row without a weight is one that is not pooled; more than half of them, and it is not typed.
            (weights.len() > 1 && weights.len() * 2 > rows.len())
                .then(|| weights.into_iter().fold(Span::point(0.0), |a, b| a + b))
        };
        let Some(whole) = sum(&rows) else { continue };
        found.look(RULE.id);
        // Digits are rounded or cut: half a digit below, one above.
        if whole.wider(0.05).holds(100.0) {
            continue;
        }
        let parted: Vec<(String, Span)> = subgroups
            .iter()
            .filter_map(|(sub, own)| {
                let weights: Vec<Span> = own
                    .iter()
                    .filter_map(|row| row.weight.as_ref().map(Printed::either))
                    .collect();
                (!weights.is_empty()).then(|| {
                    (
                        (*sub).to_owned(),
                        weights.into_iter().fold(Span::point(0.0), |a, b| a + b),
                    )
                })
            })
            .collect();
        let full = |s: &Span| s.wider(0.05).holds(100.0);
        if parted.len() > 1 && parted.iter().any(|(_, s)| full(s)) {
            for (sub, s) in parted.iter().filter(|(_, s)| !full(s)) {
                found.add(wrong(&format!("{table} / {sub}"), *s));
            }
            continue;
        }
        // The pooled row of the table, where it is surely of these studies.
        let group = groups.0.iter().find(|group| {
            group.sure && same(&group.pooled.table, table) && group.studies.len() == rows.len()
        });
        let place = group.map_or_else(|| table.to_owned(), |group| group.pooled.place());
        found.add(wrong(&place, whole));
    }
}

fn wrong(place: &str, sum: Span) -> Finding {
    let text = format!(
        "Inconsistent as printed: the weights sum to {} %, not to 100.",
        sum.words()
    );
    Finding::new(RULE.id, Severity::Warn, place, text)
        .number("sum", arithmetic::number(sum))
        .fits(format!(
            "{} % more or less in one row",
            short((100.0 - sum.middle()).abs())
        ))
}
