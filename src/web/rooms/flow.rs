//! The flow: the diagram of any layout or version, each count a link, the identities beside it.

use crate::extract::analyses::flow_with_pooled;
use crate::living::publish;
use crate::pipeline::Workspace;
use crate::plot::{self, FlowOptions};
use crate::prisma::{Counts, template_csv};
use crate::report::flow::{self, Layout};
use crate::report::page::flow_options;
use crate::store::Reader;
use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed};
use crate::web::problem::Problem;
use crate::web::shell::Shell;
use crate::web::site::Site;
use crate::web::words::{many, minute};
use askama::Template;
use serde::Serialize;

#[derive(Template, Serialize)]
#[template(path = "flow.html")]
struct FlowPage {
    #[serde(skip)]
    shell: Shell,
    #[serde(skip)]
    crumb: String,
    layout: &'static str,
    #[serde(skip)]
    layouts: Vec<Choice>,
    #[serde(skip)]
    versions: Vec<Choice>,
    #[serde(skip)]
    heads: Vec<Choice>,
    #[serde(skip)]
    figure: String,
    #[serde(skip)]
    identities: Vec<Row>,
    #[serde(skip)]
    said: String,
    #[serde(skip)]
    faults: Vec<String>,
    #[serde(skip)]
    tail: String,
    #[serde(skip)]
    beside: Vec<Line>,
    /// Every column of the layout, or the counts that a version froze.
    columns: Vec<Counts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
}

struct Choice {
    name: String,
    address: String,
    here: bool,
}

struct Row {
    id: String,
    rule: String,
    left: Vec<Term>,
    sign: &'static str,
    right: Vec<Term>,
    holds: bool,
}

struct Term {
    sign: &'static str,
    n: u64,
    path: String,
}

/// A count in every column.
struct Line {
    name: String,
    depth: usize,
    cells: Vec<String>,
}

const LAYOUTS: [(&str, &str, Layout); 4] = [
    ("separate", "Each update by itself", Layout::Separate),
    ("combined", "Everything together", Layout::Combined),
    (
        "base-updates",
        "First version, all updates",
        Layout::BaseUpdates,
    ),
    (
        "previous-latest",
        "All before, the latest",
        Layout::PreviousLatest,
    ),
];

/// What an address asks for: its columns, and which of them is drawn.
struct Asked {
    layout: &'static str,
    version: Option<String>,
    columns: Vec<Counts>,
    at: usize,
    options: FlowOptions,
}

/// The columns that an address names: a layout, or a version as it was frozen.
fn asked(
    site: &Site,
    reader: Reader<'_>,
    ask: &Ask,
    version: Option<String>,
) -> Result<Asked, Problem> {
    let workflow = site.protocol(reader)?;
    let wanted = ask.query.get("layout").unwrap_or("separate");
    let known = LAYOUTS.iter().find(|(word, ..)| *word == wanted);
    let Some((word, _, layout)) = known else {
        return Err(Problem::NotFound(
            "there is no such layout: separate, combined, base-updates, previous-latest".to_owned(),
        ));
    };
    let columns = match &version {
        Some(name) => {
            let workspace = Workspace::adopted(&site.root)
                .map_err(|error| Problem::Internal(error.to_string()))?;
            let found = publish::find(reader, name)
                .map_err(|error| Problem::NotFound(error.to_string()))?;
            let bytes = publish::frozen_file(&workspace, reader, &found, "prisma.json")
                .map_err(|error| Problem::Internal(error.to_string()))?;
            let counts = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
            vec![counts.ok_or_else(|| {
                Problem::NotFound(format!("version {name} kept no counts of its flow"))
            })?]
        }
        None => flow_with_pooled(reader, &workflow, flow::layout(reader, *layout, None)?)?,
    };
    let last = columns.len().saturating_sub(1);
    let at = ask.query.get("column").and_then(|n| n.parse().ok());
    let at = at.map_or(last, |n: usize| n.min(last));
    let mut options = flow_options(workflow.review.demonstration);
    options.date = match &version {
        Some(_) => None,
        // The last moment without open votes: a later one would tell when somebody voted.
        None => reader.event_at(reader.told_head()?)?.as_deref().map(minute),
    };
    if columns.len() > 1 {
        let name = columns.get(at).and_then(|one| one.version.clone());
        let name = name.unwrap_or_else(|| "working".to_owned());
        options.notes.push(format!("Column: {name}."));
    }
    Ok(Asked {
        layout: word,
        version,
        columns,
        at,
        options,
    })
}

/// How the explanation of a count in this column is called; nothing where only its number is kept.
fn prefix(asked: &Asked) -> Option<String> {
    let last = asked.at + 1 == asked.columns.len();
    match asked.layout {
        _ if asked.version.is_some() => None,
        "combined" => Some("combined.".to_owned()),
        _ if asked.columns.len() == 1 || last && asked.layout != "base-updates" => {
            Some(String::new())
        }
        "separate" => Some(format!("columns[{}].", asked.at)),
        "base-updates" if asked.at == 0 => Some("columns[0].".to_owned()),
        _ => None,
    }
}

fn drawn(asked: &Asked, options: &FlowOptions) -> Result<String, Problem> {
    let counts = asked.columns.get(asked.at).cloned().unwrap_or_default();
    plot::flow(&counts, options).map_err(|error| Problem::Internal(error.to_string()))
}

/// The page.
pub(in crate::web) fn show(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let version = ask.part(1);
    let asked = asked(site, reader, ask, version)?;
    let prefix = prefix(&asked);
    let link = |path: &str| {
        let whole = format!("{}{path}", prefix.as_ref()?);
        let whole = plot::svg::percent_encode(&whole);
        Some(format!("{}/explain/{whole}", site.base))
    };
    let links = prefix.as_ref().map(|prefix| {
        let prefix = plot::svg::percent_encode(prefix);
        format!("{}/explain/{prefix}", site.base)
    });
    let options = FlowOptions {
        links,
        ..asked.options.clone()
    };
    let figure = drawn(&asked, &options)?;
    let counts = asked.columns.get(asked.at).cloned().unwrap_or_default();
    let checks = counts.checks();
    let side = |terms: &[crate::prisma::identities::Term]| -> Vec<Term> {
        let all = terms.iter().enumerate();
        all.map(|(n, term)| Term {
            sign: match (n, term.minus) {
                (0, false) => "",
                (0, true) => "−",
                (_, false) => " + ",
                (_, true) => " − ",
            },
            n: term.n,
            path: link(&term.path).unwrap_or_default(),
        })
        .collect()
    };
    let identities: Vec<Row> = checks
        .iter()
        .map(|check| {
            let identity = check.identity();
            Row {
                sign: match (check.relation, identity.holds) {
                    (_, false) => "×",
                    (crate::prisma::identities::Relation::Equal, true) => "=",
                    (crate::prisma::identities::Relation::AtMost, true) => "≤",
                },
                id: identity.id,
                rule: identity.rule,
                left: side(&check.left),
                right: side(&check.right),
                holds: identity.holds,
            }
        })
        .collect();
    let broken = identities.iter().filter(|row| !row.holds).count();
    let held = identities.len() - broken;
    let mut said = match broken {
        0 => format!("All {} hold.", identities.len()),
        _ => format!("{held} of {} hold.", identities.len()),
    };
    let pending = counts.pending_total();
    if pending > 0 {
        let waits = many(pending, "item", "items");
        said.push_str(&format!(
            " The flow becomes final when people settle {waits}."
        ));
    }
    let mut tail = vec![
        format!("layout={}", asked.layout),
        format!("column={}", asked.at),
    ];
    if let Some(name) = &asked.version {
        tail.push(format!("version={}", crate::web::words::escaped(name)));
    }
    let named = |one: &Counts| one.version.clone().unwrap_or_else(|| "Working".to_owned());
    let several = asked.columns.len() > 1;
    let page = FlowPage {
        shell: Shell::of(site, reader, who, ("Flow", "/flow"))?,
        crumb: match &asked.version {
            Some(name) => format!("Version {name}, as it was published"),
            None => format!("{} version", named(&counts)),
        },
        layouts: LAYOUTS
            .iter()
            .map(|(word, name, _)| Choice {
                name: (*name).to_owned(),
                address: format!("?layout={word}"),
                here: asked.version.is_none() && *word == asked.layout,
            })
            .collect(),
        versions: reader
            .versions()?
            .into_iter()
            .map(|version| Choice {
                address: format!("/flow/{}", version.name),
                here: asked.version.as_ref() == Some(&version.name),
                name: version.name,
            })
            .collect(),
        heads: asked
            .columns
            .iter()
            .enumerate()
            .filter(|_| several)
            .map(|(n, one)| Choice {
                name: named(one),
                address: format!("?layout={}&column={n}", asked.layout),
                here: n == asked.at,
            })
            .collect(),
        beside: if several {
            beside(&asked.columns)
        } else {
            Vec::new()
        },
        figure,
        faults: checks
            .iter()
            .filter_map(crate::prisma::Check::fault)
            .collect(),
        identities,
        said,
        tail: tail.join("&"),
        layout: asked.layout,
        version: asked.version,
        columns: asked.columns,
    };
    Answer::page(ask.json, &page)
}

/// Every count of several columns side by side.
fn beside(columns: &[Counts]) -> Vec<Line> {
    let mut paths: Vec<String> = Vec::new();
    for (path, _) in columns.iter().flat_map(Counts::leaves) {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    let line = |path: String| Line {
        name: flow::words(&path).map_or_else(|| path.clone(), |(name, _)| name),
        depth: usize::from(path.contains('[')),
        cells: columns
            .iter()
            .map(|one| {
                one.get(&path)
                    .map_or_else(|| "–".to_owned(), |n| n.to_string())
            })
            .collect(),
    };
    paths.into_iter().map(line).collect()
}

/// The figure or its counts as a file.
pub(in crate::web) fn file(site: &Site, ask: &Ask, _: &Signed) -> Result<Answer, Problem> {
    let name = ask.part(1).unwrap_or_default();
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let version = ask.query.get("version").map(str::to_owned);
    let asked = asked(site, reader, ask, version)?;
    match name.as_str() {
        "flow.svg" => {
            let svg = drawn(&asked, &asked.options)?;
            Ok(Answer::saved("image/svg+xml", svg.into_bytes(), &name))
        }
        "flow.png" => {
            let dpi = match ask.query.get("dpi") {
                None | Some("300") => 300.0,
                Some("600") => 600.0,
                Some(_) => return Err(Problem::Bad("`dpi` is 300 or 600".to_owned())),
            };
            let svg = drawn(&asked, &asked.options)?;
            let png = png(&svg, dpi)?;
            Ok(Answer::saved("image/png", png, &name))
        }
        "flow.pdf" => {
            let svg = drawn(&asked, &asked.options)?;
            let pdf = pdf(&svg)?;
            Ok(Answer::saved("application/pdf", pdf, &name))
        }
        "flow.csv" => {
            let several = asked.columns.len() > 1;
            let text = if several {
                let columns = asked.columns.iter().enumerate();
                let columns: Vec<template_csv::Column> = columns
                    .map(|(n, one)| template_csv::Column {
                        name: one
                            .version
                            .clone()
                            .unwrap_or_else(|| format!("column {}", n + 1)),
                        counts: one.clone(),
                    })
                    .collect();
                template_csv::write_columns(&columns)
            } else {
                let counts = asked.columns.first().cloned().unwrap_or_default();
                template_csv::write(&counts)
            };
            Ok(Answer::saved(
                "text/csv; charset=utf-8",
                text.into_bytes(),
                &name,
            ))
        }
        _ => Err(Problem::NotFound(
            "the files are flow.svg, flow.pdf, flow.png and flow.csv".to_owned(),
        )),
    }
}

#[cfg(feature = "png")]
fn png(svg: &str, dpi: f64) -> Result<Vec<u8>, Problem> {
    plot::raster::png(svg, dpi).map_err(|error| Problem::Internal(error.to_string()))
}

#[cfg(not(feature = "png"))]
fn png(_: &str, _: f64) -> Result<Vec<u8>, Problem> {
    Err(Problem::NotFound(
        "this program is built without PNG".to_owned(),
    ))
}

#[cfg(feature = "pdf")]
fn pdf(svg: &str) -> Result<Vec<u8>, Problem> {
    plot::pdf::pages(&[svg.to_owned()]).map_err(|error| Problem::Internal(error.to_string()))
}

#[cfg(not(feature = "pdf"))]
fn pdf(_: &str) -> Result<Vec<u8>, Problem> {
    Err(Problem::NotFound(
        "this program is built without PDF".to_owned(),
    ))
}
