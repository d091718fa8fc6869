//! What people corrected of records.

use super::super::StoreError;
use super::Reader;
use crate::model::correction::Field;
use crate::model::{EventSeq, RecordId};

/// What a person said of a field of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// The event that says it.
    pub seq: EventSeq,
    /// The record.
    pub record: RecordId,
    /// The field that is corrected.
    pub field: Field,
    /// What it is; empty where there is none.
    pub value: String,
    /// Why, in the person's words.
    pub why: String,
    /// Who said it, as the log has it.
    pub actor: String,
    /// When.
    pub at: String,
}

impl Reader<'_> {
    /// The corrections of a record that were not taken back, in order; of each field the last holds.
    pub fn corrections(&self, record: RecordId) -> Result<Vec<Correction>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT seq, field, value, why, person, at FROM correction
             WHERE record = ?1 AND undone = 0 ORDER BY seq",
        )?;
        let mut rows = all.query([record.0])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            let field: String = row.get(1)?;
            out.push(Correction {
                seq: EventSeq(row.get(0)?),
                record,
                field: Field::parse(&field)
                    .map_err(|error| StoreError::Value(error.to_string()))?,
                value: row.get(2)?,
                why: row.get(3)?,
                actor: row.get(4)?,
                at: row.get(5)?,
            });
        }
        Ok(out)
    }
}
