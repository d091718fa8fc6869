//! What kind of publication a record is, in the words of every format.
//!
//! A closed set of kinds ([`Publication`]) stands in the middle; a table says what RIS (`TY`),
//! EndNote (reference types and their numbers), BibTeX, MEDLINE (`PT`), Web of Science (`PT` and
//! `DT`), Crossref, Zotero and the tables of databases call each of them. A record keeps the words of its
//! source; [`of`] reads them, and only where they do not say the kind that the source gave does a
//! reader note it in [`Record::publication`].

mod table;

use self::table::{KINDS, Row};
use crate::model::{Publication, Record, RecordKind};

/// The kind of publication that a record is; a journal article where nothing says otherwise.
///
/// ```
/// use perennial::formats::{kind, read};
/// use perennial::model::Publication;
/// let parsed = read(b"TY  - THES\nTI  - On naps\nER  - \n", None).unwrap();
/// assert_eq!(kind::of(&parsed.records[0].record), Publication::Thesis);
/// ```
pub fn of(record: &Record) -> Publication {
    if let Some(kind) = record.publication {
        return kind;
    }
    let types = &record.publication_types;
    if let Some(code) = written(record)
        && let Some(kind) = ris(code, types)
    {
        return kind;
    }
    if record.kind == RecordKind::Trial {
        return Publication::TrialRegistration;
    }
    let named = words(types);
    named.unwrap_or(match record.kind {
        RecordKind::Book => Publication::Book,
        RecordKind::Article | RecordKind::Trial | RecordKind::Deleted => {
            Publication::JournalArticle
        }
    })
}

/// The record with the kind that its source gave it, where its other fields do not say it.
pub(super) fn settled(mut record: Record, said: Option<Publication>) -> Record {
    record.publication = said.filter(|kind| of(&record) != *kind);
    record
}

/// The code of a record in RIS: as its source wrote it, else that of its kind.
pub(super) fn ris_code(record: &Record) -> String {
    let known = written(record).filter(|code| {
        (2..=8).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    // A kind that was corrected or read from elsewhere goes before the code of the source.
    let known = known.filter(|_| record.publication.is_none());
    known.map_or_else(|| code(of(record)).to_owned(), str::to_owned)
}

/// The code that RIS has for a kind.
pub(super) fn code(kind: Publication) -> &'static str {
    row(kind).and_then(|row| row.ris.first()).unwrap_or(&"GEN")
}

/// What EndNote calls a kind; what it has no type for, by the field's word.
pub fn name(kind: Publication) -> &'static str {
    row(kind).map_or("Journal Article", |row| row.name)
}

/// What our own files call the entry of a trial register: a record that a database made of such an entry (CENTRAL's
/// "Trial registry record") is not one.
pub(super) const ENTRY: &str = "Trial register entry";

/// What our own files call the kind of a record.
pub(super) fn label(record: &Record) -> &'static str {
    if record.kind == RecordKind::Trial {
        ENTRY
    } else {
        name(of(record))
    }
}

/// The kind of a code of RIS; where several kinds share one, the publication types tell them apart.
pub(super) fn ris(code: &str, types: &[String]) -> Option<Publication> {
    let code = code.trim().to_ascii_uppercase();
    let mut sharing = KINDS
        .iter()
        .filter(|row| row.ris.contains(&code.as_str()))
        .map(|row| row.kind);
    let first = sharing.next()?;
    let named = || words(types);
    let mut others = sharing.peekable();
    let told = others
        .peek()
        .is_some()
        .then(named)
        .and_then(|named| others.find(|kind| Some(*kind) == named));
    Some(told.unwrap_or(first))
}

/// The kind of a reference type of EndNote, by its name.
pub(super) fn endnote(written: &str) -> Option<Publication> {
    let named = KINDS.iter().find(|row| is_same(row.name, written));
    named.map(|row| row.kind).or_else(|| word(written))
}

/// The name of a reference type of EndNote, by its number.
pub(super) fn endnote_name(number: &str) -> Option<&'static str> {
    let number: u16 = number.trim().parse().ok()?;
    if number == 0 {
        return Some(name(Publication::JournalArticle));
    }
    let row = KINDS.iter().find(|row| row.number == Some(number));
    row.map(|row| row.name)
}

/// The kind of a BibTeX or BibLaTeX entry. `misc` and what nobody knows is something else, unless
/// the entry's own words say more.
pub(super) fn bibtex(entry: &str, types: &[String]) -> Option<Publication> {
    let kind = word(entry).unwrap_or(Publication::Generic);
    if kind != Publication::Generic {
        return Some(kind);
    }
    words(types).or(Some(kind))
}

/// The kind of a record of Web of Science: its `PT` and document types.
pub(super) fn wos(publication: Option<&str>, types: &[String]) -> Option<Publication> {
    let is = |what: &str| types.iter().any(|kind| bare(kind) == what);
    if is("bookchapter") {
        return Some(Publication::Chapter);
    }
    match word(publication?)? {
        Publication::Serial | Publication::Book if is("proceedingspaper") => {
            Some(Publication::ConferencePaper)
        }
        kind => Some(kind),
    }
}

/// The kind that a list of publication types says: that of a journal article where it is among
/// them, as MEDLINE gives every article its other types beside that one, else the first known.
pub(super) fn words(types: &[String]) -> Option<Publication> {
    let parts = || types.iter().flat_map(|kind| kind.split(';'));
    let mut found = None;
    for kind in parts().filter_map(word) {
        if kind == Publication::JournalArticle {
            return Some(kind);
        }
        found = found.or(Some(kind));
    }
    found
}

/// Whether a type is a format's own word (`inproceedings`, `journal-article`) or the RIS code that stands in
/// `TY` already, and nothing that a person would read.
pub(super) fn is_code(word: &str, code: &str) -> bool {
    let own = word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    word == code || (own && self::word(word).is_some())
}

/// The kind of one word of any format, also of a code of RIS in capitals.
fn word(written: &str) -> Option<Publication> {
    if !written.bytes().any(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    // "Conference Paper" is EndNote's type, "conference paper" the word of databases.
    let exact = KINDS.iter().find(|row| row.name == written.trim());
    if let Some(row) = exact {
        return Some(row.kind);
    }
    let by_word = KINDS
        .iter()
        .find(|row| row.words.iter().any(|word| is_same(word, written)));
    let by_name = || KINDS.iter().find(|row| is_same(row.name, written));
    let by_code = || KINDS.iter().find(|row| row.ris.contains(&written.trim()));
    let row = by_word.or_else(by_name).or_else(by_code)?;
    Some(row.kind)
}

/// A word without case, blanks and hyphens: `Book chapter`, `book-chapter` and `bookChapter` are one.
fn bare(word: &str) -> String {
    word.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Whether two words are one without case, blanks and hyphens.
fn is_same(one: &str, other: &str) -> bool {
    let one = one.bytes().filter(u8::is_ascii_alphanumeric);
    let other = other.bytes().filter(u8::is_ascii_alphanumeric);
    one.map(|b| b.to_ascii_lowercase())
        .eq(other.map(|b| b.to_ascii_lowercase()))
}

fn row(kind: Publication) -> Option<&'static Row> {
    KINDS.iter().find(|row| row.kind == kind)
}

/// The code that the RIS of the source had.
fn written(record: &Record) -> Option<&str> {
    record.extra.get("TY")?.first().map(String::as_str)
}

#[cfg(test)]
mod tests;
