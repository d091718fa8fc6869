//! Tables: CSV with commas, semicolons, tabs or bars, in the columns of whoever wrote them.
//!
//! The header row is looked for in the first lines ([`header`]), since vendors put the search or a
//! sentence about the data before it; its names and the cells below tell which column holds what
//! ([`layout`]). A row with too many or too few cells is kept and reported, a quote inside a quoted
//! cell is kept as text ([`rows`]), and a quote that never ends swallows no row that can be told.

mod header;
mod layout;
mod names;
mod people;
mod profile;
mod record;
mod rows;
mod source;
pub(super) mod stream;

pub(super) use self::header::{has_header, is_header_line};
pub(super) use self::layout::is_unknown_table;

use self::header::{Again, Header};
use self::layout::Layout;
use self::names::{Role, key};
use self::profile::Special;
use self::record::Row;
use self::rows::{RawRow, Rows};
use super::account::Account;
use super::text::{LineCounter, count_lines, lines};
use super::{Format, LineClass, Lines, Parsed, Problem, ProblemKind, Sink};

/// The names of every profile.
pub(super) fn dialects() -> impl Iterator<Item = &'static str> {
    let profiles = profile::PROFILES.iter().chain(&profile::TAGGED);
    profiles.map(|profile| profile.name)
}

/// Reads one file.
pub(super) fn read(text: &str, sink: &mut Sink<'_>) -> Parsed {
    let mut ledger = Lines {
        total: count_lines(text),
        ..Lines::default()
    };
    let mut problems = Vec::new();
    let Some(header) = layout::find(text) else {
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
        return parsed("generic", problems, ledger);
    };
    let preamble = text.get(..header.offset).unwrap_or_default();
    for line in lines(preamble) {
        let blank = line.text.trim().is_empty();
        ledger.add(if blank {
            LineClass::Blank
        } else {
            LineClass::Wrapper
        });
    }
    let layout = Layout::of(text, &header);
    problems.extend(of_file(&layout));
    problems.extend(header::above(text, &header));
    let mut table = Table {
        text,
        counter: LineCounter::new(text),
        covered: ledger.classified(),
        ledger,
        problems,
        sink,
    };
    table.rows(&header, &layout);
    let mut parsed = parsed(layout.profile.name, table.problems, table.ledger);
    parsed.query = query(preamble, header.delimiter);
    parsed.account = account(&layout);
    parsed
}

fn parsed(dialect: &'static str, problems: Vec<Problem>, lines: Lines) -> Parsed {
    Parsed {
        account: Account::default(),
        format: Format::Csv,
        dialect,
        records: Vec::new(),
        problems,
        lines,
        declared: None,
        query: None,
    }
}

/// What the columns were taken for.
fn account(layout: &Layout) -> Account {
    Account {
        columns: layout.uses(),
        untitled: Some(layout.why_no_title()),
        ..Account::default()
    }
}

/// What is to be said of the columns as such.
fn of_file(layout: &Layout) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(text) = layout.guesses() {
        problems.push(Problem::file(ProblemKind::ColumnsGuessed, text));
    }
    if layout.profile.special == Special::Glued && !layout.places(Role::Authors).is_empty() {
        let text = "the authors of a record run together and are kept as one; where they matter, \
                    export RIS or look the records up by DOI";
        problems.push(Problem::file(ProblemKind::AuthorsUnsplit, text));
    }
    problems
}

/// The search that Embase.com writes above the header.
fn query(preamble: &str, delimiter: u8) -> Option<String> {
    let mut rows = Rows::new(preamble, 0, delimiter, None);
    rows.find_map(|row| {
        let named = row.cells.first().map(|cell| key(cell))?;
        let query = row.cells.get(1)?.trim();
        (named == "searchquery" && !query.is_empty()).then(|| query.to_owned())
    })
}

struct Table<'a, 's, 'r> {
    text: &'a str,
    counter: LineCounter<'a>,
    ledger: Lines,
    /// Lines that have their class already; the rest stand behind them.
    covered: u64,
    problems: Vec<Problem>,
    sink: &'s mut Sink<'r>,
}

impl<'a> Table<'a, '_, '_> {
    fn rows(&mut self, header: &Header, layout: &Layout) {
        if header.named {
            let line = self.counter.line_at(header.offset);
            let last = self.counter.line_at(header.rows.max(header.offset));
            self.cover(line, last, |ledger, lines| {
                ledger.add_many(LineClass::Wrapper, lines);
            });
        }
        let rows = Rows::new(self.text, header.rows, header.delimiter, Some(layout.width));
        for row in rows {
            self.row(&row, layout);
        }
        let rest = self.ledger.total.saturating_sub(self.covered);
        self.ledger.add_many(LineClass::Blank, rest);
    }

    /// Gives lines that have none yet their class.
    fn cover(&mut self, first: u64, last: u64, classes: impl Fn(&mut Lines, u64)) {
        let blank = first.saturating_sub(self.covered + 1);
        self.ledger.add_many(LineClass::Blank, blank);
        let lines = (last + 1).saturating_sub(first.max(self.covered + 1));
        classes(&mut self.ledger, lines);
        self.covered = self.covered.max(last);
    }

    fn row(&mut self, row: &RawRow<'a>, layout: &Layout) {
        let empty = row.cells.iter().all(|cell| cell.trim().is_empty());
        let first = self.counter.line_at(row.start);
        let last = self
            .counter
            .line_at(row.end.saturating_sub(1).max(row.start));
        let cells: Vec<&str> = row.cells.iter().map(AsRef::as_ref).collect();
        let again = layout.header_again(&cells);
        self.cover(first, last, |ledger, lines| {
            if empty || again.is_some() {
                ledger.add_many(LineClass::Wrapper, lines);
            } else if lines > 0 {
                ledger.add(LineClass::Row);
                ledger.add_many(LineClass::Continuation, lines - 1);
            }
        });
        if let Some(again) = again {
            self.problems.push(again_problem(again, first));
        }
        if empty || again.is_some() {
            return;
        }
        let n = self.sink.next();
        let mut problems = Vec::new();
        let record = row_of(&cells, (n, first), layout, &mut problems, record::build);
        self.sink.push(record);
        let quote = if row.unclosed {
            let text = "a quote that opens a cell of this row never ends";
            Some((ProblemKind::UnclosedQuote, text))
        } else if row.stray {
            let text = "a quote inside a quoted cell of this row is kept as text";
            Some((ProblemKind::StrayQuote, text))
        } else {
            None
        };
        if let Some((kind, text)) = quote {
            let ragged = problems
                .iter()
                .take_while(|p| p.kind == ProblemKind::WrongColumnCount)
                .count();
            problems.insert(ragged, Problem::at(first, n, kind, text));
        }
        self.problems.append(&mut problems);
    }
}

/// What is said of a header row between the rows.
fn again_problem(again: Again, line: u64) -> Problem {
    match again {
        Again::Same => {
            let text = "the header row once more; it is passed over";
            Problem::line(line, ProblemKind::RepeatedHeader, text)
        }
        Again::Other => {
            let text = "the header row of another table: the rows below it are read by the columns \
                        of the first; save them as a file of their own";
            Problem::line(line, ProblemKind::ForeignRecord, text)
        }
    }
}

/// The record of a row, and what is wrong with the row.
fn row_of<T>(
    cells: &[&str],
    (n, line): (u64, u64),
    layout: &Layout,
    problems: &mut Vec<Problem>,
    build: impl Fn(Row<'_>, &mut Vec<Problem>) -> T,
) -> T {
    let width = layout.columns.len();
    // A separator too many at the end of every row is not a cell.
    let blank = cells.last().is_some_and(|cell| cell.trim().is_empty());
    let trailing = layout.tabs && blank && cells.len() == width + 1;
    let ragged = cells.len() != width && cells.len() != layout.width && !trailing;
    if ragged {
        let text = format!("{} cells, {width} in the header", cells.len());
        problems.push(Problem::at(line, n, ProblemKind::WrongColumnCount, text));
    }
    // Cells in the wrong columns are neither dates nor identifiers; that is said once.
    let mut follow_ups = Vec::new();
    let record = if cells.iter().any(|cell| cell.bytes().any(is_control)) {
        let text = "control characters inside a cell are taken out";
        problems.push(Problem::at(line, n, ProblemKind::ControlCharacter, text));
        let gone = |c: char| c.is_ascii() && u8::try_from(c).is_ok_and(is_control);
        let clean: Vec<String> = cells.iter().map(|c| c.replace(gone, "")).collect();
        let cells = clean.iter().map(|cell| layout.profile.bare(cell)).collect();
        build(Row::new(n, line, cells, layout), &mut follow_ups)
    } else {
        let cells = cells.iter().map(|cell| layout.profile.bare(cell)).collect();
        build(Row::new(n, line, cells, layout), &mut follow_ups)
    };
    if !ragged {
        problems.append(&mut follow_ups);
    }
    record
}

fn is_control(byte: u8) -> bool {
    (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7f
}
