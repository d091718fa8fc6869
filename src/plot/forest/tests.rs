//! The forest plot: nothing overlaps, every number stands, hostile names do no harm.

use super::*;
use crate::plot::legible::{assert_legible, assert_sound};
use crate::plot::page::Page;
use crate::pool::{self, Data, Extra, Measure, Method, Pooled, Spec, analyse};

fn row(label: &str, counts: Option<[(u64, u64); 2]>, effect: (f64, f64, f64)) -> ForestRow {
    ForestRow {
        label: label.into(),
        detail: "2020".into(),
        cells: counts.map_or_else(Vec::new, |pair| {
            pair.map(|(events, total)| format!("{events} / {total}"))
                .to_vec()
        }),
        weight: Some(20.0),
        effect: Some(effect),
        ..ForestRow::default()
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
        data: ForestData::Events,
        digits: Digits::default(),
        log,
        single: false,
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
            cells: Vec::new(),
            weight: Some(100.0),
            note: None,
        }),
        prediction: if log { Some((0.24, 0.93)) } else { None },
        notes: vec!["Heterogeneity: τ² = 0.071; χ² = 26.1, df = 6 (P < 0.001); I² = 77.0%".into()],
        method: vec!["Inverse variance, DerSimonian-Laird τ², Wald interval.".into()],
        favours: ["Favours antibody".into(), "Favours control".into()],
        bias: Vec::new(),
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
            cells: vec!["1263 / 1312".into(), "1115 / 1154".into()],
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

/// Tables with an empty cell, one without events, and others.
fn analysed(measure: Measure, extras: &[Extra]) -> (Pooled, Spec) {
    let tables = [
        (0.0, 20.0, 4.0, 21.0),
        (0.0, 30.0, 0.0, 31.0),
        (5.0, 40.0, 9.0, 41.0),
        (6.0, 70.0, 13.0, 68.0),
    ];
    let rows: Vec<pool::Row> = tables
        .iter()
        .enumerate()
        .map(|(n, (e1, n1, e2, n2))| pool::Row {
            study: format!("Trial {n}"),
            line: None,
            data: Some(if measure == Measure::Plo {
                Data::Proportion { e: *e1, n: *n1 }
            } else {
                Data::Binary {
                    e1: *e1,
                    n1: *n1,
                    e2: *e2,
                    n2: *n2,
                }
            }),
            columns: Vec::new(),
        })
        .collect();
    let spec = extras
        .iter()
        .fold(Spec::new(measure), |spec, extra| spec.with(*extra));
    (analyse(&rows, &spec).unwrap(), spec)
}

fn named() -> pooled::ForestWords {
    pooled::ForestWords {
        name: "f".into(),
        title: "Bleeding".into(),
        arms: ["Antibody".into(), "Control".into()],
        ..Default::default()
    }
}

#[test]
fn the_footer_says_what_was_done_with_empty_cells() {
    let (result, spec) = analysed(Measure::Or, &[]);
    let svg = forest(&pooled::of_pooled(&result, &spec, &named())).unwrap();
    assert!(svg.contains("0.5 added to the cells of 1 study with an empty cell."));
    assert!(svg.contains("Left out, no events in either arm: Trial 1 (row 2)."));
    assert_legible(&svg);
}

#[test]
fn only_a_model_with_a_variance_between_studies_shows_one() {
    for method in Method::ALL {
        let measure = if method == Method::Peto {
            Measure::Peto
        } else {
            Measure::Or
        };
        let (result, mut spec) = analysed(measure, &[]);
        spec.method = method;
        let rows: Vec<pool::Row> = result
            .studies
            .iter()
            .map(|study| pool::Row {
                study: study.study.clone(),
                line: None,
                data: Some(study.data),
                columns: Vec::new(),
            })
            .collect();
        let pooled = analyse(&rows, &spec).unwrap();
        let plot = pooled::of_pooled(&pooled, &spec, &named());
        let word = method.word();
        assert_eq!(
            plot.notes[0].contains("τ²"),
            pooled.used().is_random(),
            "{word}: {}",
            plot.notes[0]
        );
    }
}

#[test]
fn a_proportion_has_no_line_of_no_effect_and_no_test_of_it() {
    let (result, spec) = analysed(Measure::Plo, &[]);
    let plot = pooled::of_pooled(&result, &spec, &named());
    let svg = forest(&plot).unwrap();
    assert!(plot.single && !svg.contains("Overall effect"));
    let with_line = Forest {
        single: false,
        ..plot
    };
    let lines = |svg: &str| svg.matches("<polyline").count();
    assert_eq!(lines(&forest(&with_line).unwrap()), lines(&svg) + 1);
}

#[test]
fn a_cumulative_plot_ends_in_the_result_and_stands_inside_its_advisory_band() {
    let (result, spec) = analysed(Measure::Or, &[Extra::Cumulative]);
    let plot = pooled::cumulative(&result, &spec, &named(), (Some(-0.223), "by year")).unwrap();
    let rows = &plot.groups[0].rows;
    assert_eq!(rows.len(), result.k);
    assert_eq!(
        rows.last().unwrap().effect.unwrap(),
        plot.overall.as_ref().unwrap().effect
    );
    assert!(rows[1].label.starts_with("+ "));
    for row in rows {
        let (lo, hi) = row.band.unwrap();
        let (_, low, high) = row.effect.unwrap();
        assert!(lo < low && hi > high, "{row:?}");
    }
    everywhere(&plot);
    let svg = forest(&plot).unwrap();
    assert!(svg.contains("down to that one, by year, by the same method."));
    assert!(svg.contains("3 looks here") && svg.contains("never"));
    // Without an effect worth finding there is no band.
    let bare = pooled::cumulative(&result, &spec, &named(), (None, "by year")).unwrap();
    assert!(bare.groups[0].rows.iter().all(|row| row.band.is_none()));
    assert!(!forest(&bare).unwrap().contains("looks here"));
}

#[test]
fn pages_have_every_study_once_and_one_axis() {
    let rows = |letter: char, n: u32| -> Vec<ForestRow> {
        (0..n)
            .map(|at| row(&format!("{letter}{at}."), None, (0.5, 0.3, 0.8)))
            .collect()
    };
    let mut plot = plot(Vec::new(), true);
    plot.groups = [('A', 70), ('B', 1), ('C', 60)]
        .map(|(letter, n)| ForestGroup {
            label: Some(format!("Group {letter}")),
            rows: rows(letter, n),
            subtotal: plot.overall.clone().map(|overall| ForestSummary {
                label: "Subtotal".into(),
                ..overall
            }),
        })
        .to_vec();
    let pages = forest_pages(&plot).unwrap();
    assert!(pages.len() > 2);
    for (letter, n) in [('A', 70), ('B', 1), ('C', 60)] {
        for at in 0..n {
            let name = format!(">{letter}{at}. ");
            let found: usize = pages.iter().map(|page| page.matches(&name).count()).sum();
            assert_eq!(found, 1, "{name}");
        }
    }
    let of = |text: &str| pages.iter().filter(|page| page.contains(text)).count();
    assert_eq!(of(">All trials"), 1);
    assert!(pages.last().unwrap().contains(">All trials"));
    assert_eq!(
        pages
            .iter()
            .map(|p| p.matches(">Subtotal").count())
            .sum::<usize>(),
        3
    );
    assert!(of("(continued)") > 0);
    let square = |page: &str| {
        let fill = format!("fill=\"{}\"", crate::plot::svg::EVERGREEN);
        let rect = page
            .split("<rect ")
            .find(|part| part.contains(&fill))
            .unwrap();
        rect.split("x=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    let first = square(&pages[0]);
    for page in &pages {
        assert_legible(page);
        assert_eq!(square(page), first);
    }
    // What fits on one page is the plot itself.
    plot.groups.truncate(1);
    plot.groups[0].rows.truncate(8);
    assert_eq!(forest_pages(&plot).unwrap(), [forest(&plot).unwrap()]);
}

#[test]
fn the_table_beside_the_figure_has_its_numbers() {
    let (result, spec) = analysed(Measure::Or, &[Extra::Cumulative, Extra::LeaveOneOut]);
    let words = named();
    let plots = [
        pooled::of_pooled(&result, &spec, &words),
        pooled::leave_one_out(&result, &spec, &words).unwrap(),
        pooled::cumulative(&result, &spec, &words, (Some(-0.2), "by year")).unwrap(),
    ];
    for plot in plots {
        let (svg, table) = (forest(&plot).unwrap(), plot.table());
        assert!(table.rows.len() > plot.groups[0].rows.len());
        for row in &table.rows {
            assert_eq!(row.len(), table.head.len());
            // A band is drawn, its numbers stand in the table alone.
            let shown = row.len() - usize::from(table.head.last().unwrap() == "At every look");
            for cell in row[..shown].iter().filter(|cell| !cell.is_empty()) {
                assert!(svg.contains(cell.as_str()), "{cell}");
            }
        }
    }
}

#[test]
fn judgements_stand_beside_the_studies_and_the_footer_says_what_they_are() {
    let table =
        b"Study,D1,D2,D3,D4,D5,Overall\nTrial 0,Low,Low,Some concerns,Low,Low,Some concerns\n\
                  Trial 2,High,Low,Low,Low,Low,High\nElsewhere,Low,Low,Low,Low,Low,Low\n";
    let table = crate::plot::rob::Rob::from(crate::appraise::read(table).unwrap());
    let (result, spec) = analysed(Measure::Or, &[]);
    let mut plot = pooled::of_pooled(&result, &spec, &named());
    assert_eq!(plot.judge(&table), ["Elsewhere"]);
    // Trial 3 is not in the table, Trial 1 not in the analysis.
    let of = |label: &str| {
        plot.rows()
            .find(|row| row.label == label)
            .unwrap()
            .bias
            .clone()
    };
    assert_eq!(of("Trial 2")[0], Judgement::High);
    assert_eq!(of("Trial 3"), [Judgement::NotAssessed; 6]);
    everywhere(&plot);
    let svg = forest(&plot).unwrap();
    assert!(svg.contains(">D5<") && svg.contains(">All<"));
    let footer = "Risk of bias (RoB 2): D1 randomisation; D2 deviations";
    assert!(svg.contains(footer), "{svg}");
    assert_eq!(svg.matches("<circle").count(), 3 * 6);
    // One column of a journal has no room for them.
    let narrow = Forest {
        page: Page::Column,
        ..plot
    };
    assert!(!forest(&narrow).unwrap().contains("<circle"));
}
