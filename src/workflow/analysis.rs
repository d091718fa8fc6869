//! `[extraction]`, `[[outcome]]` and `[[analysis]]`: what is extracted and what is pooled.

use super::diagnostic::{one_of, quoted};
use super::near::nearest;
use super::read::{Reader, Section};
use super::sources::unique;
use super::types::{
    Analysis, Arms, Direction, Extraction, Otherwise, Outcome, OutcomeType, Published, Sensitivity,
    StudyExcluded,
};
use crate::model::characteristic::characteristic;

/// `[extraction]`.
pub(super) fn extraction(reader: &mut Reader, top: &Section) -> Extraction {
    let section = reader.table(top, "extraction");
    let count = section.count("extractors");
    Extraction {
        extractors: count.and_then(|n| u8::try_from(n).ok()).unwrap_or(2),
        settle_own: section.flag("settle_own").unwrap_or(false),
        intervention_drugs: section.texts("intervention_drugs").unwrap_or_default(),
    }
}

/// Every `[[outcome]]`, in order.
pub(super) fn outcomes(reader: &mut Reader, top: &Section) -> Vec<Outcome> {
    let sections = reader.tables(top, "outcome");
    unique(reader, &sections, "code", "outcome");
    sections
        .iter()
        .map(|section| outcome(reader, section))
        .collect()
}

fn outcome(reader: &mut Reader, section: &Section) -> Outcome {
    let code = section.text("code").unwrap_or_default();
    let word = section.text("type").unwrap_or_default();
    let kind = OutcomeType::ALL.into_iter().find(|t| t.as_str() == word);
    if kind.is_some_and(|kind| kind != OutcomeType::Characteristic)
        && let Some(reserved) = characteristic(&code)
    {
        let problem = reader
            .at(
                section.span("code"),
                format!("the code {} is of a characteristic", quoted(&code)),
            )
            .label("always there, as a column of the table of studies")
            .help(format!("choose a code other than `{}`", reserved.code));
        reader.keep(section, problem);
    }
    let word = section.text("direction");
    let direction = word.as_deref().and_then(|word| {
        let mut all = Direction::ALL.into_iter();
        all.find(|direction| direction.as_str() == word)
    });
    Outcome {
        name: section.text("name").unwrap_or_default(),
        code,
        kind: kind.unwrap_or(OutcomeType::Binary),
        direction,
        populations: section.texts("populations").unwrap_or_default(),
        grades: section.texts("grades").unwrap_or_default(),
        definition: section.text("definition"),
    }
}

/// Every `[[analysis]]`, in order; `outcomes` are the declared ones.
pub(super) fn analyses(reader: &mut Reader, top: &Section, outcomes: &[Outcome]) -> Vec<Analysis> {
    let sections = reader.tables(top, "analysis");
    unique(reader, &sections, "name", "analysis");
    let mut out = Vec::new();
    for section in &sections {
        let analysis = analysis(reader, section);
        against_outcome(reader, section, &analysis, outcomes);
        out.push(analysis);
    }
    out
}

fn analysis(reader: &mut Reader, section: &Section) -> Analysis {
    let name = section.text("name").unwrap_or_default();
    let exclude = reader.tables(section, "exclude");
    unique(reader, &exclude, "study", "exclusion");
    let exclude = exclude.iter().map(|one| StudyExcluded {
        study: one.text("study").unwrap_or_default(),
        why: one.text("why").unwrap_or_default(),
    });
    let exclude = exclude.collect();
    let sensitivity = reader.tables(section, "sensitivity");
    unique(reader, &sensitivity, "name", "sensitivity analysis");
    let sensitivity = sensitivity.iter().map(|one| Sensitivity {
        name: one.text("name").unwrap_or_default(),
        method: one.text("method"),
        interval: one.text("interval"),
        without: one.texts("without").unwrap_or_default(),
        population: one.texts("population").unwrap_or_default(),
        medians: one.flag("medians"),
    });
    let sensitivity = sensitivity.collect();
    let published = reader.table(section, "published");
    let published = published.number("estimate").map(|estimate| Published {
        estimate,
        ci_low: published.number("ci_low"),
        ci_high: published.number("ci_high"),
        i2: published.number("i2"),
        source: published.text("source").unwrap_or_default(),
    });
    let otherwise = section.text("otherwise");
    let otherwise = Otherwise::ALL
        .into_iter()
        .find(|word| otherwise.as_deref() == Some(word.as_str()));
    let level = section.count("level").and_then(|n| u8::try_from(n).ok());
    Analysis {
        title: section.text("title").unwrap_or_else(|| name.clone()),
        name,
        outcome: section.text("outcome").unwrap_or_default(),
        measure: section.text("measure").unwrap_or_default(),
        method: section.text("method").unwrap_or_default(),
        population: section.texts("population").unwrap_or_default(),
        grade: section.text("grade"),
        time: section.text("time"),
        reports: section.texts("reports").unwrap_or_default(),
        otherwise: otherwise.unwrap_or_default(),
        exclude,
        arms: arms(reader, section),
        subgroup: section.text("subgroup"),
        level: level.unwrap_or(95),
        interval: section.text("interval").unwrap_or_default(),
        medians: section.flag("medians").unwrap_or(false),
        sensitivity,
        published,
    }
}

/// Every `[[analysis.arms]]`, in order; an arm stands on one side of a comparison.
fn arms(reader: &mut Reader, section: &Section) -> Vec<Arms> {
    let sections = reader.tables(section, "arms");
    let mut out = Vec::new();
    for one in &sections {
        let arms = Arms {
            study: one.text("study").unwrap_or_default(),
            experimental: one.texts("experimental").unwrap_or_default(),
            control: one.texts("control").unwrap_or_default(),
            split: one.flag("split").unwrap_or(false),
        };
        let both = arms
            .experimental
            .iter()
            .find(|arm| arms.control.contains(arm));
        if let Some(arm) = both {
            let problem = reader
                .at(
                    one.span("control"),
                    format!("the arm {} is on both sides", quoted(arm)),
                )
                .label("also in `experimental`")
                .help("an arm is compared with another one");
            reader.keep(one, problem);
        }
        out.push(arms);
    }
    out
}

/// What an analysis says about an outcome must be what the outcome declares.
fn against_outcome(
    reader: &mut Reader,
    section: &Section,
    analysis: &Analysis,
    outcomes: &[Outcome],
) {
    let code = analysis.outcome.as_str();
    let Some(outcome) = outcomes.iter().find(|outcome| outcome.code == code) else {
        // A missing or blank key has been told already.
        if !code.trim().is_empty() {
            let codes: Vec<&str> = outcomes.iter().map(|o| o.code.as_str()).collect();
            let help = nearest(code, codes.iter().copied()).map_or_else(
                || "declare it under its own `[[outcome]]`".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let problem = reader
                .at(
                    section.span("outcome"),
                    format!("there is no outcome {}", quoted(code)),
                )
                .label("not the code of an `[[outcome]]`")
                .help(help);
            reader.keep(section, problem);
        }
        return;
    };
    let fits = outcome.kind.measures();
    if !analysis.measure.is_empty() && !fits.contains(&analysis.measure.as_str()) {
        let problem = reader
            .at(
                section.span("measure"),
                format!(
                    "`measure` cannot be {} for the outcome `{code}`",
                    quoted(&analysis.measure)
                ),
            )
            .label(format!("the outcome is {}", outcome.kind.as_str()));
        let problem = if fits.is_empty() {
            problem.help("a characteristic is not pooled")
        } else {
            problem.help(format!("its measures are {}", one_of(fits)))
        };
        reader.keep(section, problem);
    }
    let grade = analysis.grade.iter();
    let named = [
        ("population", &outcome.populations, &analysis.population),
        ("grade", &outcome.grades, &grade.cloned().collect()),
    ];
    for (key, declared, used) in named {
        if declared.is_empty() {
            continue;
        }
        for word in used {
            if !declared.contains(word) {
                let message = format!("the outcome `{code}` has no {key} {}", quoted(word));
                let words: Vec<&str> = declared.iter().map(String::as_str).collect();
                let problem = reader
                    .at(section.span(key), message)
                    .label("not declared by the outcome")
                    .help(format!("its {key}s are {}", one_of(&words)));
                reader.keep(section, problem);
            }
        }
    }
}
