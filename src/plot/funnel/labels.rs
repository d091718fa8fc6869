//! Names beside points: where there is room, and nowhere else.

use crate::plot::PlotError;
use crate::plot::svg::{Anchor, Rect};
use crate::plot::text::{SLACK, Weight, width_or_em};

/// Size of a name.
pub(super) const SIZE: f64 = 7.0;
/// Letters of a long name that has no room whole.
const SHORT: usize = 14;
/// From a point's centre to its name.
const AWAY: f64 = 5.6;

/// A name in its place: where its baseline begins or ends.
pub(super) struct Label {
    pub(super) text: String,
    pub(super) at: (f64, f64),
    pub(super) anchor: Anchor,
}

/// Names for as many points as have room for theirs, inside `frame` and off every point in `all`.
pub(super) fn place(
    points: &[(f64, f64, &str)],
    all: &[(f64, f64)],
    frame: &Rect,
) -> Result<Vec<Label>, PlotError> {
    let dots: Vec<Rect> = all.iter().map(|at| around(*at)).collect();
    let mut taken: Vec<Rect> = Vec::new();
    let mut out = Vec::new();
    for (x, y, text) in points {
        for text in [(*text).to_owned(), shortened(text)] {
            let wide = width_or_em(&text, SIZE, Weight::SemiBold)? * SLACK;
            let found = places(*x, *y).into_iter().find_map(|(at, anchor)| {
                let rect = covers(at, anchor, wide);
                let inside = rect.x > frame.x + 1.0
                    && rect.right() < frame.right() - 1.0
                    && rect.y > frame.y + 1.0
                    && rect.bottom() < frame.bottom() - 1.0;
                let free = !taken.iter().chain(&dots).any(|other| other.overlaps(&rect));
                (inside && free).then_some((at, anchor, rect))
            });
            if let Some((at, anchor, rect)) = found {
                taken.push(rect);
                out.push(Label { text, at, anchor });
                break;
            }
        }
    }
    Ok(out)
}

/// The beginning of a long name.
fn shortened(text: &str) -> String {
    if text.chars().count() <= SHORT {
        return text.to_owned();
    }
    let start: String = text.chars().take(SHORT).collect();
    format!("{}\u{2026}", start.trim_end())
}

fn around((x, y): (f64, f64)) -> Rect {
    Rect::new(x - 3.2, y - 3.2, 6.4, 6.4)
}

/// The places beside a point, the usual ones first.
fn places(x: f64, y: f64) -> [((f64, f64), Anchor); 8] {
    let (level, up, down) = (y + 2.5, y - 2.2, y + 7.2);
    [
        ((x + AWAY, level), Anchor::Start),
        ((x - AWAY, level), Anchor::End),
        ((x + 4.4, up), Anchor::Start),
        ((x + 4.4, down), Anchor::Start),
        ((x - 4.4, up), Anchor::End),
        ((x - 4.4, down), Anchor::End),
        ((x, y - AWAY), Anchor::Middle),
        ((x, y + AWAY + 5.0), Anchor::Middle),
    ]
}

fn covers((x, y): (f64, f64), anchor: Anchor, wide: f64) -> Rect {
    let left = match anchor {
        Anchor::Start => x,
        Anchor::Middle => x - wide / 2.0,
        Anchor::End => x - wide,
    };
    Rect::new(left, y - 0.85 * SIZE, wide, 1.2 * SIZE)
}
