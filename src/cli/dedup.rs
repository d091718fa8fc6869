//! `dedup`: the stage, people's verdicts on pairs, or files alone.

mod alone;

use super::args::{DedupArgs, DedupCommand, Global, RelationWord};
use super::clock::SystemClock;
use super::error::{CliError, Ending};
use super::out::{Ink, Out, fit};
use crate::dedup::explain;
use crate::pipeline::{self, Workspace};
use crate::screen::{ScreenError, pairs};
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
    super::import::take_up(&workspace, out)?;
    workspace.adopt(&SystemClock)?;
    let done = pipeline::dedup::run(&mut workspace.store, &SystemClock)?;
    out.line(&done.text)?;
    out.line(&format!("Next: {}", out.ink(Ink::Bold, "perennial filter")))?;
    out.json(&done)?;
    Ok(0)
}

fn judge(command: DedupCommand, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let mut workspace = if matches!(command, DedupCommand::Review) {
        Workspace::open_reading_or_empty(&root)?
    } else {
        Workspace::open(&root, false)?
    };
    let (text, value) = match command {
        DedupCommand::Review => return review(&workspace, out),
        DedupCommand::Upgrade { accept } => return upgrade(&mut workspace, accept, global, out),
        DedupCommand::Merge { a, b, confirm } => {
            let acting = super::screen::acting(&workspace, global)?;
            let merged = workspace
                .store
                .write(|writer| pairs::merge(writer, &acting, (&a, &b), confirm));
            let report = match merged {
                Ok(report) => report,
                Err(ScreenError::MergeAsks(change)) if out.is_json() => {
                    let error = CliError::from(ScreenError::MergeAsks(change.clone()));
                    out.json(&json!({"error": error.to_json(), "changes": change}))?;
                    return Ok(2);
                }
                Err(error) => return Err(error.into()),
            };
            (
                format!("{a} and {b} are one report now: {report}"),
                json!({"report": report}),
            )
        }
        DedupCommand::Split { record } => {
            let acting = super::screen::acting(&workspace, global)?;
            let report = workspace
                .store
                .write(|writer| pairs::split(writer, &acting, &record))?;
            (
                format!("{record} is a report of its own now: {report}"),
                json!({"report": report}),
            )
        }
        DedupCommand::Relate { a, b, relation } => {
            let acting = super::screen::acting(&workspace, global)?;
            let word = match relation {
                RelationWord::Version => "version",
                RelationWord::NoticeOf => "notice-of",
                RelationWord::ReportOf => "report-of",
                RelationWord::SameStudy => "same-study",
                RelationWord::Distinct => "distinct",
            };
            workspace
                .store
                .write(|writer| pairs::relate(writer, &acting, (&a, &b), word))?;
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

/// Each question with both records side by side, field by field, and the field that stopped the
/// rules marked.
fn review(workspace: &Workspace, out: &mut Out) -> Result<u8, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let open = reader.open_pairs()?;
    let mut rows = Vec::new();
    for pair in &open {
        let (Some(a), Some(b)) = (reader.record(pair.a)?, reader.record(pair.b)?) else {
            continue;
        };
        let (Some(left), Some(right)) = (reader.content(a.hash)?, reader.content(b.hash)?) else {
            continue;
        };
        let said = explain(&left, &right);
        out.line(&format!(
            "{} and {}: stopped by {} (score {})",
            out.ink(Ink::Bold, &pair.a.to_string()),
            out.ink(Ink::Bold, &pair.b.to_string()),
            pair.why,
            pair.score
        ))?;
        let column = |id: &str, source: &str| fit(&format!("{id}, {source}"), 38);
        out.line(&out.ink(
            Ink::Dim,
            &format!(
                "  {} {} {} | {}",
                fit("", 9),
                fit("", 8),
                column(&pair.a.to_string(), &a.source),
                column(&pair.b.to_string(), &b.source).trim_end()
            ),
        ))?;
        let mut fields = Vec::new();
        for field in &said.fields {
            fields.push(json!({
                "field": field.name, "sign": field.sign.as_str(), "a": field.a, "b": field.b,
            }));
            if field.a.is_empty() && field.b.is_empty() {
                continue;
            }
            let row = format!(
                "{} {} {} | {}",
                fit(field.name, 9),
                fit(field.sign.as_str(), 8),
                fit(&field.a, 38),
                fit(&field.b, 38).trim_end()
            );
            let stopped = pair.why.starts_with(field.name);
            out.line(&format!("{} {row}", if stopped { ">" } else { " " }))?;
        }
        out.line("")?;
        rows.push(json!({
            "a": pair.a, "b": pair.b, "score": pair.score, "why": pair.why, "fields": fields,
        }));
    }
    let related = related(workspace, out)?;
    if open.is_empty() {
        out.line("No pair waits for a person.")?;
    } else {
        let next = "perennial dedup merge A B, or relate A B --as-relation distinct";
        out.line(&format!("Next: {}", out.ink(Ink::Bold, next)))?;
    }
    out.json(&json!({"pairs": rows, "related": related}))?;
    Ok(0)
}

/// So many relations are shown to people; `--json` has all.
const SHOWN: usize = 20;

/// What was linked rather than merged, how and why: who reads the questions sees what needs none.
fn related(workspace: &Workspace, out: &mut Out) -> Result<Vec<serde_json::Value>, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let all = snapshot.read().relations()?;
    for (from, to, word, why) in all.iter().take(SHOWN) {
        let said = match word.as_str() {
            "version" => "a version of",
            "notice-of" => "a notice of",
            "report-of" => "a report of the study of",
            "same-study" => "of one study with",
            _ => "told apart from",
        };
        out.line(&format!(
            "{} is {said} {}: {why}",
            out.ink(Ink::Bold, &from.to_string()),
            out.ink(Ink::Bold, &to.to_string()),
        ))?;
    }
    if all.len() > SHOWN {
        let more = all.len() - SHOWN;
        out.line(&format!("and {more} more relations (`--json` has all)"))?;
    }
    if !all.is_empty() {
        out.line("")?;
    }
    let value = |(from, to, word, why): &(_, _, String, String)| json!({"a": from, "b": to, "relation": word, "why": why});
    Ok(all.iter().map(value).collect())
}

/// What newer rules would change, or their acceptance.
fn upgrade(
    workspace: &mut Workspace,
    accept: bool,
    global: &Global,
    out: &mut Out,
) -> Result<u8, Ending> {
    let found = pipeline::dedup::upgrade(&workspace.store)?;
    let Some(upgrade) = &found else {
        out.line("The rules of this program are in force.")?;
        out.json(&json!({"upgrade": null}))?;
        return Ok(0);
    };
    out.line(&format!(
        "Rules {} instead of {}: {}, {}, {}, {}",
        upgrade.to,
        upgrade.from,
        pipeline::many(upgrade.joins.len() as u64, "join", "joins"),
        pipeline::many(
            upgrade.withdrawn.len() as u64,
            "join withdrawn",
            "joins withdrawn"
        ),
        pipeline::many(upgrade.questions as u64, "new question", "new questions"),
        pipeline::many(upgrade.relations as u64, "new relation", "new relations"),
    ))?;
    for (a, b, rule) in &upgrade.joins {
        out.line(&format!("  together: {a} and {b}, by {rule}"))?;
    }
    for (a, b) in &upgrade.withdrawn {
        out.line(&format!("  apart:    {a} and {b}"))?;
    }
    if accept {
        let acting = super::screen::acting(workspace, global)?;
        pipeline::dedup::accept(&workspace.store, &acting)?;
        out.line(&format!("Rules {} are in force now.", upgrade.to))?;
    } else {
        let next = "perennial dedup upgrade --accept";
        out.line(&format!("Next: {}", out.ink(Ink::Bold, next)))?;
    }
    out.json(&json!({"upgrade": upgrade, "accepted": accept}))?;
    Ok(0)
}
