//! `import FILE… --source NAME`: export files into the store.

use super::args::{Global, ImportArgs};
use super::clock::SystemClock;
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out};
use crate::formats::{self, Parsed};
use crate::ledger::{Actor, Stamp, Via};
use crate::model::Clock as _;
use crate::pipeline::{self, Workspace};
use crate::search::import::Scanned;
use crate::search::{self, SearchError, say};
use crate::store::PipelineLock;
use serde_json::json;
use std::path::PathBuf;

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
    let mut large = Vec::new();
    let mut refused: Option<CliError> = None;
    for path in &args.files {
        let shown = path.display().to_string();
        if let Some(scanned) = search::import::scan(path)? {
            for problem in &scanned.parsed.problems {
                out.note(&format!("{shown}:{}", say(problem)));
            }
            if let Err(error) = search::import::check(&shown, &scanned.parsed, args.accept_damaged)
            {
                refused.get_or_insert(error.into());
            }
            large.push((path, scanned));
            continue;
        }
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
        for (path, records, parsed) in &seen(&files, &large) {
            out.line(&describe(path, parsed, *records))?;
        }
        out.line("Checked only: nothing was written.")?;
        out.json(&json!({"files": seen(&files, &large).iter().map(|(p, n, parsed)| summary(p, parsed, *n)).collect::<Vec<_>>()}))?;
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
    if let Some((path, ..)) = seen(&files, &large).iter().find(|(_, n, _)| *n == 0) {
        return Err(
            CliError::new(Kind::Input, format!("{path} holds no record"))
                .at(*path, None)
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
    let summaries: Vec<_> = seen(&files, &large)
        .iter()
        .map(|(p, n, parsed)| summary(p, parsed, *n))
        .collect();
    for (path, records, parsed) in &seen(&files, &large) {
        out.line(&describe(path, parsed, *records))?;
    }
    let mut done = search::Imported::default();
    for (path, scanned) in &large {
        let of_file = search::import::import_large(
            &mut workspace.store,
            &workspace.archive,
            &source,
            query.clone(),
            (path, scanned),
            &stamp,
        )?;
        done.received.add(of_file.received);
        done.repeated.extend(of_file.repeated);
    }
    let small = search::import(
        &mut workspace.store,
        &workspace.archive,
        &source,
        query,
        files,
        &stamp,
    )?;
    done.received.add(small.received);
    done.repeated.extend(small.repeated);
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

/// Every file: its name, how many records it holds, what else is known of it.
fn seen<'a>(
    files: &'a [(String, Vec<u8>, Parsed)],
    large: &'a [(&PathBuf, Scanned)],
) -> Vec<(&'a str, u64, &'a Parsed)> {
    let small = files
        .iter()
        .map(|(path, _, parsed)| (path.as_str(), parsed.records.len() as u64, parsed));
    let large = large
        .iter()
        .map(|(_, file)| (file.path.as_str(), file.records, &file.parsed));
    large.chain(small).collect()
}

fn describe(path: &str, parsed: &Parsed, records: u64) -> String {
    let problems = match parsed.problems.len() {
        0 => String::new(),
        n => format!(", {}", pipeline::many(n as u64, "problem", "problems")),
    };
    format!(
        "{path}: {} as {} ({}), {} lines accounted for{problems}",
        pipeline::many(records, "record", "records"),
        parsed.format,
        parsed.dialect,
        parsed.lines.total
    )
}

pub(super) fn summary(path: &str, parsed: &Parsed, records: u64) -> serde_json::Value {
    json!({
        "file": path,
        "format": parsed.format.as_str(),
        "dialect": parsed.dialect,
        "records": records,
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
