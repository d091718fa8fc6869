//! Full texts and supplements of reports, as the log has them.

use super::super::StoreError;
use super::{Reader, value};
use crate::model::{Digest, EventSeq, PersonId, RecordId};
use rusqlite::{Params, Row};

/// A file of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentRow {
    /// The event that added it.
    pub seq: EventSeq,
    /// The report, by the id it has now.
    pub report: RecordId,
    /// SHA-256 of the bytes.
    pub digest: Digest,
    /// What it is called, without a folder.
    pub name: String,
    /// The word of its type: `pdf`, `docx` …
    pub kind: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// Who added it; absent where the program did.
    pub person: Option<PersonId>,
    /// When: UTC with milliseconds.
    pub at: String,
    /// Why it was removed; absent while it is there.
    pub removed: Option<String>,
}

const ATTACHMENT: &str =
    "SELECT a.seq, r.report, a.digest, a.name, a.type, a.bytes, a.person, a.at,
    CASE WHEN a.removed > 0 THEN coalesce(a.reason, '') END
    FROM attachment a JOIN record r ON r.id = a.report";

fn row(row: &Row<'_>) -> rusqlite::Result<(AttachmentRow, String)> {
    let digest: String = row.get(2)?;
    let out = AttachmentRow {
        seq: EventSeq(row.get(0)?),
        report: RecordId(row.get(1)?),
        digest: Digest([0; 32]),
        name: row.get(3)?,
        kind: row.get(4)?,
        bytes: row.get(5)?,
        person: row.get::<_, Option<u32>>(6)?.map(PersonId),
        at: row.get(7)?,
        removed: row.get(8)?,
    };
    Ok((out, digest))
}

impl Reader<'_> {
    /// The files of a report in the order in which they came, also those that were removed.
    pub fn attachments(&self, report: RecordId) -> Result<Vec<AttachmentRow>, StoreError> {
        self.attachments_where("WHERE r.report = ?1", [report.0])
    }

    /// Every file that is attached now, by report.
    pub fn all_attachments(&self) -> Result<Vec<AttachmentRow>, StoreError> {
        self.attachments_where("WHERE a.removed = 0", [])
    }

    /// Where these bytes are attached now.
    pub fn attached(&self, digest: Digest) -> Result<Vec<AttachmentRow>, StoreError> {
        let is = "WHERE a.removed = 0 AND a.digest = ?1";
        self.attachments_where(is, [digest.to_string()])
    }

    fn attachments_where(
        self,
        is: &str,
        values: impl Params,
    ) -> Result<Vec<AttachmentRow>, StoreError> {
        let mut all = self
            .conn
            .prepare_cached(&format!("{ATTACHMENT} {is} ORDER BY r.report, a.seq"))?;
        let rows = all.query_map(values, row)?;
        rows.map(|row| {
            let (mut out, digest) = row?;
            out.digest = value(&digest)?;
            Ok(out)
        })
        .collect()
    }
}
