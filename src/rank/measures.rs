//! What an order of reading is worth, when it is known which reports were relevant.
//!
//! Priors are left out: n and r count the other records. With k(x) the number of records read when
//! at least ⌈x · r⌉ relevant ones are found:
//!
//! - WSS@95, the work saved over reading at random (Cohen and others, JAMIA 2006;13:206):
//!   (n − k(0.95)) / n − 0.05; WSS@100 is (n − k(1)) / n
//! - RRF@10, relevant records found within the first tenth, ⌊n / 10⌋
//! - ATD, the mean rank of a relevant record (Ferdinands and others, Syst Rev 2023;12:100)
//! - loss, (best area − area) / (best − worst) under the recall curve: 0 is perfect, 1 the worst, 0.5 no
//!   order at all

use super::count;

/// The figures of one order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measures {
    /// Records, without priors.
    pub n: usize,
    /// Relevant ones among them.
    pub relevant: usize,
    /// The figures; none where no record or every record is relevant.
    pub figures: Option<Figures>,
}

/// The figures where some records are relevant and some are not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Work saved over sampling at 95 % recall.
    pub wss95: f64,
    /// Work saved when the last relevant record is found.
    pub wss100: f64,
    /// Share of the relevant records within the first tenth.
    pub rrf10: f64,
    /// Mean rank of a relevant record.
    pub atd: f64,
    /// That rank as a share of n.
    pub atd_frac: f64,
    /// Normalised area above the recall curve.
    pub loss: f64,
    /// Records read to find 95 % of the relevant ones.
    pub records_to_95: usize,
    /// Records read to find all.
    pub records_to_100: usize,
}

/// The figures of labels in the order of reading, priors left out.
///
/// ```
/// use perennial::rank::measures::measure;
/// // Two relevant records among ten, read first and fourth.
/// let mut labels = [false; 10];
/// labels[0] = true;
/// labels[3] = true;
/// let figures = measure(&labels).figures.unwrap();
/// assert_eq!(figures.records_to_95, 4);
/// assert!((figures.wss95 - 0.55).abs() < 1e-12 && (figures.atd - 2.5).abs() < 1e-12);
/// // The curve lacks 2 of the 16 squares between the best and the worst.
/// assert!((figures.loss - 0.125).abs() < 1e-12);
/// ```
pub fn measure(labels: &[bool]) -> Measures {
    let n = labels.len();
    let ranks: Vec<usize> = labels
        .iter()
        .enumerate()
        .filter(|(_, relevant)| **relevant)
        .map(|(at, _)| at + 1)
        .collect();
    let relevant = ranks.len();
    let figures = (relevant > 0 && relevant < n).then(|| figures(n, &ranks));
    Measures {
        n,
        relevant,
        figures,
    }
}

fn figures(n: usize, ranks: &[usize]) -> Figures {
    let (all, r) = (count(n), count(ranks.len()));
    // ⌈95 r / 100⌉ in whole numbers; the first relevant record at least.
    let most = (95 * ranks.len()).div_ceil(100).max(1);
    let records_to_95 = ranks.get(most - 1).copied().unwrap_or(n);
    let records_to_100 = ranks.last().copied().unwrap_or(n);
    let sum: f64 = ranks.iter().map(|rank| count(*rank)).sum();
    let early = ranks.iter().filter(|rank| **rank <= n / 10).count();
    let area = r * (all + 1.0) - sum;
    let best = r * (all - (r - 1.0) / 2.0);
    Figures {
        wss95: (all - count(records_to_95)) / all - 0.05,
        wss100: (all - count(records_to_100)) / all,
        rrf10: count(early) / r,
        atd: sum / r,
        atd_frac: sum / r / all,
        loss: (best - area) / (r * (all - r)),
        records_to_95,
        records_to_100,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_order_loses_nothing_and_the_worst_all() {
        let best = [true, true, false, false, false];
        let worst = [false, false, false, true, true];
        let loss = |labels: &[bool]| measure(labels).figures.unwrap().loss;
        assert!(loss(&best).abs() < 1e-15);
        assert!((loss(&worst) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn ninety_five_in_a_hundred_is_counted_in_whole_numbers() {
        // 0.95 · 20 is 19, however it is rounded.
        let mut labels = vec![true; 20];
        labels.extend([false; 5]);
        assert_eq!(measure(&labels).figures.unwrap().records_to_95, 19);
        let one = [false, true, false];
        assert_eq!(measure(&one).figures.unwrap().records_to_95, 2);
    }

    #[test]
    fn nothing_relevant_has_no_figures() {
        for labels in [vec![], vec![false; 3], vec![true; 2]] {
            assert_eq!(measure(&labels).figures, None);
        }
    }
}
