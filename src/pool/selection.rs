//! The three-parameter selection model (Hedges 1984; Vevea and Hedges 1995, Psychometrika 60:419;
//! McShane 2016): mean, τ², and the relative chance δ that a study whose one-sided p-value is above
//! 0.025 is seen.
//!
//! log L = Σ log φ(y; μ, v + τ²) + m log δ − Σ log(B + δ (1 − B)), with m the studies above the step
//! and B the chance of a study to be below it. For given μ and τ² the best δ is the only root of a
//! falling function; μ and τ² are searched over their whole range, so that no start can mislead.

use super::dist::{chi2_above, normal_below, normal_quantile};
use super::linear::Square;
use super::math::{PI, count, exp, ln};
use super::result::Selection;
use super::solve::lowest;
use super::tau2::{Common, Likelihood, Problem as _, log_likelihood, maximum};

/// The studies, turned so that the expected direction is upwards.
struct Model {
    studies: Vec<(f64, f64)>,
    /// How many are above the step.
    unseen: f64,
    /// The z value of the step.
    step: f64,
}

/// The estimates of one μ and τ².
#[derive(Debug, Clone, Copy)]
struct At {
    log_likelihood: f64,
    delta: f64,
}

/// Fits the model, or says why it cannot be.
pub(crate) fn selection(y: &[f64], v: &[f64]) -> Result<Selection, String> {
    if y.len() < 3 {
        return Err("the selection model needs three studies".into());
    }
    let common = Common { y, v };
    let tau2 = maximum(&common, Likelihood::Full);
    let weights: Vec<f64> = v.iter().map(|v| 1.0 / (v + tau2)).collect();
    let sum: f64 = weights.iter().sum();
    let mu = y.iter().zip(&weights).map(|(y, w)| y * w).sum::<f64>() / sum;
    let plain =
        log_likelihood(&common, tau2, Likelihood::Full) - 0.5 * count(y.len()) * ln(2.0 * PI);
    let sign = if mu < 0.0 { -1.0 } else { 1.0 };
    let step = normal_quantile(0.975);
    let studies: Vec<(f64, f64)> = y.iter().map(|y| sign * y).zip(v.iter().copied()).collect();
    let unseen = studies.iter().filter(|(y, v)| y / v.sqrt() < step).count();
    if unseen == 0 || unseen == studies.len() {
        return Err(format!(
            "the selection model needs studies on both sides of p = 0.025: {unseen} of {} are above",
            studies.len()
        ));
    }
    let model = Model {
        studies,
        unseen: count(unseen),
        step,
    };
    let (mu, tau2) = model.search(&common);
    let best = model.at(mu, tau2);
    let se = model
        .standard_error(mu, tau2, best.delta)
        .ok_or("the selection model has no standard error for these studies")?;
    let lrt = (2.0 * (best.log_likelihood - plain)).max(0.0);
    Ok(Selection {
        estimate: sign * mu,
        se,
        tau2,
        delta: best.delta,
        lrt,
        p: chi2_above(lrt, 1.0),
    })
}

impl Model {
    fn log_likelihood(&self, mu: f64, tau2: f64, delta: f64) -> f64 {
        let mut sum = self.unseen * ln(delta);
        for (y, v) in &self.studies {
            let total = v + tau2;
            let below = normal_below((mu - self.step * v.sqrt()) / total.sqrt());
            sum -= 0.5 * ln(2.0 * PI * total) + 0.5 * (y - mu) * (y - mu) / total;
            sum -= ln(below + delta * (1.0 - below));
        }
        sum
    }

    /// The likelihood at a mean and τ², with the best δ.
    fn at(&self, mu: f64, tau2: f64) -> At {
        let chances: Vec<f64> = self
            .studies
            .iter()
            .map(|(_, v)| normal_below((mu - self.step * v.sqrt()) / (v + tau2).sqrt()))
            .collect();
        // unseen = Σ δ(1−B) / (B + δ(1−B)) rises in ln δ.
        let excess = |log: f64| {
            let delta = exp(log);
            let mut value = self.unseen;
            let mut slope = 0.0;
            for below in &chances {
                let part = delta * (1.0 - below);
                let share = part / (below + part).max(1e-300);
                value -= share;
                slope += share * (1.0 - share);
            }
            (value, slope)
        };
        let (mut low, mut high) = (-30.0, 30.0);
        let mut log = 0.0;
        for _ in 0..100 {
            let (value, slope) = excess(log);
            if value > 0.0 {
                low = log
            } else {
                high = log
            }
            let newton = log + value / slope.max(1e-300);
            let next = if newton > low && newton < high {
                newton
            } else {
                f64::midpoint(low, high)
            };
            if (next - log).abs() < 1e-13 {
                log = next;
                break;
            }
            log = next;
        }
        let delta = exp(log);
        At {
            log_likelihood: self.log_likelihood(mu, tau2, delta),
            delta,
        }
    }

    /// The highest point over means and variances.
    fn search(&self, common: &Common<'_>) -> (f64, f64) {
        let (rss, _) = common.unweighted();
        let spread = (rss / count(self.studies.len())).sqrt()
            + self
                .studies
                .iter()
                .map(|(_, v)| v.sqrt())
                .fold(0.0, f64::max);
        let least = self
            .studies
            .iter()
            .map(|(y, _)| *y)
            .fold(f64::INFINITY, f64::min);
        let most = self
            .studies
            .iter()
            .map(|(y, _)| *y)
            .fold(f64::NEG_INFINITY, f64::max);
        let range = (least - 3.0 * spread, most + spread);
        let mean_of = |tau2: f64| best_of(range.0, range.1, |mu| -self.at(mu, tau2).log_likelihood);
        let cost = |tau: f64| -self.at(mean_of(tau * tau), tau * tau).log_likelihood;
        let tau = best_of(0.0, 3.0 * spread, cost);
        let tau = if cost(0.0) <= cost(tau) { 0.0 } else { tau };
        (mean_of(tau * tau), tau * tau)
    }

    /// The standard error of the mean from the curvature of the likelihood.
    fn standard_error(&self, mu: f64, tau2: f64, delta: f64) -> Option<f64> {
        let typical = self.studies.iter().map(|(_, v)| v).sum::<f64>() / count(self.studies.len());
        let point = [mu, tau2, delta];
        let steps = [
            1e-4 * typical.sqrt(),
            1e-4 * (tau2 + 0.01 * typical),
            1e-4 * delta,
        ];
        // A variance at its bound cannot be moved both ways: it is held.
        let free: &[usize] = if tau2 > 1e-3 * typical {
            &[0, 1, 2]
        } else {
            &[0, 2]
        };
        let value = |moves: [(usize, f64); 2]| {
            let mut at = point;
            for (n, by) in moves {
                if let (Some(at), Some(step)) = (at.get_mut(n), steps.get(n)) {
                    *at += by * step;
                }
            }
            let [mu, tau2, delta] = at;
            self.log_likelihood(mu, tau2, delta)
        };
        let mut curvature = Square::zeros(free.len());
        for (i, a) in free.iter().enumerate() {
            for (j, b) in free.iter().enumerate() {
                let second = value([(*a, 1.0), (*b, 1.0)])
                    - value([(*a, 1.0), (*b, -1.0)])
                    - value([(*a, -1.0), (*b, 1.0)])
                    + value([(*a, -1.0), (*b, -1.0)]);
                let scale = 4.0 * steps.get(*a)? * steps.get(*b)?;
                curvature.add(i, j, -second / scale);
            }
        }
        let (inverse, _) = curvature.inverse()?;
        let variance = inverse.get(0, 0);
        (variance > 0.0).then(|| variance.sqrt())
    }
}

/// The lowest point of a function that may have several valleys: a scan, then golden section.
fn best_of(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    const POINTS: usize = 24;
    let step = (high - low) / count(POINTS);
    let best = (0..=POINTS)
        .map(|n| low + count(n) * step)
        .map(|x| (x, f(x)))
        .fold((low, f64::INFINITY), |best, next| {
            if next.1 < best.1 { next } else { best }
        })
        .0;
    lowest((best - step).max(low), (best + step).min(high), 45, f)
}
