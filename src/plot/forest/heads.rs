//! The heads of the columns of a forest plot, and what stands above its axis.

use super::columns::Columns;
use super::lines::{LINE, line};
use super::{Axis, Forest, bias, scale, small};
use crate::plot::PlotError;
use crate::plot::rich::{self, Run};
use crate::plot::svg::{Anchor, Figure, INK, Style};
use crate::plot::text::{SLACK, Weight, width_or_em};
use crate::plot::words;

/// The heads of the columns and the rule below them.
pub(super) fn heads(
    columns: &Columns,
    plot: &Forest,
    axis: &Axis,
    figure: &mut Figure,
    y: f64,
) -> Result<f64, PlotError> {
    let room = if columns.compact {
        columns.effect_width
    } else {
        f64::INFINITY
    };
    let measure = rich::wrap(&measure_runs(&plot.measure, room)?, 7.0, room, room)?;
    let mut upper = y + 2.0;
    for (n, row) in measure.iter().enumerate() {
        if n > 0 {
            upper += LINE;
        }
        figure.text(columns.effect, upper, &end(Weight::SemiBold), &row.runs);
    }
    let y = upper + 10.0;
    let level = format!("{}% CI", words::tick(plot.level));
    let level = if columns.jama {
        format!("({level})")
    } else {
        format!("[{level}]")
    };
    figure.text(columns.effect, y, &small_end(), &[Run::plain(level)]);
    let style = Style::new(7.0, Weight::SemiBold, INK);
    let first = if columns.jama && plot.first == "Trial" {
        "Source"
    } else {
        &plot.first
    };
    figure.text(0.0, y, &style, &[Run::new(first, Weight::SemiBold)]);
    further_heads(columns, plot, figure, y);
    if scale::above(plot, axis, columns)? {
        scale::beside(plot, axis, figure, y);
    }
    let below = y + 5.0;
    let rule = [(0.0, below), (plot.page.points(), below)];
    figure.polyline(&rule, &line(INK, 0.75), false);
    Ok(below)
}

fn further_heads(columns: &Columns, plot: &Forest, figure: &mut Figure, y: f64) {
    let mut head = |x: f64, first: &str, second: &str| {
        if !first.is_empty() {
            let bold = [Run::new(first, Weight::SemiBold)];
            figure.text(x, y - 10.0, &end(Weight::SemiBold), &bold);
        }
        figure.text(x, y, &small_end(), &[Run::plain(second)]);
    };
    let heads = plot.data.heads(&plot.arms, columns.jama);
    for (x, (above, below)) in columns.cells.iter().zip(&heads) {
        head(*x, above, below);
    }
    if columns.weights {
        head(columns.weight, "Weight", "%");
    }
    if !columns.compact {
        bias::heads(plot, columns, figure, y);
    }
}

/// The measure, with what stands in brackets on one line where that fits.
fn measure_runs(measure: &str, room: f64) -> Result<Vec<Run>, PlotError> {
    let (name, bracket) = measure.split_at(measure.find('(').unwrap_or(measure.len()));
    let fits = width_or_em(bracket, 7.0, Weight::SemiBold)? * SLACK <= room;
    let bracket = Run {
        solid: fits,
        ..Run::new(bracket, Weight::SemiBold)
    };
    Ok(vec![Run::new(name, Weight::SemiBold), bracket])
}

fn end(weight: Weight) -> Style {
    Style {
        anchor: Anchor::End,
        ..Style::new(7.0, weight, INK)
    }
}

fn small_end() -> Style {
    Style {
        anchor: Anchor::End,
        ..small()
    }
}
