//! Frame, contours, lines, points and legend of a funnel plot.

use super::{Funnel, FunnelPoint, TESTABLE, labels};
use crate::plot::PlotError;
use crate::plot::forest::Axis;
use crate::plot::page::Page;
use crate::plot::rich::{self, Run};
use crate::plot::svg::{Anchor, BRICK, EVERGREEN, Figure, INK, NOTES, Paint, Rect, Style, WHITE};
use crate::plot::text::{SLACK, Weight, width_or_em};
use crate::plot::words;
use crate::pool::dist::normal_critical;

/// P between 0.10 and 0.05.
const DARKER: &str = "#CBCCC7";
/// P between 0.05 and 0.01.
const LIGHTER: &str = "#E4E4E0";
const CONTOUR: &str = "#8B908C";
const DASH: &str = "3 2";
const EGGER_DASH: &str = "6 1.5 1 1.5";
/// More points than this have no names: they would be a thicket.
const NAMED: usize = 24;

/// The frame and what is measured along it.
struct Field {
    frame: Rect,
    axis: Axis,
    log: bool,
    /// The standard error at the lower edge.
    deepest: f64,
}

impl Field {
    fn x(&self, effect: f64) -> f64 {
        self.axis
            .x(if self.log { libm::exp(effect) } else { effect })
    }

    fn y(&self, se: f64) -> f64 {
        self.frame.y + se / self.deepest * self.frame.h
    }

    fn at(&self, point: &FunnelPoint) -> (f64, f64) {
        (self.x(point.effect), self.y(point.se))
    }

    /// Where a straight line of effect by standard error, from `from` down at `slope` a unit,
    /// leaves the frame: at the lower edge or at a side.
    fn end(&self, from: f64, slope: f64) -> (f64, f64) {
        let [left, right] = self.edges();
        let reach = if slope > 0.0 {
            (right - from) / slope
        } else if slope < 0.0 {
            (left - from) / slope
        } else {
            self.deepest
        };
        let se = reach.clamp(0.0, self.deepest);
        (self.x(from + slope * se), self.y(se))
    }

    /// The effects at the sides.
    fn edges(&self) -> [f64; 2] {
        let (lo, hi) = self.axis.range();
        if self.log {
            [libm::log(lo), libm::log(hi)]
        } else {
            [lo, hi]
        }
    }

    /// The triangle of effects within `z` standard errors of `centre`, cut to the frame.
    fn triangle(&self, centre: f64, z: f64) -> Vec<(f64, f64)> {
        let (left, right) = (self.end(centre, -z), self.end(centre, z));
        let bottom = self.frame.bottom();
        vec![
            left,
            (self.x(centre), self.frame.y),
            right,
            (right.0, bottom),
            (left.0, bottom),
        ]
    }
}

pub(super) fn draw(plot: &Funnel, figure: &mut Figure) -> Result<f64, PlotError> {
    let width = plot.page.points();
    let heading = Style::new(9.5, Weight::SemiBold, INK);
    let mut y = paragraph(figure, &plot.title, 11.0, width, &heading)?;
    y += 3.0;
    let of = if plot.log { "log " } else { "" };
    let upright = format!("Standard error of {of}{}", plot.short);
    let head = Style::new(7.0, Weight::SemiBold, INK);
    figure.text(0.0, y, &head, &[Run::new(upright, Weight::SemiBold)]);
    let field = field(plot, y + 7.0)?;
    contours(plot, &field, figure);
    lines(plot, &field, figure);
    points(plot, &field, figure)?;
    figure.rect(&field.frame, &square("none", INK, 0.75));
    scales(&field, figure);
    let y = below(plot, &field, figure)?;
    let y = legend(plot, figure, y + 15.0)?;
    ending(plot, figure, y)
}

/// The frame, as wide as the figure leaves it, and its two axes.
fn field(plot: &Funnel, top: f64) -> Result<Field, PlotError> {
    let all = || plot.studies.iter().chain(&plot.filled);
    let widest = all().map(|point| point.se).fold(0.0, f64::max);
    let deepest = if widest > 0.0 { widest * 1.08 } else { 1.0 };
    let mut left: f64 = 0.0;
    for (_, tick) in ticks(deepest) {
        left = left.max(width_or_em(&tick, 7.0, Weight::SemiBold)? * SLACK);
    }
    let height = match plot.page {
        Page::Column => 150.0,
        Page::Panel => 172.0,
        Page::Full => 230.0,
    };
    let (x0, x1) = (left + 7.0, plot.page.points() - 8.0);
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
        axis,
        log: plot.log,
        deepest,
    })
}

/// Round standard errors from 0 to `deepest`, four to eight of them, with what is written there.
fn ticks(deepest: f64) -> Vec<(f64, String)> {
    let unit = libm::pow(10.0, libm::floor(libm::log10(deepest)));
    let step = [0.2, 0.5, 1.0, 2.0]
        .into_iter()
        .map(|part| part * unit)
        .find(|step| deepest / step <= 6.0)
        .unwrap_or(unit);
    let places = words::plain(step)
        .split_once('.')
        .map_or(0, |(_, p)| p.len());
    let mut out = Vec::new();
    let mut n = 0.0;
    while n * step <= deepest {
        let text = if step < 1e-6 {
            words::plain(n * step)
        } else {
            words::fixed(n * step, places)
        };
        out.push((n * step, text));
        n += 1.0;
    }
    out
}

fn contours(plot: &Funnel, field: &Field, figure: &mut Figure) {
    figure.rect(&field.frame, &square(WHITE, "none", 0.0));
    if !plot.null {
        return;
    }
    for (level, fill) in [(0.99, LIGHTER), (0.95, DARKER), (0.90, WHITE)] {
        let mut corners = field.triangle(0.0, normal_critical(level));
        corners.extend(corners.first().copied());
        figure.polyline(&corners, &square(fill, CONTOUR, 0.5), false);
    }
}

fn lines(plot: &Funnel, field: &Field, figure: &mut Figure) {
    let frame = &field.frame;
    let upright = |x: f64| [(x, frame.y), (x, frame.bottom())];
    if plot.null {
        figure.polyline(&upright(field.x(0.0)), &square("none", INK, 0.75), false);
    }
    let dashed = dashes(INK, 0.75, DASH);
    let centre = field.x(plot.pooled);
    figure.polyline(&upright(centre), &dashed, false);
    let z = plot.region.1;
    let [left, right] = [-z, z].map(|slope| field.end(plot.pooled, slope));
    figure.polyline(&[left, (centre, frame.y), right], &dashed, false);
    if let Some(line) = &plot.egger {
        let from = (field.x(line.at_zero), frame.y);
        let to = field.end(line.at_zero, line.per_se);
        figure.polyline(&[from, to], &dashes(BRICK, 1.1, EGGER_DASH), false);
    }
}

fn points(plot: &Funnel, field: &Field, figure: &mut Figure) -> Result<(), PlotError> {
    let radius = if plot.studies.len() > 40 { 2.4 } else { 3.1 };
    for point in &plot.filled {
        figure.circle(field.at(point), radius, &square(WHITE, INK, 0.9));
    }
    for point in &plot.studies {
        figure.circle(field.at(point), radius, &square(EVERGREEN, WHITE, 0.8));
    }
    if plot.studies.len() > NAMED {
        return Ok(());
    }
    let all = plot.studies.iter().chain(&plot.filled);
    let all: Vec<(f64, f64)> = all.map(|point| field.at(point)).collect();
    let named: Vec<(f64, f64, &str)> = plot
        .studies
        .iter()
        .map(|point| (field.at(point), point.label.as_str()))
        .map(|((x, y), label)| (x, y, label))
        .collect();
    for label in labels::place(&named, &all, &field.frame)? {
        let style = Style {
            anchor: label.anchor,
            halo: true,
            ..Style::new(labels::SIZE, Weight::Regular, INK)
        };
        let (x, y) = label.at;
        figure.text(x, y, &style, &[Run::plain(label.text)]);
    }
    Ok(())
}

fn scales(field: &Field, figure: &mut Figure) {
    let (frame, ink) = (&field.frame, square("none", INK, 0.75));
    let style = |anchor| Style {
        anchor,
        ..Style::new(7.0, Weight::Regular, INK)
    };
    for (se, text) in ticks(field.deepest) {
        let y = field.y(se);
        figure.polyline(&[(frame.x - 3.0, y), (frame.x, y)], &ink, false);
        figure.text(
            frame.x - 5.0,
            y + 2.5,
            &style(Anchor::End),
            &[Run::plain(text)],
        );
    }
    for tick in &field.axis.ticks {
        let (x, bottom) = (field.axis.x(*tick), frame.bottom());
        figure.polyline(&[(x, bottom), (x, bottom + 3.0)], &ink, false);
        let text = Run::plain(words::tick(*tick));
        figure.text(x, bottom + 11.0, &style(Anchor::Middle), &[text]);
    }
}

/// The name of the axis of effects.
fn below(plot: &Funnel, field: &Field, figure: &mut Figure) -> Result<f64, PlotError> {
    let scale = if plot.log { " (log scale)" } else { "" };
    let name = format!("{}{scale}", plot.measure);
    let style = Style {
        anchor: Anchor::Middle,
        ..Style::new(7.0, Weight::SemiBold, INK)
    };
    let half = width_or_em(&name, 7.0, Weight::SemiBold)? * SLACK / 2.0;
    let width = plot.page.points();
    let x = field.frame.cx().min(width - half).max(half);
    let y = field.frame.bottom() + 22.0;
    figure.text(x, y, &style, &[Run::new(name, Weight::SemiBold)]);
    Ok(y)
}

enum Key {
    Ground(&'static str),
    Line(&'static str, &'static str),
    Open,
}

fn legend(plot: &Funnel, figure: &mut Figure, y: f64) -> Result<f64, PlotError> {
    let mut keys: Vec<(Key, String)> = Vec::new();
    if plot.null {
        keys.push((Key::Ground(WHITE), "P \u{2265} 0.10 inside".into()));
        keys.push((Key::Ground(DARKER), "0.05\u{2013}0.10".into()));
        keys.push((Key::Ground(LIGHTER), "0.01\u{2013}0.05".into()));
        keys.push((Key::Ground(WHITE), "< 0.01 outside".into()));
    }
    let region = words::tick(plot.region.0);
    keys.push((
        Key::Line(INK, DASH),
        format!("pooled {}, {region}% region", plot.short),
    ));
    if !plot.filled.is_empty() {
        keys.push((Key::Open, "filled in".into()));
    }
    if plot.egger.is_some() {
        keys.push((Key::Line(BRICK, EGGER_DASH), "Egger's line".into()));
    }
    let style = Style::new(7.0, Weight::Regular, INK);
    let (mut x, mut y) = (0.5, y);
    for (key, text) in keys {
        let mark = if let Key::Line(..) = key { 16.0 } else { 8.0 };
        let need = mark + 3.0 + width_or_em(&text, 7.0, Weight::Regular)? * SLACK;
        if x > 1.0 && x + need > plot.page.points() {
            (x, y) = (0.5, y + 11.5);
        }
        symbol(&key, (x, y - 2.5), figure);
        figure.text(x + mark + 3.0, y, &style, &[Run::plain(text)]);
        x += need + 9.0;
    }
    Ok(y)
}

/// The sign of a key, its middle on the left at a point.
fn symbol(key: &Key, (x, y): (f64, f64), figure: &mut Figure) {
    match key {
        Key::Ground(fill) => {
            let rect = Rect::new(x, y - 4.0, 8.0, 8.0);
            figure.rect(&rect, &square(fill, CONTOUR, 0.5));
        }
        Key::Line(stroke, dash) => {
            let width = if *stroke == INK { 0.75 } else { 1.1 };
            let line = dashes(stroke, width, dash);
            figure.polyline(&[(x, y), (x + 16.0, y)], &line, false);
        }
        Key::Open => figure.circle((x + 4.0, y), 3.1, &square(WHITE, INK, 0.9)),
    }
}

/// Results in ink, then in grey what is not there.
fn ending(plot: &Funnel, figure: &mut Figure, y: f64) -> Result<f64, PlotError> {
    let width = plot.page.points();
    let mut y = y + 13.0;
    for (lines, fill) in [(&plot.results, INK), (&plot.notes, NOTES)] {
        for text in lines {
            let style = Style::new(7.0, Weight::Regular, fill);
            y = paragraph(figure, text, y, width, &style)?;
        }
    }
    debug_assert!(plot.egger.is_none() || plot.studies.len() >= TESTABLE);
    Ok(y - 5.0)
}

fn paragraph(
    figure: &mut Figure,
    text: &str,
    y: f64,
    room: f64,
    style: &Style,
) -> Result<f64, PlotError> {
    let mut y = y;
    for row in rich::wrap(&[Run::new(text, style.weight)], style.size, room, room)? {
        figure.text(0.0, y, style, &row.runs);
        y += style.size + 3.0;
    }
    Ok(y)
}

/// A standard error as sentences write it.
pub(super) fn error(se: f64) -> String {
    if se >= 0.01 {
        words::fixed(se, 3)
    } else {
        words::plain(format!("{se:.2e}").parse().unwrap_or(se))
    }
}

fn square(fill: &'static str, stroke: &'static str, width: f64) -> Paint {
    Paint {
        radius: 0.0,
        ..Paint::new(fill, stroke, width)
    }
}

fn dashes(stroke: &'static str, width: f64, dash: &'static str) -> Paint {
    Paint {
        dash: Some(dash),
        ..square("none", stroke, width)
    }
}
