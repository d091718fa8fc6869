//! The bridge figure: every number stands, nothing overlaps, hostile names do no harm.

use super::axis::Axis;
use super::*;
use crate::plot::legible::{assert_legible, assert_sound, lines};
use crate::plot::samples::every_width;
use crate::pool::bridge::{Bridge, Cause, Causes, Member, State, bridge as walk};
use crate::pool::{Data, Measure, Method, Row, Spec};
use proptest::prelude::*;

fn trial(study: &str, e1: f64, n1: f64, e2: f64, n2: f64) -> Member {
    let row = Row {
        study: study.into(),
        line: None,
        data: Some(Data::Binary { e1, n1, e2, n2 }),
        columns: Vec::new(),
    };
    Member::new(study, None, row)
}

/// The response rate of the anti-CD38 trials, from two to seven.
fn response(names: [&str; 7]) -> BridgePlot {
    compared(names).1
}

/// The same with the bridge that it shows.
fn compared(names: [&str; 7]) -> (Bridge, BridgePlot) {
    let spec = Spec::new(Measure::Rr).method(Method::Rule50);
    let [a, b, c, d, e, f, g] = names;
    let pollux = trial(b, 261.0, 281.0, 211.0, 276.0);
    let old = State {
        members: vec![trial(a, 201.0, 240.0, 148.0, 234.0), pollux.clone()],
        spec: spec.clone(),
    };
    let members = vec![
        trial(a, 203.0, 240.0, 148.0, 234.0),
        pollux,
        trial(c, 93.0, 154.0, 54.0, 153.0),
        trial(d, 263.0, 312.0, 115.0, 154.0),
        trial(e, 104.0, 151.0, 71.0, 153.0),
        trial(f, 113.0, 137.0, 41.0, 63.0),
        trial(g, 155.0, 179.0, 102.0, 123.0),
    ];
    let bridge = walk(&old, &State { members, spec }, &Causes::new());
    let words = BridgeWords {
        name: "bridge-orr".into(),
        title: "Bridge of the pooled risk ratio from version 1.0 to 2.0".into(),
        outcome: "overall response".into(),
        versions: ["v1.0".into(), "v2.0".into()],
        ..BridgeWords::default()
    };
    let plot = of_bridge(&bridge, &words).unwrap();
    (bridge, plot)
}

fn trials() -> BridgePlot {
    response([
        "CASTOR",
        "POLLUX",
        "ICARIA-MM",
        "CANDOR",
        "APOLLO",
        "LEPUS",
        "IKEMA",
    ])
}

fn row(label: &str, detail: &str, from: f64, to: f64) -> BridgeRow {
    BridgeRow {
        label: label.into(),
        detail: detail.into(),
        from,
        to,
        shown: format!("{:+.4}", to - from),
    }
}

fn drawn(plot: &BridgePlot) -> [String; 3] {
    every_width(|page| {
        bridge(&BridgePlot {
            page,
            ..plot.clone()
        })
        .unwrap()
    })
}

/// Whatever a bridge may hold.
fn cases() -> Vec<(&'static str, BridgePlot)> {
    let plot = trials();
    let list = (1..60)
        .map(|n| format!("TRIAL-{n}"))
        .collect::<Vec<_>>()
        .join(", ");
    let still = BridgePlot {
        rows: Vec::new(),
        sum: None,
        total: "0.0000".into(),
        end: BridgeEnd {
            label: "v1.1".into(),
            ..plot.start.clone()
        },
        ..plot.clone()
    };
    let many = BridgePlot {
        outcome: "minimal residual disease negativity at a sensitivity of one in 100,000".into(),
        rows: Cause::ALL
            .into_iter()
            .zip([0.9, 0.6, 0.65, 0.2, 0.2, -0.3, -0.25, 0.1].windows(2))
            .map(|(cause, pair)| row(cause.title(), &list, pair[0], pair[1]))
            .collect(),
        start: BridgeEnd {
            estimate: 0.9,
            ci: Some((-3.0, 4.8)),
            ..plot.start.clone()
        },
        end: BridgeEnd {
            estimate: 0.1,
            ci: Some((-0.4, 0.6)),
            ..plot.end.clone()
        },
        sum: Some("\u{2212}0.3000 + 0.0500 \u{2212} 0.4500 + 0.0000 ".repeat(4)),
        ..plot.clone()
    };
    let long = "word ".repeat(60);
    let difference = BridgePlot {
        measure: Measure::Md,
        rows: vec![row("Protocol change", &long, -12.5, -13.25)],
        start: BridgeEnd {
            estimate: -12.5,
            ci: Some((-14.0, -11.0)),
            ..plot.start.clone()
        },
        end: BridgeEnd {
            estimate: -13.25,
            ci: Some((-1e6, 1e6)),
            ..plot.end.clone()
        },
        ..plot.clone()
    };
    let single = BridgePlot {
        measure: Measure::Plo,
        rows: vec![row("Retraction and new study", "A, B", -1.0, -1.2)],
        ..plot.clone()
    };
    vec![
        ("response", plot),
        ("still", still),
        ("many", many),
        ("difference", difference),
        ("single", single),
    ]
}

#[test]
fn texts_stand_clear_of_each_other() {
    for (_, plot) in cases() {
        drawn(&plot);
    }
}

#[test]
fn every_number_stands_and_the_parts_add_up() {
    for svg in drawn(&trials()) {
        assert_numbers(&svg);
    }
}

#[track_caller]
fn assert_numbers(svg: &str) {
    let texts: Vec<String> = lines(svg).into_iter().map(|line| line.text).collect();
    for text in [
        "v1.0",
        "2 trials, common effect (I² 36.8%)",
        "1.246",
        "Corrected data",
        "CASTOR: 201 of 240 \u{2192} 203 of 240",
        "+0.0032",
        "New studies",
        "\u{2212}0.0347",
        "Model switch",
        "I² 75.9% > 50%: common \u{2192} random",
        "+0.0403",
        "7 trials, random effects (I² 75.9%)",
        "+0.0088",
        "1.257",
        "\u{394} log RR",
        "1.20",
    ] {
        assert!(texts.iter().any(|line| line == text), "{text} in {texts:?}");
    }
    let said = texts.join(" ");
    assert!(said.contains(
        "The parts add up exactly on the log scale: +0.0032 \u{2212} 0.0347 + 0.0403 = +0.0088."
    ));
    assert!(svg.contains("RR 1.246 (v1.0) to 1.257 (v2.0): corrected data"));
}

#[test]
fn the_table_has_the_numbers_of_the_figure() {
    for (_, plot) in cases() {
        let table = plot.table();
        assert_eq!(table.rows.len(), plot.rows.len() + 2);
        for svg in drawn(&plot) {
            let said: Vec<String> = lines(&svg).into_iter().map(|line| line.text).collect();
            let said = format!("{} {}", said.join(" "), plot.description());
            // A long detail stands in the description alone, that of an end is short.
            for cell in table.rows.iter().flatten() {
                assert!(said.contains(cell.trim()), "{cell} in {said}");
            }
        }
    }
    let table = trials().table();
    assert_eq!(table.head[2..], ["\u{394} log RR", "RR after"]);
    let first = ["v1.0", "2 trials, common effect (I² 36.8%)", "", "1.246"];
    assert_eq!(table.rows[0], first);
    assert_eq!(
        table.rows[2],
        [
            "New studies",
            "ICARIA-MM, CANDOR, APOLLO, LEPUS, IKEMA",
            "\u{2212}0.0347",
            "1.208"
        ]
    );
}

#[test]
fn the_table_has_the_numbers_of_the_bridge() {
    let (found, plot) = compared([
        "CASTOR",
        "POLLUX",
        "ICARIA-MM",
        "CANDOR",
        "APOLLO",
        "LEPUS",
        "IKEMA",
    ]);
    let json = serde_json::to_value(&found).unwrap();
    let parts = json["parts"].as_array().unwrap();
    for (row, part) in plot.table().rows[1..].iter().zip(parts) {
        let to = part["to"].as_f64().unwrap();
        assert_eq!(row[3], format!("{:.3}", to.exp()));
    }
    let total = json["shift"].as_f64().unwrap();
    assert_eq!(plot.table().rows.last().unwrap()[2], format!("{total:+.4}"));
}

#[test]
fn hatched_is_towards_no_effect_on_both_sides_of_it() {
    let plot = trials();
    let way = |from: f64, to: f64| plot.way(&row("", "", from, to));
    assert_eq!(way(0.2, 0.1), Way::Towards);
    assert_eq!(way(-0.2, -0.1), Way::Towards);
    assert_eq!(way(-0.1, -0.2), Way::Away);
    assert_eq!(way(0.1, 0.1), Way::Still);
    let svg = bridge(&plot).unwrap();
    assert_eq!(
        svg.matches("<path d=\"M").count(),
        1 + usize::from(svg.contains("<marker"))
    );
}

#[test]
fn what_cannot_be_compared_has_no_figure() {
    let spec = Spec::new(Measure::Rr);
    let none = State {
        members: Vec::new(),
        spec,
    };
    let bridge = walk(&none, &none, &Causes::new());
    assert_eq!(of_bridge(&bridge, &BridgeWords::default()), None);
}

#[test]
fn hostile_names_are_escaped() {
    let evil = "<script>alert('x')</script> & \"\u{1}";
    let svg = bridge(&response([evil, "B", "C\u{0}", "]]>", "試験", "-->", "G"])).unwrap();
    assert_sound(&svg);
    assert_legible(&svg);
    assert!(svg.contains("&lt;script&gt;"));
}

#[test]
fn large_differences_have_fewer_decimals() {
    assert_eq!(places(Measure::Rr, [0.2, 0.3]), 4);
    assert_eq!(places(Measure::Md, [-12.0, 3.0]), 4);
    assert_eq!(places(Measure::Md, [-1200.0, 3.0]), 2);
    let mut plot = trials();
    plot.measure = Measure::Md;
    plot.end.estimate = -1234.5;
    assert_eq!(plot.shown(-1234.5), "\u{2212}1234.5");
}

#[test]
fn a_long_number_at_an_end_of_the_axis_stays_on_the_paper() {
    let mut plot = trials();
    plot.measure = Measure::Rr;
    (plot.start.estimate, plot.end.estimate) = (0.0, 0.0);
    let half = 28.561346994737537 * 0.7;
    for end in [&mut plot.start, &mut plot.end] {
        end.ci = Some((-half, half));
    }
    plot.rows = vec![row("Part", "A, B", 0.0, 0.0)];
    plot.rows[0].shown = "0.00".into();
    drawn(&plot);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_texts_meet_wherever_the_estimates_are(
        measure in prop::sample::select(vec![Measure::Rr, Measure::Md, Measure::Smd, Measure::Plo]),
        values in proptest::collection::vec(-1.0_f64..1.0, 2..9),
        (power, half) in (-5_i32..4, 0.0_f64..40.0),
    ) {
        let most = if measure == Measure::Md { 1000.0 } else { 4.0 };
        let size = (10_f64.powi(power) * 7.0).min(most);
        let values: Vec<f64> = values.into_iter().map(|value| value * size).collect();
        let mut plot = trials();
        plot.measure = measure;
        plot.start.estimate = values[0];
        plot.end.estimate = *values.last().unwrap();
        for end in [&mut plot.start, &mut plot.end] {
            end.ci = Some((end.estimate - half * size, end.estimate + half * size));
        }
        plot.rows = values.windows(2).map(|pair| row("Part", "A, B", pair[0], pair[1])).collect();
        for row in &mut plot.rows {
            row.shown = crate::plot::words::fixed(row.to - row.from, 2);
        }
        drawn(&plot);
        prop_assert!(Axis::fit(&plot, (204.0, 410.0)).ticks.len() <= 9);
    }
}
