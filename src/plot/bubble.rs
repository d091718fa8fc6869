//! The bubble plot of a meta-regression: effects by one moderator, with the fitted line.
//!
//! To the right lies the moderator as it was given, upwards the effect; a ratio has a log axis
//! labelled with ratios. Circle area is the weight in the regression, 1 / (vᵢ + τ²) with the τ²
//! that is left. The line is b₀ + b₁x, the band around it ± the quantile of the analysis ·
//! √(Var b₀ + 2x Cov(b₀, b₁) + x² Var b₁): the interval of the mean effect at x, not of a study's
//! (Thompson and Higgins, Stat Med 2002;21:1559; as metafor's `regplot`).

mod draw;

use super::page::Page;
use super::scatter::{self, count};
use super::svg::Figure;
use super::words::{self, Digits};
use super::{FigureTable, PlotError};
use crate::pool::{Pooled, Scale, Spec};

/// A study as a bubble.
#[derive(Debug, Clone, PartialEq)]
pub struct BubblePoint {
    /// What it is called.
    pub label: String,
    /// The value of the moderator, in its own unit.
    pub moderator: f64,
    /// Its effect on the scale of pooling.
    pub effect: f64,
    /// Its weight in the regression, in per cent.
    pub weight: f64,
}

/// A fitted line with what its band needs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BubbleLine {
    /// The effect where the moderator is 0, on the scale of pooling.
    pub intercept: f64,
    /// What one unit of the moderator adds.
    pub slope: f64,
    /// The variances of intercept and slope.
    pub variances: (f64, f64),
    /// The covariance of intercept and slope.
    pub covariance: f64,
    /// The quantile of the band.
    pub critical: f64,
}

impl BubbleLine {
    /// The effect at a moderator with its interval.
    ///
    /// ```
    /// use perennial::plot::bubble::BubbleLine;
    /// let line = BubbleLine {
    ///     intercept: 1.0,
    ///     slope: 2.0,
    ///     variances: (0.04, 0.01),
    ///     covariance: -0.01,
    ///     critical: 2.0,
    /// };
    /// // The variance at 3 is 0.04 − 0.06 + 0.09.
    /// let (at, [lo, hi]) = line.at(3.0);
    /// let half = 2.0 * 0.07_f64.sqrt();
    /// assert!((at - 7.0).abs() < 1e-12);
    /// assert!((lo - 7.0 + half).abs() < 1e-12 && (hi - 7.0 - half).abs() < 1e-12);
    /// ```
    pub fn at(&self, moderator: f64) -> (f64, [f64; 2]) {
        let effect = self.intercept + self.slope * moderator;
        let (first, second) = self.variances;
        let variance = first + moderator * (2.0 * self.covariance + moderator * second);
        let half = self.critical * variance.max(0.0).sqrt();
        (effect, [effect - half, effect + half])
    }
}

/// A bubble plot.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bubble {
    /// The figure's name; prefixes its ids.
    pub name: String,
    /// The title above the figure.
    pub title: String,
    /// The width it is made for.
    pub page: Page,
    /// The measure in words: `Risk ratio`.
    pub measure: String,
    /// Whether effects are logarithms of what the axis shows.
    pub log: bool,
    /// Whether 0 means no effect: then a line stands there.
    pub null: bool,
    /// What the moderator is called.
    pub moderator: String,
    /// The fitted line.
    pub line: BubbleLine,
    /// The level of the band, in per cent.
    pub level: f64,
    /// The digits of effects.
    pub digits: Digits,
    /// The studies, in the order of the rows.
    pub studies: Vec<BubblePoint>,
    /// Lines of results below the plot.
    pub results: Vec<String>,
    /// Lines in grey below them.
    pub notes: Vec<String>,
}

impl Bubble {
    /// A study's moderator, effect and weight as they are written.
    fn written(&self, study: &BubblePoint) -> [String; 3] {
        [
            words::plain(study.moderator),
            self.digits.value(scatter::shown(study.effect, self.log)),
            words::fixed(study.weight, 1),
        ]
    }

    /// The numbers of the figure.
    pub fn table(&self) -> FigureTable {
        let head = ["Study", &self.moderator, &self.measure, "Weight, %"];
        let row = |study: &BubblePoint| {
            let cells = std::iter::once(study.label.clone());
            cells.chain(self.written(study)).collect()
        };
        FigureTable {
            caption: self.title.clone(),
            head: head.map(str::to_owned).to_vec(),
            rows: self.studies.iter().map(row).collect(),
            ..FigureTable::default()
        }
    }

    /// Sentences with the numbers, for those who do not see the figure.
    pub fn description(&self) -> String {
        let studies: Vec<String> = self
            .studies
            .iter()
            .map(|study| format!("{} {}%", study.label, self.written(study).join(", ")))
            .collect();
        let mut results = String::new();
        for line in &self.results {
            results.push(' ');
            results.push_str(line);
        }
        format!(
            "{} by {} and {}, with the fitted line and its {}% band.{results} {}, {} and weight: \
             {}.",
            count(self.studies.len()),
            self.moderator,
            self.measure.to_lowercase(),
            words::tick(self.level),
            self.moderator,
            self.measure.to_lowercase(),
            studies.join("; ")
        )
    }
}

/// Draws a bubble plot.
pub fn bubble(plot: &Bubble) -> Result<String, PlotError> {
    let title = format!("Bubble plot: {}", plot.title);
    let size = (plot.page.points(), plot.page.millimetres());
    let mut figure = Figure::new(&plot.name, &title, &plot.description(), size, None);
    let height = draw::draw(plot, &mut figure)?;
    Ok(figure.finish(height))
}

/// The bubble plot of an analysis; none where it has no regression on one moderator of numbers.
pub fn of_pooled(pooled: &Pooled, spec: &Spec, name: &str, title: &str) -> Option<Bubble> {
    let regression = pooled.meta_regression.as_ref()?;
    let fitted = regression.line.as_ref()?;
    let [intercept, slope] = regression.coefficients.as_slice() else {
        return None;
    };
    let studies: Vec<BubblePoint> = fitted
        .points
        .iter()
        .filter_map(|point| {
            Some(BubblePoint {
                label: pooled.studies.get(point.study)?.study.clone(),
                moderator: point.moderator,
                effect: point.yi,
                weight: point.weight,
            })
        })
        .collect();
    let log = pooled.scale == Scale::Log;
    let measure = scatter::measure(pooled.measure);
    let r2 = regression
        .r2
        .map_or_else(String::new, |r2| format!("; R² = {}%", words::fixed(r2, 1)));
    let mut results = vec![format!(
        "{}: coefficient {} [{}, {}] ({}){r2}; {}.",
        slope.term,
        coefficient(slope.estimate),
        coefficient(slope.ci[0]),
        coefficient(slope.ci[1]),
        words::p_value(slope.p),
        count(regression.k)
    )];
    if log {
        let [by, lo, hi] =
            [slope.estimate, slope.ci[0], slope.ci[1]].map(|value| coefficient(libm::exp(value)));
        results.push(format!(
            "One unit of {} multiplies the {} by {by} [{lo}, {hi}].",
            slope.term,
            measure.to_lowercase()
        ));
    }
    results.push(format!(
        "Residual heterogeneity: \u{3c4}² = {}; \u{3c7}² = {}, df = {} ({}); I² = {}%.",
        crate::pool::digits::variance(regression.tau2),
        words::fixed(regression.qe, 2),
        words::tick(regression.qe_df),
        words::p_value(regression.qe_p),
        words::fixed(regression.i2, 1)
    ));
    Some(Bubble {
        name: name.to_owned(),
        title: title.to_owned(),
        page: Page::Panel,
        measure,
        log,
        null: pooled.measure.has_no_effect_value(),
        moderator: slope.term.clone(),
        line: BubbleLine {
            intercept: intercept.estimate,
            slope: slope.estimate,
            variances: (intercept.se * intercept.se, slope.se * slope.se),
            covariance: fitted.covariance,
            critical: fitted.critical,
        },
        level: spec.level.percent(),
        digits: scatter::digits(pooled),
        studies,
        results,
        notes: Vec::new(),
    })
}

/// A coefficient with as many decimals as show three of its digits, two at least; its size depends
/// on the moderator's unit.
fn coefficient(value: f64) -> String {
    let size = value.abs();
    if size > 0.0 && size < 1e-4 {
        return words::plain(format!("{value:.2e}").parse().unwrap_or(value));
    }
    let decimals = match size {
        s if s >= 1.0 => 2,
        s if s >= 0.1 => 3,
        s if s >= 0.01 => 4,
        s if s > 0.0 => 5,
        _ => 2,
    };
    words::fixed(value, decimals)
}

#[cfg(test)]
mod tests;
