//! `lint [FOLDER]`: printed numbers that cannot be, of this review or of a published one.

use super::args::{Global, LintArgs};
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out, wrap};
use super::output;
use crate::lint::read::{self, Understood};
use crate::lint::{Found, Paper, check, page, template};
use crate::model::finding::Severity;
use crate::pipeline::{Workspace, many};
use crate::report::lint;
use serde_json::json;
use std::path::{Path, PathBuf};

pub(super) fn run(args: &LintArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    if let Some(folder) = &args.template {
        return write_template(folder, out);
    }
    let (title, found, understood) = match &args.folder {
        Some(folder) => {
            let read = read_paper(folder)?;
            if let Some(file) = &args.html {
                output::check_apart(file, &read.files)?;
            }
            let (paper, understood) = (read.paper, read.understood);
            let title = if paper.title.is_empty() {
                folder
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned()
            } else {
                paper.title.clone()
            };
            for table in &understood {
                tell(table, out)?;
            }
            let mut found = check(&paper);
            found.notes.splice(0..0, read.notes);
            (title, found, understood)
        }
        None => {
            let root = super::root(global)?;
            if let Some(file) = &args.html {
                apart_from_workspace(file, &root)?;
            }
            let workspace = Workspace::open_reading_or_empty(&root)?.in_force()?;
            let snapshot = workspace.store.snapshot()?;
            let found = lint::lint(snapshot.read(), &workspace.workflow)?;
            let title = workspace.workflow.review.title().to_owned();
            (title, found, Vec::new())
        }
    };
    if let Some(file) = &args.html {
        output::check(file)?;
        std::fs::write(file, page::page(&title, &found)).map_err(|error| {
            CliError::new(
                Kind::Io,
                format!("cannot write {}: {error}", file.display()),
            )
        })?;
    }
    print(&title, &found, out)?;
    out.json(&json!({
        "title": title, "findings": found.findings, "checked": found.checked,
        "understood": understood, "notes": found.notes,
    }))?;
    Ok(if found.of(Severity::Error) > 0 {
        Kind::Integrity.exit_code()
    } else {
        0
    })
}

/// The files of a folder by name, or the one file.
fn files(path: &Path) -> Result<Vec<PathBuf>, CliError> {
    let shown = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
    };
    if !path.metadata().map_err(unreadable)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if entry.path().is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// What is read of a folder or a file.
struct Read {
    paper: Paper,
    understood: Vec<Understood>,
    files: Vec<PathBuf>,
    /// What is not read, or not used.
    notes: Vec<String>,
}

/// Refuses to write over a file of the workspace: only a page that `lint` wrote before may go.
fn apart_from_workspace(file: &Path, root: &Path) -> Result<(), CliError> {
    let (Ok(file_of), Ok(root)) = (file.canonicalize(), root.canonicalize()) else {
        return Ok(());
    };
    let own = file_of.strip_prefix(&root).is_ok_and(|inside| {
        inside.components().count() > 1
            || ["workflow.toml", "CITATION.cff", "README.md"]
                .iter()
                .any(|name| inside == Path::new(name))
    });
    if own {
        let text = format!("{} is a file of the workspace", file.display());
        return Err(CliError::usage(text).help("give the page a name of its own"));
    }
    Ok(())
}

fn read_paper(path: &Path) -> Result<Read, CliError> {
    let mut paper = Paper::default();
    let mut understood: Vec<Understood> = Vec::new();
    let mut notes = Vec::new();
    let mut titles: Vec<(String, String)> = Vec::new();
    let mut any = false;
    // What a folder holds beside its tables is left alone; a file that was named is not.
    let single = !path.is_dir();
    let files = files(path)?;
    for file in &files {
        let shown = file.display().to_string();
        let name = file
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let bytes = std::fs::read(file).map_err(|error| {
            CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
        })?;
        let kind = read::kind(&name, &bytes)
            .filter(|kind| *kind != read::Kind::Results || single || name == "results.json");
        let Some(kind) = kind else {
            let tables = ["csv", "tsv", "tab", "toml", "json", "xlsx", "zip"];
            let lower = name.to_lowercase();
            if tables.iter().any(|end| lower.ends_with(&format!(".{end}"))) {
                notes.push(format!(
                    "{name} is not read: its columns are none of a review that is typed in."
                ));
            }
            continue;
        };
        if kind == read::Kind::Toml {
            // Two reviews in one folder would be checked as one.
            let mut own = Paper::default();
            let _ = read::file(&mut own, kind, &name, &bytes);
            if let Some((other, title)) = titles.iter().find(|(_, title)| *title != own.title) {
                let text = format!(
                    "{} holds two reviews: {other} (`{title}`) and {name} (`{}`)",
                    path.display(),
                    own.title
                );
                return Err(CliError::new(Kind::Input, text)
                    .at(&shown, None)
                    .help("name one of the files, or give both one title"));
            }
            if !own.title.is_empty() {
                titles.push((name.clone(), own.title));
            }
        }
        let told = read::file(&mut paper, kind, &name, &bytes).map_err(|error| {
            let place = error
                .line
                .map_or_else(|| shown.clone(), |line| format!("{shown} line {line}"));
            CliError::new(Kind::Input, format!("{place}: {error}")).at(&shown, error.line)
        })?;
        if let Some(told) = &told {
            let unused: Vec<&str> = told
                .columns
                .iter()
                .filter(|(heading, meaning)| meaning.is_none() && !heading.is_empty())
                .map(|(heading, _)| heading.as_str())
                .collect();
            if !unused.is_empty() {
                notes.push(format!("{}: not used: {}.", told.table, unused.join(", ")));
            }
            notes.extend(
                told.unread
                    .iter()
                    .map(|what| format!("{}: {what}.", told.table)),
            );
        }
        understood.extend(told);
        any = true;
    }
    if !any {
        return Err(CliError::new(
            Kind::Input,
            format!("{} holds no table of a review", path.display()),
        )
        .help("`perennial lint --template DIR` makes a folder to type one into"));
    }
    Ok(Read {
        paper,
        understood,
        files,
        notes,
    })
}

/// What was understood of a pasted table, before anything is concluded from it.
fn tell(table: &Understood, out: &mut Out) -> Result<(), Ending> {
    let n = u64::try_from(table.n).unwrap_or(u64::MAX);
    let rows = if table.rows == "results" {
        many(n, "pooled row", "pooled rows")
    } else {
        many(n, "study row", "study rows")
    };
    out.line(&format!("{}: {rows}, read by these headings", table.table))?;
    for (heading, meaning) in &table.columns {
        out.line(&format!(
            "  {heading:<32} {}",
            meaning.unwrap_or("not used")
        ))?;
    }
    out.line("")
}

fn print(title: &str, found: &Found, out: &mut Out) -> Result<(), Ending> {
    let width = out.width().clamp(40, 100);
    for (place, findings) in found.by_place() {
        out.line(&out.ink(Ink::Bold, place))?;
        for finding in findings {
            let ink = match finding.severity {
                Severity::Error => Ink::Bad,
                Severity::Warn => Ink::Open,
                Severity::Info => Ink::Dim,
            };
            let head = out.ink(ink, finding.severity.as_str());
            let text = format!("{} {}", finding.rule, finding.message);
            for (n, line) in wrap(&text, width.saturating_sub(8), "").iter().enumerate() {
                let mark = if n == 0 {
                    format!("{head}{}", " ".repeat(6 - finding.severity.as_str().len()))
                } else {
                    " ".repeat(6)
                };
                out.line(&format!("  {mark}{line}"))?;
            }
            if let Some(fits) = &finding.fits {
                for line in wrap(&format!("would fit: {fits}"), width.saturating_sub(8), "") {
                    out.line(&format!("        {}", out.ink(Ink::Dim, &line)))?;
                }
            }
        }
        out.line("")?;
    }
    if !found.notes.is_empty() {
        out.line(&out.ink(Ink::Bold, "Not read, or read with a guess"))?;
        for note in &found.notes {
            for (n, line) in wrap(note, width.saturating_sub(4), "").iter().enumerate() {
                out.line(&format!("  {}{line}", if n == 0 { "" } else { "  " }))?;
            }
        }
        out.line("")?;
    }
    let checks: u64 = found.checked.values().sum();
    if checks == 0 {
        return out.line(&format!(
            "{title}: nothing was checked: no numbers stand together that a rule could compare"
        ));
    }
    let count = |s: Severity| found.of(s) as u64;
    out.line(&format!(
        "{title}: {}, {}, {} for information; {} by {}",
        many(count(Severity::Error), "error", "errors"),
        many(count(Severity::Warn), "warning", "warnings"),
        count(Severity::Info),
        many(checks, "check", "checks"),
        many(found.checked.len() as u64, "rule", "rules"),
    ))
}

fn write_template(folder: &Path, out: &mut Out) -> Result<u8, Ending> {
    let failed = |path: &Path, error: std::io::Error| {
        CliError::new(
            Kind::Io,
            format!("cannot write {}: {error}", path.display()),
        )
    };
    let files = template::files();
    if let Some((name, _)) = files.iter().find(|(name, _)| folder.join(name).exists()) {
        let text = format!("{} is there already", folder.join(name).display());
        return Err(CliError::usage(&text)
            .help("name a folder that does not hold these tables")
            .into());
    }
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    for (name, text) in &files {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| failed(&path, error))?;
        out.line(&format!("{} {}", out.ink(Ink::Good, "+"), path.display()))?;
    }
    let shown = folder.display().to_string();
    let next = format!("perennial lint {}", super::out::quoted(&shown));
    out.line(&format!(
        "Next: type what the paper prints, then {}",
        out.ink(Ink::Bold, &next)
    ))?;
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    out.json(&json!({"folder": shown, "files": names}))?;
    Ok(0)
}
