//! Reading a typed review: its tables, or one TOML file.

mod cell;
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

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;
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
    let text = decoded(bytes.get(..bytes.len().min(4096)).unwrap_or(bytes));
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
        // A table of a folder under another name.
        "csv" if columns.contains(&"box") && columns.contains(&"n") => Some(Kind::Table(0)),
        "csv" if columns.contains(&"table") && columns.contains(&"row") => Some(Kind::Table(1)),
        "csv" if columns.contains(&"table") && columns.contains(&"study") => Some(Kind::Table(2)),
        "csv" if columns.contains(&"kind") && columns.contains(&"location") => Some(Kind::Table(3)),
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
    let bytes = &*decoded_bytes(bytes);
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

/// The text of a file: UTF-8, UTF-16 by its byte order mark or by every other byte being 0, and what is
/// neither as Windows-1252.
pub fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding
            .decode_without_bom_handling(bytes.get(length..).unwrap_or_default())
            .0;
    }
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or(bytes);
    let zeros = |from: usize| {
        let all = head.iter().skip(from).step_by(2);
        all.filter(|byte| **byte == 0).count() * 5
    };
    let pairs = head.len() / 2;
    if pairs > 1 && zeros(1) > pairs * 2 && zeros(0) < pairs {
        return UTF_16LE.decode_without_bom_handling(bytes).0;
    }
    if pairs > 1 && zeros(0) > pairs * 2 && zeros(1) < pairs {
        return UTF_16BE.decode_without_bom_handling(bytes).0;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        // The head of a file may end within a letter.
        Err(error) if error.error_len().is_none() => String::from_utf8_lossy(bytes),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
    }
}

fn decoded_bytes(bytes: &[u8]) -> Cow<'_, [u8]> {
    match decoded(bytes) {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

impl ReadError {
    fn at(line: u64, what: impl Into<String>) -> Self {
        Self {
            line: Some(line),
            what: what.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_known_by_its_columns_in_every_encoding() {
        let text =
            "table,row,k,estimate,ci_lo,ci_hi,measure\nFig 2,d\u{e9}c\u{e8}s,5,0.85,0.74,0.98,RR\n";
        let wide = |big: bool, mark: bool| -> Vec<u8> {
            let units = mark
                .then_some(0xfeff_u16)
                .into_iter()
                .chain(text.encode_utf16());
            units
                .flat_map(|unit| {
                    if big {
                        unit.to_be_bytes()
                    } else {
                        unit.to_le_bytes()
                    }
                })
                .collect()
        };
        let latin: Vec<u8> = text
            .chars()
            .map(|c| u8::try_from(u32::from(c)).unwrap())
            .collect();
        let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked,
            latin,
            wide(false, true),
            wide(true, true),
            wide(false, false),
            wide(true, false),
        ] {
            let kind = kind("Ergebnisse.csv", &bytes).unwrap();
            assert_eq!(kind, Kind::Table(1));
            let mut paper = crate::lint::Paper::default();
            file(&mut paper, kind, "Ergebnisse.csv", &bytes).unwrap();
            assert_eq!(paper.results[0].row, "d\u{e9}c\u{e8}s");
        }
    }

    #[test]
    fn one_cell_may_hold_an_interval_and_commas_are_decimal_where_the_table_says_so() {
        let mut paper = crate::lint::Paper::default();
        let text = "table;row;k;estimate;ci_lo;ci_hi;p;measure\nT;a;5;1,112;0,901;1,372;0,322;RR\nT;b;5 RCTs;1,112 (0,201\u{2013}2,023);;;0,017;MD\nT;c;5;1,112;0,901\u{2013}1,372;;n.s.;RR\n";
        results(&mut paper, text.as_bytes()).unwrap();
        for row in &paper.results {
            assert!((row.estimate.as_ref().unwrap().value - 1.112).abs() < 1e-9);
            assert!(row.interval().is_some() && row.k == Some(5));
        }
        let fault =
            |text: &str| results(&mut crate::lint::Paper::default(), text.as_bytes()).unwrap_err();
        let both =
            fault("table,row,k,estimate,ci_lo,ci_hi\nT,a,5,1.1,1.0,1.2\nT,b,5,1.1,0.9-1.3,1.4\n");
        assert_eq!(both.line, Some(3));
        assert_eq!(fault("table,row,k\nT,a,5\nT,b,few\n").line, Some(3));
        assert!(meta(&mut crate::lint::Paper::default(), b"[]").is_err());
    }
}
