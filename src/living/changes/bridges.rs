//! Each estimate at both ends, and what moved it.

use crate::extract::analyses::Made;
use crate::living::notices::is_retracted;
use crate::model::{Place, RecordId};
use crate::plot::bridge::{BridgeWords, of_bridge};
use crate::plot::{BridgePlot, words};
use crate::pool::bridge::{Bridge, Cause, Causes, Member, State, bridge};
use crate::report::ReportError;
use crate::report::history::{End, EstimateChange, Side};
use crate::store::Reader;
use crate::workflow::Analysis;
use std::collections::{BTreeMap, BTreeSet};

/// Reports that some source says were retracted, whether or not somebody has decided on that.
pub(super) fn retracted(reader: Reader<'_>) -> Result<BTreeSet<String>, ReportError> {
    let mut reports: BTreeSet<RecordId> = BTreeSet::new();
    // A report that was excluded for its retraction is still linked to its study.
    for entry in reader.study_reports()? {
        reports.extend(entry.reports.iter().map(|(report, _)| report.id));
    }
    reports.extend(reader.reports_in(Place::Included)?.iter().map(|r| r.id));
    let mut out = BTreeSet::new();
    for report in reports {
        if is_retracted(reader, report)? {
            out.insert(report.to_string());
        }
    }
    Ok(out)
}

/// An estimate at both ends with its bridge.
pub(super) fn estimate(
    name: &str,
    before: Option<&Made>,
    after: Option<&Made>,
    retracted: &BTreeSet<String>,
    ends: [&End; 2],
) -> EstimateChange {
    let title = after
        .or(before)
        .map_or_else(|| name.to_owned(), |made| made.analysis.title.clone());
    let mut change = EstimateChange {
        analysis: name.to_owned(),
        title,
        from: side(before),
        to: side(after),
        bridge: None,
        no_bridge: None,
        plot: None,
    };
    match (before.and_then(state), after.and_then(state)) {
        (Some(old), Some(new)) => {
            let causes = causes(before, after, retracted);
            let found = bridge(&old, &new, &causes);
            let labels = labels(before, after);
            change.no_bridge.clone_from(&found.reason);
            change.plot = plot(name, &change.title, &found, &labels, ends);
            let mut named = found;
            rename(&mut named, &labels);
            change.bridge = Some(named);
        }
        _ => change.no_bridge = Some("it is specified at one end only".to_owned()),
    }
    change
}

/// What the figure of a bridge shows; nothing where it did not move.
fn plot(
    name: &str,
    title: &str,
    bridge: &Bridge,
    labels: &BTreeMap<String, String>,
    ends: [&End; 2],
) -> Option<BridgePlot> {
    if bridge.parts.is_empty() {
        return None;
    }
    let of = |end: &End| match &end.version {
        // `1.0` is version 1.0; `v1` and `spring` are called so.
        Some(version) if version.starts_with(|c: char| c.is_ascii_digit()) => format!("v{version}"),
        Some(version) => version.clone(),
        None => "now".to_owned(),
    };
    let words = BridgeWords {
        name: format!("bridge-{name}"),
        title: format!("{title}: what moved the estimate"),
        outcome: title.to_lowercase(),
        versions: ends.map(of),
        names: labels.clone(),
        details: BTreeMap::new(),
    };
    of_bridge(bridge, &words)
}

fn state(made: &Made) -> Option<State> {
    let spec = made.spec.clone()?;
    let members = made
        .chosen
        .rows
        .iter()
        .zip(&made.rows)
        .map(|(chosen, row)| Member {
            study: chosen.study.clone(),
            report: (!chosen.report.is_empty()).then(|| chosen.report.clone()),
            row: row.clone(),
        })
        .collect();
    Some(State { members, spec })
}

/// Why each study of one end is not, or not as it was, at the other.
fn causes(before: Option<&Made>, after: Option<&Made>, retracted: &BTreeSet<String>) -> Causes {
    let (Some(before), Some(after)) = (before, after) else {
        return Causes::new();
    };
    let new: BTreeMap<&str, &crate::extract::Row> = after
        .chosen
        .rows
        .iter()
        .map(|row| (row.study.as_str(), row))
        .collect();
    let old: BTreeSet<&str> = before
        .chosen
        .rows
        .iter()
        .map(|row| row.study.as_str())
        .collect();
    let excludes = |made: &Made, study: &str| {
        let mut left = made.chosen.left_out.iter();
        left.any(|left| left.excluded && left.study == study)
    };
    let other_rule = chooses_otherwise(&before.analysis, &after.analysis);
    let mut causes = Causes::new();
    for row in &before.chosen.rows {
        let is_retracted = retracted.contains(&row.report);
        let cause = match new.get(row.study.as_str()) {
            Some(now) if is_retracted && now.report != row.report => Cause::Retraction,
            Some(now) if other_rule && now.report != row.report => Cause::Specification,
            Some(now) if other_rule && now.cells != row.cells => Cause::Specification,
            Some(_) => continue,
            None if is_retracted => Cause::Retraction,
            None if excludes(after, &row.study) => Cause::Judgement,
            None if !after.labels.contains_key(&row.study) => Cause::Eligibility,
            None if other_rule => Cause::Specification,
            None => Cause::CorrectedData,
        };
        causes.insert(row.study.clone(), cause);
    }
    for study in new.keys().filter(|study| !old.contains(*study)) {
        if excludes(before, study) {
            causes.insert((*study).to_owned(), Cause::Judgement);
        } else if other_rule && before.labels.contains_key(*study) {
            causes.insert((*study).to_owned(), Cause::Specification);
        }
    }
    causes
}

/// Whether the workflow reads other cells or other reports than it did.
fn chooses_otherwise(before: &Analysis, after: &Analysis) -> bool {
    before.otherwise != after.otherwise
        || before.reports != after.reports
        || before.outcome != after.outcome
        || before.population != after.population
        || before.grade != after.grade
        || before.time != after.time
        || before.arms != after.arms
}

fn labels(before: Option<&Made>, after: Option<&Made>) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for made in before.into_iter().chain(after) {
        out.extend(made.labels.clone());
    }
    out
}

/// Studies by the names that people know.
fn rename(bridge: &mut Bridge, labels: &BTreeMap<String, String>) {
    let name = |study: &mut String| {
        if let Some(label) = labels.get(study) {
            study.clone_from(label);
        }
    };
    for part in &mut bridge.parts {
        part.studies.iter_mut().for_each(name);
        part.each
            .iter_mut()
            .for_each(|single| name(&mut single.study));
        part.changes
            .iter_mut()
            .for_each(|change| name(&mut change.study));
    }
}

/// An estimate as it is printed.
pub(in crate::living) fn side(made: Option<&Made>) -> Side {
    let Some(made) = made else {
        return Side {
            why: Some("not specified".to_owned()),
            ..Side::default()
        };
    };
    match &made.pooled {
        Err(reason) => Side {
            why: Some(reason.clone()),
            ..Side::default()
        },
        Ok(pooled) => {
            let [estimate, lo, hi] = crate::pool::digits::texts(pooled);
            Side {
                estimate: Some(format!("{} {estimate}", made.analysis.measure)),
                interval: Some(format!("{lo} to {hi}")),
                i2: Some(format!("{}%", words::fixed(pooled.i2, 1))),
                model: Some(pooled.used().word().to_owned()),
                k: pooled.k as u64,
                why: None,
            }
        }
    }
}
