//! A disagreement that is given back to those who voted.

use crate::people::{decide, review};
use crate::support::{Said, Workspace};
use serde_json::{Value, json};

fn give_back(workspace: &Workspace, who: &str) -> Said {
    let words = [
        "screen",
        "return",
        "r1",
        "--note",
        "is it a trial?",
        "--as",
        who,
        "--json",
    ];
    workspace.run(&words)
}

fn show(workspace: &Workspace, who: &str) -> Value {
    let words = ["screen", "show", "r1", "--as", who, "--json"];
    workspace.run(&words).ok().json()["card"].clone()
}

fn state(workspace: &Workspace, who: &str) -> String {
    show(workspace, who)["state"].as_str().unwrap().to_owned()
}

/// Ann includes, Ben excludes with a note.
fn disagreement() -> Workspace {
    let workspace = review();
    decide(&workspace, "r1", "include", "ann").ok();
    let words = [
        "screen",
        "decide",
        "r1",
        "exclude",
        "--note",
        "a cohort, I think",
        "--as",
        "ben",
    ];
    workspace.run(&words).ok();
    workspace
}

fn table(workspace: &Workspace) -> Value {
    let all = workspace
        .run(&["screen", "agreement", "--json"])
        .ok()
        .json();
    all["strata"][0]["pairs"][0]["table"].clone()
}

#[test]
fn those_who_voted_see_each_other_vote_once_more_and_the_agreement_keeps_their_first_votes() {
    let workspace = disagreement();
    assert!(show(&workspace, "ann")["discussion"].is_null());
    let done = give_back(&workspace, "lea").ok().json();
    assert_eq!(done["people"], json!(["ann", "ben"]));
    for who in ["ann", "ben"] {
        let card = show(&workspace, who);
        assert_eq!(card["state"], "to-discuss");
        assert_eq!(card["discussion"]["note"], "is it a trial?");
        let votes = &card["discussion"]["votes"];
        assert_eq!(votes[0]["person"], "ann");
        assert_eq!(votes[0]["decision"], "include");
        assert_eq!(votes[1]["note"], "a cohort, I think");
        let list = ["screen", "list", "--for", who, "--as", who];
        workspace.run(&list).ok().says("to discuss");
        let next = ["screen", "next", "--as", who];
        workspace.run(&next).ok().says("is it a trial?");
    }
    // The same once more is a vote; until both have spoken the report is in conflict.
    decide(&workspace, "r1", "include", "ann").ok();
    assert_eq!(state(&workspace, "ann"), "decided");
    assert_eq!(state(&workspace, "ben"), "to-discuss");
    assert_eq!(state(&workspace, "lea"), "to-settle");
    workspace.run(&["audit"]).ok();
    decide(&workspace, "r1", "include", "ben").ok();
    assert_eq!(state(&workspace, "lea"), "nothing", "it awaits retrieval");
    assert_eq!(
        table(&workspace),
        json!([[0, 1], [0, 0]]),
        "the first votes"
    );
    workspace
        .run(&["explain", "r1"])
        .ok()
        .says("lea gave the disagreement in title-abstract back for discussion, is it a trial?")
        .says("ben include in title-abstract, after discussion");
    workspace.run(&["audit"]).ok();
}

#[test]
fn one_who_speaks_alone_settles_nothing_and_the_adjudicator_still_may() {
    let workspace = disagreement();
    give_back(&workspace, "lea").ok();
    give_back(&workspace, "lea")
        .fails(2, &[])
        .says("who have not all voted once more");
    // Ben comes round to Ann's vote before she speaks: nothing is settled yet.
    decide(&workspace, "r1", "include", "ben").ok();
    assert_eq!(state(&workspace, "lea"), "to-settle");
    workspace
        .run(&["screen", "undo", "--as", "lea"])
        .fails(2, &["answered since"]);
    workspace.run(&["screen", "undo", "--as", "ben"]).ok();
    assert_eq!(state(&workspace, "ben"), "to-discuss");
    workspace.run(&["screen", "undo", "--as", "lea"]).ok();
    assert_eq!(state(&workspace, "ann"), "decided");
    assert!(show(&workspace, "ann")["discussion"].is_null());
    give_back(&workspace, "lea").ok();
    workspace
        .run(&["user", "disable", "ben", "--as", "lea"])
        .ok();
    workspace
        .run(&["screen", "settle", "r1", "exclude", "--as", "lea"])
        .ok();
    workspace.run(&["audit"]).ok();
    let flow = workspace.run(&["prisma", "--json"]).ok().stdout;
    assert!(
        flow.contains("\"title_abstract\": 1"),
        "one is open, one is settled: {flow}"
    );
}

#[test]
fn who_may_not_settle_gives_nothing_back_and_learns_nothing() {
    let workspace = review();
    give_back(&workspace, "lea")
        .fails(2, &[])
        .says("r1 is not in conflict");
    decide(&workspace, "r1", "include", "ann").ok();
    let open = give_back(&workspace, "ben").fails(2, &[]).stdout;
    decide(&workspace, "r1", "exclude", "ben").ok();
    let same = open.replace("ben", "ann");
    assert_eq!(give_back(&workspace, "ann").fails(2, &[]).stdout, same);
    // Disagreement once more: it is in conflict again, and closed.
    give_back(&workspace, "lea").ok();
    for (who, choice) in [("ben", "exclude"), ("ann", "include")] {
        decide(&workspace, "r1", choice, who).ok();
    }
    assert_eq!(state(&workspace, "lea"), "to-settle");
    decide(&workspace, "r1", "exclude", "ann").ok();
    assert_eq!(
        state(&workspace, "lea"),
        "to-settle",
        "what comes later moves nothing"
    );
    workspace.run(&["screen", "undo", "--as", "ann"]).ok();
    give_back(&workspace, "lea").ok();
    assert_eq!(state(&workspace, "ann"), "to-discuss");
    workspace.run(&["audit"]).ok();
}

#[test]
fn nobody_else_is_told_of_a_disagreement_that_was_given_back() {
    let workspace = disagreement();
    workspace
        .run(&["user", "add", "cy", "--role", "reviewer", "--as", "lea"])
        .ok();
    let seen = |words: &[&str]| {
        let mut all = words.to_vec();
        all.extend(["--as", "cy"]);
        workspace.run(&all).ok().stdout
    };
    let commands: [&[&str]; 6] = [
        &["screen", "show", "r1", "--json"],
        &["screen", "list", "--for", "cy", "--json"],
        &["screen", "next"],
        &["status", "--json"],
        &["explain", "r1"],
        &["screen", "agreement"],
    ];
    let before: Vec<String> = commands.iter().map(|words| seen(words)).collect();
    give_back(&workspace, "lea").ok();
    let after: Vec<String> = commands.iter().map(|words| seen(words)).collect();
    assert_eq!(before, after);
    let event = workspace.events().pop().unwrap();
    assert_eq!(event["kind"], "conflict_returned");
    for field in ["body", "actor", "at", "via"] {
        assert!(event[field].is_null(), "{event}");
    }
}
