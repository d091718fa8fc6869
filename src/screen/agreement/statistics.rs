//! Statistics of agreement between people who judged the same reports.
//!
//! Two people: observed agreement, Cohen's κ (Educ Psychol Meas 1960;20:37–46) with the standard error of
//! Fleiss, Cohen and Everitt (Psychol Bull 1969;72:323–327), the prevalence- and bias-adjusted κ (Byrt et
//! al., J Clin Epidemiol 1993;46:423–429) and Gwet's AC1 (Br J Math Stat Psychol 2008;61:29–48). More than
//! two: Fleiss' κ (Psychol Bull 1971;76:378–382) where nine in ten reports were judged by all of them, AC1
//! and Krippendorff's α (Hayes and Krippendorff, Commun Methods Meas 2007;1:77–89) whoever judged what; each
//! over the reports that at least two judged. Categories are nominal.
//!
//! Nothing is said of fewer than [`LEAST`] reports but how many there are and how they fall: a
//! coefficient of so few moves by its whole range with one vote. Nor is one where it is not
//! defined, because everybody chose one category.

/// Fewer reports than this have no coefficient.
pub const LEAST: u32 = 10;

/// Of ten reports, at least so many are judged by all people for Fleiss' κ.
const MOSTLY: u64 = 9;

/// The quantile of the normal distribution for 95 %.
const Z95: f64 = 1.959_963_984_540_054;

/// A coefficient with its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    /// Cohen's κ.
    pub value: f64,
    /// Its standard error.
    pub se: f64,
    /// Its interval, at 95 %; nothing where the standard error is 0 (whole agreement), which tells
    /// nothing of how sure it is.
    pub ci: Option<(f64, f64)>,
}

/// What two people's judgements agree in; the rows of the table are the first person's.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Reports that both judged, by the category of each.
    pub table: Vec<Vec<u32>>,
    /// How many.
    pub n: u32,
    /// The share on which they agree.
    pub observed: Option<f64>,
    /// The share on which two people who guess at their rates would agree.
    pub expected: Option<f64>,
    /// Cohen's κ.
    pub kappa: Option<Kappa>,
    /// κ were all categories equally frequent: (q·Po − 1) / (q − 1).
    pub pabak: Option<f64>,
    /// Gwet's AC1.
    pub ac1: Option<f64>,
}

impl Pair {
    /// Of a square table.
    ///
    /// ```
    /// use perennial::screen::agreement::Pair;
    /// // Cohen 1960 and Fleiss et al. 1969 give the formulas, statsmodels these values.
    /// let pair = Pair::of(vec![vec![52, 2], vec![12, 15]]);
    /// let kappa = pair.kappa.unwrap();
    /// assert!((kappa.value - 0.571_429).abs() < 1e-6 && (kappa.se - 0.098_014).abs() < 1e-6);
    /// ```
    pub fn of(table: Vec<Vec<u32>>) -> Self {
        let n: u32 = table.iter().flatten().sum();
        let mut pair = Self {
            table,
            n,
            observed: None,
            expected: None,
            kappa: None,
            pabak: None,
            ac1: None,
        };
        if n == 0 {
            return pair;
        }
        let total = f64::from(n);
        let q = pair.table.len();
        let share = |i: usize, j: usize| -> f64 {
            let cell = pair.table.get(i).and_then(|row| row.get(j));
            f64::from(cell.copied().unwrap_or(0)) / total
        };
        let row = |i: usize| -> f64 { (0..q).map(|j| share(i, j)).sum() };
        let column = |j: usize| -> f64 { (0..q).map(|i| share(i, j)).sum() };
        let observed: f64 = (0..q).map(|i| share(i, i)).sum();
        let expected: f64 = (0..q).map(|i| row(i) * column(i)).sum();
        pair.observed = Some(observed);
        pair.expected = Some(expected);
        let width = f64::from(u32::try_from(q).unwrap_or(u32::MAX));
        if n < LEAST || q < 2 {
            return pair;
        }
        pair.pabak = Some((width * observed - 1.0) / (width - 1.0));
        let chance: f64 = (0..q)
            .map(|i| f64::midpoint(row(i), column(i)))
            .map(|p| p * (1.0 - p))
            .sum::<f64>()
            / (width - 1.0);
        pair.ac1 = Some((observed - chance) / (1.0 - chance));
        // Both chose one and the same category throughout: there is nothing to agree about.
        let varied = (0..q).all(|i| pair.table.get(i).and_then(|row| row.get(i)) != Some(&n));
        if varied {
            let value = (observed - expected) / (1.0 - expected);
            let left = 1.0 - value;
            let mut sum = 0.0;
            for i in 0..q {
                for j in 0..q {
                    // The cell's share times the square of its derivative.
                    let slope = if i == j {
                        1.0 - (row(i) + column(i)) * left
                    } else {
                        left * (column(i) + row(j))
                    };
                    sum += share(i, j) * slope * slope;
                }
            }
            let centre = value - expected * left;
            let variance = (sum - centre * centre) / (total * (1.0 - expected) * (1.0 - expected));
            let se = variance.max(0.0).sqrt();
            // Whole agreement, where rounding alone would leave a width.
            let whole = (0..q).all(|i| (0..q).all(|j| i == j || share(i, j) == 0.0));
            let se = if whole { 0.0 } else { se };
            pair.kappa = Some(Kappa {
                value,
                se,
                ci: (!whole).then_some((value - Z95 * se, value + Z95 * se)),
            });
        }
        pair
    }

    /// Of the categories that each of two people chose, in the same order, where both did.
    pub fn rated(categories: usize, pairs: impl Iterator<Item = (usize, usize)>) -> Self {
        let mut table = vec![vec![0_u32; categories]; categories];
        for (one, other) in pairs {
            if let Some(cell) = table.get_mut(one).and_then(|row| row.get_mut(other)) {
                *cell += 1;
            }
        }
        Self::of(table)
    }
}

/// What more than two people's judgements agree in.
#[derive(Debug, Clone, PartialEq)]
pub struct Several {
    /// People.
    pub people: u32,
    /// Reports that at least two of them judged.
    pub n: u32,
    /// Reports that all of them judged.
    pub complete: u32,
    /// Fleiss' κ of all, where these are nearly all.
    pub fleiss: Option<f64>,
    /// Gwet's AC1 of all.
    pub ac1: Option<f64>,
    /// Krippendorff's α of all.
    pub alpha: Option<f64>,
}

impl Several {
    /// Of how many people chose each category, a row for each report; `people` are all that take part.
    pub fn of(people: u32, rows: &[Vec<u32>]) -> Self {
        let sum = |row: &[u32]| -> u32 { row.iter().sum() };
        let judged: Vec<&Vec<u32>> = rows.iter().filter(|row| sum(row) > 0).collect();
        let twice: Vec<&Vec<u32>> = rows.iter().filter(|row| sum(row) > 1).collect();
        let complete: Vec<&Vec<u32>> = rows
            .iter()
            .filter(|row| people > 1 && sum(row) == people)
            .collect();
        let count = |all: &[&Vec<u32>]| u32::try_from(all.len()).unwrap_or(u32::MAX);
        let (n, whole) = (count(&twice), count(&complete));
        // In tenths: where people judged different reports, their rates are not those of one set.
        let same = u64::from(whole) * 10 >= u64::from(n) * MOSTLY;
        Self {
            people,
            n,
            complete: whole,
            fleiss: (n >= LEAST && same).then(|| fleiss(&twice)).flatten(),
            ac1: (count(&twice) >= LEAST)
                .then(|| ac1(&judged, &twice))
                .flatten(),
            alpha: (count(&twice) >= LEAST).then(|| alpha(&twice)).flatten(),
        }
    }
}

/// How many categories anybody chose.
fn used(rows: &[&Vec<u32>]) -> u32 {
    let width = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let some = |k: &usize| rows.iter().any(|row| row.get(*k).is_some_and(|n| *n > 0));
    u32::try_from((0..width).filter(some).count()).unwrap_or(u32::MAX)
}

/// Adds up a value of each row.
fn total(rows: &[&Vec<u32>], value: impl Fn(&[u32]) -> f64) -> f64 {
    rows.iter().map(|row| value(row)).sum()
}

/// Of the pairs of people who judged a report, the share that agrees.
fn agreeing(row: &[u32]) -> f64 {
    let n: u32 = row.iter().sum();
    let same: f64 = row
        .iter()
        .map(|k| f64::from(*k) * (f64::from(*k) - 1.0))
        .sum();
    same / (f64::from(n) * (f64::from(n) - 1.0))
}

/// The share of each category, every report counting once.
fn shares(rows: &[&Vec<u32>]) -> Vec<f64> {
    let width = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let n = f64::from(u32::try_from(rows.len()).unwrap_or(u32::MAX));
    let of = |k: usize| {
        total(rows, |row| {
            let all: u32 = row.iter().sum();
            f64::from(row.get(k).copied().unwrap_or(0)) / f64::from(all)
        }) / n
    };
    (0..width).map(of).collect()
}

fn mean_agreeing(rows: &[&Vec<u32>]) -> f64 {
    total(rows, agreeing) / f64::from(u32::try_from(rows.len()).unwrap_or(u32::MAX))
}

fn fleiss(rows: &[&Vec<u32>]) -> Option<f64> {
    if used(rows) < 2 {
        return None;
    }
    let chance: f64 = shares(rows).iter().map(|p| p * p).sum();
    Some((mean_agreeing(rows) - chance) / (1.0 - chance))
}

fn ac1(judged: &[&Vec<u32>], twice: &[&Vec<u32>]) -> Option<f64> {
    let used = used(judged);
    if used < 2 {
        return None;
    }
    let spread: f64 = shares(judged).iter().map(|p| p * (1.0 - p)).sum();
    let chance = spread / (f64::from(used) - 1.0);
    Some((mean_agreeing(twice) - chance) / (1.0 - chance))
}

/// 1 − (observed disagreement / expected disagreement), from coincidences.
fn alpha(rows: &[&Vec<u32>]) -> Option<f64> {
    if used(rows) < 2 {
        return None;
    }
    let width = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let n = total(rows, |row| row.iter().map(|k| f64::from(*k)).sum());
    let agreeing = total(rows, |row| {
        let all: u32 = row.iter().sum();
        f64::from(all) * self::agreeing(row)
    });
    let of = |k: usize| total(rows, |row| f64::from(row.get(k).copied().unwrap_or(0)));
    let chance: f64 = (0..width).map(of).map(|c| c * (c - 1.0)).sum::<f64>() / (n - 1.0);
    Some(1.0 - (n - agreeing) / (n - chance))
}

#[cfg(test)]
mod tests;
