//! Numbers that can be typed but hardly be true: said before anything is pooled, never changed.
//!
//! A study or a control arm that stands twice (Cochrane Handbook 6.5.2.10 and 23.3.4), a ratio that is
//! not the middle of its interval on the logarithmic scale, a standard deviation of 0 or one that is
//! a standard error (Handbook 6.5.2.2), units that differ between the arms of a study or between studies
//! (Handbook 6.5.1.1). Each finding names its rows; what is pooled is what was typed.

use super::math::{median, pow};
use super::measure::Measure;
use super::row::{Data, Row};
use super::scale::{Printed, Scaling, scaling};
use super::spec::Spec;
use std::collections::HashMap;

/// More rows than this are compared by a table of their names and not each with each.
const FEW: usize = 32;
/// Means and standard deviations that differ by more than this factor are of different units.
const UNITS: f64 = 4.5;
/// A standard deviation below this share of the others' median may be a standard error.
const SMALL: f64 = 0.4;

/// How rows are named that seem to share their control.
const SAME_CONTROL: &str = "have the same second arm";

/// Whether a doubt is that rows share their control; where they are known to, because it was divided
/// between them, it is none.
pub(crate) fn doubts_control(said: &str) -> bool {
    said.contains(SAME_CONTROL)
}

/// What a reader should look at again, row by row.
pub(crate) fn doubts(rows: &[Row], spec: &Spec) -> Vec<String> {
    let mut out = Vec::new();
    let mut used: Vec<(usize, &Row, &Data)> = Vec::with_capacity(rows.len());
    for (n, row) in rows.iter().enumerate() {
        used.extend(row.data.as_ref().map(|data| (n, row, data)));
    }
    repeated(&used, &mut out);
    sums(&used, &mut out);
    for (n, row, data) in &used {
        interval(*n, row, data, &mut out);
        spread(*n, row, data, spec.measure, &mut out);
    }
    let continuous = used
        .iter()
        .any(|(.., data)| matches!(data, Data::Continuous { .. }));
    if continuous {
        standard_errors(&used, &mut out);
        if spec.measure == Measure::Md {
            units_between(&used, &mut out);
            units_written(&used, &mut out);
        }
    }
    out
}

/// Rows that are the sum of the others and no study: by what tables call such a row.
fn sums(used: &[(usize, &Row, &Data)], out: &mut Vec<String>) {
    const NAMES: [&str; 10] = [
        "total",
        "subtotal",
        "sub-total",
        "overall",
        "pooled",
        "summary",
        "sum",
        "all",
        "all studies",
        "all trials",
    ];
    if used.len() < 2 {
        return;
    }
    for (n, row, _) in used {
        let name = row.study.trim().trim_end_matches([':', '.']);
        let longest = NAMES.iter().map(|known| known.len()).max().unwrap_or(0);
        if name.len() <= longest && NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            out.push(format!(
                "{} is pooled as a study: is it the sum of the others? Then take the row out",
                named(*n, row)
            ));
        }
    }
}

fn place(n: usize, row: &Row) -> String {
    match row.line {
        Some(line) => format!("line {line}"),
        None => format!("row {}", n + 1),
    }
}

fn named(n: usize, row: &Row) -> String {
    format!("{} ({})", row.study, place(n, row))
}

/// The second arm, which studies of several arms share.
fn control(data: &Data) -> Option<[f64; 3]> {
    match *data {
        Data::Binary { e2, n2, .. } => Some([e2, n2, 0.0]),
        Data::Continuous { n2, mean2, sd2, .. } => Some([n2, mean2, sd2]),
        Data::Rate { e2, t2, .. } => Some([e2, t2, 0.0]),
        Data::Generic { .. } | Data::Hr { .. } | Data::Oev { .. } | Data::Proportion { .. } => None,
    }
}

/// The name without what tells the arms of one study apart: `Smith 2010 high dose` and `Smith 2010 low
/// dose` begin alike up to the year, `Smith 2010a` and `Smith 2010b` too.
fn stem(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let mut digits = 0;
    for (at, letter) in lower.char_indices() {
        if letter.is_ascii_digit() {
            digits += 1;
            if digits == 4 {
                return lower.get(..=at).unwrap_or(&lower).to_owned();
            }
        } else {
            digits = 0;
        }
    }
    let cut = lower.find([',', '(', ':', ';', '[', '-', '/', '\u{2013}']);
    let head = cut.map_or(lower.as_str(), |at| lower.get(..at).unwrap_or(&lower));
    match head.trim().rsplit_once(' ') {
        // A last word of one letter or digit names an arm.
        Some((front, last)) if last.chars().count() == 1 => front.trim().to_owned(),
        _ => head.trim().to_owned(),
    }
}

/// A number that names share which are the same in any case, and few others do.
fn glance_at(name: &str) -> u64 {
    name.bytes().fold(0, |sum: u64, byte| {
        (sum.rotate_left(5) ^ u64::from(byte.to_ascii_lowercase()))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
    })
}

fn repeated(used: &[(usize, &Row, &Data)], out: &mut Vec<String>) {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    if used.len() <= FEW {
        let mut seen = [false; FEW];
        let glances: Vec<u64> = used
            .iter()
            .map(|(_, row, _)| glance_at(&row.study))
            .collect();
        for (a, ((_, row, _), mine)) in used.iter().zip(&glances).enumerate() {
            if seen.get(a).copied().unwrap_or(true) {
                continue;
            }
            let mut group = vec![];
            let later = glances.iter().enumerate().skip(a + 1);
            for (b, _) in later.filter(|(_, theirs)| *theirs == mine) {
                let same = used
                    .get(b)
                    .is_some_and(|(_, other, _)| other.study.eq_ignore_ascii_case(&row.study));
                if same {
                    group.push(b);
                    if let Some(place) = seen.get_mut(b) {
                        *place = true;
                    }
                }
            }
            if !group.is_empty() {
                group.insert(0, a);
                groups.push(group);
            }
        }
    } else {
        let mut by_name: HashMap<String, usize> = HashMap::new();
        let mut all: Vec<Vec<usize>> = Vec::new();
        for (a, (_, row, _)) in used.iter().enumerate() {
            let at = *by_name
                .entry(row.study.to_ascii_lowercase())
                .or_insert_with(|| {
                    all.push(Vec::new());
                    all.len() - 1
                });
            if let Some(group) = all.get_mut(at) {
                group.push(a);
            }
        }
        groups.extend(all.into_iter().filter(|group| group.len() > 1));
    }
    for group in &groups {
        let Some((_, first, data)) = group.first().and_then(|at| used.get(*at)) else {
            continue;
        };
        let places: Vec<String> = group
            .iter()
            .filter_map(|at| used.get(*at))
            .map(|(n, row, _)| place(*n, row))
            .collect();
        let shared = control(data).is_some()
            && group
                .iter()
                .filter_map(|at| used.get(*at))
                .all(|(.., other)| control(other) == control(data));
        let what = if shared {
            "its second arm is counted in each"
        } else {
            "it is counted in each"
        };
        out.push(format!(
            "{} stands {} times ({}): {what}; combine its arms or split the shared one (Handbook 6.5.2.10, 23.3.4)",
            first.study,
            group.len(),
            places.join(", ")
        ));
    }
    controls(used, out);
}

/// Rows of different names with one second arm: surely one where means and deviations agree, likely
/// where the names begin alike.
fn controls(used: &[(usize, &Row, &Data)], out: &mut Vec<String>) {
    if used.len() > 2_000 {
        return;
    }
    let mut said = vec![false; used.len()];
    let arms: Vec<Option<[f64; 3]>> = used.iter().map(|(.., data)| control(data)).collect();
    for (a, ((n, row, data), mine)) in used.iter().zip(&arms).enumerate() {
        let Some(mine) = *mine else { continue };
        if said.get(a).copied().unwrap_or(true) || mine[0] <= 0.0 {
            continue;
        }
        let mut who = Vec::new();
        let later = arms.iter().enumerate().skip(a + 1);
        for (b, _) in later.filter(|(_, theirs)| **theirs == Some(mine)) {
            let Some((m, other, _)) = used.get(b) else {
                continue;
            };
            let same = !other.study.eq_ignore_ascii_case(&row.study);
            let sure = matches!(data, Data::Continuous { sd2, .. } if *sd2 > 0.0);
            if same && (sure || stem(&row.study) == stem(&other.study)) {
                who.push(named(*m, other));
                if let Some(place) = said.get_mut(b) {
                    *place = true;
                }
            }
        }
        if !who.is_empty() {
            out.push(format!(
                "{} and {} {SAME_CONTROL}: one control counted twice? (Handbook 6.5.2.10, 23.3.4)",
                named(*n, row),
                who.join(", ")
            ));
        }
    }
}

/// How many decimals a number has where it is written shortest.
fn decimals(value: f64) -> i32 {
    let text = format!("{value}");
    let places = text.split_once('.').map_or(0, |(_, rest)| rest.len());
    i32::try_from(places).unwrap_or(0)
}

/// A ratio that is not the middle of its interval on the logarithmic scale, beyond rounding.
fn interval(n: usize, row: &Row, data: &Data, out: &mut Vec<String>) {
    let Data::Hr {
        hr, ci_lb, ci_ub, ..
    } = *data
    else {
        return;
    };
    let places = decimals(hr).max(decimals(ci_lb)).max(decimals(ci_ub));
    let half = 0.5 * pow(10.0, -f64::from(places)) * (1.0 + 1e-9);
    let middle = |by: f64| ((ci_lb + by).max(0.0) * (ci_ub + by).max(0.0)).sqrt();
    if (middle(-half) - half..=middle(half) + half).contains(&hr) {
        return;
    }
    let printed = Printed {
        estimate: hr,
        ci: [ci_lb, ci_ub],
        decimals: places,
    };
    let why = if scaling(&printed) == Scaling::Raw {
        "it is the middle on the raw scale, where no ratio is pooled"
    } else {
        "is one of the three mistyped?"
    };
    out.push(format!(
        "{}: {hr} is not the middle of {ci_lb} to {ci_ub} on the logarithmic scale: {why}; its \
         standard error is taken from the width of the interval",
        named(n, row)
    ));
}

/// A standard deviation of 0, and arms of different units.
fn spread(n: usize, row: &Row, data: &Data, measure: Measure, out: &mut Vec<String>) {
    let Data::Continuous {
        mean1,
        sd1,
        mean2,
        sd2,
        ..
    } = *data
    else {
        return;
    };
    for (column, sd) in [("sd1", sd1), ("sd2", sd2)] {
        if sd <= 0.0 {
            out.push(format!(
                "{}: {column} is 0: did nobody differ from anybody? its variance is taken as 0",
                named(n, row)
            ));
        }
    }
    let apart = |a: f64, b: f64| {
        let ratio = (a / b).abs();
        ratio.is_finite() && ratio > 0.0 && !(1.0 / UNITS..=UNITS).contains(&ratio)
    };
    let same_way = (mean1.abs() > mean2.abs()) == (sd1 > sd2);
    if measure != Measure::Rom
        && apart(mean1, mean2)
        && apart(sd1, sd2)
        && same_way
        && mean1 * mean2 > 0.0
    {
        out.push(format!(
            "{}: the arms ({mean1}, SD {sd1} and {mean2}, SD {sd2}) look like two units",
            named(n, row)
        ));
    }
}

/// Standard deviations that are small beside those of the other studies, and would not be if they were
/// standard errors.
fn standard_errors(used: &[(usize, &Row, &Data)], out: &mut Vec<String>) {
    let arms: Vec<(usize, f64, [(f64, f64); 2])> = used
        .iter()
        .enumerate()
        .filter_map(|(at, (.., data))| match **data {
            Data::Continuous {
                n1,
                mean1,
                sd1,
                n2,
                mean2,
                sd2,
            } if sd1 > 0.0 && sd2 > 0.0 => {
                let size = f64::midpoint(mean1.abs(), mean2.abs());
                Some((at, size, [(sd1, n1), (sd2, n2)]))
            }
            _ => None,
        })
        .collect();
    if arms.len() < 3 {
        return;
    }
    for (at, size, own) in &arms {
        let others = || arms.iter().filter(|(other, ..)| other != at);
        let sds: Vec<f64> = others()
            .flat_map(|(.., pair)| pair.iter().map(|(sd, _)| *sd))
            .collect();
        let sizes: Vec<f64> = others().map(|(_, size, _)| *size).collect();
        let (Some(typical), Some(usual)) = (median(&sds), median(&sizes)) else {
            continue;
        };
        // Where the means are as small, it is another unit.
        let doubtful = size * UNITS >= usual
            && own.iter().all(|(sd, n)| {
                let turned = sd * n.sqrt() / typical;
                *sd < SMALL * typical && (0.4..=2.5).contains(&turned)
            });
        if let (true, Some((n, row, _)), [(sd1, n1), (sd2, n2)]) = (doubtful, used.get(*at), own) {
            out.push(format!(
                "{}: SD {sd1} and {sd2} are small beside the other studies' ({typical:.3}); as \
                 standard errors they would be SD {:.3} and {:.3}: check (Handbook 6.5.2.2)",
                named(*n, row),
                sd1 * n1.sqrt(),
                sd2 * n2.sqrt()
            ));
        }
    }
}

/// Studies whose means and deviations are of another size than all the others'.
fn units_between(used: &[(usize, &Row, &Data)], out: &mut Vec<String>) {
    let sizes: Vec<(usize, f64, f64)> = used
        .iter()
        .enumerate()
        .filter_map(|(at, (.., data))| match **data {
            Data::Continuous {
                mean1,
                sd1,
                mean2,
                sd2,
                ..
            } if sd1 > 0.0 && sd2 > 0.0 => Some((
                at,
                f64::midpoint(mean1.abs(), mean2.abs()),
                f64::midpoint(sd1, sd2),
            )),
            _ => None,
        })
        .collect();
    if sizes.len() < 2 {
        return;
    }
    let mut far = Vec::new();
    for (at, mean, sd) in &sizes {
        let others = || sizes.iter().filter(move |(other, ..)| other != at);
        let means: Vec<f64> = others().map(|(_, mean, _)| *mean).collect();
        let sds: Vec<f64> = others().map(|(.., sd)| *sd).collect();
        let (Some(mean_of), Some(sd_of)) = (median(&means), median(&sds)) else {
            continue;
        };
        let (a, b) = (mean / mean_of, sd / sd_of);
        let apart = |ratio: f64| !(1.0 / UNITS..=UNITS).contains(&ratio);
        if a.is_finite() && b.is_finite() && apart(a) && apart(b) && (a > 1.0) == (b > 1.0) {
            far.push((*at, a));
        }
    }
    // Of two, either may be the one that is off.
    for (at, by) in far {
        if let Some((n, row, _)) = used.get(at) {
            let by = if by > 1.0 {
                format!("{by:.1} times as large as")
            } else {
                format!("{:.1} times as small as", 1.0 / by)
            };
            out.push(format!(
                "{}: means and standard deviations are {by} those of the other studies: another unit? A mean \
                 difference needs one (Handbook 6.5.1.1)",
                named(*n, row)
            ));
        }
    }
}

/// A column that names units, and names several.
fn units_written(used: &[(usize, &Row, &Data)], out: &mut Vec<String>) {
    let unit = |row: &'_ Row| -> Option<String> {
        let found = row.columns.iter().find(|(name, _)| {
            matches!(
                name.trim().to_ascii_lowercase().as_str(),
                "unit" | "units" | "scale"
            )
        });
        found
            .map(|(_, value)| value.trim().to_owned())
            .filter(|value| !value.is_empty() && value != "NA")
    };
    let mut units: Vec<(String, Vec<String>)> = Vec::new();
    for (n, row, _) in used {
        let Some(unit) = unit(row) else { continue };
        match units.iter_mut().find(|(known, _)| *known == unit) {
            Some((_, who)) => who.push(named(*n, row)),
            None => units.push((unit, vec![named(*n, row)])),
        }
    }
    if units.len() > 1 {
        let list: Vec<String> = units
            .iter()
            .map(|(unit, who)| format!("{unit}: {}", who.join(", ")))
            .collect();
        out.push(format!(
            "a mean difference of several units ({}); bring them to one, or use SMD (Handbook 6.5.1.1)",
            list.join("; ")
        ));
    }
}

#[cfg(test)]
mod tests;
