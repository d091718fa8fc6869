//! From a pooled analysis to its forest, leave-one-out and cumulative plots.

use super::{Forest, ForestData, ForestGroup, ForestRow, ForestSummary};
use crate::plot::words::{self, Digits};
use crate::pool::digits::{i2_from, variance};
use crate::pool::living::at_every_look;
use crate::pool::result::Step;
use crate::pool::{Data, Interval, Kind, Measure, Pooled, Prediction, Scale, Spec, Study, people};

/// What the figure says beside the numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ForestWords {
    /// The figure's name; prefixes its ids.
    pub name: String,
    /// The title above the figure.
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

/// An estimate with its interval on the reader's scale; on that of pooling where there is no way back.
/// `people` is the harmonic mean of the sample sizes behind it, which the double arcsine needs.
fn triple(
    measure: Measure,
    estimate: f64,
    [lo, hi]: [f64; 2],
    people: Option<f64>,
) -> (f64, f64, f64) {
    let back = |value: f64| measure.back(value, people).unwrap_or(value);
    (back(estimate), back(lo), back(hi))
}

/// What the columns of data hold for a kind of data.
fn columns_of(kind: Kind) -> ForestData {
    match kind {
        Kind::Binary => ForestData::Events,
        Kind::Continuous => ForestData::Means,
        Kind::Rate => ForestData::Rates,
        Kind::Proportion => ForestData::Proportions,
        Kind::Oev => ForestData::Observed,
        Kind::Generic | Kind::Hr => ForestData::None,
    }
}

/// A study's data as the columns show them.
fn cells(data: &Data) -> Vec<String> {
    let t = words::given;
    let of = |a: f64, b: f64| format!("{} / {}", t(a), t(b));
    match *data {
        Data::Binary { e1, n1, e2, n2 } => vec![of(e1, n1), of(e2, n2)],
        Data::Rate { e1, t1, e2, t2 } => vec![of(e1, t1), of(e2, t2)],
        Data::Proportion { e, n } => vec![of(e, n)],
        Data::Continuous {
            n1,
            mean1,
            sd1,
            n2,
            mean2,
            sd2,
        } => [(mean1, sd1, n1), (mean2, sd2, n2)]
            .map(|(mean, sd, n)| format!("{} ({}), {}", t(mean), t(sd), t(n)))
            .to_vec(),
        Data::Oev { oe, v } => vec![t(oe), t(v)],
        Data::Generic { .. } | Data::Hr { .. } => Vec::new(),
    }
}

/// The totals of the columns of data.
fn totals<'a>(studies: impl Iterator<Item = &'a Study>) -> Vec<String> {
    let mut sums = [0.0; 6];
    let mut kind = None;
    for study in studies {
        kind = Some(study.data.kind());
        for (sum, value) in sums.iter_mut().zip(study.data.values()) {
            *sum += value;
        }
    }
    let t = words::given;
    let of = |a: f64, b: f64| format!("{} / {}", t(a), t(b));
    let [a, b, c, d, ..] = sums;
    match kind {
        Some(Kind::Binary | Kind::Rate) => vec![of(a, b), of(c, d)],
        Some(Kind::Proportion) => vec![of(a, b)],
        Some(Kind::Continuous) => vec![t(a), t(d)],
        Some(Kind::Oev) => vec![t(a), t(b)],
        Some(Kind::Generic | Kind::Hr) | None => Vec::new(),
    }
}

fn row(pooled: &Pooled, spec: &Spec, words: &ForestWords, study: &Study) -> ForestRow {
    let label = study.study.clone();
    let detail = words.details.get(study.row).cloned().unwrap_or_default();
    ForestRow {
        // A name is written once, though it be a citation as well.
        detail: if detail == label {
            String::new()
        } else {
            detail
        },
        label,
        cells: cells(&study.data),
        weight: Some(study.weight),
        effect: effect(pooled, spec, study),
        ..ForestRow::default()
    }
}

/// A study's own effect as the model sees it; an interval that was typed at this level as it was typed.
fn effect(pooled: &Pooled, spec: &Spec, study: &Study) -> Option<(f64, f64, f64)> {
    if let Data::Hr {
        hr,
        ci_lb,
        ci_ub,
        level,
    } = study.data
        && (level.percent() - spec.level.percent()).abs() < 1e-9
    {
        return Some((hr, ci_lb, ci_ub));
    }
    let (yi, vi) = (study.yi?, study.vi?);
    let half = critical(spec) * vi.sqrt();
    let people = people_among([study]);
    Some(triple(pooled.measure, yi, [yi - half, yi + half], people))
}

/// The harmonic mean of the sample sizes of single arms.
fn people_among<'a>(studies: impl IntoIterator<Item = &'a Study>) -> Option<f64> {
    people(studies.into_iter().map(|study| &study.data))
}

/// `τ² = 0.012; χ² = 24.93, df = 6 (P < 0.001); I² = 75.9%`
fn heterogeneity(tau2: Option<f64>, q: f64, df: f64, p: f64, i2: f64) -> String {
    let tau2 = tau2
        .map(|t| format!("τ² = {}; ", variance(t)))
        .unwrap_or_default();
    format!(
        "{tau2}χ² = {}, df = {} ({}); I² = {}%",
        words::fixed(q, 2),
        words::tick(df),
        words::p_value(p),
        words::fixed(i2, 1)
    )
}

/// The studies by subgroup, each level with its subtotal; those of no level, or of one that cannot be
/// pooled, stand at the end, since they count in the total.
fn groups(pooled: &Pooled, spec: &Spec, text: &ForestWords) -> Vec<ForestGroup> {
    let random = pooled.used().is_random();
    let of = |studies: &[&Study]| -> Vec<ForestRow> {
        studies
            .iter()
            .map(|study| row(pooled, spec, text, study))
            .collect()
    };
    let all: Vec<&Study> = pooled.studies.iter().collect();
    let Some(subgroups) = pooled
        .subgroups
        .as_ref()
        .filter(|found| found.levels.len() > 1)
    else {
        return vec![ForestGroup {
            label: None,
            rows: of(&all),
            subtotal: None,
        }];
    };
    let mut out = Vec::new();
    let mut drawn: Vec<&str> = Vec::new();
    for level in &subgroups.levels {
        let own: Vec<&Study> = all
            .iter()
            .filter(|study| study.subgroup.as_deref() == Some(&level.level))
            .copied()
            .collect();
        drawn.push(&level.level);
        let df = u32::try_from(level.k.saturating_sub(1)).map_or(0.0, f64::from);
        let note = (level.k > 1).then(|| {
            let p = crate::pool::dist::chi2_above(level.q, df);
            heterogeneity(random.then_some(level.tau2), level.q, df, p, level.i2)
        });
        let people = people_among(own.iter().copied());
        out.push(ForestGroup {
            label: Some(capital(&level.level)),
            rows: of(&own),
            subtotal: Some(ForestSummary {
                label: "Subtotal".into(),
                effect: triple(pooled.measure, level.estimate, level.ci, people),
                cells: totals(own.iter().copied()),
                weight: Some(own.iter().map(|study| study.weight).sum()),
                note,
            }),
        });
    }
    let rest = all.iter().filter(|study| {
        let level = study.subgroup.as_deref();
        level.is_none_or(|level| !drawn.contains(&level))
    });
    let mut left: Vec<(Option<&str>, Vec<&Study>)> = Vec::new();
    for study in rest {
        let level = study.subgroup.as_deref();
        match left.iter_mut().find(|(known, _)| *known == level) {
            Some((_, studies)) => studies.push(study),
            None => left.push((level, vec![study])),
        }
    }
    // What is not given stands last.
    left.sort_by_key(|(level, _)| level.is_none());
    out.extend(left.into_iter().map(|(level, studies)| ForestGroup {
        label: Some(level.map_or_else(|| "Group not given".to_owned(), capital)),
        rows: of(&studies),
        subtotal: None,
    }));
    out
}

/// The forest plot of an analysis.
pub fn of_pooled(pooled: &Pooled, spec: &Spec, text: &ForestWords) -> Forest {
    let random = pooled.used().is_random();
    let people = people_among(&pooled.studies);
    let groups = groups(pooled, spec, text);
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
        measure: column(pooled.measure),
        level: spec.level.percent(),
        data: pooled
            .studies
            .first()
            .map(|study| columns_of(study.data.kind()))
            .unwrap_or_default(),
        digits: Digits::of_pooled(pooled),
        log: pooled.scale == Scale::Log && pooled.measure.has_no_effect_value(),
        single: !pooled.measure.has_no_effect_value(),
        groups,
        overall: Some(ForestSummary {
            label: "All trials".into(),
            effect: triple(pooled.measure, pooled.estimate, pooled.ci, people),
            cells: totals(pooled.studies.iter()),
            weight: Some(100.0),
            note: None,
        }),
        prediction: pooled.prediction.map(|ends| {
            let (_, lo, hi) = triple(pooled.measure, pooled.estimate, ends, people);
            (lo, hi)
        }),
        notes,
        method: method(pooled, spec, text),
        favours: text.favours.clone(),
        bias: Vec::new(),
    }
}

/// What the column of effects is headed: a proportion is one, whatever it is pooled as.
fn column(measure: Measure) -> String {
    if measure.has_no_effect_value() {
        measure.title().to_owned()
    } else {
        Measure::Pr.title().to_owned()
    }
}

/// On which scale proportions are pooled and how they are brought back; nothing where it goes without
/// saying.
fn scale_word(measure: Measure) -> Option<&'static str> {
    match measure {
        Measure::Pln => Some("pooled as logarithms"),
        Measure::Plo => Some("pooled as logits"),
        Measure::Pas => Some("pooled as arcsines of square roots"),
        Measure::Pft => Some(
            "pooled as double arcsines (Freeman-Tukey), brought back with the harmonic mean of the \
             sample sizes (Miller 1978), each study with its own",
        ),
        Measure::As => Some("the difference of arcsines has no way back to risks"),
        _ => None,
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
    if pooled.k > 1 {
        line.push_str(&format!("; I² from {}", i2_from(pooled.used())));
    }
    if let Some(word) = scale_word(pooled.measure) {
        line.push_str(&format!("; {word}"));
    }
    line.push_str(". Square area is proportional to weight.");
    let mut out = vec![line];
    out.extend(
        pooled
            .footer
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
        .map(|(step, study)| {
            let others = pooled.studies.iter().filter(|other| other.row != study.row);
            let people = people_among(others);
            ForestRow {
                cells: Vec::new(),
                weight: None,
                effect: Some(triple(pooled.measure, step.estimate, step.ci, people)),
                ..row(pooled, spec, text, study)
            }
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
            cells: Vec::new(),
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
    let effect =
        effect.filter(|_| pooled.scale == Scale::Log && pooled.measure.has_no_effect_value());
    let band = |step: &Step| {
        let ends = at_every_look(step.estimate, step.se, effect?, spec.level)?;
        let (_, lo, hi) = triple(pooled.measure, step.estimate, ends, None);
        Some((lo, hi))
    };
    let rows: Vec<ForestRow> = steps
        .iter()
        .zip(&pooled.studies)
        .enumerate()
        .map(|(at, (step, study))| {
            let people = people_among(pooled.studies.iter().take(at + 1));
            ForestRow {
                label: if at == 0 {
                    step.study.clone()
                } else {
                    format!("+ {}", step.study)
                },
                cells: Vec::new(),
                weight: None,
                effect: Some(triple(pooled.measure, step.estimate, step.ci, people)),
                band: band(step),
                ..row(pooled, spec, text, study)
            }
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
            cells: Vec::new(),
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
