//! Every option of every command is run by a case of [`crate::options`], which asserts what it does.

use super::none;
use crate::options::claimed;

#[test]
fn every_option_of_every_command_is_run_by_some_case() {
    let run = claimed();
    let mut there = Vec::new();
    walk(&perennial::cli::command(), &mut Vec::new(), &mut there);
    let never: Vec<String> = there
        .iter()
        .filter(|option| !run.contains(option))
        .map(|(command, option)| format!("no case runs: perennial {command} {option}"))
        .collect();
    none(&never);
    let gone: Vec<String> = run
        .iter()
        .filter(|option| !there.contains(option))
        .map(|(command, option)| format!("there is no: perennial {command} {option}"))
        .collect();
    none(&gone);
}

/// Every long option of every command with the words of the command; those of all commands by
/// themselves.
fn walk(command: &clap::Command, words: &mut Vec<String>, out: &mut Vec<(String, String)>) {
    for option in command.get_arguments() {
        let Some(long) = option.get_long() else {
            continue;
        };
        let of_all = option.is_global_set() && !words.is_empty();
        let own = ["help", "version"].contains(&option.get_id().as_str());
        if !of_all && !own {
            out.push((words.join(" "), format!("--{long}")));
        }
    }
    for inner in command
        .get_subcommands()
        .filter(|one| one.get_name() != "help")
    {
        words.push(inner.get_name().to_owned());
        walk(inner, words, out);
        words.pop();
    }
}
