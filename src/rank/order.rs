//! The order of a review under way: what is known of some reports says in which order the rest are read.
//!
//! The order is a function of the texts and of the labels in their order, whatever was asked before:
//! the machine learns at fixed numbers of labels, each a fifth above the one before, and what came since
//! the last of them in a few passes from there. So one label more costs a few passes, and whoever
//! begins from nothing gets the same bits.
//!
//! A text of the question and the criteria is the first relevant text. Until something irrelevant is
//! known, reports are ranked by their likeness to what is relevant.
//!
//! A report without an abstract has a title to show and nothing else. It stands where its title would
//! place it if all reports were read by their titles, where that is higher than its own place.

use super::count;
use super::model::{Field, Model, Texts};
use super::svm::{Learned, Svm};
use super::words::Corpus;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// Passes at a fixed number of labels, and from there to what is known now.
const PASSES: [usize; 2] = [8, 2];
/// One report in so many is drawn by chance.
pub const DRAWN: usize = 20;

/// Reports to be ordered: their texts, made into rows.
#[derive(Debug, Clone)]
pub struct Pool {
    texts: Texts,
    bare: Vec<bool>,
    records: usize,
}

/// What a machine learned at fixed numbers of labels, so that it need not learn it again.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    labels: Vec<(usize, bool)>,
    kept: Vec<(usize, Learned)>,
}

/// Weights of words that give each report a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Scoring {
    weights: Vec<f64>,
    bias: f64,
    /// Whether nothing irrelevant was known, so that only likeness counts.
    pub by_likeness: bool,
}

/// A report in its place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// Its number in the pool.
    pub report: usize,
    /// Its score.
    pub score: f64,
    /// Whether chance put it here.
    pub drawn: bool,
    /// Whether its title put it higher than title and missing abstract would have.
    pub raised: bool,
}

/// What moved a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// Where it was read.
    pub field: Field,
    /// One word, two that follow each other, or the beginning of a word.
    pub words: String,
    /// How much it adds to the score; below 0 it lowers it.
    pub adds: f64,
}

/// A pool in the making, which keeps no text.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    corpus: Corpus,
    bare: Vec<bool>,
}

impl Reading {
    /// Adds a report by title and abstract.
    pub fn push(&mut self, title: &str, text: &str) {
        self.corpus.push(title, text);
        self.bare.push(text.trim().is_empty());
    }

    /// The pool; `question` is the text of what is looked for.
    pub fn done(mut self, question: &str) -> Pool {
        // What is looked for may stand in a title as well as in an abstract.
        self.corpus.push(question, question);
        Pool {
            texts: Model::Fields.read(self.corpus),
            records: self.bare.len(),
            bare: self.bare,
        }
    }
}

impl Pool {
    /// Reports by title and abstract; `question` is the text of what is looked for.
    pub fn new<'a>(reports: impl IntoIterator<Item = (&'a str, &'a str)>, question: &str) -> Self {
        let mut reading = Reading::default();
        for (title, text) in reports {
            reading.push(title, text);
        }
        reading.done(question)
    }

    /// How many reports it has.
    pub fn len(&self) -> usize {
        self.records
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Whether a report has no abstract.
    pub fn is_bare(&self, report: usize) -> bool {
        self.bare.get(report) == Some(&true)
    }

    /// Learns from labels, in the order in which they came to be; no report twice.
    pub fn learn(&self, labels: &[(usize, bool)], memory: &mut Memory) -> Scoring {
        let matrix = &self.texts.matrix;
        let same = memory.labels.iter().zip(labels).take_while(|(a, b)| a == b);
        let same = same.count();
        memory.kept.retain(|(n, _)| *n <= same);
        memory.labels = labels.to_vec();
        let precision = Model::Fields.precision();
        let (mut known, mut svm) = match memory.kept.last() {
            Some((n, learned)) => (*n, Svm::resume(matrix, precision, learned.clone())),
            None => {
                let mut svm = Svm::new(matrix, precision);
                if !matrix.row(self.records).features.is_empty() {
                    svm.tell(self.records, true);
                }
                (0, svm)
            }
        };
        loop {
            let next = known + (known / 5).max(1);
            let Some(new) = labels.get(known..next) else {
                break;
            };
            for (report, relevant) in new {
                svm.tell(*report, *relevant);
            }
            svm.train_for(PASSES[0]);
            known = next;
            let learned = svm.learned();
            if memory.kept.len() > 1 {
                memory.kept.remove(0);
            }
            memory.kept.push((known, learned.clone()));
            svm = Svm::resume(matrix, precision, learned);
        }
        let new = labels.get(known..).unwrap_or_default();
        for (report, relevant) in new {
            svm.tell(*report, *relevant);
            svm.touch();
        }
        if !new.is_empty() {
            svm.refine(PASSES[1]);
        }
        if labels.iter().any(|(_, relevant)| !relevant) && svm.knows_both() {
            return Scoring {
                weights: svm.weights().to_vec(),
                bias: svm.bias(),
                by_likeness: false,
            };
        }
        self.likeness(labels)
    }

    /// The mean of what is relevant, less the mean of what is not.
    fn likeness(&self, labels: &[(usize, bool)]) -> Scoring {
        let matrix = &self.texts.matrix;
        let mut weights = vec![0.0; matrix.width()];
        let question = (self.records, true);
        let all = || labels.iter().chain([&question]);
        for class in [true, false] {
            let n = all().filter(|(_, relevant)| *relevant == class).count();
            let by = if class { 1.0 } else { -1.0 } / count(n.max(1));
            for (report, _) in all().filter(|(_, relevant)| *relevant == class) {
                matrix.row(*report).add_to(&mut weights, by);
            }
        }
        Scoring {
            weights,
            bias: 0.0,
            by_likeness: true,
        }
    }

    /// The score of a report.
    pub fn score(&self, scoring: &Scoring, report: usize) -> f64 {
        self.texts.matrix.row(report).times(&scoring.weights)
    }

    /// The score of a report on a scale that machines with other labels share.
    pub fn margin(&self, scoring: &Scoring, report: usize) -> f64 {
        self.score(scoring, report) + scoring.bias
    }

    /// Reports in the order of reading. Equal scores go by `chance`, a number for each report that has
    /// nothing to do with its text; so do the reports that are drawn, one in [`DRAWN`], counted from
    /// the `read` that were read already.
    pub fn order(
        &self,
        scoring: &Scoring,
        reports: &[usize],
        chance: &[u64],
        read: usize,
    ) -> Vec<Placed> {
        let luck = |report: usize| (chance.get(report).copied().unwrap_or(0), report);
        let by_score = |a: &(f64, usize), b: &(f64, usize)| {
            b.0.total_cmp(&a.0).then(luck(a.1).cmp(&luck(b.1)))
        };
        let mut scored: Vec<(f64, usize)> = reports
            .iter()
            .map(|report| (self.score(scoring, *report), *report))
            .collect();
        scored.sort_unstable_by(by_score);
        let raised = self.raised(scoring, &scored);
        let mut ranked: Vec<Placed> = scored
            .iter()
            .map(|(score, report)| Placed {
                report: *report,
                score: raised.get(report).copied().unwrap_or(*score),
                drawn: false,
                raised: raised.contains_key(report),
            })
            .collect();
        if !raised.is_empty() {
            ranked.sort_unstable_by(|a, b| by_score(&(a.score, a.report), &(b.score, b.report)));
        }
        let mut urn: Vec<Placed> = ranked.clone();
        urn.sort_unstable_by_key(|one| luck(one.report));
        let mut taken = vec![false; self.records];
        let mut free = |one: &Placed| match taken.get_mut(one.report) {
            Some(slot) => !std::mem::replace(slot, true),
            None => false,
        };
        let (mut ranked, mut urn) = (ranked.into_iter(), urn.into_iter());
        let mut out = Vec::with_capacity(reports.len());
        for place in 1..=reports.len() {
            let drawn = (read + place).is_multiple_of(DRAWN);
            let from = if drawn { &mut urn } else { &mut ranked };
            if let Some(one) = from.find(&mut free) {
                out.push(Placed { drawn, ..one });
            }
        }
        out
    }

    /// The scores of reports without an abstract whose titles stand higher among titles than they
    /// stand among the reports as they are; `scored` is highest first.
    fn raised(&self, scoring: &Scoring, scored: &[(f64, usize)]) -> BTreeMap<usize, f64> {
        let Some(first) = self.texts.first_of(Field::Title) else {
            return BTreeMap::new();
        };
        if !scored.iter().any(|(_, report)| self.is_bare(*report)) {
            return BTreeMap::new();
        }
        let title = |report: usize| {
            let row = self.texts.matrix.row(report);
            let from = row.features.partition_point(|feature| *feature < first);
            let features = row.features.iter().zip(row.weights).skip(from);
            features.fold(0.0, |sum, (feature, weight)| {
                let place = usize::try_from(*feature).unwrap_or(usize::MAX);
                let by = scoring.weights.get(place).copied().unwrap_or(0.0);
                sum + by * f64::from(*weight)
            })
        };
        let titles: Vec<(f64, usize)> = scored
            .iter()
            .map(|(_, report)| (title(*report), *report))
            .collect();
        let mut sorted: Vec<f64> = titles.iter().map(|(score, _)| *score).collect();
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        let mut out = BTreeMap::new();
        for ((by_title, report), (own, _)) in titles.iter().zip(scored) {
            if !self.is_bare(*report) {
                continue;
            }
            // Of equal titles, which is what unknown ones are, the last place.
            let before =
                sorted.partition_point(|other| other.total_cmp(by_title) != Ordering::Less);
            if let Some((there, _)) = scored.get(before.saturating_sub(1))
                && there > own
            {
                out.insert(*report, *there);
            }
        }
        out
    }

    /// What moved a report, the strongest first.
    pub fn why(&self, scoring: &Scoring, report: usize) -> Vec<Reason> {
        let row = self.texts.matrix.row(report);
        let mut out: Vec<Reason> = row
            .features
            .iter()
            .zip(row.weights)
            .filter_map(|(feature, weight)| {
                let place = usize::try_from(*feature).ok()?;
                let adds = scoring.weights.get(place)? * f64::from(*weight);
                let (field, words) = self.texts.name(*feature)?;
                (adds.abs() > 0.0).then_some(Reason { field, words, adds })
            })
            .collect();
        out.sort_by(|a, b| {
            let size = b.adds.abs().total_cmp(&a.adds.abs());
            size.then(a.field.cmp(&b.field)).then(a.words.cmp(&b.words))
        });
        out
    }
}

#[cfg(test)]
pub(in crate::rank) mod tests {
    use super::*;
    use crate::rank::svm::Dice;

    pub(in crate::rank) fn made(n: usize) -> (Pool, Vec<bool>) {
        let mut dice = Dice::new(5);
        let noise = [
            "cohort", "cost", "nurse", "rat", "liver", "dose", "pain", "ward", "sleep",
        ];
        let theme = ["daratumumab", "myeloma", "relapsed", "randomised"];
        let (mut titles, mut abstracts, mut labels) = (Vec::new(), Vec::new(), Vec::new());
        for at in 0..n {
            let relevant = at % 10 == 3;
            let mut text = |so_many: usize| {
                let mut words = Vec::new();
                for _ in 0..so_many {
                    let list: &[&str] = if relevant && dice.below(2) == 0 {
                        &theme
                    } else {
                        &noise
                    };
                    words.push(list[dice.below(list.len())]);
                }
                words.join(" ")
            };
            titles.push(text(6));
            abstracts.push(if at % 7 == 0 { String::new() } else { text(40) });
            labels.push(relevant);
        }
        let texts = titles.iter().zip(&abstracts);
        let texts = texts.map(|(title, text)| (title.as_str(), text.as_str()));
        (Pool::new(texts, "daratumumab in myeloma"), labels)
    }

    pub(in crate::rank) fn labelled(labels: &[bool], n: usize) -> Vec<(usize, bool)> {
        labels.iter().copied().enumerate().take(n).collect()
    }

    #[test]
    fn what_was_asked_before_moves_no_bit() {
        let (pool, labels) = made(200);
        let mut memory = Memory::default();
        for n in [1, 2, 17, 90, 91, 92, 60, 120, 119, 121] {
            let known = labelled(&labels, n);
            let warm = pool.learn(&known, &mut memory);
            let cold = pool.learn(&known, &mut Memory::default());
            assert_eq!(warm, cold, "{n} labels");
        }
        // A label that was changed in the middle.
        let mut known = labelled(&labels, 121);
        known[30].1 = !known[30].1;
        let warm = pool.learn(&known, &mut memory);
        assert_eq!(warm, pool.learn(&known, &mut Memory::default()));
    }

    #[test]
    fn the_relevant_come_first_and_the_question_alone_begins_well() {
        let (pool, labels) = made(200);
        let chance: Vec<u64> = (0..200).map(|n| (n * 7919) % 200).collect();
        for known in [0, 40] {
            let scoring = pool.learn(&labelled(&labels, known), &mut Memory::default());
            assert_eq!(scoring.by_likeness, known == 0);
            let open: Vec<usize> = (known..200).collect();
            let order = pool.order(&scoring, &open, &chance, 0);
            assert_eq!(order.len(), open.len());
            let first = order.iter().filter(|one| !one.drawn).take(20);
            let found = first.filter(|one| labels[one.report]).count();
            assert!(found > 12, "{found} after {known}");
        }
    }

    #[test]
    fn one_in_twenty_is_drawn_whatever_it_says() {
        let (pool, labels) = made(200);
        let scoring = pool.learn(&labelled(&labels, 40), &mut Memory::default());
        let open: Vec<usize> = (40..200).collect();
        let chance: Vec<u64> = (0..200).map(|n| (n * 7919) % 200).collect();
        let order = pool.order(&scoring, &open, &chance, 17);
        let drawn: Vec<usize> = (0..order.len()).filter(|at| order[*at].drawn).collect();
        assert_eq!(drawn[..3], [2, 22, 42]);
        let mut all: Vec<usize> = order.iter().map(|one| one.report).collect();
        all.sort_unstable();
        assert_eq!(all, open);
        // The first that is drawn has the lowest number of all that stand behind the two before it.
        let least = open
            .iter()
            .filter(|n| **n != order[0].report && **n != order[1].report);
        assert_eq!(order[2].report, *least.min_by_key(|n| chance[**n]).unwrap());
    }

    #[test]
    fn a_report_without_an_abstract_is_not_ranked_down_for_it() {
        let (pool, labels) = made(200);
        let scoring = pool.learn(&labelled(&labels, 60), &mut Memory::default());
        let open: Vec<usize> = (60..200).collect();
        let order = pool.order(&scoring, &open, &[0; 200], 0);
        let mean = |bare: bool| {
            let places: Vec<f64> = order
                .iter()
                .enumerate()
                .filter(|(_, one)| labels[one.report] && pool.is_bare(one.report) == bare)
                .map(|(at, _)| count(at))
                .collect();
            places.iter().sum::<f64>() / count(places.len())
        };
        assert!(
            mean(true) < mean(false) + 15.0,
            "{} {}",
            mean(true),
            mean(false)
        );
        for one in order.iter().filter(|one| one.raised) {
            assert!(pool.is_bare(one.report) && one.score > pool.score(&scoring, one.report));
        }
    }

    #[test]
    fn the_words_that_move_a_report_add_up_to_its_score() {
        let (pool, labels) = made(200);
        let scoring = pool.learn(&labelled(&labels, 60), &mut Memory::default());
        let report = (60..200).find(|n| labels[*n]).unwrap();
        let why = pool.why(&scoring, report);
        let sum: f64 = why.iter().map(|one| one.adds).sum();
        assert!((sum - pool.score(&scoring, report)).abs() < 1e-9);
        let strongest: Vec<&str> = why.iter().take(8).map(|one| one.words.as_str()).collect();
        assert!(
            strongest
                .iter()
                .any(|words| words.contains("daratumumab") || words.contains("myeloma")),
            "{strongest:?}"
        );
    }
}
