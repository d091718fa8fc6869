//! STAT-TP: a t statistic, its degrees of freedom and its p-value imply each other.

use crate::lint::arithmetic;
use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::lint::statistics;
use crate::model::finding::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-TP",
    checks: "a t statistic, its degrees of freedom and its p-value imply each other.",
    why: "Egger's test is reported so, and its p-value decides whether a review speaks of missing studies.",
    formula: "p = P(|t(df)| ≥ |t|), over what rounds to each; one-sided values are a warning.",
    source: "Egger et al., BMJ 1997;315:629",
    fires: r#"[[claim]]
kind = "tp"
location = "Egger's test"
args = "t=2.45 df=8"
reported = "0.4""#,
    silent: r#"[[claim]]
kind = "tp"
location = "Egger's test"
args = "t=2.45 df=8"
reported = "0.04""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("tp") {
        if let Some(wrong) = check(claim, found) {
            found.add(wrong);
        }
    }
}

fn check(claim: &Claim, found: &mut Found) -> Option<Finding> {
    let (t, df, p) = (claim.value("t")?, claim.value("df")?, claim.printed()?);
    if df.value < 1.0 {
        return None;
    }
    let implied = arithmetic::p_of_t(t.span().abs(), df.value);
    statistics::finding(
        RULE.id,
        claim,
        &format!("t = {t} with {df} degrees of freedom"),
        implied,
        &p,
        found,
    )
}
