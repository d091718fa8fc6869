//! The reporting checklists, filled as far as the workspace can: PRISMA 2020 (BMJ 2021;372:n71, 27 items)
//! and its list for abstracts, PRISMA-S (Syst Rev 2021;10:39, 16 items) and PRISMA-LSR (BMJ
//! 2024;387:e079183, for living reviews).
//!
//! An item is *filled* where the report prints it, with the place; *missing* where the workspace has a
//! place for it that is empty; and *for a person* where only authors can write it. Nothing here says
//! that a report complies: a filled item may still say too little. The items are named in our own words;
//! their full wording is in the papers.

mod abstracts;
mod living;
mod prisma;
mod search;

use super::data::ReportData;
use super::results::FigurePlot;

/// How an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// The report prints it.
    Filled,
    /// The workspace has a place for it, and that is empty.
    Missing,
    /// Authors write it.
    ForAPerson,
}

impl Status {
    /// The word that readers see.
    pub fn words(self) -> &'static str {
        match self {
            Self::Filled => "filled",
            Self::Missing => "missing",
            Self::ForAPerson => "for a person",
        }
    }
}

/// An item of a checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its number in the list: `13d`.
    pub item: &'static str,
    /// What it asks for.
    pub asks: &'static str,
    /// How it stands.
    pub status: Status,
    /// Where it is, as a file and an anchor of the report; empty where it is nowhere.
    pub place: &'static str,
    /// What is there, or what is to be done.
    pub note: String,
}

/// A checklist with its items.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    /// A short name without blanks: `prisma-2020`.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Where its wording is published.
    pub reference: &'static str,
    /// Its items, in order.
    pub items: Vec<Item>,
}

impl Checklist {
    /// How many items stand so.
    pub fn count(&self, status: Status) -> usize {
        let items = self.items.iter();
        items.filter(|item| item.status == status).count()
    }
}

/// An item that the report prints where `there` holds, with what is there or what to do.
fn filled(
    item: &'static str,
    asks: &'static str,
    there: bool,
    place: &'static str,
    (note, todo): (String, &'static str),
) -> Item {
    Item {
        item,
        asks,
        status: if there {
            Status::Filled
        } else {
            Status::Missing
        },
        place: if there { place } else { "" },
        note: if there { note } else { todo.to_owned() },
    }
}

/// An item that authors write.
fn person(item: &'static str, asks: &'static str, note: &str) -> Item {
    Item {
        item,
        asks,
        status: Status::ForAPerson,
        place: "",
        note: note.to_owned(),
    }
}

const QUESTION: &str = "index.html#question";
const SEARCH: &str = "index.html#search";
const RUNS: &str = "searches.html";
const SELECTION: &str = "index.html#selection";
const RESULTS: &str = "index.html#results";

/// Every checklist, filled from what a report shows.
pub fn checklists(data: &ReportData) -> Vec<Checklist> {
    vec![
        prisma::prisma(data),
        abstracts::abstracts(data),
        search::search(data),
        living::living(data),
    ]
}

/// "3 sources", "1 source".
fn n(count: usize, one: &str, several: &str) -> String {
    crate::model::many(count as u64, one, several)
}

/// What the report has, asked once.
struct There {
    question: bool,
    pico: bool,
    criteria: usize,
    searches: usize,
    sources: usize,
    estimates: usize,
    sensitivity: usize,
    bias: usize,
    included: u64,
    characteristics: bool,
    funnels: usize,
}

impl There {
    fn of(data: &ReportData) -> Self {
        let pico = &data.review.pico;
        let parts = [
            &pico.population,
            &pico.intervention,
            &pico.comparator,
            &pico.outcomes,
        ];
        let mut sources: Vec<&str> = data
            .searches
            .iter()
            .map(|search| search.source.name.as_str())
            .collect();
        sources.sort_unstable();
        sources.dedup();
        let analyses = data.results.analyses.iter();
        Self {
            question: data.review.question.is_some(),
            pico: parts.iter().all(|part| part.is_some()),
            criteria: data.criteria.include.len(),
            searches: data.searches.len(),
            sources: sources.len(),
            estimates: analyses.clone().filter(|one| one.outcome.is_ok()).count(),
            sensitivity: analyses.clone().map(|one| one.sensitivity.len()).sum(),
            bias: data.bias.len(),
            included: data.counts.total.studies,
            characteristics: !data.results.table.rows.is_empty() && !data.results.is_empty(),
            funnels: analyses
                .filter_map(|one| one.outcome.as_ref().ok())
                .flat_map(|estimate| &estimate.figures)
                .filter(|figure| matches!(figure.plot, FigurePlot::Funnel(_)))
                .count(),
        }
    }
}
