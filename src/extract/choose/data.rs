//! The numbers that one report gives for an analysis, turned to experimental against control.

use super::comparisons::{Groups, combined, joined};
use super::means::{interval, means};
use super::{Row, RowData, StudyReports, subgroup};
use crate::extract::checks::is_ratio;
use crate::extract::{Cell, CellValue, Scope};
use crate::workflow::Analysis;

/// The row that a report gives; `Err(None)` where it says nothing about the outcome, `Err(Some)`
/// where what it says cannot be used.
pub(super) fn of_report(
    cells: &[Cell],
    analysis: &Analysis,
    study: &StudyReports,
    (report, arms): (&str, &Groups<'_>),
) -> Result<Row, Option<String>> {
    let own: Vec<&Cell> = cells
        .iter()
        .filter(|cell| {
            let key = &cell.key;
            let grade = analysis.grade.as_deref().unwrap_or_default();
            key.report == report
                && key.outcome == analysis.outcome
                && key.grade == grade
                && analysis.time.as_ref().is_none_or(|time| *time == key.time)
        })
        .collect();
    if own.is_empty() {
        return Err(None);
    }
    let mut populations: Vec<&str> = analysis.population.iter().map(String::as_str).collect();
    if populations.is_empty() {
        for cell in &own {
            if !populations.contains(&cell.key.population.as_str()) {
                populations.push(&cell.key.population);
            }
        }
    }
    let mut reason = None;
    for population in populations {
        let here: Vec<&Cell> = own
            .iter()
            .copied()
            .filter(|cell| cell.key.population == population)
            .collect();
        if here.is_empty() {
            continue;
        }
        match numbers(&here, analysis, arms) {
            Ok(found) => {
                return Ok(Row {
                    study: study.study.clone(),
                    report: report.to_owned(),
                    population: population.to_owned(),
                    experimental: joined(&arms.experimental),
                    control: joined(&arms.control),
                    data: found.data,
                    turned: found.turned,
                    split: [1, 1],
                    arms: None,
                    subgroup: arms
                        .experimental
                        .first()
                        .and_then(|arm| subgroup(cells, analysis, &study.study, arm)),
                    cells: found.cells.iter().map(|cell| cell.key.clone()).collect(),
                    derived: found.derived,
                });
            }
            Err(why) => reason = reason.or(Some(why)),
        }
    }
    Err(Some(reason.unwrap_or_else(|| {
        format!("`{}` is given for another population", analysis.outcome)
    })))
}

struct Found<'a> {
    data: RowData,
    turned: bool,
    cells: Vec<&'a Cell>,
    derived: Vec<String>,
}

/// The numbers of one report and population. An analysis of an odds, risk or rate ratio takes
/// counts where both arms have them, else the effect as printed.
fn numbers<'a>(
    cells: &[&'a Cell],
    analysis: &Analysis,
    arms: &Groups<'_>,
) -> Result<Found<'a>, String> {
    if let Some(found) = of_arms(cells, analysis, arms)? {
        return Ok(found);
    }
    if let Some(found) = of_comparison(cells, analysis, arms)? {
        return Ok(found);
    }
    Err(missing(cells, analysis, arms))
}

/// The one cell that passes, an error where several time points do.
fn one<'a>(
    cells: &[&'a Cell],
    analysis: &Analysis,
    fits: impl Fn(&Cell) -> bool,
) -> Result<Option<&'a Cell>, String> {
    let mut found = cells.iter().copied().filter(|cell| fits(cell));
    match (found.next(), found.next()) {
        (one, None) => Ok(one),
        (Some(one), Some(two)) => Err(format!(
            "`{}` is given at several time points, `{}` and `{}`: the analysis must name one",
            analysis.outcome, one.key.time, two.key.time
        )),
        (None, Some(_)) => Ok(None),
    }
}

fn of_arms<'a>(
    cells: &[&'a Cell],
    analysis: &Analysis,
    arms: &Groups<'_>,
) -> Result<Option<Found<'a>>, String> {
    let counted = matches!(
        analysis.measure.as_str(),
        "RR" | "OR" | "RD" | "AS" | "PETO"
    );
    let measured = matches!(analysis.measure.as_str(), "MD" | "SMD" | "SMDH" | "ROM");
    if !counted && !measured {
        return Ok(None);
    }
    let of = |arm: &str| {
        one(cells, analysis, |cell| {
            let has = if counted {
                counts(&cell.value).is_some()
            } else {
                means(&cell.value, analysis.medians).is_some()
            };
            cell.key.scope() == Scope::Arm(arm) && has
        })
    };
    let mut found: [Vec<&Cell>; 2] = [Vec::new(), Vec::new()];
    for (group, found) in [&arms.experimental, &arms.control]
        .into_iter()
        .zip(&mut found)
    {
        for arm in group {
            let Some(cell) = of(arm)? else {
                return Ok(None);
            };
            found.push(cell);
        }
    }
    let mut derived = Vec::new();
    let [first, second] = &found;
    let data = if counted {
        let sum = |cells: &[&Cell]| {
            let mut of = cells.iter().filter_map(|cell| counts(&cell.value));
            let begin = of.next()?;
            of.try_fold(begin, |(e, n), (more, people)| {
                Some((e.checked_add(more)?, n.checked_add(people)?))
            })
        };
        let pair = sum(first).zip(sum(second));
        pair.map(|((e1, n1), (e2, n2))| RowData::Counts { e1, n1, e2, n2 })
    } else {
        let mut groups = Vec::new();
        for cells in [first, second] {
            let mut of = Vec::new();
            for cell in cells {
                let Some((mean, sd, n, how)) = means(&cell.value, analysis.medians) else {
                    return Ok(None);
                };
                derived.extend(how.map(|how| format!("{}: {how}", cell.key.arm)));
                of.push((mean, sd, n));
            }
            groups.push(combined(&of));
        }
        match groups.as_slice() {
            [Some((m1, sd1, n1)), Some((m2, sd2, n2))] => Some(RowData::Means {
                m1: *m1,
                sd1: *sd1,
                n1: *n1,
                m2: *m2,
                sd2: *sd2,
                n2: *n2,
            }),
            _ => None,
        }
    };
    for group in [&arms.experimental, &arms.control] {
        if group.len() > 1 {
            derived.push(format!(
                "arms combined into one group: {} (Handbook 6.5.2.10)",
                group.join(", ")
            ));
        }
    }
    Ok(data.map(|data| Found {
        data,
        turned: false,
        cells: found.into_iter().flatten().collect(),
        derived,
    }))
}

fn counts(value: &CellValue) -> Option<(u64, u64)> {
    value.events.zip(value.n)
}

fn of_comparison<'a>(
    cells: &[&'a Cell],
    analysis: &Analysis,
    arms: &Groups<'_>,
) -> Result<Option<Found<'a>>, String> {
    // An effect is printed of one arm against one; of several it cannot be put together.
    let ([experimental], [control]) = (arms.experimental.as_slice(), arms.control.as_slice())
    else {
        return Ok(None);
    };
    let straight = Scope::Comparison(experimental, control);
    let turned = Scope::Comparison(control, experimental);
    let complete = |cell: &Cell| {
        let value = &cell.value;
        let measure = value.measure.as_deref().unwrap_or_default();
        measure.eq_ignore_ascii_case(&analysis.measure) && interval(value, measure).is_some()
    };
    let found = one(cells, analysis, |cell| {
        complete(cell) && (cell.key.scope() == straight || cell.key.scope() == turned)
    })?;
    let Some(cell) = found else {
        return Ok(None);
    };
    let value = &cell.value;
    let Some(([mut effect, mut lo, mut hi], level, how)) = interval(value, &analysis.measure)
    else {
        return Ok(None);
    };
    let is_turned = cell.key.scope() == turned;
    if is_turned {
        let turn: fn(f64) -> f64 = if is_ratio(&analysis.measure) {
            |x| 1.0 / x
        } else {
            |x| -x
        };
        if is_ratio(&analysis.measure) && lo <= 0.0 {
            return Err(format!("the lower limit {lo} cannot be turned round"));
        }
        (effect, lo, hi) = (turn(effect), turn(hi), turn(lo));
    }
    Ok(Some(Found {
        data: RowData::Effect {
            effect,
            lo,
            hi,
            level,
        },
        turned: is_turned,
        cells: vec![cell],
        derived: how.into_iter().collect(),
    }))
}

/// What a report gives instead of what the analysis needs.
fn missing(cells: &[&Cell], analysis: &Analysis, arms: &Groups<'_>) -> String {
    let outcome = &analysis.outcome;
    if cells.iter().all(|cell| cell.value.not_reported) {
        return format!("`{outcome}` is not reported");
    }
    let has = |fits: fn(&CellValue) -> bool| cells.iter().any(|cell| fits(&cell.value));
    let counted = [&arms.experimental, &arms.control].map(|group| {
        group.iter().all(|arm| {
            let mut cells = cells.iter();
            cells.any(|cell| cell.key.scope() == Scope::Arm(arm) && counts(&cell.value).is_some())
        })
    });
    let several = arms.experimental.len() + arms.control.len() > 2;
    if several && has(|value| value.effect.is_some()) && counted == [false, false] {
        return format!(
            "`{outcome}` is given as an effect of two arms; effects of several are not combined"
        );
    }
    match (analysis.measure.as_str(), counted) {
        ("RR" | "OR" | "RD" | "AS" | "PETO", [true, false]) => {
            format!(
                "`{outcome}` has no count for the control arm {}",
                joined(&arms.control)
            )
        }
        ("RR" | "OR" | "RD" | "AS" | "PETO", [false, true]) => format!(
            "`{outcome}` has no count for the experimental arm {}",
            joined(&arms.experimental)
        ),
        ("RR" | "OR" | "RD" | "AS" | "PETO", _) if has(|value| value.percent.is_some()) => {
            format!("`{outcome}` is given as percentages, without counts")
        }
        ("MD" | "SMD" | "SMDH" | "ROM", _) if has(|value| value.median.is_some()) => format!(
            "`{outcome}` is given as medians; `medians = true` in the analysis estimates means from \
             those with quartiles or a range"
        ),
        ("HR", _) if has(|value| value.effect.is_some()) => {
            format!("`{outcome}` has no hazard ratio with an interval")
        }
        ("HR", _) if has(|value| value.median.is_some()) => {
            format!("`{outcome}` is given as medians, without a hazard ratio")
        }
        (measure, _) => format!("`{outcome}` has no numbers for {measure}"),
    }
}
