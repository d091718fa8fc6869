//! What a relative effect means for 1,000 people at a stated risk (Handbook 15.4.4).

use super::math::{exp, pow};
use super::measure::Measure;
use super::result::Absolute;

/// Effects per 1,000 at a risk without the intervention; nothing for measures that are not of risks.
///
/// ```
/// use perennial::pool::{Measure, absolute::absolute};
/// // Handbook 15.4.4.4: an assumed risk of 200 per 1,000 and a risk ratio of 0.92 give 16 fewer.
/// let found = absolute(Measure::Rr, 0.92_f64.ln(), [0.8_f64.ln(), 1.06_f64.ln()], 0.2).unwrap();
/// assert!((found.per_1000 + 16.0).abs() < 1e-9);
/// assert!(found.nnt_ci.is_none());
/// ```
pub fn absolute(measure: Measure, estimate: f64, ci: [f64; 2], risk: f64) -> Option<Absolute> {
    let difference = |value: f64| -> Option<f64> {
        let with = match measure {
            Measure::Rr => (risk * exp(value)).min(1.0),
            Measure::Or | Measure::Peto => {
                let odds = risk / (1.0 - risk) * exp(value);
                odds / (1.0 + odds)
            }
            Measure::Rd => (risk + value).clamp(0.0, 1.0),
            // The risk by the end of follow-up, with hazards in proportion.
            Measure::Hr => 1.0 - pow(1.0 - risk, exp(value)),
            _ => return None,
        };
        Some(with - risk)
    };
    let middle = difference(estimate)?;
    let [low, high] = ci;
    let bounds = [difference(low)?, difference(high)?];
    let one_side = bounds.iter().all(|b| *b > 0.0) || bounds.iter().all(|b| *b < 0.0);
    let people = |difference: f64| 1.0 / difference.abs();
    let mut numbers = bounds.map(people);
    numbers.sort_by(f64::total_cmp);
    Some(Absolute {
        baseline_risk: risk,
        per_1000: 1000.0 * middle,
        ci: bounds.map(|b| 1000.0 * b),
        nnt: (middle.abs() > 0.0).then(|| people(middle)),
        nnt_ci: one_side.then_some(numbers),
    })
}
