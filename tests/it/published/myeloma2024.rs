//! The published review of anti-CD38 antibodies in relapsed myeloma that the example follows: its
//! four response rows come out of "M-H, Random" to the printed digit, and its PFS row out of raw
//! ratios pooled with the errors of their logarithms. A test of formulas: several counts are typed
//! from memory or follow from percentages, and are not extraction data.

use super::{binary, hazard, printed};
use perennial::pool::scale::{Printed, Scaling, raw_ratios_with_log_errors, scaling};
use perennial::pool::{Level, Measure, Method, Row, Spec, analyse};

/// Trial; people of both arms; very good partial response or better; overall response.
type Arms = (&'static str, [f64; 2], [f64; 2], [f64; 2]);

const ARMS: [Arms; 8] = [
    ("ICARIA-MM", [154.0, 153.0], [49.0, 13.0], [93.0, 54.0]),
    ("IKEMA", [179.0, 123.0], [130.0, 69.0], [155.0, 102.0]),
    ("CANDOR", [312.0, 154.0], [216.0, 75.0], [263.0, 115.0]),
    ("CASTOR", [240.0, 234.0], [151.0, 68.0], [203.0, 148.0]),
    ("POLLUX", [281.0, 276.0], [226.0, 136.0], [261.0, 211.0]),
    ("APOLLO", [151.0, 153.0], [77.0, 30.0], [104.0, 71.0]),
    ("LEPUS", [137.0, 63.0], [89.0, 21.0], [113.0, 41.0]),
    (
        "Isatuximab with or without dexamethasone",
        [55.0, 109.0],
        [11.0, 10.0],
        [24.0, 26.0],
    ),
];

#[track_caller]
fn row(rows: &[Row], ratio: [f64; 3], i2: f64) {
    let pooled = analyse(rows, &Spec::new(Measure::Rr).method(Method::Rm)).unwrap();
    let back = pooled.back.unwrap();
    printed(back.estimate, ratio[0], 2);
    printed(back.ci[0], ratio[1], 2);
    printed(back.ci[1], ratio[2], 2);
    printed(pooled.i2, i2, 0);
}

#[test]
fn the_four_response_rows_come_out_to_the_printed_digit() {
    let vgpr: Vec<Row> = ARMS
        .iter()
        .map(|(name, n, e, _)| binary(name, [e[0], n[0], e[1], n[1]]))
        .collect();
    row(&vgpr, [1.86, 1.53, 2.27], 79.0);
    let partial: Vec<Row> = ARMS
        .iter()
        .map(|(name, n, e, all)| binary(name, [all[0] - e[0], n[0], all[1] - e[1], n[1]]))
        .collect();
    row(&partial, [0.67, 0.53, 0.86], 64.0);
    let complete = [
        [7.0, 3.0],
        [71.0, 34.0],
        [89.0, 16.0],
        [72.0, 23.0],
        [159.0, 64.0],
        [37.0, 6.0],
        [45.0, 7.0],
    ];
    let complete: Vec<Row> = ARMS
        .iter()
        .zip(complete)
        .map(|((name, n, ..), e)| binary(name, [e[0], n[0], e[1], n[1]]))
        .collect();
    row(&complete, [2.57, 1.89, 3.50], 63.0);
    let negative = [
        ("IKEMA", [53.0, 179.0, 16.0, 123.0]),
        ("CANDOR", [39.0, 312.0, 2.0, 154.0]),
        ("CASTOR", [35.0, 251.0, 4.0, 247.0]),
        ("POLLUX", [87.0, 286.0, 15.0, 283.0]),
        ("LEPUS", [31.0, 141.0, 2.0, 70.0]),
    ]
    .map(|(name, cells)| binary(name, cells));
    row(&negative, [5.28, 2.80, 9.96], 65.0);
}

#[test]
fn the_published_pfs_row_is_named_as_raw_ratios_with_errors_of_logarithms() {
    let published = Printed {
        estimate: 0.50,
        ci: [0.39, 0.61],
        decimals: 2,
    };
    assert_eq!(scaling(&published), Scaling::Raw);
    let trials = [
        hazard("ICARIA-MM", 0.596, [0.44, 0.81], 95.0),
        hazard("IKEMA", 0.53, [0.32, 0.89], 99.0),
        hazard("CANDOR", 0.63, [0.46, 0.85], 95.0),
        hazard("CASTOR", 0.31, [0.25, 0.40], 95.0),
        hazard("POLLUX", 0.44, [0.35, 0.55], 95.0),
        hazard("APOLLO", 0.63, [0.47, 0.85], 95.0),
        hazard("LEPUS", 0.28, [0.17, 0.47], 95.0),
    ];
    let slip = raw_ratios_with_log_errors(&trials, Level::P95).unwrap();
    printed(slip.estimate, 0.483, 3);
    printed(slip.ci[0], 0.372, 3);
    printed(slip.ci[1], 0.594, 3);
    assert!(slip.i2 <= 0.0);
    let pooled = analyse(&trials, &Spec::new(Measure::Hr).method(Method::Dl)).unwrap();
    let back = pooled.back.unwrap();
    printed(back.estimate, 0.472, 3);
    printed(back.ci[0], 0.371, 3);
    printed(back.ci[1], 0.601, 3);
    printed(pooled.i2, 77.0, 0);
    let right = Printed {
        estimate: 0.47,
        ci: [0.37, 0.60],
        decimals: 2,
    };
    assert_eq!(scaling(&right), Scaling::Logarithmic);
}
