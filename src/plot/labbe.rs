//! L'Abbé's plot: the share with an event in one arm against the share in the other, trial by
//! trial.
//!
//! To the right lies the share of the control arm, e₂ / n₂, upwards that of the experimental arm,
//! e₁ / n₁, both in per cent and as counted, without anything added to empty cells (L'Abbé,
//! Detsky and O'Rourke, Ann Intern Med 1987;107:224). Circle area is the weight in the analysis.
//! On the diagonal both arms are alike. The dashed curve is where trials of exactly the pooled
//! effect would lie, the band its interval: with p the share of the control arm,
//!
//! - risk ratio: RR · p
//! - odds ratio, Peto's too: OR · p / (1 − p + OR · p)
//! - risk difference: p + RD
//! - arcsine difference: sin²(arcsin √p + AS)
//!
//! cut off at 0 and 100 per cent.

mod draw;

use super::page::Page;
use super::scatter::{self, count};
use super::svg::Figure;
use super::words;
use super::{FigureTable, PlotError};
use crate::pool::{Data, Measure, Pooled, Spec};

/// A trial as a point of the plot.
#[derive(Debug, Clone, PartialEq)]
pub struct LAbbePoint {
    /// What it is called.
    pub label: String,
    /// Events and people of the experimental arm.
    pub experimental: (f64, f64),
    /// Events and people of the control arm.
    pub control: (f64, f64),
    /// Its weight in per cent.
    pub weight: f64,
}

/// An effect that turns the share of one arm into that of the other.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum LAbbeEffect {
    /// A risk ratio.
    #[default]
    RiskRatio,
    /// An odds ratio.
    OddsRatio,
    /// A risk difference.
    RiskDifference,
    /// A difference of arcsines of square roots.
    Arcsine,
}

impl LAbbeEffect {
    /// The kind of a measure of two shares.
    pub fn of(measure: Measure) -> Option<Self> {
        match measure {
            Measure::Rr => Some(Self::RiskRatio),
            Measure::Or | Measure::Peto => Some(Self::OddsRatio),
            Measure::Rd => Some(Self::RiskDifference),
            Measure::As => Some(Self::Arcsine),
            _ => None,
        }
    }

    /// The share of the experimental arm at a share of the control arm, both from 0 to 1, for an
    /// effect on the scale of pooling.
    ///
    /// ```
    /// use perennial::plot::labbe::LAbbeEffect;
    /// let half = 0.5_f64.ln();
    /// assert!((LAbbeEffect::RiskRatio.share(half, 0.4) - 0.2).abs() < 1e-12);
    /// // Odds of 1 halved: 1 in 3.
    /// assert!((LAbbeEffect::OddsRatio.share(half, 0.5) - 1.0 / 3.0).abs() < 1e-12);
    /// ```
    pub fn share(self, effect: f64, control: f64) -> f64 {
        let share = match self {
            Self::RiskRatio => libm::exp(effect) * control,
            Self::OddsRatio => {
                let ratio = libm::exp(effect);
                if ratio.is_finite() {
                    ratio * control / (1.0 - control + ratio * control)
                } else {
                    1.0
                }
            }
            Self::RiskDifference => control + effect,
            Self::Arcsine => {
                let angle = libm::asin(control.max(0.0).sqrt()) + effect;
                let sine = libm::sin(angle.clamp(0.0, std::f64::consts::FRAC_PI_2));
                sine * sine
            }
        };
        share.clamp(0.0, 1.0)
    }
}

/// A L'Abbé plot.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LAbbe {
    /// The figure's name; prefixes its ids.
    pub name: String,
    /// The title above the figure.
    pub title: String,
    /// The width it is made for.
    pub page: Page,
    /// The two arms, experimental then control.
    pub arms: [String; 2],
    /// The measure in short: `RR`.
    pub short: String,
    /// How the pooled effect turns shares into shares.
    pub effect: LAbbeEffect,
    /// The pooled effect and its interval, on the scale of pooling.
    pub pooled: (f64, [f64; 2]),
    /// The level of the interval, in per cent.
    pub level: f64,
    /// The trials, in the order of the rows.
    pub studies: Vec<LAbbePoint>,
    /// Lines of results.
    pub results: Vec<String>,
    /// Lines in grey below them.
    pub notes: Vec<String>,
}

impl LAbbe {
    /// The numbers of the figure.
    pub fn table(&self) -> FigureTable {
        let mut head = vec!["Study".to_owned()];
        for arm in &self.arms {
            head.push(format!("{arm}, events / total"));
            head.push(format!("{arm}, %"));
        }
        head.push("Weight, %".to_owned());
        let row = |study: &LAbbePoint| {
            let mut cells = vec![study.label.clone()];
            for (events, people) in [study.experimental, study.control] {
                cells.push(format!(
                    "{} / {}",
                    words::plain(events),
                    words::plain(people)
                ));
                cells.push(words::fixed(100.0 * events / people, 1));
            }
            cells.push(words::fixed(study.weight, 1));
            cells
        };
        FigureTable {
            caption: self.title.clone(),
            head,
            rows: self.studies.iter().map(row).collect(),
            ..FigureTable::default()
        }
    }

    /// Sentences with the numbers, for those who do not see the figure.
    pub fn description(&self) -> String {
        let arm = |(events, people): (f64, f64)| {
            format!(
                "{} of {} ({}%)",
                words::plain(events),
                words::plain(people),
                words::fixed(100.0 * events / people, 1)
            )
        };
        let studies: Vec<String> = self
            .studies
            .iter()
            .map(|study| {
                format!(
                    "{} {}, {}, {}%",
                    study.label,
                    arm(study.experimental),
                    arm(study.control),
                    words::fixed(study.weight, 1)
                )
            })
            .collect();
        let mut results = String::new();
        for line in &self.results {
            results.push(' ');
            results.push_str(line);
        }
        let [experimental, control] = &self.arms;
        format!(
            "{} by the share with an event under {experimental} and under {control}; the \
             diagonal is no effect, the dashed curve the pooled effect.{results} Events under \
             {experimental}, under {control}, and weight: {}.",
            count(self.studies.len()),
            studies.join("; ")
        )
    }
}

/// Draws a L'Abbé plot.
pub fn labbe(plot: &LAbbe) -> Result<String, PlotError> {
    let title = format!("L'Abbé plot: {}", plot.title);
    let size = (plot.page.points(), plot.page.millimetres());
    let mut figure = Figure::new(&plot.name, &title, &plot.description(), size, None);
    let height = draw::draw(plot, &mut figure)?;
    Ok(figure.finish(height))
}

/// The L'Abbé plot of an analysis; none where it is not of events in two arms.
pub fn of_pooled(pooled: &Pooled, spec: &Spec, name: &str, title: &str) -> Option<LAbbe> {
    let effect = LAbbeEffect::of(pooled.measure)?;
    let studies: Vec<LAbbePoint> = pooled
        .studies
        .iter()
        .filter_map(|study| match study.data {
            Data::Binary { e1, n1, e2, n2 } if n1 > 0.0 && n2 > 0.0 => Some(LAbbePoint {
                label: study.study.clone(),
                experimental: (e1, n1),
                control: (e2, n2),
                weight: study.weight,
            }),
            _ => None,
        })
        .collect();
    if studies.is_empty() {
        return None;
    }
    let result = format!("{}.", scatter::result(pooled));
    Some(LAbbe {
        name: name.to_owned(),
        title: title.to_owned(),
        page: Page::Panel,
        arms: ["experimental".to_owned(), "control".to_owned()],
        short: scatter::short(pooled.measure).to_owned(),
        effect,
        pooled: (pooled.estimate, pooled.ci),
        level: spec.level.percent(),
        studies,
        results: vec![result],
        notes: Vec::new(),
    })
}

#[cfg(test)]
mod tests;
