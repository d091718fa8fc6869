//! What is promised is proved: the audit finds what was tampered with, whatever says otherwise.

mod beside;
mod blind;
mod flips;
mod ledgers;
mod time;

use crate::support::{Workspace, copy};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The demonstration, run and published once for all tests of this file.
fn published() -> Workspace {
    static MADE: std::sync::OnceLock<Workspace> = std::sync::OnceLock::new();
    let made = MADE.get_or_init(|| {
        let workspace = Workspace::demonstration();
        workspace.run(&["run", "--replay"]).ok();
        workspace
            .run(&["publish", "1.0", "--provisional", "--as", "lead"])
            .ok();
        workspace.run(&["report"]).ok();
        workspace
    });
    let again = Workspace::demonstration();
    for part in ["db", "reports"] {
        copy(&made.path(part), &again.path(part));
    }
    again
}

/// Audits, and finds every one of `words` among what is said.
#[track_caller]
fn faulty(workspace: &Workspace, words: &[&str]) {
    let told = workspace.run(&["audit"]);
    let said = format!("{}{}", told.stdout, told.stderr);
    assert_eq!(told.code, 4, "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not in {said}");
    }
    let json = workspace.run(&["audit", "--json"]);
    assert_eq!(json.code, 4);
    if json.json()["error"].is_null() {
        assert_eq!(json.json()["sound"], false);
    }
}

fn sql(workspace: &Workspace, text: &str) {
    let conn = rusqlite::Connection::open(workspace.path("db/review.sqlite")).unwrap();
    conn.execute_batch(text).unwrap();
}

fn archived(workspace: &Workspace) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for folder in std::fs::read_dir(workspace.path("db/archive")).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            out.push(file.unwrap().path());
        }
    }
    out.sort();
    out
}

#[test]
fn an_untouched_review_is_sound_and_says_what_no_audit_proves() {
    let workspace = published();
    let told = workspace.run(&["audit"]).ok().stdout;
    assert!(told.contains("1 published version"), "{told}");
    assert!(told.contains("--against HEAD"), "{told}");
}

#[test]
fn an_archive_that_is_emptied_together_with_its_table_is_missed() {
    let workspace = published();
    std::fs::remove_dir_all(workspace.path("db/archive")).unwrap();
    sql(&workspace, "DELETE FROM archive");
    faulty(&workspace, &["cannot read", "workflow.toml"]);
}

#[test]
fn one_archived_file_that_is_gone_or_changed_is_named() {
    let workspace = published();
    let files = archived(&workspace);
    std::fs::remove_file(&files[0]).unwrap();
    let mut bytes = std::fs::read(&files[1]).unwrap();
    bytes.push(0);
    std::fs::write(&files[1], bytes).unwrap();
    sql(&workspace, "DELETE FROM archive");
    let name = files[0].file_name().unwrap().to_str().unwrap();
    faulty(&workspace, &[name]);
}

#[test]
fn a_lost_database_is_no_empty_review() {
    let workspace = published();
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(workspace.path(&format!("db/review.sqlite{end}")));
    }
    faulty(&workspace, &["was lost", "perennial restore"]);
    for command in [
        &["status"][..],
        &["run", "--replay"],
        &["report"],
        &["prisma"],
        &["user", "list"],
    ] {
        workspace.run(command).fails(4, &["was lost"]);
    }
    assert!(!workspace.path("db/review.sqlite").exists());
    std::fs::write(workspace.path("db/review.sqlite"), b"").unwrap();
    faulty(&workspace, &["was lost"]);
}

#[test]
fn yesterdays_database_beside_a_newer_version_is_told() {
    let workspace = published();
    let old = tempfile::tempdir().unwrap();
    sql(&workspace, "PRAGMA wal_checkpoint(TRUNCATE)");
    copy(
        &workspace.path("db/review.sqlite"),
        &old.path().join("review.sqlite"),
    );
    workspace
        .run(&["publish", "1.1", "--provisional", "--as", "lead"])
        .ok();
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(workspace.path(&format!("db/review.sqlite{end}")));
    }
    copy(
        &old.path().join("review.sqlite"),
        &workspace.path("db/review.sqlite"),
    );
    faulty(&workspace, &["versions/1.1", "older"]);
}

#[test]
fn a_chain_that_was_hashed_anew_does_not_fit_the_published_head() {
    let workspace = published();
    rechain(&workspace, |kind, body| {
        if kind == "decision_made" {
            body.replace("\"exclude\"", "\"include\"")
        } else {
            body.to_owned()
        }
    });
    faulty(&workspace, &["version 1.0 froze event", "written anew"]);
}

/// Changes bodies and hashes the whole chain anew, as somebody who knows the rule would.
fn rechain(workspace: &Workspace, change: impl Fn(&str, &str) -> String) {
    use sha2::Digest as _;
    let conn = rusqlite::Connection::open(workspace.path("db/review.sqlite")).unwrap();
    conn.execute_batch("DROP TRIGGER event_no_update").unwrap();
    let rows: Vec<(u64, [String; 5], String)> = conn
        .prepare("SELECT seq, at, actor, via, kind, body, prev FROM event ORDER BY seq")
        .unwrap()
        .query_map([], |row| {
            Ok((
                row.get(0)?,
                [
                    row.get(1)?,
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                    row.get(5)?,
                ],
                row.get(6)?,
            ))
        })
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let mut prev = rows[0].2.clone();
    for (seq, [at, actor, via, kind, body], _) in rows {
        let body = change(&kind, &body);
        let mut hasher = sha2::Sha256::new();
        for field in [&seq.to_string(), &at, &actor, &via, &kind, &body] {
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        let bytes: Vec<u8> = (0..64)
            .step_by(2)
            .map(|n| u8::from_str_radix(&prev[n..n + 2], 16).unwrap())
            .collect();
        hasher.update(&bytes);
        let mut hash = String::new();
        for byte in hasher.finalize() {
            write!(hash, "{byte:02x}").unwrap();
        }
        conn.execute(
            "UPDATE event SET body = ?2, prev = ?3, hash = ?4 WHERE seq = ?1",
            (seq, &body, &prev, &hash),
        )
        .unwrap();
        prev = hash;
    }
}

#[test]
fn published_files_that_were_edited_deleted_or_added_are_named() {
    let workspace = published();
    let at = |name: &str| format!("reports/versions/1.0/{name}");
    workspace.write(&at("prisma.json"), "{}");
    std::fs::remove_file(workspace.path(&at("included.csv"))).unwrap();
    workspace.write(&at("more.csv"), "a,b\n");
    faulty(
        &workspace,
        &[
            "1.0/prisma.json is not what was published",
            "1 published file is not there",
            "1.0/more.csv was not published",
        ],
    );
    // The way back: what is missing is written again from the archive, what was changed is not hidden.
    std::fs::remove_file(workspace.path(&at("prisma.json"))).unwrap();
    std::fs::remove_file(workspace.path(&at("more.csv"))).unwrap();
    workspace.run(&["report"]).ok();
    workspace.run(&["audit"]).ok();
}

#[test]
fn names_stand_beside_the_hash_of_the_event_that_gave_them() {
    let workspace = published();
    sql(
        &workspace,
        "UPDATE person_name SET name = 'x' WHERE person = 2;
         UPDATE person_name SET name = 'reviewer-1' WHERE person = 3;
         UPDATE person_name SET name = 'reviewer-2' WHERE person = 2;",
    );
    faulty(
        &workspace,
        &["the name of p2 is `reviewer-2`", "the name of p3"],
    );
    let workspace = published();
    sql(&workspace, "DELETE FROM person_name WHERE person = 2");
    faulty(&workspace, &["the name of p2 is gone"]);
}

#[test]
fn triggers_indexes_and_order_are_those_that_this_version_makes() {
    for (text, word) in [
        ("DROP TRIGGER event_no_update", "trigger event_no_update is not there"),
        (
            "CREATE TRIGGER more AFTER INSERT ON event BEGIN SELECT 1; END",
            "trigger more is none",
        ),
        (
            "DROP INDEX decision_report; CREATE INDEX decision_report ON decision(report) WHERE undone = 0",
            "index decision_report is not as",
        ),
        ("DROP INDEX record_report", "index record_report is not there"),
        ("CREATE TABLE notes (x)", "table notes is none"),
        ("DROP TABLE relation", "table relation is not there"),
        (
            "INSERT INTO event SELECT -seq, at, actor, via, kind, body, prev, replace(hash, substr(hash, 1, 2), 'zz')
               FROM event WHERE seq = 5",
            "-5",
        ),
    ] {
        let workspace = published();
        sql(&workspace, text);
        faulty(&workspace, &[word]);
    }
}

#[test]
fn the_audit_goes_on_after_a_fault_and_names_all() {
    let workspace = published();
    sql(
        &workspace,
        "DROP TRIGGER event_no_update;
         UPDATE event SET body = replace(body, 'exclude', 'include') WHERE seq =
           (SELECT min(seq) FROM event WHERE body LIKE '%exclude%');
         UPDATE event SET at = 'yesterday' WHERE seq = 40;
         UPDATE event SET kind = 'decision_unmade' WHERE seq = 60;
         UPDATE report SET place = 'included' WHERE id = 5;
         UPDATE content SET body = '{}' WHERE hash = (SELECT hash FROM record WHERE id = 1);",
    );
    std::fs::remove_file(&archived(&workspace)[3]).unwrap();
    faulty(
        &workspace,
        &[
            "was changed: its content gives",
            "event 40 has the time `yesterday`",
            "event 60 has a body of kind `decision_unmade`",
            "does not give its hash",
            "cannot read",
        ],
    );
}

#[test]
fn a_head_that_was_kept_proves_that_the_log_only_grew() {
    let workspace = published();
    let head = workspace.run(&["audit", "--json"]).ok().json()["head"]
        .as_str()
        .unwrap()
        .to_owned();
    workspace
        .run(&["user", "add", "zoe", "--role", "auditor", "--as", "lead"])
        .ok();
    let told = workspace.run(&["audit", "--against", &head]).ok().stdout;
    assert!(told.contains("and 1 event since"), "{told}");
    workspace.run(&["audit", "--against", &head[..12]]).ok();
    workspace.run(&["audit", "--against", "reports"]).ok();
    workspace
        .run(&["audit", "--against", "reports/index.html"])
        .ok();
    let wrong = head.replace(
        &head[..4],
        if head.starts_with("0000") {
            "1111"
        } else {
            "0000"
        },
    );
    let told = workspace.run(&["audit", "--against", &wrong]);
    assert_eq!(told.code, 4, "{}", told.stdout);
    assert!(
        told.stdout.contains("cut or written anew"),
        "{}",
        told.stdout
    );
    workspace
        .run(&["audit", "--against", "nothing"])
        .fails(2, &["neither"]);
    workspace
        .run(&["audit", "--against", "workflow.toml"])
        .fails(2, &["prints no head"]);
    // The end is cut off: nothing in the folder shows it, the head does.
    sql(
        &workspace,
        "DROP TRIGGER event_no_delete;
         DELETE FROM person WHERE seq = (SELECT max(seq) FROM event);
         DELETE FROM person_name WHERE name = 'zoe';
         DELETE FROM event WHERE seq = (SELECT max(seq) FROM event);
         CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;",
    );
    workspace.run(&["audit"]).ok();
}

#[test]
fn a_path_with_signs_of_an_address_is_a_path() {
    let folder = tempfile::tempdir().unwrap();
    let strange = folder.path().join("re#view ?a=%41");
    let workspace = published();
    copy(&workspace.path(""), &strange);
    for args in [&["audit"][..], &["status"], &["prisma"]] {
        let told = crate::support::program()
            .current_dir(&strange)
            .args(args)
            .output()
            .unwrap();
        crate::support::said(&told).ok();
    }
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 1);
}

#[test]
fn a_backup_is_one_file_and_comes_back_audited() {
    let workspace = published();
    workspace.run(&["backup", "b.tar"]).ok();
    workspace
        .run(&["backup", "b.tar"])
        .fails(2, &["exists already", "--keep"]);
    workspace
        .run(&["backup", "b.tar", "--keep", "2", "--without-full-texts"])
        .ok();
    assert!(workspace.path("b.tar.1").exists());
    let told = workspace
        .run(&["restore", "b.tar", "again", "--json"])
        .ok()
        .json();
    assert_eq!(told["sound"], true);
    let again = workspace.path("again");
    let there = |name: &str| again.join(name).exists();
    assert!(there("reports/versions/1.0/index.html") && there("queries"));
    workspace
        .run(&["restore", "b.tar", "again"])
        .fails(2, &["not empty"]);
    let events = |folder: &Path| {
        let told = crate::support::program()
            .args(["export", "events", "--workspace"])
            .arg(folder)
            .output()
            .unwrap();
        crate::support::said(&told).ok().stdout
    };
    assert_eq!(events(&again), events(&workspace.path("")));
    // A backup that was cut or changed is told.
    let bytes = workspace.read("b.tar");
    std::fs::write(workspace.path("cut.tar"), &bytes[..bytes.len() / 2]).unwrap();
    let told = workspace.run(&["restore", "cut.tar", "from-cut"]);
    assert!(
        told.code == 2 || told.code == 4,
        "{}{}",
        told.stdout,
        told.stderr
    );
    workspace
        .run(&["restore", "workflow.toml", "no"])
        .fails(2, &[]);
    // So is a strategy that was changed in it, which no event vouches for.
    let strategy = workspace.read("queries/pubmed.txt");
    let line = strategy.get(..40).unwrap();
    let at = bytes.windows(40).position(|part| part == line).unwrap();
    let mut changed = bytes;
    changed[at + 20] ^= 1;
    std::fs::write(workspace.path("changed.tar"), changed).unwrap();
    workspace
        .run(&["restore", "changed.tar", "changed"])
        .fails(2, &["`queries/pubmed.txt` in it is not what was packed"]);
    // What is lost here is not in a backup, and that is told.
    let archive = workspace.path("db/archive");
    let folder = std::fs::read_dir(archive).unwrap().next().unwrap().unwrap();
    std::fs::remove_dir_all(folder.path()).unwrap();
    workspace
        .run(&["backup", "lost.tar"])
        .fails(4, &["that the log names, and so not in this backup"]);
}

#[cfg(unix)]
#[test]
fn links_and_dots_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret.txt");
    std::fs::write(&secret, "myeloma").unwrap();
    let workspace = Workspace::demonstration();
    symlink(&secret, workspace.path("db/pipeline.lock")).unwrap();
    workspace
        .run(&["run", "--replay"])
        .fails(1, &["pipeline.lock"]);
    assert_eq!(std::fs::read(&secret).unwrap(), b"myeloma");
    std::fs::remove_file(workspace.path("db/pipeline.lock")).unwrap();

    std::fs::remove_file(workspace.path("queries/pubmed.txt")).unwrap();
    symlink(&secret, workspace.path("queries/pubmed.txt")).unwrap();
    workspace
        .run(&["run", "--replay"])
        .fails(2, &["out of the workspace"]);

    let workspace = Workspace::demonstration();
    std::fs::remove_file(workspace.path("db/example/001/embase.ris")).unwrap();
    symlink(&secret, workspace.path("db/example/001/embase.ris")).unwrap();
    workspace
        .run(&["run", "--replay"])
        .fails(2, &["out of the workspace"]);
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let workspace = Workspace::new();
    std::fs::create_dir_all(workspace.path("db")).unwrap();
    let path = workspace.path("db/review.sqlite");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch("CREATE TABLE bookmarks (url TEXT)")
        .unwrap();
    drop(conn);
    let before = std::fs::read(&path).unwrap();
    workspace
        .run(&["user", "add", "ann", "--role", "lead"])
        .fails(4, &["not a database of this program"]);
    workspace
        .run(&["status"])
        .fails(4, &["not a database of this program"]);
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn what_steers_a_terminal_is_shown_and_not_done() {
    let workspace = Workspace::new();
    workspace
        .run(&["user", "add", "lea", "--role", "lead"])
        .ok();
    workspace.write(
        "hostile.csv",
        "id,title,year\n1,\"A trial \u{1b}]0;owned\u{7}of \u{202e}nortem in many people\",2020\n",
    );
    workspace
        .run(&["import", "hostile.csv", "--source", "Cochrane CENTRAL"])
        .ok();
    workspace.run(&["run"]);
    for args in [
        &["screen", "list"][..],
        &["screen", "show", "r1"],
        &["explain", "r1"],
    ] {
        let told = workspace.run(args);
        let said = format!("{}{}", told.stdout, told.stderr);
        assert!(
            !said.contains('\u{1b}') && !said.contains('\u{202e}'),
            "{said:?}"
        );
    }
    for (name, bytes) in workspace.outcome() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if Path::new(&name)
            .extension()
            .is_some_and(|end| end == "html")
        {
            assert!(
                !text.contains('\u{202e}') && !text.contains('\u{1b}'),
                "{name}"
            );
        }
    }
    for name in ["", "  ", "--", "a\u{202e}b", "l\u{435}a"] {
        workspace
            .run(&["user", "add", name, "--role", "reviewer", "--as", "lea"])
            .fails(2, &[]);
    }
}
