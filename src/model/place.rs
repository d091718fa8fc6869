//! Where a report is in the flow: the one chain of states from comparison to inclusion.
//!
//! ```text
//! compare ─► filter ─► title-open ─► retrieval-open ─► fulltext-open ─► included
//!              │        │   ▲           │                │   ▲
//!              ▼        ▼   │           ▼                ▼   │
//!           removed   title-conflict  not-retrieved   fulltext-conflict
//!                     title-excluded                  fulltext-excluded
//! ```
//!
//! A report is in the first phase that is not settled, so a phase that is reopened pulls it back
//! and settling it again puts it where it was. Reports of the other-methods lane skip `filter`:
//! PRISMA 2020 has no box for automation there.

use super::decision::{Phase, Vote};
use super::settlement::{Rules, Standing, settle};
use super::source::Lane;

/// Gives the places their words.
macro_rules! places {
    ($($(#[$doc:meta])* $variant:ident => $word:literal,)+) => {
        /// A place in the flow. Every report is in exactly one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Place { $($(#[$doc])* $variant,)+ }

        impl Place {
            /// Every place, in the order of the flow.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word of the store.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the word of the store.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

places! {
    /// Not yet compared with the other records.
    Compare => "compare",
    /// Not yet looked at by the filter rules.
    Filter => "filter",
    /// Removed before screening by a rule.
    Removed => "removed",
    /// Votes on title and abstract are missing.
    TitleOpen => "title-open",
    /// Votes on title and abstract disagree.
    TitleConflict => "title-conflict",
    /// Excluded on title and abstract.
    TitleExcluded => "title-excluded",
    /// Sought, and nobody has said whether it could be had.
    RetrievalOpen => "retrieval-open",
    /// Could not be retrieved.
    NotRetrieved => "not-retrieved",
    /// Votes on the full text are missing.
    FulltextOpen => "fulltext-open",
    /// Votes on the full text disagree, on inclusion or on the reason.
    FulltextConflict => "fulltext-conflict",
    /// Excluded on the full text, with a reason.
    FulltextExcluded => "fulltext-excluded",
    /// Included in the review.
    Included => "included",
}

impl Place {
    /// Where a report's data are used or about to be: each update asks for these records by id.
    pub const IN_USE: [Self; 3] = [Self::FulltextOpen, Self::FulltextConflict, Self::Included];

    /// The phase whose decision is due or was last, if people decide here.
    pub fn phase(self) -> Option<Phase> {
        match self {
            Self::Compare | Self::Filter | Self::Removed => None,
            Self::TitleOpen | Self::TitleConflict | Self::TitleExcluded => {
                Some(Phase::TitleAbstract)
            }
            Self::RetrievalOpen | Self::NotRetrieved => Some(Phase::Retrieval),
            Self::FulltextOpen
            | Self::FulltextConflict
            | Self::FulltextExcluded
            | Self::Included => Some(Phase::FullText),
        }
    }

    /// Whether a report here is settled in `phase`, so that its votes there may be told.
    pub fn is_settled(self, phase: Phase) -> bool {
        self.phase()
            .is_some_and(|now| now > phase || (now == phase && !self.is_open()))
    }

    /// Whether people's work is due.
    pub fn is_open(self) -> bool {
        match self {
            Self::TitleOpen
            | Self::TitleConflict
            | Self::RetrievalOpen
            | Self::FulltextOpen
            | Self::FulltextConflict => true,
            Self::Compare
            | Self::Filter
            | Self::Removed
            | Self::TitleExcluded
            | Self::NotRetrieved
            | Self::FulltextExcluded
            | Self::Included => false,
        }
    }

    /// The place as far as it may be told before the report is settled: that votes disagree is not.
    #[must_use]
    pub fn told(self) -> Self {
        match self {
            Self::TitleConflict => Self::TitleOpen,
            Self::FulltextConflict => Self::FulltextOpen,
            place => place,
        }
    }

    /// Whether the votes disagree.
    pub fn is_conflict(self) -> bool {
        matches!(self, Self::TitleConflict | Self::FulltextConflict)
    }
}

/// What decides a report's place.
#[derive(Debug, Clone, Copy)]
pub struct Passage<'a> {
    /// The lane of the flow in which it counts.
    pub lane: Lane,
    /// Whether its records were compared.
    pub compared: bool,
    /// Whether the filter rules looked at it.
    pub looked: bool,
    /// Whether a rule removed it and no person brought it back.
    pub removed: bool,
    /// The votes in force on title and abstract.
    pub title: (&'a [Vote], Rules),
    /// The votes in force on retrieval.
    pub retrieval: (&'a [Vote], Rules),
    /// The votes in force on the full text.
    pub fulltext: (&'a [Vote], Rules),
}

/// The place of a report, and the reason where it is excluded on the full text.
pub fn place(passage: &Passage<'_>) -> (Place, Option<String>) {
    if !passage.compared {
        return (Place::Compare, None);
    }
    // What the published review included stands, until people here judge the full text anew.
    if passage.lane == Lane::Baseline {
        let (votes, rules) = passage.fulltext;
        return match settle(Phase::FullText, rules, votes) {
            Standing::Excluded(reason) => (Place::FulltextExcluded, reason),
            _ => (Place::Included, None),
        };
    }
    if passage.lane == Lane::Main {
        if passage.removed {
            return (Place::Removed, None);
        }
        if !passage.looked {
            return (Place::Filter, None);
        }
    }
    let (votes, rules) = passage.title;
    match settle(Phase::TitleAbstract, rules, votes) {
        Standing::Open => return (Place::TitleOpen, None),
        Standing::Conflict | Standing::ConflictOfReason => return (Place::TitleConflict, None),
        Standing::Excluded(_) | Standing::NotRetrieved => return (Place::TitleExcluded, None),
        Standing::Forward => {}
    }
    let (votes, rules) = passage.retrieval;
    match settle(Phase::Retrieval, rules, votes) {
        Standing::Open | Standing::Conflict | Standing::ConflictOfReason => {
            return (Place::RetrievalOpen, None);
        }
        Standing::Excluded(_) | Standing::NotRetrieved => return (Place::NotRetrieved, None),
        Standing::Forward => {}
    }
    let (votes, rules) = passage.fulltext;
    match settle(Phase::FullText, rules, votes) {
        Standing::Open => (Place::FulltextOpen, None),
        Standing::Conflict | Standing::ConflictOfReason => (Place::FulltextConflict, None),
        Standing::Excluded(reason) => (Place::FulltextExcluded, reason),
        Standing::NotRetrieved => (Place::NotRetrieved, None),
        Standing::Forward => (Place::Included, None),
    }
}
