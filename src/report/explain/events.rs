//! The events behind a record, a report or a study, and the files behind the events.

use super::ExplainedMember;
use crate::ledger::{Body, Event};
use crate::model::{Digest, EventSeq, RecordId, StudyId};
use crate::report::export::is_settled;
use crate::report::names::names;
use crate::store::flow::{Member, Unit};
use crate::store::read::{ClusterStep, Clustering, RecordRow, ReportRow};
use crate::store::{Reader, StoreError};

type Explained = (ExplainedMember, Vec<Digest>);

/// Explains a member of a box.
pub(super) fn member(reader: Reader<'_>, member: &Member) -> Result<Explained, StoreError> {
    let missing = || StoreError::Value(format!("{} is in a box and not in the store", member.id));
    match member.unit {
        Unit::Record => {
            let id: RecordId = member.id.parse().map_err(|_| missing())?;
            record(reader, &reader.record(id)?.ok_or_else(missing)?)
        }
        Unit::Report => {
            let id: RecordId = member.id.parse().map_err(|_| missing())?;
            report(reader, &reader.report(id)?.ok_or_else(missing)?)
        }
        Unit::Study => {
            let id: StudyId = member.id.parse().map_err(|_| missing())?;
            let links = reader.study_links(id)?;
            let made = reader.study_made(id)?;
            let mut events: Vec<EventSeq> = links.iter().map(|(_, seq, _)| *seq).collect();
            events.extend(made);
            events.sort_unstable();
            events.dedup();
            // A study of a review published before stands in the file that was taken in.
            let file = made.map(|seq| reader.event(seq)).transpose()?.flatten();
            let bytes = file.as_ref().map(files).transpose()?.unwrap_or_default();
            let trail = links
                .iter()
                .map(|(report, seq, basis)| {
                    format!("event {seq}: report {report} linked by {basis}")
                })
                .collect();
            let explained = ExplainedMember {
                id: member.id.clone(),
                title: member.title.clone(),
                events,
                trail,
            };
            Ok((explained, bytes))
        }
    }
}

/// A record: the events that received it.
pub(super) fn record(reader: Reader<'_>, row: &RecordRow) -> Result<Explained, StoreError> {
    let mut events = Vec::new();
    let mut trail = Vec::new();
    let mut bytes = Vec::new();
    for revision in reader.revisions(row.id)? {
        let at = reader.event_at(revision.seq)?.unwrap_or_default();
        let line = revision
            .line
            .map(|line| format!(", line {line}"))
            .unwrap_or_default();
        trail.push(format!(
            "{at} event {}: {} returned it, record {}{line} of {}{}",
            revision.seq,
            row.source,
            revision.file_n,
            revision.archive.short(),
            if revision.n > 1 {
                format!(", revision {}", revision.n)
            } else {
                String::new()
            }
        ));
        events.push(revision.seq);
        bytes.push(revision.archive);
    }
    for correction in reader.corrections(row.id)? {
        let who = match correction.actor.parse() {
            Ok(person) => names(reader)?.of(person),
            Err(_) => correction.actor.clone(),
        };
        trail.push(format!(
            "{} event {}: {who} corrected {} to `{}`: {}",
            correction.at,
            correction.seq,
            correction.field.as_str(),
            correction.value,
            correction.why
        ));
        events.push(correction.seq);
    }
    if row.report != row.id {
        trail.push(format!("a copy: it belongs to report {}", row.report));
    }
    for (a, b, rule, score) in reader.joins_of(row.report)? {
        if a == row.id || b == row.id {
            trail.push(format!("{a} and {b} joined by {rule}, score {score}"));
        }
    }
    let title = row.title.clone().unwrap_or_else(|| "(no title)".to_owned());
    Ok((
        ExplainedMember {
            id: row.id.to_string(),
            title,
            events,
            trail,
        },
        bytes,
    ))
}

/// What joined two records or told them apart.
fn clustered(step: &ClusterStep) -> String {
    let ClusterStep { seq, a, b, by } = step;
    match by {
        Clustering::Rule { name, score } => {
            format!("event {seq}: {a} and {b} joined by {name}, score {score}")
        }
        Clustering::Person { same: true } => {
            format!("event {seq}: a person says {a} and {b} are one report")
        }
        Clustering::Person { same: false } => {
            format!("event {seq}: a person says {a} and {b} are not one report")
        }
    }
}

/// A report: what received, joined, removed and decided it.
pub(super) fn report(reader: Reader<'_>, row: &ReportRow) -> Result<Explained, StoreError> {
    let mut lines: Vec<(EventSeq, String)> = Vec::new();
    let mut bytes = Vec::new();
    for record in reader.records_of(row.id)? {
        for revision in reader.revisions(record.id)? {
            let at = reader.event_at(revision.seq)?.unwrap_or_default();
            lines.push((
                revision.seq,
                format!(
                    "{at} event {}: {} from {}",
                    revision.seq, record.id, record.source
                ),
            ));
            bytes.push(revision.archive);
        }
    }
    for step in reader.cluster_steps(row.id)? {
        lines.push((step.seq, clustered(&step)));
    }
    if let Some(removal) = reader.removal(row.id)? {
        lines.push((
            removal.seq,
            format!(
                "event {}: removed by {}: {}",
                removal.seq, removal.rule, removal.evidence
            ),
        ));
    }
    let names = names(reader)?;
    for vote in reader.unblinded().votes(row.id)? {
        if !is_settled(row.place, vote.phase) {
            continue;
        }
        let reason = vote
            .reason
            .as_deref()
            .map(|r| format!(" ({r})"))
            .unwrap_or_default();
        let note = vote
            .note
            .as_deref()
            .map(|n| format!(", {n}"))
            .unwrap_or_default();
        lines.push((
            vote.seq,
            format!(
                "{} event {}: {} {} in {}{reason}{note}{}{}",
                vote.at,
                vote.seq,
                names.of(vote.person),
                vote.choice,
                vote.phase,
                if vote.settles {
                    ", settling"
                } else if vote.round > 0 {
                    ", after discussion"
                } else {
                    ""
                },
                match (vote.undone, vote.later) {
                    (true, _) => " (taken back)",
                    (_, true) => " (later, counted nowhere)",
                    _ => "",
                }
            ),
        ));
        if let Some(event) = reader.event(vote.seq)? {
            bytes.extend(files(&event)?);
        }
    }
    for talk in reader.discussions(row.id)? {
        if !is_settled(row.place, talk.phase) || talk.undone {
            continue;
        }
        let note = talk
            .note
            .map_or_else(String::new, |note| format!(", {note}"));
        lines.push((
            talk.seq,
            format!(
                "{} event {}: {} gave the disagreement in {} back for discussion{note}",
                talk.at,
                talk.seq,
                names.of(talk.person),
                talk.phase
            ),
        ));
    }
    for file in reader.attachments(row.id)? {
        let who = file.person.map_or_else(
            || "the program".to_owned(),
            |person| names.of(person).clone(),
        );
        let removed = file
            .removed
            .map_or_else(String::new, |why| format!(" (removed: {why})"));
        lines.push((
            file.seq,
            format!(
                "{} event {}: {who} attached {}{removed}",
                file.at, file.seq, file.name
            ),
        ));
    }
    for study in reader.studies_of(row.id)? {
        for (report, seq, basis) in reader.study_links(study)? {
            if report == row.id {
                lines.push((seq, format!("event {seq}: linked to {study} by {basis}")));
            }
        }
    }
    lines.sort();
    let mut events: Vec<EventSeq> = lines.iter().map(|(seq, _)| *seq).collect();
    events.dedup();
    let title = row.title.clone().unwrap_or_else(|| "(no title)".to_owned());
    let trail = lines.into_iter().map(|(_, text)| text).collect();
    Ok((
        ExplainedMember {
            id: row.id.to_string(),
            title,
            events,
            trail,
        },
        bytes,
    ))
}

/// The files that an event names.
pub(super) fn files(event: &Event) -> Result<Vec<Digest>, StoreError> {
    Ok(match event.body()? {
        Body::WorkflowAdopted {
            workflow, queries, ..
        } => std::iter::once(workflow)
            .chain(queries)
            .map(|file| file.digest)
            .collect(),
        Body::VersionPublished {
            workflow,
            queries,
            files,
            state,
            ..
        } => std::iter::once(workflow)
            .chain(queries)
            .chain(files)
            .map(|file| file.digest)
            .chain(state)
            .collect(),
        Body::RecordsReceived { file, .. } | Body::BaselineSet { file, .. } => vec![file.digest],
        Body::SearchCompleted {
            responses, query, ..
        } => responses
            .iter()
            .map(|r| r.digest)
            .chain(query.map(|file| file.digest))
            .collect(),
        Body::DecisionMade { from, .. }
        | Body::CellExtracted { from, .. }
        | Body::RobAnswered { from, .. }
        | Body::RobJudged { from, .. } => from.into_iter().map(|row| row.digest).collect(),
        Body::PersonAdded { .. }
        | Body::PersonRolesChanged { .. }
        | Body::PersonDisabled { .. }
        | Body::PersonEnabled { .. }
        | Body::PersonRenamed { .. }
        | Body::PersonErased { .. }
        | Body::RecordsClustered { .. }
        | Body::ClustersRevised { .. }
        | Body::RecordsMerged { .. }
        | Body::RecordSplit { .. }
        | Body::RecordsRelated { .. }
        | Body::FilterApplied { .. }
        | Body::RemovalReversed { .. }
        | Body::EventUndone { .. }
        | Body::StudyCreated { .. }
        | Body::StudyRenamed { .. }
        | Body::ReportLinked { .. }
        | Body::ReportUnlinked { .. }
        | Body::RecordCorrected { .. }
        | Body::VotesUnblinded { .. }
        | Body::ConflictReturned { .. }
        | Body::AttachmentAdded { .. }
        | Body::AttachmentRemoved { .. }
        | Body::AnalysisSpecified { .. }
        | Body::RecordsSwept { .. }
        | Body::CountsAccepted { .. }
        | Body::DateKept { .. }
        | Body::ImportUndone { .. } => Vec::new(),
    })
}

/// What a person decided by this event, in words; a vote that is not settled keeps its choice.
pub(super) fn decided(reader: Reader<'_>, event: &Event) -> Result<String, StoreError> {
    let body = event.body()?;
    let note = match &body {
        Body::DecisionMade { note, .. } => note.clone(),
        Body::PersonAdded { .. }
        | Body::WorkflowAdopted { .. }
        | Body::RecordsReceived { .. }
        | Body::SearchCompleted { .. }
        | Body::RecordsClustered { .. }
        | Body::ClustersRevised { .. }
        | Body::FilterApplied { .. }
        | Body::RecordsSwept { .. }
        | Body::ImportUndone { .. } => return Ok(String::new()),
        _ => None,
    };
    let said = match crate::screen::undo::words(reader, &body, false) {
        Ok(said) => said,
        Err(crate::screen::ScreenError::Store(error)) => return Err(error),
        // What it was about has left the review.
        Err(_) => return Ok(String::new()),
    };
    let note = note
        .map(|note| format!(", noting: {note}"))
        .unwrap_or_default();
    Ok(format!(" It says: {said}{note}."))
}

/// When and with what result the search of this event was made.
pub(super) fn searched(event: &Event) -> Result<String, StoreError> {
    if event.kind != "search_completed" {
        return Ok(String::new());
    }
    let Body::SearchCompleted {
        source,
        searched,
        hits,
        retrieved,
        ..
    } = event.body()?
    else {
        return Ok(String::new());
    };
    let day = searched
        .as_deref()
        .unwrap_or_else(|| super::super::data::day(&event.at));
    let hits = hits.map_or_else(
        || "hits not stated".to_owned(),
        |n| format!("{n} hits reported"),
    );
    Ok(format!(
        " {source} was searched on {day}: {hits}, {retrieved} records read."
    ))
}

/// What an undone import says of itself, and what the undo says of it.
pub(super) fn undoing(reader: Reader<'_>, event: &Event) -> Result<String, StoreError> {
    Ok(match event.kind.as_str() {
        "import_undone" => {
            let Body::ImportUndone {
                event: of,
                source,
                gone,
                kept,
                ..
            } = event.body()?
            else {
                return Ok(String::new());
            };
            let records = |n: usize| crate::model::many(n as u64, "record", "records");
            format!(
                " It takes the import of event {of} from {source} back: {} count no more, {} stay \
                 as other imports gave them.",
                records(gone.len()),
                records(kept.len())
            )
        }
        "search_completed" | "records_received" => {
            let by = reader.import(event.seq)?.and_then(|found| found.withdrawn);
            by.map_or_else(String::new, |by| {
                format!(" It belongs to an import that event {by} took back.")
            })
        }
        _ => String::new(),
    })
}
