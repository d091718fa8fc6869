//! PRISMA 2020: the list for abstracts.

use super::{Checklist, QUESTION, RESULTS, SEARCH, There, filled, n, person};
use crate::report::data::ReportData;

pub(super) fn abstracts(data: &ReportData) -> Checklist {
    let there = There::of(data);
    let text = "in the abstract, by the authors";
    let fact = |item, asks, holds: bool, place, note: String, todo| {
        filled(item, asks, holds, place, (note, todo))
    };
    Checklist {
        id: "prisma-abstracts",
        name: "PRISMA 2020 for abstracts",
        reference: "Page MJ et al. BMJ 2021;372:n71, box 2",
        items: vec![
            person("A1", "Title that names a systematic review", text),
            fact(
                "A2",
                "The main question",
                there.question,
                QUESTION,
                "the question, to be taken over".to_owned(),
                "fill question of [review]",
            ),
            fact(
                "A3",
                "Criteria of eligibility",
                there.criteria > 0,
                QUESTION,
                "the criteria, to be taken over".to_owned(),
                "write [criteria] into workflow.toml",
            ),
            fact(
                "A4",
                "Sources and the days they were last searched",
                there.searches > 0,
                SEARCH,
                "sources and days, to be taken over".to_owned(),
                "no search has run",
            ),
            fact(
                "A5",
                "How risk of bias was assessed",
                there.bias > 0,
                "index.html#bias",
                "RoB 2".to_owned(),
                "risk of bias is not assessed",
            ),
            fact(
                "A6",
                "How results were synthesised",
                there.estimates > 0,
                RESULTS,
                "the model of each analysis".to_owned(),
                "no analysis has a result yet",
            ),
            fact(
                "A7",
                "Numbers of included studies and participants",
                there.included > 0,
                "index.html#included",
                n(
                    usize::try_from(there.included).unwrap_or(usize::MAX),
                    "study",
                    "studies",
                ),
                "no study is included yet",
            ),
            fact(
                "A8",
                "Results of the main outcomes, with precision",
                there.estimates > 0,
                RESULTS,
                n(
                    there.estimates,
                    "analysis with a result",
                    "analyses with results",
                ),
                "no analysis has a result yet",
            ),
            person("A9", "Limitations of the evidence", text),
            person("A10", "Interpretation", text),
            person("A11", "Funding", text),
            fact(
                "A12",
                "Register and number",
                data.review.registration.is_some(),
                QUESTION,
                data.review.registration.clone().unwrap_or_default(),
                "fill registration of [review]",
            ),
        ],
    }
}
