//! Whose table a CSV file is, and what each of its columns holds.
//!
//! A vendor is known by two or three columns that nobody else has; a table of nobody known is read
//! by the plain names of its columns.

use crate::model::cell::unguard;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Id,
    /// An id of the source that is not the key of the row.
    Accession,
    Title,
    OtherTitle,
    Authors,
    Year,
    Journal,
    Volume,
    Issue,
    Pages,
    PageStart,
    PageEnd,
    ArticleNumber,
    Doi,
    Pmid,
    Pmcid,
    Abstract,
    Type,
    Keywords,
    Headings,
    Issn,
    Url,
    Language,
    Registry,
    /// Free text in which a trial number may stand.
    Notes,
    Acronym,
    /// The kind of publication by the name that we write.
    Kind,
}

/// Whose table it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Profile {
    Cochrane,
    Embase,
    Pubmed,
    Scopus,
    Rayyan,
    Covidence,
    Zotero,
    ClinicalTrials,
    /// A table that we wrote.
    Perennial,
    Generic,
}

impl Profile {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Cochrane => "cochrane",
            Self::Embase => "embase.com",
            Self::Pubmed => "pubmed",
            Self::Scopus => "scopus",
            Self::Rayyan => "rayyan",
            Self::Covidence => "covidence",
            Self::Zotero => "zotero",
            Self::ClinicalTrials => "clinicaltrials.gov",
            Self::Perennial => "perennial",
            Self::Generic => "generic",
        }
    }

    /// The profile of a header row of normalised names.
    pub(super) fn of(names: &[String]) -> Self {
        let all = |wanted: &[&str]| wanted.iter().all(|w| names.iter().any(|n| n == w));
        if all(&["nct number"]) {
            Self::ClinicalTrials
        } else if all(&["cochrane review group code"]) || all(&["central id"]) {
            Self::Cochrane
        } else if all(&["pui", "author names"]) || all(&["source title", "medline pmid"]) {
            Self::Embase
        } else if all(&["pmid", "journal/book"]) {
            Self::Pubmed
        } else if all(&["eid", "source title"]) {
            Self::Scopus
        } else if all(&["key", "pubmed_id", "pmc_id"]) {
            Self::Rayyan
        } else if all(&["covidence #"]) {
            Self::Covidence
        } else if all(&["item type", "publication title"]) {
            Self::Zotero
        } else if all(&["reference_type", "registry", "authors"]) {
            Self::Perennial
        } else {
            Self::Generic
        }
    }

    /// What a column of this profile holds, by its normalised name.
    pub(super) fn role(self, name: &str) -> Option<Role> {
        match (self, name) {
            (Self::ClinicalTrials, _) => clinical_trials(name),
            (Self::Cochrane, "source") => Some(Role::Journal),
            (Self::Cochrane, "cochrane review id") => Some(Role::Accession),
            (Self::Pubmed, "pmid") => Some(Role::Pmid),
            (Self::Perennial, "reference_type") => Some(Role::Kind),
            (Self::Perennial, "headings") => Some(Role::Headings),
            (Self::Perennial, "other_titles") => Some(Role::OtherTitle),
            (Self::Zotero, "type" | "number" | "series title" | "short title") => None,
            _ => common(name),
        }
    }

    /// A cell without the guard against formulas, in a table that we may have written.
    pub(super) fn bare(self, cell: &str) -> &str {
        match self {
            Self::Perennial | Self::Generic | Self::Rayyan => unguard(cell),
            Self::Cochrane
            | Self::Embase
            | Self::Pubmed
            | Self::Scopus
            | Self::Covidence
            | Self::Zotero
            | Self::ClinicalTrials => cell,
        }
    }

    /// What stands between two authors of a cell, where the profile knows.
    pub(super) fn author_separator(self, cell: &str) -> Option<&'static str> {
        match self {
            Self::Cochrane | Self::Covidence | Self::Zotero => Some(";"),
            Self::Embase | Self::Pubmed => Some(", "),
            Self::Rayyan => Some(" and "),
            Self::Scopus => Some(if cell.contains(';') { ";" } else { ", " }),
            Self::ClinicalTrials => None,
            Self::Perennial => Some(listed(cell)),
            Self::Generic => generic_separator(cell),
        }
    }
}

/// What stands between the values of a list that we wrote: a semicolon, or a bar where a value has
/// a semicolon of its own.
pub(super) fn listed(cell: &str) -> &'static str {
    if cell.contains(" | ") { " | " } else { "; " }
}

/// `Attal M, Richardson P` is two people, `Attal, Michel` is one.
fn generic_separator(cell: &str) -> Option<&'static str> {
    if cell.contains(';') {
        return Some(";");
    }
    if cell.contains('|') {
        return Some("|");
    }
    if cell.contains(" and ") {
        return Some(" and ");
    }
    let named = |part: &str| {
        let last = part.trim().rsplit_once(' ').map_or("", |(_, last)| last);
        let capitals = last
            .chars()
            .all(|c| c.is_uppercase() || c == '.' || c == '-');
        !last.is_empty() && capitals
    };
    (cell.contains(", ") && cell.split(", ").all(named)).then_some(", ")
}

/// A header cell as it is compared.
pub(super) fn normalised(cell: &str) -> String {
    let bare = cell.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '"');
    bare.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

fn clinical_trials(name: &str) -> Option<Role> {
    Some(match name {
        "nct number" => Role::Id,
        "study title" | "title" => Role::Title,
        "acronym" => Role::Acronym,
        "study url" | "url" => Role::Url,
        "brief summary" => Role::Abstract,
        "first posted" => Role::Year,
        "conditions" => Role::Keywords,
        "study type" => Role::Type,
        "other ids" => Role::Notes,
        _ => return None,
    })
}

/// The names that mean the same wherever they stand.
pub(super) fn common(name: &str) -> Option<Role> {
    Some(match name {
        "id" | "record_id" | "record id" | "key" | "central id" | "eid" | "pui" | "covidence #"
        | "nct number" => Role::Id,
        "accession number" | "accession" | "accession_number" => Role::Accession,
        "title" | "article title" | "primary_title" | "study title" => Role::Title,
        "original title" | "original_title" | "translated title" => Role::OtherTitle,
        "author" | "authors" | "author(s)" | "author names" | "first_authors" => Role::Authors,
        "year" | "publication year" | "published year" | "publication_year" | "pub_year" => {
            Role::Year
        }
        "journal" | "journal/book" | "source title" | "publication title" | "journal_title"
        | "journal title" => Role::Journal,
        "volume" => Role::Volume,
        "issue" | "number" => Role::Issue,
        "pages" => Role::Pages,
        "page start" | "first page" | "start_page" | "start page" => Role::PageStart,
        "page end" | "last page" | "end_page" | "end page" => Role::PageEnd,
        "art. no." | "article number" => Role::ArticleNumber,
        "doi" => Role::Doi,
        "pmid" | "pubmed id" | "pubmed_id" | "medline pmid" | "pubmedid" => Role::Pmid,
        "pmcid" | "pmc_id" | "pmc id" => Role::Pmcid,
        "abstract" | "abstract note" | "notes_abstract" => Role::Abstract,
        "publication type" | "document type" | "item type" | "type" => Role::Type,
        "keywords" | "author keywords" | "manual tags" | "automatic tags" => Role::Keywords,
        "index keywords"
        | "mesh"
        | "mesh terms"
        | "emtree drug index terms (major focus)"
        | "emtree drug index terms"
        | "emtree medical index terms (major focus)"
        | "emtree medical index terms" => Role::Headings,
        "issn" | "isbn" | "eissn" => Role::Issn,
        "url" | "link" | "embase link" | "study url" => Role::Url,
        "language" | "article language" | "language of original document" => Role::Language,
        "ctgov id"
        | "ictrp id"
        | "clinical trial numbers"
        | "nct_id"
        | "nct id"
        | "nct"
        | "registry"
        | "registry_id"
        | "registration"
        | "trial_registration" => Role::Registry,
        "notes" | "extra" => Role::Notes,
        "acronym" => Role::Acronym,
        _ => return None,
    })
}
