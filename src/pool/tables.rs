//! Pooling tables directly: Mantel-Haenszel and Peto.
//!
//! Mantel and Haenszel 1959 with the variances of Robins, Breslow and Greenland 1986 (odds ratio),
//! Greenland and Robins 1985 (risk ratio), Sato 1989 (risk difference), and Rothman's chapter 15 for
//! rates; Yusuf 1985 for Peto. Nothing is added to empty cells unless asked: packages differ in
//! this (metafor adds nothing, Stata and `meta` add to tables with an empty cell).

use super::effect::Unit;
use super::effect::counts::{Counts, score};
use super::math::ln;
use super::measure::Measure;

/// A pooled estimate with its standard error and the weight of each study.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Direct {
    pub(crate) estimate: f64,
    pub(crate) se: f64,
    pub(crate) weights: Vec<f64>,
}

/// The Mantel-Haenszel estimate; nothing where it does not exist (no events in one arm).
pub(crate) fn mantel_haenszel(
    units: &[Unit],
    measure: Measure,
    add: Option<f64>,
) -> Option<Direct> {
    let cells: Vec<Counts> = units
        .iter()
        .map(|unit| match add {
            Some(add) if unit.counts.has_zero() => unit.counts.plus(add),
            _ => unit.counts,
        })
        .collect();
    let direct = match measure {
        Measure::Or => odds_ratio(&cells),
        Measure::Rr => risk_ratio(&cells),
        Measure::Rd => risk_difference(&cells),
        Measure::Irr => rate_ratio(&cells),
        Measure::Ird => rate_difference(&cells),
        _ => return None,
    };
    let usable = direct.estimate.is_finite() && direct.se.is_finite() && direct.se > 0.0;
    usable.then_some(direct)
}

/// The cells of a 2x2 table with its margins.
#[derive(Debug, Clone, Copy)]
struct Cells {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    n1: f64,
    n2: f64,
    n: f64,
}

fn tables(cells: &[Counts]) -> impl Iterator<Item = Cells> {
    cells.iter().filter_map(|counts| match *counts {
        Counts::Table { a, b, c, d } => Some(Cells {
            a,
            b,
            c,
            d,
            n1: a + b,
            n2: c + d,
            n: a + b + c + d,
        }),
        _ => None,
    })
}

fn odds_ratio(cells: &[Counts]) -> Direct {
    let (mut r, mut s, mut pr, mut mixed, mut qs) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let mut weights = Vec::with_capacity(cells.len());
    for t in tables(cells) {
        let (concordant, discordant) = ((t.a + t.d) / t.n, (t.b + t.c) / t.n);
        let (ri, si) = (t.a / t.n * t.d, t.b / t.n * t.c);
        r += ri;
        s += si;
        pr += concordant * ri;
        mixed += concordant * si + discordant * ri;
        qs += discordant * si;
        weights.push(si);
    }
    Direct {
        estimate: ln(r / s),
        se: (0.5 * (pr / (r * r) + mixed / (r * s) + qs / (s * s))).sqrt(),
        weights,
    }
}

fn risk_ratio(cells: &[Counts]) -> Direct {
    let (mut r, mut s, mut v) = (0.0, 0.0, 0.0);
    let mut weights = Vec::with_capacity(cells.len());
    for t in tables(cells) {
        r += t.a * (t.n2 / t.n);
        s += t.c * (t.n1 / t.n);
        v += (t.n1 / t.n) * (t.n2 / t.n) * (t.a + t.c) - t.a / t.n * t.c;
        weights.push(t.c / t.n * t.n1);
    }
    Direct {
        estimate: ln(r / s),
        se: (v / (r * s)).sqrt(),
        weights,
    }
}

fn risk_difference(cells: &[Counts]) -> Direct {
    let (mut top, mut bottom) = (0.0, 0.0);
    let mut weights = Vec::with_capacity(cells.len());
    for t in tables(cells) {
        top += t.a * (t.n2 / t.n) - t.c * (t.n1 / t.n);
        bottom += t.n1 * (t.n2 / t.n);
        weights.push(t.n1 * (t.n2 / t.n));
    }
    let estimate = top / bottom;
    let (mut slope, mut rest) = (0.0, 0.0);
    for t in tables(cells) {
        let (f1, f2) = (t.n1 / t.n, t.n2 / t.n);
        slope += t.c * f1 * f1 - t.a * f2 * f2 + f1 * f2 * (t.n2 - t.n1) / 2.0;
        rest += (t.a * (t.n2 - t.c) / t.n + t.c * (t.n1 - t.a) / t.n) / 2.0;
    }
    Direct {
        estimate,
        se: ((estimate * slope + rest) / (bottom * bottom)).sqrt(),
        weights,
    }
}

fn rates(cells: &[Counts]) -> impl Iterator<Item = (f64, f64, f64, f64)> {
    cells.iter().filter_map(|counts| match *counts {
        Counts::Rates { x1, t1, x2, t2 } => Some((x1, t1, x2, t2)),
        _ => None,
    })
}

fn rate_ratio(cells: &[Counts]) -> Direct {
    let (mut r, mut s, mut v) = (0.0, 0.0, 0.0);
    let mut weights = Vec::with_capacity(cells.len());
    for (x1, t1, x2, t2) in rates(cells) {
        let t = t1 + t2;
        r += x1 * (t2 / t);
        s += x2 * (t1 / t);
        v += (t1 / t) * (t2 / t) * (x1 + x2);
        weights.push(x2 / t * t1);
    }
    Direct {
        estimate: ln(r / s),
        se: (v / (r * s)).sqrt(),
        weights,
    }
}

fn rate_difference(cells: &[Counts]) -> Direct {
    let (mut top, mut bottom, mut v) = (0.0, 0.0, 0.0);
    let mut weights = Vec::with_capacity(cells.len());
    for (x1, t1, x2, t2) in rates(cells) {
        let weight = t1 / (t1 + t2) * t2;
        top += (x1 * t2 - x2 * t1) / (t1 + t2);
        bottom += weight;
        v += weight * weight * (x1 / (t1 * t1) + x2 / (t2 * t2));
        weights.push(weight);
    }
    Direct {
        estimate: top / bottom,
        se: v.sqrt() / bottom,
        weights,
    }
}

/// Peto's estimate with Q around it, from observed less expected events.
pub(crate) fn peto(units: &[Unit]) -> Option<(Direct, f64)> {
    let (mut o, mut v, mut squares) = (0.0, 0.0, 0.0);
    let mut weights = Vec::with_capacity(units.len());
    for unit in units {
        let found = match unit.counts {
            Counts::Table { a, b, c, d } => score(a, b, c, d),
            _ => None,
        };
        // A table without events, or with nothing but events, tells nothing of the odds ratio.
        let Some(score) = found else {
            weights.push(0.0);
            continue;
        };
        o += score.difference;
        v += score.variance;
        squares += score.difference * score.difference / score.variance;
        weights.push(score.variance);
    }
    let direct = Direct {
        estimate: o / v,
        se: 1.0 / v.sqrt(),
        weights,
    };
    (v > 0.0).then(|| (direct, (squares - o * o / v).max(0.0)))
}
