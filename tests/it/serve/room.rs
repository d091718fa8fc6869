//! The room where titles are decided, by plain forms and by JSON.

use super::{Server, settled, titles};

#[test]
fn a_record_is_decided_by_a_form_and_the_next_one_comes() {
    let workspace = titles(40);
    let server = Server::of(workspace.folder(), &[]);
    let mut reviewer = server.person("reviewer-1");
    let before = reviewer.get("/screen.json").is(200).json();
    let report = before["record"]["report"].as_str().unwrap().to_owned();
    let left = before["lists"]["left"].as_u64().unwrap();
    assert!(left > 3);
    let page = reviewer.get("/screen").is(200);
    assert!(page.body.contains("name=\"decision\" value=\"include\""));
    let key = page.field("key");
    let next = page.field("next");
    let form = [
        ("decision", "exclude"),
        ("reason", "not-randomised"),
        ("note", "a <b>cohort</b> & no control"),
        ("key", &key),
        ("next", &next),
    ];
    let there = reviewer.post(&format!("/screen/{report}"), &form).is(303);
    assert_eq!(there.to(), format!("/screen/{next}?done={report}"));
    // The same post again is the same event.
    reviewer.post(&format!("/screen/{report}"), &form).is(303);
    let page = reviewer.get(there.to()).is(200);
    assert!(
        page.body.contains("Undo") && page.body.contains("Excluded: "),
        "{}",
        page.body
    );
    let after = reviewer.get("/screen.json").json();
    assert_eq!(after["lists"]["left"], left - 1);
    assert_eq!(
        after["lists"]["decided"],
        before["lists"]["decided"].as_u64().unwrap() + 1
    );
    let own = reviewer.get(&format!("/screen/{report}")).is(200);
    assert!(own.body.contains("a &#60;b&#62;cohort") || own.body.contains("a &lt;b&gt;cohort"));
    assert!(!own.body.contains("<b>cohort"));
    let events = workspace
        .run(&["export", "events", "--unblind", "--as", "lead"])
        .ok()
        .stdout;
    let web: Vec<&str> = events
        .lines()
        .filter(|line| line.contains("\"web\""))
        .collect();
    assert_eq!(web.len(), 1, "{web:?}");
    // Taken back, it is asked again.
    let back = reviewer.post("/screen/undo", &[("undo", &report)]).is(303);
    assert!(back.to().starts_with(&format!("/screen/{report}?undone=")));
    assert_eq!(reviewer.get("/screen.json").json()["lists"]["left"], left);
}

#[test]
fn undo_goes_back_without_limit() {
    let workspace = titles(40);
    let server = Server::of(workspace.folder(), &[]);
    let mut reviewer = server.person("reviewer-2");
    let mut decided = Vec::new();
    for n in 0..5 {
        let page = reviewer.get("/screen.json").json();
        let report = page["record"]["report"].as_str().unwrap().to_owned();
        let choice = ["unsure", "exclude", "exclude"][n % 3];
        let there = reviewer.post(&format!("/screen/{report}"), &[("decision", choice)]);
        there.is(303);
        decided.push(report);
    }
    for report in decided.iter().rev() {
        let back = reviewer
            .post("/screen/undo", &[("undo-last", "yes")])
            .is(303);
        assert!(
            back.to().contains(&format!("/screen/{report}?")),
            "{}",
            back.to()
        );
    }
    let refused = reviewer.post("/screen/undo", &[]);
    assert_eq!(refused.status, 409);
    settled(&workspace, "r9");
    let refused = reviewer.post("/screen/undo", &[("undo", "r9")]).is(409);
    assert!(refused.body.contains("settled"));
}

#[test]
fn skipping_unsure_notes_and_search_have_their_lists() {
    let workspace = titles(40);
    let server = Server::of(workspace.folder(), &[]);
    let mut reviewer = server.person("reviewer-1");
    let first = reviewer.get("/screen.json").json()["record"]["report"]
        .as_str()
        .unwrap()
        .to_owned();
    reviewer
        .post(&format!("/screen/{first}"), &[("decision", "skip")])
        .is(303);
    let second = reviewer.get("/screen.json").json()["record"]["report"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_ne!(first, second);
    let skipped = reviewer.get("/screen.json?list=skipped").json();
    assert_eq!(skipped["record"]["report"], first.as_str());
    reviewer
        .post(
            &format!("/screen/{first}"),
            &[("decision", "include"), ("note", "yes")],
        )
        .is(303);
    assert!(reviewer.get("/screen.json?list=skipped").json()["record"].is_null());
    let noted = reviewer.get("/screen.json?list=noted").json();
    let noted = noted["lists"]["filters"].as_array().unwrap();
    assert!(
        noted
            .iter()
            .any(|one| one["list"] == "noted" && one["n"].as_u64() >= Some(1))
    );
    reviewer.get("/screen?list=nonsense").is(404);
    let none = reviewer.get("/screen?q=zzzzqqqq").is(200);
    assert!(none.body.contains("No record of this list"));
    for order in ["newest", "oldest", "random:7", "found"] {
        reviewer.post("/screen", &[("order", order)]).is(303);
        reviewer.get("/screen").is(200);
    }
    reviewer.post("/screen", &[("order", "best")]).is(400);
    let terms = [
        ("highlight-include", "myeloma\nrandom*"),
        ("highlight-exclude", "phase"),
    ];
    reviewer.post("/screen", &terms).is(303);
    assert!(reviewer.get("/screen").body.contains("<mark class=\"in\">"));
}

#[test]
fn what_no_longer_fits_is_answered_with_what_was_typed() {
    let workspace = titles(40);
    let server = Server::of(workspace.folder(), &[]);
    let mut reviewer = server.person("reviewer-1");
    settled(&workspace, "r5");
    let form = [("decision", "include"), ("note", "keep me")];
    let clash = reviewer.post("/screen/r5", &form);
    assert_eq!(clash.status, 409, "{}", clash.body);
    assert!(clash.body.contains("keep me") && clash.body.contains("settled"));
    reviewer.post("/screen/r999999", &form).is(404);
    reviewer.post("/screen/nonsense", &form).is(404);
    reviewer.post("/screen/r1", &[]).is(400);
    reviewer
        .post("/screen/r1", &[("decision", "retrieved")])
        .is(422);
    let wrong = [("decision", "exclude"), ("reason", "no-such-reason")];
    let open = reviewer.get("/screen.json").json()["record"]["report"]
        .as_str()
        .unwrap()
        .to_owned();
    reviewer.post(&format!("/screen/{open}"), &wrong).is(422);
    // Another person's device is not heard.
    let other = [("decision", "include"), ("person", "p99")];
    reviewer.post(&format!("/screen/{open}"), &other).is(401);
    // Merged meanwhile.
    let next = reviewer.get(&format!("/screen/{open}.json")).json()["record"]["next"]
        .as_str()
        .unwrap()
        .to_owned();
    let merged = workspace.run(&["dedup", "merge", &open, &next, "--confirm", "--as", "lead"]);
    if merged.code == 0 {
        let gone = [&open, &next]
            .into_iter()
            .find(|id| reviewer.get(&format!("/screen/{id}")).status == 308);
        let gone = gone.expect("one of them has a new address");
        let clash = reviewer.post(&format!("/screen/{gone}"), &form);
        assert_eq!(clash.status, 409);
        assert!(clash.body.contains("merged") && clash.body.contains("keep me"));
    }
}

#[test]
fn a_decision_made_earlier_keeps_its_time() {
    let workspace = titles(40);
    let server = Server::of(workspace.folder(), &[]);
    let reviewer = server.person("reviewer-1");
    let report = reviewer.get("/screen.json").json()["record"]["report"]
        .as_str()
        .unwrap()
        .to_owned();
    let json = [
        ("content-type", "application/json"),
        ("accept", "application/json"),
        ("sec-fetch-site", "same-origin"),
    ];
    let body = r#"{"decision":"unsure","key":"k1","at":"2026-08-01T10:00:00.000Z"}"#;
    for _ in 0..3 {
        let done = reviewer
            .ask("POST", &format!("/screen/{report}"), &json, body)
            .is(200)
            .json();
        assert_eq!(done["changed"], true);
    }
    let bad = r#"{"decision":"unsure","at":"yesterday"}"#;
    reviewer
        .ask("POST", &format!("/screen/{report}"), &json, bad)
        .is(400);
    let events = workspace
        .run(&["export", "events", "--unblind", "--as", "lead"])
        .ok()
        .stdout;
    let made: Vec<&str> = events
        .lines()
        .filter(|line| line.contains("2026-08-01T10:00:00.000Z"))
        .collect();
    assert_eq!(made.len(), 1);
    assert!(made[0].contains("\"made\""));
    workspace.run(&["audit"]).ok();
}

#[test]
fn the_records_to_come_are_given_whole() {
    let workspace = titles(40);
    let server = Server::of(workspace.folder(), &[]);
    let reviewer = server.person("reviewer-2");
    let page = reviewer.get("/screen.json").json();
    let first = page["record"]["report"].as_str().unwrap();
    let ahead = reviewer
        .get(&format!("/screen/ahead?n=3&after={first}&have={first}"))
        .json();
    let items = ahead["items"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    assert!(
        items
            .iter()
            .all(|item| item["id"] != first
                && item["html"].as_str().unwrap().contains("record-title"))
    );
    assert_eq!(items[0]["id"], page["record"]["next"]);
}

#[test]
fn records_are_found_by_words_and_identifiers() {
    let workspace = titles(40);
    let server = Server::of(workspace.folder(), &[]);
    let reviewer = server.person("reviewer-1");
    // The index is made in the background.
    let mut found = 0;
    for _ in 0..100 {
        found = reviewer.get("/records.json?q=aachen").json()["total"]
            .as_u64()
            .unwrap();
        if found > 5 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    assert_eq!(found, 6);
    let by_doi = reviewer.get("/records.json?q=10.5555/rooms.00007").json();
    assert_eq!(by_doi["found"][0]["report"], "r8", "{by_doi}");
    assert!(reviewer.get("/records/r8").is(200).body.contains("Aachen"));
    let to = reviewer.get("/records/10.5555%2Frooms.00007");
    assert_eq!(to.to(), "/records/r8");
    let total = |query: &str| {
        let page = reviewer.get(&format!("/records.json?q={query}"));
        page.json()["total"].as_u64()
    };
    assert_eq!(total("aachen+-walking"), Some(5));
    assert_eq!(total("title:aach*+balance"), Some(1));
    for words in [
        "\"",
        "AND",
        "a* OR (",
        "-",
        "NEAR(",
        "title:",
        "%00",
        "x%22%27%3Cscript%3E",
    ] {
        let page = reviewer.get(&format!(
            "/records?q={}",
            words.replace(' ', "+").replace('"', "%22")
        ));
        assert_eq!(page.status, 200, "{words}");
        assert!(!page.body.contains("<script>x"));
    }
    for tail in [
        "?place=included",
        "?source=CENTRAL",
        "?order=newest",
        "?from=2020&to=2022",
        "?page=2",
        "?page=-1",
    ] {
        reviewer.get(&format!("/records{tail}")).is(200);
    }
}

#[test]
fn keys_can_be_changed_and_each_does_one_thing() {
    let workspace = titles(40);
    let server = Server::of(workspace.folder(), &[]);
    let mut reviewer = server.person("reviewer-1");
    reviewer.get("/keys").is(200);
    reviewer
        .post("/keys", &[("include", "a"), ("exclude", "a")])
        .is(422);
    reviewer.post("/keys", &[("include", "5")]).is(422);
    reviewer
        .post("/keys", &[("include", "v"), ("off", "yes")])
        .is(303);
    assert!(
        reviewer
            .get("/screen")
            .body
            .contains("data-keys=\"include=v off\"")
    );
    reviewer.post("/keys", &[("reset", "yes")]).is(303);
    assert!(reviewer.get("/screen").body.contains("data-keys=\"\""));
}
