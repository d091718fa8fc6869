//! The interval of Henmi and Copas (2010, Stat Med 29:2969): the common-effect estimate, which small
//! studies move least, with a random-effects interval that allows for τ² being estimated.

use super::dist::{gamma_below, normal_density};
use super::math::count;
use super::result::HenmiCopas;
use super::row::Level;
use super::solve::bisect;

/// The estimate and its interval; nothing below two studies.
pub(crate) fn henmi_copas(y: &[f64], v: &[f64], level: Level) -> Option<HenmiCopas> {
    let k = y.len();
    if k < 2 {
        return None;
    }
    let power = |n: i32| v.iter().map(|v| v.powi(-n)).sum::<f64>();
    let w1 = power(1);
    let (w2, w3, w4) = (power(2) / w1, power(3) / w1, power(4) / w1);
    let estimate = y.iter().zip(v).map(|(y, v)| y / v).sum::<f64>() / w1;
    let q: f64 = y
        .iter()
        .zip(v)
        .map(|(y, v)| (y - estimate) * (y - estimate) / v)
        .sum();
    let freedom = count(k) - 1.0;
    let tau2 = ((q - freedom) / (w1 - w2)).max(0.0);
    let ratio = 1.0 + tau2 * w2;
    let se = (ratio / w1).sqrt();
    let spread = ratio.sqrt();
    let (second, third) = (w3 - w2 * w2, w4 - 2.0 * w2 * w3 + w2 * w2 * w2);
    // Mean and variance of Q given R = r, section 3 of the paper.
    let moments = |r: f64| {
        let square = r * r / (ratio * ratio) - 1.0 / ratio;
        let mean = freedom + tau2 * (w1 - w2) + tau2 * tau2 * square * second;
        let bend = 1.0 / (ratio * ratio) - 2.0 * r * r / (ratio * ratio * ratio);
        let variance = 2.0 * freedom
            + 4.0 * tau2 * (w1 - w2)
            + 2.0 * tau2 * tau2 * (w1 * w2 - 2.0 * w3 + w2 * w2)
            + 4.0 * tau2 * tau2 * square * second
            + 4.0 * tau2 * tau2 * tau2 * square * third
            + 2.0 * tau2 * tau2 * tau2 * tau2 * bend * second * second;
        (mean, variance.max(1e-12 * mean * mean))
    };
    let integrand = |x: f64, r: f64| {
        let (mean, variance) = moments(spread * r);
        let f = r / x;
        let at = (w1 / w2 - 1.0) * (f * f - 1.0) + freedom;
        gamma_below(at, mean * mean / variance, variance / mean) * normal_density(r)
    };
    let alpha = 1.0 - level.fraction();
    let excess = |x: f64| simpson(x, x + 9.0, |r| integrand(x, r)) - 0.5 * alpha;
    // The tail falls as x grows; metafor looks between 0 and 2, large tau² needs less.
    let root = bisect_coarse(1e-6, 8.0, excess);
    let half = spread * root * se;
    Some(HenmiCopas {
        estimate,
        se,
        ci: [estimate - half, estimate + half],
        tau2,
    })
}

fn bisect_coarse(low: f64, high: f64, f: impl Fn(f64) -> f64) -> f64 {
    // 1e-9 is far below what the approximation itself is good for.
    let mut bounds = (low, high);
    let mut values = (f(low), f(high));
    for _ in 0..60 {
        if bounds.1 - bounds.0 < 1e-9 * bounds.1 {
            break;
        }
        let step = values.0 / (values.0 - values.1);
        let middle = if (0.02..0.98).contains(&step) {
            bounds.0 + step * (bounds.1 - bounds.0)
        } else {
            f64::midpoint(bounds.0, bounds.1)
        };
        let value = f(middle);
        if value > 0.0 {
            bounds.0 = middle;
            values = (value, values.1 * 0.5);
        } else {
            bounds.1 = middle;
            values = (values.0 * 0.5, value);
        }
    }
    if values.0 <= 0.0 {
        return bisect(low, high, f);
    }
    f64::midpoint(bounds.0, bounds.1)
}

/// Simpson's rule on 400 intervals.
fn simpson(from: f64, to: f64, f: impl Fn(f64) -> f64) -> f64 {
    let step = (to - from) / 400.0;
    let mut sum = f(from) + f(to);
    for n in 1..400_usize {
        let weight = if n % 2 == 1 { 4.0 } else { 2.0 };
        sum += weight * f(from + count(n) * step);
    }
    sum * step / 3.0
}
