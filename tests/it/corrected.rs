//! What people correct of records: both values are shown, what reads the record reads the new one, and
//! the undo of a correction restores every count.

use crate::support::Workspace;
use serde_json::Value;

const FILE: &str = "\
TY  - JOUR\nAN  - A1\nTI  - Daratumumab and lenalidomide in relapsed myeloma\nAU  - Ames, Bo\n\
PY  - 2019\nJO  - Blood\nDO  - 10.1000/one\nER  - \n\n\
TY  - JOUR\nAN  - A2\nTI  - Isatuximab and pomalidomide after two lines of treatment\nAU  - Berg, Ka\n\
PY  - 2020\nJO  - Lancet\nDO  - 10.1000/two\nER  - \n\n\
TY  - JOUR\nAN  - A3\nTI  - A letter of the editors about nothing in particular\nAU  - Chu, Li\n\
PY  - 2021\nJO  - Lancet\nER  - \n\n";

/// A review with a lead, a reviewer and three reports, one of which a rule removes.
fn review() -> Workspace {
    let workspace = Workspace::new();
    let toml = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    let rule =
        "[[filter.rule]]\nname = \"letters\"\nbox = \"automation\"\ntitle_any = [\"a letter\"]\n";
    let at = toml.find("[[filter.rule]]").unwrap();
    let toml = format!("{}{rule}\n{}", &toml[..at], &toml[at..]);
    workspace.write("workflow.toml", &toml);
    for (name, role) in [("bea", "reviewer"), ("ann", "lead,reviewer")] {
        workspace.run(&["user", "add", name, "--role", role]).ok();
    }
    workspace.write("first.ris", FILE);
    let source = ["import", "first.ris", "--source", "Cochrane CENTRAL"];
    workspace.run(&source).ok();
    workspace.run(&["run"]).ok();
    workspace
}

fn flow(workspace: &Workspace) -> Value {
    workspace.run(&["prisma", "--json"]).ok().json()
}

fn correct(workspace: &Workspace, record: &str, field: &str, value: &str) -> Value {
    let said = ["record", "correct", record, "--field", field, value];
    let why = ["--why", "the journal's page", "--as", "ann", "--json"];
    workspace.run(&[&said[..], &why[..]].concat()).ok().json()
}

fn show(workspace: &Workspace, record: &str) -> Value {
    workspace
        .run(&["record", "show", record, "--json"])
        .ok()
        .json()
}

#[test]
fn both_values_are_shown_and_everything_reads_the_new_one() {
    let workspace = review();
    let done = correct(&workspace, "r1", "year", "2018");
    assert_eq!(done["old"], "2019");
    assert_eq!(done["value"], "2018");
    assert_eq!(done["source_value"], "2019");
    correct(
        &workspace,
        "r1",
        "abstract",
        "AIMS: to show it.\n\nRESULTS: shown.",
    );
    let shown = show(&workspace, "10.1000/one");
    assert_eq!(shown["content"]["year"], 2018);
    assert_eq!(
        shown["content"]["abstract"],
        "AIMS: to show it.\nRESULTS: shown."
    );
    assert_eq!(shown["source_content"]["year"], 2019);
    assert_eq!(shown["corrections"][0]["by"], "ann");
    assert_eq!(shown["corrections"][0]["why"], "the journal's page");
    let card = workspace.run(&["screen", "show", "r1", "--json"]).ok();
    assert!(card.stdout.contains("to show it"), "{}", card.stdout);
    let trail = workspace.run(&["explain", "record:r1"]).ok();
    assert!(
        trail.stdout.contains("ann corrected year to `2018`"),
        "{}",
        trail.stdout
    );
    workspace.run(&["audit"]).ok();
    // The last word on a field holds; the source's stays what the source says.
    correct(&workspace, "r1", "year", "2017");
    let shown = show(&workspace, "r1");
    assert_eq!(shown["content"]["year"], 2017);
    assert_eq!(shown["corrections"][2]["source_value"], "2019");
}

#[test]
fn a_corrected_identifier_joins_copies_and_its_undo_parts_them() {
    let workspace = review();
    let before = flow(&workspace);
    assert_eq!(before["removed"]["duplicates"], 0);
    // The second record is the first one under a wrong title and DOI.
    let same = "Daratumumab and lenalidomide in relapsed myeloma";
    correct(&workspace, "r2", "title", same);
    correct(&workspace, "r2", "authors", "Ames, Bo");
    correct(&workspace, "r2", "year", "2019");
    let done = correct(&workspace, "r2", "doi", "https://doi.org/10.1000/ONE");
    assert_eq!(done["report"], "r1");
    assert_eq!(done["report_before"], "r2");
    assert_eq!(flow(&workspace)["removed"]["duplicates"], 1);
    workspace.run(&["audit"]).ok();
    for _ in 0..4 {
        workspace.run(&["screen", "undo", "--as", "ann"]).ok();
    }
    assert_eq!(flow(&workspace), before);
    assert_eq!(
        show(&workspace, "r2")["corrections"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    workspace.run(&["audit"]).ok();
    workspace.run(&["run"]).ok();
    assert_eq!(flow(&workspace), before);
}

#[test]
fn the_rules_look_again_at_what_nobody_decided_on() {
    let workspace = review();
    let before = flow(&workspace);
    assert_eq!(before["removed"]["automation"]["total"], 1);
    correct(
        &workspace,
        "r3",
        "title",
        "A trial about nothing in particular",
    );
    assert_eq!(flow(&workspace)["removed"]["automation"]["total"], 0);
    assert_eq!(flow(&workspace)["pending"]["before_screening"], 0);
    workspace.run(&["screen", "undo", "--as", "ann"]).ok();
    assert_eq!(flow(&workspace), before);
    // A decision stands against the rule.
    workspace
        .run(&["screen", "decide", "r1", "include", "--as", "bea"])
        .ok();
    correct(&workspace, "r1", "title", "A letter");
    assert_eq!(flow(&workspace)["removed"]["automation"]["total"], 1);
    workspace.run(&["audit"]).ok();
}

#[test]
fn a_correction_outlives_what_the_source_says_later() {
    let workspace = review();
    correct(&workspace, "r1", "year", "2018");
    // The same file again brings nothing new, a changed one a revision; the correction lies over it.
    workspace.write("second.ris", &format!("{FILE}\n"));
    let source = [
        "import",
        "second.ris",
        "--source",
        "Cochrane CENTRAL",
        "--json",
    ];
    let again = workspace.run(&source).ok().json();
    assert_eq!(
        again["files"][0]["revised"].as_u64().unwrap_or(0),
        0,
        "{again}"
    );
    workspace.write("third.ris", &FILE.replace("PY  - 2019", "PY  - 2016"));
    let source = ["import", "third.ris", "--source", "Cochrane CENTRAL"];
    workspace.run(&source).ok();
    let shown = show(&workspace, "r1");
    assert_eq!(shown["content"]["year"], 2018);
    assert_eq!(shown["source_content"]["year"], 2016);
    assert_eq!(shown["revisions"].as_array().unwrap().len(), 2);
    workspace.run(&["screen", "undo", "--as", "ann"]).ok();
    assert_eq!(show(&workspace, "r1")["content"]["year"], 2016);
    workspace.run(&["audit"]).ok();
}

#[test]
fn what_cannot_be_is_refused_and_nothing_is_written() {
    let workspace = review();
    let log = workspace
        .run(&["export", "events", "--format", "jsonl"])
        .ok()
        .stdout;
    for (record, field, value, why, says) in [
        ("r9", "year", "2018", "x", "there is no record `r9`"),
        ("r1", "yaer", "2018", "x", "did you mean `year`?"),
        ("r1", "keywords", "a", "x", "the fields are title"),
        ("r1", "year", "MMXVIII", "x", "a year has four digits"),
        ("r1", "doi", "blood one", "x", "is not a DOI"),
        ("r1", "year", "2019", "x", "r1 has this year already"),
        ("r1", "year", "2018", "  ", "a correction needs its reason"),
    ] {
        let out = workspace.run(&[
            "record", "correct", record, "--field", field, value, "--why", why, "--as", "ann",
        ]);
        assert_eq!(out.code, 2, "{field} {value}: {}", out.stderr);
        assert!(out.stderr.contains(says), "{says}: {}", out.stderr);
    }
    let after = workspace
        .run(&["export", "events", "--format", "jsonl"])
        .ok()
        .stdout;
    assert_eq!(log, after);
}

#[test]
fn an_import_whose_record_was_corrected_stays_until_that_is_taken_back() {
    let workspace = review();
    correct(&workspace, "r1", "year", "2018");
    let undo = ["import", "--undo", "--as", "ann"];
    let out = workspace.run(&undo);
    assert_eq!(out.code, 2, "{}", out.stderr);
    assert!(
        out.stderr.contains("correction of a record on r1"),
        "{}",
        out.stderr
    );
    workspace.run(&["screen", "undo", "--as", "ann"]).ok();
    workspace.run(&undo).ok();
    workspace.run(&["audit"]).ok();
}
