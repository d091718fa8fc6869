//! The layers of the source, by reading it: what only the shell may do, only the shell does.

use super::{files, none, text};

/// Folders and files whose code takes values and gives values.
const PURE: [&str; 11] = [
    "formats", "dedup", "filter", "appraise", "pool", "prisma", "lint", "plot", "model", "ledger",
    "workflow",
];

/// The module of a source file: `src/store/read.rs` is of `store`.
fn module(path: &str) -> &str {
    let path = path.strip_prefix("src/").unwrap_or(path);
    path.split(['/', '.']).next().unwrap_or(path)
}

/// The lines of code of a file with their numbers: no comments, no test module at its end, and
/// nothing of a file that is all tests.
fn code(path: &str) -> Vec<(usize, String)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let tests = ["tests.rs", "fixture.rs", "properties.rs"].contains(&name);
    if tests || path.contains("/tests/") {
        return Vec::new();
    }
    let text = text(path);
    let body = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
    body.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(n, line)| (n + 1, line.to_owned()))
        .collect()
}

/// Every line of code of the modules that `of` picks and that `bad` names something in.
fn lines(of: impl Fn(&str) -> bool, bad: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut faults = Vec::new();
    for path in files("src", "rs") {
        if !of(module(&path)) {
            continue;
        }
        for (n, line) in code(&path) {
            if let Some(what) = bad(&line) {
                faults.push(format!("{path}:{n}: {what}"));
            }
        }
    }
    faults
}

/// The first of `words` in a line.
fn first(line: &str, words: &[&str]) -> Option<String> {
    let found = words.iter().find(|word| line.contains(**word));
    found.map(|word| format!("`{word}`"))
}

#[test]
fn only_the_store_knows_sql() {
    let words = [
        "SELECT ",
        "INSERT INTO",
        "INSERT OR",
        "UPDATE ",
        "DELETE FROM",
        "CREATE TABLE",
        "PRAGMA ",
    ];
    let sql = |line: &str| {
        // Between quotes, or at the head of a line of a longer string.
        let mut parts = line.split('"');
        let head = parts.next().unwrap_or_default().trim_start();
        let inside = parts.step_by(2).find_map(|part| first(part, &words));
        inside.or_else(|| {
            words
                .iter()
                .find(|w| head.starts_with(**w))
                .map(|w| format!("`{w}`"))
        })
    };
    none(&lines(|module| module != "store", sql));
    none(&lines(
        |module| module != "store",
        |line| first(line, &["rusqlite"]),
    ));
}

#[test]
fn only_the_command_line_prints_reads_the_environment_or_ends_the_process() {
    let words = [
        "println!",
        "print!(",
        "stdout()",
        "stderr()",
        "std::env",
        "env::var",
        "process::exit",
        "is_terminal",
        "Timestamp::now",
        "SystemTime::now",
    ];
    none(&lines(|module| module != "cli", |line| first(line, &words)));
}

#[test]
fn the_pure_modules_touch_no_file_clock_store_or_environment() {
    let words = [
        "std::fs",
        "fs::read",
        "fs::write",
        "File::open",
        "rusqlite",
        "std::env",
        "SystemTime",
        "Instant::now",
        "std::net",
        "crate::store",
        "crate::cli",
        "crate::pipeline",
        "crate::screen",
        "crate::search",
        "crate::report",
    ];
    none(&lines(
        |module| PURE.contains(&module),
        |line| first(line, &words),
    ));
}

#[test]
fn every_module_says_what_it_is_for() {
    let faults: Vec<String> = [
        files("src", "rs"),
        files("tests", "rs"),
        files("benches", "rs"),
    ]
    .concat()
    .into_iter()
    .filter(|path| !text(path).starts_with("//! "))
    .collect();
    none(&faults);
}

#[test]
fn no_source_file_is_too_long_to_read() {
    let mut faults = Vec::new();
    for path in [files("src", "rs"), files("tests", "rs")].concat() {
        let n = text(&path).lines().count();
        if n > 800 {
            faults.push(format!("{path}: {n} lines; split it"));
        }
    }
    none(&faults);
}

#[test]
fn no_test_file_is_forgotten() {
    let mut faults = Vec::new();
    for path in files("tests/it", "rs") {
        let inner = path.strip_prefix("tests/it/").unwrap_or(&path);
        let inner = inner.strip_suffix(".rs").unwrap_or(inner);
        let (parent, name) = match inner.rsplit_once('/') {
            Some((parent, name)) => (format!("tests/it/{parent}.rs"), name),
            None => ("tests/it/main.rs".to_owned(), inner),
        };
        if name != "main" && !text(&parent).contains(&format!("mod {name};")) {
            faults.push(format!("{path} is not named in {parent}"));
        }
    }
    none(&faults);
}

#[test]
fn the_layout_of_the_readme_is_the_layout_of_the_source() {
    let readme = text("README.md");
    let mut faults = Vec::new();
    for path in files("src", "rs") {
        let inner = path.strip_prefix("src/").unwrap_or(&path);
        if !inner.contains('/') && !readme.contains(&format!("`src/{}", module(&path))) {
            faults.push(format!("README.md does not name {path}"));
        }
    }
    none(&faults);
}
