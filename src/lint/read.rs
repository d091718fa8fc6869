//! Reading a typed review: its tables, or one TOML file.

mod folder;
mod pasted;
mod results;
mod revman;
mod toml;

pub use folder::{COLUMNS, Columns, claims, flow, meta, results, studies};
pub use pasted::{Understood, paste};
pub use results::{analysis, results_json};
pub use revman::revman;
pub use toml::paper as from_toml;

use thiserror::Error;

/// Why a typed review cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{what}")]
pub struct ReadError {
    /// The line, counted from 1, where there is one.
    pub line: Option<u64>,
    /// What is wrong.
    pub what: String,
}

/// What a file holds, by its name and its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One of the tables of a folder, by its place in [`COLUMNS`].
    Table(usize),
    /// `meta.json`.
    Meta,
    /// A review in one TOML file.
    Toml,
    /// The `results.json` of a report, or what `pool --json` prints.
    Results,
    /// Counts in the columns of the PRISMA2020 package.
    Prisma,
    /// A table of RevMan's data package.
    Revman,
    /// A table pasted from a paper, its cells parted by tabs.
    Pasted,
}

/// What a file holds; nothing where it is none of these.
pub fn kind(name: &str, bytes: &[u8]) -> Option<Kind> {
    let name = name.to_lowercase();
    if let Some(at) = COLUMNS.iter().position(|columns| columns.file == name) {
        return Some(Kind::Table(at));
    }
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(4096)).unwrap_or(bytes));
    let head = text
        .lines()
        .next()
        .unwrap_or("")
        .trim_start_matches('\u{feff}')
        .to_lowercase();
    let columns: Vec<&str> = head
        .split([',', ';', '\t'])
        .map(|c| c.trim().trim_matches('"'))
        .collect();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    match extension {
        "json" if name == "meta.json" => Some(Kind::Meta),
        "json" => Some(Kind::Results),
        "toml" => Some(Kind::Toml),
        "tsv" | "tab" => Some(Kind::Pasted),
        "txt" if head.contains('\t') => Some(Kind::Pasted),
        "csv" if columns.contains(&"data") && !columns.contains(&"location") => Some(Kind::Prisma),
        "csv" if columns.contains(&"analysis number") => Some(Kind::Revman),
        _ => None,
    }
}

/// Adds what a file holds to a paper; of a pasted table, what was understood of it.
pub fn file(
    paper: &mut super::Paper,
    kind: Kind,
    name: &str,
    bytes: &[u8],
) -> Result<Option<Understood>, ReadError> {
    let text = || {
        std::str::from_utf8(bytes).map_err(|_| ReadError {
            line: None,
            what: "it is not UTF-8".to_owned(),
        })
    };
    match kind {
        Kind::Table(0) => flow(paper, bytes)?,
        Kind::Table(1) => results(paper, bytes)?,
        Kind::Table(2) => studies(paper, bytes)?,
        Kind::Table(_) => claims(paper, bytes)?,
        Kind::Meta => meta(paper, bytes)?,
        Kind::Toml => {
            let read = from_toml(text()?)?;
            paper.flow.extend(read.flow);
            paper.results.extend(read.results);
            paper.studies.extend(read.studies);
            paper.claims.extend(read.claims);
            if !read.random_if.is_empty() {
                paper.random_if = read.random_if;
            }
            if !read.title.is_empty() {
                paper.title = read.title;
            }
        }
        Kind::Results => results_json(paper, bytes)?,
        Kind::Prisma => {
            let columns =
                crate::prisma::template_csv::read(text()?).map_err(|error| ReadError {
                    line: error.line(),
                    what: error.to_string(),
                })?;
            let several = columns.len() > 1;
            for column in columns {
                let place = if several || column.name != "n" {
                    column.name
                } else {
                    name.to_owned()
                };
                paper.flows.push((place, column.counts));
            }
        }
        Kind::Revman => revman(paper, bytes)?,
        Kind::Pasted => return paste(paper, name, bytes).map(Some),
    }
    Ok(None)
}

impl ReadError {
    fn at(line: u64, what: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            what: what.into(),
        }
    }
}
