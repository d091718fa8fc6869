//! JSON of ClinicalTrials.gov (API v2 page, or the bare array of the website's download), of
//! Crossref (`works`) and of Europe PMC (`search`, core results).
//!
//! The records are read one by one out of their array, so a file that breaks off keeps the
//! complete ones before the cut.

mod crossref;
mod ctgov;
mod europepmc;

use super::text::{LineCounter, count_lines, lines};
use super::{Format, FormatError, LineClass, Lines, Parsed, ParsedRecord, Problem, ProblemKind};
use serde_json::Value;
use std::collections::BTreeMap;

/// Which of the three a text is; `None` for other JSON.
pub(super) fn kind(text: &str) -> Option<Format> {
    if text.contains("\"protocolSection\"") || array_of(text, "studies").is_some() {
        return Some(Format::Ctgov);
    }
    if text.contains("\"hitCount\"") && text.contains("\"resultList\"") {
        return Some(Format::EuropePmc);
    }
    let crossref = text.contains("\"DOI\"")
        && (text.contains("\"container-title\"") || text.contains("\"message-type\""));
    let empty = text.contains("\"work-list\"");
    // CSL-JSON, as Zotero and citation processors write it.
    let csl = text.contains("\"title\"")
        && text.contains("\"type\"")
        && (text.contains("\"issued\"") || text.contains("\"container-title\""));
    (crossref || empty || csl).then_some(Format::Crossref)
}

/// Reads one file of a known kind.
pub(super) fn read(text: &str, format: Format) -> Result<Parsed, FormatError> {
    let mut ledger = Lines {
        total: count_lines(text),
        ..Lines::default()
    };
    ledger.add_many(LineClass::Markup, lines(text).count() as u64);
    let key = match format {
        Format::Crossref => "items",
        Format::EuropePmc => "result",
        _ => "studies",
    };
    let mut file = File {
        text,
        format,
        counter: LineCounter::new(text),
        records: Vec::new(),
        problems: Vec::new(),
    };
    let lead = text.len()
        - text
            .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
            .len();
    let bare = text.get(lead..).is_some_and(|t| t.starts_with('['));
    let array = if bare {
        Some(lead + 1)
    } else {
        array_of(text, key)
    };
    match array {
        Some(start) => file.array(start, bare)?,
        None => file.alone(lead)?,
    }
    let (head, tail) = (array.unwrap_or(0), text);
    let total = match format {
        Format::Crossref => number_of(tail, "total-results"),
        Format::EuropePmc => number_of(tail, "hitCount"),
        _ => number_of(tail.get(..head).unwrap_or_default(), "totalCount")
            .or_else(|| last_number_of(tail, "totalCount")),
    };
    Ok(Parsed {
        account: super::Account::default(),
        format,
        dialect: match format {
            Format::Crossref if file.records.first().is_some_and(is_csl) => "csl-json",
            Format::Crossref => "crossref",
            Format::EuropePmc => "europepmc",
            _ => "clinicaltrials.gov",
        },
        records: file.records,
        problems: file.problems,
        lines: ledger,
        declared: total,
        query: None,
    })
}

/// Behind the bracket of `"key": [`.
fn array_of(text: &str, key: &str) -> Option<usize> {
    let quoted = format!("\"{key}\"");
    text.match_indices(&quoted).find_map(|(at, _)| {
        let from = at + quoted.len();
        let rest = text.get(from..)?;
        let value = rest.trim_start().strip_prefix(':')?.trim_start();
        value.starts_with('[').then(|| text.len() - value.len() + 1)
    })
}

fn number_of(text: &str, key: &str) -> Option<u64> {
    let (_, rest) = text.split_once(&format!("\"{key}\""))?;
    number(rest)
}

fn last_number_of(text: &str, key: &str) -> Option<u64> {
    let (_, rest) = text.rsplit_once(&format!("\"{key}\""))?;
    number(rest)
}

fn number(rest: &str) -> Option<u64> {
    let value = rest.trim_start().strip_prefix(':')?.trim_start();
    let digits = value.split(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

struct File<'a> {
    text: &'a str,
    format: Format,
    counter: LineCounter<'a>,
    records: Vec<ParsedRecord>,
    problems: Vec<Problem>,
}

impl File<'_> {
    /// The elements of an array, up to its end or the first that is not JSON.
    fn array(&mut self, start: usize, bare: bool) -> Result<(), FormatError> {
        let mut at = start;
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let next = rest.trim_start_matches([' ', '\t', '\r', '\n', ',']);
            at = self.text.len() - next.len();
            if let Some(tail) = next.strip_prefix(']') {
                self.tail(tail.trim(), bare);
                return Ok(());
            }
            let mut values = serde_json::Deserializer::from_str(next).into_iter::<Value>();
            match values.next() {
                Some(Ok(value)) => {
                    let line = self.counter.line_at(at);
                    self.value(&value, line);
                    at += values.byte_offset().max(1);
                }
                Some(Err(error)) => return self.broken(at, &error),
                None => return self.cut(at, "the array never ends"),
            }
        }
    }

    /// What stands behind the array: the closing brackets of a page, or of nothing.
    fn tail(&mut self, tail: &str, bare: bool) {
        if bare && !tail.is_empty() {
            let line = self.counter.line_at(self.text.len() - tail.len());
            let shown: String = tail.chars().take(120).collect();
            let text = format!("text behind the records: {shown}");
            self.problems
                .push(Problem::line(line, ProblemKind::StrayLine, text));
        }
        if !bare && !tail.ends_with('}') {
            let text = "the page ends before its last bracket";
            self.problems
                .push(Problem::file(ProblemKind::TruncatedFile, text));
        }
    }

    /// A file that is one record.
    fn alone(&mut self, at: usize) -> Result<(), FormatError> {
        let rest = self.text.get(at..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => {
                let inner = value.get("message").unwrap_or(&value);
                let line = self.counter.line_at(at);
                self.value(inner, line);
                Ok(())
            }
            Some(Err(error)) => self.broken(at, &error),
            None => self.cut(at, "the file ends"),
        }
    }

    fn value(&mut self, value: &Value, line: u64) {
        let n = self.records.len() as u64 + 1;
        let built = match self.format {
            Format::Crossref => crossref::build(value, n, line, &mut self.problems),
            Format::EuropePmc => europepmc::build(value, n, line, &mut self.problems),
            _ => ctgov::build(value, n, line),
        };
        if let Some(record) = built {
            self.records.push(record);
        } else {
            let shown: String = value.to_string().chars().take(120).collect();
            let text = format!("no record: {shown}");
            self.problems
                .push(Problem::line(line, ProblemKind::EmptyRecord, text));
        }
    }

    fn broken(&mut self, at: usize, error: &serde_json::Error) -> Result<(), FormatError> {
        if error.is_eof() {
            return self.cut(at, "the file ends inside a record");
        }
        self.stop(at, ProblemKind::DamagedMarkup, &error.to_string())
    }

    fn cut(&mut self, at: usize, why: &str) -> Result<(), FormatError> {
        self.stop(at, ProblemKind::TruncatedFile, why)
    }

    fn stop(&mut self, at: usize, kind: ProblemKind, why: &str) -> Result<(), FormatError> {
        if self.records.is_empty() {
            return Err(FormatError::DamagedJson(why.to_owned()));
        }
        let line = self.counter.line_at(at);
        let n = self.records.len() as u64 + 1;
        let text = format!("{why} (byte {at}); the records before it are kept");
        self.problems.push(Problem::at(line, n, kind, text));
        Ok(())
    }
}

/// Whether a record was built of CSL-JSON, which reference managers write.
fn is_csl(parsed: &ParsedRecord) -> bool {
    matches!(&parsed.native, super::Native::Entry(entry) if matches!(entry.own, super::Own::Ris {}))
}

/// The text at a path of keys, white space collapsed.
fn text_at(value: &Value, path: &[&str]) -> Option<String> {
    let found = at(value, path)?;
    match found {
        Value::String(text) => super::values::filled(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(items) => items.iter().find_map(|item| text_at(item, &[])),
        Value::Null | Value::Bool(_) | Value::Object(_) => None,
    }
}

fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

/// The elements of an array at a path.
fn items<'v>(value: &'v Value, path: &[&str]) -> &'v [Value] {
    at(value, path)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// The texts of an array at a path.
fn texts(value: &Value, path: &[&str]) -> Vec<String> {
    let items = items(value, path).iter();
    items.filter_map(|item| text_at(item, &[])).collect()
}

/// Every leaf below a value by its path, but for what `placed` names.
fn rest(value: &Value, above: &str, placed: &[&str], out: &mut BTreeMap<String, Vec<String>>) {
    if placed.contains(&above) {
        return;
    }
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                let path = match above {
                    "" => key.clone(),
                    _ => format!("{above}.{key}"),
                };
                rest(inner, &path, placed, out);
            }
        }
        Value::Array(list) => list.iter().for_each(|item| rest(item, above, placed, out)),
        Value::Null => {}
        Value::String(text) if text.trim().is_empty() => {}
        Value::String(text) => out.entry(above.to_owned()).or_default().push(text.clone()),
        Value::Bool(_) | Value::Number(_) => {
            out.entry(above.to_owned())
                .or_default()
                .push(value.to_string());
        }
    }
}
