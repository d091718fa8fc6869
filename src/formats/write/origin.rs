//! The database that a record comes from, for `DB` in RIS and the column `database`.
//!
//! A record that names it (RIS `DB`, EndNote's `remote-database-name`, a column of a table) keeps its
//! own; else the file's format and dialect tell.

use crate::formats::{Format, Native, Own};
use crate::model::Record;

/// Where a record comes from.
pub(super) struct Origin {
    /// The databases, as many as the record names.
    pub(super) databases: Vec<String>,
    /// Who provides them, where the record says so.
    pub(super) provider: Option<String>,
}

/// Fields of the source that name a database, and the one that names its provider.
const NAMED: [&str; 5] = [
    "DB",
    "database",
    "Database Name",
    "remote-database-name",
    "%~",
];
const PROVIDERS: [&str; 3] = ["DP", "remote-database-provider", "%W"];

impl Origin {
    pub(super) fn of(record: &Record, native: Option<&Native>, file: Option<&str>) -> Self {
        let field = |names: &[&str]| {
            let mut found = names.iter().filter_map(|name| record.extra.get(*name));
            found.next().cloned().unwrap_or_default()
        };
        let mut databases = field(&NAMED);
        databases.retain(|name| !name.starts_with("perennial"));
        if databases.is_empty() {
            let known = native.and_then(own).or(file);
            databases.extend(known.map(str::to_owned));
        }
        // The date of publication stands under the same tag in MEDLINE text.
        let is_dated = |text: &String| text.starts_with(|c: char| c.is_ascii_digit());
        let mut provider = field(&PROVIDERS).into_iter().find(|text| !is_dated(text));
        if is_pubmed(&databases) {
            // EndNote and what reads its files take the accession number of NLM for the PMID.
            provider = Some("NLM".to_owned());
        }
        Self {
            databases,
            provider,
        }
    }

    /// Whether the accession number of the record is its PMID.
    pub(super) fn is_pubmed(&self) -> bool {
        is_pubmed(&self.databases)
    }
}

fn is_pubmed(databases: &[String]) -> bool {
    let first = databases.first().map(|name| name.to_ascii_lowercase());
    first.is_some_and(|name| name == "pubmed" || name == "nlm")
}

/// The database that a record's own kind of fields tells.
fn own(native: &Native) -> Option<&'static str> {
    match native {
        Native::PubmedXml(_) | Native::Deleted(_) => Some("PubMed"),
        Native::Ictrp(_) => Some("WHO ICTRP"),
        Native::Ctgov(_) => Some("ClinicalTrials.gov"),
        Native::Entry(entry) => match &entry.own {
            Own::Wos { .. } => Some("Web of Science"),
            Own::Crossref { .. } => Some("Crossref"),
            Own::EuropePmc { .. } => Some("Europe PMC"),
            Own::Nbib { .. }
            | Own::Ris {}
            | Own::Csv { .. }
            | Own::Bib { .. }
            | Own::Enw {}
            | Own::EndnoteXml { .. } => None,
        },
    }
}

/// The databases whose own files are known by their columns or tags, by words of the dialect's name.
const DIALECTS: [(&str, &str); 18] = [
    ("cochrane", "Cochrane Library"),
    ("embase.com", "Embase"),
    ("scopus", "Scopus"),
    ("web of science", "Web of Science"),
    ("pubmed", "PubMed"),
    ("clinicaltrials.gov", "ClinicalTrials.gov"),
    ("ieee", "IEEE Xplore"),
    ("lens", "The Lens"),
    ("dimensions", "Dimensions"),
    ("openalex", "OpenAlex"),
    ("springerlink", "SpringerLink"),
    ("acm", "ACM Digital Library"),
    ("sciencedirect", "ScienceDirect"),
    ("psycinfo", "APA PsycInfo"),
    ("cinahl", "CINAHL"),
    ("eric", "ERIC"),
    ("isrctn", "ISRCTN registry"),
    ("google scholar", "Google Scholar"),
];

/// The database whose file this is, where its format and dialect tell; a reference manager's file
/// tells nothing.
///
/// ```
/// use perennial::formats::{Format, database};
/// assert_eq!(database(Format::Csv, "embase.com"), Some("Embase"));
/// assert_eq!(database(Format::Ris, "zotero"), None);
/// assert_eq!(database(Format::Csv, "generic"), None);
/// ```
pub fn database(format: Format, dialect: &str) -> Option<&'static str> {
    match format {
        Format::PubmedXml => Some("PubMed"),
        Format::Wos => Some("Web of Science"),
        Format::Ictrp => Some("WHO ICTRP"),
        Format::Ctgov => Some("ClinicalTrials.gov"),
        // A reference manager's file tells nothing.
        Format::Crossref => (dialect != "csl-json").then_some("Crossref"),
        Format::EuropePmc => Some("Europe PMC"),
        Format::Ris
        | Format::Nbib
        | Format::Text
        | Format::Refworks
        | Format::Csv
        | Format::Bib
        | Format::Enw
        | Format::EndnoteXml => {
            let dialect = format!(" {} ", dialect.to_ascii_lowercase());
            let known = DIALECTS
                .iter()
                .find(|(word, _)| dialect.contains(&format!(" {word} ")));
            known.map(|(_, name)| *name)
        }
    }
}
