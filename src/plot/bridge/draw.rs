//! Rows, bars and numbers of a bridge.

use super::axis::Axis;
use super::layout::{LEFT, LINE, Layout, Row, What, count, rows};
use super::{BridgeEnd, BridgePlot, BridgeRow, Way};
use crate::plot::PlotError;
use crate::plot::rich::{self, Line, Run};
use crate::plot::svg::{Anchor, BRICK, EVERGREEN, Figure, INK, NOTES, Paint, Rect, Style, WHITE};
use crate::plot::text::{SLACK, Weight, width_or_em};

const BAND: &str = "#F6F4EE";
const GRID: &str = "#E3E0D7";

pub(super) fn draw(plot: &BridgePlot, figure: &mut Figure) -> Result<f64, PlotError> {
    let layout = Layout::new(plot.page);
    let axis = Axis::fit(plot, layout.plot);
    let top = heads(plot, &layout, figure)?;
    let rows = rows(plot, &layout, top + 1.0)?;
    let bottom = rows.last().map_or(top, |row| row.y + row.height) + 1.0;
    for row in rows.iter().filter(|row| !row.is_part()) {
        let band = Rect::new(0.0, row.y + 0.6, layout.width, row.height - 1.2);
        figure.rect(&band, &flat(BAND));
    }
    grid(plot, &axis, &layout, &rows, figure, (top, bottom));
    for pair in rows.windows(2) {
        if let [above, below] = pair {
            let x = axis.x(above.what.value());
            let ends = (above.middle + layout.half, below.middle - layout.half);
            let paint = Paint {
                dash: Some("1.5 1.5"),
                ..stroke(NOTES, 0.6)
            };
            figure.polyline(&[(x, ends.0), (x, ends.1)], &paint, false);
        }
    }
    for row in &rows {
        if layout.stacked {
            clear(row, figure);
        }
        words(row, figure);
        marks(plot, row, &axis, layout.half, figure);
        numbers(plot, row, &layout, figure);
    }
    let y = if layout.stacked {
        let lines = rich::wrap(
            &[Run::plain(caption(plot))],
            7.0,
            layout.width,
            layout.width,
        )?;
        let style = Style {
            anchor: Anchor::Middle,
            ..Style::new(7.0, Weight::SemiBold, INK)
        };
        stack(figure, &style, layout.width / 2.0, bottom + 21.0, &lines) + 4.0
    } else {
        bottom + 24.0
    };
    note(plot, &axis, &layout, figure, y)
}

/// What the axis shows.
fn caption(plot: &BridgePlot) -> String {
    let mut caption = plot.measure.title().to_owned();
    if !plot.outcome.is_empty() {
        caption = format!("{caption}, {}", plot.outcome);
    }
    let scale = plot.scale().trim_start_matches(" on the ");
    if !scale.is_empty() {
        caption = format!("{caption} ({scale})");
    }
    caption
}

fn heads(plot: &BridgePlot, layout: &Layout, figure: &mut Figure) -> Result<f64, PlotError> {
    let mut y = 10.0;
    if !layout.stacked {
        let room = layout.plot.1 - layout.plot.0;
        let lines = rich::wrap(&[Run::plain(caption(plot))], 7.0, room, room)?;
        let small = Style::new(7.0, Weight::Regular, NOTES);
        stack(figure, &small, layout.plot.0, y, &lines);
        y += LINE * count(lines.len().saturating_sub(1));
    }
    let semi = Style::new(7.5, Weight::SemiBold, INK);
    let head = [Run::new("What moved the estimate", Weight::SemiBold)];
    figure.text(0.0, y, &semi, &head);
    let style = Style {
        anchor: Anchor::End,
        ..Style::new(7.0, Weight::SemiBold, INK)
    };
    let shift = format!("\u{394} {}", plot.unit());
    let after = format!("{} after", plot.measure.word());
    for (x, text) in [(layout.shift, shift), (layout.after, after)] {
        figure.text(x, y, &style, &[Run::new(text, Weight::SemiBold)]);
    }
    let rule = [(0.0, y + 5.0), (layout.width, y + 5.0)];
    figure.polyline(&rule, &stroke(INK, 0.75), false);
    Ok(y + 5.0)
}

/// The lines that values are read from: through all rows, or where bars stand below words through
/// what the bars stand in.
fn grid(
    plot: &BridgePlot,
    axis: &Axis,
    layout: &Layout,
    rows: &[Row<'_>],
    figure: &mut Figure,
    (top, bottom): (f64, f64),
) {
    let style = Style {
        anchor: Anchor::Middle,
        ..Style::new(7.0, Weight::Regular, NOTES)
    };
    let through = |figure: &mut Figure, x: f64, paint: &Paint| {
        if layout.stacked {
            let strips = rows.iter().map(|row| [(x, row.strip.0), (x, row.strip.1)]);
            figure.segments(&strips.collect::<Vec<_>>(), paint);
        } else {
            figure.polyline(&[(x, top), (x, bottom)], paint, false);
        }
    };
    for (at, text) in &axis.ticks {
        let x = axis.x(*at);
        through(figure, x, &stroke(GRID, 0.5));
        // A long number at an end of the axis stays on the paper.
        let half = width_or_em(text, style.size, Weight::SemiBold).unwrap_or(0.0) / 2.0;
        let middle = x.min(plot.page.points() - half).max(half);
        figure.text(middle, bottom + 10.0, &style, &[Run::plain(text)]);
        if layout.stacked {
            figure.polyline(&[(x, bottom), (x, bottom + 2.5)], &stroke(INK, 0.5), false);
        }
    }
    if plot.measure.has_no_effect_value() && axis.beyond(0.0) == (false, false) {
        through(figure, axis.x(0.0), &stroke(INK, 0.75));
    }
    if layout.stacked {
        for pair in rows.windows(2) {
            if let [above, below] = pair
                && above.is_part()
                && below.is_part()
            {
                let rule = [(0.0, below.y), (layout.width, below.y)];
                figure.polyline(&rule, &stroke(GRID, 0.5), false);
            }
        }
    }
    let (left, right) = layout.plot;
    figure.polyline(
        &[(left, bottom), (right, bottom)],
        &stroke(INK, 0.75),
        false,
    );
}

/// Takes the line that joins two bars from behind the words of a row.
fn clear(row: &Row<'_>, figure: &mut Figure) {
    let ground = if row.is_part() { WHITE } else { BAND };
    let mut top = row.first - 7.5;
    for line in row.label.iter().chain(&row.detail) {
        let behind = Rect::new(LEFT, top, line.width * SLACK + 2.0, LINE + 0.6);
        figure.rect(&behind, &flat(ground));
        top += LINE;
    }
}

fn words(row: &Row<'_>, figure: &mut Figure) {
    let label = Style::new(8.0, Weight::SemiBold, INK);
    let y = stack(figure, &label, LEFT, row.first, &row.label);
    let detail = Style::new(7.0, Weight::Regular, NOTES);
    stack(figure, &detail, LEFT, y + 0.3, &row.detail);
}

fn marks(plot: &BridgePlot, row: &Row<'_>, axis: &Axis, half: f64, figure: &mut Figure) {
    match row.what {
        What::Start(end) | What::End(end) => diamond(end, axis, figure, row.middle),
        What::Part(part) => bar(plot.way(part), part, axis, figure, (row.middle, half)),
    }
}

/// An estimate with its interval.
fn diamond(end: &BridgeEnd, axis: &Axis, figure: &mut Figure, y: f64) {
    if let Some((lo, hi)) = end.ci {
        let (a, b) = (axis.x(lo), axis.x(hi));
        figure.polyline(&[(a, y), (b, y)], &stroke(INK, 1.0), false);
        let cut = (axis.beyond(lo).0, axis.beyond(hi).1);
        for (x, way, cut) in [(a, 4.0, cut.0), (b, -4.0, cut.1)] {
            if cut {
                let head = [(x, y), (x + way, y - 2.6), (x + way, y + 2.6), (x, y)];
                figure.polyline(&head, &solid(INK, 0.5), false);
            }
        }
    }
    let x = axis.x(end.estimate);
    let points = [
        (x - 5.0, y),
        (x, y - 5.0),
        (x + 5.0, y),
        (x, y + 5.0),
        (x - 5.0, y),
    ];
    figure.polyline(&points, &solid(INK, 0.5), false);
}

/// A part: hatched (open where there is no room) towards no effect, solid away from it, a line where nothing moved.
fn bar(way: Way, part: &BridgeRow, axis: &Axis, figure: &mut Figure, (y, half): (f64, f64)) {
    let (a, b) = (axis.x(part.from), axis.x(part.to));
    let rect = Rect::new(a.min(b), y - half, (a - b).abs().max(1.2), 2.0 * half);
    let paint = |fill, stroke| Paint {
        radius: 0.0,
        ..Paint::new(fill, stroke, 1.0)
    };
    match way {
        Way::Away => figure.rect(&rect, &paint(EVERGREEN, EVERGREEN)),
        Way::Towards => {
            figure.rect(&rect, &flat(WHITE));
            let lines = hatching(&rect);
            if !lines.is_empty() {
                figure.segments(&lines, &stroke(BRICK, 0.9));
            }
            figure.rect(&rect, &paint("none", BRICK));
        }
        Way::Still => {
            figure.polyline(&[(a, y - half), (a, y + half)], &stroke(INK, 1.0), false);
        }
    }
}

/// Lines that rise to the right, cut at the rectangle's edges.
fn hatching(rect: &Rect) -> Vec<[(f64, f64); 2]> {
    const STEP: f64 = 4.2;
    let mut lines = Vec::new();
    // Too narrow for lines to be told apart, a bar is left open.
    if rect.w < STEP {
        return lines;
    }
    let mut foot = rect.x - rect.h + STEP;
    while foot < rect.right() {
        let left = foot.max(rect.x);
        let right = (foot + rect.h).min(rect.right());
        let y = |x: f64| rect.bottom() - (x - foot);
        lines.push([(left, y(left)), (right, y(right))]);
        foot += STEP;
    }
    lines
}

fn numbers(plot: &BridgePlot, row: &Row<'_>, layout: &Layout, figure: &mut Figure) {
    let y = row.numbers;
    let (shift, weight) = match row.what {
        What::Start(_) => (None, Weight::Bold),
        What::Part(part) => (Some(&part.shown), Weight::Regular),
        What::End(_) => (Some(&plot.total), Weight::Bold),
    };
    let style = Style {
        anchor: Anchor::End,
        ..Style::new(8.0, weight, INK)
    };
    if let Some(shift) = shift {
        figure.text(layout.shift, y, &style, &[Run::new(shift, weight)]);
    }
    let after = plot.shown(row.what.value());
    figure.text(layout.after, y, &style, &[Run::new(after, weight)]);
}

fn note(
    plot: &BridgePlot,
    axis: &Axis,
    layout: &Layout,
    figure: &mut Figure,
    y: f64,
) -> Result<f64, PlotError> {
    let style = Style::new(7.0, Weight::Regular, NOTES);
    let mut text = plot.note();
    let cut = |ci: (f64, f64)| axis.beyond(ci.0).0 || axis.beyond(ci.1).1;
    if [&plot.start, &plot.end]
        .into_iter()
        .any(|end| end.ci.is_some_and(cut))
    {
        text.push_str(" Arrow: the interval goes on beyond the axis.");
    }
    let lines = rich::wrap(&terms(&text), 7.0, layout.width, layout.width)?;
    Ok(stack(figure, &style, 0.0, y, &lines) - LINE + 6.0)
}

/// Words as runs; a sign stays with the number behind it.
fn terms(text: &str) -> Vec<Run> {
    let mut out: Vec<Run> = Vec::new();
    let mut signed = false;
    for word in text.split_whitespace() {
        match out.last_mut().filter(|_| signed) {
            Some(last) => {
                last.text.push(' ');
                last.text.push_str(word);
            }
            None => {
                if !out.is_empty() {
                    out.push(Run::plain(" "));
                }
                out.push(Run::solid(word));
            }
        }
        signed = matches!(word, "+" | "\u{2212}" | "=");
    }
    out
}

/// Lines below each other as one paragraph; gives where the next would stand.
fn stack(figure: &mut Figure, style: &Style, x: f64, y: f64, lines: &[Line]) -> f64 {
    let placed: Vec<(f64, f64, &Line)> = lines
        .iter()
        .enumerate()
        .map(|(n, line)| (x, y + LINE * count(n), line))
        .collect();
    figure.paragraph(style, &placed);
    y + LINE * count(lines.len())
}

fn stroke(colour: &'static str, width: f64) -> Paint {
    Paint::new("none", colour, width)
}

fn solid(colour: &'static str, width: f64) -> Paint {
    Paint::new(colour, colour, width)
}

fn flat(colour: &'static str) -> Paint {
    Paint {
        radius: 0.0,
        ..Paint::new(colour, "none", 0.0)
    }
}
