//! Texts as rows of weights: TF-IDF of words and of pairs of words that follow each other.
//!
//! With n texts, df of them with a term, and tf times the term in the text, its weight is
//! (1 + ln tf) · (ln((1 + n) / (1 + df)) + 1); a row has length 1. A term in more than 95 % of the
//! texts is left out. Nothing else is: no list of stop words, no stems (as scikit-learn's
//! `TfidfVectorizer` with `sublinear_tf`).
//!
//! A term of one text can move no other text. Such terms are folded into one number of their row,
//! which changes no result and takes away two thirds of the terms.

use super::words::Lexicon;
use super::{count, number};
use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A term in more than this share of the texts tells nothing.
const MOST: f64 = 0.95;

/// Rows of weights over features, most frequent features first.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    /// Where each row begins.
    starts: Vec<usize>,
    features: Vec<u32>,
    weights: Vec<f32>,
    /// For each row the squared length of what no other row shares.
    own: Vec<f64>,
    /// For each row the squared length of the rest.
    shared: Vec<f64>,
    width: usize,
    /// What each feature is.
    terms: Vec<u64>,
}

/// The words of a feature, by their numbers: one, or two that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// A word.
    Word(u32),
    /// Two words that follow each other.
    Pair(u32, u32),
}

/// The place of a term that no other text shares.
const ALONE: u32 = u32::MAX;

/// A row of a [`Matrix`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// Which features it has, in their order.
    pub features: &'a [u32],
    /// The weight of each.
    pub weights: &'a [f32],
    /// The squared length of what no other row shares.
    pub own: f64,
    /// The squared length of the rest.
    pub shared: f64,
}

impl Row<'_> {
    /// The sum of its weights times those of a vector, always added in the same order.
    pub fn times(&self, vector: &[f64]) -> f64 {
        let at = |feature: u32| {
            let place = usize::try_from(feature).unwrap_or(usize::MAX);
            vector.get(place).copied().unwrap_or(0.0)
        };
        let (features, weights) = (self.features.chunks_exact(4), self.weights.chunks_exact(4));
        let rest = features.remainder().iter().zip(weights.remainder());
        let [mut first, mut second, mut third, mut fourth] = [0.0_f64; 4];
        for four in features.zip(weights) {
            if let ([a, b, c, d], [p, q, r, s]) = four {
                first += at(*a) * f64::from(*p);
                second += at(*b) * f64::from(*q);
                third += at(*c) * f64::from(*r);
                fourth += at(*d) * f64::from(*s);
            }
        }
        let sum = (first + second) + (third + fourth);
        rest.fold(sum, |sum, (feature, weight)| {
            sum + at(*feature) * f64::from(*weight)
        })
    }

    /// Adds it to a vector, `by` times.
    pub fn add_to(&self, vector: &mut [f64], by: f64) {
        for (feature, weight) in self.features.iter().zip(self.weights) {
            let place = usize::try_from(*feature).unwrap_or(usize::MAX);
            if let Some(value) = vector.get_mut(place) {
                *value += by * f64::from(*weight);
            }
        }
    }
}

impl Matrix {
    /// TF-IDF of the words and pairs of words of texts.
    pub fn of_texts<T: AsRef<str>>(texts: &[T]) -> Self {
        let mut lexicon = Lexicon::default();
        let words: Vec<Vec<u32>> = texts
            .iter()
            .map(|text| lexicon.words(text.as_ref()))
            .collect();
        Self::of_words(&words)
    }

    /// The same of texts whose words are numbered.
    pub fn of_words(texts: &[Vec<u32>]) -> Self {
        Self::weighed(texts, true)
    }

    /// The same without pairs.
    pub fn of_single_words(texts: &[Vec<u32>]) -> Self {
        Self::weighed(texts, false)
    }

    fn weighed(texts: &[Vec<u32>], with_pairs: bool) -> Self {
        let counted = Counted::of(texts, with_pairs);
        let n = count(texts.len());
        let usual = |df: u32| f64::from(df) <= MOST * n;
        // Features that share memory are those that texts share.
        let mut kept: Vec<(Reverse<u32>, usize)> = counted
            .df
            .iter()
            .enumerate()
            .filter(|(_, df)| **df > 1 && usual(**df))
            .map(|(term, df)| (Reverse(*df), term))
            .collect();
        kept.sort_unstable();
        let mut places = vec![ALONE; counted.df.len()];
        for (place, (_, term)) in kept.iter().enumerate() {
            if let Some(slot) = places.get_mut(*term) {
                *slot = number(place);
            }
        }
        let key = |(_, term): &(_, usize)| counted.keys.get(*term).copied().unwrap_or(0);
        let mut out = Self {
            starts: vec![0],
            width: kept.len(),
            terms: kept.iter().map(key).collect(),
            ..Self::default()
        };
        let (mut row, mut met) = (Vec::new(), Vec::new());
        for text in 0..texts.len() {
            row.clear();
            let (mut own, mut shared) = (0.0, 0.0);
            for (term, times) in counted.text(text, &mut met) {
                let term = usize::try_from(term).unwrap_or(usize::MAX);
                let df = counted.df.get(term).copied().unwrap_or(0);
                if !usual(df) {
                    continue;
                }
                let idf = libm::log((1.0 + n) / (1.0 + f64::from(df))) + 1.0;
                let weight = (1.0 + libm::log(f64::from(times))) * idf;
                match places.get(term).copied() {
                    Some(place) if place != ALONE => {
                        row.push((place, weight));
                        shared += weight * weight;
                    }
                    _ => own += weight * weight,
                }
            }
            row.sort_unstable_by_key(|(place, _)| *place);
            out.push(&row, own, shared);
        }
        out
    }

    /// Adds a row, brought to length 1.
    fn push(&mut self, row: &[(u32, f64)], own: f64, shared: f64) {
        let length = (own + shared).sqrt();
        let by = if length > 0.0 { 1.0 / length } else { 0.0 };
        for (feature, weight) in row {
            self.features.push(*feature);
            self.weights.push(single(weight * by));
        }
        self.starts.push(self.features.len());
        self.own.push(own * by * by);
        self.shared.push(shared * by * by);
    }

    /// Several matrices of the same texts side by side, each `by` times its weights.
    pub fn beside(parts: &[(Self, f64)]) -> Self {
        let rows = parts.iter().map(|(part, _)| part.rows()).max().unwrap_or(0);
        let mut out = Self {
            starts: vec![0],
            ..Self::default()
        };
        for n in 0..rows {
            let (mut own, mut shared, mut base) = (0.0, 0.0, 0);
            for (part, by) in parts {
                let row = part.row(n);
                out.features
                    .extend(row.features.iter().map(|feature| base + feature));
                out.weights
                    .extend(row.weights.iter().map(|w| single(f64::from(*w) * by)));
                own += row.own * by * by;
                shared += row.shared * by * by;
                base += number(part.width);
            }
            out.starts.push(out.features.len());
            out.own.push(own);
            out.shared.push(shared);
        }
        out.width = parts.iter().map(|(part, _)| part.width).sum();
        for (part, _) in parts {
            out.terms.extend(&part.terms);
        }
        out
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.own.len()
    }

    /// How many features rows share.
    pub fn width(&self) -> usize {
        self.width
    }

    /// What a feature is, by the numbers of words in the block that it belongs to.
    pub fn term(&self, feature: u32) -> Option<Term> {
        let key = *self.terms.get(usize::try_from(feature).ok()?)?;
        let low = u32::try_from(key & u64::from(u32::MAX)).unwrap_or(u32::MAX);
        Some(match u32::try_from(key >> 32).unwrap_or(0) {
            0 => Term::Word(low),
            first => Term::Pair(first - 1, low),
        })
    }

    /// A row; one that is not there is empty.
    pub fn row(&self, n: usize) -> Row<'_> {
        let from = self.starts.get(n).copied().unwrap_or(0);
        let to = self.starts.get(n + 1).copied().unwrap_or(from);
        Row {
            features: self.features.get(from..to).unwrap_or_default(),
            weights: self.weights.get(from..to).unwrap_or_default(),
            own: self.own.get(n).copied().unwrap_or(0.0),
            shared: self.shared.get(n).copied().unwrap_or(0.0),
        }
    }
}

/// A weight at rest: 24 bits of it move no place in an order that 53 would have kept.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a weight of a row of length 1 lies within the range of f32"
)]
fn single(weight: f64) -> f32 {
    weight as f32
}

/// The terms of texts, numbered as they are met.
struct Counted {
    /// The terms of all texts one after the other, as often as they are there.
    met: Vec<u32>,
    /// Where each text begins in them.
    starts: Vec<usize>,
    /// In how many texts each term is.
    df: Vec<u32>,
    /// The words of each.
    keys: Vec<u64>,
}

impl Counted {
    fn of(texts: &[Vec<u32>], with_pairs: bool) -> Self {
        let mut numbers: HashMap<u64, u32, BuildHasherDefault<Mixed>> = HashMap::default();
        let (mut df, mut keys): (Vec<u32>, Vec<u64>) = (Vec::new(), Vec::new());
        // The text that had each term last, from 1.
        let mut last: Vec<u32> = Vec::new();
        let (mut met, mut starts) = (Vec::new(), vec![0]);
        for (text, now) in texts.iter().zip(1_u32..) {
            let singles = text.iter().map(|word| u64::from(*word));
            let following = if with_pairs { text.as_slice() } else { &[] };
            let pairs = following.windows(2).filter_map(|pair| match pair {
                [a, b] => Some(((u64::from(*a) + 1) << 32) | u64::from(*b)),
                _ => None,
            });
            for key in singles.chain(pairs) {
                let next = number(df.len());
                let term = *numbers.entry(key).or_insert(next);
                if term == next {
                    df.push(0);
                    keys.push(key);
                    last.push(0);
                }
                met.push(term);
                let place = usize::try_from(term).unwrap_or(usize::MAX);
                if let (Some(df), Some(last)) = (df.get_mut(place), last.get_mut(place))
                    && *last != now
                {
                    *last = now;
                    *df += 1;
                }
            }
            starts.push(met.len());
        }
        Self {
            met,
            starts,
            df,
            keys,
        }
    }

    /// The terms of a text in the order of their numbers, each with how often it is there.
    fn text<'a>(
        &self,
        n: usize,
        room: &'a mut Vec<u32>,
    ) -> impl Iterator<Item = (u32, u32)> + use<'a> {
        let at = |n: usize| self.starts.get(n).copied().unwrap_or(0);
        room.clear();
        room.extend(self.met.get(at(n)..at(n + 1)).unwrap_or_default());
        room.sort_unstable();
        room.chunk_by(|a, b| a == b)
            .filter_map(|same| Some((*same.first()?, number(same.len()))))
    }
}

/// A quick hash of numbers that nobody chooses; what comes out of the map does not depend on it.
#[derive(Debug, Default, Clone, Copy)]
struct Mixed(u64);

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, n: u64) {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        self.0 = (self.0 ^ n)
            .wrapping_mul(ODD)
            .rotate_left(23)
            .wrapping_mul(ODD);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_those_of_the_formula() {
        let texts = ["aa bb aa", "aa cc", "dd", "dd"];
        let matrix = Matrix::of_texts(&texts);
        // Shared: `aa` (2 texts) and `dd` (2 texts).
        assert_eq!((matrix.rows(), matrix.width()), (4, 2));
        let idf = |df: f64| (5.0_f64 / (1.0 + df)).ln() + 1.0;
        let aa = (1.0 + 2.0_f64.ln()) * idf(2.0);
        // `bb`, `aa bb`, `bb aa` are of this text alone.
        let own = 3.0 * idf(1.0).powi(2);
        let row = matrix.row(0);
        let length = (aa * aa + own).sqrt();
        assert!((f64::from(row.weights[0]) - aa / length).abs() < 1e-7);
        assert!((row.own - own / (length * length)).abs() < 1e-12);
        assert!((row.own + row.shared - 1.0).abs() < 1e-12);
        assert!((matrix.row(2).shared - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_every_text_has_is_left_out_and_an_empty_text_is_an_empty_row() {
        let texts = ["aa bb", "aa bb", "aa", ""];
        let matrix = Matrix::of_texts(&texts[..3]);
        assert!(matrix.row(2).features.is_empty());
        let matrix = Matrix::of_texts(&texts);
        let row = matrix.row(3);
        assert!(row.features.is_empty() && row.own.abs() <= 0.0 && row.shared.abs() <= 0.0);
    }

    #[test]
    fn matrices_stand_beside_each_other() {
        let one = Matrix::of_texts(&["aa bb", "aa", "bb"]);
        let both = Matrix::beside(&[(one.clone(), 0.6), (one.clone(), 0.8)]);
        assert_eq!(both.width(), 2 * one.width());
        let vector = vec![1.0; both.width()];
        let plain = one.row(0).times(&vector);
        assert!((both.row(0).times(&vector) - 1.4 * plain).abs() < 1e-6);
        assert!((both.row(1).own + both.row(1).shared - 1.0).abs() < 1e-12);
    }
}
