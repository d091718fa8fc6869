//! Titles: words first (a cheap gate), then letters; a replaced word is not a spelling.

use super::{Evidence, agree_or_conflict, align, both, common, edit, share};
use crate::dedup::Sign;
use crate::dedup::normalise::Prepared;
use crate::dedup::normalise::title::Title;

/// The share of words in common from which on titles are compared letter by letter.
const ALIKE: f64 = 0.35;

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
    out.contained = !out.equal && contained(x, y);
    out.generic = x.generic || y.generic;
    out.length = x.key.len().min(y.key.len());
    out.column = x.column || y.column;
    out.translated = x.bracketed || y.bracketed || x.foreign != y.foreign;
    out.digits = agree_or_conflict(x.digits == y.digits);
    out.part = both(x.part, y.part);
    out.letter = both(x.letter, y.letter);
    let signed = x.signs.oppose(&y.signs);
    out.apart = signed;
    if x.text == y.text || score <= 0.5 {
        return;
    }
    let wording = align::compare(&x.text, &y.text);
    out.apart |= wording.apart;
    out.marked = wording.marked;
    out.near = wording.near;
    out.loose = wording.loose;
    out.replaced = wording.replaced || wording.apart && !out.equal;
    if wording.same() {
        out.equal = true;
        out.contained = false;
        out.title = out.title.max(0.98);
        out.digits = Sign::Agree;
    } else if wording.near == 1 && !out.replaced && wording.extra == 0 && out.length >= 30 {
        out.title = out.title.max(0.95);
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
    if dice < ALIKE {
        return dice.min(0.34);
    }
    let edit = edit::similarity(&a.key, &b.key);
    if edit < 0.9 && dice >= 0.999 {
        return 0.9; // the same words in another order
    }
    edit.min(0.999)
}

fn contained(x: &Title, y: &Title) -> bool {
    let (short, long) = if x.key.len() <= y.key.len() {
        (x, y)
    } else {
        (y, x)
    };
    short.key.len() >= 10 && long.holds(short)
}
