//! What one person's desk holds: open reports of a phase, own decisions, words of the records.

use super::super::StoreError;
use super::{Reader, digest, value};
use crate::model::{Choice, Digest, EventSeq, PersonId, Phase, Place, RecordId};
use rusqlite::params;
use std::collections::{BTreeMap, BTreeSet};

/// A decision of one person that is in force, and where its report is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnDecision {
    /// The number of the event that says so.
    pub seq: EventSeq,
    /// The report, by the id it has now.
    pub report: RecordId,
    /// Where it is.
    pub place: Place,
    /// What was chosen.
    pub choice: Choice,
    /// The code of the reason in the workflow; absent where none was given.
    pub reason: Option<String>,
    /// What the person noted; absent where they noted nothing.
    pub note: Option<String>,
    /// When the log took it: UTC with milliseconds.
    pub at: String,
}

impl Reader<'_> {
    /// The open reports of a phase with their years, in the order in which they were found.
    /// Whether votes are missing or disagree is not told.
    pub fn open_reports(&self, phase: Phase) -> Result<Vec<(RecordId, Option<u16>)>, StoreError> {
        let places = open_places(phase);
        let mut all = self.conn.prepare_cached(
            "SELECT p.id, r.year FROM report p JOIN record r ON r.id = p.primary_record
             WHERE p.place IN (?1, ?2) ORDER BY p.id",
        )?;
        let rows = all.query_map(params![places[0], places[1]], |row| {
            Ok((RecordId(row.get(0)?), row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The reports that came to be screened, whatever became of them, each with the hash of its fullest
    /// record, in order.
    pub fn screened(&self) -> Result<Vec<(RecordId, Digest)>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT p.id, r.hash FROM report p JOIN record r ON r.id = p.primary_record
             WHERE p.place NOT IN ('compare', 'filter', 'removed') ORDER BY p.id",
        )?;
        let mut rows = all.query([])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            let hash = digest(row.get_ref(1)?.as_str().unwrap_or_default())?;
            out.push((RecordId(row.get(0)?), hash));
        }
        Ok(out)
    }

    /// The reports that are settled on title and abstract: whether each went forward, and the number of
    /// the decision that settled it (0 where none did).
    pub fn settled_titles(&self) -> Result<Vec<(RecordId, bool, u64)>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT p.id, p.place <> 'title-excluded',
               ifnull((SELECT max(d.seq) FROM record r JOIN decision d ON d.report = r.id
                 WHERE r.report = p.id AND d.phase = 'title-abstract' AND d.undone = 0
                   AND d.later = 0), 0)
             FROM report p
             WHERE p.place NOT IN ('compare', 'filter', 'removed', 'title-open', 'title-conflict')
             ORDER BY p.id",
        )?;
        let rows = all.query_map([], |row| {
            Ok((RecordId(row.get(0)?), row.get(1)?, row.get(2)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The reports of which a register has a record.
    pub fn in_registers(&self) -> Result<BTreeSet<RecordId>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT DISTINCT r.report FROM record r JOIN source s ON s.name = r.source
             WHERE s.kind = 'register'",
        )?;
        let rows = all.query_map([], |row| row.get(0).map(RecordId))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many reports are in each place.
    pub fn places(&self) -> Result<Vec<(Place, u64)>, StoreError> {
        let mut all = self
            .conn
            .prepare_cached("SELECT place, count(*) FROM report GROUP BY place ORDER BY place")?;
        let mut rows = all.query([])?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            let word: String = row.get(0)?;
            out.push((
                Place::parse(&word).ok_or(StoreError::Value(word))?,
                row.get(1)?,
            ));
        }
        Ok(out)
    }

    /// What a person decided in a phase and stands, in log order: the last on each report.
    pub fn own_decisions(
        &self,
        person: PersonId,
        phase: Phase,
    ) -> Result<Vec<OwnDecision>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT d.seq, r.report, p.place, d.choice, d.reason, d.note, d.at
             FROM decision d JOIN record r ON r.id = d.report JOIN report p ON p.id = r.report
             WHERE d.person = ?1 AND d.phase = ?2 AND d.undone = 0 AND d.let_go = 0 AND d.settles = 0
             ORDER BY d.seq DESC",
        )?;
        let mut rows = all.query(params![person.0, phase.as_str()])?;
        let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
        while let Some(row) = rows.next()? {
            let report = RecordId(row.get(1)?);
            if !seen.insert(report) {
                continue;
            }
            let word: String = row.get(2)?;
            out.push(OwnDecision {
                seq: EventSeq(row.get(0)?),
                report,
                place: Place::parse(&word).ok_or(StoreError::Value(word))?,
                choice: value(&row.get::<_, String>(3)?)?,
                reason: row.get(4)?,
                note: row.get(5)?,
                at: row.get(6)?,
            });
        }
        out.reverse();
        Ok(out)
    }

    /// On how many reports that are open in a phase a person has decided.
    pub fn own_open(&self, person: PersonId, phase: Phase) -> Result<u64, StoreError> {
        let places = open_places(phase);
        Ok(self
            .conn
            .prepare_cached(
                "SELECT count(DISTINCT p.id) FROM decision d JOIN record r ON r.id = d.report
                 JOIN report p ON p.id = r.report
                 WHERE d.person = ?1 AND d.phase = ?2 AND d.undone = 0 AND d.let_go = 0
                   AND d.settles = 0 AND p.place IN (?3, ?4)",
            )?
            .query_row(
                params![person.0, phase.as_str(), places[0], places[1]],
                |row| row.get(0),
            )?)
    }

    /// How often a person decided on a report in a phase, taken back or not.
    pub fn times_decided(
        &self,
        person: PersonId,
        phase: Phase,
        report: RecordId,
    ) -> Result<u64, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT count(*) FROM decision d JOIN record r ON r.id = d.report
                 WHERE d.person = ?1 AND d.phase = ?2 AND r.report = ?3",
            )?
            .query_row(params![person.0, phase.as_str(), report.0], |row| {
                row.get(0)
            })?)
    }

    /// Disagreements that somebody settled and nobody took up again.
    pub fn settled_by_people(&self) -> Result<u64, StoreError> {
        let mut all = self
            .conn
            .prepare_cached("SELECT count(*) FROM decision WHERE settles = 1 AND undone = 0")?;
        Ok(all
            .query_row([], |row| row.get::<_, i64>(0))?
            .unsigned_abs())
    }

    /// Whether a person ever cast a vote that others are not to see; settling and retrieval are none.
    pub fn ever_decided(&self, person: PersonId) -> Result<bool, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM decision
                 WHERE person = ?1 AND settles = 0 AND phase <> 'retrieval')",
            )?
            .query_row([person.0], |row| row.get(0))?)
    }

    /// The reports whose records hold the words, the best match first; `query` is FTS5's.
    pub fn with_words(&self, query: &str) -> Result<Vec<RecordId>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT r.report FROM record_words JOIN record r ON r.id = record_words.rowid
             WHERE record_words MATCH ?1 ORDER BY bm25(record_words, 8.0, 2.0, 4.0, 2.0, 6.0), r.id",
        )?;
        let mut rows = all.query([query])?;
        let (mut seen, mut out) = (BTreeSet::new(), Vec::new());
        while let Some(row) = rows.next()? {
            let report = RecordId(row.get(0)?);
            if seen.insert(report) {
                out.push(report);
            }
        }
        Ok(out)
    }

    /// The names of the sources of each report, in the order of its records.
    pub fn sources_of_reports(&self) -> Result<BTreeMap<RecordId, Vec<String>>, StoreError> {
        let mut all = self
            .conn
            .prepare_cached("SELECT report, source FROM record ORDER BY report, id")?;
        let mut rows = all.query([])?;
        let mut out: BTreeMap<RecordId, Vec<String>> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let source: String = row.get(1)?;
            let list = out.entry(RecordId(row.get(0)?)).or_default();
            if !list.contains(&source) {
                list.push(source);
            }
        }
        Ok(out)
    }

    /// The year of each report's fullest record, where it has one.
    pub fn years_of_reports(&self) -> Result<BTreeMap<RecordId, u16>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT p.id, r.year FROM report p JOIN record r ON r.id = p.primary_record
             WHERE r.year IS NOT NULL",
        )?;
        let rows = all.query_map([], |row| Ok((RecordId(row.get(0)?), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Records whose words are not in the index, or are those of an older content, at most `n`.
    pub fn without_words(&self, n: u32) -> Result<Vec<super::RecordRow>, StoreError> {
        let mut all = self.conn.prepare_cached(&format!(
            "{} WHERE NOT EXISTS (SELECT 1 FROM record_words_of w
               WHERE w.record = record.id AND w.hash = record.hash) LIMIT ?1",
            super::records::RECORD
        ))?;
        all.query_map([n], super::records::row)?
            .map(|row| super::records::built(row?))
            .collect()
    }
}

fn open_places(phase: Phase) -> [&'static str; 2] {
    match phase {
        Phase::TitleAbstract => [Place::TitleOpen.as_str(), Place::TitleConflict.as_str()],
        Phase::Retrieval => [Place::RetrievalOpen.as_str(), Place::RetrievalOpen.as_str()],
        Phase::FullText => [
            Place::FulltextOpen.as_str(),
            Place::FulltextConflict.as_str(),
        ],
    }
}

impl super::super::Writer<'_> {
    /// Puts the words of a record into the index, in place of those of an older content.
    pub fn put_words(
        &self,
        row: &super::RecordRow,
        record: &crate::model::Record,
    ) -> Result<(), StoreError> {
        let conn = self.connection();
        conn.prepare_cached("DELETE FROM record_words WHERE rowid = ?1")?
            .execute([row.id.0])?;
        let ids: Vec<String> = [
            record.pmid.as_ref().map(|id| id.as_str().to_owned()),
            record.doi.as_ref().map(|id| id.as_str().to_owned()),
            record.pmcid.as_ref().map(|id| id.as_str().to_owned()),
            Some(row.id.to_string()),
            Some(row.key.clone()),
        ]
        .into_iter()
        .flatten()
        .chain(record.registry.iter().map(|id| id.as_str().to_owned()))
        .collect();
        let title: Vec<&str> = record
            .title
            .iter()
            .chain(&record.other_titles)
            .map(String::as_str)
            .collect();
        let about: Vec<&str> = record
            .abstract_text
            .iter()
            .chain(&record.keywords)
            .chain(&record.headings)
            .map(String::as_str)
            .collect();
        conn.prepare_cached(
            "INSERT INTO record_words (rowid, title, abstract, people, journal, ids)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            row.id.0,
            title.join(" · "),
            about.join(" · "),
            record.authors.join(" · "),
            record.journal,
            ids.join(" ")
        ])?;
        conn.prepare_cached(
            "INSERT OR REPLACE INTO record_words_of (record, hash) VALUES (?1, ?2)",
        )?
        .execute(params![row.id.0, row.hash.to_string()])?;
        Ok(())
    }
}
