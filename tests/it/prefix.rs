//! At every prefix of the log: rebuilding from event 1 gives the stored projections, the
//! identities of the flow hold, and every undo gives every count back.

use perennial::ledger::event::{FileRef, JoinRef, ReceivedRecord, RemovalRef, RuleRef, SourceRef};
use perennial::ledger::{Actor, Body, Draft, Stamp, Via};
use perennial::model::{
    Choice, Digest, EventSeq, PersonId, Phase, Record, RecordId, Role, Rules, SourceKind,
};
use perennial::report::flow;
use perennial::store::{Store, StoreError};
use proptest::prelude::*;

const AT: &str = "2025-07-01T09:00:00.000Z";

/// One thing that may happen next; the numbers choose among what there is.
#[derive(Debug, Clone)]
enum Step {
    Receive {
        source: usize,
        n: u32,
    },
    Compare {
        joins: Vec<(u32, u32)>,
    },
    Filter {
        removed: Vec<u32>,
    },
    Vote {
        report: u32,
        phase: usize,
        choice: usize,
        person: u32,
        settles: bool,
    },
    Merge(u32, u32),
    Split(u32),
    Restore(u32),
    Link {
        report: u32,
        study: u32,
    },
    Undo(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let id = 0_u32..200;
    prop_oneof![
        2 => (0_usize..3, 1_u32..4).prop_map(|(source, n)| Step::Receive { source, n }),
        2 => prop::collection::vec((0_u32..200, 0_u32..200), 0..3)
            .prop_map(|joins| Step::Compare { joins }),
        2 => prop::collection::vec(0_u32..200, 0..2).prop_map(|removed| Step::Filter { removed }),
        12 => (id.clone(), 0_usize..3, 0_usize..5, 1_u32..4, any::<bool>()).prop_map(
            |(report, phase, choice, person, settles)| Step::Vote {
                report, phase, choice, person, settles
            }
        ),
        1 => (id.clone(), id.clone()).prop_map(|(a, b)| Step::Merge(a, b)),
        1 => id.clone().prop_map(Step::Split),
        1 => id.clone().prop_map(Step::Restore),
        1 => (id, 0_u32..4).prop_map(|(report, study)| Step::Link { report, study }),
        3 => any::<u64>().prop_map(Step::Undo),
    ]
}

fn program(body: Body) -> Draft {
    Stamp::program(AT).draft(body)
}

fn person(id: u32, body: Body) -> Draft {
    Draft {
        at: AT.into(),
        actor: Actor::Person(PersonId(id)),
        via: Via::Cli,
        body,
    }
}

fn file(n: u64) -> FileRef {
    FileRef {
        path: format!("file-{n}"),
        digest: Digest::of(&n.to_be_bytes()),
    }
}

/// A store with a protocol and three people.
fn begun() -> Store {
    let mut store = Store::in_memory("prefix").unwrap();
    let sources = [
        ("PubMed", SourceKind::Database),
        ("Register", SourceKind::Register),
        ("Lists", SourceKind::Other),
    ];
    let adopted = Body::WorkflowAdopted {
        workflow: file(0),
        queries: Vec::new(),
        sources: sources
            .iter()
            .map(|(name, kind)| SourceRef {
                name: (*name).into(),
                kind: *kind,
            })
            .collect(),
        rules: Rules::default(),
        reasons: Vec::new(),
        adjudicators: vec![Role::Adjudicator],
    };
    append(&mut store, program(adopted));
    for id in 1..4 {
        let body = Body::PersonAdded {
            person: PersonId(id),
            roles: vec![Role::Reviewer],
            name: None,
        };
        append(&mut store, program(body));
    }
    store
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "a draft is made where it is appended"
)]
fn append(store: &mut Store, draft: Draft) -> EventSeq {
    let draft = &draft;
    store.write(|writer| writer.append(draft)).unwrap()
}

/// Does one step as far as it makes sense where the log stands; says whether it did.
fn act(store: &mut Store, step: &Step, run: &mut u64) -> bool {
    let records = u32::try_from(store.snapshot().unwrap().read().record_count().unwrap()).unwrap();
    let pick = |n: u32| (records > 0).then(|| RecordId(n % records + 1));
    match step {
        Step::Receive { source, n } => {
            *run += 1;
            let name = ["PubMed", "Register", "Lists"][*source];
            store
                .write(|writer| {
                    let mut new = Vec::new();
                    for i in 0..*n {
                        let id = records + i + 1;
                        let record = Record {
                            title: Some(format!("Title {id}")),
                            ..Record::default()
                        };
                        let hash = writer.put_record(&record)?;
                        new.push(ReceivedRecord {
                            record: RecordId(id),
                            key: id.to_string(),
                            hash,
                            n: u64::from(i) + 1,
                            line: None,
                        });
                    }
                    writer.append(&program(Body::RecordsReceived {
                        source: name.into(),
                        run: *run,
                        file: file(*run),
                        format: "ris".into(),
                        parser: "ris/1".into(),
                        new,
                        revised: Vec::new(),
                        known: Vec::new(),
                        withdrawn: vec![],
                        problems: Vec::new(),
                        part: None,
                    }))
                })
                .unwrap();
            true
        }
        Step::Compare { joins } => {
            let Some(upto) = pick(records.saturating_sub(1)) else {
                return false;
            };
            let joins = joins
                .iter()
                .filter_map(|(a, b)| Some((pick(*a)?, pick(*b)?)))
                .filter(|(a, b)| a != b)
                .map(|(a, b)| JoinRef {
                    a: a.min(b),
                    b: a.max(b),
                    rule: "test".into(),
                    score: "1.0".into(),
                })
                .collect();
            append(
                store,
                program(Body::RecordsClustered {
                    rules: "1".into(),
                    upto,
                    joins,
                    relations: Vec::new(),
                    queue: Vec::new(),
                }),
            );
            true
        }
        Step::Filter { removed } => {
            let Some(upto) = pick(records.saturating_sub(1)) else {
                return false;
            };
            let mut list = Vec::new();
            for id in removed.iter().filter_map(|n| pick(*n)) {
                let report = store
                    .snapshot()
                    .unwrap()
                    .read()
                    .record(id)
                    .unwrap()
                    .unwrap()
                    .report;
                if !store.snapshot().unwrap().read().has_votes(report).unwrap() {
                    list.push(RemovalRef {
                        report,
                        rule: "rule".into(),
                        to: if id.0 % 2 == 0 { "automation" } else { "other" }.into(),
                        evidence: "title: x".into(),
                    });
                }
            }
            let rules = vec![RuleRef {
                name: "rule".into(),
                to: "automation".into(),
                digest: Digest::of(b"rule"),
            }];
            append(
                store,
                program(Body::FilterApplied {
                    rules,
                    upto,
                    removed: list,
                    returned: Vec::new(),
                }),
            );
            true
        }
        Step::Vote {
            report,
            phase,
            choice,
            person: who,
            settles,
        } => {
            let phase = Phase::ALL[*phase];
            let choice = Choice::ALL[*choice];
            let Some(report) = pick(*report).filter(|_| phase.allows(choice)) else {
                return false;
            };
            let reason = (phase == Phase::FullText && choice == Choice::Exclude)
                .then(|| ["design", "population"][usize::from(*settles)].to_owned());
            let settles =
                *settles && matches!(choice, Choice::Include | Choice::Exclude) && *who == 3;
            let body = Body::DecisionMade {
                report,
                phase,
                choice,
                reason,
                note: None,
                settles,
                from: None,
                made: None,
                salt: None,
            };
            append(store, person(*who, body));
            true
        }
        Step::Merge(a, b) => {
            let (Some(a), Some(b)) = (pick(*a), pick(*b)) else {
                return false;
            };
            if a != b {
                append(
                    store,
                    person(
                        1,
                        Body::RecordsMerged {
                            a: a.min(b),
                            b: a.max(b),
                        },
                    ),
                );
            }
            a != b
        }
        Step::Split(id) => {
            let Some(id) = pick(*id) else { return false };
            let report = store
                .snapshot()
                .unwrap()
                .read()
                .record(id)
                .unwrap()
                .unwrap()
                .report;
            let members = store.snapshot().unwrap().read().records_of(report).unwrap();
            let rest: Vec<RecordId> = members
                .into_iter()
                .map(|row| row.id)
                .filter(|other| *other != id)
                .collect();
            let some = !rest.is_empty();
            if some {
                append(store, person(1, Body::RecordSplit { record: id, rest }));
            }
            some
        }
        Step::Restore(id) => {
            let Some(report) = pick(*id) else {
                return false;
            };
            append(
                store,
                person(2, Body::RemovalReversed { report, salt: None }),
            );
            true
        }
        Step::Link { report, study } => {
            let Some(report) = pick(*report) else {
                return false;
            };
            // Also those that have no report any more keep their numbers.
            let snapshot = store.snapshot().unwrap();
            let made = snapshot.read().events_of("study_created").unwrap().len();
            drop(snapshot);
            let known = u32::try_from(made).unwrap();
            let study = perennial::model::StudyId((study % (known + 1)) + 1);
            if study.0 > known {
                let label = format!("Study {study}");
                let body = Body::StudyCreated {
                    study,
                    registry: Vec::new(),
                    label,
                };
                append(store, program(body));
            }
            if store
                .snapshot()
                .unwrap()
                .read()
                .studies_of(report)
                .unwrap()
                .contains(&study)
            {
                return false;
            }
            append(
                store,
                person(
                    1,
                    Body::ReportLinked {
                        report,
                        study,
                        basis: "person".into(),
                    },
                ),
            );
            true
        }
        Step::Undo(n) => undo(store, *n),
    }
}

/// Undoes some event that can be undone and was not.
fn undo(store: &mut Store, n: u64) -> bool {
    let mut open = Vec::new();
    store
        .snapshot()
        .unwrap()
        .read()
        .events(EventSeq(0), |event| {
            open.push((event.seq, event.kind.clone()));
            Ok::<(), StoreError>(())
        })
        .unwrap();
    open.retain(|(seq, kind)| {
        let kinds = [
            "decision_made",
            "records_merged",
            "record_split",
            "removal_reversed",
            "report_linked",
            "event_undone",
        ];
        kinds.contains(&kind.as_str()) && !store.snapshot().unwrap().read().is_undone(*seq).unwrap()
    });
    if open.is_empty() {
        return false;
    }
    let (target, _) = open[usize::try_from(n % open.len() as u64).unwrap()].clone();
    let body = Body::EventUndone {
        event: target,
        reopens: false,
        salt: None,
    };
    append(store, person(1, body));
    true
}

fn check(store: &Store) {
    let (last, _) = store
        .snapshot()
        .unwrap()
        .read()
        .head(store.review())
        .unwrap();
    assert_eq!(
        store.dump().unwrap(),
        store.dump_rebuilt(last).unwrap(),
        "at event {last}"
    );
    assert!(store.rebuild_and_compare().unwrap().is_empty());
    let counts = flow::counts(store.snapshot().unwrap().read()).unwrap();
    let checks = counts.checks();
    let faults: Vec<String> = checks
        .iter()
        .filter_map(perennial::prisma::Check::fault)
        .collect();
    assert!(faults.is_empty(), "at event {last}: {faults:?}");
    for (path, n) in counts.leaves() {
        let members = flow::members(store.snapshot().unwrap().read(), &path)
            .unwrap()
            .unwrap_or_default();
        assert_eq!(members.len() as u64, n, "{path} at event {last}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn projections_identities_and_sets_hold_at_every_prefix(
        steps in prop::collection::vec(step(), 1..45)
    ) {
        let mut store = begun();
        let mut run = 0;
        for step in &steps {
            if act(&mut store, step, &mut run) {
                check(&store);
            }
        }
        store.snapshot().unwrap().read().verify_chain("prefix").unwrap();
    }

    #[test]
    fn an_undo_gives_every_count_back(
        steps in prop::collection::vec(step(), 5..40),
        report in 0_u32..200, phase in 0_usize..3, choice in 0_usize..5, other in 0_u32..200,
        what in 0_usize..4,
    ) {
        let mut store = begun();
        let mut run = 0;
        act(&mut store, &Step::Receive { source: 0, n: 3 }, &mut run);
        for step in &steps {
            act(&mut store, step, &mut run);
        }
        let before = flow::counts(store.snapshot().unwrap().read()).unwrap();
        let (seq, _) = store.snapshot().unwrap().read().head("prefix").unwrap();
        let last = match what {
            0 => Step::Vote { report, phase, choice, person: 1, settles: false },
            1 => Step::Merge(report, other),
            2 => Step::Split(report),
            _ => Step::Restore(report),
        };
        if act(&mut store, &last, &mut run) {
            let body = Body::EventUndone { event: EventSeq(seq.0 + 1), reopens: false, salt: None };
            append(&mut store, person(1, body));
            prop_assert_eq!(flow::counts(store.snapshot().unwrap().read()).unwrap(), before);
        }
    }
}

#[test]
fn the_database_itself_refuses_to_change_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("review.sqlite");
    {
        let mut store = Store::open(&path, "prefix").unwrap();
        append(
            &mut store,
            program(Body::PersonAdded {
                person: PersonId(1),
                roles: vec![Role::Lead],
                name: None,
            }),
        );
    }
    let conn = rusqlite::Connection::open(&path).unwrap();
    for sql in ["UPDATE event SET at = 'x'", "DELETE FROM event"] {
        let error = conn.execute(sql, []).unwrap_err().to_string();
        assert!(error.contains("append-only"), "{error}");
    }
}
