//! The log as it lies in the file: walked to its end, whatever is wrong with it.

use super::super::{Reader, StoreError, write};
use crate::ledger::{Actor, Body, ChainError, Event, canonical, chain};
use crate::model::{Digest, EventSeq, PersonId, time};
use rusqlite::Row;
use std::collections::BTreeSet;

/// What the walk through the log found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Log {
    /// How many rows there are.
    pub events: u64,
    /// The last event's number and hash.
    pub head: Option<(EventSeq, Digest)>,
    /// What is wrong, in order.
    pub faults: Vec<String>,
    /// Every event's hash by its number, for what names a moment of the log.
    pub hashes: Vec<(EventSeq, Digest)>,
    /// Events whose time is before that of the event before; programs up to 0.1 wrote the clock's.
    pub back: u64,
}

impl Log {
    /// The hash of an event.
    pub fn hash_at(&self, seq: EventSeq) -> Option<Digest> {
        let at = self
            .hashes
            .binary_search_by_key(&seq, |(seq, _)| *seq)
            .ok()?;
        self.hashes.get(at).map(|(_, hash)| *hash)
    }
}

impl Reader<'_> {
    /// Walks through every row of the log in order, and gives each event that can be read to `see`.
    ///
    /// It ends early only where the file itself cannot be read any further, which is a fault as well.
    pub fn walk(&self, review: &str, mut see: impl FnMut(&Event, &Body)) -> Log {
        let mut log = Log::default();
        let mut chain = Expected {
            prev: write::first_prev(review),
            seq: EventSeq(0),
            at: String::new(),
            people: BTreeSet::new(),
        };
        let walked = self.rows_of_log(&mut |row| {
            log.events += 1;
            match raw(row) {
                Ok(event) => {
                    log.head = Some((event.seq, event.hash));
                    log.hashes.push((event.seq, event.hash));
                    chain.check(&event, &mut log);
                    match event.body() {
                        Ok(body) => {
                            chain.see(&event, &body, &mut log);
                            see(&event, &body);
                        }
                        Err(error) => log.faults.push(with_cause(&error)),
                    }
                }
                Err(fault) => {
                    log.faults.push(fault);
                    chain.seq = EventSeq(chain.seq.0 + 1);
                }
            }
        });
        if let Err(error) = walked {
            log.faults.push(format!(
                "the log cannot be read further than event {}: {error}",
                chain.seq
            ));
        }
        log
    }

    fn rows_of_log(self, see: &mut dyn FnMut(&Row<'_>)) -> Result<(), StoreError> {
        let mut all = self.conn.prepare(
            "SELECT seq, at, actor, via, kind, body, prev, hash FROM main.event ORDER BY seq",
        )?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            see(row);
        }
        Ok(())
    }
}

/// What the next event has to fit.
struct Expected {
    prev: Digest,
    seq: EventSeq,
    at: String,
    people: BTreeSet<PersonId>,
}

impl Expected {
    fn check(&mut self, event: &Event, log: &mut Log) {
        let due = EventSeq(self.seq.0 + 1);
        if event.seq != due {
            let fault = ChainError::Gap {
                expected: due,
                found: event.seq,
            };
            log.faults.push(fault.to_string());
        }
        let (seq, expected) = (event.seq, chain::hash(event));
        if event.prev != self.prev {
            let fault = ChainError::Prev {
                seq,
                expected: self.prev,
                found: event.prev,
            };
            log.faults.push(fault.to_string());
        }
        if event.hash != expected {
            let fault = ChainError::Hash {
                seq,
                expected,
                found: event.hash,
            };
            log.faults.push(fault.to_string());
        }
        if time::utc(&event.at).as_deref() == Ok(event.at.as_str()) {
            log.back += u64::from(event.at < self.at);
            self.at.clone_from(&event.at);
        } else {
            log.faults.push(format!(
                "event {seq} has the time `{}`, which is none",
                event.at
            ));
        }
        let value: Option<serde_json::Value> = serde_json::from_str(&event.body).ok();
        if value.and_then(|value| canonical(&value).ok()).as_deref() != Some(event.body.as_str()) {
            log.faults
                .push(format!("the body of event {seq} is not in canonical form"));
        }
        (self.prev, self.seq) = (event.hash, event.seq);
    }

    fn see(&mut self, event: &Event, body: &Body, log: &mut Log) {
        let seq = event.seq;
        match event.actor() {
            Ok(Actor::Program) => {}
            Ok(Actor::Person(person)) if self.people.contains(&person) => {}
            Ok(Actor::Person(person)) => log
                .faults
                .push(format!("event {seq} is of {person}, whom no event added")),
            Err(error) => log.faults.push(format!("event {seq}: {error}")),
        }
        if let Body::PersonAdded { person, .. } = body
            && !self.people.insert(*person)
        {
            log.faults
                .push(format!("event {seq} adds {person}, who was added before"));
        }
    }
}

/// The event of a row, or what is wrong with it.
fn raw(row: &Row<'_>) -> Result<Event, String> {
    let seq: i64 = row
        .get(0)
        .map_err(|error| format!("an event has no number: {error}"))?;
    let number = u64::try_from(seq).ok().filter(|seq| *seq > 0);
    let number =
        number.ok_or_else(|| format!("an event has the number {seq}; numbers begin with 1"))?;
    let text = |column: usize, name: &str| {
        row.get::<_, String>(column)
            .map_err(|error| format!("the {name} of event {seq} cannot be read: {error}"))
    };
    let digest = |column: usize, name: &str| -> Result<Digest, String> {
        text(column, name)?
            .parse()
            .map_err(|error| format!("the {name} of event {seq}: {error}"))
    };
    Ok(Event {
        seq: EventSeq(number),
        at: text(1, "time")?,
        actor: text(2, "actor")?,
        via: text(3, "way")?,
        kind: text(4, "kind")?,
        body: text(5, "body")?,
        prev: digest(6, "previous hash")?,
        hash: digest(7, "hash")?,
    })
}

fn with_cause(error: &crate::ledger::LedgerError) -> String {
    let cause = std::error::Error::source(error);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}
