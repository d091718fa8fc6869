//! Published numbers that cannot be: a review's printed counts, pooled rows, study rows and statements,
//! checked for what arithmetic and standards settle.
//!
//! Takes a [`Paper`] (typed from a published review, or made of the own one) and gives [`Found`]:
//! findings with rule, severity, place, sentence, numbers, reference and what would fit, and how often
//! each rule had something to check. Every printed number stands for an interval ([`printed`]), and an
//! alarm is raised only where no point of the box of intervals satisfies the identity: without that,
//! four alarms of five on published reviews are false. A finding says "inconsistent as printed" and
//! never more than the arithmetic shows. Each rule has a page in docs/reference/lint.
//!
//! ```
//! use perennial::lint::{check, read};
//! let paper = read::from_toml(
//!     "[[result]]\ntable = \"Table 2\"\nrow = \"GFR>60\"\nk = 3\ni2 = 77\np_het = 0.002\n",
//! )?;
//! let found = check(&paper);
//! assert_eq!(found.findings[0].rule, "STAT-I2P");
//! # Ok::<(), read::ReadError>(())
//! ```

pub mod arithmetic;
mod asymmetry;
mod declared;
mod effects;
mod flow;
pub mod groups;
mod hardy_weinberg;
pub mod manual;
pub mod measure;
pub mod page;
pub mod paper;
mod prepare;
pub mod printed;
pub mod read;
mod recompute;
pub mod rule;
mod rules;
mod statistics;
mod subgroups;
pub mod template;
#[cfg(test)]
mod tests;

pub use paper::Paper;
pub use rule::{Found, Rule};
pub use rules::RULES;

use crate::model::finding::Severity;

/// Checks a paper by every rule. Findings stand in the order of [`RULES`], and within a rule in the
/// order of the paper.
pub fn check(paper: &Paper) -> Found {
    let paper = &prepare::prepared(paper);
    let groups = groups::Groups::of(paper);
    let mut found = Found {
        notes: paper.notes.clone(),
        ..Found::default()
    };
    for rule in &RULES {
        let before = found.findings.len();
        (rule.run)(paper, &groups, &mut found);
        for finding in found.findings.iter_mut().skip(before) {
            finding.reference = rule.source;
        }
    }
    let mut seen = std::collections::HashSet::new();
    found
        .findings
        .retain(|f| seen.insert((f.rule, f.place.clone(), f.message.clone())));
    consequences(&mut found);
    found
}

/// Where an estimate lies outside its interval, what its middle and its p-value say follows from that slip
/// and is no error of its own.
fn consequences(found: &mut Found) {
    let outside: std::collections::HashSet<String> = found
        .findings
        .iter()
        .filter(|f| f.rule == "STAT-EST" && f.severity == Severity::Error)
        .map(|f| f.place.clone())
        .collect();
    for finding in &mut found.findings {
        if ["STAT-CI", "STAT-P"].contains(&finding.rule) && outside.contains(&finding.place) {
            finding.severity = Severity::Info;
            finding
                .message
                .push_str(" It follows from the estimate outside its interval.");
        }
    }
}

impl Found {
    /// How many findings are of a severity.
    pub fn of(&self, severity: Severity) -> usize {
        self.findings
            .iter()
            .filter(|f| f.severity == severity)
            .count()
    }

    /// Findings by place, in the order in which places are first named; within one the graver first.
    pub fn by_place(&self) -> Vec<(&str, Vec<&crate::model::finding::Finding>)> {
        let mut places: Vec<(&str, Vec<&crate::model::finding::Finding>)> = Vec::new();
        for finding in &self.findings {
            match places.iter_mut().find(|(place, _)| *place == finding.place) {
                Some((_, list)) => list.push(finding),
                None => places.push((&finding.place, vec![finding])),
            }
        }
        for (_, list) in &mut places {
            list.sort_by_key(|finding| finding.severity);
        }
        places.sort_by_key(|(_, list)| list.first().map(|f| f.severity));
        places
    }
}
