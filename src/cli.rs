//! The command line: one small file per command: arguments, call, print; no logic.
//!
//! Only this module prints, reads the environment, looks at the terminal or picks an exit code.
//! The answer of a command goes to stdout, everything else to stderr; `--json` prints one document.

pub mod diagnostic;

mod analyses;
mod appraise;
mod args;
mod audit;
mod backup;
mod clock;
mod convert;
mod dedup;
mod diff;
mod error;
mod explain;
mod export;
mod extract;
mod figure;
mod filter;
mod flow;
mod import;
mod init;
mod lint;
mod lint_query;
mod manual;
mod out;
mod output;
mod pool;
mod prisma;
mod progress;
mod publish;
mod record;
mod report;
mod restore;
mod rob;
mod run;
mod schedule;
mod screen;
mod search;
mod serve;
mod simulate;
mod status;
mod study;
mod user;
mod versions;
mod watch;

pub use args::{Cli, Command};
pub use error::{CliError, Kind};

use clap::{CommandFactory as _, Parser as _};
use error::Ending;
use out::Out;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    keep_going_when_a_file_may_not_grow();
    let args: Vec<OsString> = std::env::args_os().collect();
    let json = args.iter().any(|arg| arg == "--json");
    let mut out = Out::of_process(json);
    let ended = match Cli::try_parse_from(&args) {
        Ok(cli) => dispatch(cli, &mut out),
        Err(error) => usage(&error, &mut out),
    };
    match ended {
        Ok(code) => ExitCode::from(code),
        Err(Ending::BrokenPipe) => ExitCode::SUCCESS,
        Err(Ending::Error(error)) => out.fail(&error),
    }
}

/// A write beyond the file size limit must fail as an error that is told, not end the process.
fn keep_going_when_a_file_may_not_grow() {
    let seen = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    // Where the handler cannot be set, the limit ends the process as the system has it.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, seen);
}

/// Help and version are answers; everything else that clap says is an error of usage.
fn usage(error: &clap::Error, out: &mut Out) -> Result<u8, Ending> {
    use clap::error::ErrorKind;
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            out.text(
                &error.render().ansi().to_string(),
                &error.render().to_string(),
            )?;
            let asked = error.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
            Ok(if asked { 0 } else { 2 })
        }
        _ => {
            let text = error.render().to_string();
            let text = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
            Err(CliError::usage(text).into())
        }
    }
}

fn dispatch(cli: Cli, out: &mut Out) -> Result<u8, Ending> {
    let mut global = cli.global;
    if global.actor.is_none() {
        global.actor = std::env::var("PERENNIAL_AS")
            .ok()
            .filter(|name| !name.trim().is_empty());
    }
    match cli.command {
        Command::Init(args) => init::run(&args, out),
        Command::Run(args) => run::run(&args, &global, out),
        Command::Update(args) => run::update(&args, &global, out),
        Command::Search(args) => search::run(&args, &global, out),
        Command::Watch(args) => watch::run(&args, &global, out),
        Command::Schedule(args) => schedule::run(&args, &global, out),
        Command::Completions(args) => manual::completions(&args, out),
        Command::Man(args) => manual::pages(&args, out),
        Command::Lint(args) => lint::run(&args, &global, out),
        Command::LintQuery(args) => lint_query::run(&args, &global, out),
        Command::Import(args) => import::run(&args, &global, out),
        Command::Dedup(args) => dedup::run(args, &global, out),
        Command::Record(args) => record::run(args, &global, out),
        Command::Filter(args) => filter::run(&args, &global, out),
        Command::Screen(args) => screen::run(args, &global, out),
        Command::Study(args) => study::run(args, &global, out),
        Command::Extract(args) => extract::run(args, &global, out),
        Command::Appraise(args) => appraise::run(args, &global, out),
        Command::Report(args) => report::run(&args, &global, out),
        Command::Serve(args) => serve::run(&args, &global, out),
        Command::Status(args) => status::run(&args, &global, out),
        Command::Prisma(args) => prisma::run(&args, &global, out),
        Command::Publish(args) => publish::run(&args, &global, out),
        Command::Versions(args) => versions::run(&args, &global, out),
        Command::Diff(args) => diff::run(&args, &global, out),
        Command::Explain(args) => explain::run(&args, &global, out),
        Command::Backup(args) => backup::run(&args, &global, out),
        Command::Restore(args) => restore::run(&args, out),
        Command::Audit(args) => audit::run(&args, &global, out),
        Command::Export(args) => export::run(&args, &global, out),
        Command::User(args) => user::run(args, &global, out),
        Command::Convert(args) => convert::run(&args, out),
        Command::Pool(args) => pool::run(&args, &global, out),
        Command::Flow(args) => flow::run(&args, out),
        Command::Simulate(args) => simulate::run(&args, out),
        Command::Rob(args) => rob::run(&args, &global, out),
    }
}

/// The command line as documentation checks see it.
pub fn command() -> clap::Command {
    Cli::command().term_width(100)
}

/// Refuses a command that tells of open votes under the name of a person who may not see them.
fn not_blind(
    root: &std::path::Path,
    global: &args::Global,
    what: &'static str,
) -> Result<(), Ending> {
    if let Some(name) = &global.actor {
        let workspace = crate::pipeline::Workspace::open_reading(root)?;
        let snapshot = workspace.store.snapshot()?;
        let person = crate::screen::people::acting(snapshot.read(), name)?;
        crate::screen::people::not_blind(&person, what)?;
    }
    Ok(())
}

/// The folder of the workspace: the one asked for, else the nearest upwards.
fn root(global: &args::Global) -> Result<PathBuf, CliError> {
    let start = match &global.workspace {
        Some(folder) => folder.clone(),
        None => std::env::current_dir().map_err(|error| {
            CliError::new(Kind::Io, format!("cannot tell the current folder: {error}"))
        })?,
    };
    let start = std::path::absolute(&start).unwrap_or(start);
    if global.workspace.is_some() {
        if !start.is_dir() {
            let text = format!("{} is not a folder", start.display());
            return Err(CliError::new(Kind::Usage, text));
        }
        if !start.join(crate::pipeline::workspace::WORKFLOW).is_file() {
            return Err(CliError::new(
                Kind::Usage,
                format!("{} holds no workflow.toml", start.display()),
            )
            .help("`perennial init DIR` makes a workspace"));
        }
        return Ok(start);
    }
    Ok(crate::pipeline::workspace::find(&start)?)
}
