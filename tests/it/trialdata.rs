//! Trial data are work like any other: what waits is counted, told, and stops a publication; what was
//! published stands; who entered does not settle.

use crate::people::{include, review};
use crate::support::{Said, Workspace};
use serde_json::Value;

const OUTCOMES: &str = r#"
[extraction]
extractors = 2

[[outcome]]
code = "healed"
name = "Cough gone"
type = "binary"
direction = "higher-is-better"
populations = ["ITT"]

[[outcome]]
code = "days"
name = "Days with cough"
type = "continuous"
direction = "lower-is-better"

[[analysis]]
name = "healed"
title = "Cough gone"
outcome = "healed"
measure = "RR"
method = "REML"
population = ["ITT"]
"#;

/// A review with two included trials and two extractors, nothing extracted yet. The template's own
/// outcome and analysis give way.
pub(crate) fn extracting() -> Workspace {
    let workspace = review();
    let toml = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    let cut = toml.find("[extraction]").unwrap_or(toml.len());
    let after = toml[cut..]
        .find("[living]")
        .map_or("", |at| &toml[cut + at..]);
    workspace.write(
        "workflow.toml",
        &format!("{}{OUTCOMES}\n{after}", &toml[..cut]),
    );
    for (name, role) in [
        ("eve", "extractor"),
        ("fay", "extractor"),
        ("kim", "adjudicator"),
    ] {
        workspace
            .run(&["user", "add", name, "--role", role, "--as", "lea"])
            .ok();
    }
    for report in ["r1", "r2"] {
        include(&workspace, report);
    }
    workspace.run(&["run"]).ok();
    workspace
}

pub(crate) fn set(
    workspace: &Workspace,
    study: &str,
    arm: &str,
    values: &[&str],
    who: &str,
) -> Said {
    let report = if study == "s1" { "r1" } else { "r2" };
    let mut args = vec![
        "extract", "set", study, "healed", "--report", report, "--arm", arm,
    ];
    args.extend(["--population", "ITT", "--as", who]);
    args.extend(values);
    workspace.run(&args)
}

pub(crate) fn role(workspace: &Workspace, study: &str, arm: &str, role: &str, who: &str) {
    let report = if study == "s1" { "r1" } else { "r2" };
    workspace
        .run(&[
            "extract", "set", study, "role", "--report", report, "--arm", arm, "--text", role,
            "--as", who,
        ])
        .ok();
}

/// Both extractors enter both arms of a study alike.
pub(crate) fn whole(workspace: &Workspace, study: &str, numbers: [(&str, &str); 2]) {
    for who in ["eve", "fay"] {
        for (arm, word, (events, n)) in [
            ("honey", "experimental", numbers[0]),
            ("placebo", "control", numbers[1]),
        ] {
            role(workspace, study, arm, word, who);
            set(workspace, study, arm, &["--events", events, "--n", n], who).ok();
        }
    }
}

pub(crate) fn status(workspace: &Workspace) -> Value {
    workspace.run(&["status", "--json"]).json()
}

fn waiting<'a>(status: &'a Value, who: &str) -> &'a Value {
    let list = status["waiting"].as_array().unwrap();
    list.iter().find(|one| one["person"] == who).unwrap()
}

#[test]
fn studies_without_data_wait_and_stop_a_publication() {
    let workspace = extracting();
    let now = status(&workspace);
    assert_eq!(now["provisional"], true);
    assert_eq!(waiting(&now, "eve")["studies"], 2);
    assert_eq!(waiting(&now, "fay")["studies"], 2);
    assert_eq!(waiting(&now, "lea")["studies"], 0);
    assert_eq!(workspace.run(&["status", "--exit-code"]).code, 3);
    let text = workspace.run(&["status"]).ok().stdout;
    assert!(text.contains("2 studies without data"), "{text}");
    assert!(text.contains("Next: perennial extract list"), "{text}");
    workspace
        .run(&["publish", "1.0", "--as", "lea"])
        .fails(2, &["2 studies without data", "--provisional"]);
    let run = workspace.run(&["run"]).ok().stdout;
    assert!(run.contains("2 studies without data"), "{run}");
    let page = String::from_utf8(workspace.read("reports/index.html")).unwrap();
    assert!(page.contains("class=\"stamp\">Provisional"));
    // A report that says nothing was read all the same.
    for who in ["eve", "fay"] {
        for (study, report) in [("s1", "r1"), ("s2", "r2")] {
            workspace
                .run(&[
                    "extract",
                    "set",
                    study,
                    "healed",
                    "--report",
                    report,
                    "--arm",
                    "honey",
                    "--population",
                    "ITT",
                    "--not-reported",
                    "--as",
                    who,
                ])
                .ok();
        }
    }
    assert_eq!(status(&workspace)["provisional"], false);
    workspace.run(&["publish", "1.0", "--as", "lea"]).ok();
}

#[test]
fn what_one_extractor_has_not_filled_and_what_differs_waits_for_the_right_people() {
    let workspace = extracting();
    whole(&workspace, "s1", [("20", "40"), ("10", "40")]);
    set(
        &workspace,
        "s2",
        "honey",
        &["--events", "5", "--n", "30"],
        "eve",
    )
    .ok();
    let now = status(&workspace);
    assert_eq!(waiting(&now, "eve")["values"], 0);
    assert_eq!(waiting(&now, "fay")["values"], 1);
    assert_eq!(waiting(&now, "kim")["differing"], 0);
    set(
        &workspace,
        "s2",
        "honey",
        &["--events", "6", "--n", "30"],
        "fay",
    )
    .ok();
    let now = status(&workspace);
    assert_eq!(waiting(&now, "fay")["values"], 0);
    assert_eq!(waiting(&now, "kim")["differing"], 1);
    assert_eq!(waiting(&now, "eve")["differing"], 0);
    workspace
        .run(&["publish", "1.0", "--as", "lea"])
        .fails(2, &["1 value not agreed"]);
    let list = workspace
        .run(&["extract", "list", "--for", "kim"])
        .ok()
        .stdout;
    assert!(list.contains("to settle: events"), "{list}");
    // Who entered it does not settle it, nor does someone who has not the role.
    let settle = ["--events", "6", "--n", "30", "--reconcile"];
    for who in ["eve", "fay"] {
        set(&workspace, "s2", "honey", &settle, who).fails(
            2,
            &["entered this value; a person who did not must settle it"],
        );
    }
    set(&workspace, "s2", "honey", &settle, "ann").fails(2, &["ann may not settle values"]);
    set(&workspace, "s2", "placebo", &settle, "kim").fails(2, &["nothing to settle"]);
    set(&workspace, "s2", "honey", &settle, "kim").ok();
    assert_eq!(waiting(&status(&workspace), "kim")["differing"], 0);
    // The workflow may say otherwise.
    set(
        &workspace,
        "s2",
        "placebo",
        &["--events", "1", "--n", "30"],
        "eve",
    )
    .ok();
    set(
        &workspace,
        "s2",
        "placebo",
        &["--events", "2", "--n", "30"],
        "fay",
    )
    .ok();
    workspace.edit(
        "workflow.toml",
        "extractors = 2",
        "extractors = 2\nsettle_own = true",
    );
    let settle = ["--events", "2", "--n", "30", "--reconcile"];
    set(&workspace, "s2", "placebo", &settle, "fay").ok();
}

#[test]
fn the_reason_why_a_study_is_not_pooled_is_the_true_one() {
    let workspace = extracting();
    whole(&workspace, "s1", [("20", "40"), ("10", "40")]);
    whole(&workspace, "s2", [("5", "30"), ("4", "30")]);
    let reason = || workspace.run(&["pool", "--only", "healed"]).ok().stdout;
    assert!(reason().contains("k = 2"));
    set(
        &workspace,
        "s2",
        "honey",
        &["--events", "6", "--n", "30"],
        "fay",
    )
    .ok();
    let text = reason();
    assert!(
        text.contains("`healed, honey, ITT` is not agreed"),
        "{text}"
    );
    assert!(!text.contains("has no count"), "{text}");
    let seq = workspace.events().len().to_string();
    workspace.run(&["screen", "undo", &seq, "--as", "fay"]).ok();
    assert!(reason().contains("k = 2"));
}

#[test]
fn a_published_value_stands_until_another_is_agreed_or_settled() {
    let workspace = extracting();
    whole(&workspace, "s1", [("20", "40"), ("10", "40")]);
    whole(&workspace, "s2", [("5", "30"), ("4", "30")]);
    workspace.run(&["publish", "1.0", "--as", "lea"]).ok();
    let pooled = || workspace.run(&["pool", "--json"]).ok().json()["healed"].clone();
    let before = pooled();
    assert_eq!(before["k"], 2);
    // One extractor reads the report again, or takes the own value back: the number stands, and waits.
    set(
        &workspace,
        "s2",
        "honey",
        &["--events", "9", "--n", "30"],
        "eve",
    )
    .ok();
    assert_eq!(pooled(), before);
    let now = status(&workspace);
    assert_eq!(waiting(&now, "kim")["differing"], 1);
    let list = workspace.run(&["extract", "list"]).ok().stdout;
    assert!(list.contains("the value before stands; open"), "{list}");
    workspace
        .run(&["publish", "1.1", "--as", "lea"])
        .fails(2, &["1 value not agreed"]);
    // It stands through a provisional version, too.
    workspace
        .run(&["publish", "1.1", "--provisional", "--as", "lea"])
        .ok();
    assert_eq!(pooled(), before);
    workspace.run(&["audit"]).ok();
    set(
        &workspace,
        "s2",
        "honey",
        &["--events", "9", "--n", "30"],
        "fay",
    )
    .ok();
    assert_ne!(pooled(), before);
    assert_eq!(status(&workspace)["provisional"], false);
    // A value entered by one person after it was settled does not vanish either.
    set(
        &workspace,
        "s2",
        "honey",
        &["--events", "8", "--n", "30"],
        "fay",
    )
    .ok();
    set(
        &workspace,
        "s2",
        "honey",
        &["--events", "8", "--n", "30", "--reconcile"],
        "kim",
    )
    .ok();
    let settled = pooled();
    set(
        &workspace,
        "s2",
        "honey",
        &["--events", "7", "--n", "30"],
        "eve",
    )
    .ok();
    assert_eq!(pooled(), settled);
    assert_eq!(waiting(&status(&workspace), "kim")["differing"], 1);
}

#[test]
fn arms_are_one_whatever_their_capitals_and_populations_are_the_declared_ones() {
    let workspace = extracting();
    whole(&workspace, "s1", [("20", "40"), ("10", "40")]);
    for (arm, word, events, who) in [
        ("Honey", "experimental", "5", "eve"),
        ("honey", "experimental", "5", "fay"),
        ("placebo", "Control", "4", "eve"),
        ("PLACEBO", "control", "4", "fay"),
    ] {
        role(&workspace, "s2", arm, word, who);
        let values = ["--events", events, "--n", "30"];
        let mut args = vec![
            "extract", "set", "s2", "healed", "--report", "r2", "--arm", arm,
        ];
        args.extend(["--population", "itt", "--as", who]);
        args.extend(values);
        workspace.run(&args).ok();
    }
    let list = workspace
        .run(&["extract", "list", "--study", "s2"])
        .ok()
        .stdout;
    assert_eq!(list.matches("holds").count(), 4, "{list}");
    assert_eq!(
        workspace.run(&["pool", "--json"]).ok().json()["healed"]["k"],
        2
    );
    assert_eq!(status(&workspace)["provisional"], false);
}

#[test]
fn an_outcome_takes_only_the_numbers_of_its_type() {
    let workspace = extracting();
    for (outcome, values, words) in [
        (
            "healed",
            &["--mean", "3", "--sd", "1", "--n", "30"][..],
            "binary (events of n), which takes no mean",
        ),
        ("healed", &["--median", "3"], "takes no median"),
        (
            "healed",
            &[
                "--measure",
                "HR",
                "--effect",
                "0.5",
                "--ci-low",
                "0.4",
                "--ci-high",
                "0.7",
            ],
            "takes no HR",
        ),
        (
            "days",
            &["--events", "3", "--n", "30"],
            "continuous (mean, SD, n), which takes no events",
        ),
        ("days", &["--percent", "30"], "takes no percentage"),
    ] {
        let mut args = vec![
            "extract", "set", "s1", outcome, "--report", "r1", "--arm", "honey",
        ];
        args.extend(["--population", "ITT", "--as", "eve"]);
        args.extend(values);
        workspace.run(&args).fails(2, &[words]);
    }
    workspace
        .run(&[
            "extract", "set", "s1", "days", "--report", "r1", "--arm", "honey", "--mean", "3",
            "--sd", "1", "--n", "30", "--as", "eve",
        ])
        .ok();
}

#[test]
fn warnings_are_shown_at_entry_in_the_list_and_in_status() {
    let workspace = extracting();
    let wrong = ["--events", "5", "--n", "30", "--percent", "20.0"];
    let said = set(&workspace, "s1", "honey", &wrong, "eve").ok().stdout;
    assert!(
        said.contains("1 warning") && said.contains('5') && said.contains("events-percent-differ"),
        "{said}"
    );
    // While the other has not entered it, only who entered it is told.
    let list = workspace.run(&["extract", "list", "--json"]).ok().json();
    assert_eq!(list["findings"].as_array().unwrap().len(), 0);
    set(&workspace, "s1", "honey", &wrong, "fay").ok();
    let list = workspace.run(&["extract", "list", "--json"]).ok().json();
    assert_eq!(list["findings"][0]["code"], "events-percent-differ");
    let list = workspace.run(&["extract", "list"]).ok().stdout;
    assert!(list.contains("! events-percent-differ"), "{list}");
    let text = workspace.run(&["status"]).ok().stdout;
    assert!(text.contains("1 warning in the trial data"), "{text}");
    assert_eq!(status(&workspace)["extraction"]["findings"], 1);
}

#[test]
fn a_value_on_which_both_agree_is_not_settled_away() {
    let workspace = extracting();
    let set = |who: &str, events: &str, more: &[&str]| {
        let mut args = vec![
            "extract",
            "set",
            "s1",
            "healed",
            "--report",
            "r1",
            "--arm",
            "honey",
            "--population",
            "ITT",
            "--events",
            events,
            "--n",
            "40",
            "--as",
            who,
        ];
        args.extend(more);
        workspace.run(&args)
    };
    set("eve", "20", &[]).ok();
    set("fay", "20", &[]).ok();
    set("kim", "29", &["--reconcile"]).fails(2, &["nobody disagrees"]);
    set("fay", "29", &[]).ok();
    set("kim", "29", &["--reconcile"]).ok();
    // What was settled may be settled anew.
    set("kim", "28", &["--reconcile"]).ok();
}

#[test]
fn values_of_a_report_that_left_its_study_are_told() {
    let workspace = extracting();
    for who in ["eve", "fay"] {
        for (arm, role, events) in [("honey", "experimental", "20"), ("placebo", "control", "9")] {
            workspace
                .run(&[
                    "extract",
                    "set",
                    "s1",
                    "healed",
                    "--report",
                    "r1",
                    "--arm",
                    arm,
                    "--population",
                    "ITT",
                    "--events",
                    events,
                    "--n",
                    "40",
                    "--as",
                    who,
                ])
                .ok();
            workspace
                .run(&[
                    "extract", "set", "s1", "role", "--report", "r1", "--arm", arm, "--text", role,
                    "--as", who,
                ])
                .ok();
        }
    }
    // What one person alone entered is blind: nobody learns of it by moving a report.
    set(
        &workspace,
        "s2",
        "honey",
        &["--events", "1", "--n", "9"],
        "eve",
    )
    .ok();
    let said = workspace
        .run(&["study", "link", "r2", "s1", "--as", "lea"])
        .ok();
    assert!(!said.stderr.contains("stay under"), "{}", said.stderr);
    let said = workspace
        .run(&["study", "link", "r1", "Other 2020", "--as", "lea"])
        .ok();
    assert!(said.stderr.contains("4 values"), "{}", said.stderr);
    let said = workspace.run(&["pool", "--only", "healed"]);
    assert!(
        said.stderr
            .contains("2 values of `healed` from r1 stand under s1"),
        "{} {}",
        said.stdout,
        said.stderr
    );
}

#[test]
fn a_file_of_one_extractor_holds_no_rows_of_another() {
    let workspace = extracting();
    workspace.write(
        "rows.csv",
        "study,report,arm,outcome,population,events,n,extractor\ns1,r1,honey,healed,ITT,20,40,fay\n",
    );
    workspace
        .run(&["extract", "import", "rows.csv", "--as", "eve"])
        .fails(2, &["rows.csv:2", "fay"]);
    workspace
        .run(&["extract", "import", "rows.csv", "--as", "lea"])
        .ok();
}

#[test]
fn numbers_of_nobody_and_roles_of_no_kind_are_refused() {
    let workspace = extracting();
    let set = |more: &[&str]| {
        let mut args = vec!["extract", "set", "s1"];
        args.extend(more);
        args.extend(["--report", "r1", "--arm", "honey", "--as", "eve"]);
        workspace.run(&args)
    };
    set(&["role", "--text", "exprimental"]).fails(2, &["no role", "did you mean `experimental`"]);
    set(&["days", "--mean", "3", "--sd", "1", "--n", "0"]).fails(2, &["0 participants"]);
    set(&["days", "--mean", "3", "--sd", "1.1", "--n", "1"]).fails(2, &["one participant"]);
    let said = set(&["days", "--mean", "3", "--sd", "0", "--n", "20"]).ok();
    assert!(said.stdout.contains("1 warning"), "{}", said.stdout);
}
