//! One pooled estimate from a set of studies: the model, its interval and its heterogeneity.
//!
//! Weights are 1/(v + τ²). The Wald interval is estimate ± z · se; Hartung and Knapp's multiplies
//! the standard error by √q, q = Σ w (y − ŷ)² / (k − 1), and takes t with k − 1 degrees of freedom
//! (IntHout 2014, BMC Med Res Methodol 14:25); the ad hoc form takes max(1, q). I² follows Higgins
//! and Thompson 2002 (eq. 9, 10): τ² over τ² and the typical variance, as metafor has it; for common
//! effects it is (Q − df) / Q.

use super::dist;
use super::effect::Unit;
use super::math::{count, finite, is_zero};
use super::measure::Measure;
use super::row::Level;
use super::spec::{Interval, Method};
use super::tables;
use super::tau2::{Common, Problem as _, estimate};

/// How to pool.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct How {
    pub(crate) measure: Measure,
    pub(crate) method: Method,
    pub(crate) interval: Interval,
    pub(crate) level: Level,
    /// What Mantel-Haenszel adds to tables with an empty cell.
    pub(crate) mh_add: Option<f64>,
    /// A τ² that is given and not estimated.
    pub(crate) tau2: Option<f64>,
}

/// A pooled estimate on the scale of pooling.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fit {
    pub(crate) k: usize,
    pub(crate) estimate: f64,
    pub(crate) se: f64,
    pub(crate) ci: [f64; 2],
    pub(crate) stat: Option<f64>,
    pub(crate) df: Option<f64>,
    pub(crate) p: Option<f64>,
    /// The method that was used, where a rule chose it.
    pub(crate) method: Method,
    pub(crate) tau2: f64,
    pub(crate) q: f64,
    pub(crate) q_df: f64,
    pub(crate) q_p: f64,
    pub(crate) i2: f64,
    pub(crate) i2_q: f64,
    pub(crate) h2: f64,
    /// The typical variance of a study; 0 where nothing is left to vary.
    pub(crate) typical: f64,
    /// Hartung and Knapp's factor on the variance; 1 for Wald's interval.
    pub(crate) factor: f64,
    /// The weight of each study in per cent.
    pub(crate) weights: Vec<f64>,
}

impl Fit {
    /// The level's quantile of the fit's own distribution.
    pub(crate) fn critical(&self, level: Level) -> f64 {
        match self.df {
            Some(df) => dist::t_critical(level.fraction(), df),
            None => dist::normal_critical(level.fraction()),
        }
    }
}

/// Pools studies; nothing where the model has no estimate for them.
pub(crate) fn fit(units: &[Unit], how: &How) -> Option<Fit> {
    match how.method {
        Method::Mh => {
            let direct = tables::mantel_haenszel(units, how.measure, how.mh_add)?;
            let around = direct.estimate;
            // As metafor: Q leaves out tables without events, or with nothing but events, whatever
            // the measure; Mantel-Haenszel itself keeps what they say.
            let of_q: Vec<Unit> = units
                .iter()
                .filter(|unit| unit.counts.one_sided().is_none())
                .copied()
                .collect();
            let q = q_around(&of_q, around);
            Some(direct_fit(&direct, units.len(), q, how))
        }
        Method::Peto => {
            let (direct, q) = tables::peto(units)?;
            let of_q = direct.weights.iter().filter(|w| **w > 0.0).count();
            let q = if of_q > 1 { q } else { 0.0 };
            Some(direct_fit(&direct, units.len(), (q, of_q), how))
        }
        Method::Rm => revman(units, how),
        _ => {
            let (y, v) = effects(units);
            inverse_variance(&y, &v, how)
        }
    }
}

/// The estimates and variances of the studies that have them.
pub(crate) fn effects(units: &[Unit]) -> (Vec<f64>, Vec<f64>) {
    let mut y = Vec::with_capacity(units.len());
    let mut v = Vec::with_capacity(units.len());
    for effect in units.iter().filter_map(|unit| unit.effect) {
        y.push(effect.yi);
        v.push(effect.vi);
    }
    (y, v)
}

/// Σ (y − centre)² / v, and how many studies it has.
fn q_around(units: &[Unit], centre: f64) -> (f64, usize) {
    let mut q = 0.0;
    let mut k = 0;
    for effect in units.iter().filter_map(|unit| unit.effect) {
        q += (effect.yi - centre) * (effect.yi - centre) / effect.vi;
        k += 1;
    }
    // One study is its own centre, but for rounding.
    (if k > 1 { q } else { 0.0 }, k)
}

fn direct_fit(direct: &tables::Direct, k: usize, q: (f64, usize), how: &How) -> Fit {
    let (q, of_q) = q;
    let q_df = count(of_q.saturating_sub(1));
    let z = dist::normal_critical(how.level.fraction());
    let stat = direct.estimate / direct.se;
    let i2 = i2_of_q(q, q_df);
    Fit {
        k,
        estimate: direct.estimate,
        se: direct.se,
        ci: [
            direct.estimate - z * direct.se,
            direct.estimate + z * direct.se,
        ],
        stat: finite(stat),
        df: None,
        p: finite(stat).map(dist::normal_two_sided),
        method: how.method,
        tau2: 0.0,
        q,
        q_df,
        q_p: dist::chi2_above(q, q_df),
        i2,
        i2_q: i2,
        h2: if q_df > 0.0 { q / q_df } else { 1.0 },
        typical: 0.0,
        factor: 1.0,
        weights: percent(&direct.weights),
    }
}

/// (Q − df) / Q in per cent, 0 where Q is below its degrees of freedom or has none.
pub(crate) fn i2_of_q(q: f64, df: f64) -> f64 {
    if df > 0.0 && q > df {
        100.0 * (q - df) / q
    } else {
        0.0
    }
}

/// Weights that add up to 100.
pub(crate) fn percent(weights: &[f64]) -> Vec<f64> {
    let sum: f64 = weights.iter().sum();
    weights
        .iter()
        .map(|w| if sum > 0.0 { 100.0 * w / sum } else { 0.0 })
        .collect()
}

/// RevMan's "M-H, Random": DerSimonian and Laird's τ² with Q taken around the Mantel-Haenszel
/// estimate (Deeks and Higgins, "Statistical algorithms in Review Manager 5", 2010).
fn revman(units: &[Unit], how: &How) -> Option<Fit> {
    let centre = tables::mantel_haenszel(units, how.measure, how.mh_add)?.estimate;
    let (q, k) = q_around(units, centre);
    let (y, v) = effects(units);
    let common = Common { y: &y, v: &v };
    let q_df = count(k.saturating_sub(1));
    let tau2 = how.tau2.unwrap_or_else(|| {
        if k > 1 {
            ((q - q_df) / common.at(0.0).trace).max(0.0)
        } else {
            0.0
        }
    });
    let given = How {
        tau2: Some(tau2),
        ..*how
    };
    let mut fit = inverse_variance(&y, &v, &given)?;
    let i2 = i2_of_q(q, q_df);
    fit.q = q;
    fit.q_p = dist::chi2_above(q, q_df);
    fit.i2 = i2;
    fit.i2_q = i2;
    fit.h2 = if q_df > 0.0 { q / q_df } else { 1.0 };
    Some(fit)
}

/// Inverse-variance pooling, with τ² by the method.
pub(crate) fn inverse_variance(y: &[f64], v: &[f64], how: &How) -> Option<Fit> {
    let problem = Common { y, v };
    let freedom = count(y.len().checked_sub(1)?);
    let mut zero = problem.at(0.0);
    if freedom <= 0.0 {
        zero.q = 0.0;
    }
    let i2_q = i2_of_q(zero.q, freedom);
    let method = match how.method {
        Method::Rule50 if i2_q <= 50.0 => Method::Fe,
        Method::Rule50 => Method::Dl,
        other => other,
    };
    let tau2 = how.tau2.unwrap_or_else(|| estimate(&problem, method));
    let mut weights: Vec<f64> = v.iter().map(|v| 1.0 / (v + tau2)).collect();
    let sum: f64 = weights.iter().sum();
    let pooled = y.iter().zip(&weights).map(|(y, w)| w * y).sum::<f64>() / sum;
    let mut se = (1.0 / sum).sqrt();
    let mut factor = 1.0;
    let mut df = None;
    if how.interval != Interval::Wald && freedom > 0.0 {
        let residual: f64 = y
            .iter()
            .zip(&weights)
            .map(|(y, w)| w * (y - pooled) * (y - pooled))
            .sum();
        factor = residual / freedom;
        if how.interval == Interval::HkAdHoc {
            factor = factor.max(1.0);
        }
        se *= factor.sqrt();
        df = Some(freedom);
    }
    let stat = if is_zero(se) {
        None
    } else {
        finite(pooled / se)
    };
    let typical = if freedom > 0.0 {
        freedom / zero.trace
    } else {
        0.0
    };
    let (i2, h2) = if freedom <= 0.0 {
        (0.0, 1.0)
    } else if method.is_random() {
        (100.0 * tau2 / (typical + tau2), tau2 / typical + 1.0)
    } else {
        (i2_q, zero.q / freedom)
    };
    for w in &mut weights {
        *w *= 100.0 / sum;
    }
    let mut fit = Fit {
        k: y.len(),
        estimate: finite(pooled)?,
        se,
        ci: [0.0; 2],
        stat,
        df,
        p: stat.map(|stat| match df {
            Some(df) => dist::t_two_sided(stat, df),
            None => dist::normal_two_sided(stat),
        }),
        method,
        tau2,
        q: zero.q,
        q_df: freedom,
        q_p: dist::chi2_above(zero.q, freedom),
        i2,
        i2_q,
        h2,
        typical,
        factor,
        weights,
    };
    let half = fit.critical(how.level) * se;
    fit.ci = [pooled - half, pooled + half];
    Some(fit)
}
