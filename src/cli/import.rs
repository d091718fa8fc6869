//! `import FILE… --source NAME`: export files into the store.

use super::args::{Global, ImportArgs};
use super::clock::SystemClock;
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out};
use crate::formats::{self, Parsed};
use crate::ledger::{Actor, Stamp, Via};
use crate::model::Clock as _;
use crate::pipeline::{self, Workspace};
use crate::search::{self, SearchError, say};
use crate::store::PipelineLock;
use serde_json::json;

pub(super) fn run(args: &ImportArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let (workflow, ..) = pipeline::workspace::load(&root, false)?;
    let source =
        workflow
            .source(&args.source)
            .cloned()
            .ok_or_else(|| SearchError::UnknownSource {
                name: args.source.clone(),
                known: workflow
                    .sources
                    .iter()
                    .map(|source| source.name.clone())
                    .collect(),
            })?;
    let mut files = Vec::new();
    let mut refused: Option<CliError> = None;
    for path in &args.files {
        let shown = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|source| SearchError::Read {
            path: path.clone(),
            source,
        })?;
        let parsed = formats::read(&bytes, None).map_err(|source| SearchError::Format {
            path: shown.clone(),
            source,
        })?;
        for problem in &parsed.problems {
            out.note(&format!("{shown}:{}", say(problem)));
        }
        if let Err(error) = search::import::read(&shown, &bytes, args.accept_damaged) {
            refused.get_or_insert(error.into());
        }
        files.push((shown, bytes, parsed));
    }
    if args.check {
        for (path, _, parsed) in &files {
            out.line(&describe(path, parsed))?;
        }
        out.line("Checked only: nothing was written.")?;
        out.json(&json!({"files": files.iter().map(|(p, _, parsed)| summary(p, parsed)).collect::<Vec<_>>()}))?;
        return match refused {
            None => Ok(0),
            Some(error) => {
                out.note(&error.message);
                Ok(2)
            }
        };
    }
    if let Some(error) = refused {
        return Err(error.into());
    }
    if let Some((path, ..)) = files
        .iter()
        .find(|(_, _, parsed)| parsed.records.is_empty())
    {
        return Err(
            CliError::new(Kind::Input, format!("{path} holds no record"))
                .at(path.clone(), None)
                .into(),
        );
    }
    let _lock = PipelineLock::take(&Workspace::lock_path(&root), "import")?;
    let mut workspace = Workspace::open(&root, false)?;
    workspace.adopt(&SystemClock)?;
    let actor = match &global.actor {
        None => Actor::Program,
        Some(name) => {
            let reader = workspace.store.read();
            Actor::Person(crate::screen::people::acting(reader, name)?.id)
        }
    };
    let stamp = Stamp {
        at: SystemClock.now(),
        actor,
        via: Via::Cli,
    };
    let query = source.query().and_then(|path| {
        workspace
            .query_refs()
            .into_iter()
            .find(|query| query.path == path)
    });
    let summaries: Vec<_> = files
        .iter()
        .map(|(p, _, parsed)| summary(p, parsed))
        .collect();
    for (path, _, parsed) in &files {
        out.line(&describe(path, parsed))?;
    }
    let done = search::import(
        &mut workspace.store,
        &workspace.archive,
        &source,
        query,
        files,
        &stamp,
    )?;
    for path in &done.repeated {
        out.line(&format!(
            "{path}: imported from {} before; nothing to do",
            source.name
        ))?;
    }
    out.line(&format!(
        "{}: {}.",
        source.name,
        pipeline::received(done.received)
    ))?;
    out.line(&format!("Next: {}", out.ink(Ink::Bold, "perennial run")))?;
    out.json(&json!({
        "source": source.name,
        "files": summaries,
        "new": done.received.new,
        "revised": done.received.revised,
        "known": done.received.known,
        "repeated": done.repeated,
    }))?;
    Ok(0)
}

fn describe(path: &str, parsed: &Parsed) -> String {
    let problems = match parsed.problems.len() {
        0 => String::new(),
        n => format!(", {}", pipeline::many(n as u64, "problem", "problems")),
    };
    format!(
        "{path}: {} as {} ({}), {} lines accounted for{problems}",
        pipeline::many(parsed.records.len() as u64, "record", "records"),
        parsed.format,
        parsed.dialect,
        parsed.lines.total
    )
}

pub(super) fn summary(path: &str, parsed: &Parsed) -> serde_json::Value {
    json!({
        "file": path,
        "format": parsed.format.as_str(),
        "dialect": parsed.dialect,
        "records": parsed.records.len(),
        "declared": parsed.declared,
        "lines": parsed.lines.total,
        "problems": parsed.problems.iter().map(problem).collect::<Vec<_>>(),
    })
}

/// A problem in JSON.
pub(super) fn problem(problem: &formats::Problem) -> serde_json::Value {
    json!({
        "line": problem.line,
        "record": problem.record,
        "kind": problem.kind.as_str(),
        "text": problem.text,
        "damage": problem.kind.is_damage(),
    })
}
