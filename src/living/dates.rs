//! The steps of the living mode and their dates: how often, when last, when next.
//!
//! PRISMA-LSR asks for the schedule of each step (item L1; BMJ 2024;387:e079183). Nothing here asks a
//! clock: what is due by now is told from a moment that is handed over. What came of a planned date is for
//! [`super::kept`].

use crate::model::schedule::{Rule, day_in};
use crate::model::{EventSeq, Schedule};
use crate::report::ReportError;
use crate::report::data::day;
use crate::report::history::Step;
use crate::store::Reader;
use crate::store::read::{KeptDate, Version};
use crate::workflow::{Living, LivingStatus, Workflow};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// How many planned dates are looked at in one go, whatever the clock says.
const MOST: usize = 1_000;

/// One step, or the search of one source, with what its dates are counted from.
#[derive(Debug, Clone)]
pub struct Dated<'w> {
    /// What is done: `search`.
    pub step: &'static str,
    /// The source, where it is searched on dates of its own.
    pub source: Option<&'w str>,
    /// How often it is due.
    pub schedule: &'w Schedule,
    /// When it was last done.
    pub last: Option<String>,
    /// When it was done, or else when the review was first searched: the moment, and the event.
    acts: Vec<(String, EventSeq)>,
    /// Its planned dates that are past.
    kept: Vec<(Date, EventSeq)>,
    /// Whether the review is kept up to date.
    active: bool,
    zone: TimeZone,
}

impl Dated<'_> {
    /// The event after which nothing of the step is told yet.
    pub fn told(&self) -> EventSeq {
        let last = self.kept.iter().map(|(_, seq)| *seq).max();
        last.unwrap_or(EventSeq(0))
    }

    /// The last planned date that is past; one beyond `today` is of a clock that was ahead.
    fn last_kept(&self, today: Option<Date>) -> Option<(Date, EventSeq)> {
        let past = |(day, _): &&(Date, EventSeq)| today.is_none_or(|today| *day <= today);
        self.kept.iter().filter(past).max().copied()
    }

    /// The first planned date of which the log does not tell, with the day from which it is counted.
    ///
    /// Without `today` what was done since a date has kept it, as reports show it; with it, that is still to
    /// be told.
    fn first(&self, today: Option<Date>) -> Option<(Date, Date)> {
        if !self.active {
            return None;
        }
        let kept = self.last_kept(today);
        let mut acts: Vec<Done> = Vec::new();
        for (at, seq) in &self.acts {
            let day = day_in(at, &self.zone)?;
            let known = today.is_none_or(|today| day <= today);
            if known && kept.is_none_or(|(_, told)| *seq > told) {
                let at = at.parse().ok();
                acts.push(Done { day, at });
            }
        }
        acts.sort_unstable();
        let (from, after) = match (kept, acts.as_slice()) {
            (Some((day, _)), _) => (day, day),
            (None, []) => (today?, today?),
            (None, [.., before, last]) if today.is_some() => {
                // The last search may be the one that keeps the first date.
                let (from, after) = self.counted_from(before)?;
                let next = self.schedule.next(from, after)?;
                let keeps = self
                    .begins(next)
                    .is_some_and(|begins| last.is_since(next, begins));
                if keeps {
                    (from, after)
                } else {
                    self.counted_from(last)?
                }
            }
            (None, [.., last]) => self.counted_from(last)?,
        };
        self.walk(from, after, &acts, today.is_none())
    }

    /// The day from which is counted after something was done, and the day after which the next date is.
    fn counted_from(&self, done: &Done) -> Option<(Date, Date)> {
        // What was done before the time of its own day has not kept that date.
        let begins = self.begins(done.day)?;
        let early = done.at.is_some_and(|at| at < begins);
        let counted = matches!(self.schedule.rule(), Rule::Every { .. });
        let after = if early && !counted {
            done.day.yesterday().ok()?
        } else {
            done.day
        };
        Some((done.day, after))
    }

    /// The first date after `after`; with `past`, that nothing was done since.
    fn walk(
        &self,
        mut from: Date,
        mut after: Date,
        acts: &[Done],
        past: bool,
    ) -> Option<(Date, Date)> {
        let counted = matches!(self.schedule.rule(), Rule::Every { .. });
        for _ in 0..MOST {
            let next = self.schedule.next(from, after)?;
            let begins = self.begins(next)?;
            // An interval is counted anew from what was done before its end.
            let sooner = acts
                .iter()
                .filter(|act| act.day > from && !act.is_since(next, begins));
            match sooner.map(|act| act.day).max() {
                Some(day) if counted => (from, after) = (day, day),
                _ if past && acts.iter().any(|act| act.is_since(next, begins)) => after = next,
                _ => return Some((next, from)),
            }
        }
        None
    }

    /// The first `n` planned days that are not past.
    pub fn next(&self, n: usize) -> Vec<Date> {
        let mut out = Vec::new();
        let Some((first, from)) = self.first(None) else {
            return out;
        };
        let mut next = Some(first);
        while let (Some(day), true) = (next, out.len() < n) {
            out.push(day);
            next = self.schedule.next(from, day);
        }
        out
    }

    /// When a planned day begins.
    pub fn begins(&self, day: Date) -> Option<Timestamp> {
        self.schedule.begins(day, &self.zone)
    }

    /// The planned dates that have begun by `now` and are not past: each with the moment at which it
    /// began and that at which the next begins.
    pub fn open(&self, now: Timestamp) -> Vec<Begun> {
        let today = now.to_zoned_datetime(self.zone.clone()).date();
        let mut out = Vec::new();
        let Some((first, from)) = self.first(Some(today)) else {
            return out;
        };
        let mut next = Some(first);
        while let Some(day) = next {
            let Some(begins) = self.begins(day).filter(|begins| *begins <= now) else {
                break;
            };
            next = self.schedule.next(from, day);
            let ends = next.and_then(|next| self.begins(next));
            if !self.kept.iter().any(|(kept, _)| *kept == day) {
                out.push(Begun { day, begins, ends });
            }
        }
        let surplus = out.len().saturating_sub(MOST);
        out.split_off(surplus)
    }

    /// The next moment after `now` at which something of it is due.
    pub fn wakes(&self, now: Timestamp) -> Option<Timestamp> {
        let today = now.to_zoned_datetime(self.zone.clone()).date();
        let (first, from) = self.first(Some(today))?;
        let mut next = Some(first);
        while let Some(day) = next {
            let begins = self.begins(day)?;
            if begins > now {
                return Some(begins);
            }
            next = self.schedule.next(from, day);
        }
        None
    }
}

/// When something was done: the day in the zone of the review, and the moment where it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Done {
    day: Date,
    at: Option<Timestamp>,
}

impl Done {
    /// Whether it was done since a planned day began.
    fn is_since(&self, day: Date, begins: Timestamp) -> bool {
        self.at.map_or(self.day >= day, |at| at >= begins)
    }
}

/// A planned date that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    /// The day.
    pub day: Date,
    /// When it began.
    pub begins: Timestamp,
    /// When the next planned date begins.
    pub ends: Option<Timestamp>,
}

/// Every step that the workflow has a schedule of, in the order of the review.
pub fn dated<'w>(
    reader: Reader<'_>,
    workflow: &'w Workflow,
    versions: &[Version],
) -> Result<Vec<Dated<'w>>, ReportError> {
    let living = &workflow.living;
    let zone = living.zone();
    let last_of = |kinds: &[&str]| -> Result<Option<(String, EventSeq)>, ReportError> {
        let mut last = None;
        for kind in kinds {
            last = last.max(reader.last_of_kind(kind)?.map(|(seq, at)| (at, seq)));
        }
        Ok(last)
    };
    let runs = reader.search_runs()?;
    let kept = reader.dates_kept()?;
    let is_own = |source: &str| living.sources.iter().any(|own| own.name == source);
    let searched = |wanted: &dyn Fn(&str) -> bool| -> Vec<(String, EventSeq)> {
        let of = runs.iter().filter(|run| wanted(run.source()));
        of.map(|run| (run.searched().to_owned(), run.seq)).collect()
    };
    let first = runs.first().map(|run| (run.at.clone(), run.seq));
    let mut all: Vec<(_, Option<&'w str>, Option<&'w Schedule>, Vec<_>)> = Vec::new();
    let others = searched(&|source| !is_own(source));
    all.push(("search", None, living.search.as_ref(), others));
    for own in &living.sources {
        let of = searched(&|source| source == own.name);
        all.push(("search", Some(&own.name), Some(&own.search), of));
    }
    let published = versions.last().map(|last| (last.at.clone(), last.seq));
    for (step, schedule, last) in [
        ("screening", &living.screening, reader.last_settling()?),
        (
            "extraction",
            &living.extraction,
            last_of(&["cell_extracted"])?,
        ),
        (
            "appraisal",
            &living.appraisal,
            last_of(&["rob_answered", "rob_judged"])?,
        ),
        (
            "analysis",
            &living.analysis,
            last_of(&["analysis_specified"])?,
        ),
        ("certainty", &living.certainty, None),
        ("publication", &living.publication, published),
    ] {
        all.push((step, None, schedule.as_ref(), last.into_iter().collect()));
    }
    let of =
        |(step, source, schedule, mut acts): (_, Option<&'w str>, Option<&'w Schedule>, Vec<_>)| {
            let last = acts.iter().map(|(at, _): &(String, _)| at).max().cloned();
            if acts.is_empty() {
                // What was never done is counted from the first search.
                acts.extend(first.clone());
            }
            let mine = |one: &&KeptDate| one.step == step && one.source.as_deref() == source;
            let kept = kept.iter().filter(mine);
            Some(Dated {
                step,
                source,
                schedule: schedule?,
                last,
                acts,
                kept: kept
                    .filter_map(|one| Some((one.due.parse().ok()?, one.seq)))
                    .collect(),
                active: living.status == LivingStatus::Active,
                zone: zone.clone(),
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
            last: dated.last.as_deref().map(|at| shown(at, &workflow.living)),
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
    let now: Option<Timestamp> = now.parse().ok();
    let versions = reader.versions()?;
    let steps = steps(reader, workflow, &versions)?;
    let all = dated(reader, workflow, &versions)?;
    Ok(all
        .iter()
        .zip(steps)
        .map(|(dated, step)| {
            let next = dated.next(n);
            let at = next.first().and_then(|day| dated.begins(*day));
            Planned {
                step,
                at: at.map(crate::model::time::format),
                overdue: at.zip(now).is_some_and(|(at, now)| at <= now),
                next: next.iter().map(Date::to_string).collect(),
            }
        })
        .collect())
}
