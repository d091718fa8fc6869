//! Reports: places, votes, removals, pairs for people.

use super::super::StoreError;
use super::{Reader, value};
use crate::model::{Choice, EventSeq, Lane, PersonId, Phase, Place, RecordId};
use rusqlite::{OptionalExtension, Row};
use std::collections::{BTreeMap, BTreeSet};

/// A report and where it is in the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// Its id: that of its first record.
    pub id: RecordId,
    /// The lane of the flow in which it counts.
    pub lane: Lane,
    /// The record that is counted for it.
    pub stands: RecordId,
    /// The fullest record.
    pub primary: RecordId,
    /// Where it is.
    pub place: Place,
    /// The rule that removed it.
    pub rule: Option<String>,
    /// The reason of its exclusion at full text.
    pub reason: Option<String>,
    /// Whether the lead reopened a settled phase.
    pub reopened: bool,
    /// Title of its primary.
    pub title: Option<String>,
    /// "Attal 2019".
    pub citation: String,
}

/// One decision on a report, in force or undone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "columns of a row, each true by itself"
)]
pub struct VoteRow {
    /// The number of the event that says so.
    pub seq: EventSeq,
    /// When the log took it: UTC with milliseconds.
    pub at: String,
    /// In which phase.
    pub phase: Phase,
    /// Whose vote it is.
    pub person: PersonId,
    /// The decision.
    pub choice: Choice,
    /// The code of the reason in the workflow; absent where none was given.
    pub reason: Option<String>,
    /// What the person noted; absent where they noted nothing.
    pub note: Option<String>,
    /// Whether it settled a disagreement.
    pub settles: bool,
    /// Whether it was taken back.
    pub undone: bool,
    /// Whether it came when the set of votes was complete and not settled: it moves nothing.
    pub later: bool,
    /// Whether its person took it back when the set was complete and not settled: it stays in the set.
    pub let_go: bool,
    /// The discussion in which it was cast, by the number of its event; 0 for an independent vote.
    pub round: u64,
}

impl VoteRow {
    /// Whether it counts where nothing later of the same person replaces it: it was not taken back, and
    /// did not come when the set of votes was complete.
    pub fn counts(&self) -> bool {
        !self.undone && !self.later
    }
}

/// A removal before screening.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The report, as it stands now.
    pub report: RecordId,
    /// The name of the rule that removed it.
    pub rule: String,
    /// `automation` or `other`.
    pub to: String,
    /// What in the record matched, in its words.
    pub evidence: String,
    /// The number of the event that says so.
    pub seq: EventSeq,
    /// Title of its primary.
    pub title: Option<String>,
}

/// A pair that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPair {
    /// The earlier record.
    pub a: RecordId,
    /// The later record.
    pub b: RecordId,
    /// Score, a decimal string.
    pub score: String,
    /// The field that stopped the rules.
    pub why: String,
}

/// A report excluded at full text, for the list of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcludedReport {
    /// The report, as it stands now.
    pub report: ReportRow,
    /// The reason's text.
    pub reason: String,
}

const REPORT: &str = "SELECT p.id, p.lane, p.stands, p.primary_record, p.place, p.rule, p.reason,
    p.reopened, r.title, r.first_author, r.year
    FROM report p JOIN record r ON r.id = p.primary_record";

fn row(row: &Row<'_>) -> rusqlite::Result<(ReportRow, String)> {
    let lane: String = row.get(1)?;
    let place: String = row.get(4)?;
    let title: Option<String> = row.get(8)?;
    let author: Option<String> = row.get(9)?;
    let year: Option<u16> = row.get(10)?;
    let citation = crate::model::Record {
        title: title.clone(),
        authors: author.iter().map(|author| format!("{author},")).collect(),
        year,
        ..crate::model::Record::default()
    }
    .short_citation();
    Ok((
        ReportRow {
            id: RecordId(row.get(0)?),
            lane: match lane.as_str() {
                "main" => Lane::Main,
                "baseline" => Lane::Baseline,
                _ => Lane::Other,
            },
            stands: RecordId(row.get(2)?),
            primary: RecordId(row.get(3)?),
            place: Place::Compare,
            rule: row.get(5)?,
            reason: row.get(6)?,
            reopened: row.get(7)?,
            title,
            citation,
        },
        place,
    ))
}

fn built((mut report, place): (ReportRow, String)) -> Result<ReportRow, StoreError> {
    report.place = Place::parse(&place).ok_or_else(|| StoreError::Value(place))?;
    Ok(report)
}

impl Reader<'_> {
    /// The report that stands under this number; absent where none does, as after a merge.
    pub fn report(&self, id: RecordId) -> Result<Option<ReportRow>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached(&format!("{REPORT} WHERE p.id = ?1"))?;
        find.query_row([id.0], row)
            .optional()?
            .map(built)
            .transpose()
    }

    /// Every report, in order.
    pub fn reports(&self) -> Result<Vec<ReportRow>, StoreError> {
        let mut all = self.conn.prepare(&format!("{REPORT} ORDER BY p.id"))?;
        all.query_map([], row)?.map(|r| built(r?)).collect()
    }

    /// The reports in one place, in order.
    pub fn reports_in(&self, place: Place) -> Result<Vec<ReportRow>, StoreError> {
        let mut all = self
            .conn
            .prepare_cached(&format!("{REPORT} WHERE p.place = ?1 ORDER BY p.id"))?;
        all.query_map([place.as_str()], row)?
            .map(|r| built(r?))
            .collect()
    }

    /// What one person decided in a phase and stands, by report: all of a list in one question.
    pub fn own_votes(
        &self,
        person: PersonId,
        phase: Phase,
    ) -> Result<BTreeMap<RecordId, Choice>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT r.report, d.choice FROM decision d JOIN record r ON r.id = d.report
             WHERE d.person = ?1 AND d.phase = ?2 AND d.undone = 0 AND d.let_go = 0
               AND d.settles = 0 ORDER BY d.seq",
        )?;
        let mut rows = all.query((person.0, phase.as_str()))?;
        let mut out = BTreeMap::new();
        while let Some(row) = rows.next()? {
            out.insert(RecordId(row.get(0)?), value(&row.get::<_, String>(1)?)?);
        }
        Ok(out)
    }

    /// The reports that one person ever voted on in a phase and did not take back while votes were
    /// missing.
    pub fn voted_on(
        &self,
        person: PersonId,
        phase: Phase,
    ) -> Result<BTreeSet<RecordId>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT r.report FROM decision d JOIN record r ON r.id = d.report
             WHERE d.person = ?1 AND d.phase = ?2 AND d.undone = 0 AND d.settles = 0",
        )?;
        let rows = all.query_map((person.0, phase.as_str()), |row| row.get(0))?;
        Ok(rows.map(|id| id.map(RecordId)).collect::<Result<_, _>>()?)
    }

    /// Removals before screening that are in force, in order.
    pub fn removals(&self) -> Result<Vec<Removal>, StoreError> {
        let mut all = self.conn.prepare(
            "SELECT m.report, m.rule, m.box, m.evidence, m.seq, r.title
             FROM removal m JOIN report p ON p.id = m.report
             JOIN record r ON r.id = p.primary_record
             WHERE p.place = 'removed' ORDER BY m.report",
        )?;
        let rows = all.query_map([], |row| {
            Ok(Removal {
                report: RecordId(row.get(0)?),
                rule: row.get(1)?,
                to: row.get(2)?,
                evidence: row.get(3)?,
                seq: EventSeq(row.get(4)?),
                title: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Pairs that wait for a person: uncertain, and nobody has said anything about them.
    pub fn open_pairs(&self) -> Result<Vec<OpenPair>, StoreError> {
        let mut all = self.conn.prepare(
            "SELECT u.a, u.b, u.score, u.why FROM uncertain u
             JOIN record x ON x.id = u.a JOIN record y ON y.id = u.b
             WHERE x.report <> y.report
               AND NOT EXISTS (SELECT 1 FROM verdict v JOIN record va ON va.id = v.a
                 JOIN record vb ON vb.id = v.b
                 WHERE v.undone = 0 AND ((va.report = x.report AND vb.report = y.report)
                   OR (va.report = y.report AND vb.report = x.report)))
             ORDER BY u.a, u.b",
        )?;
        let rows = all.query_map([], |row| {
            Ok(OpenPair {
                a: RecordId(row.get(0)?),
                b: RecordId(row.get(1)?),
                score: row.get(2)?,
                why: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// People's words on pairs that are in force, in log order: a, b, same.
    pub fn verdicts(&self) -> Result<Vec<(RecordId, RecordId, bool)>, StoreError> {
        let mut all = self
            .conn
            .prepare("SELECT a, b, same FROM verdict WHERE undone = 0 ORDER BY seq, ord")?;
        let rows = all.query_map([], |row| {
            Ok((RecordId(row.get(0)?), RecordId(row.get(1)?), row.get(2)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Relations in force that touch a record of the report: from, to, word, why.
    pub fn relations_of(
        &self,
        report: RecordId,
    ) -> Result<Vec<(RecordId, RecordId, String, String)>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT t.a, t.b, t.relation, t.why FROM relation t
             JOIN record x ON x.id = t.a JOIN record y ON y.id = t.b
             WHERE t.undone = 0 AND (x.report = ?1 OR y.report = ?1) ORDER BY t.seq, t.ord",
        )?;
        let rows = all.query_map([report.0], |row| {
            Ok((
                RecordId(row.get(0)?),
                RecordId(row.get(1)?),
                row.get(2)?,
                row.get(3)?,
            ))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every relation in force between two reports, in log order: from, to, word, why.
    pub fn relations(&self) -> Result<Vec<(RecordId, RecordId, String, String)>, StoreError> {
        let mut all = self.conn.prepare(
            "SELECT t.a, t.b, t.relation, t.why FROM relation t
             JOIN record x ON x.id = t.a JOIN record y ON y.id = t.b
             WHERE t.undone = 0 AND x.report <> y.report ORDER BY t.seq, t.ord",
        )?;
        let rows = all.query_map([], |row| {
            Ok((
                RecordId(row.get(0)?),
                RecordId(row.get(1)?),
                row.get(2)?,
                row.get(3)?,
            ))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many relations of each word are in force.
    pub fn relation_counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut all = self.conn.prepare(
            "SELECT relation, count(*) FROM relation WHERE undone = 0 GROUP BY relation ORDER BY relation",
        )?;
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The rule and score of each join inside a report.
    pub fn joins_of(
        &self,
        report: RecordId,
    ) -> Result<Vec<(RecordId, RecordId, String, String)>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT j.a, j.b, j.rule, j.score FROM join_edge j
             JOIN record x ON x.id = j.a JOIN record y ON y.id = j.b
             WHERE x.report = ?1 AND y.report = ?1 ORDER BY j.seq, j.ord",
        )?;
        let rows = all.query_map([report.0], |row| {
            Ok((
                RecordId(row.get(0)?),
                RecordId(row.get(1)?),
                row.get(2)?,
                row.get(3)?,
            ))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Reader<'_> {
    /// What a person did that can be taken back, the last first, whether it still stands or not.
    pub fn acts_of(&self, person: PersonId) -> Result<Vec<EventSeq>, StoreError> {
        let mut find = self.conn.prepare_cached(
            "SELECT seq FROM event WHERE actor = ?1 AND kind IN ('decision_made',
               'removal_reversed', 'records_merged', 'record_split', 'records_related',
               'conflict_returned', 'report_linked', 'report_unlinked', 'record_corrected', 'cell_extracted',
               'rob_answered', 'rob_judged') ORDER BY seq DESC",
        )?;
        let rows = find.query_map([person.to_string()], |row| row.get(0))?;
        Ok(rows
            .map(|seq| seq.map(EventSeq))
            .collect::<Result<_, _>>()?)
    }

    /// When the last decision was made of those that settled a report in their phase. An open vote is
    /// nobody's to know of, and so is its day.
    pub fn last_settling(&self) -> Result<Option<(String, EventSeq)>, StoreError> {
        let mut find = self.conn.prepare_cached(
            "SELECT e.at, d.seq FROM decision d JOIN event e ON e.seq = d.seq
             JOIN record r ON r.id = d.report JOIN report p ON p.id = r.report
             WHERE d.undone = 0
               AND p.place NOT IN ('compare', 'filter', 'removed', 'title-open', 'title-conflict')
               AND (d.phase <> 'full-text' OR p.place IN ('fulltext-excluded', 'included'))
             ORDER BY d.seq DESC LIMIT 1",
        )?;
        let row = find.query_row([], |row| Ok((row.get(0)?, EventSeq(row.get(1)?))));
        Ok(row.optional()?)
    }

    /// Whether an undo of this event is in force.
    pub fn is_undone(&self, event: EventSeq) -> Result<bool, StoreError> {
        // An undo that was itself undone does not count, however deep.
        let mut find = self.conn.prepare_cached(
            "SELECT seq FROM event WHERE kind = 'event_undone'
               AND json_extract(body, '$.event') = ?1 ORDER BY seq",
        )?;
        let undos = find
            .query_map([event.0], |row| row.get(0))?
            .collect::<Result<Vec<u64>, _>>()?;
        for undo in undos {
            if !self.is_undone(EventSeq(undo))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether people decided anything on a report that is in force.
    pub fn has_votes(&self, report: RecordId) -> Result<bool, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM decision d JOIN record r ON r.id = d.report
                 WHERE r.report = ?1 AND d.undone = 0)",
            )?
            .query_row([report.0], |row| row.get(0))?)
    }
}

impl Reader<'_> {
    /// Whether a person brought the report back after a rule had removed it.
    pub fn was_restored(&self, report: RecordId) -> Result<bool, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM removal WHERE report = ?1 AND restored > 0)",
            )?
            .query_row([report.0], |row| row.get(0))?)
    }
}

impl Reader<'_> {
    /// The removal of one report that is in force.
    pub fn removal(&self, report: RecordId) -> Result<Option<Removal>, StoreError> {
        Ok(self
            .conn
            .prepare_cached(
                "SELECT m.report, m.rule, m.box, m.evidence, m.seq, r.title
                 FROM removal m JOIN report p ON p.id = m.report
                 JOIN record r ON r.id = p.primary_record
                 WHERE m.report = ?1 AND p.place = 'removed'",
            )?
            .query_row([report.0], |row| {
                Ok(Removal {
                    report: RecordId(row.get(0)?),
                    rule: row.get(1)?,
                    to: row.get(2)?,
                    evidence: row.get(3)?,
                    seq: EventSeq(row.get(4)?),
                    title: row.get(5)?,
                })
            })
            .optional()?)
    }

    /// What joined or parted the records of a report: the program's joins, then people's verdicts, each in
    /// log order.
    pub fn cluster_steps(&self, report: RecordId) -> Result<Vec<ClusterStep>, StoreError> {
        let mut joins = self.conn.prepare_cached(
            "SELECT j.seq, j.a, j.b, j.rule, j.score FROM join_edge j
             JOIN record x ON x.id = j.a JOIN record y ON y.id = j.b
             WHERE x.report = ?1 AND y.report = ?1 ORDER BY j.seq, j.ord",
        )?;
        let rows = joins.query_map([report.0], |row| {
            Ok(ClusterStep {
                seq: EventSeq(row.get(0)?),
                a: RecordId(row.get(1)?),
                b: RecordId(row.get(2)?),
                by: Clustering::Rule {
                    name: row.get(3)?,
                    score: row.get(4)?,
                },
            })
        })?;
        let mut out = rows.collect::<Result<Vec<_>, _>>()?;
        let mut verdicts = self.conn.prepare_cached(
            "SELECT v.seq, v.a, v.b, v.same FROM verdict v
             JOIN record x ON x.id = v.a JOIN record y ON y.id = v.b
             WHERE v.undone = 0 AND (x.report = ?1 OR y.report = ?1) ORDER BY v.seq, v.ord",
        )?;
        let rows = verdicts.query_map([report.0], |row| {
            Ok(ClusterStep {
                seq: EventSeq(row.get(0)?),
                a: RecordId(row.get(1)?),
                b: RecordId(row.get(2)?),
                by: Clustering::Person { same: row.get(3)? },
            })
        })?;
        out.extend(rows.collect::<Result<Vec<_>, _>>()?);
        Ok(out)
    }
}

/// A step in which two records came together or were told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterStep {
    /// The event of the step.
    pub seq: EventSeq,
    /// The record with the lower number.
    pub a: RecordId,
    /// The record with the higher number.
    pub b: RecordId,
    /// Who took it, and how.
    pub by: Clustering,
}

/// Who brings two records together or tells them apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clustering {
    /// A rule of the program joined them.
    Rule {
        /// The name of the rule.
        name: String,
        /// How much agrees, from 0 to 1, as a decimal.
        score: String,
    },
    /// A person decided.
    Person {
        /// Whether they are one report.
        same: bool,
    },
}
