//! What a record says of a document, as a reference list prints it.

use crate::store::StoreError;
use crate::store::read::RecordRow;
use std::fmt::Write as _;

/// The bibliographic facts of one record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Citation {
    /// The title, where the source gives one.
    pub title: Option<String>,
    /// Authors in order.
    pub authors: Vec<String>,
    /// Whether the source cut the list of authors.
    pub truncated: bool,
    /// The year of publication; absent where no source gives one.
    pub year: Option<u16>,
    /// Journal, book or proceedings.
    pub journal: Option<String>,
    /// Volume, issue and pages: `20(6):781-794`.
    pub place: String,
    /// The DOI without its address, in lower case; absent where no source gives one.
    pub doi: Option<String>,
    /// The PMID, digits only; absent where no source gives one.
    pub pmid: Option<String>,
    /// Numbers of trial registers, each once, in the order in which they were found.
    pub registry: Vec<String>,
}

/// The fields of a [`Record`](crate::model::Record)'s JSON that a citation shows.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Said {
    title: Option<String>,
    authors: Vec<String>,
    authors_truncated: bool,
    year: Option<u16>,
    journal: Option<String>,
    volume: Option<String>,
    issue: Option<String>,
    pages: Option<String>,
    doi: Option<String>,
    pmid: Option<String>,
    registry: Vec<String>,
}

impl Citation {
    /// From a record's content as the store keeps it, JSON. Abstract and headings are passed over,
    /// which is most of the work of reading tens of thousands of records.
    pub fn of_body(body: &str) -> Result<Self, StoreError> {
        let said: Said =
            serde_json::from_str(body).map_err(|error| StoreError::Value(error.to_string()))?;
        let mut place = said.volume.unwrap_or_default();
        if let Some(issue) = &said.issue {
            let _ = write!(place, "({issue})");
        }
        if let Some(pages) = &said.pages {
            if !place.is_empty() {
                place.push(':');
            }
            place.push_str(pages);
        }
        Ok(Self {
            title: said.title,
            authors: said.authors,
            truncated: said.authors_truncated,
            year: said.year,
            journal: said.journal,
            place,
            doi: said.doi,
            pmid: said.pmid,
            registry: said.registry,
        })
    }

    /// From what the store keeps beside a record, where its content is not at hand.
    pub fn of_row(row: &RecordRow) -> Self {
        Self {
            title: row.title.clone(),
            authors: row.first_author.iter().cloned().collect(),
            truncated: row.first_author.is_some(),
            year: row.year,
            journal: row.journal.clone(),
            doi: row.doi.clone(),
            pmid: row.pmid.clone(),
            ..Self::default()
        }
    }

    /// The title, or that there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or("(no title)")
    }

    /// Takes what is missing from another record of the same report.
    pub fn fill(&mut self, other: &Self) {
        if self.authors.is_empty() {
            self.authors.clone_from(&other.authors);
            self.truncated = other.truncated;
        }
        if self.place.is_empty() {
            self.place.clone_from(&other.place);
        }
        if self.registry.is_empty() {
            self.registry.clone_from(&other.registry);
        }
        self.year = self.year.or(other.year);
        for (mine, theirs) in [
            (&mut self.title, &other.title),
            (&mut self.journal, &other.journal),
            (&mut self.doi, &other.doi),
            (&mut self.pmid, &other.pmid),
        ] {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        }
    }

    /// The first three authors as a reference list writes them, then "et al.".
    pub fn short_authors(&self) -> String {
        let mut out: Vec<String> = self.authors.iter().take(3).map(|a| author(a)).collect();
        if self.authors.len() > 3 || self.truncated {
            out.push("et al.".to_owned());
        }
        out.join(", ")
    }

    /// Journal, year, volume and pages: `Lancet 2019; 394(10214):2096-2107`.
    pub fn published(&self) -> String {
        let mut out = self.journal.clone().unwrap_or_default();
        if let Some(year) = self.year {
            if !out.is_empty() {
                out.push(' ');
            }
            let _ = write!(out, "{year}");
        }
        if !self.place.is_empty() {
            if !out.is_empty() {
                out.push_str("; ");
            }
            out.push_str(&self.place);
        }
        out
    }

    /// Who published it where, on one line.
    pub fn byline(&self) -> String {
        sentences(&[&self.short_authors(), &self.published()])
    }

    /// The whole reference on one line.
    pub fn reference(&self) -> String {
        let (authors, published) = (self.short_authors(), self.published());
        sentences(&[&authors, self.title(), &published])
    }
}

/// Parts with a full stop between them.
fn sentences(parts: &[&str]) -> String {
    let parts = parts.iter().filter(|part| !part.is_empty());
    let parts: Vec<&str> = parts.map(|part| part.trim_end_matches('.')).collect();
    parts.join(". ")
}

/// "Dimopoulos, M.A." as "Dimopoulos MA"; a name without initials stays as it is.
fn author(name: &str) -> String {
    let name = name.replacen(", ", " ", 1);
    let is_initials = |word: &str| {
        word.chars()
            .all(|c| c.is_uppercase() || c == '.' || c == '-')
    };
    match name.rsplit_once(' ') {
        Some((surname, initials)) if is_initials(initials) => {
            format!("{surname} {}", initials.replace('.', ""))
        }
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn authors_read_alike_whatever_the_source() {
        for (given, want) in [
            ("Dimopoulos, M.A.", "Dimopoulos MA"),
            ("San-Miguel, J", "San-Miguel J"),
            ("Attal M", "Attal M"),
            ("van de Donk NWCJ", "van de Donk NWCJ"),
            ("Martin, Thomas", "Martin Thomas"),
            ("ICARIA-MM Study Group", "ICARIA-MM Study Group"),
            ("Group", "Group"),
        ] {
            assert_eq!(author(given), want);
        }
    }

    #[test]
    fn what_a_record_lacks_comes_from_another_of_its_report() {
        let mut citation = Citation {
            title: Some("A".into()),
            year: Some(2022),
            ..Citation::default()
        };
        let other = Citation {
            title: Some("B".into()),
            authors: vec!["Lu J".into()],
            journal: Some("Blood".into()),
            year: Some(2021),
            ..Citation::default()
        };
        citation.fill(&other);
        assert_eq!(citation.reference(), "Lu J. A. Blood 2022");
    }
}
