//! `versions`: what is published.

use super::args::{Global, VersionsArgs};
use super::error::Ending;
use super::figure::Drawing;
use super::out::{Ink, Out, fit};
use crate::living::history;
use crate::pipeline::{Workspace, many};
use crate::plot::timeline;
use serde_json::json;

pub(super) fn run(args: &VersionsArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let drawing = Drawing::of(&args.draw)?;
    let root = super::root(global)?;
    let workspace = Workspace::adopted(&root)?;
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let versions = reader.versions()?;
    let views = history::views(reader, &versions)?;
    let baseline = reader.baseline()?;
    if let Some(before) = &baseline {
        out.line(&format!(
            "{} {} {}",
            out.ink(Ink::Bold, &fit(&before.name, 12)),
            fit("published before", 16),
            format_args!(
                "{} in {}",
                many(before.studies, "study", "studies"),
                many(before.reports, "report", "reports")
            ),
        ))?;
    }
    for view in &views {
        let studies = many(view.studies, "study", "studies");
        let reports = many(view.reports, "report", "reports");
        out.line(&format!(
            "{} {} {} event {:>6} {}{}",
            out.ink(Ink::Bold, &fit(&view.name, 12)),
            crate::report::data::day(&view.at),
            fit(&format!("{studies} in {reports}"), 26),
            view.upto,
            out.ink(Ink::Dim, view.head.get(..12).unwrap_or_default()),
            if view.provisional {
                format!(" {}", out.ink(Ink::Open, "provisional"))
            } else {
                String::new()
            }
        ))?;
    }
    if views.is_empty() {
        out.line("Nothing is published yet.")?;
        out.line(&format!(
            "Next: {}",
            out.ink(Ink::Bold, "perennial publish NAME")
        ))?;
    } else {
        out.line(&history::status(reader, &workspace.workflow, &versions)?)?;
    }
    if drawing.asked() {
        match history::timeline_plot(reader, &workspace.workflow, &versions)? {
            Some(mut plot) => {
                plot.page = drawing.look.page(plot.page);
                drawing.write(None, timeline(&plot), out)?;
            }
            None => out.note("one search and no version: there is no timeline to draw yet"),
        }
    }
    let steps = history::steps(reader, &workspace.workflow, &versions)?;
    out.json(&json!({
        "versions": views,
        "baseline": baseline.map(|before| json!({
            "name": before.name, "studies": before.studies, "reports": before.reports,
        })),
        "status": history::status(reader, &workspace.workflow, &versions)?,
        "living": {"status": workspace.workflow.living.status.as_str(), "steps": steps,
            "retirement": workspace.workflow.living.retirement},
    }))?;
    Ok(0)
}
