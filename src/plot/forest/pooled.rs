//! From a pooled analysis to its forest, leave-one-out and cumulative plots.

use super::{Forest, ForestGroup, ForestRow, ForestSummary};
use crate::plot::words;
use crate::pool::living::at_every_look;
use crate::pool::result::Step;
use crate::pool::{Data, Interval, Measure, Pooled, Prediction, Scale, Spec, Study};

/// What the figure says beside the numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForestWords {
    /// The figure's name; prefixes its ids.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Below the title.
    pub subtitle: String,
    /// The two arms, experimental then control.
    pub arms: [String; 2],
    /// What lies left and right of no effect.
    pub favours: [String; 2],
    /// What stands in grey behind each study, by the place of its row.
    pub details: Vec<String>,
    /// Further lines on the method.
    pub method: Vec<String>,
}

/// The normal quantile that matches the level of the spec.
fn critical(spec: &Spec) -> f64 {
    crate::pool::dist::normal_critical(spec.level.fraction())
}

/// A value on the scale of pooling, brought back where there is a way back.
fn back(measure: Measure, value: f64) -> f64 {
    measure.back(value, None).unwrap_or(value)
}

fn triple(measure: Measure, estimate: f64, [lo, hi]: [f64; 2]) -> (f64, f64, f64) {
    (
        back(measure, estimate),
        back(measure, lo),
        back(measure, hi),
    )
}

/// Events and people, where the study gives them as whole numbers.
fn counts(data: &Data) -> Option<[(u64, u64); 2]> {
    let Data::Binary { e1, n1, e2, n2 } = data else {
        return None;
    };
    Some([(whole(*e1)?, whole(*n1)?), (whole(*e2)?, whole(*n2)?)])
}

fn whole(value: f64) -> Option<u64> {
    let in_range = (0.0..9_007_199_254_740_992.0).contains(&value);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked: not negative, below 2^53, without a fraction"
    )]
    (in_range && value.fract() == 0.0).then_some(value as u64)
}

fn total<'a>(studies: impl Iterator<Item = &'a Study>) -> Option<[(u64, u64); 2]> {
    let mut sum = [(0, 0); 2];
    for study in studies {
        let pair = counts(&study.data)?;
        for (total, one) in sum.iter_mut().zip(pair) {
            total.0 += one.0;
            total.1 += one.1;
        }
    }
    Some(sum)
}

fn row(pooled: &Pooled, spec: &Spec, words: &ForestWords, study: &Study) -> Option<ForestRow> {
    let (yi, vi) = (study.yi?, study.vi?);
    let half = critical(spec) * vi.sqrt();
    Some(ForestRow {
        label: study.study.clone(),
        detail: words.details.get(study.row).cloned().unwrap_or_default(),
        counts: counts(&study.data),
        weight: Some(study.weight),
        effect: triple(pooled.measure, yi, [yi - half, yi + half]),
        ..ForestRow::default()
    })
}

/// `τ² = 0.012; χ² = 24.93, df = 6 (P < 0.001); I² = 75.9%`
fn heterogeneity(tau2: Option<f64>, q: f64, df: f64, p: f64, i2: f64) -> String {
    let tau2 = tau2
        .map(|t| format!("τ² = {}; ", words::fixed(t, 3)))
        .unwrap_or_default();
    format!(
        "{tau2}χ² = {}, df = {} ({}); I² = {}%",
        words::fixed(q, 2),
        words::tick(df),
        words::p_value(p),
        words::fixed(i2, 1)
    )
}

/// The forest plot of an analysis.
pub fn of_pooled(pooled: &Pooled, spec: &Spec, text: &ForestWords) -> Forest {
    let random = pooled.used().is_random();
    let of = |studies: &mut dyn Iterator<Item = &Study>| -> Vec<ForestRow> {
        studies
            .filter_map(|study| row(pooled, spec, text, study))
            .collect()
    };
    let groups = match &pooled.subgroups {
        Some(subgroups) if subgroups.levels.len() > 1 => subgroups
            .levels
            .iter()
            .map(|level| {
                let own = || {
                    pooled
                        .studies
                        .iter()
                        .filter(|study| study.subgroup.as_deref() == Some(&level.level))
                };
                let df = level.k.saturating_sub(1);
                let df = u32::try_from(df).map_or(0.0, f64::from);
                let note = (level.k > 1).then(|| {
                    let p = crate::pool::dist::chi2_above(level.q, df);
                    heterogeneity(random.then_some(level.tau2), level.q, df, p, level.i2)
                });
                ForestGroup {
                    label: Some(capital(&level.level)),
                    rows: of(&mut own()),
                    subtotal: Some(ForestSummary {
                        label: "Subtotal".into(),
                        effect: triple(pooled.measure, level.estimate, level.ci),
                        counts: total(own()),
                        weight: Some(own().map(|study| study.weight).sum()),
                        note,
                    }),
                }
            })
            .collect(),
        _ => vec![ForestGroup {
            label: None,
            rows: of(&mut pooled.studies.iter()),
            subtotal: None,
        }],
    };
    let mut notes = Vec::new();
    if pooled.k > 1 {
        notes.push(format!(
            "Heterogeneity: {}",
            heterogeneity(
                random.then_some(pooled.tau2),
                pooled.q,
                pooled.q_df,
                pooled.q_p,
                pooled.i2
            )
        ));
    }
    // Without a value of no effect there is nothing to test against.
    if let (Some(stat), Some(p), true) =
        (pooled.stat, pooled.p, pooled.measure.has_no_effect_value())
    {
        let letter = if pooled.df.is_some() { "t" } else { "z" };
        notes.push(format!(
            "Overall effect: {letter} = {} ({})",
            words::fixed(stat, 2),
            words::p_value(p)
        ));
    }
    if let Some(subgroups) = &pooled.subgroups
        && let (Some(q), Some(df), Some(p)) = (subgroups.q_between, subgroups.df, subgroups.p)
    {
        notes.push(format!(
            "Subgroup differences: χ² = {}, df = {} ({})",
            words::fixed(q, 2),
            words::tick(df),
            words::p_value(p)
        ));
    }
    Forest {
        name: text.name.clone(),
        title: text.title.clone(),
        subtitle: text.subtitle.clone(),
        page: crate::plot::Page::Full,
        style: super::ForestStyle::RevMan,
        arms: text.arms.clone(),
        first: "Trial".into(),
        measure: pooled.measure.title().to_owned(),
        level: spec.level.percent(),
        log: pooled.scale == Scale::Log,
        single: !pooled.measure.has_no_effect_value(),
        groups,
        overall: Some(ForestSummary {
            label: "All trials".into(),
            effect: triple(pooled.measure, pooled.estimate, pooled.ci),
            counts: total(pooled.studies.iter()),
            weight: Some(100.0),
            note: None,
        }),
        prediction: pooled
            .prediction
            .map(|[lo, hi]| (back(pooled.measure, lo), back(pooled.measure, hi))),
        notes,
        method: method(pooled, spec, text),
        favours: text.favours.clone(),
        bias: Vec::new(),
    }
}

fn method(pooled: &Pooled, spec: &Spec, text: &ForestWords) -> Vec<String> {
    let used = pooled.chosen.map_or_else(
        || spec.method.title().to_owned(),
        |chosen| format!("{} (chosen: {})", spec.method.title(), chosen.word()),
    );
    let used = capital(&used);
    // A method without degrees of freedom keeps Wald's, whatever was asked.
    let asked = pooled.df.map_or(Interval::Wald, |_| spec.interval);
    let interval = match asked {
        Interval::Wald => "Wald interval",
        Interval::Hksj => "Hartung-Knapp-Sidik-Jonkman interval",
        Interval::HkAdHoc => {
            "Hartung-Knapp-Sidik-Jonkman interval, never narrower than its standard error makes it"
        }
    };
    let quantile = match spec.prediction {
        None | Some(Prediction::TkMinus2) => "t with k − 2 df",
        Some(Prediction::TkMinus1) => "t with k − 1 df",
        Some(Prediction::Z) => "normal",
    };
    let mut line = format!("{used}; {interval}");
    if pooled.prediction.is_some() {
        line.push_str(&format!("; prediction interval {quantile}"));
    }
    line.push_str(". Square area is proportional to weight.");
    let mut out = vec![line];
    out.extend(
        pooled
            .zero_cells
            .iter()
            .map(|said| format!("{}.", capital(said))),
    );
    out.extend(text.method.iter().cloned());
    out
}

/// The leave-one-out plot: each row is the pooled effect without that study.
pub fn leave_one_out(pooled: &Pooled, spec: &Spec, text: &ForestWords) -> Option<Forest> {
    let steps = pooled.leave_one_out.as_ref()?;
    let rows = steps
        .iter()
        .zip(&pooled.studies)
        .map(|(step, study)| ForestRow {
            label: step.study.clone(),
            detail: text.details.get(study.row).cloned().unwrap_or_default(),
            counts: None,
            weight: None,
            effect: triple(pooled.measure, step.estimate, step.ci),
            ..ForestRow::default()
        })
        .collect();
    let whole = of_pooled(pooled, spec, text);
    Some(Forest {
        name: format!("{}-without", text.name),
        title: format!("{}: without each trial in turn", text.title),
        first: "Without".into(),
        groups: vec![ForestGroup {
            label: None,
            rows,
            subtotal: None,
        }],
        prediction: None,
        overall: whole.overall.map(|overall| ForestSummary {
            counts: None,
            weight: None,
            ..overall
        }),
        notes: Vec::new(),
        method: vec!["Each row pools the other trials by the same method.".into()],
        ..whole
    })
}

/// The cumulative plot: each row is the pooled effect of the studies up to that one, in the order
/// of the rows, which `order` names: `by year`. Around a ratio stands the interval that holds at every look at once, which is
/// advisory ([`crate::pool::living`]); `effect` is the one worth finding, on the log scale.
pub fn cumulative(
    pooled: &Pooled,
    spec: &Spec,
    text: &ForestWords,
    (effect, order): (Option<f64>, &str),
) -> Option<Forest> {
    let steps = pooled.cumulative.as_ref()?;
    let effect = effect.filter(|_| pooled.scale == Scale::Log);
    let band = |step: &Step| {
        let [lo, hi] = at_every_look(step.estimate, step.se, effect?, spec.level)?;
        Some((back(pooled.measure, lo), back(pooled.measure, hi)))
    };
    let rows: Vec<ForestRow> = steps
        .iter()
        .zip(&pooled.studies)
        .enumerate()
        .map(|(at, (step, study))| ForestRow {
            label: if at == 0 {
                step.study.clone()
            } else {
                format!("+ {}", step.study)
            },
            detail: text.details.get(study.row).cloned().unwrap_or_default(),
            effect: triple(pooled.measure, step.estimate, step.ci),
            band: band(step),
            ..ForestRow::default()
        })
        .collect();
    let looks = rows.len();
    let banded = rows.iter().any(|row| row.band.is_some());
    let whole = of_pooled(pooled, spec, text);
    let mut method = vec![format!(
        "Each row pools the trials down to that one, {order}, by the same method."
    )];
    if let (true, Some(effect)) = (banded, effect) {
        let look = if looks == 1 { "look" } else { "looks" };
        method.push(format!(
            "Dotted: the interval that holds at every look at once (normal mixture, spread {} on \
             the log scale), {looks} {look} here. It is advisory and stands beside the result, never \
             instead of it (Cochrane Handbook 22.4.2).",
            words::fixed(effect.abs(), 3)
        ));
    }
    Some(Forest {
        name: format!("{}-cumulative", text.name),
        title: format!("{}: trial by trial", text.title),
        first: "Trial added".into(),
        groups: vec![ForestGroup {
            label: None,
            rows,
            subtotal: None,
        }],
        prediction: None,
        overall: whole.overall.map(|overall| ForestSummary {
            counts: None,
            weight: None,
            ..overall
        }),
        notes: Vec::new(),
        method,
        ..whole
    })
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}
