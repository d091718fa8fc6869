//! The pool stage: every analysis is made, and the log holds its specification and the hash of the rows
//! that went in, when either changes.

use super::{RunError, StageReport, StageState};
use crate::extract::analyses::{Made, analyses, input, short};
use crate::ledger::{Body, LedgerError, Stamp};
use crate::model::{Clock, StudyId};
use crate::pool::Interval;
use crate::store::{Store, StoreError};
use crate::workflow::Workflow;
use serde_json::json;

/// What the log holds of an analysis beside the hash of its input: the specification, the studies.
fn said(made: &Made) -> (serde_json::Value, Vec<StudyId>) {
    let a = &made.analysis;
    let mut specification = json!({
        "outcome": a.outcome, "measure": a.measure, "method": a.method,
        "population": a.population, "grade": a.grade, "time": a.time,
        "reports": a.reports, "otherwise": a.otherwise.as_str(),
        "exclude": a.exclude.iter().map(|x| &x.study).collect::<Vec<_>>(),
        "subgroup": a.subgroup, "level": a.level,
    });
    // Logs from before these keys existed stand as they are.
    if let Some(specified) = specification.as_object_mut() {
        if a.medians {
            specified.insert("medians".to_owned(), true.into());
        }
        if a.interval != Interval::default().word() {
            specified.insert("interval".to_owned(), a.interval.clone().into());
        }
        if !a.arms.is_empty() {
            let list = a.arms.iter().map(|one| {
                json!({
                    "study": one.study, "experimental": one.experimental, "control": one.control,
                    "split": one.split,
                })
            });
            specified.insert("arms".to_owned(), list.collect());
        }
        if !a.sensitivity.is_empty() {
            let list = a.sensitivity.iter().map(|one| {
                json!({
                    "name": one.name, "method": one.method, "interval": one.interval,
                    "without": one.without, "population": one.population,
                    "medians": one.medians,
                })
            });
            specified.insert("sensitivity".to_owned(), list.collect());
        }
    }
    let studies = made
        .chosen
        .rows
        .iter()
        .filter_map(|row| row.study.parse().ok())
        .collect();
    (specification, studies)
}

/// Makes every analysis and notes in the log what changed of specification or input.
pub fn run(
    store: &mut Store,
    workflow: &Workflow,
    clock: &dyn Clock,
) -> Result<StageReport, RunError> {
    let all = analyses(store.snapshot()?.read(), workflow, None)?;
    let stamp = Stamp::program(clock.now());
    let mut changed = false;
    let mut waiting = false;
    let mut texts = Vec::new();
    for made in &all {
        waiting |= made.pooled.is_err();
        if let Ok(pooled) = &made.pooled {
            texts.push(short(made, pooled));
        }
        if made.chosen.rows.is_empty() {
            continue;
        }
        let (specification, studies) = said(made);
        let rows = &made.chosen.rows;
        // As text: a JSON value equals a text only where it is one.
        let text = specification.to_string();
        let same = match store.snapshot()?.read().specified(&made.analysis.name)? {
            None => false,
            Some(before) => {
                before.specification == text
                    && input::is_of(before.input, rows)
                        .map_err(LedgerError::from)
                        .map_err(StoreError::from)?
            }
        };
        if !same {
            changed = true;
            let body = Body::AnalysisSpecified {
                analysis: made.analysis.name.clone(),
                specification,
                input: input::hash(rows)
                    .map_err(LedgerError::from)
                    .map_err(StoreError::from)?,
                studies,
            };
            store.write(|writer| writer.append(&stamp.draft(body)))?;
        }
    }
    let text = match (texts.first(), all.len()) {
        (_, 0) => "no analysis in workflow.toml".to_owned(),
        (None, n) => format!(
            "{}, none with data yet",
            crate::model::many(n as u64, "analysis", "analyses")
        ),
        (Some(first), n) if n > 1 => format!(
            "{first}; {} in all",
            crate::model::many(n as u64, "analysis", "analyses")
        ),
        (Some(first), _) => first.clone(),
    };
    Ok(StageReport {
        stage: "pool",
        state: if waiting {
            StageState::Waiting
        } else {
            StageState::Done
        },
        text,
        count: Some(texts.len() as u64),
        changed,
        seconds: 0.0,
    })
}
