//! A screening that is over, read again in the order that a model would have given it.
//!
//! The model is told the labels of the priors; then the record with the highest score is read, its
//! label told, the model trained, and so on until the last relevant record is found. Ties go to the
//! record that stands first.

use super::matrix::Matrix;
use super::model::Model;
use super::svm::{Dice, Svm};
use super::{count, measures};
use std::thread;

/// A finished screening: what the model reads of each record, and its label.
#[derive(Debug, Clone, Copy)]
pub struct Screening<'a> {
    /// Titles.
    pub titles: &'a [String],
    /// Abstracts; empty where there is none.
    pub abstracts: &'a [String],
    /// Whether each record was relevant.
    pub labels: &'a [bool],
}

/// What one simulation gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulated {
    /// The records whose labels were known at the start.
    pub priors: Vec<usize>,
    /// The other records in the order in which they were read, to the last relevant one.
    pub order: Vec<usize>,
    /// How many records were never read.
    pub unread: usize,
    /// The figures of the order.
    pub measures: measures::Measures,
    /// Labels of all records but the priors, in the order of reading; those never read come last.
    pub labels: Vec<bool>,
}

/// A relevant and an irrelevant record, drawn; none where one of the two is missing.
pub fn drawn(labels: &[bool], seed: u64) -> Option<Vec<usize>> {
    let mut dice = Dice::new(seed);
    let mut one = |relevant: bool| {
        let all: Vec<usize> = (0..labels.len())
            .filter(|at| labels.get(*at) == Some(&relevant))
            .collect();
        all.get(dice.below(all.len())).copied()
    };
    Some(vec![one(true)?, one(false)?])
}

/// One simulation for each list of priors, on as many threads as there are cores; the result does
/// not depend on their number. `found` is called for every relevant record that is found.
pub fn simulate(
    screening: Screening<'_>,
    priors: &[Vec<usize>],
    model: Model,
    found: &(dyn Fn() + Sync),
) -> Vec<Simulated> {
    let matrix = model.matrix(screening.titles, screening.abstracts);
    let threads = thread::available_parallelism().map_or(1, |n| n.get().min(8));
    let one =
        |priors: &Vec<usize>| Reading::new(&matrix, screening.labels, priors, model).run(found);
    if threads < 2 || priors.len() < 2 {
        return priors.iter().map(one).collect();
    }
    let next = std::sync::atomic::AtomicUsize::new(0);
    let mut done: Vec<(usize, Simulated)> = thread::scope(|scope| {
        let work = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                let Some(priors) = priors.get(at) else { break };
                done.push((at, one(priors)));
            }
            done
        };
        let running: Vec<_> = (0..threads.min(priors.len()))
            .map(|_| scope.spawn(work))
            .collect();
        let joined = running.into_iter().map(thread::ScopedJoinHandle::join);
        joined.flat_map(Result::unwrap_or_default).collect()
    });
    done.sort_unstable_by_key(|(at, _)| *at);
    if done.len() < priors.len() {
        // A thread that could not finish is done again here, where its panic is seen.
        return priors.iter().map(one).collect();
    }
    done.into_iter().map(|(_, one)| one).collect()
}

/// A simulation under way.
struct Reading<'a> {
    labels: &'a [bool],
    priors: &'a [usize],
    model: Model,
    svm: Svm<'a>,
    pool: Pool<'a>,
    order: Vec<usize>,
}

impl<'a> Reading<'a> {
    fn new(matrix: &'a Matrix, labels: &'a [bool], priors: &'a [usize], model: Model) -> Self {
        let mut svm = Svm::new(matrix, model.precision());
        let mut pool = Pool::new(matrix, labels.len());
        for prior in priors {
            svm.tell(*prior, labels.get(*prior) == Some(&true));
            pool.take(*prior);
        }
        Self {
            labels,
            priors,
            model,
            svm,
            pool,
            order: Vec::new(),
        }
    }

    fn is_relevant(&self, record: usize) -> bool {
        self.labels.get(record) == Some(&true)
    }

    fn run(mut self, found: &(dyn Fn() + Sync)) -> Simulated {
        let mut left = (0..self.labels.len())
            .filter(|record| self.pool.is_open(*record) && self.is_relevant(*record))
            .count();
        // Labels since the last training.
        let mut since = usize::MAX;
        while left > 0 {
            if since >= self.model.patience(self.svm.known()) {
                self.svm.train();
                since = 0;
            } else {
                self.svm.touch();
            }
            let Some(record) = self.pool.best(&self.svm) else {
                break;
            };
            self.pool.take(record);
            self.order.push(record);
            let relevant = self.is_relevant(record);
            self.svm.tell(record, relevant);
            since += 1;
            if relevant {
                left -= 1;
                since = usize::MAX;
                found();
            }
        }
        let rest = (0..self.labels.len()).filter(|record| self.pool.is_open(*record));
        let read = self.order.iter().copied();
        let labels: Vec<bool> = read
            .chain(rest)
            .map(|record| self.is_relevant(record))
            .collect();
        Simulated {
            priors: self.priors.to_vec(),
            unread: labels.len() - self.order.len(),
            measures: measures::measure(&labels),
            order: self.order,
            labels,
        }
    }
}

/// The records not yet read. A score is known as it was when all were scored last; how far the
/// weights have moved since bounds what it can be now, so that few are scored again.
struct Pool<'a> {
    matrix: &'a Matrix,
    open: Vec<bool>,
    /// Scores as of the last look at all, highest first.
    scored: Vec<(f64, usize)>,
    /// The weights then.
    weights: Vec<f64>,
    /// How many were scored again since.
    again: usize,
}

/// Rounding of a score is far below this.
const ROUNDING: f64 = 1e-9;

impl<'a> Pool<'a> {
    fn new(matrix: &'a Matrix, records: usize) -> Self {
        Self {
            matrix,
            open: vec![true; records],
            scored: Vec::new(),
            weights: Vec::new(),
            again: 0,
        }
    }

    fn is_open(&self, record: usize) -> bool {
        self.open.get(record) == Some(&true)
    }

    fn take(&mut self, record: usize) {
        if let Some(open) = self.open.get_mut(record) {
            *open = false;
        }
    }

    /// The open record with the highest score, the first of equals.
    fn best(&mut self, svm: &Svm<'_>) -> Option<usize> {
        if self.scored.is_empty() || self.again > self.scored.len() {
            self.look_at_all(svm);
        }
        let moved = svm.weights().iter().zip(&self.weights);
        let moved = moved.map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
        let mut best: Option<(f64, usize)> = None;
        for (then, record) in &self.scored {
            if let Some((score, _)) = best
                && then + moved + ROUNDING < score
            {
                break;
            }
            if !self.open.get(*record).copied().unwrap_or(false) {
                continue;
            }
            let length = self.matrix.row(*record).shared.sqrt();
            if let Some((score, _)) = best
                && then + moved * length + ROUNDING < score
            {
                continue;
            }
            self.again += 1;
            let score = svm.score(*record);
            let better = best.is_none_or(|(highest, first)| {
                score > highest || (score >= highest && *record < first)
            });
            if better {
                best = Some((score, *record));
            }
        }
        best.map(|(_, record)| record)
    }

    fn look_at_all(&mut self, svm: &Svm<'_>) {
        self.scored = (0..self.open.len())
            .filter(|record| self.is_open(*record))
            .map(|record| (svm.score(record), record))
            .collect();
        self.scored
            .sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        self.weights = svm.weights().to_vec();
        self.again = 0;
    }
}

/// The mean of a figure over simulations that have it.
pub fn mean(all: &[Simulated], figure: impl Fn(&measures::Figures) -> f64) -> Option<f64> {
    let values: Vec<f64> = all
        .iter()
        .filter_map(|one| one.measures.figures.as_ref().map(&figure))
        .collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / count(values.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> (Vec<String>, Vec<String>, Vec<bool>) {
        let mut dice = Dice::new(3);
        let words = [
            "cohort", "cost", "nurse", "rat", "liver", "trial", "dose", "pain",
        ];
        let (mut titles, mut abstracts, mut labels) = (vec![], vec![], vec![]);
        for n in 0..120 {
            let relevant = n % 12 == 5;
            let mut text = String::new();
            for _ in 0..20 {
                text.push_str(words[dice.below(words.len())]);
                text.push(' ');
            }
            if relevant {
                text.push_str("antibody response");
            }
            titles.push(format!("report {n}"));
            abstracts.push(text);
            labels.push(relevant);
        }
        (titles, abstracts, labels)
    }

    #[test]
    fn every_relevant_record_is_found_and_threads_change_nothing() {
        let (titles, abstracts, labels) = made();
        let screening = Screening {
            titles: &titles,
            abstracts: &abstracts,
            labels: &labels,
        };
        for model in [Model::Reference, Model::Fields] {
            let priors: Vec<Vec<usize>> =
                (1..6).map(|seed| drawn(&labels, seed).unwrap()).collect();
            let all = simulate(screening, &priors, model, &|| ());
            for (one, priors) in all.iter().zip(&priors) {
                let alone = simulate(screening, std::slice::from_ref(priors), model, &|| ());
                assert_eq!(alone, std::slice::from_ref(one));
                let figures = one.measures.figures.unwrap();
                assert_eq!(one.measures.relevant, 9);
                assert_eq!(figures.records_to_100, one.order.len());
                assert!(figures.loss < 0.1, "{figures:?}");
                assert_eq!(one.order.len() + one.unread + 2, labels.len());
            }
        }
    }

    #[test]
    fn equal_texts_are_read_in_their_order() {
        let titles: Vec<String> = ["yes one", "no two", "maybe", "maybe", "maybe", "yes one"]
            .map(str::to_owned)
            .to_vec();
        let abstracts = vec![String::new(); 6];
        let labels = [true, false, false, false, true, false];
        let screening = Screening {
            titles: &titles,
            abstracts: &abstracts,
            labels: &labels,
        };
        let all = simulate(screening, &[vec![0, 1]], Model::Reference, &|| ());
        assert_eq!(all[0].order, [5, 2, 3, 4]);
    }
}
