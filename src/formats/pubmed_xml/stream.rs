//! PubMed XML of any size in little memory: pieces that end behind a record, read one by one.
//!
//! A piece grows until it holds the end of a record, so that memory is bounded by the largest
//! record and the window, not by the file. Numbers, lines and byte offsets are those of the file.

use super::super::account::{Account, Counter};
use super::super::text::{
    Garbled, LineCounter, count_lines, garbled, garbled_problem, gzip, lines,
};
use super::super::{Format, FormatError, LineClass, Lines, Parsed, ParsedRecord};
use super::super::{Problem, ProblemKind};
use super::File;
use super::walk::{Damage, Walk};
use std::io::{self, BufReader, Read};

/// What is read before records are looked for.
const WINDOW: usize = 1 << 18;
/// No record is larger: a piece that grows beyond it without the end of one is damaged.
const LARGEST: usize = 32 << 20;
/// Ends of records.
const ENDS: [&[u8]; 3] = [
    b"</PubmedArticle>",
    b"</PubmedBookArticle>",
    b"</DeleteCitation>",
];

/// What came of a file that was offered to be read piece by piece.
#[expect(
    clippy::large_enum_variant,
    reason = "one is made for a file of any size"
)]
#[derive(Debug)]
pub enum Streamed {
    /// It was read; the records were handed on and are not in it.
    Read(Parsed, u64),
    /// Its start shows no PubMed XML in UTF-8: it is to be read whole.
    Other,
}

/// Reads PubMed XML, plain or gzip, and hands each record on.
///
/// The outer error is the input's; the inner one says why the file is not a record set.
pub fn stream(
    input: impl Read,
    each: &mut dyn FnMut(ParsedRecord) -> io::Result<()>,
) -> io::Result<Result<Streamed, FormatError>> {
    any(input, true, each)
}

/// The same for whoever needs the records alone: their native fields are left empty, and what they
/// hold is not copied.
pub fn stream_records(
    input: impl Read,
    each: &mut dyn FnMut(ParsedRecord) -> io::Result<()>,
) -> io::Result<Result<Streamed, FormatError>> {
    any(input, false, each)
}

fn any(
    input: impl Read,
    native: bool,
    each: &mut dyn FnMut(ParsedRecord) -> io::Result<()>,
) -> io::Result<Result<Streamed, FormatError>> {
    let mut input = BufReader::with_capacity(1 << 18, input);
    let packed = io::BufRead::fill_buf(&mut input)?.starts_with(&[0x1f, 0x8b]);
    if packed {
        pieces(gzip::Unpacked::new(input), true, native, each)
    } else {
        pieces(input, false, native, each)
    }
}

/// Where in the file a piece begins, and what the pieces before it held.
struct At {
    byte: usize,
    lines: u64,
    records: u64,
    /// The sets that are open.
    open: Vec<String>,
}

fn pieces(
    mut input: impl Read,
    packed: bool,
    native: bool,
    each: &mut dyn FnMut(ParsedRecord) -> io::Result<()>,
) -> io::Result<Result<Streamed, FormatError>> {
    let mut buffer: Vec<u8> = Vec::with_capacity(WINDOW * 2);
    let mut at = At {
        byte: 0,
        lines: 0,
        records: 0,
        open: Vec::new(),
    };
    let mut parsed = Parsed {
        account: Account::default(),
        format: Format::PubmedXml,
        dialect: "pubmed",
        records: Vec::new(),
        problems: Vec::new(),
        lines: Lines::default(),
        declared: None,
        query: None,
    };
    let mut counter = Counter::default();
    let mut garbled_all: Option<Garbled> = None;
    let mut first = true;
    let mut cut = None;
    let mut ended = false;
    let mut want = WINDOW;
    let mut room = Vec::new();
    loop {
        while !ended && buffer.len() < want {
            let missing = want - buffer.len();
            match (&mut input).take(missing as u64).read_to_end(&mut buffer) {
                Ok(0) => ended = true,
                Ok(_) => {}
                Err(error) if gzip::is_bomb(&error) => {
                    return Ok(Err(FormatError::Gzip(error.to_string())));
                }
                Err(error) if packed && !first => {
                    cut = Some(error.to_string());
                    ended = true;
                }
                Err(error) => return Err(error),
            }
        }
        if first {
            if !is_ours(&buffer) {
                return Ok(Ok(Streamed::Other));
            }
            if buffer.starts_with("\u{feff}".as_bytes()) {
                buffer.drain(..3);
            }
            first = false;
        }
        let end = if ended {
            buffer.len()
        } else {
            match last_end(&buffer) {
                Some(end) => end,
                None if buffer.len() < LARGEST => {
                    want = buffer.len() + WINDOW;
                    continue;
                }
                None => buffer.len(),
            }
        };
        let piece = buffer.get(..end).unwrap_or_default();
        let text = match std::str::from_utf8(piece) {
            Ok(text) => text,
            // Read whole, such bytes are decoded line by line; before the first record that is
            // still possible.
            Err(_) if at.records == 0 && at.byte == 0 => return Ok(Ok(Streamed::Other)),
            Err(error) => {
                let line = at.lines + piece_lines(piece, error.valid_up_to()) + 1;
                let byte = at.byte + error.valid_up_to();
                parsed.problems.push(Problem::line(
                    line,
                    ProblemKind::DamagedMarkup,
                    format!("no UTF-8 at byte {byte}; the records before it are kept"),
                ));
                break;
            }
        };
        let mut file = File {
            walk: Walk::piece(text),
            counter: LineCounter::new(text),
            records: std::mem::take(&mut room),
            native,
            problems: Vec::new(),
            in_record: None,
            broken_at: None,
            base: at.byte,
        };
        let before = at.open.clone();
        let read = file.top(&mut at.open, ended);
        if matches!(read, Err(Damage::Cut)) && !ended && buffer.len() < LARGEST {
            // The end of a record inside a comment is none: the piece was cut too early.
            at.open = before;
            want = buffer.len() + WINDOW;
            continue;
        }
        let mut stopped = false;
        if let Err(damage) = read {
            stopped = true;
            let place = file.damage_at(&damage, text.len());
            let byte = at.byte + place;
            let (line, kind, why) = file.broken(damage, place);
            let line = at.lines + line;
            let n = at.records + file.records.len() as u64;
            if n == 0 {
                let byte = byte as u64;
                return Ok(Err(FormatError::DamagedXml { byte, line, why }));
            }
            let text = format!("{why} (byte {byte}); the records before it are kept");
            parsed.problems.push(Problem {
                line: Some(line),
                record: file.in_record.map(|_| n + 1),
                kind,
                text,
            });
        }
        if let Some(found) = garbled(text) {
            let line = found.line + at.lines;
            let all = garbled_all.get_or_insert(Garbled {
                line,
                count: 0,
                ..found
            });
            all.count += found.count;
        }
        let (lines_before, records_before) = (at.lines, at.records);
        let moved = |problem: Problem| Problem {
            line: problem.line.map(|line| line + lines_before),
            record: problem.record.map(|n| n + records_before),
            ..problem
        };
        let place = parsed.problems.len() - usize::from(stopped);
        let found: Vec<Problem> = file.problems.drain(..).map(moved).collect();
        parsed.problems.splice(place..place, found);
        for mut record in file.records.drain(..) {
            record.n += records_before;
            record.line = record.line.map(|line| line + lines_before);
            at.records += 1;
            crate::formats::clean::record(&mut record.record);
            counter.see(&record.record);
            each(record)?;
        }
        room = std::mem::take(&mut file.records);
        if ended || stopped {
            let rest = count_lines(text);
            parsed.lines.total = at.lines + rest;
            let markup = parsed.lines.total;
            parsed.lines.add_many(LineClass::Markup, markup);
            break;
        }
        at.lines += count_lines(text).saturating_sub(u64::from(!text.ends_with('\n')));
        at.byte += end;
        buffer.drain(..end);
        want = WINDOW.max(buffer.len() + 1);
    }
    counter.close(&mut parsed);
    if let Some(found) = garbled_all {
        parsed.problems.insert(0, garbled_problem(found));
    }
    if let Some(why) = cut {
        let text = format!("the gzip data break off: {why}; what was unpacked is read");
        let problem = Problem::file(ProblemKind::TruncatedFile, text);
        parsed.problems.push(problem);
    }
    if at.records == 0 {
        let text = "the file is valid and holds no record".to_owned();
        let problem = Problem::file(ProblemKind::NoRecords, text);
        parsed.problems.push(problem);
    }
    Ok(Ok(Streamed::Read(parsed, at.records)))
}

/// Whether a file is PubMed XML by its beginning, in UTF-8.
fn is_ours(start: &[u8]) -> bool {
    let head = start.get(..start.len().min(4_096)).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let declared = head.to_ascii_lowercase();
    let other = declared.contains("encoding=\"") && !declared.contains("encoding=\"utf-8\"");
    let set = [
        "<PubmedArticleSet",
        "<PubmedBookArticleSet",
        "<MedlineCitationSet",
    ];
    !other
        && set.iter().any(|root| head.contains(root))
        && super::super::detect::detect_text(&head) == Ok(Format::PubmedXml)
}

/// Behind the last end of a record.
fn last_end(bytes: &[u8]) -> Option<usize> {
    let mut until = bytes.len();
    while let Some(at) = bytes.get(..until)?.iter().rposition(|b| *b == b'<') {
        let rest = bytes.get(at..).unwrap_or_default();
        if let Some(end) = ENDS.iter().find(|end| rest.starts_with(end)) {
            return Some(at + end.len());
        }
        until = at;
    }
    None
}

fn piece_lines(bytes: &[u8], until: usize) -> u64 {
    let head = bytes.get(..until).unwrap_or_default();
    lines(&String::from_utf8_lossy(head))
        .count()
        .saturating_sub(1) as u64
}
