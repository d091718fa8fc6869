//! `import FILE… --source NAME`: export files into the store.

mod baseline;

use super::args::{Global, ImportArgs};
use super::clock::SystemClock;
use super::error::{CliError, Ending};
use super::out::{Ink, Out};
use super::output;
use crate::formats::{self, Parsed, Scanned};
use crate::ledger::Stamp;
use crate::model::{Clock as _, Digest};
use crate::pipeline::{self, Workspace};
use crate::search::import::{Evidence, LargeFile};
use crate::search::{self, SearchError, say};
use crate::store::PipelineLock;
use crate::workflow::Source;
use serde_json::json;
use std::collections::BTreeSet;

pub(super) fn run(args: &ImportArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    if let Some(event) = args.undo {
        return undo(event, global, out);
    }
    if let Some(file) = &args.baseline {
        return baseline::run(args, file, global, out);
    }
    let root = super::root(global)?;
    let (workflow, ..) = pipeline::workspace::load(&root, false)?;
    let name = args.source.as_deref().unwrap_or_default();
    let source = workflow
        .source(name)
        .cloned()
        .ok_or_else(|| SearchError::UnknownSource {
            name: name.to_owned(),
            known: workflow
                .sources
                .iter()
                .map(|source| source.name.clone())
                .collect(),
        })?;
    let (mut files, mut large) = (Vec::new(), Vec::new());
    for path in &args.files {
        // Several files are one search and one transaction, so they are read together.
        if args.files.len() == 1
            && let Some(mut file) = search::import::scan(path, search::import::LARGE)?
        {
            file.shown = output::logged(&root, path);
            large.push(file);
            continue;
        }
        let bytes = std::fs::read(path).map_err(|source| SearchError::Read {
            path: path.clone(),
            source,
        })?;
        files.push((output::logged(&root, path), bytes));
    }
    let now = SystemClock.now();
    let searched = match &args.date {
        Some(date) => Some(crate::model::time::past_day(date, &now).map_err(|error| {
            CliError::usage(format!("--date: {error}"))
                .help("the day on which the source was searched, as the database's page or the log of the search says")
        })?),
        None => None,
    };
    if args.check {
        return check(&root, args, &source, (&files, &large), out);
    }
    let reason = args.reason.as_ref().map(|text| text.trim().to_owned());
    if reason.as_deref() == Some("") {
        return Err(CliError::usage("--reason is empty").into());
    }
    if reason.is_some() && global.actor.is_none() {
        let text = "--reason is a person's word";
        return Err(CliError::usage(text).help("add `--as NAME`").into());
    }
    let _lock = PipelineLock::take(&Workspace::lock_path(&root), "import")?;
    let workspace = Workspace::open(&root, false)?;
    let mut finished = take_up(&workspace, out)?;
    finished.retain(|finished| finished.source == source.name);
    workspace.adopt(&SystemClock)?;
    let stamp = Stamp {
        at: now,
        ..super::screen::stamp(&workspace, global)?
    };
    let query = source.query().and_then(|path| {
        workspace
            .query_refs()
            .into_iter()
            .find(|query| query.path == path)
    });
    let accepted = search::Accepted {
        damage: args.accept_damaged,
        reason,
        searched,
        hits: args.hits,
    };
    let (mut notes, mut lines, mut summaries) = (Vec::new(), Vec::new(), Vec::new());
    let mut seen = |path: &str, scanned: &Scanned| {
        let problems = scanned.parsed.problems.iter();
        notes.extend(problems.map(|problem| format!("{path}:{}", say(problem))));
        lines.push(describe(path, scanned));
        summaries.push(summary(path, &scanned.parsed, scanned.records));
    };
    let mut done: Result<_, SearchError> = Ok(search::Imported::default());
    for file in &large {
        seen(&file.shown, &file.scanned);
        let next = search::import::import_large(
            &workspace.store,
            &workspace.archive,
            (&source, query.clone()),
            file,
            &accepted,
            &stamp,
        );
        done = done.and_then(|done| Ok(done.and(next?)));
        if done.is_err() {
            break;
        }
    }
    if done.is_ok() {
        let next = search::import(
            &workspace.store,
            &workspace.archive,
            (&source, query),
            files,
            &accepted,
            &stamp,
            &mut seen,
        );
        done = done.and_then(|done| Ok(done.and(next?)));
    }
    for note in notes {
        out.note(&note);
    }
    let mut done = done?;
    for finished in finished {
        // What an interrupted command had begun with these files is the work of this one.
        let of_it = |path: &String| finished.files.iter().any(|file| file.path == *path);
        if done.repeated.iter().any(of_it) {
            done.repeated.retain(|path| !of_it(path));
            done.received.add(finished.received);
        }
    }
    for line in lines {
        out.line(&line)?;
    }
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
        "searched": accepted.searched,
        "hits": accepted.hits,
    }))?;
    Ok(0)
}

/// Does what an ended process has left undone, before anything else is done: completes imports,
/// sweeps the archive. For every command that holds the pipeline lock.
pub(super) fn take_up(workspace: &Workspace, out: &Out) -> Result<Vec<search::Finished>, Ending> {
    workspace.archive.sweep();
    let finished = search::import::finish(&workspace.store, &workspace.archive, &SystemClock)?;
    for done in &finished {
        out.note(&format!(
            "the import of {} that was interrupted is complete: {}",
            done.source,
            pipeline::received(done.received)
        ));
    }
    Ok(finished)
}

/// Takes an import back.
fn undo(event: Option<u64>, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    super::screen::actor(global)?;
    let _lock = PipelineLock::take(&Workspace::lock_path(&root), "import --undo")?;
    let workspace = Workspace::open(&root, false)?;
    take_up(&workspace, out)?;
    let acting = super::screen::acting(&workspace, global)?;
    let event = event.map(crate::model::EventSeq);
    let done = pipeline::undo::import(&workspace.store, &acting, event)?;
    let import = &done.import;
    let name = match done.name.parse::<u64>() {
        Ok(_) => format!("Event {}", done.name),
        Err(_) => done.name.clone(),
    };
    // Numbers of events after the first open report tell how many votes came between.
    let told = workspace.store.snapshot()?.read().told_head()?;
    let number = |event: crate::model::EventSeq, act: &str| {
        if event <= told {
            json!(event)
        } else {
            json!(act)
        }
    };
    let records = |n| pipeline::many(n, "record", "records");
    let kept = match done.kept {
        0 => String::new(),
        n => format!("; {} stay as other imports gave them", records(n)),
    };
    out.line(&format!(
        "{} (import of {} from {}) is taken back: {} count no more{kept}. The bytes stay in \
         the archive.",
        name,
        import.files.join(", "),
        import.source,
        records(done.gone)
    ))?;
    if done.open > 0 {
        out.line(&format!(
            "{} open for screening: decisions on them that were not settled count no more either, \
             and stay in the log",
            pipeline::many(done.open, "report of them was", "reports of them were")
        ))?;
    }
    out.line(&format!("Next: {}", out.ink(Ink::Bold, "perennial run")))?;
    out.json(&json!({
        "event": number(import.event, &done.name), "run": import.run, "source": import.source, "files": import.files,
        "gone": done.gone, "kept": done.kept, "open": done.open, "undone_by": number(done.by, &done.act),
    }))?;
    Ok(0)
}

/// Reads and reports, as an import would; nothing is written.
fn check(
    root: &std::path::Path,
    args: &ImportArgs,
    source: &Source,
    (files, large): (&[(String, Vec<u8>)], &[LargeFile]),
    out: &mut Out,
) -> Result<u8, Ending> {
    let workspace = Workspace::open_reading_or_empty(root)?;
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let mut refused: Option<String> = None;
    let mut counts = search::Counts::of(source, args.hits);
    let mut summaries = Vec::new();
    let mut seen: Vec<(&str, Scanned)> = large
        .iter()
        .map(|file| (file.shown.as_str(), file.scanned.clone()))
        .collect();
    let mut evidence = vec![Evidence::default(); seen.len()];
    let mut digests: Vec<Option<Digest>> = vec![None; seen.len()];
    for (path, bytes) in files {
        digests.push(Some(Digest::of(bytes)));
        let mut of_file = Evidence::default();
        let mut look = |parsed: formats::ParsedRecord| of_file.add(&parsed.record);
        let scanned =
            formats::scan(bytes, None, &mut look).map_err(|source| SearchError::Format {
                path: path.clone(),
                source,
            })?;
        evidence.push(of_file);
        seen.push((path, scanned));
    }
    let mut repeated = Vec::new();
    let mut given = BTreeSet::new();
    for (((path, scanned), evidence), digest) in seen.iter().zip(&evidence).zip(&digests) {
        let before = match digest {
            Some(digest)
                if !given.insert(*digest) || reader.was_received(&source.name, *digest)? =>
            {
                repeated.push(*path);
                continue;
            }
            Some(digest) => reader.received_from(*digest, &source.name)?,
            None => None,
        };
        counts.add(scanned.parsed.declared, scanned.records);
        if let Some(doubt) = evidence.doubt(source, &scanned.parsed, before)
            && args.reason.is_none()
        {
            refused.get_or_insert(format!("{path} {doubt}, not of {}", source.name));
        }
    }
    for (path, scanned) in &seen {
        for problem in &scanned.parsed.problems {
            out.note(&format!("{path}:{}", say(problem)));
        }
        if let Err(error) = search::import::check(path, &scanned.parsed, args.accept_damaged) {
            refused.get_or_insert(error.to_string());
        }
        if scanned.records == 0 {
            refused.get_or_insert(format!("{path} holds no record"));
        }
        out.line(&describe(path, scanned))?;
        if let Some(query) = &scanned.parsed.query {
            out.line(&format!("{path}: the search it states: {query}"))?;
        }
        summaries.push(summary(path, &scanned.parsed, scanned.records));
    }
    if repeated.len() < seen.len() && !counts.agree() {
        let text = format!("the counts of {} differ: {counts}", source.name);
        out.line(&text)?;
        if args.reason.is_none() {
            refused.get_or_insert(text);
        }
    }
    for path in &repeated {
        out.line(&format!(
            "{path}: given twice, or imported from {} before; an import would do nothing with it",
            source.name
        ))?;
    }
    out.line("Checked only: nothing was written.")?;
    out.json(&json!({
        "files": summaries, "repeated": repeated,
        "counts": {
            "hits": counts.hits, "declared": counts.declared, "retrieved": counts.retrieved,
            "agree": counts.agree(),
        },
    }))?;
    match refused {
        None => Ok(0),
        Some(message) => {
            out.note(&message);
            Ok(2)
        }
    }
}

fn describe(path: &str, scanned: &Scanned) -> String {
    let parsed = &scanned.parsed;
    let problems = match parsed.problems.len() {
        0 => String::new(),
        n => format!(", {}", pipeline::many(n as u64, "problem", "problems")),
    };
    format!(
        "{path}: {} as {} ({}), {} lines accounted for{problems}; {}",
        pipeline::many(scanned.records, "record", "records"),
        parsed.format,
        parsed.dialect,
        parsed.lines.total,
        filled(&parsed.account)
    )
}

/// How many records have each field, and what was not understood.
pub(super) fn filled(account: &formats::Account) -> String {
    let fields = account.filled.fields();
    let counts = fields.iter().map(|(field, count)| match *field {
        "doi" | "pmid" => format!("{} {count}", field.to_uppercase()),
        field => format!("{field} {count}"),
    });
    let mut text = counts.collect::<Vec<_>>().join(", ");
    let left = &account.not_understood;
    if !left.is_empty() {
        let names = left.iter().take(12);
        let names = names.map(|tag| format!("`{}` ({})", tag.name.escape_debug(), tag.records));
        text.push_str("; not understood: ");
        text.push_str(&names.collect::<Vec<_>>().join(", "));
        if left.len() > 12 {
            text.push_str(&format!(" and {} more", left.len() - 12));
        }
    }
    text
}

pub(super) fn summary(path: &str, parsed: &Parsed, records: u64) -> serde_json::Value {
    json!({
        "file": path,
        "format": parsed.format.as_str(),
        "dialect": parsed.dialect,
        "records": records,
        "declared": parsed.declared,
        "query": parsed.query,
        "lines": parsed.lines.total,
        "problems": parsed.problems.iter().map(problem).collect::<Vec<_>>(),
        "filled": parsed.account.filled,
        "not_understood": parsed.account.not_understood,
        "columns": parsed.account.columns,
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
