//! The axis of an effect: logarithmic or linear, round ticks, what is cut off.

use crate::plot::text::{Weight, width_or_em};
use crate::plot::words;

/// An axis from `lo` to `hi` on the reader's scale, drawn from `x0` to `x1`.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    lo: f64,
    hi: f64,
    log: bool,
    x0: f64,
    x1: f64,
    /// Whether it stands upright: then the height of a number counts, not its width.
    upright: bool,
    /// The values that carry a tick.
    pub ticks: Vec<f64>,
}

/// No interval stretches the axis further than this factor (or number of spans) from the middle.
const REACH: f64 = 8.0;
/// Ticks stand at least so far apart.
const APART: f64 = 24.0;
/// The same on an axis of one column of a journal.
const NARROW: f64 = 13.0;
/// The same on an upright axis.
const UPRIGHT: f64 = 22.0;

impl Axis {
    /// The axis that shows every estimate and, within reach, every interval.
    ///
    /// `values` are estimates with their intervals; `null` is the value of no effect and is always
    /// on the axis.
    pub fn fit(values: &[(f64, f64, f64)], null: f64, log: bool, (x0, x1): (f64, f64)) -> Self {
        let scale = |value: f64| if log { value.max(1e-12).ln() } else { value };
        let back = |value: f64| if log { value.exp() } else { value };
        let usable = |value: &f64| value.is_finite() && (!log || *value > 0.0);
        let points: Vec<f64> = values
            .iter()
            .map(|(est, ..)| *est)
            .filter(usable)
            .chain([null])
            .map(scale)
            .collect();
        let low = points.iter().copied().fold(f64::INFINITY, f64::min);
        let high = points.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let reach = if log {
            REACH.ln()
        } else {
            (high - low).abs().max(1e-9) * 2.0
        };
        let (mut lo, mut hi) = (low, high);
        for (_, a, b) in values {
            if usable(a) {
                lo = lo.min(scale(*a).max(low - reach));
            }
            if usable(b) {
                hi = hi.max(scale(*b).min(high + reach));
            }
        }
        let margin = ((hi - lo) * 0.04).max(if log { 0.05 } else { 1e-9 });
        let mut axis = Self {
            lo: back(lo - margin),
            hi: back(hi + margin),
            log,
            x0,
            x1,
            upright: false,
            ticks: Vec::new(),
        };
        axis.ticks = axis.round_numbers(Some(null));
        axis
    }

    /// The axis from `lo` to `hi`, no further, on the reader's scale.
    pub fn between((lo, hi): (f64, f64), log: bool, (x0, x1): (f64, f64)) -> Self {
        let mut axis = Self {
            lo,
            hi,
            log,
            x0,
            x1,
            upright: false,
            ticks: Vec::new(),
        };
        axis.only_round();
        axis
    }

    /// The same, upright: `lo` stands at the first height, `hi` at the second.
    pub fn upright(ends: (f64, f64), log: bool, places: (f64, f64)) -> Self {
        let mut axis = Self::between(ends, log, places);
        axis.upright = true;
        axis.only_round();
        axis
    }

    /// The same range from left to right, with the same ticks where their numbers have room.
    #[must_use]
    pub fn level(&self, (x0, x1): (f64, f64)) -> Self {
        let mut axis = Self {
            x0,
            x1,
            upright: false,
            ..self.clone()
        };
        if !axis.clear(&axis.ticks, &|value| axis.x(value)) {
            axis.only_round();
        }
        axis
    }

    /// Round numbers from `lo` to `hi` along a line that `place` measures, with what is written
    /// there.
    pub fn along(ends: (f64, f64), log: bool, place: &dyn Fn(f64) -> f64) -> Vec<(f64, String)> {
        let mut axis = Self::upright(ends, log, (0.0, 1.0));
        axis.ticks = axis.rounded(None, place);
        axis.labels()
    }

    /// The ticks with what is written there: on a linear axis all with the same decimals.
    pub fn labels(&self) -> Vec<(f64, String)> {
        let texts = self.texts(&self.ticks);
        self.ticks.iter().copied().zip(texts).collect()
    }

    fn texts(&self, ticks: &[f64]) -> Vec<String> {
        let places = ticks.iter().map(|tick| decimals(*tick));
        let places = places.max().unwrap_or(0);
        let large = ticks.iter().any(|tick| tick.abs() >= 1e7);
        let text = |tick: &f64| {
            if self.log || places > 6 || large {
                words::tick(*tick)
            } else {
                words::fixed(*tick, places)
            }
        };
        ticks.iter().map(text).collect()
    }

    /// Whether the numbers of ticks have room beside each other.
    fn clear(&self, ticks: &[f64], place: &dyn Fn(f64) -> f64) -> bool {
        let texts = self.texts(ticks);
        let all: Vec<(f64, &String)> = ticks.iter().map(|tick| place(*tick)).zip(&texts).collect();
        all.windows(2).all(|pair| match pair {
            [(a, left), (b, right)] => (a - b).abs() >= self.apart_for(left, right),
            _ => true,
        })
    }

    /// The values at its two ends.
    pub fn range(&self) -> (f64, f64) {
        (self.lo, self.hi)
    }

    /// Ticks at round numbers alone: where there is no value of no effect.
    pub fn only_round(&mut self) {
        self.ticks = self.round_numbers(None);
    }

    /// Where a value stands, clipped to the axis.
    pub fn x(&self, value: f64) -> f64 {
        let scale = |value: f64| {
            if self.log {
                value.max(1e-12).ln()
            } else {
                value
            }
        };
        let (lo, hi) = (scale(self.lo), scale(self.hi));
        let share = (scale(value) - lo) / (hi - lo);
        self.x0 + share.clamp(0.0, 1.0) * (self.x1 - self.x0)
    }

    /// Whether a value lies beyond the axis, to the left or to the right.
    pub fn beyond(&self, value: f64) -> (bool, bool) {
        (value < self.lo, value > self.hi)
    }

    /// Round numbers, those people expect first, none closer to another than [`APART`].
    fn round_numbers(&self, null: Option<f64>) -> Vec<f64> {
        self.rounded(null, &|value| self.x(value))
    }

    fn rounded(&self, null: Option<f64>, place: &dyn Fn(f64) -> f64) -> Vec<f64> {
        if !self.log {
            return self.even(null, place);
        }
        let mut wanted: Vec<f64> = null.into_iter().collect();
        for digit in [
            1.0, 2.0, 5.0, 1.5, 2.5, 4.0, 3.0, 7.5, 1.25, 8.0, 6.0, 7.0, 9.0,
        ] {
            for power in -6..=6 {
                wanted.push(digit * 10_f64.powi(power));
            }
        }
        let mut ticks: Vec<f64> = Vec::new();
        for value in wanted {
            let (left, right) = self.beyond(value);
            let apart = ticks.iter().all(|t| {
                (place(*t) - place(value)).abs()
                    >= self.apart_for(&words::tick(*t), &words::tick(value))
            });
            if !left && !right && apart {
                ticks.push(value);
            }
        }
        if ticks.len() < 2 {
            // So short that it is as good as linear.
            return self.even(null, place);
        }
        ticks.sort_by(f64::total_cmp);
        ticks
    }

    /// The multiples of the smallest round step whose numbers have room.
    fn even(&self, null: Option<f64>, place: &dyn Fn(f64) -> f64) -> Vec<f64> {
        let span = self.hi - self.lo;
        let unit = 10_f64.powf(span.log10().floor());
        for part in [0.1, 0.2, 0.5, 1.0, 2.0, 5.0] {
            let step = part * unit;
            let (mut n, last) = ((self.lo / step).ceil(), (self.hi / step).floor());
            let mut ticks: Vec<f64> = Vec::new();
            while n <= last && ticks.len() < 100 {
                ticks.push(n * step);
                n += 1.0;
            }
            if ticks.len() > 1 && self.clear(&ticks, place) {
                return ticks;
            }
        }
        let seen = |value: &f64| self.beyond(*value) == (false, false);
        null.into_iter().filter(seen).collect()
    }

    /// How far apart two ticks stand: long numbers need more, a narrow axis has less.
    fn apart_for(&self, a: &str, b: &str) -> f64 {
        if self.upright {
            return UPRIGHT;
        }
        let least = if self.x1 - self.x0 < 110.0 {
            NARROW
        } else {
            APART
        };
        let wide = |text| width_or_em(text, 7.0, Weight::SemiBold).unwrap_or(least);
        least.max(f64::midpoint(wide(a), wide(b)) + 4.0)
    }
}

/// How many decimals say a number exactly.
fn decimals(value: f64) -> usize {
    let text = words::plain(value);
    if text.contains('e') {
        return usize::MAX;
    }
    text.split_once('.').map_or(0, |(_, part)| part.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_axis_has_round_ticks_and_the_value_of_no_effect() {
        let values = [(1.13, 1.02, 1.25), (1.71, 1.33, 2.20), (1.04, 0.95, 1.15)];
        let axis = Axis::fit(&values, 1.0, true, (330.0, 500.0));
        assert!(
            axis.ticks.contains(&1.0) && axis.ticks.contains(&2.0),
            "{:?}",
            axis.ticks
        );
        assert!(axis.x(1.0) > 330.0 && axis.x(2.2) < 500.0);
        for pair in axis.ticks.windows(2) {
            assert!(axis.x(pair[1]) - axis.x(pair[0]) >= APART - 0.001);
        }
    }

    #[test]
    fn a_huge_interval_is_cut_and_said_to_be() {
        let axis = Axis::fit(
            &[(1.2, 0.001, 4000.0), (0.9, 0.5, 1.6)],
            1.0,
            true,
            (0.0, 200.0),
        );
        assert_eq!(axis.beyond(0.001), (true, false));
        assert_eq!(axis.beyond(4000.0), (false, true));
        assert_eq!(axis.beyond(1.2), (false, false));
    }

    #[test]
    fn a_short_log_axis_has_even_ticks_and_numbers_of_one_form() {
        let axis = Axis::between((1.0002, 1.0009), true, (0.0, 300.0));
        assert!(axis.ticks.len() > 2, "{:?}", axis.ticks);
        let texts = |hi: f64| -> Vec<String> {
            let axis = Axis::upright((0.0, hi), false, (172.0, 0.0));
            axis.labels().into_iter().map(|(_, text)| text).collect()
        };
        assert_eq!(texts(0.16), ["0.00", "0.05", "0.10", "0.15"]);
        assert_eq!(texts(2.5e-8).get(1).unwrap(), "5e\u{2212}9");
    }

    #[test]
    fn a_difference_axis_is_linear() {
        let axis = Axis::fit(
            &[(-3.0, -5.0, -1.0), (2.0, -1.0, 5.0)],
            0.0,
            false,
            (0.0, 300.0),
        );
        assert!(axis.ticks.contains(&0.0));
        let middle = f64::midpoint(axis.x(-5.0), axis.x(5.0));
        assert!((axis.x(0.0) - middle).abs() < 0.001);
    }
}
