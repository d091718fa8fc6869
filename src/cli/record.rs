//! `record`: what a source says of a record, and what people correct of it.

use super::args::{Global, RecordArgs, RecordCommand};
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out, fit};
use crate::model::correction::Field;
use crate::pipeline::Workspace;
use crate::pipeline::correct::{self, Corrected, Correction};
use crate::report::names::names;
use crate::screen::acts;
use crate::store::Reader;
use serde_json::{Value, json};
use std::io::Read as _;

/// No abstract is longer; what is, is the wrong file.
const LONGEST: u64 = 1 << 20;

pub(super) fn run(args: RecordArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    match args.command {
        RecordCommand::Show { record } => show(
            &Workspace::open_reading_or_empty(&root)?,
            global,
            &record,
            out,
        ),
        RecordCommand::Correct {
            record,
            field,
            value,
            why,
        } => {
            let mut workspace = Workspace::open(&root, false)?;
            let acting = super::screen::acting(&workspace, global)?;
            let said = Correction {
                record,
                field,
                value: given(value)?,
                why,
            };
            let workflow = &workspace.workflow;
            let done = correct::correct(&mut workspace.store, workflow, &acting, &said)?;
            told(&workspace, &done, out)
        }
    }
}

/// The value, from standard input where it is `-`.
fn given(value: String) -> Result<String, CliError> {
    if value != "-" {
        return Ok(value);
    }
    let mut text = String::new();
    let read = std::io::stdin()
        .lock()
        .take(LONGEST + 1)
        .read_to_string(&mut text);
    let wrong = |text: String| CliError::new(Kind::Input, text);
    read.map_err(|error| wrong(format!("standard input cannot be read: {error}")))?;
    if text.len() as u64 > LONGEST {
        return Err(wrong(
            "standard input holds more than a megabyte".to_owned(),
        ));
    }
    Ok(text)
}

/// A value as a sentence names it, no longer than a line has room for.
fn quoted(text: &str) -> String {
    match text {
        "" => "nothing".to_owned(),
        text => format!("`{}`", fit(text, 60).trim_end()),
    }
}

/// Says what was corrected and what came of it.
fn told(workspace: &Workspace, done: &Corrected, out: &mut Out) -> Result<u8, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    out.line(&format!(
        "{} of {} is {} (was {}); the source's value stays beside it",
        done.field.as_str(),
        done.record,
        quoted(&done.new),
        quoted(&done.old),
    ))?;
    if done.before != done.report {
        out.line(&format!(
            "{} is a record of report {} now, before it was of {}",
            done.record, done.report, done.before
        ))?;
    }
    let copies: Vec<_> = reader
        .records_of(done.report)?
        .into_iter()
        .filter(|row| row.id != done.record)
        .map(|row| row.id)
        .collect();
    let place = reader.report(done.report)?.map(|row| row.place);
    if let Some(place) = place {
        out.line(&format!(
            "Report {}: {}",
            done.report,
            crate::screen::describe(place)
        ))?;
    }
    out.line(&out.ink(
        Ink::Dim,
        &format!("Taken back by: perennial screen undo {}", done.act),
    ))?;
    out.json(&json!({
        "record": done.record, "field": done.field.as_str(), "old": done.old, "value": done.new,
        "source_value": done.source, "report": done.report, "report_before": done.before,
        "copies": copies, "place": place.map(crate::model::Place::as_str), "event": done.act,
    }))?;
    Ok(0)
}

fn show(workspace: &Workspace, global: &Global, text: &str, out: &mut Out) -> Result<u8, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let row = correct::find(reader, text)?;
    let content = reader.content(row.hash)?.unwrap_or_default();
    let source = correct::source_content(reader, row.id)?;
    let corrections = corrections(reader, global, row.id, &source)?;
    out.line(&format!(
        "{} {} {}",
        out.ink(Ink::Bold, &row.id.to_string()),
        row.source,
        out.ink(Ink::Dim, &format!("{}, report {}", row.key, row.report)),
    ))?;
    for field in Field::ALL {
        let (now, before) = (field.of(&content), field.of(&source));
        if now.is_empty() && before.is_empty() {
            continue;
        }
        let now = if now.is_empty() { "(none)" } else { &now };
        let text = format!("{}: {now}", field.as_str());
        for line in super::out::wrap(&text, out.width().min(100), "  ") {
            out.line(&line)?;
        }
    }
    for one in &corrections {
        out.line(&one.0)?;
    }
    let revisions = reader.revisions(row.id)?;
    for revision in &revisions {
        let line = revision.line.map(|line| format!(", line {line}"));
        out.line(&out.ink(
            Ink::Dim,
            &format!(
                "bytes {}, record {}{}",
                revision.archive,
                revision.file_n,
                line.unwrap_or_default()
            ),
        ))?;
    }
    let revisions: Vec<Value> = revisions
        .iter()
        .map(|revision| {
            json!({
                "n": revision.n, "hash": revision.hash, "archive": revision.archive,
                "record": revision.file_n, "line": revision.line,
            })
        })
        .collect();
    out.json(&json!({
        "record": row.id, "report": row.report, "source": row.source, "key": row.key,
        "content": content,
        "source_content": source,
        "corrections": corrections.into_iter().map(|(_, value)| value).collect::<Vec<_>>(),
        "revisions": revisions,
    }))?;
    Ok(0)
}

/// The corrections in force of a record, as text and JSON.
fn corrections(
    reader: Reader<'_>,
    global: &Global,
    record: crate::model::RecordId,
    source: &crate::model::Record,
) -> Result<Vec<(String, Value)>, Ending> {
    let person = match &global.actor {
        Some(name) => Some(crate::screen::people::acting(reader, name)?),
        None => None,
    };
    let known = names(reader)?;
    let mut out = Vec::new();
    for one in reader.corrections(record)? {
        let who = match one.actor.parse() {
            Ok(person) => known.of(person),
            Err(_) => one.actor.clone(),
        };
        let act = match (&person, reader.event(one.seq)?) {
            (Some(person), Some(event)) => acts::name(reader, &event, person)?,
            _ => one.seq.to_string(),
        };
        let said = one.field.of(source);
        let day = one.at.get(..10).unwrap_or(&one.at);
        out.push((
            format!(
                "{day} {who} corrected {} to {}; the source says {}: {}",
                one.field.as_str(),
                quoted(&one.value),
                quoted(&said),
                one.why
            ),
            json!({
                "field": one.field.as_str(), "value": one.value, "source_value": said,
                "why": one.why, "by": who, "at": one.at, "event": act,
            }),
        ));
    }
    Ok(out)
}
