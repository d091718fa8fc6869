//! What the report needs beside the store: the protocol, who waits, results, the history.

use super::{RunError, Workspace, history, results, work};
use crate::report::{ReportInput, Waiting};
use crate::store::Reader;

/// Gathers it for the review as `reader` sees it.
pub(super) fn report_input<'w>(
    workspace: &'w Workspace,
    reader: Reader<'_>,
) -> Result<ReportInput<'w>, RunError> {
    let waiting = work(reader, &workspace.workflow)?
        .into_iter()
        .map(Waiting::from)
        .collect();
    let made = super::pool::analyses(reader, &workspace.workflow, None)?;
    Ok(ReportInput {
        results: results::results(reader, &workspace.workflow, &made)?,
        publication: None,
        history: history::of(workspace, reader, &made)?,
        workflow: &workspace.workflow,
        strategies: workspace.strategies(),
        waiting,
        review: workspace.store.review(),
    })
}
