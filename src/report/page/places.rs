//! Where everything is: which file of the register holds a report, which file of the sets a count.

use super::{anchor, listed};
use crate::model::RecordId;
use crate::report::data::ReportData;
use std::collections::BTreeMap;

/// Reports in one file of the register: about half a megabyte.
pub(super) const REPORTS: usize = 1_000;
/// Members in one file of the sets: about half a megabyte.
pub(super) const MEMBERS: usize = 4_000;

/// The files that hold reports and sets.
pub(super) struct Places {
    /// The first report of each file of the register, in order.
    first: Vec<RecordId>,
    /// The number of the file in which each set begins, by its path.
    sets: BTreeMap<String, usize>,
}

impl Places {
    pub(super) fn of(data: &ReportData) -> Self {
        let first = data
            .reports
            .chunks(REPORTS)
            .filter_map(|chunk| chunk.first())
            .map(|report| report.id)
            .collect();
        let mut filled = 0;
        let mut places = BTreeMap::new();
        for (path, n) in listed::sizes(data) {
            places.insert(path, filled / MEMBERS + 1);
            filled += n;
        }
        Self {
            first,
            sets: places,
        }
    }

    /// Where a report stands with its trail: `register-1.html#report-r17`.
    pub(super) fn report(&self, id: RecordId) -> String {
        let file = self.first.partition_point(|first| *first <= id).max(1);
        format!("register-{file}.html#report-{id}")
    }

    /// Where the set of a path is listed whole: `counts-1.html#count-screened`.
    pub(super) fn set(&self, path: &str) -> String {
        let file = self.sets.get(path).copied().unwrap_or(1);
        format!("counts-{file}.html#{}", anchor(path))
    }
}
