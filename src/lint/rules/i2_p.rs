//! STAT-I2P: I², the number of studies and the p-value of heterogeneity imply each other.

use crate::lint::arithmetic::{self, Fit};
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-I2P",
    checks: "I², the number of studies and the p-value of heterogeneity imply each other.",
    why: "One of the three is of another analysis, and the choice of the model often hangs on it.",
    formula: "Q = df / (1 − I²) with df = k − 1 and p = P(χ²(df) ≥ Q), over every I² that rounds to the printed one. I² = 0 says Q ≤ df only, so it gives a lower bound of p. Digits cut off instead of rounded are a warning; p printed as 0.001 where less is implied is information.",
    source: "Higgins and Thompson, Stat Med 2002;21:1539 (I² = (Q − df) / Q)",
    fires: r#"[[result]]
table = "Table 2"
row = "GFR>60"
k = 3
i2 = 77
p_het = 0.002"#,
    silent: r#"[[result]]
table = "Fig 7"
row = "kyphosis"
k = 9
i2 = 60
p_het = 0.009"#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for row in &paper.results {
        let (Some(k), Some(i2), Some(p)) = (row.k, &row.i2, &row.p_het) else {
            continue;
        };
        if k < 2 {
            continue;
        }
        found.look(RULE.id);
        let of_k = |k: i64| {
            let df = arithmetic::real(k - 1);
            let q = arithmetic::q_of_i2(i2.percent(), df);
            (arithmetic::p_of_q(q, df), q, df)
        };
        let (implied, q, df) = of_k(k);
        let fit = arithmetic::compare(p, implied);
        let severity = match fit {
            Fit::Fits => continue,
            Fit::Capped => Severity::Info,
            Fit::Cut => Severity::Warn,
            Fit::Misses => Severity::Error,
        };
        let others: Vec<i64> = (2..200)
            .filter(|k| p.probability().meets(of_k(*k).0))
            .collect();
        let asked = arithmetic::i2_of_q(arithmetic::q_of_p(p.probability(), df), df);
        let why = match fit {
            Fit::Capped => " (no smaller p-value seems to be printed)",
            Fit::Cut => " (as if digits were cut off, not rounded)",
            Fit::Fits | Fit::Misses => "",
        };
        let text = format!(
            "Inconsistent as printed: {k} studies with I² = {} % have p of heterogeneity {}, printed is {p}{why}.",
            arithmetic::bare(i2),
            implied.words(),
        );
        found.add(
            Finding::new(RULE.id, severity, row.place(), text)
                .number("k", k)
                .number("i2", i2.text.as_str())
                .number("q", arithmetic::number(q))
                .number("p_implied", arithmetic::number(implied))
                .number("p_printed", p.text.as_str())
                .number("k_fits", arithmetic::list(&others))
                .fits(format!(
                    "k: {}; p: {}; or I²: {} %",
                    arithmetic::list(&others),
                    implied.words(),
                    asked.words()
                ))
                .bar("implied by k and I²", implied.low, implied.high)
                .bar("printed p", p.probability().low, p.probability().high),
        );
    }
}
