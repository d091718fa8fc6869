//! How much of the evidence stands at which risk: shares in per cent that add up to 100.0.

use super::Rob;
use crate::model::Judgement;

/// One bar of the summary.
pub(super) struct Row {
    /// What it is of.
    pub(super) title: String,
    /// Whether it is the overall judgement.
    pub(super) overall: bool,
    /// The shares by rising risk, without those of nothing.
    pub(super) parts: Vec<(Judgement, f64)>,
}

/// The bars: every domain, then overall.
pub(super) fn rows(plot: &Rob) -> Vec<Row> {
    let weighted = plot.is_weighted();
    let weight = |n: usize| -> f64 {
        let own = plot.studies.get(n).and_then(|study| study.weight);
        if weighted { own.unwrap_or(0.0) } else { 1.0 }
    };
    let row = |title: String, overall: bool, judged: Vec<Option<Judgement>>| {
        let mut sums = [0.0; Judgement::ALL.len()];
        for (n, judgement) in judged.into_iter().enumerate() {
            // A cell that is not there is not assessed.
            let judgement = judgement.unwrap_or(Judgement::NotAssessed);
            for (sum, one) in sums.iter_mut().zip(Judgement::ALL) {
                if one == judgement {
                    *sum += weight(n);
                }
            }
        }
        let parts = Judgement::ALL.into_iter().zip(rounded(&sums));
        Row {
            title,
            overall,
            parts: parts.filter(|(_, share)| *share > 0.0).collect(),
        }
    };
    let mut out = Vec::new();
    for (n, domain) in plot.domains.iter().enumerate() {
        let judged = plot
            .studies
            .iter()
            .map(|study| study.domains.get(n).copied());
        out.push(row(domain.title(), false, judged.collect()));
    }
    if plot.has_overall() {
        let judged = plot.studies.iter().map(|study| study.overall);
        out.push(row("Overall".to_owned(), true, judged.collect()));
    }
    out
}

/// Sums as per cent with one decimal that add up to 100.0: tenths are cut off, and what is missing
/// goes to the largest rests.
fn rounded(sums: &[f64]) -> Vec<f64> {
    let total: f64 = sums.iter().sum();
    if total <= 0.0 {
        return vec![0.0; sums.len()];
    }
    // A whole that division left just below itself is whole.
    let tenths: Vec<f64> = sums.iter().map(|sum| 1000.0 * sum / total).collect();
    let mut whole: Vec<f64> = tenths.iter().map(|t| (t + 1e-9).floor()).collect();
    let mut order: Vec<usize> = (0..sums.len()).collect();
    let rest = |n: usize| match (tenths.get(n), whole.get(n)) {
        (Some(tenth), Some(cut)) => tenth - cut,
        _ => 0.0,
    };
    // Of equal rests the largest share, whose last digit is read, is rounded as it should be.
    let size = |n: usize| tenths.get(n).copied().unwrap_or_default();
    let exact = |n: usize| (rest(n) * 1e6).round();
    order.sort_by(|a, b| {
        let by_rest = exact(*b).total_cmp(&exact(*a));
        by_rest.then(size(*b).total_cmp(&size(*a)))
    });
    let mut missing = 1000.0 - whole.iter().sum::<f64>();
    for n in order {
        if missing < 0.5 {
            break;
        }
        if let Some(value) = whole.get_mut(n) {
            *value += 1.0;
            missing -= 1.0;
        }
    }
    whole.into_iter().map(|tenth| tenth / 10.0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_a_hundred() {
        assert_eq!(rounded(&[1.0, 1.0, 1.0]), [33.4, 33.3, 33.3]);
        assert_eq!(rounded(&[2.0, 0.0, 4.0, 1.0]), [28.6, 0.0, 57.1, 14.3]);
        assert_eq!(rounded(&[4.0, 1.0, 1.0]), [66.7, 16.7, 16.6]);
        assert_eq!(rounded(&[0.0, 5.0]), [0.0, 100.0]);
        assert_eq!(rounded(&[0.0, 0.0]), [0.0, 0.0]);
        for n in 1..40_u32 {
            let sums: Vec<f64> = (0..7).map(|at| f64::from(at * n % 11) * 0.37).collect();
            let total: f64 = rounded(&sums).iter().sum();
            assert!(sums.iter().sum::<f64>() <= 0.0 || (total - 100.0).abs() < 1e-9);
        }
    }
}
