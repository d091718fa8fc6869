//! PubMed through NCBI's E-utilities: a client that never takes a fault for an answer.
//!
//! Every request is a POST, with tool, e-mail and key in its body; a redirect is refused, because
//! the body would travel with it. An answer is classified by its body before its status: the
//! service reports failures with status 200. What is transient is asked again with exponential
//! backoff and full jitter, within a budget; what a person must change ends the search at once.
//! Ids come in one answer up to 9,999, above that by ranges of UID; records are asked for by an
//! explicit list of ids, so that neither a lost history nor a result that shifts between requests
//! can hide one (NLM, E-utilities help, NBK25499; EDirect's bisection by UID).

pub(super) mod answer;
mod client;
mod fetch;
mod ids;

pub use client::{Client, Session};
pub use fetch::{Answer, Fetched, PAGE};
pub use ids::{Found, WINDOW};

use super::watch::Watch;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// A text that is never shown: an address or a key.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the body of a request.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// `text` without this secret in it.
    fn hide(&self, text: &str) -> String {
        if self.0.is_empty() {
            text.to_owned()
        } else {
            text.replace(&self.0, "[hidden]")
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret([hidden])")
    }
}

/// Who asks, and how patiently. Comes from the environment, never from the workflow.
#[derive(Debug, Clone)]
pub struct Contact {
    /// Where NCBI can reach the person.
    pub email: Secret,
    /// The key that raises the limit from 3 to 10 requests a second.
    pub key: Option<Secret>,
    /// A file that all processes of this user share, to keep the limit together.
    pub pace: Option<PathBuf>,
    /// Pauses, attempts and limits.
    pub timing: Timing,
    /// Who is told of retries and can stop it.
    pub watch: Watch,
}

impl Contact {
    /// A contact with the pauses that NCBI asks for.
    pub fn new(email: Secret, key: Option<Secret>, pace: Option<PathBuf>) -> Self {
        let timing = Timing::of_service(key.is_some());
        Self {
            email,
            key,
            pace,
            timing,
            watch: Watch::default(),
        }
    }

    /// Whether a text can be an e-mail address: something, `@`, a host with a dot, no blanks.
    ///
    /// ```
    /// use perennial::search::eutils::Contact;
    ///
    /// assert!(Contact::is_email("ana@example.org"));
    /// for text in ["notanemail", "ana@", "@example.org", "ana@local", "a b@example.org", "a@b@c.de"] {
    ///     assert!(!Contact::is_email(text), "{text}");
    /// }
    /// ```
    pub fn is_email(text: &str) -> bool {
        let Some((name, host)) = text.split_once('@') else {
            return false;
        };
        let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"@,;<>\"()".contains(c);
        let parts: Vec<&str> = host.split('.').collect();
        !name.is_empty()
            && text.chars().filter(|c| *c != '@').all(plain)
            && !host.contains('@')
            && parts.len() > 1
            && parts.iter().all(|part| !part.is_empty())
    }

    pub(super) fn hide(&self, text: &str) -> String {
        let text = self.email.hide(text);
        self.key
            .as_ref()
            .map_or(text.clone(), |key| key.hide(&text))
    }
}

/// Pauses, attempts and limits.
#[derive(Debug, Clone)]
pub struct Timing {
    /// Between two requests, of whatever search.
    pub gap: Duration,
    /// The first backoff; it doubles with each attempt.
    pub first: Duration,
    /// The longest backoff.
    pub longest: Duration,
    /// Attempts of one request.
    pub attempts: u32,
    /// All backoff of one command together.
    pub budget: Duration,
    /// Until a connection stands.
    pub connect: Duration,
    /// Without a byte.
    pub idle: Duration,
    /// For one answer.
    pub total: Duration,
    /// Bytes of one answer.
    pub largest: usize,
}

impl Timing {
    /// 3 requests a second without a key, 10 with one; 0.334 s apart still met the limit.
    pub fn of_service(key: bool) -> Self {
        Self {
            gap: Duration::from_millis(if key { 110 } else { 370 }),
            first: Duration::from_secs(1),
            longest: Duration::from_secs(30),
            attempts: 8,
            budget: Duration::from_mins(15),
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(30),
            total: Duration::from_mins(3),
            largest: 64 << 20,
        }
    }
}

impl Timing {
    /// Of ClinicalTrials.gov and Europe PMC: 50 requests a minute, pages of many megabytes.
    pub fn of_pages() -> Self {
        Self {
            gap: Duration::from_millis(1_250),
            total: Duration::from_mins(10),
            largest: 256 << 20,
            ..Self::of_service(false)
        }
    }
}

/// Why E-utilities gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EutilsError {
    /// The key is wrong. The answer repeats it and is not shown.
    #[error("NCBI refuses the key: it is not valid")]
    BadKey,
    /// The strategy cannot be read.
    #[error("PubMed cannot read the strategy: {said}")]
    Syntax {
        /// In its words.
        said: String,
    },
    /// The request is too large.
    #[error("the service refuses a request of this size (status {status})")]
    TooLong {
        /// 413 or 414.
        status: u16,
    },
    /// The service points somewhere else.
    #[error(
        "the service answers with a redirect (status {status}); it is not followed, because the request holds the e-mail and the key"
    )]
    Redirect {
        /// 301 to 308.
        status: u16,
    },
    /// The service refuses the request, again and again.
    #[error("the service refuses the request (status {status}): {said}")]
    Refused {
        /// 400 to 499.
        status: u16,
        /// The start of its words.
        said: String,
    },
    /// The address cannot be asked.
    #[error("`{address}` is no address that can be asked: {reason}")]
    Address {
        /// As the workflow has it.
        address: String,
        /// The reason, as the end of a sentence.
        reason: String,
    },
    /// Asked again and again, the service gave nothing that can be used.
    #[error("no usable answer to {doing} after {}: {cause}", times(*.attempts))]
    Outage {
        /// What was asked for, in words.
        doing: String,
        /// How often it was sent.
        attempts: u32,
        /// What came the last time.
        cause: String,
    },
    /// No host has the name in the address.
    #[error("no host is called `{host}`: the name is wrong, or this machine has no network")]
    NoHost {
        /// The name of the host that nobody knows.
        host: String,
    },
    /// A person stopped it.
    #[error("stopped")]
    Stopped,
    /// The answers contradict each other.
    #[error("the answers do not add up: {0}")]
    Inconsistent(String),
    /// One request or its record is damaged each time.
    #[error("the answer is damaged each time: {0}")]
    Damaged(String),
    /// The machine gave no runtime or no lock.
    #[error("cannot prepare the connection: {0}")]
    Machine(String),
}

impl EutilsError {
    /// Whether a person must change something before it is asked again.
    pub fn needs_a_person(&self) -> bool {
        match self {
            Self::BadKey
            | Self::Syntax { .. }
            | Self::TooLong { .. }
            | Self::Redirect { .. }
            | Self::Refused { .. }
            | Self::Address { .. } => true,
            Self::Outage { .. }
            | Self::NoHost { .. }
            | Self::Stopped
            | Self::Inconsistent(_)
            | Self::Damaged(_)
            | Self::Machine(_) => false,
        }
    }
}

/// "1 attempt", "8 attempts".
fn times(n: u32) -> String {
    format!("{n} attempt{}", if n == 1 { "" } else { "s" })
}
