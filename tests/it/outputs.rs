//! What goes out: files under the names asked for, in their formats, where folders are.

use crate::support::{Said, Workspace, program, said};
use std::path::Path;

fn run(folder: &Path, args: &[&str]) -> Said {
    said(&program().current_dir(folder).args(args).output().unwrap())
}

const RECORDS: &str = "@inproceedings{a, title={A talk}, author={Doe, Jan}, booktitle={Proc}, year={2019}}\n\
    @phdthesis{b, title={=A thesis}, author={Roe, Kim}, year={2018}, pmid={32}}\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("in.bib"), RECORDS).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn convert_writes_what_the_name_says_or_refuses() {
    let folder = folder();
    let folder = folder.path();
    for (name, start) in [
        ("out.ris", "TY  - CONF\r\n"),
        ("out.nbib", "OWN - perennial\n"),
        ("out.csv", "id,title,authors,"),
        ("out.jsonl", "{\"n\":1,"),
        ("OUT.RIS", "TY  - CONF\r\n"),
        ("plain", "{\"n\":1,"),
    ] {
        run(folder, &["convert", "in.bib", "-o", name]).ok();
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(text.starts_with(start), "{name}: {text}");
    }
    let before = names(folder);
    for (args, words) in [
        (
            vec!["-o", "out.bib"],
            vec!["`.bib` is not written", ".ris, .nbib, .csv or .jsonl"],
        ),
        (vec!["-o", "out.xlsx"], vec!["`.xlsx` is not written"]),
        (
            vec!["-o", "out.ris", "--to", "csv"],
            vec!["would hold csv", "end the name in .csv"],
        ),
        (
            vec!["-o", "no/such/out.ris"],
            vec!["there is no folder no/such"],
        ),
        (vec!["-o", "./"], vec!["is a folder"]),
    ] {
        run(folder, &[&["convert", "in.bib"], &args[..]].concat()).fails(2, &words);
    }
    let said = run(folder, &["convert", "in.bib", "-o", "-", "--json"]).fails(2, &[]);
    assert!(
        said.json()["error"]
            .to_string()
            .contains("cannot both go to the standard output")
    );
    assert_eq!(names(folder), before, "nothing was made");
    // An ending that says nothing is right where --to says the format.
    run(
        folder,
        &["convert", "in.bib", "-o", "out.txt", "--to", "ris"],
    )
    .ok();
}

#[test]
fn a_dash_is_the_standard_output() {
    let folder = folder();
    let said = run(
        folder.path(),
        &["convert", "in.bib", "-o", "-", "--to", "ris"],
    )
    .ok();
    assert!(said.stdout.starts_with("TY  - CONF\r\n") && said.stdout.ends_with("ER  - \r\n\r\n"));
    assert!(said.stderr.contains("2 records from 1 file"));
    let said = run(folder.path(), &["dedup", "in.bib", "-o", "-"]).ok();
    assert!(
        said.stdout.starts_with("id,cluster,primary,rule,score\n"),
        "{}",
        said.stdout
    );
    assert_eq!(names(folder.path()), ["in.bib"]);
}

#[test]
fn no_command_makes_folders_on_the_way_to_a_file() {
    let folder = folder();
    let folder = folder.path();
    std::fs::write(folder.join("in.csv"), "study,yi,vi\nA,0.1,0.2\nB,0.2,0.1\n").unwrap();
    std::fs::write(
        folder.join("rob.csv"),
        "Study,D1,D2,Overall\nA,Low,High,High\n",
    )
    .unwrap();
    std::fs::write(folder.join("counts.csv"), "data,n\nrecords_screened,0\n").unwrap();
    let before = names(folder);
    for args in [
        &[
            "pool",
            "in.csv",
            "--type",
            "generic",
            "--forest",
            "no/such/x.svg",
        ][..],
        &[
            "pool", "in.csv", "--type", "generic", "--funnel", "no/x.svg",
        ],
        &["rob", "rob.csv", "-o", "no/x.svg"],
        &["rob", "rob.csv", "--summary", "no/x.svg"],
        &["flow", "counts.csv", "-o", "no/x.svg"],
        &["dedup", "in.bib", "-o", "no/x.csv"],
        &["convert", "in.bib", "-o", "no/x.ris"],
    ] {
        run(folder, args).fails(2, &["there is no folder no"]);
    }
    assert_eq!(names(folder), before);
}

#[test]
fn a_conversion_does_not_write_over_what_it_reads() {
    let folder = folder();
    let folder = folder.path();
    let text = "TY  - JOUR\nTI  - A nap\nXX  - keep me\nER  - \n";
    std::fs::write(folder.join("in.ris"), text).unwrap();
    std::fs::hard_link(folder.join("in.ris"), folder.join("same.ris")).unwrap();
    for out in ["in.ris", "./in.ris", "same.ris"] {
        run(folder, &["convert", "in.ris", "-o", out]).fails(2, &["would overwrite"]);
    }
    let kept = std::fs::read_to_string(folder.join("in.ris")).unwrap();
    assert_eq!(kept, text);
}

#[test]
fn duplicates_of_a_damaged_file_are_found_and_the_damage_is_told() {
    let folder = folder();
    let folder = folder.path();
    let text = "id,title,year\n1,A nap at noon,2019\n2,A walk,2020,more,cells\n";
    std::fs::write(folder.join("cut.csv"), text).unwrap();
    run(folder, &["dedup", "cut.csv", "-o", "out.csv"]).fails(2, &["cut.csv"]);
    assert!(folder.join("out.csv").exists());
    std::fs::write(folder.join("broken.ris"), b"PK\x03\x04junk").unwrap();
    let said = run(folder, &["convert", "broken.ris", "-o", "x.csv"]);
    said.fails(2, &["a ZIP archive: unpack it"]);
}

#[test]
fn a_report_and_a_backup_go_where_a_folder_is() {
    let workspace = Workspace::new();
    workspace
        .run(&["user", "add", "ana", "--role", "lead"])
        .ok();
    workspace
        .run(&["report", "--out", "no/such/folder"])
        .fails(2, &["there is no folder no/such"]);
    workspace
        .run(&["backup", "no/such/copy.sqlite"])
        .fails(2, &["there is no folder no/such"]);
    assert!(!workspace.path("no").exists());
    workspace.run(&["report", "--out", "beside"]).ok();
}

#[test]
fn an_export_says_type_database_and_pmid_as_convert_does() {
    let workspace = Workspace::new();
    let toml = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    let more = "\n[[source]]\nname = \"Proceedings\"\nkind = \"other\"\ntype = \"file\"\n";
    workspace.write("workflow.toml", &(toml + more));
    workspace.write("in.bib", RECORDS);
    workspace
        .run(&["import", "in.bib", "--source", "Proceedings"])
        .ok();
    let ris = workspace
        .run(&["export", "records", "--format", "ris"])
        .ok()
        .stdout;
    let codes: Vec<_> = ris
        .lines()
        .filter_map(|line| line.strip_prefix("TY  - "))
        .collect();
    assert_eq!(codes, ["CONF", "THES"]);
    for line in ["DB  - Proceedings", "C1  - perennial r1", "C2  - 32"] {
        assert!(ris.contains(line), "{line}\n{ris}");
    }
    let csv = workspace
        .run(&["export", "records", "--format", "csv"])
        .ok()
        .stdout;
    assert!(csv.contains("Conference Proceedings,Proceedings,"), "{csv}");
    assert!(csv.contains(",'=A thesis,"), "{csv}");
    let nbib = workspace
        .run(&["export", "records", "--format", "nbib"])
        .ok()
        .stdout;
    assert!(
        nbib.contains("PMID- 32\n") && nbib.contains("PT  - Thesis\n"),
        "{nbib}"
    );
    // What went out comes in again as it was.
    workspace.write("again.csv", &csv);
    let back = workspace
        .run(&["convert", "again.csv", "-o", "-", "--to", "ris"])
        .ok()
        .stdout;
    let codes: Vec<_> = back
        .lines()
        .filter_map(|line| line.strip_prefix("TY  - "))
        .collect();
    assert_eq!(codes, ["CONF", "THES"]);
    assert!(back.contains("TI  - =A thesis\r\n"), "{back}");
}
