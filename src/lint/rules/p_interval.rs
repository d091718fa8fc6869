//! STAT-P: a p-value and the interval beside it imply each other.

use crate::lint::arithmetic::{self, Fit};
use crate::lint::groups::Groups;
use crate::lint::paper::{Paper, Pooled};
use crate::lint::printed::{Printed, Span};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-P",
    checks: "a p-value and the interval beside it imply each other.",
    why: "They come from one standard error; where they disagree on significance the conclusion hangs on a typing error.",
    formula: "se = (ci_hi − ci_lo) / (2 · 1.96), logarithms for ratios; z = |estimate| / se; p = 2 · (1 − Φ(z)), over what rounds to each. The t distribution with k − 1 degrees of freedom is accepted.",
    source: "Altman and Bland, BMJ 2011;343:d2304",
    fires: r#"[[result]]
table = "Table 4"
row = "constipation"
estimate = 1.00
ci_lo = 0.73
ci_hi = 1.36
p = 0.865
scale = "log""#,
    silent: r#"[[result]]
table = "text"
row = "re-tear"
estimate = 1.30
ci_lo = 0.97
ci_hi = 1.75
p = 0.082
scale = "log""#,
    run,
};

/// Whether a row contradicts itself on significance: its interval leaves out the null value and its p
/// says otherwise, or the other way round.
fn contradicts(row: &Pooled, ratio: bool) -> Option<bool> {
    let (low, high, p) = (row.low.as_ref()?, row.high.as_ref()?, row.p.as_ref()?);
    let null = if ratio { 1.0 } else { 0.0 };
    let alpha = 1.0 - row.level();
    let out = low.span().low > null || high.span().high < null;
    let inside = low.span().high < null && high.span().low > null;
    let p = p.probability();
    Some((out && p.low > alpha) || (inside && p.high < alpha))
}

/// The p-values that a row implies, by the normal distribution.
fn implied(row: &Pooled) -> Option<Span> {
    implied_on(row, row.is_ratio())
}

fn implied_on(row: &Pooled, ratio: bool) -> Option<Span> {
    arithmetic::implied_p(row.interval()?, ratio, row.level())
}

/// Another row of the table with which the p-values look swapped.
fn swapped<'a>(paper: &'a Paper, row: &Pooled) -> Option<&'a Pooled> {
    let own = implied(row)?;
    paper.results.iter().find(|other| {
        other.table == row.table
            && other.row != row.row
            && match (&row.p, &other.p, implied(other)) {
                (Some(p), Some(q), Some(others)) => {
                    !q.probability().meets(others)
                        && q.probability().meets(own)
                        && p.probability().meets(others)
                }
                _ => false,
            }
    })
}

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for row in &paper.results {
        let Some(p) = &row.p else { continue };
        if row.other_scale() || contradicts(row, false).is_none() {
            continue;
        }
        found.look(RULE.id);
        // Where the scale is not known, an alarm needs both.
        let all: Option<Vec<Finding>> = row
            .scales()
            .iter()
            .map(|ratio| judged(paper, row, p, *ratio))
            .collect();
        if let Some(least) = all.and_then(|all| all.into_iter().max_by_key(|f| f.severity)) {
            found.add(least);
        }
    }
}

/// What is said of a row on one scale; nothing where it fits.
fn judged(paper: &Paper, row: &Pooled, p: &Printed, ratio: bool) -> Option<Finding> {
    let contradicts = contradicts(row, ratio)?;
    let Some(expected) = implied_on(row, ratio) else {
        return contradicts.then(|| on_significance(row, p));
    };
    let fit = arithmetic::compare(p, expected);
    let df = row.k.map(|k| arithmetic::real(k - 1));
    let t = df.and_then(|df| arithmetic::implied_p_of_t(row.interval()?, ratio, row.level(), df));
    let by_t = t.is_some_and(|t| p.probability().meets(t));
    let (severity, why) = match fit {
        Fit::Fits if contradicts => {
            // An estimate that is off its middle lets p fit what the limits contradict.
            let mut finding = on_significance(row, p);
            finding.severity = Severity::Warn;
            return Some(finding);
        }
        Fit::Fits => return None,
        Fit::Capped => (Severity::Info, " (no smaller p-value seems to be printed)"),
        _ if by_t => (Severity::Info, ""),
        Fit::Cut if !contradicts => (Severity::Warn, " (as if digits were cut off, not rounded)"),
        Fit::Cut | Fit::Misses => (Severity::Error, ""),
    };
    let [estimate, low, high] = row.interval()?;
    let mut text = if by_t && severity == Severity::Info && fit != Fit::Capped {
        format!(
            "{estimate} ({low} to {high}) with p {p} fits the t distribution with k − 1 degrees of freedom (Hartung and Knapp), not the normal one."
        )
    } else {
        format!(
            "Inconsistent as printed: {estimate} ({low} to {high}) has p {}, printed is {p}{why}.",
            expected.words()
        )
    };
    if contradicts {
        text.push_str(" Interval and p disagree on significance.");
    }
    let mut fits = format!("p: {}", expected.words());
    let other = [90.0, 95.0, 99.0].into_iter().find(|level| {
        (level / 100.0 - row.level()).abs() > 1e-9
            && arithmetic::implied_p([estimate, low, high], ratio, level / 100.0)
                .is_some_and(|span| p.probability().meets(span))
    });
    if let Some(level) = other.filter(|_| severity == Severity::Error) {
        fits.push_str(&format!("; or an interval of {level} %"));
    }
    if let Some(other) = swapped(paper, row) {
        text.push_str(&format!(
            " The p-values of this row and of {} look swapped: each fits the other.",
            other.row
        ));
        fits.push_str(&format!("; or the p-value of {}", other.row));
    }
    Some(
        Finding::new(RULE.id, severity, row.place(), text)
            .number("estimate", estimate.text.as_str())
            .number("ci_lo", low.text.as_str())
            .number("ci_hi", high.text.as_str())
            .number("p_implied", arithmetic::number(expected))
            .number("p_printed", p.text.as_str())
            .fits(fits)
            .bar("implied by the interval", expected.low, expected.high)
            .bar("printed p", p.probability().low, p.probability().high),
    )
}

fn on_significance(row: &Pooled, p: &Printed) -> Finding {
    let limit = |x: &Option<Printed>| x.as_ref().map(|x| x.text.clone()).unwrap_or_default();
    let (low, high) = (limit(&row.low), limit(&row.high));
    let text = format!(
        "Inconsistent as printed: the interval {low} to {high} and p {p} disagree on significance."
    );
    Finding::new(RULE.id, Severity::Error, row.place(), text)
        .number("ci_lo", low)
        .number("ci_hi", high)
        .number("p_printed", p.text.as_str())
}
