//! Results of our own: the `results.json` of a report, or one result of `pool --json`.

use super::ReadError;
use crate::lint::paper::{Model, Paper, Pooled, StudyRow};
use crate::lint::printed::Printed;
use crate::pool::dist::{normal_critical, normal_two_sided, t_two_sided};
use crate::pool::math::{exp, pow};
use serde_json::Value;

/// Adds every analysis of a `results.json`.
pub fn results_json(paper: &mut Paper, bytes: &[u8]) -> Result<(), ReadError> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| ReadError {
        line: u64::try_from(error.line()).ok(),
        what: error.to_string(),
    })?;
    let wrong = || ReadError {
        line: None,
        what: "it holds no result of a pooled analysis".to_owned(),
    };
    let object = value.as_object().ok_or_else(wrong)?;
    if object.contains_key("estimate") && object.contains_key("studies") {
        analysis(paper, "pooled", &value);
        return Ok(());
    }
    let before = paper.results.len();
    for (name, one) in object {
        if one.get("estimate").is_some() {
            analysis(paper, name, one);
        }
    }
    if paper.results.len() == before && !object.values().all(|one| one.get("error").is_some()) {
        return Err(wrong());
    }
    Ok(())
}

/// Eight significant digits: enough to tell, few enough that arithmetic agrees.
fn number(value: Option<f64>) -> Option<Printed> {
    let value = value.filter(|x| x.is_finite() && x.abs() < 1e9)?;
    let digits = (1_usize..30)
        .find(|d| value.abs() * pow(10.0, f64::from(u8::try_from(*d).unwrap_or(30))) >= 1e7);
    Printed::parse(&format!("{value:.*}", digits.unwrap_or(12)))
}

/// Adds one result as `pool --json` prints it, its studies beside it, under a name.
pub fn analysis(paper: &mut Paper, name: &str, value: &Value) {
    let at = |path: &str| value.pointer(path).and_then(Value::as_f64);
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or("");
    let scale = text("scale");
    // Other scales than these two have intervals of their own shape.
    let log = match scale {
        "log" => true,
        "identity" => false,
        _ => return,
    };
    let reader = if value.get("back").is_some() {
        "/back"
    } else {
        ""
    };
    let get = |path: &str| at(&format!("{reader}{path}"));
    let method = value
        .get("chosen")
        .and_then(Value::as_str)
        .unwrap_or_else(|| text("method"));
    let random = !["FE", "MH", "PETO"].contains(&method);
    let place = "analyses";
    let half = at("/ci/0")
        .zip(at("/ci/1"))
        .map(|(low, high)| (high - low) / 2.0);
    let df = at("/df");
    // The level is not said; interval and standard error tell it.
    let level = half
        .zip(at("/se"))
        .filter(|(_, se)| *se > 0.0)
        .map(|(half, se)| {
            let outside = match df {
                Some(df) => t_two_sided(half / se, df),
                None => normal_two_sided(half / se),
            };
            ((1.0 - outside) * 1e5).round() / 1e3
        });
    // One study has no heterogeneity between studies.
    let several = at("/k").is_some_and(|k| k > 1.0);
    paper.results.push(Pooled {
        table: place.to_owned(),
        row: name.to_owned(),
        k: value.get("k").and_then(Value::as_i64),
        i2: number(at("/i2_q")).filter(|_| several),
        p_het: number(at("/q_p")).filter(|_| several),
        model: Some(if random { Model::Random } else { Model::Fixed }),
        estimate: number(get("/estimate")),
        low: number(get("/ci/0")),
        high: number(get("/ci/1")),
        p: number(at("/p")),
        measure: text("measure").to_owned(),
        log: Some(log),
        level,
    });
    // What counts alone recompute, and intervals of the t distribution beside other estimators of τ²,
    // cannot be had from estimates and variances.
    if df.is_some() || !["FE", "DL", "REML", "PM", "ML", "SJ"].contains(&method) {
        return;
    }
    let back = |x: f64| if log { exp(x) } else { x };
    for study in value
        .get("studies")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let of = |key: &str| study.get(key).and_then(Value::as_f64);
        let (Some(y), Some(v)) = (of("yi"), of("vi")) else {
            continue;
        };
        let half = normal_critical(level.unwrap_or(95.0) / 100.0) * v.max(0.0).sqrt();
        paper.studies.push(StudyRow {
            table: place.to_owned(),
            subgroup: name.to_owned(),
            study: study
                .get("study")
                .and_then(Value::as_str)
                .unwrap_or("")
                .to_owned(),
            estimate: number(Some(back(y))),
            low: number(Some(back(y - half))),
            high: number(Some(back(y + half))),
            weight: None,
            ..StudyRow::default()
        });
    }
}
