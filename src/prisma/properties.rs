//! Properties: a flow that was walked adds up, whatever the numbers, and survives its file.

use super::*;
use crate::prisma::template_csv::{read, write};
use proptest::prelude::*;

/// Names without what the file cannot carry: a `;`, and blanks at the ends.
fn names() -> impl Strategy<Value = Vec<Named>> {
    let name = "[A-Za-z0-9<&\"'é漢][A-Za-z0-9 ,.<&\"'é漢]{0,20}[A-Za-z0-9>é漢)]";
    proptest::collection::btree_map(name, 0..5_000_u64, 0..4).prop_map(|map| {
        map.into_iter()
            .map(|(name, n)| Named::new(name, n))
            .collect()
    })
}

prop_compose! {
    /// What happened to the reports of a lane after title and abstract, walked backwards.
    fn lane()(
        reasons in names(),
        included in 0..50_u64,
        missed in 0..50_u64,
        pending in (0..9_u64, 0..9_u64, 0..9_u64, 0..9_u64),
    ) -> (OtherMethods, u64) {
        let (before_screening, title_abstract, retrieval, full_text) = pending;
        let excluded_full_text = Reasons::of(reasons);
        let assessed = excluded_full_text.total + included + full_text;
        let lane = OtherMethods {
            sought: missed + assessed + retrieval,
            not_retrieved: missed,
            assessed,
            excluded_full_text,
            pending: Pending { before_screening, title_abstract, retrieval, full_text },
            ..OtherMethods::default()
        };
        (lane, included)
    }
}

prop_compose! {
    fn walked()(
        (main, new) in lane(),
        (mut other, more) in lane(),
        has_other in any::<bool>(),
        (human, tool) in (0..9_000_u64, 0..9_000_u64),
        rules in names(),
        reasons in names(),
        registers in names(),
        (duplicates, copies, aside) in (0..9_000_u64, 0..90_u64, 0..90_u64),
        previous in proptest::option::of((1..90_u64, 0..90_u64)),
    ) -> Counts {
        let screened = human + tool + main.sought + main.pending.title_abstract;
        let removed = Removed {
            duplicates,
            automation: Removals::of(rules),
            other: Removals::of(reasons),
        };
        let records = screened + main.pending.before_screening + duplicates
            + removed.automation.total + removed.other.total;
        let registers = Sources::of(registers);
        // Registers give at most what there is; the rest comes from two databases.
        let registers = if registers.total > records { Sources::default() } else { registers };
        let rest = records - registers.total;
        let databases =
            Sources::of(vec![Named::new("PubMed", rest / 3), Named::new("Embase", rest - rest / 3)]);
        other.duplicates = copies;
        other.excluded = aside;
        let found = copies + aside + other.sought
            + other.pending.before_screening + other.pending.title_abstract;
        let (lane, found) = if has_other {
            (other, Sources::of(vec![Named::new("Websites", found)]))
        } else {
            (OtherMethods::default(), Sources::default())
        };
        let reports = new + if has_other { more } else { 0 };
        let included = Tally::new(reports / 2, reports);
        let previous = previous.map(|(studies, extra)| Tally::new(studies, studies + extra));
        let before = previous.unwrap_or_default();
        Counts {
            previous,
            identified: Identified { databases, registers, other: found },
            removed,
            screened,
            excluded: Excluded::split(human, tool),
            sought: main.sought,
            not_retrieved: main.not_retrieved,
            assessed: main.assessed,
            excluded_full_text: main.excluded_full_text,
            pending: main.pending,
            other_methods: lane,
            included,
            total: Tally::new(before.studies + included.studies, before.reports + reports),
            ..Counts::default()
        }
        .finish()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_walked_flow_holds_every_identity(counts in walked()) {
        let faults: Vec<_> = counts.checks().iter().filter_map(Check::fault).collect();
        prop_assert!(faults.is_empty(), "{faults:?}");
        prop_assert_eq!(counts.provisional, counts.pending_total() > 0);
    }

    #[test]
    fn a_walked_flow_survives_its_file_and_its_json(counts in walked()) {
        let mut columns = read(&write(&counts)).unwrap();
        prop_assert_eq!(&columns.remove(0).counts, &counts);
        let json = serde_json::to_string(&counts).unwrap();
        let back: Counts = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(back, counts);
    }
}
