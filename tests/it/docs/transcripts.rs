//! Transcripts: every ```console block is run and compared.
//!
//! A page has one fresh copy of this workspace; its blocks run in it in order. A line `$ command`
//! goes to `sh`, with the built program as `perennial` (and `cargo run --release --` in its
//! place); `$ cd DIR` moves the lines after it. What follows is stdout, then stderr, up to the
//! next `$`. A block after `<!-- file: PATH -->` is written to that path first. Only timings,
//! hashes and, on a page that replays nothing, the date of a search may differ.

use super::{none, pages, root, settle, text};
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
            .map(|page| scope.spawn(move || settle(&page, &text(&page), &run(&page))))
            .collect();
        assert!(runs.len() >= 4, "pages with transcripts have gone");
        for run in runs {
            faults.extend(run.join().unwrap().err());
        }
    });
    none(&faults);
}

/// The page as it would be if every transcript were typed now.
fn run(page: &str) -> String {
    let shown = text(page);
    let live = !shown.contains("--replay");
    let folder = tempfile::tempdir().unwrap();
    let workspace = folder.path().join("perennial");
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
        .args(["-c", &command])
        .current_dir(here)
        .env("PATH", path)
        .env("LC_ALL", "C")
        .env_remove("NCBI_EMAIL")
        .env_remove("NCBI_API_KEY")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let text = [done.stdout, done.stderr].concat();
    let text = String::from_utf8(text).unwrap();
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

/// The old lines where they differ from the new in nothing but what may differ.
fn keep(old: &str, new: &str, live: bool) -> String {
    if mask(old, live) == mask(new, live) {
        old.to_owned()
    } else {
        new.to_owned()
    }
}

/// Replaces seconds, hashes and, where asked, the date after `searched`.
fn mask(text: &str, live: bool) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut words = Vec::new();
        let mut before = "";
        for word in line.split(' ') {
            let bare = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
            let hash = matches!(bare.len(), 12 | 64) && bare.chars().all(|c| c.is_ascii_hexdigit());
            let time = bare.ends_with('s')
                && bare.contains('.')
                && bare.trim_end_matches('s').parse::<f64>().is_ok();
            words.push(if time {
                "0.00s"
            } else if hash || live && before == "searched" {
                "#"
            } else {
                word
            });
            before = word;
        }
        push(&mut out, &words.join(" "));
    }
    out
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
