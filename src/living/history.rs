//! The review's own history for its report: versions, the status line, the living mode's schedule,
//! what changed since the last version, and included reports that stand in doubt.
//!
//! All of it follows from log, archive and workflow: no clock is asked, so that a report has the
//! same bytes whenever it is written. Whether a step is overdue is for `status` to say.

use super::changes;
pub use super::dates::steps;
use super::notices::{self, Flag, Notice};
use crate::extract::analyses::{Made, pooled_studies, without};
use crate::model::EventSeq;
use crate::plot::{Page, Timeline, TimelineKind, TimelineMark};
use crate::report::ReportError;
use crate::report::data::day;
use crate::report::flow;
use crate::report::history::{Doubt, FrozenFile, History, Side, VersionView, WithWithout};
use crate::store::Reader;
use crate::store::read::Version;
use crate::workflow::{LivingStatus, Workflow};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};

/// Everything of it; `made` are the analyses of the review as it stands.
pub fn of(
    workspace: &Workspace,
    reader: Reader<'_>,
    made: &[Made],
) -> Result<History, ReportError> {
    let versions = reader.versions()?;
    let mut columns = flow::layout(reader, flow::Layout::Separate, None)?;
    if columns.len() < 2 {
        columns.clear();
    }
    if let Some(last) = columns.pop() {
        columns.push(last.pooling(pooled_studies(made)));
    }
    let changes = match versions.as_slice() {
        [] => None,
        [.., last] if reader.is_moved()? || is_later(reader, last)? => {
            Some(changes::since(workspace, reader, last, made)?)
        }
        [.., before, last] => Some(changes::between(workspace, reader, before, Some(last))?),
        [_] => None,
    };
    let (timeline, marks) = timeline(reader, &workspace.workflow, &versions)?;
    Ok(History {
        status: status(reader, &workspace.workflow, &versions)?,
        steps: steps(reader, &workspace.workflow, &versions)?,
        versions: views(reader, &versions)?,
        timeline,
        marks,
        changes,
        doubts: doubts(reader, made)?,
        columns,
    })
}

/// The timeline and its marks in words.
fn timeline(
    reader: Reader<'_>,
    workflow: &Workflow,
    versions: &[Version],
) -> Result<(Option<Timeline>, Vec<(String, String)>), ReportError> {
    let marks = marks(reader, versions)?;
    let words = marks
        .iter()
        .map(|mark| (mark.at.clone(), said_of(mark)))
        .collect();
    Ok((plot(reader, workflow, versions, marks)?, words))
}

/// What happened, by day.
fn marks(reader: Reader<'_>, versions: &[Version]) -> Result<Vec<TimelineMark>, ReportError> {
    let mut marks = searched(reader)?;
    for (n, event) in reader.events_of("workflow_adopted")?.iter().enumerate() {
        // The first protocol is where the review begins.
        if n > 0 {
            marks.push(mark(&event.at, TimelineKind::Protocol, ""));
        }
    }
    for version in versions {
        let name = version.name.clone();
        marks.push(mark(&version.at, TimelineKind::Version { name }, ""));
    }
    for notice in notices::open_notices(reader)? {
        if let (Flag::Retracted, Some(event)) = (notice.flag, reader.event(EventSeq(notice.seq))?) {
            let label = notice.citation.clone();
            marks.push(mark(&event.at, TimelineKind::Retraction { label }, ""));
        }
    }
    marks.sort_by(|a, b| a.at.cmp(&b.at));
    Ok(marks)
}

/// The timeline that [`crate::plot::timeline()`] draws; nothing while there is one search and no
/// version.
pub fn timeline_plot(
    reader: Reader<'_>,
    workflow: &Workflow,
    versions: &[Version],
) -> Result<Option<Timeline>, ReportError> {
    plot(reader, workflow, versions, marks(reader, versions)?)
}

fn plot(
    reader: Reader<'_>,
    workflow: &Workflow,
    versions: &[Version],
    marks: Vec<TimelineMark>,
) -> Result<Option<Timeline>, ReportError> {
    if versions.is_empty() && marks.len() < 2 {
        return Ok(None);
    }
    let steps = steps(reader, workflow, versions)?;
    let next = steps.into_iter().find(|step| step.step == "search");
    Ok(Some(Timeline {
        name: "timeline".to_owned(),
        title: "Timeline of the review".to_owned(),
        page: Page::Full,
        marks,
        next: next.and_then(|step| step.due),
    }))
}

/// The days on which something was searched: what was new, and how much of that is included now.
fn searched(reader: Reader<'_>) -> Result<Vec<TimelineMark>, ReportError> {
    let mut days: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for run in reader.search_runs()? {
        days.entry(day(&run.at).to_owned()).or_default();
    }
    for (at, records, included) in reader.received_by_day()? {
        days.insert(at, (records, included));
    }
    Ok(days
        .into_iter()
        .map(|(at, (records, included))| {
            let kind = if records == 0 {
                TimelineKind::NoNews
            } else {
                TimelineKind::News { records, included }
            };
            mark(&at, kind, "")
        })
        .collect())
}

fn mark(at: &str, kind: TimelineKind, note: &str) -> TimelineMark {
    TimelineMark {
        at: day(at).to_owned(),
        kind,
        note: note.to_owned(),
    }
}

/// A mark in words.
fn said_of(mark: &TimelineMark) -> String {
    match &mark.kind {
        TimelineKind::NoNews => "Searched: nothing new".to_owned(),
        TimelineKind::News { records, included } => format!(
            "Searched: {}, {included} of them included",
            crate::model::many(*records, "new record", "new records")
        ),
        TimelineKind::Version { name } => format!("Version {name} published"),
        TimelineKind::Protocol => "The protocol changed".to_owned(),
        TimelineKind::Retraction { label } => format!("{label} was retracted"),
    }
}

/// Whether anything that a comparison shows happened after a version.
fn is_later(reader: Reader<'_>, last: &Version) -> Result<bool, ReportError> {
    for kind in [
        "cell_extracted",
        "workflow_adopted",
        "event_undone",
        "report_linked",
        "report_unlinked",
        "record_corrected",
        "import_undone",
    ] {
        let event = reader.last_of_kind(kind)?;
        if event.is_some_and(|(seq, _)| seq > last.seq) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The published versions with what they froze.
pub fn views(reader: Reader<'_>, versions: &[Version]) -> Result<Vec<VersionView>, ReportError> {
    let mut out = Vec::new();
    for version in versions {
        let Some(frozen) = reader.frozen(version)? else {
            continue;
        };
        out.push(VersionView {
            name: version.name.clone(),
            at: version.at.clone(),
            seq: version.seq.0,
            upto: version.upto.0,
            head: frozen.head.to_string(),
            studies: version.studies,
            reports: version.reports,
            provisional: frozen.provisional,
            program: frozen.program,
            files: frozen
                .files
                .iter()
                .map(|file| FrozenFile {
                    path: file.path.clone(),
                    digest: file.digest.to_string(),
                })
                .collect(),
        });
    }
    Ok(out)
}

/// The dated status line: what the last search found, and which version stands.
pub fn status(
    reader: Reader<'_>,
    workflow: &Workflow,
    versions: &[Version],
) -> Result<String, ReportError> {
    let last = versions.last();
    let stands = match last {
        Some(version) => format!("Version {} of {} stands", version.name, day(&version.at)),
        None => "No version is published".to_owned(),
    };
    let retired = workflow.living.status == LivingStatus::Retired;
    let paused = workflow.living.status == LivingStatus::Paused;
    let runs = reader.search_runs()?;
    let Some(last_day) = runs.iter().map(|run| day(run.searched())).max() else {
        return Ok("Not searched yet.".to_owned());
    };
    let after = last.map_or(0, |version| version.seq.0);
    let found = reader.new_after(EventSeq(after))?;
    let searched = runs.iter().any(|run| run.seq.0 > after);
    let date = last_day;
    let mut text = match (last, searched) {
        (Some(version), true) if found == 0 => {
            format!(
                "Searched {date}: nothing new. Version {} stands.",
                version.name
            )
        }
        (Some(_), true) => {
            let moved = if reader.is_moved()? {
                ""
            } else {
                "; nothing of it changes the review"
            };
            format!(
                "Searched {date}: {} since{moved}. {stands} until the next is published.",
                crate::model::many(found, "new record", "new records")
            )
        }
        _ => format!("Searched to {date}. {stands}."),
    };
    if retired {
        text.push_str(" The review is retired: no further update will be made.");
    } else if paused {
        text.push_str(" Updates are paused.");
    }
    if let (true, Some(reason)) = (retired || paused, &workflow.living.reason) {
        text.push_str(&format!(" Reason: {}.", reason.trim_end_matches('.')));
    }
    Ok(text)
}

/// Included reports about which a source says something that nobody has decided on, with each
/// analysis with and without the data they give.
fn doubts(reader: Reader<'_>, made: &[Made]) -> Result<Vec<Doubt>, ReportError> {
    let notices = notices::open_notices(reader)?;
    let mut out = Vec::new();
    for notice in notices
        .into_iter()
        .filter(|notice| notice.flag != Flag::Corrected)
    {
        let included = reader
            .report(notice.report)?
            .is_some_and(|report| report.place == crate::model::Place::Included);
        if included {
            out.push(doubt(&notice, made));
        }
    }
    Ok(out)
}

fn doubt(notice: &Notice, all: &[Made]) -> Doubt {
    let id = notice.report.to_string();
    let mut studies = BTreeSet::new();
    let mut results = Vec::new();
    for made in all {
        let gone: BTreeSet<&str> = made
            .chosen
            .rows
            .iter()
            .filter(|row| row.report == id)
            .map(|row| row.study.as_str())
            .collect();
        if gone.is_empty() {
            continue;
        }
        studies.extend(
            gone.iter()
                .filter_map(|study| made.labels.get(*study))
                .cloned(),
        );
        let without = without(made, &gone);
        results.push(WithWithout {
            analysis: made.analysis.name.clone(),
            title: made.analysis.title.clone(),
            with: said(&changes::side(Some(made))),
            without: said(&changes::side(Some(&without))),
        });
    }
    Doubt {
        report: id,
        citation: notice.citation.clone(),
        says: notice.flag.words().to_owned(),
        pmid: notice.pmid.clone(),
        seq: notice.seq,
        studies: studies.into_iter().collect(),
        results,
    }
}

/// `HR 0.47 (0.37 to 0.60), 7 trials`.
fn said(side: &Side) -> String {
    match (&side.estimate, &side.interval, &side.why) {
        (Some(estimate), Some(interval), _) => format!(
            "{estimate} ({interval}), {}",
            crate::model::many(side.k, "trial", "trials")
        ),
        (_, _, Some(why)) => format!("none: {why}"),
        _ => "none".to_owned(),
    }
}
