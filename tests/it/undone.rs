//! An import that is taken back: every count is what it was before, the log and the bytes stay.

use crate::support::Workspace;
use perennial::ledger::{Stamp, Via};
use perennial::model::{ArchiveClock, Role};
use perennial::pipeline::{dedup, undo};
use perennial::screen::Acting;
use perennial::search::import::{Accepted, import as import_files};
use perennial::store::Store;
use serde_json::Value;
use std::fmt::Write as _;

const FIRST: &str = "Cochrane CENTRAL";
const SECOND: &str = "Embase";

/// A RIS file of records: accession number, title, DOI.
fn ris(records: &[(&str, &str, &str)]) -> String {
    let mut out = String::new();
    for (id, title, doi) in records {
        write!(
            out,
            "TY  - JOUR\nAN  - {id}\nTI  - {title}\nAU  - Ames, Bo\nPY  - 2019\nJO  - Blood\n"
        )
        .unwrap();
        if !doi.is_empty() {
            writeln!(out, "DO  - {doi}").unwrap();
        }
        out.push_str("ER  - \n\n");
    }
    out
}

const ONE: (&str, &str, &str) = (
    "A1",
    "Daratumumab and lenalidomide in relapsed myeloma",
    "10.1000/one",
);
const TWO: (&str, &str, &str) = (
    "A2",
    "Isatuximab and pomalidomide after two lines of treatment",
    "10.1000/two",
);

/// A review with two people, two sources and one import.
fn review() -> Workspace {
    let workspace = Workspace::new();
    let toml = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    if !toml.contains("name = \"Embase\"") {
        let more = "\n[[source]]\nname = \"Embase\"\nkind = \"database\"\ntype = \"file\"\n";
        workspace.write("workflow.toml", &(toml + more));
    }
    for (name, role) in [
        ("bea", "reviewer"),
        ("cid", "reviewer"),
        ("ann", "lead,reviewer"),
    ] {
        workspace.run(&["user", "add", name, "--role", role]).ok();
    }
    workspace.write("first.ris", &ris(&[ONE, TWO]));
    workspace
        .run(&["import", "first.ris", "--source", FIRST])
        .ok();
    workspace.run(&["run"]).ok();
    workspace
}

fn flow(workspace: &Workspace) -> Value {
    workspace.run(&["prisma", "--json"]).ok().json()
}

fn import(workspace: &Workspace, file: &str, text: &str, source: &str) {
    workspace.write(file, text);
    workspace.run(&["import", file, "--source", source]).ok();
    workspace.run(&["run"]).ok();
}

/// One copy of each of the two, one of neither.
fn second() -> String {
    ris(&[
        (
            "L1",
            "Daratumumab and lenalidomide in relapsed myeloma.",
            "10.1000/one",
        ),
        (
            "L2",
            "ISATUXIMAB and pomalidomide after two lines of treatment",
            "",
        ),
        (
            "L3",
            "A wholly other question about asthma in children",
            "10.1000/three",
        ),
    ])
}

const UNDO: [&str; 4] = ["import", "--undo", "--as", "ann"];

#[test]
fn after_the_undo_every_count_is_what_it_was_and_the_same_file_can_come_again() {
    let workspace = review();
    let before = flow(&workspace);
    import(&workspace, "second.ris", &second(), SECOND);
    let with = flow(&workspace);
    assert_ne!(before, with);
    assert_eq!(with["removed"]["duplicates"], 2, "{with}");

    workspace
        .run(&["import", "--undo"])
        .fails(2, &["--as NAME"]);
    let done = workspace
        .run(&[&UNDO[..], &["--json"]].concat())
        .ok()
        .json();
    assert_eq!((&done["gone"], &done["kept"]), (&3.into(), &0.into()));
    assert_eq!(done["source"], SECOND);
    assert_eq!(flow(&workspace), before, "without another run");
    workspace.run(&["run"]).ok();
    assert_eq!(flow(&workspace), before, "after one");
    workspace.run(&["audit"]).ok();

    // The log says so, and what left can still be looked up.
    // Under a name acts are not told by their numbers, which tell how many votes came between.
    let act = format!("event:{}", done["undone_by"].as_str().unwrap());
    let said = workspace.run(&["explain", &act, "--as", "ann"]).ok();
    let words = "takes the import of event";
    assert!(said.stdout.contains(words), "{}", said.stdout);
    let log = workspace.events();
    let seq = |kind: &str| {
        let last = log.iter().rfind(|event| event["kind"] == kind);
        last.unwrap()["seq"].to_string()
    };
    let by = seq("import_undone");
    let said = workspace
        .run(&["explain", &format!("event:{}", seq("search_completed"))])
        .ok();
    assert!(said.stdout.contains(&format!("event {by} took back")));
    let said = workspace.run(&["explain", "record:r5"]).ok();
    assert!(said.stdout.contains("left the review with its import"));
    let exported = workspace
        .run(&["export", "records", "--format", "jsonl"])
        .ok();
    assert_eq!(exported.stdout.lines().count(), 2);

    let args = ["import", "second.ris", "--source", SECOND, "--json"];
    let again = workspace.run(&args).ok().json();
    assert_eq!(again["new"], 3, "{again}");
    workspace.run(&["run"]).ok();
    assert_eq!(flow(&workspace), with);
    workspace.run(&["explain", "record:r6"]).ok();
    workspace.run(&["audit"]).ok();
}

#[test]
fn a_record_that_bridged_two_reports_leaves_them_as_they_were() {
    let workspace = review();
    import(
        &workspace,
        "third.ris",
        &ris(&[(
            "A3",
            "Daratumumab in relapsed myeloma: interim report",
            "10.1000/x",
        )]),
        FIRST,
    );
    let before = flow(&workspace);
    // Takes A3's content at the same source, with A1's DOI: a revision and its duplicates.
    let changed = ris(&[("A3", ONE.1, "10.1000/one"), ("A9", TWO.1, "10.1000/two")]);
    import(&workspace, "changed.ris", &changed, FIRST);
    let done = workspace
        .run(&[&UNDO[..], &["--json"]].concat())
        .ok()
        .json();
    assert_eq!((&done["gone"], &done["kept"]), (&1.into(), &1.into()));
    assert_eq!(flow(&workspace), before);
    let record = workspace
        .run(&["explain", "record:r3", "--json"])
        .ok()
        .json();
    assert_eq!(record["value"]["doi"], "10.1000/x", "{record}");
    workspace.run(&["audit"]).ok();
}

#[test]
fn what_another_import_gave_too_stays_until_the_last_of_them_is_taken_back() {
    let workspace = review();
    // The same records in another file: known, nothing new.
    import(&workspace, "more.ris", &ris(&[TWO, ONE]), FIRST);
    let with = flow(&workspace);
    let events = workspace.events();
    let first = events.iter().find(|e| e["kind"] == "search_completed");
    let first = first.unwrap()["seq"].to_string();
    let args = ["import", "--undo", &first, "--as", "ann", "--json"];
    let done = workspace.run(&args).ok().json();
    assert_eq!((&done["gone"], &done["kept"]), (&0.into(), &2.into()));
    assert_eq!(flow(&workspace), with);
    workspace
        .run(&["import", "--undo", &first, "--as", "ann"])
        .fails(2, &["took it back before"]);
    let done = workspace
        .run(&[&UNDO[..], &["--json"]].concat())
        .ok()
        .json();
    assert_eq!((&done["gone"], &done["kept"]), (&2.into(), &0.into()));
    assert_eq!(flow(&workspace)["identified"]["databases"]["total"], 0);
    workspace.run(&UNDO).fails(2, &["no import stands"]);
    workspace.run(&["audit"]).ok();
}

#[test]
fn what_people_decided_since_is_named_and_nothing_is_taken_back() {
    let workspace = review();
    let vote = |report: &str, who: &str| {
        let args = [
            "screen",
            "decide",
            report,
            "--phase",
            "title-abstract",
            "exclude",
            "--as",
            who,
        ];
        workspace.run(&args).ok();
    };
    // Decided before the second import came: no matter of it.
    vote("r1", "ann");
    vote("r1", "bea");
    import(&workspace, "second.ris", &second(), SECOND);
    let with = flow(&workspace);
    vote("r5", "bea");
    let log = workspace.events().len();
    vote("r5", "ann");
    let refused = workspace.run(&UNDO).fails(2, &["r5", "screen undo"]);
    assert!(!refused.stderr.contains("r1"), "{}", refused.stderr);
    assert_eq!(
        workspace.events().len(),
        log + 1,
        "only the vote was written"
    );
    workspace
        .run(&["import", "--undo", "--as", "cid"])
        .fails(2, &["only the lead can"]);

    workspace
        .run(&["screen", "undo", "--yes", "--as", "ann"])
        .ok();
    workspace.run(&["screen", "undo", "--as", "bea"]).ok();
    assert_eq!(flow(&workspace), with);
    let undone = workspace.events();
    let last = undone.last().unwrap()["seq"].to_string();
    workspace.run(&UNDO).ok();
    workspace
        .run(&["screen", "undo", &last, "--as", "bea"])
        .fails(2, &["left the review with its import"]);
    let now = flow(&workspace);
    assert_eq!(
        (&now["screened"], &now["excluded"]["total"]),
        (&2.into(), &1.into())
    );
    workspace.run(&["audit"]).ok();
}

#[test]
fn an_open_vote_of_another_holds_no_import_and_is_not_told() {
    let answers: Vec<String> = [false, true]
        .map(|voted| {
            let workspace = review();
            import(&workspace, "second.ris", &second(), SECOND);
            if voted {
                let vote = ["screen", "decide", "r5", "exclude", "--as", "bea"];
                workspace.run(&vote).ok();
            }
            let told = workspace.run(&UNDO).ok();
            workspace.run(&["audit"]).ok();
            let shown = workspace.run(&["status", "--as", "ann"]).ok();
            // The two are not made in the same second.
            let made = |line: &&str| !line.contains("log at event");
            let shown: String = shown.stdout.lines().filter(made).collect();
            format!("{}{}{shown}", told.stdout, told.stderr)
        })
        .into();
    assert_eq!(answers[0], answers[1]);
    assert!(
        answers[0].contains("count no more either"),
        "{}",
        answers[0]
    );
    // One's own vote holds it, and is told to its person.
    let workspace = review();
    import(&workspace, "second.ris", &second(), SECOND);
    let vote = ["screen", "decide", "r5", "exclude", "--as", "ann"];
    workspace.run(&vote).ok();
    workspace.run(&UNDO).fails(2, &["r5", "screen undo"]);
}

#[test]
fn merges_and_published_versions_hold_an_import() {
    let workspace = review();
    import(&workspace, "second.ris", &second(), SECOND);
    workspace
        .run(&["dedup", "merge", "r2", "r5", "--as", "ann"])
        .ok();
    workspace.run(&UNDO).fails(2, &["merge, split or relation"]);
    workspace
        .run(&["import", "--undo", "1", "--as", "ann"])
        .fails(2, &["no import of files"]);
    workspace
        .run(&["import", "--undo", "999", "--as", "ann"])
        .fails(2, &["there is no such event"]);
    workspace
        .run(&["publish", "one", "--provisional", "--as", "ann"])
        .ok();
    let events = workspace.events();
    let merge = events
        .iter()
        .find(|e| e["kind"] == "records_merged")
        .unwrap();
    let merge = merge["seq"].to_string();
    workspace
        .run(&["screen", "undo", &merge, "--as", "ann"])
        .ok();
    // Nothing of it was included in the version: the flow goes on without it, and adds up.
    workspace.run(&UNDO).ok();
    workspace.run(&["run"]).ok();
    workspace.run(&["audit"]).ok();
    workspace
        .run(&["publish", "two", "--provisional", "--as", "ann"])
        .ok();
    workspace.run(&["audit"]).ok();
}

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    /// Records that are copies, near copies and contradictions of each other, in any source.
    fn export(&mut self, first: usize) -> String {
        const TITLES: [&str; 5] = [
            "Daratumumab and lenalidomide in relapsed or refractory myeloma",
            "Daratumumab plus lenalidomide in relapsed or refractory myeloma",
            "Daratumumab and lenalidomide in relapsed or refractory myeloma: an update",
            "Isatuximab and pomalidomide after two lines of treatment",
            "Isatuximab with pomalidomide after two lines of treatment",
        ];
        let mut out = String::new();
        for n in 0..4 + self.roll(8) {
            // Some accession numbers are those of an earlier file of the source.
            let id = if self.roll(3) == 0 {
                self.roll(12)
            } else {
                first + n
            };
            let title = TITLES[self.roll(TITLES.len())];
            write!(
                out,
                "TY  - JOUR\nAN  - K{id}\nTI  - {title}\nAU  - Ames, Bo\nPY  - {}\nJO  - {}\n",
                2018 + self.roll(3),
                ["Blood", "Lancet Oncology"][self.roll(2)]
            )
            .unwrap();
            for (tag, sides) in [("DO  - 10.1000/d", 4), ("VL  - ", 3), ("SP  - ", 4)] {
                let value = self.roll(sides);
                if value > 0 {
                    writeln!(out, "{tag}{value}").unwrap();
                }
            }
            out.push_str("ER  - \n\n");
        }
        out
    }
}

/// What of a store an import may not leave changed when it is taken back: which record belongs to
/// which report, what every record says, the questions and relations.
fn ann(store: &Store) -> Acting {
    let snapshot = store.snapshot().unwrap();
    Acting::named(snapshot.read(), "ann", "2025-01-03T00:00:00.000Z", Via::Cli).unwrap()
}

fn standing(store: &Store) -> Vec<String> {
    let snapshot = store.snapshot().unwrap();
    let reader = snapshot.read();
    let mut out = Vec::new();
    for row in reader.records().unwrap() {
        out.push(format!(
            "{} {} {} {}",
            row.id, row.key, row.report, row.hash
        ));
    }
    for pair in reader.open_pairs().unwrap() {
        out.push(format!("{pair:?}"));
    }
    out.push(format!("{:?}", reader.relation_counts().unwrap()));
    for report in reader.reports().unwrap() {
        out.push(format!("{report:?}"));
    }
    out
}

#[test]
fn whatever_the_files_hold_the_undo_of_the_last_gives_the_state_before_it() {
    let clock = ArchiveClock::new("2025-01-02T00:00:00.000Z");
    let stamp = Stamp::program("2025-01-02T00:00:00.000Z");
    let (mut joined, mut left, mut kept) = (0, 0, 0);
    for seed in 0..80 {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, archive, source) = crate::large::store(folder.path());
        perennial::screen::people::add(&store, "ann", vec![Role::Lead], &stamp).unwrap();
        let mut dice = Dice(seed);
        let mut states = Vec::new();
        // In every fourth review the first of the files is taken back first: what is left adds up.
        let first = seed % 4 == 3;
        for n in 0..3 {
            let text = dice.export(20 * n);
            let files = vec![(format!("{n}.ris"), text.into_bytes())];
            let accepted = Accepted::default();
            let seen = &mut |_: &str, _: &perennial::formats::Scanned| {};
            import_files(
                &store,
                &archive,
                (&source, None),
                files,
                &accepted,
                &stamp,
                seen,
            )
            .unwrap();
            dedup::run(&mut store, &clock).unwrap();
            states.push(standing(&store));
        }
        if first {
            let event = store.snapshot().unwrap().read().search_runs().unwrap()[0].seq;
            let done = undo::import(&store, &ann(&store), Some(event));
            assert!(done.unwrap().gone > 0);
            assert_eq!(store.rebuild_and_compare().unwrap(), [], "seed {seed}");
            dedup::run(&mut store, &clock).unwrap();
            assert_eq!(store.rebuild_and_compare().unwrap(), [], "seed {seed}");
            continue;
        }
        while let Some(state) = states.pop() {
            let now = standing(&store);
            let files = states.len() + 1;
            let other = |a: &[String], b: &[String]| -> Vec<String> {
                a.iter().filter(|line| !b.contains(line)).cloned().collect()
            };
            let (lost, came) = (other(&state, &now), other(&now, &state));
            assert!(
                lost.is_empty() && came.is_empty(),
                "seed {seed}, {files} files: lost {lost:#?}, came {came:#?}"
            );
            assert_eq!(store.rebuild_and_compare().unwrap(), [], "seed {seed}");
            let reports = store.snapshot().unwrap().read().reports().unwrap().len() as u64;
            joined += store.snapshot().unwrap().read().record_count().unwrap() - reports;
            let done = undo::import(&store, &ann(&store), None).unwrap();
            (left, kept) = (left + done.gone, kept + done.kept);
        }
        assert_eq!(store.snapshot().unwrap().read().record_count().unwrap(), 0);
    }
    assert!(
        joined > 500 && left > 500 && kept > 50,
        "{joined}, {left}, {kept}: too tame"
    );
}

/// PubMed names a record that it deleted; what it gave stays, and nothing is counted twice.
#[test]
fn a_record_that_pubmed_withdrew_is_told_and_is_no_record() {
    // A source whose name says no database takes a file of PubMed.
    const SOURCE: &str = "By hand";
    let workspace = review();
    let text = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    let source = format!("\n[[source]]\nname = \"{SOURCE}\"\nkind = \"database\"\n");
    workspace.write("workflow.toml", &(text + &source));
    let article = "<PubmedArticle><MedlineCitation><PMID>31000001</PMID><Article><ArticleTitle>Quiet naps\
                   </ArticleTitle></Article></MedlineCitation></PubmedArticle>";
    let set = |inside: &str| format!("<PubmedArticleSet>{inside}</PubmedArticleSet>");
    import(&workspace, "one.xml", &set(article), SOURCE);
    let before = flow(&workspace);
    let deleted =
        set("<DeleteCitation><PMID>31000001</PMID><PMID>31000002</PMID></DeleteCitation>");
    workspace.write("two.xml", &deleted);
    let told = workspace
        .run(&["import", "two.xml", "--source", SOURCE])
        .ok();
    assert!(
        told.stdout.contains("2 withdrawn by the source"),
        "{}",
        told.stdout
    );
    workspace.run(&["run"]).ok();
    assert_eq!(flow(&workspace), before);
    workspace.run(&["audit"]).ok();
}
