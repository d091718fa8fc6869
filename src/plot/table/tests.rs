//! Tables beside figures: every number stands in the figure or its description, and is that of the
//! analysis as its JSON has it, rounded.

use super::FigureTable;
use crate::plot::samples::{bcg, pooled, studies};
use crate::plot::timeline::{Timeline, TimelineKind, TimelineMark};
use crate::plot::{baujat, bubble, labbe, radial, rob, timeline as drawn_timeline};
use crate::pool::{Extra, Measure, Method, Spec, analyse};
use serde_json::Value;

/// A number of the JSON as figures write it.
fn rounded(value: &Value, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.as_f64().unwrap());
    text.replace('-', "\u{2212}")
}

/// A ratio of a logarithm of the JSON.
fn ratio(value: &Value) -> String {
    let ratio = value.as_f64().unwrap().exp();
    let decimals = if ratio < 0.095 { 3 } else { 2 };
    format!("{ratio:.decimals$}")
}

/// Every row is as long as the head and its cells stand in the figure or its description; `as_drawn`
/// is how the figure writes a cell.
#[track_caller]
fn assert_said(table: &FigureTable, svg: &str, as_drawn: impl Fn(&str) -> String) {
    assert!(!table.rows.is_empty());
    for row in &table.rows {
        assert_eq!(row.len(), table.head.len(), "{row:?}");
        for cell in row {
            let cell = crate::plot::svg::escape(&as_drawn(cell));
            let said = svg.to_lowercase().contains(&cell.to_lowercase());
            assert!(said, "{cell} of {row:?}");
        }
    }
    assert_eq!(table.html().matches("<tr>").count(), table.rows.len() + 1);
}

/// The cells of a column.
fn column(table: &FigureTable, at: usize) -> Vec<&str> {
    table.rows.iter().map(|row| row[at].as_str()).collect()
}

#[test]
fn baujats_numbers_are_those_of_the_json() {
    let (pooled, spec) = pooled(Measure::Hr, &studies(8), &[Extra::Baujat]);
    let plot = baujat::of_pooled(&pooled, &spec, "b", "Survival").unwrap();
    let table = plot.table();
    assert_said(&table, &baujat::baujat(&plot).unwrap(), str::to_owned);
    let json = serde_json::to_value(&pooled).unwrap();
    for (row, one) in table.rows.iter().zip(json["baujat"].as_array().unwrap()) {
        assert_eq!(row[0], one["study"].as_str().unwrap());
        assert_eq!(row[1..], [rounded(&one["x"], 2), rounded(&one["y"], 3)]);
    }
    assert_eq!(
        table.head[1],
        "Contribution to heterogeneity (squared Pearson residual)"
    );
}

#[test]
fn labbes_events_and_weights_are_those_of_the_analysis() {
    let spec = Spec::new(Measure::Rr);
    let pooled = analyse(&bcg(), &spec).unwrap();
    let plot = labbe::of_pooled(&pooled, &spec, "l", "Tuberculosis").unwrap();
    let table = plot.table();
    let svg = labbe::labbe(&plot).unwrap();
    assert_said(&table, &svg, |cell| cell.replace(" / ", " of "));
    assert_eq!(
        table.rows[0][..5],
        ["Aronson 1948", "4 / 123", "3.3", "11 / 139", "7.9"]
    );
    let json = serde_json::to_value(&pooled).unwrap();
    let weights: Vec<String> = json["studies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|study| rounded(&study["weight"], 1))
        .collect();
    assert_eq!(column(&table, 5), weights);
}

#[test]
fn radial_numbers_follow_from_the_json() {
    for method in [Method::Fe, Method::Dl] {
        let spec = Spec::new(Measure::Rr).method(method);
        let pooled = analyse(&bcg(), &spec).unwrap();
        let plot = radial::of_pooled(&pooled, &spec, "r", "Tuberculosis").unwrap();
        let table = plot.table();
        assert_said(&table, &radial::radial(&plot).unwrap(), str::to_owned);
        let json = serde_json::to_value(&pooled).unwrap();
        let tau2 = json["tau2"].as_f64().unwrap();
        for (row, study) in table.rows.iter().zip(json["studies"].as_array().unwrap()) {
            let (yi, vi) = (&study["yi"], study["vi"].as_f64().unwrap());
            let precision = 1.0 / (vi + tau2).sqrt();
            let score = Value::from(yi.as_f64().unwrap() * precision);
            let want = [ratio(yi), rounded(&precision.into(), 2), rounded(&score, 2)];
            assert_eq!(row[1..], want, "{row:?}");
        }
        let by = if tau2 > 0.0 {
            "\u{221a}(SE² + \u{3c4}²)"
        } else {
            "SE"
        };
        assert_eq!(table.head[2], format!("Precision, 1 / {by}"));
    }
}

#[test]
fn bubbles_stand_at_the_moderators_that_were_given() {
    let mut spec = Spec::new(Measure::Rr).method(Method::Dl);
    spec.moderators = vec!["ablat".into()];
    let pooled = analyse(&bcg(), &spec).unwrap();
    let plot = bubble::of_pooled(&pooled, &spec, "m", "Tuberculosis").unwrap();
    let table = plot.table();
    assert_said(&table, &bubble::bubble(&plot).unwrap(), str::to_owned);
    let json = serde_json::to_value(&pooled).unwrap();
    let given = bcg();
    for ((row, study), source) in table
        .rows
        .iter()
        .zip(json["studies"].as_array().unwrap())
        .zip(&given)
    {
        let want = [
            source.study.clone(),
            source.columns[0].1.clone(),
            ratio(&study["yi"]),
        ];
        assert_eq!(row[..3], want);
    }
    let sum: f64 = column(&table, 3)
        .iter()
        .map(|w| w.parse::<f64>().unwrap())
        .sum();
    assert!((sum - 100.0).abs() < 0.7, "{sum}");
}

#[test]
fn judgements_and_shares_are_those_of_both_figures() {
    let read = "Study,D1,D2,Overall\nAlpha,Low,High,High\nBeta,Low,,Low\nGamma,Low,Low,Low\n";
    let plot = rob::Rob {
        name: "rob".into(),
        title: "Bleeding".into(),
        ..rob::Rob::from(crate::appraise::read(read.as_bytes()).unwrap())
    };
    let table = plot.table();
    assert_said(&table, &rob::rob_lights(&plot).unwrap(), str::to_owned);
    assert_eq!(table.rows[1], ["Beta", "Low", "Not assessed", "Low"]);
    assert!(!table.html().contains("class=\"num\""));
    let table = plot.summary_table();
    // A judgement that no study has is not part of the bar.
    let percent = |cell: &str| match cell.parse::<f64>() {
        Ok(share) if share > 0.0 => format!("{cell}%"),
        Ok(_) => String::new(),
        Err(_) => cell.to_owned(),
    };
    assert_said(&table, &rob::rob_summary(&plot).unwrap(), percent);
    assert_eq!(table.rows[0][1..], ["100.0", "0.0", "0.0"]);
    for row in &table.rows {
        let sum: f64 = row[1..]
            .iter()
            .map(|cell| cell.parse::<f64>().unwrap())
            .sum();
        assert!((sum - 100.0).abs() < 1e-9, "{row:?}");
    }
}

#[test]
fn a_timeline_has_a_row_for_everything_on_it() {
    let mark = |at: &str, kind: TimelineKind, note: &str| TimelineMark {
        at: at.into(),
        kind,
        note: note.into(),
    };
    let news = TimelineKind::News {
        records: 12,
        included: 3,
    };
    let plot = Timeline {
        name: "t".into(),
        title: "Timeline".into(),
        marks: vec![
            mark(
                "2025-01-02",
                TimelineKind::Version { name: "1.0".into() },
                "8 trials",
            ),
            mark("2024-06-30", news, ""),
            mark("2024-03-30", TimelineKind::NoNews, ""),
            mark("2025-03-01", TimelineKind::Protocol, ""),
            mark(
                "2025-02-01",
                TimelineKind::Retraction {
                    label: "A 2020".into(),
                },
                "asked",
            ),
        ],
        next: Some("2025-06-30".into()),
        ..Timeline::default()
    };
    let table = plot.table();
    let want = [
        ["2024-03-30", "Search", "0", "0"],
        ["2024-06-30", "Search", "12", "3"],
        ["2025-01-02", "Version 1.0: 8 trials", "", ""],
        ["2025-02-01", "Retraction: A 2020; asked", "", ""],
        ["2025-03-01", "Protocol change", "", ""],
        ["2025-06-30", "Next search", "", ""],
    ];
    assert_eq!(table.rows, want);
    let svg = drawn_timeline(&plot).unwrap();
    // The day stands between what happened and what is said about it.
    assert!(svg.contains(">+3<") && svg.contains("tallest bar: 12"));
    for row in &table.rows[2..] {
        assert!(
            row.iter()
                .all(|cell| cell.split(": ").all(|part| svg.contains(part))),
            "{row:?}"
        );
    }
    assert!(
        table
            .html()
            .contains("<td>Search</td><td class=\"num\">12</td>")
    );
    assert!(table.markdown().contains("|---|---|---:|---:|\n"));
}
