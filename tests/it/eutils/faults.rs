//! Faults on every third request: what a client must get over, and what must stop it safely.

use super::server::{Fault, Server, TRANSIENT};
use super::world::World;
use super::{EMAIL, KEY, Review};
use perennial::cli::CliError;
use std::time::Duration;

const AT: &str = "2026-05-01T06:00:00.000Z";

fn world() -> World {
    World::of("alpha", 1_100, 30_000_001, 3)
}

#[test]
fn each_transient_fault_alone_and_all_mixed_end_in_the_same_records() {
    let server = Server::new(world());
    let clean = Review::new(&server, &["alpha"]);
    clean.search(AT).unwrap();
    let want = clean.records();
    let chain = clean.events();
    assert_eq!(want.len(), 1_100);
    assert_eq!(server.count(), 7, "one search for ids, six pages");

    let mut cases: Vec<Vec<Fault>> = TRANSIENT.iter().map(|fault| vec![*fault]).collect();
    cases.push(TRANSIENT.to_vec());
    let mut backwards = TRANSIENT.to_vec();
    backwards.reverse();
    cases.push(backwards);
    for faults in cases {
        // Counted from the first request on, and so that the search for ids is hit too.
        for before in [0, 2] {
            let server = Server::new(world());
            server.fail_after(before, 3, &faults);
            let review = Review::new(&server, &["alpha"]);
            let mut contact = super::contact();
            if faults.contains(&Fault::Stall) {
                // An answer that stops is waited for as long as this.
                contact.timing.idle = Duration::from_millis(400);
            }
            let done = super::search(review.folder.path(), AT, contact)
                .unwrap_or_else(|error| panic!("{faults:?}: {error}"));
            assert_eq!(review.records(), want, "{faults:?}");
            assert_eq!(done[0].missing, 0, "{faults:?}");
            assert!(
                review
                    .open()
                    .store
                    .rebuild_and_compare()
                    .unwrap()
                    .is_empty()
            );
            let short = faults.contains(&Fault::Short);
            if !short {
                assert_eq!(review.events(), chain, "{faults:?}: the chain differs");
            }
            server.was_asked_politely();
            review.holds_no_secret();
        }
    }
}

#[test]
fn what_a_person_must_change_stops_at_once_and_shows_no_secret() {
    for (fault, words) in [
        (Fault::BadKey, "refuses the key"),
        (Fault::Syntax, "unbalanced parenthesis"),
        (Fault::Status(414), "of this size"),
        (Fault::Redirect, "redirect"),
    ] {
        for every in [1, 3] {
            let server = Server::new(world());
            server.fail(every, &[fault]);
            let review = Review::new(&server, &["alpha"]);
            let error = review.search(AT).unwrap_err();
            let error = CliError::from(error);
            let said = format!("{} {}", error.picture(false), error.to_json());
            assert_eq!(error.kind.exit_code(), 2, "{said}");
            assert!(said.contains(words), "{said}");
            assert!(said.contains("perennial search"), "{said}");
            assert!(!said.contains(KEY) && !said.contains(EMAIL), "{said}");
            assert_eq!(server.count(), every, "{fault:?} was asked again");
            let completed = review
                .events()
                .iter()
                .any(|(kind, _)| kind == "search_completed");
            assert!(!completed, "the watermark moved");
            review.holds_no_secret();
            // Once it is put right, the search goes on where it stopped.
            server.fail(0, &[]);
            review.search(AT).unwrap();
            assert_eq!(review.records().len(), 1_100);
            assert!(server.fetched().values().all(|n| *n <= 2));
        }
    }
}

#[test]
fn a_persistent_outage_says_what_is_safe_and_moves_nothing() {
    for fault in [
        Fault::Status(503),
        Fault::Drop,
        Fault::Html200,
        Fault::Garbage,
        Fault::Limit429,
        Fault::ErrorBody,
        Fault::Empty,
    ] {
        let server = Server::new(world());
        let review = Review::new(&server, &["alpha"]);
        // The ids and two pages come through.
        server.fail_from(4, fault);
        let error = CliError::from(review.search(AT).unwrap_err());
        let said = error.picture(false);
        assert_eq!(error.kind.exit_code(), 5, "{fault:?}: {said}");
        assert!(said.contains("2 of 6 pages are saved"), "{fault:?}: {said}");
        assert!(said.contains("`perennial search`"), "{said}");
        assert_eq!(review.records().len(), 400);
        let completed = review
            .events()
            .iter()
            .any(|(kind, _)| kind == "search_completed");
        assert!(!completed, "the watermark moved");

        server.fail(0, &[]);
        let before = server.count();
        let done = review.search(AT).unwrap();
        assert!(done[0].resumed);
        assert_eq!(server.count() - before, 4, "only the missing pages");
        assert_eq!(review.records().len(), 1_100);
    }
}

#[test]
fn a_record_that_is_damaged_each_time_is_named_and_the_others_are_kept() {
    let mut world = world();
    world.entries.get_mut(&30_000_100).unwrap().broken = true;
    world.entries.get_mut(&30_000_700).unwrap().withheld = true;
    let server = Server::new(world);
    let review = Review::new(&server, &["alpha"]);
    let done = review.search(AT).unwrap();
    assert_eq!(review.records().len(), 1_098);
    assert_eq!(done[0].missing, 2);
    let told = done[0].warnings.join("\n");
    assert!(
        told.contains("PMID 30000100: its record is damaged"),
        "{told}"
    );
    assert!(told.contains("PMID 30000700: asked for 3 times"), "{told}");
    assert!(review.events().iter().any(|(kind, body)| {
        kind == "records_swept" && body.contains("30000100") && body.contains("30000700")
    }));
    // It is asked for again by the next search, and taken once it can be had.
    server.change(|world| {
        world.entries.get_mut(&30_000_100).unwrap().broken = false;
        world.entries.get_mut(&30_000_700).unwrap().withheld = false;
    });
    review.search("2026-06-01T06:00:00.000Z").unwrap();
    assert_eq!(review.records().len(), 1_100);
}

#[test]
fn a_strategy_changed_in_between_ends_the_old_search_and_begins_a_new_one() {
    let server = Server::new(world());
    let review = Review::new(&server, &["alpha"]);
    server.fail_from(4, Fault::Status(503));
    review.search(AT).unwrap_err();
    server.fail(0, &[]);
    std::fs::write(review.path("queries/alpha.txt"), "alpha[tiab]\n").unwrap();
    let done = review.search(AT).unwrap();
    assert_eq!(done[0].new, 700);
    assert_eq!(review.records().len(), 1_100);
    let runs = review
        .open()
        .store
        .snapshot()
        .unwrap()
        .read()
        .search_runs()
        .unwrap();
    assert_eq!(runs.len(), 2);
    assert!(format!("{:?}", runs[0].body).contains("the strategy was changed after 2 of 6 pages"));
}
