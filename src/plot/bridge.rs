//! The bridge figure: what moved a pooled estimate from one version to the next.
//!
//! Takes estimates on the scale of pooling and gives SVG that reads like a table: the old version
//! with its interval, one row per part with its bar, the new version. A bar is hatched where the part
//! moved the estimate towards no effect and solid where it moved it away, so that nothing hangs on
//! colour. On one column of a journal a bar stands below its words. The parts as printed add up to the printed shift ([`Shown`](crate::pool::bridge::Shown)).

mod axis;
mod draw;
mod layout;
mod table;
mod words;

pub use words::{BridgeWords, of_bridge};

use super::PlotError;
use super::page::Page;
use super::svg::Figure;
use super::words::fixed;
use crate::pool::{Measure, Scale};

/// A version at one end of the bridge.
#[derive(Debug, Clone, PartialEq)]
pub struct BridgeEnd {
    /// What it is called: `v1.0`.
    pub label: String,
    /// Below it in grey: how many trials, which model.
    pub detail: String,
    /// The estimate, on the scale of pooling.
    pub estimate: f64,
    /// Its confidence interval; absent where there is none.
    pub ci: Option<(f64, f64)>,
}

/// A part of the shift with its cause.
#[derive(Debug, Clone, PartialEq)]
pub struct BridgeRow {
    /// The cause in words.
    pub label: String,
    /// Below it in grey: the studies, or what changed.
    pub detail: String,
    /// The estimate before, on the scale of pooling.
    pub from: f64,
    /// The estimate after.
    pub to: f64,
    /// The shift as printed, with its sign.
    pub shown: String,
}

/// A bridge figure.
#[derive(Debug, Clone, PartialEq)]
pub struct BridgePlot {
    /// The figure's name; prefixes its ids.
    pub name: String,
    /// Its title, for those who do not see it.
    pub title: String,
    /// The width it is made for.
    pub page: Page,
    /// What is measured, behind the measure's name at the axis; may be empty.
    pub outcome: String,
    /// The effect measure, which chooses the scale.
    pub measure: Measure,
    /// The old version.
    pub start: BridgeEnd,
    /// The parts, in order.
    pub rows: Vec<BridgeRow>,
    /// The new version.
    pub end: BridgeEnd,
    /// The whole shift as printed, with its sign.
    pub total: String,
    /// The sum of the parts as printed: `−0.0332 + 0.0403 = +0.0071`.
    pub sum: Option<String>,
}

/// Which way a part moved the estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Towards no effect; downwards where a measure has no such value.
    Towards,
    /// Away from it; upwards where a measure has no such value.
    Away,
    /// The estimate does not move.
    Still,
}

impl BridgePlot {
    fn way(&self, row: &BridgeRow) -> Way {
        let further = if self.measure.has_no_effect_value() {
            row.to.abs() - row.from.abs()
        } else {
            row.to - row.from
        };
        if further < 0.0 {
            Way::Towards
        } else if further > 0.0 {
            Way::Away
        } else {
            Way::Still
        }
    }

    /// A value as the reader knows it: a ratio with three decimals.
    fn shown(&self, value: f64) -> String {
        let places = places(self.measure, [self.start.estimate, self.end.estimate]);
        let decimals = usize::try_from(places.saturating_sub(1)).unwrap_or(0);
        fixed(self.measure.back(value, None).unwrap_or(value), decimals)
    }

    /// `log RR`, `RD`.
    fn unit(&self) -> String {
        let word = self.measure.word();
        match self.measure.scale() {
            Scale::Log => format!("log {word}"),
            Scale::Logit => format!("logit {word}"),
            Scale::Identity | Scale::Arcsine | Scale::FreemanTukey => word.to_owned(),
        }
    }

    /// `on the log scale`, where it is not the reader's.
    fn scale(&self) -> &'static str {
        match self.measure.scale() {
            Scale::Log => " on the log scale",
            Scale::Logit => " on the logit scale",
            Scale::Arcsine | Scale::FreemanTukey => " on the arcsine scale",
            Scale::Identity => "",
        }
    }

    /// A sentence with the numbers, for those who do not see the figure.
    pub fn description(&self) -> String {
        let (from, to) = (
            self.shown(self.start.estimate),
            self.shown(self.end.estimate),
        );
        let word = self.measure.word();
        let ends = format!(
            "{word} {from} ({}) to {to} ({})",
            self.start.label, self.end.label
        );
        if self.rows.is_empty() {
            return format!("{ends}: nothing moved it.");
        }
        let parts: Vec<String> = self
            .rows
            .iter()
            .map(|row| {
                let detail = if row.detail.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", row.detail)
                };
                format!("{}{detail} {}", row.label.to_lowercase(), row.shown)
            })
            .collect();
        format!(
            "{ends}: {}; in all {}{}.",
            parts.join(", "),
            self.total,
            self.scale()
        )
    }

    /// What stands below the figure.
    fn note(&self) -> String {
        let Some(sum) = self.sum.as_ref().filter(|_| !self.rows.is_empty()) else {
            return "Nothing moved the estimate between these versions.".into();
        };
        let ways = if self.measure.has_no_effect_value() {
            "Hatched: towards no effect; solid: away from it."
        } else {
            "Hatched: downwards; solid: upwards."
        };
        match self.rows.as_slice() {
            [_] => format!("One part is the whole shift{}. {ways}", self.scale()),
            _ => format!("The parts add up exactly{}: {sum}. {ways}", self.scale()),
        }
    }
}

/// How many decimals a shift has: four, fewer where a difference is in the hundreds; values have one
/// less.
fn places(measure: Measure, ends: [f64; 2]) -> u32 {
    let [from, to] = ends.map(f64::abs);
    let size = from.max(to);
    match measure.scale() {
        Scale::Identity if size >= 1e5 => 0,
        Scale::Identity if size >= 100.0 => 2,
        _ => 4,
    }
}

/// Draws a bridge.
pub fn bridge(plot: &BridgePlot) -> Result<String, PlotError> {
    let mut figure = Figure::new(
        &plot.name,
        &plot.title,
        &plot.description(),
        (plot.page.points(), plot.page.millimetres()),
        None,
    );
    let height = draw::draw(plot, &mut figure)?;
    Ok(figure.finish(height))
}

#[cfg(test)]
mod tests;
