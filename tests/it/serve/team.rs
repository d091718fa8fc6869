//! The rooms of a team: disagreements, agreement, duplicates, studies.

use super::{Server, titles, with_files};
use crate::support::Workspace;

/// One votes for a report, the other against it.
fn disagree(workspace: &Workspace, report: &str) {
    for (name, choice) in [("reviewer-1", "include"), ("reviewer-2", "exclude")] {
        let note = format!("note of {choice}");
        workspace
            .run(&[
                "screen", "decide", report, choice, "--note", &note, "--as", name,
            ])
            .ok();
    }
}

#[test]
fn a_disagreement_is_settled_by_a_third_person_who_sees_no_names() {
    let workspace = titles(12);
    for report in ["r2", "r5", "r7"] {
        disagree(&workspace, report);
    }
    // What comes when both votes are in is shown as later.
    workspace
        .run(&["screen", "decide", "r2", "unsure", "--as", "reviewer-1"])
        .ok();
    let server = Server::of(workspace.folder(), &[]);
    let mut judge = server.person("adjudicator");
    let page = judge.get("/conflicts").is(200);
    assert!(
        page.body.contains("3 disagreements to settle"),
        "{}",
        page.body
    );
    assert!(page.body.contains("name hidden until settled"));
    assert!(!page.body.to_lowercase().contains("reviewer-1"));
    assert!(page.body.contains("Said later"));
    let twin = judge.get("/conflicts/r2.json").is(200).json();
    assert_eq!(twin["waiting"].as_array().unwrap().len(), 3);
    assert_eq!(twin["conflict"]["sides"][0]["by"], "A");
    assert_eq!(twin["conflict"]["later"][0]["decision"], "unsure");
    assert!(!twin.to_string().to_lowercase().contains("reviewer"));
    // Reviewers have no such room.
    let mut reviewer = server.person("reviewer-1");
    reviewer.get("/conflicts").is(403);
    reviewer.get("/conflicts/r2.json").is(403);
    reviewer
        .post("/conflicts/r2", &[("decision", "include")])
        .is(403);
    assert!(!reviewer.get("/").body.contains("/conflicts"));
    // A report that is in no disagreement is not told apart from one whose votes are missing.
    assert_eq!(judge.get("/conflicts/r1").status, 404);
    assert_eq!(judge.get("/conflicts/r999").status, 404);
    let key = page.field("key");
    let form = [
        ("decision", "exclude"),
        ("reason", "not-randomised"),
        ("note", "a <i>register</i>"),
        ("phase", "title-abstract"),
        ("key", &key),
        ("next", "r5"),
    ];
    let there = judge.post("/conflicts/r2", &form).is(303);
    assert_eq!(there.to(), "/conflicts/r5?done=r2&how=settled");
    judge.post("/conflicts/r2", &form).is(303);
    let events = workspace
        .run(&["export", "events", "--unblind", "--as", "lead"])
        .ok()
        .stdout;
    let web = events.lines().filter(|line| line.contains("\"web\""));
    assert_eq!(web.count(), 1);
    // Once settled, the names are there.
    let settled = judge.get("/conflicts/r2").is(200);
    assert!(settled.body.to_lowercase().contains("reviewer-1"));
    assert!(!settled.body.contains("<i>register</i>"));
    // With another key it is another post: nothing is left to settle.
    let late = [("decision", "include"), ("note", "keep me"), ("key", "x")];
    let clash = judge.post("/conflicts/r2", &late);
    assert_eq!(clash.status, 409, "{}", clash.body);
    assert!(clash.body.contains("keep me"));
    judge.post("/conflicts/r5", &[]).is(400);
    judge
        .post("/conflicts/r5", &[("decision", "unsure")])
        .is(422);
    let wrong = [("decision", "exclude"), ("reason", "no-such")];
    judge.post("/conflicts/r5", &wrong).is(422);
    for report in ["r5", "r7"] {
        judge
            .post(&format!("/conflicts/{report}"), &[("decision", "include")])
            .is(303);
    }
    assert!(
        judge
            .get("/conflicts")
            .is(200)
            .body
            .contains("Everything is settled")
    );
    workspace.run(&["audit"]).ok();
}

#[test]
fn agreement_is_of_settled_work_alone() {
    let workspace = titles(20);
    let server = Server::of(workspace.folder(), &[]);
    let reviewer = server.person("reviewer-1");
    let page = reviewer.get("/agreement").is(200);
    assert!(page.body.contains("Nothing to compare yet"));
    for n in 1..=11 {
        super::settled(&workspace, &format!("r{n}"));
    }
    disagree(&workspace, "r12");
    let told = |page: &str| reviewer.get(page).is(200);
    let json = told("/agreement.json").json();
    assert_eq!(json["strata"][0]["pairs"][0]["n"], 11);
    let command = workspace
        .run(&["screen", "agreement", "--json"])
        .ok()
        .json();
    assert_eq!(json["strata"], command["strata"]);
    workspace
        .run(&["screen", "settle", "r12", "exclude", "--as", "adjudicator"])
        .ok();
    let json = told("/agreement.json").json();
    assert_eq!(json["strata"][0]["pairs"][0]["n"], 12);
    assert_eq!(json["strata"][0]["pairs"][0]["differ"][0]["report"], "r12");
    let page = told("/agreement");
    assert!(
        page.body
            .contains("91.7 % agreement on titles and abstracts"),
        "{}",
        page.body
    );
    assert!(page.body.contains("/records/r12"));
}

#[test]
fn a_pair_is_judged_with_what_it_would_change_before_it() {
    let workspace = titles(12);
    let server = Server::of(workspace.folder(), &[]);
    let mut lead = server.person("lead");
    assert!(
        lead.get("/duplicates")
            .is(200)
            .body
            .contains("Every pair is decided")
    );
    let there = lead.get("/duplicates?a=r3&b=10.5555/rooms.00007");
    assert_eq!(there.to(), "/duplicates/r3/r8");
    let page = lead.get("/duplicates/r3/r8").is(200);
    assert!(
        page.body.contains("Duplicate records removed"),
        "{}",
        page.body
    );
    assert!(page.body.contains("go from <b>0</b> to <b>1</b>"));
    // Looking changes nothing.
    assert_eq!(lead.get("/records.json").json()["total"], 12);
    let key = page.field("key");
    let form = [("verdict", "same"), ("key", &key)];
    let done = lead.post("/duplicates/r3/r8", &form).is(303);
    assert_eq!(done.to(), "/duplicates?done=same");
    lead.post("/duplicates/r3/r8", &form).is(303);
    assert_eq!(lead.get("/records.json").json()["total"], 11);
    let again = [("verdict", "different"), ("key", "k2")];
    assert_eq!(lead.post("/duplicates/r3/r8", &again).status, 409);
    // Parted again, on the report's page.
    let report = lead.get("/records/r3").is(200);
    assert!(
        report.body.contains("/records/r3/split/r8"),
        "{}",
        report.body
    );
    let split = lead.get("/records/r3/split/r8").is(200);
    assert!(split.body.contains("go from <b>1</b> to <b>0</b>"));
    let key = split.field("key");
    lead.post("/records/r3/split/r8", &[("key", &key)]).is(303);
    assert_eq!(lead.get("/records.json").json()["total"], 12);
    assert_eq!(
        lead.post("/records/r3/split/r8", &[("key", "k3")]).status,
        409
    );
    let undone = lead.post("/duplicates/undo", &[]).is(303);
    assert_eq!(undone.to(), "/duplicates?done=undone");
    assert_eq!(lead.get("/records.json").json()["total"], 11);
    lead.post("/duplicates/r1/r2", &[("verdict", "perhaps")])
        .is(400);
    lead.post("/duplicates/r1/r2", &[]).is(400);
    lead.get("/duplicates/r1/r999").is(404);
    let mut reviewer = server.person("reviewer-1");
    reviewer.get("/duplicates").is(403);
    reviewer
        .post("/duplicates/r1/r2", &[("verdict", "same")])
        .is(403);
    workspace.run(&["audit"]).ok();
}

/// Two reviewers include a report, in both phases.
fn included(workspace: &Workspace, report: &str) {
    for phase in ["title-abstract", "full-text"] {
        if phase == "full-text" {
            let got = [
                "screen",
                "retrieve",
                report,
                "retrieved",
                "--as",
                "reviewer-1",
            ];
            workspace.run(&got).ok();
        }
        for name in ["reviewer-1", "reviewer-2"] {
            workspace
                .run(&[
                    "screen", "decide", report, "include", "--phase", phase, "--as", name,
                ])
                .ok();
        }
    }
}

#[test]
fn reports_are_linked_to_studies_and_taken_out_again() {
    let workspace = titles(12);
    let server = Server::of(workspace.folder(), &[]);
    let mut lead = server.person("lead");
    assert!(lead.get("/studies").is(200).body.contains("No study yet"));
    for report in ["r2", "r3"] {
        included(&workspace, report);
    }
    workspace.run(&["run"]).ok();
    let list = lead.get("/studies.json").is(200).json();
    assert_eq!(list["studies"].as_array().unwrap().len(), 2);
    let page = lead.get("/studies/s1").is(200);
    assert!(page.body.contains("none found") && page.body.contains("no value that holds"));
    let link = [("act", "link"), ("report", "r3"), ("key", "k")];
    let there = lead.post("/studies/s1", &link).is(303);
    assert_eq!(there.to(), "/studies/s1?done=linked");
    lead.post("/studies/s1", &link).is(303);
    let study = lead.get("/studies/s1.json").json();
    assert_eq!(study["reports"].as_array().unwrap().len(), 2);
    assert_eq!(lead.get("/studies/s2").status, 404, "nothing is left of it");
    let rename = [("act", "rename"), ("label", "WARD <1>")];
    lead.post("/studies/s1", &rename).is(303);
    assert!(!lead.get("/studies").body.contains("WARD <1>"));
    assert_eq!(lead.get("/studies/WARD%20%3C1%3E").to(), "/studies/s1");
    let unlink = [("act", "unlink"), ("report", "r3")];
    lead.post("/studies/s1", &unlink).is(303);
    assert_eq!(lead.post("/studies/s1", &unlink).status, 409);
    lead.post("/studies/s1", &[("act", "link"), ("report", "r5")])
        .is(409);
    lead.post("/studies/s1", &[("act", "other")]).is(400);
    lead.get("/studies/s77").is(404);
    let mut judge = server.person("adjudicator");
    assert!(!judge.get("/studies/s1").is(200).body.contains("Unlink"));
    judge.post("/studies/s1", &rename).is(403);
    workspace.run(&["audit"]).ok();
}

#[test]
fn a_full_text_is_got_read_and_decided() {
    let workspace = titles(12);
    for report in ["r2", "r3", "r4"] {
        for name in ["reviewer-1", "reviewer-2"] {
            workspace
                .run(&["screen", "decide", report, "include", "--as", name])
                .ok();
        }
    }
    let server = Server::of(workspace.folder(), &[]);
    let mut one = server.person("reviewer-1");
    let page = one.get("/full-text").is(200);
    assert!(page.body.contains("3 reports to retrieve"), "{}", page.body);
    // A picture of a page that calls itself a PDF is refused, the PDF beside it is kept.
    let form = with_files(
        &[("retrieved", "yes")],
        &[
            ("a \u{e9}t\u{e9} <1>.pdf", "%PDF-1.7\n1 0 obj\n%%EOF\n"),
            ("b.pdf", "<!doctype html><script>alert(1)</script>"),
            ("c.csv", "arm,n\nA,12\n"),
            ("again.pdf", "%PDF-1.7\n1 0 obj\n%%EOF\n"),
        ],
    );
    let kind = ("content-type", "multipart/form-data; boundary=edge");
    let site = ("sec-fetch-site", "same-origin");
    let json = ("accept", "application/json");
    let sent = one.ask("POST", "/full-text/r2/files", &[kind, site, json], &form);
    let told = sent.is(200).json();
    let files = told["files"].as_array().unwrap();
    let words: Vec<&str> = files
        .iter()
        .map(|one| one["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(words, ["added", "refused", "added", "already"]);
    let plain = one
        .ask("POST", "/full-text/r2/files", &[kind, site], &form)
        .is(200);
    assert!(plain.body.contains("Not attached") && plain.body.contains("never kept"));
    // Nobody else's pages, and nobody unknown, sends a file.
    let cross = ("sec-fetch-site", "cross-site");
    one.ask("POST", "/full-text/r2/files", &[kind, cross], &form)
        .is(403);
    let stranger = server.client();
    stranger
        .ask("POST", "/full-text/r2/files", &[kind, site, json], &form)
        .is(401);
    one.ask("POST", "/screen/r5", &[kind, site], &form).is(400);
    let urlencoded = ("content-type", "application/x-www-form-urlencoded");
    one.ask("POST", "/full-text/r2/files", &[urlencoded, site], "a=b")
        .is(400);
    one.ask(
        "POST",
        "/full-text/r2/files",
        &[kind, site],
        "--edge\r\nbroken",
    )
    .is(400);
    // Served as what it is, in a box.
    let digest = files[0]["digest"].as_str().unwrap();
    let path = format!("/full-text/r2/files/{digest}");
    let file = one.get(&path).is(200);
    assert_eq!(file.head["content-type"], "application/pdf");
    assert!(file.head["content-security-policy"].starts_with("sandbox"));
    assert_eq!(file.head["x-content-type-options"], "nosniff");
    assert!(file.head["content-disposition"].starts_with("inline; filename=\"a _t_ _1_.pdf\""));
    assert!(file.body.starts_with("%PDF"));
    let saved = one.get(&format!("{path}?download=yes"));
    assert!(saved.head["content-disposition"].starts_with("attachment"));
    let table = one.get("/full-text/r2/files/c.csv");
    assert!(
        table.head["content-disposition"].starts_with("attachment"),
        "{:?}",
        table.head
    );
    stranger.get(&path).is(303);
    one.get("/full-text/r3/files/c.csv").is(404);
    one.get("/full-text/r2/files/..%2F..%2Freview.sqlite")
        .is(404);
    // By the PDF it is retrieved.
    let page = one.get("/full-text/r2").is(200);
    assert!(!page.body.contains("<1>.pdf"));
    let key = page.field("key");
    one.post("/full-text/r2", &[("decision", "exclude")])
        .is(422);
    let form = [
        ("decision", "exclude"),
        ("reason", "not-randomised"),
        ("note", "my note"),
        ("key", &key),
        ("next", "r3"),
    ];
    let there = one.post("/full-text/r2", &form).is(303);
    assert_eq!(there.to(), "/full-text/r3?done=exclude");
    one.post("/full-text/r2", &form).is(303);
    // Not to be had, with how it was tried.
    one.post("/full-text/r3", &[("decision", "not-retrieved")])
        .is(422);
    let tried = [
        ("decision", "not-retrieved"),
        ("tried", "library"),
        ("tried", "authors"),
        ("asked", "2026-07-17"),
        ("note", "no answer"),
    ];
    one.post("/full-text/r3", &tried).is(303);
    let page = one.get("/full-text/r3").is(200);
    let words = "own library; wrote to the authors; asked 2026-07-17; no answer";
    assert!(page.body.contains(words), "{}", page.body);
    // That is settled; a lead opens it again when it turns up.
    one.post("/full-text/undo", &[("undo", "r3")]).is(409);
    let mut lead = server.person("lead");
    assert!(lead.get("/full-text/r3").body.contains("It turned up"));
    lead.post("/full-text/undo", &[("undo", "r3")]).is(303);
    lead.post("/full-text/undo", &[("undo", "r3")]).is(409);
    one.post("/full-text/r3", &[("decision", "retrieved")])
        .is(303);
    assert!(one.get("/full-text/r2").body.contains("my note"));
    // The other sees nothing of it, and what no longer fits is told.
    let mut two = server.person("reviewer-2");
    let page = two.get("/full-text/r2").is(200);
    assert!(!page.body.contains("my note") && !page.body.contains("by you"));
    two.post(
        "/full-text/r2",
        &[("decision", "exclude"), ("reason", "not-randomised")],
    )
    .is(303);
    let late = [
        ("decision", "include"),
        ("note", "keep me"),
        ("key", "late"),
    ];
    let clash = one.post("/full-text/r2", &late);
    assert_eq!(clash.status, 409, "{}", clash.body);
    assert!(clash.body.contains("keep me"));
    // Removed by who brought it or a lead, with a reason.
    two.post(&path, &[("reason", "wrong")]).is(403);
    one.post(&path, &[]).is(422);
    one.post(&path, &[("reason", "another paper")]).is(303);
    one.get(&path).is(404);
    server.person("extractor-1").get("/full-text").is(403);
    workspace.run(&["audit"]).ok();
}

#[test]
fn every_number_of_the_flow_opens_into_its_set() {
    let workspace = titles(12);
    for report in ["r2", "r3"] {
        super::settled(&workspace, report);
    }
    included(&workspace, "r4");
    workspace.run(&["run"]).ok();
    let server = Server::of(workspace.folder(), &[]);
    let reader = server.person("extractor-1");
    let page = reader.get("/flow").is(200);
    assert!(page.body.contains("Identities") && page.body.contains("<svg"));
    assert!(page.body.len() < 60_000, "{}", page.body.len());
    let mut followed = 0;
    for part in page.body.split("href=\"").skip(1) {
        let link = part.split('"').next().unwrap();
        if !link.starts_with("/explain/") {
            continue;
        }
        let answer = reader.get(link).is(200);
        assert!(answer.body.contains("How it is counted"), "{link}");
        followed += 1;
    }
    assert!(followed > 15, "{followed}");
    let told = |what: &str| reader.get(what).is(200).json();
    let excluded = told("/explain/excluded.total.json");
    assert_eq!(excluded["value"], 2);
    assert_eq!(excluded["members"].as_array().unwrap().len(), 2);
    let command = workspace
        .run(&["explain", "excluded.total", "--json"])
        .ok()
        .json();
    assert_eq!(excluded["sentence"], command["sentence"]);
    // One row open: its trail, and the record as the source sent it.
    let open = reader.get("/explain/screened?open=r3").is(200);
    assert!(open.body.contains("TI  - Randomised"), "{}", open.body);
    let rest = told("/explain/screened.json?without=excluded.total");
    assert_eq!(rest["found"], 10);
    assert_eq!(told("/explain/screened.json?q=aachen")["total"], 12);
    assert_eq!(
        reader.get("/explain?what=report:r3").to(),
        "/explain/report/r3"
    );
    for nothing in [
        "/explain/nothing.such",
        "/explain/report/r999",
        "/explain/event/9999",
        "/explain/%00",
    ] {
        assert_eq!(reader.get(nothing).status, 404, "{nothing}");
    }
    for layout in ["combined", "base-updates", "previous-latest", "separate"] {
        reader.get(&format!("/flow?layout={layout}")).is(200);
    }
    reader.get("/flow?layout=other").is(404);
    reader.get("/flow/9.9").is(404);
    let svg = reader.get("/figures/flow.svg").is(200);
    assert_eq!(svg.head["content-type"], "image/svg+xml");
    assert!(svg.head["content-disposition"].starts_with("attachment"));
    assert!(svg.head["content-security-policy"].starts_with("sandbox"));
    assert!(
        reader
            .get("/figures/flow.csv")
            .is(200)
            .body
            .starts_with("data,node,box")
    );
    reader.get("/figures/flow.png?dpi=72").is(400);
    reader.get("/figures/other.svg").is(404);
}

#[test]
fn a_disagreement_given_back_is_discussed_by_those_who_voted() {
    let workspace = titles(12);
    disagree(&workspace, "r2");
    disagree(&workspace, "r5");
    let server = Server::of(workspace.folder(), &[]);
    let (mut judge, mut one) = (server.person("adjudicator"), server.person("reviewer-1"));
    let mut two = server.person("reviewer-2");
    one.get("/conflicts").is(403);
    let page = judge.get("/conflicts/r2").is(200);
    assert!(page.body.contains("Back for discussion"));
    let back = [
        ("decision", "return"),
        ("note", "is it a trial?"),
        ("key", "k"),
    ];
    judge.post("/conflicts/r2", &back).is(303);
    judge.post("/conflicts/r2", &back).is(303);
    let again = [("decision", "return"), ("key", "k2")];
    assert_eq!(judge.post("/conflicts/r2", &again).status, 409);
    assert!(judge.get("/conflicts/r2").body.contains("Given back"));
    // Those who voted see each other's votes on this report, and on no other.
    let page = one.get("/conflicts").is(200);
    assert!(page.body.contains("is it a trial?") && page.body.contains("note of exclude"));
    assert!(one.get("/").body.contains("Discussion"));
    one.get("/conflicts/r5").is(404);
    let vote = [("decision", "exclude"), ("note", "a cohort")];
    assert_eq!(one.post("/conflicts/r2", &vote).is(303).to(), "/records/r2");
    one.get("/conflicts").is(403);
    assert!(!two.get("/conflicts/r2").is(200).body.contains("a cohort"));
    two.post("/conflicts/r2", &[("decision", "exclude")])
        .is(303);
    let record = two.get("/records/r2.json").is(200).json();
    assert_eq!(record["place"], "Excluded");
    workspace.run(&["audit"]).ok();
}
