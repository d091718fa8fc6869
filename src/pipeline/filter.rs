//! The filter stage: the rules of the workflow on reports not yet looked at, and on all that
//! people have not touched where the rules changed.

use super::{RunError, StageReport, StageState, many};
use crate::filter;
use crate::ledger::Body;
use crate::ledger::Stamp;
use crate::ledger::event::{RemovalRef, RuleRef};
use crate::model::{Clock, Lane, Place, Record, RecordId};
use crate::store::flow::FlowBox;
use crate::store::read::ReportRow;
use crate::store::{Reader, Store, StoreError};
use crate::workflow::Workflow;
use std::collections::BTreeSet;

/// Applies the rules where they have something to do.
pub fn run(
    store: &mut Store,
    workflow: &Workflow,
    clock: &dyn Clock,
) -> Result<StageReport, RunError> {
    let changed = apply(store, workflow, clock)?;
    let snapshot = store.snapshot()?;
    let reader = snapshot.read();
    let automation = reader.count(&FlowBox::Removed("automation", None))?;
    let other = reader.count(&FlowBox::Removed("other", None))?;
    let screened = reader.count(&FlowBox::Screened(Lane::Main))?
        + reader.count(&FlowBox::Screened(Lane::Other))?;
    Ok(StageReport {
        stage: "filter",
        state: StageState::Done,
        text: format!("{automation} removed by automation tools, {other} for other reasons"),
        count: Some(screened),
        changed,
        seconds: 0.0,
    })
}

/// The rules in force as the log names them.
fn rules_in_force(workflow: &Workflow) -> Vec<RuleRef> {
    workflow
        .rules
        .iter()
        .filter(|rule| rule.enabled)
        .map(|rule| RuleRef {
            name: rule.name.clone(),
            to: rule.removal.as_str().to_owned(),
            digest: filter::digest(rule),
        })
        .collect()
}

/// The rules that were applied last.
fn applied(reader: Reader<'_>) -> Result<Option<Vec<RuleRef>>, StoreError> {
    let Some(last) = reader.events_of("filter_applied")?.pop() else {
        return Ok(None);
    };
    Ok(match last.body()? {
        Body::FilterApplied { rules, .. } => Some(rules),
        _ => None,
    })
}

/// Applies the rules again where they are those that were applied last; others wait for the stage.
pub(super) fn again(
    store: &mut Store,
    workflow: &Workflow,
    clock: &dyn Clock,
) -> Result<(), RunError> {
    let last = applied(store.snapshot()?.read())?;
    if last.is_some_and(|rules| rules == rules_in_force(workflow)) {
        apply(store, workflow, clock)?;
    }
    Ok(())
}

fn apply(store: &mut Store, workflow: &Workflow, clock: &dyn Clock) -> Result<bool, RunError> {
    let snapshot = store.snapshot()?;
    let reader = snapshot.read();
    let rules = rules_in_force(workflow);
    let fresh: BTreeSet<RecordId> = reader
        .reports_in(Place::Filter)?
        .into_iter()
        .filter(|report| report.lane == Lane::Main)
        .map(|report| report.id)
        .collect();
    let rules_changed = applied(reader)?.is_some_and(|before| before != rules);
    if fresh.is_empty() && !rules_changed {
        return Ok(false);
    }
    let mut removed = Vec::new();
    let mut returned = Vec::new();
    for report in reader.reports()? {
        if report.lane != Lane::Main || report.place == Place::Compare {
            continue;
        }
        let consider = fresh.contains(&report.id) || rules_changed;
        if !consider || touched(reader, &report)? {
            continue;
        }
        let records = contents(reader, report.id)?;
        let refs: Vec<&Record> = records.iter().collect();
        let verdict = filter::judge(&workflow.rules, &refs);
        match verdict {
            // Unchanged removals keep the event that first removed them.
            Some(removal) if report.rule.as_deref() == Some(removal.rule.name.as_str()) => {}
            Some(removal) => {
                removed.push(RemovalRef {
                    report: report.id,
                    rule: removal.rule.name.clone(),
                    to: removal.rule.removal.as_str().to_owned(),
                    evidence: removal.evidence,
                });
            }
            None if report.place == Place::Removed => returned.push(report.id),
            None => {}
        }
    }
    let upto = reader
        .reports()?
        .last()
        .map_or(RecordId(0), |report| report.id);
    drop(snapshot);
    let stamp = Stamp::program(clock.now());
    store.write(|writer| {
        writer.append(&stamp.draft(Body::FilterApplied {
            rules,
            upto,
            removed,
            returned,
        }))
    })?;
    Ok(true)
}

/// Whether people have a say on a report already: their decisions win over rules.
fn touched(reader: Reader<'_>, report: &ReportRow) -> Result<bool, StoreError> {
    Ok(reader.has_votes(report.id)? || reader.was_restored(report.id)?)
}

fn contents(reader: Reader<'_>, report: RecordId) -> Result<Vec<Record>, StoreError> {
    reader
        .records_of(report)?
        .iter()
        .map(|row| {
            reader.content(row.hash)?.ok_or_else(|| {
                StoreError::Value(format!("the content of record {} is missing", row.id))
            })
        })
        .collect()
}

/// A reproducible sample of `n` removed reports, for people to check the rules by: the reports
/// whose id hashes lowest together with the review's.
pub fn sample(
    reader: Reader<'_>,
    review: &str,
    n: usize,
) -> Result<Vec<crate::store::read::Removal>, StoreError> {
    let mut removals = reader.removals()?;
    removals.sort_by_key(|removal| {
        crate::model::Digest::of(format!("sample {review} {}", removal.report).as_bytes())
    });
    removals.truncate(n);
    removals.sort_by_key(|removal| removal.report);
    Ok(removals)
}

/// "93 removed: 82 by other-plasma-cell-disease, 11 by not-a-study-report".
pub fn by_rule(reader: Reader<'_>) -> Result<Vec<(String, String, u64)>, StoreError> {
    reader
        .removal_rules()?
        .into_iter()
        .map(|(rule, to)| {
            let to_box = if to == "automation" {
                "automation"
            } else {
                "other"
            };
            let n = reader.count(&FlowBox::Removed(to_box, Some(rule.clone())))?;
            Ok((rule, to, n))
        })
        .collect()
}

/// What the stage would say of a number of removals.
pub fn removals(n: u64) -> String {
    many(n, "removal", "removals")
}
