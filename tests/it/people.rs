//! Who may do what: leads, names, taking back.

use crate::support::{Said, Workspace};
use serde_json::Value;

const RIS: &str = "TY  - JOUR\nTI  - Honey for cough in children: an invented trial\nAU  - Muster, A.\n\
    PY  - 2021\nJO  - Journal of Examples\nER  - \n\nTY  - JOUR\nTI  - Wound dressing after burns: an \
    invented cohort\nAU  - Beispiel, C.\nPY  - 2019\nJO  - Journal of Examples\nER  - \n";

/// A review of two reports with two reviewers and a lead, who may settle.
pub(crate) fn review() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("export.ris", RIS);
    workspace
        .run(&["import", "export.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    for (name, role) in [("ann", "reviewer"), ("ben", "reviewer"), ("lea", "lead")] {
        workspace.run(&["user", "add", name, "--role", role]).ok();
    }
    workspace.run(&["run"]).ok();
    workspace
}

pub(crate) fn decide(workspace: &Workspace, report: &str, choice: &str, who: &str) -> Said {
    workspace.run(&["screen", "decide", report, choice, "--as", who])
}

/// Takes a report by both reviewers through to inclusion.
pub(crate) fn include(workspace: &Workspace, report: &str) {
    for who in ["ann", "ben"] {
        decide(workspace, report, "include", who).ok();
    }
    workspace
        .run(&["screen", "retrieve", report, "retrieved", "--as", "ann"])
        .ok();
    for who in ["ann", "ben"] {
        decide(workspace, report, "include", who).ok();
    }
}

fn kinds(workspace: &Workspace) -> Vec<String> {
    let events = workspace.events();
    let kinds = events.iter().map(|event| event["kind"].as_str().unwrap());
    kinds.map(str::to_owned).collect()
}

fn last_event(workspace: &Workspace) -> String {
    workspace.events().len().to_string()
}

fn places(workspace: &Workspace) -> Value {
    workspace.run(&["prisma", "--json"]).ok().json()["pending"].clone()
}

#[test]
fn once_there_is_a_lead_only_leads_change_people() {
    let workspace = review();
    let before = kinds(&workspace);
    let changes: [&[&str]; 7] = [
        &["user", "add", "dan", "--role", "reviewer"],
        &["user", "role", "ann", "lead"],
        &["user", "disable", "ben"],
        &["user", "disable", "lea"],
        &["user", "enable", "ben"],
        &["user", "rename", "ben", "benjamin"],
        &["user", "erase", "ben"],
    ];
    for change in changes {
        workspace
            .run(change)
            .fails(2, &["only a lead may change people: lea", "--as"]);
        let mut by = change.to_vec();
        by.extend(["--as", "ann"]);
        workspace
            .run(&by)
            .fails(2, &["ann may not change people", "lead"]);
    }
    assert_eq!(kinds(&workspace), before);
    workspace
        .run(&["user", "add", "dan", "--role", "reviewer", "--as", "lea"])
        .ok();
}

#[test]
fn a_review_with_a_lead_is_never_without_one() {
    let workspace = review();
    let as_lea = |args: &[&str]| {
        let mut all = args.to_vec();
        all.extend(["--as", "lea"]);
        workspace.run(&all)
    };
    for change in [
        &["user", "disable", "lea"][..],
        &["user", "role", "lea", "reviewer"],
        &["user", "erase", "lea"],
    ] {
        as_lea(change).fails(2, &["lea is the only lead", "user role NAME lead"]);
    }
    as_lea(&["user", "role", "ann", "lead,reviewer"]).ok();
    as_lea(&["user", "role", "lea", "reviewer"]).ok();
    workspace
        .run(&["user", "disable", "ann", "--as", "ann"])
        .fails(2, &["ann is the only lead"]);
    // What was ended begins again, in the roles of before.
    workspace
        .run(&["user", "disable", "ben", "--as", "ann"])
        .ok();
    decide(&workspace, "r1", "include", "ben").fails(2, &["ben is disabled"]);
    workspace
        .run(&["user", "enable", "ben", "--as", "ann"])
        .ok();
    decide(&workspace, "r1", "include", "ben").ok();
    workspace.run(&["audit"]).ok();
}

#[test]
fn a_name_can_be_changed_and_erased_and_what_was_decided_stays() {
    let workspace = review();
    decide(&workspace, "r2", "exclude", "ann").ok();
    decide(&workspace, "r2", "exclude", "ben").ok();
    let lea = |args: &[&str]| {
        let mut all = args.to_vec();
        all.extend(["--as", "lea"]);
        workspace.run(&all)
    };
    lea(&["user", "rename", "ben", "Benjamin Ωμέγα"]).ok();
    lea(&["user", "rename", "ann", "Benjamin Ωμέγα"]).fails(2, &["there is a person called"]);
    for wrong in ["", "  ", "p7", "a\u{1b}[31mb", "perennial"] {
        lea(&["user", "rename", "ann", wrong]).fails(2, &["cannot be a person's name"]);
        lea(&["user", "add", wrong, "--role", "reviewer"]).fails(2, &["cannot be a person's name"]);
    }
    let decisions = workspace.run(&["export", "decisions"]).ok().stdout;
    assert!(decisions.contains("Benjamin Ωμέγα"), "{decisions}");
    assert!(!decisions.contains(",ben,"), "{decisions}");

    lea(&["user", "erase", "Benjamin Ωμέγα"]).ok();
    let list = workspace.run(&["user", "list", "--json"]).ok().json();
    let person = &list["people"][1];
    assert_eq!(
        (&person["name"], &person["erased"], &person["enabled"]),
        (&Value::Null, &true.into(), &false.into())
    );
    let decisions = workspace.run(&["export", "decisions"]).ok().stdout;
    assert!(decisions.contains(",p2,exclude,"), "{decisions}");
    lea(&["user", "enable", "p2"]).fails(2, &["erased for good"]);
    lea(&["user", "rename", "p2", "ben"]).fails(2, &["erased for good"]);
    lea(&["user", "erase", "p2"]).fails(2, &["erased for good"]);
    decide(&workspace, "r1", "include", "p2").fails(2, &["p2 is disabled"]);
    // The name stands neither in the log nor in the bytes of the database.
    let told = workspace.run(&["audit"]).ok().stdout;
    assert!(told.contains("1 name erased: p2"), "{told}");
    let bytes = workspace.read("db/review.sqlite");
    for name in ["Benjamin Ωμέγα", "Benjamin"] {
        let found = bytes.windows(name.len()).any(|at| at == name.as_bytes());
        assert!(!found, "{name} is still in the file");
    }
    let told = kinds(&workspace);
    assert!(told.contains(&"person_renamed".to_owned()));
    assert_eq!(told.last().unwrap(), "person_erased");
}

#[test]
fn only_a_lead_publishes_and_looks_at_votes_that_are_not_settled() {
    let workspace = review();
    decide(&workspace, "r1", "include", "ann").ok();
    workspace
        .run(&["publish", "1.0", "--provisional"])
        .fails(2, &["only a lead may publish: lea"]);
    workspace
        .run(&["publish", "1.0", "--provisional", "--as", "ann"])
        .fails(2, &["ann may not publish"]);
    for command in [
        &["export", "decisions", "--unblind"][..],
        &["export", "events", "--unblind"],
        &["screen", "export", "--unblind"],
    ] {
        let mut by = command.to_vec();
        by.extend(["--as", "ben"]);
        workspace
            .run(&by)
            .fails(2, &["ben may not see votes that are not settled", "lead"]);
        workspace.run(command).fails(2, &["--as NAME"]);
    }
    let told = kinds(&workspace);
    assert!(!told.contains(&"votes_unblinded".to_owned()));
    workspace
        .run(&["export", "decisions", "--unblind", "--as", "lea"])
        .ok();
    assert_eq!(kinds(&workspace).last().unwrap(), "votes_unblinded");
    // The report says who looked, when and at what.
    workspace.run(&["report"]).ok();
    let page = String::from_utf8(workspace.read("reports/index.html")).unwrap();
    assert!(
        page.contains("Votes that were not settled were looked at"),
        "the report does not name it"
    );
    assert!(page.contains("looked at by lea") && page.contains("export decisions"));
    for name in ["working", "latest", "Working", &"x".repeat(41)] {
        workspace
            .run(&["publish", name, "--provisional", "--as", "lea"])
            .fails(2, &["cannot name a version"]);
    }
}

#[test]
fn nobody_opens_a_settled_report_by_taking_an_undo_back() {
    let workspace = review();
    decide(&workspace, "r1", "include", "ann").ok();
    workspace.run(&["screen", "undo", "--as", "ann"]).ok();
    let undone = last_event(&workspace);
    decide(&workspace, "r1", "exclude", "ann").ok();
    decide(&workspace, "r1", "exclude", "ben").ok();
    let settled = places(&workspace);
    for who in ["ann", "ben", "lea"] {
        workspace
            .run(&["screen", "undo", &undone, "--as", who])
            .fails(2, &["cannot be undone"]);
    }
    assert_eq!(places(&workspace), settled);
    // Nor does the voter settle again what the lead opened, through the lead's undo.
    let vote = workspace.events().len().to_string();
    workspace
        .run(&["screen", "undo", &vote, "--as", "lea"])
        .ok();
    let opened = last_event(&workspace);
    for who in ["ann", "ben", "lea"] {
        workspace
            .run(&["screen", "undo", &opened, "--as", who])
            .fails(2, &["cannot be undone"]);
    }
    workspace.run(&["audit"]).ok();
}

#[test]
fn an_undo_of_one_s_own_open_act_is_taken_back_and_no_deeper() {
    let workspace = review();
    decide(&workspace, "r1", "include", "ann").ok();
    let vote = last_event(&workspace);
    workspace.run(&["screen", "undo", "--as", "ann"]).ok();
    let undone = last_event(&workspace);
    let said = workspace
        .run(&["screen", "undo", &undone, "--as", "ann"])
        .ok()
        .stdout;
    assert!(said.contains("in force again"), "{said}");
    let again = last_event(&workspace);
    workspace
        .run(&["screen", "undo", &again, "--as", "ann"])
        .fails(2, &["take that one back"]);
    // The vote counts again, and can itself be taken back again.
    workspace
        .run(&["screen", "undo", &vote, "--as", "ann"])
        .ok();
    let last = last_event(&workspace);
    // Whoever voted anew since does not get the old vote back beside it.
    decide(&workspace, "r1", "unsure", "ann").ok();
    workspace
        .run(&["screen", "undo", &last, "--as", "ann"])
        .fails(2, &["decided on the report again since"]);
    workspace.run(&["audit"]).ok();
}

#[test]
fn an_undo_without_a_number_says_what_it_does_and_asks_where_something_rests_on_it() {
    let workspace = review();
    include(&workspace, "r1");
    let plan = workspace
        .run(&["screen", "undo", "--check", "--as", "ben"])
        .fails(2, &["only the lead reopens"]);
    assert!(plan.stdout.is_empty());
    // An act of any kind is taken back, the last first: here a link of the lead.
    workspace.run(&["run"]).ok();
    workspace
        .run(&["study", "link", "r1", "HONEY-1", "--as", "lea"])
        .ok();
    let events = workspace.events().len();
    let said = workspace
        .run(&["screen", "undo", "--check", "--as", "lea"])
        .ok()
        .stdout;
    assert!(
        said.contains("r1 linked to s") && said.contains("would be"),
        "{said}"
    );
    assert_eq!(workspace.events().len(), events, "a check changes nothing");
    for who in ["ann", "ben"] {
        decide(&workspace, "r2", "exclude", who).ok();
    }
    workspace
        .run(&["publish", "1.0", "--provisional", "--as", "lea"])
        .ok();
    let events = workspace.events().len();
    workspace
        .run(&["screen", "undo", "--as", "lea"])
        .fails(2, &["r1 linked to s", "part of version 1.0", "--yes"]);
    assert_eq!(workspace.events().len(), events);
    let said = workspace
        .run(&["screen", "undo", "--yes", "--as", "lea", "--json"])
        .ok()
        .json();
    assert_eq!(said["kind"], "report_unlinked");
    assert_eq!(said["with"].as_array().unwrap().len(), 1);
    let list = workspace.run(&["study", "list"]).ok().stdout;
    assert!(
        !list.contains("HONEY-1"),
        "a move is taken back whole: {list}"
    );
    assert_eq!(said["published"][0], "1.0");
}

#[test]
fn a_lead_s_own_settled_vote_is_not_reopened_unasked() {
    let workspace = review();
    workspace
        .run(&["user", "role", "lea", "lead,reviewer", "--as", "lea"])
        .ok();
    decide(&workspace, "r2", "exclude", "lea").ok();
    decide(&workspace, "r2", "exclude", "ann").ok();
    let before = places(&workspace);
    workspace
        .run(&["screen", "undo", "--as", "lea"])
        .fails(2, &["exclude on r2", "open again", "--yes"]);
    assert_eq!(places(&workspace), before);
    let said = workspace
        .run(&["screen", "undo", "--yes", "--as", "lea"])
        .ok()
        .stdout;
    assert!(said.contains("open again"), "{said}");
    assert_ne!(places(&workspace), before);
}

#[test]
fn a_name_is_one_however_it_is_typed_and_a_slip_is_told() {
    let workspace = Workspace::new();
    let add = |name: &str, role: &str, who: &str| {
        let mut args = vec!["user", "add", name, "--role", role];
        if !who.is_empty() {
            args.extend(["--as", who]);
        }
        workspace.run(&args)
    };
    add("L\u{e9}a Dupont", "lead", "").ok();
    add("Ana Mar\u{ed}a", "reviewer", "L\u{e9}a Dupont").ok();
    // The same letters, put together otherwise, as some systems type them.
    add("kim", "adjudicator", " Le\u{301}a Dupont ").ok();
    for slip in [
        "Lea Dupont",
        "l\u{e9}a dupont",
        "L\u{e9}a",
        "L\u{e9}a Dupond",
    ] {
        add("zoe", "reviewer", slip).fails(2, &["did you mean `L\u{e9}a Dupont`?"]);
    }
    let said = add("zoe", "reviewer", "Otto");
    assert!(!said.stderr.contains("did you mean"), "{}", said.stderr);
    for taken in ["KIM", " kim ", "Ana Mari\u{301}a"] {
        add(taken, "reviewer", "L\u{e9}a Dupont").fails(2, &["already"]);
    }
    workspace
        .run(&["user", "rename", "kim", "Kim", "--as", "L\u{e9}a Dupont"])
        .ok();
    let list = workspace.run(&["user", "list"]).ok().stdout;
    assert_eq!(list.lines().count(), 3, "{list}");
    assert!(list.contains("Kim"), "{list}");
}

#[test]
fn people_are_shown_by_name_with_a_legend_and_by_number_once_erased() {
    let workspace = review();
    include(&workspace, "r1");
    workspace
        .run(&["screen", "export", "--unblind", "--as", "lea"])
        .ok();
    workspace.run(&["report"]).ok();
    let page = |name: &str| String::from_utf8(workspace.read(&format!("reports/{name}"))).unwrap();
    let register = page("register-1.html");
    assert!(register.contains("<b>ann</b>"), "votes by name");
    assert!(register.contains("ann is p1, ben is p2"), "the legend");
    assert!(page("index.html").contains("looked at by lea"));
    let told = workspace.run(&["explain", "r1"]).ok().stdout;
    assert!(told.contains(": ann include in title-abstract"), "{told}");
    assert!(
        told.contains("People in the log: ann is p1, ben is p2"),
        "{told}"
    );
    let seq = workspace.events().len().to_string();
    let told = workspace
        .run(&["explain", &format!("event:{seq}")])
        .ok()
        .stdout;
    assert!(told.contains("by lea via cli"), "{told}");
    let role = workspace
        .events()
        .iter()
        .position(|e| e["kind"] == "person_added")
        .unwrap()
        + 1;
    let told = workspace
        .run(&["explain", &format!("event:{role}")])
        .ok()
        .stdout;
    assert!(
        told.contains(&format!("Event {role}, person_added")),
        "{told}"
    );
    workspace.run(&["user", "erase", "ann", "--as", "lea"]).ok();
    workspace.run(&["report"]).ok();
    let page = String::from_utf8(workspace.read("reports/register-1.html")).unwrap();
    assert!(!page.contains("ann") && page.contains("<b>p1</b>"));
    let told = workspace.run(&["explain", "r1"]).ok().stdout;
    assert!(
        told.contains(": p1 include") && !told.contains("ann"),
        "{told}"
    );
}
