//! Studies and their reports.

use super::super::StoreError;
use super::{Reader, ReportRow};
use crate::model::{EventSeq, RecordId, StudyId};
use rusqlite::OptionalExtension;

/// A study, whether or not it has reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyRow {
    /// The number that it keeps for ever.
    pub id: StudyId,
    /// What people call it.
    pub label: String,
    /// Its registry numbers, sorted.
    pub registry: Vec<String>,
}

/// A study with its reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyReport {
    /// The study itself.
    pub study: StudyRow,
    /// Its reports, in order, with the basis of each link.
    pub reports: Vec<(ReportRow, String)>,
}

impl Reader<'_> {
    /// Every study that has a report, in order. One whose reports all moved elsewhere keeps its
    /// number in the log, and is none of the review any more.
    pub fn studies(&self) -> Result<Vec<StudyRow>, StoreError> {
        let mut all = self.conn.prepare(
            "SELECT id, label FROM study
                 WHERE EXISTS (SELECT 1 FROM study_link l WHERE l.study = study.id) ORDER BY id",
        )?;
        let rows = all
            .query_map([], |row| {
                Ok((row.get::<_, u32>(0)?, row.get::<_, String>(1)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        rows.into_iter()
            .map(|(id, label)| {
                Ok(StudyRow {
                    id: StudyId(id),
                    label,
                    registry: self.study_registry(StudyId(id))?,
                })
            })
            .collect()
    }

    fn study_registry(self, study: StudyId) -> Result<Vec<String>, StoreError> {
        let mut find = self.conn.prepare_cached(
            "SELECT registry FROM study_registry WHERE study = ?1 ORDER BY registry",
        )?;
        let rows = find.query_map([study.0], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every study with its reports.
    pub fn study_reports(&self) -> Result<Vec<StudyReport>, StoreError> {
        self.studies()?
            .into_iter()
            .map(|study| {
                let mut reports = Vec::new();
                for (id, basis) in self.links_of(study.id)? {
                    if let Some(report) = self.report(id)? {
                        reports.push((report, basis));
                    }
                }
                Ok(StudyReport { study, reports })
            })
            .collect()
    }

    fn links_of(self, study: StudyId) -> Result<Vec<(RecordId, String)>, StoreError> {
        let mut find = self.conn.prepare_cached(
            "SELECT r.report, min(l.basis) FROM study_link l JOIN record r ON r.id = l.report
             WHERE l.study = ?1 GROUP BY r.report ORDER BY r.report",
        )?;
        let rows = find.query_map([study.0], |row| Ok((RecordId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The studies a report belongs to, in order.
    pub fn studies_of(&self, report: RecordId) -> Result<Vec<StudyId>, StoreError> {
        let mut find = self.conn.prepare_cached(
            "SELECT DISTINCT l.study FROM study_link l JOIN record r ON r.id = l.report
             WHERE r.report = ?1 ORDER BY l.study",
        )?;
        let rows = find.query_map([report.0], |row| row.get(0).map(StudyId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The study with this registry number.
    pub fn study_by_registry(&self, number: &str) -> Result<Option<StudyId>, StoreError> {
        let mut find = self.conn.prepare_cached(
            "SELECT study FROM study_registry WHERE registry = ?1 ORDER BY study LIMIT 1",
        )?;
        Ok(find
            .query_row([number], |row| row.get(0).map(StudyId))
            .optional()?)
    }

    /// The study that people call `label`, in any letter case.
    pub fn study_by_label(&self, label: &str) -> Result<Option<StudyId>, StoreError> {
        let wanted = label.trim().to_lowercase();
        let found = self.studies()?;
        let found = found.into_iter().find(|s| s.label.to_lowercase() == wanted);
        Ok(found.map(|study| study.id))
    }

    /// Studies that included reports cover beyond their first.
    pub fn further_studies(&self) -> Result<u64, StoreError> {
        Ok(self.conn.query_row(
            "SELECT count(*) - count(DISTINCT report) FROM (
               SELECT DISTINCT r.report AS report, l.study FROM study_link l
               JOIN record r ON r.id = l.report JOIN report p ON p.id = r.report
               WHERE p.place = 'included')",
            [],
            |row| row.get(0),
        )?)
    }
}

impl Reader<'_> {
    /// The links of a study: report as it is now, event, basis.
    pub fn study_links(
        &self,
        study: StudyId,
    ) -> Result<Vec<(RecordId, EventSeq, String)>, StoreError> {
        let mut find = self.conn.prepare_cached(
            "SELECT r.report, l.seq, l.basis FROM study_link l JOIN record r ON r.id = l.report
             WHERE l.study = ?1 ORDER BY l.seq",
        )?;
        let rows = find.query_map([study.0], |row| {
            Ok((RecordId(row.get(0)?), EventSeq(row.get(1)?), row.get(2)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The event that made a study.
    pub fn study_made(&self, study: StudyId) -> Result<Option<EventSeq>, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT seq FROM study WHERE id = ?1")?
            .query_row([study.0], |row| row.get(0).map(EventSeq))
            .optional()?)
    }
}
