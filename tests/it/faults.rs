//! What goes wrong: a clear message, the documented exit code, nothing changed.

use crate::support::{Workspace, assert_same, said};
use std::fs::OpenOptions;
use std::process::{Command, Stdio};

/// No event was written.
#[track_caller]
fn assert_untouched(workspace: &Workspace) {
    let events = workspace.run(&["export", "events"]);
    assert!(events.stdout.is_empty(), "{}", events.stdout);
}

#[test]
fn a_bad_workflow_is_shown_with_its_line_and_changes_nothing() {
    let workspace = Workspace::demonstration();
    workspace.edit("workflow.toml", "title_any =", "title_anny =");
    workspace.run(&["run", "--replay"]).fails(
        2,
        &[
            "unknown key `title_anny`",
            "--> workflow.toml:",
            "title_any",
            "nothing was changed",
        ],
    );
    assert!(!workspace.path("db/review.sqlite").exists());
    let json = workspace.run(&["run", "--replay", "--json"]);
    assert_eq!(json.code, 2);
    let error = &json.json()["error"];
    assert_eq!(error["kind"], "config");
    assert_eq!(error["file"], "workflow.toml");
    assert!(error["line"].as_u64().unwrap() > 1);
}

#[test]
fn a_missing_query_file_names_the_nearest() {
    let workspace = Workspace::demonstration();
    workspace.edit("workflow.toml", "queries/pubmed.txt", "queries/pubmd.txt");
    workspace.run(&["run", "--replay"]).fails(
        2,
        &[
            "does not exist",
            "queries/pubmd.txt",
            "`queries/pubmed.txt` exists; did you mean that?",
        ],
    );
    assert!(!workspace.path("db/review.sqlite").exists());
}

#[test]
fn a_damaged_archive_file_changes_nothing() {
    for file in [
        "pubmed/efetch-002.xml",
        "pubmed/esearch.xml",
        "embase.ris",
        "web-of-science.ciw",
    ] {
        let workspace = Workspace::demonstration();
        let path = format!("db/example/001/{file}");
        let bytes = workspace.read(&path);
        // Inside a record: three quarters in, then to the middle of a line.
        let mut cut = bytes.len() * 3 / 4;
        while bytes[cut] == b'\n' || bytes[cut - 1] == b'\n' {
            cut += 1;
        }
        std::fs::write(workspace.path(&path), &bytes[..cut]).unwrap();
        workspace.run(&["run", "--replay"]).fails(2, &[&path]);
        assert_untouched(&workspace);
    }
}

#[test]
fn a_missing_archive_file_is_named() {
    let workspace = Workspace::demonstration();
    std::fs::remove_file(workspace.path("db/example/001/central.csv")).unwrap();
    workspace
        .run(&["run", "--replay"])
        .fails(2, &["db/example/001/central.csv"]);
    assert_untouched(&workspace);
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let conn = rusqlite::Connection::open(workspace.path("db/review.sqlite")).unwrap();
    conn.execute("INSERT INTO migration VALUES (99, 'tomorrow', 'x')", [])
        .unwrap();
    drop(conn);
    for args in [&["status"][..], &["run", "--replay"], &["export", "events"]] {
        workspace
            .run(args)
            .fails(1, &["schema version 99", "newer"]);
    }
}

#[test]
fn a_migration_changed_after_release_is_an_integrity_error() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let conn = rusqlite::Connection::open(workspace.path("db/review.sqlite")).unwrap();
    conn.execute("UPDATE migration SET checksum = 'x' WHERE version = 1", [])
        .unwrap();
    drop(conn);
    workspace.run(&["status"]).fails(4, &["migration 1"]);
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let workspace = Workspace::demonstration();
    std::fs::write(
        workspace.path("db/review.sqlite"),
        "this is not a database, is it? ".repeat(99),
    )
    .unwrap();
    workspace
        .run(&["status"])
        .fails(4, &["not a usable database", "backup"]);
}

#[test]
fn a_used_up_disk_is_told_and_the_next_run_finishes() {
    let whole = Workspace::demonstration();
    whole.run(&["run", "--replay"]).ok();
    let want = whole.outcome();
    let mut failed = 0;
    // Blocks of 512 or 1,024 bytes, as the shell has it; from nothing at all to nearly enough.
    for blocks in ["1", "40", "300", "900", "2000"] {
        let workspace = Workspace::demonstration();
        let output = Command::new("sh")
            .current_dir(workspace.path(""))
            .env("NO_COLOR", "1")
            .args([
                "-c",
                &format!("ulimit -f {blocks}; exec \"$0\" run --replay"),
            ])
            .arg(env!("CARGO_BIN_EXE_perennial"))
            .output()
            .unwrap();
        let told = said(&output);
        if told.code != 0 {
            failed += 1;
            told.fails(1, &["no space left"]);
        }
        workspace.run(&["run", "--replay"]).ok();
        assert_same(&workspace.outcome(), &want);
        workspace.run(&["audit"]).ok();
    }
    assert!(
        failed >= 3,
        "the limits were too wide to test anything: {failed}"
    );
}

#[test]
fn a_locked_workspace_is_refused_and_unlocked_by_the_end_of_the_process() {
    let workspace = Workspace::demonstration();
    std::fs::create_dir_all(workspace.path("db")).unwrap();
    let lock = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .open(workspace.path("db/pipeline.lock"))
        .unwrap();
    lock.lock().unwrap();
    for args in [&["run", "--replay"][..], &["dedup"], &["filter"]] {
        workspace
            .run(args)
            .fails(5, &["locked", "nothing was changed"]);
    }
    let json = workspace.run(&["run", "--replay", "--json"]);
    assert_eq!(
        (json.code, &json.json()["error"]["kind"]),
        (5, &serde_json::json!("locked"))
    );
    drop(lock);
    workspace.run(&["run", "--replay"]).ok();
}

#[test]
fn a_database_of_another_review_is_told() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let conn = rusqlite::Connection::open(workspace.path("db/review.sqlite")).unwrap();
    conn.execute("UPDATE meta SET value = 'another' WHERE key = 'review'", [])
        .unwrap();
    drop(conn);
    workspace
        .run(&["status"])
        .fails(2, &["belongs to the review `another`"]);
}

#[test]
fn people_and_reports_that_are_not_there_are_refused() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let before = workspace.outcome();
    let vote = |report: &str, phase: &str, choice: &str, who: &str| {
        workspace.run(&[
            "screen", "decide", report, "--phase", phase, choice, "--as", who,
        ])
    };
    vote("31735560", "title-abstract", "include", "nobody").fails(2, &["nobody in this review"]);
    vote("99999999", "title-abstract", "include", "reviewer-1").fails(2, &["`99999999`"]);
    vote("r9999", "title-abstract", "include", "reviewer-1").fails(2, &["`r9999`"]);
    vote("31735560", "title-abstract", "maybe", "reviewer-1").fails(2, &["`maybe`"]);
    vote("31735560", "abstract", "include", "reviewer-1").fails(2, &["`abstract`"]);
    vote("31735560", "title-abstract", "exclude", "reviewer-1").fails(2, &["settled"]);
    vote("31735560", "title-abstract", "include", "adjudicator").fails(2, &["role"]);
    workspace
        .run(&[
            "screen",
            "decide",
            "31735560",
            "--phase",
            "title-abstract",
            "include",
        ])
        .fails(2, &["--as NAME"]);
    workspace
        .run(&[
            "screen",
            "settle",
            "31735560",
            "--phase",
            "full-text",
            "include",
            "--as",
            "adjudicator",
        ])
        .fails(2, &["not in conflict"]);
    workspace
        .run(&["screen", "undo", "1", "--as", "lead"])
        .fails(2, &["workflow_adopted"]);
    workspace
        .run(&["screen", "undo", "99999", "--as", "lead"])
        .fails(2, &["no such event"]);
    workspace
        .run(&["import", "db/example/001/embase.ris", "--source", "Embasee"])
        .fails(2, &["no source `Embasee`", "did you mean `Embase`?"]);
    assert_same(&workspace.outcome(), &before);
}

#[test]
fn a_decisions_file_is_taken_whole_or_not_at_all() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace.run(&["update", "--replay"]).ok();
    let before = workspace.outcome();
    let open = workspace
        .run(&["screen", "list", "--for", "reviewer-2", "--json"])
        .ok()
        .json();
    let report = open["reports"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["phase"] == "title-abstract" && row["state"] == "to do")
        .unwrap()["report"]
        .as_str()
        .unwrap()
        .to_owned();
    let good = format!("{report},title-abstract,reviewer-2,exclude,,,,");
    for (bad, words) in [
        ("r99999,title-abstract,reviewer-2,exclude,,,,", "r99999"),
        ("31735560,title-abstract,nobody,exclude,,,,", "nobody"),
        ("31735560,title-abstract,reviewer-2,perhaps,,,,", "perhaps"),
        (
            "31735560,title-abstract,reviewer-2,exclude,,,yesterday,",
            "yesterday",
        ),
        ("31735560,title-abstract,reviewer-2,exclude", "cells"),
        (
            "31735560,title-abstract,reviewer-2,exclude,,,,perhaps",
            "perhaps",
        ),
    ] {
        let text =
            format!("report,phase,reviewer,decision,reason,note,at,settles\n{good}\n{bad}\n");
        workspace.write("bad.csv", &text);
        workspace
            .run(&["screen", "import", "bad.csv"])
            .fails(2, &["bad.csv:3", words]);
        assert_same(&workspace.outcome(), &before);
    }
    workspace.write("cut.csv", "report,phase,reviewer\nr1,x,y\n");
    workspace
        .run(&["screen", "import", "cut.csv"])
        .fails(2, &["cut.csv:1", "`decision`"]);

    workspace.write(
        "good.csv",
        &format!("report,phase,reviewer,decision,reason,note,at,settles\n{good}\n"),
    );
    let first = workspace
        .run(&["screen", "import", "good.csv", "--json"])
        .ok()
        .json();
    assert_eq!((&first["written"], &first["known"]), (&1.into(), &0.into()));
    let again = workspace
        .run(&["screen", "import", "good.csv", "--json"])
        .ok()
        .json();
    assert_eq!((&again["written"], &again["known"]), (&0.into(), &1.into()));
}

#[test]
fn a_reader_that_has_seen_enough_is_success() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let mut child = workspace
        .command(&["export", "events"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let told = said(&child.wait_with_output().unwrap());
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
}

#[test]
fn wrong_flags_are_errors_of_usage_in_json_too() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--reply"]).fails(2, &["--reply"]);
    let json = workspace.run(&["run", "--reply", "--json"]);
    assert_eq!(
        (json.code, &json.json()["error"]["kind"]),
        (2, &serde_json::json!("usage"))
    );
    let nowhere = tempfile::tempdir().unwrap();
    let told = crate::support::program()
        .current_dir(nowhere.path())
        .arg("status")
        .output();
    said(&told.unwrap()).fails(2, &["no workflow.toml", "perennial init"]);
}

#[test]
fn tampering_with_log_archive_or_tables_is_found_and_named() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let path = workspace.path("db/review.sqlite");
    let saved = workspace.path("saved.sqlite");
    let tamper = |sql: &str, words: &[&str]| {
        rusqlite::Connection::open(&path)
            .unwrap()
            .execute_batch(&format!(
                "PRAGMA wal_checkpoint(TRUNCATE); VACUUM INTO '{}'",
                saved.display()
            ))
            .unwrap();
        rusqlite::Connection::open(&path)
            .unwrap()
            .execute_batch(sql)
            .unwrap();
        let told = workspace.run(&["audit"]);
        assert_eq!(told.code, 4, "{sql}: {}", told.stdout);
        for word in words {
            assert!(
                told.stdout.contains(word),
                "{sql}: `{word}` is not in {}",
                told.stdout
            );
        }
        for extra in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{extra}", path.display()));
        }
        std::fs::rename(&saved, &path).unwrap();
        workspace.run(&["audit"]).ok();
    };
    tamper(
        "DROP TRIGGER event_no_update; UPDATE event SET body = replace(body, 'exclude', 'include')
           WHERE seq = (SELECT min(seq) FROM event WHERE body LIKE '%exclude%')",
        &["was changed: its content gives"],
    );
    tamper(
        "DROP TRIGGER event_no_delete; DELETE FROM event WHERE seq = 100",
        &["event 101", "100"],
    );
    tamper(
        "UPDATE report SET place = 'included' WHERE id = 5",
        &["table report", "id=5"],
    );
    tamper(
        "UPDATE decision SET choice = 'include' WHERE seq = (SELECT max(seq) FROM decision)",
        &["table decision"],
    );
    tamper(
        "UPDATE content SET body = replace(body, 'myeloma', 'lymphoma') WHERE hash = (SELECT hash FROM record WHERE id = 1)",
        &["does not give its hash"],
    );

    let archived = std::fs::read_dir(workspace.path("db/archive"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let file = std::fs::read_dir(archived.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let told = workspace.run(&["audit"]);
    assert_eq!(told.code, 4);
}
