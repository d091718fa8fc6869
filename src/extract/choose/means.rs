//! What a paper prints instead of mean and standard deviation, or of an interval, turned into them.
//!
//! A standard error or an interval of a mean is arithmetic (Cochrane Handbook 6.5.2.2), as is the
//! interval behind a standard error or a p-value of an effect (6.3.2, 6.5.2.3). A median with
//! quartiles or range is an estimate, good where values are not skewed (Luo 2018, Wan 2014), and
//! taken only where the workflow says so (`medians`). Whatever is turned says so beside its row.

use crate::extract::cell::Spread;
use crate::extract::checks::is_ratio;
use crate::extract::{CellValue, Decimal};
use crate::pool::Level;
use crate::pool::convert::{Summary, mean_sd, sd_from_interval, sd_from_se, se_from_p};
use crate::pool::dist::normal_critical;

/// Mean, standard deviation, people, and how they were come by.
pub(super) type Means = (f64, f64, u64, Option<String>);

/// Mean and standard deviation of an arm.
pub(super) fn means(value: &CellValue, medians: bool) -> Option<Means> {
    let n = value.n?;
    let people = whole(n)?;
    if let Some(mean) = &value.mean {
        if let Some(sd) = &value.sd {
            return Some((mean.value(), sd.value(), n, None));
        }
        if let Some(se) = &value.se {
            let sd = sd_from_se(se.value(), people)?;
            let how = format!("SD from the standard error {se} (Handbook 6.5.2.2)");
            return Some((mean.value(), sd, n, Some(how)));
        }
        if let (Some(low), Some(high), Some(Spread::Ci)) = (&value.low, &value.high, value.spread) {
            let sd = sd_from_interval(low.value(), high.value(), people, level(value)?)?;
            let how = format!("SD from the interval {low} to {high} (Handbook 6.5.2.2)");
            return Some((mean.value(), sd, n, Some(how)));
        }
    }
    let median = value.median.as_ref().filter(|_| medians)?;
    let (low, high) = (value.low.as_ref()?, value.high.as_ref()?);
    let (summary, what) = match value.spread? {
        Spread::Iqr => (
            Summary::Quartiles {
                q1: low.value(),
                median: median.value(),
                q3: high.value(),
            },
            "quartiles",
        ),
        Spread::Range => (
            Summary::Range {
                low: low.value(),
                median: median.value(),
                high: high.value(),
            },
            "range",
        ),
        Spread::Ci => return None,
    };
    let (mean, sd) = mean_sd(summary, people)?;
    let how = format!(
        "mean and SD estimated from the median {median} and the {what} {low} to {high} (Luo 2018, \
         Wan 2014): good where values are not skewed"
    );
    Some((mean, sd, n, Some(how)))
}

/// The interval of an effect at the usual level, and how it was come by, where one is printed or
/// can be worked out.
pub(super) fn interval(
    value: &CellValue,
    measure: &str,
) -> Option<([f64; 3], f64, Option<String>)> {
    let effect = value.effect.as_ref()?;
    if let (Some(low), Some(high)) = (&value.ci_low, &value.ci_high) {
        let level = value.ci_level.as_ref().map_or(USUAL, Decimal::value);
        return Some(([effect.value(), low.value(), high.value()], level, None));
    }
    let ratio = is_ratio(measure);
    if ratio && effect.value() <= 0.0 {
        return None;
    }
    let middle = if ratio {
        libm::log(effect.value())
    } else {
        effect.value()
    };
    let (se, how) = if let Some(se) = &value.se {
        (se.value(), format!("interval from the standard error {se}"))
    } else {
        let p = value.p.as_ref()?;
        let se = se_from_p(middle, p.value(), None)?;
        (se, format!("interval from P = {p} (Handbook 6.3.2)"))
    };
    if !(se > 0.0 && se.is_finite()) {
        return None;
    }
    let half = normal_critical(USUAL / 100.0) * se;
    let back = |x: f64| if ratio { libm::exp(x) } else { x };
    let ends = [middle, middle - half, middle + half].map(back);
    Some((ends, USUAL, Some(how)))
}

/// The level that is assumed where a report prints none; a check warns of it.
const USUAL: f64 = 95.0;

fn level(value: &CellValue) -> Option<Level> {
    Level::parse(value.ci_level.as_ref().map_or(USUAL, Decimal::value))
}

fn whole(n: u64) -> Option<f64> {
    u32::try_from(n).ok().map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(parts: &[(&str, &str)], n: u64, spread: Option<Spread>) -> CellValue {
        let of = |name: &str| {
            let found = parts.iter().find(|(known, _)| *known == name);
            found.map(|(_, number)| number.parse().unwrap())
        };
        CellValue {
            n: Some(n),
            mean: of("mean"),
            sd: of("sd"),
            se: of("se"),
            median: of("median"),
            low: of("low"),
            high: of("high"),
            effect: of("effect"),
            p: of("p"),
            ci_level: of("ci_level"),
            spread,
            ..CellValue::default()
        }
    }

    #[test]
    fn a_standard_deviation_follows_from_a_standard_error_or_an_interval() {
        let (mean, sd, n, how) =
            means(&value(&[("mean", "3.1"), ("se", "0.5")], 25, None), false).unwrap();
        assert_eq!((mean, sd, n), (3.1, 2.5, 25));
        assert!(how.unwrap().contains("standard error 0.5"));
        // Handbook 6.5.2.2: 25 people, 30.0 to 34.2, t = 2.0639: 5.09.
        let printed = [("mean", "32.1"), ("low", "30.0"), ("high", "34.2")];
        let (_, sd, _, how) = means(&value(&printed, 25, Some(Spread::Ci)), false).unwrap();
        assert!((sd - 5.09).abs() < 5e-3, "{sd}");
        assert!(how.unwrap().contains("30.0 to 34.2"));
        // What is printed is taken as it is.
        let both = [("mean", "3.1"), ("sd", "2"), ("se", "0.5")];
        assert_eq!(
            means(&value(&both, 25, None), false).unwrap(),
            (3.1, 2.0, 25, None)
        );
        // Limits that are not an interval say nothing of the mean's precision.
        assert_eq!(
            means(&value(&printed, 25, Some(Spread::Range)), false),
            None
        );
    }

    #[test]
    fn a_median_becomes_a_mean_only_where_the_workflow_says_so() {
        let printed = [("median", "10"), ("low", "8"), ("high", "12")];
        let iqr = value(&printed, 1000, Some(Spread::Iqr));
        assert_eq!(means(&iqr, false), None);
        let (mean, sd, _, how) = means(&iqr, true).unwrap();
        assert!((mean - 10.0).abs() < 1e-12 && (sd - 4.0 / 1.349).abs() < 0.01);
        assert!(how.unwrap().contains("median 10 and the quartiles 8 to 12"));
        let range = means(&value(&printed, 1000, Some(Spread::Range)), true).unwrap();
        assert!(range.1 < sd && range.3.unwrap().contains("range"));
        assert_eq!(means(&value(&printed, 1000, None), true), None);
    }

    #[test]
    fn an_interval_follows_from_a_standard_error_or_a_p_value() {
        // Handbook 6.3.2 with z: a difference of 2 with P 0.0455 is 2 standard errors from 0.
        let p = value(&[("effect", "2"), ("p", "0.0455")], 50, None);
        let ([_, lo, hi], level, how) = interval(&p, "MD").unwrap();
        assert!(
            (lo - 0.04).abs() < 1e-3 && (hi - 3.96).abs() < 1e-3,
            "{lo} {hi}"
        );
        assert!((level - 95.0).abs() < 1e-12);
        assert!(how.unwrap().contains("P = 0.0455"));
        let se = value(&[("effect", "0.5"), ("se", "0.2")], 50, None);
        let ([estimate, lo, hi], ..) = interval(&se, "HR").unwrap();
        assert!((estimate - 0.5).abs() < 1e-12);
        assert!(((hi / lo).ln() / 2.0 - 1.959_964 * 0.2).abs() < 1e-6);
        // A p-value of 1 or a ratio that is none gives nothing.
        assert_eq!(
            interval(&value(&[("effect", "0.5"), ("p", "1")], 50, None), "HR"),
            None
        );
        assert_eq!(
            interval(&value(&[("effect", "-1"), ("se", "1")], 50, None), "HR"),
            None
        );
    }
}
