//! `lint`: reviews typed into folders, and what their printed numbers cannot be.

use crate::support::{Workspace, program, said};
use serde_json::Value;
use std::path::Path;

fn lint(path: &Path, code: i32) -> Value {
    let output = program()
        .args(["lint", "--json"])
        .arg(path)
        .output()
        .unwrap();
    let said = said(&output);
    assert_eq!(said.code, code, "{}{}", said.stdout, said.stderr);
    said.json()
}

fn shared(path: &str) -> Option<std::path::PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared")
        .join(path);
    if !path.exists() {
        println!("SKIPPED: {} is not there", path.display());
        return None;
    }
    Some(path)
}

fn rank(severity: &str) -> usize {
    ["info", "warn", "error"]
        .iter()
        .position(|s| *s == severity)
        .unwrap()
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect()
}

#[test]
fn the_reference_review_has_its_thirty_findings_and_no_other_error() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint/cd38");
    let document = lint(&folder, 4);
    let found = document["findings"].as_array().unwrap();
    let expected = rows(&std::fs::read_to_string(folder.join("expected.csv")).unwrap());
    assert_eq!(expected.len(), 30);
    for row in &expected {
        let own: Vec<&str> = found
            .iter()
            .filter(|f| f["rule"] == row[0].as_str() && f["place"] == row[2].as_str())
            .map(|f| f["severity"].as_str().unwrap())
            .collect();
        assert!(!own.is_empty(), "{row:?} is not found");
        assert!(
            own.iter().all(|s| rank(s) <= rank(&row[1])),
            "{row:?} is found as {own:?}"
        );
    }
    for finding in found {
        let known = expected
            .iter()
            .any(|row| finding["rule"] == row[0].as_str() && finding["place"] == row[2].as_str());
        assert!(known, "{finding:#}");
    }
    assert!(document["checked"]["STAT-I2P"].as_u64().unwrap() > 30);
}

#[test]
fn every_count_of_the_reference_flow_that_is_off_by_one_is_found() {
    let boxes: [(&str, i64, &[&str], &[&str]); 16] = [
        ("db", 576, &["PRISMA-I1"], &["PRISMA-I1"]),
        ("reg", 23, &["PRISMA-I1"], &["PRISMA-I1"]),
        ("dup", 195, &["PRISMA-I1"], &["PRISMA-I1"]),
        ("auto", 128, &["PRISMA-I1"], &["PRISMA-I1"]),
        ("removed", 86, &["PRISMA-I1"], &["PRISMA-I1"]),
        (
            "screened",
            190,
            &["PRISMA-I1", "PRISMA-I2"],
            &["PRISMA-I1", "PRISMA-I2"],
        ),
        ("excl", 167, &["PRISMA-I2"], &["PRISMA-I2"]),
        (
            "sought",
            23,
            &["PRISMA-I2", "PRISMA-I3"],
            &["PRISMA-I2", "PRISMA-I3"],
        ),
        ("notret", 2, &["PRISMA-I3"], &["PRISMA-I3"]),
        (
            "assessed",
            21,
            &["PRISMA-I3", "PRISMA-I4"],
            &["PRISMA-I3", "PRISMA-I4"],
        ),
        ("ft_r1", 6, &["PRISMA-I4"], &["PRISMA-I4"]),
        ("ft_r2", 1, &["PRISMA-I4"], &["PRISMA-I4"]),
        ("ft_r3", 3, &["PRISMA-I4"], &["PRISMA-I4"]),
        ("ft_r4", 3, &["PRISMA-I4"], &["PRISMA-I4"]),
        // Two reports may be of one study: one study less is a flow that can be.
        ("included", 8, &[], &["PRISMA-I5"]),
        ("reports", 8, &["PRISMA-I4", "PRISMA-I5"], &["PRISMA-I4"]),
    ];
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("flow.toml");
    for changed in
        std::iter::once(None).chain(boxes.iter().flat_map(|b| [Some((b.0, -1)), Some((b.0, 1))]))
    {
        let mut text = String::from("[[flow]]\nwhere = \"3.1\"\n");
        let mut expected: Vec<&str> = Vec::new();
        for (name, n, less, more) in &boxes {
            let by = changed.filter(|(c, _)| c == name).map_or(0, |(_, by)| by);
            text.push_str(&format!("{name} = {}\n", n + by));
            match by {
                -1 => expected.extend(*less),
                1 => expected.extend(*more),
                _ => {}
            }
        }
        std::fs::write(&file, text).unwrap();
        let document = lint(&file, if expected.is_empty() { 0 } else { 4 });
        let mut rules: Vec<&str> = document["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["rule"].as_str().unwrap())
            .collect();
        rules.sort_unstable();
        assert_eq!(rules, expected, "{changed:?}");
    }
}

#[test]
fn the_five_published_reviews_are_found_as_they_were_read() {
    let Some(folder) = shared("data/lint") else {
        return;
    };
    let verdicts = rows(&std::fs::read_to_string(folder.join("verdict.csv")).unwrap());
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(expected) = std::fs::read_to_string(path.join("expected.csv")) else {
            continue;
        };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let expected = rows(&expected);
        let errors = expected.iter().any(|row| row[1] == "error");
        let document = lint(&path, if errors { 4 } else { 0 });
        let found = document["findings"].as_array().unwrap();
        let is = |f: &Value, rule: &str, place: &str| f["rule"] == rule && f["place"] == place;
        for row in verdicts
            .iter()
            .filter(|row| row[0] == name && row[4] == "true")
        {
            assert!(
                found.iter().any(|f| is(f, &row[1], &row[3])),
                "{row:?} is not found"
            );
        }
        for finding in found.iter().filter(|f| f["severity"] == "error") {
            assert!(
                expected.iter().any(|row| is(finding, &row[0], &row[2])),
                "{finding:#}"
            );
        }
    }
}

#[test]
fn faults_of_living_flows_are_named_by_column() {
    let Some(folder) = shared("data/field/prisma_templates") else {
        return;
    };
    for n in 3..=4 {
        let document = lint(&folder.join(format!("living_approach{n}.csv")), 4);
        let found = document["findings"].as_array().unwrap();
        assert!(
            found
                .iter()
                .all(|f| f["rule"].as_str().unwrap().starts_with("PRISMA-"))
        );
        assert!(
            found
                .iter()
                .all(|f| !f["place"].as_str().unwrap().is_empty())
        );
    }
}

#[test]
fn the_template_is_a_folder_to_type_into() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("paper");
    let place = place.to_str().unwrap();
    said(
        &program()
            .args(["lint", "--template", place])
            .output()
            .unwrap(),
    )
    .ok();
    let help = std::fs::read_to_string(format!("{place}/results.csv")).unwrap();
    assert!(help.starts_with("table,row,k,i2,") && help.contains("# k: number of studies"));
    said(&program().args(["lint", place]).output().unwrap()).ok();
    said(
        &program()
            .args(["lint", "--template", place])
            .output()
            .unwrap(),
    )
    .fails(2, &["is there already"]);
    std::fs::write(
        format!("{place}/results.csv"),
        help + "Table 2,GFR>60,3,77,0.002,,1.66,1.30,2.12,<0.001,RR,log,\n",
    )
    .unwrap();
    let page = folder.path().join("findings.html");
    let output = program()
        .args(["lint", place, "--html", page.to_str().unwrap()])
        .output()
        .unwrap();
    let said = said(&output);
    assert_eq!(said.code, 4);
    assert!(
        said.stdout.contains("Table 2 / GFR>60") && said.stdout.contains("would fit: k: 5"),
        "{}",
        said.stdout
    );
    assert!(std::fs::read_to_string(page).unwrap().contains("STAT-I2P"));
}

#[test]
fn files_are_read_by_what_they_hold_and_faults_carry_their_line() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let pasted = write(
        "Table_2.tsv",
        "Subgroup\tNo. of studies\tRR (95% CI)\tI2\tP heterogeneity\nage<65\t4\t1.52 (1.25-1.84)\t53%\t0.06\n",
    );
    let document = lint(&pasted, 4);
    assert_eq!(document["findings"][0]["rule"], "STAT-I2P");
    assert_eq!(document["understood"][0]["table"], "Table 2");
    let flow = write(
        "counts.csv",
        "data,n\nrecords_screened,190\nrecords_excluded,167\ndbr_sought_reports,22\n",
    );
    assert_eq!(lint(&flow, 4)["findings"][0]["rule"], "PRISMA-I2");
    let rows = write(
        "x-data-rows.csv",
        "Analysis group,Analysis number,Analysis name,Subgroup,Study,Experimental cases,Experimental N,Control cases,Control N,Mean,CI start,CI end,Weight\n1,1,Pain,,A 2001,19,53,31,49,0.5666,0.3747,0.8569,50\n1,1,Pain,,B 2002,40,30,20,30,0.52,0.29,0.91,50\n",
    );
    assert_eq!(lint(&rows, 4)["findings"][0]["rule"], "DATA-EVENTS");
    for (name, text, words) in [
        (
            "results.csv",
            "table,row,k\nT,r,three\n",
            "`three` in column k is no number",
        ),
        ("flow.csv", "box,n\nscreend,3\n", "unknown box `screend`"),
        (
            "paper.toml",
            "[[result]]\nestimat = 1\n",
            "unknown key `estimat`",
        ),
        (
            "claims.csv",
            "kind,place\nsum,x\n",
            "unknown column `place`",
        ),
    ] {
        let path = write(name, text);
        said(&program().arg("lint").arg(&path).output().unwrap()).fails(2, &[words]);
    }
    let empty = tempfile::tempdir().unwrap();
    said(&program().arg("lint").arg(empty.path()).output().unwrap()).fails(2, &["holds no table"]);
}

#[test]
fn the_review_itself_is_checked_before_it_is_published() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let document = workspace.run(&["lint", "--json"]).ok().json();
    assert!(
        document["checked"]["PRISMA-I1"].as_u64().unwrap() > 0,
        "{document:#}"
    );
    assert!(
        document["checked"]["STAT-I2P"].as_u64().unwrap() > 0,
        "{document:#}"
    );
    let status = workspace.run(&["status", "--json"]).ok().json();
    assert_eq!(status["lint"]["errors"], 0);
    let publish = |reason: &str| {
        let args = ["publish", "1.0", "--as", "lead", "--despite-lint", reason];
        workspace.run(&args)
    };
    publish("").fails(2, &["despite-lint"]);
    publish("nothing to excuse").ok();
}

#[test]
fn our_own_results_are_consistent() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let document = lint(&workspace.path("reports/results.json"), 0);
    assert!(document["checked"]["STAT-RECOMP"].as_u64().unwrap() > 0);
}

#[test]
fn a_page_never_overwrites_what_is_read_and_what_is_not_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.toml");
    let text = "random_if = \"as we like\"\n[[claim]]\nkind = \"guess\"\nlocation = \"p. 3\"\nargs = \"1\"\nreported = \"2\"\n";
    std::fs::write(&file, text).unwrap();
    let place = file.to_str().unwrap();
    said(
        &program()
            .args(["lint", place, "--html", place])
            .output()
            .unwrap(),
    )
    .fails(2, &["would overwrite"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
    let told = said(&program().args(["lint", place]).output().unwrap());
    assert_eq!(told.code, 0);
    for words in ["as we like", "p. 3", "nothing was checked"] {
        assert!(told.stdout.contains(words), "{}", told.stdout);
    }
    assert_eq!(lint(&file, 0)["notes"].as_array().unwrap().len(), 2);
    // Two reviews in one folder are not one.
    for name in ["a", "b"] {
        let text = format!("title = \"{name}\"\n");
        std::fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
    }
    said(&program().arg("lint").arg(folder.path()).output().unwrap())
        .fails(2, &["holds two reviews"]);
    // A refused cell comes with its line.
    let table = folder.path().join("results.csv");
    std::fs::write(&table, "table,row,k\nT,r,3\nT,s,few\n").unwrap();
    let output = program()
        .arg("lint")
        .arg(&table)
        .arg("--json")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let shown = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        shown.contains("line 3") && shown.contains("\"line\":3") || shown.contains("\"line\": 3"),
        "{shown}"
    );
}
