//! Weeks of a living review: a simulated clock, a service that fails, records that come, change and are
//! retracted, kills, clocks that are set.

use super::server::{Fault, Server, TRANSIENT};
use super::world::World;
use super::{Review, contact};
use jiff::Timestamp;
use perennial::model::{Clock, Quiet, time};
use perennial::pipeline::Workspace;
use perennial::pipeline::watch::{Act, Tick, Watcher};
use perennial::search::SearchError;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

const WHERE: &str = "PERENNIAL_TEST_WATCH";
const WHEN: &str = "PERENNIAL_TEST_WATCH_AT";

/// A clock that is set by hand, and goes on by a second each time it is asked.
struct Simulated(Mutex<Timestamp>);

impl Simulated {
    fn at(text: &str) -> Self {
        Self(Mutex::new(text.parse().unwrap()))
    }

    fn time(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn go(&self, seconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now = now
            .saturating_add(jiff::SignedDuration::from_secs(seconds))
            .unwrap();
    }

    fn to(&self, at: Timestamp) {
        *self.0.lock().unwrap() = at;
    }
}

impl Clock for Simulated {
    fn now(&self) -> String {
        self.go(1);
        time::format(self.time())
    }

    fn set(&self, _at: &str) {}
}

fn ready(workspace: &mut Workspace) -> Result<(), SearchError> {
    workspace.live = !perennial::pipeline::live::sources(workspace, &[])?.is_empty();
    workspace.contact = Some(contact());
    Ok(())
}

fn tick(root: &Path, clock: &dyn Clock) -> Tick {
    let watcher = Watcher {
        root,
        clock,
        progress: &Quiet,
        ready: &ready,
    };
    watcher.tick().unwrap()
}

/// A review with a schedule, searched once.
fn living(server: &Server, living: &str, at: &str) -> Review {
    let review = Review::new(server, &["alpha"]);
    let path = review.path("workflow.toml");
    let mut text = std::fs::read_to_string(&path).unwrap();
    text.push_str("\n[living]\n");
    text.push_str(living);
    std::fs::write(&path, text).unwrap();
    review.search(at).unwrap();
    review
}

/// Each planned date with its outcome, in order.
fn kept(review: &Review) -> Vec<(String, String)> {
    let workspace = review.open();
    let all = workspace
        .store
        .snapshot()
        .unwrap()
        .read()
        .dates_kept()
        .unwrap();
    all.into_iter().map(|one| (one.due, one.outcome)).collect()
}

/// Not a test of its own: the process that is killed.
#[test]
fn a_watch_in_a_process_of_its_own() {
    let (Some(root), Ok(at)) = (std::env::var_os(WHERE), std::env::var(WHEN)) else {
        return;
    };
    tick(&PathBuf::from(root), &Simulated::at(&at));
}

/// A watch that is killed after some requests.
fn killed(review: &Review, server: &Server, at: Timestamp, requests: usize) {
    let before = server.count();
    server.hold_from(before + requests);
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["eutils::year::a_watch_in_a_process_of_its_own", "--exact"])
        .env(WHERE, review.folder.path())
        .env(WHEN, at.to_string())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while server.count() < before + requests && child.try_wait().unwrap().is_none() {
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
    // Where it asked for less, it has ended: that is a kill behind the last commit.
    let _ = child.kill();
    child.wait().unwrap();
    server.release();
}

/// What the service shows from a week on.
fn weekly(world: &mut World, week: u32, shown: &mut BTreeSet<u32>) {
    if week % 3 == 1 {
        let pmid = 31_000_000 + week;
        world.add(pmid, "alpha");
        shown.insert(pmid);
    }
    if week % 5 == 2 {
        // Added now, with the PMID and the date of long ago.
        let pmid = 20_000_000 + week;
        world.add(pmid, "alpha").revised = "2015/01/01".into();
        shown.insert(pmid);
    }
    let first = *world.entries.keys().next_back().unwrap();
    if week % 7 == 3 {
        let entry = world.entries.get_mut(&first).unwrap();
        entry.edition.push_str(" again");
        entry.revised = format!("2026/{:02}/28", 1 + week / 5);
    }
    if week == 6 {
        let entry = world.entries.get_mut(&first).unwrap();
        entry.kinds.push("Retracted Publication".into());
    }
}

/// `PERENNIAL_YEAR=1` walks the whole year with a hundred kills; otherwise a few weeks of it.
#[test]
fn every_planned_date_is_kept_once_and_no_record_is_lost_whatever_fails() {
    let whole = std::env::var_os("PERENNIAL_YEAR").is_some();
    let (weeks, kills) = if whole { (52, 2) } else { (10, 1) };
    let server = Server::new(World::of("alpha", 30, 30_000_000, 3));
    let mut shown: BTreeSet<u32> = (0..30).map(|k| 30_000_000 + k * 3).collect();
    // On Sundays at 02:30: on 8 March 2026 that time is skipped, on 1 November it comes twice.
    let review = living(
        &server,
        "search = \"weekly on Sunday at 02:30\"\ntimezone = \"America/New_York\"\n",
        if whole {
            "2026-01-01T12:00:00.000Z"
        } else {
            "2026-01-29T12:00:00.000Z"
        },
    );
    server.fail(3, TRANSIENT);
    let clock = Simulated::at(if whole {
        "2026-01-01T12:00:00Z"
    } else {
        "2026-01-29T12:00:00Z"
    });
    let end = clock
        .time()
        .saturating_add(jiff::SignedDuration::from_hours(weeks * 7 * 24))
        .unwrap();
    let mut week = 0;
    let mut failed = 0;
    let mut updates = 0;
    while clock.time() < end {
        let seen = tick(review.folder.path(), &clock);
        updates += seen
            .acts
            .iter()
            .filter(|act| matches!(act, Act::Updated { .. }))
            .count();
        failed += usize::from(seen.error.is_some());
        let until = seen.until.unwrap();
        assert!(until > clock.time(), "{:?}", seen.acts);
        clock.to(until);
        if seen.error.is_some() {
            server.fail(3, TRANSIENT);
            continue;
        }
        week += 1;
        server.change(|world| weekly(world, week, &mut shown));
        for n in 0..kills {
            if week % 2 == 1 || whole {
                killed(&review, &server, clock.time(), 1 + (week as usize + n) % 4);
            }
        }
        match week % 8 {
            // The service is down for a day: it is tried again, and nothing is skipped.
            3 => server.fail(1, &[Fault::Status(503)]),
            // The clock is set back: what was told is not told again.
            5 => {
                let now = clock.time();
                tick(review.folder.path(), &clock);
                clock.to(now);
                clock.go(-2 * 24 * 3_600);
                tick(review.folder.path(), &clock);
                clock.to(now);
            }
            _ => {}
        }
    }
    server.fail(0, &[]);
    tick(review.folder.path(), &clock);
    assert!(
        updates > 0 && failed > 0,
        "{updates} updates, {failed} failed"
    );
    let kept = kept(&review);
    let days: Vec<&String> = kept.iter().map(|(day, _)| day).collect();
    let mut want = Vec::new();
    let mut day: jiff::civil::Date = if whole { "2026-01-04" } else { "2026-02-01" }
        .parse()
        .unwrap();
    while day
        <= clock
            .time()
            .to_zoned_datetime(jiff::tz::TimeZone::UTC)
            .date()
    {
        want.push(day.to_string());
        day = day.checked_add(jiff::Span::new().weeks(1)).unwrap();
    }
    assert_eq!(days, want.iter().collect::<Vec<_>>(), "{kept:?}");
    assert!(
        kept.iter()
            .all(|(_, outcome)| outcome == "done" || outcome == "nothing new"),
        "{kept:?}"
    );
    assert!(
        kept.iter().any(|(_, outcome)| outcome == "nothing new"),
        "{kept:?}"
    );
    let found: BTreeSet<u32> = review.pmids().into_iter().collect();
    assert_eq!(found, shown);
    review.holds_no_secret();
    assert!(
        review
            .open()
            .store
            .rebuild_and_compare()
            .unwrap()
            .is_empty()
    );
}

#[test]
fn after_a_long_sleep_a_watch_catches_up_once_and_tells_what_it_missed() {
    let server = Server::new(World::of("alpha", 5, 30_000_000, 3));
    let review = living(
        &server,
        "search = \"weekly on Monday\"\n",
        "2026-01-01T12:00:00.000Z",
    );
    server.forget();
    let clock = Simulated::at("2026-01-28T12:00:00Z");
    let first = tick(review.folder.path(), &clock);
    assert_eq!(server.count(), 2, "the ids, and what was revised");
    assert_eq!(
        kept(&review),
        [
            ("2026-01-05".into(), "missed".into()),
            ("2026-01-12".into(), "missed".into()),
            ("2026-01-19".into(), "missed".into()),
            ("2026-01-26".to_owned(), "nothing new".to_owned()),
        ]
    );
    assert_eq!(first.until, Some("2026-02-02T00:00:00Z".parse().unwrap()));
    // Neither another look, nor another watch, nor a clock that was set back searches again.
    let log = review.events();
    tick(review.folder.path(), &clock);
    clock.to("2026-01-12T00:00:00Z".parse().unwrap());
    tick(review.folder.path(), &clock);
    assert_eq!((server.count(), review.events().len()), (2, log.len()));
}

#[test]
fn a_service_that_stays_down_is_asked_less_and_less_and_the_date_has_failed_at_the_next() {
    let server = Server::new(World::of("alpha", 5, 30_000_000, 3));
    let review = living(
        &server,
        "search = \"weekly on Monday\"\n",
        "2026-01-01T12:00:00.000Z",
    );
    server.fail(1, &[Fault::BadKey]);
    let clock = Simulated::at("2026-01-05T00:00:00Z");
    let mut pauses = Vec::new();
    while clock.time() < "2026-01-12T00:00:00Z".parse().unwrap() {
        let seen = tick(review.folder.path(), &clock);
        assert!(seen.error.is_some());
        assert_eq!(kept(&review), [], "the date stays open");
        // Before its time nothing is asked.
        let count = server.count();
        assert_eq!(tick(review.folder.path(), &clock).until, seen.until);
        assert_eq!(server.count(), count);
        let until = seen.until.unwrap();
        pauses.push(until.duration_since(clock.time()).as_mins());
        clock.to(until);
    }
    assert_eq!(pauses[..3], [14, 29, 59]);
    assert_eq!(pauses.iter().max(), Some(&719));
    server.fail(0, &[]);
    let seen = tick(review.folder.path(), &clock);
    assert!(seen.error.is_none(), "{:?}", seen.acts);
    let told = kept(&review);
    assert_eq!(told[0], ("2026-01-05".to_owned(), "failed".to_owned()));
    assert_eq!(told[1], ("2026-01-12".to_owned(), "nothing new".to_owned()));
    review.holds_no_secret();
}

#[test]
fn two_watches_at_once_search_once() {
    let server = Server::new(World::of("alpha", 5, 30_000_000, 3));
    let review = living(&server, "search = \"daily\"\n", "2026-01-01T12:00:00.000Z");
    server.forget();
    let root = review.folder.path();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let clock = Simulated::at("2026-01-02T00:00:00Z");
                for _ in 0..3 {
                    tick(root, &clock);
                }
            });
        }
    });
    tick(root, &Simulated::at("2026-01-02T00:10:00Z"));
    assert_eq!(server.count(), 2, "the ids, and what was revised");
    assert_eq!(
        kept(&review),
        [("2026-01-02".to_owned(), "nothing new".to_owned())]
    );
}

#[test]
fn a_watch_of_a_review_at_rest_says_why() {
    let server = Server::new(World::of("alpha", 5, 30_000_000, 3));
    let clock = Simulated::at("2027-01-02T00:00:00Z");
    for (lines, why) in [
        (
            "status = \"retired\"\nsearch = \"daily\"\n",
            "the review is retired",
        ),
        (
            "status = \"paused\"\nsearch = \"daily\"\n",
            "updates are paused",
        ),
        (
            "screening = \"weekly\"\n",
            "`[living]` of workflow.toml has no `search`",
        ),
    ] {
        let review = living(&server, lines, "2026-01-01T12:00:00.000Z");
        server.forget();
        let seen = tick(review.folder.path(), &clock);
        assert_eq!(seen.acts[0].words(), why);
        assert_eq!((server.count(), seen.until), (0, None));
    }
}

#[test]
fn watch_once_tells_each_act_and_ends() {
    let server = Server::new(World::of("alpha", 5, 30_000_000, 3));
    let review = living(&server, "search = \"daily\"\n", "2026-01-01T12:00:00.000Z");
    let run = |args: &[&str]| {
        let mut command = crate::support::program();
        command.current_dir(review.folder.path()).args(args);
        command
            .env("NCBI_EMAIL", super::EMAIL)
            .env("NCBI_API_KEY", super::KEY);
        crate::support::said(&command.output().unwrap())
    };
    let said = run(&["watch", "--once", "--json"]).ok();
    let acts: Vec<serde_json::Value> = said
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let words: Vec<&str> = acts
        .iter()
        .map(|act| act["act"].as_str().unwrap())
        .collect();
    assert_eq!(words.first(), Some(&"date"), "{}", said.stdout);
    assert_eq!(acts[0]["outcome"], "missed");
    assert_eq!(words[words.len() - 3..], ["updated", "date", "wait"]);
    assert_eq!(acts[acts.len() - 2]["outcome"], "nothing new");
    let shown = run(&["schedule"]).ok().stdout;
    assert!(
        shown.contains("watch: nothing new. PubMed alpha: 5 hits"),
        "{shown}"
    );
    let again = run(&["watch", "--once"]).ok().stdout;
    assert_eq!(again.lines().count(), 1, "{again}");
    run(&["audit"]).ok();
    review.holds_no_secret();
}
