//! `restore FILE DIR`: a workspace of a backup, audited.

use super::args::RestoreArgs;
use super::error::{Ending, Kind};
use super::out::{Ink, Out};
use crate::pipeline::backup;
use serde_json::json;

pub(super) fn run(args: &RestoreArgs, out: &mut Out) -> Result<u8, Ending> {
    let found = backup::restore(&args.file, &args.folder)?;
    let faults: Vec<&str> = found.faults().collect();
    for fault in &faults {
        out.line(&format!("{} {fault}", out.ink(Ink::Bad, "×")))?;
    }
    let events = found.events.unwrap_or_default();
    let folder = args.folder.display();
    if faults.is_empty() {
        let mark = out.ink(Ink::Good, "✓");
        let events = crate::model::many(events, "event", "events");
        out.line(&format!(
            "{mark} {folder} holds the review, {events}; its audit is sound"
        ))?;
    } else {
        out.line(&format!(
            "{folder} holds what the backup had; its audit found the faults above"
        ))?;
    }
    if let Some(head) = found.head {
        out.line(&format!("Head {head}"))?;
    }
    out.json(&json!({
        "folder": args.folder, "sound": found.is_sound(), "events": found.events,
        "head": found.head, "faults": faults,
    }))?;
    Ok(if found.is_sound() {
        0
    } else {
        Kind::Integrity.exit_code()
    })
}
