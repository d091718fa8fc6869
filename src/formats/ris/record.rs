//! From the tags of a RIS record to its fields.

use super::dialect::{Dialect, is_embase_id};
use super::split_tag;
use crate::formats::tagged::Fields;
use crate::formats::values::{add_once, doi_in_address, filled, is_et_al, page_range};
use crate::formats::{Entry, EntryKind, Native, Own, ParsedRecord, Problem, ProblemKind};
use crate::model::{Doi, Pmcid, Pmid, Record};

/// Tags that hold addresses and identifiers, in which a blank never belongs to the value.
const ADDRESSES: [&str; 7] = ["UR", "LK", "L1", "L2", "L3", "L4", "DO"];
/// Tags in which trial numbers are looked for; never the title or the abstract.
const NUMBERED: [&str; 20] = [
    "KW", "N1", "AN", "ID", "CN", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "U1", "U2", "U3",
    "U4", "U5", "M1", "M2",
];

/// Builds one record.
pub(super) fn build(
    mut fields: Fields<'_>,
    dialect: Dialect,
    native: bool,
    out: &mut Vec<Problem>,
) -> ParsedRecord {
    free_swallowed(&mut fields, out);
    let (n, line) = (fields.n, fields.line);
    let mut authors = fields.all(&["AU", "A1"]);
    let authors_truncated = authors.last().is_some_and(|a| is_et_al(a));
    if authors_truncated {
        authors.pop();
    }
    let pmid = pmid(&mut fields, dialect);
    // A record that Embase.com took from MEDLINE alone has the PMID in `C5` too; the field rules
    // of `convert --to jsonl` name it for the records of Embase only.
    let from = |name: &str| fields.of(&["DB"]).any(|f| f.value == name);
    let is_medline_only = dialect == Dialect::Embase && from("Medline") && !from("Embase");
    let doi = fields
        .doi(&["DO"], out)
        .or_else(|| doi_of_addresses(&fields))
        .or_else(|| doi_alone(&fields));
    let kind = fields.first(&["TY"]);
    let start = fields.first(&["SP"]);
    let end = fields.first(&["EP"]);
    let entry = Entry {
        n,
        line,
        title: fields.first(&["TI", "T1"]),
        authors,
        authors_truncated,
        year: fields.year(&["PY", "Y1", "DA"], out),
        journal: fields.first(&["JF", "JO", "T2", "JA", "J2", "SO"]),
        volume: fields.first(&["VL"]),
        issue: fields.first(&["IS"]),
        pages: page_range(start.as_deref(), end.as_deref()),
        doi: doi.as_ref().map(|d| d.as_str().to_owned()),
        pmid: pmid
            .as_ref()
            .filter(|_| !is_medline_only)
            .map(|p| p.as_str().to_owned()),
        abstract_text: abstract_text(&mut fields),
        kind: EntryKind::One(kind),
        own: Own::Ris {},
    };
    let kept = if native {
        entry.clone()
    } else {
        Entry::default()
    };
    let record = record(fields, dialect, entry, doi, pmid);
    ParsedRecord {
        n,
        line: Some(line),
        record,
        native: Native::Entry(Box::new(kept)),
    }
}

fn record(
    mut fields: Fields<'_>,
    dialect: Dialect,
    entry: Entry,
    doi: Option<Doi>,
    pmid: Option<Pmid>,
) -> Record {
    let mut registry = fields.trial_numbers(&NUMBERED);
    for address in fields.of(&["UR", "LK"]) {
        if address.value.contains("clinicaltrials.gov") || address.value.contains("trialsearch") {
            let numbers = crate::formats::values::trial_numbers(&address.value);
            for id in numbers {
                add_once(&mut registry, id);
            }
        }
    }
    let source_id = source_id(&mut fields, dialect);
    // EBSCO writes the bare DOI under L3 and has no DO.
    let doi = doi.or_else(|| {
        let bare = fields.of(&["L3"]).find(|f| f.value.starts_with("10."));
        bare.filter(|_| dialect == Dialect::Ebsco)
            .and_then(|f| Doi::parse(&f.value).ok())
    });
    let article_number = || {
        let tag = match dialect {
            Dialect::Scopus | Dialect::Endnote | Dialect::WebOfScience => "C7",
            _ => "AR",
        };
        fields.of(&[tag]).next().and_then(|f| filled(&f.value))
    };
    let pages = entry.pages.or_else(article_number);
    let central = fields
        .of(&["C2", "C4", "PMC"])
        .find(|f| f.value.starts_with("PMC"));
    let central = central.and_then(|f| Pmcid::parse(&f.value).ok());
    let mut other_titles = fields.all(&["TT", "OP"]);
    let short = fields.first(&["ST"]);
    let is_new = |t: &String| Some(t) != entry.title.as_ref();
    other_titles.extend(short.filter(is_new));
    let mut publication_types = fields.all(&["M3"]);
    publication_types.retain(|kind| Doi::alone(kind).is_none());
    if publication_types.is_empty()
        && let EntryKind::One(Some(kind)) = &entry.kind
    {
        publication_types.push(kind.clone());
    }
    Record {
        source_id,
        title: entry.title,
        other_titles,
        authors: entry.authors,
        authors_truncated: entry.authors_truncated,
        year: entry.year,
        journal: entry.journal,
        volume: entry.volume,
        issue: entry.issue,
        pages,
        issn: fields.all(&["SN"]),
        doi,
        pmid,
        pmcid: central,
        registry,
        abstract_text: entry.abstract_text,
        publication_types,
        keywords: fields.all(&["KW"]),
        language: fields.first(&["LA"]),
        url: fields.first(&["UR"]),
        extra: {
            let mut extra = fields.rest();
            if let EntryKind::One(Some(kind)) = &entry.kind {
                extra.insert("TY".to_owned(), vec![kind.clone()]);
            }
            extra
        },
        ..Record::default()
    }
}

/// `AB`, else `N2`; never both. EBSCO's copyright notice under a second `AB` is not abstract.
fn abstract_text(fields: &mut Fields<'_>) -> Option<String> {
    let tag = ["AB", "N2"]
        .into_iter()
        .find(|tag| fields.of(&[tag]).next().is_some())?;
    let first = fields.first(&[tag])?;
    let tags = [tag];
    let more = fields.of(&tags).skip(1).map(|f| f.value.trim());
    let more = more.filter(|v| !v.starts_with("Copyright of ") && *v != first);
    let parts: Vec<_> = more.filter_map(filled).collect();
    let whole = std::iter::once(first).chain(parts);
    Some(whole.collect::<Vec<_>>().join("\n"))
}

/// Where each database keeps the PMID; a reference manager keeps the database under `DB`.
fn pmid(fields: &mut Fields<'_>, dialect: Dialect) -> Option<Pmid> {
    let from = |name: &str| {
        fields
            .of(&["DB"])
            .any(|f| f.value.eq_ignore_ascii_case(name))
    };
    if dialect == Dialect::Cochrane {
        return fields.of(&["C3"]).find_map(|f| {
            let numbers = f.value.split(',').map(str::trim);
            let mut pubmed = numbers.filter(|n| n.to_ascii_uppercase().starts_with("PUBMED"));
            pubmed.find_map(|n| Pmid::parse(n).ok())
        });
    }
    if matches!(dialect, Dialect::Scopus | Dialect::Perennial) || from("Scopus") {
        return fields.pmid("C2");
    }
    if dialect == Dialect::Embase || from("Embase") {
        return fields.pmid("C5");
    }
    // EndNote writes PubMed's number as the accession number, and NLM as the provider.
    let provided = fields
        .of(&["DP"])
        .any(|f| f.value.eq_ignore_ascii_case("NLM"));
    let digits = |text: &str| text.len() <= 8 && text.bytes().all(|b| b.is_ascii_digit());
    if provided
        && fields
            .of(&["AN"])
            .next()
            .is_some_and(|f| digits(f.value.trim()))
    {
        return fields.pmid("AN");
    }
    None
}

/// A DOI that is all that `M3` (the "type of work") or a note holds.
fn doi_alone(fields: &Fields<'_>) -> Option<Doi> {
    fields.of(&["M3", "N1"]).find_map(|f| Doi::alone(&f.value))
}

/// The DOI in a doi.org address.
fn doi_of_addresses(fields: &Fields<'_>) -> Option<Doi> {
    ["UR", "L2", "L3", "LK"].iter().find_map(|tag| {
        let mut addresses = fields.of(std::slice::from_ref(tag));
        addresses.find_map(|f| doi_in_address(&f.value))
    })
}

/// The id that the database gives the record.
fn source_id(fields: &mut Fields<'_>, dialect: Dialect) -> Option<String> {
    if let Some(accession) = fields.first(&["AN"]) {
        return Some(accession);
    }
    let embase = fields.of(&["U2"]).find(|f| is_embase_id(&f.value));
    if let Some(id) = embase {
        return Some(id.value.to_string());
    }
    let key = match dialect {
        Dialect::Scopus => Some("eid="),
        Dialect::Ebsco => Some("AN="),
        _ => None,
    };
    if let Some(key) = key {
        let in_address = fields.of(&["UR"]).find_map(|f| {
            let (_, tail) = f.value.split_once(key)?;
            tail.split('&').next().map(str::to_owned)
        });
        return in_address;
    }
    fields.first(&["ID"])
}

/// Frees tags that an earlier tool buried in a value (`https://...     U2  - L2029880245`).
fn free_swallowed(fields: &mut Fields<'_>, out: &mut Vec<Problem>) {
    let n = fields.n;
    let mut index = 0;
    while let Some(field) = fields.all_fields().get(index) {
        index += 1;
        if !field.value.contains("  - ") {
            continue;
        }
        let (tag, line) = (field.tag, field.line);
        let Some((at, buried)) = buried_tag(&field.value) else {
            continue;
        };
        let text = format!("`{buried}` is buried in the value of {tag}");
        out.push(Problem::at(line, n, ProblemKind::SwallowedTag, text));
        let known = KNOWN.iter().find(|known| **known == buried);
        if let Some(known) = known.filter(|_| ADDRESSES.contains(&tag)) {
            let value = field.value.to_string();
            let kept = value.get(..at).unwrap_or_default().trim().to_owned();
            let rest = value.get(at + 5..).unwrap_or_default().trim().to_owned();
            fields.split_off(index - 1, kept, vec![(*known, rest)]);
        }
    }
}

/// Tags that are freed under their own name.
const KNOWN: [&str; 16] = [
    "U1", "U2", "U3", "U4", "U5", "UR", "LK", "L1", "L2", "L3", "DO", "DB", "AN", "C5", "KW", "LA",
];

/// A tag in the middle of a value: its byte offset and name.
fn buried_tag(value: &str) -> Option<(usize, &str)> {
    value.match_indices("  - ").find_map(|(dash, _)| {
        let at = dash.checked_sub(2)?;
        let (tag, _) = split_tag(value.get(at..)?)?;
        (at > 0).then_some((at, tag))
    })
}
