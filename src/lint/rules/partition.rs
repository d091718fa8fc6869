//! STAT-PARTITION: strata of studies add up to all studies, and strata of patients do not.

use crate::lint::flow;
use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::printed::Printed;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STAT-PARTITION",
    checks: "strata of studies add up to all studies, and strata of patients do not.",
    why: "Trials that recruit patients of every stratum enter every stratum; numbers of studies that add up to the trials show that each was counted once, so that most of its patients are missing.",
    formula: "level=study: Σ k = total. level=patient: Σ k ≠ total (several families are parted by `|`; one alone is a warning, since it may be chance).",
    source: "Cochrane Handbook, chapter 10.11.3",
    fires: r#"[[claim]]
kind = "partition"
location = "Table 2"
args = "level=patient parts=5+3|4+4|3+2+3"
reported = "8""#,
    silent: r#"[[claim]]
kind = "partition"
location = "Fig 3"
args = "level=study parts=11+16"
reported = "27""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("partition") {
        if let Some(wrong) = check(claim, found) {
            found.add(wrong);
        }
    }
}

fn check(claim: &Claim, found: &mut Found) -> Option<Finding> {
    let total = claim.printed()?.whole()?;
    let patients = claim
        .arg("level")
        .is_some_and(|level| level.to_lowercase().starts_with("pat"));
    let families: Vec<Vec<i64>> = claim
        .arg("parts")?
        .split('|')
        .filter_map(|family| {
            family
                .split('+')
                .map(|n| Printed::parse(n)?.whole())
                .collect()
        })
        .collect();
    if families.is_empty() {
        return None;
    }
    found.look(RULE.id);
    let sums: Vec<i64> = families.iter().map(|family| family.iter().sum()).collect();
    let shown =
        |family: &Vec<i64>| format!("{} = {}", flow::sum(family), family.iter().sum::<i64>());
    if patients {
        let all = families
            .iter()
            .zip(&sums)
            .filter(|(family, sum)| family.len() > 1 && **sum == total)
            .count();
        if all < families.len() || all == 0 {
            return None;
        }
        let severity = if all > 1 {
            Severity::Error
        } else {
            Severity::Warn
        };
        let words: Vec<String> = families.iter().map(shown).collect();
        let text = format!(
            "Inconsistent as printed: strata of patients do not partition trials, but the numbers of studies sum to exactly {total}: {}.",
            words.join("; ")
        );
        return Some(
            Finding::new(RULE.id, severity, claim.location.clone(), text).number("total", total),
        );
    }
    let (family, sum) = families.iter().zip(&sums).find(|(_, sum)| **sum != total)?;
    let text = format!(
        "Inconsistent as printed: the strata of studies give {}, the total is {total}.",
        shown(family)
    );
    Some(
        Finding::new(RULE.id, Severity::Error, claim.location.clone(), text)
            .number("sum", *sum)
            .number("total", total)
            .fits(format!(
                "{} more or less in one stratum",
                (total - sum).abs()
            )),
    )
}
