//! What a publication keeps of the review's state, so that a later comparison replays nothing.
//!
//! It is canonical JSON in the archive, named by its hash in the event of the publication. Kept is what
//! was counted and chosen; what follows from that alone (the pooled estimates) is worked out again.

use super::State;
use crate::extract::analyses::Made;
use crate::extract::{Chosen, Left, Row};
use crate::ledger::{CanonicalError, canonical};
use crate::report::history::End;
use crate::workflow::Workflow;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The form of this file; another number is another form, which is not read here.
const FORM: u32 = 1;

/// The state of the review at a publication.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Frozen {
    form: u32,
    studies: BTreeMap<String, String>,
    reports: BTreeMap<String, (String, Vec<String>)>,
    counts: Vec<(String, u64)>,
    cells: BTreeMap<String, String>,
    labels: BTreeMap<String, String>,
    citations: BTreeMap<String, String>,
    analyses: Vec<FrozenAnalysis>,
}

/// The rows of one analysis, and the studies without one.
#[derive(Debug, Serialize, Deserialize)]
struct FrozenAnalysis {
    name: String,
    rows: Vec<Row>,
    left_out: Vec<Left>,
}

impl Frozen {
    /// Takes what is kept of a state.
    pub(super) fn of(state: &State) -> Self {
        let first = state.made.first();
        Self {
            form: FORM,
            studies: state.studies.clone(),
            reports: state.reports.clone(),
            counts: state.counts.clone(),
            cells: state.cells.clone(),
            labels: first.map(|made| made.labels.clone()).unwrap_or_default(),
            citations: first.map(|made| made.citations.clone()).unwrap_or_default(),
            analyses: state
                .made
                .iter()
                .map(|made| FrozenAnalysis {
                    name: made.analysis.name.clone(),
                    rows: made.chosen.rows.clone(),
                    left_out: made.chosen.left_out.clone(),
                })
                .collect(),
        }
    }

    /// Its bytes: the same for the same state.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        Ok(canonical(self)?.into_bytes())
    }

    /// Reads the bytes again; nothing where they are of another form.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let found: Self = serde_json::from_slice(bytes).ok()?;
        (found.form == FORM).then_some(found)
    }

    /// The state again, with the workflow and the files of the protocol that were in force.
    pub(super) fn thaw(self, end: End, workflow: &Workflow, files: Vec<(String, String)>) -> State {
        let mut made = Vec::new();
        for kept in self.analyses {
            let analysis = workflow.analyses.iter().find(|a| a.name == kept.name);
            if let Some(analysis) = analysis {
                let chosen = Chosen {
                    rows: kept.rows,
                    left_out: kept.left_out,
                    findings: Vec::new(),
                };
                made.push(Made::of(analysis, chosen, &self.labels, &self.citations));
            }
        }
        State {
            end,
            studies: self.studies,
            reports: self.reports,
            counts: self.counts,
            cells: self.cells,
            files,
            made,
        }
    }
}
