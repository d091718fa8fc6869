//! The CSV of the PRISMA2020 R package (Haddaway et al. 2022, Campbell Syst Rev 18:e1230).
//!
//! Columns `data,node,box,description,boxtext,tooltips,url` and one column of counts, `n`; the
//! living samples of livingPRISMAflow have one column per update. Lists are written
//! `Reason1, 12; Reason2, 3`. What the format has no row for (pending work, withdrawals, rules,
//! who excluded) stands in rows of our own, written only where they say something; the package
//! passes over them.
//!
//! Limits of the format: a `;` in a name is written as a comma, because lists have no escape; the
//! package shows a name up to its first comma. Sources of the other-methods lane are read in the
//! order websites, organisations, citation searching, others.

mod read;
mod rows;
mod write;

pub use read::read;
pub use write::{template, write, write_columns};

use super::counts::Counts;
use thiserror::Error;

/// One column of counts: an update of a living review, or the only one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The head of the column.
    pub name: String,
    /// Its counts, finished.
    pub counts: Counts,
}

/// What is wrong with a file of counts.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// The bytes are not a table.
    #[error("line {line}: cannot read the row: {message}")]
    Row {
        /// Where, counted from 1.
        line: u64,
        /// What the reader says.
        message: String,
    },
    /// The head lacks `data`, or has no column of counts.
    #[error("line 1: the head has no column {wanted}")]
    Head {
        /// What is missing.
        wanted: &'static str,
    },
    /// A column that is neither the format's nor counts.
    #[error("line 1: column `{name}` is no column of the format, and holds no counts")]
    Column {
        /// The head of the column.
        name: String,
    },
    /// No row carries a known name.
    #[error("no row names a box of PRISMA 2020")]
    Empty,
    /// A row whose `data` is not a name of the format.
    #[error("line {line}: unknown row `{data}`")]
    Unknown {
        /// Where, counted from 1.
        line: u64,
        /// The name found.
        data: String,
    },
    /// Two rows with one name.
    #[error("line {line}: row `{data}` stands already in line {first}")]
    Twice {
        /// Where, counted from 1.
        line: u64,
        /// The name in the column `data`.
        data: String,
        /// Where it stood first.
        first: u64,
    },
    /// A cell that is neither a count nor a list of counts.
    #[error("line {line}, column {column} ({head}): `{found}` is not {wanted}")]
    Cell {
        /// Where, counted from 1.
        line: u64,
        /// The column, counted from 1.
        column: usize,
        /// The head of the column.
        head: String,
        /// What stands there.
        found: String,
        /// What is expected there.
        wanted: &'static str,
    },
}

impl TemplateError {
    /// The line of the file, counted from 1, where one is at fault.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::Row { line, .. }
            | Self::Unknown { line, .. }
            | Self::Twice { line, .. }
            | Self::Cell { line, .. } => Some(*line),
            Self::Head { .. } | Self::Column { .. } => Some(1),
            Self::Empty => None,
        }
    }
}

/// The other-methods sources that have a row of their own.
const LANE: [(&str, &str); 3] = [
    ("website_results", "Websites"),
    ("organisation_results", "Organisations"),
    ("citations_results", "Citation searching"),
];

#[cfg(test)]
mod tests;
