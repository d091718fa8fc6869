//! A table row by row, for files too large to hold: deduplication of a million records.
//!
//! Only what reads the same either way is read so: UTF-8 with every quote closed. Anything else
//! is left to the reader of whole files, which says what is wrong.

use super::record::{Column, fields};
use super::{Header, Profile, header, normalised, row_of};
use crate::formats::{Format, Problem, detect};
use crate::model::Record;
use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, Chain, Cursor, Read};

/// The header row stands within this many bytes.
const HEAD: u64 = 256 << 10;

/// Whether a file could be read row by row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableStreamed {
    /// Every row was given.
    Whole,
    /// Not a plain table; what was given counts for nothing, the file is to be read whole.
    Other,
}

/// Gives each record of a table with what is wrong in its row.
pub(in crate::formats) fn read(
    file: impl Read,
    each: &mut dyn FnMut(u64, Record, Vec<Problem>),
) -> io::Result<TableStreamed> {
    let mut file = BufReader::with_capacity(1 << 16, file);
    if file.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        // Data that break off are the other reader's to report.
        let unpacked = flate2::bufread::MultiGzDecoder::new(file);
        return Ok(rows(unpacked, each).unwrap_or(TableStreamed::Other));
    }
    rows(file, each)
}

fn rows(
    mut file: impl Read,
    each: &mut dyn FnMut(u64, Record, Vec<Problem>),
) -> io::Result<TableStreamed> {
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    let bom: &[u8] = &[0xef, 0xbb, 0xbf];
    let head = head.strip_prefix(bom).map_or(head.clone(), <[u8]>::to_vec);
    let text = match std::str::from_utf8(&head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => head
            .get(..error.valid_up_to())
            .and_then(|valid| std::str::from_utf8(valid).ok())
            .unwrap_or_default(),
        Err(_) => return Ok(TableStreamed::Other),
    };
    if text.contains('\0') || detect::detect_text(text) != Ok(Format::Csv) {
        return Ok(TableStreamed::Other);
    }
    let Some(Header {
        offset,
        delimiter,
        cells,
        ..
    }) = header(text)
    else {
        return Ok(TableStreamed::Other);
    };
    let names: Vec<_> = cells.iter().map(|cell| normalised(cell)).collect();
    let profile = Profile::of(&names);
    let columns: Vec<_> = cells
        .iter()
        .zip(&names)
        .map(|(cell, name)| Column {
            name: cell.trim_matches(['\u{feff}', ' ']).to_owned(),
            role: profile.role(name),
        })
        .collect();
    let before = head.get(..offset).unwrap_or_default();
    let line = u64::try_from(before.split(|b| *b == b'\n').skip(1).count()).unwrap_or(0);
    let mut start = Cursor::new(head);
    start.set_position(u64::try_from(offset).unwrap_or(0));
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(true)
        .flexible(true)
        .delimiter(delimiter)
        .buffer_capacity(1 << 16)
        .from_reader(Watched {
            inner: start.chain(file),
            odd: false,
            lines: Lines::new(line + 1),
        });
    let mut row = ::csv::StringRecord::new();
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
        if row.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        n += 1;
        let byte = row.position().map_or(0, ::csv::Position::byte);
        let at = reader.get_mut().lines.of_row(byte);
        let mut problems = Vec::new();
        let place = (n, at);
        let (record, _) = row_of(&row, place, &columns, profile, &mut problems, fields);
        each(n, record, problems);
    }
    Ok(if reader.get_ref().odd {
        TableStreamed::Other // a quote that never ends
    } else {
        TableStreamed::Whole
    })
}

/// Watches the bytes that go through.
struct Watched<R> {
    inner: Chain<Cursor<Vec<u8>>, R>,
    /// Whether the quotes are odd in number.
    odd: bool,
    lines: Lines,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let bytes = buffer.get(..count).unwrap_or_default();
        self.odd = bytes.iter().fold(self.odd, |odd, b| odd ^ (*b == b'"'));
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

    fn streamed(text: &[u8]) -> (TableStreamed, Vec<(u64, Record)>, Vec<Problem>) {
        let (mut records, mut problems) = (Vec::new(), Vec::new());
        let end = read(text, &mut |n, record, mut wrong| {
            records.push((n, record));
            problems.append(&mut wrong);
        });
        (end.unwrap(), records, problems)
    }

    #[test]
    fn rows_are_what_the_reader_of_whole_files_gives() {
        let text =
            "search,x\n\nid,title,year,doi\na,\"One,\nof two\",2001,\nb,Two,20,10.1/x\n\nc,Three\n";
        for text in [text.to_owned(), text.replace('\n', "\r\n")] {
            let whole = super::super::read(&text);
            let (end, records, problems) = streamed(text.as_bytes());
            assert_eq!(end, TableStreamed::Whole);
            let rows: Vec<_> = whole.records.into_iter().map(|r| (r.n, r.record)).collect();
            assert_eq!(records, rows);
            assert_eq!(problems, whole.problems);
        }
    }

    #[test]
    fn what_is_no_plain_table_is_left_to_the_other_reader() {
        for text in [
            b"TY  - JOUR\nTI  - A\nER  - \n".as_slice(),
            b"id,title\na,\"never ends\nb,c\n",
            b"id,title\na,M\xfcller\n",
            b"",
        ] {
            assert_eq!(streamed(text).0, TableStreamed::Other);
        }
    }
}
