//! Where a result stands by what several people said of it.

use super::*;
use crate::model::Judgement::{High, Low, SomeConcerns};

/// Answers of one person by the effect of assignment that are low in every domain.
const LOW: &str =
    "1.1 Y, 1.2 Y, 1.3 N, 2.1 N, 2.2 N, 2.6 Y, 3.1 Y, 4.1 N, 4.2 N, 4.3 N, 5.1 Y, 5.2 N, 5.3 N";

fn said(person: u32, text: &str, reconciles: bool) -> Vec<Said> {
    let all = text.split(", ").filter_map(|one| one.split_once(' '));
    all.map(|(item, value)| Said {
        seq: EventSeq(1),
        person: PersonId(person),
        item: item.to_owned(),
        value: value.to_owned(),
        texts: [Some("why".to_owned()), None, None],
        at: String::new(),
        reconciles,
    })
    .collect()
}

fn stand(parts: &[(u32, &str, bool)]) -> Standing {
    let all: Vec<Said> = parts
        .iter()
        .flat_map(|(person, text, reconciles)| said(*person, text, *reconciles))
        .collect();
    standing(Effect::Assignment, &all, 2)
}

#[test]
fn a_result_is_assessed_when_two_people_agree() {
    let one = stand(&[(1, LOW, false)]);
    assert_eq!(
        (one.closed, one.overall, one.differ.len()),
        (false, None, 0)
    );
    // The second has begun only.
    let begun = stand(&[(1, LOW, false), (2, "1.1 Y, 1.2 N", false)]);
    assert!(!begun.closed && begun.differ.is_empty() && !begun.is_settled());
    let two = stand(&[(1, LOW, false), (2, LOW, false)]);
    assert!(two.is_settled());
    assert_eq!(two.overall, Some(Low));
}

#[test]
fn answers_that_lead_to_the_same_agree_and_the_careful_one_holds() {
    let two = stand(&[(1, LOW, false), (2, &LOW.replace("1.1 Y", "1.1 PY"), false)]);
    assert!(two.is_settled());
    assert!(
        two.domains[0].assessed.path().starts_with("1.1 PY"),
        "{}",
        two.domains[0].assessed.path()
    );
    let differ = stand(&[(1, LOW, false), (2, &LOW.replace("1.1 Y", "1.1 NI"), false)]);
    assert_eq!(
        (differ.overall, differ.differ.as_slice()),
        (None, ["1.1".to_owned()].as_slice())
    );
}

#[test]
fn a_difference_is_settled_question_by_question_as_far_as_questions_are_asked() {
    let deviating = LOW.replace("2.2 N", "2.2 Y, 2.3 Y, 2.4 N");
    let parts = [(1, LOW, false), (2, deviating.as_str(), false)];
    let open = stand(&parts);
    assert_eq!(open.differ, ["2.2"]);
    // Settled as N: what the second answered behind it is not asked.
    let settled = stand(&[parts[0], parts[1], (3, "2.2 N", true)]);
    assert_eq!((settled.is_settled(), settled.overall), (true, Some(Low)));
    // Settled as Y: what only one answered is asked now.
    let asked = stand(&[parts[0], parts[1], (3, "2.2 Y", true)]);
    assert_eq!(asked.differ, ["2.3"]);
    let settled = stand(&[parts[0], parts[1], (3, "2.2 Y, 2.3 Y, 2.4 N", true)]);
    assert_eq!(
        (settled.is_settled(), settled.overall),
        (true, Some(SomeConcerns))
    );
}

#[test]
fn what_is_judged_otherwise_holds_when_all_did_so_or_when_it_is_settled() {
    let high = format!("{LOW}, D1 High");
    let one = stand(&[(1, LOW, false), (2, &high, false)]);
    assert_eq!(
        (one.is_settled(), one.differ.as_slice()),
        (false, ["D1".to_owned()].as_slice())
    );
    let both = stand(&[(1, &high, false), (2, &high, false)]);
    assert_eq!((both.is_settled(), both.overall), (true, Some(High)));
    assert_eq!(both.domains[0].reason.as_deref(), Some("why"));
    assert_eq!(both.domains[0].assessed.judgement, Some(Low));
    let settled = stand(&[
        (1, LOW, false),
        (2, &high, false),
        (3, "D1 Some concerns", true),
    ]);
    assert_eq!(
        (settled.is_settled(), settled.overall),
        (true, Some(SomeConcerns))
    );
    let whole = format!("{LOW}, Overall High");
    let both = stand(&[(1, &whole, false), (2, &whole, false)]);
    assert_eq!(
        (both.overall, both.reason.as_deref()),
        (Some(High), Some("why"))
    );
    let one = stand(&[(1, LOW, false), (2, &whole, false)]);
    assert_eq!(
        (one.overall, one.differ.as_slice()),
        (None, [OVERALL.to_owned()].as_slice())
    );
}

#[test]
fn the_last_word_of_a_person_counts() {
    let again = format!("1.2 N, {LOW}");
    let two = stand(&[(1, &again, false), (2, LOW, false)]);
    assert_eq!(two.overall, Some(Low));
    let back = format!("{LOW}, 1.2 N");
    let two = stand(&[(1, &back, false), (2, LOW, false)]);
    assert_eq!(two.differ, ["1.2"]);
}

#[test]
fn items_are_questions_of_the_effect_domains_and_the_whole() {
    assert_eq!(item(Effect::Assignment, "2.7"), Some("2.7"));
    assert_eq!(item(Effect::Adhering, "2.7"), None);
    assert_eq!(item(Effect::Adhering, "d3"), Some("D3"));
    assert_eq!(item(Effect::Adhering, "overall"), Some(OVERALL));
    assert_eq!(item(Effect::Adhering, "D6"), None);
}
