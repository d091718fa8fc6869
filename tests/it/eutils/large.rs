//! More hits than one answer lists, results that shift, and the numbers of requests.

use super::Review;
use super::server::Server;
use super::world::World;
use std::collections::BTreeSet;

const AT: &str = "2026-05-01T06:00:00.000Z";

/// How many ids a search finds, without fetching records: the client alone.
fn find(server: &Server) -> BTreeSet<u64> {
    use perennial::search::eutils::{Client, Session};
    let mut session = Session::new(super::contact()).unwrap();
    let mut client = Client::new(&mut session, &server.base(), "perennial-test").unwrap();
    client.find("alpha[tiab]").unwrap().ids
}

#[test]
fn ids_beyond_the_window_are_found_by_ranges_of_uid() {
    for (n, first, step) in [
        (9_999, 1, 1),
        (10_000, 1, 1),
        (10_001, 41_000_000, 1),
        (45_000, 5, 900),
        (45_000, 38_000_000, 2),
    ] {
        let server = Server::new(World::of("alpha", n, first, step));
        let ids = find(&server);
        let truth: BTreeSet<u64> = (0..n).map(|k| u64::from(first + k * step)).collect();
        assert_eq!(ids, truth, "{n} from {first}");
        assert!(
            server.count() <= 60,
            "{} requests for {n} ids",
            server.count()
        );
    }
}

#[test]
fn a_search_of_21_000_hits_is_complete_within_its_requests() {
    let server = Server::new(World::of("alpha", 21_000, 20_000_000, 400));
    let review = Review::new(&server, &["alpha"]);
    let done = review.search(AT).unwrap();
    assert_eq!((done[0].hits, done[0].new), (21_000, 21_000));
    assert_eq!(review.records().len(), 21_000);
    let seen = server.seen();
    let slices = seen
        .iter()
        .filter(|s| {
            s.form
                .get("term")
                .is_some_and(|term| term.contains("[UID]"))
        })
        .count();
    let pages = seen.iter().filter(|s| s.form.contains_key("id")).count();
    assert_eq!(pages, 105);
    assert!(
        seen.len() <= 2 * (3 + 105),
        "{} requests, {slices} of them for slices",
        seen.len()
    );
    server.was_asked_politely();
}

#[test]
fn a_result_that_shifts_holds_the_first_answer_and_nothing_twice() {
    let server = Server::new(World::of("alpha", 12_000, 30_000_000, 10));
    // Records come in at both ends and in the middle while the ranges are asked.
    server.drift(|n, world| {
        let n = u32::try_from(n).unwrap();
        if n > 1 {
            world.add(30_200_000 + n, "alpha");
            world.add(30_000_001 + n * 10, "alpha");
        }
    });
    let ids = find(&server);
    for k in 0..12_000_u64 {
        assert!(ids.contains(&(30_000_000 + k * 10)));
    }
}

#[test]
fn new_records_and_no_news_cost_few_requests() {
    let server = Server::new(World::of("alpha", 2_000, 30_000_000, 7));
    let review = Review::new(&server, &["alpha"]);
    review.search(AT).unwrap();
    assert_eq!(review.records().len(), 2_000);
    assert!(server.count() <= 12, "{} requests", server.count());

    server.forget();
    let events = review.events().len();
    let done = review.search("2026-06-01T06:00:00.000Z").unwrap();
    assert!(server.count() <= 3, "{} requests", server.count());
    assert_eq!((done[0].new, done[0].revised, done[0].known), (0, 0, 2_000));
    let after = review.events();
    assert_eq!(after.len(), events + 1, "one event: searched, nothing new");
    assert_eq!(after.last().unwrap().0, "search_completed");
}
