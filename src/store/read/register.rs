//! Everything about every report at once, for the register of a report: one question each, whatever
//! the number of records.

use super::super::StoreError;
use super::{Reader, VoteRow, digest, value};
use crate::model::{Digest, EventSeq, PersonId, RecordId, StudyId};
use std::collections::BTreeMap;

/// The last content of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastRevision {
    /// The bytes it was read from.
    pub archive: Digest,
    /// Number of the record in them.
    pub file_n: u64,
    /// How many contents the source gave.
    pub revisions: usize,
}

/// A record without what its content says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its number.
    pub id: RecordId,
    /// The source it came from.
    pub source: String,
    /// The id that the source gives, or the hash of its first content.
    pub key: String,
    /// The search run that found it.
    pub run: u64,
    /// The event that received it.
    pub seq: EventSeq,
    /// The report it belongs to.
    pub report: RecordId,
    /// Hash of its content in force.
    pub hash: Digest,
}

/// A join inside a report: earlier, later, rule, score.
pub type Join = (RecordId, RecordId, String, String);

impl Reader<'_> {
    /// Every record without what its content says, in order.
    pub fn found(&self) -> Result<Vec<Found>, StoreError> {
        let mut all = self
            .conn
            .prepare("SELECT id, source, key, run, seq, report, hash FROM record ORDER BY id")?;
        let mut rows = all.query([])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push(Found {
                id: RecordId(row.get(0)?),
                source: row.get(1)?,
                key: row.get(2)?,
                run: row.get(3)?,
                seq: EventSeq(row.get(4)?),
                report: RecordId(row.get(5)?),
                hash: digest(row.get_ref(6)?.as_str().map_err(rusqlite::Error::from)?)?,
            });
        }
        Ok(out)
    }

    /// Gives every content to `each` by its hash, as its JSON, in no order: a caller that wants a
    /// few fields of it need not build the record. One walk through the table: asked by hash, tens
    /// of thousands of contents are read in the order of chance.
    pub fn bodies(
        &self,
        mut each: impl FnMut(Digest, &str) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut all = self.conn.prepare("SELECT hash, body FROM content")?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let text = |n| row.get_ref(n)?.as_str().map_err(rusqlite::Error::from);
            each(digest(text(0)?)?, text(1)?)?;
        }
        Ok(())
    }

    /// The last content of every record.
    pub fn last_revisions(&self) -> Result<BTreeMap<RecordId, LastRevision>, StoreError> {
        let mut all = self
            .conn
            .prepare("SELECT record, archive, file_n FROM revision ORDER BY record, n")?;
        let mut rows = all.query([])?;
        let mut out: BTreeMap<RecordId, LastRevision> = BTreeMap::new();
        // Neighbours mostly come from one file.
        let mut last = (String::new(), Digest([0; 32]));
        while let Some(row) = rows.next()? {
            let text = row.get_ref(1)?.as_str().unwrap_or_default();
            if text != last.0 {
                last = (text.to_owned(), digest(text)?);
            }
            let (archive, file_n) = (last.1, row.get(2)?);
            let entry = out.entry(RecordId(row.get(0)?));
            let found = entry.or_insert(LastRevision {
                archive,
                file_n,
                revisions: 0,
            });
            found.archive = archive;
            found.file_n = file_n;
            found.revisions += 1;
        }
        Ok(out)
    }

    /// The joins inside each report, in log order.
    pub fn joins(&self) -> Result<BTreeMap<RecordId, Vec<Join>>, StoreError> {
        let mut all = self.conn.prepare(
            "SELECT x.report, j.a, j.b, j.rule, j.score FROM join_edge j
             JOIN record x ON x.id = j.a JOIN record y ON y.id = j.b
             WHERE x.report = y.report ORDER BY j.seq, j.ord",
        )?;
        let mut rows = all.query([])?;
        let mut out: BTreeMap<RecordId, Vec<Join>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let join = (
                RecordId(row.get(1)?),
                RecordId(row.get(2)?),
                row.get(3)?,
                row.get(4)?,
            );
            out.entry(RecordId(row.get(0)?)).or_default().push(join);
        }
        Ok(out)
    }

    /// The studies of each report that has one, in order.
    pub fn studies_by_report(&self) -> Result<BTreeMap<RecordId, Vec<StudyId>>, StoreError> {
        let mut all = self.conn.prepare(
            "SELECT DISTINCT r.report, l.study FROM study_link l JOIN record r ON r.id = l.report
             ORDER BY r.report, l.study",
        )?;
        let mut rows = all.query([])?;
        let mut out: BTreeMap<RecordId, Vec<StudyId>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let studies = out.entry(RecordId(row.get(0)?)).or_default();
            studies.push(StudyId(row.get(1)?));
        }
        Ok(out)
    }

    /// Every decision by the report it is on now, in log order, also those taken back.
    pub fn votes_by_report(&self) -> Result<BTreeMap<RecordId, Vec<VoteRow>>, StoreError> {
        let mut all = self.conn.prepare(
            "SELECT r.report, d.seq, d.at, d.phase, d.person, d.choice, d.reason, d.note, d.settles,
               d.undone, d.later, d.let_go > 0
             FROM decision d JOIN record r ON r.id = d.report ORDER BY d.seq",
        )?;
        let mut rows = all.query([])?;
        let mut out: BTreeMap<RecordId, Vec<VoteRow>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let vote = VoteRow {
                seq: EventSeq(row.get(1)?),
                at: row.get(2)?,
                phase: value(row.get_ref(3)?.as_str().unwrap_or_default())?,
                person: PersonId(row.get(4)?),
                choice: value(row.get_ref(5)?.as_str().unwrap_or_default())?,
                reason: row.get(6)?,
                note: row.get(7)?,
                settles: row.get(8)?,
                undone: row.get::<_, u64>(9)? > 0,
                later: row.get(10)?,
                let_go: row.get(11)?,
            };
            out.entry(RecordId(row.get(0)?)).or_default().push(vote);
        }
        Ok(out)
    }
}
