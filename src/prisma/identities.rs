//! The identities a flow obeys, with both sides as arithmetic.
//!
//! Equality always, except I5 and I7, which bound one count by another. What is pending is a term
//! of its own, so the identities hold while people are still deciding. A named part list (sources,
//! rules, reasons) is compared with its total only where it is given.
//!
//! Sources: the arithmetic of PRISMA 2020's flow template (Page et al., BMJ 2021;372:n71); one
//! primary reason per report, so that reasons partition the excluded reports.

mod rules;

pub use rules::check;

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
    /// The count that stands there.
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

#[cfg(test)]
mod tests;
