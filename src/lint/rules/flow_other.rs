//! PRISMA-O: the lane of other methods adds up: found, sought, not retrieved, assessed.

use crate::lint::flow;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-O",
    checks: "the lane of other methods adds up: found, sought, not retrieved, assessed.",
    why: "Reports from citation searching are as much part of the review as those from databases.",
    formula: "Σ sources′ = sought′; sought′ − not retrieved′ = assessed′ (columns of a PRISMA2020 file).",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020 flow diagram)",
    fires: "",
    silent: "",
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    flow::of_template(paper, found, RULE.id, &["O1", "O2"]);
}
