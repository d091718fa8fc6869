//! Problems of a file, and the ledger of its physical lines.

use serde::{Serialize, Serializer};
use std::fmt;

/// What is wrong with a file, a line or a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProblemKind {
    /// No bytes, or white space only.
    EmptyFile,
    /// The content is not a format that can be read.
    NotACitationFile,
    /// A valid file without a record.
    NoRecords,
    /// No record of the file has a title.
    NoTitles,
    /// The file ends inside its last record, which is kept.
    TruncatedRecord,
    /// The file ends before its own end mark.
    TruncatedFile,
    /// XML that is not well formed; the records before it are kept.
    DamagedMarkup,
    /// A record without its end line; it is kept.
    MissingEr,
    /// A record without its type line; it is kept.
    MissingTy,
    /// A BibTeX entry without its closing brace.
    UnclosedEntry,
    /// A quoted cell that never ends.
    UnclosedQuote,
    /// A row with more or fewer cells than the header.
    WrongColumnCount,
    /// An XML entity that XML does not define; it stays visible in the text.
    UndeclaredEntity,
    /// A record with nothing in it; it is counted here and not kept.
    EmptyRecord,
    /// Something between the records that no reader understands; its text is kept here.
    StrayLine,
    /// Records of another format stand behind those of the file; nothing of them is read.
    ForeignRecord,
    /// Rows of data above the header row of a table; they are not read.
    RowsAboveHeader,
    /// The header row of a table once more between its rows; it is passed over.
    RepeatedHeader,
    /// Tags that stand before the type line of their record.
    TagsBeforeTy,
    /// A date without a year.
    BadDate,
    /// A control character inside a value; it is taken out.
    ControlCharacter,
    /// A value in which an earlier tool has buried another tag.
    SwallowedTag,
    /// An identifier that is not one; it stays under its tag.
    BadIdentifier,
    /// A field with several different DOIs; the first is read and the field stays under its tag.
    SeveralDois,
    /// The encoding is not stated and not UTF-8.
    EncodingGuessed,
    /// Bytes that the encoding does not have; they stay visible in the text.
    UndecodableBytes,
    /// Lines that are not UTF-8 in a file that otherwise is.
    InvalidUtf8InRecord,
    /// Text that looks as if it had been decoded wrongly before (`Ã©`).
    MojibakeSuspected,
    /// A field that no record has, although the file has columns for it.
    EmptyField,
    /// A quote inside a quoted cell; it is kept as text.
    StrayQuote,
    /// Columns that were taken for a field by a near name or by what stands in them.
    ColumnsGuessed,
    /// A BibTeX macro that nothing in the file defines; its name stands in the field.
    UndefinedMacro,
    /// Authors without anything between them; they are kept as one.
    AuthorsUnsplit,
}

impl ProblemKind {
    /// The word of the messages and of JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmptyFile => "empty-file",
            Self::NotACitationFile => "not-a-citation-file",
            Self::NoRecords => "no-records",
            Self::NoTitles => "no-titles",
            Self::TruncatedRecord => "truncated-record",
            Self::TruncatedFile => "truncated-file",
            Self::DamagedMarkup => "damaged-markup",
            Self::MissingEr => "missing-er",
            Self::MissingTy => "missing-ty",
            Self::UnclosedEntry => "unclosed-entry",
            Self::UnclosedQuote => "unclosed-quote",
            Self::WrongColumnCount => "wrong-column-count",
            Self::UndeclaredEntity => "undeclared-entity",
            Self::EmptyRecord => "empty-record",
            Self::StrayLine => "stray-line",
            Self::ForeignRecord => "foreign-record",
            Self::RowsAboveHeader => "rows-above-header",
            Self::RepeatedHeader => "repeated-header",
            Self::TagsBeforeTy => "tags-before-ty",
            Self::BadDate => "bad-date",
            Self::ControlCharacter => "control-character",
            Self::SwallowedTag => "swallowed-tag",
            Self::BadIdentifier => "bad-identifier",
            Self::SeveralDois => "several-dois",
            Self::EncodingGuessed => "encoding-guessed",
            Self::UndecodableBytes => "undecodable-bytes",
            Self::InvalidUtf8InRecord => "invalid-utf8-in-record",
            Self::MojibakeSuspected => "mojibake-suspected",
            Self::EmptyField => "empty-field",
            Self::StrayQuote => "stray-quote",
            Self::ColumnsGuessed => "columns-guessed",
            Self::UndefinedMacro => "undefined-macro",
            Self::AuthorsUnsplit => "authors-unsplit",
        }
    }

    /// Whether a page of a service's answer is damaged by it: a page whose few records have no
    /// title is whole, a file without one is not.
    pub fn breaks_page(self) -> bool {
        self.is_damage() && self != Self::NoTitles
    }

    /// Whether something may be missing from what was read; a warning otherwise.
    pub fn is_damage(self) -> bool {
        match self {
            Self::EmptyFile
            | Self::NotACitationFile
            | Self::NoRecords
            | Self::NoTitles
            | Self::TruncatedRecord
            | Self::TruncatedFile
            | Self::DamagedMarkup
            | Self::MissingEr
            | Self::MissingTy
            | Self::UnclosedEntry
            | Self::UnclosedQuote
            | Self::WrongColumnCount
            | Self::UndeclaredEntity
            | Self::ForeignRecord
            | Self::RowsAboveHeader
            | Self::UndecodableBytes => true,
            Self::EmptyRecord
            | Self::StrayLine
            | Self::RepeatedHeader
            | Self::TagsBeforeTy
            | Self::BadDate
            | Self::ControlCharacter
            | Self::SwallowedTag
            | Self::BadIdentifier
            | Self::SeveralDois
            | Self::EncodingGuessed
            | Self::InvalidUtf8InRecord
            | Self::MojibakeSuspected
            | Self::EmptyField
            | Self::StrayQuote
            | Self::ColumnsGuessed
            | Self::UndefinedMacro
            | Self::AuthorsUnsplit => false,
        }
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for ProblemKind {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

/// One problem, with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The physical line, from 1.
    pub line: Option<u64>,
    /// The number of the record, from 1.
    pub record: Option<u64>,
    /// What is wrong.
    pub kind: ProblemKind,
    /// The same in words, with the text concerned.
    pub text: String,
}

impl Problem {
    /// A problem of the whole file.
    pub(super) fn file(kind: ProblemKind, text: impl Into<String>) -> Self {
        Self {
            line: None,
            record: None,
            kind,
            text: text.into(),
        }
    }

    /// A problem of one line outside every record.
    pub(super) fn line(line: u64, kind: ProblemKind, text: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            record: None,
            kind,
            text: text.into(),
        }
    }

    /// A problem of one line of one record.
    pub(super) fn at(line: u64, record: u64, kind: ProblemKind, text: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            record: Some(record),
            kind,
            text: text.into(),
        }
    }
}

/// The class of one physical line; a line has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LineClass {
    /// Opens a field.
    Tag,
    /// Goes on with the field above.
    Continuation,
    /// One more value of a list above, without its tag.
    ListItem,
    /// First line of a row of a table.
    Row,
    /// Belongs to the file and not to a record: header, preamble, end mark.
    Wrapper,
    /// White space only.
    Blank,
    /// Not understood; a [`Problem`] holds its text.
    Problem,
    /// A line of an XML or JSON file.
    Markup,
}

/// How many physical lines a file has, and how many fell into each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Lines {
    /// Counted on its own, by line ends.
    pub total: u64,
    /// Lines that open a field.
    pub tag: u64,
    /// Lines that go on with a field.
    pub continuation: u64,
    /// Untagged values of a list.
    pub list_item: u64,
    /// First lines of rows.
    pub row: u64,
    /// Headers, preambles, end marks.
    pub wrapper: u64,
    /// White space only.
    pub blank: u64,
    /// Lines that were not understood.
    pub problem: u64,
    /// Lines of an XML or JSON file.
    pub markup: u64,
}

impl Lines {
    /// Counts one line.
    pub(super) fn add(&mut self, class: LineClass) {
        self.add_many(class, 1);
    }

    /// Counts several lines of one class.
    pub(super) fn add_many(&mut self, class: LineClass, count: u64) {
        let counter = match class {
            LineClass::Tag => &mut self.tag,
            LineClass::Continuation => &mut self.continuation,
            LineClass::ListItem => &mut self.list_item,
            LineClass::Row => &mut self.row,
            LineClass::Wrapper => &mut self.wrapper,
            LineClass::Blank => &mut self.blank,
            LineClass::Problem => &mut self.problem,
            LineClass::Markup => &mut self.markup,
        };
        *counter += count;
    }

    /// The sum over the classes.
    pub fn classified(&self) -> u64 {
        self.tag
            + self.continuation
            + self.list_item
            + self.row
            + self.wrapper
            + self.blank
            + self.problem
            + self.markup
    }

    /// Whether every physical line has exactly one class.
    pub fn closes(&self) -> bool {
        self.classified() == self.total
    }

    /// Whether nothing in the file was understood.
    pub(super) fn only_strays(&self) -> bool {
        self.classified() == self.blank + self.problem
    }
}
