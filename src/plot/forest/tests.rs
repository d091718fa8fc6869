//! The forest plot: nothing overlaps, every number stands, hostile names do no harm.

use super::*;
use crate::plot::legible::{assert_legible, assert_sound};

fn row(label: &str, counts: Option<[(u64, u64); 2]>, effect: (f64, f64, f64)) -> ForestRow {
    ForestRow {
        label: label.into(),
        detail: "2020".into(),
        counts,
        weight: Some(20.0),
        effect,
    }
}

/// PFS as the demonstration pools it, and whatever a hostile table may hold.
fn plot(rows: Vec<ForestRow>, log: bool) -> Forest {
    Forest {
        name: "pfs".into(),
        title: "Progression-free survival".into(),
        subtitle: "Antibody plus backbone v the same backbone".into(),
        page: Page::Full,
        style: ForestStyle::RevMan,
        arms: ["Antibody".into(), "Control".into()],
        first: "Trial".into(),
        measure: "Hazard ratio".into(),
        level: 95.0,
        log,
        groups: vec![ForestGroup {
            label: None,
            rows,
            subtotal: None,
        }],
        overall: Some(ForestSummary {
            label: "All trials".into(),
            effect: if log {
                (0.47, 0.37, 0.60)
            } else {
                (-2.0, -3.0, -1.0)
            },
            counts: None,
            weight: Some(100.0),
            note: None,
        }),
        prediction: if log { Some((0.24, 0.93)) } else { None },
        notes: vec!["Heterogeneity: τ² = 0.071; χ² = 26.1, df = 6 (P < 0.001); I² = 77.0%".into()],
        method: vec!["Inverse variance, DerSimonian-Laird τ², Wald interval.".into()],
        favours: ["Favours antibody".into(), "Favours control".into()],
    }
}

/// The figure is legible in both styles at every width, and two columns hold all they should.
#[track_caller]
fn everywhere(plot: &Forest) {
    for style in [ForestStyle::RevMan, ForestStyle::Jama] {
        for page in [Page::Column, Page::Panel, Page::Full] {
            let plot = Forest {
                page,
                style,
                ..plot.clone()
            };
            let svg = forest(&plot).unwrap();
            assert_sound(&svg);
            assert_legible(&svg);
        }
    }
}

#[test]
fn texts_stand_clear_of_each_other() {
    let counts = Some([(263, 312), (115, 154)]);
    let cases: Vec<Vec<ForestRow>> = vec![
        vec![row("CANDOR", None, (0.63, 0.46, 0.85))],
        vec![
            row("CANDOR", counts, (0.63, 0.46, 0.85)),
            row("IKEMA", counts, (0.53, 0.32, 0.89)),
        ],
        vec![row(
            "A trial of a very long name that nobody should have given it, extended follow-up",
            Some([(1_234_567, 9_999_999), (1, 9_999_999)]),
            (1.2, 0.0001, 9000.0),
        )],
        (0..200)
            .map(|n| row(&format!("Trial {n}"), counts, (0.5, 0.4, 0.7)))
            .collect(),
        vec![
            row("Tiny", None, (0.0042, 0.0040, 0.0044)),
            row("Huge", None, (310.0, 250.0, 400.0)),
        ],
    ];
    for rows in cases {
        everywhere(&plot(rows, true));
    }
    everywhere(&plot(vec![row("Mean", None, (-2.0, -4.0, 0.5))], false));
    let vast = (-250_000.0, -300_000.0, -199_999.5);
    everywhere(&plot(vec![row("Vast", None, vast)], false));
    let mut grouped = plot(vec![row("CANDOR", counts, (0.63, 0.46, 0.85))], true);
    grouped.measure = "Standardised mean difference (unequal variances)".into();
    grouped.favours = [
        "Favours anti-CD38 antibody plus backbone".into(),
        "Favours the same backbone, whatever it is".into(),
    ];
    grouped.groups = [
        "Daratumumab and everything else that binds CD38",
        "Isatuximab",
    ]
    .map(|label| ForestGroup {
        label: Some(label.into()),
        subtotal: Some(ForestSummary {
            label: "Subtotal".into(),
            effect: (0.47, 0.37, 0.60),
            counts: Some([(1263, 1312), (1115, 1154)]),
            weight: Some(50.0),
            note: Some("τ² = 0.133; χ² = 110.21, df = 16 (P = 0.018); I² = 82.0%".into()),
        }),
        ..grouped.groups[0].clone()
    })
    .to_vec();
    everywhere(&grouped);
}

#[test]
fn every_number_given_stands_in_the_figure() {
    let svg = forest(&plot(
        vec![row(
            "CANDOR",
            Some([(263, 312), (115, 154)]),
            (1.13, 1.02, 1.25),
        )],
        true,
    ))
    .unwrap();
    for text in [
        "263 / 312",
        "115 / 154",
        "20.0",
        "1.13 [1.02, 1.25]",
        "0.47 [0.37, 0.60]",
        "[0.24, 0.93]",
    ] {
        assert!(svg.contains(text), "{text}");
    }
    assert!(
        svg.contains("hazard ratio 0.47 (95% CI 0.37 to 0.60); prediction interval 0.24 to 0.93")
    );
}

#[test]
fn hostile_names_are_escaped_and_bytes_are_the_same() {
    let rows = || vec![row("<script>alert(1)</script>", None, (1.0, 0.5, 2.0))];
    let svg = forest(&plot(rows(), true)).unwrap();
    assert!(!svg.contains("<script"));
    assert_eq!(svg, forest(&plot(rows(), true)).unwrap());
    let mut reader = quick_xml::Reader::from_str(&svg);
    loop {
        if reader.read_event().unwrap() == quick_xml::events::Event::Eof {
            break;
        }
    }
}

#[test]
fn styles_and_widths_have_their_own_columns() {
    let counts = Some([(263, 312), (115, 154)]);
    let of = |page, style| {
        let rows = vec![
            row("CANDOR", counts, (1.13, 1.02, 1.25)),
            row("LEPUS", counts, (1.4, 0.8, 2.3)),
        ];
        let mut whole = plot(rows, true);
        whole.favours = ["Favours A".into(), "Favours B".into()];
        forest(&Forest {
            page,
            style,
            ..whole
        })
        .unwrap()
    };
    let revman = of(Page::Full, ForestStyle::RevMan);
    let jama = of(Page::Full, ForestStyle::Jama);
    assert!(revman.contains("1.13 [1.02, 1.25]") && revman.contains("[95% CI]"));
    assert!(jama.contains("1.13 (1.02\u{2013}1.25)") && jama.contains("(95% CI)"));
    assert!(jama.contains("Source") && jama.contains("No. / total"));
    // JAMA's weight is the last column, its labels stand above the plot.
    let place = |svg: &str, text: &str, which: &str| -> f64 {
        let before = svg.split(&format!(">{text}")).next().unwrap();
        let tag = before.rsplit("<text ").next().unwrap();
        let value = tag.split(&format!("{which}=\"")).nth(1).unwrap();
        value.split('"').next().unwrap().parse().unwrap()
    };
    assert!(place(&jama, "Weight", "x") > 500.0);
    assert!(place(&revman, "Weight", "x") < 300.0);
    assert!(place(&jama, "\u{2190} Favours", "y") < place(&jama, "CANDOR", "y"));
    assert!(place(&revman, "\u{2190} Favours", "y") > place(&revman, "CANDOR", "y"));
    let compact = of(Page::Column, ForestStyle::RevMan);
    assert!(compact.contains("width=\"85.00mm\"") && compact.contains("1.13 [1.02, 1.25]"));
    assert!(!compact.contains("263 / 312") && !compact.contains("Weight"));
}
