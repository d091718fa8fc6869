//! `[living]` and `schedule`: when steps are due, whatever the clocks do.

use crate::support::Workspace;

/// The demonstration with other lines below `[living]`.
fn living(lines: &str) -> Workspace {
    let workspace = Workspace::demonstration();
    let path = workspace.path("workflow.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (before, _) = text.split_once("[living]").unwrap();
    std::fs::write(&path, format!("{before}[living]\n{lines}")).unwrap();
    workspace
}

#[test]
fn schedule_tells_the_next_dates_of_each_step_in_the_zone_of_the_review() {
    let workspace = living(
        "search = \"monthly on the 15th at 06:00\"\nscreening = \"each-update\"\n\
         publication = \"quarterly\"\ntimezone = \"Europe/Berlin\"\n\
         [[living.source]]\nname = \"Embase\"\nsearch = \"every 6 weeks\"\n",
    );
    let never = workspace.run(&["schedule", "--json"]).ok().json();
    assert_eq!(never["steps"][0]["next"], serde_json::json!([]));
    workspace.run(&["run", "--replay"]).ok();
    let said = workspace.run(&["schedule", "--json"]).ok().json();
    assert_eq!(said["timezone"], "Europe/Berlin");
    let steps = said["steps"].as_array().unwrap();
    let names: Vec<_> = steps
        .iter()
        .map(|step| (&step["step"], &step["source"]))
        .collect();
    assert_eq!(names.len(), 4);
    assert_eq!(steps[0]["cadence"], "monthly on the 15th at 06:00");
    assert_eq!(steps[0]["last"], "2025-07-01");
    assert_eq!(steps[0]["at"], "2025-07-15T04:00:00.000Z");
    assert_eq!(
        steps[0]["next"],
        serde_json::json!(["2025-07-15", "2025-08-15", "2025-09-15"])
    );
    assert_eq!(steps[0]["overdue"], true, "the archive ends on 25 July");
    assert_eq!(steps[1]["source"], "Embase");
    assert_eq!(steps[1]["due"], "2025-08-12");
    assert_eq!(steps[1]["overdue"], false);
    assert_eq!(steps[2]["next"], serde_json::json!([]));
    let shown = workspace.run(&["schedule"]).ok().stdout;
    for line in [
        "Days and times of Europe/Berlin",
        "overdue since 2025-07-15 at 06:00, then 2025-08-15, 2025-09-15",
        "search of Embase",
        "with each update",
    ] {
        assert!(shown.contains(line), "{line} is not in\n{shown}");
    }
    let status = workspace.run(&["status"]).ok().stdout;
    assert!(
        status.contains("search was due on 2025-07-15 (monthly on the 15th at 06:00)"),
        "{status}"
    );
    workspace.run(&["audit"]).ok();
}

#[test]
fn a_retired_review_has_no_dates_and_says_why() {
    let workspace = living(
        "status = \"retired\"\nsearch = \"monthly\"\nreason = \"The question is answered\"\n",
    );
    workspace.run(&["run", "--replay"]).ok();
    let said = workspace.run(&["schedule", "--json"]).ok().json();
    assert_eq!(said["steps"][0]["next"], serde_json::json!([]));
    let shown = workspace.run(&["schedule"]).ok().stdout;
    assert!(
        shown.contains("no further update will be made. Reason: The question is answered."),
        "{shown}"
    );
}
