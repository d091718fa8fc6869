//! The judgements that hold, as tables that `rob` draws.

use super::{Key, OVERALL, by_result, standing};
use crate::appraise::JUDGEMENTS;
use crate::appraise::rob2::{Effect, domains};
use crate::model::Judgement;
use crate::model::cell::guard;
use crate::store::{Reader, StoreError};
use crate::workflow::Workflow;
use std::collections::{BTreeMap, BTreeSet};

/// A study's result whose assessment is settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// What is judged.
    pub key: Key,
    /// What the study is called.
    pub study: String,
    /// Each domain: in short, its name, and how it is judged.
    pub domains: Vec<(&'static str, &'static str, Judgement)>,
    /// Overall.
    pub overall: Judgement,
}

impl Settled {
    /// What the result is called: the outcome's name, what else tells it apart, and the effect.
    pub fn result(&self, workflow: &Workflow) -> String {
        let key = &self.key;
        let outcome = workflow.outcomes.iter().find(|one| one.code == key.outcome);
        let name = outcome.map_or(key.outcome.as_str(), |one| one.name.as_str());
        let rest = [&key.comparison, &key.population, &key.time];
        let rest = rest
            .into_iter()
            .map(String::as_str)
            .filter(|one| !one.is_empty());
        let all: Vec<&str> = std::iter::once(name).chain(rest).collect();
        format!("{}, effect of {}", all.join(", "), key.effect.word())
    }
}

/// Every result whose assessment is settled, by study.
pub fn settled(reader: Reader<'_>, workflow: &Workflow) -> Result<Vec<Settled>, StoreError> {
    let need = usize::from(workflow.extraction.extractors);
    let labels: BTreeMap<_, _> = reader
        .studies()?
        .into_iter()
        .map(|study| (study.id, study.label))
        .collect();
    let mut out = Vec::new();
    for (key, said) in by_result(reader.rob_entries()?) {
        let now = standing(key.effect, &said, need);
        let (true, Some(overall)) = (now.is_settled(), now.overall) else {
            continue;
        };
        let domains = now.domains.iter().map(|held| {
            let judged = held.judgement.unwrap_or(Judgement::NotAssessed);
            let domain = held.assessed.domain;
            (domain.short, domain.name, judged)
        });
        out.push(Settled {
            study: labels
                .get(&key.study)
                .cloned()
                .unwrap_or_else(|| key.study.to_string()),
            domains: domains.collect(),
            overall,
            key,
        });
    }
    Ok(out)
}

/// The judgements of settled results: a row for each domain with its path, or with `wide` a row for
/// each study in robvis's shape. There a study's name has the result behind it where several are
/// judged.
pub fn judgements(
    reader: Reader<'_>,
    workflow: &Workflow,
    wide: bool,
) -> Result<String, StoreError> {
    let need = usize::from(workflow.extraction.extractors);
    let labels: BTreeMap<_, _> = reader
        .studies()?
        .into_iter()
        .map(|study| (study.id, study.label))
        .collect();
    let settled: Vec<_> = by_result(reader.rob_entries()?)
        .into_iter()
        .map(|(key, said)| {
            let now = standing(key.effect, &said, need);
            (key, now)
        })
        .filter(|(_, now)| now.is_settled())
        .collect();
    let results: BTreeSet<(String, Effect)> = settled
        .iter()
        .map(|(key, _)| (key.result(), key.effect))
        .collect();
    let mut out = csv::Writer::from_writer(Vec::new());
    let fault = |error: csv::Error| StoreError::Value(error.to_string());
    let word = |judgement: Option<Judgement>| judgement.map_or("", Judgement::word);
    if wide {
        let shorts = domains(Effect::Assignment)
            .iter()
            .map(|domain| domain.short);
        let head = std::iter::once("Study").chain(shorts).chain([OVERALL]);
        out.write_record(head).map_err(fault)?;
    } else {
        out.write_record(JUDGEMENTS).map_err(fault)?;
    }
    for (key, now) in settled {
        let study = labels.get(&key.study).cloned();
        let study = study.unwrap_or_else(|| key.study.to_string());
        let result = format!("{} ({})", key.result(), key.effect.word());
        if wide {
            let name = if results.len() > 1 {
                format!("{study}: {result}")
            } else {
                study
            };
            let judged = now.domains.iter().map(|held| word(held.judgement));
            let row = std::iter::once(guard(&name).into_owned())
                .chain(judged.map(str::to_owned))
                .chain([word(now.overall).to_owned()]);
            out.write_record(row).map_err(fault)?;
            continue;
        }
        let why = |path: String, reason: Option<&String>| match reason {
            Some(reason) => format!("{path}; judged so: {reason}"),
            None => path,
        };
        let mut rows: Vec<[String; 3]> = now
            .domains
            .iter()
            .map(|held| {
                let path = why(held.assessed.path(), held.reason.as_ref());
                let short = held.assessed.domain.short.to_owned();
                [short, word(held.judgement).to_owned(), path]
            })
            .collect();
        let each: Vec<String> = rows
            .iter()
            .map(|[d, judged, _]| format!("{d} {judged}"))
            .collect();
        let path = why(each.join(", "), now.reason.as_ref());
        rows.push([OVERALL.to_owned(), word(now.overall).to_owned(), path]);
        for [domain, judged, path] in rows {
            let cells = [study.clone(), result.clone(), domain, judged, path];
            let cells = cells.map(|cell| guard(&cell).into_owned());
            out.write_record(cells).map_err(fault)?;
        }
    }
    Ok(String::from_utf8(out.into_inner().unwrap_or_default()).unwrap_or_default())
}
