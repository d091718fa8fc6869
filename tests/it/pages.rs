//! ClinicalTrials.gov and Europe PMC as sources that the program asks, against a loopback server.

mod again;
mod server;
mod watched;

use crate::support::{program, said};
use perennial::cli::CliError;
use perennial::model::{ArchiveClock, EventSeq, Quiet};
use perennial::pipeline::{self, Workspace};
use perennial::search::SearchError;
use perennial::search::eutils::Timing;
use perennial::search::live::Searched;
use server::{Fault, PAGE, Server, TRANSIENT};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

const AT: &str = "2026-05-01T06:00:00.000Z";
const LATER: &str = "2026-06-01T06:00:00.000Z";
const WHERE: &str = "PERENNIAL_TEST_PAGES";
const SERVICES: [&str; 2] = ["ctgov", "europepmc"];

struct Review {
    folder: tempfile::TempDir,
}

impl Review {
    fn new(server: &Server, service: &'static str) -> Self {
        let review = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::create_dir(review.path("queries")).unwrap();
        let kind = if service == "ctgov" {
            "register"
        } else {
            "database"
        };
        let workflow = format!(
            "[review]\nid = \"living\"\n\n[[source]]\nname = \"S\"\nkind = \"{kind}\"\n\
             type = \"{service}\"\nquery = \"queries/s.txt\"\nbase_url = \"{}\"\n",
            server.base(service)
        );
        std::fs::write(review.path("workflow.toml"), workflow).unwrap();
        review.query(if service == "ctgov" {
            "# trials\nquery.cond = myeloma OR\n  plasma cell\nquery.intr = a & b+c\n"
        } else {
            "# articles\n(myeloma OR \"plasma cell\")\nAND trial\n"
        });
        review
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn query(&self, text: &str) {
        std::fs::write(self.path("queries/s.txt"), text).unwrap();
    }

    fn search(&self, at: &str) -> Result<Searched, SearchError> {
        search(self.folder.path(), at)
    }

    fn open(&self) -> Workspace {
        Workspace::open(self.folder.path(), false).unwrap()
    }

    /// Every record: key and title.
    fn records(&self) -> BTreeMap<String, String> {
        let workspace = self.open();
        let rows = workspace
            .store
            .snapshot()
            .unwrap()
            .read()
            .records()
            .unwrap();
        let count = rows.len();
        let out: BTreeMap<String, String> = rows
            .into_iter()
            .map(|row| (row.key, row.hash.to_string()))
            .collect();
        assert_eq!(out.len(), count, "a record is there twice");
        out
    }

    /// Kind and body of every event but the adopted workflow, which names the server's port.
    fn events(&self) -> Vec<(String, String)> {
        let mut out = Vec::new();
        let workspace = self.open();
        let snapshot = workspace.store.snapshot().unwrap();
        let reader = snapshot.read();
        reader
            .events(EventSeq(1), |event| {
                if event.kind != "workflow_adopted" {
                    out.push((event.kind.clone(), event.body.clone()));
                }
                Ok(())
            })
            .unwrap();
        out
    }

    fn is_whole(&self) {
        let workspace = self.open();
        assert!(workspace.store.rebuild_and_compare().unwrap().is_empty());
    }
}

fn search(root: &Path, at: &str) -> Result<Searched, SearchError> {
    let mut workspace = Workspace::open(root, false).unwrap();
    workspace.timing = Some(Timing {
        gap: Duration::ZERO,
        first: Duration::ZERO,
        longest: Duration::from_millis(1),
        ..Timing::of_pages()
    });
    let clock = ArchiveClock::new(at);
    workspace.adopt(&clock).unwrap();
    let mut done = pipeline::live::search(&mut workspace, &[], &clock, &Quiet)?;
    Ok(done.remove(0))
}

#[test]
fn every_page_is_followed_and_archived_and_the_strategy_is_sent_as_written() {
    for service in SERVICES {
        let server = Server::new(110);
        let review = Review::new(&server, service);
        let done = review.search(AT).unwrap();
        assert_eq!(
            (done.hits, done.new, done.known),
            (110, 110, 0),
            "{service}"
        );
        assert_eq!(done.warnings, [""; 0], "{service}");
        assert_eq!(server.count(), 110_usize.div_ceil(PAGE));
        assert_eq!(done.requests, 5);
        let state = server.state();
        for (n, seen) in state.seen.iter().enumerate() {
            assert!(seen.line.starts_with("GET "), "{}", seen.line);
            assert_eq!(seen.form["format"], "json");
            assert_eq!(seen.form["pageSize"], "1000");
            if service == "ctgov" {
                assert_eq!(seen.form["query.cond"], "myeloma OR plasma cell");
                assert_eq!(seen.form["query.intr"], "a & b+c");
                assert_eq!(seen.form.contains_key("pageToken"), n > 0);
            } else {
                assert_eq!(seen.form["query"], "(myeloma OR \"plasma cell\") AND trial");
                assert_eq!(seen.form["resultType"], "core");
                assert_eq!(seen.form["cursorMark"] == "*", n == 0);
            }
        }
        drop(state);
        let records = review.records();
        assert_eq!(records.len(), 110);
        let key = if service == "ctgov" {
            "NCT00000007"
        } else {
            "MED:7"
        };
        assert!(records.contains_key(key));
        let workspace = review.open();
        for row in workspace
            .store
            .snapshot()
            .unwrap()
            .read()
            .records()
            .unwrap()
        {
            let record = workspace
                .store
                .snapshot()
                .unwrap()
                .read()
                .content(row.hash)
                .unwrap()
                .unwrap();
            assert!(
                record
                    .registry
                    .iter()
                    .any(perennial::model::RegistryId::is_nct),
                "the registry number is there: {record:?}"
            );
        }
        let (kind, body) = review.events().pop().unwrap();
        assert_eq!(kind, "search_completed");
        for word in [
            "\"retrieved\":110",
            "\"hits\":110",
            service,
            "S/1/page-0005.json",
        ] {
            assert!(body.contains(word), "{word} is not in {body}");
        }
        review.is_whole();
    }
}

#[test]
fn an_update_tells_new_revised_and_lost_records_and_no_news_writes_no_page() {
    for service in SERVICES {
        let server = Server::new(60);
        let review = Review::new(&server, service);
        review.search(AT).unwrap();
        let before = review.events().len();
        let done = review.search(LATER).unwrap();
        assert_eq!((done.new, done.revised, done.known), (0, 0, 60));
        assert_eq!(
            review.events().len(),
            before + 1,
            "only that it was searched"
        );
        {
            let mut state = server.state();
            state.records.insert(61, String::new());
            state.records.insert(5, " (corrected)".to_owned());
            state.records.remove(&30);
        }
        let done = review.search(LATER).unwrap();
        assert_eq!((done.new, done.revised, done.hits), (1, 1, 60), "{service}");
        assert!(done.warnings[0].contains("no longer returned"), "{done:?}");
        assert_eq!(review.records().len(), 61, "it is kept");
        server.state().records.insert(30, String::new());
        let done = review.search(LATER).unwrap();
        assert_eq!(done.warnings, [""; 0]);
        let back = review.events().pop().unwrap();
        assert_eq!(back.0, "records_swept");
        review.is_whole();
    }
}

#[test]
fn each_transient_fault_ends_in_the_same_records_and_the_same_log() {
    for service in SERVICES {
        let server = Server::new(110);
        let clean = Review::new(&server, service);
        clean.search(AT).unwrap();
        let want = (clean.records(), clean.events());
        let mut cases: Vec<Vec<Fault>> = TRANSIENT.iter().map(|fault| vec![*fault]).collect();
        cases.push(TRANSIENT.to_vec());
        for faults in cases {
            for every in [2, 3] {
                let server = Server::new(110);
                server.fail(every, 1, &faults);
                let review = Review::new(&server, service);
                let done = review.search(AT);
                let done = done.unwrap_or_else(|error| panic!("{faults:?}: {error}"));
                assert_eq!(done.new, 110, "{faults:?}");
                assert_eq!((review.records(), review.events()), want, "{faults:?}");
            }
        }
    }
}

#[test]
fn an_outage_saves_the_pages_that_came_and_the_next_search_goes_on_behind_them() {
    for service in SERVICES {
        for fault in [
            Fault::Status(503),
            Fault::Truncated,
            Fault::Limit,
            Fault::Drop,
        ] {
            let server = Server::new(110);
            let review = Review::new(&server, service);
            server.fail(1, 3, &[fault]);
            let error = CliError::from(review.search(AT).unwrap_err());
            let said = error.picture(false);
            assert_eq!(error.kind.exit_code(), 5, "{fault:?}: {said}");
            assert!(said.contains("2 of 5 pages are saved"), "{said}");
            assert_eq!(review.records().len(), 2 * PAGE);
            let complete = review
                .events()
                .iter()
                .any(|(kind, _)| kind == "search_completed");
            assert!(!complete, "it counts as done only with all pages");
            server.fail(0, 1, &[]);
            let before = server.count();
            let done = review.search(AT).unwrap();
            assert!(done.resumed);
            assert_eq!(server.count() - before, 3, "only the missing pages");
            assert_eq!((done.hits, review.records().len()), (110, 110));
            review.is_whole();
        }
    }
}

#[test]
fn a_token_that_is_no_longer_good_begins_the_search_anew() {
    for service in SERVICES {
        let server = Server::new(110);
        let review = Review::new(&server, service);
        server.fail(1, 3, &[Fault::Status(503)]);
        review.search(AT).unwrap_err();
        server.fail(0, 1, &[]);
        server.state().age = 1;
        let done = review.search(LATER).unwrap();
        assert_eq!(
            (done.hits, done.new, done.known),
            (110, 60, 50),
            "{service}"
        );
        assert_eq!(review.records().len(), 110);
        let events = review.events();
        let early = events.iter().find(|(kind, _)| kind == "search_completed");
        assert!(
            early
                .unwrap()
                .1
                .contains("no longer goes on with it, after 2 pages")
        );
        review.is_whole();
    }
}

#[test]
fn counts_that_differ_are_told_and_hide_nothing() {
    for service in SERVICES {
        let server = Server::new(30);
        let review = Review::new(&server, service);
        review.search(AT).unwrap();
        {
            let mut state = server.state();
            state.surplus = 4;
            state.records.remove(&3);
        }
        let done = review.search(LATER).unwrap();
        assert_eq!(
            done.warnings,
            ["the service counted 33 records and gave 29 on its pages"]
        );
        let swept = review
            .events()
            .iter()
            .any(|(kind, _)| kind == "records_swept");
        assert!(!swept, "a record is not called lost by a search with a gap");
    }
}

#[test]
fn what_a_person_must_change_stops_with_exit_2() {
    let server = Server::new(10);
    let review = Review::new(&server, "ctgov");
    review.query("query.kond = asthma\npageSize = 10\n");
    let told = |review: &Review, args: &[&str]| {
        let mut command = program();
        said(
            &command
                .current_dir(review.folder.path())
                .args(args)
                .output()
                .unwrap(),
        )
    };
    told(&review, &["search"]).fails(2, &["query.kond", "did you mean `query.cond`?", "^^^"]);
    assert_eq!(server.count(), 0, "nothing was sent");
    review.query("query.cond = ((asthma\n");
    told(&review, &["search"]).fails(2, &["is not closed", "check the query file"]);
    review.query("asthma\n");
    let done = told(&review, &["search"]).ok();
    assert!(
        done.stdout.contains("S: 10 hits, 10 new records"),
        "{}",
        done.stdout
    );
    let seen = server.state().seen.pop().unwrap();
    assert_eq!(seen.form["query.term"], "asthma");
    // No e-mail is asked for: NCBI is not among the sources.
    told(&review, &["update"]).ok();

    let review = Review::new(&server, "europepmc");
    let long = format!("asthma OR {}", vec!["wheeze"; 800].join(" OR "));
    review.query(&long);
    told(&review, &["search", "S"]).ok();
    let seen = server.state().seen.pop().unwrap();
    assert_eq!(seen.line, "POST /europepmc/searchPOST");
    assert_eq!(seen.form["query"], long);
}

#[test]
fn trials_that_ended_long_ago_without_results_are_listed_in_status() {
    let server = Server::new(30);
    let review = Review::new(&server, "ctgov");
    review.search(AT).unwrap();
    let status = |args: &[&str]| {
        let mut command = program();
        said(
            &command
                .current_dir(review.folder.path())
                .args(args)
                .output()
                .unwrap(),
        )
        .ok()
    };
    let told = status(&["status"]).stdout;
    assert!(
        told.contains("NCT00000002 Trial 2 of \u{3b2}, completed 2019-05: no results"),
        "{told}"
    );
    assert!(told.contains("and 5 more such trials"), "{told}");
    let json = status(&["status", "--json"]).json();
    let listed = json["unreported"].as_array().unwrap();
    assert_eq!(
        listed.len(),
        15,
        "every second one ended less than a year ago"
    );
    assert_eq!(listed[0]["trial"], "NCT00000002");
}

#[test]
fn archived_pages_are_replayed_as_the_search_they_were() {
    for service in SERVICES {
        let server = Server::new(60);
        let live = Review::new(&server, service);
        live.search(AT).unwrap();
        let replayed = Review::new(&server, service);
        let wave = replayed.path("db/example/001");
        std::fs::create_dir_all(&wave).unwrap();
        let workspace = live.open();
        let snapshot = workspace.store.snapshot().unwrap();
        let reader = snapshot.read();
        let run = reader.search_runs().unwrap().remove(0);
        let perennial::ledger::Body::SearchCompleted { responses, .. } = run.body else {
            panic!("no search");
        };
        let mut files = Vec::new();
        for response in responses {
            let name = response.path.rsplit('/').next().unwrap().to_owned();
            let bytes = workspace.archive.get(response.digest).unwrap();
            std::fs::write(wave.join(&name), bytes).unwrap();
            files.push(format!("{name:?}"));
        }
        let text = format!(
            "label = \"A wave\"\n[[search]]\nsource = \"S\"\nat = \"{AT}\"\nfiles = [{}]\n",
            files.join(", ")
        );
        std::fs::write(wave.join("wave.toml"), text).unwrap();
        let workflow = std::fs::read_to_string(replayed.path("workflow.toml")).unwrap();
        let workflow = workflow + "\n[replay]\nfrom = \"db/example\"\n";
        std::fs::write(replayed.path("workflow.toml"), workflow).unwrap();
        let mut command = program();
        command
            .current_dir(replayed.folder.path())
            .args(["run", "--replay"]);
        let before = server.count();
        said(&command.output().unwrap()).ok();
        assert_eq!(server.count(), before, "nothing was asked");
        assert_eq!(replayed.records(), live.records());
        let completed = replayed
            .events()
            .into_iter()
            .find(|(kind, _)| kind == "search_completed");
        let body = completed.unwrap().1;
        assert!(
            body.contains("\"hits\":60") && body.contains(service),
            "{body}"
        );
    }
}

/// Not a test of its own: the process that is killed.
#[test]
fn a_search_in_a_process_of_its_own() {
    let Some(root) = std::env::var_os(WHERE) else {
        return;
    };
    search(&PathBuf::from(root), AT).unwrap();
}

#[test]
fn a_search_killed_at_many_points_ends_in_the_same_log() {
    for service in SERVICES {
        let server = Server::new(1_000);
        let whole = Review::new(&server, service);
        whole.search(AT).unwrap();
        let want = (whole.records(), whole.events());
        let review = Review::new(&server, service);
        let mut kills: u64 = 0;
        while kills < 8 {
            let before = server.count();
            // However fast the process is, it comes to an answer that it waits for.
            server.hold_from(before + 4);
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["pages::a_search_in_a_process_of_its_own", "--exact"])
                .env(WHERE, review.folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            while server.count() == before {
                assert!(child.try_wait().unwrap().is_none(), "it asked nothing");
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_millis(kills * 13 % 60));
            let ended = child.try_wait().unwrap();
            assert!(ended.is_none(), "it ended by itself");
            child.kill().unwrap();
            child.wait().unwrap();
            server.release();
            kills += 1;
            review.is_whole();
        }
        review.search(AT).unwrap();
        assert!(review.records() == want.0, "the records differ");
        assert!(review.events() == want.1, "the log differs");
    }
}

#[test]
fn an_address_without_https_is_refused_in_words_about_its_own_service() {
    for service in SERVICES {
        let server = Server::new(1);
        let review = Review::new(&server, service);
        let path = review.path("workflow.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("127.0.0.1", "example.org")).unwrap();
        let error = review.search(AT).unwrap_err().to_string();
        assert!(error.contains("https://"), "{error}");
        for word in ["NCBI", "e-mail", "key"] {
            assert!(!error.contains(word), "{service}: {error}");
        }
    }
}
