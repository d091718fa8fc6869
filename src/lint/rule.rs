//! What a rule is, and where it puts what it finds.

use super::groups::Groups;
use super::paper::Paper;
use crate::model::finding::Finding;
use std::collections::BTreeMap;

/// A rule: what it checks, why, by which formula, with an example on each side, and the check itself.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its id: `STAT-I2P`.
    pub id: &'static str,
    /// What it checks, in a sentence.
    pub checks: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// The formula, and how rounding enters.
    pub formula: &'static str,
    /// The source of the formula or the standard.
    pub source: &'static str,
    /// A review, as one TOML file, in which it finds something.
    pub fires: &'static str,
    /// One in which it must not.
    pub silent: &'static str,
    /// The check.
    pub run: fn(&Paper, &Groups<'_>, &mut Found),
}

/// Findings, and how often each rule had something to look at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// What was found.
    pub findings: Vec<Finding>,
    /// How often each rule looked.
    pub checked: BTreeMap<&'static str, u64>,
    /// What was typed and no rule reads: each a sentence.
    pub notes: Vec<String>,
}

impl Found {
    /// One more thing that a rule looked at.
    pub fn look(&mut self, rule: &'static str) {
        *self.checked.entry(rule).or_default() += 1;
    }

    /// A finding.
    pub fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }
}
