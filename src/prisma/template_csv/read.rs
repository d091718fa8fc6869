//! The CSV of the PRISMA2020 R package to counts.
//!
//! The package's empty template is full of zeroes, so a zero alone declares nothing: previous
//! counts of 0 are a new review, and a lane of zeroes is not a lane. `NA`, an empty cell and a row that is
//! not there say "not given", which is not 0: such a line is off in the figure, a total is not made of
//! it, and no identity is judged by it. A list whose every entry is the template's `xxx` is not given.
//! A column of row numbers, as R writes one, is passed over; any other column that holds no counts is
//! refused by name.

use super::rows::ROWS;
use super::{Column, LANE, TemplateError};
use crate::model::cell::unguard;
use crate::prisma::counts::{
    Counts, Excluded, Identified, Named, OtherMethods, Pending, Reasons, Removals, Removed,
    Sources, Tally, Template,
};
use crate::table::{ReadError, Rows};
use std::collections::{BTreeMap, BTreeSet};

const FIXED: [&str; 7] = [
    "data",
    "node",
    "box",
    "description",
    "boxtext",
    "tooltips",
    "url",
];

/// The counts that a file may leave out, with the rows that give them.
pub(super) const GIVEN: [(&str, &[&str]); 17] = [
    (
        "identified.databases.total",
        &["database_results", "database_specific_results"],
    ),
    (
        "identified.registers.total",
        &["register_results", "register_specific_results"],
    ),
    ("removed.duplicates", &["duplicates"]),
    (
        "removed.automation.total",
        &["excluded_automatic", "automation_rules"],
    ),
    ("removed.other.total", &["excluded_other", "removal_rules"]),
    ("screened", &["records_screened"]),
    ("excluded.total", &["records_excluded"]),
    ("sought", &["dbr_sought_reports"]),
    ("not_retrieved", &["dbr_notretrieved_reports"]),
    ("assessed", &["dbr_assessed"]),
    (
        "excluded_full_text.total",
        &["dbr_excluded", "dbr_reason_total"],
    ),
    ("included.studies", &["new_studies"]),
    ("included.reports", &["new_reports"]),
    ("other_methods.sought", &["other_sought_reports"]),
    (
        "other_methods.not_retrieved",
        &["other_notretrieved_reports"],
    ),
    ("other_methods.assessed", &["other_assessed"]),
    (
        "other_methods.excluded_full_text.total",
        &["other_excluded", "other_reason_total"],
    ),
];

/// Every column of counts, in the order of the file, finished.
///
/// ```
/// use perennial::prisma::template_csv::read;
///
/// let columns = read("data,n\nrecords_screened,190\ndbr_excluded,\"Review, 6; Design, 7\"\n")?;
/// assert_eq!(columns[0].counts.screened, 190);
/// assert_eq!(columns[0].counts.excluded_full_text.total, 13);
/// # Ok::<(), perennial::prisma::template_csv::TemplateError>(())
/// ```
pub fn read(text: &str) -> Result<Vec<Column>, TemplateError> {
    let mut source = Rows::of(text.as_bytes()).map_err(|error| row_error(&error))?;
    let mut record = csv::StringRecord::new();
    if source
        .next_into(&mut record)
        .map_err(|error| row_error(&error))?
        .is_none()
    {
        return Err(TemplateError::Head { wanted: "data" });
    }
    let head: Vec<String> = record.iter().map(|h| h.trim().to_owned()).collect();
    let Some(data_column) = head.iter().position(|h| h == "data") else {
        return Err(TemplateError::Head { wanted: "data" });
    };
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    while let Some(line) = source
        .next_into(&mut record)
        .map_err(|error| row_error(&error))?
    {
        let data = record.get(data_column).unwrap_or("").trim().to_owned();
        if data.is_empty() || data == "NA" {
            continue;
        }
        if !ROWS.iter().any(|row| row.data == data) {
            return Err(TemplateError::Unknown { line, data });
        }
        let row = Row {
            line,
            cells: record.iter().map(str::to_owned).collect(),
        };
        if let Some(first) = rows.get(&data) {
            return Err(TemplateError::Twice {
                line,
                data,
                first: first.line,
            });
        }
        rows.insert(data, row);
    }
    if rows.is_empty() {
        return Err(TemplateError::Empty);
    }
    let of_counts = counting(&head, &rows)?;
    let columns: Vec<Column> = head
        .iter()
        .enumerate()
        .filter(|(at, _)| of_counts.contains(at))
        .map(|(at, name)| {
            let cells = Cells {
                rows: &rows,
                at,
                head: name,
            };
            Ok(Column {
                name: name.clone(),
                counts: cells.counts()?,
            })
        })
        .collect::<Result<_, TemplateError>>()?;
    if columns.is_empty() {
        return Err(TemplateError::Head { wanted: "n" });
    }
    Ok(columns)
}

/// Which columns hold counts. Beside `n` there is none but those of the format; row numbers count from 1
/// under a head that says nothing.
fn counting(head: &[String], rows: &BTreeMap<String, Row>) -> Result<Vec<usize>, TemplateError> {
    let numbers = |at: usize, name: &str| {
        let silent = name.is_empty()
            || name == "X"
            || name.starts_with("...")
            || name.starts_with("Unnamed")
            || matches!(
                name.to_lowercase().as_str(),
                "rownames" | "row" | "id" | "no" | "nr" | "#"
            );
        let mut found: Vec<u64> = rows
            .values()
            .filter_map(|row| row.cells.get(at).and_then(|cell| cell.trim().parse().ok()))
            .collect();
        found.sort_unstable();
        let rising = found.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        silent && found.len() == rows.len() && rising
    };
    let others: Vec<(usize, &String)> = head
        .iter()
        .enumerate()
        .filter(|(at, name)| !FIXED.contains(&name.as_str()) && !numbers(*at, name))
        .collect();
    let n = others.iter().find(|(_, name)| *name == "n");
    if let (Some(_), Some((_, name))) = (n, others.iter().find(|(_, name)| *name != "n")) {
        return Err(TemplateError::Column {
            name: (*name).clone(),
        });
    }
    if let Some((_, name)) = others.iter().find(|(at, _)| {
        let cells = || rows.values().filter_map(|row| row.cells.get(*at));
        let text = |cell: &str| cell.chars().any(char::is_alphabetic) && cell != "NA";
        let words = cells()
            .filter(|cell| text(cell.trim()) && !cell.contains(','))
            .count();
        words > 1 && words * 2 > cells().count()
    }) {
        return Err(TemplateError::Column {
            name: (*name).clone(),
        });
    }
    Ok(others.into_iter().map(|(at, _)| at).collect())
}

fn row_error(error: &ReadError) -> TemplateError {
    TemplateError::Row {
        line: error.line().unwrap_or(0),
        message: error.reason().to_owned(),
    }
}

struct Row {
    line: u64,
    cells: Vec<String>,
}

/// A list cell: named counts, a bare total, or nothing.
#[derive(Default)]
struct List {
    total: Option<u64>,
    named: Vec<Named>,
}

struct Cells<'a> {
    rows: &'a BTreeMap<String, Row>,
    at: usize,
    head: &'a str,
}

impl Cells<'_> {
    /// What the cell says; nothing where it is empty, `NA` or missing.
    fn text(&self, data: &str) -> Option<&str> {
        let cell = unguard(self.rows.get(data)?.cells.get(self.at)?.trim());
        (!cell.is_empty() && cell != "NA").then_some(cell)
    }

    fn fault(&self, data: &str, found: &str, wanted: &'static str) -> TemplateError {
        TemplateError::Cell {
            line: self.rows.get(data).map_or(0, |row| row.line),
            column: self.at.saturating_add(1),
            head: self.head.to_owned(),
            found: found.to_owned(),
            wanted,
        }
    }

    fn given(&self, data: &str) -> Result<Option<u64>, TemplateError> {
        let Some(text) = self.text(data) else {
            return Ok(None);
        };
        count(text)
            .map(Some)
            .ok_or_else(|| self.fault(data, text, "a count"))
    }

    fn number(&self, data: &str) -> Result<u64, TemplateError> {
        Ok(self.given(data)?.unwrap_or(0))
    }

    fn list(&self, data: &str) -> Result<List, TemplateError> {
        let Some(text) = self.text(data) else {
            return Ok(List::default());
        };
        if let Some(total) = count(text) {
            return Ok(List {
                total: Some(total),
                named: Vec::new(),
            });
        }
        let wanted = "a count or a list like `Reason1, 12; Reason2, 3`";
        let mut named = Vec::new();
        let mut placeholders = 0;
        let entries = text
            .split(';')
            .map(str::trim)
            .filter(|entry| !entry.is_empty());
        for entry in entries {
            let Some((name, n)) = entry.rsplit_once(',') else {
                return Err(self.fault(data, entry, wanted));
            };
            match (name.trim(), n.trim()) {
                (_, "xxx") => placeholders += 1,
                ("", _) => return Err(self.fault(data, entry, wanted)),
                (name, n) => {
                    let n = count(n).ok_or_else(|| self.fault(data, entry, wanted))?;
                    named.push(Named::new(name, n));
                }
            }
        }
        if placeholders > 0 && !named.is_empty() {
            return Err(self.fault(data, text, wanted));
        }
        Ok(List { total: None, named })
    }

    fn sources(&self, total: &str, named: &str) -> Result<Sources, TemplateError> {
        let sources = Sources::of(self.list(named)?.named);
        Ok(Sources {
            total: self.given(total)?.unwrap_or(sources.total),
            ..sources
        })
    }

    fn removals(&self, total: &str, named: &str) -> Result<Removals, TemplateError> {
        let rules = Removals::of(self.list(named)?.named);
        Ok(Removals {
            total: self.given(total)?.unwrap_or(rules.total),
            ..rules
        })
    }

    fn reasons(&self, data: &str, total: &str) -> Result<Reasons, TemplateError> {
        let list = self.list(data)?;
        let reasons = Reasons::of(list.named);
        let bare = list.total.unwrap_or(reasons.total);
        Ok(Reasons {
            total: self.given(total)?.unwrap_or(bare),
            ..reasons
        })
    }

    fn pending(&self, prefix: &str) -> Result<Pending, TemplateError> {
        Ok(Pending {
            before_screening: self.number(&format!("{prefix}pending_before"))?,
            title_abstract: self.number(&format!("{prefix}pending_title_abstract"))?,
            retrieval: self.number(&format!("{prefix}pending_retrieval"))?,
            full_text: self.number(&format!("{prefix}pending_full_text"))?,
        })
    }

    fn template(&self) -> Result<Option<Template>, TemplateError> {
        let Some(text) = self.text("flow_template") else {
            return Ok(None);
        };
        [Template::V1, Template::V2, Template::V3, Template::V4]
            .into_iter()
            .find(|template| format!("{template:?}") == text)
            .map(Some)
            .ok_or_else(|| self.fault("flow_template", text, "V1, V2, V3 or V4"))
    }

    fn lane(&self) -> Result<OtherMethods, TemplateError> {
        Ok(OtherMethods {
            duplicates: self.number("other_known_copies")?,
            excluded: self.number("other_set_aside")?,
            sought: self.number("other_sought_reports")?,
            not_retrieved: self.number("other_notretrieved_reports")?,
            assessed: self.number("other_assessed")?,
            excluded_full_text: self.reasons("other_excluded", "other_reason_total")?,
            pending: self.pending("other_")?,
        })
    }

    /// Sources of the other-methods lane; zeroes declare none where the whole lane is zero.
    fn other_sources(&self, lane: &OtherMethods, told: bool) -> Result<Sources, TemplateError> {
        let mut named = Vec::new();
        for (data, name) in LANE {
            if let Some(n) = self.given(data)? {
                named.push(Named::new(name, n));
            }
        }
        named.extend(self.list("other_specific_results")?.named);
        let sources = Sources::of(named);
        let total = self.given("other_total_results")?.unwrap_or(sources.total);
        if total == 0 && sources.total == 0 && *lane == OtherMethods::default() && !told {
            return Ok(Sources::default());
        }
        Ok(Sources { total, ..sources })
    }

    /// The paths of the counts that the column does not give.
    fn not_given(&self, lane: &OtherMethods) -> BTreeSet<String> {
        let mut out = BTreeSet::new();
        let used = *lane != OtherMethods::default();
        for (path, rows) in GIVEN {
            if path.starts_with("other_methods.") && !used {
                continue;
            }
            let mut given = false;
            for row in rows {
                given |= self.text(row).is_some();
            }
            if !given {
                out.insert(path.to_owned());
            }
        }
        out
    }

    fn counts(&self) -> Result<Counts, TemplateError> {
        let template = self.template()?;
        let lane = self.lane()?;
        let told = template.is_some_and(Template::has_other_lane);
        let previous = [
            self.given("previous_studies")?,
            self.given("previous_reports")?,
        ];
        let given_total = [self.given("total_studies")?, self.given("total_reports")?];
        let nothing = previous.iter().all(|n| n.unwrap_or(0) == 0);
        let is_update = template.map_or(!nothing, Template::is_update);
        let previous_given = previous;
        let previous = match previous {
            [None, None] => None,
            [studies, reports] if is_update => {
                Some(Tally::new(studies.unwrap_or(0), reports.unwrap_or(0)))
            }
            _ => None,
        };
        let included = Tally::new(self.number("new_studies")?, self.number("new_reports")?);
        let withdrawn = Tally::new(
            self.number("withdrawn_studies")?,
            self.number("withdrawn_reports")?,
        );
        let [studies, reports] = given_total;
        let total = Tally::new(
            total(
                studies,
                previous.map(|p| p.studies),
                included.studies,
                withdrawn.studies,
            ),
            total(
                reports,
                previous.map(|p| p.reports),
                included.reports,
                withdrawn.reports,
            ),
        );
        let mut not_given = self.not_given(&lane);
        if let Some([_, reports]) = previous.as_ref().map(|_| previous_given) {
            // Nothing is made of what is not known.
            if reports.is_none() {
                not_given.insert("previous.reports".to_owned());
                if given_total[1].is_none() {
                    not_given.insert("total.reports".to_owned());
                }
            }
            if previous_given[0].is_none() {
                not_given.insert("previous.studies".to_owned());
                if given_total[0].is_none() {
                    not_given.insert("total.studies".to_owned());
                }
            }
        }
        let counts = Counts {
            version: self.text("review_version").map(str::to_owned),
            previous,
            identified: Identified {
                databases: self.sources("database_results", "database_specific_results")?,
                registers: self.sources("register_results", "register_specific_results")?,
                other: self.other_sources(&lane, told)?,
            },
            removed: Removed {
                duplicates: self.number("duplicates")?,
                automation: self.removals("excluded_automatic", "automation_rules")?,
                other: self.removals("excluded_other", "removal_rules")?,
            },
            screened: self.number("records_screened")?,
            excluded: Excluded {
                total: self.number("records_excluded")?,
                by_human: self.given("decided_by_human")?,
                by_tool: self.given("decided_by_tool")?,
            },
            sought: self.number("dbr_sought_reports")?,
            not_retrieved: self.number("dbr_notretrieved_reports")?,
            assessed: self.number("dbr_assessed")?,
            excluded_full_text: self.reasons("dbr_excluded", "dbr_reason_total")?,
            other_methods: lane,
            included,
            withdrawn,
            total,
            pending: self.pending("")?,
            not_given,
            in_meta_analysis: match self.given("total_studies_ma")? {
                Some(studies) if studies > 0 => Some((
                    studies,
                    self.given("total_reports_ma")?
                        .filter(|reports| *reports > 0),
                )),
                Some(_) | None => None,
            },
            ..Counts::default()
        };
        Ok(match self.given("total_studies_ma")? {
            Some(pooled) if pooled > 0 => counts.finish_pooled(pooled),
            Some(_) | None => counts.finish(),
        })
    }
}

/// The total as given; where it is not (or is the template's 0 of a new review), what the other
/// counts make it.
fn total(given: Option<u64>, previous: Option<u64>, new: u64, withdrawn: u64) -> u64 {
    match (given, previous) {
        (Some(0) | None, None) => new.saturating_sub(withdrawn),
        (None, Some(previous)) => previous.saturating_add(new).saturating_sub(withdrawn),
        (Some(given), _) => given,
    }
}

/// A count is digits; nothing else.
fn count(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}
