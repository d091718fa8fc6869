//! Registered trials that ended over a year ago and have no results at their register.
//!
//! Trials that were not published are the common cause of reporting bias, and the law of most
//! registers asks for results within a year of primary completion (FDAAA 801; Cochrane Handbook,
//! chapter 13). ClinicalTrials.gov states status, primary completion and whether results are
//! posted; the review's lead is told, as only a person can ask the trial's authors.

use crate::model::{Place, Record, RecordId, RecordKind};
use crate::store::{Reader, StoreError};
use serde::Serialize;

/// One such trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unreported {
    /// Its registry entry in the review.
    pub report: RecordId,
    /// Its number at the register.
    pub trial: String,
    /// Its title; absent where the register gives none.
    pub title: Option<String>,
    /// The day or month of primary completion, as the register has it.
    pub completed: String,
}

/// When a trial was completed that has no results, where it was so before the day `before`.
///
/// A month counts as its last day.
///
/// ```
/// use perennial::model::{Record, RecordKind};
/// use perennial::living::unreported::completed;
/// let mut trial = Record { kind: RecordKind::Trial, ..Record::default() };
/// for (key, value) in [
///     ("statusModule.overallStatus", "COMPLETED"),
///     ("statusModule.primaryCompletionDateStruct.date", "2016-04"),
///     ("hasResults", "false"),
/// ] {
///     trial.extra.insert(key.to_owned(), vec![value.to_owned()]);
/// }
/// assert_eq!(completed(&trial, "2017-01-01"), Some("2016-04"));
/// assert_eq!(completed(&trial, "2016-04-30"), None);
/// ```
pub fn completed<'r>(record: &'r Record, before: &str) -> Option<&'r str> {
    let stated = |key: &str| record.extra.get(key)?.first().map(String::as_str);
    let ended = stated("statusModule.overallStatus") == Some("COMPLETED");
    let silent = stated("hasResults") == Some("false");
    if record.kind != RecordKind::Trial || !ended || !silent {
        return None;
    }
    let date = stated("statusModule.primaryCompletionDateStruct.date")
        .or_else(|| stated("statusModule.completionDateStruct.date"))?;
    let day = format!("{date}-31");
    let day = day.get(..10).unwrap_or(&day);
    (day < before).then_some(date)
}

/// The trials among records that nobody excluded, completed over a year before the day `on`.
pub fn unreported(reader: Reader<'_>, on: &str) -> Result<Vec<Unreported>, StoreError> {
    let Ok(on) = on.parse::<jiff::civil::Date>() else {
        return Ok(Vec::new());
    };
    let before = on.saturating_sub(jiff::Span::new().years(1)).to_string();
    let mut out: Vec<Unreported> = Vec::new();
    for row in reader.records_keyed("NCT")? {
        if out.iter().any(|other| other.trial == row.key) {
            continue;
        }
        let Some(record) = reader.content(row.hash)? else {
            continue;
        };
        let Some(completed) = completed(&record, &before) else {
            continue;
        };
        let excluded = reader.report(row.report)?.is_some_and(|report| {
            matches!(
                report.place,
                Place::Removed | Place::TitleExcluded | Place::FulltextExcluded
            )
        });
        if !excluded {
            out.push(Unreported {
                report: row.report,
                completed: completed.to_owned(),
                trial: row.key,
                title: record.title,
            });
        }
    }
    out.sort_by(|a, b| (&a.completed, &a.trial).cmp(&(&b.completed, &b.trial)));
    Ok(out)
}
