//! The five fields of cron: minute, hour, day of the month, month, day of the week.

use super::days::{Days, Pattern};
use super::words::{Unread, WEEKDAYS, month_of};
use jiff::civil::{Date, Time, Weekday};

/// One field: its name, and the least and the largest value.
struct Field {
    name: &'static str,
    low: i8,
    high: i8,
}

const MINUTE: Field = Field {
    name: "minute",
    low: 0,
    high: 59,
};
const HOUR: Field = Field {
    name: "hour",
    low: 0,
    high: 23,
};
const DAY: Field = Field {
    name: "day of the month",
    low: 1,
    high: 31,
};
const MONTH: Field = Field {
    name: "month",
    low: 1,
    high: 12,
};
const WEEKDAY: Field = Field {
    name: "day of the week",
    low: 0,
    high: 7,
};

/// Whether a text is meant as a cron expression.
pub(super) fn is_meant(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(['@', '*']) || {
        let mut fields = text.split_whitespace();
        let first = fields.next().unwrap_or_default();
        let second = fields.next().unwrap_or_default();
        let numeric = |field: &str| {
            field.starts_with(|c: char| c.is_ascii_digit() || c == '*')
                && !field.contains(|c: char| c.is_ascii_alphabetic())
        };
        numeric(first) && numeric(second)
    }
}

/// The days and the time of a cron expression.
pub(super) fn read(text: &str) -> Result<(Pattern, Time), Unread> {
    let text = text.trim();
    let written = match text.to_lowercase().as_str() {
        "@daily" | "@midnight" => "0 0 * * *",
        "@weekly" => "0 0 * * 0",
        "@monthly" => "0 0 1 * *",
        "@yearly" | "@annually" => "0 0 1 1 *",
        "@hourly" => return Err(often()),
        _ if text.starts_with('@') => {
            return Err(Unread::why("no short name of cron")
                .help("cron has `@daily`, `@weekly`, `@monthly` and `@yearly`"));
        }
        _ => text,
    };
    let fields: Vec<&str> = written.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields.as_slice() else {
        let text = format!("{} fields where cron has five", fields.len());
        return Err(Unread::why(text)
            .help("minute, hour, day of the month, month, day of the week: `0 6 15 * *`"));
    };
    let minute = only(&MINUTE, minute)?;
    let hour = only(&HOUR, hour)?;
    let numbers = values(&DAY, day)?;
    let months = values(&MONTH, month)?;
    let mut weekdays: Vec<Weekday> = Vec::new();
    for n in values(&WEEKDAY, weekday)? {
        let one = Weekday::from_sunday_zero_offset(n % 7).map_err(|_| often())?;
        if !weekdays.contains(&one) {
            weekdays.push(one);
        }
    }
    let either = !day.starts_with('*') && !weekday.starts_with('*');
    let pattern = Pattern {
        months,
        days: Days::Cron {
            numbers,
            weekdays,
            either,
        },
    };
    let start = Date::constant(2000, 1, 1);
    if pattern.next(start).is_none() {
        return Err(Unread::why("a date that never comes"));
    }
    let at = Time::new(hour, minute, 0, 0).map_err(|_| often())?;
    Ok((pattern, at))
}

fn often() -> Unread {
    Unread::why("more than one time a day")
        .help("a step is due at most once a day: minute and hour are one number each")
}

/// The one number of a field that may have no other.
fn only(field: &Field, text: &str) -> Result<i8, Unread> {
    match values(field, text)?.as_slice() {
        [one] => Ok(*one),
        _ => Err(often()),
    }
}

/// The values of a field, in order: `*`, numbers, names, ranges, steps, lists.
fn values(field: &Field, text: &str) -> Result<Vec<i8>, Unread> {
    let mut out = Vec::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => {
                let step = step.parse::<u8>().ok().filter(|step| *step > 0);
                (range, Some(step.ok_or_else(|| wrong(field, part))?))
            }
            None => (part, None),
        };
        let (low, high) = if range == "*" {
            (field.low, if field.high == 7 { 6 } else { field.high })
        } else if let Some((low, high)) = range.split_once('-') {
            let low = number(field, low).ok_or_else(|| wrong(field, part))?;
            let high = number(field, high).ok_or_else(|| wrong(field, part))?;
            // `fri-sun` ends with the other number of Sunday.
            let high = if field.high == 7 && high == 0 && low > 0 {
                7
            } else {
                high
            };
            (low, high)
        } else {
            let one = number(field, range).ok_or_else(|| wrong(field, part))?;
            (one, if step.is_some() { field.high } else { one })
        };
        if low > high {
            return Err(wrong(field, part));
        }
        let step = usize::from(step.unwrap_or(1));
        out.extend((low..=high).step_by(step));
    }
    out.sort_unstable();
    out.dedup();
    Ok(out)
}

fn wrong(field: &Field, part: &str) -> Unread {
    let Field { name, low, high } = field;
    let text = format!("`{part}` is no {name}");
    let help =
        format!("the {name} is `*`, a number from {low} to {high}, a range, a list or a step");
    let unread = Unread::why(text).help(help);
    if part.contains(['L', '#', 'W', '?']) {
        return unread.help("the last day is `monthly on the last day`, the first Monday `monthly on the first Monday`");
    }
    unread
}

fn number(field: &Field, text: &str) -> Option<i8> {
    let named = match field.name {
        "month" => month_of(text).filter(|_| text.len() == 3),
        "day of the week" => WEEKDAYS
            .iter()
            .position(|(name, _)| name.get(..3) == Some(text.to_lowercase().as_str()))
            .and_then(|at| i8::try_from((at + 1) % 7).ok()),
        _ => None,
    };
    let plain = text.bytes().all(|b| b.is_ascii_digit());
    let parsed = || text.parse::<i8>().ok().filter(|_| plain);
    named
        .or_else(parsed)
        .filter(|n| (field.low..=field.high).contains(n))
}
