//! Subgroups as they are printed: their precision, and the test between them.

use super::arithmetic;
use super::paper::{Paper, Pooled};
use super::printed::Span;
use crate::pool::dist::chi2_above;

/// The rows of `a|b|c`, all of them or nothing.
pub(super) fn rows<'a>(paper: &'a Paper, names: &str, near: &str) -> Option<Vec<&'a Pooled>> {
    let rows: Option<Vec<&Pooled>> = names
        .split('|')
        .map(|name| paper.pooled(name.trim(), near))
        .collect();
    rows.filter(|rows| rows.len() > 1)
}

/// 1/se² of a row, over the rounding of its limits.
pub(super) fn precision(row: &Pooled) -> Option<Span> {
    let (low, high) = (row.low.as_ref()?, row.high.as_ref()?);
    let se = arithmetic::se(low.span(), high.span(), row.is_ratio(), row.level())?;
    if se.low <= 0.0 || !se.high.is_finite() {
        return None;
    }
    Some(se.falling(|se| 1.0 / (se * se)))
}

/// The p-values of the test between rows: Q of their estimates about their weighted mean, over the
/// ends of every estimate and every precision.
pub(super) fn interaction(rows: &[&Pooled]) -> Option<Span> {
    let studies: Option<Vec<(Span, Span)>> = rows
        .iter()
        .map(|row| {
            let estimate = arithmetic::scaled(row.estimate.as_ref()?.span(), row.is_ratio())?;
            Some((estimate, precision(row)?))
        })
        .collect();
    let studies = studies?;
    let df = arithmetic::real(i64::try_from(studies.len()).ok()? - 1);
    let q = |at: &dyn Fn(usize, usize) -> bool| -> f64 {
        let values: Vec<(f64, f64)> = studies
            .iter()
            .enumerate()
            .map(|(n, (y, w))| {
                (
                    if at(n, 0) { y.high } else { y.low },
                    if at(n, 1) { w.high } else { w.low },
                )
            })
            .collect();
        let sum: f64 = values.iter().map(|(_, w)| w).sum();
        let mean = values.iter().map(|(y, w)| y * w).sum::<f64>() / sum;
        values
            .iter()
            .map(|(y, w)| w * (y - mean) * (y - mean))
            .sum()
    };
    // Every corner of the box where there are few subgroups; then the largest and smallest Q are found.
    let bits = (studies.len() * 2).min(14);
    let mut span: Option<Span> = None;
    for corner in 0_u32..(1 << bits) {
        let value = q(&|n, which| {
            let bit = n * 2 + which;
            bit < bits && corner & (1 << bit) != 0
        });
        let value = Span::point(value);
        span = Some(span.map_or(value, |s| s.hull(value)));
    }
    // Inside the box the estimates may all be equal.
    let shared = studies.iter().map(|(y, _)| *y).reduce(|a, b| Span {
        low: a.low.max(b.low),
        high: a.high.min(b.high),
    })?;
    let mut span = span?;
    if shared.low <= shared.high {
        span.low = 0.0;
    }
    Some(span.falling(|q| if q <= 0.0 { 1.0 } else { chi2_above(q, df) }))
}
