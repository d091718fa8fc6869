//! Tables that people exchange with the program: CSV in UTF-8, with or without a byte order mark,
//! with any line end (RFC 4180, read as spreadsheets write it).
//!
//! [`Rows`] reads a file row by row and is the one place that knows on which line of the file a row
//! begins, whatever ends its lines; messages and the log name rows by it. [`Table`] is a whole file
//! by its columns; [`picked`] gives the columns that a command asks for. What the cells mean is the
//! business of whoever reads them. Citation files are another matter (`formats`).

use crate::model::cell::unguard;
use csv::StringRecord;
use thiserror::Error;

/// Why a file cannot be read; lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// The file as a whole.
    #[error("{0}")]
    File(String),
    /// A line cannot be read.
    #[error("line {line}: {reason}")]
    Line {
        /// Its number in the file, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// A cell holds what its column does not take.
    #[error("line {line}, column {column}: {reason}")]
    Cell {
        /// Its number in the file, from 1.
        line: u64,
        /// The column's name.
        column: String,
        /// What is wrong.
        reason: String,
    },
}

impl ReadError {
    /// What is wrong, without its place.
    pub fn reason(&self) -> &str {
        match self {
            Self::File(reason) | Self::Line { reason, .. } | Self::Cell { reason, .. } => reason,
        }
    }

    /// The line it is about.
    pub fn line(&self) -> Option<u64> {
        match self {
            Self::File(_) => None,
            Self::Line { line, .. } | Self::Cell { line, .. } => Some(*line),
        }
    }

    /// The column it is about.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::File(_) | Self::Line { .. } => None,
            Self::Cell { column, .. } => Some(column),
        }
    }
}

/// The rows of a file in turn, each with the line on which it begins.
///
/// ```
/// use perennial::table::Rows;
/// let mut rows = Rows::of(b"a,b\r\n\r\n1,2\r\n").unwrap();
/// let mut row = csv::StringRecord::new();
/// assert_eq!(rows.next_into(&mut row).unwrap(), Some(1));
/// assert_eq!(rows.next_into(&mut row).unwrap(), Some(3));
/// assert_eq!(rows.next_into(&mut row).unwrap(), None);
/// ```
#[derive(Debug)]
pub struct Rows<'a> {
    csv: csv::Reader<&'a [u8]>,
    bytes: &'a [u8],
    /// How far lines are counted, and the line there.
    at: usize,
    line: u64,
    /// Whether no row was read yet.
    fresh: bool,
}

impl<'a> Rows<'a> {
    /// The rows of the bytes of a file, its header the first of them, its cells parted as that line
    /// shows; refused where it is not UTF-8.
    pub fn of(bytes: &'a [u8]) -> Result<Self, ReadError> {
        Self::parted(bytes, separator(bytes))
    }

    /// The same with cells that are parted by something else than a comma.
    pub(crate) fn parted(bytes: &'a [u8], separator: u8) -> Result<Self, ReadError> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if let Err(error) = std::str::from_utf8(bytes) {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            return Err(ReadError::Line {
                line: 1 + ends(before),
                reason: "not UTF-8".into(),
            });
        }
        let csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(bytes);
        Ok(Self {
            csv,
            bytes,
            at: 0,
            line: 1,
            fresh: true,
        })
    }

    /// Reads the next row into `row` and gives the line on which it begins, from 1; nothing behind
    /// the last row. Empty lines are not rows.
    pub fn next_into(&mut self, row: &mut StringRecord) -> Result<Option<u64>, ReadError> {
        loop {
            match self.csv.read_record(row) {
                Ok(false) => return Ok(None),
                Ok(true) => {}
                Err(error) => return Err(ReadError::File(error.to_string())),
            }
            let line = self.line_of(row.position());
            // What spreadsheets write in front to say how cells are parted.
            let says = std::mem::take(&mut self.fresh)
                && row.get(0).is_some_and(|cell| cell.starts_with("sep="));
            if !says {
                return Ok(Some(line));
            }
        }
    }

    /// The reader's own count is one short where lines end in CR LF, and stops before empty lines.
    fn line_of(&mut self, position: Option<&csv::Position>) -> u64 {
        let mut start = position
            .and_then(|position| usize::try_from(position.byte()).ok())
            .unwrap_or(self.at)
            .max(self.at);
        while matches!(self.bytes.get(start), Some(b'\r' | b'\n')) {
            start += 1;
        }
        let passed = self.bytes.get(self.at..start).unwrap_or_default();
        self.line += ends(passed);
        self.at = start;
        self.line
    }
}

/// How many lines end in these bytes: in LF, CR LF, or CR alone.
fn ends(bytes: &[u8]) -> u64 {
    if !bytes.contains(&b'\r') {
        let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
        return u64::try_from(ends).unwrap_or(u64::MAX);
    }
    let mut after_cr = false;
    let mut n = 0;
    for byte in bytes {
        n += u64::from(*byte == b'\r' || (*byte == b'\n' && !after_cr));
        after_cr = *byte == b'\r';
    }
    n
}

/// A file by its columns: the header and the rows with their lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    header: Vec<String>,
    /// Every cell after the other, so that a large file is two allocations and not two a row.
    cells: String,
    /// Where each cell ends.
    ends: Vec<usize>,
    /// The line of each record.
    lines: Vec<u64>,
    separator: u8,
}

/// One record of a table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) table: &'a Table,
    pub(crate) line: u64,
    first: usize,
}

impl<'a> Record<'a> {
    /// The cell of a column.
    pub(crate) fn get(&self, place: usize) -> Option<&'a str> {
        let cell = self.first + place;
        let end = *self.table.ends.get(cell)?;
        let start = match cell.checked_sub(1) {
            Some(before) => *self.table.ends.get(before)?,
            None => 0,
        };
        self.table.cells.get(start..end)
    }
}

impl Table {
    /// Reads the bytes of a file, its cells parted by commas, semicolons or tabs as its first line shows;
    /// cells are trimmed. Every row is as long as the header, and no two
    /// columns have one name.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        let separator = separator(bytes);
        let mut rows = Rows::parted(bytes, separator)?;
        let mut header: Option<Vec<String>> = None;
        let mut cells = String::with_capacity(bytes.len());
        let mut ends = Vec::with_capacity(bytes.len() / 8);
        let mut lines = Vec::with_capacity(bytes.len() / 32);
        let mut record = StringRecord::new();
        while let Some(line) = rows.next_into(&mut record)? {
            let Some(names_of) = &header else {
                header = Some(names(&record, line)?);
                continue;
            };
            // Spreadsheets write rows of nothing below a table, and cells of nothing beside it.
            let blank = |from: usize| record.iter().skip(from).all(|cell| cell.trim().is_empty());
            if record.get(0).is_some_and(|cell| cell.trim().is_empty()) && blank(0) {
                continue;
            }
            if record.len() > names_of.len() && blank(names_of.len()) {
                record.truncate(names_of.len());
            }
            if record.len() != names_of.len() {
                return Err(ReadError::Line {
                    line,
                    reason: format!(
                        "{} cells where the header has {}",
                        record.len(),
                        names_of.len()
                    ),
                });
            }
            for cell in &record {
                cells.push_str(unguard(trimmed(cell)));
                ends.push(cells.len());
            }
            lines.push(line);
        }
        let header = header.ok_or_else(|| ReadError::File("the file is empty".into()))?;
        if lines.is_empty() {
            return Err(ReadError::File("the file has a header and no rows".into()));
        }
        Ok(Self {
            header,
            cells,
            ends,
            lines,
            separator,
        })
    }

    /// What parts the cells: a comma, a semicolon or a tab.
    pub fn separator(&self) -> u8 {
        self.separator
    }

    /// The names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Where a column stands.
    pub fn place(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| name == column)
    }

    /// The cells of every record, with its line.
    pub fn cells(&self) -> impl Iterator<Item = (u64, Vec<&str>)> {
        self.records().map(|record| {
            let cells = (0..self.header.len()).filter_map(|place| record.get(place));
            (record.line, cells.collect())
        })
    }

    /// One record by its place, from 0.
    pub(crate) fn record(&self, n: usize) -> Option<Record<'_>> {
        self.lines.get(n).map(|line| Record {
            table: self,
            line: *line,
            first: n * self.header.len(),
        })
    }

    /// Every record, in order.
    pub(crate) fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.lines.iter().enumerate().map(|(n, line)| Record {
            table: self,
            line: *line,
            first: n * self.header.len(),
        })
    }
}

/// What parts the cells of the first line: whichever of comma, semicolon and tab it has most of
/// outside quotes.
pub(crate) fn separator(bytes: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0_u32), (b';', 0), (b'\t', 0)];
    for byte in bytes {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted && counts.iter().any(|(_, n)| *n > 0) => break,
            _ if !quoted => {
                if let Some((_, n)) = counts.iter_mut().find(|(known, _)| known == byte) {
                    *n += 1;
                }
            }
            _ => {}
        }
    }
    let [comma, rest @ ..] = counts;
    // Of equal counts the comma's is taken.
    rest.into_iter()
        .fold(
            comma,
            |best, next| if next.1 > best.1 { next } else { best },
        )
        .0
}

/// The text without blanks around it; most has none.
fn trimmed(cell: &str) -> &str {
    let solid = |byte: Option<&u8>| byte.is_none_or(u8::is_ascii_graphic);
    let bytes = cell.as_bytes();
    if solid(bytes.first()) && solid(bytes.last()) {
        cell
    } else {
        cell.trim()
    }
}

fn names(record: &StringRecord, line: u64) -> Result<Vec<String>, ReadError> {
    let header: Vec<String> = record.iter().map(|name| name.trim().to_owned()).collect();
    for (n, name) in header.iter().enumerate() {
        if !name.is_empty() && header.iter().take(n).any(|earlier| earlier == name) {
            return Err(ReadError::Line {
                line,
                reason: format!("two columns are named {name}"),
            });
        }
    }
    Ok(header)
}

/// One row of the columns that were asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picked {
    /// Line on which it starts, from 1.
    pub line: u64,
    /// The cells of the columns asked for, in that order, trimmed.
    pub cells: Vec<String>,
}

/// The rows of a file by the columns asked for, whatever their order in the file and the case of their
/// names; every one must be there, others are passed over. A file may have a header and no rows.
pub fn picked(bytes: &[u8], columns: &[&str]) -> Result<Vec<Picked>, ReadError> {
    let fault = |line: u64, reason: String| ReadError::Line { line, reason };
    let mut rows = Rows::of(bytes)?;
    let mut header = StringRecord::new();
    let Some(first) = rows.next_into(&mut header)? else {
        return Err(ReadError::File("the file is empty".into()));
    };
    let mut places = Vec::with_capacity(columns.len());
    for column in columns {
        let at = header
            .iter()
            .position(|name| name.trim().eq_ignore_ascii_case(column));
        places.push(at.ok_or_else(|| {
            fault(
                first,
                format!(
                    "the column `{column}` is missing; it needs {}",
                    columns.join(",")
                ),
            )
        })?);
    }
    let mut out = Vec::new();
    let mut row = StringRecord::new();
    while let Some(line) = rows.next_into(&mut row)? {
        if row.len() != header.len() {
            let reason = format!(
                "the row has {} cells, the header {}",
                row.len(),
                header.len()
            );
            return Err(fault(line, reason));
        }
        let cells = places
            .iter()
            .map(|at| unguard(row.get(*at).unwrap_or_default().trim()).to_owned());
        out.push(Picked {
            line,
            cells: cells.collect(),
        });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<u64> {
        let rows = picked(text.as_bytes(), &["a"]).unwrap();
        rows.iter().map(|row| row.line).collect()
    }

    #[test]
    fn a_row_is_named_by_the_line_on_which_it_begins_whatever_ends_the_lines() {
        let text = "a,b\n1,x\n\n2,\"two\nlines\"\n3,y";
        for end in ["\n", "\r\n", "\r"] {
            let text = text.replace('\n', end);
            for bom in ["", "\u{feff}"] {
                assert_eq!(lines(&format!("{bom}{text}")), [2, 4, 6], "{end:?}");
                assert_eq!(
                    lines(&format!("{bom}{text}{end}{end}")),
                    [2, 4, 6],
                    "{end:?}"
                );
            }
        }
        // Both in one file, as after a line was added by another program.
        assert_eq!(lines("a\r\n1\n2\r\n\r\n3\n"), [2, 3, 5]);
    }

    #[test]
    fn faults_name_their_line_whatever_ends_the_lines() {
        for end in ["\n", "\r\n", "\r"] {
            let short = format!("a,b{end}1,2{end}{end}3{end}");
            assert_eq!(
                picked(short.as_bytes(), &["a"]).unwrap_err().line(),
                Some(4)
            );
            assert_eq!(Table::read(short.as_bytes()).unwrap_err().line(), Some(4));
            let mut bytes = format!("a,b{end}1,2{end}").into_bytes();
            bytes.extend(b"\xfc,1");
            assert_eq!(picked(&bytes, &["a"]).unwrap_err().line(), Some(3));
        }
    }
}
