//! PRISMA-PERDB: the flow counts each database by itself.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-PERDB",
    checks: "the flow counts each database by itself.",
    why: "A search can only be repeated and compared database by database.",
    formula: "`databases=4 counted=0`.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020, item 16a, footnote)",
    fires: r#"[[claim]]
kind = "perdb"
location = "3.1"
args = "databases=4 counted=0"
reported = "576""#,
    silent: r#"[[claim]]
kind = "perdb"
location = "3.1"
args = "databases=4 counted=4"
reported = "576""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("perdb") {
        found.look(RULE.id);
        if let Some(text) = check(claim) {
            found.add(
                Finding::new(RULE.id, Severity::Info, claim.location.clone(), text)
                    .number("args", claim.args.as_str())
                    .number("reported", claim.reported.as_str()),
            );
        }
    }
}

fn check(claim: &Claim) -> Option<String> {
    let (all, counted) = (claim.value("databases")?, claim.value("counted")?);
    (counted.value < all.value).then(|| {
        format!(
            "{} records are reported for {all} databases, {counted} of them counted by themselves.",
            claim.reported
        )
    })
}
