//! Every way through the questions, and where single ones lead.

use super::Reach::{Asked, Waits};
use super::*;
use crate::model::Judgement::{High, Low, SomeConcerns};

/// Every way through a domain's questions: each question that is asked gets each answer that it offers.
fn paths(
    domain: &'static Domain,
    said: &mut Vec<(&'static str, Answer)>,
    seen: &mut Vec<Assessed>,
) {
    let now = assess(domain, |id| {
        said.iter()
            .find(|(known, _)| *known == id)
            .map(|(_, answer)| *answer)
    });
    let Some(next) = now.questions.iter().find(|one| one.is_missing()) else {
        seen.push(now);
        return;
    };
    let question = next.question;
    // PY and PN lead where Y and N lead, which is a test of its own.
    for answer in question.offers() {
        if matches!(answer, Answer::ProbablyYes | Answer::ProbablyNo) {
            continue;
        }
        said.push((question.id, answer));
        paths(domain, said, seen);
        said.pop();
    }
}

fn all(effect: Effect, place: usize) -> Vec<Assessed> {
    let mut seen = Vec::new();
    paths(&domains(effect)[place], &mut Vec::new(), &mut seen);
    seen
}

#[test]
fn every_way_through_the_questions_ends_in_a_judgement_and_there_are_as_many_as_the_tool_has() {
    let mut total = 0;
    for (effect, place, want) in [
        (Effect::Assignment, 0, 27),
        (Effect::Assignment, 1, 511),
        (Effect::Adhering, 1, 1448),
        (Effect::Assignment, 2, 17),
        (Effect::Assignment, 3, 65),
        (Effect::Assignment, 4, 27),
    ] {
        let seen = all(effect, place);
        assert!(
            seen.iter().all(|one| one.judgement.is_some()),
            "{effect:?} {place}"
        );
        assert_eq!(seen.len(), want, "{effect:?} {place}");
        total += seen.len();
    }
    assert_eq!(total, 2095);
}

#[test]
fn the_judgements_are_as_many_as_in_the_published_algorithms() {
    for (effect, place, want) in [
        (Effect::Assignment, 0, [4, 11, 12]),
        (Effect::Assignment, 1, [9, 114, 388]),
        (Effect::Adhering, 1, [68, 460, 920]),
        (Effect::Assignment, 2, [5, 4, 8]),
        (Effect::Assignment, 3, [6, 22, 37]),
        (Effect::Assignment, 4, [1, 11, 15]),
    ] {
        let seen = all(effect, place);
        let n = |judgement| {
            seen.iter()
                .filter(|one| one.judgement == Some(judgement))
                .count()
        };
        assert_eq!(
            [n(Low), n(SomeConcerns), n(High)],
            want,
            "{effect:?} {place}"
        );
    }
}

fn judge(effect: Effect, place: usize, answers: &str) -> Assessed {
    let said: Vec<(&str, Answer)> = answers
        .split(", ")
        .map(|one| one.split_once(' ').unwrap())
        .map(|(id, answer)| (id, Answer::from_word(answer).unwrap()))
        .collect();
    assess(&domains(effect)[place], |id| {
        said.iter()
            .find(|(known, _)| *known == id)
            .map(|(_, answer)| *answer)
    })
}

#[test]
fn single_paths_lead_where_the_figures_of_the_tool_lead() {
    use Effect::{Adhering, Assignment};
    for (effect, place, answers, want) in [
        (Assignment, 0, "1.1 NI, 1.2 Y, 1.3 NI", Low),
        (Assignment, 0, "1.1 N, 1.2 Y, 1.3 N", SomeConcerns),
        (Assignment, 0, "1.1 Y, 1.2 NI, 1.3 PY", High),
        (Assignment, 0, "1.1 Y, 1.2 PN, 1.3 N", High),
        (Assignment, 1, "2.1 N, 2.2 PY, 2.3 PN, 2.6 PY", Low),
        (
            Assignment,
            1,
            "2.1 Y, 2.2 Y, 2.3 Y, 2.4 NI, 2.5 Y, 2.6 Y",
            SomeConcerns,
        ),
        (Assignment, 1, "2.1 N, 2.2 N, 2.6 NI, 2.7 N", SomeConcerns),
        (Assignment, 1, "2.1 N, 2.2 N, 2.6 N, 2.7 NI", High),
        (Adhering, 1, "2.1 N, 2.2 N, 2.4 NA, 2.5 N", Low),
        (Adhering, 1, "2.1 Y, 2.2 N, 2.3 NA, 2.4 N, 2.5 N", Low),
        (
            Adhering,
            1,
            "2.1 Y, 2.2 N, 2.3 N, 2.4 N, 2.5 N, 2.6 PY",
            SomeConcerns,
        ),
        (Adhering, 1, "2.1 N, 2.2 N, 2.4 NI, 2.5 N, 2.6 NI", High),
        (Assignment, 2, "3.1 NI, 3.2 N, 3.3 NI, 3.4 PN", SomeConcerns),
        (Assignment, 3, "4.1 N, 4.2 NI, 4.3 N", SomeConcerns),
        (Assignment, 3, "4.1 NI, 4.2 N, 4.3 NI, 4.4 N", Low),
        (Assignment, 4, "5.1 NI, 5.2 N, 5.3 N", SomeConcerns),
        (Assignment, 4, "5.1 Y, 5.2 NI, 5.3 PY", High),
    ] {
        assert_eq!(
            judge(effect, place, answers).judgement,
            Some(want),
            "{answers}"
        );
    }
}

#[test]
fn probably_leads_where_certainly_leads() {
    let softer = |answer| match answer {
        Answer::Yes => Answer::ProbablyYes,
        Answer::No => Answer::ProbablyNo,
        other => other,
    };
    for (effect, place) in [
        (Effect::Assignment, 1),
        (Effect::Adhering, 1),
        (Effect::Assignment, 3),
    ] {
        for one in all(effect, place) {
            let soft = assess(one.domain, |id| {
                let standing = one.questions.iter().find(|one| one.question.id == id)?;
                standing.given.map(softer)
            });
            assert_eq!(soft.judgement, one.judgement, "{}", one.path());
        }
    }
}

#[test]
fn a_question_without_an_answer_leaves_the_domain_open_whatever_the_others_say() {
    for (effect, place) in [
        (Effect::Assignment, 0),
        (Effect::Assignment, 1),
        (Effect::Adhering, 1),
        (Effect::Assignment, 2),
        (Effect::Assignment, 3),
        (Effect::Assignment, 4),
    ] {
        for one in all(effect, place) {
            for left in one.questions.iter().filter(|one| one.answer().is_some()) {
                let short = assess(one.domain, |id| {
                    let mut others = one.questions.iter().filter(|other| *other != left);
                    others.find(|one| one.question.id == id)?.given
                });
                assert_eq!(
                    short.judgement,
                    None,
                    "{} without {}",
                    one.path(),
                    left.question.id
                );
                assert!(short.missing().any(|one| one.question == left.question));
            }
        }
    }
}

#[test]
fn an_answer_that_a_question_does_not_offer_is_none() {
    let open = judge(Effect::Assignment, 2, "3.1 N, 3.2 NI");
    assert_eq!(
        (open.judgement, open.path().as_str()),
        (None, "3.1 N, 3.2 NI is no answer to it")
    );
    let open = judge(Effect::Assignment, 0, "1.1 NA, 1.2 Y, 1.3 N");
    assert_eq!(open.judgement, None);
    let open = judge(Effect::Assignment, 1, "2.1 Y, 2.2 Y, 2.3 NA, 2.6 Y");
    assert_eq!(open.judgement, None);
    assert_eq!(
        open.path(),
        "2.1 Y, 2.2 Y, 2.3 NA is no answer to it; 2.6 Y: Low"
    );
}

#[test]
fn whether_a_question_is_asked_waits_for_those_before_it() {
    let early = judge(Effect::Assignment, 1, "2.2 N, 2.3 Y");
    let reach: Vec<Reach> = early.questions.iter().map(|one| one.reach).collect();
    assert_eq!(reach, [Asked, Asked, Waits, Waits, Waits, Asked, Waits]);
    assert!(early.questions.iter().all(|one| !one.is_beside()));
    let beside = judge(Effect::Assignment, 1, "2.1 N, 2.2 N, 2.3 Y, 2.4 NA, 2.6 Y");
    assert_eq!(beside.judgement, Some(Low));
    let beside: Vec<&str> = beside
        .questions
        .iter()
        .filter(|one| one.is_beside())
        .map(|one| one.question.id)
        .collect();
    assert_eq!(beside, ["2.3"]);
}

#[test]
fn the_condition_of_every_question_can_be_said() {
    let said = |effect, id| question(effect, id).unwrap().condition();
    assert_eq!(said(Effect::Assignment, "2.1"), None);
    assert_eq!(
        said(Effect::Assignment, "2.7").unwrap(),
        "2.6 is N, PN or NI"
    );
    assert_eq!(
        said(Effect::Assignment, "4.3").unwrap(),
        "4.1 and 4.2 are N, PN or NI"
    );
    assert_eq!(
        said(Effect::Adhering, "2.6").unwrap(),
        "2.3 is N, PN or NI, or 2.4 is Y, PY or NI, or 2.5 is Y, PY or NI"
    );
    assert!(question(Effect::Adhering, "2.7").is_none());
}

#[test]
fn several_domains_with_some_concerns_are_the_assessors_to_raise() {
    let [low, some, high] = [Low, SomeConcerns, High].map(Some);
    assert_eq!(overall(&[low; 5]), low);
    assert_eq!(overall(&[low, some, low, some, low]), some);
    assert!(several_concerns(&[low, some, low, some, low]));
    assert!(!several_concerns(&[low, some, low, low, low]));
    assert!(!several_concerns(&[low, some, high, some, low]));
    assert!(!several_concerns(&[low, some, None, some, low]));
}
