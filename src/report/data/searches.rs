//! The search log: each run with its strategy, numbers, problems and bytes.

use super::{Search, SearchFile, SourceFacts};
use crate::ledger::event::FileRef;
use crate::ledger::{Body, Event};
use crate::model::SourceKind;
use crate::store::read::SearchRun;
use crate::store::{Reader, StoreError};
use crate::workflow::Workflow;
use std::collections::BTreeMap;

/// What the files of one run brought.
#[derive(Default)]
struct Received {
    new: u64,
    revised: u64,
    known: u64,
    problems: Vec<String>,
    parsers: BTreeMap<crate::model::Digest, String>,
}

/// What the log says of each declared or searched source.
pub(super) struct Sources<'a> {
    declared: Vec<(String, SourceKind)>,
    workflow: &'a Workflow,
}

impl<'a> Sources<'a> {
    pub(super) fn of(reader: Reader<'_>, workflow: &'a Workflow) -> Result<Self, StoreError> {
        Ok(Self {
            declared: reader.sources()?,
            workflow,
        })
    }

    fn facts(&self, name: &str) -> SourceFacts {
        let declared = self.declared.iter().find(|(known, _)| known == name);
        let written = self.workflow.source(name);
        SourceFacts {
            name: name.to_owned(),
            kind: declared
                .map(|(_, kind)| *kind)
                .or(written.map(|source| source.kind)),
            platform: written.and_then(|source| source.platform.clone()),
            note: written.and_then(|source| source.note.clone()),
        }
    }

    /// Sources of the workflow that no run has searched.
    pub(super) fn unsearched(&self, runs: &[Search]) -> Vec<SourceFacts> {
        let names = self.workflow.sources.iter().map(|source| &source.name);
        names
            .filter(|name| !runs.iter().any(|run| run.source.name == **name))
            .map(|name| self.facts(name))
            .collect()
    }
}

/// The completed runs, in order. `received` are the events of their files.
pub(super) fn searches(
    runs: Vec<SearchRun>,
    (received, accepted): (&[Event], &[Event]),
    sources: &Sources<'_>,
    strategy: &dyn Fn(&FileRef) -> Option<String>,
) -> Result<Vec<Search>, StoreError> {
    let mut by_run: BTreeMap<u64, Received> = BTreeMap::new();
    let accepted = accepted.iter().map(|event| {
        let Body::CountsAccepted { run, reason, .. } = event.body()? else {
            return Ok(None);
        };
        Ok(Some((run, reason)))
    });
    let accepted: Result<Vec<_>, StoreError> = accepted.collect();
    let mut accepted: BTreeMap<u64, String> = accepted?.into_iter().flatten().collect();
    for event in received {
        if let Body::RecordsReceived {
            run,
            file,
            parser,
            new,
            revised,
            known,
            problems,
            ..
        } = event.body()?
        {
            let of_run = by_run.entry(run).or_default();
            of_run.new += len(&new);
            of_run.revised += len(&revised);
            of_run.known += len(&known);
            of_run.problems.extend(problems);
            of_run.parsers.insert(file.digest, parser);
        }
    }
    let mut out = Vec::new();
    for found in runs {
        let Body::SearchCompleted {
            run,
            source,
            interface,
            query,
            searched,
            hits,
            declared,
            retrieved,
            known: skipped,
            translation,
            stated,
            warnings,
            responses,
        } = found.body
        else {
            continue;
        };
        let of_run = by_run.remove(&run).unwrap_or_default();
        let sent = query.as_ref().and_then(strategy).or(stated);
        out.push(Search {
            seq: found.seq,
            day: searched.unwrap_or_else(|| super::day(&found.at).to_owned()),
            at: found.at,
            run,
            accepted: accepted.remove(&run),
            source: sources.facts(&source),
            interface,
            strategy: sent,
            query,
            translation,
            warnings,
            hits,
            declared,
            retrieved,
            skipped,
            new: of_run.new,
            revised: of_run.revised,
            known: of_run.known,
            problems: of_run.problems,
            files: responses
                .into_iter()
                .map(|response| SearchFile {
                    parser: of_run.parsers.get(&response.digest).cloned(),
                    role: response.role,
                    path: crate::model::path::without_machine(&response.path).to_owned(),
                    digest: response.digest,
                })
                .collect(),
        });
    }
    Ok(out)
}

fn len<T>(list: &[T]) -> u64 {
    u64::try_from(list.len()).unwrap_or(u64::MAX)
}
