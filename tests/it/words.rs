//! The same word is the same number everywhere, names are taken wherever ids are, and a changed protocol
//! is told by the run that adopts it.

use crate::people::{decide, review};
use crate::support::Workspace;

#[test]
fn status_and_prisma_give_one_number_for_one_word() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let prisma = workspace.run(&["prisma", "--json"]).ok().json();
    let status = workspace.run(&["status"]).ok().stdout;
    let number = |word: &str| -> u64 {
        let line = status.lines().find(|line| line.starts_with(word)).unwrap();
        let rest = line[word.len()..].split_whitespace().next().unwrap();
        rest.parse().unwrap()
    };
    let identified = &prisma["identified"];
    let main = identified["databases"]["total"].as_u64().unwrap()
        + identified["registers"]["total"].as_u64().unwrap();
    assert_eq!(number("records identified"), main);
    for (word, key) in [
        ("screened by title", "screened"),
        ("reports sought", "sought"),
        ("reports assessed", "assessed"),
    ] {
        assert_eq!(
            number(word),
            prisma[key].as_u64().unwrap(),
            "{word}: {status}"
        );
    }
    for (word, key) in [
        ("reports included", "reports"),
        ("studies included", "studies"),
    ] {
        assert_eq!(number(word), prisma["included"][key].as_u64().unwrap());
    }
    assert!(status.contains("by other methods"), "{status}");
    let identities = prisma["identities"].as_array().unwrap().len();
    assert!(
        status.contains(&format!("{identities} identities hold")),
        "{status}"
    );
}

#[test]
fn explain_takes_every_id_and_name_that_other_commands_take() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    for (what, begins) in [
        ("r341", "report:r341"),
        ("report:r341", "report:r341"),
        ("IKEMA", "study:"),
        ("study:IKEMA", "study:"),
        ("study:NCT03275285", "study:"),
        ("s1", "study:s1"),
        ("NCT03275285", "study:"),
        ("pfs", "estimate"),
    ] {
        let said = workspace.run(&["explain", what, "--json"]).ok().json();
        assert_eq!(said["what"], what);
        assert!(!said["sentence"].as_str().unwrap().is_empty(), "{begins}");
    }
    let by_pmid = workspace.run(&["explain", "35641409"]).ok().stdout;
    assert!(by_pmid.starts_with("r262"), "{by_pmid}");
    workspace.run(&["explain", "IKEMAA"]).fails(
        2,
        &["there is nothing called `IKEMAA`", "the name of a study"],
    );
}

#[test]
fn an_event_says_what_was_decided_and_people_have_a_legend() {
    let workspace = review();
    decide(&workspace, "r2", "exclude", "ann").ok();
    let open = workspace.events().len();
    // A vote that is not settled says nothing.
    let said = workspace
        .run(&["explain", &format!("event:{open}")])
        .ok()
        .stdout;
    assert!(
        said.contains("not settled") && !said.contains("exclude on"),
        "{said}"
    );
    decide(&workspace, "r2", "exclude", "ben").ok();
    let said = workspace
        .run(&["explain", &format!("event:{open}")])
        .ok()
        .stdout;
    assert!(
        said.contains("It says: exclude on r2 in title-abstract"),
        "{said}"
    );
    assert!(said.contains("People in the log: ann is p1"), "{said}");
    let trail = workspace.run(&["explain", "r2", "--json"]).ok().json();
    assert_eq!(trail["people"][1]["name"], "ben");
    // An undo of an open vote does not tell it either.
    decide(&workspace, "r1", "include", "ann").ok();
    workspace.run(&["screen", "undo", "--as", "ann"]).ok();
    let last = workspace.events().len();
    let said = workspace
        .run(&["explain", &format!("event:{last}")])
        .ok()
        .stdout;
    assert!(
        said.contains("not settled") && !said.contains("include on"),
        "{said}"
    );
}

#[test]
fn a_changed_protocol_and_a_renamed_source_are_told_by_the_next_run() {
    let workspace = review();
    let quiet = workspace.run(&["run"]).ok().stdout;
    assert!(!quiet.contains("protocol"), "{quiet}");
    workspace.edit(
        "workflow.toml",
        "Cochrane CENTRAL\"\nkind",
        "CENTRAL\"\nkind",
    );
    workspace.edit(
        "workflow.toml",
        "title_abstract = { reviewers = 2 }",
        "title_abstract = { reviewers = 1 }",
    );
    let told = workspace.run(&["run"]).ok().stdout;
    for want in [
        "protocol",
        "the source `Cochrane CENTRAL` is gone and `CENTRAL` is new",
        "identified again",
        "the screening rules changed",
    ] {
        assert!(told.contains(want), "{want}: {told}");
    }
    let again = workspace.run(&["run"]).ok().stdout;
    assert!(!again.contains("protocol"), "{again}");
    workspace.edit("queries/pubmed.txt", "honey", "(honey OR mel)");
    let told = workspace.run(&["run", "--json"]).ok().json();
    let stage = &told["stages"][0];
    assert_eq!(stage["stage"], "protocol");
    assert!(
        stage["text"]
            .as_str()
            .unwrap()
            .contains("queries/pubmed.txt changed")
    );
}

#[test]
fn a_next_line_can_be_typed_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("my review");
    let said = crate::support::said(
        &crate::support::program()
            .arg("init")
            .arg(&made)
            .output()
            .unwrap(),
    )
    .ok();
    assert!(
        said.stdout
            .contains(&format!("--workspace '{}' status", made.display())),
        "{}",
        said.stdout
    );
}
