//! `screen rank`: the order of reading, and why a report stands where it does.

use super::super::args::Global;
use super::super::error::{CliError, Ending};
use super::super::out::{Ink, Out, fit, wrap};
use crate::model::{Phase, RecordId};
use crate::pipeline::{Workspace, many};
use crate::rank::forecast::{FEWEST, Range};
use crate::rank::model::Field;
use crate::rank::order::{Placed, Reason};
use crate::screen::desk::{Desk, Learning, ORDER, Order};
use crate::screen::rank::{Outlook, Ranking, Ranks};
use crate::screen::{ScreenError, people};
use crate::store::Reader;
use crate::store::read::Person;
use serde_json::{Value, json};
use std::collections::HashMap;

const PHASE: Phase = Phase::TitleAbstract;

/// What a report is called where it has no title.
const NO_TITLE: &str = "(no title)";

fn whose(reader: Reader<'_>, global: &Global) -> Result<Option<Person>, ScreenError> {
    let name = global.actor.as_deref();
    name.map(|name| people::acting(reader, name)).transpose()
}

/// The places of what a person has still to decide on, from 1, where they keep an order of their own.
pub(super) fn places(
    workspace: &Workspace,
    reader: Reader<'_>,
    person: &Person,
) -> Result<HashMap<RecordId, usize>, ScreenError> {
    let order = Order::kept(reader, person)?;
    if order == Order::Found {
        return Ok(HashMap::new());
    }
    let learning = Learning {
        ranks: &Ranks::default(),
        question: &workspace.workflow.looked_for(),
    };
    let desk = Desk::of(reader, person, PHASE, &order, learning)?;
    let all = desk.to_decide.into_iter().chain(desk.skipped);
    Ok(all.zip(1..).collect())
}

/// The order.
pub(super) fn run(
    workspace: &Workspace,
    global: &Global,
    (order, keep): (Option<&str>, bool),
    first: usize,
    out: &mut Out,
) -> Result<u8, Ending> {
    let order = order.map_or(Some(Order::Ranked), Order::parse);
    let order = order.ok_or_else(|| {
        CliError::usage("there is no such order").help(format!("one of {}", Order::WORDS))
    })?;
    if keep {
        let acting = super::acting(workspace, global)?;
        let id = acting.present(workspace.store.snapshot()?.read())?.id;
        workspace.store.write(|writer| {
            writer.prefer(id, ORDER, &order.word())?;
            Ok::<_, ScreenError>(())
        })?;
    }
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let person = whose(reader, global)?;
    let question = workspace.workflow.looked_for();
    let ranks = Ranks::default();
    let ranking = ranks.ranking(reader, person.as_ref(), &question)?;
    let placed: HashMap<RecordId, &Placed> =
        ranking.placed.iter().map(|(id, at)| (*id, at)).collect();
    let ids: Vec<RecordId> = match (&order, &person) {
        (Order::Ranked, _) => ranking.placed.iter().map(|(id, _)| *id).collect(),
        (order, person) => {
            let mut open = reader.open_reports(PHASE)?;
            open.retain(|(report, _)| placed.contains_key(report));
            let learning = Learning {
                ranks: &ranks,
                question: &question,
            };
            order.arrange(reader, person.as_ref(), learning, &mut open)?;
            open.into_iter().map(|(report, _)| report).collect()
        }
    };
    let titles: HashMap<RecordId, Option<String>> = reader
        .reports()?
        .into_iter()
        .map(|report| (report.id, report.title))
        .collect();
    let title = |id: &RecordId| titles.get(id).cloned().flatten();
    let ranked = order == Order::Ranked;
    head(&ranking, (&order, person.as_ref()), ids.len(), out)?;
    let width = out.width().saturating_sub(36).max(24);
    for (place, id) in ids.iter().enumerate().take(first) {
        let note = placed
            .get(id)
            .filter(|_| ranked)
            .map_or("", |at| note(&ranking, at));
        out.line(&format!(
            "{:>5}  {} {} {}",
            place + 1,
            out.ink(Ink::Bold, &fit(&id.to_string(), 7)),
            fit(&title(id).unwrap_or_else(|| NO_TITLE.to_owned()), width),
            out.ink(Ink::Dim, note)
        ))?;
    }
    if ids.len() > first {
        out.line(&format!(
            "       and {} more: `--first N` shows as many, `--json` all",
            ids.len() - first
        ))?;
    }
    if !ids.is_empty() {
        out.line("")?;
        let all = many(ids.len() as u64, "report is", "reports are");
        out.line(&format!(
            "The order decides only what comes first: {all} read."
        ))?;
    }
    let outlook = ranked.then(|| ranking.outlook());
    if let Some(outlook) = outlook.as_ref().filter(|_| !ids.is_empty()) {
        likely(outlook, &ranking, out)?;
    }
    if keep {
        out.line("Kept as yours: `screen next`, `screen list` and the site follow it.")?;
    }
    let reports = ids.iter().zip(1_u64..).map(|(id, place)| {
        let at = placed.get(id);
        json!({
            "place": place, "report": id, "title": title(id),
            "score": at.filter(|_| ranked).map(|at| score(at.score)),
            "drawn": at.is_some_and(|at| ranked && at.drawn),
            "without_abstract": at.is_some_and(|at| ranking.is_bare(at)),
        })
    });
    let reports: Vec<Value> = reports.collect();
    out.json(&json!({
        "phase": PHASE, "order": order.word(), "kept": keep,
        "learned_from": learned(&ranking), "reports": reports,
        "forecast": outlook.as_ref().map(forecast), "stopping": outlook.as_ref().map(stopping),
    }))?;
    Ok(0)
}

/// What is likely left, and what tests of stopping say.
fn likely(outlook: &Outlook, ranking: &Ranking, out: &mut Out) -> Result<(), Ending> {
    let told = |range: Range| format!("{} ({} to {})", range.middle, range.low, range.high);
    let forward = ranking.learned.forward;
    let text = match &outlook.forecast {
        Some(forecast) => format!(
            "Likely left to go forward: {}; 95 % of them are found by place {}. Intervals of 95 %, tested on \
             {} that went forward after others.",
            told(forecast.left),
            told(forecast.depth),
            forecast.tested
        ),
        None => format!(
            "Too few went forward to say how many are left: {forward}, and at least {FEWEST} are needed, \
             some of them after others."
        ),
    };
    let mut lines = vec![text];
    let tests: Vec<String> = outlook
        .tests
        .iter()
        .filter_map(|(target, p)| Some(format!("{:.0} %: p = {}", target * 100.0, digits((*p)?))))
        .collect();
    if outlook.found > 0 && !tests.is_empty() {
        lines.push(format!(
            "Was enough found? BUSCAR on {} since the last version, {}. Below 0.05 it would say yes; it is \
             looked at again and again, so it is a hint and no guarantee.",
            many(outlook.read as u64, "decision", "decisions"),
            tests.join(", ")
        ));
    }
    for text in lines {
        for line in wrap(&text, out.width().min(100), "") {
            out.line(&line)?;
        }
    }
    Ok(())
}

/// A p-value: two digits that tell something.
fn digits(p: f64) -> String {
    if p < 0.001 {
        "<0.001".to_owned()
    } else if p < 0.1 {
        format!("{p:.3}")
    } else {
        format!("{p:.2}")
    }
}

fn forecast(outlook: &Outlook) -> Value {
    let range = |one: Range| json!({"low": one.low, "middle": one.middle, "high": one.high});
    match &outlook.forecast {
        Some(one) => json!({
            "too_few": false, "left": range(one.left), "depth_95": range(one.depth),
            "level": 95, "tested_on": one.tested,
        }),
        None => json!({"too_few": true}),
    }
}

fn stopping(outlook: &Outlook) -> Value {
    let tests = outlook.tests.iter().map(|(target, p)| {
        // Twelve digits; none where the share cannot be missed any more.
        let p = p.and_then(|p| format!("{p:.11e}").parse::<f64>().ok());
        json!({"rule": "buscar", "target": target, "p": p})
    });
    json!({
        "read": outlook.read, "forward": outlook.found,
        "tests": tests.collect::<Vec<_>>(),
    })
}

fn learned(ranking: &Ranking) -> Value {
    let from = ranking.learned;
    json!({
        "forward": from.forward, "excluded": from.excluded, "own_not_settled": from.own,
        "by_likeness": ranking.by_likeness(),
    })
}

/// What is said of a report beside its title.
fn note(ranking: &Ranking, at: &Placed) -> &'static str {
    if at.drawn {
        "drawn by chance"
    } else if at.raised {
        "no abstract: by its title"
    } else if ranking.is_bare(at) {
        "no abstract"
    } else {
        ""
    }
}

fn head(
    ranking: &Ranking,
    (order, person): (&Order, Option<&Person>),
    n: usize,
    out: &mut Out,
) -> Result<(), Ending> {
    if n == 0 {
        return out.line("Nothing is to read in title and abstract.");
    }
    let reader = person.map(|person| format!(" for {}", person.display()));
    let mut text = format!(
        "{} to read{}",
        many(n as u64, "title", "titles"),
        reader.unwrap_or_default()
    );
    match order {
        Order::Ranked => text.push_str(&format!(", ranked: {}", source(ranking, person))),
        other => text.push_str(&format!(", in the order {}", other.word())),
    }
    for line in wrap(&text, out.width().min(100), "") {
        out.line(&line)?;
    }
    out.line("")
}

/// What the order was learned from, in words.
fn source(ranking: &Ranking, person: Option<&Person>) -> String {
    let from = ranking.learned;
    if from.all() == 0 {
        return "nothing is decided yet, so by likeness to the question and the criteria"
            .to_owned();
    }
    let mut text = format!(
        "learned from {} ({} forward, {} excluded)",
        many(from.all() as u64, "decision", "decisions"),
        from.forward,
        from.excluded
    );
    if from.own > 0 {
        text.push_str(&format!(", {} of them yours and not settled", from.own));
    } else if person.is_none() {
        text.push_str(", all of them settled");
    }
    if ranking.by_likeness() {
        text.push_str(
            "; nothing excluded is known, so by likeness to what went forward and the question",
        );
    }
    text
}

/// Four decimals: more of a score tells nothing.
fn score(value: f64) -> Value {
    let text = format!("{value:.4}");
    text.parse::<f64>().map_or(Value::Null, |value| {
        Value::from(if value.abs() > 0.0 { value } else { 0.0 })
    })
}

/// Why one report stands where it does.
pub(super) fn why(
    workspace: &Workspace,
    global: &Global,
    report: &str,
    first: usize,
    out: &mut Out,
) -> Result<u8, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let person = whose(reader, global)?;
    let found = crate::screen::decide::find(reader, report)?;
    let question = workspace.workflow.looked_for();
    let ranking = Ranks::default().ranking(reader, person.as_ref(), &question)?;
    let id = found.id;
    let Some((place, at, why)) = ranking.why(id) else {
        return Err(CliError::usage(format!(
            "{id} has no place in the order: it is not among the titles that are still to read"
        ))
        .help("`perennial screen rank` lists those that are")
        .into());
    };
    let n = ranking.placed.len();
    let title = found.title.unwrap_or_else(|| NO_TITLE.to_owned());
    for line in wrap(&format!("{id}  {title}"), out.width().min(100), "") {
        out.line(&out.ink(Ink::Bold, &line))?;
    }
    let mut text = format!(
        "Place {place} of {n}, {}",
        source(&ranking, person.as_ref())
    );
    if at.drawn {
        text.push_str("; drawn by chance, whatever it says");
    }
    if at.raised {
        text.push_str("; it has no abstract and stands where its title places it");
    }
    for line in wrap(&format!("{text}."), out.width().min(100), "") {
        out.line(&line)?;
    }
    out.line("")?;
    for one in why.iter().take(first.min(12)) {
        let sign = if one.adds < 0.0 { "lowers" } else { "raises" };
        out.line(&format!(
            "  {sign}  {:>8.4}  {}",
            one.adds.abs(),
            words(one)
        ))?;
    }
    if why.is_empty() {
        out.line("  No word of it is known from what was decided: it stands in the middle.")?;
    }
    let because: Vec<Value> = why
        .iter()
        .map(|one| json!({"words": one.words, "field": field(one.field), "adds": score(one.adds)}))
        .collect();
    out.json(&json!({
        "report": id, "place": place, "of": n, "score": score(at.score), "drawn": at.drawn,
        "without_abstract": ranking.is_bare(&at), "by_title": at.raised,
        "learned_from": learned(&ranking), "because": because,
    }))?;
    Ok(0)
}

fn field(field: Field) -> &'static str {
    match field {
        Field::Text => "text",
        Field::Beginning => "beginning",
        Field::Title => "title",
    }
}

/// "title: relapsed", "overall survival", "words with random…".
fn words(one: &Reason) -> String {
    match one.field {
        Field::Title => format!("title: {}", one.words),
        Field::Text => one.words.clone(),
        Field::Beginning => format!("words that begin with {}", one.words),
    }
}
