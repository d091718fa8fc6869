//! STAT-RANGE: a pooled estimate lies between the smallest and the largest of its studies.

use crate::lint::arithmetic;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::printed::{Printed, Span};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-RANGE",
    checks: "a pooled estimate lies between the smallest and the largest of its studies.",
    why: "Every usual model is a weighted mean with positive weights; nothing else can come out of it.",
    formula: "min(estimates) ≤ pooled ≤ max(estimates), over what rounds to each.",
    source: "Cochrane Handbook, chapter 10.3",
    fires: r#"[[result]]
table = "Fig 2"
row = "all"
k = 3
estimate = 1.31
measure = "RR"
[[study]]
table = "Fig 2"
study = "A"
estimate = 1.26
ci_lo = 0.76
ci_hi = 2.09
[[study]]
table = "Fig 2"
study = "B"
estimate = 1.04
ci_lo = 0.70
ci_hi = 1.55
[[study]]
table = "Fig 2"
study = "C"
estimate = 0.80
ci_lo = 0.54
ci_hi = 1.17"#,
    silent: r#"[[result]]
table = "Fig 2"
row = "all"
k = 3
estimate = 0.98
measure = "RR"
[[study]]
table = "Fig 2"
study = "A"
estimate = 1.26
ci_lo = 0.76
ci_hi = 2.09
[[study]]
table = "Fig 2"
study = "B"
estimate = 1.04
ci_lo = 0.70
ci_hi = 1.55
[[study]]
table = "Fig 2"
study = "C"
estimate = 0.80
ci_lo = 0.54
ci_hi = 1.17"#,
    run,
};

fn run(_: &Paper, groups: &Groups<'_>, found: &mut Found) {
    for group in &groups.0 {
        let Some(estimate) = &group.pooled.estimate else {
            continue;
        };
        let all: Option<Vec<_>> = group
            .studies
            .iter()
            .map(|s| s.estimate.as_ref().map(Printed::span))
            .collect();
        let Some(all) = all.filter(|all| group.complete() && all.len() > 1) else {
            continue;
        };
        found.look(RULE.id);
        let Some(hull) = all.into_iter().reduce(Span::hull) else {
            continue;
        };
        if hull.meets(estimate.span()) {
            continue;
        }
        let severity = if group.sure && group.pooled.k.is_some() {
            Severity::Error
        } else {
            Severity::Warn
        };
        let text = format!(
            "Inconsistent as printed: the pooled estimate {estimate} lies outside its studies, which range from {}.",
            hull.words()
        );
        found.add(
            Finding::new(RULE.id, severity, group.pooled.place(), text)
                .number("estimate", estimate.text.as_str())
                .number("studies", arithmetic::number(hull))
                .bar("studies", hull.low, hull.high)
                .bar("pooled", estimate.span().low, estimate.span().high),
        );
    }
}
