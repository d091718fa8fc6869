//! Whose file it is: an export of Embase that is imported as PubMed would count in the wrong place of
//! the flow for ever, so that it is asked about.
//!
//! A file shows its database by its format and columns ([`formats::database`]) and by what its records
//! say (`DB` in RIS, a column of a table). A source shows it by its name and platform in
//! workflow.toml. A source of a name that names no database (reference lists, experts, a library)
//! takes any file.

use crate::formats::{self, Format, Parsed};
use crate::model::{EventSeq, Record};
use crate::workflow::{Access, Service, Source};
use std::collections::BTreeMap;

/// A database, under all the names that sources and files have for it.
struct Family {
    name: &'static str,
    /// Words or several words in a row, in lower case.
    words: &'static [&'static str],
}

const FAMILIES: [Family; 20] = [
    family(
        "PubMed or MEDLINE",
        &["pubmed", "medline", "nlm", "premedline"],
    ),
    family("Embase", &["embase", "emcare"]),
    family("the Cochrane Library", &["cochrane", "central"]),
    family("Scopus", &["scopus"]),
    family(
        "Web of Science",
        &[
            "web of science",
            "web of knowledge",
            "wos",
            "isi",
            "science citation index",
            "sci expanded",
        ],
    ),
    family("CINAHL", &["cinahl"]),
    family("PsycInfo", &["psycinfo", "psyc info", "psycarticles"]),
    family(
        "ClinicalTrials.gov",
        &[
            "clinicaltrials",
            "clinicaltrials gov",
            "clinical trials gov",
            "ctgov",
            "ct gov",
        ],
    ),
    family(
        "WHO ICTRP",
        &["ictrp", "international clinical trials registry platform"],
    ),
    family("IEEE Xplore", &["ieee"]),
    family("The Lens", &["lens", "lens org"]),
    family("Dimensions", &["dimensions"]),
    family("OpenAlex", &["openalex"]),
    family("Crossref", &["crossref"]),
    family("Europe PMC", &["europe pmc", "europepmc", "epmc"]),
    family("Google Scholar", &["google scholar", "publish or perish"]),
    family(
        "SpringerLink",
        &["springerlink", "springer link", "springer"],
    ),
    family("ACM Digital Library", &["acm"]),
    family("ScienceDirect", &["sciencedirect", "science direct"]),
    family("LILACS", &["lilacs"]),
];

const fn family(name: &'static str, words: &'static [&'static str]) -> Family {
    Family { name, words }
}

/// The databases that a text names, by their place in the list.
fn named(text: &str) -> Vec<usize> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let line = format!(" {} ", words.join(" "));
    let holds = |words: &[&str]| words.iter().any(|word| line.contains(&format!(" {word} ")));
    FAMILIES
        .iter()
        .enumerate()
        .filter(|(_, family)| holds(family.words))
        .map(|(n, _)| n)
        .collect()
}

/// What the records of a file say about where they come from.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    records: u64,
    /// How many have a PMID.
    pmids: u64,
    /// How many records name each database.
    named: BTreeMap<usize, u64>,
}

impl Evidence {
    /// Looks at one record.
    pub fn add(&mut self, record: &Record) {
        self.records += 1;
        self.pmids += u64::from(record.pmid.is_some());
        let fields = [
            "DB",
            "database",
            "Database Name",
            "remote-database-name",
            "%~",
        ];
        let mut said = fields
            .iter()
            .filter_map(|name| record.extra.get(*name))
            .flatten();
        // Embase.com names MEDLINE beside itself: the accession number is the surer sign, then the
        // database that stands first.
        let own = by_accession(record).map_or_else(Vec::new, named);
        let family = own
            .first()
            .copied()
            .or_else(|| said.find_map(|text| named(text).first().copied()));
        if let Some(family) = family {
            *self.named.entry(family).or_default() += 1;
        }
    }

    /// Why the file does not look like one of this source; `before` is another source that gave the
    /// same bytes, and the event.
    pub fn doubt(
        &self,
        source: &Source,
        parsed: &Parsed,
        before: Option<(String, EventSeq)>,
    ) -> Option<String> {
        if let Some((other, event)) = before {
            return Some(format!(
                "was imported from {other} before (event {event}: `perennial import --undo {event}` takes it \
                 back, where that source was renamed)"
            ));
        }
        let wanted = wanted(source);
        if wanted.is_empty() {
            return None;
        }
        // A joined file is somebody's library: only what most of its records say counts.
        let most = self.named.iter().filter(|(_, n)| **n * 2 > self.records);
        let mut shown: Vec<usize> = most.map(|(family, _)| *family).collect();
        // The dialect of RIS is that of any record in it, and libraries join them; the columns of a
        // table and the other formats are those of one database.
        // MEDLINE text is what many tools write; PubMed's own has a PMID in every record.
        let is_own = match parsed.format {
            Format::Ris | Format::Text | Format::Refworks => false,
            Format::Nbib => self.pmids == self.records,
            Format::PubmedXml
            | Format::Wos
            | Format::Csv
            | Format::Bib
            | Format::Enw
            | Format::EndnoteXml
            | Format::Ictrp
            | Format::Ctgov
            | Format::Crossref
            | Format::EuropePmc => true,
        };
        if is_own && let Some(own) = formats::database(parsed.format, parsed.dialect) {
            shown = named(own);
        }
        if shown.is_empty() || shown.iter().any(|family| wanted.contains(family)) {
            return None;
        }
        let names: Vec<_> = shown
            .iter()
            .filter_map(|family| FAMILIES.get(*family))
            .collect();
        let first = names.first()?;
        Some(format!("looks like an export of {}", first.name))
    }
}

/// The database whose accession number a record has.
fn by_accession(record: &Record) -> Option<&'static str> {
    let embase = |text: &String| {
        let digits = text.strip_prefix('L').unwrap_or_default();
        digits.len() >= 6 && digits.bytes().all(|b| b.is_ascii_digit())
    };
    let accession = record
        .source_id
        .iter()
        .chain(record.extra.get("U2").into_iter().flatten());
    for text in accession {
        if embase(text) {
            return Some("Embase");
        }
        if text.starts_with("WOS:") || text.starts_with("ISI:") {
            return Some("Web of Science");
        }
        if text.starts_with("CN-") {
            return Some("Cochrane");
        }
        if text.starts_with("2-s2.0-") {
            return Some("Scopus");
        }
    }
    let scopus = record
        .url
        .as_deref()
        .is_some_and(|url| url.contains("scopus.com/inward"));
    scopus.then_some("Scopus")
}

/// The databases that a source names: by its name, its platform, and the service that it asks.
fn wanted(source: &Source) -> Vec<usize> {
    let service = match &source.access {
        Access::Eutils { .. } => "PubMed",
        Access::Pages { service, .. } => match service {
            Service::Ctgov => "ClinicalTrials.gov",
            Service::EuropePmc => "Europe PMC",
        },
        Access::File { .. } => "",
    };
    let platform = source.platform.as_deref().unwrap_or_default();
    named(&format!("{} / {platform} / {service}", source.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SourceKind;

    fn source(name: &str, platform: Option<&str>) -> Source {
        Source {
            name: name.to_owned(),
            kind: SourceKind::Database,
            access: Access::File {
                query: None,
                hits: None,
            },
            platform: platform.map(str::to_owned),
            note: None,
        }
    }

    fn doubt(text: &str, source: &Source) -> Option<String> {
        let parsed = formats::read(text.as_bytes(), None).unwrap();
        let mut evidence = Evidence::default();
        parsed
            .records
            .iter()
            .for_each(|record| evidence.add(&record.record));
        evidence.doubt(source, &parsed, None)
    }

    const EMBASE: &str =
        "TY  - JOUR\nTI  - A nap\nU2  - L2001234567\nDB  - Embase\nDB  - Medline\nER  - \n";
    const MEDLINE: &str = "PMID- 31\nTI  - A nap\nSO  - x\n";
    /// MEDLINE text that a tool wrote.
    const WRITTEN: &str =
        "PMID- 31\nTI  - A nap\nSO  - x\n\nOWN - perennial\nTI  - A walk\nSO  - x\n";
    const LIBRARY: &str = "TY  - JOUR\nTI  - A nap\nDB  - Scopus\nER  - \nTY  - JOUR\nTI  - B\nER  - \nTY  - JOUR\nTI  - C\nER  - \n";

    #[test]
    fn a_file_of_another_database_is_asked_about() {
        for name in ["PubMed", "Scopus", "Cochrane CENTRAL", "MEDLINE"] {
            let said = doubt(EMBASE, &source(name, None)).unwrap();
            assert_eq!(said, "looks like an export of Embase", "{name}");
        }
        assert!(doubt(MEDLINE, &source("Embase", Some("Embase.com"))).is_some());
        assert!(doubt(MEDLINE, &source("Cochrane CENTRAL", None)).is_some());
    }

    #[test]
    fn a_source_that_names_the_database_or_none_takes_it() {
        for (text, name, platform) in [
            (EMBASE, "Embase", None),
            (EMBASE, "EMBASE (Ovid)", None),
            (EMBASE, "Biomedical database", Some("Embase.com")),
            (EMBASE, "Reference lists", None),
            (EMBASE, "MEDLINE", Some("Embase.com")),
            (MEDLINE, "MEDLINE", Some("Ovid")),
            (MEDLINE, "Experts", None),
            (LIBRARY, "PubMed", None),
            (WRITTEN, "Embase", None),
        ] {
            assert_eq!(doubt(text, &source(name, platform)), None, "{name}");
        }
    }

    #[test]
    fn names_are_words_and_not_parts_of_words() {
        assert!(named("Centralised wisdom of lenses").is_empty());
        assert_eq!(named("Web of Science Core Collection").len(), 1);
        assert_eq!(named("Europe PMC").len(), 1);
    }
}
