//! Blind means blind, in bytes: two worlds that differ in another's open votes look the same.

use super::{Answer, Client, Server, titles};
use crate::support::{Workspace, copy};
use std::collections::BTreeMap;

/// Everything that is reached from `/` by links and forms, with its answers; the forms are not sent.
fn crawl(client: &Client) -> BTreeMap<String, Answer> {
    let mut seen = BTreeMap::new();
    let mut todo: Vec<String> = [
        "/",
        "/screen",
        "/records",
        "/account",
        "/keys",
        "/people",
        "/metrics",
        "/sign-in",
        "/screen/ahead?n=200",
        "/nowhere",
        "/screen/r1",
        "/conflicts",
        "/conflicts.json",
        "/conflicts/r3",
        "/agreement",
        "/duplicates",
        "/full-text",
        "/full-text/r2",
        "/full-text/r4",
        "/studies",
        "/flow?layout=combined",
        "/flow?layout=previous-latest",
        "/explain/event/1",
        "/explain/event/99999",
        "/explain/report/r3",
        "/explain/record/r4",
        "/explain/screened?open=r3",
        "/explain/excluded.total?without=screened",
        "/explain/pending.title_abstract?open=r4",
        "/duplicates/r3/r4",
        "/records/r3/split/r3",
        "/i/x",
    ]
    .map(str::to_owned)
    .to_vec();
    for list in ["unsure", "skipped", "noted", "unsettled", "to-decide"] {
        todo.push(format!("/screen?list={list}"));
    }
    while let Some(path) = todo.pop() {
        if seen.contains_key(&path) || seen.len() > 2_500 {
            continue;
        }
        let answer = client.get(&path);
        for part in answer
            .body
            .split("href=\"")
            .chain(answer.body.split("action=\""))
            .skip(1)
        {
            let target = part
                .split('"')
                .next()
                .unwrap_or_default()
                .replace("&#38;", "&")
                .replace("&amp;", "&");
            let target = target.split('#').next().unwrap_or_default().to_owned();
            // One member of a set stands for all; a picture is drawn from what its page shows.
            let again = target.contains("open=") || target.contains("/figures/flow.p");
            if target.starts_with('/') && !target.starts_with("//") && !again {
                todo.push(target);
            }
        }
        if !path.contains(".json") && answer.status == 200 {
            let (bare, tail) = path
                .split_once('?')
                .map_or((path.as_str(), String::new()), |(bare, tail)| {
                    (bare, format!("?{tail}"))
                });
            todo.push(format!("{bare}.json{tail}"));
        }
        seen.insert(path, answer);
    }
    seen
}

/// Sign-in times differ by the second in which the test ran, in either world.
fn comparable(
    answers: BTreeMap<String, Answer>,
    shown: fn(&str) -> String,
) -> BTreeMap<String, (u16, Vec<(String, String)>, String)> {
    answers
        .into_iter()
        // How long answers took is no matter of votes.
        .filter(|(path, _)| !path.starts_with("/account") && !path.starts_with("/metrics"))
        .map(|(path, answer)| {
            let heads = answer.head.into_iter().collect();
            (path, (answer.status, heads, shown(&answer.body)))
        })
        .collect()
}

/// Crawls the site as two people see it, and compares every byte that `shown` leaves.
pub(crate) fn same(a: &Client, b: &Client, shown: fn(&str) -> String) -> usize {
    let (one, other) = (comparable(crawl(a), shown), comparable(crawl(b), shown));
    let paths: Vec<_> = one.keys().collect();
    assert_eq!(paths, other.keys().collect::<Vec<_>>());
    for (path, answer) in &one {
        if answer != &other[path] {
            let (x, y) = (&answer.2, &other[path].2);
            let at = x.bytes().zip(y.bytes()).take_while(|(a, b)| a == b).count();
            let around = |text: &str| {
                text.chars()
                    .skip(at.saturating_sub(80))
                    .take(200)
                    .collect::<String>()
            };
            panic!(
                "{path} differs:\n{:?}\n{:?}\n{}\n---\n{}",
                answer.0,
                other[path].0,
                around(x),
                around(y)
            );
        }
    }
    one.len()
}

/// The open reports on which a person has no vote, and that no vote of theirs can settle: the other
/// reviewer has not voted either.
fn untouched(workspace: &Workspace) -> Vec<String> {
    let conn = rusqlite::Connection::open(workspace.path("db/review.sqlite")).unwrap();
    let mut find = conn
        .prepare(
            "SELECT p.id FROM report p WHERE p.place = 'title-open' AND NOT EXISTS (
               SELECT 1 FROM decision d JOIN record r ON r.id = d.report
               WHERE r.report = p.id AND d.undone = 0)",
        )
        .unwrap();
    let rows = find.query_map([], |row| row.get::<_, u32>(0)).unwrap();
    rows.map(|id| format!("r{}", id.unwrap())).collect()
}

#[test]
fn open_votes_of_another_change_no_byte_of_the_site() {
    let plain = titles(30);
    plain
        .run(&[
            "user",
            "add",
            "reviewer-3",
            "--role",
            "reviewer",
            "--as",
            "lead",
        ])
        .ok();
    for report in ["r1", "r2"] {
        super::settled(&plain, report);
    }
    plain
        .run(&["screen", "decide", "r3", "exclude", "--as", "reviewer-1"])
        .ok();
    plain
        .run(&[
            "screen",
            "decide",
            "r4",
            "include",
            "--as",
            "reviewer-1",
            "--note",
            "own",
        ])
        .ok();
    // The site gives the order that is learned from decisions.
    plain
        .run(&[
            "screen",
            "rank",
            "--order",
            "ranked",
            "--keep",
            "--as",
            "reviewer-1",
        ])
        .ok();
    let free = untouched(&plain);
    assert!(free.len() >= 20, "{free:?}");
    let free = &free[..12];
    let other = Workspace::empty();
    copy(plain.folder(), other.folder());
    // In the other world reviewer-2 votes in every way, some of it noted, some taken back; two of
    // them even disagree.
    for (n, report) in free.iter().enumerate() {
        let choice = ["include", "exclude", "unsure"][n % 3];
        other
            .run(&[
                "screen",
                "decide",
                report,
                "--phase",
                "title-abstract",
                choice,
                "--note",
                "secret",
                "--as",
                "reviewer-2",
            ])
            .ok();
        if n % 4 == 1 {
            let against = if choice == "exclude" {
                "include"
            } else {
                "exclude"
            };
            other
                .run(&[
                    "screen",
                    "decide",
                    report,
                    "--phase",
                    "title-abstract",
                    against,
                    "--as",
                    "reviewer-3",
                ])
                .ok();
        }
        if n % 5 == 4 {
            other.run(&["screen", "undo", "--as", "reviewer-2"]).ok();
        }
    }
    let (one, two) = (
        Server::of(plain.folder(), &[]),
        Server::of(other.folder(), &[]),
    );
    for name in ["extractor-1", "reviewer-1"] {
        let (mut a, mut b) = (one.person(name), two.person(name));
        let pages = same(&a, &b, str::to_owned);
        assert!(pages > 30, "{pages}");
        if name == "reviewer-1" {
            // What the reviewer does next is answered alike as well, on either kind of report.
            for report in free.iter().take(6) {
                let form = [("decision", "unsure"), ("key", report.as_str())];
                let path = format!("/screen/{report}");
                let (x, y) = (a.post(&path, &form), b.post(&path, &form));
                if other_is_open(&other, report) {
                    assert_eq!(x, y);
                }
            }
        }
    }
}

/// Whether a report is still open: a vote that settles is no open vote.
fn other_is_open(workspace: &Workspace, report: &str) -> bool {
    let conn = rusqlite::Connection::open(workspace.path("db/review.sqlite")).unwrap();
    let id: u32 = report[1..].parse().unwrap();
    let place: String = conn
        .query_row("SELECT place FROM report WHERE id = ?1", [id], |row| {
            row.get(0)
        })
        .unwrap();
    place.starts_with("title-open") || place.starts_with("title-conflict")
}
