//! The contour-enhanced funnel plot: effects by standard error, precise studies on top.
//!
//! Takes effects and standard errors on the scale of pooling; a ratio is labelled on the reader's
//! scale. Around no effect, greys mark where a study would have P between 0.10 and 0.05 (darker)
//! and between 0.05 and 0.01 (lighter), as Peters et al. (J Clin Epidemiol 2008;61:991) draw it:
//! studies that seem to be missing where nothing is significant speak for publication bias, others
//! for other causes. Dashed lines are the pooled effect and the region that holds 95 % of studies
//! if all estimate the same effect. Studies that trim and fill puts in are open circles. Egger's
//! line stands where it was asked for and there are ten studies; with fewer a note says why there
//! is none (Cochrane Handbook 13.3.5.4).

mod draw;

use super::page::Page;
use super::scatter::{self, count};
use super::svg::Figure;
use super::words::{self, Digits};
use super::{FigureTable, PlotError};
use crate::pool::dist::normal_critical;
use crate::pool::{Pooled, Scale, Side, Spec};

/// The fewest studies for a test of asymmetry.
pub const TESTABLE: usize = 10;

/// A study as a point of the funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct FunnelPoint {
    /// What it is called; nothing for one filled in.
    pub label: String,
    /// Its effect on the scale of pooling.
    pub effect: f64,
    /// Its standard error.
    pub se: f64,
}

/// Egger's line: effect = `at_zero` + `per_se` · standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EggerLine {
    /// The effect of a study of no standard error.
    pub at_zero: f64,
    /// Egger's intercept: how the effect changes with the standard error.
    pub per_se: f64,
}

/// A funnel plot.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Funnel {
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
    /// Whether effects are logarithms of what the axis shows.
    pub log: bool,
    /// Whether 0 means no effect: then a line stands there and contours.
    pub null: bool,
    /// The pooled effect, on the scale of pooling.
    pub pooled: f64,
    /// The level of the dashed region, in per cent, and its normal quantile.
    pub region: (f64, f64),
    /// The digits of effects.
    pub digits: Digits,
    /// The studies, in the order of the rows.
    pub studies: Vec<FunnelPoint>,
    /// What trim and fill puts in.
    pub filled: Vec<FunnelPoint>,
    /// Egger's line, where it may be drawn.
    pub egger: Option<EggerLine>,
    /// Lines of results below the plot.
    pub results: Vec<String>,
    /// Lines that say what is not there, in grey.
    pub notes: Vec<String>,
}

impl Funnel {
    /// What the axis shows for an effect on the scale of pooling.
    fn shown(&self, effect: f64) -> f64 {
        if self.log { libm::exp(effect) } else { effect }
    }

    /// The numbers of the figure, written as it writes them: effects on the reader's scale,
    /// standard errors on that of pooling.
    pub fn table(&self) -> FigureTable {
        let head = ["Study", &self.measure, "Standard error"];
        let row = |name: &str, point: &FunnelPoint| {
            let effect = self.digits.value(self.shown(point.effect));
            vec![name.to_owned(), effect, draw::error(point.se)]
        };
        let studies = self.studies.iter().map(|study| row(&study.label, study));
        let filled = self.filled.iter().map(|point| row("Filled in", point));
        FigureTable {
            caption: self.title.clone(),
            head: head.map(str::to_owned).to_vec(),
            rows: studies.chain(filled).collect(),
            ..FigureTable::default()
        }
    }

    /// Sentences with the numbers, for those who do not see the figure.
    pub fn description(&self) -> String {
        let studies: Vec<String> = self
            .studies
            .iter()
            .map(|study| {
                format!(
                    "{} {}, {}",
                    study.label,
                    self.digits.value(self.shown(study.effect)),
                    draw::error(study.se)
                )
            })
            .collect();
        let contours = if self.null {
            " Greys around no effect mark P 0.05 to 0.10 and 0.01 to 0.05."
        } else {
            ""
        };
        let mut results = String::new();
        for line in self.results.iter().chain(&self.notes) {
            results.push(' ');
            results.push_str(line);
        }
        format!(
            "{} by standard error; pooled {} {}, dashed, with its {}% region.{contours}{results} \
             Effect and standard error: {}.",
            count(self.studies.len()),
            self.measure.to_lowercase(),
            self.digits.value(self.shown(self.pooled)),
            words::tick(self.region.0),
            studies.join("; ")
        )
    }
}

/// Draws a funnel plot.
pub fn funnel(plot: &Funnel) -> Result<String, PlotError> {
    let title = format!("Funnel plot: {}", plot.title);
    let size = (plot.page.points(), plot.page.millimetres());
    let mut figure = Figure::new(&plot.name, &title, &plot.description(), size, None);
    let height = draw::draw(plot, &mut figure)?;
    Ok(figure.finish(height))
}

/// The funnel plot of an analysis; none where no study has an effect with a standard error.
pub fn of_pooled(pooled: &Pooled, spec: &Spec, name: &str, title: &str) -> Option<Funnel> {
    let studies: Vec<FunnelPoint> = pooled
        .studies
        .iter()
        .filter_map(|study| {
            Some(FunnelPoint {
                label: study.study.clone(),
                effect: study.yi?,
                se: study.vi?.sqrt(),
            })
        })
        .filter(|point| point.effect.is_finite() && point.se.is_finite())
        .collect();
    if studies.is_empty() {
        return None;
    }
    let log = pooled.scale == Scale::Log;
    let measure = pooled.measure;
    let level = spec.level;
    let mut out = Funnel {
        name: name.to_owned(),
        title: title.to_owned(),
        page: Page::Panel,
        measure: scatter::measure(measure),
        short: scatter::short(measure).to_owned(),
        log,
        null: measure.has_no_effect_value(),
        pooled: pooled.estimate,
        region: (level.percent(), normal_critical(level.fraction())),
        digits: scatter::digits(pooled),
        studies,
        ..Funnel::default()
    };
    trim_and_fill(&mut out, pooled);
    egger(&mut out, pooled);
    Some(out)
}

fn trim_and_fill(out: &mut Funnel, pooled: &Pooled) {
    let Some(trim) = &pooled.trim_fill else {
        return;
    };
    out.filled = trim
        .filled
        .iter()
        .map(|one| FunnelPoint {
            label: String::new(),
            effect: one.yi,
            se: one.vi.sqrt(),
        })
        .collect();
    if trim.k0 == 0 {
        out.results
            .push("Trim and fill: no study is filled in.".to_owned());
        return;
    }
    let side = match trim.side {
        Side::Left => "left",
        Side::Right => "right",
    };
    let [estimate, lo, hi] = out
        .digits
        .triple([trim.estimate, trim.ci[0], trim.ci[1]].map(|value| out.shown(value)));
    out.results.push(format!(
        "Trim and fill: {} filled in on the {side}; {} {estimate} [{lo}, {hi}] with {}.",
        count(trim.k0),
        out.short,
        if trim.k0 == 1 { "it" } else { "them" }
    ));
}

fn egger(out: &mut Funnel, pooled: &Pooled) {
    let n = out.studies.len();
    if n < TESTABLE {
        out.notes.push(format!(
            "{}: fewer than {TESTABLE}, so no asymmetry test is reported (Cochrane Handbook \
             13.3.5.4).",
            count(n)
        ));
        return;
    }
    let Some(egger) = pooled.small_study.as_ref().and_then(|tests| tests.egger) else {
        return;
    };
    // The regression of y / se on 1 / se goes through the means of both.
    let [mut scores, mut precisions] = [0.0, 0.0];
    for study in &out.studies {
        scores += study.effect / study.se;
        precisions += 1.0 / study.se;
    }
    let studies = u32::try_from(n).map_or(0.0, f64::from);
    out.egger = Some(EggerLine {
        at_zero: (scores - egger.intercept * studies) / precisions,
        per_se: egger.intercept,
    });
    out.results.push(format!(
        "Egger's test: intercept {} (SE {}), t = {}, df = {} ({}).",
        words::fixed(egger.intercept, 2),
        words::fixed(egger.se, 2),
        words::fixed(egger.stat, 2),
        words::tick(egger.df),
        words::p_value(egger.p)
    ));
}

#[cfg(test)]
mod tests;
