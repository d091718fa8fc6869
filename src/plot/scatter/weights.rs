//! Circles whose areas are weights.

use super::labels::{self, Spot};
use super::{NAMED, square};
use crate::plot::PlotError;
use crate::plot::page::Page;
use crate::plot::svg::{EVERGREEN, Figure, Paint, Rect};

/// The fill of circles of weight: pale, so that their outlines show where they overlap.
const BUBBLE: &str = "#C3DACF";

/// Radii of circles whose areas are as their weights, the largest `most`, and whether one of them
/// was drawn larger so that it is seen.
pub(in crate::plot) fn radii(weights: &[f64], most: f64) -> (Vec<f64>, bool) {
    /// The smallest circle.
    const LEAST: f64 = 1.4;
    let heaviest = weights.iter().copied().fold(0.0, f64::max);
    let mut lifted = false;
    let radii = weights.iter().map(|weight| {
        let share = if heaviest > 0.0 {
            (weight.max(0.0) / heaviest).sqrt()
        } else {
            1.0
        };
        lifted |= most * share < LEAST;
        (most * share).max(LEAST)
    });
    (radii.collect(), lifted)
}

/// The radius of the heaviest of so many studies.
pub(in crate::plot) fn heaviest(page: Page, studies: usize) -> f64 {
    let most = match page {
        Page::Column => 8.0,
        Page::Panel => 10.0,
        Page::Full => 12.0,
    };
    if studies > NAMED { most * 0.7 } else { most }
}

/// What circles say, where some are drawn larger than their weight.
pub(in crate::plot) fn area_note(lifted: bool) -> String {
    let but = if lifted {
        "; the smallest are drawn larger to be seen"
    } else {
        ""
    };
    format!("Circle area is proportional to weight{but}.")
}

/// The paint of circles of weight.
pub(in crate::plot) fn bubble() -> Paint {
    square(BUBBLE, EVERGREEN, 0.9)
}

/// Draws circles of weight and writes their names: grounds first, so that every outline is whole
/// wherever circles overlap; the heaviest are named first,
/// off the `lines` where they can be.
pub(in crate::plot) fn bubbles(
    figure: &mut Figure,
    mut spots: Vec<Spot<'_>>,
    lines: &[Rect],
    frame: &Rect,
) -> Result<(), PlotError> {
    spots.sort_by(|a, b| b.radius.total_cmp(&a.radius));
    for paint in [square(BUBBLE, "none", 0.0), square("none", EVERGREEN, 0.9)] {
        for spot in &spots {
            figure.circle(spot.at, spot.radius, &paint);
        }
    }
    labels::write(figure, &spots, (&[], lines), frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_are_as_weights_until_a_circle_would_vanish() {
        let (sizes, lifted) = radii(&[40.0, 10.0], 8.0);
        assert!((sizes[0] - 8.0).abs() < 1e-12 && (sizes[1] - 4.0).abs() < 1e-12 && !lifted);
        let (sizes, lifted) = radii(&[99.9, 0.1, 0.0], 8.0);
        assert!(lifted && sizes.iter().all(|size| *size >= 1.4));
        assert_eq!(radii(&[0.0, 0.0], 8.0), (vec![8.0, 8.0], false));
    }
}
