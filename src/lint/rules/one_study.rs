//! STAT-K1: one study alone has no I².

use crate::lint::arithmetic;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-K1",
    checks: "one study alone has no I².",
    why: "Heterogeneity between studies needs two; a number printed for one is of another row.",
    formula: "I² is defined for k ≥ 2. Only an I² above 0 or a p-value is more than a warning: some programs print 0 for one study.",
    source: "Higgins and Thompson, Stat Med 2002;21:1539 (I² = (Q − df) / Q)",
    fires: r#"[[result]]
table = "Table 2"
row = "one prior therapy"
k = 1
i2 = 77
p_het = 0.001"#,
    silent: r#"[[result]]
table = "Table 2"
row = "<5 ml"
k = 1
estimate = 1.77
ci_lo = 0.81
ci_hi = 3.87
scale = "log""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for row in &paper.results {
        if row.k != Some(1) {
            continue;
        }
        found.look(RULE.id);
        let Some(i2) = &row.i2 else { continue };
        let some = i2.percent().low > 0.0 && i2.value > 0.0;
        let severity = if some {
            Severity::Error
        } else {
            Severity::Warn
        };
        let fits: Vec<i64> = match &row.p_het {
            None => Vec::new(),
            Some(p) => (2..200)
                .filter(|k| {
                    let df = arithmetic::real(k - 1);
                    p.probability().meets(arithmetic::p_of_q(
                        arithmetic::q_of_i2(i2.percent(), df),
                        df,
                    ))
                })
                .collect(),
        };
        let text = format!(
            "Inconsistent as printed: one study with I² = {} %, which needs two.",
            arithmetic::bare(i2)
        );
        let mut finding = Finding::new(RULE.id, severity, row.place(), text)
            .number("k", 1)
            .number("i2", i2.text.as_str());
        if !fits.is_empty() {
            finding = finding
                .number("k_fits", arithmetic::list(&fits))
                .fits(format!("k: {}", arithmetic::list(&fits)));
        }
        found.add(finding);
    }
}
