//! Counts and percentages of one cell.

use super::percent::{counts, shown};
use super::{Code, Finding};
use crate::extract::{Cell, Decimal};

pub(super) fn check(cell: &Cell) -> Vec<Finding> {
    let value = &cell.value;
    let mut found = Vec::new();
    let mut keep = |code, column, message| found.push(Finding::new(code, column, cell, message));
    if let (Some(events), Some(n)) = (value.events, value.n)
        && events > n
    {
        keep(
            Code::EventsExceedN,
            "events",
            format!("{events} events in {n} participants"),
        );
        return found;
    }
    let Some(percent) = &value.percent else {
        return found;
    };
    if percent.is_negative() || percent.value() > 100.0 {
        let message = format!("{percent} % is not between 0 and 100");
        keep(Code::PercentRange, "percent", message);
        return found;
    }
    let Some(n) = value.n.filter(|n| *n > 0) else {
        return found;
    };
    let fits = counts(percent, n);
    match (value.events, fits) {
        (_, None) => keep(Code::PercentImpossible, "percent", impossible(percent, n)),
        (Some(events), Some((least, most))) if events < least || events > most => {
            let is = shown(events, n, percent.decimals());
            let would = if least == most {
                least.to_string()
            } else {
                format!("{least} to {most}")
            };
            let message =
                format!("{events} of {n} is {is}, printed is {percent} %, which would be {would}");
            keep(Code::EventsPercent, "percent", message);
        }
        (_, Some(_)) => {}
    }
    found
}

/// Names the counts on either side, and says so where cutting off digits would explain it.
fn impossible(percent: &Decimal, n: u64) -> String {
    let mut message = format!("no count of {n} gives {percent} %");
    let decimals = percent.decimals();
    let unit = 10_i128.checked_pow(decimals).unwrap_or(1);
    let (units, all) = (i128::from(percent.units()), i128::from(n));
    // The greatest count at or below the percentage; the next one is above it.
    let Ok(below) = u64::try_from((units * all).div_euclid(100 * unit)) else {
        return message;
    };
    let at = |k: u64| format!("{k} is {}", shown(k, n, decimals));
    let above = below.saturating_add(1);
    if above > n {
        return format!("{message}: {}", at(below));
    }
    message = format!("{message}: {}, {}", at(below), at(above));
    if (100 * unit * i128::from(above)).div_euclid(all.max(1)) == units {
        message.push_str("; cutting digits off instead of rounding would give it");
    }
    message
}
