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
    /// The fields of any other format.
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
        /// Authors that are groups, as written.
        corporate: Vec<String>,
    },
    /// Web of Science.
    Wos {
        /// The document type in the words of the platform.
        doctype: Option<String>,
        /// The accession number that the platform gives.
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
        /// The accession number that the platform gives.
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
        /// The language, as the file writes it.
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
    /// The register that holds the entry.
    pub registry: Option<String>,
    /// The title for the public.
    pub public_title: Option<String>,
    /// The title for scientists.
    pub scientific_title: Option<String>,
    /// Date of registration, `YYYY-MM-DD`.
    pub date_registration: Option<String>,
    /// Whether people are recruited, in the words of the register.
    pub status: Option<String>,
    /// Interventional or observational, in the words of the register.
    pub study_type: Option<String>,
    /// The phase of the trial, in the words of the register.
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
    /// The number of the entry: `NCT` and eight digits.
    pub nct_id: Option<String>,
    /// The short title.
    pub brief_title: Option<String>,
    /// The long title.
    pub official_title: Option<String>,
    /// The acronym of the trial.
    pub acronym: Option<String>,
    /// The status of the whole trial, in the words of the register.
    pub overall_status: Option<String>,
    /// Start, `YYYY-MM` or `YYYY-MM-DD`.
    pub start_date: Option<String>,
    /// The day on which the entry first appeared.
    pub first_posted: Option<String>,
    /// Last update posted.
    pub last_update_posted: Option<String>,
    /// Interventional or observational, in the words of the register.
    pub study_type: Option<String>,
    /// The phases; empty where the register names none.
    pub phases: Vec<String>,
    /// How many people are, or were to be, enrolled.
    pub enrollment: Option<u64>,
    /// The conditions, in the words of the register.
    pub conditions: Vec<String>,
    /// Numbers that others gave to the trial, among them those of other registers.
    pub secondary_ids: Vec<String>,
    /// Whether results are posted.
    pub has_results: bool,
    /// PMIDs of the references.
    pub reference_pmids: Vec<String>,
}
