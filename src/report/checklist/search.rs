//! PRISMA-S: how the search is reported.

use super::{Checklist, RUNS, SEARCH, SELECTION, There, filled, n, person};
use crate::model::SourceKind;
use crate::report::data::ReportData;

pub(super) fn search(data: &ReportData) -> Checklist {
    let there = There::of(data);
    let kinds = |kind| {
        data.searches
            .iter()
            .filter(|search| search.source.kind == Some(kind))
            .count()
    };
    let (registers, others) = (kinds(SourceKind::Register), kinds(SourceKind::Other));
    let platforms = data
        .searches
        .iter()
        .filter(|search| search.source.platform.is_some() || search.interface != "file")
        .count();
    let strategies = data
        .searches
        .iter()
        .filter(|search| search.strategy.is_some())
        .count();
    let ran = there.searches > 0;
    let of_kind = |item, asks, count: usize, todo| {
        filled(
            item,
            asks,
            count > 0,
            SEARCH,
            (
                n(count, "search of that kind", "searches of that kind"),
                todo,
            ),
        )
    };
    Checklist {
        id: "prisma-s",
        name: "PRISMA-S",
        reference: "Rethlefsen ML et al. Syst Rev 2021;10:39",
        items: vec![
            filled(
                "S1",
                "Each database with its platform",
                ran && platforms == there.searches,
                SEARCH,
                (
                    n(there.sources, "source", "sources"),
                    "name the platform of each source that came as a file",
                ),
            ),
            person(
                "S2",
                "Databases searched at once on one platform",
                "say which, where there were any",
            ),
            of_kind(
                "S3",
                "Trial registers",
                registers,
                "no register was searched: say so, or search one",
            ),
            of_kind(
                "S4",
                "Websites and other resources that were browsed",
                others,
                "none is recorded: a source of kind other, or say that there was none",
            ),
            of_kind(
                "S5",
                "Searching by citations",
                others,
                "none is recorded: a source of kind other, or say that there was none",
            ),
            person(
                "S6",
                "People who were asked for studies",
                "say who, or that nobody was asked",
            ),
            person("S7", "Other methods", "say which, or that there was none"),
            filled(
                "S8",
                "Every strategy copied exactly as it was run",
                ran && strategies == there.searches,
                RUNS,
                (
                    "the bytes as they were sent, with the source's translation".to_owned(),
                    "a run without a recorded strategy: name the query file of its source in workflow.toml",
                ),
            ),
            person(
                "S9",
                "Limits and why, or that there were none",
                "limits stand in the strategies; why is the authors'",
            ),
            person(
                "S10",
                "Published search filters, cited",
                "say which, or that there was none",
            ),
            person(
                "S11",
                "Strategies of earlier reviews that were used",
                "say which, or that there was none",
            ),
            filled(
                "S12",
                "How the search is kept up to date",
                ran && data.living.search.is_some(),
                "index.html#living",
                (
                    "the schedule, and every run of each strategy".to_owned(),
                    "fill search of [living], or say that the search is not repeated",
                ),
            ),
            filled(
                "S13",
                "The day of the last search of each strategy",
                ran,
                SEARCH,
                ("beside each run".to_owned(), "no search has run"),
            ),
            person(
                "S14",
                "Peer review of the strategies (PRESS)",
                "say by whom, or that there was none",
            ),
            filled(
                "S15",
                "The number of records of each source",
                ran,
                SEARCH,
                (
                    "beside each run, and in the flow".to_owned(),
                    "no search has run",
                ),
            ),
            filled(
                "S16",
                "How duplicates were found, with the software",
                ran,
                SELECTION,
                (
                    "the rules by their version, each join with its rule and score in the register"
                        .to_owned(),
                    "no search has run",
                ),
            ),
        ],
    }
}
