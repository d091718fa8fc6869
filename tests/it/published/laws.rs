//! What must hold whatever the numbers: order, arms, units, copies.

use super::brute_force::Dice;
use super::{binary, close, generic};
use perennial::pool::{Measure, Method, PoolError, Row, Spec, analyse};

const METHODS: [Method; 9] = [
    Method::Fe,
    Method::Dl,
    Method::Pm,
    Method::Reml,
    Method::Ml,
    Method::Hs,
    Method::He,
    Method::Sj,
    Method::Eb,
];

fn tables(dice: &mut Dice, k: usize) -> Vec<Row> {
    (0..k)
        .map(|n| {
            let n1 = 20.0 + (dice.unit() * 200.0).floor();
            let n2 = 20.0 + (dice.unit() * 200.0).floor();
            let e1 = (dice.unit() * 0.4 * n1).floor();
            let e2 = (dice.unit() * 0.6 * n2).floor();
            binary(&format!("s{n}"), [e1, n1, e2, n2])
        })
        .collect()
}

fn swapped(rows: &[Row]) -> Vec<Row> {
    rows.iter()
        .map(|row| {
            let values = row.data.unwrap().values();
            binary(&row.study, [values[2], values[3], values[0], values[1]])
        })
        .collect()
}

#[test]
fn the_order_of_the_studies_changes_nothing_but_the_order_of_the_list() {
    let mut dice = Dice(3);
    for k in 2..12 {
        let rows = tables(&mut dice, k);
        let mut turned = rows.clone();
        turned.reverse();
        for method in METHODS.into_iter().chain([Method::Mh, Method::Rm]) {
            let spec = Spec::new(Measure::Or).method(method);
            let (one, two) = (
                analyse(&rows, &spec).unwrap(),
                analyse(&turned, &spec).unwrap(),
            );
            close(one.estimate, two.estimate);
            close(one.se, two.se);
            close(one.tau2, two.tau2);
            close(one.q, two.q);
        }
    }
}

#[test]
fn arms_the_other_way_round_turn_the_sign() {
    let mut dice = Dice(4);
    for k in 2..12 {
        let rows = tables(&mut dice, k);
        for measure in [Measure::Or, Measure::Rr, Measure::Rd, Measure::As] {
            for method in METHODS {
                let spec = Spec::new(measure).method(method);
                let one = analyse(&rows, &spec).unwrap();
                let two = analyse(&swapped(&rows), &spec).unwrap();
                close(one.estimate, -two.estimate);
                close(one.se, two.se);
                close(one.ci[0], -two.ci[1]);
                close(one.tau2, two.tau2);
            }
        }
        let peto = Spec::new(Measure::Peto).method(Method::Peto);
        let one = analyse(&rows, &peto).unwrap();
        let two = analyse(&swapped(&rows), &peto).unwrap();
        close(one.estimate, -two.estimate);
    }
}

#[test]
fn other_units_change_the_units_of_the_result_and_no_more() {
    let mut dice = Dice(5);
    for k in 2..12 {
        let rows: Vec<Row> = (0..k)
            .map(|n| {
                generic(
                    &format!("s{n}"),
                    dice.unit() * 3.0 - 1.0,
                    0.05 + dice.unit(),
                )
            })
            .collect();
        for factor in [1e-3, 40.0, 1e4] {
            let scaled: Vec<Row> = rows
                .iter()
                .map(|row| {
                    let values = row.data.unwrap().values();
                    generic(&row.study, factor * values[0], factor * factor * values[1])
                })
                .collect();
            for method in METHODS {
                let spec = Spec::new(Measure::Gen).method(method);
                let one = analyse(&rows, &spec).unwrap();
                let two = analyse(&scaled, &spec).unwrap();
                close(two.estimate / factor, one.estimate);
                close(two.se / factor, one.se);
                close(two.tau2 / (factor * factor), one.tau2);
                close(two.i2, one.i2);
                close(two.p.unwrap(), one.p.unwrap());
            }
        }
    }
}

#[test]
fn every_study_twice_halves_the_variance_of_a_common_effect_and_doubles_q() {
    let mut dice = Dice(6);
    for k in 1..10 {
        let rows = tables(&mut dice, k);
        let twice: Vec<Row> = rows.iter().chain(&rows).cloned().collect();
        let spec = Spec::new(Measure::Or).method(Method::Fe);
        let (one, two) = (
            analyse(&rows, &spec).unwrap(),
            analyse(&twice, &spec).unwrap(),
        );
        close(two.estimate, one.estimate);
        close(two.se * 2f64.sqrt(), one.se);
        close(two.q, 2.0 * one.q);
    }
}

#[test]
fn one_study_no_study_and_studies_that_agree_are_named() {
    let one = [binary("a", [3.0, 10.0, 5.0, 10.0])];
    let pooled = analyse(&one, &Spec::new(Measure::Rr)).unwrap();
    assert_eq!(
        (pooled.k, pooled.tau2_ci, pooled.prediction),
        (1, None, None)
    );
    assert!(pooled.warnings.iter().any(|w| w.starts_with("one study")));
    let nothing = [binary("a", [0.0, 10.0, 0.0, 10.0])];
    let refused = analyse(&nothing, &Spec::new(Measure::Rr)).unwrap_err();
    assert!(matches!(refused, PoolError::Nothing(_)), "{refused}");
    let refused = analyse(&nothing, &Spec::new(Measure::Rr).method(Method::Mh)).unwrap_err();
    assert!(matches!(refused, PoolError::Nothing(_)), "{refused}");
    let same = [
        generic("a", 0.5, 0.1),
        generic("b", 0.5, 0.2),
        generic("c", 0.5, 0.3),
    ];
    for method in METHODS {
        let spec = Spec::new(Measure::Gen)
            .method(method)
            .interval(perennial::pool::Interval::Hksj);
        let pooled = analyse(&same, &spec).unwrap();
        assert!(pooled.tau2 <= 0.0 && pooled.se <= 1e-8, "{method:?}");
    }
}

/// A restricted likelihood with two maxima: the higher one is taken, wherever the search began.
#[test]
fn the_higher_of_two_maxima_is_taken() {
    let rows = [
        generic("precise 1", 0.0, 0.0001),
        generic("precise 2", 0.02, 0.0001),
        generic("far 1", 4.0, 1.0),
        generic("far 2", -5.0, 1.0),
        generic("far 3", 6.0, 1.0),
        generic("far 4", -4.5, 1.0),
    ];
    let pooled = analyse(&rows, &Spec::new(Measure::Gen)).unwrap();
    let loglik = |tau2: f64| {
        let v = [0.0001, 0.0001, 1.0, 1.0, 1.0, 1.0];
        let y = [0.0, 0.02, 4.0, -5.0, 6.0, -4.5];
        let w: Vec<f64> = v.iter().map(|v| 1.0 / (v + tau2)).collect();
        let sum: f64 = w.iter().sum();
        let mu = y.iter().zip(&w).map(|(y, w)| y * w).sum::<f64>() / sum;
        let q: f64 = y.iter().zip(&w).map(|(y, w)| w * (y - mu).powi(2)).sum();
        w.iter().map(|w| w.ln()).sum::<f64>() - sum.ln() - q
    };
    let best = loglik(pooled.tau2);
    for step in 0..4000 {
        let tau2 = f64::from(step) * 0.01;
        assert!(
            best >= loglik(tau2) - 1e-9,
            "{} against {tau2}",
            pooled.tau2
        );
    }
}
