//! Until a report is settled, nothing of another's vote leaves the program.

use crate::support::Workspace;
use serde_json::Value;

/// The demonstration after its update: votes are missing, two reports are in conflict.
fn half_way() -> Workspace {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace.run(&["update", "--replay"]).ok();
    workspace
}

/// The events that are votes on reports not settled in their phase, read from the database.
fn open_votes(workspace: &Workspace) -> Vec<(u64, String, String)> {
    let conn = rusqlite::Connection::open(workspace.path("db/review.sqlite")).unwrap();
    let mut find = conn
        .prepare(
            "SELECT d.seq, p.place, d.phase FROM decision d JOIN record r ON r.id = d.report
             JOIN report p ON p.id = r.report
             WHERE (p.place LIKE 'title-%' AND p.place <> 'title-excluded' AND d.phase = 'title-abstract')
                OR (p.place IN ('fulltext-open', 'fulltext-conflict') AND d.phase = 'full-text')",
        )
        .unwrap();
    let rows = find
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn exported_events_keep_only_number_kind_and_hashes_of_an_open_vote() {
    let workspace = half_way();
    let open = open_votes(&workspace);
    assert!(open.len() > 10, "{}", open.len());
    let events = workspace.events();
    for (seq, ..) in &open {
        let event = &events[usize::try_from(*seq - 1).unwrap()];
        assert_eq!(event["seq"], *seq);
        assert_eq!(event["kind"], "decision_made");
        for field in ["body", "actor", "at", "via"] {
            assert!(event[field].is_null(), "{field} of {event}");
        }
        assert!(event["hash"].is_string() && event["prev"].is_string());
    }
    let blank = events
        .iter()
        .filter(|event| event["body"].is_null())
        .count();
    assert_eq!(blank, open.len());
}

#[test]
fn unblinding_needs_a_person_and_is_an_event() {
    let workspace = half_way();
    workspace
        .run(&["export", "events", "--unblind"])
        .fails(2, &["--as NAME"]);
    let text = workspace
        .run(&["export", "events", "--unblind", "--as", "lead"])
        .ok()
        .stdout;
    let events: Vec<Value> = text
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert!(events.iter().all(|event| !event["body"].is_null()));
    assert_eq!(events.last().unwrap()["kind"], "votes_unblinded");
}

#[test]
fn exported_decisions_leave_open_votes_out() {
    let workspace = half_way();
    let open: Vec<u64> = open_votes(&workspace)
        .iter()
        .map(|(seq, ..)| *seq)
        .collect();
    let all = workspace
        .run(&["screen", "export", "--unblind", "--as", "lead"])
        .ok()
        .stdout;
    let blind = workspace.run(&["screen", "export"]).ok().stdout;
    assert_eq!(all.lines().count() - blind.lines().count(), open.len());
}

#[test]
fn a_reviewer_cannot_tell_a_missing_vote_from_a_conflict() {
    let workspace = half_way();
    let list = workspace
        .run(&[
            "screen",
            "list",
            "--for",
            "reviewer-1",
            "--as",
            "reviewer-1",
            "--json",
        ])
        .ok()
        .json();
    let states: std::collections::BTreeSet<&str> = list["reports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["state"].as_str().unwrap())
        .collect();
    assert!(
        states.len() > 1,
        "the list is too short to tell anything: {states:?}"
    );
    for state in states {
        assert!(
            state == "to do" || state.starts_with("decided: "),
            "{state}"
        );
    }
}

#[test]
fn the_report_holds_nothing_of_an_open_vote() {
    let workspace = half_way();
    // A vote with a note that stands nowhere else, on a report that waits for the other reviewer.
    let list = workspace
        .run(&[
            "screen",
            "list",
            "--for",
            "reviewer-1",
            "--as",
            "reviewer-1",
            "--json",
        ])
        .ok()
        .json();
    let rows = list["reports"].as_array().unwrap();
    assert!(!rows.is_empty());
    let row = rows
        .iter()
        .find(|row| row["phase"] == "title-abstract" && row["state"] == "decided: include");
    let report = row.unwrap_or(&rows[0])["report"]
        .as_str()
        .unwrap()
        .to_owned();
    workspace
        .run(&[
            "screen",
            "decide",
            &report,
            "--phase",
            "title-abstract",
            "unsure",
            "--note",
            "xylophone",
            "--as",
            "reviewer-1",
        ])
        .ok();
    workspace.run(&["report"]).ok();
    for (name, bytes) in workspace.outcome() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("xylophone"), "{name}");
    }
}

#[test]
fn the_day_of_an_open_vote_is_no_day_of_screening() {
    let workspace = Workspace::new();
    for (name, role) in [("bea", "reviewer"), ("cid", "reviewer"), ("ann", "lead")] {
        workspace.run(&["user", "add", name, "--role", role]).ok();
    }
    let toml = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    if !toml.contains("\n[living]") {
        workspace.write(
            "workflow.toml",
            &format!("{toml}\n[living]\nscreening = \"weekly\"\n"),
        );
    }
    workspace.write(
        "a.ris",
        "TY  - JOUR\nTI  - A title\nAU  - Ames, Bo\nPY  - 2020\nER  - \n",
    );
    workspace
        .run(&["import", "a.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    workspace.run(&["dedup"]).ok();
    workspace.run(&["filter"]).ok();
    let last = || {
        let told = workspace.run(&["schedule", "--json"]).ok().json();
        let steps = told["steps"].as_array().unwrap().clone();
        let step = steps
            .into_iter()
            .find(|step| step["step"] == "screening")
            .unwrap();
        step["last"].clone()
    };
    let before = last();
    workspace
        .run(&["screen", "decide", "r1", "exclude", "--as", "bea"])
        .ok();
    assert_eq!(last(), before);
    workspace
        .run(&["screen", "decide", "r1", "exclude", "--as", "cid"])
        .ok();
    assert_ne!(last(), before);
}
