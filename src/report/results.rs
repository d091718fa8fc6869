//! What a report shows of trial data and pooled results: plain values, put together by the
//! pipeline from cells and analyses, each number with the cells and sources behind it.

pub mod gather;
pub mod looks;

use crate::model::finding::Finding;
use crate::plot::{self, FigureTable, Forest, Funnel, PlotError};

/// Trial data and results.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Results {
    /// The table of studies: its heads, then one row per study.
    pub table: StudyTable,
    /// The analyses, in the order of the workflow.
    pub analyses: Vec<AnalysisView>,
    /// What the checks found, in words, with the cells.
    pub findings: Vec<FindingView>,
    /// What the linter found in what this report prints.
    pub lint: LintView,
    /// How many values hold.
    pub held: u64,
    /// How many are entered and not yet agreed.
    pub open: u64,
    /// What waits for people, in words: "1 study without data, 2 values that differ".
    pub waits: Option<String>,
    /// How many people must enter each value.
    pub extractors: u8,
    /// How many studies are pooled for at least one outcome; nothing where nothing is.
    pub pooled: Option<u64>,
    /// Every result as JSON.
    pub json: serde_json::Value,
}

impl Results {
    /// Whether nothing was extracted.
    pub fn is_empty(&self) -> bool {
        self.held == 0 && self.open == 0
    }

    /// The first analysis with a result: what the summary opens with.
    pub fn first(&self) -> Option<&AnalysisView> {
        self.analyses
            .iter()
            .find(|analysis| analysis.outcome.is_ok())
    }
}

/// The table of included studies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StudyTable {
    /// Column heads after the study's name.
    pub heads: Vec<String>,
    /// One row per study.
    pub rows: Vec<StudyLine>,
}

/// A study's line in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyLine {
    /// The id of the study.
    pub study: String,
    /// What it is called.
    pub label: String,
    /// The cells, in the order of the heads, each a list of lines; a dash where nobody has read it.
    pub cells: Vec<Vec<String>>,
}

/// What the linter found, and why it is published all the same.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LintView {
    /// The findings.
    pub lines: Vec<Finding>,
    /// Why a lead published although some are errors.
    pub despite: Option<String>,
}

/// Something that a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingView {
    /// The check's code.
    pub code: String,
    /// What is inconsistent, with the numbers.
    pub message: String,
    /// Where: the cells, with the study by name.
    pub place: String,
}

/// An analysis as the report shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct AnalysisView {
    /// Its name: the anchor is `estimate-NAME`.
    pub name: String,
    /// Its title in the workflow.
    pub title: String,
    /// The measure in words.
    pub measure: String,
    /// The result, or why there is none.
    pub outcome: Result<Estimate, String>,
    /// One line per study that went in.
    pub rows: Vec<DataLine>,
    /// Studies that did not, with the reason.
    pub left_out: Vec<(String, String)>,
    /// What a published review prints, beside what comes out here.
    pub published: Option<PublishedView>,
    /// The same analysis made otherwise.
    pub sensitivity: Vec<SensitivityView>,
    /// What a reader should know.
    pub warnings: Vec<String>,
    /// What repeated looks do, in words: advisory.
    pub looks: Option<String>,
    /// How the result is worked out, step by step.
    pub steps: Vec<String>,
}

/// A pooled estimate in words and figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// `0.47`
    pub value: String,
    /// `95% CI 0.37 to 0.60`
    pub interval: String,
    /// How many studies are pooled.
    pub k: u64,
    /// `0.20–1.10`; nothing where there is none, and where too few studies are pooled for its limits
    /// to mean something.
    pub prediction: Option<String>,
    /// `77.0%`
    pub i2: String,
    /// `7 trials, χ² 26.1, df 6`
    pub heterogeneity: String,
    /// The model in words.
    pub model: String,
    /// The forest plot first; then what else is drawn of it.
    pub figures: Vec<FigureView>,
}

/// A sensitivity analysis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SensitivityView {
    /// What it is called.
    pub name: String,
    /// How many studies it pools.
    pub studies: String,
    /// `0.47 [0.37, 0.60]`, or why there is none.
    pub effect: String,
    /// `77.0%`
    pub i2: String,
}

/// A figure, drawn when it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureView {
    /// What it is: `Forest plot`.
    pub title: String,
    /// What it shows.
    pub plot: FigurePlot,
}

/// What a figure of an analysis shows.
#[derive(Debug, Clone, PartialEq)]
pub enum FigurePlot {
    /// A forest plot, also one without each study in turn or study by study.
    Forest(Box<Forest>),
    /// A funnel plot.
    Funnel(Box<Funnel>),
}

impl FigurePlot {
    /// The figure as SVG.
    pub fn svg(&self) -> Result<String, PlotError> {
        match self {
            Self::Forest(plot) => plot::forest(plot),
            Self::Funnel(plot) => plot::funnel(plot),
        }
    }

    /// The numbers behind it, for those who cannot see the figure.
    pub fn table(&self) -> FigureTable {
        match self {
            Self::Forest(plot) => plot.table(),
            Self::Funnel(plot) => plot.table(),
        }
    }
}

/// The data of one study in an analysis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataLine {
    /// The study's id.
    pub study: String,
    /// What it is called.
    pub label: String,
    /// The report's id.
    pub report: String,
    /// "Attal 2019".
    pub citation: String,
    /// `201/240 v 148/234`, `HR 0.53 [0.32, 0.89] at 99%`.
    pub numbers: String,
    /// Weight in per cent.
    pub weight: String,
    /// Where the numbers were seen: source, page, quote.
    pub source: String,
    /// What stays with them: derived, turned, warnings.
    pub notes: Vec<String>,
    /// The events that entered them.
    pub events: Vec<u64>,
}

/// A published result beside ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedView {
    /// The result as the published review prints it.
    pub printed: String,
    /// The result of the same analysis here, or why there is none.
    pub ours: String,
    /// Where it is printed.
    pub source: String,
}
