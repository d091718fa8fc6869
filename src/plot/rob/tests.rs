//! Risk of bias: every judgement in its cell, shares that add up, tables that are refused by place.

use super::*;
use crate::appraise::read;
use crate::plot::samples::{LONG, bcg, every_width};
use crate::pool::{Measure, Spec, analyse};

const TABLE: &str = "\
Study,D1,D2,D3,D4,D5,Overall,Weight
ICARIA-MM 2019,Low,Low,Low,Low,Low,Low,8.8
IKEMA 2022,Low,Some concerns,Low,Low,Low,Some concerns,17.1
CANDOR 2020,Low,Low,Low,Some concerns,Low,Some concerns,16.8
CASTOR 2020,some concerns,Low,Low,Low,Low,Some concerns,16.4
POLLUX 2020,Low,Low,Low,Low,Low,Low,18.6
APOLLO 2021,Low,Low,,Low,Some concerns,NA,11.0
LEPUS 2021,Low,High,Low,No information,Low,High,11.3
";

fn plotted(table: &str) -> Rob {
    Rob {
        name: "rob".into(),
        title: "Overall response".into(),
        ..Rob::from(read(table.as_bytes()).unwrap())
    }
}

fn drawn(plot: &Rob) -> [[String; 3]; 2] {
    [rob_lights, rob_summary].map(|draw| {
        every_width(|page| {
            let plot = Rob {
                page,
                ..plot.clone()
            };
            draw(&plot).unwrap()
        })
    })
}

/// Studies judged in turn by the words of a tool.
fn judged(n: usize, domains: usize, words: &[&str], name: &str) -> String {
    let heads: Vec<String> = (1..=domains).map(|at| format!("D{at}")).collect();
    let mut out = format!("Study,{},Overall\n", heads.join(","));
    for at in 0..n {
        let cells: Vec<&str> = (0..=domains)
            .map(|of| words[(at * 7 + of * 3 + at * of) % words.len()])
            .collect();
        out.push_str(&format!("{name} {at},{}\n", cells.join(",")));
    }
    out
}

#[test]
fn texts_stand_clear_at_every_width() {
    drawn(&plotted(TABLE));
    let rob2 = ["Low", "Low", "Some concerns", "High", ""];
    let robins = ["Low", "Moderate", "Serious", "Critical", "No information"];
    for n in [1, 2, 8, 60, 200] {
        drawn(&plotted(&judged(n, 5, &rob2, "Trial")));
        drawn(&plotted(&judged(n, 7, &robins, "Cohort")));
    }
    for domains in [1, 3, 12] {
        drawn(&plotted(&judged(3, domains, &rob2, "Trial")));
    }
    let long = LONG.replace(',', "");
    drawn(&plotted(&judged(3, 7, &robins, &long)));
    drawn(&plotted(
        "Study,Bias of a domain whose name goes on and on for as long as it may,D2\nA,Low,High\n",
    ));
}

#[test]
fn every_judgement_has_its_sign_in_its_cell() {
    let [[_, svg, _], _] = drawn(&plotted(TABLE));
    assert!(svg.contains(">Risk of bias (RoB 2): Overall response<"));
    // Seven studies, five domains and overall, and four of five signs in the legend are circles.
    let rings = |fill: &str| svg.matches(&format!("fill=\"{fill}\" stroke")).count();
    assert_eq!(svg.matches("<circle ").count(), 7 * 6 + 5);
    assert_eq!(rings("#E2B04A"), 4 + 3 + 1);
    assert_eq!(rings("#9E3A26"), 1 + 1 + 1);
    assert_eq!(rings("#E9E9E6"), 1 + 1);
    assert_eq!(svg.matches("stroke-dasharray=\"2 1.4\"").count(), 2 + 1);
    assert!(
        svg.contains(
            "LEPUS 2021: D1 low, D2 high, D3 low, D4 no information, D5 low, overall high"
        )
    );
    assert!(svg.contains("D2 deviations"));
    // A tool is not guessed from words it does not have.
    assert_eq!(plotted(&judged(8, 5, &["Serious"], "x")).tool, None);
    assert_eq!(
        plotted(&judged(8, 7, &["Serious"], "x")).tool.as_deref(),
        Some("ROBINS-I")
    );
}

#[test]
fn bars_are_as_long_as_the_weights() {
    let plot = plotted(TABLE);
    let rows = shares::rows(&plot);
    let overall = rows.last().unwrap();
    // By hand: 8.8 + 18.6, 17.1 + 16.8 + 16.4, 11.3 and 11.0 of 100.0.
    let want = [
        (Judgement::Low, 27.4),
        (Judgement::SomeConcerns, 50.3),
        (Judgement::High, 11.3),
        (Judgement::NotAssessed, 11.0),
    ];
    assert_eq!(overall.parts.len(), want.len());
    for ((judgement, share), (kind, value)) in overall.parts.iter().zip(want) {
        assert!(
            *judgement == kind && (share - value).abs() < 1e-9,
            "{share}"
        );
    }
    let [_, [_, svg, _]] = drawn(&plot);
    assert!(svg.contains("Every study counts with its weight in the analysis."));
    assert!(
        svg.contains("Overall: low 27.4%, some concerns 50.3%, high 11.3%, not assessed 11.0%")
    );
    // All parts of a bar together are as long as the axis.
    let wide: f64 = svg
        .split("<rect ")
        .skip(2)
        .map(|part| part.split("width=\"").nth(1).unwrap())
        .map(|part| part.split('"').next().unwrap().parse::<f64>().unwrap())
        .sum();
    let (left, right) = (axis_end(&svg, 0), axis_end(&svg, 1));
    assert!((wide / 6.0 - (right - left)).abs() < 0.05, "{wide}");
    let bare = plotted(
        &TABLE
            .replace(",Weight", ",Weight2")
            .replace("Weight2", "weight"),
    );
    assert!(bare.is_weighted());
    let unweighted = plotted(&judged(3, 5, &["Low", "High"], "x"));
    assert!(!unweighted.is_weighted());
    let low = shares::rows(&unweighted)[0].parts[0].1;
    assert!((low - 66.7).abs() < 1e-9 || (low - 33.3).abs() < 1e-9);
}

/// Where the axis of a summary begins or ends: its line is the last but the ticks.
fn axis_end(svg: &str, end: usize) -> f64 {
    let lines: Vec<&str> = svg.split("<polyline points=\"").skip(1).collect();
    let line = lines[lines.len() - 6].split('"').next().unwrap();
    let point = line.split(' ').nth(end).unwrap();
    point.split(',').next().unwrap().parse().unwrap()
}

#[test]
fn weights_come_from_an_analysis_by_name() {
    let spec = Spec::new(Measure::Rr);
    let pooled = analyse(&bcg(), &spec).unwrap();
    let mut plot = plotted("Study,D1\nHart 1977,Low\nStein 1953,High\nUnknown,High\n");
    assert_eq!(plot.weigh(&pooled), ["Unknown"]);
    let hart = pooled.studies.iter().find(|one| one.study == "Hart 1977");
    assert_eq!(plot.studies[0].weight, hart.map(|one| one.weight));
    assert!(plot.is_weighted());
    // What nobody judged is part of the evidence, as not assessed.
    let total: f64 = plot.studies.iter().filter_map(|one| one.weight).sum();
    assert!((total - 100.0).abs() < 1e-9, "{total}");
    let last = plot.studies.last().unwrap();
    assert_eq!(last.domains, [Judgement::NotAssessed]);
}

#[test]
fn faults_of_a_table_are_named_by_line_and_column() {
    for (table, want) in [
        (
            "Study,D1,D2\nAlpha,Low,Hgih\n",
            "line 2, column D2: `Hgih` is no judgement; they are Low, Unclear, Some concerns, \
             Moderate, High, Serious, Critical, Very high, No information, Not applicable, Not \
             assessed, their initials, and the signs + ! - x ?",
        ),
        (
            "Study,D1,Weight\nAlpha,Low,10\n\"Be\nta\",Low,-1\n",
            "line 3, column Weight: a weight of -1 is not 0 or above",
        ),
        (
            "Study,D1,Weight\nAlpha,Low,10\nBeta,Low,ten\n",
            "line 3, column Weight: `ten` is not a number",
        ),
        (
            "Study,D1,Weight\nAlpha,Low,10\nBeta,Low,\n",
            "line 3, column Weight: Beta has no weight, others have",
        ),
        (
            "Study,D1\n,Low\n",
            "line 2, column Study: a study needs a name",
        ),
        (
            "D1,D2\nLow,High\n",
            "line 1: a table of judgements needs the column Study: D1, D2",
        ),
        (
            "Study,Overall\nAlpha,Low\n",
            "line 1: no column of a domain beside Study",
        ),
        (
            "Study,D1\nAlpha,Low,Low\n",
            "line 2: 3 cells where the header has 2",
        ),
        ("Study,D1\n", "the file has a header and no rows"),
        ("", "the file is empty"),
    ] {
        let fault = read(table.as_bytes()).unwrap_err();
        assert_eq!(fault.to_string(), want);
    }
    let many = judged(1, 13, &["Low"], "x");
    let fault = read(many.as_bytes()).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "line 1: 13 domains: more than 12 have no room"
    );
}

#[test]
fn hostile_names_do_no_harm() {
    let table = "Study,<b>,D2\n\"</text><script>\",Low,High\n\"a \"\"&\"\" b\",Low,Low\n";
    let [[lights, ..], [summary, ..]] = drawn(&plotted(table));
    assert!(lights.contains("&lt;/text&gt;&lt;script&gt;") && lights.contains("&quot;&amp;&quot;"));
    assert!(summary.contains("&lt;b&gt;"));
}
