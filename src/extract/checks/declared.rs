//! Whether the workflow knows the outcome, the population and the grade of a cell.

use super::{Code, Context, Finding};
use crate::extract::Cell;
use crate::extract::characteristic::{CHARACTERISTICS, characteristic};
use crate::workflow::nearest;

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

fn meant<'a>(wrong: &str, words: impl Iterator<Item = &'a str>) -> String {
    nearest(wrong, words).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}
