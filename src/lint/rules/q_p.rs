//! STAT-QP: Q, its degrees of freedom and its p-value imply each other.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::lint::statistics;
use crate::model::finding::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-QP",
    checks: "Q, its degrees of freedom and its p-value imply each other.",
    why: "They are printed in one line of a forest plot; a slip is of the typist.",
    formula: "p = P(χ²(df) ≥ Q), over what rounds to each.",
    source: "Cochran, Biometrics 1954;10:101; Higgins and Thompson, Stat Med 2002;21:1539",
    fires: r#"[[claim]]
kind = "q"
location = "Fig 4"
args = "chi2=14.61 df=9 i2=38"
reported = "0.01""#,
    silent: r#"[[claim]]
kind = "q"
location = "Fig 4"
args = "chi2=14.61 df=9 i2=38"
reported = "0.10""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("q") {
        if let Some(wrong) = check(claim, found) {
            found.add(wrong);
        }
    }
}

fn check(claim: &Claim, found: &mut Found) -> Option<Finding> {
    let (q, df, p) = (
        claim.value("chi2").or_else(|| claim.value("q"))?,
        claim.value("df")?,
        claim.printed()?,
    );
    statistics::chi2(RULE.id, claim, &q, &df, &p, found)
}
