//! `status`: how many records are where, who has what to do, the next command.

use super::args::{Global, StatusArgs};
use super::clock::SystemClock;
use super::error::Ending;
use super::out::{Ink, Out};
use crate::extract::analyses::{analyses, pooled_studies};
use crate::extract::state;
use crate::living::{history, notices, unreported};
use crate::model::Clock as _;
use crate::model::finding::Severity;
use crate::pipeline::Workspace;
use crate::pipeline::next::Next;
use crate::prisma::Counts;
use crate::report::flow;
use crate::screen::Work;
use crate::store::Reader;
use crate::workflow::LivingStatus;

/// Said where the files on disk are another protocol than the one in force.
pub(super) const AHEAD: &str = "workflow.toml or a query file has changed and is not in force yet: \
     `perennial run` adopts it";

/// Trials without results that are shown one by one.
const SHOWN: usize = 10;

pub(super) fn run(args: &StatusArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let workspace = Workspace::open_reading_or_empty(&root)?.in_force()?;
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let made = analyses(reader, &workspace.workflow, None)?;
    let counts = flow::combined(reader)?.pooling(pooled_studies(&made));
    let versions = reader.versions()?;
    let mut waiting = crate::pipeline::work(reader, &workspace.workflow)?;
    let data = state::open(reader, &workspace.workflow)?;
    let values = state::held(reader, &workspace.workflow)?;
    let findings = state::findings(&values, &workspace.workflow);
    let linted = crate::report::lint::of(&workspace.workflow, &made, Some(counts.clone()))?;
    let pairs = reader.open_pairs()?.len();
    let provisional = counts.provisional || pairs > 0 || !data.is_empty();
    let named = global
        .actor
        .as_deref()
        .map(|name| crate::screen::people::acting(reader, name))
        .transpose()?;
    let (mut seq, mut head) = reader.head(workspace.store.review())?;
    if let Some(person) = &named {
        // Who may vote is told of nobody's work but their own, and of no event after an open vote.
        waiting.retain(|work| work.person == person.display());
        if let Some(told) = reader.event(reader.told_head()?)? {
            (seq, head) = (told.seq, told.hash);
        }
    }
    let runs = reader.search_runs()?;
    let last = runs
        .iter()
        .map(crate::store::read::SearchRun::searched)
        .max();
    let last = last.map(str::to_owned);
    let more = more_waves(&workspace, reader)?;
    let notices = notices::open_notices(reader)?;
    let unfinished = reader.open_searches()?;
    let importing = reader.open_imports()?;
    let day = last.as_deref().and_then(|at| at.get(..10));
    let silent = day.map(|day| unreported::unreported(reader, day));
    let silent = silent.transpose()?.unwrap_or_default();
    let next = next_of(&workspace, reader, more, &counts, &waiting)?;
    let steps = history::steps(reader, &workspace.workflow, &versions)?;
    let today = today(&workspace, reader)?;
    let overdue: Vec<_> = steps
        .iter()
        .filter(|step| step.is_overdue(&today))
        .collect();

    out.line(&out.ink(Ink::Bold, workspace.workflow.review.title()))?;
    let searched = match &last {
        Some(at) => format!("searched {}", at.get(..10).unwrap_or(at)),
        None => "not searched yet".to_owned(),
    };
    let state = if provisional {
        out.ink(Ink::Open, "provisional")
    } else {
        "nothing waits".to_owned()
    };
    let demonstration = if workspace.workflow.review.demonstration {
        " · demonstration"
    } else {
        ""
    };
    let version = match versions.last() {
        None => "working version".to_owned(),
        Some(last) if reader.is_moved()? => format!("working version after {}", last.name),
        Some(last) => format!("version {}", last.name),
    };
    out.line(&format!("{searched} · {version}, {state}{demonstration}"))?;
    if !versions.is_empty() || workspace.workflow.living.status != LivingStatus::Active {
        out.line(&history::status(reader, &workspace.workflow, &versions)?)?;
    }
    out.line("")?;

    let lane = &counts.other_methods;
    // The words are those of `prisma`, and so are the numbers: what came by other methods stands beside.
    let rows: [(&str, [u64; 2], [u64; 2]); 6] = [
        (
            "records identified",
            [
                counts.identified.databases.total + counts.identified.registers.total,
                counts.pending.before_screening,
            ],
            [counts.identified.other.total, lane.pending.before_screening],
        ),
        (
            "screened by title",
            [counts.screened, counts.pending.title_abstract],
            [screened(lane), lane.pending.title_abstract],
        ),
        (
            "reports sought",
            [counts.sought, counts.pending.retrieval],
            [lane.sought, lane.pending.retrieval],
        ),
        (
            "reports assessed",
            [counts.assessed, counts.pending.full_text],
            [lane.assessed, lane.pending.full_text],
        ),
        ("reports included", [counts.included.reports, 0], [0, 0]),
        ("studies included", [counts.included.studies, 0], [0, 0]),
    ];
    let other = rows.iter().any(|(.., [n, open])| n + open > 0);
    let mut head_line = format!("{:<24}{:>9}{:>9}", "", "so far", "open");
    if other {
        head_line.push_str(&format!("{:>18}{:>9}", "by other methods", "open"));
    }
    out.line(&out.ink(Ink::Dim, &head_line))?;
    let dot = |n: u64, width: usize| match n {
        0 => format!("{:>width$}", "·"),
        n => format!("{n:>width$}"),
    };
    for (name, [n, open], [more, more_open]) in rows {
        let paint = |n: u64| {
            let text = dot(n, 9);
            if n == 0 {
                text
            } else {
                out.ink(Ink::Open, &text)
            }
        };
        let mut line = format!("{name:<24}{n:>9}{}", paint(open));
        if other {
            line.push_str(&format!("{}{}", dot(more, 18), paint(more_open)));
        }
        out.line(&line)?;
    }
    let busy: Vec<&Work> = waiting.iter().filter(|work| work.total() > 0).collect();
    if !busy.is_empty() {
        out.line("")?;
        for work in busy {
            out.line(&format!("{:<24}{}", work.person, tasks(work)))?;
        }
    }
    if !data.is_empty() {
        let text = format!("trial data: {}", data.words());
        out.line(&format!("{} {text}", out.ink(Ink::Open, "◦")))?;
    }
    if !findings.is_empty() {
        let text = format!(
            "{} in the trial data: `perennial extract list` shows them",
            crate::pipeline::many(findings.len() as u64, "warning", "warnings")
        );
        out.line(&format!("{} {text}", out.ink(Ink::Open, "!")))?;
    }
    let count = |severity| linted.of(severity) as u64;
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warn));
    if errors + warnings > 0 {
        let text = format!(
            "{} and {} in what is printed: `perennial lint` shows them",
            crate::pipeline::many(errors, "error", "errors"),
            crate::pipeline::many(warnings, "warning", "warnings")
        );
        let ink = if errors > 0 { Ink::Bad } else { Ink::Open };
        out.line(&format!("{} {text}", out.ink(ink, "!")))?;
    }
    for notice in &notices {
        let by = notice.pmid.as_ref().map(|pmid| format!(" (PMID {pmid})"));
        let text = format!(
            "{} {} {}{}: decide on it again",
            notice.report,
            notice.citation,
            notice.flag.words(),
            by.unwrap_or_default()
        );
        out.line(&format!("{} {text}", out.ink(Ink::Bad, "!")))?;
    }
    if workspace.ahead {
        out.line(&format!("{} {}", out.ink(Ink::Open, "◦"), AHEAD))?;
    }
    for step in &overdue {
        let due = step.due.as_deref().unwrap_or_default();
        let text = format!("{} was due on {due} ({})", step.name(), step.cadence);
        out.line(&format!("{} {text}", out.ink(Ink::Open, "◦")))?;
    }
    for (source, done, pages) in &unfinished {
        let text = format!("the search of {source} stopped at page {done} of {pages}");
        out.line(&format!("{} {text}", out.ink(Ink::Open, "◦")))?;
    }
    for import in &importing {
        let text = format!(
            "the import of {} is not complete: {} in, counted nowhere yet",
            import.source,
            crate::pipeline::many(import.records(), "record is", "records are")
        );
        out.line(&format!("{} {text}", out.ink(Ink::Open, "◦")))?;
    }
    for trial in silent.iter().take(SHOWN) {
        let title = trial.title.as_deref().unwrap_or("(no title)");
        let text = format!(
            "{} {}, completed {}: no results at the register a year later",
            trial.trial,
            super::out::fit(title, 60).trim_end(),
            trial.completed
        );
        out.line(&format!("{} {text}", out.ink(Ink::Open, "◦")))?;
    }
    if silent.len() > SHOWN {
        let more = format!(
            "and {} more such trials: `status --json`",
            silent.len() - SHOWN
        );
        out.line(&format!("{} {more}", out.ink(Ink::Open, "◦")))?;
    }
    let broken: Vec<_> = counts
        .checks()
        .into_iter()
        .filter(|check| !check.holds())
        .collect();
    out.line("")?;
    for check in &broken {
        let fault = check.fault().unwrap_or_default();
        out.line(&format!("{} {fault}", out.ink(Ink::Bad, "×")))?;
    }
    let held = format!(
        "{} identities hold, log at event {seq} {}",
        counts.identities.len() - broken.len(),
        head.short()
    );
    out.line(&format!("{} {held}", out.ink(Ink::Good, "✓")))?;
    out.line(&format!("Next: {}", out.ink(Ink::Bold, &next)))?;
    let mut document = serde_json::json!({
        "review": workspace.store.review(),
        "title": workspace.workflow.review.title(),
        "demonstration": workspace.workflow.review.demonstration,
        "provisional": provisional,
        "last_search": last,
        "log": {"seq": seq, "head": head},
        "prisma": counts,
        "waiting": waiting,
        "extraction": {"open": data, "findings": findings.len()},
        "lint": {"errors": errors, "warnings": warnings},
        "notices": notices,
        "unreported": silent,
        "version": versions.last().map(|version| &version.name),
        "status": history::status(reader, &workspace.workflow, &versions)?,
        "living": {
            "status": workspace.workflow.living.status.as_str(),
            "steps": steps,
            "overdue": overdue.iter().map(|step| step.name()).collect::<Vec<_>>(),
            "retirement": workspace.workflow.living.retirement,
        },
        "unfinished": unfinished
            .iter()
            .map(|(source, done, pages)| serde_json::json!({"source": source, "done": done, "pages": pages}))
            .collect::<Vec<_>>(),
        "importing": importing
            .iter()
            .map(|import| serde_json::json!({"source": import.source, "records": import.records()}))
            .collect::<Vec<_>>(),
        "next": next,
    });
    if let (true, Some(object)) = (workspace.ahead, document.as_object_mut()) {
        object.insert("protocol_ahead".to_owned(), true.into());
    }
    out.json(&document)?;
    let waits = waiting.iter().any(|work| work.total() > 0) || provisional || !notices.is_empty();
    Ok(if !broken.is_empty() {
        super::Kind::Integrity.exit_code()
    } else if args.exit_code && waits {
        3
    } else {
        0
    })
}

/// The day by which steps are due: of the archive where the review is replayed, else the system's.
fn today(workspace: &Workspace, reader: Reader<'_>) -> Result<String, Ending> {
    let now = now(workspace, reader)?;
    let zone = workspace.workflow.living.zone();
    let day = crate::model::schedule::day_in(&now, &zone);
    Ok(day.map_or_else(
        || crate::report::data::day(&now).to_owned(),
        |day| day.to_string(),
    ))
}

/// The moment by which steps are due.
pub(super) fn now(workspace: &Workspace, reader: Reader<'_>) -> Result<String, Ending> {
    Ok(if workspace.workflow.replay_from.is_some() {
        reader.last_at()?.unwrap_or_default()
    } else {
        SystemClock.now()
    })
}

/// Reports of the other lane that went into screening.
fn screened(lane: &crate::prisma::OtherMethods) -> u64 {
    lane.excluded + lane.sought + lane.pending.title_abstract
}

/// "18 titles, 1 full text, 3 pairs".
pub(super) fn tasks(work: &Work) -> String {
    let parts = [
        (work.title_abstract, "title", "titles"),
        (work.retrieval, "report to retrieve", "reports to retrieve"),
        (work.full_text, "full text", "full texts"),
        (work.conflicts, "conflict to settle", "conflicts to settle"),
        (work.pairs, "uncertain pair", "uncertain pairs"),
        (
            work.studies,
            "study to extract data of",
            "studies to extract data of",
        ),
        (
            work.values,
            "value to enter a second time",
            "values to enter a second time",
        ),
        (
            work.differing,
            "value that differs to settle",
            "values that differ to settle",
        ),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, several)| crate::model::many(n, one, several))
        .collect();
    said.join(", ")
}

/// Whether the archive has a wave that was not taken.
pub(super) fn more_waves(workspace: &Workspace, reader: Reader<'_>) -> Result<bool, Ending> {
    Ok(crate::pipeline::open_waves(workspace, reader)?.is_some_and(|open| !open.is_empty()))
}

/// The command that comes next.
pub(super) fn next(
    workspace: &Workspace,
    reader: Reader<'_>,
    more: bool,
) -> Result<String, Ending> {
    let counts = flow::combined(reader)?;
    let waiting = crate::pipeline::work(reader, &workspace.workflow)?;
    next_of(workspace, reader, more, &counts, &waiting)
}

fn next_of(
    workspace: &Workspace,
    reader: Reader<'_>,
    more: bool,
    counts: &Counts,
    waiting: &[Work],
) -> Result<String, Ending> {
    let next = Next::of(workspace, reader, (more, counts, waiting))?;
    Ok(match next {
        Next::FirstWave => "perennial run --replay".to_owned(),
        Next::NextWave => "perennial update --replay".to_owned(),
        Next::Run => "perennial run".to_owned(),
        Next::Search => "perennial search".to_owned(),
        Next::Import => "perennial import FILE --source NAME".to_owned(),
        Next::Screen { person } => {
            format!(
                "perennial screen list --for {}",
                super::out::quoted(&person)
            )
        }
        Next::AddReviewer => "perennial user add NAME --role reviewer".to_owned(),
        Next::Pairs => "perennial dedup review".to_owned(),
        Next::Extract => "perennial extract list".to_owned(),
        Next::AddExtractor => "perennial user add NAME --role extractor".to_owned(),
        Next::Read => "open reports/index.html".to_owned(),
    })
}
