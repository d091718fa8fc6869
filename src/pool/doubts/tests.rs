//! What is doubted, and what is not.

use super::*;
use crate::pool::{Level, Measure};

fn row(study: &str, line: u64, data: Data) -> Row {
    Row {
        study: study.into(),
        line: Some(line),
        data: Some(data),
        columns: Vec::new(),
    }
}

fn binary(study: &str, line: u64, [e1, n1, e2, n2]: [f64; 4]) -> Row {
    row(study, line, Data::Binary { e1, n1, e2, n2 })
}

fn means(study: &str, line: u64, [n1, mean1, sd1, n2, mean2, sd2]: [f64; 6]) -> Row {
    let data = Data::Continuous {
        n1,
        mean1,
        sd1,
        n2,
        mean2,
        sd2,
    };
    row(study, line, data)
}

fn ratio(study: &str, line: u64, [hr, ci_lb, ci_ub]: [f64; 3]) -> Row {
    let data = Data::Hr {
        hr,
        ci_lb,
        ci_ub,
        level: Level::P95,
    };
    row(study, line, data)
}

fn said(rows: &[Row], measure: Measure) -> Vec<String> {
    doubts(rows, &Spec::new(measure))
}

#[test]
fn a_study_or_a_control_arm_that_stands_twice_is_said() {
    let rows = [
        binary("T1", 2, [45.0, 50.0, 22.0, 50.0]),
        binary("t1", 3, [41.0, 50.0, 22.0, 50.0]),
        binary("T2", 4, [30.0, 60.0, 22.0, 61.0]),
    ];
    let told = said(&rows, Measure::Rr);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("T1 stands 2 times (line 2, line 3): its second arm"));
    // Arms of one study under names of their own.
    for (a, b) in [
        ("Smith 2010 10 mg", "Smith 2010 20 mg"),
        ("Smith 2010a", "Smith 2010b"),
        ("Lee (low dose)", "Lee (high dose)"),
        ("Lee A", "Lee B"),
    ] {
        let rows = [
            binary(a, 2, [45.0, 50.0, 22.0, 50.0]),
            binary(b, 3, [41.0, 52.0, 22.0, 50.0]),
        ];
        assert!(said(&rows, Measure::Rr)[0].contains("counted twice"), "{a}");
    }
    // Equal counts of studies that have nothing to do with each other are chance.
    let rows = [
        binary("Adams 2001", 2, [4.0, 50.0, 2.0, 50.0]),
        binary("Baker 2004", 3, [3.0, 50.0, 2.0, 50.0]),
    ];
    assert!(said(&rows, Measure::Rr).is_empty());
    // Equal means and deviations are not.
    let rows = [
        means("Adams 2001", 2, [20.0, 5.1, 1.2, 21.0, 6.3, 1.4]),
        means("Baker 2004", 3, [22.0, 5.5, 1.3, 21.0, 6.3, 1.4]),
    ];
    assert!(said(&rows, Measure::Md)[0].contains("counted twice"));
}

#[test]
fn many_rows_are_compared_by_their_names() {
    let mut rows: Vec<Row> = (0..400)
        .map(|n| binary(&format!("S{n}"), n + 2, [4.0, 50.0, 5.0, 60.0]))
        .collect();
    rows.push(binary("S7", 402, [4.0, 50.0, 6.0, 61.0]));
    let told = said(&rows, Measure::Rr);
    assert!(
        told[0].starts_with("S7 stands 2 times (line 9, line 402)"),
        "{told:?}"
    );
}

#[test]
fn an_interval_that_cannot_be_of_its_estimate_is_said() {
    let rows = [
        ratio("A", 2, [0.70, 0.50, 0.98]),
        ratio("B", 3, [0.68, 0.49, 1.94]),
        ratio("C", 4, [0.81, 0.60, 1.09]),
        ratio("D", 5, [0.50, 0.39, 0.61]),
        ratio("E", 6, [1.0, 0.5, 2.0]),
    ];
    let told = said(&rows, Measure::Hr);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("B (line 3): 0.68 is not the middle of 0.49 to 1.94"));
    assert!(told[1].contains("D (line 5)") && told[1].contains("raw scale"));
}

#[test]
fn deviations_that_are_0_or_standard_errors_are_said() {
    let rows = [
        means("A", 2, [50.0, 5.0, 2.1, 50.0, 6.0, 2.0]),
        means("B", 3, [60.0, 5.2, 1.9, 60.0, 6.1, 2.2]),
        means("C", 4, [49.0, 5.1, 0.3, 49.0, 6.2, 0.31]),
        means("D", 5, [40.0, 5.1, 2.0, 40.0, 6.2, 0.0]),
    ];
    let told = said(&rows, Measure::Md);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].starts_with("D (line 5): sd2 is 0"));
    assert!(told[1].starts_with("C (line 4): SD 0.3 and 0.31 are small"));
}

#[test]
fn units_that_differ_are_said_within_a_study_and_between_studies() {
    let rows = [
        means("A", 2, [50.0, 52.0, 12.0, 50.0, 55.0, 11.0]),
        means("B", 3, [60.0, 5.1, 1.2, 60.0, 5.4, 1.3]),
        means("C", 4, [49.0, 50.0, 10.0, 49.0, 53.0, 12.0]),
        means("D", 5, [49.0, 51.0, 11.0, 49.0, 5.3, 1.2]),
    ];
    let told = said(&rows, Measure::Md);
    assert!(told[0].starts_with("D (line 5): the arms"), "{told:?}");
    assert!(
        told.iter()
            .any(|text| text.starts_with("B (line 3): means"))
    );
    assert_eq!(told.len(), 2, "{told:?}");
    // A standardised difference has no unit.
    assert_eq!(said(&rows, Measure::Smd).len(), 1);
    let mut rows = [
        means("A", 2, [50.0, 52.0, 12.0, 50.0, 55.0, 11.0]),
        means("B", 3, [60.0, 49.0, 12.0, 60.0, 50.0, 13.0]),
    ];
    for (row, unit) in rows.iter_mut().zip(["cm", "mm"]) {
        row.columns = vec![("Unit".into(), unit.into())];
    }
    let told = said(&rows, Measure::Md);
    assert!(
        told[0].contains("cm: A (line 2); mm: B (line 3)"),
        "{told:?}"
    );
}
