//! The numbers that one report gives for an analysis, turned to experimental against control.

use super::means::{interval, means};
use super::{Row, RowData, StudyReports, subgroup};
use crate::extract::characteristic::{ArmRole, roles};
use crate::extract::checks::is_ratio;
use crate::extract::{Cell, CellValue, Scope};
use crate::workflow::Analysis;

/// The two arms that an analysis compares.
#[derive(Debug, Clone, Copy)]
struct Arms<'a> {
    experimental: &'a str,
    control: &'a str,
}

/// The row that a report gives; `Err(None)` where it says nothing about the outcome, `Err(Some)`
/// where what it says cannot be used.
pub(super) fn of_report(
    cells: &[Cell],
    analysis: &Analysis,
    study: &StudyReports,
    report: &str,
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
    let arms = arms(cells, &study.study).map_err(Some)?;
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
                    experimental: arms.experimental.to_owned(),
                    control: arms.control.to_owned(),
                    data: found.data,
                    turned: found.turned,
                    subgroup: subgroup(cells, analysis, &study.study, arms.experimental),
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

/// The experimental and the control arm; an analysis compares one with one.
fn arms<'a>(cells: &'a [Cell], study: &str) -> Result<Arms<'a>, String> {
    let known = roles(cells, study);
    let of = |wanted| {
        let mut found = known.iter().filter(move |(_, role, _)| *role == wanted);
        match (found.next(), found.next()) {
            (Some((arm, ..)), None) => Ok(*arm),
            (None, _) => Err(format!(
                "no arm has the role {}; a cell of `role` must say which one it is",
                ArmRole::as_str(wanted)
            )),
            (Some((one, ..)), Some((two, ..))) => Err(format!(
                "{one} and {two} are both {}; one comparison must be chosen",
                ArmRole::as_str(wanted)
            )),
        }
    };
    Ok(Arms {
        experimental: of(ArmRole::Experimental)?,
        control: of(ArmRole::Control)?,
    })
}

struct Found<'a> {
    data: RowData,
    turned: bool,
    cells: Vec<&'a Cell>,
    derived: Vec<String>,
}

/// The numbers of one report and population. An analysis of an odds, risk or rate ratio takes
/// counts where both arms have them, else the effect as printed.
fn numbers<'a>(cells: &[&'a Cell], analysis: &Analysis, arms: Arms) -> Result<Found<'a>, String> {
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
    arms: Arms,
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
    let (Some(first), Some(second)) = (of(arms.experimental)?, of(arms.control)?) else {
        return Ok(None);
    };
    let mut derived = Vec::new();
    let data = if counted {
        let pair = counts(&first.value).zip(counts(&second.value));
        pair.map(|((e1, n1), (e2, n2))| RowData::Counts { e1, n1, e2, n2 })
    } else {
        let pair = [(first, arms.experimental), (second, arms.control)]
            .map(|(cell, arm)| (means(&cell.value, analysis.medians), arm));
        for (found, arm) in &pair {
            let how = found.as_ref().and_then(|(.., how)| how.as_ref());
            derived.extend(how.map(|how| format!("{arm}: {how}")));
        }
        let [(first, _), (second, _)] = pair;
        let pair = first.zip(second);
        pair.map(|((m1, sd1, n1, _), (m2, sd2, n2, _))| RowData::Means {
            m1,
            sd1,
            n1,
            m2,
            sd2,
            n2,
        })
    };
    Ok(data.map(|data| Found {
        data,
        turned: false,
        cells: vec![first, second],
        derived,
    }))
}

fn counts(value: &CellValue) -> Option<(u64, u64)> {
    value.events.zip(value.n)
}

fn of_comparison<'a>(
    cells: &[&'a Cell],
    analysis: &Analysis,
    arms: Arms,
) -> Result<Option<Found<'a>>, String> {
    let straight = Scope::Comparison(arms.experimental, arms.control);
    let turned = Scope::Comparison(arms.control, arms.experimental);
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
fn missing(cells: &[&Cell], analysis: &Analysis, arms: Arms) -> String {
    let outcome = &analysis.outcome;
    if cells.iter().all(|cell| cell.value.not_reported) {
        return format!("`{outcome}` is not reported");
    }
    let has = |fits: fn(&CellValue) -> bool| cells.iter().any(|cell| fits(&cell.value));
    let counted = [arms.experimental, arms.control].map(|arm| {
        cells
            .iter()
            .any(|cell| cell.key.scope() == Scope::Arm(arm) && counts(&cell.value).is_some())
    });
    match (analysis.measure.as_str(), counted) {
        ("RR" | "OR" | "RD" | "AS" | "PETO", [true, false]) => {
            format!(
                "`{outcome}` has no count for the control arm {}",
                arms.control
            )
        }
        ("RR" | "OR" | "RD" | "AS" | "PETO", [false, true]) => format!(
            "`{outcome}` has no count for the experimental arm {}",
            arms.experimental
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
