//! STAT-CHI2P: a χ² statistic and its p-value imply each other.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::lint::statistics;
use crate::model::finding::Finding;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-CHI2P",
    checks: "a χ² statistic and its p-value imply each other.",
    why: "The test between subgroups is often the only one that a conclusion rests on.",
    formula: "p = P(χ²(df) ≥ statistic), over what rounds to each.",
    source: "Cochran, Biometrics 1954;10:101; Higgins and Thompson, Stat Med 2002;21:1539",
    fires: r#"[[claim]]
kind = "chi2p"
location = "Fig 5, between subgroups"
args = "chi2=3.84 df=1"
reported = "0.005""#,
    silent: r#"[[claim]]
kind = "chi2p"
location = "Fig 5, between subgroups"
args = "chi2=3.84 df=1"
reported = "0.05""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("chi2p") {
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
