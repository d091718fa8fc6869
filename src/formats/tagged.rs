//! One record of tagged text: its fields in file order, and which of them have found a place.
//!
//! RIS, MEDLINE and Web of Science text share this shape; they differ in what a tag line looks
//! like and in what each tag means.

use super::values::{add_once, is_nothing, stated, trial_numbers};
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

/// One bit of 64 for a tag: whether a record has it at all is asked more often than what it holds.
#[inline]
fn bit(code: u32) -> u64 {
    1 << (code.wrapping_mul(0x9e37_79b1) >> 26)
}

/// The codes of a list of tags.
struct Codes {
    list: [u32; MOST],
    count: usize,
    bits: u64,
}

impl Codes {
    fn of(tags: &[&str]) -> Self {
        debug_assert!(
            tags.len() <= MOST,
            "a longer list of tags than there is room for"
        );
        let mut list = [0; MOST];
        let mut bits = 0;
        for (place, tag) in list.iter_mut().zip(tags) {
            *place = code(tag);
            bits |= bit(*place);
        }
        let count = tags.len().min(MOST);
        Self { list, count, bits }
    }

    #[inline]
    fn contains(&self, code: u32) -> bool {
        let list = self.list.get(..self.count).unwrap_or_default();
        self.bits & bit(code) != 0 && list.contains(&code)
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
    /// The bits of every tag that was ever added; a tag without its bit is not there.
    seen: u64,
}

impl<'a> Fields<'a> {
    pub(super) fn new(n: u64, line: u64) -> Self {
        Self::in_room(n, line, Vec::with_capacity(32))
    }

    /// The same in the room of a record that is done: see [`Fields::room`].
    pub(super) fn in_room(n: u64, line: u64, room: Vec<Field<'a>>) -> Self {
        let (list, seen) = (room, 0);
        Self {
            n,
            line,
            list,
            seen,
        }
    }

    /// The room of the fields, for another record.
    pub(super) fn room(mut self) -> Vec<Field<'a>> {
        self.list.clear();
        self.list
    }

    /// The fields that may have one of these tags: all, or none.
    fn candidates(&self, bits: u64) -> &[Field<'a>] {
        if self.seen & bits == 0 {
            &[]
        } else {
            &self.list
        }
    }

    fn candidates_mut(&mut self, bits: u64) -> &mut [Field<'a>] {
        if self.seen & bits == 0 {
            &mut []
        } else {
            &mut self.list
        }
    }

    /// Opens a field; control characters are taken out of the value and reported.
    pub(super) fn push(&mut self, tag: &'a str, line: u64, value: &'a str, out: &mut Vec<Problem>) {
        let value = self.cleaned(value, line, out);
        let code = code(tag);
        self.seen |= bit(code);
        self.list.push(Field {
            tag,
            line,
            value,
            code,
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

    /// Takes every field of a later block, as if it had stood in this record.
    pub(super) fn append(&mut self, block: Self) {
        self.seen |= block.seen;
        self.list.extend(block.list);
    }

    /// Takes the first `count` fields out, as a record of their own under the same number.
    pub(super) fn take_front(&mut self, count: usize) -> Self {
        let rest = self.list.split_off(count.min(self.list.len()));
        let list = std::mem::replace(&mut self.list, rest);
        let line = self.line;
        self.line = self.list.first().map_or(line, |f| f.line);
        let (n, seen) = (self.n, self.seen);
        Self {
            n,
            line,
            list,
            seen,
        }
    }

    /// How many fields there are.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// A value is not a value of its field: what it says stands elsewhere, and it stays under its tag.
    pub(super) fn all_but(&mut self, tags: &[&str], not: impl Fn(&str) -> bool) -> Vec<String> {
        let codes = Codes::of(tags);
        let candidates = self.candidates_mut(codes.bits).iter_mut();
        let of_tags = candidates.filter(|f| codes.contains(f.code));
        of_tags
            .filter_map(|f| {
                let value = stated(&f.value).filter(|value| !not(value))?;
                f.used = true;
                Some(value)
            })
            .collect()
    }

    /// The first value of these tags that is fit; it has found its place then.
    pub(super) fn first_fit(
        &mut self,
        tags: &[&str],
        fit: impl Fn(&str) -> bool,
    ) -> Option<String> {
        tags.iter().find_map(|tag| {
            let code = code(tag);
            let candidates = self.candidates_mut(bit(code)).iter_mut();
            let mut of_tag = candidates.filter(|f| f.code == code);
            of_tag.find_map(|f| {
                let value = stated(&f.value).filter(|value| fit(value))?;
                f.used = true;
                Some(value)
            })
        })
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
        let bits = codes.bits;
        let wanted = move |f: &&Field<'a>| codes.contains(f.code) && !f.value.is_empty();
        self.candidates(bits).iter().filter(wanted)
    }

    /// Whether a tag stands in the record, with a value or without.
    pub(super) fn has(&self, tag: &str) -> bool {
        let code = code(tag);
        let mut candidates = self.candidates(bit(code)).iter();
        candidates.any(|f| f.code == code)
    }

    /// Every field in the order of the file.
    pub(super) fn all_fields(&self) -> &[Field<'a>] {
        &self.list
    }

    /// The value of the first of these tags that has one; it has found its place then.
    pub(super) fn first(&mut self, tags: &[&str]) -> Option<String> {
        self.first_fit(tags, |_| true)
    }

    /// The values of these tags in file order; all have found their place then.
    pub(super) fn all(&mut self, tags: &[&str]) -> Vec<String> {
        self.all_but(tags, |_| false)
    }

    /// Takes a field's value apart: the value stays with `kept`, the rest becomes fields.
    pub(super) fn split_off(&mut self, index: usize, kept: String, rest: Vec<(&'a str, String)>) {
        let Some(field) = self.list.get_mut(index) else {
            return;
        };
        field.value = Cow::Owned(kept);
        let line = field.line;
        self.seen |= rest.iter().fold(0, |bits, (tag, _)| bits | bit(code(tag)));
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
        let candidates = self.candidates_mut(bit(code)).iter_mut();
        let mut of_tag = candidates.filter(|f| f.code == code);
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
            let candidates = self.candidates_mut(bit(code)).iter_mut();
            for field in candidates.filter(|f| f.code == code) {
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
            .filter(|f| !is_nothing(&f.value))
            .find(|f| tags.len() == 1 || Some(&f.tag) != tags.last());
        if let Some(field) = dated {
            let text = format!("no year in `{}`", field.value);
            out.push(Problem::at(field.line, self.n, ProblemKind::BadDate, text));
        }
        None
    }

    /// What found no place, by tag; it is taken out.
    pub(super) fn rest(&mut self) -> BTreeMap<String, Vec<String>> {
        let mut rest: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for field in self
            .list
            .drain(..)
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
