//! Elementary functions, from one pure-Rust implementation (`libm`), so that the same input gives
//! the same bytes on every platform; only the IEEE operations and the square root are the machine's.

/// π.
pub(crate) const PI: f64 = std::f64::consts::PI;

/// Natural logarithm, the same bits on every machine.
pub(crate) fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// Exponential function, the same bits on every machine.
pub(crate) fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Logarithm of 1 + x.
pub(crate) fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// Sine of an angle in radians, the same bits on every machine.
pub(crate) fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// Cosine of an angle in radians, the same bits on every machine.
pub(crate) fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// Arcsine in radians, the same bits on every machine.
pub(crate) fn asin(x: f64) -> f64 {
    libm::asin(x)
}

/// x to the power y.
pub(crate) fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// Logarithm of the gamma function, for positive x.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// Complementary error function.
pub(crate) fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

/// A number of things as a number to calculate with.
#[expect(
    clippy::cast_precision_loss,
    reason = "no review has 2^53 studies, and no trial that many people"
)]
pub(crate) fn count(n: usize) -> f64 {
    n as f64
}

/// Whether a number is exactly 0, as an empty cell of a table is.
pub(crate) fn is_zero(x: f64) -> bool {
    x.abs() <= 0.0
}

/// Whether two numbers are the same, as ties are.
pub(crate) fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 0.0
}

/// The sum of products of two lists of equal length.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The mean; 0 of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    values.iter().sum::<f64>() / count(values.len())
}

/// The median; nothing of nothing.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let high = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(high);
    }
    let low = *sorted.get((sorted.len() / 2).checked_sub(1)?)?;
    Some(f64::midpoint(low, high))
}

/// The number if it is finite, so that infinities and NaN become a named absence.
pub(crate) fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}
