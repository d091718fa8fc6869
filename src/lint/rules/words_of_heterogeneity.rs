//! TEXT-HET: words about heterogeneity and significance fit their numbers.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::printed::Printed;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "TEXT-HET",
    checks: "words about heterogeneity and significance fit their numbers.",
    why: "Most readers read the words.",
    formula: r#""No" or "low" heterogeneity with I² above 50 % (or p below 0.05), "significant", "substantial" or "high" with I² below 25 % and p not below 0.1; "significant" effects with p above 0.05. A warning: words have no exact meaning."#,
    source: "Cochrane Handbook, chapter 10.10.2",
    fires: r#"[[claim]]
kind = "phrase"
location = "Results, vomiting"
args = "i2=75 p=0.003"
reported = "no heterogeneity""#,
    silent: r#"[[claim]]
kind = "phrase"
location = "Results, vomiting"
args = "i2=75 p=0.003"
reported = "substantial heterogeneity""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("phrase") {
        if let Some(wrong) = check(paper, claim, found) {
            found.add(wrong);
        }
    }
}

fn check(paper: &Paper, claim: &Claim, found: &mut Found) -> Option<Finding> {
    let words = format!("{} {}", claim.reported, claim.args).to_lowercase();
    let first = |names: &[&str]| names.iter().find_map(|name| claim.value(name));
    let mut i2 = first(&["i2"]);
    let mut p = first(&["p", "ph", "p_het"]);
    // The numbers of a pooled row, or the printed one itself.
    if i2.is_none() && p.is_none() {
        if let Some(row) = claim.arg("row").or_else(|| claim.arg("rows")) {
            let row = paper.pooled(row, &claim.location)?;
            i2.clone_from(&row.i2);
            p.clone_from(&row.p_het);
        } else if let Some(number) = claim.printed() {
            if number.value > 1.0 || claim.reported.contains('%') {
                i2 = Some(number);
            } else {
                p = Some(number);
            }
        }
    }
    if i2.is_none() && p.is_none() {
        return None;
    }
    found.look(RULE.id);
    let has = |list: &[&str]| list.iter().any(|word| words.contains(word));
    let negated = has(&[
        "no ",
        "not ",
        "without",
        "low ",
        "little",
        "absent",
        "none",
        "homogen",
        "non-significant",
        "insignificant",
        "negligible",
    ]);
    let affirmed = has(&[
        "significant",
        "substantial",
        "considerable",
        "high",
        "marked",
        "strong",
        "large",
        "heterogen",
    ]);
    let above = |x: &Option<Printed>, at: f64| x.as_ref().is_some_and(|x| x.span().low >= at);
    let below = |x: &Option<Printed>, at: f64| x.as_ref().is_some_and(|x| x.span().high <= at);
    let wrong = if negated {
        above(&i2, 50.0) || (below(&p, 0.05) && !below(&i2, 50.0))
    } else if affirmed {
        (below(&i2, 25.0) && !below(&p, 0.1)) || (i2.is_none() && above(&p, 0.1))
    } else {
        false
    };
    if !wrong {
        return None;
    }
    let text = format!(
        "Inconsistent as printed: the words \u{201c}{}\u{201d} beside {}.",
        claim.reported.trim(),
        claim.args.trim()
    );
    Some(
        Finding::new(RULE.id, Severity::Warn, claim.location.clone(), text)
            .number("words", claim.reported.as_str())
            .number("numbers", claim.args.as_str()),
    )
}
