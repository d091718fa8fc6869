//! Explain: a number, its sentence, the set behind it, one member open down to the bytes.

use crate::pipeline::{Workspace, explain};
use crate::report::explain::{Excerpt, ExplainedMember, Explanation, arithmetic};
use crate::report::flow;
use crate::store::Reader;
use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed, decoded};
use crate::web::problem::Problem;
use crate::web::shell::Shell;
use crate::web::site::Site;
use crate::web::words::{escaped, grouped, many};
use askama::Template;
use serde::Serialize;
use std::collections::BTreeSet;

/// Members on one page.
const SHOWN: usize = 50;

#[derive(Template, Serialize)]
#[template(path = "explain.html")]
struct ExplainPage {
    #[serde(skip)]
    shell: Shell,
    what: String,
    #[serde(skip)]
    big: Option<String>,
    #[serde(skip)]
    name: String,
    value: serde_json::Value,
    sentence: String,
    rule: String,
    #[serde(skip)]
    sum: Vec<Term>,
    total: usize,
    found: usize,
    page: usize,
    pages: usize,
    members: Vec<Member>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<String>,
    excerpts: Vec<Excerpt>,
    bytes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_event: Option<u64>,
    #[serde(skip)]
    words: String,
    #[serde(skip)]
    without: String,
    #[serde(skip)]
    here: String,
    #[serde(skip)]
    tail: String,
    #[serde(skip)]
    compared: Option<String>,
}

/// A neighbour of the count.
struct Term {
    sign: &'static str,
    n: String,
    label: String,
    address: String,
}

#[derive(Serialize)]
struct Member {
    id: String,
    title: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trail: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    excerpts: Vec<Excerpt>,
    #[serde(skip)]
    open: bool,
    #[serde(skip)]
    address: String,
}

const KINDS: [&str; 6] = ["report", "record", "study", "estimate", "cell", "event"];

/// What an address asks for: `excluded.total`, `report/r17`.
fn what(ask: &Ask) -> Option<String> {
    let rest = ask.path.strip_prefix("/explain/")?;
    let kind = rest.split_once('/');
    if let Some((kind, id)) = kind.filter(|(kind, _)| KINDS.contains(kind)) {
        return Some(format!("{kind}:{}", decoded(id)?));
    }
    decoded(rest)
}

/// The address of an explanation below the base.
fn address(what: &str) -> String {
    let encoded = crate::plot::svg::percent_encode;
    match what
        .split_once(':')
        .filter(|(kind, _)| KINDS.contains(kind))
    {
        Some((kind, id)) => format!("/explain/{kind}/{}", encoded(id)),
        None => format!("/explain/{}", encoded(what)),
    }
}

/// To what was typed.
#[expect(clippy::unnecessary_wraps, reason = "the signature of a room")]
pub(in crate::web) fn ask(site: &Site, ask: &Ask, _: &Signed) -> Result<Answer, Problem> {
    match ask.query.get("what") {
        Some(what) => Ok(Answer::to(&format!("{}{}", site.base, address(what)))),
        None => Ok(Answer::to(&format!("{}/flow", site.base))),
    }
}

/// The explanation, without what tells of open votes.
fn told(
    workspace: &Workspace,
    reader: Reader<'_>,
    what: &str,
) -> Result<Option<Explanation>, Problem> {
    let last = reader.told_head()?;
    let number = what.trim().strip_prefix("event:");
    let number = number.and_then(|text| text.trim().parse::<u64>().ok());
    // An event that may not be told of is answered as one that is not there.
    if number.is_some_and(|n| n > last.0) {
        return Ok(None);
    }
    let mut found = explain::of(workspace, reader, what)?;
    if let Some(found) = &mut found {
        found.hide_numbers(last);
    }
    Ok(found)
}

/// The page.
pub(in crate::web) fn show(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let workspace =
        Workspace::adopted(&site.root).map_err(|error| Problem::Internal(error.to_string()))?;
    let nothing = |what: &str| {
        Problem::NotFound(format!(
            "nothing is called `{what}`: a count of the flow, report, record, study, estimate, cell or \
             event with an id"
        ))
    };
    let what = what(ask).ok_or_else(|| nothing("this"))?;
    let found = told(&workspace, reader, &what)?.ok_or_else(|| nothing(&what))?;
    let words = ask.query.get("q").unwrap_or_default().to_owned();
    let without = ask.query.get("without").unwrap_or_default().to_owned();
    let total = found.members.len();
    let mut members: Vec<&ExplainedMember> = found.members.iter().collect();
    let small = words.to_lowercase();
    members.retain(|one| {
        one.id == words || small.is_empty() || one.title.to_lowercase().contains(&small)
    });
    let mut compared = None;
    if !without.is_empty() {
        let other = told(&workspace, reader, &without)?.ok_or_else(|| nothing(&without))?;
        let ids: BTreeSet<&str> = other.members.iter().map(|one| one.id.as_str()).collect();
        members.retain(|one| !ids.contains(one.id.as_str()));
        compared = Some(format!(
            "{} of them not in {without}, which has {}",
            many(members.len() as u64, "member", "members"),
            grouped(other.members.len() as u64)
        ));
    }
    let pages = members.len().div_ceil(SHOWN).max(1);
    let page = ask.query.get("page").and_then(|n| n.parse().ok());
    let page = page.unwrap_or(1_usize).clamp(1, pages);
    let opened = ask.query.get("open").unwrap_or_default();
    let alone = found.members.len() == 1;
    let count = flow::located(reader, &what)?
        .and_then(|(_, inner)| flow::words(inner))
        .map(|(name, _)| name);
    let mut kept = Vec::new();
    for (name, value) in [("q", &words), ("without", &without)] {
        if !value.is_empty() {
            kept.push(format!("{name}={}&", escaped(value)));
        }
    }
    let here = address(&what);
    let shown = members.iter().skip((page - 1) * SHOWN).take(SHOWN);
    let mut rows = Vec::new();
    for one in shown {
        let open = alone || one.id == opened;
        let (mut trail, mut excerpts) = (Vec::new(), Vec::new());
        if open {
            trail.clone_from(&one.trail);
            if found.trails_left_out
                && let Some(more) = told(&workspace, reader, &format!("report:{}", one.id))?
            {
                trail = more.members.into_iter().flat_map(|one| one.trail).collect();
            }
            if found.excerpts.is_empty() && one.id.starts_with('r') {
                let record = told(&workspace, reader, &format!("record:{}", one.id))?;
                excerpts = record.map(|record| record.excerpts).unwrap_or_default();
            }
        } else if ask.json {
            trail.clone_from(&one.trail);
        }
        let kind = match one.id.chars().next() {
            Some('s') => "study",
            Some('r') => "report",
            _ => "",
        };
        rows.push(Member {
            address: match kind {
                "" => address(&one.id),
                kind => address(&format!("{kind}:{}", one.id)),
            },
            id: one.id.clone(),
            title: one.title.clone(),
            trail,
            excerpts,
            open,
        });
    }
    let sum = match &count {
        Some(_) => arithmetic(reader, &what)?.unwrap_or_default(),
        None => Vec::new(),
    };
    let sum = sum.into_iter().enumerate().map(|(n, term)| Term {
        sign: match (n, term.minus) {
            (0, false) => "",
            (0, true) => "−",
            (_, false) => " + ",
            (_, true) => " − ",
        },
        n: grouped(term.n),
        label: term.label,
        address: format!("{}{}", site.base, address(&term.path)),
    });
    let big = found.value.as_u64().map(grouped);
    let title = count.clone().unwrap_or_else(|| what.clone());
    let page = ExplainPage {
        shell: Shell::of(site, reader, who, (&title, "/flow"))?,
        big,
        name: count.unwrap_or_else(|| found.sentence.clone()),
        sum: sum.collect(),
        total,
        found: members.len(),
        page,
        pages,
        members: rows,
        bytes: found.bytes.iter().map(ToString::to_string).collect(),
        last_event: found.last_event.map(|seq| seq.0),
        value: found.value,
        sentence: found.sentence,
        rule: found.rule,
        steps: found.steps,
        excerpts: found.excerpts,
        words,
        without,
        tail: kept.concat(),
        here,
        compared,
        what,
    };
    Answer::page(ask.json, &page)
}
