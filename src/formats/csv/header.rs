//! Where the header row of a table stands, and what separates its cells.
//!
//! Vendors write lines before it: Embase.com the search and a rule of dashes, Dimensions a sentence
//! about the data, spreadsheets `sep=;`, EndNote `*Journal Article`. The row with the most names
//! that are known is taken; a table without one such name is looked at by its rows.

use super::names::{Role, key, known, near};
use super::profile::{GENERIC, Profile};
use super::rows::Rows;
use crate::formats::text::{Line, lines};
use crate::formats::{Problem, ProblemKind, nbib, ris};

/// The header row is not looked for behind this many lines.
const PREAMBLE: usize = 20;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// Bytes of a file by which its columns are judged, whichever way it is read.
pub(super) const HEAD: usize = 1 << 20;
/// Rows that are looked at where nothing else tells a table from prose.
const FEW: usize = 40;

/// Where the header row stands and what separates its cells.
#[derive(Debug, Clone)]
pub(super) struct Header {
    /// Its first byte; of a table without a header row, that of the first row.
    pub(super) offset: usize,
    /// Where the rows begin.
    pub(super) rows: usize,
    pub(super) delimiter: u8,
    /// Its cells; empty names in a table without a header row.
    pub(super) cells: Vec<String>,
    /// Whether there is a header row.
    pub(super) named: bool,
    known: usize,
}

impl Header {
    /// The keys of its cells.
    pub(super) fn keys(&self) -> Vec<String> {
        self.cells.iter().map(|cell| key(cell)).collect()
    }

    /// Whether its names leave no doubt that the file is a table.
    pub(super) fn is_certain(&self) -> bool {
        let keys = self.keys();
        let strong = |role| {
            matches!(
                role,
                Role::Title | Role::Id | Role::Doi | Role::Pmid | Role::Abstract
            )
        };
        let profile = Profile::of(&keys);
        profile != &GENERIC && self.cells.len() > 2
            || self.known >= 2
                && keys
                    .iter()
                    .filter_map(|key| known(key))
                    .any(|(role, _)| strong(role))
    }
}

/// The part of a text by which columns are judged.
pub(super) fn head(text: &str) -> &str {
    let mut end = HEAD.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// Whether the first lines hold a header row that leaves no doubt.
pub(in crate::formats) fn has_header(text: &str) -> bool {
    by_names(text).is_some_and(|header| header.is_certain())
}

/// Whether a line by itself is a header row that leaves no doubt, in a text that is not a table.
pub(in crate::formats) fn is_header_line(line: &str) -> bool {
    by_names(line).is_some_and(|header| header.known >= 3 && header.is_certain())
}

/// The line in the first lines with the most names that are known.
pub(super) fn by_names(text: &str) -> Option<Header> {
    let mut best: Option<Header> = None;
    let mut tagged = false;
    let mut separators = DELIMITERS.to_vec();
    for line in lines(text).take(PREAMBLE) {
        if let Some(separator) = stated(line) {
            separators = vec![separator];
            continue;
        }
        // A line of tagged text is not a header, whatever words stand in it, nor one that goes on with it.
        let tag = ris::split_tag(line.text).is_some() || nbib::split_tag(line.text).is_some();
        tagged = tag || (tagged && line.text.starts_with([' ', '\t']));
        if tagged {
            continue;
        }
        for delimiter in &separators {
            if !line.text.as_bytes().contains(delimiter) {
                continue;
            }
            let (cells, rows) = cells_at(text, line.at, *delimiter);
            let known = score(&cells);
            if known > best.as_ref().map_or(0, |b| b.known) {
                best = Some(Header {
                    offset: line.at,
                    rows,
                    delimiter: *delimiter,
                    cells,
                    named: true,
                    known,
                });
            }
        }
    }
    best
}

/// What a row of cells says if it is a header row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// The same one again, as `cat` makes it.
    Same,
    /// Another table's.
    Other,
}

/// Whether a row between the rows is a header row: the table's own, or another one's.
pub(super) fn again(cells: &[&str], names: &[&str]) -> Option<Again> {
    let bare = |cell: &str| -> String {
        let cell = cell.trim_matches(|c: char| c == '\u{feff}' || c == '"' || c.is_whitespace());
        cell.to_lowercase()
    };
    let pairs = || cells.iter().zip(names).take(names.len());
    let filled = names.iter().filter(|name| !name.trim().is_empty()).count();
    // Almost every row differs in its first cell.
    let first = pairs().find(|(cell, _)| !cell.trim().is_empty());
    let (first_cell, first_name) = first?;
    if filled >= 2
        && cells.len() >= names.len()
        && bare(first_cell) == bare(first_name)
        && pairs().all(|(cell, name)| bare(cell) == bare(name))
    {
        return Some(Again::Same);
    }
    let may = first_cell.len() <= 60 && (2..=200).contains(&cells.len());
    if !may || !cells.iter().any(|cell| cell.len() <= 30 && is_title(cell)) {
        return None;
    }
    let cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
    let known = score(&cells);
    let filled = cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    let other = Header {
        offset: 0,
        rows: 0,
        delimiter: b',',
        known,
        named: true,
        cells,
    };
    (known >= 3 && known * 2 >= filled && other.is_certain()).then_some(Again::Other)
}

/// Whether a cell is the name of a column of titles.
fn is_title(cell: &str) -> bool {
    let ascii = cell.bytes().any(|b| b.eq_ignore_ascii_case(&b't'));
    ascii && known(&key(cell)).is_some_and(|(role, _)| role == Role::Title)
}

/// Rows of data above the header row, which are not read: as many cells as the header has, or tags.
pub(super) fn above(text: &str, header: &Header) -> Option<Problem> {
    if !header.named {
        return None;
    }
    let preamble = text.get(..header.offset)?;
    let width = header.cells.len();
    let filled = |cells: &[std::borrow::Cow<'_, str>]| {
        cells.iter().filter(|cell| !cell.trim().is_empty()).count()
    };
    let mut found = Vec::new();
    for line in lines(preamble) {
        let bare = line.text.trim_start_matches('\u{feff}');
        if bare.trim().is_empty() || stated(line).is_some() {
            continue;
        }
        let tagged = ris::split_tag(bare).is_some() || nbib::split_tag(bare).is_some();
        let row = Rows::new(line.text, 0, header.delimiter, None).next();
        let row = row.is_some_and(|row| {
            row.cells.len() == width && width >= 3 && filled(&row.cells) * 2 >= width
        });
        if tagged || row {
            found.push(line.n);
        }
    }
    let first = *found.first()?;
    let rows = crate::model::many(found.len() as u64, "line", "lines");
    let text =
        format!("{rows} of data above the header row, from here on, not read; move them below it");
    Some(Problem::line(first, ProblemKind::RowsAboveHeader, text))
}

/// How many different known names stand in a row.
fn score(cells: &[String]) -> usize {
    let keys: Vec<String> = cells.iter().map(|cell| key(cell)).collect();
    let profile = Profile::of(&keys);
    let is_known = |key: &String| match profile.own(key) {
        Some(own) => own.is_some(),
        None => known(key).is_some(),
    };
    // A row of data holds none of these names but by chance, and long cells never.
    let short = |cell: &String| cell.chars().count() <= 60;
    let cells = cells.iter().zip(&keys);
    cells
        .filter(|(cell, key)| short(cell) && is_known(key))
        .count()
}

/// `sep=;`, which tells a spreadsheet what separates the cells.
fn stated(line: Line<'_>) -> Option<u8> {
    let bare = line
        .text
        .trim_matches(|c: char| c == '"' || c == '\u{feff}' || c == ' ');
    let rest = bare
        .strip_prefix("sep=")
        .or_else(|| bare.strip_prefix("SEP="))?;
    match rest.as_bytes() {
        [separator] => Some(*separator),
        [] => line.text.ends_with('\t').then_some(b'\t'),
        [first, ..] if rest.chars().all(|c| c == char::from(*first)) => Some(*first),
        _ => None,
    }
}

/// The cells of the row that starts at `offset`, and where the next begins.
fn cells_at(text: &str, offset: usize, delimiter: u8) -> (Vec<String>, usize) {
    let Some(row) = Rows::new(text, offset, delimiter, None).next() else {
        return (Vec::new(), offset);
    };
    // A name may go over lines, but a row of names is not a page of text.
    let line = text
        .get(offset..)
        .and_then(|t| t.find('\n'))
        .map_or(text.len(), |at| offset + at);
    if row.unclosed || row.end > line + 4_096 {
        let alone = text.get(..line).unwrap_or_default();
        let row = Rows::new(alone, offset, delimiter, None).next();
        let cells = row.map(|row| {
            row.cells
                .into_iter()
                .map(std::borrow::Cow::into_owned)
                .collect()
        });
        return (cells.unwrap_or_default(), line);
    }
    let cells = row
        .cells
        .into_iter()
        .map(std::borrow::Cow::into_owned)
        .collect();
    (cells, row.end)
}

/// A table by its shape: rows of one length, with a header row of near names or none at all.
pub(super) fn by_shape(text: &str, fits: impl Fn(&str, &Header) -> bool) -> Option<Header> {
    let text = head(text);
    let mut separators = DELIMITERS.to_vec();
    let mut start = 0;
    let mut skipped = 0;
    for line in lines(text).take(PREAMBLE) {
        if let Some(separator) = stated(line) {
            separators = vec![separator];
        } else if !line.text.trim().is_empty() && !line.text.starts_with('*') {
            start = line.at;
            break;
        }
        skipped += 1;
    }
    let _ = skipped;
    separators.iter().find_map(|delimiter| {
        let rows: Vec<_> = Rows::new(text, start, *delimiter, None).take(FEW).collect();
        // A preamble is one cell long.
        let lengths = rows.iter().map(|row| row.cells.len());
        let width = lengths.clone().max().filter(|width| *width >= 2)?;
        let common = lengths.clone().filter(|length| *length == width).count();
        let first = lengths.clone().position(|length| length == width)?;
        let enough =
            rows.len().saturating_sub(first) >= 2 && common * 10 >= (rows.len() - first) * 9;
        if !enough || (width < 3 && *delimiter == b',') {
            return None;
        }
        let header = rows.get(first)?;
        let cells: Vec<String> = header
            .cells
            .iter()
            .map(|c| c.clone().into_owned())
            .collect();
        let found = cells
            .iter()
            .filter(|c| known(&key(c)).is_some() || near(c).is_some())
            .count();
        let names = cells.iter().all(|c| c.chars().count() <= 60 && !is_data(c));
        let unique = {
            let mut keys: Vec<String> = cells.iter().map(|c| key(c)).collect();
            keys.sort();
            keys.windows(2).all(|pair| pair.first() != pair.last())
        };
        let named = found >= 2 || found >= 1 && names || names && unique;
        let layout = Header {
            offset: header.start,
            rows: if named { header.end } else { header.start },
            delimiter: *delimiter,
            cells: if named {
                cells
            } else {
                vec![String::new(); width]
            },
            named,
            known: found,
        };
        fits(text, &layout).then_some(layout)
    })
}

/// Whether a cell of a first row is data and no name: a number, an identifier, an address, a sentence.
fn is_data(cell: &str) -> bool {
    let cell = cell.trim();
    let digits = cell.bytes().filter(u8::is_ascii_digit).count();
    digits * 2 > cell.len() && !cell.is_empty()
        || cell.starts_with("10.") && cell.contains('/')
        || cell.contains("://")
        || cell.split_whitespace().count() > 6
}
