//! One record of tagged text: its fields in file order, and which of them have found a place.
//!
//! RIS, MEDLINE and Web of Science text share this shape; they differ in what a tag line looks
//! like and in what each tag means.

use super::values::{add_once, filled, is_nothing, trial_numbers};
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
    code: u32,
    used: bool,
}

/// A tag of up to four bytes as a number: tags are compared some hundred times per record.
#[inline]
fn code(tag: &str) -> u32 {
    let bytes = tag.bytes().take(4);
    bytes.fold(0, |code, byte| (code << 8) | u32::from(byte))
}

/// So many tags are looked up at once at most.
const MOST: usize = 32;

/// The codes of a list of tags.
struct Codes([u32; MOST], usize);

impl Codes {
    fn of(tags: &[&str]) -> Self {
        debug_assert!(
            tags.len() <= MOST,
            "a longer list of tags than there is room for"
        );
        let mut codes = [0; MOST];
        for (place, tag) in codes.iter_mut().zip(tags) {
            *place = code(tag);
        }
        Self(codes, tags.len().min(MOST))
    }

    #[inline]
    fn contains(&self, code: u32) -> bool {
        self.0.iter().take(self.1).any(|c| *c == code)
    }
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
            code: code(tag),
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
        // A sum of all bytes without an early end is what the compiler vectorises.
        let wrong = |b: u8| u8::from(b < 0x20 && b != b'\t') | u8::from(b == 0x7f);
        if text.bytes().fold(0, |any, b| any | wrong(b)) == 0 {
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
    pub(super) fn of<'s>(
        &'s self,
        tags: &[&str],
    ) -> impl Iterator<Item = &'s Field<'a>> + use<'s, 'a> {
        let codes = Codes::of(tags);
        let wanted = move |f: &&Field<'a>| codes.contains(f.code) && !f.value.is_empty();
        self.list.iter().filter(wanted)
    }

    /// Whether a tag stands in the record, with a value or without.
    pub(super) fn has(&self, tag: &str) -> bool {
        let code = code(tag);
        self.list.iter().any(|f| f.code == code)
    }

    /// Every field.
    pub(super) fn all_fields(&self) -> &[Field<'a>] {
        &self.list
    }

    /// The value of the first of these tags that has one; it has found its place then.
    pub(super) fn first(&mut self, tags: &[&str]) -> Option<String> {
        tags.iter().find_map(|tag| {
            let code = code(tag);
            let mut of_tag = self.list.iter_mut().filter(|f| f.code == code);
            of_tag.find_map(|f| {
                let value = filled(&f.value)?;
                f.used = true;
                Some(value)
            })
        })
    }

    /// The values of these tags in file order; all have found their place then.
    pub(super) fn all(&mut self, tags: &[&str]) -> Vec<String> {
        let codes = Codes::of(tags);
        let of_tags = self.list.iter_mut().filter(|f| codes.contains(f.code));
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
            code: code(tag),
            used: false,
        });
        let at = index + 1;
        self.list.splice(at..at, split);
    }

    /// The first DOI under these tags; what is none, or names others, is reported and stays under
    /// its tag.
    pub(super) fn doi(&mut self, tags: &[&str], out: &mut Vec<Problem>) -> Option<Doi> {
        let found = super::values::doi_of(self.of(tags).map(|f| f.value.as_ref()));
        let n = self.n;
        let codes = Codes::of(tags);
        let of_tags = self.list.iter_mut().filter(|f| codes.contains(f.code));
        if let Some((kind, text)) = found.problem {
            let line = self.of(tags).next().map_or(0, |f| f.line);
            out.push(Problem::at(line, n, kind, text));
        } else {
            of_tags.for_each(|f| f.used |= found.whole || Doi::parse(&f.value).is_ok());
        }
        found.doi
    }

    /// A PMID under one tag.
    pub(super) fn pmid(&mut self, tag: &str) -> Option<Pmid> {
        let code = code(tag);
        let mut of_tag = self.list.iter_mut().filter(|f| f.code == code);
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
            for id in trial_numbers(&field.value) {
                add_once(&mut found, id);
            }
        }
        found
    }

    /// The first year in a date tag; `bad` where a date is there without a year.
    pub(super) fn year(&mut self, tags: &[&str], out: &mut Vec<Problem>) -> Option<u16> {
        for tag in tags {
            let code = code(tag);
            for field in self.list.iter_mut().filter(|f| f.code == code) {
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
            .find(|f| tags.len() == 1 || Some(&f.tag) != tags.last())
            .filter(|f| !is_nothing(&f.value));
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
