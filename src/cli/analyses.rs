//! `pool` in a workspace: the analyses of the workflow over the values that hold.

use super::args::{Global, PoolArgs};
use super::error::{CliError, Ending, Kind};
use super::figure::Figures;
use super::out::{Ink, Out};
use crate::pipeline::{self, Workspace};
use crate::plot::words;
use crate::pool::{Pooled, Spec, analyse, show};
use std::path::Path;

pub(super) fn run(args: &PoolArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let only = args.only.as_deref();
    let figures = Figures::of(&args.figures)?;
    let root = super::root(global)?;
    let workspace = Workspace::open_reading(&root)?;
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
    let made = pipeline::pool::analyses(workspace.store.snapshot()?.read(), workflow, only)?;
    let mut document = serde_json::Map::new();
    for one in &made {
        out.line(&out.ink(Ink::Bold, &one.analysis.title))?;
        match (&one.pooled, &one.spec) {
            (Ok(pooled), Some(spec)) => {
                out.line(&show::table(pooled, spec))?;
                for warning in &pooled.warnings {
                    out.note(&format!("warning: {warning}"));
                }
                draw(&figures, one, (pooled, spec), (&workspace, made.len()), out)?;
            }
            (Err(reason), _) => {
                out.line(&format!("{} {reason}", out.ink(Ink::Open, "not pooled:")))?;
            }
            (Ok(_), None) => {}
        }
        document.insert(one.analysis.name.clone(), one.json()?);
        for varied in &one.sensitivity {
            out.line(&format!("{}: {}", varied.name, said(&varied.pooled)))?;
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

/// A sensitivity analysis on one line.
fn said(pooled: &Result<Pooled, String>) -> String {
    match pooled {
        Ok(pooled) => {
            let (value, [lo, hi]) = match &pooled.back {
                Some(back) => (back.estimate, back.ci),
                None => (pooled.estimate, pooled.ci),
            };
            format!(
                "{} {}, I² {} %, k = {}",
                words::effect(value),
                words::interval(lo, hi),
                words::fixed(pooled.i2, 1),
                pooled.k
            )
        }
        Err(reason) => format!("not pooled: {reason}"),
    }
}

/// `forest.svg`, or `forest-pfs.svg` where there are several analyses.
fn named(path: &Path, made: &pipeline::pool::Made, several: usize) -> std::path::PathBuf {
    if several < 2 {
        return path.to_owned();
    }
    super::figure::parted(path, &made.analysis.name)
}

/// The figures that were asked for; what they need beyond the workflow's analysis is worked out
/// again, so that it stands in no other output.
fn draw(
    figures: &Figures<'_>,
    made: &pipeline::pool::Made,
    (pooled, spec): (&Pooled, &Spec),
    (workspace, several): (&Workspace, usize),
    out: &mut Out,
) -> Result<(), Ending> {
    let words = pipeline::results::figure_words(made, &workspace.workflow);
    let place = |path: &Path| named(path, made, several);
    let mut wider = spec.clone();
    for extra in figures.extras() {
        wider = wider.with(extra);
    }
    if wider == *spec {
        return figures.draw(pooled, spec, &words, place, out);
    }
    let pooled = analyse(&made.rows, &wider)
        .map_err(|error| CliError::new(Kind::Internal, error.to_string()))?;
    figures.draw(&pooled, &wider, &words, place, out)
}
