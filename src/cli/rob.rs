//! `rob FILE.csv`: the traffic light and the summary of judgements on the risk of bias; `--template`:
//! the table of judgements to fill; `--answers`: judgements from the answers to RoB 2's questions.

use super::args::{Global, LookArgs, RobArgs, ToolWord};
use super::error::{CliError, Ending, Kind};
use super::figure::{Look, check};
use super::out::{Ink, Out};
use crate::appraise::{self, Domain, Tool, read};
use crate::model::{Judgement, Place};
use crate::pipeline::Workspace;
use crate::plot::rob::{Rob, rob_lights, rob_summary};
use crate::plot::{Page, PlotError};
use serde_json::json;
use std::path::Path;

mod answers;

pub(super) fn run(args: &RobArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    if let Some(file) = &args.answers {
        return answers::run(file, args.output.as_deref(), out);
    }
    let Some(file) = &args.file else {
        return template(args.template.unwrap_or(ToolWord::Rob2), global, out);
    };
    if args.output.is_none() && args.summary.is_none() {
        let text = "nothing to draw: neither --output nor --summary is given";
        return Err(CliError::usage(text)
            .help(
                "perennial rob rob.csv -o lights.svg --summary summary.svg; `perennial rob --template` \
                 prints the table to fill",
            )
            .into());
    }
    for path in args.output.iter().chain(&args.summary) {
        check(path)?;
    }
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let plot = Rob {
        name: "rob".to_owned(),
        title: args.title.clone().unwrap_or_else(|| stem.into_owned()),
        page: Look::of(args.look).page(Page::Panel),
        ..table(file)?
    };
    let mut written = Vec::new();
    for (path, draw) in [
        (&args.output, rob_lights as fn(&Rob) -> _),
        (&args.summary, rob_summary),
    ] {
        if let Some(path) = path {
            one(path, args.look, draw(&plot))?;
            out.line(&format!("{} {}", out.ink(Ink::Good, "+"), path.display()))?;
            written.push(path);
        }
    }
    let studies: Vec<_> = plot
        .studies
        .iter()
        .map(|study| {
            let words: Vec<&str> = study.domains.iter().map(|one| one.word()).collect();
            json!({
                "study": study.label, "domains": words, "weight": study.weight,
                "overall": study.overall.map(Judgement::word),
            })
        })
        .collect();
    let domains: Vec<String> = plot.domains.iter().map(Domain::title).collect();
    out.json(&json!({
        "tool": plot.tool, "domains": domains, "studies": studies, "figures": written,
    }))?;
    Ok(0)
}

/// Prints the table to fill, and on stderr what its columns are and what may stand in them.
fn template(word: ToolWord, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let tool = match word {
        ToolWord::Rob2 => Tool::Rob2,
        ToolWord::Rob2Cluster => Tool::Cluster,
        ToolWord::RobinsI => Tool::RobinsI,
        ToolWord::RobinsE => Tool::RobinsE,
    };
    let studies = studies(global)?;
    let text = appraise::template(tool, &studies);
    let domains: Vec<String> = tool
        .domains()
        .into_iter()
        .map(|(short, name)| format!("{short} {name}"))
        .collect();
    let words: Vec<&str> = tool.judgements().iter().map(|one| one.word()).collect();
    if out.is_json() {
        out.json(&json!({
            "format": "csv", "text": text, "domains": domains, "judgements": words,
            "studies": studies,
        }))?;
        return Ok(0);
    }
    out.raw(&text)?;
    out.note(&format!("domains: {}", domains.join(", ")));
    out.note(&format!(
        "judgements: {}; blank: not assessed. Weight: of every study, or of none",
        words.join(", ")
    ));
    Ok(0)
}

/// What the included studies of the workspace are called; none where there is no workspace.
fn studies(global: &Global) -> Result<Vec<String>, Ending> {
    let root = match super::root(global) {
        Ok(root) => root,
        Err(error) if global.workspace.is_some() => return Err(error.into()),
        Err(_) => return Ok(Vec::new()),
    };
    let workspace = Workspace::open_reading_or_empty(&root)?;
    let snapshot = workspace.store.snapshot()?;
    let all = snapshot.read().study_reports()?.into_iter();
    let included = all.filter(|entry| {
        let mut reports = entry.reports.iter();
        reports.any(|(report, _)| report.place == Place::Included)
    });
    Ok(included.map(|entry| entry.study.label).collect())
}

/// The judgements of a file.
pub(super) fn table(file: &Path) -> Result<Rob, CliError> {
    let shown = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| {
        CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
    })?;
    read(&bytes).map(Rob::from).map_err(|error| {
        CliError::new(Kind::Input, format!("{shown}: {error}")).at(&shown, error.line())
    })
}

fn one(path: &Path, look: LookArgs, drawn: Result<String, PlotError>) -> Result<(), Ending> {
    let svg = drawn.map_err(|error| CliError::new(Kind::Input, format!("cannot draw: {error}")))?;
    Look::of(look).write(path, &[svg])
}
