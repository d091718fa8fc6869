//! The bridge between two versions of an analysis: what moved the pooled estimate, in parts that add
//! up exactly.
//!
//! The shift of the estimate, on the scale of pooling, is taken apart by walking from the old
//! version to the new one in a fixed order, one cause at a time, and pooling after each step:
//!
//! 1. retractions are taken out;
//! 2. eligibility, then judgement (risk of bias) put studies out or in;
//! 3. data are corrected, then replaced by those of another report of the same trial;
//! 4. new studies come in;
//! 5. the specification changes where the workflow changed it;
//! 6. the rule that chooses the model flips, the data being what they now are.
//!
//! Up to step 5 the model is the one *used* in the old version: under `rule:50` the one the rule had
//! chosen then. A rule that flips is thus a part of its own, whatever made it flip, and never hides
//! in what the evidence did. Where the new specification brings the rule in, it is held at the old
//! model if the rule could have chosen it (FE or DL), so that what the rule then does is a flip; from
//! any other method the whole change belongs to the specification.
//!
//! Each part runs from where the one before it ended, so the parts add up to the shift whatever the
//! order; another order would give other parts. A state between the versions that cannot be pooled,
//! such as one with no study left, is passed over: its causes share one part that names them all.
//! Where the versions themselves cannot be compared there are no parts, and a reason.
//!
//! ```
//! use perennial::pool::bridge::{Cause, Member, State, bridge};
//! use perennial::pool::{Data, Measure, Method, Row, Spec};
//! let trial = |study: &str, e1: f64, n1: f64, e2: f64, n2: f64| {
//!     Member::new(study, None, Row {
//!         study: study.into(),
//!         line: None,
//!         data: Some(Data::Binary { e1, n1, e2, n2 }),
//!         columns: Vec::new(),
//!     })
//! };
//! let spec = Spec::new(Measure::Rr).method(Method::Fe);
//! let castor = trial("CASTOR", 201.0, 240.0, 148.0, 234.0);
//! let old = State { members: vec![castor.clone()], spec: spec.clone() };
//! let new = State { members: vec![castor, trial("POLLUX", 261.0, 281.0, 211.0, 276.0)], spec };
//! let bridge = bridge(&old, &new, &Default::default());
//! assert_eq!(bridge.parts[0].causes, [Cause::NewStudy]);
//! assert_eq!(bridge.parts[0].studies, ["POLLUX"]);
//! assert_eq!(bridge.shown(4).parts_text(), ["\u{2212}0.0605"]);
//! ```

mod shown;
mod state;
mod walk;

pub use shown::Shown;

use super::measure::{Measure, Scale};
use super::row::{Data, Row};
use super::spec::{Method, Spec};
use serde::Serialize;
use std::collections::BTreeMap;

/// What can move a pooled estimate from one version to the next, in the order of the walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// A report was retracted.
    Retraction,
    /// The study is no longer, or is now, what the protocol asks for.
    Eligibility,
    /// A judgement changed, such as a risk of bias that excludes.
    Judgement,
    /// The same report, read again: another number.
    CorrectedData,
    /// Another report of the same trial now supplies the data.
    OtherReport,
    /// The study was not there before.
    NewStudy,
    /// The workflow changed: measure, method, zero cells, or the outcome that is read.
    Specification,
    /// The rule that chooses the model chose another.
    ModelSwitch,
}

impl Cause {
    /// Every cause, in the order of the walk.
    pub const ALL: [Self; 8] = [
        Self::Retraction,
        Self::Eligibility,
        Self::Judgement,
        Self::CorrectedData,
        Self::OtherReport,
        Self::NewStudy,
        Self::Specification,
        Self::ModelSwitch,
    ];

    /// What readers call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Retraction => "Retraction",
            Self::Eligibility => "Eligibility",
            Self::Judgement => "Judgement",
            Self::CorrectedData => "Corrected data",
            Self::OtherReport => "Other report",
            Self::NewStudy => "New studies",
            Self::Specification => "Protocol change",
            Self::ModelSwitch => "Model switch",
        }
    }
}

/// One row of a version, with what ties it to the other version.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The study's key, the same in both versions; several rows may share one.
    pub study: String,
    /// The report that supplies the data.
    pub report: Option<String>,
    /// What the study brings.
    pub row: Row,
}

impl Member {
    /// A row of a study.
    pub fn new(study: impl Into<String>, report: Option<&str>, row: Row) -> Self {
        Self {
            study: study.into(),
            report: report.map(str::to_owned),
            row,
        }
    }
}

/// One version of an analysis: its rows and what was asked of them.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The rows, in the order they are pooled. Those without data count as absent.
    pub members: Vec<Member>,
    /// What is asked.
    pub spec: Spec,
}

/// Why each study left, changed or came, by the study's key.
///
/// What leaves must have a cause. What changed is otherwise corrected data, or another report where
/// the report differs; what came is otherwise a new study.
pub type Causes = BTreeMap<String, Cause>;

/// A shift of a pooled estimate, taken apart. Estimates are on the scale of pooling.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bridge {
    /// The measure of the new version.
    pub measure: Measure,
    /// The scale of pooling.
    pub scale: Scale,
    /// The old estimate; absent where it cannot be pooled.
    pub from: Option<f64>,
    /// The new estimate; absent where it cannot be pooled.
    pub to: Option<f64>,
    /// The new estimate less the old; absent where they cannot be compared.
    pub shift: Option<f64>,
    /// The model used in the old version.
    pub old_model: Option<Method>,
    /// The model used in the new version.
    pub new_model: Option<Method>,
    /// The parts, in the order of the walk.
    pub parts: Vec<Part>,
    /// The shift less the sum of the parts: rounding, below 1e-11.
    pub residual: f64,
    /// What changed in the specification, as far as it can move the estimate.
    pub settings: Vec<Setting>,
    /// The old version.
    pub old: Option<End>,
    /// The new version.
    pub new: Option<End>,
    /// Why there are no parts although the versions differ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What one cause did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// The cause; several where what lay between them cannot be pooled.
    pub causes: Vec<Cause>,
    /// The studies concerned, by their keys.
    pub studies: Vec<String>,
    /// The estimate before.
    pub from: f64,
    /// The estimate after.
    pub to: f64,
    /// How far the estimate moves, on the scale of pooling.
    pub shift: f64,
    /// Study by study, in the order of `studies`; empty for one study, and where a state between
    /// cannot be pooled. They add up to the part.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub each: Vec<Single>,
    /// The numbers before and after, of studies with one row in both versions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
}

/// What one study did within a part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Single {
    /// The study's key.
    pub study: String,
    /// The estimate before.
    pub from: f64,
    /// The estimate after.
    pub to: f64,
    /// How far the estimate moves, on the scale of pooling.
    pub shift: f64,
}

/// A study's numbers in both versions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The study's key.
    pub study: String,
    /// The numbers of the old version.
    pub was: Data,
    /// The numbers of the new one.
    pub now: Data,
}

/// A setting of the specification that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// What it is: `method`, `measure`, `zero cells`, ...
    pub name: &'static str,
    /// What it was.
    pub was: String,
    /// What it is now.
    pub now: String,
}

/// One end of the bridge.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct End {
    /// How many studies are pooled.
    pub k: usize,
    /// The interval of the estimate.
    pub ci: [f64; 2],
    /// I² in per cent, as everywhere on the page; for a model that a rule chose it is the rule's.
    pub i2: f64,
    /// The estimate on the reader's scale; absent where there is no way back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back: Option<f64>,
}

impl Bridge {
    /// The parts rounded for display, so that they add up to the rounded shift exactly.
    ///
    /// Each is rounded down or up; which, the largest remainders decide (Hamilton's method), in
    /// integers of the last digit. A part that is exactly 0 stays 0.
    pub fn shown(&self, decimals: u32) -> Shown {
        let shifts: Vec<f64> = self.parts.iter().map(|part| part.shift).collect();
        Shown::new(self.shift.unwrap_or(0.0), &shifts, decimals)
    }
}

/// Takes the shift between two versions apart.
pub fn bridge(old: &State, new: &State, causes: &Causes) -> Bridge {
    walk::walk(old, new, causes)
}

#[cfg(test)]
mod tests;
