//! A count as arithmetic on its neighbours: `489 = 526 screened − 37 taken forward`.

use crate::prisma::identities::{Relation, Term};
use crate::prisma::{Check, Counts};

/// The sentence of the count at `path`.
pub(super) fn of(counts: &Counts, path: &str, name: &str, value: u64) -> String {
    let equation = counts
        .checks()
        .into_iter()
        .find_map(|check| solve(&check, path));
    match equation {
        Some(terms) => format!("{name}: {value} = {terms}."),
        None => format!("{name}: {value}."),
    }
}

/// The count at `path` as a sum of its neighbours, each with whether it is subtracted; what is added
/// comes first. Nothing where no identity gives it.
pub(super) fn sum(counts: &Counts, path: &str) -> Option<Vec<Term>> {
    counts.checks().iter().find_map(|check| solved(check, path))
}

/// The identity solved for the term at `path`, as words.
fn solve(check: &Check, path: &str) -> Option<String> {
    let mut out = String::new();
    for term in solved(check, path)? {
        if !out.is_empty() {
            out.push_str(if term.minus { " \u{2212} " } else { " + " });
        } else if term.minus {
            out.push('\u{2212}');
        }
        out.push_str(&format!("{} {}", term.n, term.label));
    }
    Some(out)
}

/// The identity solved for the term at `path`, if it has that term once and is an equality.
fn solved(check: &Check, path: &str) -> Option<Vec<Term>> {
    if check.relation != Relation::Equal {
        return None;
    }
    let has = |side: &[Term]| side.iter().filter(|term| term.path == path).count();
    let (own, other) = match (has(&check.left), has(&check.right)) {
        (1, 0) => (&check.left, &check.right),
        (0, 1) => (&check.right, &check.left),
        _ => return None,
    };
    let sought = own.iter().find(|term| term.path == path)?;
    // own side: ±sought + rest = other  →  sought = ±(other − rest)
    let mut terms: Vec<(bool, &Term)> = other.iter().map(|term| (term.minus, term)).collect();
    terms.extend(
        own.iter()
            .filter(|term| term.path != path)
            .map(|term| (!term.minus, term)),
    );
    if sought.minus {
        for (minus, _) in &mut terms {
            *minus = !*minus;
        }
    }
    if terms.len() < 2 {
        return None;
    }
    // What is added comes first, so that a sentence does not begin with a minus.
    terms.sort_by_key(|(minus, _)| *minus);
    let terms = terms.into_iter().map(|(minus, term)| Term {
        minus,
        ..term.clone()
    });
    Some(terms.collect())
}
