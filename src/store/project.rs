//! Projections: what each event does to the tables. One function per area.

mod attachments;
mod baseline;
mod cells;
mod clusters;
mod corrections;
mod discuss;
mod imports;
mod people;
mod reports;
mod rob;
mod shown;
mod sources;
mod talks;
pub(super) mod versions;

use super::StoreError;
use crate::ledger::{Body, Event};
use crate::model::{EventSeq, RecordId};
use rusqlite::{Connection, params};

/// Applies one event. The same events in the same order always give the same tables.
pub(super) fn apply(conn: &Connection, event: &Event, body: &Body) -> Result<(), StoreError> {
    let seq = event.seq;
    match body {
        Body::WorkflowAdopted {
            workflow,
            queries,
            sources,
            rules,
            reasons,
            adjudicators,
        } => {
            people::rules(conn, *rules, reasons, adjudicators)?;
            sources::adopt(conn, workflow, queries, sources)
        }
        Body::PersonAdded { person, roles, .. } => people::add(conn, seq, *person, roles),
        Body::PersonRolesChanged { person, roles } => people::change(conn, *person, roles),
        Body::PersonDisabled { person } | Body::PersonErased { person } => {
            people::enable(conn, *person, false)
        }
        Body::PersonEnabled { person } => people::enable(conn, *person, true),
        // Names stand in a table of their own, outside the log.
        Body::PersonRenamed { .. } => Ok(()),
        Body::RecordsReceived {
            source,
            run,
            file,
            new,
            revised,
            part,
            ..
        } => {
            let part = sources::Part {
                seq,
                run: *run,
                archive: file.digest,
                arriving: part.is_some(),
            };
            sources::receive(conn, &part, source, new, revised)
        }
        Body::SearchCompleted { run, source, .. } => sources::complete(conn, seq, *run, source),
        Body::RecordsClustered {
            upto,
            joins,
            relations,
            queue,
            ..
        } => clusters::compare(conn, seq, *upto, joins, relations, queue),
        Body::ClustersRevised { withdrawn, .. } => clusters::withdraw(conn, withdrawn),
        Body::RecordsMerged { a, b } => clusters::verdicts(conn, seq, &[(*a, *b, true)]),
        Body::RecordSplit { record, rest } => clusters::split(conn, seq, *record, rest),
        Body::RecordsRelated { a, b, relation } => {
            clusters::relate(conn, seq, 0, (*a, *b), relation, "a person")?;
            clusters::verdicts(conn, seq, &[(*a, *b, false)])
        }
        Body::FilterApplied {
            upto,
            removed,
            returned,
            ..
        } => reports::filter(conn, seq, *upto, removed, returned),
        Body::RemovalReversed { report, .. } => reports::restore(conn, *report, seq),
        Body::DecisionMade { .. } => reports::decide(conn, event, body),
        Body::EventUndone {
            event: target,
            reopens,
            salt,
        } => {
            undo(conn, seq, *target, true, salt.is_some())?;
            if *reopens {
                reports::mark_reopened(conn, *target)
            } else {
                Ok(())
            }
        }
        Body::StudyCreated {
            study,
            registry,
            label,
        } => reports::study(conn, seq, *study, registry, label),
        Body::StudyRenamed { study, label } => reports::rename_study(conn, *study, label),
        Body::ReportLinked {
            report,
            study,
            basis,
        } => reports::link(conn, seq, *report, *study, basis),
        Body::ReportUnlinked { report, study } => reports::unlink(conn, *report, *study),
        Body::BaselineSet {
            version,
            file,
            records,
            studies,
            ..
        } => baseline::set(conn, event, (version, file), records, studies),
        Body::RecordCorrected {
            record,
            field,
            value,
            why,
        } => {
            let said = corrections::Said {
                record: *record,
                field: *field,
                value,
                why,
            };
            corrections::correct(conn, event, said)
        }
        Body::CellExtracted { .. } => cells::enter(conn, event, body),
        Body::RobAnswered { .. } | Body::RobJudged { .. } => rob::enter(conn, event, body),
        Body::ConflictReturned { .. } => discuss::give_back(conn, event, body),
        Body::AttachmentAdded { .. } => attachments::add(conn, event, body),
        Body::AttachmentRemoved { digest, reason } => {
            attachments::remove(conn, seq, *digest, reason)
        }
        Body::AnalysisSpecified { .. } => cells::specify(conn, seq, body),
        Body::VotesUnblinded { .. } | Body::CountsAccepted { .. } => Ok(()),
        Body::ImportUndone {
            run,
            gone,
            kept,
            asked,
            ..
        } => imports::undo(conn, seq, *run, gone, kept, asked),
        Body::VersionPublished { name, upto, .. } => versions::publish(conn, event, name, *upto),
        Body::DateKept {
            step,
            source,
            due,
            outcome,
            ..
        } => {
            conn.prepare_cached(
                "INSERT INTO date_kept (step, source, due, outcome, seq, at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                step,
                source.as_deref().unwrap_or_default(),
                due,
                outcome.as_str(),
                seq.0,
                event.at
            ])?;
            Ok(())
        }
        Body::RecordsSwept {
            source,
            left,
            back,
            missing,
            ..
        } => sources::sweep(conn, seq, source, left, back, missing),
    }
}

/// Takes `target` back (`active`), or, where an undo is undone, puts it in force again.
fn undo(
    conn: &Connection,
    seq: EventSeq,
    target: EventSeq,
    active: bool,
    salted: bool,
) -> Result<(), StoreError> {
    let event = super::Reader::new(conn)
        .event(target)?
        .ok_or_else(|| missing(seq, target))?;
    let mark = if active { seq.0 } else { 0 };
    match event.body()? {
        Body::DecisionMade { .. } => reports::undecide(conn, target, mark, salted),
        Body::RecordsMerged { .. } | Body::RecordSplit { .. } | Body::RecordsRelated { .. } => {
            clusters::undo(conn, target, mark)
        }
        Body::RemovalReversed { report, .. } => {
            if active {
                reports::unrestore(conn, report, target)
            } else {
                reports::restore(conn, report, target)
            }
        }
        Body::ReportLinked {
            report,
            study,
            basis,
        } => {
            if active {
                reports::unlink(conn, report, study)
            } else {
                reports::link(conn, target, report, study, &basis)
            }
        }
        Body::ReportUnlinked { report, study } => {
            if active {
                reports::link(conn, target, report, study, "person")
            } else {
                reports::unlink(conn, report, study)
            }
        }
        Body::CellExtracted { .. } => {
            conn.execute(
                "UPDATE cell_entry SET undone = ?1 WHERE seq = ?2",
                params![mark, target.0],
            )?;
            Ok(())
        }
        Body::RobAnswered { .. } | Body::RobJudged { .. } => {
            conn.execute(
                "UPDATE rob_entry SET undone = ?1 WHERE seq = ?2",
                params![mark, target.0],
            )?;
            Ok(())
        }
        Body::RecordCorrected { record, .. } => {
            corrections::undo(conn, seq, (target, record), mark)
        }
        Body::ConflictReturned { report, .. } => discuss::undo(conn, target, mark, report),
        Body::EventUndone { event, .. } => undo(conn, seq, event, !active, salted),
        Body::WorkflowAdopted { .. }
        | Body::PersonAdded { .. }
        | Body::PersonRolesChanged { .. }
        | Body::PersonDisabled { .. }
        | Body::PersonEnabled { .. }
        | Body::PersonRenamed { .. }
        | Body::PersonErased { .. }
        | Body::RecordsReceived { .. }
        | Body::SearchCompleted { .. }
        | Body::RecordsClustered { .. }
        | Body::ClustersRevised { .. }
        | Body::FilterApplied { .. }
        | Body::StudyCreated { .. }
        | Body::StudyRenamed { .. }
        | Body::AttachmentAdded { .. }
        | Body::AttachmentRemoved { .. }
        | Body::AnalysisSpecified { .. }
        | Body::RecordsSwept { .. }
        | Body::CountsAccepted { .. }
        | Body::DateKept { .. }
        | Body::ImportUndone { .. }
        | Body::VersionPublished { .. }
        | Body::BaselineSet { .. }
        | Body::VotesUnblinded { .. } => Err(StoreError::Projection {
            seq: seq.0,
            reason: format!("an event of kind `{}` cannot be undone", event.kind),
        }),
    }
}

fn missing(seq: EventSeq, target: EventSeq) -> StoreError {
    StoreError::Projection {
        seq: seq.0,
        reason: format!("there is no event {target}"),
    }
}

/// The screening rules in force.
pub(super) fn rules(conn: &Connection) -> Result<crate::model::Rules, StoreError> {
    reports::rules(conn)
}

/// The report that a record belongs to now.
fn report_of(conn: &Connection, record: RecordId) -> Result<u32, StoreError> {
    Ok(conn
        .prepare_cached("SELECT report FROM main.record WHERE id = ?1")?
        .query_row([record.0], |row| row.get(0))?)
}
