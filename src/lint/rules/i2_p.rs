//! STAT-I2P: I², the number of studies and the p-value of heterogeneity imply each other.

use crate::lint::arithmetic::{self, Fit};
use crate::lint::groups::{Group, Groups, Recomputed};
use crate::lint::paper::{Model, Paper, Pooled, same};
use crate::lint::rule::{Found, Rule};
use crate::lint::{prepare, recompute};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-I2P",
    checks: "I², the number of studies and the p-value of heterogeneity imply each other.",
    why: "One of the three is of another analysis, and the choice of the model often hangs on it.",
    formula: "Q = df / (1 − I²) with df = k − 1 and p = P(χ²(df) ≥ Q), over every I² that rounds to the printed one. I² = 0 says Q ≤ df only, so it gives a lower bound of p. Digits cut off instead of rounded are a warning; p printed as 0.001 where less is implied is information. Programs that estimate τ² otherwise than by DerSimonian and Laird print another I², τ² / (τ² + s²), beside the p-value of Q: where the studies of the row give it, that is information; where a random-effects row of three studies or more stands without them, and the other rows of the review do not show that I² is that of Q, a warning.",
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

/// Whether the review's I² is that of Q, as its other rows tell: of three studies or more, whose I² of τ²
/// is another number, most fit.
fn of_q(paper: &Paper, row: &Pooled) -> bool {
    let (mut fit, mut all) = (0, 0);
    for other in paper
        .results
        .iter()
        .filter(|other| !std::ptr::eq(*other, row))
    {
        let (Some(k), Some(i2), Some(p)) = (other.k, &other.i2, &other.p_het) else {
            continue;
        };
        // One result that stands in two places is one witness; so is I² = 0 none, which fits anything large.
        if k < 3 || i2.value < 1.0 || other.row == row.row || other.model == Some(Model::Fixed) {
            continue;
        }
        all += 1;
        fit += i32::from(prepare::fits(i2, p, k));
    }
    fit >= 2 && fit * 5 >= all * 3
}

/// Whether the I² of a row may be that of τ² (REML and others), which Q does not give: where random effects
/// are said, and not with two studies, where the two agree.
fn may_be_of_tau2(row: &Pooled, k: i64, gap: f64) -> bool {
    row.model == Some(Model::Random) && k > 2 && gap < 40.0
}

fn run(paper: &Paper, groups: &Groups<'_>, found: &mut Found) {
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
        let asked = arithmetic::i2_of_q(arithmetic::q_of_p(p.probability(), df), df);
        // The I² of an estimator of τ² that the studies of the row reproduce.
        // A row of running text has the studies of the figure that prints the same result.
        let of = |group: &&Group<'_>| group.complete() && group.studies.len() > 1;
        let group = groups
            .0
            .iter()
            .filter(of)
            .find(|group| std::ptr::eq(group.pooled, row))
            .or_else(|| {
                groups
                    .0
                    .iter()
                    .filter(of)
                    .find(|group| group.pooled.k == row.k && same(&group.pooled.row, &row.row))
            });
        let results = group.map(recompute::results).unwrap_or_default();
        let printed = i2.either().clip(0.0, 100.0);
        // That of Q, which p is of, has to be that of the studies as well.
        let of = |r: &Recomputed| r.values[3].clip(0.0, 100.0);
        let by = results
            .iter()
            .find(|r| !r.usual && of(r).meets(printed))
            .filter(|_| results.iter().any(|r| r.usual && of(r).meets(asked)));
        let tau2 = severity == Severity::Error
            && by.is_none()
            && (results.is_empty() || group.is_some_and(|g| !g.sure))
            && may_be_of_tau2(row, k, asked.gap(printed))
            && !of_q(paper, row);
        let severity = match (by, tau2) {
            (Some(_), _) if row.model != Some(Model::Fixed) => Severity::Info,
            (_, true) => Severity::Warn,
            _ => severity,
        };
        let others: Vec<i64> = (2..200)
            .filter(|k| p.probability().meets(of_k(*k).0))
            .collect();
        let why = match fit {
            Fit::Capped => " (no smaller p-value seems to be printed)",
            Fit::Cut => " (as if digits were cut off, not rounded)",
            Fit::Fits | Fit::Misses => "",
        };
        if let (Some(by), Severity::Info) = (by, severity) {
            let text = format!(
                "I² = {} % is the share of τ² by {}; p of heterogeneity {p} is of Q, whose I² is {} %.",
                arithmetic::bare(i2),
                by.name,
                asked.words()
            );
            found.add(
                Finding::new(RULE.id, Severity::Info, row.place(), text)
                    .number("i2", i2.text.as_str())
                    .number("by", by.name),
            );
            continue;
        }
        let beside = if tau2 {
            " It may be the I² of τ² (REML and others), which Q does not give."
        } else {
            ""
        };
        // A proportion where a percentage is expected.
        let share = i2.value > 0.0
            && i2.value < 1.0
            && i2.decimals >= 2
            && prepare::fits(&i2.times_hundred(), p, k);
        let (severity, hint) = if share {
            (
                Severity::Warn,
                format!(
                    "; or I² printed as a proportion: {}",
                    i2.times_hundred().percent().words()
                ),
            )
        } else {
            (severity, String::new())
        };
        let text = format!(
            "Inconsistent as printed: {k} studies with I² = {} % have p of heterogeneity {}, printed is {p}{why}.{beside}",
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
                    "k: {}; p: {}; or I²: {} %{hint}",
                    arithmetic::list(&others),
                    implied.words(),
                    asked.words()
                ))
                .bar("implied by k and I²", implied.low, implied.high)
                .bar("printed p", p.probability().low, p.probability().high),
        );
    }
}
