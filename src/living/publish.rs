//! `publish`: the review as it stands is frozen under a name.
//!
//! Frozen are the last event, the protocol in force, the program's version and the bytes of every
//! file of the report; the event that says so is the last thing written, so a publication is there
//! whole or not at all.

use super::{changes, report as whole};
use crate::extract::analyses::analyses;
use crate::ledger::event::FileRef;
use crate::ledger::{Actor, Body, Event, Stamp, Via};
use crate::model::finding::Severity;
use crate::model::version::is_version_name;
use crate::model::{Clock, Digest, EventSeq};
use crate::report::{self, ReportError};
use crate::screen::{Acting, hidden};
use crate::store::archive::write_durably;
use crate::store::read::Version;
use crate::store::{ArchiveError, Reader, StoreError};
use crate::workspace::{AdoptError, Workspace};
use std::path::PathBuf;

pub use crate::workspace::traces::VERSIONS;

/// Why a version cannot be published, or is not there.
#[derive(Debug, thiserror::Error)]
pub enum VersionError {
    /// The name cannot be one.
    #[error(
        "`{0}` cannot name a version: use letters, digits, dots, hyphens and underscores, 40 at most, and neither `working` nor `latest`"
    )]
    Name(String),
    /// The name is taken.
    #[error("version {name} was published at {at}; a name is given once")]
    Taken {
        /// The name as it was given before, which may differ in capitals.
        name: String,
        /// When it was published.
        at: String,
    },
    /// The linter found errors.
    #[error("not published: the linter found {0}")]
    Lint(String),
    /// Work is open.
    #[error("not published: {0}")]
    Provisional(String),
    /// Nothing was searched yet.
    #[error("there is nothing to publish: no record was ever received")]
    Empty,
    /// The version was published before the review came here.
    #[error(
        "`{0}` was published before the review came here: what it included is known, its searches, counts and estimates are not"
    )]
    Baseline(String),
    /// No version has the name.
    #[error("no version is called `{name}`")]
    Unknown {
        /// What was asked for.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The protocol, or a file of the report, cannot be kept.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The report cannot be made or written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AdoptError> for VersionError {
    fn from(error: AdoptError) -> Self {
        match error {
            AdoptError::Archive(error) => Self::Archive(error),
            AdoptError::Store(error) => Self::Store(error),
        }
    }
}

/// What a publication made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The version as the log has it now.
    pub version: Version,
    /// Its files with their hashes.
    pub files: Vec<FileRef>,
    /// The folder that they were written to.
    pub folder: PathBuf,
    /// Whether work was open.
    pub provisional: bool,
}

/// How often a publication that others overtook is made anew.
const TRIES: u32 = 4;

/// Publishes the review as it stands, for a person or, where nobody was named, for the program.
pub fn publish(
    workspace: &Workspace,
    name: &str,
    provisional: bool,
    despite_lint: Option<&str>,
    who: Option<&Acting>,
    clock: &dyn Clock,
) -> Result<Published, VersionError> {
    let mut tries = 1;
    loop {
        let done = attempt(workspace, name, provisional, despite_lint, who, clock);
        match done {
            Err(VersionError::Store(StoreError::Moved { .. })) if tries < TRIES => tries += 1,
            done => return done,
        }
    }
}

fn attempt(
    workspace: &Workspace,
    name: &str,
    provisional: bool,
    despite_lint: Option<&str>,
    who: Option<&Acting>,
    clock: &dyn Clock,
) -> Result<Published, VersionError> {
    if !is_version_name(name) {
        return Err(VersionError::Name(name.to_owned()));
    }
    let found = workspace.store.snapshot()?;
    let versions = found.read().versions()?;
    if let Some(before) = found.read().baseline()?
        && before.name.eq_ignore_ascii_case(name)
    {
        return Err(VersionError::Baseline(before.name));
    }
    if let Some(there) = versions.iter().find(|v| v.name.eq_ignore_ascii_case(name)) {
        return Err(VersionError::Taken {
            name: there.name.clone(),
            at: there.at.clone(),
        });
    }
    if found.read().record_count()? == 0 {
        return Err(VersionError::Empty);
    }
    complete(workspace, found.read())?;
    drop(found);
    workspace.adopt(clock)?;
    // Everything in the report is of one moment; what is committed later refuses the publication.
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let made = analyses(reader, &workspace.workflow, None).map_err(ReportError::from)?;
    let mut data = whole::gather(workspace, reader, &made, Some(name))?;
    let state = changes::freeze(workspace, reader, &made)?;
    let (upto, head) = reader.head(workspace.store.review())?;
    drop(snapshot);
    let of_flow = report::lint::of_flow(&data.counts);
    data.results.lint.lines.extend(of_flow);
    let errors = linted(&mut data.results.lint, despite_lint);
    let open = open_work(&data);
    if let (Some(open), false) = (&open, provisional) {
        return Err(VersionError::Provisional(open.clone()));
    }
    if let Some(errors) = errors {
        return Err(VersionError::Lint(errors));
    }
    let rendered = report::render(&data)?;
    let mut stored = Vec::new();
    for (file, bytes) in &rendered {
        let kept = workspace.archive.keep(bytes)?;
        stored.push((format!("{VERSIONS}/{name}/{file}"), kept));
    }
    let kept = workspace.archive.keep(&state)?;
    stored.push((format!("{VERSIONS}/{name}/state.json"), kept));
    let files: Vec<FileRef> = rendered
        .iter()
        .map(|(file, bytes)| FileRef {
            path: file.clone(),
            digest: Digest::of(bytes),
        })
        .collect();
    let protocol = data
        .protocol
        .ok_or_else(|| StoreError::Value("no protocol is in force".to_owned()))?;
    let body = Body::VersionPublished {
        name: name.to_owned(),
        upto,
        head,
        workflow: protocol.workflow,
        queries: protocol.queries,
        program: format!("perennial {}", env!("CARGO_PKG_VERSION")),
        provisional: open.is_some(),
        files: files.clone(),
        state: Some(Digest::of(&state)),
        despite_lint: data.results.lint.despite.clone(),
    };
    let stamp = Stamp {
        at: clock.now(),
        actor: who.map_or(Actor::Program, |who| Actor::Person(who.person)),
        via: who.map_or(Via::Cli, |who| who.via),
    };
    workspace.store.write(|writer| {
        // What others did meanwhile is not in the files. A vote that is not settled would not be either
        // way: nothing follows from it that a report may tell.
        let reader = writer.read();
        let (now, _) = reader.head(&data.review.id)?;
        for seq in (upto.0 + 1)..=now.0 {
            let event = reader.event(EventSeq(seq))?;
            if !event.is_some_and(|event| is_open_vote(reader, &event).unwrap_or(false)) {
                return Err(StoreError::Moved {
                    from: upto,
                    to: now,
                });
            }
        }
        for (path, kept) in &stored {
            writer.put_archive(kept, path)?;
        }
        writer.append(&stamp.draft(body))?;
        Ok::<_, StoreError>(())
    })?;
    let folder = workspace.root.join("reports").join(VERSIONS).join(name);
    std::fs::create_dir_all(&folder).map_err(|source| ReportError::Write {
        path: folder.clone(),
        source,
    })?;
    report::write(&folder, rendered)?;
    let version = find(workspace.store.snapshot()?.read(), name)?;
    Ok(Published {
        version,
        files,
        folder,
        provisional: open.is_some(),
    })
}

/// Whether an event is a decision on a report that is open where it was open before: no count, list or
/// figure of a report depends on it.
fn is_open_vote(reader: Reader<'_>, event: &Event) -> Result<bool, StoreError> {
    Ok(event.kind == "decision_made" && hidden::is_hidden(reader, event)?)
}

/// The errors of the linter in words, where no reason is given to publish despite them; a reason that
/// is given is printed.
fn linted(lint: &mut report::results::LintView, reason: Option<&str>) -> Option<String> {
    let errors = lint
        .lines
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count() as u64;
    if errors == 0 {
        return None;
    }
    lint.despite = reason.map(str::to_owned);
    let words = crate::model::many(errors, "error", "errors");
    reason.is_none().then_some(words)
}

/// Writes the files of published versions that are not in `reports/versions` again, from the archive:
/// a publication that was interrupted behind its event is finished so. Files that are there are left
/// alone, also where they were changed: the audit names them. Gives the versions that were completed.
pub fn complete(workspace: &Workspace, reader: Reader<'_>) -> Result<Vec<String>, ReportError> {
    let mut out = Vec::new();
    for version in reader.versions()? {
        let Some(frozen) = reader.frozen(&version)? else {
            continue;
        };
        let folder = workspace
            .root
            .join("reports")
            .join(VERSIONS)
            .join(&version.name);
        let missing: Vec<&FileRef> = frozen
            .files
            .iter()
            .filter(|file| !folder.join(&file.path).exists())
            .collect();
        for file in &missing {
            let bytes = workspace.archive.get(file.digest)?;
            let path = folder.join(&file.path);
            write_durably(&path, &bytes).map_err(|source| ReportError::Write { path, source })?;
        }
        if !missing.is_empty() {
            out.push(version.name);
        }
    }
    Ok(out)
}

/// What is open, in words.
pub fn open_work(data: &report::ReportData) -> Option<String> {
    let reports = data.counts.pending_total();
    let pairs = data.pairs.len() as u64;
    let mut parts = Vec::new();
    if reports > 0 {
        parts.push(crate::model::many(
            reports,
            "report is open",
            "reports are open",
        ));
    }
    if pairs > 0 {
        parts.push(crate::model::many(
            pairs,
            "pair of records waits for a person",
            "pairs of records wait for a person",
        ));
    }
    parts.extend(data.results.waits.clone());
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The version called `name`.
pub fn find(reader: Reader<'_>, name: &str) -> Result<Version, VersionError> {
    if let Some(baseline) = reader.baseline()?
        && baseline.name == name
    {
        return Err(VersionError::Baseline(baseline.name));
    }
    let mut versions = reader.versions()?;
    let at = versions.iter().position(|version| version.name == name);
    match at {
        Some(at) => Ok(versions.swap_remove(at)),
        None => Err(VersionError::Unknown {
            name: name.to_owned(),
            known: versions.into_iter().map(|version| version.name).collect(),
        }),
    }
}

/// The bytes of a file that a version froze.
pub fn frozen_file(
    workspace: &Workspace,
    reader: Reader<'_>,
    version: &Version,
    file: &str,
) -> Result<Option<Vec<u8>>, VersionError> {
    let Some(frozen) = reader.frozen(version)? else {
        return Ok(None);
    };
    let found = frozen.files.iter().find(|known| known.path == file);
    let bytes = found.map(|found| workspace.archive.get(found.digest));
    Ok(bytes.transpose()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Finding;
    use crate::report::results::LintView;

    #[test]
    fn errors_stop_a_publication_unless_a_reason_is_given_and_printed() {
        let found = |severity| LintView {
            lines: vec![Finding::new("PRISMA-I1", severity, "flow", "x")],
            despite: None,
        };
        let mut view = found(Severity::Error);
        assert_eq!(linted(&mut view, None).as_deref(), Some("1 error"));
        assert_eq!(linted(&mut view, Some("a known slip")), None);
        assert_eq!(view.despite.as_deref(), Some("a known slip"));
        let mut view = found(Severity::Warn);
        assert_eq!(linted(&mut view, Some("nothing to excuse")), None);
        assert_eq!(view.despite, None);
    }
}
