//! Small-study effects: Egger, Begg, Harbord, Peters.
//!
//! Sterne 2011, BMJ 343:d4002 and Handbook 13.3.5: none below ten studies, Harbord or Peters for
//! odds ratios, where Egger's is biased because effect and standard error go together.

pub mod kendall;

use super::dist;
use super::effect::Unit;
use super::effect::counts::{Counts, score};
use super::math::{count, ln};
use super::model::effects;
use super::result::{Begg, Egger, Harbord, Peters, SmallStudy};

/// A weighted least squares line.
#[derive(Debug, Clone, Copy)]
struct Line {
    intercept: f64,
    intercept_se: f64,
    slope: f64,
    slope_se: f64,
    df: f64,
}

/// Fits a line to (x, y, weight); nothing below three points or where x does not vary.
fn line(points: &[(f64, f64, f64)]) -> Option<Line> {
    let df = count(points.len()) - 2.0;
    if df < 1.0 {
        return None;
    }
    let sum: f64 = points.iter().map(|(_, _, w)| w).sum();
    let mean_x = points.iter().map(|(x, _, w)| w * x).sum::<f64>() / sum;
    let mean_y = points.iter().map(|(_, y, w)| w * y).sum::<f64>() / sum;
    let mut sxx = 0.0;
    let mut sxy = 0.0;
    for (x, y, w) in points {
        sxx += w * (x - mean_x) * (x - mean_x);
        sxy += w * (x - mean_x) * (y - mean_y);
    }
    let scale = points.iter().map(|(x, _, w)| w * x * x).sum::<f64>();
    if sxx <= 1e-24 * scale {
        return None;
    }
    let slope = sxy / sxx;
    let rss: f64 = points
        .iter()
        .map(|(x, y, w)| {
            let r = (y - mean_y) - slope * (x - mean_x);
            w * r * r
        })
        .sum();
    let variance = rss / df;
    Some(Line {
        intercept: mean_y - slope * mean_x,
        intercept_se: (variance * (1.0 / sum + mean_x * mean_x / sxx)).sqrt(),
        slope,
        slope_se: (variance / sxx).sqrt(),
        df,
    })
    .filter(|line| line.slope_se > 0.0 && line.intercept_se > 0.0)
}

/// All four tests, those for tables only where there are tables.
pub(crate) fn tests(units: &[Unit], warnings: &mut Vec<String>) -> SmallStudy {
    let (y, v) = effects(units);
    if y.len() < 10 {
        warnings.push(format!(
            "{} studies: tests of small-study effects are unreliable below 10 (Handbook 13.3.5.4)",
            y.len()
        ));
    }
    let found = SmallStudy {
        egger: egger(&y, &v),
        begg: kendall::begg(&y, &v),
        harbord: harbord(units),
        peters: peters(units),
    };
    if found.egger.is_none() {
        warnings.push("Egger's test needs three studies that differ in size".into());
    }
    if found.begg.is_none() {
        warnings.push("Begg's test needs studies that differ in effect and in size".into());
    }
    found
}

/// Egger 1997, BMJ 315:629: the intercept of y / se on 1 / se.
pub(crate) fn egger(y: &[f64], v: &[f64]) -> Option<Egger> {
    let points: Vec<(f64, f64, f64)> = y
        .iter()
        .zip(v)
        .map(|(y, v)| (1.0 / v.sqrt(), y / v.sqrt(), 1.0))
        .collect();
    let line = line(&points)?;
    let stat = line.intercept / line.intercept_se;
    Some(Egger {
        intercept: line.intercept,
        se: line.intercept_se,
        stat,
        df: line.df,
        p: dist::t_two_sided(stat, line.df),
    })
}

/// Harbord, Egger and Sterne 2006, Stat Med 25:3443: the intercept of Z / √V on √V, where Z is the
/// efficient score of the log odds ratio and V its variance.
fn harbord(units: &[Unit]) -> Option<Harbord> {
    let points: Vec<(f64, f64, f64)> = units
        .iter()
        .filter_map(|unit| match unit.counts {
            Counts::Table { a, b, c, d } => score(a, b, c, d),
            _ => None,
        })
        .map(|score| {
            let root = score.variance.sqrt();
            (root, score.difference / root, 1.0)
        })
        .collect();
    let line = line(&points)?;
    let stat = line.intercept / line.intercept_se;
    Some(Harbord {
        bias: line.intercept,
        se: line.intercept_se,
        stat,
        df: line.df,
        p: dist::t_two_sided(stat, line.df),
    })
}

/// Peters 2006, JAMA 295:676: the slope of the log odds ratio on 1 / n, weighted by
/// (1 / events + 1 / others)⁻¹.
fn peters(units: &[Unit]) -> Option<Peters> {
    let points: Vec<(f64, f64, f64)> = units
        .iter()
        .filter(|unit| unit.counts.one_sided().is_none())
        .filter_map(|unit| match (unit.counts, unit.counts.has_zero()) {
            (counts @ Counts::Table { .. }, true) => Some((unit.counts, counts.plus(0.5))),
            (counts @ Counts::Table { .. }, false) => Some((unit.counts, counts)),
            _ => None,
        })
        .filter_map(|(raw, corrected)| match (raw, corrected) {
            (
                Counts::Table { a, b, c, d },
                Counts::Table {
                    a: a1,
                    b: b1,
                    c: c1,
                    d: d1,
                },
            ) => {
                let weight = 1.0 / (1.0 / (a + c) + 1.0 / (b + d));
                Some((1.0 / (a + b + c + d), ln(a1 / b1) - ln(c1 / d1), weight))
            }
            _ => None,
        })
        .collect();
    let line = line(&points)?;
    let stat = line.slope / line.slope_se;
    Some(Peters {
        slope: line.slope,
        se: line.slope_se,
        stat,
        df: line.df,
        p: dist::t_two_sided(stat, line.df),
    })
}

/// A [`Begg`] from its parts, for [`kendall`].
pub(crate) fn begg_of(tau: f64, p: f64) -> Begg {
    Begg { tau, p }
}
