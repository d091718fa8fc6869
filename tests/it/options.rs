//! Every option of every command, run with what it does.
//!
//! A case is a command as it is typed, in a copy of a prepared folder, and for each option that it
//! stands for a text. The text must be in what the command says or writes, and must not be there when
//! the same command runs without that option: so an option that is read and not obeyed fails. Where no
//! text is given the whole answer must be another one without it. That no option is without a case is a
//! test of the docs, by the same table.

mod cases;
mod prepared;

use crate::support::{copy, said};
use cases::CASES;
use prepared::Prepared;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A folder to run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Base {
    /// Files and no workspace.
    Files,
    /// A review of two reports, nothing decided.
    Open,
    /// Two included trials with two extractors: one has entered everything, the other most.
    Data,
    /// A review whose records were compared by older rules.
    Older,
    /// The demonstration, nothing run yet.
    Fresh,
    /// After its first wave, published.
    Published,
    /// After its update.
    Updated,
}

/// A command with what each option of it does.
pub(crate) struct Case {
    base: Base,
    /// Commands typed before, one a line.
    before: &'static str,
    typed: &'static str,
    code: i32,
    /// Options, and what is said or written with them and not without; blank: something else.
    claims: &'static [(&'static str, &'static str)],
}

/// Every option of which a case says what it does, with the words of its command.
pub(crate) fn claimed() -> Vec<(String, String)> {
    let mut out: Vec<(String, String)> = Vec::new();
    for case in CASES {
        let (words, _) = command_of(&split(case.typed));
        for (option, _) in case.claims {
            let global = ["--json", "--as", "--workspace"].contains(option);
            let command = if global {
                String::new()
            } else {
                words.join(" ")
            };
            out.push((command, (*option).to_owned()));
        }
    }
    out.sort();
    out.dedup();
    out
}

#[test]
fn every_option_does_what_its_case_says() {
    let prepared = Prepared::default();
    let mut faults = Vec::new();
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut faults = Vec::new();
                    loop {
                        let n = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                        let Some(case) = CASES.get(n) else { break };
                        faults.extend(check(&prepared, case));
                    }
                    faults
                })
            })
            .collect();
        for worker in workers {
            faults.extend(worker.join().unwrap());
        }
    });
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

fn check(prepared: &Prepared, case: &Case) -> Vec<String> {
    let words = split(case.typed);
    let mut faults = Vec::new();
    let whole = evidence(prepared, case, &words);
    if whole.code != case.code {
        faults.push(format!(
            "perennial {}\n    exit {}, not {}: {}",
            case.typed, whole.code, case.code, whole.text
        ));
        return faults;
    }
    for (option, does) in case.claims {
        if does.is_empty() {
            // The answer is the same every time: it is another one without the option.
            let less = evidence(prepared, case, &without(&words, option));
            if (less.code, &less.text) == (whole.code, &whole.text) {
                faults.push(format!(
                    "perennial {}\n    {option} changes nothing",
                    case.typed
                ));
            }
            continue;
        }
        if !whole.text.contains(does) {
            faults.push(format!(
                "perennial {}\n    {option} should give `{does}`: {}",
                case.typed, whole.text
            ));
            continue;
        }
        // A server or a watch would go on without what ends it.
        if words
            .first()
            .is_some_and(|word| word == "serve" || word == "watch")
        {
            continue;
        }
        let less = evidence(prepared, case, &without(&words, option));
        if less.text.contains(does) {
            faults.push(format!(
                "perennial {}\n    `{does}` is there without {option} too",
                case.typed
            ));
        }
    }
    faults
}

/// What a run leaves behind.
struct Left {
    code: i32,
    /// What it says, what the events say that it wrote, and every file that it wrote.
    text: String,
}

fn evidence(prepared: &Prepared, case: &Case, words: &[String]) -> Left {
    let folder = tempfile::tempdir().unwrap();
    copy(prepared.folder(case.base), folder.path());
    let run = |words: &[String]| {
        let mut command = crate::support::program();
        command.current_dir(folder.path()).args(words);
        command.stdin(std::process::Stdio::null());
        said(&command.output().unwrap())
    };
    for line in case.before.lines().filter(|line| !line.trim().is_empty()) {
        run(&split(line)).ok();
    }
    let before = files(folder.path());
    let (seq, _) = events(folder.path(), 0);
    let done = run(words);
    let mut text = format!("{}{}", done.stdout, done.stderr);
    for (name, bytes) in files(folder.path()) {
        if before.get(&name) != Some(&bytes) {
            text.push_str(&format!("\n[{name}]\n"));
            text.push_str(&String::from_utf8_lossy(&bytes));
            text.push_str(&format!("\n{}\n", measured(&bytes)));
        }
    }
    text.push_str(&events(folder.path(), seq).1);
    text.push_str(&tokens(folder.path()));
    Left {
        code: done.code,
        text,
    }
}

/// The pixels of a PNG, so that its size can be asked for.
fn measured(bytes: &[u8]) -> String {
    let at = |from: usize| -> Option<u32> {
        let four = bytes.get(from..from + 4)?;
        Some(u32::from_be_bytes(four.try_into().ok()?))
    };
    match (bytes.starts_with(b"\x89PNG"), at(16), at(20)) {
        (true, Some(width), Some(height)) => format!("{width} by {height} pixels"),
        _ => String::new(),
    }
}

/// Every file but the store's own, by its path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(one) = open.pop() {
        for entry in fs::read_dir(&one).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            if !name.starts_with("db/") {
                out.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    out
}

/// The events of the log in the folder after one of them, and the number of the last.
fn events(folder: &Path, after: u64) -> (u64, String) {
    let Ok(conn) = rusqlite::Connection::open_with_flags(
        folder.join("db/review.sqlite"),
        rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY,
    ) else {
        return (after, String::new());
    };
    let Ok(mut find) = conn.prepare(
        "SELECT seq, seq || ' ' || actor || ' ' || kind || ' ' || body FROM event WHERE seq > ?1 ORDER BY seq",
    ) else {
        return (after, String::new());
    };
    let rows = find.query_map([after], |row| Ok((row.get(0)?, row.get(1)?)));
    let rows: Vec<(u64, String)> = rows.unwrap().map(Result::unwrap).collect();
    let last = rows.last().map_or(after, |(seq, _)| *seq);
    let texts: Vec<String> = rows.into_iter().map(|(_, text)| text).collect();
    (last, texts.join("\n"))
}

/// What the tokens of people are called, which stands outside the log.
fn tokens(folder: &Path) -> String {
    let database = folder.join("db/review.sqlite");
    let Ok(conn) =
        rusqlite::Connection::open_with_flags(database, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)
    else {
        return String::new();
    };
    let all = "SELECT group_concat('token ' || label, ', ') FROM sign_in WHERE label IS NOT NULL";
    conn.query_row(all, [], |row| row.get::<_, Option<String>>(0))
        .ok()
        .flatten()
        .unwrap_or_default()
}

/// The words of a command as a shell takes them; single quotes hold a word together.
fn split(typed: &str) -> Vec<String> {
    let mut out = Vec::new();
    let (mut word, mut quoted, mut begun) = (String::new(), false, false);
    for c in typed.chars() {
        match c {
            '\'' => (quoted, begun) = (!quoted, true),
            c if c.is_whitespace() && !quoted => {
                if begun {
                    out.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            c => {
                word.push(c);
                begun = true;
            }
        }
    }
    if begun {
        out.push(word);
    }
    out
}

/// The words of the command and its definition.
fn command_of(words: &[String]) -> (Vec<String>, clap::Command) {
    let mut command = perennial::cli::command();
    let mut own = Vec::new();
    for word in words {
        let Some(inner) = command.find_subcommand(word) else {
            break;
        };
        command = inner.clone();
        own.push(word.clone());
    }
    (own, command)
}

/// The same command without an option and its value.
fn without(words: &[String], option: &str) -> Vec<String> {
    let (_, command) = command_of(words);
    let whole = perennial::cli::command();
    let long = option.trim_start_matches('-');
    let mut known = command.get_arguments().chain(whole.get_arguments());
    let known = known.find(|arg| arg.get_long() == Some(long));
    let takes = known.is_some_and(|arg| arg.get_action().takes_values());
    let mut out = Vec::new();
    let mut words = words.iter().peekable();
    while let Some(word) = words.next() {
        if word == option {
            if takes && words.peek().is_some_and(|next| !next.starts_with("--")) {
                words.next();
            }
            continue;
        }
        out.push(word.clone());
    }
    out
}
