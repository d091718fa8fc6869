//! Records into the store: archived searches, export files, and what was read from them.
//!
//! Bytes are archived before they are parsed; a file is one event with its records; a search run
//! ends with an event that says what the source reported and what was read (PRISMA-S, items 8, 13
//! and 15). A record that a source gives again is recognised by the source's own id.

pub mod baseline;
pub mod ctgov;
pub mod esearch;
pub mod europepmc;
pub mod eutils;
mod fault;
mod http;
pub mod import;
pub mod live;
mod pace;
pub mod paged;
pub mod receive;
pub mod replay;
pub mod watch;

pub use import::{Accepted, Counts, Finished, Imported, import};
pub use replay::Wave;

use crate::formats::{FormatError, Problem};
use crate::store::lock::LockError;
use crate::store::{ArchiveError, StoreError};
use std::path::PathBuf;

/// Why a search or an import did not happen.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The workflow has no such source.
    #[error("workflow.toml has no source `{name}`")]
    UnknownSource {
        /// What was asked for.
        name: String,
        /// The sources there are.
        known: Vec<String>,
    },
    /// A file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file, by its whole path.
        path: PathBuf,
        /// What the operating system answered.
        source: std::io::Error,
    },
    /// A file is not an export.
    #[error("cannot read {path} as an export: {source}")]
    Format {
        /// The file, as it was named.
        path: String,
        /// What keeps it from being read.
        source: FormatError,
    },
    /// A file is damaged.
    #[error("{path} is damaged: {first}")]
    Damaged {
        /// The file, as it was named.
        path: String,
        /// The first problem, in words.
        first: String,
        /// The line of it.
        line: Option<u64>,
        /// How many problems there are.
        problems: usize,
    },
    /// A file has no record.
    #[error("{path} holds no record")]
    NoRecords {
        /// The file, as it was named.
        path: String,
    },
    /// The counts of a search differ and nobody has said why.
    #[error("the counts of {source_name} differ: {counts}")]
    Counts {
        /// The source, as the workflow names it.
        source_name: String,
        /// What the source, the file and the records say, side by side.
        counts: import::Counts,
    },
    /// A file looks like another source's, and nobody has said why it is this one's.
    #[error("{path} {doubt}, and is to be imported from {source_name}")]
    OtherSource {
        /// The file, as it was named.
        path: String,
        /// The source it was to be imported from.
        source_name: String,
        /// What it looks like.
        doubt: String,
    },
    /// An archived answer is not what it should be.
    #[error("{path} is not an archived E-utilities answer: {reason}")]
    Answer {
        /// The file, as it was named.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// A wave of the replay is not complete or not understood.
    #[error("{path}: {reason}")]
    Wave {
        /// The file or folder.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// A source of files was asked to be searched live.
    #[error("the source `{name}` is not searched by the program: its export is imported")]
    NotLive {
        /// The source, as the workflow names it.
        name: String,
    },
    /// NCBI asks for an e-mail address, and none is set.
    #[error("NCBI asks for an e-mail address with every request, and NCBI_EMAIL is not set")]
    NoEmail,
    /// The e-mail address is none.
    #[error("NCBI_EMAIL holds no e-mail address")]
    BadEmail,
    /// A strategy would not be read by PubMed as it was meant.
    #[error("{} in {file}", crate::model::many(.found.len() as u64, "problem", "problems"))]
    Query {
        /// The file's name.
        file: String,
        /// Its text, for the picture.
        text: String,
        /// What is wrong.
        found: Vec<crate::workflow::Diagnostic>,
    },
    /// A live search could not be completed.
    #[error("{name} could not be searched: {error}")]
    Source {
        /// The source, as the workflow names it.
        name: String,
        /// What kept it from being completed.
        error: eutils::EutilsError,
        /// Pages in the store, pages in all.
        pages: (u64, u64),
    },
    /// The archive cannot keep or give bytes.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another process works on the workspace.
    #[error(transparent)]
    Lock(#[from] LockError),
}

/// A problem as the command line and the log say it: `KIND: text`, with line and record.
pub fn say(problem: &Problem) -> String {
    let number = |n: Option<u64>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
    format!(
        "{}: record {}: {}: {}",
        number(problem.line),
        number(problem.record),
        problem.kind.as_str(),
        problem.text
    )
}
