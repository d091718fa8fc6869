//! Medians with their limits, and standard deviations.

use super::{Code, Finding};
use crate::extract::Cell;
use std::cmp::Ordering;

pub(super) fn check(cell: &Cell) -> Vec<Finding> {
    let value = &cell.value;
    let mut found = Vec::new();
    let mut keep = |code, column, message| found.push(Finding::new(code, column, cell, message));
    if let Some(sd) = value.sd.as_ref().filter(|sd| sd.is_negative()) {
        let message = format!("the standard deviation {sd} is negative");
        keep(Code::SdNegative, "sd", message);
    }
    if let Some(sd) = value.sd.as_ref().filter(|sd| sd.value() == 0.0) {
        let message = format!("the standard deviation {sd} says that nobody differs from the mean");
        keep(Code::SdZero, "sd", message);
    }
    let measured = value.mean.is_some() || value.median.is_some() || value.sd.is_some();
    match value.n {
        Some(0) if measured => {
            let message = "0 participants have no mean, median or standard deviation".to_owned();
            keep(Code::NobodyMeasured, "n", message);
        }
        Some(1) if value.sd.as_ref().is_some_and(|sd| sd.value() > 0.0) => {
            let message = "one participant has no standard deviation".to_owned();
            keep(Code::NobodyMeasured, "n", message);
        }
        _ => {}
    }
    let (Some(low), Some(high)) = (&value.low, &value.high) else {
        if let (Some(limit), _) | (None, Some(limit)) = (&value.low, &value.high)
            && value.median.is_none()
        {
            let message = format!("the limit {limit} stands alone, without median or other limit");
            keep(Code::IntervalIncomplete, "median", message);
        }
        return found;
    };
    if low.compare(high) == Ordering::Greater {
        let message = format!("the lower limit {low} is above the upper limit {high}");
        keep(Code::LimitsReversed, "low", message);
        return found;
    }
    if let Some(median) = &value.median {
        let (least, most) = median.rounding();
        if most <= low.rounding().0 || least >= high.rounding().1 {
            let message = format!("the median {median} lies outside {low} to {high}");
            keep(Code::MedianOutside, "median", message);
        }
    }
    if value.spread.is_none() {
        let message = format!(
            "nothing says what {low} to {high} is: write range, IQR or CI in the column `spread`"
        );
        keep(Code::SpreadUnnamed, "spread", message);
    }
    found
}
