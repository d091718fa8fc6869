//! What changed between two states of the review: two versions, or one and the review as it stands.
//!
//! A published version has kept what a comparison needs of its state; of versions before that was so, the
//! state is rebuilt from the log and read with the workflow that was in force. So a comparison needs
//! nothing but the log and the archive.

mod bridges;
mod frozen;
mod lines;

pub(super) use bridges::side;

use crate::extract::analyses::{Made, analyses};
use crate::extract::state as standing_of;
use crate::ledger::event::FileRef;
use crate::ledger::{Body, LedgerError};
use crate::model::Place;
use crate::report::ReportError;
use crate::report::flow;
use crate::report::history::{
    CellChange, Changes, CountChange, End, EstimateChange, FileChange, Moved, Moves,
};
use crate::store::read::Version;
use crate::store::{Reader, StoreError};
use crate::workflow::Workflow;
use crate::workspace::Workspace;
use frozen::Frozen;
use std::collections::BTreeMap;

/// A state of the review.
struct State {
    end: End,
    /// Studies with an included report: id, label.
    studies: BTreeMap<String, String>,
    /// Included reports: id, citation and the labels of their studies.
    reports: BTreeMap<String, (String, Vec<String>)>,
    /// Every count of the whole flow.
    counts: Vec<(String, u64)>,
    cells: BTreeMap<String, String>,
    files: Vec<(String, String)>,
    made: Vec<Made>,
}

/// Compares version `from` with version `to`, or with the review as it stands.
pub fn between(
    workspace: &Workspace,
    reader: Reader<'_>,
    from: &Version,
    to: Option<&Version>,
) -> Result<Changes, ReportError> {
    let new = match to {
        Some(version) => at_version(workspace, reader, version)?,
        None => {
            let made = analyses(reader, &workspace.workflow, None)?;
            working(workspace, reader, made)?
        }
    };
    compare(reader, &at_version(workspace, reader, from)?, &new)
}

/// Compares version `from` with the review as it stands, whose analyses are `made` already.
pub fn since(
    workspace: &Workspace,
    reader: Reader<'_>,
    from: &Version,
    made: &[Made],
) -> Result<Changes, ReportError> {
    let new = working(workspace, reader, made.to_vec())?;
    compare(reader, &at_version(workspace, reader, from)?, &new)
}

/// What a publication of the review as `reader` sees it keeps for later comparisons; `made` are its
/// analyses.
pub fn freeze(
    workspace: &Workspace,
    reader: Reader<'_>,
    made: &[Made],
) -> Result<Vec<u8>, ReportError> {
    let state = working(workspace, reader, made.to_vec())?;
    let bytes = Frozen::of(&state).bytes().map_err(LedgerError::from);
    Ok(bytes.map_err(StoreError::from)?)
}

fn at_version(
    workspace: &Workspace,
    now: Reader<'_>,
    version: &Version,
) -> Result<State, ReportError> {
    let end = end_of(version);
    if let Some(event) = now.frozen(version)?
        && let Some(digest) = event.state
        && let Some(kept) = Frozen::read(&workspace.archive.get(digest)?)
    {
        let files = texts(workspace, &event.workflow, &event.queries)?;
        let workflow = workflow_of(&files, version)?;
        return Ok(kept.thaw(end, &workflow, files));
    }
    replayed(workspace, now, version, end)
}

fn end_of(version: &Version) -> End {
    End {
        version: Some(version.name.clone()),
        event: version.upto.0,
        at: version.at.clone(),
    }
}

/// The state of the review at a version, from the log alone.
fn replayed(
    workspace: &Workspace,
    now: Reader<'_>,
    version: &Version,
    end: End,
) -> Result<State, ReportError> {
    let store = workspace.store.as_of(now, version.upto)?;
    let snapshot = store.snapshot()?;
    let reader = snapshot.read();
    let files = protocol(workspace, reader)?;
    let mut workflow = workflow_of(&files, version)?;
    workflow.published.clone_from(&workspace.workflow.published);
    let made = analyses(reader, &workflow, None)?;
    state(reader, &workflow, files, end, made)
}

/// Compares a version with the review as it stands, its state made again from the log: the same as
/// [`between`] gives, for versions that keep their state and for those that do not.
pub fn between_replayed(
    workspace: &Workspace,
    reader: Reader<'_>,
    from: &Version,
) -> Result<Changes, ReportError> {
    let made = analyses(reader, &workspace.workflow, None)?;
    let new = working(workspace, reader, made)?;
    let old = replayed(workspace, reader, from, end_of(from))?;
    compare(reader, &old, &new)
}

/// What a version would keep by the log alone: the same bytes as [`freeze`] gave when it was published,
/// as long as the program is the same.
pub fn freeze_again(
    workspace: &Workspace,
    reader: Reader<'_>,
    version: &Version,
) -> Result<Vec<u8>, ReportError> {
    let state = replayed(workspace, reader, version, end_of(version))?;
    let bytes = Frozen::of(&state).bytes().map_err(LedgerError::from);
    Ok(bytes.map_err(StoreError::from)?)
}

/// The workflow that was in force at a version.
fn workflow_of(files: &[(String, String)], version: &Version) -> Result<Workflow, StoreError> {
    let text = files.first().map_or("", |(_, text)| text.as_str());
    Workflow::load(text, crate::workspace::WORKFLOW).map_err(|found| {
        let first = found.first().map(|d| d.message.clone());
        StoreError::Value(format!(
            "the workflow of version {}: {}",
            version.name,
            first.unwrap_or_default()
        ))
    })
}

fn working(
    workspace: &Workspace,
    reader: Reader<'_>,
    made: Vec<Made>,
) -> Result<State, ReportError> {
    // Who reads what changed may vote: the moment is the last that tells of no open vote.
    let seq = reader.told_head()?;
    let end = End {
        version: None,
        event: seq.0,
        at: reader.event_at(seq)?.unwrap_or_default(),
    };
    let files = protocol(workspace, reader)?;
    state(reader, &workspace.workflow, files, end, made)
}

/// The workflow and the query files in force, `workflow.toml` first.
fn protocol(
    workspace: &Workspace,
    reader: Reader<'_>,
) -> Result<Vec<(String, String)>, ReportError> {
    let last = reader.events_of("workflow_adopted")?.pop();
    let Some(event) = last else {
        return Ok(Vec::new());
    };
    let Body::WorkflowAdopted {
        workflow, queries, ..
    } = event.body().map_err(StoreError::from)?
    else {
        return Ok(Vec::new());
    };
    texts(workspace, &workflow, &queries)
}

/// The texts of the files of a protocol, from the archive.
fn texts(
    workspace: &Workspace,
    workflow: &FileRef,
    queries: &[FileRef],
) -> Result<Vec<(String, String)>, ReportError> {
    let text = |file: &FileRef| -> Result<(String, String), ReportError> {
        let bytes = workspace.archive.get(file.digest)?;
        Ok((
            file.path.clone(),
            String::from_utf8_lossy(&bytes).into_owned(),
        ))
    };
    std::iter::once(workflow).chain(queries).map(text).collect()
}

fn state(
    reader: Reader<'_>,
    workflow: &Workflow,
    files: Vec<(String, String)>,
    end: End,
    made: Vec<Made>,
) -> Result<State, ReportError> {
    let mut studies = BTreeMap::new();
    let mut of_report: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in reader.study_reports()? {
        for (report, _) in &entry.reports {
            if report.place == Place::Included {
                studies.insert(entry.study.id.to_string(), entry.study.label.clone());
                let labels = of_report.entry(report.id.to_string()).or_default();
                labels.push(entry.study.label.clone());
            }
        }
    }
    let mut reports = BTreeMap::new();
    for report in reader.reports_in(Place::Included)? {
        let id = report.id.to_string();
        let of = of_report.remove(&id).unwrap_or_default();
        reports.insert(id, (report.citation.clone(), of));
    }
    let cells = standing_of::held(reader, workflow)?;
    Ok(State {
        end,
        studies,
        reports,
        counts: flow::combined(reader)?.leaves(),
        cells: cells
            .iter()
            .map(|cell| Ok((cell.key.to_string(), value_text(&cell.value)?)))
            .collect::<Result<_, StoreError>>()?,
        files,
        made,
    })
}

/// A value as people compare it: `events 201, n 240`.
fn value_text(value: &crate::extract::CellValue) -> Result<String, StoreError> {
    let json = serde_json::to_value(value).map_err(|error| StoreError::Value(error.to_string()))?;
    let Some(fields) = json.as_object() else {
        return Ok(json.to_string());
    };
    let parts: Vec<String> = fields
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            format!("{} {value}", name.replace('_', " "))
        })
        .collect();
    Ok(parts.join(", "))
}

fn compare(reader: Reader<'_>, old: &State, new: &State) -> Result<Changes, ReportError> {
    let mut changes = Changes {
        from: old.end.clone(),
        to: new.end.clone(),
        headline: String::new(),
        studies: studies(reader, old, new)?,
        reports: reports(reader, old, new)?,
        counts: counts(old, new),
        cells: cells(old, new),
        protocol: files(old, new),
        estimates: estimates(reader, old, new)?,
    };
    changes.headline = headline(&changes);
    Ok(changes)
}

fn studies(reader: Reader<'_>, old: &State, new: &State) -> Result<Moves, ReportError> {
    let mut moves = Moves::default();
    for (id, label) in new
        .studies
        .iter()
        .filter(|(id, _)| !old.studies.contains_key(*id))
    {
        let with: Vec<&str> = new
            .reports
            .values()
            .filter(|(_, of)| of.contains(label))
            .map(|(citation, _)| citation.as_str())
            .collect();
        moves.came.push(Moved {
            id: id.clone(),
            label: label.clone(),
            why: format!("by {}", with.join(", ")),
        });
    }
    for (id, label) in old
        .studies
        .iter()
        .filter(|(id, _)| !new.studies.contains_key(*id))
    {
        let gone: Vec<String> = old
            .reports
            .iter()
            .filter(|(id, (_, of))| !new.reports.contains_key(*id) && of.contains(label))
            .map(|(id, (citation, _))| Ok(format!("{citation}: {}", standing(reader, id)?)))
            .collect::<Result<_, StoreError>>()?;
        moves.went.push(Moved {
            id: id.clone(),
            label: label.clone(),
            why: gone.join("; "),
        });
    }
    Ok(moves)
}

fn reports(reader: Reader<'_>, old: &State, new: &State) -> Result<Moves, ReportError> {
    let mut moves = Moves::default();
    for (id, (citation, of)) in new
        .reports
        .iter()
        .filter(|(id, _)| !old.reports.contains_key(*id))
    {
        moves.came.push(Moved {
            id: id.clone(),
            label: citation.clone(),
            why: if of.is_empty() {
                "of no study yet".to_owned()
            } else {
                format!("of {}", of.join(", "))
            },
        });
    }
    for (id, (citation, _)) in old
        .reports
        .iter()
        .filter(|(id, _)| !new.reports.contains_key(*id))
    {
        moves.went.push(Moved {
            id: id.clone(),
            label: citation.clone(),
            why: standing(reader, id)?,
        });
    }
    Ok(moves)
}

/// Where a report stands now, as far as it may be told.
fn standing(reader: Reader<'_>, id: &str) -> Result<String, StoreError> {
    let Ok(id) = id.parse::<crate::model::RecordId>() else {
        return Ok(String::new());
    };
    if let Some(report) = reader.report(id)? {
        let words = crate::report::data::Standing::of(report.place).words();
        let known = reader.reasons()?;
        let reason = report.reason.as_ref().map(|code| {
            let text = known.iter().find(|reason| reason.code == *code);
            text.map_or(code.clone(), |reason| reason.text.clone())
        });
        return Ok(match reason {
            Some(reason) => format!("{}: {reason}", words.to_lowercase()),
            None => words.to_lowercase(),
        });
    }
    let now = reader.record(id)?.map(|record| record.report);
    Ok(now.map_or_else(String::new, |report| format!("now part of report {report}")))
}

fn counts(old: &State, new: &State) -> Vec<CountChange> {
    let mut paths: Vec<&String> = new.counts.iter().map(|(path, _)| path).collect();
    for (path, _) in &old.counts {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    let of = |state: &State, path: &str| {
        let found = state.counts.iter().find(|(known, _)| known == path);
        found.map_or(0, |(_, n)| *n)
    };
    paths
        .into_iter()
        .map(|path| CountChange {
            name: flow::words(path).map_or_else(|| path.clone(), |(name, _)| name),
            from: of(old, path),
            to: of(new, path),
            path: path.clone(),
        })
        .collect()
}

fn cells(old: &State, new: &State) -> Vec<CellChange> {
    let keys: std::collections::BTreeSet<&String> =
        old.cells.keys().chain(new.cells.keys()).collect();
    let named = |key: &str| match key.split_once(',').or_else(|| key.split_once(':')) {
        Some((study, _)) => {
            let label = new.studies.get(study).or_else(|| old.studies.get(study));
            label.map_or_else(|| key.to_owned(), |label| key.replacen(study, label, 1))
        }
        None => key.to_owned(),
    };
    keys.into_iter()
        .filter(|key| old.cells.get(*key) != new.cells.get(*key))
        .map(|key| CellChange {
            cell: named(key),
            from: old.cells.get(key).cloned(),
            to: new.cells.get(key).cloned(),
        })
        .collect()
}

fn files(old: &State, new: &State) -> Vec<FileChange> {
    let of = |state: &State, path: &str| {
        let found = state.files.iter().find(|(known, _)| known == path);
        found.map_or_else(String::new, |(_, text)| text.clone())
    };
    let mut paths: Vec<&String> = new.files.iter().map(|(path, _)| path).collect();
    for (path, _) in &old.files {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
        .into_iter()
        .filter(|path| of(old, path) != of(new, path))
        .map(|path| {
            let (removed, added) = lines::changed(&of(old, path), &of(new, path));
            FileChange {
                path: path.clone(),
                removed,
                added,
            }
        })
        .collect()
}

fn estimates(
    reader: Reader<'_>,
    old: &State,
    new: &State,
) -> Result<Vec<EstimateChange>, ReportError> {
    let mut names: Vec<&str> = new.made.iter().map(|m| m.analysis.name.as_str()).collect();
    for made in &old.made {
        if !names.contains(&made.analysis.name.as_str()) {
            names.push(&made.analysis.name);
        }
    }
    let of = |state: &'_ State, name: &str| -> Option<usize> {
        state
            .made
            .iter()
            .position(|made| made.analysis.name == name)
    };
    let retracted = bridges::retracted(reader)?;
    let mut out = Vec::new();
    for name in names {
        let before = of(old, name).and_then(|at| old.made.get(at));
        let after = of(new, name).and_then(|at| new.made.get(at));
        out.push(bridges::estimate(
            name,
            before,
            after,
            &retracted,
            [&old.end, &new.end],
        ));
    }
    Ok(out)
}

/// `Since version 1.0: 1 study and 3 reports came in, the pooled hazard ratio moved.`
fn headline(changes: &Changes) -> String {
    let many = crate::model::many;
    let mut parts = Vec::new();
    let mut moved = |n: usize, one: &str, several: &str, verb: &str| {
        if n > 0 {
            parts.push(format!("{} {verb}", many(n as u64, one, several)));
        }
    };
    moved(changes.studies.came.len(), "study", "studies", "came in");
    moved(changes.studies.went.len(), "study", "studies", "went out");
    moved(changes.reports.came.len(), "report", "reports", "came in");
    moved(changes.reports.went.len(), "report", "reports", "went out");
    moved(changes.cells.len(), "value", "values", "changed");
    let estimates = changes.estimates.iter().filter(|e| e.is_moved()).count();
    moved(estimates, "estimate", "estimates", "moved");
    if !changes.protocol.is_empty() {
        parts.push("the protocol changed".to_owned());
    }
    let found = changes
        .moved()
        .find(|count| count.path == "screened" && count.to > count.from)
        .map(|count| count.to - count.from);
    if let Some(n) = found {
        // What went into screening and waits there was not screened yet.
        let more = |path: &str| {
            let count = changes.moved().find(|count| count.path == path);
            count.map_or(0, |count| count.to.saturating_sub(count.from))
        };
        let waits = more("pending.title_abstract").min(n);
        let mut text = format!("{} screened", many(n - waits, "record was", "records were"));
        if waits > 0 {
            text.push_str(&format!(", {} for it", many(waits, "waits", "wait")));
        }
        parts.insert(0, text);
    }
    match parts.as_slice() {
        [] => "Nothing changed.".to_owned(),
        parts => {
            let text = parts.join("; ");
            let mut letters = text.chars();
            let first = letters.next().map(|c| c.to_uppercase().collect::<String>());
            format!("{}{}.", first.unwrap_or_default(), letters.as_str())
        }
    }
}
