//! One analysis from rows to result: who is in, the pooled estimate, and what was asked beside it.

use super::absolute::absolute;
use super::effect::counts::Counts;
use super::effect::{Effect, Left, Unit, effects, fits};
use super::math::{count, median};
use super::measure::{Kind, Measure};
use super::model::{self, Fit, How};
use super::result::{Back, Pooled, Study};
use super::row::{Data, Row};
use super::spec::{Extra, Interval, Method, Prediction, Spec, Tau2Interval};
use super::tau2::{Common, Likelihood};
use super::{
    henmi, heterogeneity, permutation, predict, regression, selection, sensitivity, small_study,
    subgroup, trim_fill,
};
use std::collections::BTreeMap;
use thiserror::Error;

/// Why an analysis cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PoolError {
    /// The measure needs other data.
    #[error("{measure} cannot be computed from {kind} data", measure = .measure.word(), kind = .kind.word())]
    WrongData {
        /// The measure.
        measure: Measure,
        /// The data's kind.
        kind: Kind,
    },
    /// The method does not pool this measure.
    #[error("{method} does not pool {measure}", method = .method.word(), measure = .measure.word())]
    WrongMethod {
        /// The method.
        method: Method,
        /// The measure.
        measure: Measure,
    },
    /// A column that is not there.
    #[error("no column `{0}`")]
    NoColumn(String),
    /// A row's numbers are impossible.
    #[error("{study}: {column}: {reason}")]
    Impossible {
        /// The study.
        study: String,
        /// Its line in the file.
        line: Option<u64>,
        /// The column.
        column: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A baseline risk that is none.
    #[error("a baseline risk lies between 0 and 1, {0} does not")]
    BaselineRisk(String),
    /// No row has an estimate.
    #[error("nothing to pool: {0}")]
    Nothing(String),
}

/// Pools rows as the specification says.
pub fn analyse(rows: &[Row], spec: &Spec) -> Result<Pooled, PoolError> {
    check(rows, spec)?;
    let mut warnings = Vec::new();
    let studies = take(rows, spec, &mut warnings);
    let units = studies.units.as_slice();
    let how = How {
        measure: spec.measure,
        method: spec.method,
        interval: spec.interval,
        level: spec.level,
        mh_add: spec.mh_add.then_some(spec.add),
        tau2: None,
    };
    let fit = model::fit(units, &how).ok_or_else(|| nothing(rows, units))?;
    let mut pooled = result(spec, &studies, rows, &fit, warnings);
    notes(spec, &fit, units, &mut pooled);
    intervals(spec, &fit, units, &mut pooled);
    beside(spec, &how, &fit, &studies, &mut pooled);
    by_column(rows, spec, &how, &studies, &mut pooled);
    pooled.back = back(spec.measure, &pooled, people(&studies.data));
    if pooled.back.is_none() {
        pooled
            .warnings
            .push("the arcsine difference has no way back to a scale of risks".into());
    }
    Ok(pooled)
}

fn check(rows: &[Row], spec: &Spec) -> Result<(), PoolError> {
    for row in rows {
        let Some(data) = &row.data else { continue };
        if !fits(spec.measure, data) {
            return Err(PoolError::WrongData {
                measure: spec.measure,
                kind: data.kind(),
            });
        }
        if let Some((column, reason)) = data.fault() {
            return Err(PoolError::Impossible {
                study: row.study.clone(),
                line: row.line,
                column,
                reason,
            });
        }
    }
    if let Some(measures) = spec.method.measures()
        && !measures.contains(&spec.measure)
    {
        return Err(PoolError::WrongMethod {
            method: spec.method,
            measure: spec.measure,
        });
    }
    if let Some(risk) = spec.baseline_risk
        && !(risk > 0.0 && risk < 1.0)
    {
        return Err(PoolError::BaselineRisk(risk.to_string()));
    }
    let known = |column: &String| {
        rows.is_empty()
            || rows
                .iter()
                .any(|row| row.columns.iter().any(|(name, _)| name == column))
    };
    match spec
        .subgroup
        .iter()
        .chain(&spec.moderators)
        .find(|c| !known(c))
    {
        Some(column) => Err(PoolError::NoColumn(column.clone())),
        None => Ok(()),
    }
}

fn nothing(rows: &[Row], units: &[Unit]) -> PoolError {
    PoolError::Nothing(if rows.is_empty() {
        "no rows".into()
    } else if units.is_empty() {
        "no row has an estimate".into()
    } else {
        "no events in one of the arms of all studies together".into()
    })
}

/// The studies that are in.
struct Taken {
    names: Vec<String>,
    rows: Vec<usize>,
    data: Vec<Data>,
    units: Vec<Unit>,
}

/// Decides row by row who is in; who is not is named with the reason.
fn take(rows: &[Row], spec: &Spec, warnings: &mut Vec<String>) -> Taken {
    let mut taken = Taken {
        names: Vec::with_capacity(rows.len()),
        rows: Vec::with_capacity(rows.len()),
        data: Vec::with_capacity(rows.len()),
        units: Vec::with_capacity(rows.len()),
    };
    let mut left: BTreeMap<Left, Vec<String>> = BTreeMap::new();
    let mut alone: Vec<String> = Vec::new();
    let direct = matches!(spec.method, Method::Mh | Method::Peto | Method::Rm);
    for (n, (row, effect)) in rows.iter().zip(effects(rows, spec)).enumerate() {
        let Some(data) = row.data else {
            left.entry(Left::Missing).or_default().push(label(n, row));
            continue;
        };
        let counts = Counts::of(&data);
        let effect: Option<Effect> = match effect {
            Ok(effect) => Some(effect),
            // The tables still speak where nothing is divided by their own cells; those that add
            // nothing to any sum are dropped like everywhere.
            Err(reason) if direct && speaks(spec, reason) => {
                alone.push(label(n, row));
                None
            }
            Err(reason) => {
                left.entry(reason).or_default().push(label(n, row));
                continue;
            }
        };
        taken.names.push(row.study.clone());
        taken.rows.push(n);
        taken.data.push(data);
        taken.units.push(Unit { effect, counts });
    }
    for (reason, who) in left {
        let hint = if matches!(reason, Left::NoEvents | Left::AllEvents) {
            " (--keep00 keeps such rows)"
        } else {
            ""
        };
        warnings.push(format!(
            "left out, {}: {}{hint}",
            reason.why(),
            who.join(", ")
        ));
    }
    if !alone.is_empty() {
        warnings.push(format!(
            "no estimate of their own, in the pooled tables only: {}",
            alone.join(", ")
        ));
    }
    taken
}

/// Whether a table without an estimate of its own still counts in the sums of Mantel-Haenszel or
/// Peto: with something added to it, or where all events of both arms weigh in a risk ratio.
fn speaks(spec: &Spec, reason: Left) -> bool {
    let added = spec.mh_add && spec.drop_double_zero != Some(true);
    match reason {
        Left::Missing | Left::NoPeople => false,
        Left::NoEvents => added,
        Left::AllEvents => added || spec.measure == Measure::Rr,
        Left::EmptyCell | Left::NoRatio | Left::NoSpread | Left::TooFew => true,
    }
}

fn label(n: usize, row: &Row) -> String {
    match row.line {
        Some(line) => format!("{} (line {line})", row.study),
        None => format!("{} (row {})", row.study, n + 1),
    }
}

fn result(spec: &Spec, studies: &Taken, rows: &[Row], fit: &Fit, warnings: Vec<String>) -> Pooled {
    // Weights of inverse variance belong to the studies with an effect, in order.
    let mut weights = fit.weights.iter();
    let by_effect = fit.weights.len() < studies.units.len();
    let listed = studies
        .names
        .iter()
        .zip(&studies.rows)
        .zip(&studies.data)
        .zip(&studies.units)
        .map(|(((name, row), data), unit)| Study {
            study: name.clone(),
            yi: unit.effect.map(|effect| effect.yi),
            vi: unit.effect.map(|effect| effect.vi),
            weight: if by_effect && unit.effect.is_none() {
                0.0
            } else {
                weights.next().copied().unwrap_or(0.0)
            },
            row: *row,
            data: *data,
            subgroup: spec
                .subgroup
                .as_ref()
                .and_then(|column| rows.get(*row).and_then(|row| value(row, column)))
                .map(str::to_owned),
        })
        .collect();
    Pooled {
        measure: spec.measure,
        method: spec.method.word(),
        chosen: (spec.method != fit.method).then(|| fit.method.word()),
        scale: spec.measure.scale(),
        k: fit.k,
        estimate: fit.estimate,
        se: fit.se,
        ci: fit.ci,
        stat: fit.stat,
        df: fit.df,
        p: fit.p,
        tau2: fit.tau2,
        tau2_ci: None,
        q: fit.q,
        q_df: fit.q_df,
        q_p: fit.q_p,
        i2: fit.i2,
        i2_ci: None,
        i2_q: fit.i2_q,
        h2: fit.h2,
        prediction: None,
        back: None,
        studies: listed,
        warnings,
        leave_one_out: None,
        cumulative: None,
        subgroups: None,
        small_study: None,
        trim_fill: None,
        meta_regression: None,
        influence: None,
        permutation: None,
        selection: None,
        absolute: None,
        baujat: None,
        failsafe: None,
        henmi_copas: None,
    }
}

/// A row's value in a further column; blank and NA are missing.
pub(crate) fn value<'a>(row: &'a Row, column: &str) -> Option<&'a str> {
    row.columns
        .iter()
        .find(|(name, _)| name == column)
        .map(|(_, value)| value.trim())
        .filter(|value| !value.is_empty() && *value != "NA")
}

/// What a reader should know of the model.
fn notes(spec: &Spec, fit: &Fit, units: &[Unit], pooled: &mut Pooled) {
    let warnings = &mut pooled.warnings;
    if fit.k == 1 {
        warnings.push("one study: its own estimate, heterogeneity is not defined".into());
    }
    if spec.method == Method::Rule50 {
        warnings.push(format!(
            "I² is {:.1} %: the rule chose {}; the Handbook (10.10.4.1) advises against choosing the \
             model by heterogeneity",
            fit.i2_q,
            fit.method.word()
        ));
    }
    let direct = matches!(fit.method, Method::Mh | Method::Peto);
    if spec.interval != Interval::Wald && (direct || fit.df.is_none()) {
        warnings.push(if direct {
            "Hartung and Knapp's interval is for inverse variance; Wald's is given".into()
        } else {
            "Hartung and Knapp's interval needs two studies; Wald's is given".into()
        });
    }
    if fit.stat.is_none() {
        warnings
            .push("the studies agree to the last digit: the standard error is 0, no test".into());
    } else if spec.interval == Interval::Hksj && fit.k == 2 {
        warnings.push(
            "Hartung and Knapp's interval with two studies rests on one degree of freedom".into(),
        );
    } else if spec.interval == Interval::Hksj && fit.factor < 1.0 {
        warnings.push(
            "Hartung and Knapp's standard error is smaller than Wald's; hksj-adhoc keeps the larger"
                .into(),
        );
    }
    let corrected = units
        .iter()
        .filter(|unit| unit.effect.is_some() && unit.counts.has_zero())
        .count();
    let adds = spec.zero_cells() != super::spec::AddTo::None;
    if corrected > 0 && adds && fit.method != Method::Peto {
        warnings.push(format!(
            "{} added to the cells of {corrected} {} with an empty cell{}",
            spec.add,
            if corrected == 1 { "study" } else { "studies" },
            if fit.method == Method::Mh && !spec.mh_add {
                ", for their own estimates and Q only"
            } else {
                ""
            }
        ));
    }
}

/// Intervals of τ² and I², and the prediction interval.
fn intervals(spec: &Spec, fit: &Fit, units: &[Unit], pooled: &mut Pooled) {
    let (y, v) = model::effects(units);
    let common = Common { y: &y, v: &v };
    if fit.method.is_random() && y.len() > 1 {
        let found = match (spec.tau2_interval, fit.method) {
            (Tau2Interval::QProfile, _) => heterogeneity::q_profile(&common, spec.level),
            (Tau2Interval::ProfileLikelihood, Method::Reml) => heterogeneity::profile_likelihood(
                &common,
                fit.tau2,
                Likelihood::Restricted,
                spec.level,
            ),
            (Tau2Interval::ProfileLikelihood, Method::Ml) => {
                heterogeneity::profile_likelihood(&common, fit.tau2, Likelihood::Full, spec.level)
            }
            (Tau2Interval::ProfileLikelihood, _) => {
                pooled
                    .warnings
                    .push("the profile likelihood interval of τ² is for REML and ML".into());
                None
            }
        };
        if found.is_some_and(|[_, high]| high <= 0.0) {
            pooled.warnings.push(
                "the studies are more alike than chance: the interval of τ² is empty, given as 0 to 0"
                    .into(),
            );
        }
        pooled.tau2_ci = found;
        pooled.i2_ci = found.map(|bounds| bounds.map(|t| heterogeneity::i2_at(t, fit.typical)));
    }
    let kind = spec.prediction.unwrap_or(Prediction::TkMinus2);
    match predict::interval(fit, y.len(), kind, spec.level) {
        Ok(interval) => pooled.prediction = Some(interval),
        Err(why) if spec.prediction.is_some() || fit.method.is_random() => {
            pooled.warnings.push(why.into());
        }
        Err(_) => {}
    }
}

/// What was asked beside the estimate.
fn beside(spec: &Spec, how: &How, fit: &Fit, studies: &Taken, pooled: &mut Pooled) {
    let (names, units) = (studies.names.as_slice(), studies.units.as_slice());
    let inverse = !matches!(fit.method, Method::Mh | Method::Peto);
    let (y, v) = model::effects(units);
    let whole = y.len() == units.len();
    let singles = [Extra::LeaveOneOut, Extra::Influence, Extra::Baujat];
    let fits = if singles.into_iter().any(|extra| spec.wants(extra)) {
        sensitivity::without_each(units, how)
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
        keep(
            selection::selection(&y, &v),
            &mut pooled.selection,
            &mut pooled.warnings,
        );
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
        keep(found, &mut pooled.absolute, &mut pooled.warnings);
        if pooled.absolute.is_some_and(|found| found.nnt_ci.is_none()) {
            pooled
                .warnings
                .push("the interval holds no effect: the number needed to treat has none".into());
        }
    }
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
fn by_column(rows: &[Row], spec: &Spec, how: &How, studies: &Taken, pooled: &mut Pooled) {
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
            .map(|(name, _)| name.clone())
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
    let columns: Vec<(String, Vec<Option<&str>>)> = spec
        .moderators
        .iter()
        .map(|column| (column.clone(), of(column)))
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
            "{} studies for {terms} moderator terms: the Handbook (10.11.5.1) asks for ten for each",
            regression.k
        ));
    }
    pooled.meta_regression = Some(regression);
    if permutation.is_some() {
        pooled.permutation = permutation;
    }
}

type Regressed = (
    super::result::MetaRegression,
    Option<super::result::Permutation>,
);

fn meta_regression(
    spec: &Spec,
    how: &How,
    studies: &Taken,
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

/// The harmonic mean of the sample sizes of single arms.
fn people(data: &[Data]) -> Option<f64> {
    let inverse: Vec<f64> = data
        .iter()
        .filter_map(|data| match data {
            Data::Proportion { n, .. } => Some(1.0 / n),
            _ => None,
        })
        .collect();
    let sum: f64 = inverse.iter().sum();
    (sum > 0.0).then(|| count(inverse.len()) / sum)
}

/// The harmonic mean of the sample sizes of a result's studies.
pub(crate) fn people_of(pooled: &Pooled) -> Option<f64> {
    let data: Vec<Data> = pooled.studies.iter().map(|study| study.data).collect();
    people(&data)
}

/// The result on the reader's scale.
fn back(measure: Measure, pooled: &Pooled, people: Option<f64>) -> Option<Back> {
    let both = |bounds: [f64; 2]| -> Option<[f64; 2]> {
        let [low, high] = bounds;
        Some([measure.back(low, people)?, measure.back(high, people)?])
    };
    Some(Back {
        estimate: measure.back(pooled.estimate, people)?,
        ci: both(pooled.ci)?,
        prediction: pooled.prediction.and_then(both),
    })
}
