//! Intervals for τ² and I².
//!
//! Q-profile (Viechtbauer 2007, Stat Med 26:37): the values of τ² at which the generalised Q equals
//! the upper and lower quantile of χ² with k − p degrees of freedom. Profile likelihood (Hardy and
//! Thompson 1996, Stat Med 15:619): those whose likelihood is at most half the quantile of χ² with
//! one degree below the highest.

use super::dist::chi2_quantile;
use super::row::Level;
use super::solve::bisect;
use super::tau2::{Likelihood, Problem, log_likelihood, root_of_q, scan_points};

/// The Q-profile interval; `[0, 0]` where even τ² = 0 makes the studies more alike than chance does
/// (the set is empty).
pub(crate) fn q_profile(problem: &impl Problem, level: Level) -> Option<[f64; 2]> {
    let freedom = problem.freedom();
    if freedom <= 0.0 {
        return None;
    }
    let tail = 0.5 * (1.0 - level.fraction());
    let low = root_of_q(problem, chi2_quantile(1.0 - tail, freedom));
    let high = root_of_q(problem, chi2_quantile(tail, freedom));
    Some([low, high])
}

/// The profile likelihood interval around the highest maximum `tau2`.
pub(crate) fn profile_likelihood(
    problem: &impl Problem,
    tau2: f64,
    likelihood: Likelihood,
    level: Level,
) -> Option<[f64; 2]> {
    if problem.freedom() <= 0.0 {
        return None;
    }
    let drop = 0.5 * chi2_quantile(level.fraction(), 1.0);
    let floor = log_likelihood(problem, tau2, likelihood) - drop;
    let above = |t: f64| log_likelihood(problem, t, likelihood) - floor;
    let mut points = scan_points(problem);
    points.retain(|t| *t < tau2);
    points.push(tau2);
    // Outermost crossings: with several maxima the set need not be one piece.
    let low = match points.first() {
        Some(zero) if above(*zero) >= 0.0 => 0.0,
        _ => points
            .windows(2)
            .find_map(|pair| match pair {
                [a, b] if above(*a) < 0.0 && above(*b) >= 0.0 => Some(bisect(*a, *b, above)),
                _ => None,
            })
            .unwrap_or(tau2),
    };
    let least = problem.v().iter().copied().fold(f64::INFINITY, f64::min);
    let mut last = scan_points(problem)
        .last()
        .copied()
        .unwrap_or(0.0)
        .max(tau2);
    let mut inside = tau2;
    for point in scan_points(problem) {
        if point > inside && above(point) >= 0.0 {
            inside = point;
        }
    }
    for _ in 0..200 {
        if above(last) < 0.0 {
            return Some([low, bisect(inside, last, above)]);
        }
        inside = last;
        last = 2.0 * last + least;
    }
    None
}

/// I² in per cent at a τ² (Higgins and Thompson 2002, eq. 9).
pub(crate) fn i2_at(tau2: f64, typical: f64) -> f64 {
    100.0 * tau2 / (typical + tau2)
}
