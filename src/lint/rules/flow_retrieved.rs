//! PRISMA-I3: reports sought less those not retrieved are the reports assessed.

use crate::lint::flow;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-I3",
    checks: "reports sought less those not retrieved are the reports assessed.",
    why: "A report that nobody could read is neither included nor excluded, and must be told.",
    formula: "sought − notret = assessed; where notret is not printed, no more may be assessed than were sought.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020 flow diagram)",
    fires: r#"[[flow]]
where = "Fig 1"
sought = 23
notret = 3
assessed = 21"#,
    silent: r#"[[flow]]
where = "Fig 1"
sought = 23
notret = 2
assessed = 21"#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    flow::of_template(paper, found, RULE.id, &["I3"]);
    for witness in paper.witnesses() {
        let boxes = paper.boxes(witness);
        let (Some(sought), Some(assessed)) = (boxes.get("sought"), boxes.get("assessed")) else {
            continue;
        };
        found.look(RULE.id);
        let missing = boxes.get("notret").copied();
        let left = sought - missing.unwrap_or(0);
        if left == *assessed {
            continue;
        }
        let severity = if missing.is_none() && left > *assessed {
            Severity::Warn
        } else {
            Severity::Error
        };
        let text = format!(
            "Inconsistent as printed: {sought} sought − {} not retrieved = {left}, but {assessed} are assessed.",
            missing.unwrap_or(0)
        );
        found.add(
            Finding::new(RULE.id, severity, witness, text)
                .number("sought", *sought)
                .number("left", left)
                .number("printed", *assessed)
                .fits(format!(
                    "{left} assessed, or {} not retrieved",
                    sought - assessed
                )),
        );
    }
}
