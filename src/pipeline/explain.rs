//! `explain` of what needs the workflow too: estimates and cells.

use super::{RunError, Workspace};
use crate::extract::analyses::{Made, analyses, short, studies_pooled};
use crate::extract::{state, view};
use crate::model::{Digest, EventSeq};
use crate::pool::steps::steps;
use crate::report::explain::{ExplainedMember, Explanation, explain, hidden_event};
use crate::report::names::names;
use crate::store::Reader;
use crate::workflow::Workflow;

/// Explains anything: an estimate or a cell here, everything else as the report does.
pub fn of(
    workspace: &Workspace,
    reader: Reader<'_>,
    what: &str,
) -> Result<Option<Explanation>, RunError> {
    if what.trim() == "pooled" {
        return pooled(workspace, reader).map(Some);
    }
    match what.trim().split_once(':') {
        Some(("estimate", name)) => {
            let made = analyses(reader, &workspace.workflow, Some(name))?;
            made.first()
                .map(|made| estimate(reader, &workspace.workflow, made, what))
                .transpose()
        }
        Some(("cell", id)) => match id.parse::<u64>() {
            Ok(seq) => cell(reader, &workspace.workflow, seq, what),
            Err(_) => Ok(None),
        },
        Some(("event", id)) if blind(workspace, reader, id)? => {
            let seq = id.trim().parse().map_or(EventSeq(0), EventSeq);
            Ok(hidden_event(reader, seq, OPEN_VALUE)?)
        }
        _ => match explain(reader, &workspace.archive, what)? {
            Some(found) => Ok(Some(found)),
            // The name of an analysis stands for its estimate.
            None => {
                let made = analyses(reader, &workspace.workflow, Some(what.trim()))?;
                let made = made.first();
                made.map(|made| estimate(reader, &workspace.workflow, made, what))
                    .transpose()
            }
        },
    }
}

/// What is said of a value that is not agreed.
const OPEN_VALUE: &str = "a value that is not agreed";

/// Whether the event of this number entered a value that is not agreed, or took one back.
fn blind(workspace: &Workspace, reader: Reader<'_>, id: &str) -> Result<bool, RunError> {
    let Some(seq) = id.trim().parse().ok().map(EventSeq) else {
        return Ok(false);
    };
    let Some(event) = reader.event(seq)? else {
        return Ok(false);
    };
    if !matches!(
        event.kind.as_str(),
        "cell_extracted" | "rob_answered" | "rob_judged" | "event_undone"
    ) {
        return Ok(false);
    }
    let hidden = view::hidden(reader, &workspace.workflow)?;
    Ok(view::is_hidden(reader, &hidden, &event)?)
}

/// The studies pooled for at least one outcome: the left side of identity I7.
fn pooled(workspace: &Workspace, reader: Reader<'_>) -> Result<Explanation, RunError> {
    let made = analyses(reader, &workspace.workflow, None)?;
    let mut members = Vec::new();
    for id in studies_pooled(&made) {
        let of = made.iter().filter(|one| {
            let pooled = one.pooled.as_ref().map(|pooled| pooled.studies.as_slice());
            let mut rows = pooled.unwrap_or_default().iter();
            rows.any(|study| {
                one.chosen
                    .rows
                    .get(study.row)
                    .is_some_and(|r| r.study == id)
            })
        });
        let study = id.parse().map_err(crate::screen::ScreenError::from)?;
        members.push(ExplainedMember {
            id: id.to_owned(),
            title: made
                .iter()
                .find_map(|one| one.labels.get(id).cloned())
                .unwrap_or_default(),
            events: reader
                .study_links(study)?
                .iter()
                .map(|(_, seq, _)| *seq)
                .collect(),
            trail: of
                .map(|one| format!("pooled in estimate:{}", one.analysis.name))
                .collect(),
        });
    }
    let n = members.len() as u64;
    Ok(Explanation {
        what: "pooled".to_owned(),
        value: n.into(),
        rule: "Studies with a row in at least one analysis that could be pooled.".to_owned(),
        sentence: format!(
            "{} pooled for at least one outcome.",
            crate::model::many(n, "study is", "studies are")
        ),
        last_event: members
            .iter()
            .flat_map(|member| member.events.iter().copied())
            .max(),
        members,
        bytes: Vec::new(),
        excerpts: Vec::new(),
        steps: Vec::new(),
        trails_left_out: false,
    })
}

/// The bytes behind an event, where it was read from a file.
fn bytes(reader: Reader<'_>, seq: u64) -> Result<Option<Digest>, RunError> {
    let Some(event) = reader.event(crate::model::EventSeq(seq))? else {
        return Ok(None);
    };
    let body: serde_json::Value = serde_json::from_str(&event.body).unwrap_or_default();
    let digest = body.get("from").and_then(|from| from.get("digest"));
    Ok(digest
        .and_then(|digest| digest.as_str())
        .and_then(|text| text.parse().ok()))
}

fn estimate(
    reader: Reader<'_>,
    workflow: &Workflow,
    made: &Made,
    what: &str,
) -> Result<Explanation, RunError> {
    let mut members = Vec::new();
    let mut behind = Vec::new();
    let hidden = view::hidden(reader, workflow)?;
    let names = names(reader)?;
    let mut entries = state::entries(reader)?;
    entries.retain(|(entry, _)| !hidden.contains(&entry.seq));
    for (n, row) in made.chosen.rows.iter().enumerate() {
        let mut events = Vec::new();
        let mut trail = Vec::new();
        for (entry, value) in &entries {
            if row.cells.contains(&value.cell.key) {
                events.push(entry.seq);
                trail.push(format!(
                    "{} event {}: {} by {}: {}{}",
                    entry.at,
                    entry.seq,
                    value.cell.key,
                    names.of(entry.person),
                    value.cell.value.words(),
                    value
                        .cell
                        .provenance
                        .source
                        .as_deref()
                        .map(|source| format!(", seen in {source}"))
                        .unwrap_or_default()
                ));
                behind.extend(bytes(reader, entry.seq.0)?);
            }
        }
        if let Ok(pooled) = &made.pooled
            && let Some(study) = pooled.studies.iter().find(|study| study.row == n)
        {
            trail.push(format!(
                "effect {:?}, variance {:?}, weight {:.1} %",
                study.yi.unwrap_or_default(),
                study.vi.unwrap_or_default(),
                study.weight
            ));
        }
        trail.extend(row.derived.iter().cloned());
        let label = made.rows.get(n).map(|row| row.study.clone());
        let label = label.unwrap_or_default();
        let citation = made.citations.get(&row.report).cloned().unwrap_or_default();
        members.push(ExplainedMember {
            id: row.study.clone(),
            title: format!("{label}, {citation}, {}", row.population),
            events,
            trail,
        });
    }
    behind.sort();
    behind.dedup();
    let (value, sentence) = match &made.pooled {
        Ok(pooled) => (
            crate::pool::json::compact(pooled)
                .ok()
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default(),
            format!("{} from {} studies.", short(made, pooled), pooled.k),
        ),
        Err(reason) => (serde_json::Value::Null, format!("Not pooled: {reason}.")),
    };
    let last_event = members
        .iter()
        .flat_map(|member| member.events.iter().copied())
        .max();
    Ok(Explanation {
        what: what.trim().to_owned(),
        value,
        rule: format!(
            "{} of `{}` by {}; one report per study: those the workflow names, else the {}.",
            made.analysis.measure,
            made.analysis.outcome,
            made.analysis.method,
            made.analysis.otherwise.as_str()
        ),
        sentence,
        members,
        bytes: behind,
        excerpts: Vec::new(),
        steps: made.pooled.as_ref().map(steps).unwrap_or_default(),
        trails_left_out: false,
        last_event,
    })
}

fn cell(
    reader: Reader<'_>,
    workflow: &Workflow,
    seq: u64,
    what: &str,
) -> Result<Option<Explanation>, RunError> {
    if view::hidden(reader, workflow)?.contains(&EventSeq(seq)) {
        let found = hidden_event(reader, EventSeq(seq), OPEN_VALUE)?;
        return Ok(found.map(|found| Explanation {
            what: what.trim().to_owned(),
            ..found
        }));
    }
    let names = names(reader)?;
    let found = state::entries(reader)?
        .into_iter()
        .find(|(entry, _)| entry.seq.0 == seq);
    let Some((entry, value)) = found else {
        return Ok(None);
    };
    let provenance: serde_json::Value = serde_json::from_str(&entry.provenance).unwrap_or_default();
    Ok(Some(Explanation {
        what: what.trim().to_owned(),
        value: serde_json::from_str(&entry.value).unwrap_or_default(),
        rule: "A cell is what one person read in one report; it holds when as many people as the \
               workflow asks for entered the same, or a person settled it."
            .to_owned(),
        sentence: format!(
            "{}: {}; entered by {} at {}.",
            value.cell.key,
            value.cell.value.words(),
            names.of(entry.person),
            entry.at
        ),
        members: vec![ExplainedMember {
            id: format!("cell:{seq}"),
            title: value.cell.key.to_string(),
            events: vec![entry.seq],
            trail: vec![
                format!("provenance {provenance}"),
                format!("checks {}", entry.findings),
            ],
        }],
        bytes: bytes(reader, seq)?.into_iter().collect(),
        excerpts: Vec::new(),
        steps: Vec::new(),
        trails_left_out: false,
        last_event: Some(entry.seq),
    }))
}
