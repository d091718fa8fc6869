//! Reports of one trial belong together: by registry number, and by people.
//!
//! A study is made when its first report is included or when a person links one. MECIR C42:
//! collate several reports of one study, so that the study, not the report, is the unit of interest.

use super::decide::find;
use super::exchange::{row_error, rows};
use super::people::require;
use super::{Acting, ScreenError};
use crate::ledger::Stamp;
use crate::ledger::{Body, Via};
use crate::model::{Clock, Place, RecordId, RegistryId, Role, StudyId, time};
use crate::store::{Reader, Writer};

/// Links an included report to the study of each registry number its records state.
///
/// A report whose records state none is left to people, and counts as a study of its own until
/// then; [`ensure_all`] makes that study when the pipeline runs.
pub fn by_registry(writer: &mut Writer<'_>, report: RecordId, at: &str) -> Result<(), ScreenError> {
    if !writer.read().studies_of(report)?.is_empty() {
        return Ok(());
    }
    let stamp = Stamp::program(at);
    for number in writer.read().identifiers("registry", report)? {
        let study = match writer.read().study_by_registry(&number)? {
            Some(study) => study,
            None => {
                let label = label(writer.read(), &number)?;
                create(writer, &stamp, vec![RegistryId::parse(&number)?], label)?
            }
        };
        link_to(writer, &stamp, report, study, &number)?;
    }
    Ok(())
}

/// Gives every included report that belongs to no study one: that of its registry numbers, else
/// one of its own.
pub fn ensure_all(writer: &mut Writer<'_>, at: &str) -> Result<u64, ScreenError> {
    let stamp = Stamp::program(at);
    let mut made = 0;
    for report in writer.read().reports_in(Place::Included)? {
        if !writer.read().studies_of(report.id)?.is_empty() {
            continue;
        }
        by_registry(writer, report.id, at)?;
        if writer.read().studies_of(report.id)?.is_empty() {
            let study = create(writer, &stamp, Vec::new(), report.citation)?;
            link_to(writer, &stamp, report.id, study, "report")?;
        }
        made += 1;
    }
    Ok(made)
}

fn create(
    writer: &mut Writer<'_>,
    stamp: &Stamp,
    registry: Vec<RegistryId>,
    label: String,
) -> Result<StudyId, ScreenError> {
    let study = StudyId(writer.next_study()?);
    writer.append(&stamp.draft(Body::StudyCreated {
        study,
        registry,
        label,
    }))?;
    Ok(study)
}

fn link_to(
    writer: &mut Writer<'_>,
    stamp: &Stamp,
    report: RecordId,
    study: StudyId,
    basis: &str,
) -> Result<(), ScreenError> {
    let body = Body::ReportLinked {
        report,
        study,
        basis: basis.to_owned(),
    };
    writer.append(&stamp.draft(body))?;
    Ok(())
}

/// What people call the trial with this number: the acronym that a register states, else the
/// number.
fn label(reader: Reader<'_>, number: &str) -> Result<String, ScreenError> {
    for report in reader.by_identifier("registry", number)? {
        for row in reader.records_of(report)? {
            if let Some(record) = reader.content(row.hash)?
                && let Some(acronym) = record.acronym
            {
                return Ok(acronym);
            }
        }
    }
    Ok(number.to_owned())
}

/// The study that `text` names: an id `s3`, a registry number or a label.
pub fn find_study(reader: Reader<'_>, text: &str) -> Result<Option<StudyId>, ScreenError> {
    let text = text.trim();
    if let Ok(id) = text.parse::<StudyId>() {
        let there = reader.studies()?.iter().any(|study| study.id == id);
        return Ok(there.then_some(id));
    }
    if let Some(number) = RegistryId::alone(text)
        && let Some(study) = reader.study_by_registry(number.as_str())?
    {
        return Ok(Some(study));
    }
    Ok(reader.study_by_label(text)?)
}

/// What linking a report did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// The report that was moved.
    pub report: RecordId,
    /// The study it is a report of now.
    pub study: StudyId,
    /// The studies that it was a report of before, and is no longer.
    pub left: Vec<StudyId>,
    /// Those of them that have no report any more.
    pub emptied: Vec<StudyId>,
}

/// Moves an included report to a study that is named, and makes the study where there is none of
/// that registry number or label. With `also` the report stays with its other studies: one report
/// of two trials.
pub fn link(
    writer: &mut Writer<'_>,
    acting: &Acting,
    (report, study): (&str, &str),
    also: bool,
) -> Result<Linked, ScreenError> {
    let person = acting.present(writer.read())?;
    require(
        &person,
        "link reports to studies",
        &[Role::Lead, Role::Reviewer, Role::Extractor],
    )?;
    let found = find(writer.read(), report)?;
    if found.place != Place::Included {
        return Err(ScreenError::NotIncluded {
            report: found.id,
            place: found.place,
        });
    }
    let report = found.id;
    let id = match find_study(writer.read(), study)? {
        Some(id) => id,
        None if study.trim().is_empty() => {
            return Err(ScreenError::UnknownStudy(study.to_owned()));
        }
        None if study.parse::<StudyId>().is_ok() => {
            return Err(ScreenError::UnknownStudy(study.to_owned()));
        }
        None => {
            // A label is a label: only what is written as a register writes it is a number.
            let number = RegistryId::alone(study);
            let label = match &number {
                Some(number) => label(writer.read(), number.as_str())?,
                None => study.trim().to_owned(),
            };
            let id = StudyId(writer.next_study()?);
            let registry = number.into_iter().collect();
            let body = Body::StudyCreated {
                study: id,
                registry,
                label,
            };
            writer.append(&acting.draft(body))?;
            id
        }
    };
    if !writer.read().studies_of(report)?.contains(&id) {
        let body = Body::ReportLinked {
            report,
            study: id,
            basis: "person".into(),
        };
        writer.append(&acting.draft(body))?;
    }
    let mut linked = Linked {
        report,
        study: id,
        left: Vec::new(),
        emptied: Vec::new(),
    };
    if also {
        return Ok(linked);
    }
    for study in writer.read().studies_of(report)? {
        if study == id {
            continue;
        }
        let body = Body::ReportUnlinked { report, study };
        writer.append(&acting.draft(body))?;
        linked.left.push(study);
        if writer.read().study_links(study)?.is_empty() {
            linked.emptied.push(study);
        }
    }
    Ok(linked)
}

/// Calls a study something else.
pub fn rename(
    writer: &mut Writer<'_>,
    acting: &Acting,
    (study, label): (&str, &str),
) -> Result<(StudyId, String), ScreenError> {
    let person = acting.present(writer.read())?;
    require(
        &person,
        "rename studies",
        &[Role::Lead, Role::Reviewer, Role::Extractor],
    )?;
    let id = find_study(writer.read(), study)?
        .ok_or_else(|| ScreenError::UnknownStudy(study.to_owned()))?;
    let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
    let other = writer.read().study_by_label(&label)?;
    if label.is_empty() || label.parse::<StudyId>().is_ok() || other.is_some_and(|o| o != id) {
        return Err(ScreenError::Label(label));
    }
    let same = writer.read().studies()?.into_iter();
    if !same.into_iter().any(|s| s.id == id && s.label == label) {
        let body = Body::StudyRenamed {
            study: id,
            label: label.clone(),
        };
        writer.append(&acting.draft(body))?;
    }
    Ok((id, label))
}

/// Takes a report out of a study.
pub fn unlink(
    writer: &mut Writer<'_>,
    acting: &Acting,
    report: &str,
    study: &str,
) -> Result<(RecordId, StudyId), ScreenError> {
    let person = acting.present(writer.read())?;
    require(
        &person,
        "unlink reports",
        &[Role::Lead, Role::Reviewer, Role::Extractor],
    )?;
    let report = find(writer.read(), report)?.id;
    let id = find_study(writer.read(), study)?
        .ok_or_else(|| ScreenError::UnknownStudy(study.to_owned()))?;
    if !writer.read().studies_of(report)?.contains(&id) {
        return Err(ScreenError::NotLinked {
            report,
            study: study.to_owned(),
        });
    }
    let body = Body::ReportUnlinked { report, study: id };
    writer.append(&acting.draft(body))?;
    Ok((report, id))
}

/// Reads `report,study,person,at`; the whole file or nothing.
pub fn import(
    writer: &mut Writer<'_>,
    path: &str,
    bytes: &[u8],
    clock: &dyn Clock,
) -> Result<u64, ScreenError> {
    let table = rows(path, bytes, &["report", "study", "person", "at"])?;
    for row in &table {
        let [report, study, person, at] = row.cells.as_slice() else {
            continue;
        };
        let wrong = |error: ScreenError| row_error(path, row.line, &error);
        clock.set(&time::utc(at).map_err(|error| wrong(error.into()))?);
        let named = (report.as_str(), study.as_str());
        // A file lists every study of a report, each on a row of its own.
        let acting = Acting::named(writer.read(), person, clock.now(), Via::Import);
        link(writer, &acting.map_err(wrong)?, named, true).map_err(wrong)?;
    }
    Ok(table.len() as u64)
}
