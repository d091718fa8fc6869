//! Every analysis of the workflow over the values that hold: the rows that are chosen, and what comes
//! of pooling them.
//!
//! Results are recomputed, never stored. What a published version chose is frozen with it, and gives
//! the same analyses again ([`Made::of`]).

pub mod input;
mod reasons;

use super::enter::context;
use super::{
    Cell, CellKey, Chosen, ReportDate, Row, RowData, Standing, StudyReports, choose, state,
};
use crate::model::{Place, RecordId};
use crate::plot::words;
use crate::pool::{self, Data, Extra, Interval, Level, Measure, Method, Pooled, Spec};
use crate::prisma::Counts;
use crate::screen::ScreenError;
use crate::screen::studies::find_study;
use crate::store::{Reader, StoreError};
use crate::workflow::{Analysis, Workflow};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// One analysis, made.
#[derive(Debug, Clone, PartialEq)]
pub struct Made {
    /// As the workflow has it.
    pub analysis: Analysis,
    /// Its specification for the engine.
    pub spec: Option<Spec>,
    /// The rows and what was left out.
    pub chosen: Chosen,
    /// The rows as the engine takes them.
    pub rows: Vec<pool::Row>,
    /// The result, or why there is none.
    pub pooled: Result<Pooled, String>,
    /// What each study is called.
    pub labels: BTreeMap<String, String>,
    /// "Attal 2019", by report.
    pub citations: BTreeMap<String, String>,
    /// The same made otherwise, in the order of the workflow.
    pub sensitivity: Vec<Varied>,
    /// Studies and reports that the workflow names for this analysis and the review does not have: what
    /// it says of them has no effect.
    pub strangers: Vec<String>,
}

/// One sensitivity analysis, made.
#[derive(Debug, Clone, PartialEq)]
pub struct Varied {
    /// What it is called.
    pub name: String,
    /// Its specification for the engine.
    pub spec: Option<Spec>,
    /// The result, or why there is none.
    pub pooled: Result<Pooled, String>,
}

impl Made {
    /// Pools the rows that were chosen for an analysis, its sensitivity analyses aside. `labels` are
    /// what each study is called, `citations` what each report.
    pub fn of(
        analysis: &Analysis,
        chosen: Chosen,
        labels: &BTreeMap<String, String>,
        citations: &BTreeMap<String, String>,
    ) -> Self {
        let rows: Vec<pool::Row> = chosen
            .rows
            .iter()
            .map(|row| engine_row(row, labels))
            .collect();
        let (spec, pooled) = match spec(analysis) {
            Err(reason) => (None, Err(reason)),
            Ok(spec) => {
                let mut pooled = match unsplit(analysis, &chosen) {
                    Some(reason) => Err(reason),
                    None => pool::analyse(&rows, &spec).map_err(|error| error.to_string()),
                };
                if let Ok(pooled) = &mut pooled {
                    let divided = chosen.rows.iter().zip(&rows);
                    let divided = divided.filter(|(row, _)| row.split[1] > 1);
                    let divided: Vec<&str> = divided.map(|(_, row)| row.study.as_str()).collect();
                    pooled.warnings.retain(|said| {
                        !(pool::doubts_control(said)
                            && divided.iter().any(|one| said.contains(one)))
                    });
                }
                (Some(spec), pooled)
            }
        };
        Self {
            analysis: analysis.clone(),
            spec,
            chosen,
            rows,
            pooled,
            labels: labels.clone(),
            citations: citations.clone(),
            sensitivity: Vec::new(),
            strangers: Vec::new(),
        }
    }

    /// The result as JSON with twelve significant digits, its sensitivity analyses in it where the
    /// workflow has some; `{"error": why}` where there is none.
    pub fn json(&self) -> Result<serde_json::Value, StoreError> {
        let mut value = result_json(&self.pooled)?;
        if let (false, Some(object)) = (self.strangers.is_empty(), value.as_object_mut()) {
            object.insert("strangers".to_owned(), json!(self.strangers));
        }
        if let (false, Some(object)) = (self.sensitivity.is_empty(), value.as_object_mut()) {
            let mut list = Vec::new();
            for one in &self.sensitivity {
                let mut value = result_json(&one.pooled)?;
                if let Some(object) = value.as_object_mut() {
                    object.insert("name".to_owned(), one.name.clone().into());
                }
                list.push(value);
            }
            object.insert("sensitivity".to_owned(), list.into());
        }
        Ok(value)
    }
}

fn result_json(pooled: &Result<Pooled, String>) -> Result<serde_json::Value, StoreError> {
    match pooled {
        Ok(pooled) => Ok(pool::json::compact(pooled)
            .and_then(|text| serde_json::from_str(&text))
            .map_err(|error| StoreError::Value(error.to_string()))?),
        Err(reason) => Ok(json!({"error": reason})),
    }
}

/// What every analysis of a state is chosen from, read once.
struct Material {
    standings: BTreeMap<CellKey, Standing>,
    cells: Vec<Cell>,
    labels: BTreeMap<String, String>,
    citations: BTreeMap<String, String>,
    studies: Vec<StudyReports>,
}

impl Material {
    fn read(reader: Reader<'_>, workflow: &Workflow) -> Result<Self, ScreenError> {
        let standings = state::standings(reader, workflow)?;
        let cells = state::values(&standings);
        let mut labels = BTreeMap::new();
        let mut citations = BTreeMap::new();
        let mut studies = Vec::new();
        for entry in reader.study_reports()? {
            let id = entry.study.id.to_string();
            let mut reports = Vec::new();
            for (report, _) in entry
                .reports
                .iter()
                .filter(|(r, _)| r.place == Place::Included)
            {
                let record = reader.record(report.primary)?;
                let year = record.and_then(|record| record.year);
                citations.insert(report.id.to_string(), report.citation.clone());
                reports.push(ReportDate {
                    report: report.id.to_string(),
                    date: year.map(|year| year.to_string()).unwrap_or_default(),
                });
            }
            if !reports.is_empty() {
                labels.insert(id.clone(), entry.study.label.clone());
                studies.push(StudyReports { study: id, reports });
            }
        }
        Ok(Self {
            standings,
            cells,
            labels,
            citations,
            studies,
        })
    }

    /// Values of an outcome that stand under a study of which their report is none any more.
    fn left_behind(&self, outcome: &str) -> Vec<String> {
        let mut out: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for CellKey { study, report, .. } in self
            .cells
            .iter()
            .map(|cell| &cell.key)
            .filter(|key| key.outcome == outcome && !key.report.is_empty())
        {
            // What is excluded altogether is left out for that reason.
            let included = self.citations.contains_key(report);
            let of_study = self.studies.iter().any(|one| {
                one.study == *study && one.reports.iter().any(|of| of.report == *report)
            });
            if included && !of_study {
                *out.entry((study, report)).or_default() += 1;
            }
        }
        out.into_iter()
            .map(|((study, report), n)| {
                let values = if n == 1 { "value" } else { "values" };
                format!(
                    "{n} {values} of `{outcome}` from {report} stand under {study}, of which it is no \
                     report any more: they are left out until they are entered for its study"
                )
            })
            .collect()
    }

    fn rows(&self, chosen: &Chosen) -> Vec<pool::Row> {
        let rows = chosen.rows.iter();
        rows.map(|row| engine_row(row, &self.labels)).collect()
    }
}

/// Makes every analysis of the workflow, or the one called `only`.
pub fn analyses(
    reader: Reader<'_>,
    workflow: &Workflow,
    only: Option<&str>,
) -> Result<Vec<Made>, ScreenError> {
    let material = Material::read(reader, workflow)?;
    let context = context(workflow);
    workflow
        .analyses
        .iter()
        .filter(|analysis| only.is_none_or(|name| name == analysis.name))
        .map(|analysis| {
            let mut sensitivity = Vec::new();
            for one in &analysis.sensitivity {
                let name = one.name.clone();
                if let Some(unknown) = unknown(reader, &one.without)? {
                    let pooled = Err(format!("the review has no study `{unknown}`"));
                    let spec = None;
                    sensitivity.push(Varied { name, spec, pooled });
                    continue;
                }
                let resolved = resolve(reader, &one.of(analysis))?;
                let chosen = choose(&material.cells, &resolved, &material.studies, &context);
                let rows = material.rows(&chosen);
                let spec = spec(&resolved);
                let pooled = spec
                    .as_ref()
                    .map_err(Clone::clone)
                    .and_then(|spec| pool::analyse(&rows, spec).map_err(|error| error.to_string()));
                let spec = spec.ok();
                sensitivity.push(Varied { name, spec, pooled });
            }
            let resolved = resolve(reader, analysis)?;
            let mut chosen = choose(&material.cells, &resolved, &material.studies, &context);
            reasons::put_right(&mut chosen, &material.standings, &analysis.outcome);
            let made = Made::of(analysis, chosen, &material.labels, &material.citations);
            Ok(Made {
                sensitivity,
                strangers: strangers(reader, analysis, &material)?,
                ..made
            })
        })
        .collect()
}

/// How many studies are pooled for at least one outcome; nothing where nothing is pooled.
pub fn pooled_studies(made: &[Made]) -> Option<u64> {
    let studies = studies_pooled(made);
    (!studies.is_empty()).then_some(studies.len() as u64)
}

/// The studies that are pooled for at least one outcome.
pub fn studies_pooled(made: &[Made]) -> BTreeSet<&str> {
    made.iter()
        .filter_map(|one| Some((one, one.pooled.as_ref().ok()?)))
        .flat_map(|(one, pooled)| {
            let rows = pooled
                .studies
                .iter()
                .filter_map(|study| one.chosen.rows.get(study.row));
            rows.map(|row| row.study.as_str())
        })
        .collect()
}

/// The columns of the flow with the number of studies pooled in the last of them, which is the
/// state of now: identity I7 of the workspace's own flow. Each analysis is pooled once, without what
/// only a report prints of it.
pub fn flow_with_pooled(
    reader: Reader<'_>,
    workflow: &Workflow,
    mut columns: Vec<Counts>,
) -> Result<Vec<Counts>, ScreenError> {
    if let Some(last) = columns.pop() {
        columns.push(last.pooling(count_pooled(reader, workflow)?));
    }
    Ok(columns)
}

/// How many studies are pooled for at least one outcome; nothing where nothing is pooled.
pub fn count_pooled(reader: Reader<'_>, workflow: &Workflow) -> Result<Option<u64>, ScreenError> {
    if workflow.analyses.is_empty() {
        return Ok(None);
    }
    let material = Material::read(reader, workflow)?;
    let context = context(workflow);
    let mut studies = BTreeSet::new();
    for analysis in &workflow.analyses {
        let Ok(spec) = plain_spec(analysis) else {
            continue;
        };
        let resolved = resolve(reader, analysis)?;
        let chosen = choose(&material.cells, &resolved, &material.studies, &context);
        if let Ok(pooled) = pool::analyse(&material.rows(&chosen), &spec) {
            let rows = pooled.studies.iter();
            let rows = rows.filter_map(|study| chosen.rows.get(study.row));
            studies.extend(rows.map(|row| row.study.clone()));
        }
    }
    Ok((!studies.is_empty()).then_some(studies.len() as u64))
}

/// The same analysis without the rows of some studies.
pub fn without(made: &Made, studies: &std::collections::BTreeSet<&str>) -> Made {
    let mut out = made.clone();
    out.sensitivity.clear();
    let kept = |row: &Row| !studies.contains(row.study.as_str());
    let keep: Vec<bool> = made.chosen.rows.iter().map(kept).collect();
    let mut of_engine = keep.iter();
    out.rows
        .retain(|_| of_engine.next().copied().unwrap_or(true));
    out.chosen.rows.retain(kept);
    out.pooled = match &out.spec {
        Some(spec) => pool::analyse(&out.rows, spec).map_err(|error| error.to_string()),
        None => out.pooled,
    };
    out
}

/// What the workflow names for an analysis that is not in the review; nothing before a study is.
fn strangers(
    reader: Reader<'_>,
    analysis: &Analysis,
    material: &Material,
) -> Result<Vec<String>, ScreenError> {
    let mut out = material.left_behind(&analysis.outcome);
    if reader.studies()?.is_empty() {
        return Ok(out);
    }
    let excluded = analysis.exclude.iter().map(|one| ("exclude", &one.study));
    let arms = analysis.arms.iter().map(|one| ("arms", &one.study));
    for (key, study) in excluded.chain(arms) {
        if find_study(reader, study)?.is_none() {
            out.push(format!(
                "`{key}` names `{study}`, which is no study of the review: it has no effect"
            ));
        }
    }
    for report in &analysis.reports {
        if reader.find_reports(report)?.is_empty() {
            out.push(format!(
                "`reports` names `{report}`, which is no report of the review: it has no effect"
            ));
        }
    }
    out.dedup();
    Ok(out)
}

/// The first name that is not a study of the review.
fn unknown<'a>(reader: Reader<'_>, names: &'a [String]) -> Result<Option<&'a str>, ScreenError> {
    for name in names {
        if find_study(reader, name)?.is_none() {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Why an analysis that is split by a characteristic cannot be: no study has a value of it.
fn unsplit(analysis: &Analysis, chosen: &Chosen) -> Option<String> {
    let code = analysis.subgroup.as_ref()?;
    let none = !chosen.rows.is_empty() && chosen.rows.iter().all(|row| row.subgroup.is_none());
    none.then(|| format!("it is split by `{code}`, and no study has a value of that"))
}

/// The analysis with the workflow's names of studies and reports turned into ids.
fn resolve(reader: Reader<'_>, analysis: &Analysis) -> Result<Analysis, ScreenError> {
    let mut out = analysis.clone();
    for excluded in &mut out.exclude {
        if let Some(id) = find_study(reader, &excluded.study)? {
            excluded.study = id.to_string();
        }
    }
    let mut reports = Vec::new();
    for name in &analysis.reports {
        reports.extend(reader.find_reports(name)?.iter().map(RecordId::to_string));
    }
    out.reports = reports;
    for arms in &mut out.arms {
        if let Some(id) = find_study(reader, &arms.study)? {
            arms.study = id.to_string();
        }
    }
    Ok(out)
}

fn spec(analysis: &Analysis) -> Result<Spec, String> {
    Ok(plain_spec(analysis)?.with(Extra::LeaveOneOut))
}

/// The specification without what is worked out beside the pooled estimate.
fn plain_spec(analysis: &Analysis) -> Result<Spec, String> {
    let measure = Measure::from_word(&analysis.measure)
        .ok_or_else(|| format!("`{}` is no effect measure", analysis.measure))?;
    let method = Method::from_word(&analysis.method)
        .ok_or_else(|| format!("`{}` is no method", analysis.method))?;
    let mut spec = Spec::new(measure).method(method);
    if let Some(level) = Level::parse(f64::from(analysis.level)) {
        spec.level = level;
    }
    spec.interval = Interval::from_word(&analysis.interval).unwrap_or_default();
    spec.subgroup = analysis.subgroup.as_ref().map(|_| SUBGROUP.to_owned());
    Ok(spec)
}

const SUBGROUP: &str = "subgroup";

fn engine_row(row: &Row, labels: &BTreeMap<String, String>) -> pool::Row {
    #[expect(
        clippy::cast_precision_loss,
        reason = "people in a trial are far below 2^53"
    )]
    let number = |n: u64| n as f64;
    let [first, second] = row.split.map(f64::from);
    let data = match row.data {
        RowData::Counts { e1, n1, e2, n2 } => Data::Binary {
            e1: number(e1) / first,
            n1: number(n1) / first,
            e2: number(e2) / second,
            n2: number(n2) / second,
        },
        RowData::Effect {
            effect,
            lo,
            hi,
            level,
        } => Data::Hr {
            hr: effect,
            ci_lb: lo,
            ci_ub: hi,
            level: Level::parse(level).unwrap_or(Level::P95),
        },
        RowData::Means {
            m1,
            sd1,
            n1,
            m2,
            sd2,
            n2,
        } => Data::Continuous {
            n1: number(n1) / first,
            mean1: m1,
            sd1,
            n2: number(n2) / second,
            mean2: m2,
            sd2,
        },
    };
    let label = labels.get(&row.study).unwrap_or(&row.study);
    pool::Row {
        study: match &row.arms {
            Some(arms) => format!("{label} ({arms})"),
            None => label.clone(),
        },
        line: None,
        data: Some(data),
        columns: row
            .subgroup
            .iter()
            .map(|value| (SUBGROUP.to_owned(), value.clone()))
            .collect(),
    }
}

/// `pfs: HR 0.47 [0.37, 0.60], I² 77.0%`
pub fn short(made: &Made, pooled: &Pooled) -> String {
    let [estimate, lo, hi] = pool::digits::texts(pooled);
    format!(
        "{}: {} {estimate} [{lo}, {hi}], I² {}%",
        made.analysis.name,
        made.analysis.measure,
        words::fixed(pooled.i2, 1)
    )
}
