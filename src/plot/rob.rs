//! Risk of bias as figures: the traffic light of judgements by study and domain, and the weighted
//! summary of how much of the evidence stands at which risk.
//!
//! Made for RoB 2 (Sterne et al., BMJ 2019;366:l4898), whose five domains and overall judgement it
//! knows, and ROBINS-I (BMJ 2016;355:i4919) with seven; any other set of domains is drawn with its
//! own names. Both figures are those of robvis (McGuinness and Higgins, Res Synth Methods
//! 2021;12:55), from a table in its shape ([`crate::appraise::read()`]). A judgement is a sign, a shade and a word:
//! pale +, amber !, dark ×, a dark square for critical risk, `NI` for no information, a dashed ring
//! with ? where nobody has judged. In the summary a study counts with its weight in the analysis,
//! or once where there are no weights; the figure says which.

mod lights;
mod shares;
pub(in crate::plot) mod signs;
mod summary;
mod table;

use super::PlotError;
use super::page::Page;
use super::scatter::count;
use super::svg::Figure;
use super::words;
use crate::appraise::Judgements;
pub use crate::appraise::{Domain as RobDomain, Judged as RobStudy};
use crate::model::Judgement;
use crate::pool::Pooled;

pub(super) use signs::draw as sign;

/// Judgements on the risk of bias of studies.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rob {
    /// The figure's name; prefixes its ids.
    pub name: String,
    /// Its title: the result that was judged.
    pub title: String,
    /// The width it is made for.
    pub page: Page,
    /// The tool, where it is known: `RoB 2`.
    pub tool: Option<String>,
    /// The domains, in the order of the columns.
    pub domains: Vec<RobDomain>,
    /// The studies, in the order of the rows.
    pub studies: Vec<RobStudy>,
    /// Lines in grey at the end.
    pub notes: Vec<String>,
}

impl From<Judgements> for Rob {
    fn from(table: Judgements) -> Self {
        Self {
            tool: table.tool,
            domains: table.domains,
            studies: table.studies,
            ..Self::default()
        }
    }
}

impl Rob {
    /// Whether every study has a weight and some weigh anything.
    pub fn is_weighted(&self) -> bool {
        let weights = || self.studies.iter().map(|study| study.weight);
        weights().all(|weight| weight.is_some()) && weights().flatten().any(|weight| weight > 0.0)
    }

    /// Takes the weights of an analysis, by the names of its studies, in per cent. Those it does not
    /// have weigh nothing and are given back; those it has and nobody judged come in as not assessed,
    /// so that the shares are of all its evidence.
    pub fn weigh(&mut self, pooled: &Pooled) -> Vec<String> {
        let mut unknown = Vec::new();
        for study in &mut self.studies {
            let of = |one: &&crate::pool::Study| one.study == study.label;
            let weight = pooled.studies.iter().find(of).map(|one| one.weight);
            if weight.is_none() {
                unknown.push(study.label.clone());
            }
            study.weight = Some(weight.unwrap_or(0.0));
        }
        let overall = self.has_overall().then_some(Judgement::NotAssessed);
        for one in &pooled.studies {
            if !self.studies.iter().any(|study| study.label == one.study) {
                self.studies.push(RobStudy {
                    label: one.study.clone(),
                    domains: vec![Judgement::NotAssessed; self.domains.len()],
                    overall,
                    weight: Some(one.weight),
                });
            }
        }
        unknown
    }

    /// Whether there is an overall judgement.
    pub fn has_overall(&self) -> bool {
        self.studies.iter().any(|study| study.overall.is_some())
    }

    /// `Risk of bias (RoB 2)`.
    fn kind(&self) -> String {
        match &self.tool {
            Some(tool) => format!("Risk of bias ({tool})"),
            None => "Risk of bias".to_owned(),
        }
    }

    /// What stands above the figure.
    fn heading(&self) -> String {
        format!("{}: {}", self.kind(), self.title)
    }

    /// The judgements a legend explains: the tool's own and what else there is.
    fn explained(&self) -> Vec<Judgement> {
        let seen = |judgement: Judgement| {
            self.studies
                .iter()
                .any(|study| study.domains.contains(&judgement) || study.overall == Some(judgement))
        };
        let own = |judgement: Judgement| match judgement {
            Judgement::NoInformation | Judgement::NotApplicable | Judgement::NotAssessed => false,
            _ => match self.tool.as_deref() {
                Some("RoB 2") => judgement.is_rob2(),
                Some("ROBINS-I") => judgement.is_robins_i(),
                Some("ROBINS-E") => judgement.is_robins_e(),
                _ => false,
            },
        };
        let all = Judgement::ALL.into_iter();
        all.filter(|one| own(*one) || seen(*one)).collect()
    }

    /// Sentences with every judgement, for those who do not see the traffic light.
    pub fn description(&self) -> String {
        let domains: Vec<String> = self.domains.iter().map(RobDomain::title).collect();
        let studies: Vec<String> = self
            .studies
            .iter()
            .map(|study| {
                let mut judged: Vec<String> = self
                    .domains
                    .iter()
                    .zip(&study.domains)
                    .map(|(domain, one)| format!("{} {}", domain.short, one.word().to_lowercase()))
                    .collect();
                if let Some(overall) = study.overall {
                    judged.push(format!("overall {}", overall.word().to_lowercase()));
                }
                format!("{}: {}", study.label, judged.join(", "))
            })
            .collect();
        format!(
            "{} of {} by domain: {}. {}.",
            self.kind(),
            count(self.studies.len()),
            domains.join("; "),
            studies.join(". ")
        )
    }

    /// Sentences with every share, for those who do not see the summary.
    pub fn summary_description(&self) -> String {
        let rows: Vec<String> = shares::rows(self)
            .iter()
            .map(|row| {
                let parts: Vec<String> = row
                    .parts
                    .iter()
                    .map(|(judgement, share)| {
                        let word = judgement.word().to_lowercase();
                        format!("{word} {}%", words::fixed(*share, 1))
                    })
                    .collect();
                format!("{}: {}", row.title, parts.join(", "))
            })
            .collect();
        format!(
            "{} of {} in per cent. {} {}.",
            self.kind(),
            count(self.studies.len()),
            self.counted(),
            rows.join(". ")
        )
    }

    /// How a study counts in the summary.
    fn counted(&self) -> &'static str {
        if self.is_weighted() {
            "Every study counts with its weight in the analysis."
        } else {
            "Not weighted: every study counts once."
        }
    }
}

/// Draws the traffic light.
pub fn rob_lights(plot: &Rob) -> Result<String, PlotError> {
    let size = (plot.page.points(), plot.page.millimetres());
    let (title, told) = (plot.heading(), plot.description());
    let mut figure = Figure::new(&plot.name, &title, &told, size, None);
    let height = lights::draw(plot, &mut figure)?;
    Ok(figure.finish(height))
}

/// Draws the weighted summary.
pub fn rob_summary(plot: &Rob) -> Result<String, PlotError> {
    let size = (plot.page.points(), plot.page.millimetres());
    let (title, told) = (plot.heading(), plot.summary_description());
    let name = format!("{}-summary", plot.name);
    let mut figure = Figure::new(&name, &title, &told, size, None);
    let height = summary::draw(plot, &mut figure)?;
    Ok(figure.finish(height))
}

#[cfg(test)]
mod tests;
