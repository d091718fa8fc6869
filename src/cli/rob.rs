//! `rob FILE.csv`: the traffic light and the summary of judgements on the risk of bias.

use super::args::{LookArgs, RobArgs};
use super::error::{CliError, Ending, Kind};
use super::figure::{Look, check};
use super::out::{Ink, Out};
use crate::appraise::{Domain, read};
use crate::plot::rob::{Rob, rob_lights, rob_summary};
use crate::plot::{Page, PlotError};
use serde_json::json;
use std::path::Path;

pub(super) fn run(args: &RobArgs, out: &mut Out) -> Result<u8, Ending> {
    if args.output.is_none() && args.summary.is_none() {
        let text = "nothing to draw: neither --output nor --summary is given";
        return Err(CliError::usage(text)
            .help("perennial rob rob.csv -o lights.svg --summary summary.svg")
            .into());
    }
    for path in args.output.iter().chain(&args.summary) {
        check(path)?;
    }
    let stem = args.file.file_stem().unwrap_or_default().to_string_lossy();
    let plot = Rob {
        name: "rob".to_owned(),
        title: args.title.clone().unwrap_or_else(|| stem.into_owned()),
        page: Look::of(args.look).page(Page::Panel),
        ..table(&args.file)?
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
                "overall": study.overall.map(crate::model::Judgement::word),
            })
        })
        .collect();
    let domains: Vec<String> = plot.domains.iter().map(Domain::title).collect();
    out.json(&json!({
        "tool": plot.tool, "domains": domains, "studies": studies, "figures": written,
    }))?;
    Ok(0)
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
