//! STAT-VALUE: a printed number can be what its column says.

use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-VALUE",
    checks: "a printed number can be what its column says.",
    why: "A p-value above 1 or an I² below 0 is a slip of the pen or of the column, and nothing follows from it.",
    formula: "0 ≤ p ≤ 1, 0 ≤ I² ≤ 100 %, k ≥ 1, counts ≥ 0, over what rounds to each. What is impossible enters no other rule.",
    source: "",
    fires: r#"[[result]]
table = "Table 2"
row = "age<65"
k = 4
i2 = 53
p_het = 1.2"#,
    silent: r#"[[result]]
table = "Table 2"
row = "age<65"
k = 4
i2 = 100
p_het = 0.000"#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for row in &paper.results {
        if row.p.is_some() || row.p_het.is_some() || row.i2.is_some() || row.k.is_some() {
            found.look(RULE.id);
        }
    }
    for (place, text) in &paper.impossible {
        found.look(RULE.id);
        found.add(Finding::new(
            RULE.id,
            Severity::Error,
            place.clone(),
            format!("Inconsistent as printed: {text}"),
        ));
    }
}
