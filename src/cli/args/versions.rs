//! The arguments of `publish`, `versions`, `diff`, and of the help for shells and for `man`.

use super::DrawArgs;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `publish`
#[derive(Debug, Args)]
pub struct PublishArgs {
    /// The name of the version, such as 1.0
    pub name: String,
    /// Publish although work is open; the report is stamped provisional
    #[arg(long)]
    pub provisional: bool,
    /// Publish although `lint` finds errors; the reason is printed in the report
    #[arg(long, value_name = "REASON", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub despite_lint: Option<String>,
}

/// `versions`
#[derive(Debug, Args)]
pub struct VersionsArgs {
    /// The timeline.
    #[command(flatten)]
    pub draw: DrawArgs,
}

/// `schedule`
#[derive(Debug, Args)]
pub struct ScheduleArgs {
    /// Print what runs `perennial watch --once` on this machine instead
    #[arg(long, value_name = "SCHEDULER")]
    pub print: Option<SchedulePrint>,
}

/// What `schedule --print` writes for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchedulePrint {
    /// A service and its timer
    Systemd,
    /// A line of a crontab
    Cron,
    /// A property list
    Launchd,
    /// A workflow of GitHub Actions
    Github,
}

/// `watch`
#[derive(Debug, Args)]
pub struct WatchArgs {
    /// Look once, update if something is due, and end
    #[arg(long)]
    pub once: bool,
}

/// `diff`
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The earlier version
    pub a: String,
    /// The later version, or `working` for the review as it stands
    pub b: String,
    /// The bridges, one file for each estimate that moved.
    #[command(flatten)]
    pub draw: DrawArgs,
}

/// `completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
}

/// `man`
#[derive(Debug, Args)]
pub struct ManArgs {
    /// The folder; it is made where it is missing
    pub dir: PathBuf,
}
