//! The lines of a strategy: their numbers, and the bytes of the file that belong to each.
//!
//! Search histories number their lines as `1`, `1.`, `#1` or not at all; a line without a number
//! in a numbered history goes on with the line before. Histories are printed upwards or downwards:
//! what counts is the number, not the place.

use super::is_comment;
use std::ops::Range;

/// One step of a strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Its number, written or counted.
    pub(super) number: u32,
    /// Where the number stands; the first byte where none is written.
    pub(super) label: Range<usize>,
    /// The bytes of the step, one range for each physical line.
    pub(super) parts: Vec<Range<usize>>,
}

impl Line {
    /// From the first to the last byte of the step.
    pub(super) fn span(&self) -> Range<usize> {
        let start = self.parts.first().map_or(self.label.start, |p| p.start);
        start..self.parts.last().map_or(start, |p| p.end)
    }
}

/// The steps of `text`, in the order of the file.
///
/// `refers` tells whether a text refers to other lines: without numbers it decides between one
/// expression over several lines and a history that counts its lines.
pub(super) fn lines(text: &str, refers: impl Fn(&str) -> bool) -> Vec<Line> {
    let sent = sent(text);
    let first = sent.first().and_then(|part| label(text, part));
    if first.is_none() {
        let history = sent.len() > 1
            && sent
                .iter()
                .any(|part| refers(text.get(part.clone()).unwrap_or_default()));
        return unnumbered(sent, history);
    }
    let mut out: Vec<Line> = Vec::new();
    for part in sent {
        match (label(text, &part), out.last_mut()) {
            (Some((number, label, rest)), _) => out.push(Line {
                number,
                label,
                parts: vec![rest],
            }),
            (None, Some(line)) => line.parts.push(part),
            (None, None) => {}
        }
    }
    out
}

fn unnumbered(sent: Vec<Range<usize>>, history: bool) -> Vec<Line> {
    let label = |part: &Range<usize>| part.start..part.start;
    if history {
        let numbers = 1..;
        let lines = sent.into_iter().zip(numbers);
        return lines
            .map(|(part, number)| Line {
                number,
                label: label(&part),
                parts: vec![part],
            })
            .collect();
    }
    match sent.first().map(label) {
        Some(label) => vec![Line {
            number: 1,
            label,
            parts: sent,
        }],
        None => Vec::new(),
    }
}

/// The trimmed physical lines that are sent and not empty.
fn sent(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end().trim_start_matches('\u{feff}');
        let body = bare.trim_start();
        let end = at + line.trim_end().len();
        if !is_comment(bare) && !body.is_empty() {
            out.push(end - body.len()..end);
        }
        at += line.len();
    }
    out
}

/// The number before a step, where it stands, and the rest of the line.
fn label(text: &str, part: &Range<usize>) -> Option<(u32, Range<usize>, Range<usize>)> {
    let body = text.get(part.clone())?;
    let (hash, bare) = match body.strip_prefix('#') {
        Some(bare) => (1, bare),
        None => (0, body),
    };
    let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
    let number: u32 = bare.get(..digits)?.parse().ok()?;
    let after = bare.get(digits..)?;
    let marked = after.strip_prefix(['.', ')', ':']);
    let rest = marked.unwrap_or(after);
    let ends = rest.is_empty() && marked.is_some();
    if !ends && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let rest = rest.trim_start();
    let next = rest.split_whitespace().next().unwrap_or_default();
    if marked.is_none() && is_operator(next) {
        return None;
    }
    let end = part.start + hash + digits;
    Some((number, part.start..end, part.end - rest.len()..part.end))
}

/// Whether a word joins what stands before it, so that the number before it is not a label.
fn is_operator(word: &str) -> bool {
    let word = word.trim_end_matches('(').to_ascii_lowercase();
    let name = word.split('/').next().unwrap_or_default();
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    // `or/1-3` begins a step; `NEAR/3` goes on with one.
    matches!(word.as_str(), "and" | "or" | "not") || matches!(name, "near" | "next" | "adj")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u32, String)> {
        let refers = |line: &str| line.contains('#') || line.starts_with("or/");
        let lines = lines(text, refers);
        let body = |line: &Line| {
            let parts: Vec<&str> = line.parts.iter().map(|p| &text[p.clone()]).collect();
            parts.join("|")
        };
        lines.iter().map(|line| (line.number, body(line))).collect()
    }

    #[test]
    fn numbers_are_read_as_histories_print_them() {
        for text in [
            "# Embase\n#1 a:ti\n  b:ti\r\n#2 #1 AND c:ti\n",
            "1. a:ti\nb:ti\n2. #1 AND c:ti",
            "1 a:ti\n\nb:ti\n2\t#1 AND c:ti",
        ] {
            let read = read(text);
            assert_eq!(
                read,
                [(1, "a:ti|b:ti".into()), (2, "#1 AND c:ti".into())],
                "{text}"
            );
        }
    }

    #[test]
    fn a_reference_at_the_start_is_no_number() {
        let found = read("cd38:ti\nmyelom*:ti\n#1 AND #2\n");
        assert_eq!(found.len(), 3);
        assert_eq!(found[2], (3, "#1 AND #2".to_owned()));
        assert_eq!(read("1 or/2-3"), [(1, "or/2-3".to_owned())]);
    }

    #[test]
    fn lines_without_numbers_and_references_are_one_expression() {
        assert_eq!(read("(a\nOR b)\n"), [(1, "(a|OR b)".to_owned())]);
        assert_eq!(read(""), []);
    }
}
