//! The fields of a PubMed record, and how they fill [`Record`].

use crate::formats::values::is_trial_registry;
use crate::model::{Doi, Link, Pmcid, Pmid, Record, RecordKind, RegistryId};
use serde::Serialize;
use std::collections::BTreeMap;

/// One article or book, by the names of `convert --to jsonl`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Article {
    /// Article or book.
    pub kind: RecordKind,
    /// The PMID, digits only; absent where no source gives one.
    pub pmid: Option<String>,
    /// `PMID/@Version`, 1 where it is not stated.
    pub version: u32,
    /// `MedlineCitation/@Status`.
    pub status: Option<String>,
    /// Title; the book's where a book document has none.
    pub title: Option<String>,
    /// Title in the language of the publication.
    pub vernacular_title: Option<String>,
    /// Sections, each on a line of its own, `LABEL: text`.
    #[serde(rename = "abstract")]
    pub abstract_text: Option<String>,
    /// Authors in order.
    pub authors: Vec<Author>,
    /// Journal, or the book.
    pub journal: Option<String>,
    /// ISO abbreviation of the journal.
    pub journal_abbrev: Option<String>,
    /// First ISSN.
    pub issn: Option<String>,
    /// The volume as printed; absent where the source gives none.
    pub volume: Option<String>,
    /// The issue as printed; absent where the source gives none.
    pub issue: Option<String>,
    /// `MedlinePgn`, else start and end page.
    pub pages: Option<String>,
    /// Year of `PubDate`.
    pub year: Option<u16>,
    /// Month of `PubDate`.
    pub month: Option<u8>,
    /// `Season` or `MedlineDate` as written.
    pub pubdate_text: Option<String>,
    /// DOI as written.
    pub doi: Option<String>,
    /// The PMCID, with its letters; absent where no source gives one.
    pub pmcid: Option<String>,
    /// Languages as three letters each, in the order of the entry.
    pub languages: Vec<String>,
    /// Publication types, in the order of the entry.
    pub publication_types: Vec<String>,
    /// Keywords of authors and of others, in the order of the entry.
    pub keywords: Vec<String>,
    /// MeSH headings, in the order of the entry.
    pub mesh: Vec<Heading>,
    /// `NameOfSubstance` of the chemicals.
    pub substances: Vec<String>,
    /// Data bank and accession number.
    pub registry: Vec<(String, String)>,
    /// Accession numbers that are ClinicalTrials.gov's.
    pub nct: Vec<String>,
    /// Corrections, retractions, comments, citations.
    pub comments_corrections: Vec<CommentsCorrection>,
    /// Marked as retracted.
    pub retracted: bool,
    /// Dates of the record's life.
    pub dates: Dates,
    /// Abstracts in other words or languages.
    #[serde(skip)]
    pub other_abstracts: Vec<String>,
    /// The title with its exponents marked, where it has any.
    #[serde(skip)]
    pub readable_title: Option<String>,
    /// The abstract with its exponents marked, where it has any.
    #[serde(skip)]
    pub readable_abstract: Option<String>,
    /// ISBNs of a book.
    #[serde(skip)]
    pub isbn: Vec<String>,
}

/// One author; absent parts are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Author {
    /// The last name; absent for a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// The fore names as printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fore: Option<String>,
    /// The initials, without dots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub initials: Option<String>,
    /// `Jr`, `3rd`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
    /// Name of a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collective: Option<String>,
}

impl Author {
    /// `Last, Fore Suffix`, or the group's name.
    fn written(&self) -> String {
        if let Some(group) = &self.collective {
            return group.clone();
        }
        let mut out = self.last.clone().unwrap_or_default();
        if let Some(given) = self.fore.as_ref().or(self.initials.as_ref()) {
            if !out.is_empty() {
                out.push_str(", ");
            }
            out.push_str(given);
        }
        if let Some(suffix) = &self.suffix {
            out.push(' ');
            out.push_str(suffix);
        }
        out
    }
}

/// One MeSH heading.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Heading {
    /// Descriptor UI.
    pub ui: Option<String>,
    /// The descriptor in words.
    pub name: String,
    /// Descriptor or a qualifier is a major topic.
    pub major: bool,
    /// The qualifiers in words, in the order of the entry.
    pub qualifiers: Vec<String>,
}

/// One entry of `CommentsCorrectionsList`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommentsCorrection {
    /// `RefType`.
    #[serde(rename = "type")]
    pub kind: String,
    /// PMID of the other publication.
    pub pmid: Option<String>,
}

/// Dates of the record's life, `YYYY-MM-DD`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Dates {
    /// `DateCreated` of old records.
    pub created: Option<String>,
    /// The day on which indexing was completed.
    pub completed: Option<String>,
    /// The day of the last revision.
    pub revised: Option<String>,
    /// Create Date (CRDT).
    pub entrez: Option<String>,
    /// Entrez Date (EDAT).
    pub pubmed: Option<String>,
    /// MeSH Date.
    pub medline: Option<String>,
}

/// A record that PubMed deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deleted {
    /// Always `deleted`.
    pub kind: RecordKind,
    /// The PMID, digits only.
    pub pmid: String,
}

impl Deleted {
    pub(super) fn of(pmid: String) -> Self {
        Self {
            kind: RecordKind::Deleted,
            pmid,
        }
    }
}

impl Article {
    /// Whether the element held nothing at all.
    pub(super) fn is_empty(&self) -> bool {
        self.pmid.is_none()
            && self.title.is_none()
            && self.abstract_text.is_none()
            && self.authors.is_empty()
            && self.doi.is_none()
            && self.journal.is_none()
    }

    /// Fills what follows from other fields.
    pub(super) fn finish(&mut self) {
        if self.version == 0 {
            self.version = 1;
        }
        let numbers = self.registry.iter().map(|(_, accession)| accession);
        let is_nct = |a: &&String| RegistryId::parse(a).is_ok_and(|id| id.is_nct());
        self.nct = numbers.filter(is_nct).cloned().collect();
        self.retracted = self
            .publication_types
            .iter()
            .any(|t| t == "Retracted Publication")
            || self
                .comments_corrections
                .iter()
                .any(|c| c.kind == "RetractionIn");
    }

    /// The record, and what looked like an identifier and is none. Its values are copied where the
    /// article keeps its own, else they are taken out of it.
    pub(super) fn make_record(&mut self, keep: bool) -> (Record, Vec<String>) {
        let mut wrong = Vec::new();
        let doi = self
            .doi
            .as_deref()
            .and_then(|t| checked(Doi::parse(t), &mut wrong));
        let pmid = self
            .pmid
            .as_deref()
            .and_then(|t| checked(Pmid::parse(t), &mut wrong));
        let central = self
            .pmcid
            .as_deref()
            .and_then(|t| checked(Pmcid::parse(t), &mut wrong));
        let trials = self
            .registry
            .iter()
            .filter(|(bank, _)| is_trial_registry(bank));
        let registry = trials
            .filter_map(|(_, id)| RegistryId::parse(id).ok())
            .collect();
        let links = self
            .comments_corrections
            .iter()
            .filter(|c| c.kind != "Cites");
        let links = links.map(|c| Link {
            kind: c.kind.clone(),
            pmid: c.pmid.as_deref().and_then(|p| Pmid::parse(p).ok()),
        });
        let extra = self.extra();
        let links = links.collect();
        let other_abstract = self.other_abstract();
        let mut title = given(&mut self.title, keep);
        if let Some(readable) = given(&mut self.readable_title, keep) {
            title = Some(readable);
        }
        let vernacular = given(&mut self.vernacular_title, keep);
        let (title, other) = match title {
            // PubMed's words where nobody translated the title.
            Some(title) if !is_unavailable(&title) => (Some(title), vernacular),
            other => match vernacular {
                Some(vernacular) => (Some(vernacular), other),
                None => (other, None),
            },
        };
        let mut abstract_text = given(&mut self.abstract_text, keep);
        if let Some(readable) = given(&mut self.readable_abstract, keep) {
            abstract_text = Some(readable);
        }
        // A record cut down to essentials may have the abbreviation alone.
        let journal = given(&mut self.journal, keep);
        let journal = journal.or_else(|| given(&mut self.journal_abbrev, keep));
        let issn = self.issn.iter().chain(&self.isbn).cloned().collect();
        let headings = self.mesh.iter_mut();
        let headings = headings.map(|heading| given(&mut heading.name, keep));
        let record = Record {
            kind: self.kind,
            source_id: given(&mut self.pmid, keep),
            title,
            other_titles: other.into_iter().collect(),
            authors: self.authors.iter().map(Author::written).collect(),
            year: self.year,
            journal,
            volume: given(&mut self.volume, keep),
            issue: given(&mut self.issue, keep),
            pages: given(&mut self.pages, keep),
            issn,
            doi,
            pmid,
            pmcid: central,
            registry,
            abstract_text: abstract_text.or(other_abstract),
            publication_types: given(&mut self.publication_types, keep),
            keywords: given(&mut self.keywords, keep),
            headings: headings.collect(),
            language: self.languages.first().cloned(),
            links,
            retracted: self.retracted,
            extra,
            ..Record::default()
        };
        (record, wrong)
    }

    /// The abstract in other words or another language, where PubMed has no other.
    fn other_abstract(&self) -> Option<String> {
        let there = self.abstract_text.is_none() && !self.other_abstracts.is_empty();
        there.then(|| self.other_abstracts.join("\n"))
    }

    /// What no field of the record takes, by the name of its element.
    fn extra(&self) -> BTreeMap<String, Vec<String>> {
        let mut extra = BTreeMap::new();
        let mut put = |name: &str, values: Vec<String>| {
            if !values.is_empty() {
                extra.insert(name.to_owned(), values);
            }
        };
        let one = |value: &Option<String>| value.iter().cloned().collect::<Vec<_>>();
        put("Status", one(&self.status));
        put("ISOAbbreviation", one(&self.journal_abbrev));
        put("PubDate", one(&self.pubdate_text));
        put("Month", self.month.iter().map(u8::to_string).collect());
        put("DateCreated", one(&self.dates.created));
        put("DateCompleted", one(&self.dates.completed));
        put("DateRevised", one(&self.dates.revised));
        put("entrez", one(&self.dates.entrez));
        put("pubmed", one(&self.dates.pubmed));
        put("medline", one(&self.dates.medline));
        put("NameOfSubstance", self.substances.clone());
        // Where another abstract or title stands in for the missing one, that is said.
        let stands_in = self.other_abstract().map(|_| "OtherAbstract".to_owned());
        if stands_in.is_none() {
            put("OtherAbstract", self.other_abstracts.clone());
        }
        put("AbstractSource", one(&stands_in));
        let untitled = self.title.as_deref().is_none_or(is_unavailable);
        if untitled && self.vernacular_title.is_some() {
            put("TitleSource", vec!["VernacularTitle".to_owned()]);
        }
        put("Language", self.languages.iter().skip(1).cloned().collect());
        if self.version > 1 {
            put("Version", vec![self.version.to_string()]);
        }
        let marked = self
            .mesh
            .iter()
            .filter(|h| h.major || !h.qualifiers.is_empty());
        put("MeshHeading", marked.map(Heading::written).collect());
        let cites = self
            .comments_corrections
            .iter()
            .filter(|c| c.kind == "Cites");
        put("Cites", cites.filter_map(|c| c.pmid.clone()).collect());
        let accessions = self.registry.iter();
        put(
            "AccessionNumber",
            accessions
                .filter(|(bank, id)| !is_trial_registry(bank) || RegistryId::parse(id).is_err())
                .map(|(bank, id)| format!("{bank}/{id}"))
                .collect(),
        );
        extra
    }
}

/// A value for the record: a copy where the article keeps its own, else the value itself.
fn given<T: Clone + Default>(value: &mut T, keep: bool) -> T {
    if keep {
        value.clone()
    } else {
        std::mem::take(value)
    }
}

/// `[Not Available].`, which PubMed writes for a title that nobody translated.
fn is_unavailable(title: &str) -> bool {
    let words = title.trim_matches(|c: char| !c.is_alphanumeric());
    words.eq_ignore_ascii_case("not available")
}

impl Heading {
    /// `*Name/qualifier/qualifier`, the star where the heading is a major topic.
    fn written(&self) -> String {
        let mut out = String::from(if self.major { "*" } else { "" });
        out.push_str(&self.name);
        for qualifier in &self.qualifiers {
            out.push('/');
            out.push_str(qualifier);
        }
        out
    }
}

/// A parsed identifier, or its error among the wrong ones.
fn checked<T>(result: Result<T, crate::model::IdError>, wrong: &mut Vec<String>) -> Option<T> {
    result.map_err(|error| wrong.push(error.to_string())).ok()
}
