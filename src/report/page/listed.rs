//! Which sets the files beside the report list, and which of them other sets make up.

use crate::model::RecordId;
use crate::report::data::{CountSet, ReportData, Search};
use std::collections::BTreeMap;

/// The path of the set of records that a run brought.
pub(super) fn run_path(run: u64) -> String {
    format!("search.run[{run}].new")
}

/// What the set of a run's new records is called.
pub(super) fn run_name(search: &Search) -> String {
    format!("New records of {}, run {}", search.source.name, search.run)
}

/// How the new records of a run are counted.
pub(super) const RUN_RULE: &str = "Records that this run was the first to receive from its source.";

/// The sets that make up the set of a total, where they do: each of its members is in one of them.
pub(super) fn parts<'a>(data: &'a ReportData, set: &CountSet) -> Vec<&'a CountSet> {
    let Some(of) = set.path.strip_suffix(".total") else {
        return Vec::new();
    };
    let begins = [
        format!("{of}.by_source["),
        format!("{of}.by_rule["),
        format!("{of}.by_reason["),
    ];
    let own = |part: &&CountSet| begins.iter().any(|begin| part.path.starts_with(begin));
    let found: Vec<&CountSet> = data
        .sets
        .iter()
        .filter(own)
        .filter(|part| part.n > 0)
        .collect();
    // Sources, rules and reasons exclude each other: the numbers say whether all are there.
    let all = found.iter().map(|part| part.n).sum::<u64>() == set.n;
    if all { found } else { Vec::new() }
}

/// The new records of each run, by their numbers.
pub(super) fn runs(data: &ReportData) -> BTreeMap<u64, Vec<RecordId>> {
    let mut out: BTreeMap<u64, Vec<RecordId>> = BTreeMap::new();
    for record in data.reports.iter().flat_map(|report| &report.records) {
        out.entry(record.run).or_default().push(record.id);
    }
    for ids in out.values_mut() {
        ids.sort_unstable();
    }
    out
}

/// The set of the flow that holds exactly these records, of the source that was searched.
pub(super) fn same<'a>(
    data: &'a ReportData,
    search: &Search,
    ids: &[RecordId],
) -> Option<&'a CountSet> {
    let of = format!(".by_source[{}]", search.source.name);
    let mut sets = data.sets.iter();
    sets.find(|set| {
        set.path.starts_with("identified.")
            && set.path.ends_with(&of)
            && set.members.len() == ids.len()
            && std::iter::zip(&set.members, ids).all(|((_, n), id)| *n == id.0)
    })
}

/// Every set with the number of members that the files list for it, in their order: the flow's,
/// then the new records of each run. A set that other sets make up has none of its own.
pub(super) fn sizes(data: &ReportData) -> Vec<(String, usize)> {
    let flow = data.sets.iter().map(|set| {
        let composed = !parts(data, set).is_empty();
        let n = if composed { 0 } else { set.members.len() };
        (set.path.clone(), n)
    });
    let of_run = runs(data);
    let searches = data.searches.iter().map(|search| {
        let ids = of_run.get(&search.run).map_or(&[][..], Vec::as_slice);
        let listed = ids.is_empty() || same(data, search, ids).is_none();
        (run_path(search.run), if listed { ids.len() } else { 0 })
    });
    flow.chain(searches).collect()
}
