//! Disagreements that were given back to those who voted.

use super::super::StoreError;
use super::{Reader, VoteRow, value};
use crate::model::{EventSeq, PersonId, Phase, RecordId};
use std::collections::BTreeSet;

/// A disagreement that was given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discussion {
    /// The number of the event that says so.
    pub seq: EventSeq,
    /// The report, by the id it has now.
    pub report: RecordId,
    /// In which phase.
    pub phase: Phase,
    /// Those whose votes disagreed.
    pub people: BTreeSet<PersonId>,
    /// What they are asked.
    pub note: Option<String>,
    /// Who gave it back.
    pub person: PersonId,
    /// When: UTC with milliseconds.
    pub at: String,
    /// Whether it was taken back.
    pub undone: bool,
}

impl Discussion {
    /// Whether a person has voted once more, by the votes on the report.
    pub fn has_spoken(&self, person: PersonId, votes: &[VoteRow]) -> bool {
        let of_it =
            |vote: &VoteRow| vote.round == self.seq.0 && vote.person == person && vote.counts();
        votes.iter().any(of_it)
    }

    /// Whether somebody has not voted once more.
    pub fn is_open(&self, votes: &[VoteRow]) -> bool {
        let mut people = self.people.iter();
        people.any(|person| !self.has_spoken(*person, votes))
    }
}

/// Reads the numbers of people as the table has them.
pub(in crate::store) fn numbers(text: &str) -> Result<BTreeSet<PersonId>, StoreError> {
    let read = |word: &str| {
        let number = word.parse().map(PersonId);
        number.map_err(|_| StoreError::Value(format!("`{word}` is no number of a person")))
    };
    text.split_whitespace().map(read).collect()
}

impl Reader<'_> {
    /// The discussions on a report in log order, also those taken back.
    pub fn discussions(&self, report: RecordId) -> Result<Vec<Discussion>, StoreError> {
        self.discussions_where("WHERE r.report = ?1", [report.0])
    }

    /// The last discussion of every report that is in conflict, by phase.
    pub fn discussed(&self) -> Result<Vec<Discussion>, StoreError> {
        let in_conflict = "JOIN report p ON p.id = r.report WHERE d.undone = 0 AND
            ((p.place = 'title-conflict' AND d.phase = 'title-abstract') OR
             (p.place = 'fulltext-conflict' AND d.phase = 'full-text'))";
        let all = self.discussions_where(in_conflict, [])?;
        let mut out: Vec<Discussion> = Vec::new();
        for one in all {
            out.retain(|known| known.report != one.report);
            out.push(one);
        }
        Ok(out)
    }

    fn discussions_where(
        self,
        is: &str,
        values: impl rusqlite::Params,
    ) -> Result<Vec<Discussion>, StoreError> {
        let mut all = self.conn.prepare_cached(&format!(
            "SELECT d.seq, r.report, d.phase, d.people, d.note, d.person, d.at, d.undone
             FROM discussion d JOIN record r ON r.id = d.report {is} ORDER BY d.seq"
        ))?;
        let mut rows = all.query(values)?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push(Discussion {
                seq: EventSeq(row.get(0)?),
                report: RecordId(row.get(1)?),
                phase: value(&row.get::<_, String>(2)?)?,
                people: numbers(&row.get::<_, String>(3)?)?,
                note: row.get(4)?,
                person: PersonId(row.get(5)?),
                at: row.get(6)?,
                undone: row.get::<_, u64>(7)? > 0,
            });
        }
        Ok(out)
    }
}
