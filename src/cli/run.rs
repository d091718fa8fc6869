//! `run` and `update`: the pipeline, a line per stage as it ends.

use super::args::{Global, RunArgs};
use super::clock::SystemClock;
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out, fit};
use super::progress::Bar;
use crate::living::{changes, history};
use crate::model::{ArchiveClock, Clock};
use crate::pipeline::watch::Trace;
use crate::pipeline::{self, RunReport, StageReport, StageState, Start, Workspace};
use crate::store::PipelineLock;

pub(super) fn run(args: &RunArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let start = if args.replay {
        Start::FirstWave
    } else {
        Start::Workspace
    };
    go(start, "run", global, out)
}

pub(super) fn update(args: &RunArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let start = if args.replay {
        Start::NextWave
    } else {
        Start::Workspace
    };
    go(start, "update", global, out)
}

fn go(start: Start, command: &str, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let replay = start != Start::Workspace;
    // What people wrote is checked before anything is made.
    let (workflow, ..) = pipeline::workspace::load(&root, replay)?;
    if !replay && !root.join("db/review.sqlite").exists() {
        super::search::can_ask(&workflow)?;
    }
    let _lock = PipelineLock::take(&Workspace::lock_path(&root), command)?;
    let mut workspace = Workspace::open(&root, replay)?;
    super::import::take_up(&workspace, out)?;
    if !replay {
        super::search::prepare(&mut workspace, command == "update", out)?;
    }
    let clock: Box<dyn Clock> = if replay {
        Box::new(ArchiveClock::new(""))
    } else {
        Box::new(SystemClock)
    };
    let reports = root.join("reports");
    let mut failed = None;
    let bar = Bar::default();
    let trace = Trace::begin(&workspace, command, clock.as_ref())?;
    let ran = pipeline::run(
        &mut workspace,
        start,
        clock.as_ref(),
        &reports,
        &bar,
        &mut |stage| {
            if failed.is_none() {
                failed = out.line(&line(out, stage)).err();
            }
        },
    );
    if let Some(trace) = trace {
        trace.end(&workspace, &ran, clock.as_ref())?;
    }
    let mut done = ran?;
    if let Some(ending) = failed {
        return Err(ending);
    }
    if let Some(name) = &global.actor {
        // Who may vote is told of nobody's work but their own.
        let snapshot = workspace.store.snapshot()?;
        let person = crate::screen::people::acting(snapshot.read(), name)?;
        done.waiting.retain(|work| work.person == person.display());
    }
    let news = if command == "update" {
        news(&workspace)?
    } else {
        Vec::new()
    };
    tell(&done, &news, replay, &workspace, out)?;
    let mut value = serde_json::to_value(&done)
        .map_err(|error| CliError::new(Kind::Internal, error.to_string()))?;
    if let (Some(object), false) = (value.as_object_mut(), news.is_empty()) {
        object.insert("news".to_owned(), news.into());
    }
    out.json(&value)?;
    Ok(0)
}

/// What an update says: the dated status line, and what changed since the last version.
fn news(workspace: &Workspace) -> Result<Vec<String>, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let versions = reader.versions()?;
    let mut out = vec![history::status(reader, &workspace.workflow, &versions)?];
    if let Some(last) = versions.last() {
        let changes = changes::between(workspace, reader, last, None)?;
        out.push(format!("Since version {}: {}", last.name, changes.headline));
    }
    Ok(out)
}

/// `✓ dedup     221 duplicates removed, 3 pairs for people            713  0.02s`
fn line(out: &Out, stage: &StageReport) -> String {
    let mark = match stage.state {
        StageState::Done => out.ink(Ink::Good, "✓"),
        StageState::Waiting => out.ink(Ink::Open, "◦"),
    };
    // A terminal line is cut to its width; a pipe gets every word.
    let cut = out.is_terminal() || stage.text.chars().count() <= 60;
    let text = if cut {
        fit(&stage.text, 60)
    } else {
        stage.text.clone()
    };
    let text = text.replace("provisional", &out.ink(Ink::Open, "provisional"));
    let count = stage.count.map(|n| n.to_string()).unwrap_or_default();
    let seconds = out.ink(Ink::Dim, &format!("{:>5.2}s", stage.seconds));
    format!(
        "{mark} {} {text} {count:>6} {seconds}",
        out.ink(Ink::Bold, &fit(stage.stage, 9))
    )
}

fn tell(
    done: &RunReport,
    news: &[String],
    replay: bool,
    workspace: &Workspace,
    out: &mut Out,
) -> Result<(), Ending> {
    out.line("")?;
    if !done.changed {
        out.line("Nothing to do: everything was up to date; nothing was changed.")?;
    }
    for line in news {
        out.line(line)?;
    }
    for work in done.waiting.iter().filter(|work| work.total() > 0) {
        out.line(&format!(
            "{} has {}",
            work.person,
            super::status::tasks(work)
        ))?;
    }
    let next = super::status::next(
        workspace,
        workspace.store.snapshot()?.read(),
        done.more && replay,
    )?;
    out.line(&format!("Next: {}", out.ink(Ink::Bold, &next)))
}
