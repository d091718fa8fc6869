//! One record of tagged text: its fields in file order, and which of them have found a place.
//!
//! RIS, MEDLINE and Web of Science text share this shape; they differ in what a tag line looks
//! like and in what each tag means.

use super::values::{add_once, filled, nct_numbers};
use super::{Problem, ProblemKind};
use crate::model::{Doi, Pmid, RegistryId};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// One value under one tag.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    pub(super) tag: &'a str,
    pub(super) line: u64,
    pub(super) value: Cow<'a, str>,
    used: bool,
}

/// The fields of one record.
#[derive(Debug, Clone)]
pub(super) struct Fields<'a> {
    /// Its number in the file, from 1.
    pub(super) n: u64,
    /// The line on which it starts.
    pub(super) line: u64,
    list: Vec<Field<'a>>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(n: u64, line: u64) -> Self {
        let list = Vec::with_capacity(32);
        Self { n, line, list }
    }

    /// Opens a field; control characters are taken out of the value and reported.
    pub(super) fn push(&mut self, tag: &'a str, line: u64, value: &'a str, out: &mut Vec<Problem>) {
        let value = self.cleaned(value, line, out);
        self.list.push(Field {
            tag,
            line,
            value,
            used: false,
        });
    }

    /// Goes on with the last value.
    pub(super) fn extend(&mut self, line: u64, text: &'a str, out: &mut Vec<Problem>) {
        let text = self.cleaned(text, line, out);
        if let Some(last) = self.list.last_mut() {
            if last.value.is_empty() {
                last.value = text;
            } else if !text.is_empty() {
                let value = last.value.to_mut();
                value.push(' ');
                value.push_str(&text);
            }
        }
    }

    fn cleaned(&self, text: &'a str, line: u64, out: &mut Vec<Problem>) -> Cow<'a, str> {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        let control = |c: char| c.is_control() && c != '\t';
        // ASCII control bytes are what occurs; U+0080 to U+009F only where windows-1252 was misread.
        let wrong = |any: bool, b: u8| any | (b < 0x20 && b != b'\t') | (b == 0x7f);
        if !text.bytes().fold(false, wrong) {
            return Cow::Borrowed(text);
        }
        let message = "control characters inside a value are taken out";
        out.push(Problem::at(
            line,
            self.n,
            ProblemKind::ControlCharacter,
            message,
        ));
        Cow::Owned(text.replace(control, ""))
    }

    /// The tag of the last field.
    pub(super) fn last_tag(&self) -> Option<&'a str> {
        self.list.last().map(|f| f.tag)
    }

    /// Fields of these tags in file order, empty ones left out.
    pub(super) fn of<'s>(&'s self, tags: &'s [&str]) -> impl Iterator<Item = &'s Field<'a>> {
        let filled = |f: &&Field<'a>| !f.value.is_empty();
        self.list
            .iter()
            .filter(filled)
            .filter(|f| tags.contains(&f.tag))
    }

    /// Every field.
    pub(super) fn all_fields(&self) -> &[Field<'a>] {
        &self.list
    }

    /// The value of the first of these tags that has one; it has found its place then.
    pub(super) fn first(&mut self, tags: &[&str]) -> Option<String> {
        tags.iter().find_map(|tag| {
            let mut of_tag = self.list.iter_mut().filter(|f| f.tag == *tag);
            of_tag.find_map(|f| {
                let value = filled(&f.value)?;
                f.used = true;
                Some(value)
            })
        })
    }

    /// The values of these tags in file order; all have found their place then.
    pub(super) fn all(&mut self, tags: &[&str]) -> Vec<String> {
        let of_tags = self.list.iter_mut().filter(|f| tags.contains(&f.tag));
        of_tags
            .filter_map(|f| {
                let value = filled(&f.value)?;
                f.used = true;
                Some(value)
            })
            .collect()
    }

    /// Takes a field's value apart: the value stays with `kept`, the rest becomes fields.
    pub(super) fn split_off(&mut self, index: usize, kept: String, rest: Vec<(&'a str, String)>) {
        let Some(field) = self.list.get_mut(index) else {
            return;
        };
        field.value = Cow::Owned(kept);
        let line = field.line;
        let split = rest.into_iter().map(|(tag, value)| Field {
            tag,
            line,
            value: Cow::Owned(value),
            used: false,
        });
        let at = index + 1;
        self.list.splice(at..at, split);
    }

    /// A DOI under one tag; what is none is reported and stays under its tag.
    pub(super) fn doi(&mut self, tags: &[&str], out: &mut Vec<Problem>) -> Option<Doi> {
        let n = self.n;
        let mut wrong = None;
        let of_tags = self
            .list
            .iter_mut()
            .filter(|f| tags.contains(&f.tag) && !f.value.is_empty());
        for field in of_tags {
            match Doi::parse(&field.value) {
                Ok(doi) => {
                    field.used = true;
                    return Some(doi);
                }
                Err(error) => {
                    let problem = || {
                        let kind = ProblemKind::BadIdentifier;
                        Problem::at(field.line, n, kind, error.to_string())
                    };
                    wrong = wrong.or_else(|| Some(problem()));
                }
            }
        }
        out.extend(wrong);
        None
    }

    /// A PMID under one tag.
    pub(super) fn pmid(&mut self, tag: &str) -> Option<Pmid> {
        let mut of_tag = self.list.iter_mut().filter(|f| f.tag == tag);
        of_tag.find_map(|f| {
            let pmid = Pmid::parse(&f.value).ok()?;
            f.used = true;
            Some(pmid)
        })
    }

    /// ClinicalTrials.gov numbers in the values of these tags.
    pub(super) fn trial_numbers(&self, tags: &[&str]) -> Vec<RegistryId> {
        let mut found = Vec::new();
        for field in self.of(tags) {
            // Lists of cited references hold other trials' numbers.
            if field.value.starts_with("References:") {
                break;
            }
            for id in nct_numbers(&field.value) {
                add_once(&mut found, id);
            }
        }
        found
    }

    /// The first year in a date tag; `bad` where a date is there without a year.
    pub(super) fn year(&mut self, tags: &[&str], out: &mut Vec<Problem>) -> Option<u16> {
        for tag in tags {
            for field in self.list.iter_mut().filter(|f| f.tag == *tag) {
                if let Some(year) = super::values::year(&field.value) {
                    let digits = field.value.trim_end_matches('/');
                    field.used = digits.len() == 4;
                    return Some(year);
                }
            }
        }
        // The last tag may hold a month alone; the others are there for the year.
        let dated = self
            .of(tags)
            .find(|f| tags.len() == 1 || Some(&f.tag) != tags.last());
        if let Some(field) = dated {
            let text = format!("no year in `{}`", field.value);
            out.push(Problem::at(field.line, self.n, ProblemKind::BadDate, text));
        }
        None
    }

    /// What found no place, by tag.
    pub(super) fn rest(self) -> BTreeMap<String, Vec<String>> {
        let mut rest: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for field in self
            .list
            .into_iter()
            .filter(|f| !f.used && !f.value.is_empty())
        {
            let value = field.value.into_owned();
            if let Some(values) = rest.get_mut(field.tag) {
                values.push(value);
            } else {
                rest.insert(field.tag.to_owned(), vec![value]);
            }
        }
        rest
    }
}
