//! Frame, contours, lines, points and legend of a funnel plot.

use super::{Funnel, FunnelPoint, TESTABLE};
use crate::plot::PlotError;
use crate::plot::forest::Axis;
use crate::plot::scatter::labels::{self, Spot};
use crate::plot::scatter::legend::{self, CONTOUR, Key, Sign};
use crate::plot::scatter::{self, DASH, Extent, Field, Scale, dashes, square};
use crate::plot::svg::{BRICK, EVERGREEN, Figure, INK, Rect, WHITE};
use crate::plot::words;
use crate::pool::dist::normal_critical;

/// P between 0.10 and 0.05.
const DARKER: &str = "#CBCCC7";
/// P between 0.05 and 0.01.
const LIGHTER: &str = "#E4E4E0";
const EGGER_DASH: &str = "6 1.5 1 1.5";

/// Where a study stands.
fn at(field: &Field, point: &FunnelPoint) -> (f64, f64) {
    field.at(point.effect, point.se)
}

/// Where a straight line of effect by standard error, from `from` down at `slope` a unit, leaves
/// the frame: at the lower edge or at a side.
fn end(field: &Field, from: f64, slope: f64) -> (f64, f64) {
    let ([left, right], [_, deepest]) = (field.x.ends(), field.y.ends());
    let reach = if slope > 0.0 {
        (right - from) / slope
    } else if slope < 0.0 {
        (left - from) / slope
    } else {
        deepest
    };
    let se = reach.clamp(0.0, deepest);
    field.at(from + slope * se, se)
}

/// The triangle of effects within `z` standard errors of `centre`, cut to the frame.
fn triangle(field: &Field, centre: f64, z: f64) -> Vec<(f64, f64)> {
    let (left, right) = (end(field, centre, -z), end(field, centre, z));
    let bottom = field.frame.bottom();
    vec![
        left,
        (field.x.at(centre), field.frame.y),
        right,
        (right.0, bottom),
        (left.0, bottom),
    ]
}

pub(super) fn draw(plot: &Funnel, figure: &mut Figure) -> Result<f64, PlotError> {
    let width = plot.page.points();
    let top = scatter::heading(figure, &plot.title, width)?;
    let of = if plot.log { "log " } else { "" };
    let field = field(plot, top)?;
    field.name_above(figure, &format!("Standard error of {of}{}", plot.short));
    contours(plot, &field, figure);
    let off = lines(plot, &field, figure);
    points(plot, &field, &off, figure)?;
    field.scales(figure);
    let scale = if plot.log { " (log scale)" } else { "" };
    let name = format!("{}{scale}", plot.measure);
    let y = field.name_below(figure, &name, width)?;
    let y = legend::draw(figure, &keys(plot), (0.0, y + 15.0), width)?;
    debug_assert!(plot.egger.is_none() || plot.studies.len() >= TESTABLE);
    scatter::ending(figure, &plot.results, &plot.notes, (0.0, y + 13.0), width)
}

/// The frame, as wide as the figure leaves it, and its two axes.
fn field(plot: &Funnel, top: f64) -> Result<Field, PlotError> {
    let all = || plot.studies.iter().chain(&plot.filled);
    let widest = all().map(|point| point.se).fold(0.0, f64::max);
    let deepest = if widest > 0.0 { widest * 1.08 } else { 1.0 };
    let height = scatter::height(plot.page);
    let y = Scale::upright(&Extent::between(0.0, deepest, 0.0), (top, top + height));
    let (x0, x1) = (scatter::left_of(&y)?, plot.page.points() - 8.0);
    let mut values: Vec<(f64, f64, f64)> = all()
        .map(|point| plot.shown(point.effect))
        .map(|effect| (effect, effect, effect))
        .collect();
    let reach = plot.region.1 * deepest;
    let [centre, lo, hi] = [plot.pooled, plot.pooled - reach, plot.pooled + reach];
    values.push((plot.shown(centre), plot.shown(lo), plot.shown(hi)));
    if plot.null {
        // Enough of the contours on both sides to see what they are.
        let half = deepest;
        values.push((plot.shown(0.0), plot.shown(-half), plot.shown(half)));
    }
    let null = match (plot.null, plot.log) {
        (true, true) => 1.0,
        (true, false) => 0.0,
        (false, _) => plot.shown(plot.pooled),
    };
    let mut axis = Axis::fit(&values, null, plot.log, (x0, x1));
    if !plot.null {
        axis.only_round();
    }
    Ok(Field {
        frame: Rect::new(x0, top, x1 - x0, height),
        x: Scale::new(axis, plot.log),
        y,
    })
}

fn contours(plot: &Funnel, field: &Field, figure: &mut Figure) {
    figure.rect(&field.frame, &square(WHITE, "none", 0.0));
    if !plot.null {
        return;
    }
    for (level, fill) in [(0.99, LIGHTER), (0.95, DARKER), (0.90, WHITE)] {
        let mut corners = triangle(field, 0.0, normal_critical(level));
        corners.extend(corners.first().copied());
        figure.polyline(&corners, &square(fill, CONTOUR, 0.5), false);
    }
}

/// The lines; gives what names keep off.
fn lines(plot: &Funnel, field: &Field, figure: &mut Figure) -> Vec<Rect> {
    let frame = &field.frame;
    let upright = |x: f64| [(x, frame.y), (x, frame.bottom())];
    let mut off = Vec::new();
    if plot.null {
        let line = upright(field.x.at(0.0));
        figure.polyline(&line, &square("none", INK, 0.75), false);
        off.extend(labels::along(line));
    }
    let dashed = dashes(INK, 0.75, DASH);
    let centre = field.x.at(plot.pooled);
    figure.polyline(&upright(centre), &dashed, false);
    let z = plot.region.1;
    let [left, right] = [-z, z].map(|slope| end(field, plot.pooled, slope));
    let top = (centre, frame.y);
    figure.polyline(&[left, top, right], &dashed, false);
    for line in [upright(centre), [top, left], [top, right]] {
        off.extend(labels::along(line));
    }
    if let Some(line) = &plot.egger {
        let from = (field.x.at(line.at_zero), frame.y);
        let to = end(field, line.at_zero, line.per_se);
        figure.polyline(&[from, to], &dashes(BRICK, 1.1, EGGER_DASH), false);
        off.extend(labels::along([from, to]));
    }
    off
}

fn points(
    plot: &Funnel,
    field: &Field,
    lines: &[Rect],
    figure: &mut Figure,
) -> Result<(), PlotError> {
    let radius = scatter::radius(plot.studies.len());
    for point in &plot.filled {
        figure.circle(at(field, point), radius, &square(WHITE, INK, 0.9));
    }
    for point in &plot.studies {
        figure.circle(at(field, point), radius, &square(EVERGREEN, WHITE, 0.8));
    }
    let all = plot.studies.iter().chain(&plot.filled);
    let spots: Vec<Spot<'_>> = all
        .map(|point| Spot {
            at: at(field, point),
            radius,
            name: &point.label,
        })
        .collect();
    labels::write(figure, &spots, (&[], lines), &field.frame)
}

fn keys(plot: &Funnel) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    if plot.null {
        keys.push((Sign::Ground(WHITE), "P \u{2265} 0.10 inside".into()));
        keys.push((Sign::Ground(DARKER), "0.05\u{2013}0.10".into()));
        keys.push((Sign::Ground(LIGHTER), "0.01\u{2013}0.05".into()));
        keys.push((Sign::Ground(WHITE), "< 0.01 outside".into()));
    }
    let region = words::tick(plot.region.0);
    keys.push((
        Sign::dashed(),
        format!("pooled {}, {region}% region", plot.short),
    ));
    if !plot.filled.is_empty() {
        let open = square(WHITE, INK, 0.9);
        keys.push((Sign::Dot(3.1, open), "filled in".into()));
    }
    if plot.egger.is_some() {
        let line = dashes(BRICK, 1.1, EGGER_DASH);
        keys.push((Sign::Line(line), "Egger's line".into()));
    }
    keys
}

/// A standard error as sentences write it.
pub(super) fn error(se: f64) -> String {
    if se >= 0.01 {
        words::fixed(se, 3)
    } else {
        words::plain(format!("{se:.2e}").parse().unwrap_or(se))
    }
}
