//! What all requests share: the store, the protocol in force, options, the gate of sign-ins.

use super::guard::{Gate, Proxies};
use super::meter::Meter;
use super::secret::Secret;
use crate::model::{Clock, Digest, time};
use crate::pipeline::{OpenError, Workspace};
use crate::screen::desk::Order;
use crate::screen::rank::Ranks;
use crate::store::{Reader, Store, StoreError};
use crate::workflow::Workflow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// What `serve` was asked for.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where to listen: `127.0.0.1:8080`; port 0 takes a free one.
    pub addr: String,
    /// The path under which a proxy shows the site: empty or `/review`.
    pub base: String,
    /// Certificate and key, both PEM.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Whether a proxy stands before the server, and from which addresses.
    pub proxy: Option<Vec<std::net::IpAddr>>,
    /// The header in which the proxy names the person.
    pub sign_in_header: Option<String>,
    /// The public address.
    pub url: Option<String>,
}

/// Everything a request needs.
pub(super) struct Site {
    pub(super) root: PathBuf,
    pub(super) store: Store,
    protocol: RwLock<(String, Arc<Workflow>)>,
    pub(super) clock: Arc<dyn Clock + Send + Sync>,
    /// `""` or `/review`.
    pub(super) base: String,
    /// `https://review.example.org`, without path; none while only loopback is served.
    pub(super) origin: Option<String>,
    pub(super) secure: bool,
    pub(super) proxies: Proxies,
    pub(super) sign_in_header: Option<axum::http::HeaderName>,
    /// The name of the sign-in's cookie.
    pub(super) cookie: String,
    /// Whether the people of a demonstration are offered without a password.
    pub(super) open: bool,
    /// The one-time token of the first lead, while nobody has a password.
    pub(super) first: Mutex<Option<Digest>>,
    pub(super) gate: Gate,
    pub(super) meter: Meter,
    /// Orders of reading, as far as they were learned.
    pub(super) ranks: Ranks,
}

impl std::fmt::Debug for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Site")
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}

/// Parts of a site that are settled before it is made.
pub(super) struct Ground {
    pub(super) clock: Arc<dyn Clock + Send + Sync>,
    pub(super) base: String,
    pub(super) origin: Option<String>,
    pub(super) secure: bool,
    pub(super) proxies: Proxies,
    pub(super) sign_in_header: Option<axum::http::HeaderName>,
    pub(super) loopback: bool,
}

impl Site {
    pub(super) fn new(workspace: Workspace, ground: Ground) -> Self {
        let review = Digest::of(workspace.store.review().as_bytes()).to_string();
        let short = review.get(..8).unwrap_or_default();
        // With the prefix a browser takes the cookie only from this host, over TLS, for every path.
        let prefix = if ground.secure && ground.base.is_empty() {
            "__Host-"
        } else {
            ""
        };
        let open = ground.loopback && workspace.workflow.review.demonstration;
        Self {
            root: workspace.root,
            store: workspace.store,
            protocol: RwLock::new((String::new(), Arc::new(workspace.workflow))),
            clock: ground.clock,
            base: ground.base,
            origin: ground.origin,
            secure: ground.secure,
            proxies: ground.proxies,
            sign_in_header: ground.sign_in_header,
            cookie: format!("{prefix}perennial-{short}"),
            open,
            first: Mutex::new(None),
            gate: Gate::default(),
            meter: Meter::default(),
            ranks: Ranks::default(),
        }
    }

    /// Draws the token of the first lead, where nobody has a password.
    pub(super) fn draw_first(&self) -> Result<Option<Secret>, StoreError> {
        if !self.store.snapshot()?.read().with_password()?.is_empty() {
            return Ok(None);
        }
        let drawn = Secret::draw();
        *self.first.lock().unwrap_or_else(PoisonError::into_inner) =
            drawn.as_ref().map(Secret::digest);
        Ok(drawn)
    }

    /// Whether this is the token of the first lead, and nobody has used it.
    pub(super) fn is_first(&self, token: Digest) -> bool {
        *self.first.lock().unwrap_or_else(PoisonError::into_inner) == Some(token)
    }

    /// The protocol in force at the moment of `reader`; read anew when another was adopted.
    pub(super) fn protocol(&self, reader: Reader<'_>) -> Result<Arc<Workflow>, StoreError> {
        let adopted = reader.setting("workflow")?.unwrap_or_default();
        {
            let held = self.protocol.read().unwrap_or_else(PoisonError::into_inner);
            if held.0 == adopted {
                return Ok(Arc::clone(&held.1));
            }
        }
        let read: Result<Workspace, OpenError> = Workspace::adopted(&self.root);
        let mut held = self
            .protocol
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if let Ok(workspace) = read {
            held.1 = Arc::new(workspace.workflow);
        }
        // Where it cannot be read, the last one that could stands.
        held.0 = adopted;
        Ok(Arc::clone(&held.1))
    }

    /// Learns the orders of those who read by rank, so that nobody waits for the first. What cannot be
    /// read is told to who asks for it.
    pub(super) fn learn(&self) {
        let Ok(snapshot) = self.store.snapshot() else {
            return;
        };
        let reader = snapshot.read();
        let (Ok(people), Ok(workflow)) = (reader.people(), self.protocol(reader)) else {
            return;
        };
        let question = workflow.looked_for();
        for person in people.iter().filter(|person| person.enabled) {
            if matches!(Order::kept(reader, person), Ok(Order::Ranked)) {
                let _ = self.ranks.ranking(reader, Some(person), &question);
            }
        }
    }

    pub(super) fn now(&self) -> String {
        self.clock.now()
    }
}

/// A point in time some seconds later or earlier.
pub(super) fn shifted(at: &str, seconds: i64) -> String {
    let moved = at.parse::<jiff::Timestamp>().ok().and_then(|time| {
        time.checked_add(jiff::SignedDuration::from_secs(seconds))
            .ok()
    });
    moved.map_or_else(|| at.to_owned(), time::format)
}
