//! Reports and studies: linking moves, a label is a label, an emptied study is gone.

use crate::support::Workspace;
use serde_json::{Value, json};

/// A review whose four reports are included by one reviewer; each is a study by itself.
fn included() -> Workspace {
    let workspace = Workspace::new();
    let workflow = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    workspace.write(
        "workflow.toml",
        &workflow.replace("reviewers = 2", "reviewers = 1"),
    );
    let mut export = String::new();
    for (n, author) in [
        (1, "Doe, Jan"),
        (2, "Roe, Kim"),
        (3, "Poe, Lee"),
        (4, "Zoe, May"),
    ] {
        export.push_str(&format!(
            "TY  - JOUR\nTI  - Trial number {n} of honey for {author}\nAU  - {author}\nPY  - 201{n}\n\
             DO  - 10.5555/honey.{n}\nER  - \n"
        ));
    }
    workspace.write("export.ris", &export);
    workspace
        .run(&["import", "export.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    for (name, role) in [("ann", "reviewer"), ("lea", "lead")] {
        workspace.run(&["user", "add", name, "--role", role]).ok();
    }
    workspace.run(&["dedup"]).ok();
    workspace.run(&["filter"]).ok();
    for report in ["r1", "r2", "r3"] {
        workspace
            .run(&["screen", "decide", report, "include", "--as", "ann"])
            .ok();
        workspace
            .run(&["screen", "retrieve", report, "retrieved", "--as", "ann"])
            .ok();
        workspace
            .run(&["screen", "decide", report, "include", "--as", "ann"])
            .ok();
    }
    workspace.run(&["run"]);
    workspace
}

/// Label and reports of every study.
fn studies(workspace: &Workspace) -> Vec<(String, Vec<String>)> {
    let list = workspace.run(&["study", "list", "--json"]).ok().json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list["studies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|study| {
            let reports = study["reports"].as_array().unwrap();
            (
                text(&study["label"]),
                reports.iter().map(|r| text(&r["report"])).collect(),
            )
        })
        .collect()
}

#[test]
fn linking_moves_a_report_and_the_study_it_leaves_is_gone() {
    let workspace = included();
    assert_eq!(studies(&workspace).len(), 3);
    let said = workspace
        .run(&["study", "link", "r1", "HONEY-1", "--as", "lea", "--json"])
        .ok()
        .json();
    assert_eq!(
        said,
        json!({"report": "r1", "study": "s4", "left": ["s1"], "emptied": ["s1"], "values_left": 0})
    );
    workspace
        .run(&["study", "link", "r2", "honey-1", "--as", "lea"])
        .ok();
    let now = studies(&workspace);
    assert_eq!(now.len(), 2, "{now:?}");
    assert!(now.contains(&("HONEY-1".to_owned(), vec!["r1".to_owned(), "r2".to_owned()])));
    let counts = workspace.run(&["prisma", "--json"]).ok().json();
    assert_eq!(counts["included"], json!({"studies": 2, "reports": 3}));
    // One report of two trials, where a person says so.
    workspace
        .run(&["study", "link", "r3", "HONEY-1", "--also", "--as", "lea"])
        .ok();
    let now = studies(&workspace);
    assert_eq!(
        now.iter().map(|(_, reports)| reports.len()).sum::<usize>(),
        4,
        "{now:?}"
    );
    workspace.run(&["audit"]).ok();
}

#[test]
fn a_label_is_a_label_and_can_be_changed() {
    let workspace = included();
    workspace
        .run(&["study", "link", "r1", "Kruis 2004", "--as", "lea"])
        .ok();
    let list = workspace.run(&["study", "list", "--json"]).ok().json();
    let study = list["studies"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&study["label"], &study["registry"]),
        (&json!("Kruis 2004"), &json!([]))
    );
    workspace
        .run(&[
            "study",
            "rename",
            "Kruis 2004",
            "Kruis  2004a",
            "--as",
            "lea",
        ])
        .ok();
    assert!(
        studies(&workspace)
            .iter()
            .any(|(label, _)| label == "Kruis 2004a")
    );
    workspace
        .run(&["study", "link", "r2", "NCT01234567", "--as", "lea"])
        .ok();
    let list = workspace.run(&["study", "list", "--json"]).ok().json();
    let study = list["studies"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(study["registry"], json!(["NCT01234567"]));
    for label in ["", "s9", "kruis 2004A"] {
        workspace
            .run(&["study", "rename", "NCT01234567", label, "--as", "lea"])
            .fails(2, &["cannot be called"]);
    }
    workspace
        .run(&["study", "rename", "nobody", "x", "--as", "lea"])
        .fails(2, &["nobody"]);
    workspace.run(&["audit"]).ok();
}

#[test]
fn only_included_reports_belong_to_studies() {
    let workspace = included();
    workspace
        .run(&["screen", "decide", "r4", "exclude", "--as", "ann"])
        .ok();
    workspace
        .run(&["study", "link", "r4", "HONEY-1", "--as", "lea"])
        .fails(2, &["r4 is not included"]);
}

#[test]
fn a_lead_who_is_not_asked_is_no_second_reviewer() {
    let workspace = Workspace::new();
    workspace.write(
        "export.ris",
        "TY  - JOUR\nTI  - Honey for cough\nAU  - Doe, Jan\nPY  - 2011\nER  - \n",
    );
    workspace
        .run(&["import", "export.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    workspace
        .run(&["user", "add", "ann", "--role", "reviewer"])
        .ok();
    workspace
        .run(&["user", "add", "lea", "--role", "lead"])
        .ok();
    workspace.run(&["run"]).ok();
    workspace
        .run(&["screen", "decide", "r1", "include", "--as", "ann"])
        .ok();
    let said = workspace.run(&["status"]).ok().stdout;
    assert!(said.contains("user add NAME --role reviewer"), "{said}");
}
