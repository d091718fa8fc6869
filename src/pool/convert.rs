//! What extraction needs: standard deviations from what papers print, means from medians, counts
//! from percentages.
//!
//! Handbook 6.5.2 for intervals, standard errors and p-values; Wan 2014, BMC Med Res Methodol 14:135
//! for the standard deviation and Luo 2018, Stat Methods Med Res 27:1785 for the mean from medians.

use super::dist::{normal_critical, normal_quantile, t_critical};
use super::math::{finite, ln, pow};
use super::row::Level;

/// The standard deviation behind a standard error of a mean: se · √n (Handbook 6.5.2.2).
///
/// ```
/// assert_eq!(perennial::pool::convert::sd_from_se(0.5, 25.0), Some(2.5));
/// ```
pub fn sd_from_se(se: f64, n: f64) -> Option<f64> {
    (se > 0.0 && n > 0.0).then(|| se * n.sqrt())
}

/// The standard deviation behind an interval of a mean, by t with n − 1 degrees of freedom below
/// 100 people as the Handbook (6.5.2.2) has it, by z from there on.
///
/// ```
/// // Handbook 6.5.2.2: 25 people, 95 % interval 30.0 to 34.2: t = 2.0639, SD = 5.09.
/// let sd = perennial::pool::convert::sd_from_interval(30.0, 34.2, 25.0, Default::default()).unwrap();
/// assert!((sd - 5.087).abs() < 1e-3);
/// ```
pub fn sd_from_interval(low: f64, high: f64, n: f64, level: Level) -> Option<f64> {
    if !(high > low && n >= 2.0) {
        return None;
    }
    let quantile = if n < 100.0 {
        t_critical(level.fraction(), n - 1.0)
    } else {
        normal_critical(level.fraction())
    };
    finite(n.sqrt() * (high - low) / (2.0 * quantile))
}

/// The standard error of a mean difference from its two-sided p-value of a t test
/// (Handbook 6.5.2.3): |difference| / t with n1 + n2 − 2 degrees of freedom.
///
/// ```
/// // Handbook 6.5.2.3: MD 3.8, p = 0.008, 25 and 22 people: t = 2.78, SE = 1.37.
/// let se = perennial::pool::convert::se_from_p(3.8, 0.008, Some(45.0)).unwrap();
/// assert!((se - 1.37).abs() < 5e-3);
/// ```
pub fn se_from_p(difference: f64, p: f64, df: Option<f64>) -> Option<f64> {
    if !(p > 0.0 && p < 1.0) {
        return None;
    }
    let quantile = match df {
        Some(df) if df >= 1.0 => t_critical(1.0 - p, df),
        Some(_) => return None,
        None => normal_critical(1.0 - p),
    };
    finite(difference.abs() / quantile).filter(|se| *se > 0.0)
}

/// The standard error of an estimate from its interval by z, on the scale of the interval.
pub fn se_from_interval(low: f64, high: f64, level: Level) -> Option<f64> {
    (high > low).then(|| (high - low) / (2.0 * normal_critical(level.fraction())))
}

/// The average standard deviation of two arms behind the standard error of their mean difference
/// (Handbook 6.5.2.3): se / √(1/n1 + 1/n2).
pub fn sd_from_difference(se: f64, n1: f64, n2: f64) -> Option<f64> {
    (se > 0.0 && n1 > 0.0 && n2 > 0.0).then(|| se / (1.0 / n1 + 1.0 / n2).sqrt())
}

/// What a paper prints instead of mean and standard deviation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Summary {
    /// Median with the lowest and highest value.
    Range {
        /// The lowest value observed.
        low: f64,
        /// The median.
        median: f64,
        /// The highest value observed.
        high: f64,
    },
    /// Median with the first and third quartile.
    Quartiles {
        /// The first quartile.
        q1: f64,
        /// The median.
        median: f64,
        /// The third quartile.
        q3: f64,
    },
    /// Lowest, quartiles, median and highest.
    Five {
        /// The lowest value observed.
        low: f64,
        /// The first quartile.
        q1: f64,
        /// The median.
        median: f64,
        /// The third quartile.
        q3: f64,
        /// The highest value observed.
        high: f64,
    },
}

/// Mean and standard deviation behind a summary of n people (Luo 2018 eq. 7, 11, 15; Wan 2014 eq.
/// 9, 16, 13), good for values that are not skewed; nothing where the numbers are out of order.
///
/// ```
/// use perennial::pool::convert::{Summary, mean_sd};
/// // Quartiles symmetric around the median leave the mean there; SD ≈ (q3 − q1) / 1.35.
/// let (mean, sd) = mean_sd(Summary::Quartiles { q1: 8.0, median: 10.0, q3: 12.0 }, 1000.0).unwrap();
/// assert!((mean - 10.0).abs() < 1e-12 && (sd - 4.0 / 1.3490).abs() < 0.01);
/// ```
pub fn mean_sd(summary: Summary, n: f64) -> Option<(f64, f64)> {
    if n < 3.0 || !n.is_finite() {
        return None;
    }
    let ordered = |values: &[f64]| values.windows(2).all(|pair| pair.first() <= pair.last());
    // Expected distance of the extremes and of the quartiles of n normal values (Wan 2014).
    let range = 2.0 * normal_quantile((n - 0.375) / (n + 0.25));
    let quartiles = 2.0 * normal_quantile((0.75 * n - 0.125) / (n + 0.25));
    match summary {
        Summary::Range { low, median, high } => {
            let weight = 4.0 / (4.0 + pow(n, 0.75));
            ordered(&[low, median, high]).then(|| {
                let middle = f64::midpoint(low, high);
                (
                    weight * middle + (1.0 - weight) * median,
                    (high - low) / range,
                )
            })
        }
        Summary::Quartiles { q1, median, q3 } => {
            let weight = 0.7 + 0.39 / n;
            ordered(&[q1, median, q3]).then(|| {
                let middle = f64::midpoint(q1, q3);
                (
                    weight * middle + (1.0 - weight) * median,
                    (q3 - q1) / quartiles,
                )
            })
        }
        Summary::Five {
            low,
            q1,
            median,
            q3,
            high,
        } => {
            let of_range = 2.2 / (2.2 + pow(n, 0.75));
            let of_quartiles = 0.7 - 0.72 / pow(n, 0.55);
            ordered(&[low, q1, median, q3, high]).then(|| {
                let mean = of_range * f64::midpoint(low, high)
                    + of_quartiles * f64::midpoint(q1, q3)
                    + (1.0 - of_range - of_quartiles) * median;
                let sd = 0.5 * ((high - low) / range + (q3 - q1) / quartiles);
                (mean, sd)
            })
        }
    }
}

/// The numbers of events among n people that a printed percentage allows, with `decimals` digits
/// after the point: every count whose percentage rounds to it, half up or half to even.
///
/// ```
/// use perennial::pool::convert::counts_of_percentage;
/// // POLLUX (Bahlis 2020): 92.9 % is 261 of 281, and of no count among 286.
/// assert_eq!(counts_of_percentage(92.9, 1, 281), Some(261..=261));
/// assert_eq!(counts_of_percentage(92.9, 1, 286), None);
/// ```
pub fn counts_of_percentage(
    percent: f64,
    decimals: u32,
    n: u32,
) -> Option<std::ops::RangeInclusive<u32>> {
    if !(0.0..=100.0).contains(&percent) {
        return None;
    }
    let half = 0.5 * pow(10.0, -f64::from(decimals));
    let people = f64::from(n);
    // A hair wider than half a unit: a value on the edge may have been rounded either way.
    let slack = 1e-9;
    let low = (people * (percent - half) / 100.0 - slack).ceil().max(0.0);
    let high = (people * (percent + half) / 100.0 + slack)
        .floor()
        .min(people);
    if low > high {
        return None;
    }
    Some(whole(low, n)..=whole(high, n))
}

/// A whole number between 0 and `most`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is whole and between 0 and a u32"
)]
fn whole(number: f64, most: u32) -> u32 {
    number.clamp(0.0, f64::from(most)) as u32
}

/// The logarithm of a ratio and its standard error from ratio and interval: the way extraction
/// takes a hazard ratio in.
pub fn log_ratio(ratio: f64, low: f64, high: f64, level: Level) -> Option<(f64, f64)> {
    if !(low > 0.0 && low <= ratio && ratio <= high) {
        return None;
    }
    Some((ln(ratio), se_from_interval(ln(low), ln(high), level)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wan 2014, additional file, and estmeansd's R: quartiles 1, 2, 4 of 50 people.
    #[test]
    fn means_and_deviations_follow_luo_and_wan() {
        let quartiles = Summary::Quartiles {
            q1: 1.0,
            median: 2.0,
            q3: 4.0,
        };
        let (mean, sd) = mean_sd(quartiles, 50.0).unwrap();
        assert!((mean - (0.7078 * 2.5 + 0.2922 * 2.0)).abs() < 1e-12);
        assert!((sd - 3.0 / (2.0 * normal_quantile(37.375 / 50.25))).abs() < 1e-12);
        let wrong = Summary::Range {
            low: 3.0,
            median: 2.0,
            high: 4.0,
        };
        assert_eq!(mean_sd(wrong, 50.0), None);
    }

    #[test]
    fn every_count_is_among_those_its_own_percentage_allows() {
        for n in 1..400_u32 {
            for events in 0..=n {
                let percent = (f64::from(events) / f64::from(n) * 1000.0).round() / 10.0;
                let found = counts_of_percentage(percent, 1, n).unwrap();
                assert!(found.contains(&events), "{events}/{n}");
            }
        }
    }
}
