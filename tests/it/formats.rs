//! Import and export of files through the command line: counts, searches stated by a file, decisions.

use crate::support::Workspace;
use serde_json::{Value, json};

/// A Cochrane export that says that its search found more records than it holds.
const CUT: &str = "Record #1 of 3\nProvider: John Wiley & Sons, Ltd.\nContent: text/plain; charset=\"UTF-8\"\n\n\
    TY  - JOUR\nAN  - CN-00000001\nTI  - One trial\nPY  - 2019\nER  - \n\n\
    Record #2 of 3\nTY  - JOUR\nAN  - CN-00000002\nTI  - Another trial\nPY  - 2020\nER  - \n";

const EMBASE: &str = "\"SEARCH QUERY\",\"'multiple myeloma'/exp AND daratumumab:ti,ab\"\n\
    ------------------------------\n\nTitle,Author Names,Publication Year,DOI,Medline PMID,PUI\n\
    A trial,\"Ames B., Bell C.\",2019,10.1000/x1,77,L2000000001\n";

const SOURCE: &str = "Cochrane CENTRAL";

fn review() -> Workspace {
    let workspace = Workspace::new();
    workspace
        .run(&["user", "add", "ann", "--role", "lead"])
        .ok();
    workspace
}

fn kinds(workspace: &Workspace) -> Vec<String> {
    let events = workspace.events();
    let kind = |event: &Value| event["kind"].as_str().unwrap().to_owned();
    events.iter().map(kind).collect()
}

fn no_records(workspace: &Workspace) -> bool {
    let kinds = kinds(workspace);
    !kinds
        .iter()
        .any(|kind| kind == "records_received" || kind == "search_completed")
}

#[test]
fn counts_that_differ_are_imported_only_with_a_persons_reason() {
    let workspace = review();
    workspace.write("cut.ris", CUT);
    let args = ["import", "cut.ris", "--source", SOURCE];
    let words = [
        "counts of Cochrane CENTRAL differ",
        "the file declares 3, 2 read",
        "--reason",
    ];
    workspace.run(&args).fails(2, &words);
    let check = workspace.run(&[&args[..], &["--check", "--json"]].concat());
    let said: Value = serde_json::from_str(&check.stdout).unwrap();
    let want = json!({"hits": null, "declared": 3, "retrieved": 2, "agree": false});
    assert_eq!((check.code, &said["counts"]), (2, &want));
    let alone = ["--reason", "record 3 was withdrawn"];
    workspace
        .run(&[&args[..], &alone].concat())
        .fails(2, &["--as NAME"]);
    assert!(no_records(&workspace), "a refused import writes nothing");

    let accepted = [&args[..], &alone, &["--as", "ann"]].concat();
    workspace.run(&accepted).ok();
    let events = workspace.events();
    let last = events.last().unwrap();
    assert_eq!(last["kind"], "counts_accepted");
    assert_eq!(last["actor"], "p1");
    let body = &last["body"];
    assert_eq!(
        (&body["declared"], &body["retrieved"]),
        (&json!(3), &json!(2))
    );
    assert_eq!(body["reason"], "record 3 was withdrawn");
    workspace.run(&["audit"]).ok();

    // The same bytes again are not a second import.
    let again = workspace.run(&args).ok();
    assert!(again.stdout.contains("nothing to do"), "{}", again.stdout);
    assert_eq!(workspace.events(), events);
}

#[test]
fn typed_hits_are_the_third_count() {
    let workspace = review();
    let whole = CUT.replace("of 3", "of 2");
    workspace.write("two.ris", &whole);
    workspace.edit("workflow.toml", "# hits = 42 ", "hits = 42 ");
    let args = ["import", "two.ris", "--source", SOURCE];
    workspace.run(&args).fails(
        2,
        &["the database reported 42, the file declares 2, 2 read"],
    );
    workspace.edit("workflow.toml", "hits = 42 ", "hits = 2 ");
    workspace.run(&args).ok();
    assert!(!kinds(&workspace).contains(&"counts_accepted".to_owned()));
}

#[test]
fn the_search_that_a_file_states_goes_into_the_log() {
    let workspace = review();
    let named = format!("name = \"{SOURCE}\"");
    workspace.edit("workflow.toml", &named, "name = \"Embase\"");
    workspace.write("embase.csv", EMBASE);
    workspace
        .run(&["import", "embase.csv", "--source", "Embase"])
        .ok();
    let events = workspace.events();
    let search = events
        .iter()
        .find(|e| e["kind"] == "search_completed")
        .unwrap();
    assert_eq!(
        search["body"]["stated"],
        "'multiple myeloma'/exp AND daratumumab:ti,ab"
    );
}

#[test]
fn a_damaged_file_writes_nothing_unless_it_is_accepted() {
    let workspace = review();
    workspace.write(
        "cut.bib",
        "@article{a,\n title={One},\n}\n@article{b,\n title={Two\n",
    );
    let args = ["import", "cut.bib", "--source", SOURCE];
    workspace
        .run(&args)
        .fails(2, &["is damaged", "--accept-damaged"]);
    assert!(no_records(&workspace));
    workspace
        .run(&[&args[..], &["--accept-damaged"]].concat())
        .ok();
    assert_eq!(
        workspace
            .run(&["export", "records", "--format", "jsonl"])
            .ok()
            .stdout
            .lines()
            .count(),
        1
    );
}

#[test]
fn records_go_out_in_every_format_with_what_was_decided() {
    let workspace = review();
    workspace.write("two.ris", &CUT.replace("of 3", "of 2"));
    workspace
        .run(&["import", "two.ris", "--source", SOURCE])
        .ok();
    workspace.run(&["dedup"]).ok();
    workspace.run(&["filter"]).ok();
    for (what, format, part) in [
        ("records", "ris", "N1  - ASReview_not_seen"),
        ("records", "nbib", "GN  - ASReview_not_seen"),
        ("decisions", "ris", "N1  - perennial r1: open"),
        ("decisions", "asreview", "r1,One trial,,,2019,,\n"),
        ("decisions", "rayyan", "r2,Another trial,2020,"),
        ("decisions", "jsonl", "\"notes\":[\"open\"]"),
    ] {
        let told = workspace.run(&["export", what, "--format", format]).ok();
        assert!(
            told.stdout.contains(part),
            "{what} {format}: {}",
            told.stdout
        );
    }
    workspace
        .run(&["export", "studies", "--format", "rayyan"])
        .fails(2, &["it writes csv"]);
}

#[test]
fn two_records_that_one_file_gives_the_same_id_stay_two() {
    let workspace = review();
    let joined = "TY  - JOUR\nID  - 1\nTI  - One trial\nER  - \nTY  - JOUR\nID  - 1\nTI  - Another trial\nER  - \n";
    workspace.write("joined.ris", joined);
    let args = ["import", "joined.ris", "--source", SOURCE];
    let told = workspace.run(&args).ok();
    assert!(told.stdout.contains("2 new records"), "{}", told.stdout);
    let longer = format!("{joined}TY  - JOUR\nID  - 2\nTI  - Third\nER  - \n");
    workspace.write("joined.ris", &longer);
    let told = workspace.run(&args).ok();
    assert!(told.stdout.contains("1 new record"), "{}", told.stdout);
    assert!(!told.stdout.contains("revised"), "{}", told.stdout);
}
