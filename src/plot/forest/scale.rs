//! The axis under the plot, and what lies left and right of no effect.

use super::columns::Columns;
use super::lines::line;
use super::{Axis, Forest, small};
use crate::plot::PlotError;
use crate::plot::rich::{self, Run};
use crate::plot::svg::{Anchor, Figure, INK, Style};
use crate::plot::text::{SLACK, Weight, width_or_em};
use crate::plot::words;

const LINE: f64 = 9.6;
/// From the line of no effect to the label beside it.
const AWAY: f64 = 5.0;

/// Draws the axis at `y`; gives where what follows may begin.
pub(super) fn scale(
    plot: &Forest,
    axis: &Axis,
    columns: &Columns,
    figure: &mut Figure,
    y: f64,
) -> Result<f64, PlotError> {
    let (x0, x1) = columns.plot;
    figure.polyline(&[(x0, y), (x1, y)], &line(INK, 0.75), false);
    let style = Style {
        anchor: Anchor::Middle,
        ..Style::new(7.0, Weight::Regular, INK)
    };
    for tick in &axis.ticks {
        let x = axis.x(*tick);
        figure.polyline(&[(x, y), (x, y + 3.0)], &line(INK, 0.75), false);
        figure.text(x, y + 11.0, &style, &[Run::plain(words::tick(*tick))]);
    }
    let [left, right] = &plot.favours;
    if (left.is_empty() && right.is_empty()) || above(plot, axis, columns)? {
        return Ok(y + 18.0);
    }
    below(plot, axis, columns, figure, y + 22.0)
}

/// Both labels, with their arrows.
fn labels(plot: &Forest) -> [String; 2] {
    let [left, right] = &plot.favours;
    [format!("\u{2190} {left}"), format!("{right} \u{2192}")]
}

fn wide(text: &str) -> Result<f64, PlotError> {
    Ok(width_or_em(text, 7.0, Weight::Regular)? * SLACK)
}

fn end() -> Style {
    Style {
        anchor: Anchor::End,
        ..small()
    }
}

/// Whether JAMA's place for the labels, above the plot, has room for both.
pub(super) fn above(plot: &Forest, axis: &Axis, columns: &Columns) -> Result<bool, PlotError> {
    if !columns.jama || plot.favours.iter().any(String::is_empty) {
        return Ok(false);
    }
    let null = axis.x(plot.null());
    let [left, right] = labels(plot);
    let (from, to) = (columns.effect + 6.0, columns.plot.1);
    Ok(null - AWAY - from >= wide(&left)? && to - null - AWAY >= wide(&right)?)
}

/// The labels on one line at `y`, left and right of no effect.
pub(super) fn beside(plot: &Forest, axis: &Axis, figure: &mut Figure, y: f64) {
    let null = axis.x(plot.null());
    let [left, right] = labels(plot).map(|text| [Run::plain(text)]);
    figure.text(null - AWAY, y, &end(), &left);
    figure.text(null + AWAY, y, &small(), &right);
}

/// The labels below the axis: beside no effect where each has room, else at both ends of one line,
/// else one below the other.
fn below(
    plot: &Forest,
    axis: &Axis,
    columns: &Columns,
    figure: &mut Figure,
    y: f64,
) -> Result<f64, PlotError> {
    let null = axis.x(plot.null());
    // Left of the axis stand the notes, but in the compact layout.
    let (first, last) = if columns.compact {
        (0.0, plot.page.points())
    } else {
        (columns.plot.0 - 60.0, columns.plot.1)
    };
    let [left, right] = labels(plot);
    // Judgements stand beside the rows and not beside this line.
    let edge = plot.page.points();
    let fits = null - AWAY - first >= wide(&left)? && edge - null - AWAY >= wide(&right)?;
    if fits {
        beside(plot, axis, figure, y);
        return Ok(y + 8.0);
    }
    let room = last - first;
    let (long, short) = (wide(&left)?, wide(&right)?);
    if long + short + 10.0 <= room {
        let x = columns.plot.0.min(last - short - 10.0 - long).max(first);
        figure.text(x, y, &small(), &[Run::plain(left)]);
        figure.text(last, y, &end(), &[Run::plain(right)]);
        return Ok(y + 8.0);
    }
    let mut y = y;
    for (text, style) in [(left, small()), (right, end())] {
        for row in rich::wrap(&[Run::plain(text)], 7.0, room, room)? {
            let x = if style.anchor == Anchor::End {
                last
            } else {
                columns.plot.0.min(last - row.width * SLACK).max(first)
            };
            figure.text(x, y, &style, &row.runs);
            y += LINE;
        }
    }
    Ok(y - LINE + 8.0)
}
