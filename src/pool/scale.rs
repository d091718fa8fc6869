//! A ratio pooled on the wrong scale: raw ratios with the standard errors of their logarithms.
//!
//! The slip shows in the result: an interval that is symmetric around a ratio instead of its
//! logarithm, and heterogeneity that vanishes. This recomputes the slip from the studies and
//! compares it with what was published.

use super::dist::normal_critical;
use super::math::{count, ln};
use super::model::i2_of_q;
use super::row::{Data, Level, Row};
use serde::Serialize;

/// A published pooled ratio as printed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Printed {
    /// The ratio on the reader's scale.
    pub estimate: f64,
    /// Its confidence interval, at the level of the specification.
    pub ci: [f64; 2],
    /// How many digits after the point.
    pub decimals: i32,
}

/// What a published pooled ratio looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scaling {
    /// Symmetric on the logarithmic scale, as a ratio should be.
    Logarithmic,
    /// Symmetric on the raw scale, which no ratio pooled by its logarithm is.
    Raw,
    /// Too coarse to tell.
    Undecided,
}

/// On which scale a printed interval is symmetric, within its rounding.
///
/// ```
/// use perennial::pool::scale::{Printed, Scaling, scaling};
/// // The published PFS row of the anti-CD38 review.
/// let printed = Printed { estimate: 0.50, ci: [0.39, 0.61], decimals: 2 };
/// assert_eq!(scaling(&printed), Scaling::Raw);
/// let ours = Printed { estimate: 0.47, ci: [0.37, 0.60], decimals: 2 };
/// assert_eq!(scaling(&ours), Scaling::Logarithmic);
/// ```
pub fn scaling(printed: &Printed) -> Scaling {
    let half = 0.5 * super::math::pow(10.0, -f64::from(printed.decimals)) * (1.0 + 1e-9);
    let [low, high] = printed.ci;
    let raw = (f64::midpoint(low, high) - printed.estimate).abs() <= 2.0 * half;
    // The logarithmic middle, as far as the rounding of the bounds lets it move.
    let middle = |a: f64, b: f64| (a.max(0.0) * b).sqrt();
    let least = middle(low - half, high - half) - half;
    let most = middle(low + half, high + half) + half;
    let logarithmic = low > 0.0 && (least..=most).contains(&printed.estimate);
    match (logarithmic, raw) {
        (true, false) => Scaling::Logarithmic,
        (false, true) => Scaling::Raw,
        _ => Scaling::Undecided,
    }
}

/// The slip recomputed: common-effect pooling of raw ratios with standard errors of logarithms.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Slip {
    /// The wrongly pooled ratio.
    pub estimate: f64,
    /// Its wrong interval.
    pub ci: [f64; 2],
    /// I² in per cent, wrongly small.
    pub i2: f64,
    /// How many studies.
    pub k: usize,
}

/// What the slip gives for these hazard ratios; nothing without two of them.
pub fn raw_ratios_with_log_errors(rows: &[Row], level: Level) -> Option<Slip> {
    let studies: Vec<(f64, f64)> = rows
        .iter()
        .filter_map(|row| match row.data? {
            Data::Hr {
                hr,
                ci_lb,
                ci_ub,
                level,
            } => {
                let se = (ln(ci_ub) - ln(ci_lb)) / (2.0 * normal_critical(level.fraction()));
                Some((hr, 1.0 / (se * se)))
            }
            _ => None,
        })
        .collect();
    if studies.len() < 2 {
        return None;
    }
    let sum: f64 = studies.iter().map(|(_, w)| w).sum();
    let estimate = studies.iter().map(|(hr, w)| hr * w).sum::<f64>() / sum;
    let q = studies
        .iter()
        .map(|(hr, w)| w * (hr - estimate) * (hr - estimate))
        .sum();
    let half = normal_critical(level.fraction()) / sum.sqrt();
    Some(Slip {
        estimate,
        ci: [estimate - half, estimate + half],
        i2: i2_of_q(q, count(studies.len()) - 1.0),
        k: studies.len(),
    })
}
