//! Values that are not agreed are blind, as votes are: nobody learns what another entered, nor whether it
//! is missing or differs.

use crate::support::Workspace;
use crate::trialdata::{extracting, set, whole};
use serde_json::Value;

const SEEN: [&str; 2] = ["--events", "17"];

/// One trial is agreed; of the other eve has entered one value, and fay the same, another or none.
fn half(fay: Option<&str>) -> Workspace {
    let workspace = extracting();
    whole(&workspace, "s1", [("20", "40"), ("10", "40")]);
    let note = ["--n", "31", "--note", "xylophone"];
    set(
        &workspace,
        "s2",
        "honey",
        &[&SEEN[..], &note].concat(),
        "eve",
    )
    .ok();
    if let Some(events) = fay {
        set(
            &workspace,
            "s2",
            "honey",
            &["--events", events, "--n", "31"],
            "fay",
        )
        .ok();
    }
    workspace
}

fn row(workspace: &Workspace, more: &[&str]) -> Value {
    let mut args = vec![
        "extract",
        "list",
        "--study",
        "s2",
        "--outcome",
        "healed",
        "--json",
    ];
    args.extend(more);
    workspace.run(&args).ok().json()["cells"][0].clone()
}

#[test]
fn nobody_learns_what_another_entered_before_the_value_holds() {
    let workspace = half(None);
    workspace.run(&["run"]).ok();
    let asked: [&[&str]; 11] = [
        &["extract", "list"],
        &["extract", "list", "--json"],
        &["extract", "list", "--for", "fay"],
        &["extract", "list", "--for", "fay", "--json"],
        &["extract", "list", "--for", "lea", "--json"],
        &["extract", "export"],
        &["extract", "template", "--as", "fay"],
        &["export", "events"],
        &["pool"],
        &["status", "--json"],
        &["explain", "estimate:healed", "--json"],
    ];
    for args in asked {
        let said = workspace.run(args);
        let text = format!("{}{}", said.stdout, said.stderr);
        assert!(!text.contains("xylophone"), "{args:?}: {text}");
        assert!(
            !text.contains("\"events\": 17") && !text.contains(",17,"),
            "{args:?}: {text}"
        );
    }
    for (name, bytes) in workspace.outcome() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("xylophone"), "{name}");
    }
    // The event opens as no more than what it is, and does not say whose.
    let events = workspace.events();
    let blank: Vec<&Value> = events.iter().filter(|e| e["body"].is_null()).collect();
    assert_eq!(blank.len(), 1);
    assert!(blank[0]["actor"].is_null() && blank[0]["at"].is_null());
    let seq = blank[0]["seq"].to_string();
    for what in [format!("event:{seq}"), format!("cell:{seq}")] {
        let told = workspace.run(&["explain", &what]).ok().stdout;
        assert!(told.contains("a value that is not agreed"), "{told}");
        assert!(
            !told.contains("events 17") && !told.contains("by eve"),
            "{told}"
        );
    }
    // Who entered it sees it, a lead who asks does, and that is recorded.
    let own = row(&workspace, &["--for", "eve"]);
    assert_eq!(own["state"], "entered");
    assert_eq!(own["own"]["value"]["events"], 17);
    assert_eq!(row(&workspace, &["--for", "fay"])["state"], "to do");
    let all = workspace
        .run(&["extract", "export", "--unblind", "--as", "lea"])
        .ok()
        .stdout;
    assert!(all.contains("xylophone"), "{all}");
    assert_eq!(
        workspace.events().last().unwrap()["kind"],
        "votes_unblinded"
    );
    workspace
        .run(&["extract", "export", "--unblind", "--as", "eve"])
        .fails(2, &["needs the role lead"]);
}

#[test]
fn a_value_that_is_missing_is_not_told_from_one_that_differs() {
    let (missing, differs) = (half(None), half(Some("18")));
    for args in [&["extract", "list"][..], &["pool"], &["run"]] {
        let texts = [&missing, &differs].map(|workspace| {
            let text = workspace.run(args).stdout;
            // Whose work waits is the lead's and the adjudicator's view; times differ.
            let lines = text.lines().filter(|line| {
                !line.contains(" has ") && !line.contains("0.") && !line.contains("1.")
            });
            lines.map(str::to_owned).collect::<Vec<_>>()
        });
        assert_eq!(texts[0], texts[1], "{args:?}");
    }
    for who in ["eve", "lea"] {
        let told =
            [&missing, &differs].map(|workspace| row(workspace, &["--for", who])["state"].clone());
        assert_eq!(told[0], told[1], "{who}");
    }
    assert_eq!(row(&differs, &["--for", "fay"])["state"], "entered");
    // Who settles sees both, and no name.
    let settles = row(&differs, &["--for", "kim"]);
    assert_eq!(settles["state"], "to settle: events");
    let mut events: Vec<u64> = settles["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["value"]["events"].as_u64().unwrap())
        .collect();
    events.sort_unstable();
    assert_eq!(events, [17, 18]);
    let shown = differs
        .run(&["extract", "list", "--for", "kim"])
        .ok()
        .stdout;
    assert!(
        shown.contains("    A: events 1") && shown.contains("    B: events 1"),
        "{shown}"
    );
    assert!(
        !shown.contains("by eve") && !shown.contains("fay"),
        "{shown}"
    );
}

#[test]
fn a_value_opens_once_it_is_agreed_or_settled() {
    let agreed = half(Some("17"));
    assert_eq!(row(&agreed, &[])["state"], "holds");
    assert!(
        agreed
            .run(&["extract", "export"])
            .ok()
            .stdout
            .contains("xylophone")
    );
    assert!(agreed.events().iter().all(|event| !event["body"].is_null()));

    let settled = half(Some("18"));
    let settle = ["--events", "18", "--n", "31", "--reconcile"];
    set(&settled, "s2", "honey", &settle, "kim").ok();
    assert_eq!(row(&settled, &[])["state"], "settled");
    assert!(
        settled
            .run(&["extract", "export"])
            .ok()
            .stdout
            .contains("xylophone")
    );
    // What is entered since is blind again, what was told before stays told.
    set(
        &settled,
        "s2",
        "honey",
        &["--events", "19", "--n", "31"],
        "eve",
    )
    .ok();
    let table = settled.run(&["extract", "export"]).ok().stdout;
    assert!(
        table.contains("xylophone") && !table.contains(",19,"),
        "{table}"
    );
    let now = row(&settled, &[]);
    assert_eq!(
        (&now["state"], &now["value"]["events"]),
        (&"open".into(), &18.into())
    );
}

#[test]
fn a_value_that_was_taken_back_stays_blind_with_its_undo() {
    let workspace = half(None);
    workspace.run(&["screen", "undo", "--as", "eve"]).ok();
    let events = workspace.events();
    let blank: Vec<&str> = events
        .iter()
        .filter(|event| event["body"].is_null())
        .map(|event| event["kind"].as_str().unwrap())
        .collect();
    assert_eq!(blank, ["cell_extracted", "event_undone"]);
}

#[test]
fn an_undone_vote_on_an_open_report_is_told_to_nobody() {
    let workspace = crate::people::review();
    crate::people::decide(&workspace, "r1", "include", "ann").ok();
    workspace.run(&["screen", "undo", "--as", "ann"]).ok();
    let events = workspace.events();
    let last = events.last().unwrap();
    assert_eq!(last["kind"], "event_undone");
    assert!(last["body"].is_null() && last["actor"].is_null(), "{last}");
}

#[test]
fn tables_of_records_do_not_tell_that_votes_disagree() {
    let workspace = crate::people::review();
    for (who, choice) in [("ann", "include"), ("ben", "exclude")] {
        crate::people::decide(&workspace, "r1", choice, who).ok();
    }
    for args in [
        &["export", "records"][..],
        &["export", "studies"],
        &["study", "list", "--json"],
    ] {
        let text = workspace.run(args).ok().stdout;
        assert!(!text.contains("conflict"), "{args:?}: {text}");
    }
    // Who voted learns nothing by asking to settle.
    workspace
        .run(&["user", "role", "ann", "reviewer,adjudicator", "--as", "lea"])
        .ok();
    let in_conflict = workspace.run(&["screen", "settle", "r1", "include", "--as", "ann"]);
    crate::people::decide(&workspace, "r2", "include", "ann").ok();
    let open = workspace.run(&["screen", "settle", "r2", "include", "--as", "ann"]);
    assert_eq!(
        in_conflict
            .fails(2, &["voted on"])
            .stderr
            .replace("r1", "r2"),
        open.stderr
    );
}
