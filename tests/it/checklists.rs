//! The reporting checklists of a report: every item once, every place there, no word of compliance.

use crate::support::Workspace;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn every_item_stands_once_and_every_place_that_is_named_is_there() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let table = workspace.read("reports/checklists.csv");
    let mut rows = csv::Reader::from_reader(table.as_slice());
    let head: Vec<String> = rows.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(
        head,
        ["checklist", "item", "asks", "status", "place", "note"]
    );
    let mut items: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut stands: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows.records() {
        let row = row.unwrap();
        let of = items.entry(row[0].to_owned()).or_default();
        assert!(
            of.insert(row[1].to_owned()),
            "{} {} twice",
            &row[0],
            &row[1]
        );
        *stands.entry(row[3].to_owned()).or_default() += 1;
        assert!(!row[2].is_empty() && !row[5].is_empty(), "{row:?}");
        if let Some((file, anchor)) = row[4].split_once('#') {
            let page = String::from_utf8(workspace.read(&format!("reports/{file}"))).unwrap();
            assert!(
                page.contains(&format!("id=\"{anchor}\"")),
                "{} {}: {}",
                &row[0],
                &row[1],
                &row[4]
            );
        } else if !row[4].is_empty() {
            workspace.read(&format!("reports/{}", &row[4]));
        }
    }
    // 27 items in 42 parts, 12 of the abstract, 16 of PRISMA-S; of PRISMA-LSR 4 changed and 4 new.
    let numbers: Vec<usize> = items.values().map(BTreeSet::len).collect();
    assert_eq!(
        items.keys().map(String::as_str).collect::<Vec<_>>(),
        [
            "PRISMA 2020",
            "PRISMA 2020 for abstracts",
            "PRISMA-LSR, for living systematic reviews",
            "PRISMA-S",
        ]
    );
    assert_eq!(numbers, [42, 12, 8, 16]);
    assert_eq!(
        stands.keys().map(String::as_str).collect::<Vec<_>>(),
        ["filled", "for a person", "missing",]
    );
    let page = String::from_utf8(workspace.read("reports/checklists.html")).unwrap();
    assert!(!page.to_lowercase().contains("compliant"));
    assert!(page.contains("nothing here says that a report complies"));
}

#[test]
fn what_is_filled_in_is_filled_and_what_is_not_says_what_to_do() {
    let workspace = Workspace::new();
    workspace
        .run(&["user", "add", "ann", "--role", "lead"])
        .ok();
    workspace.run(&["report"]).ok();
    let stands = |item: &str| {
        let table = workspace.read("reports/checklists.csv");
        let mut rows = csv::Reader::from_reader(table.as_slice());
        let all: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
        let row = all
            .iter()
            .find(|row| &row[0] == "PRISMA 2020" && &row[1] == item)
            .unwrap();
        (row[3].to_owned(), row[5].to_owned())
    };
    assert_eq!(stands("6").0, "missing");
    assert_eq!(stands("20b").0, "missing");
    assert_eq!(stands("23a").0, "for a person");
    workspace.edit(
        "workflow.toml",
        "[review]\n",
        "[review]\nregistration = \"CRD42024000001\"\n",
    );
    workspace.write(
        "a.ris",
        "TY  - JOUR\nTI  - A title\nAU  - Ames, Bo\nPY  - 2020\nER  - \n",
    );
    workspace
        .run(&["import", "a.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    workspace.run(&["report"]).ok();
    assert_eq!(stands("6").0, "filled");
    assert_eq!(
        stands("24a"),
        ("filled".to_owned(), "CRD42024000001".to_owned())
    );
    // A file without a recorded strategy is no full strategy.
    assert_eq!(stands("7").0, "missing");
}
