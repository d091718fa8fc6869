//! Completions and manual pages: of every command, and only of those there are.

use crate::support::{program, said};

fn run(args: &[&str]) -> crate::support::Said {
    said(&program().args(args).output().unwrap())
}

#[test]
fn completions_know_every_command_in_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = run(&["completions", shell]).ok().stdout;
        for word in ["perennial", "lint-query", "decide", "workspace"] {
            assert!(text.contains(word), "{shell} lacks {word}");
        }
    }
    run(&["completions", "tcsh"]).fails(2, &["bash"]);
    let json = run(&["completions", "fish", "--json"]).ok().json();
    assert_eq!(json["shell"], "fish");
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("man 1");
    let folder = folder.to_str().unwrap();
    let json = run(&["man", folder, "--json"]).ok().json();
    let pages: Vec<&str> = json["pages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p.as_str().unwrap())
        .collect();
    for name in [
        "perennial.1",
        "perennial-run.1",
        "perennial-screen-decide.1",
        "perennial-man.1",
    ] {
        assert!(pages.contains(&name), "{name}");
    }
    for name in &pages {
        let page = std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
        assert!(
            page.contains(".SH NAME") && page.contains(".SH SYNOPSIS"),
            "{name}"
        );
    }
    let told = run(&["man", folder]).ok().stdout;
    assert!(
        told.contains("man '") && told.contains("manual pages in"),
        "{told}"
    );
    run(&["man", "/proc/none"]).fails(1, &["cannot write the manual pages"]);
}
