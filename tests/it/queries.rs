//! `lint-query`: strategies of every platform, alone and beside those of their review.

use crate::support::{Said, Workspace, program, said};
use serde_json::json;

fn lint(text: &str, platform: &str, more: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("q.txt"), text).unwrap();
    let mut command = program();
    command
        .current_dir(folder.path())
        .args(["lint-query", "q.txt", "--for", platform])
        .args(more);
    said(&command.output().unwrap())
}

#[test]
fn each_platform_underlines_its_faults() {
    let mut all = String::new();
    for (platform, text) in [
        (
            "ovid",
            "1 exp Multiple Myeloma/\n2 myelom*.tiab.\n3 cd38.ti.\n4 or/1-7\n",
        ),
        (
            "embase",
            "#1 'multiple myeloma'/exp OR myelom#:ti\n#2 cd38 antibod*:ti,ab\n#3 #1 and #4\n",
        ),
        (
            "cochrane",
            "#1 MeSH descriptor: [Multiple Myeloma]\n#2 \"plasma cell*\":ti,ab\n#3 {OR #1-#3}\n",
        ),
        (
            "wos",
            "#1 TS=(myelom* NEAR/30 cd38)\n#2 XY=daratumumab\n#3 #1 AND #2 OR TS=“open label”\n",
        ),
    ] {
        let told = lint(text, platform, &[]);
        assert_eq!(told.code, 2, "{}", told.stdout);
        all += &format!("# {platform}\n{}\n", told.stdout);
    }
    insta::assert_snapshot!("lint_query_platforms", all);
}

#[test]
fn warnings_alone_are_no_failure_and_stand_in_the_json() {
    let told = lint("asthma:ti and wheeze:ti\n", "embase", &["--json"]).ok();
    assert_eq!(
        told.json(),
        json!({"file": "q.txt", "for": "embase", "findings": [{
            "rule": "lower-case-operator", "severity": "warning",
            "message": "the operator `and` is not in upper case",
            "label": "easily taken for a word", "file": "q.txt", "line": 1, "column": 11,
            "span": [10, 13], "text": "and",
            "help": ["write `AND`; a word that is meant stands in quotation marks"],
        }]})
    );
    let told = lint("TS=asthma\n", "wos", &[]).ok();
    assert!(told.stdout.contains("nothing found that Web of Science"));
    let told = lint("asthma[foo]\n", "pubmed", &["--json"]);
    assert_eq!(told.code, 2);
    assert_eq!(told.json()["findings"][0]["severity"], "error");
}

#[test]
fn a_strategy_of_a_review_is_compared_with_its_sisters() {
    let workspace = Workspace::demonstration();
    let lint = |args: &[&str]| {
        let told = workspace
            .run(&[&["lint-query"], args, &["--json"]].concat())
            .ok();
        let found = told.json()["findings"].as_array().unwrap().clone();
        let concepts = found
            .into_iter()
            .filter(|f| f["rule"].as_str().unwrap().starts_with("concept"));
        concepts
            .map(|f| f["message"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let embase = lint(&["queries/embase.txt", "--for", "embase"]);
    assert_eq!(
        embase,
        ["`sar650984` is missing here: PubMed, Web of Science and CENTRAL search for it"]
    );
    let central = lint(&["queries/central.txt", "--for", "cochrane"]);
    assert_eq!(central.len(), 1, "no trial filter in a database of trials");
    assert_eq!(
        lint(&["queries/web-of-science.txt", "--for", "wos"]),
        [""; 0]
    );

    // A file that the workflow does not name, and a workflow that is not valid, compare nothing.
    std::fs::copy(
        workspace.path("queries/embase.txt"),
        workspace.path("queries/other.txt"),
    )
    .unwrap();
    assert_eq!(lint(&["queries/other.txt", "--for", "embase"]), [""; 0]);
    workspace.edit("workflow.toml", "[review]", "[reviw]");
    assert_eq!(lint(&["queries/embase.txt", "--for", "embase"]), [""; 0]);
}
