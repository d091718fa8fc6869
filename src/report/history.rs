//! What a report shows of the review's own history: versions, what changed since, the living mode.
//!
//! Plain values, put together by the pipeline. Elements of PRISMA-LSR (BMJ 2024;387:e079183):
//! version, status, what changed, next search, schedule and retirement.

use crate::plot::{BridgePlot, Timeline};
use crate::prisma::Counts;
use serde::Serialize;

/// The review's history, as a report shows it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct History {
    /// The published versions, in order.
    pub versions: Vec<VersionView>,
    /// The dated status line: `Searched 2025-10-01: nothing new. Version 1.0 stands.`
    pub status: String,
    /// The steps of the living mode with their schedule.
    pub steps: Vec<Step>,
    /// The timeline, once there is a second search or a version.
    pub timeline: Option<Timeline>,
    /// The marks of the timeline in words.
    pub marks: Vec<(String, String)>,
    /// What changed since the version before.
    pub changes: Option<Changes>,
    /// Included reports that were retracted or stand in doubt, with what that would change.
    pub doubts: Vec<Doubt>,
    /// The flow in columns, one for each version; empty while there is one.
    pub columns: Vec<Counts>,
}

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VersionView {
    /// The name under which it was published.
    pub name: String,
    /// When it was published.
    pub at: String,
    /// The event that published it.
    pub seq: u64,
    /// The last event that it includes, and the hash of that.
    pub upto: u64,
    /// The hash of that event.
    pub head: String,
    /// How many studies it included.
    pub studies: u64,
    /// How many included reports these studies had.
    pub reports: u64,
    /// Whether work was open.
    pub provisional: bool,
    /// The program and its version.
    pub program: String,
    /// The files of its report with their hashes.
    pub files: Vec<FrozenFile>,
}

/// A file that a version froze.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FrozenFile {
    /// The name of the file in the folder of the version.
    pub path: String,
    /// SHA-256 of its bytes, by which the archive knows it.
    pub digest: String,
}

/// A step of the living mode.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What is done: `search`.
    pub step: &'static str,
    /// The source, where it is searched on dates of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// How often it is due, in the words of the workflow.
    pub cadence: String,
    /// The day it was last done.
    pub last: Option<String>,
    /// The day it is due next, where the cadence says one.
    pub due: Option<String>,
}

impl Step {
    /// `search`, `search of Embase`.
    pub fn name(&self) -> String {
        match &self.source {
            Some(source) => format!("{} of {source}", self.step),
            None => self.step.to_owned(),
        }
    }

    /// Whether it is due on or before a day.
    pub fn is_overdue(&self, today: &str) -> bool {
        self.due.as_deref().is_some_and(|due| due < today)
    }
}

/// A report that is included and no longer stands as it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Doubt {
    /// The report, by the id that it has now.
    pub report: String,
    /// `Attal 2019`.
    pub citation: String,
    /// `was retracted`.
    pub says: String,
    /// The notice's PMID.
    pub pmid: Option<String>,
    /// The event that brought it.
    pub seq: u64,
    /// The studies whose data it gives, by name.
    pub studies: Vec<String>,
    /// Each analysis that its data are in, with and without them.
    pub results: Vec<WithWithout>,
}

/// An analysis with and without a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WithWithout {
    /// The name of the analysis in the workflow.
    pub analysis: String,
    /// Its title in the workflow.
    pub title: String,
    /// `HR 0.47 (0.37 to 0.60), 7 trials`.
    pub with: String,
    /// The same without it, or why there is none.
    pub without: String,
}

/// One end of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct End {
    /// The version's name; absent for the review as it stands.
    pub version: Option<String>,
    /// The last event.
    pub event: u64,
    /// When that event happened: UTC with milliseconds.
    pub at: String,
}

impl End {
    /// `version 1.0`, `the working version`.
    pub fn words(&self) -> String {
        match &self.version {
            Some(name) => format!("version {name}"),
            None => "the working version".to_owned(),
        }
    }
}

/// What changed between two states of the review.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changes {
    /// The earlier state.
    pub from: End,
    /// The later state.
    pub to: End,
    /// What happened, in one sentence.
    pub headline: String,
    /// Studies in and out.
    pub studies: Moves,
    /// Reports in and out.
    pub reports: Moves,
    /// Every count of the whole flow, side by side.
    pub counts: Vec<CountChange>,
    /// Extracted values that changed.
    pub cells: Vec<CellChange>,
    /// What changed of the protocol.
    pub protocol: Vec<FileChange>,
    /// The estimates, side by side.
    pub estimates: Vec<EstimateChange>,
}

impl Changes {
    /// The counts that differ.
    pub fn moved(&self) -> impl Iterator<Item = &CountChange> {
        self.counts.iter().filter(|count| count.from != count.to)
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.studies.is_empty()
            && self.reports.is_empty()
            && self.moved().next().is_none()
            && self.cells.is_empty()
            && self.protocol.is_empty()
            && self.estimates.iter().all(|estimate| !estimate.is_moved())
    }
}

/// What came in and what went out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Moves {
    /// What came in.
    #[serde(rename = "in")]
    pub came: Vec<Moved>,
    /// What went out, each with the reason.
    #[serde(rename = "out")]
    pub went: Vec<Moved>,
}

impl Moves {
    /// Whether nothing moved.
    pub fn is_empty(&self) -> bool {
        self.came.is_empty() && self.went.is_empty()
    }
}

/// A study or report that came in or went out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The id of the study or report.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Where it stands now, or which study it belongs to.
    pub why: String,
}

/// A count at both ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountChange {
    /// The path of the count, as `explain` takes it.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// The count at the earlier end.
    pub from: u64,
    /// The count at the later end.
    pub to: u64,
}

/// A value at both ends; nothing where there was or is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellChange {
    /// The address of the cell, with the study by its label.
    pub cell: String,
    /// The value at the earlier end; absent where there was none.
    pub from: Option<String>,
    /// The value at the later end; absent where there is none.
    pub to: Option<String>,
}

/// A file of the protocol that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileChange {
    /// The path of the file in the workspace.
    pub path: String,
    /// Lines that went.
    pub removed: Vec<String>,
    /// Lines that came.
    pub added: Vec<String>,
}

/// An estimate at both ends.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EstimateChange {
    /// The name of the analysis in the workflow.
    pub analysis: String,
    /// Its title in the workflow.
    pub title: String,
    /// Before, or why there was none.
    pub from: Side,
    /// After, or why there is none.
    pub to: Side,
    /// The parts of the shift on the scale of pooling; they add up to it exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bridge: Option<crate::pool::bridge::Bridge>,
    /// Why there is no bridge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_bridge: Option<String>,
    /// What the figure of the bridge shows; nothing where it did not move.
    #[serde(skip)]
    pub plot: Option<BridgePlot>,
}

impl EstimateChange {
    /// Whether the two ends differ.
    pub fn is_moved(&self) -> bool {
        self.from != self.to
    }
}

/// An estimate at one end.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Side {
    /// `HR 0.47`, nothing where there is no estimate.
    pub estimate: Option<String>,
    /// `0.37 to 0.60`.
    pub interval: Option<String>,
    /// `77.2%`.
    pub i2: Option<String>,
    /// The model in words.
    pub model: Option<String>,
    /// How many studies are pooled; 0 where nothing is.
    pub k: u64,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}
