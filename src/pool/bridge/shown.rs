//! Parts rounded so that what is printed adds up.

use crate::pool::math::pow;

/// Rounded parts and their rounded total, in integers of the last digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    decimals: u32,
    /// The total, in units of the last digit shown.
    pub total: i128,
    /// The parts; their sum is the total.
    pub parts: Vec<i128>,
}

/// More decimals than a double has to give are not shown.
const MOST: u32 = 12;

impl Shown {
    pub(super) fn new(total: f64, parts: &[f64], decimals: u32) -> Self {
        let decimals = decimals.min(MOST);
        let unit = pow(10.0, f64::from(decimals));
        let total = whole((total * unit).round());
        let scaled: Vec<f64> = parts.iter().map(|part| part * unit).collect();
        Self {
            decimals,
            total,
            parts: spread(total, &scaled),
        }
    }

    /// The total as text, with its sign: `+0.0088`, `−0.0332`, `0.0000`.
    pub fn total_text(&self) -> String {
        self.text(self.total)
    }

    /// The parts as text, with their signs.
    pub fn parts_text(&self) -> Vec<String> {
        self.parts.iter().map(|part| self.text(*part)).collect()
    }

    /// The sum written out: `−0.0332 + 0.0017 + 0.0403 = +0.0088`; nothing without parts.
    pub fn sum_text(&self) -> Option<String> {
        let (first, rest) = self.parts.split_first()?;
        let mut out = self.text(*first);
        for part in rest {
            out.push_str(if *part < 0 { " \u{2212} " } else { " + " });
            out.push_str(&self.digits(*part));
        }
        Some(format!("{out} = {}", self.total_text()))
    }

    fn text(&self, units: i128) -> String {
        let sign = match units.signum() {
            1 => "+",
            -1 => "\u{2212}",
            _ => "",
        };
        format!("{sign}{}", self.digits(units))
    }

    fn digits(&self, units: i128) -> String {
        let size = units.unsigned_abs();
        if self.decimals == 0 {
            return size.to_string();
        }
        let ten = 10_u128.pow(self.decimals);
        let places = usize::try_from(self.decimals).unwrap_or(0);
        format!("{}.{:0places$}", size / ten, size % ten)
    }
}

/// Whole units next to `scaled` that add up to `total`: the largest remainders are rounded up.
fn spread(total: i128, scaled: &[f64]) -> Vec<i128> {
    let mut units: Vec<i128> = scaled.iter().map(|part| whole(part.floor())).collect();
    let missing = total - units.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..scaled.len()).collect();
    let remainder = |at: &usize| scaled.get(*at).map_or(0.0, |part| part - part.floor());
    order.sort_by(|a, b| remainder(b).total_cmp(&remainder(a)));
    // Beyond what a double holds, rounding may miss by more than one unit each.
    let Ok(parts) = i128::try_from(units.len()) else {
        return units;
    };
    if parts == 0 {
        return units;
    }
    let (each, mut more) = (missing.div_euclid(parts), missing.rem_euclid(parts));
    for at in order {
        if let Some(unit) = units.get_mut(at) {
            *unit += each + i128::from(more > 0);
            more -= 1;
        }
    }
    units
}

/// A number without a fraction as an integer; what is none is 0.
#[expect(
    clippy::cast_possible_truncation,
    reason = "no fraction; beyond the integers it is cut, which no estimate is"
)]
fn whole(value: f64) -> i128 {
    value as i128
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_that_round_to_another_total_are_made_to_add_up() {
        // Each rounds to 0.0000, their sum to 0.0001.
        let shown = Shown::new(0.00012, &[0.00004, 0.00004, 0.00004], 4);
        assert_eq!(shown.total_text(), "+0.0001");
        assert_eq!(shown.parts, [1, 0, 0]);
        // The bridge of the response rate.
        let parts = [-0.033_16, 0.001_67, 0.040_29];
        let shown = Shown::new(parts.iter().sum(), &parts, 4);
        assert_eq!(
            shown.sum_text().unwrap(),
            "\u{2212}0.0332 + 0.0017 + 0.0403 = +0.0088"
        );
        assert_eq!(Shown::new(0.0, &[], 4).total_text(), "0.0000");
        assert_eq!(
            Shown::new(-1234.5, &[-1234.5], 0).parts_text(),
            ["\u{2212}1235"]
        );
    }

    #[test]
    fn a_part_of_nothing_stays_nothing() {
        let shown = Shown::new(0.00016, &[0.0, 0.00008, 0.00008, 0.0], 4);
        assert_eq!(shown.parts, [0, 1, 1, 0]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn shown_parts_add_up_and_are_off_by_less_than_a_unit(
            parts in proptest::collection::vec(-3.0_f64..3.0, 1..9),
            decimals in 0_u32..7,
        ) {
            let total: f64 = parts.iter().sum();
            let shown = Shown::new(total, &parts, decimals);
            prop_assert_eq!(shown.parts.iter().sum::<i128>(), shown.total);
            let unit = 10_f64.powi(i32::try_from(decimals).unwrap());
            for (part, units) in parts.iter().zip(&shown.parts) {
                let units: f64 = units.to_string().parse().unwrap();
                prop_assert!((part * unit - units).abs() < 1.0 + 1e-6);
            }
        }
    }
}
