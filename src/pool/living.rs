//! The living overlay: what repeated looks do, beside the conventional result and never instead.
//!
//! The Handbook (22.4.2) advises against sequential methods for routine updates of a living review,
//! so everything here is advisory and says so. With information I = 1 / se² the normal mixture of
//! Robbins (1970) with prior variance s² gives the e-value
//! (1 + I s²)^−½ exp(z² I s² / (2 (1 + I s²))) and, turned round, an interval that holds at every look
//! at once: estimate ± √((1 + I s²)/(I² s²) · ln((1 + I s²)/α²)) (ter Schure and Grünwald, "ALL-IN
//! meta-analysis", F1000Research 2022;11:549; Howard 2021, Ann Stat 49:1055). The required
//! information size is that of a trial of the wanted effect, inflated by diversity D² (Wetterslev
//! 2009, BMC Med Res Methodol 9:86).

use super::dist::{normal_critical, normal_quantile, normal_two_sided};
use super::math::{exp, ln};
use super::result::Pooled;
use super::row::Level;
use serde::Serialize;

/// The effect that the overlay looks for where nothing else is declared: a relative change of 20 %,
/// ln 0.8.
pub const WORTH_FINDING: f64 = -0.223_143_551_314_209_76;

/// What the overlay is asked.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Looks {
    /// How often the data were looked at, this look among them.
    pub looks: u32,
    /// The effect worth finding, on the scale of pooling.
    pub effect: f64,
    /// The level of the intervals.
    pub level: Level,
    /// The power wanted.
    pub power: f64,
}

/// What repeated looks do to a result.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Living {
    /// How often the data were looked at.
    pub looks: u32,
    /// The chance of a false finding by now, had the looks been at equal steps of information and
    /// nothing there: a bound of the conventional tests (Bonferroni), not the exact figure.
    pub error_bound: f64,
    /// The interval that holds at every look at once.
    pub ci: [f64; 2],
    /// The evidence against no effect: by betting on it, a stake of 1 has become this.
    pub e_value: f64,
    /// An e-value as p-value that holds at every look: 1 / e, at most 1.
    pub p: f64,
    /// The information at hand, 1 / se².
    pub information: f64,
    /// The information that the wanted effect needs.
    pub required: f64,
    /// Diversity in per cent: how much of the variance is between studies.
    pub diversity: f64,
    /// The information at hand against the required.
    pub fraction: f64,
}

/// The overlay of a result; nothing where its standard error is 0 or the question makes no sense.
///
/// ```
/// use perennial::pool::living::e_value;
/// // No information: the stake is what it was. z = 3 with I s² = 1: e^{9/4} / √2 = 6.71.
/// assert_eq!(e_value(0.0, 0.0, 1.0), 1.0);
/// assert!((e_value(3.0, 1.0, 1.0) - 6.7087).abs() < 1e-3);
/// ```
pub fn living(pooled: &Pooled, looks: &Looks) -> Option<Living> {
    let asked = looks.effect.abs() > 0.0
        && looks.power > 0.0
        && looks.power < 1.0
        && looks.looks > 0
        && pooled.se > 0.0;
    if !asked {
        return None;
    }
    let alpha = 1.0 - looks.level.fraction();
    let information = 1.0 / (pooled.se * pooled.se);
    // The wanted effect as the prior's spread: what is to be found is likely to be of its size.
    let spread = looks.effect * looks.effect;
    let e_value = e_value(pooled.estimate / pooled.se, information, spread);
    let half = half_width(information, spread, alpha);
    let sum = normal_critical(looks.level.fraction()) + normal_quantile(looks.power);
    // Diversity compares the variance under the model with that of one common effect.
    let common: f64 = pooled
        .studies
        .iter()
        .filter_map(|study| study.vi)
        .map(|vi| 1.0 / vi)
        .sum();
    let diversity = if common > 0.0 {
        (1.0 - information / common).clamp(0.0, 1.0)
    } else {
        0.0
    };
    let required = sum * sum / spread;
    Some(Living {
        looks: looks.looks,
        error_bound: (f64::from(looks.looks) * alpha).min(1.0),
        ci: [pooled.estimate - half, pooled.estimate + half],
        e_value,
        p: (1.0 / e_value).min(1.0),
        information,
        required,
        diversity: 100.0 * diversity,
        fraction: information / required,
    })
}

/// The normal mixture's e-value of a z statistic with information I and prior variance s².
pub fn e_value(z: f64, information: f64, spread: f64) -> f64 {
    let ratio = information * spread;
    exp(0.5 * z * z * ratio / (1.0 + ratio)) / (1.0 + ratio).sqrt()
}

/// The interval about one estimate that holds at every look at once; nothing where the standard
/// error is 0 or there is no effect worth finding.
///
/// ```
/// use perennial::pool::{Level, living::at_every_look};
///
/// let [lo, hi] = at_every_look(-0.5, 0.1, 0.223, Level::P95).unwrap();
/// assert!(lo < -0.5 - 1.96 * 0.1 && hi > -0.5 + 1.96 * 0.1);
/// assert_eq!(at_every_look(-0.5, 0.0, 0.223, Level::P95), None);
/// ```
pub fn at_every_look(estimate: f64, se: f64, effect: f64, level: Level) -> Option<[f64; 2]> {
    if !(se > 0.0 && effect.abs() > 0.0) {
        return None;
    }
    let half = half_width(1.0 / (se * se), effect * effect, 1.0 - level.fraction());
    Some([estimate - half, estimate + half])
}

/// Half the width of the interval that holds at every look.
fn half_width(information: f64, spread: f64, alpha: f64) -> f64 {
    let grown = 1.0 + information * spread;
    (grown / (information * information * spread) * ln(grown / (alpha * alpha))).sqrt()
}

/// The conventional two-sided p-value, for the comparison beside the overlay.
pub fn conventional_p(estimate: f64, se: f64) -> f64 {
    normal_two_sided(estimate / se)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_ends_where_the_e_value_reaches_one_over_alpha() {
        for information in [0.5, 4.0, 90.0, 1e4_f64] {
            for spread in [0.01, 0.25, 2.0] {
                let half = half_width(information, spread, 0.05);
                let e = e_value(half * information.sqrt(), information, spread);
                assert!((e - 20.0).abs() < 1e-9, "{e}");
                assert!(half > 1.96 / information.sqrt());
            }
        }
    }

    /// A random walk of 60 looks without effect passes 20 in at most 5 of 100 cases, as Ville's
    /// inequality promises; the conventional test passes 0.05 far more often.
    #[test]
    fn e_values_keep_their_promise_under_many_looks() {
        let mut state = 7_u64;
        let mut draw = || {
            let mut sum = -6.0;
            for _ in 0..12 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                sum += f64::from(u32::try_from(state >> 32).unwrap()) / 4_294_967_296.0;
            }
            sum
        };
        let (mut passed, mut naive) = (0, 0);
        for _ in 0..2000 {
            let (mut score, mut seen, mut seen_naive) = (0.0, false, false);
            for look in 1..=60 {
                score += draw();
                let information = f64::from(look);
                let z = score / information.sqrt();
                seen |= e_value(z, information, 0.1) >= 20.0;
                seen_naive |= z.abs() > 1.96;
            }
            passed += i32::from(seen);
            naive += i32::from(seen_naive);
        }
        assert!(passed < 100, "{passed}");
        assert!(naive > 400, "{naive}");
    }
}
