//! Effect size and variance of each study, from its numbers.
//!
//! Formulas and defaults are those of metafor's `escalc` (Viechtbauer 2010, J Stat Softw 36(3)),
//! each with its source beside it; the order of operations is the same, so that what ties there
//! ties here. What cannot be computed is left out with its reason, never NaN.

pub mod counts;
pub mod means;

use super::math::{ln, same};
use super::measure::Measure;
use super::row::{Data, Row};
use super::spec::{AddTo, Spec};
use counts::Counts;

/// Effect size and its variance, on the measure's scale of pooling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// The effect size.
    pub yi: f64,
    /// Its sampling variance.
    pub vi: f64,
}

/// Why a row has no effect size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Left {
    /// A number is missing.
    Missing,
    /// An arm without people.
    NoPeople,
    /// No events in either arm.
    NoEvents,
    /// Nothing but events in both arms.
    AllEvents,
    /// An empty cell, and nothing is to be added.
    EmptyCell,
    /// A mean that is not above 0 has no ratio.
    NoRatio,
    /// Nothing varies, so the variance is 0 or the effect infinite.
    NoSpread,
    /// Too few people for a standard deviation.
    TooFew,
}

impl Left {
    /// The reason in words.
    pub fn why(self) -> &'static str {
        match self {
            Self::Missing => "a number is missing",
            Self::NoPeople => "an arm without people",
            Self::NoEvents => "no events in either arm",
            Self::AllEvents => "nothing but events in both arms",
            Self::EmptyCell => "an empty cell and nothing added, so it has no estimate",
            Self::NoRatio => "means of different sign, or 0, have no ratio",
            Self::NoSpread => "no spread, so it has no variance",
            Self::TooFew => "too few people for this measure",
        }
    }
}

/// One study as the models take it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Unit {
    /// Effect size and variance; nothing where only its table is of use (Mantel-Haenszel, Peto).
    pub(crate) effect: Option<Effect>,
    /// The cells of the table of the study.
    pub(crate) counts: Counts,
}

/// Effect size and variance of every row.
pub fn effects(rows: &[Row], spec: &Spec) -> Vec<Result<Effect, Left>> {
    let add = addition(rows, spec);
    rows.iter().map(|row| effect(row, spec, add)).collect()
}

/// What `if0all` and `all` come to for these rows.
fn addition(rows: &[Row], spec: &Spec) -> AddTo {
    match spec.zero_cells() {
        AddTo::If0All => {
            let empty = rows.iter().filter_map(|row| row.data.as_ref()).any(|data| {
                let counts = Counts::of(data);
                !(spec.drops_double_zero() && counts.one_sided().is_some()) && counts.has_zero()
            });
            if empty { AddTo::All } else { AddTo::None }
        }
        other => other,
    }
}

fn effect(row: &Row, spec: &Spec, add: AddTo) -> Result<Effect, Left> {
    let data = row.data.as_ref().ok_or(Left::Missing)?;
    let found = match *data {
        Data::Binary { .. } | Data::Rate { .. } | Data::Proportion { .. } => {
            let counts = Counts::of(data);
            if counts.is_without_people() {
                return Err(Left::NoPeople);
            }
            if spec.drops_double_zero()
                && let Some(reason) = counts.one_sided()
            {
                return Err(reason);
            }
            let added = match add {
                AddTo::Only0 => counts.has_zero(),
                AddTo::All | AddTo::If0All => true,
                AddTo::None => false,
            };
            let counts = if added { counts.plus(spec.add) } else { counts };
            counts.effect(spec.measure)
        }
        Data::Continuous { .. } => means::effect(data, spec.measure, spec.definition),
        Data::Generic { yi, vi } => Ok(Effect { yi, vi }),
        Data::Hr {
            hr,
            ci_lb,
            ci_ub,
            level,
        } => {
            // Handbook 6.3.2: the standard error of ln HR from its interval, at the study's own level.
            let se =
                (ln(ci_ub) - ln(ci_lb)) / (2.0 * super::dist::normal_critical(level.fraction()));
            Ok(Effect {
                yi: ln(hr),
                vi: se * se,
            })
        }
        // Yusuf 1985: ln HR = (O − E) / V with variance 1 / V.
        Data::Oev { oe, v } => Ok(Effect {
            yi: oe / v,
            vi: 1.0 / v,
        }),
    };
    let found = found?;
    if !found.yi.is_finite() || !found.vi.is_finite() {
        return Err(Left::EmptyCell);
    }
    if found.vi <= 0.0 || same(found.vi, 0.0) {
        return Err(Left::NoSpread);
    }
    Ok(found)
}

/// Whether a measure's data are of this kind.
pub(crate) fn fits(measure: Measure, data: &Data) -> bool {
    measure.kinds().contains(&data.kind())
}
