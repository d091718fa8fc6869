//! What the report needs beside the store: the protocol, who waits, results, the history.

use super::{RunError, Workspace, history, results};
use crate::report::{ReportInput, Waiting};
use crate::screen::work;

/// Gathers it for the review as it stands.
pub(super) fn report_input(workspace: &Workspace) -> Result<ReportInput<'_>, RunError> {
    let waiting = work(workspace.store.read())?
        .into_iter()
        .map(Waiting::from)
        .collect();
    Ok(ReportInput {
        results: results::results(workspace.store.read(), &workspace.workflow)?,
        publication: None,
        history: history::of(workspace)?,
        workflow: &workspace.workflow,
        strategies: workspace.strategies(),
        waiting,
        review: workspace.store.review(),
    })
}
