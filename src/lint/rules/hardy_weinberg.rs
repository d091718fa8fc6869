//! DATA-HWE: three genotype counts have the p-value of equilibrium that is printed.

use crate::lint::groups::Groups;
use crate::lint::hardy_weinberg;
use crate::lint::paper::{Claim, Paper};
use crate::lint::printed::{Printed, short};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "DATA-HWE",
    checks: "three genotype counts have the p-value of equilibrium that is printed.",
    why: "Quality scores of genetic reviews hang on it.",
    formula: "p = allele frequency, expected counts n·p², 2·n·p·q, n·q²; χ² with one degree of freedom, with and without the correction of continuity, and the exact test: any may be meant.",
    source: "Wigginton, Cutler and Abecasis, Am J Hum Genet 2005;76:887",
    fires: r#"[[claim]]
kind = "hwe"
location = "Wang 2010, controls"
args = "120+40+40"
reported = "0.52""#,
    silent: r#"[[claim]]
kind = "hwe"
location = "Wang 2010, controls"
args = "100+80+20"
reported = "0.50""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("hwe") {
        if let Some(wrong) = check(claim, found) {
            found.add(wrong);
        }
    }
}

fn check(claim: &Claim, found: &mut Found) -> Option<Finding> {
    let counts: Vec<f64> = claim
        .args
        .split(['+', ',', '/', '|', ' '])
        .filter_map(|part| Printed::parse(part.rsplit('=').next().unwrap_or(part)))
        .map(|n| n.value)
        .collect();
    let [aa, ab, bb] = *counts.as_slice() else {
        return None;
    };
    let values = hardy_weinberg::p_values(aa, ab, bb)?;
    let printed = match claim.reported.trim().to_lowercase().as_str() {
        "yes" | "y" | "in hwe" | "true" => Printed::parse(">0.05")?,
        "no" | "n" | "false" => Printed::parse("<0.05")?,
        _ => claim.printed()?,
    };
    found.look(RULE.id);
    let span = printed.either().clip(0.0, 1.0);
    if values.iter().any(|p| span.holds(*p)) {
        return None;
    }
    let words: Vec<String> = values.iter().map(|p| short(*p)).collect();
    let text = format!(
        "Inconsistent as printed: {} have p {} of equilibrium (χ², corrected, exact), printed is {}.",
        claim.args,
        words.join(", "),
        claim.reported
    );
    Some(
        Finding::new(RULE.id, Severity::Error, claim.location.clone(), text)
            .number("p_implied", words.join(", "))
            .number("p_printed", claim.reported.as_str())
            .fits(format!("p: {}", words.join(" or "))),
    )
}
