//! Batches, reports that stand already, and people's verdicts.

use super::*;

fn verdict(a: u32, b: u32, same: bool) -> Verdict {
    Verdict {
        a: RecordId(a),
        b: RecordId(b),
        same,
    }
}

#[test]
fn old_records_are_not_compared_with_each_other() {
    let records: Vec<Record> = set().into_iter().flatten().take(3).collect();
    let mut entries = entries(&records);
    for entry in &mut entries {
        entry.new = false;
    }
    let outcome = deduplicate(&entries, &BTreeMap::new(), &[]);
    assert_eq!(outcome, Outcome::default());
    entries[2].new = true;
    let outcome = deduplicate(&entries, &BTreeMap::new(), &[]);
    assert_eq!(
        outcome.joins.len(),
        2,
        "the new record bridges the two old ones"
    );
}

#[test]
fn a_veto_between_members_of_old_reports_stops_a_bridge() {
    let title = "A careful study of plasma cell kinetics in light chain disease";
    let records = [
        record(&format!(
            "{title} | Bay C | Chest | 2001 | 5 | 1 | 833-836 | | 111"
        )),
        record(&format!(
            "{title} | Bay C | Chest | 2001 | 5 | 1 | 833-836 | | 222"
        )),
        record(&format!(
            "{title} | Bay C | Chest | 2001 | 5 | 1 | 833-836 | | "
        )),
    ];
    let mut entries = entries(&records);
    entries[0].new = false;
    entries[1].new = false;
    let outcome = deduplicate(&entries, &BTreeMap::new(), &[]);
    assert_eq!(outcome.joins.len(), 1);
    assert_eq!(outcome.queue.len(), 1);
    assert_eq!(outcome.queue[0].why, "pmid, between r1 and r2");
}

#[test]
fn members_of_a_report_speak_for_it() {
    let title = "A careful study of plasma cell kinetics in light chain disease";
    let records = [
        record(&format!(
            "{title} | Bay C | Chest | 2001 | 5 | 1 | 833-836 | | 111"
        )),
        record(&format!("{title} | Bay C | Chest | 2001")),
        record(&format!(
            "{title} | Bay C | Chest | 2001 | 7 | 2 | 12-14 | | 222"
        )),
    ];
    let mut entries = entries(&records);
    entries[0].new = false;
    entries[1].new = false;
    let reports = BTreeMap::from([(RecordId(1), RecordId(1)), (RecordId(2), RecordId(1))]);
    let outcome = deduplicate(&entries, &reports, &[]);
    assert_eq!(outcome.joins, []);
}

#[test]
fn verdicts_outrank_rules_and_vetoes() {
    let records: Vec<Record> = set().into_iter().flatten().collect();
    // 1, 2 and 3 are one publication; 4 is the follow-up of the same trial.
    let verdicts = [verdict(2, 1, false), verdict(1, 4, true)];
    let outcome = deduplicate(&entries(&records), &BTreeMap::new(), &verdicts);
    let ids: Vec<RecordId> = (1..=5).map(RecordId).collect();
    let joins: Vec<Join> = outcome
        .joins
        .iter()
        .filter(|j| j.b.0 <= 5)
        .cloned()
        .collect();
    let of = clusters(&ids, &BTreeMap::new(), &joins);
    assert_eq!(of[&RecordId(1)], of[&RecordId(4)]);
    assert_ne!(of[&RecordId(1)], of[&RecordId(2)]);
    assert_eq!(outcome.joins[0].rule, "verdict");
    let asked = |a: u32, b: u32| outcome.queue.iter().any(|u| (u.a.0, u.b.0) == (a, b));
    assert!(!asked(1, 2), "what a person decided is not asked again");
}

#[test]
fn the_last_verdict_on_a_pair_counts() {
    let records: Vec<Record> = set().into_iter().flatten().take(2).collect();
    let verdicts = [verdict(1, 2, false), verdict(2, 1, true)];
    let outcome = deduplicate(&entries(&records), &BTreeMap::new(), &verdicts);
    assert_eq!(outcome.joins.len(), 1);
}

#[test]
fn verdicts_that_contradict_each_other_become_a_question() {
    let records = [record("A"), record("B"), record("C")];
    let verdicts = [
        verdict(1, 2, true),
        verdict(2, 3, true),
        verdict(1, 3, false),
    ];
    let outcome = deduplicate(&entries(&records), &BTreeMap::new(), &verdicts);
    assert_eq!(outcome.joins.len(), 1);
    assert_eq!(outcome.queue.len(), 1);
}
