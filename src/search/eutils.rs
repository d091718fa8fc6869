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
            text.replace(&self.0, HIDDEN)
        }
    }

    /// The spellings in which a service may give it back: as it is, and as a form or an address has it.
    fn spellings(&self) -> Vec<Vec<u8>> {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
        let mut out = vec![self.0.clone().into_bytes()];
        for upper in [true, false] {
            let mut escaped = Vec::new();
            for byte in self.0.bytes() {
                if plain(&byte) {
                    escaped.push(byte);
                } else if upper {
                    escaped.extend(format!("%{byte:02X}").bytes());
                } else {
                    escaped.extend(format!("%{byte:02x}").bytes());
                }
            }
            if !out.contains(&escaped) {
                out.push(escaped);
            }
        }
        out.retain(|spelling| spelling.len() >= SHORTEST);
        out
    }
}

/// What stands where a secret was cut out.
const HIDDEN: &str = "[hidden]";
/// A text shorter than this is no secret: it may stand in any answer.
const SHORTEST: usize = 6;

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
    /// A host beside NCBI's that may have e-mail and key, as the environment names it.
    pub trusted: Option<String>,
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
            trusted: None,
        }
    }

    /// Whether e-mail and key may go to a host: NCBI's, this machine, and the one that the environment
    /// names. A workflow may come from somebody else, and names any host.
    pub(super) fn may_go_to(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let ncbi = host == "ncbi.nlm.nih.gov" || host.ends_with(".ncbi.nlm.nih.gov");
        let here = matches!(host.as_str(), "127.0.0.1" | "localhost" | "[::1]");
        let named = self.trusted.as_deref();
        ncbi || here || named.is_some_and(|named| named.eq_ignore_ascii_case(&host))
    }

    /// An answer without e-mail and key, which a service may give back: so they are never archived,
    /// stored or shown.
    pub(super) fn cut(&self, body: Vec<u8>) -> Vec<u8> {
        let secrets = std::iter::once(&self.email).chain(&self.key);
        let mut body = body;
        for spelling in secrets.flat_map(Secret::spellings) {
            body = without(body, &spelling);
        }
        body
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

/// `body` with [`HIDDEN`] for each `secret`.
fn without(body: Vec<u8>, secret: &[u8]) -> Vec<u8> {
    let Some(first) = secret.first() else {
        return body;
    };
    let mut out = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(found) = body
        .get(at..)
        .and_then(|rest| rest.iter().position(|byte| byte == first))
    {
        at += found;
        if body.get(at..).is_some_and(|rest| rest.starts_with(secret)) {
            out.extend_from_slice(body.get(from..at).unwrap_or_default());
            out.extend_from_slice(HIDDEN.as_bytes());
            at += secret.len();
            from = at;
        } else {
            at += 1;
        }
    }
    if from == 0 {
        return body;
    }
    out.extend_from_slice(body.get(from..).unwrap_or_default());
    out
}

#[cfg(test)]
mod secrets {
    use super::*;

    fn contact() -> Contact {
        let key = Secret::new("0123456789abcdef");
        Contact::new(Secret::new("ana+x@example.org"), Some(key), None)
    }

    #[test]
    fn what_a_service_gives_back_of_a_secret_is_cut_out_in_every_spelling() {
        let answer = b"<e>ana+x@example.org ana%2Bx%40example.org ana%2bx%40example.org \
            api_key=0123456789abcdef 0123456789ab</e>";
        let cut = String::from_utf8(contact().cut(answer.to_vec())).unwrap();
        assert_eq!(
            cut.split_whitespace().collect::<Vec<_>>(),
            [
                "<e>[hidden]",
                "[hidden]",
                "[hidden]",
                "api_key=[hidden]",
                "0123456789ab</e>"
            ]
        );
        let clean = b"<e>nothing</e>".to_vec();
        assert_eq!(contact().cut(clean.clone()), clean);
    }

    #[test]
    fn secrets_go_to_the_service_they_are_for_and_to_no_host_that_a_workflow_names() {
        let mut contact = contact();
        for (host, may) in [
            ("eutils.ncbi.nlm.nih.gov", true),
            ("EUTILS.NCBI.NLM.NIH.GOV", true),
            ("127.0.0.1", true),
            ("evilncbi.nlm.nih.gov", false),
            ("ncbi.nlm.nih.gov.example.org", false),
            ("example.org", false),
        ] {
            assert_eq!(contact.may_go_to(host), may, "{host}");
        }
        contact.trusted = Some("proxy.example.org".to_owned());
        assert!(contact.may_go_to("proxy.example.org") && !contact.may_go_to("example.org"));
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
