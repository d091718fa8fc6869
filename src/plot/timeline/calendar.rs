//! Days as numbers, and the months or years that carry a tick.

use crate::plot::PlotError;
use jiff::civil::Date;

/// The days between a date and 1970-01-01.
pub(super) fn day(text: &str) -> Result<i32, PlotError> {
    let wrong = || PlotError::Date(text.to_owned());
    if text.len() != 10 {
        return Err(wrong());
    }
    let date: Date = text.parse().map_err(|_| wrong())?;
    number(date).ok_or_else(wrong)
}

fn number(date: Date) -> Option<i32> {
    let epoch = Date::new(1970, 1, 1).ok()?;
    i32::try_from(date.duration_since(epoch).as_hours() / 24).ok()
}

fn date(day: i32) -> Option<Date> {
    let epoch = Date::new(1970, 1, 1).ok()?;
    let hours = i64::from(day) * 24;
    epoch
        .checked_add(jiff::SignedDuration::from_hours(hours))
        .ok()
}

/// Steps in months, with the room in points that their labels need.
const STEPS: [(i32, f64); 8] = [
    (1, 44.0),
    (3, 44.0),
    (12, 30.0),
    (24, 30.0),
    (60, 30.0),
    (120, 30.0),
    (600, 30.0),
    (6000, 30.0),
];

/// First days of months or years between two days, with their labels, the closest that have room.
pub(super) fn ticks(first: i32, last: i32, points_per_day: f64) -> Vec<(i32, String)> {
    let Some(start) = date(first) else {
        return Vec::new();
    };
    let room = |(months, room): &(i32, f64)| f64::from(*months) * 30.4 * points_per_day >= *room;
    let step = STEPS
        .into_iter()
        .find(room)
        .map_or(6000, |(months, _)| months);
    let begin = i32::from(start.year()) * 12 + i32::from(start.month()) - 1;
    let mut month = begin.div_euclid(step) * step;
    let mut out = Vec::new();
    while out.len() < 100 {
        let (year, of_year) = (month.div_euclid(12), month.rem_euclid(12) + 1);
        let (Ok(y), Ok(m)) = (i16::try_from(year), i8::try_from(of_year)) else {
            break;
        };
        let Some(day) = Date::new(y, m, 1).ok().and_then(number) else {
            break;
        };
        if day > last {
            break;
        }
        if day >= first {
            let label = if step < 12 {
                format!("{year:04}-{of_year:02}")
            } else {
                format!("{year:04}")
            };
            out.push((day, label));
        }
        month += step;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_strictly() {
        assert_eq!(day("1970-01-01"), Ok(0));
        assert_eq!(day("2000-03-01"), Ok(11_017));
        for wrong in [
            "2025-02-30",
            "2025-6-1",
            "",
            "2025-06-01T00:00",
            "yesterday!",
        ] {
            assert_eq!(day(wrong), Err(PlotError::Date(wrong.into())), "{wrong}");
        }
    }

    #[test]
    fn ticks_are_months_or_years_by_the_room() {
        let (first, last) = (day("2019-01-05").unwrap(), day("2026-07-15").unwrap());
        let labels = |ticks: Vec<(i32, String)>| -> Vec<String> {
            ticks.into_iter().map(|(_, label)| label).collect()
        };
        let years = labels(ticks(first, last, 490.0 / f64::from(last - first)));
        assert_eq!(
            years,
            ["2020", "2021", "2022", "2023", "2024", "2025", "2026"]
        );
        let quarters = labels(ticks(first, first + 500, 1.0));
        assert_eq!(quarters[..2], ["2019-04", "2019-07"]);
        let months = labels(ticks(first, first + 100, 4.0));
        assert_eq!(months, ["2019-02", "2019-03", "2019-04"]);
    }
}
