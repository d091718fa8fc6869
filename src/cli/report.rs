//! `report`: write the flow report.

use super::args::{Global, ReportArgs};
use super::error::Ending;
use super::out::{Ink, Out};
use crate::pipeline::{self, Workspace};

pub(super) fn run(args: &ReportArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    if let Some(folder) = &args.out {
        super::output::check_folder(folder)?;
    }
    let root = super::root(global)?;
    let workspace = Workspace::adopted(&root)?;
    let folder = match &args.out {
        Some(folder) => std::path::absolute(folder).unwrap_or_else(|_| folder.clone()),
        None => root.join("reports"),
    };
    let (stage, provisional) = pipeline::write_report(&workspace, &folder)?;
    out.line(&stage.text)?;
    if workspace.ahead {
        out.note(super::status::AHEAD);
    }
    let index = workspace.shown(&folder.join("index.html"));
    out.line(&format!("Next: open {}", out.ink(Ink::Bold, &index)))?;
    out.json(&serde_json::json!({
        "out": folder, "provisional": provisional, "changed": stage.changed, "files": stage.count,
    }))?;
    Ok(0)
}
