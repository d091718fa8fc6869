//! DATA-DENOM: denominators of outcomes are those of the arms, or the difference is explained.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::printed::Printed;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "DATA-DENOM",
    checks: "denominators of outcomes are those of the arms, or the difference is explained.",
    why: "People who leave a denominator without a word may have left for the outcome itself.",
    formula: "`n=1509|1507 arms=1529`: each denominator against the sum of the arms; silent where `explained` is given.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020, item 19)",
    fires: r#"[[claim]]
kind = "denominator"
location = "Tables 3-6"
args = "n=1509|1507 arms=1529"
reported = """#,
    silent: r#"[[claim]]
kind = "denominator"
location = "Tables 3-6"
args = "n=1509|1507 arms=1529 explained=safety population"
reported = """#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("denominator") {
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
    if claim.arg("explained").is_some_and(|why| !why.is_empty()) {
        return None;
    }
    let arms = claim.value("arms").or_else(|| claim.value("sum"))?;
    let other: Vec<&str> = claim
        .arg("n")?
        .split('|')
        .map(str::trim)
        .filter(|n| Printed::parse(n).is_some_and(|n| !n.span().meets(arms.span())))
        .collect();
    (!other.is_empty()).then(|| {
        format!(
            "Denominators {} differ from the {arms} of the arms, and nothing says why.",
            other.join(" and ")
        )
    })
}
