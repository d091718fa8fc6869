//! PRISMA-I6: the total is the previous studies and the new ones less those withdrawn.

use crate::lint::flow;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-I6",
    checks: "the total is the previous studies and the new ones less those withdrawn.",
    why: "An update that loses a study of the version before changes results without saying so.",
    formula: "total = previous + new − withdrawn, for studies and for reports (columns of a PRISMA2020 file).",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020 flow diagram)",
    fires: "",
    silent: "",
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    flow::of_template(paper, found, RULE.id, &["I6"]);
}
