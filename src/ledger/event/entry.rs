//! One entry of the log, and what it is before it has its place.

use super::{Actor, Body, Via};
use crate::ledger::{LedgerError, chain};
use crate::model::{Digest, EventSeq, IdError};

/// Who acts, when and through what, for the events of one step.
#[derive(Debug, Clone)]
pub struct Stamp {
    /// When it happened: UTC with milliseconds.
    pub at: String,
    /// A person, or the program by its rules.
    pub actor: Actor,
    /// The door through which it came.
    pub via: Via,
}

impl Stamp {
    /// The program, as a stage of the pipeline.
    pub fn program(at: impl Into<String>) -> Self {
        Self {
            at: at.into(),
            actor: Actor::Program,
            via: Via::Run,
        }
    }

    /// A draft of `body` with this stamp.
    pub fn draft(&self, body: Body) -> Draft {
        Draft {
            at: self.at.clone(),
            actor: self.actor,
            via: self.via,
            body,
        }
    }
}

/// One event as it stands in the log: every field as the text that is hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Place in the log, from 1.
    pub seq: EventSeq,
    /// UTC with milliseconds: `2025-07-01T09:00:00.000Z`.
    pub at: String,
    /// `perennial` or a person's id.
    pub actor: String,
    /// The word of a [`Via`]: `run`, `cli`, `import`, `web` or `token`.
    pub via: String,
    /// The kind's word.
    pub kind: String,
    /// Canonical JSON.
    pub body: String,
    /// Hash of the event before.
    pub prev: Digest,
    /// Hash of this event.
    pub hash: Digest,
}

/// An event before it has its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// When it happened: UTC with milliseconds.
    pub at: String,
    /// A person, or the program by its rules.
    pub actor: Actor,
    /// The door through which it came.
    pub via: Via,
    /// What happened, in a body of its kind.
    pub body: Body,
}

impl Draft {
    /// Gives the draft its place after an event with hash `prev`.
    pub fn seal(&self, seq: EventSeq, prev: Digest) -> Result<Event, LedgerError> {
        let (kind, body) = self.body.parts()?;
        let mut event = Event {
            seq,
            at: self.at.clone(),
            actor: self.actor.to_string(),
            via: self.via.as_str().to_owned(),
            kind,
            body,
            prev,
            hash: prev,
        };
        event.hash = chain::hash(&event);
        Ok(event)
    }
}

impl Event {
    /// The typed body.
    pub fn body(&self) -> Result<Body, LedgerError> {
        let unknown = |source| LedgerError::Unknown {
            seq: self.seq.0,
            kind: self.kind.clone(),
            source,
        };
        let body: serde_json::Value = serde_json::from_str(&self.body).map_err(unknown)?;
        let tagged = serde_json::json!({"kind": self.kind, "body": body});
        serde_json::from_value(tagged).map_err(unknown)
    }

    /// Who acted; the error is a text that names neither the program nor a person.
    pub fn actor(&self) -> Result<Actor, IdError> {
        self.actor.parse()
    }
}
