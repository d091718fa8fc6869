//! A table row by row, for files too large to hold: deduplication of a million records.
//!
//! Only what reads the same either way is read so: UTF-8 in which RFC 4180 leaves no doubt about a
//! quote. Anything else is left to the reader of whole files, which says what is wrong. The columns
//! are judged by the head of the file in both.

use super::header::{HEAD, Header, above, has_header};
use super::layout::{Layout, find};
use super::record::fields;
use super::{account, again_problem, of_file, row_of};
use crate::formats::account::Counter;
use crate::formats::{Account, Format, Lines as Ledger, Parsed, Problem, detect, foreign};
use crate::model::Record;
use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Chain, Cursor, Read};

/// Whether a file could be read row by row.
#[derive(Debug, Clone, PartialEq)]
pub enum TableStreamed {
    /// Every row was given.
    Whole(Box<TableFile>),
    /// Not a plain table; what was given counts for nothing, the file is to be read whole.
    Other,
}

/// What is known of a table that was read row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct TableFile {
    /// Whose columns it has.
    pub dialect: &'static str,
    /// How many records were given.
    pub records: u64,
    /// What is wrong with the file as a whole.
    pub problems: Vec<Problem>,
    /// What the records have, and what was not understood.
    pub account: Account,
}

/// Gives each record of a table with what is wrong in its row.
pub(in crate::formats) fn read(
    file: impl Read,
    each: &mut dyn FnMut(u64, Record, Vec<Problem>),
) -> io::Result<TableStreamed> {
    let mut file = BufReader::with_capacity(1 << 16, file);
    if file.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        // Data that break off are the other reader's to report.
        let unpacked = super::super::text::gzip::Unpacked::new(file);
        return Ok(rows(unpacked, each).unwrap_or(TableStreamed::Other));
    }
    rows(file, each)
}

fn rows(
    mut file: impl Read,
    each: &mut dyn FnMut(u64, Record, Vec<Problem>),
) -> io::Result<TableStreamed> {
    let mut head = Vec::new();
    let most = u64::try_from(HEAD).unwrap_or(u64::MAX);
    file.by_ref().take(most).read_to_end(&mut head)?;
    if head.starts_with(&[0xef, 0xbb, 0xbf]) {
        head.drain(..3);
        file.by_ref().take(3).read_to_end(&mut head)?;
    }
    let text = match std::str::from_utf8(&head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => head
            .get(..error.valid_up_to())
            .and_then(|valid| std::str::from_utf8(valid).ok())
            .unwrap_or_default(),
        Err(_) => return Ok(TableStreamed::Other),
    };
    // What only its shape shows to be a table is looked at whole.
    let plain = !text.contains('\0') && has_header(text);
    if !plain || detect::detect_text(text) != Ok(Format::Csv) {
        return Ok(TableStreamed::Other);
    }
    let Some(header) = find(text) else {
        return Ok(TableStreamed::Other);
    };
    let layout = Layout::of_head(text, head.len() >= HEAD, &header);
    let mut of_table = of_file(&layout);
    of_table.extend(above(text, &header));
    let Header {
        rows, delimiter, ..
    } = header;
    let before = head.get(..rows).unwrap_or_default();
    let line = u64::try_from(before.split(|b| *b == b'\n').skip(1).count()).unwrap_or(0);
    let quotes = Quotes::new(delimiter);
    let mut start = Cursor::new(head);
    start.set_position(u64::try_from(rows).unwrap_or(0));
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(1 << 16)
        .from_reader(Watched {
            inner: start.chain(file),
            quotes,
            lines: Lines::new(line + 1),
        });
    let mut row = ::csv::StringRecord::new();
    let mut counter = Counter::default();
    let mut n = 0;
    loop {
        match reader.read_record(&mut row) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                return match error.into_kind() {
                    ::csv::ErrorKind::Io(error) => Err(error),
                    _ => Ok(TableStreamed::Other),
                };
            }
        }
        let quotes = &reader.get_ref().quotes;
        if quotes.odd || quotes.any && row.len() != layout.width {
            return Ok(TableStreamed::Other);
        }
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let byte = row.position().map_or(0, ::csv::Position::byte);
        let at = reader.get_mut().lines.of_row(byte);
        let cells: Vec<&str> = row.iter().collect();
        if let Some(again) = layout.header_again(&cells) {
            of_table.push(again_problem(again, at));
            continue;
        }
        // Records of another format are the other reader's to tell.
        if foreign::begins_at(cells.first().copied().unwrap_or_default(), Format::Csv) {
            return Ok(TableStreamed::Other);
        }
        n += 1;
        let mut problems = Vec::new();
        let (record, _) = row_of(&cells, (n, at), &layout, &mut problems, fields);
        counter.see(&record);
        each(n, record, problems);
    }
    if reader.get_ref().quotes.is_odd_at_end() {
        return Ok(TableStreamed::Other);
    }
    let mut parsed = Parsed {
        account: account(&layout),
        format: Format::Csv,
        dialect: layout.profile.name,
        records: Vec::new(),
        problems: of_table,
        lines: Ledger::default(),
        declared: None,
        query: None,
    };
    counter.close(&mut parsed);
    Ok(TableStreamed::Whole(Box::new(TableFile {
        dialect: parsed.dialect,
        records: n,
        problems: parsed.problems,
        account: parsed.account,
    })))
}

/// Whether each quote that goes through is one of RFC 4180.
struct Quotes {
    delimiter: u8,
    state: Quote,
    /// Whether there was a quote.
    any: bool,
    /// Whether one stood where none may.
    odd: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    Start,
    Plain,
    Quoted,
    /// Behind a quote in a quoted cell.
    Behind,
}

impl Quotes {
    fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            state: Quote::Start,
            any: false,
            odd: false,
        }
    }

    fn see(&mut self, bytes: &[u8]) {
        if matches!(self.state, Quote::Start | Quote::Plain) && !bytes.contains(&b'"') {
            let last = bytes.last().copied();
            let starts = last.is_some_and(|b| b == self.delimiter || b == b'\n' || b == b'\r');
            if last.is_some() {
                self.state = if starts { Quote::Start } else { Quote::Plain };
            }
            return;
        }
        self.any = true;
        let mut state = self.state;
        for byte in bytes {
            let starts = *byte == self.delimiter || *byte == b'\n' || *byte == b'\r';
            state = match (state, *byte) {
                (Quote::Start | Quote::Behind, b'"') => Quote::Quoted,
                (Quote::Quoted, b'"') => Quote::Behind,
                (Quote::Quoted, _) => Quote::Quoted,
                (Quote::Start | Quote::Plain | Quote::Behind, _) if starts => Quote::Start,
                (Quote::Start | Quote::Plain, _) => Quote::Plain,
                (Quote::Behind, _) => {
                    self.odd = true;
                    Quote::Plain
                }
            };
        }
        self.state = state;
    }

    fn is_odd_at_end(&self) -> bool {
        self.odd || self.state == Quote::Quoted
    }
}

/// Watches the bytes that go through.
struct Watched<R> {
    inner: Chain<Cursor<Vec<u8>>, R>,
    quotes: Quotes,
    lines: Lines,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let bytes = buffer.get(..count).unwrap_or_default();
        self.quotes.see(bytes);
        self.lines.see(bytes);
        Ok(count)
    }
}

/// The lines that went through and were not asked for yet: the reader of rows passes over blank
/// ones in silence and counts differently where lines end with CRLF.
struct Lines {
    /// Number of the first line in `open`.
    first: u64,
    /// Where each begins, and whether it is blank.
    open: VecDeque<(u64, bool)>,
    /// Bytes that went through.
    seen: u64,
}

impl Lines {
    fn new(first: u64) -> Self {
        let open = VecDeque::from([(0, true)]);
        Self {
            first,
            open,
            seen: 0,
        }
    }

    fn see(&mut self, bytes: &[u8]) {
        for piece in bytes.split_inclusive(|b| *b == b'\n') {
            self.seen += piece.len() as u64;
            let text = piece.strip_suffix(b"\n");
            let filled = text.unwrap_or(piece).iter().any(|b| *b != b'\r');
            if let Some((_, blank)) = self.open.back_mut() {
                *blank &= !filled;
            }
            if text.is_some() {
                self.open.push_back((self.seen, true));
            }
        }
    }

    /// The line of the row that the reader looked for from `byte` on.
    fn of_row(&mut self, byte: u64) -> u64 {
        while let Some((start, blank)) = self.open.front()
            && (*start < byte || *blank)
            && self.open.len() > 1
        {
            self.open.pop_front();
            self.first += 1;
        }
        self.first
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats;
    use proptest::prelude::*;

    fn streamed(text: &[u8]) -> (TableStreamed, Vec<(u64, Record)>, Vec<Problem>) {
        let (mut records, mut problems) = (Vec::new(), Vec::new());
        let end = read(text, &mut |n, record, mut wrong| {
            records.push((n, record));
            problems.append(&mut wrong);
        });
        (end.unwrap(), records, problems)
    }

    /// Whether a table was read row by row; then it was read as a whole file is.
    fn same(text: &[u8]) -> bool {
        let (end, records, problems) = streamed(text);
        let TableStreamed::Whole(table) = end else {
            return false;
        };
        let whole = formats::read(text, None).unwrap();
        let rows: Vec<_> = whole.records.into_iter().map(|r| (r.n, r.record)).collect();
        assert_eq!(records, rows);
        let of_rows = |problem: &Problem| problem.record.is_some();
        let (in_rows, of_file): (Vec<_>, Vec<_>) = whole.problems.into_iter().partition(of_rows);
        assert_eq!(problems, in_rows);
        let known: Vec<_> = of_file
            .into_iter()
            .filter(|p| p.kind != formats::ProblemKind::NoRecords)
            .collect();
        assert_eq!(table.problems, known);
        assert_eq!(
            (table.dialect, table.account),
            (whole.dialect, whole.account)
        );
        true
    }

    #[test]
    fn rows_are_what_the_reader_of_whole_files_gives() {
        let text = "search,x\n\nid,title,year,doi\na,\"One,\nof two\",2001,\nb,Two,20,10.1/x\n\nc,Three,,\n";
        for text in [
            text.to_owned(),
            text.replace('\n', "\r\n"),
            format!("\u{feff}{text}"),
        ] {
            assert!(same(text.as_bytes()));
        }
        assert!(same(b"id,title,year\na,One\nb,Two,2020,\nc,Three,2020\n"));
    }

    #[test]
    fn a_table_longer_than_its_head_is_judged_by_the_head_in_both() {
        let mut table = "DOI,Paper title,People,Wann\n".to_owned();
        for n in 0..30_000 {
            table.push_str(&format!(
                "10.1000/x{n},A title of some words {n},\"Doe J., Roe K.\",20{:02}\n",
                n % 20
            ));
        }
        assert!(same(table.as_bytes()));
    }

    #[test]
    fn what_is_no_plain_table_is_left_to_the_other_reader() {
        for text in [
            b"TY  - JOUR\nTI  - A\nER  - \n".as_slice(),
            b"id,title\na,\"never ends\nb,c\n",
            b"id,title\na,\"a \"b\" c\"\nb,c\n",
            b"id,title\na,M\xfcller\n",
            b"",
        ] {
            assert_eq!(streamed(text).0, TableStreamed::Other);
        }
    }

    const HEADERS: [&str; 6] = [
        "id,title,authors,year,doi",
        "PT\tAU\tTI\tSO\tPY\tUT",
        "Title;Authors;Year;Kennung;DOI",
        "Document Title,Authors,Author Affiliations,Publication Year,DOI",
        "NCT Number,Study Title,Start Date,URL,Other IDs",
        "Paper title,Auhtors,PubYear,DOI,Notes",
    ];

    proptest! {
        #[test]
        fn any_table_reads_the_same_either_way(
            header in 0..HEADERS.len(),
            quoted in any::<bool>(),
            ends in 0..3_usize,
            cells in prop::collection::vec("[A-Ca-c0-9 .,;|\"\n]{0,9}|2019|10\\.1000/[a-z]{3}|Doe J\\.(, Roe K\\.)?|NA", 0..40),
        ) {
            let header = HEADERS[header];
            let separator = if header.contains('\t') { "\t" } else if header.contains(';') { ";" } else { "," };
            let width = header.split(separator).count();
            let end = ["\n", "\r\n", "\n\n"][ends];
            let mut text = format!("{header}{end}");
            for row in cells.chunks(width) {
                let row: Vec<String> = row
                    .iter()
                    .map(|cell| if quoted { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.replace('"', "") })
                    .collect();
                text.push_str(&row.join(separator));
                text.push_str(end);
            }
            same(text.as_bytes());
        }
    }
}
