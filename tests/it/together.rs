//! Several processes and threads at once: a count is of one moment, nothing is lost, an import in
//! parts counts nowhere until it is whole, and what only reads needs nothing that can be written.

use crate::support::{Workspace, said};
use perennial::ledger::{Body, Stamp};
use perennial::model::{PersonId, Role};
use perennial::store::{Store, StoreError};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Records that are in no file of the demonstration.
fn ris(from: usize, to: usize) -> String {
    let mut text = String::new();
    for n in from..to {
        write!(
            text,
            "TY  - JOUR\nAU  - Surname{n}, A.\nTI  - Invented trial number {n} of something\n\
             PY  - 2021\nJO  - Journal of parts\nAB  - Nobody was treated in trial {n}.\nER  - \n\n"
        )
        .unwrap();
    }
    text
}

fn demonstration() -> Workspace {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace
}

/// One number of the database, as it is at this moment.
fn number(workspace: &Workspace, sql: &str) -> u64 {
    let conn = rusqlite::Connection::open(workspace.path("db/review.sqlite")).unwrap();
    conn.busy_timeout(Duration::from_secs(10)).unwrap();
    conn.query_row(sql, [], |row| row.get(0)).unwrap()
}

const PARTS: &str =
    "SELECT count(*) FROM event WHERE kind = 'records_received' AND body LIKE '%\"part\":%'";

/// Starts an import and waits until some parts of it are in; nothing where it was done before that was
/// seen, as on a busy machine.
fn begun(workspace: &Workspace, parts: u64) -> Option<Child> {
    let mut child = workspace
        .command(&["import", "new.ris", "--source", "Embase"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while number(workspace, PARTS) < parts {
        if let Some(ended) = child.try_wait().unwrap() {
            assert!(ended.success());
            return None;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Some(child)
}

/// What `attempt` gives, tried again where the moment was missed.
fn caught<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    (0..20)
        .find_map(|_| attempt())
        .expect("the moment was missed twenty times")
}

/// Kind and body of every event: what is the same whenever it is written.
fn said_events(workspace: &Workspace) -> Vec<(Value, Value)> {
    let events = workspace.events().into_iter();
    events
        .map(|event| (event["kind"].clone(), event["body"].clone()))
        .collect()
}

#[test]
fn an_import_killed_between_two_parts_counts_nowhere_and_the_next_command_completes_it() {
    let whole = demonstration();
    let before = whole.run(&["prisma", "--json"]).ok().json();
    whole.write("new.ris", &ris(0, 1_600));
    let given = ["import", "new.ris", "--source", "Embase"];
    whole.run(&given).ok();
    let want = said_events(&whole);
    let want_counts = whole.run(&["prisma", "--json"]).ok().json();
    assert_eq!(number(&whole, PARTS), 4);
    assert_ne!(want_counts, before);

    for next in [&given[..], &["run"]] {
        let workspace = caught(|| {
            let workspace = demonstration();
            workspace.write("new.ris", &ris(0, 1_600));
            let mut child = begun(&workspace, 2)?;
            child.kill().unwrap();
            child.wait().unwrap();
            let arriving = number(&workspace, "SELECT count(*) FROM arriving");
            (arriving == 1).then_some(workspace)
        });

        // In no count, no list, no question.
        assert_eq!(workspace.run(&["prisma", "--json"]).ok().json(), before);
        let first = number(&workspace, "SELECT max(id) FROM record");
        let record = format!("record:r{first}");
        workspace.run(&["explain", &record]).fails(2, &[&record]);
        let records = workspace.run(&["export", "records"]).ok().stdout;
        assert!(!records.contains("Invented trial"));
        let status = workspace.run(&["status", "--json"]).ok().json();
        assert_eq!(status["importing"][0]["source"], "Embase");
        assert_eq!(status["next"], "perennial run");
        workspace.run(&["audit"]).ok();

        let told = workspace.run(next);
        assert_eq!(told.code, 0, "{next:?}: {}", told.stderr);
        assert!(told.stderr.contains("is complete"), "{}", told.stderr);
        assert_eq!(number(&workspace, "SELECT count(*) FROM arriving"), 0);
        if next != ["run"] {
            assert!(said_events(&workspace) == want, "{next:?}: the log differs");
            assert_eq!(
                workspace.run(&["prisma", "--json"]).ok().json(),
                want_counts
            );
        }
        if next == given {
            assert!(told.stdout.contains("1600 new records"), "{}", told.stdout);
        }
        workspace.run(&["audit"]).ok();
    }
}

#[test]
fn what_others_do_during_an_import_succeeds_and_stands_between_its_parts() {
    let workspace = caught(acted_during_an_import);
    workspace.run(&["audit"]).ok();
}

/// Adds people while an import goes on; nothing where none of them came between two of its parts.
fn acted_during_an_import() -> Option<Workspace> {
    let workspace = demonstration();
    let known = workspace.run(&["prisma", "--json"]).ok().json();
    workspace.write("new.ris", &ris(0, 1_600));
    let mut child = begun(&workspace, 1)?;
    let mut acts = 0;
    loop {
        let name = format!("person-{acts}");
        workspace
            .run(&["user", "add", &name, "--role", "reviewer", "--as", "lead"])
            .ok();
        acts += 1;
        let now = workspace.run(&["prisma", "--json"]).ok().json();
        if number(&workspace, "SELECT count(*) FROM arriving") == 1 {
            assert_eq!(now, known, "a part counts before the run is complete");
        }
        if child.try_wait().unwrap().is_some() {
            break;
        }
    }
    assert!(child.wait().unwrap().success());
    let between = number(
        &workspace,
        "SELECT count(*) FROM event WHERE kind = 'person_added' AND seq <
           (SELECT max(seq) FROM event WHERE kind = 'search_completed')
           AND seq > (SELECT min(seq) FROM event WHERE body LIKE '%\"part\":%')",
    );
    (between > 0).then_some(workspace)
}

#[test]
fn new_contents_that_come_in_parts_are_in_force_once_the_run_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let (store, archive, source) = crate::large::store(folder.path());
    let stamp = Stamp::program("2025-01-02T00:00:00.000Z");
    let give = |text: String| {
        let files = vec![("a.ris".to_owned(), text.into_bytes())];
        let accepted = perennial::search::Accepted::default();
        let given = (&source, None);
        let seen = &mut |_: &str, _: &perennial::formats::Scanned| {};
        perennial::search::import(&store, &archive, given, files, &accepted, &stamp, seen)
            .unwrap()
            .received
    };
    let with_ids = |word: &str| {
        let mut text = String::new();
        for n in 0..1_200 {
            write!(
                text,
                "TY  - JOUR\nID  - {n}\nAN  - {n}\nTI  - {word} trial {n}\nER  - \n\n"
            )
            .unwrap();
        }
        text
    };
    let first = give(with_ids("One"));
    assert_eq!((first.new, first.revised, first.known), (1_200, 0, 0));
    let mut mixed = with_ids("Two");
    mixed.push_str("TY  - JOUR\nAN  - 9999\nTI  - A new trial\nER  - \n");
    let second = give(mixed);
    assert_eq!((second.new, second.revised, second.known), (1, 1_200, 0));
    let snapshot = store.snapshot().unwrap();
    for row in snapshot.read().records().unwrap() {
        let title = row.title.unwrap();
        assert!(
            title.starts_with("Two") || title == "A new trial",
            "{title}"
        );
    }
    drop(snapshot);
    assert_eq!(store.rebuild_and_compare().unwrap(), []);
}

#[test]
fn a_count_beside_two_deciding_processes_never_breaks_an_identity() {
    let workspace = demonstration();
    workspace.run(&["update", "--replay"]).ok();
    let (stop, decided) = (AtomicBool::new(false), AtomicBool::new(false));
    let mut counted = 0;
    std::thread::scope(|scope| {
        for person in ["reviewer-1", "reviewer-2"] {
            let (workspace, stop, decided) = (&workspace, &stop, &decided);
            scope.spawn(move || {
                let list = [
                    "screen",
                    "list",
                    "--for",
                    person,
                    "--phase",
                    "title-abstract",
                ];
                let mut args = list.to_vec();
                args.push("--json");
                let list = workspace.run(&args).ok().json();
                let rows = list["reports"].as_array().unwrap();
                let reports: Vec<&str> = rows
                    .iter()
                    .map(|row| row["report"].as_str().unwrap())
                    .collect();
                assert!(!reports.is_empty());
                for (n, report) in reports.iter().cycle().enumerate() {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let word = ["include", "exclude"][n / reports.len() % 2];
                    let phase = ["--phase", "title-abstract", word, "--as", person];
                    let mut args = vec!["screen", "decide", report];
                    args.extend(phase);
                    let told = workspace.run(&args);
                    // Where the other's vote settled it meanwhile, it is refused.
                    assert!(told.code == 0 || told.code == 2, "{}", told.stderr);
                    decided.fetch_or(told.code == 0, Ordering::Relaxed);
                }
            });
        }
        while counted < 15 || !decided.load(Ordering::Relaxed) {
            let told = workspace.run(&["prisma", "--json"]);
            if told.code != 0 || counted > 5_000 {
                stop.store(true, Ordering::Relaxed);
                told.ok();
                panic!("nobody decided anything");
            }
            counted += 1;
        }
        stop.store(true, Ordering::Relaxed);
    });
    workspace.run(&["audit"]).ok();
}

#[test]
fn two_threads_that_write_through_one_store_lose_nothing() {
    const ACTS: u32 = 1_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("review.sqlite");
    let store = Store::open(&path, "threads").unwrap();
    let mut changes = store.changes().unwrap();
    assert!(!changes.seen().unwrap());
    let act = |_: u32| {
        let stamp = Stamp::program("2025-01-01T00:00:00.000Z");
        store
            .write(|writer| {
                let person = PersonId(writer.next_person()?);
                writer.append(&stamp.draft(Body::PersonAdded {
                    person,
                    roles: vec![Role::Reviewer],
                    name: None,
                }))
            })
            .unwrap();
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| (0..ACTS).for_each(act));
        }
        // A third reads: the chain holds at every moment.
        for _ in 0..5 {
            let snapshot = store.snapshot().unwrap();
            let (seq, _) = snapshot.read().verify_chain("threads").unwrap();
            assert_eq!(snapshot.read().head("threads").unwrap().0, seq);
        }
    });
    assert!(changes.wait(Duration::from_secs(1)).unwrap());
    assert!(!changes.wait(Duration::ZERO).unwrap());
    let snapshot = store.snapshot().unwrap();
    let (seq, _) = snapshot.read().verify_chain("threads").unwrap();
    assert_eq!(seq.0, u64::from(2 * ACTS));
    assert_eq!(store.rebuild_and_compare().unwrap(), []);

    // Another process is another store on the same file.
    let other = Store::open(&path, "threads").unwrap();
    let stamp = Stamp::program("2025-01-01T00:00:00.000Z");
    let person = PersonId(2 * ACTS + 1);
    let roles = vec![Role::Lead];
    other
        .write(|writer| {
            writer.append(&stamp.draft(Body::PersonAdded {
                person,
                roles,
                name: None,
            }))
        })
        .unwrap();
    assert!(changes.wait(Duration::from_secs(5)).unwrap());
    // What was read before is as it was.
    assert_eq!(snapshot.read().head("threads").unwrap().0, seq);
}

#[test]
fn a_store_that_is_only_read_refuses_to_write_and_is_never_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("review.sqlite");
    let missing = Store::open_reading(&path, "reading").unwrap_err();
    assert!(matches!(missing, StoreError::Missing(_)));
    assert!(!path.exists());
    drop(Store::open(&path, "reading").unwrap());
    let store = Store::open_reading(&path, "reading").unwrap();
    let refused = store.write(|_| Ok::<_, StoreError>(())).unwrap_err();
    assert!(matches!(refused, StoreError::ReadOnly(_)), "{refused}");
}

/// Runs a command as somebody who may write nothing there: root may write everywhere.
fn as_nobody(workspace: &Workspace, program: &Path, args: &[&str]) -> crate::support::Said {
    use std::os::unix::{fs::MetadataExt as _, process::CommandExt as _};
    let mut command = std::process::Command::new(program);
    command
        .current_dir(workspace.path("."))
        .args(args)
        .env("NO_COLOR", "1");
    if std::fs::metadata(workspace.path(".")).unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    said(&command.output().unwrap())
}

fn set_modes(path: &Path, folder: u32, file: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = if path.is_dir() { folder } else { file };
    let set = |mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    if path.is_dir() {
        set(0o755);
        for entry in std::fs::read_dir(path).unwrap() {
            set_modes(&entry.unwrap().path(), folder, file);
        }
    }
    set(mode);
}

#[test]
fn commands_that_only_read_work_where_nothing_can_be_written() {
    let workspace = demonstration();
    let tools = tempfile::tempdir().unwrap();
    let program = tools.path().join("perennial");
    std::fs::copy(env!("CARGO_BIN_EXE_perennial"), &program).unwrap();
    set_modes(tools.path(), 0o755, 0o755);
    number(&workspace, "SELECT 1 FROM meta");
    assert!(!workspace.path("db/review.sqlite-wal").exists());
    let want = workspace.run(&["prisma", "--json"]).ok().stdout;
    set_modes(&workspace.path("."), 0o555, 0o444);

    let out = tempfile::tempdir().unwrap();
    set_modes(out.path(), 0o777, 0o666);
    let out = out.path().join("report").display().to_string();
    for args in [
        &["status"][..],
        &["explain", "included.studies"],
        &["audit"],
        &["export", "records"],
        &["export", "events"],
        &["versions"],
        &["screen", "list"],
        &["study", "list"],
        &["pool"],
        &["report", "--out", &out],
    ] {
        let told = as_nobody(&workspace, &program, args);
        assert_eq!(told.code, 0, "{args:?}: {}", told.stderr);
    }
    let told = as_nobody(&workspace, &program, &["prisma", "--json"]).ok();
    assert_eq!(told.stdout, want);
    let told = as_nobody(
        &workspace,
        &program,
        &["user", "add", "x", "--role", "lead", "--as", "lead"],
    );
    told.fails(1, &["review.sqlite", "read-only", "copy the workspace"]);
    set_modes(&workspace.path("."), 0o755, 0o644);
}

// That it is audited too is tested with databases that older programs made: `proof/ledgers.rs`.
#[test]
fn a_database_of_an_older_program_is_read_without_being_changed() {
    let workspace = demonstration();
    let want = workspace.run(&["prisma", "--json"]).ok().stdout;
    let path = workspace.path("db/review.sqlite");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch(
        "DROP TABLE date_kept; DROP TABLE update_attempt; DROP TABLE correction; DROP TABLE attachment; DROP TABLE discussion; DROP TABLE rob_entry; DROP TABLE account; DROP TABLE sign_in; DROP TABLE invitation; DROP TABLE posted;
         DROP TABLE skipped; DROP TABLE preference; DROP TABLE record_words;
         DROP TABLE record_words_of; DROP INDEX decision_person; DROP INDEX event_actor;
         DROP TABLE arriving; DROP TABLE arriving_revision; DROP TABLE import_plan;
         DROP INDEX study_link_study; DROP INDEX study_registry_study; DROP INDEX record_key;
         DROP INDEX revision_archive; DROP INDEX record_kind; DROP INDEX record_col;
         CREATE INDEX record_kind ON record(kind, source, col);
         CREATE INDEX record_col ON record(col);
         ALTER TABLE version DROP COLUMN baseline;
         ALTER TABLE person_name DROP COLUMN salt;
         ALTER TABLE decision DROP COLUMN later;
         ALTER TABLE decision DROP COLUMN let_go;
         ALTER TABLE decision DROP COLUMN round;
         DELETE FROM migration WHERE version > 8;",
    )
    .unwrap();
    drop(conn);
    assert_eq!(workspace.run(&["prisma", "--json"]).ok().stdout, want);
    let versions = "SELECT max(version) FROM migration";
    assert_eq!(number(&workspace, versions), 8);
    workspace
        .run(&["user", "add", "x", "--role", "lead", "--as", "lead"])
        .ok();
    let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/db/migrations");
    let newest = std::fs::read_dir(migrations).unwrap().count() as u64;
    assert_eq!(number(&workspace, versions), newest);
}

#[test]
fn without_a_database_status_says_what_comes_first_and_others_that_there_is_none() {
    let workspace = Workspace::demonstration();
    let told = workspace.run(&["status"]).ok();
    assert!(
        told.stdout.contains("Next: perennial run --replay"),
        "{}",
        told.stdout
    );
    for args in [
        &["prisma"][..],
        &["audit"],
        &["report"],
        &["export", "events"],
    ] {
        workspace
            .run(args)
            .fails(2, &["no database", "review.sqlite"]);
    }
    assert!(!workspace.path("db/review.sqlite").exists());
    assert!(!workspace.path("reports").exists());
}

#[test]
fn a_folder_may_have_any_name() {
    for name in ["100 % #1? of %41&mode=ro", "a#b", "??"] {
        let above = tempfile::tempdir().unwrap();
        let root = above.path().join(name);
        let source = Workspace::demonstration();
        crate::support::copy(&source.path("."), &root);
        let run = |args: &[&str]| {
            let mut command = crate::support::program();
            said(&command.current_dir(&root).args(args).output().unwrap())
        };
        run(&["run", "--replay"]).ok();
        run(&["audit"]).ok();
        run(&["backup", "copy #1.sqlite"]).ok();
        run(&["status"]).ok();
        let beside: Vec<_> = std::fs::read_dir(above.path()).unwrap().collect();
        assert_eq!(
            beside.len(),
            1,
            "something was written outside of the workspace"
        );
    }
}

/// A clock at whose asking somebody else acts: just before a publication is written.
struct Meanwhile(std::path::PathBuf);

impl perennial::model::Clock for Meanwhile {
    fn now(&self) -> String {
        let at = "2026-01-01T00:00:00.000Z";
        let other = perennial::pipeline::Workspace::open(&self.0, false).unwrap();
        let stamp = Stamp::program(at);
        let add = |writer: &mut perennial::store::Writer<'_>| {
            let person = PersonId(writer.next_person()?);
            let roles = vec![Role::Reviewer];
            writer.name_person(
                person,
                &format!("meanwhile {}", person.0),
                writer.salt(None)?,
            )?;
            writer.append(&stamp.draft(Body::PersonAdded {
                person,
                roles,
                name: None,
            }))
        };
        other.store.write(add).unwrap();
        at.to_owned()
    }

    fn set(&self, _: &str) {}
}

#[test]
fn a_publication_that_somebody_overtakes_is_not_now_and_no_damage() {
    use perennial::living::publish::{self, VersionError};
    let workspace = demonstration();
    let root = workspace.path("");
    let open = perennial::pipeline::Workspace::open(&root, false).unwrap();
    let refused = publish::publish(&open, "1.0", true, None, None, &Meanwhile(root.clone()));
    assert!(
        matches!(refused, Err(VersionError::Store(StoreError::Moved { .. }))),
        "{refused:?}"
    );
    drop(open);
    assert!(
        workspace.run(&["versions", "--json"]).ok().json()["versions"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    workspace
        .run(&["publish", "1.0", "--provisional", "--as", "lead"])
        .ok();
    workspace.run(&["audit"]).ok();
}
