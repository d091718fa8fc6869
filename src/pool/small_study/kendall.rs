//! Kendall's rank correlation, and Begg and Mazumdar's test with it (Biometrics 1994;50:1088).

use crate::pool::dist::normal_two_sided;
use crate::pool::math::{count, same};
use crate::pool::result::Begg;

/// The number of pairs up to which the exact distribution is made: beyond it nothing can be told
/// apart from the normal.
const EXACT_UP_TO: usize = 400;

/// Begg's test: the correlation of (y − mean) / √(v − 1/Σ(1/v)) with v.
pub(crate) fn begg(y: &[f64], v: &[f64]) -> Option<Begg> {
    if y.len() < 2 {
        return None;
    }
    let sum: f64 = v.iter().map(|v| 1.0 / v).sum();
    let centre = y.iter().zip(v).map(|(y, v)| y / v).sum::<f64>() / sum;
    let standard: Vec<f64> = y
        .iter()
        .zip(v)
        .map(|(y, v)| (y - centre) / (v - 1.0 / sum).sqrt())
        .collect();
    let (tau, p) = kendall(&standard, v)?;
    Some(super::begg_of(tau, p))
}

/// Tau-b and its two-sided p-value: exact where nothing ties, else normal with the variance for ties.
///
/// ```
/// use perennial::pool::small_study::kendall::kendall;
/// // Hollander and Wolfe 1973, p. 187 (R's `cor.test` example): T = 26, p = 0.1194.
/// let x = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1];
/// let y = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8];
/// let (tau, p) = kendall(&x, &y).unwrap();
/// assert!((tau - 4.0 / 9.0).abs() < 1e-12 && (p - 0.119_449_404_8).abs() < 1e-9);
/// ```
pub fn kendall(x: &[f64], y: &[f64]) -> Option<(f64, f64)> {
    let n = x.len();
    let (mut agree, mut disagree) = (0usize, 0usize);
    for (i, (xi, yi)) in x.iter().zip(y).enumerate() {
        for (xj, yj) in x.iter().zip(y).skip(i + 1) {
            if same(*xi, *xj) || same(*yi, *yj) {
                continue;
            }
            if (xi < xj) == (yi < yj) {
                agree += 1;
            } else {
                disagree += 1;
            }
        }
    }
    let (ties_x, ties_y) = (ties(x), ties(y));
    let pairs = count(n) * (count(n) - 1.0) / 2.0;
    let tied = |ties: &[f64]| ties.iter().map(|t| t * (t - 1.0) / 2.0).sum::<f64>();
    let root = ((pairs - tied(&ties_x)) * (pairs - tied(&ties_y))).sqrt();
    if root <= 0.0 {
        return None;
    }
    let s = count(agree) - count(disagree);
    let tau = s / root;
    if ties_x.is_empty() && ties_y.is_empty() && n <= EXACT_UP_TO {
        return Some((tau, exact_p(n, agree.min(disagree))));
    }
    // Kendall 1970, Rank correlation methods, eq. 4.4.
    let size = count(n);
    let full = |t: f64| t * (t - 1.0) * (2.0 * t + 5.0);
    let sum = |ties: &[f64], f: &dyn Fn(f64) -> f64| ties.iter().map(|t| f(*t)).sum::<f64>();
    let two = |t: f64| t * (t - 1.0);
    let three = |t: f64| t * (t - 1.0) * (t - 2.0);
    let mut variance = (full(size) - sum(&ties_x, &full) - sum(&ties_y, &full)) / 18.0
        + sum(&ties_x, &two) * sum(&ties_y, &two) / (2.0 * size * (size - 1.0));
    if n > 2 {
        variance += sum(&ties_x, &three) * sum(&ties_y, &three)
            / (9.0 * size * (size - 1.0) * (size - 2.0));
    }
    Some((tau, normal_two_sided(s / variance.sqrt())))
}

/// The sizes of the groups that tie.
fn ties(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted
        .chunk_by(|a, b| same(*a, *b))
        .filter(|group| group.len() > 1)
        .map(|group| count(group.len()))
        .collect()
}

/// The two-sided p-value of at most `few` pairs that disagree (or agree) among n.
fn exact_p(n: usize, few: usize) -> f64 {
    // The chance of each number of inversions in a random order of 1, 2, ... n, built up one at a
    // time: each number from 0 to m − 1 of further inversions is as likely.
    let mut chance = vec![1.0];
    for m in 2..=n {
        let length = chance.len() + m - 1;
        let mut next = Vec::with_capacity(length.min(few + 1));
        let mut window = 0.0;
        for i in 0..length.min(few + 1) {
            window += chance.get(i).copied().unwrap_or(0.0);
            if i >= m {
                window -= chance.get(i - m).copied().unwrap_or(0.0);
            }
            next.push(window / count(m));
        }
        chance = next;
    }
    let tail: f64 = chance.iter().take(few + 1).sum();
    (2.0 * tail).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R 4.2.2: cor.test(1:6, c(2,1,3,5,4,6), method="kendall") gives tau 0.7333, p = 0.05555556.
    #[test]
    fn exact_and_tied_p_values_agree_with_r() {
        let x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let (tau, p) = kendall(&x, &[2.0, 1.0, 3.0, 5.0, 4.0, 6.0]).unwrap();
        assert!((tau - 11.0 / 15.0).abs() < 1e-15);
        assert!((p - 0.055_555_555_555_555_6).abs() < 1e-14);
        // cor.test(1:6, c(2,2,3,5,4,6), method="kendall", exact=FALSE, continuity=FALSE)
        let (tau, p) = kendall(&x, &[2.0, 2.0, 3.0, 5.0, 4.0, 6.0]).unwrap();
        assert!((tau - 0.828_078_671_210_825).abs() < 1e-12, "{tau}");
        assert!((p - 0.021_717_302_554_090_9).abs() < 1e-13, "{p}");
        assert!(kendall(&x, &[1.0; 6]).is_none());
    }
}
