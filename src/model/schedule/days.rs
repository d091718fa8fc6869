//! Days of the calendar: by their number, by the day of the week, or as cron has them.

use jiff::civil::{Date, Weekday};

/// Which days of which months.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The months, from 1 to 12, in order.
    pub months: Vec<i8>,
    /// The days in each.
    pub days: Days,
}

/// Which days of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Days {
    /// Days by number; one that the month lacks is its last day.
    Numbers(Vec<i8>),
    /// Days of the week, all of them.
    Weekdays(Vec<Weekday>),
    /// The first to the fourth, or the last, of a day of the week.
    Nth {
        /// From 1 to 4; -1 is the last.
        nth: i8,
        /// The day of the week.
        weekday: Weekday,
    },
    /// As cron reads its third and fifth field; a month that lacks a day has none.
    Cron {
        /// Days by number.
        numbers: Vec<i8>,
        /// Days of the week.
        weekdays: Vec<Weekday>,
        /// Whether one of the two is enough: where neither field begins with `*`.
        either: bool,
    },
}

/// How many days a date may be away: 29 February of 2096 is eight years before the next.
const FAR: i32 = 366 * 9;

impl Pattern {
    /// Whether a day is one of them.
    pub fn holds(&self, day: Date) -> bool {
        if !self.months.contains(&day.month()) {
            return false;
        }
        let number = day.day();
        match &self.days {
            Days::Numbers(numbers) => {
                let last = day.days_in_month();
                numbers
                    .iter()
                    .any(|wanted| *wanted == number || (number == last && *wanted > last))
            }
            Days::Weekdays(weekdays) => weekdays.contains(&day.weekday()),
            Days::Nth { nth, weekday } => day
                .nth_weekday_of_month(*nth, *weekday)
                .is_ok_and(|wanted| wanted == day),
            Days::Cron {
                numbers,
                weekdays,
                either,
            } => {
                let (by_number, by_weekday) =
                    (numbers.contains(&number), weekdays.contains(&day.weekday()));
                if *either {
                    by_number || by_weekday
                } else {
                    by_number && by_weekday
                }
            }
        }
    }

    /// The first of them after a day; none where there is none for years.
    pub fn next(&self, after: Date) -> Option<Date> {
        let mut day = after;
        for _ in 0..FAR {
            day = day.tomorrow().ok()?;
            if self.holds(day) {
                return Some(day);
            }
        }
        None
    }
}
