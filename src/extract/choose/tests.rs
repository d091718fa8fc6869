//! One report per study, by the rule the workflow states.

use super::*;
use crate::extract::CellValue;
use crate::extract::demonstration;
use crate::workflow::Workflow;

fn chosen(name: &str, change: impl Fn(&mut Analysis)) -> Chosen {
    let workflow = demonstration::workflow();
    let mut analysis = workflow.analysis(name).unwrap().clone();
    change(&mut analysis);
    let cells = demonstration::cells();
    choose(
        &cells,
        &analysis,
        &demonstration::studies(),
        &context(&workflow),
    )
}

fn context(workflow: &Workflow) -> Context<'_> {
    Context {
        outcomes: &workflow.outcomes,
        intervention_drugs: &workflow.extraction.intervention_drugs,
    }
}

/// Estimate, limits and I² by DerSimonian and Laird, as an oracle for the rows.
fn pooled(rows: &[Row]) -> [String; 4] {
    let studies: Vec<(f64, f64)> = rows
        .iter()
        .map(|row| match row.data {
            RowData::Effect {
                effect,
                lo,
                hi,
                level,
            } => {
                let z = [(95.0, 1.959_964), (99.0, 2.575_829)];
                let z = z.iter().find(|(l, _)| (l - level).abs() < 0.01).unwrap().1;
                (effect.ln(), ((hi.ln() - lo.ln()) / (2.0 * z)).powi(2))
            }
            RowData::Counts { .. } | RowData::Means { .. } => panic!("{row:?}"),
        })
        .collect();
    let mean = |tau2: f64| {
        let weights: Vec<f64> = studies.iter().map(|(_, v)| 1.0 / (v + tau2)).collect();
        let sum: f64 = weights.iter().sum();
        let of = weights.iter().zip(&studies).map(|(w, (y, _))| w * y);
        (of.sum::<f64>() / sum, sum)
    };
    let (fixed, _) = mean(0.0);
    let q: f64 = studies.iter().map(|(y, v)| (y - fixed).powi(2) / v).sum();
    let df = f64::from(u32::try_from(studies.len()).unwrap()) - 1.0;
    let (w1, w2) = studies
        .iter()
        .fold((0.0, 0.0), |(a, b), (_, v)| (a + 1.0 / v, b + 1.0 / v / v));
    let (estimate, weight) = mean(((q - df) / (w1 - w2 / w1)).max(0.0));
    let half = 1.959_964 / weight.sqrt();
    let shown = |x: f64| format!("{:.3}", x.exp());
    let i2 = 100.0 * (q - df) / q;
    [
        shown(estimate),
        shown(estimate - half),
        shown(estimate + half),
        format!("{i2:.0}"),
    ]
}

#[test]
fn progression_free_survival_takes_the_seven_reports_that_the_workflow_states() {
    let found = chosen("pfs", |_| {});
    let rows: Vec<(&str, &str, RowData, &str)> = found
        .rows
        .iter()
        .map(|row| {
            let subgroup = row.subgroup.as_deref().unwrap();
            (row.study.as_str(), row.report.as_str(), row.data, subgroup)
        })
        .collect();
    let hr = |effect, lo, hi, level| RowData::Effect {
        effect,
        lo,
        hi,
        level,
    };
    assert_eq!(
        rows,
        [
            (
                "NCT02990338",
                "31735560",
                hr(0.6, 0.44, 0.82, 95.0),
                "isatuximab"
            ),
            (
                "NCT03275285",
                "34097854",
                hr(0.53, 0.32, 0.89, 99.0),
                "isatuximab"
            ),
            (
                "NCT03158688",
                "32682484",
                hr(0.63, 0.46, 0.85, 95.0),
                "daratumumab"
            ),
            (
                "NCT02136134",
                "32482541",
                hr(0.31, 0.25, 0.4, 95.0),
                "daratumumab"
            ),
            (
                "NCT02076009",
                "32001798",
                hr(0.44, 0.35, 0.55, 95.0),
                "daratumumab"
            ),
            (
                "NCT03180736",
                "34087126",
                hr(0.63, 0.47, 0.85, 95.0),
                "daratumumab"
            ),
            (
                "NCT03234972",
                "Reference lists:ref-001",
                hr(0.28, 0.17, 0.47, 95.0),
                "daratumumab"
            ),
        ]
    );
    assert!(
        found
            .rows
            .iter()
            .all(|row| row.cells.len() == 1 && !row.turned)
    );
    assert_eq!(
        found.left_out,
        [Left {
            study: "NCT01084252".into(),
            reason: "33080623: `pfs` is given as medians, without a hazard ratio".into(),
            excluded: false,
        }]
    );
    assert_eq!(found.findings, []);
    assert_eq!(pooled(&found.rows), ["0.473", "0.371", "0.602", "77"]);
}

#[test]
fn the_earliest_reports_and_the_latest_give_other_rows_of_the_same_studies() {
    let earliest = chosen("pfs", |analysis| analysis.reports.clear());
    let reports = |found: &Chosen| -> Vec<String> {
        found.rows.iter().map(|row| row.report.clone()).collect()
    };
    assert_eq!(
        reports(&earliest)[3..5],
        ["27557302".to_owned(), "27705267".to_owned()]
    );
    let [estimate, _, _, i2] = pooled(&earliest.rows);
    assert_eq!((estimate.as_str(), i2.as_str()), ("0.484", "64"));
    let latest = chosen("pfs", |analysis| {
        analysis.reports.clear();
        analysis.otherwise = Otherwise::Latest;
    });
    assert_eq!(
        reports(&latest),
        [
            "31735560",
            "10.1038/s41408-023-00797-8",
            "37163358",
            "32482541",
            "32001798",
            "34087126",
            "36402700",
        ]
    );
    let none = chosen("pfs", |analysis| {
        analysis.reports.clear();
        analysis.otherwise = Otherwise::Error;
    });
    assert_eq!(reports(&none), ["31735560", "34087126"]);
    assert!(
        none.left_out[0]
            .reason
            .ends_with("none is named in `reports`")
    );
}

#[test]
fn overall_response_takes_counts_that_both_arms_have_and_names_what_is_missing() {
    let found = chosen("orr", |_| {});
    let rows: Vec<(&str, &str, RowData)> = found
        .rows
        .iter()
        .map(|row| (row.report.as_str(), row.population.as_str(), row.data))
        .collect();
    let counts = |e1, n1, e2, n2| RowData::Counts { e1, n1, e2, n2 };
    assert_eq!(
        rows,
        [
            ("30237264", "response-evaluable", counts(201, 240, 148, 234)),
            ("32001798", "response-evaluable", counts(261, 281, 211, 276)),
            ("36402700", "response-evaluable", counts(116, 137, 42, 63)),
        ]
    );
    let left: Vec<(&str, &str)> = found
        .left_out
        .iter()
        .map(|left| (left.study.as_str(), left.reason.as_str()))
        .collect();
    assert_eq!(
        left,
        [
            ("NCT02990338", "no value of `orr` is entered"),
            (
                "NCT03275285",
                "10.1182/bloodadvances.2021006713: `orr` has no count for the control arm Kd"
            ),
            ("NCT03158688", "no value of `orr` is entered"),
            ("NCT03180736", "no value of `orr` is entered"),
            (
                "NCT01084252",
                "The comparator contains the antibody: isatuximab in both arms"
            ),
        ]
    );
    assert!(found.left_out[4].excluded);
    let mrd = chosen("mrd", |_| {});
    assert_eq!(mrd.rows.len(), 3);
    let candor = mrd.left_out.iter().find(|left| left.study == "NCT03158688");
    assert_eq!(
        candor.unwrap().reason,
        "37163358: `mrd` is given as percentages, without counts"
    );
}

#[test]
fn a_trial_with_the_antibody_in_both_arms_is_flagged_unless_it_is_excluded() {
    let found = chosen("orr", |analysis| analysis.exclude.clear());
    let row = found.rows.last().unwrap();
    let (e1, n1, e2, n2) = (24, 55, 26, 109);
    assert_eq!(row.data, RowData::Counts { e1, n1, e2, n2 });
    assert_eq!(found.findings.len(), 1);
    assert_eq!(found.findings[0].code, Code::InterventionInControl);
}

#[test]
fn a_comparison_printed_the_other_way_round_is_turned_by_the_roles() {
    // Isatuximab alone against isatuximab with dexamethasone: OR 0.405 [0.192, 0.859].
    let workflow = demonstration::workflow();
    let mut analysis = workflow.analysis("orr").unwrap().clone();
    analysis.exclude.clear();
    "OR".clone_into(&mut analysis.measure);
    let mut cells = demonstration::cells();
    cells.retain(|cell| cell.key.outcome != "orr" || cell.value.effect.is_some());
    let found = choose(
        &cells,
        &analysis,
        &demonstration::studies(),
        &context(&workflow),
    );
    let [row] = found.rows.as_slice() else {
        panic!("{found:?}");
    };
    assert!(row.turned);
    let RowData::Effect {
        effect,
        lo,
        hi,
        level,
    } = row.data
    else {
        panic!("{row:?}");
    };
    let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
    assert!(near(effect, 1.0 / 0.405) && near(lo, 1.0 / 0.859) && near(hi, 1.0 / 0.192));
    assert!(near(level, 95.0));
}

#[test]
fn overall_survival_takes_the_final_analysis() {
    let found = chosen("os", |_| {});
    assert_eq!(found.rows[0].report, "10.3324/haematol.2023.284325");
    assert_eq!(found.rows.len(), 4);
    let interim = chosen("os", |analysis| analysis.time = Some("interim".into()));
    assert_eq!(interim.rows.len(), 1);
    assert_eq!(interim.rows[0].report, "35151415");
}

#[test]
fn arms_without_roles_several_time_points_and_strange_reports_are_told() {
    let workflow = demonstration::workflow();
    let analysis = workflow.analysis("pfs").unwrap();
    let run = |cells: &[Cell]| {
        let studies = demonstration::studies();
        let found = choose(cells, analysis, &studies[..1], &context(&workflow));
        found.left_out.first().map(|left| left.reason.clone())
    };
    let cells = demonstration::cells();
    let unnamed: Vec<Cell> = cells
        .iter()
        .filter(|c| c.key.outcome != "role")
        .cloned()
        .collect();
    assert!(
        run(&unnamed)
            .unwrap()
            .contains("no arm has the role experimental")
    );
    let mut twice = cells.clone();
    let pfs = |c: &Cell| {
        c.key.study == "NCT02990338" && c.value.effect.is_some() && c.key.outcome == "pfs"
    };
    let mut other = twice.iter().find(|c| pfs(c)).unwrap().clone();
    other.key.time = "final".into();
    twice.push(other);
    assert!(
        run(&twice)
            .unwrap()
            .contains("several time points, `` and `final`")
    );
    let mut strange = cells.clone();
    for cell in &mut strange {
        if cell.key.outcome == "pfs" {
            cell.key.report = String::new();
        }
    }
    assert_eq!(
        run(&strange).unwrap(),
        "`pfs` comes from no report of the review"
    );
    let mut unreported = cells;
    for cell in &mut unreported {
        if cell.key.outcome == "pfs" {
            cell.value = CellValue {
                not_reported: true,
                ..CellValue::default()
            };
        }
    }
    assert_eq!(run(&unreported).unwrap(), "31735560: `pfs` is not reported");
}

#[test]
fn a_study_that_stands_twice_is_found() {
    let mut found = chosen("pfs", |_| {});
    let again = found.rows[3].clone();
    found.rows.push(Row {
        report: "30237264".into(),
        ..again
    });
    let two = two_reports(&found.rows);
    assert_eq!(two.len(), 1);
    assert_eq!(
        two[0].message,
        "NCT02136134 stands in the analysis twice, by 32482541 and by 30237264: its participants \
         count twice"
    );
}

#[test]
fn what_is_worked_out_stands_beside_its_row() {
    let workflow = demonstration::workflow();
    let mut analysis = workflow.analysis("orr").unwrap().clone();
    "hb".clone_into(&mut analysis.outcome);
    "MD".clone_into(&mut analysis.measure);
    (analysis.exclude, analysis.subgroup) = (Vec::new(), None);
    (analysis.population, analysis.grade, analysis.time) = (Vec::new(), None, None);
    let cell = |arm: &str, outcome: &str, value: CellValue| Cell {
        key: CellKey {
            study: "T1".into(),
            report: "r1".into(),
            arm: arm.into(),
            outcome: outcome.into(),
            ..CellKey::default()
        },
        value,
        ..Cell::default()
    };
    let role = |word: &str| CellValue {
        text: Some(word.into()),
        ..CellValue::default()
    };
    let number = |text: &str| Some(text.parse().unwrap());
    let printed = CellValue {
        n: Some(25),
        mean: number("11.0"),
        sd: number("1.5"),
        ..CellValue::default()
    };
    let quartiles = CellValue {
        n: Some(30),
        median: number("10"),
        low: number("8"),
        high: number("12"),
        spread: Some(crate::extract::Spread::Iqr),
        ..CellValue::default()
    };
    let cells = [
        cell("A", "role", role("experimental")),
        cell("B", "role", role("control")),
        cell("A", "hb", printed),
        cell("B", "hb", quartiles),
    ];
    let studies = [StudyReports {
        study: "T1".into(),
        reports: vec![ReportDate {
            report: "r1".into(),
            date: "2020".into(),
        }],
    }];
    let left = choose(&cells, &analysis, &studies, &context(&workflow));
    assert!(left.rows.is_empty());
    assert!(left.left_out[0].reason.contains("`medians = true`"));
    analysis.medians = true;
    let found = choose(&cells, &analysis, &studies, &context(&workflow));
    let [row] = found.rows.as_slice() else {
        panic!("{found:?}");
    };
    assert!(matches!(row.data, RowData::Means { n1: 25, n2: 30, .. }));
    assert_eq!(row.derived.len(), 1);
    assert!(row.derived[0].starts_with("B: mean and SD estimated from the median 10"));
}
