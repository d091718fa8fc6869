//! Writers: JSON lines of the native fields, and CSV, RIS and MEDLINE text of the records.
//!
//! RIS and MEDLINE text have one tag per line and no wrapped values, which is what every reader
//! agrees on; an empty value has no line. A CSV cell that a spreadsheet would take for a formula gets
//! an apostrophe in front, which our reader takes off again ([`crate::model::cell`]).

mod labelled;
mod nbib;
mod origin;
mod ris;
mod table;

pub use self::labelled::{Label, Labelled, LabelledOutput, write_labelled};
pub use self::origin::database;
pub use self::table::{COLUMNS, cells};

pub(super) use self::nbib::{ADDRESS, DATABASE, KIND, NUMBER, OWNER, RECORD, UNDETERMINED};
use self::origin::Origin;
pub(super) use self::ris::{KEYWORDS, MARK};
use super::{Native, Own, ParsedRecord, UnknownFormat};
use crate::model::Record;
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
    write_from(format, records, None)
}

/// Writes records in one format; `file` is the database that their file comes from
/// ([`database`]), for records that do not say it themselves.
pub fn write_from(format: Output, records: &[ParsedRecord], file: Option<&str>) -> String {
    let items = records.iter().map(|parsed| Item::of(parsed, file));
    match format {
        Output::Jsonl => jsonl(records),
        Output::Csv => table::write(items),
        Output::Ris => items.map(|item| ris::write(&item)).collect(),
        Output::Nbib => items.map(|item| nbib::write(&item)).collect(),
    }
}

/// A record as a writer takes it.
struct Item<'a> {
    /// Its number in the file.
    n: u64,
    /// Its id in the review.
    id: Option<&'a str>,
    record: &'a Record,
    /// The authors that are groups, as far as the format tells them from people.
    groups: Vec<&'a String>,
    origin: Origin,
    /// What was decided on it, one note a line.
    notes: Vec<String>,
}

impl<'a> Item<'a> {
    fn of(parsed: &'a ParsedRecord, file: Option<&str>) -> Self {
        Self {
            n: parsed.n,
            id: None,
            record: &parsed.record,
            groups: groups(&parsed.native),
            origin: Origin::of(&parsed.record, Some(&parsed.native), file),
            notes: Vec::new(),
        }
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

/// The text of an optional value.
fn text(value: Option<&String>) -> &str {
    value.map(String::as_str).unwrap_or_default()
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
