//! PRISMA-OTHER: every source that is searched is counted in the flow.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-OTHER",
    checks: "every source that is searched is counted in the flow.",
    why: "Reports from reference lists that nobody counted cannot be found again.",
    formula: "`searched=reference lists|conferences counted=…`.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020, items 6 and 16a)",
    fires: r#"[[claim]]
kind = "sources"
location = "2.1 v 3.1"
args = "searched=reference lists|conference proceedings counted="
reported = """#,
    silent: r#"[[claim]]
kind = "sources"
location = "2.1 v 3.1"
args = "searched=reference lists counted=reference lists"
reported = """#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("sources") {
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
    let counted = claim.arg("counted").unwrap_or("").to_lowercase();
    let missing: Vec<&str> = claim
        .arg("searched")?
        .split('|')
        .map(str::trim)
        .filter(|source| !source.is_empty() && !counted.contains(&source.to_lowercase()))
        .collect();
    (!missing.is_empty()).then(|| {
        format!(
            "As stated, {} were searched, but the flow counts nothing from them.",
            missing.join(" and ")
        )
    })
}
