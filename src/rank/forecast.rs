//! How many relevant reports are likely left, and how far one must read to find nearly all of them.
//!
//! The review tests itself forward in time: its labels are cut into five parts in their order, and each
//! part is scored by a machine that learned the parts before it. What scores turned out to be worth
//! there (isotonic regression, so that a higher score never says less) is applied to what is open. Three
//! things make the interval: which labels there happened to be (each draw weighs them anew, as
//! the Bayesian bootstrap does, Rubin 1981), that later reports may be relevant at another rate, and that
//! some may be relevant for reasons no earlier one had: these lie anywhere, whatever their score. Chance
//! is drawn from a fixed seed.
//!
//! An interval that holds in simulations of the past says nothing of a topic that changes: the forecast
//! is advice on how far to plan, never a reason to leave reports unread.

use super::count;
use super::order::{Memory, Pool};
use super::svm::Dice;

/// Fewer relevant reports than this say nothing.
pub const FEWEST: usize = 10;
/// Parts into which the labels are cut.
const PARTS: usize = 5;
/// Draws.
const DRAWS: usize = 400;
/// How far the rate of relevant reports may change: the standard deviation of its logarithm.
const DRIFT: f64 = 0.4;

/// A number with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The middle: as many draws lie above as below.
    pub middle: usize,
    /// The lower end.
    pub low: usize,
    /// The upper end.
    pub high: usize,
}

/// What is likely left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// Relevant reports among those that are open.
    pub left: Range,
    /// Reports to read in the order as it is now to find 95 % of them.
    pub depth: Range,
    /// Relevant reports on which the review tested itself.
    pub tested: usize,
}

/// The forecast; none where fewer than [`FEWEST`] relevant reports are known, or too few of them came
/// after others to be tested on.
pub fn forecast(pool: &Pool, labels: &[(usize, bool)], open: &[usize]) -> Option<Forecast> {
    let relevant = |part: &[(usize, bool)]| part.iter().filter(|(_, relevant)| *relevant).count();
    if relevant(labels) < FEWEST || open.is_empty() {
        return None;
    }
    let cut = |part: usize| labels.len() * part / PARTS;
    let mut memory = Memory::default();
    let mut known: Vec<(f64, bool)> = Vec::new();
    for part in 1..PARTS {
        let (before, rest) = labels.split_at(cut(part));
        let scoring = pool.learn(before, &mut memory);
        if scoring.by_likeness || relevant(before) < 2 {
            continue;
        }
        let these = rest.iter().take(cut(part + 1) - cut(part));
        known.extend(these.map(|(report, is)| (pool.margin(&scoring, *report), *is)));
    }
    let tested = known.iter().filter(|(_, is)| *is).count();
    if tested < FEWEST / 2 {
        return None;
    }
    let scoring = pool.learn(labels, &mut memory);
    let mut scores: Vec<f64> = open
        .iter()
        .map(|report| pool.margin(&scoring, *report))
        .collect();
    known.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)));
    scores.sort_by(|a, b| b.total_cmp(a));
    let mut dice = Dice::new(1);
    let (mut left, mut depth) = (Vec::new(), Vec::new());
    for _ in 0..DRAWS {
        let chances = draw(&known, &scores, tested, &mut dice);
        let mut found: Vec<usize> = Vec::new();
        for (place, chance) in chances.into_iter().enumerate() {
            if dice.unit() < chance {
                found.push(place + 1);
            }
        }
        left.push(found.len());
        // ⌈95 m / 100⌉ of them.
        let most = (95 * found.len()).div_ceil(100);
        let at = most.checked_sub(1).and_then(|at| found.get(at));
        depth.push(at.copied().unwrap_or(0));
    }
    Some(Forecast {
        left: range(left),
        depth: range(depth),
        tested,
    })
}

/// The chance of each open report, highest score first, in one draw.
fn draw(known: &[(f64, bool)], scores: &[f64], tested: usize, dice: &mut Dice) -> Vec<f64> {
    // Blocks of equal rates: lowest score, weight, weight of the relevant.
    let mut blocks: Vec<(f64, f64, f64)> = Vec::new();
    let (mut all, mut hits) = (0.0, 0.0);
    for (score, relevant) in known {
        let weight = -libm::log(1.0 - dice.unit());
        let hit = if *relevant { weight } else { 0.0 };
        all += weight;
        hits += hit;
        blocks.push((*score, weight, hit));
        // A lower score that says more is taken together with the one above it.
        while let [.., (_, w1, h1), (low, w2, h2)] = blocks.as_slice()
            && h2 * w1 > h1 * w2
        {
            let both = (*low, w1 + w2, h1 + h2);
            blocks.pop();
            blocks.pop();
            blocks.push(both);
        }
    }
    let rate = if all > 0.0 { hits / all } else { 0.0 };
    // A normal number by Box and Muller.
    let normal = (-2.0 * libm::log(1.0 - dice.unit())).sqrt()
        * libm::cos(2.0 * std::f64::consts::PI * dice.unit());
    let drift = libm::exp(DRIFT * normal);
    let unlike = 1.0 - libm::pow(1.0 - dice.unit(), 1.0 / (2.0 + count(tested) / 10.0));
    let mut at = 0;
    let chance = |score: &f64| {
        while blocks.get(at).is_some_and(|(low, _, _)| low > score) {
            at += 1;
        }
        let own = blocks
            .get(at)
            .or(blocks.last())
            .map_or(0.0, |(_, weight, hit)| hit / weight);
        ((1.0 - unlike) * own + unlike * rate) * drift
    };
    scores.iter().map(chance).collect()
}

/// The middle and 95 % of the draws.
fn range(mut draws: Vec<usize>) -> Range {
    draws.sort_unstable();
    let at = |per_mille: usize| {
        let place = (draws.len() * per_mille / 1000).min(draws.len().saturating_sub(1));
        draws.get(place).copied().unwrap_or(0)
    };
    Range {
        low: at(25),
        middle: at(500),
        high: at(975),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rank::order::tests::{labelled, made};

    #[test]
    fn what_is_left_lies_in_the_interval_and_the_same_is_said_twice() {
        let (pool, labels) = made(400);
        let open: Vec<usize> = (240..400).collect();
        let known = labelled(&labels, 240);
        let said = forecast(&pool, &known, &open).unwrap();
        let left = labels.iter().skip(240).filter(|is| **is).count();
        assert!(
            (said.left.low..=said.left.high).contains(&left),
            "{left} {said:?}"
        );
        assert!(said.left.low <= said.left.middle && said.left.middle <= said.left.high);
        assert!(said.depth.low < 40 && said.depth.high <= open.len());
        assert_eq!(said, forecast(&pool, &known, &open).unwrap());
    }

    #[test]
    fn too_few_say_nothing() {
        let (pool, labels) = made(200);
        // Every tenth is relevant.
        let open: Vec<usize> = (100..200).collect();
        assert_eq!(forecast(&pool, &labelled(&labels, 90), &open), None);
        assert!(forecast(&pool, &labelled(&labels, 100), &open).is_some());
        assert_eq!(forecast(&pool, &labelled(&labels, 200), &[]), None);
        // All of them at the beginning: nothing after it to be tested on.
        let mut known = labelled(&labels, 200);
        known.sort_by_key(|(_, is)| !is);
        assert_eq!(forecast(&pool, &known[..150], &open), None);
    }

    #[test]
    fn rates_do_not_rise_where_scores_fall() {
        let known: Vec<(f64, bool)> = (0..60)
            .map(|n| (1.0 - f64::from(n) / 30.0, n < 40 && n % 3 == 0))
            .collect();
        let scores: Vec<f64> = (0..80).map(|n| 1.2 - f64::from(n) / 30.0).collect();
        let chances = draw(&known, &scores, 14, &mut Dice::new(3));
        assert_eq!(chances.len(), scores.len());
        for pair in chances.windows(2) {
            assert!(pair[0] >= pair[1] && pair[1] >= 0.0, "{pair:?}");
        }
    }
}
