//! DATA-BOUND: a number keeps to the bound that the paper itself gives.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::printed::{Printed, Sign};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "DATA-BOUND",
    checks: "a number keeps to the bound that the paper itself gives.",
    why: "A part that is larger than its whole belongs to something else.",
    formula: "min ≤ number ≤ max, where args says `max=`, `min=` or both; a bare number is the largest that is possible. Where a bound is printed (`>0.05`), args lists the numbers that it is said of.",
    source: "",
    fires: r#"[[claim]]
kind = "bound"
location = "men among participants"
args = "max=364"
reported = "371""#,
    silent: r#"[[claim]]
kind = "bound"
location = "men among participants"
args = "max=364"
reported = "171""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("bound") {
        if let Some(wrong) = check(claim, found) {
            found.add(wrong);
        }
    }
}

/// `0.07+0.12+0.04` against `>0.05`: every number keeps to the bound.
fn each(claim: &Claim, bound: &Printed, found: &mut Found) -> Option<Finding> {
    let numbers: Vec<Printed> = claim
        .args
        .split(['+', '|', ';'])
        .filter_map(Printed::parse)
        .collect();
    if numbers.is_empty() {
        return None;
    }
    found.look(RULE.id);
    let beyond: Vec<&str> = numbers
        .iter()
        .filter(|n| !n.span().meets(bound.span()))
        .map(|n| n.text.as_str())
        .collect();
    if beyond.is_empty() {
        return None;
    }
    let text = format!(
        "Inconsistent as printed: {bound} is said of all, but there is {}.",
        beyond.join(", ")
    );
    Some(
        Finding::new(RULE.id, Severity::Error, claim.location.clone(), text)
            .number("bound", bound.text.as_str())
            .number("beyond", beyond.join(", ")),
    )
}

fn check(claim: &Claim, found: &mut Found) -> Option<Finding> {
    let printed = claim.printed()?;
    if matches!(printed.sign, Sign::Below | Sign::Above) {
        return each(claim, &printed, found);
    }
    let first = |names: &[&str]| names.iter().find_map(|name| claim.value(name));
    let max = first(&["max", "hi", "upper", "le", "total", "n", "of"])
        .or_else(|| Printed::parse(claim.args.trim().trim_start_matches(['<', '=', '≤'])));
    let min = first(&["min", "lo", "lower", "ge"]);
    if max.is_none() && min.is_none() {
        return None;
    }
    found.look(RULE.id);
    let above = max
        .as_ref()
        .is_some_and(|m| printed.span().low > m.span().high);
    let below = min
        .as_ref()
        .is_some_and(|m| printed.span().high < m.span().low);
    if !above && !below {
        return None;
    }
    let words = |m: &Option<Printed>| {
        m.as_ref()
            .map_or_else(|| "anything".to_owned(), |m| m.text.clone())
    };
    let sure = claim.arg("max").is_some() || claim.arg("min").is_some();
    let severity = if sure {
        Severity::Error
    } else {
        Severity::Warn
    };
    let text = format!(
        "Inconsistent as printed: {printed} is not between {} and {}.",
        words(&min),
        words(&max)
    );
    Some(
        Finding::new(RULE.id, severity, claim.location.clone(), text)
            .number("min", words(&min))
            .number("max", words(&max))
            .number("printed", printed.text.as_str()),
    )
}
