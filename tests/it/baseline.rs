//! A review that was published before it came here: the previous column of the updated flow.

use crate::support::Workspace;
use serde_json::Value;

const TABLE: &str = "study,registry,title,authors,year,doi,pmid\n\
ALPHA,NCT02076009,Daratumumab and lenalidomide in relapsed myeloma,\"Ames, Bo\",2016,10.1000/one,\n\
ALPHA,NCT02076009,Three years of daratumumab and lenalidomide,\"Ames, Bo\",2018,10.1000/two,\n\
BETA,NCT02990338,Isatuximab and pomalidomide after two lines,\"Berg, Ka\",2019,10.1000/three,\n";

const SEARCH: &str = "\
TY  - JOUR\nAN  - A1\nTI  - Daratumumab and lenalidomide in relapsed myeloma\nAU  - Ames, Bo\n\
PY  - 2016\nDO  - 10.1000/one\nER  - \n\n\
TY  - JOUR\nAN  - A2\nTI  - Five years of isatuximab and pomalidomide\nAU  - Berg, Ka\nPY  - 2023\n\
DO  - 10.1000/five\nER  - \n\n\
TY  - JOUR\nAN  - A3\nTI  - A wholly new trial of something else\nAU  - Chu, Li\nPY  - 2023\n\
DO  - 10.1000/new\nER  - \n\n";

fn people(workspace: &Workspace) {
    for (name, role) in [
        ("bea", "reviewer"),
        ("cid", "reviewer"),
        ("ann", "lead,reviewer"),
    ] {
        workspace.run(&["user", "add", name, "--role", role]).ok();
    }
}

fn review() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("published.csv", TABLE);
    let set = ["import", "--baseline", "published.csv", "--version", "2023"];
    workspace.run(&set).ok();
    people(&workspace);
    workspace
}

fn flow(workspace: &Workspace) -> Value {
    let mut flow = workspace.run(&["prisma", "--json"]).ok().json();
    // Once something is published here, a column for each version.
    if let Some(columns) = flow["columns"].as_array() {
        flow = columns.last().unwrap().clone();
    }
    for identity in flow["identities"].as_array().unwrap() {
        assert_eq!(identity["holds"], true, "{identity}");
    }
    flow
}

fn include(workspace: &Workspace, report: &str) {
    for who in ["bea", "cid"] {
        workspace
            .run(&["screen", "decide", report, "include", "--as", who])
            .ok();
    }
    workspace
        .run(&["screen", "retrieve", report, "retrieved", "--as", "bea"])
        .ok();
    for who in ["bea", "cid"] {
        workspace
            .run(&["screen", "decide", report, "include", "--as", who])
            .ok();
    }
}

/// Every number of the flow opens into as many members.
fn opens(workspace: &Workspace, flow: &Value) {
    for path in [
        "previous.studies",
        "previous.reports",
        "removed.duplicates",
        "screened",
        "included.studies",
        "included.reports",
        "total.studies",
        "total.reports",
    ] {
        let mut at = flow;
        for part in path.split('.') {
            at = &at[part];
        }
        let found = workspace.run(&["explain", path, "--json"]).ok().json();
        assert_eq!(&found["value"], at, "{path}");
        assert_eq!(
            found["members"].as_array().unwrap().len() as u64,
            at.as_u64().unwrap()
        );
        assert!(
            at == 0 || !found["bytes"].as_array().unwrap().is_empty(),
            "{path}: {found}"
        );
    }
}

#[test]
fn what_was_published_before_is_the_previous_column_and_known_to_searches() {
    let workspace = review();
    let before = flow(&workspace);
    assert_eq!(before["previous"]["studies"], 2);
    assert_eq!(before["previous"]["reports"], 3);
    assert_eq!(before["template"], "V4");
    assert_eq!(before["total"]["studies"], 2);
    assert_eq!(before["included"]["studies"], 0);
    workspace.write("search.ris", SEARCH);
    workspace
        .run(&["import", "search.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    workspace.run(&["run"]).ok();
    let now = flow(&workspace);
    assert_eq!(now["identified"]["databases"]["total"], 3);
    assert_eq!(now["removed"]["duplicates"], 1);
    assert_eq!(now["screened"], 2);
    assert_eq!(now["previous"]["reports"], 3);
    opens(&workspace, &now);
    // A new report of a known study is a report more, and no study more.
    include(&workspace, "10.1000/five");
    workspace
        .run(&["study", "link", "10.1000/five", "BETA", "--as", "ann"])
        .ok();
    include(&workspace, "10.1000/new");
    let end = flow(&workspace);
    assert_eq!(end["included"]["reports"], 2);
    assert_eq!(end["included"]["studies"], 1);
    assert_eq!(end["total"]["studies"], 3);
    assert_eq!(end["total"]["reports"], 5);
    opens(&workspace, &end);
    workspace.run(&["audit"]).ok();
    // Published, it is the column behind the baseline; the next update stands on both.
    workspace
        .run(&["publish", "2024", "--provisional", "--as", "ann"])
        .ok();
    let published = flow(&workspace);
    assert_eq!(published["previous"]["studies"], 2);
    assert_eq!(published["total"]["studies"], 3);
    workspace.run(&["audit"]).ok();
    let columns = workspace
        .run(&["prisma", "--json", "--layout", "combined"])
        .ok()
        .json();
    assert_eq!(columns["columns"][0]["previous"]["studies"], 2);
    assert_eq!(columns["columns"][0]["total"]["reports"], 5);
    let page = String::from_utf8(workspace.read("reports/index.html")).unwrap();
    assert!(
        page.contains("previous version"),
        "the report shows the previous column"
    );
}

#[test]
fn an_exclusion_on_the_full_text_withdraws_what_was_included_before() {
    let workspace = review();
    let reason = workspace.run(&["screen", "show", "r3", "--json"]).ok();
    assert!(!reason.stdout.is_empty());
    for who in ["bea", "cid"] {
        let no = [
            "screen",
            "decide",
            "r3",
            "exclude",
            "--phase",
            "full-text",
            "--as",
            who,
        ];
        workspace
            .run(&[&no[..], &["--reason", "wrong-population"]].concat())
            .ok();
    }
    let now = flow(&workspace);
    assert_eq!(now["withdrawn"]["studies"], 1);
    assert_eq!(now["total"]["studies"], 1);
    assert_eq!(now["previous"]["studies"], 2);
    workspace.run(&["audit"]).ok();
}

#[test]
fn the_demonstration_published_elsewhere_goes_on_here() {
    let published = Workspace::demonstration();
    published.run(&["run", "--replay"]).ok();
    let included = published.read("reports/included.csv");
    let want = flow(&published);
    let workspace = Workspace::demonstration();
    workspace.write("included.csv", std::str::from_utf8(&included).unwrap());
    let set = ["import", "--baseline", "included.csv", "--version", "1.0"];
    workspace.run(&set).ok();
    workspace.run(&["update", "--replay"]).ok();
    let now = flow(&workspace);
    assert_eq!(now["template"], "V4");
    assert_eq!(now["previous"], want["included"]);
    assert_eq!(now["total"], want["total"]);
    assert_eq!(now["included"]["studies"], 0);
    opens(&workspace, &now);
    workspace.run(&["audit"]).ok();
}

#[test]
fn what_cannot_be_a_baseline_is_refused() {
    let workspace = Workspace::new();
    workspace.write("published.csv", TABLE);
    workspace.write(
        "nameless.csv",
        "study,title,year\nA,A title,2020\nA,,2021\n",
    );
    for (file, version, says) in [
        (
            "nameless.csv",
            "1.0",
            "has neither a title nor an identifier",
        ),
        ("published.csv", "latest", "cannot be the name of a version"),
        ("missing.csv", "1.0", "missing.csv"),
    ] {
        let out = workspace.run(&["import", "--baseline", file, "--version", version]);
        assert_eq!(out.code, 2, "{}", out.stderr);
        assert!(out.stderr.contains(says), "{says}: {}", out.stderr);
    }
    let check = [
        "import",
        "--baseline",
        "published.csv",
        "--version",
        "1.0",
        "--check",
        "--json",
    ];
    let told = workspace.run(&check).ok().json();
    assert_eq!(told["baseline"]["studies"], 2);
    assert_eq!(told["done"], false);
    assert!(!workspace.path("db/review.sqlite").exists());
    let set = ["import", "--baseline", "published.csv", "--version", "1.0"];
    workspace.run(&set).ok();
    let again = workspace.run(&set);
    assert_eq!(again.code, 2);
    assert!(
        again.stderr.contains("the baseline of this review is 1.0"),
        "{}",
        again.stderr
    );
    people(&workspace);
    let name = workspace.run(&["publish", "1.0", "--provisional", "--as", "ann"]);
    assert_eq!(name.code, 2, "{}", name.stdout);
}

#[test]
fn a_baseline_comes_before_the_first_search() {
    let workspace = Workspace::new();
    workspace.write("search.ris", SEARCH);
    workspace
        .run(&["import", "search.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    workspace.write("published.csv", TABLE);
    let out = workspace.run(&["import", "--baseline", "published.csv", "--version", "1.0"]);
    assert_eq!(out.code, 2, "{}", out.stderr);
    assert!(
        out.stderr
            .contains("a baseline comes before the first search"),
        "{}",
        out.stderr
    );
}

#[test]
fn a_published_column_keeps_what_was_published_before() {
    let workspace = review();
    workspace.run(&["run"]).ok();
    let publish = ["publish", "2024", "--provisional", "--as", "ann"];
    workspace.run(&publish).ok();
    for who in ["bea", "cid"] {
        let no = [
            "screen",
            "decide",
            "r3",
            "exclude",
            "--phase",
            "full-text",
            "--as",
            who,
        ];
        workspace
            .run(&[&no[..], &["--reason", "wrong-population"]].concat())
            .ok();
    }
    let all = workspace.run(&["prisma", "--json"]).ok().json();
    let columns = all["columns"].as_array().unwrap();
    assert_eq!(columns.len(), 2);
    assert_eq!(columns[0]["previous"]["studies"], 2);
    assert_eq!(columns[0]["total"]["studies"], 2);
    assert_eq!(columns[1]["previous"]["studies"], 2);
    assert_eq!(columns[1]["withdrawn"]["studies"], 1);
    assert_eq!(columns[1]["total"]["studies"], 1);
    for column in columns {
        for identity in column["identities"].as_array().unwrap() {
            assert_eq!(identity["holds"], true, "{identity}");
        }
    }
    for (path, n) in [
        ("columns[0].previous.studies", 2),
        ("columns[0].total.reports", 3),
    ] {
        let found = workspace.run(&["explain", path, "--json"]).ok().json();
        assert_eq!(found["value"], n, "{path}");
        assert_eq!(found["members"].as_array().unwrap().len(), n);
    }
    workspace.run(&["audit"]).ok();
    let diff = workspace.run(&["diff", "2023", "2024"]);
    assert_eq!(diff.code, 2);
    assert!(
        diff.stderr
            .contains("was published before the review came here"),
        "{}",
        diff.stderr
    );
}

#[test]
fn one_study_under_two_names_is_a_warning() {
    let workspace = Workspace::new();
    let table = "Study ID,Registration,Title,Year,DOI\n\
        ALPHA,NCT02076009,A title,2016,10.1000/one\nALPHA,NCT02076009,Another,2018,10.1000/two\n\
        BETA,NCT02076009,A title,2016,10.1000/one\n";
    workspace.write("published.csv", table);
    let check = [
        "import",
        "--baseline",
        "published.csv",
        "--version",
        "1",
        "--check",
        "--json",
    ];
    let told = workspace.run(&check).ok().json();
    assert_eq!(told["baseline"]["studies"], 2, "{told}");
    assert_eq!(told["baseline"]["reports"], 2);
    assert_eq!(told["studies"][0]["label"], "ALPHA");
    let notes = told["notes"].to_string();
    assert!(
        notes.contains("is a report of ALPHA and of BETA"),
        "{notes}"
    );
    assert!(
        notes.contains("NCT02076009 is the number of ALPHA and of BETA"),
        "{notes}"
    );
    let wrong = workspace.run(&[
        "import",
        "--baseline",
        "published.csv",
        "--version",
        "latest",
        "--check",
    ]);
    assert_eq!(wrong.code, 2);
}
