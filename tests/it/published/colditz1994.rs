//! Colditz 1994, JAMA 271:698: 13 trials of BCG vaccine against tuberculosis, tables as typed in
//! Viechtbauer 2010, J Stat Softw 36(3), p. 9. Printed results from pages 12 and 16 there; the
//! longer numbers are metafor 3.8-1 with threshold 1e-13.

#![expect(
    clippy::unreadable_literal,
    reason = "metafor's numbers as it prints them"
)]

use super::{binary, close, printed};
use perennial::pool::{Extra, Interval, Measure, Method, Row, Spec, analyse};

/// Trial, then cases and others, vaccinated and not; latitude, year and allocation.
const TRIALS: [(&str, [f64; 4], &str, &str, &str); 13] = [
    (
        "Aronson 1948",
        [4.0, 119.0, 11.0, 128.0],
        "44",
        "1948",
        "random",
    ),
    (
        "Ferguson & Simes 1949",
        [6.0, 300.0, 29.0, 274.0],
        "55",
        "1949",
        "random",
    ),
    (
        "Rosenthal 1960",
        [3.0, 228.0, 11.0, 209.0],
        "42",
        "1960",
        "random",
    ),
    (
        "Hart & Sutherland 1977",
        [62.0, 13536.0, 248.0, 12619.0],
        "52",
        "1977",
        "random",
    ),
    (
        "Frimodt-Moller 1973",
        [33.0, 5036.0, 47.0, 5761.0],
        "13",
        "1973",
        "alternate",
    ),
    (
        "Stein & Aronson 1953",
        [180.0, 1361.0, 372.0, 1079.0],
        "44",
        "1953",
        "alternate",
    ),
    (
        "Vandiviere 1973",
        [8.0, 2537.0, 10.0, 619.0],
        "19",
        "1973",
        "random",
    ),
    (
        "TPT Madras 1980",
        [505.0, 87886.0, 499.0, 87892.0],
        "13",
        "1980",
        "random",
    ),
    (
        "Coetzee & Berjak 1968",
        [29.0, 7470.0, 45.0, 7232.0],
        "27",
        "1968",
        "random",
    ),
    (
        "Rosenthal 1961",
        [17.0, 1699.0, 65.0, 1600.0],
        "42",
        "1961",
        "systematic",
    ),
    (
        "Comstock 1974",
        [186.0, 50448.0, 141.0, 27197.0],
        "18",
        "1974",
        "systematic",
    ),
    (
        "Comstock & Webster 1969",
        [5.0, 2493.0, 3.0, 2338.0],
        "33",
        "1969",
        "systematic",
    ),
    (
        "Comstock 1976",
        [27.0, 16886.0, 29.0, 17825.0],
        "33",
        "1976",
        "systematic",
    ),
];

pub(super) fn trials() -> Vec<Row> {
    TRIALS
        .iter()
        .map(|(name, [a, b, c, d], latitude, year, allocation)| {
            let mut row = binary(name, [*a, a + b, *c, c + d]);
            let column = |name: &str, value: &&str| (name.to_owned(), (*value).to_owned());
            row.columns = vec![
                column("ablat", latitude),
                column("year", year),
                column("alloc", allocation),
            ];
            row
        })
        .collect()
}

#[test]
fn reml_prints_as_in_viechtbauer_2010_page_12() {
    let pooled = analyse(&trials(), &Spec::new(Measure::Rr)).unwrap();
    printed(pooled.estimate, -0.7145, 4);
    printed(pooled.se, 0.1798, 4);
    printed(pooled.ci[0], -1.0669, 4);
    printed(pooled.ci[1], -0.3622, 4);
    printed(pooled.tau2, 0.3132, 4);
    printed(pooled.i2, 92.22, 2);
    printed(pooled.h2, 12.86, 2);
    printed(pooled.q, 152.2330, 4);
    printed(pooled.stat.unwrap(), -3.9744, 4);
}

#[test]
fn the_mixed_model_prints_as_in_viechtbauer_2010_page_16() {
    let spec = Spec {
        moderators: vec!["ablat".into(), "year".into()],
        ..Spec::new(Measure::Rr)
    };
    let found = analyse(&trials(), &spec).unwrap().meta_regression.unwrap();
    printed(found.tau2, 0.1108, 4);
    printed(found.i2, 71.98, 2);
    printed(found.r2.unwrap(), 64.63, 2);
    printed(found.qe, 28.3251, 4);
    // Page 16 prints 12.2043: metafor's REML stops at a step of 1e-5 in τ². With threshold 1e-12 it
    // gives 12.2045 as well.
    printed(found.qm, 12.2045, 4);
    printed(found.qm_p, 0.0022, 4);
    for (term, (name, estimate, se)) in found.coefficients.iter().zip([
        // Page 16 prints -3.5455 and 29.0959, for the same reason.
        ("intercept", -3.5454, 29.0956),
        ("ablat", -0.0280, 0.0102),
        ("year", 0.0019, 0.0147),
    ]) {
        assert_eq!(term.term, name);
        printed(term.estimate, estimate, 4);
        printed(term.se, se, 4);
    }
}

#[test]
fn every_estimator_agrees_with_metafor() {
    for (method, estimate, se, tau2, i2) in [
        (
            Method::Fe,
            -0.430285163654091,
            0.0404987517108638,
            0.0,
            92.1173468545621,
        ),
        (
            Method::Dl,
            -0.714117222073227,
            0.178742089535403,
            0.308760262862376,
            92.1173468545621,
        ),
        (
            Method::He,
            -0.715878588758735,
            0.183279985988782,
            0.328563857995769,
            92.5570974066271,
        ),
        (
            Method::Hs,
            -0.704535373916257,
            0.158652093056656,
            0.228362863676907,
            89.6299666640896,
        ),
        (
            Method::Sj,
            -0.717248592557584,
            0.187059458416427,
            0.345515701598595,
            92.8963240955401,
        ),
        (
            Method::Ml,
            -0.711199135474181,
            0.17189680877689,
            0.280028137268645,
            91.3782837894461,
        ),
        (
            Method::Reml,
            -0.714532342158139,
            0.179781516105206,
            0.313243258136481,
            92.221384521269,
        ),
        (
            Method::Eb,
            -0.714968153493444,
            0.180892191537624,
            0.318068452205024,
            92.3303379541532,
        ),
        (
            Method::Pm,
            -0.714968153493444,
            0.180892191537624,
            0.318068452205024,
            92.3303379541532,
        ),
    ] {
        let pooled = analyse(&trials(), &Spec::new(Measure::Rr).method(method)).unwrap();
        close(pooled.estimate, estimate);
        close(pooled.se, se);
        close(pooled.tau2, tau2);
        close(pooled.i2, i2);
    }
    let spec = Spec::new(Measure::Rr).interval(Interval::Hksj);
    let pooled = analyse(&trials(), &spec).unwrap();
    // rma(..., test = "knha"), default control.
    printed(pooled.se, 0.180792, 6);
    printed(pooled.ci[0], -1.108444, 6);
    printed(pooled.ci[1], -0.320621, 6);
}

#[test]
fn subgroups_by_allocation_and_everything_beside_are_there() {
    let mut spec = Spec::new(Measure::Rr);
    spec.with = Extra::ALL.to_vec();
    spec.subgroup = Some("alloc".into());
    let pooled = analyse(&trials(), &spec).unwrap();
    let levels = pooled.subgroups.as_ref().unwrap();
    let names: Vec<&str> = levels.levels.iter().map(|l| l.level.as_str()).collect();
    // In the order of the trials.
    assert_eq!(names, ["random", "alternate", "systematic"]);
    assert_eq!(pooled.leave_one_out.as_ref().unwrap().len(), 13);
    assert_eq!(pooled.cumulative.as_ref().unwrap().len(), 13);
    assert_eq!(pooled.influence.as_ref().unwrap().len(), 13);
    assert!(pooled.permutation.as_ref().unwrap().exact);
    assert!(pooled.selection.is_some() && pooled.henmi_copas.is_some());
    assert!(pooled.absolute.is_some() && pooled.trim_fill.is_some());
    let json = perennial::pool::json::compact(&pooled).unwrap();
    assert!(!json.contains("null") && !json.contains("NaN"), "{json}");
}
