//! One sentence of state, one's own next task, the estimate, the searches, the flow.
//!
//! Counts are those of `status`: what is open is one number whether votes are missing or disagree.

use crate::extract::analyses::analyses;
use crate::living::history;
use crate::model::{Phase, Role};
use crate::pipeline;
use crate::prisma::Counts;
use crate::report::flow;
use crate::screen::{Work, desk};
use crate::store::Reader;
use crate::store::read::Person;
use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed};
use crate::web::problem::Problem;
use crate::web::shell::Shell;
use crate::web::site::Site;
use crate::web::words::{day, escaped, grouped, many};
use crate::workflow::Workflow;
use askama::Template;
use serde::Serialize;

#[derive(Template, Serialize)]
#[template(path = "overview.html")]
struct OverviewPage {
    #[serde(skip)]
    shell: Shell,
    review: String,
    demonstration: bool,
    state: String,
    provisional: bool,
    pending: u64,
    own: Option<Own>,
    others: Vec<Other>,
    #[serde(skip)]
    blind: bool,
    #[serde(skip)]
    events: Vec<Event>,
    estimates: Vec<Estimate>,
    next_search: Option<String>,
    cadence: String,
    sources: Vec<Source>,
    flow: Vec<Row>,
}

#[derive(Serialize)]
struct Own {
    tasks: Vec<Task>,
    #[serde(skip)]
    nothing: String,
}

#[derive(Serialize)]
struct Task {
    words: String,
    #[serde(skip)]
    path: Option<&'static str>,
    #[serde(skip)]
    go: &'static str,
    #[serde(skip)]
    first: bool,
}

#[derive(Serialize)]
struct Other {
    person: String,
    waiting: String,
}

struct Event {
    at: String,
    what: String,
    hash: String,
}

#[derive(Serialize)]
struct Estimate {
    value: String,
    measure: String,
    interval: String,
    about: String,
}

#[derive(Serialize)]
struct Source {
    name: String,
    records: String,
    searched: Option<String>,
    #[serde(skip)]
    address: String,
}

#[derive(Serialize)]
struct Row {
    name: &'static str,
    n: u64,
    #[serde(skip)]
    path: Option<&'static str>,
    #[serde(skip)]
    done: u64,
    #[serde(skip)]
    open: u64,
    about: String,
}

/// The page.
pub(in crate::web) fn show(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let workflow = site.protocol(reader)?;
    let counts = flow::combined(reader)?;
    let people = reader.people()?;
    let versions = reader.versions()?;
    let pending = waiting(&counts);
    let shown = desk::sees_work_of_others(reader, &people, &who.person)?;
    let work = own_work(reader, &workflow, &people, who)?;
    let others = if shown {
        pipeline::work(reader, &workflow)?
            .into_iter()
            .filter(|work| work.total() > 0 && work.person != who.person.display())
            .map(|work| Other {
                waiting: super::people::waits(&work),
                person: work.person,
            })
            .collect()
    } else {
        Vec::new()
    };
    let steps = history::steps(reader, &workflow, &versions)?;
    let search = steps.into_iter().find(|step| step.step == "search");
    let page = OverviewPage {
        shell: Shell::of(site, reader, who, ("Overview", "/"))?,
        review: workflow.review.title().to_owned(),
        demonstration: workflow.review.demonstration,
        state: state(
            &counts,
            pending,
            versions.last().map(|version| version.name.as_str()),
        ),
        provisional: pending > 0,
        pending,
        own: own(&work, &workflow, who),
        others,
        blind: !shown && people.iter().filter(|p| p.enabled).count() > 1,
        events: Vec::new(),
        estimates: estimates(reader, &workflow)?,
        next_search: search.as_ref().and_then(|step| step.due.clone()),
        cadence: search.map_or_else(
            || "The workflow plans no further search.".to_owned(),
            |step| step.cadence.clone(),
        ),
        sources: sources(reader, &counts)?,
        flow: rows(&counts),
    };
    Answer::page(ask.json, &page)
}

/// What waits for the one who asks; what that is does not depend on another's open vote.
fn own_work(
    reader: Reader<'_>,
    workflow: &Workflow,
    people: &[Person],
    who: &Signed,
) -> Result<Work, Problem> {
    let name = who.person.display();
    let mut work = pipeline::work(reader, workflow)?
        .into_iter()
        .find(|work| work.person == name)
        .unwrap_or(Work {
            person: name,
            title_abstract: 0,
            retrieval: 0,
            full_text: 0,
            discussions: 0,
            conflicts: 0,
            pairs: 0,
            studies: 0,
            values: 0,
            differing: 0,
        });
    if desk::is_asked(people, &who.person) {
        work.title_abstract = desk::waiting(reader, &who.person, Phase::TitleAbstract)?;
        work.full_text = desk::waiting(reader, &who.person, Phase::FullText)?;
    }
    Ok(work)
}

/// What waits for people, all of it.
fn waiting(counts: &Counts) -> u64 {
    let all = |pending: &crate::prisma::Pending| {
        pending.title_abstract + pending.retrieval + pending.full_text
    };
    all(&counts.pending) + all(&counts.other_methods.pending)
}

fn state(counts: &Counts, pending: u64, version: Option<&str>) -> String {
    let identified = counts.identified.databases.total
        + counts.identified.registers.total
        + counts.identified.other.total;
    let before = counts.pending.before_screening + counts.other_methods.pending.before_screening;
    if identified == 0 {
        return "Nothing was searched or imported yet. `perennial import FILE --source NAME` reads \
                an export; `perennial search` asks the sources of the workflow."
            .to_owned();
    }
    let mut out = format!("{} found.", many(identified, "record", "records"));
    if before > 0 {
        out.push_str(&format!(
            " {} for the program: `perennial run` deduplicates and filters.",
            many(before, "record waits", "records wait")
        ));
    }
    out.push_str(&match pending {
        0 => " Nothing waits for people.".to_owned(),
        n => format!(" {} for people.", many(n, "item waits", "items wait")),
    });
    match version {
        Some(name) => out.push_str(&format!(" Version {name} is the last one published.")),
        None => out.push_str(" No version is published yet."),
    }
    out
}

fn own(work: &Work, workflow: &Workflow, who: &Signed) -> Option<Own> {
    if who.person.is(Role::Auditor) && who.person.roles.len() == 1 {
        return None;
    }
    let lines = [
        (
            work.conflicts,
            "conflict to settle",
            "conflicts to settle",
            Some("/conflicts"),
            "Settle",
        ),
        (
            work.discussions,
            "disagreement to discuss",
            "disagreements to discuss",
            Some("/conflicts"),
            "Discuss",
        ),
        (
            work.title_abstract,
            "title to screen",
            "titles to screen",
            Some("/screen"),
            "Screen",
        ),
        (
            work.retrieval,
            "report to retrieve",
            "reports to retrieve",
            Some("/full-text"),
            "Retrieve",
        ),
        (
            work.full_text,
            "full text to assess",
            "full texts to assess",
            Some("/full-text"),
            "Read",
        ),
        (
            work.pairs,
            "uncertain duplicate pair",
            "uncertain duplicate pairs",
            Some("/duplicates"),
            "Compare",
        ),
        (
            work.studies,
            "study to extract data of",
            "studies to extract data of",
            None,
            "perennial extract list",
        ),
        (
            work.differing,
            "value that differs to settle",
            "values that differ to settle",
            None,
            "perennial extract list",
        ),
    ];
    let mut tasks = Vec::new();
    let mut first = true;
    for (n, one, several, path, go) in lines {
        if n == 0 {
            continue;
        }
        tasks.push(Task {
            words: many(n, one, several),
            path,
            go,
            first: path.is_some() && std::mem::take(&mut first),
        });
    }
    let nothing = match &workflow.living.search {
        Some(cadence) => format!(
            "New records come with the next search, planned {}.",
            cadence.as_str()
        ),
        None => "New records come with the next search or import.".to_owned(),
    };
    Some(Own { tasks, nothing })
}

fn estimates(reader: Reader<'_>, workflow: &Workflow) -> Result<Vec<Estimate>, Problem> {
    let Some(first) = workflow.analyses.first() else {
        return Ok(Vec::new());
    };
    let made = analyses(reader, workflow, Some(&first.name))?;
    let mut out = Vec::new();
    for one in &made {
        let Ok(pooled) = &one.pooled else { continue };
        let [estimate, low, high] = crate::pool::digits::texts(pooled);
        let mut interval = format!("95% CI {low} to {high}");
        if let Some([low, high]) = pooled.back.as_ref().and_then(|back| back.prediction) {
            interval.push_str(&format!(" · prediction {low:.2} to {high:.2}"));
        }
        out.push(Estimate {
            value: estimate,
            measure: format!("{}, {}", one.analysis.measure, one.analysis.title),
            interval,
            about: format!(
                "{}, I² {:.1}%",
                many(pooled.k as u64, "trial", "trials"),
                pooled.i2
            ),
        });
    }
    Ok(out)
}

fn sources(reader: Reader<'_>, counts: &Counts) -> Result<Vec<Source>, Problem> {
    let runs = reader.search_runs()?;
    let all = [
        &counts.identified.databases,
        &counts.identified.registers,
        &counts.identified.other,
    ];
    let mut out = Vec::new();
    for named in all.into_iter().flat_map(|sources| &sources.by_source) {
        let last = runs
            .iter()
            .filter(|run| matches!(&run.body, crate::ledger::Body::SearchCompleted { source, .. } if *source == named.name))
            .map(crate::store::read::SearchRun::searched)
            .max();
        out.push(Source {
            name: named.name.clone(),
            records: grouped(named.n),
            searched: last.map(|at| day(at).to_owned()),
            address: escaped(&named.name),
        });
    }
    Ok(out)
}

fn rows(counts: &Counts) -> Vec<Row> {
    let identified = counts.identified.databases.total + counts.identified.registers.total;
    let removed =
        counts.removed.duplicates + counts.removed.automation.total + counts.removed.other.total;
    let pending = &counts.pending;
    let whole = identified.max(1);
    let share = |n: u64| n * 998 / whole;
    let waits = |all: u64, open: u64| match (all, open) {
        (0, 0) => "none yet".to_owned(),
        (_, 0) => "all settled".to_owned(),
        (_, open) => format!("{} open", grouped(open)),
    };
    let row = |name, n, open, path, about| Row {
        name,
        n,
        path,
        done: share(n - open),
        open: if open == 0 { 0 } else { share(open).max(4) },
        about,
    };
    vec![
        row(
            "Records identified",
            identified,
            0,
            Some("/records"),
            format!(
                "databases {}, registers {}; by other methods {}",
                grouped(counts.identified.databases.total),
                grouped(counts.identified.registers.total),
                grouped(counts.identified.other.total)
            ),
        ),
        row(
            "Removed before screening",
            removed,
            0,
            Some("/records?place=removed"),
            format!(
                "{}, {} by tools, {} other",
                many(counts.removed.duplicates, "duplicate", "duplicates"),
                grouped(counts.removed.automation.total),
                grouped(counts.removed.other.total)
            ),
        ),
        row(
            "Records screened",
            counts.screened,
            pending.title_abstract.min(counts.screened),
            Some("/explain/combined.screened"),
            waits(counts.screened, pending.title_abstract),
        ),
        row(
            "Reports sought",
            counts.sought,
            pending.retrieval.min(counts.sought),
            Some("/explain/combined.sought"),
            waits(counts.sought, pending.retrieval),
        ),
        row(
            "Reports assessed",
            counts.assessed,
            pending.full_text.min(counts.assessed),
            Some("/explain/combined.assessed"),
            waits(counts.assessed, pending.full_text),
        ),
        row(
            "Reports included",
            counts.total.reports,
            0,
            Some("/records?place=included"),
            format!("of {}", many(counts.total.studies, "study", "studies")),
        ),
    ]
}
