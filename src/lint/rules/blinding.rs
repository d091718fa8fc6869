//! ROB-BLIND: trials that call themselves open-label are not reported as blinded.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "ROB-BLIND",
    checks: "trials that call themselves open-label are not reported as blinded.",
    why: "Knowledge of the treatment moves every outcome that somebody judges.",
    formula: "`open=4` open-label trials among the included, against the statement of blinding as stated.",
    source: "Sterne et al., BMJ 2019;366:l4898 (RoB 2, domain 2)",
    fires: r#"[[claim]]
kind = "blinding"
location = "3.3 v reference titles"
args = "open=4"
reported = "blinding in all trials""#,
    silent: r#"[[claim]]
kind = "blinding"
location = "3.3 v reference titles"
args = "open=0"
reported = "blinding in all trials""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("blinding") {
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
    let open = claim.value("open")?;
    (open.value > 0.0).then(|| {
        format!("Inconsistent as stated: the text reports \u{201c}{}\u{201d}, {open} included trials call themselves open-label.", claim.reported)
    })
}
