//! Everybody's votes, also on reports that are not settled: for the rules that decide, and for a lead
//! whose looking is an event. A reviewer sees the screening through [`crate::screen::ReviewerView`], which has no
//! such handle to give.

use super::super::StoreError;
use super::{Cast, Reader, VoteRow, value};
use crate::model::{EventSeq, PersonId, Phase, Place, RecordId};
use std::collections::BTreeMap;

/// A reader without blindfold. Only the crate makes one, and a test names the files
/// that may.
#[derive(Debug, Clone, Copy)]
pub struct Unblinded<'a> {
    reader: Reader<'a>,
}

impl<'a> Reader<'a> {
    /// A handle that reads everybody's votes.
    pub(crate) fn unblinded(self) -> Unblinded<'a> {
        Unblinded { reader: self }
    }

    /// What a person decided on a report in one phase, as they know it: their last vote that they did
    /// not take back, whether it is in the set of votes that counts or came later.
    pub fn own_vote(
        &self,
        report: RecordId,
        phase: Phase,
        person: PersonId,
    ) -> Result<Option<VoteRow>, StoreError> {
        let own = |vote: &VoteRow| {
            vote.phase == phase
                && vote.person == person
                && !vote.settles
                && !vote.undone
                && !vote.let_go
        };
        let all = Unblinded { reader: *self }.votes(report)?;
        Ok(all.into_iter().rfind(own))
    }
}

impl Unblinded<'_> {
    /// Every decision on a report, in log order, also those taken back.
    pub fn votes(&self, report: RecordId) -> Result<Vec<VoteRow>, StoreError> {
        let mut all = self.reader.conn.prepare_cached(
            "SELECT d.seq, d.at, d.phase, d.person, d.choice, d.reason, d.note, d.settles, d.undone,
               d.later, d.let_go > 0, d.round
             FROM decision d JOIN record r ON r.id = d.report WHERE r.report = ?1 ORDER BY d.seq",
        )?;
        let mut rows = all.query([report.0])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.push(VoteRow {
                seq: EventSeq(row.get(0)?),
                at: row.get(1)?,
                phase: value(&row.get::<_, String>(2)?)?,
                person: PersonId(row.get(3)?),
                choice: value(&row.get::<_, String>(4)?)?,
                reason: row.get(5)?,
                note: row.get(6)?,
                settles: row.get(7)?,
                undone: row.get::<_, u64>(8)? > 0,
                later: row.get(9)?,
                let_go: row.get(10)?,
                round: row.get(11)?,
            });
        }
        Ok(out)
    }

    /// The decisions in force in one phase: at most one per person, the last; without what came when
    /// the set of votes was complete.
    pub fn votes_in_force(
        &self,
        report: RecordId,
        phase: Phase,
    ) -> Result<Vec<VoteRow>, StoreError> {
        let mut out: Vec<VoteRow> = Vec::new();
        for vote in self.votes(report)? {
            if vote.phase == phase && vote.counts() {
                out.retain(|v| v.person != vote.person || v.settles != vote.settles);
                out.push(vote);
            }
        }
        Ok(out)
    }

    /// Every decision by the report it is on now, in log order, also those taken back.
    pub fn votes_by_report(&self) -> Result<BTreeMap<RecordId, Vec<VoteRow>>, StoreError> {
        let mut all = self.reader.conn.prepare(
            "SELECT r.report, d.seq, d.at, d.phase, d.person, d.choice, d.reason, d.note, d.settles,
               d.undone, d.later, d.let_go > 0, d.round
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
                round: row.get(12)?,
            };
            out.entry(RecordId(row.get(0)?)).or_default().push(vote);
        }
        Ok(out)
    }

    /// Every report at some places: where it is, and who has voted on it in a phase; with `let_go` also
    /// those who took their vote back when the set of votes was complete.
    pub fn cast_at(
        &self,
        places: &[Place],
        phase: Phase,
        let_go: bool,
    ) -> Result<Vec<Cast>, StoreError> {
        let mut find = self.reader.conn.prepare_cached(
            "SELECT p.id, d.person, d.required FROM report p JOIN record r ON r.report = p.id
             LEFT JOIN decision d ON d.report = r.id AND d.phase = ?2 AND d.undone = 0
                                 AND (d.let_go = 0 OR ?3) AND d.settles = 0
             WHERE p.place = ?1 ORDER BY p.id, d.seq",
        )?;
        let mut out: Vec<Cast> = Vec::new();
        for place in places {
            let mut rows = find.query((place.as_str(), phase.as_str(), let_go))?;
            let mut last = None;
            while let Some(row) = rows.next()? {
                let report: u32 = row.get(0)?;
                if last != Some(report) {
                    out.push(Cast {
                        place: *place,
                        people: Vec::new(),
                        required: 0,
                    });
                    last = Some(report);
                }
                let (person, required): (Option<u32>, Option<u8>) = (row.get(1)?, row.get(2)?);
                let Some(cast) = out.last_mut() else { continue };
                cast.required = required.unwrap_or(cast.required);
                if let Some(person) = person.map(PersonId)
                    && !cast.people.contains(&person)
                {
                    cast.people.push(person);
                }
            }
        }
        Ok(out)
    }
}
