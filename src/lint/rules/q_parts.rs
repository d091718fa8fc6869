//! STAT-QDECOMP: Q of all studies is the Q within subgroups and the Q between them.

use crate::lint::arithmetic;
use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::printed::Printed;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-QDECOMP",
    checks: "Q of all studies is the Q within subgroups and the Q between them.",
    why: "A test between subgroups that takes its Q from elsewhere says nothing about them.",
    formula: "Q_total = Σ Q_within + Q_between, for inverse-variance fixed models only (Q about a Mantel-Haenszel mean does not decompose), so a warning.",
    source: "Altman and Bland, BMJ 2003;326:219; Borenstein et al., Introduction to Meta-Analysis, 2009, chapter 19",
    fires: r#"[[claim]]
kind = "qdecomp"
location = "Fig 4"
args = "total=20.2 parts=8.1+4.0"
reported = "15.1""#,
    silent: r#"[[claim]]
kind = "qdecomp"
location = "Fig 4"
args = "total=20.2 parts=8.1+4.0"
reported = "8.1""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("qdecomp") {
        if let Some(wrong) = check(claim, found) {
            found.add(wrong);
        }
    }
}

fn check(claim: &Claim, found: &mut Found) -> Option<Finding> {
    let first = |names: &[&str]| names.iter().find_map(|name| claim.arg(name));
    let total = Printed::parse(first(&["total", "all", "q", "overall"])?)?;
    let parts: Vec<Printed> = first(&["parts", "within", "subgroups", "sub"])?
        .split(['+', '|'])
        .filter_map(Printed::parse)
        .collect();
    let between = claim.printed().or_else(|| claim.value("between"))?;
    if parts.is_empty() {
        return None;
    }
    found.look(RULE.id);
    let sum = parts
        .iter()
        .map(Printed::span)
        .fold(between.span(), |a, b| a + b);
    if sum.meets(total.span()) {
        return None;
    }
    let text = format!(
        "Q within the subgroups and between them sum to {}, Q of all studies is {total}; for inverse-variance models they should agree.",
        sum.words()
    );
    Some(
        Finding::new(RULE.id, Severity::Warn, claim.location.clone(), text)
            .number("sum", arithmetic::number(sum))
            .number("total", total.text.as_str()),
    )
}
