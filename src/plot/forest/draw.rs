//! Columns, rows and marks of a forest plot.

use super::{Axis, Forest, ForestRow, ForestSummary, small};
use crate::plot::PlotError;
use crate::plot::rich::{self, Run};
use crate::plot::svg::{Anchor, EVERGREEN, Figure, INK, NOTES, Paint, Rect, Style, WHITE};
use crate::plot::text::{SLACK, Weight, width_or_em};
use crate::plot::words;

/// Width of the figure in points.
pub(super) const WIDTH: f64 = 510.0;
const ROW: f64 = 14.2;
const LINE: f64 = 9.6;
const HAIR: &str = "#CFCBC0";

/// Where the columns stand: right edges of the numeric ones.
struct Columns {
    label: f64,
    experimental: f64,
    control: f64,
    weight: f64,
    effect: f64,
    plot: (f64, f64),
    counts: bool,
    weights: bool,
}

pub(super) fn draw(plot: &Forest, figure: &mut Figure) -> Result<f64, PlotError> {
    let columns = columns(plot)?;
    let axis = Axis::fit(&values(plot), plot.null(), plot.log, columns.plot);
    let mut y = 11.0;
    y = paragraph(
        figure,
        &plot.title,
        0.0,
        y,
        WIDTH,
        &Style::new(9.5, Weight::SemiBold, INK),
    )?;
    if !plot.subtitle.is_empty() {
        y = paragraph(figure, &plot.subtitle, 0.0, y, WIDTH, &small())?;
    }
    y += 6.0;
    y = heads(plot, &columns, figure, y);
    let top = y + 2.0;

    // Marks are drawn over the lines of no effect and of the pooled effect, so they wait.
    let mut marks: Vec<Mark> = Vec::new();
    for group in &plot.groups {
        let indent = if let Some(label) = &group.label {
            y += ROW;
            figure.text(0.0, y - 2.0, &semi(), &[Run::new(label, Weight::SemiBold)]);
            8.0
        } else {
            0.0
        };
        for row in &group.rows {
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
            );
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
        );
    }
    if let Some((lo, hi)) = plot.prediction {
        y += ROW - 1.0;
        let label = format!("{}% prediction interval", words::tick(plot.level));
        figure.text(0.0, y - 2.0, &body(), &[Run::plain(label)]);
        right(
            figure,
            columns.effect,
            y - 2.0,
            &words::interval(lo, hi),
            Weight::Regular,
        );
        marks.push(Mark::Bar { lo, hi, y: y - 4.8 });
    }
    let bottom = y + 5.0;
    if let Some(overall) = &plot.overall {
        let x = axis.x(overall.effect.0);
        let dashed = Paint {
            dash: Some("2 2"),
            ..line(NOTES, 0.6)
        };
        figure.polyline(&[(x, top), (x, bottom)], &dashed, false);
    }
    let null = axis.x(plot.null());
    figure.polyline(&[(null, top), (null, bottom)], &line(INK, 0.75), false);
    for mark in &marks {
        mark.draw(&axis, &columns, figure);
    }
    y = scale(plot, &axis, &columns, figure, bottom);
    let mut notes = bottom + 11.0;
    for note in &plot.notes {
        let style = Style::new(7.0, Weight::Regular, INK);
        notes = paragraph(figure, note, 0.0, notes, columns.plot.0 - 12.0, &style)?;
    }
    y = y.max(notes) + 3.0;
    for note in &plot.method {
        y = paragraph(figure, note, 0.0, y, WIDTH, &small())?;
    }
    Ok(y + 2.0)
}

fn values(plot: &Forest) -> Vec<(f64, f64, f64)> {
    let subtotals = plot
        .groups
        .iter()
        .filter_map(|group| group.subtotal.as_ref());
    let mut out: Vec<_> = plot.rows().map(|row| row.effect).collect();
    out.extend(subtotals.chain(&plot.overall).map(|summary| summary.effect));
    if let (Some((lo, hi)), Some(overall)) = (plot.prediction, &plot.overall) {
        out.push((overall.effect.0, lo, hi));
    }
    out
}

fn columns(plot: &Forest) -> Result<Columns, PlotError> {
    let counts = plot.rows().any(|row| row.counts.is_some());
    let weights = plot.rows().any(|row| row.weight.is_some());
    let widest = |texts: Vec<String>, weight| -> Result<f64, PlotError> {
        let mut widest: f64 = 0.0;
        for text in texts {
            widest = widest.max(width_or_em(&text, 8.0, weight)? * SLACK);
        }
        Ok(widest)
    };
    let named = plot
        .rows()
        .map(|row| format!("{} {}", row.label, row.detail))
        .collect();
    let limit = if counts { 118.0 } else { 190.0 };
    let label = (widest(named, Weight::Regular)? + 10.0).clamp(70.0, limit);
    let summaries = || {
        plot.groups
            .iter()
            .filter_map(|g| g.subtotal.as_ref())
            .chain(&plot.overall)
    };
    let side = |at: usize| {
        let all = plot
            .rows()
            .filter_map(|r| r.counts)
            .chain(summaries().filter_map(|s| s.counts));
        all.filter_map(|pair| pair.get(at).copied())
            .map(fraction)
            .collect::<Vec<_>>()
    };
    let head = |text: &str| width_or_em(text, 7.0, Weight::SemiBold).map(|w| w * SLACK);
    let mut x = label;
    let mut next = |need: f64, shown: bool| {
        if shown {
            x += need + 9.0;
        }
        x
    };
    let [first, second] = &plot.arms;
    let experimental = next(
        widest(side(0), Weight::Bold)?.max(head(first)?).max(46.0),
        counts,
    );
    let control = next(
        widest(side(1), Weight::Bold)?.max(head(second)?).max(46.0),
        counts,
    );
    let weight = next(28.0, weights);
    let effects = values(plot).iter().map(|e| shown(*e)).collect();
    let effect = next(
        widest(effects, Weight::Bold)?.max(head(&plot.measure)?) + 2.0,
        true,
    );
    Ok(Columns {
        label,
        experimental,
        control,
        weight,
        effect,
        plot: (effect + 16.0, WIDTH - 8.0),
        counts,
        weights,
    })
}

fn heads(plot: &Forest, columns: &Columns, figure: &mut Figure, y: f64) -> f64 {
    let head = |figure: &mut Figure, x: f64, first: &str, second: &str| {
        let style = Style {
            anchor: Anchor::End,
            ..Style::new(7.0, Weight::SemiBold, INK)
        };
        figure.text(x, y + 2.0, &style, &[Run::new(first, Weight::SemiBold)]);
        let style = Style {
            anchor: Anchor::End,
            ..small()
        };
        figure.text(x, y + 12.0, &style, &[Run::plain(second)]);
    };
    let style = Style::new(7.0, Weight::SemiBold, INK);
    figure.text(
        0.0,
        y + 12.0,
        &style,
        &[Run::new(&plot.first, Weight::SemiBold)],
    );
    let [first, second] = &plot.arms;
    if columns.counts {
        head(figure, columns.experimental, first, "events / total");
        head(figure, columns.control, second, "events / total");
    }
    if columns.weights {
        head(figure, columns.weight, "Weight", "%");
    }
    head(
        figure,
        columns.effect,
        &plot.measure,
        &format!("[{}% CI]", words::tick(plot.level)),
    );
    let below = y + 17.0;
    figure.polyline(&[(0.0, below), (WIDTH, below)], &line(INK, 0.75), false);
    below
}

fn study(
    row: &ForestRow,
    columns: &Columns,
    indent: f64,
    figure: &mut Figure,
    y: f64,
    marks: &mut Vec<Mark>,
) -> Result<f64, PlotError> {
    let y = y + ROW;
    let runs = [
        Run::plain(row.label.clone()),
        Run::plain(format!(" {}", row.detail)),
    ];
    let room = columns.label - indent - 4.0;
    let lines = rich::wrap(&runs, 8.0, room, room - 6.0)?;
    for (n, text) in lines.iter().enumerate() {
        let down = LINE * f64::from(u32::try_from(n).unwrap_or(0));
        let x = if n == 0 { indent } else { indent + 6.0 };
        figure.text(x, y - 2.0 + down, &body(), &text.runs);
    }
    numbers(
        row.counts,
        row.weight,
        row.effect,
        columns,
        Weight::Regular,
        figure,
        y,
    );
    marks.push(Mark::Square {
        effect: row.effect,
        weight: row.weight,
        y: y - 4.8,
    });
    let more = lines.len().saturating_sub(1);
    Ok(y + LINE * f64::from(u32::try_from(more).unwrap_or(0)))
}

fn summary(
    pooled: &ForestSummary,
    columns: &Columns,
    indent: f64,
    (weight, solid): (Weight, bool),
    figure: &mut Figure,
    y: f64,
    marks: &mut Vec<Mark>,
) -> f64 {
    let mut y = y + ROW;
    figure.text(
        indent,
        y - 2.0,
        &Style::new(8.0, weight, INK),
        &[Run::new(&pooled.label, weight)],
    );
    numbers(
        pooled.counts,
        pooled.weight,
        pooled.effect,
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
    if let Some(note) = &pooled.note {
        y += 10.5;
        figure.text(indent, y - 1.5, &small(), &[Run::plain(note)]);
    }
    y
}

fn numbers(
    counts: Option<[(u64, u64); 2]>,
    share: Option<f64>,
    effect: (f64, f64, f64),
    columns: &Columns,
    weight: Weight,
    figure: &mut Figure,
    y: f64,
) {
    if let Some([first, second]) = counts {
        right(
            figure,
            columns.experimental,
            y - 2.0,
            &fraction(first),
            weight,
        );
        right(figure, columns.control, y - 2.0, &fraction(second), weight);
    }
    if let Some(share) = share {
        right(
            figure,
            columns.weight,
            y - 2.0,
            &words::fixed(share, 1),
            weight,
        );
    }
    right(figure, columns.effect, y - 2.0, &shown(effect), weight);
}

fn scale(plot: &Forest, axis: &Axis, columns: &Columns, figure: &mut Figure, y: f64) -> f64 {
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
    let [left, other] = &plot.favours;
    if left.is_empty() && other.is_empty() {
        return y + 18.0;
    }
    // Where the right side has no room, its label stands below at the end of the axis.
    let null = axis.x(plot.null());
    let need = |text: &str| width_or_em(text, 7.0, Weight::Regular).unwrap_or(80.0) * SLACK + 14.0;
    let left_fits = null - x0 + 60.0 >= need(left);
    let right_fits = x1 - null >= need(other);
    let end = Style {
        anchor: Anchor::End,
        ..small()
    };
    let (x, style) = if left_fits {
        (null - 5.0, end)
    } else {
        (x0, small())
    };
    figure.text(
        x,
        y + 22.0,
        &style,
        &[Run::plain(format!("\u{2190} {left}"))],
    );
    let (x, style, down) = if left_fits && right_fits {
        (null + 5.0, small(), 0.0)
    } else {
        (x1, end, 9.6)
    };
    figure.text(
        x,
        y + 22.0 + down,
        &style,
        &[Run::plain(format!("{other} \u{2192}"))],
    );
    y + 30.0 + down
}

enum Mark {
    Square {
        effect: (f64, f64, f64),
        weight: Option<f64>,
        y: f64,
    },
    Diamond {
        effect: (f64, f64, f64),
        solid: bool,
        y: f64,
    },
    Bar {
        lo: f64,
        hi: f64,
        y: f64,
    },
}

impl Mark {
    fn draw(&self, axis: &Axis, columns: &Columns, figure: &mut Figure) {
        match self {
            Self::Square {
                effect: (estimate, lo, hi),
                weight,
                y,
            } => {
                let (cut_left, _) = axis.beyond(*lo);
                let (_, cut_right) = axis.beyond(*hi);
                let (a, b) = (axis.x(*lo), axis.x(*hi));
                figure.polyline(&[(a, *y), (b, *y)], &line(INK, 0.9), false);
                if cut_left {
                    arrow(figure, columns.plot.0, *y, 4.0);
                }
                if cut_right {
                    arrow(figure, columns.plot.1, *y, -4.0);
                }
                let side = weight.map_or(5.0, |w| (2.05 * w.max(0.0).sqrt()).clamp(2.0, 12.5));
                let rect = Rect::new(axis.x(*estimate) - side / 2.0, y - side / 2.0, side, side);
                let paint = Paint {
                    radius: 0.0,
                    ..Paint::new(EVERGREEN, EVERGREEN, 0.0)
                };
                figure.rect(&rect, &paint);
            }
            Self::Diamond {
                effect: (estimate, lo, hi),
                solid,
                y,
            } => {
                let (a, m, b) = (axis.x(*lo), axis.x(*estimate), axis.x(*hi));
                let fill = if *solid { INK } else { WHITE };
                let points = [(a, *y), (m, y - 4.6), (b, *y), (m, y + 4.6), (a, *y)];
                figure.polyline(
                    &points,
                    &Paint {
                        fill,
                        ..line(INK, 0.9)
                    },
                    false,
                );
            }
            Self::Bar { lo, hi, y } => {
                let (cut_left, _) = axis.beyond(*lo);
                let (_, cut_right) = axis.beyond(*hi);
                let (a, b) = (axis.x(*lo), axis.x(*hi));
                figure.polyline(&[(a, *y), (b, *y)], &line(INK, 2.2), false);
                for (x, cut, way) in [(a, cut_left, 4.0), (b, cut_right, -4.0)] {
                    if cut {
                        arrow(figure, x, *y, way);
                    } else {
                        figure.polyline(&[(x, y - 3.0), (x, y + 3.0)], &line(INK, 0.9), false);
                    }
                }
            }
        }
    }
}

/// The head of an arrow whose point is at `x` and which comes from `x + way`.
fn arrow(figure: &mut Figure, x: f64, y: f64, way: f64) {
    let points = [(x, y), (x + way, y - 2.6), (x + way, y + 2.6), (x, y)];
    figure.polyline(
        &points,
        &Paint {
            fill: INK,
            ..line(INK, 0.5)
        },
        false,
    );
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

fn fraction((events, total): (u64, u64)) -> String {
    format!("{events} / {total}")
}

fn shown((estimate, lo, hi): (f64, f64, f64)) -> String {
    format!("{} {}", words::effect(estimate), words::interval(lo, hi))
}

fn right(figure: &mut Figure, x: f64, y: f64, text: &str, weight: Weight) {
    let style = Style {
        anchor: Anchor::End,
        ..Style::new(8.0, weight, INK)
    };
    figure.text(x, y, &style, &[Run::new(text, weight)]);
}

fn body() -> Style {
    Style::new(8.0, Weight::Regular, INK)
}

fn semi() -> Style {
    Style::new(8.0, Weight::SemiBold, INK)
}

fn line(stroke: &'static str, width: f64) -> Paint {
    Paint {
        fill: "none",
        ..Paint::new("none", stroke, width)
    }
}

fn hair() -> Paint {
    line(HAIR, 0.5)
}
