//! `completions` and `man`: the help of every command, for shells and for `man`.

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out};
use clap::CommandFactory as _;

/// Prints the completions of a shell.
pub(super) fn completions(args: &CompletionsArgs, out: &mut Out) -> Result<u8, Ending> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "perennial", &mut text);
    let text = String::from_utf8_lossy(&text).into_owned();
    if out.is_json() {
        out.json(&serde_json::json!({"shell": args.shell.to_string(), "completions": text}))?;
    } else {
        out.text(&text, &text)?;
    }
    Ok(0)
}

/// Writes `perennial.1`, and a page of its own for every command and every command of a command.
pub(super) fn pages(args: &ManArgs, out: &mut Out) -> Result<u8, Ending> {
    let io = |error: std::io::Error| {
        let text = format!(
            "cannot write the manual pages to {}: {error}",
            args.dir.display()
        );
        Ending::from(CliError::new(Kind::Io, text))
    };
    std::fs::create_dir_all(&args.dir).map_err(io)?;
    let mut names = Vec::new();
    let mut command = Cli::command().name("perennial");
    command.build();
    let mut open = vec![command];
    while let Some(command) = open.pop() {
        // `help` is what these pages are.
        let below = command.get_subcommands();
        open.extend(below.filter(|sub| sub.get_name() != "help").cloned());
        let page = clap_mangen::Man::new(command);
        let name = page.get_filename();
        let mut bytes = Vec::new();
        page.render(&mut bytes).map_err(io)?;
        std::fs::write(args.dir.join(&name), bytes).map_err(io)?;
        names.push(name);
    }
    names.sort();
    let n = crate::model::many(names.len() as u64, "manual page", "manual pages");
    out.line(&format!("{n} in {}", args.dir.display()))?;
    let first = args.dir.join("perennial.1");
    let next = format!("man {}", super::out::quoted(&first.display().to_string()));
    out.line(&format!("Next: {}", out.ink(Ink::Bold, &next)))?;
    out.json(&serde_json::json!({"out": args.dir, "pages": names}))?;
    Ok(0)
}
