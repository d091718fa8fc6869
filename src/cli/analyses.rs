//! `pool` in a workspace: the analyses of the workflow over the values that hold.

use super::args::Global;
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out};
use crate::pipeline::{self, Workspace};
use crate::plot::forest;
use crate::pool::{json, show};
use std::path::Path;

pub(super) fn run(
    only: Option<&str>,
    figure: Option<&Path>,
    global: &Global,
    out: &mut Out,
) -> Result<u8, Ending> {
    if let Some(path) = figure {
        super::figure::check(path)?;
    }
    let root = super::root(global)?;
    let workspace = Workspace::open(&root, false)?;
    let workflow = &workspace.workflow;
    if let Some(name) = only
        && !workflow
            .analyses
            .iter()
            .any(|analysis| analysis.name == name)
    {
        let known: Vec<&str> = workflow.analyses.iter().map(|a| a.name.as_str()).collect();
        let help = match crate::workflow::nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("workflow.toml has: {}", known.join(", ")),
        };
        let text = format!("workflow.toml has no analysis `{name}`");
        return Err(CliError::new(Kind::Input, text).help(help).into());
    }
    let made = pipeline::pool::analyses(workspace.store.read(), workflow, only)?;
    let mut document = serde_json::Map::new();
    for one in &made {
        out.line(&out.ink(Ink::Bold, &one.analysis.title))?;
        match (&one.pooled, &one.spec) {
            (Ok(pooled), Some(spec)) => {
                out.line(&show::table(pooled, spec))?;
                for warning in &pooled.warnings {
                    out.note(&format!("warning: {warning}"));
                }
                let text = json::compact(pooled)
                    .and_then(|text| serde_json::from_str(&text))
                    .map_err(|error| CliError::new(Kind::Internal, error.to_string()))?;
                document.insert(one.analysis.name.clone(), text);
                if let Some(path) = figure {
                    draw(one, pooled, spec, &workspace, &named(path, one, made.len()))?;
                }
            }
            (Err(reason), _) => {
                out.line(&format!("{} {reason}", out.ink(Ink::Open, "not pooled:")))?;
                document.insert(
                    one.analysis.name.clone(),
                    serde_json::json!({"error": reason}),
                );
            }
            (Ok(_), None) => {}
        }
        for left in &one.chosen.left_out {
            let label = one.labels.get(&left.study).unwrap_or(&left.study);
            out.line(&out.ink(Ink::Dim, &format!("left out: {label}: {}", left.reason)))?;
        }
        out.line("")?;
    }
    if made.is_empty() {
        out.line("workflow.toml has no analysis.")?;
    }
    out.json(&document)?;
    Ok(0)
}

/// `forest.svg`, or `forest-pfs.svg` where there are several analyses.
fn named(path: &Path, made: &pipeline::pool::Made, several: usize) -> std::path::PathBuf {
    if several < 2 {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{}.{extension}", made.analysis.name))
}

fn draw(
    made: &pipeline::pool::Made,
    pooled: &crate::pool::Pooled,
    spec: &crate::pool::Spec,
    workspace: &Workspace,
    path: &Path,
) -> Result<(), Ending> {
    let words = pipeline::results::figure_words(made, &workspace.workflow);
    let plot = forest::pooled::of_pooled(pooled, spec, &words);
    write(&plot, path)
}

/// Draws a plot into a file.
pub(super) fn write(plot: &crate::plot::Forest, path: &Path) -> Result<(), Ending> {
    let svg = forest(plot)
        .map_err(|error| CliError::new(Kind::Input, format!("cannot draw: {error}")))?;
    super::figure::write(path, &svg)
}
