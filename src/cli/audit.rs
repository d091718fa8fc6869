//! `audit`: chain, archive, projections rebuilt = stored, identities.

use super::args::{AuditArgs, Global};
use super::error::{Ending, Kind};
use super::out::{Ink, Out};
use crate::extract::analyses::flow_with_pooled;
use crate::ledger::Body;
use crate::pipeline::Workspace;
use crate::report::flow;
use crate::store::StoreError;
use serde_json::json;

pub(super) fn run(_args: &AuditArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let workspace = Workspace::adopted(&root)?;
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let mut faults: Vec<String> = Vec::new();
    let mut say = |out: &mut Out, what: &str, found: Vec<String>| -> Result<(), Ending> {
        let (mark, ink) = if found.is_empty() {
            ("✓", Ink::Good)
        } else {
            ("×", Ink::Bad)
        };
        out.line(&format!("{} {what}", out.ink(ink, mark)))?;
        for fault in &found {
            out.line(&format!("    {fault}"))?;
        }
        faults.extend(found);
        Ok(())
    };

    let chain = reader.verify_chain(workspace.store.review());
    let (seq, head, found) = match chain {
        Ok((seq, head)) => (Some(seq), Some(head), Vec::new()),
        Err(error) => (None, None, vec![error.to_string()]),
    };
    let whole = found.is_empty();
    let events = seq.map_or_else(
        || "the chain of events".into(),
        |seq| format!("the chain of {seq} events"),
    );
    say(out, &events, found)?;

    let archived = reader.archived()?;
    let mut found = Vec::new();
    for (raw, stored, path) in &archived {
        if let Err(error) = workspace.archive.get(*raw) {
            found.push(format!(
                "{path}: {}",
                super::error::CliError::from(error).message
            ));
        } else if let Ok(bytes) = std::fs::read(workspace.archive.path(*raw))
            && crate::model::Digest::of(&bytes) != *stored
        {
            found.push(format!(
                "{path}: the stored file was packed anew, its content is unchanged"
            ));
        }
    }
    say(out, &format!("{} archived files", archived.len()), found)?;

    let found = reader
        .changed_contents()?
        .into_iter()
        .map(|hash| format!("the record content {hash} does not give its hash"))
        .collect();
    say(out, "the contents of records", found)?;

    if whole {
        let found = match workspace.store.differences(reader) {
            Ok(differences) => differences
                .into_iter()
                .map(|d| {
                    let none = || "nothing".to_owned();
                    format!(
                        "table {}: the log gives {}, stored is {}",
                        d.table,
                        d.expected.unwrap_or_else(none),
                        d.found.unwrap_or_else(none)
                    )
                })
                .collect(),
            Err(error) => vec![error.to_string()],
        };
        say(out, "the projections, rebuilt from event 1", found)?;
    }

    let mut columns = flow::layout(reader, flow::Layout::Separate, None)?;
    columns = flow_with_pooled(reader, &workspace.workflow, columns)?;
    if columns.len() > 1 {
        columns.extend(flow::layout(reader, flow::Layout::Combined, None)?);
    }
    let all: Vec<_> = columns
        .iter()
        .flat_map(crate::prisma::Counts::checks)
        .collect();
    let found: Vec<String> = all.iter().filter_map(crate::prisma::Check::fault).collect();
    let held = all.len() - found.len();
    let of = match columns.len() {
        1 => "of the flow".to_owned(),
        n => format!("of the flow in {n} columns"),
    };
    say(
        out,
        &format!("{held} of {} identities {of} hold", all.len()),
        found,
    )?;

    let mut erased: Vec<String> = Vec::new();
    for event in reader.events_of("person_erased")? {
        if let Body::PersonErased { person } = event.body().map_err(StoreError::from)? {
            erased.push(person.to_string());
        }
    }
    if !erased.is_empty() {
        let names = crate::model::many(erased.len() as u64, "name", "names");
        out.line(&format!("  {names} erased: {}", erased.join(", ")))?;
    }
    if let Some(head) = head {
        out.line(&format!("\nHead {head}"))?;
    }
    let sound = faults.is_empty();
    out.json(
        &json!({"sound": sound, "events": seq, "head": head, "faults": faults, "erased": erased}),
    )?;
    Ok(if sound {
        0
    } else {
        Kind::Integrity.exit_code()
    })
}
