//! The live part of `search`: every source that the program asks itself, one after the other.

use super::{StageReport, StageState, Workspace, many};
use crate::model::{Clock, Progress};
use crate::search::SearchError;
use crate::search::eutils::EutilsError;
use crate::search::live::{Live, Searched, Strategy, session};
use crate::search::paged;
use crate::strategy::{bytes_to_send, ctgov, pubmed};
use crate::workflow::{Access, Diagnostic, LivingStatus, Service, Source, Workflow};

/// The sources that are searched live: all, or those that `names` names.
pub fn sources(workspace: &Workspace, names: &[String]) -> Result<Vec<Source>, SearchError> {
    sources_of(&workspace.workflow, names)
}

/// The same of a workflow.
pub fn sources_of(workflow: &Workflow, names: &[String]) -> Result<Vec<Source>, SearchError> {
    let all = &workflow.sources;
    if names.is_empty() {
        let live = |source: &&Source| !matches!(source.access, Access::File { .. });
        return Ok(all.iter().filter(live).cloned().collect());
    }
    let mut out = Vec::new();
    for name in names {
        let source = all.iter().find(|source| source.name == *name);
        let source = source.ok_or_else(|| SearchError::UnknownSource {
            name: name.clone(),
            known: all.iter().map(|source| source.name.clone()).collect(),
        })?;
        match source.access {
            Access::Eutils { .. } | Access::Pages { .. } => out.push(source.clone()),
            Access::File { .. } => return Err(SearchError::NotLive { name: name.clone() }),
        }
    }
    Ok(out)
}

/// Whether NCBI is asked for the records of a source.
pub fn asks_ncbi(source: &Source) -> bool {
    matches!(source.access, Access::Eutils { .. })
}

/// Checks every strategy, then searches; each source that could be is completed, whatever befell
/// another. Without a contact NCBI is asked for nothing: its sources are left out, or an error
/// where they were named.
pub fn search(
    workspace: &mut Workspace,
    names: &[String],
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<Vec<Searched>, SearchError> {
    let mut contact = workspace.contact.clone();
    let watch = workspace.watch.clone();
    if let Some(contact) = &mut contact {
        contact.watch = watch.clone();
    }
    let _watched = watch.begin();
    let mut chosen = sources(workspace, names)?;
    let ncbi = chosen.iter().filter(|source| asks_ncbi(source)).count();
    if contact.is_none() && ncbi > 0 {
        if !names.is_empty() || ncbi == chosen.len() {
            return Err(SearchError::NoEmail);
        }
        chosen.retain(|source| !asks_ncbi(source));
    }
    let mut work = Vec::new();
    for source in chosen {
        let path = source.query().unwrap_or_default().to_owned();
        let Some((file, text)) = workspace.query_text(&path) else {
            continue;
        };
        let living = workspace.workflow.living.status == LivingStatus::Active;
        let found = faults(&source, &text, &path, living);
        if !found.is_empty() {
            return Err(SearchError::Query {
                file: path,
                text,
                found,
            });
        }
        let text = bytes_to_send(&text);
        work.push((source, Strategy { file, text }));
    }
    let mut ncbi = contact.as_ref().map(session).transpose()?;
    let mut pages = None;
    let timing = workspace.timing.clone();
    let mut live = Live {
        store: &mut workspace.store,
        archive: &workspace.archive,
        clock,
        progress,
    };
    let mut done = Vec::new();
    let mut failed = None;
    for (source, strategy) in work {
        let searched = match (&source.access, &mut ncbi) {
            (Access::Pages { .. }, _) => {
                let session = match &mut pages {
                    Some(session) => session,
                    None => pages.insert(paged::session(timing.clone(), watch.clone())?),
                };
                live.search_pages(session, &source, &strategy)
            }
            (Access::Eutils { .. } | Access::File { .. }, Some(session)) => {
                live.search(session, &source, &strategy)
            }
            (Access::Eutils { .. } | Access::File { .. }, None) => Err(SearchError::NoEmail),
        };
        match searched {
            Ok(searched) => done.push(searched),
            Err(
                error @ SearchError::Source {
                    error: EutilsError::Stopped,
                    ..
                },
            ) => return Err(error),
            Err(error @ SearchError::Source { .. }) => {
                failed.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
    }
    match failed {
        None => Ok(done),
        Some(error) => Err(error),
    }
}

/// What a source would refuse or read otherwise in its strategy.
fn faults(source: &Source, text: &str, path: &str, living: bool) -> Vec<Diagnostic> {
    match &source.access {
        Access::Eutils { .. } => pubmed::check(text, path)
            .into_iter()
            .filter(|finding| living || finding.rule != pubmed::Rule::DateLimit)
            .map(|finding| finding.diagnostic)
            .collect(),
        Access::Pages {
            service: Service::Ctgov,
            ..
        } => ctgov::check(text, path),
        Access::Pages {
            service: Service::EuropePmc,
            ..
        }
        | Access::File { .. } => Vec::new(),
    }
}

/// The searches as stages of a run.
pub fn run(
    workspace: &mut Workspace,
    names: &[String],
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<Vec<StageReport>, SearchError> {
    let done = search(workspace, names, clock, progress)?;
    let count = workspace.store.snapshot()?.read().record_count()?;
    Ok(done
        .iter()
        .map(|searched| StageReport {
            stage: "search",
            state: StageState::Done,
            text: summary(searched),
            count: Some(count),
            changed: searched.new + searched.revised > 0,
            seconds: 0.0,
        })
        .collect())
}

/// "PubMed: 1,204 hits, 12 new records, 3 revised, 1,189 known".
pub fn summary(searched: &Searched) -> String {
    let mut parts = vec![
        many(searched.hits, "hit", "hits"),
        many(searched.new, "new record", "new records"),
    ];
    if searched.new_before > 0
        && let Some(new) = parts.last_mut()
    {
        new.push_str(&format!(
            " ({} of them before it was interrupted)",
            searched.new_before
        ));
    }
    for (n, word) in [(searched.revised, "revised"), (searched.known, "known")] {
        if n > 0 {
            parts.push(format!("{n} {word}"));
        }
    }
    if searched.swept > 0 {
        parts.push(format!("{} in use looked at again", searched.swept));
    }
    if searched.missing > 0 {
        parts.push(format!("{} not returned", searched.missing));
    }
    format!("{}: {}", searched.source, parts.join(", "))
}
