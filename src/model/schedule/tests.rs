//! Words, plain words and cron give their dates; clocks that change; what is refused.

use super::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn schedule(text: &str) -> Schedule {
    Schedule::read(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// The first `n` planned days after `last`.
fn days(text: &str, last: &str, n: usize) -> Vec<String> {
    let schedule = schedule(text);
    let last = day(last);
    let mut after = last;
    let mut out = Vec::new();
    for _ in 0..n {
        after = schedule.next(last, after).unwrap();
        out.push(after.to_string());
    }
    out
}

#[test]
fn words_plain_words_and_cron_give_their_dates() {
    for (text, last, want) in [
        ("daily", "2024-02-28", vec!["2024-02-29", "2024-03-01"]),
        ("weekly", "2025-12-29", vec!["2026-01-05", "2026-01-12"]),
        (
            "monthly",
            "2025-01-31",
            vec!["2025-02-28", "2025-03-31", "2025-04-30"],
        ),
        ("quarterly", "2025-11-30", vec!["2026-02-28", "2026-05-30"]),
        (
            "half-yearly",
            "2025-08-31",
            vec!["2026-02-28", "2026-08-31"],
        ),
        (
            "yearly",
            "2024-02-29",
            vec!["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
        ),
        (
            "every 6 weeks",
            "2025-01-01",
            vec!["2025-02-12", "2025-03-26"],
        ),
        ("every six weeks at 6 am", "2025-01-01", vec!["2025-02-12"]),
        (
            "every other week",
            "2025-01-01",
            vec!["2025-01-15", "2025-01-29"],
        ),
        (
            "Every 2 weeks on Monday",
            "2025-01-01",
            vec!["2025-01-20", "2025-02-03"],
        ),
        (
            "monthly on the 15th",
            "2025-01-15",
            vec!["2025-02-15", "2025-03-15"],
        ),
        (
            "Monthly on the 31st at 06:00",
            "2023-12-31",
            vec!["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"],
        ),
        (
            "monthly on the last day",
            "2025-01-30",
            vec!["2025-01-31", "2025-02-28"],
        ),
        (
            "monthly on the 1st and 15th",
            "2025-01-01",
            vec!["2025-01-15", "2025-02-01"],
        ),
        (
            "monthly on the first Monday",
            "2025-01-06",
            vec!["2025-02-03", "2025-03-03"],
        ),
        (
            "monthly on the last Friday",
            "2025-01-01",
            vec!["2025-01-31", "2025-02-28"],
        ),
        (
            "weekly on Monday at 06:00",
            "2025-01-06",
            vec!["2025-01-13", "2025-01-20"],
        ),
        (
            "weekly on Monday, Wednesday and Friday",
            "2025-01-06",
            vec!["2025-01-08", "2025-01-10", "2025-01-13"],
        ),
        (
            "every weekday",
            "2025-01-03",
            vec!["2025-01-06", "2025-01-07"],
        ),
        ("on Sundays", "2025-01-06", vec!["2025-01-12"]),
        (
            "quarterly on the 1st",
            "2025-01-01",
            vec!["2025-04-01", "2025-07-01"],
        ),
        (
            "half-yearly on the 31st",
            "2025-01-31",
            vec!["2025-07-31", "2026-01-31"],
        ),
        (
            "yearly on 29 February",
            "2024-02-29",
            vec!["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"],
        ),
        (
            "yearly on the 1st of March",
            "2025-03-01",
            vec!["2026-03-01"],
        ),
        ("yearly on March 1", "2025-03-01", vec!["2026-03-01"]),
        (
            "on the 15th of each month",
            "2025-03-01",
            vec!["2025-03-15"],
        ),
        ("0 6 15 * *", "2025-01-15", vec!["2025-02-15"]),
        ("0 6 31 * *", "2025-01-31", vec!["2025-03-31", "2025-05-31"]),
        (
            "30 2 29 2 *",
            "2025-01-01",
            vec!["2028-02-29", "2032-02-29"],
        ),
        ("30 2 29 2 *", "2096-02-29", vec!["2104-02-29"]),
        ("0 6 * * MON", "2025-01-06", vec!["2025-01-13"]),
        ("0 6 * * 7", "2025-01-06", vec!["2025-01-12"]),
        (
            "0 6 * * fri-sun",
            "2025-01-06",
            vec!["2025-01-10", "2025-01-11", "2025-01-12", "2025-01-17"],
        ),
        (
            "0 6 13 * 5",
            "2025-01-01",
            vec!["2025-01-03", "2025-01-10", "2025-01-13"],
        ),
        (
            "0 6 */10 * 1",
            "2025-01-01",
            vec!["2025-03-31", "2025-04-21"],
        ),
        (
            "0 6 1 JAN,jul *",
            "2025-01-01",
            vec!["2025-07-01", "2026-01-01"],
        ),
        (
            "0 0 1-7/3 2-3 *",
            "2025-01-01",
            vec!["2025-02-01", "2025-02-04", "2025-02-07", "2025-03-01"],
        ),
        ("@monthly", "2025-01-01", vec!["2025-02-01"]),
    ] {
        assert_eq!(days(text, last, want.len()), want, "{text}");
    }
}

#[test]
fn what_says_no_schedule_says_why() {
    for text in [
        "",
        "fortnightly",
        "0 6 * *",
        "0 6 * * * *",
        "61 6 * * *",
        "0 24 * * *",
        "*/5 * * * *",
        "0 6,18 * * *",
        "0 6 30 2 *",
        "0 6 32 * *",
        "0 6 0 * *",
        "0 6 * 13 *",
        "0 6 * * 8",
        "0 6 5-1 * *",
        "0 6 */0 * *",
        "0 6 L * *",
        "0 6 * * 1#1",
        "@hourly",
        "@reboot",
        "monthly on the 32nd",
        "monthly on the 0th",
        "weekly on Mondy",
        "every 0 weeks",
        "every 1000 weeks",
        "yearly on 30 February",
        "yearly on 31 April",
        "monthly at 25:00",
        "monthly at 6",
        "each-update at 06:00",
        "monthly on the fifth Monday",
        "every six moons",
        "weekly on",
        "yearly on March",
        "0 6 1+ * *",
        "0 6 +1 * *",
    ] {
        assert!(Schedule::read(text).is_err(), "{text}");
    }
}

#[test]
fn the_clocks_may_skip_a_time_or_show_it_twice() {
    let berlin = zone("Europe/Berlin").unwrap();
    let at = |text: &str, on: &str| schedule(text).begins(day(on), &berlin).unwrap().to_string();
    // 02:30 is skipped on 30 March 2025 and comes twice on 26 October.
    assert_eq!(at("30 2 * * *", "2025-03-29"), "2025-03-29T01:30:00Z");
    assert_eq!(at("30 2 * * *", "2025-03-30"), "2025-03-30T01:30:00Z");
    assert_eq!(at("30 2 * * *", "2025-10-26"), "2025-10-26T00:30:00Z");
    assert_eq!(at("30 2 * * *", "2025-10-27"), "2025-10-27T01:30:00Z");
    // Midnight itself is skipped where clocks change then.
    let cairo = zone("Africa/Cairo").unwrap();
    let first = schedule("daily").begins(day("2024-04-26"), &cairo).unwrap();
    assert_eq!(first.to_string(), "2024-04-25T22:00:00Z");
    // A year of days has as many moments, each after the one before.
    let schedule = schedule("daily at 02:30");
    let mut before = None;
    let mut today = day("2025-01-01");
    for _ in 0..365 {
        let begins = schedule.begins(today, &berlin);
        assert!(begins > before, "{today}");
        before = begins;
        today = today.tomorrow().unwrap();
    }
}

#[test]
fn what_is_due_by_now_is_listed_and_the_earliest_left_out() {
    let schedule = schedule("weekly on Monday at 06:00");
    let zone = zone("America/New_York").unwrap();
    let due = |now: &str, most| {
        let all = schedule.due(
            day("2025-01-01"),
            day("2025-01-06"),
            &zone,
            now.parse().unwrap(),
            most,
        );
        all.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert!(due("2025-01-13T10:59:59Z", 9).is_empty());
    assert_eq!(due("2025-01-13T11:00:00Z", 9), ["2025-01-13"]);
    assert_eq!(
        due("2025-02-01T00:00:00Z", 9),
        ["2025-01-13", "2025-01-20", "2025-01-27"]
    );
    assert_eq!(due("2025-02-01T00:00:00Z", 2), ["2025-01-20", "2025-01-27"]);
    assert!(due("2020-01-01T00:00:00Z", 9).is_empty());
}

#[test]
fn an_interval_far_in_the_past_reaches_today() {
    assert_eq!(
        schedule("monthly").next(day("1990-01-31"), day("2025-02-27")),
        Some(day("2025-02-28"))
    );
    assert_eq!(
        schedule("every 2 days").next(day("1990-01-01"), day("2025-01-01")),
        Some(day("2025-01-03"))
    );
    assert_eq!(
        schedule("each-update").next(day("2025-01-01"), day("2025-01-01")),
        None
    );
}
