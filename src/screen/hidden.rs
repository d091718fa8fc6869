//! Which events nothing may be told of yet: votes on reports that are not settled, and what goes
//! with them.
//!
//! A vote that is taken back, and a report that a vote brought back, tell of the vote as it does
//! itself; so each is hidden as long as the vote is. Everything that shows events asks here.

use crate::ledger::{Body, Event};
use crate::model::{Phase, RecordId};
use crate::store::{Reader, StoreError};

/// Whether nothing of an event may be told but its place in the chain.
pub fn is_hidden(reader: Reader<'_>, event: &Event) -> Result<bool, StoreError> {
    match event.kind.as_str() {
        "decision_made" | "event_undone" | "removal_reversed" | "conflict_returned" => {
            is_about_open(reader, &event.body()?)
        }
        _ => Ok(false),
    }
}

fn is_about_open(reader: Reader<'_>, body: &Body) -> Result<bool, StoreError> {
    match body {
        Body::DecisionMade { report, phase, .. } | Body::ConflictReturned { report, phase, .. } => {
            is_open(reader, *report, *phase)
        }
        Body::RemovalReversed { report, .. } => is_open(reader, *report, Phase::TitleAbstract),
        Body::EventUndone { event, .. } => match reader.event(*event)? {
            Some(target) => is_hidden(reader, &target),
            None => Ok(true),
        },
        _ => Ok(false),
    }
}

/// Whether a report is not settled in a phase; one that has left the review never will be.
fn is_open(reader: Reader<'_>, record: RecordId, phase: Phase) -> Result<bool, StoreError> {
    let Some(record) = reader.record(record)? else {
        return Ok(true);
    };
    let report = reader.report(record.report)?;
    Ok(report.is_none_or(|row| !row.place.is_settled(phase)))
}
