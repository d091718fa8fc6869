//! STAT-INFO: the precision of subgroups adds up to that of the total.

use crate::lint::arithmetic;
use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper, Pooled};
use crate::lint::printed::Span;
use crate::lint::rule::{Found, Rule};
use crate::lint::subgroups;
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-INFO",
    checks: "the precision of subgroups adds up to that of the total.",
    why: "Where nothing is heterogeneous a total is exactly as precise as its parts; intervals that are not cannot come from the same studies.",
    formula: "Σ 1/se² of the subgroups = 1/se² of the total, only where every I² is printed as 0 (or k = 1), over what rounds to each limit.",
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
[[result]]
table = "Table 2"
row = "total"
k = 7
i2 = 0
estimate = 1.30
ci_lo = 1.20
ci_hi = 1.41
scale = "log"
[[claim]]
kind = "info"
location = "Table 2, risk of bias"
args = "rows=low|high total=total"
reported = """#,
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
[[result]]
table = "Table 2"
row = "total"
k = 7
i2 = 0
estimate = 1.30
ci_lo = 0.97
ci_hi = 1.74
scale = "log"
[[claim]]
kind = "info"
location = "Table 2, risk of bias"
args = "rows=low|high total=total"
reported = """#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("info") {
        if let Some(wrong) = check(paper, claim, found) {
            found.add(wrong);
        }
    }
}

fn check(paper: &Paper, claim: &Claim, found: &mut Found) -> Option<Finding> {
    let rows = subgroups::rows(paper, claim.arg("rows")?, &claim.location)?;
    let total = paper.pooled(claim.arg("total")?, &claim.location)?;
    let none = |row: &Pooled| {
        row.k == Some(1)
            || row
                .i2
                .as_ref()
                .is_some_and(|i2| i2.value <= 0.0 && i2.percent().high < 1.0)
    };
    if !rows.iter().all(|row| none(row)) || !none(total) {
        return None;
    }
    let parts: Option<Vec<Span>> = rows.iter().map(|row| subgroups::precision(row)).collect();
    let (sum, whole) = (
        parts?.into_iter().reduce(|a, b| a + b)?,
        subgroups::precision(total)?,
    );
    found.look(RULE.id);
    if sum.meets(whole) {
        return None;
    }
    // One study has no I² that could be printed; Mantel-Haenszel precisions add up nearly, not exactly.
    let slight = sum.gap(whole) < 0.1 * whole.middle();
    let printed = rows.iter().all(|row| row.i2.is_some()) && total.i2.is_some();
    let severity = if printed && !slight {
        Severity::Error
    } else {
        Severity::Warn
    };
    let text = format!(
        "Inconsistent as printed: the precisions of the subgroups sum to {}, the total has {}; they cannot be of the same studies.",
        sum.words(),
        whole.words()
    );
    Some(
        Finding::new(RULE.id, severity, claim.location.clone(), text)
            .number("subgroups", arithmetic::number(sum))
            .number("total", arithmetic::number(whole))
            .bar("subgroups", sum.low, sum.high)
            .bar("total", whole.low, whole.high),
    )
}
