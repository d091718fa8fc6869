//! The counts of one flow, in the shape of `prisma --json`.
//!
//! Every box of PRISMA 2020 (BMJ 2021;372:n71) is a field; `pending` is a state of its own, so a
//! flow adds up at every moment of a review. [`Counts::finish`] derives what follows from the
//! numbers: the template, whether the flow is provisional, and the identities.

use super::identities::{Check, Identity, check};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Which of PRISMA 2020's four templates the counts need.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub enum Template {
    /// New review, databases and registers.
    #[default]
    V1,
    /// New review, databases, registers and other methods.
    V2,
    /// Updated review, databases and registers.
    V3,
    /// Updated review, databases, registers and other methods.
    V4,
}

impl Template {
    /// Whether the flow continues a published version.
    pub fn is_update(self) -> bool {
        matches!(self, Self::V3 | Self::V4)
    }

    /// Whether the flow has the other-methods lane.
    pub fn has_other_lane(self) -> bool {
        matches!(self, Self::V2 | Self::V4)
    }
}

/// A name with its count: a source, a rule, a reason.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Named {
    /// What is counted.
    pub name: String,
    /// How many records or reports.
    pub n: u64,
}

impl Named {
    /// A name with its count.
    pub fn new(name: impl Into<String>, n: u64) -> Self {
        Self {
            name: name.into(),
            n,
        }
    }
}

/// What named parts add up to.
fn sum(named: &[Named]) -> u64 {
    named.iter().fold(0, |sum, part| sum.saturating_add(part.n))
}

/// Records identified from the sources of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sources {
    /// Records of all sources of the kind.
    pub total: u64,
    /// The same by source; empty where only the total is known.
    pub by_source: Vec<Named>,
}

impl Sources {
    /// Sources whose counts make up the total.
    pub fn of(by_source: Vec<Named>) -> Self {
        Self {
            total: sum(&by_source),
            by_source,
        }
    }

    /// Only the total is known.
    pub fn total_only(total: u64) -> Self {
        Self {
            total,
            by_source: Vec::new(),
        }
    }
}

/// Records identified, by kind of source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Identified {
    /// Records from bibliographic databases, source by source.
    pub databases: Sources,
    /// Records from trial registers, source by source.
    pub registers: Sources,
    /// Websites, organisations, citation searching: the other-methods lane.
    pub other: Sources,
}

/// Records removed before screening, by the rule that removed them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Removals {
    /// All of them.
    pub total: u64,
    /// The same by rule; empty where only the total is known.
    pub by_rule: Vec<Named>,
}

impl Removals {
    /// Rules whose counts make up the total.
    pub fn of(by_rule: Vec<Named>) -> Self {
        Self {
            total: sum(&by_rule),
            by_rule,
        }
    }

    /// Only the total is known.
    pub fn total_only(total: u64) -> Self {
        Self {
            total,
            by_rule: Vec::new(),
        }
    }
}

/// Records removed before screening.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Removed {
    /// Records that are copies of another.
    pub duplicates: u64,
    /// Records marked as ineligible by automation tools.
    pub automation: Removals,
    /// Records removed for other reasons.
    pub other: Removals,
}

/// Records excluded at title and abstract.
///
/// A published flow may not say who excluded them; then `by_human` and `by_tool` are absent and
/// identity I2h is not asserted. A flow of a workspace always has both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Excluded {
    /// All of them.
    pub total: u64,
    /// Excluded by a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_human: Option<u64>,
    /// Excluded by an automation tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_tool: Option<u64>,
}

impl Excluded {
    /// Exclusions by people and by tools.
    pub fn split(by_human: u64, by_tool: u64) -> Self {
        let total = by_human.saturating_add(by_tool);
        Self {
            total,
            by_human: Some(by_human),
            by_tool: Some(by_tool),
        }
    }

    /// Only the total is known.
    pub fn total_only(total: u64) -> Self {
        Self {
            total,
            by_human: None,
            by_tool: None,
        }
    }
}

/// Reports excluded at full text, by primary reason.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reasons {
    /// All of them.
    pub total: u64,
    /// The same by primary reason; empty where only the total is known.
    pub by_reason: Vec<Named>,
}

impl Reasons {
    /// Reasons whose counts make up the total.
    pub fn of(by_reason: Vec<Named>) -> Self {
        Self {
            total: sum(&by_reason),
            by_reason,
        }
    }

    /// Only the total is known.
    pub fn total_only(total: u64) -> Self {
        Self {
            total,
            by_reason: Vec::new(),
        }
    }
}

/// What waits for people, by the box it waits in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Pending {
    /// Identified, neither removed nor released for screening.
    pub before_screening: u64,
    /// Screened, without a settled title and abstract decision.
    pub title_abstract: u64,
    /// Sought, neither retrieved nor given up.
    pub retrieval: u64,
    /// Assessed, without a settled full-text decision.
    pub full_text: u64,
}

impl Pending {
    /// Everything that waits.
    pub fn total(&self) -> u64 {
        [
            self.before_screening,
            self.title_abstract,
            self.retrieval,
            self.full_text,
        ]
        .into_iter()
        .fold(0, u64::saturating_add)
    }
}

/// The other-methods lane. PRISMA 2020 has no box for `duplicates` and `excluded`; figures put
/// them in a footnote.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct OtherMethods {
    /// Copies of reports that are already known.
    pub duplicates: u64,
    /// Set aside at title and abstract.
    pub excluded: u64,
    /// Reports sought for retrieval.
    pub sought: u64,
    /// Reports not retrieved.
    pub not_retrieved: u64,
    /// Reports assessed for eligibility.
    pub assessed: u64,
    /// Reports excluded at full text.
    pub excluded_full_text: Reasons,
    /// What waits for people in this lane.
    pub pending: Pending,
}

/// Studies, and the reports of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Tally {
    /// Studies with an included report.
    pub studies: u64,
    /// Reports of these studies.
    pub reports: u64,
}

impl Tally {
    /// Studies and their reports.
    pub fn new(studies: u64, reports: u64) -> Self {
        Self { studies, reports }
    }
}

/// The counts of one flow: the object of `prisma --json`.
///
/// ```
/// use perennial::prisma::*;
///
/// // The published anti-CD38 review: 599 records, 8 studies in 8 reports.
/// let counts = Counts {
///     identified: Identified {
///         databases: Sources::total_only(576),
///         registers: Sources::total_only(23),
///         ..Identified::default()
///     },
///     removed: Removed {
///         duplicates: 195,
///         automation: Removals::total_only(128),
///         other: Removals::total_only(86),
///     },
///     screened: 190,
///     excluded: Excluded::total_only(167),
///     sought: 23,
///     not_retrieved: 2,
///     assessed: 21,
///     excluded_full_text: Reasons::total_only(13),
///     included: Tally::new(8, 8),
///     total: Tally::new(8, 8),
///     ..Counts::default()
/// }
/// .finish();
/// assert_eq!(counts.template, Template::V1);
/// assert!(counts.identities.iter().all(|identity| identity.holds));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// The version the flow belongs to; absent while nothing is published.
    pub version: Option<String>,
    /// Derived: the template.
    pub template: Template,
    /// Derived: whether anything is pending.
    pub provisional: bool,
    /// What the last published version included; absent in a new review.
    pub previous: Option<Tally>,
    /// Records identified, by kind of source.
    pub identified: Identified,
    /// Records removed before screening.
    pub removed: Removed,
    /// Records whose title and abstract people screened or have before them.
    pub screened: u64,
    /// Records excluded at title and abstract.
    pub excluded: Excluded,
    /// Reports sought for retrieval.
    pub sought: u64,
    /// Reports not retrieved.
    pub not_retrieved: u64,
    /// Reports assessed for eligibility.
    pub assessed: u64,
    /// Reports excluded at full text.
    pub excluded_full_text: Reasons,
    /// The other-methods lane.
    pub other_methods: OtherMethods,
    /// Included by this flow: new studies, and reports of new included studies.
    pub included: Tally,
    /// Included by an earlier version and no longer: merged, retracted, found ineligible.
    pub withdrawn: Tally,
    /// Included in all.
    pub total: Tally,
    /// Studies that included reports cover beyond their first: a report may be of several studies,
    /// and then studies may outnumber reports. Not part of the JSON.
    #[serde(skip)]
    pub further_studies: u64,
    /// What waits for people in the main lane.
    pub pending: Pending,
    /// The paths of counts that nobody gave, which is not 0: their lines are off, and what they would
    /// decide is not judged. Empty in a flow of our own. Not part of the JSON.
    #[serde(skip)]
    pub not_given: BTreeSet<String>,
    /// Studies and reports in the meta-analysis, for a box of their own. Not part of the JSON.
    #[serde(skip)]
    pub in_meta_analysis: Option<(u64, Option<u64>)>,
    /// Derived: the identities with both sides.
    pub identities: Vec<Identity>,
}

impl Counts {
    /// Derives the template, `provisional` and the identities. Keeps the number of pooled studies
    /// that an earlier [`finish_pooled`](Self::finish_pooled) knew.
    #[must_use]
    pub fn finish(self) -> Self {
        let pooled = self.pooled();
        self.finish_with(pooled)
    }

    /// As [`finish`](Self::finish), with the number of studies pooled for at least one outcome.
    #[must_use]
    pub fn finish_pooled(self, studies: u64) -> Self {
        self.finish_with(Some(studies))
    }

    /// The same with the number of studies pooled, where anything is.
    #[must_use]
    pub fn pooling(self, studies: Option<u64>) -> Self {
        match studies {
            Some(studies) => self.finish_pooled(studies),
            None => self,
        }
    }

    fn finish_with(mut self, pooled: Option<u64>) -> Self {
        self.template = self.derive_template();
        self.provisional = self.pending_total() > 0;
        self.identities = check(&self, pooled)
            .iter()
            .filter(|check| check.holds() || !self.lacks_a_term(check))
            .map(Check::identity)
            .collect();
        self
    }

    /// Studies pooled for at least one outcome, as identity I7 states them.
    pub fn pooled(&self) -> Option<u64> {
        let stated = self
            .identities
            .iter()
            .find(|identity| identity.id == "I7")?;
        u64::try_from(stated.left).ok()
    }

    /// Everything that waits for people, in both lanes.
    pub fn pending_total(&self) -> u64 {
        self.pending
            .total()
            .saturating_add(self.other_methods.pending.total())
    }

    /// Whether a source of the other-methods lane is declared or a count of it is not zero.
    pub fn has_other_lane(&self) -> bool {
        let lane = &self.other_methods;
        !self.identified.other.by_source.is_empty()
            || self.identified.other.total > 0
            || *lane != OtherMethods::default()
    }

    /// The identities with the terms of both sides, for pages that show the arithmetic.
    pub fn checks(&self) -> Vec<Check> {
        let mut checks = check(self, self.pooled());
        checks.retain(|check| check.holds() || !self.lacks_a_term(check));
        checks
    }

    /// Whether a side of an identity has a count that nobody gave.
    fn lacks_a_term(&self, check: &Check) -> bool {
        let mut terms = check.left.iter().chain(&check.right);
        terms.any(|term| self.not_given.contains(&term.path))
    }

    fn derive_template(&self) -> Template {
        match (self.previous.is_some(), self.has_other_lane()) {
            (false, false) => Template::V1,
            (false, true) => Template::V2,
            (true, false) => Template::V3,
            (true, true) => Template::V4,
        }
    }
}
