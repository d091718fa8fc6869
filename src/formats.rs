//! Readers and writers of bibliographic files.
//!
//! [`read`] takes the bytes of one file and gives every record in it, every problem it has, and a
//! ledger of its physical lines in which each line stands in exactly one class. The format is
//! decided by content, never by a name: vendors save MEDLINE and Web of Science text as `.ris`,
//! and a proxy's login page as anything. What is not a citation file at all is a [`FormatError`].
//!
//! Nothing is lost: what a reader does not understand stays in [`Record::extra`] under its own
//! tag or column, or is named in a [`Problem`] with its line. Two views of one record come out:
//! [`Record`], which the rest of the program works on, and [`Native`], which keeps the format's
//! own fields for `convert --to jsonl`.
//!
//! ```
//! use perennial::formats;
//! let file = b"TY  - JOUR\nTI  - A trial\nPY  - 2019\nER  - \n";
//! let parsed = formats::read(file, None).unwrap();
//! assert_eq!(parsed.records[0].record.title.as_deref(), Some("A trial"));
//! assert!(parsed.problems.is_empty() && parsed.lines.closes());
//! ```

mod account;
mod bib;
mod clean;
mod csv;
mod detect;
mod endnote_xml;
mod enw;
mod foreign;
mod ictrp;
mod json;
pub mod kind;
mod labelled;
mod native;
mod nbib;
mod problem;
mod pubmed_xml;
mod refuse;
mod refworks;
mod ris;
mod tagged;
mod text;
mod values;
mod wos;
mod wrapper;
mod write;
mod xml;

#[cfg(test)]
mod tests;

pub use self::account::{Account, ColumnUse, Filled, How, NotUnderstood};
pub use self::csv::stream::{TableFile, TableStreamed};
pub use self::detect::detect;
pub use self::native::{CtgovStudy, Entry, EntryKind, IctrpTrial, Native, Own};
pub use self::problem::{LineClass, Lines, Problem, ProblemKind};
pub use self::pubmed_xml::{Article, Author, CommentsCorrection, Dates, Deleted, Heading};
pub use self::pubmed_xml::{Streamed, stream, stream_records};
pub use self::refuse::Unreadable;
pub use self::write::{COLUMNS, cells, database, write_from};
pub use self::write::{Label, Labelled, LabelledOutput, Output, write, write_labelled};

use crate::model::Record;
use std::fmt;
use std::str::FromStr;

/// The version of the readers, noted with every file in the log: a reader that reads a field
/// otherwise than before raises it.
pub const PARSER_VERSION: u32 = 3;

/// A file format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// PubMed XML as EFetch and the NLM baseline give it.
    PubmedXml,
    /// RIS, in the dialect of whoever wrote it.
    Ris,
    /// MEDLINE text, as PubMed saves it (`.nbib`).
    Nbib,
    /// Web of Science tagged text (`.ciw`, "plain text file").
    Wos,
    /// A table with a header row, in the columns of whoever wrote it.
    Csv,
    /// BibTeX.
    Bib,
    /// EndNote's tagged text (`.enw`).
    Enw,
    /// EndNote XML.
    EndnoteXml,
    /// The XML of WHO ICTRP.
    Ictrp,
    /// JSON of ClinicalTrials.gov, API v2.
    Ctgov,
    /// JSON of Crossref's works.
    Crossref,
    /// JSON of Europe PMC's search, core results.
    EuropePmc,
    /// Labelled text of Ovid (`.cgi`, `.ovd`, `.txt`), the Cochrane Library and NoteExpress.
    Text,
    /// RefWorks tagged format.
    Refworks,
}

impl Format {
    /// Every format, in the order of the command line's help.
    pub const ALL: [Self; 14] = [
        Self::PubmedXml,
        Self::Ris,
        Self::Nbib,
        Self::Wos,
        Self::Csv,
        Self::Bib,
        Self::Enw,
        Self::EndnoteXml,
        Self::Ictrp,
        Self::Ctgov,
        Self::Crossref,
        Self::EuropePmc,
        Self::Text,
        Self::Refworks,
    ];

    /// Every format's word, as a sentence lists them.
    fn known() -> String {
        let words = Self::ALL.map(Self::as_str);
        match words.split_last() {
            Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
            None => String::new(),
        }
    }

    /// The word of the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PubmedXml => "pubmed-xml",
            Self::Ris => "ris",
            Self::Nbib => "nbib",
            Self::Wos => "wos",
            Self::Csv => "csv",
            Self::Bib => "bib",
            Self::Enw => "enw",
            Self::EndnoteXml => "endnote-xml",
            Self::Ictrp => "ictrp",
            Self::Ctgov => "ctgov",
            Self::Crossref => "crossref",
            Self::EuropePmc => "europepmc",
            Self::Text => "text",
            Self::Refworks => "refworks",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, UnknownFormat> {
        let word = text.trim().to_ascii_lowercase();
        // The words that other tools and file names use.
        let word = match word.as_str() {
            "ciw" => "wos",
            "bibtex" => "bib",
            "enx" | "endnote" => "endnote-xml",
            "medline" | "pubmed" => "nbib",
            "tsv" => "csv",
            "ovid" | "cgi" | "ovd" => "text",
            other => other,
        };
        let found = Self::ALL.into_iter().find(|f| f.as_str() == word);
        found.ok_or_else(|| UnknownFormat(text.to_owned()))
    }
}

/// Occurs when a word names no format that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a format that can be read ({known})", known = Format::known())]
pub struct UnknownFormat(pub String);

/// What one file held.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The format it was read as.
    pub format: Format,
    /// Whose variant of the format it is: `cochrane`, `embase.com`, `generic`.
    pub dialect: &'static str,
    /// The records in file order.
    pub records: Vec<ParsedRecord>,
    /// The problems in file order; those of the whole file first.
    pub problems: Vec<Problem>,
    /// Every physical line, by class.
    pub lines: Lines,
    /// How many records the file itself says its search found.
    pub declared: Option<u64>,
    /// The search that the file itself states.
    pub query: Option<String>,
    /// What the records have, and what was not understood.
    pub account: Account,
}

impl Parsed {
    /// Whether the file was read whole: at least one record, no damage, every line accounted for.
    pub fn is_whole(&self) -> bool {
        !self.records.is_empty() && self.is_sound()
    }

    /// Whether nothing is damaged and every line is accounted for.
    pub fn is_sound(&self) -> bool {
        self.lines.closes() && !self.problems.iter().any(|p| p.kind.is_damage())
    }
}

/// One record of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedRecord {
    /// Its number in the file, from 1.
    pub n: u64,
    /// The physical line on which it starts, from 1.
    pub line: Option<u64>,
    /// What the rest of the program works on.
    pub record: Record,
    /// The format's own fields.
    pub native: Native,
}

/// Occurs when a file is not a citation file, or not of the format it was said to be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// No bytes, or white space only.
    #[error("the file is empty")]
    Empty,
    /// A web page, such as a proxy's login page saved as the export.
    #[error("the file is a web page, not an export; was the session of the database expired?")]
    WebPage,
    /// XML or a feed of another kind.
    #[error(
        "the file is XML with the root element <{0}>, not a record set of PubMed, EndNote or ICTRP"
    )]
    OtherXml(String),
    /// XML that breaks off or is wrong before its first complete record.
    #[error("the XML is damaged at byte {byte} (line {line}), before any complete record: {why}")]
    DamagedXml {
        /// Offset into the unpacked file.
        byte: u64,
        /// The physical line, from 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// JSON of another kind.
    #[error("the file is JSON of neither ClinicalTrials.gov nor Crossref nor Europe PMC")]
    Json,
    /// JSON that breaks off or is wrong before its first complete record.
    #[error("the JSON is damaged before any complete record: {0}")]
    DamagedJson(String),
    /// Bytes that are not text in any encoding.
    #[error("the file is binary data, not an export in a text format")]
    Binary,
    /// Gzip data that cannot be unpacked.
    #[error("the file cannot be unpacked as gzip: {0}")]
    Gzip(String),
    /// A line that is longer than that of any export.
    #[error("line {0} is longer than 16 MiB, which no line of an export is")]
    LongLine(u64),
    /// A value of XML or JSON that is longer than that of any export.
    #[error("a value on line {0} is longer than 16 MiB, which no value of an export is")]
    LongValue(u64),
    /// A kind of file that is known and not read.
    #[error("the file is {}: {}", .0, .0.instead())]
    Unreadable(Unreadable),
    /// Text without one tag or known column.
    #[error(
        "the text holds no RIS, MEDLINE, Web of Science, EndNote or BibTeX tag and no known CSV column"
    )]
    PlainText,
    /// The reader asked for found nothing that is its own.
    #[error("the file is not {asked}: its content is {found}")]
    OtherFormat {
        /// The format asked for.
        asked: Format,
        /// The format that the content shows.
        found: Format,
    },
}

impl FormatError {
    /// The kind of problem that this is in a list of problems.
    pub fn kind(&self) -> ProblemKind {
        match self {
            Self::Empty => ProblemKind::EmptyFile,
            Self::WebPage
            | Self::OtherXml(_)
            | Self::DamagedXml { .. }
            | Self::Json
            | Self::DamagedJson(_)
            | Self::Binary
            | Self::Gzip(_)
            | Self::LongLine(_)
            | Self::LongValue(_)
            | Self::Unreadable(_)
            | Self::PlainText
            | Self::OtherFormat { .. } => ProblemKind::NotACitationFile,
        }
    }

    /// The line that the problem stands on.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::Empty | Self::Binary | Self::Gzip(_) | Self::Unreadable(_) => None,
            Self::DamagedXml { line, .. } | Self::LongLine(line) | Self::LongValue(line) => {
                Some(*line)
            }
            Self::WebPage
            | Self::OtherXml(_)
            | Self::Json
            | Self::DamagedJson(_)
            | Self::PlainText
            | Self::OtherFormat { .. } => Some(1),
        }
    }
}

/// Reads a table row by row, gzip unpacked, so that a file of any size needs no room: the number
/// of each record, the record, and what is wrong in its row. Gives
/// [`TableStreamed::Other`] for what is not a plain UTF-8 table, which [`read`] then reads whole.
pub fn stream_table(
    file: impl std::io::Read,
    mut each: impl FnMut(u64, Record, Vec<Problem>),
) -> std::io::Result<TableStreamed> {
    csv::stream::read(file, &mut |n, mut record, problems| {
        clean::record(&mut record);
        each(n, record, problems);
    })
}

/// The names of every vendor and tool whose table is known by its columns.
pub fn table_dialects() -> impl Iterator<Item = &'static str> {
    csv::dialects()
}

/// What a file held, its records handed on one by one.
#[derive(Debug, Clone, PartialEq)]
pub struct Scanned {
    /// The file without its records.
    pub parsed: Parsed,
    /// How many records were handed on.
    pub records: u64,
}

impl Scanned {
    /// Whether the file was read whole: at least one record, no damage, every line accounted for.
    pub fn is_whole(&self) -> bool {
        self.records > 0 && self.parsed.is_sound()
    }
}

/// Where the readers put records: counted, and handed on.
struct Sink<'s> {
    count: u64,
    counter: account::Counter,
    /// Whether the format's own fields are wanted.
    native: bool,
    each: &'s mut dyn FnMut(ParsedRecord),
}

impl Sink<'_> {
    /// The number of the next record.
    fn next(&self) -> u64 {
        self.count + 1
    }

    fn push(&mut self, mut record: ParsedRecord) {
        self.count += 1;
        clean::parsed(&mut record);
        self.counter.see(&record.record);
        (self.each)(record);
    }
}

/// Reads a file, unpacking gzip by content; `from` overrules nothing that the content shows, but
/// reads what the content leaves open.
pub fn read(bytes: &[u8], from: Option<Format>) -> Result<Parsed, FormatError> {
    let mut records = Vec::new();
    let mut each = |record| records.push(record);
    let mut sink = Sink {
        count: 0,
        counter: account::Counter::default(),
        native: true,
        each: &mut each,
    };
    let mut parsed = read_into(bytes, from, &mut sink)?;
    parsed.records = records;
    Ok(parsed)
}

/// Reads a file as [`read`] does and hands each record on as soon as it is read, so that a large
/// file takes little more memory than its bytes. The records' native fields may be left empty.
pub fn scan(
    bytes: &[u8],
    from: Option<Format>,
    each: &mut dyn FnMut(ParsedRecord),
) -> Result<Scanned, FormatError> {
    let mut sink = Sink {
        count: 0,
        counter: account::Counter::default(),
        native: false,
        each,
    };
    let parsed = read_into(bytes, from, &mut sink)?;
    Ok(Scanned {
        parsed,
        records: sink.count,
    })
}

/// The same with the records' native fields: for writing a large file in another format.
pub fn scan_native(
    bytes: &[u8],
    from: Option<Format>,
    each: &mut dyn FnMut(ParsedRecord),
) -> Result<Scanned, FormatError> {
    let mut sink = Sink {
        count: 0,
        counter: account::Counter::default(),
        native: true,
        each,
    };
    let parsed = read_into(bytes, from, &mut sink)?;
    Ok(Scanned {
        parsed,
        records: sink.count,
    })
}

fn read_into(
    bytes: &[u8],
    from: Option<Format>,
    sink: &mut Sink<'_>,
) -> Result<Parsed, FormatError> {
    let (bytes, cut) = text::unpack(bytes)?;
    if let Some(kind) = refuse::by_bytes(&bytes) {
        return Err(FormatError::Unreadable(kind));
    }
    let decoded = text::decode(&bytes)?;
    let format = match (detect::detect_text(&decoded.text), from) {
        (Ok(found), None) => found,
        (Ok(found), Some(asked)) if found == asked => asked,
        (Ok(found), Some(asked)) => return Err(FormatError::OtherFormat { asked, found }),
        (Err(FormatError::PlainText), Some(asked)) => asked,
        (Err(error), _) => return Err(error),
    };
    let text = &decoded.text;
    let mut parsed = match format {
        Format::PubmedXml => pubmed_xml::read(text, sink.native)?,
        Format::Ris => ris::read(text, sink),
        Format::Nbib => nbib::read(text, sink),
        Format::Wos => wos::read(text),
        Format::Csv => csv::read(text, sink),
        Format::Bib => bib::read(text),
        Format::Enw => enw::read(text),
        Format::Text => labelled::read(text),
        Format::Refworks => refworks::read(text),
        Format::EndnoteXml => endnote_xml::read(text)?,
        Format::Ictrp => ictrp::read(text)?,
        Format::Ctgov | Format::Crossref | Format::EuropePmc => json::read(text, format)?,
    };
    for record in std::mem::take(&mut parsed.records) {
        sink.push(record);
    }
    // The reader of PubMed XML looks for itself, as it reads piece by piece.
    if format != Format::PubmedXml {
        let found = foreign::find(text, format);
        if !found.is_empty() {
            parsed.problems.extend(found);
            parsed.problems.sort_by_key(|p| p.line);
        }
    }
    std::mem::take(&mut sink.counter).close(&mut parsed);
    parsed.problems.splice(0..0, decoded.problems);
    if let Some(why) = cut {
        let text = format!("the gzip data break off: {why}; what was unpacked is read");
        parsed
            .problems
            .push(Problem::file(ProblemKind::TruncatedFile, text));
    }
    if sink.count == 0 {
        if from.is_some() && parsed.lines.only_strays() {
            return Err(FormatError::PlainText);
        }
        let text = "the file is valid and holds no record".to_owned();
        parsed
            .problems
            .push(Problem::file(ProblemKind::NoRecords, text));
    }
    Ok(parsed)
}
