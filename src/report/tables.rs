//! The report's tables: CSV for spreadsheets, JSON for programs.
//!
//! A cell that a spreadsheet would run as a formula (it begins with `=`, `+`, `-`, `@`, a tab or a
//! carriage return) gets an apostrophe before it, as OWASP advises against CSV injection.

use super::ReportError;
use super::data::{Citation, ReportData, Search, SourceFacts};
use serde_json::{Value, json};
use std::borrow::Cow;

/// `records.csv`: every record.
pub(super) fn records(data: &ReportData) -> Result<Vec<u8>, ReportError> {
    let head = [
        "id", "report", "source", "key", "title", "authors", "year", "journal", "doi", "pmid",
        "place",
    ];
    let each = data.reports.iter();
    let each = each.flat_map(|report| report.records.iter().map(move |record| (report, record)));
    let mut rows: Vec<_> = each.collect();
    rows.sort_by_key(|(_, record)| record.id);
    let rows = rows.into_iter().map(|(report, record)| {
        let c = &record.citation;
        [
            Cow::Owned(record.id.to_string()),
            Cow::Owned(report.id.to_string()),
            Cow::Borrowed(record.source.as_str()),
            Cow::Borrowed(record.key.as_str()),
            Cow::Borrowed(c.title.as_deref().unwrap_or_default()),
            Cow::Owned(c.authors.join("; ")),
            Cow::Owned(year(c)),
            Cow::Borrowed(c.journal.as_deref().unwrap_or_default()),
            Cow::Borrowed(c.doi.as_deref().unwrap_or_default()),
            Cow::Borrowed(c.pmid.as_deref().unwrap_or_default()),
            Cow::Borrowed(report.standing.code()),
        ]
    });
    table("records.csv", &head, rows)
}

/// `included.csv`: every included report under its study.
pub(super) fn included(data: &ReportData) -> Result<Vec<u8>, ReportError> {
    let head = [
        "study", "label", "registry", "report", "citation", "title", "year", "doi", "pmid",
    ];
    let mut rows = Vec::new();
    for item in &data.studies {
        for report in item.reports.iter().filter_map(|id| data.report(*id)) {
            let c = &report.citation;
            let study = item.study.as_ref();
            rows.push(vec![
                study.map(|s| s.id.to_string()).unwrap_or_default(),
                study.map(|s| s.label.clone()).unwrap_or_default(),
                study.map(|s| s.registry.join("; ")).unwrap_or_default(),
                report.id.to_string(),
                c.reference(),
                c.title.clone().unwrap_or_default(),
                year(c),
                c.doi.clone().unwrap_or_default(),
                c.pmid.clone().unwrap_or_default(),
            ]);
        }
    }
    table("included.csv", &head, rows)
}

/// `excluded-full-text.csv`: every report excluded at full text, with its reason.
pub(super) fn excluded(data: &ReportData) -> Result<Vec<u8>, ReportError> {
    let head = [
        "report",
        "reason",
        "reason_text",
        "lane",
        "citation",
        "title",
        "year",
        "doi",
        "pmid",
    ];
    let rows = data.excluded.iter().filter_map(|item| {
        let report = data.report(item.report)?;
        let c = &report.citation;
        Some(vec![
            report.id.to_string(),
            item.code.clone(),
            item.reason.clone(),
            match item.lane {
                crate::model::Lane::Main => "databases and registers",
                crate::model::Lane::Other => "other methods",
                crate::model::Lane::Baseline => "previous version",
            }
            .to_owned(),
            c.reference(),
            c.title.clone().unwrap_or_default(),
            year(c),
            c.doi.clone().unwrap_or_default(),
            c.pmid.clone().unwrap_or_default(),
        ])
    });
    table("excluded-full-text.csv", &head, rows)
}

/// `checklists.csv`: the reporting checklists.
pub(super) fn checklists(data: &ReportData) -> Result<Vec<u8>, ReportError> {
    let head = ["checklist", "item", "asks", "status", "place", "note"];
    let lists = super::checklist::checklists(data);
    let rows = lists.iter().flat_map(|list| {
        list.items.iter().map(|item| {
            [
                list.name,
                item.item,
                item.asks,
                item.status.words(),
                item.place,
                item.note.as_str(),
            ]
        })
    });
    table("checklists.csv", &head, rows)
}

/// `searches.json`: the search log.
pub(super) fn searches(data: &ReportData) -> Result<Vec<u8>, ReportError> {
    let runs: Vec<Value> = data.searches.iter().map(run).collect();
    let unsearched: Vec<Value> = data.unsearched.iter().map(source).collect();
    json(
        "searches.json",
        &json!({"runs": runs, "not_searched": unsearched}),
    )
}

fn source(facts: &SourceFacts) -> Value {
    json!({
        "name": facts.name,
        "kind": facts.kind,
        "platform": facts.platform,
        "note": facts.note,
    })
}

fn run(search: &Search) -> Value {
    let files = search.files.iter().map(|file| {
        json!({
            "role": file.role,
            "path": file.path,
            "sha256": file.digest,
            "parser": file.parser,
        })
    });
    json!({
        "run": search.run,
        "event": Some(search.seq).filter(|seq| seq.0 > 0),
        "at": search.at,
        "searched": search.day,
        "source": source(&search.source),
        "interface": search.interface,
        "query": search.query.as_ref().map(|q| json!({"path": q.path, "sha256": q.digest})),
        "strategy": search.strategy,
        "translation": search.translation,
        "warnings": search.warnings,
        "hits": search.hits,
        "declared": search.declared,
        "retrieved": search.retrieved,
        "difference_accepted": search.accepted,
        "not_fetched_again": search.skipped,
        "new": search.new,
        "revised": search.revised,
        "known": search.known,
        "problems": search.problems,
        "files": files.collect::<Vec<_>>(),
    })
}

/// A value as JSON that people can read, with a line end.
pub(super) fn json(
    name: &'static str,
    value: &impl serde::Serialize,
) -> Result<Vec<u8>, ReportError> {
    let mut bytes =
        serde_json::to_vec_pretty(value).map_err(|source| ReportError::Json { name, source })?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A table that was made elsewhere, its cells made harmless where one is not.
pub(super) fn harmless(name: &'static str, text: &str) -> Result<Vec<u8>, ReportError> {
    let error = |source| ReportError::Table { name, source };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let rows = reader
        .records()
        .collect::<Result<Vec<_>, _>>()
        .map_err(error)?;
    let runs = |cell: &str| crate::model::cell::guard(cell) != cell;
    if !rows.iter().flatten().any(runs) {
        return Ok(text.as_bytes().to_vec());
    }
    let cells = |row: &csv::StringRecord| row.iter().map(str::to_owned).collect::<Vec<_>>();
    table(name, &[], rows.iter().map(cells))
}

fn table<R>(
    name: &'static str,
    head: &[&str],
    rows: impl IntoIterator<Item = R>,
) -> Result<Vec<u8>, ReportError>
where
    R: IntoIterator<Item: AsRef<str>>,
{
    let error = |source| ReportError::Table { name, source };
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    if !head.is_empty() {
        writer.write_record(head).map_err(error)?;
    }
    for row in rows {
        for cell in row {
            let text = crate::model::cell::guard(cell.as_ref());
            let text = crate::model::visible::visible(&text);
            writer.write_field(text.as_bytes()).map_err(error)?;
        }
        writer.write_record(None::<&[u8]>).map_err(error)?;
    }
    writer
        .into_inner()
        .map_err(|source| error(csv::Error::from(source.into_error())))
}

fn year(citation: &Citation) -> String {
    citation
        .year
        .map(|year| year.to_string())
        .unwrap_or_default()
}
