//! An effect and its confidence interval: complete, in order, around its estimate, at its level.
//!
//! The centre of an interval is √(lo·hi) for a ratio and (lo+hi)/2 for a difference. It is held
//! against the estimate as boxes of rounding.

use super::{Code, Finding};
use crate::extract::{Cell, Decimal};
use std::cmp::Ordering;

/// Measures that are ratios: their intervals are symmetric on the logarithm.
const RATIOS: [&str; 7] = ["RR", "OR", "HR", "IRR", "PETO", "ROM", "SHR"];

pub(crate) fn is_ratio(measure: &str) -> bool {
    RATIOS.iter().any(|one| one.eq_ignore_ascii_case(measure))
}

pub(super) fn check(cell: &Cell) -> Vec<Finding> {
    let value = &cell.value;
    let mut found = level(cell);
    let mut keep = |code, column, message| found.push(Finding::new(code, column, cell, message));
    let limits = (&value.ci_low, &value.ci_high);
    let Some(estimate) = &value.effect else {
        if let (Some(limit), _) | (None, Some(limit)) = limits {
            let message = format!("an interval with the limit {limit} and no estimate");
            keep(Code::IntervalIncomplete, "effect", message);
        }
        return found;
    };
    let Some(measure) = value.measure.as_deref() else {
        let message = format!("the effect {estimate} has no measure, such as HR or RR");
        keep(Code::MeasureMissing, "measure", message);
        return found;
    };
    let ratio = is_ratio(measure);
    let numbers = [
        ("effect", Some(estimate)),
        ("ci_low", limits.0.as_ref()),
        ("ci_high", limits.1.as_ref()),
    ];
    for (column, number) in numbers {
        // A lower limit may be printed as 0.00; a ratio of nothing may not.
        let Some(number) = number.filter(|_| ratio) else {
            continue;
        };
        if number.rounding().1 <= 0.0 || number.units() == 0 && column != "ci_low" {
            let message = format!("a {measure} is above zero, and {number} is not");
            keep(Code::RatioNotPositive, column, message);
            return found;
        }
    }
    let (low, high) = match limits {
        (Some(low), Some(high)) => (low, high),
        (None, None) => return found,
        (Some(limit), None) | (None, Some(limit)) => {
            let column = if value.ci_low.is_none() {
                "ci_low"
            } else {
                "ci_high"
            };
            let message = format!("the interval of {measure} {estimate} has one limit, {limit}");
            keep(Code::IntervalIncomplete, column, message);
            return found;
        }
    };
    if low.compare(high) == Ordering::Greater {
        let message = format!("the lower limit {low} is above the upper limit {high}");
        keep(Code::LimitsReversed, "ci_low", message);
        return found;
    }
    let (least, most) = estimate.rounding();
    // Boxes that only touch do not meet: one number would have to be rounded both ways.
    if most <= low.rounding().0 || least >= high.rounding().1 {
        let message = format!("{measure} {estimate} lies outside its interval {low} to {high}");
        keep(Code::EstimateOutside, "effect", message);
        return found;
    }
    if let Some(message) = asymmetry(measure, estimate, low, high) {
        keep(Code::IntervalAsymmetric, "effect", message);
    }
    found
}

/// What to say where the estimate cannot be the centre of its interval.
fn asymmetry(measure: &str, estimate: &Decimal, low: &Decimal, high: &Decimal) -> Option<String> {
    let (of_low, of_high) = (low.rounding(), high.rounding());
    let natural = (
        f64::midpoint(of_low.0, of_high.0),
        f64::midpoint(of_low.1, of_high.1),
    );
    // A lower limit that rounds to zero may be as small as one likes on the logarithm.
    let log = (
        (of_low.0.max(0.0) * of_high.0).sqrt(),
        (of_low.1.max(0.0) * of_high.1).sqrt(),
    );
    let holds = |(least, most): (f64, f64)| {
        let (from, to) = estimate.rounding();
        // Products of decimals are not exact: a hair's breadth is not an alarm.
        let slack = 1e-9 * to.abs().max(from.abs());
        least <= to + slack && most >= from - slack
    };
    let ratio = is_ratio(measure);
    let (own, other) = if ratio {
        (log, natural)
    } else {
        (natural, log)
    };
    if holds(own) {
        return None;
    }
    let places = usize::try_from(estimate.decimals()).unwrap_or_default() + 1;
    let (own_scale, other_scale) = if ratio {
        ("logarithmic", "natural")
    } else {
        ("natural", "logarithmic")
    };
    let (low_value, high_value) = (low.value(), high.value());
    let centre = if ratio {
        (low_value.max(0.0) * high_value).sqrt()
    } else {
        f64::midpoint(low_value, high_value)
    };
    let message = format!(
        "{measure} {estimate} is not the centre of {low} to {high} on the {own_scale} scale, \
         which is {centre:.places$}"
    );
    // The other scale says something about positive numbers only.
    if holds(other) && low_value > 0.0 {
        return Some(format!("{message}; on the {other_scale} scale it is"));
    }
    Some(message)
}

fn level(cell: &Cell) -> Vec<Finding> {
    let value = &cell.value;
    let keep = |code, message| vec![Finding::new(code, "ci_level", cell, message)];
    let limits = value.ci_low.is_some() && value.ci_high.is_some();
    let of_median = value.spread == Some(crate::extract::Spread::Ci);
    let Some(level) = &value.ci_level else {
        if limits || of_median {
            let message = "the interval has no level; 95 % is assumed".to_owned();
            return keep(Code::LevelMissing, message);
        }
        return Vec::new();
    };
    let number = level.value();
    if number > 0.0 && number <= 1.0 {
        let per_cent = format!("{:.4}", number * 100.0);
        let per_cent = per_cent.trim_end_matches('0').trim_end_matches('.');
        let message = format!("the level {level} is a fraction; in per cent it is {per_cent}");
        return keep(Code::LevelFraction, message);
    }
    if number <= 50.0 || number >= 100.0 {
        let message = format!("the level {level} % is not between 50 and 100");
        return keep(Code::LevelRange, message);
    }
    Vec::new()
}
