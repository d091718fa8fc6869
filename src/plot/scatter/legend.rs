//! The legend of a scatter figure: signs with their words, row after row.

use super::{DASH, SIZE, dashes, square};
use crate::model::Judgement;
use crate::plot::PlotError;
use crate::plot::rich::Run;
use crate::plot::rob::signs;
use crate::plot::svg::{Figure, INK, Paint, Rect, Style};
use crate::plot::text::{SLACK, Weight, width_or_em};

/// Outline of grounds.
pub(in crate::plot) const CONTOUR: &str = "#8B908C";
const ROW: f64 = 11.5;
/// From row to row of judgements, whose signs are taller.
const TALL: f64 = 14.5;

/// What a key shows.
#[derive(Debug, Clone, Copy)]
pub(in crate::plot) enum Sign {
    /// A patch of ground.
    Ground(&'static str),
    /// A patch of ground between dashed lines.
    Band(&'static str),
    /// A line.
    Line(Paint),
    /// A circle.
    Dot(f64, Paint),
    /// The sign of a judgement.
    Judged(Judgement),
}

impl Sign {
    /// The dashed line of the pooled effect.
    pub(in crate::plot) fn dashed() -> Self {
        Self::Line(dashes(INK, 0.75, DASH))
    }

    /// The solid line of no effect.
    pub(in crate::plot) fn solid() -> Self {
        Self::Line(square("none", INK, 0.75))
    }

    fn width(&self) -> f64 {
        match self {
            Self::Ground(_) => 8.0,
            Self::Band(_) | Self::Line(_) => 16.0,
            Self::Dot(radius, _) => 2.0 * radius + 1.8,
            Self::Judged(_) => 12.0,
        }
    }

    /// Draws it, its middle on the left at a point.
    fn draw(&self, figure: &mut Figure, (x, y): (f64, f64)) {
        match self {
            Self::Ground(fill) => {
                let rect = Rect::new(x, y - 4.0, 8.0, 8.0);
                figure.rect(&rect, &square(fill, CONTOUR, 0.5));
            }
            Self::Band(fill) => {
                let rect = Rect::new(x, y - 4.0, 16.0, 8.0);
                figure.rect(&rect, &square(fill, "none", 0.0));
                for edge in [rect.y, rect.bottom()] {
                    let line = [(rect.x, edge), (rect.right(), edge)];
                    figure.polyline(&line, &square("none", CONTOUR, 0.5), false);
                }
            }
            Self::Line(paint) => figure.polyline(&[(x, y), (x + 16.0, y)], paint, false),
            Self::Judged(judgement) => signs::draw(figure, *judgement, (x + 6.0, y), 5.4),
            Self::Dot(radius, paint) => figure.circle((x + self.width() / 2.0, y), *radius, paint),
        }
    }
}

/// A sign and what it means.
pub(in crate::plot) type Key = (Sign, String);

/// Draws keys from a point on, in rows that end at `right`; gives the last baseline.
pub(in crate::plot) fn draw(
    figure: &mut Figure,
    keys: &[Key],
    (left, y): (f64, f64),
    right: f64,
) -> Result<f64, PlotError> {
    let style = Style::new(SIZE, Weight::Regular, INK);
    let judged = keys.iter().any(|key| matches!(key.0, Sign::Judged(_)));
    let row = if judged { TALL } else { ROW };
    let left = left + 0.5;
    let (mut x, mut y) = (left, y);
    for (sign, text) in keys {
        let mark = sign.width();
        let need = mark + 3.0 + width_or_em(text, SIZE, Weight::Regular)? * SLACK;
        if x > left + 0.5 && x + need > right {
            (x, y) = (left, y + row);
        }
        sign.draw(figure, (x, y - 2.5));
        figure.text(x + mark + 3.0, y, &style, &[Run::plain(text.clone())]);
        x += need + 9.0;
    }
    Ok(y)
}
