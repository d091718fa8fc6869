//! Meta-regression: estimates that depend on moderators.
//!
//! Thompson and Higgins 2002, Stat Med 21:1559; R² after Raudenbush 1994: how much smaller τ² is than
//! without moderators. Columns are centred and scaled before the sums are made and the coefficients
//! brought back, so that calendar years lose no digits. A column of words becomes one term for each
//! level but the first.

use super::dist;
use super::linear::Square;
use super::math::{count, dot};
use super::model::{How, inverse_variance};
use super::result::{Coefficient, FittedLine, FittedPoint, MetaRegression};
use super::spec::{Interval, Method};
use super::tau2::{Problem as _, Regression, estimate};
use std::collections::BTreeSet;

/// The moderators of the rows that have them all.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Design {
    /// Terms, `intercept` first.
    pub(crate) terms: Vec<String>,
    /// One row for each study used, beginning with 1, columns centred and scaled.
    pub(crate) x: Vec<Vec<f64>>,
    /// Which studies are used.
    pub(crate) used: Vec<usize>,
    /// The columns as they are, of the studies used, with their terms.
    columns: Vec<(String, Vec<f64>)>,
    /// How many studies there are.
    of: usize,
    /// What was taken off each column and what it was divided by.
    shifts: Vec<(f64, f64)>,
    /// Whether its one moderator is a column of numbers.
    single: bool,
}

/// Why a design cannot be made, in words.
pub(crate) type Refused = String;

/// Makes the design from the values of each moderator, missing ones as `None`.
pub(crate) fn design(columns: &[(String, Vec<Option<&str>>)], k: usize) -> Result<Design, Refused> {
    let used: Vec<usize> = (0..k)
        .filter(|n| {
            columns
                .iter()
                .all(|(_, values)| values.get(*n).is_some_and(Option::is_some))
        })
        .collect();
    let mut terms = vec!["intercept".to_owned()];
    let mut shifts = vec![(0.0, 1.0)];
    let mut x: Vec<Vec<f64>> = used.iter().map(|_| vec![1.0]).collect();
    let mut numbers = true;
    let mut plain = Vec::new();
    for (name, values) in columns {
        let words: Vec<&str> = used
            .iter()
            .filter_map(|n| values.get(*n).copied().flatten())
            .collect();
        for (term, column) in coded(name, &words)? {
            numbers &= term == *name;
            let centre = super::math::mean(&column);
            let spread = column
                .iter()
                .map(|value| (value - centre).abs())
                .fold(0.0, f64::max);
            if spread <= 0.0 {
                return Err(format!("{term} is the same in every study"));
            }
            for (row, value) in x.iter_mut().zip(&column) {
                row.push((value - centre) / spread);
            }
            terms.push(term.clone());
            shifts.push((centre, spread));
            plain.push((term, column));
        }
    }
    Ok(Design {
        single: numbers && terms.len() == 2,
        terms,
        x,
        used,
        columns: plain,
        of: k,
        shifts,
    })
}

/// The terms of one column: itself if it is numbers, one for each level but the first if it is words.
fn coded(name: &str, words: &[&str]) -> Result<Vec<(String, Vec<f64>)>, Refused> {
    let read = numbers_of(words);
    let numbers: Vec<f64> = read.iter().copied().flatten().collect();
    if numbers.len() == words.len() {
        return Ok(vec![(name.to_owned(), numbers)]);
    }
    if !numbers.is_empty() {
        let odd = words.iter().zip(&read).find(|(_, number)| number.is_none());
        let odd = odd.map(|(word, _)| word);
        return Err(format!(
            "{name} mixes numbers and words ({})",
            odd.copied().unwrap_or_default()
        ));
    }
    let levels: BTreeSet<&str> = words.iter().copied().collect();
    Ok(levels
        .iter()
        .skip(1)
        .map(|level| {
            let column = words
                .iter()
                .map(|word| f64::from(u8::from(word == level)))
                .collect();
            (format!("{name}: {level}"), column)
        })
        .collect())
}

/// What of a column are numbers. A comma is a decimal one where nothing else can be meant, and where every
/// number is in per cent its sign is taken off.
fn numbers_of(words: &[&str]) -> Vec<Option<f64>> {
    let per_cent = !words.is_empty() && words.iter().all(|word| word.ends_with('%'));
    let commas = words.iter().any(|word| {
        word.split_once(',')
            .is_some_and(|(_, back)| back.trim_end_matches(['%', ' ']).len() != 3)
    });
    let number = |word: &&str| {
        let bare = word.trim_end_matches(|c| per_cent && matches!(c, '%' | ' '));
        let bare = bare.replace('\u{2212}', "-");
        let bare = if commas && bare.matches(',').count() == 1 && !bare.contains('.') {
            bare.replace(',', ".")
        } else {
            bare
        };
        bare.parse::<f64>().ok().filter(|x| x.is_finite())
    };
    words.iter().map(number).collect()
}

/// The problem of a design; nothing where its columns say the same or studies are too few.
pub(crate) fn problem<'a>(
    y: &'a [f64],
    v: &'a [f64],
    x: &'a [Vec<f64>],
    p: usize,
) -> Option<Regression<'a>> {
    let problem = Regression { y, v, x, p };
    (y.len() > p && problem.solve(0.0).is_some()).then_some(problem)
}

/// Coefficients on the reader's columns with their covariance, and the tests.
#[expect(
    clippy::many_single_char_names,
    reason = "y, v, p, t and f are what the field calls them"
)]
pub(crate) fn regress(
    y: &[f64],
    v: &[f64],
    design: &Design,
    how: &How,
) -> Result<MetaRegression, Refused> {
    let p = design.terms.len();
    if y.len() <= p {
        return Err(format!(
            "{} studies are too few for {p} coefficients",
            y.len()
        ));
    }
    let problem = problem(y, v, &design.x, p)
        .ok_or_else(|| "two moderators say the same of these studies".to_owned())?;
    let method = if how.method == Method::Rule50 || how.method == Method::Rm {
        Method::Dl
    } else {
        how.method
    };
    let tau2 = estimate(&problem, method);
    let solved = problem
        .solve(tau2)
        .ok_or_else(|| "two moderators say the same of these studies".to_owned())?;
    let freedom = problem.freedom();
    let factor = knapp_hartung(&problem, &solved.values, tau2, how.interval);
    let (values, covariance) = readers_columns(&solved.values, &solved.inverse, design, factor);
    let t = how.interval != Interval::Wald;
    let critical = if t {
        dist::t_critical(how.level.fraction(), freedom)
    } else {
        dist::normal_critical(how.level.fraction())
    };
    let coefficients = design
        .terms
        .iter()
        .zip(&values)
        .enumerate()
        .map(|(n, (term, estimate))| {
            let se = covariance.get(n, n).sqrt();
            let stat = estimate / se;
            Coefficient {
                term: term.clone(),
                estimate: *estimate,
                se,
                stat,
                p: if t {
                    dist::t_two_sided(stat, freedom)
                } else {
                    dist::normal_two_sided(stat)
                },
                ci: [estimate - critical * se, estimate + critical * se],
            }
        })
        .collect();
    let moderators = p - 1;
    let rest: Vec<f64> = solved.values.iter().skip(1).copied().collect();
    let wald = match solved.inverse.tail(1).inverse() {
        Some((inverse, _)) => inverse.quadratic(&rest) / factor,
        None => return Err("two moderators say the same of these studies".into()),
    };
    let (qm, qm_p) = if t {
        let f = wald / count(moderators);
        (f, dist::f_above(f, count(moderators), freedom))
    } else {
        (wald, dist::chi2_above(wald, count(moderators)))
    };
    let zero = problem.at(0.0);
    let typical = freedom / zero.trace;
    let alone = inverse_variance(y, v, &How { method, ..*how });
    let r2 = alone.and_then(|alone| {
        let (before, after) = if method == Method::Fe {
            (alone.q / alone.q_df, zero.q / freedom)
        } else {
            (alone.tau2, tau2)
        };
        (before > 0.0).then(|| (100.0 * (before - after) / before).max(0.0))
    });
    let line = design.single.then(|| FittedLine {
        covariance: covariance.get(0, 1),
        critical,
        points: points(y, v, design, tau2),
    });
    let columns = design.columns.iter().map(|(term, values)| {
        let mut all = vec![None; design.of];
        for (study, value) in design.used.iter().zip(values) {
            if let Some(place) = all.get_mut(*study) {
                *place = Some(*value);
            }
        }
        (term.clone(), all)
    });
    Ok(MetaRegression {
        line,
        columns: columns.collect(),
        k: y.len(),
        coefficients,
        tau2,
        qe: zero.q,
        qe_df: freedom,
        qe_p: dist::chi2_above(zero.q, freedom),
        i2: if method == Method::Fe {
            super::model::i2_of_q(zero.q, freedom)
        } else {
            100.0 * tau2 / (typical + tau2)
        },
        qm,
        qm_df: count(moderators),
        qm_p,
        r2,
    })
}

/// The studies of a design with one moderator of numbers, weighted as they were in the fit.
fn points(y: &[f64], v: &[f64], design: &Design, tau2: f64) -> Vec<FittedPoint> {
    let (centre, spread) = design.shifts.get(1).copied().unwrap_or((0.0, 1.0));
    let total: f64 = v.iter().map(|v| 1.0 / (v + tau2)).sum();
    let studies = design.used.iter().zip(&design.x).zip(y).zip(v);
    studies
        .map(|(((study, x), yi), vi)| FittedPoint {
            study: *study,
            moderator: centre + spread * x.get(1).copied().unwrap_or(0.0),
            yi: *yi,
            weight: 100.0 / (vi + tau2) / total,
        })
        .collect()
}

/// Knapp and Hartung's factor on the covariance.
fn knapp_hartung(problem: &Regression<'_>, values: &[f64], tau2: f64, interval: Interval) -> f64 {
    let residual: f64 = problem
        .y
        .iter()
        .zip(problem.v)
        .zip(problem.x)
        .map(|((y, v), x)| {
            let r = y - dot(x, values);
            r * r / (v + tau2)
        })
        .sum();
    let factor = residual / problem.freedom();
    match interval {
        Interval::Wald => 1.0,
        Interval::Hksj => factor,
        Interval::HkAdHoc => factor.max(1.0),
    }
}

/// Undoes the centring and scaling of the columns.
fn readers_columns(
    values: &[f64],
    inverse: &Square,
    design: &Design,
    factor: f64,
) -> (Vec<f64>, Square) {
    let p = inverse.size();
    // Row n of the map from fitted to reader's coefficients.
    let map: Vec<Vec<f64>> = design
        .shifts
        .iter()
        .enumerate()
        .map(|(n, (_, spread))| {
            if n == 0 {
                let shifted = design.shifts.iter().enumerate();
                return shifted
                    .map(|(m, (centre, spread))| if m == 0 { 1.0 } else { -centre / spread })
                    .collect();
            }
            (0..p)
                .map(|m| if m == n { 1.0 / spread } else { 0.0 })
                .collect()
        })
        .collect();
    let mut covariance = Square::zeros(p);
    for (i, a) in map.iter().enumerate() {
        let half = inverse.times(a);
        for (j, b) in map.iter().enumerate() {
            covariance.add(i, j, factor * dot(&half, b));
        }
    }
    (map.iter().map(|row| dot(row, values)).collect(), covariance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moderator_is_read_as_numbers_however_they_are_written() {
        let of = |words: &[&str]| -> Vec<f64> {
            let columns = coded("x", words).unwrap();
            assert_eq!(columns.len(), 1, "{words:?}");
            columns.into_iter().next().unwrap().1
        };
        assert_eq!(of(&["1,5", "2", "3,25"]), [1.5, 2.0, 3.25]);
        assert_eq!(of(&["45%", "50 %", "61.5%"]), [45.0, 50.0, 61.5]);
        assert_eq!(of(&["\u{2212}1.5", "2e1"]), [-1.5, 20.0]);
        for (words, odd) in [
            (["1,234", "900"], "1,234"),
            (["45%", "50"], "45%"),
            (["12", "unclear"], "unclear"),
        ] {
            let said = coded("x", &words).unwrap_err();
            assert_eq!(said, format!("x mixes numbers and words ({odd})"));
        }
        assert_eq!(coded("x", &["high", "low", "low"]).unwrap().len(), 1);
    }
}
