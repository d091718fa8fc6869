//! The boxes of the flow as queries: each box is a set of records, reports or studies, and its
//! number is the size of that set. `explain` lists the same set by the same condition.

use super::project::versions::GONE;
use super::{Reader, StoreError};
use crate::model::{Lane, SourceKind};
use std::collections::BTreeMap;

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
    /// Reports, studies or reports of no study that a version included.
    Version(u32, VersionRole, Counted),
    /// What the last version included and what is not counted so any more; reports, studies or
    /// reports of no study.
    Gone(Counted),
}

/// What versions count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Included reports.
    Reports,
    /// Studies with an included report.
    Studies,
    /// Included reports of no study.
    Ungrouped,
}

impl Counted {
    fn unit(self) -> Unit {
        match self {
            Self::Reports | Self::Ungrouped => Unit::Report,
            Self::Studies => Unit::Study,
        }
    }

    /// The id in the query and the word in the tables.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Reports => ("r.id", "report"),
            Self::Ungrouped => ("r.id", "ungrouped"),
            Self::Studies => ("s.id", "study"),
        }
    }
}

/// What a version says of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VersionRole {
    /// It was included.
    Included,
    /// The version before included it, this one does not.
    Withdrawn,
}

/// The columns of a flow that are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Span {
    /// All of them.
    #[default]
    Whole,
    /// Those of these versions; 0 is what is not published yet.
    Of(Vec<u32>),
}

impl Span {
    /// The condition on the column of a unit.
    fn condition(&self, unit: Unit, ungrouped: bool) -> String {
        let Self::Of(columns) = self else {
            return String::new();
        };
        let list: Vec<String> = columns.iter().map(u32::to_string).collect();
        let column = match (unit, ungrouped) {
            (Unit::Record, _) => "r.col".to_owned(),
            (Unit::Report, false) => "p.col".to_owned(),
            (Unit::Report, true) => frozen("ungrouped", "p.id"),
            (Unit::Study, _) => frozen("study", "s.id"),
        };
        format!(" AND {column} IN ({})", list.join(", "))
    }
}

fn frozen(unit: &str, id: &str) -> String {
    format!("coalesce((SELECT u.col FROM published u WHERE u.unit = '{unit}' AND u.id = {id}), 0)")
}

/// Whether an included report `p` belongs to no study.
pub(super) const INCLUDED_UNGROUPED: &str = "p.place = 'included' AND NOT EXISTS (
    SELECT 1 FROM study_link l JOIN main.record lr ON lr.id = l.report WHERE lr.report = p.id)";

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
const SCREENED: &str = "'title-open', 'title-conflict', 'title-excluded', 'retrieval-open', \
    'not-retrieved', 'fulltext-open', 'fulltext-conflict', 'fulltext-excluded', 'included'";
const SOUGHT: &str = "'retrieval-open', 'not-retrieved', 'fulltext-open', 'fulltext-conflict', \
    'fulltext-excluded', 'included'";
const ASSESSED: &str = "'fulltext-open', 'fulltext-conflict', 'fulltext-excluded', 'included'";

impl FlowBox {
    /// What it counts.
    pub fn unit(&self) -> Unit {
        match self {
            Self::Identified(..) | Self::Copies(_) => Unit::Record,
            Self::IncludedStudies => Unit::Study,
            // A report may have been joined to another since; its first record is still there.
            Self::Version(_, _, counted) | Self::Gone(counted) => counted.unit(),
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
            Self::Copies(Lane::Main) => (
                "r.kind NOT IN ('other', 'baseline') AND r.id <> p.stands".into(),
                None,
            ),
            Self::Copies(Lane::Baseline) => {
                ("r.kind = 'baseline' AND r.id <> p.stands".into(), None)
            }
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
            Self::Screened(lane) => at(lane, SCREENED),
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
            Self::IncludedUngrouped => (INCLUDED_UNGROUPED.into(), None),
            Self::Version(n, role, counted) => {
                let role = match role {
                    VersionRole::Included => "included",
                    VersionRole::Withdrawn => "withdrawn",
                };
                let (id, unit) = counted.words();
                (
                    format!(
                        "{id} IN (SELECT v.id FROM version_member v WHERE v.version = {n}
                           AND v.role = '{role}' AND v.unit = '{unit}')"
                    ),
                    None,
                )
            }
            Self::Gone(counted) => {
                let (id, unit) = counted.words();
                let gone = GONE.iter().find(|(name, _)| *name == unit);
                let gone = gone.map_or("0", |(_, gone)| gone);
                (
                    format!(
                        "{id} IN (SELECT u.id FROM published u WHERE u.unit = '{unit}' AND {gone})"
                    ),
                    None,
                )
            }
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
        if let Self::Version(..) | Self::Gone(..) = self
            && self.unit() == Unit::Report
        {
            return "record r";
        }
        match self.unit() {
            Unit::Record => "record r JOIN report p ON p.id = r.report",
            Unit::Report => "report p JOIN record r ON r.id = p.primary_record",
            Unit::Study => "study s",
        }
    }
}

impl FlowBox {
    /// What is enough to count: every report has its primary record and every record its report, so
    /// a join that only gives titles is left out.
    fn counted_from(&self) -> &'static str {
        match self {
            Self::Identified(..) => "record r",
            Self::Version(..) | Self::Gone(..) | Self::Copies(_) | Self::IncludedStudies => {
                self.from()
            }
            _ => "report p",
        }
    }

    /// The condition on the columns; a version's own members have none.
    fn span(&self, span: &Span) -> String {
        match self {
            Self::Version(..) | Self::Gone(..) => String::new(),
            _ => span.condition(self.unit(), *self == Self::IncludedUngrouped),
        }
    }
}

pub(in crate::store) fn lane_word(lane: Lane) -> &'static str {
    match lane {
        Lane::Main => "main",
        Lane::Other => "other",
        Lane::Baseline => "baseline",
    }
}

impl Reader<'_> {
    /// The size of a box.
    pub fn count(&self, flow_box: &FlowBox) -> Result<u64, StoreError> {
        self.count_in(flow_box, &Span::Whole)
    }

    /// The size of a box in some columns.
    pub fn count_in(&self, flow_box: &FlowBox, span: &Span) -> Result<u64, StoreError> {
        let (condition, value) = flow_box.condition();
        let condition = condition + &flow_box.span(span);
        let sql = format!(
            "SELECT count(*) FROM {} WHERE {condition}",
            flow_box.counted_from()
        );
        let mut find = self.conn.prepare_cached(&sql)?;
        Ok(find.query_row(rusqlite::params_from_iter(value), |row| row.get(0))?)
    }

    /// The members of a box, in order.
    pub fn members(&self, flow_box: &FlowBox) -> Result<Vec<Member>, StoreError> {
        self.members_in(flow_box, &Span::Whole)
    }

    /// The members of a box in some columns, in order.
    pub fn members_in(&self, flow_box: &FlowBox, span: &Span) -> Result<Vec<Member>, StoreError> {
        let (condition, value) = flow_box.condition();
        let condition = condition + &flow_box.span(span);
        let unit = flow_box.unit();
        let frozen = matches!(flow_box, FlowBox::Version(..) | FlowBox::Gone(..));
        let (columns, letter) = match unit {
            Unit::Report if frozen => ("r.id, r.title", 'r'),
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

    /// The numbers of the members of a box in some columns, in order; without their titles, which
    /// cost a look at a record each.
    pub fn numbers_in(&self, flow_box: &FlowBox, span: &Span) -> Result<Vec<u32>, StoreError> {
        let (condition, value) = flow_box.condition();
        let condition = condition + &flow_box.span(span);
        let frozen = matches!(flow_box, FlowBox::Version(..) | FlowBox::Gone(..));
        let column = match flow_box.unit() {
            Unit::Report if !frozen => "p.id",
            Unit::Record | Unit::Report => "r.id",
            Unit::Study => "s.id",
        };
        let sql = format!(
            "SELECT {column} FROM {} WHERE {condition} ORDER BY 1",
            flow_box.counted_from()
        );
        let mut find = self.conn.prepare_cached(&sql)?;
        let rows = find.query_map(rusqlite::params_from_iter(value), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What every study is called, also of those that have no report any more.
    pub fn study_labels(&self) -> Result<BTreeMap<u32, String>, StoreError> {
        let mut all = self.conn.prepare("SELECT id, label FROM study")?;
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
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
