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
use std::collections::BTreeMap;

/// Pools each level; a level that cannot be pooled is named in the warnings.
pub(crate) fn subgroups(
    units: &[Unit],
    levels: &[Option<String>],
    how: &How,
    shared: SubgroupTau2,
    warnings: &mut Vec<String>,
) -> Subgroups {
    let mut groups: BTreeMap<&str, Vec<Unit>> = BTreeMap::new();
    for (unit, level) in units.iter().zip(levels) {
        if let Some(level) = level {
            groups.entry(level).or_default().push(*unit);
        }
    }
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

fn common_tau2(
    groups: &BTreeMap<&str, Vec<Unit>>,
    how: &How,
    warnings: &mut Vec<String>,
) -> Option<f64> {
    let ordered: Vec<Unit> = groups.values().flatten().copied().collect();
    let (y, v) = effects(&ordered);
    let mut x = Vec::with_capacity(y.len());
    for (n, units) in groups.values().enumerate() {
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
