//! Random histories with published versions: columns add up, obey the identities, have their sets,
//! and an undo gives every one of them back.

use super::*;
use crate::ledger::event::FileRef;
use crate::model::{Digest, Phase, Role};
use crate::report::fixture::{REASONS, SOURCES};
use std::collections::BTreeMap;

/// A reproducible sequence (Knuth's MMIX generator).
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 33).unwrap() % n.max(1)
    }
}

struct History {
    log: Log,
    chance: Chance,
    records: u32,
    studies: u32,
    versions: u32,
    /// Decisions, merges and the like that can be taken back.
    undoable: Vec<u64>,
}

impl History {
    fn new(seed: u64) -> Self {
        let mut log = Log::new(false);
        log.adopt(&SOURCES, &REASONS);
        for id in 1..=3 {
            log.person(id, &[Role::Reviewer, Role::Adjudicator, Role::Lead]);
        }
        Self {
            log,
            chance: Chance(seed),
            records: 0,
            studies: 0,
            versions: 0,
            undoable: Vec::new(),
        }
    }

    fn any(&mut self) -> u32 {
        1 + self.chance.below(self.records)
    }

    fn report_of(&self, record: u32) -> RecordId {
        let row = self
            .log
            .store
            .snapshot()
            .unwrap()
            .read()
            .record(RecordId(record))
            .unwrap();
        row.unwrap().report
    }

    fn step(&mut self) {
        match self.chance.below(40) {
            0..=3 => self.search(),
            4..=8 => self.compare(),
            9..=12 => self.filter(),
            13..=27 => self.vote(),
            28..=29 if self.chance.below(6) == 0 => {
                let (a, b) = (self.any(), self.any());
                if self.report_of(a) != self.report_of(b) {
                    let (a, b) = (RecordId(a.min(b)), RecordId(a.max(b)));
                    let seq = self.log.add(Some(1), Body::RecordsMerged { a, b });
                    self.undoable.push(seq);
                }
            }
            30 => self.split(),
            31..=32 => self.undo(),
            33..=35 => self.link(),
            36 => {
                let report = self.report_of_any();
                let removed = self
                    .log
                    .store
                    .snapshot()
                    .unwrap()
                    .read()
                    .removals()
                    .unwrap();
                if removed.iter().any(|removal| removal.report == report) {
                    let seq = self
                        .log
                        .add(Some(1), Body::RemovalReversed { report, salt: None });
                    self.undoable.push(seq);
                }
            }
            _ => {
                if self.chance.below(6) == 0 {
                    self.publish();
                }
            }
        }
    }

    fn report_of_any(&mut self) -> RecordId {
        let record = self.any();
        self.report_of(record)
    }

    fn search(&mut self) {
        let source = SOURCES[self.chance.below(u32::try_from(SOURCES.len()).unwrap()) as usize].0;
        let n = 1 + self.chance.below(4);
        let records: Vec<_> = (0..n)
            .map(|k| {
                let id = format!("{}-{}", self.records + k, self.chance.below(u32::MAX));
                fixture::record(&id, &format!("Title {id}"), "Attal M", 2019)
            })
            .collect();
        self.log.search(source, &records);
        self.records += n;
    }

    fn compare(&mut self) {
        let (a, b) = (self.any(), self.any());
        // The reports that are voted on are joined seldom, else one holds everything.
        let tame = a.min(b) <= 12 && self.chance.below(10) > 0;
        if a == b || tame {
            self.log.cluster(&[], &[]);
        } else {
            self.log.cluster(&[(a.min(b), a.max(b))], &[]);
        }
    }

    fn filter(&mut self) {
        let report = self.report_of_any().0;
        if self.chance.below(2) == 0 {
            self.log.filter(&[]);
        } else {
            let rule = ["automation", "other"][self.chance.below(2) as usize];
            self.log.filter(&[(report, "some-rule", rule)]);
        }
    }

    fn vote(&mut self) {
        // Votes fall on few reports, so that many of them get through.
        let record = 1 + self.chance.below(self.records.min(12));
        let report = self.report_of(record).0;
        let choice =
            [Choice::Include, Choice::Include, Choice::Exclude][self.chance.below(3) as usize];
        let phase = self.chance.below(4);
        let seq = match phase {
            0 | 1 => {
                let person = 1 + self.chance.below(2);
                self.log.vote(person, report, choice, None)
            }
            2 => {
                let retrieved = [Choice::Retrieved, Choice::Retrieved, Choice::NotRetrieved];
                let choice = retrieved[self.chance.below(3) as usize];
                self.log
                    .decide(1, report, Phase::Retrieval, choice, None, false)
            }
            _ => {
                let person = 1 + self.chance.below(2);
                let reason =
                    (choice == Choice::Exclude).then(|| REASONS[self.chance.below(2) as usize].0);
                self.log
                    .decide(person, report, Phase::FullText, choice, reason, false)
            }
        };
        self.undoable.push(seq);
    }

    fn split(&mut self) {
        let record = self.any();
        let head = self.report_of(record);
        let members = self
            .log
            .store
            .snapshot()
            .unwrap()
            .read()
            .records_of(head)
            .unwrap();
        let rest: Vec<RecordId> = members
            .iter()
            .map(|row| row.id)
            .filter(|id| id.0 != record)
            .collect();
        if !rest.is_empty() {
            let record = RecordId(record);
            let seq = self.log.add(Some(1), Body::RecordSplit { record, rest });
            self.undoable.push(seq);
        }
    }

    fn undo(&mut self) {
        if self.undoable.is_empty() {
            return;
        }
        let at = self
            .chance
            .below(u32::try_from(self.undoable.len()).unwrap()) as usize;
        let event = EventSeq(self.undoable.swap_remove(at));
        self.log.add(
            Some(1),
            Body::EventUndone {
                event,
                reopens: false,
                salt: None,
            },
        );
    }

    fn link(&mut self) {
        let report = self.report_of_any();
        if self.studies == 0 || self.chance.below(4) == 0 {
            self.studies += 1;
            let name = format!("Study {}", self.studies);
            let number = format!("NCT{:08}", self.studies);
            self.log.study(self.studies, &name, &number, &[report.0]);
            return;
        }
        let study = StudyId(1 + self.chance.below(self.studies));
        let body = if self.chance.below(3) == 0 {
            Body::ReportUnlinked { report, study }
        } else {
            let basis = "person".into();
            Body::ReportLinked {
                report,
                study,
                basis,
            }
        };
        self.log.add(Some(1), body);
    }

    fn publish(&mut self) {
        self.versions += 1;
        let (upto, head) = self
            .log
            .store
            .snapshot()
            .unwrap()
            .read()
            .head("demo")
            .unwrap();
        let body = Body::VersionPublished {
            name: format!("{}.0", self.versions),
            upto,
            head,
            workflow: FileRef {
                path: "workflow.toml".into(),
                digest: Digest::of(b"workflow"),
            },
            queries: vec![],
            program: "perennial".into(),
            provisional: true,
            files: vec![],
            state: None,
            despite_lint: None,
        };
        self.log.add(None, body);
    }

    /// Every layout as it is now.
    fn layouts(&self) -> Vec<Vec<Counts>> {
        let all = [
            Layout::Separate,
            Layout::Combined,
            Layout::BaseUpdates,
            Layout::PreviousLatest,
        ];
        let snapshot = self.log.store.snapshot().unwrap();
        let reader = snapshot.read();
        all.into_iter()
            .map(|l| layout(reader, l, None).unwrap())
            .collect()
    }

    fn check(&self) {
        let all = self.layouts();
        let whole = sums(&all[1]);
        for columns in &all {
            assert_eq!(sums(columns), whole);
            let last = columns.last().unwrap();
            assert_eq!(last.total, all[1][0].total);
            for counts in columns {
                for identity in &counts.identities {
                    assert!(identity.holds, "{identity:?} of {:?}", counts.version);
                }
            }
        }
        assert!(all[2].len() <= 2 && all[3].len() <= 2);
    }

    fn check_sets(&self) {
        let snapshot = self.log.store.snapshot().unwrap();
        let reader = snapshot.read();
        for (n, counts) in layout(reader, Layout::Separate, None)
            .unwrap()
            .iter()
            .enumerate()
        {
            for (path, value) in counts.leaves() {
                let of = format!("columns[{n}].{path}");
                let found = members(reader, &of).unwrap();
                let found = found.unwrap_or_else(|| panic!("{of} has no set"));
                assert_eq!(found.len() as u64, value, "{of}");
            }
        }
    }
}

/// What columns add up to: everything but what was included before and in all.
fn sums(columns: &[Counts]) -> BTreeMap<String, u64> {
    let mut out = BTreeMap::new();
    for (path, n) in columns.iter().flat_map(Counts::leaves) {
        let standing = ["previous", "withdrawn", "total."]
            .iter()
            .any(|group| path.starts_with(group));
        if !standing && n > 0 {
            *out.entry(path).or_default() += n;
        }
    }
    out
}

#[test]
fn columns_add_up_and_obey_the_identities_in_every_random_history() {
    let (mut published, mut included, mut withdrawn) = (0, 0, 0);
    for seed in 0..20 {
        let mut history = History::new(seed * 7919 + 11);
        history.search();
        for n in 0..400 {
            history.step();
            if n % 16 == 0 {
                history.check();
                let last = counts(history.log.store.snapshot().unwrap().read()).unwrap();
                included += u64::from(last.included.studies > 0);
                withdrawn += u64::from(last.withdrawn.reports > 0);
            }
            if n % 100 == 99 {
                history.check_sets();
            }
        }
        history.check();
        published += history.versions;
        let (head, _) = history
            .log
            .store
            .snapshot()
            .unwrap()
            .read()
            .head("demo")
            .unwrap();
        assert_eq!(
            history.log.store.dump().unwrap(),
            history.log.store.dump_rebuilt(head).unwrap(),
            "rebuilt from event 1"
        );
    }
    assert!(
        published > 100 && included > 20 && withdrawn > 5,
        "{published} versions, {included} states with studies, {withdrawn} with withdrawals: the histories are too tame"
    );
}

#[test]
fn an_undo_gives_every_column_back() {
    for seed in 100..106 {
        let mut history = History::new(seed);
        history.search();
        for _ in 0..150 {
            history.step();
        }
        history.publish();
        for _ in 0..40 {
            let before = history.layouts();
            let known = history.undoable.len();
            match history.chance.below(3) {
                0 => history.split(),
                1 => {
                    let (a, b) = (history.any(), history.any());
                    if history.report_of(a) != history.report_of(b) {
                        let (a, b) = (RecordId(a.min(b)), RecordId(a.max(b)));
                        let seq = history.log.add(Some(1), Body::RecordsMerged { a, b });
                        history.undoable.push(seq);
                    }
                }
                _ => history.vote(),
            }
            if history.undoable.len() > known {
                let event = EventSeq(history.undoable.pop().unwrap());
                history.log.add(
                    Some(1),
                    Body::EventUndone {
                        event,
                        reopens: false,
                        salt: None,
                    },
                );
            }
            assert_eq!(history.layouts(), before);
        }
    }
}
