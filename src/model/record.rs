//! A record: one title/abstract entry as one source returned it.
//!
//! Every reader of `formats` fills this type; everything behind it (deduplication, filters,
//! screening, the report) reads this type and no format. Its canonical JSON is hashed into the
//! log, so fields are only ever added, with a default that leaves old records' JSON unchanged.

use super::ids::{Doi, Pmcid, Pmid, RegistryId};
use super::publication::Publication;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a record describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// A journal article, letter, conference abstract, preprint: anything with a title.
    #[default]
    Article,
    /// A book or a book chapter.
    Book,
    /// A trial registry entry.
    Trial,
    /// PubMed's notice that it deleted the record (`DeleteCitation`): an identifier, nothing more.
    Deleted,
}

/// A link that the source itself states between two publications (PubMed `CommentsCorrections`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Link {
    /// The source's word for it: `ErratumFor`, `RetractionIn`, `CommentOn`.
    pub kind: String,
    /// The other publication, where the source names its PMID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pmid: Option<Pmid>,
}

/// One title/abstract entry as one source returned it. `None` and empty mean "not in the source".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// What the record describes.
    #[serde(skip_serializing_if = "is_article")]
    pub kind: RecordKind,
    /// What kind of publication, where the other fields do not say it: `formats::kind::of` tells it
    /// of any record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publication: Option<Publication>,
    /// The id that the source gives it: a PMID, an accession number, a registry number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_id: Option<String>,
    /// The title, white space collapsed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Further titles: original language, short, official title of a trial.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_titles: Vec<String>,
    /// Authors in order, as the source writes them; group authors stand by their name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// The source cut the list of authors ("et al.").
    #[serde(skip_serializing_if = "is_false")]
    pub authors_truncated: bool,
    /// Year of publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<u16>,
    /// Journal, book or proceedings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journal: Option<String>,
    /// The volume as printed; absent where the source gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    /// The issue as printed; absent where the source gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// Pages or article number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<String>,
    /// ISSNs or ISBNs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub issn: Vec<String>,
    /// The DOI without its address, in lower case; absent where no source gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doi: Option<Doi>,
    /// The PMID, digits only; absent where no source gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pmid: Option<Pmid>,
    /// The PMCID, with its letters; absent where no source gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pmcid: Option<Pmcid>,
    /// Trial registry numbers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub registry: Vec<RegistryId>,
    /// The abstract; sections on their own lines, `LABEL: text`.
    #[serde(rename = "abstract", skip_serializing_if = "Option::is_none")]
    pub abstract_text: Option<String>,
    /// Publication types as the source names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub publication_types: Vec<String>,
    /// Keywords that the authors gave, in their order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Controlled vocabulary: MeSH, Emtree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headings: Vec<String>,
    /// Language as the source names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Acronym of a trial, where a registry states it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acronym: Option<String>,
    /// Where the source keeps the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Links that the source states to other publications.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// The source marks the publication as retracted.
    #[serde(skip_serializing_if = "is_false")]
    pub retracted: bool,
    /// Every other field of the source, raw, by its tag or column.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<String, Vec<String>>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_article(kind: &RecordKind) -> bool {
    *kind == RecordKind::Article
}

impl Record {
    /// The surname of the first author: what stands before a comma, else before the initials.
    pub fn first_author(&self) -> Option<&str> {
        let author = self.authors.first()?.trim();
        if let Some((surname, _)) = author.split_once(',') {
            return Some(surname.trim());
        }
        let initials = |word: &str| {
            word.chars()
                .all(|c| c.is_uppercase() || c == '.' || c == '-')
                && word.len() <= 8
        };
        match author.rsplit_once(' ') {
            Some((surname, last)) if initials(last) => Some(surname.trim()),
            _ => Some(author),
        }
    }

    /// "Attal 2019": how a report is named in a sentence; falls back on the title's start.
    pub fn short_citation(&self) -> String {
        match (self.first_author(), self.year) {
            (Some(author), Some(year)) => format!("{author} {year}"),
            (Some(author), None) => author.to_owned(),
            (None, _) => self.title.as_deref().map_or_else(
                || "(no title)".to_owned(),
                |title| {
                    title
                        .chars()
                        .take(40)
                        .collect::<String>()
                        .trim_end()
                        .to_owned()
                },
            ),
        }
    }

    /// How much of what a reader needs is there; the fullest record of a cluster is its primary.
    pub fn completeness(&self) -> u32 {
        let points = [
            (self.abstract_text.is_some(), 32),
            (self.doi.is_some(), 16),
            (self.pmid.is_some(), 8),
            (!self.authors.is_empty(), 4),
            (self.journal.is_some(), 2),
            (self.pages.is_some(), 1),
        ];
        points
            .iter()
            .filter(|(there, _)| *there)
            .map(|(_, p)| p)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_author_is_found_in_every_spelling() {
        for (author, want) in [
            ("Attal M", "Attal"),
            ("Attal M.", "Attal"),
            ("Attal, M", "Attal"),
            ("van de Velde H", "van de Velde"),
            ("San-Miguel J", "San-Miguel"),
            ("Ho P.J.", "Ho"),
            ("European Myeloma Network", "European Myeloma Network"),
        ] {
            let record = Record {
                authors: vec![author.into()],
                ..Record::default()
            };
            assert_eq!(record.first_author(), Some(want));
        }
    }

    #[test]
    fn an_empty_record_is_an_empty_object() {
        assert_eq!(serde_json::to_string(&Record::default()).unwrap(), "{}");
    }
}
