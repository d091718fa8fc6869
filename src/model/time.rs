//! Points in time as the log writes them: UTC with milliseconds, `2025-07-01T09:00:00.000Z`.
//!
//! Time is an argument everywhere: whoever acts hands over a [`Clock`]. A live run reads the
//! machine's; a replay reads the archive's, so that the log comes out the same.

use std::sync::{Mutex, PoisonError};

/// Tells the time of an event that is about to be written.
/// Threads share it.
pub trait Clock: Send + Sync {
    /// Now, as the log writes it.
    fn now(&self) -> String;

    /// Tells the clock that the next events happened at `at`; a machine's clock does not listen.
    fn set(&self, at: &str);
}

/// The clock of an archive: it stands where it was last set.
#[derive(Debug)]
pub struct ArchiveClock {
    at: Mutex<String>,
}

impl ArchiveClock {
    /// A clock that stands at `at`.
    pub fn new(at: impl Into<String>) -> Self {
        Self {
            at: Mutex::new(at.into()),
        }
    }
}

impl Clock for ArchiveClock {
    fn now(&self) -> String {
        let at = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        at.clone()
    }

    fn set(&self, at: &str) {
        let mut now = self.at.lock().unwrap_or_else(PoisonError::into_inner);
        at.clone_into(&mut now);
    }
}

/// A point in time given as seconds since 1970, in the log's spelling.
pub fn from_seconds(seconds: f64) -> Option<String> {
    let time = jiff::SignedDuration::try_from_secs_f64(seconds).ok()?;
    jiff::Timestamp::UNIX_EPOCH
        .checked_add(time)
        .ok()
        .map(format)
}

/// What a machine's clock says, as the time since the beginning of 1970, none where it is before; the first or last time that it can write where
/// the clock is beyond it. The log takes no event of the last day.
///
/// ```
/// use std::time::Duration;
/// use perennial::model::time::{LAST_DAY, since_1970};
/// let far = Duration::from_secs(400_000_000_000);
/// assert!(since_1970(Some(far)).starts_with(LAST_DAY));
/// assert_eq!(since_1970(None), "1970-01-01T00:00:00.000Z");
/// ```
pub fn since_1970(clock: Option<std::time::Duration>) -> String {
    let since = clock.unwrap_or_default();
    let time = jiff::SignedDuration::try_from(since)
        .and_then(jiff::Timestamp::from_duration)
        .unwrap_or(jiff::Timestamp::MAX);
    format(time)
}

/// The last day that the log can write: a clock that stands there, or beyond, is wrong.
pub const LAST_DAY: &str = "9999-12-30";

/// Brings a point in time into the log's spelling.
///
/// ```
/// use perennial::model::time::utc;
/// assert_eq!(utc("2025-07-02T10:37:10+02:00").unwrap(), "2025-07-02T08:37:10.000Z");
/// assert!(utc("yesterday").is_err());
/// ```
pub fn utc(text: &str) -> Result<String, super::IdError> {
    let time: jiff::Timestamp = text.trim().parse().map_err(|_| super::IdError {
        text: text.to_owned(),
        expected: "a point in time such as `2025-07-01T09:00:00.000Z`",
    })?;
    Ok(format(time))
}

/// Reads a day that is not after the day of `now`, a point in time of the log; days are UTC's.
///
/// ```
/// use perennial::model::time::past_day;
/// let now = "2025-07-01T09:00:00.000Z";
/// assert_eq!(past_day("2025-06-30", now).unwrap(), "2025-06-30");
/// assert!(past_day("2025-07-02", now).is_err() && past_day("30.06.2025", now).is_err());
/// ```
pub fn past_day(text: &str, now: &str) -> Result<String, super::IdError> {
    let wrong = |expected| super::IdError {
        text: text.to_owned(),
        expected,
    };
    let written = text.trim();
    let day: Result<jiff::civil::Date, _> = written.parse();
    let plain = written.len() == 10;
    let day = day
        .map_err(|_| ())
        .and_then(|day| if plain { Ok(day) } else { Err(()) });
    let day = day.map_err(|()| wrong("a day such as `2025-06-30`"))?;
    let day = day.strftime("%Y-%m-%d").to_string();
    if now.get(..10).is_some_and(|today| day.as_str() > today) {
        return Err(wrong("today or a day before (UTC)"));
    }
    Ok(day)
}

/// Writes a point in time as the log does.
pub fn format(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
