//! Files alone and imports: `convert`, `flow`, `dedup`, `import`, an own review by hand.

use crate::support::{Workspace, program, said};
use serde_json::json;

const RIS: &str = "TY  - JOUR\nT1  - A trial of something\nA1  - Doe, J.\nJF  - Blood\n\
    Y1  - 2020\nVL  - 1\nSP  - 10\nEP  - 20\nDO  - 10.1000/x1\nID  - a1\nER  - \n\
    TY  - JOUR\nT1  - Another trial of something else\nA1  - Roe, R.\nJF  - Lancet\n\
    Y1  - 2021\nVL  - 2\nSP  - 30\nDO  - 10.1000/x2\nID  - a2\nER  - \n";

#[test]
fn convert_writes_every_format_and_tells_damage_by_its_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("in.ris"), RIS).unwrap();
    for format in ["jsonl", "csv", "ris", "nbib"] {
        let out = path(&format!("out.{format}"));
        let told = program()
            .arg("convert")
            .arg(path("in.ris"))
            .arg("-o")
            .arg(&out)
            .output();
        said(&told.unwrap()).ok();
        let text = std::fs::read_to_string(&out).unwrap();
        assert!(text.contains("A trial of something"), "{text}");
    }
    std::fs::write(path("cut.ris"), RIS.replacen("ER  - \n", "", 2)).unwrap();
    let told = program()
        .arg("convert")
        .arg(path("cut.ris"))
        .arg("-o")
        .arg(path("cut.jsonl"))
        .arg("--json")
        .output();
    let told = said(&told.unwrap());
    assert_eq!(told.json()["files"][0]["records"], json!(2));
    std::fs::write(
        path("page.ris"),
        "<!DOCTYPE html><html><body>Sign in</body></html>",
    )
    .unwrap();
    let told = program()
        .arg("convert")
        .arg(path("page.ris"))
        .arg("-o")
        .arg(path("x.jsonl"))
        .output();
    said(&told.unwrap()).fails(2, &["web page"]);
    assert!(!path("x.jsonl").exists());
}

#[test]
fn flow_draws_counts_alone_and_names_a_broken_identity() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    // The published anti-CD38 review's counts (section 3.1), in the PRISMA2020 package's columns.
    let rows = [
        ("database_results", "576"),
        ("register_results", "23"),
        ("duplicates", "195"),
        ("excluded_automatic", "128"),
        ("excluded_other", "86"),
        ("records_screened", "190"),
        ("records_excluded", "167"),
        ("dbr_sought_reports", "23"),
        ("dbr_notretrieved_reports", "2"),
        ("dbr_assessed", "21"),
        (
            "dbr_excluded",
            "Review, 6; Single arm, 3; Insufficient data, 3; Overlap, 1",
        ),
        ("new_studies", "8"),
        ("new_reports", "8"),
    ];
    let write = |name: &str, screened: &str| {
        let mut text = "data,node,box,description,boxtext,tooltips,url,n\n".to_owned();
        for (key, n) in rows {
            let n = if key == "records_screened" {
                screened
            } else {
                n
            };
            text.push_str(&format!("{key},,,,,,,\"{n}\"\n"));
        }
        std::fs::write(path(name), text).unwrap();
    };
    write("good.csv", "190");
    write("bad.csv", "191");
    let run = |name: &str| {
        let told = program()
            .arg("flow")
            .arg(path(name))
            .arg("-o")
            .arg(path("f.svg"))
            .output();
        said(&told.unwrap())
    };
    run("good.csv").ok();
    let svg = std::fs::read_to_string(path("f.svg")).unwrap();
    assert!(svg.contains("role=\"img\"") && svg.contains("576"), "{svg}");
    let told = run("bad.csv");
    assert_eq!(told.code, 4);
    assert!(
        told.stdout.contains("I1") && told.stdout.contains("I2"),
        "{}",
        told.stdout
    );
    assert!(
        std::fs::read_to_string(path("f.svg"))
            .unwrap()
            .contains("191")
    );
    std::fs::write(path("text.csv"), "data,n\ndatabase_results,many\n").unwrap();
    run("text.csv").fails(2, &["text.csv"]);
}

#[test]
fn an_import_is_checked_archived_and_never_taken_twice() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace.write("new.ris", RIS);
    let before = workspace.events().len();
    workspace
        .run(&["import", "new.ris", "--source", "Embase", "--check"])
        .ok();
    assert_eq!(workspace.events().len(), before);
    let first = workspace
        .run(&["import", "new.ris", "--source", "Embase", "--json"])
        .ok()
        .json();
    assert_eq!(first["new"], json!(2));
    let after = workspace.events().len();
    let again = workspace
        .run(&["import", "new.ris", "--source", "Embase", "--json"])
        .ok()
        .json();
    assert_eq!(
        (&again["new"], &again["repeated"]),
        (&json!(0), &json!(["new.ris"]))
    );
    assert_eq!(workspace.events().len(), after);
    // A copy under the same id with another title is a revision, not a record.
    workspace.write(
        "revised.ris",
        &RIS.replace("A trial of something\n", "A changed title\n"),
    );
    let revised = workspace
        .run(&["import", "revised.ris", "--source", "Embase", "--json"])
        .ok()
        .json();
    assert_eq!(
        (&revised["new"], &revised["revised"], &revised["known"]),
        (&json!(0), &json!(1), &json!(1))
    );
    // Half-way, before deduplication, the flow still adds up and is provisional.
    let flow = workspace.run(&["prisma", "--json"]).ok().json();
    assert_eq!(flow["pending"]["before_screening"], json!(2));
    assert_eq!(flow["provisional"], json!(true));
    workspace.run(&["run"]).ok();
    let flow = workspace.run(&["prisma", "--json"]).ok().json();
    assert_eq!(flow["pending"]["title_abstract"], json!(2));
    workspace.run(&["audit"]).ok();

    workspace.write("cut.ris", &format!("{RIS}TY  - JOUR\nT1  - Cut of"));
    workspace
        .run(&["import", "cut.ris", "--source", "Embase"])
        .fails(2, &["cut.ris"]);
    workspace
        .run(&[
            "import",
            "cut.ris",
            "--source",
            "Embase",
            "--accept-damaged",
        ])
        .ok();
}

#[test]
fn an_own_review_goes_from_init_to_an_included_study() {
    let workspace = Workspace::new();
    let sources = workspace.run(&["status", "--json"]).ok().json();
    assert_eq!(sources["prisma"]["screened"], json!(0));
    // Nothing was imported yet: no report of an empty review takes the place of another.
    workspace
        .run(&["report"])
        .fails(2, &["there is no database", "perennial status"]);
    let text = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    let name = "By hand";
    workspace.write(
        "workflow.toml",
        &format!("{text}\n[[source]]\nname = \"{name}\"\nkind = \"database\"\n"),
    );
    workspace.write("new.ris", RIS);
    workspace.run(&["import", "new.ris", "--source", name]).ok();
    workspace.run(&["run"]).ok();
    for (name, role) in [("ann", "reviewer"), ("bob", "reviewer"), ("lea", "lead")] {
        workspace.run(&["user", "add", name, "--role", role]).ok();
    }
    workspace
        .run(&["user", "add", "ann", "--role", "lead", "--as", "lea"])
        .fails(2, &["ann"]);
    let act = |args: &[&str]| workspace.run(args);
    let decide = |report: &str, phase: &str, choice: &str, who: &str| {
        act(&[
            "screen", "decide", report, "--phase", phase, choice, "--as", who,
        ])
    };
    decide("10.1000/x1", "title-abstract", "include", "ann").ok();
    decide("10.1000/x1", "title-abstract", "exclude", "bob").ok();
    act(&[
        "screen",
        "settle",
        "10.1000/x1",
        "--phase",
        "title-abstract",
        "include",
        "--as",
        "ann",
    ])
    .fails(2, &["ann"]);
    act(&[
        "screen",
        "settle",
        "10.1000/x1",
        "--phase",
        "title-abstract",
        "include",
        "--as",
        "lea",
    ])
    .ok();
    decide("10.1000/x1", "full-text", "include", "ann").fails(2, &["awaiting retrieval"]);
    act(&[
        "screen",
        "retrieve",
        "10.1000/x1",
        "retrieved",
        "--as",
        "ann",
    ])
    .ok();
    decide("10.1000/x1", "full-text", "exclude", "ann").fails(2, &["reason"]);
    decide("10.1000/x1", "full-text", "include", "ann").ok();
    decide("10.1000/x1", "full-text", "include", "bob").ok();
    decide("10.1000/x2", "title-abstract", "exclude", "ann").ok();
    decide("10.1000/x2", "title-abstract", "exclude", "bob").ok();
    workspace.run(&["run"]).ok();
    let flow = workspace.run(&["prisma", "--json"]).ok().json();
    assert_eq!(flow["included"], json!({"studies": 1, "reports": 1}));
    assert_eq!(flow["provisional"], json!(false));
    // The lead takes the settlement back: the report is open again, and counts say so.
    let seq = workspace
        .events()
        .iter()
        .rev()
        .find(|event| event["body"]["settles"] == json!(true))
        .unwrap()["seq"]
        .to_string();
    act(&["screen", "undo", &seq, "--as", "ann"]).fails(2, &["only the lead"]);
    act(&["screen", "undo", &seq, "--as", "lea"]).ok();
    let flow = workspace.run(&["prisma", "--json"]).ok().json();
    assert_eq!(flow["pending"]["title_abstract"], json!(1));
    assert_eq!(flow["included"], json!({"studies": 0, "reports": 0}));
    workspace.run(&["status", "--exit-code"]).fails(3, &[]);
    workspace.run(&["audit"]).ok();
}

#[test]
fn people_merge_and_split_and_undo_it() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let before = workspace.run(&["prisma", "--json"]).ok().json();
    // Two background papers that both reviewers excluded by title.
    let excluded: Vec<String> = {
        let csv = workspace.run(&["export", "records"]).ok().stdout;
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        reader
            .records()
            .map(|row| row.unwrap())
            .filter(|row| &row[14] == "title-excluded" && row[0] == row[1])
            .map(|row| row[0].to_owned())
            .take(2)
            .collect()
    };
    let [a, b] = excluded.as_slice() else {
        panic!("{excluded:?}")
    };
    workspace
        .run(&["dedup", "merge", a, b, "--as", "lead"])
        .ok();
    let merged = workspace.run(&["prisma", "--json"]).ok().json();
    let number = |flow: &serde_json::Value| flow["removed"]["duplicates"].as_u64().unwrap();
    assert_eq!(number(&merged), number(&before) + 1);
    // The next run does not undo what a person did.
    workspace.run(&["run"]).ok();
    assert_eq!(workspace.run(&["prisma", "--json"]).ok().json(), merged);
    workspace.run(&["dedup", "split", b, "--as", "lead"]).ok();
    assert_eq!(workspace.run(&["prisma", "--json"]).ok().json(), before);
    // An included report and an excluded one are not joined.
    workspace
        .run(&["dedup", "merge", a, "31735560", "--as", "lead"])
        .fails(2, &["decided differently"]);
    // A record that the rules removed comes back by a vote.
    let sample = workspace
        .run(&["filter", "--sample", "1", "--json"])
        .ok()
        .json();
    let removed = sample["sample"][0]["report"].as_str().unwrap().to_owned();
    let told = workspace.run(&[
        "screen",
        "decide",
        &removed,
        "--phase",
        "title-abstract",
        "include",
        "--as",
        "reviewer-1",
    ]);
    assert!(told.ok().stdout.contains("brought it back"));
    workspace
        .run(&["screen", "undo", "--as", "reviewer-1"])
        .ok();
    workspace
        .run(&[
            "screen",
            "undo",
            &last_of(&workspace, "removal_reversed"),
            "--as",
            "reviewer-1",
        ])
        .ok();
    assert_eq!(workspace.run(&["prisma", "--json"]).ok().json(), before);
    workspace.run(&["audit"]).ok();
}

fn last_of(workspace: &Workspace, kind: &str) -> String {
    let events = workspace.events();
    events
        .iter()
        .rev()
        .find(|event| event["kind"] == kind)
        .unwrap()["seq"]
        .to_string()
}
