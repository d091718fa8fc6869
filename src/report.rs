//! From the store to the flow report: counts with their sets, data, the page and its files.
//!
//! [`flow`] asks the store for every count of the PRISMA 2020 flow and for the set behind it.
//! [`gather`] collects everything a report shows into one value. [`page::html`] makes one
//! self-contained page of it, [`files`] the files beside it. [`export`] writes the store for machines. The same store and workflow give the
//! same bytes, in any folder and at any time.

pub mod checklist;
pub mod data;
pub mod explain;
pub mod export;
pub mod files;
pub mod flow;
pub mod history;
pub mod lint;
pub mod names;
pub mod page;
pub mod preview;
pub mod results;
mod tables;

pub use data::{ReportData, ReportInput, Strategy, Waiting, gather};
pub use files::{Written, render, write};
pub use history::History;
pub use results::Results;

use crate::plot::PlotError;
use crate::screen::ScreenError;
use crate::store::{ArchiveError, StoreError};
use std::path::PathBuf;

/// Why a report cannot be made or written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The archive does not give a file of the protocol.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A study or report that the workflow names cannot be found out.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// The figure cannot be drawn.
    #[error(transparent)]
    Plot(#[from] PlotError),
    /// The page cannot be put together.
    #[error("cannot put the page together")]
    Page(#[from] askama::Error),
    /// A table cannot be written.
    #[error("cannot write the table {name}")]
    Table {
        /// Its file name.
        name: &'static str,
        /// What the writer answered.
        source: csv::Error,
    },
    /// A value has no JSON.
    #[error("cannot write {name} as JSON")]
    Json {
        /// The file name.
        name: &'static str,
        /// What the writer answered.
        source: serde_json::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {path}")]
    Write {
        /// The file, by its whole path.
        path: PathBuf,
        /// What the operating system answered.
        source: std::io::Error,
    },
}

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;
