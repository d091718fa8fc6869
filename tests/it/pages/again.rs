//! Records in use that a strategy no longer finds: asked for by id at each update.

use super::server::Server;
use super::{AT, LATER, Review};
use crate::support::{Said, program, said};

fn command(review: &Review, args: &[&str]) -> Said {
    said(
        &program()
            .current_dir(review.folder.path())
            .args(args)
            .output()
            .unwrap(),
    )
}

/// A review of `service` in which the report of record 7 is included by two people.
fn included(server: &Server, service: &'static str) -> Review {
    let review = Review::new(server, service);
    review.search(AT).unwrap();
    command(&review, &["dedup"]).ok();
    command(&review, &["filter"]).ok();
    for (name, roles) in [("ana", "reviewer"), ("ben", "lead,reviewer")] {
        command(&review, &["user", "add", name, "--role", roles]).ok();
    }
    for phase in ["title-abstract", "full-text"] {
        for name in ["ana", "ben"] {
            let decide = [
                "screen", "decide", "r7", "--phase", phase, "include", "--as", name,
            ];
            command(&review, &decide).ok();
        }
        if phase == "title-abstract" {
            command(
                &review,
                &["screen", "retrieve", "r7", "retrieved", "--as", "ana"],
            )
            .ok();
        }
    }
    review
}

/// The strategy no longer finds records 7 and 8.
fn lose(server: &Server) {
    let mut state = server.state();
    for n in [7, 8] {
        let title = state.records.remove(&n).unwrap();
        state.lost.insert(n, title);
    }
    state.seen.clear();
}

fn asked_by_id(server: &Server) -> Vec<String> {
    let state = server.state();
    let by_id = state.seen.iter().filter_map(|seen| {
        let query = seen.form.get("query").filter(|q| q.starts_with("(EXT_ID"));
        seen.form.get("filter.ids").or(query).cloned()
    });
    by_id.collect()
}

#[test]
fn a_trial_that_the_strategy_lost_is_read_again_by_its_number_and_kept_as_a_revision() {
    let server = Server::new(30);
    let review = included(&server, "ctgov");
    lose(&server);
    server.state().lost.insert(7, ", with results".to_owned());
    let done = review.search(LATER).unwrap();
    assert_eq!(
        (done.hits, done.new, done.revised, done.swept),
        (28, 0, 1, 1)
    );
    assert_eq!(asked_by_id(&server), ["NCT00000007"], "8 is in no use");
    let record = command(&review, &["explain", "record:r7", "--json"])
        .ok()
        .json();
    assert_eq!(record["value"]["title"], "Trial 7 of \u{3b2}, with results");
    assert_eq!(record["members"][0]["events"].as_array().unwrap().len(), 2);
    review.is_whole();

    // Nothing changed since: nothing is written but the search itself.
    let before = review.events().len();
    let done = review.search("2026-07-01T06:00:00.000Z").unwrap();
    assert_eq!((done.revised, done.swept), (0, 1));
    assert_eq!(review.events().len(), before + 1);
}

#[test]
fn a_retraction_that_europe_pmc_tells_of_an_included_article_is_a_task() {
    let server = Server::new(30);
    let review = included(&server, "europepmc");
    lose(&server);
    let notice = ",\"pubTypeList\":{\"pubType\":[\"Retracted Publication\"]},\
        \"commentCorrectionList\":{\"commentCorrection\":[{\"id\":\"30500000\",\
        \"source\":\"MED\",\"type\":\"Retraction in\"}]}";
    server.state().more.insert(7, notice.to_owned());
    let done = review.search(LATER).unwrap();
    assert_eq!((done.revised, done.swept), (1, 1));
    assert_eq!(asked_by_id(&server), ["(EXT_ID:\"7\" AND SRC:MED)"]);
    let notices = command(&review, &["status", "--json"]).ok().json()["notices"].clone();
    assert_eq!(notices.as_array().unwrap().len(), 1, "{notices}");
    assert_eq!(
        (&notices[0]["flag"], &notices[0]["pmid"]),
        (&"retracted".into(), &"30500000".into())
    );
    review.is_whole();
}

#[test]
fn a_record_in_use_that_the_service_no_longer_has_is_told_and_kept() {
    for service in super::SERVICES {
        let server = Server::new(30);
        let review = included(&server, service);
        let keys = review.records().len();
        server.state().records.remove(&7);
        let done = review.search(LATER).unwrap();
        let told = done.warnings.join("; ");
        assert!(
            told.contains("1 record in use is no longer at the service and kept"),
            "{told}"
        );
        assert_eq!(review.records().len(), keys);
        review.is_whole();
    }
}

#[test]
fn an_outage_while_records_are_read_again_is_gone_on_with_later() {
    for service in super::SERVICES {
        let server = Server::new(30);
        let review = included(&server, service);
        lose(&server);
        server.state().lost.insert(7, ", changed".to_owned());
        // Two pages hold 28 records; the third request is the one by id.
        server.fail(1, 3, &[super::Fault::Status(500)]);
        review.search(LATER).unwrap_err();
        server.fail(0, 0, &[super::Fault::Status(500)]);
        server.state().seen.clear();
        let done = review.search(LATER).unwrap();
        assert_eq!((done.revised, done.swept), (1, 1), "{service}");
        assert_eq!(server.count(), 1, "only what was missing");
        review.is_whole();
    }
}
