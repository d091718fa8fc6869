//! `screen attach`, `screen attachments`, `screen detach`: full texts and supplements.

use super::super::args::Global;
use super::super::error::{CliError, Ending, Kind};
use super::super::out::{Ink, Out, fit, quoted};
use crate::model::many;
use crate::pipeline::Workspace;
use crate::screen::attach::{self, Attached, Match, Offered, Outcome};
use crate::screen::decide::find;
use crate::store::Attachments;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A file to attach, and where it lies.
struct Given {
    path: PathBuf,
    file: Offered,
}

pub(super) fn add(
    workspace: &Workspace,
    global: &Global,
    what: &[String],
    out: &mut Out,
) -> Result<u8, Ending> {
    let acting = super::acting(workspace, global)?;
    let (report, paths) = match what {
        [first, rest @ ..] if !rest.is_empty() && !Path::new(first).exists() => {
            let snapshot = workspace.store.snapshot()?;
            let found = find(snapshot.read(), first)?;
            (Some(found.id.to_string()), rest)
        }
        all => (None, all),
    };
    let given = read(paths)?;
    let files = Attachments::of(&workspace.root);
    let mut done: Vec<(Option<String>, Attached)> = Vec::new();
    let mut asked = Vec::new();
    for one in given {
        let (to, why) = match &report {
            Some(report) => (report.clone(), None),
            None => {
                let snapshot = workspace.store.snapshot()?;
                let found = attach::matched(snapshot.read(), &one.file.name, None)?;
                match found {
                    Match::Sure { report, why } => (report.to_string(), Some(why)),
                    Match::Unsure { candidates } => {
                        asked.push((one, candidates));
                        continue;
                    }
                }
            }
        };
        let (id, attached) = attach::add(&workspace.store, &files, &acting, &to, &[one.file])?;
        for one in attached {
            tell(out, &id.to_string(), &one, why.as_deref())?;
            done.push((Some(id.to_string()), one));
        }
    }
    for (one, candidates) in &asked {
        let name = one.path.display();
        let mark = out.ink(Ink::Open, "?");
        if candidates.is_empty() {
            out.line(&format!(
                "{mark} {name}: nothing in it names a report of this review"
            ))?;
        } else {
            out.line(&format!("{mark} {name} may belong to one of these:"))?;
            for (report, why) in candidates {
                out.line(&format!("    {report}: {why}"))?;
            }
        }
        let path = quoted(&name.to_string());
        out.line(&format!("  Next: `perennial screen attach REPORT {path}`"))?;
    }
    let refused = done
        .iter()
        .filter(|(_, one)| matches!(one.outcome, Outcome::Refused(_)))
        .count();
    let list: Vec<Value> = done
        .iter()
        .map(|(report, one)| shown(report.as_deref(), one))
        .collect();
    let open: Vec<Value> = asked
        .iter()
        .map(|(one, candidates)| {
            let candidates: Vec<Value> = candidates
                .iter()
                .map(|(report, why)| json!({"report": report, "why": why}))
                .collect();
            json!({"name": one.file.name, "candidates": candidates})
        })
        .collect();
    out.json(&json!({"files": list, "asked": open}))?;
    if refused > 0 {
        let what = many(refused as u64, "file was", "files were");
        out.note(&format!(
            "{what} refused: nothing of them is kept; the others are attached"
        ));
        return Ok(Kind::Input.exit_code());
    }
    Ok(0)
}

/// Reads the files, and those of a folder in the order of their names.
fn read(paths: &[String]) -> Result<Vec<Given>, Ending> {
    let cannot = |path: &Path, error: &std::io::Error| {
        let shown = path.display().to_string();
        CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
    };
    let mut out = Vec::new();
    for text in paths {
        let path = PathBuf::from(text);
        let mut all = Vec::new();
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).map_err(|error| cannot(&path, &error))?;
            for entry in entries {
                let inside = entry.map_err(|error| cannot(&path, &error))?.path();
                let hidden = inside
                    .file_name()
                    .is_some_and(|name| name.to_string_lossy().starts_with('.'));
                if inside.is_file() && !hidden {
                    all.push(inside);
                }
            }
            all.sort();
        } else {
            all.push(path);
        }
        for path in all {
            let size = std::fs::metadata(&path)
                .map_err(|error| cannot(&path, &error))?
                .len();
            // What is too large is refused by its size, without being read to its end.
            let bytes = if size > 2 * crate::model::attachment::LARGEST {
                let text = format!(
                    "{} has {size} bytes: an attachment has at most {}",
                    path.display(),
                    crate::model::attachment::LARGEST
                );
                return Err(CliError::new(Kind::Input, text).into());
            } else {
                std::fs::read(&path).map_err(|error| cannot(&path, &error))?
            };
            let name = path
                .file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            out.push(Given {
                path,
                file: Offered { name, bytes },
            });
        }
    }
    Ok(out)
}

fn tell(out: &mut Out, report: &str, one: &Attached, why: Option<&str>) -> Result<(), Ending> {
    let name = &one.name;
    let why = why.map_or_else(String::new, |why| format!(": {why}"));
    let text = match &one.outcome {
        Outcome::Added(_) => {
            let mark = out.ink(Ink::Good, "✓");
            format!("{mark} {name} is attached to {report}{why}")
        }
        Outcome::Already(_) => format!("= {name}: {report} has the same bytes already{why}"),
        Outcome::Refused(refused) => {
            let mark = out.ink(Ink::Bad, "×");
            format!("{mark} {name} {refused}")
        }
    };
    out.line(&text)?;
    if let Some(doubt) = one.doubt {
        out.line(&format!("  {} {doubt}", out.ink(Ink::Open, "!")))?;
    }
    Ok(())
}

fn shown(report: Option<&str>, one: &Attached) -> Value {
    let (state, kind, reason) = match &one.outcome {
        Outcome::Added(kind) => ("added", Some(kind.as_str()), None),
        Outcome::Already(kind) => ("already", Some(kind.as_str()), None),
        Outcome::Refused(refused) => ("refused", None, Some(format!("{} {refused}", one.name))),
    };
    json!({
        "report": report, "name": one.name, "digest": one.digest, "bytes": one.bytes,
        "type": kind, "state": state, "reason": reason, "warning": one.doubt,
    })
}

pub(super) fn list(
    workspace: &Workspace,
    report: Option<&str>,
    out: &mut Out,
) -> Result<u8, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let rows = match report {
        Some(text) => reader.attachments(find(reader, text)?.id)?,
        None => reader.all_attachments()?,
    };
    let files = Attachments::of(&workspace.root);
    let mut list = Vec::new();
    for row in &rows {
        let person = row.person.map(|id| reader.person_by_id(id)).transpose()?;
        let person = person.flatten().map(|person| person.display());
        let there = row.removed.is_none() && files.has(row.digest);
        let state = match &row.removed {
            Some(why) => format!("removed: {why}"),
            None if there => format!("{} bytes", row.bytes),
            None => "its bytes are not here".to_owned(),
        };
        out.line(&format!(
            "{} {} {} {} {}",
            out.ink(Ink::Bold, &fit(&row.report.to_string(), 6)),
            row.digest.short(),
            fit(&row.kind, 4),
            fit(&row.name, out.width().saturating_sub(52).max(24)),
            state
        ))?;
        list.push(json!({
            "report": row.report, "digest": row.digest, "name": row.name, "type": row.kind,
            "bytes": row.bytes, "by": person, "at": row.at, "there": there, "removed": row.removed,
        }));
    }
    if rows.is_empty() {
        out.line("Nothing is attached.")?;
    }
    out.json(&json!({"attachments": list}))?;
    Ok(0)
}

pub(super) fn remove(
    workspace: &Workspace,
    global: &Global,
    (report, file): (&str, &str),
    reason: &str,
    out: &mut Out,
) -> Result<u8, Ending> {
    let acting = super::acting(workspace, global)?;
    let files = Attachments::of(&workspace.root);
    let done = attach::remove(&workspace.store, &files, &acting, (report, file), reason)?;
    let reports: Vec<String> = done.reports.iter().map(ToString::to_string).collect();
    let name = &done.file.name;
    out.line(&format!(
        "{name} is removed from {} and its bytes are erased",
        reports.join(", ")
    ))?;
    out.json(&json!({
        "digest": done.file.digest, "name": name, "reports": reports, "reason": reason.trim(),
    }))?;
    Ok(0)
}
