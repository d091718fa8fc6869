//! Faults of a workspace, of runs, and of what people enter, publish and take back.

use super::backup::BackupError;
use super::correct::CorrectError;
use super::undo::UndoError;
use super::{OpenError, RunError};
use crate::extract::ExtractError;
use crate::extract::enter::EnterError;
use crate::living::publish::VersionError;
use crate::model::correction::{CorrectionError, Field};
use crate::model::fault::{Fault, FaultKind};
use crate::report::ReportError;

impl From<&OpenError> for Fault {
    fn from(error: &OpenError) -> Self {
        match error {
            OpenError::Invalid { file, found, .. } => crate::workflow::fault(file, found),
            OpenError::NotUtf8 { path, .. } => {
                Self::new(FaultKind::Config, error.to_string()).at(path, None)
            }
            OpenError::NotFound(_) => Self::new(FaultKind::Missing, error.to_string()),
            // What the system did not say is our refusal of what a name leads to.
            OpenError::Read { path, source } => {
                let kind = match source.raw_os_error() {
                    Some(_) => FaultKind::Io,
                    None => FaultKind::Config,
                };
                Self::of(kind, error).at(path.display().to_string(), None)
            }
            OpenError::Lost(_) => Self::new(FaultKind::Integrity, error.to_string())
                .help("to begin a new review here, move db/ and reports/ away first"),
            OpenError::Store(error) => error.into(),
        }
    }
}

impl From<&BackupError> for Fault {
    fn from(error: &BackupError) -> Self {
        match error {
            BackupError::Io { source, .. } if crate::model::fault::is_full(source) => Self::new(
                FaultKind::Io,
                "no space left for the backup; what was there before is untouched",
            )
            .help("free some space, then give the command again"),
            BackupError::Io { source, .. } if source.kind() == std::io::ErrorKind::NotFound => {
                Self::of(FaultKind::Input, error)
            }
            BackupError::Io { .. } => Self::of(FaultKind::Io, error),
            BackupError::NotOne { .. } | BackupError::Taken(_) => {
                Self::new(FaultKind::Input, error.to_string())
            }
            BackupError::Open(error) => error.into(),
            BackupError::Store(error) => error.into(),
        }
    }
}

impl From<&ReportError> for Fault {
    fn from(error: &ReportError) -> Self {
        match error {
            ReportError::Store(error) => error.into(),
            ReportError::Archive(error) => error.into(),
            ReportError::Screen(error) => error.into(),
            ReportError::Write { source, .. } if crate::model::fault::is_full(source) => Self::new(
                FaultKind::Io,
                "no space left for the report; the log is complete",
            )
            .help("free some space, then give the command again"),
            other => Self::of(FaultKind::Io, other),
        }
    }
}

impl From<&EnterError> for Fault {
    fn from(error: &EnterError) -> Self {
        match error {
            EnterError::Screen(error) => error.into(),
            EnterError::Store(error) => error.into(),
            EnterError::Extract(
                inner @ (ExtractError::Field { path, line, .. }
                | ExtractError::Row { path, line, .. }),
            ) => Self::new(FaultKind::Input, inner.to_string())
                .at(path, Some(*line))
                .help("the file is taken whole or not at all: nothing of it was saved"),
        }
    }
}

impl From<&RunError> for Fault {
    fn from(error: &RunError) -> Self {
        match error {
            RunError::Search(error) => error.into(),
            RunError::Screen(error) => error.into(),
            RunError::Report(error) => error.into(),
            RunError::Enter(error) => error.into(),
            RunError::Version(error) => error.into(),
            RunError::Store(error) => error.into(),
            RunError::NoArchive => Self::new(FaultKind::Config, error.to_string())
                .at("workflow.toml", None)
                .help("add `[replay]` with `from = \"db/example\"`"),
            RunError::NoWaves(_) => Self::new(FaultKind::Input, error.to_string()),
        }
    }
}

impl From<&VersionError> for Fault {
    fn from(error: &VersionError) -> Self {
        match error {
            VersionError::Unknown { name, known } if !known.is_empty() => {
                let near = crate::workflow::nearest(name, known.iter().map(String::as_str));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("there are: {}", known.join(", ")),
                };
                Self::new(FaultKind::Missing, error.to_string()).help(help)
            }
            VersionError::Unknown { .. } => Self::new(FaultKind::Missing, error.to_string()),
            VersionError::Lint(_)
            | VersionError::Provisional(_)
            | VersionError::Empty
            | VersionError::Baseline(_)
            | VersionError::Taken { .. } => Self::new(FaultKind::State, error.to_string()),
            VersionError::Archive(error) => error.into(),
            VersionError::Report(error) => error.into(),
            VersionError::Store(error) => error.into(),
            VersionError::Name(_) => Self::new(FaultKind::Input, error.to_string()),
        }
    }
}

impl From<&CorrectError> for Fault {
    fn from(error: &CorrectError) -> Self {
        let kind = match error {
            CorrectError::Person(error) => return error.into(),
            CorrectError::Run(error) => return error.into(),
            CorrectError::Store(error) => return error.into(),
            CorrectError::Unknown(_) => FaultKind::Missing,
            CorrectError::Same { .. } => FaultKind::State,
            CorrectError::Several { .. } | CorrectError::NoReason => FaultKind::Input,
            CorrectError::Value(CorrectionError::Field { near, .. }) => {
                let all = Field::ALL.map(Field::as_str).join(", ");
                let help = match near {
                    Some(near) => format!("did you mean `{}`? The fields are {all}", near.as_str()),
                    None => format!("the fields are {all}"),
                };
                return Self::of(FaultKind::Input, error).help(help);
            }
            CorrectError::Value(CorrectionError::Value { .. }) => FaultKind::Input,
        };
        let fault = Self::new(kind, error.to_string());
        match error {
            CorrectError::Unknown(_) => fault.help(
                "give its id, such as `r17`, or a PMID, DOI or `source:id` that names one record alone",
            ),
            _ => fault,
        }
    }
}

impl From<&UndoError> for Fault {
    fn from(error: &UndoError) -> Self {
        match error {
            UndoError::Person(error) => error.into(),
            UndoError::Store(error) => error.into(),
            UndoError::Nothing | UndoError::Refused { .. } | UndoError::Acted { .. } => {
                Self::new(FaultKind::State, error.to_string())
            }
            UndoError::Published { .. } => Self::new(FaultKind::State, error.to_string())
                .help("what was published stands on these records"),
        }
    }
}
