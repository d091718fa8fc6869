//! Counts to the CSV of the PRISMA2020 R package.

use super::read::GIVEN;
use super::rows::{ROWS, Row};
use super::{Column, LANE};
use crate::prisma::counts::{Counts, Named, Reasons, Tally};

/// The file of one flow, with the column `n`.
pub fn write(counts: &Counts) -> String {
    table(&[("n", counts)])
}

/// The file of a living flow: one column per update. Heads must differ from the fixed columns'.
pub fn write_columns(columns: &[Column]) -> String {
    let columns: Vec<_> = columns
        .iter()
        .map(|c| (c.name.as_str(), &c.counts))
        .collect();
    table(&columns)
}

/// The file to fill: every row of the format, its column `n` empty. A line that is left empty is off in
/// the figure.
pub fn template() -> String {
    let mut out = String::from("data,node,box,description,boxtext,tooltips,url,n\n");
    for row in ROWS.iter().filter(|row| !row.ours) {
        let url = row.url();
        let fixed = [
            row.data,
            row.node,
            row.cell_of,
            row.description,
            row.boxtext,
            row.tooltip(),
            &url,
        ];
        out.push_str(&fixed.map(quoted).join(","));
        out.push_str(",\n");
    }
    out
}

fn table(columns: &[(&str, &Counts)]) -> String {
    let mut out = String::from("data,node,box,description,boxtext,tooltips,url");
    for (name, _) in columns {
        out.push(',');
        out.push_str(&quoted(name));
    }
    out.push('\n');
    for row in ROWS {
        let cells: Vec<Option<String>> = columns
            .iter()
            .map(|(_, c)| cell(row, c).filter(|_| !blank(row, c)))
            .collect();
        if row.ours && cells.iter().all(Option::is_none) {
            continue;
        }
        let url = row.url();
        let fixed = [
            row.data,
            row.node,
            row.cell_of,
            row.description,
            row.boxtext,
            row.tooltip(),
            &url,
        ];
        out.push_str(&fixed.map(quoted).join(","));
        for cell in cells {
            out.push(',');
            out.push_str(&quoted(cell.as_deref().unwrap_or("NA")));
        }
        out.push('\n');
    }
    out
}

/// Whether a row is of a count that nobody gave.
fn blank(row: &Row, counts: &Counts) -> bool {
    let path = match row.data {
        "previous_studies" => Some("previous.studies"),
        "previous_reports" => Some("previous.reports"),
        "total_studies" => Some("total.studies"),
        "total_reports" => Some("total.reports"),
        data => GIVEN
            .iter()
            .find(|(_, rows)| rows.contains(&data))
            .map(|(path, _)| *path),
    };
    path.is_some_and(|path| counts.not_given.contains(path))
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

fn list(named: &[Named]) -> Option<String> {
    let parts: Vec<String> = named
        .iter()
        .map(|part| format!("{}, {}", part.name.replace(';', ",").trim(), part.n))
        .collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

fn positive(n: u64) -> Option<String> {
    (n > 0).then(|| n.to_string())
}

/// The list, or the bare total where there is none.
fn reasons(reasons: &Reasons) -> String {
    list(&reasons.by_reason).unwrap_or_else(|| reasons.total.to_string())
}

/// The total, where the list says another.
fn reason_total(reasons: &Reasons) -> Option<String> {
    let listed = Reasons::of(reasons.by_reason.clone()).total;
    (!reasons.by_reason.is_empty() && listed != reasons.total).then(|| reasons.total.to_string())
}

fn cell(row: &Row, counts: &Counts) -> Option<String> {
    if row.is_label() {
        return Some("0".to_owned());
    }
    let identified = &counts.identified;
    let removed = &counts.removed;
    let lane = &counts.other_methods;
    let other = &identified.other.by_source;
    let has_lane = counts.has_other_lane();
    let some = |n: u64| Some(n.to_string());
    let in_lane = |n: u64| has_lane.then(|| n.to_string());
    match row.data {
        "previous_studies" => counts.previous.map(|p| p.studies.to_string()),
        "previous_reports" => counts.previous.map(|p| p.reports.to_string()),
        "database_results" => some(identified.databases.total),
        "database_specific_results" => list(&identified.databases.by_source),
        "register_results" => some(identified.registers.total),
        "register_specific_results" => list(&identified.registers.by_source),
        "duplicates" => some(removed.duplicates),
        "excluded_automatic" => some(removed.automation.total),
        "excluded_other" => some(removed.other.total),
        "records_screened" => some(counts.screened),
        "records_excluded" => some(counts.excluded.total),
        "dbr_sought_reports" => some(counts.sought),
        "dbr_notretrieved_reports" => some(counts.not_retrieved),
        "dbr_assessed" => some(counts.assessed),
        "dbr_excluded" => Some(reasons(&counts.excluded_full_text)),
        "other_sought_reports" => in_lane(lane.sought),
        "other_notretrieved_reports" => in_lane(lane.not_retrieved),
        "other_assessed" => in_lane(lane.assessed),
        "other_excluded" => has_lane.then(|| reasons(&lane.excluded_full_text)),
        "new_studies" => some(counts.included.studies),
        "new_reports" => some(counts.included.reports),
        "total_studies" => some(counts.total.studies),
        "total_reports" => some(counts.total.reports),
        "total_studies_ma" => counts.pooled().map(|n| n.to_string()),
        "total_reports_ma" => counts
            .in_meta_analysis
            .and_then(|(_, reports)| reports)
            .map(|n| n.to_string()),
        "review_version" => counts.version.clone(),
        "flow_template" => ambiguous(counts).then(|| format!("{:?}", counts.template)),
        "other_specific_results" => list(&unnamed(other)),
        "other_total_results" => {
            let listed = other.iter().fold(0, |sum: u64, s| sum.saturating_add(s.n));
            (listed != identified.other.total).then(|| identified.other.total.to_string())
        }
        "automation_rules" => list(&removed.automation.by_rule),
        "removal_rules" => list(&removed.other.by_rule),
        "decided_by_human" => counts.excluded.by_human.map(|n| n.to_string()),
        "decided_by_tool" => counts.excluded.by_tool.map(|n| n.to_string()),
        "dbr_reason_total" => reason_total(&counts.excluded_full_text),
        "other_reason_total" => reason_total(&lane.excluded_full_text),
        "other_known_copies" => positive(lane.duplicates),
        "other_set_aside" => positive(lane.excluded),
        "withdrawn_studies" => positive(counts.withdrawn.studies),
        "withdrawn_reports" => positive(counts.withdrawn.reports),
        "pending_before" => positive(counts.pending.before_screening),
        "pending_title_abstract" => positive(counts.pending.title_abstract),
        "pending_retrieval" => positive(counts.pending.retrieval),
        "pending_full_text" => positive(counts.pending.full_text),
        "other_pending_before" => positive(lane.pending.before_screening),
        "other_pending_title_abstract" => positive(lane.pending.title_abstract),
        "other_pending_retrieval" => positive(lane.pending.retrieval),
        "other_pending_full_text" => positive(lane.pending.full_text),
        data => {
            let (_, name) = LANE.iter().find(|(known, _)| *known == data)?;
            other
                .iter()
                .find(|s| s.name == *name)
                .map(|s| s.n.to_string())
        }
    }
}

/// Sources of the other-methods lane without a row of their own.
fn unnamed(sources: &[Named]) -> Vec<Named> {
    let known = |s: &Named| LANE.iter().any(|(_, name)| *name == s.name);
    sources.iter().filter(|s| !known(s)).cloned().collect()
}

/// Whether zeroes alone would be read as a template nobody uses (see `read`).
fn ambiguous(counts: &Counts) -> bool {
    let nothing = Tally::default();
    let zero_lane = counts.identified.other.total == 0
        && counts.identified.other.by_source.iter().all(|s| s.n == 0)
        && counts.other_methods == super::super::counts::OtherMethods::default();
    let empty_start = counts.previous == Some(nothing);
    empty_start || (counts.has_other_lane() && zero_lane)
}
