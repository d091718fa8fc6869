//! The pool stage: every analysis of the workflow over the values that hold.
//!
//! Results are recomputed, never stored: the log holds the specification and the hash of the rows
//! that went in, when either changes.

mod input;
mod reasons;

use super::{RunError, StageReport, StageState, extract};
use crate::extract::{Chosen, ReportDate, Row, RowData, StudyReports, choose};
use crate::ledger::{Body, LedgerError, Stamp};
use crate::model::{Clock, Place, RecordId, StudyId};
use crate::plot::words;
use crate::pool::{self, Data, Extra, Interval, Level, Measure, Method, Pooled, Spec};
use crate::prisma::Counts;
use crate::screen::studies::find_study;
use crate::store::{Reader, Store, StoreError};
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
    /// The result as JSON with twelve significant digits, its sensitivity analyses in it where the
    /// workflow has some; `{"error": why}` where there is none.
    pub fn json(&self) -> Result<serde_json::Value, RunError> {
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

fn result_json(pooled: &Result<Pooled, String>) -> Result<serde_json::Value, RunError> {
    match pooled {
        Ok(pooled) => Ok(pool::json::compact(pooled)
            .and_then(|text| serde_json::from_str(&text))
            .map_err(|error| StoreError::Value(error.to_string()))?),
        Err(reason) => Ok(json!({"error": reason})),
    }
}

/// Makes every analysis of the workflow, or the one called `only`.
pub fn analyses(
    reader: Reader<'_>,
    workflow: &Workflow,
    only: Option<&str>,
) -> Result<Vec<Made>, RunError> {
    let standings = extract::standings(reader, workflow)?;
    let cells = extract::values(&standings);
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
    let context = extract::context(workflow);
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
                let chosen = choose(&cells, &resolved, &studies, &context);
                let rows: Vec<pool::Row> = chosen
                    .rows
                    .iter()
                    .map(|row| engine_row(row, &labels))
                    .collect();
                let spec = spec(&resolved);
                let pooled = spec
                    .as_ref()
                    .map_err(Clone::clone)
                    .and_then(|spec| pool::analyse(&rows, spec).map_err(|error| error.to_string()));
                let spec = spec.ok();
                sensitivity.push(Varied { name, spec, pooled });
            }
            let resolved = resolve(reader, analysis)?;
            let mut chosen = choose(&cells, &resolved, &studies, &context);
            reasons::put_right(&mut chosen, &standings, &analysis.outcome);
            let rows: Vec<pool::Row> = chosen
                .rows
                .iter()
                .map(|row| engine_row(row, &labels))
                .collect();
            let (spec, pooled) = match spec(analysis) {
                Err(reason) => (None, Err(reason)),
                Ok(spec) => {
                    let pooled = pool::analyse(&rows, &spec).map_err(|error| error.to_string());
                    (Some(spec), pooled)
                }
            };
            Ok(Made {
                analysis: analysis.clone(),
                spec,
                chosen,
                rows,
                pooled,
                labels: labels.clone(),
                citations: citations.clone(),
                sensitivity,
                strangers: strangers(reader, analysis)?,
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
/// state of now: identity I7 of the workspace's own flow.
pub fn flow_with_pooled(
    reader: Reader<'_>,
    workflow: &Workflow,
    mut columns: Vec<Counts>,
) -> Result<Vec<Counts>, RunError> {
    if let Some(last) = columns.pop() {
        let pooled = pooled_studies(&analyses(reader, workflow, None)?);
        columns.push(last.pooling(pooled));
    }
    Ok(columns)
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
fn strangers(reader: Reader<'_>, analysis: &Analysis) -> Result<Vec<String>, RunError> {
    let mut out = Vec::new();
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

/// The first name that is no study of the review.
fn unknown<'a>(reader: Reader<'_>, names: &'a [String]) -> Result<Option<&'a str>, RunError> {
    for name in names {
        if find_study(reader, name)?.is_none() {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// The analysis with the workflow's names of studies and reports turned into ids.
fn resolve(reader: Reader<'_>, analysis: &Analysis) -> Result<Analysis, RunError> {
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
    let measure = Measure::from_word(&analysis.measure)
        .ok_or_else(|| format!("`{}` is no effect measure", analysis.measure))?;
    let method = Method::from_word(&analysis.method)
        .ok_or_else(|| format!("`{}` is no method", analysis.method))?;
    let mut spec = Spec::new(measure).method(method).with(Extra::LeaveOneOut);
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

/// What the log holds of an analysis beside the hash of its input: the specification, the studies.
fn said(made: &Made) -> (serde_json::Value, Vec<StudyId>) {
    let a = &made.analysis;
    let mut specification = json!({
        "outcome": a.outcome, "measure": a.measure, "method": a.method,
        "population": a.population, "grade": a.grade, "time": a.time,
        "reports": a.reports, "otherwise": a.otherwise.as_str(),
        "exclude": a.exclude.iter().map(|x| &x.study).collect::<Vec<_>>(),
        "subgroup": a.subgroup, "level": a.level,
    });
    // Logs from before these keys existed stand as they are.
    if let Some(specified) = specification.as_object_mut() {
        if a.medians {
            specified.insert("medians".to_owned(), true.into());
        }
        if a.interval != Interval::default().word() {
            specified.insert("interval".to_owned(), a.interval.clone().into());
        }
        if !a.arms.is_empty() {
            let list = a.arms.iter().map(|one| {
                json!({
                    "study": one.study, "experimental": one.experimental, "control": one.control,
                    "split": one.split,
                })
            });
            specified.insert("arms".to_owned(), list.collect());
        }
        if !a.sensitivity.is_empty() {
            let list = a.sensitivity.iter().map(|one| {
                json!({
                    "name": one.name, "method": one.method, "interval": one.interval,
                    "without": one.without, "population": one.population,
                    "medians": one.medians,
                })
            });
            specified.insert("sensitivity".to_owned(), list.collect());
        }
    }
    let studies = made
        .chosen
        .rows
        .iter()
        .filter_map(|row| row.study.parse().ok())
        .collect();
    (specification, studies)
}

/// Makes every analysis and notes in the log what changed of specification or input.
pub fn run(
    store: &mut Store,
    workflow: &Workflow,
    clock: &dyn Clock,
) -> Result<StageReport, RunError> {
    let all = analyses(store.snapshot()?.read(), workflow, None)?;
    let stamp = Stamp::program(clock.now());
    let mut changed = false;
    let mut waiting = false;
    let mut texts = Vec::new();
    for made in &all {
        waiting |= made.pooled.is_err();
        if let Ok(pooled) = &made.pooled {
            texts.push(short(made, pooled));
        }
        if made.chosen.rows.is_empty() {
            continue;
        }
        let (specification, studies) = said(made);
        let rows = &made.chosen.rows;
        // As text: a JSON value equals a text only where it is one.
        let text = specification.to_string();
        let same = match store.snapshot()?.read().specified(&made.analysis.name)? {
            None => false,
            Some(before) => {
                before.specification == text
                    && input::is_of(before.input, rows)
                        .map_err(LedgerError::from)
                        .map_err(StoreError::from)?
            }
        };
        if !same {
            changed = true;
            let body = Body::AnalysisSpecified {
                analysis: made.analysis.name.clone(),
                specification,
                input: input::hash(rows)
                    .map_err(LedgerError::from)
                    .map_err(StoreError::from)?,
                studies,
            };
            store.write(|writer| writer.append(&stamp.draft(body)))?;
        }
    }
    let text = match (texts.first(), all.len()) {
        (_, 0) => "no analysis in workflow.toml".to_owned(),
        (None, n) => format!(
            "{}, none with data yet",
            crate::model::many(n as u64, "analysis", "analyses")
        ),
        (Some(first), n) if n > 1 => format!(
            "{first}; {} in all",
            crate::model::many(n as u64, "analysis", "analyses")
        ),
        (Some(first), _) => first.clone(),
    };
    Ok(StageReport {
        stage: "pool",
        state: if waiting {
            StageState::Waiting
        } else {
            StageState::Done
        },
        text,
        count: Some(texts.len() as u64),
        changed,
        seconds: 0.0,
    })
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
