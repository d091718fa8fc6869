//! Titles: words first (a cheap gate), then letters; a replaced word is no spelling.

use super::{Evidence, agree_or_conflict, both, common, edit, share};
use crate::dedup::normalise::Prepared;
use crate::dedup::normalise::text::hash32;
use crate::dedup::normalise::title::Title;

/// The words that tell two titles apart although they are spelt alike.
const OPPOSITES: &[(&str, &str)] = &[
    ("men", "women"),
    ("male", "female"),
    ("males", "females"),
    ("man", "woman"),
    ("vitro", "vivo"),
    ("increase", "decrease"),
    ("increased", "decreased"),
    ("increases", "decreases"),
    ("agonist", "antagonist"),
    ("agonists", "antagonists"),
    ("systolic", "diastolic"),
    ("inpatient", "outpatient"),
    ("inpatients", "outpatients"),
    ("morbidity", "mortality"),
    ("early", "late"),
];

/// Writes into `out` what the best pair of titles says.
pub(super) fn compare(a: &Prepared, b: &Prepared, out: &mut Evidence) {
    let mut best: Option<(f64, &Title, &Title)> = None;
    for x in &a.titles {
        for y in &b.titles {
            let score = similarity(x, y);
            if best.is_none_or(|(s, p, q)| {
                score > s || (score >= s && p.key.len() + q.key.len() < x.key.len() + y.key.len())
            }) {
                best = Some((score, x, y));
            }
        }
    }
    let Some((score, x, y)) = best else {
        return;
    };
    out.title = score;
    out.equal = x.key == y.key;
    out.contained = !out.equal && contained(&x.key, &y.key);
    out.generic = x.generic || y.generic;
    out.length = x.key.len().min(y.key.len());
    out.translated = x.bracketed || y.bracketed || x.foreign != y.foreign;
    out.digits = agree_or_conflict(x.digits == y.digits);
    out.part = both(x.part, y.part);
    if !out.equal && score > 0.5 {
        out.replaced = replaced(x, y);
    }
}

/// 1 for equal titles; 0 where they share too few words to look closer.
fn similarity(a: &Title, b: &Title) -> f64 {
    if a.key.is_empty() || b.key.is_empty() {
        return 0.0;
    }
    if a.key == b.key {
        return 1.0;
    }
    let common = common(&a.tokens, &b.tokens);
    let dice = share(2 * common, a.tokens.len() + b.tokens.len());
    if dice < 0.35 {
        return dice.min(0.34);
    }
    let edit = edit::similarity(&a.key, &b.key);
    if edit < 0.9 && dice >= 0.999 {
        return 0.9; // the same words in another order
    }
    edit.min(0.999)
}

fn contained(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.len() >= 12 && (long.starts_with(short) || long.ends_with(short))
}

/// Whether a word of one title stands in the place of another word of the other.
fn replaced(a: &Title, b: &Title) -> bool {
    let missing = |x: &Title, y: &Title| -> Vec<String> {
        x.text
            .split(' ')
            .filter(|word| y.tokens.binary_search(&hash32(word)).is_err())
            .map(str::to_owned)
            .collect()
    };
    let (mut left, mut right) = (missing(a, b), missing(b, a));
    let opposite = |x: &str, y: &str| {
        OPPOSITES.contains(&(x, y)) || OPPOSITES.contains(&(y, x)) || opposed(x, y)
    };
    if left.iter().any(|x| right.iter().any(|y| opposite(x, y))) {
        return true;
    }
    if left.concat() == right.concat() {
        return false; // only the blanks differ
    }
    left.retain(|x| {
        let near = right
            .iter()
            .position(|y| spelt_alike(x, y) || (x.len() > 3 && b.key.contains(x.as_str())));
        if let Some(place) = near {
            right.remove(place);
        }
        near.is_none()
    });
    !left.is_empty() && !right.is_empty() && left.concat() != right.concat()
}

fn spelt_alike(a: &str, b: &str) -> bool {
    let digits = |t: &str| t.bytes().any(|c| c.is_ascii_digit());
    if digits(a) || digits(b) {
        return false;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    !opposed(a, b)
        && (edit::similarity(a, b) >= 0.75
            || (short.len() >= 3 && long.starts_with(short) && edit::similarity(a, b) >= 0.6))
}

/// Beginnings that turn a word into another one: `hyperglycaemia` and `hypoglycaemia`.
const FRONTS: &[(&str, &str)] = &[
    ("hyper", "hypo"),
    ("pre", "post"),
    ("intra", "extra"),
    ("intra", "inter"),
    ("endo", "exo"),
    ("homo", "hetero"),
    ("mono", "poly"),
    ("macro", "micro"),
    ("mono", "bi"),
    ("uni", "bi"),
    ("in", "ex"),
    ("up", "down"),
    ("eu", "hypo"),
    ("normo", "hyper"),
    ("normo", "hypo"),
    ("nor", ""),
    ("non", ""),
    ("anti", ""),
    ("un", ""),
    ("meth", ""),
    ("des", ""),
    ("dis", ""),
    ("pre", ""),
    ("post", ""),
];

/// Whether two words differ by their beginning alone, and mean two things.
fn opposed(a: &str, b: &str) -> bool {
    if a.as_bytes().last_chunk::<4>() != b.as_bytes().last_chunk::<4>() {
        return false; // they end differently
    }
    let differ = |x: &str, y: &str| {
        FRONTS.iter().any(|(p, q)| {
            let rest = x.strip_prefix(p).zip(y.strip_prefix(q));
            rest.is_some_and(|(x, y)| x == y && x.len() >= 4)
        })
    };
    differ(a, b) || differ(b, a)
}
