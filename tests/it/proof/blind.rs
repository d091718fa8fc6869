//! Two worlds that differ only in another's open votes look the same, byte for byte, to whoever may
//! not know them: every command under their name, every export, every page of the site.
//!
//! Histories are random, from a fixed seed. `PROOF_HISTORIES=200 PERENNIAL_BIN=target/fast/perennial
//! cargo test --test it two_worlds` tries as many, with an optimised program.

use crate::serve::Server;
use crate::serve::blind::same;
use crate::support::{Said, Workspace, copy};

/// Pseudo-random numbers (xorshift): the same histories on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}

const REPORTS: u64 = 5;

/// What happens in a history, in order.
#[derive(Debug, Clone)]
enum Step {
    /// The one who looks votes.
    Mine(u64, &'static str),
    /// The one who looks takes the last act back.
    Undo,
    /// The other's vote: on a report that stays open in both worlds, in each its own; none is no vote.
    Other(u64, [Option<&'static str>; 2]),
    /// Both agree: settled in both worlds.
    Settled(u64),
}

fn history(chance: &mut Chance) -> Vec<Step> {
    let words = ["include", "exclude", "unsure"];
    let mut steps = Vec::new();
    for report in 1..=REPORTS {
        let mine = words[usize::try_from(chance.below(2)).unwrap()];
        match chance.below(4) {
            0 => steps.push(Step::Settled(report)),
            1 => {
                // The one who looks has not voted: whatever the other says, the report is open.
                let one = Some(words[usize::try_from(chance.below(3)).unwrap()]);
                let two = [None, Some("include"), Some("exclude")];
                let two = two[usize::try_from(chance.below(3)).unwrap()];
                steps.push(Step::Other(report, [one, two]));
            }
            _ => {
                // Both voted and disagree, or the other's vote is missing.
                let against = if mine == "include" {
                    "exclude"
                } else {
                    "include"
                };
                let other = Step::Other(report, [Some(against), None]);
                let own = Step::Mine(report, mine);
                if chance.below(2) == 0 {
                    steps.extend([other, own]);
                } else {
                    steps.extend([own, other]);
                }
                match chance.below(4) {
                    0 => steps.push(Step::Mine(report, mine)),
                    1 => steps.push(Step::Undo),
                    _ => {}
                }
            }
        }
    }
    steps
}

/// A world, at the moment before anybody voted.
pub(super) fn begun() -> Workspace {
    static MADE: std::sync::OnceLock<Workspace> = std::sync::OnceLock::new();
    let made = MADE.get_or_init(|| {
        let workspace = Workspace::new();
        // So that people sign in to its site without a password.
        let workflow = String::from_utf8(workspace.read("workflow.toml")).unwrap();
        workspace.write(
            "workflow.toml",
            &workflow.replacen("[review]\n", "[review]\ndemonstration = true\n", 1),
        );
        workspace.run(&["user", "add", "lea", "--role", "lead"]).ok();
        for (name, role) in [
            ("ann", "reviewer"),
            ("bob", "lead,reviewer"),
            ("ben", "reviewer"),
            ("cas", "adjudicator"),
            ("xen", "extractor"),
            ("aud", "auditor"),
        ] {
            workspace
                .run(&["user", "add", name, "--role", role, "--as", "lea"])
                .ok();
        }
        let mut table = String::from("id,title,authors,year,journal\n");
        for n in 1..=REPORTS {
            let word = ["honey", "asthma", "vaccines", "sleep", "malaria"]
                [usize::try_from(n - 1).unwrap()];
            table.push_str(&format!(
                "x{n},A randomised trial of {word} number {n},\"Author{n}, A\",201{n},Journal of {word}\n"
            ));
        }
        workspace.write("hand.csv", &table);
        workspace
            .run(&["import", "hand.csv", "--source", "Cochrane CENTRAL"])
            .ok();
        workspace.run(&["dedup"]).ok();
        workspace.run(&["filter"]).ok();
        workspace
    });
    let again = Workspace::empty();
    copy(made.folder(), again.folder());
    again
}

fn vote(workspace: &Workspace, report: u64, word: &str, who: &str) -> Said {
    let report = format!("r{report}");
    workspace.run(&["screen", "decide", &report, word, "--as", who])
}

/// Plays a history in one of the worlds, and gives what the one who looks was answered.
fn play(steps: &[Step], world: usize, looks: &str) -> (Workspace, Vec<String>) {
    let workspace = begun();
    let mut answers = Vec::new();
    let mut told = |said: Said| answers.push(shown(&said));
    for step in steps {
        match step {
            Step::Mine(report, word) => told(vote(&workspace, *report, word, looks)),
            Step::Undo => told(workspace.run(&["screen", "undo", "--as", looks])),
            Step::Other(report, words) => {
                if let Some(word) = words[world] {
                    vote(&workspace, *report, word, "ben").ok();
                }
            }
            Step::Settled(report) => {
                vote(&workspace, *report, "exclude", "ben").ok();
                told(vote(&workspace, *report, "exclude", looks));
            }
        }
    }
    (workspace, answers)
}

/// What was said, without the time that a stage took.
fn shown(said: &Said) -> String {
    let text = format!("{}\n{}\n{}", said.code, said.stdout, said.stderr);
    let timed =
        |word: &str| word.ends_with('s') && word.trim_end_matches('s').parse::<f64>().is_ok();
    untimed(&text)
        .lines()
        .map(|line| {
            let words: Vec<&str> = line
                .split_whitespace()
                .filter(|word| !timed(word))
                .collect();
            words.join(" ")
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// A text without points in time, which differ between two worlds that were made one after the other.
fn untimed(text: &str) -> String {
    let shape = b"dddd-dd-dd?dd:dd";
    let bytes = text.as_bytes();
    let fits = |at: usize| {
        shape.iter().enumerate().all(|(n, want)| {
            bytes.get(at + n).is_some_and(|found| match want {
                b'd' => found.is_ascii_digit(),
                b'?' => matches!(found, b'T' | b' '),
                other => found == other,
            })
        })
    };
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if fits(at) {
            out.extend_from_slice(b"(time)");
            at += shape.len();
            while bytes
                .get(at)
                .is_some_and(|b| b.is_ascii_digit() || b":.Z".contains(b))
            {
                at += 1;
            }
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap()
}

/// Everything that the one who looks can ask for.
fn looked(workspace: &Workspace, looks: &str, voted: &[u64]) -> Vec<(String, String)> {
    let mut all: Vec<Vec<String>> = Vec::new();
    let mut ask = |words: &[&str]| all.push(words.iter().map(|word| (*word).to_owned()).collect());
    for json in [false, true] {
        let mut add = |words: &[&str]| {
            let mut words = words.to_vec();
            if json {
                words.push("--json");
            }
            ask(&words);
        };
        for words in [
            &["status"][..],
            &["prisma"],
            &["screen", "list"],
            &["screen", "list", "--for", looks],
            &["screen", "list", "--for", "ben"],
            &["screen", "rank"],
            &["screen", "rank", "r2"],
            &["screen", "rank", "--order", "ranked", "--keep"],
            &["screen", "list", "--for", looks],
            &["screen", "next"],
            &["screen", "attachments"],
            &["screen", "attachments", "r2"],
            &["screen", "undo", "--check"],
            &["screen", "undo", "me.1", "--check"],
            &["screen", "undo", "r2.1", "--check"],
            &["screen", "undo", "99", "--check"],
            &["screen", "export"],
            &["screen", "template", "--for", looks],
            &["export", "records"],
            &["export", "decisions"],
            &["export", "decisions", "--format", "asreview"],
            &["export", "studies"],
            &["export", "prisma"],
            &["export", "events"],
            &["audit"],
            &["backup", "b.tar"],
            &["versions"],
            &["user", "list"],
            &["explain", "pending.title_abstract"],
            &["explain", "excluded.total"],
            &["explain", "event:20"],
            &["dedup", "review"],
            &["study", "list"],
            &["extract", "list"],
            &["extract", "template"],
            &["screen", "import", "own.csv"],
            &["screen", "import", "mixed.csv"],
            &["explain", "included.studies"],
            &["explain", "study:1"],
            &["lint"],
            &["pool"],
            &["diff", "1.0", "working"],
            &["search"],
            &["dedup"],
            &["filter"],
            &[
                "import",
                "hand.csv",
                "--source",
                "Cochrane CENTRAL",
                "--check",
            ],
            &["report"],
            &["run"],
        ] {
            add(words);
        }
        for report in 1..=REPORTS {
            let id = format!("r{report}");
            add(&["screen", "show", &id]);
            add(&["explain", &id]);
            add(&["screen", "settle", &id, "include"]);
            add(&["screen", "return", &id]);
            // A vote on what they have not voted on may settle it, and is told then.
            if voted.contains(&report) {
                add(&["screen", "decide", &id, "unsure", "--note", "again"]);
            }
        }
        add(&["screen", "list", "--for", looks]);
        add(&["status"]);
        add(&["report"]);
    }
    // What changes the review comes last, and what shows it after that.
    ask(&["import", "--undo"]);
    ask(&["status", "--json"]);
    // An auditor may see the whole log, whose head tells of every event.
    if looks == "aud" {
        all.retain(|words| words[0] != "audit" && words[..2] != ["export", "events"]);
    }
    workspace.write(
        "own.csv",
        &format!("report,phase,reviewer,decision\nr1,title-abstract,{looks},unsure\nr9,title-abstract,{looks},include\n"),
    );
    workspace.write(
        "mixed.csv",
        &format!("report,phase,reviewer,decision\nr1,title-abstract,{looks},include\nr1,title-abstract,ben,include\n"),
    );
    let mut out = Vec::new();
    for words in all {
        let mut args: Vec<&str> = words.iter().map(String::as_str).collect();
        args.extend(["--as", looks]);
        let said = workspace.run(&args);
        // Each world has its folder.
        let folder = workspace.path("").display().to_string();
        let folder = folder.trim_end_matches('/');
        out.push((words.join(" "), shown(&said).replace(folder, "")));
    }
    let mut folders = vec!["reports".to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(workspace.path(&folder)).unwrap() {
            let name = format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy());
            if workspace.path(&name).is_dir() {
                folders.push(name);
            } else {
                let bytes = workspace.read(&name);
                out.push((name, untimed(&String::from_utf8_lossy(&bytes))));
            }
        }
    }
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out
}

/// Plays one history in both worlds, and compares all that can be asked in them.
fn compare_worlds(seed: u64, pages: bool) {
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let steps = history(&mut chance);
    let people = ["ann", "bob", "xen", "cas", "lea", "aud"];
    let looks = people[usize::try_from(seed % 6).unwrap()];
    // Who casts no votes sees only what others do; an adjudicator is told of disagreements, so nobody
    // disagrees for them.
    let votes = ["ann", "bob"].contains(&looks);
    let steps: Vec<Step> = if votes {
        steps
    } else {
        let other = |step: &Step| matches!(step, Step::Other(..));
        steps.into_iter().filter(other).collect()
    };
    let (one, two) = std::thread::scope(|scope| {
        let world = |n: usize| {
            let (workspace, answers) = play(&steps, n, looks);
            // The site first: what is asked of it changes nothing.
            let copy_of = pages.then(|| {
                let copied = Workspace::empty();
                copy(workspace.folder(), copied.folder());
                copied
            });
            let voted: Vec<u64> = steps
                .iter()
                .filter_map(|step| match step {
                    Step::Mine(report, _) => Some(*report),
                    _ => None,
                })
                .collect();
            let seen = looked(&workspace, looks, &voted);
            (answers, seen, copy_of)
        };
        let first = scope.spawn(move || world(0));
        let second = world(1);
        (first.join().unwrap(), second)
    });
    assert_eq!(one.0, two.0, "seed {seed}, {looks}, {steps:?}");
    for ((what, x), (_, y)) in one.1.iter().zip(&two.1) {
        assert!(
            x == y,
            "seed {seed}, {looks}: `{what}` differs after {steps:?}\n--- one\n{x}\n--- two\n{y}"
        );
    }
    assert_eq!(one.1.len(), two.1.len());
    if let (Some(one), Some(two)) = (one.2, two.2) {
        let servers = [Server::of(one.folder(), &[]), Server::of(two.folder(), &[])];
        let [a, b] = [servers[0].person(looks), servers[1].person(looks)];
        assert!(same(&a, &b, untimed) > 10, "seed {seed}, {looks}");
    }
}

#[test]
fn two_worlds_that_differ_in_anothers_open_votes_look_the_same() {
    let histories = std::env::var("PROOF_HISTORIES").ok();
    let histories: Option<u64> = histories.and_then(|n| n.parse().ok());
    for seed in 1..=histories.unwrap_or(1) {
        compare_worlds(seed, histories.is_some());
        if histories.is_some() {
            println!("history {seed}: no byte differs");
        }
    }
}

#[test]
fn an_open_vote_is_not_found_by_trying_all_that_it_may_be() {
    let workspace = begun();
    vote(&workspace, 1, "include", "ben").ok();
    let text = workspace.run(&["export", "events"]).ok().stdout;
    let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert!(last["body"].is_null());
    let conn = rusqlite::Connection::open(workspace.path("db/review.sqlite")).unwrap();
    let body: String = conn
        .query_row(
            "SELECT body FROM event ORDER BY seq DESC LIMIT 1",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let body: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["salt"].as_str().unwrap().len(), 32);
}

#[test]
fn what_goes_with_an_open_vote_is_blanked_with_it() {
    let workspace = begun();
    vote(&workspace, 1, "include", "ben").ok();
    workspace.run(&["screen", "undo", "--as", "ben"]).ok();
    let text = workspace.run(&["export", "events"]).ok().stdout;
    for line in text.lines().rev().take(2) {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(
            event["body"].is_null() && event["actor"].is_null(),
            "{event}"
        );
    }
}

#[test]
fn a_complete_set_of_votes_is_closed_and_later_votes_move_nothing() {
    let workspace = begun();
    vote(&workspace, 1, "include", "ann").ok();
    vote(&workspace, 1, "exclude", "ben").ok();
    // Voting again on a conflict neither tells it nor ends it.
    let again = vote(&workspace, 1, "exclude", "ann").ok().stdout;
    assert!(again.contains("saved"), "{again}");
    let show = |who: &str| {
        workspace
            .run(&["screen", "show", "r1", "--as", who, "--json"])
            .ok()
            .json()
    };
    assert_eq!(show("ann")["card"]["own"][0]["decision"], "exclude");
    let card = show("cas");
    assert_eq!(card["card"]["state"], "to-settle");
    assert_eq!(card["card"]["later"][0]["decision"], "exclude");
    assert_eq!(card["card"]["votes"].as_array().unwrap().len(), 2);
    workspace
        .run(&["screen", "settle", "r1", "include", "--as", "cas"])
        .ok();
    workspace.run(&["audit"]).ok();
}

#[test]
fn the_blind_are_refused_what_tells_and_the_auditor_is_not() {
    let workspace = begun();
    for who in ["ann", "lea", "cas", "xen"] {
        workspace
            .run(&["audit", "--as", who])
            .fails(2, &["may not"]);
        workspace
            .run(&["export", "events", "--as", who])
            .fails(2, &["may not"]);
        workspace
            .run(&["backup", "b.tar", "--as", who])
            .fails(2, &["may not"]);
    }
    workspace.run(&["audit", "--as", "aud"]).ok();
    workspace
        .run(&["export", "events", "--unblind", "--as", "lea"])
        .ok();
    workspace
        .run(&["screen", "list", "--for", "ben", "--as", "ann"])
        .fails(2, &["alone to see"]);
}
