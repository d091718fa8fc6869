//! STUDY-CI: a study's estimate is the centre of its interval.

use crate::lint::asymmetry;
use crate::lint::groups::Groups;
use crate::lint::paper::{Paper, same};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STUDY-CI",
    checks: "a study's estimate is the centre of its interval.",
    why: "An interval of 90 % or one copied from the wrong line of a paper shows here; so do honest exact and adjusted intervals, so that a linter may only ask.",
    formula: "As STAT-CI, a warning always; an estimate outside its own interval is an error.",
    source: "Cochrane Handbook, chapter 6.3",
    fires: r#"[[study]]
table = "Fig 2"
study = "Hochberg 1990"
estimate = 0.90
ci_lo = 0.50
ci_hi = 1.80
[[result]]
table = "Fig 2"
row = "all"
measure = "RR""#,
    silent: r#"[[study]]
table = "Fig 2"
study = "Efird 2004"
estimate = 1.70
ci_lo = 0.80
ci_hi = 3.60
[[result]]
table = "Fig 2"
row = "all"
measure = "RR""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for row in &paper.studies {
        let Some([estimate, low, high]) = row.interval() else {
            continue;
        };
        let pooled = paper
            .results
            .iter()
            .find(|r| same(&r.table, &row.table) && (r.log.is_some() || r.engine().is_some()));
        let Some(ratio) = pooled.map(crate::lint::paper::Pooled::is_ratio) else {
            continue;
        };
        found.look(RULE.id);
        if estimate.span().high < low.span().low || estimate.span().low > high.span().high {
            let text = format!(
                "Inconsistent as printed: {estimate} lies outside its interval, {low} to {high}."
            );
            found.add(
                Finding::new(RULE.id, Severity::Error, row.place(), text)
                    .bar("interval", low.value, high.value)
                    .bar("estimate", estimate.span().low, estimate.span().high),
            );
            continue;
        }
        if let Some(asymmetry) = asymmetry::of([estimate, low, high], ratio) {
            // A limit of two digits after a 0 is too coarse for a gap to mean anything.
            let severity = if asymmetry.slight {
                Severity::Info
            } else {
                Severity::Warn
            };
            found.add(asymmetry.finding(RULE.id, severity, row.place()));
        }
    }
}
