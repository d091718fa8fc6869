//! Numbers as figures, pages and tables write them: effects by [`Digits`], percentages, weights and I²
//! with one decimal, τ² with three, P with three or `< 0.001`, a true minus sign.

pub use crate::pool::digits::{Digits, fixed, given};

/// `P = 0.081`, `P < 0.001`.
///
/// ```
/// use perennial::plot::words::p_value;
/// assert_eq!(p_value(0.0812), "P = 0.081");
/// assert_eq!(p_value(0.0002), "P < 0.001");
/// ```
pub fn p_value(p: f64) -> String {
    if p < 0.001 {
        "P < 0.001".to_owned()
    } else {
        format!("P = {}", fixed(p, 3))
    }
}

/// A number on an axis: as few decimals as say it exactly, four at most; what four would hide and
/// what has many digits is written as a power of ten.
///
/// ```
/// use perennial::plot::words::tick;
/// assert_eq!([0.0, 1.5, 0.00002, 3e8].map(tick), ["0", "1.5", "0.00002", "3e8"]);
/// ```
pub fn tick(value: f64) -> String {
    let size = value.abs();
    if size > 0.0 && size < 1e-3 {
        return plain(value);
    }
    if size >= 1e7 {
        return format!("{value:e}").replace('-', "\u{2212}");
    }
    let text = fixed(value, 4);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A number with as many decimals as say it, to twelve digits; powers of ten below a millionth.
///
/// ```
/// use perennial::plot::words::plain;
/// assert_eq!(plain(3.0 * 0.1), "0.3");
/// assert_eq!(plain(0.00005), "0.00005");
/// assert_eq!(plain(2e-9), "2e\u{2212}9");
/// ```
pub fn plain(value: f64) -> String {
    let rounded: f64 = format!("{value:.11e}").parse().unwrap_or(value);
    let small = rounded != 0.0 && rounded.abs() < 1e-6;
    let text = if small {
        format!("{rounded:e}")
    } else {
        format!("{rounded}")
    };
    text.replace('-', "\u{2212}")
}
