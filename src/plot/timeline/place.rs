//! Where labels stand, so that no two meet and no pole crosses a label.

use crate::plot::PlotError;
use crate::plot::text::{SLACK, Weight, width_or_em};

/// Room between two labels.
const GAP: f64 = 5.0;
/// Room between a pole and its label.
const BESIDE: f64 = 3.0;

/// On which side of its mark a label stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// To the right.
    Right,
    /// To the left.
    Left,
}

/// Where a label went.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Place {
    /// The lane, from 0, the one next to the axis.
    pub(super) lane: usize,
    /// The side of its mark.
    pub(super) side: Side,
    /// Whether the second line fits too.
    pub(super) whole: bool,
    left: f64,
    right: f64,
}

/// A flag: where it stands and how wide its lines are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// Where its mark stands.
    pub(super) x: f64,
    /// The width of its first line.
    pub(super) name: f64,
    /// The width of its second line; 0 where there is none.
    pub(super) note: f64,
}

/// The width of a text as it may turn out.
pub(super) fn wide(text: &str, size: f64, weight: Weight) -> Result<f64, PlotError> {
    Ok(width_or_em(text, size, weight)? * SLACK)
}

/// The text, cut with an ellipsis where it is wider than `room`.
pub(super) fn cut(text: &str, size: f64, weight: Weight, room: f64) -> Result<String, PlotError> {
    if wide(text, size, weight)? <= room {
        return Ok(text.to_owned());
    }
    let mut out = String::new();
    let mut used = wide("\u{2026}", size, weight)?;
    for character in text.chars() {
        used += wide(character.encode_utf8(&mut [0; 4]), size, weight)?;
        if used > room {
            break;
        }
        out.push(character);
    }
    Ok(format!("{}\u{2026}", out.trim_end()))
}

/// Labels with their notes take so many lanes at most.
const WHOLE: usize = 3;
/// Names alone take so many.
const NAMES: usize = 5;

/// In which order places are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// The lowest lane first, on either side: few lanes.
    Low,
    /// To the right as low as can be, then to the left as high as can be: stairs that leave room
    /// for the poles below.
    Stairs,
}

/// Places the labels of flags beside their poles, where nothing is crossed: with their notes where
/// all have room; else as many names as have room, then the notes that fit.
pub(super) fn flags(wanted: &[Wanted], width: f64) -> Vec<Option<Place>> {
    let mut best: Vec<Option<Place>> = vec![None; wanted.len()];
    let mut most = None;
    for (notes, order) in [
        (true, Order::Low),
        (false, Order::Low),
        (false, Order::Stairs),
    ] {
        let placed = fill(wanted, width, notes, order);
        let found = placed.iter().flatten().count();
        if most.is_none_or(|most| found > most) {
            (best, most) = (placed, Some(found));
        }
        if most == Some(wanted.len()) {
            break;
        }
    }
    for (n, flag) in wanted.iter().enumerate() {
        let Some(at) = best.get(n).copied().flatten() else {
            continue;
        };
        let whole = options(flag, NAMES, flag.name.max(flag.note), true, Order::Low)
            .find(|place| place.lane == at.lane && free(n, place, wanted, &best, width));
        if let (Some(whole), Some(slot)) = (whole, best.get_mut(n)) {
            *slot = Some(whole);
        }
    }
    best
}

/// Gives each flag the best place that is left, the last first.
fn fill(wanted: &[Wanted], width: f64, notes: bool, order: Order) -> Vec<Option<Place>> {
    let mut placed: Vec<Option<Place>> = vec![None; wanted.len()];
    for (n, flag) in wanted.iter().enumerate().rev() {
        let lanes = if notes { WHOLE } else { 0 };
        let whole = options(flag, lanes, flag.name.max(flag.note), true, order);
        let name = options(flag, NAMES, flag.name, flag.note <= 0.0, order);
        let found = whole
            .chain(name)
            .find(|place| free(n, place, wanted, &placed, width));
        if let Some(slot) = placed.get_mut(n) {
            *slot = found;
        }
    }
    placed
}

/// Whether the label of a flag can stand at a place.
fn free(n: usize, place: &Place, wanted: &[Wanted], placed: &[Option<Place>], width: f64) -> bool {
    let x = wanted.get(n).map_or(0.0, |flag| flag.x);
    let mut others = wanted.iter().zip(placed).enumerate();
    place.left >= 0.0
        && place.right <= width
        && others.all(|(other, (flag, at))| other == n || clear(x, place, flag.x, at.as_ref()))
}

/// The places a label could take, the best first.
fn options(
    flag: &Wanted,
    lanes: usize,
    wide: f64,
    whole: bool,
    order: Order,
) -> impl Iterator<Item = Place> {
    let x = flag.x;
    (0..2 * lanes).map(move |n| {
        let (lane, right) = match order {
            Order::Low => (n / 2, n % 2 == 0),
            Order::Stairs if n < lanes => (n, true),
            Order::Stairs => (2 * lanes - 1 - n, false),
        };
        let (side, left, right) = if right {
            (Side::Right, x + BESIDE, x + BESIDE + wide)
        } else {
            (Side::Left, x - BESIDE - wide, x - BESIDE)
        };
        Place {
            lane,
            side,
            whole,
            left,
            right,
        }
    })
}

/// Whether a place meets neither a placed label nor its pole, and its own pole crosses no label.
fn clear(x: f64, place: &Place, other_x: f64, other: Option<&Place>) -> bool {
    let Some(other) = other else { return true };
    let crosses = |label: &Place, pole: f64, lane: usize| {
        lane >= label.lane && pole > label.left - 2.0 && pole < label.right + 2.0
    };
    let meets = place.lane == other.lane
        && place.left < other.right + GAP
        && other.left < place.right + GAP;
    !meets && !crosses(place, other_x, other.lane) && !crosses(other, x, place.lane)
}

/// Places marks with a label beside them, without poles: the last first, each in the first lane
/// where both have room.
pub(super) fn beside(wanted: &[(f64, f64)], width: f64, lanes: usize) -> Vec<Option<Place>> {
    let mut placed: Vec<Option<Place>> = vec![None; wanted.len()];
    for (n, (x, wide)) in wanted.iter().enumerate().rev() {
        let flag = Wanted {
            x: *x,
            name: *wide,
            note: 0.0,
        };
        // The mark itself is a part of what must be clear.
        let found = options(&flag, lanes, *wide, true, Order::Low)
            .map(|place| Place {
                left: place.left.min(x - 4.0),
                right: place.right.max(x + 4.0),
                ..place
            })
            .find(|place| {
                place.left >= 0.0
                    && place.right <= width
                    && placed.iter().flatten().all(|other| {
                        other.lane != place.lane
                            || place.left >= other.right + GAP
                            || other.left >= place.right + GAP
                    })
            });
        if let Some(slot) = placed.get_mut(n) {
            *slot = found;
        }
    }
    placed
}
