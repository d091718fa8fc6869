//! What was asked beside the pooled estimate: sensitivity, small-study effects, subgroups, regression.

use super::{Taken, value};
use crate::pool::absolute::absolute;
use crate::pool::effect::Unit;
use crate::pool::math::{exp, median};
use crate::pool::measure::Measure;
use crate::pool::model::{self, Fit, How};
use crate::pool::result::{MetaRegression, Permutation, Pooled};
use crate::pool::row::{Data, Row};
use crate::pool::spec::{Extra, Method, Spec};
use crate::pool::{
    henmi, permutation, regression, selection, sensitivity, small_study, subgroup, trim_fill,
};

/// What was asked beside the estimate.
pub(super) fn beside(spec: &Spec, how: &How, fit: &Fit, studies: &Taken<'_>, pooled: &mut Pooled) {
    let (names, units) = (studies.names.as_slice(), studies.units.as_slice());
    let inverse = !matches!(fit.method, Method::Mh | Method::Peto);
    let (y, v) = model::effects(units);
    let whole = y.len() == units.len();
    let singles = [Extra::LeaveOneOut, Extra::Influence, Extra::Baujat];
    let fits = if singles.into_iter().any(|extra| spec.wants(extra)) {
        sensitivity::without_each(units, how, fit)
    } else {
        Vec::new()
    };
    if spec.wants(Extra::LeaveOneOut) {
        if units.len() > 1 {
            pooled.leave_one_out = Some(sensitivity::leave_one_out(names, &fits));
        } else {
            pooled.warnings.push(needs_two("leave one out"));
        }
    }
    let usable = inverse && whole && units.len() > 1 && fit.se > 0.0;
    if spec.wants(Extra::Influence) {
        if usable {
            pooled.influence = Some(sensitivity::influence(names, units, fit, &fits));
        } else {
            pooled.warnings.push(needs_two("the influence set"));
        }
    }
    if spec.wants(Extra::Baujat) {
        if usable {
            pooled.baujat = Some(sensitivity::baujat(names, units, fit, &fits));
        } else {
            pooled.warnings.push(needs_two("Baujat's plot"));
        }
    }
    if spec.wants(Extra::Cumulative) {
        pooled.cumulative = Some(sensitivity::cumulative(names, units, how));
    }
    if spec.wants(Extra::SmallStudy) {
        if y.len() > 1 {
            pooled.small_study = Some(small_study::tests(units, &mut pooled.warnings));
        } else {
            pooled
                .warnings
                .push("one study has no small-study effects".into());
        }
    }
    let how_used = How {
        method: fit.method,
        ..*how
    };
    if spec.wants(Extra::TrimFill) {
        let found = if inverse {
            let plain = if fit.method == Method::Rm {
                Method::Dl
            } else {
                fit.method
            };
            let how = How {
                method: plain,
                ..how_used
            };
            trim_fill::trim_fill(&y, &v, &how, spec.trim)
        } else {
            Err("trim and fill is for inverse-variance pooling".into())
        };
        keep(found, &mut pooled.trim_fill, &mut pooled.warnings);
    }
    if spec.wants(Extra::Permutation) && spec.moderators.is_empty() {
        if inverse && fit.stat.is_some() {
            pooled.permutation = permutation::signs(&y, &v, &how_used, spec.seed);
        } else {
            pooled
                .warnings
                .push("the permutation test is for inverse-variance pooling".into());
        }
    }
    if spec.wants(Extra::Selection) {
        let found = selection::selection(&y, &v).map(|(found, several)| {
            if several {
                pooled.warnings.push(
                    "the likelihood of the selection model has several maxima; this is the highest, \
                     other programs may stop at another"
                        .into(),
                );
            }
            found
        });
        keep(found, &mut pooled.selection, &mut pooled.warnings);
    }
    if spec.wants(Extra::FailSafe) && !y.is_empty() {
        pooled.failsafe = Some(sensitivity::fail_safe(units));
        pooled
            .warnings
            .push("the Handbook (13.3.5.1) advises against fail-safe numbers".into());
    }
    if spec.wants(Extra::HenmiCopas) {
        let found = henmi::henmi_copas(&y, &v, spec.level)
            .ok_or_else(|| "the interval of Henmi and Copas needs two studies".to_owned());
        keep(found, &mut pooled.henmi_copas, &mut pooled.warnings);
    }
    if spec.wants(Extra::Absolute) {
        let risk = spec.baseline_risk.or_else(|| control_risk(&studies.data));
        if spec.baseline_risk.is_none()
            && let Some(risk) = risk
        {
            pooled.warnings.push(format!(
                "absolute effects at {risk:.4}, the median risk of the second arms; --baseline-risk \
                 states another"
            ));
        }
        let found = risk
            .and_then(|risk| absolute(spec.measure, fit.estimate, fit.ci, risk))
            .ok_or_else(|| {
                "absolute effects need a measure of risk and a baseline risk".to_owned()
            });
        if let (Ok(_), Some(risk)) = (&found, risk)
            && let Some(said) = beyond_one(spec.measure, fit, risk)
        {
            pooled.warnings.push(said);
        }
        keep(found, &mut pooled.absolute, &mut pooled.warnings);
        if pooled.absolute.is_some_and(|found| found.nnt_ci.is_none()) {
            pooled
                .warnings
                .push("the interval holds no effect: the number needed to treat has none".into());
        }
    }
}

/// That a risk ratio or difference leads out of the risks there are, at this risk without treatment.
fn beyond_one(measure: Measure, fit: &Fit, risk: f64) -> Option<String> {
    let with = |value: f64| match measure {
        Measure::Rr => Some(risk * exp(value)),
        Measure::Rd => Some(risk + value),
        _ => None,
    };
    let [low, high] = fit.ci;
    let mut values = [fit.estimate, low, high].into_iter().filter_map(with);
    let beyond = values.find(|risk| !(0.0..=1.0).contains(risk))?;
    let end = u8::from(beyond > 1.0);
    Some(format!(
        "at a risk of {risk:.4} the effect or an end of its interval leads beyond a risk of {end}: \
         absolute effects stop there"
    ))
}

fn needs_two(what: &str) -> String {
    format!("{what} is for inverse-variance pooling of two studies or more")
}

fn keep<T>(found: Result<T, String>, place: &mut Option<T>, warnings: &mut Vec<String>) {
    match found {
        Ok(found) => *place = Some(found),
        Err(why) => warnings.push(why),
    }
}

/// Subgroups and meta-regression.
pub(super) fn by_column(
    rows: &[Row],
    spec: &Spec,
    how: &How,
    studies: &Taken<'_>,
    pooled: &mut Pooled,
) {
    let of = |column: &str| -> Vec<Option<&str>> {
        studies
            .rows
            .iter()
            .map(|n| rows.get(*n).and_then(|row| value(row, column)))
            .collect()
    };
    let blank = |values: &[Option<&str>]| -> Vec<String> {
        studies
            .names
            .iter()
            .zip(values)
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| (*name).to_owned())
            .collect()
    };
    if let Some(column) = &spec.subgroup {
        let values = of(column);
        let absent = blank(&values);
        if !absent.is_empty() {
            let text = format!(
                "without a value in {column}, in no subgroup: {}",
                absent.join(", ")
            );
            pooled.warnings.push(text);
        }
        let levels: Vec<Option<String>> = values
            .iter()
            .map(|value| value.map(str::to_owned))
            .collect();
        let mut alike: Vec<(String, &str)> = Vec::new();
        for level in levels.iter().flatten() {
            let plain = level.to_lowercase();
            let plain: Vec<&str> = plain.split_whitespace().collect();
            let plain = plain.join(" ");
            match alike.iter().find(|(known, _)| *known == plain) {
                Some((_, first)) if *first != level => {
                    let said =
                        format!("{first} and {level} are two subgroups of {column}: are they one?");
                    if !pooled.warnings.contains(&said) {
                        pooled.warnings.push(said);
                    }
                }
                Some(_) => {}
                None => alike.push((plain, level)),
            }
        }
        pooled.subgroups = Some(subgroup::subgroups(
            &studies.units,
            &levels,
            how,
            spec.subgroup_tau2,
            &mut pooled.warnings,
        ));
    }
    if spec.moderators.is_empty() {
        return;
    }
    let known = |value: Option<&'_ str>| !value.is_some_and(crate::pool::read::is_missing);
    let columns: Vec<(String, Vec<Option<&str>>)> = spec
        .moderators
        .iter()
        .map(|column| {
            let values = of(column).into_iter();
            let values = values.map(|value| value.filter(|_| known(value)));
            (column.clone(), values.collect())
        })
        .collect();
    for (column, values) in &columns {
        let absent = blank(values);
        if !absent.is_empty() {
            pooled.warnings.push(format!(
                "without a value in {column}, not in the meta-regression: {}",
                absent.join(", ")
            ));
        }
    }
    let found = meta_regression(spec, how, studies, &columns);
    let (regression, permutation) = match found {
        Ok(found) => found,
        Err(why) => {
            pooled.warnings.push(format!("no meta-regression: {why}"));
            return;
        }
    };
    let terms = regression.coefficients.len() - 1;
    if regression.k < 10 * terms {
        pooled.warnings.push(format!(
            "{} studies for {terms} moderator term{}: the Handbook (10.11.5.1) asks for ten for each",
            regression.k,
            if terms == 1 { "" } else { "s" }
        ));
    }
    pooled.meta_regression = Some(regression);
    if permutation.is_some() {
        pooled.permutation = permutation;
    }
}

type Regressed = (MetaRegression, Option<Permutation>);

fn meta_regression(
    spec: &Spec,
    how: &How,
    studies: &Taken<'_>,
    columns: &[(String, Vec<Option<&str>>)],
) -> Result<Regressed, String> {
    if matches!(spec.method, Method::Mh | Method::Peto) {
        return Err("it is for inverse-variance pooling".into());
    }
    if studies.units.iter().any(|unit| unit.effect.is_none()) {
        return Err("a study has no estimate of its own".into());
    }
    let design = regression::design(columns, studies.units.len())?;
    let used: Vec<Unit> = design
        .used
        .iter()
        .filter_map(|n| studies.units.get(*n).copied())
        .collect();
    let (y, v) = model::effects(&used);
    let found = regression::regress(&y, &v, &design, how)?;
    let permuted = spec
        .wants(Extra::Permutation)
        .then(|| permutation::moderators(&y, &v, &design, how, spec.seed))
        .flatten();
    Ok((found, permuted))
}

/// The median risk of the second arms.
fn control_risk(data: &[Data]) -> Option<f64> {
    let risks: Vec<f64> = data
        .iter()
        .filter_map(|data| match data {
            Data::Binary { e2, n2, .. } => Some(e2 / n2),
            _ => None,
        })
        .collect();
    median(&risks).filter(|risk| *risk > 0.0 && *risk < 1.0)
}
