//! STAT-EGGER-K: tests of asymmetry are used on ten studies or more.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-EGGER-K",
    checks: "tests of asymmetry are used on ten studies or more.",
    why: "With fewer they tell chance from asymmetry too rarely to be worth reporting.",
    formula: "k ≥ 10 in the `asymmetry` statement (`k=8`).",
    source: "Sterne et al., BMJ 2011;343:d4002",
    fires: r#"[[claim]]
kind = "asymmetry"
location = "3.8"
args = "k=8"
reported = "Egger's test""#,
    silent: r#"[[claim]]
kind = "asymmetry"
location = "3.8"
args = "k=12"
reported = "Egger's test""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("asymmetry") {
        found.look(RULE.id);
        if let Some(text) = check(claim) {
            found.add(
                Finding::new(RULE.id, Severity::Warn, claim.location.clone(), text)
                    .number("args", claim.args.as_str())
                    .number("reported", claim.reported.as_str()),
            );
        }
    }
}

fn check(claim: &Claim) -> Option<String> {
    let k = claim.value("k").or_else(|| claim.printed())?;
    (k.value < 10.0).then(|| {
        format!("As stated, asymmetry is tested on {k} studies; fewer than 10 cannot tell.")
    })
}
