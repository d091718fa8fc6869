//! PRISMA 2020: the list for reviews.

use super::{
    Checklist, Item, QUESTION, RESULTS, RUNS, SEARCH, SELECTION, There, filled, n, person,
};
use crate::report::data::ReportData;

pub(super) fn prisma(data: &ReportData) -> Checklist {
    let there = There::of(data);
    let review = &data.review;
    let mut items = vec![
        filled(
            "1",
            "Title that names a systematic review",
            review
                .title
                .as_deref()
                .is_some_and(|title| title.to_lowercase().contains("systematic review")),
            "index.html",
            (
                format!("\u{201c}{}\u{201d}", review.title()),
                "write \u{201c}systematic review\u{201d} into title of [review]",
            ),
        ),
        person("2", "Abstract", "the list for abstracts is below"),
        person("3", "Rationale: what is known already", "introduction"),
        filled(
            "4",
            "The questions that the review answers",
            there.question && there.pico,
            QUESTION,
            (
                "the question and its parts".to_owned(),
                "fill question of [review] and every part of [review.pico]",
            ),
        ),
        filled(
            "5",
            "Criteria of eligibility, and how studies were grouped",
            there.criteria > 0,
            QUESTION,
            (
                format!(
                    "{}, {}; how studies are grouped for each synthesis is in its analysis",
                    n(
                        data.criteria.include.len(),
                        "criterion of inclusion",
                        "criteria of inclusion"
                    ),
                    n(data.criteria.exclude.len(), "of exclusion", "of exclusion"),
                ),
                "write [criteria] into workflow.toml",
            ),
        ),
    ];
    items.extend(methods(data, &there));
    items.extend(results(data, &there));
    items.extend(rest(data));
    Checklist {
        id: "prisma-2020",
        name: "PRISMA 2020",
        reference: "Page MJ et al. BMJ 2021;372:n71",
        items,
    }
}

fn methods(data: &ReportData, there: &There) -> Vec<Item> {
    let strategies = data
        .searches
        .iter()
        .filter(|search| search.strategy.is_some())
        .count();
    vec![
        filled(
            "6",
            "Every source, with the day it was last searched",
            there.searches > 0,
            SEARCH,
            (
                n(
                    there.sources,
                    "source with its days",
                    "sources with their days",
                ),
                "no search has run",
            ),
        ),
        filled(
            "7",
            "The full strategy of every source, with filters and limits",
            there.searches > 0 && strategies == there.searches,
            RUNS,
            (
                "each strategy as it was sent".to_owned(),
                "a run without a recorded strategy: name the query file of its source in workflow.toml",
            ),
        ),
        filled(
            "8",
            "How studies were selected: people, independence, tools",
            !data.agreement.strata.is_empty() || data.counts.screened > 0,
            SELECTION,
            (
                "votes by person, settled by rule; removals by rule; agreement".to_owned(),
                "nobody has screened yet",
            ),
        ),
        filled(
            "9",
            "How data were collected, by how many people",
            !data.results.is_empty(),
            RESULTS,
            (
                format!(
                    "{} by value, settled where they differ",
                    n(usize::from(data.results.extractors), "person", "people")
                ),
                "no value is entered yet",
            ),
        ),
        filled(
            "10a",
            "The outcomes that were sought",
            data.review.pico.outcomes.is_some(),
            QUESTION,
            (
                "outcomes of the question and of workflow.toml".to_owned(),
                "fill outcomes of [review.pico]",
            ),
        ),
        filled(
            "10b",
            "Other variables that were sought",
            there.characteristics,
            "index.html#characteristics",
            (
                "characteristics of the included studies".to_owned(),
                "declare characteristics and extract them",
            ),
        ),
        filled(
            "11",
            "How risk of bias was assessed",
            there.bias > 0,
            "index.html#bias",
            (
                "RoB 2 by its questions, with how many people answered".to_owned(),
                "risk of bias is not assessed (perennial appraise)",
            ),
        ),
        filled(
            "12",
            "The effect measure of each outcome",
            !data.results.analyses.is_empty(),
            RESULTS,
            (
                "beside each result".to_owned(),
                "declare an analysis with its measure",
            ),
        ),
        filled(
            "13a",
            "Which studies went into each synthesis",
            !data.results.analyses.is_empty(),
            RESULTS,
            (
                "the data of each analysis, and what was left out with the reason".to_owned(),
                "declare an analysis",
            ),
        ),
        filled(
            "13b",
            "How data were prepared: conversions, missing numbers",
            there.estimates > 0,
            RESULTS,
            (
                "the steps of each analysis".to_owned(),
                "no analysis has a result yet",
            ),
        ),
        filled(
            "13c",
            "How results were tabulated and drawn",
            there.estimates > 0,
            RESULTS,
            (
                "a forest plot and a table of each analysis".to_owned(),
                "no analysis has a result yet",
            ),
        ),
        filled(
            "13d",
            "How results were pooled: model, heterogeneity, software",
            there.estimates > 0,
            RESULTS,
            (
                "model, interval and heterogeneity of each analysis; the program under Provenance"
                    .to_owned(),
                "no analysis has a result yet",
            ),
        ),
        filled(
            "13e",
            "How causes of heterogeneity were explored",
            data.results
                .analyses
                .iter()
                .any(|one| !one.sensitivity.is_empty()),
            RESULTS,
            (
                "subgroups and other models of the workflow".to_owned(),
                "declare subgroups, moderators or sensitivity analyses, or say in the text that there are none",
            ),
        ),
        filled(
            "13f",
            "Sensitivity analyses",
            there.sensitivity > 0,
            RESULTS,
            (
                n(
                    there.sensitivity,
                    "sensitivity analysis",
                    "sensitivity analyses",
                ),
                "declare a sensitivity analysis, or say in the text that there is none",
            ),
        ),
        filled(
            "14",
            "How missing results (reporting bias) were assessed",
            there.funnels > 0,
            RESULTS,
            (
                "funnel plots; ROB-ME is the authors'".to_owned(),
                "no analysis has the ten studies that a funnel plot needs: authors assess it (ROB-ME)",
            ),
        ),
        person(
            "15",
            "How certainty of the evidence was assessed",
            "GRADE, by the authors",
        ),
    ]
}

fn results(data: &ReportData, there: &There) -> Vec<Item> {
    vec![
        filled(
            "16a",
            "The result of search and selection, best as a flow diagram",
            data.counts.screened > 0 || data.counts.previous.is_some(),
            SELECTION,
            (
                format!(
                    "the flow by template {:?}; every count opens into its set",
                    data.counts.template
                ),
                "no record has been screened yet",
            ),
        ),
        filled(
            "16b",
            "Studies that seemed to meet the criteria and were excluded, with why",
            !data.excluded.is_empty(),
            "index.html#excluded",
            (
                n(
                    data.excluded.len(),
                    "report with its reason",
                    "reports with their reasons",
                ),
                "nothing is excluded on its full text yet",
            ),
        ),
        filled(
            "17",
            "Each included study with its characteristics",
            there.included > 0 && there.characteristics,
            "index.html#included",
            (
                n(
                    usize::try_from(there.included).unwrap_or(usize::MAX),
                    "study",
                    "studies",
                ),
                "no study is included, or nothing is extracted of them",
            ),
        ),
        filled(
            "18",
            "Risk of bias in each study",
            there.bias > 0,
            "index.html#bias",
            (
                n(
                    there.bias,
                    "result with its traffic light",
                    "results with their traffic lights",
                ),
                "risk of bias is not assessed (perennial appraise)",
            ),
        ),
        filled(
            "19",
            "The results of each study, with effect and precision",
            there.estimates > 0,
            RESULTS,
            (
                "the data of each analysis".to_owned(),
                "no analysis has a result yet",
            ),
        ),
        person(
            "20a",
            "Characteristics and risk of bias among the studies of each synthesis",
            "a summary in words; the data are in the report",
        ),
        filled(
            "20b",
            "The result of each synthesis, with precision and heterogeneity",
            there.estimates > 0,
            RESULTS,
            (
                n(
                    there.estimates,
                    "analysis with a result",
                    "analyses with results",
                ),
                "no analysis has a result yet",
            ),
        ),
        filled(
            "20c",
            "Results on causes of heterogeneity",
            there.sensitivity > 0,
            RESULTS,
            ("under each analysis".to_owned(), "none was asked for"),
        ),
        filled(
            "20d",
            "Results of sensitivity analyses",
            there.sensitivity > 0,
            RESULTS,
            ("under each analysis".to_owned(), "none was asked for"),
        ),
        filled(
            "21",
            "Risk of bias due to missing results",
            there.funnels > 0,
            RESULTS,
            (
                "funnel plots; the judgement is the authors'".to_owned(),
                "authors judge it for each synthesis",
            ),
        ),
        person(
            "22",
            "Certainty of the evidence for each outcome",
            "GRADE, by the authors",
        ),
    ]
}

fn rest(data: &ReportData) -> Vec<Item> {
    let adopted = data
        .protocol
        .as_ref()
        .map_or(0, |protocol| protocol.adopted);
    vec![
        person("23a", "General interpretation beside other evidence", "discussion"),
        person("23b", "Limitations of the evidence", "discussion"),
        person("23c", "Limitations of the processes of the review", "discussion"),
        person("23d", "What it means for practice, policy and research", "discussion"),
        filled(
            "24a",
            "Register and number of the review",
            data.review.registration.is_some(),
            QUESTION,
            (
                data.review.registration.clone().unwrap_or_default(),
                "fill registration of [review], or say that it is not registered",
            ),
        ),
        filled(
            "24b",
            "Where the protocol can be had",
            data.protocol.is_some(),
            "index.html#provenance",
            (
                "the protocol in force by its hash; a published protocol is the authors' to name".to_owned(),
                "no protocol is in force yet: perennial run adopts workflow.toml",
            ),
        ),
        filled(
            "24c",
            "Amendments to the protocol, explained",
            data.protocol.is_some(),
            "index.html#provenance",
            (
                match adopted {
                    0 | 1 => "none since the review began".to_owned(),
                    _ => format!("{adopted} protocols were in force; why is the authors' to say"),
                },
                "no protocol is in force yet",
            ),
        ),
        person("25", "Support, financial or not, and the role of funders", "by the authors"),
        person("26", "Competing interests of the authors", "by the authors"),
        filled(
            "27",
            "What is available: data, code, forms",
            true,
            "index.html#provenance",
            (
                "tables of records, reports, studies and results beside the report; the log by its head".to_owned(),
                "",
            ),
        ),
    ]
}
