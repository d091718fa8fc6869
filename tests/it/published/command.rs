//! `pool` as a command: its JSON, a batch with a bad analysis, bad input, the script.

use crate::support::{program, said};
use serde_json::Value;

const STUDIES: &str = "study,e1,n1,e2,n2,analysis,alloc\n\
    Aronson,4,123,11,139,tb,random\n\
    Ferguson & Simes,6,306,29,303,tb,random\n\
    Stein & Aronson,180,1541,372,1451,tb,alternate\n\
    Impossible,12,10,3,10,bad,random\n\
    Frimodt-Moller,33,5069,47,5808,tb,alternate\n";

fn file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("studies.csv");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn json_is_one_document_with_the_promised_keys() {
    let good = STUDIES.replace("Impossible,12,10,3,10,bad,random\n", "");
    let (_folder, path) = file(&good);
    let told = program()
        .arg("pool")
        .arg(&path)
        .args([
            "--measure",
            "rr",
            "--method",
            "dl",
            "--ci",
            "hksj",
            "--json",
        ])
        .args(["--subgroup", "alloc", "--with", "leave-one-out,small-study"])
        .output();
    let found = said(&told.unwrap()).ok().json();
    for key in [
        "measure",
        "method",
        "scale",
        "k",
        "estimate",
        "se",
        "ci",
        "stat",
        "df",
        "p",
        "tau2",
        "tau2_ci",
        "q",
        "q_df",
        "q_p",
        "i2",
        "i2_ci",
        "i2_q",
        "h2",
        "prediction",
        "back",
        "studies",
        "warnings",
        "leave_one_out",
        "subgroups",
        "small_study",
    ] {
        assert!(found.get(key).is_some(), "{key}");
    }
    assert_eq!(found["measure"], "RR");
    assert_eq!(found["scale"], "log");
    assert_eq!(found["studies"][3]["study"], "Frimodt-Moller");
}

#[test]
fn a_batch_names_its_bad_analysis_and_pools_the_others() {
    let (_folder, path) = file(STUDIES);
    let told = program()
        .arg("pool")
        .arg(&path)
        .args(["--batch", "--measure", "RR"])
        .output();
    let told = said(&told.unwrap());
    assert_eq!(told.code, 2);
    let lines: Vec<Value> = told
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        (&lines[0]["analysis"], &lines[0]["k"]),
        (&"tb".into(), &4.into())
    );
    assert_eq!(lines[1]["analysis"], "bad");
    assert_eq!(lines[1]["error"]["line"], 5);
}

#[test]
fn impossible_numbers_name_file_line_column_and_reason_and_pool_nothing() {
    let (_folder, path) = file(STUDIES);
    let told = program()
        .arg("pool")
        .arg(&path)
        .args(["--measure", "RR"])
        .output();
    let told = said(&told.unwrap());
    assert!(told.stdout.is_empty(), "{}", told.stdout);
    told.fails(
        2,
        &[
            "studies.csv",
            "line 5",
            "column e1",
            "12 events among 10 people",
        ],
    );
    let told = program()
        .arg("pool")
        .arg(&path)
        .args(["--measure", "SMD"])
        .output();
    said(&told.unwrap()).fails(2, &["no known set of columns for SMD"]);
    let told = program().arg("pool").arg(&path).output();
    said(&told.unwrap()).fails(2, &["--measure", "RR, OR, RD"]);
    let told = program()
        .arg("pool")
        .arg(&path)
        .args(["--measure", "RR", "--method", "remll"])
        .output();
    said(&told.unwrap()).fails(2, &["did you mean `REML`"]);
}

#[test]
fn the_script_recomputes_what_was_pooled() {
    let good = STUDIES.replace("Impossible,12,", "Possible,2,");
    let (_folder, path) = file(&good);
    let told = program()
        .arg("pool")
        .arg(&path)
        .args(["--measure", "OR", "--script", "r"])
        .output();
    let told = said(&told.unwrap());
    for part in [
        "library(metafor)",
        "\"Ferguson & Simes\"",
        "escalc(\"OR\", ai = e1, n1i = n1, ci = e2, n2i = n2",
        "method <- \"REML\"",
        "check(\"tau2\"",
    ] {
        assert!(told.stdout.contains(part), "{part}: {}", told.stdout);
    }
}
