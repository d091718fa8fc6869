//! STAT-EST: an estimate lies inside its interval.

use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-EST",
    checks: "an estimate lies inside its interval.",
    why: "Estimate and interval cannot both be right.",
    formula: "ci_lo ≤ estimate ≤ ci_hi, over what rounds to each.",
    source: "Cochrane Handbook, chapter 6.3 (ratios are analysed by their logarithm)",
    fires: r#"[[result]]
table = "text"
row = "overall"
estimate = 1.40
ci_lo = 1.45
ci_hi = 1.64
scale = "log""#,
    silent: r#"[[result]]
table = "text"
row = "overall"
estimate = 1.40
ci_lo = 1.40
ci_hi = 1.41
scale = "log""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for row in &paper.results {
        if let (Some(low), Some(high)) = (&row.low, &row.high)
            && low.span().low > high.span().high
        {
            found.look(RULE.id);
            let text = format!(
                "Inconsistent as printed: the lower limit {low} lies above the upper {high}."
            );
            found.add(Finding::new(RULE.id, Severity::Error, row.place(), text));
            continue;
        }
        let Some([estimate, low, high]) = row.interval() else {
            continue;
        };
        found.look(RULE.id);
        let (x, a, b) = (estimate.span(), low.span(), high.span());
        if x.high < a.low || x.low > b.high {
            let text = format!(
                "Inconsistent as printed: {estimate} lies outside its interval, {low} to {high}."
            );
            found.add(
                Finding::new(RULE.id, Severity::Error, row.place(), text)
                    .number("estimate", estimate.text.as_str())
                    .number("ci_lo", low.text.as_str())
                    .number("ci_hi", high.text.as_str())
                    .bar("interval", low.value, high.value)
                    .bar("estimate", x.low, x.high),
            );
        }
    }
}
