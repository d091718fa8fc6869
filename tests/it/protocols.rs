//! A number of the protocol that changes: what was settled or published stands as it was.

use crate::people::{decide, review};
use crate::support::Workspace;
use crate::trialdata::{extracting, set, status, whole};

/// Two trials with data of one extractor each, published.
fn published_by_one() -> Workspace {
    let workspace = extracting();
    workspace.edit("workflow.toml", "extractors = 2", "extractors = 1");
    workspace.run(&["run"]).ok();
    for study in ["s1", "s2"] {
        for (arm, word, events) in [
            ("honey", "experimental", "20"),
            ("placebo", "control", "10"),
        ] {
            crate::trialdata::role(&workspace, study, arm, word, "eve");
            set(
                &workspace,
                study,
                arm,
                &["--events", events, "--n", "40"],
                "eve",
            )
            .ok();
        }
    }
    workspace.run(&["publish", "1.0", "--as", "lea"]).ok();
    workspace
}

fn pooled(workspace: &Workspace) -> serde_json::Value {
    workspace.run(&["pool", "--json"]).ok().json()
}

#[test]
fn a_published_value_stands_where_more_extractors_are_asked_for_later() {
    let workspace = published_by_one();
    let before = pooled(&workspace);
    assert!(before.to_string().contains("\"k\":2"), "{before}");
    workspace.edit("workflow.toml", "extractors = 1", "extractors = 2");
    let told = workspace.run(&["run"]).ok().stdout;
    assert!(told.contains("published values stand"), "{told}");
    let now = status(&workspace);
    assert_eq!(now["provisional"], false, "{now}");
    assert_eq!(now["extraction"]["open"]["values"], 0);
    assert_eq!(pooled(&workspace), before);
    workspace.run(&["publish", "1.1", "--as", "lea"]).ok();
    let diff = workspace.run(&["diff", "1.0", "1.1", "--json"]).ok().json();
    assert_eq!(diff["cells"].as_array().map_or(0, Vec::len), 0, "{diff}");
    let diff = workspace.run(&["diff", "1.0", "1.1"]).ok().stdout;
    assert!(diff.contains("unchanged"), "{diff}");
    // A new value waits for the second person, and the published one stands meanwhile.
    set(
        &workspace,
        "s1",
        "honey",
        &["--events", "21", "--n", "40"],
        "eve",
    )
    .ok();
    assert_eq!(status(&workspace)["extraction"]["open"]["values"], 1);
    assert_eq!(pooled(&workspace), before);
    set(
        &workspace,
        "s1",
        "honey",
        &["--events", "21", "--n", "40"],
        "fay",
    )
    .ok();
    assert_eq!(status(&workspace)["provisional"], false);
    assert_ne!(pooled(&workspace), before);
}

#[test]
fn a_value_that_is_not_published_follows_the_number_of_now() {
    let workspace = published_by_one();
    set(
        &workspace,
        "s1",
        "honey",
        &["--events", "25", "--n", "40"],
        "eve",
    )
    .ok();
    let changed = pooled(&workspace);
    workspace.edit("workflow.toml", "extractors = 1", "extractors = 2");
    workspace.run(&["run"]).ok();
    // Nobody published 25: it waits, and 20 stands.
    assert_eq!(status(&workspace)["extraction"]["open"]["values"], 1);
    assert_ne!(pooled(&workspace), changed);
    // One of a version that was published under both numbers is judged by the last that it agreed under.
    workspace.edit("workflow.toml", "extractors = 2", "extractors = 1");
    workspace.run(&["run"]).ok();
    assert_eq!(pooled(&workspace), changed);
}

#[test]
fn a_value_that_its_only_reader_takes_back_waits_and_the_published_one_stands() {
    let workspace = extracting();
    whole(&workspace, "s1", [("20", "40"), ("10", "40")]);
    whole(&workspace, "s2", [("15", "40"), ("12", "40")]);
    workspace.run(&["publish", "1.0", "--as", "lea"]).ok();
    let before = pooled(&workspace);
    workspace
        .run(&["screen", "undo", "--yes", "--as", "fay"])
        .ok();
    assert_eq!(status(&workspace)["extraction"]["open"]["values"], 1);
    assert_eq!(pooled(&workspace), before);
}

fn place(workspace: &Workspace, report: &str) -> String {
    let table = workspace.run(&["export", "records"]).ok().stdout;
    let line = table.lines().find(|line| line.starts_with(report)).unwrap();
    let places = ["title-open", "title-excluded", "retrieval-open"];
    let found = places.into_iter().find(|place| line.contains(place));
    found.unwrap_or(line).to_owned()
}

#[test]
fn settled_reports_stay_so_when_more_or_fewer_people_are_asked_for() {
    let workspace = review();
    let title = |n: u8| format!("title_abstract = {{ reviewers = {n} }}");
    workspace.edit("workflow.toml", &title(2), &title(1));
    workspace.run(&["run"]).ok();
    decide(&workspace, "r1", "exclude", "ann").ok();
    assert_eq!(place(&workspace, "r1"), "title-excluded");
    workspace.edit("workflow.toml", &title(1), &title(2));
    let told = workspace.run(&["run"]).ok().stdout;
    assert!(told.contains("reports that are settled stay so"), "{told}");
    assert_eq!(place(&workspace, "r1"), "title-excluded");
    // Begun by one of two: it waits for the second, whatever the number becomes, and is in their work.
    decide(&workspace, "r2", "include", "ann").ok();
    workspace.edit("workflow.toml", &title(2), &title(1));
    workspace.run(&["run"]).ok();
    let now = status(&workspace);
    let list = now["waiting"].as_array().unwrap();
    let ben = list.iter().find(|one| one["person"] == "ben").unwrap();
    assert_eq!(
        (&ben["title_abstract"], &now["provisional"]),
        (&1.into(), &true.into())
    );
    decide(&workspace, "r2", "include", "ben").ok();
    assert_eq!(place(&workspace, "r2"), "retrieval-open");
}

#[test]
fn a_reason_that_left_the_workflow_still_counts_where_it_was_given() {
    let workspace = review();
    for who in ["ann", "ben"] {
        decide(&workspace, "r1", "include", who).ok();
    }
    workspace
        .run(&["screen", "retrieve", "r1", "retrieved", "--as", "ann"])
        .ok();
    for who in ["ann", "ben"] {
        workspace
            .run(&[
                "screen",
                "decide",
                "r1",
                "exclude",
                "--reason",
                "wrong-comparator",
                "--as",
                who,
            ])
            .ok();
    }
    workspace
        .run(&["publish", "1.0", "--provisional", "--as", "lea"])
        .ok();
    let reason =
        "[[screening.reason]]\ncode = \"wrong-comparator\"\ntext = \"No eligible comparison\"\n";
    workspace.edit("workflow.toml", reason, "");
    workspace.run(&["run"]).ok();
    let counts = workspace
        .run(&["prisma", "--layout", "combined", "--json"])
        .ok()
        .json();
    let column = &counts["columns"][0];
    assert_eq!(column["excluded_full_text"]["total"], 1, "{counts}");
    assert_eq!(
        column["excluded_full_text"]["by_reason"]
            .as_array()
            .unwrap()
            .len(),
        1,
        "{counts}"
    );
    workspace.run(&["audit"]).ok();
}

const NOTICE: &str = "TY  - JOUR\nTI  - Retraction: Honey for cough in children: an invented trial\nAU  - Muster, A.\n\
    PY  - 2023\nJO  - Journal of Examples\nVL  - 9\nSP  - 1\nER  - \n";

const MARKED: &str = "TY  - JOUR\nTI  - RETRACTED: Honey for cough in children: an invented trial\nAU  - Muster, A.\n\
    PY  - 2021\nJO  - Journal of Examples\nER  - \n";

#[test]
fn a_retraction_that_comes_as_a_notice_or_as_a_marked_copy_is_told_of_an_included_trial() {
    for file in [NOTICE, MARKED] {
        let workspace = extracting();
        whole(&workspace, "s1", [("20", "40"), ("10", "40")]);
        whole(&workspace, "s2", [("15", "40"), ("12", "40")]);
        workspace.run(&["publish", "1.0", "--as", "lea"]).ok();
        assert!(status(&workspace)["notices"].as_array().unwrap().is_empty());
        workspace.write("new.ris", file);
        workspace
            .run(&["import", "new.ris", "--source", "Cochrane CENTRAL"])
            .ok();
        workspace.run(&["run"]).ok();
        let now = status(&workspace);
        assert_eq!(now["notices"][0]["report"], "r1", "{file}: {now}");
        assert_eq!(now["notices"][0]["flag"], "retracted");
        assert_eq!(now["notices"].as_array().unwrap().len(), 1);
        let text = workspace.run(&["status"]).ok().stdout;
        assert!(text.contains("was retracted"), "{text}");
        let page = String::from_utf8(workspace.read("reports/index.html")).unwrap();
        assert!(page.contains("was retracted"), "{file}");
        // Known before the decision it is no news.
        let workspace = crate::people::review();
        workspace.write("new.ris", file);
        workspace
            .run(&["import", "new.ris", "--source", "Cochrane CENTRAL"])
            .ok();
        workspace.run(&["run"]).ok();
        crate::people::include(&workspace, "r1");
        assert!(status(&workspace)["notices"].as_array().unwrap().is_empty());
    }
}
