//! Extracted cells and the analyses made of them.

use super::super::StoreError;
use crate::ledger::{Actor, Body, Event};
use crate::model::EventSeq;
use rusqlite::{Connection, params};

pub(super) fn enter(conn: &Connection, event: &Event, body: &Body) -> Result<(), StoreError> {
    let Body::CellExtracted {
        study,
        report,
        arm,
        outcome,
        population,
        grade,
        time,
        value,
        provenance,
        findings,
        reconciles,
        made,
        ..
    } = body
    else {
        return Ok(());
    };
    let Ok(Actor::Person(person)) = event.actor() else {
        return Err(StoreError::Projection {
            seq: event.seq.0,
            reason: "an extraction needs a person".into(),
        });
    };
    conn.prepare_cached(
        "INSERT INTO cell_entry (seq, study, report, arm, outcome, population, grade, time, value,
           provenance, findings, person, at, reconciles, undone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, 0)",
    )?
    .execute(params![
        event.seq.0,
        study.0,
        report.map(|report| report.0),
        arm,
        outcome,
        population,
        grade,
        time,
        value.to_string(),
        provenance.to_string(),
        serde_json::Value::from(findings.clone()).to_string(),
        person.0,
        made.as_ref().unwrap_or(&event.at),
        reconciles,
    ])?;
    Ok(())
}

pub(super) fn specify(conn: &Connection, seq: EventSeq, body: &Body) -> Result<(), StoreError> {
    let Body::AnalysisSpecified {
        analysis,
        specification,
        input,
        studies,
    } = body
    else {
        return Ok(());
    };
    let studies: Vec<String> = studies.iter().map(ToString::to_string).collect();
    conn.execute(
        "INSERT OR REPLACE INTO analysis (name, specification, input, studies, seq)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            analysis,
            specification.to_string(),
            input.to_string(),
            studies.join(" "),
            seq.0
        ],
    )?;
    Ok(())
}
