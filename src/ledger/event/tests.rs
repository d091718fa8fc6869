//! Tests of events: their bodies survive the log, and no field can change unseen.

use super::*;
use crate::ledger::{genesis, verify};

fn draft(body: Body) -> Draft {
    Draft {
        at: "2025-07-01T09:00:00.000Z".into(),
        actor: Actor::Program,
        via: Via::Run,
        body,
    }
}

fn three() -> Vec<Event> {
    let bodies = [
        Body::PersonAdded {
            person: PersonId(1),
            roles: vec![Role::Lead],
            name: None,
        },
        Body::DecisionMade {
            report: RecordId(7),
            phase: Phase::FullText,
            choice: Choice::Exclude,
            reason: Some("review".into()),
            note: None,
            settles: false,
            from: None,
            made: None,
            salt: None,
        },
        Body::EventUndone {
            event: EventSeq(2),
            reopens: false,
            salt: None,
        },
    ];
    let mut prev = genesis("demo");
    (1..)
        .zip(bodies)
        .map(|(seq, body)| {
            let event = draft(body).seal(EventSeq(seq), prev).unwrap();
            prev = event.hash;
            event
        })
        .collect()
}

#[test]
fn a_body_survives_the_log() {
    for event in three() {
        let again = draft(event.body().unwrap())
            .seal(event.seq, event.prev)
            .unwrap();
        assert_eq!(again, event);
    }
    assert_eq!(
        three()[1].body,
        r#"{"choice":"exclude","phase":"full-text","reason":"review","report":"r7"}"#
    );
}

#[test]
fn the_hash_of_the_first_event_is_the_rule_of_the_design_page() {
    // Computed apart with Python: hashlib over 8-byte big-endian lengths and the fields.
    assert_eq!(
        genesis("demo").to_string(),
        "de1e97cade3aba38cbc16db7ee6344655e5b35676c348bbe0841314c0c62034a"
    );
}

#[test]
fn any_change_to_any_field_breaks_the_chain() {
    let good = three();
    assert!(verify("demo", &good).is_ok());
    assert!(verify("another", &good).is_err());
    for n in 0..good.len() {
        for change in 0..7 {
            let mut bad = good.clone();
            let event = &mut bad[n];
            match change {
                0 => event.seq = EventSeq(event.seq.0 + 1),
                1 => event.at.push('x'),
                2 => event.actor = "p9".into(),
                3 => event.via = "cli".into(),
                4 => event.kind.push('x'),
                5 => event.body = event.body.replace('1', "2").replace("r7", "r8"),
                _ => event.hash = Digest::of(b"x"),
            }
            if bad != good {
                assert!(verify("demo", &bad).is_err(), "event {n}, change {change}");
            }
        }
        if n + 1 < good.len() {
            let mut bad = good.clone();
            bad.remove(n);
            assert!(verify("demo", &bad).is_err(), "event {n} removed");
        }
    }
}

#[test]
fn a_kind_of_a_newer_version_is_refused_not_skipped() {
    let mut event = three()[0].clone();
    event.kind = "person_promoted".into();
    assert!(matches!(
        event.body(),
        Err(LedgerError::Unknown { seq: 1, .. })
    ));
}
