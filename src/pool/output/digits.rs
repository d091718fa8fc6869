//! How many digits an effect is printed with: one rule for text, pages and figures.
//!
//! An estimate and the ends of its interval have the same number of decimals, whatever their sign: two,
//! and more where the interval is so narrow that two would leave fewer than five steps in it (a risk
//! difference of −0.005 [−0.008, −0.002]). What is not 0 is never printed as 0, and a limit of a ratio
//! that is not 1 is not printed as 1.00, nor is a proportion. Ratios below 0.1 have three decimals; a wide difference
//! (100 units and more) has one, a very wide one none.

use crate::pool::analysis::people_of;
use crate::pool::math::pow;
use crate::pool::measure::Scale;
use crate::pool::result::Pooled;
use crate::pool::spec::Method;

/// The digits of a column of effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digits {
    /// Whether the values are ratios, which no effect leaves at 1.
    ratio: bool,
    /// The decimals of the column.
    decimals: usize,
    /// Whether the values are proportions, which end at 1.
    share: bool,
}

impl Default for Digits {
    fn default() -> Self {
        Self {
            ratio: true,
            decimals: LEAST,
            share: false,
        }
    }
}

/// The decimals of an ordinary effect.
const LEAST: usize = 2;
/// More decimals than this are not printed.
const MOST: usize = 9;
/// An interval has at least so many steps of its last digit.
const STEPS: f64 = 5.0;

impl Digits {
    /// The digits that suit these intervals (estimate, lower and upper end, reader's scale).
    ///
    /// ```
    /// use perennial::pool::digits::Digits;
    /// let narrow = [-0.0050, -0.0079, -0.0021];
    /// let text = Digits::of(false, &[narrow]).triple(narrow);
    /// assert_eq!(text, ["−0.005", "−0.008", "−0.002"]);
    /// let ratio = [1.2615, 1.1402, 1.3947];
    /// assert_eq!(Digits::of(true, &[ratio]).triple(ratio), ["1.26", "1.14", "1.39"]);
    /// ```
    pub fn of(ratio: bool, intervals: &[[f64; 3]]) -> Self {
        let widths = intervals.iter().map(|[_, lo, hi]| hi - lo);
        let decimals = widths
            .filter(|width| width.is_finite() && *width > 0.0)
            .map(|width| by_width(ratio, width))
            .max();
        Self {
            ratio,
            decimals: decimals.unwrap_or(LEAST),
            share: false,
        }
    }

    /// The digits of a result and of everything printed beside it.
    pub fn of_pooled(pooled: &Pooled) -> Self {
        Self {
            share: !pooled.measure.has_no_effect_value(),
            ..Self::of(is_ratio(pooled), &[back(pooled)])
        }
    }

    /// An estimate and the ends of its interval.
    pub fn triple(self, values: [f64; 3]) -> [String; 3] {
        let [_, lo, hi] = values;
        let first = self.decimals;
        let told = |value: f64, decimals: usize| {
            let noise = value.abs() <= 1e-9 * lo.abs().max(hi.abs());
            noise || !rounds_to(value, 0.0, decimals)
        };
        let mut decimals = first;
        // One more digit where that tells all three; else the small one alone has more.
        let all = |decimals| values.iter().all(|value| told(*value, decimals));
        if !self.ratio && (hi - lo).is_finite() && first < MOST && !all(first) && all(first + 1) {
            decimals += 1;
        }
        if self.ratio
            && decimals == LEAST
            && [lo, hi]
                .iter()
                .any(|end| (end - 1.0).abs() > 1e-9 && rounds_to(*end, 1.0, decimals))
        {
            decimals += 1;
        }
        values.map(|value| self.with(value, decimals, lo.abs().max(hi.abs())))
    }

    /// A value without an interval.
    pub fn value(self, value: f64) -> String {
        self.with(value, self.decimals, value.abs())
    }

    /// Both ends of an interval.
    pub fn ends(self, [lo, hi]: [f64; 2]) -> [String; 2] {
        let [_, lo, hi] = self.triple([hi, lo, hi]);
        [lo, hi]
    }

    fn with(self, value: f64, decimals: usize, size: f64) -> String {
        if !value.is_finite() || value.abs() <= 1e-9 * size {
            return fixed(if value.is_finite() { 0.0 } else { value }, decimals);
        }
        if value.abs() >= 1e4 && decimals <= LEAST {
            return fixed(value, 0);
        }
        let decimals = if self.ratio && value > 0.0 && value < 0.095 {
            decimals.max(3)
        } else {
            decimals
        };
        if rounds_to(value, 0.0, decimals) {
            return significant(value);
        }
        if self.share && 1.0 - value > 1e-9 {
            let enough = (decimals..MOST).find(|decimals| !rounds_to(value, 1.0, *decimals));
            return fixed(value, enough.unwrap_or(MOST));
        }
        fixed(value, decimals)
    }
}

/// Whether a value is printed like `other` with so many decimals.
fn rounds_to(value: f64, other: f64, decimals: usize) -> bool {
    let places = i32::try_from(decimals).unwrap_or(0);
    (value - other).abs() < 0.5 * pow(10.0, -f64::from(places))
}

fn by_width(ratio: bool, width: f64) -> usize {
    if !ratio && width >= 1000.0 {
        return 0;
    }
    if !ratio && width >= 100.0 {
        return 1;
    }
    (LEAST..MOST)
        .find(|decimals| {
            let places = i32::try_from(*decimals).unwrap_or(0);
            width * pow(10.0, f64::from(places)) >= STEPS
        })
        .unwrap_or(MOST)
}

/// A number too small for its column: one digit that is not 0.
fn significant(value: f64) -> String {
    let size = value.abs();
    if size < 1e-7 {
        return format!("{value:.0e}").replace('-', "\u{2212}");
    }
    let decimals = (1..=8).find(|decimals| !rounds_to(value, 0.0, *decimals));
    fixed(value, decimals.unwrap_or(8))
}

/// A number with `decimals` places and a true minus sign; a zero has no sign.
///
/// ```
/// use perennial::pool::digits::fixed;
/// assert_eq!(fixed(-0.1234, 2), "−0.12");
/// assert_eq!(fixed(-0.001, 2), "0.00");
/// ```
pub fn fixed(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|b| matches!(b, b'0' | b'.')) => rest.to_owned(),
        Some(rest) => format!("\u{2212}{rest}"),
        None => text,
    }
}

/// A number of a study's data: as it was typed, and what was computed (a standard deviation from a
/// standard error, or of two arms taken together) with two decimals, below 1 with three digits.
///
/// ```
/// use perennial::pool::digits::given;
/// assert_eq!([120.0, 4.25, -0.0125].map(given), ["120", "4.25", "−0.0125"]);
/// assert_eq!([4.832_917_355, 0.031_622_776_6].map(given), ["4.83", "0.0316"]);
/// ```
pub fn given(value: f64) -> String {
    const TYPED: usize = 4;
    let size = value.abs();
    let text = format!("{value}");
    let places = text.split_once('.').map_or(0, |(_, places)| places.len());
    if places <= TYPED || size <= 0.0 {
        return text.replace('-', "\u{2212}");
    }
    if size < 1e-7 {
        return format!("{value:.2e}").replace('-', "\u{2212}");
    }
    let mut decimals = LEAST;
    let mut least = 1.0;
    while size < least && decimals < MOST {
        decimals += 1;
        least /= 10.0;
    }
    fixed(value, decimals)
}

/// A variance between studies: three decimals, and one digit that is not 0 where three would hide it.
pub fn variance(value: f64) -> String {
    if value > 0.0 && value < 0.0005 {
        significant(value)
    } else if value >= 1e7 {
        format!("{value:.2e}")
    } else {
        fixed(value, 3)
    }
}

/// What I² is computed from under a method: `Q`, or `τ²` and the typical variance of a study (Higgins and
/// Thompson 2002, eq. 9 and 10). Both agree for DerSimonian and Laird's τ² alone.
pub fn i2_from(method: Method) -> &'static str {
    match method {
        Method::Fe | Method::Mh | Method::Peto | Method::Rm | Method::Rule50 | Method::Dl => "Q",
        Method::Pm
        | Method::Reml
        | Method::Ml
        | Method::Hs
        | Method::He
        | Method::Sj
        | Method::Eb => "τ²",
    }
}

/// Whether a result is a ratio on the reader's scale.
fn is_ratio(pooled: &Pooled) -> bool {
    pooled.scale == Scale::Log && pooled.measure.has_no_effect_value()
}

/// A result with its interval on the reader's scale, or on that of pooling where there is no way back.
fn back(pooled: &Pooled) -> [f64; 3] {
    let [low, high] = pooled.ci;
    match &pooled.back {
        Some(back) => [back.estimate, back.ci[0], back.ci[1]],
        None => [pooled.estimate, low, high],
    }
}

/// The estimate and the ends of its interval as every text and figure prints them.
pub fn texts(pooled: &Pooled) -> [String; 3] {
    Digits::of_pooled(pooled).triple(back(pooled))
}

/// The ends of the prediction interval in the same way; nothing where there is none.
pub fn prediction(pooled: &Pooled) -> Option<[String; 2]> {
    let people = people_of(pooled);
    let ends = pooled
        .prediction?
        .map(|end| pooled.measure.back(end, people).unwrap_or(end));
    Some(Digits::of_pooled(pooled).ends(ends))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(ratio: bool, values: [f64; 3]) -> String {
        let [estimate, lo, hi] = Digits::of(ratio, &[values]).triple(values);
        format!("{estimate} [{lo}, {hi}]")
    }

    #[test]
    fn digits_follow_the_interval_and_nothing_is_printed_as_zero_that_is_not() {
        for (ratio, values, want) in [
            (true, [1.2615, 1.1402, 1.3947], "1.26 [1.14, 1.39]"),
            (false, [-0.005, -0.0079, -0.0021], "−0.005 [−0.008, −0.002]"),
            (false, [0.005, 0.0021, 0.0079], "0.005 [0.002, 0.008]"),
            (false, [-0.0003, -0.2, 0.2], "−0.0003 [−0.20, 0.20]"),
            (false, [0.000_01, -0.2, 0.2], "0.00001 [−0.20, 0.20]"),
            (false, [-0.004, -0.2, 0.2], "−0.004 [−0.200, 0.200]"),
            (false, [0.0, -0.2, 0.2], "0.00 [−0.20, 0.20]"),
            (false, [-12.34, -25.1, 0.42], "−12.34 [−25.10, 0.42]"),
            (false, [1234.5, 100.4, 2368.6], "1234 [100, 2369]"),
            (false, [5e-6, 2e-6, 8e-6], "0.000005 [0.000002, 0.000008]"),
            // A limit on one side of no effect stays on it.
            (true, [0.85, 0.72, 0.998], "0.850 [0.720, 0.998]"),
            (true, [0.998, 0.9962, 0.9995], "0.9980 [0.9962, 0.9995]"),
            (true, [0.5, 0.4, 1.0], "0.50 [0.40, 1.00]"),
            (true, [0.28, 0.081, 0.95], "0.28 [0.081, 0.95]"),
            (true, [0.004, 0.0004, 0.04], "0.004 [0.0004, 0.040]"),
            (true, [6.1, 0.001, 36_533.93], "6.10 [0.001, 36534]"),
        ] {
            assert_eq!(shown(ratio, values), want, "{values:?}");
        }
    }

    #[test]
    fn a_proportion_below_1_is_not_printed_as_1() {
        let digits = Digits {
            share: true,
            ..Digits::of(false, &[[0.95, 0.72, 0.9985]])
        };
        assert_eq!(
            digits.triple([0.95, 0.72, 0.9988]),
            ["0.95", "0.72", "0.999"]
        );
        assert_eq!(
            digits.triple([0.999_98, 0.9, 1.0]),
            ["0.99998", "0.90", "1.00"]
        );
        assert_eq!(digits.value(0.994), "0.99");
    }

    #[test]
    fn both_signs_are_printed_alike() {
        for size in [0.000_021, 0.0031, 0.043, 0.8, 17.0, 430.0] {
            for half in [0.001, 0.02, 0.4, 30.0] {
                let (up, down) = (
                    [size, size - half, size + half],
                    [-size, -size - half, half - size],
                );
                let plain = |text: String| text.replace('\u{2212}', "");
                let [e, lo, hi] = Digits::of(false, &[up]).triple(up).map(plain);
                let [e2, lo2, hi2] = Digits::of(false, &[down]).triple(down).map(plain);
                assert_eq!((e, lo, hi), (e2, hi2, lo2));
            }
        }
    }
}
