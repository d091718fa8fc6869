//! The commands, with the pauses of the real service.

use super::server::{Fault, Server};
use super::world::World;
use super::{EMAIL, KEY, Review};
use crate::support::{Said, program, said};
use std::time::{Duration, Instant};

fn command(review: &Review, args: &[&str], key: bool) -> Said {
    let mut command = program();
    command
        .current_dir(review.folder.path())
        .args(args)
        .env("NCBI_EMAIL", EMAIL)
        .env("XDG_RUNTIME_DIR", review.folder.path().join("runtime"))
        .env_remove("NCBI_API_KEY");
    if key {
        command.env("NCBI_API_KEY", KEY);
    }
    let said = said(&command.output().unwrap());
    for secret in [EMAIL, KEY] {
        assert!(!said.stdout.contains(secret) && !said.stderr.contains(secret));
    }
    said
}

/// How many requests came sooner after `began` than so many a second allow. A busy machine delays
/// requests and never hastens them, so this holds on every machine.
fn hasty(began: Instant, server: &Server, a_second: u32) -> usize {
    let mut times: Vec<Instant> = server.seen().iter().map(|seen| seen.at).collect();
    times.sort();
    let due = (0..).map(|n| began + Duration::from_secs(1) * n / a_second);
    times.iter().zip(due).filter(|(at, due)| *at < due).count()
}

#[test]
fn a_run_with_two_sources_and_a_second_process_keeps_the_pace() {
    let mut world = World::of("alpha", 600, 30_000_000, 3);
    for k in 0..600 {
        world.add(31_000_000 + k, "beta");
    }
    let server = Server::new(world);
    let review = Review::new(&server, &["alpha", "beta"]);
    let other = Review::new(&server, &["alpha"]);
    let runtime = review.path("runtime");
    let began = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let output = program()
                .current_dir(other.folder.path())
                .arg("search")
                .env("NCBI_EMAIL", EMAIL)
                .env("XDG_RUNTIME_DIR", &runtime)
                .output()
                .unwrap();
            said(&output).ok();
        });
        let done = command(&review, &["run"], false).ok();
        assert!(
            done.stdout.contains("PubMed alpha: 600 hits, 600 new"),
            "{}",
            done.stdout
        );
        assert!(
            done.stdout.contains("PubMed beta: 600 hits, 600 new"),
            "{}",
            done.stdout
        );
    });
    assert_eq!(server.count(), 12);
    assert_eq!(hasty(began, &server, 3), 0, "more than three a second");
    server.was_asked_politely();

    server.forget();
    let began = Instant::now();
    let again = command(&review, &["search", "--json"], true).ok().json();
    assert_eq!(again["sources"][0]["new"], 0);
    assert_eq!(again["sources"][1]["known"], 600);
    assert_eq!(hasty(began, &server, 10), 0, "more than ten a second");
    assert!(server.seen().iter().all(|seen| seen.form["api_key"] == KEY));
    command(&review, &["audit"], false).ok();
    review.holds_no_secret();

    // The search log of the report: bytes sent, translation, warning, answers.
    let page = std::fs::read_to_string(review.path("reports/searches.html")).unwrap();
    for words in [
        "alpha[tiab]",
        "PhraseNotFound: missing[tiab]",
        "esearch-001.xml",
        "efetch-0001.xml",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn what_must_be_changed_is_said_with_exit_2() {
    let server = Server::new(World::of("alpha", 10, 1, 1));
    let review = Review::new(&server, &["alpha"]);
    let without = |args: &[&str]| {
        let mut command = program();
        command
            .current_dir(review.folder.path())
            .args(args)
            .env_remove("NCBI_EMAIL");
        said(&command.output().unwrap())
    };
    for args in [&["search"][..], &["update"], &["run"]] {
        without(args).fails(2, &["NCBI_EMAIL", "you@example.org"]);
    }
    assert_eq!(server.count(), 0);
    server.fail(1, &[Fault::BadKey]);
    command(&review, &["search"], true).fails(2, &["refuses the key", "NCBI_API_KEY"]);
    command(&review, &["search", "Embase"], true).fails(2, &["no source `Embase`"]);
    server.fail(0, &[]);

    let before = server.count();
    std::fs::write(review.path("queries/alpha.txt"), "“alpha”[foo] or (beta\n").unwrap();
    let said = command(&review, &["search"], false).fails(2, &["`[foo]`", "queries/alpha.txt:1"]);
    assert!(
        said.stderr.contains('^'),
        "the place is underlined: {}",
        said.stderr
    );
    assert_eq!(server.count(), before, "nothing was sent");

    let lint = command(
        &review,
        &["lint-query", "queries/alpha.txt", "--for", "pubmed"],
        false,
    );
    assert_eq!(lint.code, 2);
    insta::assert_snapshot!("lint_query", lint.stdout);
    let json = command(
        &review,
        &[
            "lint-query",
            "queries/alpha.txt",
            "--for",
            "pubmed",
            "--json",
        ],
        false,
    );
    assert_eq!(json.code, 2);
    assert_eq!(json.json()["findings"].as_array().unwrap().len(), 5);
}

#[test]
fn the_strategies_shipped_here_have_no_finding() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in [
        "queries/pubmed.txt",
        "src/workflow/template/queries/pubmed.txt",
    ] {
        let path = here.join(file);
        let output = program()
            .args(["lint-query", path.to_str().unwrap(), "--for", "pubmed"])
            .output();
        said(&output.unwrap()).ok();
    }
}
