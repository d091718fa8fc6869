//! Decisions brought from elsewhere: the tables of other tools, and the times that files give.

use crate::people::review;
use crate::support::Workspace;
use serde_json::Value;

fn import(workspace: &Workspace, args: &[&str]) -> crate::support::Said {
    let mut all = vec!["screen", "import"];
    all.extend(args);
    workspace.run(&all)
}

/// Kind, body and time of the decisions, as a lead sees them.
fn decisions(workspace: &Workspace) -> Vec<Value> {
    let text = workspace
        .run(&["export", "events", "--unblind", "--as", "lea"])
        .ok()
        .stdout;
    let all = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    all.filter(|event| event["kind"] == "decision_made")
        .collect()
}

#[test]
fn the_time_that_a_file_gives_is_kept_and_comes_out_again() {
    let workspace = review();
    workspace.write(
        "d.csv",
        "report,phase,reviewer,decision,reason,note,at,settles\n\
         r2,title-abstract,ann,exclude,,,2024-03-01T10:00:00Z,\n\
         r2,title-abstract,ben,exclude,,,,\n",
    );
    import(&workspace, &["d.csv"]).ok();
    let events = decisions(&workspace);
    assert_eq!(events[0]["body"]["made"], "2024-03-01T10:00:00.000Z");
    assert!(events[0]["at"].as_str().unwrap() > "2026");
    assert!(events[1]["body"].get("made").is_none());
    let out = workspace.run(&["screen", "export"]).ok().stdout;
    assert!(
        out.contains("ann,exclude,,,2024-03-01T10:00:00.000Z,"),
        "{out}"
    );
    let told = workspace.run(&["explain", "report:r2"]).ok().stdout;
    assert!(told.contains("2024-03-01"), "{told}");
    // What comes out goes in as what is there already.
    workspace.write("out.csv", &out);
    let again = import(&workspace, &["out.csv", "--json"]).ok().json();
    assert_eq!((&again["written"], &again["known"]), (&0.into(), &2.into()));
    workspace.write(
        "late.csv",
        "report,phase,reviewer,decision,reason,note,at,settles\n\
         r1,title-abstract,ann,include,,,2999-01-01T00:00:00Z,\n",
    );
    import(&workspace, &["late.csv"]).fails(2, &["late.csv:2", "lies in the future"]);
    workspace.run(&["audit"]).ok();
}

#[test]
fn a_value_keeps_the_time_of_its_file_too() {
    let workspace = Workspace::demonstration();
    workspace.run(&["run", "--replay"]).ok();
    workspace.write(
        "x.csv",
        "study,report,arm,outcome,population,not_reported,at\n\
         s1,r291,Isa-Kd,orr,ITT,yes,2025-08-01T10:00:00Z\n",
    );
    workspace
        .run(&["extract", "import", "x.csv", "--as", "extractor-1"])
        .ok();
    let last = workspace.events().pop().unwrap();
    assert_eq!(last["body"]["made"], "2025-08-01T10:00:00.000Z");
    let out = workspace.run(&["extract", "export"]).ok().stdout;
    assert!(
        out.lines()
            .last()
            .unwrap()
            .contains("2025-08-01T10:00:00.000Z")
    );
    workspace.run(&["audit"]).ok();
}

#[test]
fn asreview_s_labels_become_one_person_s_decisions() {
    let workspace = review();
    workspace.write(
        "asreview.csv",
        "record_id,title,doi,asreview_label,asreview_time,asreview_note\n\
         0,HONEY for cough in children: an invented trial.,,1,1709287200.5,good\n\
         1,Wound dressing after burns: an invented cohort,,0,,\n\
         2,Another paper that is not here,,1,,\n\
         3,Not read yet,,,,\n",
    );
    import(&workspace, &["asreview.csv", "--format", "asreview"]).fails(
        2,
        &["asreview.csv:2", "does not say who decided", "--reviewer"],
    );
    let args = ["asreview.csv", "--format", "asreview", "--reviewer", "ann"];
    let said = import(&workspace, &args).ok().stdout;
    for want in [
        "2 decisions read",
        "1 row without a decision",
        "1 row is of no report",
        "line 4: Another",
    ] {
        assert!(said.contains(want), "{want}: {said}");
    }
    let events = decisions(&workspace);
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["body"]["choice"], "include");
    assert_eq!(events[0]["body"]["made"], "2024-03-01T10:00:00.500Z");
    assert_eq!(events[0]["body"]["note"], "good");
    assert_eq!(events[1]["body"]["choice"], "exclude");
    assert_eq!(events[0]["actor"], "p1");
    let again = import(&workspace, &args).ok().stdout;
    assert!(again.starts_with("0 decisions read"), "{again}");
    // What this program writes for ASReview comes back by its own ids.
    let ours = workspace
        .run(&["export", "records", "--format", "asreview"])
        .ok()
        .stdout;
    let labelled: String = ours
        .lines()
        .map(|line| match line.strip_suffix(',') {
            Some(row) if line.starts_with('r') => format!("{row},1\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    workspace.write("back.csv", &labelled);
    let said = import(
        &workspace,
        &["back.csv", "--format", "asreview", "--reviewer", "ben"],
    )
    .ok()
    .stdout;
    assert!(
        said.starts_with("2 decisions read"),
        "{said} from {labelled}"
    );
}

const RAYYAN: &str = "key,title,year,doi,notes\n\
    rayyan-1,Honey for cough in children: an invented trial,2021,,\"RAYYAN-INCLUSION: {\"\"Ann\"\"=>\"\"Included\"\", \"\"Ben\"\"=>\"\"Maybe\"\"} | RAYYAN-LABELS: x\"\n\
    rayyan-2,Wound dressing after burns: an invented cohort,2019,,\"RAYYAN-INCLUSION: {\"\"Ann\"\"=>\"\"Excluded\"\"} | RAYYAN-EXCLUSION-REASONS: wrong-population,other\"\n";

#[test]
fn rayyan_s_inclusions_become_the_decisions_of_each_person() {
    let workspace = review();
    workspace.write("rayyan.csv", RAYYAN);
    let said = import(&workspace, &["rayyan.csv", "--format", "rayyan"])
        .ok()
        .stdout;
    assert!(said.starts_with("3 decisions read"), "{said}");
    let events = decisions(&workspace);
    let told: Vec<_> = events
        .iter()
        .map(|e| {
            (
                e["actor"].as_str().unwrap(),
                e["body"]["choice"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("p1", "include"), ("p2", "unsure"), ("p1", "exclude")]
    );
    assert_eq!(events[2]["body"]["reason"], "wrong-population");
    // Of one person only, and of nobody who is not in the file.
    let workspace = review();
    workspace.write("rayyan.csv", RAYYAN);
    let args = ["rayyan.csv", "--format", "rayyan", "--reviewer"];
    let with = |name: &'static str| [&args[..], &[name]].concat();
    import(&workspace, &with("ben")).ok();
    assert_eq!(decisions(&workspace).len(), 1);
    import(&workspace, &with("lea")).fails(2, &["of nobody called lea", "Ann, Ben"]);
    import(&workspace, &with("zoe")).fails(2, &["nobody in this review is called `zoe`"]);
    workspace.write("other.csv", &RAYYAN.replace("Ben", "Zoe"));
    import(&workspace, &["other.csv", "--format", "rayyan"])
        .fails(2, &["other.csv:2", "nobody in this review is called `Zoe`"]);
    assert_eq!(decisions(&workspace).len(), 1, "whole or not at all");
}

#[test]
fn covidence_s_lists_say_what_was_decided_by_their_names() {
    let workspace = review();
    let list = "Title,Authors,DOI,Covidence #,Notes\n\
        \"Wound dressing after burns: an invented cohort\",\"Beispiel, C.\",,#2,\n";
    workspace.write("review_1_list.csv", list);
    let args = |file: &'static str| [file, "--format", "covidence", "--reviewer", "ann"];
    import(&workspace, &args("review_1_list.csv"))
        .fails(2, &["`irrelevant`, `included` or `excluded`"]);
    workspace.write("review_1_irrelevant.csv", list);
    import(&workspace, &args("review_1_irrelevant.csv")).ok();
    let event = &decisions(&workspace)[0];
    assert_eq!(event["body"]["choice"], "exclude");
    assert_eq!(event["body"]["phase"], "title-abstract");
    // An exclusion at full text needs the report to be there.
    let excluded = list.replace("#2,", "#2,\"Exclusion reason: Wrong population; \"");
    workspace.write("excluded.csv", &excluded);
    import(&workspace, &args("excluded.csv")).fails(2, &["excluded.csv:2"]);
    // In another phase where somebody says so.
    workspace.write("included.csv", list);
    let mut to_title = args("included.csv").to_vec();
    to_title.extend(["--phase", "title-abstract"]);
    import(&workspace, &to_title).ok();
    assert_eq!(decisions(&workspace)[1]["body"]["choice"], "include");
    import(&workspace, &["included.csv", "--phase", "full-text"]).fails(2, &["--phase"]);
}

const REASONS: &str = "key,title,notes\n\
    rayyan-1,Honey for cough in children: an invented trial,\"RAYYAN-INCLUSION: {\"\"Ann\"\"=>\"\"Excluded\"\", \"\"Ben\"\"=>\"\"Excluded\"\"} | RAYYAN-EXCLUSION-REASONS: Too small,Not a randomised trial,background\"\n\
    rayyan-2,Wound dressing after burns: an invented cohort,\"RAYYAN-INCLUSION: {\"\"Ann\"\"=>\"\"Excluded\"\"} | RAYYAN-EXCLUSION-REASONS: Too small\"\n";

#[test]
fn a_reason_that_the_workflow_does_not_know_is_told_with_its_count_and_kept_in_the_note() {
    let workspace = review();
    workspace.write("rayyan.csv", REASONS);
    let args = ["rayyan.csv", "--format", "rayyan"];
    let said = import(&workspace, &args).ok();
    for line in [
        "no reason `Too small`: it stands in the note of 3 decisions",
        "no reason `background`: it stands in the note of 2 decisions",
        "help: add to workflow.toml",
        "code = \"too-small\"",
        "--map-reason 'Too small=CODE'",
    ] {
        assert!(said.stderr.contains(line), "{line}: {}", said.stderr);
    }
    let events = decisions(&workspace);
    assert_eq!(events.len(), 3, "no row is lost");
    assert_eq!(events[0]["body"]["reason"], "not-randomised");
    assert_eq!(events[0]["body"]["note"], "Too small; background");
    assert_eq!(events[2]["body"]["note"], "Too small");
    let again = import(&workspace, &[&args[..], &["--json"]].concat())
        .ok()
        .json();
    assert_eq!((&again["written"], &again["known"]), (&0.into(), &3.into()));
    assert_eq!(again["unknown_reasons"][0]["reason"], "Too small");
    assert_eq!(again["unknown_reasons"][0]["n"], 3);
}

#[test]
fn a_reason_of_another_tool_is_said_to_be_one_of_the_workflow() {
    let workspace = review();
    workspace.write("rayyan.csv", REASONS);
    let args = ["rayyan.csv", "--format", "rayyan", "--map-reason"];
    let with = |map: &'static str| [&args[..], &[map]].concat();
    import(&workspace, &with("Too small")).fails(2, &["does not say what the reason is here"]);
    import(&workspace, &with("Too small=tiny")).fails(2, &["no reason `tiny`", "wrong-population"]);
    assert!(decisions(&workspace).is_empty());
    let mapped = [
        &with("TOO SMALL=wrong-population")[..],
        &["--map-reason", "background="],
    ]
    .concat();
    let said = import(&workspace, &mapped).ok();
    assert!(!said.stderr.contains("warning"), "{}", said.stderr);
    let events = decisions(&workspace);
    // The first in the order of the workflow is the primary reason.
    assert_eq!(events[0]["body"]["reason"], "wrong-population");
    assert_eq!(events[0]["body"]["note"], "not-randomised; background");
    assert_eq!(events[2]["body"]["reason"], "wrong-population");
    import(&workspace, &["rayyan.csv", "--map-reason", "a=b"]).fails(2, &["--map-reason"]);
}

#[test]
fn a_full_text_is_not_excluded_for_a_reason_that_nobody_knows() {
    let workspace = review();
    for who in ["ann", "ben"] {
        for report in ["r1", "r2"] {
            crate::people::decide(&workspace, report, "include", who).ok();
        }
    }
    for report in ["r1", "r2"] {
        workspace
            .run(&["screen", "retrieve", report, "retrieved", "--as", "ann"])
            .ok();
    }
    workspace.write(
        "list_excluded.csv",
        "Title,Notes\n\"Honey for cough in children: an invented trial\",\"Exclusion reason: Wrong dose, adults; \"\n\
         \"Wound dressing after burns: an invented cohort\",\"Exclusion reason: Wrong population; \"\n",
    );
    let args = [
        "list_excluded.csv",
        "--format",
        "covidence",
        "--reviewer",
        "ann",
    ];
    let before = workspace.events().len();
    import(&workspace, &args).fails(
        2,
        &[
            "`Wrong dose, adults` (1 decision)",
            "text = \"Wrong dose, adults\"",
            "--map-reason",
            "nothing of the file was saved",
        ],
    );
    assert_eq!(workspace.events().len(), before);
    let map = ["--map-reason", "Wrong dose, adults=wrong-intervention"];
    import(&workspace, &[&args[..], &map].concat()).ok();
    let events = decisions(&workspace);
    let reasons: Vec<_> = events
        .iter()
        .rev()
        .take(2)
        .map(|e| &e["body"]["reason"])
        .collect();
    assert_eq!(reasons, ["wrong-population", "wrong-intervention"]);
}

#[test]
fn the_table_of_open_reports_is_filled_and_read_back() {
    let workspace = review();
    let table = workspace
        .run(&[
            "screen",
            "template",
            "--for",
            "ann",
            "--phase",
            "title-abstract",
        ])
        .ok()
        .stdout;
    assert_eq!(table.lines().count(), 3, "{table}");
    assert!(
        table.contains("r1,title-abstract,ann,,,,,,Honey for cough"),
        "{table}"
    );
    workspace.write("fill.csv", &table);
    let said = import(&workspace, &["fill.csv"]).ok().stdout;
    assert!(
        said.contains("2 rows without a decision passed over"),
        "{said}"
    );
    let filled = table.replace("r1,title-abstract,ann,,", "r1,title-abstract,,include,");
    workspace.write("fill.csv", &filled);
    let said = import(&workspace, &["fill.csv", "--reviewer", "ann"])
        .ok()
        .stdout;
    assert!(said.starts_with("1 decision read"), "{said}");
    let left = workspace
        .run(&["screen", "template", "--for", "ann"])
        .ok()
        .stdout;
    assert_eq!(left.lines().count(), 2, "{left}");
}
