//! The undo of an import: what only it gave counts nowhere any more.
//!
//! Nothing is deleted from the log or the archive. The records leave the tables, what others gave
//! too stays as they gave it, and the duplicates among what is left are what they would be had the
//! file never come. What people did with a record since it came is not overridden: then the import
//! stays, and the error names what to take back first. Done before the import, a decision was
//! made without it and stands. Importing the file again brings the records back under new numbers.
//!
//! A vote of somebody else that is not settled is nobody's to know of, so it cannot hold an import: it
//! leaves with its record, and stays in the log. The answer is the same whether there is one.

use super::dedup;
use crate::ledger::event::PairRef;
use crate::ledger::{Actor, Body, Stamp};
use crate::model::{EventSeq, RecordId, Role};
use crate::screen::{Acting, ScreenError, acts};
use crate::store::read::{Act, ActKind, Import};
use crate::store::{Reader, Store, StoreError};
use std::collections::BTreeSet;

/// Why an import was not taken back.
#[derive(Debug, thiserror::Error)]
pub enum UndoError {
    /// There is no import in force.
    #[error("no import stands that could be taken back")]
    Nothing,
    /// The event is not an import, or not one that this person may take back.
    #[error("event {event} cannot be taken back: {reason}")]
    Refused {
        /// The event that was named.
        event: EventSeq,
        /// The reason, as the end of a sentence.
        reason: String,
    },
    /// People acted on its reports since.
    #[error("import {event} stays: {}", said(.acts))]
    Acted {
        /// The event that completed the import, as the person may know it.
        event: String,
        /// What they did, in order, each with what the person calls it.
        acts: Vec<(Act, String)>,
    },
    /// A published version includes its records.
    #[error("import {event} stays: version {} includes reports of it", .versions.join(", "))]
    Published {
        /// The event that completed the import, as the person may know it.
        event: String,
        /// Their names, in order.
        versions: Vec<String>,
    },
    /// The person may not act.
    #[error(transparent)]
    Person(#[from] ScreenError),
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn said(acts: &[(Act, String)]) -> String {
    let reports: BTreeSet<RecordId> = acts.iter().map(|(act, _)| act.report).collect();
    let mut names: Vec<String> = reports.iter().take(10).map(ToString::to_string).collect();
    if reports.len() > names.len() {
        let more = (reports.len() - names.len()) as u64;
        names.push(format!("{more} more"));
    }
    format!("people acted on reports of it since: {}", names.join(", "))
}

impl Act {
    /// What it was, in words.
    pub fn words(&self) -> &'static str {
        match self.kind {
            ActKind::Decision => "decision",
            ActKind::Cluster => "merge, split or relation",
            ActKind::Restored => "removal reversed",
            ActKind::Corrected => "correction of a record",
            ActKind::Link => "link to a study",
            ActKind::Cell => "extracted value",
        }
    }
}

/// An import that was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoneImport {
    /// What it was.
    pub import: Import,
    /// What the person calls it.
    pub name: String,
    /// The event that took it back.
    pub by: EventSeq,
    /// What the person calls that one.
    pub act: String,
    /// How many records count no more.
    pub gone: u64,
    /// How many records stay as others gave them.
    pub kept: u64,
    /// How many of the reports that leave were open for screening: votes on them, if there are any, count
    /// no more.
    pub open: u64,
}

/// Takes an import back: the one that `event` belongs to, else the last.
pub fn import(
    store: &Store,
    acting: &Acting,
    event: Option<EventSeq>,
) -> Result<UndoneImport, UndoError> {
    store.write(|writer| {
        let reader = writer.read();
        let person = acting.present(reader)?;
        let import = find(reader, event)?;
        let own = import.actor == Actor::Person(person.id).to_string();
        if !own && !person.is(Role::Lead) {
            return Err(UndoError::Refused {
                event: import.event,
                reason: "it is not this person's own import; only the lead can".to_owned(),
            });
        }
        let named = |event: EventSeq| -> Result<String, UndoError> {
            match reader.event(event)? {
                Some(found) => Ok(acts::name(reader, &found, &person)?),
                None => Ok(event.to_string()),
            }
        };
        let name = named(import.event)?;
        let share = reader.share_of(&import)?;
        let mut acts = reader.acts_since(&share)?;
        acts.retain(|act| act.vote_of.is_none_or(|whose| whose == person.id));
        let acts = acts
            .into_iter()
            .map(|act| Ok((act, named(act.event)?)))
            .collect::<Result<Vec<_>, UndoError>>()?;
        free(reader, &name, &share.gone, acts)?;
        let mut open = 0;
        for record in &share.gone {
            let row = reader.report(*record)?;
            open += u64::from(row.is_some_and(|row| row.place.is_open()));
        }
        let leaving: BTreeSet<RecordId> = share.since.keys().copied().collect();
        let first = share.since.values().min().copied().unwrap_or(import.event);
        let alone = reader.is_last_since(&import, first)?;
        let mut around = dedup::around(reader, &leaving, first)?;
        for record in &share.gone {
            around.remove(record);
        }
        let asked: Vec<PairRef> = reader
            .asked_since(first)?
            .into_iter()
            .filter(|(a, b)| alone || around.contains(a) && around.contains(b))
            .map(|(a, b)| PairRef { a, b })
            .collect();
        let (gone, kept) = (share.gone.len() as u64, share.kept.len() as u64);
        let by = writer.append(&acting.draft(Body::ImportUndone {
            event: import.event,
            run: import.run,
            source: import.source.clone(),
            gone: share.gone,
            kept: share.kept,
            asked,
        }))?;
        writer.forget_keys()?;
        if alone {
            dedup::as_before(writer, first, &Stamp::program(&acting.at))?;
        } else {
            dedup::again(writer, &around, &Stamp::program(&acting.at))?;
        }
        Ok(UndoneImport {
            import,
            name,
            by,
            act: format!("me.{}", writer.read().events_by(person.id)?.len()),
            gone,
            kept,
            open,
        })
    })
}

/// The import that is meant.
fn find(reader: Reader<'_>, event: Option<EventSeq>) -> Result<Import, UndoError> {
    let Some(event) = event else {
        return reader.last_import()?.ok_or(UndoError::Nothing);
    };
    let refused = |reason: &str| UndoError::Refused {
        event,
        reason: reason.to_owned(),
    };
    let import = match (reader.import(event)?, reader.event(event)?) {
        (Some(import), _) => import,
        (None, Some(_)) => return Err(refused("it is no import of files")),
        (None, None) => return Err(refused("there is no such event")),
    };
    if import.interface != "file" {
        return Err(refused(
            "it is a search that the program made, which is not imported",
        ));
    }
    if let Some(by) = import.withdrawn {
        let reason = format!("event {by} took it back before");
        return Err(refused(&reason));
    }
    Ok(import)
}

/// Refuses where people would be overridden.
fn free(
    reader: Reader<'_>,
    event: &str,
    gone: &[RecordId],
    acts: Vec<(Act, String)>,
) -> Result<(), UndoError> {
    if !acts.is_empty() {
        return Err(UndoError::Acted {
            event: event.to_owned(),
            acts,
        });
    }
    let versions = reader.versions_with(gone)?;
    if !versions.is_empty() {
        return Err(UndoError::Published {
            event: event.to_owned(),
            versions,
        });
    }
    Ok(())
}
