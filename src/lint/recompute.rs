//! A pooled row recomputed from its studies by every usual convention.
//!
//! From counts: inverse variance with 0.5 added where a cell is empty or to every table, Mantel-Haenszel
//! with and without it, Peto's odds ratio, DerSimonian-Laird with Q about either mean. From means or
//! from printed estimates: inverse variance and DerSimonian-Laird. Beyond these, what programs offer:
//! other estimators of τ², Hartung-Knapp intervals. What the rounding of the study rows can move is
//! bounded study by study, and the bounds are summed, so that a row is called irreproducible only where
//! no point of the box of its studies gives it.

use super::groups::{Group, Recomputed};
use super::paper::{Model, Pooled, StudyRow};
use super::printed::Span;
use crate::pool::dist::normal_critical;
use crate::pool::math::ln;
use crate::pool::{AddTo, Data, Interval, Level, Measure, Method, Row, Spec, analyse};

/// Effect and standard error of a study, with the others that its rounding allows.
struct Input {
    y: f64,
    se: f64,
    /// For each printed number of the study, what its two ends give.
    others: Vec<Vec<(f64, f64)>>,
}

/// Every convention's result for the studies of a group.
pub(super) fn results<'g>(group: &'g Group<'_>) -> &'g [Recomputed] {
    group.results.get_or_init(|| conventions(group))
}

fn conventions(group: &Group<'_>) -> Vec<Recomputed> {
    let pooled = group.pooled;
    let mut out = Vec::new();
    let scales = pooled.scales();
    if let Some(measure) = pooled.engine().filter(|m| is_binary(*m)) {
        let mut made = of_counts(&group.studies, measure, pooled);
        if pooled.is_logarithm() {
            // The printed numbers are logarithms already.
            for one in &mut made {
                one.ratio = false;
            }
        }
        out.extend(made);
    }
    if let Some(inputs) = means(&group.studies, pooled) {
        out.extend(inverse_variance(&inputs, pooled));
    }
    // A ratio may be printed as its logarithm, by the studies, the pooled row or both.
    let below = group.studies.iter().any(|s| {
        s.interval()
            .is_some_and(|all| all.iter().any(|n| n.span().high < 0.0))
    });
    let ways: &[(bool, bool)] = match (scales, pooled.is_logarithm(), below) {
        (_, true, true) => &[(false, false)],
        (_, true, false) => &[(false, false), (false, true)],
        ([true], _, true) => &[(true, false)],
        ([true], _, false) => &[(true, true)],
        ([false], ..) => &[(false, false)],
        (_, _, true) => &[(false, false), (true, false)],
        _ => &[(true, true), (false, false)],
    };
    // The intervals of the studies are of the pooled level, or of 95 % as nearly all are.
    let levels: &[f64] = if (pooled.level() - 0.95).abs() < 1e-9 {
        &[0.95]
    } else {
        &[pooled.level(), 0.95]
    };
    for (ratio, of_studies) in ways {
        for level in levels {
            if let Some(inputs) = printed(&group.studies, *of_studies, *level) {
                let mut made = inverse_variance(&inputs, pooled);
                for one in &mut made {
                    one.ratio = *ratio;
                }
                out.extend(made);
            }
        }
    }
    out
}

fn is_binary(measure: Measure) -> bool {
    matches!(
        measure,
        Measure::Rr | Measure::Or | Measure::Rd | Measure::Peto
    )
}

fn level(pooled: &Pooled) -> Level {
    Level::parse(pooled.level()).unwrap_or(Level::P95)
}

/// The rows of counts as the engine takes them; nothing unless every study has them.
fn rows(studies: &[&StudyRow]) -> Option<Vec<Row>> {
    studies
        .iter()
        .map(|study| {
            let [e1, n1, e2, n2] = study.events()?.map(super::arithmetic::real);
            Some(Row {
                study: study.study.clone(),
                line: None,
                data: Some(Data::Binary { e1, n1, e2, n2 }),
                columns: Vec::new(),
            })
        })
        .collect()
}

fn of_counts(studies: &[&StudyRow], measure: Measure, pooled: &Pooled) -> Vec<Recomputed> {
    let Some(rows) = rows(studies) else {
        return Vec::new();
    };
    let inverse = if measure == Measure::Peto {
        Measure::Or
    } else {
        measure
    };
    let spec = |method: Method| Spec {
        level: level(pooled),
        ..Spec::new(if method == Method::Peto {
            Measure::Peto
        } else {
            inverse
        })
        .method(method)
    };
    let all = |method| Spec {
        add_to: Some(AddTo::If0All),
        ..spec(method)
    };
    let kept = |method| Spec {
        drop_double_zero: Some(false),
        ..spec(method)
    };
    let mut asked: Vec<(&'static str, Spec, bool)> = vec![
        ("inverse variance, fixed", spec(Method::Fe), true),
        (
            "inverse variance, fixed, 0.5 added to every table",
            all(Method::Fe),
            true,
        ),
        (
            "inverse variance, fixed, tables without events kept",
            kept(Method::Fe),
            true,
        ),
        ("Mantel-Haenszel", spec(Method::Mh), true),
        (
            "Mantel-Haenszel, 0.5 added where a cell is empty",
            Spec {
                mh_add: true,
                ..spec(Method::Mh)
            },
            true,
        ),
        ("DerSimonian-Laird", spec(Method::Dl), true),
        (
            "DerSimonian-Laird, 0.5 added to every table",
            all(Method::Dl),
            true,
        ),
        (
            "DerSimonian-Laird, tables without events kept",
            kept(Method::Dl),
            true,
        ),
        (
            "inverse variance, fixed, nothing added",
            Spec {
                add_to: Some(AddTo::None),
                ..spec(Method::Fe)
            },
            true,
        ),
        (
            "DerSimonian-Laird, nothing added",
            Spec {
                add_to: Some(AddTo::None),
                ..spec(Method::Dl)
            },
            true,
        ),
    ];
    if measure != Measure::Peto {
        asked.push((
            "DerSimonian-Laird, Q about the Mantel-Haenszel mean",
            spec(Method::Rm),
            true,
        ));
    }
    if matches!(measure, Measure::Or | Measure::Peto) {
        asked.push(("Peto", spec(Method::Peto), true));
    }
    asked.extend(further(&spec));
    asked
        .iter()
        .filter_map(|(name, spec, usual)| run(&rows, spec, name, *usual))
        .collect()
}

/// What programs offer beside the usual conventions.
fn further(spec: &dyn Fn(Method) -> Spec) -> Vec<(&'static str, Spec, bool)> {
    vec![
        ("REML", spec(Method::Reml), false),
        ("Paule-Mandel", spec(Method::Pm), false),
        ("maximum likelihood", spec(Method::Ml), false),
        ("Sidik-Jonkman", spec(Method::Sj), false),
        (
            "DerSimonian-Laird with Hartung-Knapp interval",
            spec(Method::Dl).interval(Interval::Hksj),
            false,
        ),
        (
            "Paule-Mandel with Hartung-Knapp interval",
            spec(Method::Pm).interval(Interval::Hksj),
            false,
        ),
        (
            "REML with Hartung-Knapp interval",
            spec(Method::Reml).interval(Interval::Hksj),
            false,
        ),
    ]
}

fn run(rows: &[Row], spec: &Spec, name: &'static str, usual: bool) -> Option<Recomputed> {
    let pooled = analyse(rows, spec).ok()?;
    let model = if spec.method.is_random() {
        Model::Random
    } else {
        Model::Fixed
    };
    let i2 = if usual { pooled.i2_q } else { pooled.i2 };
    Some(Recomputed {
        name,
        model,
        usual,
        ratio: matches!(spec.measure, Measure::Rr | Measure::Or | Measure::Peto),
        values: [pooled.estimate, pooled.ci[0], pooled.ci[1], i2].map(Span::point),
    })
}

/// The difference of two means with its standard error, and what the rounding of each allows.
fn means(studies: &[&StudyRow], pooled: &Pooled) -> Option<Vec<Input>> {
    let measure = pooled.engine()?;
    if !matches!(measure, Measure::Md | Measure::Smd) {
        return None;
    }
    studies
        .iter()
        .map(|study| {
            let [n1, n0] = study.arms()?.map(super::arithmetic::real);
            let [m1, sd1, m0, sd0] = &study.means;
            let values = [m1.as_ref()?, sd1.as_ref()?, m0.as_ref()?, sd0.as_ref()?];
            let effect = |x: [f64; 4]| difference(measure, x, n1, n0);
            let central = values.map(|v| v.value);
            let (y, se) = effect(central)?;
            let others = (0..4)
                .map(|at| {
                    let ends = values
                        .get(at)
                        .map_or([0.0, 0.0], |v| [v.span().low, v.span().high]);
                    ends.map(|end| {
                        let mut moved = central;
                        if let Some(slot) = moved.get_mut(at) {
                            *slot = end;
                        }
                        moved
                    })
                    .into_iter()
                    .filter_map(effect)
                    .collect()
                })
                .collect();
            Some(Input { y, se, others })
        })
        .collect()
}

/// Mean difference or Hedges' g (as RevMan computes it) with its standard error.
pub(super) fn difference(measure: Measure, x: [f64; 4], n1: f64, n0: f64) -> Option<(f64, f64)> {
    let [m1, sd1, m0, sd0] = x;
    if n1 < 2.0 || n0 < 2.0 || sd1 < 0.0 || sd0 < 0.0 {
        return None;
    }
    if measure == Measure::Md {
        let se = (sd1 * sd1 / n1 + sd0 * sd0 / n0).sqrt();
        return (se > 0.0).then_some((m1 - m0, se));
    }
    let n = n1 + n0;
    let sd = (((n1 - 1.0) * sd1 * sd1 + (n0 - 1.0) * sd0 * sd0) / (n - 2.0)).sqrt();
    if sd <= 0.0 {
        return None;
    }
    let g = (m1 - m0) / sd * (1.0 - 3.0 / (4.0 * n - 9.0));
    let se = (n / (n1 * n0) + g * g / (2.0 * (n - 3.94))).sqrt();
    Some((g, se))
}

/// The printed estimates of the studies with the standard errors of their intervals.
fn printed(studies: &[&StudyRow], ratio: bool, level: f64) -> Option<Vec<Input>> {
    let z = normal_critical(level);
    let on = |x: f64| {
        if ratio {
            (x > 0.0).then(|| ln(x))
        } else {
            Some(x)
        }
    };
    let mut inputs = Vec::new();
    for study in studies {
        let Some([estimate, low, high]) = study.interval() else {
            // A study without events is listed without an estimate, and pooled without it.
            let empty = study
                .events()
                .is_some_and(|[e1, _, e0, _]| e1 == 0 && e0 == 0);
            if empty {
                continue;
            }
            return None;
        };
        let effect = |x: [f64; 3]| -> Option<(f64, f64)> {
            let [estimate, low, high] = x;
            let se = (on(high)? - on(low)?) / (2.0 * z);
            (se > 0.0).then_some((on(estimate)?, se))
        };
        let values = [estimate, low, high];
        // A lower limit that is printed as 0.00 lies above 0, and nobody knows where.
        let central = [
            estimate.value,
            if ratio {
                low.value.max(low.half() * 0.5)
            } else {
                low.value
            },
            high.value,
        ];
        let (y, se) = effect(central)?;
        let others = (0..3)
            .map(|at| {
                let span = values.get(at).map_or(Span::point(0.0), |v| v.span());
                let floor = if ratio {
                    values.get(at).map_or(0.0, |v| v.half() * 0.02)
                } else {
                    f64::NEG_INFINITY
                };
                [span.low.max(floor), span.high]
                    .map(|end| {
                        let mut moved = central;
                        if let Some(slot) = moved.get_mut(at) {
                            *slot = end;
                        }
                        moved
                    })
                    .into_iter()
                    .filter_map(effect)
                    .collect()
            })
            .collect();
        inputs.push(Input { y, se, others });
    }
    (!inputs.is_empty()).then_some(inputs)
}

/// Estimate, limits and I² of inverse-variance pooling; `random` by DerSimonian and Laird (1986).
fn pool(studies: &[(f64, f64)], random: bool, z: f64) -> [f64; 4] {
    let weigh = |tau2: f64| {
        let mut sums = [0.0_f64; 3];
        for (y, se) in studies {
            let w = 1.0 / (se * se + tau2);
            sums[0] += w;
            sums[1] += w * y;
            sums[2] += w * w;
        }
        sums
    };
    let [w, wy, ww] = weigh(0.0);
    let mean = wy / w;
    let q: f64 = studies
        .iter()
        .map(|(y, se)| (y - mean) * (y - mean) / (se * se))
        .sum();
    let df = crate::pool::math::count(studies.len().saturating_sub(1));
    // Below 0 where Q is below its degrees of freedom, so that rounding can be followed across 0.
    let i2 = if q > 1e-12 {
        (100.0 * (q - df) / q).max(-1e4)
    } else {
        -1e4
    };
    let (mean, se) = if random {
        let c = w - ww / w;
        let tau2 = if c > 0.0 {
            ((q - df) / c).max(0.0)
        } else {
            0.0
        };
        let [w, wy, _] = weigh(tau2);
        (wy / w, (1.0 / w).sqrt())
    } else {
        (mean, (1.0 / w).sqrt())
    };
    [mean, mean - z * se, mean + z * se, i2]
}

/// What rounding moves in an interval of Hartung and Knapp, whose width hangs on how far apart the estimates
/// are: with two studies a last digit moves it by half. τ² as DerSimonian and Laird have it.
fn hartung_slack(inputs: &[Input], central: &[(f64, f64)], level: Level) -> [f64; 4] {
    let df = crate::pool::math::count(central.len().saturating_sub(1));
    if df < 1.0 || central.len() > FEW {
        return [0.0; 4];
    }
    let t = crate::pool::dist::t_critical(level.fraction(), df);
    let limits = |studies: &[(f64, f64)]| -> [f64; 4] {
        let [mean, _, _, i2] = pool(studies, true, 1.0);
        let tau2 = tau2(studies);
        let (mut w, mut q) = (0.0, 0.0);
        for (y, se) in studies {
            let weight = 1.0 / (se * se + tau2);
            w += weight;
            q += weight * (y - mean) * (y - mean);
        }
        let half = t * (q / (df * w)).max(0.0).sqrt();
        [mean, mean - half, mean + half, i2]
    };
    let values = limits(central);
    let mut slack = [0.0_f64; 4];
    for (at, input) in inputs.iter().enumerate() {
        for ends in &input.others {
            let mut moved = [0.0_f64; 4];
            for end in ends {
                let mut studies = central.to_vec();
                if let Some(slot) = studies.get_mut(at) {
                    *slot = *end;
                }
                for ((m, a), b) in moved.iter_mut().zip(limits(&studies)).zip(values) {
                    *m = m.max((a - b).abs());
                }
            }
            for (sum, m) in slack.iter_mut().zip(moved) {
                *sum += 1.3 * m;
            }
        }
    }
    slack
}

/// τ² of DerSimonian and Laird (1986).
fn tau2(studies: &[(f64, f64)]) -> f64 {
    let (mut w, mut wy, mut ww) = (0.0, 0.0, 0.0);
    for (y, se) in studies {
        let weight = 1.0 / (se * se);
        w += weight;
        wy += weight * y;
        ww += weight * weight;
    }
    let mean = wy / w;
    let q: f64 = studies
        .iter()
        .map(|(y, se)| (y - mean) * (y - mean) / (se * se))
        .sum();
    let c = w - ww / w;
    let df = crate::pool::math::count(studies.len().saturating_sub(1));
    if c > 0.0 {
        ((q - df) / c).max(0.0)
    } else {
        0.0
    }
}

/// Up to so many studies each is moved by itself; beyond, only every so many of them, and the sum is
/// scaled up.
const FEW: usize = 150;

fn inverse_variance(inputs: &[Input], pooled: &Pooled) -> Vec<Recomputed> {
    let z = normal_critical(pooled.level());
    let central: Vec<(f64, f64)> = inputs.iter().map(|i| (i.y, i.se)).collect();
    let mut out = Vec::new();
    let mut slack = [0.0_f64; 4];
    for (name, model) in [
        ("inverse variance, fixed", Model::Fixed),
        ("DerSimonian-Laird", Model::Random),
    ] {
        let random = model == Model::Random;
        let values = pool(&central, random, z);
        // What the rounding of each number moves, summed, and a tenth for what they move together.
        slack = [0.0; 4];
        let step = inputs.len().div_ceil(FEW);
        let scale = crate::pool::math::count(step);
        let numbers = inputs
            .iter()
            .enumerate()
            .step_by(step)
            .flat_map(|(at, input)| input.others.iter().map(move |ends| (at, ends)));
        for (at, ends) in numbers {
            let mut moved = [0.0_f64; 4];
            for end in ends {
                let mut studies = central.clone();
                if let Some(slot) = studies.get_mut(at) {
                    *slot = *end;
                }
                let now = pool(&studies, random, z);
                for ((m, a), b) in moved.iter_mut().zip(now).zip(values) {
                    *m = m.max((a - b).abs());
                }
            }
            for (sum, m) in slack.iter_mut().zip(moved) {
                *sum += 1.1 * scale * m;
            }
        }
        let spans = values.map(Span::point);
        let mut wide = spans;
        for (span, by) in wide.iter_mut().zip(slack) {
            *span = span.wider(by);
        }
        out.push(Recomputed {
            name,
            model,
            usual: true,
            ratio: false,
            values: wide,
        });
    }
    let rows: Vec<Row> = central
        .iter()
        .enumerate()
        .map(|(n, (y, se))| Row {
            study: n.to_string(),
            line: None,
            data: Some(Data::Generic {
                yi: *y,
                vi: se * se,
            }),
            columns: Vec::new(),
        })
        .collect();
    let spec = |method: Method| Spec {
        level: level(pooled),
        ..Spec::new(Measure::Gen).method(method)
    };
    let hartung = hartung_slack(inputs, &central, level(pooled));
    for (name, spec, usual) in further(&spec) {
        if let Some(mut result) = run(&rows, &spec, name, usual) {
            let own = if spec.interval == Interval::Hksj {
                hartung
            } else {
                [0.0; 4]
            };
            // Estimators of τ² move with rounding more than DerSimonian and Laird's.
            for ((span, by), own) in result.values.iter_mut().zip(slack).zip(own) {
                *span = span.wider(own.max(1.5 * by));
            }
            out.push(result);
        }
    }
    out
}
