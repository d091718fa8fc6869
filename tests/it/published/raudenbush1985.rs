//! Raudenbush and Bryk 1985, J Educ Stat 10:75, table 1: nineteen experiments on what teachers
//! expect and pupils' intelligence; weeks of acquaintance, three or more taken as three. Printed
//! results as on metafor's page of the example.

use super::{generic, printed};
use perennial::pool::{Measure, Row, Spec, analyse};

const STUDIES: [(f64, f64, u8); 19] = [
    (0.03, 0.0156, 2),
    (0.12, 0.0216, 3),
    (-0.14, 0.0279, 3),
    (1.18, 0.1391, 0),
    (0.26, 0.1362, 0),
    (-0.06, 0.0106, 3),
    (-0.02, 0.0106, 3),
    (-0.32, 0.0484, 3),
    (0.27, 0.0269, 0),
    (0.80, 0.0630, 1),
    (0.54, 0.0912, 0),
    (0.18, 0.0497, 0),
    (-0.02, 0.0835, 1),
    (0.23, 0.0841, 2),
    (-0.18, 0.0253, 3),
    (-0.06, 0.0279, 3),
    (0.30, 0.0193, 1),
    (0.07, 0.0088, 2),
    (-0.07, 0.0303, 3),
];

fn studies() -> Vec<Row> {
    STUDIES
        .iter()
        .enumerate()
        .map(|(n, (yi, vi, weeks))| {
            let mut row = generic(&format!("study {}", n + 1), *yi, *vi);
            row.columns = vec![("weeks".into(), weeks.to_string())];
            row
        })
        .collect()
}

#[test]
fn random_effects_and_weeks_of_acquaintance_print_as_in_metafor() {
    let spec = Spec {
        moderators: vec!["weeks".into()],
        ..Spec::new(Measure::Gen)
    };
    let pooled = analyse(&studies(), &spec).unwrap();
    printed(pooled.estimate, 0.0837, 4);
    printed(pooled.se, 0.0516, 4);
    printed(pooled.ci[0], -0.0175, 4);
    printed(pooled.ci[1], 0.1849, 4);
    printed(pooled.tau2, 0.0188, 4);
    // The page prints 41.86, stopped at a step of 1e-5 in τ²; metafor with threshold 1e-12 gives
    // 41.85 as well.
    printed(pooled.i2, 41.85, 2);
    printed(pooled.q, 35.8295, 4);
    printed(pooled.q_p, 0.0074, 4);
    let found = pooled.meta_regression.unwrap();
    printed(found.tau2, 0.0, 4);
    printed(found.coefficients[0].estimate, 0.4072, 4);
    printed(found.coefficients[1].estimate, -0.1572, 4);
    printed(found.qe, 16.5708, 4);
    assert!(found.r2.unwrap() > 99.9);
}
