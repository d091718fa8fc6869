//! Faults of searches and imports.

use super::SearchError;
use super::eutils::EutilsError;
use crate::formats::ProblemKind;
use crate::model::fault::{Fault, FaultKind};

impl EutilsError {
    /// Of what kind: a person has to change something, the machine refused, or the source is to be
    /// asked again later.
    pub fn fault_kind(&self) -> FaultKind {
        if self.needs_a_person() {
            FaultKind::Input
        } else if matches!(self, Self::Machine(_)) {
            FaultKind::Io
        } else {
            FaultKind::Network
        }
    }
}

impl From<&SearchError> for Fault {
    fn from(error: &SearchError) -> Self {
        let input = || Self::new(FaultKind::Input, error.to_string());
        match error {
            SearchError::UnknownSource { name, known } => {
                let near = crate::workflow::nearest(name, known.iter().map(String::as_str));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it has: {}", known.join(", ")),
                };
                Self::new(FaultKind::Missing, error.to_string()).help(help)
            }
            SearchError::Read { path, .. } => {
                Self::of(FaultKind::Input, error).at(path.display().to_string(), None)
            }
            SearchError::Format { path, source } => {
                let mut out = Self::of(FaultKind::Input, error).at(path, None);
                if source.kind() == ProblemKind::EmptyFile {
                    out = out.help("export the search again");
                }
                out
            }
            SearchError::Damaged { path, line, .. } => input().at(path, *line),
            SearchError::OtherSource { path, .. }
            | SearchError::Answer { path, .. }
            | SearchError::Wave { path, .. }
            | SearchError::NoRecords { path } => input().at(path, None),
            SearchError::Counts { .. } | SearchError::NotLive { .. } => input(),
            SearchError::BadEmail | SearchError::NoEmail => {
                Self::new(FaultKind::Config, error.to_string())
            }
            SearchError::Query { file, found, .. } => crate::workflow::fault(file, found),
            SearchError::Source { error: inner, .. } => {
                Self::new(inner.fault_kind(), error.to_string())
            }
            SearchError::Archive(error) => error.into(),
            SearchError::Store(error) => error.into(),
            SearchError::Lock(error) => error.into(),
        }
    }
}
