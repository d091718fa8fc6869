//! The bridge against estimates pooled by hand here, and its laws on random tables.

use super::*;
use crate::pool::{Level, Method, json};
use proptest::prelude::*;

type Table = (&'static str, f64, f64, f64, f64);

const RULE: Method = Method::Rule50;

/// Three trials that agree, and one that does not.
const ALIKE: [Table; 3] = [
    ("A", 40.0, 100.0, 30.0, 100.0),
    ("B", 62.0, 150.0, 45.0, 150.0),
    ("C", 25.0, 80.0, 19.0, 80.0),
];
const ODD: Table = ("D", 90.0, 120.0, 30.0, 120.0);

fn member((study, e1, n1, e2, n2): Table) -> Member {
    let data = Some(Data::Binary { e1, n1, e2, n2 });
    let row = Row {
        study: study.into(),
        line: None,
        data,
        columns: Vec::new(),
    };
    Member::new(study, Some(&format!("{study}-1")), row)
}

fn state(tables: &[Table], method: Method) -> State {
    State {
        members: tables.iter().map(|table| member(*table)).collect(),
        spec: Spec::new(Measure::Rr).method(method),
    }
}

fn with(last: Table) -> Vec<Table> {
    ALIKE.into_iter().chain([last]).collect()
}

fn causes(of: &[(&str, Cause)]) -> Causes {
    of.iter()
        .map(|(study, cause)| ((*study).into(), *cause))
        .collect()
}

/// The log risk ratio by inverse variance, common effect and DerSimonian-Laird, by the textbook.
fn by_hand(tables: &[Table], random: bool) -> f64 {
    let y = |(_, a, n, c, m): &Table| ((a / n) / (c / m)).ln();
    let v = |(_, a, n, c, m): &Table| 1.0 / a - 1.0 / n + 1.0 / c - 1.0 / m;
    let mean = |tau2: f64| {
        let w: f64 = tables.iter().map(|t| 1.0 / (v(t) + tau2)).sum();
        tables.iter().map(|t| y(t) / (v(t) + tau2)).sum::<f64>() / w
    };
    let mu = mean(0.0);
    if !random {
        return mu;
    }
    let power = |p: i32| -> f64 { tables.iter().map(|t| v(t).powi(-p)).sum() };
    let q: f64 = tables.iter().map(|t| (y(t) - mu).powi(2) / v(t)).sum();
    let df = f64::from(u32::try_from(tables.len()).unwrap() - 1);
    mean(((q - df) / (power(1) - power(2) / power(1))).max(0.0))
}

#[track_caller]
fn assert_parts(bridge: &Bridge, parts: &[(Cause, f64)]) {
    assert_eq!(bridge.reason, None);
    let found: Vec<Cause> = bridge
        .parts
        .iter()
        .flat_map(|part| part.causes.clone())
        .collect();
    let wanted: Vec<Cause> = parts.iter().map(|(cause, _)| *cause).collect();
    assert_eq!(found, wanted);
    for (part, (_, to)) in bridge.parts.iter().zip(parts) {
        assert!((part.to - to).abs() < 1e-12, "{part:?} ends at {to}");
    }
    assert_adds_up(bridge);
}

#[track_caller]
fn assert_adds_up(bridge: &Bridge) {
    let Some(shift) = bridge.shift else {
        assert!(bridge.parts.is_empty() && bridge.reason.is_some());
        return;
    };
    let sum: f64 = bridge.parts.iter().map(|part| part.shift).sum();
    assert!((shift - sum).abs() < 1e-11, "{shift} and {sum}");
    assert!(bridge.residual.abs() < 1e-11);
    for part in &bridge.parts {
        let each: f64 = part.each.iter().map(|single| single.shift).sum();
        assert!(part.each.is_empty() || (each - part.shift).abs() < 1e-11);
        assert!(!part.causes.is_empty());
    }
    for decimals in [2, 4, 6] {
        let shown = bridge.shown(decimals);
        let all = shown.parts.iter().sum::<i128>();
        assert!(bridge.parts.is_empty() || all == shown.total, "{shown:?}");
    }
}

#[test]
fn nothing_changed_nothing_moved() {
    for method in [Method::Fe, Method::Reml, RULE] {
        let version = state(&with(ODD), method);
        let bridge = bridge(&version, &version, &Causes::new());
        assert!(bridge.parts.is_empty() && bridge.settings.is_empty());
        assert_eq!((bridge.shift, bridge.reason.as_deref()), (Some(0.0), None));
        assert_eq!(bridge.from, bridge.to);
        assert_eq!(bridge.shown(4).total_text(), "0.0000");
    }
}

#[test]
fn other_row_order_level_and_columns_move_nothing() {
    let old = state(&with(ODD), RULE);
    let mut new = old.clone();
    new.members.reverse();
    new.spec.level = Level::parse(99.0).unwrap();
    for member in &mut new.members {
        member.row.columns.push(("dose".into(), "high".into()));
        member.report = None;
    }
    let bridge = bridge(&old, &new, &Causes::new());
    assert!(bridge.parts.is_empty() && bridge.residual.abs() < 1e-15);
}

#[test]
fn a_rule_that_enters_the_protocol_flips_without_new_evidence() {
    let tables = with(ODD);
    let (fe, dl) = (by_hand(&tables, false), by_hand(&tables, true));
    let bridge = bridge(
        &state(&tables, Method::Fe),
        &state(&tables, RULE),
        &Causes::new(),
    );
    // The protocol alone moves nothing; the rule does.
    assert_parts(
        &bridge,
        &[(Cause::Specification, fe), (Cause::ModelSwitch, dl)],
    );
    assert!(bridge.parts[0].shift.abs() < 1e-15);
    assert!(bridge.parts.iter().all(|part| part.studies.is_empty()));
    assert_eq!(
        (bridge.old_model, bridge.new_model),
        (Some(Method::Fe), Some(Method::Dl))
    );
    assert_eq!(bridge.settings[0].now, "rule:50");
}

#[test]
fn a_method_that_the_protocol_names_is_a_protocol_change() {
    let tables = with(ODD);
    let dl = by_hand(&tables, true);
    let fixed = state(&tables, Method::Fe);
    let random = state(&tables, Method::Dl);
    assert_parts(
        &bridge(&fixed, &random, &Causes::new()),
        &[(Cause::Specification, dl)],
    );
    // From a method the rule could not have chosen, all of it is the protocol's.
    let reml = state(&tables, Method::Reml);
    let ruled = state(&tables, RULE);
    assert_parts(
        &bridge(&reml, &ruled, &Causes::new()),
        &[(Cause::Specification, dl)],
    );
    // And the rule that goes, leaving what it had chosen, moves nothing.
    let gone = bridge(&ruled, &random, &Causes::new());
    assert_parts(&gone, &[(Cause::Specification, dl)]);
    assert!(gone.parts[0].shift.abs() < 1e-15);
}

#[test]
fn a_retraction_that_flips_the_rule_is_measured_under_the_old_model() {
    let dl_without = by_hand(&ALIKE, true);
    let bridge = bridge(
        &state(&with(ODD), RULE),
        &state(&ALIKE, RULE),
        &causes(&[("D", Cause::Retraction)]),
    );
    let fe = by_hand(&ALIKE, false);
    assert_parts(
        &bridge,
        &[(Cause::Retraction, dl_without), (Cause::ModelSwitch, fe)],
    );
    assert_eq!(bridge.parts[0].studies, ["D"]);
    assert_eq!(
        (bridge.old_model, bridge.new_model),
        (Some(Method::Dl), Some(Method::Fe))
    );
}

#[test]
fn a_corrected_cell_that_flips_the_rule_is_measured_under_the_old_model() {
    let slip = ("D", 55.0, 120.0, 42.0, 120.0);
    let (old, new) = (with(slip), with(ODD));
    let bridge = bridge(&state(&old, RULE), &state(&new, RULE), &Causes::new());
    let (fe, dl) = (by_hand(&new, false), by_hand(&new, true));
    assert_parts(
        &bridge,
        &[(Cause::CorrectedData, fe), (Cause::ModelSwitch, dl)],
    );
    assert!((fe - by_hand(&old, false)).abs() > 0.01 && (dl - fe).abs() > 0.01);
    let change = &bridge.parts[0].changes[0];
    assert_eq!(change.was.values(), [55.0, 120.0, 42.0, 120.0]);
    assert_eq!(change.now.values(), [90.0, 120.0, 30.0, 120.0]);
}

#[test]
fn a_judgement_that_excludes_and_flips_the_rule() {
    let (old, new) = (state(&with(ODD), RULE), state(&ALIKE, RULE));
    let bridge = bridge(&old, &new, &causes(&[("D", Cause::Judgement)]));
    let parts = [
        (Cause::Judgement, by_hand(&ALIKE, true)),
        (Cause::ModelSwitch, by_hand(&ALIKE, false)),
    ];
    assert_parts(&bridge, &parts);
}

#[test]
fn a_new_study_that_flips_the_rule() {
    let new = with(ODD);
    let bridge = bridge(&state(&ALIKE, RULE), &state(&new, RULE), &Causes::new());
    let parts = [
        (Cause::NewStudy, by_hand(&new, false)),
        (Cause::ModelSwitch, by_hand(&new, true)),
    ];
    assert_parts(&bridge, &parts);
}

/// The response rate of the anti-CD38 trials, from two to seven: the estimate barely moves, for two
/// opposite reasons.
#[test]
fn the_walk_keeps_its_order_and_each_study_has_its_share() {
    let old = [
        ("CASTOR", 201.0, 240.0, 148.0, 234.0),
        ("POLLUX", 261.0, 281.0, 211.0, 276.0),
    ];
    let mut new = vec![
        ("ICARIA-MM", 93.0, 154.0, 54.0, 153.0),
        ("IKEMA", 155.0, 179.0, 102.0, 123.0),
        ("CANDOR", 263.0, 312.0, 115.0, 154.0),
        ("APOLLO", 104.0, 151.0, 71.0, 153.0),
        ("LEPUS", 113.0, 137.0, 41.0, 63.0),
        ("POLLUX", 261.0, 281.0, 211.0, 276.0),
    ];
    let corrected = ("CASTOR", 203.0, 240.0, 148.0, 234.0);
    new.insert(3, corrected);
    let bridge = bridge(&state(&old, RULE), &state(&new, RULE), &Causes::new());
    let parts = [
        (Cause::CorrectedData, by_hand(&[corrected, old[1]], false)),
        (Cause::NewStudy, by_hand(&new, false)),
        (Cause::ModelSwitch, by_hand(&new, true)),
    ];
    assert_parts(&bridge, &parts);
    assert_eq!(
        bridge.parts[1].studies,
        ["ICARIA-MM", "IKEMA", "CANDOR", "APOLLO", "LEPUS"]
    );
    assert_eq!(bridge.parts[1].each.len(), 5);
    assert_eq!(bridge.parts[1].each[0].study, "ICARIA-MM");
    assert_eq!(
        bridge.shown(4).sum_text().unwrap(),
        "+0.0032 \u{2212} 0.0347 + 0.0403 = +0.0088"
    );
    let ends = (bridge.old.unwrap(), bridge.new.unwrap());
    assert_eq!((ends.0.k, ends.1.k), (2, 7));
    assert!((ends.0.i2 - 36.8).abs() < 0.05 && (ends.1.i2 - 75.9).abs() < 0.05);
    let text = json::compact(&bridge).unwrap();
    assert!(text.contains("\"causes\":[\"model-switch\"]"), "{text}");
    let longest = text
        .split(|c: char| !c.is_ascii_digit())
        .map(|run| run.trim_start_matches('0').len())
        .max();
    assert!(longest <= Some(12), "{text}");
}

#[test]
fn eight_causes_keep_their_order() {
    let mut old = with(ODD);
    old.push(("E", 33.0, 90.0, 20.0, 90.0));
    old.push(("F", 12.0, 70.0, 10.0, 70.0));
    old.push(("G", 52.0, 140.0, 40.0, 140.0));
    let mut new = state(&old, RULE);
    new.members
        .retain(|member| !["D", "E", "F"].contains(&member.study.as_str()));
    new.members[0] = member(("A", 42.0, 100.0, 30.0, 100.0));
    new.members[1] = member(("B", 60.0, 150.0, 45.0, 150.0));
    new.members[1].report = Some("B-2".into());
    new.members.push(member(("H", 45.0, 110.0, 36.0, 110.0)));
    new.spec.measure = Measure::Or;
    let given = [
        ("D", Cause::Retraction),
        ("E", Cause::Eligibility),
        ("F", Cause::Judgement),
    ];
    let bridge = bridge(&state(&old, RULE), &new, &causes(&given));
    let found: Vec<Cause> = bridge
        .parts
        .iter()
        .flat_map(|part| part.causes.clone())
        .collect();
    assert_eq!(found, Cause::ALL);
    assert_adds_up(&bridge);
    assert!(Cause::ALL.is_sorted());
}

#[test]
fn a_state_between_without_studies_shares_one_part() {
    let old = state(&ALIKE[..1], Method::Fe);
    let new = state(&[ODD], Method::Fe);
    let bridge = bridge(&old, &new, &causes(&[("A", Cause::Retraction)]));
    assert_eq!(bridge.parts.len(), 1);
    assert_eq!(bridge.parts[0].causes, [Cause::Retraction, Cause::NewStudy]);
    assert_eq!(bridge.parts[0].studies, ["A", "D"]);
    assert_adds_up(&bridge);
}

#[test]
fn what_cannot_be_compared_says_why() {
    let empty = state(&[], Method::Fe);
    let some = state(&ALIKE, Method::Fe);
    let first = bridge(&empty, &some, &Causes::new());
    assert_eq!(
        first.reason.as_deref(),
        Some("the old version cannot be pooled: nothing to pool: no rows")
    );
    assert!(first.from.is_none() && first.to.is_some() && first.parts.is_empty());
    let last = bridge(&some, &empty, &Causes::new());
    assert!(
        last.reason
            .unwrap()
            .starts_with("the new version cannot be pooled")
    );
    let mut difference = some.clone();
    difference.spec.measure = Measure::Rd;
    let other = bridge(&some, &difference, &Causes::new());
    assert_eq!(
        other.reason.as_deref(),
        Some("RR and RD are not measured on one scale")
    );
    assert_eq!(other.shift, None);
    let unsaid = bridge(&some, &state(&ALIKE[..2], Method::Fe), &Causes::new());
    assert_eq!(
        unsaid.reason.as_deref(),
        Some("C left, and no cause is given")
    );
    // A cause that cannot be is none.
    let wrong = causes(&[("C", Cause::NewStudy)]);
    let unsaid = bridge(&some, &state(&ALIKE[..2], Method::Fe), &wrong);
    assert_eq!(
        unsaid.reason.as_deref(),
        Some("C left, and no cause is given")
    );
}

#[test]
fn rows_without_data_are_absent_and_rows_of_one_study_move_together() {
    let mut old = state(&ALIKE, Method::Fe);
    let mut silent = member(ODD);
    silent.row.data = None;
    old.members.push(silent);
    let mut new = state(&with(ODD), Method::Fe);
    // Trial A reports two comparisons now.
    let mut second = member(("A", 21.0, 50.0, 15.0, 50.0));
    second.row.study = "A, low dose".into();
    new.members.push(second);
    let bridge = bridge(&old, &new, &Causes::new());
    let found: Vec<Cause> = bridge
        .parts
        .iter()
        .flat_map(|part| part.causes.clone())
        .collect();
    assert_eq!(found, [Cause::OtherReport, Cause::NewStudy]);
    assert!(bridge.parts[0].changes.is_empty());
    assert_eq!(bridge.parts[1].studies, ["D"]);
    assert_adds_up(&bridge);
}

fn table() -> impl Strategy<Value = [f64; 4]> {
    (20_u32..200, 20_u32..200, 0.0_f64..1.0, 0.0_f64..1.0).prop_map(|(n1, n2, p1, p2)| {
        let (n1, n2) = (f64::from(n1), f64::from(n2));
        [(n1 * p1).floor(), n1, (n2 * p2).floor(), n2]
    })
}

/// What happens to a study: 0 stays, 1-3 leaves, 4 corrected, 5 other report, 6 comes.
fn history() -> impl Strategy<Value = Vec<([f64; 4], [f64; 4], u8)>> {
    proptest::collection::vec((table(), table(), 0_u8..7), 1..9)
}

fn method() -> impl Strategy<Value = Method> {
    prop::sample::select(vec![
        RULE,
        RULE,
        Method::Fe,
        Method::Dl,
        Method::Reml,
        Method::Mh,
    ])
}

fn versions(history: &[([f64; 4], [f64; 4], u8)], methods: [Method; 2]) -> (State, State, Causes) {
    let [was, now] = methods.map(|method| state(&[], method));
    let (mut old, mut new, mut causes) = (was, now, Causes::new());
    for (n, (before, after, what)) in history.iter().enumerate() {
        let make = |[e1, n1, e2, n2]: [f64; 4], report: &str| {
            let mut made = member(("", e1, n1, e2, n2));
            made.study = format!("S{n}");
            made.report = Some(report.into());
            made
        };
        if *what < 6 {
            old.members.push(make(*before, "1"));
        }
        match what {
            0 => new.members.push(make(*before, "1")),
            1 => drop(causes.insert(format!("S{n}"), Cause::Retraction)),
            2 => drop(causes.insert(format!("S{n}"), Cause::Eligibility)),
            3 => drop(causes.insert(format!("S{n}"), Cause::Judgement)),
            4 => new.members.push(make(*after, "1")),
            5 => new.members.push(make(*after, "2")),
            _ => new.members.push(make(*after, "1")),
        }
    }
    (old, new, causes)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parts_always_add_up(history in history(), was in method(), now in method()) {
        let (old, new, causes) = versions(&history, [was, now]);
        let bridge = bridge(&old, &new, &causes);
        assert_adds_up(&bridge);
        let named: Vec<Cause> = bridge.parts.iter().flat_map(|part| part.causes.clone()).collect();
        prop_assert!(named.windows(2).all(|pair| pair[0] < pair[1]), "{named:?}");
        if let (Some(first), Some(last)) = (bridge.parts.first(), bridge.parts.last()) {
            prop_assert_eq!(Some(first.from), bridge.from);
            prop_assert_eq!(Some(last.to), bridge.to);
        }
        for pair in bridge.parts.windows(2) {
            prop_assert_eq!(pair[0].to.to_bits(), pair[1].from.to_bits());
        }
        let flips = was == RULE && now == RULE && bridge.old_model != bridge.new_model;
        let switched = named.contains(&Cause::ModelSwitch);
        prop_assert!(bridge.shift.is_none() || was != RULE || now != RULE || switched == flips);
    }
}
