//! The format's own fields, for `convert --to jsonl`.

use super::pubmed_xml::{Article, Deleted};
use serde::Serialize;

/// The fields of one record under the names of its format.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Native {
    /// PubMed XML.
    PubmedXml(Box<Article>),
    /// A record that PubMed deleted.
    Deleted(Deleted),
    /// Everything exported as tagged text or as a table.
    Entry(Box<Entry>),
}

impl Native {
    /// The object that `convert --to jsonl` writes.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// One record of a RIS, MEDLINE, Web of Science or CSV file.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Entry {
    /// Number in the file, from 1.
    pub n: u64,
    /// Line on which the record starts, from 1.
    pub line: u64,
    /// The type as written.
    #[serde(rename = "type")]
    pub kind: EntryKind,
    /// Title, white space collapsed.
    pub title: Option<String>,
    /// Authors in order, as written.
    pub authors: Vec<String>,
    /// The list of authors ended with "et al.".
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub authors_truncated: bool,
    /// Year of publication.
    pub year: Option<u16>,
    /// Journal.
    pub journal: Option<String>,
    /// Volume.
    pub volume: Option<String>,
    /// Issue.
    pub issue: Option<String>,
    /// Pages.
    pub pages: Option<String>,
    /// DOI in lower case, from `10.` on.
    pub doi: Option<String>,
    /// PMID.
    pub pmid: Option<String>,
    /// Abstract, whole, white space collapsed.
    #[serde(rename = "abstract")]
    pub abstract_text: Option<String>,
    /// What only this format has.
    #[serde(flatten)]
    pub own: Own,
}

/// The type of an entry: one word, or a list of them in MEDLINE text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum EntryKind {
    /// One word, or none.
    One(Option<String>),
    /// All publication types.
    Many(Vec<String>),
}

impl Default for EntryKind {
    fn default() -> Self {
        Self::One(None)
    }
}

/// The fields that only one format has.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Own {
    /// RIS: `authors_truncated` stands with the authors.
    Ris {},
    /// MEDLINE text.
    Nbib {
        /// Group authors.
        corporate: Vec<String>,
    },
    /// Web of Science.
    Wos {
        /// Document type.
        doctype: Option<String>,
        /// Accession number.
        wos_id: Option<String>,
    },
    /// A table.
    Csv {
        /// The key of the row.
        id: Option<String>,
    },
}

impl Default for Own {
    fn default() -> Self {
        Self::Ris {}
    }
}
