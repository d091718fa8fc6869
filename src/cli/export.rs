//! `export`: records, decisions, studies, the flow, or the log.

use super::args::{ExportArgs, ExportWhat, Global};
use super::error::{CliError, Ending};
use super::out::Out;
use crate::extract::{analyses as pool, appraisal};
use crate::formats::{LabelledOutput, write_labelled};
use crate::pipeline::Workspace;
use crate::pool::script;
use crate::report::export::{self, Extent};
use crate::report::flow;
use crate::screen::exchange;
use clap::ValueEnum as _;

pub(super) fn run(args: &ExportArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    if args.what == ExportWhat::Events
        && !args.unblind
        && let Some(name) = &global.actor
    {
        let text = format!(
            "{name} may not export the log: its numbers tell of votes that are not settled"
        );
        return Err(CliError::new(super::Kind::Input, text)
            .help("a lead exports it with `--unblind`, which is recorded")
            .help("whoever holds the files names no person: leave `--as` and PERENNIAL_AS out")
            .into());
    }
    let mut workspace = if args.unblind {
        // Looking at unsettled votes is an event.
        Workspace::open(&root, false)?.in_force()?
    } else {
        Workspace::adopted(&root)?
    };
    let formats: &[&str] = match args.what {
        ExportWhat::Records | ExportWhat::Decisions => {
            &["csv", "jsonl", "ris", "nbib", "asreview", "rayyan"]
        }
        ExportWhat::Studies => &["csv"],
        ExportWhat::Rob => &["csv", "robvis"],
        ExportWhat::Prisma => &["csv", "json"],
        ExportWhat::Analysis => &["json", "r"],
        ExportWhat::Events => &["jsonl"],
    };
    let first = formats.first().copied().unwrap_or("csv");
    let format = args.format.as_deref().unwrap_or(first);
    if !formats.contains(&format) {
        return Err(CliError::usage(format!("`{format}` is not written here"))
            .help(format!("it writes {}", formats.join(" or ")))
            .into());
    }
    if args.unblind {
        let what = args.what.to_possible_value();
        let what = what.as_ref().map_or("", |value| value.get_name());
        super::screen::note_unblinded(&mut workspace, global, &format!("export {what}"))?;
    }
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let text = match args.what {
        ExportWhat::Records if format == "jsonl" => export::records_jsonl(reader)?,
        ExportWhat::Records | ExportWhat::Decisions => match LabelledOutput::parse(format) {
            Some(output) => {
                let extent = match args.what {
                    ExportWhat::Records => Extent::Records,
                    _ => Extent::Screened,
                };
                write_labelled(output, &export::labelled(reader, extent)?)
            }
            None if args.what == ExportWhat::Records => export::records_csv(reader)?,
            None => exchange::export(reader, args.unblind)?,
        },
        ExportWhat::Studies => export::studies_csv(reader)?,
        ExportWhat::Rob => appraisal::judgements(reader, &workspace.workflow, format == "robvis")?,
        ExportWhat::Prisma => {
            let pooled = pool::count_pooled(reader, &workspace.workflow)?;
            let counts = flow::counts(reader)?.pooling(pooled);
            if format == "json" {
                let text = serde_json::to_string_pretty(&counts)
                    .map_err(|error| CliError::new(super::Kind::Internal, error.to_string()))?;
                format!("{text}\n")
            } else {
                crate::prisma::template_csv::write(&counts)
            }
        }
        ExportWhat::Analysis => analyses(&workspace, reader, format)?,
        ExportWhat::Events if args.unblind => export::events_jsonl(reader, None)?,
        ExportWhat::Events => {
            let hidden = crate::extract::view::hidden(reader, &workspace.workflow)?;
            export::events_jsonl(reader, Some(&hidden))?
        }
    };
    if out.is_json() {
        out.json(&serde_json::json!({"format": format, "text": text}))?;
    } else {
        out.raw(&text)?;
    }
    Ok(0)
}

/// Every analysis with a result, as JSON or as a script for R.
fn analyses(
    workspace: &Workspace,
    reader: crate::store::Reader<'_>,
    format: &str,
) -> Result<String, Ending> {
    let made = pool::analyses(reader, &workspace.workflow, None)?;
    let internal =
        |error: serde_json::Error| CliError::new(super::Kind::Internal, error.to_string());
    if format == "r" {
        let mut all = Vec::new();
        for one in &made {
            if let (Ok(pooled), Some(spec)) = (&one.pooled, &one.spec) {
                all.push((one.analysis.name.clone(), pooled, spec));
            }
            for varied in &one.sensitivity {
                if let (Ok(pooled), Some(spec)) = (&varied.pooled, &varied.spec) {
                    let name = format!("{}, {}", one.analysis.name, varied.name);
                    all.push((name, pooled, spec));
                }
            }
        }
        return Ok(script::r_scripts(&all));
    }
    let mut document = serde_json::Map::new();
    for one in &made {
        if let Ok(pooled) = &one.pooled {
            let text = crate::pool::json::compact(pooled).map_err(internal)?;
            let value = serde_json::from_str(&text).map_err(internal)?;
            document.insert(one.analysis.name.clone(), value);
        }
    }
    let text = serde_json::to_string_pretty(&document).map_err(internal)?;
    Ok(format!("{text}\n"))
}
