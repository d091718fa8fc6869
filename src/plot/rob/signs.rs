//! The sign of each judgement: its ground, its outline and what is drawn on it.

use crate::model::Judgement;
use crate::plot::rich::Run;
use crate::plot::scatter::{dashes, square};
use crate::plot::svg::{Anchor, Figure, GREY, INK, NOTES, Paint, Rect, Style, WHITE};
use crate::plot::text::Weight;

const PALE: &str = "#D5EBDF";
const PALE_EDGE: &str = "#1F5F4E";
const PALE_INK: &str = "#174A3C";
const AMBER: &str = "#E2B04A";
const AMBER_EDGE: &str = "#6E4D00";
const AMBER_INK: &str = "#2B1E00";
const DARK: &str = "#9E3A26";
const DARK_EDGE: &str = "#6E2415";
const DARKEST: &str = "#4A150B";
const RING: &str = "#8B908C";

/// Ground and outline of a judgement: the darker, the higher the risk.
pub(super) fn ground(judgement: Judgement) -> Paint {
    match judgement {
        Judgement::Low => square(PALE, PALE_EDGE, 1.0),
        Judgement::Unclear | Judgement::SomeConcerns | Judgement::Moderate => {
            square(AMBER, AMBER_EDGE, 1.0)
        }
        Judgement::High | Judgement::Serious => square(DARK, DARK_EDGE, 1.0),
        Judgement::Critical | Judgement::VeryHigh => square(DARKEST, DARKEST, 1.0),
        Judgement::NoInformation | Judgement::NotApplicable => square(GREY, RING, 1.0),
        Judgement::NotAssessed => Paint {
            fill: WHITE,
            ..dashes(RING, 1.0, "2 1.4")
        },
    }
}

/// What stands on that ground in text.
pub(super) fn ink(judgement: Judgement) -> &'static str {
    match judgement {
        Judgement::Low => PALE_INK,
        Judgement::Unclear | Judgement::SomeConcerns | Judgement::Moderate => AMBER_INK,
        Judgement::High | Judgement::Serious | Judgement::Critical | Judgement::VeryHigh => WHITE,
        Judgement::NoInformation | Judgement::NotApplicable => INK,
        Judgement::NotAssessed => NOTES,
    }
}

/// Draws the sign of a judgement around a point.
pub(in crate::plot) fn draw(
    figure: &mut Figure,
    judgement: Judgement,
    (x, y): (f64, f64),
    radius: f64,
) {
    let paint = ground(judgement);
    if matches!(judgement, Judgement::Critical | Judgement::VeryHigh) {
        let half = radius * 0.93;
        let paint = Paint {
            radius: 1.5,
            ..paint
        };
        let side = Rect::new(x - half, y - half, 2.0 * half, 2.0 * half);
        figure.rect(&side, &paint);
    } else {
        figure.circle((x, y), radius, &paint);
    }
    mark(figure, judgement, (x, y));
}

/// Draws what stands on the ground alone: +, !, ×, ? or `NI`.
pub(super) fn mark(figure: &mut Figure, judgement: Judgement, (x, y): (f64, f64)) {
    let lines = |width: f64| square("none", ink(judgement), width);
    match judgement {
        Judgement::Low => {
            let (level, upright) = ([(x - 2.7, y), (x + 2.7, y)], [(x, y - 2.7), (x, y + 2.7)]);
            figure.segments(&[level, upright], &lines(1.3));
        }
        Judgement::SomeConcerns | Judgement::Moderate => {
            let (stem, dot) = ([(x, y - 3.2), (x, y + 0.7)], [(x, y + 2.0), (x, y + 3.3)]);
            figure.segments(&[stem, dot], &lines(1.5));
        }
        Judgement::High | Judgement::Serious | Judgement::Critical | Judgement::VeryHigh => {
            let arm = 2.2;
            let (down, up) = (
                [(x - arm, y - arm), (x + arm, y + arm)],
                [(x + arm, y - arm), (x - arm, y + arm)],
            );
            figure.segments(&[down, up], &lines(1.4));
        }
        Judgement::NoInformation => letters(figure, "NI", (x, y), ink(judgement)),
        Judgement::NotApplicable => letters(figure, "\u{2013}", (x, y), ink(judgement)),
        Judgement::Unclear | Judgement::NotAssessed => letters(figure, "?", (x, y), ink(judgement)),
    }
}

fn letters(figure: &mut Figure, text: &str, (x, y): (f64, f64), fill: &'static str) {
    let style = Style {
        anchor: Anchor::Middle,
        ..Style::new(7.0, Weight::SemiBold, fill)
    };
    figure.text(x, y + 2.5, &style, &[Run::new(text, Weight::SemiBold)]);
}
