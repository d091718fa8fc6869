//! Reading: the log, people, records, reports, studies. Plain values out.

mod attachments;
mod bulk;
mod cells;
mod corrections;
mod dates;
mod dedup;
mod desk;
mod discuss;
mod imports;
mod pages;
mod people;
pub(super) mod records;
mod register;
mod reports;
mod rob;
mod studies;
mod versions;
mod votes;

pub use attachments::AttachmentRow;
pub use bulk::{Behind, Cast};
pub use cells::{CellEntry, SpecifiedAnalysis};
pub use corrections::Correction;
pub use dates::{Attempt, KeptDate};
pub use desk::OwnDecision;
pub use discuss::Discussion;
pub(super) use discuss::numbers;
pub use imports::{Act, ActKind, Import, Share};
pub use pages::{OpenPlan, PageRow};
pub use people::{Person, Reason};
pub use records::{RecordRow, Revision};
pub use register::{Found, Join, LastRevision};
pub use reports::{ClusterStep, Clustering, ExcludedReport, OpenPair, Removal, ReportRow, VoteRow};
pub use rob::RobEntry;
pub use studies::{StudyReport, StudyRow};
pub use versions::{Frozen, Version};
pub use votes::Unblinded;

use super::StoreError;
use crate::ledger::{Body, Event, chain};
use crate::model::{Digest, EventSeq};
use rusqlite::{Connection, OptionalExtension, Row};

/// A view of what was committed when its snapshot began (or, inside a write, of what is written so
/// far). The parts of a search run that is not complete are not in it.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    pub(super) conn: &'a Connection,
}

/// A search run, as the log tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchRun {
    /// The event that completed it.
    pub seq: EventSeq,
    /// When the log took it: UTC with milliseconds.
    pub at: String,
    /// Its `search_completed` body.
    pub body: Body,
}

impl SearchRun {
    /// The name of the source.
    pub fn source(&self) -> &str {
        match &self.body {
            Body::SearchCompleted { source, .. } => source,
            _ => "",
        }
    }

    /// When the source was searched: the day that a person gave with an import, else the time of the
    /// event.
    pub fn searched(&self) -> &str {
        if let Body::SearchCompleted {
            searched: Some(day),
            ..
        } = &self.body
        {
            day
        } else {
            &self.at
        }
    }
}

impl<'a> Reader<'a> {
    pub(super) fn new(conn: &'a Connection) -> Self {
        Self { conn }
    }

    /// The last event's number and hash; 0 and the first `prev` while the log is empty.
    pub fn head(&self, review: &str) -> Result<(EventSeq, Digest), StoreError> {
        let last: Option<(u64, String)> = self
            .conn
            .prepare_cached("SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        match last {
            None => Ok((EventSeq(0), super::write::first_prev(review))),
            Some((seq, hash)) => Ok((EventSeq(seq), digest(&hash)?)),
        }
    }

    /// The time of the last event.
    pub fn last_at(&self) -> Result<Option<String>, StoreError> {
        Ok(self
            .conn
            .query_row(
                "SELECT at FROM event ORDER BY seq DESC LIMIT 1",
                [],
                |row| row.get(0),
            )
            .optional()?)
    }

    /// The last event's number; 0 while the log is empty.
    pub fn last_seq(&self) -> Result<EventSeq, StoreError> {
        let last: Option<u64> = self
            .conn
            .prepare_cached("SELECT max(seq) FROM event")?
            .query_row([], |row| row.get(0))?;
        Ok(EventSeq(last.unwrap_or(0)))
    }

    /// The last event of which everybody may know number and hash, as every vote that is open now came
    /// after it: the one by which the first report that is open now went into screening. It does not
    /// depend on whether anybody has voted.
    pub fn told_head(&self) -> Result<EventSeq, StoreError> {
        let first: Option<u64> = self
            .conn
            .prepare_cached(
                "SELECT min(CASE WHEN r.looked > 0 THEN r.looked ELSE r.compared END)
                 FROM report p JOIN record r ON r.id = p.id
                 WHERE p.place IN ('title-open', 'title-conflict', 'fulltext-open', 'fulltext-conflict')
                    OR p.place = 'removed'
                       AND EXISTS (SELECT 1 FROM decision d WHERE d.report = p.id)",
            )?
            .query_row([], |row| row.get(0))?;
        match first {
            Some(seq) => Ok(EventSeq(seq)),
            None => self.last_seq(),
        }
    }

    /// Everything that a person did, in order.
    pub fn events_by(&self, person: crate::model::PersonId) -> Result<Vec<EventSeq>, StoreError> {
        let mut all = self
            .conn
            .prepare_cached("SELECT seq FROM event WHERE actor = ?1 ORDER BY seq")?;
        let rows = all.query_map([person.to_string()], |row| row.get(0))?;
        Ok(rows
            .map(|seq| seq.map(EventSeq))
            .collect::<Result<_, _>>()?)
    }

    /// The event with this number; absent beyond the end of the log.
    pub fn event(&self, seq: EventSeq) -> Result<Option<Event>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached(&format!("{EVENT} WHERE seq = ?1"))?;
        find.query_row([seq.0], event_row).optional()?.transpose()
    }

    /// Every event from `from` on, in order, each given to `see`.
    pub fn events(
        &self,
        from: EventSeq,
        mut see: impl FnMut(Event) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut all = self
            .conn
            .prepare(&format!("{EVENT} WHERE seq >= ?1 ORDER BY seq"))?;
        let mut rows = all.query([from.0])?;
        while let Some(row) = rows.next()? {
            see(event_row(row)??)?;
        }
        Ok(())
    }

    /// The events of one kind, in order.
    pub fn events_of(&self, kind: &str) -> Result<Vec<Event>, StoreError> {
        let mut all = self
            .conn
            .prepare(&format!("{EVENT} WHERE kind = ?1 ORDER BY seq"))?;
        let rows = all.query_map([kind], event_row)?;
        rows.map(|row| row?).collect()
    }

    /// Checks the chain of the whole log.
    pub fn verify_chain(&self, review: &str) -> Result<(EventSeq, Digest), StoreError> {
        let mut prev = super::write::first_prev(review);
        let mut seq = EventSeq(0);
        self.events(EventSeq(0), |event| {
            seq = EventSeq(seq.0 + 1);
            chain::follows(&event, prev, seq)?;
            prev = event.hash;
            Ok(())
        })?;
        Ok((seq, prev))
    }

    /// Completed search runs that stand, in order: an import that was taken back does not.
    pub fn search_runs(&self) -> Result<Vec<SearchRun>, StoreError> {
        let withdrawn = self.withdrawn_runs()?;
        self.events_of("search_completed")?
            .into_iter()
            .filter(|event| !withdrawn.contains_key(&event.seq))
            .map(|event| {
                Ok(SearchRun {
                    seq: event.seq,
                    at: event.at.clone(),
                    body: event.body()?,
                })
            })
            .collect()
    }

    /// A setting that the last adopted workflow gave.
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT value FROM setting WHERE key = ?1")?
            .query_row([key], |row| row.get(0))
            .optional()?)
    }

    /// Whether a step of the pipeline was marked as done.
    pub fn is_done(&self, task: &str) -> Result<bool, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM task WHERE name = ?1)")?
            .query_row([task], |row| row.get(0))?)
    }

    /// What the archive should hold: digest of the raw bytes, of the file, and the name.
    pub fn archived(&self) -> Result<Vec<(Digest, Digest, String)>, StoreError> {
        let mut all = self
            .conn
            .prepare("SELECT digest, stored, path FROM archive ORDER BY digest")?;
        let rows = all.query_map([], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                row.get::<_, String>(2)?,
            ))
        })?;
        rows.map(|row| {
            let (raw, stored, path) = row?;
            Ok((digest(&raw)?, digest(&stored)?, path))
        })
        .collect()
    }
}

const EVENT: &str = "SELECT seq, at, actor, via, kind, body, prev, hash FROM event";

/// Reads a row of [`EVENT`]; the inner error is a value that is not of its type.
fn event_row(row: &Row<'_>) -> rusqlite::Result<Result<Event, StoreError>> {
    let (prev, hash): (String, String) = (row.get(6)?, row.get(7)?);
    let (prev, hash) = match (digest(&prev), digest(&hash)) {
        (Ok(prev), Ok(hash)) => (prev, hash),
        (Err(error), _) | (_, Err(error)) => return Ok(Err(error)),
    };
    Ok(Ok(Event {
        seq: EventSeq(row.get(0)?),
        at: row.get(1)?,
        actor: row.get(2)?,
        via: row.get(3)?,
        kind: row.get(4)?,
        body: row.get(5)?,
        prev,
        hash,
    }))
}

fn digest(text: &str) -> Result<Digest, StoreError> {
    value(text)
}

/// Reads a stored word into its type.
pub(super) fn value<T: std::str::FromStr<Err = crate::model::IdError>>(
    text: &str,
) -> Result<T, StoreError> {
    text.parse()
        .map_err(|error: crate::model::IdError| StoreError::Value(error.to_string()))
}

impl Reader<'_> {
    /// The number of the next search run.
    pub fn next_run(&self) -> Result<u64, StoreError> {
        Ok(self.conn.query_row(
            "SELECT coalesce(max(run), 0) + 1 FROM
               (SELECT run FROM search_run UNION ALL SELECT run FROM search_plan
                UNION ALL SELECT run FROM import_plan)",
            [],
            |row| row.get(0),
        )?)
    }

    /// The first source other than `source` that gave these bytes, in an import that stands, and the event.
    pub fn received_from(
        &self,
        bytes: Digest,
        source: &str,
    ) -> Result<Option<(String, EventSeq)>, StoreError> {
        let found = self.conn.query_row(
            "SELECT json_extract(body, '$.source'), seq FROM event
             WHERE kind = 'records_received' AND json_extract(body, '$.source') <> ?1
               AND json_extract(body, '$.file.digest') = ?2
               AND json_extract(body, '$.run') NOT IN
                 (SELECT run FROM search_run WHERE withdrawn > 0)
             ORDER BY seq LIMIT 1",
            [source, &bytes.to_string()],
            |row| Ok((row.get(0)?, EventSeq(row.get(1)?))),
        );
        Ok(found.optional()?)
    }

    /// Whether `source` gave these bytes before, in an import that stands.
    pub fn was_received(&self, source: &str, bytes: Digest) -> Result<bool, StoreError> {
        Ok(self.conn.query_row(
            "SELECT EXISTS (SELECT 1 FROM event WHERE kind = 'records_received'
               AND json_extract(body, '$.source') = ?1
               AND json_extract(body, '$.file.digest') = ?2
               AND json_extract(body, '$.run') NOT IN
                 (SELECT run FROM search_run WHERE withdrawn > 0))",
            [source, &bytes.to_string()],
            |row| row.get(0),
        )?)
    }
}
