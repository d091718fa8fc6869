//! PRISMA-AUTO: records removed by automation tools come with the name of the tool.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-AUTO",
    checks: "records removed by automation tools come with the name of the tool.",
    why: "A removal that nobody can repeat is a loss.",
    formula: "`n=128 tool=…`.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020, item 8 and flow diagram)",
    fires: r#"[[claim]]
kind = "automation"
location = "3.1"
args = "n=128 tool="
reported = """#,
    silent: r#"[[claim]]
kind = "automation"
location = "3.1"
args = "n=128 tool=ASReview 1.6"
reported = """#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("automation") {
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
    let n = claim.value("n")?;
    (n.value > 0.0 && claim.arg("tool").unwrap_or("").is_empty())
        .then(|| format!("{n} records were removed by automation tools that are not named."))
}
