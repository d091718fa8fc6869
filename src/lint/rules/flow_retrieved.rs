//! PRISMA-I3: reports sought less those not retrieved are the reports assessed.

use crate::lint::flow;
use crate::lint::groups::Groups;
use crate::lint::paper::{Boxes, Paper};
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
        lane(&paper.boxes(witness), witness, found);
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
        // Reports of other sources may join where reports are assessed.
        let joined = assessed - left;
        let beside = flow::beside(&boxes);
        let severity = if joined > 0 && joined <= beside && flow::brought(&boxes).is_none() {
            Severity::Info
        } else if missing.is_none() && left > *assessed {
            Severity::Warn
        } else {
            Severity::Error
        };
        let joins = if severity == Severity::Info {
            format!(" It fits if {joined} of the {beside} of other sources join here.")
        } else {
            String::new()
        };
        let text = format!(
            "Inconsistent as printed: {sought} sought − {} not retrieved = {left}, but {assessed} are assessed.{joins}",
            missing.unwrap_or(0)
        );
        found.add(
            Finding::new(RULE.id, severity, witness, text)
                .number("sought", *sought)
                .number("left", left)
                .number("printed", *assessed)
                .fits(flow::fits(
                    left,
                    "assessed",
                    sought - assessed,
                    "not retrieved",
                )),
        );
    }
}

/// The same in the lane of other methods.
fn lane(boxes: &Boxes<'_>, witness: &str, found: &mut Found) {
    let get = |name: &str| boxes.get(name).copied();
    let (Some(sought), Some(assessed)) = (get("other_sought"), get("other_assessed")) else {
        return;
    };
    found.look(RULE.id);
    let missing = get("other_notret");
    let left = sought - missing.unwrap_or(0);
    if left == assessed {
        return;
    }
    let severity = if missing.is_none() && left > assessed {
        Severity::Warn
    } else {
        Severity::Error
    };
    let text = format!(
        "Inconsistent as printed: in the lane of other methods {sought} sought − {} not retrieved = {left}, but {assessed} are assessed.",
        missing.unwrap_or(0)
    );
    found.add(
        Finding::new(RULE.id, severity, witness, text)
            .number("left", left)
            .number("printed", assessed)
            .fits(flow::fits(
                left,
                "assessed",
                sought - assessed,
                "not retrieved",
            )),
    );
}
