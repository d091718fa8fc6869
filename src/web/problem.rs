//! Why a request is not done, with the status that says it.

use crate::model::{Fault, FaultKind};
use crate::pipeline::RunError;
use crate::report::ReportError;
use crate::screen::ScreenError;
use crate::screen::attach::AttachError;
use crate::store::{ArchiveError, StoreError};
use axum::http::StatusCode;

/// Why a request is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Problem {
    /// Nobody is signed in.
    SignIn,
    /// The person's roles do not allow it.
    Forbidden(String),
    /// There is nothing here.
    NotFound(String),
    /// What was asked no longer fits.
    Conflict(Box<Clash>),
    /// What was sent cannot be read.
    Bad(String),
    /// What was sent is not taken by the review.
    Input(String),
    /// The method does nothing at this address.
    Method,
    /// The body is larger than what is read.
    TooLarge,
    /// It did not end in time.
    Slow,
    /// The name by which the server was asked is not its own.
    Host,
    /// Another site sent it.
    Origin,
    /// Too many tries; seconds until the next is looked at.
    TooMany(u64),
    /// Another process holds the database too long.
    Busy,
    /// No space is left.
    Full,
    /// A fault of the program or the disk; what is told is in the log of the server.
    Internal(String),
}

/// What no longer fits, and what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Clash {
    /// What was not done.
    pub(super) title: String,
    /// Why.
    pub(super) text: String,
    /// What was typed: name and value.
    pub(super) kept: Vec<(&'static str, String)>,
    /// The way on: words and address below the base.
    pub(super) on: Option<(String, String)>,
}

impl Problem {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) | Self::Origin => StatusCode::FORBIDDEN,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Bad(_) => StatusCode::BAD_REQUEST,
            Self::Input(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Full => StatusCode::INSUFFICIENT_STORAGE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The word of the JSON twin.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Forbidden(_) => "role",
            Self::NotFound(_) => "not-found",
            Self::Conflict(_) => "conflict",
            Self::Bad(_) | Self::Input(_) => "input",
            Self::Method => "method",
            Self::TooLarge => "too-large",
            Self::Slow => "slow",
            Self::Host => "host",
            Self::Origin => "origin",
            Self::TooMany(_) => "too-many",
            Self::Busy => "locked",
            Self::Full => "full",
            Self::Internal(_) => "internal",
        }
    }

    /// The heading of its page.
    pub(super) fn title(&self) -> String {
        match self {
            Self::SignIn => "Sign in to go on".to_owned(),
            Self::Forbidden(_) => "This is not among your roles".to_owned(),
            Self::NotFound(_) => "Nothing is at this address".to_owned(),
            Self::Conflict(clash) => clash.title.clone(),
            Self::Bad(_) | Self::Input(_) => "Not saved: what was sent is not taken".to_owned(),
            Self::Method => "This address is read, not written to".to_owned(),
            Self::TooLarge => "Not taken: it is too large".to_owned(),
            Self::Slow => "Not done: it took too long".to_owned(),
            Self::Host => "This server does not answer to that name".to_owned(),
            Self::Origin => "Not taken: another site sent it".to_owned(),
            Self::TooMany(_) => "Too many tries".to_owned(),
            Self::Busy => "Not saved: another program holds the database".to_owned(),
            Self::Full => "Not saved: no space is left on the disk".to_owned(),
            Self::Internal(_) => "A fault of the program".to_owned(),
        }
    }

    /// What is told of it.
    pub(super) fn text(&self) -> String {
        match self {
            Self::SignIn => "Nobody is signed in, or the sign-in has ended.".to_owned(),
            Self::Forbidden(text) | Self::NotFound(text) | Self::Bad(text) | Self::Input(text) => {
                sentence(text)
            }
            Self::Conflict(clash) => clash.text.clone(),
            Self::Method => "Nothing was changed.".to_owned(),
            Self::TooLarge => "A form is read up to 1 MB, a file up to 50 MB, the files of one form up to 100 MB. \
                               Nothing was changed.".to_owned(),
            Self::Slow => "A request has 30 seconds. Nothing of it was saved.".to_owned(),
            Self::Host => "It answers to the names of this machine, and to the address that \
                           `--url` gives. Nothing was changed."
                .to_owned(),
            Self::Origin => "A form of this site can be sent from its own pages only. Nothing was \
                             changed."
                .to_owned(),
            Self::TooMany(seconds) => format!(
                "Too many sign-ins failed from your address. The next is looked at in {}.",
                crate::model::many(*seconds, "second", "seconds")
            ),
            Self::Busy => "Nothing of this step was saved. Try again in a moment; go back to find \
                           what you typed."
                .to_owned(),
            Self::Full => {
                "Nothing of this step was saved, and what was there is untouched. Reading \
                           goes on. Free some space, then send it again; go back to find what you \
                           typed."
                    .to_owned()
            }
            Self::Internal(_) => "Nothing of this step was saved. The log of the server says what \
                                  happened."
                .to_owned(),
        }
    }
}

/// A message of the core as a sentence of a page: a capital letter, a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase);
    let mut out: String = first.into_iter().flatten().collect();
    out.push_str(letters.as_str());
    if !out.ends_with(['.', '?', '!']) {
        out.push('.');
    }
    out
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let text = fault.message;
        match fault.kind {
            FaultKind::Input => Self::Input(text),
            FaultKind::Missing => Self::NotFound(text),
            FaultKind::Forbidden => Self::Forbidden(text),
            FaultKind::State => Self::Conflict(Box::new(Clash {
                title: "Not saved".to_owned(),
                text: sentence(&text),
                ..Clash::default()
            })),
            FaultKind::Locked => Self::Busy,
            FaultKind::Config | FaultKind::Integrity | FaultKind::Network | FaultKind::Io => {
                Self::Internal(text)
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::Full,
            other => Fault::from(&other).into(),
        }
    }
}

impl From<ScreenError> for Problem {
    fn from(error: ScreenError) -> Self {
        match error {
            ScreenError::Store(error) => error.into(),
            other => Fault::from(&other).into(),
        }
    }
}

impl From<ReportError> for Problem {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Store(error) => error.into(),
            ReportError::Screen(error) => error.into(),
            other => Fault::from(&other).into(),
        }
    }
}

impl From<RunError> for Problem {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Store(error) => error.into(),
            RunError::Screen(error) => error.into(),
            other => Fault::from(&other).into(),
        }
    }
}

impl From<AttachError> for Problem {
    fn from(error: AttachError) -> Self {
        match error {
            AttachError::Screen(error) => error.into(),
            other => Fault::from(&other).into(),
        }
    }
}

impl From<ArchiveError> for Problem {
    fn from(error: ArchiveError) -> Self {
        Fault::from(&error).into()
    }
}

impl From<askama::Error> for Problem {
    fn from(error: askama::Error) -> Self {
        Self::Internal(error.to_string())
    }
}
