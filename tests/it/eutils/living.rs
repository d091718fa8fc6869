//! Updates: revised records, the sweep of what is in use, retractions, records no longer returned.

use super::Review;
use super::server::Server;
use super::world::World;
use crate::support::{program, said};
use serde_json::Value;

fn command(review: &Review, args: &[&str]) -> crate::support::Said {
    said(
        &program()
            .current_dir(review.folder.path())
            .args(args)
            .output()
            .unwrap(),
    )
}

/// A review with 300 records, of which the report of `included` is included by two people.
fn included(server: &Server, included: u32) -> Review {
    let review = Review::new(server, &["alpha"]);
    let people = "name,role,at\n";
    let _ = people;
    review.search("2026-05-01T06:00:00.000Z").unwrap();
    command(&review, &["user", "add", "ana", "--role", "reviewer"]).ok();
    command(&review, &["user", "add", "ben", "--role", "lead,reviewer"]).ok();
    command(&review, &["run"]).ok();
    let id = included.to_string();
    for (phase, word) in [("title-abstract", "include"), ("full-text", "include")] {
        for name in ["ana", "ben"] {
            command(
                &review,
                &[
                    "--as", name, "screen", "decide", &id, "--phase", phase, word,
                ],
            )
            .ok();
        }
        if phase == "title-abstract" {
            command(
                &review,
                &["--as", "ana", "screen", "retrieve", &id, "retrieved"],
            )
            .ok();
        }
    }
    review
}

fn status(review: &Review) -> Value {
    command(review, &["status", "--json"]).ok().json()
}

#[test]
fn a_retraction_of_an_included_report_is_a_task_until_someone_decides_again() {
    let server = Server::new(World::of("alpha", 300, 30_000_000, 3));
    let review = included(&server, 30_000_003);
    assert_eq!(status(&review)["notices"], serde_json::json!([]));
    server.change(|world| {
        // The notice is a record of its own, found by the strategy too; it is not a retracted paper.
        world.add(30_500_000, "alpha").kinds = vec!["Retraction of Publication".into()];
        let paper = world.entries.get_mut(&30_000_003).unwrap();
        // No revision date: only the sweep by id can find it.
        paper.kinds = vec!["Retracted Publication".into()];
        paper.extra = "<CommentsCorrectionsList><CommentsCorrections RefType=\"RetractionIn\">\
                       <RefSource>J</RefSource><PMID Version=\"1\">30500000</PMID></CommentsCorrections>\
                       </CommentsCorrectionsList>"
            .into();
    });
    server.forget();
    let done = review.search("2026-06-01T06:00:00.000Z").unwrap();
    assert_eq!((done[0].new, done[0].revised, done[0].swept), (1, 1, 1));
    let notices = status(&review)["notices"].clone();
    assert_eq!(notices.as_array().unwrap().len(), 1, "{notices}");
    assert_eq!(notices[0]["flag"], "retracted");
    assert_eq!(notices[0]["pmid"], "30500000");
    let shown = command(&review, &["status"]).ok().stdout;
    assert!(
        shown.contains("Author30000003 2019 was retracted (PMID 30500000)"),
        "{shown}"
    );
    command(&review, &["status", "--exit-code"]).fails(3, &[]);

    // A second look finds the same and adds no event but its own.
    let events = review.events().len();
    server.forget();
    review.search("2026-07-01T06:00:00.000Z").unwrap();
    assert_eq!(review.events().len(), events + 1);
    assert_eq!(server.count(), 3, "ids, revised, one sweep");
    assert_eq!(status(&review)["notices"].as_array().unwrap().len(), 1);
    command(&review, &["audit"]).ok();
}

#[test]
fn revised_late_added_and_vanished_records_are_each_dealt_with() {
    let server = Server::new(World::of("alpha", 300, 30_000_000, 3));
    let review = Review::new(&server, &["alpha"]);
    review.search("2026-05-01T06:00:00.000Z").unwrap();
    server.change(|world| {
        let revised = world.entries.get_mut(&30_000_030).unwrap();
        revised.revised = "2026/05/20".into();
        revised.edition = " (revised)".into();
        // Added to PubMed now, with an old PMID and an old date; and one that matches only now.
        world.add(29_000_000, "alpha").revised = "2019/01/01".into();
        world.add(28_000_000, "beta");
        world
            .entries
            .get_mut(&28_000_000)
            .unwrap()
            .topics
            .push("alpha".into());
        world.entries.get_mut(&30_000_060).unwrap().topics.clear();
    });
    let done = review.search("2026-06-01T06:00:00.000Z").unwrap();
    assert_eq!((done[0].new, done[0].revised, done[0].known), (2, 1, 299));
    assert!(
        done[0]
            .warnings
            .iter()
            .any(|w| w.contains("no longer returned") && w.contains("30000060"))
    );
    assert_eq!(review.pmids().len(), 302, "nothing is deleted");
    let swept = |review: &Review| {
        review
            .events()
            .into_iter()
            .filter(|(kind, _)| kind == "records_swept")
            .collect::<Vec<_>>()
    };
    assert_eq!(swept(&review).len(), 1);
    // Told once; told again when it comes back.
    review.search("2026-07-01T06:00:00.000Z").unwrap();
    assert_eq!(swept(&review).len(), 1);
    server.change(|world| {
        world.add(30_000_060, "alpha");
    });
    review.search("2026-08-01T06:00:00.000Z").unwrap();
    let told = swept(&review);
    assert_eq!(told.len(), 2);
    assert!(told[1].1.contains("\"back\":[\"r21\"]"), "{}", told[1].1);
    assert!(
        review
            .open()
            .store
            .rebuild_and_compare()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_mass_revision_is_capped_and_told() {
    let server = Server::new(World::of("alpha", 2_600, 30_000_000, 3));
    let review = Review::new(&server, &["alpha"]);
    review.search("2026-05-01T06:00:00.000Z").unwrap();
    server.change(|world| {
        for entry in world.entries.values_mut() {
            entry.revised = "2026/05/20".into();
        }
    });
    server.forget();
    let done = review.search("2026-06-01T06:00:00.000Z").unwrap();
    assert_eq!(server.count(), 12, "ids, revised, ten pages");
    assert!(
        done[0]
            .warnings
            .iter()
            .any(|w| w.contains("2600 known records were revised"))
    );
}
