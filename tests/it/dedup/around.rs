//! What surrounds the rules: relations, the order of files, equal rows, merges that need a person's
//! confirmation, and what is said of bad input.

use super::*;
use crate::support::Workspace;
use perennial::formats;
use perennial::model::StudyId;
use perennial::screen::ScreenError;
use perennial::search::receive::{ReadFile, Received, receive};
use std::fmt::Write as _;

/// Invented records: copies with ties, an uncertain pair, versions, a notice, an abstract, a protocol.
const ROWS: &[&str] = &[
    "r1,Kinetics of plasma cells in light chain disease,Bay C.; Moe D.,2001,Chest,5,1,833-836,10.5555/k.1,,Journal Article",
    "r2,Kinetics of plasma cells in light chain disease,\"Bay, C; Moe, D\",2001,CHEST,5,1,833-6,10.5555/K.1,,Journal Article",
    "r10,KINETICS OF PLASMA CELLS IN LIGHT CHAIN DISEASE,Bay C; Moe D,2001,Chest,5,1,833,10.5555/k.1,,Journal Article",
    "r3,Outcome of rest in elderly people with back pain,Poe E; Lee K,2011,Spine,36,4,100-108,,,Journal Article",
    "r4,Outcome of rest in elderly people with back pain,Poe E; Lee K,2012,Spine,36,4,200-208,,,Journal Article",
    "c2,Exercise for tennis elbow,Moe A; Bay B,2010,Cochrane Database of Systematic Reviews,,4,CD001234,10.1002/14651858.CD001234.pub2,,Review",
    "c3,Exercises and braces for tennis elbow,Moe A; Lund C,2016,Cochrane Database of Systematic Reviews,,7,CD001234,10.1002/14651858.CD001234.pub3,,Review",
    "p1,Rapid testing of salivary markers in nursing homes during winter,Ruiz P; Kato M,2021,medRxiv,,,,10.1101/2021.01.02.21249000,,Preprint",
    "p2,Rapid testing of salivary markers in nursing homes during winter,Ruiz P; Kato M,2022,Age and Ageing,51,3,afab100,10.1093/ageing/afab100,,Journal Article",
    "q1,Music therapy for sleep in intensive care: protocol for a systematic review and meta-analysis,Ode F; Hill G,2019,BMJ Open,9,2,e024000,10.1136/bmjopen-2018-024000,,Journal Article",
    "q2,Music therapy for sleep in intensive care: a systematic review and meta-analysis,Ode F; Hill G; Park S,2021,Sleep Medicine Reviews,57,,101400,10.1016/j.smrv.2021.101400,,Journal Article",
    "a1,Daily walking lowers pain in knee arthrosis of farm workers,Okoro C; Berg N; Lie H,2012,Arthritis and Rheumatism,64,Suppl 10,S450,10.1002/art.99999,,Conference Abstract",
    "a2,Daily walking lowers pain in knee arthrosis of farm workers,Okoro C; Berg N; Lie H,2013,Osteoarthritis and Cartilage,21,5,700-708,10.1016/j.joca.2013.01.001,,Journal Article",
    "a3,Erratum to: Daily walking lowers pain in knee arthrosis of farm workers,Okoro C; Berg N; Lie H,2014,Osteoarthritis and Cartilage,22,1,99,10.1016/j.joca.2014.01.009,,Journal Article",
    "s1,Cost of rest in low back pain: an economic evaluation,Poe E,2016,Value in Health,19,3,40-48,10.5555/y.2,NCT01234567,Journal Article",
    "s2,Two years of rest and exercise in a working population,Lee K,2018,Lancet,19,3,140-148,10.5555/y.3,NCT01234567,Journal Article",
];
const HEADER: &str = "id,title,author,year,journal,volume,number,pages,doi,registry,type\n";

fn table(header: &str, rows: &[&str]) -> String {
    format!("{header}{}\n", rows.join("\n"))
}

fn cells(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

fn results(folder: &Path, files: &[&str]) -> [String; 3] {
    let options = ["-o", "c.csv", "--review", "q.csv", "--relations", "r.csv"];
    dedup(folder, &[files, &options].concat()).ok();
    ["c.csv", "q.csv", "r.csv"].map(|name| std::fs::read_to_string(folder.join(name)).unwrap())
}

#[test]
fn what_is_related_and_not_merged_is_written_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("all.csv"), table(HEADER, ROWS)).unwrap();
    let [clusters, _, relations] = results(folder.path(), &["all.csv"]);
    let rows = cells(&relations);
    assert_eq!(rows[0], ["id1", "id2", "relation", "why"]);
    let found: Vec<[&str; 3]> = rows[1..]
        .iter()
        .map(|row| [row[0].as_str(), row[1].as_str(), row[2].as_str()])
        .collect();
    for want in [
        ["c3", "c2", "version"],
        ["p1", "p2", "version"],
        ["q1", "q2", "report-of"],
        ["a1", "a2", "report-of"],
        ["a3", "a2", "notice-of"],
        ["s2", "s1", "same-study"],
    ] {
        let there = found
            .iter()
            .any(|row| row == &want || row == &[want[1], want[0], want[2]]);
        assert!(there, "{want:?} is not in {relations}");
    }
    assert!(rows.iter().all(|row| !row[3].is_empty()), "{relations}");
    // What is related is not merged.
    let of: BTreeMap<String, String> = cells(&clusters)
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    for [a, b, _] in found {
        assert_ne!(of[a], of[b], "{a} and {b}");
    }
    let json = dedup(folder.path(), &["all.csv", "-o", "c.csv", "--json"])
        .ok()
        .json();
    let linked = json["linked"].as_array().unwrap();
    assert_eq!(linked.len() as u64, json["relations"].as_u64().unwrap());
    assert_eq!(linked.len(), rows.len() - 1);
    assert_eq!(linked[0]["id1"], rows[1][0].as_str());
    assert_eq!(json["problems"], serde_json::json!([]));
}

#[test]
fn the_order_of_rows_and_files_changes_neither_primary_nor_queue_nor_relations() {
    let folder = tempfile::tempdir().unwrap();
    let mut seed = 7_u64;
    let mut next = |n: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % n
    };
    let mut first: Option<[String; 3]> = None;
    for round in 0..8 {
        let mut rows = ROWS.to_vec();
        if round > 0 {
            for n in (1..rows.len()).rev() {
                rows.swap(n, next(n + 1));
            }
        }
        // Which rows stand in which of the two files changes with their order too.
        let cut = if round == 0 { 8 } else { next(rows.len()) };
        let put = |name: &str, rows: &[&str]| {
            std::fs::write(folder.path().join(name), table(HEADER, rows)).unwrap();
        };
        put("one.csv", &rows[..cut]);
        put("two.csv", &rows[cut..]);
        let order: [&str; 2] = if round % 2 == 0 {
            ["one.csv", "two.csv"]
        } else {
            ["two.csv", "one.csv"]
        };
        let files: Vec<&str> = order
            .into_iter()
            .filter(|name| {
                (*name == "one.csv" && cut > 0) || (*name == "two.csv" && cut < rows.len())
            })
            .collect();
        let [clusters, queue, relations] = results(folder.path(), &files);
        let mut clusters = cells(&clusters);
        clusters.sort();
        let got = [format!("{clusters:?}"), queue, relations];
        let want = first.get_or_insert_with(|| got.clone());
        assert_eq!(&got, want, "round {round}");
    }
    let [clusters, queue, _] = first.unwrap();
    assert!(clusters.contains(r#"["r10", "r1", "r1""#), "{clusters}");
    assert!(queue.lines().count() > 1, "nothing is asked: {queue}");
}

#[test]
fn rows_without_ids_have_the_same_primary_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let bare: Vec<&str> = ROWS
        .iter()
        .map(|row| row.split_once(',').unwrap().1)
        .collect();
    let header = HEADER.split_once(',').unwrap().1;
    let primaries = |rows: &[&str]| -> BTreeSet<(String, String)> {
        std::fs::write(folder.path().join("bare.csv"), table(header, rows)).unwrap();
        let [clusters, ..] = results(folder.path(), &["bare.csv"]);
        let content = |n: &str| rows[n.parse::<usize>().unwrap() - 1].to_owned();
        cells(&clusters)[1..]
            .iter()
            .map(|row| (content(&row[0]), content(&row[2])))
            .collect()
    };
    let forth = primaries(&bare);
    let mut back = bare.clone();
    back.reverse();
    assert_eq!(primaries(&back), forth);
    back.rotate_left(5);
    assert_eq!(primaries(&back), forth);
}

#[test]
fn many_warnings_of_one_kind_are_one_line_and_json_has_them_all() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = "id,title,author,year,doi\n".to_owned();
    for n in 0..40 {
        writeln!(
            text,
            "{n},Subject number {n} of the invented table,Bay C,2001,no doi {n}"
        )
        .unwrap();
    }
    std::fs::write(folder.path().join("bad.csv"), text).unwrap();
    let run = dedup(folder.path(), &["bad.csv", "-o", "c.csv"]).ok();
    // The forty, and that therefore no record has a DOI.
    assert_eq!(run.stderr.lines().count(), 2, "{}", run.stderr);
    assert!(run.stderr.contains("40 × bad-identifier"), "{}", run.stderr);
    let json = dedup(folder.path(), &["bad.csv", "-o", "c.csv", "--json"])
        .ok()
        .json();
    let problems = json["problems"].as_array().unwrap();
    let bad = problems.iter().filter(|p| p["kind"] == "bad-identifier");
    assert_eq!(bad.count(), 40);
    assert_eq!(problems.len(), 41);
    for problem in problems {
        assert_eq!(problem["file"], "bad.csv");
        assert_eq!(problem["damage"], false);
    }
}

#[test]
fn bad_input_is_refused_with_what_to_do() {
    let folder = files();
    let at = folder.path();
    let before = std::fs::read(at.join("scopus.csv")).unwrap();
    dedup(at, &["scopus.csv", "-o", "scopus.csv"])
        .fails(2, &["would overwrite", "name of its own"]);
    dedup(at, &["scopus.csv", "-o", "c.csv", "--relations", "./c.csv"])
        .fails(2, &["both name", "name of its own"]);
    assert_eq!(std::fs::read(at.join("scopus.csv")).unwrap(), before);
    dedup(at, &["none.csv", "-o", "c.csv"]).fails(2, &["none.csv"]);
    std::fs::write(at.join("head.csv"), "id,title,author,year\n").unwrap();
    dedup(at, &["head.csv", "-o", "c.csv"]).fails(2, &["no record"]);
    let refused = dedup(at, &["head.csv", "-o", "c.csv", "--json"]);
    assert_eq!(refused.code, 2);
    assert_eq!(refused.json()["error"]["kind"], "input");
    assert!(!at.join("c.csv").exists(), "nothing is written on failure");
    std::fs::create_dir(at.join("folder")).unwrap();
    dedup(at, &["scopus.csv", "-o", "folder"]).fails(2, &["folder is a folder"]);
}

// Equal rows of a source that gives no ids.

fn read(text: &str) -> ReadFile {
    ReadFile {
        path: "export.csv".into(),
        role: "export",
        digest: Digest::of(text.as_bytes()),
        parsed: formats::read(text.as_bytes(), None).unwrap(),
    }
}

fn take(review: &mut Review, run: u64, text: &str) -> Received {
    let stamp = Stamp::program(AT);
    review
        .store
        .write(|writer| receive(writer, &stamp, "PubMed", run, &read(text)))
        .unwrap()
}

const NO_IDS: &str = "title,author,year,journal\n";
const SAME: &str = "Plasma cell kinetics in light chain disease,Bay C,2001,Chest\n";
const OTHER: &str = "Outcome of rest in elderly people with back pain,Poe E,2011,Spine\n";

fn keys(review: &Review) -> Vec<String> {
    let snapshot = review.store.snapshot().unwrap();
    let reader = snapshot.read();
    let rows = reader.records().unwrap();
    rows.into_iter().map(|row| row.key).collect()
}

#[test]
fn two_equal_rows_are_two_records_and_the_same_two_in_a_later_run() {
    let mut review = Review::new();
    let counts = |r: Received| (r.new, r.revised, r.known);
    let first = take(&mut review, 1, &format!("{NO_IDS}{SAME}{OTHER}{SAME}"));
    assert_eq!(counts(first), (3, 0, 0));
    let all = keys(&review);
    assert_eq!(all[2], format!("{}#2", all[0]));
    // A second file of the run goes on counting; a later run begins anew.
    let second = take(&mut review, 1, &format!("{NO_IDS}{SAME}"));
    assert_eq!(counts(second), (1, 0, 0));
    assert_eq!(keys(&review)[3], format!("{}#3", all[0]));
    let later = take(&mut review, 2, &format!("{NO_IDS}{SAME}{SAME}{OTHER}"));
    assert_eq!(counts(later), (0, 0, 3));
    let more = take(&mut review, 3, &format!("{NO_IDS}{SAME}{SAME}{SAME}{SAME}"));
    assert_eq!(counts(more), (1, 0, 3), "a fourth one is new");
    review.deduplicate();
    let reports = review.reports();
    let one: BTreeSet<u32> = [1, 3, 4, 5].map(|id| reports[&id]).into();
    assert_eq!(one.len(), 1, "copies of one another: {reports:?}");
    review.sound();
}

#[test]
fn a_ledger_of_before_keeps_its_keys_and_gains_nothing_from_the_same_rows() {
    let mut review = Review::new();
    let text = format!("{NO_IDS}{SAME}{OTHER}{SAME}");
    // What a program of before wrote of this file: the second row is the first one again.
    let old = |hashes: &[String]| {
        let entry = |record: u32, hash: &str, n: u64| serde_json::json!({"record": RecordId(record), "key": format!("sha256:{hash}"), "hash": hash, "n": n, "line": n + 1});
        serde_json::json!({
            "source": "PubMed", "run": 1, "file": {"path": "export.csv", "digest": hashes[0]},
            "format": "csv", "parser": "csv/1", "problems": [],
            "new": [entry(1, &hashes[0], 1), entry(2, &hashes[1], 2)], "revised": [],
            "known": [RecordId(1)],
        })
    };
    let records: Vec<Record> = read(&text)
        .parsed
        .records
        .into_iter()
        .map(|r| r.record)
        .collect();
    let stamp = Stamp::program(AT);
    review
        .store
        .write(|writer| {
            let mut hashes = Vec::new();
            for record in &records[..2] {
                hashes.push(writer.put_record(record)?.to_string());
            }
            let tagged = serde_json::json!({"kind": "records_received", "body": old(&hashes)});
            let body: Body = serde_json::from_value(tagged).unwrap();
            writer.append(&stamp.draft(body))
        })
        .unwrap();
    let before = keys(&review);
    let counts = |r: Received| (r.new, r.revised, r.known);
    assert_eq!(counts(take(&mut review, 2, &text)), (0, 0, 3));
    assert_eq!(keys(&review), before);
    // One more than that run had is a record of its own.
    let more = take(&mut review, 3, &format!("{NO_IDS}{SAME}{SAME}{SAME}"));
    assert_eq!(counts(more), (1, 0, 2));
    assert_eq!(keys(&review)[2], format!("{}#3", before[0]));
    review.sound();
}

// Merges by people.

/// Two included reports of two studies.
fn included() -> Review {
    let mut review = Review::new();
    review.batch(&[
        record("Daratumumab in relapsed myeloma | Bay C | Blood | 2019 | 1 | 1 | 1-9 | 10.5555/1 |"),
        record("Rest for back pain in farm workers | Poe E | Spine | 2011 | 2 | 2 | 20-29 | 10.5555/2 |"),
    ]);
    review.filter();
    for report in [1, 2] {
        for (phase, choice) in [
            (Phase::TitleAbstract, Choice::Include),
            (Phase::Retrieval, Choice::Retrieved),
            (Phase::FullText, Choice::Include),
        ] {
            review.append(Body::DecisionMade {
                report: RecordId(report),
                phase,
                choice,
                reason: None,
                note: None,
                settles: phase != Phase::Retrieval,
                from: None,
                made: None,
                salt: None,
            });
        }
        review.append(Body::StudyCreated {
            study: StudyId(report),
            registry: Vec::new(),
            label: format!("Study {report}"),
        });
        review.append(Body::ReportLinked {
            report: RecordId(report),
            study: StudyId(report),
            basis: "person".into(),
        });
    }
    review
}

#[test]
fn a_merge_of_included_reports_says_what_changes_and_waits_for_a_confirmation() {
    let review = included();
    let head = review
        .store
        .snapshot()
        .unwrap()
        .read()
        .head("dedup")
        .unwrap();
    let ada = review.ada();
    let merge = |confirmed: bool| {
        review
            .store
            .write(|w| pairs::merge(w, &ada, ("r1", "r2"), confirmed))
    };
    let Err(ScreenError::MergeAsks(change)) = merge(false) else {
        panic!("nobody was asked");
    };
    assert_eq!(
        change.because,
        [
            "both reports are included",
            "they belong to different studies"
        ]
    );
    assert_eq!(change.included_reports, [2, 1]);
    assert_eq!(change.becomes, RecordId(1));
    assert_eq!(change.studies.len(), 2);
    assert_eq!(change.studies[1].before, [RecordId(2)]);
    assert!(change.decisions.iter().all(|d| d.n > 0), "{change:?}");
    let lines = change.lines().join("\n");
    for word in [
        "included reports: 2 now, 1 afterwards",
        "Study 2",
        "decisions: ",
    ] {
        assert!(lines.contains(word), "{lines}");
    }
    assert_eq!(merge(true).unwrap(), RecordId(1));
    assert_eq!(review.reports()[&2], 1);
    assert_ne!(
        review
            .store
            .snapshot()
            .unwrap()
            .read()
            .head("dedup")
            .unwrap(),
        head
    );
    review.sound();
}

#[test]
fn a_merge_that_waits_for_a_confirmation_writes_nothing() {
    let review = included();
    let head = review
        .store
        .snapshot()
        .unwrap()
        .read()
        .head("dedup")
        .unwrap();
    let ada = review.ada();
    let asked = review
        .store
        .write(|w| pairs::merge(w, &ada, ("r1", "r2"), false));
    assert!(asked.is_err());
    assert_eq!(
        review
            .store
            .snapshot()
            .unwrap()
            .read()
            .head("dedup")
            .unwrap(),
        head
    );
    assert_eq!(review.reports()[&2], 2);
    review.sound();
}

#[test]
fn merge_and_review_through_the_command_line() {
    let workspace = Workspace::new();
    workspace
        .run(&["user", "add", "ann", "--role", "lead,reviewer"])
        .ok();
    workspace
        .run(&["user", "add", "bea", "--role", "reviewer", "--as", "ann"])
        .ok();
    let entry = |n: u32, title: &str| {
        format!(
            "TY  - JOUR\nAN  - A{n}\nTI  - {title}\nAU  - Ames, Bo\nPY  - 201{n}\nJO  - Blood\nVL  - {n}\nSP  - {n}0\n\
             DO  - 10.5555/{n}\nER  - \n\n"
        )
    };
    let text = entry(1, "Daratumumab and lenalidomide in relapsed myeloma")
        + &entry(
            2,
            "Isatuximab and pomalidomide after two lines of treatment",
        )
        + &entry(
            3,
            "Erratum to: Daratumumab and lenalidomide in relapsed myeloma",
        );
    workspace.write("first.ris", &text);
    workspace
        .run(&["import", "first.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    workspace.run(&["run"]).ok();
    let review = workspace.run(&["dedup", "review"]).ok();
    assert!(
        review
            .stdout
            .contains("r3 is a notice of r1: the title of the erratum names it"),
        "{}",
        review.stdout
    );
    let json = workspace.run(&["dedup", "review", "--json"]).ok().json();
    assert_eq!(json["related"][0]["relation"], "notice-of");
    for report in ["r1", "r2"] {
        for (phase, choice) in [("title-abstract", "include"), ("full-text", "include")] {
            for name in ["ann", "bea"] {
                let args = [
                    "screen", "decide", report, "--phase", phase, choice, "--as", name,
                ];
                workspace.run(&args).ok();
            }
            if phase == "title-abstract" {
                workspace
                    .run(&["screen", "retrieve", report, "retrieved", "--as", "ann"])
                    .ok();
            }
        }
    }
    workspace.run(&["run"]).ok();
    let merge = ["dedup", "merge", "r1", "r2", "--as", "ann"];
    workspace.run(&merge).fails(
        2,
        &[
            "both reports are included",
            "2 now, 1 afterwards",
            "--confirm",
        ],
    );
    let refused = workspace.run(&[&merge[..], &["--json"]].concat());
    assert_eq!(refused.code, 2);
    let json = refused.json();
    assert_eq!(json["error"]["kind"], "input");
    assert_eq!(
        json["changes"]["included_reports"],
        serde_json::json!([2, 1])
    );
    workspace.run(&[&merge[..], &["--confirm"]].concat()).ok();
    workspace.run(&["audit"]).ok();
}
