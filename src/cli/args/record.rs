//! `record`.

use clap::{Args, Subcommand};

/// `record`
#[derive(Debug, Args)]
pub struct RecordArgs {
    /// What to do
    #[command(subcommand)]
    pub command: RecordCommand,
}

/// `record show|correct`
#[derive(Debug, Subcommand)]
pub enum RecordCommand {
    /// Show what is known of a record: its fields, what people corrected, where its bytes are
    ///
    /// Example: perennial record show r17
    Show {
        /// Record: id, or a PMID, DOI or source:id that names one record alone
        record: String,
    },
    /// Correct what a source says of a record; its bytes and its value stay beside
    ///
    /// Fields: title, abstract, authors, year, journal, volume, issue, pages, doi, pmid, pmcid, registry,
    /// language. Authors and registry numbers stand apart by semicolons; an empty value says that there is
    /// none; `-` reads the value from standard input, as an abstract that is pasted. The record is
    /// compared anew with what it may be a copy of, and the filter rules look again at a report that
    /// nobody decided on. `screen undo` takes it back.
    ///
    /// Example: perennial record correct r17 --field year 2019 --why "the journal's page says 2019" --as lead
    Correct {
        /// Record: id, or a PMID, DOI or source:id that names one record alone
        record: String,
        /// The field that is wrong or missing
        #[arg(long)]
        field: String,
        /// What it is
        #[arg(allow_hyphen_values = true)]
        value: String,
        /// What shows that the source is wrong
        #[arg(long)]
        why: String,
    },
}
