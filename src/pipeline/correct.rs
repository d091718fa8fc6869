//! Corrections of records by people.
//!
//! A correction lies over what the source says: the bytes and the source's value stay, everything
//! that reads the record reads the corrected value. The record is then compared anew with what it
//! may be a copy of, and a report that nobody decided on is looked at by the filter rules again.
//! Taking a correction back does the same in reverse.

use super::{dedup, filter};
use crate::ledger::{Body, Stamp};
use crate::model::correction::{CorrectionError, Field};
use crate::model::{ArchiveClock, EventSeq, Record, RecordId};
use crate::screen::{Acting, ScreenError, undo};
use crate::store::read::RecordRow;
use crate::store::{Reader, Store, StoreError, Writer};
use crate::workflow::Workflow;

/// Why a record was not corrected.
#[derive(Debug, thiserror::Error)]
pub enum CorrectError {
    /// No record is called so.
    #[error("there is no record `{0}`")]
    Unknown(String),
    /// The text names several records.
    #[error("`{text}` names {records}: say which record is meant")]
    Several {
        /// What was written.
        text: String,
        /// The records, by their ids.
        records: String,
    },
    /// The field or its value is none.
    #[error(transparent)]
    Value(#[from] CorrectionError),
    /// The record has this value already.
    #[error("{record} has {} already", if *.none { format!("no {}", .field.name()) } else { format!("this {}", .field.name()) })]
    Same {
        /// The record.
        record: RecordId,
        /// The field.
        field: Field,
        /// Whether the value is that there is none.
        none: bool,
    },
    /// Nobody said why.
    #[error("a correction needs its reason: what shows that the source is wrong")]
    NoReason,
    /// The person may not act, or the event cannot be taken back.
    #[error(transparent)]
    Person(#[from] ScreenError),
    /// The records cannot be compared or filtered again.
    #[error(transparent)]
    Run(#[from] super::RunError),
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a person says of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The record: its id, or a PMID, DOI or `source:id` that names one record alone.
    pub record: String,
    /// The word of the field.
    pub field: String,
    /// What it is; empty where there is none.
    pub value: String,
    /// Why.
    pub why: String,
}

/// A record that was corrected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    /// The record.
    pub record: RecordId,
    /// The report that it belongs to now.
    pub report: RecordId,
    /// The report that it belonged to before.
    pub before: RecordId,
    /// The field.
    pub field: Field,
    /// What the record had.
    pub old: String,
    /// What it has now.
    pub new: String,
    /// What the source says.
    pub source: String,
    /// What the person calls the event.
    pub act: String,
}

/// The record that a text names.
pub fn find(reader: Reader<'_>, text: &str) -> Result<RecordRow, CorrectError> {
    let unknown = || CorrectError::Unknown(text.to_owned());
    if let Ok(id) = text.parse::<RecordId>() {
        return reader.record(id)?.ok_or_else(unknown);
    }
    let reports = reader.find_reports(text)?;
    let mut records = Vec::new();
    for report in reports {
        records.extend(reader.records_of(report)?);
    }
    let named = |row: &RecordRow| {
        row.pmid.as_deref() == Some(text)
            || row.key == text
            || text
                .split_once(':')
                .is_some_and(|(source, key)| row.source == source && row.key == key)
            || row
                .doi
                .as_deref()
                .is_some_and(|doi| doi.eq_ignore_ascii_case(text))
    };
    let exact: Vec<RecordRow> = records.iter().filter(|row| named(row)).cloned().collect();
    let found = if exact.is_empty() { records } else { exact };
    match found.as_slice() {
        [] => Err(unknown()),
        [one] => Ok(one.clone()),
        several => Err(CorrectError::Several {
            text: text.to_owned(),
            records: several
                .iter()
                .map(|row| row.id.to_string())
                .collect::<Vec<_>>()
                .join(", "),
        }),
    }
}

/// What the source said last of a record.
pub fn source_content(reader: Reader<'_>, id: RecordId) -> Result<Record, StoreError> {
    match reader.revisions(id)?.pop() {
        Some(last) => Ok(reader.content(last.hash)?.unwrap_or_default()),
        None => Ok(Record::default()),
    }
}

/// Corrects a field of a record, compares the record anew and lets the rules look again.
pub fn correct(
    store: &mut Store,
    workflow: &Workflow,
    acting: &Acting,
    said: &Correction,
) -> Result<Corrected, CorrectError> {
    let done = store.write(|writer| {
        let reader = writer.read();
        let person = acting.present(reader)?;
        let row = find(reader, &said.record)?;
        let field = Field::parse(&said.field)?;
        let why = said.why.trim();
        if why.is_empty() {
            return Err(CorrectError::NoReason);
        }
        let mut record = reader.content(row.hash)?.unwrap_or_default();
        let old = field.of(&record);
        let new = field.set(&mut record, &said.value)?;
        if old == new {
            return Err(CorrectError::Same {
                record: row.id,
                field,
                none: new.is_empty(),
            });
        }
        let source = field.of(&source_content(reader, row.id)?);
        writer.append(&acting.draft(Body::RecordCorrected {
            record: row.id,
            field,
            value: new.clone(),
            why: why.to_owned(),
        }))?;
        compare(writer, row.id, acting)?;
        let reader = writer.read();
        let report = reader.record(row.id)?.map_or(row.report, |now| now.report);
        Ok(Corrected {
            record: row.id,
            report,
            before: row.report,
            field,
            old,
            new,
            source,
            act: format!("me.{}", reader.events_by(person.id)?.len()),
        })
    })?;
    filter::again(store, workflow, &ArchiveClock::new(&acting.at))?;
    Ok(done)
}

/// Takes an act back as [`undo::undo`] does; where it was a correction, the record is compared anew
/// and the rules look again.
pub fn take_back(
    store: &mut Store,
    workflow: &Workflow,
    acting: &Acting,
    event: Option<EventSeq>,
) -> Result<undo::Plan, CorrectError> {
    let (plan, corrected) = store.write(|writer| {
        let plan = undo::undo(writer, acting, event)?;
        let corrected = corrected(writer.read(), plan.event)?;
        if let Some(record) = corrected {
            compare(writer, record, acting)?;
        }
        Ok::<_, CorrectError>((plan, corrected))
    })?;
    if corrected.is_some() {
        filter::again(store, workflow, &ArchiveClock::new(&acting.at))?;
    }
    Ok(plan)
}

/// The record that an event corrected, or of whose correction it is an undo.
fn corrected(reader: Reader<'_>, event: EventSeq) -> Result<Option<RecordId>, CorrectError> {
    let Some(found) = reader.event(event)? else {
        return Ok(None);
    };
    match found.body().map_err(StoreError::from)? {
        Body::RecordCorrected { record, .. } => Ok(Some(record)),
        Body::EventUndone { event, .. } => corrected(reader, event),
        _ => Ok(None),
    }
}

/// Compares a record anew, where it was compared before.
fn compare(writer: &mut Writer<'_>, record: RecordId, acting: &Acting) -> Result<(), CorrectError> {
    if writer
        .read()
        .record(record)?
        .is_some_and(|row| row.compared)
    {
        dedup::anew(writer, record, &Stamp::program(&acting.at))?;
    }
    Ok(())
}
