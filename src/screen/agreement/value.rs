//! Agreement as JSON: what the command, its page and their twin print.

use super::{Agreement, Between, Kappa, Pair, Part, Reason, Stratum};
use crate::model::PersonId;
use serde_json::{Value, json};

/// The agreement, with people called as `name` says.
pub fn value(found: &Agreement, name: &dyn Fn(PersonId) -> String) -> Value {
    let strata = found.strata.iter().map(|one| stratum(one, name));
    json!({"strata": strata.collect::<Vec<_>>(), "left_out": {"reopened": found.reopened}})
}

fn stratum(stratum: &Stratum, name: &dyn Fn(PersonId) -> String) -> Value {
    let (part, version) = match &stratum.part {
        Part::Whole => ("whole", None),
        Part::Version(name) => ("version", Some(name)),
        Part::Since => ("since", None),
    };
    let pairs: Vec<Value> = stratum.pairs.iter().map(|one| between(one, name)).collect();
    let several = stratum.several.as_ref().map(|one| {
        json!({
            "people": one.people, "n": one.n, "complete": one.complete, "fleiss_kappa": one.fleiss,
            "gwet_ac1": one.ac1, "krippendorff_alpha": one.alpha,
        })
    });
    json!({
        "phase": stratum.phase, "part": part, "version": version, "reports": stratum.reports,
        "pairs": pairs, "several": several,
    })
}

fn between(one: &Between, name: &dyn Fn(PersonId) -> String) -> Value {
    let reasons: Vec<Value> = one.reasons.iter().map(reason).collect();
    let mut value = pair(&one.pair);
    if let Value::Object(object) = &mut value {
        object.insert("people".into(), json!(one.people.map(name)));
        object.insert("ids".into(), json!(one.people.map(|id| id.to_string())));
        object.insert("three".into(), json!(one.three.as_ref().map(pair)));
        object.insert("reasons".into(), json!(reasons));
        let differ = one
            .differ
            .iter()
            .map(|one| json!({"report": one.report, "decisions": one.decisions}));
        object.insert("differ".into(), differ.collect::<Vec<_>>().into());
        object.insert("sentence".into(), json!(one.sentence()));
    }
    value
}

fn pair(pair: &Pair) -> Value {
    json!({
        "n": pair.n, "table": pair.table, "observed_agreement": pair.observed,
        "expected_agreement": pair.expected, "kappa": pair.kappa.map(|one| one.value),
        "kappa_se": pair.kappa.map(|one| one.se), "kappa_ci": pair.kappa.and_then(interval),
        "pabak": pair.pabak, "gwet_ac1": pair.ac1,
    })
}

fn interval(kappa: Kappa) -> Option<[f64; 2]> {
    kappa.ci.map(|(low, high)| [low, high])
}

fn reason(reason: &Reason) -> Value {
    json!({
        "reason": reason.code, "first": reason.first, "second": reason.second, "both": reason.both,
        "same": reason.same(),
    })
}
