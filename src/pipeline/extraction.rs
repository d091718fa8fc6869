//! The extract stage: the trial data of a wave into the log, and where all of them stand.

use super::{RunError, StageReport, StageState, Workspace, complete, many};
use crate::extract::enter::{EnterError, import};
use crate::extract::state::{self, open, standings, values};
use crate::ledger::Via;
use crate::model::Clock;
use crate::search::SearchError;
use crate::search::replay::Wave;
use crate::store::{Reader, StoreError};
use crate::workflow::Workflow;
use std::collections::BTreeSet;

/// Takes the trial data of a wave that were not taken, and sums up.
pub fn run(
    workspace: &mut Workspace,
    wave: Option<&Wave>,
    clock: &dyn Clock,
) -> Result<StageReport, RunError> {
    let mut changed = false;
    if let Some(wave) = wave {
        let task = format!("replay/{}/extraction", wave.name);
        if let Some(table) = &wave.extraction
            && !workspace.store.snapshot()?.read().is_done(&task)?
        {
            let kept = workspace
                .archive
                .keep(&table.bytes)
                .map_err(SearchError::from)?;
            let workflow = &workspace.workflow;
            workspace.store.write(|writer| {
                writer.put_archive(&kept, &table.path)?;
                let file = (table.path.as_str(), table.bytes.as_slice());
                writer.replays();
                import(writer, workflow, file, None, clock, Via::Import)?;
                writer.mark_done(&task)?;
                Ok::<_, EnterError>(())
            })?;
            changed = true;
        }
        let task = complete(&wave.name);
        workspace.store.write(|writer| writer.mark_done(&task))?;
    }
    Ok(summary(
        workspace.store.snapshot()?.read(),
        &workspace.workflow,
        changed,
    )?)
}

/// What the stage says.
pub fn summary(
    reader: Reader<'_>,
    workflow: &Workflow,
    changed: bool,
) -> Result<StageReport, StoreError> {
    let all = standings(reader, workflow)?;
    let cells = values(&all);
    let held = cells.len() as u64;
    let open = open(reader, workflow)?;
    let studies: BTreeSet<&str> = all.keys().map(|key| key.study.as_str()).collect();
    let mut text = if all.is_empty() {
        "no trial data entered yet".to_owned()
    } else {
        format!(
            "{} of {}",
            many(held, "value", "values"),
            many(studies.len() as u64, "study", "studies")
        )
    };
    if !open.is_empty() {
        text.push_str(&format!(", {}", open.words()));
    }
    let warned = state::findings(&cells, workflow).len() as u64;
    if warned > 0 {
        let warnings = many(warned, "warning", "warnings");
        text.push_str(&format!(", {warnings} (`extract list`)"));
    }
    Ok(StageReport {
        stage: "extract",
        state: if open.is_empty() {
            StageState::Done
        } else {
            StageState::Waiting
        },
        text,
        count: Some(held),
        changed,
        seconds: 0.0,
    })
}
