//! `schedule`: when the steps of the living mode are due.

use super::args::{Global, ScheduleArgs};
use super::error::Ending;
use super::out::{Ink, Out, fit};
use crate::living::dates::{self, Planned};
use crate::pipeline::Workspace;
use serde_json::json;

/// Dates of a step that are shown.
const SHOWN: usize = 3;

pub(super) fn run(args: &ScheduleArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let ScheduleArgs {} = args;
    let root = super::root(global)?;
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
    out.json(&json!({
        "status": living.status.as_str(),
        "timezone": living.timezone,
        "now": now,
        "steps": all,
    }))?;
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
