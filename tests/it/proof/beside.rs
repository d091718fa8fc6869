//! Audits, reports, publications and backups beside somebody who votes without a pause.

use super::published;
use crate::support::{Workspace, program, said};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Votes again and again until `stop`, and gives how often.
fn vote(folder: &Path, reports: &[String], stop: &AtomicBool, cast: &AtomicU64) {
    let words = ["include", "exclude", "unsure"];
    for n in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let report = &reports[n % reports.len()];
        let word = words[(n / reports.len() + n) % 3];
        let args = ["screen", "decide", report, word, "--as", "reviewer-2"];
        let told = program().current_dir(folder).args(args).output().unwrap();
        if told.status.success() {
            cast.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Ends the votes, also where a test fails.
struct Ends<'a>(&'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The reports that nobody has voted on.
fn open(workspace: &Workspace) -> Vec<String> {
    let conn = rusqlite::Connection::open(workspace.path("db/review.sqlite")).unwrap();
    let mut all = conn
        .prepare("SELECT id FROM report WHERE place = 'title-open'")
        .unwrap();
    let rows = all.query_map([], |row| row.get::<_, u32>(0)).unwrap();
    rows.map(|id| format!("r{}", id.unwrap())).collect()
}

/// Runs everything `rounds` times beside a voter; gives the votes that were cast.
fn rounds(rounds: u64) -> u64 {
    let workspace = published();
    workspace.run(&["update", "--replay"]).ok();
    let reports = open(&workspace);
    assert!(!reports.is_empty());
    let (stop, cast) = (AtomicBool::new(false), AtomicU64::new(0));
    let folder = workspace.path("");
    std::thread::scope(|scope| {
        let _ends = Ends(&stop);
        scope.spawn(|| vote(&folder, &reports, &stop, &cast));
        for n in 0..rounds {
            let run =
                |args: &[&str]| said(&program().current_dir(&folder).args(args).output().unwrap());
            run(&["audit"]).ok();
            run(&["report"]).ok();
            agrees(&folder.join("reports"));
            let name = format!("2.{n}");
            let told = run(&["publish", &name, "--provisional", "--as", "lead"]);
            // Overtaken by a vote that settled something: not now, and nothing is wrong.
            assert!(
                [0, 5].contains(&told.code),
                "{}{}",
                told.stdout,
                told.stderr
            );
            if told.code == 0 {
                agrees(&folder.join("reports/versions").join(&name));
            }
        }
    });
    workspace.run(&["audit"]).ok();
    cast.into_inner()
}

/// The files of a report tell one moment: as many reports wait in the table as in the flow.
fn agrees(folder: &Path) {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let flow: serde_json::Value = serde_json::from_str(&read("prisma.json")).unwrap();
    let mut waits = 0;
    for lane in [&flow["pending"], &flow["other_methods"]["pending"]] {
        for name in ["title_abstract", "retrieval", "full_text"] {
            waits += lane[name].as_u64().unwrap_or(0);
        }
    }
    let table = read("records.csv");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let heads = reader.headers().unwrap().clone();
    let place = heads.iter().position(|head| head == "place").unwrap();
    let report = heads.iter().position(|head| head == "report").unwrap();
    let mut open = std::collections::BTreeSet::new();
    for row in reader.records() {
        let row = row.unwrap();
        let place = &row[place];
        if place.ends_with("-pending") {
            open.insert(row[report].to_owned());
        }
    }
    assert_eq!(open.len() as u64, waits, "{}", folder.display());
}

#[test]
fn nothing_is_found_wrong_beside_somebody_who_votes() {
    assert!(rounds(1) > 0);
}

#[test]
#[ignore = "some minutes: cargo test --test it two_hundred -- --ignored --nocapture"]
fn nothing_is_found_wrong_two_hundred_times_beside_somebody_who_votes() {
    let cast = rounds(200);
    println!("200 audits, reports and publications beside {cast} votes: nothing found wrong");
}

#[test]
#[ignore = "measures time: cargo test --test it steady -- --ignored --nocapture"]
fn a_backup_beside_steady_votes_takes_no_more_than_twice_its_quiet_time() {
    let workspace = published();
    workspace.run(&["update", "--replay"]).ok();
    let reports = open(&workspace);
    let folder = workspace.path("");
    let middle = |label: &str| -> Duration {
        let mut times: Vec<Duration> = (0..9)
            .map(|n| {
                let name = format!("{label}-{n}.tar");
                let began = Instant::now();
                workspace.run(&["backup", &name]).ok();
                began.elapsed()
            })
            .collect();
        times.sort_unstable();
        times[4]
    };
    let quiet = middle("quiet");
    let (stop, cast) = (AtomicBool::new(false), AtomicU64::new(0));
    let busy = std::thread::scope(|scope| {
        let _ends = Ends(&stop);
        scope.spawn(|| vote(&folder, &reports, &stop, &cast));
        middle("busy")
    });
    println!(
        "backup: {quiet:?} quiet, {busy:?} beside {} votes",
        cast.into_inner()
    );
    workspace.run(&["restore", "busy-8.tar", "again"]).ok();
    assert!(busy <= quiet * 2, "{busy:?} against {quiet:?}");
}
