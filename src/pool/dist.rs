//! Normal, chi-squared, t and F: tail probabilities and quantiles.
//!
//! Tails are computed as tails, never as 1 - cdf of a number near 1. The incomplete gamma and beta
//! functions are series and continued fractions (Abramowitz and Stegun 6.5.29, 6.5.31, 26.5.8) with
//! the leading term after Loader, "Fast and accurate computation of binomial probabilities" (2000):
//! deviance plus Stirling error, so that thousands of degrees of freedom lose no digits. Quantiles
//! start from a formula and are polished by Newton steps inside a bracket. Tested to 1e-13 against R.

mod memo;

use super::math::{PI, erfc, exp, ln, ln_1p, ln_gamma, pow};

/// ln √(2π)
const HALF_LN_2PI: f64 = 0.918_938_533_204_672_8;
const TINY: f64 = 1e-300;
const EPS: f64 = 1e-17;

/// The density of the standard normal distribution at `x`.
pub fn normal_density(x: f64) -> f64 {
    exp(-0.5 * x * x - HALF_LN_2PI)
}

/// P(Z ≤ x) for a standard normal Z.
///
/// ```
/// let p = perennial::pool::dist::normal_below(-1.959963984540054);
/// assert!((p - 0.025).abs() < 1e-15);
/// ```
pub fn normal_below(x: f64) -> f64 {
    0.5 * erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// P(|Z| ≥ |z|): the two-sided p-value of a z statistic.
pub fn normal_two_sided(z: f64) -> f64 {
    erfc(z.abs() * std::f64::consts::FRAC_1_SQRT_2)
}

/// The x with P(Z ≤ x) = `p`, for p between 0 and 1 (Odeh and Evans, "Algorithm AS 70:
/// the percentage points of the normal distribution", Applied Statistics 23 (1974), 96-97, made exact by
/// two Halley steps on [`normal_below`]).
///
/// ```
/// let z = perennial::pool::dist::normal_quantile(0.975);
/// assert!((z - 1.959963984540054).abs() < 1e-15);
/// ```
pub fn normal_quantile(p: f64) -> f64 {
    if p > 0.5 {
        return -normal_quantile_low(1.0 - p);
    }
    normal_quantile_low(p)
}

/// The z with P(|Z| ≥ z) = 1 − level.
pub fn normal_critical(level: f64) -> f64 {
    memo::remembered(memo::Which::Normal, level, 0.0, |level, _| {
        -normal_quantile_low(f64::midpoint(1.0, -level))
    })
}

fn normal_quantile_low(p: f64) -> f64 {
    if p >= 0.5 {
        return 0.0;
    }
    let mut x = odeh_evans(p);
    for _ in 0..2 {
        let off = (normal_below(x) - p) / normal_density(x);
        x -= off / (1.0 + 0.5 * x * off);
    }
    x
}

/// AS 70: the quantile of a `p` below one half, with an error of about 1.5e-8 down to p = 1e-20.
fn odeh_evans(p: f64) -> f64 {
    let y = (-2.0 * ln(p.max(TINY))).sqrt();
    let upper =
        (((y * 4.536_422_101_48e-5 + 0.020_423_121_024_5) * y + 0.342_242_088_547) * y + 1.0) * y
            + 0.322_232_431_088;
    let lower = (((y * 0.003_856_070_063_4 + 0.103_537_752_85) * y + 0.531_103_462_366) * y
        + 0.588_581_570_495)
        * y
        + 0.099_348_462_606;
    -(y - upper / lower)
}

/// P(χ² ≥ x) with `df` degrees of freedom.
///
/// ```
/// let p = perennial::pool::dist::chi2_above(163.1649151808, 12.0);
/// assert!((p / 1.18877259111069e-28 - 1.0).abs() < 1e-10); // Q of the BCG trials, log OR
/// ```
pub fn chi2_above(x: f64, df: f64) -> f64 {
    if x <= 0.0 || df <= 0.0 {
        return 1.0;
    }
    gamma_tails(0.5 * df, 0.5 * x).1
}

/// The x with P(χ² ≤ x) = `p`.
pub fn chi2_quantile(p: f64, df: f64) -> f64 {
    if p <= 0.0 || df <= 0.0 {
        return 0.0;
    }
    memo::remembered(memo::Which::Chi2, p, df, chi2_quantile_afresh)
}

fn chi2_quantile_afresh(p: f64, df: f64) -> f64 {
    let shape = 0.5 * df;
    // Wilson-Hilferty, or the leading term of the series where that is negative.
    let z = normal_quantile(p);
    let h = 2.0 / (9.0 * df);
    let cube = 1.0 - h + z * h.sqrt();
    let mut x = df * cube * cube * cube;
    if x < 0.3 * df || p < 0.01 {
        x = 2.0 * pow(p * shape * exp(ln_gamma(shape)), 1.0 / shape);
    }
    let (mut low, mut high) = (0.0, f64::INFINITY);
    for _ in 0..100 {
        if !(x > 0.0 && x.is_finite()) {
            x = if high.is_finite() {
                0.5 * (low + high)
            } else {
                df
            };
        }
        let (below, above) = gamma_tails(shape, 0.5 * x);
        let off = if p <= 0.5 {
            below - p
        } else {
            (1.0 - p) - above
        };
        if off > 0.0 {
            high = x;
        } else {
            low = x;
        }
        // Newton with the curvature of the density (Halley).
        let density = 0.5 * shape / (0.5 * x) * poisson_term(shape, 0.5 * x);
        let step = off / density.max(TINY);
        let bend = (shape - 1.0) / x - 0.5;
        let next = x - step / (1.0 - 0.5 * step * bend).clamp(0.5, 2.0);
        let next = if next > low && next < high {
            next
        } else if high.is_finite() {
            0.5 * (low + high)
        } else {
            2.0 * x
        };
        if (next - x).abs() <= 2e-16 * x {
            return next;
        }
        x = next;
    }
    x
}

/// P(|T| ≥ |t|) with `df` degrees of freedom.
///
/// ```
/// let p = perennial::pool::dist::t_two_sided(-3.99171415058976, 12.0);
/// assert!((p - 0.00178816519086827).abs() < 1e-15);
/// ```
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    let square = t * t;
    beta_tails(0.5 * df, 0.5, df / (df + square), square / (df + square)).0
}

/// The t with P(|T| ≥ t) = 1 − level.
pub fn t_critical(level: f64, df: f64) -> f64 {
    memo::remembered(memo::Which::T, level, df, t_critical_afresh)
}

fn t_critical_afresh(level: f64, df: f64) -> f64 {
    let p = 1.0 - level;
    let z = normal_critical(level);
    // Cornish-Fisher, an underestimate for few degrees of freedom: the tail is convex, so Newton
    // comes from below and cannot pass the root.
    let square = z * z;
    let mut t = z
        + z * (square + 1.0) / (4.0 * df)
        + z * ((5.0 * square + 16.0) * square + 3.0) / (96.0 * df * df);
    if df < 3.0 {
        t = z;
    }
    for _ in 0..200 {
        let off = t_two_sided(t, df) - p;
        let density = 2.0 * t_density(t, df);
        // Newton on the logarithm of the tail where it is far, plain where it is near.
        let tail = off + p;
        let step = if off.abs() > 0.1 * p {
            ln(tail / p) * tail / density
        } else {
            off / density
        };
        let next = (t + step).max(0.5 * t);
        if (next - t).abs() <= 2e-16 * t {
            return next;
        }
        t = next;
    }
    t
}

fn t_density(t: f64, df: f64) -> f64 {
    let half = f64::midpoint(df, 1.0);
    exp(ln_gamma(half) - ln_gamma(0.5 * df) - 0.5 * ln(PI * df) - half * ln_1p(t * t / df))
}

/// P(F ≥ f) with `df1` and `df2` degrees of freedom.
pub fn f_above(f: f64, df1: f64, df2: f64) -> f64 {
    if f <= 0.0 {
        return 1.0;
    }
    let sum = df2 + df1 * f;
    beta_tails(0.5 * df2, 0.5 * df1, df2 / sum, df1 * f / sum).0
}

/// P(G ≤ x) for a gamma distribution of `shape` and `scale`.
pub(crate) fn gamma_below(x: f64, shape: f64, scale: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    gamma_tails(shape, x / scale).0
}

/// The regularised incomplete gamma functions P(a, x) and Q(a, x).
#[expect(
    clippy::many_single_char_names,
    reason = "the letters of Lentz's method"
)]
fn gamma_tails(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x < a + 1.0 {
        let mut term = 1.0;
        let mut sum = 1.0;
        let mut n = a;
        for _ in 0..100_000 {
            n += 1.0;
            term *= x / n;
            sum += term;
            if term <= sum * EPS {
                break;
            }
        }
        let below = poisson_term(a, x) * sum;
        (below, 1.0 - below)
    } else {
        // Lentz's method on the continued fraction.
        let mut b = x + 1.0 - a;
        let mut c = 1.0 / TINY;
        let mut d = 1.0 / b;
        let mut h = d;
        let mut i = 0.0;
        for _ in 0..100_000 {
            i += 1.0;
            let an = -i * (i - a);
            b += 2.0;
            d = an * d + b;
            if d.abs() < TINY {
                d = TINY;
            }
            c = b + an / c;
            if c.abs() < TINY {
                c = TINY;
            }
            d = 1.0 / d;
            let change = d * c;
            h *= change;
            if (change - 1.0).abs() < 1e-16 {
                break;
            }
        }
        let above = a * poisson_term(a, x) * h;
        (1.0 - above, above)
    }
}

/// The regularised incomplete beta function I_x(a, b) and 1 − I_x(a, b), with y = 1 − x.
fn beta_tails(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    let front = a * b / (a + b) * binomial_term(a, b, x, y);
    if x < (a + 1.0) / (a + b + 2.0) {
        let low = front * beta_fraction(a, b, x) / a;
        (low, 1.0 - low)
    } else {
        let high = front * beta_fraction(b, a, y) / b;
        (1.0 - high, high)
    }
}

#[expect(
    clippy::many_single_char_names,
    reason = "the letters of Lentz's method"
)]
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let guard = |d: f64| if d.abs() < TINY { TINY } else { d };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    let mut m = 0.0;
    for _ in 0..100_000 {
        m += 1.0;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        let change = d * c;
        h *= change;
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    h
}

/// x^a e^-x / Γ(a+1).
fn poisson_term(a: f64, x: f64) -> f64 {
    exp(-stirling_error(a) - deviance(a, x)) / (2.0 * PI * a).sqrt()
}

/// Γ(a+b+1) / (Γ(a+1) Γ(b+1)) x^a y^b, with y = 1 − x.
#[expect(clippy::many_single_char_names, reason = "the letters of the formula")]
fn binomial_term(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    let log = stirling_error(n)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(a, n * x)
        - deviance(b, n * y);
    exp(log) / (2.0 * PI * a * b / n).sqrt()
}

/// ln Γ(n+1) less Stirling's formula.
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        return ln_gamma(n + 1.0) - (n + 0.5) * ln(n) + n - HALF_LN_2PI;
    }
    let s = 1.0 / (n * n);
    (1.0 / 12.0
        - s * (1.0 / 360.0
            - s * (1.0 / 1260.0 - s * (1.0 / 1680.0 - s * (1.0 / 1188.0 - s * 691.0 / 360_360.0)))))
        / n
}

/// a ln(a/x) + x − a, without cancellation where a is near x.
fn deviance(a: f64, x: f64) -> f64 {
    if (a - x).abs() < 0.1 * (a + x) {
        let v = (a - x) / (a + x);
        let mut sum = (a - x) * v;
        let mut term = 2.0 * a * v;
        let mut j = 1.0;
        for _ in 0..1000 {
            term *= v * v;
            j += 2.0;
            let next = sum + term / j;
            if (next - sum).abs() <= 0.0 {
                return next;
            }
            sum = next;
        }
        return sum;
    }
    a * ln(a / x) + x - a
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(got: f64, want: f64, tolerance: f64) {
        assert!(
            (got - want).abs() <= tolerance * want.abs(),
            "{got:e} is not {want:e}"
        );
    }

    /// R 4.2.2: `pnorm`, `qnorm`.
    #[test]
    fn normal_tails_and_quantiles_agree_with_r() {
        near(normal_below(-8.0), 6.220_960_574_271_784e-16, 1e-13);
        near(normal_two_sided(1.5), 0.133_614_402_537_715_6, 1e-14);
        near(normal_quantile(0.975), 1.959_963_984_540_054, 1e-15);
        near(normal_quantile(1e-10), -6.361_340_902_404_056, 1e-14);
        near(normal_critical(0.99), 2.575_829_303_548_901, 1e-15);
    }

    /// Odeh and Evans state an error of about 1.5e-8 for 1e-20 < p < 0.5; AS 241 would have 1e-16.
    #[test]
    fn the_start_of_the_normal_quantile_is_as_70_and_not_another_algorithm() {
        let mut largest: f64 = 0.0;
        let mut p = 0.499;
        while p > 1e-20 {
            largest = largest.max((odeh_evans(p) - normal_quantile_low(p)).abs());
            p *= 0.97;
        }
        assert!(largest < 1.51e-8 && largest > 1e-9, "{largest:e}");
    }

    #[test]
    fn tails_and_quantiles_agree_with_r() {
        for line in include_str!("dist/r_values.txt").lines().skip(1) {
            let mut words = line.split(' ');
            let name = words.next().unwrap();
            let numbers: Vec<f64> = words.map(|word| word.parse().unwrap()).collect();
            match (name, numbers.as_slice()) {
                ("chi2_above", [x, df, want]) => near(chi2_above(*x, *df), *want, 2e-13),
                ("chi2_quantile", [p, df, want]) => near(chi2_quantile(*p, *df), *want, 1e-13),
                ("t_two_sided", [t, df, want]) => near(t_two_sided(*t, *df), *want, 2e-13),
                ("t_critical", [level, df, want]) => near(t_critical(*level, *df), *want, 2e-13),
                ("f_above", [f, df1, df2, want]) => near(f_above(*f, *df1, *df2), *want, 2e-13),
                _ => panic!("{line}"),
            }
        }
    }
}
