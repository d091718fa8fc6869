//! What the scatter figures share: a frame with two scales, title, legend and closing lines.
//!
//! Values come on the scale of pooling; a scale of logarithms is labelled with the ratio that the
//! reader knows. Names beside points stand where there is room ([`labels`]). Nothing here knows
//! what a figure means.

mod field;
pub(super) mod labels;
pub(super) mod legend;
mod weights;

pub(super) use field::{Extent, Field, Scale, left_of};
pub(super) use weights::{area_note, bubble, bubbles, heaviest, radii};

use super::PlotError;
use super::page::Page;
use super::rich::{self, Run};
use super::svg::{Anchor, Figure, INK, NOTES, Paint, Style};
use super::text::{SLACK, Weight};
use super::words::Digits;
use crate::pool::{Measure, Pooled};

/// Size of everything but the title.
pub(super) const SIZE: f64 = 7.0;
/// Dashes of the pooled effect.
pub(super) const DASH: &str = "3 2";
/// More points than this have no names: they would be a thicket.
pub(super) const NAMED: usize = 24;

/// A value on the scale of pooling as the reader knows it.
pub(super) fn shown(value: f64, log: bool) -> f64 {
    if log { libm::exp(value) } else { value }
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

/// What the scale of effects shows: `Risk ratio`; a scale that has no way back is named.
pub(super) fn measure(measure: Measure) -> String {
    match measure {
        // Their logarithms are labelled with what they are of.
        Measure::Pln => Measure::Pr.title().to_owned(),
        Measure::Plo => "Logit of the proportion".to_owned(),
        Measure::Pas => "Arcsine of the root of the proportion".to_owned(),
        Measure::Pft => "Double arcsine of the proportion".to_owned(),
        other => other.title().to_owned(),
    }
}

/// The digits of effects on the scale that a figure shows.
pub(super) fn digits(pooled: &Pooled) -> Digits {
    let log = pooled.scale == crate::pool::Scale::Log;
    let [estimate, lo, hi] = shown_result(pooled);
    Digits::of(
        log && pooled.measure.has_no_effect_value(),
        &[[estimate, lo, hi]],
    )
}

fn shown_result(pooled: &Pooled) -> [f64; 3] {
    let log = pooled.scale == crate::pool::Scale::Log;
    [pooled.estimate, pooled.ci[0], pooled.ci[1]].map(|value| shown(value, log))
}

/// `Pooled risk ratio 0.49 [0.34, 0.70]`: the result on the scale that a figure shows, and as a
/// proportion where that scale is another one.
pub(super) fn result(pooled: &Pooled) -> String {
    let [estimate, lo, hi] = digits(pooled).triple(shown_result(pooled));
    let name = measure(pooled.measure).to_lowercase();
    let mut out = format!("Pooled {name} {estimate} [{lo}, {hi}]");
    if matches!(pooled.measure, Measure::Plo | Measure::Pas | Measure::Pft) {
        let [estimate, lo, hi] = crate::pool::digits::texts(pooled);
        out.push_str(&format!(", a proportion of {estimate} [{lo}, {hi}]"));
    }
    out
}

/// The measure in short: `RR`.
pub(super) fn short(measure: Measure) -> &'static str {
    match measure {
        Measure::Gen => "estimate",
        Measure::Peto => "OR (Peto)",
        Measure::Pr | Measure::Pln => "proportion",
        Measure::Plo => "logit",
        Measure::Pas => "arcsine",
        Measure::Pft => "double arcsine",
        other => other.word(),
    }
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
