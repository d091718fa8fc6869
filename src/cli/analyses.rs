//! `pool` in a workspace: the analyses of the workflow over the values that hold, or an exploration of
//! them with other options, which is marked as one and stored nowhere.

mod explore;

use super::args::{Global, PoolArgs};
use super::error::{CliError, Ending, Kind};
use super::figure::Figures;
use super::out::{Ink, Out};
use crate::extract::analyses::{self as made_of, Made};
use crate::pipeline::Workspace;
use crate::plot::words;
use crate::pool::{Pooled, Spec, analyse, digits, script, show};
use crate::report::results::gather::figure_words;
use std::path::Path;

pub(super) fn run(args: &PoolArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let only = args.only.as_deref();
    refuse_of_files(args)?;
    let figures = Figures::of(&args.figures)?;
    let root = super::root(global)?;
    let workspace = Workspace::open_reading(&root)?;
    let mut workflow = workspace.workflow.clone();
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
    let explored = explore::options(args);
    if !explored.is_empty() {
        explore::prepare(args, only, &mut workflow)?;
    }
    let snapshot = workspace.store.snapshot()?;
    let mut made = made_of::analyses(snapshot.read(), &workflow, only)?;
    if !explored.is_empty() {
        explore::again(args, &mut made)?;
    }
    if args.script.is_some() {
        let all: Vec<(String, &Pooled, &Spec)> = made
            .iter()
            .filter_map(|one| {
                let (Ok(pooled), Some(spec)) = (&one.pooled, &one.spec) else {
                    return None;
                };
                Some((one.analysis.name.clone(), pooled, spec))
            })
            .collect();
        out.raw(&script::r_scripts(&all))?;
        return Ok(0);
    }
    let mut document = serde_json::Map::new();
    for one in &made {
        out.line(&out.ink(Ink::Bold, &one.analysis.title))?;
        if !explored.is_empty() {
            out.line(&out.ink(Ink::Open, &explore::said(&explored)))?;
        }
        match (&one.pooled, &one.spec) {
            (Ok(pooled), Some(spec)) => {
                out.line(&show::table(pooled, spec))?;
                for warning in &pooled.warnings {
                    out.note(&format!("warning: {warning}"));
                }
                let place = (&workspace, made.len());
                draw(&figures, one, (pooled, spec), place, &explored, out)?;
            }
            (Err(reason), _) => {
                out.line(&format!("{} {reason}", out.ink(Ink::Open, "not pooled:")))?;
            }
            (Ok(_), None) => {}
        }
        let found = one.chosen.findings.iter().map(|finding| &finding.message);
        for warning in found.chain(&one.strangers) {
            out.note(&format!("warning: {warning}"));
        }
        let mut value = one.json()?;
        if let (false, Some(object)) = (explored.is_empty(), value.as_object_mut()) {
            object.insert("exploration".to_owned(), serde_json::json!(explored));
        }
        document.insert(one.analysis.name.clone(), value);
        for varied in &one.sensitivity {
            out.line(&format!("{}: {}", varied.name, said(&varied.pooled)))?;
        }
        for left in &one.chosen.left_out {
            let label = one.labels.get(&left.study).unwrap_or(&left.study);
            out.line(&out.ink(Ink::Dim, &format!("left out: {label}: {}", left.reason)))?;
        }
        out.line("")?;
    }
    if workspace.is_ahead()? {
        out.note(
            "these numbers follow workflow.toml as it stands now, which is not in force yet: \
             `perennial run` adopts it, and status, report and publish follow it then",
        );
    }
    if made.is_empty() {
        out.line("workflow.toml has no analysis.")?;
    }
    out.json(&document)?;
    Ok(0)
}

/// Options that need a file of studies.
fn refuse_of_files(args: &PoolArgs) -> Result<(), CliError> {
    let of_files = [
        ("--batch", args.batch),
        ("--type", args.kind.is_some()),
        ("--moderator", !args.moderator.is_empty()),
    ];
    match of_files.iter().find(|(_, given)| *given) {
        Some((option, _)) => Err(CliError::usage(format!(
            "{option} is for a file of studies, not for the analyses of a workspace"
        ))
        .help("name a file: perennial pool STUDIES.csv …; `perennial export analysis` writes one")),
        None => Ok(()),
    }
}

/// A sensitivity analysis on one line.
fn said(pooled: &Result<Pooled, String>) -> String {
    match pooled {
        Ok(pooled) => {
            let [value, lo, hi] = digits::texts(pooled);
            format!(
                "{value} [{lo}, {hi}], I² {} %, k = {}",
                words::fixed(pooled.i2, 1),
                pooled.k
            )
        }
        Err(reason) => format!("not pooled: {reason}"),
    }
}

/// `forest.svg`, or `forest-pfs.svg` where there are several analyses.
fn named(path: &Path, made: &Made, several: usize) -> std::path::PathBuf {
    if several < 2 {
        return path.to_owned();
    }
    super::figure::parted(path, &made.analysis.name)
}

/// The figures that were asked for; what they need beyond the workflow's analysis is worked out
/// again, so that it stands in no other output.
fn draw(
    figures: &Figures<'_>,
    made: &Made,
    (pooled, spec): (&Pooled, &Spec),
    (workspace, several): (&Workspace, usize),
    explored: &explore::Options,
    out: &mut Out,
) -> Result<(), Ending> {
    let mut words = figure_words(made, &workspace.workflow);
    if !explored.is_empty() {
        words.method.insert(0, explore::said(explored));
    }
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
