//! One analysis from rows to result: who is in, the pooled estimate, and what was asked beside it.

mod beside;
mod notes;

use super::doubts::doubts;
use super::effect::counts::Counts;
use super::effect::{Effect, Left, Unit, effects, fits};
use super::math::count;
use super::measure::{Kind, Measure};
use super::model::{self, Fit, How};
use super::result::{Back, Pooled, Study};
use super::row::{Data, Row};
use super::spec::{Method, Spec};
use std::collections::BTreeMap;
use thiserror::Error;

/// Why an analysis cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PoolError {
    /// The measure needs other data.
    #[error("{measure} cannot be computed from {kind} data", measure = .measure.word(), kind = .kind.word())]
    WrongData {
        /// The effect measure that was asked for.
        measure: Measure,
        /// The data's kind.
        kind: Kind,
    },
    /// The method does not pool this measure.
    #[error("{method} does not pool {measure}", method = .method.word(), measure = .measure.word())]
    WrongMethod {
        /// The method that was asked for.
        method: Method,
        /// The effect measure that was asked for.
        measure: Measure,
    },
    /// The method needs tables, and the rows are estimates.
    #[error("{method} pools tables, which {kind} data do not have", method = .method.word(), kind = .kind.word())]
    NoTables {
        /// The method that was asked for.
        method: Method,
        /// The data's kind.
        kind: Kind,
    },
    /// A column that is not there.
    #[error("no column `{0}`")]
    NoColumn(String),
    /// A row's numbers are impossible.
    #[error("{study}: {column}: {reason}")]
    Impossible {
        /// The study, as the row names it.
        study: String,
        /// Its line in the file.
        line: Option<u64>,
        /// The column that was asked for.
        column: &'static str,
        /// What is wrong.
        reason: String,
    },
    /// A baseline risk that is none.
    #[error("a baseline risk lies between 0 and 1, {0} does not")]
    BaselineRisk(String),
    /// A number of the result is none.
    #[error("the numbers are so large, or so small, that the result cannot be computed")]
    Beyond,
    /// No row has an estimate.
    #[error("nothing to pool: {0}")]
    Nothing(String),
}

/// Pools rows as the specification says.
pub fn analyse(rows: &[Row], spec: &Spec) -> Result<Pooled, PoolError> {
    check(rows, spec)?;
    let mut warnings = doubts(rows, spec);
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
    notes::notes(spec, &fit, units, &mut pooled);
    notes::intervals(spec, &fit, units, &mut pooled);
    beside::beside(spec, &how, &fit, &studies, &mut pooled);
    beside::by_column(rows, spec, &how, &studies, &mut pooled);
    pooled.back = back(spec.measure, &pooled, people(&studies.data));
    if !pooled.is_finite() {
        return Err(PoolError::Beyond);
    }
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
    let tables = |kind: Kind| matches!(kind, Kind::Binary | Kind::Rate);
    let kinds = rows
        .iter()
        .filter_map(|row| row.data)
        .map(|data| data.kind());
    if let (true, Some(kind)) = (
        spec.method.needs_tables(),
        kinds.into_iter().find(|kind| !tables(*kind)),
    ) {
        return Err(PoolError::NoTables {
            method: spec.method,
            kind,
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
struct Taken<'a> {
    names: Vec<&'a str>,
    rows: Vec<usize>,
    data: Vec<Data>,
    units: Vec<Unit>,
    /// What was done with rows that give no estimate.
    policy: Vec<String>,
}

/// Decides row by row who is in; who is not is named with the reason.
fn take<'a>(rows: &'a [Row], spec: &Spec, warnings: &mut Vec<String>) -> Taken<'a> {
    let mut taken = Taken {
        names: Vec::with_capacity(rows.len()),
        rows: Vec::with_capacity(rows.len()),
        data: Vec::with_capacity(rows.len()),
        units: Vec::with_capacity(rows.len()),
        policy: Vec::new(),
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
        taken.names.push(&row.study);
        taken.rows.push(n);
        taken.data.push(data);
        taken.units.push(Unit { effect, counts });
    }
    for (reason, who) in left {
        let kept = spec.method != Method::Peto && spec.drop_double_zero.is_none();
        let hint = if kept && matches!(reason, Left::NoEvents | Left::AllEvents) {
            " (--keep00 keeps such rows)"
        } else {
            ""
        };
        let said = format!("left out, {}: {}", reason.why(), who.join(", "));
        warnings.push(format!("{said}{hint}"));
        taken.policy.push(said);
    }
    if !alone.is_empty() {
        let said = format!(
            "no estimate of their own, in the pooled tables only: {}",
            alone.join(", ")
        );
        warnings.push(said.clone());
        taken.policy.push(said);
    }
    taken
}

/// Whether a table without an estimate of its own still counts in the sums of Mantel-Haenszel: where all
/// events of both arms weigh in a risk ratio. What is dropped is dropped whatever is added to cells;
/// to Peto's sums such a table adds nothing.
fn speaks(spec: &Spec, reason: Left) -> bool {
    if spec.method == Method::Peto {
        return false;
    }
    let dropped = spec.drop_double_zero == Some(true);
    match reason {
        Left::Missing | Left::NoPeople | Left::NoEvents => false,
        Left::AllEvents => !dropped && (spec.mh_add || spec.measure == Measure::Rr),
        Left::EmptyCell | Left::NoRatio | Left::NoSpread | Left::TooFew => true,
    }
}

fn label(n: usize, row: &Row) -> String {
    match row.line {
        Some(line) => format!("{} (line {line})", row.study),
        None => format!("{} (row {})", row.study, n + 1),
    }
}

fn result(
    spec: &Spec,
    studies: &Taken<'_>,
    rows: &[Row],
    fit: &Fit,
    warnings: Vec<String>,
) -> Pooled {
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
            study: (*name).to_owned(),
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
        method: spec.method,
        chosen: (spec.method != fit.method).then_some(fit.method),
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
        footer: studies.policy.clone(),
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

/// The harmonic mean of the sample sizes of single arms; nothing where there are none.
pub fn people<'a>(data: impl IntoIterator<Item = &'a Data>) -> Option<f64> {
    let (mut sum, mut arms) = (0.0, 0);
    for one in data {
        if let Data::Proportion { n, .. } = one {
            sum += 1.0 / n;
            arms += 1;
        }
    }
    (sum > 0.0).then(|| count(arms) / sum)
}

/// The harmonic mean of the sample sizes of a result's studies.
pub(crate) fn people_of(pooled: &Pooled) -> Option<f64> {
    people(pooled.studies.iter().map(|study| &study.data))
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
