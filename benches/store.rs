//! The store under a review of 50,000 records: what waits for whom, in wall time of real processes.
//!
//! `cargo bench --bench store` imports 50,000 invented records while another process acts 200 times,
//! includes 100 studies, and times `status`, `prisma` and `report`, the last also after a publication; then it imports 200,000 records
//! and prints the most memory that this took (Linux). Beside each figure stands what it is to reach.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a bench prints its figures and fails where what it measures does"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// One person decides, so that 100 decisions include 100 reports.
const WORKFLOW: &str = "[review]\nid = \"bench\"\ntitle = \"T\"\nquestion = \"Q\"\n\n[[source]]\n\
    name = \"Embase\"\nkind = \"database\"\ntype = \"file\"\n\n[[source]]\nname = \"Other\"\n\
    kind = \"database\"\ntype = \"file\"\n\n[screening]\ntitle_abstract = { reviewers = 1 }\n\
    full_text = { reviewers = 1 }\n";

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    std::fs::write(root.join("workflow.toml"), WORKFLOW).unwrap();
    std::fs::write(root.join("first.ris"), ris(0, 1_000)).unwrap();
    let run = |args: &[&str]| {
        let began = Instant::now();
        let out = command(root, args).output().unwrap();
        let text = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.success(), "{args:?}: {text}");
        (began.elapsed(), out.stdout)
    };
    run(&["user", "add", "one", "--role", "reviewer,lead"]);
    run(&["import", "first.ris", "--source", "Other"]);
    run(&["dedup"]);
    run(&["filter"]);

    std::fs::write(root.join("large.ris"), ris(1_000, 51_000)).unwrap();
    let began = Instant::now();
    let mut import = start(root, &["import", "large.ris", "--source", "Embase"]);
    let (mut worst, mut within) = (Duration::ZERO, 0);
    for n in 0..200_u32 {
        let report = format!("r{}", n + 1);
        let phase = ["--phase", "title-abstract", "include", "--as", "one"];
        let args = [&["screen", "decide", &report][..], &phase].concat();
        let (took, _) = run(&args);
        if import.try_wait().unwrap().is_none() {
            worst = worst.max(took);
            within += 1;
        }
    }
    assert!(import.wait().unwrap().success());
    row("import of 50,000 records", None, began.elapsed());
    row(
        &format!("the slowest of {within} decisions during it"),
        Some(0.3),
        worst,
    );
    for n in 0..100_u32 {
        let report = format!("r{}", n + 1);
        let by = ["--as", "one"];
        run(&[&["screen", "retrieve", &report, "retrieved"][..], &by].concat());
        let full = ["--phase", "full-text", "include"];
        run(&[&["screen", "decide", &report][..], &full, &by].concat());
    }
    run(&["run"]);
    for (name, reach, args) in [
        ("status", 0.2, &["status"][..]),
        ("prisma", 0.2, &["prisma"]),
        ("report", 1.0, &["report"]),
    ] {
        let best = (0..3).map(|_| run(args).0).min().unwrap();
        row(&format!("{name}, 51,000 records"), Some(reach), best);
    }

    run(&["publish", "1.0", "--provisional", "--as", "one"]);
    std::fs::write(root.join("later.ris"), ris(55_000, 55_100)).unwrap();
    run(&["import", "later.ris", "--source", "Embase"]);
    run(&["run"]);
    let best = (0..3).map(|_| run(&["report"]).0).min().unwrap();
    row("report after a publication", Some(1.0), best);

    std::fs::write(root.join("huge.ris"), ris(60_000, 260_000)).unwrap();
    let began = Instant::now();
    let mut import = start(root, &["import", "huge.ris", "--source", "Embase"]);
    let mut most = 0;
    while import.try_wait().unwrap().is_none() {
        most = most.max(memory(import.id()));
        std::thread::sleep(Duration::from_millis(20));
    }
    row("import of 200,000 records", None, began.elapsed());
    println!(
        "{:<52} {:>8} MB   256 to reach",
        "its memory at most",
        most / 1024
    );
}

/// Records that differ in every word that deduplication looks at.
fn ris(from: u64, to: u64) -> String {
    const WORDS: [&str; 16] = [
        "acute", "border", "carbon", "dosing", "elbow", "fever", "growth", "heart", "insulin",
        "joint", "kidney", "lung", "muscle", "nerve", "oxygen", "plasma",
    ];
    let mut text = String::new();
    for n in from..to {
        let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let word = |at: u32| WORDS[usize::try_from(mixed >> (4 * at) & 15).unwrap()];
        writeln!(
            text,
            "TY  - JOUR\nAU  - {}{n}, A.\nTI  - {} of {} and {} in {} {n}\nPY  - {}\nJO  - Journal of {}\n\
             SP  - {}\nAB  - {}\nER  - \n",
            word(1), word(2), word(3), word(4), word(5), 1990 + n % 30, word(6), n % 900,
            format!("Nothing was measured in the {} of trial {n}. ", word(7)).repeat(20),
        )
        .unwrap();
    }
    text
}

fn command(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_perennial"));
    command.current_dir(root).args(args).env("NO_COLOR", "1");
    command
}

fn start(root: &Path, args: &[&str]) -> Child {
    let mut command = command(root, args);
    command.stdout(Stdio::null()).spawn().unwrap()
}

/// The most memory that a process has held, in KiB.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or(0)
}

fn row(name: &str, reach: Option<f64>, took: Duration) {
    let reach = reach.map_or_else(String::new, |reach| format!("   {reach} to reach"));
    println!("{name:<52} {:>8.3} s{reach}", took.as_secs_f64());
}
