//! Updates when the schedule says so: once for each planned date, whatever the clock does.
//!
//! A tick looks at what is due, takes the pipeline's lock, looks again, and updates. What came of the dates
//! is told in the log ([`kept`]); attempts are noted beside it. A search that stops is tried again after a
//! pause that doubles; nothing is skipped, as a later search asks for everything that is not there. Clock and
//! waiting are arguments, so that a year passes in a test.

use super::{RunError, RunReport, Start};
use crate::living::dates::{Dated, dated};
use crate::living::kept::{self, Told};
use crate::model::{Clock, Progress, time};
use crate::report::ReportError;
use crate::search::SearchError;
use crate::store::lock::LockError;
use crate::store::read::Attempt;
use crate::store::{PipelineLock, Reader, StoreError};
use crate::workflow::{LivingStatus, Workflow};
use crate::workspace::{OpenError, Workspace};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use std::path::Path;
use std::time::Duration;

/// The pause after the first search that stopped; it doubles with each.
const FIRST: SignedDuration = SignedDuration::from_mins(15);
/// The longest pause.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// The pause while another command holds the workspace.
const HELD: SignedDuration = SignedDuration::from_mins(1);
/// How long nothing is looked at while nothing is due: other commands may have moved a date.
const LOOK: Duration = Duration::from_hours(1);
/// How long the clock is not looked at: it may have been set.
const PIECE: Duration = Duration::from_mins(1);

/// Something that the watch did or saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Act {
    /// A planned date is past.
    Date(Told),
    /// An update was made.
    Updated {
        /// What was searched, and what it gave.
        text: String,
        /// Whether anything came.
        news: bool,
    },
    /// An update stopped; what it had is kept.
    Failed {
        /// What stopped it.
        error: String,
        /// When it is tried again.
        again: String,
    },
    /// Another command holds the workspace.
    Busy {
        /// Which.
        holder: String,
    },
    /// Exports of these sources are due, which people bring.
    Bring {
        /// The sources.
        sources: Vec<String>,
    },
    /// Nothing more is due now.
    Wait {
        /// When something is due next.
        until: Option<String>,
        /// Why nothing is.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<&'static str>,
    },
}

impl Act {
    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Date(told) => told.words(),
            Self::Updated { text, .. } => text.clone(),
            Self::Failed { error, again } => format!("stopped: {error}; tried again at {again}"),
            Self::Busy { holder } => format!("waits: the workspace is locked by {holder}"),
            Self::Bring { sources } => format!(
                "due, and searched by people: {}; import the exports",
                sources.join(", ")
            ),
            Self::Wait {
                until: Some(until), ..
            } => format!("next at {until}"),
            Self::Wait { why, .. } => why.unwrap_or("nothing is planned").to_owned(),
        }
    }
}

/// Why a tick stopped. What it had done until then is saved.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// The workspace cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The update stopped.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The lock file cannot be used.
    #[error(transparent)]
    Lock(LockError),
}

impl From<StoreError> for WatchError {
    fn from(error: StoreError) -> Self {
        Self::Run(error.into())
    }
}

impl From<ReportError> for WatchError {
    fn from(error: ReportError) -> Self {
        Self::Run(error.into())
    }
}

/// What a watch stands on.
pub struct Watcher<'a> {
    /// The workspace.
    pub root: &'a Path,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// Told of long stages.
    pub progress: &'a dyn Progress,
    /// Makes a workspace ready to search: who asks, who watches.
    pub ready: &'a dyn Fn(&mut Workspace) -> Result<(), SearchError>,
}

/// What one look gave.
#[derive(Debug, Default)]
pub struct Tick {
    /// What was done and seen, in order.
    pub acts: Vec<Act>,
    /// When to look again; nothing where nothing is planned.
    pub until: Option<Timestamp>,
    /// Why the update stopped, where it did.
    pub error: Option<WatchError>,
}

/// What is due: the sources that the program asks, those that people bring, and the moment since which.
#[derive(Debug, Default)]
struct Due {
    asked: Vec<String>,
    brought: Vec<String>,
    since: Option<Timestamp>,
}

impl Watcher<'_> {
    /// Looks once, and updates if something is due.
    pub fn tick(&self) -> Result<Tick, WatchError> {
        let mut tick = Tick::default();
        let now = self.now();
        {
            let workspace = Workspace::open(self.root, false)?;
            if rests(&workspace, &mut tick)? {
                return Ok(tick);
            }
            tick.acts.extend(self.settle(&workspace)?);
            let snapshot = workspace.store.snapshot()?;
            let reader = snapshot.read();
            let due = due(reader, &workspace.workflow, now)?;
            if !due.brought.is_empty() {
                tick.acts.push(Act::Bring {
                    sources: due.brought.clone(),
                });
            }
            let pause = pause(reader, &due, now)?;
            if due.asked.is_empty() || pause.is_some() {
                let next = wakes(reader, &workspace.workflow, now)?;
                tick.until = pause.into_iter().chain(next).min();
                return Ok(tick.waits());
            }
        }
        let lock = PipelineLock::take(&Workspace::lock_path(self.root), "watch");
        let _lock = match lock {
            Ok(lock) => lock,
            Err(LockError::Held { holder }) => {
                tick.acts.push(Act::Busy { holder });
                tick.until = Some(now.saturating_add(HELD).unwrap_or(now));
                return Ok(tick);
            }
            Err(error) => return Err(WatchError::Lock(error)),
        };
        // Another watch may have updated while this one waited.
        let mut workspace = Workspace::open(self.root, false)?;
        tick.acts.extend(self.settle(&workspace)?);
        let due = due(
            workspace.store.snapshot()?.read(),
            &workspace.workflow,
            self.now(),
        )?;
        if !due.asked.is_empty() {
            self.update(&mut workspace, due, &mut tick)?;
        }
        let now = self.now();
        if tick.until.is_none() {
            let snapshot = workspace.store.snapshot()?;
            tick.until = wakes(snapshot.read(), &workspace.workflow, now)?;
        }
        Ok(tick.waits())
    }

    fn now(&self) -> Timestamp {
        let now = self.clock.now().parse();
        now.unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn settle(&self, workspace: &Workspace) -> Result<Vec<Act>, WatchError> {
        let told = kept::settle(&workspace.store, &workspace.workflow, self.clock)?;
        Ok(told.into_iter().map(Act::Date).collect())
    }

    /// Updates, and notes how it went.
    fn update(
        &self,
        workspace: &mut Workspace,
        due: Due,
        tick: &mut Tick,
    ) -> Result<(), WatchError> {
        workspace.sources.clone_from(&due.asked);
        let trace = Trace::of(workspace, "watch", self.clock)?;
        let ran = (self.ready)(workspace)
            .map_err(RunError::from)
            .and_then(|()| self.run(workspace));
        let noted = trace.end(workspace, &ran, self.clock);
        match ran {
            Ok(done) => {
                let (text, news) = gave(&done);
                tick.acts.push(Act::Updated { text, news });
                tick.acts.extend(noted?.into_iter().map(Act::Date));
            }
            Err(error) => {
                // Where the disk is full the note fails too; the reason is that of the update.
                let now = self.now();
                let pause = match noted {
                    Ok(_) => pause(workspace.store.snapshot()?.read(), &due, now)?,
                    Err(_) => None,
                };
                let again = pause.or_else(|| now.saturating_add(FIRST).ok());
                tick.acts.push(Act::Failed {
                    error: chain(&error),
                    again: again.map(time::format).unwrap_or_default(),
                });
                let next = wakes(workspace.store.snapshot()?.read(), &workspace.workflow, now)?;
                tick.until = again.into_iter().chain(next).min();
                tick.error = Some(error.into());
            }
        }
        Ok(())
    }

    fn run(&self, workspace: &mut Workspace) -> Result<RunReport, RunError> {
        let out = self.root.join("reports");
        super::run(
            workspace,
            Start::Workspace,
            self.clock,
            &out,
            self.progress,
            &mut |_| {},
        )
    }

    /// Looks again and again until `wait` says that it is enough. Something that stops one look is told and
    /// does not stop the next.
    pub fn watch(&self, wait: &mut dyn FnMut(Duration) -> bool, see: &mut dyn FnMut(&Act)) {
        let mut said: Option<Act> = None;
        let mut stopped = 0;
        loop {
            let until = match self.tick() {
                Ok(tick) => {
                    stopped = 0;
                    for act in &tick.acts {
                        // What is as it was is not said again.
                        let rests = matches!(act, Act::Wait { .. } | Act::Bring { .. });
                        if !rests || said.as_ref() != Some(act) {
                            see(act);
                        }
                        if rests {
                            said = Some(act.clone());
                        }
                    }
                    tick.until
                }
                Err(error) => {
                    stopped += 1;
                    let again = self.now().saturating_add(doubled(stopped)).ok();
                    see(&Act::Failed {
                        error: chain(&error),
                        again: again.map(time::format).unwrap_or_default(),
                    });
                    again
                }
            };
            let mut waited = Duration::ZERO;
            while waited < LOOK {
                let left = until.map(|until| until.duration_since(self.now()));
                let left = match left.map(|left| Duration::try_from(left).unwrap_or_default()) {
                    Some(left) if left.is_zero() => break,
                    Some(left) => left,
                    None => LOOK,
                };
                let piece = left.min(PIECE);
                if !wait(piece) {
                    return;
                }
                waited += piece;
            }
        }
    }
}

/// An update in the making, as the run history has it. Operational: not part of the chain.
#[derive(Debug)]
pub struct Trace {
    id: i64,
}

impl Trace {
    /// Notes that an update begins, where sources are asked at all.
    pub fn begin(
        workspace: &Workspace,
        command: &str,
        clock: &dyn Clock,
    ) -> Result<Option<Self>, StoreError> {
        if workspace.live {
            Self::of(workspace, command, clock).map(Some)
        } else {
            Ok(None)
        }
    }

    fn of(workspace: &Workspace, command: &str, clock: &dyn Clock) -> Result<Self, StoreError> {
        let began = clock.now();
        let id: Result<i64, StoreError> = workspace
            .store
            .write(|writer| writer.begin_attempt(&began, command));
        Ok(Self { id: id? })
    }

    /// Notes how it ended, and tells of the planned dates that are past by it.
    pub fn end(
        self,
        workspace: &Workspace,
        ran: &Result<RunReport, RunError>,
        clock: &dyn Clock,
    ) -> Result<Vec<Told>, ReportError> {
        let (outcome, text) = match ran {
            Ok(done) => match gave(done) {
                (text, true) => ("done", text),
                (text, false) => ("nothing new", text),
            },
            Err(_) if workspace.watch.stopped() => ("stopped", "told to stop".to_owned()),
            Err(error) => ("failed", chain(error)),
        };
        let ended = clock.now();
        let noted: Result<(), StoreError> = workspace
            .store
            .write(|writer| writer.end_attempt(self.id, &ended, outcome, &text));
        match ran {
            Ok(_) => {
                noted?;
                kept::settle(&workspace.store, &workspace.workflow, clock)
            }
            // What stopped the update is said, not what follows from it.
            Err(_) => Ok(Vec::new()),
        }
    }
}

/// What the searches of a run gave, and whether anything came.
fn gave(done: &RunReport) -> (String, bool) {
    let searches = done.stages.iter().filter(|one| one.stage == "search");
    let texts: Vec<&str> = searches.clone().map(|stage| stage.text.as_str()).collect();
    (
        texts.join("; "),
        searches.clone().any(|stage| stage.changed),
    )
}

impl Tick {
    /// With the moment of the next look as its last act.
    fn waits(mut self) -> Self {
        self.acts.push(Act::Wait {
            until: self.until.map(time::format),
            why: None,
        });
        self
    }
}

/// Whether there is nothing to watch.
fn rests(workspace: &Workspace, tick: &mut Tick) -> Result<bool, WatchError> {
    let living = &workspace.workflow.living;
    let runs = workspace.store.snapshot()?.read().search_runs()?;
    let why = match living.status {
        LivingStatus::Retired => "the review is retired",
        LivingStatus::Paused => "updates are paused",
        LivingStatus::Active if living.search.is_none() && living.sources.is_empty() => {
            "`[living]` of workflow.toml has no `search`"
        }
        LivingStatus::Active if runs.is_empty() => {
            "nothing was searched yet: dates are counted from the first `perennial run`"
        }
        LivingStatus::Active => return Ok(false),
    };
    tick.acts.push(Act::Wait {
        until: None,
        why: Some(why),
    });
    Ok(true)
}

/// The searches that are due.
fn due(reader: Reader<'_>, workflow: &Workflow, now: Timestamp) -> Result<Due, ReportError> {
    let mut due = Due::default();
    for dated in searches(reader, workflow)? {
        let open = dated.open(now);
        let Some(last) = open.last() else { continue };
        let (sources, live) = kept::scope(workflow, dated.source);
        let sources = sources.into_iter().map(str::to_owned);
        if live {
            due.asked.extend(sources);
            due.since = due.since.max(Some(last.begins));
        } else {
            due.brought.extend(sources);
        }
    }
    Ok(due)
}

fn searches<'w>(reader: Reader<'_>, workflow: &'w Workflow) -> Result<Vec<Dated<'w>>, ReportError> {
    let mut all = dated(reader, workflow, &reader.versions()?)?;
    all.retain(|dated| dated.step == "search");
    Ok(all)
}

/// When the next step of any kind is due.
fn wakes(
    reader: Reader<'_>,
    workflow: &Workflow,
    now: Timestamp,
) -> Result<Option<Timestamp>, ReportError> {
    let all = dated(reader, workflow, &reader.versions()?)?;
    Ok(all.iter().filter_map(|dated| dated.wakes(now)).min())
}

/// Until when a search that stopped is not tried again.
fn pause(reader: Reader<'_>, due: &Due, now: Timestamp) -> Result<Option<Timestamp>, ReportError> {
    let Some(since) = due.since else {
        return Ok(None);
    };
    let attempts = reader.attempts_since(&time::format(since))?;
    let failed = |attempt: &&Attempt| attempt.outcome.as_deref() == Some("failed");
    let row: Vec<&Attempt> = attempts.iter().rev().take_while(failed).collect();
    let Some(last) = row.first() else {
        return Ok(None);
    };
    let ended: Option<Timestamp> = last.ended.as_ref().and_then(|at| at.parse().ok());
    // An end that is yet to come is of a clock that was set back.
    let Some(ended) = ended.filter(|ended| *ended <= now) else {
        return Ok(None);
    };
    let again = ended.saturating_add(doubled(row.len())).unwrap_or(now);
    Ok((again > now).then_some(again))
}

fn doubled(times: usize) -> SignedDuration {
    let power = u32::try_from(times.saturating_sub(1))
        .unwrap_or(u32::MAX)
        .min(10);
    (FIRST * (1 << power)).min(LONGEST)
}

/// An error with what is below it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut below = error.source();
    while let Some(source) = below {
        let more = source.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        below = source.source();
    }
    text
}
