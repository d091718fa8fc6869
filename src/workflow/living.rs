//! `[living]`: the schedule of the living mode, for the review and for single sources.

use super::diagnostic::quoted;
use super::near::nearest;
use super::read::{Reader, Section};
use super::types::{Living, LivingStatus, Source, SourceSchedule};
use crate::model::Schedule;
use crate::model::schedule;

/// The parameters of the living mode.
pub(super) fn living(reader: &mut Reader, top: &Section, sources: &[Source]) -> Living {
    let section = reader.table(top, "living");
    let schedule = |key: &str| Schedule::read(&section.text(key)?).ok();
    let status = section.text("status");
    let status = LivingStatus::ALL
        .into_iter()
        .find(|s| status.as_deref() == Some(s.as_str()));
    let zone = section.text("timezone").and_then(|name| {
        let zone = schedule::zone(&name)?;
        zone.iana_name().map(str::to_owned)
    });
    let own = own(reader, &section, sources);
    Living {
        status: status.unwrap_or_default(),
        search: schedule("search"),
        screening: schedule("screening"),
        extraction: schedule("extraction"),
        appraisal: schedule("appraisal"),
        analysis: schedule("analysis"),
        certainty: schedule("certainty"),
        publication: schedule("publication"),
        timezone: zone.unwrap_or_else(|| schedule::UTC.to_owned()),
        sources: own,
        retirement: section.text("retirement"),
        reason: section.text("reason"),
        rationale: section.text("rationale"),
    }
}

/// The sources that are searched on dates of their own, each of them a source of the review.
fn own(reader: &mut Reader, living: &Section, sources: &[Source]) -> Vec<SourceSchedule> {
    let sections = reader.tables(living, "source");
    super::sources::unique(reader, &sections, "name", "source");
    let mut out = Vec::new();
    for section in &sections {
        let Some(name) = section.text("name") else {
            continue;
        };
        let folded = name.to_lowercase();
        let Some(source) = sources
            .iter()
            .find(|source| source.name.to_lowercase() == folded)
        else {
            let names: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
            let problem = reader
                .at(
                    section.span("name"),
                    format!("there is no source {}", quoted(&name)),
                )
                .label("no `[[source]]` has this name");
            let problem = match nearest(&name, names.iter().copied()) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help(format!("the sources are {}", names.join(", "))),
            };
            reader.keep(section, problem);
            continue;
        };
        let search = section
            .text("search")
            .and_then(|text| Schedule::read(&text).ok());
        if let Some(search) = search {
            out.push(SourceSchedule {
                name: source.name.clone(),
                search,
            });
        }
    }
    out
}
