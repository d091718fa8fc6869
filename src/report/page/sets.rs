//! The sets of the audit appendix, each member with its way into the register.

use super::Number;
use super::anchor;
use crate::model::RecordId;
use crate::report::data::{CountSet, RecordEntry, Report, ReportData};
use crate::store::flow::{Member, Unit};
use std::collections::BTreeMap;

/// One set as the page prints it.
pub(super) struct SetView<'a> {
    pub(super) anchor: String,
    pub(super) path: String,
    pub(super) name: String,
    pub(super) rule: &'a str,
    pub(super) n: u64,
    pub(super) number: Number,
    pub(super) members: Vec<MemberView<'a>>,
}

/// One member of a set.
pub(super) struct MemberView<'a> {
    pub(super) id: String,
    pub(super) href: String,
    pub(super) title: &'a str,
    pub(super) note: String,
}

/// The path of the set of records that a run brought.
pub(super) fn run_path(run: u64) -> String {
    format!("search.run[{run}].new")
}

/// The counts of the flow, without their members.
pub(super) fn of_flow(data: &ReportData) -> Vec<SetView<'_>> {
    data.sets.iter().map(|set| view(set, Vec::new())).collect()
}

/// Every set: the flow's, then the new records of each run.
pub(super) fn all(data: &ReportData) -> Vec<SetView<'_>> {
    let mut records: BTreeMap<RecordId, (&Report, &RecordEntry)> = BTreeMap::new();
    for report in &data.reports {
        for record in &report.records {
            records.insert(record.id, (report, record));
        }
    }
    let mut out: Vec<SetView<'_>> = data
        .sets
        .iter()
        .map(|set| {
            let members = set.members.iter();
            view(
                set,
                members.map(|member| in_flow(member, &records)).collect(),
            )
        })
        .collect();
    for search in &data.searches {
        let path = run_path(search.run);
        let new = records
            .values()
            .filter(|(_, record)| record.run == search.run);
        let members: Vec<MemberView<'_>> = new
            .map(|(report, record)| of_record(report, record, record.citation.title()))
            .collect();
        let n = u64::try_from(members.len()).unwrap_or(u64::MAX);
        out.push(SetView {
            anchor: anchor(&path),
            name: format!("New records of {}, run {}", search.source.name, search.run),
            rule: "Records that this run was the first to receive from its source.",
            number: Number {
                anchor: Some(anchor(&path)),
                n,
            },
            path,
            n,
            members,
        });
    }
    out
}

fn view<'a>(set: &'a CountSet, members: Vec<MemberView<'a>>) -> SetView<'a> {
    SetView {
        anchor: anchor(&set.path),
        path: set.path.clone(),
        name: set.name.clone(),
        rule: set.rule,
        n: set.n,
        number: Number {
            anchor: Some(anchor(&set.path)),
            n: set.n,
        },
        members,
    }
}

fn in_flow<'a>(
    member: &'a Member,
    records: &BTreeMap<RecordId, (&'a Report, &'a RecordEntry)>,
) -> MemberView<'a> {
    let known = member
        .id
        .parse()
        .ok()
        .and_then(|id: RecordId| records.get(&id));
    match (member.unit, known) {
        (Unit::Study, _) => MemberView {
            id: member.id.clone(),
            href: format!("study-{}", member.id),
            title: &member.title,
            note: String::new(),
        },
        (Unit::Record, Some((report, record))) => of_record(report, record, &member.title),
        (Unit::Report, Some((report, _))) => MemberView {
            id: member.id.clone(),
            href: format!("report-{}", report.id),
            title: &member.title,
            note: report.label.clone(),
        },
        (Unit::Record | Unit::Report, None) => MemberView {
            id: member.id.clone(),
            href: format!("report-{}", member.id),
            title: &member.title,
            note: String::new(),
        },
    }
}

fn of_record<'a>(report: &'a Report, record: &'a RecordEntry, title: &'a str) -> MemberView<'a> {
    // A key that is a hash of the content says nothing to a reader.
    let key = if record.key.starts_with("sha256:") {
        record.source.clone()
    } else {
        format!("{} {}", record.source, record.key)
    };
    MemberView {
        id: record.id.to_string(),
        href: format!("report-{}", report.id),
        title,
        note: key,
    }
}
