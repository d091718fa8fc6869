//! MEDLINE text as PubMed saves it (National Library of Medicine, "MEDLINE/PubMed Data Element
//! Descriptions"): full and short author names, full and short journal title, registers under `SI`,
//! the DOI under `LID` and `AID`, and the whole source line last.
//!
//! Readers take the line of the PMID for the start of a record and demand a number in it. A record without one
//! begins with `OWN - perennial` behind the blank line that ends the record before; in the others that line is the second.
//! Notes (`GN`) hold what the format has no field for: database, number and address of the record.

use super::{Item, tag, text};
use crate::formats::kind;
use crate::model::{Pmcid, Pmid, Publication, RecordKind, RegistryId};
use std::fmt::Write as _;

/// The names that PubMed has for the registers of trials, by how their numbers begin.
const BANKS: [(&str, &str); 18] = [
    ("NCT", "ClinicalTrials.gov"),
    ("ISRCTN", "ISRCTN"),
    ("ACTRN", "ANZCTR"),
    ("CHICTR", "ChiCTR"),
    ("CTRI", "CTRI"),
    ("DRKS", "DRKS"),
    ("EUCTR", "EudraCT"),
    ("EUDRACT", "EudraCT"),
    ("IRCT", "IRCT"),
    ("JPRN", "JPRN"),
    ("UMIN", "UMIN-CTR"),
    ("KCT", "CRiS"),
    ("NTR", "NTR"),
    ("PACTR", "PACTR"),
    ("RBR", "ReBec"),
    ("RPCEC", "RPCEC"),
    ("SLCTR", "SLCTR"),
    ("TCTR", "TCTR"),
];

pub(super) fn write(item: &Item<'_>) -> String {
    let record = item.record;
    let mut out = String::new();
    let mut put = |name: &str, value: &str| tag(&mut out, name, value, "\n");
    if let Some(pmid) = &record.pmid {
        put("PMID", Pmid::as_str(pmid));
    }
    put("OWN", OWNER);
    let mut numbers = Vec::new();
    let kind = kind::of(record);
    for number in &record.issn {
        match issn(number) {
            Number::Issn(text) => put("IS", &text),
            Number::Isbn if is_book(kind) => put("ISBN", number),
            Number::Isbn | Number::Other => numbers.push(number.as_str()),
        }
    }
    put("VI", text(record.volume.as_ref()));
    put("IP", text(record.issue.as_ref()));
    let date = date(item);
    put("DP", &date);
    put("TI", text(record.title.as_ref()));
    put("PG", text(record.pages.as_ref()));
    let doi = record
        .doi
        .as_ref()
        .map(|d| format!("{d} [doi]"))
        .unwrap_or_default();
    put("LID", &doi);
    put("AB", text(record.abstract_text.as_ref()));
    for author in super::authors(record) {
        if item.groups.contains(&&author) || is_group(&author) {
            put("CN", &author);
        } else {
            put("FAU", &author);
            put("AU", &short(&author));
        }
    }
    put("LA", text(record.language.as_ref()));
    for id in &record.registry {
        put("SI", &format!("{}/{id}", bank(id)));
    }
    let types = types(item);
    for kind in &types {
        put("PT", kind);
    }
    record.other_titles.iter().for_each(|v| put("TT", v));
    let journal = text(record.journal.as_ref());
    let abbreviation = abbreviation(item).unwrap_or(journal);
    put("TA", abbreviation);
    put("JT", journal);
    record.headings.iter().for_each(|v| put("MH", v));
    record.keywords.iter().for_each(|v| put("OT", v));
    put(
        "PMC",
        record.pmcid.as_ref().map(Pmcid::as_str).unwrap_or_default(),
    );
    put("AID", &doi);
    item.notes.iter().for_each(|note| put("GN", note));
    // What MEDLINE text has no field for stands in notes, which every reader bears.
    let accession = text(record.source_id.as_ref());
    let accession =
        Some(accession).filter(|id| record.pmid.as_ref().map(Pmid::as_str) != Some(*id));
    let databases = item
        .origin
        .databases
        .iter()
        .map(|name| (DATABASE, name.as_str()));
    let rest = accession.map(|id| (RECORD, id)).into_iter();
    let rest = rest.chain([(ADDRESS, text(record.url.as_ref()))]);
    let numbers = numbers.into_iter().map(|number| (NUMBER, number));
    for (name, value) in databases.chain(rest).chain(numbers) {
        if !value.is_empty() {
            put("GN", &format!("{name}{value}"));
        }
    }
    // Where the types do not say the kind of publication, a general note does.
    let told = kind::words(&types).unwrap_or_default() == kind;
    let entry = record.kind == RecordKind::Trial && !types.iter().any(|word| word == kind::ENTRY);
    if !told || entry {
        put("GN", &format!("{KIND}{}", kind::label(record)));
    }
    // PubMed ends every record with its source line, and readers look for it.
    put("SO", &source_line(item, abbreviation, &date));
    out.push('\n');
    out
}

/// `N Engl J Med. 2019 Jan 3;380(1):1-10. doi: 10.1000/x.`
fn source_line(item: &Item<'_>, journal: &str, date: &str) -> String {
    let record = item.record;
    let mut out = String::new();
    if !journal.is_empty() {
        let _ = write!(out, "{}. ", journal.trim_end_matches('.'));
    }
    let mut place = date.to_owned();
    let (volume, issue) = (text(record.volume.as_ref()), text(record.issue.as_ref()));
    if !volume.is_empty() || !issue.is_empty() {
        let _ = write!(place, ";{volume}");
    }
    if !issue.is_empty() {
        let _ = write!(place, "({issue})");
    }
    let pages = text(record.pages.as_ref());
    if !pages.is_empty() {
        let _ = write!(place, ":{pages}");
    }
    if !place.is_empty() {
        let _ = write!(out, "{place}.");
    }
    if let Some(doi) = &record.doi {
        let _ = write!(out, " doi: {doi}.");
    }
    // The line ends the record, so that it stands where nothing is known of the source too.
    match out.trim() {
        "" => "source not known".to_owned(),
        line => line.to_owned(),
    }
}

/// The date as MEDLINE text had it, else the year.
fn date(item: &Item<'_>) -> String {
    let record = item.record;
    let year = record.year.map(|y| y.to_string()).unwrap_or_default();
    let written = record.extra.get("DP").and_then(|values| values.first());
    let fits = written.filter(|date| !year.is_empty() && date.starts_with(&year));
    fits.cloned().unwrap_or(year)
}

/// The short title of the journal, where the source gives it.
fn abbreviation<'a>(item: &'a Item<'_>) -> Option<&'a str> {
    let tags = ["TA", "J2", "JA", "JI"];
    let mut found = tags.iter().filter_map(|tag| item.record.extra.get(*tag));
    found.next()?.first().map(String::as_str)
}

/// `Attal, Jean-Michel` → `Attal JM`; a name without a comma is short already.
fn short(author: &str) -> String {
    let Some((surname, given)) = author.split_once(',') else {
        return author.to_owned();
    };
    let (given, suffix) = given.split_once(',').unwrap_or((given, ""));
    let words: Vec<&str> = given
        .split(|c: char| c.is_whitespace() || c == '-' || c == '.' || c == '\u{2010}')
        .filter(|word| !word.is_empty())
        .collect();
    let capitals = |word: &str| word.len() <= 4 && word.chars().all(char::is_uppercase);
    let initials: String = match words.as_slice() {
        // Initials already: `Attal, JM`.
        [one] if capitals(one) => (*one).to_owned(),
        words => words
            .iter()
            .filter_map(|word| word.chars().next())
            .collect(),
    };
    let parts = [surname.trim(), initials.as_str(), suffix.trim()];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

/// Words that a group has in its name and no person has.
const GROUPS: [&str; 14] = [
    "group",
    "groups",
    "investigators",
    "consortium",
    "network",
    "committee",
    "collaboration",
    "collaborative",
    "collaborators",
    "society",
    "association",
    "organization",
    "organisation",
    "team",
];

/// Whether a name without a comma is a group's, where the format does not tell groups from people.
fn is_group(author: &str) -> bool {
    let mut words = author.split(|c: char| !c.is_alphanumeric());
    let several = author.split_whitespace().nth(1).is_some();
    let named = words.any(|word| GROUPS.contains(&word.to_lowercase().as_str()));
    several && named && !author.contains(',')
}

/// PubMed's name of the register of a number.
fn bank(id: &RegistryId) -> &'static str {
    let known = BANKS
        .iter()
        .find(|(start, _)| id.as_str().starts_with(start));
    let european = || {
        let digits = id.as_str().split('-').map(str::len).collect::<Vec<_>>();
        digits == [4, 6, 2]
    };
    match known {
        Some((_, bank)) => bank,
        None if european() => "EudraCT",
        None => "Registry",
    }
}

/// The publication types in MEDLINE's words, at least one.
fn types(item: &Item<'_>) -> Vec<String> {
    let record = item.record;
    let mut types = record.publication_types.clone();
    let code = kind::ris_code(record);
    types.retain(|word| !kind::is_code(word, &code));
    if types.is_empty() {
        types.push(kind::label(record).to_owned());
    }
    types
}

enum Number {
    Issn(String),
    Isbn,
    Other,
}

/// `1234-5678` gets its kind in brackets, without which readers refuse the line.
fn issn(number: &str) -> Number {
    let (bare, kind) = number.split_once(' ').unwrap_or((number, ""));
    let is = |c: char| c.is_ascii_digit() || c == 'X' || c == 'x';
    let digits: String = bare.chars().filter(|c| is(*c)).collect();
    let clean = bare.chars().all(|c| is(c) || c == '-');
    match digits.len() {
        8 if clean => {
            let (head, tail) = digits.split_at(4);
            let named = kind.strip_prefix('(').and_then(|k| k.strip_suffix(')'));
            let word = |k: &&str| !k.is_empty() && k.chars().all(|c| c.is_ascii_alphabetic());
            let named = named.filter(word).unwrap_or(UNDETERMINED);
            Number::Issn(format!("{head}-{} ({named})", tail.to_ascii_uppercase()))
        }
        10 | 13 if clean => Number::Isbn,
        _ => Number::Other,
    }
}

/// How the general note that says the kind of publication begins.
pub(in crate::formats) const KIND: &str = "Reference type: ";

/// Who owns a record that we wrote.
pub(in crate::formats) const OWNER: &str = "perennial";
/// How the notes begin that say the database, the record's number in it, its address, and a number
/// of its book or journal that is not an ISSN.
pub(in crate::formats) const DATABASE: &str = "Source database: ";
pub(in crate::formats) const RECORD: &str = "Source record: ";
pub(in crate::formats) const ADDRESS: &str = "Source address: ";
pub(in crate::formats) const NUMBER: &str = "Source number: ";

/// What stands in the brackets of an ISSN whose kind is not known.
pub(in crate::formats) const UNDETERMINED: &str = "Undetermined";

fn is_book(kind: Publication) -> bool {
    use Publication::{Book, Chapter, EditedBook, ElectronicBook, ElectronicChapter};
    [Book, Chapter, EditedBook, ElectronicBook, ElectronicChapter].contains(&kind)
}
