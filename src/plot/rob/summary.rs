//! The weighted summary: one bar for each domain, cut by judgement, in per cent.

use super::shares::{self, Row};
use super::{Rob, lights, signs};
use crate::model::Judgement;
use crate::plot::PlotError;
use crate::plot::rich::{self, Run};
use crate::plot::scatter::{self, SIZE, legend, square};
use crate::plot::svg::{Figure, INK, Paint, Style};
use crate::plot::text::{SLACK, Weight, width_or_em};
use crate::plot::words;

/// Room of the mark in a part.
const MARK: f64 = 10.0;
/// Room right of the bars, for half of `100`.
const RIGHT: f64 = 9.0;

pub(super) fn draw(plot: &Rob, figure: &mut Figure) -> Result<f64, PlotError> {
    let width = plot.page.points();
    let mut y = lights::heading(plot, figure, width)? - 4.0;
    let rows = shares::rows(plot);
    let left = left(&rows, width)?;
    let long = width - RIGHT - left;
    for row in &rows {
        if row.overall {
            let line = [(0.0, y + 2.0), (left + long, y + 2.0)];
            figure.polyline(&line, &square("none", INK, 0.5), false);
            y += 4.0;
        }
        y = bar(row, (left, long), y, figure)?;
    }
    let bottom = y + 1.0;
    axis(figure, (left, long), bottom);
    let y = scatter::name_below(
        figure,
        "Share of the evidence (%)",
        (left + long / 2.0, bottom + 22.0),
        width,
    )?;
    let y = legend::draw(figure, &lights::keys(plot), (0.0, y + 16.0), width)?;
    let mut notes = vec![format!(
        "{} {}.",
        plot.counted(),
        scatter::count(plot.studies.len())
    )];
    notes.extend(plot.notes.iter().cloned());
    scatter::ending(figure, &[], &notes, (0.0, y + 14.0), width)
}

/// Room for what the bars are of: the longest, up to a share of the width.
fn left(rows: &[Row], width: f64) -> Result<f64, PlotError> {
    let mut longest: f64 = 0.0;
    for row in rows {
        longest = longest.max(width_or_em(&row.title, SIZE, Weight::SemiBold)? * SLACK);
    }
    Ok(longest.min(width * 0.37) + 8.0)
}

/// One bar with its title, from `y` down; gives its lower end.
fn bar(row: &Row, (left, long): (f64, f64), y: f64, figure: &mut Figure) -> Result<f64, PlotError> {
    let weight = if row.overall {
        Weight::SemiBold
    } else {
        Weight::Regular
    };
    let room = left - 6.0;
    let lines = rich::wrap(&[Run::new(row.title.clone(), weight)], SIZE, room, room)?;
    let tall = f64::from(u32::try_from(lines.len().max(1)).unwrap_or(1));
    let high = (8.8 * tall + 6.0).max(20.0);
    let middle = y + high / 2.0;
    let style = Style::new(SIZE, weight, INK);
    let mut baseline = middle - 8.8 * (tall - 1.0) / 2.0 + 2.5;
    let mut placed = Vec::new();
    for line in &lines {
        placed.push((0.0, baseline, line));
        baseline += 8.8;
    }
    figure.paragraph(&style, &placed);
    let mut x = left;
    for (judgement, share) in &row.parts {
        let wide = long * share / 100.0;
        part(*judgement, *share, (x, middle, wide), figure)?;
        x += wide;
    }
    Ok(y + high)
}

/// One part of a bar: its ground, and its mark and share where they have room.
fn part(
    judgement: Judgement,
    share: f64,
    (x, middle, wide): (f64, f64, f64),
    figure: &mut Figure,
) -> Result<(), PlotError> {
    let paint = Paint {
        width: 0.75,
        ..signs::ground(judgement)
    };
    figure.rect(&lights::bar(x, middle, wide), &paint);
    let text = format!("{}%", words::fixed(share, 1));
    let need = width_or_em(&text, SIZE, Weight::SemiBold)? * SLACK;
    let centre = x + wide / 2.0;
    if wide >= MARK + need + 5.0 {
        let from = centre - f64::midpoint(MARK, need);
        signs::mark(figure, judgement, (from + MARK / 2.0 - 1.0, middle));
        let style = Style::new(SIZE, Weight::SemiBold, signs::ink(judgement));
        let run = Run::new(text, Weight::SemiBold);
        figure.text(from + MARK, middle + 2.5, &style, &[run]);
    } else if wide >= MARK {
        signs::mark(figure, judgement, (centre, middle));
    }
    Ok(())
}

fn axis(figure: &mut Figure, (left, long): (f64, f64), bottom: f64) {
    let line = [(left, bottom), (left + long, bottom)];
    figure.polyline(&line, &square("none", INK, 0.75), false);
    for (share, text) in [
        (0.0, "0"),
        (0.25, "25"),
        (0.5, "50"),
        (0.75, "75"),
        (1.0, "100"),
    ] {
        scatter::tick_below(figure, left + long * share, bottom, text.to_owned());
    }
}
