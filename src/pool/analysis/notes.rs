//! What a reader should know of the model, and the intervals around it.

use crate::pool::effect::Unit;
use crate::pool::model::{self, Fit};
use crate::pool::result::Pooled;
use crate::pool::spec::{AddTo, Interval, Method, Prediction, Spec, Tau2Interval};
use crate::pool::tau2::{Common, Likelihood};
use crate::pool::{dist, heterogeneity, predict};

/// What a reader should know of the model.
pub(super) fn notes(spec: &Spec, fit: &Fit, units: &[Unit], pooled: &mut Pooled) {
    let warnings = &mut pooled.warnings;
    if spec.method == Method::Peto && spec.add_to.is_some_and(|to| to != AddTo::None) {
        warnings.push("Peto's method needs nothing added to cells, so nothing is".into());
    }
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
    } else if spec.interval == Interval::Hksj && fit.df.is_some() {
        if fit.k == 2 {
            warnings.push(
                "Hartung and Knapp's interval with two studies rests on one degree of freedom"
                    .into(),
            );
        }
        if let Some(said) = against_wald(spec, fit) {
            warnings.push(said.clone());
            pooled.footer.push(said);
        }
    }
    let corrected = units
        .iter()
        .filter(|unit| unit.effect.is_some() && unit.counts.has_zero())
        .count();
    let adds = spec.zero_cells() != AddTo::None;
    if corrected > 0 && adds && fit.method != Method::Peto {
        let said = format!(
            "{} added to the cells of {corrected} {} with an empty cell{}",
            spec.add,
            if corrected == 1 { "study" } else { "studies" },
            if fit.method == Method::Mh && !spec.mh_add {
                if corrected == 1 {
                    ", for its own estimate and Q only"
                } else {
                    ", for their own estimates and Q only"
                }
            } else {
                ""
            }
        );
        pooled.footer.push(said.clone());
        warnings.push(said);
    }
}

/// That Hartung and Knapp's interval, or its standard error, is smaller than Wald's (Jackson 2017, Stat Med
/// 36:3923, and Handbook 10.10.4.4 ask to look); nothing where it is not.
fn against_wald(spec: &Spec, fit: &Fit) -> Option<String> {
    if fit.factor >= 1.0 {
        return None;
    }
    let wald = if fit.factor > 0.0 {
        fit.se / fit.factor.sqrt() * dist::normal_critical(spec.level.fraction())
    } else {
        return None;
    };
    let own = fit.critical(spec.level) * fit.se;
    Some(if own < wald {
        format!(
            "Hartung and Knapp's interval is narrower than Wald's, {:.0} % of its width: the studies \
             differ less than chance makes them; hksj-adhoc keeps Wald's standard error",
            100.0 * own / wald
        )
    } else {
        "Hartung and Knapp's standard error is smaller than Wald's; hksj-adhoc keeps the larger"
            .into()
    })
}

/// Intervals of τ² and I², and the prediction interval.
pub(super) fn intervals(spec: &Spec, fit: &Fit, units: &[Unit], pooled: &mut Pooled) {
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
