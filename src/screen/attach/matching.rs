//! Which report a file belongs to, where nobody says: by the identifiers in its name and on its first
//! pages, and by its title.
//!
//! A file is taken for a report's only where everything that it says points to that one. Where it says
//! nothing, or names several, a person is asked and told which.

use super::super::ScreenError;
use crate::model::{Doi, Pmid, RecordId};
use crate::store::Reader;
use std::collections::{BTreeMap, BTreeSet};

/// What was found for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// Everything points to this report.
    Sure {
        /// The report.
        report: RecordId,
        /// What says so: `its name holds PMID 31735560`.
        why: String,
    },
    /// A person has to say which.
    Unsure {
        /// The reports that it may belong to, with what speaks for each; none where nothing does.
        candidates: Vec<(RecordId, String)>,
    },
}

/// A title this long, found on a first page, is hardly there by chance.
const LONG_TITLE: usize = 40;

/// Finds the report of a file by its name and, where they could be read, the texts of its first pages.
pub fn matched(
    reader: Reader<'_>,
    name: &str,
    first_pages: Option<&str>,
) -> Result<Match, ScreenError> {
    let mut by_name = Evidence::default();
    for (word, text) in named(name) {
        by_name.identifiers(reader, &word, &format!("its name holds {text}"))?;
    }
    let mut by_text = Evidence::default();
    let mut titled = Evidence::default();
    if let Some(text) = first_pages {
        for doi in dois(text) {
            by_text.identifiers(reader, &doi, &format!("its first pages hold DOI {doi}"))?;
        }
        let pages = flat(text);
        for report in reader.reports()? {
            let Some(title) = report.title.as_deref().map(flat) else {
                continue;
            };
            if title.chars().count() >= LONG_TITLE && pages.contains(&title) {
                titled.add(report.id, "its first pages hold the title");
            }
        }
    }
    let all: BTreeSet<RecordId> = [&by_name, &by_text, &titled]
        .iter()
        .flat_map(|evidence| evidence.0.keys().copied())
        .collect();
    // A reference list names other papers by DOI: it outweighs neither a name nor a title.
    let strong: BTreeSet<RecordId> = by_name.0.keys().chain(titled.0.keys()).copied().collect();
    let one = |set: &BTreeSet<RecordId>| match set.iter().collect::<Vec<_>>().as_slice() {
        [one] => Some(**one),
        _ => None,
    };
    let sure = one(&strong).or_else(|| strong.is_empty().then(|| one(&all)).flatten());
    let why = |report: RecordId| {
        let said = [&by_name, &by_text, &titled].into_iter();
        let said = said.filter_map(|evidence| evidence.0.get(&report));
        said.flatten().cloned().collect::<Vec<_>>().join(", ")
    };
    if let Some(report) = sure {
        return Ok(Match::Sure {
            report,
            why: why(report),
        });
    }
    let candidates = all.into_iter().map(|report| (report, why(report)));
    Ok(Match::Unsure {
        candidates: candidates.collect(),
    })
}

/// What speaks for each report.
#[derive(Debug, Default)]
struct Evidence(BTreeMap<RecordId, Vec<String>>);

impl Evidence {
    fn add(&mut self, report: RecordId, why: &str) {
        let said = self.0.entry(report).or_default();
        if !said.iter().any(|one| one == why) {
            said.push(why.to_owned());
        }
    }

    /// The reports that an identifier names.
    fn identifiers(
        &mut self,
        reader: Reader<'_>,
        text: &str,
        why: &str,
    ) -> Result<(), ScreenError> {
        for report in reader.find_reports(text)? {
            self.add(report, why);
        }
        Ok(())
    }
}

/// The identifiers in a file's name, each with how it is called: a PMID, a report's id, and a DOI
/// with its slash as it is or as names write it.
fn named(name: &str) -> Vec<(String, String)> {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let mut out = Vec::new();
    let words = stem.split(|c: char| !c.is_ascii_alphanumeric());
    for word in words {
        let bare = word
            .strip_prefix("PMID")
            .or_else(|| word.strip_prefix("pmid"))
            .unwrap_or(word);
        // A year has four digits, and a day eight that begin as one.
        let is_number = (5..=8).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit());
        if is_number && let Ok(pmid) = Pmid::parse(bare) {
            out.push((bare.to_owned(), format!("PMID {pmid}")));
        }
        let report = word.strip_prefix('r').filter(|rest| !rest.is_empty());
        if let Some(rest) = report
            && rest.bytes().all(|b| b.is_ascii_digit())
        {
            out.push((word.to_owned(), format!("the id {word}")));
        }
    }
    if let Some(at) = stem.find("10.") {
        let rest = stem.get(at..).unwrap_or_default();
        let plain = rest.replace("%2F", "/").replace("%2f", "/");
        let mut forms = vec![plain.clone()];
        for slash in ['_', '-', '@', '~', '+', ' ', ':'] {
            forms.push(plain.replacen(slash, "/", 1));
        }
        for form in forms {
            if let Ok(doi) = Doi::parse(&form) {
                out.push((doi.to_string(), format!("DOI {doi}")));
            }
        }
    }
    out
}

/// The DOIs in a text, the first forty.
fn dois(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("10.") {
        let from = rest.get(at..).unwrap_or_default();
        let end = from
            .find(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '{' | '}' | '|'))
            .unwrap_or(from.len());
        let word = from.get(..end).unwrap_or_default();
        let word = word.trim_end_matches(['.', ',', ';', ':', ')', ']', '*', '†']);
        if let Ok(doi) = Doi::parse(word) {
            let doi = doi.to_string();
            if !out.contains(&doi) {
                out.push(doi);
            }
        }
        if out.len() == 40 {
            break;
        }
        rest = from.get(3..).unwrap_or_default();
    }
    out
}

/// Letters and digits alone, in small letters: line breaks and hyphens of a page fall away.
fn flat(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    text.nfkd()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_in_a_name_are_found_however_it_writes_them() {
        let found =
            |name: &str| -> Vec<String> { named(name).into_iter().map(|(_, text)| text).collect() };
        let doi = "DOI 10.1056/nejmoa1817249";
        assert_eq!(found("31735560.pdf"), ["PMID 31735560"]);
        assert_eq!(found("Attal 2019 PMID31735560.pdf"), ["PMID 31735560"]);
        assert_eq!(found("r17 appendix.pdf"), ["the id r17"]);
        for name in [
            "10.1056_NEJMoa1817249.pdf",
            "10.1056-NEJMoa1817249.pdf",
            "10.1056%2FNEJMoa1817249.pdf",
            "doi 10.1056@NEJMoa1817249.pdf",
        ] {
            assert!(found(name).iter().any(|one| one == doi), "{name}");
        }
        assert_eq!(found("Facon 2019.pdf"), Vec::<String>::new());
    }

    #[test]
    fn dois_of_a_page_end_where_the_sentence_does() {
        let text = "doi: 10.1016/S0140-6736(19)32556-5. See also https://doi.org/10.1056/NEJMoa1817249, \
                    and 10.1 mg";
        assert_eq!(
            dois(text),
            ["10.1016/s0140-6736(19)32556-5", "10.1056/nejmoa1817249"]
        );
    }
}
