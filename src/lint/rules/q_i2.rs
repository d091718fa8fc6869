//! STAT-QI2: Q, its degrees of freedom and I² imply each other.

use crate::lint::arithmetic;
use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-QI2",
    checks: "Q, its degrees of freedom and I² imply each other.",
    why: "They are printed in one line of a forest plot; a slip is of the typist.",
    formula: "I² = (Q − df) / Q, 0 where Q ≤ df, over what rounds to each.",
    source: "Cochran, Biometrics 1954;10:101; Higgins and Thompson, Stat Med 2002;21:1539",
    fires: r#"[[claim]]
kind = "q"
location = "Fig 4"
args = "chi2=14.61 df=9 i2=83"
reported = "0.10""#,
    silent: r#"[[claim]]
kind = "q"
location = "Fig 4"
args = "chi2=14.61 df=9 i2=38"
reported = "0.10""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("q") {
        if let Some(wrong) = check(claim, found) {
            found.add(wrong);
        }
    }
}

fn check(claim: &Claim, found: &mut Found) -> Option<Finding> {
    let (q, df, i2) = (
        claim.value("chi2").or_else(|| claim.value("q"))?,
        claim.value("df")?,
        claim.value("i2")?,
    );
    if df.value < 1.0 {
        return None;
    }
    found.look(RULE.id);
    let implied = arithmetic::i2_of_q(q.span().clip(0.0, f64::INFINITY), df.value);
    if implied.meets(i2.percent()) {
        return None;
    }
    let severity = if implied.meets(i2.either().clip(0.0, 100.0)) {
        Severity::Warn
    } else {
        Severity::Error
    };
    let text = format!(
        "Inconsistent as printed: Q = {q} with {df} degrees of freedom has I² {} %, printed is {i2}.",
        implied.words()
    );
    Some(
        Finding::new(RULE.id, severity, claim.location.clone(), text)
            .number("i2_implied", arithmetic::number(implied))
            .number("i2_printed", i2.text.as_str())
            .fits(format!("I²: {} %", implied.words()))
            .bar("implied I²", implied.low, implied.high)
            .bar("printed I²", i2.percent().low, i2.percent().high),
    )
}
