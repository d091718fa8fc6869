//! PRISMA-I0: the databases that are counted one by one add up to the records identified.

use crate::lint::flow;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-I0",
    checks: "the databases that are counted one by one add up to the records identified.",
    why: "A search whose parts do not add up lost records or counted some twice, before anything else was done.",
    formula: "Σ db_NAME = db, Σ reg_NAME = reg, Σ other_NAME = other; counts are exact, so there is no rounding.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020 flow diagram)",
    fires: r#"[[flow]]
where = "Fig 1"
db = 320
db_pubmed = 185
db_embase = 25
db_wos = 80
db_cochrane = 35"#,
    silent: r#"[[flow]]
where = "Fig 1"
db = 320
db_pubmed = 185
db_embase = 20
db_wos = 80
db_cochrane = 35"#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    flow::of_template(paper, found, RULE.id, &["I0"]);
    for witness in paper.witnesses() {
        let boxes = paper.boxes(witness);
        for (total, start, what) in [
            ("db", "db_", "databases"),
            ("reg", "reg_", "registers"),
            ("other", "other_", "other sources"),
        ] {
            let (Some(n), Some((sum, parts))) = (boxes.get(total), flow::parts(&boxes, start))
            else {
                continue;
            };
            found.look(RULE.id);
            if sum != *n {
                let text = format!(
                    "Inconsistent as printed: the {what} counted one by one give {} = {sum}, the total says {n}.",
                    flow::sum(&parts)
                );
                found.add(
                    Finding::new(RULE.id, Severity::Error, witness, text)
                        .number("sum", sum)
                        .number("printed", *n)
                        .fits(format!("a total of {sum}")),
                );
            }
        }
    }
}
