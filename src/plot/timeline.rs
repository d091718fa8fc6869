//! The timeline of a living review: every search on one axis, and what came of it.
//!
//! A hollow dot is a search that found nothing new; a filled one has a bar as high as its new
//! records. Versions are flags above, the next search a dashed one; protocol changes are triangles
//! and retractions crosses below. Labels step aside for each other, then stand without their note,
//! then are left out and counted; the description has them all.

mod calendar;
mod draw;
mod place;
mod table;

use super::PlotError;
use super::page::Page;
use super::svg::Figure;
use calendar::day;

/// What stands on the axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimelineKind {
    /// A search that found nothing new.
    NoNews,
    /// A search with new records.
    News {
        /// How many records are new.
        records: u64,
        /// How many were included.
        included: u64,
    },
    /// A published version.
    Version {
        /// Its name: `2.0`.
        name: String,
    },
    /// The workflow changed.
    Protocol,
    /// A report was retracted.
    Retraction {
        /// Which report or trial, as it is called.
        label: String,
    },
}

/// Something that happened on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineMark {
    /// The day, `YYYY-MM-DD`.
    pub at: String,
    /// What happened on that day.
    pub kind: TimelineKind,
    /// What is said about it; may be empty. Searches show none.
    pub note: String,
}

/// What a timeline shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timeline {
    /// The figure's name; prefixes its ids.
    pub name: String,
    /// Its title, for those who do not see it.
    pub title: String,
    /// The width it is made for.
    pub page: Page,
    /// What happened, in any order.
    pub marks: Vec<TimelineMark>,
    /// The day of the next search, `YYYY-MM-DD`.
    pub next: Option<String>,
}

impl Timeline {
    /// The marks by day; those of one day as they were given.
    fn by_day(&self) -> Result<Vec<(i32, &TimelineMark)>, PlotError> {
        let mut marks = self
            .marks
            .iter()
            .map(|mark| Ok((day(&mark.at)?, mark)))
            .collect::<Result<Vec<_>, PlotError>>()?;
        marks.sort_by_key(|(day, _)| *day);
        Ok(marks)
    }

    /// Sentences with the numbers, for those who do not see the figure.
    pub fn description(&self) -> String {
        let mut out = vec![self.searches()];
        let mut marks: Vec<&TimelineMark> = self.marks.iter().collect();
        marks.sort_by(|a, b| a.at.cmp(&b.at));
        out.extend(marks.into_iter().filter_map(event));
        if let Some(next) = &self.next {
            out.push(format!("Next search {next}."));
        }
        out.join(" ")
    }

    /// `25 searches from 2019-01-01 to 2026-04-15: 9 found nothing new, 16 found 133 new records, 6
    /// of them included.`
    fn searches(&self) -> String {
        let (mut quiet, mut news) = (0_u64, (0_u64, 0_u64, 0_u64));
        let mut days: Vec<&str> = Vec::new();
        for mark in &self.marks {
            match mark.kind {
                TimelineKind::NoNews => quiet += 1,
                TimelineKind::News { records, included } => {
                    news.0 += 1;
                    news.1 = news.1.saturating_add(records);
                    news.2 = news.2.saturating_add(included);
                }
                TimelineKind::Version { .. }
                | TimelineKind::Protocol
                | TimelineKind::Retraction { .. } => continue,
            }
            days.push(&mark.at);
        }
        let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else {
            return "No search yet.".into();
        };
        let (found, records, included) = news;
        format!(
            "{} from {first} to {last}: {quiet} found nothing new, {found} found {}, {included} of \
             them included.",
            many(quiet + found, "search", "searches"),
            many(records, "new record", "new records"),
        )
    }
}

/// `1 search`, `2 searches`.
fn many(n: u64, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}

/// What is said about a mark that is not a search.
fn event(mark: &TimelineMark) -> Option<String> {
    let text = match &mark.kind {
        TimelineKind::NoNews | TimelineKind::News { .. } => return None,
        TimelineKind::Version { name } => format!("Version {name}, {}", mark.at),
        TimelineKind::Protocol | TimelineKind::Retraction { .. } => {
            return below(mark).map(|text| format!("{text}."));
        }
    };
    Some(if mark.note.is_empty() {
        format!("{text}.")
    } else {
        format!("{text}: {}.", mark.note)
    })
}

/// The label of what stands below the axis.
fn below(mark: &TimelineMark) -> Option<String> {
    let said: Vec<&str> = match &mark.kind {
        TimelineKind::Protocol => vec![&mark.note],
        TimelineKind::Retraction { label } => vec![label, &mark.note],
        TimelineKind::NoNews | TimelineKind::News { .. } | TimelineKind::Version { .. } => {
            return None;
        }
    };
    let said: Vec<&str> = said.into_iter().filter(|text| !text.is_empty()).collect();
    Some(if said.is_empty() {
        dated(mark)
    } else {
        format!("{}: {}", dated(mark), said.join("; "))
    })
}

/// The label of what stands below the axis, without what is said about it.
fn dated(mark: &TimelineMark) -> String {
    let what = if mark.kind == TimelineKind::Protocol {
        "Protocol change"
    } else {
        "Retraction"
    };
    format!("{what} {}", mark.at)
}

/// Draws a timeline.
pub fn timeline(plot: &Timeline) -> Result<String, PlotError> {
    let mut figure = Figure::new(
        &plot.name,
        &plot.title,
        &plot.description(),
        (plot.page.points(), plot.page.millimetres()),
        None,
    );
    let height = draw::draw(plot, &mut figure)?;
    Ok(figure.finish(height))
}

#[cfg(test)]
mod tests;
