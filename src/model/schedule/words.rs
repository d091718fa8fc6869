//! The words that schedules are made of, and why a text is none.

use jiff::civil::Weekday;

/// Why a text says no schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// What is wrong, as a label.
    pub why: String,
    /// What can be done.
    pub help: Vec<String>,
}

impl Unread {
    pub(super) fn why(why: impl Into<String>) -> Self {
        Self {
            why: why.into(),
            help: Vec::new(),
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

pub(super) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Monday),
    ("tuesday", Weekday::Tuesday),
    ("wednesday", Weekday::Wednesday),
    ("thursday", Weekday::Thursday),
    ("friday", Weekday::Friday),
    ("saturday", Weekday::Saturday),
    ("sunday", Weekday::Sunday),
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

pub(super) const NUMBERS: [&str; 12] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
];

pub(super) const ORDINALS: [&str; 4] = ["first", "second", "third", "fourth"];

/// The words that schedules are made of, for the nearest to one that is not known.
pub const VOCABULARY: &[&str] = &[
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "half-yearly",
    "yearly",
    "each-update",
    "every",
    "other",
    "on",
    "at",
    "of",
    "the",
    "and",
    "day",
    "days",
    "week",
    "weeks",
    "month",
    "months",
    "year",
    "years",
    "weekday",
    "first",
    "second",
    "third",
    "fourth",
    "last",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The month of a name, or of its first three letters.
pub(super) fn month_of(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    let is = |name: &&str| **name == word || name.get(..3) == Some(word.as_str());
    let at = MONTHS.iter().position(is)?;
    i8::try_from(at + 1).ok()
}
