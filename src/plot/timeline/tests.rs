//! The timeline: nothing overlaps from no run to many, everything is said, hostile notes do no harm.

use super::*;
use crate::plot::legible::{assert_legible, assert_sound, lines};
use crate::plot::samples::every_width;
use proptest::prelude::*;

fn mark(at: &str, kind: TimelineKind, note: &str) -> TimelineMark {
    TimelineMark {
        at: at.into(),
        kind,
        note: note.into(),
    }
}

fn version(at: &str, name: &str, note: &str) -> TimelineMark {
    mark(at, TimelineKind::Version { name: name.into() }, note)
}

fn retraction(at: &str, label: &str) -> TimelineMark {
    mark(
        at,
        TimelineKind::Retraction {
            label: label.into(),
        },
        "",
    )
}

fn news(at: &str, records: u64, included: u64) -> TimelineMark {
    mark(at, TimelineKind::News { records, included }, "")
}

fn plot(marks: Vec<TimelineMark>, next: Option<&str>) -> Timeline {
    Timeline {
        name: "timeline".into(),
        title: "Searches and versions".into(),
        page: Page::Full,
        marks,
        next: next.map(str::to_owned),
    }
}

fn drawn(plot: &Timeline) -> [String; 3] {
    every_width(|page| {
        timeline(&Timeline {
            page,
            ..plot.clone()
        })
        .unwrap()
    })
}

/// A search each quarter from 2019, or each month.
fn searches(runs: u32, months: u32) -> Vec<TimelineMark> {
    (0..runs)
        .map(|n| {
            let month = n * months;
            let at = format!("{}-{:02}-15", 2019 + month / 12, month % 12 + 1);
            if n % 3 == 2 || n % 7 == 5 {
                mark(&at, TimelineKind::NoNews, "")
            } else {
                let records = u64::from(n * 37 % 61 + 1);
                let included = if n % 4 == 0 { records / 9 } else { 0 };
                news(&at, records, included)
            }
        })
        .collect()
}

fn cases() -> Vec<(&'static str, Timeline)> {
    let mut review = searches(30, 3);
    review.push(version(
        "2019-02-11",
        "1.0",
        "2 trials · searched to 2018-12-31",
    ));
    review.push(version(
        "2025-09-02",
        "2.0",
        "8 trials · searched to 2025-06-30",
    ));
    review.push(mark(
        "2025-03-10",
        TimelineKind::Protocol,
        "a comparator that contains the antibody is not pooled",
    ));
    review.push(retraction("2023-08-01", "Example 2020"));
    let mut full = searches(60, 1);
    for year in 2019..2024 {
        for (n, month) in [2, 5, 8, 11].into_iter().enumerate() {
            let name = format!("{}.{n}", year - 2018);
            let at = format!("{year}-{month:02}-20");
            full.push(version(&at, &name, "8 trials · searched to the day before"));
            full.push(mark(
                &at,
                TimelineKind::Protocol,
                "another outcome ".repeat(9).trim(),
            ));
            full.push(retraction(&at, &format!("Report {name}")));
        }
    }
    let day = "2025-06-30";
    let crowd = (0..9)
        .map(|n| version(day, &format!("{n}.0"), ""))
        .chain((0..9).map(|n| retraction(day, &format!("Report {n}"))));
    let mut crowd: Vec<TimelineMark> = crowd.collect();
    crowd.push(news(day, 2821, 8));
    vec![
        ("none", plot(Vec::new(), None)),
        ("one", plot(vec![mark(day, TimelineKind::NoNews, "")], None)),
        (
            "first",
            plot(
                vec![news(day, 599, 8), version("2025-07-04", "1.0", "8 trials")],
                Some("2025-09-30"),
            ),
        ),
        ("review", plot(review, Some("2026-07-15"))),
        ("full", plot(full, Some("2024-01-15"))),
        ("long", plot(searches(200, 1), None)),
        ("crowd", plot(crowd, Some(day))),
    ]
}

#[test]
fn texts_stand_clear_of_each_other_from_no_run_to_many() {
    for (_, plot) in cases() {
        drawn(&plot);
    }
}

#[test]
fn every_search_stands_on_the_axis() {
    let review = &cases()[3].1;
    let svg = timeline(review).unwrap();
    // One more of each in the legend.
    let quiet = svg.matches("fill=\"#FFFFFF\" stroke=\"#1B1F1D\"").count();
    let circles = svg.matches("<circle").count();
    assert_eq!((circles, quiet), (32, 13));
    let texts: Vec<String> = lines(&svg).into_iter().map(|line| line.text).collect();
    for text in [
        "Version 1.0",
        "2 trials · searched to 2018-12-31",
        "Version 2.0",
        "Next search",
        "2026-07-15",
        "2022",
        "Protocol change 2025-03-10: a comparator that contains the antibody is not pooled",
        "Retraction 2023-08-01: Example 2020",
        "search that found nothing new",
        "new records (tallest bar: 61; +n: of them included)",
    ] {
        assert!(texts.iter().any(|line| line == text), "{text} in {texts:?}");
    }
    assert!(!svg.contains("left out"));
}

#[test]
fn labels_without_room_are_counted_and_described() {
    let full = &cases()[4].1;
    let svg = timeline(full).unwrap();
    assert!(svg.contains("labels left out for want of room"));
    let description = full.description();
    assert!(description.starts_with("60 searches from 2019-01-15 to 2023-12-15: "));
    for text in [
        "Version 3.2, 2021-08-20: 8 trials",
        "Retraction 2021-08-20: Report 3.2.",
    ] {
        assert!(description.contains(text), "{text}");
    }
    assert!(description.ends_with("Next search 2024-01-15."));
}

#[test]
fn the_order_of_marks_does_not_matter() {
    let review = cases()[3].1.clone();
    let mut turned = review.clone();
    turned.marks.reverse();
    assert_eq!(timeline(&review).unwrap(), timeline(&turned).unwrap());
}

#[test]
fn hostile_notes_are_escaped_and_wrong_dates_are_errors() {
    let evil = "<script>alert('x')</script> & \"\u{1}";
    let svg = timeline(&plot(
        vec![
            version("2024-01-01", evil, evil),
            retraction("2024-02-01", evil),
            mark("2024-03-01", TimelineKind::Protocol, "試験 -->"),
        ],
        None,
    ))
    .unwrap();
    assert_sound(&svg);
    assert_legible(&svg);
    assert!(svg.contains("&lt;script&gt;"));
    let wrong = plot(vec![news("2024-13-01", 1, 0)], None);
    assert_eq!(
        timeline(&wrong).unwrap_err().to_string(),
        "a date is written YYYY-MM-DD, `2024-13-01` is not"
    );
}

fn any_mark() -> impl Strategy<Value = TimelineMark> {
    let kind = prop_oneof![
        Just(TimelineKind::NoNews),
        (0_u64..3000, 0_u64..200)
            .prop_map(|(records, included)| TimelineKind::News { records, included }),
        "[0-9]{1,2}\\.[0-9]".prop_map(|name| TimelineKind::Version { name }),
        Just(TimelineKind::Protocol),
        "[A-Za-z ]{0,40}".prop_map(|label| TimelineKind::Retraction { label }),
    ];
    (2018_u32..2027, 1_u32..13, 1_u32..29, kind, "[a-z ]{0,120}").prop_map(
        |(year, month, day, kind, note)| TimelineMark {
            at: format!("{year}-{month:02}-{day:02}"),
            kind,
            note: note.trim().to_owned(),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_texts_meet_whatever_happened(marks in proptest::collection::vec(any_mark(), 0..70)) {
        drawn(&plot(marks, Some("2027-01-31")));
    }
}
