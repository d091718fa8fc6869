//! Whether the workflow knows the outcome, the population and the grade of a cell.

use super::{Code, Context, Finding};
use crate::extract::Cell;
use crate::extract::characteristic::{ArmRole, CHARACTERISTICS, characteristic};
use crate::workflow::{OutcomeType, nearest};

pub(super) fn check(cell: &Cell, context: &Context) -> Vec<Finding> {
    let (key, value) = (&cell.key, &cell.value);
    let mut found = Vec::new();
    let mut keep = |code, column, message| found.push(Finding::new(code, column, cell, message));
    if value.is_empty() {
        keep(Code::EmptyCell, "", "the cell says nothing".to_owned());
    }
    if value.not_reported && value.has_figures() {
        let message = "marked as not reported, and figures stand beside it".to_owned();
        keep(Code::NotReportedWithFigures, "not_reported", message);
    }
    if let ("role", Some(text)) = (key.outcome.as_str(), &value.text)
        && ArmRole::parse(text).is_none()
    {
        let words = [ArmRole::Experimental, ArmRole::Control].map(ArmRole::as_str);
        let message = format!(
            "`{text}` is no role: an arm is {}{}",
            words.join(" or "),
            meant(text, words.into_iter())
        );
        keep(Code::UnknownRole, "text", message);
    }
    if characteristic(&key.outcome).is_some() {
        return found;
    }
    let Some(outcome) = context.outcome(&key.outcome) else {
        let codes = context.outcomes.iter().map(|outcome| outcome.code.as_str());
        let codes = codes.chain(CHARACTERISTICS.iter().map(|one| one.code));
        let message = format!(
            "no outcome of the workflow has the code `{}`{}",
            key.outcome,
            meant(&key.outcome, codes)
        );
        keep(Code::UnknownOutcome, "outcome", message);
        return found;
    };
    for (column, what) in strange(cell, outcome.kind) {
        let message = format!(
            "`{}` is {}, which takes no {what}",
            outcome.code,
            of_type(outcome.kind)
        );
        keep(Code::OtherType, column, message);
    }
    let by_arm = matches!(outcome.kind, OutcomeType::Binary | OutcomeType::Continuous);
    if by_arm && key.arm.is_empty() && !value.not_reported {
        let message = format!(
            "`{}` is {}: without an arm it goes into no analysis",
            outcome.code,
            of_type(outcome.kind)
        );
        keep(Code::ArmMissing, "arm", message);
    }
    let sets = [
        (
            Code::UnknownPopulation,
            "population",
            &key.population,
            &outcome.populations,
        ),
        (Code::UnknownGrade, "grade", &key.grade, &outcome.grades),
    ];
    for (code, column, has, allowed) in sets {
        if allowed.is_empty() || allowed.contains(has) {
            continue;
        }
        let list = allowed.join(", ");
        let message = if has.is_empty() {
            format!("`{}` needs a {column}: {list}", outcome.code)
        } else {
            let near = meant(has, allowed.iter().map(String::as_str));
            format!(
                "`{}` is not declared for the {column} `{has}`, only for {list}{near}",
                outcome.code
            )
        };
        keep(code, column, message);
    }
    found
}

fn of_type(kind: OutcomeType) -> &'static str {
    match kind {
        OutcomeType::Binary => "binary (events of n)",
        OutcomeType::TimeToEvent => "time-to-event (a hazard ratio with its interval)",
        OutcomeType::Continuous => "continuous (mean, SD, n)",
        OutcomeType::Characteristic => "a characteristic",
    }
}

/// The figures of a cell that an outcome of this type does not have, with their columns.
fn strange(cell: &Cell, kind: OutcomeType) -> Vec<(&'static str, String)> {
    let value = &cell.value;
    let has =
        |column: &'static str, there: bool, what: &str| there.then(|| (column, what.to_owned()));
    let mean = [
        has("mean", value.mean.is_some(), "mean"),
        has("sd", value.sd.is_some(), "standard deviation"),
    ];
    let counts = [
        has("events", value.events.is_some(), "events"),
        has("percent", value.percent.is_some(), "percentage"),
    ];
    let found: Vec<Option<(&'static str, String)>> = match kind {
        OutcomeType::Binary => mean
            .into_iter()
            .chain([has("median", value.median.is_some(), "median")])
            .collect(),
        OutcomeType::TimeToEvent => mean.into_iter().collect(),
        OutcomeType::Continuous => counts.into_iter().collect(),
        OutcomeType::Characteristic => Vec::new(),
    };
    let measure = value.measure.as_deref().unwrap_or_default().trim();
    let wrong: &[&str] = match kind {
        OutcomeType::Binary => &["HR", "MD", "SMD", "SMDH", "ROM"],
        OutcomeType::TimeToEvent => &["MD", "SMD", "SMDH", "ROM"],
        OutcomeType::Continuous => &["HR", "RR", "OR", "RD", "AS", "PETO"],
        OutcomeType::Characteristic => &[],
    };
    let measure = wrong.iter().find(|word| word.eq_ignore_ascii_case(measure));
    let measure = measure.map(|word| ("measure", format!("{word} as its measure")));
    found.into_iter().flatten().chain(measure).collect()
}

fn meant<'a>(wrong: &str, words: impl Iterator<Item = &'a str>) -> String {
    nearest(wrong, words).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}
