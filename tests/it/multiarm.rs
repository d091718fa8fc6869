//! Trials of more than two arms: one pair chosen, arms combined, the shared group divided.

use crate::people::{include, review};
use crate::support::Workspace;
use serde_json::Value;

const OUTCOMES: &str = r#"
[extraction]
extractors = 1

[[outcome]]
code = "healed"
name = "Cough gone"
type = "binary"
direction = "higher-is-better"

[[outcome]]
code = "days"
name = "Days with cough"
type = "continuous"
direction = "lower-is-better"

[[outcome]]
code = "relapse"
name = "Time to relapse"
type = "time-to-event"
direction = "lower-is-better"

[[analysis]]
name = "healed"
outcome = "healed"
measure = "RR"
method = "FE"
@arms@
[[analysis]]
name = "days"
outcome = "days"
measure = "MD"
method = "FE"
@arms@
[[analysis]]
name = "relapse"
outcome = "relapse"
measure = "HR"
method = "FE"
@arms@
"#;

/// One trial of three arms with data, `arms` in each analysis.
fn trial(arms: &str) -> Workspace {
    let workspace = review();
    let toml = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    let cut = toml.find("[extraction]").unwrap_or(toml.len());
    let after = toml[cut..]
        .find("[living]")
        .map_or("", |at| &toml[cut + at..]);
    let ours = OUTCOMES.replace("@arms@", arms);
    workspace.write("workflow.toml", &format!("{}{ours}\n{after}", &toml[..cut]));
    include(&workspace, "r1");
    workspace.run(&["run"]).ok();
    workspace
        .run(&["study", "rename", "s1", "Muster 2021", "--as", "lea"])
        .ok();
    workspace.write(
        "data.csv",
        "study,report,arm,outcome,events,n,mean,sd,measure,effect,ci_low,ci_high,ci_level,text\n\
         s1,r1,Low,role,,,,,,,,,,experimental\n\
         s1,r1,High,role,,,,,,,,,,experimental\n\
         s1,r1,Placebo,role,,,,,,,,,,control\n\
         s1,r1,Low,healed,12,40,,,,,,,,\n\
         s1,r1,High,healed,18,42,,,,,,,,\n\
         s1,r1,Placebo,healed,8,41,,,,,,,,\n\
         s1,r1,Low,days,,40,6.0,2.0,,,,,,\n\
         s1,r1,High,days,,42,5.0,2.5,,,,,,\n\
         s1,r1,Placebo,days,,41,7.5,3.0,,,,,,\n\
         s1,r1,Low vs Placebo,relapse,,,,,HR,0.80,0.60,1.07,95,\n\
         s1,r1,High vs Placebo,relapse,,,,,HR,0.60,0.44,0.82,95,\n",
    );
    workspace
        .run(&["extract", "import", "data.csv", "--as", "lea"])
        .ok();
    workspace
}

fn pooled(workspace: &Workspace, name: &str) -> Value {
    workspace.run(&["pool", "--json"]).ok().json()[name].clone()
}

fn near(value: &Value, want: f64) {
    let got = value.as_f64().unwrap_or(f64::NAN);
    assert!((got - want).abs() < 1e-9, "{got} is not {want}");
}

fn arms(experimental: &[&str], control: &[&str], more: &str) -> String {
    format!(
        "[[analysis.arms]]\nstudy = \"Muster 2021\"\nexperimental = {experimental:?}\ncontrol = {control:?}\n{more}\n"
    )
}

#[test]
fn a_trial_of_three_arms_is_left_out_until_the_workflow_says_what_is_compared() {
    let workspace = trial("");
    let said = workspace.run(&["pool", "--only", "healed"]).ok().stdout;
    assert!(
        said.contains("High and Low all have the role experimental")
            && said.contains("[[analysis.arms]]"),
        "{said}"
    );
}

#[test]
fn one_pair_of_arms_is_chosen_whatever_capitals_it_is_named_with() {
    let workspace = trial(&arms(&["high"], &["PLACEBO"], ""));
    let healed = pooled(&workspace, "healed");
    assert_eq!(healed["k"], 1);
    assert_eq!(
        healed["studies"][0]["study"],
        "Muster 2021 (High vs Placebo)"
    );
    near(&healed["estimate"], (18.0_f64 / 42.0 / (8.0 / 41.0)).ln());
    near(&pooled(&workspace, "relapse")["estimate"], 0.6_f64.ln());
    // An arm that the trial has not is named with those it has.
    let workspace = trial(&arms(&["Medium"], &["Placebo"], ""));
    let said = workspace.run(&["pool", "--only", "healed"]).ok().stdout;
    assert!(
        said.contains("no arm `Medium`; it has High, Placebo, Low"),
        "{said}"
    );
}

#[test]
fn arms_are_combined_by_the_formulae_of_the_handbook() {
    let workspace = trial(&arms(&["Low", "High"], &["Placebo"], ""));
    // 6.5.2.10: events and participants add up.
    let healed = pooled(&workspace, "healed");
    near(&healed["estimate"], (30.0_f64 / 82.0 / (8.0 / 41.0)).ln());
    // Table 6.5.a for 40 people with 6.0 (2.0) and 42 with 5.0 (2.5).
    let mean = (40.0 * 6.0 + 42.0 * 5.0) / 82.0;
    let square = (39.0 * 4.0 + 41.0 * 6.25 + 40.0 * 42.0 / 82.0 * 1.0) / 81.0;
    let days = pooled(&workspace, "days");
    near(&days["estimate"], mean - 7.5);
    let variance: f64 = square / 82.0 + 9.0 / 41.0;
    near(&days["se"], variance.sqrt());
    // Two hazard ratios are not made into one.
    let said = workspace.run(&["pool", "--only", "relapse"]).ok().stdout;
    assert!(
        said.contains("effects of several are not combined"),
        "{said}"
    );
    // It stands in the report, in the figure and in the log.
    workspace.run(&["run"]).ok();
    let page = String::from_utf8(workspace.read("reports/index.html")).unwrap();
    assert!(page.contains("arms combined into one group: Low, High (Handbook 6.5.2.10)"));
    let explained = workspace.run(&["explain", "estimate:healed"]).ok().stdout;
    assert!(
        explained.contains("arms combined into one group"),
        "{explained}"
    );
    workspace
        .run(&["pool", "--only", "healed", "--forest", "healed.svg"])
        .ok();
    let svg = String::from_utf8(workspace.read("healed.svg")).unwrap();
    assert!(svg.contains("Low + High vs Placebo"));
    let specified = workspace.events().into_iter().find(|event| {
        event["kind"] == "analysis_specified" && event["body"]["analysis"] == "healed"
    });
    let body = specified.unwrap()["body"].clone();
    assert_eq!(body["specification"]["arms"][0]["experimental"][1], "High");
    workspace.run(&["audit"]).ok();
}

#[test]
fn a_shared_group_is_divided_and_never_counted_twice() {
    let both =
        |more: &str| arms(&["Low"], &["Placebo"], more) + &arms(&["High"], &["Placebo"], more);
    let workspace = trial(&both(""));
    let said = workspace.run(&["pool", "--only", "healed"]).ok().stdout;
    assert!(
        said.contains("Placebo stands in 2 comparisons") && said.contains("split = true"),
        "{said}"
    );

    let workspace = trial(&both("split = true"));
    let healed = pooled(&workspace, "healed");
    assert_eq!(healed["k"], 2);
    // 23.3.4: 8 of 41 become 4 of 20.5 in each comparison.
    let variance = |e: f64, n: f64| 1.0 / e - 1.0 / n;
    let rows = healed["studies"].as_array().unwrap();
    near(&rows[0]["yi"], (12.0_f64 / 40.0 / (8.0 / 41.0)).ln());
    near(&rows[0]["vi"], variance(12.0, 40.0) + variance(4.0, 20.5));
    near(&rows[1]["vi"], variance(18.0, 42.0) + variance(4.0, 20.5));
    let days = pooled(&workspace, "days");
    near(&days["studies"][1]["vi"], 6.25 / 42.0 + 9.0 / 20.5);
    // An effect as printed cannot be divided.
    let said = workspace.run(&["pool", "--only", "relapse"]).ok().stdout;
    assert!(
        said.contains("an effect as printed cannot be divided"),
        "{said}"
    );
    // One study stands in the flow, its division in report and figure, and no count is doubled.
    workspace.run(&["run"]).ok();
    let page = String::from_utf8(workspace.read("reports/index.html")).unwrap();
    assert!(page.contains("Placebo divided evenly between 2 comparisons (Handbook 23.3.4)"));
    assert!(!page.contains("its participants count twice"));
    workspace
        .run(&["pool", "--only", "healed", "--forest", "healed.svg"])
        .ok();
    let svg = String::from_utf8(workspace.read("healed.svg")).unwrap();
    assert!(svg.contains("Low vs Placebo") && svg.contains("High vs Placebo"));
    assert!(svg.contains("divided by 2"), "the figure does not say so");
    workspace.run(&["audit"]).ok();

    // Groups that overlap without being the same cannot be divided.
    let overlap = arms(&["Low", "High"], &["Placebo"], "split = true")
        + &arms(&["High"], &["Placebo"], "split = true");
    let workspace = trial(&overlap);
    let said = workspace.run(&["pool", "--only", "healed"]).ok().stdout;
    assert!(said.contains("arms in common"), "{said}");
}

#[test]
fn a_comparison_without_data_takes_no_share() {
    let both = arms(&["Low"], &["Placebo"], "split = true")
        + &arms(&["High"], &["Placebo"], "split = true");
    let workspace = trial(&both);
    let last = workspace
        .events()
        .iter()
        .find(|event| event["body"]["arm"] == "High" && event["body"]["outcome"] == "healed")
        .unwrap()["seq"]
        .to_string();
    workspace
        .run(&["screen", "undo", &last, "--as", "lea"])
        .ok();
    let healed = pooled(&workspace, "healed");
    assert_eq!(healed["k"], 1);
    let variance = |e: f64, n: f64| 1.0 / e - 1.0 / n;
    near(
        &healed["studies"][0]["vi"],
        variance(12.0, 40.0) + variance(8.0, 41.0),
    );
}

#[test]
fn an_arm_on_both_sides_is_told_at_its_line() {
    let workspace = trial("");
    let toml = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    let wrong = arms(&["Low"], &["Low"], "");
    let at = toml.find("[[analysis]]\nname = \"days\"").unwrap();
    workspace.write(
        "workflow.toml",
        &format!("{}{wrong}{}", &toml[..at], &toml[at..]),
    );
    workspace
        .run(&["status"])
        .fails(2, &["the arm `Low` is on both sides", "workflow.toml:"]);
}

#[test]
fn a_study_that_the_workflow_names_and_the_review_does_not_have_is_told() {
    let workspace = trial(
        "[[analysis.arms]]\nstudy = \"Muster 2020\"\nexperimental = [\"honey\"]\ncontrol = [\"placebo\"]\n\
         [[analysis.exclude]]\nstudy = \"Nobody 1999\"\nwhy = \"not the outcome\"\n",
    );
    let said = workspace.run(&["pool", "--only", "healed"]).ok();
    for name in [
        "`arms` names `Muster 2020`",
        "`exclude` names `Nobody 1999`",
    ] {
        assert!(said.stderr.contains(name), "{name}: {}", said.stderr);
    }
    let json = workspace
        .run(&["pool", "--only", "healed", "--json"])
        .ok()
        .json();
    assert_eq!(
        json["healed"]["strangers"].as_array().unwrap().len(),
        2,
        "{json}"
    );
    workspace.run(&["run"]).ok();
    let page = String::from_utf8(workspace.read("reports/index.html")).unwrap();
    assert!(page.contains("Nobody 1999"));
}

#[test]
fn an_arm_stands_once_in_a_comparison_and_on_the_side_that_its_role_names() {
    for (experimental, control) in [
        (&["High", "high"][..], &["Placebo"][..]),
        (&["High"], &["Placebo", "PLACEBO"]),
    ] {
        let workspace = trial(&arms(experimental, control, ""));
        let said = workspace.run(&["pool", "--only", "healed"]).ok().stdout;
        assert!(said.contains("twice in one comparison"), "{said}");
    }
    let workspace = trial(&arms(&["Placebo"], &["High"], ""));
    let said = workspace.run(&["pool", "--only", "healed"]).ok().stdout;
    assert!(said.contains("the wrong way round"), "{said}");
    // Two doses beside each other are nobody's wrong way round.
    let workspace = trial(&arms(&["High"], &["Low"], ""));
    assert_eq!(pooled(&workspace, "healed")["k"], 1);
}

#[test]
fn a_control_that_was_divided_is_not_doubted_as_counted_twice() {
    let both = arms(&["High"], &["Placebo"], "split = true")
        + &arms(&["Low"], &["Placebo"], "split = true");
    let workspace = trial(&both);
    let said = workspace.run(&["pool", "--only", "days"]).ok();
    assert!(
        !said.stderr.contains("second arm") && !said.stdout.contains("second arm"),
        "{} {}",
        said.stdout,
        said.stderr
    );
}
