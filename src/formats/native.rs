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
    /// A trial of ICTRP.
    Ictrp(Box<IctrpTrial>),
    /// A study of ClinicalTrials.gov.
    Ctgov(Box<CtgovStudy>),
    /// Everything else.
    Entry(Box<Entry>),
}

impl Native {
    /// The object that `convert --to jsonl` writes.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// One record of a format without fields of its own kind.
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
    /// The journal as the source names it; absent where it names none.
    pub journal: Option<String>,
    /// The volume as printed; absent where the source gives none.
    pub volume: Option<String>,
    /// The issue as printed; absent where the source gives none.
    pub issue: Option<String>,
    /// The pages as printed; absent where the source gives none.
    pub pages: Option<String>,
    /// DOI in lower case, from `10.` on.
    pub doi: Option<String>,
    /// The PMID, digits only; absent where no source gives one.
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
    /// BibTeX.
    Bib {
        /// The key of the entry.
        key: String,
    },
    /// EndNote's tagged text.
    Enw {},
    /// EndNote XML.
    EndnoteXml {
        /// Accession number.
        accession: Option<String>,
    },
    /// Crossref.
    Crossref {
        /// The works that this one corrects or retracts.
        update_to: Vec<serde_json::Value>,
    },
    /// Europe PMC.
    EuropePmc {
        /// The collection: `MED`, `PMC`, `PPR`.
        source: Option<String>,
        /// The id in the collection.
        id: Option<String>,
        /// The PMCID, with its letters; absent where no source gives one.
        pmcid: Option<String>,
        /// Language.
        language: Option<String>,
    },
}

impl Default for Own {
    fn default() -> Self {
        Self::Ris {}
    }
}

/// One trial of ICTRP.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct IctrpTrial {
    /// Number in the file, from 1.
    pub n: u64,
    /// Line on which the record starts, from 1.
    pub line: u64,
    /// The register's number.
    pub trial_id: Option<String>,
    /// The register.
    pub registry: Option<String>,
    /// Public title.
    pub public_title: Option<String>,
    /// Scientific title.
    pub scientific_title: Option<String>,
    /// Date of registration, `YYYY-MM-DD`.
    pub date_registration: Option<String>,
    /// Recruitment status.
    pub status: Option<String>,
    /// Study type.
    pub study_type: Option<String>,
    /// Phase.
    pub phase: Option<String>,
    /// Target size as written.
    pub target_size: Option<String>,
    /// The register's page.
    pub url: Option<String>,
    /// Further numbers, joined by `;` as written.
    pub secondary_ids: Option<String>,
    /// The platform's key.
    pub internal_number: Option<String>,
}

/// One study of ClinicalTrials.gov.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CtgovStudy {
    /// Number in the file, from 1.
    pub n: u64,
    /// NCT number.
    pub nct_id: Option<String>,
    /// Brief title.
    pub brief_title: Option<String>,
    /// Official title.
    pub official_title: Option<String>,
    /// Acronym.
    pub acronym: Option<String>,
    /// Overall status.
    pub overall_status: Option<String>,
    /// Start, `YYYY-MM` or `YYYY-MM-DD`.
    pub start_date: Option<String>,
    /// First posted.
    pub first_posted: Option<String>,
    /// Last update posted.
    pub last_update_posted: Option<String>,
    /// Study type.
    pub study_type: Option<String>,
    /// Phases.
    pub phases: Vec<String>,
    /// Enrolment.
    pub enrollment: Option<u64>,
    /// Conditions.
    pub conditions: Vec<String>,
    /// Secondary ids.
    pub secondary_ids: Vec<String>,
    /// Whether results are posted.
    pub has_results: bool,
    /// PMIDs of the references.
    pub reference_pmids: Vec<String>,
}
