//! PRISMA-I2: records screened less those excluded are the reports sought, or assessed where retrieval has no box.

use crate::lint::flow;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-I2",
    checks: "records screened less those excluded are the reports sought, or assessed where retrieval has no box.",
    why: "This is where most flows fail: the two numbers are written months apart.",
    formula: "screened − excl − excl_dup2 = sought; without a sought box, − notret = assessed.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020 flow diagram)",
    fires: r#"[[flow]]
where = "Fig 1"
screened = 136
excl = 115
assessed = 24"#,
    silent: r#"[[flow]]
where = "Fig 1"
screened = 2381
excl = 2336
assessed = 45"#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    flow::of_template(paper, found, RULE.id, &["I2", "I2h"]);
    for witness in paper.witnesses() {
        let boxes = paper.boxes(witness);
        let get = |name: &str| boxes.get(name).copied();
        let Some(screened) = get("screened").or_else(|| get("after_dup")) else {
            continue;
        };
        let Some((excluded, _)) = flow::excluded(&boxes) else {
            continue;
        };
        let (next, name, missing) = match (get("sought"), get("assessed")) {
            (Some(n), _) => (n, "sought", 0),
            (None, Some(n)) => (n, "assessed", get("notret").unwrap_or(0)),
            (None, None) => continue,
        };
        found.look(RULE.id);
        // Titles and abstracts may be stages of their own beside the box.
        let staged: i64 = ["excl_title", "excl_abstract"]
            .iter()
            .filter_map(|n| get(n))
            .sum();
        let beside = get("excl").is_some()
            && staged > 0
            && [
                excluded + staged,
                excluded - get("excl").unwrap_or(0) + staged,
            ]
            .iter()
            .any(|gone| screened - gone - missing == next);
        let left = screened - excluded - missing;
        let other = flow::beside(&boxes);
        let joins = next > left && next - left <= other && flow::brought(&boxes).is_none();
        if left != next && !beside {
            let minus = if missing > 0 {
                format!(" − {missing} not retrieved")
            } else {
                String::new()
            };
            let (severity, join) = if joins {
                let by = next - left;
                (
                    Severity::Info,
                    format!(" It fits if {by} of the {other} of other sources join here."),
                )
            } else {
                (Severity::Error, String::new())
            };
            let text = format!(
                "Inconsistent as printed: {screened} screened − {excluded} excluded{minus} = {left}, but {next} are {name}.{join}"
            );
            found.add(
                Finding::new(RULE.id, severity, witness, text)
                    .number("screened", screened)
                    .number("excluded", excluded)
                    .number("left", left)
                    .number("printed", next)
                    .fits(flow::fits(
                        left,
                        name,
                        screened - missing - next,
                        "excluded",
                    )),
            );
        }
    }
}
