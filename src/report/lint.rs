//! The linter on the review itself: its flow, its analyses, its trial data, its protocol.
//!
//! The same rules as for a published review, on the numbers that a report of now would print.

use super::results::gather::place;
use super::{ReportError, flow};
use crate::extract::analyses::{Made, analyses, pooled_studies};
use crate::extract::state;
use crate::lint::{Found, Paper, check, read};
use crate::model::finding::{Finding, Severity};
use crate::prisma::Counts;
use crate::store::{Reader, StoreError};
use crate::workflow::Workflow;
use std::collections::BTreeMap;

/// The rule about registration.
const UNREGISTERED: &str = "REG-RETRO";

/// What the linter finds in the review as `reader` sees it, the checks at entry among it.
pub fn lint(reader: Reader<'_>, workflow: &Workflow) -> Result<Found, ReportError> {
    let made = analyses(reader, workflow, None)?;
    let counts = flow::combined(reader)?.pooling(pooled_studies(&made));
    let mut found = of(workflow, &made, Some(counts))?;
    let labels: BTreeMap<String, String> = reader
        .studies()?
        .into_iter()
        .map(|study| (study.id.to_string(), study.label))
        .collect();
    let held = state::held(reader, workflow)?;
    for finding in state::findings(&held, workflow) {
        let rule = finding.code.as_str();
        found.look(rule);
        let place = place(&finding.cells, &labels);
        found.add(Finding::new(rule, Severity::Warn, place, finding.message));
    }
    Ok(found)
}

/// The same without the checks at entry, of analyses that are made and of a flow that is counted.
pub fn of(workflow: &Workflow, made: &[Made], counts: Option<Counts>) -> Result<Found, StoreError> {
    let mut paper = Paper {
        title: workflow.review.title().to_owned(),
        flows: counts
            .into_iter()
            .map(|counts| ("flow".to_owned(), counts))
            .collect(),
        ..Paper::default()
    };
    for one in made.iter().filter(|one| one.pooled.is_ok()) {
        read::analysis(&mut paper, &one.analysis.name, &one.json()?);
    }
    let mut found = check(&paper);
    let review = &workflow.review;
    found.look(UNREGISTERED);
    if review.registration.is_none() && !review.demonstration {
        let text = "The protocol names no registration: `registration` in [review] is empty.";
        let mut finding = Finding::new(UNREGISTERED, Severity::Info, "workflow.toml", text);
        finding.reference = "Shea et al., BMJ 2017;358:j4008 (AMSTAR 2, item 2)";
        found.add(finding);
    }
    Ok(found)
}

/// What the linter finds in a flow alone.
pub fn of_flow(counts: &Counts) -> Vec<Finding> {
    let paper = Paper {
        flows: vec![("flow".to_owned(), counts.clone())],
        ..Paper::default()
    };
    check(&paper).findings
}
