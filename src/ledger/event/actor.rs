//! Who acts, and through what.

use crate::model::{IdError, PersonId};
use std::fmt;
use std::str::FromStr;

/// Who acts: the program itself or a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// The program, by its rules.
    Program,
    /// A person, by the number that they keep for ever.
    Person(PersonId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Program => f.write_str("perennial"),
            Self::Person(id) => id.fmt(f),
        }
    }
}

impl FromStr for Actor {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        if text == "perennial" {
            Ok(Self::Program)
        } else {
            text.parse().map(Self::Person)
        }
    }
}

/// Through what an event came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Via {
    /// A stage of the pipeline.
    Run,
    /// A command that a person gave.
    Cli,
    /// A file of decisions, people or study links, also one that was uploaded through a page.
    Import,
    /// A page, by whoever signed in.
    Web,
    /// A program with a token, which acts as its person.
    Token,
}

impl Via {
    /// Every way.
    pub const ALL: [Self; 5] = [Self::Run, Self::Cli, Self::Import, Self::Web, Self::Token];

    /// The word of the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Cli => "cli",
            Self::Import => "import",
            Self::Web => "web",
            Self::Token => "token",
        }
    }
}
