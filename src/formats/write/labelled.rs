//! Records with what was decided on them, for the tools that people screen and learn with.
//!
//! ASReview reads the label of a RIS record from a note (`ASReview_relevant`) and of a table from
//! `included` (1, 0 or empty); Rayyan reads its own 21 columns, authors joined by " and ".

use super::origin::Origin;
use super::{Item, authors, nbib, ris, table};
use crate::model::{Doi, Pmcid, Pmid, Record};
use serde_json::json;

/// What was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Label {
    /// Kept so far, or included.
    Relevant,
    /// It was excluded.
    Irrelevant,
    /// Nothing is settled about it.
    NotSeen,
}

impl Label {
    /// The note that ASReview reads.
    fn note(self) -> &'static str {
        match self {
            Self::Relevant => "ASReview_relevant",
            Self::Irrelevant => "ASReview_irrelevant",
            Self::NotSeen => "ASReview_not_seen",
        }
    }

    /// The number that ASReview reads.
    fn number(self) -> &'static str {
        match self {
            Self::Relevant => "1",
            Self::Irrelevant => "0",
            Self::NotSeen => "",
        }
    }
}

/// A record with its id in the review.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// The id of the report.
    pub id: String,
    /// What was decided.
    pub label: Label,
    /// The same in words: the place in the flow, the reason.
    pub notes: Vec<String>,
    /// The source that gave it, as the review names it.
    pub source: String,
    /// The record that stands for the report.
    pub record: Record,
}

/// The formats of records with decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LabelledOutput {
    /// RIS with the decision in notes.
    Ris,
    /// MEDLINE text with the decision in a general note.
    Nbib,
    /// One JSON object on each line.
    Jsonl,
    /// The table of ASReview.
    Asreview,
    /// The table of Rayyan.
    Rayyan,
}

impl LabelledOutput {
    /// Reads the word of the command line.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "ris" => Some(Self::Ris),
            "nbib" => Some(Self::Nbib),
            "jsonl" => Some(Self::Jsonl),
            "asreview" => Some(Self::Asreview),
            "rayyan" => Some(Self::Rayyan),
            _ => None,
        }
    }
}

/// The columns of Rayyan's own export.
const RAYYAN: [&str; 21] = [
    "key",
    "title",
    "year",
    "month",
    "day",
    "journal",
    "issn",
    "volume",
    "issue",
    "pages",
    "authors",
    "url",
    "language",
    "publisher",
    "location",
    "abstract",
    "notes",
    "doi",
    "keywords",
    "pubmed_id",
    "pmc_id",
];

/// Writes records with their decisions.
pub fn write_labelled(format: LabelledOutput, records: &[Labelled]) -> String {
    match format {
        LabelledOutput::Ris => records.iter().map(|r| ris::write(&item(r))).collect(),
        LabelledOutput::Nbib => records.iter().map(|r| nbib::write(&item(r))).collect(),
        LabelledOutput::Jsonl => records.iter().map(line).collect(),
        LabelledOutput::Asreview => rows(
            &[
                "record_id",
                "title",
                "abstract",
                "authors",
                "year",
                "doi",
                "included",
            ],
            records.iter().map(asreview),
        ),
        LabelledOutput::Rayyan => rows(&RAYYAN, records.iter().map(rayyan)),
    }
}

/// As the plain writers take it, with what was decided in notes.
fn item(labelled: &Labelled) -> Item<'_> {
    let source = Some(labelled.source.as_str()).filter(|name| !name.is_empty());
    let mut said = vec![labelled.label.note().to_owned()];
    said.extend(notes(labelled));
    Item {
        n: 1,
        id: Some(&labelled.id),
        record: &labelled.record,
        groups: Vec::new(),
        origin: Origin::of(&labelled.record, None, source),
        notes: said,
    }
}

fn notes(labelled: &Labelled) -> impl Iterator<Item = String> + '_ {
    let words = labelled.notes.iter();
    words.map(|note| format!("perennial {}: {note}", labelled.id))
}

fn line(labelled: &Labelled) -> String {
    let value = json!({
        "id": labelled.id, "label": labelled.label.number(), "notes": labelled.notes,
        "record": labelled.record,
    });
    format!("{value}\n")
}

fn rows(header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut out = header.join(",");
    out.push('\n');
    for row in rows {
        table::row(&mut out, &row);
    }
    out
}

fn text(value: Option<&String>) -> String {
    value.cloned().unwrap_or_default()
}

fn asreview(labelled: &Labelled) -> Vec<String> {
    let record = &labelled.record;
    vec![
        labelled.id.clone(),
        text(record.title.as_ref()),
        text(record.abstract_text.as_ref()),
        authors(record).join("; "),
        record.year.map(|y| y.to_string()).unwrap_or_default(),
        record.doi.as_ref().map(Doi::to_string).unwrap_or_default(),
        labelled.label.number().to_owned(),
    ]
}

fn rayyan(labelled: &Labelled) -> Vec<String> {
    let record = &labelled.record;
    let (month, day, publisher, location) =
        (String::new(), String::new(), String::new(), String::new());
    vec![
        labelled.id.clone(),
        text(record.title.as_ref()),
        record.year.map(|y| y.to_string()).unwrap_or_default(),
        month,
        day,
        text(record.journal.as_ref()),
        record.issn.join("; "),
        text(record.volume.as_ref()),
        text(record.issue.as_ref()),
        text(record.pages.as_ref()),
        authors(record).join(" and "),
        text(record.url.as_ref()),
        text(record.language.as_ref()),
        publisher,
        location,
        text(record.abstract_text.as_ref()),
        notes(labelled).collect::<Vec<_>>().join("; "),
        record.doi.as_ref().map(Doi::to_string).unwrap_or_default(),
        record.keywords.join("; "),
        record
            .pmid
            .as_ref()
            .map(Pmid::to_string)
            .unwrap_or_default(),
        record
            .pmcid
            .as_ref()
            .map(Pmcid::to_string)
            .unwrap_or_default(),
    ]
}
