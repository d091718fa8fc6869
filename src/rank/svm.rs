//! A linear support vector machine that learns label by label.
//!
//! It minimises ½‖w‖² + ½b² + Σ cᵢ max(0, 1 − yᵢ(w·xᵢ + b))², with y = 1 for a relevant text and −1
//! for an irrelevant one. The weights cᵢ are C for relevant texts and C · n₁ / (9.8 n₀) for irrelevant
//! ones, scaled so that they sum to C · n (the balance of ASReview's ELAS u4).
//!
//! Dual coordinate descent (Hsieh and others, ICML 2008, doi 10.1145/1390156.1390208) goes through the labelled
//! texts in an order shuffled by a fixed seed, moves each αᵢ to its best value, and ends when the
//! gradients lie within the tolerance. It begins from the αs of the labels before. First the newest
//! text is fitted, then the αs of either class are scaled together to their best values: one new label
//! moves the others nearly in proportion, and that is the direction in which steps one by one are
//! slow.

use super::count;
use super::matrix::Matrix;

/// C of ELAS u4.
const C: f64 = 0.11;
/// How many times heavier the relevant texts are together.
const BALANCE: f64 = 9.8;

/// How exactly it learns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Precision {
    /// The widest range of gradients at the end.
    pub tolerance: f64,
    /// A gradient below this share of the tolerance moves nothing.
    pub still: f64,
}

impl Precision {
    /// As good as converged: closer changes no place among the first thousand of an order.
    pub const EXACT: Self = Self {
        tolerance: 3e-5,
        still: 0.01,
    };
    /// Quick: the figures of an order stay the same.
    pub const QUICK: Self = Self {
        tolerance: 1e-3,
        still: 0.1,
    };
}

/// More passes than any training has needed.
const PASSES: usize = 1_000;

/// What a machine knows, without the texts: it can go on from there.
#[derive(Debug, Clone)]
pub struct Learned {
    weights: Vec<f64>,
    bias: f64,
    known: Vec<Known>,
    order: Vec<usize>,
    dice: Dice,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    row: usize,
    relevant: bool,
    alpha: f64,
}

impl Known {
    fn sign(&self) -> f64 {
        if self.relevant { 1.0 } else { -1.0 }
    }
}

/// The machine: what it was told, and the weights it made of it.
#[derive(Debug, Clone)]
pub struct Svm<'a> {
    matrix: &'a Matrix,
    precision: Precision,
    weights: Vec<f64>,
    bias: f64,
    known: Vec<Known>,
    order: Vec<usize>,
    dice: Dice,
}

impl<'a> Svm<'a> {
    /// One that knows nothing.
    pub fn new(matrix: &'a Matrix, precision: Precision) -> Self {
        Self {
            matrix,
            precision,
            weights: vec![0.0; matrix.width()],
            bias: 0.0,
            known: Vec::new(),
            order: Vec::new(),
            dice: Dice::new(42),
        }
    }

    /// One that goes on from what another has learned of the same texts.
    pub fn resume(matrix: &'a Matrix, precision: Precision, from: Learned) -> Self {
        Self {
            matrix,
            precision,
            weights: from.weights,
            bias: from.bias,
            known: from.known,
            order: from.order,
            dice: from.dice,
        }
    }

    /// What it has learned.
    pub fn learned(self) -> Learned {
        Learned {
            weights: self.weights,
            bias: self.bias,
            known: self.known,
            order: self.order,
            dice: self.dice,
        }
    }

    /// Tells it a label; [`Svm::train`] makes use of it.
    pub fn tell(&mut self, row: usize, relevant: bool) {
        self.order.push(self.known.len());
        self.known.push(Known {
            row,
            relevant,
            alpha: 0.0,
        });
    }

    /// How many labels it knows.
    pub fn known(&self) -> usize {
        self.known.len()
    }

    /// Whether it knows a relevant and an irrelevant text.
    pub fn knows_both(&self) -> bool {
        self.slack().is_some()
    }

    /// The number that all scores have in common.
    pub fn bias(&self) -> f64 {
        self.bias
    }

    /// The weights of the features.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// How far a text is towards relevant, up to a number that is the same for all.
    pub fn score(&self, row: usize) -> f64 {
        self.matrix.row(row).times(&self.weights)
    }

    /// 1 / (2 cᵢ) of irrelevant and of relevant texts; none while one of the two is missing.
    fn slack(&self) -> Option<[f64; 2]> {
        let relevant = self.known.iter().filter(|known| known.relevant).count();
        let (n0, n1) = (count(self.known.len() - relevant), count(relevant));
        if n0 < 1.0 || n1 < 1.0 {
            return None;
        }
        let light = n1 / (BALANCE * n0);
        let scale = (n0 + n1) / (light * n0 + n1);
        Some([0.5 / (C * light * scale), 0.5 / (C * scale)])
    }

    /// Fits the newest label alone: a first answer until the next training.
    pub fn touch(&mut self) {
        if let (Some(slack), Some(newest)) = (self.slack(), self.known.len().checked_sub(1)) {
            self.fit(newest, slack, 0.0);
        }
    }

    /// Learns all labels, beginning from what it knew; nothing while it knows one class only.
    pub fn train(&mut self) {
        self.train_for(PASSES);
    }

    /// The same in so many passes at most.
    pub fn train_for(&mut self, passes: usize) {
        let Some(slack) = self.slack() else { return };
        self.touch();
        self.scale(slack);
        self.pass(slack, passes);
    }

    /// So many passes at most from where it is: enough where few labels are new.
    pub fn refine(&mut self, passes: usize) {
        if let Some(slack) = self.slack() {
            self.pass(slack, passes);
        }
    }

    fn pass(&mut self, slack: [f64; 2], passes: usize) {
        let still = self.precision.still * self.precision.tolerance;
        for _ in 0..passes {
            self.dice.shuffle(&mut self.order);
            let (mut high, mut low) = (f64::NEG_INFINITY, f64::INFINITY);
            for at in 0..self.order.len() {
                let Some(n) = self.order.get(at).copied() else {
                    continue;
                };
                let gradient = self.fit(n, slack, still);
                (high, low) = (high.max(gradient), low.min(gradient));
            }
            if high - low <= self.precision.tolerance {
                break;
            }
        }
    }

    /// Moves one α to its best value where its gradient is above `still`; gives the gradient before,
    /// of which what leads out of α ≥ 0 does not count.
    fn fit(&mut self, n: usize, [light, heavy]: [f64; 2], still: f64) -> f64 {
        let Some(known) = self.known.get_mut(n) else {
            return 0.0;
        };
        let row = self.matrix.row(known.row);
        let sign = known.sign();
        let slack = if known.relevant { heavy } else { light };
        let gradient =
            sign * (row.times(&self.weights) + self.bias) + known.alpha * (row.own + slack) - 1.0;
        let usable = if known.alpha > 0.0 {
            gradient
        } else {
            gradient.min(0.0)
        };
        if usable.abs() > still {
            let curve = row.shared + row.own + 1.0 + slack;
            let alpha = (known.alpha - gradient / curve).max(0.0);
            let by = (alpha - known.alpha) * sign;
            known.alpha = alpha;
            row.add_to(&mut self.weights, by);
            self.bias += by;
        }
        usable
    }

    /// Scales the αs of either class to their best values together: the exact minimum in that plane.
    fn scale(&mut self, [light, heavy]: [f64; 2]) {
        let mut relevant = vec![0.0; self.weights.len()];
        let mut relevant_bias = 0.0;
        for known in self.known.iter().filter(|known| known.relevant) {
            let row = self.matrix.row(known.row);
            row.add_to(&mut relevant, known.alpha);
            relevant_bias += known.alpha;
        }
        let irrelevant_bias = self.bias - relevant_bias;
        // Gradient and curvature along the two directions.
        let (mut g1, mut g0) = (0.0, 0.0);
        let mut h11 = relevant_bias * relevant_bias;
        let mut h00 = irrelevant_bias * irrelevant_bias;
        let mut h01 = relevant_bias * irrelevant_bias;
        for known in self.known.iter().filter(|known| known.alpha > 0.0) {
            let row = self.matrix.row(known.row);
            let slack = if known.relevant { heavy } else { light };
            let along = known.alpha * (row.own + slack);
            let fit = known.sign() * (row.times(&self.weights) + self.bias) + along - 1.0;
            if known.relevant {
                g1 += known.alpha * fit;
                h11 += known.alpha * along;
            } else {
                g0 += known.alpha * fit;
                h00 += known.alpha * along;
            }
        }
        for (all, one) in self.weights.iter().zip(&relevant) {
            let other = all - one;
            h11 += one * one;
            h00 += other * other;
            h01 += one * other;
        }
        let determinant = h11 * h00 - h01 * h01;
        if determinant <= 1e-12 * h11 * h00 {
            return;
        }
        let by1 = 1.0 - (g1 * h00 - g0 * h01) / determinant;
        let by0 = 1.0 - (g0 * h11 - g1 * h01) / determinant;
        let sane = 0.5..=3.0;
        if !sane.contains(&by1) || !sane.contains(&by0) {
            return;
        }
        for known in &mut self.known {
            known.alpha *= if known.relevant { by1 } else { by0 };
        }
        for (all, one) in self.weights.iter_mut().zip(&relevant) {
            *all = by1 * one + by0 * (*all - one);
        }
        self.bias = by1 * relevant_bias + by0 * irrelevant_bias;
    }
}

/// Numbers that look drawn and are the same on every machine (xorshift, Marsaglia 2003).
#[derive(Debug, Clone, Copy)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        // Mixed, so that seeds side by side are far apart; never 0, which would stay 0.
        let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        Self((mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) | 1)
    }

    /// A number below `n`; 0 where `n` is 0.
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        let n = u64::try_from(n).unwrap_or(u64::MAX).max(1);
        usize::try_from((self.0 >> 11) % n).unwrap_or(0)
    }

    /// A number from 0 up to 1.
    pub(super) fn unit(&mut self) -> f64 {
        const STEPS: u32 = 1 << 30;
        let at = self.below(usize::try_from(STEPS).unwrap_or(1));
        f64::from(u32::try_from(at).unwrap_or(0)) / f64::from(STEPS)
    }

    fn shuffle(&mut self, items: &mut [usize]) {
        let n = items.len();
        for at in 0..n {
            let other = at + self.below(n - at);
            items.swap(at, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The conditions of the minimum, looked at from outside: w is the sum of its texts, and every
    /// gradient is 0, or positive at α = 0.
    #[test]
    fn a_trained_machine_lies_at_the_minimum() {
        let texts = [
            "trial of drug one",
            "trial of drug two",
            "review of drug one",
            "letter about drugs",
            "a letter",
            "another trial",
            "drug two in rats",
            "rats and letters",
        ];
        let matrix = Matrix::of_texts(&texts);
        let precision = Precision {
            tolerance: 1e-9,
            still: 0.0,
        };
        let mut svm = Svm::new(&matrix, precision);
        for (row, relevant) in [(0, true), (4, false), (1, true), (7, false), (2, false)] {
            svm.tell(row, relevant);
            svm.train();
        }
        let slack = svm.slack().unwrap();
        let mut sum = vec![0.0; matrix.width()];
        for known in svm.known.clone() {
            let row = matrix.row(known.row);
            row.add_to(&mut sum, known.sign() * known.alpha);
            let at = slack[usize::from(known.relevant)];
            let fit = known.sign() * (row.times(&svm.weights) + svm.bias);
            let gradient = fit + known.alpha * (row.own + at) - 1.0;
            assert!(gradient.abs() < 1e-8 || (known.alpha <= 0.0 && gradient > 0.0));
        }
        for (one, other) in sum.iter().zip(svm.weights()) {
            assert!((one - other).abs() < 1e-9);
        }
        assert!(svm.score(0) > svm.score(4));
    }

    #[test]
    fn one_class_alone_teaches_nothing() {
        let matrix = Matrix::of_texts(&["aa bb", "bb cc", "cc aa"]);
        let mut svm = Svm::new(&matrix, Precision::QUICK);
        svm.tell(0, true);
        svm.train();
        svm.touch();
        assert!(svm.weights().iter().all(|weight| weight.abs() <= 0.0));
        assert_eq!(svm.known(), 1);
    }
}
