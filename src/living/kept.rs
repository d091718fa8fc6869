//! What came of the planned dates: each is told once in the log, whatever the clock does.
//!
//! A date of the search is kept by a search that is complete and began with it; a date of people's work
//! when nothing is left to do; one that the next date overtakes has failed, where it was tried, or was missed.
//! Whether a risk of bias or a certainty was judged again the log does not tell: these dates are shown, and
//! not kept.

use super::dates::{Begun, Dated, dated};
use crate::extract::state;
use crate::ledger::{Body, Stamp};
use crate::model::{Clock, DateOutcome, EventSeq, time};
use crate::report::ReportError;
use crate::report::flow;
use crate::store::read::SearchRun;
use crate::store::{Reader, Store, Writer};
use crate::workflow::{Access, Workflow};
use jiff::Timestamp;

/// A planned date that was told just now.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Told {
    /// The step.
    pub step: String,
    /// The source, where it is searched on dates of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The planned day.
    pub due: String,
    /// What came of it.
    pub outcome: DateOutcome,
}

impl Told {
    /// `search of Embase, planned on 2026-01-15: nothing new`.
    pub fn words(&self) -> String {
        let of = self.source.as_ref().map(|name| format!(" of {name}"));
        format!(
            "{}{}, planned on {}: {}",
            self.step,
            of.unwrap_or_default(),
            self.due,
            self.outcome.as_str()
        )
    }
}

/// Tells of every planned date that is past by the clock. Nothing is written where there is none.
pub fn settle(
    store: &Store,
    workflow: &Workflow,
    clock: &dyn Clock,
) -> Result<Vec<Told>, ReportError> {
    let at = clock.now();
    let Ok(now) = at.parse::<Timestamp>() else {
        return Ok(Vec::new());
    };
    if found(store.snapshot()?.read(), workflow, now)?.is_empty() {
        return Ok(Vec::new());
    }
    store.write(|writer: &mut Writer<'_>| {
        // What another process told meanwhile is seen here: this transaction is alone.
        let all = found(writer.read(), workflow, now)?;
        for told in &all {
            let body = Body::DateKept {
                step: told.step.clone(),
                source: told.source.clone(),
                due: told.due.clone(),
                outcome: told.outcome,
            };
            writer.append(&Stamp::program(at.clone()).draft(body))?;
        }
        Ok(all)
    })
}

/// What the log says of the planned dates that have begun.
fn found(
    reader: Reader<'_>,
    workflow: &Workflow,
    now: Timestamp,
) -> Result<Vec<Told>, ReportError> {
    let versions = reader.versions()?;
    let runs = reader.search_runs()?;
    let mut out = Vec::new();
    for dated in dated(reader, workflow, &versions)? {
        let open = dated.open(now);
        let last = open.last().copied();
        for begun in open {
            let is_last = Some(begun) == last;
            let done = match dated.step {
                "search" => searched(reader, workflow, &dated, &runs, begun, is_last)?,
                "appraisal" | "certainty" => continue,
                _ if !is_last => None,
                step => worked(reader, workflow, step, &dated, begun, &runs)?,
            };
            let outcome = match done {
                Some(outcome) => outcome,
                None if is_last => continue,
                None if dated.step == "search" && tried(reader, begun)? => DateOutcome::Failed,
                None => DateOutcome::Missed,
            };
            out.push(Told {
                step: dated.step.to_owned(),
                source: dated.source.map(str::to_owned),
                due: begun.day.to_string(),
                outcome,
            });
        }
    }
    Ok(out)
}

/// The sources that a date of the search is about, and whether the program asks them itself.
pub fn scope<'w>(workflow: &'w Workflow, source: Option<&str>) -> (Vec<&'w str>, bool) {
    let own = |name: &str| workflow.living.sources.iter().any(|own| own.name == name);
    let of = |live: bool| -> Vec<&'w str> {
        let sources = workflow.sources.iter().filter(|one| {
            let asked = !matches!(one.access, Access::File { .. });
            let wanted = source.map_or_else(|| !own(&one.name), |name| one.name == name);
            wanted && asked == live
        });
        sources.map(|source| source.name.as_str()).collect()
    };
    let live = of(true);
    if live.is_empty() {
        (of(false), false)
    } else {
        (live, true)
    }
}

/// Whether the sources of a date were searched since it began, and before the next where it is not the
/// last: every one that the program asks, or any that people bring.
fn searched(
    reader: Reader<'_>,
    workflow: &Workflow,
    dated: &Dated<'_>,
    runs: &[SearchRun],
    begun: Begun,
    is_last: bool,
) -> Result<Option<DateOutcome>, ReportError> {
    let (sources, live) = scope(workflow, dated.source);
    let told = dated.told();
    let begins = time::format(begun.begins);
    let ends = begun.ends.filter(|_| !is_last).map(time::format);
    let keeps = |run: &&SearchRun, source: &str| {
        run.source() == source
            && run.seq > told
            && run.at >= begins
            && ends.as_ref().is_none_or(|ends| run.at < *ends)
    };
    let of = |source: &&str| {
        runs.iter()
            .rfind(|run| keeps(run, source))
            .map(|run| run.seq)
    };
    let found: Vec<EventSeq> = sources.iter().filter_map(of).collect();
    let enough = if live {
        found.len() == sources.len()
    } else {
        !found.is_empty()
    };
    let Some(upto) = found.into_iter().max().filter(|_| enough) else {
        return Ok(None);
    };
    let before = runs
        .iter()
        .filter(|run| sources.contains(&run.source()) && run.seq < upto && run.at < begins);
    let before = before.map(|run| run.seq).max().max(Some(told));
    let news = reader.received_between(before.unwrap_or(EventSeq(0)), upto)?;
    Ok(Some(if news {
        DateOutcome::Done
    } else {
        DateOutcome::NothingNew
    }))
}

/// Whether a search was tried and stopped between a date and the next.
fn tried(reader: Reader<'_>, begun: Begun) -> Result<bool, ReportError> {
    let ends = begun.ends.map(time::format);
    let all = reader.attempts_since(&time::format(begun.begins))?;
    Ok(all
        .iter()
        .any(|attempt| ends.as_ref().is_none_or(|ends| attempt.began < *ends)))
}

/// Whether nothing is left to do of people's work, or of the program's.
fn worked(
    reader: Reader<'_>,
    workflow: &Workflow,
    step: &str,
    dated: &Dated<'_>,
    begun: Begun,
    runs: &[SearchRun],
) -> Result<Option<DateOutcome>, ReportError> {
    let begins = time::format(begun.begins);
    let (left, kinds): (bool, &[&str]) = match step {
        "screening" => {
            let counts = flow::combined(reader)?;
            (counts.provisional, &["decision_made"])
        }
        "extraction" => (
            !state::open(reader, workflow)?.is_empty(),
            &["cell_extracted"],
        ),
        // Results are made again by every run.
        "analysis" => (
            !runs.iter().any(|run| run.at >= begins),
            &["records_received"],
        ),
        _ => {
            let published = reader.last_of_kind("version_published")?;
            let since = published.is_some_and(|(seq, _)| seq > dated.told());
            return Ok(match (reader.is_moved()?, since) {
                (true, _) => None,
                (false, true) => Some(DateOutcome::Done),
                (false, false) => Some(DateOutcome::NothingNew),
            });
        }
    };
    if left {
        return Ok(None);
    }
    for kind in kinds {
        if let Some((seq, _)) = reader.last_of_kind(kind)?
            && seq > dated.told()
        {
            return Ok(Some(DateOutcome::Done));
        }
    }
    Ok(Some(DateOutcome::NothingNew))
}
