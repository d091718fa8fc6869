//! STAT-RECOMP-I2: I² can be recomputed from the studies of its row.

use crate::lint::groups::{Groups, Recomputed};
use crate::lint::paper::Paper;
use crate::lint::printed::Span;
use crate::lint::rule::{Found, Rule};
use crate::lint::{arithmetic, recompute};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-RECOMP-I2",
    checks: "I² can be recomputed from the studies of its row.",
    why: "I² decides the model in many reviews; one that its studies do not have decided by accident.",
    formula: "I² = (Q − df) / Q with Q about the inverse-variance or the Mantel-Haenszel mean, over the rounding of the studies. A gap of ten points or more, in a row that is surely of these studies, is an error.",
    source: "Higgins and Thompson, Stat Med 2002;21:1539",
    fires: r#"[[result]]
table = "Fig 2"
row = "all"
k = 3
i2 = 75
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
    silent: r#"[[result]]
table = "Fig 2"
row = "all"
k = 3
i2 = 8
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

fn i2_of(result: &Recomputed) -> Span {
    result.values[3].clip(0.0, 100.0)
}

fn run(_: &Paper, groups: &Groups<'_>, found: &mut Found) {
    for group in &groups.0 {
        let row = group.pooled;
        let Some(i2) = row
            .i2
            .as_ref()
            .filter(|_| group.complete() && group.studies.len() > 1)
        else {
            continue;
        };
        let results = recompute::results(group);
        let Some(first) = results.first() else {
            continue;
        };
        found.look(RULE.id);
        let span = i2.either().clip(0.0, 100.0);
        if results.iter().any(|r| r.usual && i2_of(r).meets(span)) {
            continue;
        }
        let other = results.iter().find(|r| i2_of(r).meets(span));
        let gap = results
            .iter()
            .map(|r| i2_of(r).gap(span))
            .fold(f64::INFINITY, f64::min);
        let severity = match other {
            Some(_) => Severity::Info,
            None if group.sure && row.k.is_some() && gap >= 10.0 => Severity::Error,
            None => Severity::Warn,
        };
        let hull = results
            .iter()
            .filter(|r| r.usual)
            .map(i2_of)
            .reduce(Span::hull)
            .unwrap_or_else(|| i2_of(first));
        let by = other.map_or_else(String::new, |r| format!(" The I² of {} does fit.", r.name));
        let start = if other.is_some() {
            ""
        } else {
            "Inconsistent as printed: "
        };
        let text = format!(
            "{start}I² = {} %, but the {} studies give {} % by Q.{by}",
            arithmetic::bare(i2),
            group.studies.len(),
            hull.words()
        );
        found.add(
            Finding::new(RULE.id, severity, row.place(), text)
                .number("i2", i2.text.as_str())
                .number("recomputed", arithmetic::number(hull))
                .fits(format!("I²: {} %", hull.words()))
                .bar("recomputed I²", hull.low, hull.high)
                .bar("printed I²", i2.percent().low, i2.percent().high),
        );
    }
}
