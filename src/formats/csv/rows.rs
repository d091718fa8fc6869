//! The rows of a table: RFC 4180, and what people and programs make of it.
//!
//! A row that RFC 4180 reads without a doubt is read so. In any other (a quote inside a quoted
//! cell, a quote that never ends, too many or too few cells with quotes among them) several
//! readings are tried, and the first that gives as many cells as the header has is taken; a row is
//! cut where a later line is a whole row by itself, so that a stray quote swallows no row.

use std::borrow::Cow;

/// Lines looked at for the next whole row inside a broken one.
const LINES_AHEAD: usize = 200;

/// One row as it stands in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawRow<'a> {
    /// Its first byte.
    pub(super) start: usize,
    /// Behind its last byte, without the line end.
    pub(super) end: usize,
    pub(super) cells: Vec<Cow<'a, str>>,
    /// A quote stands inside a quoted cell, or was taken as text.
    pub(super) stray: bool,
    /// A quoted cell never ends.
    pub(super) unclosed: bool,
    /// Whether a quote stands in it.
    quotes: bool,
}

/// Whether a cell says that there is nothing: blank, or the word of a program for it.
pub(super) fn is_nothing(cell: &str) -> bool {
    let cell = cell.trim();
    cell.is_empty()
        || matches!(
            cell,
            "NA" | "N/A"
                | "#N/A"
                | "<NA>"
                | "null"
                | "NULL"
                | "None"
                | "nan"
                | "NaN"
                | "NaT"
                | "[]"
                | "-"
                | "--"
                | "No-Specified"
        )
}

/// How quotes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// A quote ends a cell where a separator or the end of the line follows; any other is text.
    Lenient,
    /// As above, and the next cell must open with a quote.
    AllQuoted,
    /// As `Lenient`, and `""` before a separator is a quote and the end.
    Doubled,
    /// As `Lenient`, and blanks may stand before the opening quote.
    Spaced,
    /// Quotes are text.
    Literal,
    /// The first quote that is not doubled ends the quoting.
    Strict,
}

/// The rows of a text from a place on.
pub(super) struct Rows<'a> {
    text: &'a str,
    at: usize,
    delimiter: u8,
    /// Cells of the header; nothing is repaired where that is not known.
    expected: Option<usize>,
    /// Bytes that may still be read in vain, so that no text takes more than its length allows.
    fuel: usize,
}

impl<'a> Rows<'a> {
    pub(super) fn new(text: &'a str, at: usize, delimiter: u8, expected: Option<usize>) -> Self {
        Self {
            text,
            at,
            delimiter,
            expected,
            fuel: text.len().saturating_mul(32) + (1 << 20),
        }
    }

    fn line_end(&self, from: usize) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r'));
        end.map_or(self.text.len(), |end| from + end)
    }

    /// Behind the line ends at a place.
    fn past_ends(&self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        while matches!(bytes.get(at), Some(b'\n' | b'\r')) {
            at += 1;
        }
        at
    }

    fn row(&mut self) -> RawRow<'a> {
        let (start, all) = (self.at, self.text.len());
        let line = self.line_end(start);
        let Some(expected) = self.expected else {
            return parse(self.text, start, all, self.delimiter, Rule::Lenient);
        };
        let limit = if self.fuel == 0 { line } else { all };
        let plain = parse(self.text, start, limit, self.delimiter, Rule::Lenient);
        let tabs = self.delimiter == b'\t';
        let fits = |row: &RawRow<'_>| fits(row, expected, tabs);
        let right = fits(&plain);
        if !plain.unclosed && !plain.stray && (right || !plain.quotes) || self.fuel == 0 {
            return plain;
        }
        self.fuel = self.fuel.saturating_sub(plain.end - start);
        if plain.end > line
            && let Some(cut) = self.restart(line, &plain, expected)
        {
            return self.piece(start, cut, expected);
        }
        // An open quote at the end of a file is one of its last row.
        if right {
            return plain;
        }
        let delimiter = self.delimiter;
        let text = self.text;
        let mut attempt = |rule: Rule, end: usize| {
            let row = parse(text, start, end, delimiter, rule);
            self.fuel = self.fuel.saturating_sub(row.end - start);
            (fits(&row) && !row.unclosed).then_some(RawRow { stray: true, ..row })
        };
        let whole = [Rule::AllQuoted, Rule::Doubled, Rule::Spaced];
        let alone = [
            Rule::AllQuoted,
            Rule::Doubled,
            Rule::Spaced,
            Rule::Literal,
            Rule::Strict,
        ];
        let found = whole.into_iter().find_map(|rule| attempt(rule, all));
        // An open quote at the end of a file is one of the last row, not of a line.
        let by_line = !plain.unclosed || delimiter == b'\t';
        let found = found.or_else(|| {
            let rules = alone.into_iter().filter(|_| by_line);
            rules.into_iter().find_map(|rule| attempt(rule, line))
        });
        found.unwrap_or(plain)
    }

    /// The best reading of a row that is known to end at `cut`.
    fn piece(&mut self, start: usize, cut: usize, expected: usize) -> RawRow<'a> {
        let rules = [
            Rule::Lenient,
            Rule::AllQuoted,
            Rule::Doubled,
            Rule::Spaced,
            Rule::Literal,
            Rule::Strict,
        ];
        let read = |rule| parse(self.text, start, cut, self.delimiter, rule);
        let mut rows = rules.into_iter().map(read);
        let right = rows.find(|row| fits(row, expected, self.delimiter == b'\t') && !row.unclosed);
        right.map_or_else(|| read(Rule::Lenient), |row| RawRow { stray: true, ..row })
    }

    /// Where a later line inside a broken row is a whole row by itself, the end of the line before.
    fn restart(&mut self, line: usize, broken: &RawRow<'_>, expected: usize) -> Option<usize> {
        if expected < 2 {
            return None;
        }
        let quoted = |at: usize| self.text.as_bytes().get(at) == Some(&b'"');
        let digit = |at: usize| {
            let first = self
                .text
                .as_bytes()
                .get(at..)?
                .iter()
                .find(|b| **b != b'"')?;
            Some(first.is_ascii_digit())
        };
        let mut end = line;
        for _ in 0..LINES_AHEAD {
            let at = self.past_ends(end);
            if at >= broken.end {
                return None;
            }
            if self.fuel == 0 {
                break;
            }
            if quoted(at) == quoted(broken.start) && digit(at) == digit(broken.start) {
                let row = parse(
                    self.text,
                    at,
                    self.text.len(),
                    self.delimiter,
                    Rule::Lenient,
                );
                self.fuel = self.fuel.saturating_sub(row.end - at);
                if fits(&row, expected, self.delimiter == b'\t') && !row.stray && !row.unclosed {
                    return Some(end);
                }
            }
            end = self.line_end(at);
        }
        // No cell of a row that is wrong anyway is as long as this: the row ends with its line.
        (broken.unclosed || broken.cells.len() != expected).then_some(line)
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = RawRow<'a>;

    fn next(&mut self) -> Option<RawRow<'a>> {
        self.at = self.past_ends(self.at);
        if self.at >= self.text.len() {
            return None;
        }
        let row = self.row();
        self.at = row.end;
        Some(row)
    }
}

/// Whether a row has as many cells as the header; Web of Science ends its rows with a tab too many.
fn fits(row: &RawRow<'_>, expected: usize, tabs: bool) -> bool {
    let blank = row.cells.last().is_some_and(|cell| cell.trim().is_empty());
    row.cells.len() == expected || tabs && blank && row.cells.len() == expected + 1
}

/// Reads one row from `start` on, at most up to `limit`.
fn parse(text: &str, start: usize, limit: usize, delimiter: u8, rule: Rule) -> RawRow<'_> {
    let bytes = text.as_bytes().get(..limit).unwrap_or_default();
    let mut row = RawRow {
        start,
        end: limit,
        cells: Vec::new(),
        stray: false,
        unclosed: false,
        quotes: false,
    };
    let is_end = |byte: Option<&u8>| matches!(byte, None | Some(b'\n' | b'\r'));
    let separates = |byte: Option<&u8>| byte == Some(&delimiter) || is_end(byte);
    let mut at = start;
    loop {
        let blanks = match rule {
            Rule::Spaced => {
                let rest = bytes.get(at..).unwrap_or_default();
                rest.iter().take_while(|b| **b == b' ').count()
            }
            _ => 0,
        };
        if rule != Rule::Literal && bytes.get(at + blanks) == Some(&b'"') {
            row.quotes = true;
            let (cell, next) = quoted(text, bytes, at + blanks + 1, delimiter, rule, &mut row);
            row.cells.push(cell);
            at = next;
        } else {
            let rest = bytes.get(at..).unwrap_or_default();
            let length = rest.iter().position(|b| separates(Some(b)));
            let end = length.map_or(bytes.len(), |length| at + length);
            let cell = text.get(at..end).unwrap_or_default();
            row.quotes |= cell.contains('"');
            row.cells.push(Cow::Borrowed(cell));
            at = end;
        }
        if bytes.get(at) == Some(&delimiter) {
            at += 1;
        } else {
            row.end = at.min(limit);
            return row;
        }
    }
}

/// The content of a quoted cell from behind its opening quote, and where it ends.
fn quoted<'a>(
    text: &'a str,
    bytes: &[u8],
    start: usize,
    delimiter: u8,
    rule: Rule,
    row: &mut RawRow<'_>,
) -> (Cow<'a, str>, usize) {
    let is_end = |byte: Option<&u8>| matches!(byte, None | Some(b'\n' | b'\r'));
    let separates = |byte: Option<&u8>| byte == Some(&delimiter) || is_end(byte);
    let mut built = String::new();
    let (mut from, mut at) = (start, start);
    let whole = |built: String, from: usize, to: usize| {
        let last = text.get(from..to).unwrap_or_default();
        if built.is_empty() {
            Cow::Borrowed(last)
        } else {
            Cow::Owned(built + last)
        }
    };
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(found) = rest.iter().position(|b| *b == b'"') else {
            row.unclosed = true;
            return (whole(built, from, bytes.len()), bytes.len());
        };
        let quote = at + found;
        let next = bytes.get(quote + 1);
        if next == Some(&b'"') {
            let doubled_end = rule == Rule::Doubled && separates(bytes.get(quote + 2));
            built.push_str(text.get(from..=quote).unwrap_or_default());
            if doubled_end {
                return (Cow::Owned(built), quote + 2);
            }
            at = quote + 2;
            from = at;
            continue;
        }
        if rule == Rule::Strict {
            // What follows up to the separator belongs to the cell.
            let tail = bytes.get(quote + 1..).unwrap_or_default();
            let length = tail
                .iter()
                .position(|b| separates(Some(b)))
                .unwrap_or(tail.len());
            let end = quote + 1 + length;
            built.push_str(text.get(from..quote).unwrap_or_default());
            return (whole(built, quote + 1, end), end);
        }
        let tail = bytes.get(quote + 1..).unwrap_or_default();
        let blanks = tail.iter().take_while(|b| **b == b' ').count();
        let behind = quote + 1 + blanks;
        let closes = match rule {
            Rule::AllQuoted => {
                is_end(bytes.get(behind))
                    || bytes.get(behind) == Some(&delimiter) && bytes.get(behind + 1) == Some(&b'"')
            }
            _ => separates(bytes.get(behind)),
        };
        if closes {
            return (whole(built, from, quote), behind);
        }
        row.stray = true;
        at = quote + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str, expected: usize) -> Vec<Vec<String>> {
        let rows = Rows::new(text, 0, b',', Some(expected));
        rows.map(|row| row.cells.into_iter().map(Cow::into_owned).collect())
            .collect()
    }

    #[test]
    fn a_stray_quote_is_text_and_swallows_no_row() {
        for (text, second) in [
            ("\"a \"b\" c\",\"d\"\n\"e\",\"f\"\n", "e"),
            ("\"a \"b\"\",\"d\"\n\"e\",\"f\"\n", "e"),
            ("\"size 5\", tall\",\"d\"\n\"e\",\"f\"\n", "e"),
            ("\"a\"b,d\n\"e\",\"f\"\n", "e"),
            ("1,\"a\n2,b\n3,\"c\"\n", "2"),
            ("1,\"a\n2,\"b\nof two\"\n3,\"c\"\n", "2"),
        ] {
            let rows = rows(text, 2);
            assert_eq!(rows[0].len(), 2, "{text}: {rows:?}");
            assert_eq!(rows[1][0], second, "{text}: {rows:?}");
        }
        let kept = &rows("\"a \"b\" c\",\"d\"\n", 2)[0][0];
        assert_eq!(kept, "a \"b\" c");
        let lines = "\"a\",\"one \"two\" three\nfour\",\"c\"\n\"d\",\"e\",\"f\"\n";
        assert_eq!(rows(lines, 3)[0][1], "one \"two\" three\nfour");
    }

    #[test]
    fn tables_without_quoting_keep_quotes_as_text() {
        let text = "1\t\"Naps\": a study\t2019\n2\t\"Open\t2020\n3\tc\t2021\n";
        let rows: Vec<_> = Rows::new(text, 0, b'\t', Some(3)).collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0].cells[1], "\"Naps\": a study");
        assert_eq!(rows[1].cells[1], "\"Open");
    }

    #[test]
    fn a_hostile_text_takes_no_more_than_its_length_allows() {
        let text = "a,\"b\n".repeat(40_000);
        assert!(Rows::new(&text, 0, b',', Some(3)).count() > 30_000);
        assert!(Rows::new(&text, 0, b'\t', Some(3)).count() >= 1);
    }

    proptest! {
        #[test]
        fn what_rfc_4180_writes_is_read_back(
            table in prop::collection::vec(prop::collection::vec("[a-c\",; \n]{0,6}", 3), 1..8)
        ) {
            let mut text = String::new();
            for row in &table {
                let cells: Vec<_> = row.iter().map(|c| format!("\"{}\"", c.replace('"', "\"\""))).collect();
                text.push_str(&cells.join(","));
                text.push_str("\r\n");
            }
            prop_assert_eq!(rows(&text, 3), table);
        }
    }
}
