//! Traps of real files, in small inputs typed for these tests.

mod bib;
mod encodings;
mod glued;
mod identifiers;
mod profiles;
mod properties;
mod pubmed;
mod round_trip;
mod stated;
mod tables;
mod tagged;
mod trials;
mod vendors;
mod writers;

use super::{Format, Parsed, ProblemKind, read};

/// Reads a text that is a citation file; its lines must close.
fn parsed(text: &str) -> Parsed {
    let parsed = read(text.as_bytes(), None).unwrap();
    assert!(parsed.lines.closes(), "{:?}", parsed.lines);
    parsed
}

/// Kind, line and record of every problem.
fn problems(parsed: &Parsed) -> Vec<(ProblemKind, Option<u64>, Option<u64>)> {
    parsed
        .problems
        .iter()
        .map(|p| (p.kind, p.line, p.record))
        .collect()
}

fn titles(parsed: &Parsed) -> Vec<&str> {
    let titles = parsed.records.iter().map(|r| r.record.title.as_deref());
    titles.map(Option::unwrap_or_default).collect()
}

#[test]
fn the_words_of_formats_are_read_back() {
    for format in Format::ALL {
        assert_eq!(format.as_str().parse::<Format>(), Ok(format));
    }
    let said = "docx".parse::<Format>().unwrap_err().to_string();
    for format in Format::ALL {
        assert!(said.contains(format.as_str()), "{said}");
    }
}
