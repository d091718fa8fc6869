//! Identifiers, parsed once at the edge.
//!
//! Each type holds its value in one canonical spelling, so that two spellings of one identifier
//! compare equal: a DOI in lower case from `10.` on, a PMID without leading zeros, a registry
//! number in capitals.

mod doi;
mod registry;

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why a text is not an identifier of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {expected}")]
pub struct IdError {
    /// The text as given.
    pub text: String,
    /// What was expected, with its article: `a PMID`.
    pub expected: &'static str,
}

fn id_error(text: &str, expected: &'static str) -> IdError {
    IdError {
        text: text.to_owned(),
        expected,
    }
}

/// Gives a one-letter numbered id (`r17`) its text form, parser and serde form.
macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident, $letter:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                text.strip_prefix($letter)
                    .filter(|digits| !digits.starts_with('0') && !digits.starts_with('+'))
                    .and_then(|digits| digits.parse().ok())
                    .map(Self)
                    .ok_or_else(|| id_error(text, $expected))
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

numbered!(
    /// A record, numbered in the order of the log: `r17`. A report carries the id of the first
    /// record of its cluster, so the same text also names a report.
    RecordId, "r", "a record or report id such as `r17`"
);
numbered!(
    /// A study, numbered in the order of the log: `s3`.
    StudyId, "s", "a study id such as `s3`"
);
numbered!(
    /// A person, numbered in the order of the log: `p2`. The name stands in an erasable table.
    PersonId, "p", "a person id such as `p2`"
);

/// The place of an event in the log, from 1.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(transparent)]
pub struct EventSeq(pub u64);

impl fmt::Display for EventSeq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A SHA-256 digest; its text form is 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::Digest as _;
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// The first twelve hexadecimal digits, for people to read.
    pub fn short(&self) -> String {
        self.to_string().chars().take(12).collect()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({})", self.short())
    }
}

impl FromStr for Digest {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || id_error(text, "a SHA-256 digest of 64 hexadecimal digits");
        let mut out = [0_u8; 32];
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(out))
    }
}

impl Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Gives a textual identifier its accessor and serde form; `parse` and `stored`, which reads what
/// an earlier version has written, are written by hand.
macro_rules! textual {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The canonical spelling.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
                Self::stored(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

textual!(
    /// A PubMed identifier: digits without leading zeros.
    ///
    /// ```
    /// use perennial::model::Pmid;
    /// assert_eq!(Pmid::parse("PMID: 031735560").unwrap().as_str(), "31735560");
    /// assert!(Pmid::parse("PMC7326710").is_err());
    /// ```
    Pmid
);

impl Pmid {
    fn stored(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }

    /// Reads a PMID with or without its label, or from PubMed's address of it.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        // Nearly every one is its number alone.
        let bare = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
        if bare && (1..=10).contains(&text.len()) {
            return Ok(Self(text.to_owned()));
        }
        let trimmed = text.trim().trim_end_matches(['.', ';', ',']);
        let lower = trimmed.to_ascii_lowercase();
        let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        let in_address = ["pubmed.ncbi.nlm.nih.gov/", "gov/pubmed/", "info:pmid/"]
            .iter()
            .find_map(|host| lower.split_once(host))
            .map(|(_, tail)| tail.split(['/', '?', '#']).next().unwrap_or(tail));
        let labelled = ["pubmed", "pmid", "medline:"]
            .iter()
            .find_map(|label| lower.strip_prefix(label))
            .map(|rest| rest.trim_start_matches([':', ' ', '-', '#', '=']));
        let rest = in_address.or(labelled).unwrap_or(&lower);
        // `[pmid]` of PubMed's links; `.0` of a spreadsheet that took the column for numbers.
        let rest = ["[pmid]", "[uid]", ".0"]
            .iter()
            .find_map(|tail| rest.strip_suffix(tail))
            .unwrap_or(rest);
        let number = rest.trim().trim_start_matches('0');
        if number.is_empty() || number.len() > 10 || !digits(number) {
            return Err(id_error(text, "a PMID"));
        }
        Ok(Self(number.to_owned()))
    }
}

textual!(
    /// A PubMed Central identifier: `PMC` and digits.
    Pmcid
);

impl Pmcid {
    fn stored(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }

    /// Reads a PMCID, with or without `PMC` and inner white space.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let upper = packed.to_ascii_uppercase();
        let digits = upper.strip_prefix("PMC").unwrap_or(&upper);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(id_error(text, "a PMCID"));
        }
        Ok(Self(format!("PMC{digits}")))
    }
}

textual!(
    /// A digital object identifier in lower case, from `10.` on; the only place that knows of
    /// resolver addresses, labels and letter case.
    ///
    /// ```
    /// use perennial::model::Doi;
    /// let doi = Doi::parse("https://doi.org/10.1016/S0140-6736(19)32556-5").unwrap();
    /// assert_eq!(doi.as_str(), "10.1016/s0140-6736(19)32556-5");
    /// ```
    Doi
);

textual!(
    /// A trial registry number: `NCT02990338`, `ISRCTN12345678`, `2016-003097-41`, in capitals.
    RegistryId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_a_year_are_a_label_and_no_registry_number() {
        for label in [
            "Kruis 2004",
            "Perez 2012",
            "N 2019 0001",
            "Nct study 1",
            "POLLUX",
            "NL",
        ] {
            assert_eq!(RegistryId::alone(label), None, "{label}");
        }
        for (text, number) in [
            ("nct02076009", "NCT02076009"),
            ("ISRCTN 12345678", "ISRCTN12345678"),
            ("CTRI/2019/03/018123", "CTRI/2019/03/018123"),
            ("ChiCTR-IOR-17012345", "CHICTR-IOR-17012345"),
        ] {
            let found = RegistryId::alone(text);
            assert_eq!(
                found.as_ref().map(RegistryId::as_str),
                Some(number),
                "{text}"
            );
        }
    }

    #[test]
    fn numbered_ids_survive_their_text_form() {
        let id: RecordId = "r17".parse().unwrap();
        assert_eq!(id, RecordId(17));
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"r17\"");
        for wrong in ["17", "r", "r017", "r-1", "r+1", "s17"] {
            assert!(wrong.parse::<RecordId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_pmid_is_read_from_labels_and_addresses_and_never_from_a_pmcid() {
        for text in [
            "31735560",
            "PMID: 31735560.",
            "PMID 31735560",
            "pmid:31735560",
            "PUBMED 31735560",
            "MEDLINE:31735560",
            "https://pubmed.ncbi.nlm.nih.gov/31735560/",
            "http://www.ncbi.nlm.nih.gov/pubmed/31735560?dopt=Abstract",
            "31735560 [pmid]",
            "31735560.0",
        ] {
            assert_eq!(Pmid::parse(text).unwrap().as_str(), "31735560", "{text}");
        }
        for text in [
            "PMC7326710",
            "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7326710/",
            "https://www.ncbi.nlm.nih.gov/pmc/articles/7326710",
            "PMID: PMC7326710",
            "31735560 31735561",
            "",
        ] {
            assert!(Pmid::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_digest_survives_its_text_form() {
        let d = Digest::of(b"perennial");
        assert_eq!(d.to_string().parse::<Digest>().unwrap(), d);
        assert!("ab".parse::<Digest>().is_err());
    }
}
