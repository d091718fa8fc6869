//! Permutation tests (Follmann and Proschan 1999, Biometrics 55:732; Higgins and Thompson 2004,
//! Stat Med 23:1663).
//!
//! Without moderators the signs of the estimates are exchanged: every one of the 2^k ways up to 16
//! studies, else 10,000 drawn from the seed. With moderators the studies' moderators are exchanged:
//! every order up to 7 studies, else 2,000 drawn. The p-value is the share with a statistic at least
//! as large, the observed one among them.

use super::math::count;
use super::model::{How, inverse_variance};
use super::regression::{self, Design};
use super::result::Permutation;

/// Statistics that differ by less are the same, as metafor has it.
const SAME: f64 = 1.5e-8;
const EXACT_UP_TO: usize = 16;
const DRAWS: usize = 10_000;
const REGRESSION_EXACT_UP_TO: usize = 7;
const REGRESSION_DRAWS: usize = 2_000;

/// A small generator with a good mix (Steele 2014, SplitMix64).
struct Mix(u64);

impl Mix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % n).unwrap_or(0)
    }
}

/// The test of no effect.
pub(crate) fn signs(y: &[f64], v: &[f64], how: &How, seed: u64) -> Option<Permutation> {
    let observed = inverse_variance(y, v, how)?.stat?.abs();
    let mut flipped = y.to_vec();
    let mut at_least = 0_usize;
    let mut tried = 0_usize;
    let mut random = Mix(seed);
    let exact = y.len() <= EXACT_UP_TO;
    let rounds = if exact { 1_usize << y.len() } else { DRAWS };
    for round in 0..rounds {
        // The first way changes nothing, so the observed statistic is always among them.
        let mut bits = u64::try_from(round).unwrap_or(0);
        for (n, (flipped, y)) in flipped.iter_mut().zip(y).enumerate() {
            if !exact && round > 0 && n % 64 == 0 {
                bits = random.next();
            }
            *flipped = if (bits >> (n % 64)) & 1 == 1 { -y } else { *y };
        }
        let Some(stat) = inverse_variance(&flipped, v, how).and_then(|fit| fit.stat) else {
            continue;
        };
        tried += 1;
        if stat.abs() >= observed - SAME {
            at_least += 1;
        }
    }
    Some(Permutation {
        p: count(at_least) / count(tried),
        exact,
        n: tried,
        coefficients: Vec::new(),
    })
}

/// The test of the moderators, and of each coefficient.
pub(crate) fn moderators(
    y: &[f64],
    v: &[f64],
    design: &Design,
    how: &How,
    seed: u64,
) -> Option<Permutation> {
    let observed = regression::regress(y, v, design, how).ok()?;
    let mut shuffled = design.clone();
    let exact = y.len() <= REGRESSION_EXACT_UP_TO;
    let mut random = Mix(seed);
    let mut order: Vec<usize> = (0..y.len()).collect();
    let mut at_least = 0_usize;
    let mut by_term = vec![0_usize; observed.coefficients.len()];
    let mut tried = 0_usize;
    let mut more = true;
    while more {
        shuffled.x = order
            .iter()
            .filter_map(|n| design.x.get(*n).cloned())
            .collect();
        if let Ok(here) = regression::regress(y, v, &shuffled, how) {
            tried += 1;
            if here.qm >= observed.qm - SAME {
                at_least += 1;
            }
            let pairs = here.coefficients.iter().zip(&observed.coefficients);
            for (total, (here, observed)) in by_term.iter_mut().zip(pairs) {
                if here.stat.abs() >= observed.stat.abs() - SAME {
                    *total += 1;
                }
            }
        }
        more = if exact {
            next_order(&mut order)
        } else {
            for n in (1..order.len()).rev() {
                order.swap(n, random.below(n + 1));
            }
            tried < REGRESSION_DRAWS
        };
    }
    Some(Permutation {
        p: count(at_least) / count(tried),
        exact,
        n: tried,
        coefficients: by_term
            .into_iter()
            .map(|total| count(total) / count(tried))
            .collect(),
    })
}

/// The next order in the dictionary's sequence; false after the last.
fn next_order(order: &mut [usize]) -> bool {
    let Some(rise) = order
        .windows(2)
        .rposition(|pair| pair.first() < pair.last())
    else {
        return false;
    };
    let pivot = order.get(rise).copied();
    let Some(swap) = order.iter().rposition(|value| Some(*value) > pivot) else {
        return false;
    };
    order.swap(rise, swap);
    if let Some(rest) = order.get_mut(rise + 1..) {
        rest.reverse();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_comes_once() {
        let mut order = vec![0, 1, 2, 3];
        let mut seen = std::collections::BTreeSet::from([order.clone()]);
        while next_order(&mut order) {
            assert!(seen.insert(order.clone()));
        }
        assert_eq!(seen.len(), 24);
    }
}
