//! Identifiers, parsed once at the edge.
//!
//! Each type holds its value in one canonical spelling, so that two spellings of one identifier
//! compare equal: a DOI in lower case from `10.` on, a PMID without leading zeros, a registry
//! number in capitals.

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

/// Gives a textual identifier its accessor and serde form; `parse` is written by hand.
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
                Self::parse(&text).map_err(serde::de::Error::custom)
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
    /// Reads a PMID with or without its label.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let trimmed = text.trim();
        let lower = trimmed.to_ascii_lowercase();
        let rest = ["pubmed", "pmid"]
            .iter()
            .find_map(|label| lower.strip_prefix(label));
        let rest = rest.map_or(trimmed, |r| r.trim_start_matches([':', ' ', '-']));
        let digits = rest.trim().trim_start_matches('0');
        if digits.is_empty() || digits.len() > 10 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(id_error(text, "a PMID"));
        }
        Ok(Self(digits.to_owned()))
    }
}

textual!(
    /// A PubMed Central identifier: `PMC` and digits.
    Pmcid
);

impl Pmcid {
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

impl Doi {
    /// Reads a DOI from a bare value, a `doi:` label or a resolver address.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let wrong = || id_error(text, "a DOI");
        let start = text.find("10.").ok_or_else(wrong)?;
        let tail = text.get(start..).ok_or_else(wrong)?;
        let tail = tail.strip_suffix("[doi]").unwrap_or(tail);
        let mut value: String = tail.chars().filter(|c| !c.is_whitespace()).collect();
        for (escaped, plain) in [("%2F", "/"), ("%2f", "/"), ("%28", "("), ("%29", ")")] {
            value = value.replace(escaped, plain);
        }
        let value = value.trim_end_matches(['.', ',', ';']).to_lowercase();
        let (prefix, suffix) = value.split_once('/').ok_or_else(wrong)?;
        let registrant = prefix.strip_prefix("10.").ok_or_else(wrong)?;
        let digits = registrant.chars().all(|c| c.is_ascii_digit() || c == '.');
        if registrant.len() < 4 || !digits || suffix.is_empty() {
            return Err(wrong());
        }
        Ok(Self(value))
    }
}

textual!(
    /// A trial registry number: `NCT02990338`, `ISRCTN12345678`, `2016-003097-41`, in capitals.
    RegistryId
);

/// The letters with which the registers of WHO's ICTRP begin their numbers, and how many digits
/// follow at least (https://www.who.int/tools/clinical-trials-registry-platform).
const REGISTERS: [(&str, usize); 24] = [
    ("NCT", 8),
    ("ISRCTN", 8),
    ("ACTRN", 14),
    ("CTRI", 10),
    ("EUCTR", 10),
    ("CTIS", 10),
    ("CHICTR", 6),
    ("JPRN", 4),
    ("UMIN", 9),
    ("JRCT", 9),
    ("JAPICCTI", 6),
    ("DRKS", 8),
    ("NTR", 3),
    ("IRCT", 8),
    ("KCT", 7),
    ("PACTR", 12),
    ("RPCEC", 8),
    ("SLCTR", 6),
    ("TCTR", 8),
    ("LBCTR", 8),
    ("PER", 5),
    ("HKUCTR", 4),
    ("ITMCTR", 8),
    ("NL", 4),
];

impl RegistryId {
    /// Reads a registry number; letters become capitals, inner white space is dropped.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let value = packed.to_uppercase();
        let enough = value.chars().filter(char::is_ascii_digit).count() >= 4;
        let clean = value
            .chars()
            .all(|c| c.is_alphanumeric() || "-/.:_".contains(c));
        if enough && clean {
            Ok(Self(value))
        } else {
            Err(id_error(text, "a registry number"))
        }
    }

    /// The registry number that `text` is, by the syntax of a register: letters that name the
    /// register, then its digits. `Kruis 2004` is a label, `EUCTR2012-001234-12-DE` a number.
    pub fn recognise(text: &str) -> Option<Self> {
        let number = Self::parse(text).ok()?;
        REGISTERS
            .iter()
            .any(|(letters, digits)| {
                number.0.strip_prefix(letters).is_some_and(|rest| {
                    let rest = rest.trim_start_matches(['-', '/', ':', '.', '_']);
                    rest.starts_with(|c: char| {
                        c.is_ascii_digit() || ["JPRN", "CHICTR"].contains(letters)
                    }) && rest.bytes().filter(u8::is_ascii_digit).count() >= *digits
                })
            })
            .then_some(number)
    }

    /// Whether this is a ClinicalTrials.gov number: `NCT` and eight digits.
    pub fn is_nct(&self) -> bool {
        self.0
            .strip_prefix("NCT")
            .is_some_and(|d| d.len() == 8 && d.bytes().all(|b| b.is_ascii_digit()))
    }
}

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
            assert_eq!(RegistryId::recognise(label), None, "{label}");
        }
        for (text, number) in [
            ("nct02076009", "NCT02076009"),
            ("EUCTR2012-001234-12-DE", "EUCTR2012-001234-12-DE"),
            ("ISRCTN 12345678", "ISRCTN12345678"),
            ("JPRN-UMIN000012345", "JPRN-UMIN000012345"),
            ("CTRI/2019/03/018123", "CTRI/2019/03/018123"),
            ("ChiCTR-IOR-17012345", "CHICTR-IOR-17012345"),
        ] {
            let found = RegistryId::recognise(text);
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
    fn dois_compare_equal_however_they_were_printed() {
        let want = "10.1016/s0140-6736(19)32556-5";
        for text in [
            "10.1016/s0140-6736(19)32556-5",
            "doi: 10.1016/S0140-6736(19)32556-5",
            "https://dx.doi.org/10.1016/S0140-6736%2819%2932556-5",
            "10.1016/s 0140-6736(19)32556-5",
            "10.1016/s0140-6736(19)32556-5 [doi]",
        ] {
            assert_eq!(Doi::parse(text).unwrap().as_str(), want, "{text}");
        }
        for wrong in ["", "10.", "10.1016", "11.1016/x", "10.x/y", "10.1016/"] {
            assert!(Doi::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_registry_number_is_not_any_word() {
        assert!(RegistryId::parse("nct02990338").unwrap().is_nct());
        assert!(!RegistryId::parse("ISRCTN12345678").unwrap().is_nct());
        assert!(RegistryId::parse("CASTOR").is_err());
    }

    #[test]
    fn a_digest_survives_its_text_form() {
        let d = Digest::of(b"perennial");
        assert_eq!(d.to_string().parse::<Digest>().unwrap(), d);
        assert!("ab".parse::<Digest>().is_err());
    }
}
