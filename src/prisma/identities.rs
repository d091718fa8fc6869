//! The identities a flow obeys, with both sides as arithmetic.
//!
//! Equality always, except I5 and I7, which bound one count by another. What is pending is a term
//! of its own, so the identities hold while people are still deciding. A named part list (sources,
//! rules, reasons) is compared with its total only where it is given.
//!
//! Sources: the arithmetic of PRISMA 2020's flow template (Page et al., BMJ 2021;372:n71); one
//! primary reason per report, so that reasons partition the excluded reports.

use super::counts::{Counts, Named};
use serde::{Deserialize, Serialize};

/// One identity as `prisma --json` states it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// I0 to I7, O1, O2. An identity asserted of several boxes has one entry per box.
    pub id: String,
    /// What is asserted.
    pub rule: String,
    /// The left side.
    pub left: i64,
    /// The right side.
    pub right: i64,
    /// Whether it holds.
    pub holds: bool,
}

/// How the two sides are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Left = right.
    Equal,
    /// Left ≤ right.
    AtMost,
}

/// One term of a side: a count, its words and its path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Whether the term is subtracted.
    pub minus: bool,
    /// The words of the count.
    pub label: String,
    /// The path `explain` knows.
    pub path: String,
    /// The count.
    pub n: u64,
}

/// One identity with the terms of both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// I0 to I7, O1, O2.
    pub id: &'static str,
    /// What is asserted.
    pub rule: &'static str,
    /// How the sides are compared.
    pub relation: Relation,
    /// The terms of the left side.
    pub left: Vec<Term>,
    /// The terms of the right side.
    pub right: Vec<Term>,
}

impl Check {
    /// Whether the identity holds.
    pub fn holds(&self) -> bool {
        let (left, right) = (sum(&self.left), sum(&self.right));
        match self.relation {
            Relation::Equal => left == right,
            Relation::AtMost => left <= right,
        }
    }

    /// The identity as `prisma --json` states it.
    pub fn identity(&self) -> Identity {
        Identity {
            id: self.id.to_owned(),
            rule: self.rule.to_owned(),
            left: clamp(sum(&self.left)),
            right: clamp(sum(&self.right)),
            holds: self.holds(),
        }
    }

    /// The left side as arithmetic: `576 + 23 − 195 − 128 − 86`.
    pub fn left_text(&self) -> String {
        arithmetic(&self.left)
    }

    /// The right side as arithmetic: `167 + 22`.
    pub fn right_text(&self) -> String {
        arithmetic(&self.right)
    }

    /// The sentence that names the fault and both sides; nothing where the identity holds.
    ///
    /// `I2 does not hold: records screened 190, but records excluded 167 + reports sought 22 = 189.`
    pub fn fault(&self) -> Option<String> {
        if self.holds() {
            return None;
        }
        let but = match self.relation {
            Relation::Equal => "but",
            Relation::AtMost => "more than",
        };
        Some(format!(
            "{} does not hold: {}, {but} {}.",
            self.id,
            in_words(&self.left),
            in_words(&self.right)
        ))
    }
}

fn sum(terms: &[Term]) -> i128 {
    terms
        .iter()
        .map(|t| {
            if t.minus {
                -i128::from(t.n)
            } else {
                i128::from(t.n)
            }
        })
        .sum()
}

fn clamp(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}

fn signed(value: i128) -> String {
    if value < 0 {
        format!("\u{2212}{}", value.unsigned_abs())
    } else {
        value.to_string()
    }
}

fn join(terms: &[Term], one: impl Fn(&Term) -> String) -> String {
    let mut out = String::new();
    for term in terms {
        match (out.is_empty(), term.minus) {
            (true, false) => {}
            (true, true) => out.push('\u{2212}'),
            (false, false) => out.push_str(" + "),
            (false, true) => out.push_str(" \u{2212} "),
        }
        out.push_str(&one(term));
    }
    out
}

fn arithmetic(terms: &[Term]) -> String {
    if terms.is_empty() {
        "0".to_owned()
    } else {
        join(terms, |t| t.n.to_string())
    }
}

fn in_words(terms: &[Term]) -> String {
    let words = join(terms, |t| format!("{} {}", t.label, t.n));
    if terms.len() == 1 {
        words
    } else {
        format!("{words} = {}", signed(sum(terms)))
    }
}

fn term(label: &str, path: &str, n: u64) -> Term {
    Term {
        minus: false,
        label: label.to_owned(),
        path: path.to_owned(),
        n,
    }
}

fn less(label: &str, path: &str, n: u64) -> Term {
    Term {
        minus: true,
        ..term(label, path, n)
    }
}

/// A pending term is written only where something is pending.
fn open(label: &str, path: &str, n: u64) -> Option<Term> {
    (n > 0).then(|| term(label, path, n))
}

fn parts(path: &str, named: &[Named]) -> Vec<Term> {
    named
        .iter()
        .map(|p| term(&p.name, &format!("{path}[{}]", p.name), p.n))
        .collect()
}

/// Every identity of the flow, in order. `pooled` is the number of studies pooled for at least one
/// outcome; without it I7 is not asserted.
pub fn check(counts: &Counts, pooled: Option<u64>) -> Vec<Check> {
    let mut out = Vec::new();
    part_lists(counts, &mut out);
    main_lane(counts, &mut out);
    if counts.has_other_lane() {
        other_lane(counts, &mut out);
    }
    included(counts, pooled, &mut out);
    out.sort_by_key(|check| check.id);
    out
}

fn equal(id: &'static str, rule: &'static str, left: Vec<Term>, right: Vec<Term>) -> Check {
    Check {
        id,
        rule,
        relation: Relation::Equal,
        left,
        right,
    }
}

fn at_most(id: &'static str, rule: &'static str, left: Term, right: Term) -> Check {
    Check {
        id,
        rule,
        relation: Relation::AtMost,
        left: vec![left],
        right: vec![right],
    }
}

/// Lists of named parts add up to their totals: I0 for sources, I1 for rules, I4 for reasons.
fn part_lists(counts: &Counts, out: &mut Vec<Check>) {
    let identified = &counts.identified;
    let removed = &counts.removed;
    let lane = &counts.other_methods;
    let lists = [
        (
            "I0",
            "sum of named databases = databases",
            "databases",
            "identified.databases",
            "by_source",
            &identified.databases.by_source,
            identified.databases.total,
        ),
        (
            "I0",
            "sum of named registers = registers",
            "registers",
            "identified.registers",
            "by_source",
            &identified.registers.by_source,
            identified.registers.total,
        ),
        (
            "I0",
            "sum of named other methods = other methods",
            "other methods",
            "identified.other",
            "by_source",
            &identified.other.by_source,
            identified.other.total,
        ),
        (
            "I1",
            "sum of named automation rules = ineligible by automation tools",
            "ineligible by automation tools",
            "removed.automation",
            "by_rule",
            &removed.automation.by_rule,
            removed.automation.total,
        ),
        (
            "I1",
            "sum of named other reasons = removed for other reasons",
            "removed for other reasons",
            "removed.other",
            "by_rule",
            &removed.other.by_rule,
            removed.other.total,
        ),
        (
            "I4",
            "sum of reasons = reports excluded",
            "reports excluded",
            "excluded_full_text",
            "by_reason",
            &counts.excluded_full_text.by_reason,
            counts.excluded_full_text.total,
        ),
        (
            "I4",
            "sum of reasons\u{2032} = reports excluded\u{2032}",
            "reports excluded (other methods)",
            "other_methods.excluded_full_text",
            "by_reason",
            &lane.excluded_full_text.by_reason,
            lane.excluded_full_text.total,
        ),
    ];
    for (id, rule, label, path, key, named, total) in lists {
        if !named.is_empty() {
            let right = vec![term(label, &format!("{path}.total"), total)];
            out.push(equal(
                id,
                rule,
                parts(&format!("{path}.{key}"), named),
                right,
            ));
        }
    }
}

fn main_lane(counts: &Counts, out: &mut Vec<Check>) {
    let pending = &counts.pending;
    let screened = || term("records screened", "screened", counts.screened);
    let sought = || term("reports sought", "sought", counts.sought);
    let excluded = || term("records excluded", "excluded.total", counts.excluded.total);
    let removed = &counts.removed;

    let mut right = vec![screened()];
    let waiting = pending.before_screening;
    right.extend(open(
        "pending before screening",
        "pending.before_screening",
        waiting,
    ));
    out.push(equal(
        "I1",
        "identified \u{2212} duplicates \u{2212} automation \u{2212} other = screened + pending \
         before screening",
        vec![
            term(
                "databases",
                "identified.databases.total",
                counts.identified.databases.total,
            ),
            term(
                "registers",
                "identified.registers.total",
                counts.identified.registers.total,
            ),
            less("duplicates", "removed.duplicates", removed.duplicates),
            less(
                "automation",
                "removed.automation.total",
                removed.automation.total,
            ),
            less("other reasons", "removed.other.total", removed.other.total),
        ],
        right,
    ));

    let mut right = vec![excluded(), sought()];
    let waiting = pending.title_abstract;
    right.extend(open(
        "pending title and abstract",
        "pending.title_abstract",
        waiting,
    ));
    let rule = "screened = excluded + sought + pending title and abstract";
    out.push(equal("I2", rule, vec![screened()], right));

    let (human, tool) = (counts.excluded.by_human, counts.excluded.by_tool);
    if human.is_some() || tool.is_some() {
        out.push(equal(
            "I2h",
            "excluded = excluded by human + excluded by tool",
            vec![excluded()],
            vec![
                term("by human", "excluded.by_human", human.unwrap_or(0)),
                term("by tool", "excluded.by_tool", tool.unwrap_or(0)),
            ],
        ));
    }

    let mut right = vec![
        term(
            "reports not retrieved",
            "not_retrieved",
            counts.not_retrieved,
        ),
        term("reports assessed", "assessed", counts.assessed),
    ];
    right.extend(open(
        "pending retrieval",
        "pending.retrieval",
        pending.retrieval,
    ));
    let rule = "sought = not retrieved + assessed + pending retrieval";
    out.push(equal("I3", rule, vec![sought()], right));

    out.push(assessed(counts));
}

/// I4: both lanes meet in the included reports.
fn assessed(counts: &Counts) -> Check {
    let lane = &counts.other_methods;
    let other = counts.has_other_lane();
    let reasons = &counts.excluded_full_text;
    let mut left = vec![term("reports assessed", "assessed", counts.assessed)];
    let mut right = vec![term(
        "reports excluded",
        "excluded_full_text.total",
        reasons.total,
    )];
    if other {
        let path = "other_methods.assessed";
        left.push(term(
            "reports assessed (other methods)",
            path,
            lane.assessed,
        ));
        let path = "other_methods.excluded_full_text.total";
        let total = lane.excluded_full_text.total;
        right.push(term("reports excluded (other methods)", path, total));
    }
    right.push(term(
        "reports included",
        "included.reports",
        counts.included.reports,
    ));
    right.extend(open(
        "pending full text",
        "pending.full_text",
        counts.pending.full_text,
    ));
    let label = "pending full text (other methods)";
    right.extend(open(
        label,
        "other_methods.pending.full_text",
        lane.pending.full_text,
    ));
    let rule = if other {
        "assessed + assessed\u{2032} = reasons + reasons\u{2032} + reports included + pending \
         full text"
    } else {
        "assessed = reasons + reports included + pending full text"
    };
    equal("I4", rule, left, right)
}

fn other_lane(counts: &Counts, out: &mut Vec<Check>) {
    let lane = &counts.other_methods;
    let pending = &lane.pending;
    let sought = || term("reports sought", "other_methods.sought", lane.sought);
    let mut right = vec![
        term(
            "copies of known reports",
            "other_methods.duplicates",
            lane.duplicates,
        ),
        term(
            "set aside at title",
            "other_methods.excluded",
            lane.excluded,
        ),
        sought(),
    ];
    let path = "other_methods.pending.before_screening";
    right.extend(open(
        "pending before screening",
        path,
        pending.before_screening,
    ));
    let path = "other_methods.pending.title_abstract";
    right.extend(open(
        "pending title and abstract",
        path,
        pending.title_abstract,
    ));
    let total = counts.identified.other.total;
    out.push(equal(
        "O1",
        "identified by other methods = copies of known reports + set aside at title + \
         sought\u{2032} + pending\u{2032}",
        vec![term(
            "identified by other methods",
            "identified.other.total",
            total,
        )],
        right,
    ));

    let mut right = vec![
        term(
            "reports not retrieved",
            "other_methods.not_retrieved",
            lane.not_retrieved,
        ),
        term("reports assessed", "other_methods.assessed", lane.assessed),
    ];
    let path = "other_methods.pending.retrieval";
    right.extend(open("pending retrieval", path, pending.retrieval));
    out.push(equal(
        "O2",
        "sought\u{2032} = not retrieved\u{2032} + assessed\u{2032} + pending\u{2032}",
        vec![sought()],
        right,
    ));
}

fn included(counts: &Counts, pooled: Option<u64>, out: &mut Vec<Check>) {
    let (new, total) = (&counts.included, &counts.total);
    out.push(at_most(
        "I5",
        "studies included \u{2264} reports of included studies",
        term("studies included", "included.studies", new.studies),
        term("reports", "included.reports", new.reports),
    ));
    if counts.previous.is_some() {
        out.push(at_most(
            "I5",
            "total studies \u{2264} reports of total studies",
            term("total studies", "total.studies", total.studies),
            term("reports", "total.reports", total.reports),
        ));
    }
    let sides = |key: &str, all: u64, before: Option<u64>, added: u64, gone: u64| {
        let path = |group: &str| format!("{group}.{key}");
        let mut right = Vec::new();
        if let Some(before) = before {
            right.push(term(&format!("previous {key}"), &path("previous"), before));
        }
        right.push(term(&format!("new {key}"), &path("included"), added));
        if gone > 0 {
            right.push(less(&format!("withdrawn {key}"), &path("withdrawn"), gone));
        }
        (
            vec![term(&format!("total {key}"), &path("total"), all)],
            right,
        )
    };
    let (previous, withdrawn) = (counts.previous, &counts.withdrawn);
    let before = previous.map(|p| p.studies);
    let (left, right) = sides(
        "studies",
        total.studies,
        before,
        new.studies,
        withdrawn.studies,
    );
    out.push(equal(
        "I6",
        "total studies = previous + new \u{2212} withdrawn",
        left,
        right,
    ));
    let before = previous.map(|p| p.reports);
    let (left, right) = sides(
        "reports",
        total.reports,
        before,
        new.reports,
        withdrawn.reports,
    );
    out.push(equal(
        "I6",
        "total reports = previous + new \u{2212} withdrawn",
        left,
        right,
    ));
    if let Some(pooled) = pooled {
        out.push(at_most(
            "I7",
            "studies pooled \u{2264} total studies",
            term("studies pooled", "pooled", pooled),
            term("total studies", "total.studies", total.studies),
        ));
    }
}

#[cfg(test)]
mod tests;
