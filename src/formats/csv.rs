//! Tables: CSV with commas, semicolons or tabs, in the columns of whoever wrote them.
//!
//! The header row is looked for in the first lines, since Embase.com puts the search query and a
//! rule of dashes before it; a spreadsheet may have changed the commas into semicolons on the way.
//! A row with too many or too few cells is kept and reported, and so is a quote that never ends.

mod profile;
mod record;
pub(super) mod stream;

use self::profile::{Profile, Role, common, normalised};
use self::record::{Column, Row};
use super::text::{LineCounter, count_lines, lines};
use super::{Format, LineClass, Lines, Parsed, Problem, ProblemKind};

/// The header row is not looked for behind this many lines.
const PREAMBLE: usize = 12;
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// Where the header row stands and what separates its cells.
struct Header {
    offset: usize,
    delimiter: u8,
    cells: Vec<String>,
    known: usize,
}

/// Whether the first lines hold a header row with a title or an identifier and one more column.
pub(super) fn has_header(text: &str) -> bool {
    header(text).is_some_and(|h| {
        let strong = |role| matches!(role, Role::Title | Role::Id | Role::Doi | Role::Pmid);
        let mut roles = h.cells.iter().filter_map(|cell| common(&normalised(cell)));
        h.known >= 2 && roles.any(strong)
    })
}

fn header(text: &str) -> Option<Header> {
    let mut best: Option<Header> = None;
    for line in lines(text).take(PREAMBLE) {
        let offset = line.at;
        for delimiter in DELIMITERS {
            if !line.text.as_bytes().contains(&delimiter) {
                continue;
            }
            let cells = cells_of(line.text, delimiter);
            let known = cells
                .iter()
                .filter(|cell| common(&normalised(cell)).is_some())
                .count();
            if known > best.as_ref().map_or(0, |b| b.known) {
                best = Some(Header {
                    offset,
                    delimiter,
                    cells,
                    known,
                });
            }
        }
    }
    best
}

fn cells_of(line: &str, delimiter: u8) -> Vec<String> {
    let mut reader = reader(line, delimiter);
    let mut row = ::csv::StringRecord::new();
    match reader.read_record(&mut row) {
        Ok(true) => row.iter().map(str::to_owned).collect(),
        Ok(false) | Err(_) => Vec::new(),
    }
}

fn reader(text: &str, delimiter: u8) -> ::csv::Reader<&[u8]> {
    ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes())
}

/// Reads one file.
pub(super) fn read(text: &str) -> Parsed {
    let mut ledger = Lines {
        total: count_lines(text),
        ..Lines::default()
    };
    let mut problems = Vec::new();
    let Some(header) = header(text) else {
        for line in lines(text) {
            if line.text.trim().is_empty() {
                ledger.add(LineClass::Blank);
                continue;
            }
            ledger.add(LineClass::Problem);
            let shown: String = line.text.chars().take(120).collect();
            let message = format!("no header row stands before it: {shown}");
            problems.push(Problem::line(line.n, ProblemKind::StrayLine, message));
        }
        return parsed(Profile::Generic, Vec::new(), problems, ledger, None);
    };
    let preamble = text.get(..header.offset).unwrap_or_default();
    let query = query(preamble, header.delimiter);
    for line in lines(preamble) {
        let blank = line.text.trim().is_empty();
        ledger.add(if blank {
            LineClass::Blank
        } else {
            LineClass::Wrapper
        });
    }
    let names: Vec<_> = header.cells.iter().map(|cell| normalised(cell)).collect();
    let profile = Profile::of(&names);
    let columns: Vec<_> = header
        .cells
        .iter()
        .zip(&names)
        .map(|(cell, name)| Column {
            name: cell.trim_matches(['\u{feff}', ' ']).to_owned(),
            role: profile.role(name),
        })
        .collect();
    let mut table = Table {
        text,
        base: header.offset,
        counter: LineCounter::new(text),
        covered: ledger.classified(),
        ledger,
        problems,
        records: Vec::new(),
    };
    table.rows(header.delimiter, &columns, profile);
    parsed(profile, table.records, table.problems, table.ledger, query)
}

fn parsed(
    profile: Profile,
    records: Vec<super::ParsedRecord>,
    problems: Vec<Problem>,
    lines: Lines,
    query: Option<String>,
) -> Parsed {
    Parsed {
        format: Format::Csv,
        dialect: profile.as_str(),
        records,
        problems,
        lines,
        declared: None,
        query,
    }
}

/// The search that Embase.com writes above the header.
fn query(preamble: &str, delimiter: u8) -> Option<String> {
    let mut rows = lines(preamble).map(|line| cells_of(line.text, delimiter));
    rows.find_map(|cells| {
        let named = cells.first().map(|cell| normalised(cell))?;
        let query = cells.get(1)?.trim();
        (named == "search query" && !query.is_empty()).then(|| query.to_owned())
    })
}

struct Table<'a> {
    text: &'a str,
    base: usize,
    counter: LineCounter<'a>,
    ledger: Lines,
    /// Lines that have their class already; the rest stand behind them.
    covered: u64,
    problems: Vec<Problem>,
    records: Vec<super::ParsedRecord>,
}

impl Table<'_> {
    fn rows(&mut self, delimiter: u8, columns: &[Column], profile: Profile) {
        let mut reader = reader(self.text.get(self.base..).unwrap_or_default(), delimiter);
        let mut row = ::csv::StringRecord::new();
        let mut header = true;
        // Text is UTF-8 and rows are flexible: no error is left that reading could give.
        while let Ok(true) = reader.read_record(&mut row) {
            let start = row.position().map_or(0, ::csv::Position::byte);
            let end = reader.position().byte();
            let (start, end) = self.span(start, end);
            let line = self.place(start, end, &row, header);
            if !header && row.iter().any(|cell| !cell.trim().is_empty()) {
                self.row(&row, line, columns, profile, (start, end, delimiter));
            }
            header = false;
        }
        self.ledger.add_many(
            LineClass::Blank,
            self.ledger.total.saturating_sub(self.covered),
        );
    }

    /// The bytes of a row without the line ends around it.
    fn span(&self, start: u64, end: u64) -> (usize, usize) {
        let at = |offset: u64| usize::try_from(offset).unwrap_or(usize::MAX);
        let bytes = self.text.as_bytes();
        let is_end = |byte: Option<&u8>| matches!(byte, Some(b'\n' | b'\r'));
        let mut start = self.base.saturating_add(at(start)).min(bytes.len());
        let mut end = self.base.saturating_add(at(end)).min(bytes.len());
        while start < end && is_end(bytes.get(start)) {
            start += 1;
        }
        while end > start && is_end(bytes.get(end - 1)) {
            end -= 1;
        }
        (start, end)
    }

    /// Gives every line of a row its class; gives the first of them.
    fn place(&mut self, start: usize, end: usize, row: &::csv::StringRecord, header: bool) -> u64 {
        let first = self.counter.line_at(start);
        let last = self.counter.line_at(end.max(start));
        let blank = first.saturating_sub(self.covered + 1);
        self.ledger.add_many(LineClass::Blank, blank);
        let lines = (last + 1).saturating_sub(first.max(self.covered + 1));
        let empty = row.iter().all(|cell| cell.trim().is_empty());
        if header || empty {
            self.ledger.add_many(LineClass::Wrapper, lines);
        } else if lines > 0 {
            self.ledger.add(LineClass::Row);
            self.ledger.add_many(LineClass::Continuation, lines - 1);
        }
        self.covered = self.covered.max(last);
        first
    }

    fn row(
        &mut self,
        row: &::csv::StringRecord,
        line: u64,
        columns: &[Column],
        profile: Profile,
        (start, end, delimiter): (usize, usize, u8),
    ) {
        let n = self.records.len() as u64 + 1;
        let mut problems = Vec::new();
        let place = (n, line);
        let record = row_of(row, place, columns, profile, &mut problems, record::build);
        self.records.push(record);
        let bytes = self.text.as_bytes().get(start..end).unwrap_or_default();
        let at_end = self.text.get(end..).unwrap_or_default().trim().is_empty();
        if at_end && ends_in_quotes(bytes, delimiter) {
            let text = "a quote that opens a cell of this row never ends";
            let ragged = problems
                .iter()
                .take_while(|p| p.kind == ProblemKind::WrongColumnCount)
                .count();
            let problem = Problem::at(line, n, ProblemKind::UnclosedQuote, text);
            problems.insert(ragged, problem);
        }
        self.problems.append(&mut problems);
    }
}

/// The record of a row, and what is wrong with the row.
fn row_of<T>(
    row: &::csv::StringRecord,
    (n, line): (u64, u64),
    columns: &[Column],
    profile: Profile,
    problems: &mut Vec<Problem>,
    build: impl Fn(Row<'_>, Profile, &mut Vec<Problem>) -> T,
) -> T {
    let ragged = row.len() != columns.len();
    if ragged {
        let text = format!("{} cells, {} in the header", row.len(), columns.len());
        problems.push(Problem::at(line, n, ProblemKind::WrongColumnCount, text));
    }
    // Cells in the wrong columns are no dates and no identifiers; that is said once.
    let mut follow_ups = Vec::new();
    let record = if row.iter().any(|cell| cell.chars().any(is_control)) {
        let text = "control characters inside a cell are taken out";
        problems.push(Problem::at(line, n, ProblemKind::ControlCharacter, text));
        let clean: Vec<String> = row.iter().map(|c| c.replace(is_control, "")).collect();
        let cells = clean.iter().map(|cell| profile.bare(cell)).collect();
        let row = Row::new(n, line, cells, columns);
        build(row, profile, &mut follow_ups)
    } else {
        let cells = row.iter().map(|cell| profile.bare(cell)).collect();
        let row = Row::new(n, line, cells, columns);
        build(row, profile, &mut follow_ups)
    };
    if !ragged {
        problems.append(&mut follow_ups);
    }
    record
}

fn is_control(c: char) -> bool {
    (c < ' ' && !"\t\n\r".contains(c)) || c == '\u{7f}'
}

/// Whether the bytes of a row end inside a quoted cell, by the rules of RFC 4180.
fn ends_in_quotes(row: &[u8], delimiter: u8) -> bool {
    let (mut quoted, mut at_start) = (false, true);
    for byte in row {
        if quoted {
            // A doubled quote leaves and enters again: the state is right behind both.
            quoted = *byte != b'"';
            at_start = !quoted;
        } else {
            quoted = *byte == b'"' && at_start;
            at_start = *byte == delimiter || *byte == b'\n';
        }
    }
    quoted
}
