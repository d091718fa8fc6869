//! What a merge of two reports would change: studies, data cells, decisions.
//!
//! PRISMA 2020 counts studies and reports apart. Two included reports that become one are a report
//! less in the flow, and what two people read, extracted and appraised twice is suddenly of one
//! document; a person who merges should see that before it stands.

use crate::model::{Phase, Place, RecordId, StudyId};
use crate::store::flow::FlowBox;
use crate::store::{Reader, StoreError};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a merge changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The two reports.
    pub reports: [RecordId; 2],
    /// Why it is asked about.
    pub because: Vec<&'static str>,
    /// The one report that they become.
    pub becomes: RecordId,
    /// Included reports, before and after.
    pub included_reports: [u64; 2],
    /// Included studies, before and after.
    pub included_studies: [u64; 2],
    /// The studies of either report.
    pub studies: Vec<StudyChange>,
    /// Data cells that name either report; they name the one report afterwards.
    pub cells: Vec<Counted>,
    /// Decisions on either report, where they are settled; they stand on the one report afterwards.
    pub decisions: Vec<Counted>,
}

/// A study, and its reports before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StudyChange {
    /// The study that gains or loses the report.
    pub study: StudyId,
    /// What people call it.
    pub label: String,
    /// Its reports now.
    pub before: Vec<RecordId>,
    /// Its reports afterwards.
    pub after: Vec<RecordId>,
}

/// How many of something a report has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The report whose decisions are counted.
    pub report: RecordId,
    /// How many of them are in force.
    pub n: u64,
}

impl Change {
    /// What there is before two reports become one; nothing where nobody needs to be asked.
    pub(super) fn begin(
        reader: Reader<'_>,
        one: RecordId,
        other: RecordId,
    ) -> Result<Option<Self>, StoreError> {
        let mut because = Vec::new();
        let mut places = BTreeMap::new();
        for id in [one, other] {
            if let Some(row) = reader.report(id)? {
                places.insert(id, row.place);
            }
        }
        if places.len() == 2 && places.values().all(|place| *place == Place::Included) {
            because.push("both reports are included");
        }
        let (left, right) = (reader.studies_of(one)?, reader.studies_of(other)?);
        if !left.is_empty() && !right.is_empty() && left != right {
            because.push("they belong to different studies");
        }
        if because.is_empty() {
            return Ok(None);
        }
        let mut decisions = Vec::new();
        for (id, place) in &places {
            // Who may not see open votes is not told how many there are.
            if place.is_open() {
                continue;
            }
            let mut n = 0;
            for phase in Phase::ALL {
                n += reader.unblinded().votes_in_force(*id, *phase)?.len() as u64;
            }
            decisions.push(Counted { report: *id, n });
        }
        let entries = reader.cell_entries()?;
        let cells = [one, other].map(|report| {
            let named = entries.iter().filter(|cell| cell.report == Some(report));
            Counted {
                report,
                n: named.count() as u64,
            }
        });
        let mut studies = Vec::new();
        for found in reader.study_reports()? {
            if left.contains(&found.study.id) || right.contains(&found.study.id) {
                studies.push(StudyChange {
                    study: found.study.id,
                    label: found.study.label,
                    before: found.reports.iter().map(|(row, _)| row.id).collect(),
                    after: Vec::new(),
                });
            }
        }
        let reports = reader.count(&FlowBox::IncludedReports)?;
        let counted = reader.count(&FlowBox::IncludedStudies)?;
        Ok(Some(Self {
            reports: [one, other],
            because,
            becomes: one,
            included_reports: [reports, reports],
            included_studies: [counted, counted],
            studies,
            cells: cells.into_iter().filter(|cell| cell.n > 0).collect(),
            decisions,
        }))
    }

    /// The same with what there is once they are one.
    pub(super) fn end(mut self, reader: Reader<'_>, becomes: RecordId) -> Result<Self, StoreError> {
        self.becomes = becomes;
        self.included_reports[1] = reader.count(&FlowBox::IncludedReports)?;
        self.included_studies[1] = reader.count(&FlowBox::IncludedStudies)?;
        let now = reader.study_reports()?;
        for study in &mut self.studies {
            let found = now.iter().find(|found| found.study.id == study.study);
            study.after = found.map_or_else(Vec::new, |found| {
                found.reports.iter().map(|(row, _)| row.id).collect()
            });
        }
        Ok(self)
    }

    /// The changes as lines for people.
    pub fn lines(&self) -> Vec<String> {
        let list = |ids: &[RecordId]| {
            let names: Vec<String> = ids.iter().map(ToString::to_string).collect();
            if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            }
        };
        let counted = |all: &[Counted]| {
            let parts: Vec<String> = all
                .iter()
                .map(|one| format!("{} of {}", one.n, one.report))
                .collect();
            parts.join(", ")
        };
        let mut out = vec![
            format!(
                "included reports: {} now, {} afterwards",
                self.included_reports[0], self.included_reports[1]
            ),
            format!(
                "included studies: {} now, {} afterwards",
                self.included_studies[0], self.included_studies[1]
            ),
        ];
        for study in &self.studies {
            out.push(format!(
                "{} ({}): reports {} now, {} afterwards",
                study.study,
                study.label,
                list(&study.before),
                list(&study.after)
            ));
        }
        if !self.cells.is_empty() {
            out.push(format!(
                "data cells: {}; all of {} afterwards",
                counted(&self.cells),
                self.becomes
            ));
        }
        if !self.decisions.is_empty() {
            out.push(format!(
                "decisions: {}; all on {} afterwards",
                counted(&self.decisions),
                self.becomes
            ));
        }
        out
    }
}
