//! STAT-CI: an estimate is the centre of its interval, on the scale that it is analysed on.

use crate::lint::asymmetry;
use crate::lint::groups::Groups;
use crate::lint::measure::Kind;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::Severity;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-CI",
    checks: "an estimate is the centre of its interval, on the scale that it is analysed on.",
    why: "A slip of one digit shows here, and so does a ratio that was pooled or drawn as if it were a difference.",
    formula: "Ratios: √(ci_lo · ci_hi) = estimate; differences: (ci_lo + ci_hi) / 2. Over what rounds to each; where neither measure nor scale is known, either may fit. A gap below 2 % of the half width, or one that cut digits explain, is a warning.",
    source: "Cochrane Handbook, chapter 6.3 (ratios are analysed by their logarithm)",
    fires: r#"[[result]]
table = "text"
row = "active"
estimate = 1.40
ci_lo = 1.27
ci_hi = 1.64
scale = "log""#,
    silent: r#"[[result]]
table = "Fig 3"
row = "active"
estimate = 1.44
ci_lo = 1.27
ci_hi = 1.64
scale = "log""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for row in &paper.results {
        let Some([estimate, low, high]) = row.interval() else {
            continue;
        };
        // Proportions, correlations and their like have intervals of other scales.
        if row.other_scale() {
            continue;
        }
        found.look(RULE.id);
        let Some(asymmetry) = asymmetry::either([estimate, low, high], row.scales()) else {
            continue;
        };
        let usual = row.measure.is_empty() || !matches!(row.kind(), Kind::Other | Kind::Unknown);
        let severity = if asymmetry.slight || !usual {
            Severity::Warn
        } else {
            Severity::Error
        };
        found.add(asymmetry.finding(RULE.id, severity, row.place()));
    }
}
