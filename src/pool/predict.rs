//! Prediction interval: where the effect of a new study is expected.
//!
//! estimate ± t · √(τ² + se²), t with k − 2 degrees of freedom (Higgins, Thompson and Spiegelhalter
//! 2009, J R Stat Soc A 172:137), with k − 1, or the normal quantile.

use super::dist;
use super::math::count;
use super::model::Fit;
use super::row::Level;
use super::spec::Prediction;

/// The interval, or why there is none.
pub(crate) fn interval(
    fit: &Fit,
    k: usize,
    kind: Prediction,
    level: Level,
) -> Result<[f64; 2], &'static str> {
    if !fit.method.is_random() {
        return Err("a common-effect model has no prediction interval");
    }
    let freedom = match kind {
        Prediction::TkMinus2 => count(k) - 2.0,
        Prediction::TkMinus1 => count(k) - 1.0,
        Prediction::Z => count(k) - 1.0,
    };
    if freedom < 1.0 {
        return Err("too few studies for a prediction interval");
    }
    let quantile = match kind {
        Prediction::TkMinus2 | Prediction::TkMinus1 => dist::t_critical(level.fraction(), freedom),
        Prediction::Z => dist::normal_critical(level.fraction()),
    };
    let half = quantile * (fit.tau2 + fit.se * fit.se).sqrt();
    Ok([fit.estimate - half, fit.estimate + half])
}
