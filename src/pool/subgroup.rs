//! Subgroups: each level pooled, and the test whether they differ (Handbook 10.11.3).
//!
//! Q between = Σ w (level − mean)² with w = 1 / se², compared with χ² on levels − 1. With a common
//! τ², that of the model with the levels as moderator is given to every level.

use super::dist::chi2_above;
use super::effect::Unit;
use super::math::count;
use super::model::{How, effects, fit};
use super::regression;
use super::result::{SubgroupLevel, Subgroups};
use super::spec::{Method, SubgroupTau2};
use super::tau2::estimate;

/// The levels with their studies.
type Groups<'a> = Vec<(&'a str, Vec<Unit>)>;

/// Puts levels in the order of their numbers where every one begins with a number and all have one
/// unit (`5 mg`, `10 mg`, `100 mg`); else they stay in the order of the file.
fn by_number(groups: &mut Groups<'_>) {
    let mut sized: Vec<f64> = Vec::with_capacity(groups.len());
    let mut unit: Option<String> = None;
    for (level, _) in groups.iter() {
        let Some((number, rest)) = leading_number(level) else {
            return;
        };
        let rest = rest.trim().to_lowercase();
        if *unit.get_or_insert_with(|| rest.clone()) != rest {
            return;
        }
        sized.push(number);
    }
    let mut order: Vec<usize> = (0..groups.len()).collect();
    let size = |n: &usize| sized.get(*n).copied().unwrap_or(0.0);
    order.sort_by(|a, b| size(a).total_cmp(&size(b)));
    *groups = order
        .iter()
        .filter_map(|n| groups.get(*n).cloned())
        .collect();
}

/// The number that a level begins with, and what stands behind it. A comma before three digits parts
/// thousands, any other is a decimal one; `<`, `>`, `≤`, `≥` may stand in front.
fn leading_number(level: &str) -> Option<(f64, &str)> {
    let text = level.trim_start_matches(['<', '>', '\u{2264}', '\u{2265}', ' ']);
    let minus = text.starts_with(['-', '\u{2212}']);
    let text = text.trim_start_matches(['-', '\u{2212}']);
    let digits = |from: &str| from.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(text);
    if end == 0 {
        return None;
    }
    let mut number = text.get(..end)?.to_owned();
    while let Some(more) = text.get(end..).and_then(|rest| rest.strip_prefix(',')) {
        if digits(more) != 3 {
            break;
        }
        number.push_str(more.get(..3)?);
        end += 4;
    }
    if let Some(more) = text
        .get(end..)
        .and_then(|rest| rest.strip_prefix(['.', ',']))
    {
        let places = digits(more);
        if places > 0 {
            number.push('.');
            number.push_str(more.get(..places)?);
            end += 1 + places;
        }
    }
    let value: f64 = number.parse().ok()?;
    Some((if minus { -value } else { value }, text.get(end..)?))
}

/// Pools each level; a level that cannot be pooled is named in the warnings.
pub(crate) fn subgroups(
    units: &[Unit],
    levels: &[Option<String>],
    how: &How,
    shared: SubgroupTau2,
    warnings: &mut Vec<String>,
) -> Subgroups {
    let mut groups: Groups<'_> = Vec::new();
    for (unit, level) in units.iter().zip(levels) {
        let Some(level) = level else { continue };
        match groups.iter_mut().find(|(known, _)| known == level) {
            Some((_, units)) => units.push(*unit),
            None => groups.push((level, vec![*unit])),
        }
    }
    by_number(&mut groups);
    let tau2 = match shared {
        SubgroupTau2::Common if how.method.is_random() => common_tau2(&groups, how, warnings),
        SubgroupTau2::Common | SubgroupTau2::Own => None,
    };
    let mut out = Vec::new();
    for (level, units) in &groups {
        let how = How { tau2, ..*how };
        match fit(units, &how) {
            Some(fit) => out.push(SubgroupLevel {
                level: (*level).to_owned(),
                k: fit.k,
                estimate: fit.estimate,
                se: fit.se,
                ci: fit.ci,
                tau2: fit.tau2,
                q: fit.q,
                i2: fit.i2,
            }),
            None => warnings.push(format!("subgroup {level} has nothing to pool")),
        }
    }
    let between = between(&out);
    if between.is_none() {
        warnings.push("a test between subgroups needs two with a standard error above 0".into());
    }
    Subgroups {
        levels: out,
        q_between: between.map(|(q, _)| q),
        df: between.map(|(_, df)| df),
        p: between.map(|(q, df)| chi2_above(q, df)),
    }
}

fn between(levels: &[SubgroupLevel]) -> Option<(f64, f64)> {
    if levels.len() < 2 || levels.iter().any(|level| level.se <= 0.0) {
        return None;
    }
    let weight = |level: &SubgroupLevel| 1.0 / (level.se * level.se);
    let sum: f64 = levels.iter().map(weight).sum();
    let centre = levels.iter().map(|l| weight(l) * l.estimate).sum::<f64>() / sum;
    let q = levels
        .iter()
        .map(|l| weight(l) * (l.estimate - centre) * (l.estimate - centre))
        .sum();
    Some((q, count(levels.len() - 1)))
}

fn common_tau2(groups: &Groups<'_>, how: &How, warnings: &mut Vec<String>) -> Option<f64> {
    let ordered: Vec<Unit> = groups
        .iter()
        .flat_map(|(_, units)| units)
        .copied()
        .collect();
    let (y, v) = effects(&ordered);
    let mut x = Vec::with_capacity(y.len());
    for (n, (_, units)) in groups.iter().enumerate() {
        for _ in units.iter().filter(|unit| unit.effect.is_some()) {
            let mut row = vec![0.0; groups.len()];
            if let Some(first) = row.first_mut() {
                *first = 1.0;
            }
            if n > 0
                && let Some(own) = row.get_mut(n)
            {
                *own = 1.0;
            }
            x.push(row);
        }
    }
    let problem = regression::problem(&y, &v, &x, groups.len())?;
    let method = match how.method {
        Method::Rm | Method::Rule50 => {
            warnings.push("the common variance of subgroups is DerSimonian and Laird's".into());
            Method::Dl
        }
        other => other,
    };
    Some(estimate(&problem, method))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ordered(levels: &[&str]) -> Vec<String> {
        let mut groups: Groups<'_> = levels.iter().map(|level| (*level, Vec::new())).collect();
        by_number(&mut groups);
        groups
            .iter()
            .map(|(level, _)| (*level).to_owned())
            .collect()
    }

    #[test]
    fn levels_stand_in_the_order_of_their_numbers_or_of_the_file() {
        for (file, want) in [
            (
                vec!["10 mg", "100 mg", "20 mg", "5 mg"],
                vec!["5 mg", "10 mg", "20 mg", "100 mg"],
            ),
            (vec!["10", "9", "-1"], vec!["-1", "9", "10"]),
            (vec!["1,000 IU", "400 IU"], vec!["400 IU", "1,000 IU"]),
            (vec!["0,5%", "0,25%"], vec!["0,25%", "0,5%"]),
            // One level without a number, or two units: as in the file.
            (vec!["high", "5 mg", "low"], vec!["high", "5 mg", "low"]),
            (vec!["5 g", "10 mg"], vec!["5 g", "10 mg"]),
            (
                vec!["severe", "mild", "moderate"],
                vec!["severe", "mild", "moderate"],
            ),
            (
                vec!["3-5 years", "1-2 years"],
                vec!["3-5 years", "1-2 years"],
            ),
        ] {
            assert_eq!(ordered(&file), want);
        }
    }
}
