//! Rows of a forest plot, from the title down to the method.

use super::columns::Columns;
use super::heads::heads;
use super::lines::{Effect, LINE, line, pooled_effects};
use super::marks::Mark;
use super::scale::scale;
use super::{Axis, Forest, ForestRow, ForestSummary, NOT_ESTIMABLE, bias, small};
use crate::plot::PlotError;
use crate::plot::rich::{self, Run};
use crate::plot::svg::{Figure, INK, NOTES, Paint, Style};
use crate::plot::text::{SLACK, Weight, width_or_em};
use crate::plot::words;

const HAIR: &str = "#CFCBC0";

pub(super) fn draw(plot: &Forest, whole: &Forest, figure: &mut Figure) -> Result<f64, PlotError> {
    let columns = Columns::of(whole)?;
    let width = plot.page.points();
    let axis = axis(whole, &columns);
    let mut y = 11.0;
    y = paragraph(
        figure,
        &plot.title,
        0.0,
        y,
        width,
        &Style::new(9.5, Weight::SemiBold, INK),
    )?;
    if !plot.subtitle.is_empty() {
        y = paragraph(figure, &plot.subtitle, 0.0, y, width, &small())?;
    }
    y += 6.0;
    y = heads(&columns, plot, &axis, figure, y)?;
    let top = y + 2.0;

    // Marks are drawn over the lines of no effect and of the pooled effect, so they wait.
    let mut marks: Vec<Mark> = Vec::new();
    for group in &plot.groups {
        let indent = if let Some(label) = &group.label {
            let heading = [Run::new(label, Weight::SemiBold)];
            let room = columns.plot.0 - 6.0;
            y += columns.row - LINE;
            for row in rich::wrap(&heading, columns.size, room, room)? {
                y += LINE;
                figure.text(0.0, y - 2.0, &columns.text(Weight::SemiBold), &row.runs);
            }
            columns.indent
        } else {
            0.0
        };
        for row in &group.rows {
            if !columns.compact {
                bias::signs(plot, row, &columns, figure, y + columns.row - 4.8);
            }
            y = study(row, &columns, indent, figure, y, &mut marks)?;
        }
        if let Some(subtotal) = &group.subtotal {
            y = summary(
                subtotal,
                &columns,
                indent,
                (Weight::SemiBold, false),
                figure,
                y,
                &mut marks,
            )?;
        }
        if group.label.is_some() {
            y += 5.0;
        }
    }
    if let Some(overall) = &plot.overall {
        figure.polyline(
            &[(0.0, y + 2.0), (columns.plot.0 - 8.0, y + 2.0)],
            &hair(),
            false,
        );
        y += 3.0;
        y = summary(
            overall,
            &columns,
            0.0,
            (Weight::Bold, true),
            figure,
            y,
            &mut marks,
        )?;
    }
    if let Some((lo, hi)) = plot.prediction {
        y += columns.row - 1.0;
        marks.push(Mark::Bar { lo, hi, y: y - 4.8 });
        y = prediction((lo, hi), plot.level, &columns, figure, y)?;
    }
    let bottom = y + 5.0;
    if let Some(overall) = &whole.overall {
        let x = axis.x(overall.effect.0);
        let dashed = Paint {
            dash: Some("2 2"),
            ..line(NOTES, 0.6)
        };
        figure.polyline(&[(x, top), (x, bottom)], &dashed, false);
    }
    if !plot.single {
        let null = axis.x(plot.null());
        figure.polyline(&[(null, top), (null, bottom)], &line(INK, 0.75), false);
    }
    for mark in &marks {
        mark.draw(&axis, &columns, figure);
    }
    y = scale(plot, &axis, &columns, figure, bottom)?;
    // Beside the axis where there is room, below it in the compact layout.
    let (mut notes, room) = if columns.compact {
        (y + 2.0, width)
    } else {
        (bottom + 11.0, columns.plot.0 - 12.0)
    };
    for note in &plot.notes {
        let style = Style::new(7.0, Weight::Regular, INK);
        for row in rich::wrap(&kept(note), 7.0, room, room)? {
            figure.text(0.0, notes, &style, &row.runs);
            notes += 10.0;
        }
    }
    y = y.max(notes) + if plot.notes.is_empty() { 7.0 } else { 3.0 };
    for note in &plot.method {
        y = paragraph(figure, note, 0.0, y, width, &small())?;
    }
    Ok(y + 2.0)
}

fn axis(plot: &Forest, columns: &Columns) -> Axis {
    let mut values: Vec<Effect> = plot.rows().filter_map(|row| row.effect).collect();
    values.extend(pooled_effects(plot));
    let middle = plot.overall.as_ref().or_else(|| {
        let subtotals = plot.groups.iter().filter_map(|g| g.subtotal.as_ref());
        subtotals.into_iter().next()
    });
    let null = match middle {
        Some(pooled) if plot.single => pooled.effect.0,
        _ => plot.null(),
    };
    let mut axis = Axis::fit(&values, null, plot.log, columns.plot);
    if plot.single {
        axis.only_round();
    }
    axis
}

/// A line of results whose numbers stay with their names: `I² = 82.0%`.
fn kept(text: &str) -> Vec<Run> {
    let mut runs = Vec::new();
    for part in text.split_inclusive([';', ',']) {
        let bare = part.trim_start();
        if bare.len() < part.len() {
            runs.push(Run::plain(" "));
        }
        // What stands before a colon is prose.
        let (prose, numbers) = bare.split_at(bare.find(": ").map_or(0, |at| at + 2));
        runs.push(Run::plain(prose));
        runs.push(if numbers.contains(" = ") {
            Run::solid(numbers)
        } else {
            Run::plain(numbers)
        });
    }
    runs
}

fn study(
    row: &ForestRow,
    columns: &Columns,
    indent: f64,
    figure: &mut Figure,
    y: f64,
    marks: &mut Vec<Mark>,
) -> Result<f64, PlotError> {
    let y = y + columns.row;
    let runs = [
        Run::plain(row.label.clone()),
        Run::plain(format!(" {}", row.detail)),
    ];
    let room = columns.label - indent - 4.0;
    let lines = rich::wrap(&runs, columns.size, room, room - 6.0)?;
    for (n, text) in lines.iter().enumerate() {
        let x = if n == 0 { indent } else { indent + 6.0 };
        let style = columns.text(Weight::Regular);
        figure.text(x, y - 2.0 + LINE * times(n), &style, &text.runs);
    }
    numbers(
        (&row.cells, row.weight, row.effect),
        columns,
        Weight::Regular,
        figure,
        y,
    );
    if let Some((lo, hi)) = row.band {
        marks.push(Mark::Band { lo, hi, y: y - 4.8 });
    }
    if let Some(effect) = row.effect {
        marks.push(Mark::Square {
            effect,
            weight: row.weight,
            y: y - 4.8,
        });
    }
    Ok(y + LINE * times(lines.len().max(columns.lines()).saturating_sub(1)))
}

fn summary(
    pooled: &ForestSummary,
    columns: &Columns,
    indent: f64,
    (weight, solid): (Weight, bool),
    figure: &mut Figure,
    y: f64,
    marks: &mut Vec<Mark>,
) -> Result<f64, PlotError> {
    let mut y = y + columns.row;
    figure.text(
        indent,
        y - 2.0,
        &columns.text(weight),
        &[Run::new(&pooled.label, weight)],
    );
    numbers(
        (&pooled.cells, pooled.weight, Some(pooled.effect)),
        columns,
        weight,
        figure,
        y,
    );
    marks.push(Mark::Diamond {
        effect: pooled.effect,
        solid,
        y: y - 4.8,
    });
    y += LINE * times(columns.lines().saturating_sub(1));
    if let Some(note) = &pooled.note {
        let room = columns.plot.0 - 6.0 - indent;
        for row in rich::wrap(&kept(note), 7.0, room, room)? {
            y += 10.0;
            figure.text(indent, y - 1.0, &small(), &row.runs);
        }
        y += 0.5;
    }
    Ok(y)
}

/// The prediction interval, its name as far as its numbers.
fn prediction(
    (lo, hi): (f64, f64),
    level: f64,
    columns: &Columns,
    figure: &mut Figure,
    y: f64,
) -> Result<f64, PlotError> {
    let label = Run::plain(format!("{}% prediction interval", words::tick(level)));
    let shown = columns.interval(lo, hi);
    let taken = width_or_em(&shown, columns.size, Weight::Regular)? * SLACK;
    let room = columns.effect - taken - 4.0;
    let style = columns.text(Weight::Regular);
    let lines = rich::wrap(&[label], columns.size, room, room)?;
    for (n, line) in lines.iter().enumerate() {
        figure.text(0.0, y - 2.0 + LINE * times(n), &style, &line.runs);
    }
    columns.right(figure, columns.effect, y - 2.0, &shown, Weight::Regular);
    Ok(y + LINE * times(lines.len().saturating_sub(1)))
}

fn numbers(
    (cells, share, effect): (&[String], Option<f64>, Option<Effect>),
    columns: &Columns,
    weight: Weight,
    figure: &mut Figure,
    y: f64,
) {
    let y = y - 2.0;
    for (x, text) in columns.cells.iter().zip(cells) {
        columns.right(figure, *x, y, text, weight);
    }
    if let (Some(share), true) = (share, columns.weights) {
        let share = words::fixed(share, 1);
        columns.right(figure, columns.weight, y, &share, weight);
    }
    let lines = match effect {
        Some(effect) => columns.effect_lines(effect),
        None => vec![NOT_ESTIMABLE.to_owned()],
    };
    for (n, text) in lines.iter().enumerate() {
        columns.right(figure, columns.effect, y + LINE * times(n), text, weight);
    }
}

fn times(n: usize) -> f64 {
    u32::try_from(n).map_or(0.0, f64::from)
}

fn paragraph(
    figure: &mut Figure,
    text: &str,
    x: f64,
    y: f64,
    room: f64,
    style: &Style,
) -> Result<f64, PlotError> {
    let mut y = y;
    for row in rich::wrap(&[Run::new(text, style.weight)], style.size, room, room)? {
        figure.text(x, y, style, &row.runs);
        y += style.size + 3.0;
    }
    Ok(y)
}

fn hair() -> Paint {
    line(HAIR, 0.5)
}
