//! DATA-MEAN: a mean is its total divided by its number.

use crate::lint::arithmetic;
use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::printed::{Printed, Sign, Span};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "DATA-MEAN",
    checks: "a mean is its total divided by its number.",
    why: "A mean per study or per arm that its own total does not give was computed on other data.",
    formula: "mean = total / n, over what rounds to each.",
    source: "",
    fires: r#"[[claim]]
kind = "mean"
location = "participants per trial"
args = "total=2821 n=8"
reported = "325.6""#,
    silent: r#"[[claim]]
kind = "mean"
location = "participants per trial"
args = "total=2821 n=8"
reported = "352.6""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("mean") {
        if let Some(wrong) = check(claim, found) {
            found.add(wrong);
        }
    }
}

fn check(claim: &Claim, found: &mut Found) -> Option<Finding> {
    let (total, n, printed) = (claim.value("total")?, claim.value("n")?, claim.printed()?);
    let exact = |p: &Printed| {
        if p.decimals <= 0 && p.sign == Sign::About {
            Span::point(p.value)
        } else {
            p.span()
        }
    };
    let mean = exact(&total).over(exact(&n))?;
    found.look(RULE.id);
    if mean.meets(printed.span()) {
        return None;
    }
    let severity = if mean.meets(printed.cut()) {
        Severity::Warn
    } else {
        Severity::Error
    };
    let text = format!(
        "Inconsistent as printed: {total} / {n} = {}, printed is {printed}.",
        mean.words()
    );
    Some(
        Finding::new(RULE.id, severity, claim.location.clone(), text)
            .number("mean", arithmetic::number(mean))
            .number("printed", printed.text.as_str())
            .fits(format!("a mean of {}", mean.words())),
    )
}
