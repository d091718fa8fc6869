//! How SQLite reads: no statement that is asked for one thing walks through all records, decisions
//! or links. Every statement of the store is taken from its source and its plan looked at.

use super::{Store, StoreError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Tables of the size of the review.
const LARGE: [&str; 12] = [
    "event",
    "record",
    "report",
    "revision",
    "identifier",
    "decision",
    "study_link",
    "study_registry",
    "cell_entry",
    "rob_entry",
    "attachment",
    "discussion",
];

/// Statements that are asked once for a command and look at everything by nature: how they begin.
const ONCE: [&str; 2] = [
    "SELECT count(*) FROM record WHERE seq > ?1",
    "SELECT r.report, d.choice FROM decision d",
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push(path);
        }
    }
}

/// The string literals of a file, each with what stands before it on its line.
fn literals(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('"') {
        let line = before.rsplit('\n').next().unwrap_or_default();
        if line.contains("//") {
            rest = after.split_once('\n').map_or("", |(_, rest)| rest);
            continue;
        }
        if before.ends_with('\'') {
            // The character '"'.
            rest = after;
            continue;
        }
        let mut end = 0;
        let bytes = after.as_bytes();
        while end < bytes.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let literal = after[..end.min(after.len())].replace("\\\n", " ");
        out.push((line.trim().to_owned(), literal));
        rest = after.get(end + 1..).unwrap_or_default();
    }
    out
}

#[test]
fn what_is_asked_for_one_thing_walks_through_nothing_large() {
    let mut files = Vec::new();
    sources(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store"),
        &mut files,
    );
    files.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store.rs"));
    files.sort();
    let texts: Vec<String> = files
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let all: Vec<(String, String)> = texts.iter().flat_map(|text| literals(text)).collect();
    let constants: BTreeMap<String, &String> = all
        .iter()
        .filter_map(|(before, literal)| {
            let (_, rest) = before.split_once("const ")?;
            let (name, _) = rest.split_once(": &str")?;
            Some((format!("{{{name}}}"), literal))
        })
        .collect();

    let store = Store::in_memory("plans").unwrap();
    let snapshot = store.snapshot().unwrap();
    let conn = snapshot.read().conn;
    let (mut seen, mut faults) = (0, Vec::new());
    for (_, literal) in &all {
        let mut sql = literal.clone();
        for (name, value) in &constants {
            sql = sql.replace(name.as_str(), value);
        }
        let verb = sql.trim_start().split(' ').next().unwrap_or_default();
        if !["SELECT", "UPDATE", "DELETE"].contains(&verb) || !sql.contains('?') {
            continue;
        }
        // What still has a hole is put together elsewhere, or is not a statement of its own.
        let plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}"));
        let Ok(mut plan) = plan else { continue };
        seen += 1;
        let mut rows = plan.raw_query();
        while let Some(row) = rows.next().unwrap() {
            let step: String = row.get(3).unwrap();
            let walked = step
                .strip_prefix("SCAN ")
                .and_then(|rest| rest.split(' ').next());
            let Some(walked) = walked else { continue };
            let named = walked.trim_start_matches("main.");
            // A letter stands for a table or view that the statement names so.
            let is = |table: &&str| {
                named == *table
                    || ["FROM ", "JOIN ", ", ", "main."]
                        .iter()
                        .any(|before| sql.contains(&format!("{before}{table} {named}")))
                    || (named == "x" && sql.contains(&format!("FROM {table} ")))
            };
            if LARGE.iter().any(is) && !ONCE.iter().any(|once| sql.starts_with(once)) {
                faults.push(format!("{step}: {sql}"));
            }
        }
    }
    assert!(seen > 60, "only {seen} statements were found");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn errors_of_sqlite_have_their_names_on_every_way_out() {
    use rusqlite::ffi;
    let named =
        |code| StoreError::from(rusqlite::Error::SqliteFailure(ffi::Error::new(code), None));
    assert!(matches!(named(ffi::SQLITE_FULL), StoreError::Full));
    assert!(matches!(named(ffi::SQLITE_IOERR_WRITE), StoreError::Full));
    assert!(matches!(named(ffi::SQLITE_BUSY), StoreError::Busy));
    assert!(matches!(
        named(ffi::SQLITE_READONLY),
        StoreError::ReadOnly(_)
    ));
    assert!(matches!(
        named(ffi::SQLITE_CORRUPT),
        StoreError::Damaged { .. }
    ));
    // Out of the closure of a write, too.
    let store = Store::in_memory("errors").unwrap();
    let told = store.write(|writer| {
        writer.connection().execute_batch("PRAGMA query_only = 1")?;
        writer.mark_done("something")
    });
    assert!(matches!(told, Err(StoreError::ReadOnly(_))), "{told:?}");
}
