//! From the tags of a RIS record to its fields.

use super::dialect::{Dialect, is_embase_id};
use super::split_tag;
use crate::formats::kind;
use crate::formats::tagged::Fields;
use crate::formats::values::{
    add_once, bare_pmid, doi_alone, doi_in_address, filled, is_address, is_et_al, numbered_author,
    page_range, people, pmid_in_address, pmid_in_note, typed_pages,
};
use crate::formats::{Entry, EntryKind, Native, Own, ParsedRecord, Problem, ProblemKind};
use crate::model::{Doi, Pmcid, Pmid, Record, RecordKind, RegistryId};

/// Tags that hold addresses and identifiers, in which a blank never belongs to the value.
const ADDRESSES: [&str; 7] = ["UR", "LK", "L1", "L2", "L3", "L4", "DO"];
/// Tags in which trial numbers are looked for; never the title or the abstract.
const NUMBERED: [&str; 20] = [
    "KW", "N1", "AN", "ID", "CN", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "U1", "U2", "U3",
    "U4", "U5", "M1", "M2",
];

/// Builds one record.
pub(super) fn build(
    fields: &mut Fields<'_>,
    dialect: Dialect,
    native: bool,
    out: &mut Vec<Problem>,
) -> ParsedRecord {
    free_swallowed(fields, out);
    let (n, line) = (fields.n, fields.line);
    let mut authors = authors(fields, dialect);
    // In a reference manager a person typed the line: what was written is shown as written.
    if !matches!(dialect, Dialect::Endnote | Dialect::Cochrane) {
        authors = each_of(authors);
    }
    let authors_truncated = authors.last().is_some_and(|a| is_et_al(a));
    if authors_truncated {
        authors.pop();
    }
    let pmid = pmid(fields, dialect);
    // A record that Embase.com took from MEDLINE alone has the PMID in `C5` too; the field rules
    // of `convert --to jsonl` name it for the records of Embase only.
    let from = |name: &str| fields.of(&["DB"]).any(|f| f.value == name);
    let is_medline_only = dialect == Dialect::Embase && from("Medline") && !from("Embase");
    // What we wrote has its DOI in `DO`, and addresses of other things.
    let own = dialect == Dialect::Perennial;
    let doi = fields
        .doi(&["DO"], out)
        .or_else(|| doi_of_addresses(fields).filter(|_| !own))
        .or_else(|| doi_of_notes(fields, dialect).filter(|_| !own));
    let doi = doi.or_else(|| {
        let plain = |value: &str| value.starts_with("10.") && doi_alone(value).is_some();
        let bare = fields.first_fit(&["DI"], plain).filter(|_| !own)?;
        doi_alone(&bare)
    });
    let kind = fields.first(&["TY"]);
    let start = fields.first(&["SP"]);
    let end = fields.first(&["EP"]);
    let mut pages = page_range(start.as_deref(), end.as_deref());
    // RefWorks and Covidence keep the whole range under one tag.
    if pages.is_none() {
        pages = fields.first(&["PG"]).as_deref().and_then(typed_pages);
    }
    // Books have theirs under `BT`, unpublished works under `CT` (RIS specification).
    let title = fields.first(&["TI", "T1"]);
    let title = title.or_else(|| fields.first(&["BT", "CT"]));
    let entry = Entry {
        n,
        line,
        title,
        authors,
        authors_truncated,
        year: fields.year(&["PY", "Y1", "YR", "DA"], out),
        journal: journal(fields, dialect),
        volume: fields.first(&["VL", "VO"]),
        issue: issue(fields),
        pages,
        doi: doi.as_ref().map(|d| d.as_str().to_owned()),
        pmid: pmid
            .as_ref()
            .filter(|_| !is_medline_only)
            .map(|p| p.as_str().to_owned()),
        abstract_text: abstract_text(fields),
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

/// The people; a trial's number in their place is none of them. `convert --to jsonl` shows the
/// lines of the Cochrane Library as they stand.
fn authors(fields: &mut Fields<'_>, dialect: Dialect) -> Vec<String> {
    let is_number = |author: &str| numbered_author(author).is_some();
    let as_written = dialect == Dialect::Cochrane;
    fields.all_but(&["AU", "A1"], |author| !as_written && is_number(author))
}

/// The people of lines that hold several.
fn each_of(mut lines: Vec<String>) -> Vec<String> {
    lines.retain(|line| numbered_author(line).is_none());
    let split = |line: String| people(&line).unwrap_or_else(|| vec![line]);
    lines.into_iter().flat_map(split).collect()
}

/// Ovid writes the journal under `JF` or `JA` and a translated title under `T2`; elsewhere `T2` is
/// the journal. The address of a register is not a journal.
fn journal(fields: &mut Fields<'_>, dialect: Dialect) -> Option<String> {
    let tags = match dialect {
        Dialect::Ovid => ["JF", "JO", "JA", "T2", "J2", "SO", "J1", "BT"],
        _ => ["JF", "JO", "T2", "JA", "J2", "SO", "J1", "BT"],
    };
    let as_written = dialect == Dialect::Cochrane;
    fields.first_fit(&tags, |value| as_written || !is_address(value))
}

/// `IS`, or the number under `CP` (RIS specification) or `NO`, which may hold a place or a note.
fn issue(fields: &mut Fields<'_>) -> Option<String> {
    let number = |value: &str| {
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        value.len() <= 12 && digits > 0
    };
    let stated = fields.first(&["IS"]);
    stated.or_else(|| fields.first_fit(&["CP", "NO"], number))
}

/// `M3` or `N1`, where it holds nothing else or says that it is the DOI; Ovid's `M1` and long
/// notes hold the DOIs of cited works.
fn doi_of_notes(fields: &Fields<'_>, dialect: Dialect) -> Option<Doi> {
    let labelled = fields.of(&["DOI"]).find_map(|f| Doi::parse(&f.value).ok());
    let tags: &[&str] = match dialect {
        Dialect::Ovid => &["M3"],
        _ => &["M3", "N1"],
    };
    labelled.or_else(|| fields.of(tags).find_map(|f| doi_alone(&f.value)))
}

fn record(
    fields: &mut Fields<'_>,
    dialect: Dialect,
    entry: Entry,
    doi: Option<Doi>,
    pmid: Option<Pmid>,
) -> Record {
    let own = dialect == Dialect::Perennial;
    let mut registry = if own {
        let numbers = fields.all(&["C3"]).into_iter();
        numbers
            .filter_map(|text| RegistryId::parse(&text).ok())
            .collect()
    } else {
        fields.trial_numbers(&NUMBERED)
    };
    for address in fields.of(&["UR", "LK"]).filter(|_| !own) {
        if address.value.contains("clinicaltrials.gov") || address.value.contains("trialsearch") {
            let numbers = crate::formats::values::trial_numbers(&address.value);
            for id in numbers {
                add_once(&mut registry, id);
            }
        }
    }
    for field in fields.of(&["AU", "A1", "JA", "JO", "JF", "T2", "SO"]) {
        let named = matches!(field.tag, "AU" | "A1");
        let number = named.then(|| numbered_author(&field.value)).flatten();
        if let Some(id) = number {
            add_once(&mut registry, id);
        }
        if !named && is_address(&field.value) {
            let numbers = crate::formats::values::trial_numbers(&field.value);
            for id in numbers {
                add_once(&mut registry, id);
            }
        }
    }
    let source_id = source_id(fields, dialect);
    // EBSCO and others write the bare DOI under L3 and have no DO.
    let doi = doi.or_else(|| {
        let mut bare = fields
            .of(&["L3"])
            .filter(|f| f.value.starts_with("10.") && !own);
        bare.find_map(|f| doi_alone(&f.value))
    });
    let article_number = || {
        let theirs = matches!(
            dialect,
            Dialect::Scopus | Dialect::Endnote | Dialect::WebOfScience
        );
        // Elsewhere the field is free: a number of one word alone.
        let number = |value: &str| {
            let digits = value.bytes().any(|b| b.is_ascii_digit());
            let word =
                value.len() <= 20 && !value.contains([' ', '/']) && !value.starts_with("PMC");
            theirs || (digits && word && !own && RegistryId::alone(value).is_none())
        };
        let mut numbered = fields.of(&["C7"]).filter(|f| number(&f.value));
        let stated = fields.of(&["AR"]).next().filter(|_| !theirs);
        stated
            .or_else(|| numbered.next())
            .and_then(|f| filled(&f.value))
    };
    let pages = entry.pages.or_else(article_number);
    let central = fields
        .of(&["C2", "C4", "PMC", "PMCI"])
        .find(|f| f.value.starts_with("PMC"));
    let central = central.and_then(|f| Pmcid::parse(&f.value).ok());
    // A reference manager keeps the address of the record in PubMed, Embase.com those of others.
    let linked = || {
        let addresses = ["UR", "L2", "LK"];
        let mut found = fields
            .of(&addresses)
            .filter_map(|f| pmid_in_address(&f.value));
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    };
    let pmid = pmid.or_else(|| linked().filter(|_| dialect != Dialect::Embase));
    let pmid = pmid.or_else(|| noted(fields).filter(|_| !own));
    let mut other_titles = fields.all(&["TT", "OP"]);
    if dialect == Dialect::Ovid && fields.of(&["JF", "JO", "JA"]).next().is_some() {
        let translated = fields.all(&["T2"]);
        other_titles.extend(
            translated
                .into_iter()
                .filter(|t| Some(t) != entry.journal.as_ref()),
        );
    }
    let short = fields.first(&["ST"]);
    let is_new = |t: &String| Some(t) != entry.title.as_ref();
    other_titles.extend(short.filter(is_new));
    let place = fields
        .of(&["JF", "JO", "JA", "T2", "SO"])
        .find(|f| is_address(&f.value));
    let place = place.map(|f| f.value.to_string());
    let mut publication_types = fields.all_but(&["M3"], |value| doi_alone(value).is_some());
    if publication_types.is_empty()
        && let EntryKind::One(Some(kind)) = &entry.kind
    {
        publication_types.push(kind.clone());
    }
    let said = match &entry.kind {
        EntryKind::One(Some(code)) => kind::ris(code, &publication_types),
        EntryKind::One(None) | EntryKind::Many(_) => None,
    };
    let is_trial = own && publication_types.iter().any(|kind| kind == kind::ENTRY);
    let mut keywords = fields.all(&["KW"]);
    let split = fields.first_fit(&["C8"], |value| {
        own && value.starts_with(crate::formats::write::KEYWORDS)
    });
    let split = split.and_then(|text| text.rsplit(' ').next()?.parse::<usize>().ok());
    let headings = match split {
        Some(count) if count <= keywords.len() => keywords.split_off(count),
        Some(_) | None => Vec::new(),
    };
    let record = Record {
        kind: if is_trial {
            RecordKind::Trial
        } else {
            RecordKind::Article
        },
        source_id,
        title: entry.title,
        other_titles,
        authors: each_of(entry.authors),
        authors_truncated: entry.authors_truncated,
        year: entry.year,
        journal: entry.journal.filter(|value| !is_address(value)),
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
        keywords,
        headings,
        language: fields.first(&["LA"]),
        url: fields.first(&["UR"]).or(place),
        extra: {
            let mut extra = fields.rest();
            if let EntryKind::One(Some(kind)) = &entry.kind {
                extra.insert("TY".to_owned(), vec![kind.clone()]);
            }
            extra
        },
        ..Record::default()
    };
    kind::settled(record, said)
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
    if let Some(stated) = fields.pmid("PMID") {
        return Some(stated);
    }
    if let Some(stated) = fields.first_fit(&["PM"], |value| bare_pmid(value).is_some()) {
        return bare_pmid(&stated);
    }
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
    let number = |tags: &[&str]| fields.of(tags).find_map(|f| bare_pmid(&f.value));
    let provider = |name: &str| {
        let tags = ["DP"];
        fields.of(&tags).any(|f| f.value.eq_ignore_ascii_case(name))
    };
    if provider("NLM") || provider("PubMed") || from("PubMed") {
        return number(&["AN"]);
    }
    if fields.of(&["DB"]).any(|f| is_medline(&f.value)) || is_ovid_medline(fields) {
        return number(&["AN"]).or_else(|| number(&["ID"]).filter(|_| dialect == Dialect::Ovid));
    }
    None
}

/// The PMID that the notes state (never `M1`, where Ovid lists cited works): of Scopus, Rayyan, CINAHL and of reference managers.
fn noted(fields: &Fields<'_>) -> Option<Pmid> {
    let mut found = fields
        .of(&["N1", "RN"])
        .filter_map(|f| pmid_in_note(&f.value));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// A MEDLINE of EBSCO, ProQuest or Ovid, where the accession number is the PMID.
fn is_medline(database: &str) -> bool {
    let name = database.to_lowercase();
    let name = name.split('<').next().unwrap_or_default().trim();
    let known = [
        "medline",
        "medline complete",
        "medline with full text",
        "medline ultimate",
        "medline®",
        "cmedm",
        "mdc",
        "mnh",
    ];
    known.contains(&name) || name.starts_with("ovid medline")
}

/// Ovid's link names the database: `D=medp`, `D=ppez`, `D=pmnm`.
fn is_ovid_medline(fields: &Fields<'_>) -> bool {
    let links = ["L1", "L2", "LK", "UR"];
    let mut links = fields.of(&links).filter(|f| f.value.contains("ovid"));
    links.any(|f| {
        let mut parts = f.value.split(['?', '&', ' ']);
        let code = parts.find_map(|part| part.strip_prefix("D="));
        code.is_some_and(|code| {
            let code = code.to_ascii_lowercase();
            ["med", "ppez", "pmnm", "prem", "mesz", "mesx", "mez"]
                .iter()
                .any(|start| code.starts_with(start))
        })
    })
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
