//! DATA-DUP: no two rows carry the same numbers.

use crate::lint::groups::Groups;
use crate::lint::paper::{Paper, StudyRow, key, same};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};
use std::collections::HashMap;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "DATA-DUP",
    checks: "no two rows carry the same numbers.",
    why: "A row that was copied and not filled in is pooled as a study.",
    formula: "Two rows of one table, of two studies or of one, with the same counts (five events or more) or the same means and deviations; for `crossdup` statements one study with the same events in two outcomes. A warning: sparse events repeat honestly.",
    source: "",
    fires: r#"[[study]]
table = "Fig 3"
study = "A 2001"
e1 = 19
n1 = 53
e0 = 31
n0 = 49
[[study]]
table = "Fig 3"
study = "B 2002"
e1 = 19
n1 = 53
e0 = 31
n0 = 49"#,
    silent: r#"[[study]]
table = "Fig 3"
study = "A 2001"
e1 = 1
n1 = 30
e0 = 2
n0 = 30
[[study]]
table = "Fig 3"
study = "B 2002"
e1 = 1
n1 = 30
e0 = 2
n0 = 30"#,
    run,
};

/// Whether two rows carry the same numbers, and enough of them to tell.
fn alike(a: &StudyRow, b: &StudyRow) -> bool {
    if let (Some(x), Some(y)) = (a.events(), b.events()) {
        return x == y && x[0] + x[2] >= 5;
    }
    let text = |row: &StudyRow| -> Option<Vec<String>> {
        row.means
            .iter()
            .map(|m| m.as_ref().map(|m| m.text.clone()))
            .collect()
    };
    if let (Some(x), Some(y)) = (text(a), text(b)) {
        return x == y && a.arms() == b.arms();
    }
    match (a.interval(), b.interval()) {
        (Some(x), Some(y)) if a.events().is_none() && b.events().is_none() => {
            x.iter().zip(y).all(|(x, y)| x.text == y.text) && x[1].text != x[2].text
        }
        _ => false,
    }
}

/// What two rows that carry the same numbers have in common; nothing where a row has too few to tell.
fn numbers(row: &StudyRow) -> Option<String> {
    alike(row, row).then(|| {
        if let Some(events) = row.events() {
            return format!("{events:?}");
        }
        let text = |n: &Option<crate::lint::printed::Printed>| {
            n.as_ref().map_or("", |n| n.text.as_str()).to_owned()
        };
        if row.means.iter().all(Option::is_some) {
            return format!("{:?} {:?}", row.means.each_ref().map(text), row.arms());
        }
        format!(
            "{} {} {}",
            text(&row.estimate),
            text(&row.low),
            text(&row.high)
        )
    })
}

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    let mut seen: HashMap<(String, String, String), &StudyRow> = HashMap::new();
    for row in &paper.studies {
        let Some(numbers) = numbers(row) else {
            continue;
        };
        found.look(RULE.id);
        let place = (key(&row.table), key(&row.subgroup), numbers);
        let Some(first) = seen.get(&place) else {
            seen.insert(place, row);
            continue;
        };
        let text = if same(&first.study, &row.study) {
            format!("{} stands twice with the same numbers.", row.study)
        } else {
            format!("{} and {} carry the same numbers.", first.study, row.study)
        };
        found.add(
            Finding::new(RULE.id, Severity::Warn, row.place(), text)
                .number("other", first.study.as_str()),
        );
    }
    for claim in paper.claims("crossdup") {
        let Some((one, two)) = claim.arg("tables").and_then(|t| t.split_once('|')) else {
            continue;
        };
        found.look(RULE.id);
        let repeated: Vec<&str> = paper
            .studies
            .iter()
            .filter(|row| same(&row.table, one))
            .filter(|row| {
                paper
                    .studies
                    .iter()
                    .any(|o| same(&o.table, two) && same(&o.study, &row.study) && alike(row, o))
            })
            .map(|row| row.study.as_str())
            .collect();
        if !repeated.is_empty() {
            let text = format!(
                "The same numbers stand in {one} and in {two} for {}.",
                repeated.join(", ")
            );
            found.add(
                Finding::new(RULE.id, Severity::Warn, claim.location.clone(), text)
                    .number("studies", repeated.join(", ")),
            );
        }
    }
}
