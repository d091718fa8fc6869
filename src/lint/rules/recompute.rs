//! STAT-RECOMP: a pooled row can be recomputed from its studies by some usual convention.

use crate::lint::arithmetic;
use crate::lint::groups::{Groups, Recomputed};
use crate::lint::paper::{Model, Paper};
use crate::lint::printed::Span;
use crate::lint::recompute;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-RECOMP",
    checks: "a pooled row can be recomputed from its studies by some usual convention.",
    why: "If none gives what is printed, the row belongs to other studies, or its numbers were changed on the way.",
    formula: "Inverse variance, Mantel-Haenszel (with and without 0.5 in empty cells), Peto, DerSimonian-Laird with Q about either mean; what only another τ² or a Hartung-Knapp interval gives is information. What the rounding of each study can move is summed before anything is called different.",
    source: "DerSimonian and Laird, Control Clin Trials 1986;7:177; Mantel and Haenszel, J Natl Cancer Inst 1959;22:719",
    fires: r#"[[result]]
table = "Fig 2"
row = "all"
k = 3
model = "F"
estimate = 0.98
ci_lo = 0.90
ci_hi = 1.06
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
model = "F"
estimate = 0.98
ci_lo = 0.76
ci_hi = 1.26
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
        let row = group.pooled;
        let Some(numbers) = row
            .interval()
            .filter(|_| group.complete() && group.studies.len() > 1)
        else {
            continue;
        };
        let results = recompute::results(group);
        if results.is_empty() {
            continue;
        }
        found.look(RULE.id);
        let on = |either: bool, ratio: bool| -> Option<Vec<Span>> {
            numbers
                .iter()
                .map(|n| arithmetic::scaled(if either { n.either() } else { n.span() }, ratio))
                .collect()
        };
        // The printed numbers on the scale of a result.
        let wide = [on(true, false), on(true, true)];
        let close = [on(false, false), on(false, true)];
        let pick = |of: &[Option<Vec<Span>>; 2], ratio: bool| -> Option<Vec<Span>> {
            let [raw, log] = of;
            if ratio { log.clone() } else { raw.clone() }
        };
        let fits = |result: &Recomputed| {
            pick(&wide, result.ratio)
                .is_some_and(|spans| result.values.iter().zip(&spans).all(|(a, b)| a.meets(*b)))
        };
        if results.iter().all(|r| pick(&close, r.ratio).is_none()) {
            continue;
        }
        let usual: Vec<&Recomputed> = results.iter().filter(|r| r.usual && fits(r)).collect();
        let declared = row.model;
        if usual
            .iter()
            .any(|r| declared.is_none_or(|model| model == r.model))
        {
            continue;
        }
        let place = row.place();
        let printed = format!("{} ({} to {})", numbers[0], numbers[1], numbers[2]);
        if let (Some(result), Some(model)) = (usual.first(), declared) {
            let text = format!(
                "Inconsistent as printed: the {} model of the {} studies does not give {printed}; {} does.",
                model.word(),
                group.studies.len(),
                result.name
            );
            found.add(
                Finding::new(RULE.id, Severity::Info, place, text)
                    .number("printed", printed)
                    .number("by", result.name),
            );
            continue;
        }
        if let Some(result) = results.iter().find(|r| fits(r)) {
            let text = format!(
                "{printed} is not what the usual conventions give; {} does.",
                result.name
            );
            found.add(
                Finding::new(RULE.id, Severity::Info, place, text)
                    .number("printed", printed)
                    .number("by", result.name),
            );
            continue;
        }
        // How far the nearest convention is: the largest of the three gaps.
        let miss = |r: &&Recomputed| {
            let spans = pick(&close, r.ratio)?;
            Some(
                r.values
                    .iter()
                    .zip(&spans)
                    .map(|(a, b)| a.gap(*b))
                    .fold(0.0, f64::max),
            )
        };
        let miss = |r: &&Recomputed| miss(r).unwrap_or(f64::INFINITY);
        let model = declared.unwrap_or(Model::Fixed);
        let of_model = results
            .iter()
            .filter(|r| r.usual && (declared.is_none() || r.model == model));
        let Some(nearest) = of_model.min_by(|a, b| miss(a).total_cmp(&miss(b))) else {
            continue;
        };
        let ratio = nearest.ratio;
        let spans = pick(&close, ratio).unwrap_or_default();
        let half = spans
            .get(1)
            .zip(spans.get(2))
            .map_or(0.0, |(low, high)| (high.middle() - low.middle()) / 2.0);
        let large = miss(&nearest) > 0.05 * half;
        let severity = if group.sure && row.k.is_some() && large {
            Severity::Error
        } else {
            Severity::Warn
        };
        let back = |s: Span| if ratio { s.exp() } else { s };
        let [estimate, low, high, _] = nearest.values.map(back);
        let text = format!(
            "Inconsistent as printed: {printed}, but its {} studies give {} ({} to {}) by {}, and no usual convention gives what is printed.",
            group.studies.len(),
            estimate.about(),
            low.about(),
            high.about(),
            nearest.name
        );
        found.add(
            Finding::new(RULE.id, severity, place, text)
                .number("printed", printed)
                .number("estimate", arithmetic::number(estimate))
                .number("ci_lo", arithmetic::number(low))
                .number("ci_hi", arithmetic::number(high))
                .number("by", nearest.name)
                .fits(format!(
                    "{} ({} to {})",
                    estimate.about(),
                    low.about(),
                    high.about()
                ))
                .bar("printed interval", numbers[1].value, numbers[2].value)
                .bar("recomputed interval", low.middle(), high.middle()),
        );
    }
}
