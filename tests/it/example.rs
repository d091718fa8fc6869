//! The demonstration: the counts that its answer key and decisions give, and the same outcome
//! whenever and wherever it is run.

use crate::support::{Workspace, assert_same};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The counts that the archive's own script made from the answer key and the decisions.
fn expected() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/db/example/expected.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Compares every count that `want` names.
fn compare(path: &str, got: &Value, want: &Value, faults: &mut Vec<String>) {
    match want {
        Value::Object(map) => {
            for (key, value) in map {
                compare(&format!("{path}.{key}"), &got[key], value, faults);
            }
        }
        Value::Array(list) if list.iter().all(|item| item.get("n").is_some()) => {
            let by = |list: &Value| -> BTreeMap<String, u64> {
                let items = list.as_array().cloned().unwrap_or_default();
                items
                    .iter()
                    .map(|item| {
                        (
                            item["name"].as_str().unwrap().to_owned(),
                            item["n"].as_u64().unwrap(),
                        )
                    })
                    .filter(|(_, n)| *n > 0)
                    .collect()
            };
            let (got, want) = (by(got), by(want));
            let counts = |map: &BTreeMap<String, u64>| {
                let mut n: Vec<u64> = map.values().copied().collect();
                n.sort_unstable();
                n
            };
            // Rules and reasons carry the names of the workflow, the script has its own.
            let same = if path.ends_with("by_source") {
                got == want
            } else {
                counts(&got) == counts(&want)
            };
            if !same {
                faults.push(format!("{path}: {got:?}, expected {want:?}"));
            }
        }
        want => {
            if got != want {
                faults.push(format!("{path}: {got}, expected {want}"));
            }
        }
    }
}

#[test]
fn both_waves_give_the_counts_of_the_answer_key() {
    let workspace = Workspace::demonstration();
    let expected = expected();
    let mut faults = Vec::new();
    for (wave, command) in [("001", "run"), ("002", "update")] {
        workspace.run(&[command, "--replay"]).ok();
        let got = workspace.run(&["prisma", "--json"]).ok().json();
        compare(
            wave,
            &got,
            &expected["waves"][wave]["cumulative"],
            &mut faults,
        );
        let broken: Vec<&Value> = got["identities"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|identity| identity["holds"] != json!(true))
            .collect();
        assert!(broken.is_empty(), "{broken:?}");
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_second_copy_joins_its_record_and_nothing_else_joins() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace.run(&["update", "--replay"]).ok();
    // Where each record stood in its file, from the log.
    let mut place: BTreeMap<(String, String, u64), String> = BTreeMap::new();
    let mut pmid: BTreeMap<String, String> = BTreeMap::new();
    let mut listed: BTreeMap<String, String> = BTreeMap::new();
    for event in workspace.events() {
        if event["kind"] == "records_received" {
            let body = &event["body"];
            let source = body["source"].as_str().unwrap().to_owned();
            let file = body["file"]["path"].as_str().unwrap();
            let wave = if file.contains("/001/") { "001" } else { "002" };
            for record in body["new"].as_array().unwrap() {
                let id = record["record"].as_str().unwrap().to_owned();
                let key = record["key"].as_str().unwrap().to_owned();
                if source == "PubMed" {
                    pmid.insert(key, id.clone());
                } else {
                    listed.insert(format!("{source}:{key}"), id.clone());
                }
                let n = record["n"].as_u64().unwrap();
                place.insert((wave.to_owned(), source.clone(), n), id);
            }
        }
    }
    let csv = workspace
        .run(&["export", "records", "--format", "csv"])
        .ok()
        .stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let report: BTreeMap<String, String> = reader
        .records()
        .map(|row| row.unwrap())
        .map(|row| (row[0].to_owned(), row[1].to_owned()))
        .collect();
    let mut joined = BTreeSet::new();
    let mut faults = Vec::new();
    for cluster in expected()["clusters"].as_array().unwrap() {
        let named = cluster["report"].as_str().unwrap();
        // A report without a PMID stands by its place in the reference lists.
        let first = match pmid.get(named) {
            Some(id) => id.clone(),
            None => listed[named].clone(),
        };
        for copy in cluster["copies"].as_array().unwrap() {
            let text = |key: &str| copy[key].as_str().unwrap().to_owned();
            let id = &place[&(text("wave"), text("source"), copy["n"].as_u64().unwrap())];
            if report[id] == report[&first] {
                joined.insert(id.clone());
            } else {
                faults.push(format!(
                    "{id} is a copy of {first} ({named}) and stands apart"
                ));
            }
        }
    }
    for (id, head) in &report {
        if id != head && !joined.contains(id) {
            faults.push(format!("{id} joined {head} and is no copy of it"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn letters_errata_and_papers_of_one_trial_stay_apart() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace.run(&["update", "--replay"]).ok();
    let csv = workspace
        .run(&["export", "records", "--format", "csv"])
        .ok()
        .stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let report_of: BTreeMap<String, String> = reader
        .records()
        .map(|row| row.unwrap())
        .filter(|row| &row[2] == "PubMed")
        .map(|row| (row[3].to_owned(), row[1].to_owned()))
        .collect();
    // A letter and its reply; ICARIA-MM 2019 and 2022; CANDOR 2020 and 2022; CASTOR 2016 to 2023.
    for group in [
        &["39879604", "39879605"][..],
        &["31735560", "35151415"],
        &["32682484", "34871550"],
        &["27557302", "30237264", "32482541", "36413710"],
    ] {
        let reports: BTreeSet<&String> = group.iter().map(|pmid| &report_of[*pmid]).collect();
        assert_eq!(reports.len(), group.len(), "{group:?}");
    }
    // The erratum and the correction are linked to their papers, not merged.
    let relations: u64 = workspace
        .events()
        .iter()
        .filter(|event| event["kind"] == "records_clustered")
        .flat_map(|event| event["body"]["relations"].as_array().unwrap().clone())
        .filter(|relation| relation["relation"] == "notice-of")
        .map(|_| 1)
        .sum();
    assert!(relations >= 2, "{relations}");
}

#[test]
fn a_second_run_changes_nothing_and_says_so() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let before = workspace.outcome();
    let again = workspace.run(&["run", "--replay"]).ok();
    assert!(again.stdout.contains("Nothing to do"), "{}", again.stdout);
    assert_same(&workspace.outcome(), &before);
    let json = workspace.run(&["run", "--replay", "--json"]).ok().json();
    assert_eq!(json["changed"], false);
    workspace.run(&["audit"]).ok();
}

#[test]
fn two_folders_give_the_same_bytes() {
    let (a, b) = (Workspace::demonstration(), Workspace::demonstration());
    for command in ["run", "update"] {
        a.run(&[command, "--replay"]).ok();
        b.run(&[command, "--replay"]).ok();
        assert_same(&a.outcome(), &b.outcome());
    }
}

#[test]
fn every_box_equals_an_independent_count_from_the_exported_events() {
    let workspace = Workspace::demonstration();
    for command in ["run", "update"] {
        workspace.run(&[command, "--replay"]).ok();
        let got = workspace.run(&["prisma", "--json"]).ok().json();
        let want = Counted::from(&workspace.events()).flow();
        let mut faults = Vec::new();
        compare(command, &got, &want, &mut faults);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// The flow, counted from the exported events alone, by rules written down a second time here.
#[derive(Default)]
struct Counted {
    kinds: BTreeMap<String, String>,
    source: BTreeMap<u64, String>,
    parent: BTreeMap<u64, u64>,
    removed: BTreeMap<u64, (String, String)>,
    votes: BTreeMap<(u64, String), BTreeMap<String, (String, Option<String>, bool)>>,
    links: BTreeSet<(u64, String)>,
}

fn number(id: &Value) -> u64 {
    id.as_str().unwrap()[1..].parse().unwrap()
}

impl Counted {
    fn head(&self, id: u64) -> u64 {
        let parent = self.parent[&id];
        if parent == id { id } else { self.head(parent) }
    }

    fn from(events: &[Value]) -> Self {
        let mut out = Self::default();
        for event in events {
            let body = &event["body"];
            match event["kind"].as_str().unwrap() {
                "workflow_adopted" => {
                    for source in body["sources"].as_array().unwrap() {
                        let text = |key: &str| source[key].as_str().unwrap().to_owned();
                        out.kinds.insert(text("name"), text("kind"));
                    }
                }
                "records_received" => {
                    for record in body["new"].as_array().unwrap() {
                        let id = number(&record["record"]);
                        out.source
                            .insert(id, body["source"].as_str().unwrap().to_owned());
                        out.parent.insert(id, id);
                    }
                }
                "records_clustered" => {
                    for join in body["joins"].as_array().unwrap() {
                        let (a, b) = (out.head(number(&join["a"])), out.head(number(&join["b"])));
                        out.parent.insert(a.max(b), a.min(b));
                    }
                }
                "filter_applied" => {
                    for removal in body["removed"].as_array().unwrap() {
                        let text = |key: &str| removal[key].as_str().unwrap().to_owned();
                        out.removed
                            .insert(number(&removal["report"]), (text("box"), text("rule")));
                    }
                }
                // An open vote is exported without its body: it counts as missing.
                "decision_made" if !body.is_null() => {
                    let key = (
                        number(&body["report"]),
                        body["phase"].as_str().unwrap().to_owned(),
                    );
                    out.votes.entry(key).or_default().insert(
                        event["actor"].as_str().unwrap().to_owned(),
                        (
                            body["choice"].as_str().unwrap().to_owned(),
                            body["reason"].as_str().map(str::to_owned),
                            body["settles"] == json!(true),
                        ),
                    );
                }
                "report_linked" => {
                    let study = body["study"].as_str().unwrap().to_owned();
                    out.links.insert((number(&body["report"]), study));
                }
                "report_unlinked" => {
                    let study = body["study"].as_str().unwrap().to_owned();
                    out.links.remove(&(number(&body["report"]), study));
                }
                _ => {}
            }
        }
        out
    }

    /// `None` while votes are missing; else whether the report goes on, and the reason if not.
    fn settled(&self, report: u64, phase: &str, needed: usize) -> Option<(bool, Option<String>)> {
        let votes = self.votes.get(&(report, phase.to_owned()))?;
        let on = |choice: &str| choice == "include" || choice == "unsure" || choice == "retrieved";
        if let Some((choice, reason, _)) = votes.values().find(|(.., settles)| *settles) {
            return Some((on(choice), reason.clone()));
        }
        if votes.len() < needed {
            return None;
        }
        let (choice, reason, _) = votes.values().next()?;
        votes
            .values()
            .all(|(c, r, _)| on(c) == on(choice) && r == reason)
            .then(|| (on(choice), reason.clone()))
    }

    fn flow(&self) -> Value {
        let main = |id: &u64| self.kinds[&self.source[id]] != "other";
        let mut clusters: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for id in self.source.keys() {
            clusters.entry(self.head(*id)).or_default().push(*id);
        }
        let mut identified: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
        for source in self.source.values() {
            let kind = self.kinds[source].as_str();
            *identified
                .entry(kind)
                .or_default()
                .entry(source)
                .or_default() += 1;
        }
        let mut n: BTreeMap<String, u64> = BTreeMap::new();
        let mut rules: BTreeMap<String, u64> = BTreeMap::new();
        let mut reasons: [BTreeMap<String, u64>; 2] = [BTreeMap::new(), BTreeMap::new()];
        let mut included = BTreeSet::new();
        for (head, members) in &clusters {
            let in_main = members.iter().filter(|id| main(id)).count() as u64;
            let others = members.len() as u64 - in_main;
            let lane = if in_main > 0 { "main" } else { "other" };
            let mut add = |what: &str| *n.entry(format!("{lane} {what}")).or_default() += 1;
            if in_main > 0 {
                if let Some((_, rule)) = self.removed.get(head) {
                    *rules.entry(rule.clone()).or_default() += 1;
                    add("removed");
                } else {
                    add("screened");
                }
            }
            if in_main > 0 && self.removed.contains_key(head) {
                // Removed before screening: no later box.
            } else {
                match self.settled(*head, "title-abstract", 2) {
                    None => add("title pending"),
                    Some((false, _)) => add("excluded"),
                    Some((true, _)) => {
                        add("sought");
                        match self.settled(*head, "retrieval", 1) {
                            None => add("retrieval pending"),
                            Some((false, _)) => add("not retrieved"),
                            Some((true, _)) => {
                                add("assessed");
                                match self.settled(*head, "full-text", 2) {
                                    None => add("fulltext pending"),
                                    Some((true, _)) => {
                                        included.insert(*head);
                                    }
                                    Some((false, reason)) => {
                                        let lane = usize::from(lane == "other");
                                        *reasons[lane].entry(reason.unwrap()).or_default() += 1;
                                    }
                                }
                            }
                        }
                    }
                }
            }
            *n.entry("main copies".into()).or_default() += in_main.saturating_sub(1);
            let copies = if in_main > 0 { others } else { others - 1 };
            *n.entry("other copies".into()).or_default() += copies;
        }
        let get = |key: &str| n.get(key).copied().unwrap_or(0);
        let list = |map: &BTreeMap<String, u64>| {
            map.iter()
                .map(|(name, n)| json!({"name": name, "n": n}))
                .collect::<Vec<_>>()
        };
        let sources = |kind: &str| {
            let map = identified.get(kind).cloned().unwrap_or_default();
            let by: Vec<_> = map
                .iter()
                .map(|(name, n)| json!({"name": name, "n": n}))
                .collect();
            json!({"total": map.values().sum::<u64>(), "by_source": by})
        };
        let studies: BTreeSet<&String> = self
            .links
            .iter()
            .filter(|(report, _)| included.contains(&self.head(*report)))
            .map(|(_, study)| study)
            .collect();
        let tally = json!({"studies": studies.len(), "reports": included.len()});
        json!({
            "identified": {
                "databases": sources("database"), "registers": sources("register"),
                "other": sources("other"),
            },
            "removed": {
                "duplicates": get("main copies"),
                "automation": {"total": get("main removed"), "by_rule": list(&rules)},
                "other": {"total": 0},
            },
            "screened": get("main screened"),
            "excluded": {"total": get("main excluded"), "by_human": get("main excluded"), "by_tool": 0},
            "sought": get("main sought"),
            "not_retrieved": get("main not retrieved"),
            "assessed": get("main assessed"),
            "excluded_full_text": {
                "total": reasons[0].values().sum::<u64>(), "by_reason": list(&reasons[0]),
            },
            "other_methods": {
                "duplicates": get("other copies"),
                "excluded": get("other excluded"),
                "sought": get("other sought"),
                "not_retrieved": get("other not retrieved"),
                "assessed": get("other assessed"),
                "excluded_full_text": {
                    "total": reasons[1].values().sum::<u64>(), "by_reason": list(&reasons[1]),
                },
                "pending": {
                    "before_screening": 0, "title_abstract": get("other title pending"),
                    "retrieval": get("other retrieval pending"),
                    "full_text": get("other fulltext pending"),
                },
            },
            "included": tally,
            "withdrawn": {"studies": 0, "reports": 0},
            "total": tally,
            "pending": {
                "before_screening": 0, "title_abstract": get("main title pending"),
                "retrieval": get("main retrieval pending"),
                "full_text": get("main fulltext pending"),
            },
        })
    }
}
