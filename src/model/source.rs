//! Where records come from, and which lane of the flow they enter.

use serde::{Deserialize, Serialize};

/// The kind of a source puts its records in a box of the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A bibliographic database: PubMed, Embase, Web of Science.
    Database,
    /// A trial register: ClinicalTrials.gov, ICTRP.
    Register,
    /// Citation searching, websites, organisations, proceedings: the other-methods lane.
    Other,
}

/// The two lanes of the PRISMA 2020 flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lane {
    /// Identification via databases and registers.
    Main,
    /// Identification via other methods.
    Other,
    /// Included in a review that was published before it came here: in no box of this one.
    Baseline,
}

impl SourceKind {
    /// Every kind, in the order of the flow.
    pub const ALL: [Self; 3] = [Self::Database, Self::Register, Self::Other];

    /// The lane of a record of this kind that is alone in its cluster.
    pub fn lane(self) -> Lane {
        match self {
            Self::Database | Self::Register => Lane::Main,
            Self::Other => Lane::Other,
        }
    }

    /// The word of the workflow and the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Register => "register",
            Self::Other => "other",
        }
    }
}
