//! ELIG-SCOPE: eligible trials that are known are included or listed as excluded.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "ELIG-SCOPE",
    checks: "eligible trials that are known are included or listed as excluded.",
    why: "Criteria that are wider than what was included hide a choice.",
    formula: "`missing=A|B` names eligible trials that are neither included nor listed as excluded.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020, items 5 and 16b)",
    fires: r#"[[claim]]
kind = "scope"
location = "2.2 v 3.2"
args = "missing=IMROZ|CEPHEUS"
reported = "only relapsed disease included""#,
    silent: r#"[[claim]]
kind = "scope"
location = "2.2 v 3.2"
args = "missing="
reported = """#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("scope") {
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
    let missing: Vec<&str> = claim
        .arg("missing")?
        .split('|')
        .map(str::trim)
        .filter(|m| !m.is_empty())
        .collect();
    (!missing.is_empty()).then(|| {
        format!(
            "As stated, {}; {} are eligible and neither included nor listed as excluded.",
            if claim.reported.is_empty() {
                "the criteria are wider"
            } else {
                &claim.reported
            },
            missing.join(", ")
        )
    })
}
