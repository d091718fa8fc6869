//! Names beside points: where there is room, and nowhere else.

use super::{NAMED, SIZE};
use crate::plot::PlotError;
use crate::plot::rich::Run;
use crate::plot::svg::{Anchor, Figure, INK, Rect, Style};
use crate::plot::text::{SLACK, Weight, width_or_em};

/// Letters of a long name that has no room whole.
const SHORT: usize = 14;
/// How far a name stays from the points of others.
const CLEAR: f64 = 3.0;

/// A point: where its middle is, how large it is, and what it is called.
#[derive(Debug, Clone, Copy)]
pub(in crate::plot) struct Spot<'a> {
    pub(in crate::plot) at: (f64, f64),
    pub(in crate::plot) radius: f64,
    pub(in crate::plot) name: &'a str,
}

/// A name in its place: where its baseline begins or ends.
struct Label {
    text: String,
    at: (f64, f64),
    anchor: Anchor,
}

/// Writes the names of points that have room for theirs, inside `frame`, off every point and off
/// what else is in the way, and off the `lines` where there is another place; none where there are
/// too many.
pub(in crate::plot) fn write(
    figure: &mut Figure,
    spots: &[Spot<'_>],
    (also, lines): (&[Rect], &[Rect]),
    frame: &Rect,
) -> Result<(), PlotError> {
    let named = spots.iter().filter(|spot| !spot.name.is_empty()).count();
    if named > NAMED {
        return Ok(());
    }
    for label in place(spots, also, lines, frame)? {
        let style = Style {
            anchor: label.anchor,
            halo: true,
            ..Style::new(SIZE, Weight::Regular, INK)
        };
        let (x, y) = label.at;
        figure.text(x, y, &style, &[Run::plain(label.text)]);
    }
    Ok(())
}

/// What a straight line covers, for names to keep off.
pub(in crate::plot) fn along([from, to]: [(f64, f64); 2]) -> Vec<Rect> {
    const STEPS: u32 = 80;
    let at = |step: u32| {
        let share = f64::from(step) / f64::from(STEPS);
        let (x, y) = (
            from.0 + share * (to.0 - from.0),
            from.1 + share * (to.1 - from.1),
        );
        Rect::new(x - 0.5, y - 0.5, 1.0, 1.0)
    };
    (0..=STEPS).map(at).collect()
}

fn place(
    spots: &[Spot<'_>],
    also: &[Rect],
    lines: &[Rect],
    frame: &Rect,
) -> Result<Vec<Label>, PlotError> {
    let mut taken: Vec<Rect> = Vec::new();
    let mut out = Vec::new();
    for (n, spot) in spots.iter().enumerate() {
        if spot.name.is_empty() {
            continue;
        }
        // A name stands nearer to its own point than to any other, where there is such a place.
        let others = |room: f64| -> Vec<Rect> {
            let dots = spots.iter().enumerate();
            dots.map(|(m, spot)| around(spot, if m == n { 0.1 } else { room }))
                .chain(also.iter().copied())
                .collect()
        };
        let full = || spot.name.to_owned();
        let tries = [
            (full(), CLEAR),
            (shortened(spot.name), CLEAR),
            (full(), 0.1),
            (shortened(spot.name), 0.1),
        ];
        for (text, room) in tries {
            let dots = others(room);
            let wide = width_or_em(&text, SIZE, Weight::SemiBold)? * SLACK;
            let fits = |off: &[Rect]| {
                places(spot).into_iter().find_map(|(at, anchor)| {
                    let rect = covers(at, anchor, wide);
                    let inside = rect.x > frame.x + 1.0
                        && rect.right() < frame.right() - 1.0
                        && rect.y > frame.y + 1.0
                        && rect.bottom() < frame.bottom() - 1.0;
                    let mut others = taken.iter().chain(&dots).chain(off);
                    let free = !others.any(|other| other.overlaps(&rect));
                    (inside && free).then_some((at, anchor, rect))
                })
            };
            if let Some((at, anchor, rect)) = fits(lines).or_else(|| fits(&[])) {
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

fn around(spot: &Spot<'_>, room: f64) -> Rect {
    let ((x, y), half) = (spot.at, spot.radius + room);
    Rect::new(x - half, y - half, 2.0 * half, 2.0 * half)
}

/// The places beside a point, the usual ones first.
fn places(spot: &Spot<'_>) -> [((f64, f64), Anchor); 8] {
    let ((x, y), radius) = (spot.at, spot.radius);
    let (away, aslant) = (radius + 2.5, radius * 0.8 + 1.9);
    let (level, up, down) = (y + 2.5, y - radius * 0.8 + 0.3, y + radius * 0.8 + 4.7);
    [
        ((x + away, level), Anchor::Start),
        ((x - away, level), Anchor::End),
        ((x + aslant, up), Anchor::Start),
        ((x + aslant, down), Anchor::Start),
        ((x - aslant, up), Anchor::End),
        ((x - aslant, down), Anchor::End),
        ((x, y - away), Anchor::Middle),
        ((x, y + away + 5.0), Anchor::Middle),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_clear_of_each_other_of_points_and_of_what_is_in_the_way() {
        let frame = Rect::new(0.0, 0.0, 240.0, 150.0);
        let names: Vec<String> = (0..24).map(|n| format!("Trial of place {n}")).collect();
        let spots: Vec<Spot<'_>> = names
            .iter()
            .zip(0_u32..)
            .map(|(name, n)| Spot {
                at: (f64::from(n * 53 % 230), f64::from(n * 31 % 140)),
                radius: f64::from(2 + n % 9),
                name,
            })
            .collect();
        let wall = Rect::new(100.0, 0.0, 8.0, 150.0);
        let labels = place(&spots, &[wall], &[], &frame).unwrap();
        assert!(labels.len() > 8, "{}", labels.len());
        // A line is kept off where there is another place, and takes no name away.
        let line = along([(0.0, 75.0), (240.0, 75.0)]);
        let spot = Spot {
            at: (60.0, 76.0),
            radius: 3.0,
            name: "One",
        };
        let one = &place(&[spot], &[], &line, &frame).unwrap()[0];
        let wide = width_or_em(&one.text, SIZE, Weight::SemiBold).unwrap();
        let rect = covers(one.at, one.anchor, wide);
        assert!(line.iter().all(|part| !part.overlaps(&rect)), "{rect:?}");
        let everywhere = [frame];
        assert_eq!(place(&[spot], &[], &everywhere, &frame).unwrap().len(), 1);
        let rects: Vec<Rect> = labels
            .iter()
            .map(|label| {
                let wide = width_or_em(&label.text, SIZE, Weight::Regular).unwrap();
                covers(label.at, label.anchor, wide)
            })
            .collect();
        for (n, rect) in rects.iter().enumerate() {
            assert!(rect.x > 0.0 && rect.right() < 240.0 && !rect.overlaps(&wall));
            assert!(spots.iter().all(|spot| !around(spot, 0.1).overlaps(rect)));
            assert!(rects.iter().skip(n + 1).all(|other| !other.overlaps(rect)));
        }
    }
}
