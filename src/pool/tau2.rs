//! The variance between studies, τ²: nine estimators, with or without moderators.
//!
//! With W = diag(1/(v + τ²)) and P = W − W X (X'WX)⁻¹ X'W, every estimator is a function of y'Py,
//! y'PPy and traces of P (Viechtbauer 2005, J Educ Behav Stat 30:261; Veroniki 2016, Res Synth
//! Methods 7:55). Estimators that iterate are never trusted to converge: the whole range that can
//! hold a root is scanned first, then each root is bracketed. Restricted and full likelihoods can
//! have several maxima; the highest is taken.

use super::linear::Square;
use super::math::{count, dot, ln, mean};
use super::solve::falling_root;
use super::spec::Method;

/// Everything that is needed at one value of τ².
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Profile {
    /// y'Py: the weighted sum of squared residuals, Q at this τ².
    pub(crate) q: f64,
    /// y'PPy.
    ypp: f64,
    /// y'PPPy.
    yppp: f64,
    /// tr P.
    pub(crate) trace: f64,
    /// tr PP.
    trace2: f64,
    /// Σ w.
    sum_w: f64,
    /// Σ w².
    sum_w2: f64,
}

/// Studies and the means that a model gives them.
pub(crate) trait Problem {
    /// The estimates, on the scale of pooling.
    fn y(&self) -> &[f64];
    /// The sampling variances, in the same order.
    fn v(&self) -> &[f64];
    /// Number of coefficients.
    fn p(&self) -> usize;
    /// The sums at one value of τ².
    fn at(&self, tau2: f64) -> Profile;
    /// Logarithm of the determinant of X'WX.
    fn log_det(&self, tau2: f64) -> f64;
    /// Unweighted residual sum of squares, and the trace of (I − H) V.
    fn unweighted(&self) -> (f64, f64);

    /// Number of studies.
    fn k(&self) -> usize {
        self.y().len()
    }
    /// Residual degrees of freedom.
    fn freedom(&self) -> f64 {
        count(self.k()) - count(self.p())
    }
}

/// One common mean.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Common<'a> {
    pub(crate) y: &'a [f64],
    pub(crate) v: &'a [f64],
}

impl Problem for Common<'_> {
    fn y(&self) -> &[f64] {
        self.y
    }

    fn v(&self) -> &[f64] {
        self.v
    }

    fn p(&self) -> usize {
        1
    }

    fn at(&self, tau2: f64) -> Profile {
        let (mut w1, mut wy) = (0.0, 0.0);
        for (y, v) in self.y.iter().zip(self.v) {
            let w = 1.0 / (v + tau2);
            w1 += w;
            wy += w * y;
        }
        let centre = wy / w1;
        let (mut w2, mut w3, mut q, mut q2, mut q3, mut c) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (y, v) in self.y.iter().zip(self.v) {
            let w = 1.0 / (v + tau2);
            let wr = w * (y - centre);
            let square = wr * (y - centre);
            w2 += w * w;
            w3 += w * w * w;
            q += square;
            q2 += w * square;
            q3 += w * w * square;
            c += w * wr;
        }
        let ratio = w2 / w1;
        Profile {
            q,
            ypp: q2,
            yppp: q3 - c * c / w1,
            trace: w1 - ratio,
            trace2: w2 - 2.0 * w3 / w1 + ratio * ratio,
            sum_w: w1,
            sum_w2: w2,
        }
    }

    fn log_det(&self, tau2: f64) -> f64 {
        ln(self.v.iter().map(|v| 1.0 / (v + tau2)).sum())
    }

    fn unweighted(&self) -> (f64, f64) {
        let centre = mean(self.y);
        let rss = self.y.iter().map(|y| (y - centre) * (y - centre)).sum();
        let k = count(self.y.len());
        (rss, self.v.iter().sum::<f64>() * (1.0 - 1.0 / k))
    }
}

/// A mean that depends on moderators; the rows of `x` begin with 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Regression<'a> {
    pub(crate) y: &'a [f64],
    pub(crate) v: &'a [f64],
    pub(crate) x: &'a [Vec<f64>],
    pub(crate) p: usize,
}

/// Coefficients of a weighted regression, and the inverse of X'WX.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Coefficients {
    pub(crate) values: Vec<f64>,
    pub(crate) inverse: Square,
    pub(crate) log_det: f64,
}

impl Regression<'_> {
    /// The coefficients with weights 1/(v + τ²); nothing where the columns are not independent.
    pub(crate) fn solve(&self, tau2: f64) -> Option<Coefficients> {
        self.weighted(|v| 1.0 / (v + tau2))
    }

    fn weighted(&self, weight: impl Fn(f64) -> f64) -> Option<Coefficients> {
        let mut xwx = Square::zeros(self.p);
        let mut xwy = vec![0.0; self.p];
        for ((y, v), x) in self.y.iter().zip(self.v).zip(self.x) {
            let w = weight(*v);
            xwx.add_outer(x, w);
            for (sum, x) in xwy.iter_mut().zip(x) {
                *sum += w * x * y;
            }
        }
        let (inverse, log_det) = xwx.inverse()?;
        Some(Coefficients {
            values: inverse.times(&xwy),
            inverse,
            log_det,
        })
    }
}

impl Problem for Regression<'_> {
    fn y(&self) -> &[f64] {
        self.y
    }

    fn v(&self) -> &[f64] {
        self.v
    }

    fn p(&self) -> usize {
        self.p
    }

    fn at(&self, tau2: f64) -> Profile {
        let none = Profile {
            q: 0.0,
            ypp: 0.0,
            yppp: 0.0,
            trace: 0.0,
            trace2: 0.0,
            sum_w: 0.0,
            sum_w2: 0.0,
        };
        // Independence of the columns was tested before; weights are positive, so this holds.
        let Some(fit) = self.solve(tau2) else {
            return none;
        };
        let mut sums = none;
        let (mut second, mut third) = (Square::zeros(self.p), Square::zeros(self.p));
        let mut cross = vec![0.0; self.p];
        for ((y, v), x) in self.y.iter().zip(self.v).zip(self.x) {
            let w = 1.0 / (v + tau2);
            let r = y - dot(x, &fit.values);
            sums.sum_w += w;
            sums.sum_w2 += w * w;
            sums.q += w * r * r;
            sums.ypp += w * w * r * r;
            sums.yppp += w * w * w * r * r;
            second.add_outer(x, w * w);
            third.add_outer(x, w * w * w);
            for (sum, x) in cross.iter_mut().zip(x) {
                *sum += w * w * r * x;
            }
        }
        let half = fit.inverse.product(&second);
        sums.yppp -= fit.inverse.quadratic(&cross);
        sums.trace = sums.sum_w - fit.inverse.trace_of_product(&second);
        sums.trace2 =
            sums.sum_w2 - 2.0 * fit.inverse.trace_of_product(&third) + half.trace_of_product(&half);
        sums
    }

    fn log_det(&self, tau2: f64) -> f64 {
        self.solve(tau2).map_or(0.0, |fit| fit.log_det)
    }

    fn unweighted(&self) -> (f64, f64) {
        let Some(fit) = self.weighted(|_| 1.0) else {
            return (0.0, 0.0);
        };
        let mut rss = 0.0;
        let mut trace = 0.0;
        for ((y, v), x) in self.y.iter().zip(self.v).zip(self.x) {
            let r = y - dot(x, &fit.values);
            rss += r * r;
            trace += v * (1.0 - fit.inverse.quadratic(x));
        }
        (rss, trace)
    }
}

/// Which likelihood is maximised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likelihood {
    /// Of the residuals.
    Restricted,
    /// Of the data.
    Full,
}

/// τ² by a method; 0 for common effects and where nothing is left to vary.
pub(crate) fn estimate(problem: &impl Problem, method: Method) -> f64 {
    let freedom = problem.freedom();
    if freedom <= 0.0 {
        return 0.0;
    }
    let moments = |excess: f64, scale: f64| (excess / scale).max(0.0);
    match method {
        Method::Fe | Method::Mh | Method::Peto => 0.0,
        // DerSimonian and Laird 1986, Control Clin Trials 7:177.
        Method::Dl | Method::Rm | Method::Rule50 => {
            let zero = problem.at(0.0);
            moments(zero.q - freedom, zero.trace)
        }
        // Hedges and Olkin 1985, from the unweighted mean.
        Method::He => {
            let (rss, trace) = problem.unweighted();
            moments(rss - trace, freedom)
        }
        // Hunter and Schmidt 2004: k, not k − p.
        Method::Hs => {
            let zero = problem.at(0.0);
            moments(zero.q - count(problem.k()), zero.sum_w)
        }
        // Sidik and Jonkman 2005: one step from the variance of the estimates.
        Method::Sj => {
            let y = problem.y();
            let centre = mean(y);
            let start = y.iter().map(|y| (y - centre) * (y - centre)).sum::<f64>() / count(y.len());
            if start <= 0.0 {
                return 0.0;
            }
            start * problem.at(start).q / freedom
        }
        Method::Pm | Method::Eb => root_of_q(problem, freedom),
        Method::Reml => maximum(problem, Likelihood::Restricted),
        Method::Ml => maximum(problem, Likelihood::Full),
    }
}

/// The τ² at which Q falls to `target`, 0 where it is below from the start.
///
/// Q is positive, falling and convex in τ²; 1/Q is nearly straight, so Newton's steps are taken on it.
pub(crate) fn root_of_q(problem: &impl Problem, target: f64) -> f64 {
    let start = problem.at(0.0);
    if start.q <= target {
        return 0.0;
    }
    let least = smallest(problem.v());
    // Q(τ²) ≤ RSS / (τ² + least v), so the root lies below.
    let (rss, _) = problem.unweighted();
    let high = (rss / target - least).max(least * 1e-9) * (1.0 + 1e-9) + least * 1e-9;
    let first = (start.q / target - 1.0) * start.q / start.ypp;
    falling_root(0.0, high, -least, Some(first), |tau2| {
        let here = problem.at(tau2);
        (1.0 / target - 1.0 / here.q, -here.ypp / (here.q * here.q))
    })
}

/// Derivative of the log-likelihood by τ², and its derivative.
fn score(here: &Profile, likelihood: Likelihood) -> (f64, f64) {
    match likelihood {
        Likelihood::Restricted => (0.5 * (here.ypp - here.trace), 0.5 * here.trace2 - here.yppp),
        Likelihood::Full => (0.5 * (here.ypp - here.sum_w), 0.5 * here.sum_w2 - here.yppp),
    }
}

/// The log-likelihood without its constant.
pub(crate) fn log_likelihood(problem: &impl Problem, tau2: f64, likelihood: Likelihood) -> f64 {
    let logs: f64 = problem.v().iter().map(|v| ln(v + tau2)).sum();
    let fit = -0.5 * (logs + problem.at(tau2).q);
    match likelihood {
        Likelihood::Restricted => fit - 0.5 * problem.log_det(tau2),
        Likelihood::Full => fit,
    }
}

/// Ratio of neighbouring points of the scan, in τ² + the smallest variance: the distance to the
/// nearest pole, so no bend of the likelihood is narrower.
const SCAN: f64 = 1.35;

/// The values of τ² at which the scan looks: from 0 to where no maximum can be any more.
///
/// The score is negative wherever (k − p) (τ² + least v)² > RSS (τ² + greatest v).
pub(crate) fn scan_points(problem: &impl Problem) -> Vec<f64> {
    let least = smallest(problem.v());
    let most = problem.v().iter().copied().fold(0.0, f64::max);
    let (rss, _) = problem.unweighted();
    let reach = rss / problem.freedom();
    // With u = τ² + least: u² > reach (u + most − least).
    let end = 0.5 * (reach + (reach * reach + 4.0 * reach * (most - least)).sqrt());
    let mut points = vec![0.0];
    let mut u = least;
    while u < end * SCAN && points.len() < 2000 {
        u *= SCAN;
        points.push(u - least);
    }
    points
}

fn smallest(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// The τ² of the highest maximum of a likelihood.
pub(crate) fn maximum(problem: &impl Problem, likelihood: Likelihood) -> f64 {
    let points = scan_points(problem);
    let scores = points
        .iter()
        .map(|tau2| score(&problem.at(*tau2), likelihood));
    highest(problem, likelihood, &points, scores, None)
}

/// The highest maximum, from the score and its slope at the points of the scan; `hint` is where a
/// maximum may be near.
pub(crate) fn highest(
    problem: &impl Problem,
    likelihood: Likelihood,
    points: &[f64],
    scores: impl Iterator<Item = (f64, f64)>,
    hint: Option<f64>,
) -> f64 {
    let least = smallest(problem.v());
    let at = |tau2: f64| score(&problem.at(tau2), likelihood);
    let mut maxima: Vec<f64> = Vec::new();
    let mut before: Option<(f64, (f64, f64))> = None;
    for (tau2, here) in points.iter().copied().zip(scores) {
        match before {
            None => maxima.extend((here.0 <= 0.0).then_some(0.0)),
            Some((low, was)) if was.0 > 0.0 && here.0 <= 0.0 => {
                // Where the straight line between the points is 0, unless something better is known.
                let line = low + (tau2 - low) * was.0 / (was.0 - here.0);
                let start = hint
                    .filter(|hint| (low..=tau2).contains(hint))
                    .unwrap_or(line);
                maxima.push(falling_root(low, tau2, -least, Some(start), at));
            }
            // The score rises to a top below 0 and falls again between the points: the top may pass 0.
            Some((low, was)) if was.0 <= 0.0 && here.0 <= 0.0 && was.1 > 0.0 && here.1 < 0.0 => {
                let top = super::solve::lowest(low, tau2, 60, |t| -at(t).0);
                if at(top).0 > 0.0 {
                    maxima.push(falling_root(top, tau2, -least, None, at));
                }
            }
            Some(_) => {}
        }
        before = Some((tau2, here));
    }
    if let Some((last, here)) = before
        && here.0 > 0.0
    {
        // Rounding at the end of the range: the bound is exact, so the maximum is here.
        maxima.push(falling_root(last, last * 4.0 + least, -least, None, at));
    }
    match maxima.as_slice() {
        [] => 0.0,
        [only] => *only,
        several => {
            several
                .iter()
                .map(|tau2| (*tau2, log_likelihood(problem, *tau2, likelihood)))
                .fold((0.0, f64::NEG_INFINITY), |best, next| {
                    if next.1 > best.1 { next } else { best }
                })
                .0
        }
    }
}
