//! Published analyses, typed in from their papers: each expected number with its source.

mod brute_force;
mod colditz1994;
mod command;
mod fleiss1993;
mod laws;
mod myeloma2024;
mod raudenbush1985;

use perennial::pool::{Data, Level, Row};

/// A study with two arms.
fn binary(study: &str, [e1, n1, e2, n2]: [f64; 4]) -> Row {
    row(study, Data::Binary { e1, n1, e2, n2 })
}

/// A study with an estimate and its variance.
fn generic(study: &str, yi: f64, vi: f64) -> Row {
    row(study, Data::Generic { yi, vi })
}

/// A hazard ratio with its interval.
fn hazard(study: &str, ratio: f64, interval: [f64; 2], percent: f64) -> Row {
    let level = Level::parse(percent).unwrap();
    let [low, high] = interval;
    row(
        study,
        Data::Hr {
            hr: ratio,
            ci_lb: low,
            ci_ub: high,
            level,
        },
    )
}

fn row(study: &str, data: Data) -> Row {
    Row {
        study: study.into(),
        line: None,
        data: Some(data),
        columns: Vec::new(),
    }
}

/// Equal as printed with so many decimals.
#[track_caller]
fn printed(got: f64, want: f64, decimals: i32) {
    let half = 0.5 * 10f64.powi(-decimals) * (1.0 + 1e-9);
    assert!((got - want).abs() <= half, "{got} is not {want}");
}

/// Equal to a relative 1e-8, or absolutely below 1e-4.
#[track_caller]
fn close(got: f64, want: f64) {
    assert!(
        (got - want).abs() <= 1e-8 * want.abs().max(1e-4),
        "{got} is not {want}"
    );
}
