//! ROB-TOOL: risk of bias is reported in the domains of the tool that is declared.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "ROB-TOOL",
    checks: "risk of bias is reported in the domains of the tool that is declared.",
    why: "Domains of another tool show that another tool was used.",
    formula: "`declared=RoB 2 domains=…`: performance, detection and attrition bias are domains of the tool of 2008 and 2011, not of RoB 2.",
    source: "Sterne et al., BMJ 2019;366:l4898; Higgins et al., BMJ 2011;343:d5928",
    fires: r#"[[claim]]
kind = "robtool"
location = "3.3 v 2.4"
args = "declared=RoB 2 domains=performance|detection|attrition"
reported = """#,
    silent: r#"[[claim]]
kind = "robtool"
location = "3.3 v 2.4"
args = "declared=RoB 2 domains=randomisation|deviations|missing data"
reported = """#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("robtool") {
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
    let declared = claim.arg("declared")?.to_lowercase().replace(' ', "");
    let domains = claim
        .arg("domains")
        .unwrap_or(&claim.reported)
        .to_lowercase();
    let old: Vec<&str> = [
        "performance",
        "detection",
        "attrition",
        "selection bias",
        "reporting bias",
    ]
    .into_iter()
    .filter(|word| domains.contains(word))
    .collect();
    (declared.contains("rob2") && !old.is_empty()).then(|| {
        format!("As stated, RoB 2 is declared, but the results are worded in domains of the tool before it: {}.", old.join(", "))
    })
}
