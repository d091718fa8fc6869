//! The report as one page: no script, no outside resource, every number a link to its set.
//!
//! The page is made from [`ReportData`] and the figure alone. Texts from sources, workflow and
//! people pass through the template engine's escaping; the only markup that passes unescaped is
//! the figure and the links of `Number` and `Sum`, which escape what they hold.

mod number;
mod sets;
mod words;

use super::ReportError;
use super::data::{self, ReportData};
use crate::ledger::LEDGER_VERSION;
use crate::plot::{self, FlowOptions, flow};
use crate::prisma::identities::Relation;
use askama::Template;
use number::{Number, Sum};
use sets::SetView;
use std::collections::BTreeMap;

/// The anchor of the set behind the count at a path, without its `#`.
pub(super) fn anchor(path: &str) -> String {
    format!("count-{}", crate::plot::svg::percent_encode(path))
}

/// Makes the page.
pub fn html(data: &ReportData) -> Result<String, ReportError> {
    let wide = figure_options(data, Some("#count-"));
    let narrow = FlowOptions {
        name: format!("{}-narrow", wide.name),
        page: plot::Page::Column,
        ..wide.clone()
    };
    let figures = [flow(&data.counts, &wide)?, flow(&data.counts, &narrow)?];
    Ok(Page::new(data, figures).render()?)
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

/// An archived file.
struct ArchiveRow {
    path: String,
    digest: String,
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
    counts: BTreeMap<&'a str, u64>,
    flow_sets: Vec<SetView<'a>>,
    sets: Vec<SetView<'a>>,
    identities: Vec<IdentityRow>,
    identities_say: String,
    archive: Vec<ArchiveRow>,
}

impl<'a> Page<'a> {
    fn new(data: &'a ReportData, figures: [String; 2]) -> Self {
        let mut searched: BTreeMap<&str, &str> = BTreeMap::new();
        for search in &data.searches {
            let last = searched.entry(search.source.name.as_str()).or_default();
            *last = (*last).max(search.day.as_str());
        }
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
        let mut page = Self {
            data,
            figures,
            version: env!("CARGO_PKG_VERSION"),
            ledger: LEDGER_VERSION.to_string(),
            sections: SECTIONS
                .into_iter()
                .filter(|(id, _)| *id != "changes" || data.history.changes.is_some())
                .collect(),
            pico: pico
                .into_iter()
                .filter_map(|(label, text)| text.as_deref().map(|text| (label, text)))
                .collect(),
            other_lane: data.counts.has_other_lane(),
            searched,
            counts,
            flow_sets: sets::of_flow(data),
            sets: sets::all(data),
            identities: Vec::new(),
            identities_say: String::new(),
            archive: archive(data),
        };
        page.identities = page.identities();
        page.identities_say = page.say_identities();
        page
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
            anchor: self.counts.contains_key(path).then(|| anchor(path)),
            n,
        }
    }
}

/// Sections of the page: anchor and name.
const SECTIONS: [(&str, &str); 15] = [
    ("summary", "Summary"),
    ("question", "Question and criteria"),
    ("selection", "Study selection"),
    ("included", "Included studies"),
    ("excluded", "Excluded reports"),
    ("removed", "Removed by rules"),
    ("search", "Search appendix"),
    ("results", "Results"),
    ("bias", "Risk of bias"),
    ("living", "Living mode"),
    ("changes", "What changed"),
    ("waiting", "What waits"),
    ("audit", "Audit appendix"),
    ("register", "Register of reports"),
    ("provenance", "Provenance"),
];

/// Every archived file once, in the order of the searches.
fn archive(data: &ReportData) -> Vec<ArchiveRow> {
    let mut out: Vec<ArchiveRow> = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for file in data.searches.iter().flat_map(|search| &search.files) {
        if seen.insert(file.digest) {
            out.push(ArchiveRow {
                path: file.path.clone(),
                digest: file.digest.to_string(),
            });
        }
    }
    out
}
