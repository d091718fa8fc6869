//! Texts as rows of weights: TF-IDF of words and of pairs of words that follow each other.
//!
//! With n texts, df of them with a term, and tf times the term in the text, its weight is
//! (1 + ln tf) · (ln((1 + n) / (1 + df)) + 1); a row has length 1. A term in more than 95 % of the
//! texts is left out. Nothing else is: no list of stop words, no stems (as scikit-learn's
//! `TfidfVectorizer` with `sublinear_tf`).
//!
//! A term of one text can move no other text. Such terms are folded into one number of their row,
//! which changes no result and takes away two thirds of the terms.

use super::words::Corpus;
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

/// The place of a term that no other text has.
const ALONE: u32 = u32::MAX;
/// The place of a term that nearly all texts have.
const USUAL: u32 = u32::MAX - 1;

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
        let mut corpus = Corpus::default();
        for text in texts {
            corpus.push("", text.as_ref());
        }
        let forms: Vec<u32> = (0..corpus.distinct()).collect();
        let block = Block {
            forms: &forms,
            with_pairs: true,
            titles: false,
            by: 1.0,
        };
        Self::of_blocks(corpus, &[block]).0
    }

    /// TF-IDF of each block, the blocks side by side, each `by` times its weights; with the first
    /// feature of each.
    pub fn of_blocks(corpus: Corpus, blocks: &[Block<'_>]) -> (Self, Vec<u32>) {
        let mut out = Self {
            starts: vec![0],
            ..Self::default()
        };
        let (mut weighed, mut firsts) = (Vec::new(), Vec::new());
        for block in blocks {
            let first = number(out.width);
            firsts.push(first);
            let one = Weighed::of(&corpus, block, first, &mut out.terms);
            out.width = out.terms.len();
            weighed.push(one);
        }
        let features = |text: usize| weighed.iter().map(move |one| one.most(text)).sum::<usize>();
        let most = (0..corpus.len()).map(features).sum();
        out.features.reserve_exact(most);
        out.weights.reserve_exact(most);
        // What is read is needed no more: the texts of a large review and its rows are much together.
        let texts = corpus.len();
        drop(corpus);
        let (mut row, mut met) = (Vec::new(), Vec::new());
        for text in 0..texts {
            let (mut own, mut shared) = (0.0, 0.0);
            for one in &weighed {
                row.clear();
                let lengths = one.row(text, &mut met, &mut row);
                let part = out.push(&row, lengths, one.by);
                own += part.0;
                shared += part.1;
            }
            out.starts.push(out.features.len());
            out.own.push(own);
            out.shared.push(shared);
        }
        out.features.shrink_to_fit();
        out.weights.shrink_to_fit();
        (out, firsts)
    }

    /// Adds a part of a row, brought to length `times`; gives the squared lengths.
    fn push(&mut self, row: &[(u32, f64)], (own, shared): (f64, f64), times: f64) -> (f64, f64) {
        let length = (own + shared).sqrt();
        let by = if length > 0.0 { 1.0 / length } else { 0.0 };
        for (feature, weight) in row {
            self.features.push(*feature);
            let weight = f64::from(single(weight * by)) * times;
            self.weights.push(single(weight));
        }
        let scaled = |part: f64| part * by * by * times * times;
        (scaled(own), scaled(shared))
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

/// What one block reads of each text.
#[derive(Debug, Clone, Copy)]
pub struct Block<'a> {
    /// For each word of the corpus the number of the form that counts.
    pub forms: &'a [u32],
    /// Whether two forms that follow each other are a term too.
    pub with_pairs: bool,
    /// Whether titles alone are read.
    pub titles: bool,
    /// How heavy the block is.
    pub by: f64,
}

/// The terms of a block, text by text, and how much each weighs.
struct Weighed {
    /// The terms of all texts one after the other, as often as they are there.
    met: Vec<u32>,
    /// Where each text begins in them.
    starts: Vec<usize>,
    /// The feature of each term; [`ALONE`] where no other text has it, [`USUAL`] where nearly all have.
    places: Vec<u32>,
    /// The weight of each feature, from the first of the block.
    idf: Vec<f64>,
    first: u32,
    alone: f64,
    by: f64,
}

impl Weighed {
    fn of(corpus: &Corpus, block: &Block<'_>, first: u32, terms: &mut Vec<u64>) -> Self {
        let mut numbers: HashMap<u64, u32, BuildHasherDefault<Mixed>> = HashMap::default();
        let mut df: Vec<u32> = Vec::new();
        // The text that had each term last, from 1.
        let mut last: Vec<u32> = Vec::new();
        let (mut met, mut starts) = (Vec::new(), vec![0]);
        let mut words: Vec<u32> = Vec::new();
        let mut keys: Vec<u64> = Vec::new();
        for (text, now) in (0..corpus.len()).zip(1_u32..) {
            let form = |word: &u32| {
                let place = usize::try_from(*word).unwrap_or(usize::MAX);
                block.forms.get(place).copied().unwrap_or(0)
            };
            words.clear();
            words.extend(corpus.words(text, block.titles).iter().map(form));
            let singles = words.iter().map(|word| u64::from(*word));
            let following = if block.with_pairs {
                words.as_slice()
            } else {
                &[]
            };
            let pairs = following.windows(2).filter_map(|pair| match pair {
                [a, b] => Some(((u64::from(*a) + 1) << 32) | u64::from(*b)),
                _ => None,
            });
            for key in singles.chain(pairs) {
                let next = number(df.len());
                let term = *numbers.entry(key).or_insert(next);
                if term == next {
                    df.push(0);
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
        drop(last);
        met.shrink_to_fit();
        let n = count(corpus.len());
        let usual = |df: u32| f64::from(df) <= MOST * n;
        let weight = |df: u32| libm::log((1.0 + n) / (1.0 + f64::from(df))) + 1.0;
        // Features that share memory are those that texts share.
        let mut kept: Vec<(Reverse<u32>, u32)> = df
            .iter()
            .zip(0_u32..)
            .filter(|(df, _)| **df > 1 && usual(**df))
            .map(|(df, term)| (Reverse(*df), term))
            .collect();
        kept.sort_unstable();
        let mut places: Vec<u32> = df
            .iter()
            .map(|df| if usual(*df) { ALONE } else { USUAL })
            .collect();
        drop(df);
        for ((_, term), place) in kept.iter().zip(0_u32..) {
            let term = usize::try_from(*term).unwrap_or(usize::MAX);
            if let Some(slot) = places.get_mut(term) {
                *slot = place;
            }
        }
        keys.resize(kept.len(), 0);
        for (key, term) in numbers {
            let place = places.get(usize::try_from(term).unwrap_or(usize::MAX));
            let slot = place.and_then(|place| keys.get_mut(usize::try_from(*place).ok()?));
            if let Some(slot) = slot {
                *slot = key;
            }
        }
        terms.append(&mut keys);
        Self {
            met,
            starts,
            places,
            idf: kept.iter().map(|(Reverse(df), _)| weight(*df)).collect(),
            first,
            alone: weight(1),
            by: block.by,
        }
    }

    /// No text has more features than this.
    fn most(&self, text: usize) -> usize {
        self.terms(text).len()
    }

    fn terms(&self, text: usize) -> &[u32] {
        let at = |n: usize| self.starts.get(n).copied().unwrap_or(0);
        self.met.get(at(text)..at(text + 1)).unwrap_or_default()
    }

    /// The weights of a text by feature, and the squared lengths of what no other shares and of the
    /// rest. Terms are added up in the order in which they were met first.
    fn row(&self, text: usize, met: &mut Vec<u32>, row: &mut Vec<(u32, f64)>) -> (f64, f64) {
        met.clear();
        met.extend(self.terms(text));
        met.sort_unstable();
        let (mut own, mut shared) = (0.0, 0.0);
        for same in met.chunk_by(|a, b| a == b) {
            let term = same.first().and_then(|term| usize::try_from(*term).ok());
            let place = term.and_then(|term| self.places.get(term).copied());
            let often = 1.0 + libm::log(count(same.len()));
            match place {
                None | Some(USUAL) => {}
                Some(ALONE) => own += (often * self.alone) * (often * self.alone),
                Some(place) => {
                    let at = usize::try_from(place).unwrap_or(usize::MAX);
                    let weight = often * self.idf.get(at).copied().unwrap_or(0.0);
                    row.push((self.first + place, weight));
                    shared += weight * weight;
                }
            }
        }
        row.sort_unstable_by_key(|(place, _)| *place);
        (own, shared)
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
    fn blocks_stand_beside_each_other() {
        let mut corpus = Corpus::default();
        for text in ["aa bb", "aa", "bb"] {
            corpus.push(text, "");
        }
        let forms = [0, 1];
        let block = |by| Block {
            forms: &forms,
            with_pairs: true,
            titles: true,
            by,
        };
        let (one, _) = Matrix::of_blocks(corpus.clone(), &[block(1.0)]);
        let (both, firsts) = Matrix::of_blocks(corpus, &[block(0.6), block(0.8)]);
        assert_eq!(both.width(), 2 * one.width());
        assert_eq!(firsts, [0, 2]);
        let vector = vec![1.0; both.width()];
        let plain = one.row(0).times(&vector);
        assert!((both.row(0).times(&vector) - 1.4 * plain).abs() < 1e-6);
        assert!((both.row(1).own + both.row(1).shared - 1.0).abs() < 1e-12);
        for feature in 0..4 {
            assert_eq!(both.term(feature), one.term(feature % 2));
        }
    }
}
