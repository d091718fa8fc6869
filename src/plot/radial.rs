//! The radial plot (Galbraith): standardised effects by precision, with an arc to read effects from.
//!
//! A study lies at x = 1 / √(vᵢ + τ²) and z = yᵢ / √(vᵢ + τ²): the more precise, the farther right;
//! without a variance between studies that is 1 / SE and yᵢ / SE. Every study then has the same
//! error upwards, 1, so that the band of ± the normal quantile around the pooled line z = θ · x
//! holds 95 per cent of the studies if the model is right. The slope of the line from the origin
//! through a study is its effect: where that line meets the arc, the reader's scale stands
//! (Galbraith, Technometrics 1988;30:271 and Stat Med 1988;7:889; as metafor's `radial`). The bar
//! on the arc is the interval of the pooled effect.

mod draw;
mod sector;

use super::page::Page;
use super::scatter::{self, count};
use super::svg::Figure;
use super::words::{self, Digits};
use super::{FigureTable, PlotError};
use crate::pool::dist::normal_critical;
use crate::pool::{Pooled, Scale, Spec};

/// A study as a point of the plot.
#[derive(Debug, Clone, PartialEq)]
pub struct RadialPoint {
    /// What it is called.
    pub label: String,
    /// Its effect on the scale of pooling.
    pub effect: f64,
    /// Its standard error.
    pub se: f64,
}

/// A radial plot.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Radial {
    /// The figure's name; prefixes its ids.
    pub name: String,
    /// The title above the figure.
    pub title: String,
    /// The width it is made for.
    pub page: Page,
    /// The measure in words: `Risk ratio`.
    pub measure: String,
    /// The measure in short: `RR`.
    pub short: String,
    /// Whether effects are logarithms of what the arc shows.
    pub log: bool,
    /// Whether 0 means no effect: then a line stands there.
    pub null: bool,
    /// The variance between studies, on the scale of pooling.
    pub tau2: f64,
    /// The pooled effect and its interval, on the scale of pooling.
    pub pooled: (f64, [f64; 2]),
    /// The level of band and interval, in per cent, and its normal quantile.
    pub level: (f64, f64),
    /// The digits of effects.
    pub digits: Digits,
    /// The studies, in the order of the rows.
    pub studies: Vec<RadialPoint>,
    /// Lines of results below the plot.
    pub results: Vec<String>,
    /// Lines in grey below them.
    pub notes: Vec<String>,
}

impl Radial {
    /// A study's precision and standardised effect.
    fn place(&self, study: &RadialPoint) -> (f64, f64) {
        let spread = (study.se * study.se + self.tau2).sqrt();
        (1.0 / spread, study.effect / spread)
    }

    /// What is divided by, in the names of the scales.
    fn divisor(&self) -> &'static str {
        if self.tau2 > 0.0 {
            "\u{221a}(SE² + \u{3c4}²)"
        } else {
            "SE"
        }
    }

    /// A study's effect, precision and standardised effect as they are written.
    fn written(&self, study: &RadialPoint) -> [String; 3] {
        let (x, z) = self.place(study);
        let effect = self.digits.value(scatter::shown(study.effect, self.log));
        [effect, words::fixed(x, 2), words::fixed(z, 2)]
    }

    /// The numbers of the figure.
    pub fn table(&self) -> FigureTable {
        let by = self.divisor();
        let row = |study: &RadialPoint| {
            let cells = std::iter::once(study.label.clone());
            cells.chain(self.written(study)).collect()
        };
        FigureTable {
            caption: self.title.clone(),
            head: vec![
                "Study".to_owned(),
                self.measure.clone(),
                format!("Precision, 1 / {by}"),
                format!("Effect / {by}"),
            ],
            rows: self.studies.iter().map(row).collect(),
            ..FigureTable::default()
        }
    }

    /// Sentences with the numbers, for those who do not see the figure.
    pub fn description(&self) -> String {
        let studies: Vec<String> = self
            .studies
            .iter()
            .map(|study| format!("{} {}", study.label, self.written(study).join(", ")))
            .collect();
        let mut results = String::new();
        for line in &self.results {
            results.push(' ');
            results.push_str(line);
        }
        format!(
            "{} by precision and standardised effect; the pooled line is dashed, its {}% band \
             grey.{results} {}, precision 1 / {by} and effect / {by}: {}.",
            count(self.studies.len()),
            words::tick(self.level.0),
            self.measure,
            studies.join("; "),
            by = self.divisor()
        )
    }
}

/// Draws a radial plot.
pub fn radial(plot: &Radial) -> Result<String, PlotError> {
    let title = format!("Radial plot: {}", plot.title);
    let size = (plot.page.points(), plot.page.millimetres());
    let mut figure = Figure::new(&plot.name, &title, &plot.description(), size, None);
    let height = draw::draw(plot, &mut figure)?;
    Ok(figure.finish(height))
}

/// The radial plot of an analysis; none where no study has an effect with a standard error.
pub fn of_pooled(pooled: &Pooled, spec: &Spec, name: &str, title: &str) -> Option<Radial> {
    let studies: Vec<RadialPoint> = pooled
        .studies
        .iter()
        .filter_map(|study| {
            Some(RadialPoint {
                label: study.study.clone(),
                effect: study.yi?,
                se: study.vi?.sqrt(),
            })
        })
        .filter(|point| point.effect.is_finite() && point.se.is_finite() && point.se > 0.0)
        .collect();
    if studies.is_empty() {
        return None;
    }
    let log = pooled.scale == Scale::Log;
    let measure = scatter::measure(pooled.measure);
    let tau2 = if pooled.tau2 > 0.0 {
        format!(
            "; \u{3c4}² = {}",
            crate::pool::digits::variance(pooled.tau2)
        )
    } else {
        String::new()
    };
    let result = format!("{}{tau2}.", scatter::result(pooled));
    let note = format!(
        "A straight line from the origin through a study meets the arc at its {}.",
        measure.to_lowercase()
    );
    Some(Radial {
        name: name.to_owned(),
        title: title.to_owned(),
        page: Page::Panel,
        measure,
        short: scatter::short(pooled.measure).to_owned(),
        log,
        null: pooled.measure.has_no_effect_value(),
        tau2: pooled.tau2,
        pooled: (pooled.estimate, pooled.ci),
        level: (spec.level.percent(), normal_critical(spec.level.fraction())),
        digits: scatter::digits(pooled),
        studies,
        results: vec![result],
        notes: vec![note],
    })
}

#[cfg(test)]
mod tests;
