//! Full texts and supplements: what is kept, what is refused, backup and audit.

use crate::people::review;
use crate::support::{Workspace, copy};
use serde_json::Value;
use sha2::Digest as _;
use std::fmt::Write as _;

const PDF: &str = "%PDF-1.4\nan invented paper, broken behind its first line\n";

fn hash(text: &str) -> String {
    let mut out = String::new();
    for byte in sha2::Sha256::digest(text.as_bytes()) {
        write!(out, "{byte:02x}").unwrap();
    }
    out
}

fn kept(workspace: &Workspace, digest: &str) -> std::path::PathBuf {
    workspace.path(&format!("db/attachments/{}/{digest}", &digest[..2]))
}

fn attach(workspace: &Workspace, what: &[&str]) -> crate::support::Said {
    let mut words = vec!["screen", "attach"];
    words.extend(what);
    words.extend(["--as", "ann", "--json"]);
    workspace.run(&words)
}

fn last(workspace: &Workspace) -> Value {
    workspace.events().pop().unwrap()
}

#[test]
fn a_file_is_kept_by_its_bytes_once_and_the_log_names_no_folder() {
    let workspace = review();
    workspace.write("inbox/paper.pdf", PDF);
    workspace.write("inbox/again.pdf", PDF);
    let path = workspace.path("inbox/paper.pdf");
    let done = attach(&workspace, &["r1", path.to_str().unwrap()])
        .ok()
        .json();
    assert_eq!(done["files"][0]["state"], "added", "{done}");
    assert_eq!(
        done["files"][0]["warning"],
        "it does not end as a PDF does: it may be cut off"
    );
    let event = last(&workspace);
    let digest = hash(PDF);
    let body = serde_json::json!({
        "report": "r1", "digest": digest, "name": "paper.pdf", "type": "pdf", "bytes": PDF.len(),
    });
    assert_eq!(event["kind"], "attachment_added");
    assert_eq!(event["body"], body);
    assert_eq!(
        std::fs::read(kept(&workspace, &digest)).unwrap(),
        PDF.as_bytes()
    );

    let n = workspace.events().len();
    let again = attach(&workspace, &["r1", "inbox/again.pdf"]).ok().json();
    assert_eq!(again["files"][0]["state"], "already");
    assert_eq!(workspace.events().len(), n);
    let list = workspace
        .run(&["screen", "attachments", "r1", "--json"])
        .ok()
        .json();
    assert_eq!(list["attachments"].as_array().unwrap().len(), 1, "{list}");
    assert_eq!(list["attachments"][0]["by"], "ann");
    workspace
        .run(&["explain", "r1"])
        .ok()
        .says("ann attached paper.pdf");
    workspace.run(&["audit"]).ok().says("1 attachment");
}

#[test]
fn what_is_no_attachment_is_refused_with_a_sentence_and_the_others_are_kept() {
    let workspace = review();
    workspace.write("page.pdf", "<!doctype html><script>alert(1)</script>");
    workspace.write("run.txt", "#!/bin/sh\necho\n");
    workspace.write("empty.pdf", "");
    workspace.write("words.pdf", "only words");
    workspace.write("table.csv", "arm,n\nA,12\n");
    let done = attach(
        &workspace,
        &[
            "r1",
            "page.pdf",
            "run.txt",
            "empty.pdf",
            "words.pdf",
            "table.csv",
        ],
    );
    let done = done.fails(2, &["4 files were refused"]).json();
    let states: Vec<&str> = done["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["state"].as_str().unwrap())
        .collect();
    assert_eq!(
        states,
        ["refused", "refused", "refused", "refused", "added"]
    );
    let reason = done["files"][0]["reason"].as_str().unwrap();
    assert_eq!(
        reason,
        "page.pdf is a page (HTML or XML), which is never kept"
    );
    let all: Vec<_> = walk(&workspace.path("db/attachments"));
    assert_eq!(all, [hash("arm,n\nA,12\n")], "nothing else was written");
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            out.extend(walk(&path));
        } else {
            out.push(path.file_name().unwrap().to_str().unwrap().to_owned());
        }
    }
    out
}

#[test]
fn a_removed_file_is_erased_everywhere_and_the_audit_says_so() {
    let workspace = review();
    workspace.write("paper.pdf", PDF);
    for report in ["r1", "r2"] {
        attach(&workspace, &[report, "paper.pdf"]).ok();
    }
    let detach = |who: &str, reason: &str| {
        workspace.run(&[
            "screen",
            "detach",
            "r1",
            "paper.pdf",
            "--reason",
            reason,
            "--as",
            who,
            "--json",
        ])
    };
    detach("ben", "not mine")
        .fails(2, &[])
        .says("needs the role lead");
    detach("ann", "  ").fails(2, &[]).says("say why");
    let done = detach("ann", "another trial's paper").ok().json();
    assert_eq!(done["reports"], serde_json::json!(["r1", "r2"]));
    let digest = hash(PDF);
    assert!(!kept(&workspace, &digest).exists());
    let body = serde_json::json!({"digest": digest, "reason": "another trial's paper"});
    assert_eq!(last(&workspace)["body"], body);
    workspace
        .run(&["audit"])
        .ok()
        .says("1 attachment was removed by people, the bytes erased");
    detach("ann", "again")
        .fails(2, &[])
        .says("no attachment called");
    // The same bytes may come again.
    attach(&workspace, &["r2", "paper.pdf"]).ok();
    assert!(kept(&workspace, &digest).exists());
    workspace.run(&["audit"]).ok();
}

#[test]
fn changed_and_missing_bytes_are_findings_and_a_backup_brings_them_back() {
    let workspace = review();
    workspace.write("paper.pdf", PDF);
    attach(&workspace, &["r1", "paper.pdf"]).ok();
    workspace
        .run(&["backup", "whole.tar", "--json"])
        .ok()
        .says("\"full_texts\": 1");
    workspace
        .run(&["backup", "lean.tar", "--without-full-texts"])
        .ok();
    workspace.run(&["restore", "whole.tar", "whole"]).ok();
    let digest = hash(PDF);
    let inside = format!("whole/db/attachments/{}/{digest}", &digest[..2]);
    assert_eq!(workspace.read(&inside), PDF.as_bytes());
    workspace.run(&["restore", "lean.tar", "lean"]).ok();
    let lean = Workspace::empty();
    copy(&workspace.path("lean"), lean.folder());
    lean.run(&["audit"])
        .ok()
        .says("1 attachment is not here: the backup that was restored was made without full texts");
    // What a backup left out may be put back.
    lean.write("paper.pdf", PDF);
    attach(&lean, &["r2", "paper.pdf"]).ok();
    assert!(kept(&lean, &digest).exists());

    std::fs::write(kept(&workspace, &digest), "%PDF-1.4 another").unwrap();
    workspace
        .run(&["audit"])
        .fails(4, &[])
        .says("attachment paper.pdf")
        .says("was changed");
    std::fs::remove_file(kept(&workspace, &digest)).unwrap();
    workspace
        .run(&["audit"])
        .fails(4, &[])
        .says("attachment paper.pdf: cannot read");
}

#[test]
fn without_a_report_a_file_goes_where_its_name_points_and_else_is_asked() {
    let workspace = Workspace::new();
    let ris = |title: &str, doi: &str| {
        format!("TY  - JOUR\nTI  - {title}\nAU  - Muster, A.\nPY  - 2021\nDO  - {doi}\nER  - \n\n")
    };
    let text = ris("Honey for cough: an invented trial", "10.5555/honey.1")
        + &ris("Wound dressing: an invented cohort", "10.5555/wound.2");
    workspace.write("export.ris", &text);
    workspace
        .run(&["import", "export.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    workspace
        .run(&["user", "add", "ann", "--role", "reviewer"])
        .ok();
    workspace.run(&["run"]).ok();
    workspace.write("inbox/10.5555_wound.2.pdf", PDF);
    workspace.write("inbox/paper.pdf", "%PDF-1.4 without a name");
    let done = attach(&workspace, &["inbox"]).ok().json();
    assert_eq!(done["files"][0]["report"], "r2", "{done}");
    assert_eq!(done["asked"][0]["name"], "paper.pdf");
    assert_eq!(done["asked"][0]["candidates"], serde_json::json!([]));
    let n = workspace
        .run(&["screen", "attachments", "--json"])
        .ok()
        .json();
    assert_eq!(
        n["attachments"].as_array().unwrap().len(),
        1,
        "what is not sure is not taken"
    );
}
