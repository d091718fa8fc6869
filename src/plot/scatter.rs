//! What the scatter figures share: a frame with two scales, title, legend and closing lines.
//!
//! Values come on the scale of pooling; a scale of logarithms is labelled with the ratio that the
//! reader knows. Names beside points stand where there is room ([`labels`]). Nothing here knows
//! what a figure means.

pub(super) mod labels;
pub(super) mod legend;

use self::labels::Spot;
use super::PlotError;
use super::forest::Axis;
use super::page::Page;
use super::rich::{self, Run};
use super::svg::{Anchor, EVERGREEN, Figure, INK, NOTES, Paint, Rect, Style};
use super::text::{SLACK, Weight, width_or_em};
use crate::pool::Measure;

/// Size of everything but the title.
pub(super) const SIZE: f64 = 7.0;
/// Dashes of the pooled effect.
pub(super) const DASH: &str = "3 2";
/// More points than this have no names: they would be a thicket.
pub(super) const NAMED: usize = 24;
/// The fill of circles of weight: pale, so that their outlines show where they overlap.
const BUBBLE: &str = "#C3DACF";
/// Room to the right of a frame.
const RIGHT: f64 = 8.0;

/// One direction of a frame: where a value on the scale of pooling stands.
#[derive(Debug, Clone)]
pub(super) struct Scale {
    axis: Axis,
    log: bool,
}

impl Scale {
    /// The scale of an axis, whose values are ratios where `log` says so.
    pub(super) fn new(axis: Axis, log: bool) -> Self {
        Self { axis, log }
    }

    /// The same range from left to right.
    pub(super) fn level(&self, places: (f64, f64)) -> Self {
        Self::new(self.axis.level(places), self.log)
    }

    /// A scale from left to right.
    pub(super) fn across(extent: &Extent, places: (f64, f64)) -> Self {
        let axis = Axis::between(extent.shown(places), extent.log, places);
        Self::new(axis, extent.log)
    }

    /// An upright scale, its lower end at `places.0`.
    pub(super) fn upright(extent: &Extent, places: (f64, f64)) -> Self {
        let axis = Axis::upright(extent.shown(places), extent.log, places);
        Self::new(axis, extent.log)
    }

    /// Where a value stands, clipped to the scale.
    pub(super) fn at(&self, value: f64) -> f64 {
        self.axis.x(shown(value, self.log))
    }

    /// The values at its ends.
    pub(super) fn ends(&self) -> [f64; 2] {
        let (lo, hi) = self.axis.range();
        if self.log {
            [libm::log(lo), libm::log(hi)]
        } else {
            [lo, hi]
        }
    }

    /// Whether a value lies on it.
    pub(super) fn holds(&self, value: f64) -> bool {
        self.axis.beyond(shown(value, self.log)) == (false, false)
    }

    /// Places with what is written there.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let labels = self.axis.labels().into_iter();
        labels
            .map(|(value, text)| (self.axis.x(value), text))
            .collect()
    }
}

/// A value on the scale of pooling as the reader knows it.
pub(super) fn shown(value: f64, log: bool) -> f64 {
    if log { libm::exp(value) } else { value }
}

/// The values a scale is to hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    lo: f64,
    hi: f64,
    log: bool,
    /// Points of room at either end.
    pad: (f64, f64),
}

impl Extent {
    /// From the least value to the greatest, with some room at both ends.
    pub(super) fn around(values: impl IntoIterator<Item = f64>, log: bool, pad: f64) -> Self {
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
    pub(super) fn from_zero(values: impl IntoIterator<Item = f64>, pad: f64) -> Self {
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
    pub(super) fn between(lo: f64, hi: f64, pad: f64) -> Self {
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
pub(super) struct Field {
    /// The frame.
    pub(super) frame: Rect,
    /// From left to right.
    pub(super) x: Scale,
    /// From the lower edge to the upper, or as the figure has it.
    pub(super) y: Scale,
}

impl Field {
    /// A frame as wide as `width` leaves it beside the numbers of its upright scale.
    pub(super) fn new(
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
    pub(super) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.x.at(x), self.y.at(y))
    }

    /// The part of a straight line of y by x that lies inside: its two ends, if any.
    pub(super) fn line(&self, at_zero: f64, slope: f64) -> Option<[(f64, f64); 2]> {
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
    pub(super) fn scales(&self, figure: &mut Figure) {
        let (frame, ink) = (&self.frame, square("none", INK, 0.75));
        figure.rect(frame, &ink);
        for (y, text) in self.y.ticks() {
            tick_left(figure, frame.x, y, text);
        }
        for (x, text) in self.x.ticks() {
            tick_below(figure, x, frame.bottom(), text);
        }
    }

    /// The name of the upright scale above it; gives nothing, as the frame's top is known.
    pub(super) fn name_above(&self, figure: &mut Figure, name: &str) {
        let style = Style::new(SIZE, Weight::SemiBold, INK);
        let run = Run::new(name, Weight::SemiBold);
        figure.text(0.0, self.frame.y - 7.0, &style, &[run]);
    }

    /// The name of the scale below, within `width`; gives its baseline.
    pub(super) fn name_below(
        &self,
        figure: &mut Figure,
        name: &str,
        width: f64,
    ) -> Result<f64, PlotError> {
        let middle = self.frame.cx();
        name_below(figure, name, (middle, self.frame.bottom() + 22.0), width)
    }
}

/// The name of a scale below it, its middle near a point; gives the last baseline.
pub(super) fn name_below(
    figure: &mut Figure,
    name: &str,
    (middle, y): (f64, f64),
    width: f64,
) -> Result<f64, PlotError> {
    let style = Style {
        anchor: Anchor::Middle,
        ..Style::new(SIZE, Weight::SemiBold, INK)
    };
    let mut y = y;
    for line in rich::wrap(&[Run::new(name, Weight::SemiBold)], SIZE, width, width)? {
        let half = line.width * SLACK / 2.0;
        let x = middle.min(width - half).max(half);
        figure.text(x, y, &style, &line.runs);
        y += 9.5;
    }
    Ok(y - 9.5)
}

/// Room for the numbers left of an upright scale.
pub(super) fn left_of(scale: &Scale) -> Result<f64, PlotError> {
    let mut left: f64 = 0.0;
    for (_, text) in scale.ticks() {
        left = left.max(width_or_em(&text, SIZE, Weight::SemiBold)? * SLACK);
    }
    Ok(left + 7.0)
}

/// A tick at the left edge `x` with its number.
pub(super) fn tick_left(figure: &mut Figure, x: f64, y: f64, text: String) {
    let ink = square("none", INK, 0.75);
    figure.polyline(&[(x - 3.0, y), (x, y)], &ink, false);
    let style = Style {
        anchor: Anchor::End,
        ..Style::new(SIZE, Weight::Regular, INK)
    };
    figure.text(x - 5.0, y + 2.5, &style, &[Run::plain(text)]);
}

/// A tick at the lower edge `bottom` with its number.
pub(super) fn tick_below(figure: &mut Figure, x: f64, bottom: f64, text: String) {
    let ink = square("none", INK, 0.75);
    figure.polyline(&[(x, bottom), (x, bottom + 3.0)], &ink, false);
    let style = Style {
        anchor: Anchor::Middle,
        ..Style::new(SIZE, Weight::Regular, INK)
    };
    figure.text(x, bottom + 11.0, &style, &[Run::plain(text)]);
}

/// The title; gives the top of a frame that has a name above it.
pub(super) fn heading(figure: &mut Figure, title: &str, width: f64) -> Result<f64, PlotError> {
    let style = Style::new(9.5, Weight::SemiBold, INK);
    Ok(paragraph(figure, title, (0.0, 11.0), width, &style)? + 10.0)
}

/// Results in ink, then in grey what is not there or how it is drawn; gives the figure's height.
pub(super) fn ending(
    figure: &mut Figure,
    results: &[String],
    notes: &[String],
    (x, y): (f64, f64),
    room: f64,
) -> Result<f64, PlotError> {
    let mut y = y;
    for (lines, fill) in [(results, INK), (notes, NOTES)] {
        for text in lines {
            let style = Style::new(SIZE, Weight::Regular, fill);
            y = paragraph(figure, text, (x, y), room, &style)?;
        }
    }
    Ok(y - 5.0)
}

/// Lines of text from a baseline on; gives the baseline after the last.
pub(super) fn paragraph(
    figure: &mut Figure,
    text: &str,
    (x, y): (f64, f64),
    room: f64,
    style: &Style,
) -> Result<f64, PlotError> {
    let mut y = y;
    for row in rich::wrap(&terms(text, style.weight), style.size, room, room)? {
        figure.text(x, y, style, &row.runs);
        y += style.size + 3.0;
    }
    Ok(y)
}

/// Words as runs; `I² = 75.9%` stays on one line.
fn terms(text: &str, weight: Weight) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::new();
    let mut joins = false;
    for word in text.split_whitespace() {
        let sign = matches!(word, "=" | "<");
        match out.last_mut() {
            Some(last) if sign || joins => {
                last.text.push(' ');
                last.text.push_str(word);
                last.solid = true;
            }
            _ => {
                if !out.is_empty() {
                    out.push(Run::new(" ", weight));
                }
                out.push(Run::new(word, weight));
            }
        }
        joins = sign;
    }
    out
}

/// Radii of circles whose areas are as their weights, the largest `most`, and whether one of them
/// was drawn larger so that it is seen.
pub(super) fn radii(weights: &[f64], most: f64) -> (Vec<f64>, bool) {
    /// The smallest circle.
    const LEAST: f64 = 1.4;
    let heaviest = weights.iter().copied().fold(0.0, f64::max);
    let mut lifted = false;
    let radii = weights.iter().map(|weight| {
        let share = if heaviest > 0.0 {
            (weight.max(0.0) / heaviest).sqrt()
        } else {
            1.0
        };
        lifted |= most * share < LEAST;
        (most * share).max(LEAST)
    });
    (radii.collect(), lifted)
}

/// The radius of the heaviest of so many studies.
pub(super) fn heaviest(page: Page, studies: usize) -> f64 {
    let most = match page {
        Page::Column => 8.0,
        Page::Panel => 10.0,
        Page::Full => 12.0,
    };
    if studies > NAMED { most * 0.7 } else { most }
}

/// What circles say, where some are drawn larger than their weight.
pub(super) fn area_note(lifted: bool) -> String {
    let but = if lifted {
        "; the smallest are drawn larger to be seen"
    } else {
        ""
    };
    format!("Circle area is proportional to weight{but}.")
}

/// The measure in words: `Risk ratio`.
pub(super) fn measure(measure: Measure) -> String {
    let title = measure.title();
    title.strip_suffix(" (log)").unwrap_or(title).to_owned()
}

/// The measure in short: `RR`.
pub(super) fn short(measure: Measure) -> &'static str {
    match measure {
        Measure::Gen => "estimate",
        Measure::Peto => "OR (Peto)",
        Measure::Pr | Measure::Pln | Measure::Plo | Measure::Pas | Measure::Pft => "proportion",
        other => other.word(),
    }
}

/// The paint of circles of weight.
pub(super) fn bubble() -> Paint {
    square(BUBBLE, EVERGREEN, 0.9)
}

/// Draws circles of weight and writes their names: grounds first, so that every outline is whole
/// wherever circles overlap; the heaviest are named first.
pub(super) fn bubbles(
    figure: &mut Figure,
    mut spots: Vec<Spot<'_>>,
    frame: &Rect,
) -> Result<(), PlotError> {
    spots.sort_by(|a, b| b.radius.total_cmp(&a.radius));
    for paint in [square(BUBBLE, "none", 0.0), square("none", EVERGREEN, 0.9)] {
        for spot in &spots {
            figure.circle(spot.at, spot.radius, &paint);
        }
    }
    labels::write(figure, &spots, &[], frame)
}

/// The height of a frame as wide as the page.
pub(super) fn height(page: Page) -> f64 {
    match page {
        Page::Column => 150.0,
        Page::Panel => 172.0,
        Page::Full => 230.0,
    }
}

/// The radius of points that are all of one size.
pub(super) fn radius(points: usize) -> f64 {
    if points > 40 { 2.4 } else { 3.1 }
}

/// Ground and outline with sharp corners.
pub(super) fn square(fill: &'static str, stroke: &'static str, width: f64) -> Paint {
    Paint {
        radius: 0.0,
        ..Paint::new(fill, stroke, width)
    }
}

/// A dashed line.
pub(super) fn dashes(stroke: &'static str, width: f64, dash: &'static str) -> Paint {
    Paint {
        dash: Some(dash),
        ..square("none", stroke, width)
    }
}

/// `1 study`, `7 studies`.
pub(super) fn count(n: usize) -> String {
    if n == 1 {
        "1 study".to_owned()
    } else {
        format!("{n} studies")
    }
}
