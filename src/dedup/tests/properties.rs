//! What holds for any input.

use super::*;
use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

/// Records whose fields come from few values, so that they often collide.
fn any_record() -> impl Strategy<Value = Record> {
    let title = prop::sample::select(vec![
        "",
        "Editorial",
        "Daratumumab for relapsed multiple myeloma in elderly patients",
        "Daratumumab for relapsed multiple myeloma in elderly women",
        "Daratumumab for relapsed multiple myeloma in elderly patients. Part II",
        "Erratum to: Daratumumab for relapsed multiple myeloma in elderly patients",
        "Daratumumab for relapsed multiple myeloma in elderly patients: final analysis",
        "[Kinetics of plasma cells in light chain amyloidosis]",
    ]);
    let pick = |values: &[&'static str]| prop::sample::select(values.to_vec());
    (
        title,
        pick(&["", "Attal M; Moreau P", "Attal, Michel", "Usmani SZ"]),
        pick(&["", "Blood", "The Lancet", "Lancet", "Lancet Oncol"]),
        pick(&["", "2019", "2020", "2023"]),
        pick(&["", "5", "999", "6 Suppl 1"]),
        pick(&["", "1", "2", "Suppl 1"]),
        pick(&["", "12-19", "S12", "12", "e1217", "40-44"]),
        pick(&["", "10.1000/a", "10.1000/b", "10.1002/14651858.CD1.pub2"]),
        pick(&["", "", "", "11", "12"]),
    )
        .prop_map(|(t, a, j, y, v, i, p, d, m)| record(&[t, a, j, y, v, i, p, d, m].join(" | ")))
}

fn partition(outcome: &Outcome, count: usize) -> BTreeMap<RecordId, RecordId> {
    let ids: Vec<RecordId> = (1..=u32::try_from(count).unwrap()).map(RecordId).collect();
    clusters(&ids, &BTreeMap::new(), &outcome.joins)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn comparison_is_symmetric(a in any_record(), b in any_record()) {
        let (forth, back) = (explain(&a, &b), explain(&b, &a));
        prop_assert_eq!(forth.judgement, back.judgement);
        prop_assert_eq!(forth.decided_by, back.decided_by);
        prop_assert!((forth.score - back.score).abs() < 1e-12);
    }

    #[test]
    fn a_record_is_the_same_as_its_copy_unless_it_has_no_title(a in any_record()) {
        let same = explain(&a, &a).judgement == Judgement::Same;
        // A column's title with nothing else equals nothing, not even itself.
        let known = !a.authors.is_empty() || a.pages.is_some() || a.doi.is_some();
        let said = explain(&a, &a).decided_by == "content";
        prop_assert_eq!(same, (a.title.is_some() || a.pmid.is_some()) && !said);
        prop_assert!(!(said && (known || a.pmid.is_some())));
    }

    #[test]
    fn the_order_of_the_input_changes_nothing(
        records in prop::collection::vec(any_record(), 2..14),
        swaps in prop::collection::vec((any::<Index>(), any::<Index>()), 0..20),
    ) {
        let mut shuffled = entries(&records);
        let plain = deduplicate(&shuffled, &BTreeMap::new(), &[]);
        for (a, b) in swaps {
            let (a, b) = (a.index(records.len()), b.index(records.len()));
            shuffled.swap(a, b);
        }
        prop_assert_eq!(deduplicate(&shuffled, &BTreeMap::new(), &[]), plain);
    }

    #[test]
    fn the_order_in_which_records_come_changes_nothing(
        records in prop::collection::vec(any_record(), 2..14),
        swaps in prop::collection::vec((any::<Index>(), any::<Index>()), 0..20),
    ) {
        let mut shuffled = records.clone();
        for (a, b) in swaps {
            let (a, b) = (a.index(records.len()), b.index(records.len()));
            shuffled.swap(a, b);
        }
        // Records that are letter for letter the same stand for each other.
        let contents = |records: &[Record]| {
            let mut all: Vec<Vec<String>> = groups(records)
                .into_iter()
                .map(|group| {
                    let content = |id: &u32| {
                        let at = usize::try_from(*id).unwrap() - 1;
                        format!("{:?}", records[at])
                    };
                    let mut group: Vec<String> = group.iter().map(content).collect();
                    group.sort();
                    group
                })
                .collect();
            all.sort();
            all
        };
        prop_assert_eq!(contents(&shuffled), contents(&records));
    }

    #[test]
    fn a_record_without_title_or_identifier_equals_nothing(
        records in prop::collection::vec(any_record(), 2..14),
    ) {
        for group in groups(&records).into_iter().filter(|group| group.len() > 1) {
            for id in group {
                let record = &records[usize::try_from(id).unwrap() - 1];
                prop_assert!(record.title.is_some() || record.pmid.is_some(), "{record:?}");
            }
        }
    }

    #[test]
    fn no_veto_stands_within_a_cluster(records in prop::collection::vec(any_record(), 2..14)) {
        let of = partition(&run(&records), records.len());
        for (a, x) in of.iter().zip(&records) {
            for (b, y) in of.iter().zip(&records) {
                if a.1 == b.1 && a.0 != b.0 {
                    let identical = x == y && x.title.is_some();
                    let explained = explain(x, y);
                    prop_assert!(
                        identical || !["pmid", "part", "place", "notice"].contains(&explained.decided_by)
                            || explained.judgement == Judgement::Same,
                        "{explained}"
                    );
                }
            }
        }
    }

    #[test]
    fn verdicts_win(
        records in prop::collection::vec(any_record(), 4..10),
        must in any::<(Index, Index)>(),
        cannot in any::<(Index, Index)>(),
    ) {
        let pair = |(a, b): (Index, Index)| {
            let (a, b) = (a.index(records.len()), b.index(records.len()));
            (RecordId(u32::try_from(a).unwrap() + 1), RecordId(u32::try_from(b).unwrap() + 1))
        };
        let (must, cannot) = (pair(must), pair(cannot));
        let ordered = |(a, b): (RecordId, RecordId)| (a.min(b), a.max(b));
        prop_assume!(must.0 != must.1 && cannot.0 != cannot.1 && ordered(must) != ordered(cannot));
        let verdicts = [
            Verdict { a: must.0, b: must.1, same: true },
            Verdict { a: cannot.0, b: cannot.1, same: false },
        ];
        let outcome = deduplicate(&entries(&records), &BTreeMap::new(), &verdicts);
        let of = partition(&outcome, records.len());
        prop_assert_eq!(of[&must.0], of[&must.1]);
        prop_assert_ne!(of[&cannot.0], of[&cannot.1]);
    }

    #[test]
    fn batches_give_the_clusters_of_one_run(
        first in subsequence((0..25).collect::<Vec<usize>>(), 0..25),
        second in subsequence((0..25).collect::<Vec<usize>>(), 0..25),
    ) {
        let records: Vec<Record> = set().into_iter().flatten().collect();
        let whole = partition(&run(&records), records.len());
        let batch = |n: usize| if first.contains(&n) { 0 } else { 1 + usize::from(second.contains(&n)) };
        let mut reports: BTreeMap<RecordId, RecordId> = BTreeMap::new();
        for now in 0..3 {
            let pool: Vec<Entry<'_>> = entries(&records)
                .into_iter()
                .enumerate()
                .filter(|(n, _)| batch(*n) <= now)
                .map(|(n, e)| Entry { new: batch(n) == now, ..e })
                .collect();
            let outcome = deduplicate(&pool, &reports, &[]);
            let ids: Vec<RecordId> = pool.iter().map(|e| e.id).collect();
            reports = clusters(&ids, &reports, &outcome.joins);
        }
        let same = |of: &BTreeMap<RecordId, RecordId>| -> BTreeSet<BTreeSet<RecordId>> {
            let mut groups: BTreeMap<RecordId, BTreeSet<RecordId>> = BTreeMap::new();
            for (id, report) in of {
                groups.entry(*report).or_default().insert(*id);
            }
            groups.into_values().collect()
        };
        prop_assert_eq!(same(&reports), same(&whole));
    }
}
