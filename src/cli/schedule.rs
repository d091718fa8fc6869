//! `schedule`: when the steps of the living mode are due.

use super::args::{Global, ScheduleArgs, SchedulePrint};
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out, fit};
use crate::living::dates::{self, Planned};
use crate::living::lines::{self, Scheduler};
use crate::pipeline::{self, Workspace};
use serde_json::json;

/// Dates of a step that are shown.
const SHOWN: usize = 3;
/// Updates that are shown, the latest first.
const RUNS: usize = 10;

pub(super) fn run(args: &ScheduleArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    if let Some(scheduler) = args.print {
        return print(scheduler, &root, out);
    }
    let workspace = Workspace::open_reading_or_empty(&root)?.in_force()?;
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let living = &workspace.workflow.living;
    let now = super::status::now(&workspace, reader)?;
    let all = dates::planned(reader, &workspace.workflow, &now, SHOWN)?;
    if all.is_empty() {
        out.line("`[living]` in workflow.toml has no schedule.")?;
        out.line("Next: write `search = \"monthly\"` below `[living]`")?;
    } else {
        out.line(&out.ink(Ink::Dim, &format!("Days and times of {}", living.timezone)))?;
    }
    for planned in &all {
        out.line(&line(planned, &workspace.workflow, out))?;
    }
    if living.status != crate::workflow::LivingStatus::Active {
        let versions = reader.versions()?;
        out.line(&crate::living::history::status(
            reader,
            &workspace.workflow,
            &versions,
        )?)?;
    }
    let mut runs = reader.attempts_since("")?;
    runs.reverse();
    runs.truncate(RUNS);
    for run in &runs {
        let how = run.outcome.as_deref().unwrap_or("not ended");
        let text = run.text.as_deref().unwrap_or_default();
        let began = run.began.get(..16).unwrap_or(&run.began);
        out.line(&format!("{began}Z {}: {how}. {text}", run.command))?;
    }
    out.json(&json!({
        "status": living.status.as_str(),
        "timezone": living.timezone,
        "now": now,
        "steps": all,
        "kept": reader.dates_kept()?,
        "runs": runs,
    }))?;
    Ok(0)
}

/// The lines for a scheduler of the machine.
fn print(scheduler: SchedulePrint, root: &std::path::Path, out: &mut Out) -> Result<u8, Ending> {
    let (workflow, ..) = pipeline::workspace::load(root, false)?;
    let program = std::env::current_exe().map_err(|error| {
        CliError::new(
            Kind::Io,
            format!("cannot tell where this program is: {error}"),
        )
    })?;
    let (name, scheduler) = match scheduler {
        SchedulePrint::Systemd => ("systemd", Scheduler::Systemd),
        SchedulePrint::Cron => ("cron", Scheduler::Cron),
        SchedulePrint::Launchd => ("launchd", Scheduler::Launchd),
        SchedulePrint::Github => ("github", Scheduler::Github),
    };
    let text = lines::lines(scheduler, &workflow, &program, root);
    if !out.is_json() {
        out.raw(&text)?;
    }
    out.json(&json!({"scheduler": name, "text": text}))?;
    Ok(0)
}

/// `search      monthly on the 15th     last 2026-07-15, next 2026-08-15 at 06:00, then 2026-09-15`
fn line(planned: &Planned, workflow: &crate::workflow::Workflow, out: &Out) -> String {
    let step = &planned.step;
    let last = match &step.last {
        Some(day) => format!("last {day}"),
        None => "never done".to_owned(),
    };
    let at = workflow_time(planned, workflow);
    let next = match planned.next.as_slice() {
        [] if step.cadence.starts_with("each") => "with each update".to_owned(),
        [] => "no date".to_owned(),
        [first, then @ ..] => {
            let word = if planned.overdue {
                out.ink(Ink::Open, "overdue since")
            } else {
                "next".to_owned()
            };
            let mut text = format!("{word} {first}{at}");
            if !then.is_empty() {
                text.push_str(&format!(", then {}", then.join(", ")));
            }
            text
        }
    };
    format!(
        "{} {} {last}, {next}",
        out.ink(Ink::Bold, &fit(&step.name(), 20)),
        fit(&step.cadence, 28)
    )
}

/// ` at 06:00`, where a time is given.
fn workflow_time(planned: &Planned, workflow: &crate::workflow::Workflow) -> String {
    let zone = workflow.living.zone();
    let at = planned
        .at
        .as_deref()
        .and_then(|at| at.parse::<jiff::Timestamp>().ok());
    let Some(time) = at.map(|at| at.to_zoned_datetime(zone).time()) else {
        return String::new();
    };
    if time == jiff::civil::Time::midnight() {
        return String::new();
    }
    format!(" at {:02}:{:02}", time.hour(), time.minute())
}
