//! An estimate that is not the centre of its interval: how far off, and what would explain it.

use super::arithmetic::{centre, half_width, scaled};
use super::printed::{Printed, Span, short};
use crate::model::finding::{Finding, Severity};

/// How an estimate misses the centre of its interval.
#[derive(Debug, Clone)]
pub(super) struct Asymmetry {
    numbers: [Printed; 3],
    ratio: bool,
    /// The centre on the reader's scale.
    centre: Span,
    /// Whether it is the centre on the other scale.
    other: bool,
    /// Whether the gap is below 2 % of the half width, or goes away where digits are cut off.
    pub(super) slight: bool,
}

/// What the centre says of estimate, lower and upper limit; nothing where some value fits, or where the
/// numbers have no centre on that scale.
pub(super) fn of(numbers: [&Printed; 3], ratio: bool) -> Option<Asymmetry> {
    let [estimate, low, high] = numbers;
    if low.value > high.value {
        return None;
    }
    let scaled_estimate = scaled(estimate.span(), ratio)?;
    let middle = centre(low.span(), high.span(), ratio)?;
    let gap = scaled_estimate.gap(middle);
    if gap <= 0.0 || !gap.is_finite() {
        return None;
    }
    let half = half_width(low.span(), high.span(), ratio)?.middle();
    let cut = scaled(estimate.either(), ratio)?.meets(centre(low.either(), high.either(), ratio)?);
    let opposite = scaled(estimate.span(), !ratio)
        .zip(centre(low.span(), high.span(), !ratio))
        .is_some_and(|(x, c)| x.meets(c));
    let back = |span: Span| if ratio { span.exp() } else { span };
    Some(Asymmetry {
        numbers: [estimate.clone(), low.clone(), high.clone()],
        ratio,
        centre: back(middle),
        other: opposite && low.span().low > 0.0,
        slight: cut || gap < 0.02 * half,
    })
}

/// The same where the interval may be of several scales: nothing where it fits one of them.
pub(super) fn either(numbers: [&Printed; 3], scales: &[bool]) -> Option<Asymmetry> {
    let all: Option<Vec<Asymmetry>> = scales.iter().map(|ratio| of(numbers, *ratio)).collect();
    let all = all?;
    let slight = all.iter().position(|a| a.slight);
    all.into_iter().nth(slight.unwrap_or(0))
}

impl Asymmetry {
    /// The finding about it.
    pub(super) fn finding(&self, rule: &'static str, severity: Severity, place: String) -> Finding {
        let [estimate, low, high] = &self.numbers;
        let (kind, scale, others) = if self.ratio {
            ("geometric", "logarithmic", "raw")
        } else {
            ("arithmetic", "raw", "logarithmic")
        };
        let mut text = format!(
            "Inconsistent as printed: {estimate} ({low} to {high}) is not symmetric on the {scale} scale; the {kind} middle is {}.",
            self.centre.words()
        );
        if self.other {
            text.push_str(&format!(
                " It is symmetric on the {others} scale, as if pooled or drawn on the wrong one."
            ));
        } else if self.slight {
            text.push_str(" The gap is slight.");
        }
        // The third number that two others imply.
        let (e, a, b) = (estimate.value, low.value, high.value);
        let implied = if self.ratio {
            (a > 0.0).then(|| [e * e / b, e * e / a])
        } else {
            Some([2.0 * e - b, 2.0 * e - a])
        };
        let mut fits = format!("an estimate of {}", self.centre.words());
        // Only what would be an interval around the estimate.
        if let Some([lower, upper]) = implied {
            if lower < e && lower < b && (!self.ratio || lower > 0.0) {
                fits.push_str(&format!(", a lower limit of {}", short(lower)));
            }
            if upper > e && upper > a {
                fits.push_str(&format!(", an upper limit of {}", short(upper)));
            }
        }
        Finding::new(rule, severity, place, text)
            .number("estimate", estimate.text.as_str())
            .number("ci_lo", low.text.as_str())
            .number("ci_hi", high.text.as_str())
            .number("middle", super::arithmetic::number(self.centre))
            .fits(fits)
            .bar("printed interval", a, b)
            .bar("its middle", self.centre.low, self.centre.high)
            .bar(
                "printed estimate",
                estimate.span().low,
                estimate.span().high,
            )
    }
}
