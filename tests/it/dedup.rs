//! Deduplication through the store and the command line: batches, people's decisions, newer
//! rules, and files alone.

mod around;

use super::support::{Said, program, said};
use perennial::dedup::RULES_VERSION;
use perennial::ledger::event::{FileRef, JoinRef, ReceivedRecord, SourceRef};
use perennial::ledger::{Actor, Body, Draft, Stamp, Via};
use perennial::model::{
    ArchiveClock, Choice, Digest, Doi, PersonId, Phase, Pmid, Record, RecordId, Role, Rules, Salt,
    SourceKind,
};
use perennial::pipeline;
use perennial::screen::{Acting, pairs};
use perennial::store::Store;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const AT: &str = "2025-07-01T09:00:00.000Z";

/// A record from `title | authors | journal | year | volume | issue | pages | doi | pmid`.
fn record(line: &str) -> Record {
    let parts: Vec<&str> = line.split('|').map(str::trim).collect();
    let part = |n: usize| {
        parts
            .get(n)
            .filter(|p| !p.is_empty())
            .map(|p| (*p).to_owned())
    };
    Record {
        title: part(0),
        authors: part(1).map_or_else(Vec::new, |a| a.split("; ").map(str::to_owned).collect()),
        journal: part(2),
        year: part(3).and_then(|y| y.parse().ok()),
        volume: part(4),
        issue: part(5),
        pages: part(6),
        doi: part(7).and_then(|d| Doi::parse(&d).ok()),
        pmid: part(8).and_then(|p| Pmid::parse(&p).ok()),
        ..Record::default()
    }
}

/// A store with a lead, `p1`, who is also called so.
struct Review {
    store: Store,
    clock: ArchiveClock,
    run: u64,
    next: u32,
}

impl Review {
    fn new() -> Self {
        let store = Store::in_memory("dedup").unwrap();
        let adopted = Body::WorkflowAdopted {
            workflow: file(0),
            queries: Vec::new(),
            sources: vec![SourceRef {
                name: "PubMed".into(),
                kind: SourceKind::Database,
            }],
            rules: Rules::default(),
            reasons: Vec::new(),
            adjudicators: vec![Role::Lead],
        };
        let lead = Body::PersonAdded {
            person: PersonId(1),
            roles: vec![Role::Lead, Role::Reviewer],
            name: None,
        };
        store
            .write(|writer| {
                writer.append(&Stamp::program(AT).draft(adopted))?;
                writer.append(&Stamp::program(AT).draft(lead))?;
                writer.name_person(PersonId(1), "ada", Salt([0; 16]))
            })
            .unwrap();
        Self {
            store,
            clock: ArchiveClock::new(AT),
            run: 0,
            next: 1,
        }
    }

    fn receive(&mut self, records: &[Record]) {
        self.run += 1;
        let (run, first) = (self.run, self.next);
        self.next += u32::try_from(records.len()).unwrap();
        self.store
            .write(|writer| {
                let mut new = Vec::new();
                for (record, id) in records.iter().zip(first..) {
                    new.push(ReceivedRecord {
                        record: RecordId(id),
                        key: id.to_string(),
                        hash: writer.put_record(record)?,
                        n: u64::from(id),
                        line: None,
                    });
                }
                let body = Body::RecordsReceived {
                    source: "PubMed".into(),
                    run,
                    file: file(run),
                    format: "ris".into(),
                    parser: "ris/1".into(),
                    new,
                    revised: Vec::new(),
                    known: Vec::new(),
                    withdrawn: vec![],
                    problems: Vec::new(),
                    part: None,
                };
                writer.append(&Stamp::program(AT).draft(body))
            })
            .unwrap();
    }

    fn ada(&self) -> Acting {
        let snapshot = self.store.snapshot().unwrap();
        Acting::named(snapshot.read(), "ada", AT, Via::Cli).unwrap()
    }

    fn deduplicate(&mut self) {
        pipeline::dedup::run(&mut self.store, &self.clock).unwrap();
    }

    fn batch(&mut self, records: &[Record]) {
        self.receive(records);
        self.deduplicate();
    }

    fn append(&mut self, body: Body) {
        let draft = Draft {
            at: AT.into(),
            actor: Actor::Person(PersonId(1)),
            via: Via::Cli,
            body,
        };
        self.store.write(|writer| writer.append(&draft)).unwrap();
    }

    /// A person's word on a report that the filter let through.
    fn vote(&mut self, report: u32, choice: Choice) {
        self.filter();
        self.append(Body::DecisionMade {
            report: RecordId(report),
            phase: Phase::TitleAbstract,
            choice,
            reason: None,
            note: None,
            settles: true,
            from: None,
            made: None,
            salt: None,
        });
    }

    fn filter(&mut self) {
        let body = Body::FilterApplied {
            rules: Vec::new(),
            upto: RecordId(self.next - 1),
            removed: Vec::new(),
            returned: Vec::new(),
        };
        let draft = Stamp::program(AT).draft(body);
        self.store.write(|writer| writer.append(&draft)).unwrap();
    }

    fn reports(&self) -> BTreeMap<u32, u32> {
        let rows = self.store.snapshot().unwrap().read().records().unwrap();
        rows.into_iter().map(|r| (r.id.0, r.report.0)).collect()
    }

    fn questions(&self) -> Vec<(u32, u32, String)> {
        let open = self.store.snapshot().unwrap().read().open_pairs().unwrap();
        open.into_iter().map(|p| (p.a.0, p.b.0, p.why)).collect()
    }

    fn sound(&self) {
        assert_eq!(self.store.rebuild_and_compare().unwrap(), []);
    }
}

fn file(n: u64) -> FileRef {
    FileRef {
        path: format!("file-{n}"),
        digest: Digest::of(&n.to_be_bytes()),
    }
}

const TITLE: &str = "A careful study of plasma cell kinetics in light chain disease | Bay C; Moe D";

/// Records whose fields come from few values, so that they often collide.
fn any_record() -> impl Strategy<Value = Record> {
    let pick = |values: &[&'static str]| prop::sample::select(values.to_vec());
    (
        pick(&[
            "Daratumumab for relapsed multiple myeloma in elderly patients",
            "Daratumumab for relapsed multiple myeloma in elderly patients",
            "Daratumumab for relapsed multiple myeloma in elderly women",
            "Daratumumab for relapsed multiple myeloma in elderly patients. Part II",
            "Erratum to: Daratumumab for relapsed multiple myeloma in elderly patients",
            "Editorial",
            "",
        ]),
        pick(&["", "Attal M; Moreau P", "Attal, Michel"]),
        pick(&["", "Blood", "Lancet"]),
        pick(&["", "2019", "2020"]),
        pick(&["", "5", "6"]),
        pick(&["", "1", "2"]),
        pick(&["", "12-19", "40-44"]),
        pick(&["", "", "10.1000/a", "10.1000/b"]),
        pick(&["", "", "", "11", "12"]),
    )
        .prop_map(|(t, a, j, y, v, i, p, d, m)| record(&[t, a, j, y, v, i, p, d, m].join(" | ")))
}

fn groups(reports: &BTreeMap<u32, u32>) -> BTreeSet<BTreeSet<u32>> {
    let mut groups: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
    for (id, report) in reports {
        groups.entry(*report).or_default().insert(*id);
    }
    groups.into_values().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_split_into_batches_gives_the_clusters_of_one_run(
        records in prop::collection::vec(any_record(), 2..24),
        ends in prop::collection::btree_set(1_usize..23, 0..5),
    ) {
        let mut whole = Review::new();
        whole.batch(&records);
        let mut parts = Review::new();
        let mut start = 0;
        for end in ends.into_iter().filter(|e| *e < records.len()).chain([records.len()]) {
            parts.batch(&records[start..end]);
            start = end;
        }
        prop_assert_eq!(parts.reports(), whole.reports());
        parts.sound();
    }
}

#[test]
fn a_later_copy_that_fits_better_takes_a_records_place() {
    // 2 fits 1 by what little it says; 3 is its copy, and 3 is not 1.
    let first = record(&format!("{TITLE} | Chest | 2001 | 5 | 1 | 833-836 | | 111"));
    let sparse = record(&format!("{TITLE} | Chest | 2001 | | | | 10.1000/x | "));
    let better = record(&format!(
        "{TITLE} | Chest | 2001 | 7 | 2 | 12-14 | 10.1000/x | 222"
    ));
    let mut review = Review::new();
    review.batch(&[first.clone(), sparse.clone()]);
    assert_eq!(review.reports()[&2], 1);
    review.batch(std::slice::from_ref(&better));
    let mut whole = Review::new();
    whole.batch(&[first, sparse, better]);
    assert_eq!(review.reports(), whole.reports());
    assert_eq!((review.reports()[&2], review.reports()[&3]), (2, 2));
    review.sound();
}

#[test]
fn after_a_decision_a_changed_cluster_goes_to_a_person() {
    let first = record(&format!("{TITLE} | Chest | 2001 | 5 | 1 | 833-836 | | 111"));
    let sparse = record(&format!("{TITLE} | Chest | 2001 | | | | 10.1000/x | "));
    let better = record(&format!(
        "{TITLE} | Chest | 2001 | 7 | 2 | 12-14 | 10.1000/x | 222"
    ));
    let mut review = Review::new();
    review.batch(&[first, sparse]);
    review.vote(1, Choice::Include);
    review.batch(&[better]);
    assert_eq!(review.reports()[&2], 1, "a decided report stays as it is");
    assert_eq!(review.reports()[&3], 3);
    assert_eq!(review.questions().len(), 1, "{:?}", review.questions());
    review.sound();
}

#[test]
fn a_record_that_would_bridge_two_reports_decided_differently_is_a_question() {
    let side = |pages: &str, pmid: &str| {
        record(&format!(
            "{TITLE} | Chest | 2001 | 5 | 1 | {pages} | | {pmid}"
        ))
    };
    let mut review = Review::new();
    review.batch(&[side("833-836", ""), side("850-853", "")]);
    assert_eq!(groups(&review.reports()).len(), 2);
    review.vote(1, Choice::Include);
    review.vote(2, Choice::Exclude);
    review.batch(&[record(&format!("{TITLE} | Chest | 2001 | 5 | 1 | | | "))]);
    let reports = review.reports();
    assert_ne!(reports[&1], reports[&2]);
    assert!(!review.questions().is_empty());
    review.sound();
}

#[test]
fn verdicts_of_people_outlive_later_batches_and_newer_rules() {
    let copy = || record(&format!("{TITLE} | Chest | 2001 | 5 | 1 | 833-836 | | "));
    let other = record("Another subject altogether, on which nobody wrote | Doe J | Chest | 2004");
    let mut review = Review::new();
    review.batch(&[copy(), copy(), other]);
    assert_eq!(review.reports()[&2], 1);
    let ada = review.ada();
    review.store.write(|w| pairs::split(w, &ada, "r2")).unwrap();
    review
        .store
        .write(|w| pairs::merge(w, &ada, ("r1", "r3"), false))
        .unwrap();
    for _ in 0..2 {
        review.batch(&[copy()]);
        let reports = review.reports();
        assert_ne!(reports[&1], reports[&2], "told apart for ever");
        assert_eq!(reports[&1], reports[&3], "put together for ever");
    }
    review.sound();
}

#[test]
fn newer_rules_change_nothing_until_a_person_accepts_them() {
    let side = |pages: &str, pmid: &str| {
        record(&format!(
            "{TITLE} | Chest | 2001 | 5 | 1 | {pages} | | {pmid}"
        ))
    };
    let mut review = Review::new();
    // Older rules joined two that are not one, and missed a copy.
    review.receive(&[
        side("833-836", "111"),
        side("12-14", "222"),
        side("833-836", ""),
    ]);
    let join = JoinRef {
        a: RecordId(1),
        b: RecordId(2),
        rule: "old".into(),
        score: "1".into(),
    };
    let body = Body::RecordsClustered {
        rules: "0".into(),
        upto: RecordId(3),
        joins: vec![join],
        relations: Vec::new(),
        queue: Vec::new(),
    };
    let draft = Stamp::program(AT).draft(body);
    review.store.write(|writer| writer.append(&draft)).unwrap();
    let before = review.reports();

    // A batch goes on, and what is old stays.
    review.batch(&[record(
        "Another subject altogether, on which nobody wrote | Doe J | Chest | 2004",
    )]);
    let mut reports = review.reports();
    reports.remove(&4);
    assert_eq!(reports, before);

    let upgrade = pipeline::dedup::upgrade(&review.store).unwrap().unwrap();
    assert_eq!(
        (upgrade.from.as_str(), upgrade.to.as_str()),
        ("0", RULES_VERSION)
    );
    assert_eq!(upgrade.withdrawn, [(RecordId(1), RecordId(2))]);
    assert_eq!(upgrade.joins.len(), 1);
    assert_eq!(review.reports()[&2], 1, "asking changes nothing");

    assert!(pipeline::dedup::accept(&review.store, &review.ada()).unwrap());
    let reports = review.reports();
    assert_eq!((reports[&1], reports[&2], reports[&3]), (1, 2, 1));
    assert_eq!(pipeline::dedup::upgrade(&review.store).unwrap(), None);
    review.sound();
}

// Files alone.

fn dedup(folder: &Path, args: &[&str]) -> Said {
    said(
        &program()
            .current_dir(folder)
            .arg("dedup")
            .args(args)
            .output()
            .unwrap(),
    )
}

fn files() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    put(
        "scopus.csv",
        "id,title,author,year,journal,volume,number,pages,doi,abstract\n\
         1,Plasma cell kinetics in light chain disease,\"Bay C.; Moe D.\",2001,Chest,5,1,833-836,10.1378/chest.1,Words of it\n\
         2,Outcome of daratumumab in elderly women with myeloma,\"Bay C.\",2001,Chest,5,1,6-10,,\n",
    );
    put(
        "wos.ris",
        "TY  - JOUR\nID  - 1\nTI  - Plasma cell kinetics in light chain disease\nAU  - Bay, C\nAU  - Moe, D\n\
         PY  - 2001\nJO  - CHEST\nVL  - 5\nIS  - 1\nSP  - 833\nEP  - 836\nER  - \n\
         TY  - JOUR\nID  - 9\nTI  - Plasma cell kinetics in light chain disease. Part II\nAU  - Bay, C\n\
         PY  - 2001\nJO  - CHEST\nVL  - 5\nIS  - 1\nSP  - 840\nEP  - 846\nER  - \n",
    );
    put(
        "pubmed.nbib",
        "PMID- 31735560\nTI  - Outcome of daratumumab in elderly women with myeloma.\nFAU - Bay, Carl\n\
         DP  - 2001 Jun\nTA  - Chest\nVI  - 5\nIP  - 1\nPG  - 6-10\n",
    );
    folder
}

#[test]
fn files_of_any_mix_of_formats_are_deduplicated_together() {
    let folder = files();
    let run = dedup(
        folder.path(),
        &[
            "scopus.csv",
            "wos.ris",
            "pubmed.nbib",
            "-o",
            "out.csv",
            "--review",
            "pairs.csv",
        ],
    )
    .ok();
    for line in [
        "       2 records in scopus.csv, 0 of them copies of earlier ones",
        "       2 records in wos.ris, 1 of them a copy of an earlier one",
        "       1 record in pubmed.nbib, 1 of them a copy of an earlier one",
        "       2 copies removed",
        "       3 records kept",
    ] {
        assert!(
            run.stdout.contains(line),
            "`{line}` is not in:\n{}",
            run.stdout
        );
    }
    let text = std::fs::read_to_string(folder.path().join("out.csv")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0], ["id", "cluster", "primary", "rule", "score"]);
    let row = |id: &str| rows.iter().find(|row| row[0] == id).unwrap().clone();
    assert_eq!(row("wos.ris#1")[1], "scopus.csv#1");
    assert_eq!(
        row("wos.ris#1")[2],
        "scopus.csv#1",
        "the fullest record is the primary"
    );
    assert!(!row("wos.ris#1")[3].is_empty() && !row("scopus.csv#1")[4].is_empty());
    assert_eq!(row("31735560")[1..3], ["2", "31735560"]);
    assert_eq!(
        row("9")[1..],
        ["9", "9", "", ""],
        "a record alone has no rule and no score"
    );
    let pairs = std::fs::read_to_string(folder.path().join("pairs.csv")).unwrap();
    assert!(pairs.starts_with("id1,id2,score,why\n"));
}

#[test]
fn any_pair_of_a_file_is_explained() {
    let folder = files();
    let run = dedup(
        folder.path(),
        &[
            "scopus.csv",
            "wos.ris",
            "-o",
            "out.csv",
            "--explain",
            "scopus.csv#1",
            "9",
        ],
    )
    .ok();
    assert!(run.stdout.contains("different: digits"), "{}", run.stdout);
    assert!(run.stdout.contains("In the result: two clusters"));
    let run = dedup(
        folder.path(),
        &[
            "scopus.csv",
            "wos.ris",
            "-o",
            "out.csv",
            "--json",
            "--explain",
            "scopus.csv#1",
            "wos.ris#1",
        ],
    )
    .ok();
    let json = run.json();
    assert_eq!(json["explained"]["judgement"], "same");
    assert_eq!(json["explained"]["one_cluster"], true);
    assert_eq!((&json["records"], &json["removed"]), (&4.into(), &1.into()));
    assert_eq!(json["copies"]["wos.ris"], 1);
    dedup(
        folder.path(),
        &["scopus.csv", "-o", "out.csv", "--explain", "1", "77"],
    )
    .fails(2, &["no record of the files has the id `77`"]);
}

#[test]
fn a_table_that_is_not_plain_is_read_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut bytes = b"id,title,author,year\n".to_vec();
    for n in 0..3 {
        bytes.extend_from_slice(
            format!("{n},Subject of its kind number one,Bay C,2001\n").as_bytes(),
        );
    }
    bytes.extend_from_slice(b"9,M\xfcller and the subject of its kind,M\xfcller A,2002\n");
    std::fs::write(folder.path().join("latin.csv"), bytes).unwrap();
    let run = dedup(folder.path(), &["latin.csv", "-o", "out.csv"]).ok();
    assert!(
        run.stdout
            .contains("4 records in latin.csv, 2 of them copies"),
        "{}",
        run.stdout
    );
    assert!(run.stderr.contains("windows-1252"));
}
