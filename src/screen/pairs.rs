//! People's verdicts on pairs of records: merge, split, relate.

mod change;

use super::decide::find;
use super::people::require;
use super::{Acting, ScreenError};
use crate::ledger::Body;
use crate::model::{Phase, Place, RecordId, Role};
use crate::store::read::Person;
use crate::store::{Reader, StoreError, Writer};

pub use change::{Change, Counted, StudyChange};

const JUDGES: [Role; 2] = [Role::Lead, Role::Reviewer];

/// The record that `text` names: an id, else the primary record of the report it names.
fn record(reader: Reader<'_>, text: &str) -> Result<RecordId, ScreenError> {
    if let Ok(id) = text.trim().parse::<RecordId>() {
        let found = reader.record(id)?;
        return found
            .map(|row| row.id)
            .ok_or_else(|| ScreenError::UnknownReport(text.to_owned()));
    }
    Ok(find(reader, text)?.stands)
}

/// Says that two records are one report; gives the report. Where both reports are included, or belong
/// to different studies, it answers [`ScreenError::MergeAsks`] with what would change unless that
/// is `confirmed`.
pub fn merge(
    writer: &mut Writer<'_>,
    acting: &Acting,
    (a, b): (&str, &str),
    confirmed: bool,
) -> Result<RecordId, ScreenError> {
    let person = acting.present(writer.read())?;
    require(&person, "merge records", &JUDGES)?;
    let (a, b) = (record(writer.read(), a)?, record(writer.read(), b)?);
    if a == b {
        return Err(ScreenError::SameRecord(a));
    }
    let (a, b) = (a.min(b), a.max(b));
    if let Some(phase) = decided_differently(writer.read(), a, b)? {
        return Err(ScreenError::DecidedDifferently { a, b, phase });
    }
    let (one, other) = (report_of(writer.read(), a)?, report_of(writer.read(), b)?);
    if one != other {
        for id in [one, other] {
            let included = writer.read().report(id)?.map(|row| row.place) == Some(Place::Included);
            if included && has_lead(writer.read())? {
                require(&person, "merge included reports", &[Role::Lead])?;
            }
        }
        let before = Change::begin(writer.read(), one, other)?;
        let body = Body::RecordsMerged { a, b };
        writer.append(&acting.draft(body))?;
        if let Some(change) = before.filter(|_| !confirmed) {
            // Said from what it did, which is not kept: an error takes everything back.
            let change = change.end(writer.read(), report_of(writer.read(), a)?)?;
            return Err(ScreenError::MergeAsks(Box::new(change)));
        }
    }
    report_of(writer.read(), a)
}

fn has_lead(reader: Reader<'_>) -> Result<bool, ScreenError> {
    let people = reader.people()?;
    Ok(people.iter().any(|one| one.enabled && one.is(Role::Lead)))
}

/// Whether uncertain pairs wait for a person: a lead, and a reviewer where nobody leads.
pub fn may_judge(reader: Reader<'_>, person: &Person) -> Result<bool, ScreenError> {
    Ok(person.enabled
        && (person.is(Role::Lead) || (person.is(Role::Reviewer) && !has_lead(reader)?)))
}

/// Says that a record is not part of its report; gives the report it is now.
pub fn split(
    writer: &mut Writer<'_>,
    acting: &Acting,
    text: &str,
) -> Result<RecordId, ScreenError> {
    let person = acting.present(writer.read())?;
    require(&person, "split reports", &JUDGES)?;
    let id = record(writer.read(), text)?;
    let report = report_of(writer.read(), id)?;
    let rest: Vec<RecordId> = writer
        .read()
        .records_of(report)?
        .into_iter()
        .map(|row| row.id)
        .filter(|other| *other != id)
        .collect();
    if !rest.is_empty() {
        let body = Body::RecordSplit { record: id, rest };
        writer.append(&acting.draft(body))?;
    }
    report_of(writer.read(), id)
}

/// Says how two records relate, which also says that they are not one report.
pub fn relate(
    writer: &mut Writer<'_>,
    acting: &Acting,
    (a, b): (&str, &str),
    relation: &str,
) -> Result<(), ScreenError> {
    let person = acting.present(writer.read())?;
    require(&person, "relate records", &JUDGES)?;
    let (a, b) = (record(writer.read(), a)?, record(writer.read(), b)?);
    if a == b {
        return Err(ScreenError::SameRecord(a));
    }
    let body = Body::RecordsRelated {
        a,
        b,
        relation: relation.to_owned(),
    };
    writer.append(&acting.draft(body))?;
    Ok(())
}

fn report_of(reader: Reader<'_>, id: RecordId) -> Result<RecordId, ScreenError> {
    reader
        .record(id)?
        .map(|row| row.report)
        .ok_or_else(|| ScreenError::UnknownReport(id.to_string()))
}

/// The first phase in which people decided differently on the reports of two records.
pub fn decided_differently(
    reader: Reader<'_>,
    a: RecordId,
    b: RecordId,
) -> Result<Option<Phase>, StoreError> {
    let report = |id: RecordId| -> Result<Option<RecordId>, StoreError> {
        Ok(reader.record(id)?.map(|row| row.report))
    };
    let (Some(a), Some(b)) = (report(a)?, report(b)?) else {
        return Ok(None);
    };
    if a == b || !reader.has_votes(a)? || !reader.has_votes(b)? {
        return Ok(None);
    }
    let (Some(a), Some(b)) = (reader.report(a)?, reader.report(b)?) else {
        return Ok(None);
    };
    for phase in Phase::ALL {
        let (x, y) = (outcome(a.place, *phase), outcome(b.place, *phase));
        if let (Some(x), Some(y)) = (x, y)
            && x != y
        {
            return Ok(Some(*phase));
        }
    }
    Ok(None)
}

/// Whether a report at `place` went on in `phase`; nothing while the phase is not settled.
fn outcome(place: Place, phase: Phase) -> Option<bool> {
    let now = place.phase()?;
    if now > phase {
        return Some(true);
    }
    if now < phase || place.is_open() {
        return None;
    }
    Some(place == Place::Included)
}
