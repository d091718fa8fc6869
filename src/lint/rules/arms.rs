//! DATA-ARM: a study has the same arms wherever it is listed, and its control arm is one.

use crate::lint::groups::Groups;
use crate::lint::paper::{Paper, StudyRow, grouped, key, same};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};
use std::collections::HashMap;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "DATA-ARM",
    checks: "a study has the same arms wherever it is listed, and its control arm is one.",
    why: "Arms that move from study to study show that rows were shifted; a control that gets the intervention is no control.",
    formula: "Participants of both arms in the table that is asked about, against every other table. Off by more than a tenth, or the arms of another study, is an error; less a warning, since people drop out of single outcomes. `comparator` statements name the control and what it must not contain.",
    source: "Cochrane Handbook, chapters 3.2.4 and 23.3.4",
    fires: r#"[[study]]
table = "Fig 3"
study = "Gan 2004"
n1 = 26
n0 = 24
[[study]]
table = "Fig 6"
study = "Gan 2004"
n1 = 33
n0 = 33
[[claim]]
kind = "armsize"
location = "Fig 6 v other figures"
args = "table=Fig 6"
reported = """#,
    silent: r#"[[study]]
table = "Fig 3"
study = "Liu 2011"
n1 = 47
n0 = 39
[[study]]
table = "Fig 6"
study = "Liu 2011"
n1 = 47
n0 = 39
[[claim]]
kind = "armsize"
location = "Fig 6 v other figures"
args = "table=Fig 6"
reported = """#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    let by_study: HashMap<String, Vec<&StudyRow>> = grouped(&paper.studies, |row| &row.study)
        .into_iter()
        .map(|(study, rows)| (key(study), rows))
        .collect();
    for claim in paper.claims("armsize") {
        let Some(table) = claim.arg("table") else {
            continue;
        };
        for row in paper.studies.iter().filter(|row| same(&row.table, table)) {
            let Some(arms) = row.arms() else { continue };
            let others: Vec<&StudyRow> = by_study
                .get(&key(&row.study))
                .into_iter()
                .flatten()
                .copied()
                .filter(|other| !same(&other.table, table) && other.arms().is_some())
                .collect();
            let Some(first) = others.first() else {
                continue;
            };
            found.look(RULE.id);
            if others.iter().any(|other| other.arms() == Some(arms)) {
                continue;
            }
            let Some(there) = first.arms() else { continue };
            let off = |a: i64, b: i64| (a - b).abs() * 10 > a.max(b);
            let far = others
                .iter()
                .filter_map(|o| o.arms())
                .all(|[a, b]| off(a, arms[0]) || off(b, arms[1]));
            let borrowed = paper.studies.iter().find(|other| {
                !same(&other.study, &row.study)
                    && !same(&other.table, table)
                    && other.arms() == Some(arms)
            });
            let severity = if far || borrowed.is_some() {
                Severity::Error
            } else {
                Severity::Warn
            };
            let whose = borrowed.map_or_else(String::new, |o| {
                format!(" They are those of {} in {}.", o.study, o.table)
            });
            let text = format!(
                "Inconsistent as printed: arms of {} and {} here, {} and {} in {}.{whose}",
                arms[0], arms[1], there[0], there[1], first.table
            );
            let place = format!("{} / {}", row.table, row.study);
            found.add(
                Finding::new(RULE.id, severity, place, text)
                    .number("here", format!("{}/{}", arms[0], arms[1]))
                    .number("there", format!("{}/{}", there[0], there[1]))
                    .fits(format!("{}/{}", there[0], there[1])),
            );
        }
    }
    for claim in paper.claims("comparator") {
        found.look(RULE.id);
        let control = claim
            .arg("control")
            .unwrap_or(&claim.reported)
            .to_lowercase();
        let contained = claim.arg("contains").and_then(|list| {
            list.split('|')
                .map(str::trim)
                .find(|drug| !drug.is_empty() && control.contains(&drug.to_lowercase()))
        });
        if let Some(drug) = contained {
            let text = format!(
                "As stated, the control arm ({control}) contains {drug}, which is the intervention."
            );
            found.add(
                Finding::new(RULE.id, Severity::Error, claim.location.clone(), text)
                    .number("control", control.as_str())
                    .number("intervention", drug),
            );
        }
    }
}
