//! `screen return`: a disagreement goes back to those who voted.

use super::super::args::Global;
use super::super::error::Ending;
use super::super::out::Out;
use crate::pipeline::Workspace;
use crate::screen::discuss;
use serde_json::json;

pub(super) fn give_back(
    workspace: &Workspace,
    global: &Global,
    report: &str,
    phase: Option<String>,
    note: Option<String>,
    out: &mut Out,
) -> Result<u8, Ending> {
    let acting = super::acting(workspace, global)?;
    let phase = phase.map(|text| super::word(&text)).transpose()?;
    let done = workspace
        .store
        .write(|writer| discuss::give_back(writer, &acting, report, phase, note))?;
    let people = done.people.join(" and ");
    out.line(&format!(
        "{} goes back to {people}: each sees the other's vote and votes once more",
        done.report
    ))?;
    out.json(&json!({"report": done.report, "phase": done.phase, "people": done.people}))?;
    Ok(0)
}
