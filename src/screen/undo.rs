//! Taking something back.
//!
//! A person takes back acts of their own, a lead also those of others; what is settled only a lead
//! opens again. Taking back an undo puts one's own act in force again, as long as it is open: it can
//! neither open a report that is settled nor settle one for others. Without a number the last act of
//! the person is meant that still stands. [`plan`] says what would happen and changes nothing.

use super::decide::{after, find, settled_beyond};
use super::{Acting, ScreenError, acts};
use crate::ledger::{Actor, Body, Event};
use crate::model::{EventSeq, PersonId, Phase, Place, RecordId, Role};
use crate::store::read::{Person, VoteRow};
use crate::store::{Reader, StoreError, Writer};

/// What an undo does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The event taken back.
    pub event: EventSeq,
    /// The same as the person may know it: `me.41`.
    pub act: String,
    /// Events of the same act that go with it: a report that was moved left one study and came to
    /// another.
    pub with: Vec<EventSeq>,
    /// The same as the person may know them.
    pub with_acts: Vec<String>,
    /// The word of the kind of event.
    pub kind: String,
    /// When it was made.
    pub at: String,
    /// What it said: `include on r17 in title-abstract`. A vote of somebody else that is not settled
    /// is named without its choice.
    pub said: String,
    /// The report it was about, where it was about one.
    pub report: Option<RecordId>,
    /// Whether a settled report is open again by it.
    pub reopens: bool,
    /// Whether it takes an undo back, so that an act is in force again.
    pub again: bool,
    /// Versions published since, which include it.
    pub published: Vec<String>,
}

impl Plan {
    /// Whether something rests on the act by now: it is asked about where nobody named the event.
    pub fn asks(&self) -> bool {
        self.reopens || !self.published.is_empty()
    }
}

/// What taking back `event`, else the person's last act that stands, would do; refused where the
/// person may not.
pub fn plan(
    reader: Reader<'_>,
    acting: &Acting,
    event: Option<EventSeq>,
) -> Result<Plan, ScreenError> {
    let person = acting.present(reader)?;
    let target = match event {
        Some(event) => event,
        None => last_act(reader, &person)?
            .ok_or_else(|| ScreenError::NothingToUndo(person.display()))?,
    };
    let Some(found) = reader.event(target)? else {
        return Err(ScreenError::NoAct(target.to_string()));
    };
    let name = acts::name(reader, &found, &person)?;
    let refuse = |reason: &str| ScreenError::Undo {
        event: name.clone(),
        person: person.display(),
        reason: reason.to_owned(),
    };
    let own = is_of(&found, &person)?;
    let lead = person.is(Role::Lead);
    if !own && !lead {
        return Err(refuse("it is another person's; only the lead can"));
    }
    if reader.is_undone(target)? {
        return Err(refuse("it was taken back before"));
    }
    let body = found.body().map_err(StoreError::from)?;
    if is_about_withdrawn(reader, &body)? {
        return Err(refuse("its record left the review with its import"));
    }
    let mut plan = Plan {
        event: target,
        act: name.clone(),
        with: with(reader, &found, &body)?,
        with_acts: Vec::new(),
        kind: found.kind.clone(),
        at: found.at.clone(),
        said: words(reader, &body, own)?,
        report: about(reader, &body)?,
        reopens: false,
        again: false,
        published: Vec::new(),
    };
    for event in &plan.with {
        if let Some(found) = reader.event(*event)? {
            let body = found.body().map_err(StoreError::from)?;
            plan.said = format!("{}, {}", words(reader, &body, own)?, plan.said);
            plan.with_acts.push(acts::name(reader, &found, &person)?);
        }
    }
    for version in reader.versions()? {
        if version.upto >= target {
            plan.published.push(version.name);
        }
    }
    match body {
        Body::DecisionMade { report, phase, .. } => {
            let row = find(reader, &report.to_string())?;
            plan.reopens = settled_beyond(&row, phase);
            if plan.reopens && !lead {
                return Err(refuse(
                    "the report is settled in that phase; only the lead reopens",
                ));
            }
        }
        Body::RemovalReversed { report, .. } => {
            let row = find(reader, &report.to_string())?;
            // An open vote of somebody else is not told of; it waits in the log until the report is back.
            let votes = reader.unblinded().votes(row.id)?;
            let own = |vote: &VoteRow| vote.person == person.id && !vote.undone && !vote.let_go;
            if settled_beyond(&row, Phase::TitleAbstract) || votes.iter().any(own) {
                return Err(refuse(
                    "people decided on the report since; undo their votes first",
                ));
            }
        }
        Body::ConflictReturned { report, phase, .. } => {
            let row = find(reader, &report.to_string())?;
            let votes = reader.unblinded().votes(row.id)?;
            let spoken = votes
                .iter()
                .any(|vote| vote.round == target.0 && !vote.undone);
            if spoken || settled_beyond(&row, phase) {
                return Err(refuse(
                    "those who voted have answered since; settle it instead",
                ));
            }
        }
        Body::RecordsMerged { .. }
        | Body::RecordSplit { .. }
        | Body::RecordsRelated { .. }
        | Body::ReportLinked { .. }
        | Body::ReportUnlinked { .. }
        | Body::RecordCorrected { .. }
        | Body::CellExtracted { .. }
        | Body::RobAnswered { .. }
        | Body::RobJudged { .. } => {}
        Body::EventUndone { event, .. } => {
            plan.again = true;
            may_put_back(reader, &person, (own, event), &refuse)?;
        }
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
        | Body::BaselineSet { .. }
        | Body::VersionPublished { .. }
        | Body::VotesUnblinded { .. } => {
            return Err(refuse(&format!(
                "an event of the kind `{}` is never taken back",
                found.kind
            )));
        }
    }
    Ok(plan)
}

/// Takes an event back: `event`, else the person's last act that stands.
pub fn undo(
    writer: &mut Writer<'_>,
    acting: &Acting,
    event: Option<EventSeq>,
) -> Result<Plan, ScreenError> {
    let done = plan(writer.read(), acting, event)?;
    let mut all: Vec<EventSeq> = done.with.iter().copied().chain([done.event]).collect();
    all.sort_unstable();
    for event in all.into_iter().rev() {
        let body = Body::EventUndone {
            event,
            reopens: done.reopens,
            salt: Some(writer.salt(None)?),
        };
        writer.append(&acting.draft(body))?;
    }
    if let Some(report) = done.report {
        after(writer, report, &acting.at)?;
    }
    Ok(done)
}

/// The other events by which one act moved a report: next to this one, by the same person at the same
/// moment, on the same report.
fn with(reader: Reader<'_>, event: &Event, body: &Body) -> Result<Vec<EventSeq>, ScreenError> {
    let of = |body: &Body| match body {
        Body::ReportLinked { report, .. } | Body::ReportUnlinked { report, .. } => Some(*report),
        _ => None,
    };
    let Some(report) = of(body) else {
        return Ok(Vec::new());
    };
    let mut out = Vec::new();
    for back in [true, false] {
        let mut seq = event.seq.0;
        loop {
            seq = if back { seq - 1 } else { seq + 1 };
            let Some(found) = reader.event(EventSeq(seq))? else {
                break;
            };
            let same = found.at == event.at && found.actor == event.actor && found.via == event.via;
            if !same || of(&found.body().map_err(StoreError::from)?) != Some(report) {
                break;
            }
            if !reader.is_undone(found.seq)? {
                out.push(found.seq);
            }
        }
    }
    Ok(out)
}

/// Whether a person may put back in force what they took back: an act of their own that is open.
fn may_put_back(
    reader: Reader<'_>,
    person: &Person,
    (own, event): (bool, EventSeq),
    refuse: &dyn Fn(&str) -> ScreenError,
) -> Result<(), ScreenError> {
    let found = reader
        .event(event)?
        .ok_or_else(|| refuse("there is no such event"))?;
    let body = found.body().map_err(StoreError::from)?;
    if let Body::EventUndone { event, .. } = body {
        let target = reader.event(event)?;
        let target = target.map(|target| acts::name(reader, &target, person));
        let target = target.transpose()?.unwrap_or_default();
        return Err(refuse(&format!(
            "it put {target} in force again; take that one back"
        )));
    }
    if !own || !is_of(&found, person)? {
        return Err(refuse(
            "only one's own act is put in force again, by whoever took it back",
        ));
    }
    let row = match &body {
        Body::DecisionMade { report, .. }
        | Body::ConflictReturned { report, .. }
        | Body::RemovalReversed { report, .. }
        | Body::ReportLinked { report, .. }
        | Body::ReportUnlinked { report, .. } => Some(find(reader, &report.to_string())?),
        _ => None,
    };
    let closed = match (&body, &row) {
        (Body::DecisionMade { phase, settles, .. }, Some(row)) => {
            let open = row.place.phase() == Some(*phase) && row.place.is_open();
            let votes = reader.unblinded().votes(row.id)?;
            let since = |vote: &VoteRow| {
                vote.person == person.id
                    && vote.phase == *phase
                    && vote.settles == *settles
                    && !vote.undone
                    && !vote.let_go
            };
            if votes.iter().any(since) {
                return Err(refuse("the person decided on the report again since"));
            }
            !open || (*settles && !row.place.is_conflict())
        }
        (Body::RemovalReversed { .. }, Some(row)) => row.place != Place::Removed,
        (Body::ReportLinked { .. } | Body::ReportUnlinked { .. }, Some(row)) => {
            row.place != Place::Included
        }
        _ => false,
    };
    if closed {
        return Err(refuse(
            "the report has gone on since; decide on it, or let the lead reopen it",
        ));
    }
    Ok(())
}

fn is_of(event: &Event, person: &Person) -> Result<bool, ScreenError> {
    Ok(event.actor()? == Actor::Person(person.id))
}

/// The last act of a person that can be taken back and still stands.
fn last_act(reader: Reader<'_>, person: &Person) -> Result<Option<EventSeq>, ScreenError> {
    for event in reader.acts_of(person.id)? {
        let found = reader.event(event)?;
        let Some(body) = found
            .map(|found| found.body())
            .transpose()
            .map_err(StoreError::from)?
        else {
            continue;
        };
        if !reader.is_undone(event)? && !is_about_withdrawn(reader, &body)? {
            return Ok(Some(event));
        }
    }
    Ok(None)
}

/// The report that an act is about, by the id it has now.
fn about(reader: Reader<'_>, body: &Body) -> Result<Option<RecordId>, ScreenError> {
    Ok(match body {
        Body::DecisionMade { report, .. }
        | Body::ConflictReturned { report, .. }
        | Body::RemovalReversed { report, .. }
        | Body::ReportLinked { report, .. }
        | Body::ReportUnlinked { report, .. } => Some(find(reader, &report.to_string())?.id),
        Body::EventUndone { event, .. } => match reader.event(*event)? {
            Some(found) => about(reader, &found.body().map_err(StoreError::from)?)?,
            None => None,
        },
        _ => None,
    })
}

/// What an act said: `include on r17 in title-abstract`. Where it is not one's `own`, a vote that is
/// not settled is named without its choice.
pub fn words(reader: Reader<'_>, body: &Body, own: bool) -> Result<String, ScreenError> {
    Ok(match body {
        Body::DecisionMade {
            report,
            phase,
            choice,
            reason,
            settles,
            ..
        } => {
            let row = find(reader, &report.to_string())?;
            if !own && !settled_beyond(&row, *phase) {
                return Ok(format!("a decision on {} in {phase}", row.id));
            }
            let reason = reason
                .as_deref()
                .map(|reason| format!(" ({reason})"))
                .unwrap_or_default();
            let of = match (phase, settles) {
                (Phase::Retrieval, _) => "",
                (_, true) => "settling: ",
                (_, false) => "",
            };
            format!("{of}{choice}{reason} on {} in {phase}", row.id)
        }
        Body::RemovalReversed { report, .. } => {
            format!("{report} brought back after a filter rule removed it")
        }
        Body::RecordsMerged { a, b } => format!("{a} and {b} merged"),
        Body::RecordSplit { record, .. } => format!("{record} split from its report"),
        Body::RecordsRelated { a, b, relation } => format!("{a} and {b} related as {relation}"),
        Body::ReportLinked { report, study, .. } => format!("{report} linked to {study}"),
        Body::ReportUnlinked { report, study } => format!("{report} taken from {study}"),
        Body::RecordCorrected {
            record,
            field,
            value,
            ..
        } => format!("{} of {record} corrected to `{value}`", field.as_str()),
        Body::CellExtracted {
            study,
            outcome,
            arm,
            ..
        } => {
            let arm = Some(arm.as_str()).filter(|arm| !arm.is_empty());
            let arm = arm.map(|arm| format!(", {arm}")).unwrap_or_default();
            format!("a value of {study}{arm}, {outcome}")
        }
        Body::RobAnswered {
            study,
            outcome,
            question,
            ..
        } => format!("an answer to {question} on {study}, {outcome}"),
        Body::RobJudged {
            study,
            outcome,
            domain,
            ..
        } => format!("a judgement of {domain} of {study}, {outcome}"),
        Body::EventUndone { event, .. } => match reader.event(*event)? {
            Some(found) => {
                let inner = found.body().map_err(StoreError::from)?;
                format!("the undo of: {}", words(reader, &inner, own)?)
            }
            None => "an undo".to_owned(),
        },
        Body::PersonAdded { person, roles, .. } | Body::PersonRolesChanged { person, roles } => {
            let roles: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
            format!("{} is {}", called(reader, *person)?, roles.join(", "))
        }
        Body::PersonDisabled { person } => format!("{} acts no more", called(reader, *person)?),
        Body::PersonEnabled { person } => format!("{} acts again", called(reader, *person)?),
        Body::PersonRenamed { person, .. } => {
            format!("{} was called otherwise before", called(reader, *person)?)
        }
        Body::PersonErased { person } => format!("the name of {person} is erased"),
        Body::StudyCreated { study, label, .. } | Body::StudyRenamed { study, label } => {
            format!("{study} is called {label}")
        }
        Body::ConflictReturned { report, phase, .. } => {
            format!("the disagreement on {report} in {phase} given back for discussion")
        }
        Body::AttachmentAdded { report, name, .. } => {
            format!("{name} attached to {report}")
        }
        Body::AttachmentRemoved { digest, reason } => {
            format!("attachment {} removed: {reason}", digest.short())
        }
        Body::VotesUnblinded { command } => {
            format!("votes that were not settled were shown by `{command}`")
        }
        Body::VersionPublished { name, upto, .. } => {
            format!("version {name} is frozen up to event {upto}")
        }
        Body::DateKept {
            step,
            source,
            due,
            outcome,
            ..
        } => {
            let of = source.as_ref().map(|name| format!(" of {name}"));
            let (of, outcome) = (of.unwrap_or_default(), outcome.as_str());
            format!("{step}{of}, planned on {due}: {outcome}")
        }
        other => other.kind().replace('_', " "),
    })
}

/// The name of a person, else the number.
fn called(reader: Reader<'_>, person: PersonId) -> Result<String, StoreError> {
    let found = reader.person_by_id(person)?;
    Ok(found.map_or_else(|| person.to_string(), |person| person.display()))
}

/// Whether an act is about a record that has left with its import.
fn is_about_withdrawn(reader: Reader<'_>, body: &Body) -> Result<bool, ScreenError> {
    let about = match body {
        Body::EventUndone { event, .. } => {
            let Some(found) = reader.event(*event)? else {
                return Ok(false);
            };
            return is_about_withdrawn(reader, &found.body().map_err(StoreError::from)?);
        }
        Body::DecisionMade { report, .. }
        | Body::ConflictReturned { report, .. }
        | Body::RemovalReversed { report, .. }
        | Body::ReportLinked { report, .. }
        | Body::ReportUnlinked { report, .. } => vec![*report],
        Body::RecordsMerged { a, b } | Body::RecordsRelated { a, b, .. } => vec![*a, *b],
        Body::RecordCorrected { record, .. } => vec![*record],
        Body::RecordSplit { record, rest } => rest.iter().copied().chain([*record]).collect(),
        Body::CellExtracted { report, .. } => report.iter().copied().collect(),
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
        | Body::BaselineSet { .. }
        | Body::VersionPublished { .. }
        | Body::VotesUnblinded { .. }
        | Body::RobAnswered { .. }
        | Body::RobJudged { .. } => Vec::new(),
    };
    for record in about {
        if reader.record_withdrawn(record)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}
