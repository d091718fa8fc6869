//! PRISMA-I2R: the reasons of exclusion at screening add up to the records excluded.

use crate::lint::flow;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-I2R",
    checks: "the reasons of exclusion at screening add up to the records excluded.",
    why: "A list of reasons with a hole hides why records were left out.",
    formula: "Σ excl_rN = excl; excl_title + excl_abstract = excl.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020 flow diagram)",
    fires: r#"[[flow]]
where = "Fig 1"
excl = 198
excl_r1 = 56
excl_r2 = 100
excl_r3 = 41"#,
    silent: r#"[[flow]]
where = "Fig 1"
excl = 198
excl_r1 = 56
excl_r2 = 100
excl_r3 = 42"#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for witness in paper.witnesses() {
        let boxes = paper.boxes(witness);
        let get = |name: &str| boxes.get(name).copied();
        let Some(excluded) = get("excl") else {
            continue;
        };
        let staged: Vec<i64> = ["excl_title", "excl_abstract"]
            .iter()
            .filter_map(|n| get(n))
            .collect();
        let lists = [
            flow::screening_reasons(&boxes).map(|(_, parts)| (parts, "reasons")),
            (staged.len() == 2).then_some((staged, "stages")),
        ];
        for (parts, what) in lists.into_iter().flatten() {
            found.look(RULE.id);
            let sum: i64 = parts.iter().sum();
            if sum != excluded {
                // Stages may stand beside the box and not within it.
                let severity = if what == "stages" {
                    Severity::Warn
                } else {
                    Severity::Error
                };
                let text = format!(
                    "Inconsistent as printed: the {what} of exclusion give {} = {sum}, {excluded} are excluded.",
                    flow::sum(&parts)
                );
                found.add(
                    Finding::new(RULE.id, severity, witness, text)
                        .number("sum", sum)
                        .number("printed", excluded)
                        .fits(format!("{sum} excluded")),
                );
            }
        }
    }
}
