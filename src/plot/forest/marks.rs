//! Squares, diamonds and bars of a forest plot, and the arrows where an interval is cut.

use super::Axis;
use super::columns::Columns;
use super::lines::line;
use crate::plot::svg::{EVERGREEN, Figure, INK, NOTES, Paint, Rect, WHITE};

/// A mark that waits until the lines below it are drawn.
pub(super) enum Mark {
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
    /// What is advisory: thin, dotted, with ends like brackets.
    Band {
        lo: f64,
        hi: f64,
        y: f64,
    },
}

impl Mark {
    pub(super) fn draw(&self, axis: &Axis, columns: &Columns, figure: &mut Figure) {
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
            Self::Band { lo, hi, y } => {
                let dotted = Paint {
                    dash: Some("1.2 1.4"),
                    ..line(NOTES, 0.75)
                };
                let (a, b) = (axis.x(*lo), axis.x(*hi));
                figure.polyline(&[(a, *y), (b, *y)], &dotted, false);
                let (cut_left, _) = axis.beyond(*lo);
                let (_, cut_right) = axis.beyond(*hi);
                for (x, cut, way) in [(a, cut_left, 2.0), (b, cut_right, -2.0)] {
                    if !cut {
                        let end = [
                            (x + way, y - 2.6),
                            (x, y - 2.6),
                            (x, y + 2.6),
                            (x + way, y + 2.6),
                        ];
                        figure.polyline(&end, &line(NOTES, 0.6), false);
                    }
                }
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
