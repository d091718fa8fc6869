//! STAT-ZP: a z statistic and its p-value imply each other.

use crate::lint::arithmetic;
use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::lint::statistics;
use crate::model::finding::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-ZP",
    checks: "a z statistic and its p-value imply each other.",
    why: "The pair is typed by hand; a test of asymmetry or of an overall effect turns on it.",
    formula: "p = 2 · (1 − Φ(|z|)), over what rounds to each; one-sided values are a warning.",
    source: "Altman and Bland, BMJ 2011;343:d2304",
    fires: r#"[[claim]]
kind = "zp"
location = "Begg's test"
args = "z=2.000"
reported = "0.45""#,
    silent: r#"[[claim]]
kind = "zp"
location = "Begg's test"
args = "z=2.000"
reported = "0.045""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("zp") {
        if let Some(wrong) = check(claim, found) {
            found.add(wrong);
        }
    }
}

fn check(claim: &Claim, found: &mut Found) -> Option<Finding> {
    let (z, p) = (claim.value("z")?, claim.printed()?);
    let implied = arithmetic::p_of_z(z.span().abs());
    statistics::finding(RULE.id, claim, &format!("z = {z}"), implied, &p, found)
}
