//! Random small analyses against brute force: likelihoods on a dense grid, estimating equations by
//! bisection, all from the definitions and nothing of the program's.

use perennial::pool::{Data, Extra, Measure, Method, Row, Spec, analyse};

/// A small generator (Knuth's constants), so that every run sees the same analyses.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn unit(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / 4_294_967_296.0
    }

    fn below(&mut self, n: u32) -> f64 {
        (self.unit() * f64::from(n)).floor()
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

/// Rows of one random analysis: tables with many empty cells, or estimates of any spread.
fn random_rows(dice: &mut Dice) -> (Vec<Row>, Measure) {
    let sizes = [1, 2, 2, 3, 3, 4, 5, 6, 8, 12];
    let k = sizes[usize::try_from(dice.0 % 10).unwrap()];
    let kind = dice.below(5);
    let measure = [
        Measure::Rr,
        Measure::Or,
        Measure::Rd,
        Measure::Gen,
        Measure::Gen,
    ][[0.0, 1.0, 2.0, 3.0, 4.0]
        .iter()
        .position(|n| (n - kind).abs() < 0.5)
        .unwrap()];
    let spread = [0.0, 0.1, 1.0, 30.0][usize::try_from(dice.0 % 4).unwrap()];
    let unit = 10f64.powi(i32::try_from(dice.0 % 9).unwrap() - 4);
    let rows = (0..k)
        .map(|n| {
            let data = if measure == Measure::Gen {
                let vi = unit * (0.02 + dice.unit()).powi(3);
                let yi = (unit * (1.0 + spread)).sqrt() * dice.normal() * (1.0 + spread).sqrt();
                Data::Generic { yi, vi }
            } else {
                let n1 = 1.0 + dice.below(60);
                let n2 = 1.0 + dice.below(60);
                let rare = dice.unit() < 0.5;
                let e1 = dice.below(if rare { 3 } else { 61 }).min(n1);
                let e2 = dice.below(if rare { 3 } else { 61 }).min(n2);
                Data::Binary { e1, n1, e2, n2 }
            };
            Row {
                study: format!("s{n}"),
                line: None,
                data: Some(data),
                columns: Vec::new(),
            }
        })
        .collect();
    (rows, measure)
}

/// Twice the log-likelihood without constants, from its definition.
fn likelihood(y: &[f64], v: &[f64], tau2: f64, restricted: bool) -> f64 {
    let w: Vec<f64> = v.iter().map(|v| 1.0 / (v + tau2)).collect();
    let sum: f64 = w.iter().sum();
    let mu = y.iter().zip(&w).map(|(y, w)| y * w).sum::<f64>() / sum;
    let logs: f64 = w.iter().map(|w| w.ln()).sum();
    let q: f64 = y.iter().zip(&w).map(|(y, w)| w * (y - mu) * (y - mu)).sum();
    logs - q - if restricted { sum.ln() } else { 0.0 }
}

fn q_of(y: &[f64], v: &[f64], tau2: f64) -> f64 {
    let w: Vec<f64> = v.iter().map(|v| 1.0 / (v + tau2)).collect();
    let mu = y.iter().zip(&w).map(|(y, w)| y * w).sum::<f64>() / w.iter().sum::<f64>();
    y.iter().zip(&w).map(|(y, w)| w * (y - mu) * (y - mu)).sum()
}

/// Tries `n` analyses; gives how many were pooled (the others are named errors).
pub(crate) fn try_random(n: usize, seed: u64) -> usize {
    let mut dice = Dice(seed);
    let mut pooled = 0;
    for round in 0..n {
        dice.unit();
        let (rows, measure) = random_rows(&mut dice);
        for method in [Method::Reml, Method::Ml, Method::Pm] {
            let mut spec = Spec::new(measure).method(method);
            if round % 20 == 0 {
                spec.with = Extra::ALL
                    .into_iter()
                    .filter(|extra| *extra != Extra::Permutation)
                    .collect();
            }
            let Ok(found) = analyse(&rows, &spec) else {
                continue;
            };
            let text = perennial::pool::json::compact(&found).unwrap();
            assert!(!text.contains("null"), "{rows:?}: {text}");
            check(&found, method, &rows);
            pooled += 1;
        }
    }
    pooled
}

fn check(found: &perennial::pool::Pooled, method: Method, rows: &[Row]) {
    let y: Vec<f64> = found.studies.iter().filter_map(|s| s.yi).collect();
    let v: Vec<f64> = found.studies.iter().filter_map(|s| s.vi).collect();
    if y.len() < 2 {
        assert!(found.tau2 <= 0.0);
        return;
    }
    let least = v.iter().copied().fold(f64::INFINITY, f64::min);
    if method == Method::Pm {
        let target = f64::from(u32::try_from(y.len()).unwrap()) - 1.0;
        if found.tau2 <= 0.0 {
            assert!(q_of(&y, &v, 0.0) <= target * (1.0 + 1e-9), "{rows:?}");
        } else {
            // Q falls strictly: the root is where it passes the target.
            let (below, above) = (found.tau2 * (1.0 - 1e-8), found.tau2 * (1.0 + 1e-8));
            let slack = 1e-9 * target;
            assert!(q_of(&y, &v, below) >= target - slack, "{rows:?}");
            assert!(q_of(&y, &v, above) <= target + slack, "{rows:?}");
        }
    } else {
        let restricted = method == Method::Reml;
        let best = likelihood(&y, &v, found.tau2, restricted);
        let most = y.iter().map(|y| y * y).sum::<f64>() * 4.0 + least;
        let mut u = least;
        while u < most {
            let here = likelihood(&y, &v, u - least, restricted);
            assert!(
                best >= here - 1e-9 * best.abs().max(1.0),
                "{method:?}: {} gives {best}, {} gives {here}: {rows:?}",
                found.tau2,
                u - least
            );
            u *= 1.15;
        }
    }
}

#[test]
fn a_thousand_random_analyses_find_the_highest_likelihood_and_the_root() {
    assert!(try_random(1000, 11) > 2000);
}
