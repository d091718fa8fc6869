//! What a person says with an import: the day of the search, the hits, and whose file it is.

use crate::support::Workspace;

const CENTRAL: &str = "Cochrane CENTRAL";
const PLAIN: &str = "TY  - JOUR\nAN  - A1\nTI  - A nap\nAU  - Doe, J\nPY  - 2019\nER  - \n\
    TY  - JOUR\nAN  - A2\nTI  - A walk\nAU  - Roe, K\nPY  - 2018\nER  - \n";
const EMBASE: &str = "TY  - JOUR\nU2  - L2001234567\nTI  - A nap\nAU  - Doe, J\nPY  - 2019\nDB  - Embase\nDB  - Medline\nER  - \n";

fn review() -> Workspace {
    let workspace = Workspace::new();
    let toml = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    let more = "\n[[source]]\nname = \"Experts\"\nkind = \"other\"\ntype = \"file\"\n";
    workspace.write("workflow.toml", &(toml + more));
    workspace
        .run(&["user", "add", "ann", "--role", "lead"])
        .ok();
    workspace.write("first.ris", PLAIN);
    workspace
}

fn completed(workspace: &Workspace) -> serde_json::Value {
    let events = workspace.events();
    let mut completed = events
        .into_iter()
        .filter(|event| event["kind"] == "search_completed");
    completed.next_back().unwrap()["body"].clone()
}

#[test]
fn the_day_of_the_search_is_not_the_day_of_the_import() {
    let workspace = review();
    for (date, words) in [
        ("2999-01-01", "today or a day before"),
        ("1.6.2024", "a day such as"),
        ("2024-02-30", "a day such as"),
        ("yesterday", "a day such as"),
        ("", "a day such as"),
    ] {
        workspace
            .run(&["import", "first.ris", "--source", CENTRAL, "--date", date])
            .fails(2, &["--date", words]);
    }
    let args = [
        "import",
        "first.ris",
        "--source",
        CENTRAL,
        "--date",
        "2024-06-01",
        "--json",
    ];
    let done = workspace.run(&args).ok().json();
    assert_eq!(done["searched"], "2024-06-01");
    assert_eq!(completed(&workspace)["searched"], "2024-06-01");
    workspace.run(&["report"]).ok();
    let page = String::from_utf8(workspace.read("reports/index.html")).unwrap();
    assert!(
        page.contains("<time>2024-06-01</time> Cochrane CENTRAL"),
        "last searched"
    );
    assert!(page.contains("searched to <time>2024-06-01</time>"));
    let searches: serde_json::Value =
        serde_json::from_slice(&workspace.read("reports/searches.json")).unwrap();
    assert!(
        searches.to_string().contains("\"searched\":\"2024-06-01\""),
        "{searches}"
    );
    let seq = workspace
        .events()
        .iter()
        .position(|e| e["kind"] == "search_completed")
        .unwrap()
        + 1;
    let told = workspace
        .run(&["explain", &format!("event:{seq}")])
        .ok()
        .stdout;
    assert!(told.contains("2024-06-01"), "{told}");
    workspace.run(&["audit"]).ok();
}

#[test]
fn an_import_without_a_date_leaves_the_log_as_it_was() {
    let workspace = review();
    workspace
        .run(&["import", "first.ris", "--source", CENTRAL])
        .ok();
    assert!(completed(&workspace).get("searched").is_none());
}

#[test]
fn the_hits_of_the_database_are_held_against_the_records() {
    let workspace = review();
    let import = ["import", "first.ris", "--source", CENTRAL, "--hits", "3"];
    workspace
        .run(&import)
        .fails(2, &["the database reported 3, 2 read"]);
    workspace
        .run(&[&import[..], &["--check"]].concat())
        .fails(2, &["the database reported 3, 2 read"]);
    let reason = ["--reason", "one record has no title", "--as", "ann"];
    workspace.run(&[&import[..], &reason[..]].concat()).ok();
    assert_eq!(completed(&workspace)["hits"], 3);
    workspace.run(&["report"]).ok();
    let report = String::from_utf8(workspace.read("reports/index.html")).unwrap();
    assert!(
        report.contains("difference accepted"),
        "said on the page too"
    );
    let page = String::from_utf8(workspace.read("reports/searches.html")).unwrap();
    assert!(
        page.contains("3 reported by the source, 2 read"),
        "hits beside records read"
    );
    assert!(page.contains("accepted by a person: one record has no title"));
}

#[test]
fn the_hits_of_an_import_go_before_those_of_the_workflow() {
    let workspace = review();
    workspace.edit(
        "workflow.toml",
        "name = \"Experts\"",
        "name = \"Experts\"\nhits = 9",
    );
    workspace
        .run(&["import", "first.ris", "--source", "Experts"])
        .fails(2, &["the database reported 9"]);
    workspace
        .run(&["import", "first.ris", "--source", "Experts", "--hits", "2"])
        .ok();
    assert_eq!(completed(&workspace)["hits"], 2);
}

#[test]
fn a_file_of_another_database_is_asked_about() {
    let workspace = review();
    workspace.write("embase.ris", EMBASE);
    let import = ["import", "embase.ris", "--source", CENTRAL];
    let words = [
        "embase.ris looks like an export of Embase",
        "--reason TEXT --as NAME",
    ];
    workspace.run(&import).fails(2, &words);
    workspace
        .run(&[&import[..], &["--check"]].concat())
        .fails(2, &words[..1]);
    let error = workspace.run(&[&import[..], &["--json"]].concat());
    assert_eq!(error.code, 2);
    assert!(
        error.json()["error"]
            .to_string()
            .contains("looks like an export of Embase")
    );
    assert!(
        workspace
            .events()
            .iter()
            .all(|event| event["kind"] != "records_received")
    );
    // A source whose name says no database takes any file.
    workspace
        .run(&["import", "embase.ris", "--source", "Experts", "--check"])
        .ok();
    let reason = ["--reason", "CENTRAL through Embase.com", "--as", "ann"];
    workspace.run(&[&import[..], &reason[..]].concat()).ok();
    let warnings = completed(&workspace)["warnings"].to_string();
    assert!(
        warnings.contains("because: CENTRAL through Embase.com"),
        "{warnings}"
    );
}

#[test]
fn the_same_bytes_under_a_second_name_are_asked_about() {
    let workspace = review();
    workspace
        .run(&["import", "first.ris", "--source", CENTRAL])
        .ok();
    workspace
        .run(&["import", "first.ris", "--source", "Experts"])
        .fails(2, &["was imported from Cochrane CENTRAL before", "--undo"]);
    workspace.edit(
        "workflow.toml",
        "name = \"Cochrane CENTRAL\"",
        "name = \"CENTRAL\"",
    );
    workspace
        .run(&["import", "first.ris", "--source", "CENTRAL"])
        .fails(2, &["was imported from Cochrane CENTRAL before"]);
    workspace.run(&["import", "--undo", "--as", "ann"]).ok();
    workspace
        .run(&["import", "first.ris", "--source", "CENTRAL"])
        .ok();
}

#[test]
fn no_path_of_a_machine_goes_into_the_log() {
    let workspace = review();
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("first.ris");
    std::fs::write(&path, PLAIN).unwrap();
    let shown = path.to_string_lossy().into_owned();
    workspace.run(&["import", &shown, "--source", CENTRAL]).ok();
    std::fs::create_dir(workspace.path("exports")).unwrap();
    workspace.write("exports/second.ris", &PLAIN.replace("A nap", "A rest"));
    let inside = workspace.path("exports/second.ris");
    workspace
        .run(&["import", &inside.to_string_lossy(), "--source", "Experts"])
        .ok();
    let log = serde_json::to_string(&workspace.events()).unwrap();
    let machine = elsewhere.path().to_string_lossy().into_owned();
    assert!(!log.contains(&machine) && !log.contains(&*workspace.path("").to_string_lossy()));
    assert!(log.contains("\"exports/second.ris\"") && log.contains("\"first.ris\""));
    workspace.run(&["report"]).ok();
    let page = String::from_utf8(workspace.read("reports/index.html")).unwrap();
    assert!(!page.contains(&machine));
}

#[test]
fn a_wave_carries_the_day_and_the_hits_of_an_export() {
    let workspace = review();
    std::fs::create_dir_all(workspace.path("db/waves/001")).unwrap();
    workspace.write("db/waves/001/first.ris", PLAIN);
    workspace.write(
        "db/waves/001/wave.toml",
        "label = \"First\"\n[[search]]\nsource = \"Cochrane CENTRAL\"\nat = \"2024-07-01T09:00:00Z\"\ndate = \"2024-06-30\"\n\
         hits = 2\nfiles = [\"first.ris\"]\n",
    );
    let toml = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    workspace.write(
        "workflow.toml",
        &(toml + "\n[replay]\nfrom = \"db/waves\"\n"),
    );
    workspace.run(&["run", "--replay"]).ok();
    let body = completed(&workspace);
    assert_eq!(
        (&body["searched"], &body["hits"], &body["interface"]),
        (&"2024-06-30".into(), &2.into(), &"file".into())
    );
}

#[test]
fn a_file_given_twice_in_one_import_is_one_file() {
    let workspace = Workspace::new();
    let ris = "TY  - JOUR\nTI  - Honey for cough in children\nAU  - Doe, Jan\nPY  - 2011\nER  - \n";
    workspace.write("a.ris", ris);
    workspace.write("b.ris", ris);
    let args = [
        "import",
        "a.ris",
        "a.ris",
        "b.ris",
        "--source",
        "Cochrane CENTRAL",
        "--json",
    ];
    let done = workspace.run(&args).ok().json();
    assert_eq!(done["new"], 1);
    assert_eq!(done["repeated"].as_array().unwrap().len(), 2);
    // What an import would do is what `--check` says of it.
    let fresh = Workspace::new();
    fresh.write("a.ris", ris);
    let check = [
        "import",
        "a.ris",
        "a.ris",
        "--source",
        "Cochrane CENTRAL",
        "--hits",
        "1",
        "--check",
        "--json",
    ];
    let said = fresh.run(&check).ok().json();
    assert_eq!(said["repeated"], serde_json::json!(["a.ris"]));
    assert_eq!(said["counts"]["retrieved"], 1);
    let check = ["import", "a.ris", "--source", "Cochrane CENTRAL", "--check"];
    let said = workspace.run(&check).ok();
    assert!(said.stdout.contains("would do nothing"), "{}", said.stdout);
    workspace
        .run(&["import", "a.ris", "--source", "PubMed", "--check"])
        .fails(2, &["was imported from Cochrane CENTRAL before"]);
}
