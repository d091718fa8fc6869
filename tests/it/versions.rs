//! Published versions: frozen bytes, columns of the flow, and what changed since.

use crate::support::{Workspace, assert_same};
use serde_json::Value;

/// The demonstration, published after its first wave, then updated.
fn updated() -> Workspace {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace.run(&["publish", "1.0", "--as", "lead"]).ok();
    workspace.run(&["update", "--replay"]).ok();
    workspace
}

fn estimate<'a>(diff: &'a Value, analysis: &str) -> &'a Value {
    let estimates = diff["estimates"].as_array().unwrap();
    estimates
        .iter()
        .find(|e| e["analysis"] == analysis)
        .unwrap()
}

/// The causes of the parts with their shifts; they add up to the shift within 1e-11.
fn parts(estimate: &Value) -> Vec<(String, f64)> {
    let bridge = &estimate["bridge"];
    let parts: Vec<(String, f64)> = bridge["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| {
            let cause = part["causes"][0].as_str().unwrap().to_owned();
            (cause, part["shift"].as_f64().unwrap())
        })
        .collect();
    let sum: f64 = parts.iter().map(|(_, shift)| shift).sum();
    assert!(
        (sum - bridge["shift"].as_f64().unwrap()).abs() < 1e-11,
        "{bridge}"
    );
    assert!(bridge["residual"].as_f64().unwrap().abs() < 1e-11);
    parts
}

#[test]
fn a_version_is_frozen_and_its_name_is_given_once() {
    let workspace = Workspace::demonstration();
    workspace
        .run(&["publish", "1.0"])
        .fails(2, &["nothing to publish"]);
    workspace.run(&["run", "--replay"]).ok();
    for name in ["", "a b", "../up", ".hidden", "a/b"] {
        workspace
            .run(&["publish", name, "--as", "lead"])
            .fails(2, &["version"]);
    }
    let before = workspace.read("reports/prisma.json");
    let done = workspace
        .run(&["publish", "1.0", "--as", "lead", "--json"])
        .ok()
        .json();
    assert_eq!(
        (&done["studies"], &done["reports"]),
        (&8.into(), &20.into())
    );
    assert_eq!(done["provisional"], false);
    workspace
        .run(&["publish", "1.0", "--as", "lead"])
        .fails(2, &["a name is given once"]);

    // The frozen bytes are those that were written, and they stay what later events do.
    let frozen = |name: &str| workspace.read(&format!("reports/versions/1.0/{name}"));
    let page = frozen("index.html");
    assert!(String::from_utf8_lossy(&page).contains("version 1.0"));
    workspace.run(&["update", "--replay"]).ok();
    assert_eq!(frozen("index.html"), page);
    let at = workspace
        .run(&["prisma", "--at", "1.0", "--json"])
        .ok()
        .json();
    let mut then: Value = serde_json::from_slice(&before).unwrap();
    then["version"] = "1.0".into();
    assert_eq!(at, then);
    workspace
        .run(&["prisma", "--at", "2.0"])
        .fails(2, &["no version is called `2.0`"]);

    // An update whose work is open is published only when somebody insists.
    workspace
        .run(&["publish", "1.1", "--as", "lead"])
        .fails(2, &["16 reports are open", "--provisional"]);
    workspace
        .run(&["publish", "1.1", "--provisional", "--as", "lead"])
        .ok();
    let versions = workspace.run(&["versions", "--json"]).ok().json();
    assert_eq!(versions["versions"][1]["provisional"], true);
    let files = versions["versions"][0]["files"].as_array().unwrap();
    let named = |name: &str| files.iter().any(|file| file["path"] == name);
    for name in [
        "index.html",
        "register-1.html",
        "counts-1.html",
        "searches.html",
    ] {
        assert!(named(name), "{name} is frozen with its report");
    }
    workspace.run(&["audit"]).ok();
}

#[test]
fn what_a_publication_keeps_is_what_the_log_gives_and_changes_no_comparison() {
    use perennial::living::changes;
    let workspace = updated();
    let review = perennial::pipeline::Workspace::open_reading(&workspace.path("")).unwrap();
    let snapshot = review.store.snapshot().unwrap();
    let reader = snapshot.read();
    let version = reader.versions().unwrap().remove(0);
    let digest = reader.frozen(&version).unwrap().unwrap().state.unwrap();
    let kept = review.archive.get(digest).unwrap();
    let again = changes::freeze_again(&review, reader, &version).unwrap();
    assert_eq!(
        String::from_utf8_lossy(&kept),
        String::from_utf8_lossy(&again)
    );
    let quick = changes::between(&review, reader, &version, None).unwrap();
    let slow = changes::between_replayed(&review, reader, &version).unwrap();
    assert_eq!(
        serde_json::to_string(&quick).unwrap(),
        serde_json::to_string(&slow).unwrap()
    );
}

#[test]
fn only_a_lead_publishes_in_a_person_s_name() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace
        .run(&["publish", "1.0", "--as", "reviewer-1"])
        .fails(2, &["lead"]);
    workspace.run(&["publish", "1.0", "--as", "lead"]).ok();
    let event = workspace.events().pop().unwrap();
    assert_eq!(event["kind"], "version_published");
    assert_ne!(event["actor"], "perennial");
}

#[test]
fn the_columns_of_every_layout_add_up_and_every_number_of_them_opens() {
    let workspace = updated();
    let columns = |layout: &str| {
        let shown = workspace
            .run(&["prisma", "--layout", layout, "--json"])
            .ok()
            .json();
        shown["columns"].as_array().unwrap().clone()
    };
    let separate = columns("separate");
    let combined = columns("combined");
    assert_eq!((separate.len(), combined.len()), (2, 1));
    assert_eq!(
        workspace.run(&["prisma", "--json"]).ok().json()["columns"],
        Value::from(separate.clone())
    );
    assert_eq!(separate[1]["template"], "V4");
    assert_eq!(
        separate[1]["previous"],
        serde_json::json!({"studies": 8, "reports": 20})
    );
    assert_eq!(
        separate[1]["included"],
        serde_json::json!({"studies": 0, "reports": 1})
    );
    assert_eq!(
        separate[1]["total"],
        serde_json::json!({"studies": 8, "reports": 21})
    );
    let n = |column: &Value, path: &str| column.pointer(path).unwrap().as_u64().unwrap();
    for path in [
        "/identified/databases/total",
        "/identified/registers/total",
        "/identified/other/total",
        "/removed/duplicates",
        "/removed/automation/total",
        "/screened",
        "/excluded/total",
        "/sought",
        "/not_retrieved",
        "/assessed",
        "/excluded_full_text/total",
        "/other_methods/sought",
        "/included/studies",
        "/included/reports",
        "/pending/title_abstract",
    ] {
        let sum: u64 = separate.iter().map(|column| n(column, path)).sum();
        assert_eq!(sum, n(&combined[0], path), "{path}");
    }
    for layout in ["base-updates", "previous-latest"] {
        assert_eq!(columns(layout), separate, "{layout} of two columns");
    }
    for (at, column) in separate.iter().enumerate() {
        for identity in column["identities"].as_array().unwrap() {
            assert_eq!(identity["holds"], true, "{identity}");
        }
        for path in [
            "screened",
            "removed.duplicates",
            "total.reports",
            "included.studies",
        ] {
            let what = format!("columns[{at}].{path}");
            let opened = workspace.run(&["explain", &what, "--json"]).ok().json();
            let pointer = format!("/{}", path.replace('.', "/"));
            assert_eq!(
                opened["value"].as_u64(),
                Some(n(column, &pointer)),
                "{what}"
            );
            assert_eq!(opened["value"], opened["members"].as_array().unwrap().len());
        }
    }
    // The report draws the updated-review template and shows the columns.
    let page = String::from_utf8(workspace.read("reports/index.html")).unwrap();
    for words in [
        "Studies included in previous",
        "The flow of each version",
        "working version after 1.0",
        "Version 1.0 of 2025-07-25 stands",
        "The working, step by step",
        "Look 1: these data were pooled 1 time.",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn an_update_keeps_decisions_and_says_what_changed() {
    let workspace = updated();
    let diff = workspace
        .run(&["diff", "1.0", "working", "--json"])
        .ok()
        .json();
    assert_eq!(diff["reports"]["in"].as_array().unwrap().len(), 1);
    assert_eq!(diff["reports"]["in"][0]["why"], "of IKEMA");
    assert_eq!(diff["studies"]["in"], serde_json::json!([]));
    assert_eq!(diff["protocol"], serde_json::json!([]));
    for estimate in diff["estimates"].as_array().unwrap() {
        assert_eq!(estimate["from"], estimate["to"]);
        assert!(parts(estimate).is_empty());
    }
    workspace
        .run(&["diff", "working", "1.0"])
        .fails(2, &["later one"]);
    workspace
        .run(&["diff", "1.0", "1.O"])
        .fails(2, &["did you mean `1.0`?"]);

    // No news: nothing moves, and a dated line says so.
    workspace
        .run(&["publish", "1.1", "--provisional", "--as", "lead"])
        .ok();
    let before = workspace.run(&["versions", "--json"]).ok().json()["status"].clone();
    assert!(
        before
            .as_str()
            .unwrap()
            .starts_with("Searched to 2026-07-15."),
        "{before}"
    );
    let again = workspace.run(&["update", "--replay", "--json"]).ok().json();
    assert_eq!(again["stages"][0]["changed"], false);
    assert_eq!(again["news"][0], before);
    assert_eq!(again["news"][1], "Since version 1.1: Nothing changed.");
}

#[test]
fn a_study_whose_label_has_a_comma_keeps_the_report_that_brought_it_in() {
    let workspace = updated();
    let report = workspace
        .run(&["explain", "included.reports", "--json"])
        .ok()
        .json()["members"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    workspace
        .run(&["study", "link", &report, "Smith, 2020", "--as", "lead"])
        .ok();
    let diff = workspace
        .run(&["diff", "1.0", "working", "--json"])
        .ok()
        .json();
    let came = &diff["studies"]["in"][0];
    assert_eq!(came["label"], "Smith, 2020");
    let why = came["why"].as_str().unwrap();
    assert!(why.len() > "by ".len(), "{why}");
}

#[test]
fn two_folders_publish_the_same_bytes() {
    assert_same(&updated().outcome(), &updated().outcome());
}

#[test]
fn the_bridge_tells_a_correction_a_judgement_and_a_protocol_change_apart() {
    let workspace = updated();
    // One cell corrected: the hazard ratio of ICARIA-MM as another source prints it.
    let set = [
        "extract",
        "set",
        "ICARIA-MM",
        "pfs",
        "--report",
        "31735560",
        "--arm",
        "Isa-Pd vs Pd",
        "--population",
        "ITT",
        "--measure",
        "HR",
        "--effect",
        "0.596",
        "--ci-low",
        "0.44",
        "--ci-high",
        "0.81",
        "--ci-level",
        "95",
        "--as",
        "extractor-1",
    ];
    workspace.run(&set).ok();
    let diff = workspace
        .run(&["diff", "1.0", "working", "--json"])
        .ok()
        .json();
    let cell = &diff["cells"][0];
    assert!(
        cell["cell"].as_str().unwrap().starts_with("ICARIA-MM"),
        "{cell}"
    );
    assert!(cell["from"].as_str().unwrap().contains("0.6"));
    assert!(cell["to"].as_str().unwrap().contains("0.596"));
    let found = parts(estimate(&diff, "pfs"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "corrected-data");
    assert!(found[0].1 < 0.0, "{found:?}");

    // A study is judged unfit for one analysis.
    let rule = "exclude = [\n  { study = \"NCT01084252\"";
    let both = "exclude = [\n  { study = \"CASTOR\", why = \"High risk of bias\" },\n  { study = \"NCT01084252\"";
    workspace.edit("workflow.toml", rule, both);
    workspace.run(&["run"]).ok();
    let diff = workspace
        .run(&["diff", "1.0", "working", "--json"])
        .ok()
        .json();
    assert_eq!(diff["protocol"][0]["path"], "workflow.toml");
    let found = parts(estimate(&diff, "orr"));
    let causes: Vec<&str> = found.iter().map(|(cause, _)| cause.as_str()).collect();
    assert_eq!(causes, ["judgement"]);
    assert_eq!(
        estimate(&diff, "orr")["bridge"]["parts"][0]["studies"][0],
        "CASTOR"
    );

    // The method of the protocol changes: no evidence moved, and none is said to have.
    workspace.edit(
        "workflow.toml",
        "measure = \"HR\"\nmethod = \"rule:50\"",
        "measure = \"HR\"\nmethod = \"FE\"",
    );
    workspace.run(&["run"]).ok();
    let diff = workspace
        .run(&["diff", "1.0", "working", "--json"])
        .ok()
        .json();
    let found = parts(estimate(&diff, "pfs"));
    let causes: Vec<&str> = found.iter().map(|(cause, _)| cause.as_str()).collect();
    assert_eq!(causes, ["corrected-data", "specification"], "{found:?}");

    // The report has bridges and timeline for a screen of either width, files have the one asked for.
    let page = String::from_utf8(workspace.read("reports/index.html")).unwrap();
    for figure in ["bridge-pfs", "bridge-orr", "timeline"] {
        for id in [format!("{figure}-t"), format!("{figure}-narrow-t")] {
            assert_eq!(
                page.matches(&format!("<title id=\"{id}\">")).count(),
                1,
                "{id}"
            );
        }
    }
    let narrow = ["--width", "85mm"];
    let bridge = ["diff", "1.0", "working", "--figure", "bridge.svg"];
    workspace.run(&[&bridge[..], &narrow].concat()).ok();
    let timeline = ["versions", "--figure", "timeline.svg"];
    workspace.run(&[&timeline[..], &narrow].concat()).ok();
    for file in ["bridge-pfs.svg", "timeline.svg"] {
        let svg = String::from_utf8(workspace.read(file)).unwrap();
        assert!(svg.contains("width=\"85.00mm\""), "{file}");
    }
    workspace.run(&["audit"]).ok();
}

/// The article of a PMID in the first wave, as PubMed revises it when it is retracted.
fn retracted(workspace: &Workspace, pmid: &str) -> String {
    for n in 1..9 {
        let name = format!("db/example/001/pubmed/efetch-{n:03}.xml");
        if !workspace.path(&name).is_file() {
            break;
        }
        let text = String::from_utf8(workspace.read(&name)).unwrap();
        let own = format!(">{pmid}</PMID>");
        let article = text
            .split("<PubmedArticle>")
            .find(|article| article.contains(&own));
        if let Some(article) = article {
            let (article, _) = article.split_once("</PubmedArticle>").unwrap();
            let link = "<CommentsCorrectionsList><CommentsCorrections RefType=\"RetractionIn\">\
                <RefSource>J</RefSource><PMID Version=\"1\">39999999</PMID></CommentsCorrections>\
                </CommentsCorrectionsList></MedlineCitation>";
            let article = article.replacen("</MedlineCitation>", link, 1);
            return format!(
                "<?xml version=\"1.0\"?>\n<PubmedArticleSet>\n<PubmedArticle>{article}</PubmedArticle>\n</PubmedArticleSet>\n"
            );
        }
    }
    panic!("the first wave has no PMID {pmid}");
}

#[test]
fn a_retraction_shows_both_results_until_a_person_decides() {
    let workspace = updated();
    workspace.write("retracted.xml", &retracted(&workspace, "31735560"));
    workspace
        .run(&["import", "retracted.xml", "--source", "PubMed"])
        .ok();
    workspace.run(&["report"]).ok();
    let page = || String::from_utf8(workspace.read("reports/index.html")).unwrap();
    assert!(page().contains("was retracted</strong>"));
    assert!(page().contains("HR 0.47 (0.37 to 0.60), 7 trials"));
    assert!(page().contains("HR 0.45 (0.35 to 0.59), 6 trials"));
    let status = workspace.run(&["status", "--json"]).ok().json();
    assert_eq!(status["notices"][0]["flag"], "retracted");
    // The data still count: nobody has decided.
    let pooled = workspace
        .run(&["pool", "--only", "pfs", "--json"])
        .ok()
        .json();
    assert!(pooled.to_string().contains("\"k\":7"), "{pooled}");

    // Somebody takes the trial out of the analysis: the bridge names the retraction.
    let rule = "otherwise = \"earliest\"\nsubgroup = \"antibody\"\npublished = { estimate = 0.50";
    let with = format!(
        "exclude = [{{ study = \"ICARIA-MM\", why = \"Its report was retracted\" }}]\n{rule}"
    );
    workspace.edit("workflow.toml", rule, &with);
    workspace.run(&["run"]).ok();
    let diff = workspace
        .run(&["diff", "1.0", "working", "--json"])
        .ok()
        .json();
    let found = parts(estimate(&diff, "pfs"));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "retraction");
    let bridge = &estimate(&diff, "pfs")["bridge"]["parts"][0];
    assert_eq!(bridge["studies"], serde_json::json!(["ICARIA-MM"]));
}

#[test]
fn a_report_and_the_status_tell_the_protocol_in_force_and_not_the_file_being_edited() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let status = workspace.run(&["status", "--json"]).ok().json();
    assert!(status.get("protocol_ahead").is_none());
    let report = workspace.read("reports/prisma.json");
    let page = workspace.read("reports/index.html");
    let title = status["title"].as_str().unwrap().to_owned();
    workspace.edit("workflow.toml", &title, "Another question");
    let edited = workspace.run(&["status", "--json"]).ok().json();
    assert_eq!(edited["title"], title.as_str());
    assert_eq!(edited["protocol_ahead"], true);
    let said = workspace.run(&["status"]).ok();
    assert!(
        said.stdout.contains("`perennial run` adopts it"),
        "{}",
        said.stdout
    );
    workspace.run(&["report"]).ok();
    assert_eq!(workspace.read("reports/prisma.json"), report);
    assert_eq!(workspace.read("reports/index.html"), page);
    workspace.run(&["run"]).ok();
    let adopted = workspace.run(&["status", "--json"]).ok().json();
    assert_eq!(adopted["title"], "Another question");
    assert!(adopted.get("protocol_ahead").is_none());
}
