//! Baujat's plot: which studies make the heterogeneity, and which of them move the result.
//!
//! To the right lies what a study contributes to Q: (yᵢ − θ)² / (vᵢ + τ²), which without a
//! variance between studies is its part of Cochran's Q and with one its squared Pearson residual.
//! Upwards lies its influence: (θ₋ᵢ − θ)² / Var(θ₋ᵢ), the squared change of the pooled estimate
//! without the study by the variance that estimate has (Baujat et al., Stat Med 2002;21:2641, as
//! metafor's `baujat` has it for every model). Both are numbers without a unit. The study names
//! that stand farthest from the origin are written first.

use super::page::Page;
use super::scatter::labels::{self, Spot};
use super::scatter::{self, Extent, Field, NAMED, count, square};
use super::svg::{EVERGREEN, Figure, WHITE};
use super::words;
use super::{FigureTable, PlotError};
use crate::pool::{Pooled, Spec};

/// How many studies are named where they are too many to name all.
const FEW: usize = 12;

/// A study as a point of the plot.
#[derive(Debug, Clone, PartialEq)]
pub struct BaujatPoint {
    /// What it is called.
    pub label: String,
    /// What it contributes to Q.
    pub contribution: f64,
    /// Its influence on the pooled result.
    pub influence: f64,
}

impl BaujatPoint {
    /// Both numbers as they are written.
    fn written(&self) -> [String; 2] {
        [
            words::fixed(self.contribution, 2),
            words::fixed(self.influence, 3),
        ]
    }
}

/// A Baujat plot.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BaujatPlot {
    /// The figure's name; prefixes its ids.
    pub name: String,
    /// The title above the figure.
    pub title: String,
    /// The width it is made for.
    pub page: Page,
    /// Whether a variance between studies is in the model.
    pub random: bool,
    /// The studies, in the order of the rows.
    pub studies: Vec<BaujatPoint>,
    /// Lines of results below the plot.
    pub results: Vec<String>,
    /// Lines in grey below them.
    pub notes: Vec<String>,
}

impl BaujatPlot {
    /// What lies to the right.
    fn across(&self) -> &'static str {
        if self.random {
            "Contribution to heterogeneity (squared Pearson residual)"
        } else {
            "Contribution to Cochran's Q"
        }
    }

    /// The numbers of the figure.
    pub fn table(&self) -> FigureTable {
        let row = |study: &BaujatPoint| {
            let [contribution, influence] = study.written();
            vec![study.label.clone(), contribution, influence]
        };
        let influence = "Influence (squared standardised change)";
        FigureTable {
            caption: self.title.clone(),
            head: ["Study", self.across(), influence]
                .map(str::to_owned)
                .to_vec(),
            rows: self.studies.iter().map(row).collect(),
            ..FigureTable::default()
        }
    }

    /// Sentences with the numbers, for those who do not see the figure.
    pub fn description(&self) -> String {
        let studies: Vec<String> = self
            .studies
            .iter()
            .map(|study| {
                let [contribution, influence] = study.written();
                format!("{} {contribution}, {influence}", study.label)
            })
            .collect();
        let mut results = String::new();
        for line in &self.results {
            results.push(' ');
            results.push_str(line);
        }
        format!(
            "{} by what they contribute to heterogeneity and how they influence the pooled \
             result.{results} {} and squared standardised change of the result: {}.",
            count(self.studies.len()),
            self.across(),
            studies.join("; ")
        )
    }
}

/// Draws a Baujat plot.
pub fn baujat(plot: &BaujatPlot) -> Result<String, PlotError> {
    let title = format!("Baujat plot: {}", plot.title);
    let width = plot.page.points();
    let size = (width, plot.page.millimetres());
    let mut figure = Figure::new(&plot.name, &title, &plot.description(), size, None);
    let top = scatter::heading(&mut figure, &plot.title, width)?;
    let field = Field::new(
        (top, scatter::height(plot.page)),
        width,
        &Extent::from_zero(plot.studies.iter().map(|one| one.contribution), 9.0),
        &Extent::from_zero(plot.studies.iter().map(|one| one.influence), 11.0),
    )?;
    field.name_above(&mut figure, "Influence (squared standardised change)");
    field.scales(&mut figure);
    points(plot, &field, &mut figure)?;
    let y = field.name_below(&mut figure, plot.across(), width)?;
    let below = (0.0, y + 14.0);
    let height = scatter::ending(&mut figure, &plot.results, &plot.notes, below, width)?;
    Ok(figure.finish(height))
}

fn points(plot: &BaujatPlot, field: &Field, figure: &mut Figure) -> Result<(), PlotError> {
    let radius = scatter::radius(plot.studies.len());
    let at = |one: &BaujatPoint| field.at(one.contribution, one.influence);
    for study in &plot.studies {
        figure.circle(at(study), radius, &square(EVERGREEN, WHITE, 0.8));
    }
    let mut spots: Vec<Spot<'_>> = plot
        .studies
        .iter()
        .map(|study| Spot {
            at: at(study),
            radius,
            name: &study.label,
        })
        .collect();
    let origin = (field.frame.x, field.frame.bottom());
    let far = |spot: &Spot<'_>| libm::hypot(spot.at.0 - origin.0, spot.at.1 - origin.1);
    spots.sort_by(|a, b| far(b).total_cmp(&far(a)));
    if spots.len() > NAMED {
        for spot in spots.iter_mut().skip(FEW) {
            spot.name = "";
        }
    }
    labels::write(figure, &spots, (&[], &[]), &field.frame)
}

/// The Baujat plot of an analysis that has the numbers for it (`Extra::Baujat`).
pub fn of_pooled(pooled: &Pooled, _spec: &Spec, name: &str, title: &str) -> Option<BaujatPlot> {
    let studies: Vec<BaujatPoint> = pooled
        .baujat
        .as_ref()?
        .iter()
        .filter(|one| one.x.is_finite() && one.y.is_finite())
        .map(|one| BaujatPoint {
            label: one.study.clone(),
            contribution: one.x,
            influence: one.y,
        })
        .collect();
    if studies.is_empty() {
        return None;
    }
    let random = pooled.tau2 > 0.0;
    let tau2 = if random {
        format!(
            "\u{3c4}² = {}; ",
            crate::pool::digits::variance(pooled.tau2)
        )
    } else {
        String::new()
    };
    let q = format!(
        "Heterogeneity: {tau2}\u{3c7}² = {}, df = {} ({}); I² = {}%.",
        words::fixed(pooled.q, 2),
        words::tick(pooled.q_df),
        words::p_value(pooled.q_p),
        words::fixed(pooled.i2, 1)
    );
    let note = "Right: studies that differ from the pooled result. Top: studies without which the \
                result would move.";
    Some(BaujatPlot {
        name: name.to_owned(),
        title: title.to_owned(),
        page: Page::Panel,
        random,
        studies,
        results: vec![q],
        notes: vec![note.to_owned()],
    })
}

#[cfg(test)]
mod tests;
