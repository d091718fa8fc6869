//! What is done to every record, whichever reader built it.
//!
//! Words that programs write for "no value" are none; markup in titles and abstracts is read as
//! text; a registry's number is not an author, and its address not a journal (Cochrane CENTRAL writes
//! both); "et al." at the end of the authors says that the list is cut. The fields that `convert`
//! shows keep their markup, exponents aside, and the authors and journals as the source writes
//! them.

use super::values::{
    add_once, is_cut, is_placeholder, is_placeholder_name, says_none, with_powers, without_markup,
};
use super::{Entry, Native, ParsedRecord};
use crate::model::{Record, RegistryId};
use std::borrow::Cow;

/// Cleans one record and what `convert` shows of it.
pub(super) fn parsed(parsed: &mut ParsedRecord) {
    record(&mut parsed.record);
    if let Native::Entry(entry) = &mut parsed.native {
        self::entry(entry);
    }
}

/// Cleans one record.
pub(super) fn record(record: &mut Record) {
    drop_nothing(
        &mut record.title,
        &mut record.authors,
        &mut record.abstract_text,
        [
            &mut record.journal,
            &mut record.volume,
            &mut record.issue,
            &mut record.pages,
            &mut record.language,
            &mut record.url,
        ],
    );
    let lists = [
        &mut record.keywords,
        &mut record.issn,
        &mut record.publication_types,
        &mut record.headings,
    ];
    for list in lists {
        // Sodium is a keyword.
        list.retain(|value| !is_placeholder_name(value));
    }
    for text in [&mut record.title, &mut record.abstract_text] {
        replace(text, without_markup);
    }
    for title in &mut record.other_titles {
        if let Cow::Owned(read) = without_markup(title) {
            *title = read;
        }
    }
    registers(record);
    while record.authors.last().is_some_and(|author| is_cut(author)) {
        record.authors.pop();
        record.authors_truncated = true;
    }
}

/// Numbers of registers among the authors, and an address of a register as the journal.
fn registers(record: &mut Record) {
    let numbered = |author: &String| {
        let digits = author.bytes().any(|b| b.is_ascii_digit());
        digits.then(|| RegistryId::alone(author)).flatten()
    };
    let mut found = Vec::new();
    record.authors.retain(|author| match numbered(author) {
        Some(id) => {
            add_once(&mut found, id);
            false
        }
        None => true,
    });
    let address = |text: &String| {
        let lower = text.to_ascii_lowercase();
        lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("www.")
    };
    if let Some(journal) = record.journal.take_if(|journal| address(journal)) {
        for id in RegistryId::all(&journal) {
            add_once(&mut found, id);
        }
        record.url.get_or_insert(journal);
    }
    for id in found {
        add_once(&mut record.registry, id);
    }
}

fn entry(entry: &mut Entry) {
    drop_nothing(
        &mut entry.title,
        &mut entry.authors,
        &mut entry.abstract_text,
        [
            &mut entry.journal,
            &mut entry.volume,
            &mut entry.issue,
            &mut entry.pages,
        ],
    );
    for text in [&mut entry.title, &mut entry.abstract_text] {
        replace(text, with_powers);
    }
}

fn drop_nothing<const N: usize>(
    title: &mut Option<String>,
    authors: &mut Vec<String>,
    abstract_text: &mut Option<String>,
    others: [&mut Option<String>; N],
) {
    title.take_if(|title| is_placeholder_name(title) || says_none(title));
    authors.retain(|author| !is_placeholder_name(author) && !says_none(author));
    abstract_text.take_if(|text| is_placeholder(text) || says_none(text));
    for value in others {
        value.take_if(|text| is_placeholder(text) || says_none(text));
    }
}

fn replace(text: &mut Option<String>, read: impl Fn(&str) -> Cow<'_, str>) {
    let new = text.as_deref().map(read).and_then(|read| match read {
        Cow::Owned(read) => Some(read),
        Cow::Borrowed(_) => None,
    });
    if let Some(read) = new {
        *text = Some(read);
    }
}
