//! From the fields of labelled text to a record.

use super::labels::Style;
use super::source;
use crate::formats::tagged::Fields;
use crate::formats::values::{
    add_once, bare_pmid, is_address, is_et_al, numbered_author, people, registry_number, stated,
};
use crate::formats::{Entry, EntryKind, Native, Own, ParsedRecord, Problem};
use crate::model::{Doi, Pmid, Record};

/// Tags in which trial numbers are looked for.
const NUMBERED: [&str; 7] = ["SI", "CN", "KW", "NT", "UI", "XR", "CT"];

/// Builds one record; `database` is what the head of the file says of all of them.
pub(super) fn build(
    mut fields: Fields<'_>,
    style: Style,
    database: Option<&str>,
    out: &mut Vec<Problem>,
) -> ParsedRecord {
    let (n, line) = (fields.n, fields.line);
    let source = fields.of(&["SO"]).next().map(|f| source::read(&f.value));
    let source = source.unwrap_or_default();
    let mut authors = authors(&mut fields);
    let authors_truncated = authors.last().is_some_and(|a| is_et_al(a));
    if authors_truncated {
        authors.pop();
    }
    let pmid = pmid(&fields, style, database);
    let doi = doi(&mut fields, out);
    let year = fields.year(&["YR", "PY", "DP"], &mut Vec::new());
    let journal = fields.first_fit(&["JN", "JT"], |value| !is_address(value));
    let journal = journal.or(source.journal).or_else(|| fields.first(&["NJ"]));
    let types = fields.all(&["PT"]);
    let entry = Entry {
        n,
        line,
        kind: EntryKind::One(types.first().cloned()),
        title: fields.first(&["TI", "OT", "TT"]),
        authors,
        authors_truncated,
        year: year.or(source.year),
        journal,
        volume: fields.first(&["VO", "VI", "VL"]).or(source.volume),
        issue: fields.first(&["IP"]).or(source.issue),
        pages: fields.first(&["PG", "MP"]).or(source.pages),
        doi: doi.as_ref().map(|d| d.as_str().to_owned()),
        pmid: pmid.as_ref().map(|p| p.as_str().to_owned()),
        abstract_text: fields.first(&["AB"]),
        own: Own::Ris {},
    };
    let mut registry = fields.trial_numbers(&NUMBERED);
    for field in fields.of(&["CN", "SI", "AU"]) {
        let words = field.value.split([' ', ';', '/', ',']);
        let whole = std::iter::once(field.value.trim_end_matches([',', '.']));
        let numbers = whole.chain(words).filter_map(registry_number);
        numbers.for_each(|id| add_once(&mut registry, id));
    }
    let record = Record {
        source_id: fields.first(&["UI"]),
        title: entry.title.clone(),
        other_titles: fields.all(&["OT", "TT"]),
        authors: entry.authors.clone(),
        authors_truncated,
        year: entry.year,
        journal: entry.journal.clone(),
        volume: entry.volume.clone(),
        issue: entry.issue.clone(),
        pages: entry.pages.clone(),
        issn: fields.all(&["IS"]),
        doi,
        pmid,
        registry,
        abstract_text: entry.abstract_text.clone(),
        publication_types: types,
        keywords: split(fields.all(&["KW"])),
        headings: fields.all(&["MH", "SH"]),
        language: fields.first(&["LG"]),
        url: fields.first(&["LK", "UR"]),
        extra: {
            let mut extra = fields.rest();
            if let Some(database) = database.filter(|_| !extra.contains_key("DB")) {
                extra.insert("DB".to_owned(), vec![database.to_owned()]);
            }
            extra
        },
        ..Record::default()
    };
    ParsedRecord {
        n,
        line: Some(line),
        record,
        native: Native::Entry(Box::new(entry)),
    }
}

/// One person to a line, or all of them on one, with the groups behind them.
fn authors(fields: &mut Fields<'_>) -> Vec<String> {
    let is_number = |author: &str| numbered_author(author).is_some();
    let mut lines = fields.all_but(&["AU"], is_number);
    if lines.is_empty() {
        lines = fields.all_but(&["FA"], is_number);
    }
    lines.extend(fields.all(&["CA"]));
    let each = lines.into_iter().flat_map(|line| {
        let line = line.trim_end_matches([';', ',']).to_owned();
        let Some(mut found) = people(&line).or_else(|| by_points(&line)) else {
            return vec![line];
        };
        // The full stop behind the last is the end of the list, unless all have one.
        let pointed = found.first().is_some_and(|first| first.ends_with('.'));
        if let Some(last) = found.last_mut().filter(|last| !pointed && !is_et_al(last)) {
            *last = last.trim_end_matches('.').to_owned();
        }
        found
    });
    each.collect()
}

/// `Doe J.A. Roe K.`, as Embase wrote it: a family name, initials with points, the next name.
fn by_points(line: &str) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    for word in line.split_whitespace() {
        open.push(word);
        let initials = word.ends_with('.')
            && word
                .chars()
                .all(|c| c.is_uppercase() || matches!(c, '.' | '-'))
            && word.chars().filter(|c| c.is_uppercase()).count() <= 4;
        if initials {
            if open.len() < 2 {
                return None;
            }
            found.push(open.join(" "));
            open.clear();
        }
    }
    (open.is_empty() && found.len() > 1).then_some(found)
}

/// The accession number of MEDLINE is the PMID; that of Embase, PsycInfo or CAB never is.
fn pmid(fields: &Fields<'_>, style: Style, database: Option<&str>) -> Option<Pmid> {
    let labelled = fields.of(&["PM"]).find_map(|f| {
        let number = f
            .value
            .split([' ', '['])
            .find(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()));
        number.and_then(bare_pmid)
    });
    if labelled.is_some() || style != Style::Tags && style != Style::Labels {
        return labelled;
    }
    // Ovid's CENTRAL: `PUBMED 30000001`.
    let central = fields.of(&["XR", "AN", "SI"]).find_map(|f| {
        let (_, number) = f.value.split_once("PUBMED")?;
        bare_pmid(number.trim().split([' ', ',', ';']).next()?)
    });
    let names = ["DB"];
    let mut named = fields.of(&names).map(|f| f.value.as_ref()).peekable();
    let stated = named.peek().is_some();
    let is_medline = |name: &str| {
        let name = name.to_lowercase();
        name.contains("medline") && !name.contains("embase")
    };
    let status = || {
        let tags = ["ST"];
        fields.of(&tags).any(|f| {
            let words = [
                "medline",
                "in-process",
                "pubmed-not-medline",
                "in-data-review",
            ];
            words.contains(&f.value.to_lowercase().as_str())
        })
    };
    let medline = if stated {
        named.any(is_medline)
    } else {
        database.map_or_else(status, is_medline)
    };
    central.or_else(|| {
        let own = fields.of(&["UI"]).find_map(|f| bare_pmid(&f.value));
        own.filter(|_| medline)
    })
}

/// `DO`, else a number of the article that says it is the DOI.
fn doi(fields: &mut Fields<'_>, out: &mut Vec<Problem>) -> Option<Doi> {
    let stated = fields.doi(&["DO", "DOI"], out);
    stated.or_else(|| {
        let of_tags = ["ID", "AI", "LK"];
        fields.of(&of_tags).find_map(|f| {
            let labelled = f.value.strip_suffix("[doi]");
            let address = f.value.contains("doi.org/10.").then_some(f.value.as_ref());
            Doi::parse(labelled.or(address)?.trim()).ok()
        })
    })
}

fn split(lines: Vec<String>) -> Vec<String> {
    let parts = lines.iter().flat_map(|line| line.split([';', '\u{ff1b}']));
    parts.filter_map(stated).collect()
}
