//! Sending one request until it has an answer, its budget is spent, or a person is needed.
//!
//! Shared by every source that the program asks: the pace, backoff with full jitter within a
//! budget, faults of the connection, the size of an answer. What an answer means is the source's
//! business: it classifies the body before the status and says what is to be asked again.

use super::eutils::{Contact, EutilsError};
use super::pace::Pace;
use reqwest::Url;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};
use std::time::{Duration, Instant};

/// How often it is looked whether a person wants the search to stop.
const LOOK: Duration = Duration::from_millis(100);
/// Attempts of an answer that is damaged or refused each time.
const STUBBORN: u32 = 3;

/// Why an answer cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The same request may succeed later.
    Again {
        /// What came instead of an answer, in words.
        cause: String,
        /// Not before this has passed.
        wait: Duration,
    },
    /// Ask again; where it stays so, the request or one of its records is at fault.
    Damaged(String),
    /// Ask again a few times; where it stays so, it is refused.
    Refused {
        /// The status of HTTP.
        status: u16,
        /// The start of the words.
        said: String,
    },
    /// Ask again a few times; where it stays so, this is told.
    Stubborn {
        /// What came instead of an answer, in words.
        cause: String,
        /// What is told in the end.
        end: EutilsError,
    },
    /// A person must change something, or wants it to stop.
    Stop(EutilsError),
}

impl Fault {
    pub(super) fn again(cause: impl Into<String>) -> Self {
        Self::Again {
            cause: cause.into(),
            wait: Duration::ZERO,
        }
    }
}

/// What all searches of one command share: the pace, the budget, the number of requests.
#[derive(Debug)]
pub struct Session {
    pub(super) contact: Contact,
    runtime: tokio::runtime::Runtime,
    pace: Pace,
    waited: Duration,
    chance: u64,
    /// Requests sent so far, retries among them.
    pub requests: u64,
}

impl Session {
    /// A session of `contact`.
    pub fn new(contact: Contact) -> Result<Self, EutilsError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| EutilsError::Machine(error.to_string()))?;
        let pace = Pace::new(contact.timing.gap, contact.pace.as_deref());
        Ok(Self {
            contact,
            runtime,
            pace,
            waited: Duration::ZERO,
            chance: RandomState::new().build_hasher().finish() | 1,
            requests: 0,
        })
    }

    /// A number below one: backoff must differ between clients that failed together.
    fn chance(&mut self) -> f64 {
        self.chance = self
            .chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(self.chance >> 40).unwrap_or_default()) / f64::from(1_u32 << 24)
    }

    /// How long to wait before attempt `n` + 1, or nothing where the budget is spent.
    fn backoff(&mut self, n: u32, at_least: Duration) -> Option<Duration> {
        let timing = &self.contact.timing;
        let exponential = timing
            .first
            .saturating_mul(1_u32 << n.min(16).saturating_sub(1));
        let most = exponential.min(timing.longest);
        let at_least = at_least.min(timing.longest * 4);
        let wait = most.mul_f64(self.chance()).max(at_least);
        self.waited += wait;
        (self.waited <= self.contact.timing.budget).then_some(wait)
    }

    /// Sends one request by `once` until `read` takes its answer.
    pub(super) fn persist<T>(
        &mut self,
        doing: &str,
        mut once: impl FnMut(&mut Self) -> Result<Vec<u8>, Fault>,
        mut read: impl FnMut(&[u8], u32) -> Result<T, Fault>,
    ) -> Result<(T, Vec<u8>), EutilsError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let fault = match once(self) {
                Ok(body) => match read(&body, attempt) {
                    Ok(value) => return Ok((value, body)),
                    Err(fault) => fault,
                },
                Err(fault) => fault,
            };
            let (cause, wait, last) = match fault {
                Fault::Stop(EutilsError::Syntax { said }) => {
                    let said = self.contact.hide(&said);
                    return Err(EutilsError::Syntax { said });
                }
                Fault::Stop(error) => return Err(error),
                Fault::Again { cause, wait } => (cause, wait, None),
                Fault::Damaged(cause) => {
                    let end = EutilsError::Damaged(self.contact.hide(&cause));
                    (cause, Duration::ZERO, Some(end))
                }
                Fault::Stubborn { cause, end } => (cause, Duration::ZERO, Some(end)),
                Fault::Refused { status, said } => {
                    let said = self.contact.hide(&said);
                    let end = EutilsError::Refused { status, said };
                    (format!("status {status}"), Duration::ZERO, Some(end))
                }
            };
            if attempt >= STUBBORN
                && let Some(end) = last
            {
                return Err(end);
            }
            let outage = EutilsError::Outage {
                doing: doing.to_owned(),
                attempts: attempt,
                cause: self.contact.hide(&cause),
            };
            if attempt >= self.contact.timing.attempts {
                return Err(outage);
            }
            let Some(wait) = self.backoff(attempt, wait) else {
                return Err(outage);
            };
            self.contact.watch.say(&format!(
                "no usable answer to {doing} at attempt {attempt} of {}: {}; again in {}",
                if last.is_some() {
                    STUBBORN
                } else {
                    self.contact.timing.attempts
                },
                self.contact.hide(&cause),
                seconds(wait)
            ));
            self.pause(wait)?;
        }
    }

    /// Waits, unless a person wants it to stop.
    fn pause(&self, wait: Duration) -> Result<(), EutilsError> {
        let watch = &self.contact.watch;
        let until = Instant::now() + wait;
        loop {
            if watch.stopped() {
                return Err(EutilsError::Stopped);
            }
            let rest = until.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return Ok(());
            }
            let some = rest.min(LOOK);
            self.runtime
                .block_on(async { tokio::time::sleep(some).await });
        }
    }

    /// One request, one answer, classified by `classify`: status, pause asked for, body.
    pub(super) fn send(
        &mut self,
        request: reqwest::RequestBuilder,
        classify: impl FnOnce(u16, Option<Duration>, &[u8]) -> Result<(), Fault>,
    ) -> Result<Vec<u8>, Fault> {
        let (pace, largest) = (&mut self.pace, self.contact.timing.largest);
        let contact = &self.contact;
        let watch = &contact.watch;
        self.requests += 1;
        let asked = async {
            pace.turn().await;
            let sent = request.send().await;
            pace.answered();
            let mut response = sent.map_err(transport)?;
            let status = response.status().as_u16();
            let retry_after = response
                .headers()
                .get(reqwest::header::RETRY_AFTER)
                .and_then(|value| value.to_str().ok()?.trim().parse().ok())
                .map(Duration::from_secs);
            let mut body = Vec::new();
            while let Some(part) = response.chunk().await.map_err(transport)? {
                if body.len() + part.len() > largest {
                    let text = format!("an answer of more than {} MB", largest >> 20);
                    return Err(Fault::Damaged(text));
                }
                body.extend_from_slice(&part);
            }
            let body = contact.cut(body);
            classify(status, retry_after, &body)?;
            Ok(body)
        };
        self.runtime.block_on(async {
            let mut asked = std::pin::pin!(asked);
            loop {
                if watch.stopped() {
                    return Err(Fault::Stop(EutilsError::Stopped));
                }
                if let Ok(answer) = tokio::time::timeout(LOOK, asked.as_mut()).await {
                    return answer;
                }
            }
        })
    }
}

/// A connection to the service at `base`, which is `https`, or `http` on this machine; `held` is what
/// of its requests must not be read on the way, as a sentence about this service says it.
pub(super) fn connect(
    session: &Session,
    base: &str,
    held: &str,
) -> Result<(reqwest::Client, Url), EutilsError> {
    let refuse = |reason: String| EutilsError::Address {
        address: base.to_owned(),
        reason,
    };
    let url = Url::parse(base).map_err(|error| refuse(error.to_string()))?;
    let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        _ => {
            return Err(refuse(format!(
                "it must begin with https://, because {held}"
            )));
        }
    }
    let timing = &session.contact.timing;
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .user_agent(concat!("perennial/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timing.connect)
        .read_timeout(timing.idle)
        .timeout(timing.total);
    if loopback {
        builder = builder.no_proxy();
    }
    let http = builder
        .build()
        .map_err(|error| EutilsError::Machine(error.without_url().to_string()))?;
    Ok((http, url))
}

const NO_TLS: &str = "what answers there does not speak https; is it an http address?";

/// A fault of the connection, in words without an address. What only a person can mend is told
/// apart from a service that is down.
fn transport(error: reqwest::Error) -> Fault {
    let url = error.url().cloned();
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    let mut said = String::new();
    while let Some(inner) = cause.source() {
        cause = inner;
        said.push_str(&format!("{inner} {inner:?} "));
    }
    let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
    let address = |reason: &str| EutilsError::Address {
        address: url
            .as_ref()
            .map_or(host.to_owned(), |url| url.origin().ascii_serialization()),
        reason: reason.to_owned(),
    };
    if error.is_connect() {
        // The names that rustls and the system's resolver give; they are told in no other way.
        if said.contains("InvalidContentType") || said.contains("wrong version number") {
            return Fault::Stop(address(NO_TLS));
        }
        if said.contains("InvalidCertificate") {
            let reason = "its certificate is not one for this host that can be trusted";
            return Fault::Stop(address(reason));
        }
        if said.contains("invalid dns name") {
            return Fault::Stop(address("no host can have this name"));
        }
        if said.contains("dns error") || said.contains("failed to lookup address") {
            let host = host.to_owned();
            return Fault::Stubborn {
                cause: format!("no host is called `{host}`"),
                end: EutilsError::NoHost { host },
            };
        }
        if said.contains("tls handshake eof") {
            return Fault::Stubborn {
                cause: "the connection breaks off where https begins".to_owned(),
                end: address(NO_TLS),
            };
        }
    }
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke off"
    };
    Fault::again(format!("{what} ({cause})"))
}

/// "0.4 s", "12 s".
fn seconds(wait: Duration) -> String {
    let seconds = wait.as_secs_f64();
    if seconds < 10.0 {
        format!("{seconds:.1} s")
    } else {
        format!("{seconds:.0} s")
    }
}
