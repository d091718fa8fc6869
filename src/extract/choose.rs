//! From cells to the rows of an analysis: one report per study, by the rule the workflow states.
//!
//! A trial of more than two arms gives the comparisons that [`Analysis::arms`] states: one pair, groups
//! that are combined (Handbook 6.5.2.10), or several whose shared group is divided (23.3.4).
//! A study often has several reports with longer and longer follow-up; counting two of them counts
//! its participants twice (Cochrane Handbook 6.2.1, MECIR C42). The rule is [`Analysis::reports`]
//! in order, else [`Analysis::otherwise`]. A comparison printed the other way round is turned by
//! the roles of the arms. Every study that gives no row is named with the reason: a percentage is
//! never made into a count here, nor a median into a hazard ratio. Standard deviations and intervals
//! are worked out from what is printed instead, and say so ([`Row::derived`]).

mod comparisons;
mod data;
mod means;
#[cfg(test)]
mod tests;

use super::characteristic;
use super::checks::{Context, Finding, check_study, two_reports};
use super::{Cell, CellKey, Code};
use crate::model::number::exact;
use crate::workflow::{Analysis, Otherwise};
use comparisons::Groups;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// A study and when its reports appeared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StudyReports {
    /// The study, as the cells name it.
    pub study: String,
    /// Its included reports, in any order.
    pub reports: Vec<ReportDate>,
}

/// A report and when it appeared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportDate {
    /// The report, as the cells name it.
    pub report: String,
    /// `2021`, `2021-06` or `2021-06-04`; empty where it is not known.
    pub date: String,
}

/// What one study brings to an analysis.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The study, by id.
    pub study: String,
    /// The report that gives the row, by id.
    pub report: String,
    /// The population that was counted.
    pub population: String,
    /// The experimental arm.
    pub experimental: String,
    /// The control arm.
    pub control: String,
    /// The numbers, experimental against control.
    pub data: RowData,
    /// The comparison was printed the other way round and has been turned.
    pub turned: bool,
    /// By how many the numbers of the experimental and of the control group are divided, because that
    /// many comparisons of the study share them; the data are of the whole groups.
    pub split: [u32; 2],
    /// What the row is called beside its study, where the study has several or its arms were chosen.
    pub arms: Option<String>,
    /// The value of the characteristic by which the analysis is split.
    pub subgroup: Option<String>,
    /// The cells from which the numbers come.
    pub cells: Vec<CellKey>,
    /// How numbers that no cell prints were worked out.
    pub derived: Vec<String>,
}

/// The numbers of a row, experimental against control.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowData {
    /// Events and participants of both arms.
    Counts {
        /// Events in the experimental arm.
        e1: u64,
        /// Participants in the experimental arm.
        n1: u64,
        /// Events in the control arm.
        e2: u64,
        /// Participants in the control arm.
        n2: u64,
    },
    /// An effect with its interval, on the reader's scale.
    Effect {
        /// The effect as printed, turned where the comparison was.
        #[serde(with = "exact")]
        effect: f64,
        /// The lower limit of its interval.
        #[serde(with = "exact")]
        lo: f64,
        /// The upper limit of its interval.
        #[serde(with = "exact")]
        hi: f64,
        /// The interval's own level in per cent.
        #[serde(with = "exact")]
        level: f64,
    },
    /// Mean, standard deviation and participants of both arms.
    Means {
        /// Mean in the experimental arm.
        #[serde(with = "exact")]
        m1: f64,
        /// Its standard deviation.
        #[serde(with = "exact")]
        sd1: f64,
        /// Participants in the experimental arm.
        n1: u64,
        /// Mean in the control arm.
        #[serde(with = "exact")]
        m2: f64,
        /// Its standard deviation.
        #[serde(with = "exact")]
        sd2: f64,
        /// Participants in the control arm.
        n2: u64,
    },
}

/// A study that gives no row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// The study, by id.
    pub study: String,
    /// Why, in words for the report.
    pub reason: String,
    /// The workflow excludes it from this analysis; otherwise it has no usable data.
    pub excluded: bool,
}

/// The rows of an analysis and what was left out of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chosen {
    /// One row per study, in the order of the studies.
    pub rows: Vec<Row>,
    /// Studies without a row.
    pub left_out: Vec<Left>,
    /// What the checks say about the rows: the intervention in a control arm, two reports.
    pub findings: Vec<Finding>,
}

/// A report that could give the row.
struct Candidate {
    row: Row,
    /// Its place among the preferred reports.
    preferred: Option<usize>,
    date: String,
    /// Its place among the study's reports.
    place: usize,
}

/// Chooses the rows of `analysis` from the values that hold.
///
/// `studies` says which studies the review includes and when their reports appeared: a cell of
/// another study or of a report that is not listed is never used.
pub fn choose(
    cells: &[Cell],
    analysis: &Analysis,
    studies: &[StudyReports],
    context: &Context,
) -> Chosen {
    let mut chosen = Chosen::default();
    for study in studies {
        let excluded = analysis.exclude.iter().find(|one| one.study == study.study);
        if let Some(excluded) = excluded {
            chosen.left_out.push(Left {
                study: study.study.clone(),
                reason: excluded.why.clone(),
                excluded: true,
            });
            continue;
        }
        let own: Vec<Cell> = cells
            .iter()
            .filter(|cell| cell.key.study == study.study)
            .cloned()
            .collect();
        match comparisons::rows_of(&own, analysis, study) {
            Ok(rows) => {
                for row in rows {
                    let of_control = |key: &CellKey| row.control.split(" + ").any(|a| a == key.arm);
                    let shared = check_study(&own, context).into_iter().filter(|finding| {
                        finding.code == Code::InterventionInControl
                            && finding.cells.iter().any(of_control)
                    });
                    chosen.findings.extend(shared);
                    chosen.rows.push(row);
                }
            }
            Err(reason) => chosen.left_out.push(Left {
                study: study.study.clone(),
                reason,
                excluded: false,
            }),
        }
    }
    chosen.findings.extend(two_reports(&chosen.rows));
    chosen
}

/// The row of one comparison of a study, or why it has none; `cells` are all of this study.
fn row_of(
    cells: &[Cell],
    analysis: &Analysis,
    study: &StudyReports,
    arms: &Groups<'_>,
) -> Result<Row, String> {
    let mut candidates = Vec::new();
    // Why the report that comes nearest has no data.
    let mut reasons: Vec<String> = Vec::new();
    for (place, report) in study.reports.iter().enumerate() {
        match data::of_report(cells, analysis, study, (&report.report, arms)) {
            Ok(row) => candidates.push(Candidate {
                row,
                preferred: analysis.reports.iter().position(|r| *r == report.report),
                date: report.date.clone(),
                place,
            }),
            Err(Some(reason)) => reasons.push(format!("{}: {reason}", report.report)),
            Err(None) => {}
        }
    }
    if candidates.is_empty() {
        return Err(without(cells, analysis, study, &reasons));
    }
    let preferred = candidates
        .iter()
        .filter_map(|one| one.preferred.map(|at| (at, one.place)))
        .min();
    if let Some((_, place)) = preferred {
        return take(candidates, |one| one.place == place);
    }
    if let [_] = candidates.as_slice() {
        return take(candidates, |_| true);
    }
    let names: Vec<&str> = candidates
        .iter()
        .map(|one| one.row.report.as_str())
        .collect();
    let names = names.join(", ");
    if analysis.otherwise == Otherwise::Error {
        return Err(format!(
            "{names} have the data and none is named in `reports`"
        ));
    }
    if let Some(undated) = candidates.iter().find(|one| one.date.is_empty()) {
        return Err(format!(
            "{names} have the data, and nothing says when {} appeared: name one in `reports`",
            undated.row.report
        ));
    }
    let dated = |one: &Candidate| (one.date.clone(), one.place);
    let place = match analysis.otherwise {
        Otherwise::Earliest => candidates.iter().min_by_key(|one| dated(one)),
        Otherwise::Latest | Otherwise::Error => {
            // Of two of one date the first listed counts as the earlier, whichever way one looks.
            candidates.iter().min_by_key(|one| Reverse(dated(one)))
        }
    };
    let place = place.map(|one| one.place);
    take(candidates, |one| Some(one.place) == place)
}

fn take(candidates: Vec<Candidate>, which: impl Fn(&Candidate) -> bool) -> Result<Row, String> {
    let found = candidates.into_iter().find(which);
    found
        .map(|one| one.row)
        .ok_or_else(|| "no report has the data".to_owned())
}

/// Why a study without candidates has no row.
fn without(
    cells: &[Cell],
    analysis: &Analysis,
    study: &StudyReports,
    reasons: &[String],
) -> String {
    if !reasons.is_empty() {
        return reasons.join("; ");
    }
    let strange = cells.iter().any(|cell| {
        cell.key.outcome == analysis.outcome
            && !study.reports.iter().any(|r| r.report == cell.key.report)
    });
    if strange {
        return format!("`{}` comes from no report of the review", analysis.outcome);
    }
    let there = cells.iter().any(|c| c.key.outcome == analysis.outcome);
    let asked = [("grade", &analysis.grade), ("time", &analysis.time)];
    let asked = asked.into_iter().filter(|_| there);
    let asked: Vec<String> = asked
        .filter_map(|(name, word)| Some(format!("{name} `{}`", word.as_ref()?)))
        .collect();
    match asked.as_slice() {
        [] => format!("no value of `{}` is entered", analysis.outcome),
        asked => format!(
            "no value of `{}` is entered for {}",
            analysis.outcome,
            asked.join(", ")
        ),
    }
}

/// The study's value of the characteristic by which the analysis is split: of the study, else of
/// the experimental arm.
fn subgroup(cells: &[Cell], analysis: &Analysis, study: &str, arm: &str) -> Option<String> {
    let code = analysis.subgroup.as_deref()?;
    let of_study = characteristic::text(cells, study, None, code);
    of_study
        .or_else(|| characteristic::text(cells, study, Some(arm), code))
        .map(str::to_owned)
}
