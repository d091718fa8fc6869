//! Trial data from the file to the figure: what the demonstration pools, what is refused, and that
//! nothing is lost on the way out and in.

use crate::support::Workspace;
use serde_json::{Value, json};

fn results(workspace: &Workspace) -> Value {
    serde_json::from_slice(&workspace.read("reports/results.json")).unwrap()
}

fn pooled(results: &Value, name: &str) -> (f64, f64, f64, f64) {
    let at = &results[name];
    let back = &at["back"];
    (
        back["estimate"].as_f64().unwrap(),
        back["ci"][0].as_f64().unwrap(),
        back["ci"][1].as_f64().unwrap(),
        at["i2"].as_f64().unwrap(),
    )
}

#[test]
fn the_demonstration_pools_its_own_confirmed_data() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let results = results(&workspace);
    // One report per trial as the workflow names them: Attal 2019, Moreau 2021, Dimopoulos 2020,
    // Mateos 2020, Bahlis 2020, Dimopoulos 2021 and Lu 2021. metafor: 0.473 [0.371, 0.602], 77 %.
    let (hr, low, high, i2) = pooled(&results, "pfs");
    assert!((hr - 0.473).abs() < 6e-4, "{hr}");
    assert!((low - 0.371).abs() < 6e-4, "{low}");
    assert!((high - 0.602).abs() < 6e-4, "{high}");
    assert!((i2 - 77.0).abs() < 0.5, "{i2}");
    assert_eq!(results["pfs"]["chosen"], "DL");
    assert_eq!(results["pfs"]["k"], 7);
    assert_eq!(results["orr"]["k"], 3);
    // The trial that gives the antibody in both arms answers another question.
    for analysis in ["pfs", "orr", "mrd", "os"] {
        let studies = results[analysis]["studies"].as_array().unwrap();
        assert!(
            !studies.iter().any(|row| row["study"] == "NCT01084252"),
            "{analysis}"
        );
    }
    // What `pool` prints is what the report holds.
    let again = workspace.run(&["pool", "--json"]).ok().json();
    assert_eq!(again, results);
}

#[test]
fn earliest_reports_give_another_number_and_the_workflow_says_which() {
    let workspace = Workspace::demonstration();
    let text = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    let analyses = text.find("\n[[analysis]]").unwrap();
    let start = analyses + text[analyses..].find("reports = [").unwrap();
    let end = start + text[start..].find("\n]").unwrap() + 2;
    workspace.write(
        "workflow.toml",
        &format!("{}{}", &text[..start], &text[end..]),
    );
    workspace.run(&["run", "--replay"]).ok();
    let (hr, _, _, i2) = pooled(&results(&workspace), "pfs");
    assert!((hr - 0.484).abs() < 6e-4, "{hr}");
    assert!((i2 - 64.0).abs() < 0.6, "{i2}");
}

#[test]
fn every_number_of_a_forest_plot_is_one_of_the_results() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let results = results(&workspace);
    for name in ["pfs", "orr", "mrd", "os"] {
        let file = format!("{name}.svg");
        workspace
            .run(&["pool", "--only", name, "--forest", &file])
            .ok();
        let svg = String::from_utf8(workspace.read(&file)).unwrap();
        let (value, low, high, i2) = pooled(&results, name);
        for want in [
            format!("{value:.2}"),
            format!("{low:.2}"),
            format!("{high:.2}"),
            format!("{i2:.1}"),
        ] {
            assert!(svg.contains(&want), "{name}: {want} is not in the figure");
        }
        for row in results[name]["studies"].as_array().unwrap() {
            let study = row["study"].as_str().unwrap();
            let effect = format!("{:.2}", row["yi"].as_f64().unwrap().exp());
            let weight = format!("{:.1}", row["weight"].as_f64().unwrap());
            for want in [study, &effect, &weight] {
                assert!(svg.contains(want), "{name}: {want} is not in the figure");
            }
        }
    }
}

#[test]
fn extractions_go_out_and_in_without_loss() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let out = workspace.run(&["extract", "export"]).ok().stdout;
    assert!(out.lines().count() > 300);
    workspace.write("extraction.csv", &out);
    let again = workspace
        .run(&["extract", "import", "extraction.csv", "--json"])
        .ok()
        .json();
    assert_eq!(again["written"], 0, "{again}");
    assert_eq!(again["known"], json!(out.lines().count() - 1));

    // Into a workspace that has none of them.
    let other = Workspace::demonstration();
    let wave = String::from_utf8(other.read("db/example/001/wave.toml")).unwrap();
    let kept = wave
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("extraction"));
    let without: String = kept.collect();
    assert_ne!(wave, without);
    other.write("db/example/001/wave.toml", &without);
    other.run(&["run", "--replay"]).ok();
    other.write("extraction.csv", &out);
    other.run(&["extract", "import", "extraction.csv"]).ok();
    // The log keeps the time of the import; all else is as it was.
    let values = |text: &str| -> Vec<String> {
        text.lines()
            .map(|line| line.rsplit_once(',').unwrap().0.to_owned())
            .collect()
    };
    let back = other.run(&["extract", "export"]).ok().stdout;
    assert!(values(&back) == values(&out), "a value differs");
}

#[test]
fn an_impossible_value_changes_nothing_and_says_where() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let before = workspace.run(&["export", "events"]).ok().stdout;
    let header = workspace.run(&["extract", "export"]).ok().stdout;
    let header = header.lines().next().unwrap().to_owned();
    let columns = header.split(',').count();
    let row = |start: &str| -> String {
        let missing = columns - start.split(',').count();
        format!("{start}{}", ",".repeat(missing))
    };
    let good = row("CASTOR,r321,D-Vd,vgpr,ITT,,,142,240");
    for (bad, words) in [
        (
            "CASTOR,r321,D-Vd,orr,ITT,,,300,240",
            &["bad.csv:3", "events", "300"][..],
        ),
        (
            "CASTOR,r321,D-Vd,orr,ITT,,,x1,240",
            &["bad.csv:3", "events", "`x1`"],
        ),
        (
            "CASTOR,r321,D-Vd vs Vd,pfs,ITT,,,,,,,,,,,,HR,0.31,0.39,0.45,95",
            &["bad.csv:3", "effect", "0.31", "0.39"],
        ),
        (
            "CASTOR,r321,D-Vd,nope,ITT,,,20,240",
            &["bad.csv:3", "outcome", "nope"],
        ),
        (
            "NOBODY,r321,D-Vd,orr,ITT,,,20,240",
            &["bad.csv:3", "NOBODY"],
        ),
    ] {
        workspace.write("bad.csv", &format!("{header}\n{good}\n{}\n", row(bad)));
        workspace
            .run(&["extract", "import", "bad.csv", "--as", "extractor-1"])
            .fails(2, words);
    }
    assert!(workspace.run(&["export", "events"]).ok().stdout == before);
    // A person without the role may not.
    workspace.write("good.csv", &format!("{header}\n{good}\n"));
    workspace
        .run(&["extract", "import", "good.csv", "--as", "reviewer-1"])
        .fails(2, &["reviewer-1", "extractor"]);
}

#[test]
fn two_extractors_must_agree_before_a_value_is_pooled() {
    let workspace = Workspace::demonstration();
    workspace.edit("workflow.toml", "extractors = 1", "extractors = 2");
    workspace.run(&["run", "--replay"]).ok();
    // One person typed everything: nothing is settled, nothing is pooled, and the report says so.
    let results = results(&workspace);
    assert!(
        results["pfs"].get("estimate").is_none(),
        "{}",
        results["pfs"]
    );
}

#[test]
fn an_estimate_opens_into_studies_cells_and_sources() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let said = workspace
        .run(&["explain", "estimate:pfs", "--json"])
        .ok()
        .json();
    let text = said.to_string();
    for want in ["s8", "r341", "PubMed abstract 35641409", "by extractor-1"] {
        assert!(text.contains(want), "{want} is not in {text}");
    }
    let page = String::from_utf8(workspace.read("reports/index.html")).unwrap();
    for want in ["estimate-pfs", "not assessed", "0.47", "Attal"] {
        assert!(page.contains(want), "{want} is not in the report");
    }
}

#[test]
fn the_r_script_holds_the_data_that_were_pooled() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let script = workspace
        .run(&["export", "analysis", "--format", "r"])
        .ok()
        .stdout;
    for want in [
        "library(metafor)",
        "0.53",
        "0.99",
        "rule <- function(es)",
        "escalc(\"RR\"",
        "261",
    ] {
        assert!(script.contains(want), "{want} is not in {script}");
    }
}

#[test]
fn sensitivity_analyses_stand_beside_the_one_they_vary() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let pfs = &results(&workspace)["pfs"];
    let varied = pfs["sensitivity"].as_array().unwrap();
    assert_eq!(varied.len(), 2);
    let near = |a: &Value, b: &Value| (a.as_f64().unwrap() - b.as_f64().unwrap()).abs() < 1e-9;
    // Another interval about another model: t with 6 degrees of freedom.
    assert_eq!(varied[0]["method"], "REML");
    assert!(near(&varied[0]["df"], &json!(6.0)));
    assert_eq!(pfs["df"], Value::Null);
    // Leaving a study out by the workflow is leaving it out in turn.
    assert_eq!(varied[1]["k"], 6);
    let steps = pfs["leave_one_out"].as_array().unwrap();
    let step = steps.iter().find(|step| step["study"] == "LEPUS").unwrap();
    assert!(near(&varied[1]["estimate"], &step["estimate"]));
    let page = String::from_utf8(workspace.read("reports/index.html")).unwrap();
    assert!(page.contains("<caption>Sensitivity analyses</caption>"));
    let printed = workspace.run(&["pool", "--only", "pfs"]).ok();
    assert!(
        printed
            .stdout
            .contains("Without LEPUS: 0.50 [0.39, 0.64], I² "),
        "{}",
        printed.stdout
    );
    // What the log holds of the analysis names them.
    let specified = workspace
        .events()
        .into_iter()
        .find(|event| event["kind"] == "analysis_specified" && event["body"]["analysis"] == "pfs");
    let specified = specified.unwrap().to_string();
    assert!(specified.contains("Without LEPUS"), "{specified}");
    // A name that is not a study's gives no result that looks like one.
    workspace.edit(
        "workflow.toml",
        "without = [\"LEPUS\"]",
        "without = [\"LEPUZ\"]",
    );
    let printed = workspace.run(&["pool", "--only", "pfs"]).ok();
    assert!(
        printed
            .stdout
            .contains("not pooled: the review has no study `LEPUZ`")
    );
}

#[test]
fn a_value_is_entered_as_not_reported_as_derived_and_as_reconciled() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let place = [
        "extract", "set", "s1", "orr", "--report", "r291", "--arm", "Isa-Kd",
    ];
    for (values, who, field) in [
        (["--not-reported"].as_slice(), "extractor-1", "not_reported"),
        (
            &["--events", "10", "--n", "20", "--derived"],
            "extractor-1",
            "derived",
        ),
        (
            &["--events", "11", "--n", "20", "--reconcile"],
            "lead",
            "reconciles",
        ),
    ] {
        let mut args = place.to_vec();
        args.extend(["--population", "ITT", "--as", who]);
        args.extend(values);
        workspace.run(&args).ok();
        let last = workspace.events().pop().unwrap();
        assert_eq!(last["kind"], "cell_extracted", "{values:?}");
        assert!(last["body"].to_string().contains(field), "{last}");
    }
}

#[test]
fn options_of_pool_in_a_workspace_are_an_exploration_that_is_stored_nowhere() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    let before = workspace.events().len();
    let plain = workspace
        .run(&["pool", "--only", "pfs", "--json"])
        .ok()
        .json();
    assert!(plain["pfs"]["exploration"].is_null());
    let args = ["pool", "--only", "pfs", "--method", "REML", "--ci", "hksj"];
    let told = workspace
        .run(&[&args[..], &["--json"]].concat())
        .ok()
        .json();
    assert_eq!(told["pfs"]["exploration"]["method"], "REML");
    assert_eq!(told["pfs"]["method"], "REML");
    assert_ne!(told["pfs"]["se"], plain["pfs"]["se"]);
    let text = workspace.run(&args).ok().stdout;
    assert!(text.contains("Exploration, not the analysis of workflow.toml: ci hksj, method REML."));
    workspace
        .run(&["pool", "--batch"])
        .fails(2, &["--batch is for a file of studies"]);
    workspace
        .run(&["pool", "--only", "pfs", "--measure", "MD"])
        .fails(2, &["which has no MD"]);
    assert_eq!(workspace.events().len(), before);
}

#[test]
fn a_table_that_a_spreadsheet_saved_is_read_with_its_semicolons_and_decimal_commas() {
    let workspace = crate::trialdata::extracting();
    let rows = "study;report;arm;outcome;n;mean;sd\r\ns1;r1;honey;days;40;-2,5;1,25\r\ns1;r1;placebo;days;41;3;1.5\r\n";
    for (name, text) in [
        ("plain.csv", rows.to_owned()),
        ("marked.csv", format!("\u{feff}sep=;\r\n{rows}")),
        ("tabs.csv", rows.replace(';', "\t")),
    ] {
        workspace.write(name, &text);
        workspace
            .run(&["extract", "import", name, "--as", "eve"])
            .ok();
    }
    let entered: Vec<_> = workspace
        .run(&["export", "events", "--unblind", "--as", "lea"])
        .ok()
        .stdout
        .lines()
        .filter(|line| line.contains("cell_extracted"))
        .map(str::to_owned)
        .collect();
    assert_eq!(entered.len(), 2, "one table in three forms");
    assert!(entered[0].contains("\"mean\":\"-2.5\"") && entered[0].contains("\"sd\":\"1.25\""));
    // Between commas a comma inside a number is refused, and so is a count with a mark of thousands.
    workspace.write(
        "d.csv",
        "study,report,arm,outcome,n,mean\ns1,r1,honey,days,40,\"2,5\"\n",
    );
    workspace
        .run(&["extract", "import", "d.csv", "--as", "fay"])
        .fails(2, &["d.csv:2: mean", "a decimal point"]);
    workspace.write(
        "d.csv",
        "study;report;arm;outcome;n\ns1;r1;honey;days;1.234\n",
    );
    workspace
        .run(&["extract", "import", "d.csv", "--as", "fay"])
        .fails(2, &["d.csv:2: n", "not a whole number"]);
    // Decisions too.
    workspace.write(
        "v.csv",
        "report;phase;reviewer;decision;reason;note;at;settles\r\n",
    );
    workspace.run(&["screen", "import", "v.csv"]).ok();
}

#[test]
fn a_template_is_imported_while_only_some_of_its_studies_are_filled() {
    let workspace = crate::trialdata::extracting();
    let table = workspace
        .run(&["extract", "template", "--as", "eve"])
        .ok()
        .stdout;
    assert!(table.contains("<experimental arm>,role"), "{table}");
    let filled: Vec<String> = table
        .lines()
        .map(|line| {
            if line.contains(",r1,") && line.contains(",role,") {
                line.replace("<experimental arm>", "honey")
                    .replace("<control arm>", "placebo")
            } else {
                line.to_owned()
            }
        })
        .collect();
    workspace.write("t.csv", &(filled.join("\n") + "\n"));
    let said = workspace
        .run(&["extract", "import", "t.csv", "--as", "eve"])
        .ok()
        .stdout;
    assert!(said.starts_with("2 values entered"), "{said}");
    // A number beside a placeholder is not lost without a word.
    workspace.write(
        "t.csv",
        "study,report,arm,outcome,events,n\ns1,r1,<control arm>,healed,3,40\n",
    );
    workspace
        .run(&["extract", "import", "t.csv", "--as", "eve"])
        .fails(2, &["write the name of the trial's arm"]);
}

#[test]
fn the_table_of_judgements_has_a_row_for_each_included_study() {
    let workspace = crate::trialdata::extracting();
    let table = workspace.run(&["rob", "--template"]).ok();
    assert_eq!(
        table.stdout,
        "Study,D1,D2,D3,D4,D5,Overall,Weight\nMuster 2021,,,,,,,\nBeispiel 2019,,,,,,,\n"
    );
    assert!(
        table.stderr.contains("Low, Some concerns, High"),
        "{}",
        table.stderr
    );
    workspace.write("rob.csv", &table.stdout);
    workspace.run(&["rob", "rob.csv", "-o", "lights.svg"]).ok();
    for tool in ["rob2-cluster", "robins-i", "robins-e"] {
        let json = workspace
            .run(&["rob", "--template", tool, "--json"])
            .ok()
            .json();
        assert_eq!(json["studies"].as_array().unwrap().len(), 2);
    }
    workspace
        .run(&["rob", "--template", "grade"])
        .fails(2, &["robins-i"]);
    workspace
        .run(&["rob", "rob.csv", "--template"])
        .fails(2, &["cannot be used with"]);
    workspace.run(&["rob"]).fails(2, &["FILE"]);
    // Where there is no workspace it has no row.
    let folder = tempfile::tempdir().unwrap();
    let mut command = crate::support::program();
    command
        .current_dir(folder.path())
        .args(["rob", "--template"]);
    let bare = crate::support::said(&command.output().unwrap()).ok();
    assert_eq!(bare.stdout.lines().count(), 1);
}

#[test]
fn every_type_of_data_has_a_table_to_fill_that_pool_reads() {
    let workspace = Workspace::new();
    for (kind, row) in [
        ("binary", "A,1,10,2,10"),
        ("continuous", "A,10,1,1,10,2,1"),
        ("generic", "A,0.1,0.2"),
        ("hr", "A,0.8,0.6,1.2"),
        ("oev", "A,-1.5,3"),
        ("rate", "A,3,100,4,90"),
        ("proportion", "A,3,10"),
    ] {
        let head = workspace
            .run(&["pool", "--template", "--type", kind])
            .ok()
            .stdout;
        workspace.write(
            "s.csv",
            &format!("{head}{row}\n{}\n", row.replace('A', "B")),
        );
        let mut args = vec!["pool", "s.csv", "--json"];
        let measure = match kind {
            "binary" => "RR",
            "continuous" => "MD",
            "rate" => "IRR",
            "proportion" => "PLO",
            _ => "",
        };
        if !measure.is_empty() {
            args.extend(["--measure", measure]);
            let by_measure = workspace
                .run(&["pool", "--template", "--measure", measure])
                .ok();
            assert_eq!(by_measure.stdout, head);
        }
        assert_eq!(workspace.run(&args).ok().json()["k"], 2, "{kind}");
    }
    workspace
        .run(&["pool", "--template"])
        .fails(2, &["--type", "binary"]);
    workspace
        .run(&["pool", "--template", "--type", "binary", "--measure", "MD"])
        .fails(2, &["MD is no measure of binary data"]);
}

#[test]
fn a_slip_in_an_arm_or_an_arm_that_is_missing_is_told_at_entry() {
    let workspace = crate::trialdata::extracting();
    crate::trialdata::whole(&workspace, "s1", [("20", "40"), ("10", "40")]);
    let enter = |arm: &[&str]| {
        let mut args = vec![
            "extract",
            "set",
            "s1",
            "healed",
            "--report",
            "r1",
            "--population",
            "ITT",
        ];
        args.extend(["--events", "9", "--n", "40", "--as", "eve"]);
        args.extend(arm);
        workspace.run(&args).ok().stdout
    };
    let said = enter(&["--arm", "honney"]);
    assert!(
        said.contains("`honney` is a new arm of Muster 2021, beside honey, placebo"),
        "{said}"
    );
    let said = enter(&["--arm", "HONEY"]);
    assert!(!said.contains("new arm"), "{said}");
    let said = enter(&[]);
    assert!(
        said.contains("arm-missing") && said.contains("goes into no analysis"),
        "{said}"
    );
}
