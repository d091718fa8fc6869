//! What a person corrects of what a source says of a record.
//!
//! The source's bytes and its value stay; a correction lies over them, with who made it and why
//! (DESIGN, "Correction"). Only what a record is found, compared and read by can be corrected.

use super::ids::{Doi, IdError, Pmcid, Pmid, RegistryId};
use super::record::Record;
use serde::{Deserialize, Serialize};

/// A field of a record that a person may correct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The title.
    Title,
    /// The abstract, as where a source has none.
    Abstract,
    /// The authors in order, apart by semicolons.
    Authors,
    /// The year of publication.
    Year,
    /// Journal, book or proceedings.
    Journal,
    /// The volume as printed.
    Volume,
    /// The issue as printed.
    Issue,
    /// Pages or article number.
    Pages,
    /// The DOI.
    Doi,
    /// The PMID.
    Pmid,
    /// The PMCID.
    Pmcid,
    /// Numbers of trial registries, apart by semicolons.
    Registry,
    /// The language.
    Language,
}

/// A value that a field cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionError {
    /// No field is called so, or it is not one that people correct.
    #[error("`{field}` is no field that can be corrected")]
    Field {
        /// What was written.
        field: String,
        /// The nearest field, where one is near.
        near: Option<Field>,
    },
    /// The value is none of this field.
    #[error("{why}")]
    Value {
        /// The field.
        field: Field,
        /// What was written.
        value: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Field {
    /// Every field, in the order in which a record is read.
    pub const ALL: [Self; 13] = [
        Self::Title,
        Self::Abstract,
        Self::Authors,
        Self::Year,
        Self::Journal,
        Self::Volume,
        Self::Issue,
        Self::Pages,
        Self::Doi,
        Self::Pmid,
        Self::Pmcid,
        Self::Registry,
        Self::Language,
    ];

    /// The word of the field, as the log and the command line have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Abstract => "abstract",
            Self::Authors => "authors",
            Self::Year => "year",
            Self::Journal => "journal",
            Self::Volume => "volume",
            Self::Issue => "issue",
            Self::Pages => "pages",
            Self::Doi => "doi",
            Self::Pmid => "pmid",
            Self::Pmcid => "pmcid",
            Self::Registry => "registry",
            Self::Language => "language",
        }
    }

    /// What the value of the field is, in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Authors => "list of authors",
            Self::Doi => "DOI",
            Self::Pmid => "PMID",
            Self::Pmcid => "PMCID",
            Self::Registry => "registry number",
            other => other.as_str(),
        }
    }

    /// The field that a text names.
    pub fn parse(text: &str) -> Result<Self, CorrectionError> {
        let word = text.trim().to_ascii_lowercase();
        let word = match word.as_str() {
            "author" => "authors",
            "registry-number" | "registration" | "trial-registration" => "registry",
            other => other,
        };
        let all = Self::ALL.into_iter();
        all.clone()
            .find(|field| field.as_str() == word)
            .ok_or_else(|| CorrectionError::Field {
                field: text.to_owned(),
                near: all
                    .map(|field| (strsim::jaro_winkler(field.as_str(), word), field))
                    .filter(|(near, _)| *near > 0.8)
                    .max_by(|a, b| a.0.total_cmp(&b.0))
                    .map(|(_, field)| field),
            })
    }

    /// What a record has in the field; empty where it has nothing.
    pub fn of(self, record: &Record) -> String {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        match self {
            Self::Title => text(&record.title),
            Self::Abstract => text(&record.abstract_text),
            Self::Authors => record.authors.join("; "),
            Self::Year => record.year.map(|year| year.to_string()).unwrap_or_default(),
            Self::Journal => text(&record.journal),
            Self::Volume => text(&record.volume),
            Self::Issue => text(&record.issue),
            Self::Pages => text(&record.pages),
            Self::Doi => record
                .doi
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            Self::Pmid => record
                .pmid
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            Self::Pmcid => record
                .pmcid
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            Self::Registry => {
                let numbers: Vec<&str> = record.registry.iter().map(RegistryId::as_str).collect();
                numbers.join("; ")
            }
            Self::Language => text(&record.language),
        }
    }

    /// Puts a value into the field of a record; an empty one says that there is none. Gives the
    /// value as the record then has it.
    pub fn set(self, record: &mut Record, value: &str) -> Result<String, CorrectionError> {
        let wrong = |why: String| CorrectionError::Value {
            field: self,
            value: value.to_owned(),
            why,
        };
        let text = Some(lines(value)).filter(|text| !text.is_empty());
        let none = text.is_none();
        let identifier = |error: IdError| wrong(error.to_string());
        match self {
            Self::Title => record.title = text.map(|text| text.replace('\n', " ")),
            Self::Abstract => record.abstract_text = text,
            Self::Authors => {
                record.authors = parts(value);
                record.authors_truncated = false;
            }
            Self::Year if none => record.year = None,
            Self::Year => {
                let year = value.trim().parse::<u16>().ok();
                let year = year.filter(|year| (1500..2200).contains(year));
                record.year = Some(year.ok_or_else(|| {
                    wrong(format!("`{value}` is no year: a year has four digits"))
                })?);
            }
            Self::Journal => record.journal = text,
            Self::Volume => record.volume = text,
            Self::Issue => record.issue = text,
            Self::Pages => record.pages = text,
            Self::Doi if none => record.doi = None,
            Self::Doi => record.doi = Some(Doi::parse(value.trim()).map_err(identifier)?),
            Self::Pmid if none => record.pmid = None,
            Self::Pmid => record.pmid = Some(Pmid::parse(value.trim()).map_err(identifier)?),
            Self::Pmcid if none => record.pmcid = None,
            Self::Pmcid => record.pmcid = Some(Pmcid::parse(value.trim()).map_err(identifier)?),
            Self::Registry => {
                let numbers = parts(value);
                let numbers = numbers.iter().map(|number| RegistryId::parse(number));
                record.registry = numbers.collect::<Result<_, _>>().map_err(identifier)?;
            }
            Self::Language => record.language = text,
        }
        Ok(self.of(record))
    }
}

/// The parts of a list that stand apart by semicolons or lines.
fn parts(value: &str) -> Vec<String> {
    let parts = value.split([';', '\n']).map(lines);
    parts.filter(|part| !part.is_empty()).collect()
}

/// Each line with its white space collapsed, without empty ones.
fn lines(value: &str) -> String {
    let lines = value
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_read_as_it_was_set() {
        for (field, value, kept) in [
            (Field::Title, " A  title ", "A title"),
            (
                Field::Abstract,
                "AIMS: one\n\nRESULTS:  two",
                "AIMS: one\nRESULTS: two",
            ),
            (Field::Authors, "Moreau P;Attal M ; ", "Moreau P; Attal M"),
            (Field::Year, "2019", "2019"),
            (Field::Journal, "Blood", "Blood"),
            (Field::Volume, "12", "12"),
            (Field::Issue, "Suppl 1", "Suppl 1"),
            (Field::Pages, "e12-e14", "e12-e14"),
            (
                Field::Doi,
                "https://doi.org/10.1182/BLOOD.2018",
                "10.1182/blood.2018",
            ),
            (Field::Pmid, "31735560", "31735560"),
            (Field::Pmcid, "PMC123456", "PMC123456"),
            (
                Field::Registry,
                "NCT02990338; NCT03180736",
                "NCT02990338; NCT03180736",
            ),
            (Field::Language, "ger", "ger"),
        ] {
            let mut record = Record::default();
            assert_eq!(field.set(&mut record, value).unwrap(), kept, "{field:?}");
            assert_eq!(Field::parse(field.as_str()), Ok(field));
            // Emptied, the record is as one that never had it.
            assert_eq!(field.set(&mut record, "  ").unwrap(), "");
            assert_eq!(record, Record::default(), "{field:?}");
        }
    }

    #[test]
    fn what_a_field_cannot_have_is_refused_and_nothing_is_set() {
        for (field, value) in [
            (Field::Year, "19"),
            (Field::Year, "around 2019"),
            (Field::Doi, "blood.2018"),
            (Field::Pmid, "PMC123"),
            (Field::Registry, "a trial"),
        ] {
            let mut record = Record::default();
            assert!(field.set(&mut record, value).is_err(), "{field:?} {value}");
            assert_eq!(record, Record::default());
        }
    }

    #[test]
    fn a_field_written_nearly_right_is_named() {
        let Err(CorrectionError::Field { near, .. }) = Field::parse("titel") else {
            panic!("it is no field");
        };
        assert_eq!(near, Some(Field::Title));
        assert!(Field::parse("keywords").is_err());
    }
}
