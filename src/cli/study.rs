//! `study`: group reports into studies.

use super::args::{Global, StudyArgs, StudyCommand};
use super::error::Ending;
use super::out::{Ink, Out, fit};
use crate::extract::state;
use crate::model::{RecordId, StudyId};
use crate::pipeline::Workspace;
use crate::screen::{describe, studies};
use serde_json::json;

pub(super) fn run(args: StudyArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let workspace = match args.command {
        StudyCommand::List => Workspace::open_reading_or_empty(&root)?,
        StudyCommand::Link { .. } | StudyCommand::Rename { .. } | StudyCommand::Unlink { .. } => {
            Workspace::open(&root, false)?
        }
    };
    match args.command {
        StudyCommand::List => list(&workspace, out),
        StudyCommand::Link {
            report,
            study,
            also,
        } => {
            let acting = super::screen::acting(&workspace, global)?;
            let done = workspace
                .store
                .write(|writer| studies::link(writer, &acting, (&report, &study), also))?;
            let mut text = format!("{} is a report of {}", done.report, done.study);
            if !done.left.is_empty() {
                text.push_str(&format!(", no longer of {}", names(&done.left)));
            }
            if !done.emptied.is_empty() {
                text.push_str(&format!("; {} has no report left", names(&done.emptied)));
            }
            out.line(&text)?;
            let values = left_behind(&workspace, done.report, &done.left, out)?;
            out.json(&json!({
                "report": done.report, "study": done.study,
                "left": done.left, "emptied": done.emptied, "values_left": values,
            }))?;
            Ok(0)
        }
        StudyCommand::Rename { study, label } => {
            let acting = super::screen::acting(&workspace, global)?;
            let (study, label) = workspace
                .store
                .write(|writer| studies::rename(writer, &acting, (&study, &label)))?;
            out.line(&format!("{study} is called {label}"))?;
            out.json(&json!({"study": study, "label": label}))?;
            Ok(0)
        }
        StudyCommand::Unlink { report, study } => {
            let acting = super::screen::acting(&workspace, global)?;
            let (report, study) = workspace
                .store
                .write(|writer| studies::unlink(writer, &acting, &report, &study))?;
            out.line(&format!("{report} is no report of {study} any more"))?;
            let values = left_behind(&workspace, report, &[study], out)?;
            out.json(&json!({"report": report, "study": study, "values_left": values}))?;
            Ok(0)
        }
    }
}

/// Says that values stay behind under studies which the report left. Only values that hold are
/// counted: the others are nobody's to know.
fn left_behind(
    workspace: &Workspace,
    report: RecordId,
    left: &[StudyId],
    out: &Out,
) -> Result<u64, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let held = state::held(snapshot.read(), &workspace.workflow)?;
    let report = report.to_string();
    let studies: Vec<String> = left.iter().map(ToString::to_string).collect();
    let of = held
        .iter()
        .filter(|cell| cell.key.report == report && studies.contains(&cell.key.study));
    let values = of.count() as u64;
    if values > 0 {
        let said = crate::pipeline::many(values, "value", "values");
        out.note(&format!(
            "warning: {said} entered from it stay under {} and go into no analysis: enter them for the \
             study that it belongs to, or take the change back with `perennial screen undo`",
            studies.join(", ")
        ));
    }
    Ok(values)
}

fn names(studies: &[StudyId]) -> String {
    let names: Vec<String> = studies.iter().map(ToString::to_string).collect();
    names.join(", ")
}

fn list(workspace: &Workspace, out: &mut Out) -> Result<u8, Ending> {
    let studies = workspace.store.snapshot()?.read().study_reports()?;
    for entry in &studies {
        out.line(&format!(
            "{} {} {}",
            out.ink(Ink::Bold, &fit(&entry.study.id.to_string(), 4)),
            fit(&entry.study.label, 20),
            out.ink(Ink::Dim, &entry.study.registry.join(", "))
        ))?;
        for (report, basis) in &entry.reports {
            out.line(&format!(
                "     {} {} {} {}",
                fit(&report.id.to_string(), 6),
                fit(&report.citation, 24),
                fit(describe(report.place), 22),
                out.ink(Ink::Dim, basis)
            ))?;
        }
    }
    if studies.is_empty() {
        out.line("No study yet: the first included report makes one.")?;
    }
    let list: Vec<_> = studies
        .iter()
        .map(|entry| {
            json!({
                "study": entry.study.id,
                "label": entry.study.label,
                "registry": entry.study.registry,
                "reports": entry.reports.iter().map(|(report, basis)| json!({
                    "report": report.id, "citation": report.citation,
                    "place": report.place.told().as_str(), "basis": basis,
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    out.json(&json!({"studies": list}))?;
    Ok(0)
}
