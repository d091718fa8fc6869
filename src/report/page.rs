//! The report as pages: no script, nothing from the network, every number a link to its set.
//!
//! [`html`] makes `index.html`, what people read: results, flow, tables. What nobody reads at once
//! stands in files beside it (`beside`): the register of every report with its trail, the sets
//! behind the counts, the search runs in full. The page's size therefore follows the studies that
//! are included, hardly the records that were found.
//!
//! The pages are made from [`ReportData`] and figures alone. Texts from sources, workflow and
//! people pass through the template engine's escaping; the only markup that passes unescaped is
//! the figures and the links of `Number` and `Sum`, which escape what they hold.

mod beside;
mod listed;
mod number;
mod places;
mod say;
mod sets;
mod words;

pub(super) use beside::beside;

use super::ReportError;
use super::data::{self, ReportData};
use crate::ledger::LEDGER_VERSION;
use crate::plot::{self, FlowOptions, flow};
use crate::prisma::identities::Relation;
use askama::Template;
use number::{Number, Sum};
use places::Places;
use say::Say as _;
use sets::SetView;
use std::collections::BTreeMap;

/// Excluded reports that the page lists one by one; more of them stand in a file of their own.
const EXCLUDED: usize = 200;
/// Search runs that the page lists, the latest; all of them are in `searches.html`.
const RUNS: usize = 60;
/// Items of any other list that the page holds.
const LISTED: usize = 100;

/// The anchor of the set behind the count at a path, without its `#`.
pub(super) fn anchor(path: &str) -> String {
    format!("count-{}", crate::plot::svg::percent_encode(path))
}

/// Makes the page that people read.
pub fn html(data: &ReportData) -> Result<String, ReportError> {
    let wide = figure_options(data, Some("#count-"));
    let narrow = FlowOptions {
        name: format!("{}-narrow", wide.name),
        page: plot::Page::Column,
        ..wide.clone()
    };
    let figures = [flow(&data.counts, &wide)?, flow(&data.counts, &narrow)?];
    Ok(Page::new(data, figures)?.render()?)
}

/// How the figure is drawn, on the page (`links`) and in its own file.
pub(super) fn figure_options(data: &ReportData, links: Option<&str>) -> FlowOptions {
    FlowOptions {
        links: links.map(str::to_owned),
        date: data.last_at.as_deref().map(data::minute),
        ..flow_options(data.review.demonstration)
    }
}

/// What every flow of a review says, that of a demonstration with its note.
pub fn flow_options(demonstration: bool) -> FlowOptions {
    let mut notes = Vec::new();
    if demonstration {
        notes.push(
            "Demonstration: constructed decisions and counts of its own, not a published review."
                .to_owned(),
        );
    }
    FlowOptions {
        notes,
        ..FlowOptions::default()
    }
}

/// One identity as the page prints it.
struct IdentityRow {
    id: &'static str,
    rule: &'static str,
    left: Sum,
    sign: &'static str,
    right: Sum,
    fault: Option<String>,
}

/// A source of the search with its last strategy.
struct SourceRow<'a> {
    /// Its last run.
    last: &'a data::Search,
    /// How often it was searched.
    runs: usize,
}

/// An analysis with its figures, drawn.
struct AnalysisRow<'a> {
    of: &'a crate::report::results::AnalysisView,
    figures: Vec<Drawn<'a>>,
}

/// A figure as markup, and its numbers.
struct Drawn<'a> {
    title: &'a str,
    svg: String,
    table: String,
}

/// The change of an estimate with its bridge, drawn wide and narrow.
struct ChangeRow<'a> {
    of: &'a crate::report::history::EstimateChange,
    bridge: Option<[String; 2]>,
}

#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    data: &'a ReportData,
    /// The flow, and the same on a narrow screen.
    figures: [String; 2],
    version: &'static str,
    ledger: String,
    sections: Vec<(&'static str, &'static str)>,
    pico: Vec<(&'static str, &'a str)>,
    other_lane: bool,
    searched: BTreeMap<&'a str, &'a str>,
    /// Sources searched since the version before, or ever.
    sources: usize,
    counts: BTreeMap<&'a str, u64>,
    sets: Vec<SetView<'a>>,
    identities: Vec<IdentityRow>,
    identities_say: String,
    places: Places,
    analyses: Vec<AnalysisRow<'a>>,
    bias: Vec<Drawn<'a>>,
    timeline: Option<[String; 2]>,
    changes: Vec<ChangeRow<'a>>,
    by_source: Vec<SourceRow<'a>>,
    archived: usize,
}

impl<'a> Page<'a> {
    fn new(data: &'a ReportData, figures: [String; 2]) -> Result<Self, ReportError> {
        let mut searched: BTreeMap<&str, &str> = BTreeMap::new();
        for search in &data.searches {
            let last = searched.entry(search.source.name.as_str()).or_default();
            *last = (*last).max(search.day.as_str());
        }
        let before = data.history.versions.last().map(|version| version.upto);
        let before = before.filter(|_| data.counts.previous.is_some());
        let since = data.searches.iter();
        let since = since.filter(|search| before.is_none_or(|upto| search.seq.0 > upto));
        let since: std::collections::BTreeSet<&str> =
            since.map(|search| search.source.name.as_str()).collect();
        let counts = data
            .sets
            .iter()
            .map(|set| (set.path.as_str(), set.n))
            .collect();
        let pico = &data.review.pico;
        let pico = [
            ("Population", &pico.population),
            ("Intervention", &pico.intervention),
            ("Comparator", &pico.comparator),
            ("Outcomes", &pico.outcomes),
            ("Design", &pico.design),
        ];
        let places = Places::of(data);
        let mut page = Self {
            data,
            figures,
            version: env!("CARGO_PKG_VERSION"),
            ledger: LEDGER_VERSION.to_string(),
            sections: SECTIONS
                .into_iter()
                .filter(|(href, _)| *href != "#changes" || data.history.changes.is_some())
                .collect(),
            pico: pico
                .into_iter()
                .filter_map(|(label, text)| text.as_deref().map(|text| (label, text)))
                .collect(),
            other_lane: data.counts.has_other_lane(),
            searched,
            sources: since.len(),
            counts,
            sets: sets::of_flow(data, &sets::Known::new(data, &places)),
            identities: Vec::new(),
            identities_say: String::new(),
            places,
            analyses: analyses(data)?,
            bias: bias(data)?,
            timeline: data.history.timeline.as_ref().map(timeline).transpose()?,
            changes: changes(data)?,
            by_source: by_source(data),
            archived: archived(data),
        };
        page.identities = page.identities();
        page.identities_say = page.say_identities();
        Ok(page)
    }

    fn identities(&self) -> Vec<IdentityRow> {
        let side = |terms: &[crate::prisma::identities::Term]| {
            Sum(terms
                .iter()
                .map(|term| (term.minus, self.number(&term.path, term.n)))
                .collect())
        };
        let checks = self.data.counts.checks().into_iter();
        checks
            .map(|check| IdentityRow {
                id: check.id,
                rule: check.rule,
                left: side(&check.left),
                sign: match (check.relation, check.holds()) {
                    (Relation::Equal, true) => "=",
                    (Relation::AtMost, true) => "≤",
                    (Relation::Equal, false) => "≠",
                    (Relation::AtMost, false) => ">",
                },
                right: side(&check.right),
                fault: check.fault(),
            })
            .collect()
    }

    fn say_identities(&self) -> String {
        let all = self.identities.len();
        let broken = self
            .identities
            .iter()
            .filter(|row| row.fault.is_some())
            .count();
        if broken == 0 {
            format!(
                "All {all} hold. What is pending is a term of its own, so the flow adds up at every moment."
            )
        } else {
            format!(
                "{broken} of {all} do not hold. Numbers of this flow must not be used before the fault is found."
            )
        }
    }

    /// A count by its path, as a link to its set.
    fn n(&self, path: &str) -> Number {
        self.number(path, self.counts.get(path).copied().unwrap_or(0))
    }

    fn number(&self, path: &str, n: u64) -> Number {
        Number {
            href: self
                .counts
                .contains_key(path)
                .then(|| format!("#{}", anchor(path))),
            n,
        }
    }
}

/// Sections of the page: where each is, and its name. Results first, then the flow, then tables.
const SECTIONS: [(&str, &str); 15] = [
    ("#summary", "Summary"),
    ("#results", "Results"),
    ("#bias", "Risk of bias"),
    ("#changes", "What changed"),
    ("#selection", "Study selection"),
    ("#question", "Question and criteria"),
    ("#included", "Included studies"),
    ("#excluded", "Excluded reports"),
    ("#removed", "Removed by rules"),
    ("#search", "Search"),
    ("#living", "Living mode"),
    ("#waiting", "What waits"),
    ("#audit", "Audit appendix"),
    ("#provenance", "Provenance"),
    ("register-1.html", "Register of reports"),
];

/// The analyses, each with its figures drawn.
fn analyses(data: &ReportData) -> Result<Vec<AnalysisRow<'_>>, ReportError> {
    let rows = data.results.analyses.iter().map(|of| {
        let figures = of.outcome.as_ref().map_or(&[][..], |e| &e.figures);
        let drawn = figures.iter().map(|figure| {
            Ok(Drawn {
                title: &figure.title,
                svg: figure.plot.svg()?,
                table: figure.plot.table().html(),
            })
        });
        Ok(AnalysisRow {
            figures: drawn.collect::<Result<_, ReportError>>()?,
            of,
        })
    });
    rows.collect()
}

/// The traffic lights.
fn bias(data: &ReportData) -> Result<Vec<Drawn<'_>>, ReportError> {
    let drawn = data.bias.iter().map(|rob| {
        Ok(Drawn {
            title: &rob.title,
            svg: plot::rob_lights(rob)?,
            table: String::new(),
        })
    });
    drawn.collect()
}

/// The timeline, and the same for a narrow screen.
fn timeline(plot: &plot::Timeline) -> Result<[String; 2], plot::PlotError> {
    let narrow = plot::Timeline {
        name: format!("{}-narrow", plot.name),
        page: plot::Page::Column,
        ..plot.clone()
    };
    Ok([plot::timeline(plot)?, plot::timeline(&narrow)?])
}

/// What changed of each estimate; a bridge that cannot be drawn is left out, its numbers are not.
fn changes(data: &ReportData) -> Result<Vec<ChangeRow<'_>>, ReportError> {
    let all = data.history.changes.iter().flat_map(|c| &c.estimates);
    let rows = all.map(|of| {
        let bridge = of.plot.as_ref().map(|wide| {
            let narrow = plot::BridgePlot {
                name: format!("{}-narrow", wide.name),
                page: plot::Page::Column,
                ..wide.clone()
            };
            Ok::<_, ReportError>([plot::bridge(wide)?, plot::bridge(&narrow)?])
        });
        Ok(ChangeRow {
            bridge: bridge.transpose()?,
            of,
        })
    });
    rows.collect()
}

/// The sources in the order in which they were first searched, each with its last run.
fn by_source(data: &ReportData) -> Vec<SourceRow<'_>> {
    let mut out: Vec<SourceRow<'_>> = Vec::new();
    for search in &data.searches {
        let same = |row: &&mut SourceRow<'_>| row.last.source.name == search.source.name;
        match out.iter_mut().find(same) {
            Some(row) => {
                row.last = search;
                row.runs += 1;
            }
            None => out.push(SourceRow {
                last: search,
                runs: 1,
            }),
        }
    }
    out
}

/// How many archived files the searches are read from.
fn archived(data: &ReportData) -> usize {
    let files = data.searches.iter().flat_map(|search| &search.files);
    let digests: std::collections::BTreeSet<_> = files.map(|file| file.digest).collect();
    digests.len()
}
