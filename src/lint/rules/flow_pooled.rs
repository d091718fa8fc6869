//! PRISMA-I7: no more studies are pooled than the review includes.

use crate::lint::flow;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-I7",
    checks: "no more studies are pooled than the review includes.",
    why: "A meta-analysis of studies that the review does not include is of another review.",
    formula: "studies in meta-analysis ≤ total studies (columns of a PRISMA2020 file).",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020 flow diagram)",
    fires: "",
    silent: "",
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    flow::of_template(paper, found, RULE.id, &["I7"]);
}
