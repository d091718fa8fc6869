//! Quantiles that were asked before: a batch asks for the same few thousands of times.
//!
//! A quantile depends on its arguments alone, so what is remembered is what would be computed.

use std::cell::RefCell;

/// The distribution whose quantile it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Normal,
    T,
    Chi2,
}

const PLACES: usize = 64;

type Entry = Option<(Which, u64, u64, f64)>;

thread_local! {
    static SEEN: RefCell<[Entry; PLACES]> = const { RefCell::new([None; PLACES]) };
}

/// The quantile, from memory where it is there.
pub(super) fn remembered(which: Which, p: f64, df: f64, compute: fn(f64, f64) -> f64) -> f64 {
    let (p_bits, df_bits) = (p.to_bits(), df.to_bits());
    let mixed =
        (p_bits ^ df_bits.rotate_left(17) ^ which as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let place = usize::try_from(mixed >> 58).unwrap_or(0);
    let known = SEEN.with_borrow(|seen| seen.get(place).copied().flatten());
    if let Some((known, known_p, known_df, value)) = known
        && known == which
        && known_p == p_bits
        && known_df == df_bits
    {
        return value;
    }
    // Computing may ask for another quantile, so nothing is borrowed meanwhile.
    let value = compute(p, df);
    SEEN.with_borrow_mut(|seen| {
        if let Some(entry) = seen.get_mut(place) {
            *entry = Some((which, p_bits, df_bits, value));
        }
    });
    value
}
