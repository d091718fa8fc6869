//! How the fields of labelled text begin, and which field each name means.
//!
//! The names are those of the exports: Ovid's two-letter tags and its long labels, the tags of
//! the Cochrane Library's plain text, and NoteExpress (the third format of CNKI and Wanfang).
//! Each becomes Ovid's tag; what is not known keeps its own name.

use crate::formats::ris;

/// How a file writes its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `TI  - A title`, continued by blanks: Ovid's tagged text.
    Tags,
    /// `Title`, and the value on the lines below: Ovid's labelled text.
    Labels,
    /// `TI: A title`: the plain text of the Cochrane Library.
    Cochrane,
    /// `{Title}: A title`: NoteExpress.
    Braces,
}

impl Style {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Tags | Self::Labels => "ovid",
            Self::Cochrane => "cochrane",
            Self::Braces => "noteexpress",
        }
    }

    /// A field that begins on this line: the tag it is kept under, and its value so far.
    pub(super) fn opener(self, line: &str) -> Option<(&str, &str)> {
        match self {
            Self::Tags => {
                let (tag, value) = ris::split_tag(line)?;
                Some((if tag == "AN" { "UI" } else { tag }, value))
            }
            Self::Labels => labelled(line),
            Self::Cochrane => {
                let (tag, value) = line.split_once(':')?;
                let capitals = tag.bytes().all(|b| b.is_ascii_uppercase());
                let fits = (2..=3).contains(&tag.len()) && capitals;
                (fits && (value.is_empty() || value.starts_with(' ')))
                    .then(|| (named(&COCHRANE, tag).unwrap_or(tag), value.trim()))
            }
            Self::Braces => {
                let (name, value) = line.strip_prefix('{')?.split_once('}')?;
                let value = value.strip_prefix(':').unwrap_or(value).trim();
                let short = !name.is_empty() && name.len() <= 40;
                short.then(|| (named(&BRACES, name).unwrap_or(name), value))
            }
        }
    }
}

/// Which style the line under a record's number shows.
pub(super) fn style(line: &str) -> Option<Style> {
    match ris::split_tag(line) {
        Some(("TY", _)) => return None,
        Some(_) => return Some(Style::Tags),
        None => {}
    }
    if labelled(line).is_some() {
        return Some(Style::Labels);
    }
    let cochrane = Style::Cochrane.opener(line);
    let known = cochrane.is_some_and(|(tag, _)| COCHRANE.iter().any(|(_, own)| *own == tag));
    known.then_some(Style::Cochrane)
}

fn labelled(line: &str) -> Option<(&str, &str)> {
    if line.starts_with([' ', '\t']) {
        return None;
    }
    if let Some(tag) = named(&LABELS, line.trim().trim_end_matches([':', '.'])) {
        return Some((tag, ""));
    }
    let (label, value) = line.split_once(": ").or_else(|| line.split_once('\t'))?;
    named(&LABELS, label.trim()).map(|tag| (tag, value.trim()))
}

fn named(list: &[(&'static str, &'static str)], name: &str) -> Option<&'static str> {
    let found = list.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
    found.map(|(_, tag)| *tag)
}

/// Ovid's labels, by the field guides of its databases.
const LABELS: [(&str, &str); 66] = [
    ("Unique Identifier", "UI"),
    ("Accession Number", "UI"),
    ("Record Number", "UI"),
    ("PMID", "PM"),
    ("PubMed ID", "PM"),
    ("PubMed Identifier", "PM"),
    ("Medline PMID", "PM"),
    ("PubMed Accession Number", "PM"),
    ("Status", "ST"),
    ("Record Status", "ST"),
    ("Record Owner", "RO"),
    ("Author", "AU"),
    ("Authors", "AU"),
    ("Author(s)", "AU"),
    ("Author NameID", "AI"),
    ("Authors Full Name", "FA"),
    ("Author/Editor", "AU"),
    ("Corporate Author", "CA"),
    ("Group Author", "CA"),
    ("Institution", "IN"),
    ("Author Affiliation", "IN"),
    ("Affiliation", "IN"),
    ("Title", "TI"),
    ("Article Title", "TI"),
    ("English Title", "TI"),
    ("Original Title", "OT"),
    ("Vernacular Title", "OT"),
    ("Foreign Title", "OT"),
    ("Translated Title", "TT"),
    ("Source", "SO"),
    ("Publication Source", "SO"),
    ("Journal Name", "JN"),
    ("Journal", "JN"),
    ("Journal Title", "JN"),
    ("Publication Name", "JN"),
    ("Serial Title", "JN"),
    ("NLM Journal Name", "NJ"),
    ("Volume", "VO"),
    ("Issue", "IP"),
    ("Issue/Part", "IP"),
    ("Page", "PG"),
    ("Pages", "PG"),
    ("Page Range", "PG"),
    ("Pagination", "PG"),
    ("Year", "YR"),
    ("Year of Publication", "YR"),
    ("Publication Year", "YR"),
    ("Date of Publication", "DP"),
    ("Publication Date", "DP"),
    ("Abstract", "AB"),
    ("DOI", "DO"),
    ("DOI Number", "DO"),
    ("Digital Object Identifier", "DO"),
    ("ISSN", "IS"),
    ("ISSN Print", "IS"),
    ("ISSN Electronic", "IS"),
    ("Publication Type", "PT"),
    ("Document Type", "PT"),
    ("Language", "LG"),
    ("MeSH Subject Headings", "MH"),
    ("Subject Headings", "MH"),
    ("Keyword Heading", "KW"),
    ("Keywords", "KW"),
    ("Key Concepts", "KW"),
    ("Clinical Trial Number", "CN"),
    ("Database", "DB"),
];

/// The plain text of the Cochrane Library.
const COCHRANE: [(&str, &str); 17] = [
    ("ID", "UI"),
    ("AU", "AU"),
    ("TI", "TI"),
    ("SO", "JN"),
    ("YR", "YR"),
    ("VL", "VO"),
    ("NO", "IP"),
    ("PG", "PG"),
    ("PM", "PM"),
    ("XR", "XR"),
    ("PT", "PT"),
    ("KY", "KW"),
    ("DOI", "DO"),
    ("AB", "AB"),
    ("US", "LK"),
    ("CC", "CC"),
    ("SN", "IS"),
];

/// NoteExpress.
const BRACES: [(&str, &str); 18] = [
    ("Reference Type", "PT"),
    ("Title", "TI"),
    ("Translated Title", "TT"),
    ("Author", "AU"),
    ("Author Address", "IN"),
    ("Journal", "JN"),
    ("Secondary Title", "JN"),
    ("Year", "YR"),
    ("Date", "DP"),
    ("Volume", "VO"),
    ("Issue", "IP"),
    ("Pages", "PG"),
    ("Keywords", "KW"),
    ("Abstract", "AB"),
    ("ISBN/ISSN", "IS"),
    ("DOI", "DO"),
    ("URL", "LK"),
    ("Database Provider", "DB"),
];
