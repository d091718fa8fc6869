//! Counts and their sets after every event of a constructed log.

mod histories;

use super::*;
use crate::ledger::Body;
use crate::model::{Choice, EventSeq, RecordId, StudyId};
use crate::report::fixture::{self, Log, record};

#[test]
fn every_count_is_the_size_of_its_set_after_every_event() {
    let mut log = fixture::small(true);
    let counts = counts(log.store.snapshot().unwrap().read()).unwrap();
    assert_eq!(
        counts.identified.databases.by_source[2],
        Named::new("Web of Science", 0)
    );
    assert_eq!(counts.removed.duplicates, 1);
    let names: Vec<&str> = counts
        .removed
        .automation
        .by_rule
        .iter()
        .map(|r| r.name.as_str())
        .collect();
    assert_eq!(names, ["other-plasma-cell-disease", "not-a-study-report"]);
    let reasons = &counts.excluded_full_text.by_reason;
    assert_eq!(
        reasons[0].name,
        "Not a randomised trial (single-arm studies included)"
    );
    assert_eq!(reasons[1], Named::new("Review or commentary", 1));
    assert_eq!(counts.other_methods.duplicates, 1);
    assert_eq!(counts.other_methods.excluded, 1);
    // r1 and r17 are one study, r6 has none and counts as one of its own.
    assert_eq!(counts.included, Tally::new(2, 3));
    assert_eq!(counts.total, counts.included);
    assert_eq!(counts.excluded.by_tool, Some(0));
    assert!(counts.provisional);

    // Undo, split, merge, a removal taken back, a report unlinked: still equal.
    let seq = log.vote(1, 9, Choice::Include, None);
    log.add(
        Some(1),
        Body::EventUndone {
            event: EventSeq(seq),
            reopens: false,
            salt: None,
        },
    );
    log.add(
        Some(1),
        Body::RecordSplit {
            record: RecordId(13),
            rest: vec![RecordId(1)],
        },
    );
    log.add(
        Some(1),
        Body::RecordsMerged {
            a: RecordId(2),
            b: RecordId(14),
        },
    );
    log.add(
        Some(1),
        Body::RemovalReversed {
            report: RecordId(11),
            salt: None,
        },
    );
    log.add(
        None,
        Body::ReportUnlinked {
            report: RecordId(17),
            study: StudyId(1),
        },
    );
}

#[test]
fn an_empty_review_counts_nothing() {
    let log = Log::new(true);
    let counts = counts(log.store.snapshot().unwrap().read()).unwrap();
    assert_eq!(counts, Counts::default().finish_with_split());
    assert!(
        members(log.store.snapshot().unwrap().read(), "no.such.path")
            .unwrap()
            .is_none()
    );
    assert!(
        members(
            log.store.snapshot().unwrap().read(),
            "removed.other.by_rule[none]"
        )
        .unwrap()
        .is_none()
    );
}

#[test]
fn a_source_that_is_no_longer_declared_keeps_its_records() {
    let mut log = Log::new(true);
    log.adopt(&fixture::SOURCES, &fixture::REASONS);
    log.search("Embase", &[record("L1", "One", "Attal M", 2019)]);
    log.adopt(&fixture::SOURCES[..1], &[]);
    let counts = counts(log.store.snapshot().unwrap().read()).unwrap();
    let listed = &counts.identified.databases.by_source;
    assert_eq!(*listed, [Named::new("PubMed", 0), Named::new("Embase", 1)]);
}

#[test]
fn a_reason_whose_text_is_shared_or_gone_is_named_by_its_code() {
    let mut log = Log::new(true);
    log.adopt(
        &fixture::SOURCES,
        &[("a", "Same"), ("b", "Same"), ("c", "Gone later")],
    );
    for id in 1..=3 {
        log.person(id, &[crate::model::Role::Reviewer]);
    }
    let records = ["1", "2", "3"].map(|n| record(n, n, "Attal M", 2019));
    log.search("PubMed", &records);
    log.cluster(&[], &[]);
    log.filter(&[]);
    for (id, code) in [(1, "a"), (2, "b"), (3, "c")] {
        log.forward(id);
        log.exclude_full(id, code);
    }
    log.adopt(&fixture::SOURCES, &[("a", "Same"), ("b", "Same")]);
    let counts = counts(log.store.snapshot().unwrap().read()).unwrap();
    let names = counts
        .excluded_full_text
        .by_reason
        .iter()
        .map(|r| r.name.as_str());
    assert_eq!(names.collect::<Vec<_>>(), ["a", "b", "c"]);
}

impl Counts {
    /// No counts at all, with the split of exclusions that a workspace always has.
    fn finish_with_split(mut self) -> Self {
        self.excluded = Excluded::split(0, 0);
        self.finish()
    }
}
