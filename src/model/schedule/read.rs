//! Reading of interval words and plain words: `monthly`, `every 6 weeks`, `weekly on Monday at 06:00`.

use super::days::{Days, Pattern};
use super::words::{NUMBERS, ORDINALS, Unread, WEEKDAYS, month_of};
use super::{Rule, Unit, cron};
use jiff::civil::{Time, Weekday};

/// What a text means.
pub(super) fn rule(text: &str) -> Result<Rule, Unread> {
    if cron::is_meant(text) {
        let (pattern, at) = cron::read(text)?;
        return Ok(Rule::On { pattern, at });
    }
    let lower = text.to_lowercase().replace(',', " ");
    let mut words: Vec<&str> = lower.split_whitespace().collect();
    let mut at = Time::midnight();
    if let Some(place) = words.iter().position(|word| *word == "at") {
        let said = words.get(place + 1..).unwrap_or_default().join(" ");
        at = time(&said).ok_or_else(|| {
            Unread::why("no time of day after `at`")
                .help("write it with hour and minute: `at 06:00`")
        })?;
        words.truncate(place);
    }
    words.retain(|word| !matches!(*word, "the" | "and"));
    head(&words, at).ok_or_else(|| unread(&words))?
}

fn unread(words: &[&str]) -> Unread {
    if words.is_empty() {
        return Unread::why("no interval here");
    }
    Unread::why("neither an interval, nor a day, nor cron")
}

/// The interval or the days, without the time.
fn head(words: &[&str], at: Time) -> Option<Result<Rule, Unread>> {
    let every = |n: i64, unit: Unit| {
        Some(Ok(Rule::Every {
            n,
            unit,
            weekday: None,
            at,
        }))
    };
    let on = |months: Vec<i8>, days: Days| {
        let pattern = Pattern { months, days };
        Some(Ok(Rule::On { pattern, at }))
    };
    match words {
        ["each-update"] | ["each", "update"] if at == Time::midnight() => {
            Some(Ok(Rule::EachUpdate))
        }
        ["daily"] | ["every", "day"] => every(1, Unit::Day),
        ["weekly"] | ["every", "week"] => every(1, Unit::Week),
        ["monthly"] | ["every", "month"] => every(1, Unit::Month),
        ["quarterly"] | ["every", "quarter"] => every(3, Unit::Month),
        ["half-yearly"] | ["half", "yearly"] => every(6, Unit::Month),
        ["yearly" | "annually"] | ["every", "year"] => every(1, Unit::Year),
        ["every", "other", unit] => every(2, unit_of(unit)?),
        ["every", n, unit] if number(n).is_some() => match number(n)? {
            n @ 1..=999 => every(n, unit_of(unit)?),
            _ => Some(Err(Unread::why("an interval from 1 to 999 units"))),
        },
        ["every", "other", unit, "on", day] if unit_of(unit) == Some(Unit::Week) => {
            Some(Ok(on_weekday(2, weekday(day)?, at)))
        }
        ["every", n, unit, "on", day] if unit_of(unit) == Some(Unit::Week) => {
            let n = number(n).filter(|n| (1..=999).contains(n))?;
            Some(Ok(on_weekday(n, weekday(day)?, at)))
        }
        ["weekly" | "every", "on", days @ ..]
        | ["every", "week", "on", days @ ..]
        | ["every" | "on", days @ ..]
            if weekdays(days).is_some() =>
        {
            on((1..=12).collect(), Days::Weekdays(weekdays(days)?))
        }
        ["monthly", "on", days @ ..]
        | ["every", "month", "on", days @ ..]
        | ["on", days @ .., "of", "every" | "each", "month"] => {
            on((1..=12).collect(), of_month(days)?)
        }
        ["quarterly", "on", days @ ..] => on(vec![1, 4, 7, 10], of_month(days)?),
        ["half-yearly", "on", days @ ..] => on(vec![1, 7], of_month(days)?),
        ["yearly" | "annually", "on", rest @ ..] | ["every", "year", "on", rest @ ..] => {
            let (month, days) = match rest {
                [day @ .., "of", month] if month_of(month).is_some() => (month_of(month)?, day),
                [day @ .., month] if month_of(month).is_some() => (month_of(month)?, day),
                [month, day @ ..] => (month_of(month)?, day),
                [] => return None,
            };
            let days = of_month(days)?;
            // A day that the month never has is a slip; 29 February has its last day.
            let longest = match month {
                2 => 29,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            if let Days::Numbers(numbers) = &days
                && numbers.iter().any(|n| *n > longest && *n != LAST)
            {
                return Some(Err(Unread::why("a date that never comes")));
            }
            on(vec![month], days)
        }
        _ => None,
    }
}

fn on_weekday(n: i64, weekday: Weekday, at: Time) -> Rule {
    Rule::Every {
        n,
        unit: Unit::Week,
        weekday: Some(weekday),
        at,
    }
}

fn unit_of(word: &str) -> Option<Unit> {
    match word {
        "day" | "days" => Some(Unit::Day),
        "week" | "weeks" => Some(Unit::Week),
        "month" | "months" => Some(Unit::Month),
        "year" | "years" => Some(Unit::Year),
        _ => None,
    }
}

fn number(word: &str) -> Option<i64> {
    if word.bytes().all(|b| b.is_ascii_digit()) {
        return word.parse().ok();
    }
    let at = NUMBERS.iter().position(|one| *one == word)?;
    i64::try_from(at + 1).ok()
}

fn weekday(word: &str) -> Option<Weekday> {
    let bare = word.strip_suffix('s').unwrap_or(word);
    WEEKDAYS
        .iter()
        .find(|(name, _)| *name == word || *name == bare || name.get(..3) == Some(word))
        .map(|(_, day)| *day)
}

/// Days of the week, each once; `weekday` is Monday to Friday.
fn weekdays(words: &[&str]) -> Option<Vec<Weekday>> {
    if let ["weekday" | "weekdays"] = words {
        let all = WEEKDAYS.iter().map(|(_, day)| *day);
        return Some(all.take(5).collect());
    }
    let mut out = Vec::new();
    for word in words {
        let day = weekday(word)?;
        if !out.contains(&day) {
            out.push(day);
        }
    }
    (!out.is_empty()).then_some(out)
}

/// How the last day stands among the numbers: every month is shorter.
const LAST: i8 = 32;

/// `15th`, `1st 15th`, `day 15`, `last day`, `first monday`.
fn of_month(words: &[&str]) -> Option<Days> {
    match words {
        ["last", "day"] | ["last", "day", "of", "month"] | ["last"] => {
            Some(Days::Numbers(vec![LAST]))
        }
        ["first", "day"] => Some(Days::Numbers(vec![1])),
        [nth, day] if weekday(day).is_some() => {
            let nth = match *nth {
                "last" => -1,
                word => {
                    let named = ORDINALS.iter().position(|one| *one == word);
                    let n = named.and_then(|at| i8::try_from(at + 1).ok());
                    n.or_else(|| ordinal(word).filter(|n| *n <= 4))?
                }
            };
            Some(Days::Nth {
                nth,
                weekday: weekday(day)?,
            })
        }
        ["day" | "days", numbers @ ..] | numbers => {
            let mut out = Vec::new();
            for word in numbers {
                let n = ordinal(word)?;
                if !out.contains(&n) {
                    out.push(n);
                }
            }
            out.sort_unstable();
            (!out.is_empty()).then_some(Days::Numbers(out))
        }
    }
}

/// `15`, `15th`, `1st`: a day of a month.
fn ordinal(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let ending = word.get(digits.len()..)?;
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let n: i8 = digits.parse().ok()?;
    let fits = matches!(ending, "" | "st" | "nd" | "rd" | "th");
    (fits && (1..=31).contains(&n)).then_some(n)
}

/// `06:00`, `6:00`, `6 am`, `18:30`, `noon`, `midnight`.
fn time(text: &str) -> Option<Time> {
    match text {
        "noon" => return Time::new(12, 0, 0, 0).ok(),
        "midnight" => return Some(Time::midnight()),
        _ => {}
    }
    let bare = text.replace(' ', "");
    let (clock, half) = match bare.strip_suffix("am") {
        Some(clock) => (clock, Some(0)),
        None => match bare.strip_suffix("pm") {
            Some(clock) => (clock, Some(12)),
            None => (bare.as_str(), None),
        },
    };
    let (hour, minute) = match clock.split_once(':') {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        Some(_) => return None,
        None if half.is_some() => (clock, "00"),
        None => return None,
    };
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !plain(hour) || !plain(minute) || hour.len() > 2 {
        return None;
    }
    let (hour, minute): (i8, i8) = (hour.parse().ok()?, minute.parse().ok()?);
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    Time::new(hour, minute, 0, 0).ok()
}
