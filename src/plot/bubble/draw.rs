//! Frame, band, line, circles and legend of a bubble plot.

use super::Bubble;
use crate::plot::PlotError;
use crate::plot::scatter::labels::{self, Spot};
use crate::plot::scatter::legend::{self, CONTOUR, Key, Sign};
use crate::plot::scatter::{self, DASH, Extent, Field, dashes, square};
use crate::plot::svg::{Figure, GREY, INK, Paint};
use crate::plot::words;

/// Steps of the band's edges.
const STEPS: u32 = 60;
/// How far the band may stretch the scale beyond the studies, in spans of their effects.
const STRETCH: f64 = 0.35;

pub(super) fn draw(plot: &Bubble, figure: &mut Figure) -> Result<f64, PlotError> {
    let width = plot.page.points();
    let top = scatter::heading(figure, &plot.title, width)?;
    let weights: Vec<f64> = plot.studies.iter().map(|study| study.weight).collect();
    let most = scatter::heaviest(plot.page, plot.studies.len());
    let (radii, lifted) = scatter::radii(&weights, most);
    let field = field(plot, top, most)?;
    let scale = if plot.log { " (log scale)" } else { "" };
    field.name_above(figure, &format!("{}{scale}", plot.measure));
    band(plot, &field, figure);
    let null = plot.null && field.y.holds(0.0);
    let mut lines = Vec::new();
    if null {
        let (left, y) = (field.frame.x, field.y.at(0.0));
        let line = [(left, y), (field.frame.right(), y)];
        figure.polyline(&line, &square("none", INK, 0.75), false);
        lines.extend(labels::along(line));
    }
    if let Some(line) = field.line(plot.line.intercept, plot.line.slope) {
        lines.extend(labels::along(line));
        figure.polyline(&line, &fitted(), false);
    }
    let spots = plot
        .studies
        .iter()
        .zip(&radii)
        .map(|(study, radius)| Spot {
            at: field.at(study.moderator, study.effect),
            radius: *radius,
            name: &study.label,
        })
        .collect();
    scatter::bubbles(figure, spots, &lines, &field.frame)?;
    field.scales(figure);
    let y = field.name_below(figure, &plot.moderator, width)?;
    let y = legend::draw(figure, &keys(plot, null), (0.0, y + 15.0), width)?;
    let mut notes = plot.notes.clone();
    notes.push(scatter::area_note(lifted));
    scatter::ending(figure, &plot.results, &notes, (0.0, y + 13.0), width)
}

/// The fitted line's paint.
fn fitted() -> Paint {
    dashes(INK, 1.1, DASH)
}

/// The frame: all studies, no effect where it is near, the band where it is not far.
fn field(plot: &Bubble, top: f64, most: f64) -> Result<Field, PlotError> {
    let moderators = plot.studies.iter().map(|study| study.moderator);
    let x = Extent::around(moderators.clone(), false, most + 2.0);
    let effects: Vec<f64> = plot.studies.iter().map(|study| study.effect).collect();
    let lowest = effects.iter().copied().fold(f64::INFINITY, f64::min);
    let highest = effects.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let more = STRETCH * (highest - lowest);
    let near = |value: f64| value.clamp(lowest - more, highest + more);
    let mut values = effects.clone();
    for moderator in moderators {
        let (_, [lo, hi]) = plot.line.at(moderator);
        values.extend([near(lo), near(hi)]);
    }
    if plot.null && (lowest - more..=highest + more).contains(&0.0) {
        values.push(0.0);
    }
    let y = Extent::around(values, plot.log, most + 2.0);
    let height = scatter::height(plot.page) * 1.08;
    Field::new((top, height), plot.page.points(), &x, &y)
}

fn band(plot: &Bubble, field: &Field, figure: &mut Figure) {
    let [from, to] = field.x.ends();
    let along = |side: usize| {
        (0..=STEPS)
            .map(|step| from + (to - from) * f64::from(step) / f64::from(STEPS))
            .map(|moderator| {
                let (_, ends) = plot.line.at(moderator);
                field.at(moderator, ends.get(side).copied().unwrap_or(0.0))
            })
            .collect::<Vec<_>>()
    };
    let (lower, upper) = (along(0), along(1));
    let around: Vec<(f64, f64)> = lower.iter().chain(upper.iter().rev()).copied().collect();
    figure.polyline(&around, &square(GREY, "none", 0.0), false);
    for edge in [lower, upper] {
        figure.polyline(&inside(&edge, field), &square("none", CONTOUR, 0.5), false);
    }
}

/// An edge without what lies flat along the frame.
fn inside(edge: &[(f64, f64)], field: &Field) -> Vec<(f64, f64)> {
    let (top, bottom) = (field.frame.y + 0.01, field.frame.bottom() - 0.01);
    let within = |point: &&(f64, f64)| point.1 > top && point.1 < bottom;
    edge.iter().filter(within).copied().collect()
}

fn keys(plot: &Bubble, null: bool) -> Vec<Key> {
    let level = words::tick(plot.level);
    let mut keys = vec![
        (Sign::Dot(3.6, scatter::bubble()), "study".to_owned()),
        (Sign::Line(fitted()), "fitted line".to_owned()),
        (Sign::Band(GREY), format!("its {level}% band")),
    ];
    if null {
        keys.push((Sign::solid(), "no effect".to_owned()));
    }
    keys
}
