//! Tests of Hardy-Weinberg equilibrium: χ², χ² with correction of continuity, exact.

use crate::pool::dist::chi2_above;
use crate::pool::math::{exp, ln, ln_gamma};

/// The three p-values of genotype counts; nothing where one allele is absent or counts are no counts.
pub(super) fn p_values(aa: f64, ab: f64, bb: f64) -> Option<[f64; 3]> {
    let n = aa + ab + bb;
    let whole = [aa, ab, bb]
        .iter()
        .all(|x| *x >= 0.0 && (x - x.round()).abs() < 1e-9);
    if n < 1.0 || !whole || n > 1e6 {
        return None;
    }
    let p = (2.0 * aa + ab) / (2.0 * n);
    let expected = [
        n * p * p,
        2.0 * n * p * (1.0 - p),
        n * (1.0 - p) * (1.0 - p),
    ];
    if expected.iter().any(|e| *e <= 0.0) {
        return None;
    }
    let chi2 = |correction: f64| -> f64 {
        [aa, ab, bb]
            .iter()
            .zip(expected)
            .map(|(o, e)| {
                let off = ((o - e).abs() - correction).max(0.0);
                off * off / e
            })
            .sum()
    };
    Some([
        chi2_above(chi2(0.0), 1.0),
        chi2_above(chi2(0.5), 1.0),
        exact(aa, ab, bb),
    ])
}

/// The probability of heterozygote counts that are no likelier than the observed one (Wigginton et al. 2005).
fn exact(aa: f64, ab: f64, bb: f64) -> f64 {
    let n = aa + ab + bb;
    let rare = (2.0 * aa + ab).min(2.0 * bb + ab);
    let log = |het: f64| {
        let homs = (rare - het) / 2.0;
        let others = n - het - homs;
        het * ln(2.0) - ln_gamma(het + 1.0) - ln_gamma(homs + 1.0) - ln_gamma(others + 1.0)
    };
    let observed = log(ab);
    let (mut all, mut tail) = (0.0, 0.0);
    let mut het = rare % 2.0;
    while het <= rare {
        let weight = exp(log(het) - observed);
        all += weight;
        if weight <= 1.0 + 1e-9 {
            tail += weight;
        }
        het += 2.0;
    }
    (tail / all).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_in_equilibrium_have_p_1() {
        let [plain, _, exact] = p_values(25.0, 50.0, 25.0).unwrap();
        assert!((plain - 1.0).abs() < 1e-9 && (exact - 1.0).abs() < 1e-9);
        assert_eq!(p_values(10.0, 0.0, 0.0), None);
    }

    #[test]
    fn counts_out_of_equilibrium_have_a_small_p() {
        let [plain, corrected, exact] = p_values(120.0, 40.0, 40.0).unwrap();
        assert!(plain < 1e-6 && corrected < 1e-6 && exact < 1e-6);
    }
}
