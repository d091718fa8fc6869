//! Which counts a printed percentage allows, in whole numbers.

use crate::extract::{Cell, Decimal};

/// The least and the greatest count of `n` that give the percentage; `None` where no count does.
///
/// k fits if 100·k/n lies within half a unit of the last printed digit. The ends belong to it:
/// whoever printed the number may have rounded either way.
pub(super) fn counts(percent: &Decimal, n: u64) -> Option<(u64, u64)> {
    let n = i128::from(n);
    let unit = 10_i128.checked_pow(percent.decimals())?;
    let twice = i128::from(percent.units()) * 2;
    // (2p - 1)·n ≤ 200·unit·k ≤ (2p + 1)·n, with p in units of the last digit.
    let least = ceiling((twice - 1) * n, 200 * unit).max(0);
    let most = ((twice + 1) * n).div_euclid(200 * unit).min(n);
    if least > most {
        return None;
    }
    Some((u64::try_from(least).ok()?, u64::try_from(most).ok()?))
}

fn ceiling(a: i128, b: i128) -> i128 {
    -(-a).div_euclid(b)
}

/// The range of events that a cell allows: its count, else what its percentage of n allows.
pub(super) fn range(cell: &Cell) -> Option<(u64, u64)> {
    let value = &cell.value;
    if let Some(events) = value.events {
        return Some((events, events));
    }
    counts(value.percent.as_ref()?, value.n?)
}

/// 100·k/n as a percentage with so many decimals, for a message.
pub(super) fn shown(k: u64, n: u64, decimals: u32) -> String {
    let places = usize::try_from(decimals).unwrap_or_default();
    format!("{:.places$} %", share(k, n))
}

fn share(k: u64, n: u64) -> f64 {
    // Counts of participants are far below 2^32; more would only blur a message.
    let small = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    if n == 0 {
        0.0
    } else {
        100.0 * small(k) / small(n)
    }
}
