//! Transcripts: every ```console block is run and compared.
//!
//! A page has one fresh copy of this workspace; its blocks run in it in order. Pictures that they make and the
//! page shows are compared byte for byte. A line `$ command`
//! goes to `sh`, with the built program as `perennial` (and `cargo run --release --` in its
//! place); `$ cd DIR` moves the lines after it. What follows, up to the next `$`, is
//! what a terminal shows: stdout and stderr as they come. A block after `<!-- file: PATH -->` is written to that path first. Only timings,
//! hashes and, on a page that replays nothing, the date of a search may differ.

use super::{all_current, pages, root, settle, text, updating};
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn every_transcript_is_what_the_program_prints() {
    let mut faults = Vec::new();
    std::thread::scope(|scope| {
        let runs: Vec<_> = pages()
            .into_iter()
            .filter(|page| text(page).contains("```console"))
            .map(|page| scope.spawn(move || check(&page)))
            .collect();
        assert!(runs.len() >= 4, "pages with transcripts have gone");
        for run in runs {
            faults.extend(run.join().unwrap());
        }
    });
    all_current(&faults);
}

/// Types every transcript of a page; what differs from what it shows, in words or in pictures.
fn check(page: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let shown = text(page);
    let mut faults: Vec<String> = settle(page, &shown, &run(page, folder.path()))
        .err()
        .into_iter()
        .collect();
    let home = root().join(page);
    for link in shown.split("](").skip(1) {
        let link = link.split(')').next().unwrap();
        let drawn = folder
            .path()
            .join("perennial")
            .join(Path::new(link).file_name().unwrap_or_default());
        if !link.contains("pictures/") || !drawn.is_file() {
            continue;
        }
        let (want, kept) = (fs::read(drawn).unwrap(), home.parent().unwrap().join(link));
        if fs::read(&kept).is_ok_and(|bytes| bytes == want) {
            continue;
        }
        if updating() {
            fs::create_dir_all(kept.parent().unwrap()).unwrap();
            fs::write(kept, want).unwrap();
        } else {
            faults.push(format!(
                "{page}: {link} is not the picture that the commands make"
            ));
        }
    }
    faults
}

/// The page as it would be if every transcript were typed now.
fn run(page: &str, folder: &Path) -> String {
    let shown = text(page);
    let live = !shown.contains("--replay");
    let workspace = folder.join("perennial");
    for name in ["workflow.toml", "queries", "db/example"] {
        copy(&root().join(name), &workspace.join(name));
    }
    let mut here = workspace;
    let mut out = String::new();
    let mut lines = shown.lines().peekable();
    let mut file = None;
    while let Some(line) = lines.next() {
        push(&mut out, line);
        if let Some(path) = line.strip_prefix("<!-- file: ") {
            file = path.strip_suffix(" -->").map(str::to_owned);
        } else if line == "```console" {
            while let Some(line) = lines.next_if(|line| *line != "```") {
                let Some(command) = line.strip_prefix("$ ") else {
                    panic!("{page}: a transcript begins with `$ `, not `{line}`");
                };
                push(&mut out, line);
                let mut old = String::new();
                while let Some(line) =
                    lines.next_if(|line| *line != "```" && !line.starts_with("$ "))
                {
                    push(&mut old, line);
                }
                if let Some(folder) = command.strip_prefix("cd ") {
                    here.push(folder);
                } else {
                    let new = output(command, &here, page);
                    out.push_str(&keep(&old, &new, live));
                }
            }
        } else if line.starts_with("```") && line.len() > 3 {
            let mut body = String::new();
            while let Some(line) = lines.next_if(|line| *line != "```") {
                push(&mut body, line);
            }
            if let Some(path) = file.take() {
                let path = here.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, &body).unwrap();
            }
            out.push_str(&body);
        } else if line == "```" {
            // A closing fence, or a block without a language: its text holds no `$` of ours.
        }
    }
    out
}

fn push(out: &mut String, line: &str) {
    out.push_str(line);
    out.push('\n');
}

/// What a command prints, without white space at the ends of lines.
fn output(command: &str, here: &Path, page: &str) -> String {
    let command = command.replace("cargo run --release -- ", "perennial ");
    let program = Path::new(env!("CARGO_BIN_EXE_perennial"));
    let mut path = program.parent().unwrap().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let done = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {command}")])
        .current_dir(here)
        .env("PATH", path)
        .env("LC_ALL", "C")
        .env_remove("NCBI_EMAIL")
        .env_remove("NCBI_API_KEY")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8(done.stdout).unwrap();
    assert!(
        done.status.success(),
        "{page}: `{command}` failed; add `; echo \"exit $?\"` where that is meant\n{text}"
    );
    let mut out = String::new();
    for line in text.lines() {
        push(&mut out, line.trim_end());
    }
    out
}

/// The new lines, or the old ones where nothing differs but what may.
fn keep(old: &str, new: &str, live: bool) -> String {
    let mut out = String::new();
    let mut shown = old.lines();
    for line in new.lines() {
        let same = shown
            .next()
            .filter(|old| mask(old, live) == mask(line, live));
        push(&mut out, same.unwrap_or(line));
    }
    out
}

/// Replaces seconds, hashes and, where asked, the date after `searched`.
fn mask(text: &str, live: bool) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '.';
        let end = rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end.max(c.len_utf8()));
        let hash = matches!(word.len(), 12 | 64) && word.chars().all(|c| c.is_ascii_hexdigit());
        let seconds = word.strip_suffix('s').filter(|n| n.contains('.'));
        if hash {
            out.push('#');
        } else if seconds.is_some_and(|n| n.parse::<f64>().is_ok()) {
            // More digits leave fewer spaces before them.
            if out.ends_with(' ') {
                out.truncate(out.trim_end_matches(' ').len());
                out.push(' ');
            }
            out.push_str("0.00s");
        } else {
            out.push_str(word);
        }
        rest = after;
        if live && out.ends_with("searched ") {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        }
    }
    out
}

#[test]
fn only_seconds_hashes_and_the_date_of_a_live_search_may_differ() {
    let old = "✓ dedup 1  0.04s\nhead 04383bfc07f5\nsearched 2026-01-02 · 3";
    let new = "✓ dedup 1 12.31s\nhead a1173bfc07f5\nsearched 2027-11-30 · 3";
    assert_eq!(mask(old, true), mask(new, true));
    assert_ne!(mask(old, false), mask(new, false));
    assert_ne!(mask("137 duplicates", true), mask("138 duplicates", true));
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from, to).unwrap();
    }
}
