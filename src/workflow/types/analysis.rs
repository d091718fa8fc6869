//! What is extracted from the reports, and what is pooled.

/// `[extraction]`: how many people extract, and which drugs the review is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extraction {
    /// People who enter each cell, independently: 1 or 2.
    pub extractors: u8,
    /// Whether who entered a value may settle a disagreement about it.
    pub settle_own: bool,
    /// Generic names of the drugs of the intervention.
    pub intervention_drugs: Vec<String>,
}

/// What an outcome's data are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutcomeType {
    /// Participants with the event, out of how many.
    Binary,
    /// A hazard ratio with its interval.
    TimeToEvent,
    /// Mean and standard deviation.
    Continuous,
    /// A column of the table of studies: never pooled.
    Characteristic,
}

impl OutcomeType {
    /// Every type.
    pub const ALL: [Self; 4] = [
        Self::Binary,
        Self::TimeToEvent,
        Self::Continuous,
        Self::Characteristic,
    ];

    /// The word of the workflow.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::TimeToEvent => "time-to-event",
            Self::Continuous => "continuous",
            Self::Characteristic => "characteristic",
        }
    }

    /// The effect measures it can be pooled by.
    pub fn measures(self) -> &'static [&'static str] {
        match self {
            Self::Binary => &["RR", "OR", "RD", "AS", "PETO"],
            Self::TimeToEvent => &["HR"],
            Self::Continuous => &["MD", "SMD", "SMDH", "ROM"],
            Self::Characteristic => &[],
        }
    }
}

/// Which way an outcome is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// More of it is better: response.
    HigherIsBetter,
    /// Less of it is better: progression, harm.
    LowerIsBetter,
}

impl Direction {
    /// Both.
    pub const ALL: [Self; 2] = [Self::HigherIsBetter, Self::LowerIsBetter];

    /// The word of the workflow.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HigherIsBetter => "higher-is-better",
            Self::LowerIsBetter => "lower-is-better",
        }
    }
}

/// `[[outcome]]`: something the reports are read for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What cells carry.
    pub code: String,
    /// What tables and figures print.
    pub name: String,
    /// What its data are.
    pub kind: OutcomeType,
    /// Which way it is good; figures that favour nobody are drawn without.
    pub direction: Option<Direction>,
    /// The populations it is given for; empty allows any.
    pub populations: Vec<String>,
    /// The grades it is given for; empty allows any.
    pub grades: Vec<String>,
    /// How it is defined.
    pub definition: Option<String>,
}

/// Which report of a study is used where no preferred one has the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Otherwise {
    /// The latest: the longest follow-up.
    #[default]
    Latest,
    /// The earliest.
    Earliest,
    /// None: the study is left out, and a person names a report.
    Error,
}

impl Otherwise {
    /// Every rule.
    pub const ALL: [Self; 3] = [Self::Latest, Self::Earliest, Self::Error];

    /// The word of the workflow.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Latest => "latest",
            Self::Earliest => "earliest",
            Self::Error => "error",
        }
    }
}

/// `[[analysis.exclude]]`: a study that is left out of an analysis, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyExcluded {
    /// The study, as files of extractions name it.
    pub study: String,
    /// Why, in the words of the report.
    pub why: String,
}

/// `[[analysis.arms]]`: one comparison of a trial with more than two arms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arms {
    /// The study, as files of extractions name it.
    pub study: String,
    /// The experimental arms; several are combined.
    pub experimental: Vec<String>,
    /// The control arms; several are combined.
    pub control: Vec<String>,
    /// Whether a group that other comparisons have too is divided between them.
    pub split: bool,
}

/// `[[analysis.sensitivity]]`: the same analysis made otherwise; what is not said is as it is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sensitivity {
    /// What it is called in the report.
    pub name: String,
    /// The method of pooling.
    pub method: Option<String>,
    /// How the pooled interval is made.
    pub interval: Option<String>,
    /// Studies that are left out.
    pub without: Vec<String>,
    /// The populations it takes.
    pub population: Vec<String>,
    /// Whether means and standard deviations are estimated from medians.
    pub medians: Option<bool>,
}

impl Sensitivity {
    /// The analysis as this one makes it.
    pub fn of(&self, analysis: &Analysis) -> Analysis {
        let mut out = analysis.clone();
        out.sensitivity = Vec::new();
        if let Some(method) = &self.method {
            out.method.clone_from(method);
        }
        if let Some(interval) = &self.interval {
            out.interval.clone_from(interval);
        }
        if !self.population.is_empty() {
            out.population.clone_from(&self.population);
        }
        if let Some(medians) = self.medians {
            out.medians = medians;
        }
        out.exclude
            .extend(self.without.iter().map(|study| StudyExcluded {
                study: study.clone(),
                why: self.name.clone(),
            }));
        out
    }
}

/// `[analysis.published]`: what a published review prints for the same analysis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The estimate, as printed.
    pub estimate: String,
    /// Lower limit, as printed.
    pub ci_low: Option<String>,
    /// Upper limit, as printed.
    pub ci_high: Option<String>,
    /// I² in per cent, as printed.
    pub i2: Option<String>,
    /// Where it is printed.
    pub source: String,
}

/// `[[analysis]]`: one pooled result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Analysis {
    /// Its name on the command line and in addresses.
    pub name: String,
    /// Its title in figures.
    pub title: String,
    /// The code of its outcome.
    pub outcome: String,
    /// The effect measure: RR, HR.
    pub measure: String,
    /// The method: FE, DL, REML, rule:50.
    pub method: String,
    /// The populations it takes, the first that a report has; empty takes any.
    pub population: Vec<String>,
    /// The grade it takes.
    pub grade: Option<String>,
    /// The time point it takes; any where there is none.
    pub time: Option<String>,
    /// Reports that are preferred, in order.
    pub reports: Vec<String>,
    /// Which report is used where none of these has the data.
    pub otherwise: Otherwise,
    /// Studies that are left out.
    pub exclude: Vec<StudyExcluded>,
    /// What is compared of trials with more than two arms.
    pub arms: Vec<Arms>,
    /// The characteristic by which it is split.
    pub subgroup: Option<String>,
    /// The level of the pooled interval, in per cent.
    pub level: u8,
    /// How the pooled interval is made: wald, hksj, hksj-adhoc.
    pub interval: String,
    /// Whether means and standard deviations are estimated from medians with quartiles or range.
    pub medians: bool,
    /// The same made otherwise.
    pub sensitivity: Vec<Sensitivity>,
    /// What a published review prints.
    pub published: Option<Published>,
}
