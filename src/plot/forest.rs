//! The forest plot, and the leave-one-out and cumulative plots that are ones without counts.
//!
//! Takes effects on the reader's scale, already computed; gives SVG in the columns that readers
//! know (Cochrane Handbook, chapter 10.2): trial, events and totals, weight, effect, plot. Squares
//! grow with weight by area, subtotals are open diamonds, the overall effect is a solid one, the
//! prediction interval a thick capped bar; an interval beyond the axis ends in an arrow.

mod axis;
mod bias;
mod columns;
mod draw;
mod heads;
mod lines;
mod marks;
mod parts;
pub mod pooled;
mod scale;
mod table;

pub use axis::Axis;
pub use parts::forest_pages;

use super::PlotError;
use super::page::Page;
use super::svg::{Figure, NOTES, Style};
use super::text::Weight;
use super::words;
use super::words::Digits;
use crate::model::Judgement;

/// A study as a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForestRow {
    /// What it is called.
    pub label: String,
    /// What stands behind the name in grey: year, backbone.
    pub detail: String,
    /// Its data, a text for each column of [`Forest::data`]; none where there are none.
    pub cells: Vec<String>,
    /// Weight in per cent; nothing where studies are not weighted here.
    pub weight: Option<f64>,
    /// Effect with its interval, reader's scale; nothing where it has none of its own.
    pub effect: Option<(f64, f64, f64)>,
    /// A wider interval behind it: one that holds at every look at once.
    pub band: Option<(f64, f64)>,
    /// Judgements on its risk of bias, by the heads of [`Forest::bias`].
    pub bias: Vec<Judgement>,
}

/// A pooled effect.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestSummary {
    /// What it is called.
    pub label: String,
    /// Effect with its interval, reader's scale.
    pub effect: (f64, f64, f64),
    /// The totals of the columns of data.
    pub cells: Vec<String>,
    /// Weight in per cent.
    pub weight: Option<f64>,
    /// What stands below it: heterogeneity.
    pub note: Option<String>,
}

/// Studies that belong together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForestGroup {
    /// Its name; none where there is one group.
    pub label: Option<String>,
    /// Its studies, in the order in which they are drawn.
    pub rows: Vec<ForestRow>,
    /// Its pooled effect.
    pub subtotal: Option<ForestSummary>,
}

/// The columns as a journal sets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForestStyle {
    /// As Cochrane's: weight left of the effect, square brackets, labels below the axis.
    #[default]
    RevMan,
    /// As JAMA's: weight right of the plot, round brackets, labels above the plot.
    Jama,
}

/// What the columns of data hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForestData {
    /// Nothing: estimates alone.
    #[default]
    None,
    /// Events and people of two arms.
    Events,
    /// Means, standard deviations and people of two arms.
    Means,
    /// Events and person-time of two arms.
    Rates,
    /// Events and people of one arm.
    Proportions,
    /// Observed less expected events, and their variance.
    Observed,
}

impl ForestData {
    /// The columns: what stands above, and below it what is in them.
    pub fn heads(self, arms: &[String; 2], jama: bool) -> Vec<(String, &'static str)> {
        let events = if jama {
            "No. / total"
        } else {
            "events / total"
        };
        let both = |what| arms.iter().map(|arm| (arm.clone(), what)).collect();
        match self {
            Self::None => Vec::new(),
            Self::Events => both(events),
            Self::Means => both("mean (SD), n"),
            Self::Rates => both("events / time"),
            Self::Proportions => vec![(String::new(), events)],
            Self::Observed => vec![(String::new(), "O \u{2212} E"), (String::new(), "variance")],
        }
    }
}

/// A forest plot.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forest {
    /// The figure's name; prefixes its ids.
    pub name: String,
    /// The title above the figure.
    pub title: String,
    /// Below the title.
    pub subtitle: String,
    /// The width it is made for; all but the full one have the compact layout, without counts and
    /// weights.
    pub page: Page,
    /// How its columns are set.
    pub style: ForestStyle,
    /// The two arms, experimental then control, as columns are headed.
    pub arms: [String; 2],
    /// What the columns of data hold.
    pub data: ForestData,
    /// The digits of effects.
    pub digits: Digits,
    /// What the first column holds: `Trial`, `Without`.
    pub first: String,
    /// The measure in words: `Risk ratio`.
    pub measure: String,
    /// The level of the intervals, in per cent.
    pub level: f64,
    /// Whether the axis is logarithmic.
    pub log: bool,
    /// Whether the measure knows no value of no effect: a proportion or a rate of one arm.
    pub single: bool,
    /// The groups, in order.
    pub groups: Vec<ForestGroup>,
    /// The pooled effect of all.
    pub overall: Option<ForestSummary>,
    /// The prediction interval.
    pub prediction: Option<(f64, f64)>,
    /// Lines of results below the plot.
    pub notes: Vec<String>,
    /// Lines on the method, last.
    pub method: Vec<String>,
    /// What lies left and right of no effect.
    pub favours: [String; 2],
    /// The heads of the columns of judgements: `D1` and its like. They stand on two columns of a
    /// journal alone; the compact layout has no room for them.
    pub bias: Vec<String>,
}

impl Forest {
    /// The value of no effect; 0 where there is none.
    pub fn null(&self) -> f64 {
        if self.log { 1.0 } else { 0.0 }
    }

    /// An effect with its interval as the figure writes it.
    fn written(&self, (estimate, lo, hi): (f64, f64, f64)) -> [String; 3] {
        self.digits.triple([estimate, lo, hi])
    }

    fn rows(&self) -> impl Iterator<Item = &ForestRow> {
        self.groups.iter().flat_map(|group| &group.rows)
    }

    /// A sentence with the numbers, for those who do not see the figure.
    pub fn description(&self) -> String {
        let n = self.rows().count();
        let studies = if n == 1 {
            "1 row".to_owned()
        } else {
            format!("{n} rows")
        };
        match &self.overall {
            None => format!("{studies}; nothing is pooled."),
            Some(overall) => {
                let [estimate, lo, hi] = self.written(overall.effect);
                let prediction = self.prediction.map_or_else(String::new, |(a, b)| {
                    let [a, b] = self.digits.ends([a, b]);
                    format!("; prediction interval {a} to {b}")
                });
                format!(
                    "{studies}; {} {estimate} ({}% CI {lo} to {hi}){prediction}. {}.",
                    self.measure.to_lowercase(),
                    words::tick(self.level),
                    self.rows_in_words()
                )
            }
        }
    }

    /// `CANDOR 0.63 (0.46 to 0.85); IKEMA 0.53 (0.32 to 0.89)`
    fn rows_in_words(&self) -> String {
        let rows: Vec<String> = self
            .rows()
            .map(|row| match row.effect {
                Some(effect) => {
                    let [estimate, lo, hi] = self.written(effect);
                    format!("{} {estimate} ({lo} to {hi})", row.label)
                }
                None => format!("{} {NOT_ESTIMABLE}", row.label),
            })
            .collect();
        rows.join("; ")
    }
}

/// What stands where a study has no effect of its own.
const NOT_ESTIMABLE: &str = "not estimable";

/// Draws a forest plot.
pub fn forest(plot: &Forest) -> Result<String, PlotError> {
    part(plot, plot).map(|(svg, _)| svg)
}

/// One part of a plot, its columns and its axis those of the whole; and its height.
fn part(plot: &Forest, whole: &Forest) -> Result<(String, f64), PlotError> {
    let title = format!("Forest plot: {}", plot.title);
    let mut figure = Figure::new(
        &plot.name,
        &title,
        &plot.description(),
        (plot.page.points(), plot.page.millimetres()),
        None,
    );
    let height = draw::draw(plot, whole, &mut figure)?;
    Ok((figure.finish(height), height))
}

/// Grey small text.
fn small() -> Style {
    Style::new(7.0, Weight::Regular, NOTES)
}

#[cfg(test)]
mod tests;
