//! How far people agreed: from settled work alone, whatever is open beside it.

use crate::support::Workspace;
use serde_json::Value;
use std::fmt::Write as _;

/// Names of things, so that no two titles are alike.
const WORDS: [&str; 30] = [
    "apples", "bread", "carrots", "dates", "eggs", "figs", "grapes", "honey", "ice", "jam", "kale",
    "lemons", "mint", "nuts", "oats", "pears", "quince", "rice", "salt", "tea", "umbels",
    "vinegar", "walnuts", "xylitol", "yams", "zest", "barley", "cocoa", "dill", "endive",
];

/// A review of 30 reports, two reviewers, one who settles, and a lead.
fn review() -> Workspace {
    let workspace = Workspace::new();
    let mut ris = String::new();
    for (n, word) in WORDS.iter().enumerate() {
        write!(
            ris,
            "TY  - JOUR\nTI  - {word} against {} in adults: an invented trial of {word}\nAU  - Author{n}, A.\n\
             PY  - {}\nJO  - Journal of {word}\nER  - \n\n",
            WORDS[(n * 7 + 3) % 30],
            1990 + n
        )
        .unwrap();
    }
    workspace.write("export.ris", &ris);
    workspace
        .run(&["import", "export.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    for (name, role) in [
        ("ann", "reviewer"),
        ("ben", "reviewer"),
        ("ada", "adjudicator"),
        ("lea", "lead"),
    ] {
        workspace.run(&["user", "add", name, "--role", role]).ok();
    }
    workspace.run(&["run"]).ok();
    workspace
}

/// Takes votes on titles: of each report what ann, ben and, where they differ, ada say.
fn vote(workspace: &Workspace, rows: &[(usize, &str, &str, &str)]) {
    let mut table = "report,phase,reviewer,decision,reason,note,at,settles\n".to_owned();
    for (report, ann, ben, ada) in rows {
        for (who, choice, settles) in [("ann", ann, ""), ("ben", ben, ""), ("ada", ada, "yes")] {
            if !choice.is_empty() {
                writeln!(
                    table,
                    "r{report},title-abstract,{who},{choice},,,,{settles}"
                )
                .unwrap();
            }
        }
    }
    workspace.write("votes.csv", &table);
    workspace.run(&["screen", "import", "votes.csv"]).ok();
}

fn agreement(workspace: &Workspace) -> Value {
    workspace
        .run(&["screen", "agreement", "--json"])
        .ok()
        .json()
}

#[test]
fn only_settled_work_is_compared_and_open_votes_change_nothing() {
    let workspace = review();
    assert_eq!(agreement(&workspace)["strata"], serde_json::json!([]));
    let mut rows = Vec::new();
    for report in 1..=24 {
        rows.push(match report {
            1..=5 => (report, "include", "include", ""),
            6 => (report, "unsure", "include", ""),
            7..=9 => (report, "include", "exclude", "exclude"),
            10 => (report, "exclude", "unsure", "include"),
            _ => (report, "exclude", "exclude", ""),
        });
    }
    vote(&workspace, &rows);
    let found = agreement(&workspace);
    let pair = &found["strata"][0]["pairs"][0];
    assert_eq!(pair["people"], serde_json::json!(["ann", "ben"]));
    assert_eq!(pair["table"], serde_json::json!([[6, 3], [1, 14]]));
    assert_eq!(pair["three"]["n"], 24);
    // By hand: Po = 20/24, Pe = (9·7 + 15·17)/576, κ = (Po − Pe)/(1 − Pe).
    let expected = 318.0 / 576.0;
    let kappa = (20.0 / 24.0 - expected) / (1.0 - expected);
    assert!((pair["kappa"].as_f64().unwrap() - kappa).abs() < 1e-12);

    // A missing vote and an open disagreement tell nothing, in no byte.
    let text = |workspace: &Workspace| workspace.run(&["screen", "agreement"]).ok().stdout;
    let before = text(&workspace);
    vote(
        &workspace,
        &[(25, "include", "", ""), (26, "include", "exclude", "")],
    );
    assert_eq!(
        (agreement(&workspace), text(&workspace)),
        (found, before.clone())
    );
    assert!(
        before.contains("ann, ben  24    6    3    1   14    83.3 %"),
        "{before}"
    );

    // What a lead reopened is out, whatever is voted on it then.
    let events = workspace.events();
    let of = |event: &&Value| event["kind"] == "decision_made" && event["body"]["report"] == "r24";
    let last = events.iter().rfind(of).unwrap()["seq"].to_string();
    workspace
        .run(&["screen", "undo", &last, "--as", "lea", "--yes"])
        .ok();
    vote(&workspace, &[(24, "exclude", "exclude", "")]);
    let found = agreement(&workspace);
    assert_eq!(found["strata"][0]["reports"], 23);
    assert_eq!(found["left_out"]["reopened"], 1);
}

#[test]
fn versions_are_strata_and_the_report_prints_the_same_numbers() {
    let workspace = review();
    let rows: Vec<_> = (1..=30)
        .map(|n| match n % 5 {
            0 => (n, "include", "exclude", "exclude"),
            _ => (n, "exclude", "exclude", ""),
        })
        .collect();
    vote(&workspace, &rows[..20]);
    workspace
        .run(&["publish", "1.0", "--provisional", "--as", "lea"])
        .ok();
    vote(&workspace, &rows[20..]);
    let found = agreement(&workspace);
    let parts: Vec<(&str, u64)> = found["strata"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["part"].as_str().unwrap(),
                one["reports"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(parts, [("whole", 30), ("version", 20), ("since", 10)]);
    assert_eq!(found["strata"][1]["version"], "1.0");
    let total = |part: usize| {
        let table = &found["strata"][part]["pairs"][0]["table"];
        let rows = table.as_array().unwrap().iter();
        rows.flat_map(|row| row.as_array().unwrap())
            .map(|n| n.as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!(total(0), total(1) + total(2));
    workspace.run(&["report", "--out", "out"]).ok();
    let page = String::from_utf8(workspace.read("out/index.html")).unwrap();
    assert!(
        page.contains("<td class=\"num\">80.0 %</td><td class=\"num\">0.00</td>")
            || page.contains("80.0 %"),
        "the page has the observed agreement"
    );
    assert!(!page.contains("No report is settled on which two people voted"));
}
