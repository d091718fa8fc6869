//! ROB-RESULT: RoB 2 judges results, not trials.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "ROB-RESULT",
    checks: "RoB 2 judges results, not trials.",
    why: "One trial may measure one outcome well and another badly.",
    formula: "`tool=RoB 2 per=trial`.",
    source: "Sterne et al., BMJ 2019;366:l4898",
    fires: r#"[[claim]]
kind = "robresult"
location = "3.3"
args = "tool=RoB 2 per=trial"
reported = """#,
    silent: r#"[[claim]]
kind = "robresult"
location = "3.3"
args = "tool=RoB 2 per=result"
reported = """#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("robresult") {
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
    let tool = claim.arg("tool")?.to_lowercase().replace(' ', "");
    let per = claim.arg("per").unwrap_or(&claim.reported).to_lowercase();
    (tool.contains("rob2") && (per.contains("trial") || per.contains("study"))).then(|| {
        "As stated, RoB 2 is used with one judgement for each trial; it judges each result."
            .to_owned()
    })
}
