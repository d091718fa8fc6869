//! Extractions in and out: the CSV of `extract import` and `extract export`.
//!
//! One row per entry, with the columns of [`COLUMNS`]; standard error, p-value and `reconciles` may
//! follow, and are written only where an entry has them. A file that people fill needs `study` and
//! `outcome`, and of the other columns those that it uses; a row that gives an address and says nothing
//! is passed over, as a template leaves it. A file is read whole or not at all, and what is written
//! reads back as the same entries: a cell that a spreadsheet would run gets an apostrophe on the
//! way out and loses it on the way in.

use super::{
    Cell, CellKey, CellValue, Confidence, Decimal, Entry, ExtractError, Provenance, Spread,
};
use crate::model::{cell, time};
use crate::table::{Rows, picked};
use std::collections::BTreeMap;

/// The columns, in the order they are written.
pub const COLUMNS: [&str; 33] = [
    "study",
    "report",
    "arm",
    "outcome",
    "population",
    "grade",
    "time",
    "events",
    "n",
    "mean",
    "sd",
    "median",
    "low",
    "high",
    "spread",
    "percent",
    "measure",
    "effect",
    "ci_low",
    "ci_high",
    "ci_level",
    "unit",
    "follow_up_months",
    "text",
    "not_reported",
    "derived",
    "quote",
    "page",
    "source",
    "confidence",
    "note",
    "extractor",
    "at",
];

/// The column that marks an entry which settles others; it may be left out.
pub const RECONCILES: &str = "reconciles";

/// The columns that may be left out, in the order they are written: standard error, p-value, and
/// [`RECONCILES`].
pub const OPTIONAL: [&str; 3] = ["se", "p", RECONCILES];

/// One entry and the line of the file on which it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// From 1.
    pub line: u64,
    /// What stands there.
    pub entry: Entry,
}

/// Reads a file, or says what is wrong with the first line that cannot be read.
pub fn read(path: &str, bytes: &[u8]) -> Result<Vec<Line>, ExtractError> {
    Ok(read_whole(path, bytes)?.0)
}

/// The same, with the lines of the rows that say nothing beside their address.
pub fn read_whole(path: &str, bytes: &[u8]) -> Result<(Vec<Line>, Vec<u64>), ExtractError> {
    let columns = header(path, bytes)?;
    let table = picked(bytes, &columns).map_err(|error| ExtractError::Row {
        path: path.to_owned(),
        line: error.line().unwrap_or(1),
        reason: error.reason().to_owned(),
    })?;
    // Where commas part no cells, they stand for the decimal point, as spreadsheets of many countries
    // write it.
    let commas = crate::table::separator(bytes) != b',';
    let mut out = Vec::with_capacity(table.len());
    let mut blank = Vec::new();
    let mut seen: BTreeMap<(CellKey, String, String), u64> = BTreeMap::new();
    for row in &table {
        let fields = Fields {
            path,
            line: row.line,
            commas,
            cells: columns
                .iter()
                .copied()
                .zip(row.cells.iter().cloned())
                .collect(),
        };
        if fields.is_blank() {
            blank.push(row.line);
            continue;
        }
        let entry = fields.entry()?;
        let who = (
            entry.cell.key.clone(),
            entry.extractor.clone(),
            entry.at.clone(),
        );
        if let Some(first) = seen.insert(who, row.line) {
            return Err(ExtractError::Row {
                path: path.to_owned(),
                line: row.line,
                reason: format!("the same cell stands on line {first}, of the same extractor"),
            });
        }
        out.push(Line {
            line: row.line,
            entry,
        });
    }
    Ok((out, blank))
}

/// The columns that every file has.
const REQUIRED: [&str; 2] = ["study", "outcome"];

/// The columns that give the address of a cell and who reads it, or say how a number is meant: a row
/// that fills no other says nothing.
const FRAME: [&str; 13] = [
    "study",
    "report",
    "arm",
    "outcome",
    "population",
    "grade",
    "time",
    "measure",
    "ci_level",
    "unit",
    "confidence",
    "extractor",
    "at",
];

/// The columns to read; one that is unknown is refused, since its contents would be lost.
fn header(path: &str, bytes: &[u8]) -> Result<Vec<&'static str>, ExtractError> {
    let mut columns = Vec::new();
    let mut header = csv::StringRecord::new();
    // What cannot be read as a header is told by the table's own reader.
    let first = Rows::of(bytes).and_then(|mut rows| rows.next_into(&mut header));
    let Ok(Some(line)) = first else {
        return Ok(REQUIRED.to_vec());
    };
    let mut seen: Vec<String> = Vec::new();
    for name in &header {
        let name = name.trim().to_lowercase();
        let wrong = |reason| ExtractError::Field {
            path: path.to_owned(),
            line,
            column: name.clone(),
            reason,
        };
        let mut all = COLUMNS.into_iter().chain(OPTIONAL);
        if let Some(known) = all.find(|known| *known == name) {
            columns.push(known);
        } else {
            let near = crate::workflow::nearest(&name, COLUMNS);
            let help = near.map_or_else(
                || format!("the columns are {}", COLUMNS.join(",")),
                |near| format!("did you mean `{near}`?"),
            );
            return Err(wrong(format!("there is no such column; {help}")));
        }
        if seen.contains(&name) {
            return Err(wrong("the column stands there twice".to_owned()));
        }
        seen.push(name);
    }
    if let Some(missing) = REQUIRED.into_iter().find(|name| !columns.contains(name)) {
        return Err(ExtractError::Row {
            path: path.to_owned(),
            line,
            reason: format!(
                "the column `{missing}` is missing; a file needs {} and, of these, what it uses: {}. \
                 `perennial extract template` writes one to fill",
                REQUIRED.join(", "),
                COLUMNS
                    .into_iter()
                    .chain(OPTIONAL)
                    .collect::<Vec<_>>()
                    .join(",")
            ),
        });
    }
    Ok(columns)
}

/// One row by the names of its columns.
struct Fields<'a> {
    path: &'a str,
    line: u64,
    /// Whether numbers may have a decimal comma.
    commas: bool,
    cells: BTreeMap<&'static str, String>,
}

impl Fields<'_> {
    fn wrong(&self, column: &str, reason: impl Into<String>) -> ExtractError {
        ExtractError::Field {
            path: self.path.to_owned(),
            line: self.line,
            column: column.to_owned(),
            reason: reason.into(),
        }
    }

    fn is_blank(&self) -> bool {
        // The role that stands beside an arm which nobody has named yet is the template's own word.
        let untouched = self.text("arm").starts_with('<');
        let mut said = self.cells.iter().filter(|(name, _)| {
            let own = untouched && **name == "text" && self.text("outcome") == "role";
            !FRAME.contains(*name) && !own
        });
        said.all(|(_, text)| text.is_empty())
    }

    fn text(&self, column: &str) -> String {
        self.cells.get(column).cloned().unwrap_or_default()
    }

    fn some(&self, column: &str) -> Option<String> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    fn required(&self, column: &str) -> Result<String, ExtractError> {
        self.some(column)
            .ok_or_else(|| self.wrong(column, "the cell is empty"))
    }

    fn count(&self, column: &str) -> Result<Option<u64>, ExtractError> {
        let Some(text) = self.some(column) else {
            return Ok(None);
        };
        // Fifteen digits: every tool that reads JSON keeps them.
        let digits = text.len() <= 15 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|_| digits)
            .map(Some)
            .ok_or_else(|| self.wrong(column, format!("`{text}` is not a whole number")))
    }

    fn decimal(&self, column: &str) -> Result<Option<Decimal>, ExtractError> {
        let Some(text) = self.some(column) else {
            return Ok(None);
        };
        let comma = self.commas && text.matches(',').count() == 1 && !text.contains('.');
        let plain = if comma { text.replace(',', ".") } else { text };
        plain
            .parse()
            .map(Some)
            .map_err(|error: super::DecimalError| self.wrong(column, error.to_string()))
    }

    fn word<T: Copy>(
        &self,
        column: &str,
        words: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Result<Option<T>, ExtractError> {
        let Some(text) = self.some(column) else {
            return Ok(None);
        };
        let found = words
            .iter()
            .find(|word| name(**word).eq_ignore_ascii_case(&text));
        found.copied().map(Some).ok_or_else(|| {
            let all: Vec<&str> = words.iter().map(|word| name(*word)).collect();
            self.wrong(
                column,
                format!("`{text}` is none of {}, nor empty", all.join(", ")),
            )
        })
    }

    fn flag(&self, column: &str) -> Result<bool, ExtractError> {
        let name = |yes| if yes { "yes" } else { "no" };
        Ok(self.word(column, &[true, false], name)?.unwrap_or_default())
    }

    fn entry(&self) -> Result<Entry, ExtractError> {
        let at = match self.some("at") {
            None => String::new(),
            Some(text) => time::utc(&text).map_err(|error| self.wrong("at", error.to_string()))?,
        };
        let value = self.value()?;
        if self.text("arm").contains(['<', '>']) {
            let arm = self.text("arm");
            return Err(self.wrong(
                "arm",
                format!("`{arm}` stands for the name of an arm: write the name of the trial's arm"),
            ));
        }
        if value.is_empty() {
            return Err(ExtractError::Row {
                path: self.path.to_owned(),
                line: self.line,
                reason: "the row has no value; write yes in `not_reported` where the report \
                         does not say it"
                    .to_owned(),
            });
        }
        Ok(Entry {
            cell: Cell {
                key: CellKey {
                    study: self.required("study")?,
                    report: self.text("report"),
                    arm: self.text("arm"),
                    outcome: self.required("outcome")?,
                    population: self.text("population"),
                    grade: self.text("grade"),
                    time: self.text("time"),
                },
                value,
                provenance: Provenance {
                    derived: self.flag("derived")?,
                    quote: self.some("quote"),
                    page: self.some("page"),
                    source: self.some("source"),
                    confidence: self
                        .word("confidence", &Confidence::ALL, Confidence::as_str)?
                        .unwrap_or_default(),
                    note: self.some("note"),
                },
            },
            extractor: self.text("extractor"),
            at,
            reconciles: self.flag(RECONCILES)?,
        })
    }

    fn value(&self) -> Result<CellValue, ExtractError> {
        Ok(CellValue {
            events: self.count("events")?,
            n: self.count("n")?,
            mean: self.decimal("mean")?,
            sd: self.decimal("sd")?,
            se: self.decimal("se")?,
            median: self.decimal("median")?,
            low: self.decimal("low")?,
            high: self.decimal("high")?,
            spread: self.word("spread", &Spread::ALL, Spread::as_str)?,
            percent: self.decimal("percent")?,
            measure: self.some("measure"),
            effect: self.decimal("effect")?,
            ci_low: self.decimal("ci_low")?,
            ci_high: self.decimal("ci_high")?,
            ci_level: self.decimal("ci_level")?,
            p: self.decimal("p")?,
            unit: self.some("unit"),
            follow_up_months: self.decimal("follow_up_months")?,
            text: self.some("text"),
            not_reported: self.flag("not_reported")?,
        })
    }
}

/// The entries as a file that [`read`] takes.
pub fn write<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let entries: Vec<&Entry> = entries.into_iter().collect();
    // Of those that may be left out, the ones that say something.
    let further: Vec<(usize, &str)> = OPTIONAL
        .into_iter()
        .enumerate()
        .filter(|(at, _)| entries.iter().any(|entry| !optional(entry, *at).is_empty()))
        .collect();
    let mut header: Vec<String> = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
    header.extend(further.iter().map(|(_, name)| (*name).to_owned()));
    let mut out = csv::Writer::from_writer(Vec::new());
    let mut write = |row: &[String]| out.write_record(row);
    // Writing into memory cannot fail, and every row has as many cells as the header.
    let mut whole = write(&header).is_ok();
    for entry in entries {
        let mut row = cells(entry);
        row.extend(further.iter().map(|(at, _)| optional(entry, *at)));
        whole &= write(&row).is_ok();
    }
    debug_assert!(whole, "a row of the exchange file has another length");
    String::from_utf8(out.into_inner().unwrap_or_default()).unwrap_or_default()
}

fn yes(flag: bool) -> String {
    if flag { "yes" } else { "" }.to_owned()
}

/// The cell of one row in the column of [`OPTIONAL`] at a place.
fn optional(entry: &Entry, at: usize) -> String {
    let value = &entry.cell.value;
    let number = |n: &Option<Decimal>| n.as_ref().map(Decimal::to_string).unwrap_or_default();
    match at {
        0 => number(&value.se),
        1 => number(&value.p),
        _ => yes(entry.reconciles),
    }
}

/// The cells of one row, in the order of [`COLUMNS`].
fn cells(entry: &Entry) -> Vec<String> {
    let Entry {
        cell: Cell {
            key,
            value,
            provenance,
        },
        extractor,
        at,
        reconciles: _,
    } = entry;
    let text = |text: &String| harmless(text);
    let some = |text: &Option<String>| text.as_deref().map(harmless).unwrap_or_default();
    let count = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    let number = |n: &Option<Decimal>| n.as_ref().map(Decimal::to_string).unwrap_or_default();
    vec![
        text(&key.study),
        text(&key.report),
        text(&key.arm),
        text(&key.outcome),
        text(&key.population),
        text(&key.grade),
        text(&key.time),
        count(value.events),
        count(value.n),
        number(&value.mean),
        number(&value.sd),
        number(&value.median),
        number(&value.low),
        number(&value.high),
        value.spread.map_or("", Spread::as_str).to_owned(),
        number(&value.percent),
        some(&value.measure),
        number(&value.effect),
        number(&value.ci_low),
        number(&value.ci_high),
        number(&value.ci_level),
        some(&value.unit),
        number(&value.follow_up_months),
        some(&value.text),
        yes(value.not_reported),
        yes(provenance.derived),
        some(&provenance.quote),
        some(&provenance.page),
        some(&provenance.source),
        provenance.confidence.as_str().to_owned(),
        some(&provenance.note),
        text(extractor),
        at.clone(),
    ]
}

fn harmless(text: &str) -> String {
    cell::guard(text).into_owned()
}

#[cfg(test)]
mod tests;
