//! `publish NAME`: freeze the review as it stands.

use super::args::{Global, PublishArgs};
use super::clock::SystemClock;
use super::error::Ending;
use super::out::{Ink, Out};
use crate::ledger::Actor;
use crate::living::publish;
use crate::model::{ArchiveClock, Clock, Role};
use crate::pipeline::{Workspace, many};
use crate::screen::people;
use crate::store::PipelineLock;
use serde_json::json;

pub(super) fn run(args: &PublishArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let _lock = PipelineLock::take(&Workspace::lock_path(&root), "publish")?;
    let workspace = Workspace::open(&root, false)?;
    super::import::take_up(&workspace, out)?;
    let acting = match &global.actor {
        None => None,
        Some(_) => Some(super::screen::acting(&workspace, global)?),
    };
    {
        let snapshot = workspace.store.snapshot()?;
        let mut actor = Actor::Program;
        if let Some(acting) = &acting {
            people::require(&acting.present(snapshot.read())?, "publish", &[Role::Lead])?;
            actor = Actor::Person(acting.person);
        }
        people::lead_only(snapshot.read(), actor, "publish")?;
    }
    let clock = clock(&workspace)?;
    if workspace.is_ahead()? {
        out.note(
            "workflow.toml or a query file has changed: this version adopts it as its protocol",
        );
    }
    let done = publish::publish(
        &workspace,
        &args.name,
        args.provisional,
        args.despite_lint.as_deref(),
        acting.as_ref(),
        clock.as_ref(),
    )?;
    let version = &done.version;
    let stamp = if done.provisional {
        format!(", {}", out.ink(Ink::Open, "provisional"))
    } else {
        String::new()
    };
    out.line(&format!(
        "{} version {} published{stamp}: {} in {}, up to event {}",
        out.ink(Ink::Good, "✓"),
        out.ink(Ink::Bold, &version.name),
        many(version.studies, "study", "studies"),
        many(version.reports, "report", "reports"),
        version.upto
    ))?;
    let shown = workspace.shown(&done.folder);
    out.line(&format!(
        "  {} frozen in the archive and written to {shown}/",
        many(done.files.len() as u64, "file", "files")
    ))?;
    let next = {
        let snapshot = workspace.store.snapshot()?;
        let reader = snapshot.read();
        let more = super::status::more_waves(&workspace, reader)?;
        super::status::next(&workspace, reader, more)?
    };
    out.line(&format!("Next: {}", out.ink(Ink::Bold, &next)))?;
    out.json(&json!({
        "version": version.name, "at": version.at, "seq": version.seq, "upto": version.upto,
        "studies": version.studies, "reports": version.reports, "provisional": done.provisional,
        "folder": shown, "files": done.files,
    }))?;
    Ok(0)
}

/// The clock of the archive where the review is replayed from one, else the system's.
fn clock(workspace: &Workspace) -> Result<Box<dyn Clock>, Ending> {
    if workspace.workflow.replay_from.is_some()
        && let Some(last) = workspace.store.snapshot()?.read().last_at()?
    {
        return Ok(Box::new(ArchiveClock::new(&last)));
    }
    Ok(Box::new(SystemClock))
}
