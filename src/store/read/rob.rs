//! What people answered and judged on the risk of bias, as the log has it.

use super::super::StoreError;
use super::Reader;
use crate::model::{EventSeq, PersonId, StudyId};

/// One answer to a signalling question, or one judgement of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobEntry {
    /// The event.
    pub seq: EventSeq,
    /// The study.
    pub study: StudyId,
    /// Outcome, comparison, population, time and effect of interest of the result.
    pub address: [String; 5],
    /// The number of a question, or a domain.
    pub item: String,
    /// The answer, or the judgement.
    pub value: String,
    /// Note, quote and page; of a judgement its reason stands as the note.
    pub texts: [Option<String>; 3],
    /// Who.
    pub person: PersonId,
    /// When: UTC with milliseconds.
    pub at: String,
    /// Whether it settles what others answered.
    pub reconciles: bool,
    /// Whether it was taken back.
    pub undone: bool,
}

impl Reader<'_> {
    /// Every answer and judgement in log order, also those taken back.
    pub fn rob_entries(&self) -> Result<Vec<RobEntry>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT seq, study, outcome, comparison, population, time, effect, item, value, note, quote,
               page, person, at, reconciles, undone FROM rob_entry ORDER BY seq",
        )?;
        let mut rows = all.query([])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push(RobEntry {
                seq: EventSeq(row.get(0)?),
                study: StudyId(row.get(1)?),
                address: [
                    row.get(2)?,
                    row.get(3)?,
                    row.get(4)?,
                    row.get(5)?,
                    row.get(6)?,
                ],
                item: row.get(7)?,
                value: row.get(8)?,
                texts: [row.get(9)?, row.get(10)?, row.get(11)?],
                person: PersonId(row.get(12)?),
                at: row.get(13)?,
                reconciles: row.get(14)?,
                undone: row.get::<_, u64>(15)? > 0,
            });
        }
        Ok(out)
    }
}
