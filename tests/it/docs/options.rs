//! Every option of every command is run by some test or transcript.
//!
//! An option counts as run where a test function, with what stands beside it in its file, names the
//! words of its command and the option, or where a transcript of a page types both on one line.

use super::{pages, root, text};
use std::fs;
use std::path::Path;

#[test]
fn every_option_of_every_command_is_run_by_some_test() {
    let mut tests = Vec::new();
    gather(&root().join("tests/it"), &mut tests);
    let typed: Vec<String> = pages()
        .iter()
        .map(|page| text(page))
        .flat_map(|page| {
            let lines = page.lines().filter_map(|line| line.strip_prefix("$ "));
            lines.map(str::to_owned).collect::<Vec<_>>()
        })
        .collect();
    let mut left = Vec::new();
    walk(
        &perennial::cli::command(),
        &mut Vec::new(),
        &mut |words, option| {
            let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
            let in_tests = tests.iter().any(|body| {
                let all = quoted.iter().all(|word| body.contains(word.as_str()));
                all && body.contains(&format!("\"{option}\""))
            });
            let command = format!("perennial {}", words.join(" "));
            let in_pages = typed.iter().any(|line| {
                let mut words = line.split_whitespace();
                line.contains(&command) && words.any(|word| word == option)
            });
            if !in_tests && !in_pages {
                left.push(format!("{command} {option}"));
            }
        },
    );
    assert!(left.is_empty(), "no test runs:\n{}", left.join("\n"));
}

/// Every long option of every command, global ones aside.
fn walk(command: &clap::Command, words: &mut Vec<String>, see: &mut dyn FnMut(&[String], &str)) {
    for option in command.get_arguments() {
        let Some(long) = option.get_long() else {
            continue;
        };
        if !words.is_empty() && !option.is_global_set() && long != "help" && long != "version" {
            see(words, &format!("--{long}"));
        }
    }
    for inner in command
        .get_subcommands()
        .filter(|one| one.get_name() != "help")
    {
        words.push(inner.get_name().to_owned());
        walk(inner, words, see);
        words.pop();
    }
}

/// The functions of the tests, each as its text.
fn gather(folder: &Path, out: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, out);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            // Helpers and constants of a file are shared by its functions.
            out.push(text);
        }
    }
}
