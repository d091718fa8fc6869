//! Writers: JSON lines of the native fields, and CSV, RIS and MEDLINE text of the records.
//!
//! RIS and MEDLINE text have one tag per line and no wrapped values, which is what every reader
//! agrees on. A CSV cell that a spreadsheet would take for a formula gets an apostrophe in front
//! (OWASP, "CSV injection").

mod labelled;

pub use self::labelled::{Label, Labelled, LabelledOutput, write_labelled};

use super::{EntryKind, Native, Own, ParsedRecord, UnknownFormat};
use crate::model::{Doi, Pmcid, Pmid, Record, RecordKind};
use std::fmt;
use std::fmt::Write as _;
use std::str::FromStr;

/// A format that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Output {
    /// One JSON object per line, by the format's own field names.
    Jsonl,
    /// A table of the common fields.
    Csv,
    /// RIS that reference managers and screening tools take.
    Ris,
    /// MEDLINE text.
    Nbib,
}

impl Output {
    /// Every output, in the order of the command line's help.
    pub const ALL: [Self; 4] = [Self::Jsonl, Self::Csv, Self::Ris, Self::Nbib];

    /// The word of the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Ris => "ris",
            Self::Nbib => "nbib",
        }
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Output {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let word = text.trim().to_ascii_lowercase();
        let found = Self::ALL.into_iter().find(|o| o.as_str() == word);
        found.ok_or_else(|| UnknownFormat(text.to_owned()))
    }
}

/// Writes records in one format.
///
/// ```
/// use perennial::formats::{Output, read, write};
/// let parsed = read(b"TY  - JOUR\nTI  - A trial\nER  - \n", None).unwrap();
/// let ris = write(Output::Ris, &parsed.records);
/// assert!(ris.starts_with("TY  - JOUR\r\nTI  - A trial\r\n"));
/// ```
pub fn write(format: Output, records: &[ParsedRecord]) -> String {
    match format {
        Output::Jsonl => jsonl(records),
        Output::Csv => csv(records),
        Output::Ris => records.iter().map(ris).collect(),
        Output::Nbib => records.iter().map(nbib).collect(),
    }
}

fn jsonl(records: &[ParsedRecord]) -> String {
    let mut out = String::new();
    for record in records {
        // A native record has string keys and no map that could fail.
        if let Ok(line) = serde_json::to_string(&record.native) {
            out.push_str(&line);
            out.push('\n');
        }
    }
    out
}

/// The columns of a written table.
const COLUMNS: [&str; 18] = [
    "id", "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid",
    "pmcid", "registry", "abstract", "type", "keywords", "issn", "language", "url",
];

fn csv(records: &[ParsedRecord]) -> String {
    let mut out = COLUMNS.join(",");
    out.push('\n');
    for parsed in records {
        let record = &parsed.record;
        let id = record
            .source_id
            .clone()
            .unwrap_or_else(|| parsed.n.to_string());
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let registry: Vec<_> = record.registry.iter().map(ToString::to_string).collect();
        let cells = [
            id,
            text(&record.title),
            authors(record).join("; "),
            record.year.map(|y| y.to_string()).unwrap_or_default(),
            text(&record.journal),
            text(&record.volume),
            text(&record.issue),
            text(&record.pages),
            record
                .doi
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            record
                .pmid
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            record
                .pmcid
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            registry.join("; "),
            text(&record.abstract_text),
            record.publication_types.join("; "),
            record.keywords.join("; "),
            record.issn.join("; "),
            text(&record.language),
            text(&record.url),
        ];
        out.push_str(&cells.map(|c| cell(&c)).join(","));
        out.push('\n');
    }
    out
}

/// One cell: quoted where it must be, harmless in a spreadsheet.
fn cell(value: &str) -> String {
    let value = if value.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{value}")
    } else {
        value.to_owned()
    };
    if value.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", value.replace('"', "\"\""))
    } else {
        value
    }
}

/// The authors, with "et al." where the source cut the list.
fn authors(record: &Record) -> Vec<String> {
    let mut authors = record.authors.clone();
    if record.authors_truncated {
        authors.push("et al.".to_owned());
    }
    authors
}

/// Adds `TAG  - value`; line breaks in the value become blanks, an empty value adds nothing.
fn tag(out: &mut String, tag: &str, value: &str, end: &str) {
    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
    if !value.is_empty() {
        let _ = write!(out, "{tag:<4}- {value}{end}");
    }
}

/// Start and end of a range with one hyphen; anything else stands under the start alone.
fn page_tags(pages: &str) -> (&str, &str) {
    let plain = |text: &str| !text.is_empty() && text.chars().all(char::is_alphanumeric);
    match pages.split_once('-') {
        Some((start, end)) if plain(start) && plain(end) && start != end => (start, end),
        Some(_) | None => (pages, ""),
    }
}

fn ris(parsed: &ParsedRecord) -> String {
    let record = &parsed.record;
    let kind = match (&parsed.native, record.kind) {
        (Native::Entry(entry), _) if matches!(entry.own, Own::Ris {}) => match &entry.kind {
            EntryKind::One(Some(kind)) => kind.as_str(),
            EntryKind::One(None) | EntryKind::Many(_) => "GEN",
        },
        (_, RecordKind::Article) => "JOUR",
        (_, RecordKind::Book) => "BOOK",
        (_, RecordKind::Trial | RecordKind::Deleted) => "GEN",
    };
    let mut out = format!("TY  - {kind}\r\n");
    let mut put = |name: &str, value: &str| tag(&mut out, name, value, "\r\n");
    let pages = record.pages.as_deref().unwrap_or_default();
    let (start, end) = page_tags(pages);
    put("TI", record.title.as_deref().unwrap_or_default());
    for author in authors(record) {
        put("AU", &author);
    }
    let journal = record.journal.as_deref().unwrap_or_default();
    put("T2", journal);
    put("JF", journal);
    put("AB", record.abstract_text.as_deref().unwrap_or_default());
    put(
        "PY",
        &record.year.map(|y| y.to_string()).unwrap_or_default(),
    );
    put("VL", record.volume.as_deref().unwrap_or_default());
    put("IS", record.issue.as_deref().unwrap_or_default());
    put("SP", start);
    put("EP", end);
    record.issn.iter().for_each(|v| put("SN", v));
    put(
        "DO",
        record.doi.as_ref().map(Doi::as_str).unwrap_or_default(),
    );
    put(
        "C2",
        record.pmid.as_ref().map(Pmid::as_str).unwrap_or_default(),
    );
    put(
        "C4",
        record.pmcid.as_ref().map(Pmcid::as_str).unwrap_or_default(),
    );
    put("AN", record.source_id.as_deref().unwrap_or_default());
    record.registry.iter().for_each(|id| put("C3", id.as_str()));
    record.publication_types.iter().for_each(|v| put("M3", v));
    record.keywords.iter().for_each(|v| put("KW", v));
    record.other_titles.iter().for_each(|v| put("TT", v));
    put("LA", record.language.as_deref().unwrap_or_default());
    put("UR", record.url.as_deref().unwrap_or_default());
    put("DB", "perennial");
    out.push_str("ER  - \r\n\r\n");
    out
}

fn nbib(parsed: &ParsedRecord) -> String {
    let record = &parsed.record;
    let mut out = String::new();
    let pmid = record.pmid.as_ref().map(Pmid::as_str).unwrap_or_default();
    let _ = writeln!(out, "PMID- {pmid}");
    let mut put = |name: &str, value: &str| tag(&mut out, name, value, "\n");
    let groups = groups(&parsed.native);
    record.issn.iter().for_each(|v| put("IS", v));
    put("VI", record.volume.as_deref().unwrap_or_default());
    put("IP", record.issue.as_deref().unwrap_or_default());
    let year = record.year.map(|y| y.to_string()).unwrap_or_default();
    put("DP", &year);
    put("TI", record.title.as_deref().unwrap_or_default());
    let pages = record.pages.as_deref().unwrap_or_default();
    put("PG", pages);
    let doi = record
        .doi
        .as_ref()
        .map(|d| format!("{d} [doi]"))
        .unwrap_or_default();
    put("LID", &doi);
    put("AB", record.abstract_text.as_deref().unwrap_or_default());
    for author in &record.authors {
        put(
            if groups.contains(&author) {
                "CN"
            } else {
                "FAU"
            },
            author,
        );
    }
    put("LA", record.language.as_deref().unwrap_or_default());
    for id in &record.registry {
        let bank = if id.is_nct() {
            "ClinicalTrials.gov"
        } else {
            "Registry"
        };
        put("SI", &format!("{bank}/{id}"));
    }
    record.publication_types.iter().for_each(|v| put("PT", v));
    record.other_titles.iter().for_each(|v| put("TT", v));
    let journal = record.journal.as_deref().unwrap_or_default();
    put("JT", journal);
    record.headings.iter().for_each(|v| put("MH", v));
    record.keywords.iter().for_each(|v| put("OT", v));
    put(
        "PMC",
        record.pmcid.as_ref().map(Pmcid::as_str).unwrap_or_default(),
    );
    put("AID", &doi);
    // PubMed ends every record with its source line, and readers look for it.
    put("SO", &format!("{journal}. {year};{pages}."));
    out.push('\n');
    out
}

/// Group authors, as far as the format tells them from people.
fn groups(native: &Native) -> Vec<&String> {
    match native {
        Native::PubmedXml(article) => article
            .authors
            .iter()
            .filter_map(|a| a.collective.as_ref())
            .collect(),
        Native::Entry(entry) => match &entry.own {
            Own::Nbib { corporate } => corporate.iter().collect(),
            Own::Ris {}
            | Own::Wos { .. }
            | Own::Csv { .. }
            | Own::Bib { .. }
            | Own::Enw {}
            | Own::EndnoteXml { .. }
            | Own::Crossref { .. }
            | Own::EuropePmc { .. } => Vec::new(),
        },
        Native::Deleted(_) | Native::Ictrp(_) | Native::Ctgov(_) => Vec::new(),
    }
}
