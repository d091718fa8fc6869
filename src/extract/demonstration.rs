//! The demonstration's own trial data and workflow, for tests.

use super::{Cell, Context, ReportDate, Severity, StudyReports, check_cell, check_study, exchange};
use crate::workflow::Workflow;
use std::path::Path;

fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

pub(super) fn workflow() -> Workflow {
    Workflow::load(&file("workflow.toml"), "workflow.toml").unwrap()
}

pub(super) fn cells() -> Vec<Cell> {
    let path = "db/example/001/extraction.csv";
    let lines = exchange::read(path, file(path).as_bytes()).unwrap();
    lines.into_iter().map(|line| line.entry.cell).collect()
}

/// The studies in the order of the file, with the years of their reports.
pub(super) fn studies() -> Vec<StudyReports> {
    let facts = file("db/example/facts/records.csv");
    let mut reader = csv::Reader::from_reader(facts.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name| header.iter().position(|column| column == name).unwrap();
    let (id, pmid, doi, year) = (at("rec_id"), at("pmid"), at("doi"), at("year"));
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let date = |report: &str| {
        let row = rows.iter().find(|row| {
            let lepus = report == "Reference lists:ref-001" && &row[id] == "cd38-006";
            lepus || &row[pmid] == report || &row[doi] == report
        });
        row.unwrap_or_else(|| panic!("{report}"))[year].to_owned()
    };
    let mut out: Vec<StudyReports> = Vec::new();
    for cell in cells() {
        let key = cell.key;
        if !out.iter().any(|study| study.study == key.study) {
            let reports = Vec::new();
            let study = key.study.clone();
            out.push(StudyReports { study, reports });
        }
        let study = out.iter_mut().find(|one| one.study == key.study).unwrap();
        if !key.report.is_empty() && study.reports.iter().all(|one| one.report != key.report) {
            study.reports.push(ReportDate {
                date: date(&key.report),
                report: key.report,
            });
        }
    }
    out
}

#[test]
fn the_trial_data_of_the_demonstration_pass_the_checks_but_for_what_they_are_known_for() {
    let workflow = workflow();
    let context = Context {
        outcomes: &workflow.outcomes,
        intervention_drugs: &workflow.extraction.intervention_drugs,
    };
    let cells = cells();
    let mut found: Vec<String> = Vec::new();
    for cell in &cells {
        for finding in check_cell(cell, &context) {
            assert_eq!(finding.severity(), Severity::Warn, "{finding:?}");
            found.push(format!("{} {}", cell.key, finding.message));
        }
    }
    for study in studies() {
        let own = cells.iter().filter(|cell| cell.key.study == study.study);
        let own: Vec<Cell> = own.cloned().collect();
        let here = check_study(&own, &context);
        found.extend(here.into_iter().map(|finding| finding.message));
    }
    assert_eq!(
        found,
        [
            "NCT02990338, 31735560: Isa-Pd, febrile-neutropenia, safety, 3-4 no count of 152 \
             gives 12.3 %: 18 is 11.8 %, 19 is 12.5 %",
            "the control arm isatuximab is given isatuximab, which the review is about",
        ]
    );
}

#[test]
fn the_file_of_the_demonstration_is_written_as_it_was_read() {
    let path = "db/example/001/extraction.csv";
    let text = file(path);
    let lines = exchange::read(path, text.as_bytes()).unwrap();
    let entries: Vec<_> = lines.iter().map(|line| line.entry.clone()).collect();
    assert_eq!(exchange::write(&entries), text);
    assert_eq!(entries.len(), 337);
    let study = |code: &str| {
        entries
            .iter()
            .filter(|e| e.cell.key.outcome == code)
            .count()
    };
    assert_eq!(
        (study("author"), study("role"), study("randomised")),
        (8, 16, 16)
    );
}
