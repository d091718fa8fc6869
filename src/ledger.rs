//! The append-only truth: events, their canonical form and the hash chain. No SQL here.
//!
//! An [`Event`] is one thing that happened, said once: who, when, through what, and a body of a
//! kind that is fixed for ever ([`Body`]). Events are chained by SHA-256, so a change behind the
//! program's back shows. The decisions are in `docs/design/0001-ledger.md`.

pub mod canonical;
pub mod chain;
pub mod event;

pub use canonical::{CanonicalError, canonical};
pub use chain::{ChainError, LEDGER_VERSION, genesis, verify};
pub use event::{Actor, Body, Draft, Event, Stamp, Via};

/// Why an event cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The body is not expressible in canonical form.
    #[error(transparent)]
    Canonical(#[from] CanonicalError),
    /// The kind or a field of it is unknown: a newer program wrote it, or it was changed.
    #[error("event {seq} has a body of kind `{kind}` that this version cannot read")]
    Unknown {
        /// Its place in the log.
        seq: u64,
        /// The word of its kind, as the log has it.
        kind: String,
        /// What the reader said.
        source: serde_json::Error,
    },
}
