//! Reading before deciding: what a reviewer and an adjudicator see of a report, and shorter commands.

use crate::support::Workspace;
use serde_json::Value;

const EXPORT: &str = "TY  - JOUR\nTI  - Naps at night for nurses\nAU  - Doe, Jan\nPY  - 2020\n\
    JO  - Journal of Rest\nAB  - BACKGROUND: People nap. METHODS: Sixty nurses were randomised.\n\
    KW  - naps\nDO  - 10.5555/rest.1\nER  - \n\
    TY  - JOUR\nTI  - Rest by day\nAU  - Roe, Kim\nPY  - 2021\nDO  - 10.5555/rest.2\nER  - \n";

/// Two reports to screen, two reviewers and an adjudicator.
fn screened() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("export.ris", EXPORT);
    workspace
        .run(&["import", "export.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    for (name, role) in [
        ("ann", "reviewer"),
        ("ben", "reviewer"),
        ("cleo", "adjudicator"),
    ] {
        workspace.run(&["user", "add", name, "--role", role]).ok();
    }
    workspace.run(&["dedup"]).ok();
    workspace.run(&["filter"]).ok();
    workspace
}

fn card(workspace: &Workspace, args: &[&str]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    workspace.run(&args).ok().json()
}

#[test]
fn a_reviewer_reads_the_next_report_with_its_abstract_and_the_criteria() {
    let workspace = screened();
    let text = workspace
        .run(&["screen", "next", "--as", "ann"])
        .ok()
        .stdout;
    for part in [
        "r1 \u{b7} title-abstract: your decision is due",
        "Naps at night for nurses",
        "Doe, Jan",
        "Journal of Rest 2020",
        "\nBACKGROUND\nPeople nap.\nMETHODS\nSixty nurses were randomised.\n",
        "Keywords: naps",
        "Include when all hold",
        "- The participants are children or adolescents with acute cough.",
        "Exclude when one holds",
        "Next: perennial screen decide r1 include|exclude|unsure",
    ] {
        assert!(text.contains(part), "`{part}` is not in:\n{text}");
    }
    // Decided, the next one comes; the earlier one shows the own decision.
    workspace
        .run(&[
            "screen", "decide", "r1", "exclude", "--note", "adults", "--as", "ann",
        ])
        .ok();
    let next = card(&workspace, &["screen", "next", "--as", "ann"]);
    assert_eq!(next["card"]["report"], "r2");
    let shown = workspace
        .run(&["screen", "show", "r1", "--as", "ann"])
        .ok()
        .stdout;
    assert!(
        shown.contains("You, title-abstract: exclude, note: adults"),
        "{shown}"
    );
    assert!(shown.contains(": you have decided"), "{shown}");
    // A report without an abstract says so.
    let shown = workspace
        .run(&["screen", "show", "10.5555/rest.2"])
        .ok()
        .stdout;
    assert!(shown.contains("The sources give no abstract."), "{shown}");
    workspace
        .run(&["screen", "decide", "r2", "include", "--as", "ann"])
        .ok();
    let done = workspace
        .run(&["screen", "next", "--as", "ann"])
        .ok()
        .stdout;
    assert_eq!(done, "Nothing waits for you here.\n");
    assert_eq!(
        card(&workspace, &["screen", "next", "--as", "ann"])["card"],
        Value::Null
    );
}

#[test]
fn nothing_of_anothers_open_vote_is_on_a_reviewers_card() {
    let (quiet, voted) = (screened(), screened());
    voted
        .run(&[
            "screen", "decide", "r1", "exclude", "--note", "not mine", "--as", "ben",
        ])
        .ok();
    for args in [
        ["screen", "show", "r1", "--as", "ann"].as_slice(),
        &["screen", "show", "r1"],
        &["screen", "next", "--as", "ann"],
        &["screen", "next", "--as", "ann", "--phase", "title-abstract"],
        &["screen", "show", "r1", "--as", "cleo"],
        &["screen", "next", "--as", "cleo"],
    ] {
        assert_eq!(
            quiet.run(args).ok().stdout,
            voted.run(args).ok().stdout,
            "{args:?}"
        );
        assert_eq!(card(&quiet, args), card(&voted, args), "{args:?}");
    }
}

#[test]
fn the_adjudicator_sees_both_votes_with_reasons_and_notes_and_no_name() {
    let workspace = screened();
    workspace
        .run(&[
            "screen", "decide", "r1", "include", "--as", "ann", "--note", "cough",
        ])
        .ok();
    workspace
        .run(&[
            "screen", "decide", "r1", "exclude", "--as", "ben", "--note", "adults",
        ])
        .ok();
    let shown = workspace
        .run(&["screen", "next", "--as", "cleo"])
        .ok()
        .stdout;
    assert!(shown.contains("yours to settle"), "{shown}");
    assert!(shown.contains("include, note: cough") && shown.contains("exclude, note: adults"));
    assert!(!shown.contains("ann") && !shown.contains("ben"), "{shown}");
    let ask = shown.contains("Next: perennial screen settle r1 include|exclude");
    assert!(ask, "{shown}");
    // A voter sees the own vote alone.
    let shown = workspace
        .run(&["screen", "show", "r1", "--as", "ann"])
        .ok()
        .stdout;
    assert!(
        shown.contains("cough") && !shown.contains("adults"),
        "{shown}"
    );
    workspace
        .run(&["screen", "settle", "r1", "include", "--as", "cleo"])
        .ok();
    let shown = card(&workspace, &["screen", "show", "r1", "--as", "ann"]);
    assert_eq!(shown["card"]["phase"], "retrieval");
}

#[test]
fn a_name_in_the_environment_acts_and_the_option_comes_first() {
    let workspace = screened();
    let mut command = workspace.command(&["screen", "decide", "r1", "include", "--json"]);
    let said = crate::support::said(&command.env("PERENNIAL_AS", "ann").output().unwrap());
    assert_eq!(said.ok().json()["phase"], "title-abstract");
    let mut command = workspace.command(&["screen", "decide", "r1", "include", "--as", "ben"]);
    crate::support::said(&command.env("PERENNIAL_AS", "nobody").output().unwrap()).ok();
    let place = card(&workspace, &["screen", "show", "r1"]);
    assert_eq!(place["card"]["phase"], "retrieval");
    // Nobody named: an error that says how.
    workspace
        .run(&["screen", "next"])
        .fails(2, &["--as NAME", "PERENNIAL_AS"]);
    workspace
        .run(&["screen", "show"])
        .fails(2, &["--as NAME", "PERENNIAL_AS"]);
    workspace
        .run(&["screen", "decide", "r1", "include", "--as", "ann"])
        .fails(2, &["retrieval is recorded with `screen retrieve`"]);
}
