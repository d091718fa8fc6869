//! `dedup`: the stage, people's verdicts on pairs, or files alone.

mod alone;

use super::args::{DedupArgs, DedupCommand, Global, RelationWord};
use super::clock::SystemClock;
use super::error::Ending;
use super::out::{Ink, Out, fit};
use crate::ledger::Via;
use crate::model::Clock as _;
use crate::pipeline::{self, Workspace};
use crate::screen::pairs;
use crate::store::PipelineLock;
use serde_json::json;

pub(super) fn run(args: DedupArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    match args.command {
        Some(command) => judge(command, global, out),
        None if !args.files.is_empty() => alone::run(&args, out),
        None => stage(global, out),
    }
}

fn stage(global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let _lock = PipelineLock::take(&Workspace::lock_path(&root), "dedup")?;
    let mut workspace = Workspace::open(&root, false)?;
    workspace.adopt(&SystemClock)?;
    let done = pipeline::dedup::run(&mut workspace.store, &SystemClock)?;
    out.line(&done.text)?;
    out.line(&format!("Next: {}", out.ink(Ink::Bold, "perennial filter")))?;
    out.json(&done)?;
    Ok(0)
}

fn judge(command: DedupCommand, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let mut workspace = Workspace::open(&root, false)?;
    let at = SystemClock.now();
    let (text, value) = match command {
        DedupCommand::Review => return review(&workspace, out),
        DedupCommand::Merge { a, b } => {
            let person = super::screen::actor(global)?;
            let report = workspace
                .store
                .write(|writer| pairs::merge(writer, person, &a, &b, &at, Via::Cli))?;
            (
                format!("{a} and {b} are one report now: {report}"),
                json!({"report": report}),
            )
        }
        DedupCommand::Split { record } => {
            let person = super::screen::actor(global)?;
            let report = workspace
                .store
                .write(|writer| pairs::split(writer, person, &record, &at, Via::Cli))?;
            (
                format!("{record} is a report of its own now: {report}"),
                json!({"report": report}),
            )
        }
        DedupCommand::Relate { a, b, relation } => {
            let person = super::screen::actor(global)?;
            let word = match relation {
                RelationWord::Version => "version",
                RelationWord::NoticeOf => "notice-of",
                RelationWord::ReportOf => "report-of",
                RelationWord::Distinct => "distinct",
            };
            workspace
                .store
                .write(|writer| pairs::relate(writer, person, (&a, &b), word, &at, Via::Cli))?;
            (
                format!("{a} is noted as {word} of {b}"),
                json!({"relation": word}),
            )
        }
    };
    out.line(&text)?;
    out.json(&value)?;
    Ok(0)
}

fn review(workspace: &Workspace, out: &mut Out) -> Result<u8, Ending> {
    let reader = workspace.store.read();
    let open = reader.open_pairs()?;
    let mut rows = Vec::new();
    for pair in &open {
        out.line(&format!(
            "{} {} {}",
            out.ink(Ink::Bold, &pair.a.to_string()),
            out.ink(Ink::Bold, &pair.b.to_string()),
            pair.why
        ))?;
        for id in [pair.a, pair.b] {
            if let Some(record) = reader.record(id)? {
                let title = record.title.as_deref().unwrap_or("(no title)");
                let year = record.year.map(|y| y.to_string()).unwrap_or_default();
                out.line(&format!(
                    "  {} {} {}",
                    fit(&id.to_string(), 6),
                    fit(title, 60),
                    out.ink(Ink::Dim, &format!("{} {year}", record.source))
                ))?;
            }
        }
        rows.push(json!({"a": pair.a, "b": pair.b, "score": pair.score, "why": pair.why}));
    }
    if open.is_empty() {
        out.line("No pair waits for a person.")?;
    } else {
        let next = "perennial dedup merge A B, or relate A B --as-relation distinct";
        out.line(&format!("Next: {}", out.ink(Ink::Bold, next)))?;
    }
    out.json(&json!({"pairs": rows}))?;
    Ok(0)
}
