//! Checks at entry: what arithmetic settles about a cell, and about the cells of one study.
//!
//! A printed number with d decimals stands for itself ± 0.5·10^-d. An alarm is raised only where
//! no point of the box of these intervals satisfies the identity: without that, four alarms in
//! five on published reviews are false. Impossible values are refused; what may be a printing
//! error of the report is a warning, and stays with the cell. A message names the numbers and says
//! no more than arithmetic shows. (GRIM: Brown and Heathers 2017; response algebra: IMWG 2016.)

mod arms;
mod counts;
mod declared;
mod interval;
mod percent;
mod response;
mod spread;
#[cfg(test)]
mod tests;

pub(crate) use interval::is_ratio;

use super::{Cell, CellKey, choose::Row};
use crate::workflow::Outcome;
use std::fmt;

/// What the checks know beside the cells.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The outcomes that the workflow declares.
    pub outcomes: &'a [Outcome],
    /// Generic names of the drugs that the review is about.
    pub intervention_drugs: &'a [String],
}

impl Context<'_> {
    /// The declared outcome of that code.
    pub fn outcome(&self, code: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.code == code)
    }
}

/// What follows from a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The value is impossible: it is not taken.
    Refuse,
    /// The value is taken, and the finding stays with it.
    Warn,
}

/// Which check found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The row says nothing.
    EmptyCell,
    /// Marked as not reported, with figures.
    NotReportedWithFigures,
    /// No outcome or characteristic has this code.
    UnknownOutcome,
    /// The outcome is not declared for this population.
    UnknownPopulation,
    /// The outcome is not declared for this grade.
    UnknownGrade,
    /// Figures of another type of outcome: a mean of a binary one.
    OtherType,
    /// Figures of an outcome that is counted or measured in each arm, without an arm.
    ArmMissing,
    /// More events than participants.
    EventsExceedN,
    /// A percentage below 0 or above 100.
    PercentRange,
    /// No whole number of participants gives the percentage.
    PercentImpossible,
    /// Count and percentage contradict each other.
    EventsPercent,
    /// An effect without its measure.
    MeasureMissing,
    /// An interval without its estimate or its other limit.
    IntervalIncomplete,
    /// Lower limit above upper limit.
    LimitsReversed,
    /// A ratio that is not above zero.
    RatioNotPositive,
    /// The estimate lies outside its interval.
    EstimateOutside,
    /// The estimate is not the centre of its interval.
    IntervalAsymmetric,
    /// A level written as a fraction.
    LevelFraction,
    /// A level that no confidence interval has.
    LevelRange,
    /// An interval without its level.
    LevelMissing,
    /// A median outside its limits.
    MedianOutside,
    /// A negative standard deviation.
    SdNegative,
    /// A mean or a median of nobody, or a standard deviation of one participant.
    NobodyMeasured,
    /// A standard deviation of 0.
    SdZero,
    /// A role that no arm has.
    UnknownRole,
    /// Limits of a median that nothing names.
    SpreadUnnamed,
    /// A deeper response is more frequent than a shallower one.
    ResponseOrder,
    /// The overall response is not the sum of its parts.
    ResponseSum,
    /// The arms do not sum to the total.
    ArmSum,
    /// A denominator differs from its population.
    Denominator,
    /// The control arm gets the intervention.
    InterventionInControl,
    /// Two reports of one study in one analysis.
    TwoReports,
}

impl Code {
    /// The code as it is printed and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmptyCell => "empty-cell",
            Self::NotReportedWithFigures => "not-reported-with-figures",
            Self::UnknownOutcome => "unknown-outcome",
            Self::UnknownPopulation => "unknown-population",
            Self::UnknownGrade => "unknown-grade",
            Self::OtherType => "other-type",
            Self::ArmMissing => "arm-missing",
            Self::EventsExceedN => "events-exceed-n",
            Self::PercentRange => "percent-out-of-range",
            Self::PercentImpossible => "percent-impossible",
            Self::EventsPercent => "events-percent-differ",
            Self::MeasureMissing => "measure-missing",
            Self::IntervalIncomplete => "interval-incomplete",
            Self::LimitsReversed => "limits-reversed",
            Self::RatioNotPositive => "ratio-not-positive",
            Self::EstimateOutside => "estimate-outside",
            Self::IntervalAsymmetric => "interval-asymmetric",
            Self::LevelFraction => "level-fraction",
            Self::LevelRange => "level-out-of-range",
            Self::LevelMissing => "level-missing",
            Self::MedianOutside => "median-outside",
            Self::SdNegative => "sd-negative",
            Self::NobodyMeasured => "nobody-measured",
            Self::SdZero => "sd-zero",
            Self::UnknownRole => "unknown-role",
            Self::SpreadUnnamed => "spread-unnamed",
            Self::ResponseOrder => "response-order",
            Self::ResponseSum => "response-sum",
            Self::ArmSum => "arm-sum",
            Self::Denominator => "denominator-differs",
            Self::InterventionInControl => "intervention-in-control",
            Self::TwoReports => "two-reports",
        }
    }

    /// What follows from it.
    pub fn severity(self) -> Severity {
        match self {
            Self::EmptyCell
            | Self::NotReportedWithFigures
            | Self::UnknownOutcome
            | Self::UnknownPopulation
            | Self::UnknownGrade
            | Self::OtherType
            | Self::EventsExceedN
            | Self::PercentRange
            | Self::MeasureMissing
            | Self::IntervalIncomplete
            | Self::LimitsReversed
            | Self::RatioNotPositive
            | Self::EstimateOutside
            | Self::LevelFraction
            | Self::LevelRange
            | Self::MedianOutside
            | Self::NobodyMeasured
            | Self::UnknownRole
            | Self::SdNegative => Severity::Refuse,
            Self::ArmMissing
            | Self::PercentImpossible
            | Self::EventsPercent
            | Self::IntervalAsymmetric
            | Self::LevelMissing
            | Self::SpreadUnnamed
            | Self::SdZero
            | Self::ResponseOrder
            | Self::ResponseSum
            | Self::ArmSum
            | Self::Denominator
            | Self::InterventionInControl
            | Self::TwoReports => Severity::Warn,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The check that found it.
    pub code: Code,
    /// What is inconsistent, with the numbers.
    pub message: String,
    /// The column of the exchange file that it is about, where it is about one.
    pub column: Option<&'static str>,
    /// The cells that show it.
    pub cells: Vec<CellKey>,
}

impl Finding {
    fn new(code: Code, column: &'static str, cell: &Cell, message: String) -> Self {
        Self {
            code,
            message,
            column: Some(column).filter(|column| !column.is_empty()),
            cells: vec![cell.key.clone()],
        }
    }

    /// A finding that several cells show together.
    fn across<'a>(
        code: Code,
        cells: impl IntoIterator<Item = &'a CellKey>,
        message: String,
    ) -> Self {
        Self {
            code,
            message,
            column: None,
            cells: cells.into_iter().cloned().collect(),
        }
    }

    /// What follows from it.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// Everything that is wrong with one cell by itself.
///
/// ```
/// use perennial::extract::{Cell, Code, Context, check_cell};
/// let mut cell = Cell::default();
/// cell.key.outcome = "randomised".into();
/// (cell.value.events, cell.value.n) = (Some(156), Some(154));
/// let found = check_cell(&cell, &Context { outcomes: &[], intervention_drugs: &[] });
/// assert_eq!(found[0].code, Code::EventsExceedN);
/// assert_eq!(found[0].message, "156 events in 154 participants");
/// ```
pub fn check_cell(cell: &Cell, context: &Context) -> Vec<Finding> {
    let mut found = declared::check(cell, context);
    found.extend(counts::check(cell));
    found.extend(interval::check(cell));
    found.extend(spread::check(cell));
    found
}

/// Everything that is wrong between the cells of one study: `cells` are the values that hold.
pub fn check_study(cells: &[Cell], context: &Context) -> Vec<Finding> {
    let mut found = response::check(cells);
    found.extend(arms::sums(cells));
    found.extend(arms::denominators(cells));
    found.extend(arms::intervention_in_control(cells, context));
    found
}

/// Studies that stand in an analysis more than once: their participants would count twice.
pub fn two_reports(rows: &[Row]) -> Vec<Finding> {
    let mut found = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        // Comparisons that the workflow states divide what they share.
        let stated = |one: &Row| one.arms.is_some() && row.arms.is_some();
        let mut earlier = rows.iter().take(n);
        let before = earlier.find(|one| one.study == row.study && !stated(one));
        if let Some(first) = before {
            found.push(Finding::across(
                Code::TwoReports,
                first.cells.iter().chain(&row.cells),
                format!(
                    "{} stands in the analysis twice, by {} and by {}: its participants count twice",
                    row.study, first.report, row.report
                ),
            ));
        }
    }
    found
}
