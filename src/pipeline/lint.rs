//! The linter on the review itself: its flow, its analyses, its trial data, its protocol.
//!
//! The same rules as for a published review, on the numbers that a report of now would print.

use super::pool::{Made, analyses, pooled_studies};
use super::{RunError, extract, results};
use crate::lint::{Found, Paper, check, read};
use crate::model::finding::{Finding, Severity};
use crate::report::flow;
use crate::store::Reader;
use crate::workflow::Workflow;
use std::collections::BTreeMap;

/// What the linter finds in the review as `reader` sees it, the checks at entry among it.
pub fn lint(reader: Reader<'_>, workflow: &Workflow) -> Result<Found, RunError> {
    let made = analyses(reader, workflow, None)?;
    let mut found = of(reader, workflow, &made)?;
    let labels: BTreeMap<String, String> = reader
        .studies()?
        .into_iter()
        .map(|study| (study.id.to_string(), study.label))
        .collect();
    let held = extract::held(reader, workflow)?;
    for finding in extract::findings(&held, workflow) {
        let rule = finding.code.as_str();
        found.look(rule);
        let place = results::place(&finding.cells, &labels);
        found.add(Finding::new(rule, Severity::Warn, place, finding.message));
    }
    Ok(found)
}

/// How many errors and warnings the linter finds, the checks at entry aside: what `status` says.
pub fn of_status(reader: Reader<'_>, workflow: &Workflow) -> Result<[u64; 2], RunError> {
    let found = of(reader, workflow, &analyses(reader, workflow, None)?)?;
    let count = |severity| found.of(severity) as u64;
    Ok([count(Severity::Error), count(Severity::Warn)])
}

/// The same without the checks at entry, of analyses that are made.
pub(super) fn of(
    reader: Reader<'_>,
    workflow: &Workflow,
    made: &[Made],
) -> Result<Found, RunError> {
    let mut paper = Paper {
        title: workflow.review.title().to_owned(),
        ..Paper::default()
    };
    let counts = flow::combined(reader)?.pooling(pooled_studies(made));
    paper.flows.push(("flow".to_owned(), counts));
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

/// The rule about registration.
const UNREGISTERED: &str = "REG-RETRO";
