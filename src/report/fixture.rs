//! Constructed reviews for the tests: events written by hand, checked after each of them.

use super::flow;
use crate::ledger::event::{
    FileRef, JoinRef, ReasonRef, ReceivedRecord, RelationRef, RemovalRef, ResponseRef, RuleRef,
    SourceRef, UncertainRef,
};
use crate::ledger::{Actor, Body, Draft, Via};
use crate::model::{
    Choice, Digest, Doi, PersonId, Phase, Pmid, Record, RecordId, RegistryId, Role, Rules,
    SourceKind, StudyId,
};
use crate::store::Store;
use std::collections::BTreeMap;

/// A store with helpers that append one event each.
pub(super) struct Log {
    pub(super) store: Store,
    next: u32,
    at: u32,
    runs: u64,
    check: bool,
}

/// The strategy that the fixture's PubMed run sent.
pub(super) const STRATEGY: &str = "# population\n(\"Multiple Myeloma\"[Mesh] OR myeloma*[tiab])\n\
    AND (daratumumab OR isatuximab)\nAND randomized[tiab] <script>alert(1)</script>\n";

impl Log {
    /// An empty log. With `check`, every event is followed by a check of all counts and sets.
    pub(super) fn new(check: bool) -> Self {
        let store = Store::in_memory("demo").unwrap();
        let log = Self {
            store,
            next: 1,
            at: 0,
            runs: 0,
            check,
        };
        log.look();
        log
    }

    /// Appends an event of the program or, in `person`, of a person.
    pub(super) fn add(&mut self, person: Option<u32>, body: Body) -> u64 {
        let actor = person.map_or(Actor::Program, |p| Actor::Person(PersonId(p)));
        self.at += 1;
        let at = format!(
            "2025-07-{:02}T{:02}:{:02}:00.000Z",
            1 + self.at / 1440 % 28,
            self.at / 60 % 24,
            self.at % 60
        );
        let draft = Draft {
            at,
            actor,
            via: Via::Run,
            body,
        };
        let seq = self.store.write(|w| w.append(&draft)).unwrap();
        self.look();
        seq.0
    }

    /// Every count is the size of its set, and every identity holds.
    fn look(&self) {
        if !self.check {
            return;
        }
        let counts = flow::counts(self.store.snapshot().unwrap().read()).unwrap();
        for identity in &counts.identities {
            assert!(identity.holds, "{identity:?}");
        }
        for (path, n) in counts.leaves() {
            let members = flow::members(self.store.snapshot().unwrap().read(), &path).unwrap();
            let members = members.unwrap_or_else(|| panic!("{path} has no set"));
            assert_eq!(members.len() as u64, n, "{path}");
            assert!(flow::words(&path).is_some(), "{path} has no words");
        }
    }

    pub(super) fn adopt(&mut self, sources: &[(&str, SourceKind)], reasons: &[(&str, &str)]) {
        let file = |path: &str| FileRef {
            path: path.into(),
            digest: Digest::of(path.as_bytes()),
        };
        let sources = sources.iter().map(|(n, k)| SourceRef {
            name: (*n).into(),
            kind: *k,
        });
        let reasons = reasons.iter().map(|(c, t)| ReasonRef {
            code: (*c).into(),
            text: (*t).into(),
        });
        let body = Body::WorkflowAdopted {
            workflow: file("workflow.toml"),
            queries: vec![file("queries/pubmed.txt")],
            sources: sources.collect(),
            rules: Rules::default(),
            reasons: reasons.collect(),
            adjudicators: vec![Role::Adjudicator, Role::Lead],
        };
        self.add(None, body);
    }

    /// Records and the run that found them; gives their numbers.
    pub(super) fn search(&mut self, source: &str, records: &[Record]) -> Vec<u32> {
        self.runs += 1;
        let (run, first) = (self.runs, self.next);
        let bytes = Digest::of(format!("{source} {run}").as_bytes());
        let path = format!("{}-{run}.xml", source.to_lowercase().replace(' ', "-"));
        let new: Vec<ReceivedRecord> = records
            .iter()
            .zip(first..)
            .map(|(record, id)| {
                let hash = self.store.write(|w| w.put_record(record)).unwrap();
                let key = record
                    .source_id
                    .clone()
                    .unwrap_or_else(|| format!("sha256:{hash}"));
                let n = u64::from(id - first + 1);
                ReceivedRecord {
                    record: RecordId(id),
                    key,
                    hash,
                    n,
                    line: Some(n * 20),
                }
            })
            .collect();
        let n = new.len() as u64;
        self.next += u32::try_from(n).unwrap();
        let file = FileRef {
            path: path.clone(),
            digest: bytes,
        };
        self.add(
            None,
            Body::RecordsReceived {
                source: source.into(),
                run,
                file,
                format: "pubmed-xml".into(),
                parser: "pubmed-xml/1".into(),
                new,
                revised: vec![],
                known: vec![],
                part: None,
                withdrawn: vec![],
                problems: if run == 2 {
                    vec!["bad-date line 41: 2024 Sprung".into()]
                } else {
                    vec![]
                },
            },
        );
        let query = (source == "PubMed").then(|| FileRef {
            path: "queries/pubmed.txt".into(),
            digest: Digest::of(b"queries/pubmed.txt"),
        });
        self.add(
            None,
            Body::SearchCompleted {
                stated: None,
                searched: None,
                run,
                source: source.into(),
                interface: if query.is_some() { "eutils" } else { "file" }.into(),
                hits: Some(n),
                declared: query.is_none().then_some(n),
                retrieved: n,
                known: 0,
                translation: query
                    .as_ref()
                    .map(|_| "\"multiple myeloma\"[MeSH Terms] OR …".into()),
                warnings: if run == 1 {
                    vec!["phrase not found: isatuximabb".into()]
                } else {
                    vec![]
                },
                query,
                responses: vec![ResponseRef {
                    role: "efetch".into(),
                    path,
                    digest: bytes,
                }],
            },
        );
        (first..self.next).collect()
    }

    pub(super) fn cluster(&mut self, joins: &[(u32, u32)], queue: &[(u32, u32)]) {
        let upto = RecordId(self.next - 1);
        let body = Body::RecordsClustered {
            rules: "title/1".into(),
            upto,
            joins: joins
                .iter()
                .map(|(a, b)| JoinRef {
                    a: RecordId(*a),
                    b: RecordId(*b),
                    rule: "same-doi".into(),
                    score: "1".into(),
                })
                .collect(),
            relations: if self.next > 3 {
                vec![RelationRef {
                    from: RecordId(2),
                    to: RecordId(1),
                    relation: "version".into(),
                    why: "same authors, other year".into(),
                }]
            } else {
                vec![]
            },
            queue: queue
                .iter()
                .map(|(a, b)| UncertainRef {
                    a: RecordId(*a),
                    b: RecordId(*b),
                    score: "0.81".into(),
                    why: "year differs".into(),
                })
                .collect(),
        };
        self.add(None, body);
    }

    pub(super) fn filter(&mut self, removed: &[(u32, &str, &str)]) {
        let rule = |name: &str, to: &str| RuleRef {
            name: name.into(),
            to: to.into(),
            digest: Digest::of(name.as_bytes()),
        };
        let body = Body::FilterApplied {
            rules: vec![
                rule("other-plasma-cell-disease", "automation"),
                rule("not-a-study-report", "automation"),
                rule("no-title-no-identifier", "other"),
            ],
            upto: RecordId(self.next - 1),
            removed: removed
                .iter()
                .map(|(id, rule, to)| RemovalRef {
                    report: RecordId(*id),
                    rule: (*rule).into(),
                    to: (*to).into(),
                    evidence: "title: amyloidosis <b>".into(),
                })
                .collect(),
            returned: vec![],
        };
        self.add(None, body);
    }

    pub(super) fn person(&mut self, id: u32, roles: &[Role]) {
        self.add(
            None,
            Body::PersonAdded {
                person: PersonId(id),
                roles: roles.to_vec(),
                name: None,
            },
        );
    }

    pub(super) fn vote(
        &mut self,
        person: u32,
        report: u32,
        choice: Choice,
        reason: Option<&str>,
    ) -> u64 {
        let phase = match (choice, reason) {
            (Choice::Retrieved | Choice::NotRetrieved, _) => Phase::Retrieval,
            (_, Some(_)) => Phase::FullText,
            _ => Phase::TitleAbstract,
        };
        self.decide(
            person,
            report,
            phase,
            choice,
            reason.filter(|r| !r.is_empty()),
            false,
        )
    }

    pub(super) fn decide(
        &mut self,
        person: u32,
        report: u32,
        phase: Phase,
        choice: Choice,
        reason: Option<&str>,
        settles: bool,
    ) -> u64 {
        let body = Body::DecisionMade {
            report: RecordId(report),
            phase,
            choice,
            reason: reason.map(str::to_owned),
            note: Some(format!("note of p{person}")),
            settles,
            from: None,
            made: None,
            salt: None,
        };
        self.add(Some(person), body)
    }

    /// Two people exclude on title and abstract.
    pub(super) fn exclude(&mut self, report: u32) {
        self.vote(1, report, Choice::Exclude, None);
        self.vote(2, report, Choice::Exclude, None);
    }

    /// Two people take a report forward and its full text is had.
    pub(super) fn forward(&mut self, report: u32) {
        self.vote(1, report, Choice::Include, None);
        self.vote(2, report, Choice::Unsure, None);
        self.vote(1, report, Choice::Retrieved, None);
    }

    /// Two people exclude at full text.
    pub(super) fn exclude_full(&mut self, report: u32, reason: &str) {
        self.vote(1, report, Choice::Exclude, Some(reason));
        self.vote(2, report, Choice::Exclude, Some(reason));
    }

    /// Two people include at full text.
    pub(super) fn include(&mut self, report: u32) {
        self.vote(1, report, Choice::Include, Some(""));
        self.vote(2, report, Choice::Include, Some(""));
    }

    pub(super) fn study(&mut self, id: u32, label: &str, registry: &str, reports: &[u32]) {
        let registry = vec![RegistryId::parse(registry).unwrap()];
        self.add(
            None,
            Body::StudyCreated {
                study: StudyId(id),
                registry,
                label: label.into(),
            },
        );
        for report in reports {
            let (report, study) = (RecordId(*report), StudyId(id));
            self.add(
                None,
                Body::ReportLinked {
                    report,
                    study,
                    basis: "NCT02990338".into(),
                },
            );
        }
    }
}

/// A record with a title and what is given with it.
pub(super) fn record(id: &str, title: &str, author: &str, year: u16) -> Record {
    Record {
        source_id: Some(id.into()),
        title: Some(title.into()),
        authors: vec![
            author.into(),
            "Facon T".into(),
            "Moreau P".into(),
            "San-Miguel J".into(),
        ],
        year: Some(year),
        journal: Some("Lancet Haematol".into()),
        volume: Some("6".into()),
        pages: Some("e370-81".into()),
        doi: Doi::parse(&format!("10.1000/{}", id.to_lowercase())).ok(),
        pmid: Pmid::parse(id).ok(),
        abstract_text: Some("BACKGROUND: …".into()),
        extra: BTreeMap::new(),
        ..Record::default()
    }
}

/// The sources of the constructed reviews.
pub(super) const SOURCES: [(&str, SourceKind); 5] = [
    ("PubMed", SourceKind::Database),
    ("Embase", SourceKind::Database),
    ("Web of Science", SourceKind::Database),
    ("ClinicalTrials.gov", SourceKind::Register),
    ("Reference lists", SourceKind::Other),
];

/// The reasons of the constructed reviews.
pub(super) const REASONS: [(&str, &str); 4] = [
    (
        "wrong-population",
        "Population not relapsed or refractory myeloma",
    ),
    (
        "not-randomised",
        "Not a randomised trial (single-arm studies included)",
    ),
    ("review", "Review or commentary"),
    (
        "secret-reason",
        "A reason that only an unsettled vote gives",
    ),
];

/// A small review with something in almost every box, unsettled votes of p7 and p8 among it.
pub(super) fn small(check: bool) -> Log {
    use Choice::{Exclude, Include, NotRetrieved, Unsure};
    let mut log = Log::new(check);
    log.adopt(&SOURCES, &REASONS);
    for (id, role) in [
        (1, Role::Reviewer),
        (2, Role::Reviewer),
        (3, Role::Adjudicator),
    ] {
        log.person(id, &[role]);
    }
    log.person(7, &[Role::Reviewer]);
    log.person(8, &[Role::Reviewer]);
    let hostile = "<img src=x onerror=alert(1)> & \"quotes\" in 'a title'";
    let pubmed: Vec<Record> = (1..=12)
        .map(|n| {
            let title = if n == 5 {
                hostile.to_owned()
            } else {
                format!("Trial report number {n}")
            };
            record(&format!("3000000{n}"), &title, "Attal M", 2019)
        })
        .collect();
    let mut pubmed = pubmed;
    pubmed[2].title = Some("=HYPERLINK(\"http://evil.example\")".into());
    pubmed[3].title = None;
    log.search("PubMed", &pubmed); // r1 to r12
    log.cluster(&[], &[]);
    log.search(
        "Embase",
        &[record("L1", "Trial report number 1", "Attal M", 2019)],
    ); // r13
    log.search(
        "ClinicalTrials.gov",
        &[record("NCT02990338", "ICARIA", "Sanofi", 2017)],
    ); // r14
    log.cluster(&[(1, 13)], &[(2, 14)]);
    let lists = [
        "Trial report number 6",
        "A congress abstract",
        "Another abstract",
        "A third",
        "A fourth",
    ];
    let lists: Vec<Record> = lists
        .iter()
        .zip(1..)
        .map(|(title, n)| record(&format!("ref{n}"), title, "Ho P.J.", 2018))
        .collect();
    log.search("Reference lists", &lists); // r15 to r19
    log.cluster(&[(6, 15)], &[]);
    log.filter(&[
        (11, "not-a-study-report", "automation"),
        (12, "other-plasma-cell-disease", "automation"),
        (10, "no-title-no-identifier", "other"),
    ]);
    log.exclude(2);
    log.vote(1, 3, Include, None);
    log.vote(2, 3, Exclude, None);
    log.decide(3, 3, Phase::TitleAbstract, Exclude, None, true);
    for id in [1, 4, 5, 6, 7, 16, 17] {
        log.forward(id);
    }
    log.include(1);
    log.include(6);
    log.exclude_full(4, "review");
    log.exclude_full(5, "not-randomised");
    log.exclude_full(16, "review");
    log.include(17);
    log.exclude(18);
    log.vote(1, 8, Include, None);
    log.vote(2, 8, Include, None);
    log.vote(1, 8, NotRetrieved, None);
    log.vote(1, 14, Include, None);
    log.vote(2, 14, Include, None);
    // Unsettled: a conflict, a lone vote, a full text with a reason.
    log.vote(7, 9, Unsure, None);
    log.vote(8, 9, Exclude, None);
    log.vote(8, 19, Exclude, None);
    log.vote(7, 7, Exclude, Some("secret-reason"));
    log.study(1, "ICARIA-MM", "NCT02990338", &[1, 17]);
    log
}
