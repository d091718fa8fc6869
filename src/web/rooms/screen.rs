//! Title and abstract: one record at a time, three buttons, nothing of anybody else.
//!
//! Without script a form is posted and the next record comes back; the script posts the same form
//! and shows the next record that it fetched before ([`ahead`]). A post carries a key, by which the
//! same post twice is one event.

mod list;
pub(in crate::web) mod view;

use crate::model::{Choice, Phase, Place, RecordId, time};
use crate::screen::{self, Acting, Ballot, ScreenError, decide as rules, undo as undoing};
use crate::store::Reader;
use crate::store::read::OwnDecision;
use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed};
use crate::web::problem::{Clash, Problem};
use crate::web::shell::Shell;
use crate::web::site::{Site, shifted};
use crate::web::words::{class, did, escaped, grouped, sign};
use crate::workflow::Workflow;
use askama::Template;
use list::{List, Lists};
use serde::Serialize;
use view::{Record, Terms};

/// The phase of this room.
const PHASE: Phase = Phase::TitleAbstract;
/// Records that come with a page.
const AT_ONCE: usize = 3;
/// Records that a device may keep.
const AHEAD: usize = 200;
/// Longest note, in characters.
const NOTE: usize = 4_000;
/// A decision that came later than this after it was made keeps the time at which it was made.
const LATE: i64 = 30;
/// Answers to posts are kept this long.
const KEPT: i64 = 90 * 86_400;

#[derive(Template, Serialize)]
#[template(path = "screen.html")]
struct ScreenPage {
    #[serde(skip)]
    shell: Shell,
    lists: Lists,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<Desktop>,
    criteria: Criteria,
    reasons: Vec<Reason>,
    #[serde(skip)]
    empty: Empty,
    #[serde(skip)]
    toast: Option<Toast>,
    #[serde(skip)]
    terms: Terms,
    /// The next records, so that the first keys find them there.
    #[serde(skip)]
    next: Vec<(RecordId, String)>,
    last: Vec<Recent>,
}

/// A record and what can be done with it.
#[derive(Serialize)]
struct Desktop {
    #[serde(flatten)]
    record: Record,
    /// Own decision that stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    own: Option<Own>,
    /// Where a settled report is.
    #[serde(skip_serializing_if = "Option::is_none")]
    settled: Option<&'static str>,
    /// Makes this post one, however often it is sent.
    key: String,
    #[serde(skip)]
    number: usize,
    #[serde(skip)]
    of: String,
    #[serde(skip)]
    order: String,
    #[serde(skip)]
    left: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<RecordId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<RecordId>,
    #[serde(skip)]
    base: String,
    #[serde(skip)]
    tail: String,
    #[serde(skip)]
    list: String,
    #[serde(skip)]
    words: String,
}

#[derive(Serialize)]
struct Own {
    decision: Choice,
    reason: Option<String>,
    note: Option<String>,
    #[serde(skip)]
    said: String,
    #[serde(skip)]
    class: &'static str,
    #[serde(skip)]
    sign: &'static str,
}

#[derive(Serialize)]
struct Criteria {
    include: Vec<String>,
    exclude: Vec<String>,
    #[serde(skip)]
    pico: Vec<(&'static str, String)>,
}

#[derive(Serialize)]
struct Reason {
    digit: usize,
    code: String,
    text: String,
}

#[derive(Serialize)]
struct Recent {
    report: RecordId,
    decision: Choice,
    title: String,
    #[serde(skip)]
    class: &'static str,
    #[serde(skip)]
    sign: &'static str,
}

/// Why there is no record, and what comes next.
#[derive(Default)]
struct Empty {
    title: String,
    text: String,
    way: Option<(String, String)>,
}

struct Toast {
    text: String,
    undo: Option<RecordId>,
}

fn recent(reader: Reader<'_>, own: &OwnDecision) -> Result<Recent, Problem> {
    let title = reader.report(own.report)?.and_then(|row| row.title);
    Ok(Recent {
        report: own.report,
        decision: own.choice,
        title: title.unwrap_or_else(|| "(no title)".to_owned()),
        class: class(own.choice),
        sign: sign(own.choice),
    })
}

/// What a device kept for one person is not taken from another who signed in meanwhile.
fn same_person(ask: &Ask, who: &Signed) -> Result<(), Problem> {
    match ask.form.get("person") {
        Some(person) if person != who.person.id.to_string() => Err(Problem::SignIn),
        _ => Ok(()),
    }
}

/// Refuses who casts no vote.
fn enter(who: &Signed) -> Result<(), Problem> {
    if screen::desk::may_decide(&who.person) {
        return Ok(());
    }
    Err(Problem::Forbidden(
        "titles and abstracts are decided by reviewers and leads".to_owned(),
    ))
}

/// The next record of a list.
pub(in crate::web) fn next(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    enter(who)?;
    page(site, ask, who, None)
}

/// One record.
pub(in crate::web) fn show(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    enter(who)?;
    let text = ask.part(1).unwrap_or_default();
    let asked: RecordId = text.parse().map_err(|_| {
        Problem::NotFound(format!(
            "`{text}` is no report: they are called r17 and the like"
        ))
    })?;
    let found = {
        let snapshot = site.store.snapshot()?;
        rules::find(snapshot.read(), &asked.to_string())?.id
    };
    if found != asked {
        let twin = if ask.json { ".json" } else { "" };
        return Ok(Answer::moved(&format!(
            "{}/screen/{found}{twin}",
            site.base
        )));
    }
    page(site, ask, who, Some(found))
}

fn page(site: &Site, ask: &Ask, who: &Signed, wanted: Option<RecordId>) -> Result<Answer, Problem> {
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let workflow = site.protocol(reader)?;
    let mut lists = Lists::of(site, reader, &workflow, who, ask)?;
    let report = wanted.or_else(|| lists.first());
    let terms = Terms::of(reader, &who.person, &workflow)?;
    let record = report
        .map(|report| desktop(site, reader, who, &lists, report, &terms, &workflow, 0))
        .transpose()?;
    let empty = if record.is_none() {
        empty(reader, &lists, &workflow)?
    } else {
        Empty::default()
    };
    let toast = toast(&lists, ask, &workflow);
    let mut next = Vec::new();
    if !ask.json && report.is_some() {
        for (offset, report) in lists.following(report).take(AT_ONCE).enumerate() {
            let one = desktop(
                site,
                reader,
                who,
                &lists,
                report,
                &terms,
                &workflow,
                offset + 1,
            )?;
            next.push((report, Fragment { desk: &one }.render()?));
        }
    }
    let last = lists.desk.own.iter().rev().take(3);
    let last = last
        .map(|own| recent(reader, own))
        .collect::<Result<_, _>>()?;
    lists.choose();
    let page = ScreenPage {
        shell: Shell::of(site, reader, who, ("Screen", "/screen"))?,
        record,
        criteria: criteria(&workflow),
        reasons: reasons(&workflow),
        empty,
        toast,
        terms,
        next,
        last,
        lists,
    };
    Answer::page(ask.json, &page)
}

#[expect(clippy::too_many_arguments, reason = "what one record is shown with")]
fn desktop(
    site: &Site,
    reader: Reader<'_>,
    who: &Signed,
    lists: &Lists,
    report: RecordId,
    terms: &Terms,
    workflow: &Workflow,
    offset: usize,
) -> Result<Desktop, Problem> {
    let row = rules::find(reader, &report.to_string())?;
    let card = screen::card::card(reader, &report.to_string(), Some(&who.person))?;
    let own = lists.desk.own.iter().find(|own| own.report == report);
    let (previous, next) = lists.around(report);
    let times = reader.times_decided(who.person.id, PHASE, report)?;
    let settled = (row.place.is_settled(PHASE) || matches!(row.place, Place::Removed))
        .then(|| screen::describe(row.place));
    let done = lists.desk.own.len();
    let left = lists.desk.left().saturating_sub(offset);
    Ok(Desktop {
        record: Record::of(reader, &card, &row, terms)?,
        own: own.map(|own| Own {
            decision: own.choice,
            reason: own.reason.clone(),
            note: own.note.clone(),
            said: said(own.choice, own.reason.as_deref(), workflow),
            class: class(own.choice),
            sign: sign(own.choice),
        }),
        settled,
        key: format!("{report}.{PHASE}.{times}"),
        number: (done + offset + 1)
            .min(usize::try_from(lists.desk.all).unwrap_or(usize::MAX).max(1)),
        of: grouped(lists.desk.all),
        order: lists.order_words(),
        left: grouped(left as u64),
        next,
        previous,
        base: site.base.clone(),
        tail: lists.tail(),
        list: lists.list.word().to_owned(),
        words: lists.words.clone().unwrap_or_default(),
    })
}

/// "Excluded: review or commentary".
fn said(choice: Choice, reason: Option<&str>, workflow: &Workflow) -> String {
    let text = reason.map(|code| {
        let known = workflow
            .screening
            .reasons
            .iter()
            .find(|known| known.code == code);
        known.map_or(code, |known| known.text.as_str())
    });
    match text {
        Some(text) => {
            let mut letters = text.chars();
            let first: String = letters
                .next()
                .into_iter()
                .flat_map(char::to_lowercase)
                .collect();
            // A name or an abbreviation keeps its capitals.
            let small = letters.clone().next().is_some_and(char::is_lowercase);
            let text = if small {
                format!("{first}{}", letters.as_str())
            } else {
                text.to_owned()
            };
            format!("{}: {text}", did(choice))
        }
        None => did(choice).to_owned(),
    }
}

fn criteria(workflow: &Workflow) -> Criteria {
    let pico = &workflow.review.pico;
    let lines = [
        ("P", &pico.population),
        ("I", &pico.intervention),
        ("C", &pico.comparator),
        ("O", &pico.outcomes),
        ("S", &pico.design),
    ];
    Criteria {
        include: workflow.criteria.include.clone(),
        exclude: workflow.criteria.exclude.clone(),
        pico: lines
            .into_iter()
            .filter_map(|(letter, text)| Some((letter, text.clone()?)))
            .collect(),
    }
}

fn reasons(workflow: &Workflow) -> Vec<Reason> {
    let all = workflow.screening.reasons.iter().enumerate();
    all.map(|(n, reason)| Reason {
        digit: n + 1,
        code: reason.code.clone(),
        text: reason.text.clone(),
    })
    .collect()
}

fn empty(reader: Reader<'_>, lists: &Lists, workflow: &Workflow) -> Result<Empty, Problem> {
    let other = |title: &str, text: &str| Empty {
        title: title.to_owned(),
        text: text.to_owned(),
        way: Some(("To decide".to_owned(), "/screen".to_owned())),
    };
    if let Some(words) = &lists.words {
        return Ok(other(
            &format!("No record of this list holds “{words}”"),
            "The search looks at titles, abstracts, authors, journals and identifiers.",
        ));
    }
    let open = lists.desk.unsettled().count() as u64;
    Ok(match lists.list {
        List::Todo if lists.desk.all == 0 => Empty {
            title: "No titles to screen yet".to_owned(),
            text: if reader.record_count()? == 0 {
                "No record has been found or imported. `perennial import FILE --source NAME` reads \
                 an export; `perennial run` searches."
            } else {
                "The records are not deduplicated and filtered yet: `perennial run` does that."
            }
            .to_owned(),
            way: Some(("Overview".to_owned(), "/".to_owned())),
        },
        List::Todo if !lists.desk.skipped.is_empty() => {
            let n = lists.desk.skipped.len() as u64;
            Empty {
                title: format!(
                    "Only {} left",
                    crate::web::words::many(n, "skipped title is", "skipped titles are")
                ),
                text: "Everything else is decided. Take them up when you are ready.".to_owned(),
                way: Some(("Skipped".to_owned(), "/screen?list=skipped".to_owned())),
            }
        }
        List::Todo => {
            let all = grouped(lists.desk.own.len() as u64);
            let searched = workflow
                .living
                .search
                .as_ref()
                .map(|cadence| format!(" The next search is planned {}.", cadence.as_str()))
                .unwrap_or_default();
            Empty {
                title: "Nothing to screen".to_owned(),
                text: format!(
                    "You have decided {all} of {} titles; {} not settled yet.{searched}",
                    grouped(lists.desk.all),
                    crate::web::words::many(open, "is", "are"),
                ),
                way: Some(("Overview".to_owned(), "/".to_owned())),
            }
        }
        List::Unsure => other(
            "Nothing is marked unsure",
            "What you mark unsure goes on to the full text, and stands here until it is settled.",
        ),
        List::Skipped => other(
            "Nothing is skipped",
            "What you skip waits here, without a vote.",
        ),
        List::Noted => other(
            "No decision has a note",
            "A note goes with a decision. Only you read it until the report is settled.",
        ),
        List::Unsettled => other(
            "All that you decided is settled",
            "A report is settled when the required people agree, or an adjudicator has settled it.",
        ),
    })
}

/// What was just done, with the way back.
fn toast(lists: &Lists, ask: &Ask, workflow: &Workflow) -> Option<Toast> {
    let named = |name: &str| -> Option<RecordId> { ask.query.get(name)?.parse().ok() };
    if let Some(report) = named("done") {
        let own = lists.desk.own.iter().find(|own| own.report == report)?;
        return Some(Toast {
            text: said(own.choice, own.reason.as_deref(), workflow),
            undo: own.place.is_open().then_some(report),
        });
    }
    if named("undone").is_some() {
        return Some(Toast {
            text: "Taken back".to_owned(),
            undo: None,
        });
    }
    named("skipped").map(|_| Toast {
        text: "Skipped: it waits in the list".to_owned(),
        undo: None,
    })
}

#[derive(Template)]
#[template(path = "record.html")]
struct Fragment<'a> {
    desk: &'a Desktop,
}

/// Records to come, whole, so that they are there before they are asked for.
pub(in crate::web) fn ahead(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    #[derive(Serialize)]
    struct Item {
        id: RecordId,
        html: String,
    }
    enter(who)?;
    let wanted = ask.query.get("n").and_then(|n| n.parse().ok()).unwrap_or(3);
    let wanted = AHEAD.min(wanted);
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let workflow = site.protocol(reader)?;
    let lists = Lists::of(site, reader, &workflow, who, ask)?;
    let terms = Terms::of(reader, &who.person, &workflow)?;
    let known: std::collections::BTreeSet<RecordId> = ask
        .query
        .all("have")
        .flat_map(|ids| ids.split(','))
        .filter_map(|id| id.parse().ok())
        .collect();
    let after: Option<RecordId> = ask.query.get("after").and_then(|id| id.parse().ok());
    let mut items = Vec::new();
    for (offset, report) in lists
        .following(after)
        .enumerate()
        .take(wanted + known.len())
    {
        if items.len() == wanted {
            break;
        }
        if known.contains(&report) {
            continue;
        }
        let one = desktop(site, reader, who, &lists, report, &terms, &workflow, offset)?;
        items.push(Item {
            id: report,
            html: Fragment { desk: &one }.render()?,
        });
    }
    Answer::json(&serde_json::json!({"items": items, "left": lists.desk.left()}))
}

/// What was typed, for the page of a decision that no longer fits.
fn kept(ask: &Ask) -> Vec<(&'static str, String)> {
    ["decision", "reason", "note"]
        .into_iter()
        .filter_map(|name| Some((name, ask.form.get(name)?.to_owned())))
        .collect()
}

/// A decision on one record.
pub(in crate::web) fn decide(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    enter(who)?;
    same_person(ask, who)?;
    let text = ask.part(1).unwrap_or_default();
    let asked: RecordId = text.parse().map_err(|_| {
        Problem::NotFound(format!(
            "`{text}` is no report: they are called r17 and the like"
        ))
    })?;
    let word = ask.form.get("decision").ok_or_else(|| {
        Problem::Bad("a decision is missing: include, unsure, exclude or skip".to_owned())
    })?;
    if word == "skip" {
        return skip(site, ask, who, asked);
    }
    let choice: Choice = word
        .parse()
        .map_err(|error: crate::model::IdError| Problem::Bad(error.to_string()))?;
    let note = ask.form.get("note").map(str::to_owned);
    if note
        .as_ref()
        .is_some_and(|note| note.chars().count() > NOTE)
    {
        return Err(Problem::Bad(format!(
            "a note has at most {} characters",
            grouped(NOTE as u64)
        )));
    }
    let reason = match choice {
        Choice::Exclude => ask.form.get("reason").map(str::to_owned),
        Choice::Include | Choice::Unsure | Choice::Retrieved | Choice::NotRetrieved => None,
    };
    let now = site.now();
    let ballot = Ballot {
        report: asked.to_string(),
        phase: PHASE,
        choice,
        reason,
        note,
        from: None,
        made: made(ask, &now)?,
    };
    let key = key(ask)?;
    let person = who.person.id;
    let acting = Acting::of(&who.person, now.as_str(), who.via);
    let answer: Result<String, Problem> = site.store.write(|writer| {
        if let Some(key) = &key
            && let Some(before) = writer.read().posted(person, key)?
        {
            return Ok(before);
        }
        let there = rules::find(writer.read(), &ballot.report)?;
        if there.id != asked {
            return Err(Problem::Conflict(Box::new(Clash {
                title: "Not saved: this report was merged while it was open".to_owned(),
                text: format!(
                    "{asked} is now part of {}. What you typed is kept below; look at the merged \
                     report and decide again.",
                    there.id
                ),
                kept: kept(ask),
                on: Some((
                    "Show the merged report".to_owned(),
                    format!("/screen/{}", there.id),
                )),
            })));
        }
        let done =
            screen::cast(writer, &acting, &ballot).map_err(|error| clash(error, ask, asked))?;
        writer.skip(person, PHASE, asked, None)?;
        let text = serde_json::json!({
            "report": done.report, "decision": choice, "changed": done.changed,
            "restored": done.restored,
        })
        .to_string();
        if let Some(key) = &key {
            writer.keep_posted(person, key, &now, &text)?;
        }
        Ok(text)
    });
    let answer = answer?;
    if asked.0.is_multiple_of(64) {
        let before = shifted(&now, -KEPT);
        site.store.write(|writer| writer.forget_posted(&before))?;
    }
    if ask.json {
        let value: serde_json::Value =
            serde_json::from_str(&answer).map_err(|error| Problem::Internal(error.to_string()))?;
        return Answer::json(&value);
    }
    Ok(onward(site, ask, &format!("done={asked}")))
}

/// Says what is in the way of a decision, and keeps what was typed.
fn clash(error: ScreenError, ask: &Ask, report: RecordId) -> Problem {
    let title = match &error {
        ScreenError::Settled { .. } => "Not saved: this report was settled while it was open",
        ScreenError::Phase { .. } => "Not saved: this report is no longer in this phase",
        ScreenError::UnknownReport(_) => "Not saved: this report has left the review",
        _ => return error.into(),
    };
    Problem::Conflict(Box::new(Clash {
        title: title.to_owned(),
        text:
            "Others agreed on it, or it was moved, after your page was made. Nothing was changed. \
               What you typed is kept below."
                .to_owned(),
        kept: kept(ask),
        on: Some(("Show the report".to_owned(), format!("/records/{report}"))),
    }))
}

/// The key of a post.
fn key(ask: &Ask) -> Result<Option<String>, Problem> {
    match ask.form.get("key") {
        Some(key) if key.len() > 100 => {
            Err(Problem::Bad("a key has at most 100 characters".to_owned()))
        }
        key => Ok(key.map(str::to_owned)),
    }
}

/// When a decision was made, where that is earlier than now.
fn made(ask: &Ask, now: &str) -> Result<Option<String>, Problem> {
    let Some(at) = ask.form.get("at") else {
        return Ok(None);
    };
    let at = time::utc(at).map_err(|error| Problem::Bad(error.to_string()))?;
    // A device whose clock is fast made it now.
    Ok((*shifted(&at, LATE) < *now).then_some(at))
}

/// To the record that comes next.
fn onward(site: &Site, ask: &Ask, said: &str) -> Answer {
    let next: Option<RecordId> = ask.form.get("next").and_then(|id| id.parse().ok());
    let place = next.map_or_else(String::new, |id| format!("/{id}"));
    let mut tail = format!("?{said}");
    if let Some(list) = ask
        .form
        .get("list")
        .and_then(List::parse)
        .filter(|list| *list != List::Todo)
    {
        tail.push_str(&format!("&list={}", list.word()));
    }
    if let Some(words) = ask.form.get("q") {
        tail.push_str(&format!("&q={}", escaped(words)));
    }
    Answer::to(&format!("{}/screen{place}{tail}", site.base))
}

fn skip(site: &Site, ask: &Ask, who: &Signed, asked: RecordId) -> Result<Answer, Problem> {
    let now = site.now();
    let person = who.person.id;
    let report = site.store.write(|writer| {
        let report = rules::find(writer.read(), &asked.to_string())?;
        writer.skip(person, PHASE, report.id, Some(&now))?;
        Ok::<_, Problem>(report.id)
    })?;
    if ask.json {
        return Answer::json(
            &serde_json::json!({"report": report, "decision": "skip", "changed": true}),
        );
    }
    Ok(onward(site, ask, &format!("skipped={report}")))
}

/// Takes back the last own decision of this phase, or that on the named report.
pub(in crate::web) fn undo(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    enter(who)?;
    same_person(ask, who)?;
    let named: Option<RecordId> = ask
        .form
        .get("undo")
        .map(|id| {
            id.parse()
                .map_err(|_| Problem::Bad(format!("`{id}` is no report")))
        })
        .transpose()?;
    let now = site.now();
    let key = key(ask)?.map(|key| format!("undo {key}"));
    let key = key.filter(|_| named.is_some() && ask.json);
    let person = who.person.id;
    let acting = Acting::of(&who.person, now.as_str(), who.via);
    let done: Result<RecordId, Problem> = site.store.write(|writer| {
        if let Some(key) = &key
            && let Some(before) = writer.read().posted(person, key)?
        {
            return before
                .parse()
                .map_err(|_| Problem::Internal("a kept answer cannot be read".to_owned()));
        }
        let own = writer.read().own_decisions(person, PHASE)?;
        let act = own
            .iter()
            .rev()
            .find(|own| named.is_none_or(|report| own.report == report))
            .ok_or_else(|| {
                Problem::Conflict(Box::new(Clash {
                    title: "Nothing to take back".to_owned(),
                    text: "No decision of yours stands here.".to_owned(),
                    on: Some(("Go on screening".to_owned(), "/screen".to_owned())),
                    ..Clash::default()
                }))
            })?;
        if !act.place.is_open() || act.place.phase() != Some(PHASE) {
            return Err(Problem::Conflict(Box::new(Clash {
                title: "Not taken back: this report is settled".to_owned(),
                text: format!(
                    "The required people agreed on {}. Only a lead reopens it: `perennial screen \
                     undo` on the command line.",
                    act.report
                ),
                on: Some((
                    "Show the report".to_owned(),
                    format!("/records/{}", act.report),
                )),
                ..Clash::default()
            })));
        }
        undoing::undo(writer, &acting, Some(act.seq))?;
        if let Some(key) = &key {
            writer.keep_posted(person, key, &now, &act.report.to_string())?;
        }
        Ok(act.report)
    });
    let report = done?;
    if ask.json {
        return Answer::json(&serde_json::json!({"report": report, "undone": true}));
    }
    Ok(Answer::to(&format!(
        "{}/screen/{report}?undone={report}",
        site.base
    )))
}

/// Keeps how a person likes to read: order, own terms.
pub(in crate::web) fn settings(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    enter(who)?;
    let person = who.person.id;
    let mut kept = Vec::new();
    if let Some(order) = ask.form.get("order") {
        let order = match (order, ask.form.get("seed")) {
            ("random", Some(seed)) => format!("random:{seed}"),
            (order, _) => order.to_owned(),
        };
        let order = screen::desk::Order::parse(&order).ok_or_else(|| {
            Problem::Bad(format!(
                "there is no such order: {}",
                screen::desk::Order::WORDS
            ))
        })?;
        kept.push((screen::desk::ORDER, order.word()));
    }
    for name in [view::GREEN, view::RED] {
        if let Some(terms) = ask.form.exact(name) {
            if terms.chars().count() > 4_000 {
                return Err(Problem::Bad(
                    "own terms have at most 4,000 characters".to_owned(),
                ));
            }
            kept.push((name, terms.trim().to_owned()));
        }
    }
    site.store.write(|writer| {
        for (name, value) in &kept {
            writer.prefer(person, name, value)?;
        }
        Ok::<_, Problem>(())
    })?;
    if ask.json {
        return Answer::json(&serde_json::json!({"kept": true}));
    }
    Ok(Answer::to(&format!("{}/screen", site.base)))
}
