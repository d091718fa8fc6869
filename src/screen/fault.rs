//! Faults of people's decisions: which of them is a mistake, which is not allowed, which comes too
//! late.

use super::ScreenError;
use crate::model::fault::{Fault, FaultKind};

impl From<&ScreenError> for Fault {
    fn from(error: &ScreenError) -> Self {
        let kind = match error {
            ScreenError::Store(error) => return error.into(),
            ScreenError::Row { path, line, .. } => {
                return Self::of(FaultKind::Input, error)
                    .at(path, Some(*line))
                    .help("the file is taken whole or not at all: nothing of it was saved");
            }
            ScreenError::UnknownReport(_) => {
                return Self::of(FaultKind::Missing, error)
                    .help("give an id such as `r17`, a PMID, a DOI, or `source:id`");
            }
            ScreenError::MergeAsks(change) => {
                let mut asks = Self::of(FaultKind::State, error);
                asks.help = change.lines();
                return asks;
            }
            ScreenError::UnknownReasons(reasons) => {
                let text =
                    format!("an exclusion at full text needs a reason of the workflow: {error}");
                let mut asks = Self::new(FaultKind::Input, text);
                asks.help = super::foreign::what_helps(reasons);
                return asks.help("nothing of the file was saved");
            }
            ScreenError::UnknownPerson(_)
            | ScreenError::MistakenPerson { .. }
            | ScreenError::UnknownStudy(_)
            | ScreenError::NoAct(_) => FaultKind::Missing,
            ScreenError::Disabled(_)
            | ScreenError::Role { .. }
            | ScreenError::NeedsLead { .. }
            | ScreenError::OwnVote { .. }
            | ScreenError::NotYours(_)
            | ScreenError::Blind { .. }
            | ScreenError::RowOfAnother(_)
            | ScreenError::OwnValue(_) => FaultKind::Forbidden,
            ScreenError::LastLead(_)
            | ScreenError::Erased(_)
            | ScreenError::NameTaken(_)
            | ScreenError::NotIncluded { .. }
            | ScreenError::Phase { .. }
            | ScreenError::Settled { .. }
            | ScreenError::NoConflict { .. }
            | ScreenError::Discussed { .. }
            | ScreenError::Gone { .. }
            | ScreenError::NothingToUndo(_)
            | ScreenError::Undo { .. }
            | ScreenError::DecidedDifferently { .. }
            | ScreenError::NoValue
            | ScreenError::Agreed(_)
            | ScreenError::NotLinked { .. } => FaultKind::State,
            ScreenError::Name(_)
            | ScreenError::Ambiguous { .. }
            | ScreenError::Label(_)
            | ScreenError::Choice { .. }
            | ScreenError::ReasonMissing(_)
            | ScreenError::UnknownReason { .. }
            | ScreenError::SameRecord(_)
            | ScreenError::Future(_)
            | ScreenError::Foreign(_)
            | ScreenError::Value(_) => FaultKind::Input,
        };
        Self::new(kind, error.to_string())
    }
}
