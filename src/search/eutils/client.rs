//! Sending one request until it has an answer, its budget is spent, or a person is needed.

use super::answer::{Fault, classify};
use super::pace::Pace;
use super::{Contact, EutilsError};
use reqwest::Url;
use std::collections::hash_map::RandomState;
use std::error::Error as _;
use std::hash::{BuildHasher as _, Hasher as _};
use std::time::Duration;

/// Attempts of an answer that is damaged or refused each time.
const STUBBORN: u32 = 3;

/// What all searches of one command share: the pace, the budget, the number of requests.
#[derive(Debug)]
pub struct Session {
    contact: Contact,
    runtime: tokio::runtime::Runtime,
    pace: Pace,
    waited: Duration,
    chance: u64,
    /// Requests sent.
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
        let at_least = at_least.mul_f64(if timing.first.is_zero() { 0.0 } else { 1.0 });
        let wait = most.mul_f64(self.chance()).max(at_least);
        self.waited += wait;
        (self.waited <= self.contact.timing.budget).then_some(wait)
    }
}

/// The client of one source.
#[derive(Debug)]
pub struct Client<'a> {
    session: &'a mut Session,
    http: reqwest::Client,
    base: Url,
    tool: String,
}

impl<'a> Client<'a> {
    /// A client for the service at `base`, which calls itself `tool`.
    pub fn new(session: &'a mut Session, base: &str, tool: &str) -> Result<Self, EutilsError> {
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
                return Err(refuse(
                    "it must begin with https://, because requests hold the e-mail and the key"
                        .into(),
                ));
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
        Ok(Self {
            session,
            http,
            base: url,
            tool: tool.to_owned(),
        })
    }

    /// Requests sent in this session.
    pub fn requests(&self) -> u64 {
        self.session.requests
    }

    /// Sends one request until `read` takes its answer.
    pub(super) fn ask<T>(
        &mut self,
        utility: &str,
        doing: &str,
        parameters: &[(&str, &str)],
        mut read: impl FnMut(&[u8], u32) -> Result<T, Fault>,
    ) -> Result<(T, Vec<u8>), EutilsError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            let fault = match self.once(utility, parameters) {
                Ok(body) => match read(&body, attempt) {
                    Ok(value) => return Ok((value, body)),
                    Err(fault) => fault,
                },
                Err(fault) => fault,
            };
            let (cause, wait, last) = match fault {
                Fault::Stop(EutilsError::Syntax { said }) => {
                    let said = self.session.contact.hide(&said);
                    return Err(EutilsError::Syntax { said });
                }
                Fault::Stop(error) => return Err(error),
                Fault::Again { cause, wait } => (cause, wait, None),
                Fault::Damaged(cause) => {
                    let end = EutilsError::Damaged(self.session.contact.hide(&cause));
                    (cause, Duration::ZERO, Some(end))
                }
                Fault::Refused { status, said } => {
                    let said = self.session.contact.hide(&said);
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
                cause: self.session.contact.hide(&cause),
            };
            if attempt >= self.session.contact.timing.attempts {
                return Err(outage);
            }
            let Some(wait) = self.session.backoff(attempt, wait) else {
                return Err(outage);
            };
            self.session
                .runtime
                .block_on(async { tokio::time::sleep(wait).await });
        }
    }

    /// One request, one answer, classified.
    fn once(&mut self, utility: &str, parameters: &[(&str, &str)]) -> Result<Vec<u8>, Fault> {
        let url = self
            .base
            .join(utility)
            .map_err(|error| Fault::again(error.to_string()))?;
        let session = &mut *self.session;
        let mut form: Vec<(&str, &str)> = vec![("db", "pubmed"), ("tool", &self.tool)];
        form.push(("email", session.contact.email.expose()));
        if let Some(key) = &session.contact.key {
            form.push(("api_key", key.expose()));
        }
        form.extend_from_slice(parameters);
        let request = self.http.post(url).form(&form);
        let (pace, largest) = (&mut session.pace, session.contact.timing.largest);
        session.requests += 1;
        session.runtime.block_on(async {
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
            classify(status, retry_after, &body)?;
            Ok(body)
        })
    }
}

/// A fault of the connection, in words without an address.
fn transport(error: reqwest::Error) -> Fault {
    let error = error.without_url();
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke off"
    };
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let _ = error.source();
    Fault::again(format!("{what} ({cause})"))
}
