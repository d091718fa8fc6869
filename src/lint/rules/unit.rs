//! PRISMA-UNIT: the unit of each box is the right one: records, reports, studies.

use crate::lint::groups::Groups;
use crate::lint::paper::same;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-UNIT",
    checks: "the unit of each box is the right one: records, reports, studies.",
    why: "A study may have several reports, so that counts of different units cannot be subtracted.",
    formula: "`n=21 unit=studies expected=reports`.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020, Box 1)",
    fires: r#"[[claim]]
kind = "unit"
location = "3.1"
args = "n=21 unit=studies expected=reports"
reported = """#,
    silent: r#"[[claim]]
kind = "unit"
location = "3.1"
args = "n=21 unit=reports expected=reports"
reported = """#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("unit") {
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
    let (unit, expected) = (
        claim.arg("unit")?,
        claim.arg("expected").unwrap_or("reports"),
    );
    (!same(unit, expected)).then(|| {
        format!(
            "The box counts {} {unit}; its unit is {expected}.",
            claim.arg("n").unwrap_or("")
        )
    })
}
