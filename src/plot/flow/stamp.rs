//! The provisional stamp: how many decisions are pending, and when that was counted.

use super::scene::{Stamp, Text};
use crate::plot::PlotError;
use crate::plot::rich::{Line, Run};
use crate::plot::svg::{AMBER_EDGE, AMBER_INK, Anchor, Paint, Rect, Style};
use crate::plot::text::{SLACK, Weight, width_or_em};

const DEGREES: f64 = -4.0;
const PADDING: f64 = 10.0;

/// A stamp of a size that is known before its place is.
pub(super) struct Design {
    lines: Vec<(String, f64, Weight)>,
    w: f64,
    h: f64,
}

impl Design {
    /// The stamp for so many pending, at most `max` wide; the date moves to a line of its own
    /// where it must.
    pub(super) fn new(pending: u64, date: Option<&str>, max: f64) -> Result<Self, PlotError> {
        let pending = format!("{pending} pending");
        let on_one = match date {
            Some(date) => vec![format!("{pending} \u{b7} {date}")],
            None => vec![pending.clone()],
        };
        let design = Self::of(&on_one)?;
        match date {
            Some(date) if design.footprint().0 > max => Self::of(&[pending, date.to_owned()]),
            _ => Ok(design),
        }
    }

    fn of(small: &[String]) -> Result<Self, PlotError> {
        let mut lines = vec![("PROVISIONAL".to_owned(), 10.0, Weight::Bold)];
        lines.extend(
            small
                .iter()
                .map(|text| (text.clone(), 6.6, Weight::SemiBold)),
        );
        let mut w: f64 = 84.0;
        for (text, size, weight) in &lines {
            w = w.max(width_or_em(text, *size, *weight)? * SLACK + 2.0 * PADDING);
        }
        let h = small.iter().fold(24.0, |h, _| h + 10.0);
        Ok(Self { lines, w, h })
    }

    /// The room the turned stamp takes.
    pub(super) fn footprint(&self) -> (f64, f64) {
        let (sin, cos) = DEGREES.to_radians().sin_cos();
        let (sin, cos) = (sin.abs(), cos.abs());
        (self.w * cos + self.h * sin, self.w * sin + self.h * cos)
    }

    /// The stamp with its middle at a point.
    pub(super) fn at(self, (cx, cy): (f64, f64)) -> Stamp {
        let frame = Rect::new(cx - self.w / 2.0, cy - self.h / 2.0, self.w, self.h);
        let mut y = frame.y + 5.5;
        let lines = self
            .lines
            .into_iter()
            .map(|(text, size, weight)| {
                y += 10.2;
                let style = Style {
                    anchor: Anchor::Middle,
                    ..Style::new(size, weight, AMBER_INK)
                };
                let line = Line {
                    runs: vec![Run::new(text, weight)],
                    width: 0.0,
                    ..Line::default()
                };
                Text {
                    x: cx,
                    y,
                    style,
                    line,
                }
            })
            .collect();
        let outer = Paint {
            radius: 3.0,
            ..Paint::new("none", AMBER_EDGE, 1.25)
        };
        let inner = Paint {
            radius: 2.0,
            ..Paint::new("none", AMBER_EDGE, 0.5)
        };
        Stamp {
            degrees: DEGREES,
            frame,
            outer,
            inner,
            lines,
        }
    }
}
