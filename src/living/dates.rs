//! The steps of the living mode and their dates: how often, when last, when next.
//!
//! PRISMA-LSR asks for the schedule of each step (item L1; BMJ 2024;387:e079183). Nothing here asks a
//! clock: what is due by now is told from a moment that is handed over.

use crate::model::Schedule;
use crate::model::schedule::{Rule, day_in};
use crate::report::ReportError;
use crate::report::data::day;
use crate::report::history::Step;
use crate::store::Reader;
use crate::store::read::Version;
use crate::workflow::{Living, LivingStatus, Workflow};
use jiff::civil::Date;

/// One step, or the search of one source, with what its dates are counted from.
#[derive(Debug, Clone)]
pub struct Dated<'w> {
    /// What is done: `search`.
    pub step: &'static str,
    /// The source, where it is searched on dates of its own.
    pub source: Option<&'w str>,
    /// How often it is due.
    pub schedule: &'w Schedule,
    /// The day it was last done.
    pub last: Option<String>,
    /// The day from which the next is counted.
    pub from: Option<Date>,
}

impl Dated<'_> {
    /// The first `n` planned days from now on, or from the last that was kept.
    pub fn next(&self, n: usize) -> Vec<Date> {
        let mut out = Vec::new();
        let Some(from) = self.from else {
            return out;
        };
        let mut after = from;
        while out.len() < n {
            let Some(next) = self.schedule.next(from, after) else {
                break;
            };
            out.push(next);
            after = next;
        }
        out
    }
}

/// Every step that the workflow has a schedule of, in the order of the review.
pub fn dated<'w>(
    reader: Reader<'_>,
    workflow: &'w Workflow,
    versions: &[Version],
) -> Result<Vec<Dated<'w>>, ReportError> {
    let living = &workflow.living;
    let zone = living.zone();
    let last_of = |kinds: &[&str]| -> Result<Option<String>, ReportError> {
        let mut last: Option<String> = None;
        for kind in kinds {
            if let Some((_, at)) = reader.last_of_kind(kind)? {
                last = last.max(Some(at));
            }
        }
        Ok(last)
    };
    let runs = reader.search_runs()?;
    let is_own = |source: &str| living.sources.iter().any(|own| own.name == source);
    // A source without dates of its own is searched with the others; where all have their own, none is.
    let searched = |wanted: &dyn Fn(&str) -> bool| {
        let of = runs.iter().filter(|run| wanted(run.source()));
        of.map(|run| run.searched().to_owned()).max()
    };
    let first = runs.first().map(|run| run.at.clone());
    let mut all: Vec<(
        &'static str,
        Option<&'w str>,
        Option<&'w Schedule>,
        Option<String>,
    )> = vec![(
        "search",
        None,
        living.search.as_ref(),
        searched(&|source| !is_own(source)),
    )];
    for own in &living.sources {
        let of = searched(&|source| source == own.name);
        all.push(("search", Some(&own.name), Some(&own.search), of));
    }
    let published = versions.last().map(|version| version.at.clone());
    let appraised = last_of(&["rob_answered", "rob_judged"])?;
    for (step, schedule, last) in [
        ("screening", &living.screening, last_of(&["decision_made"])?),
        (
            "extraction",
            &living.extraction,
            last_of(&["cell_extracted"])?,
        ),
        ("appraisal", &living.appraisal, appraised),
        (
            "analysis",
            &living.analysis,
            last_of(&["analysis_specified"])?,
        ),
        ("certainty", &living.certainty, None),
        ("publication", &living.publication, published),
    ] {
        all.push((step, None, schedule.as_ref(), last));
    }
    let active = living.status == LivingStatus::Active;
    let of = |(step, source, schedule, last): (_, _, Option<&'w Schedule>, Option<String>)| {
        let schedule = schedule?;
        // What was never done is counted from the first search.
        let from = last.as_ref().or(first.as_ref());
        let from = from.filter(|_| active).and_then(|at| day_in(at, &zone));
        Some(Dated {
            step,
            source,
            schedule,
            last: last.as_deref().map(|at| shown(at, living)),
            from,
        })
    };
    Ok(all.into_iter().filter_map(of).collect())
}

/// The day of a point in time, in the zone of the review.
fn shown(at: &str, living: &Living) -> String {
    day_in(at, &living.zone()).map_or_else(|| day(at).to_owned(), |day| day.to_string())
}

/// The steps of the living mode as reports and `status` show them.
pub fn steps(
    reader: Reader<'_>,
    workflow: &Workflow,
    versions: &[Version],
) -> Result<Vec<Step>, ReportError> {
    let all = dated(reader, workflow, versions)?;
    Ok(all
        .iter()
        .map(|dated| Step {
            step: dated.step,
            source: dated.source.map(str::to_owned),
            cadence: dated.schedule.as_str().to_owned(),
            last: dated.last.clone(),
            due: dated.next(1).first().map(Date::to_string),
        })
        .collect())
}

/// The planned dates of one step, for `schedule`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Planned {
    /// What is done, and which source.
    #[serde(flatten)]
    pub step: Step,
    /// The moment at which it is due next, in UTC.
    pub at: Option<String>,
    /// Whether it is due by now.
    pub overdue: bool,
    /// The planned days from then on.
    pub next: Vec<String>,
}

/// The next `n` dates of every step as it stands at `now`.
pub fn planned(
    reader: Reader<'_>,
    workflow: &Workflow,
    now: &str,
    n: usize,
) -> Result<Vec<Planned>, ReportError> {
    let zone = workflow.living.zone();
    let now: Option<jiff::Timestamp> = now.parse().ok();
    let versions = reader.versions()?;
    let steps = steps(reader, workflow, &versions)?;
    let all = dated(reader, workflow, &versions)?;
    Ok(all
        .iter()
        .zip(steps)
        .map(|(dated, step)| {
            let next = dated.next(n);
            let first = next.first();
            let at = first.and_then(|day| dated.schedule.begins(*day, &zone));
            Planned {
                step,
                at: at.map(crate::model::time::format),
                overdue: at.zip(now).is_some_and(|(at, now)| at <= now),
                next: next.iter().map(Date::to_string).collect(),
            }
        })
        .collect())
}

/// Whether a step follows an update and has no dates.
pub fn is_undated(schedule: &Schedule) -> bool {
    *schedule.rule() == Rule::EachUpdate
}
