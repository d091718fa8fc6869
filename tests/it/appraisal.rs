//! The risk of bias in a review: two assessors, blind, one who settles, judgements that are drawn.

use crate::people::{include, review};
use crate::support::Workspace;

const LOW: [(&str, &str); 13] = [
    ("1.1", "Y"),
    ("1.2", "Y"),
    ("1.3", "N"),
    ("2.1", "N"),
    ("2.2", "N"),
    ("2.6", "Y"),
    ("3.1", "Y"),
    ("4.1", "N"),
    ("4.2", "N"),
    ("4.3", "N"),
    ("5.1", "Y"),
    ("5.2", "N"),
    ("5.3", "N"),
];

const OUTCOME: &str = "[extraction]\nextractors = 2\n\n[[outcome]]\ncode = \"healed\"\nname = \"Cough gone\"\n\
    type = \"binary\"\ndirection = \"higher-is-better\"\n\n";

/// A review of one included trial with an outcome, two extractors and an adjudicator.
fn trial() -> Workspace {
    let workspace = review();
    let toml = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    let cut = toml.find("[extraction]").unwrap_or(toml.len());
    let after = toml[cut..]
        .find("[living]")
        .map_or("", |at| &toml[cut + at..]);
    workspace.write(
        "workflow.toml",
        &format!("{}{OUTCOME}{after}", &toml[..cut]),
    );
    for (name, role) in [
        ("eve", "extractor"),
        ("fay", "extractor"),
        ("ada", "adjudicator"),
    ] {
        workspace
            .run(&["user", "add", name, "--role", role, "--as", "lea"])
            .ok();
    }
    include(&workspace, "r1");
    workspace.run(&["run"]).ok();
    workspace
}

/// Answers as a file; `except` stands in the place of what is low.
fn assess(workspace: &Workspace, who: &str, except: &[(&str, &str)]) {
    let mut text = "study,result,effect,question,answer,note\n".to_owned();
    for (question, answer) in LOW {
        let other = except.iter().find(|(id, _)| *id == question);
        let answer = other.map_or(answer, |(_, answer)| answer);
        text.push_str(&format!(
            "s1,healed,assignment,{question},{answer},note-of-{who}\n"
        ));
    }
    workspace.write(&format!("{who}.csv"), &text);
    workspace
        .run(&["appraise", "import", &format!("{who}.csv"), "--as", who])
        .ok();
}

#[test]
fn two_people_assess_blind_and_a_third_settles_what_differs() {
    let workspace = trial();
    assess(&workspace, "eve", &[]);
    assess(&workspace, "fay", &[("1.2", "NI")]);
    // Nothing of what is open reaches a colleague, a list, an export, or the log as it is exported.
    for command in [
        vec!["appraise", "list"],
        vec!["appraise", "list", "--for", "fay"],
        vec!["appraise", "list", "--for", "fay", "--json"],
        vec!["appraise", "export"],
        vec!["export", "rob"],
        vec!["export", "events"],
        vec!["explain", "study:s1"],
    ] {
        let said = workspace.run(&command).ok().stdout;
        assert!(!said.contains("note-of-eve"), "{command:?}: {said}");
        assert!(!said.contains("differ\": [{"), "{command:?}: {said}");
    }
    let list = workspace
        .run(&["appraise", "list", "--for", "fay", "--json"])
        .ok()
        .json();
    assert_eq!(list["results"][0]["state"], "assessed");
    assert_eq!(list["results"][0]["own"]["overall"], "Some concerns");
    // Who has assessed does not settle; who settles sees both and no name.
    workspace
        .run(&[
            "appraise",
            "set",
            "s1",
            "healed",
            "1.2",
            "Y",
            "--settles",
            "--as",
            "eve",
        ])
        .fails(2, &["eve"]);
    let seen = workspace
        .run(&["appraise", "list", "--for", "ada"])
        .ok()
        .stdout;
    assert!(
        seen.contains("to settle") && seen.contains("1.2: "),
        "{seen}"
    );
    workspace
        .run(&[
            "appraise",
            "set",
            "s1",
            "healed",
            "1.2",
            "NI",
            "--settles",
            "--as",
            "ada",
        ])
        .ok();
    let list = workspace.run(&["appraise", "list", "--json"]).ok().json();
    assert_eq!(list["results"][0]["state"], "settled");
    assert_eq!(list["results"][0]["held"]["overall"], "Some concerns");
    // What holds is drawn by the command for files.
    let table = workspace
        .run(&["export", "rob", "--format", "robvis"])
        .ok()
        .stdout;
    assert!(
        table.contains(",Some concerns,Low,Low,Low,Low,Some concerns"),
        "{table}"
    );
    workspace.write("judged.csv", &table);
    workspace
        .run(&["rob", "judged.csv", "-o", "lights.svg"])
        .ok();
    workspace.write("long.csv", &workspace.run(&["export", "rob"]).ok().stdout);
    workspace.run(&["rob", "long.csv", "-o", "long.svg"]).ok();
    workspace.run(&["report", "--out", "out"]).ok();
    let page = String::from_utf8(workspace.read("out/index.html")).unwrap();
    assert!(
        page.contains("Cough gone, effect of assignment")
            && !page.contains("Risk of bias: not assessed")
    );
    workspace.run(&["audit"]).ok();
}

#[test]
fn answers_are_taken_once_whole_and_back() {
    let workspace = trial();
    assess(&workspace, "eve", &[]);
    let again = workspace
        .run(&["appraise", "import", "eve.csv", "--as", "eve", "--json"])
        .ok()
        .json();
    assert_eq!(
        (&again["written"], &again["known"]),
        (&0.into(), &13.into())
    );
    // One wrong row: nothing is taken.
    let head = "study,result,effect,question,answer,settles\n";
    for (row, words) in [
        ("s1,healed,assignment,3.2,NI,", ["answer", "Y, PY, PN, N"]),
        ("s1,cured,assignment,1.1,Y,", ["result", "healed"]),
        ("s9,healed,assignment,1.1,Y,", ["s9", ":3"]),
        ("s1,healed,adhering,2.7,Y,", ["question", "2.7"]),
        ("s1,healed,assignment,D1,High,", ["note", "reason"]),
        ("s1,healed,assignment,1.1,Y,maybe", ["settles", "maybe"]),
    ] {
        workspace.write(
            "wrong.csv",
            &format!("{head}s1,healed,assignment,1.1,PY,\n{row}\n"),
        );
        workspace
            .run(&["appraise", "import", "wrong.csv", "--as", "fay"])
            .fails(2, &words);
    }
    let list = workspace
        .run(&["appraise", "list", "--for", "fay", "--json"])
        .ok()
        .json();
    assert_eq!(list["results"][0]["own"], serde_json::Value::Null);
    // The last act is taken back, and the assessment is open again.
    workspace.run(&["screen", "undo", "--as", "eve"]).ok();
    let list = workspace
        .run(&["appraise", "list", "--for", "eve", "--json"])
        .ok()
        .json();
    assert_eq!(list["results"][0]["state"], "begun");
    workspace.run(&["audit"]).ok();
    // A template is a file that is taken once it is filled.
    let text = workspace.run(&["appraise", "template"]).ok().stdout;
    assert_eq!(text.lines().count(), 1 + 22);
    workspace.write("blank.csv", &text);
    let blank = workspace
        .run(&["appraise", "import", "blank.csv", "--as", "fay", "--json"])
        .ok()
        .json();
    assert_eq!(blank["blank"], 22);
}
