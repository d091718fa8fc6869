//! Questions about many members at once, for pages and counts over tens of thousands of records.

use super::super::StoreError;
use super::super::flow::Unit;
use super::Reader;
use crate::model::{Digest, EventSeq, PersonId, Phase, Place};
use rusqlite::OptionalExtension;
use rusqlite::types::ValueRef;
use std::collections::BTreeSet;

/// The events behind each member, in order, and the files behind all of them together.
#[derive(Debug, Default)]
pub struct Behind {
    /// In the order of the members that were asked for.
    pub events: Vec<Vec<EventSeq>>,
    /// The archived files.
    pub files: BTreeSet<Digest>,
    /// Where a number stands among the members, from 1; 0 for those not asked for.
    place: Vec<u32>,
}

impl Behind {
    fn of(members: &[u32]) -> Self {
        let highest = members.iter().max().copied().unwrap_or(0);
        let mut place = vec![0; usize::try_from(highest).unwrap_or(0) + 1];
        for (member, n) in members.iter().zip(1..) {
            if let Some(own) = usize::try_from(*member).ok().and_then(|m| place.get_mut(m)) {
                *own = n;
            }
        }
        Self {
            events: vec![Vec::new(); members.len()],
            files: BTreeSet::new(),
            place,
        }
    }

    /// Notes a file's digest, where there is one; neighbours mostly come from one file.
    fn note(&mut self, file: ValueRef<'_>, last: &mut String) -> Result<(), StoreError> {
        if let Some(text) = file.as_str_or_null().ok().flatten()
            && text != last
        {
            text.clone_into(last);
            self.files.insert(super::digest(text)?);
        }
        Ok(())
    }

    fn events_of(&mut self, id: u32) -> Option<&mut Vec<EventSeq>> {
        let place = *self.place.get(usize::try_from(id).ok()?)?;
        let at = usize::try_from(place).ok()?.checked_sub(1)?;
        self.events.get_mut(at)
    }
}

/// Who has voted on a report in a phase, settling votes aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cast {
    /// Where the report is.
    pub place: Place,
    /// Who has voted.
    pub people: Vec<PersonId>,
    /// How many people were required when the last of them voted; 0 where nobody has.
    pub required: u8,
}

impl Reader<'_> {
    /// The time of an event.
    pub fn event_at(&self, seq: EventSeq) -> Result<Option<String>, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT at FROM event WHERE seq = ?1")?
            .query_row([seq.0], |row| row.get(0))
            .optional()?)
    }

    /// The first line of the next record of an archived file after a line, as far as records of it
    /// are in force or were.
    pub fn line_after(&self, archive: Digest, line: u64) -> Result<Option<u64>, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT min(line) FROM revision WHERE archive = ?1 AND line > ?2")?
            .query_row(rusqlite::params![archive.to_string(), line], |row| {
                row.get(0)
            })?)
    }

    /// The last event of a kind: its number and time.
    pub fn last_of_kind(&self, kind: &str) -> Result<Option<(EventSeq, String)>, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT seq, at FROM event WHERE kind = ?1 ORDER BY seq DESC LIMIT 1")?
            .query_row([kind], |row| Ok((EventSeq(row.get(0)?), row.get(1)?)))
            .optional()?)
    }

    /// How many records were received after an event.
    pub fn new_after(&self, seq: EventSeq) -> Result<u64, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT count(*) FROM record WHERE seq > ?1")?
            .query_row([seq.0], |row| row.get(0))?)
    }

    /// By the day on which records were received: how many, and how many stand for an included
    /// report.
    pub fn received_by_day(&self) -> Result<Vec<(String, u64, u64)>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT substr(e.at, 1, 10) AS day, count(*),
                    sum(EXISTS (SELECT 1 FROM report p WHERE p.id = r.id AND p.place = 'included'))
             FROM record r JOIN event e ON e.seq = r.seq GROUP BY day ORDER BY day",
        )?;
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every report at some places: where it is, and who has voted on it in a phase; with `let_go` also
    /// those who took their vote back when the set of votes was complete.
    pub fn cast_at(
        &self,
        places: &[Place],
        phase: Phase,
        let_go: bool,
    ) -> Result<Vec<Cast>, StoreError> {
        let mut find = self.conn.prepare_cached(
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

    /// The events and files behind records, or behind reports as far as their votes may be told: a
    /// phase is told of a report that is not open in it.
    pub fn behind(&self, unit: Unit, members: &[u32]) -> Result<Behind, StoreError> {
        let mut out = Behind::of(members);
        // Which report a record belongs to is read once, not for every event of it.
        let reports = match unit {
            Unit::Record => Vec::new(),
            Unit::Report | Unit::Study => self.by_number("SELECT id, report FROM record")?,
        };
        let of = |id: u32| match unit {
            Unit::Record => id,
            Unit::Report | Unit::Study => at(&reports, id),
        };
        self.add(&mut out, of, "SELECT record, seq, archive FROM revision")?;
        if unit == Unit::Report {
            self.add(
                &mut out,
                |report| report,
                "SELECT x.report, j.seq, NULL FROM join_edge j JOIN record x ON x.id = j.a
                 JOIN record y ON y.id = j.b WHERE x.report = y.report",
            )?;
            for sql in [
                "SELECT a, seq, NULL FROM verdict WHERE undone = 0",
                "SELECT b, seq, NULL FROM verdict WHERE undone = 0",
                "SELECT report, seq, NULL FROM study_link",
            ] {
                self.add(&mut out, of, sql)?;
            }
            self.add(
                &mut out,
                |report| report,
                "SELECT report, seq, NULL FROM removal",
            )?;
            self.add_votes(&mut out, of)?;
        }
        for events in &mut out.events {
            events.sort_unstable();
            events.dedup();
        }
        Ok(out)
    }

    /// A number for each number: the list's place is the first.
    fn by_number(self, sql: &str) -> Result<Vec<u32>, StoreError> {
        let mut all = self.conn.prepare_cached(sql)?;
        let mut rows = all.query([])?;
        let mut out: Vec<u32> = Vec::new();
        while let Some(row) = rows.next()? {
            let id = usize::try_from(row.get::<_, u32>(0)?).unwrap_or(0);
            if out.len() <= id {
                out.resize(id + 1, 0);
            }
            if let Some(place) = out.get_mut(id) {
                *place = row.get(1)?;
            }
        }
        Ok(out)
    }

    fn add(self, out: &mut Behind, of: impl Fn(u32) -> u32, sql: &str) -> Result<(), StoreError> {
        let mut all = self.conn.prepare_cached(sql)?;
        let mut rows = all.query([])?;
        let mut last = String::new();
        while let Some(row) = rows.next()? {
            let id = of(row.get(0)?);
            if let Some(events) = out.events_of(id) {
                events.push(EventSeq(row.get(1)?));
                out.note(row.get_ref(2)?, &mut last)?;
            }
        }
        Ok(())
    }

    /// The votes of phases in which their report is settled, each with the file it was read from.
    fn add_votes(self, out: &mut Behind, of: impl Fn(u32) -> u32) -> Result<(), StoreError> {
        let mut told: Vec<u32> = Vec::new();
        for (bit, phase) in Phase::ALL.iter().enumerate() {
            let settled: Vec<String> = Place::ALL
                .iter()
                .filter(|place| place.is_settled(*phase))
                .map(|place| format!("'{}'", place.as_str()))
                .collect();
            let settled = settled.join(", ");
            let sql = format!("SELECT id, 1 FROM report WHERE place IN ({settled})");
            let of_phase = self.by_number(&sql)?;
            if told.len() < of_phase.len() {
                told.resize(of_phase.len(), 0);
            }
            for (all, one) in told.iter_mut().zip(of_phase) {
                *all |= one << bit;
            }
        }
        let mut all = self
            .conn
            .prepare_cached("SELECT report, seq, phase, file FROM decision")?;
        let mut rows = all.query([])?;
        let mut last = String::new();
        while let Some(row) = rows.next()? {
            let report = of(row.get(0)?);
            let word = row.get_ref(2)?.as_str().unwrap_or_default();
            let phase = Phase::ALL.iter().position(|phase| phase.as_str() == word);
            if phase.is_none_or(|bit| at(&told, report) >> bit & 1 == 0) {
                continue;
            }
            if let Some(events) = out.events_of(report) {
                events.push(EventSeq(row.get(1)?));
                out.note(row.get_ref(3)?, &mut last)?;
            }
        }
        Ok(())
    }
}

/// What stands at a number; 0 where nothing does.
fn at(list: &[u32], id: u32) -> u32 {
    let place = usize::try_from(id).ok().and_then(|id| list.get(id));
    place.copied().unwrap_or(0)
}
