//! The published anti-CD38 flow, its 32 corruptions, and the pending terms.

use crate::prisma::*;
use std::collections::BTreeSet;

/// Guo et al., anti-CD38 antibodies in multiple myeloma, section 3.1, as printed:
/// db, reg, dup, auto, oth, screened, excl, sought, notret, assessed, r1..r4, studies, reports.
const CD38: [u64; 16] = [576, 23, 195, 128, 86, 190, 167, 23, 2, 21, 6, 1, 3, 3, 8, 8];

/// What a change of each count must trip; a study fewer is a valid flow.
const TRIPS: [(&[&str], &[&str]); 16] = [
    (&["I1"], &["I1"]),
    (&["I1"], &["I1"]),
    (&["I1"], &["I1"]),
    (&["I1"], &["I1"]),
    (&["I1"], &["I1"]),
    (&["I1", "I2"], &["I1", "I2"]),
    (&["I2"], &["I2"]),
    (&["I2", "I3"], &["I2", "I3"]),
    (&["I3"], &["I3"]),
    (&["I3", "I4"], &["I3", "I4"]),
    (&["I4"], &["I4"]),
    (&["I4"], &["I4"]),
    (&["I4"], &["I4"]),
    (&["I4"], &["I4"]),
    (&[], &["I5"]),
    (&["I4", "I5"], &["I4"]),
];

fn flow(c: [u64; 16]) -> Counts {
    Counts {
        identified: Identified {
            databases: Sources::total_only(c[0]),
            registers: Sources::total_only(c[1]),
            ..Identified::default()
        },
        removed: Removed {
            duplicates: c[2],
            automation: Removals::total_only(c[3]),
            other: Removals::total_only(c[4]),
        },
        screened: c[5],
        excluded: Excluded::total_only(c[6]),
        sought: c[7],
        not_retrieved: c[8],
        assessed: c[9],
        excluded_full_text: Reasons::of(vec![
            Named::new("Review article", c[10]),
            Named::new("Sequential publication of an overlapping cohort", c[11]),
            Named::new("Insufficient data for extraction", c[12]),
            Named::new("Single-arm trial without control", c[13]),
        ]),
        included: Tally::new(c[14], c[15]),
        total: Tally::new(c[14], c[15]),
        ..Counts::default()
    }
    .finish()
}

fn broken(counts: &Counts) -> BTreeSet<&str> {
    counts
        .identities
        .iter()
        .filter(|i| !i.holds)
        .map(|i| i.id.as_str())
        .collect()
}

#[test]
fn the_published_flow_holds() {
    let counts = flow(CD38);
    assert_eq!(broken(&counts), BTreeSet::new());
    assert_eq!(counts.template, Template::V1);
    assert!(!counts.provisional);
    let asserted: BTreeSet<_> = counts.identities.iter().map(|i| i.id.as_str()).collect();
    assert_eq!(
        asserted,
        BTreeSet::from(["I1", "I2", "I3", "I4", "I5", "I6"])
    );
}

#[test]
fn each_of_31_corruptions_trips_what_it_must_and_one_is_a_valid_flow() {
    let mut detected = 0;
    for (place, trips) in TRIPS.iter().enumerate() {
        for (up, expected) in [(false, trips.0), (true, trips.1)] {
            let mut changed = CD38;
            changed[place] = if up { CD38[place] + 1 } else { CD38[place] - 1 };
            let counts = flow(changed);
            let expected: BTreeSet<&str> = expected.iter().copied().collect();
            assert_eq!(broken(&counts), expected, "count {place}, up {up}");
            detected += usize::from(!expected.is_empty());
        }
    }
    assert_eq!(detected, 31);
}

#[test]
fn a_fault_names_both_sides() {
    let mut changed = CD38;
    changed[7] = 22;
    let checks = flow(changed).checks();
    let faults: Vec<String> = checks.iter().filter_map(Check::fault).collect();
    assert_eq!(
        faults,
        [
            "I2 does not hold: records screened 190, but records excluded 167 + reports sought \
             22 = 189.",
            "I3 does not hold: reports sought 22, but reports not retrieved 2 + reports assessed \
             21 = 23.",
        ]
    );
    let first = checks.iter().find(|c| c.id == "I1").unwrap();
    assert_eq!(first.left_text(), "576 + 23 − 195 − 128 − 86");
    assert_eq!(first.right_text(), "190");
}

#[test]
fn pending_work_has_its_own_terms_in_both_lanes() {
    let counts = Counts {
        previous: Some(Tally::new(8, 8)),
        identified: Identified {
            databases: Sources::of(vec![Named::new("PubMed", 20), Named::new("Embase", 11)]),
            registers: Sources::of(vec![Named::new("ClinicalTrials.gov", 4)]),
            other: Sources::of(vec![Named::new("Citation searching", 9)]),
        },
        removed: Removed {
            duplicates: 5,
            automation: Removals::of(vec![Named::new("Editorial", 3)]),
            other: Removals::default(),
        },
        screened: 25,
        excluded: Excluded::split(12, 2),
        sought: 7,
        not_retrieved: 1,
        assessed: 4,
        excluded_full_text: Reasons::of(vec![Named::new("Wrong population", 2)]),
        other_methods: OtherMethods {
            duplicates: 2,
            excluded: 1,
            sought: 4,
            not_retrieved: 1,
            assessed: 2,
            excluded_full_text: Reasons::of(vec![Named::new("Wrong design", 1)]),
            pending: Pending {
                before_screening: 1,
                title_abstract: 1,
                retrieval: 1,
                full_text: 0,
            },
        },
        included: Tally::new(1, 2),
        withdrawn: Tally::new(1, 1),
        total: Tally::new(8, 9),
        pending: Pending {
            before_screening: 2,
            title_abstract: 4,
            retrieval: 2,
            full_text: 1,
        },
        ..Counts::default()
    }
    .finish_pooled(7);
    assert_eq!(broken(&counts), BTreeSet::new());
    assert_eq!(counts.template, Template::V4);
    assert!(counts.provisional);
    assert_eq!(counts.pending_total(), 12);
    let ids: BTreeSet<_> = counts.identities.iter().map(|i| i.id.as_str()).collect();
    let all = [
        "I0", "I1", "I2", "I2h", "I3", "I4", "I5", "I6", "I7", "O1", "O2",
    ];
    assert_eq!(ids, BTreeSet::from(all));

    // Each of the eight pending counts is a term of some identity.
    let text = serde_json::to_string(&counts).unwrap();
    for (path, n) in counts.leaves() {
        if path.contains("pending") {
            let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
            *value
                .pointer_mut(&format!("/{}", path.replace('.', "/")))
                .unwrap() = (n + 1).into();
            let changed: Counts = serde_json::from_value(value).unwrap();
            assert!(!broken(&changed.finish()).is_empty(), "{path}");
        }
    }
}

#[test]
fn named_parts_are_held_to_their_total() {
    let mut counts = flow(CD38);
    counts.identified.databases.by_source =
        vec![Named::new("PubMed", 300), Named::new("Embase", 275)];
    let counts = counts.finish();
    assert_eq!(broken(&counts), BTreeSet::from(["I0"]));
    let fault = counts.checks().iter().find_map(Check::fault).unwrap();
    assert_eq!(
        fault,
        "I0 does not hold: PubMed 300 + Embase 275 = 575, but databases 576."
    );
    let mut counts = flow(CD38);
    counts.removed.automation.by_rule = vec![Named::new("Animal only", 127)];
    assert_eq!(broken(&counts.finish()), BTreeSet::from(["I1"]));
}

#[test]
fn more_pooled_than_included_is_a_fault_and_huge_counts_do_not_overflow() {
    let counts = flow(CD38).finish_pooled(9);
    assert_eq!(broken(&counts), BTreeSet::from(["I7"]));
    assert_eq!(counts.finish().pooled(), Some(9));
    let mut counts = flow(CD38);
    counts.identified.databases.total = u64::MAX;
    counts.identified.registers.total = u64::MAX;
    counts.pending.full_text = u64::MAX;
    assert!(
        counts
            .finish()
            .identities
            .iter()
            .any(|i| i.left == i64::MAX && !i.holds)
    );
}

#[test]
fn the_json_is_the_promised_object() {
    let value = serde_json::to_value(flow(CD38)).unwrap();
    let keys: Vec<&str> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let mut promised = vec![
        "version",
        "template",
        "provisional",
        "previous",
        "identified",
        "removed",
        "screened",
        "excluded",
        "sought",
        "not_retrieved",
        "assessed",
        "excluded_full_text",
        "other_methods",
        "included",
        "withdrawn",
        "total",
        "pending",
        "identities",
    ];
    promised.sort_unstable();
    let mut sorted = keys;
    sorted.sort_unstable();
    assert_eq!(sorted, promised);
    assert_eq!(value["template"], "V1");
    assert_eq!(value["previous"], serde_json::Value::Null);
    assert_eq!(
        value["excluded_full_text"]["by_reason"][0]["name"],
        "Review article"
    );
    let back: Counts = serde_json::from_value(value).unwrap();
    assert_eq!(back, flow(CD38));
}

#[test]
fn every_integer_of_the_object_has_a_path() {
    let counts = flow(CD38);
    let leaves = counts.leaves();
    let paths: BTreeSet<&str> = leaves.iter().map(|(p, _)| p.as_str()).collect();
    assert_eq!(paths.len(), leaves.len());
    let mut value = serde_json::to_value(&counts).unwrap();
    value.as_object_mut().unwrap().remove("identities");
    assert_eq!(integers(&value), leaves.len());
    assert_eq!(counts.get("removed.duplicates"), Some(195));
    assert_eq!(
        counts.get("excluded_full_text.by_reason[Review article]"),
        Some(6)
    );
    assert_eq!(counts.get("removed.nothing"), None);
}

fn integers(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Number(_) => 1,
        serde_json::Value::Array(items) => items.iter().map(integers).sum(),
        serde_json::Value::Object(map) => map.values().map(integers).sum(),
        _ => 0,
    }
}
