//! The report of a living review at one moment: the analyses made once, the history beside them, and
//! what waits for whom.

use super::history;
use crate::extract::analyses::{Made, analyses};
use crate::extract::state::work;
use crate::report::results::gather::results;
use crate::report::{self, ReportData, ReportError, ReportInput, Waiting};
use crate::store::Reader;
use crate::workspace::Workspace;

/// Gathers what the report shows of the review as `reader` sees it.
pub fn of(workspace: &Workspace, reader: Reader<'_>) -> Result<ReportData, ReportError> {
    let made = analyses(reader, &workspace.workflow, None)?;
    gather(workspace, reader, &made, None)
}

/// The same with the analyses of that state made already, and the name under which it is published,
/// where it is.
pub fn gather(
    workspace: &Workspace,
    reader: Reader<'_>,
    made: &[Made],
    publication: Option<&str>,
) -> Result<ReportData, ReportError> {
    let workflow = &workspace.workflow;
    let waiting = work(reader, workflow)?;
    let mut history = history::of(workspace, reader, made)?;
    if let (Some(name), Some(changes)) = (publication, &mut history.changes) {
        changes.to.version = Some(name.to_owned());
    }
    let input = ReportInput {
        results: results(reader, workflow, made)?,
        publication: publication.map(str::to_owned),
        history,
        workflow,
        strategies: workspace.strategies(),
        waiting: waiting.into_iter().map(Waiting::from).collect(),
        review: workspace.store.review(),
    };
    report::gather(reader, &input)
}
