//! The hash chain over events, and its verification.

use super::event::Event;
use crate::model::{Digest, EventSeq};
use sha2::Digest as _;

/// The version of the chain's rule, part of the first hash.
pub const LEDGER_VERSION: &str = "1";

/// Where and how a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// A number is missing, doubled or out of order.
    #[error("event {found} stands where event {expected} must be")]
    Gap {
        /// The number that was due.
        expected: EventSeq,
        /// The number that stands there.
        found: EventSeq,
    },
    /// An event does not follow from the one before.
    #[error(
        "event {seq} does not follow from the event before it: previous hash {found}, must be {expected}"
    )]
    Prev {
        /// The event at which it shows.
        seq: EventSeq,
        /// The hash of the event before.
        expected: Digest,
        /// What the event says.
        found: Digest,
    },
    /// The content of an event does not give its hash.
    #[error("event {seq} was changed: its content gives {expected}, its hash says {found}")]
    Hash {
        /// The event at which it shows.
        seq: EventSeq,
        /// The hash of the content.
        expected: Digest,
        /// The stored hash.
        found: Digest,
    },
}

/// SHA-256 over the fields, each as its length (8 bytes, big-endian) and its bytes, then `tail`.
fn digest(fields: &[&str], tail: &[u8]) -> Digest {
    let mut hasher = sha2::Sha256::new();
    for field in fields {
        hasher.update((field.len() as u64).to_be_bytes());
        hasher.update(field.as_bytes());
    }
    hasher.update(tail);
    Digest(hasher.finalize().into())
}

/// What stands as `prev` in the first event of the log of review `id`.
pub fn genesis(id: &str) -> Digest {
    digest(&["perennial ledger", LEDGER_VERSION, id], &[])
}

/// The hash that an event's fields give.
pub fn hash(event: &Event) -> Digest {
    digest(
        &[
            &event.seq.to_string(),
            &event.at,
            &event.actor,
            &event.via,
            &event.kind,
            &event.body,
        ],
        &event.prev.0,
    )
}

/// Checks one event against the hash and number of the event before.
pub fn follows(event: &Event, prev: Digest, seq: EventSeq) -> Result<(), ChainError> {
    if event.seq != seq {
        return Err(ChainError::Gap {
            expected: seq,
            found: event.seq,
        });
    }
    if event.prev != prev {
        return Err(ChainError::Prev {
            seq,
            expected: prev,
            found: event.prev,
        });
    }
    let expected = hash(event);
    if event.hash != expected {
        return Err(ChainError::Hash {
            seq,
            expected,
            found: event.hash,
        });
    }
    Ok(())
}

/// Checks a whole chain of review `id` and gives its head.
pub fn verify<'a>(
    id: &str,
    events: impl IntoIterator<Item = &'a Event>,
) -> Result<Digest, ChainError> {
    let mut prev = genesis(id);
    for (event, seq) in events.into_iter().zip(1_u64..) {
        follows(event, prev, EventSeq(seq))?;
        prev = event.hash;
    }
    Ok(prev)
}
