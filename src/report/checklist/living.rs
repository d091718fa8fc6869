//! PRISMA-LSR: what a living review adds.

use super::{Checklist, Item, Status, filled, person};
use crate::report::data::ReportData;

pub(super) fn living(data: &ReportData) -> Checklist {
    let living = &data.living;
    let steps = [
        &living.search,
        &living.screening,
        &living.extraction,
        &living.appraisal,
        &living.analysis,
        &living.certainty,
        &living.publication,
    ];
    let set = steps.iter().filter(|step| step.is_some()).count();
    let versions = &data.history.versions;
    let changes = data.history.changes.is_some();
    let no_change = "there is no version before this one: the first has nothing to compare";
    let of_changes = |item, asks, note: &str| Item {
        item,
        asks,
        status: if changes || versions.is_empty() {
            Status::Filled
        } else {
            Status::Missing
        },
        place: if changes { "index.html#changes" } else { "" },
        note: if changes {
            note.to_owned()
        } else {
            no_change.to_owned()
        },
    };
    Checklist {
        id: "prisma-lsr",
        name: "PRISMA-LSR, for living systematic reviews",
        reference: "Akl EA et al. BMJ 2024;387:e079183",
        items: vec![
            filled(
                "1",
                "Title that says living, with the number of the version",
                data.publication.is_some(),
                "index.html",
                (
                    data.publication.clone().unwrap_or_default(),
                    "a version has its name when it is published (perennial publish NAME)",
                ),
            ),
            filled(
                "2",
                "Whether the review is retired",
                true,
                "index.html#living",
                (format!("the living mode is {}", living.status.as_str()), ""),
            ),
            filled(
                "3",
                "Why the review is a living one",
                living.rationale.is_some(),
                "index.html#living",
                (
                    living.rationale.clone().unwrap_or_default(),
                    "fill rationale of [living]",
                ),
            ),
            of_changes(
                "4",
                "Changes of the question since the version before, with why",
                "changes of the protocol since the version before; why is the authors' to say",
            ),
            filled(
                "L1",
                "The schedule of each step, and when the living mode ends",
                set == steps.len() && living.retirement.is_some(),
                "index.html#living",
                (
                    "every step and the retirement".to_owned(),
                    "fill every step and retirement of [living]",
                ),
            ),
            of_changes("L2", "Changes of the methods", "the protocols compared"),
            of_changes(
                "L3",
                "Changes of the results",
                "studies in and out, and how each estimate moved",
            ),
            person(
                "L4",
                "Authors of this version and what each did",
                "by the authors",
            ),
        ],
    }
}
