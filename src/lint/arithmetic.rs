//! What printed numbers imply: standard errors, p-values, Q and its tail, over whole spans.

use super::printed::{Printed, Span};
use crate::model::finding::Number;
use crate::pool::dist::{
    chi2_above, chi2_quantile, normal_critical, normal_two_sided, t_critical, t_two_sided,
};

/// A whole number to calculate with.
pub fn real(n: i64) -> f64 {
    i32::try_from(n).map_or(f64::from(i32::MAX), f64::from)
}

/// A span as a number of a finding.
pub fn number(span: Span) -> Number {
    let end = |x: f64| x.is_finite().then_some(x);
    Number::Span([end(span.low), end(span.high)])
}

/// A printed percentage without its sign.
pub fn bare(printed: &Printed) -> &str {
    printed.text.trim_end_matches('%').trim_end()
}

/// A printed number on the scale of its interval: its logarithm where it is a ratio.
pub fn scaled(span: Span, ratio: bool) -> Option<Span> {
    if ratio { span.ln() } else { Some(span) }
}

/// The middle of an interval on its scale.
pub fn centre(low: Span, high: Span, ratio: bool) -> Option<Span> {
    Some((scaled(low, ratio)? + scaled(high, ratio)?).times(0.5))
}

/// Half the width of an interval on its scale, never below 0.
pub fn half_width(low: Span, high: Span, ratio: bool) -> Option<Span> {
    let half = (scaled(high, ratio)? - scaled(low, ratio)?).times(0.5);
    (half.high > 0.0).then(|| half.clip(0.0, f64::INFINITY))
}

/// The standard error that an interval implies, by the normal distribution.
pub fn se(low: Span, high: Span, ratio: bool, level: f64) -> Option<Span> {
    Some(half_width(low, high, ratio)?.times(1.0 / normal_critical(level)))
}

/// |estimate| over standard error, both over their spans.
pub fn statistic(estimate: Span, se: Span, ratio: bool) -> Option<Span> {
    let size = scaled(estimate, ratio)?.abs();
    let low = if se.high.is_finite() && se.high > 0.0 {
        size.low / se.high
    } else {
        0.0
    };
    let high = if se.low > 0.0 {
        size.high / se.low
    } else {
        f64::INFINITY
    };
    Some(Span { low, high })
}

/// The two-sided p-values of a span of z.
pub fn p_of_z(z: Span) -> Span {
    z.falling(|z| {
        if z.is_infinite() {
            0.0
        } else {
            normal_two_sided(z)
        }
    })
}

/// The two-sided p-values of a span of t.
pub fn p_of_t(t: Span, df: f64) -> Span {
    t.falling(|t| {
        if t.is_infinite() {
            0.0
        } else {
            t_two_sided(t, df)
        }
    })
}

/// The p-values that an estimate and its interval imply.
pub fn implied_p(numbers: [&Printed; 3], ratio: bool, level: f64) -> Option<Span> {
    let [estimate, low, high] = numbers;
    let se = se(low.span(), high.span(), ratio, level)?;
    Some(p_of_z(statistic(estimate.span(), se, ratio)?))
}

/// The same where the interval is of the t distribution.
pub fn implied_p_of_t(numbers: [&Printed; 3], ratio: bool, level: f64, df: f64) -> Option<Span> {
    if df < 1.0 {
        return None;
    }
    let [estimate, low, high] = numbers;
    let half = half_width(low.span(), high.span(), ratio)?;
    let se = half.times(1.0 / t_critical(level, df));
    Some(p_of_t(statistic(estimate.span(), se, ratio)?, df))
}

/// Cochran's Q of I² in per cent: df / (1 − I²); from 0 on where I² may be 0, since I² is cut off there.
pub fn q_of_i2(i2: Span, df: f64) -> Span {
    let q = |i2: f64| {
        if i2 >= 100.0 {
            f64::INFINITY
        } else {
            df / (1.0 - i2 / 100.0)
        }
    };
    Span {
        low: if i2.low <= 0.0 { 0.0 } else { q(i2.low) },
        high: q(i2.high),
    }
}

/// I² in per cent of Q.
pub fn i2_of_q(q: Span, df: f64) -> Span {
    q.rising(|q| {
        if q <= df {
            0.0
        } else if q.is_infinite() {
            100.0
        } else {
            100.0 * (q - df) / q
        }
    })
}

/// The tail of χ² over a span of Q.
pub fn p_of_q(q: Span, df: f64) -> Span {
    q.falling(|q| {
        if q <= 0.0 {
            1.0
        } else if q.is_infinite() {
            0.0
        } else {
            chi2_above(q, df)
        }
    })
}

/// The Q whose tail lies in a span.
pub fn q_of_p(p: Span, df: f64) -> Span {
    let q = |p: f64| {
        if p <= 0.0 {
            f64::INFINITY
        } else if p >= 1.0 {
            0.0
        } else {
            chi2_quantile(1.0 - p, df)
        }
    };
    p.falling(q)
}

/// How a printed p-value stands to the span that other numbers imply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// Some value fits both.
    Fits,
    /// Less is implied than the smallest p-value that such a table prints: `0.001` stands for less.
    Capped,
    /// It fits where its digits are cut off, or misses by less than half of its last digit.
    Cut,
    /// Nothing fits.
    Misses,
}

/// Compares a printed p-value with what is implied.
pub fn compare(printed: &Printed, implied: Span) -> Fit {
    let span = printed.probability();
    if span.meets(implied) {
        return Fit::Fits;
    }
    let smallest =
        printed.decimals >= 3 && (printed.value - printed.unit()).abs() < 1e-9 * printed.unit();
    if smallest && implied.high < span.low {
        return Fit::Capped;
    }
    if printed.cut().clip(0.0, 1.0).meets(implied) || span.gap(implied) < printed.half() * 0.5 {
        return Fit::Cut;
    }
    Fit::Misses
}

/// Whole numbers as a reader writes them: `5 or 6`, `9 to 199`, `none`.
pub fn list(numbers: &[i64]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut run: Option<(i64, i64)> = None;
    let close = |run: Option<(i64, i64)>, parts: &mut Vec<String>| match run {
        Some((a, b)) if a == b => parts.push(a.to_string()),
        Some((a, b)) if b == a + 1 => parts.extend([a.to_string(), b.to_string()]),
        Some((a, b)) => parts.push(format!("{a} to {b}")),
        None => {}
    };
    for n in numbers {
        run = match run {
            Some((a, b)) if *n == b + 1 => Some((a, *n)),
            other => {
                close(other, &mut parts);
                Some((*n, *n))
            }
        };
    }
    close(run, &mut parts);
    match parts.split_last() {
        None => "none".into(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_listed_as_runs() {
        assert_eq!(list(&[]), "none");
        assert_eq!(list(&[5, 6]), "5 or 6");
        assert_eq!(list(&[9, 10, 11, 20]), "9 to 11 or 20");
    }

    #[test]
    fn the_published_rows_imply_what_was_worked_out_by_hand() {
        let i2 = Printed::parse("77").unwrap().percent();
        let p = p_of_q(q_of_i2(i2, 2.0), 2.0);
        assert!((p.low - 0.0117).abs() < 5e-5 && (p.high - 0.0142).abs() < 5e-5);
        let zero = p_of_q(q_of_i2(Printed::parse("0").unwrap().percent(), 7.0), 7.0);
        assert!((zero.low - 0.425).abs() < 5e-4 && (zero.high - 1.0).abs() < 1e-12);
        let row = ["1.00", "0.73", "1.36"].map(|t| Printed::parse(t).unwrap());
        let p = implied_p([&row[0], &row[1], &row[2]], true, 0.95).unwrap();
        assert!((p.low - 0.974).abs() < 1e-3 && p.high > 0.9999);
    }
}
