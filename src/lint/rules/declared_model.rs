//! RULE-DECLARED: the model that a row names is the one that its studies reproduce it by.

use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::printed::Span;
use crate::lint::rule::{Found, Rule};
use crate::lint::{arithmetic, declared, recompute};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "RULE-DECLARED",
    checks: "the model that a row names is the one that its studies reproduce it by.",
    why: "An interval called random-effects that is a fixed-effect one is too narrow, and nobody can see it.",
    formula: r#"As STAT-RECOMP. Only rows that the named model (or a rule of "always") does not reproduce by any usual convention, and another model does."#,
    source: "DerSimonian and Laird, Control Clin Trials 1986;7:177; Mantel and Haenszel, J Natl Cancer Inst 1959;22:719",
    fires: r#"[[result]]
table = "Fig 2"
row = "all"
k = 3
model = "R"
estimate = 0.61
ci_lo = 0.50
ci_hi = 0.74
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
estimate = 0.40
ci_lo = 0.31
ci_hi = 0.52"#,
    silent: r#"[[result]]
table = "Fig 2"
row = "all"
k = 3
model = "R"
estimate = 0.79
ci_lo = 0.38
ci_hi = 1.65
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
estimate = 0.40
ci_lo = 0.31
ci_hi = 0.52"#,
    run,
};

fn run(paper: &Paper, groups: &Groups<'_>, found: &mut Found) {
    let always = declared::Rule::parse(&paper.random_if).filter(declared::Rule::is_always);
    let by_rule = always.and_then(|rule| rule.model(None, None));
    for group in &groups.0 {
        let row = group.pooled;
        let Some(declared) = row.model.or(by_rule) else {
            continue;
        };
        let Some(numbers) = row
            .interval()
            .filter(|_| group.complete() && group.studies.len() > 1)
        else {
            continue;
        };
        found.look(RULE.id);
        let spans: Option<Vec<Span>> = numbers
            .iter()
            .map(|n| arithmetic::scaled(n.either(), row.is_ratio()))
            .collect();
        let Some(spans) = spans else { continue };
        let fitting = recompute::results(group)
            .iter()
            .filter(|r| r.values.iter().zip(&spans).all(|(a, b)| a.meets(*b)))
            .collect::<Vec<_>>();
        if fitting.iter().any(|r| r.model == declared) {
            continue;
        }
        let Some(result) = fitting.iter().find(|r| r.usual) else {
            continue;
        };
        let text = format!(
            "Inconsistent as printed: declared is the {} model, but only {} reproduces {} ({} to {}).",
            declared.word(),
            result.name,
            numbers[0],
            numbers[1],
            numbers[2]
        );
        found.add(
            Finding::new(RULE.id, Severity::Warn, row.place(), text)
                .number("declared", declared.word())
                .number("by", result.name)
                .fits(format!("the {} model", result.model.word())),
        );
    }
}
