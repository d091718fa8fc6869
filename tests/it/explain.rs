//! Every number opens: counts into members, members into events, events into bytes.

use crate::support::Workspace;
use serde_json::{Value, json};

/// Every path of `prisma --json` that is a count.
fn paths(prefix: &str, value: &Value, out: &mut Vec<(String, u64)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter().filter(|(key, _)| *key != "identities") {
                let path = if prefix.is_empty() {
                    key.clone()
                } else {
                    format!("{prefix}.{key}")
                };
                paths(&path, value, out);
            }
        }
        Value::Array(list) => {
            for item in list {
                let name = item["name"].as_str().unwrap();
                out.push((format!("{prefix}[{name}]"), item["n"].as_u64().unwrap()));
            }
        }
        Value::Number(n) => out.push((prefix.to_owned(), n.as_u64().unwrap())),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// The identity I7 of a flow, where it is asserted.
fn pooled(flow: &Value) -> Option<&Value> {
    let all = flow["identities"].as_array().unwrap();
    all.iter().find(|identity| identity["id"] == "I7")
}

#[test]
fn the_flow_of_a_workspace_asserts_that_no_more_is_pooled_than_is_included() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let flow = workspace.run(&["prisma", "--json"]).ok().json();
    let stated = pooled(&flow).expect("the demonstration pools studies");
    assert_eq!(stated["holds"], true);
    assert_eq!(stated["right"], flow["total"]["studies"]);
    assert!(stated["left"].as_u64().unwrap() > 1, "{stated}");
    let report: Value = serde_json::from_slice(&workspace.read("reports/prisma.json")).unwrap();
    assert_eq!(pooled(&report), Some(stated));
    let exported = workspace
        .run(&["export", "prisma", "--format", "json"])
        .ok();
    assert_eq!(pooled(&exported.json()), Some(stated));
    // Its number opens as every other does.
    let said = workspace.run(&["explain", "pooled", "--json"]).ok().json();
    assert_eq!(said["value"], stated["left"]);
    assert_eq!(
        json!(said["members"].as_array().unwrap().len()),
        stated["left"]
    );

    let empty = Workspace::new();
    empty.write("one.ris", "TY  - JOUR\nTI  - A trial\nPY  - 2019\nER  - \n");
    let import = ["import", "one.ris", "--source", "Cochrane CENTRAL"];
    empty.run(&import).ok();
    let flow = empty.run(&["prisma", "--json"]).ok().json();
    assert_eq!(
        pooled(&flow),
        None,
        "nothing is pooled, nothing is asserted"
    );
}

#[test]
fn every_count_of_the_flow_opens_into_members_events_and_bytes() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace.run(&["update", "--replay"]).ok();
    let last = workspace.events().len() as u64;
    let flow = workspace.run(&["prisma", "--json"]).ok().json();
    let mut all = Vec::new();
    paths("", &flow, &mut all);
    assert!(all.len() > 45, "{}", all.len());
    for (path, n) in &all {
        let said = workspace.run(&["explain", path, "--json"]).ok().json();
        assert_eq!(said["value"], json!(n), "{path}");
        let members = said["members"].as_array().unwrap();
        assert_eq!(members.len() as u64, *n, "{path}");
        assert!(
            !said["rule"].as_str().unwrap().is_empty(),
            "{path} has no rule"
        );
        for member in members {
            let events = member["events"].as_array().unwrap();
            assert!(!events.is_empty(), "{path}: {member} has no event");
            assert!(
                events
                    .iter()
                    .all(|seq| (1..=last).contains(&seq.as_u64().unwrap()))
            );
        }
        if *n > 0 && !path.ends_with("studies") {
            assert!(
                !said["bytes"].as_array().unwrap().is_empty(),
                "{path} has no bytes"
            );
        }
    }
    let excluded = workspace.run(&["explain", "excluded.total"]).ok().stdout;
    assert!(
        excluded.contains("records screened") || excluded.contains("screened"),
        "{excluded}"
    );
}

#[test]
fn a_record_shows_the_bytes_it_was_read_from() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let csv = workspace.run(&["export", "records"]).ok().stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let mut seen = std::collections::BTreeSet::new();
    for row in reader.records().map(|row| row.unwrap()) {
        // One record of each source.
        if !seen.insert(row[2].to_owned()) {
            continue;
        }
        let said = workspace
            .run(&["explain", &format!("record:{}", &row[0]), "--json"])
            .ok()
            .json();
        let text = said["excerpts"][0]["text"].as_str().unwrap();
        let title = &row[4];
        let word = title.split_whitespace().find(|w| w.len() > 6).unwrap_or("");
        assert!(
            text.contains(word),
            "{}: `{word}` is not in {text}",
            &row[2]
        );
        assert!(
            text.lines().count() < 60,
            "{}: more than one record in {text}",
            &row[2]
        );
    }
    assert_eq!(seen.len(), 7);
}

#[test]
fn reports_studies_and_events_open_and_what_is_not_there_is_refused() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let report = workspace
        .run(&["explain", "report:31735560", "--json"])
        .ok()
        .json();
    assert_eq!(report["value"], json!("included"));
    let trail = report["members"][0]["trail"].to_string();
    for word in [
        "retrieved in retrieval",
        "include in full-text",
        "linked to s",
    ] {
        assert!(trail.contains(word), "{word}: {trail}");
    }
    let study = workspace
        .run(&["explain", "study:s1", "--json"])
        .ok()
        .json();
    assert!(study["members"].as_array().unwrap().len() >= 2);
    workspace.run(&["explain", "event:1"]).ok();
    for (what, words) in [
        ("removed.duplicate", "did you mean `removed.duplicates`?"),
        ("record:r99999", "there is nothing"),
        ("event:99999", "there is nothing"),
        ("study:s99", "there is nothing"),
    ] {
        workspace.run(&["explain", what]).fails(2, &[words]);
    }
}

#[test]
fn an_open_vote_does_not_show() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace.run(&["update", "--replay"]).ok();
    let events = workspace.events();
    let open = events.iter().find(|event| event["body"].is_null()).unwrap()["seq"].to_string();
    let said = workspace
        .run(&["explain", &format!("event:{open}"), "--json"])
        .ok()
        .json();
    assert!(said["value"].is_null());
    let list = workspace
        .run(&["screen", "list", "--phase", "title-abstract", "--json"])
        .ok()
        .json();
    for row in list["reports"].as_array().unwrap() {
        let what = format!("report:{}", row["report"].as_str().unwrap());
        let said = workspace.run(&["explain", &what]).ok().stdout;
        assert!(!said.contains("in title-abstract"), "{said}");
    }
}

#[test]
fn a_backup_made_while_another_process_writes_audits_clean() {
    let workspace = Workspace::demonstration();
    let mut writer = workspace
        .command(&["run", "--replay"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut copies = 0;
    while writer.try_wait().unwrap().is_none() {
        let name = format!("copy-{copies}.sqlite");
        if workspace.path("db/review.sqlite").exists()
            && workspace.run(&["backup", &name]).code == 0
        {
            copies += 1;
        }
    }
    workspace.run(&["backup", "last.sqlite"]).ok();
    workspace
        .run(&["backup", "last.sqlite"])
        .fails(2, &["exists already"]);
    let names = (0..copies)
        .map(|n| format!("copy-{n}.sqlite"))
        .chain(["last.sqlite".into()]);
    for name in names {
        let folder = format!("of-{name}");
        workspace.run(&["restore", &name, &folder]).ok();
    }
}

#[test]
fn a_set_too_large_to_tell_each_trail_says_so() {
    let workspace = Workspace::new();
    let file = |records: std::ops::Range<u32>| -> String {
        let mut text = String::new();
        for n in records {
            let title = format!("Trial number {n} of this file");
            text += &format!("TY  - JOUR\nTI  - {title}\nID  - x{n}\nER  - \n\n");
        }
        text
    };
    for (name, records, left_out) in [("a.ris", 0..1_000, false), ("b.ris", 1_000..1_001, true)] {
        workspace.write(name, &file(records));
        workspace
            .run(&["import", name, "--source", "Cochrane CENTRAL"])
            .ok();
        let told = workspace
            .run(&["explain", "identified.databases.total", "--json"])
            .ok()
            .json();
        let members = told["members"].as_array().unwrap();
        let without = members
            .iter()
            .all(|member| member["trail"].as_array().unwrap().is_empty());
        assert_eq!(told["trails_left_out"] == true, left_out);
        assert_eq!(without, left_out);
    }
}
