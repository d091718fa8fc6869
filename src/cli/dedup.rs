//! `dedup`: the stage, people's verdicts on pairs, or files alone.

use super::args::{DedupArgs, DedupCommand, Global, RelationWord};
use super::clock::SystemClock;
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out, fit};
use crate::dedup::{Entry, deduplicate, explain};
use crate::ledger::Via;
use crate::model::{Clock as _, Record, RecordId};
use crate::pipeline::{self, Workspace};
use crate::screen::pairs;
use crate::store::PipelineLock;
use crate::store::archive::write_durably;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

pub(super) fn run(args: DedupArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    match args.command {
        Some(command) => judge(command, global, out),
        None if !args.files.is_empty() => alone(&args, out),
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

/// A record of a file, with the name its file gives it.
struct Row {
    name: String,
    source: String,
    record: Record,
}

fn alone(args: &DedupArgs, out: &mut Out) -> Result<u8, Ending> {
    let rows = read_all(args, out)?;
    if let Some(pair) = &args.explain {
        tell(&rows, pair, out)?;
    }
    let entries: Vec<Entry<'_>> = rows
        .iter()
        .zip(1_u32..)
        .map(|(row, n)| Entry {
            id: RecordId(n),
            record: &row.record,
            source: &row.source,
            new: true,
        })
        .collect();
    let outcome = deduplicate(&entries, &BTreeMap::new(), &[]);
    let ids: Vec<u32> = entries.iter().map(|entry| entry.id.0).collect();
    let joins: Vec<(u32, u32)> = outcome.joins.iter().map(|j| (j.a.0, j.b.0)).collect();
    let heads = crate::model::cluster::clusters(&ids, &joins, &[]);
    let mut by_head: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (id, head) in &heads {
        by_head.entry(*head).or_default().push(*id);
    }
    let row = |id: u32| {
        usize::try_from(id)
            .ok()
            .and_then(|n| n.checked_sub(1))
            .and_then(|n| rows.get(n))
    };
    let name = |id: u32| row(id).map_or_else(String::new, |row| row.name.clone());
    let mut joined: BTreeMap<u32, (&str, f64)> = BTreeMap::new();
    for join in &outcome.joins {
        for id in [join.a.0, join.b.0] {
            joined.entry(id).or_insert((join.rule, join.score));
        }
    }
    let mut clusters = csv::Writer::from_writer(Vec::new());
    let fault = |error: csv::Error| CliError::new(Kind::Internal, error.to_string());
    clusters
        .write_record(["id", "cluster", "primary", "rule", "score"])
        .map_err(fault)?;
    for id in &ids {
        let head = heads.get(id).copied().unwrap_or(*id);
        let members = by_head.get(&head).map(Vec::as_slice).unwrap_or_default();
        let primary = members
            .iter()
            .copied()
            .max_by_key(|m| {
                (
                    row(*m).map_or(0, |r| r.record.completeness()),
                    std::cmp::Reverse(*m),
                )
            })
            .unwrap_or(*id);
        let (rule, score) = match joined.get(id) {
            Some((rule, score)) if members.len() > 1 => ((*rule).to_owned(), format!("{score:.4}")),
            _ => (String::new(), String::new()),
        };
        clusters
            .write_record([name(*id), name(head), name(primary), rule, score])
            .map_err(fault)?;
    }
    let mut pairs = csv::Writer::from_writer(Vec::new());
    pairs
        .write_record(["id1", "id2", "score", "why"])
        .map_err(fault)?;
    for pair in &outcome.queue {
        pairs
            .write_record([
                name(pair.a.0),
                name(pair.b.0),
                format!("{:.4}", pair.score),
                pair.why.clone(),
            ])
            .map_err(fault)?;
    }
    if let Some(path) = &args.output {
        save(path, clusters)?;
    }
    if let Some(path) = &args.review {
        save(path, pairs)?;
    }
    summary(&rows, &heads, &outcome, out)?;
    Ok(0)
}

fn save(path: &Path, table: csv::Writer<Vec<u8>>) -> Result<(), Ending> {
    let bytes = table
        .into_inner()
        .map_err(|error| CliError::new(Kind::Internal, error.to_string()))?;
    write_durably(path, &bytes).map_err(|error| {
        CliError::new(
            Kind::Io,
            format!("cannot write {}: {error}", path.display()),
        )
        .into()
    })
}

fn read_all(args: &DedupArgs, out: &mut Out) -> Result<Vec<Row>, Ending> {
    let mut rows: Vec<Row> = Vec::new();
    for path in &args.files {
        let shown = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| {
            CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
        })?;
        let parsed = crate::search::import::read(&shown, &bytes, true)?;
        for problem in &parsed.problems {
            out.note(&format!("{shown}:{}", crate::search::say(problem)));
        }
        let file = path
            .file_name()
            .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        for parsed in parsed.records {
            let name = parsed
                .record
                .source_id
                .clone()
                .unwrap_or_else(|| format!("{}", parsed.n));
            rows.push(Row {
                name,
                source: file.clone(),
                record: parsed.record,
            });
        }
    }
    // Ids that clash across files carry their file; those that still clash their place as well.
    let clash = |rows: &[Row]| -> BTreeSet<String> {
        let mut seen = BTreeSet::new();
        rows.iter()
            .filter(|row| !seen.insert(row.name.clone()))
            .map(|row| row.name.clone())
            .collect()
    };
    let clashing = clash(&rows);
    for row in rows.iter_mut().filter(|row| clashing.contains(&row.name)) {
        row.name = format!("{}#{}", row.source, row.name);
    }
    let clashing = clash(&rows);
    for (n, row) in rows
        .iter_mut()
        .enumerate()
        .filter(|(_, row)| clashing.contains(&row.name))
    {
        row.name = format!("{}#{}", row.name, n + 1);
    }
    if rows.is_empty() {
        return Err(CliError::new(Kind::Input, "the files hold no record").into());
    }
    Ok(rows)
}

fn summary(
    rows: &[Row],
    heads: &BTreeMap<u32, u32>,
    outcome: &crate::dedup::Outcome,
    out: &mut Out,
) -> Result<(), Ending> {
    let mut per_file: BTreeMap<&str, u64> = BTreeMap::new();
    for row in rows {
        *per_file.entry(&row.source).or_default() += 1;
    }
    for (file, n) in &per_file {
        out.line(&format!("{n:>8} records in {file}"))?;
    }
    let kept = heads.iter().filter(|(id, head)| id == head).count();
    let mut per_rule: BTreeMap<&str, u64> = BTreeMap::new();
    for join in &outcome.joins {
        *per_rule.entry(join.rule).or_default() += 1;
    }
    let copies = pipeline::many((rows.len() - kept) as u64, "copy", "copies");
    out.line(&format!("{copies:>9} removed"))?;
    for (rule, n) in &per_rule {
        out.line(&out.ink(Ink::Dim, &format!("{n:>8}   by {rule}")))?;
    }
    out.line(&format!(
        "{kept:>8} records kept, {} for people",
        pipeline::many(outcome.queue.len() as u64, "pair", "pairs")
    ))?;
    out.json(&json!({
        "records": rows.len(), "kept": kept, "removed": rows.len() - kept, "files": per_file,
        "by_rule": per_rule, "queue": outcome.queue.len(), "relations": outcome.relations.len(),
    }))
}

fn tell(rows: &[Row], pair: &[String], out: &mut Out) -> Result<(), Ending> {
    let find = |name: &String| {
        rows.iter().find(|row| row.name == *name).ok_or_else(|| {
            CliError::new(
                Kind::Input,
                format!("no record of the files has the id `{name}`"),
            )
        })
    };
    if let [a, b] = pair {
        let said = explain(&find(a)?.record, &find(b)?.record);
        for field in &said.fields {
            out.line(&format!(
                "{} {} {} | {}",
                fit(field.name, 12),
                fit(field.sign.as_str(), 9),
                fit(&field.a, 30),
                fit(&field.b, 30)
            ))?;
        }
        out.line(&format!(
            "{}: {} (score {:.4})\n",
            said.judgement.as_str(),
            said.decided_by,
            said.score
        ))?;
    }
    Ok(())
}
