//! PRISMA-I4R: the reasons of exclusion at full text add up to the reports excluded.

use crate::lint::flow;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-I4R",
    checks: "the reasons of exclusion at full text add up to the reports excluded.",
    why: "Every report that was read and left out needs its reason (PRISMA 2020, item 16b).",
    formula: "Σ ft_rN = ft_excl; one primary reason for each report.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020 flow diagram)",
    fires: r#"[[flow]]
where = "text"
ft_excl = 49
ft_r1 = 28
ft_r2 = 4
ft_r3 = 7"#,
    silent: r#"[[flow]]
where = "Fig 1"
ft_excl = 42
ft_r1 = 1
ft_r2 = 24
ft_r3 = 9
ft_r4 = 3
ft_r5 = 5"#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for witness in paper.witnesses() {
        let boxes = paper.boxes(witness);
        let (Some(excluded), Some((sum, parts))) =
            (boxes.get("ft_excl"), flow::full_text_reasons(&boxes))
        else {
            continue;
        };
        found.look(RULE.id);
        if sum != *excluded {
            let text = format!(
                "Inconsistent as printed: the reasons at full text give {} = {sum}, {excluded} are excluded.",
                flow::sum(&parts)
            );
            found.add(
                Finding::new(RULE.id, Severity::Error, witness, text)
                    .number("sum", sum)
                    .number("printed", *excluded)
                    .fits(if *excluded > sum {
                        format!("{sum} excluded, or reasons for {} more", excluded - sum)
                    } else {
                        format!("{sum} excluded, or reasons for {} fewer", sum - excluded)
                    }),
            );
        }
    }
}
