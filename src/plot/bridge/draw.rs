//! Rows, bars and numbers of a bridge.

use super::axis::Axis;
use super::{BridgeEnd, BridgePlot, BridgeRow, Way};
use crate::plot::PlotError;
use crate::plot::rich::{self, Line, Run};
use crate::plot::svg::{Anchor, BRICK, EVERGREEN, Figure, INK, NOTES, Paint, Rect, Style, WHITE};
use crate::plot::text::Weight;

/// Width of the figure in points.
pub(super) const WIDTH: f64 = 510.0;
/// The axis, from left to right.
const PLOT: (f64, f64) = (204.0, 410.0);
/// Right edges of the two columns of numbers.
const SHIFT: f64 = 461.0;
const AFTER: f64 = WIDTH - 4.0;
const LEFT: f64 = 6.0;
const LABELS: f64 = PLOT.0 - LEFT - 8.0;
const ROW: f64 = 26.4;
const LINE: f64 = 9.2;
/// More lines of detail are cut; the description has them all.
const LINES: usize = 3;
const HALF: f64 = 6.0;
const BAND: &str = "#F6F4EE";
const GRID: &str = "#E3E0D7";

/// One row, laid out.
struct Row<'a> {
    label: Vec<Line>,
    detail: Vec<Line>,
    y: f64,
    height: f64,
    what: What<'a>,
}

#[derive(Clone, Copy)]
enum What<'a> {
    Start(&'a BridgeEnd),
    Part(&'a BridgeRow),
    End(&'a BridgeEnd),
}

impl What<'_> {
    fn value(&self) -> f64 {
        match self {
            Self::Start(end) | Self::End(end) => end.estimate,
            Self::Part(row) => row.to,
        }
    }
}

impl Row<'_> {
    fn middle(&self) -> f64 {
        self.y + self.height / 2.0
    }
}

pub(super) fn draw(plot: &BridgePlot, figure: &mut Figure) -> Result<f64, PlotError> {
    let axis = Axis::fit(plot, PLOT);
    let top = heads(plot, figure)?;
    let rows = rows(plot, top + 1.0)?;
    let bottom = rows.last().map_or(top, |row| row.y + row.height) + 1.0;
    for row in rows.iter().filter(|row| !matches!(row.what, What::Part(_))) {
        let band = Rect::new(0.0, row.y + 0.6, WIDTH, row.height - 1.2);
        figure.rect(&band, &flat(BAND));
    }
    grid(plot, &axis, figure, (top, bottom));
    for pair in rows.windows(2) {
        if let [above, below] = pair {
            let x = axis.x(above.what.value());
            let ends = (above.middle() + HALF, below.middle() - HALF);
            let paint = Paint {
                dash: Some("1.5 1.5"),
                ..stroke(NOTES, 0.6)
            };
            figure.polyline(&[(x, ends.0), (x, ends.1)], &paint, false);
        }
    }
    for row in &rows {
        words(row, figure);
        marks(plot, row, &axis, figure);
        numbers(plot, row, figure);
    }
    note(plot, figure, bottom + 24.0)
}

fn heads(plot: &BridgePlot, figure: &mut Figure) -> Result<f64, PlotError> {
    let mut caption = plot.measure.title().to_owned();
    if !plot.outcome.is_empty() {
        caption = format!("{caption}, {}", plot.outcome);
    }
    let scale = plot.scale().trim_start_matches(" on the ");
    if !scale.is_empty() {
        caption = format!("{caption} ({scale})");
    }
    let room = PLOT.1 - PLOT.0;
    let lines = rich::wrap(&[Run::plain(caption)], 7.0, room, room)?;
    let y = 10.0 + LINE * count(lines.len().saturating_sub(1));
    let small = Style::new(7.0, Weight::Regular, NOTES);
    stack(figure, &small, PLOT.0, 10.0, &lines);
    let semi = Style::new(7.5, Weight::SemiBold, INK);
    let head = [Run::new("What moved the estimate", Weight::SemiBold)];
    figure.text(0.0, y, &semi, &head);
    let style = Style {
        anchor: Anchor::End,
        ..Style::new(7.0, Weight::SemiBold, INK)
    };
    let shift = format!("\u{394} {}", plot.unit());
    let after = format!("{} after", plot.measure.word());
    figure.text(SHIFT, y, &style, &[Run::new(shift, Weight::SemiBold)]);
    figure.text(AFTER, y, &style, &[Run::new(after, Weight::SemiBold)]);
    figure.polyline(
        &[(0.0, y + 5.0), (WIDTH, y + 5.0)],
        &stroke(INK, 0.75),
        false,
    );
    Ok(y + 5.0)
}

fn rows(plot: &BridgePlot, top: f64) -> Result<Vec<Row<'_>>, PlotError> {
    let ends = (&plot.start, &plot.end);
    let start = (&ends.0.label, &ends.0.detail, What::Start(ends.0));
    let parts = plot
        .rows
        .iter()
        .map(|row| (&row.label, &row.detail, What::Part(row)));
    let end = (&ends.1.label, &ends.1.detail, What::End(ends.1));
    let mut rows = Vec::new();
    let mut y = top;
    for (label, detail, what) in std::iter::once(start).chain(parts).chain([end]) {
        let label = rich::wrap(&[Run::new(label, Weight::SemiBold)], 8.0, LABELS, LABELS)?;
        let detail = cut(detail)?;
        let more = (label.len() + detail.len()).saturating_sub(2);
        let height = ROW + LINE * count(more);
        rows.push(Row {
            label,
            detail,
            y,
            height,
            what,
        });
        y += height;
    }
    Ok(rows)
}

/// The lines of a detail; a list that takes too many ends with how many are not shown.
fn cut(detail: &str) -> Result<Vec<Line>, PlotError> {
    let wrap = |text: &str| rich::wrap(&[Run::plain(text)], 7.0, LABELS, LABELS);
    let whole = wrap(detail)?;
    if whole.len() <= LINES {
        return Ok(whole);
    }
    let items: Vec<&str> = detail.split(", ").collect();
    let mut best = None;
    for shown in 1..items.len() {
        let list = items.get(..shown).unwrap_or_default().join(", ");
        let lines = wrap(&format!("{list} and {} more", items.len() - shown))?;
        if lines.len() > LINES {
            break;
        }
        best = Some(lines);
    }
    // One long sentence: its first lines.
    Ok(best.unwrap_or_else(|| {
        let mut lines: Vec<Line> = whole.into_iter().take(LINES).collect();
        if let Some(run) = lines.last_mut().and_then(|line| line.runs.last_mut()) {
            run.text.pop();
            run.text.push('\u{2026}');
        }
        lines
    }))
}

fn grid(plot: &BridgePlot, axis: &Axis, figure: &mut Figure, (top, bottom): (f64, f64)) {
    let style = Style {
        anchor: Anchor::Middle,
        ..Style::new(7.0, Weight::Regular, NOTES)
    };
    for (at, text) in &axis.ticks {
        let x = axis.x(*at);
        figure.polyline(&[(x, top), (x, bottom)], &stroke(GRID, 0.5), false);
        figure.text(x, bottom + 10.0, &style, &[Run::plain(text)]);
    }
    if plot.measure.has_no_effect_value() && axis.beyond(0.0) == (false, false) {
        let x = axis.x(0.0);
        figure.polyline(&[(x, top), (x, bottom)], &stroke(INK, 0.75), false);
    }
    figure.polyline(
        &[(PLOT.0, bottom), (PLOT.1, bottom)],
        &stroke(INK, 0.75),
        false,
    );
}

fn words(row: &Row<'_>, figure: &mut Figure) {
    let lines = row.label.len() + row.detail.len();
    // One line stands in the middle; a label with its details fills the row.
    let first = if lines == 1 {
        row.middle() + 2.8
    } else {
        row.y + 11.7
    };
    let label = Style::new(8.0, Weight::SemiBold, INK);
    let y = stack(figure, &label, LEFT, first, &row.label);
    let detail = Style::new(7.0, Weight::Regular, NOTES);
    stack(figure, &detail, LEFT, y + 0.3, &row.detail);
}

fn marks(plot: &BridgePlot, row: &Row<'_>, axis: &Axis, figure: &mut Figure) {
    match row.what {
        What::Start(end) | What::End(end) => diamond(end, axis, figure, row.middle()),
        What::Part(part) => bar(plot.way(part), part, axis, figure, row.middle()),
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
fn bar(way: Way, part: &BridgeRow, axis: &Axis, figure: &mut Figure, y: f64) {
    let (a, b) = (axis.x(part.from), axis.x(part.to));
    let rect = Rect::new(a.min(b), y - HALF, (a - b).abs().max(1.2), 2.0 * HALF);
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
            figure.polyline(&[(a, y - HALF), (a, y + HALF)], &stroke(INK, 1.0), false);
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

fn numbers(plot: &BridgePlot, row: &Row<'_>, figure: &mut Figure) {
    let y = row.middle() + 2.8;
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
        figure.text(SHIFT, y, &style, &[Run::new(shift, weight)]);
    }
    let after = plot.shown(row.what.value());
    figure.text(AFTER, y, &style, &[Run::new(after, weight)]);
}

fn note(plot: &BridgePlot, figure: &mut Figure, y: f64) -> Result<f64, PlotError> {
    let style = Style::new(7.0, Weight::Regular, NOTES);
    let lines = rich::wrap(&[Run::plain(plot.note())], 7.0, WIDTH, WIDTH)?;
    Ok(stack(figure, &style, 0.0, y, &lines) - LINE + 6.0)
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

fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(0.0, f64::from)
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
