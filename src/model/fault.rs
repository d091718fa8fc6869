//! What went wrong, for whoever has to tell a person: of what kind, in which file and line, and what
//! helps.
//!
//! Every error of the library becomes a [`Fault`]. The command line takes its exit code from the
//! kind, a page its status ([`FaultKind::status`]); each adds what helps there, a command or a link.
//! A message of the library names neither.

use std::error::Error;
use std::io::ErrorKind;

/// What kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// `workflow.toml` or a query file is not valid, or belongs to another review.
    Config,
    /// What was given cannot be used: a value, a file, a name.
    Input,
    /// What was asked for is not there: a person, a report, a study, a version.
    Missing,
    /// The person may not do this.
    Forbidden,
    /// It fits no longer, or not yet: the report is settled, the version published.
    State,
    /// The chain, the archive, a table or an identity of the flow does not hold.
    Integrity,
    /// A source of records could not be reached, or answered what cannot be used.
    Network,
    /// Another process works on the review: the same step succeeds later.
    Locked,
    /// The file system or the database refused.
    Io,
}

impl FaultKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Config,
        Self::Input,
        Self::Missing,
        Self::Forbidden,
        Self::State,
        Self::Integrity,
        Self::Network,
        Self::Locked,
        Self::Io,
    ];

    /// The status of HTTP under which a page tells it (RFC 9110, section 15).
    ///
    /// ```
    /// use perennial::model::FaultKind;
    /// assert_eq!(FaultKind::Missing.status(), 404);
    /// assert_eq!(FaultKind::Locked.status(), 503);
    /// ```
    pub fn status(self) -> u16 {
        match self {
            Self::Input => 422,
            Self::Missing => 404,
            Self::Forbidden => 403,
            Self::State => 409,
            Self::Locked => 503,
            Self::Network => 502,
            Self::Config | Self::Integrity | Self::Io => 500,
        }
    }

    /// The exit code of a command that ends with it (docs/reference/exit-codes.md).
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Config | Self::Input | Self::Missing | Self::Forbidden | Self::State => 2,
            Self::Integrity => 4,
            Self::Network | Self::Locked => 5,
            Self::Io => 1,
        }
    }
}

/// Something that went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Of what kind.
    pub kind: FaultKind,
    /// What happened, with its causes, in lower case and without a full stop.
    pub message: String,
    /// The file it is about, as people named it.
    pub file: Option<String>,
    /// The line in that file, from 1.
    pub line: Option<u64>,
    /// What helps, wherever it is read; one sentence each.
    pub help: Vec<String>,
}

impl Fault {
    /// A fault with the words of `error` and of every cause behind it.
    pub fn of(kind: FaultKind, error: &dyn Error) -> Self {
        Self::new(kind, chain(error))
    }

    /// A fault of a kind.
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            file: None,
            line: None,
            help: Vec::new(),
        }
    }

    /// The file and line it is about.
    #[must_use]
    pub fn at(mut self, file: impl Into<String>, line: Option<u64>) -> Self {
        self.file = Some(file.into());
        self.line = line;
        self
    }

    /// Something that helps.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

/// The message of an error with every cause behind it; what a message already holds is not said
/// twice.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let said = inner.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = inner.source();
    }
    text
}

/// Whether there was no space: a full disk, a used-up quota, or a file that may not grow.
pub fn is_full(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge
    )
}

/// What helps where there was no space.
pub const FREE_SPACE: &str = "free some space, then give the command again: it resumes";
