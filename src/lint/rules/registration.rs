//! REG-RETRO: the review was registered before it was begun.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "REG-RETRO",
    checks: "the review was registered before it was begun.",
    why: "A protocol that is registered afterwards can say what was found.",
    formula: "`searched=DATE registered=DATE` as ISO dates, or `after=completion` as stated.",
    source: "Shea et al., BMJ 2017;358:j4008 (AMSTAR 2, item 2)",
    fires: r#"[[claim]]
kind = "registration"
location = "2.1"
args = "after=completion"
reported = "CRD42""#,
    silent: r#"[[claim]]
kind = "registration"
location = "2.1"
args = "searched=2025-06-30 registered=2025-01-10"
reported = "CRD42""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("registration") {
        found.look(RULE.id);
        if let Some(text) = check(claim) {
            found.add(
                Finding::new(RULE.id, Severity::Error, claim.location.clone(), text)
                    .number("args", claim.args.as_str())
                    .number("reported", claim.reported.as_str()),
            );
        }
    }
}

fn check(claim: &Claim) -> Option<String> {
    if let Some(after) = claim.arg("after").filter(|after| !after.is_empty()) {
        return Some(format!(
            "As stated, the review was registered after {after}."
        ));
    }
    let (searched, registered) = (
        claim.arg("searched").or_else(|| claim.arg("completed"))?,
        claim.arg("registered")?,
    );
    // ISO dates sort as text; a year and month are compared with as much as both give.
    let n = searched.len().min(registered.len());
    (registered.get(..n)? > searched.get(..n)?).then(|| {
        format!(
            "As stated, the review was registered on {registered}, after its search of {searched}."
        )
    })
}
