//! The sets behind the counts, each member with its way into the register.

use super::number::Number;
use super::places::Places;
use super::{anchor, say};
use crate::model::RecordId;
use crate::report::data::{CountSet, RecordEntry, Report, ReportData};
use crate::store::flow::Unit;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Members that the page itself lists; a larger set is listed in the files beside it.
const INLINE: usize = 30;

/// One set as a page prints it.
pub(super) struct SetView<'a> {
    pub(super) anchor: String,
    pub(super) path: String,
    pub(super) name: String,
    pub(super) rule: &'a str,
    pub(super) n: u64,
    pub(super) number: Number,
    /// Where it is listed, if there are more members than the page lists.
    pub(super) whole: Option<String>,
    /// The members, unless they are listed elsewhere.
    pub(super) members: Vec<MemberView<'a>>,
}

/// One member of a set.
pub(super) struct MemberView<'a> {
    pub(super) id: String,
    pub(super) href: String,
    pub(super) title: Cow<'a, str>,
    pub(super) note: Cow<'a, str>,
}

/// What members are told by.
pub(super) struct Known<'a, 'p> {
    places: &'p Places,
    labels: &'a BTreeMap<u32, String>,
    /// Report and record of each record's number.
    records: BTreeMap<RecordId, (&'a Report, &'a RecordEntry)>,
}

impl<'a, 'p> Known<'a, 'p> {
    pub(super) fn new(data: &'a ReportData, places: &'p Places) -> Self {
        let each = data.reports.iter();
        let records = each.flat_map(|report| report.records.iter().map(move |r| (report, r)));
        Self {
            places,
            labels: &data.study_labels,
            records: records.map(|(report, r)| (r.id, (report, r))).collect(),
        }
    }

    /// A member of a count of the flow.
    pub(super) fn member(&self, set: &CountSet, (unit, n): (Unit, u32)) -> MemberView<'a> {
        let id = RecordId(n);
        let known = self.records.get(&id);
        match (unit, known) {
            (Unit::Study, _) => MemberView {
                id: format!("s{n}"),
                href: format!("index.html#study-s{n}"),
                title: self.labels.get(&n).map_or("", String::as_str).into(),
                note: "".into(),
            },
            (Unit::Record, Some((report, record))) => {
                let title = say::cut(record.citation.title(), say::LINE);
                self.record(report, record, title)
            }
            (Unit::Report, Some((report, _))) => MemberView {
                id: id.to_string(),
                href: self.places.report(report.id),
                title: say::cut(report.title(), say::LINE),
                note: match &report.removal {
                    // What a rule removed stands with what the rule saw.
                    Some(removal) if set.path.starts_with("removed.") => {
                        say::cut(&removal.evidence, say::LINE)
                    }
                    _ => report.label.as_str().into(),
                },
            },
            (Unit::Record | Unit::Report, None) => MemberView {
                id: id.to_string(),
                href: self.places.report(id),
                title: "(no title)".into(),
                note: "".into(),
            },
        }
    }

    /// Records by their numbers.
    pub(super) fn of(&self, ids: &[RecordId]) -> Vec<MemberView<'a>> {
        let known = ids.iter().filter_map(|id| self.records.get(id));
        known
            .map(|(report, record)| {
                let title = say::cut(record.citation.title(), say::LINE);
                self.record(report, record, title)
            })
            .collect()
    }

    fn record(
        &self,
        report: &Report,
        record: &'a RecordEntry,
        title: Cow<'a, str>,
    ) -> MemberView<'a> {
        // A key that is a hash of the content says nothing to a reader.
        let note = if record.key.starts_with("sha256:") {
            record.source.as_str().into()
        } else {
            format!("{} {}", record.source, say::cut(&record.key, say::LINE)).into()
        };
        MemberView {
            id: record.id.to_string(),
            href: self.places.report(report.id),
            title,
            note,
        }
    }
}

/// The counts of the flow with the members of the small ones.
pub(super) fn of_flow<'a>(data: &'a ReportData, known: &Known<'a, '_>) -> Vec<SetView<'a>> {
    let views = data.sets.iter().map(|set| {
        let small = set.members.len() <= INLINE;
        let listed = if small { set.members.as_slice() } else { &[] };
        SetView {
            anchor: anchor(&set.path),
            path: set.path.clone(),
            name: set.name.clone(),
            rule: set.rule,
            n: set.n,
            number: Number {
                href: Some(format!("#{}", anchor(&set.path))),
                n: set.n,
            },
            whole: (!small).then(|| known.places.set(&set.path)),
            members: listed.iter().map(|m| known.member(set, *m)).collect(),
        }
    });
    views.collect()
}
