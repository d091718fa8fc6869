//! PRISMA-OTHERREASON: records are removed before screening only as duplicates or by a stated rule.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-OTHERREASON",
    checks: "records are removed before screening only as duplicates or by a stated rule.",
    why: "What a person removes before screening was judged without the criteria.",
    formula: "`n=86` with the reason as stated.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020, flow diagram)",
    fires: r#"[[claim]]
kind = "otherreason"
location = "3.1"
args = "n=86"
reported = "insufficient metadata""#,
    silent: r#"[[claim]]
kind = "otherreason"
location = "3.1"
args = "n=0"
reported = """#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("otherreason") {
        found.look(RULE.id);
        if let Some(text) = check(claim) {
            found.add(
                Finding::new(RULE.id, Severity::Warn, claim.location.clone(), text)
                    .number("args", claim.args.as_str())
                    .number("reported", claim.reported.as_str()),
            );
        }
    }
}

fn check(claim: &Claim) -> Option<String> {
    let n = claim.value("n")?;
    (n.value > 0.0).then(|| format!("{n} records were removed before screening for {}, without a rule that could be repeated.", claim.reported))
}
