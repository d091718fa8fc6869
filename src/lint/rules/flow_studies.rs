//! PRISMA-I5: no more studies are pooled than included, and no more studies included than reports.

use crate::lint::flow;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-I5",
    checks: "no more studies are pooled than included, and no more studies included than reports.",
    why: "A study without a report, or pooled without being included, has no way into the review.",
    formula: "quant ≤ included ≤ reports.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020 flow diagram)",
    fires: r#"[[flow]]
where = "Fig 1"
included = 11
quant = 12"#,
    silent: r#"[[flow]]
where = "Fig 1"
included = 11
reports = 13
quant = 9"#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    flow::of_template(paper, found, RULE.id, &["I5"]);
    for witness in paper.witnesses() {
        let boxes = paper.boxes(witness);
        for (few, many, words) in [
            ("quant", "included", ["studies pooled", "included"]),
            (
                "included",
                "reports",
                ["studies included", "reports of them"],
            ),
        ] {
            let (Some(a), Some(b)) = (boxes.get(few), boxes.get(many)) else {
                continue;
            };
            found.look(RULE.id);
            if a > b {
                let text = format!(
                    "Inconsistent as printed: {a} {}, but {b} {}.",
                    words[0], words[1]
                );
                found.add(
                    Finding::new(RULE.id, Severity::Error, witness, text)
                        .number(few, *a)
                        .number(many, *b),
                );
            }
        }
    }
}
