//! Trim and fill (Duval and Tweedie 2000, Biometrics 56:455; J Am Stat Assoc 95:89).
//!
//! Studies on the crowded side are trimmed until the rest is even, counted by L0 (from the sum of
//! the ranks above the estimate) or R0 (from the longest run of them), then put back with their
//! mirror images. As in metafor, the side follows from the slope of the estimates on their standard
//! errors, in a regression with the same method.

use super::math::{count, mean, same};
use super::model::{How, inverse_variance};
use super::result::{Filled, Side, TrimFill};
use super::spec::Trim;
use super::tau2::{Regression, estimate};

/// Trim and fill, or why it cannot be done.
pub(crate) fn trim_fill(y: &[f64], v: &[f64], how: &How, trim: Trim) -> Result<TrimFill, String> {
    if y.len() < 2 {
        return Err("trim and fill needs two studies".into());
    }
    let slope = slope(y, v, how).ok_or("trim and fill needs studies that differ in size")?;
    let side = if slope < 0.0 { Side::Right } else { Side::Left };
    let sign = if side == Side::Right { -1.0 } else { 1.0 };
    let mut studies: Vec<(f64, f64)> = y.iter().map(|y| sign * y).zip(v.iter().copied()).collect();
    studies.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (ys, vs): (Vec<f64>, Vec<f64>) = studies.iter().copied().unzip();
    let k = studies.len();
    let mut k0 = 0;
    let mut centre = 0.0;
    let mut settled = false;
    for _ in 0..100 {
        let kept = k - k0;
        let (Some(ys), Some(vs)) = (ys.get(..kept), vs.get(..kept)) else {
            break;
        };
        let Some(fit) = inverse_variance(ys, vs, how) else {
            break;
        };
        centre = fit.estimate;
        let next = missing(&studies, centre, trim);
        settled = next == k0;
        k0 = next;
        if settled || k0 >= k {
            break;
        }
    }
    if !settled {
        return Err("trim and fill goes round in circles for these studies".into());
    }
    let filled: Vec<Filled> = studies
        .iter()
        .skip(k - k0)
        .map(|(y, v)| Filled {
            yi: sign * (2.0 * centre - y),
            vi: *v,
        })
        .collect();
    let all_y: Vec<f64> = y
        .iter()
        .copied()
        .chain(filled.iter().map(|f| f.yi))
        .collect();
    let all_v: Vec<f64> = v
        .iter()
        .copied()
        .chain(filled.iter().map(|f| f.vi))
        .collect();
    let fit = inverse_variance(&all_y, &all_v, how).ok_or("nothing to pool")?;
    Ok(TrimFill {
        side,
        k0,
        estimate: fit.estimate,
        se: fit.se,
        ci: fit.ci,
        tau2: fit.tau2,
        filled,
    })
}

/// The slope on the standard error; nothing where all are the same.
fn slope(y: &[f64], v: &[f64], how: &How) -> Option<f64> {
    let errors: Vec<f64> = v.iter().map(|v| v.sqrt()).collect();
    let centre = mean(&errors);
    let spread = errors
        .iter()
        .map(|e| (e - centre).abs())
        .fold(0.0, f64::max);
    if spread <= 1e-13 * centre {
        return None;
    }
    if let ([y1, y2], [e1, e2]) = (y, errors.as_slice()) {
        return Some((y2 - y1) / (e2 - e1));
    }
    let x: Vec<Vec<f64>> = errors
        .iter()
        .map(|e| vec![1.0, (e - centre) / spread])
        .collect();
    let problem = Regression { y, v, x: &x, p: 2 };
    problem.solve(0.0)?;
    let tau2 = estimate(&problem, how.method);
    problem.solve(tau2)?.values.get(1).copied()
}

/// How many studies are missing, from the signed ranks of the distances to the centre.
fn missing(studies: &[(f64, f64)], centre: f64, trim: Trim) -> usize {
    let k = studies.len();
    let mut order: Vec<(f64, f64)> = studies
        .iter()
        .map(|(y, _)| ((y - centre).abs(), y - centre))
        .collect();
    // Ties keep the order of the estimates, as the sort is stable.
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ranked = order.iter().zip(1_usize..);
    let size = count(k);
    let k0 = match trim {
        Trim::L0 => {
            let above: usize = ranked
                .filter(|((_, away), _)| *away > 0.0)
                .map(|(_, rank)| rank)
                .sum();
            (4.0 * count(above) - size * (size + 1.0)) / (2.0 * size - 1.0)
        }
        Trim::R0 => {
            let below = ranked
                .filter(|((_, away), _)| *away < 0.0 && !same(*away, 0.0))
                .map(|(_, rank)| rank)
                .max();
            below.map_or(0.0, |rank| size - count(rank) - 1.0)
        }
    };
    let rounded = k0.max(0.0).round_ties_even();
    (0..=k).rev().find(|n| count(*n) <= rounded).unwrap_or(0)
}
