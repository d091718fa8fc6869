//! The questions of RoB 2 in the guide are those of the program.

use super::{all_current, settle, text};
use perennial::appraise::rob2::{Answer, Domain, Effect, Question, domains};

const PAGE: &str = "docs/guides/risk-of-bias.md";
const HEAD: &str = "| question | asks | where | answers |\n|---|---|---|---|\n";

fn row(question: &Question) -> String {
    let offers: Vec<&str> = question.offers().into_iter().map(Answer::code).collect();
    format!(
        "| {} | {} | {} | {} |\n",
        question.id,
        question.prompt,
        question.condition().unwrap_or_else(|| "always".into()),
        offers.join(", ")
    )
}

fn rows(domain: &Domain, of: &str) -> String {
    let all: String = domain.questions().iter().map(row).collect();
    format!(
        "| **{}** | **{}{of}** | | |\n{all}",
        domain.short, domain.name
    )
}

#[test]
fn the_questions_of_the_guide_are_those_of_the_program() {
    let mut table = HEAD.to_owned();
    let pairs = domains(Effect::Assignment)
        .iter()
        .zip(domains(Effect::Adhering));
    for (assignment, adhering) in pairs {
        if assignment == adhering {
            table.push_str(&rows(assignment, ""));
        } else {
            table.push_str(&rows(assignment, ", effect of assignment"));
            table.push_str(&rows(adhering, ", effect of adhering"));
        }
    }
    let shown = text(PAGE);
    let (before, rest) = shown.split_once(HEAD).unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    let want = format!("{before}{table}\n{after}");
    let faults: Vec<String> = settle(PAGE, &shown, &want).err().into_iter().collect();
    all_current(&faults);
}
