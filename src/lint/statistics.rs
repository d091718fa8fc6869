//! A test statistic beside its p-value.

use super::arithmetic::{self, Fit};
use super::paper::Claim;
use super::printed::{Printed, Span};
use super::rule::Found;
use crate::model::finding::{Finding, Severity};

/// A χ² statistic beside its p-value.
pub(super) fn chi2(
    rule: &'static str,
    claim: &Claim,
    q: &Printed,
    df: &Printed,
    p: &Printed,
    found: &mut Found,
) -> Option<Finding> {
    if df.value < 1.0 {
        return None;
    }
    let implied = arithmetic::p_of_q(q.span().clip(0.0, f64::INFINITY), df.value);
    let what = format!("χ² = {q} with {df} degrees of freedom");
    finding(rule, claim, &what, implied, p, found)
}

/// What is implied against what is printed; half of it, a one-sided value, is a warning.
pub(super) fn finding(
    rule: &'static str,
    claim: &Claim,
    what: &str,
    implied: Span,
    p: &Printed,
    found: &mut Found,
) -> Option<Finding> {
    found.look(rule);
    let one_sided =
        !rule.contains("CHI2") && !rule.contains("QP") && p.probability().meets(implied.times(0.5));
    let (severity, why) = match arithmetic::compare(p, implied) {
        Fit::Fits => return None,
        Fit::Capped => (Severity::Info, " (no smaller p-value seems to be printed)"),
        Fit::Cut => (Severity::Warn, " (as if digits were cut off, not rounded)"),
        Fit::Misses if one_sided => (Severity::Warn, " (which is one-sided)"),
        Fit::Misses => (Severity::Error, ""),
    };
    let text = format!(
        "Inconsistent as printed: {what} has p {}, printed is {p}{why}.",
        implied.words()
    );
    Some(
        Finding::new(rule, severity, claim.location.clone(), text)
            .number("p_implied", arithmetic::number(implied))
            .number("p_printed", p.text.as_str())
            .fits(format!("p: {}", implied.words()))
            .bar("implied p", implied.low, implied.high)
            .bar("printed p", p.probability().low, p.probability().high),
    )
}
