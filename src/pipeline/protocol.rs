//! What changes where another protocol comes into force: told at the run that adopts it.

use super::{RunError, Workspace};
use crate::ledger::Body;
use crate::ledger::event::{FileRef, SourceRef};
use crate::workflow::Workflow;
use std::collections::BTreeSet;

/// What the files on disk change of the protocol in force, each with what follows from it; nothing where
/// none was adopted or they are the same.
pub fn changes(workspace: &Workspace) -> Result<Vec<String>, RunError> {
    let found = {
        let snapshot = workspace.store.snapshot()?;
        snapshot.read().events_of("workflow_adopted")?.pop()
    };
    let Some(event) = found else {
        return Ok(Vec::new());
    };
    let Body::WorkflowAdopted {
        workflow,
        queries,
        sources,
        ..
    } = event.body().map_err(crate::store::StoreError::from)?
    else {
        return Ok(Vec::new());
    };
    let mut out = of_sources(workspace, &sources)?;
    out.extend(of_queries(&queries, &workspace.query_refs()));
    let before = workspace.archive.get(workflow.digest).ok();
    let before = before.and_then(|bytes| String::from_utf8(bytes).ok());
    let before = before.and_then(|text| Workflow::load(&text, &workflow.path).ok());
    if let Some(before) = before {
        out.extend(of_rules(&before, &workspace.workflow));
    }
    Ok(out)
}

/// Sources that came and went. One that was renamed keeps its records under the old name.
fn of_sources(workspace: &Workspace, before: &[SourceRef]) -> Result<Vec<String>, RunError> {
    let now = &workspace.workflow.sources;
    let gone: Vec<&SourceRef> = before
        .iter()
        .filter(|old| now.iter().all(|source| source.name != old.name))
        .collect();
    let new: Vec<&str> = now
        .iter()
        .map(|source| source.name.as_str())
        .filter(|name| before.iter().all(|old| old.name != *name))
        .collect();
    let mut out = Vec::new();
    let searched: BTreeSet<String> = {
        let snapshot = workspace.store.snapshot()?;
        let runs = snapshot.read().search_runs()?;
        let source = |run: crate::store::read::SearchRun| match run.body {
            Body::SearchCompleted { source, .. } => Some(source),
            _ => None,
        };
        runs.into_iter().filter_map(source).collect()
    };
    for old in &gone {
        let name = &old.name;
        let kept = searched.contains(name);
        let text = match (kept, new.as_slice()) {
            (false, _) => format!("the source `{name}` is gone; nothing of it was searched"),
            (true, []) => {
                format!("the source `{name}` is gone; its records stay in the flow under that name")
            }
            (true, names) => format!(
                "the source `{name}` is gone and `{}` is new: the records of `{name}` stay in the \
                 flow under that name, and what is searched or imported under the new one is \
                 identified again. Where only the name changed, give the old one back, or take the \
                 import back (`perennial import --undo`) and import under the new name",
                names.join("`, `")
            ),
        };
        out.push(text);
    }
    if gone.is_empty() && !new.is_empty() {
        out.push(format!("new: the source `{}`", new.join("`, `")));
    }
    for source in now {
        let old = before.iter().find(|old| old.name == source.name);
        if let Some(old) = old.filter(|old| old.kind != source.kind) {
            out.push(format!(
                "the source `{}` was declared as `{}` and is `{}` now: its records move to another box of the flow",
                source.name,
                old.kind.as_str(),
                source.kind.as_str()
            ));
        }
    }
    Ok(out)
}

fn of_queries(before: &[FileRef], now: &[FileRef]) -> Vec<String> {
    let changed = now.iter().filter(|query| {
        let mut old = before.iter().filter(|old| old.path == query.path);
        old.any(|old| old.digest != query.digest)
    });
    changed
        .map(|query| {
            format!(
                "{} changed: the next search sends it, and records that it finds no more stay",
                query.path
            )
        })
        .collect()
}

fn of_rules(before: &Workflow, now: &Workflow) -> Vec<String> {
    let parts = [
        (
            before.review != now.review,
            "title, question or registration changed",
        ),
        (
            before.criteria != now.criteria,
            "the criteria changed: what was decided before stands",
        ),
        (
            before.rules != now.rules,
            "the filter rules changed: they are applied again, but not over people's decisions",
        ),
        (
            before.screening != now.screening,
            "the screening rules changed: reports that are settled stay so, and one that somebody has \
             voted on waits for the larger of both numbers of people",
        ),
        (
            before.extraction != now.extraction,
            "the rules of extraction changed: published values stand, others follow the new",
        ),
        (before.outcomes != now.outcomes, "the outcomes changed"),
        (
            before.analyses != now.analyses,
            "the analyses changed: they are pooled anew",
        ),
        (before.living != now.living, "the schedule changed"),
    ];
    let said = parts.into_iter().filter(|(changed, _)| *changed);
    said.map(|(_, text)| text.to_owned()).collect()
}
