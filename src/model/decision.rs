//! What people decide: phases, choices, votes and roles.

use super::ids::{EventSeq, IdError, PersonId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A step at which people decide on a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Title and abstract, two people independently.
    TitleAbstract,
    /// Whether the full text could be had; one person.
    Retrieval,
    /// Full text, two people independently, one primary reason where excluded.
    FullText,
}

/// What one person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Goes on, or is included.
    Include,
    /// Is excluded.
    Exclude,
    /// Goes on at title and abstract; at full text it is a disagreement with everything.
    Unsure,
    /// The full text was obtained.
    Retrieved,
    /// The full text could not be obtained.
    NotRetrieved,
}

/// What a person may do. A person may have several roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs the review: may do everything, and alone may reopen what is settled.
    Lead,
    /// Marks inclusions and records retrieval.
    Reviewer,
    /// Settles disagreements between reviewers.
    Adjudicator,
    /// Enters trial data and risk of bias.
    Extractor,
    /// Reads everything, changes nothing.
    Auditor,
}

/// One person's vote on one report in one phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vote {
    /// The event that holds it.
    pub event: EventSeq,
    /// Whose vote it is.
    pub person: PersonId,
    /// What was chosen.
    pub choice: Choice,
    /// The primary reason, on an exclusion at full text.
    pub reason: Option<String>,
    /// Whether the person settled a disagreement of others with it.
    pub settles: bool,
}

/// Gives a closed set its words, for the command line, CSV files and messages.
macro_rules! words {
    ($name:ident, $expected:literal, $($variant:ident => $word:literal),+ $(,)?) => {
        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word of the command line, the CSV files and the log.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                match text.trim() {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(IdError { text: text.to_owned(), expected: $expected }),
                }
            }
        }
    };
}

words!(Phase, "a phase (title-abstract, retrieval or full-text)",
    TitleAbstract => "title-abstract", Retrieval => "retrieval", FullText => "full-text");
words!(Choice, "a decision (include, exclude, unsure, retrieved or not-retrieved)",
    Include => "include", Exclude => "exclude", Unsure => "unsure",
    Retrieved => "retrieved", NotRetrieved => "not-retrieved");
words!(Role, "a role (lead, reviewer, adjudicator, extractor or auditor)",
    Lead => "lead", Reviewer => "reviewer", Adjudicator => "adjudicator",
    Extractor => "extractor", Auditor => "auditor");

impl Phase {
    /// Whether `choice` can be made in this phase.
    pub fn allows(self, choice: Choice) -> bool {
        match (self, choice) {
            (
                Self::TitleAbstract | Self::FullText,
                Choice::Include | Choice::Exclude | Choice::Unsure,
            )
            | (Self::Retrieval, Choice::Retrieved | Choice::NotRetrieved) => true,
            (Self::TitleAbstract | Self::FullText, Choice::Retrieved | Choice::NotRetrieved)
            | (Self::Retrieval, Choice::Include | Choice::Exclude | Choice::Unsure) => false,
        }
    }
}
