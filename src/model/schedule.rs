//! When a step of the living mode is due: an interval word, plain words or a cron expression, and the
//! dates they give.
//!
//! A step is due at most once a day, so that a date says which time is meant whatever the clock does.
//! An interval (`monthly`, `every 6 weeks`) is counted from the day on which the step was last done; dates of the
//! calendar (`monthly on the 15th`, `weekly on Monday at 06:00`, `0 6 15 * *`) are planned whatever was
//! done. The schedules of a living review are an item of PRISMA-LSR (L1; BMJ 2024;387:e079183).
//!
//! The zones are those of the IANA database that is built in, never the machine's, so that a date is the
//! same on every machine. A time that a change of the clocks skips is taken an hour later; of a time that
//! comes twice the first counts.

mod cron;
mod days;
mod read;
mod words;

pub use days::{Days, Pattern};
pub use words::{Unread, VOCABULARY};

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// When something is due, as the workflow says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    text: String,
    rule: Rule,
}

/// What the words mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Whenever a search has found something new.
    EachUpdate,
    /// So long after it was last done.
    Every {
        /// How many units.
        n: i64,
        /// The unit.
        unit: Unit,
        /// The day of the week on or after which it then is.
        weekday: Option<Weekday>,
        /// The time of that day.
        at: Time,
    },
    /// On days of the calendar.
    On {
        /// Which days.
        pattern: Pattern,
        /// The time of each.
        at: Time,
    },
}

/// A unit of an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 24 hours or what the clocks make of them.
    Day,
    /// Seven days.
    Week,
    /// A month; the 31st is the last day of a shorter one.
    Month,
    /// A year; 29 February is 28 February in most.
    Year,
}

/// What came of a planned date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DateOutcome {
    /// The step was done, and there was something to do.
    #[serde(rename = "done")]
    Done,
    /// The step was done, and nothing was new.
    #[serde(rename = "nothing new")]
    NothingNew,
    /// It was tried until the next date, and could not be done.
    #[serde(rename = "failed")]
    Failed,
    /// It was not tried before the next date.
    #[serde(rename = "missed")]
    Missed,
}

impl DateOutcome {
    /// The word of the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::NothingNew => "nothing new",
            Self::Failed => "failed",
            Self::Missed => "missed",
        }
    }
}

/// The zone in which times are meant where the workflow names none.
pub const UTC: &str = "UTC";

/// The zone of that name in the IANA database, whatever the letter case.
///
/// ```
/// use perennial::model::schedule::zone;
/// assert_eq!(zone("europe/berlin").unwrap().iana_name(), Some("Europe/Berlin"));
/// assert!(zone("Berlin").is_none());
/// ```
pub fn zone(name: &str) -> Option<TimeZone> {
    if name.eq_ignore_ascii_case(UTC) {
        return Some(TimeZone::UTC);
    }
    TimeZoneDatabase::bundled().get(name).ok()
}

/// Every zone of the database, by name.
pub fn zones() -> Vec<String> {
    let all = TimeZoneDatabase::bundled();
    all.available().map(|name| name.to_string()).collect()
}

/// The day on which it is `at` in a zone; a bare day is that day.
pub fn day_in(at: &str, zone: &TimeZone) -> Option<Date> {
    match at.parse::<Timestamp>() {
        Ok(at) => Some(at.to_zoned_datetime(zone.clone()).date()),
        Err(_) => at.get(..10)?.parse().ok(),
    }
}

impl Schedule {
    /// Reads an interval word, plain words or a cron expression.
    ///
    /// ```
    /// use perennial::model::schedule::Schedule;
    /// assert!(Schedule::read("monthly on the 15th at 06:00").is_ok());
    /// assert!(Schedule::read("0 6 15 * *").is_ok());
    /// assert!(Schedule::read("now and then").is_err());
    /// ```
    pub fn read(text: &str) -> Result<Self, Unread> {
        Ok(Self {
            text: text.trim().to_owned(),
            rule: read::rule(text)?,
        })
    }

    /// As the workflow writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What it means.
    pub fn rule(&self) -> &Rule {
        &self.rule
    }

    /// The time of the day at which it is due; none for what follows an update.
    pub fn at(&self) -> Option<Time> {
        match &self.rule {
            Rule::EachUpdate => None,
            Rule::Every { at, .. } | Rule::On { at, .. } => Some(*at),
        }
    }

    /// The first planned day after `after`; an interval is counted from `last`.
    ///
    /// ```
    /// use perennial::model::schedule::Schedule;
    /// let day = |text: &str| text.parse::<jiff::civil::Date>().unwrap();
    /// let monthly = Schedule::read("monthly").unwrap();
    /// let next = |after: &str| monthly.next(day("2025-01-31"), day(after)).unwrap().to_string();
    /// assert_eq!(next("2025-01-31"), "2025-02-28");
    /// assert_eq!(next("2025-02-28"), "2025-03-31");
    /// ```
    pub fn next(&self, last: Date, after: Date) -> Option<Date> {
        match &self.rule {
            Rule::EachUpdate => None,
            Rule::Every {
                n, unit, weekday, ..
            } => {
                let spans = roughly(*unit, *n, last, after);
                (spans..spans.saturating_add(1_000))
                    .filter_map(|k| interval(last, *unit, n.checked_mul(k)?, *weekday))
                    .find(|day| *day > after && *day > last)
            }
            Rule::On { pattern, .. } => pattern.next(after),
        }
    }

    /// The planned days after `after` that have begun by `now`, the earliest first; at most `most`
    /// of them, the latest.
    pub fn due(
        &self,
        last: Date,
        after: Date,
        zone: &TimeZone,
        now: Timestamp,
        most: usize,
    ) -> Vec<Date> {
        let mut out = std::collections::VecDeque::new();
        let mut day = after;
        while let Some(next) = self.next(last, day) {
            if self.begins(next, zone).is_none_or(|begins| begins > now) {
                break;
            }
            if out.len() == most {
                out.pop_front();
            }
            out.push_back(next);
            day = next;
        }
        out.into()
    }

    /// The moment at which a planned day is due.
    pub fn begins(&self, day: Date, zone: &TimeZone) -> Option<Timestamp> {
        let at = self.at()?;
        let zoned = zone.to_zoned_datetime(day.to_datetime(at)).ok()?;
        Some(zoned.timestamp())
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A number of intervals after `last` that is not beyond the first day after `after`.
fn roughly(unit: Unit, n: i64, last: Date, after: Date) -> i64 {
    let days = i64::from(last.until(after).map_or(0, |span| span.get_days()));
    let longest = match unit {
        Unit::Day => 1,
        Unit::Week => 7,
        Unit::Month => 31,
        Unit::Year => 366,
    };
    (days / (longest * n.max(1)) - 1).max(1)
}

/// The day so many units after `last`, then the next such day of the week.
fn interval(last: Date, unit: Unit, n: i64, weekday: Option<Weekday>) -> Option<Date> {
    let span = match unit {
        Unit::Day => Span::new().try_days(n),
        Unit::Week => Span::new().try_weeks(n),
        Unit::Month => Span::new().try_months(n),
        Unit::Year => Span::new().try_years(n),
    };
    let day = last.checked_add(span.ok()?).ok()?;
    match weekday {
        Some(wanted) if day.weekday() != wanted => day.nth_weekday(1, wanted).ok(),
        Some(_) | None => Some(day),
    }
}

#[cfg(test)]
mod tests;
