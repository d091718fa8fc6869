//! The boxes of the flow as queries: each box is a set of records, reports or studies, and its
//! number is the size of that set. `explain` lists the same set by the same condition.

use super::{Reader, StoreError};
use crate::model::{Lane, SourceKind};

/// What a box counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unit {
    /// Records of one lane's sources.
    Record,
    /// Reports.
    Report,
    /// Studies.
    Study,
}

/// One box of the flow.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FlowBox {
    /// Records identified from sources of a kind, or from one source of it.
    Identified(SourceKind, Option<String>),
    /// Records that are copies of a record counted, by lane of their source.
    Copies(Lane),
    /// Removed before screening into `automation` or `other`, or by one rule of it.
    Removed(&'static str, Option<String>),
    /// Not yet compared or not yet looked at by the rules.
    BeforeScreening(Lane),
    /// Went into screening on title and abstract.
    Screened(Lane),
    /// Awaits title and abstract.
    TitlePending(Lane),
    /// Excluded on title and abstract.
    TitleExcluded(Lane),
    /// Sought for retrieval.
    Sought(Lane),
    /// Awaits retrieval.
    RetrievalPending(Lane),
    /// Not retrieved.
    NotRetrieved(Lane),
    /// Assessed for eligibility.
    Assessed(Lane),
    /// Awaits full text.
    FulltextPending(Lane),
    /// Excluded on the full text, or for one reason (its code).
    FulltextExcluded(Lane, Option<String>),
    /// Included reports, of both lanes.
    IncludedReports,
    /// Studies with an included report.
    IncludedStudies,
    /// Included reports that belong to no study yet; each counts as a study of its own.
    IncludedUngrouped,
}

/// One member of a box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What it is.
    pub unit: Unit,
    /// `r17` for records and reports, `s3` for studies.
    pub id: String,
    /// Title of the record, of the report's primary, or the study's label.
    pub title: String,
}

const OPEN_TITLE: &str = "'title-open', 'title-conflict'";
const OPEN_FULLTEXT: &str = "'fulltext-open', 'fulltext-conflict'";
const SOUGHT: &str = "'retrieval-open', 'not-retrieved', 'fulltext-open', 'fulltext-conflict', \
    'fulltext-excluded', 'included'";
const ASSESSED: &str = "'fulltext-open', 'fulltext-conflict', 'fulltext-excluded', 'included'";

impl FlowBox {
    /// What it counts.
    pub fn unit(&self) -> Unit {
        match self {
            Self::Identified(..) | Self::Copies(_) => Unit::Record,
            Self::IncludedStudies => Unit::Study,
            Self::Removed(..)
            | Self::BeforeScreening(_)
            | Self::Screened(_)
            | Self::TitlePending(_)
            | Self::TitleExcluded(_)
            | Self::Sought(_)
            | Self::RetrievalPending(_)
            | Self::NotRetrieved(_)
            | Self::Assessed(_)
            | Self::FulltextPending(_)
            | Self::FulltextExcluded(..)
            | Self::IncludedReports
            | Self::IncludedUngrouped => Unit::Report,
        }
    }

    /// The condition on `r` (record), `p` (report) or `s` (study), and the value bound to `?1`.
    fn condition(&self) -> (String, Option<&str>) {
        let at = |lane: &Lane, places: &str| {
            (
                format!("p.lane = '{}' AND p.place IN ({places})", lane_word(*lane)),
                None,
            )
        };
        match self {
            Self::Identified(kind, source) => (
                format!(
                    "r.kind = '{}'{}",
                    kind.as_str(),
                    if source.is_some() {
                        " AND r.source = ?1"
                    } else {
                        ""
                    }
                ),
                source.as_deref(),
            ),
            Self::Copies(Lane::Main) => ("r.kind <> 'other' AND r.id <> p.stands".into(), None),
            Self::Copies(Lane::Other) => ("r.kind = 'other' AND r.id <> p.stands".into(), None),
            Self::Removed(to, rule) => (
                format!(
                    "p.place = 'removed' AND p.box = '{to}'{}",
                    if rule.is_some() {
                        " AND p.rule = ?1"
                    } else {
                        ""
                    }
                ),
                rule.as_deref(),
            ),
            Self::BeforeScreening(lane) => at(lane, "'compare', 'filter'"),
            Self::Screened(lane) => (
                format!(
                    "p.lane = '{}' AND p.place NOT IN ('compare', 'filter', 'removed')",
                    lane_word(*lane)
                ),
                None,
            ),
            Self::TitlePending(lane) => at(lane, OPEN_TITLE),
            Self::TitleExcluded(lane) => at(lane, "'title-excluded'"),
            Self::Sought(lane) => at(lane, SOUGHT),
            Self::RetrievalPending(lane) => at(lane, "'retrieval-open'"),
            Self::NotRetrieved(lane) => at(lane, "'not-retrieved'"),
            Self::Assessed(lane) => at(lane, ASSESSED),
            Self::FulltextPending(lane) => at(lane, OPEN_FULLTEXT),
            Self::FulltextExcluded(lane, reason) => (
                format!(
                    "p.lane = '{}' AND p.place = 'fulltext-excluded'{}",
                    lane_word(*lane),
                    if reason.is_some() {
                        " AND p.reason = ?1"
                    } else {
                        ""
                    }
                ),
                reason.as_deref(),
            ),
            Self::IncludedReports => ("p.place = 'included'".into(), None),
            Self::IncludedUngrouped => (
                "p.place = 'included' AND NOT EXISTS (SELECT 1 FROM study_link l
                   JOIN record lr ON lr.id = l.report WHERE lr.report = p.id)"
                    .into(),
                None,
            ),
            Self::IncludedStudies => (
                "EXISTS (SELECT 1 FROM study_link l JOIN record lr ON lr.id = l.report
                   JOIN report lp ON lp.id = lr.report
                   WHERE l.study = s.id AND lp.place = 'included')"
                    .into(),
                None,
            ),
        }
    }

    fn from(&self) -> &'static str {
        match self.unit() {
            Unit::Record => "record r JOIN report p ON p.id = r.report",
            Unit::Report => "report p JOIN record r ON r.id = p.primary_record",
            Unit::Study => "study s",
        }
    }
}

fn lane_word(lane: Lane) -> &'static str {
    match lane {
        Lane::Main => "main",
        Lane::Other => "other",
    }
}

impl Reader<'_> {
    /// The size of a box.
    pub fn count(&self, flow_box: &FlowBox) -> Result<u64, StoreError> {
        let (condition, value) = flow_box.condition();
        let sql = format!("SELECT count(*) FROM {} WHERE {condition}", flow_box.from());
        let mut find = self.conn.prepare_cached(&sql)?;
        Ok(find.query_row(rusqlite::params_from_iter(value), |row| row.get(0))?)
    }

    /// The members of a box, in order.
    pub fn members(&self, flow_box: &FlowBox) -> Result<Vec<Member>, StoreError> {
        let (condition, value) = flow_box.condition();
        let unit = flow_box.unit();
        let (columns, letter) = match unit {
            Unit::Record => ("r.id, r.title", 'r'),
            Unit::Report => ("p.id, r.title", 'r'),
            Unit::Study => ("s.id, s.label", 's'),
        };
        let sql = format!(
            "SELECT {columns} FROM {} WHERE {condition} ORDER BY 1",
            flow_box.from()
        );
        let mut find = self.conn.prepare_cached(&sql)?;
        let rows = find.query_map(rusqlite::params_from_iter(value), |row| {
            let title: Option<String> = row.get(1)?;
            Ok(Member {
                unit,
                id: format!("{letter}{}", row.get::<_, u32>(0)?),
                title: title.unwrap_or_else(|| "(no title)".to_owned()),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The declared sources, in order.
    pub fn sources(&self) -> Result<Vec<(String, SourceKind)>, StoreError> {
        let mut all = self
            .conn
            .prepare("SELECT name, kind FROM source ORDER BY ord")?;
        let rows = all
            .query_map([], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        rows.into_iter()
            .map(|(name, kind)| {
                SourceKind::ALL
                    .into_iter()
                    .find(|k| k.as_str() == kind)
                    .map(|k| (name, k))
                    .ok_or(StoreError::Value(kind))
            })
            .collect()
    }

    /// The rules that removed something, with their box, in order of name.
    pub fn removal_rules(&self) -> Result<Vec<(String, String)>, StoreError> {
        let mut all = self.conn.prepare(
            "SELECT DISTINCT rule, box FROM report WHERE place = 'removed' ORDER BY box, rule",
        )?;
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The reason codes that exclusions at full text carry in a lane.
    pub fn exclusion_reasons(&self, lane: Lane) -> Result<Vec<String>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT DISTINCT p.reason FROM report p LEFT JOIN reason x ON x.code = p.reason
             WHERE p.place = 'fulltext-excluded' AND p.lane = ?1
             ORDER BY coalesce(x.ord, 1000000), p.reason",
        )?;
        let rows = all.query_map([lane_word(lane)], |row| {
            row.get::<_, Option<String>>(0)
                .map(Option::unwrap_or_default)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
