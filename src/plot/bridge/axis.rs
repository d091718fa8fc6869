//! The axis of a bridge: close around the estimates, so that parts can be seen.

use super::BridgePlot;
use crate::plot::words::{fixed, tick};
use crate::pool::Scale;

/// Ticks stand at least so far apart.
const APART: f64 = 27.0;
/// A character of a tick takes so much, with room to spare.
const CHARACTER: f64 = 4.7;
/// Intervals are cut where the estimates would share less than this part of the axis.
const SHARE: f64 = 0.06;
/// A spread of estimates below this part of the intervals is shown as small as it is.
const NEGLIGIBLE: f64 = 0.02;

/// An axis on the scale of pooling.
pub(super) struct Axis {
    lo: f64,
    hi: f64,
    x: (f64, f64),
    /// Where ticks stand, with what is written at them.
    pub(super) ticks: Vec<(f64, String)>,
}

impl Axis {
    pub(super) fn fit(plot: &BridgePlot, x: (f64, f64)) -> Self {
        let (lo, hi) = domain(plot);
        let mut axis = Self {
            lo,
            hi,
            x,
            ticks: Vec::new(),
        };
        axis.ticks = match plot.measure.scale() {
            Scale::Log if hi - lo > 1.5 => axis.decades(),
            Scale::Log => axis.even(f64::exp, |ratio| {
                if ratio > 0.0 {
                    ratio.ln()
                } else {
                    f64::NEG_INFINITY
                }
            }),
            Scale::Identity | Scale::Logit | Scale::Arcsine | Scale::FreemanTukey => {
                axis.even(|value| value, |value| value)
            }
        };
        axis
    }

    /// Where a value stands, clipped to the axis.
    pub(super) fn x(&self, value: f64) -> f64 {
        let share = (value - self.lo) / (self.hi - self.lo);
        self.x.0 + share.clamp(0.0, 1.0) * (self.x.1 - self.x.0)
    }

    /// Whether a value lies beyond the axis, to the left or to the right.
    pub(super) fn beyond(&self, value: f64) -> (bool, bool) {
        (value < self.lo, value > self.hi)
    }

    /// Round values at even steps on the reader's scale, the finest step that leaves room.
    fn even(&self, back: impl Fn(f64) -> f64, there: impl Fn(f64) -> f64) -> Vec<(f64, String)> {
        let (low, high) = (back(self.lo), back(self.hi));
        let start = whole((high - low).log10().floor()) - 2;
        let digits = [1.0, 2.0, 5.0];
        for (power, digit) in (start..start + 4).flat_map(|power| digits.map(|d| (power, d))) {
            let step = digit * 10_f64.powi(power);
            let decimals = usize::try_from(-power).unwrap_or(0);
            let (first, last) = ((low / step).ceil(), (high / step).floor());
            if last - first > 12.0 {
                continue;
            }
            let ticks: Vec<(f64, String)> = (0..=whole(last - first))
                .map(|n| (first + f64::from(n)) * step)
                .map(|value| (there(value), fixed(value, decimals)))
                .collect();
            let close = ticks
                .windows(2)
                .any(|pair| matches!(pair, [a, b] if !self.apart(a, b)));
            if !close && !ticks.is_empty() {
                return ticks;
            }
        }
        vec![(
            f64::midpoint(self.lo, self.hi),
            tick(f64::midpoint(low, high)),
        )]
    }

    /// Whether two ticks have room for what is written at them.
    fn apart(&self, a: &(f64, String), b: &(f64, String)) -> bool {
        let longest = a.1.chars().count().max(b.1.chars().count());
        let wide = CHARACTER * u32::try_from(longest).map_or(0.0, f64::from) + 6.0;
        (self.x(b.0) - self.x(a.0)).abs() >= wide.max(APART)
    }

    /// Powers of ten, their doubles and halves, as far as there is room.
    fn decades(&self) -> Vec<(f64, String)> {
        let mut ticks: Vec<(f64, String)> = Vec::new();
        for digit in [1.0, 2.0, 5.0] {
            for power in -9..=9 {
                let value: f64 = digit * 10_f64.powi(power);
                let at = value.ln();
                let inside = at >= self.lo && at <= self.hi;
                let decimals = usize::try_from(-power).unwrap_or(0);
                let tick = (at, fixed(value, decimals));
                if inside && ticks.iter().all(|other| self.apart(other, &tick)) {
                    ticks.push(tick);
                }
            }
        }
        ticks.sort_by(|a, b| a.0.total_cmp(&b.0));
        ticks
    }
}

/// From where to where: every estimate, and the intervals as far as the parts stay visible.
fn domain(plot: &BridgePlot) -> (f64, f64) {
    let ends = [&plot.start, &plot.end];
    let points = ends
        .iter()
        .map(|end| end.estimate)
        .chain(plot.rows.iter().flat_map(|row| [row.from, row.to]));
    let (low, high) = range(points);
    let bounds = ends
        .iter()
        .filter_map(|end| end.ci)
        .flat_map(|(a, b)| [a, b]);
    let (left, right) = range(bounds.filter(|value| value.is_finite()).chain([low, high]));
    let (spread, whole) = (high - low, right - left);
    let cut = spread < SHARE * whole && spread > NEGLIGIBLE * whole;
    let reach = if cut { spread / SHARE / 2.0 } else { whole };
    let (lo, hi) = (left.max(low - reach), right.min(high + reach));
    let margin = if hi > lo {
        (hi - lo) * 0.05
    } else {
        0.1 * low.abs().max(1.0)
    };
    (lo - margin, hi + margin)
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), value| {
        (lo.min(value), hi.max(value))
    })
}

/// A small whole number.
#[expect(
    clippy::cast_possible_truncation,
    reason = "at most a few ticks or decimals; what is larger is cut"
)]
fn whole(value: f64) -> i32 {
    value as i32
}
