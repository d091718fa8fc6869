//! What every part of a forest plot is drawn with: the pitch of its lines and its strokes.

use super::Forest;
use crate::plot::svg::Paint;

/// An estimate and the ends of its interval.
pub(super) type Effect = (f64, f64, f64);

/// From one line of a cell to the next.
pub(super) const LINE: f64 = 9.6;

/// The effects of summaries, and the prediction interval about the pooled one.
pub(super) fn pooled_effects(plot: &Forest) -> Vec<Effect> {
    let subtotals = plot
        .groups
        .iter()
        .filter_map(|group| group.subtotal.as_ref());
    let summaries = subtotals.chain(&plot.overall);
    let mut out: Vec<Effect> = summaries.map(|summary| summary.effect).collect();
    if let (Some((lo, hi)), Some(overall)) = (plot.prediction, &plot.overall) {
        out.push((overall.effect.0, lo, hi));
    }
    out
}

pub(super) fn line(stroke: &'static str, width: f64) -> Paint {
    Paint {
        fill: "none",
        ..Paint::new("none", stroke, width)
    }
}
