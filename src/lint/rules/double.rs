//! DATA-DOUBLE: no study enters a total twice.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper, StudyRow, key, same};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "DATA-DOUBLE",
    checks: "no study enters a total twice.",
    why: "People who are counted twice make an interval too narrow.",
    formula: "Studies of one name in several subgroups of a table whose participants sum to the total that is printed.",
    source: "Cochrane Handbook, chapter 23.3.4",
    fires: r#"[[study]]
table = "Fig 4"
subgroup = "all"
study = "Gu 2009"
n1 = 29
n0 = 30
[[study]]
table = "Fig 4"
subgroup = "electrical"
study = "Gu 2009"
n1 = 29
n0 = 30
[[claim]]
kind = "dblcount"
location = "Fig 4, total"
args = "table=Fig 4"
reported = "118""#,
    silent: r#"[[study]]
table = "Fig 4"
subgroup = "all"
study = "Gu 2009"
n1 = 29
n0 = 30
[[study]]
table = "Fig 4"
subgroup = "electrical"
study = "Kim 2004"
n1 = 29
n0 = 30
[[claim]]
kind = "dblcount"
location = "Fig 4, total"
args = "table=Fig 4"
reported = "118""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("dblcount") {
        if let Some(wrong) = check(paper, claim, found) {
            found.add(wrong);
        }
    }
}

fn check(paper: &Paper, claim: &Claim, found: &mut Found) -> Option<Finding> {
    let table = claim.arg("table")?;
    let rows: Vec<&StudyRow> = paper
        .studies
        .iter()
        .filter(|row| same(&row.table, table))
        .collect();
    found.look(RULE.id);
    let mut seen: std::collections::HashSet<String> = std::collections::HashSet::new();
    let mut twice: Vec<&str> = Vec::new();
    let (mut all, mut distinct) = (0, 0);
    for row in &rows {
        let people: i64 = row.arms().map_or(0, |arms| arms.iter().sum());
        all += people;
        if seen.insert(key(&row.study)) {
            distinct += people;
        } else if !twice.iter().any(|name| same(name, &row.study)) {
            twice.push(&row.study);
        }
    }
    if twice.is_empty() {
        return None;
    }
    // The printed total tells whether they were counted twice, where one is printed.
    let total = claim.printed().and_then(|n| n.whole());
    if total == Some(distinct) && all != distinct {
        return None;
    }
    let severity = if total.is_none_or(|n| n == all) {
        Severity::Error
    } else {
        Severity::Warn
    };
    let text = format!(
        "Inconsistent as printed: {} enter the total more than once: {} participants counted, {distinct} distinct.",
        twice.join(", "),
        total.unwrap_or(all)
    );
    Some(
        Finding::new(RULE.id, severity, claim.location.clone(), text)
            .number("counted", total.unwrap_or(all))
            .number("distinct", distinct)
            .fits(format!("{distinct} participants")),
    )
}
