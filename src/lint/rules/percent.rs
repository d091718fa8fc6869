//! DATA-PCT: a percentage is its count divided by its denominator.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::printed::Span;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "DATA-PCT",
    checks: "a percentage is its count divided by its denominator.",
    why: "One of the three belongs to another row, or the denominator is of another analysis set.",
    formula: "100 · x / n = per cent, over its rounding; digits that are cut off are a warning.",
    source: "",
    fires: r#"[[claim]]
kind = "pct"
location = "remission"
args = "x=4 n=26"
reported = "16.4""#,
    silent: r#"[[claim]]
kind = "pct"
location = "remission"
args = "x=4 n=26"
reported = "15.4""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("pct") {
        if let Some(wrong) = check(claim, found) {
            found.add(wrong);
        }
    }
}

fn check(claim: &Claim, found: &mut Found) -> Option<Finding> {
    let (n, printed) = (claim.value("n")?, claim.printed()?);
    let x = claim.value("x")?;
    if n.value <= 0.0 {
        return None;
    }
    found.look(RULE.id);
    let share = Span::point(100.0 * x.value / n.value);
    if share.meets(printed.span()) {
        return None;
    }
    let severity = if share.meets(printed.cut()) {
        Severity::Warn
    } else {
        Severity::Error
    };
    let text = format!(
        "Inconsistent as printed: {x} of {n} are {} %, printed is {printed}.",
        share.words()
    );
    let count = printed.span().times(n.value / 100.0);
    Some(
        Finding::new(RULE.id, severity, claim.location.clone(), text)
            .number("percent", share.low)
            .number("printed", printed.text.as_str())
            .fits(format!(
                "{} %, or a count of {}",
                share.words(),
                count.words()
            )),
    )
}
