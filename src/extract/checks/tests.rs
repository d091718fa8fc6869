//! One test per check, with numbers that were printed where there are some.

use super::*;
use crate::extract::{CellValue, Spread};
use crate::workflow::{Outcome, OutcomeType};

fn outcome(code: &str, populations: &[&str], grades: &[&str]) -> Outcome {
    Outcome {
        code: code.into(),
        name: code.into(),
        kind: OutcomeType::Binary,
        direction: None,
        populations: populations.iter().map(|p| (*p).to_owned()).collect(),
        grades: grades.iter().map(|g| (*g).to_owned()).collect(),
        definition: None,
    }
}

fn cell(arm: &str, code: &str, value: CellValue) -> Cell {
    let mut cell = Cell {
        value,
        ..Cell::default()
    };
    cell.key = CellKey {
        study: "S".into(),
        report: "R".into(),
        arm: arm.into(),
        outcome: code.into(),
        population: "ITT".into(),
        ..CellKey::default()
    };
    cell
}

fn counts(events: Option<u64>, n: Option<u64>, percent: &str) -> CellValue {
    CellValue {
        events,
        n,
        percent: percent.parse().ok(),
        ..CellValue::default()
    }
}

fn interval(measure: &str, [effect, low, high, level]: [&str; 4]) -> CellValue {
    CellValue {
        measure: Some(measure.into()).filter(|m: &String| !m.is_empty()),
        effect: effect.parse().ok(),
        ci_low: low.parse().ok(),
        ci_high: high.parse().ok(),
        ci_level: level.parse().ok(),
        ..CellValue::default()
    }
}

/// The codes and messages of one cell; the outcome is declared for everything.
fn of_cell(value: CellValue) -> Vec<(Code, String)> {
    // A characteristic takes figures of any type.
    let mut any = outcome("orr", &[], &[]);
    any.kind = OutcomeType::Characteristic;
    let outcomes = [any];
    let context = Context {
        outcomes: &outcomes,
        intervention_drugs: &[],
    };
    let found = check_cell(&cell("A", "orr", value), &context);
    found.into_iter().map(|f| (f.code, f.message)).collect()
}

fn says(value: CellValue, code: Code, message: &str) {
    assert_eq!(of_cell(value), [(code, message.to_owned())]);
}

fn silent(value: CellValue) {
    assert_eq!(of_cell(value), []);
}

/// The messages of a study.
fn of_study(cells: &[Cell]) -> Vec<(Code, String)> {
    let drugs = ["daratumumab".to_owned(), "isatuximab".to_owned()];
    let context = Context {
        outcomes: &[],
        intervention_drugs: &drugs,
    };
    let found = check_study(cells, &context);
    found.into_iter().map(|f| (f.code, f.message)).collect()
}

#[test]
fn more_events_than_participants_are_refused() {
    says(
        counts(Some(156), Some(154), ""),
        Code::EventsExceedN,
        "156 events in 154 participants",
    );
    silent(counts(Some(154), Some(154), ""));
    // APOLLO, neutropenia of grade 3 or 4, both arms.
    silent(counts(Some(101), Some(149), ""));
    silent(counts(Some(75), Some(150), ""));
    assert_eq!(Code::EventsExceedN.severity(), Severity::Refuse);
}

#[test]
fn a_percentage_that_no_count_gives_is_a_warning_that_names_its_neighbours() {
    // CASTOR (Spencer 2018): 83.8 % of 240 is 201; POLLUX (Bahlis 2020): 92.9 % of 281 is 261,
    // and is impossible of the 286 randomised.
    silent(counts(Some(201), Some(240), "83.8"));
    silent(counts(None, Some(281), "92.9"));
    says(
        counts(None, Some(286), "92.9"),
        Code::PercentImpossible,
        "no count of 286 gives 92.9 %: 265 is 92.7 %, 266 is 93.0 %",
    );
    // ICARIA-MM: 11 % and 1.3 % of 152, added.
    says(
        counts(None, Some(152), "12.3"),
        Code::PercentImpossible,
        "no count of 152 gives 12.3 %: 18 is 11.8 %, 19 is 12.5 %",
    );
    // APOLLO prints whole percentages: each is of several counts.
    silent(counts(None, Some(151), "69"));
    silent(counts(None, Some(153), "46"));
    // 2/3 cut off instead of rounded.
    says(
        counts(None, Some(3), "66.6"),
        Code::PercentImpossible,
        "no count of 3 gives 66.6 %: 1 is 33.3 %, 2 is 66.7 %; cutting digits off instead of \
         rounding would give it",
    );
    silent(counts(None, Some(3), "0"));
    silent(counts(None, Some(0), "12"));
    silent(counts(None, None, "12.3"));
    silent(counts(None, Some(10), "100"));
    assert_eq!(Code::PercentImpossible.severity(), Severity::Warn);
}

#[test]
fn a_count_and_a_percentage_that_disagree_are_a_warning() {
    says(
        counts(Some(203), Some(240), "83.8"),
        Code::EventsPercent,
        "203 of 240 is 84.6 %, printed is 83.8 %, which would be 201",
    );
    says(
        counts(Some(90), Some(151), "69"),
        Code::EventsPercent,
        "90 of 151 is 60 %, printed is 69 %, which would be 104",
    );
    says(
        counts(Some(1), Some(1000), "69"),
        Code::EventsPercent,
        "1 of 1000 is 0 %, printed is 69 %, which would be 685 to 695",
    );
    says(
        counts(None, Some(9), "104"),
        Code::PercentRange,
        "104 % is not between 0 and 100",
    );
    says(
        counts(None, Some(9), "-4"),
        Code::PercentRange,
        "-4 % is not between 0 and 100",
    );
}

#[test]
fn an_interval_needs_its_estimate_its_measure_and_both_limits() {
    says(
        interval("HR", ["", "0.35", "0.55", "95"]),
        Code::IntervalIncomplete,
        "an interval with the limit 0.35 and no estimate",
    );
    says(
        interval("HR", ["0.44", "0.35", "", "95"]),
        Code::IntervalIncomplete,
        "the interval of HR 0.44 has one limit, 0.35",
    );
    says(
        interval("", ["0.44", "0.35", "0.55", "95"]),
        Code::MeasureMissing,
        "the effect 0.44 has no measure, such as HR or RR",
    );
    says(
        interval("HR", ["0.44", "0.55", "0.35", "95"]),
        Code::LimitsReversed,
        "the lower limit 0.55 is above the upper limit 0.35",
    );
    says(
        interval("HR", ["0.44", "-0.35", "0.55", "95"]),
        Code::RatioNotPositive,
        "a HR is above zero, and -0.35 is not",
    );
    silent(interval("HR", ["0.44", "", "", ""]));
    silent(interval("MD", ["-1.0", "-2.0", "0.0", "95"]));
}

#[test]
fn an_estimate_outside_its_interval_is_refused() {
    says(
        interval("HR", ["0.34", "0.35", "0.55", "95"]),
        Code::EstimateOutside,
        "HR 0.34 lies outside its interval 0.35 to 0.55",
    );
    // A limit of one decimal may be 0.35: nothing is settled.
    assert!(
        of_cell(interval("HR", ["0.38", "0.4", "0.55", "95"]))
            .iter()
            .all(|(code, _)| { *code == Code::IntervalAsymmetric })
    );
}

#[test]
fn an_interval_is_symmetric_on_its_scale_as_far_as_rounding_allows() {
    // IKEMA: the interim interval is of 99 %, the later one of 95.4 %.
    silent(interval("HR", ["0.53", "0.32", "0.89", "99"]));
    silent(interval("HR", ["0.58", "0.42", "0.79", "95.4"]));
    // Isatuximab with and without dexamethasone: the boxes just touch.
    silent(interval("OR", ["0.405", "0.192", "0.859", "95"]));
    // APOLLO and LEPUS.
    silent(interval("HR", ["0.63", "0.47", "0.85", "95"]));
    silent(interval("HR", ["0.28", "0.17", "0.47", "95"]));
    // The published review's pooled hazard ratio is symmetric on the natural scale.
    says(
        interval("HR", ["0.50", "0.39", "0.61", "95"]),
        Code::IntervalAsymmetric,
        "HR 0.50 is not the centre of 0.39 to 0.61 on the logarithmic scale, which is 0.488; on \
         the natural scale it is",
    );
    says(
        interval("HR", ["0.40", "0.35", "0.55", "95"]),
        Code::IntervalAsymmetric,
        "HR 0.40 is not the centre of 0.35 to 0.55 on the logarithmic scale, which is 0.439",
    );
    silent(interval("MD", ["-1.5", "-3.0", "0.0", "95"]));
    says(
        interval("MD", ["2.0", "1.0", "4.0", "95"]),
        Code::IntervalAsymmetric,
        "MD 2.0 is not the centre of 1.0 to 4.0 on the natural scale, which is 2.50; on the \
         logarithmic scale it is",
    );
    silent(interval("RR", ["0.10", "0.00", "5.00", "95"]));
}

#[test]
fn a_level_is_a_percentage_between_fifty_and_a_hundred() {
    says(
        interval("HR", ["0.53", "0.32", "0.89", "0.99"]),
        Code::LevelFraction,
        "the level 0.99 is a fraction; in per cent it is 99",
    );
    says(
        interval("HR", ["0.53", "0.32", "0.89", "50"]),
        Code::LevelRange,
        "the level 50 % is not between 50 and 100",
    );
    says(
        interval("HR", ["0.53", "0.32", "0.89", "100"]),
        Code::LevelRange,
        "the level 100 % is not between 50 and 100",
    );
    says(
        interval("HR", ["0.53", "0.32", "0.89", ""]),
        Code::LevelMissing,
        "the interval has no level; 95 % is assumed",
    );
}

#[test]
fn a_median_lies_between_named_limits() {
    let median = |median: &str, low: &str, high: &str, spread| CellValue {
        median: median.parse().ok(),
        low: low.parse().ok(),
        high: high.parse().ok(),
        spread,
        ci_level: (spread == Some(Spread::Ci)).then(|| "95".parse().unwrap()),
        ..CellValue::default()
    };
    // APOLLO, both arms: 12.4 [8.3, 19.3] and 6.9 [5.5, 9.3] months.
    silent(median("12.4", "8.3", "19.3", Some(Spread::Ci)));
    silent(median("6.9", "5.5", "9.3", Some(Spread::Ci)));
    silent(median("68", "60", "74", Some(Spread::Iqr)));
    says(
        median("59", "60", "74", Some(Spread::Range)),
        Code::MedianOutside,
        "the median 59 lies outside 60 to 74",
    );
    says(
        median("67", "74", "60", Some(Spread::Range)),
        Code::LimitsReversed,
        "the lower limit 74 is above the upper limit 60",
    );
    says(
        median("", "60", "", Some(Spread::Range)),
        Code::IntervalIncomplete,
        "the limit 60 stands alone, without median or other limit",
    );
    assert_eq!(
        of_cell(median("68", "60", "74", None))[0].0,
        Code::SpreadUnnamed
    );
    let sd = CellValue {
        mean: "1".parse().ok(),
        sd: "-2".parse().ok(),
        ..CellValue::default()
    };
    says(
        sd,
        Code::SdNegative,
        "the standard deviation -2 is negative",
    );
}

#[test]
fn what_the_workflow_does_not_declare_is_refused_with_the_nearest() {
    let outcomes = [outcome("neutropenia", &["safety"], &["≥3", "3-4"])];
    let context = Context {
        outcomes: &outcomes,
        intervention_drugs: &[],
    };
    let found = |change: fn(&mut Cell)| {
        let mut cell = cell("A", "neutropenia", counts(Some(1), Some(2), ""));
        cell.key.population = "safety".into();
        cell.key.grade = "3-4".into();
        change(&mut cell);
        let found = check_cell(&cell, &context);
        found.into_iter().map(|f| (f.code, f.message)).next()
    };
    assert_eq!(found(|_| {}), None);
    let (code, message) = found(|cell| cell.key.outcome = "neutropaenia".into()).unwrap();
    assert_eq!(code, Code::UnknownOutcome);
    assert!(
        message.ends_with("did you mean `neutropenia`?"),
        "{message}"
    );
    let (code, message) = found(|cell| cell.key.population = "safty".into()).unwrap();
    assert_eq!(code, Code::UnknownPopulation);
    assert!(
        message.ends_with("only for safety; did you mean `safety`?"),
        "{message}"
    );
    let (code, message) = found(|cell| cell.key.grade.clear()).unwrap();
    assert_eq!(code, Code::UnknownGrade);
    assert_eq!(message, "`neutropenia` needs a grade: ≥3, 3-4");
    assert_eq!(found(|cell| cell.key.outcome = "prior_lines".into()), None);
    let (code, _) = found(|cell| cell.value.not_reported = true).unwrap();
    assert_eq!(code, Code::NotReportedWithFigures);
    let (code, _) = found(|cell| cell.value = CellValue::default()).unwrap();
    assert_eq!(code, Code::EmptyCell);
}

#[test]
fn deeper_responses_are_never_more_frequent() {
    let of = |code: &str, value| cell("D-Vd", code, value);
    // LEPUS (25.1 months): 55 of 137 complete, 98 very good, 116 overall.
    let lepus = [
        of("orr", counts(Some(116), Some(137), "84.7")),
        of("vgpr", counts(Some(98), Some(137), "71.5")),
        of("cr", counts(Some(55), Some(137), "40.1")),
    ];
    assert_eq!(of_study(&lepus), []);
    let swapped = [
        of("orr", counts(Some(98), Some(137), "")),
        of("vgpr", counts(Some(116), Some(137), "")),
        of("cr", counts(Some(55), Some(137), "")),
    ];
    let found = of_study(&swapped);
    assert_eq!(
        found,
        [(
            Code::ResponseOrder,
            "D-Vd: 116 of `vgpr` is more than 98 of `orr`, which includes it".to_owned()
        )]
    );
    // A percentage counts with the counts that it allows; 40 % of 100 and 40 of 100 are equal.
    let rounded = [
        of("vgpr", counts(Some(40), Some(100), "")),
        of("cr", counts(None, Some(100), "40")),
    ];
    assert_eq!(of_study(&rounded), []);
    let gap = [
        of("orr", counts(None, Some(100), "39.5")),
        of("cr", counts(Some(40), Some(100), "")),
    ];
    assert_eq!(of_study(&gap), []);
    let skipping = [
        of("orr", counts(None, Some(100), "39")),
        of("cr", counts(Some(40), Some(100), "")),
    ];
    assert_eq!(
        of_study(&skipping)[0].1,
        "D-Vd: 40 of `cr` is more than 39 % of 100 of `orr`, which includes it"
    );
    // Another report, arm, population or time is another matter.
    let mut other = swapped.clone();
    other[1].key.time = "12 months".into();
    assert_eq!(of_study(&other), []);
}

#[test]
fn overall_response_is_the_sum_of_its_parts() {
    let of = |code: &str, events| cell("Isa-Pd", code, counts(Some(events), Some(154), ""));
    // ICARIA-MM (Attal 2019): 93 overall, 49 very good or better, so 44 partial.
    let right = [of("orr", 93), of("vgpr", 49), of("pr", 44)];
    assert_eq!(of_study(&right), []);
    let wrong = [of("orr", 93), of("vgpr", 49), of("pr", 54)];
    assert_eq!(
        of_study(&wrong),
        [(
            Code::ResponseSum,
            "Isa-Pd: 49 of `vgpr` and 54 of `pr` do not make 93 of `orr`".to_owned()
        )]
    );
}

#[test]
fn the_arms_sum_to_the_total() {
    let of = |arm: &str, n| cell(arm, "randomised", counts(None, Some(n), ""));
    // CANDOR: 312 and 154 of 466.
    assert_eq!(of_study(&[of("", 466), of("KdD", 312), of("Kd", 154)]), []);
    assert_eq!(
        of_study(&[of("", 466), of("KdD", 312), of("Kd", 145)]),
        [(
            Code::ArmSum,
            "312 + 145 is 457, the total is 466".to_owned()
        )]
    );
}

#[test]
fn a_denominator_that_differs_needs_a_note() {
    // POLLUX: 286 were randomised, 281 could be evaluated for response.
    let randomised = cell("D-Rd", "randomised", counts(None, Some(286), ""));
    let mut orr = cell("D-Rd", "orr", counts(Some(261), Some(281), ""));
    assert_eq!(
        of_study(&[randomised.clone(), orr.clone()]),
        [(
            Code::Denominator,
            "D-Rd: `orr` counts 281 in ITT, 286 were randomised; a note must say why".to_owned()
        )]
    );
    orr.key.population = "response-evaluable".into();
    assert_eq!(of_study(&[randomised, orr.clone()]), []);
    let mut cells: Vec<Cell> = ["cr", "vgpr"]
        .map(|code| {
            let mut cell = orr.clone();
            cell.key.outcome = code.into();
            cell.value = counts(Some(159), Some(281), "");
            cell
        })
        .to_vec();
    cells.push(orr);
    cells[0].value = counts(Some(159), Some(280), "");
    assert_eq!(of_study(&cells).len(), 1);
    cells[0].provenance.note = Some("one without a sample".into());
    assert_eq!(of_study(&cells), []);
}

#[test]
fn the_intervention_in_the_control_arm_is_a_warning() {
    let words = |arm: &str, code: &str, text: &str| {
        let value = CellValue {
            text: Some(text.into()),
            ..CellValue::default()
        };
        cell(arm, code, value)
    };
    let mut cells = vec![
        words("isatuximab + dexamethasone", "role", "experimental"),
        words(
            "isatuximab + dexamethasone",
            "drugs",
            "isatuximab; dexamethasone",
        ),
        words("isatuximab", "role", "control"),
        words("isatuximab", "drugs", "Isatuximab"),
    ];
    assert_eq!(
        of_study(&cells),
        [(
            Code::InterventionInControl,
            "the control arm isatuximab is given Isatuximab, which the review is about".to_owned()
        )]
    );
    cells.truncate(3);
    assert_eq!(of_study(&cells), []);
}

#[test]
fn figures_of_another_type_of_outcome_are_refused() {
    use OutcomeType::{Binary, Continuous, TimeToEvent};
    let of = |kind: OutcomeType, value: CellValue| -> Vec<Option<&'static str>> {
        let mut declared = outcome("orr", &[], &[]);
        declared.kind = kind;
        let outcomes = [declared];
        let context = Context {
            outcomes: &outcomes,
            intervention_drugs: &[],
        };
        let found = check_cell(&cell("A", "orr", value), &context);
        let other = found.iter().filter(|f| f.code == Code::OtherType);
        other.map(|finding| finding.column).collect()
    };
    let mean = CellValue {
        mean: "3.1".parse().ok(),
        sd: "1".parse().ok(),
        n: Some(20),
        ..CellValue::default()
    };
    for kind in [Binary, TimeToEvent] {
        assert_eq!(of(kind, mean.clone()), [Some("mean"), Some("sd")]);
    }
    assert!(of(Continuous, mean).is_empty());
    let events = counts(Some(3), Some(20), "15");
    assert!(of(Binary, events.clone()).is_empty() && of(TimeToEvent, events.clone()).is_empty());
    assert_eq!(of(Continuous, events), [Some("events"), Some("percent")]);
    let hr = interval("hr", ["0.5", "0.4", "0.7", "95"]);
    assert_eq!(of(Binary, hr.clone()), [Some("measure")]);
    assert!(of(TimeToEvent, hr).is_empty());
}
