//! Extracted cells as people entered them, and the analyses made of them.

use super::super::StoreError;
use super::{Reader, digest};
use crate::model::{Digest, EventSeq, PersonId, RecordId, StudyId};
use rusqlite::{OptionalExtension, Row};

/// What one person entered for one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellEntry {
    /// The number of the event that says so.
    pub seq: EventSeq,
    /// When the log took it: UTC with milliseconds.
    pub at: String,
    /// Who entered it.
    pub person: PersonId,
    /// The study whose value it is.
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
    /// The name of the analysis in the workflow.
    pub name: String,
    /// The specification, JSON.
    pub specification: String,
    /// Hash of its input.
    pub input: Digest,
    /// The number of the event that says so.
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
        self.cells_where("c.undone = 0", EventSeq(0))
    }

    /// Every entry that was in force at an event, in log order.
    pub fn cell_entries_at(&self, upto: EventSeq) -> Result<Vec<CellEntry>, StoreError> {
        self.cells_where("c.seq <= ?1 AND (c.undone = 0 OR c.undone > ?1)", upto)
    }

    /// Every entry that was ever made, also those taken back, in log order.
    pub fn cell_entries_ever(&self) -> Result<Vec<CellEntry>, StoreError> {
        self.cells_where("TRUE", EventSeq(0))
    }

    fn cells_where(self, which: &str, upto: EventSeq) -> Result<Vec<CellEntry>, StoreError> {
        let mut all = self.conn.prepare(&format!(
            "SELECT c.seq, c.at, c.person, c.study, coalesce(r.report, c.report), c.arm, c.outcome,
               c.population, c.grade, c.time, c.value, c.provenance, c.findings, c.reconciles
             FROM cell_entry c LEFT JOIN record r ON r.id = c.report
             WHERE {which} AND ?1 >= 0 ORDER BY c.seq"
        ))?;
        let rows = all.query_map([upto.0], entry)?;
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
    /// What a person last entered for a cell and is in force: value and provenance, JSON, and whether
    /// it settles.
    pub fn last_cell(
        &self,
        person: PersonId,
        study: StudyId,
        report: Option<RecordId>,
        address: [&String; 5],
    ) -> Result<Option<(String, String, bool)>, StoreError> {
        let [arm, outcome, population, grade, time] = address;
        Ok(self
            .conn
            .prepare_cached(
                "SELECT value, provenance, reconciles FROM cell_entry
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
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )
            .optional()?)
    }

    /// Who entered a value for a cell that is in force, settling entries aside.
    pub fn cell_people(
        &self,
        study: StudyId,
        report: Option<RecordId>,
        address: [&String; 5],
    ) -> Result<Vec<PersonId>, StoreError> {
        let [arm, outcome, population, grade, time] = address;
        let mut find = self.conn.prepare_cached(
            "SELECT DISTINCT person FROM cell_entry
             WHERE study = ?1 AND report IS ?2 AND arm = ?3 AND outcome = ?4 AND population = ?5
               AND grade = ?6 AND time = ?7 AND undone = 0 AND reconciles = 0 ORDER BY person",
        )?;
        let rows = find.query_map(
            rusqlite::params![
                study.0,
                report.map(|report| report.0),
                arm,
                outcome,
                population,
                grade,
                time
            ],
            |row| row.get(0).map(PersonId),
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The arms of a study as they were typed, in the order of their first entry.
    pub fn arms_of(&self, study: StudyId) -> Result<Vec<String>, StoreError> {
        let mut find = self.conn.prepare_cached(
            "SELECT arm FROM cell_entry WHERE study = ?1 AND undone = 0
             GROUP BY arm ORDER BY min(seq)",
        )?;
        let rows = find.query_map([study.0], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
