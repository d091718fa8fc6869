//! Effect sizes from means and standard deviations of two arms.

use super::{Effect, Left};
use crate::pool::math::{exp, ln, ln_gamma, same};
use crate::pool::measure::Measure;
use crate::pool::row::Data;
use crate::pool::spec::Definition;

/// Hedges' exact correction of small samples, J(m) = Γ(m/2) / (√(m/2) Γ((m−1)/2)) (Hedges 1981, eq. 6e).
///
/// ```
/// let j = perennial::pool::effect::means::hedges_correction(10.0);
/// assert!((j - 0.92274560805).abs() < 1e-10); // Hedges 1981, table 1 prints 0.9228
/// ```
pub fn hedges_correction(m: f64) -> f64 {
    if m <= 1.0 {
        return 0.0;
    }
    if m > 400.0 {
        // Beyond this the difference of two large logarithms loses digits; the series is exact to 1e-16.
        let r = 1.0 / m;
        return 1.0
            - r * (0.75
                + r * (0.218_75
                    + r * (0.070_312_5 - r * (0.028_808_593_75 + r * 0.058_959_960_937_5))));
    }
    exp(ln_gamma(0.5 * m) - 0.5 * ln(0.5 * m) - ln_gamma(0.5 * (m - 1.0)))
}

/// Effect size and variance from two arms' means (Handbook 6.5.1; Hedges 1981; Bonett 2009 for
/// unequal variances; Hedges, Gurevitch and Curtis 1999 for the ratio).
pub(crate) fn effect(
    data: &Data,
    measure: Measure,
    definition: Definition,
) -> Result<Effect, Left> {
    let Data::Continuous {
        n1,
        mean1,
        sd1,
        n2,
        mean2,
        sd2,
    } = *data
    else {
        return Err(Left::Missing);
    };
    let (var1, var2) = (sd1 * sd1, sd2 * sd2);
    let difference = mean1 - mean2;
    let freedom = n1 + n2 - 2.0;
    match measure {
        Measure::Md => Ok(Effect {
            yi: difference,
            vi: var1 / n1 + var2 / n2,
        }),
        Measure::Smd => {
            if freedom <= 1.0 {
                return Err(Left::TooFew);
            }
            let pooled = (((n1 - 1.0) * var1 + (n2 - 1.0) * var2) / freedom).sqrt();
            if same(pooled, 0.0) {
                return Err(Left::NoSpread);
            }
            let g = hedges_correction(freedom) * (difference / pooled);
            Ok(Effect {
                yi: g,
                vi: 1.0 / n1 + 1.0 / n2 + g * g / (2.0 * (n1 + n2)),
            })
        }
        Measure::Smdh => {
            if freedom <= 1.0 || n1 <= 1.0 || n2 <= 1.0 {
                return Err(Left::TooFew);
            }
            let average = f64::midpoint(var1, var2);
            if same(average, 0.0) {
                return Err(Left::NoSpread);
            }
            let correction = hedges_correction(freedom);
            let g = correction * (difference / average.sqrt());
            let spread = var1 * var1 / (n1 - 1.0) + var2 * var2 / (n2 - 1.0);
            let vi = g * g * spread / (8.0 * average * average)
                + (var1 / (n1 - 1.0) + var2 / (n2 - 1.0)) / average;
            // The corrected g stands in the variance.
            Ok(Effect {
                yi: g,
                vi: match definition {
                    Definition::Metafor5 => vi,
                    Definition::Metafor38 => correction * correction * vi,
                },
            })
        }
        Measure::Rom => {
            if mean1 * mean2 <= 0.0 {
                return Err(Left::NoRatio);
            }
            let spread1 = var1 / (n1 * mean1 * mean1);
            let spread2 = var2 / (n2 * mean2 * mean2);
            let bias = match definition {
                Definition::Metafor5 => 0.5 * (spread1 - spread2),
                Definition::Metafor38 => 0.0,
            };
            Ok(Effect {
                yi: ln(mean1 / mean2) + bias,
                vi: spread1 + spread2,
            })
        }
        _ => Err(Left::Missing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_of_the_correction_meets_the_exact_formula() {
        for m in [400.0, 401.0, 500.0, 800.0_f64] {
            let exact = exp(ln_gamma(0.5 * m) - 0.5 * ln(0.5 * m) - ln_gamma(0.5 * (m - 1.0)));
            assert!((hedges_correction(m) - exact).abs() < 1e-12, "{m}");
        }
    }
}
