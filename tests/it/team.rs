//! A team at work, in an order drawn by chance, people leaving and joining: nothing gets stuck, and flow
//! and agreement are what an independent count of the log gives.
//!
//! With `PERENNIAL_TEAM=full` there are 2,000 records.

use crate::support::Workspace;
use perennial::ledger::Via;
use perennial::model::{Choice, Phase, Place, RecordId};
use perennial::pipeline;
use perennial::screen::{self, Acting, Ballot, ScreenError, discuss, undo};
use perennial::store::{Store, Writer};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

const AT: &str = "2026-01-01T00:00:00.000Z";
const REASONS: [&str; 2] = ["wrong-population", "wrong-intervention"];

/// Chance that is the same on every machine (xorshift64*).
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % n
    }
}

fn records(n: usize) -> String {
    let mut chance = Chance(7);
    let mut out = String::new();
    for _ in 0..n {
        let mut title = String::new();
        for _ in 0..7 {
            for _ in 0..3 {
                title.push(char::from(b"bdfgklmnprstvz"[chance.below(14)]));
                title.push(char::from(b"aeiou"[chance.below(5)]));
            }
            title.push(' ');
        }
        write!(
            out,
            "TY  - JOUR\nTI  - {title}\nAU  - {}, A.\n",
            &title[..6]
        )
        .unwrap();
        write!(out, "PY  - {}\nER  - \n\n", 1990 + chance.below(30)).unwrap();
    }
    out
}

fn acts<T>(
    store: &Store,
    who: &str,
    act: impl FnOnce(&mut Writer<'_>, &Acting) -> Result<T, ScreenError>,
) -> bool {
    let acting = {
        let snapshot = store.snapshot().unwrap();
        Acting::named(snapshot.read(), who, AT, Via::Cli)
    };
    let Ok(acting) = acting else { return false };
    store.write(|writer| act(writer, &acting)).is_ok()
}

fn ballot(report: RecordId, phase: Phase, choice: Choice, chance: &mut Chance) -> Ballot {
    let reason = phase == Phase::FullText && choice == Choice::Exclude;
    Ballot {
        report: report.to_string(),
        phase,
        choice,
        reason: reason.then(|| REASONS[chance.below(REASONS.len())].to_owned()),
        note: None,
        from: None,
        made: None,
    }
}

/// What a person thinks of a report: mostly the same as the others.
fn opinion(report: RecordId, phase: Phase, chance: &mut Chance) -> Choice {
    let good = match phase {
        Phase::TitleAbstract => report.0.is_multiple_of(5),
        Phase::Retrieval => {
            return if chance.below(8) == 0 {
                Choice::NotRetrieved
            } else {
                Choice::Retrieved
            };
        }
        Phase::FullText => report.0.is_multiple_of(10),
    };
    match (good, chance.below(8)) {
        (_, 0) if phase == Phase::TitleAbstract => Choice::Unsure,
        (true, 1) | (false, 2..) => Choice::Exclude,
        (true | false, _) => Choice::Include,
    }
}

/// One thing that somebody does about an open report.
fn step(store: &Store, who: &str, (report, place): (RecordId, Place), chance: &mut Chance) {
    let Some(phase) = place.phase() else { return };
    let settles = ["lea", "ada"].contains(&who);
    if settles && place.is_conflict() {
        if chance.below(3) == 0 {
            acts(store, who, |writer, acting| {
                discuss::give_back(writer, acting, &report.to_string(), None, None)
            });
        } else {
            let choice = [Choice::Include, Choice::Exclude][chance.below(2)];
            let ballot = ballot(report, phase, choice, chance);
            acts(store, who, |writer, acting| {
                screen::settle(writer, acting, &ballot)
            });
        }
    } else if !settles {
        let choice = opinion(report, phase, chance);
        let ballot = ballot(report, phase, choice, chance);
        acts(store, who, |writer, acting| {
            screen::cast(writer, acting, &ballot)
        });
    }
}

fn open(store: &Store) -> Vec<(RecordId, Place)> {
    let snapshot = store.snapshot().unwrap();
    let all = snapshot.read().reports().unwrap().into_iter();
    all.filter(|row| row.place.is_open())
        .map(|row| (row.id, row.place))
        .collect()
}

#[test]
fn a_team_that_comes_and_goes_leaves_nothing_stuck_and_the_log_gives_the_same_counts() {
    let full = std::env::var("PERENNIAL_TEAM").is_ok_and(|size| size == "full");
    let n = if full { 2_000 } else { 60 };
    let workspace = Workspace::new();
    workspace.write("export.ris", &records(n));
    workspace
        .run(&["import", "export.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    let team = [
        ("lea", "lead"),
        ("ada", "adjudicator"),
        ("ann", "reviewer"),
        ("ben", "reviewer"),
        ("cy", "reviewer"),
    ];
    for (name, role) in team {
        let mut words = vec!["user", "add", name, "--role", role];
        words.extend(
            ["--as", "lea"]
                .iter()
                .take(if name == "lea" { 0 } else { 2 }),
        );
        workspace.run(&words).ok();
    }
    workspace.run(&["run"]).ok();
    let mut chance = Chance(20_260_101);
    let mut people: Vec<&str> = team.iter().map(|(name, _)| *name).collect();
    {
        let opened = pipeline::Workspace::open(workspace.folder(), false).unwrap();
        let store = &opened.store;
        let stamp = || {
            let snapshot = store.snapshot().unwrap();
            Acting::named(snapshot.read(), "lea", AT, Via::Cli)
                .unwrap()
                .stamp()
        };
        for turn in 0..n * 4 {
            // Half-way one leaves and another comes; the first comes back for a while.
            if turn == n {
                screen::people::disable(store, "cy", &stamp()).unwrap();
                let roles = vec![perennial::model::Role::Reviewer];
                screen::people::add(store, "dan", roles, &stamp()).unwrap();
                people.push("dan");
            }
            if turn == 2 * n {
                screen::people::enable(store, "cy", &stamp()).unwrap();
                screen::people::disable(store, "ben", &stamp()).unwrap();
            }
            let who = people[chance.below(people.len())];
            if chance.below(25) == 0 && !["lea", "ada"].contains(&who) {
                acts(store, who, |writer, acting| {
                    undo::undo(writer, acting, None)
                });
                continue;
            }
            let all = open(store);
            if all.is_empty() {
                break;
            }
            step(store, who, all[chance.below(all.len())], &mut chance);
        }
        // Then everybody does what is left; nobody ever has to be called back.
        for _ in 0..30 {
            for one in open(store) {
                let who = people[chance.below(people.len())];
                step(store, who, one, &mut chance);
                step(store, "ada", one, &mut chance);
            }
        }
        assert_eq!(open(store), [], "nothing is stuck");
    }
    workspace.run(&["audit"]).ok();
    let counted = Counted::of(&workspace.events());
    let flow = workspace.run(&["prisma", "--json"]).ok().json();
    let flow = flow.get("columns").map_or(&flow, |columns| &columns[0]);
    assert_eq!(flow["screened"], n);
    for (key, want) in [
        ("/excluded/total", counted.places["title-excluded"]),
        ("/not_retrieved", counted.places["not-retrieved"]),
        ("/excluded_full_text/total", counted.places["excluded"]),
        ("/included/reports", counted.places["included"]),
        ("/pending/title_abstract", 0),
        ("/pending/full_text", 0),
    ] {
        assert_eq!(flow.pointer(key), Some(&Value::from(want)), "{key}: {flow}");
    }
    let agreement = workspace
        .run(&["screen", "agreement", "--json"])
        .ok()
        .json();
    let mut found = BTreeMap::new();
    for stratum in agreement["strata"].as_array().unwrap() {
        for pair in stratum["pairs"].as_array().unwrap() {
            let key = (stratum["phase"].to_string(), pair["people"].to_string());
            found.insert(key, pair["table"].to_string());
        }
    }
    assert_eq!(found, counted.agreement());
    assert!(
        counted.discussed > 0 && counted.later > 0,
        "the script reaches what is rare"
    );
}

/// Whether forward, the reason, and the event.
type Vote = (bool, String, u64);

/// What each person said, one after the other; the last that stands counts.
type Voices = BTreeMap<String, Vec<Vote>>;

fn take_back(voices: &mut Voices, target: u64) {
    for said in voices.values_mut() {
        said.retain(|vote| vote.2 != target);
    }
    voices.retain(|_, said| !said.is_empty());
}

/// What one report went through in a phase.
#[derive(Default)]
struct Course {
    /// The independent votes.
    first: Voices,
    now: Voices,
    talk: Option<(BTreeSet<String>, Voices)>,
    settled: Option<bool>,
}

impl Course {
    fn agreed(&self, phase: &str) -> Option<bool> {
        let all: BTreeSet<(bool, &str)> = self
            .now
            .values()
            .filter_map(|said| said.last())
            .map(|(forward, reason, _)| {
                let reason = if phase == "full-text" { reason } else { "" };
                (*forward, reason)
            })
            .collect();
        match all.into_iter().collect::<Vec<_>>().as_slice() {
            [(forward, _)] if self.now.len() >= 2 => Some(*forward),
            _ => None,
        }
    }

    fn outcome(&self, phase: &str) -> Option<bool> {
        self.settled.or_else(|| self.agreed(phase))
    }
}

/// The log, counted without anything of the program.
struct Counted {
    places: BTreeMap<&'static str, usize>,
    courses: BTreeMap<(String, String), Course>,
    discussed: usize,
    later: usize,
}

impl Counted {
    fn of(events: &[Value]) -> Self {
        let mut courses: BTreeMap<(String, String), Course> = BTreeMap::new();
        let mut retrieval: BTreeMap<String, Vec<(u64, bool)>> = BTreeMap::new();
        let (mut discussed, mut later) = (0, 0);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        for event in events {
            let (body, seq) = (&event["body"], event["seq"].as_u64().unwrap());
            let person = text(&event["actor"]);
            let key = (text(&body["report"]), text(&body["phase"]));
            match event["kind"].as_str().unwrap() {
                "decision_made" if key.1 == "retrieval" => {
                    let all = retrieval.entry(key.0).or_default();
                    all.push((seq, body["choice"] == "retrieved"));
                }
                "decision_made" => {
                    let course = courses.entry(key.clone()).or_default();
                    let vote = (body["choice"] != "exclude", text(&body["reason"]), seq);
                    if body["settles"] == true {
                        course.settled = Some(vote.0);
                        continue;
                    }
                    if let Some((people, votes)) = &mut course.talk
                        && people.contains(&person)
                    {
                        votes.entry(person).or_default().push(vote);
                        if votes.len() == people.len() {
                            course.now = votes.clone();
                            course.talk = None;
                        }
                    } else if course.now.len() < 2 {
                        course.first.entry(person).or_default().push(vote);
                        course.now = course.first.clone();
                    } else {
                        later += 1;
                    }
                }
                "conflict_returned" => {
                    discussed += 1;
                    let course = courses.get_mut(&key).unwrap();
                    let people = body["people"].as_array().unwrap().iter().map(text);
                    course.talk = Some((people.collect(), Voices::new()));
                }
                "event_undone" => {
                    let target = body["event"].as_u64().unwrap();
                    for all in retrieval.values_mut() {
                        all.retain(|(seq, _)| *seq != target);
                    }
                    for course in courses.values_mut() {
                        if let Some((_, votes)) = &mut course.talk {
                            take_back(votes, target);
                        }
                        // A set of votes that is complete is closed.
                        if course.now.len() < 2 {
                            take_back(&mut course.first, target);
                            course.now = course.first.clone();
                        }
                    }
                }
                _ => {}
            }
        }
        let mut places: BTreeMap<&'static str, usize> = BTreeMap::new();
        for place in ["title-excluded", "not-retrieved", "excluded", "included"] {
            places.insert(place, 0);
        }
        for ((report, phase), course) in &courses {
            let forward = course.outcome(phase).unwrap();
            let place = match (phase.as_str(), forward) {
                ("title-abstract", false) => "title-excluded",
                ("title-abstract", true) => {
                    if retrieval[report].last().unwrap().1 {
                        continue;
                    }
                    "not-retrieved"
                }
                (_, true) => "included",
                (_, false) => "excluded",
            };
            *places.get_mut(place).unwrap() += 1;
        }
        Self {
            places,
            courses,
            discussed,
            later,
        }
    }

    /// By phase and two people: both forward, the first alone, the second alone, neither.
    fn agreement(&self) -> BTreeMap<(String, String), String> {
        let mut called = BTreeMap::new();
        for (n, name) in ["lea", "ada", "ann", "ben", "cy", "dan"].iter().enumerate() {
            called.insert(format!("p{}", n + 1), *name);
        }
        let mut tables: BTreeMap<(String, String), [[u32; 2]; 2]> = BTreeMap::new();
        for ((_, phase), course) in &self.courses {
            for (a, one) in &course.first {
                for (b, two) in course.first.range(a.clone()..).skip(1) {
                    let people = serde_json::json!([called[a], called[b]]);
                    let key = (Value::from(phase.as_str()).to_string(), people.to_string());
                    let table = tables.entry(key).or_default();
                    let row = usize::from(!one.last().unwrap().0);
                    table[row][usize::from(!two.last().unwrap().0)] += 1;
                }
            }
        }
        let shown = |table: [[u32; 2]; 2]| serde_json::json!(table).to_string();
        tables
            .into_iter()
            .map(|(key, table)| (key, shown(table)))
            .collect()
    }
}
