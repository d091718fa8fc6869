//! How far people agreed, from what is settled.

use crate::model::{Choice, RecordId};
use crate::report::names::{Names, names};
use crate::screen::agreement::{self, Agreement, Between, Stratum, percent};
use crate::store::Reader;
use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed};
use crate::web::problem::Problem;
use crate::web::shell::Shell;
use crate::web::site::Site;
use crate::web::words::{class, many, sign};
use askama::Template;
use serde::Serialize;

#[derive(Template, Serialize)]
#[template(path = "agreement.html")]
struct AgreementPage {
    #[serde(skip)]
    shell: Shell,
    #[serde(skip)]
    title: String,
    #[serde(skip)]
    strata: Vec<Group>,
    #[serde(skip)]
    left_out: Option<String>,
    #[serde(skip)]
    settles: bool,
    /// As `screen agreement --json` prints it.
    #[serde(flatten)]
    value: serde_json::Value,
}

/// One phase, or one part of it.
struct Group {
    title: String,
    reports: String,
    pairs: Vec<Couple>,
    together: Option<String>,
}

struct Couple {
    id: String,
    first: String,
    second: String,
    cells: [String; 4],
    /// Whether the first is for what the second is against, and the other way round.
    first_only: bool,
    second_only: bool,
    sums: [String; 4],
    n: u32,
    observed: String,
    kappa: String,
    interval: String,
    pabak: String,
    ac1: String,
    sentence: String,
    reasons: Vec<Row>,
    differ: Vec<Differ>,
}

struct Row {
    reason: String,
    first: u32,
    second: u32,
    both: u32,
    same: String,
}

struct Differ {
    report: RecordId,
    title: String,
    said: [(Choice, &'static str, &'static str); 2],
}

/// The page.
pub(in crate::web) fn show(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let workflow = site.protocol(reader)?;
    let people = names(reader)?;
    let found = agreement::agreement(reader)?;
    let reason = |code: &str| {
        let known = workflow.screening.reasons.iter().enumerate();
        let known = known.into_iter().find(|(_, known)| known.code == code);
        known.map_or_else(
            || code.to_owned(),
            |(n, known)| format!("{} · {}", n + 1, known.text),
        )
    };
    let mut strata = Vec::new();
    for (n, one) in found.strata.iter().enumerate() {
        strata.push(group(reader, one, n, &people, &reason)?);
    }
    let page = AgreementPage {
        shell: Shell::of(site, reader, who, ("Agreement", "/conflicts"))?,
        title: headline(&found),
        strata,
        left_out: (found.reopened > 0)
            .then(|| many(found.reopened, "report", "reports"))
            .map(|n| format!("Left out: {n} that a lead reopened.")),
        settles: crate::screen::conflict::may_settle(reader, &who.person)?,
        value: agreement::value(&found, &|id| people.of(id)),
    };
    Answer::page(ask.json, &page)
}

/// "96.6 % agreement on titles and abstracts, 90.0 % on full texts".
fn headline(found: &Agreement) -> String {
    let whole = found
        .strata
        .iter()
        .filter(|one| one.part == agreement::Part::Whole);
    let mut parts = Vec::new();
    for one in whole {
        let n: u32 = one.pairs.iter().map(|pair| pair.pair.n).sum();
        let same: u32 = one.pairs.iter().map(|pair| pair.pair.n - apart(pair)).sum();
        if n == 0 {
            continue;
        }
        let on = match one.phase {
            crate::model::Phase::FullText => "full texts",
            _ => "titles and abstracts",
        };
        let share = percent(f64::from(same) / f64::from(n));
        parts.push(if parts.is_empty() {
            format!("{share} agreement on {on}")
        } else {
            format!("{share} on {on}")
        });
    }
    if parts.is_empty() {
        return "Nothing to compare yet".to_owned();
    }
    parts.join(", ")
}

fn apart(pair: &Between) -> u32 {
    let [_, one, other, _] = pair.cells();
    one + other
}

fn group(
    reader: Reader<'_>,
    stratum: &Stratum,
    n: usize,
    people: &Names,
    reason: &dyn Fn(&str) -> String,
) -> Result<Group, Problem> {
    let mut pairs = Vec::new();
    for (m, pair) in stratum.pairs.iter().enumerate() {
        let [first, second] = pair.people.map(|id| people.of(id));
        let [a, b, c, d] = pair.cells();
        let [observed, kappa, pabak, ac1] = pair.pair.words();
        let (kappa, interval) = match kappa.split_once(" [") {
            Some((value, rest)) => (
                value.to_owned(),
                rest.trim_end_matches(']').replacen(", ", " to ", 1),
            ),
            None => (kappa, String::new()),
        };
        let mut differ = Vec::new();
        for one in &pair.differ {
            let row = reader.report(one.report)?;
            differ.push(Differ {
                report: one.report,
                title: row
                    .and_then(|row| row.title)
                    .unwrap_or_else(|| "(no title)".to_owned()),
                said: one
                    .decisions
                    .map(|choice| (choice, class(choice), sign(choice))),
            });
        }
        pairs.push(Couple {
            id: format!("differ-{n}-{m}"),
            first,
            second,
            cells: [a, b, c, d].map(|n| n.to_string()),
            first_only: b > 0,
            second_only: c > 0,
            sums: [a + b, c + d, a + c, b + d].map(|n| n.to_string()),
            n: pair.pair.n,
            observed,
            kappa,
            interval,
            pabak,
            ac1,
            sentence: pair.sentence(),
            reasons: pair
                .reasons
                .iter()
                .map(|one| Row {
                    reason: reason(&one.code),
                    first: one.first,
                    second: one.second,
                    both: one.both,
                    same: percent(one.same()),
                })
                .collect(),
            differ,
        });
    }
    let title = stratum.title();
    let mut letters = title.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    Ok(Group {
        title: format!("{first}{}", letters.as_str()),
        reports: many(stratum.reports, "settled report", "settled reports"),
        pairs,
        together: stratum.together(),
    })
}
