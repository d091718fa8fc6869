//! RIS that reference managers and screening tools take.
//!
//! `C1` says that we wrote the file, with the record's id in the review. The PMID stands in `C2`, where Scopus has
//! it and most readers look; a record of PubMed has it as its accession number too (`AN` with
//! `DP  - NLM`, as EndNote keeps it), and every record with a PMID has PubMed's address.

use super::{Item, authors, tag, text};
use crate::formats::kind;
use crate::model::{Doi, Pmcid, Pmid, RecordKind, RegistryId};

/// How `C1` of a record that we wrote begins.
pub(in crate::formats) const MARK: &str = "perennial";

/// How `C8` begins where headings stand behind the keywords: behind how many.
pub(in crate::formats) const KEYWORDS: &str = "headings behind keywords: ";

pub(super) fn write(item: &Item<'_>) -> String {
    let record = item.record;
    let code = kind::ris_code(record);
    let mut out = format!("TY  - {code}\r\n");
    let mut put = |name: &str, value: &str| tag(&mut out, name, value, "\r\n");
    let (start, end) = page_tags(text(record.pages.as_ref()));
    put("TI", text(record.title.as_ref()));
    for author in authors(record) {
        put("AU", &author);
    }
    let journal = text(record.journal.as_ref());
    put("T2", journal);
    put("JF", journal);
    put("AB", text(record.abstract_text.as_ref()));
    let year = record.year.map(|y| y.to_string()).unwrap_or_default();
    put("PY", &year);
    put("VL", text(record.volume.as_ref()));
    put("IS", text(record.issue.as_ref()));
    put("SP", start);
    put("EP", end);
    record.issn.iter().for_each(|v| put("SN", v));
    put(
        "DO",
        record.doi.as_ref().map(Doi::as_str).unwrap_or_default(),
    );
    let pmid = record.pmid.as_ref().map(Pmid::as_str).unwrap_or_default();
    let accession = record.source_id.as_deref().unwrap_or_default();
    put(
        "AN",
        match accession {
            "" if item.origin.is_pubmed() => pmid,
            own => own,
        },
    );
    put("C1", &format!("{MARK} {}", item.id.unwrap_or_default()));
    put("C2", pmid);
    record
        .registry
        .iter()
        .map(RegistryId::as_str)
        .for_each(|id| put("C3", id));
    put(
        "C4",
        record.pmcid.as_ref().map(Pmcid::as_str).unwrap_or_default(),
    );
    for kind in types(item, &code) {
        put("M3", &kind);
    }
    record.keywords.iter().for_each(|v| put("KW", v));
    // RIS has one tag for the words of authors and of indexers; a number tells our reader which is which.
    if !record.headings.is_empty() {
        record.headings.iter().for_each(|v| put("KW", v));
        put("C8", &format!("{KEYWORDS}{}", record.keywords.len()));
    }
    record.other_titles.iter().for_each(|v| put("TT", v));
    put("LA", text(record.language.as_ref()));
    let address = text(record.url.as_ref());
    put("UR", address);
    if !pmid.is_empty() && !address.contains(pmid) {
        put("UR", &format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/"));
    }
    item.notes.iter().for_each(|note| put("N1", note));
    item.origin
        .databases
        .iter()
        .for_each(|name| put("DB", name));
    put("DP", text(item.origin.provider.as_ref()));
    out.push_str("ER  - \r\n\r\n");
    out
}

/// The publication types, without a repetition of the code; where the code is that of several kinds
/// and the types do not tell them apart, with the kind's name.
fn types(item: &Item<'_>, code: &str) -> Vec<String> {
    let record = item.record;
    let mut types = record.publication_types.clone();
    types.retain(|kind| !kind::is_code(kind, code));
    let kind = kind::of(record);
    let said = kind::ris(code, &types).is_none_or(|read| read == kind);
    let label = kind::label(record);
    if !said || (record.kind == RecordKind::Trial && !types.iter().any(|word| word == label)) {
        types.push(label.to_owned());
    }
    types
}

/// Start and end of a range with one hyphen; anything else stands under the start alone.
fn page_tags(pages: &str) -> (&str, &str) {
    let plain = |text: &str| !text.is_empty() && text.chars().all(char::is_alphanumeric);
    match pages.split_once('-') {
        Some((start, end)) if plain(start) && plain(end) && start != end => (start, end),
        Some(_) | None => (pages, ""),
    }
}
