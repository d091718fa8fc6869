//! STAT-INTERACTION: the p-value of interaction follows from the subgroups that are printed.

use crate::lint::arithmetic;
use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::lint::subgroups;
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-INTERACTION",
    checks: "the p-value of interaction follows from the subgroups that are printed.",
    why: "A difference between subgroups is claimed or denied by this number alone.",
    formula: "Q_between = Σ w·(θ − θ̄)² with w = 1/se² of each printed interval, χ² with (subgroups − 1) degrees of freedom. A warning: the paper may have used another test. Subgroups called consistent without a test are reported with the p that they imply.",
    source: "Altman and Bland, BMJ 2003;326:219; Borenstein et al., Introduction to Meta-Analysis, 2009, chapter 19",
    fires: r#"[[result]]
table = "Table 2"
row = "low"
k = 3
i2 = 0
estimate = 1.49
ci_lo = 0.99
ci_hi = 2.25
scale = "log"
[[result]]
table = "Table 2"
row = "high"
k = 4
i2 = 0
estimate = 1.12
ci_lo = 0.73
ci_hi = 1.71
scale = "log"
[[claim]]
kind = "interaction"
location = "Table 2, risk of bias"
args = "rows=low|high"
reported = "0.098""#,
    silent: r#"[[result]]
table = "Table 2"
row = "low"
k = 3
i2 = 0
estimate = 1.49
ci_lo = 0.99
ci_hi = 2.25
scale = "log"
[[result]]
table = "Table 2"
row = "high"
k = 4
i2 = 0
estimate = 1.12
ci_lo = 0.73
ci_hi = 1.71
scale = "log"
[[claim]]
kind = "interaction"
location = "Table 2, risk of bias"
args = "rows=low|high"
reported = "0.34""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("interaction") {
        if let Some(wrong) = check(paper, claim, found) {
            found.add(wrong);
        }
    }
    for claim in paper.claims("untested") {
        found.look(RULE.id);
        let tests: Vec<String> = claim
            .named()
            .iter()
            .filter(|(name, _)| *name == "rows")
            .filter_map(|(_, rows)| {
                let p = subgroups::interaction(&subgroups::rows(paper, rows, &claim.location)?)?;
                Some(format!("{} p {}", rows.replace('|', " v "), p.words()))
            })
            .collect();
        let implied = if tests.is_empty() {
            String::new()
        } else {
            format!(" The printed rows imply: {}.", tests.join("; "))
        };
        let text = format!(
            "As stated, subgroups are called {} without a test of interaction.{implied}",
            if claim.reported.is_empty() {
                "alike"
            } else {
                &claim.reported
            }
        );
        found.add(
            Finding::new(RULE.id, Severity::Warn, claim.location.clone(), text)
                .number("implied", tests.join("; ")),
        );
    }
}

fn check(paper: &Paper, claim: &Claim, found: &mut Found) -> Option<Finding> {
    let printed = claim.printed()?;
    let rows = subgroups::rows(paper, claim.arg("rows")?, &claim.location)?;
    let implied = subgroups::interaction(&rows)?;
    found.look(RULE.id);
    if printed.either().clip(0.0, 1.0).meets(implied) {
        return None;
    }
    let text = format!(
        "The printed subgroups imply p of interaction {}, printed is {printed}; the test used may be another.",
        implied.words()
    );
    Some(
        Finding::new(RULE.id, Severity::Warn, claim.location.clone(), text)
            .number("p_implied", arithmetic::number(implied))
            .number("p_printed", printed.text.as_str())
            .fits(format!("p: {}", implied.words()))
            .bar("implied by the subgroups", implied.low, implied.high)
            .bar(
                "printed p",
                printed.probability().low,
                printed.probability().high,
            ),
    )
}
