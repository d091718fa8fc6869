//! A frame with two scales: where values stand, ticks and their numbers, names beside them.

use super::{SIZE, name_below, shown, square, tick_below, tick_left};
use crate::plot::PlotError;
use crate::plot::forest::Axis;
use crate::plot::rich::Run;
use crate::plot::svg::{Figure, INK, Rect, Style};
use crate::plot::text::{SLACK, Weight, width_or_em};

/// Room to the right of a frame.
const RIGHT: f64 = 8.0;

/// One direction of a frame: where a value on the scale of pooling stands.
#[derive(Debug, Clone)]
pub(in crate::plot) struct Scale {
    axis: Axis,
    log: bool,
}

impl Scale {
    /// The scale of an axis, whose values are ratios where `log` says so.
    pub(in crate::plot) fn new(axis: Axis, log: bool) -> Self {
        Self { axis, log }
    }

    /// The same range from left to right.
    pub(in crate::plot) fn level(&self, places: (f64, f64)) -> Self {
        Self::new(self.axis.level(places), self.log)
    }

    /// The same scale with the ticks of another of the same range.
    #[must_use]
    pub(in crate::plot) fn ticked_as(mut self, other: &Self) -> Self {
        self.axis.ticks.clone_from(&other.axis.ticks);
        self
    }

    /// A scale from left to right.
    pub(in crate::plot) fn across(extent: &Extent, places: (f64, f64)) -> Self {
        let axis = Axis::between(extent.shown(places), extent.log, places);
        Self::new(axis, extent.log)
    }

    /// An upright scale, its lower end at `places.0`.
    pub(in crate::plot) fn upright(extent: &Extent, places: (f64, f64)) -> Self {
        let axis = Axis::upright(extent.shown(places), extent.log, places);
        Self::new(axis, extent.log)
    }

    /// Where a value stands, clipped to the scale.
    pub(in crate::plot) fn at(&self, value: f64) -> f64 {
        self.axis.x(shown(value, self.log))
    }

    /// The values at its ends.
    pub(in crate::plot) fn ends(&self) -> [f64; 2] {
        let (lo, hi) = self.axis.range();
        if self.log {
            [libm::log(lo), libm::log(hi)]
        } else {
            [lo, hi]
        }
    }

    /// Whether a value lies on it.
    pub(in crate::plot) fn holds(&self, value: f64) -> bool {
        self.axis.beyond(shown(value, self.log)) == (false, false)
    }

    /// Places with what is written there.
    pub(in crate::plot) fn ticks(&self) -> Vec<(f64, String)> {
        let labels = self.axis.labels().into_iter();
        labels
            .map(|(value, text)| (self.axis.x(value), text))
            .collect()
    }
}

/// The values a scale is to hold.
#[derive(Debug, Clone, Copy)]
pub(in crate::plot) struct Extent {
    lo: f64,
    hi: f64,
    log: bool,
    /// Points of room at either end.
    pad: (f64, f64),
}

impl Extent {
    /// From the least value to the greatest, with some room at both ends.
    pub(in crate::plot) fn around(
        values: impl IntoIterator<Item = f64>,
        log: bool,
        pad: f64,
    ) -> Self {
        let (mut lo, mut hi) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().filter(|value| value.is_finite()) {
            (lo, hi) = (lo.min(value), hi.max(value));
        }
        if lo > hi {
            (lo, hi) = (0.0, 1.0);
        }
        if hi - lo <= 1e-9 * lo.abs().max(hi.abs()) {
            // One value: a scale around it.
            let half = if log { 0.5 } else { (lo.abs() * 0.5).max(1e-9) };
            (lo, hi) = (lo - half, hi + half);
        }
        Self {
            lo,
            hi,
            log,
            pad: (pad, pad),
        }
    }

    /// From 0 to a greatest value of numbers without a unit; less than a billionth is rounding.
    pub(in crate::plot) fn from_zero(values: impl IntoIterator<Item = f64>, pad: f64) -> Self {
        let usable = values.into_iter().filter(|value| value.is_finite());
        let hi = usable.fold(0.0, f64::max);
        Self {
            lo: 0.0,
            hi: if hi > 1e-9 { hi } else { 1.0 },
            log: false,
            pad: (5.0, pad),
        }
    }

    /// From one value to another.
    pub(in crate::plot) fn between(lo: f64, hi: f64, pad: f64) -> Self {
        Self {
            lo,
            hi,
            log: false,
            pad: (pad, pad),
        }
    }

    /// The ends as the reader knows them, of a scale drawn from one place to another.
    fn shown(&self, (from, to): (f64, f64)) -> (f64, f64) {
        let room = ((to - from).abs() - self.pad.0 - self.pad.1).max(1.0);
        let point = (self.hi - self.lo) / room;
        let (lo, hi) = (self.lo - self.pad.0 * point, self.hi + self.pad.1 * point);
        (shown(lo, self.log), shown(hi, self.log))
    }
}

/// A frame with its two scales.
#[derive(Debug, Clone)]
pub(in crate::plot) struct Field {
    /// The frame of the field, in CSS pixels.
    pub(in crate::plot) frame: Rect,
    /// From left to right.
    pub(in crate::plot) x: Scale,
    /// From the lower edge to the upper, or as the figure has it.
    pub(in crate::plot) y: Scale,
}

impl Field {
    /// A frame as wide as `width` leaves it beside the numbers of its upright scale.
    pub(in crate::plot) fn new(
        (top, height): (f64, f64),
        width: f64,
        x: &Extent,
        y: &Extent,
    ) -> Result<Self, PlotError> {
        let y = Scale::upright(y, (top + height, top));
        let left = left_of(&y)?;
        let mut right = width - RIGHT;
        let mut across = Scale::across(x, (left, right));
        if let Some((at, text)) = across.ticks().last() {
            let half = width_or_em(text, SIZE, Weight::SemiBold)? * SLACK / 2.0;
            if at + half > width {
                right -= at + half - width;
                across = Scale::across(x, (left, right));
            }
        }
        Ok(Self {
            frame: Rect::new(left, top, right - left, height),
            x: across,
            y,
        })
    }

    /// Where two values meet.
    pub(in crate::plot) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.at(x), self.y.at(y))
    }

    /// The part of a straight line of y by x that lies inside: its two ends, if any.
    pub(in crate::plot) fn line(&self, at_zero: f64, slope: f64) -> Option<[(f64, f64); 2]> {
        let ([x0, x1], [y0, y1]) = (self.x.ends(), self.y.ends());
        let (mut from, mut to) = (x0, x1);
        if slope.abs() > 0.0 {
            let cuts = [(y0 - at_zero) / slope, (y1 - at_zero) / slope];
            from = from.max(cuts[0].min(cuts[1]));
            to = to.min(cuts[0].max(cuts[1]));
        } else if at_zero < y0.min(y1) || at_zero > y0.max(y1) {
            return None;
        }
        let point = |x: f64| self.at(x, at_zero + slope * x);
        (from < to).then(|| [point(from), point(to)])
    }

    /// Ticks and their numbers, left and below.
    pub(in crate::plot) fn scales(&self, figure: &mut Figure) {
        let (frame, ink) = (&self.frame, square("none", INK, 0.75));
        figure.rect(frame, &ink);
        for (y, text) in self.y.ticks() {
            tick_left(figure, frame.x, y, text);
        }
        for (x, text) in self.x.ticks() {
            tick_below(figure, x, frame.bottom(), text);
        }
    }

    /// The name of the upright scale above it.
    pub(in crate::plot) fn name_above(&self, figure: &mut Figure, name: &str) {
        let style = Style::new(SIZE, Weight::SemiBold, INK);
        let run = Run::new(name, Weight::SemiBold);
        figure.text(0.0, self.frame.y - 7.0, &style, &[run]);
    }

    /// The name of the scale below, within `width`; gives its baseline.
    pub(in crate::plot) fn name_below(
        &self,
        figure: &mut Figure,
        name: &str,
        width: f64,
    ) -> Result<f64, PlotError> {
        let middle = self.frame.cx();
        name_below(figure, name, (middle, self.frame.bottom() + 22.0), width)
    }
}

/// Room for the numbers left of an upright scale.
pub(in crate::plot) fn left_of(scale: &Scale) -> Result<f64, PlotError> {
    let mut left: f64 = 0.0;
    for (_, text) in scale.ticks() {
        left = left.max(width_or_em(&text, SIZE, Weight::SemiBold)? * SLACK);
    }
    Ok(left + 7.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_a_scale_around_it_and_a_log_scale_says_ratios() {
        for (value, log) in [(0.0, false), (0.0, true), (5.0, false), (-2e5, false)] {
            let extent = Extent::around([value, value], log, 4.0);
            let scale = Scale::across(&extent, (10.0, 210.0));
            assert!((scale.at(value) - 110.0).abs() < 0.01, "{value} {log}");
            assert!(scale.holds(value) && scale.ticks().len() > 1);
        }
        let two = Extent::around([0.0, f64::NAN, 2.0_f64.ln()], true, 5.0);
        let scale = Scale::across(&two, (0.0, 110.0));
        let ticks = scale.ticks();
        assert!(
            ticks
                .iter()
                .any(|(at, text)| text == "2" && (at - 105.0).abs() < 0.01)
        );
    }

    #[test]
    fn a_line_is_cut_at_the_frame() {
        let side = Extent::between(0.0, 10.0, 0.0);
        let field = Field::new((0.0, 100.0), 200.0, &side, &side).unwrap();
        // y = 2x leaves through the top at x = 5.
        let [from, to] = field.line(0.0, 2.0).unwrap();
        assert_eq!((from, to), (field.at(0.0, 0.0), field.at(5.0, 10.0)));
        // y = 15 − x comes in through the top at x = 5 and leaves at the right.
        let [from, to] = field.line(15.0, -1.0).unwrap();
        assert_eq!((from, to), (field.at(5.0, 10.0), field.at(10.0, 5.0)));
        assert!(field.line(11.0, 0.0).is_none() && field.line(-1.0, -1.0).is_none());
        assert!(field.line(3.0, 0.0).is_some());
    }
}
