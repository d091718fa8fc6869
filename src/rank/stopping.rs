//! When reading on would find little: rules for stopping, and what they say of an order.
//!
//! [`buscar`] is the test of Callaghan and Müller-Hansen (Syst Rev 2020;9:273, doi
//! 10.1186/s13643-020-01521-4). Its null hypothesis is that the target, say 95 % of the relevant
//! records, is missed. Take the last s records read as drawn at random from all that were open before
//! them, N − (read − s), and let c of them be relevant, r of all read. Were the target missed, those
//! open would hold at least K = ⌊r / t + 1 − (r − c)⌋ relevant ones; p is the probability of c or fewer
//! among s by the hypergeometric distribution, and the smallest over all s counts. An order by rank finds
//! more than chance, so that the test is cautious. The minimum is over many looks and is not
//! corrected for them: p says how surprising the labels are, it guarantees nothing.
//!
//! [`in_a_row`] is the rule "so many irrelevant records one after the other", which misses its target
//! often: on the four public sets of this program's tests, 50 or 100 in a row missed 95 % in five of
//! eight. It is here to be shown with that.

use super::count;

/// The p of BUSCAR: that the share `target` of the relevant records among `n` is missed, after
/// records with these labels were read. None where it cannot be missed any more, or nothing was read.
///
/// ```
/// use perennial::rank::stopping::buscar;
/// // 4 relevant ones among the first 10 of 100, then 60 irrelevant ones.
/// let mut labels = vec![true, true, false, true, false, false, true, false, false, false];
/// labels.extend([false; 60]);
/// // Of the 93 open before the last 63, one at least is relevant, and none of the 63 was.
/// let p = buscar(&labels, 100, 0.95).unwrap();
/// assert!((p - 30.0 / 93.0).abs() < 1e-12);
/// ```
pub fn buscar(labels: &[bool], n: usize, target: f64) -> Option<f64> {
    Buscar::new(n).p(labels, target)
}

/// The same for many looks at one review: it keeps the logarithms of factorials.
#[derive(Debug, Clone)]
pub struct Buscar {
    n: usize,
    /// ln k! for every k up to n.
    factorials: Vec<f64>,
}

impl Buscar {
    /// For a review of `n` records.
    pub fn new(n: usize) -> Self {
        let mut factorials = Vec::with_capacity(n + 1);
        // Summed in two parts, so that the last digits are not lost in a long sum.
        let (mut sum, mut rest) = (0.0_f64, 0.0_f64);
        factorials.push(0.0);
        for k in 1..=n {
            let term = libm::log(count(k)) - rest;
            let next = sum + term;
            rest = (next - sum) - term;
            sum = next;
            factorials.push(sum);
        }
        Self { n, factorials }
    }

    /// p after records with these labels were read.
    pub fn p(&self, labels: &[bool], target: f64) -> Option<f64> {
        let read = labels.len();
        if read == 0 || read > self.n {
            return None;
        }
        let relevant = labels.iter().filter(|label| **label).count();
        let (mut least, mut found) = (f64::INFINITY, 0);
        for (before, label) in labels.iter().rev().enumerate() {
            let drawn = before + 1;
            found += usize::from(*label);
            let open = self.n - (read - drawn);
            let r = count(relevant);
            let hidden = whole((r / target + 1.0 - (r - count(found))).floor());
            if hidden > open {
                return None;
            }
            least = least.min(self.at_most(found, open, hidden, drawn));
        }
        Some(least)
    }

    /// P(X ≤ c) for the number of marked ones among `drawn` out of `open` with `marked` of them.
    fn at_most(&self, c: usize, open: usize, marked: usize, drawn: usize) -> f64 {
        let most = marked.min(drawn);
        let fewest = (marked + drawn).saturating_sub(open);
        if c >= most {
            return 1.0;
        }
        if c < fewest {
            return 0.0;
        }
        // The shorter side of the mode is summed, from its largest term on.
        let mean = count(marked) * count(drawn) / count(open);
        let (open, marked, drawn) = (count(open), count(marked), count(drawn));
        let down =
            |k: f64| k * (open - marked - drawn + k) / ((marked - k + 1.0) * (drawn - k + 1.0));
        if count(c) <= mean {
            let (mut term, mut k) = (self.exactly(c, open, marked, drawn), count(c));
            let mut sum = term;
            while k > count(fewest) && term > sum * 1e-17 {
                term *= down(k);
                k -= 1.0;
                sum += term;
            }
            return sum.min(1.0);
        }
        let mut k = count(c) + 1.0;
        let mut term = self.exactly(c + 1, open, marked, drawn);
        let mut sum = term;
        while k < count(most) && term > sum * 1e-17 {
            k += 1.0;
            term /= down(k);
            sum += term;
        }
        (1.0 - sum).max(0.0)
    }

    /// P(X = k).
    fn exactly(&self, k: usize, open: f64, marked: f64, drawn: f64) -> f64 {
        let ln = |n: f64| self.factorials.get(whole(n)).copied().unwrap_or(f64::NAN);
        let choose = |n: f64, k: f64| ln(n) - ln(k) - ln(n - k);
        let k = count(k);
        libm::exp(choose(marked, k) + choose(open - marked, drawn - k) - choose(open, drawn))
    }
}

/// A number that is whole and not negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sizes of reviews, floored, far below 2^53"
)]
fn whole(n: f64) -> usize {
    n.max(0.0) as usize
}

/// Where a rule would have stopped, and what share of all relevant records was found by then.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    /// Records read.
    pub records: usize,
    /// Share of the relevant ones among them.
    pub recall: f64,
}

/// Where BUSCAR with p < 1 − `confidence` would have stopped when looked at after every `step`
/// records; `labels` is the whole review in the order of reading.
pub fn buscar_stop(labels: &[bool], target: f64, confidence: f64, step: usize) -> Option<Stop> {
    let test = Buscar::new(labels.len());
    (1..=labels.len() / step.max(1))
        .map(|look| look * step.max(1))
        .find(|read| {
            let p = labels.get(..*read).and_then(|read| test.p(read, target));
            p.is_some_and(|p| p < 1.0 - confidence)
        })
        .and_then(|read| stop(labels, read))
}

/// Where so many irrelevant records one after the other would have ended the reading, once a relevant
/// one was found.
pub fn in_a_row(labels: &[bool], so_many: usize) -> Option<Stop> {
    let (mut row, mut found) = (0, false);
    for (at, relevant) in labels.iter().enumerate() {
        row = if *relevant { 0 } else { row + 1 };
        found |= *relevant;
        if found && row >= so_many {
            return stop(labels, at + 1);
        }
    }
    None
}

fn stop(labels: &[bool], records: usize) -> Option<Stop> {
    let relevant = |part: &[bool]| count(part.iter().filter(|label| **label).count());
    let all = relevant(labels);
    let part = labels.get(..records)?;
    (all > 0.0).then(|| Stop {
        records,
        recall: relevant(part) / all,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by its definition, with products of fractions instead of logarithms.
    fn by_hand(labels: &[bool], n: usize, target: f64) -> f64 {
        let r = count(labels.iter().filter(|l| **l).count());
        let mut least = f64::INFINITY;
        for s in 1..=labels.len() {
            let c = labels[labels.len() - s..].iter().filter(|l| **l).count();
            let open = n - (labels.len() - s);
            let hidden = whole((r / target + 1.0 - (r - count(c))).floor());
            let mut p = 0.0;
            for k in 0..=c.min(hidden) {
                // C(hidden, k) C(open − hidden, s − k) / C(open, s), term by term.
                if s < k || open - hidden < s - k {
                    continue;
                }
                let mut one = 1.0;
                for i in 0..s {
                    one *= count(i + 1) / count(open - i);
                }
                for i in 0..k {
                    one *= count(hidden - i) / count(i + 1);
                }
                for i in 0..s - k {
                    one *= count(open - hidden - i) / count(i + 1);
                }
                p += one;
            }
            least = least.min(p);
        }
        least
    }

    #[test]
    fn p_is_that_of_the_definition() {
        let mut dice = crate::rank::svm::Dice::new(7);
        for n in [30, 60, 90] {
            for part in [2, 3, 4] {
                let read = n * part / 5;
                let labels: Vec<bool> = (0..read)
                    .map(|at| dice.below(read) > 2 * at && dice.below(3) == 0)
                    .collect();
                for target in [0.8, 0.9, 0.95] {
                    let p = buscar(&labels, n, target).unwrap();
                    let other = by_hand(&labels, n, target);
                    assert!((p - other).abs() < 1e-9, "{n} {read} {target}: {p} {other}");
                }
            }
        }
    }

    #[test]
    fn a_target_that_cannot_be_missed_has_no_p() {
        let labels = [true, true, false, true];
        assert_eq!(buscar(&labels, 4, 0.95), None);
        assert_eq!(buscar(&[], 10, 0.95), None);
        assert!(buscar(&labels, 5, 0.95).is_some());
    }

    #[test]
    fn rules_stop_where_they_say() {
        let mut labels = vec![false; 400];
        for at in [0, 1, 2, 4, 7, 60] {
            labels[at] = true;
        }
        let stop = in_a_row(&labels, 50).unwrap();
        assert_eq!(stop.records, 58);
        assert!((stop.recall - 5.0 / 6.0).abs() < 1e-12);
        assert_eq!(in_a_row(&[false; 80], 50), None);
        let stop = buscar_stop(&labels, 0.95, 0.95, 20).unwrap();
        assert!(stop.records.is_multiple_of(20) && stop.records > 300 && stop.recall > 0.99);
    }
}
