//! Fleiss 1993, Stat Methods Med Res 2:121, table 1: seven trials of aspirin after myocardial
//! infarction. Printed results as in the example of R's package meta (`Fleiss1993bin`), which gives
//! Mantel-Haenszel 0.8969 [0.8405; 0.9570] and DerSimonian-Laird 0.8763 [0.7743; 0.9917].

use super::{binary, printed};
use perennial::pool::{Measure, Method, Prediction, Row, Spec, analyse};

fn trials() -> Vec<Row> {
    [
        ("MRC-1", [49.0, 615.0, 67.0, 624.0]),
        ("CDP", [44.0, 758.0, 64.0, 771.0]),
        ("MRC-2", [102.0, 832.0, 126.0, 850.0]),
        ("GASP", [32.0, 317.0, 38.0, 309.0]),
        ("PARIS", [85.0, 810.0, 52.0, 406.0]),
        ("AMIS", [246.0, 2267.0, 219.0, 2257.0]),
        ("ISIS-2", [1570.0, 8587.0, 1720.0, 8600.0]),
    ]
    .map(|(name, cells)| binary(name, cells))
    .to_vec()
}

#[test]
fn mantel_haenszel_and_dersimonian_laird_print_as_in_meta() {
    let spec = Spec::new(Measure::Or).method(Method::Mh);
    let pooled = analyse(&trials(), &spec).unwrap();
    let back = pooled.back.unwrap();
    printed(back.estimate, 0.8969, 4);
    printed(back.ci[0], 0.8405, 4);
    printed(back.ci[1], 0.9570, 4);
    printed(pooled.stat.unwrap(), -3.29, 2);
    printed(pooled.p.unwrap(), 0.0010, 4);
    let spec = Spec::new(Measure::Or).method(Method::Dl);
    let pooled = analyse(&trials(), &spec).unwrap();
    let back = pooled.back.unwrap();
    printed(back.estimate, 0.8763, 4);
    printed(back.ci[0], 0.7743, 4);
    printed(back.ci[1], 0.9917, 4);
    printed(pooled.tau2, 0.0096, 4);
    printed(pooled.q, 9.95, 2);
    printed(pooled.q_p, 0.1269, 4);
    printed(pooled.i2, 39.7, 1);
}

/// metafor 3.8-1: predict(rma(..., method = "DL"), transf = exp) and rma.peto.
#[test]
fn the_normal_prediction_interval_and_peto_print_as_in_metafor() {
    let mut spec = Spec::new(Measure::Or).method(Method::Dl);
    spec.prediction = Some(Prediction::Z);
    let back = analyse(&trials(), &spec).unwrap().back.unwrap();
    printed(back.prediction.unwrap()[0], 0.6971, 4);
    printed(back.prediction.unwrap()[1], 1.1015, 4);
    let spec = Spec::new(Measure::Peto).method(Method::Peto);
    let pooled = analyse(&trials(), &spec).unwrap();
    printed(pooled.back.unwrap().estimate, 0.8968, 4);
    printed(pooled.q, 9.9678, 4);
    printed(pooled.i2, 39.81, 2);
}
