//! Band, lines, arc, points and scales of a radial plot.

use super::Radial;
use super::sector::{AWAY, Sector};
use crate::plot::PlotError;
use crate::plot::rich::Run;
use crate::plot::scatter::labels::{self, Spot};
use crate::plot::scatter::legend::{self, CONTOUR, Key, Sign};
use crate::plot::scatter::{self, DASH, Extent, SIZE, Scale, dashes, square};
use crate::plot::svg::{Anchor, EVERGREEN, Figure, GREY, INK, Paint, Rect, Style, WHITE};
use crate::plot::text::{SLACK, Weight, width_or_em};
use crate::plot::words;

pub(super) fn draw(plot: &Radial, figure: &mut Figure) -> Result<f64, PlotError> {
    let width = plot.page.points();
    let top = scatter::heading(figure, &plot.title, width)?;
    let point = scatter::radius(plot.studies.len());
    let sector = fitted(plot, top, point)?;
    names(plot, figure, top - 7.0, width);
    band(plot, &sector, figure);
    lines(plot, &sector, figure);
    let numbers = arc(plot, &sector, figure)?;
    points(plot, &sector, point, &numbers, figure)?;
    let below = scales(plot, &sector, figure)?;
    let y = legend::draw(figure, &keys(plot), (0.0, below + 15.0), width)?;
    scatter::ending(figure, &plot.results, &plot.notes, (0.0, y + 13.0), width)
}

/// The largest sector that leaves room for the numbers at its left and at its arc.
fn fitted(plot: &Radial, top: f64, point: f64) -> Result<Sector, PlotError> {
    let width = plot.page.points();
    let (mut left, mut right) = (20.0, 20.0);
    let mut sector = Sector::new(plot, (left, top), width - left - right, point);
    // What the numbers need depends a little on where they stand: twice is enough.
    for _ in 0..2 {
        left = scatter::left_of(&upright(&sector))?;
        let mut need: f64 = 4.0;
        for (angle, text) in sector.ticks(plot) {
            let wide = width_or_em(&text, SIZE, Weight::SemiBold)? * SLACK;
            let place = (sector.radius + AWAY) * libm::cos(angle) - sector.radius;
            need = need.max(place + wide);
        }
        right = need + 1.0;
        sector = Sector::new(plot, (left, top), width - left - right, point);
    }
    Ok(sector)
}

/// The scale of standardised effects.
fn upright(sector: &Sector) -> Scale {
    let unit = sector.unit.1;
    let extent = Extent::between(-sector.below / unit, sector.above / unit, 0.0);
    let middle = sector.origin.1;
    Scale::upright(&extent, (middle + sector.below, middle - sector.above))
}

/// The names of the scale at the left and of the arc, above both.
fn names(plot: &Radial, figure: &mut Figure, y: f64, width: f64) {
    let of = if plot.log { "log " } else { "" };
    let style = Style::new(SIZE, Weight::SemiBold, INK);
    let left = format!("{of}{} / {}", plot.short, plot.divisor());
    figure.text(0.0, y, &style, &[Run::new(left, Weight::SemiBold)]);
    let style = Style {
        anchor: Anchor::End,
        ..style
    };
    let right = Run::new(plot.short.clone(), Weight::SemiBold);
    figure.text(width, y, &style, &[right]);
}

fn band(plot: &Radial, sector: &Sector, figure: &mut Figure) {
    let (pooled, z) = (plot.pooled.0, plot.level.1);
    let end = pooled * sector.band;
    let edge = |by: f64| [(0.0, by), (sector.band, end + by)].map(|place| sector.at(place));
    let [a, b] = edge(z);
    let [c, d] = edge(-z);
    figure.polyline(&[a, b, d, c], &square(GREY, "none", 0.0), false);
    let line = square("none", CONTOUR, 0.5);
    figure.polyline(&[a, b], &line, false);
    figure.polyline(&[c, d], &line, false);
}

fn lines(plot: &Radial, sector: &Sector, figure: &mut Figure) {
    if plot.null {
        let to = sector.turned(0.0, sector.radius);
        figure.polyline(&[sector.origin, to], &square("none", INK, 0.5), false);
    }
    let to = sector.turned(sector.angle(plot.pooled.0), sector.radius);
    figure.polyline(&[sector.origin, to], &dashes(INK, 0.9, DASH), false);
}

/// The arc with its numbers; gives what they cover.
fn arc(plot: &Radial, sector: &Sector, figure: &mut Figure) -> Result<Vec<Rect>, PlotError> {
    let ink = square("none", INK, 0.75);
    let ends = sector.effects(plot);
    let line = sector.arc(ends, sector.radius);
    figure.polyline(&line, &ink, false);
    let mut covered: Vec<Rect> = line
        .iter()
        .map(|(x, y)| Rect::new(x - 2.0, y - 4.0, 12.0, 8.0))
        .collect();
    let (_, [lo, hi]) = plot.pooled;
    if lo.is_finite() && hi.is_finite() {
        let bar = (lo.clamp(ends.0, ends.1), hi.clamp(ends.0, ends.1));
        let line = sector.arc(bar, sector.radius);
        figure.polyline(&line, &square("none", INK, 2.2), false);
    }
    for (angle, text) in sector.ticks(plot) {
        let [from, to] = [0.0, 3.0].map(|out| sector.turned(angle, sector.radius + out));
        figure.polyline(&[from, to], &ink, false);
        let (x, y) = sector.turned(angle, sector.radius + AWAY);
        let wide = width_or_em(&text, SIZE, Weight::SemiBold)? * SLACK;
        covered.push(Rect::new(x, y - 4.0, wide, 8.0));
        let style = Style::new(SIZE, Weight::Regular, INK);
        figure.text(x, y + 2.5, &style, &[Run::plain(text)]);
    }
    Ok(covered)
}

fn points(
    plot: &Radial,
    sector: &Sector,
    radius: f64,
    also: &[Rect],
    figure: &mut Figure,
) -> Result<(), PlotError> {
    let spots: Vec<Spot<'_>> = plot
        .studies
        .iter()
        .map(|study| Spot {
            at: sector.at(plot.place(study)),
            radius,
            name: &study.label,
        })
        .collect();
    for spot in &spots {
        figure.circle(spot.at, radius, &dot());
    }
    let (x, y) = sector.origin;
    let high = sector.above + sector.below;
    let frame = Rect::new(x, y - sector.above, sector.radius, high);
    labels::write(figure, &spots, (also, &[]), &frame)
}

fn dot() -> Paint {
    square(EVERGREEN, WHITE, 0.8)
}

/// Both straight scales with the name of the one below; gives its baseline.
fn scales(plot: &Radial, sector: &Sector, figure: &mut Figure) -> Result<f64, PlotError> {
    let ((x, y), ink) = (sector.origin, square("none", INK, 0.75));
    let bottom = y + sector.below;
    let farthest = x + sector.band * sector.unit.0;
    let corner = [(x, y - sector.above), (x, bottom), (farthest, bottom)];
    figure.polyline(&corner, &ink, false);
    for (place, text) in upright(sector).ticks() {
        scatter::tick_left(figure, x, place, text);
    }
    let extent = Extent::between(0.0, sector.band, 0.0);
    for (place, text) in Scale::across(&extent, (x, farthest)).ticks() {
        scatter::tick_below(figure, place, bottom, text);
    }
    let name = format!("Precision, 1 / {}", plot.divisor());
    let middle = f64::midpoint(x, farthest);
    scatter::name_below(figure, &name, (middle, bottom + 22.0), plot.page.points())
}

fn keys(plot: &Radial) -> Vec<Key> {
    let level = words::tick(plot.level.0);
    let mut keys = vec![
        (Sign::Dot(3.1, dot()), "study".to_owned()),
        (Sign::dashed(), format!("pooled {}", plot.short)),
        (Sign::Band(GREY), format!("{level}% of studies")),
        (
            Sign::Line(square("none", INK, 2.2)),
            format!("{level}% interval"),
        ),
    ];
    if plot.null {
        keys.push((Sign::solid(), "no effect".to_owned()));
    }
    keys
}
