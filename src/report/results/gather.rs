//! From cells and analyses to what the report shows of them.

use super::looks;
use super::{
    AnalysisView, DataLine, Estimate, FigurePlot, FigureView, FindingView, LintView, PublishedView,
    Results, SensitivityView, StudyLine, StudyTable,
};
use crate::extract::analyses::{Made, Varied, pooled_studies, short};
use crate::extract::characteristic::CHARACTERISTICS;
use crate::extract::view::hidden;
use crate::extract::{Cell, CellKey, CellValue, state};
use crate::model::Place;
use crate::plot::forest::pooled::{ForestWords, cumulative, leave_one_out, of_pooled};
use crate::plot::{Forest, funnel, words};
use crate::pool::living::WORTH_FINDING;
use crate::pool::{self, Extra, Pooled, Spec, analyse, digits};
use crate::store::{Reader, StoreError};
use crate::workflow::{Direction, Workflow};
use std::collections::BTreeMap;

/// Studies from which on a report states a prediction interval: from fewer, its limits span what
/// nobody would believe (Higgins, Thompson & Spiegelhalter, J R Stat Soc A 2009;172:137-159).
const PREDICTED: usize = 4;

/// Everything the report shows of trial data and of the analyses, which are `made`.
pub fn results(
    reader: Reader<'_>,
    workflow: &Workflow,
    made: &[Made],
) -> Result<Results, StoreError> {
    let standings = state::standings(reader, workflow)?;
    let held = state::values(&standings);
    let waits = state::open(reader, workflow)?;
    let events = events(reader, workflow)?;
    let looked = looks::counted(reader)?;
    let labels: BTreeMap<String, String> = reader
        .studies()?
        .into_iter()
        .map(|study| (study.id.to_string(), study.label))
        .collect();
    let mut views = Vec::new();
    let mut json = serde_json::Map::new();
    for one in made {
        let mut shown = view(one, workflow, &held, &events);
        let times = looked.get(&one.analysis.name).copied().unwrap_or(1);
        shown.looks = looks::words(one, times);
        views.push(shown);
        json.insert(one.analysis.name.clone(), one.json()?);
    }
    let findings: Vec<FindingView> = state::findings(&held, workflow)
        .into_iter()
        .map(|finding| FindingView {
            code: finding.code.as_str().to_owned(),
            message: finding.message,
            place: place(&finding.cells, &labels),
        })
        .collect();
    let linted = crate::report::lint::of(workflow, made, None)?;
    Ok(Results {
        lint: LintView {
            lines: linted.findings,
            despite: None,
        },
        pooled: pooled_studies(made),
        table: table(reader, &held)?,
        analyses: views,
        findings,
        held: held.len() as u64,
        open: waits.values + waits.differing,
        waits: (!waits.is_empty()).then(|| waits.words()),
        extractors: workflow.extraction.extractors,
        json: json.into(),
    })
}

/// The events that entered each cell, as far as they may be told.
fn events(
    reader: Reader<'_>,
    workflow: &Workflow,
) -> Result<BTreeMap<CellKey, Vec<u64>>, StoreError> {
    let hidden = hidden(reader, workflow)?;
    let mut out: BTreeMap<CellKey, Vec<u64>> = BTreeMap::new();
    for (row, entry) in state::entries(reader)? {
        if hidden.contains(&row.seq) {
            continue;
        }
        out.entry(entry.cell.key).or_default().push(row.seq.0);
    }
    Ok(out)
}

pub(crate) fn place(cells: &[CellKey], labels: &BTreeMap<String, String>) -> String {
    let mut parts: Vec<String> = Vec::new();
    for key in cells {
        let label = labels.get(&key.study).unwrap_or(&key.study);
        let text = [label.as_str(), &key.arm, &key.outcome, &key.population]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
        if !parts.contains(&text) {
            parts.push(text);
        }
    }
    parts.join("; ")
}

/// A value in words: what a table of characteristics prints.
fn said(value: &CellValue) -> String {
    if value.not_reported {
        return "not reported".to_owned();
    }
    if let Some(text) = &value.text {
        return text.clone();
    }
    let unit = value
        .unit
        .as_deref()
        .map(|unit| format!(" {unit}"))
        .unwrap_or_default();
    if let Some(median) = &value.median {
        let limits = match (&value.low, &value.high) {
            (Some(low), Some(high)) => format!(" ({}–{})", low.as_str(), high.as_str()),
            _ => String::new(),
        };
        return format!("{}{limits}{unit}", median.as_str());
    }
    match (value.events, value.n) {
        (Some(events), Some(n)) => format!("{events}/{n}"),
        (None, Some(n)) => n.to_string(),
        (Some(events), None) => events.to_string(),
        (None, None) => value.follow_up_months.as_ref().map_or_else(
            || "–".to_owned(),
            |months| format!("{} months", months.as_str()),
        ),
    }
}

/// One row per included study, one column per characteristic that any study has.
fn table(reader: Reader<'_>, held: &[Cell]) -> Result<StudyTable, StoreError> {
    let included: Vec<(String, String)> = reader
        .study_reports()?
        .into_iter()
        .filter(|entry| {
            entry
                .reports
                .iter()
                .any(|(r, _)| r.place == Place::Included)
        })
        .map(|entry| (entry.study.id.to_string(), entry.study.label))
        .collect();
    let wanted = [
        "phase",
        "ratio",
        "masking",
        "prior_lines",
        "regimen",
        "randomised",
        "age",
        "follow_up",
    ];
    let columns: Vec<_> = CHARACTERISTICS
        .iter()
        .filter(|c| wanted.contains(&c.code))
        .filter(|c| held.iter().any(|cell| cell.key.outcome == c.code))
        .collect();
    if columns.is_empty() {
        return Ok(StudyTable::default());
    }
    let rows = included
        .into_iter()
        .map(|(study, label)| {
            let cells = columns
                .iter()
                .map(|column| {
                    let mut parts: Vec<String> = Vec::new();
                    for cell in held {
                        let own = cell.key.study == study && cell.key.outcome == column.code;
                        if own && cell.key.grade.is_empty() {
                            let text = match cell.key.single_arm() {
                                Some(arm) => format!("{arm}: {}", said(&cell.value)),
                                None => said(&cell.value),
                            };
                            if !parts.contains(&text) {
                                parts.push(text);
                            }
                        }
                    }
                    if parts.is_empty() {
                        vec!["–".to_owned()]
                    } else {
                        parts
                    }
                })
                .collect();
            StudyLine {
                study,
                label,
                cells,
            }
        })
        .collect();
    Ok(StudyTable {
        heads: columns.iter().map(|c| c.title.to_owned()).collect(),
        rows,
    })
}

fn view(
    made: &Made,
    workflow: &Workflow,
    held: &[Cell],
    events: &BTreeMap<CellKey, Vec<u64>>,
) -> AnalysisView {
    let analysis = &made.analysis;
    let cells: BTreeMap<&CellKey, &Cell> = held.iter().map(|cell| (&cell.key, cell)).collect();
    let label = |study: &String| {
        made.labels
            .get(study)
            .cloned()
            .unwrap_or_else(|| study.clone())
    };
    let citation = |report: &String| {
        made.citations
            .get(report)
            .cloned()
            .unwrap_or_else(|| report.clone())
    };
    let mut rows = Vec::new();
    for (n, (row, data)) in made.chosen.rows.iter().zip(&made.rows).enumerate() {
        let weight = made.pooled.as_ref().ok().and_then(|pooled| {
            pooled
                .studies
                .iter()
                .find(|study| study.row == n)
                .map(|study| study.weight)
        });
        let mut sources: Vec<String> = Vec::new();
        let mut notes: Vec<String> = Vec::new();
        let mut seqs: Vec<u64> = Vec::new();
        for key in &row.cells {
            seqs.extend(events.get(key).into_iter().flatten());
            let Some(cell) = cells.get(key) else { continue };
            let p = &cell.provenance;
            let mut source = p.source.clone().unwrap_or_else(|| citation(&row.report));
            if let Some(page) = &p.page {
                source.push_str(&format!(", p. {page}"));
            }
            if let Some(quote) = &p.quote {
                source.push_str(&format!(": “{quote}”"));
            }
            for (list, text) in [(&mut sources, Some(source)), (&mut notes, p.note.clone())] {
                if let Some(text) = text.filter(|text| !list.contains(text)) {
                    list.push(text);
                }
            }
            if p.derived && !notes.iter().any(|note| note.starts_with("count")) {
                notes.push("count computed from the printed percentage".to_owned());
            }
        }
        if row.turned {
            notes.push("printed the other way round; turned by the roles of the arms".to_owned());
        }
        notes.extend(row.derived.iter().cloned());
        seqs.sort_unstable();
        seqs.dedup();
        rows.push(DataLine {
            study: row.study.clone(),
            label: data.study.clone(),
            report: row.report.clone(),
            citation: citation(&row.report),
            numbers: format!("{}, {}", numbers(data, &analysis.measure), row.population),
            weight: weight.map_or_else(|| "–".to_owned(), |w| words::fixed(w, 1)),
            source: sources.join("; "),
            notes,
            events: seqs,
        });
    }
    let mut warnings: Vec<String> = made
        .chosen
        .findings
        .iter()
        .map(|finding| finding.message.clone())
        .collect();
    warnings.extend(made.strangers.iter().cloned());
    if let Ok(pooled) = &made.pooled {
        warnings.extend(pooled.warnings.iter().cloned());
    }
    let outcome = match (&made.pooled, &made.spec) {
        (Ok(pooled), Some(spec)) => Ok(estimate(made, pooled, spec, workflow)),
        (Err(reason), _) => Err(reason.clone()),
        (Ok(_), None) => Err("the analysis has no specification".to_owned()),
    };
    let published = analysis.published.as_ref().map(|p| {
        let interval = match (&p.ci_low, &p.ci_high) {
            (Some(lo), Some(hi)) => format!(" [{lo}, {hi}]"),
            _ => String::new(),
        };
        let i2 =
            p.i2.as_ref()
                .map(|i2| format!(", I² {i2}%"))
                .unwrap_or_default();
        PublishedView {
            printed: format!("{} {}{interval}{i2}", analysis.measure, p.estimate),
            ours: match &made.pooled {
                Ok(pooled) => short(made, pooled)
                    .split_once(": ")
                    .map_or_else(String::new, |(_, text)| text.to_owned()),
                Err(reason) => reason.clone(),
            },
            source: p.source.clone(),
        }
    });
    AnalysisView {
        name: analysis.name.clone(),
        title: analysis.title.clone(),
        measure: pool::Measure::from_word(&analysis.measure)
            .map_or_else(|| analysis.measure.clone(), |m| m.title().to_owned()),
        outcome,
        rows,
        left_out: made
            .chosen
            .left_out
            .iter()
            .map(|left| (label(&left.study), left.reason.clone()))
            .collect(),
        published,
        sensitivity: made.sensitivity.iter().map(varied).collect(),
        warnings,
        looks: None,
        steps: made
            .pooled
            .as_ref()
            .map(crate::pool::steps::steps)
            .unwrap_or_default(),
    }
}

fn numbers(row: &pool::Row, measure: &str) -> String {
    match &row.data {
        Some(pool::Data::Binary { e1, n1, e2, n2 }) => {
            let t = words::given;
            format!("{}/{} v {}/{}", t(*e1), t(*n1), t(*e2), t(*n2))
        }
        Some(pool::Data::Hr {
            hr,
            ci_lb: lo,
            ci_ub: hi,
            level,
        }) => format!(
            "{measure} {} [{}, {}] at {}%",
            words::given(*hr),
            words::given(*lo),
            words::given(*hi),
            words::given(level.percent())
        ),
        Some(pool::Data::Continuous {
            n1,
            mean1,
            sd1,
            n2,
            mean2,
            sd2,
        }) => {
            let t = words::given;
            format!(
                "{} ({}) of {} v {} ({}) of {}",
                t(*mean1),
                t(*sd1),
                t(*n1),
                t(*mean2),
                t(*sd2),
                t(*n2)
            )
        }
        _ => "–".to_owned(),
    }
}

/// The figure's words of an analysis.
pub fn figure_words(made: &Made, workflow: &Workflow) -> ForestWords {
    let analysis = &made.analysis;
    let outcome = workflow
        .outcomes
        .iter()
        .find(|outcome| outcome.code == analysis.outcome);
    // A ratio below one means less of it in the experimental arm.
    let less_is_good = match outcome.and_then(|outcome| outcome.direction) {
        Some(Direction::HigherIsBetter) => Some(false),
        Some(Direction::LowerIsBetter) => Some(true),
        None => None,
    };
    let time = outcome.is_some_and(|o| o.kind == crate::workflow::OutcomeType::TimeToEvent);
    let favours = match (less_is_good, time) {
        (Some(true), _) | (_, true) => ["Favours intervention".into(), "Favours control".into()],
        (Some(false), _) => ["Favours control".into(), "Favours intervention".into()],
        (None, _) => [String::new(), String::new()],
    };
    let pico = &workflow.review.pico;
    let subtitle = match (&pico.intervention, &pico.comparator) {
        (Some(a), Some(b)) => format!("{a} v {}", lower_first(b)),
        _ => String::new(),
    };
    ForestWords {
        name: format!("forest-{}", analysis.name),
        title: analysis.title.clone(),
        subtitle,
        arms: ["Intervention".into(), "Control".into()],
        favours,
        details: made
            .chosen
            .rows
            .iter()
            .map(|row| {
                let citation = made.citations.get(&row.report).unwrap_or(&row.report);
                match row.split {
                    [1, 1] => citation.clone(),
                    [first, 1] => format!("{citation}; experimental group divided by {first}"),
                    [1, second] => format!("{citation}; control group divided by {second}"),
                    [first, second] => {
                        format!("{citation}; groups divided by {first} and {second}")
                    }
                }
            })
            .collect(),
        method: Vec::new(),
    }
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().collect::<String>() + letters.as_str()
    })
}

/// A sensitivity analysis as the report prints it.
fn varied(one: &Varied) -> SensitivityView {
    match &one.pooled {
        Ok(pooled) => {
            let [value, lo, hi] = digits::texts(pooled);
            SensitivityView {
                name: one.name.clone(),
                studies: pooled.k.to_string(),
                effect: format!("{value} [{lo}, {hi}]"),
                i2: format!("{}%", words::fixed(pooled.i2, 1)),
            }
        }
        Err(reason) => SensitivityView {
            name: one.name.clone(),
            studies: "0".to_owned(),
            effect: format!("not pooled: {reason}"),
            i2: "\u{2013}".to_owned(),
        },
    }
}

fn estimate(made: &Made, pooled: &Pooled, spec: &Spec, workflow: &Workflow) -> Estimate {
    let text = figure_words(made, workflow);
    let [value, lo, hi] = digits::texts(pooled);
    let chosen = pooled.chosen.map_or_else(String::new, |chosen| {
        format!("; the rule chose {}", chosen.word())
    });
    Estimate {
        value,
        interval: format!("{}% CI {lo} to {hi}", words::tick(spec.level.percent())),
        k: pooled.k as u64,
        prediction: digits::prediction(pooled)
            .filter(|_| pooled.k >= PREDICTED)
            .map(|[a, b]| format!("{a}–{b}")),
        i2: format!("{}%", words::fixed(pooled.i2, 1)),
        heterogeneity: format!(
            "{}, χ² {}, df {}",
            crate::model::many(pooled.k as u64, "trial", "trials"),
            words::fixed(pooled.q, 2),
            words::tick(pooled.q_df)
        ),
        model: format!("{}{chosen}.", upper_first(spec.method.title())),
        figures: figures(made, pooled, spec, &text),
    }
}

/// The forest plot; from three studies on the result without each of them and year by year, and
/// the funnel plot.
fn figures(made: &Made, pooled: &Pooled, spec: &Spec, text: &ForestWords) -> Vec<FigureView> {
    let forest = |title: &str, plot: Forest| FigureView {
        title: title.to_owned(),
        plot: FigurePlot::Forest(Box::new(plot)),
    };
    let mut out = vec![forest("Forest plot", of_pooled(pooled, spec, text))];
    if pooled.k < 3 {
        return out;
    }
    if let Some(plot) = leave_one_out(pooled, spec, text) {
        out.push(forest("Without each trial in turn", plot));
    }
    if let Some(plot) = by_year(made, spec, text) {
        out.push(forest("Trial by trial, by year", plot));
    }
    let name = format!("{}-funnel", text.name);
    if let Some(plot) = funnel::of_pooled(pooled, spec, &name, &text.title) {
        out.push(FigureView {
            title: "Funnel plot".to_owned(),
            plot: FigurePlot::Funnel(Box::new(plot)),
        });
    }
    out
}

/// The cumulative plot, its studies in the order of the years of their reports.
fn by_year(made: &Made, spec: &Spec, text: &ForestWords) -> Option<Forest> {
    let mut rows: Vec<(&crate::pool::Row, &String)> = made.rows.iter().zip(&text.details).collect();
    rows.sort_by_key(|(_, citation)| citation.rsplit(' ').next().map(str::to_owned));
    let (rows, details): (Vec<_>, Vec<_>) = rows
        .into_iter()
        .map(|(row, citation)| (row.clone(), citation.clone()))
        .unzip();
    let spec = spec.clone().with(Extra::Cumulative);
    let pooled = analyse(&rows, &spec).ok()?;
    let text = ForestWords {
        details,
        ..text.clone()
    };
    cumulative(&pooled, &spec, &text, (Some(WORTH_FINDING), "by year"))
}
