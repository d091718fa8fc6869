//! One study of ClinicalTrials.gov (API 2.0: `protocolSection`, `derivedSection`, `hasResults`).

use super::{items, rest, text_at, texts};
use crate::formats::values::{add_once, registry_number, year};
use crate::formats::{CtgovStudy, Native, ParsedRecord};
use crate::model::{Link, Pmid, Record, RecordKind, RegistryId};
use serde_json::Value;
use std::collections::BTreeMap;

/// Paths whose values have found their place in the record.
const PLACED: [&str; 8] = [
    "identificationModule.nctId",
    "identificationModule.briefTitle",
    "identificationModule.officialTitle",
    "identificationModule.acronym",
    "descriptionModule.briefSummary",
    "conditionsModule",
    "designModule.studyType",
    "referencesModule.references.pmid",
];

/// Builds one record; nothing where the value is not a study.
pub(super) fn build(study: &Value, n: u64, line: u64) -> Option<ParsedRecord> {
    let protocol = study.get("protocolSection")?;
    let text = |path: &[&str]| text_at(protocol, path);
    let references = items(protocol, &["referencesModule", "references"]);
    let native = CtgovStudy {
        n,
        nct_id: text(&["identificationModule", "nctId"]),
        brief_title: text(&["identificationModule", "briefTitle"]),
        official_title: text(&["identificationModule", "officialTitle"]),
        acronym: text(&["identificationModule", "acronym"]),
        overall_status: text(&["statusModule", "overallStatus"]),
        start_date: text(&["statusModule", "startDateStruct", "date"]),
        first_posted: text(&["statusModule", "studyFirstPostDateStruct", "date"]),
        last_update_posted: text(&["statusModule", "lastUpdatePostDateStruct", "date"]),
        study_type: text(&["designModule", "studyType"]),
        phases: texts(protocol, &["designModule", "phases"]),
        enrollment: super::at(protocol, &["designModule", "enrollmentInfo", "count"])
            .and_then(Value::as_u64),
        conditions: texts(protocol, &["conditionsModule", "conditions"]),
        secondary_ids: items(protocol, &["identificationModule", "secondaryIdInfos"])
            .iter()
            .filter_map(|info| text_at(info, &["id"]))
            .collect(),
        has_results: study
            .get("hasResults")
            .and_then(Value::as_bool)
            .unwrap_or(false),
        reference_pmids: references
            .iter()
            .filter_map(|r| text_at(r, &["pmid"]))
            .collect(),
    };
    if native.nct_id.is_none() && native.brief_title.is_none() {
        return None;
    }
    let record = record(protocol, &native, references);
    Some(ParsedRecord {
        n,
        line: Some(line),
        record,
        native: Native::Ctgov(Box::new(native)),
    })
}

fn record(protocol: &Value, study: &CtgovStudy, references: &[Value]) -> Record {
    let mut registry: Vec<RegistryId> = Vec::new();
    let own = study
        .nct_id
        .as_deref()
        .and_then(|id| RegistryId::parse(id).ok());
    registry.extend(own);
    let organisation = text_at(protocol, &["identificationModule", "orgStudyIdInfo", "id"]);
    let others = texts(protocol, &["identificationModule", "nctIdAliases"]);
    let numbers = study
        .secondary_ids
        .iter()
        .chain(&organisation)
        .chain(&others);
    for id in numbers.filter_map(|text| registry_number(text)) {
        add_once(&mut registry, id);
    }
    let links = references.iter().filter_map(|reference| {
        let pmid = text_at(reference, &["pmid"])?;
        let kind = text_at(reference, &["type"]).unwrap_or_else(|| "REFERENCE".to_owned());
        Some(Link {
            kind: format!("registry-{}", kind.to_lowercase()),
            pmid: Pmid::parse(&pmid).ok(),
        })
    });
    let title = study
        .brief_title
        .clone()
        .or_else(|| study.official_title.clone());
    let official = study
        .official_title
        .clone()
        .filter(|t| Some(t) != title.as_ref());
    let mut keywords = study.conditions.clone();
    keywords.extend(texts(protocol, &["conditionsModule", "keywords"]));
    let mut extra = BTreeMap::new();
    rest(protocol, "", &PLACED, &mut extra);
    extra.insert("hasResults".to_owned(), vec![study.has_results.to_string()]);
    Record {
        kind: RecordKind::Trial,
        source_id: study.nct_id.clone(),
        title,
        other_titles: official.into_iter().collect(),
        year: study.first_posted.as_deref().and_then(year),
        registry,
        abstract_text: text_at(protocol, &["descriptionModule", "briefSummary"]),
        publication_types: study.study_type.clone().into_iter().collect(),
        keywords,
        acronym: study.acronym.clone(),
        url: study
            .nct_id
            .as_ref()
            .map(|id| format!("https://clinicaltrials.gov/study/{id}")),
        links: links.collect(),
        extra,
        ..Record::default()
    }
}
