//! Extracted cells as people entered them, and the analyses made of them.

use super::super::StoreError;
use super::{Reader, digest};
use crate::model::{Digest, EventSeq, PersonId, RecordId, StudyId};
use rusqlite::{OptionalExtension, Row};

/// What one person entered for one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellEntry {
    /// The event.
    pub seq: EventSeq,
    /// When.
    pub at: String,
    /// Who.
    pub person: PersonId,
    /// The study.
    pub study: StudyId,
    /// The report that says it, as it was named then.
    pub report: Option<RecordId>,
    /// Arm, outcome, population, grade, time.
    pub address: [String; 5],
    /// The value, JSON.
    pub value: String,
    /// Its provenance, JSON.
    pub provenance: String,
    /// Warnings that stay with the cell, a JSON list.
    pub findings: String,
    /// Whether it settles what others entered.
    pub reconciles: bool,
}

/// An analysis that the log specifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecifiedAnalysis {
    /// Its name.
    pub name: String,
    /// The specification, JSON.
    pub specification: String,
    /// Hash of its input.
    pub input: Digest,
    /// The event.
    pub seq: EventSeq,
}

fn entry(row: &Row<'_>) -> rusqlite::Result<CellEntry> {
    Ok(CellEntry {
        seq: EventSeq(row.get(0)?),
        at: row.get(1)?,
        person: PersonId(row.get(2)?),
        study: StudyId(row.get(3)?),
        report: row.get::<_, Option<u32>>(4)?.map(RecordId),
        address: [
            row.get(5)?,
            row.get(6)?,
            row.get(7)?,
            row.get(8)?,
            row.get(9)?,
        ],
        value: row.get(10)?,
        provenance: row.get(11)?,
        findings: row.get(12)?,
        reconciles: row.get(13)?,
    })
}

impl Reader<'_> {
    /// Every entry in force, in log order; the report is the one its record belongs to now.
    pub fn cell_entries(&self) -> Result<Vec<CellEntry>, StoreError> {
        let mut all = self.conn.prepare(
            "SELECT c.seq, c.at, c.person, c.study, coalesce(r.report, c.report), c.arm, c.outcome,
               c.population, c.grade, c.time, c.value, c.provenance, c.findings, c.reconciles
             FROM cell_entry c LEFT JOIN record r ON r.id = c.report
             WHERE c.undone = 0 ORDER BY c.seq",
        )?;
        let rows = all.query_map([], entry)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The specification of an analysis that is in the log.
    pub fn specified(&self, name: &str) -> Result<Option<SpecifiedAnalysis>, StoreError> {
        let found: Option<(String, String, u64)> = self
            .conn
            .prepare_cached("SELECT specification, input, seq FROM analysis WHERE name = ?1")?
            .query_row([name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()?;
        found
            .map(|(specification, input, seq)| {
                Ok(SpecifiedAnalysis {
                    name: name.to_owned(),
                    specification,
                    input: digest(&input)?,
                    seq: EventSeq(seq),
                })
            })
            .transpose()
    }
}

impl Reader<'_> {
    /// What a person last entered for a cell and is in force: value and provenance, JSON.
    pub fn last_cell(
        &self,
        person: PersonId,
        study: StudyId,
        report: Option<RecordId>,
        address: [&String; 5],
    ) -> Result<Option<(String, String)>, StoreError> {
        let [arm, outcome, population, grade, time] = address;
        Ok(self
            .conn
            .prepare_cached(
                "SELECT value, provenance FROM cell_entry
                 WHERE study = ?1 AND person = ?2 AND report IS ?3 AND arm = ?4 AND outcome = ?5
                   AND population = ?6 AND grade = ?7 AND time = ?8 AND undone = 0
                 ORDER BY seq DESC LIMIT 1",
            )?
            .query_row(
                rusqlite::params![
                    study.0,
                    person.0,
                    report.map(|report| report.0),
                    arm,
                    outcome,
                    population,
                    grade,
                    time
                ],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?)
    }
}
