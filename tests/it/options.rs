//! Options that no other test runs, each with what it does.

use crate::support::Workspace;

const STUDIES: &str = "study,e1,n1,e2,n2\nA,3,40,6,41\nB,0,30,4,32\nC,5,50,9,52\nD,0,20,0,20\n";

fn pool(workspace: &Workspace, more: &[&str]) -> serde_json::Value {
    let mut args = vec![
        "pool",
        "studies.csv",
        "--measure",
        "RR",
        "--method",
        "REML",
        "--json",
    ];
    args.extend(more);
    workspace.run(&args).ok().json()
}

#[test]
fn pooling_obeys_each_of_its_options() {
    let workspace = Workspace::new();
    workspace.write("studies.csv", STUDIES);
    let plain = pool(&workspace, &[]);
    let changes: [&[&str]; 6] = [
        &["--level", "90"],
        &["--add", "0.25"],
        &["--zero", "all"],
        &["--keep00"],
        &["--method", "MH", "--mh-zero", "only0"],
        &["--tau2-ci", "profile-likelihood"],
    ];
    for change in changes {
        let mut args = change.to_vec();
        if change.contains(&"--method") {
            args.retain(|word| *word != "REML");
            let said = workspace
                .run(&[
                    "pool",
                    "studies.csv",
                    "--measure",
                    "RR",
                    "--method",
                    "MH",
                    "--mh-zero",
                    "only0",
                    "--json",
                ])
                .ok()
                .json();
            assert_ne!(said["estimate"], plain["estimate"]);
            continue;
        }
        assert_ne!(pool(&workspace, &args), plain, "{change:?} changes nothing");
    }
    // What is dropped by default stays so by name.
    assert_eq!(pool(&workspace, &["--drop00"])["k"], plain["k"]);
    let left = pool(&workspace, &["--with", "trim-fill", "--trim", "R0"]);
    assert!(left.get("trim_fill").is_some());
    let split = "study,e1,n1,e2,n2,dose\nA,3,40,6,41,low\nB,1,30,4,32,low\nC,5,50,9,52,high\nD,2,20,1,20,high\n";
    workspace.write("studies.csv", split);
    let common = pool(&workspace, &["--subgroup", "dose", "--tau2", "common"]);
    assert!(common.get("subgroups").is_some());
    let absolute = pool(
        &workspace,
        &["--with", "absolute", "--baseline-risk", "0.2"],
    );
    assert!(absolute.get("absolute").is_some());
}

#[test]
fn figures_obey_width_greys_and_dots() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace.run(&["publish", "1.0", "--as", "lead"]).ok();
    workspace.run(&["update", "--replay"]).ok();
    let look = ["--width", "85mm", "--mono", "--dpi", "600"];
    let draw = |args: &[&str], file: &str| {
        let mut all = args.to_vec();
        all.extend(look);
        workspace.run(&all).ok();
        let found = std::fs::read_dir(workspace.path(".")).unwrap();
        let begins = file.trim_end_matches(".svg");
        let there = found.into_iter().any(|entry| {
            entry
                .unwrap()
                .file_name()
                .to_string_lossy()
                .starts_with(begins)
        });
        assert!(there, "{file} was not drawn");
    };
    draw(
        &["prisma", "--layout", "combined", "--figure", "prisma.svg"],
        "prisma.svg",
    );
    draw(&["versions", "--figure", "versions.svg"], "versions.svg");
    // No estimate moved, so there may be no bridge to draw.
    let mut diff = vec!["diff", "1.0", "working", "--figure", "diff.svg"];
    diff.extend(look);
    workspace.run(&diff);
    draw(
        &["flow", "reports/prisma.csv", "--output", "flow.svg"],
        "flow.svg",
    );
    workspace.write("rob.csv", "Study,D1,D2,Overall\nA,Low,High,High\n");
    draw(&["rob", "rob.csv", "--output", "lights.svg"], "lights.svg");
    workspace.write("studies.csv", STUDIES);
    draw(
        &[
            "pool",
            "studies.csv",
            "--measure",
            "RR",
            "--forest",
            "pool.svg",
        ],
        "pool.svg",
    );
}

#[test]
fn files_are_converted_and_deduplicated_by_their_long_options() {
    let workspace = Workspace::new();
    let ris =
        "TY  - JOUR\nTI  - One trial of honey for cough\nAU  - Muster, A.\nPY  - 2021\nER  - \n";
    workspace.write("one.ris", ris);
    workspace
        .run(&[
            "convert", "one.ris", "--from", "ris", "--to", "csv", "--output", "one.csv",
        ])
        .ok();
    assert!(workspace.read("one.csv").len() > 20);
    workspace
        .run(&["dedup", "one.csv", "--output", "clusters.csv"])
        .ok();
    assert!(workspace.read("clusters.csv").len() > 20);
}

#[test]
fn a_value_is_entered_with_everything_that_may_stand_beside_it() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let set = |args: &[&str]| {
        let mut all = vec!["extract", "set", "s1"];
        all.extend(args);
        all.extend(["--report", "r291", "--as", "extractor-1"]);
        workspace.run(&all).ok();
        workspace.events().pop().unwrap()["body"].to_string()
    };
    let body = set(&[
        "age",
        "--arm",
        "Isa-Kd",
        "--time",
        "baseline",
        "--median",
        "64",
        "--low",
        "50",
        "--high",
        "80",
        "--spread",
        "range",
        "--unit",
        "years",
        "--quote",
        "median age 64",
        "--page",
        "3",
        "--note",
        "as printed",
        "--confidence",
        "unverified",
        "--follow-up-months",
        "20",
    ]);
    for want in [
        "baseline",
        "years",
        "median age 64",
        "as printed",
        "unverified",
        "range",
        "\"20\"",
    ] {
        assert!(body.contains(want), "{want}: {body}");
    }
    let body = set(&[
        "neutropenia",
        "--arm",
        "Isa-Kd",
        "--population",
        "safety",
        "--grade",
        "3-4",
        "--events",
        "9",
        "--n",
        "177",
    ]);
    assert!(body.contains("3-4"));
    let body = set(&[
        "pfs",
        "--arm",
        "Isa-Kd vs Kd",
        "--population",
        "ITT",
        "--time",
        "other",
        "--measure",
        "HR",
        "--effect",
        "0.5",
        "--se",
        "0.2",
        "--p",
        "0.001",
    ]);
    assert!(
        body.contains("\"se\":\"0.2\"") && body.contains("\"p\":\"0.001\""),
        "{body}"
    );
    let list = workspace
        .run(&[
            "extract",
            "list",
            "--study",
            "s1",
            "--outcome",
            "neutropenia",
        ])
        .ok()
        .stdout;
    assert!(
        list.contains("neutropenia, safety, 3-4") && !list.contains("pfs"),
        "{list}"
    );
    let table = workspace
        .run(&["extract", "template", "--study", "s1", "--outcome", "pfs"])
        .ok()
        .stdout;
    assert!(
        table.lines().count() > 1 && table.lines().skip(1).all(|line| line.contains("pfs")),
        "{table}"
    );
}

#[test]
fn what_people_say_of_records_and_retrieval_keeps_its_note_and_relation() {
    let workspace = crate::people::review();
    for who in ["ann", "ben"] {
        crate::people::decide(&workspace, "r1", "include", who).ok();
    }
    workspace
        .run(&[
            "screen",
            "retrieve",
            "r1",
            "not-retrieved",
            "--note",
            "asked the authors twice",
            "--as",
            "ann",
        ])
        .ok();
    let told = workspace.run(&["explain", "r1"]).ok().stdout;
    assert!(told.contains("asked the authors twice"), "{told}");
    workspace
        .run(&[
            "dedup",
            "relate",
            "r1",
            "r2",
            "--as-relation",
            "distinct",
            "--as",
            "lea",
        ])
        .ok();
    workspace
        .run(&["dedup", "upgrade", "--accept", "--as", "lea"])
        .ok();
}

#[test]
fn the_table_of_a_flow_is_written_to_be_filled() {
    let workspace = Workspace::new();
    let table = workspace.run(&["flow", "--template"]).ok().stdout;
    assert!(table.lines().count() > 5, "{table}");
}
