//! `explain`: from a number, a record, a report, a study or an event down to people and bytes.
//!
//! A count is the size of a set; the set, the rule by which it is counted, the arithmetic that
//! ties it to its neighbours, the events of each member and the archived bytes behind them come
//! out together. Nothing of an unsettled vote does (DESIGN, section 7).

mod bytes;
mod events;
mod sentence;

pub use bytes::Excerpt;

use super::flow;
use super::names::names;
use crate::ledger::{Actor, Event};
use crate::model::{Digest, EventSeq, RecordId, StudyId};
use crate::prisma::identities::Term;
use crate::store::flow::{Member, Unit};
use crate::store::{Archive, Reader, StoreError};
use serde::Serialize;

/// What `explain` says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// What was asked for.
    pub what: String,
    /// Its value: the number, or what the thing is.
    pub value: serde_json::Value,
    /// The rule by which it is counted or made.
    pub rule: String,
    /// The value in a sentence, as arithmetic where it is a count.
    pub sentence: String,
    /// The members of the set, or the parts of the thing.
    pub members: Vec<ExplainedMember>,
    /// Whether the members are too many to tell the trail of each: then every `trail` is empty, and
    /// opens by the member's own id.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub trails_left_out: bool,
    /// SHA-256 of the archived bytes behind it.
    pub bytes: Vec<Digest>,
    /// The bytes themselves, where one record is asked for.
    pub excerpts: Vec<Excerpt>,
    /// How an estimate is worked out, step by step.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// Where it stands in the chain: the last event behind it.
    pub last_event: Option<EventSeq>,
}

impl Explanation {
    /// Leaves out the numbers of events after `last`, which tell how many votes came between.
    pub fn hide_numbers(&mut self, last: EventSeq) {
        self.last_event = self.last_event.filter(|seq| *seq <= last);
        for member in &mut self.members {
            member.events.retain(|seq| *seq <= last);
            for line in &mut member.trail {
                *line = without_numbers(line, last);
            }
        }
        self.sentence = without_numbers(&self.sentence, last);
        for step in &mut self.steps {
            *step = without_numbers(step, last);
        }
    }
}

/// A line in which events after `last` have no number.
fn without_numbers(line: &str, last: EventSeq) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("event ") {
        let (before, behind) = rest.split_at(at + "event ".len());
        let end = behind
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(behind.len());
        let (digits, tail) = behind.split_at(end);
        out.push_str(before);
        match digits.parse::<u64>() {
            Ok(seq) if seq > last.0 => out.push_str("(later)"),
            _ => out.push_str(digits),
        }
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// A member of the set, with what made it one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExplainedMember {
    /// The id, by which it can be explained in turn.
    pub id: String,
    /// Its title or name.
    pub title: String,
    /// The events behind it, in order.
    pub events: Vec<EventSeq>,
    /// What happened to it, line by line: when, who, what.
    pub trail: Vec<String>,
}

/// Explains `what`: a path of [`crate::prisma::Counts::leaves`], or `record:`, `report:`,
/// `study:`, `event:` with an id. `None` where there is no such thing.
pub fn explain(
    reader: Reader<'_>,
    archive: &Archive,
    what: &str,
) -> Result<Option<Explanation>, StoreError> {
    let trimmed = what.trim();
    let found = match trimmed.split_once(':') {
        Some(("record", id)) => match id.trim().parse::<RecordId>() {
            Ok(id) => record(reader, archive, id)?,
            Err(_) => match reader.find_reports(id)?.as_slice() {
                [one] => record(reader, archive, *one)?,
                _ => None,
            },
        },
        Some(("report", id)) => match reader.find_reports(id)?.as_slice() {
            [id] => report(reader, *id)?,
            _ => None,
        },
        Some(("study", id)) => match find_study(reader, id)? {
            Some(id) => study(reader, id)?,
            None => None,
        },
        Some(("event", seq)) => match seq.parse::<u64>() {
            Ok(seq) => event(reader, EventSeq(seq))?,
            Err(_) => None,
        },
        _ => match count(reader, trimmed)? {
            Some(found) => Some(found),
            None => named(reader, archive, trimmed)?,
        },
    };
    Ok(found.map(|explanation| Explanation {
        what: trimmed.to_owned(),
        ..explanation
    }))
}

/// What an id or a name that other commands take means: a report, a record of one, a study.
fn named(
    reader: Reader<'_>,
    archive: &Archive,
    text: &str,
) -> Result<Option<Explanation>, StoreError> {
    if let Ok(id) = text.parse::<RecordId>() {
        return match reader.report(id)? {
            Some(_) => report(reader, id),
            None => record(reader, archive, id),
        };
    }
    if let Some(id) = find_study(reader, text)? {
        return study(reader, id);
    }
    match reader.find_reports(text)?.as_slice() {
        [one] => report(reader, *one),
        _ => Ok(None),
    }
}

/// The study of an id, a registry number or a label.
fn find_study(reader: Reader<'_>, text: &str) -> Result<Option<StudyId>, StoreError> {
    match crate::screen::studies::find_study(reader, text) {
        Ok(found) => Ok(found),
        Err(crate::screen::ScreenError::Store(error)) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Fills what follows from the members: the bytes and the last event.
fn finish(mut explanation: Explanation, mut bytes: Vec<Digest>) -> Explanation {
    bytes.sort();
    bytes.dedup();
    explanation.bytes = bytes;
    explanation.last_event = explanation
        .members
        .iter()
        .flat_map(|member| member.events.iter().copied())
        .max();
    explanation
}

fn count(reader: Reader<'_>, path: &str) -> Result<Option<Explanation>, StoreError> {
    let Some((of, inner)) = flow::located(reader, path)? else {
        return Ok(None);
    };
    let counts = flow::of_column(reader, &of)?;
    let Some(value) = counts.get(inner) else {
        return Ok(None);
    };
    let (name, rule) = flow::words(inner).unwrap_or((inner.to_owned(), ""));
    let mut bytes = Vec::new();
    let mut members = Vec::new();
    let mut trails_left_out = false;
    let set = flow::members(reader, path)?.unwrap_or_default();
    let at_once = if set.len() > TOLD {
        set.first().map(|member| member.unit)
    } else {
        None
    };
    match at_once {
        Some(unit) if unit != Unit::Study => {
            members = many(reader, unit, &set, &mut bytes)?;
            trails_left_out = true;
        }
        _ => {
            for member in &set {
                let (explained, behind) = events::member(reader, member)?;
                members.push(explained);
                bytes.extend(behind);
            }
        }
    }
    let explanation = Explanation {
        what: path.to_owned(),
        value: value.into(),
        rule: rule.to_owned(),
        sentence: sentence::of(&counts, inner, &name, value),
        members,
        trails_left_out,
        bytes: Vec::new(),
        excerpts: Vec::new(),
        steps: Vec::new(),
        last_event: None,
    };
    Ok(Some(finish(explanation, bytes)))
}

/// The count at `path` as a sum of its neighbours, whose paths are those that [`explain`] takes.
pub fn arithmetic(reader: Reader<'_>, path: &str) -> Result<Option<Vec<Term>>, StoreError> {
    let Some((of, inner)) = flow::located(reader, path)? else {
        return Ok(None);
    };
    let counts = flow::of_column(reader, &of)?;
    let column = path.strip_suffix(inner).unwrap_or_default();
    Ok(sentence::sum(&counts, inner).map(|terms| {
        let terms = terms.into_iter().map(|term| Term {
            path: format!("{column}{}", term.path),
            ..term
        });
        terms.collect()
    }))
}

/// Sets larger than this are told by their events; the trail of each member opens by its own id.
const TOLD: usize = 1_000;

/// The members of a large set with their events, and the files behind them.
fn many(
    reader: Reader<'_>,
    unit: Unit,
    set: &[Member],
    bytes: &mut Vec<Digest>,
) -> Result<Vec<ExplainedMember>, StoreError> {
    let numbers: Vec<u32> = set
        .iter()
        .map(|member| member.id.trim_start_matches('r').parse().unwrap_or(0))
        .collect();
    let behind = reader.behind(unit, &numbers)?;
    let members = set
        .iter()
        .zip(behind.events)
        .map(|(member, events)| ExplainedMember {
            id: member.id.clone(),
            title: member.title.clone(),
            events,
            trail: Vec::new(),
        })
        .collect();
    bytes.extend(behind.files);
    Ok(members)
}

fn record(
    reader: Reader<'_>,
    archive: &Archive,
    id: RecordId,
) -> Result<Option<Explanation>, StoreError> {
    let Some(row) = reader.record(id)? else {
        return withdrawn(reader, id);
    };
    let (member, bytes) = events::record(reader, &row)?;
    let content = reader.content(row.hash)?.unwrap_or_default();
    let value =
        serde_json::to_value(&content).map_err(|error| StoreError::Value(error.to_string()))?;
    let excerpts = bytes::of_record(reader, archive, id)?;
    let explanation = Explanation {
        what: format!("record:{id}"),
        value,
        rule: "A record is one entry as one source returned it; a changed copy is a revision."
            .to_owned(),
        sentence: format!(
            "{id} is a record of {}, known there as {}, and belongs to report {}.",
            row.source, row.key, row.report
        ),
        members: vec![member],
        bytes: Vec::new(),
        excerpts,
        steps: Vec::new(),
        trails_left_out: false,
        last_event: None,
    };
    Ok(Some(finish(explanation, bytes)))
}

/// A record that left with its import.
fn withdrawn(reader: Reader<'_>, id: RecordId) -> Result<Option<Explanation>, StoreError> {
    let Some(seq) = reader.record_withdrawn(id)? else {
        return Ok(None);
    };
    let Some(found) = event(reader, seq)? else {
        return Ok(None);
    };
    Ok(Some(Explanation {
        what: format!("record:{id}"),
        value: "withdrawn".into(),
        rule: "A record that only an import gave which was taken back counts nowhere.".to_owned(),
        sentence: format!("{id} left the review with its import: {}", found.sentence),
        ..found
    }))
}

fn report(reader: Reader<'_>, id: RecordId) -> Result<Option<Explanation>, StoreError> {
    let Some(row) = reader.report(id)? else {
        return Ok(None);
    };
    let mut members = Vec::new();
    let mut bytes = Vec::new();
    let (whole, behind) = events::report(reader, &row)?;
    bytes.extend(behind);
    members.push(whole);
    let records = reader.records_of(id)?;
    for record in &records {
        let (member, behind) = events::record(reader, record)?;
        members.push(member);
        bytes.extend(behind);
    }
    let explanation = Explanation {
        what: format!("report:{id}"),
        value: super::data::Standing::of(row.place)
            .words()
            .to_lowercase()
            .into(),
        rule: "A report is a cluster of records that are one publication; it carries the id of \
               its first record."
            .to_owned(),
        sentence: format!(
            "{id}, {}, is made of {} and is {}.",
            row.citation,
            crate::model::many(records.len() as u64, "record", "records"),
            super::data::Standing::of(row.place).words().to_lowercase()
        ),
        members,
        bytes: Vec::new(),
        excerpts: Vec::new(),
        steps: Vec::new(),
        trails_left_out: false,
        last_event: None,
    };
    Ok(Some(finish(explanation, bytes)))
}

fn study(reader: Reader<'_>, id: StudyId) -> Result<Option<Explanation>, StoreError> {
    let Some(entry) = reader
        .study_reports()?
        .into_iter()
        .find(|entry| entry.study.id == id)
    else {
        return Ok(None);
    };
    let mut members = Vec::new();
    let mut bytes = Vec::new();
    for (report, _) in &entry.reports {
        let (member, behind) = events::report(reader, report)?;
        members.push(member);
        bytes.extend(behind);
    }
    let registry = if entry.study.registry.is_empty() {
        "no registry number".to_owned()
    } else {
        entry.study.registry.join(", ")
    };
    let explanation = Explanation {
        what: format!("study:{id}"),
        value: entry.study.label.clone().into(),
        rule: "A study is one trial; its reports are grouped by registry number and by people."
            .to_owned(),
        sentence: format!(
            "{id} is {} ({registry}), with {}.",
            entry.study.label,
            crate::model::many(entry.reports.len() as u64, "report", "reports")
        ),
        members,
        bytes: Vec::new(),
        excerpts: Vec::new(),
        steps: Vec::new(),
        trails_left_out: false,
        last_event: None,
    };
    Ok(Some(finish(explanation, bytes)))
}

/// An event of which nothing may be told but that it is `what`.
pub fn hidden_event(
    reader: Reader<'_>,
    seq: EventSeq,
    what: &str,
) -> Result<Option<Explanation>, StoreError> {
    let Some(event) = reader.event(seq)? else {
        return Ok(None);
    };
    let sentence = format!("Event {seq} is {what}; it opens when it is.");
    Ok(Some(of_event(
        &event,
        serde_json::Value::Null,
        sentence,
        Vec::new(),
    )))
}

fn event(reader: Reader<'_>, seq: EventSeq) -> Result<Option<Explanation>, StoreError> {
    let Some(event) = reader.event(seq)? else {
        return Ok(None);
    };
    if crate::screen::hidden::is_hidden(reader, &event)? {
        return hidden_event(reader, seq, "a vote on a report that is not settled");
    }
    let value =
        serde_json::from_str(&event.body).map_err(|error| StoreError::Value(error.to_string()))?;
    let actor = match event.actor() {
        Ok(Actor::Person(person)) => names(reader)?.of(person),
        Ok(Actor::Program) | Err(_) => event.actor.clone(),
    };
    let sentence = format!(
        "Event {seq}, {}, by {actor} via {} at {}.{}{}{}",
        event.kind,
        event.via,
        event.at,
        events::decided(reader, &event)?,
        events::searched(&event)?,
        events::undoing(reader, &event)?
    );
    let files = events::files(&event)?;
    Ok(Some(of_event(&event, value, sentence, files)))
}

fn of_event(
    event: &Event,
    value: serde_json::Value,
    sentence: String,
    bytes: Vec<Digest>,
) -> Explanation {
    let seq = event.seq;
    let trail = vec![
        format!("previous {}", event.prev),
        format!("hash {}", event.hash),
    ];
    let explanation = Explanation {
        what: format!("event:{seq}"),
        value,
        rule: format!(
            "An event of the kind {}; its hash covers every field and the hash before.",
            event.kind
        ),
        sentence,
        members: vec![ExplainedMember {
            id: seq.to_string(),
            title: event.kind.clone(),
            events: vec![seq],
            trail,
        }],
        bytes: Vec::new(),
        excerpts: Vec::new(),
        steps: Vec::new(),
        trails_left_out: false,
        last_event: None,
    };
    finish(explanation, bytes)
}
