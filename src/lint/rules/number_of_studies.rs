//! STAT-K: the number of studies is the number of rows that the figure lists.

use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-K",
    checks: "the number of studies is the number of rows that the figure lists.",
    why: "A study that is listed and not counted, or counted and not listed, is the first thing a reader looks for.",
    formula: "k = rows of the group; rows without events in either arm (or with nothing but events) need not count. A warning, since a table may be printed in part.",
    source: "Cochrane Handbook, chapter 10.4.4",
    fires: r#"[[result]]
table = "Fig 2"
row = "all"
k = 3
[[study]]
table = "Fig 2"
study = "A"
estimate = 1.2
[[study]]
table = "Fig 2"
study = "B"
estimate = 1.3"#,
    silent: r#"[[result]]
table = "Fig 2"
row = "all"
k = 1
[[study]]
table = "Fig 2"
study = "A"
e1 = 1
n1 = 20
e0 = 3
n0 = 20
[[study]]
table = "Fig 2"
study = "B"
e1 = 0
n1 = 20
e0 = 0
n0 = 20"#,
    run,
};

fn run(_: &Paper, groups: &Groups<'_>, found: &mut Found) {
    for group in groups.0.iter().filter(|group| group.sure) {
        let Some(k) = group.pooled.k else { continue };
        found.look(RULE.id);
        let rows = i64::try_from(group.studies.len()).unwrap_or(i64::MAX);
        let silent = group
            .studies
            .iter()
            .filter(|s| {
                s.events()
                    .is_some_and(|[e1, n1, e0, n0]| (e1 == 0 && e0 == 0) || (e1 == n1 && e0 == n0))
            })
            .count();
        let least = rows - i64::try_from(silent).unwrap_or(0);
        if (least..=rows).contains(&k) {
            continue;
        }
        let text = format!("Inconsistent as printed: k = {k}, but {rows} studies are listed.");
        found.add(
            Finding::new(RULE.id, Severity::Warn, group.pooled.place(), text)
                .number("k", k)
                .number("rows", rows)
                .fits(format!("k = {rows}")),
        );
    }
}
