//! The review on one page: the stages in order, what each needs, what is stale.
//!
//! ```text
//! workflow.toml ─► adopt      the protocol in force, when it first acts or changes
//! sources       ─► search     records, archived before they are parsed
//! records       ─► dedup      reports: clusters of records; uncertain pairs to people
//! reports       ─► filter     removed before screening, by rule, on positive evidence
//! reports       ─► screen     people decide: title and abstract, retrieval, full text; studies
//! included      ─► extract    what people read in the reports, cell by cell, checked at entry
//! values        ─► pool       effect sizes, models, heterogeneity; recomputed, never stored
//! everything    ─► report     the flow, with the set behind every number
//! ```
//!
//! Each stage is stale while it has something to do, does it in transactions that leave a
//! workspace that opens and resumes, and says what it did. Run twice, the second run does nothing.

pub mod analysis;
pub mod audit;
pub mod backup;
pub mod correct;
pub mod dedup;
pub mod explain;
pub mod extraction;
mod fault;
pub mod filter;
pub mod live;
pub mod next;
pub mod protocol;
pub mod screen;
pub mod strategies;
pub mod undo;
pub mod watch;

pub use crate::extract::state::work;
pub use crate::model::many;
pub use crate::workspace::{self, OpenError, Workspace};

use crate::extract::enter::EnterError;
use crate::living::publish::{VersionError, open_work};
use crate::model::{Clock, Progress};
use crate::report::{self, ReportError};
use crate::screen::{ScreenError, Work};
use crate::search::replay::{Wave, replay, waves};
use crate::search::{SearchError, receive::Received};
use crate::store::{Reader, StoreError};
use crate::workspace::AdoptError;
use std::path::Path;
use std::time::Instant;

/// What a run starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// What is in the workspace: exports that were imported, decisions that were made.
    Workspace,
    /// The first wave of the archive.
    FirstWave,
    /// The next wave of the archive that was not taken.
    NextWave,
}

/// How a stage ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StageState {
    /// It has nothing more to do.
    Done,
    /// It waits for people.
    Waiting,
}

/// What one stage did.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct StageReport {
    /// The word of the stage: `search`, `dedup`, `filter`, `screen`, `extract`, `pool`, `report`.
    pub stage: &'static str,
    /// How it ended.
    pub state: StageState,
    /// What it did, in words.
    pub text: String,
    /// What it hands on: records, reports, files.
    pub count: Option<u64>,
    /// Whether it changed anything.
    pub changed: bool,
    /// Wall time, in seconds.
    #[serde(skip)]
    pub seconds: f64,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct RunReport {
    /// Its stages, in order.
    pub stages: Vec<StageReport>,
    /// What waits for whom.
    pub waiting: Vec<Work>,
    /// Whether the report is provisional.
    pub provisional: bool,
    /// Whether anything changed.
    pub changed: bool,
    /// What the run was of: `Archive to 30 June 2025`.
    pub wave: Option<String>,
    /// Whether a wave is left for `update --replay`.
    pub more: bool,
}

/// Why a run stopped. What it had done until then is saved.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A search or an archived file.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// A decision, a person or a link.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// An extracted value.
    #[error(transparent)]
    Enter(#[from] EnterError),
    /// The report cannot be made or written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A version cannot be published or found.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// The workflow names no archive.
    #[error("workflow.toml names no archive to replay; set `[replay] from`")]
    NoArchive,
    /// The archive has no waves.
    #[error("{0} holds no wave such as 001/wave.toml")]
    NoWaves(String),
}

impl From<AdoptError> for RunError {
    fn from(error: AdoptError) -> Self {
        match error {
            AdoptError::Archive(error) => Self::Search(error.into()),
            AdoptError::Store(error) => Self::Store(error),
        }
    }
}

/// Runs every stage as far as people's decisions allow, then writes the report.
pub fn run(
    workspace: &mut Workspace,
    start: Start,
    clock: &dyn Clock,
    out: &Path,
    progress: &dyn Progress,
    see: &mut dyn FnMut(&StageReport),
) -> Result<RunReport, RunError> {
    let mut stages: Vec<StageReport> = Vec::new();
    let mut note = |mut stage: StageReport, began: Instant| {
        stage.seconds = began.elapsed().as_secs_f64();
        see(&stage);
        stages.push(stage);
    };

    let began = Instant::now();
    let (mut wave, more) = choose(workspace, start)?;
    if let Some(last) = workspace.store.snapshot()?.read().last_at()? {
        clock.set(&last);
    }
    if let Some(first) = wave.as_ref().and_then(Wave::first_at)
        && workspace
            .store
            .snapshot()?
            .read()
            .last_at()?
            .is_none_or(|last| *last < *first)
    {
        clock.set(first);
    }
    let changes = protocol::changes(workspace)?;
    if workspace.adopt(clock)? && !changes.is_empty() {
        let stage = StageReport {
            stage: "protocol",
            state: StageState::Done,
            text: changes.join("; "),
            count: None,
            changed: true,
            seconds: 0.0,
        };
        note(stage, began);
    }
    if start == Start::Workspace && (workspace.live || workspace.contact.is_some()) {
        let sources = workspace.sources.clone();
        for stage in live::run(workspace, &sources, clock, progress)? {
            note(stage, began);
        }
    } else {
        note(search(workspace, wave.as_mut(), clock, progress)?, began);
    }

    let began = Instant::now();
    note(dedup::run(&mut workspace.store, clock)?, began);

    let began = Instant::now();
    note(
        filter::run(&mut workspace.store, &workspace.workflow, clock)?,
        began,
    );

    let began = Instant::now();
    note(
        screen::run(workspace, wave.as_ref(), clock, progress)?,
        began,
    );

    let began = Instant::now();
    note(extraction::run(workspace, wave.as_ref(), clock)?, began);

    let began = Instant::now();
    note(
        analysis::run(&mut workspace.store, &workspace.workflow, clock)?,
        began,
    );

    let began = Instant::now();
    let (stage, provisional) = write_report(workspace, out)?;
    note(stage, began);

    Ok(RunReport {
        changed: stages.iter().any(|stage| stage.changed),
        stages,
        waiting: work(workspace.store.snapshot()?.read(), &workspace.workflow)?,
        provisional,
        wave: wave.map(|wave| wave.label),
        more,
    })
}

/// The wave to take, read whole, and whether another is left after it.
fn choose(workspace: &Workspace, start: Start) -> Result<(Option<Wave>, bool), RunError> {
    if start == Start::Workspace {
        return Ok((None, false));
    }
    let shown = workspace
        .workflow
        .replay_from
        .as_deref()
        .ok_or(RunError::NoArchive)?;
    let root = workspace.root.join(shown);
    let names = waves(&root)?;
    let first = names
        .first()
        .ok_or_else(|| RunError::NoWaves(shown.to_owned()))?
        .clone();
    let mut open = Vec::new();
    for name in &names {
        if !workspace
            .store
            .snapshot()?
            .read()
            .is_done(&complete(name))?
        {
            open.push(name.clone());
        }
    }
    let chosen = match start {
        Start::Workspace => None,
        // A wave that a kill interrupted is finished first, whichever command asks.
        Start::FirstWave => (open.first() == Some(&first)).then_some(first),
        Start::NextWave => open.first().cloned(),
    };
    let more = open.iter().any(|name| Some(name) != chosen.as_ref());
    let wave = chosen
        .map(|name| Wave::load(&root, shown, &name, &workspace.workflow))
        .transpose()?;
    Ok((wave, more))
}

/// The waves of the archive that were not taken; nothing where the workflow names no archive.
pub fn open_waves(
    workspace: &Workspace,
    reader: Reader<'_>,
) -> Result<Option<Vec<String>>, RunError> {
    let Some(shown) = workspace.workflow.replay_from.as_deref() else {
        return Ok(None);
    };
    let root = workspace.root.join(shown);
    if !root.is_dir() {
        return Ok(None);
    }
    let mut open = Vec::new();
    for name in waves(&root)? {
        if !reader.is_done(&complete(&name))? {
            open.push(name);
        }
    }
    Ok(Some(open))
}

/// The task that marks a wave as taken whole.
pub(crate) fn complete(wave: &str) -> String {
    format!("replay/{wave}/complete")
}

fn search(
    workspace: &mut Workspace,
    wave: Option<&mut Wave>,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<StageReport, RunError> {
    let mut text = "nothing new".to_owned();
    let mut changed = false;
    if let Some(wave) = wave {
        let queries = workspace.query_refs();
        let (store, archive) = (&mut workspace.store, &workspace.archive);
        let done = replay(
            store,
            archive,
            &workspace.workflow,
            &queries,
            wave,
            (clock, progress),
        )?;
        changed = done.runs > 0;
        if changed {
            text = format!(
                "{}: {}",
                many(done.runs, "search", "searches"),
                received(done.received)
            );
        }
    }
    Ok(StageReport {
        stage: "search",
        state: StageState::Done,
        text,
        count: Some(workspace.store.snapshot()?.read().record_count()?),
        changed,
        seconds: 0.0,
    })
}

/// "934 new records, 2 revised, 12 known already".
pub fn received(received: Received) -> String {
    let mut parts = vec![many(received.new, "new record", "new records")];
    if received.revised > 0 {
        parts.push(format!("{} revised", received.revised));
    }
    if received.known > 0 {
        parts.push(format!("{} known already", received.known));
    }
    if received.withdrawn > 0 {
        parts.push(format!("{} withdrawn by the source", received.withdrawn));
    }
    parts.join(", ")
}

/// Gathers and writes the report; gives the stage and whether it is provisional.
pub fn write_report(workspace: &Workspace, out: &Path) -> Result<(StageReport, bool), RunError> {
    let data = {
        let snapshot = workspace.store.snapshot()?;
        let reader = snapshot.read();
        crate::living::publish::complete(workspace, reader)?;
        crate::living::report::of(workspace, reader)?
    };
    let provisional = data.is_provisional();
    let waits = open_work(&data).unwrap_or_default();
    let files = report::render(&data)?;
    let count = files.len() as u64;
    let written = report::write(out, files)?;
    let changed = !written.changed.is_empty() || !written.removed.is_empty();
    let index = workspace.shown(&out.join("index.html"));
    let mut text = index;
    if provisional {
        text.push_str(&format!(", provisional: {waits}"));
    }
    if !changed {
        text.push_str(", unchanged");
    }
    let state = if provisional {
        StageState::Waiting
    } else {
        StageState::Done
    };
    let stage = StageReport {
        stage: "report",
        state,
        text,
        count: Some(count),
        changed,
        seconds: 0.0,
    };
    Ok((stage, provisional))
}
